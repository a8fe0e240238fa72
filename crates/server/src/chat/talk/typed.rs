//! What the person types: commands and messages, and what goes to the server for them.

use hearth_protocol::{
    Body, Forward, Mentions, Own, Permalink, Right, RoomId, Seq, UserId,
    bounds::PAGE_EVENTS_MAX,
    client::{Ask, Client, RoomLog, Step, Window},
};

use uuid::Uuid;

use super::{Call, ENTER_EVENTS, Over, Talk, Wanted};
use crate::chat::{
    command::{self, Aim, Command, Message},
    mention::mentions,
    text::tame,
};

impl Talk {
    pub(in crate::chat) fn typed(
        &mut self,
        client: &mut Client,
        now_ms: u64,
        line: &str,
    ) -> Vec<Step> {
        match command::understand(line) {
            Ok(command) => self.obey(client, now_ms, command),
            Err(sentence) => {
                self.alarm(&tame(&sentence));
                Vec::new()
            }
        }
    }

    /// A key was struck: the others in the room are told that the person is writing.
    pub(in crate::chat) fn keyed(&mut self, client: &mut Client, now_ms: u64) -> Vec<Step> {
        match self.current {
            Some(room) => client.typing(now_ms, room),
            None => Vec::new(),
        }
    }

    fn obey(&mut self, client: &mut Client, now_ms: u64, command: Command) -> Vec<Step> {
        match command {
            Command::Nothing => return Vec::new(),
            Command::Help => self.lines.extend(command::help()),
            Command::Rooms => self.list_rooms(client),
            Command::Find(words) => self.calls.push(Call::Find(words)),
            Command::People(words) => self.calls.push(Call::People(words)),
            Command::Accept(code) => self.calls.push(Call::Accept(code)),
            Command::Sessions => self.calls.push(Call::Sessions),
            Command::Revoke(which) => self.revoke(which),
            Command::LogOut => self.calls.push(Call::LogOut),
            Command::DeleteAccount => self.calls.push(Call::DeleteAccount),
            Command::Password => self.calls.push(Call::Password),
            Command::Mine(mine) => return self.obey_mine(client, now_ms, mine),
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
            Command::Open(link) => {
                let ask = Ask::History {
                    room: link.room,
                    window: Window::Around(link.seq),
                    limit: Some(ENTER_EVENTS),
                };
                return self.ask(client, now_ms, ask, Wanted::Linked(link));
            }
            Command::TellReceipts { on } => {
                let done = match on {
                    true => "Others are told what you have read, and you of them.",
                    false => "Nobody is told what you have read, and you of nobody.",
                };
                return self.keep(client, now_ms, Own::Receipts { on }, done);
            }
            Command::Threads { more } => return self.threads(client, now_ms, more),
            Command::Group(users) => {
                let id = self.id();
                return self.ask(client, now_ms, Ask::Group { id, users }, Wanted::Enter);
            }
            Command::Search(q) => return self.search(client, now_ms, q, None, 0),
            Command::Retry => return self.retry(client, now_ms),
            Command::Drop => return self.drop_all(client, now_ms),
            command => {
                if let Some(room) = self.here(client) {
                    return self.obey_in(client, now_ms, room, command);
                }
            }
        }
        Vec::new()
    }

