//! What the client machine says: answers, events and changes of the connection, as lines for the person.

use hearth_protocol::{
    Body, Event, Member, RoomId, RoomSnapshot,
    bounds::{PAGE_EVENTS_MAX, PROFILES_MAX, TYPING_MS, WATCHED_USERS_MAX},
    client::{Answer, Ask, Client, Ended, Outcome, Pending, Refused, Step},
};

use super::{Call, Over, Talk, Wanted, words_for};
use crate::chat::text::{role_word, room_name, tame, time_of, to_you, until, why};

impl Talk {
    pub(in crate::chat) fn see(
        &mut self,
        client: &mut Client,
        now_ms: u64,
        step: Step,
    ) -> Vec<Step> {
        match step {
            Step::Welcome {
                node,
                build,
                now_ms: server_ms,
                ..
            } => {
                self.clock = (server_ms, now_ms);
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
            Step::Unread {
                room,
                unread,
                mentions,
            } => self.unread(client, now_ms, room, unread, mentions),
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
            Step::Own(told) => self.tell_scheduled(client, &told),
            // What is unread in threads stands in the prompt.
            Step::Thread { .. }
            | Step::Receipts { .. }
            | Step::Connect
            | Step::Close
            | Step::Write(_)
            | Step::Record(_) => {}
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
            let mentions = to_you(snapshot.mentioned.len() as u64);
            format!(", {} unread{mentions}", snapshot.unread)
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
        if self.current != Some(room) {
            self.tell_mention(client, now_ms, room, event);
            return Vec::new();
        }
        if self.entering == Some(room) {
            return Vec::new();
        }
        self.put(client, room, event, None);
        client.read(now_ms, room, event.seq)
    }

    fn settled(&mut self, pending: Pending, outcome: Outcome) {
        self.held.remove(&pending.id);
        let what = match &pending.body {
            Body::Message {
                forward: Some(_), ..
            } => "the forward".to_owned(),
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

    /// Told once, and again for each mention.
    fn unread(&mut self, client: &Client, now_ms: u64, room: RoomId, unread: u64, mentions: u64) {
        let told = self.told_unread.get(&room);
        if unread == 0 {
            self.told_unread.remove(&room);
        } else if self.current != Some(room)
            && self.is_told_of_all(client, now_ms, room)
            && told.is_none_or(|told| mentions > *told)
        {
            self.told_unread.insert(room, mentions);
            let name = self.room_name(client, room);
            self.note(&format!("{unread} unread in {name}{}.", to_you(mentions)));
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
            (Wanted::First(room), Ok(Answer::Page(page))) => self.first_page(client, room, &page),
            (
                Wanted::Members {
                    room,
                    who,
                    q,
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
                        q: q.clone(),
                        after: Some(after),
                        limit: Some(PAGE_EVENTS_MAX),
                    };
                    let wanted = Wanted::Members {
                        room,
                        who,
                        q,
                        so_far,
                    };
                    return self.ask(client, now_ms, ask, wanted);
                }
                return self.members_known(client, so_far, who);
            }
            (Wanted::Pins(room), Ok(Answer::Pins { pins, states })) => {
                if pins.is_empty() {
                    self.note("Nothing is pinned here. /pin NUMBER pins a message.");
                }
                for pin in &pins {
                    self.learn(&pin.message);
                    let state = states.iter().find(|state| state.seq == pin.message.seq);
                    self.put(client, room, &pin.message, state);
                }
            }
            (Wanted::Edits, Ok(Answer::Edits(events))) => {
                if events.len() == 1 {
                    self.note("It was never edited.");
                }
                for event in &events {
                    if let Body::Message { text, .. } | Body::Edit { text, .. } = &event.body {
                        let at = time_of(event.at_ms);
                        self.lines.push(format!("  {at} {}", tame(text)));
                    }
                }
            }
            (Wanted::Found { q, shown }, Ok(Answer::Found { rooms, next })) => {
                return self.found(client, now_ms, (q, shown), rooms, next);
            }
            (Wanted::Thread, Ok(Answer::Thread(page))) => {
                return self.thread_page(client, now_ms, &page);
            }
            (Wanted::Threads, Ok(Answer::Threads(page))) => self.list_threads(client, &page),
            (Wanted::Receipts, Ok(Answer::Receipts { receipts, .. })) => {
                let me = client.user().map(|user| user.id);
                let others = receipts.iter().filter(|of| Some(of.user) != me);
                let lines: Vec<String> = others
                    .map(|of| {
                        let name = self.names.get(&of.user).map(|name| tame(name));
                        let name = name.unwrap_or_else(|| of.user.to_string());
                        let name = self.style.name(of.user, &name);
                        let (read, delivered) = (of.read, of.delivered);
                        format!("  {name} has read to #{read}, and has it to #{delivered}")
                    })
                    .collect();
                if lines.is_empty() {
                    self.note("Nobody else has told yet what they have read.");
                }
                self.lines.extend(lines);
            }
            (Wanted::Linked(link), Ok(Answer::Page(page))) => self.linked(client, link, &page),
            (Wanted::Bans { room, any }, Ok(Answer::Bans { bans, next })) => {
                for ban in &bans {
                    self.names.insert(ban.user, ban.name.clone());
                    let name = self.style.name(ban.user, &tame(&ban.name));
                    let rest = format!("{}{}", until(ban.until_ms), why(&ban.reason));
                    self.lines.push(format!("  {name}{rest}"));
                }
                let any = any || !bans.is_empty();
                match next {
                    Some(after) => {
                        let ask = Ask::Bans {
                            room,
                            after: Some(after),
                            limit: Some(PAGE_EVENTS_MAX),
                        };
                        return self.ask(client, now_ms, ask, Wanted::Bans { room, any });
                    }
                    None if !any => self.note("Nobody is banned from this room."),
                    None => {}
                }
            }
            (Wanted::Kept(done), Ok(_)) if !done.is_empty() => self.note(done),
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
            return client.presence(self.status, watch);
        }
        if members.is_empty() {
            self.note("Nobody in this room is called so.");
        }
        for member in &members {
            let name = self.style.name(member.user, &tame(&member.name));
            let bot = if member.user.is_bot() { " [bot]" } else { "" };
            self.lines.push(format!(
                "  {name}{bot} {}",
                self.style.faint(role_word(member.role))
            ));
        }
        // Behind them, those who are shown otherwise: of a long list the first.
        let shown = members.iter().take(PROFILES_MAX);
        let shown: Vec<_> = shown.map(|member| member.user).collect();
        if !shown.is_empty() {
            self.calls.push(Call::Shown(shown));
        }
        Vec::new()
    }
}
