//! The fan-out of a room with many readers, in real time: what it costs is what paces it.

use std::{
    collections::HashSet,
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::ThreadId,
    time::{Duration, Instant},
};

use bytes::Bytes;
use hearth_core::{
    node::{Lane, Node, Outbox, Pushed},
    session::NewSend,
};
use hearth_protocol::{CloseCode, Decoded, RoomId, SendId, ServerFrame, User, decode_server};

use crate::kit::*;

const READERS: usize = 100;
const MESSAGES: u64 = 40;
/// So many that their fan-out is shared among threads.
const SHARED_READERS: usize = 600;

/// A socket that takes its time, and how many events each of its frames had.
#[derive(Default)]
struct Slow(Mutex<Vec<Vec<u64>>>);

impl Outbox for Slow {
    fn push(&self, _lane: Lane, text: &Bytes) -> Pushed {
        if let Some(seqs) = seqs(text) {
            let until = Instant::now() + Duration::from_micros(50);
            while Instant::now() < until {
                std::hint::spin_loop();
            }
            self.0.lock().unwrap().push(seqs);
        }
        Pushed::Taken
    }

    fn close(&self, _code: CloseCode) {}
}

fn reader(node: &Node, user: &User) -> Arc<Slow> {
    let outbox = Arc::new(Slow::default());
    attend(node, user, outbox.clone());
    outbox
}

fn seqs(text: &Bytes) -> Option<Vec<u64>> {
    match decode_server(std::str::from_utf8(text).unwrap()) {
        Decoded::Frame(frame) => match *frame {
            ServerFrame::Events { events, .. } => {
                Some(events.iter().map(|event| event.seq.0).collect())
            }
            _ => None,
        },
        _ => None,
    }
}

async fn say(node: &Node, by: &User, room: RoomId, n: u64) {
    let send = NewSend {
        room,
        id: SendId::new(format!("m{n}")).unwrap(),
        after: None,
        device: None,
        n: 0,
        body: message("hello"),
    };
    node.send(by, send).await.unwrap();
}

#[tokio::test]
async fn what_comes_while_a_large_fan_out_rests_is_written_to_each_at_once() {
    let cluster = Cluster::new();
    let a = cluster.node("a");
    let mara = user(&a, "mara").await;
    let room = public_room(&a, &mara, "room1").await;
    let readers: Vec<_> = (0..READERS).map(|_| reader(&a, &mara)).collect();
    settle().await;
    for n in 1..=MESSAGES {
        say(&a, &mara, room, n).await;
    }
    // The first event made the room.
    let all: Vec<u64> = (2..=MESSAGES + 1).collect();
    for outbox in &readers {
        let had = || outbox.0.lock().unwrap().clone();
        let has_all = async {
            while had().last().and_then(|frame| frame.last()) < all.last() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), has_all)
            .await
            .expect("all events come");
        let frames = had();
        assert_eq!(frames.concat(), all);
        assert!(frames.len() < all.len(), "{frames:?}");
    }
}

/// Where the threads of a fan-out meet: the first waits until a second is there.
#[derive(Default)]
struct Meeting {
    /// `None` until it begins.
    threads: Mutex<Option<HashSet<ThreadId>>>,
    has_met: Condvar,
    in_vain: AtomicBool,
}

impl Meeting {
    fn attend(&self) {
        let mut threads = self.threads.lock().unwrap();
        let is_first = |threads: &mut HashSet<_>| threads.insert(std::thread::current().id());
        if threads.as_mut().is_some_and(is_first) {
            self.has_met.notify_all();
            // Where nobody else comes the test goes on after some time, to say so.
            let is_alone = |threads: &mut Option<HashSet<_>>| threads.iter().flatten().count() < 2;
            let wait = Duration::from_secs(30);
            let waited = self.has_met.wait_timeout_while(threads, wait, is_alone);
            if waited.unwrap().1.timed_out() {
                self.in_vain.store(true, Ordering::Relaxed);
            }
        }
    }
}

/// A socket whose pushes attend a meeting.
struct Attendee {
    meeting: Arc<Meeting>,
    had: Mutex<Vec<u64>>,
}

impl Outbox for Attendee {
    fn push(&self, _lane: Lane, text: &Bytes) -> Pushed {
        if let Some(seqs) = seqs(text) {
            self.had.lock().unwrap().extend(seqs);
            self.meeting.attend();
        }
        Pushed::Taken
    }

    fn close(&self, _code: CloseCode) {}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn the_fan_out_of_a_large_room_is_shared_and_keeps_each_readers_order() {
    let cluster = Cluster::new();
    let a = cluster.node("a");
    let mara = user(&a, "mara").await;
    let room = public_room(&a, &mara, "room1").await;
    let meeting = Arc::new(Meeting::default());
    let attendee = |_| {
        let outbox = Arc::new(Attendee {
            meeting: meeting.clone(),
            had: Mutex::default(),
        });
        attend(&a, &mara, outbox.clone());
        outbox
    };
    let attendees: Vec<_> = (0..SHARED_READERS).map(attendee).collect();
    settle().await;
    let all: Vec<u64> = (2..=MESSAGES + 1).collect();
    let have = |count: usize| {
        let has = move |outbox: &Arc<Attendee>| outbox.had.lock().unwrap().len() >= count;
        attendees.iter().all(has)
    };
    // Whoever comes late is given what they missed by the room's own task.
    say(&a, &mara, room, 1).await;
    until("all read", || have(1)).await;
    *meeting.threads.lock().unwrap() = Some(HashSet::new());
    for n in 2..=MESSAGES {
        say(&a, &mara, room, n).await;
    }
    until("all events come", || have(all.len())).await;
    for outbox in &attendees {
        assert_eq!(*outbox.had.lock().unwrap(), all);
    }
    assert!(!meeting.in_vain.load(Ordering::Relaxed));
}

/// A socket on which a push panics, or one that tells how it was closed.
struct Frail {
    breaks: bool,
    closed: Mutex<Option<CloseCode>>,
}

impl Outbox for Frail {
    fn push(&self, _lane: Lane, text: &Bytes) -> Pushed {
        assert!(!self.breaks || seqs(text).is_none(), "a push that panics");
        Pushed::Taken
    }

    fn close(&self, code: CloseCode) {
        self.closed.lock().unwrap().get_or_insert(code);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_panic_in_a_shared_fan_out_leaves_no_reader_untold() {
    let cluster = Cluster::new();
    let a = cluster.node("a");
    let mara = user(&a, "mara").await;
    let room = public_room(&a, &mara, "room1").await;
    let frail = |n| {
        let outbox = Arc::new(Frail {
            breaks: n == SHARED_READERS / 2,
            closed: Mutex::default(),
        });
        attend(&a, &mara, outbox.clone());
        outbox
    };
    let readers: Vec<_> = (0..SHARED_READERS).map(frail).collect();
    settle().await;
    say(&a, &mara, room, 1).await;
    let is_told = |outbox: &Arc<Frail>| *outbox.closed.lock().unwrap() == Some(CloseCode::Lost);
    until("all are told", || readers.iter().all(is_told)).await;
}

async fn until(what: &str, is_so: impl Fn() -> bool) {
    let so = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let so = tokio::time::timeout(Duration::from_secs(60), so).await;
    so.unwrap_or_else(|_| panic!("{what}"));
}
