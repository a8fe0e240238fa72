//! What is unread: where it begins in the room that the person came into, going there, and making it unread again.

use hearth_protocol::{
    Body, Event, Own, RoomId, Seq,
    client::{Ask, Client, Page, RoomLog, Step, Window},
};

use super::{Talk, Wanted};

impl Talk {
    /// Notes where a room's unread messages begin, before they are read by being shown.
    pub(super) fn note_first_unread(&mut self, client: &Client, room: RoomId) {
        match client.room(room) {
            Some(log) if log.unread() > 0 => {
                self.first_unread.insert(room, log.read_to());
            }
            _ => {
                self.first_unread.remove(&room);
            }
        }
    }

    /// Says, on entering, that what is unread begins before what is shown.
    pub(super) fn tell_first_unread(&mut self, room: RoomId, shown_from: Seq) {
        if let Some(read) = self.first_unread.get(&room)
            && read.next() < shown_from
        {
            self.note("There is more that is unread, before this: /first shows it.");
        }
    }

    /// Draws the line before the first unread message.
    pub(super) fn line_before(&mut self, room: RoomId, before: Option<Seq>, event: &Event) {
        let read = self.first_unread.get(&room).copied();
        if let (Some(read), Some(before)) = (read, before)
            && before <= read
            && event.seq > read
        {
            self.lines.push(self.style.strong("— unread from here"));
        }
    }

    pub(super) fn first_unread(
        &mut self,
        client: &mut Client,
        now_ms: u64,
        room: RoomId,
    ) -> Vec<Step> {
        let Some(read) = self.first_unread.get(&room).copied() else {
            self.note("Nothing here was unread when you came in.");
            return Vec::new();
        };
        let ask = Ask::History {
            room,
            window: Window::After(read),
            limit: None,
        };
        self.ask(client, now_ms, ask, Wanted::First(room))
    }

    pub(super) fn first_page(&mut self, client: &Client, room: RoomId, page: &Page) {
        let (Some(first), Some(last)) = (page.events.first(), page.events.last()) else {
            return self.note("There is nothing after it.");
        };
        let name = self.room_name(client, room);
        let title = format!("— {name}, #{} to #{}", first.seq, last.seq);
        self.lines.push(self.style.strong(&title));
        self.put_aside(client, room, page);
        self.first_unread.insert(room, last.seq);
        let more = match page.more_after {
            true => "— /first for those after them",
            false => "— these are all",
        };
        self.lines.push(self.style.strong(more));
    }

    /// Makes a message and all after it unread: in its thread if it is in one, else in the room.
    pub(super) fn unread_from(
        &mut self,
        client: &mut Client,
        now_ms: u64,
        room: RoomId,
        seq: Seq,
    ) -> Vec<Step> {
        let before = Seq(seq.0 - 1);
        let log = client.room(room);
        let event = log.and_then(|log: &RoomLog| log.events().find(|event| event.seq == seq));
        let root = match event.map(|event| &event.body) {
            Some(Body::Message {
                thread: Some(of), ..
            }) => of.root,
            _ => return client.unread_from(now_ms, room, before),
        };
        let own = Own::Read {
            room,
            root,
            seq: before,
            back: true,
            at: Seq::ZERO,
        };
        self.keep(client, now_ms, own, "It is unread again, in its thread.")
    }
}
