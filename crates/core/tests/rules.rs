//! The rules of LOG.md for which the room's machine answers, one test each and named after it. The machine is driven by
//! hand over the in-memory store: no tasks, no sleeps, and each answer comes when the test gives it.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    collections::{BTreeSet, VecDeque},
    rc::Rc,
    sync::Arc,
};

use futures_util::future::FutureExt;
use hearth_core::{
    log::{Entry, Head},
    port::{Cell, Freshness, Log, NodeName, Page, StoreError, TextCell},
    room::{
        Audience, Checkpoint, Effect, Input, Origin, ReaderId, Room, RoomBounds, RoomConfig, Send,
        Ticket,
    },
    testing::{Fault, MemoryStore},
};
use hearth_protocol::{
    Body, DeviceId, ErrorCode, Event, Ordinal, Role, RoomId, RoomKind, SendId, Seq, UserId,
};
use uuid::Uuid;

const ROOM: RoomId = RoomId(Uuid::from_u128(1));
const KIM: UserId = UserId(Uuid::from_u128(10));
const BO: UserId = UserId(Uuid::from_u128(11));
const DAN: UserId = UserId(Uuid::from_u128(12));

/// The store's answer: it never waits.
fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().unwrap()
}

fn text(text: &str) -> Body {
    Body::Message {
        text: text.into(),
        reply_to: None,
    }
}

fn create() -> Body {
    Body::Create {
        title: "den".into(),
        room_kind: RoomKind::Public,
        with: Vec::new(),
    }
}

fn edit(target: u64) -> Body {
    Body::Edit {
        target: Seq(target),
        text: "anew".into(),
    }
}

fn delete(target: u64) -> Body {
    Body::Delete {
        target: Seq(target),
    }
}

fn send(by: UserId, id: &str, after: u64, n: u64, body: Body) -> Send {
    Send {
        by,
        name: "name".into(),
        id: SendId::new(id).unwrap(),
        after: Seq(after),
        device: DeviceId::new("d").unwrap(),
        n,
        body,
    }
}

fn head(store: &MemoryStore) -> Head {
    now(store.head(ROOM, Seq::ZERO, Freshness::Serial)).unwrap()
}

fn stored(store: &MemoryStore) -> Vec<Entry> {
    let page = now(store.read(ROOM, Seq(1), Seq(10_000), 10_000, Freshness::Serial));
    page.unwrap().entries
}

fn copies(store: &MemoryStore, by: UserId, id: &str) -> Vec<u64> {
    let id = SendId::new(id).unwrap();
    let copies = stored(store).into_iter().filter(|e| e.is_send(by, &id));
    copies.map(|e| e.seq().0).collect()
}

/// Another node's append.
fn elsewhere(store: &MemoryStore, by: UserId, id: &str, body: Body) -> Entry {
    let expect = head(store);
    let message = u64::from(body.is_message());
    let entry = Entry {
        event: Event {
            seq: expect.seq.next(),
            ordinal: Ordinal(expect.ordinal.0 + message),
            at_ms: 1,
            by,
            name: "name".into(),
            id: SendId::new(id).unwrap(),
            body,
        },
        device: DeviceId::new("elsewhere").unwrap(),
        n: expect.seq.0,
    };
    let batch = std::slice::from_ref(&entry);
    let answer = now(store.append(ROOM, expect, batch)).unwrap();
    assert_eq!(answer, hearth_core::port::Appended::Applied);
    entry
}

/// A store with Kim's room (1) in which Bo is (2), and then messages of Kim up to `upto`.
fn begun(bucket: u64, upto: u64) -> Rc<MemoryStore> {
    let store = MemoryStore::new(bucket);
    elsewhere(&store, KIM, "create", create());
    elsewhere(&store, BO, "join", Body::Join);
    for seq in 3..=upto {
        elsewhere(&store, KIM, &format!("k{seq}"), text("hello"));
    }
    Rc::new(store)
}

/// A machine, what it waits for, and what it has said.
struct Desk {
    room: Room,
    store: Rc<MemoryStore>,
    now: u64,
    /// Effects not answered yet.
    open: VecDeque<Effect>,
    /// Effects that have no answer, in their order.
    said: Vec<Effect>,
    appends: Vec<(u64, Vec<Entry>)>,
    serial_reads: usize,
    /// Rows that reads do not show.
    hidden: BTreeSet<u64>,
    tickets: u64,
}

impl Desk {
    fn new(store: &Rc<MemoryStore>) -> Self {
        Self::bounded(store, RoomBounds::default())
    }

