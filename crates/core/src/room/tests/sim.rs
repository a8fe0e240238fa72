//! A simulation by seed: several nodes over one store, a bus that loses, repeats and reorders, clients that move between
//! nodes and resend what is in doubt, members put out and let in again, nodes that die. It is judged from outside, by an
//! oracle that shares no code with the machine.
//!
//! `HEARTH_ROOM_SEED=17 cargo test -p hearth-core room::tests::sim -- --nocapture` repeats one seed with its whole trace;
//! `HEARTH_ROOM_SEEDS=100000` runs more of them. In a build with the feature `mutants`, `HEARTH_MUTANT=no-dedup` turns a
//! seeded bug on, and the same test must fail.

use std::collections::{BTreeMap, BTreeSet};

use hearth_protocol::{Body, ErrorCode, Retry, Right, Role, RoomKind, Seq};

use super::{create, invite, remove, room_id, send, store::SimStore, text, user};
use crate::{
    log::{Entry, Head},
    port::{Appended, Cell, Freshness, NodeName, StoreError},
    room::{
        Audience, Effect, Input, Origin, ReadId, ReaderId, Room, RoomBounds, RoomConfig,
        RoomCounters, Send, Ticket, chance::Chance, fold::Fold,
    },
};

const USERS: usize = 5;
/// Faults end then, and everything has to come to rest.
const CALM_MS: u64 = 4_000;
/// By then it has.
const END_MS: u64 = 60_000;

/// How often what goes wrong, in percent; different with each seed, so that quiet runs and wild ones both occur.
#[derive(Debug)]
struct Odds {
    unknown: u64,
    away: u64,
    hidden: u64,
    bus_loss: u64,
    bus_twice: u64,
    slow: u64,
    kills: u64,
    moves: u64,
    impatience: u64,
    writers: u64,
}

struct Node {
    room: Room,
    generation: u64,
    tick_at: Option<u64>,
}

/// What became of a send, as its client was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Stored(Seq),
    /// A run showed it. That is no acknowledgement: what is decided may be shown before a quorum has it.
    Shown(Seq),
    Refused(ErrorCode),
    /// Given up, or too old to tell.
    Doubt,
}

struct Client {
    n: u8,
    node: Option<usize>,
    reader: Option<ReaderId>,
    attached: bool,
    /// The log's length when it asked to be attached.
    asked_at: usize,
    /// It asked to begin at the end.
    from_end: bool,
    position: Seq,
    counter: u64,
    left: u32,
    pending: Option<(Send, Option<Ticket>)>,
    told: Vec<(Send, Told)>,
}

enum Event {
    Client(usize),
    Chaos,
    Audit,
    Tick(usize, u64),
    Input(usize, u64, Box<Input>),
    Append(usize, u64, Head, Vec<Entry>),
    Late(Head, Vec<Entry>),
    Read(usize, u64, ReadId, (Seq, Seq, usize, Freshness)),
    Mark(usize, u64, Option<ReadId>, Option<Seq>),
    Cells(usize, u64, Option<ReadId>, Option<Seq>, Head),
    Project(usize, u64, Vec<Cell>, Head),
    SetMark(usize, u64, Head),
}

/// Roles of all users after each event: what the log says, told independently of the machine.
type Roles = [Option<Role>; USERS];

#[derive(Debug, Default)]
pub(super) struct Report {
    counters: RoomCounters,
    stored: usize,
    refused: usize,
    doubt: usize,
    events: usize,
    gaps_told: usize,
    left_told: usize,
    trace: u64,
}

struct Sim {
    seed: u64,
    chance: Chance,
    odds: Odds,
    bounds: RoomBounds,
    now: u64,
    order: u64,
    events: BTreeMap<(u64, u64), Event>,
    store: SimStore,
    nodes: Vec<Node>,
    clients: Vec<Client>,
    readers: BTreeMap<ReaderId, usize>,
    tickets: BTreeMap<Ticket, usize>,
    next: u64,
    roles: Vec<Roles>,
    /// The lowest role that has a right, after each event that gave one.
    rights: Vec<BTreeMap<Right, Role>>,
    afters: BTreeMap<String, Seq>,
    report: Report,
    hash: bool,
    verbose: bool,
}

