//! Tests of the room's machine: rules of LOG.md by their number, and a simulation by seed.

mod append;
mod hub;
mod kept;
mod mentions;
mod projection;
mod rules;
mod sim;
mod store;
mod threads;
mod timeline;

use hearth_protocol::{Body, DeviceId, Everyone, Mentions, RoomId, RoomKind, SendId, Seq, UserId};
use uuid::Uuid;

use super::{Effect, Input, Origin, ReaderId, Room, RoomBounds, RoomConfig, Send, Ticket};
use crate::{
    log::{Entry, Head},
    port::Appended,
    refusal::Refusal,
};

use self::store::SimStore;

pub(super) fn user(n: u8) -> UserId {
    UserId(Uuid::from_u128(0xA000 + u128::from(n)))
}

pub(super) fn room_id() -> RoomId {
    RoomId(Uuid::from_u128(0xB000))
}

pub(super) fn send_id(text: &str) -> SendId {
    SendId::new(text).unwrap()
}

/// A send of a user's only device; the id tells the user and the counter.
pub(super) fn send(by: u8, n: u64, after: u64, body: Body) -> Send {
    Send {
        by: user(by),
        name: format!("user{by}"),
        id: send_id(&format!("{by}-{n}")),
        after: Seq(after),
        device: DeviceId::new(format!("device{by}")).unwrap(),
        n,
        body,
    }
}

pub(super) fn text(text: &str) -> Body {
    Body::message(text)
}

/// A message that mentions these.
pub(super) fn calling(users: &[u8], everyone: Option<Everyone>) -> Body {
    let users = users.iter().map(|n| user(*n)).collect();
    Body::Message {
        text: "called".to_owned(),
        reply_to: None,
        mentions: Some(Box::new(Mentions { users, everyone })),
        forward: None,
        attachments: Box::default(),
        thread: None,
    }
}

pub(super) fn create(kind: RoomKind) -> Body {
    Body::Create {
        title: "room".to_owned(),
        room_kind: kind,
        with: Vec::new(),
    }
}

pub(super) fn invite(n: u8) -> Body {
    Body::Invite {
        user: user(n),
        user_name: format!("user{n}"),
        accepted: false,
    }
}

pub(super) fn remove(n: u8) -> Body {
    Body::Remove {
        user: user(n),
        reason: String::new(),
    }
}

/// A machine driven by hand over a simulated store: reads are answered at once, appends are left to the test.
pub(super) struct Bench {
    pub(super) room: Room,
    store: SimStore,
    pub(super) now: u64,
    tickets: u64,
}

impl Bench {
    pub(super) fn new(bounds: RoomBounds) -> Self {
        Self::over(SimStore::new(1_000), bounds)
    }

    fn over(store: SimStore, bounds: RoomBounds) -> Self {
        let mut config = RoomConfig::new(room_id(), store.batch_max());
        config.bounds = bounds.into();
        Self {
            room: Room::new(config, 7),
            store,
            now: 1_000,
            tickets: 0,
        }
    }

    /// A loaded machine over a log with these sends in it, made one by one at their `after` or not.
    pub(super) fn with(sends: &[Send]) -> Self {
        let mut bench = Self::new(RoomBounds::default());
        for send in sends {
            bench.store.put(send.clone());
        }
        bench.load();
        bench
    }

    /// Loads the room by attaching and detaching a reader.
    pub(super) fn load(&mut self) {
        self.input(Input::HeadSeen(Seq::ZERO));
        assert!(self.room.is_loaded());
    }

    /// One input; what the store can answer by reading is answered until nothing more is asked. Returns what is left.
    pub(super) fn input(&mut self, input: Input) -> Vec<Effect> {
        let mut out = Vec::new();
        self.room.input(self.now, self.now, input, &mut out);
        self.answer_reads(out)
    }

    /// One input, nothing answered.
    pub(super) fn raw(&mut self, input: Input) -> Vec<Effect> {
        let mut out = Vec::new();
        self.room.input(self.now, self.now, input, &mut out);
        out
    }