    fn bounded(store: &Rc<MemoryStore>, bounds: RoomBounds) -> Self {
        // The machine asks for the store's bound from anywhere; the store of a desk lives on one thread.
        let bucket = u64::try_from(store.batch_max(Seq::ZERO)).unwrap();
        let batch_max = move |head: Seq| usize::try_from(bucket - head.0 % bucket).unwrap();
        let mut config = RoomConfig::new(ROOM, Arc::new(batch_max));
        config.bounds = bounds;
        Self {
            room: Room::new(config, 7),
            store: store.clone(),
            now: 1_000,
            open: VecDeque::new(),
            said: Vec::new(),
            appends: Vec::new(),
            serial_reads: 0,
            hidden: BTreeSet::new(),
            tickets: 0,
        }
    }

    /// One that has read the log to its end.
    fn loaded(store: &Rc<MemoryStore>, bounds: RoomBounds) -> Self {
        let mut desk = Self::bounded(store, bounds);
        desk.input(Input::HeadSeen(Seq::ZERO));
        desk.run();
        assert_eq!(desk.room.head(), head(store));
        desk.said.clear(); // who came in while nobody read
        desk
    }

    fn input(&mut self, input: Input) {
        let mut out = Vec::new();
        self.room
            .input(self.now, 1_700_000_000_000 + self.now, input, &mut out);
        for effect in out {
            match &effect {
                Effect::Append { expect, batch } => {
                    self.appends.push((expect.seq.0, batch.clone()));
                }
                Effect::Read { freshness, .. } => {
                    self.serial_reads += usize::from(*freshness == Freshness::Serial);
                }
                Effect::Load | Effect::Projection { .. } | Effect::Project { .. } => {}
                _ => {
                    self.said.push(effect);
                    continue;
                }
            }
            self.open.push_back(effect);
        }
    }

    fn submit(&mut self, send: Send) -> u64 {
        self.submit_from(Origin::Here, send)
    }

    fn submit_from(&mut self, origin: Origin, send: Send) -> u64 {
        self.tickets += 1;
        self.input(Input::Submit {
            ticket: Ticket(self.tickets),
            origin,
            send,
        });
        self.tickets
    }

    fn attach(&mut self, reader: u64, user: UserId, from: Option<u64>) {
        self.input(Input::Attach {
            reader: ReaderId(reader),
            user,
            from: from.map(Seq),
        });
    }

    /// What the store says to an effect.
    fn reply(&self, effect: &Effect) -> Input {
        let store = &self.store;
        match effect {
            Effect::Load => Input::Loaded(now(async {
                Ok(Checkpoint {
                    projected: store.projected(ROOM).await?,
                    room: store.room_cell(ROOM).await?,
                    members: store.member_cells(ROOM, None, 1_000).await?,
                })
            })),
            Effect::Read {
                read,
                from,
                to,
                limit,
                freshness,
            } => {
                let mut result = now(store.read(ROOM, *from, *to, *limit, *freshness));
                if let Ok(Page { entries, .. }) = &mut result {
                    let seen = |e: &&Entry| !self.hidden.contains(&e.seq().0);
                    *entries = entries.iter().take_while(seen).cloned().collect();
                }
                Input::Read {
                    read: *read,
                    result,
                }
            }
            Effect::Projection { read, target } => Input::Projection {
                read: *read,
                result: now(async {
                    let mark = store.projected(ROOM).await?;
                    let cells = match target {
                        Some(seq) => store.message_cells(ROOM, *seq, *seq).await?,
                        None => Vec::new(),
                    };
                    Ok((mark, cells))
                }),
            },
            Effect::Append { expect, batch } => {
                Input::Appended(now(store.append(ROOM, *expect, batch)))
            }
            Effect::Project { cells, head } => Input::Projected(now(async {
                store.project(ROOM, cells).await?;
                store.set_projected(ROOM, *head).await?;
                Ok(*head)
            })),
            other => panic!("it has no answer: {other:?}"),
        }
    }

    /// Answers what has been open longest.
    fn step(&mut self) {
        let effect = self.open.pop_front().unwrap();
        let input = self.reply(&effect);
        self.input(input);
    }

    /// Answers all that is open until an append is.
    fn until_append(&mut self) {
        while !matches!(self.open.front(), Some(Effect::Append { .. })) {
            self.step();
        }
    }

    fn run(&mut self) {
        for _ in 0..10_000 {
            if self.open.is_empty() {
                return;
            }
            self.step();
        }
        panic!("it never rests: {:?}", self.open);
    }