impl Sim {
    fn new(seed: u64, hash: bool, verbose: bool) -> Self {
        let mut chance = Chance::new(seed.wrapping_mul(0x1234_5678_9ABC_DEF1));
        let mut odd = |max: u64| {
            if chance.upto(2) == 0 {
                0
            } else {
                chance.upto(max)
            }
        };
        let odds = Odds {
            unknown: odd(40),
            away: odd(30),
            hidden: odd(20),
            bus_loss: odd(60),
            bus_twice: odd(30),
            slow: odd(30),
            kills: odd(25),
            moves: odd(30),
            impatience: odd(30),
            writers: odd(100),
        };
        let bucket = 3 + chance.upto(9);
        let bounds = RoomBounds {
            batch_entries_max: 4,
            send_deadline_ms: 300 + chance.upto(500),
            forward_timeout_ms: 40,
            forward_timeout_ms_max: 160,
            shun_ms: 60,
            retry_ms: 10,
            retry_ms_max: 80,
            read_events_max: 3 + usize::try_from(chance.upto(4)).unwrap(),
            tail_events_max: 4 + usize::try_from(chance.upto(8)).unwrap(),
            sends_max: 4 + usize::try_from(chance.upto(12)).unwrap(),
            resume_events_max: 12,
            page_events: 3,
            scan_events_max: if chance.upto(1) == 0 { 30 } else { 10_000 },
            reader_reads_max: 2,
            hole_pause_ms: 5,
            checkpoint_events: 5,
            checkpoint_quiet_ms: 60,
            checkpoint_soon_ms: 10,
            ..RoomBounds::default()
        };
        let store = SimStore::by_chance(bucket, seed ^ 0x57);
        let mut sim = Self {
            seed,
            chance,
            odds,
            bounds,
            now: 0,
            order: 0,
            events: BTreeMap::new(),
            store,
            nodes: Vec::new(),
            clients: Vec::new(),
            readers: BTreeMap::new(),
            tickets: BTreeMap::new(),
            next: 0,
            roles: vec![Roles::default()],
            rights: vec![BTreeMap::new()],
            afters: BTreeMap::new(),
            report: Report::default(),
            hash,
            verbose,
        };
        for _ in 0..2 + sim.chance.upto(1) {
            let room = sim.room();
            sim.nodes.push(Node {
                room,
                generation: 0,
                tick_at: None,
            });
        }
        for n in 0..USERS {
            sim.clients.push(Client {
                n: u8::try_from(n).unwrap(),
                node: None,
                reader: None,
                attached: false,
                asked_at: 0,
                from_end: false,
                position: Seq::ZERO,
                counter: 0,
                left: 14,
                pending: None,
                told: Vec::new(),
            });
        }
        // The first user begins the room; two of the others are let in at once.
        let founding = [
            (0, create(RoomKind::Public)),
            (0, invite(1)),
            (0, invite(2)),
        ];
        for (by, body) in founding {
            let n = &mut sim.clients[by].counter;
            *n += 1;
            let send = send(u8::try_from(by).unwrap(), *n, 0, body);
            sim.afters
                .insert(send.id.to_string(), Seq(sim.store.rows.len() as u64));
            sim.store.put(send);
        }
        sim.learn();
        for at in 0..USERS {
            let delay = sim.chance.upto(20);
            sim.at(delay, Event::Client(at));
        }
        sim.at(50, Event::Chaos);
        sim.at(100, Event::Audit);
        sim
    }

    fn room(&mut self) -> Room {
        let mut config = RoomConfig::new(room_id(), self.store.batch_max());
        config.bounds = self.bounds.clone().into();
        Room::new(config, self.chance.upto(u64::MAX - 1))
    }

    fn at(&mut self, delay: u64, event: Event) {
        self.order += 1;
        self.events.insert((self.now + delay, self.order), event);
    }

    fn coin(&mut self, percent: u64) -> bool {
        self.chance.upto(99) < percent
    }

    fn fault(&mut self, percent: u64) -> bool {
        self.now < CALM_MS && self.coin(percent)
    }

    fn delay(&mut self) -> u64 {
        let slow = self.odds.slow;
        if self.fault(slow) {
            self.chance.upto(200)
        } else {
            1 + self.chance.upto(3)
        }
    }

    fn name(&self, node: usize) -> NodeName {
        NodeName(format!("{node}/{}", self.nodes[node].generation))
    }

    fn note(&self, line: impl FnOnce() -> String) {
        if self.verbose {
            println!("{:>6} {}", self.now, line());
        }
    }

    fn check(&self, holds: bool, what: impl FnOnce() -> String) {
        assert!(holds, "seed {}, at {} ms: {}", self.seed, self.now, what());
    }

    fn run(mut self) -> Report {
        while let Some(((at, _), event)) = self.events.pop_first() {
            self.now = at;
            self.check(at < END_MS, || "it does not come to rest".to_owned());
            self.event(event);
            if self.now > CALM_MS && self.rests() {
                break;
            }
        }
        self.judge();
        for node in 0..self.nodes.len() {
            self.count(node);
        }
        self.report
    }

