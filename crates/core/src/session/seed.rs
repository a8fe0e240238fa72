//! The specification's dialect: greets with `ok`, takes `{msg, receiver, is_group, group_name}`, and answers only what
//! is wrong. Its sends are events in the same logs as all others; the node makes their ids, so a resend is a new one.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use hearth_protocol::{
    Body, CloseCode, DeviceId, ErrorCode, Retry, RoomId, SendId, Seq,
    bounds::{REQUESTS_IN_FLIGHT_MAX, ROOMS_PER_USER_MAX},
    is_object,
    seed::{GREETING, SeedError, SeedSend},
};

use super::{Ask, AskId, Effect, Machine, NewSend, Notice, Reply, again::Unloaded};
use crate::refusal::Refusal;

/// Rooms remembered that turned up during the opening: more than a user's list can have.
const ADDED_MAX: usize = 8 * ROOMS_PER_USER_MAX;

/// Receivers remembered, by name. When they are full all are forgotten, and looked up again.
const FOUND_MAX: usize = 256;

/// How far the message at the front is.
enum Step {
    Finding {
        text: String,
        group: bool,
        name: String,
    },
    Attaching {
        text: String,
        room: RoomId,
    },
    Sending {
        group: bool,
    },
}

pub(crate) struct Seed {
    /// One for each connection: its sends are in order by `n`.
    device: DeviceId,
    n: u64,
    next_id: Box<dyn FnMut() -> SendId + Send>,
    rooms: BTreeSet<RoomId>,
    /// The look-up of the rooms, until it is done.
    opening: Option<AskId>,
    /// Rooms that turned up while the user's rooms were being looked up.
    added: BTreeSet<RoomId>,
    /// Rooms being attached to before the first message may go.
    attaching: BTreeMap<AskId, (RoomId, Option<Seq>)>,
    viewing: BTreeMap<AskId, RoomId>,
    /// Rooms that could not be loaded; the client was told.
    unloaded: Unloaded,
    waiting: VecDeque<SeedSend>,
    /// Where messages to a name go, so that to send one more reads nothing: a name's room does not change. Membership
    /// is the room's to judge, each time.
    found: BTreeMap<(bool, String), RoomId>,
    step: Option<(AskId, Step)>,
    next_ask: u64,
    greeted: bool,
    draining: bool,
    closed: bool,
}

impl Seed {
    pub(crate) fn new(device: DeviceId, next_id: Box<dyn FnMut() -> SendId + Send>) -> Self {
        Self {
            device,
            n: 0,
            next_id,
            rooms: BTreeSet::new(),
            opening: None,
            added: BTreeSet::new(),
            attaching: BTreeMap::new(),
            viewing: BTreeMap::new(),
            unloaded: Unloaded::default(),
            waiting: VecDeque::new(),
            found: BTreeMap::new(),
            step: None,
            next_ask: 0,
            greeted: false,
            draining: false,
            closed: false,
        }
    }

    fn ask(&mut self, ask: Ask, out: &mut Vec<Effect>) -> AskId {
        self.next_ask += 1;
        let id = AskId(self.next_ask);
        out.push(Effect::Ask(id, ask));
        id
    }

    fn next(&mut self, out: &mut Vec<Effect>) {
        if self.step.is_some() || self.opening.is_some() || !self.attaching.is_empty() {
            return;
        }
        if let Some(send) = self.waiting.pop_front() {
            let group = send.is_group;
            let name = if group {
                send.group_name
            } else {
                send.receiver
            };
            let to = (group, name);
            if let Some(room) = self.found.get(&to).copied() {
                return self.send(room, send.msg, group, out);
            }
            let (_, name) = to;
            let ask = match group {
                true => Ask::Find(name.clone()),
                false => Ask::Direct(name.clone()),
            };
            let id = self.ask(ask, out);
            self.step = Some((
                id,
                Step::Finding {
                    text: send.msg,
                    group,
                    name,
                },
            ));
        } else if self.draining && !self.closed {
            self.close(CloseCode::Drain, out);
        }
    }