    /// Lets time pass, and answers everything on the way.
    fn pass(&mut self, ms: u64) {
        let end = self.now + ms;
        self.run();
        while let Some(at) = self.room.deadline_ms().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.input(Input::Tick);
            self.run();
        }
        self.now = end;
    }

    /// What callers here were answered, in that order.
    fn answers(&self) -> Vec<(u64, Result<u64, ErrorCode>)> {
        let answer = |effect: &Effect| match effect {
            Effect::Answer { ticket, result } => {
                let result = result.as_ref().map(|seq| seq.0).map_err(|no| no.code);
                Some((ticket.0, result))
            }
            _ => None,
        };
        self.said.iter().filter_map(answer).collect()
    }

    fn published(&self) -> Vec<u64> {
        let run = |effect: &Effect| match effect {
            Effect::Publish(run) => run.iter().map(|e| e.seq().0).collect(),
            _ => Vec::new(),
        };
        self.said.iter().flat_map(run).collect()
    }

    /// The numbers that a reader was handed, in that order.
    fn delivered(&self, reader: u64) -> Vec<u64> {
        let reader = ReaderId(reader);
        let run = |effect: &Effect| match effect {
            Effect::Deliver { to, entries } => {
                let meant = match to {
                    Audience::Live(readers) => readers.contains(&reader),
                    Audience::Reader(one) => *one == reader,
                };
                let seqs = entries.iter().map(|e| e.seq().0);
                seqs.filter(|_| meant).collect()
            }
            _ => Vec::new(),
        };
        self.said.iter().flat_map(run).collect()
    }

    fn gaps(&self) -> Vec<(u64, u64, u64)> {
        let gap = |effect: &Effect| match effect {
            Effect::Gap { reader, from, to } => Some((reader.0, from.0, to.0)),
            _ => None,
        };
        self.said.iter().filter_map(gap).collect()
    }

    /// Whether the only thing open is a SERIAL read.
    fn waits_for_serial(&self) -> bool {
        self.open.len() == 1
            && matches!(
                self.open[0],
                Effect::Read {
                    freshness: Freshness::Serial,
                    ..
                }
            )
    }
}

fn range(from: u64, to: u64) -> Vec<u64> {
    (from..=to).collect()
}

#[test]
fn rule_01_a_batch_lies_in_one_bucket() {
    let store = begun(8, 6);
    let mut desk = Desk::new(&store);
    for n in 1..=12 {
        desk.submit(send(BO, &format!("b{n}"), 2, n, text("hi")));
    }
    desk.until_append();
    desk.submit(send(BO, "b13", 2, 13, text("hi")));
    assert_eq!(desk.open.len(), 1, "one attempt in flight");
    desk.run();
    let shape: Vec<_> = desk.appends.iter().map(|(e, b)| (*e, b.len())).collect();
    assert_eq!(shape, [(6, 2), (8, 8), (16, 3)]);
    let answers: Vec<_> = (1..=13).map(|n| (n, Ok(n + 6))).collect();
    assert_eq!(desk.answers(), answers);
}

#[test]
fn rule_02_a_node_that_is_behind_catches_up_and_never_refuses() {
    let store = begun(64, 2);
    let mut desk = Desk::loaded(&store, RoomBounds::default());
    elsewhere(&store, KIM, "role", text("one"));
    elsewhere(&store, DAN, "dan", Body::Join);
    elsewhere(&store, KIM, "two", text("two"));
    // Dan joined above this node's head: it must see that, even if a plain read does not show it yet.
    let ticket = desk.submit(send(DAN, "d1", 5, 1, text("hi")));
    assert!(desk.appends.is_empty() && desk.answers().is_empty());
    let Some(Effect::Read { read, from, .. }) = desk.open.pop_front() else {
        panic!("no read");
    };
    assert_eq!(from, Seq(3));
    let result = Ok(Page {
        entries: Vec::new(),
        head: Head {
            seq: Seq(2),
            ordinal: Ordinal::ZERO,
        },
    });
    desk.input(Input::Read { read, result });
    assert!(desk.appends.is_empty() && desk.answers().is_empty());
    assert!(desk.waits_for_serial());
    desk.run();
    assert_eq!(desk.answers(), [(ticket, Ok(6))]);
    assert_eq!(desk.appends.len(), 1);
    assert_eq!(desk.appends[0].0, 5, "on the head that was read");
}

