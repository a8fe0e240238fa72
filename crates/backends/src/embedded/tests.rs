//! The adapter on a disk that fails: full, broken, or without power.

use std::{
    io,
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

use hearth_core::{
    log::{Entry, Head},
    port::{Appended, Freshness, Log, Store, StoreError},
};
use hearth_protocol::{Body, DeviceId, Event, RoomId, SendId, Seq, UserId};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use redb::StorageBackend;
use uuid::Uuid;

use super::{Embedded, Options, disk::Medium};

/// A disk in memory that remembers what was not flushed.
#[derive(Debug, Clone, Default)]
struct Plate(Arc<Mutex<State>>, Arc<Condvar>);

#[derive(Debug, Clone, Default)]
struct State {
    now: Vec<u8>,
    flushed: Vec<u8>,
    unflushed: Vec<Change>,
    full: bool,
    flush_fails: bool,
    flush_hangs: bool,
}

#[derive(Debug, Clone)]
enum Change {
    Len(usize),
    Write(usize, Vec<u8>),
}

fn apply(image: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Len(len) => image.resize(*len, 0),
        Change::Write(at, bytes) => {
            image.resize(image.len().max(at + bytes.len()), 0);
            image[*at..at + bytes.len()].copy_from_slice(bytes);
        }
    }
}

impl Plate {
    fn change(&self, change: Change) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        if state.full {
            return Err(io::ErrorKind::StorageFull.into());
        }
        apply(&mut state.now, &change);
        state.unflushed.push(change);
        Ok(())
    }

    fn set(&self, set: impl FnOnce(&mut State)) {
        set(&mut self.0.lock().unwrap());
        self.1.notify_all();
    }

    /// The disk as it is found after the power went now: what was flushed, and of the rest any sectors.
    fn cut(&self, chance: &mut StdRng) -> Plate {
        const SECTOR: usize = 512;
        let state = self.0.lock().unwrap();
        let mut image = state.flushed.clone();
        for change in &state.unflushed {
            match change {
                Change::Len(_) if chance.random_bool(0.5) => apply(&mut image, change),
                Change::Len(_) => {}
                Change::Write(at, bytes) => {
                    for (i, sector) in bytes.chunks(SECTOR).enumerate() {
                        if chance.random_bool(0.5) {
                            let part = Change::Write(at + i * SECTOR, sector.to_vec());
                            apply(&mut image, &part);
                        }
                    }
                }
            }
        }
        let found = State {
            now: image.clone(),
            flushed: image,
            ..State::default()
        };
        Plate(Arc::new(Mutex::new(found)), Arc::default())
    }
}

impl StorageBackend for Plate {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.lock().unwrap().now.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let (state, at) = (self.0.lock().unwrap(), offset as usize);
        let found = state.now.get(at..at + out.len());
        out.copy_from_slice(found.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.change(Change::Len(len as usize))
    }

    fn sync_data(&self) -> io::Result<()> {
        let state = self.0.lock().unwrap();
        let mut state = self.1.wait_while(state, |s| s.flush_hangs).unwrap();
        if state.flush_fails {
            return Err(io::Error::other("the plate is scratched"));
        }
        let changes = std::mem::take(&mut state.unflushed);
        for change in &changes {
            apply(&mut state.flushed, change);
        }
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.change(Change::Write(offset as usize, data.to_vec()))
    }
}

impl Medium for Plate {
    fn open(&self) -> io::Result<Box<dyn StorageBackend>> {
        Ok(Box::new(self.clone()))
    }
}

fn open(plate: &Plate) -> Embedded {
    let options = Options {
        cache_bytes: 1024 * 1024,
        ..Options::default()
    };
    Embedded::open_on(Box::new(plate.clone()), options).unwrap()
}

fn room(i: u128) -> RoomId {
    RoomId(Uuid::from_u128(i))
}

