//! What a person does: each act as far as it can be done just then.

use hearth_core::session::NewSend;
use hearth_protocol::{
    Right, Role, SendId,
    client::{RoomLog, Window},
};
use rand::{RngExt, SeedableRng, rngs::SmallRng, seq::IndexedRandom};
use tokio::time::{Duration, timeout};

use super::*;
use crate::{
    history::{Command, Deed, Record},
    sim::plan::Act,
};

/// Sends that may wait in an outbox.
const WAITING_MAX: usize = 12;
/// Calls beside the socket at once.
const ASIDE_MAX: usize = 2;
/// Within this all speak who speak at once.
const UPROAR_MS: u64 = 40;
/// How long such a call is waited for.
const ASIDE_MS: u64 = 6_000;

impl Person {
    /// Does an act. `item` is its number in the plan: its chance is its own.
    pub(in crate::sim) fn act(&mut self, world: &World, item: usize, act: Act) {
        let mut chance = SmallRng::seed_from_u64(world.seed.wrapping_mul(7_919) ^ item as u64);
        let who = self.who;
        world.trace.say(|| format!("#{item} c{who} {act:?}"));
        let room = self.any_room(&mut chance);
        self.did = false;
        self.attempt(world, item, act, room, &mut chance);
        if self.did {
            world.met.add(act.kind());
        }
    }

    fn attempt(
        &mut self,
        world: &World,
        item: usize,
        act: Act,
        room: Option<RoomId>,
        chance: &mut SmallRng,
    ) {
        let now = world.agenda.now_ms();
        match act {
            Act::Say => self.say(world, room, 1, 10),
            Act::Burst(count) => self.say(world, room, count, 10),
            Act::SayLong => self.say(world, room, 1, 6_000),
            Act::React => {
                let seen: Vec<_> = self.seen.iter().copied().collect();
                if let Some((room, target)) = seen.choose(chance).copied() {
                    let (emoji, on) = ("👍".to_owned(), chance.random_range(0..4) > 0);
                    self.send(world, room, Body::React { target, emoji, on });
                }
            }
            Act::Edit | Act::Delete => {
                let mine: Vec<_> = self.mine.iter().copied().collect();
                if let Some((room, target)) = mine.choose(chance).copied() {
                    let body = if act == Act::Delete {
                        Body::Delete { target }
                    } else {
                        let text = self.text(10);
                        Body::Edit { target, text }
                    };
                    self.send(world, room, body);
                }
            }
            Act::Read | Act::Unread => {
                let Some(room) = room else { return };
                self.did = true;
                let position = self.position(room);
                let steps = if act == Act::Read {
                    self.machine.read(now, room, position)
                } else {
                    let back = Seq(position.0.saturating_sub(chance.random_range(0..10)));
                    self.machine.unread_from(now, room, back)
                };
                self.carry(world, steps);
            }
            Act::Page => {
                let Some(room) = room else { return };
                let position = self.position(room);
                let window = match chance.random_range(0..4) {
                    0 => Window::Newest,
                    1 => Window::Around(Seq(chance.random_range(0..=position.0) + 1)),
                    2 => Window::Before(position.next()),
                    _ => Window::After(Seq(chance.random_range(0..=position.0))),
                };
                let limit = Some([3, 10, 200][chance.random_range(0..3)]);
                self.ask(
                    world,
                    Ask::History {
                        room,
                        window,
                        limit,
                    },
                );
            }
            Act::Typing => {
                if let Some(room) = room {
                    self.did = true;
                    let steps = self.machine.typing(now, room);
                    self.carry(world, steps);
                }
            }
            Act::Members => {
                if let Some(room) = room {
                    let (after, limit) = (None, Some(2));
                    self.ask(
                        world,
                        Ask::Members {
                            room,
                            q: None,
                            after,
                            limit,
                        },
                    );
                }
            }
            Act::Go(ms) => self.go(world, ms),
            Act::Cut => self.cut(world, chance),
            Act::SayAndCut => {
                self.say(world, room, 1, 10);
                // Somewhere between before it arrives and after its answer.
                let ms = chance.random_range(0..30);
                let (who, me) = (self.who, self.world.clone());
                world.agenda.later(ms, move || {
                    if let Some(world) = me.upgrade() {
                        let chance = &mut SmallRng::seed_from_u64(item as u64);
                        world.person(who).cut(&world, chance);
                    }
                });
            }
            Act::HalfOpen => {
                if let Some((_, socket)) = &self.socket {
                    self.did = true;
                    socket.cut(chance.random_range(2_000..12_000));
                    self.lose(world);
                }
            }
            Act::Unheard => {
                if let Some((_, socket)) = &self.socket {
                    self.did = true;
                    socket.cut(chance.random_range(0..50));
                }
            }
            Act::Slow(ms) => {
                let Some((_, socket)) = &self.socket else {
                    return;
                };
                self.did = true;
                socket.slow(now + ms);
                // And asks for more than it takes.
                for room in room.into_iter().cycle().take(3) {
                    let (window, limit) = (Window::Newest, Some(200));
                    let ask = Ask::History {
                        room,
                        window,
                        limit,
                    };
                    self.ask(world, ask);
                }
            }
            Act::Leave => {
                if let Some(room) = room
                    && !self.owned.contains(&room)
                    && self.machine.pending().all(|pending| pending.room != room)
                {
                    self.ask(world, Ask::Leave(room));
                }
            }
            Act::Join => {
                let known = self.rooms.clone();
                if let Some(room) = known.choose(chance).copied()
                    && self.machine.room(room).is_none()
                {
                    self.ask(world, Ask::Join(room));
                }
            }
            Act::Create => {
                let name = format!("room-{item}");
                if let Ok(id) = SendId::new(format!("make-{item}")) {
                    let kind = RoomKind::Public;
                    self.ask(world, Ask::Create { id, name, kind });
                }
            }
            Act::Direct => {
                let with = super::user_of(chance.random_range(1..world.people.len().max(2)));
                if with.id != self.user.id {
                    self.ask(world, Ask::Direct(with.id.to_string()));
                }
            }
            Act::Again => self.again(world, chance),
            Act::Aside => {
                let known = self.rooms.clone();
                if let Some(room) = known.choose(chance).copied() {
                    self.aside_new(world, room, chance);
                }
            }
            Act::Hasty(ms) => {
                let known = self.rooms.clone();
                if let Some(room) = known.choose(chance).copied() {
                    self.aside_new(world, room, chance);
                    let (who, me) = (self.who, self.world.clone());
                    world.agenda.later(ms, move || {
                        if let Some(world) = me.upgrade() {
                            let chance = &mut SmallRng::seed_from_u64(item as u64);
                            world.person(who).aside_new(&world, room, chance);
                        }
                    });
                }
            }
            Act::Uproar => {
                if let Some(room) = room {
                    self.uproar(world, room, chance);
                }
            }
            Act::Remove | Act::Invite | Act::Promote | Act::Topic => {
                let Some(room) = room else { return };
                let other = super::user_of(chance.random_range(2..world.people.len().max(3)));
                let user = other.id;
                let body = match act {
                    Act::Remove => Body::Remove {
                        user,
                        reason: String::new(),
                    },
                    Act::Invite => Body::Invite {
                        user,
                        user_name: other.name,
                        accepted: false,
                    },
                    Act::Promote => Body::Role {
                        user,
                        role: [Role::Moderator, Role::Member][chance.random_range(0..2)],
                    },
                    _ if chance.random_range(0..3) == 0 => Body::Right {
                        right: [Right::Pin, Right::Invite, Right::Describe]
                            [chance.random_range(0..3)],
                        role: [Role::Guest, Role::Member, Role::Moderator, Role::Owner]
                            [chance.random_range(0..4)],
                    },
                    _ => Body::Topic {
                        topic: format!("topic {item}"),
                    },
                };
                self.send(world, room, body);
            }
        }
    }