#[test]
fn rule_03_deduplication_comes_before_membership_and_both_see_the_batch() {
    let store = begun(64, 2);
    elsewhere(&store, BO, "m", text("hi"));
    elsewhere(&store, KIM, "out", Body::Remove { user: BO });
    let mut desk = Desk::new(&store);
    let resent = desk.submit(send(BO, "m", 2, 1, text("hi")));
    desk.run();
    assert_eq!(
        desk.answers(),
        [(resent, Ok(3))],
        "it is in, though Bo is out"
    );
    assert!(desk.appends.is_empty());

    let store = begun(64, 2);
    let mut desk = Desk::new(&store);
    let out = desk.submit(send(KIM, "out", 2, 1, Body::Remove { user: BO }));
    let late = desk.submit(send(BO, "late", 2, 1, text("hi")));
    desk.run();
    let answers = [(out, Ok(3)), (late, Err(ErrorCode::NotMember))];
    assert_eq!(desk.answers(), answers);
    assert_eq!(copies(&store, BO, "late"), [0; 0]);

    let store = begun(64, 2);
    let mut desk = Desk::new(&store);
    let first = desk.submit(send(BO, "first", 2, 1, text("hi")));
    let out = desk.submit(send(KIM, "out", 2, 1, Body::Remove { user: BO }));
    desk.run();
    assert_eq!(desk.answers(), [(first, Ok(3)), (out, Ok(4))]);
}

#[test]
fn rule_04_sender_and_id_are_one_send() {
    let store = begun(64, 2);
    let mut desk = Desk::new(&store);
    let one = desk.submit(send(BO, "x", 2, 1, text("hi")));
    let other = desk.submit(send(KIM, "x", 2, 1, text("hi")));
    desk.until_append();
    let again = desk.submit(send(BO, "x", 2, 1, text("hi")));
    desk.submit_from(
        Origin::Node(NodeName("b".into())),
        send(BO, "x", 2, 1, text("hi")),
    );
    assert!(
        desk.answers().is_empty(),
        "a second copy waits for the first"
    );
    desk.run();
    let mut answers = desk.answers();
    answers.sort_unstable_by_key(|(ticket, _)| *ticket);
    assert_eq!(answers, [(one, Ok(3)), (other, Ok(4)), (again, Ok(3))]);
    assert_eq!(copies(&store, BO, "x"), [3]);
    assert_eq!(copies(&store, KIM, "x"), [4]);
    assert_eq!(desk.published(), [3, 4]);
}

#[test]
fn rule_05_a_membership_that_changed_since_refuses_for_good() {
    let store = begun(64, 2);
    elsewhere(&store, KIM, "out", Body::Remove { user: BO });
    let back = Body::Invite {
        user: BO,
        user_name: "bo".into(),
    };
    elsewhere(&store, KIM, "back", back);
    let mut desk = Desk::new(&store);
    for _ in 0..2 {
        desk.submit(send(BO, "old", 2, 1, text("hi")));
        desk.run();
    }
    desk.submit(send(BO, "new", 4, 2, text("hi")));
    desk.run();
    let no = Err(ErrorCode::NotMember);
    assert_eq!(desk.answers(), [(1, no), (2, no), (3, Ok(5))]);
    assert_eq!(copies(&store, BO, "old"), [0; 0]);
}

#[test]
fn rule_06_a_refusal_that_rests_on_the_batch_waits_for_it() {
    let store = begun(64, 2);
    elsewhere(&store, DAN, "dan", Body::Join);
    let owner = Body::Role {
        user: DAN,
        role: Role::Owner,
    };
    elsewhere(&store, KIM, "owner", owner);
    let mut desk = Desk::new(&store);
    let out = desk.submit(send(KIM, "out", 4, 1, Body::Remove { user: BO }));
    let message = desk.submit(send(BO, "m", 4, 1, text("hi")));
    desk.until_append();
    assert_eq!(desk.appends[0].1.len(), 1, "the removal alone");
    assert!(desk.answers().is_empty(), "Bo is not out yet");
    // The batch loses its race to one after which Kim may remove nobody any more: Bo was never out.
    elsewhere(&store, DAN, "kim", Body::Remove { user: KIM });
    desk.pass(1_000);
    let mut answers = desk.answers();
    answers.sort_unstable_by_key(|(ticket, _)| *ticket);
    let expected = [(out, Err(ErrorCode::NotMember)), (message, Ok(6))];
    assert_eq!(answers, expected);
}

#[test]
fn rule_07_a_devices_sends_keep_their_order() {
    let store = begun(64, 2);
    let mut desk = Desk::new(&store);
    // The first has to wait for what it answers; the second must not overtake it.
    let reply = Body::Message {
        text: "hi".into(),
        reply_to: Some(Seq(3)),
    };
    let first = desk.submit(send(BO, "b1", 2, 1, reply));
    let second = desk.submit(send(BO, "b2", 2, 2, text("hi")));
    while !desk.waits_for_serial() {
        assert!(desk.appends.is_empty());
        desk.step();
    }
    elsewhere(&store, KIM, "k", text("hello"));
    desk.run();
    assert_eq!(desk.answers(), [(first, Ok(4)), (second, Ok(5))]);

    // Given up, overtaken, and then it comes after all.
    let late = desk.submit(send(BO, "b0", 2, 0, text("hi")));
    let mut other = send(BO, "c0", 2, 0, text("hi"));
    other.device = DeviceId::new("other").unwrap();
    let other = desk.submit(other);
    desk.run();
    let answers = [(late, Err(ErrorCode::OutOfOrder)), (other, Ok(6))];
    assert_eq!(desk.answers()[2..], answers);
    assert_eq!(copies(&store, BO, "b0"), [0; 0]);
}

