//! The machine against a small model of a server, over a network that cuts, with faults at every turn, by seed.
//!
//! The model keeps one room's log and does what `docs/protocol.md` says of a server, at its worst: it may store and
//! answer "doubtful", lose an ack with the connection, replay with a gap, drop live events on one connection (so that
//! only a hole tells), read short, say `busy`. What is checked is what the machine promises.

use proptest::prelude::*;

use super::{
    backoff::Chance,
    tests::{id, me, message, room, snapshot},
    *,
};
use crate::{ErrorCode, Event, Ordinal, RoomSnapshot, ServerFrame};

/// How far the model looks back for a first copy, and how much it replays: small, so that both ends are met.
const SCAN: u64 = 60;
const REPLAY: u64 = 12;
const PAGE: usize = 5;

/// Faults, each in percent of its occasions.
#[derive(Debug, Clone)]
struct Faults {
    cut: u64,
    refuse_before: u64,
    doubt_after: u64,
    drop_live: u64,
    twice: u64,
    short: u64,
    other_writes: u64,
    give_up: u64,
}

struct Model {
    log: Vec<Event>,
    /// The highest `n` of the client's device, with where it lies.
    ns: Vec<(u64, u64)>,
    chance: Chance,
    faults: Faults,
    /// Where live delivery of the present connection is; `None` without a `hello`.
    reader: Option<u64>,
    /// Texts on their way to the client, in order.
    wire: Vec<String>,
    calm: bool,
}

impl Model {
    fn happens(&mut self, percent: u64) -> bool {
        !self.calm && self.chance.up_to(99) < percent
    }

    fn head(&self) -> u64 {
        self.log.len() as u64
    }

    fn say(&mut self, frame: &ServerFrame) {
        self.wire.push(serde_json::to_string(frame).unwrap());
    }

    fn append(&mut self, by: UserId, send: SendId, body: Body) -> u64 {
        let seq = self.head() + 1;
        self.log.push(Event {
            seq: Seq(seq),
            ordinal: Ordinal(seq),
            at_ms: 0,
            by,
            name: "n".into(),
            id: send,
            body,
        });
        seq
    }

    fn somebody_writes(&mut self) {
        let send = id(&format!("other-{}", self.head()));
        let by = UserId(uuid::Uuid::from_u128(999));
        self.append(by, send, message("from another"));
    }

    /// Live delivery: a run of what is new, mostly; sometimes with something left out or said twice.
    fn deliver(&mut self) {
        let Some(from) = self.reader else { return };
        let head = self.head();
        if from == head {
            return;
        }
        self.reader = Some(head);
        if self.happens(self.faults.drop_live) {
            return;
        }
        let again = if self.happens(self.faults.twice) {
            2
        } else {
            0
        };
        let events = self.log[from.saturating_sub(again) as usize..].to_vec();
        let room = room();
        self.say(&ServerFrame::Events { room, events });
    }