    fn any_room(&self, chance: &mut SmallRng) -> Option<RoomId> {
        let rooms: Vec<RoomId> = self.machine.rooms().map(|(room, _)| room).collect();
        rooms.choose(chance).copied()
    }

    fn position(&self, room: RoomId) -> Seq {
        self.machine.room(room).map_or(Seq::ZERO, RoomLog::position)
    }

    fn text(&mut self, more: usize) -> String {
        self.tags += 1;
        let mut text = format!("{}.{} ", self.who, self.tags);
        text.extend("lorem ipsum ".chars().cycle().take(more));
        text
    }

    fn say(&mut self, world: &World, room: Option<RoomId>, count: u32, more: usize) {
        let Some(room) = room else { return };
        for _ in 0..count {
            let text = self.text(more);
            let reply_to = None;
            self.send(world, room, Body::reply(text, reply_to));
        }
    }

    /// Everybody in the room says something at nearly the same time. An owner changes in between what one of them may do.
    fn uproar(&mut self, world: &World, room: RoomId, chance: &mut SmallRng) {
        self.did = true;
        for who in 0..world.people.len() {
            let (ms, me) = (chance.random_range(0..UPROAR_MS), self.world.clone());
            world.agenda.later(ms, move || {
                if let Some(world) = me.upgrade() {
                    world.person(who).say(&world, Some(room), 1, 10);
                }
            });
        }
        if !self.owned.contains(&room) {
            return;
        }
        let user = super::user_of(chance.random_range(2..world.people.len().max(3))).id;
        let role = [Role::Moderator, Role::Member][chance.random_range(0..2)];
        let body = match chance.random_range(0..3) {
            0 => Body::Remove {
                user,
                reason: String::new(),
            },
            _ => Body::Role { user, role },
        };
        let (ms, who, me) = (
            chance.random_range(0..UPROAR_MS),
            self.who,
            self.world.clone(),
        );
        world.agenda.later(ms, move || {
            if let Some(world) = me.upgrade() {
                world.person(who).send(&world, room, body);
            }
        });
    }

