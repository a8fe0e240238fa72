//! What is the person's own: kept by commands, and gone by in what is shown.

use hearth_protocol::{
    Alert, Body, Event, NotifyLevel, Own, OwnKey, RoomId, ScheduledId, Seq, Status, UserId,
    client::{Ask, Client, Step},
};
use serde_json::Value;

use super::{
    Call, Talk, Wanted,
    scheduled::{SENT_THEN, later},
};
use crate::chat::{
    command::Aim,
    own::{Dnd, Mine, hours_text},
    text::{Around, Names, day_of, event_lines, minute_of_day, room_name, tame},
};

impl Talk {
    pub(super) fn obey_mine(&mut self, client: &mut Client, now_ms: u64, mine: Mine) -> Vec<Step> {
        match mine {
            Mine::Saved { more } => match (more, self.saved_next.take()) {
                (true, None) => {
                    self.note("There are no more. /saved shows them from the newest on.");
                }
                (true, next) => self.calls.push(Call::Saved(next)),
                (false, _) => self.calls.push(Call::Saved(None)),
            },
            Mine::Notifications => self.calls.push(Call::Notifications),
            Mine::Blocked => self.list_blocked(client),
            Mine::Scheduled => self.list_scheduled(client),
            Mine::Unschedule(number) => return self.unschedule(client, now_ms, number),
            Mine::Reschedule { number, when, text } => {
                return self.reschedule(client, now_ms, number, (when, text));
            }
            Mine::SendNow(number) => self.send_now(client, number),
            Mine::Status(how) => return self.status(client, how),
            Mine::Push => self.calls.push(Call::Push),
            Mine::Unpush(number) => self.unpush(number),
            Mine::Totp(step) => self.calls.push(Call::Totp(step)),
            Mine::Mail(step) => self.calls.push(Call::Mail(step)),
            Mine::Profile(name) => self.calls.push(Call::Profile(name)),
            Mine::About(field, text) => self.calls.push(Call::About(field, text)),
            Mine::Block { name, on } => {
                if let Some(user) = self.person(&name) {
                    let done = if on {
                        "What they write is not shown to you any more. /unblock undoes it."
                    } else {
                        "They are not blocked any more."
                    };
                    return self.keep(client, now_ms, Own::Blocked { user, on }, done);
                }
            }
            Mine::Dnd(Dnd::Show) => {
                let hours = match client.own_of(OwnKey::Quiet) {
                    Some(Own::Quiet { hours: Some(hours) }) => tame(&hours_text(hours)),
                    _ => "no hours; /dnd 22:00-07:00 Europe/Berlin sets them".to_owned(),
                };
                self.note(&format!("Not to be disturbed: {hours}."));
            }
            Mine::Dnd(Dnd::Off) => {
                let quiet = Own::Quiet { hours: None };
                return self.keep(client, now_ms, quiet, "You may be disturbed at any time.");
            }
            Mine::Dnd(Dnd::Hours(hours)) => {
                let quiet = Own::Quiet { hours: Some(hours) };
                let done = "You are told of nothing in these hours. This terminal goes by the clock of its machine.";
                return self.keep(client, now_ms, quiet, done);
            }
            mine => {
                if let Some(room) = self.here(client) {
                    return self.obey_mine_in(client, now_ms, room, mine);
                }
            }
        }
        Vec::new()
    }

    fn obey_mine_in(
        &mut self,
        client: &mut Client,
        now_ms: u64,
        room: RoomId,
        mine: Mine,
    ) -> Vec<Step> {
        let (level, muted_until_ms) = told_of(client, room);
        let (own, done) = match mine {
            Mine::Notify(None) => {
                let level = match level {
                    NotifyLevel::All => "everything",
                    NotifyLevel::Mentions => "what names you",
                    NotifyLevel::None => "nothing",
                };
                let server_ms = self.server_ms(now_ms);
                let muted = muted_until_ms.filter(|until_ms| *until_ms > server_ms);
                let muted = muted.map(|until_ms| format!(", muted until {}", day_of(until_ms)));
                let muted = muted.unwrap_or_default();
                self.note(&format!("You are told of {level} in this room{muted}."));
                return Vec::new();
            }
            Mine::Notify(Some(level)) => (
                Own::Notify {
                    room,
                    level,
                    muted_until_ms,
                },
                "It is kept, on all your devices.",
            ),
            Mine::Mute(ms) => {
                let muted_until_ms = ms.map(|ms| self.server_ms(now_ms).saturating_add(ms));
                let own = Own::Notify {
                    room,
                    level,
                    muted_until_ms,
                };
                let done = match ms {
                    Some(_) => "This room is muted, on all your devices.",
                    None => "This room is not muted any more.",
                };
                (own, done)
            }
            Mine::Draft { aim, text } => {
                return self.draft(client, now_ms, room, aim, text);
            }
            Mine::Later {
                when,
                aim,
                file,
                alt,
                text,
            } => {
                let at_ms = self.at_ms(now_ms, when);
                let Some(body) = self.aimed(client, room, aim, text) else {
                    return Vec::new();
                };
                if let Some(file) = file {
                    self.calls.push(Call::Attach {
                        room,
                        file,
                        alt,
                        message: Box::new(body),
                        at_ms: Some(at_ms),
                    });
                    return Vec::new();
                }
                let Some(own) = later(ScheduledId((self.ids)()), room, at_ms, body) else {
                    return Vec::new();
                };
                (own, SENT_THEN)
            }
            Mine::Save { message, on } => {
                let Some(seq) = self.target(room, message) else {
                    return Vec::new();
                };
                let done = if on {
                    "Saved. /saved shows what is."
                } else {
                    "It is not saved any more."
                };
                (Own::Saved { room, seq, on }, done)
            }
            Mine::Hide { message, on } => {
                let Some(seq) = self.target(room, message) else {
                    return Vec::new();
                };
                let done = if on {
                    "It is hidden from you from now on; others see it."
                } else {
                    "It is shown to you again."
                };
                (Own::Hidden { room, seq, on }, done)
            }
            _ => return Vec::new(),
        };
        self.keep(client, now_ms, own, done)
    }

