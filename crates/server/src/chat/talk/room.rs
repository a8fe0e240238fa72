//! The room that the person is in: entering it, its newest page, and pages further back.

use hearth_protocol::{
    Body, Event, MessageState, Permalink, Right, RoomId, RoomKind, Seq,
    client::{Ask, Client, Link, Page, RoomLog, Step, Window},
};

use super::{ENTER_EVENTS, Talk, Wanted, own::is_hidden};
use crate::chat::text::{Around, event_lines, right_does, role_and_above, room_name, tame, to_you};

impl Talk {
    /// Goes to a room. Its newest page is shown first, then what came since.
    pub(super) fn enter(&mut self, client: &mut Client, now_ms: u64, room: RoomId) -> Vec<Step> {
        self.current = Some(room);
        self.told_unread.remove(&room);
        self.note_first_unread(client, room);
        if let Some(snapshot) = client.room(room).and_then(RoomLog::snapshot) {
            let topic = if snapshot.topic.is_empty() {
                String::new()
            } else {
                format!(": {}", tame(&snapshot.topic))
            };
            let people = match (snapshot.kind, snapshot.members) {
                (RoomKind::Direct, _) => String::new(),
                (_, 1) => " (1 member)".to_owned(),
                (_, members) => format!(" ({members} members)"),
            };
            let name = room_name(snapshot.kind, &snapshot.name);
            let archived = if snapshot.archived { " (archived)" } else { "" };
            let slow = match snapshot.slow_seconds {
                0 => String::new(),
                seconds => format!(" (slow mode: one message in {seconds} s)"),
            };
            let silent = match snapshot.may(Right::Write) {
                true => "",
                false => " (you read here, and do not write)",
            };
            self.lines.push(format!(
                "{}{people}{archived}{slow}{silent}{topic}",
                self.style.strong(&format!("— {name}"))
            ));
        }
        if !matches!(client.link(), Link::Live { .. }) {
            return self.entered(client, now_ms, room, None);
        }
        self.entering = Some(room);
        let ask = Ask::History {
            room,
            window: Window::Newest,
            limit: Some(ENTER_EVENTS),
        };
        self.ask(client, now_ms, ask, Wanted::Newest(room))
    }

    /// Who may do what in a room.
    pub(super) fn rights(&mut self, client: &Client, room: RoomId) {
        let Some(snapshot) = client.room(room).and_then(RoomLog::snapshot) else {
            return;
        };
        if snapshot.kind == RoomKind::Direct {
            return self.note("In a direct room both have the same rights.");
        }
        for right in Right::ALL {
            let lowest = snapshot.rights.lowest(snapshot.kind, right);
            let (word, who) = (right.as_str(), role_and_above(lowest));
            let does = right_does(right);
            self.lines.push(format!("  {word:9} {who} may {does}"));
        }
        self.note("An owner changes it: /rights RIGHT ROLE, from the lowest role on.");
    }

    pub(super) fn entered(
        &mut self,
        client: &mut Client,
        now_ms: u64,
        room: RoomId,
        page: Option<Page>,
    ) -> Vec<Step> {
        if self.entering == Some(room) {
            self.entering = None;
        }
        if self.current != Some(room) {
            return Vec::new();
        }
        let mut last = Seq::ZERO;
        if let Some(page) = page {
            let first = page.events.first().map_or(Seq::ZERO, |event| event.seq);
            self.tell_first_unread(room, first);
            self.put_page(client, room, &page);
            last = page.events.last().map_or(last, |event| event.seq);
        }
        let kept: Vec<Event> = match client.room(room) {
            Some(log) => log
                .events()
                .filter(|event| event.seq > last)
                .cloned()
                .collect(),
            None => Vec::new(),
        };
        let skip = if last == Seq::ZERO {
            kept.len().saturating_sub(ENTER_EVENTS)
        } else {
            0
        };
        for event in &kept[skip..] {
            self.put(client, room, event, None);
        }
        self.show_draft(client, room, None);
        let position = client.room(room).map_or(Seq::ZERO, RoomLog::position);
        client.read(now_ms, room, position)
    }