#[test]
fn rule_10_an_unknown_outcome_is_read_at_serial_and_tried_again() {
    for (fault, tries) in [
        (Fault::UnknownApplied, 1),
        (Fault::UnknownNotApplied, 2),
        (Fault::UnknownAppliedLater, 2),
    ] {
        let store = begun(64, 2);
        let mut desk = Desk::loaded(&store, RoomBounds::default());
        store.fail_next_append(fault);
        let ticket = desk.submit(send(BO, "m", 2, 1, text("hi")));
        desk.step();
        assert!(desk.said.is_empty(), "{fault:?}: {:?}", desk.said);
        assert!(desk.waits_for_serial(), "{fault:?}: {:?}", desk.open);
        desk.step();
        store.settle(); // after the read: the second try meets it
        desk.pass(1_000);
        assert_eq!(desk.answers(), [(ticket, Ok(3))], "{fault:?}");
        assert_eq!(copies(&store, BO, "m"), [3], "{fault:?}");
        assert_eq!(desk.appends.len(), tries, "{fault:?}");
        assert_eq!(desk.published(), [3], "{fault:?}");
    }
}

#[test]
fn rule_11_each_event_is_judged_by_its_own_id() {
    let store = begun(64, 2);
    let mut desk = Desk::loaded(&store, RoomBounds::default());
    // Put together while the first append is under way, so that they are one batch.
    desk.submit(send(KIM, "k", 2, 1, text("hi")));
    let x = desk.submit(send(BO, "x", 2, 1, text("hi")));
    let y = desk.submit(send(KIM, "y", 2, 2, text("hi")));
    desk.step();
    assert_eq!(desk.appends[1].1.len(), 2);
    store.fail_next_append(Fault::UnknownNotApplied);
    desk.step();
    elsewhere(&store, BO, "x", text("hi"));
    elsewhere(
        &store,
        BO,
        "z",
        text("the head is where the batch would have put it"),
    );
    desk.until_append();
    assert_eq!(desk.answers()[1..], [(x, Ok(4))], "and nothing of y");
    desk.run();
    assert_eq!(desk.answers()[2..], [(y, Ok(6))]);
    assert_eq!(copies(&store, BO, "x"), [4]);
    assert_eq!(copies(&store, KIM, "y"), [6]);
}

#[test]
fn rule_12_absent_and_the_head_unmoved_is_still_doubtful() {
    let store = begun(64, 2);
    let mut desk = Desk::loaded(&store, RoomBounds::default());
    store.fail_next_append(Fault::UnknownNotApplied);
    for _ in 0..1_000 {
        store.fail_next_append(Fault::Away); // while reads go on, and show nothing
    }
    let ticket = desk.submit(send(BO, "m", 2, 1, text("hi")));
    desk.pass(30_000);
    assert!(desk.serial_reads > 0);
    assert_eq!(desk.answers(), [(ticket, Err(ErrorCode::Doubtful))]);

    // What never was in doubt is not called so.
    let mut desk = Desk::loaded(&store, RoomBounds::default());
    let ticket = desk.submit(send(BO, "m2", 2, 1, text("hi")));
    desk.pass(30_000);
    assert_eq!(desk.answers(), [(ticket, Err(ErrorCode::Unavailable))]);
    assert_eq!(head(&store).seq, Seq(2));
}

#[test]
fn rule_13_a_lost_race_may_hide_the_own_success() {
    let store = begun(64, 2);
    let mut desk = Desk::loaded(&store, RoomBounds::default());
    store.fail_next_append(Fault::LostApplied);
    let ticket = desk.submit(send(BO, "m", 2, 1, text("hi")));
    desk.pass(1_000);
    assert_eq!(desk.answers(), [(ticket, Ok(3))]);
    assert_eq!(copies(&store, BO, "m"), [3]);
    assert_eq!(desk.published(), [3], "nobody else knows of it");
}

