//! What every place for files promises (docs of [`crate::port::Files`]).

use bytes::Bytes;
use uuid::Uuid;

use crate::{files::OBJECT_BYTES_MAX, port::Files};

/// Holds a place to all of it. It uses a folder of its own, and leaves nothing in it.
pub async fn all(files: &dyn Files) {
    files.ready().await.expect("it is ready");
    let folder = format!("conformance/{}", Uuid::now_v7());
    an_object_is_read_whole_and_in_parts(files, &folder).await;
    what_is_not_there_is_said_to_be_missing(files, &folder).await;
    a_copy_is_an_object_of_its_own(files, &folder).await;
    a_folder_goes_with_all_that_is_in_it_and_no_other(files, &folder).await;
    what_is_put_anew_takes_the_place(files, &folder).await;
    files.remove("conformance").await.expect("a removal");
}

fn pattern(len: usize) -> Bytes {
    (0..len)
        .map(|n| (n * 31 % 251) as u8)
        .collect::<Vec<_>>()
        .into()
}

async fn an_object_is_read_whole_and_in_parts(files: &dyn Files, folder: &str) {
    for len in [1, 1_000, OBJECT_BYTES_MAX] {
        let (name, bytes) = (format!("{folder}/sizes/{len}"), pattern(len));
        files.put(&name, bytes.clone()).await.expect("a put");
        let last = len - 1;
        for range in [0..len, 0..1, last..len, len / 3..len - len / 3] {
            let read = files
                .read(&name, range.start as u64..range.end as u64)
                .await;
            assert_eq!(read.expect("a read"), Some(bytes.slice(range)), "of {len}");
        }
    }
}

async fn what_is_not_there_is_said_to_be_missing(files: &dyn Files, folder: &str) {
    let missing = format!("{folder}/missing");
    assert_eq!(files.read(&missing, 0..1).await.expect("a read"), None);
    let copied = files.copy(&missing, &format!("{folder}/copy")).await;
    assert!(!copied.expect("a copy"));
    files.remove(&missing).await.expect("a removal of nothing");
}

async fn a_copy_is_an_object_of_its_own(files: &dyn Files, folder: &str) {
    let [from, to] = ["first", "second"].map(|name| format!("{folder}/{name}/object"));
    files.put(&from, pattern(5_000)).await.expect("a put");
    assert!(files.copy(&from, &to).await.expect("a copy"));
    files
        .remove(&format!("{folder}/first"))
        .await
        .expect("a removal");
    assert_eq!(files.read(&from, 0..5_000).await.expect("a read"), None);
    let read = files.read(&to, 0..5_000).await;
    assert_eq!(read.expect("a read"), Some(pattern(5_000)));
}

async fn a_folder_goes_with_all_that_is_in_it_and_no_other(files: &dyn Files, folder: &str) {
    // One whose name begins alike is another.
    for name in ["gone/a", "gone/deep/b", "gone-not/c"] {
        let name = format!("{folder}/{name}");
        files.put(&name, pattern(10)).await.expect("a put");
    }
    files
        .remove(&format!("{folder}/gone"))
        .await
        .expect("a removal");
    for (name, there) in [
        ("gone/a", false),
        ("gone/deep/b", false),
        ("gone-not/c", true),
    ] {
        let read = files.read(&format!("{folder}/{name}"), 0..10).await;
        assert_eq!(read.expect("a read").is_some(), there, "{name}");
    }
}

async fn what_is_put_anew_takes_the_place(files: &dyn Files, folder: &str) {
    let name = format!("{folder}/anew");
    files.put(&name, pattern(100)).await.expect("a put");
    let shorter = Bytes::from_static(b"shorter");
    files.put(&name, shorter.clone()).await.expect("a put");
    assert_eq!(
        files.read(&name, 0..7).await.expect("a read"),
        Some(shorter)
    );
}
