//! What the person sees, and what goes out, for what is typed and heard.

mod account;
mod files;
mod own;
mod rooms;
mod sending;
mod threads;
mod webhooks;

use hearth_protocol::{
    Attachment, Ban, Body, ClientFrame, ErrorCode, FileId, Forward, Hit, InThread, Mentions,
    MessageState, NotifyLevel, Ordinal, Own, Pin, PresenceOf, Role, RoomHits, RoomKind,
    RoomSnapshot, ScheduledState, ServerFrame, Status, Thread, User,
    client::{Settings, Step},
};

use super::*;
use crate::chat::own::Totp;

fn room(n: u128) -> RoomId {
    RoomId(Uuid::from_u128(n))
}

fn user(n: u128) -> UserId {
    UserId(Uuid::from_u128(n))
}

fn snapshot(n: u128, name: &str, head: u64) -> RoomSnapshot {
    RoomSnapshot {
        id: room(n),
        name: name.into(),
        kind: RoomKind::Public,
        topic: String::new(),
        role: Role::Member,
        members: 2,
        peer: None,
        archived: false,
        slow_seconds: 0,
        rights: hearth_protocol::Rights::default(),
        avatar: None,
        description: String::new(),
        head: Seq(head),
        ordinal: Ordinal(head),
        mark: Seq(head),
        revision: 0,
        unread: 0,
        mentioned: Vec::new(),
    }
}

fn event(seq: u64, by: u128, id: &str, body: Body) -> Event {
    Event {
        seq: Seq(seq),
        ordinal: Ordinal(seq),
        at_ms: 0,
        by: user(by),
        name: format!("user{by}"),
        id: id.parse().unwrap(),
        body,
    }
}

fn says(text: &str) -> Body {
    Body::message(text)
}

/// A conversation with its machine, live, as `user1` in #kitchen and #garden.
struct Table {
    client: Client,
    talk: Talk,
    written: Vec<ClientFrame>,
}

impl Table {
    fn new() -> Self {
        let mut ids = 0;
        let ids = Box::new(move || {
            ids += 1;
            Uuid::from_u128(ids)
        });
        let mut settings = Settings::new("d".parse().unwrap(), 1);
        settings.follows_own = true;
        let mut table = Self {
            client: Client::new(settings),
            talk: Talk::new(Style::Plain, "http://hearth".into(), None, ids),
            written: Vec::new(),
        };
        table.client.start(0);
        table.client.opened(0);
        table.hear(ServerFrame::Welcome {
            build: "1".into(),
            node: "n".into(),
            user: User {
                id: user(1),
                name: "user1".into(),
                display: "User".into(),
            },
            now_ms: 0,
            rooms: vec![snapshot(1, "kitchen", 10), snapshot(2, "garden", 10)],
        });
        table
    }

    /// In #kitchen, with an empty page before.
    fn in_kitchen() -> Self {
        let mut table = Self::new();
        table.type_line("/join kitchen");
        let number = table.asked();
        table.page(number, Vec::new(), Vec::new());
        table.talk.take_lines();
        table
    }

    fn carry(&mut self, mut steps: Vec<Step>) {
        while !steps.is_empty() {
            let mut more = Vec::new();
            for step in steps {
                if let Step::Write(frame) = &step {
                    self.written.push(frame.clone());
                }
                more.extend(self.talk.see(&mut self.client, 0, step));
            }
            steps = more;
        }
    }

    fn hear(&mut self, frame: ServerFrame) -> String {
        let steps = self
            .client
            .heard(0, &serde_json::to_string(&frame).unwrap());
        self.carry(steps);
        self.talk.take_lines().join("\n")
    }

    fn events(&mut self, n: u128, events: Vec<Event>) -> String {
        self.hear(ServerFrame::Events {
            room: room(n),
            events,
        })
    }

    fn type_line(&mut self, line: &str) -> String {
        let steps = self.talk.typed(&mut self.client, 0, line);
        self.carry(steps);
        self.talk.take_lines().join("\n")
    }

    fn asked(&self) -> u64 {
        let numbers = self.written.iter().rev().find_map(|frame| match frame {
            ClientFrame::History { r#ref, .. } | ClientFrame::Members { r#ref, .. } => Some(*r#ref),
            _ => None,
        });
        numbers.unwrap()
    }

    fn page(&mut self, r#ref: u64, events: Vec<Event>, states: Vec<MessageState>) -> String {
        self.hear(ServerFrame::History {
            r#ref,
            room: room(1),
            events,
            states,
            head: Seq(10),
            more_before: true,
            more_after: false,
        })
    }

    fn bodies(&self) -> Vec<Body> {
        let sends = self.written.iter().filter_map(|frame| match frame {
            ClientFrame::Send { body, .. } => Some(body.clone()),
            _ => None,
        });
        sends.collect()
    }

    /// The id of the last send.
    fn sent(&self) -> SendId {
        let sends = self.written.iter().rev().find_map(|frame| match frame {
            ClientFrame::Send { id, .. } => Some(id.clone()),
            _ => None,
        });
        sends.unwrap()
    }

    fn refuse(&mut self, id: u128, code: ErrorCode) -> String {
        self.hear(ServerFrame::Error {
            r#ref: None,
            room: Some(room(1)),
            id: Some(SendId::from_uuid(Uuid::from_u128(id))),
            code,
            message: "Because.".into(),
            retry_after_ms: None,
        })
    }

    /// The prompt, once it has settled.
    fn prompt(&mut self) -> String {
        self.talk.prompt(&self.client, 0);
        self.talk.prompt(&self.client, WAITING_MS)
    }
}

/// The last send, and where to.
fn sent(table: &Table) -> (RoomId, Body) {
    let sent = table.written.iter().rev().find_map(|frame| match frame {
        ClientFrame::Send { room, body, .. } => Some((*room, body.clone())),
        _ => None,
    });
    sent.unwrap()
}
