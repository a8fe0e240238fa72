//! What is the person's own: kept by commands, and gone by in what is shown.

use hearth_protocol::{
    Body, Event, NotifyLevel, Own, OwnKey, RoomId, Seq, UserId,
    client::{Ask, Client, Step},
};
use serde_json::Value;

use super::{Call, Talk, Wanted};
use crate::chat::{
    own::{Dnd, Mine, hours_text},
    text::{Around, Names, day_of, event_lines, minute_of_day, room_name, tame},
};

impl Talk {
    pub(super) fn obey_mine(&mut self, client: &mut Client, now_ms: u64, mine: Mine) -> Vec<Step> {
        match mine {
            Mine::Saved => self.calls.push(Call::Saved),
            Mine::Blocked => self.list_blocked(client),
            Mine::Totp(step) => self.calls.push(Call::Totp(step)),
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
            Mine::Draft(None) => {
                let draft = draft(client, room).map(tame);
                let none = || "There is no draft here. /draft TEXT keeps one.".to_owned();
                self.note(&draft.map_or_else(none, |draft| format!("Draft: {draft}")));
                return Vec::new();
            }
            Mine::Draft(Some(text)) => {
                let done = if text.is_empty() {
                    "The draft is cleared."
                } else {
                    "The draft is kept, on all your devices."
                };
                let reply_to = None;
                (
                    Own::Draft {
                        room,
                        text,
                        reply_to,
                    },
                    done,
                )
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

    fn keep(
        &mut self,
        client: &mut Client,
        now_ms: u64,
        own: Own,
        done: &'static str,
    ) -> Vec<Step> {
        self.ask(client, now_ms, Ask::Set(own), Wanted::Kept(done))
    }

    /// A draft that was said is none any more.
    pub(super) fn said(
        &mut self,
        client: &mut Client,
        now_ms: u64,
        room: RoomId,
        body: &Body,
    ) -> Vec<Step> {
        match body {
            Body::Message { text, .. } if draft(client, room) == Some(text) => {
                let own = Own::Draft {
                    room,
                    text: String::new(),
                    reply_to: None,
                };
                self.keep(client, now_ms, own, "")
            }
            _ => Vec::new(),
        }
    }

    /// Reminds of a draft where it was begun.
    pub(super) fn show_draft(&mut self, client: &Client, room: RoomId) {
        if let Some(text) = draft(client, room).map(tame) {
            self.note(&format!("Draft: {text}"));
        }
    }

    /// Tells of a message elsewhere that names the person, where they are to be told of just these.
    pub(super) fn tell_mention(
        &mut self,
        client: &Client,
        now_ms: u64,
        room: RoomId,
        event: &Event,
    ) {
        let Some(me) = client.user().filter(|me| me.id != event.by) else {
            return;
        };
        if told_of(client, room).0 == NotifyLevel::Mentions
            && event.body.mentions(me.id)
            && !is_hidden(client, room, event)
            && !self.is_quiet(client, now_ms, room)
        {
            let at = self.room_name(client, room);
            self.note(&format!("{} names you in {at}.", tame(&event.name)));
        }
    }

    /// Whether the person is to be told that there is something unread in a room.
    pub(super) fn is_told_of_all(&self, client: &Client, now_ms: u64, room: RoomId) -> bool {
        told_of(client, room).0 == NotifyLevel::All && !self.is_quiet(client, now_ms, room)
    }

    /// Whether the room is muted, or it is one of the hours.
    fn is_quiet(&self, client: &Client, now_ms: u64, room: RoomId) -> bool {
        let server_ms = self.server_ms(now_ms);
        let muted = told_of(client, room).1;
        let hours = match client.own_of(OwnKey::Quiet) {
            Some(Own::Quiet { hours }) => hours.as_ref(),
            _ => None,
        };
        muted.is_some_and(|until_ms| until_ms > server_ms)
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
        if answer.get("next").is_some_and(Value::is_u64) {
            self.note("There are more, saved before these.");
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

fn draft(client: &Client, room: RoomId) -> Option<&str> {
    match client.own_of(OwnKey::Draft(room)) {
        Some(Own::Draft { text, .. }) => Some(text),
        _ => None,
    }
}