    pub(super) fn page(&mut self, client: &Client, room: RoomId, page: &Page) {
        let (Some(first), Some(last)) = (page.events.first(), page.events.last()) else {
            return self.note("There is nothing before.");
        };
        let name = self.room_name(client, room);
        let title = format!("— {name}, #{} to #{}", first.seq, last.seq);
        self.lines.push(self.style.strong(&title));
        self.put_page(client, room, page);
        let more = if page.more_before {
            "/history for the page before"
        } else {
            "this is where the room begins"
        };
        self.lines.push(self.style.strong(&format!("— {more}")));
    }

    /// What stands around a link's message.
    pub(super) fn linked(&mut self, client: &Client, link: Permalink, page: &Page) {
        if !page.events.iter().any(|event| event.seq == link.seq) {
            return self.note("There is no such message.");
        }
        let name = self.room_name(client, link.room);
        let title = format!("— {name}, around #{}", link.seq);
        self.lines.push(self.style.strong(&title));
        self.put_aside(client, link.room, page);
        self.lines.push(self.style.strong("—"));
    }

    /// A page that is a look aside: what `/history` shows next is what came before.
    pub(super) fn put_aside(&mut self, client: &Client, room: RoomId, page: &Page) {
        let oldest = self.oldest.get(&room).copied();
        self.put_page(client, room, page);
        match oldest {
            Some(oldest) => self.oldest.insert(room, oldest),
            None => self.oldest.remove(&room),
        };
    }

    fn put_page(&mut self, client: &Client, room: RoomId, page: &Page) {
        if let Some(first) = page.events.first() {
            self.oldest.insert(room, first.seq);
        }
        let mut before = None;
        for event in &page.events {
            self.learn(event);
            self.line_before(room, before, event);
            before = Some(event.seq);
            let state = page.states.iter().find(|state| state.seq == event.seq);
            self.put(client, room, event, state);
        }
    }

    pub(super) fn put(
        &mut self,
        client: &Client,
        room: RoomId,
        event: &Event,
        state: Option<&MessageState>,
    ) {
        if is_hidden(client, room, event) {
            return;
        }
        if event.body.is_message() {
            let (last, own) = self.latest.entry(room).or_default();
            *last = event.seq.max(*last);
            if client.user().is_some_and(|user| user.id == event.by) {
                *own = event.seq.max(*own);
            }
        }
        let quoted = match &event.body {
            Body::Message {
                reply_to: Some(target),
                ..
            } => client
                .room(room)
                .and_then(|log| log.events().find(|event| event.seq == *target)),
            _ => None,
        };
        let quoted = quoted.filter(|quoted| !is_hidden(client, room, quoted));
        let current = state.and_then(|state| state.text.as_deref());
        let to_me = client
            .user()
            .is_some_and(|me| me.id != event.by && event.body.mentions(me.id));
        let around = Around {
            quoted,
            current,
            to_me,
        };
        let lines = event_lines(self.style, event, around, &self.names);
        self.lines.extend(lines);
        for reaction in state.map_or(&[][..], |state| &state.reactions) {
            let line = format!(
                "           {} {}",
                tame(&reaction.emoji),
                reaction.users.len()
            );
            self.lines.push(self.style.faint(&line));
        }
    }

    pub(super) fn list_rooms(&mut self, client: &Client) {
        let mut rooms: Vec<_> = client
            .rooms()
            .filter_map(|(_, log)| Some((log.snapshot()?, (log.unread(), log.mentions()))))
            .collect();
        rooms.sort_by_key(|(snapshot, _)| {
            (
                snapshot.kind == RoomKind::Direct,
                snapshot.name.to_lowercase(),
            )
        });
        if rooms.is_empty() {
            self.note("You are in no room yet. /create ROOM makes one, /join ROOM enters one.");
        }
        for (snapshot, (unread, mentions)) in rooms {
            let name = room_name(snapshot.kind, &snapshot.name);
            let unread = if unread > 0 {
                let unread = format!(" {unread} unread{}", to_you(mentions));
                self.style.strong(&unread)
            } else {
                String::new()
            };
            self.lines.push(format!("  {name}{unread}"));
        }
    }
}