    pub(super) fn answer_reads(&mut self, mut effects: Vec<Effect>) -> Vec<Effect> {
        let mut left = Vec::new();
        while !effects.is_empty() {
            let mut next = Vec::new();
            for effect in effects {
                match self.store.answer(&effect) {
                    Some(input) => self.room.input(self.now, self.now, input, &mut next),
                    None => left.push(effect),
                }
            }
            effects = next;
        }
        left
    }

    pub(super) fn submit(&mut self, send: Send) -> (Ticket, Vec<Effect>) {
        self.submit_from(Origin::Here, send)
    }

    pub(super) fn submit_from(&mut self, origin: Origin, send: Send) -> (Ticket, Vec<Effect>) {
        self.tickets += 1;
        let ticket = Ticket(self.tickets);
        let effects = self.input(Input::Submit {
            ticket,
            origin,
            send,
        });
        (ticket, effects)
    }

    /// Lets the store do the append among the effects, and answers with what it says.
    pub(super) fn append(&mut self, effects: &[Effect]) -> Vec<Effect> {
        let (expect, batch) = appended(effects).expect("an append");
        let outcome = self.store.append(expect, batch, true);
        self.input(Input::Appended(Ok(outcome)))
    }

    pub(super) fn outcome(&mut self, outcome: Appended) -> Vec<Effect> {
        self.input(Input::Appended(Ok(outcome)))
    }

    /// Lets time pass to the machine's next deadline.
    pub(super) fn tick(&mut self) -> Vec<Effect> {
        self.now = self.room.deadline_ms().expect("a deadline");
        self.input(Input::Tick)
    }

    /// Lets time pass.
    pub(super) fn wait(&mut self, ms: u64) -> Vec<Effect> {
        let end = self.now + ms;
        let mut left = Vec::new();
        while let Some(at) = self.room.deadline_ms().filter(|at| *at <= end) {
            assert!(at > self.now, "a deadline lies in the future");
            self.now = at;
            left.extend(self.input(Input::Tick));
        }
        self.now = end;
        left
    }

    pub(super) fn attach(&mut self, reader: u64, by: u8, from: Option<u64>) -> Vec<Effect> {
        self.input(Input::Attach {
            reader: ReaderId(reader),
            user: user(by),
            from: from.map(Seq),
        })
    }
}

pub(super) fn appended(effects: &[Effect]) -> Option<(crate::log::Head, Vec<Entry>)> {
    effects.iter().find_map(|effect| match effect {
        Effect::Append { expect, batch } => Some((*expect, batch.clone())),
        _ => None,
    })
}

/// What a ticket was answered.
pub(super) fn answer(effects: &[Effect], of: Ticket) -> Option<Result<Seq, Refusal>> {
    effects.iter().find_map(|effect| match effect {
        Effect::Answer { ticket, result } | Effect::Reply { ticket, result, .. }
            if *ticket == of =>
        {
            Some(result.clone())
        }
        _ => None,
    })
}

pub(super) fn refusal(effects: &[Effect], of: Ticket) -> Option<hearth_protocol::ErrorCode> {
    Some(answer(effects, of)?.err()?.code)
}

/// A node that takes the room up from a projection.
fn loaded(store: &SimStore, mark: Head, bounds: RoomBounds) -> Room {
    let mut config = RoomConfig::new(room_id(), store.batch_max());
    config.bounds = bounds.into();
    let mut room = Room::new(config, 3);
    let mut effects = Vec::new();
    room.input(1, 1, Input::HeadSeen(Seq::ZERO), &mut effects);
    while let Some(effect) = effects.pop() {
        let input = match &effect {
            Effect::Load => Input::Loaded(Ok(store.checkpoint(mark))),
            Effect::Read {
                read,
                from,
                to,
                limit,
                ..
            } => {
                let mut page = crate::port::Page {
                    entries: Vec::new(),
                    head: store.head(),
                };
                let rows = store.rows.iter().map(|row| row.entry.clone());
                let range = rows.filter(|entry| (*from..=*to).contains(&entry.seq()));
                page.entries.extend(range.take(*limit));
                Input::Read {
                    read: *read,
                    result: Ok(page),
                }
            }
            _ => continue,
        };
        room.input(1, 1, input, &mut effects);
    }
    assert!(room.is_loaded());
    room
}
