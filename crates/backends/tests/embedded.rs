//! The embedded store, held to the port's promises and to its own: one process per folder, no file of a newer build,
//! what was answered is there when it is opened again.
#![cfg(feature = "embedded")]
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{path::Path, sync::Arc};

use futures_util::future::join_all;
use hearth_backends::embedded::{Embedded, Options};
use hearth_core::{
    log::{Entry, Head},
    port::{Appended, Freshness, Log, Records, Store, StoreError, Written},
};
use hearth_protocol::{Body, DeviceId, Event, RoomId, SendId, Seq, UserId};
use uuid::Uuid;

fn open(dir: &Path) -> Result<Embedded, StoreError> {
    Embedded::open(dir, Options::default())
}

fn joins(expect: Head, count: u64) -> Vec<Entry> {
    let entry = |i| Entry {
        event: Event {
            seq: Seq(expect.seq.0 + i),
            ordinal: expect.ordinal,
            at_ms: 0,
            by: UserId(Uuid::nil()),
            name: "kim".into(),
            id: SendId::from_uuid(Uuid::now_v7()),
            body: Body::Join,
        },
        device: DeviceId::new("d").unwrap(),
        n: i,
    };
    (1..=count).map(entry).collect()
}

fn refusal(opened: Result<Embedded, StoreError>) -> String {
    match opened.map(drop) {
        Err(StoreError::Failed(why)) => why,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_keeps_the_ports_promises() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    hearth_core::conformance::store::run(Arc::new(store), None).await;
}

#[tokio::test]
async fn what_was_answered_is_there_when_it_is_opened_again() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("made/on/demand");
    let room = RoomId(Uuid::now_v7());
    let batch = joins(Head::EMPTY, 3);
    let kind = hearth_core::port::RecordKind::Setting;
    {
        let store = open(&folder).unwrap();
        let appended = store.append(room, Head::EMPTY, &batch).await;
        assert_eq!(appended.unwrap(), Appended::Applied);
        let written = store.put_record(kind, "key", None, "1").await.unwrap();
        assert!(matches!(written, Written::Done(_)));
    }
    let store = open(&folder).unwrap();
    let page = store.read(room, Seq(1), Seq(9), 9, Freshness::Serial).await;
    assert_eq!(page.unwrap().entries, batch);
    assert_eq!(store.record(kind, "key").await.unwrap().unwrap().value, "1");
}

#[tokio::test]
async fn a_folder_has_one_process_and_the_next_hears_who_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let first = open(dir.path()).unwrap();
    let why = refusal(open(dir.path()));
    let pid = std::process::id().to_string();
    for part in [dir.path().to_str().unwrap(), &pid, "stop that one"] {
        assert!(why.contains(part), "{why:?} does not say {part:?}");
    }
    first.ready().await.unwrap();
    drop(first);
    open(dir.path()).unwrap().ready().await.unwrap();
}

#[cfg(unix)]
#[test]
fn what_is_stored_is_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("data");
    let _store = open(&folder).unwrap();
    let mut paths: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert!(paths.len() >= 2);
    paths.push(folder);
    for path in paths {
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}: {mode:o}", path.display());
    }
}

#[test]
fn a_file_of_a_newer_build_is_refused_and_left_as_it_is() {
    const META: redb::TableDefinition<&str, u64> = redb::TableDefinition::new("meta");
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()).unwrap());
    let set = |version: u64| {
        let file = redb::Database::open(dir.path().join("hearth.redb")).unwrap();
        let txn = file.begin_write().unwrap();
        txn.open_table(META)
            .unwrap()
            .insert("schema", version)
            .unwrap();
        txn.commit().unwrap();
    };
    set(1_000);
    let why = refusal(open(dir.path()));
    assert!(why.contains("1000") && why.contains("newer"), "{why:?}");
    // Refusing has changed nothing: with its own number it opens.
    set(3);
    open(dir.path()).unwrap();
}

#[test]
fn a_file_of_an_older_schema_becomes_one_of_this_when_it_is_opened() {
    const META: redb::TableDefinition<&str, u64> = redb::TableDefinition::new("meta");
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()).unwrap());
    let file = dir.path().join("hearth.redb");
    let version = |set: Option<u64>| {
        use redb::ReadableTable;
        let file = redb::Database::open(&file).unwrap();
        let txn = file.begin_write().unwrap();
        let found = {
            let mut meta = txn.open_table(META).unwrap();
            if let Some(version) = set {
                meta.insert("schema", version).unwrap();
            }
            meta.get("schema").unwrap().unwrap().value()
        };
        txn.commit().unwrap();
        found
    };
    const DIRECTORY: redb::TableDefinition<&[u8], u64> = redb::TableDefinition::new("directory");
    for older in [1, 2, 3, 4] {
        assert_eq!(version(Some(older)), older);
        let older = redb::Database::open(&file).unwrap();
        let txn = older.begin_write().unwrap();
        assert!(txn.delete_table(DIRECTORY).unwrap());
        txn.commit().unwrap();
        drop(older);
        drop(open(dir.path()).unwrap());
        assert_eq!(version(None), 5);
        let file = redb::Database::open(&file).unwrap();
        let txn = file.begin_write().unwrap();
        assert!(txn.delete_table(DIRECTORY).unwrap(), "it is there again");
        txn.open_table(DIRECTORY).unwrap();
        txn.commit().unwrap();
    }
    version(Some(0));
    let why = refusal(open(dir.path()));
    assert!(why.contains("schema 0"), "{why:?}");
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("hearth.redb");
    let text = "not a database, but somebody's notes\n".repeat(500);
    std::fs::write(&path, &text).unwrap();
    refusal(open(dir.path()));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_writers_lost_race_does_not_touch_its_transactions_others() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    let rooms: Vec<RoomId> = (0..40).map(|_| RoomId(Uuid::now_v7())).collect();
    // All wait at once, so that they share transactions: every second one is conditioned on a head that is not there.
    let wrong = Head {
        seq: Seq(7),
        ..Head::EMPTY
    };
    let batches: Vec<(Head, Vec<Entry>)> = (0..40)
        .map(|i| [Head::EMPTY, wrong][i % 2])
        .map(|expect| (expect, joins(expect, 2)))
        .collect();
    let appends = rooms.iter().zip(&batches);
    let answers =
        join_all(appends.map(|(room, (on, batch))| store.append(*room, *on, batch))).await;
    for (i, answer) in answers.into_iter().enumerate() {
        let expected = [Appended::Applied, Appended::Lost(Head::EMPTY)][i % 2].clone();
        assert_eq!(answer.unwrap(), expected);
        let head = store.head(rooms[i], Seq::ZERO, Freshness::Serial).await;
        assert_eq!(head.unwrap().seq.0, [2, 0][i % 2]);
    }
}
