//! One client and its person: the protocol's own machine, an ear, and a socket to whichever node answers.

mod acts;

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Weak},
};

use hearth_core::session::Dialect;
use hearth_protocol::{
    Body, DeviceId, Role, RoomId, RoomKind, RoomSnapshot, Seq, User, UserId,
    client::{Answer, Ask, Client, End, Link, Outcome, Pending, Settings, Step},
};
use uuid::Uuid;

use super::{gate::Gate, plan::SLOTS, socket::Socket, world::World};
use crate::history::{Ear, Recorder};

/// Messages and sends that are remembered.
const REMEMBERED: usize = 20;

/// A client. The first two people are one user with two devices.
pub(super) struct Person {
    pub(super) world: Weak<World>,
    pub(super) who: usize,
    pub(super) user: User,
    pub(super) machine: Client,
    pub(super) ear: Ear,
    pub(super) socket: Option<(Arc<Gate>, Arc<Socket>)>,
    /// Counts dials: what comes from an earlier one is heard no more.
    pub(super) dial: u64,
    slot: usize,
    tick_ms: Option<u64>,
    pub(super) rooms: Vec<RoomId>,
    /// Rooms that one owns: they are not left, since nobody might be in them then.
    owned: Vec<RoomId>,
    mine: VecDeque<(RoomId, Seq)>,
    seen: VecDeque<(RoomId, Seq)>,
    settled: VecDeque<Pending>,
    asks: BTreeMap<u64, &'static str>,
    pub(super) asides: usize,
    tags: u64,
    /// Whether the act in hand could be done.
    did: bool,
}

/// Who a person is.
pub(super) fn user_of(who: usize) -> User {
    let number = who.max(1);
    let name = format!("user{number}");
    User {
        id: UserId(Uuid::from_u128(
            0x0191_0000_0000_7000_8000_0000_0000_0000 + number as u128,
        )),
        display: name.clone(),
        name,
    }
}

impl Person {
    pub(super) fn new(seed: u64, who: usize, recorder: &Recorder) -> Self {
        let user = user_of(who);
        let device =
            DeviceId::new(format!("d{who}")).unwrap_or_else(|_| unreachable!("a plain text"));
        let mut settings = Settings::new(device, seed.wrapping_mul(31).wrapping_add(who as u64));
        settings.keep_events = 4;
        Self {
            world: Weak::new(),
            who,
            ear: Ear::new(recorder.clone(), user.id),
            user,
            machine: Client::new(settings),
            socket: None,
            dial: 0,
            slot: who % SLOTS,
            tick_ms: None,
            rooms: Vec::new(),
            owned: Vec::new(),
            mine: VecDeque::new(),
            seen: VecDeque::new(),
            settled: VecDeque::new(),
            asks: BTreeMap::new(),
            asides: 0,
            tags: 0,
            did: false,
        }
    }

    /// Carries out what the machine wants.
    pub(super) fn carry(&mut self, world: &World, steps: Vec<Step>) {
        let mut steps = VecDeque::from(steps);
        while let Some(step) = steps.pop_front() {
            match step {
                Step::Connect => self.connect(world),
                Step::Close => {
                    if let Some((_, socket)) = self.socket.take() {
                        socket.cut(5);
                    }
                    self.dial += 1;
                    self.ear.closed(None);
                }
                Step::Write(frame) => {
                    if let Some((_, socket)) = &self.socket
                        && let Ok(text) = serde_json::to_string(&frame)
                    {
                        self.ear.wrote(&frame);
                        let who = self.who;
                        world.trace.say(|| format!("c{who} says {text}"));
                        socket.write(text);
                    }
                }
                step => {
                    self.ear.step(&step);
                    self.see(step);
                }
            }
        }
        self.wind(world);
    }

    /// Sees to it that the machine is told when its time comes.
    fn wind(&mut self, world: &World) {
        let deadline = self.machine.deadline();
        let Some(at) = deadline else { return };
        if self.tick_ms.is_some_and(|tick| tick <= at) {
            return;
        }
        self.tick_ms = Some(at);
        let (who, me) = (self.who, self.world.clone());
        world.agenda.at(at, move || {
            if let Some(world) = me.upgrade() {
                let mut person = world.person(who);
                if person.tick_ms.is_none_or(|tick| tick > at) {
                    return;
                }
                person.tick_ms = None;
                let steps = match person.machine.deadline() {
                    Some(deadline) if deadline <= world.agenda.now_ms() => {
                        person.machine.tick(world.agenda.now_ms())
                    }
                    _ => Vec::new(),
                };
                person.carry(&world, steps);
            }
        });
    }