#[test]
fn rule_14_what_was_only_seen_is_confirmed_before_it_is_acknowledged() {
    let store = begun(64, 2);
    elsewhere(&store, BO, "m", text("hi"));
    let mut desk = Desk::loaded(&store, RoomBounds::default());
    assert_eq!(desk.serial_reads, 0, "it was loaded by plain reads");
    let ticket = desk.submit(send(BO, "m", 2, 1, text("hi")));
    assert!(desk.waits_for_serial(), "{:?}", desk.open);
    assert!(desk.said.is_empty(), "{:?}", desk.said);
    desk.run();
    assert_eq!(desk.answers(), [(ticket, Ok(3))]);

    // Nothing is published, delivered or answered while the append is under way.
    desk.attach(1, KIM, None);
    desk.run();
    desk.said.clear();
    let ticket = desk.submit(send(BO, "m2", 3, 2, text("hi")));
    assert_eq!(desk.appends.len(), 1);
    assert!(desk.said.is_empty(), "{:?}", desk.said);
    desk.run();
    assert_eq!(desk.published(), [4]);
    assert_eq!(desk.delivered(1), [4]);
    assert_eq!(desk.answers(), [(ticket, Ok(4))]);
}

/// A window of two events, and a search of six at most.
fn narrow() -> RoomBounds {
    RoomBounds {
        tail_events_max: 2,
        sends_max: 2,
        scan_events_max: 6,
        ..RoomBounds::default()
    }
}

#[test]
fn rule_17_what_is_too_old_to_tell_is_never_appended() {
    let store = begun(64, 20);
    let mut desk = Desk::loaded(&store, narrow());
    let stored = desk.submit(send(KIM, "k3", 2, 1, text("hello")));
    let fresh = desk.submit(send(BO, "fresh", 13, 1, text("hi")));
    desk.run();
    let no = Err(ErrorCode::TooOld);
    assert_eq!(desk.answers(), [(stored, no), (fresh, no)]);
    assert!(desk.appends.is_empty());

    // Within the bound it is looked for below the window, and found or not.
    let stored = desk.submit(send(KIM, "k16", 14, 1, text("hello")));
    desk.run();
    assert_eq!(desk.answers()[2..], [(stored, Ok(16))]);
    assert!(desk.appends.is_empty());
    let fresh = desk.submit(send(BO, "fresh2", 14, 2, text("hi")));
    desk.run();
    assert_eq!(desk.answers()[3..], [(fresh, Ok(21))]);

    // What cannot be read any more cannot be told either.
    let mut desk = Desk::loaded(&store, narrow());
    desk.hidden.extend(1..=18);
    let gone = desk.submit(send(KIM, "k18", 16, 1, text("hello")));
    desk.run();
    assert_eq!(desk.answers(), [(gone, no)]);
    assert!(desk.appends.is_empty());
}

#[test]
fn rule_18_an_erased_bucket_hands_no_number_out_twice() {
    let store = begun(8, 15);
    let mut desk = Desk::new(&store);
    desk.submit(send(BO, "m", 15, 1, text("hi")));
    desk.pass(10_000);
    assert_eq!(now(store.projected(ROOM)).unwrap().seq, Seq(16));
    now(store.erase(ROOM, Seq(1), Seq(16))).unwrap();

    // Both buckets are full and erased, the head's as well; a node that begins goes on above.
    let mut desk = Desk::new(&store);
    let next = desk.submit(send(BO, "next", 16, 2, text("hi")));
    desk.run();
    assert_eq!(desk.answers(), [(next, Ok(17))]);
    assert_eq!(desk.appends[0].0, 16);
    let seqs: Vec<u64> = stored(&store).iter().map(|e| e.seq().0).collect();
    assert_eq!(seqs, range(1, 17));
    assert_eq!(head(&store).ordinal, Ordinal(15));

    // Erasing keeps sender and id: the resend of an erased message is no new one.
    let resent = desk.submit(send(BO, "m", 15, 1, text("hi")));
    desk.run();
    assert_eq!(desk.answers()[1..], [(resent, Ok(16))]);
    assert_eq!(desk.appends.len(), 1);
}

#[test]
fn rule_20_rows_not_visible_are_read_at_serial_and_a_gap_is_said() {
    for stays in [false, true] {
        let store = begun(64, 3);
        let mut desk = Desk::loaded(&store, RoomBounds::default());
        desk.attach(1, KIM, None);
        desk.run();
        for id in ["a", "b", "c"] {
            elsewhere(&store, BO, id, text("hi"));
        }
        desk.hidden.insert(4);
        desk.input(Input::HeadSeen(Seq(6)));
        desk.step();
        assert!(desk.delivered(1).is_empty() && desk.gaps().is_empty());
        assert!(desk.waits_for_serial(), "{:?}", desk.open);
        if !stays {
            desk.hidden.clear();
        }
        desk.pass(60_000);
        let (gaps, seqs) = match stays {
            false => (vec![], range(4, 6)),
            true => (vec![(1, 4, 4)], range(5, 6)),
        };
        assert_eq!(desk.gaps(), gaps);
        assert_eq!(desk.delivered(1), seqs);
        let gap = |e: &Effect| matches!(e, Effect::Gap { .. });
        let run = |e: &Effect| matches!(e, Effect::Deliver { .. });
        let told = desk.said.iter().position(gap);
        assert!(told.is_none_or(|at| Some(at) < desk.said.iter().position(run)));
    }
}

