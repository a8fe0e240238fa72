//! Threads: what is told of a user is what the log says, however a node came to know it.

use std::collections::BTreeMap;

use hearth_protocol::{
    Body, ErrorCode, InThread, Mentions, RoomKind, Seq, UserId,
    bounds::{THREAD_FOLLOWERS_MAX, THREAD_UNREAD_COUNTED_MAX, THREADS_COUNTED_MAX},
};

use super::{Bench, appended, create, invite, loaded, refusal, send, store::SimStore, text, user};
use crate::{
    log::{Entry, Head},
    own::ThreadChoice,
    port::{Cell, ThreadCell},
    room::{Effect, Input, Room, RoomBounds, ThreadView, chance::Chance},
};

fn into(root: u64) -> Body {
    Body::in_thread("in a thread", Seq(root))
}

fn naming(root: u64, of: u8) -> Body {
    Body::Message {
        text: "called".to_owned(),
        reply_to: None,
        mentions: Some(Box::new(Mentions {
            users: vec![user(of)],
            everyone: None,
        })),
        forward: None,
        thread: Some(Box::new(InThread::at(Seq(root)))),
        attachments: Box::default(),
    }
}

fn thread(room: &Room, root: u64, of: u8) -> ThreadView {
    room.thread(Seq(root), user(of), &ThreadChoice::default())
}

/// From the log alone, of a user who has chosen nothing.
fn recount(log: &[Entry], of: UserId) -> Vec<ThreadView> {
    let mut threads: BTreeMap<Seq, ThreadView> = BTreeMap::new();
    let mut began: BTreeMap<Seq, Option<Seq>> = BTreeMap::new();
    for entry in log {
        let (by, seq) = (entry.event.by, entry.seq());
        match &entry.event.body {
            body @ (Body::Message { .. } | Body::Erased { .. }) => {
                let Some(thread) = body.thread() else {
                    continue;
                };
                let root = thread.root;
                let author = log[root.0 as usize - 1].event.by;
                let view = threads.entry(root).or_default();
                let begin = began.entry(root).or_default();
                (view.root, view.last, view.last_ms) = (root, seq, entry.event.at_ms);
                view.messages += 1;
                let named = body.mentioned().is_some_and(|m| m.users.contains(&of));
                let draws_in = if author == of {
                    Some(Seq(root.0 - 1))
                } else if by == of || named {
                    Some(Seq(seq.0 - 1))
                } else {
                    None
                };
                *begin = begin.or(draws_in);
                view.unread.push(seq);
                if by == of {
                    view.read = seq;
                }
            }
            Body::Delete { target } => {
                for view in threads.values_mut() {
                    let in_it = log[target.0 as usize - 1].event.body.thread();
                    if in_it.is_some_and(|thread| thread.root == view.root) {
                        view.messages -= 1;
                        view.unread.retain(|seq| seq != target);
                    }
                }
            }
            _ => {}
        }
    }
    let mut all: Vec<ThreadView> = threads.into_values().collect();
    all.retain_mut(|view| {
        let begin = began[&view.root];
        view.following = begin.is_some();
        view.read = view.read.max(begin.unwrap_or_default());
        view.unread.retain(|seq| *seq > view.read);
        view.following
    });
    all
}

#[test]
fn what_is_in_a_thread_counts_there_alone() {
    let sends = [
        send(0, 1, 0, create(RoomKind::Public)),
        send(0, 2, 1, invite(1)),
        send(0, 3, 2, text("root")),
        send(1, 1, 3, into(3)),
        send(1, 2, 4, into(3)),
    ];
    let mut bench = Bench::with(&sends[..3]);
    for send in &sends[3..] {
        let (_, effects) = bench.submit(send.clone());
        let (_, entries) = appended(&effects).unwrap();
        let of = entries[0].event.body.thread().unwrap();
        assert_eq!((of.root, of.by), (Seq(3), user(0)), "who wrote the root");
        bench.append(&effects);
    }
    assert_eq!(bench.room.head().ordinal.0, 1, "the root alone");
    let roots = thread(&bench.room, 3, 0);
    assert!(roots.following);
    assert_eq!((roots.messages, roots.last), (2, Seq(5)));
    assert_eq!(roots.unread, [Seq(4), Seq(5)]);
    let own = thread(&bench.room, 3, 1);
    assert!(own.following && own.unread.is_empty(), "{own:?}");
    let nobody = thread(&bench.room, 3, 2);
    assert!(!nobody.following);
    assert_eq!(bench.room.followed(user(2), &BTreeMap::new()), []);
}

