//! Somebody who speaks the specification's own frames, in the public room: no ids, no resends, no resume. What one writes
//! is certain only when its echo comes.

use std::{
    collections::BTreeMap,
    sync::{Arc, Weak},
};

use hearth_core::session::Dialect;
use hearth_protocol::{
    RoomId, User,
    seed::{GREETING, SeedEvent, SeedSend},
};

use super::{
    gate::Gate,
    person::user_of,
    plan::{HALL, PlainAct, SLOTS},
    socket::Socket,
    world::World,
};
use crate::history::{ClientNo, Command, Digest, ODD_CHARS, OpNo, Record, Recorder, SocketNo};

/// After so long it dials again.
const PAUSE_MS: u64 = 150;
/// So much may be without its echo.
const WRITTEN_MAX: usize = 8;

pub(super) struct Plain {
    pub(super) world: Weak<World>,
    /// Its number among all clients.
    who: usize,
    pub(super) user: User,
    pub(super) room: Option<RoomId>,
    pub(super) socket: Option<(Arc<Gate>, Arc<Socket>)>,
    dial: u64,
    is_greeted: bool,
    is_gone: bool,
    tags: u64,
    /// What was written and has not come back.
    written: BTreeMap<String, OpNo>,
    client: ClientNo,
    /// The socket's number, once it has greeted.
    s: Option<SocketNo>,
}

impl Plain {
    pub(super) fn new(who: usize, user: User, recorder: &Recorder) -> Self {
        Self {
            world: Weak::new(),
            who,
            user,
            room: None,
            socket: None,
            dial: 0,
            is_greeted: false,
            is_gone: false,
            tags: 0,
            written: BTreeMap::new(),
            client: recorder.client(),
            s: None,
        }
    }

    /// Does an act, as far as it can be done just then. Whether it could.
    pub(super) fn act(&mut self, world: &World, act: PlainAct) -> bool {
        let Some((_, socket)) = self.socket.clone().filter(|_| self.is_greeted) else {
            return false;
        };
        match act {
            PlainAct::Say => return self.say(world, &socket),
            PlainAct::Cut(ms) => {
                socket.cut(ms);
                self.closed(world, self.dial);
            }
        }
        true
    }

    fn say(&mut self, world: &World, socket: &Socket) -> bool {
        let Some(room) = self.room.filter(|_| self.written.len() < WRITTEN_MAX) else {
            return false;
        };
        self.tags += 1;
        let msg = format!("plain {}.{}", self.who, self.tags);
        let recorder = &world.recorder;
        let o = recorder.op();
        recorder.put(Record::Invoke {
            o,
            u: recorder.user(self.user.id),
            c: None,
            command: Command::SeedSend {
                room: recorder.room(room),
                text: Digest::of(&msg),
            },
        });
        self.written.insert(msg.clone(), o);
        let send = SeedSend {
            msg,
            receiver: String::new(),
            is_group: true,
            group_name: HALL.to_owned(),
        };
        if let Ok(text) = serde_json::to_string(&send) {
            let who = self.who;
            world.trace.say(|| format!("p{who} says {text}"));
            socket.write(text);
        }
        true
    }

    /// Dials the next node.
    pub(super) fn connect(&mut self, world: &World) {
        self.dial += 1;
        let (who, dial, me) = (self.who, self.dial, self.world.clone());
        let slot = (who + usize::try_from(dial).unwrap_or_default()) % SLOTS;
        let ms = world.link_ms();
        world.agenda.later(ms, move || {
            let Some(world) = me.upgrade() else { return };
            let mut plain = world.plain(who);
            if plain.dial != dial || plain.is_gone {
                return;
            }
            match world.life(slot).filter(|life| !life.is_draining) {
                Some(life) if life.gate.is_open() => {
                    let (user, gate) = (plain.user.clone(), &life.gate);
                    let socket =
                        Socket::open(&world, (who, dial), Dialect::Seed, &life.node, gate, user);
                    plain.socket = Some((Arc::clone(gate), socket));
                }
                _ => plain.closed(&world, dial),
            }
        });
    }

    /// A text has come over the socket of that dial.
    pub(super) fn heard(&mut self, world: &World, dial: u64, text: &str) {
        if self.dial != dial || self.socket.is_none() {
            return;
        }
        let who = self.who;
        world.trace.say(|| format!("p{who} hears {text}"));
        if text == GREETING && !self.is_greeted {
            self.is_greeted = true;
            let (s, c) = (world.recorder.socket(), self.client);
            let u = world.recorder.user(self.user.id);
            world.recorder.put(Record::Open { s, c, u });
            self.s = Some(s);
            return;
        }
        let Ok(event) = serde_json::from_str::<SeedEvent>(text) else {
            return;
        };
        self.note(world, text, &event);
        if let Some(o) = self.written.remove(&event.msg) {
            let (seq, room) = (None, None);
            world.recorder.put(Record::Ok { o, seq, room });
            world.met.add("plain frames echoed");
        }
    }

    /// A message came: of the public room and one of its people, or it is none of this one's.
    fn note(&self, world: &World, text: &str, event: &SeedEvent) {
        let Some(s) = self.s else { return };
        let room = self
            .room
            .filter(|_| event.is_group && event.group_name == HALL);
        let people = world.people.len() + world.plains.len();
        let mut users = (1..people.max(2)).map(user_of);
        let by = users.find(|user| user.name == event.sender);
        world.recorder.put(match room.zip(by) {
            Some((room, by)) => Record::Plain {
                s,
                room: world.recorder.room(room),
                by: world.recorder.user(by.id),
                id: event.id.clone(),
                text: Digest::of(&event.msg),
            },
            None => Record::Odd {
                s,
                text: text.chars().take(ODD_CHARS).collect(),
            },
        });
    }

    /// The socket of that dial has ended.
    pub(super) fn closed(&mut self, world: &World, dial: u64) {
        if self.dial != dial {
            return;
        }
        self.dial += 1;
        self.socket = None;
        self.is_greeted = false;
        self.forget(world);
        if let Some(s) = self.s.take() {
            world.recorder.put(Record::Close { s, code: None });
        }
        if self.is_gone {
            return;
        }
        let (who, me) = (self.who, self.world.clone());
        world.agenda.later(PAUSE_MS, move || {
            if let Some(world) = me.upgrade() {
                world.plain(who).connect(&world);
            }
        });
    }

    /// Goes for good.
    pub(super) fn go(&mut self, world: &World) {
        self.is_gone = true;
        if let Some((_, socket)) = &self.socket {
            socket.cut(0);
        }
        self.closed(world, self.dial);
    }

    fn forget(&mut self, world: &World) {
        for o in std::mem::take(&mut self.written).into_values() {
            let why = "the socket ended".to_owned();
            world.recorder.put(Record::Unknown { o, why });
        }
    }
}
