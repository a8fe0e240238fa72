//! Threads: one shown and written into, those that are followed, and following itself.

use hearth_protocol::{
    Body, Own, RoomId, Seq, Thread,
    client::{Ask, Client, RoomLog, Step, ThreadPage, Threads, Window},
};

use super::{Talk, Wanted};
use crate::chat::{
    command::Message,
    text::{excerpt, room_name, tame},
};

impl Talk {
    /// Shows a thread's newest messages, or those before one.
    pub(super) fn open_thread(
        &mut self,
        client: &mut Client,
        now_ms: u64,
        room: RoomId,
        (message, before): (Message, Option<Seq>),
    ) -> Vec<Step> {
        let Some(root) = self.root(client, room, message) else {
            return Vec::new();
        };
        let ask = Ask::Thread {
            room,
            root,
            window: before.map_or(Window::Newest, Window::Before),
            limit: None,
        };
        self.ask(client, now_ms, ask, Wanted::Thread)
    }

    /// A message of the room's, as one in the thread that begins at another.
    pub(super) fn in_thread(
        &mut self,
        client: &Client,
        room: RoomId,
        of: Message,
        mut body: Body,
    ) -> Option<Body> {
        let root = self.root(client, room, of)?;
        if let Body::Message { thread, .. } = &mut body {
            *thread = Some(Box::new(hearth_protocol::InThread::at(root)));
        }
        Some(body)
    }

    pub(super) fn follow(
        &mut self,
        client: &mut Client,
        now_ms: u64,
        room: RoomId,
        (message, on): (Message, bool),
    ) -> Vec<Step> {
        let Some(root) = self.root(client, room, message) else {
            return Vec::new();
        };
        let done = match on {
            true => "You follow this thread. /threads shows those that you follow.",
            false => "You do not follow this thread any more.",
        };
        let own = Own::Follow {
            room,
            root,
            on: Some(on),
            since: Seq::ZERO,
        };
        self.keep(client, now_ms, own, done)
    }

    /// The message at which the thread begins that a person points at: by it, or by any message in it.
    fn root(&mut self, client: &Client, room: RoomId, message: Message) -> Option<Seq> {
        let seq = self.target(room, message)?;
        let shown = client.room(room)?.events().find(|event| event.seq == seq);
        let thread = shown.and_then(|event| event.body.thread());
        Some(thread.map_or(seq, |thread| thread.root))
    }

    /// A thread has come: it is shown, and is read with that.
    pub(super) fn thread_page(
        &mut self,
        client: &mut Client,
        now_ms: u64,
        page: &ThreadPage,
    ) -> Vec<Step> {
        let thread = &page.thread;
        let room = thread.room;
        let title = format!("— {}", self.thread_line(client, thread));
        self.lines.push(self.style.strong(&title));
        if let Some(message) = &thread.message {
            self.learn(message);
            self.put(client, room, message, thread.state.as_ref());
        }
        if page.more_before {
            let first = page.events.first().map_or(Seq::ZERO, |event| event.seq);
            let root = thread.root;
            self.note(&format!(
                "There is more before: /thread {root} {first} shows it."
            ));
        }
        for event in &page.events {
            self.learn(event);
            let state = page.states.iter().find(|state| state.seq == event.seq);
            self.put(client, room, event, state);
        }
        self.show_draft(client, room, Some(thread.root));
        let end = format!("— /in {} TEXT writes into it", thread.root);
        self.lines.push(self.style.strong(&end));
        match page.events.last().filter(|last| last.seq > thread.read) {
            Some(last) => {
                let own = Own::Read {
                    room,
                    root: thread.root,
                    seq: last.seq,
                    back: false,
                    at: Seq::ZERO,
                };
                self.keep(client, now_ms, own, "")
            }
            None => Vec::new(),
        }
    }

    /// Asks for the threads that the person follows, or for the next of them.
    pub(super) fn threads(&mut self, client: &mut Client, now_ms: u64, more: bool) -> Vec<Step> {
        let after = self.threads_next.take();
        if more && after.is_none() {
            self.note("There are no more. /threads shows them from the first on.");
            return Vec::new();
        }
        let ask = Ask::Threads {
            after: after.filter(|_| more),
            limit: None,
        };
        self.ask(client, now_ms, ask, Wanted::Threads)
    }

    pub(super) fn list_threads(&mut self, client: &Client, page: &Threads) {
        if page.threads.is_empty() {
            self.note("You follow no thread. /follow NUMBER follows one.");
        }
        for thread in &page.threads {
            let line = self.thread_line(client, thread);
            let text = thread.message.as_ref().map(excerpt).unwrap_or_default();
            self.lines.push(format!("  {line} {text}"));
        }
        self.threads_next.clone_from(&page.next);
        if page.next.is_some() {
            self.note("There are more: /threads more shows them.");
        }
    }

    fn thread_line(&self, client: &Client, thread: &Thread) -> String {
        let snapshot = client.room(thread.room).and_then(RoomLog::snapshot);
        let name = snapshot.map_or_else(
            || "a room that is not yours".to_owned(),
            |s| room_name(s.kind, &s.name),
        );
        let by = thread.message.as_ref();
        let by = by.map_or_else(String::new, |event| format!(" of {}", tame(&event.name)));
        let unread = match thread.unread.len() {
            0 => String::new(),
            unread => format!(", {unread} unread"),
        };
        let messages = match thread.messages {
            1 => "1 message".to_owned(),
            messages => format!("{messages} messages"),
        };
        format!("{name}, thread #{}{by}: {messages}{unread}", thread.root)
    }
}
