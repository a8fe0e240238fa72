//! The places for files, held to what the port promises: a folder, and a bucket by real requests of the S3 protocol.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod endpoint;

use std::time::Duration;

use bytes::Bytes;
use hearth_backends::files::{ObjectFiles, S3Options};
use hearth_core::{
    conformance::files,
    port::{Files, FilesError},
    testing::MemoryFiles,
};

use endpoint::Endpoint;

fn bucket(endpoint: String) -> ObjectFiles {
    ObjectFiles::s3(&S3Options {
        bucket: "attic".into(),
        prefix: "hearth/files".into(),
        endpoint: Some(endpoint),
        region: "us-east-1".into(),
        key: Some(("id".into(), "secret".into())),
    })
    .unwrap()
}

#[tokio::test]
async fn memory_keeps_what_the_port_promises() {
    files::all(&MemoryFiles::default()).await;
}

#[tokio::test]
async fn a_folder_keeps_what_the_port_promises_and_what_is_removed_leaves_no_folders() {
    let folder = tempfile::tempdir().unwrap();
    let place = ObjectFiles::folder(&folder.path().join("made/anew")).unwrap();
    files::all(&place).await;
    let left: Vec<_> = std::fs::read_dir(folder.path().join("made/anew"))
        .unwrap()
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn a_bucket_keeps_what_the_port_promises_beneath_its_prefix() {
    let endpoint = Endpoint::start().await;
    files::all(&bucket(endpoint.url())).await;
    let place = bucket(endpoint.url());
    place.put("a/b", Bytes::from_static(b"c")).await.unwrap();
    assert!(
        endpoint
            .names()
            .contains(&"attic/hearth/files/a/b".to_owned())
    );
    assert!(endpoint.is_signed(), "every request is signed");
}

#[tokio::test]
async fn a_bucket_with_many_objects_is_removed_page_by_page() {
    let endpoint = Endpoint::start().await;
    let place = bucket(endpoint.url());
    for n in 0..25 {
        let name = format!("folder/part-{n}");
        place.put(&name, Bytes::from_static(b"x")).await.unwrap();
    }
    place.remove("folder").await.unwrap();
    assert_eq!(endpoint.names(), Vec::<String>::new());
}

#[tokio::test]
async fn a_store_that_is_not_there_is_away_within_the_deadline() {
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let put = bucket(url);
    let put = put.put("a/b", Bytes::from_static(b"c"));
    let put = tokio::time::timeout(Duration::from_secs(30), put)
        .await
        .unwrap();
    assert!(matches!(put, Err(FilesError::Away(_))), "{put:?}");
}