#[test]
fn a_thread_begins_at_a_message_that_is_in_none() {
    let mut bench = Bench::with(&[
        send(0, 1, 0, create(RoomKind::Public)),
        send(0, 2, 1, text("root")),
    ]);
    let (_, effects) = bench.submit(send(0, 3, 2, into(2)));
    bench.append(&effects);
    let wrong = [
        (3, ErrorCode::BadRequest),
        (1, ErrorCode::NotFound),
        (0, ErrorCode::NotFound),
    ];
    for (n, (root, code)) in (4..).zip(wrong) {
        let (ticket, effects) = bench.submit(send(0, n, 3, into(root)));
        assert_eq!(refusal(&effects, ticket), Some(code), "at {root}");
    }
    // One that was deleted keeps its thread.
    let (_, effects) = bench.submit(send(0, 10, 3, Body::Delete { target: Seq(2) }));
    bench.append(&effects);
    let (_, effects) = bench.submit(send(0, 11, 4, into(2)));
    assert!(appended(&effects).is_some());
}

#[test]
fn who_is_drawn_in_has_that_to_read_and_what_one_chose_stands_first() {
    let bench = Bench::with(&[
        send(0, 1, 0, create(RoomKind::Public)),
        send(0, 2, 1, invite(1)),
        send(0, 3, 2, text("root")),
        send(0, 4, 3, into(3)),
        send(0, 5, 4, naming(3, 1)),
        send(0, 6, 5, into(3)),
    ]);
    let drawn = thread(&bench.room, 3, 1);
    assert_eq!(drawn.read, Seq(4));
    assert_eq!(drawn.unread, [Seq(5), Seq(6)]);
    let of = |choice| bench.room.thread(Seq(3), user(1), &choice);
    let left = of(ThreadChoice {
        follow: Some(false),
        ..ThreadChoice::default()
    });
    assert!(!left.following);
    let read = of(ThreadChoice {
        read: Some(Seq(5)),
        ..ThreadChoice::default()
    });
    assert_eq!(read.unread, [Seq(6)]);
    // Who had no part in it has read what was there when they began.
    let by_hand = ThreadChoice {
        follow: Some(true),
        since: Seq(5),
        ..ThreadChoice::default()
    };
    assert_eq!(
        bench.room.thread(Seq(3), user(2), &by_hand).unread,
        [Seq(6)]
    );
    // Whom a message drew in who had followed it by hand before has missed nothing, nor who does so afterwards.
    for (since, unread) in [(3, &[Seq(4), Seq(5), Seq(6)][..]), (6, &[Seq(5), Seq(6)])] {
        let since = Seq(since);
        assert_eq!(of(ThreadChoice { since, ..by_hand }).unread, unread);
    }
    // Set back: what one wrote before that is no sign of having read on, and what one writes later is.
    let back = |at| ThreadChoice {
        read: Some(Seq(3)),
        at: Seq(at),
        ..ThreadChoice::default()
    };
    let owner = |at| bench.room.thread(Seq(3), user(0), &back(at));
    assert_eq!(owner(6).unread, [Seq(4), Seq(5), Seq(6)]);
    assert_eq!(owner(5).unread, []);
}

