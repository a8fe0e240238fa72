//! What the server says, and what follows from it: rooms, events, answers, refusals.

use super::{
    Client, GRACE_MS, Link,
    asks::Asker,
    room::{RoomLog, Shown},
    step::{Answer, NotTaken, Outcome, Page, Refused, Step, ThreadPage, Threads},
};
use crate::{
    ClientFrame, ErrorCode, Event, Retry, RoomId, RoomSnapshot, SendId, Seq, ServerFrame, UserId,
    bounds, mutant,
};

/// Rooms remembered that the server could not load: as many as a user's list can have there.
const UNLOADED_MAX: usize = 4 * bounds::ROOMS_PER_USER_MAX;

impl Client {
    /// Takes a frame in.
    pub(super) fn frame(&mut self, now_ms: u64, frame: ServerFrame) {
        match frame {
            ServerFrame::Welcome {
                build,
                node,
                user,
                now_ms: server_ms,
                rooms,
            } => {
                self.user = Some(user.clone());
                self.link = Link::Live { since_ms: now_ms };
                self.out.push(Step::Welcome {
                    user,
                    node,
                    build,
                    now_ms: server_ms,
                });
                self.welcomed(now_ms, rooms);
                self.ask_own();
                self.ask_threads();
            }
            ServerFrame::Room { r#ref, room } => {
                let (id, head) = (room.id, room.head);
                let is_new = !self.rooms.contains_key(&id);
                self.room_said(now_ms, room.clone());
                if is_new {
                    self.ask_threads();
                }
                if self.unloaded.remove(&id) {
                    self.replay_follows(id, head);
                }
                if let Some(number) = r#ref {
                    self.answer(number, Ok(Answer::Room(room)));
                }
            }
            ServerFrame::Ack { room, id, seq } => {
                if let Some(pending) = self.outbox.settle(room, &id) {
                    let outcome = Outcome::Stored(seq);
                    self.out.push(Step::Settled { pending, outcome });
                }
                // It exists; its event is on the way, or must be asked for.
                if let Some(log) = self.rooms.get_mut(&room) {
                    log.saw(seq);
                    if mutant!("ack-moves-cursor") {
                        log.position = log.position.max(seq);
                    }
                    expect_more(log, now_ms);
                }
            }
            ServerFrame::Events { room, events } => {
                self.take(now_ms, room, |log, me, out| log.take(events, me, out));
                // A hole is asked for at once, unless asking has just not helped: then its pause is kept.
                let log = self.rooms.get(&room);
                if log.is_some_and(|log| log.has_hole() && log.backoff.tries() == 0) {
                    self.fill(room);
                }
            }
            ServerFrame::Gap { room, from: _, to } => {
                self.take(now_ms, room, |log, me, out| log.skip_to(to, me, out));
            }
            ServerFrame::Reset { room, head } => self.reset(room, head),
            ServerFrame::Left { room, seq, r#ref } => {
                self.left(room, (seq > Seq::ZERO).then_some(seq));
                if let Some(number) = r#ref {
                    self.answer(number, Ok(Answer::Done));
                }
            }
            ServerFrame::History {
                r#ref,
                room,
                events,
                states,
                head,
                more_before,
                more_after,
            } => {
                let page = Page {
                    room,
                    events,
                    states,
                    head,
                    more_before,
                    more_after,
                };
                self.page(now_ms, r#ref, page);
            }
            ServerFrame::Members {
                r#ref,
                members,
                next,
                ..
            } => self.answer(r#ref, Ok(Answer::Members { members, next })),
            ServerFrame::Bans {
                r#ref, bans, next, ..
            } => self.answer(r#ref, Ok(Answer::Bans { bans, next })),
            ServerFrame::Pins {
                r#ref,
                pins,
                states,
                ..
            } => self.answer(r#ref, Ok(Answer::Pins { pins, states })),
            ServerFrame::Edits { r#ref, events, .. } => {
                self.answer(r#ref, Ok(Answer::Edits(events)))
            }
            ServerFrame::Found {
                r#ref, rooms, next, ..
            } => self.answer(r#ref, Ok(Answer::Found { rooms, next })),
            ServerFrame::Thread {
                r#ref,
                thread,
                events,
                states,
                head,
                more_before,
                more_after,
            } => {
                let page = ThreadPage {
                    thread: *thread,
                    events,
                    states,
                    head,
                    more_before,
                    more_after,
                };
                self.answer(r#ref, Ok(Answer::Thread(Box::new(page))));
            }
            ServerFrame::Threads {
                r#ref,
                threads,
                unread,
                next,
            } => match self.asks.settle(r#ref) {
                Some((Asker::Threads, _)) => self.threads_said(&threads, next),
                Some((Asker::Person, _)) => {
                    let page = Threads {
                        threads,
                        unread,
                        next,
                    };
                    let (number, answer) = (r#ref, Ok(Answer::Threads(page)));
                    self.out.push(Step::Answer { number, answer });
                }
                Some(_) | None => {}
            },
            ServerFrame::Receipts {
                r#ref,
                room,
                receipts,
            } => match r#ref {
                Some(number) => self.answer(number, Ok(Answer::Receipts { room, receipts })),
                None => self.out.push(Step::Receipts { room, receipts }),
            },
            ServerFrame::Done { r#ref } => self.answer(r#ref, Ok(Answer::Done)),
            ServerFrame::Mark {
                room,
                seq,
                revision,
                unread,
                mentioned,
            } => {
                if let Some(log) = self.rooms.get_mut(&room)
                    && log.mark_said(seq, revision, unread, &mentioned)
                {
                    let step = unread_step(room, log);
                    self.out.push(step);
                }
            }
            ServerFrame::Own {
                r#ref,
                version,
                own,
            } => self.own_said(r#ref, version, own),
            ServerFrame::Typing { room, user, name } => {
                self.out.push(Step::Typing { room, user, name });
            }
            ServerFrame::Presence { users } => self.out.push(Step::Presence(users)),
            ServerFrame::Pong { .. } => {}
            ServerFrame::Drain { after_ms } => {
                let ms = after_ms.min(60_000);
                self.drain_ms = Some(ms);
                self.out.push(Step::Drain { ms });
            }
            ServerFrame::Error {
                r#ref,
                room,
                id,
                code,
                message,
                retry_after_ms,
            } => {
                let refused = Refused { code, message };
                match (r#ref, room, id) {
                    (Some(number), _, _) => {
                        self.ask_refused(now_ms, number, refused, retry_after_ms);
                    }
                    (None, Some(room), Some(id)) => {
                        self.send_refused(now_ms, room, &id, refused, retry_after_ms);
                    }
                    (None, room, None) => {
                        // Before the welcome: a room that it will not name, and that is not left for all that.
                        if let (Some(room), Link::Greeting { .. }) = (room, &self.link)
                            && self.unloaded.len() < UNLOADED_MAX
                        {
                            self.unloaded.insert(room);
                        }
                        self.out.push(Step::Notice(refused));
                    }
                    (None, None, Some(_)) => self.out.push(Step::Notice(refused)),
                }
            }
        }
    }

    fn welcomed(&mut self, now_ms: u64, snapshots: Vec<RoomSnapshot>) {
        let gone: Vec<RoomId> = self
            .rooms
            .keys()
            .filter(|id| !snapshots.iter().any(|s| s.id == **id) && !self.unloaded.contains(id))
            .copied()
            .collect();
        for room in gone {
            self.left(room, None);
        }
        for snapshot in snapshots {
            let (id, head, mark) = (snapshot.id, snapshot.head, snapshot.mark);
            self.room_said(now_ms, snapshot);
            self.replay_follows(id, head);
            // A mark that was lost with the connection.
            if let Some(log) = self.rooms.get(&id)
                && log.mark.seq > mark
                && log.snapshot.as_ref().map(|s| s.revision) == Some(log.mark.revision)
            {
                self.marks.entry(id).or_insert((log.mark.seq, false));
            }
        }
        for room in &self.unloaded {
            if let Some(log) = self.rooms.get_mut(room) {
                log.replay_to = Some(Seq(u64::MAX)); // until the room is there
            }
        }
        // Sends in rooms that are not ours any more and were never on the wire.
        let rooms: Vec<RoomId> = self.outbox.pending().map(|p| p.room).collect();
        for room in rooms {
            if !self.rooms.contains_key(&room) && !self.unloaded.contains(&room) {
                self.refuse_unsent(room);
            }
        }
        self.write_presence();
    }

    fn room_said(&mut self, now_ms: u64, snapshot: RoomSnapshot) {
        let keep = self.settings.keep_events;
        let (id, head) = (snapshot.id, snapshot.head);
        let mut is_news = false;
        let log = self.rooms.entry(id).or_insert_with(|| {
            is_news = true;
            RoomLog::new(head, keep)
        });
        is_news |= log.snapshot.as_ref() != Some(&snapshot);
        log.describe(snapshot.clone());
        expect_more(log, now_ms);
        if is_news {
            self.out.push(Step::Room(snapshot));
        }
    }

    /// Lets a room take something in, and does what follows from what came out.
    fn take(
        &mut self,
        now_ms: u64,
        room: RoomId,
        put: impl FnOnce(&mut RoomLog, Option<UserId>, &mut Vec<Shown>),
    ) {
        let me = self.user.as_ref().map(|user| user.id);
        let Some(log) = self.rooms.get_mut(&room) else {
            return;
        };
        let unread_before = unread_step(room, log);
        let mut shown = Vec::new();
        put(log, me, &mut shown);
        if !shown.is_empty() {
            log.ask_at = None;
            log.backoff.reset();
        }
        expect_more(log, now_ms);
        let unread = unread_step(room, log);
        let is_replayed = log.replay_to.is_some_and(|to| log.position >= to);
        for shown in shown {
            match shown {
                Shown::Event(event) => self.show(room, me, event),
                Shown::Missed(from, to) => {
                    self.out.push(Step::Missed { room, from, to });
                    self.ask_threads();
                }
            }
        }
        if unread != unread_before {
            self.out.push(unread);
        }
        if is_replayed {
            self.replayed(room);
        }
    }

    fn show(&mut self, room: RoomId, me: Option<UserId>, event: Event) {
        let mine = if Some(event.by) == me {
            self.outbox.settle(room, &event.id)
        } else {
            None
        };
        let outcome = Outcome::Stored(event.seq);
        self.thread_event(room, &event, me);
        if self.settings.tells_delivered && Some(event.by) != me {
            self.delivered.insert(room, event.seq);
        }
        self.out.push(Step::Show { room, event });
        if let Some(pending) = mine {
            self.out.push(Step::Settled { pending, outcome });
        }
    }

    /// What was missed up to `head` follows now, if there is any.
    fn replay_follows(&mut self, room: RoomId, head: Seq) {
        let Some(log) = self.rooms.get_mut(&room) else {
            return;
        };
        log.replay_to = (log.position < head).then_some(head);
        if log.replay_to.is_none() {
            self.replayed(room);
        }
    }

    /// The replay has reached the `head` of the welcome.
    fn replayed(&mut self, room: RoomId) {
        let Some(log) = self.rooms.get_mut(&room) else {
            return;
        };
        log.replay_to = None;
        let raised = self.outbox.raise(room, log.whole_from, log.position);
        self.out.extend(raised.into_iter().map(Step::Record));
    }

    fn reset(&mut self, room: RoomId, head: Seq) {
        let Some(log) = self.rooms.get_mut(&room) else {
            return;
        };
        log.reset(head);
        self.asks.forget(room);
        self.threads.forget(room);
        self.ask_threads();
        self.out.push(Step::Reset { room, head });
        for pending in self.outbox.take_sent(room) {
            let outcome = Outcome::Doubtful(Refused {
                code: ErrorCode::TooOld,
                message: "The room's log is another one than this was sent to.".to_owned(),
            });
            self.out.push(Step::Settled { pending, outcome });
        }
    }

    fn left(&mut self, room: RoomId, seq: Option<Seq>) {
        self.unloaded.remove(&room);
        if self.rooms.remove(&room).is_some() {
            self.asks.forget(room);
            self.threads.forget(room);
            self.delivered.remove(&room);
            self.marks.remove(&room);
            self.out.push(Step::Left { room, seq });
        }
        self.refuse_unsent(room);
    }

    fn refuse_unsent(&mut self, room: RoomId) {
        for pending in self.outbox.take_unsent(room) {
            let outcome = Outcome::Refused(Refused {
                code: ErrorCode::NotMember,
                message: NotTaken::NotMember.to_string(),
            });
            self.out.push(Step::Settled { pending, outcome });
        }
    }

    fn page(&mut self, now_ms: u64, number: u64, page: Page) {
        let Some((asker, frame)) = self.asks.settle(number) else {
            return;
        };
        let Asker::Hole(room) = asker else {
            let answer = Ok(Answer::Page(page));
            return self.out.push(Step::Answer { number, answer });
        };
        let ClientFrame::History {
            after: Some(after), ..
        } = frame
        else {
            return;
        };
        let before = self.rooms.get(&room).map(|log| log.position);
        self.take(now_ms, room, |log, me, out| {
            // What lies between where we asked and where the page begins is not kept any more.
            if let Some(first) = page.events.first()
                && first.seq > after.next()
            {
                log.skip_to(Seq(first.seq.0 - 1), me, out);
            }
            log.saw(page.head);
            log.take(page.events, me, out);
        });
        let Some(log) = self.rooms.get_mut(&room) else {
            return;
        };
        if !log.is_behind() {
            return;
        }
        if before.is_some_and(|before| log.position > before) {
            self.fill(room);
        } else {
            // A short read is not skipped over: again, after a pause.
            log.ask_at = Some(now_ms + log.backoff.pause_after(Some(500), &mut self.chance));
        }
    }

    fn answer(&mut self, number: u64, answer: Result<Answer, Refused>) {
        if let Some((Asker::Person, _)) = self.asks.settle(number) {
            self.out.push(Step::Answer { number, answer });
        }
    }

    fn ask_refused(&mut self, now_ms: u64, number: u64, refused: Refused, after: Option<u64>) {
        let again = refused.code.retry() == Retry::Same
            && self.asks.hold(number, after, now_ms, &mut self.chance);
        if again {
            return;
        }
        match self.asks.settle(number) {
            Some((Asker::Person, _)) => self.out.push(Step::Answer {
                number,
                answer: Err(refused),
            }),
            // We may not read it: what comes next will say why.
            Some((Asker::Hole(room), _)) => {
                if let Some(log) = self.rooms.get_mut(&room) {
                    let pause = log
                        .backoff
                        .pause_after(after.or(Some(1_000)), &mut self.chance);
                    log.ask_at = Some(now_ms + pause);
                }
            }
            // An older server has nothing of the kind.
            Some((Asker::Own | Asker::Threads, _)) | None => {}
        }
    }

    fn send_refused(
        &mut self,
        now_ms: u64,
        room: RoomId,
        id: &SendId,
        refused: Refused,
        after: Option<u64>,
    ) {
        match refused.code.retry() {
            // Signing in comes with the close code; until then the send waits like any other.
            Retry::Same | Retry::SignIn => {
                let pause = self.outbox.hold(room, id, after, now_ms, &mut self.chance);
                if let Some(ms) = pause {
                    self.out.push(Step::Held {
                        room,
                        id: id.clone(),
                        code: refused.code,
                        message: refused.message,
                        ms,
                    });
                }
            }
            Retry::Ask | Retry::Never => {
                let Some(pending) = self.outbox.settle(room, id) else {
                    return;
                };
                let outcome = match refused.code.retry() {
                    Retry::Ask => Outcome::Doubtful(refused),
                    _ => Outcome::Refused(refused),
                };
                self.out.push(Step::Settled { pending, outcome });
            }
        }
    }
}

/// What is unread in a room.
pub(super) fn unread_step(room: RoomId, log: &RoomLog) -> Step {
    Step::Unread {
        room,
        unread: log.unread(),
        mentions: log.mentions(),
    }
}

/// Sets the time at which to ask for what is known to exist, if it does not come by itself.
fn expect_more(log: &mut RoomLog, now_ms: u64) {
    if log.is_behind() {
        log.ask_at.get_or_insert(now_ms + GRACE_MS);
    } else {
        log.ask_at = None;
    }
}