#[test]
fn rule_22_what_is_hinted_while_a_read_is_under_way_is_read_as_well() {
    let store = begun(64, 2);
    let mut desk = Desk::loaded(&store, RoomBounds::default());
    desk.attach(1, KIM, None);
    desk.run();
    elsewhere(&store, BO, "a", text("hi"));
    desk.input(Input::HeadSeen(Seq(3)));
    let read = desk.open.pop_front().unwrap();
    let early = desk.reply(&read);
    elsewhere(&store, BO, "b", text("hi"));
    let last = elsewhere(&store, BO, "c", text("hi"));
    desk.input(Input::Hint(vec![last]));
    assert!(desk.delivered(1).is_empty());
    desk.input(early);
    assert_eq!(desk.delivered(1), [3]);
    desk.run();
    assert_eq!(desk.delivered(1), [3, 4, 5]);
    assert_eq!(desk.room.head().seq, Seq(5));
}

#[test]
fn rule_23_only_the_next_is_delivered() {
    let store = begun(64, 2);
    let mut desk = Desk::loaded(&store, RoomBounds::default());
    desk.attach(1, KIM, None);
    desk.run();
    let third = elsewhere(&store, BO, "a", text("hi"));
    desk.input(Input::Hint(vec![third.clone()]));
    desk.input(Input::Hint(vec![third]));
    assert_eq!(desk.delivered(1), [3], "the lower is dropped");
    assert!(desk.open.is_empty());
    elsewhere(&store, BO, "b", text("hi"));
    let fifth = elsewhere(&store, BO, "c", text("hi"));
    desk.input(Input::Hint(vec![fifth]));
    assert_eq!(desk.delivered(1), [3], "the higher is not passed on");
    assert!(matches!(desk.open[0], Effect::Read { from: Seq(4), .. }));
    desk.run();
    assert_eq!(desk.delivered(1), [3, 4, 5]);
    assert!(desk.gaps().is_empty());
}

#[test]
fn rule_25_a_reader_goes_live_at_the_timelines_position_in_one_step() {
    let store = begun(64, 10);
    let mut desk = Desk::loaded(&store, narrow());
    desk.attach(1, KIM, Some(2));
    assert_eq!(desk.room.live().count(), 0, "its page is being read");
    let next = elsewhere(&store, BO, "a", text("hi"));
    desk.input(Input::Hint(vec![next]));
    assert!(desk.delivered(1).is_empty(), "not before what precedes it");
    desk.run();
    assert_eq!(desk.delivered(1), range(3, 11));
    assert_eq!(desk.room.live().collect::<Vec<_>>(), [(ReaderId(1), KIM)]);
    let next = elsewhere(&store, BO, "b", text("hi"));
    desk.input(Input::Hint(vec![next]));
    assert_eq!(desk.delivered(1), range(3, 12));

    // Membership as of that position, looked up once more before a no.
    let out = elsewhere(&store, KIM, "out", Body::Remove { user: BO });
    desk.input(Input::Hint(vec![out]));
    desk.said.clear();
    desk.attach(2, BO, Some(2));
    assert!(desk.said.is_empty() && desk.waits_for_serial());
    desk.run();
    let refused = |e: &Effect| matches!(e, Effect::Attached { reader: ReaderId(2), result: Err(no) } if no.code == ErrorCode::NotMember);
    assert!(desk.said.iter().any(refused), "{:?}", desk.said);
    assert!(desk.delivered(2).is_empty());
}

#[test]
fn rule_26_a_removal_cuts_the_shared_run() {
    let store = begun(64, 10);
    let mut desk = Desk::loaded(&store, narrow());
    desk.attach(1, KIM, None);
    desk.attach(2, BO, None);
    desk.run();
    desk.attach(3, BO, Some(2)); // still behind when its user is put out
    let run = vec![
        elsewhere(&store, BO, "a", text("hi")),
        elsewhere(&store, KIM, "out", Body::Remove { user: BO }),
        elsewhere(&store, KIM, "b", text("now that Bo is gone")),
    ];
    desk.input(Input::Hint(run));
    desk.run();
    assert_eq!(desk.delivered(1), [11, 12, 13]);
    assert_eq!(desk.delivered(2), [11, 12]);
    assert_eq!(desk.delivered(3), range(3, 12));
    let left = |e: &Effect| match e {
        Effect::Left { reader, seq } => Some((reader.0, seq.0)),
        _ => None,
    };
    let left: Vec<_> = desk.said.iter().filter_map(left).collect();
    assert_eq!(left, [(2, 12), (3, 12)]);
    assert_eq!(desk.room.live().collect::<Vec<_>>(), [(ReaderId(1), KIM)]);
}