    fn send(&mut self, room: RoomId, text: String, group: bool, out: &mut Vec<Effect>) {
        self.n += 1;
        let send = NewSend {
            room,
            id: (self.next_id)(),
            after: None,
            device: Some(self.device.clone()),
            n: self.n,
            body: Body::message(text),
        };
        let id = self.ask(Ask::Send(send), out);
        self.step = Some((id, Step::Sending { group }));
    }

    fn advance(&mut self, step: Step, reply: Reply, out: &mut Vec<Effect>) {
        match (step, reply) {
            (Step::Finding { text, group, name }, Reply::Room(Ok((room, _)))) => {
                if self.found.len() >= FOUND_MAX {
                    self.found.clear();
                }
                self.found.insert((group, name), room.id);
                // The sender of a group frame gets it too, so it is attached before it sends.
                if group && self.rooms.insert(room.id) {
                    let id = self.ask(
                        Ask::Attach {
                            room: room.id,
                            from: Some(room.head),
                        },
                        out,
                    );
                    self.step = Some((
                        id,
                        Step::Attaching {
                            text,
                            room: room.id,
                        },
                    ));
                } else {
                    self.send(room.id, text, group, out);
                }
            }
            (Step::Finding { group, .. }, Reply::Room(Err(refusal))) => {
                refuse(group, &refusal, out)
            }
            (Step::Attaching { text, room }, Reply::Attached(Ok(()))) => {
                self.send(room, text, true, out)
            }
            (Step::Attaching { room, .. }, Reply::Attached(Err(refusal))) => {
                self.rooms.remove(&room);
                refuse(true, &refusal, out);
            }
            (Step::Sending { .. }, Reply::Sent(Ok(_))) => {}
            (Step::Sending { group }, Reply::Sent(Err(refusal))) => {
                // Where only the time was wrong, what was found stands.
                if refusal.code.retry() != Retry::Same {
                    self.found.clear();
                }
                refuse(group, &refusal, out);
            }
            (_, _) => self.close(CloseCode::Lost, out),
        }
    }

    /// The greeting promises that what is sent from now on arrives, so it waits for the attachments.
    fn greet(&mut self, out: &mut Vec<Effect>) {
        if self.attaching.is_empty() && !self.greeted {
            self.greeted = true;
            out.push(Effect::Text(GREETING.into()));
        }
    }

    fn close(&mut self, code: CloseCode, out: &mut Vec<Effect>) {
        self.closed = true;
        out.push(Effect::Close(code));
    }

    fn attach(&mut self, room: RoomId, from: Option<Seq>, out: &mut Vec<Effect>) {
        if self.rooms.insert(room) {
            let id = self.ask(Ask::Attach { room, from }, out);
            self.attaching.insert(id, (room, from));
        }
    }

    /// Looks whether a room is the user's that this connection has not got.
    fn look_at(&mut self, room: RoomId, out: &mut Vec<Effect>) {
        if !self.rooms.contains(&room) {
            let id = self.ask(Ask::View(room), out);
            self.viewing.insert(id, room);
        }
    }

    /// The room could not be loaded: the client is told once, and it is looked at again later. The others go on.
    /// `from`: where it is to go on, if the client has been promised what comes after that.
    fn unloaded(&mut self, room: RoomId, from: Option<Seq>, out: &mut Vec<Effect>) {
        if self.unloaded.add(room, from) {
            let text =
                "One of your rooms could not be loaded. Its messages come as soon as it can be.";
            let error = SeedError {
                field: None,
                message: text.into(),
            };
            refusal_text(&error, out);
        }
        if let Some(ms) = self.unloaded.pause() {
            out.push(Effect::Again(ms));
        }
    }
}

impl Machine for Seed {
    fn open(&mut self, out: &mut Vec<Effect>) {
        self.opening = Some(self.ask(Ask::Rooms, out));
    }

    fn text(&mut self, _now_ms: u64, text: &str, out: &mut Vec<Effect>) {
        if self.closed || self.draining {
            return;
        }
        let send = is_object(text.as_bytes()).then(|| serde_json::from_str::<SeedSend>(text));
        let Some(Ok(send)) = send else {
            return refusal_text(&SeedError::failed(), out);
        };
        match send.check() {
            Ok(()) => {
                self.waiting.push_back(send);
                self.next(out);
            }
            Err(error) => refusal_text(&error, out),
        }
    }