    pub(super) fn keep(
        &mut self,
        client: &mut Client,
        now_ms: u64,
        own: Own,
        done: &'static str,
    ) -> Vec<Step> {
        self.ask(client, now_ms, Ask::Set(own), Wanted::Kept(done))
    }

    /// Keeps the draft of a room or of a thread in it, or shows it.
    fn draft(
        &mut self,
        client: &mut Client,
        now_ms: u64,
        room: RoomId,
        aim: Aim,
        text: Option<String>,
    ) -> Vec<Step> {
        let shows = text.is_none();
        let Some(body) = self.aimed(client, room, aim, text.unwrap_or_default()) else {
            return Vec::new();
        };
        let root = body.thread().map(|thread| thread.root);
        if shows {
            if !self.show_draft(client, room, root) {
                self.note("There is no draft here. /draft TEXT keeps one.");
            }
            return Vec::new();
        }
        let Body::Message { text, reply_to, .. } = body else {
            return Vec::new();
        };
        let done = if text.is_empty() {
            "The draft is cleared."
        } else {
            "The draft is kept, on all your devices."
        };
        self.keep(client, now_ms, written(room, root, text, reply_to), done)
    }

    /// A draft that was said is none any more.
    pub(super) fn said(
        &mut self,
        client: &mut Client,
        now_ms: u64,
        room: RoomId,
        body: &Body,
    ) -> Vec<Step> {
        let root = body.thread().map(|thread| thread.root);
        match (body, draft(client, room, root)) {
            (Body::Message { text, .. }, Some((draft, _))) if text == draft => {
                self.keep(client, now_ms, written(room, root, String::new(), None), "")
            }
            _ => Vec::new(),
        }
    }

    /// Reminds of a draft where it was begun. Whether there is one.
    pub(super) fn show_draft(&mut self, client: &Client, room: RoomId, root: Option<Seq>) -> bool {
        let draft = draft(client, room, root);
        if let Some((text, reply_to)) = draft {
            let answers = reply_to.map_or_else(String::new, |seq| format!(" (answers #{seq})"));
            self.note(&format!("Draft{answers}: {}", tame(text)));
        }
        draft.is_some()
    }

    /// Tells of a message elsewhere that names the person, where they are to be told of just these.
    pub(super) fn tell_mention(
        &mut self,
        client: &Client,
        now_ms: u64,
        room: RoomId,
        event: &Event,
    ) {
        let server_ms = self.server_ms(now_ms);
        let alert = client.alert(room, event, server_ms, minute_of_day(server_ms));
        if told_of(client, room).0 == NotifyLevel::Mentions && alert == Some(Alert::Mention) {
            let at = self.room_name(client, room);
            self.note(&format!("{} names you in {at}.", tame(&event.name)));
        }
    }

    /// Whether the person is to be told that there is something unread in a room.
    pub(super) fn is_told_of_all(&self, client: &Client, now_ms: u64, room: RoomId) -> bool {
        told_of(client, room).0 == NotifyLevel::All && !self.is_quiet(client, now_ms, room)
    }

    /// Whether the room is muted, it is one of the hours, or they said so for now.
    fn is_quiet(&self, client: &Client, now_ms: u64, room: RoomId) -> bool {
        let server_ms = self.server_ms(now_ms);
        let muted = told_of(client, room).1;
        let hours = match client.own_of(OwnKey::Quiet) {
            Some(Own::Quiet { hours }) => hours.as_ref(),
            _ => None,
        };
        self.status == Status::DoNotDisturb
            || muted.is_some_and(|until_ms| until_ms > server_ms)
            || hours.is_some_and(|hours| hours.holds(minute_of_day(server_ms)))
    }

    fn list_blocked(&mut self, client: &Client) {
        let blocked: Vec<UserId> = client
            .own()
            .filter_map(|own| match own {
                Own::Blocked { user, .. } => Some(*user),
                _ => None,
            })
            .collect();
        if blocked.is_empty() {
            self.note("You have blocked nobody.");
        }
        for user in blocked {
            // Whoever was not heard of here is named by their id, which /unblock takes as well.
            let name = self.names.get(&user).map(|name| tame(name));
            let name = name.unwrap_or_else(|| user.to_string());
            self.lines
                .push(format!("  {}", self.style.name(user, &name)));
        }
    }

