//! The world of one schedule: nodes in their slots, the store, the bus, people and time; and what is done to them.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicI64, Ordering},
};

use hearth_core::{
    clock::Clock,
    local::LocalPresence,
    node::{CanarySwitch, Node, NodeConfig, Parts},
    port::NodeName,
    room::RoomBounds,
};
use hearth_protocol::{Decoded, ServerFrame, client::End, decode_server};
use rand::{RngExt, SeedableRng, rngs::SmallRng};

use super::{
    agenda::Agenda,
    gate::Gate,
    net::SimNet,
    person::{Person, user_of},
    plain::Plain,
    plan::{Fault, Plan, SLOTS},
    socket::Socket,
    store::{SimStore, Way},
    tally::Met,
    trace::Trace,
};
use crate::history::{Record, Recorder};

/// 2023-11-14, in milliseconds: any day will do.
const WALL_MS: u64 = 1_700_000_000_000;

/// All of it.
pub(super) struct World {
    pub(super) seed: u64,
    pub(super) agenda: Agenda,
    pub(super) trace: Trace,
    pub(super) met: Met,
    pub(super) recorder: Recorder,
    pub(super) store: Arc<SimStore>,
    pub(super) net: SimNet,
    pub(super) people: Vec<Mutex<Person>>,
    /// Those who speak the specification's own frames: their numbers go on after the people's.
    pub(super) plains: Vec<Mutex<Plain>>,
    presence: Arc<LocalPresence>,
    slots: Mutex<[Slot; SLOTS]>,
    chance: Mutex<SmallRng>,
}

/// One node's place.
#[derive(Default)]
struct Slot {
    lives: u32,
    skew_ms: Arc<AtomicI64>,
    life: Option<Life>,
}

/// One life of a node.
#[derive(Clone)]
pub(super) struct Life {
    pub(super) node: Node,
    pub(super) gate: Arc<Gate>,
    pub(super) way: Arc<Way>,
    pub(super) is_draining: bool,
}

/// A node's clocks: one that rises with all the others, and one that is wrong.
struct SimClock {
    agenda: Agenda,
    skew_ms: Arc<AtomicI64>,
}

impl Clock for SimClock {
    fn now_ms(&self) -> u64 {
        self.agenda.now_ms()
    }

    fn wall_ms(&self) -> u64 {
        (WALL_MS + self.agenda.now_ms()).saturating_add_signed(self.skew_ms.load(Ordering::Relaxed))
    }
}

/// Bounds so small that a short schedule meets them.
fn bounds(chance: &mut SmallRng) -> RoomBounds {
    let tail_events_max = [6, 12, 40][chance.random_range(0..3)];
    RoomBounds {
        queue_items_max: [2, 6, 64][chance.random_range(0..3)],
        batch_entries_max: [2, 5, 128][chance.random_range(0..3)],
        read_events_max: [3, 8, 200][chance.random_range(0..3)],
        tail_events_max,
        sends_max: [4, 64][chance.random_range(0..2)],
        resume_events_max: [8, 20, 1_000][chance.random_range(0..3)],
        page_events: 5,
        scan_events_max: [12, 40, 10_000][chance.random_range(0..3)],
        targets_max: 4,
        reader_reads_max: [1, 4][chance.random_range(0..2)],
        checkpoint_events: [5, 20][chance.random_range(0..2)],
        forward_timeout_ms: [150, 1_000][chance.random_range(0..2)],
        send_deadline_ms: [3_000, 10_000][chance.random_range(0..2)],
        ..RoomBounds::default()
    }
}

impl World {
    pub(super) fn new(
        plan: &Plan,
        agenda: Agenda,
        trace: Trace,
        met: Met,
        recorder: Recorder,
    ) -> Arc<Self> {
        let seed = plan.seed;
        let store = SimStore::new(
            plan.bucket,
            seed,
            agenda.clone(),
            trace.clone(),
            met.clone(),
        );
        let net = SimNet::new(seed, agenda.clone(), trace.clone(), met.clone());
        let people = (0..plan.people).map(|who| Mutex::new(Person::new(seed, who, &recorder)));
        let plains = (plan.people..plan.people + plan.plains)
            .map(|who| Mutex::new(Plain::new(who, user_of(who), &recorder)));
        Arc::new(Self {
            seed,
            people: people.collect(),
            plains: plains.collect(),
            agenda,
            trace,
            met,
            recorder,
            store,
            net,
            presence: Arc::new(LocalPresence::new()),
            slots: Mutex::default(),
            chance: Mutex::new(SmallRng::seed_from_u64(seed ^ 0x0077_6f72_6c64)),
        })
    }