    /// Whether every send is answered and every member has everything.
    fn rests(&self) -> bool {
        let head = self.store.head().seq;
        self.clients.iter().all(|c| {
            let member = self.roles.last().unwrap()[usize::from(c.n)].is_some();
            c.pending.is_none() && (c.left == 0) && (!member || (c.attached && c.position == head))
        }) && !self
            .events
            .values()
            .any(|e| matches!(e, Event::Late(..) | Event::Append(..)))
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Client(at) => self.client(at),
            Event::Chaos => self.chaos(),
            Event::Audit => {
                let head = self.store.head().seq;
                for node in 0..self.nodes.len() {
                    if self.nodes[node].room.is_loaded() {
                        self.feed(node, Input::HeadSeen(head));
                    }
                }
                self.at(150, Event::Audit);
            }
            Event::Tick(node, at) => {
                if self.nodes[node].tick_at == Some(at) {
                    self.nodes[node].tick_at = None;
                    self.feed(node, Input::Tick);
                }
            }
            Event::Input(node, generation, input) => {
                if self.nodes[node].generation == generation {
                    self.feed(node, *input);
                }
            }
            Event::Append(node, generation, expect, batch) => {
                self.append(node, generation, expect, batch);
            }
            Event::Late(expect, batch) => {
                let commit = self.coin(50);
                let outcome = self.store.append(expect, batch, commit);
                self.note(|| format!("late append after {}: {outcome:?}", expect.seq));
                self.learn();
            }
            Event::Read(node, generation, read, (from, to, limit, freshness)) => {
                let away = self.odds.away;
                let result = if self.fault(away) {
                    Err(StoreError::Away("sim".to_owned()))
                } else {
                    Ok(self.store.read(from, to, limit, freshness))
                };
                let delay = self.delay();
                self.at(
                    delay,
                    Event::Input(node, generation, Box::new(Input::Read { read, result })),
                );
            }
            Event::Mark(node, generation, read, target) => {
                let delay = self.delay();
                let mark = self.store.mark;
                self.at(delay, Event::Cells(node, generation, read, target, mark));
            }
            Event::Cells(node, generation, read, target, mark) => {
                let away = self.odds.away;
                let failed = self.fault(away);
                let error = if self.coin(20) {
                    StoreError::Failed("sim".to_owned())
                } else {
                    StoreError::Away("sim".to_owned())
                };
                let input = match read {
                    None if failed => Input::Loaded(Err(error)),
                    None => Input::Loaded(Ok(self.store.checkpoint(mark))),
                    Some(read) if failed => Input::Projection {
                        read,
                        result: Err(error),
                    },
                    Some(read) => {
                        let cells = target.map(|t| self.store.target_cells(t));
                        let result = Ok((mark, cells.unwrap_or_default()));
                        Input::Projection { read, result }
                    }
                };
                let delay = self.delay();
                self.at(delay, Event::Input(node, generation, Box::new(input)));
            }
            Event::Project(node, generation, cells, head) => {
                let away = self.odds.away;
                let delay = self.delay();
                let failed = self.fault(away);
                if failed && self.coin(50) {
                    // Some cells were written, the mark was not.
                    self.store.project(&cells[..cells.len() / 2]);
                } else if !failed {
                    self.store.project(&cells);
                    self.at(delay, Event::SetMark(node, generation, head));
                    return;
                }
                let input = Input::Projected(Err(StoreError::Away("sim".to_owned())));
                self.at(delay, Event::Input(node, generation, Box::new(input)));
            }
            Event::SetMark(node, generation, head) => {
                self.store.set_mark(head);
                self.check_projection();
                let delay = self.delay();
                self.at(
                    delay,
                    Event::Input(node, generation, Box::new(Input::Projected(Ok(head)))),
                );
            }
        }
    }

    fn append(&mut self, node: usize, generation: u64, expect: Head, batch: Vec<Entry>) {
        let (unknown, away, hidden) = (self.odds.unknown, self.odds.away, self.odds.hidden);
        let result = if self.fault(away) {
            Err(StoreError::Away("sim".to_owned()))
        } else if self.fault(unknown) {
            match self.chance.upto(3) {
                0 => {}
                1 => {
                    let late = self.chance.upto(300);
                    self.at(late, Event::Late(expect, batch));
                }
                _ => {
                    let commit = self.coin(40);
                    self.store.append(expect, batch, commit);
                }
            }
            Ok(Appended::Unknown("sim".to_owned()))
        } else {
            let outcome = self.store.append(expect, batch, true);
            if outcome == Appended::Applied && self.fault(hidden) {
                Ok(Appended::Lost(self.store.head()))
            } else {
                Ok(outcome)
            }
        };
        self.learn();
        let delay = self.delay();
        self.at(
            delay,
            Event::Input(node, generation, Box::new(Input::Appended(result))),
        );
    }

    fn chaos(&mut self) {
        if self.now < CALM_MS {
            let (kills, writers) = (self.odds.kills, self.odds.writers);
            let node = self.pick(self.nodes.len());
            if self.coin(kills) {
                self.kill(node);
            } else if self.nodes[node].room.is_idle(self.now) && self.coin(50) {
                self.note(|| format!("node {node} lets the room go"));
                self.count(node);
                self.nodes[node].room = self.room();
                self.nodes[node].tick_at = None;
            }
            let node = self.pick(self.nodes.len());
            let writer = if self.coin(writers) {
                let other = self.pick(self.nodes.len());
                (other != node).then(|| self.name(other))
            } else {
                None
            };
            self.feed(node, Input::Writer(writer));
            let delay = 20 + self.chance.upto(150);
            self.at(delay, Event::Chaos);
        }
    }

    fn kill(&mut self, node: usize) {
        self.note(|| format!("node {node} dies"));
        self.count(node);
        self.nodes[node].generation += 1;
        self.nodes[node].room = self.room();
        self.nodes[node].tick_at = None;
        for at in 0..self.clients.len() {
            if self.clients[at].node == Some(node) {
                self.cut(at);
            }
        }
        let mut orphans = Vec::new();
        self.events.retain(|_, event| match event {
            Event::Append(n, ..) if *n == node => {
                orphans.push(std::mem::replace(event, Event::Audit));
                false
            }
            _ => true,
        });
        // Its appends under way may still be carried out.
        for orphan in orphans {
            if let Event::Append(_, _, expect, batch) = orphan
                && self.coin(60)
            {
                let late = self.chance.upto(100);
                self.at(late, Event::Late(expect, batch));
            }
        }
    }

    fn count(&mut self, node: usize) {
        let c = self.nodes[node].room.counters();
        let sum = &mut self.report.counters;
        sum.appends += c.appends;
        sum.appended += c.appended;
        sum.hinted += c.hinted;
        sum.read += c.read;
        sum.holes += c.holes;
        sum.gaps += c.gaps;
        sum.conflicts += c.conflicts;
        sum.resends += c.resends;
        sum.refused += c.refused;
        sum.lost += c.lost;
        sum.unknown += c.unknown;
        sum.failures += c.failures;
        sum.forwards += c.forwards;
        sum.fallbacks += c.fallbacks;
        sum.expired += c.expired;
        sum.skipped += c.skipped;
        sum.projections += c.projections;
    }

    fn pick(&mut self, of: usize) -> usize {
        usize::try_from(self.chance.upto(of as u64 - 1)).unwrap()
    }

    // Nodes

    fn feed(&mut self, node: usize, input: Input) {
        self.note(|| format!("node {node} <- {input:?}"));
        let mut out = Vec::new();
        // Wall clocks are apart and now and then jump back.
        let wall = 1_000_000 + self.now + 50 * node as u64 - self.chance.upto(30);
        self.nodes[node].room.input(self.now, wall, input, &mut out);
        // Also in the middle of everything: nothing may be missed by it.
        self.nodes[node].room.shrink();
        for effect in out {
            self.note(|| format!("node {node} -> {effect:?}"));
            if self.hash {
                let text = format!("{}{node}{effect:?}", self.now);
                self.report.trace = text.bytes().fold(self.report.trace, |hash, byte| {
                    (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
                });
            }
            self.effect(node, effect);
        }
        let deadline = self.nodes[node].room.deadline_ms();
        self.check(deadline.is_none_or(|at| at > self.now), || {
            format!("node {node} has a deadline in the past: {deadline:?}")
        });
        if deadline != self.nodes[node].tick_at {
            self.nodes[node].tick_at = deadline;
            if let Some(at) = deadline {
                self.at(at - self.now, Event::Tick(node, at));
            }
        }
    }

    fn effect(&mut self, node: usize, effect: Effect) {
        let generation = self.nodes[node].generation;
        let delay = self.delay();
        match effect {
            Effect::Load => self.at(delay, Event::Mark(node, generation, None, None)),
            Effect::Read {
                read,
                from,
                to,
                limit,
                freshness,
            } => {
                let what = (from, to, limit, freshness);
                self.at(delay, Event::Read(node, generation, read, what));
            }
            Effect::Projection { read, target } => {
                self.at(delay, Event::Mark(node, generation, Some(read), target));
            }
            Effect::Append { expect, batch } => {
                let one = !self.events.values().any(
                    |e| matches!(e, Event::Append(n, g, ..) if (*n, *g) == (node, generation)),
                );
                self.check(one, || "rule 1: two appends at once".to_owned());
                self.at(delay, Event::Append(node, generation, expect, batch));
            }
            Effect::Project { cells, head } => {
                self.at(delay, Event::Project(node, generation, cells, head));
            }
            Effect::Publish(run) => self.publish(node, &run),
            Effect::Forward { to, ticket, send } => {
                let origin = Origin::Node(self.name(node));
                self.bus(&to, || Input::Submit {
                    ticket,
                    origin: origin.clone(),
                    send: send.clone(),
                });
            }
            Effect::Reply { to, ticket, result } => self.bus(&to, || Input::Replied {
                ticket,
                result: result.clone(),
            }),
            Effect::Answer { ticket, result } => {
                let Some(at) = self.tickets.remove(&ticket) else {
                    return;
                };
                self.answered(at, ticket, result.map_err(|refusal| refusal.code));
            }
            Effect::Attached { reader, result } => {
                let at = self.reader(reader, "attached");
                match result {
                    Ok(view) => {
                        let client = &mut self.clients[at];
                        client.attached = true;
                        if client.from_end {
                            client.position = view.head.seq;
                        }
                    }
                    Err(refusal) => {
                        self.readers.remove(&reader);
                        self.clients[at].reader = None;
                        if refusal.code == ErrorCode::NotMember {
                            let n = usize::from(self.clients[at].n);
                            let from = self.clients[at].asked_at;
                            let out = self.roles[from..].iter().any(|roles| roles[n].is_none());
                            self.check(out, || format!("user {n} is a member and was turned away"));
                        }
                    }
                }
            }
            Effect::Deliver { to, entries } => match to {
                Audience::Live(readers) => {
                    for reader in readers.iter() {
                        self.deliver(node, *reader, &entries, true);
                    }
                }
                Audience::Reader(reader) => self.deliver(node, reader, &entries, false),
            },
            Effect::Gap { reader, from, to } => {
                let at = self.reader(reader, "told a gap");
                let position = self.clients[at].position;
                self.check(from == position.next() && to >= from, || {
                    format!("gap {from} to {to} told at position {position}")
                });
                self.clients[at].position = to;
                self.report.gaps_told += 1;
            }
            Effect::Reset { reader, .. } => {
                self.reader(reader, "reset");
                self.check(false, || "nobody is ahead of the log here".to_owned());
            }
            Effect::Left { reader, seq } => {
                let at = self.reader(reader, "left");
                let (position, n) = (self.clients[at].position, usize::from(self.clients[at].n));
                self.check(position == seq, || {
                    format!("left at {seq}, but has {position}")
                });
                let after = self.roles[usize::try_from(seq.0).unwrap()][n];
                self.check(after.is_none(), || {
                    format!("user {n} did not go out at {seq}")
                });
                self.readers.remove(&reader);
                self.clients[at].reader = None;
                self.clients[at].attached = false;
                self.report.left_told += 1;
            }
        }
    }

    fn reader(&self, reader: ReaderId, what: &str) -> usize {
        let at = self.readers.get(&reader).copied();
        self.check(at.is_some(), || {
            format!("{what}: {reader:?}, which is gone")
        });
        at.unwrap()
    }

    fn bus(&mut self, to: &NodeName, input: impl Fn() -> Input) {
        let Some(node) = (0..self.nodes.len()).find(|n| self.name(*n) == *to) else {
            return;
        };
        let generation = self.nodes[node].generation;
        let (loss, twice) = (self.odds.bus_loss, self.odds.bus_twice);
        if self.fault(loss) {
            return;
        }
        let delay = self.delay();
        self.at(delay, Event::Input(node, generation, Box::new(input())));
        if self.fault(twice) {
            let delay = self.delay();
            self.at(delay, Event::Input(node, generation, Box::new(input())));
        }
    }

    fn publish(&mut self, node: usize, run: &[Entry]) {
        for entry in run {
            let row = &self.store.rows[usize::try_from(entry.seq().0).unwrap() - 1];
            let sound = row.visible && self.is_in_log(entry);
            self.check(sound, || {
                format!("rule 14: published what may not be acknowledged: {entry:?}")
            });
        }
        for other in (0..self.nodes.len()).filter(|other| *other != node) {
            let to = self.name(other);
            let run = run.to_vec();
            self.bus(&to, || Input::Hint(run.clone()));
        }
    }

    /// Whether the log says so; of what is deleted in it, the tombstone is as good.
    fn is_in_log(&self, entry: &Entry) -> bool {
        let is_deleted = |message| {
            let mut bodies = self.store.rows.iter().map(|row| &row.entry.event.body);
            bodies.any(|body| matches!(body, Body::Delete { target } if *target == message))
        };
        self.store.entry(entry.seq()).is_some_and(|stored| {
            let mut erased = stored.clone();
            erased.event.body = stored.event.body.erased();
            let message = stored.event.body.edits().unwrap_or(stored.seq());
            stored == entry || (erased == *entry && is_deleted(message))
        })
    }

    fn deliver(&mut self, node: usize, reader: ReaderId, entries: &[Entry], live: bool) {
        let at = self.reader(reader, "delivered to");
        let n = usize::from(self.clients[at].n);
        self.check(self.clients[at].attached, || {
            format!("{reader:?} is not attached")
        });
        for entry in entries {
            let seq = entry.seq();
            let position = self.clients[at].position;
            self.check(seq == position.next(), || {
                format!("I2, I4: user {n} has {position} and is shown {seq}")
            });
            self.check(self.is_in_log(entry), || {
                format!("shown what is not in the log: {entry:?}")
            });
            let index = usize::try_from(seq.0).unwrap();
            // As of the node's position; who was put out is shown what lies up to that.
            let head = usize::try_from(self.nodes[node].room.head().seq.0).unwrap();
            let allowed = if live {
                self.roles[index - 1][n].is_some() || self.roles[index][n].is_some()
            } else {
                let out = (index..=head).all(|p| self.roles[p][n].is_none());
                !out || self.roles[index - 1][n].is_some()
            };
            self.check(allowed, || {
                format!("I8: user {n} is out and is shown {seq}")
            });
            self.clients[at].position = seq;
            // What the replay shows leaves the outbox (rule 16).
            let own = self.clients[at].pending.as_ref();
            if own.is_some_and(|(send, _)| entry.is_send(send.by, &send.id)) {
                self.resolve(at, Told::Shown(seq));
            }
        }
    }

    // Clients

    fn client(&mut self, at: usize) {
        let delay = 5 + self.chance.upto(80);
        self.at(delay, Event::Client(at));
        let calm = self.now >= CALM_MS;
        if calm {
            self.clients[at].left = 0;
        }
        let moves = self.odds.moves;
        if self.clients[at].node.is_some() && self.fault(moves) {
            self.cut(at);
            return;
        }
        let node = match self.clients[at].node {
            Some(node) => node,
            None => {
                let node = self.pick(self.nodes.len());
                self.clients[at].node = Some(node);
                node
            }
        };
        if self.clients[at].reader.is_none() && (calm || self.coin(70)) {
            self.attach(at, node);
        }
        if let Some((send, None)) = &self.clients[at].pending {
            let send = send.clone();
            self.submit(at, node, send);
        } else if self.clients[at].pending.is_none() && self.clients[at].left > 0 {
            self.compose(at, node);
        }
    }

    fn attach(&mut self, at: usize, node: usize) {
        self.next += 1;
        let reader = ReaderId(self.next);
        self.readers.insert(reader, at);
        let from_end = self.fault(5);
        let asked_at = self.roles.len() - 1;
        let client = &mut self.clients[at];
        client.reader = Some(reader);
        client.attached = false;
        client.asked_at = asked_at;
        client.from_end = from_end;
        let from = (!from_end).then_some(client.position);
        let user = user(client.n);
        self.feed(node, Input::Attach { reader, user, from });
    }

    fn cut(&mut self, at: usize) {
        let impatience = self.odds.impatience;
        let client = &mut self.clients[at];
        let node = client.node.take();
        let reader = client.reader.take();
        client.attached = false;
        if let Some((_, ticket)) = &mut client.pending
            && let Some(ticket) = ticket.take()
        {
            self.tickets.remove(&ticket);
        }
        if let (Some(reader), Some(node)) = (reader, node) {
            self.readers.remove(&reader);
            self.feed(node, Input::Detach(reader));
        }
        if self.clients[at].pending.is_some() && self.coin(impatience) {
            self.resolve(at, Told::Doubt);
        }
    }

    fn compose(&mut self, at: usize, node: usize) {
        let n = self.clients[at].n;
        let position = self.clients[at].position;
        let attached = self.clients[at].attached;
        let some = Seq(1 + self.chance.upto(position.0.max(1) - 1));
        let other = u8::try_from(self.pick(USERS)).unwrap();
        let dice = self.chance.upto(99);
        let body = match dice {
            _ if !attached && dice < 60 => Body::Join,
            0..=9 => Body::reply("reply", Some(some)),
            10..=17 => Body::Edit {
                target: some,
                text: format!("edited by {n}"),
            },
            18..=23 => Body::Delete { target: some },
            24..=31 => Body::React {
                target: some,
                emoji: "👍".to_owned(),
                on: dice.is_multiple_of(2),
            },
            32..=34 => Body::Leave,
            35..=40 => invite(other),
            41..=45 => remove(other),
            46..=48 => Body::Role {
                user: user(other),
                role: if dice == 46 {
                    Role::Moderator
                } else {
                    Role::Owner
                },
            },
            49 => Body::Topic {
                topic: "topic".to_owned(),
            },
            50..=52 => Body::Right {
                right: Right::ALL[self.pick(Right::ALL.len())],
                role: [Role::Guest, Role::Member, Role::Moderator, Role::Owner][self.pick(4)],
            },
            _ => text("hello"),
        };
        // Who has no position of their own is given the node's, as for calls that bring none.
        let after = if attached {
            position
        } else {
            self.nodes[node].room.head().seq
        };
        let client = &mut self.clients[at];
        client.left -= 1;
        client.counter += 1;
        let send = send(n, client.counter, after.0, body);
        self.afters.insert(send.id.to_string(), after);
        self.submit(at, node, send);
    }

    fn submit(&mut self, at: usize, node: usize, send: Send) {
        self.next += 1;
        let ticket = Ticket(self.next);
        self.tickets.insert(ticket, at);
        self.clients[at].pending = Some((send.clone(), Some(ticket)));
        let origin = Origin::Here;
        self.feed(
            node,
            Input::Submit {
                ticket,
                origin,
                send,
            },
        );
    }

    fn answered(&mut self, at: usize, ticket: Ticket, result: Result<Seq, ErrorCode>) {
        let Some((send, of)) = self.clients[at].pending.clone() else {
            return;
        };
        if of != Some(ticket) {
            return;
        }
        match result {
            Ok(seq) => {
                self.check_ack(&send, seq);
                self.resolve(at, Told::Stored(seq));
            }
            // It may be for long that the room has no other owner, and a copy may be let in when it has.
            Err(ErrorCode::Busy) if send.body == Body::Leave => self.resolve(at, Told::Doubt),
            Err(code) => match code.retry() {
                // The same send, with the same id, later and perhaps elsewhere.
                Retry::Same => {
                    if let Some((_, ticket)) = &mut self.clients[at].pending {
                        *ticket = None;
                    }
                }
                Retry::Ask => self.resolve(at, Told::Doubt),
                Retry::Never | Retry::SignIn => self.resolve(at, Told::Refused(code)),
            },
        }
    }

    fn resolve(&mut self, at: usize, told: Told) {
        let client = &mut self.clients[at];
        if let Some((send, ticket)) = client.pending.take() {
            if let Some(ticket) = ticket {
                self.tickets.remove(&ticket);
            }
            client.told.push((send, told));
        }
    }

    // The oracle

    /// I1: what is acknowledged stands there, and every plain read shows it.
    fn check_ack(&self, send: &Send, seq: Seq) {
        let row = self
            .store
            .rows
            .get(usize::try_from(seq.0).unwrap().wrapping_sub(1));
        self.check(row.is_some(), || {
            format!("I1: acknowledged {seq}, which is not there")
        });
        let row = row.unwrap();
        self.check(row.visible, || {
            format!("I1: acknowledged {seq}, which a read may not show")
        });
        let own = row.entry.is_send(send.by, &send.id);
        // Who is a member already is told since when.
        let by_another = match (&send.body, &row.entry.event.body) {
            (Body::Invite { user, .. } | Body::Role { user, .. }, body) => {
                concerns(row.entry.event.by, body).contains(user)
            }
            (Body::Join, body) => concerns(row.entry.event.by, body).contains(&send.by),
            _ => false,
        };
        self.check(own || by_another, || {
            format!("I1: {send:?} acknowledged as {:?}", row.entry)
        });
    }

    /// As what one comes in who is out: who went as a guest is one again.
    fn enter(&self, user: usize) -> Role {
        let last = self.roles.iter().rev().find_map(|roles| roles[user]);
        last.filter(|role| *role == Role::Guest)
            .unwrap_or(Role::Member)
    }

    /// Folds what is new in the log, and judges each new event by what stood before it.
    fn learn(&mut self) {
        while self.roles.len() <= self.store.rows.len() {
            let index = self.roles.len();
            let entry = &self.store.rows[index - 1].entry;
            let before = self.roles[index - 1];
            let mut now = before;
            let mut rights = self.rights[index - 1].clone();
            let by = number(entry.event.by);
            match &entry.event.body {
                Body::Create { .. } => now[by] = Some(Role::Owner),
                Body::Join => now[by] = Some(self.enter(by)),
                Body::Leave => now[by] = None,
                Body::Invite { user, .. } => {
                    let user = number(*user);
                    now[user] = Some(self.enter(user));
                }
                Body::Remove { user, .. } => now[number(*user)] = None,
                Body::Role { user, role } => now[number(*user)] = Some(*role),
                Body::Right { right, role } => {
                    rights.insert(*right, *role);
                }
                _ => {}
            }
            self.check_entry(entry, before);
            self.roles.push(now);
            self.rights.push(rights);
        }
    }

    fn check_entry(&self, entry: &Entry, before: Roles) {
        let seq = entry.seq();
        let by = number(entry.event.by);
        let role = before[by];
        let earlier = &self.store.rows[..usize::try_from(seq.0).unwrap() - 1];
        let allowed = match &entry.event.body {
            Body::Create { .. } => seq == Seq(1),
            Body::Join => role.is_none(),
            Body::Invite { user, .. } => role.is_some() && before[number(*user)].is_none(),
            Body::Remove { user, .. } => {
                let theirs = before[number(*user)];
                theirs.is_some() && (role == Some(Role::Owner) || role > theirs)
            }
            Body::Role { user, .. } => role == Some(Role::Owner) && before[number(*user)].is_some(),
            Body::Right { .. } => role == Some(Role::Owner),
            Body::Edit { target, .. } | Body::React { target, .. } | Body::Delete { target } => {
                let row = &earlier[usize::try_from(target.0).unwrap() - 1].entry.event;
                let deleted = earlier.iter().any(
                    |r| matches!(r.entry.event.body, Body::Delete { target: t } if t == *target),
                );
                let own = row.by == entry.event.by;
                role.is_some()
                    && row.body.is_message()
                    && !deleted
                    && match entry.event.body {
                        Body::Edit { .. } => own,
                        Body::Delete { .. } => own || role >= Some(Role::Moderator),
                        _ => true,
                    }
            }
            _ => role.is_some(),
        };
        self.check(allowed, || {
            format!("I8: not allowed where it stands: {entry:?}")
        });
        let after = self.afters[entry.event.id.as_str()];
        // Wherever a copy of it may have been judged, whoever sent it had the right.
        if let Some(right) = right_for(&entry.event.body) {
            let places = usize::try_from(after.0).unwrap()..usize::try_from(seq.0).unwrap();
            for at in places {
                let lowest = self.rights[at].get(&right).copied();
                let lowest = lowest.unwrap_or(right.usual(RoomKind::Public));
                let role = self.roles[at][by];
                self.check(role.is_none_or(|role| role >= lowest), || {
                    format!("I8: as {role:?} without the right at {at}: {entry:?}")
                });
            }
        }
        // What every member may do is refused by an entry or exit; what rests on a role, by a new role as well.
        let by_role = !matches!(
            entry.event.body,
            Body::Message { .. } | Body::Edit { .. } | Body::React { .. }
        );
        let moved = earlier
            .iter()
            .skip(usize::try_from(after.0).unwrap())
            .filter(|r| by_role || !matches!(r.entry.event.body, Body::Role { .. }))
            .any(|r| concerns(r.entry.event.by, &r.entry.event.body).contains(&entry.event.by));
        self.check(!moved || seq == Seq(1), || {
            format!("rule 5: membership moved: {entry:?}")
        });
        let twice = earlier
            .iter()
            .any(|r| r.entry.is_send(entry.event.by, &entry.event.id));
        self.check(!twice, || format!("I4: stored twice: {entry:?}"));
        let passed = earlier
            .iter()
            .any(|r| r.entry.event.by == entry.event.by && r.entry.n > entry.n);
        self.check(!passed, || {
            format!("I3: out of the sender's order: {entry:?}")
        });
        let (ordinal, at_ms) = earlier
            .last()
            .map_or((0, 0), |r| (r.entry.event.ordinal.0, r.entry.event.at_ms));
        let ordinal = ordinal + u64::from(entry.event.body.is_message());
        self.check(entry.event.ordinal.0 == ordinal, || {
            format!("rule 9: ordinal of {entry:?}")
        });
        self.check(entry.event.at_ms >= at_ms, || {
            format!("time runs backwards: {entry:?}")
        });
    }

    /// A load from the projection as it stands, with the log laid over it, is the fold of the whole log.
    fn check_projection(&self) {
        let checkpoint = self.store.checkpoint(self.store.mark);
        let rows = self.store.rows.iter().map(|row| &row.entry);
        let mut whole = Fold::empty();
        rows.clone().for_each(|entry| whole.apply(entry));
        let mut loaded = Fold::load(&checkpoint).unwrap_or_else(Fold::empty);
        rows.clone()
            .filter(|entry| entry.seq() > self.store.mark.seq)
            .for_each(|entry| loaded.apply(entry));
        self.check(loaded == whole, || {
            format!(
                "rule 28: loaded at {:?} {loaded:?}\nwhole {whole:?}",
                self.store.mark
            )
        });
        // Texts and reactions: the cell, with the log above the mark laid over it, says what the log says.
        let mut texts: BTreeMap<Seq, Option<&str>> = BTreeMap::new();
        let mut shown: BTreeMap<Seq, (Seq, Option<&str>)> = BTreeMap::new();
        for cell in self.store.cells() {
            if let Cell::Text(cell) = cell {
                shown.insert(cell.target, (cell.seq, cell.text.as_deref()));
            }
        }
        for entry in rows {
            let (target, text) = match &entry.event.body {
                Body::Edit { target, text } => (*target, Some(text.as_str())),
                Body::Delete { target } => (*target, None),
                _ => continue,
            };
            texts.insert(target, text);
            if entry.seq() > self.store.mark.seq
                && shown
                    .get(&target)
                    .is_none_or(|(clock, _)| *clock < entry.seq())
            {
                shown.insert(target, (entry.seq(), text));
            }
        }
        let shown: BTreeMap<_, _> = shown
            .into_iter()
            .map(|(seq, (_, text))| (seq, text))
            .collect();
        self.check(shown == texts, || {
            format!("rule 29: {shown:?}, but the log says {texts:?}")
        });
    }

    /// When all is at rest.
    fn judge(&mut self) {
        self.check_projection();
        let ids: BTreeMap<(usize, &str), &Entry> = self
            .store
            .rows
            .iter()
            .map(|row| {
                let event = &row.entry.event;
                ((number(event.by), event.id.as_str()), &row.entry)
            })
            .collect();
        for client in &self.clients {
            for (send, told) in &client.told {
                let stored = ids.get(&(usize::from(client.n), send.id.as_str()));
                match told {
                    Told::Stored(seq) => {
                        self.report.stored += 1;
                        self.check_ack(send, *seq);
                    }
                    Told::Shown(seq) => {
                        let at = stored.map(|entry| entry.seq());
                        self.check(at == Some(*seq), || format!("shown {seq}, stored {at:?}"));
                    }
                    Told::Refused(code) => {
                        self.report.refused += 1;
                        self.check(stored.is_none(), || {
                            format!("I5: told {code:?}, but stored: {stored:?}")
                        });
                        self.check(self.reason(send, *code), || {
                            format!("I5: no reason to say {code:?} to {send:?}")
                        });
                    }
                    Told::Doubt => self.report.doubt += 1,
                }
            }
        }
        self.report.events = self.store.rows.len();
        let conflicts: u64 = self.nodes.iter().map(|n| n.room.counters().conflicts).sum();
        self.check(conflicts == 0, || {
            "the windows contradict each other".to_owned()
        });
    }

    /// Whether the log has a reason for a refusal of membership or order.
    fn reason(&self, send: &Send, code: ErrorCode) -> bool {
        let after = usize::try_from(send.after.0).unwrap();
        let n = number(send.by);
        match code {
            ErrorCode::NotMember => {
                self.roles[after..].iter().any(|roles| roles[n].is_none())
                    || self.store.rows[after..]
                        .iter()
                        .any(|r| concerns(r.entry.event.by, &r.entry.event.body).contains(&send.by))
            }
            ErrorCode::OutOfOrder => self
                .store
                .rows
                .iter()
                .any(|r| r.entry.event.by == send.by && r.entry.n > send.n),
            _ => true,
        }
    }
}