    fn hear(&mut self, frame: ClientFrame) {
        match frame {
            ClientFrame::Hello { rooms, .. } => self.hello(&rooms),
            ClientFrame::Send {
                id, after, n, body, ..
            } => self.send(id, after.0, n, body),
            ClientFrame::History { r#ref, after, .. } => self.history(r#ref, after.unwrap().0),
            ClientFrame::Ping { r#ref } => self.say(&ServerFrame::Pong { r#ref }),
            ClientFrame::Mark { .. } => {}
            other => panic!("not asked for: {other:?}"),
        }
    }

    fn hello(&mut self, rooms: &[Position]) {
        let head = self.head();
        let described = RoomSnapshot {
            mark: Seq(0),
            ..snapshot(head)
        };
        self.say(&ServerFrame::Welcome {
            build: String::new(),
            node: String::new(),
            user: User {
                id: me(),
                name: "me".into(),
                display: "me".into(),
            },
            now_ms: 0,
            rooms: vec![described],
        });
        let from = rooms.first().map_or(head, |p| p.seq.0);
        assert!(from <= head, "a position above the log");
        let mut begin = from;
        if head - from > REPLAY {
            begin = head - PAGE as u64;
            self.say(&ServerFrame::Gap {
                room: room(),
                from: Seq(from + 1),
                to: Seq(begin),
            });
        }
        let runs: Vec<Vec<Event>> = self.log[begin as usize..]
            .chunks(PAGE)
            .map(<[Event]>::to_vec)
            .collect();
        for events in runs {
            let room = room();
            self.say(&ServerFrame::Events { room, events });
        }
        self.reader = Some(head);
    }

    fn send(&mut self, send: SendId, after: u64, n: u64, body: Body) {
        if self.happens(self.faults.refuse_before) {
            return self.refuse(send, ErrorCode::Busy);
        }
        let found = self
            .log
            .iter()
            .find(|e| e.seq.0 > after && e.by == me() && e.id == send);
        let seq = if let Some(first) = found {
            first.seq.0
        } else if self.head() - after > SCAN {
            return self.refuse(send, ErrorCode::TooOld);
        } else if self.ns.iter().any(|(seq, m)| *seq > after && *m > n) {
            return self.refuse(send, ErrorCode::OutOfOrder);
        } else {
            let seq = self.append(me(), send.clone(), body);
            self.ns.push((seq, n));
            seq
        };
        if self.happens(self.faults.doubt_after) {
            return self.refuse(send, ErrorCode::Doubtful);
        }
        // The event may come before the ack or after it.
        let event_first = self.chance.up_to(1) == 0;
        if event_first {
            self.deliver();
        }
        let room = room();
        let ack = ServerFrame::Ack {
            room,
            id: send,
            seq: Seq(seq),
        };
        self.say(&ack);
        self.deliver();
    }

    fn refuse(&mut self, send: SendId, code: ErrorCode) {
        self.say(&ServerFrame::Error {
            r#ref: None,
            room: Some(room()),
            id: Some(send),
            code,
            message: String::new(),
            retry_after_ms: None,
        });
    }

    fn history(&mut self, r#ref: u64, after: u64) {
        let short = self.happens(self.faults.short);
        let limit = if short { 0 } else { PAGE };
        let events: Vec<Event> = self
            .log
            .iter()
            .filter(|e| e.seq.0 > after)
            .take(limit)
            .cloned()
            .collect();
        let head = Seq(self.head());
        self.say(&ServerFrame::History {
            r#ref,
            room: room(),
            more_before: after > 0,
            more_after: true,
            events,
            states: Vec::new(),
            head,
        });
    }
}

/// What the person saw.
#[derive(Default)]
struct Screen {
    began: bool,
    position: u64,
    shown: Vec<Event>,
    missed: u64,
    settled: BTreeMap<SendId, Outcome>,
    /// What went on the wire: the same in each resend, but for a raise that was recorded.
    recorded: BTreeMap<SendId, Pending>,
}

impl Screen {
    fn take(&mut self, step: &Step) {
        match step {
            // The first description: the room starts at its end.
            Step::Room(snapshot) if !std::mem::replace(&mut self.began, true) => {
                self.position = snapshot.head.0;
                self.missed = snapshot.head.0;
            }
            Step::Show { event, .. } => {
                assert_eq!(event.seq.0, self.position + 1, "shown out of order");
                self.position += 1;
                self.shown.push(event.clone());
            }
            Step::Missed { from, to, .. } => {
                assert_eq!(from.0, self.position + 1, "a gap that does not join");
                assert!(to >= from);
                self.missed += to.0 - from.0 + 1;
                self.position = to.0;
            }
            Step::Record(pending) => {
                if let Some(before) = self.recorded.insert(pending.id.clone(), pending.clone()) {
                    assert!(before.after <= pending.after && before.n == pending.n);
                }
            }
            Step::Write(ClientFrame::Send {
                id, after, n, body, ..
            }) => {
                let recorded = &self.recorded[id];
                assert_eq!((recorded.after, recorded.n), (Some(*after), *n));
                assert_eq!(&recorded.body, body);
                assert!(!self.settled.contains_key(id), "sent after it was settled");
            }
            Step::Settled { pending, outcome } => {
                let before = self.settled.insert(pending.id.clone(), outcome.clone());
                assert_eq!(before, None, "settled twice");
            }
            Step::Reset { .. } | Step::Left { .. } | Step::Odd(_) | Step::Ended(_) => {
                panic!("{step:?}")
            }
            _ => {}
        }
    }
}

fn run(seed: u64, sends: usize, faults: &Faults) -> Screen {
    let mut model = Model {
        log: Vec::new(),
        ns: Vec::new(),
        chance: Chance::new(seed),
        faults: faults.clone(),
        reader: None,
        wire: Vec::new(),
        calm: false,
    };
    let mut client = Client::new(Settings::new("d-1".parse().unwrap(), seed ^ 1));
    let mut screen = Screen::default();
    let mut now = 0;
    let mut composed = Vec::new();
    let mut queue = client.start(now);
    let mut rounds = 0;
    loop {
        // Carry out what the machine wants.
        for step in std::mem::take(&mut queue) {
            screen.take(&step);
            match step {
                Step::Connect => {
                    model.wire.clear();
                    model.reader = None;
                    let steps = if model.happens(faults.cut) {
                        client.closed(now, End::Cut)
                    } else {
                        client.opened(now)
                    };
                    queue.extend(steps);
                }
                Step::Write(frame) => model.hear(frame),
                _ => {}
            }
        }
        if !queue.is_empty() {
            continue;
        }
        // The world goes on.
        rounds += 1;
        assert!(rounds < 20_000, "it does not come to rest");
        if model.happens(faults.other_writes) {
            for _ in 0..=model.chance.up_to(20) {
                model.somebody_writes();
            }
        }
        if model.wire.is_empty() {
            model.deliver();
        }
        if composed.len() < sends && client.user().is_some() && model.chance.up_to(3) == 0 {
            let send = id(&format!("mine-{}", composed.len()));
            composed.push(send.clone());
            queue = client.send(now, room(), send, message("m")).unwrap();
            continue;
        }
        let first = client.pending().next().map(|p| p.id.clone());
        if let Some(send) = first
            && model.happens(faults.give_up)
        {
            queue = client.give_up(now, room(), &send);
            continue;
        }
        if !model.calm && composed.len() == sends && rounds > 400 {
            model.calm = true;
            // What was dropped at the very end shows by what comes after it.
            model.somebody_writes();
        }
        if !model.wire.is_empty() {
            now += model.chance.up_to(50);
            if model.happens(faults.cut) {
                // Everything on its way is lost, in both directions.
                model.wire.clear();
                model.reader = None;
                queue = client.closed(now, End::Cut);
            } else {
                let text = model.wire.remove(0);
                queue = client.heard(now, &text);
            }
            continue;
        }
        let up_to_date = screen.position == model.head();
        if model.calm && client.pending().count() == 0 && up_to_date {
            break;
        }
        now = now.max(client.deadline().expect("nothing waits and it is not done")) + 1;
        queue = client.tick(now);
    }
    judge(&model, &screen, &composed);
    screen
}

fn judge(model: &Model, screen: &Screen, composed: &[SendId]) {
    // Every send was settled, and the outcome is true.
    let mut last = 0;
    for send in composed {
        let rows: Vec<u64> = model
            .log
            .iter()
            .filter(|e| e.by == me() && e.id == *send)
            .map(|e| e.seq.0)
            .collect();
        match &screen.settled[send] {
            Outcome::Stored(seq) => {
                assert_eq!(rows, [seq.0], "{send}");
                assert!(seq.0 > last, "{send} out of its sender's order");
                last = seq.0;
            }
            Outcome::Refused(refused) => assert!(rows.is_empty(), "{send} {refused:?}"),
            Outcome::Doubtful(_) | Outcome::GivenUp { was_sent: true } => {
                assert!(rows.len() <= 1, "{send} is there twice");
            }
            Outcome::GivenUp { was_sent: false } => assert!(rows.is_empty(), "{send}"),
        }
    }
    // What was shown is the log; what was not was named.
    for event in &screen.shown {
        assert_eq!(event, &model.log[event.seq.0 as usize - 1]);
    }
    assert_eq!(screen.shown.len() as u64 + screen.missed, model.head());
}

fn faults() -> impl Strategy<Value = Faults> {
    let percents = (
        0..20u64,
        0..20u64,
        0..30u64,
        0..30u64,
        0..30u64,
        0..50u64,
        0..30u64,
        0..5u64,
    );
    percents.prop_map(|p| Faults {
        cut: p.0,
        refuse_before: p.1,
        doubt_after: p.2,
        drop_live: p.3,
        twice: p.4,
        short: p.5,
        other_writes: p.6,
        give_up: p.7,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn whatever_fails_every_send_is_settled_truly_and_every_event_is_shown_or_named(
        seed in any::<u64>(),
        sends in 1..40usize,
        faults in faults(),
    ) {
        run(seed, sends, &faults);
    }
}

#[test]
fn without_faults_everything_is_stored_and_nothing_is_missed() {
    let none = Faults {
        cut: 0,
        refuse_before: 0,
        doubt_after: 0,
        drop_live: 0,
        twice: 0,
        short: 0,
        other_writes: 20,
        give_up: 0,
    };
    for seed in 0..20 {
        run(seed, 20, &none);
    }
}

const ROUGH: Faults = Faults {
    cut: 10,
    refuse_before: 10,
    doubt_after: 20,
    drop_live: 10,
    twice: 10,
    short: 10,
    other_writes: 25,
    give_up: 3,
};

/// `HEARTH_MUTANT=ack-moves-cursor` turns a seeded bug on: then it must fail. `HEARTH_ROOM_SEED` and `HEARTH_ROOM_SEEDS`
/// as for the room's simulation.
#[cfg(feature = "mutants")]
#[test]
fn the_invariants_hold_under_every_seed() {
    let number = |name| std::env::var(name).ok()?.parse::<u64>().ok();
    if let Ok(name) = std::env::var("HEARTH_MUTANT") {
        crate::mutants::turn_on(&name).unwrap();
    }
    let seeds = match number("HEARTH_ROOM_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("HEARTH_ROOM_SEEDS").unwrap_or(1_000),
    };
    for seed in seeds {
        println!("HEARTH_ROOM_SEED={seed}");
        run(seed, 20, &ROUGH);
    }
}

#[test]
fn the_simulation_meets_every_end_that_a_send_can_have() {
    let (mut stored, mut doubtful, mut given_up, mut missed) = (0, 0, 0, 0);
    for seed in 0..30 {
        let screen = run(seed, 20, &ROUGH);
        missed += screen.missed;
        for outcome in screen.settled.values() {
            match outcome {
                Outcome::Stored(_) => stored += 1,
                Outcome::Doubtful(_) => doubtful += 1,
                Outcome::GivenUp { was_sent: true } => given_up += 1,
                Outcome::GivenUp { was_sent: false } | Outcome::Refused(_) => {}
            }
        }
    }
    let met = [stored, doubtful, given_up, missed];
    assert!(met.iter().all(|n| *n > 0), "{met:?}");
}