#[test]
fn the_newest_messages_and_the_first_followers_are_counted() {
    let mut store = SimStore::new(1_000);
    store.put(send(0, 1, 0, create(RoomKind::Public)));
    store.put(send(0, 2, 1, text("root")));
    let more = THREAD_UNREAD_COUNTED_MAX as u64 + 5;
    for n in 0..more {
        store.put(in_it(send(0, 3 + n, 2, into(2)), 0));
    }
    let mut bench = Bench::over(store, RoomBounds::default());
    bench.load();
    let choice = ThreadChoice {
        read: Some(Seq(2)),
        at: Seq(1_000),
        ..ThreadChoice::default()
    };
    let view = bench.room.thread(Seq(2), user(0), &choice);
    assert_eq!(view.messages, more);
    assert_eq!(view.unread.len(), THREAD_UNREAD_COUNTED_MAX);
    assert_eq!(view.unread.last(), Some(&Seq(2 + more)));

    let mut store = SimStore::new(1_000);
    store.put(send(0, 1, 0, create(RoomKind::Public)));
    store.put(send(0, 2, 1, text("root")));
    for n in 1..=THREAD_FOLLOWERS_MAX as u8 {
        store.put(send(n, 1, 2, Body::Join));
        store.put(in_it(send(n, 2, 2, into(2)), 0));
    }
    let mut bench = Bench::over(store, RoomBounds::default());
    bench.load();
    let last = THREAD_FOLLOWERS_MAX as u8;
    assert!(
        thread(&bench.room, 2, last - 1).following,
        "with the root's author"
    );
    assert!(!thread(&bench.room, 2, last).following);
}

#[test]
fn the_threads_of_the_newest_roots_are_counted_also_by_who_loads_the_room() {
    const OVER: u64 = 3;
    let mut store = SimStore::new(100_000);
    store.put(send(0, 1, 0, create(RoomKind::Public)));
    let threads = THREADS_COUNTED_MAX as u64 + OVER;
    // The first message has none at first.
    for n in 0..=threads {
        store.put(send(0, 2 + n, 1, text("root")));
    }
    // Some of the oldest are counted before they give way, others never are.
    for n in [1, 2].into_iter().chain((3..=threads).rev()) {
        store.put(in_it(send(0, 5_000 + n, 1, into(2 + n)), 0));
    }
    let mut bench = Bench::over(store, RoomBounds::default());
    bench.load();
    let all_counted = |room: &Room| {
        let followed = room.followed(user(0), &BTreeMap::new());
        assert_eq!(followed.len(), THREADS_COUNTED_MAX);
        assert_eq!(followed[0].root, Seq(3 + OVER));
        assert!(followed.iter().all(|view| view.messages == 1));
        for root in [2, 3] {
            assert_eq!(thread(room, root, 0).messages, 0, "{root}");
        }
    };
    all_counted(&bench.room);
    // One that has given way is no new one, nor is one that begins where it would have.
    for (n, root) in [(10_000, 3), (10_001, 2)] {
        let head = bench.room.head().seq.0;
        let (_, effects) = bench.submit(send(0, n, head, into(root)));
        stored(&mut bench, effects);
        all_counted(&bench.room);
    }
    for _ in 0..40 {
        bench.wait(10_000);
    }
    assert_eq!(bench.store.mark, bench.store.head());
    for mark in [bench.store.mark, Head::EMPTY] {
        all_counted(&loaded(&bench.store, mark, RoomBounds::default()));
    }
}

/// A version that counted the threads which began last has written that of some nothing is counted any more.
#[test]
fn a_thread_that_an_earlier_version_gave_up_stays_so() {
    let mut store = SimStore::new(100);
    store.put(send(0, 1, 0, create(RoomKind::Public)));
    store.put(send(0, 2, 1, text("root")));
    let mut bench = Bench::over(store, RoomBounds::default());
    bench.load();
    let (_, effects) = bench.submit(send(0, 3, 2, into(2)));
    stored(&mut bench, effects);
    for _ in 0..40 {
        bench.wait(10_000);
    }
    assert_eq!(bench.store.mark, bench.store.head());
    bench.store.project(&[Cell::Thread(ThreadCell {
        seq: Seq(3),
        root: Seq(2),
        counts: None,
    })]);
    bench.store.put(in_it(send(0, 4, 3, into(2)), 0));
    let room = loaded(&bench.store, bench.store.mark, RoomBounds::default());
    assert_eq!(thread(&room, 2, 0).messages, 0);
    assert_eq!(room.followed(user(0), &BTreeMap::new()), []);
}