fn number(of: hearth_protocol::UserId) -> usize {
    (0..USERS)
        .find(|n| user(u8::try_from(*n).unwrap()) == of)
        .unwrap()
}

/// The right that an event needs, told independently of the machine.
fn right_for(body: &Body) -> Option<Right> {
    match body {
        Body::Message { .. } | Body::Edit { .. } => Some(Right::Write),
        Body::React { on: true, .. } => Some(Right::React),
        Body::Invite { .. } => Some(Right::Invite),
        Body::Topic { .. } => Some(Right::Describe),
        _ => None,
    }
}

/// Whose membership an event is about, told independently of the machine.
fn concerns(by: hearth_protocol::UserId, body: &Body) -> BTreeSet<hearth_protocol::UserId> {
    match body {
        Body::Create { .. } | Body::Join | Body::Leave => BTreeSet::from([by]),
        Body::Invite { user, .. } | Body::Remove { user, .. } | Body::Role { user, .. } => {
            BTreeSet::from([*user])
        }
        _ => BTreeSet::new(),
    }
}

fn run(seed: u64, hash: bool, verbose: bool) -> Report {
    let result = std::panic::catch_unwind(|| Sim::new(seed, hash, verbose).run());
    match result {
        Ok(report) => report,
        Err(panic) => {
            println!("the simulation failed with HEARTH_ROOM_SEED={seed}");
            std::panic::resume_unwind(panic);
        }
    }
}

