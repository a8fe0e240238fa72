//! A conversation as the person at the terminal has it: which room they are in, what is shown, what was typed. Pure:
//! steps of the client machine and typed lines go in, lines for the screen and steps for the wire come out.

use std::collections::{BTreeMap, BTreeSet};

use hearth_protocol::{
    Body, Event, Member, MessageState, PresenceOf, RoomId, RoomKind, RoomSnapshot, SendId, Seq,
    Status, UserId,
    bounds::{PAGE_EVENTS_MAX, TYPING_MS, WATCHED_USERS_MAX},
    client::{
        Answer, Ask, Client, End, Ended, Link, Outcome, Page, Pending, Refused, RoomLog, Step,
        Window,
    },
};
use uuid::Uuid;

use super::{
    command::{self, Command, Message},
    text::{Around, Names, Style, event_lines, role_word, room_name, tame},
};

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
    /// The members so far, for `/members` or `/who`.
    Members {
        room: RoomId,
        who: bool,
        so_far: Vec<Member>,
    },
    Leave,
}

pub(super) struct Talk {
    style: Style,
    ids: Box<dyn FnMut() -> Uuid + Send>,
    /// The room to enter first.
    first: Option<String>,
    lines: Vec<String>,
    current: Option<RoomId>,
    /// Where `/history` goes on, per room.
    oldest: BTreeMap<RoomId, Seq>,
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
    told_unread: BTreeSet<RoomId>,
    watched: Option<Vec<Member>>,
    build: Option<String>,
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
        first: Option<String>,
        ids: Box<dyn FnMut() -> Uuid + Send>,
    ) -> Self {
        Self {
            style,
            ids,
            first,
            lines: Vec::new(),
            current: None,
            oldest: BTreeMap::new(),
            entering: None,
            latest: BTreeMap::new(),
            names: Names::new(),
            wanted: BTreeMap::new(),
            failed: Vec::new(),
            held: BTreeSet::new(),
            writing: BTreeMap::new(),
            told_unread: BTreeSet::new(),
            watched: None,
            build: None,
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

    pub(super) fn typed(&mut self, client: &mut Client, now_ms: u64, line: &str) -> Vec<Step> {
        match command::understand(line) {
            Ok(command) => self.obey(client, now_ms, command),
            Err(sentence) => {
                self.alarm(&tame(&sentence));
                Vec::new()
            }
        }
    }

    fn obey(&mut self, client: &mut Client, now_ms: u64, command: Command) -> Vec<Step> {
        match command {
            Command::Nothing => return Vec::new(),
            Command::Help => self.lines.extend(command::help()),
            Command::Rooms => self.list_rooms(client),
            Command::Quit => self.over = Some(Over::Left),
            Command::Join(name) => return self.join(client, now_ms, name),
            Command::Create { name, kind } => {
                let id = self.id();
                return self.ask(
                    client,
                    now_ms,
                    Ask::Create { id, name, kind },
                    Wanted::Enter,
                );
            }
            Command::Direct(user) => {
                return self.ask(client, now_ms, Ask::Direct(user), Wanted::Enter);
            }
            Command::Retry => return self.retry(client, now_ms),
            Command::Drop => return self.drop_all(client, now_ms),
            command => {
                let Some(room) = self.current.filter(|room| client.room(*room).is_some()) else {
                    self.alarm("You are in no room. /rooms shows yours, /join ROOM enters one.");
                    return Vec::new();
                };
                return self.obey_in(client, now_ms, room, command);
            }
        }
        Vec::new()
    }

    fn obey_in(
        &mut self,
        client: &mut Client,
        now_ms: u64,
        room: RoomId,
        command: Command,
    ) -> Vec<Step> {
        let mut target = |message| self.target(room, message);
        let body = match command {
            Command::Say(text) => Some(Body::Message {
                text,
                reply_to: None,
            }),
            Command::Reply(to, text) => target(to).map(|seq| Body::Message {
                text,
                reply_to: Some(seq),
            }),
            Command::Edit(of, text) => target(of).map(|target| Body::Edit { target, text }),
            Command::Delete(of) => target(of).map(|target| Body::Delete { target }),
            Command::React { message, emoji, on } => {
                target(message).map(|target| Body::React { target, emoji, on })
            }
            Command::Invite(name) => self.person(&name).map(|user| Body::Invite {
                user,
                user_name: String::new(),
            }),
            Command::Remove(name) => self.person(&name).map(|user| Body::Remove { user }),
            Command::Role(name, role) => self.person(&name).map(|user| Body::Role { user, role }),
            Command::Topic(Some(topic)) => Some(Body::Topic { topic }),
            Command::Topic(None) => {
                let topic = client
                    .room(room)
                    .and_then(RoomLog::snapshot)
                    .map(|s| tame(&s.topic));
                let topic = topic.filter(|topic| !topic.is_empty());
                self.note(
                    &topic.unwrap_or_else(|| "There is no topic. /topic TEXT sets one.".into()),
                );
                None
            }
            Command::Unread(from) => {
                return match target(from) {
                    Some(seq) => client.unread_from(now_ms, room, Seq(seq.0 - 1)),
                    None => Vec::new(),
                };
            }
            Command::Leave => return self.ask(client, now_ms, Ask::Leave(room), Wanted::Leave),
            Command::History => return self.earlier(client, now_ms, room),
            Command::Members => return self.members(client, now_ms, room, false),
            Command::Who => return self.members(client, now_ms, room, true),
            _ => None,
        };
        match body {
            Some(body) => self.send(client, now_ms, room, body),
            None => Vec::new(),
        }
    }

    fn send(&mut self, client: &mut Client, now_ms: u64, room: RoomId, body: Body) -> Vec<Step> {
        let id = self.id();
        match client.send(now_ms, room, id, body) {
            Ok(steps) => steps,
            Err(error) => {
                self.alarm(&format!("Not sent: {error}."));
                Vec::new()
            }
        }
    }

    fn ask(&mut self, client: &mut Client, now_ms: u64, ask: Ask, wanted: Wanted) -> Vec<Step> {
        match client.ask(now_ms, ask) {
            Ok((number, steps)) => {
                self.wanted.insert(number, wanted);
                steps
            }
            Err(error) => {
                self.alarm(&format!("Not done: {error}."));
                Vec::new()
            }
        }
    }

    fn join(&mut self, client: &mut Client, now_ms: u64, name: String) -> Vec<Step> {
        let wanted = name.trim_start_matches('@').to_lowercase();
        let own = client.rooms().find(|(_, log)| {
            log.snapshot()
                .is_some_and(|s| s.name.to_lowercase() == wanted)
        });
        match own.map(|(id, _)| id) {
            Some(room) => self.enter(client, now_ms, room),
            None => self.ask(client, now_ms, Ask::JoinByName(name), Wanted::Enter),
        }
    }

    fn retry(&mut self, client: &mut Client, now_ms: u64) -> Vec<Step> {
        let mut steps = client.start(now_ms);
        for pending in std::mem::take(&mut self.failed) {
            // A new send: under the old id it was refused, or cannot be told.
            steps.extend(self.send(client, now_ms, pending.room, pending.body));
        }
        steps
    }

    fn drop_all(&mut self, client: &mut Client, now_ms: u64) -> Vec<Step> {
        let waiting: Vec<_> = client.pending().map(|p| (p.room, p.id.clone())).collect();
        let count = waiting.len() + self.failed.len();
        self.failed.clear();
        let mut steps = Vec::new();
        for (room, id) in waiting {
            steps.extend(client.give_up(now_ms, room, &id));
        }
        self.note(&format!(
            "{count} given up. One that was on its way may still appear."
        ));
        steps
    }

    fn target(&mut self, room: RoomId, message: Message) -> Option<Seq> {
        let (last, own) = self.latest.get(&room).copied().unwrap_or_default();
        let found = match message {
            Message::Number(seq) => seq,
            Message::Last => last,
            Message::OwnLast => own,
        };
        let found = Some(found).filter(|seq| *seq > Seq::ZERO);
        if found.is_none() {
            self.alarm("There is no such message here. Say its number.");
        }
        found
    }

    fn person(&mut self, name: &str) -> Option<UserId> {
        let wanted = name.to_lowercase();
        let known = self
            .names
            .iter()
            .find(|(_, name)| name.to_lowercase() == wanted);
        let user = known.map(|(user, _)| *user).or_else(|| name.parse().ok());
        if user.is_none() {
            self.alarm(&format!(
                "{} is not known here yet: /direct {} first.",
                tame(name),
                tame(name)
            ));
        }
        user
    }

    fn earlier(&mut self, client: &mut Client, now_ms: u64, room: RoomId) -> Vec<Step> {
        let before = self.oldest.get(&room).copied().unwrap_or(Seq::ZERO);
        if before.0 <= 1 {
            self.note("This is where the room begins.");
            return Vec::new();
        }
        let ask = Ask::History {
            room,
            window: Window::Before(before),
            limit: None,
        };
        self.ask(client, now_ms, ask, Wanted::Earlier(room))
    }

    fn members(&mut self, client: &mut Client, now_ms: u64, room: RoomId, who: bool) -> Vec<Step> {
        let ask = Ask::Members {
            room,
            after: None,
            limit: Some(PAGE_EVENTS_MAX),
        };
        self.ask(
            client,
            now_ms,
            ask,
            Wanted::Members {
                room,
                who,
                so_far: Vec::new(),
            },
        )
    }

    // ---- What the machine says.

    pub(super) fn see(&mut self, client: &mut Client, now_ms: u64, step: Step) -> Vec<Step> {
        match step {
            Step::Welcome { node, build, .. } => {
                return self.welcomed(client, now_ms, &node, build);
            }
            Step::Room(snapshot) => self.room_said(client, &snapshot),
            Step::Left { room, .. } => {
                self.note("You are no longer in this room.");
                self.told_unread.remove(&room);
                if self.current == Some(room) {
                    self.current = None;
                }
            }
            Step::Show { room, event } => return self.show(client, now_ms, room, &event),
            Step::Missed { room, from, to } => {
                let name = self.room_name(client, room);
                self.note(&format!(
                    "You missed #{from} to #{to} of {name}. /history there shows them."
                ));
                self.oldest.insert(room, to.next());
            }
            Step::Reset { room, .. } => {
                let name = self.room_name(client, room);
                self.alarm(&format!(
                    "{name} is not what it was: its log begins anew. What was shown may be gone."
                ));
            }
            Step::Settled { pending, outcome } => self.settled(pending, outcome),
            Step::Held {
                id, message, ms, ..
            } => {
                if self.held.insert(id) {
                    let s = ms.div_ceil(1000);
                    self.note(&format!(
                        "Not stored yet: {} Trying again in {s} s.",
                        tame(&message)
                    ));
                }
            }
            Step::Unread { room, unread } => self.unread(client, room, unread),
            Step::Answer { number, answer } => {
                return self.answered(client, now_ms, number, answer);
            }
            Step::Typing { room, user, name } => {
                self.names.insert(user, name.clone());
                self.writing.insert(user, (room, name, now_ms + TYPING_MS));
            }
            Step::Presence(users) => return self.presence(client, &users),
            Step::Wait { ms, why } => {
                if !std::mem::replace(&mut self.is_away, true) {
                    let s = ms.div_ceil(1000);
                    let why = words_for(why);
                    self.alarm(&format!(
                        "No connection: {why}. What you send is kept and goes out when you are back. Trying again in {s} s."
                    ));
                }
            }
            Step::Drain { ms } => {
                self.is_away = true;
                self.note(&format!(
                    "The server is going away. Coming back in {} s.",
                    ms.div_ceil(1000)
                ));
            }
            Step::Ended(ended) => {
                self.over = Some(Over::Refused);
                self.alarm(match ended {
                    Ended::SignIn => "You are signed out. Start again to sign in.",
                    Ended::Stopped(_) => {
                        "This server and this client do not fit, or it is no Hearth server."
                    }
                });
            }
            Step::Notice(refused) => self.alarm(&tame(&refused.message)),
            Step::Odd(_) => {
                self.alarm("The server said something that this client does not understand.")
            }
            Step::Connect | Step::Close | Step::Write(_) | Step::Record(_) => {}
        }
        Vec::new()
    }

    fn welcomed(
        &mut self,
        client: &mut Client,
        now_ms: u64,
        node: &str,
        build: String,
    ) -> Vec<Step> {
        let is_first = self.build.is_none();
        if self.build.as_ref().is_some_and(|before| *before != build) {
            self.note(&format!("The server is {} now.", tame(&build)));
        }
        self.build = Some(build);
        self.writing.clear();
        if std::mem::take(&mut self.is_away) && !is_first {
            self.note("Back.");
        }
        if !is_first {
            return Vec::new();
        }
        if let Some(user) = client.user() {
            self.names.insert(user.id, user.name.clone());
            let name = tame(&user.name);
            self.note(&format!(
                "You are {name}, at {}. /help shows what there is.",
                tame(node)
            ));
        }
        match self.first.take() {
            Some(name) => self.join(client, now_ms, name),
            // The machine describes the rooms right after this.
            None => Vec::new(),
        }
    }

    fn room_said(&mut self, client: &Client, snapshot: &RoomSnapshot) {
        if let Some(peer) = snapshot.peer {
            self.names.insert(peer, snapshot.name.clone());
        }
        // A position of its own, so that what was there before can be paged to.
        self.oldest
            .entry(snapshot.id)
            .or_insert(snapshot.head.next());
        let is_expected = self
            .wanted
            .values()
            .any(|wanted| matches!(wanted, Wanted::Enter));
        let unread = if snapshot.unread > 0 {
            format!(", {} unread", snapshot.unread)
        } else {
            String::new()
        };
        if !is_expected && self.current != Some(snapshot.id) && client.room(snapshot.id).is_some() {
            let name = room_name(snapshot.kind, &snapshot.name);
            self.note(&format!(
                "You are in {name}{unread}. /join {} goes there.",
                tame(&snapshot.name)
            ));
        }
    }

    fn show(&mut self, client: &mut Client, now_ms: u64, room: RoomId, event: &Event) -> Vec<Step> {
        self.learn(event);
        self.writing.remove(&event.by);
        if self.current != Some(room) || self.entering == Some(room) {
            return Vec::new();
        }
        self.put(client, room, event, None);
        client.read(now_ms, room, event.seq)
    }

    fn settled(&mut self, pending: Pending, outcome: Outcome) {
        self.held.remove(&pending.id);
        let what = match &pending.body {
            Body::Message { text, .. } => format!("“{}”", tame(text)),
            other => format!("the {}", other.kind()),
        };
        match outcome {
            Outcome::Stored(_) | Outcome::GivenUp { .. } => return,
            Outcome::Refused(refused) => {
                self.alarm(&format!("Not sent: {what}. {} /retry sends it again, /drop forgets it.", tame(&refused.message)));
            }
            Outcome::Doubtful(_) => self.alarm(&format!(
                "It cannot be told any more whether {what} arrived. Look whether it is there; /retry sends it again, \
                 /drop forgets it."
            )),
        }
        self.failed.push(pending);
    }

    fn unread(&mut self, client: &Client, room: RoomId, unread: u64) {
        if unread == 0 {
            self.told_unread.remove(&room);
        } else if self.current != Some(room) && self.told_unread.insert(room) {
            let name = self.room_name(client, room);
            self.note(&format!("{unread} unread in {name}."));
        }
    }

    fn answered(
        &mut self,
        client: &mut Client,
        now_ms: u64,
        number: u64,
        answer: Result<Answer, Refused>,
    ) -> Vec<Step> {
        let Some(wanted) = self.wanted.remove(&number) else {
            return Vec::new();
        };
        match (wanted, answer) {
            (Wanted::Enter, Ok(Answer::Room(snapshot))) => {
                return self.enter(client, now_ms, snapshot.id);
            }
            (Wanted::Newest(room), Ok(Answer::Page(page))) => {
                return self.entered(client, now_ms, room, Some(page));
            }
            (Wanted::Newest(room), _) => return self.entered(client, now_ms, room, None),
            (Wanted::Earlier(room), Ok(Answer::Page(page))) => self.page(client, room, &page),
            (
                Wanted::Members {
                    room,
                    who,
                    mut so_far,
                },
                Ok(Answer::Members { members, next }),
            ) => {
                so_far.extend(members);
                if let Some(after) = next
                    && so_far.len() < 5 * PAGE_EVENTS_MAX
                {
                    let ask = Ask::Members {
                        room,
                        after: Some(after),
                        limit: Some(PAGE_EVENTS_MAX),
                    };
                    return self.ask(client, now_ms, ask, Wanted::Members { room, who, so_far });
                }
                return self.members_known(client, so_far, who);
            }
            (_, Err(refused)) => self.alarm(&tame(&refused.message)),
            (_, Ok(_)) => {}
        }
        Vec::new()
    }

    fn members_known(&mut self, client: &mut Client, members: Vec<Member>, who: bool) -> Vec<Step> {
        for member in &members {
            self.names.insert(member.user, member.name.clone());
        }
        if who {
            let watch = members
                .iter()
                .take(WATCHED_USERS_MAX)
                .map(|member| member.user)
                .collect();
            self.watched = Some(members);
            return client.presence(Status::Online, watch);
        }
        for member in &members {
            let name = self.style.name(member.user, &tame(&member.name));
            self.lines.push(format!(
                "  {name} {}",
                self.style.faint(role_word(member.role))
            ));
        }
        Vec::new()
    }

    fn presence(&mut self, client: &mut Client, users: &[PresenceOf]) -> Vec<Step> {
        let Some(members) = self.watched.take() else {
            return Vec::new();
        };
        let status = |user| {
            users
                .iter()
                .find(|of| of.user == user)
                .map_or(Status::Offline, |of| of.status)
        };
        let here: Vec<String> = members
            .iter()
            .filter(|member| status(member.user) != Status::Offline)
            .map(|member| {
                let away = if status(member.user) == Status::Away {
                    " (away)"
                } else {
                    ""
                };
                format!(
                    "{}{away}",
                    self.style.name(member.user, &tame(&member.name))
                )
            })
            .collect();
        let more = members.len().saturating_sub(WATCHED_USERS_MAX);
        let more = if more > 0 {
            format!(" ({more} more were not looked at)")
        } else {
            String::new()
        };
        self.lines
            .push(format!("Here now: {}{more}", here.join(", ")));
        // Once is enough: nobody is watched further.
        client.presence(Status::Online, Vec::new())
    }

    // ---- What is shown.

    /// Goes to a room. Its newest page is shown first, then what came since.
    fn enter(&mut self, client: &mut Client, now_ms: u64, room: RoomId) -> Vec<Step> {
        self.current = Some(room);
        self.told_unread.remove(&room);
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
            self.lines.push(format!(
                "{}{people}{topic}",
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

    fn entered(
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
        let position = client.room(room).map_or(Seq::ZERO, RoomLog::position);
        client.read(now_ms, room, position)
    }

    fn page(&mut self, client: &Client, room: RoomId, page: &Page) {
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

    fn put_page(&mut self, client: &Client, room: RoomId, page: &Page) {
        if let Some(first) = page.events.first() {
            self.oldest.insert(room, first.seq);
        }
        for event in &page.events {
            self.learn(event);
            let state = page.states.iter().find(|state| state.seq == event.seq);
            self.put(client, room, event, state);
        }
    }

    fn put(&mut self, client: &Client, room: RoomId, event: &Event, state: Option<&MessageState>) {
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
        let current = state.and_then(|state| state.text.as_deref());
        let lines = event_lines(self.style, event, Around { quoted, current }, &self.names);
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

    fn list_rooms(&mut self, client: &Client) {
        let mut rooms: Vec<_> = client
            .rooms()
            .filter_map(|(_, log)| Some((log.snapshot()?, log.unread())))
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
        for (snapshot, unread) in rooms {
            let name = room_name(snapshot.kind, &snapshot.name);
            let unread = if unread > 0 {
                self.style.strong(&format!(" {unread} unread"))
            } else {
                String::new()
            };
            self.lines.push(format!("  {name}{unread}"));
        }
    }

    fn learn(&mut self, event: &Event) {
        self.names.insert(event.by, event.name.clone());
        match &event.body {
            Body::Invite { user, user_name } if !user_name.is_empty() => {
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
        End::Later { .. } | End::Status(429 | 503) => {
            "the server has too much to do, or its store is away"
        }
        End::Status(_) => "the server's door does not open",
        End::Silent => "the server does not answer",
        End::Code(_) | End::Cut => "it broke",
    }
}

#[cfg(test)]
mod tests;
