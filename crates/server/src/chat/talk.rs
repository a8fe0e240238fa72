//! A conversation as the person at the terminal has it: which room they are in, what is shown, what was typed. Pure:
//! steps of the client machine and typed lines go in, lines for the screen and steps for the wire come out.

#[cfg(test)]
mod tests;

mod account;
mod files;
mod found;
mod links;
mod own;
mod presence;
mod room;
mod scheduled;
mod seen;
mod threads;
mod typed;
mod unread;
mod webhooks;

use std::collections::{BTreeMap, BTreeSet};

use hearth_protocol::{
    Body, Event, Member, Permalink, RoomId, SendId, Seq, Status, UserId,
    client::{Client, End, Link, Pending, RoomLog},
};
use uuid::Uuid;

pub(super) use account::{AvatarOf, Call};

use super::text::{Names, Style, room_name, tame};

/// Events shown when a room is entered: most of a screen.
const ENTER_EVENTS: usize = 20;

/// What waits longer than this to be stored is shown in the prompt.
const WAITING_MS: u64 = 500;

/// What an answer is wanted for.
enum Wanted {
    /// The room is entered when it is there.
    Enter,
    /// The newest page, shown on entering.
    Newest(RoomId),
    /// A page further back.
    Earlier(RoomId),
    /// The first unread messages, or those after them.
    First(RoomId),
    /// The members so far, for `/members` or `/who`.
    Members {
        room: RoomId,
        who: bool,
        q: Option<String>,
        so_far: Vec<Member>,
    },
    /// The bans, page by page; whether there were any.
    Bans {
        room: RoomId,
        any: bool,
    },
    Pins(RoomId),
    /// What a message's text was.
    Edits,
    /// Messages that are looked for, and how many were shown so far.
    Found {
        q: String,
        shown: usize,
    },
    Thread,
    Threads,
    Receipts,
    /// What stands around a link's message.
    Linked(Permalink),
    Renamed,
    /// Something of one's own is kept: what to say then.
    Kept(&'static str),
    Leave,
}

pub(super) struct Talk {
    style: Style,
    /// Where links begin.
    server: String,
    ids: Box<dyn FnMut() -> Uuid + Send>,
    /// The room to enter first.
    first: Option<String>,
    lines: Vec<String>,
    current: Option<RoomId>,
    /// Where `/history` goes on, per room.
    oldest: BTreeMap<RoomId, Seq>,
    /// Where `/first` goes on, per room: behind the last that was read when the person came in.
    first_unread: BTreeMap<RoomId, Seq>,
    /// The room whose newest page is on its way: what comes live is shown after it.
    entering: Option<RoomId>,
    /// The last message shown, and the last of one's own, per room.
    latest: BTreeMap<RoomId, (Seq, Seq)>,
    names: Names,
    wanted: BTreeMap<u64, Wanted>,
    /// What was refused or is in doubt: the person decides.
    failed: Vec<Pending>,
    held: BTreeSet<SendId>,
    writing: BTreeMap<UserId, (RoomId, String, u64)>,
    /// Rooms with something unread that was told, and with how many mentions.
    told_unread: BTreeMap<RoomId, u64>,
    watched: Option<Vec<Member>>,
    /// How the person said that they are.
    status: Status,
    /// What is to be asked over HTTP.
    calls: Vec<Call>,
    /// The ids of the sessions listed last.
    sessions: Vec<String>,
    /// The ids of the browsers listed last.
    browsers: Vec<String>,
    /// Where `/saved more` and `/threads more` go on.
    saved_next: Option<u64>,
    threads_next: Option<String>,
    /// The invitation links listed last: their rooms and ids.
    links: Vec<(RoomId, String)>,
    /// The webhooks listed last: their rooms and ids.
    webhooks: Vec<(RoomId, String)>,
    build: Option<String>,
    /// The server's clock at the last welcome, and ours then.
    clock: (u64, u64),
    is_away: bool,
    /// Since when something waits to be stored.
    waiting_since: Option<u64>,
    /// Set once there is nothing more to do, with whether that was the person's wish.
    over: Option<Over>,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    /// The person left.
    Left,
    /// The server wants this client no more.
    Refused,
}

impl Talk {
    pub(super) fn new(
        style: Style,
        server: String,
        first: Option<String>,
        ids: Box<dyn FnMut() -> Uuid + Send>,
    ) -> Self {
        Self {
            style,
            server,
            ids,
            first,
            lines: Vec::new(),
            current: None,
            oldest: BTreeMap::new(),
            first_unread: BTreeMap::new(),
            entering: None,
            latest: BTreeMap::new(),
            names: Names::new(),
            wanted: BTreeMap::new(),
            failed: Vec::new(),
            held: BTreeSet::new(),
            writing: BTreeMap::new(),
            told_unread: BTreeMap::new(),
            watched: None,
            status: Status::Online,
            calls: Vec::new(),
            sessions: Vec::new(),
            browsers: Vec::new(),
            saved_next: None,
            threads_next: None,
            links: Vec::new(),
            webhooks: Vec::new(),
            build: None,
            clock: (0, 0),
            is_away: false,
            waiting_since: None,
            over: None,
        }
    }

