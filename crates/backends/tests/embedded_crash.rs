//! Whatever the embedded store has answered survives SIGKILL, again and again on the same file.
//!
//! The test starts itself as a child that appends without end and says on its standard output what was answered; the
//! parent kills it in the middle, opens the file and compares.
#![cfg(all(feature = "embedded", unix))]
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
};

use hearth_backends::embedded::{Embedded, Options};
use hearth_core::{
    log::{Entry, Head},
    port::{Appended, Freshness, Log},
};
use hearth_protocol::{Body, DeviceId, Event, RoomId, SendId, Seq, UserId};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use uuid::Uuid;

const FOLDER: &str = "CRASH_TEST_FOLDER";
const ROUNDS: usize = 50;
/// Rooms that are written at once, one writer each.
const ROOMS: u128 = 6;

fn open(dir: &Path) -> Embedded {
    Embedded::open(dir, Options::default()).expect("a file that opens after a crash")
}

fn room(i: u128) -> RoomId {
    RoomId(Uuid::from_u128(i))
}

fn batch(expect: Head, len: u64) -> Vec<Entry> {
    let message = |i| Entry {
        event: Event {
            seq: Seq(expect.seq.0 + i),
            ordinal: hearth_protocol::Ordinal(expect.ordinal.0 + i),
            at_ms: 0,
            by: UserId(Uuid::nil()),
            name: "kim".into(),
            id: SendId::from_uuid(Uuid::now_v7()),
            body: Body::message("x".repeat(50 + (i as usize * 977) % 3000)),
        },
        device: DeviceId::new("d").unwrap(),
        n: expect.seq.0 + i,
    };
    (1..=len).map(message).collect()
}

/// Not a test by itself: what the test below starts and kills.
#[test]
#[ignore = "the crash test's child"]
fn child() {
    let Ok(dir) = std::env::var(FOLDER) else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let store = Arc::new(open(Path::new(&dir)));
        let writers = (0..ROOMS).map(|i| tokio::spawn(write_for_ever(store.clone(), room(i))));
        futures_util::future::join_all(writers).await;
    });
}

async fn write_for_ever(store: Arc<Embedded>, room: RoomId) {
    let mut head = store
        .head(room, Seq::ZERO, Freshness::Serial)
        .await
        .unwrap();
    loop {
        let entries = batch(head, 1 + head.seq.0 % 5);
        let appended = store.append(room, head, &entries).await.unwrap();
        assert_eq!(appended, Appended::Applied);
        // One write of whole lines, which a pipe takes whole: what is said was answered before.
        let said: String = entries
            .iter()
            .map(|e| format!("stored {} {} {}\n", room, e.seq(), e.event.id))
            .collect();
        std::io::stdout().lock().write_all(said.as_bytes()).unwrap();
        let last = &entries[entries.len() - 1].event;
        head = Head {
            seq: last.seq,
            ordinal: last.ordinal,
        };
    }
}

/// Kills the child when the test itself fails.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

type Stored = BTreeMap<(RoomId, Seq), SendId>;

/// Runs the child until it has said so many lines, kills it, and notes all that it said up to its end.
fn run_and_kill(dir: &Path, lines: usize, stored: &mut Stored) {
    let mut child = Killed(
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child", "--ignored", "--nocapture"])
            .env(FOLDER, dir)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap(),
    );
    let mut said = 0;
    for line in BufReader::new(child.0.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        // The test harness talks too; a line torn by the end lacks its id.
        let Some(rest) = line.split_once("stored ").map(|(_, rest)| rest) else {
            continue;
        };
        let words: Vec<&str> = rest.split(' ').collect();
        let [room, seq, id] = words[..] else { continue };
        if id.len() < 36 {
            continue;
        }
        let at = (room.parse().unwrap(), Seq(seq.parse().unwrap()));
        let twice = stored.insert(at, id.parse().unwrap());
        assert_eq!(twice, None, "{at:?} was answered twice");
        said += 1;
        if said == lines {
            child.0.kill().unwrap();
        }
    }
    assert!(said >= lines, "the child ended by itself");
}

async fn whole_log(store: &Embedded, room: RoomId) -> Vec<Entry> {
    let mut log: Vec<Entry> = Vec::new();
    loop {
        let from = Seq(log.len() as u64 + 1);
        let page = store
            .read(room, from, Seq(u64::MAX), 1000, Freshness::Serial)
            .await
            .unwrap();
        if page.entries.is_empty() {
            assert_eq!(page.head.seq.0, log.len() as u64, "a head beyond its log");
            return log;
        }
        log.extend(page.entries);
    }
}

#[tokio::test]
async fn nothing_answered_is_lost_by_a_kill() {
    let dir = tempfile::tempdir().unwrap();
    let mut chance = StdRng::seed_from_u64(7);
    let mut stored = Stored::new();
    for round in 0..ROUNDS {
        run_and_kill(dir.path(), chance.random_range(1..150), &mut stored);
        let store = open(dir.path());
        let mut found = 0;
        for i in 0..ROOMS {
            for (at, entry) in whole_log(&store, room(i)).await.iter().enumerate() {
                assert_eq!(entry.seq().0, at as u64 + 1, "round {round}: a hole");
                assert_eq!(entry.event.ordinal.0, at as u64 + 1, "round {round}");
                if let Some(id) = stored.get(&(room(i), entry.seq())) {
                    assert_eq!(entry.event.id, *id, "round {round}: another's number");
                    found += 1;
                }
            }
        }
        assert_eq!(found, stored.len(), "round {round}: lost what was answered");
    }
    assert!(stored.len() > ROUNDS, "too little was written to tell");
}