    /// Draws from the world's chance.
    pub(super) fn draw<T>(&self, draw: impl FnOnce(&mut SmallRng) -> T) -> T {
        draw(&mut self.chance.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// How long a text takes between a client and a node.
    pub(super) fn link_ms(&self) -> u64 {
        self.draw(|chance| match chance.random_range(0..8) {
            0 => chance.random_range(0..60),
            _ => chance.random_range(0..4),
        })
    }

    fn slots(&self) -> MutexGuard<'_, [Slot; SLOTS]> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The node in a slot, if one lives there.
    pub(super) fn life(&self, slot: usize) -> Option<Life> {
        self.slots()[slot % SLOTS].life.clone()
    }

    /// Starts a node in an empty slot.
    pub(super) fn start(&self, slot: usize) {
        let mut slots = self.slots();
        let place = &mut slots[slot];
        if place.life.is_some() {
            return;
        }
        place.lives += 1;
        let name = NodeName(format!("n{}-{}", slot + 1, place.lives));
        self.trace.say(|| format!("{name} starts"));
        let gate = Arc::new(Gate::default());
        let way = self.store.way(name.0.clone(), slot, Arc::clone(&gate));
        let (bus, news) = self.net.join(name.clone(), slot, Arc::clone(&gate));
        // The same bounds on all nodes of a schedule.
        let bounds = bounds(&mut SmallRng::seed_from_u64(self.seed ^ 0x626f_756e_6473));
        let config = NodeConfig {
            name,
            build: "sim".into(),
            canary: CanarySwitch::Off,
            bounds,
        };
        let mut chance =
            SmallRng::seed_from_u64(self.seed ^ (slot as u64 + 1) << 32 ^ u64::from(place.lives));
        let parts = Parts {
            store: way.clone(),
            bus,
            news,
            presence: self.presence.clone(),
            clock: Arc::new(SimClock {
                agenda: self.agenda.clone(),
                skew_ms: Arc::clone(&place.skew_ms),
            }),
            seed: chance.random(),
        };
        let node = Node::start(config, parts);
        place.life = Some(Life {
            node,
            gate,
            way,
            is_draining: false,
        });
    }

    /// Ends a node at once: whatever it was doing is done no further.
    pub(super) fn crash(&self, slot: usize) -> bool {
        let Some(life) = self.slots()[slot].life.take() else {
            return false;
        };
        self.trace.say(|| format!("{} crashes", life.node.name()));
        life.gate.kill();
        self.net.leave(life.node.name());
        life.node.crash();
        // Its clients hear of it at once, or only from the silence: those who can tell silence.
        for who in 0..self.people.len() + self.plains.len() {
            let Some((_, socket)) = self
                .socket(who)
                .filter(|(of, _)| Arc::ptr_eq(of, &life.gate))
            else {
                continue;
            };
            let ms = self.draw(|chance| match chance.random_range(0..8) {
                0 if who < self.people.len() => None,
                _ => Some(chance.random_range(0..30)),
            });
            if let Some(ms) = ms {
                self.agenda.later(ms, move || socket.end());
            }
        }
        true
    }

    /// The socket of a client, and the gate of the node at its other end.
    fn socket(&self, who: usize) -> Option<(Arc<Gate>, Arc<Socket>)> {
        if who < self.people.len() {
            self.person(who).socket.clone()
        } else {
            self.plain(who).socket.clone()
        }
    }

    /// Begins a fault. Whether there was anything to break.
    pub(super) fn begin(&self, fault: Fault) -> bool {
        self.trace.say(|| format!("fault {fault:?}"));
        match fault {
            Fault::Crash { slot, .. } => self.crash(slot),
            Fault::Pause { slot, .. } => {
                let life = self.life(slot);
                if let Some(life) = &life {
                    life.gate.pause();
                }
                life.is_some()
            }
            Fault::Drain { slot, .. } => {
                let mut slots = self.slots();
                let Some(life) = &mut slots[slot].life else {
                    return false;
                };
                life.is_draining = true;
                let node = life.node.clone();
                drop(slots);
                node.drain(500);
                true
            }
            Fault::Appends { of_hundred, .. } => {
                self.store.trouble(|trouble| trouble.unknown += of_hundred);
                true
            }
            Fault::AppendsFail { slot, .. } => {
                self.store.trouble(|trouble| trouble.refuses[slot] += 1);
                true
            }
            Fault::Calls { of_hundred, .. } => {
                self.store.trouble(|trouble| trouble.failing += of_hundred);
                true
            }
            Fault::StoreAway { .. } => {
                self.store.trouble(|trouble| trouble.away += 1);
                true
            }
            Fault::StoreCut { slot, .. } => {
                let life = self.life(slot);
                if let Some(life) = &life {
                    life.way.cut(true);
                }
                life.is_some()
            }
            Fault::StoreSlow { most_ms, .. } => {
                self.store.trouble(|trouble| trouble.slow_ms += most_ms);
                true
            }
            Fault::BusLoses { of_hundred, .. } => {
                self.net.trouble(|trouble| trouble.lost += of_hundred);
                true
            }
            Fault::BusDoubles { of_hundred, .. } => {
                self.net.trouble(|trouble| trouble.doubled += of_hundred);
                true
            }
            Fault::BusFails { of_hundred, .. } => {
                self.net.trouble(|trouble| trouble.failed += of_hundred);
                true
            }
            Fault::BusSlow { most_ms, .. } => {
                self.net.trouble(|trouble| trouble.slow_ms += most_ms);
                true
            }
            Fault::BusCut { one, other, .. } => {
                self.net.cut(one, other, true);
                true
            }
            Fault::BusAway { slot, .. } => {
                self.net.take_away(slot, true);
                true
            }
            Fault::Skew { slot, ms } => {
                self.slots()[slot].skew_ms.store(ms, Ordering::Relaxed);
                true
            }
        }
    }

    /// Takes a fault back.
    pub(super) fn heal(&self, fault: Fault) {
        self.trace.say(|| format!("healed {fault:?}"));
        match fault {
            Fault::Crash { slot, .. } => self.start(slot),
            Fault::Pause { slot, .. } => {
                if let Some(life) = self.life(slot) {
                    life.gate.resume();
                }
            }
            Fault::Drain { slot, .. } => {
                // Its time is over, whether all have gone or not; and the next one starts.
                self.crash(slot);
                self.start(slot);
            }
            Fault::Appends { of_hundred, .. } => {
                self.store.trouble(|trouble| trouble.unknown -= of_hundred);
            }
            Fault::AppendsFail { slot, .. } => {
                self.store.trouble(|trouble| trouble.refuses[slot] -= 1);
            }
            Fault::Calls { of_hundred, .. } => {
                self.store.trouble(|trouble| trouble.failing -= of_hundred);
            }
            Fault::StoreAway { .. } => self.store.trouble(|trouble| trouble.away -= 1),
            Fault::StoreCut { slot, .. } => {
                if let Some(life) = self.life(slot) {
                    life.way.cut(false);
                }
            }
            Fault::StoreSlow { most_ms, .. } => {
                self.store.trouble(|trouble| trouble.slow_ms -= most_ms);
            }
            Fault::BusLoses { of_hundred, .. } => {
                self.net.trouble(|trouble| trouble.lost -= of_hundred);
            }
            Fault::BusDoubles { of_hundred, .. } => {
                self.net.trouble(|trouble| trouble.doubled -= of_hundred);
            }
            Fault::BusFails { of_hundred, .. } => {
                self.net.trouble(|trouble| trouble.failed -= of_hundred);
            }
            Fault::BusSlow { most_ms, .. } => {
                self.net.trouble(|trouble| trouble.slow_ms -= most_ms);
            }
            Fault::BusCut { one, other, .. } => self.net.cut(one, other, false),
            Fault::BusAway { slot, .. } => self.net.take_away(slot, false),
            Fault::Skew { slot, .. } => self.slots()[slot].skew_ms.store(0, Ordering::Relaxed),
        }
    }

    /// Every slot has a node again, and none is paused or drained.
    pub(super) fn heal_all(&self) {
        for slot in 0..SLOTS {
            if self.life(slot).is_some_and(|life| life.is_draining) {
                self.crash(slot);
            }
            self.start(slot);
            if let Some(life) = self.life(slot) {
                life.gate.resume();
            }
        }
    }

    // ---- What sockets say to people.

    pub(super) fn person(&self, who: usize) -> MutexGuard<'_, Person> {
        self.people[who]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody who speaks the specification's own frames, by their number among all clients.
    pub(super) fn plain(&self, who: usize) -> MutexGuard<'_, Plain> {
        self.plains[who - self.people.len()]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// A text has come for a client over the socket of that dial.
    pub(super) fn heard(&self, who: usize, dial: u64, text: &[u8]) {
        if who >= self.people.len() {
            let text = String::from_utf8_lossy(text);
            return self.plain(who).heard(self, dial, &text);
        }
        let mut person = self.person(who);
        if person.dial == dial
            && person.socket.is_some()
            && let Ok(text) = std::str::from_utf8(text)
        {
            let now = self.agenda.now_ms();
            self.trace.say(|| format!("c{who} hears {text}"));
            person.ear.heard(text);
            self.look_at_ack(text);
            let steps = person.machine.heard(now, text);
            person.carry(self, steps);
        }
    }

    /// What is acknowledged must be shown by every read from then on (rule 14).
    fn look_at_ack(&self, text: &str) {
        if text.starts_with(r#"{"type":"ack""#)
            && let Decoded::Frame(frame) = decode_server(text)
            && let ServerFrame::Ack { room, seq, .. } = *frame
            && self.store.settled(room) < seq
        {
            let room = self.recorder.room(room);
            self.recorder.put(Record::Fragile { room, seq });
        }
    }

    /// The socket of that dial has ended.
    pub(super) fn closed(&self, who: usize, dial: u64, code: Option<u16>) {
        if who >= self.people.len() {
            return self.plain(who).closed(self, dial);
        }
        let mut person = self.person(who);
        if person.dial != dial {
            return;
        }
        self.trace
            .say(|| format!("c{who} loses its socket: {code:?}"));
        person.socket = None;
        person.ear.closed(code);
        let end = code.map_or(End::Cut, End::Code);
        let steps = person.machine.closed(self.agenda.now_ms(), end);
        person.carry(self, steps);
    }
}