    /// Shows of what one is to be told.
    pub(super) fn list_notifications(&mut self, client: &Client, answer: &Value) {
        let none = Vec::new();
        let all = answer.as_array().unwrap_or(&none);
        let before = self.lines.len();
        for told in all {
            let of = |key: &str| told.get(key).and_then(Value::as_str).unwrap_or_default();
            let seq = told.get("seq").and_then(Value::as_u64);
            let (Ok(room), Some(seq)) = (of("room").parse::<RoomId>(), seq) else {
                continue;
            };
            let at_ms = told.get("at_ms").and_then(Value::as_u64);
            let why = match of("why") {
                "mention" => " mentions you",
                "thread" => " in a thread of yours",
                _ => "",
            };
            let name = self.room_name(client, room);
            let day = day_of(at_ms.unwrap_or_default());
            let line = format!("{day} {name} #{seq} {}{why}", tame(of("name")));
            self.lines.push(format!("  {line}"));
        }
        if self.lines.len() == before {
            self.note("Nothing that you have not read.");
        }
    }

    /// Shows a page of what is saved.
    pub(super) fn list_saved(&mut self, client: &Client, answer: &Value) {
        let none = Vec::new();
        let saved = answer.get("saved").and_then(Value::as_array);
        let saved = saved.unwrap_or(&none);
        if saved.is_empty() {
            self.note("Nothing is saved. /save NUMBER saves a message.");
        }
        for message in saved {
            let of = |key: &str| message.get(key).cloned().unwrap_or_default();
            let room = serde_json::from_value::<RoomId>(of("room")).ok();
            let snapshot = room.and_then(|room| client.room(room)?.snapshot());
            let name = snapshot.map_or_else(
                || "a room that is not yours".to_owned(),
                |s| room_name(s.kind, &s.name),
            );
            self.lines.push(self.style.strong(&format!("— {name}")));
            match serde_json::from_value::<Event>(of("event")) {
                Ok(event) => {
                    let state = of("state");
                    let current = state.get("text").and_then(Value::as_str);
                    let around = Around {
                        quoted: None,
                        current,
                        to_me: false,
                    };
                    let lines = event_lines(self.style, &event, around, &Names::new());
                    self.lines.extend(lines);
                }
                Err(_) => {
                    let seq = serde_json::from_value::<Seq>(of("seq")).unwrap_or_default();
                    self.note(&format!("#{seq} cannot be shown to you any more."));
                }
            }
        }
        self.saved_next = answer.get("next").and_then(Value::as_u64);
        if self.saved_next.is_some() {
            self.note("There are more, saved before these: /saved more shows them.");
        }
    }
}

/// Whether the person wants not to see this: hidden, what is about something hidden, or by somebody who is blocked.
pub(super) fn is_hidden(client: &Client, room: RoomId, event: &Event) -> bool {
    let seq = match &event.body {
        Body::Edit { target, .. } | Body::React { target, .. } | Body::Delete { target } => *target,
        _ => event.seq,
    };
    let is_said = matches!(
        event.body,
        Body::Message { .. } | Body::Edit { .. } | Body::React { .. }
    );
    client.own_of(OwnKey::Hidden(room, seq)).is_some()
        || is_said && client.own_of(OwnKey::Blocked(event.by)).is_some()
}

/// Whether the person wants not to see this message.
pub(super) fn is_hidden_message(client: &Client, room: RoomId, seq: Seq, by: UserId) -> bool {
    client.own_of(OwnKey::Hidden(room, seq)).is_some()
        || client.own_of(OwnKey::Blocked(by)).is_some()
}

/// Of what in a room the person is to be told, and until when of nothing.
fn told_of(client: &Client, room: RoomId) -> (NotifyLevel, Option<u64>) {
    match client.own_of(OwnKey::Notify(room)) {
        Some(Own::Notify {
            level,
            muted_until_ms,
            ..
        }) => (*level, *muted_until_ms),
        _ => (NotifyLevel::All, None),
    }
}

/// What is begun in a room, or in the thread of it that begins there, and what it is to answer.
fn draft(client: &Client, room: RoomId, root: Option<Seq>) -> Option<(&str, Option<Seq>)> {
    let key = root.map_or(OwnKey::Draft(room), |root| OwnKey::ThreadDraft(room, root));
    match client.own_of(key) {
        Some(Own::Draft { text, reply_to, .. } | Own::ThreadDraft { text, reply_to, .. }) => {
            Some((text, *reply_to))
        }
        _ => None,
    }
}

/// The same, as it is set.
fn written(room: RoomId, root: Option<Seq>, text: String, reply_to: Option<Seq>) -> Own {
    let at_ms = None;
    match root {
        None => Own::Draft {
            room,
            text,
            reply_to,
            at_ms,
        },
        Some(root) => Own::ThreadDraft {
            room,
            root,
            text,
            reply_to,
            at_ms,
        },
    }
}