fn number_in(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[test]
fn the_invariants_hold_under_every_seed() {
    #[cfg(feature = "mutants")]
    if let Ok(name) = std::env::var("HEARTH_MUTANT") {
        crate::mutants::turn_on(&name).unwrap();
    }
    if let Some(seed) = number_in("HEARTH_ROOM_SEED") {
        println!("{:#?}", run(seed, false, true));
        return;
    }
    let seeds = number_in("HEARTH_ROOM_SEEDS").unwrap_or(1_000);
    let mut sum = Report::default();
    for seed in 0..seeds {
        let report = run(seed, false, false);
        let c = report.counters;
        let s = &mut sum.counters;
        s.appends += c.appends;
        s.appended += c.appended;
        s.hinted += c.hinted;
        s.read += c.read;
        s.holes += c.holes;
        s.gaps += c.gaps;
        s.resends += c.resends;
        s.refused += c.refused;
        s.lost += c.lost;
        s.unknown += c.unknown;
        s.failures += c.failures;
        s.forwards += c.forwards;
        s.fallbacks += c.fallbacks;
        s.expired += c.expired;
        s.skipped += c.skipped;
        s.projections += c.projections;
        sum.stored += report.stored;
        sum.refused += report.refused;
        sum.doubt += report.doubt;
        sum.events += report.events;
        sum.gaps_told += report.gaps_told;
        sum.left_told += report.left_told;
    }
    println!("{seeds} seeds: {sum:#?}");
    // A simulation in which nothing goes wrong proves nothing.
    let c = sum.counters;
    for (met, what) in [
        (c.lost, "lost races"),
        (c.unknown, "unknown outcomes"),
        (c.holes, "holes"),
        (c.resends, "resends"),
        (c.forwards, "forwards"),
        (c.fallbacks, "forwards that came to nothing"),
        (c.expired, "sends out of time"),
        (c.projections, "projections"),
        (sum.gaps_told as u64, "gaps told"),
        (sum.left_told as u64, "readers put out"),
        (sum.stored as u64, "acknowledgements"),
        (sum.refused as u64, "refusals"),
    ] {
        assert!(met > 0, "no {what} were met in {seeds} seeds");
    }
}

#[test]
fn the_same_seed_gives_the_same_effects() {
    for seed in [3, 99, 12_345] {
        assert_eq!(run(seed, true, false).trace, run(seed, true, false).trace);
    }
    assert_ne!(run(3, true, false).trace, run(4, true, false).trace);
}