    fn reply(&mut self, ask: AskId, reply: Reply, out: &mut Vec<Effect>) {
        if self.closed {
            return;
        }
        if self.opening == Some(ask) {
            let Reply::Rooms(Ok(listed)) = reply else {
                return self.close(CloseCode::Lost, out);
            };
            self.opening = None;
            for room in listed.rooms {
                self.attach(room.id, Some(room.head), out);
            }
            for room in std::mem::take(&mut self.added) {
                self.look_at(room, out);
            }
            self.greet(out);
            for (room, _) in listed.unloaded {
                self.unloaded(room, None, out);
            }
        } else if let Some((room, from)) = self.attaching.remove(&ask) {
            if let Reply::Attached(Err(refusal)) = reply {
                self.rooms.remove(&room);
                if refusal.code == ErrorCode::NotMember {
                    self.look_at(room, out);
                } else {
                    self.unloaded(room, from, out);
                }
            }
            self.greet(out);
        } else if let Some(room) = self.viewing.remove(&ask) {
            match reply {
                // From the event that brought the user in: a private message that opened the room is behind it. One of
                // the user's list that could not be loaded before begins at its end, as all others of the list do; one
                // that was lost later, where it was lost.
                Reply::Room(Ok((found, since))) => {
                    let from = match self.unloaded.remove(room) {
                        None => since,
                        Some(None) => found.head,
                        Some(Some(from)) => from.max(since),
                    };
                    self.attach(room, Some(from), out);
                }
                Reply::Room(Err(refusal)) if refusal.code == ErrorCode::NotMember => {
                    self.unloaded.remove(room);
                }
                Reply::Room(Err(_)) => {
                    let new = !self.unloaded.contains(room);
                    self.unloaded(room, new.then_some(Seq::ZERO), out);
                }
                _ => return self.close(CloseCode::Lost, out),
            }
        } else if self.step.as_ref().is_some_and(|(id, _)| *id == ask)
            && let Some((_, step)) = self.step.take()
        {
            self.advance(step, reply, out);
        }
        self.next(out);
    }

    fn notice(&mut self, notice: Notice, out: &mut Vec<Effect>) {
        match notice {
            Notice::RoomAdded(room) => {
                if self.opening.is_none() {
                    // One that cannot be loaded is looked at in its turn, however often it is named.
                    if !self.unloaded.contains(room) {
                        self.look_at(room, out);
                    }
                } else if self.added.len() < ADDED_MAX {
                    self.added.insert(room);
                } else {
                    self.close(CloseCode::Lost, out);
                }
            }
            Notice::RoomGone(room) => {
                self.rooms.remove(&room);
                // Whoever was let in again while the removal was still on its way here: that news came too early.
                self.look_at(room, out);
            }
            Notice::Again => {
                for room in self.unloaded.next() {
                    self.look_at(room, out);
                }
                if let Some(ms) = self.unloaded.pause() {
                    out.push(Effect::Again(ms));
                }
            }
            Notice::Drain { .. } => {
                self.draining = true;
                self.next(out);
            }
        }
    }

    fn may_read(&self) -> bool {
        self.waiting.len() < REQUESTS_IN_FLIGHT_MAX
    }
}

fn refuse(group: bool, refusal: &Refusal, out: &mut Vec<Effect>) {
    let field = match refusal.code {
        ErrorCode::NotFound | ErrorCode::NotMember | ErrorCode::Forbidden if group => {
            Some("group_name")
        }
        ErrorCode::NotFound | ErrorCode::NotMember | ErrorCode::Forbidden => Some("receiver"),
        _ => None,
    };
    let error = match field {
        Some(field) => SeedError::field(field, &refusal.message),
        None => SeedError {
            field: None,
            message: format!("Failed to send message: {}", refusal.message),
        },
    };
    refusal_text(&error, out);
}

fn refusal_text(error: &SeedError, out: &mut Vec<Effect>) {
    // A SeedError is two texts: writing it cannot fail.
    out.push(Effect::Text(
        serde_json::to_string(error).unwrap_or_default(),
    ));
}