    /// What is to be shown, for the only time.
    pub(super) fn take_lines(&mut self) -> Vec<String> {
        std::mem::take(&mut self.lines)
    }

    /// Whether it is over, and how.
    pub(super) fn over(&self) -> Option<Over> {
        self.over
    }

    /// Whether answers are still outstanding.
    pub(super) fn is_waiting(&self, client: &Client) -> bool {
        !self.wanted.is_empty() || self.watched.is_some() || client.pending().next().is_some()
    }

    /// What stands before the line that is typed.
    pub(super) fn prompt(&mut self, client: &Client, now_ms: u64) -> String {
        let mut notes = Vec::new();
        match client.link() {
            Link::Waiting { until_ms } => {
                notes.push(format!(
                    "back in {} s",
                    until_ms.saturating_sub(now_ms).div_ceil(1000)
                ));
            }
            Link::Connecting { .. } | Link::Greeting { .. } => notes.push("connecting".to_owned()),
            Link::Idle | Link::Live { .. } | Link::Ended(_) => {}
        }
        let elsewhere: u64 = client
            .rooms()
            .filter(|(id, _)| Some(*id) != self.current)
            .map(|(_, log)| log.unread())
            .sum();
        if elsewhere > 0 {
            notes.push(format!("{elsewhere} unread elsewhere"));
        }
        let threads = client.threads();
        match threads.filter(|(_, _, thread)| thread.unread() > 0).count() {
            0 => {}
            1 => notes.push("1 thread unread".to_owned()),
            threads => notes.push(format!("{threads} threads unread")),
        }
        let waiting = client.pending().count();
        let since = if waiting > 0 {
            *self.waiting_since.get_or_insert(now_ms)
        } else {
            now_ms
        };
        if waiting == 0 {
            self.waiting_since = None;
        }
        // Nearly always it is stored at once, and a prompt that flickers moves what is being typed.
        if now_ms >= since + WAITING_MS && waiting > 0 {
            notes.push(format!("{waiting} waiting"));
        }
        match self.status {
            Status::Away => notes.push("away".to_owned()),
            Status::DoNotDisturb => notes.push("not to be disturbed".to_owned()),
            Status::Online | Status::Offline => {}
        }
        if !self.failed.is_empty() {
            notes.push(format!("{} not sent", self.failed.len()));
        }
        let writing = self
            .writing
            .values()
            .filter(|(room, _, until)| Some(*room) == self.current && *until > now_ms);
        notes.extend(writing.map(|(_, name, _)| format!("{} is writing", tame(name))));
        let room = self
            .current
            .map_or_else(|| "hearth".to_owned(), |room| self.room_name(client, room));
        if notes.is_empty() {
            format!("{room}> ")
        } else {
            format!("{room} ({})> ", notes.join(", "))
        }
    }

    // ---- What was typed.

    fn learn(&mut self, event: &Event) {
        self.names.insert(event.by, event.name.clone());
        match &event.body {
            Body::Invite {
                user, user_name, ..
            } if !user_name.is_empty() => {
                self.names.insert(*user, user_name.clone());
            }
            Body::Create { with, .. } => self.names.extend(with.iter().cloned()),
            _ => {}
        }
    }

    fn room_name(&self, client: &Client, room: RoomId) -> String {
        let snapshot = client.room(room).and_then(RoomLog::snapshot);
        snapshot.map_or_else(|| "a room".to_owned(), |s| room_name(s.kind, &s.name))
    }

    /// What the server's clock says now.
    fn server_ms(&self, now_ms: u64) -> u64 {
        self.clock.0 + now_ms.saturating_sub(self.clock.1)
    }

    fn note(&mut self, text: &str) {
        self.lines.push(self.style.faint(&format!("· {text}")));
    }

    fn alarm(&mut self, text: &str) {
        self.lines.push(self.style.alarm(&format!("! {text}")));
    }

    fn id(&mut self) -> SendId {
        SendId::from_uuid((self.ids)())
    }
}

fn words_for(end: End) -> &'static str {
    match end {
        End::Code(4000) => "this terminal did not read fast enough",
        End::Code(4001) => "the server went away",
        End::Later { status: 429, .. } | End::Status(429) => {
            "many are coming at once, and the server takes them one after the other"
        }
        End::Later { .. } | End::Status(503) => "the server takes nobody, or its store is away",
        End::Status(_) => "the server's door does not open",
        End::Silent => "the server does not answer",
        End::Code(_) | End::Cut => "it broke",
    }
}