    /// Dials the next node.
    fn connect(&mut self, world: &World) {
        self.dial += 1;
        self.slot += 1;
        let (who, dial, slot, me) = (self.who, self.dial, self.slot % SLOTS, self.world.clone());
        let (there, back) = (world.link_ms(), world.link_ms());
        world.agenda.later(there, move || {
            let Some(world) = me.upgrade() else { return };
            match world.life(slot) {
                Some(life) if !life.is_draining => {
                    let gate = Arc::clone(&life.gate);
                    gate.when_open(move || {
                        let user = world.person(who).user.clone();
                        let (node, gate) = (&life.node, &life.gate);
                        let socket =
                            Socket::open(&world, (who, dial), Dialect::V1, node, gate, user);
                        let (agenda, gate) = (world.agenda.clone(), Arc::clone(&life.gate));
                        agenda.later(back, move || opened(&world, who, dial, gate, socket));
                    });
                }
                _ => world.agenda.clone().later(back, move || {
                    let mut person = world.person(who);
                    if person.dial == dial {
                        let steps = person.machine.closed(world.agenda.now_ms(), End::Cut);
                        person.carry(&world, steps);
                    }
                }),
            }
        });
    }

    fn see(&mut self, step: Step) {
        match step {
            Step::Show { room, event } if event.body.is_message() => {
                remember(&mut self.seen, (room, event.seq));
            }
            Step::Settled {
                pending,
                outcome: Outcome::Stored(seq),
            } => {
                if pending.body.is_message() {
                    remember(&mut self.mine, (pending.room, seq));
                }
                remember(&mut self.settled, pending);
            }
            Step::Answer { number, answer } => {
                self.asks.remove(&number);
                if let Ok(Answer::Room(room)) = answer {
                    self.know(&room);
                }
            }
            Step::Room(room) => self.know(&room),
            _ => {}
        }
    }

    fn know(&mut self, room: &RoomSnapshot) {
        if !self.rooms.contains(&room.id) {
            self.rooms.push(room.id);
        }
        if room.role == Role::Owner && !self.owned.contains(&room.id) {
            self.owned.push(room.id);
        }
    }

    /// Comes online, if it is not.
    pub(super) fn come(&mut self, world: &World) {
        if matches!(
            self.machine.link(),
            Link::Idle | Link::Waiting { .. } | Link::Ended(_)
        ) {
            let steps = self.machine.start(world.agenda.now_ms());
            self.carry(world, steps);
        }
    }

    /// Goes politely and comes back at once, to the node in that slot.
    pub(super) fn move_to(&mut self, world: &World, slot: usize) {
        let steps = self.machine.stop();
        self.carry(world, steps);
        self.slot = slot + SLOTS - 1;
        self.come(world);
    }

    pub(super) fn is_live(&self) -> bool {
        matches!(self.machine.link(), Link::Live { .. })
    }

    /// Whether it is connected indeed, and does not only believe so.
    pub(super) fn is_connected(&self) -> bool {
        let socket = self.socket.as_ref();
        self.is_live() && socket.is_some_and(|(_, socket)| socket.is_whole())
    }

    /// Whether its socket is one of the node in that slot.
    pub(super) fn is_at(&self, world: &World, slot: usize) -> bool {
        let gate = self.socket.as_ref().map(|(gate, _)| gate);
        let life = world.life(slot);
        gate.zip(life)
            .is_some_and(|(gate, life)| Arc::ptr_eq(gate, &life.gate))
    }

    /// What is under way, for people.
    pub(super) fn under_way(&self) -> String {
        let ids: Vec<_> = self.machine.pending().map(|p| p.id.as_str()).collect();
        format!(
            "{:?}, sends {ids:?}, {} asks, {} calls beside",
            self.machine.link(),
            self.asks.len(),
            self.asides
        )
    }

    /// Whether nothing of it is under way.
    pub(super) fn is_settled(&self) -> bool {
        self.machine.pending().next().is_none() && self.asks.is_empty() && self.asides == 0
    }
}

fn opened(world: &Arc<World>, who: usize, dial: u64, gate: Arc<Gate>, socket: Arc<Socket>) {
    let mut person = world.person(who);
    if person.dial != dial || gate.is_dead() {
        drop(person);
        socket.cut(0);
        // A dial that met a node's end is told as one that was not answered.
        world.closed(who, dial, None);
        return;
    }
    world.trace.say(|| format!("c{who} is connected"));
    person.socket = Some((gate, socket));
    person.ear.opened();
    let steps = person.machine.opened(world.agenda.now_ms());
    person.carry(world, steps);
}

fn remember<T>(list: &mut VecDeque<T>, item: T) {
    list.push_back(item);
    if list.len() > REMEMBERED {
        list.pop_front();
    }
}