/// A send as it stands in the log, whose thread's first message that user wrote.
fn in_it(mut send: crate::room::Send, by: u8) -> crate::room::Send {
    if let Body::Message {
        thread: Some(thread),
        ..
    } = &mut send.body
    {
        thread.by = user(by);
    }
    send
}

/// Random actions of five users, over a log that is taken up again by other nodes from whatever its projection has
/// come to: its mark may be behind its cells.
#[test]
fn random_threads_are_counted_as_their_logs_say_on_every_node() {
    for seed in 0..40 {
        let mut chance = Chance::new(seed);
        let bounds = RoomBounds {
            tail_events_max: 6,
            checkpoint_events: 3 + chance.upto(5),
            ..RoomBounds::default()
        };
        let mut store = SimStore::new(1_000);
        store.put(send(0, 1, 0, create(RoomKind::Public)));
        let mut bench = Bench::over(store, bounds.clone());
        bench.load();
        let mut marks = vec![Head::EMPTY];
        let mut threads = 0;
        for n in 0..120 {
            let head = bench.room.head().seq.0;
            let body = random_body(&mut chance, head);
            let by = chance.upto(4) as u8;
            let (_, effects) = bench.submit(send(by, 2 + n, head, body));
            stored(&mut bench, effects);
            let effects = bench.wait(chance.upto(1_500));
            stored(&mut bench, effects);
            marks.push(bench.store.mark);
            let log: Vec<Entry> = bench.store.rows.iter().map(|r| r.entry.clone()).collect();
            let messages = log.iter().filter(|entry| entry.event.body.counts());
            assert_eq!(bench.room.head().ordinal.0, messages.count() as u64);
            // Another node, from the cells as they are and a mark as it was read at some time before. Of what was deleted
            // since it sees what is left.
            bench.store.erase_deleted();
            let mark = marks[marks.len() - 1 - chance.upto(marks.len() as u64 - 1) as usize];
            let other = loaded(&bench.store, mark, bounds.clone());
            let nothing = BTreeMap::new();
            for of in 0..5 {
                let expected = recount(&log, user(of));
                threads += expected.len();
                assert_eq!(
                    bench.room.followed(user(of), &nothing),
                    expected,
                    "seed {seed}, user {of}, step {n}"
                );
                assert_eq!(
                    other.followed(user(of), &nothing),
                    expected,
                    "seed {seed}, user {of}, step {n}, from {mark:?}"
                );
            }
        }
        assert!(threads > 100, "{threads}");
    }
}

fn stored(bench: &mut Bench, mut effects: Vec<Effect>) {
    while appended(&effects).is_some() {
        effects = bench.append(&effects);
    }
}

fn random_body(chance: &mut Chance, head: u64) -> Body {
    let one = chance.upto(4) as u8;
    let target = 1 + chance.upto(head - 1);
    match chance.upto(15) {
        0..=2 => text("to the room"),
        3..=7 => into(target),
        8..=9 => naming(target, one),
        10..=11 => Body::Delete {
            target: Seq(target),
        },
        12 => Body::Edit {
            target: Seq(target),
            text: "other words".to_owned(),
        },
        13 => Body::Join,
        _ => invite(one),
    }
}

#[test]
fn a_message_into_a_thread_waits_for_what_is_known_of_its_root() {
    let bounds = RoomBounds {
        tail_events_max: 4,
        ..RoomBounds::default()
    };
    let mut store = SimStore::new(1_000);
    store.put(send(0, 1, 0, create(RoomKind::Public)));
    store.put(send(0, 2, 1, invite(1)));
    store.put(send(0, 3, 2, text("root")));
    for n in 4..40 {
        store.put(send(0, n, 2, text("on and on")));
    }
    let mut bench = Bench::over(store, bounds);
    bench.load();
    bench.input(Input::HeadSeen(Seq(39)));
    let (_, effects) = bench.submit(send(1, 1, 39, into(3)));
    let (_, entries) = appended(&effects).expect("the root's row was read");
    assert_eq!(entries[0].event.body.thread().unwrap().by, user(0));
}