fn one(expect: Head) -> [Entry; 1] {
    [Entry {
        event: Event {
            seq: expect.seq.next(),
            ordinal: expect.ordinal.next(),
            at_ms: 0,
            by: UserId(Uuid::nil()),
            name: "kim".into(),
            id: SendId::from_uuid(Uuid::now_v7()),
            body: Body::message("x".repeat(1 + expect.seq.0 as usize % 1500)),
        },
        device: DeviceId::new("d").unwrap(),
        n: 1,
    }]
}

fn after(expect: Head) -> Head {
    Head {
        seq: expect.seq.next(),
        ordinal: expect.ordinal.next(),
    }
}

async fn head(store: &Embedded, room: RoomId) -> Head {
    let head = store.head(room, Seq::ZERO, Freshness::Serial).await;
    head.unwrap()
}

/// The ids of a dense log.
async fn ids(store: &Embedded, room: RoomId) -> Vec<SendId> {
    let mut ids = Vec::new();
    loop {
        let from = Seq(ids.len() as u64 + 1);
        let page = store.read(room, from, Seq(u64::MAX), 1000, Freshness::Serial);
        let page = page.await.unwrap();
        if page.entries.is_empty() {
            assert_eq!(page.head.seq.0, ids.len() as u64);
            return ids;
        }
        for entry in page.entries {
            assert_eq!(entry.seq().0, ids.len() as u64 + 1);
            ids.push(entry.event.id);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_answered_is_lost_by_a_power_cut() {
    let mut chance = StdRng::seed_from_u64(11);
    let mut plate = Plate::default();
    let mut total = 0;
    for round in 0..40 {
        let store = Arc::new(open(&plate));
        let answered = Arc::new(Mutex::new(Vec::new()));
        let writers: Vec<_> = (0..4)
            .map(|i| {
                let (store, answered) = (Arc::clone(&store), Arc::clone(&answered));
                tokio::spawn(async move {
                    let mut on = head(&store, room(i)).await;
                    loop {
                        let batch = one(on);
                        let appended = store.append(room(i), on, &batch).await.unwrap();
                        assert_eq!(appended, Appended::Applied);
                        on = after(on);
                        let said = (i, on.seq, batch[0].event.id.clone());
                        answered.lock().unwrap().push(said);
                    }
                })
            })
            .collect();
        let wanted = chance.random_range(1..60);
        let answered = loop {
            let answered = answered.lock().unwrap().clone();
            if answered.len() >= wanted {
                break answered;
            }
            tokio::task::yield_now().await;
        };
        // The power goes after these were answered; what the writers do from now on is on no disk.
        plate = plate.cut(&mut chance);
        for writer in writers {
            writer.abort();
        }
        let store = open(&plate);
        for (i, seq, id) in &answered {
            let log = ids(&store, room(*i)).await;
            let found = log.get(seq.0 as usize - 1);
            assert_eq!(found, Some(id), "round {round}: lost {seq} of {i}");
        }
        total += answered.len();
    }
    assert!(total > 40);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_said_and_the_store_goes_on_when_there_is_space() {
    let plate = Plate::default();
    let store = open(&plate);
    let room = room(1);
    let mut stored = Vec::new();
    let mut on = Head::EMPTY;
    for _ in 0..3 {
        for _ in 0..20 {
            let batch = one(on);
            let appended = store.append(room, on, &batch).await.unwrap();
            assert_eq!(appended, Appended::Applied);
            stored.push(batch[0].event.id.clone());
            on = after(on);
        }
        plate.set(|p| p.full = true);
        let batch = one(on);
        match store.append(room, on, &batch).await {
            Ok(Appended::Unknown(why)) | Err(StoreError::Failed(why) | StoreError::Away(why)) => {
                assert!(why.contains("full"), "{why:?}");
            }
            other => panic!("on a full disk: {other:?}"),
        }
        assert!(store.ready().await.is_err(), "ready on a full disk");
        // Until it is opened anew nothing is answered with success.
        let refused = store.set_projected(room, on).await;
        assert!(refused.is_err());
        plate.set(|p| p.full = false);
        // What became of the append is decided by a read, as after any unknown outcome.
        let seen = loop {
            store.set_projected(room, Head::EMPTY).await.ok();
            match store.head(room, Seq::ZERO, Freshness::Serial).await {
                Ok(head) => break head,
                Err(_) => tokio::task::yield_now().await,
            }
        };
        if seen == after(on) {
            stored.push(batch[0].event.id.clone());
        }
        on = seen;
        store.ready().await.unwrap();
    }
    assert_eq!(ids(&store, room).await, stored);
    drop(store);
    assert_eq!(ids(&open(&plate), room).await, stored);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_failed_flush_nothing_is_promised_any_more() {
    let plate = Plate::default();
    let store = open(&plate);
    let appended = store.append(room(1), Head::EMPTY, &one(Head::EMPTY)).await;
    assert_eq!(appended.unwrap(), Appended::Applied);
    plate.set(|p| p.flush_fails = true);
    let on = after(Head::EMPTY);
    match store.append(room(1), on, &one(on)).await {
        Ok(Appended::Unknown(why)) => assert!(why.contains("scratched"), "{why:?}"),
        other => panic!("after a failed flush: {other:?}"),
    }
    // Also when the disk says that it is well again: pages that it never took may be counted as flushed.
    plate.set(|p| p.flush_fails = false);
    for _ in 0..3 {
        let refusals = [
            store.append(room(1), on, &one(on)).await.map(drop),
            store.ready().await,
            store
                .head(room(1), Seq::ZERO, Freshness::Serial)
                .await
                .map(drop),
        ];
        for refused in refusals {
            let Err(StoreError::Failed(why)) = refused else {
                panic!("not refused: {refused:?}");
            };
            assert!(why.contains("start the server again"), "{why:?}");
        }
    }
    drop(store);
    let again = ids(&open(&plate), room(1)).await;
    assert!(!again.is_empty(), "what was answered before is lost");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_hangs_is_answered_within_the_deadline_and_the_queue_is_bounded() {
    const MIB: usize = 1024 * 1024;
    let plate = Plate::default();
    let options = Options {
        deadline: Duration::from_millis(300),
        ..Options::default()
    };
    let store = Embedded::open_on(Box::new(plate.clone()), options).unwrap();
    plate.set(|p| p.flush_hangs = true);
    // One is in the writer's hands: nobody knows what becomes of it.
    let taken = store.append(room(0), Head::EMPTY, &one(Head::EMPTY)).await;
    assert!(matches!(taken, Ok(Appended::Unknown(_))), "{taken:?}");
    // Of fifty of a MiB each the queue holds 32; the others never get so far, and say so.
    let long = |on| {
        let mut batch = one(on);
        batch[0].event.body = Body::message("x".repeat(MIB - 1024));
        batch
    };
    let batches: Vec<_> = (1..=50).map(|i| (i, long(Head::EMPTY))).collect();
    let appends = batches
        .iter()
        .map(|(i, batch)| store.append(room(*i), Head::EMPTY, batch));
    let answers = futures_util::future::join_all(appends).await;
    let refused = |a: &&Result<Appended, StoreError>| matches!(a, Err(StoreError::Away(why)) if why.contains("busy"));
    let unknown = |a: &&Result<Appended, StoreError>| matches!(a, Ok(Appended::Unknown(_)));
    let refused = answers.iter().filter(refused).count();
    assert_eq!(refused + answers.iter().filter(unknown).count(), 50);
    assert!((18..50).contains(&refused), "{refused} refused");
    // When it moves again: what was in hand is stored, what was given up in the queue is not, and the next is.
    plate.set(|p| p.flush_hangs = false);
    let next = loop {
        match store.append(room(99), Head::EMPTY, &one(Head::EMPTY)).await {
            Ok(Appended::Unknown(_)) | Err(StoreError::Away(_)) => {}
            other => break other,
        }
    };
    assert!(next.is_ok(), "{next:?}");
    assert_eq!(head(&store, room(0)).await, after(Head::EMPTY));
    for i in 1..=50 {
        assert_eq!(head(&store, room(i)).await, Head::EMPTY);
    }
}