    fn send_id(&mut self, world: &World) -> SendId {
        self.tags += 1;
        // Unique over both devices of one user.
        let tag = self.tags * 16 + self.who as u64;
        world.recorder.send_id(self.user.id, tag)
    }

    fn send(&mut self, world: &World, room: RoomId, body: Body) {
        if self.machine.pending().count() >= WAITING_MAX {
            return;
        }
        let id = self.send_id(world);
        if let Ok(steps) = self.machine.send(world.agenda.now_ms(), room, id, body) {
            self.did = true;
            self.carry(world, steps);
        }
    }

    fn ask(&mut self, world: &World, ask: Ask) {
        if let Ok((number, steps)) = self.machine.ask(world.agenda.now_ms(), ask) {
            self.did = true;
            self.asks.insert(number, "asked");
            self.carry(world, steps);
        }
    }

    fn go(&mut self, world: &World, ms: u64) {
        self.did = true;
        let steps = self.machine.stop();
        self.carry(world, steps);
        let (who, me) = (self.who, self.world.clone());
        world.agenda.later(ms, move || {
            if let Some(world) = me.upgrade() {
                world.person(who).come(&world);
            }
        });
    }

    fn cut(&mut self, world: &World, chance: &mut SmallRng) {
        if let Some((_, socket)) = &self.socket {
            self.did = true;
            socket.cut(chance.random_range(0..50));
            self.lose(world);
        }
    }

    fn lose(&mut self, world: &World) {
        self.socket = None;
        self.dial += 1;
        self.ear.closed(None);
        let steps = self.machine.closed(world.agenda.now_ms(), End::Cut);
        self.carry(world, steps);
    }

    /// The very same send beside the socket: one under way, or one long settled.
    fn again(&mut self, world: &World, chance: &mut SmallRng) {
        let sent = self.machine.pending().filter(|send| send.after.is_some());
        let under_way: Vec<Pending> = sent.cloned().collect();
        let settled: Vec<Pending> = self.settled.iter().cloned().collect();
        let one = under_way
            .choose(chance)
            .or_else(|| settled.choose(chance))
            .cloned();
        if let Some(pending) = one {
            self.aside(world, pending, chance);
        }
    }

    fn aside_new(&mut self, world: &World, room: RoomId, chance: &mut SmallRng) {
        let text = self.text(10);
        let pending = Pending {
            room,
            id: self.send_id(world),
            after: Some(self.position(room)),
            device: DeviceId::new(format!("aside{}", self.who))
                .unwrap_or_else(|_| unreachable!("a plain text")),
            n: self.tags,
            body: Body::message(text),
        };
        self.aside(world, pending, chance);
    }

    /// A send as HTTP brings it: straight into a node, with an answer or none.
    fn aside(&mut self, world: &World, pending: Pending, chance: &mut SmallRng) {
        if self.asides >= ASIDE_MAX {
            return;
        }
        let Some(life) = world.life(chance.random_range(0..SLOTS)) else {
            return;
        };
        if !life.gate.is_open() {
            return;
        }
        self.asides += 1;
        self.did = true;
        let recorder = world.recorder.clone();
        let o = recorder.op();
        recorder.put(Record::Invoke {
            o,
            u: recorder.user(self.user.id),
            c: None,
            command: Command::Send {
                room: recorder.room(pending.room),
                id: pending.id.as_str().to_owned(),
                after: pending.after,
                device: pending.device.as_str().to_owned(),
                n: pending.n,
                deed: Deed::of(&pending.body, &mut |user| recorder.user(user)),
            },
        });
        let send = NewSend {
            room: pending.room,
            id: pending.id,
            after: pending.after,
            device: Some(pending.device),
            n: pending.n,
            body: pending.body,
        };
        let (who, me, user) = (self.who, self.world.clone(), self.user.clone());
        tokio::spawn(async move {
            let call = async {
                let sent = life.node.send(&user, send).await;
                life.gate.pass().await;
                sent
            };
            let answer = timeout(Duration::from_millis(ASIDE_MS), call).await;
            let record = match answer {
                Ok(Ok(sent)) => Record::Ok {
                    o,
                    seq: Some(sent.seq),
                    room: None,
                },
                Ok(Err(unsent)) => Record::Fail {
                    o,
                    code: unsent.refusal.code.as_str().to_owned(),
                },
                Err(_) => Record::Unknown {
                    o,
                    why: "no answer in time".to_owned(),
                },
            };
            recorder.put(record);
            if let Some(world) = me.upgrade() {
                world.person(who).asides -= 1;
            }
        });
    }
}