    /// The room that the person is in; they are told if it is none.
    pub(super) fn here(&mut self, client: &Client) -> Option<RoomId> {
        let here = self.current.filter(|room| client.room(*room).is_some());
        if here.is_none() {
            self.alarm("You are in no room. /rooms shows yours, /join ROOM enters one.");
        }
        here
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
            Command::Say(text) => Some(self.message(client, room, text, None)),
            Command::Reply(to, text) => {
                target(to).map(|seq| self.message(client, room, text, Some(seq)))
            }
            Command::Edit(of, text) => target(of).map(|target| Body::Edit { target, text }),
            Command::Delete(of) => target(of).map(|target| Body::Delete { target }),
            Command::React { message, emoji, on } => {
                target(message).map(|target| Body::React { target, emoji, on })
            }
            Command::Pin { message, on } => target(message).map(|target| Body::Pin { target, on }),
            Command::Pins => {
                return self.ask(client, now_ms, Ask::Pins(room), Wanted::Pins(room));
            }
            Command::Edits(message) => {
                let Some(seq) = target(message) else {
                    return Vec::new();
                };
                return self.ask(client, now_ms, Ask::Edits { room, seq }, Wanted::Edits);
            }
            Command::First => return self.first_unread(client, now_ms, room),
            Command::Thread(message, before) => {
                return self.open_thread(client, now_ms, room, (message, before));
            }
            Command::In(of, text) => {
                let body = self.message(client, room, text, None);
                self.in_thread(client, room, of, body)
            }
            Command::Follow { message, on } => {
                return self.follow(client, now_ms, room, (message, on));
            }
            Command::Receipts => {
                return self.ask(client, now_ms, Ask::Receipts(room), Wanted::Receipts);
            }
            Command::Forward(message, name) => {
                let (Some(seq), Some(to)) = (target(message), self.own_room(client, &name)) else {
                    return Vec::new();
                };
                // The server copies the text: it is the one as it stands.
                let forward = Forward {
                    room,
                    seq,
                    by: UserId(Uuid::nil()),
                    name: String::new(),
                    at_ms: 0,
                };
                let body = Body::Message {
                    text: String::new(),
                    reply_to: None,
                    mentions: None,
                    forward: Some(Box::new(forward)),
                    attachments: Box::default(),
                    thread: None,
                };
                return self.send(client, now_ms, to, body);
            }
            Command::Attach {
                aim,
                file,
                alt,
                text,
            } => {
                let Some(message) = self.aimed(client, room, aim, text) else {
                    return Vec::new();
                };
                self.calls.push(Call::Attach {
                    room,
                    file,
                    alt,
                    message: Box::new(message),
                    at_ms: None,
                });
                None
            }
            Command::SaveFile(message, name) => {
                if let Some(seq) = target(message) {
                    self.save_files(client, room, seq, name);
                }
                None
            }
            Command::Avatar { of_room, file } => {
                let room = of_room.then_some(room);
                self.calls.push(Call::Avatar { room, file });
                None
            }
            Command::SaveAvatar { of, file } => {
                self.save_avatar(client, room, of, file);
                None
            }
            Command::Link(message) => {
                if let Some(seq) = target(message) {
                    let link = Permalink { room, seq };
                    self.lines.push(format!("  {}{link}", self.server));
                }
                None
            }
            Command::Invite(name) => self.person(&name).map(|user| Body::Invite {
                user,
                user_name: String::new(),
                accepted: false,
            }),
            Command::Invitation { uses, ms } => {
                self.calls.push(Call::Link { room, uses, ms });
                None
            }
            Command::Invitations => {
                self.calls.push(Call::Links(room));
                None
            }
            Command::Withdraw(number) => {
                self.unlink(room, number);
                None
            }
            Command::Webhooks => {
                self.calls.push(Call::Webhooks(room));
                None
            }
            Command::WayIn(name) => {
                self.calls.push(Call::WayIn { room, name });
                None
            }
            Command::WayOut(url, kinds) => {
                self.calls.push(Call::WayOut { room, url, kinds });
                None
            }
            Command::NameHook(number, name) => {
                self.of_webhook(room, number, |room, id| Call::NameHook { room, id, name });
                None
            }
            Command::ResumeHook(number) => {
                self.of_webhook(room, number, |room, id| Call::ResumeHook { room, id });
                None
            }
            Command::Unhook(number) => {
                self.of_webhook(room, number, |room, id| Call::Unhook { room, id });
                None
            }
            Command::Remove { name, reason } => {
                self.person(&name).map(|user| Body::Remove { user, reason })
            }
            Command::Ban { name, ms, reason } => {
                let until_ms = ms.map(|ms| self.server_ms(now_ms).saturating_add(ms));
                self.person(&name).map(|user| Body::Ban {
                    user,
                    reason,
                    until_ms,
                })
            }
            Command::Unban(name) => self.person(&name).map(|user| Body::Unban { user }),
            Command::Archive { on } => Some(Body::Archive { on }),
            Command::Slow { seconds } => Some(Body::Slow { seconds }),
            Command::Rename(name) => {
                return self.ask(client, now_ms, Ask::Rename(room, name), Wanted::Renamed);
            }
            Command::Bans => return self.bans(client, now_ms, room),
            Command::Role(name, role) => self.person(&name).map(|user| Body::Role { user, role }),
            Command::Right(right, role) => Some(Body::Right { right, role }),
            Command::Rights => {
                self.rights(client, room);
                None
            }
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
            Command::Describe(Some(description)) => Some(Body::Description { description }),
            Command::Describe(None) => {
                let description = client
                    .room(room)
                    .and_then(RoomLog::snapshot)
                    .map(|s| tame(&s.description));
                let description = description.filter(|description| !description.is_empty());
                self.note(
                    &description.unwrap_or_else(|| {
                        "There is no description. /describe TEXT sets one.".into()
                    }),
                );
                None
            }
            Command::Unread(from) => {
                return match target(from) {
                    Some(seq) => self.unread_from(client, now_ms, room, seq),
                    None => Vec::new(),
                };
            }
            Command::Leave => return self.ask(client, now_ms, Ask::Leave(room), Wanted::Leave),
            Command::History(None) => return self.earlier(client, now_ms, room),
            Command::History(Some(at_ms)) => {
                let ask = Ask::History {
                    room,
                    window: Window::At(at_ms),
                    limit: None,
                };
                return self.ask(client, now_ms, ask, Wanted::Earlier(room));
            }
            Command::Members(q) => return self.members(client, now_ms, room, false, q),
            Command::Who => return self.members(client, now_ms, room, true, String::new()),
            _ => None,
        };
        match body {
            Some(body) => {
                let mut steps = self.said(client, now_ms, room, &body);
                steps.extend(self.send(client, now_ms, room, body));
                steps
            }
            None => Vec::new(),
        }
    }

    /// A message with those whom its text calls.
    pub(super) fn message(
        &self,
        client: &Client,
        room: RoomId,
        text: String,
        reply_to: Option<Seq>,
    ) -> Body {
        let mentions = self.mentioned(client, room, &text);
        Body::Message {
            text,
            reply_to,
            mentions,
            forward: None,
            attachments: Box::default(),
            thread: None,
        }
    }

    /// A message that goes where a person said, if that is there.
    pub(super) fn aimed(
        &mut self,
        client: &Client,
        room: RoomId,
        aim: Aim,
        text: String,
    ) -> Option<Body> {
        let reply_to = match aim.reply {
            Some(to) => Some(self.target(room, to)?),
            None => None,
        };
        let body = self.message(client, room, text, reply_to);
        match aim.thread {
            Some(of) => self.in_thread(client, room, of, body),
            None => Some(body),
        }
    }

    /// Those whom a text calls.
    pub(super) fn mentioned(
        &self,
        client: &Client,
        room: RoomId,
        text: &str,
    ) -> Option<Box<Mentions>> {
        let snapshot = client.room(room).and_then(RoomLog::snapshot);
        // As the room was described last: if that has changed, the server says so.
        let may = snapshot.is_some_and(|s| s.may(Right::Everyone));
        mentions(text, &self.names, may)
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

    pub(super) fn ask(
        &mut self,
        client: &mut Client,
        now_ms: u64,
        ask: Ask,
        wanted: Wanted,
    ) -> Vec<Step> {
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

    pub(super) fn join(&mut self, client: &mut Client, now_ms: u64, name: String) -> Vec<Step> {
        match named(client, &name) {
            Some(room) => self.enter(client, now_ms, room),
            None => self.ask(client, now_ms, Ask::JoinByName(name), Wanted::Enter),
        }
    }

    fn own_room(&mut self, client: &Client, name: &str) -> Option<RoomId> {
        let found = named(client, name);
        if found.is_none() {
            self.alarm(&format!(
                "You are in no room {}. /rooms shows yours.",
                tame(name)
            ));
        }
        found
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

    pub(super) fn target(&mut self, room: RoomId, message: Message) -> Option<Seq> {
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

    pub(super) fn person(&mut self, name: &str) -> Option<UserId> {
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

    fn members(
        &mut self,
        client: &mut Client,
        now_ms: u64,
        room: RoomId,
        who: bool,
        q: String,
    ) -> Vec<Step> {
        let q = Some(q).filter(|q| !q.is_empty());
        let ask = Ask::Members {
            room,
            q: q.clone(),
            after: None,
            limit: Some(PAGE_EVENTS_MAX),
        };
        let wanted = Wanted::Members {
            room,
            who,
            q,
            so_far: Vec::new(),
        };
        self.ask(client, now_ms, ask, wanted)
    }

    fn bans(&mut self, client: &mut Client, now_ms: u64, room: RoomId) -> Vec<Step> {
        let ask = Ask::Bans {
            room,
            after: None,
            limit: Some(PAGE_EVENTS_MAX),
        };
        self.ask(client, now_ms, ask, Wanted::Bans { room, any: false })
    }

    // ---- What the machine says.
}

/// A room of one's own by its name, or a person's by theirs.
fn named(client: &Client, name: &str) -> Option<RoomId> {
    let wanted = name.trim_start_matches(['@', '#']).to_lowercase();
    let mut rooms = client.rooms().filter(|(_, log)| {
        log.snapshot()
            .is_some_and(|s| s.name.to_lowercase() == wanted)
    });
    rooms.next().map(|(id, _)| id)
}