fn text_cell(seq: u64, target: u64, text: Option<&str>) -> Cell {
    Cell::Text(TextCell {
        seq: Seq(seq),
        target: Seq(target),
        text: text.map(Into::into),
    })
}

#[test]
fn rule_27_a_cell_is_written_under_its_events_number() {
    let store = begun(64, 4);
    let mut desk = Desk::new(&store);
    desk.submit(send(KIM, "e", 4, 1, edit(3)));
    desk.submit(send(KIM, "x", 4, 2, delete(4)));
    desk.pass(10_000);
    let cells = [text_cell(5, 3, Some("anew")), text_cell(6, 4, None)];
    let of = |from, to| now(store.message_cells(ROOM, Seq(from), Seq(to))).unwrap();
    assert_eq!(of(3, 4), cells, "a deletion is a value");
    // A node that was paused writes what it knew: it overwrites nothing, and brings nothing back.
    let late = [text_cell(4, 3, Some("old")), text_cell(5, 4, Some("back"))];
    now(store.project(ROOM, &late)).unwrap();
    assert_eq!(of(3, 4), cells);
}

#[test]
fn rule_28_the_mark_moves_only_over_what_was_applied_anew() {
    let store = begun(64, 4);
    let mut desk = Desk::loaded(&store, RoomBounds::default());
    let theirs = elsewhere(&store, KIM, "e3", edit(3));
    desk.input(Input::Hint(vec![theirs]));
    desk.submit(send(KIM, "e4", 5, 1, edit(4)));
    desk.run();
    let mut tries = 0;
    while let Some(at) = desk.room.deadline_ms() {
        desk.now = at;
        desk.input(Input::Tick);
        while let Some(effect) = desk.open.pop_front() {
            let mut input = desk.reply_unless_projecting(&effect);
            if let Effect::Project { cells, head } = &effect {
                tries += 1;
                assert_eq!(head.seq, Seq(6));
                for cell in [text_cell(5, 3, Some("anew")), text_cell(6, 4, Some("anew"))] {
                    assert!(cells.contains(&cell), "{cells:?}");
                }
                let members = cells.iter().filter(|c| matches!(c, Cell::Member(_)));
                assert_eq!(members.count(), 2, "also what was before: {cells:?}");
                // The first fails: the mark has not moved, so all of it comes again.
                input = Some(match tries {
                    1 => Input::Projected(Err(StoreError::Away("for the test".into()))),
                    _ => desk.reply(&effect),
                });
            }
            desk.input(input.unwrap());
        }
        assert!(tries <= 2);
    }
    assert_eq!(tries, 2);
    assert_eq!(now(store.projected(ROOM)).unwrap().seq, Seq(6));
}

impl Desk {
    fn reply_unless_projecting(&self, effect: &Effect) -> Option<Input> {
        let projects = matches!(effect, Effect::Project { .. });
        (!projects).then(|| self.reply(effect))
    }
}

#[test]
fn rule_29_cells_are_overlaid_with_the_log_above_their_mark() {
    // The deletion lies in the window (12), or between the mark and the window (5): no cell tells of either.
    for deleted_at in [5, 12] {
        let store = begun(64, 4);
        for seq in 5..=13 {
            match seq == deleted_at {
                true => elsewhere(&store, KIM, "gone", delete(3)),
                false => elsewhere(&store, KIM, &format!("k{seq}"), text("hello")),
            };
        }
        let mut desk = Desk::loaded(&store, narrow());
        let changed = desk.submit(send(KIM, "e", 13, 1, edit(3)));
        assert!(desk.answers().is_empty(), "its cells are not known yet");
        assert!(desk.appends.is_empty());
        desk.pass(1_000);
        let answer = [(changed, Err(ErrorCode::NotFound))];
        assert_eq!(desk.answers(), answer, "deleted at {deleted_at}");
        let other = desk.submit(send(KIM, "e4", 13, 2, edit(4)));
        desk.pass(1_000);
        assert_eq!(desk.answers()[1..], [(other, Ok(14))]);
        assert_eq!(desk.appends.len(), 1);
    }
}
