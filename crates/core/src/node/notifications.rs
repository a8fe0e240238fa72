//! Streams of notifications: a user, or a bot, is told of the messages of which they are to be told, one by one, for as
//! long as the stream lasts.
//!
//! A stream is a session of its user (`session.rs`) that nobody sees: it follows their rooms and marks, hears what changes
//! of their own, ends with the login by which it was opened, and with the node. What comes is judged by a machine
//! (`crate::notifications`). It is soft state: the log is what says what is there, and a position from which a stream goes
//! on is a time from which the logs of the user's rooms are read again (`docs/decisions/0042-notifications.md`).
//!
//! Promises: nobody is told of a message that they may not read. A message that they are to be told of is told once on one
//! stream, as long as that lasts.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, stream};
use hearth_protocol::{
    CloseCode, ErrorCode, OwnKind, QuietHours, RoomId, RoomSnapshot, Seq, ServerFrame, User, UserId,
};
use tokio::sync::Notify;

use super::{Credential, Lane, Node, Outbox, Pushed, Session, live::Shows, lock, push::Zones};
use crate::{
    grant::Grant,
    notifications::{Told, Watch},
    own::ThreadChoice,
    refusal::Refusal,
    room::ThreadView,
    session::Dialect,
};

/// Streams of one user on one node. The next takes the place of the oldest: one whose end nobody noticed keeps nobody out.
pub const STREAMS_MAX: usize = 5;
/// How long a stream says nothing at most.
const BEAT_MS: u64 = 15_000;
/// How long it may take until the user's rooms are known.
const STAND_MS_MAX: u64 = 20_000;
/// What the node has told a stream that has not come to it yet, in bytes: more than a `welcome` of all rooms. Beyond it
/// the stream is slow.
const QUEUE_BYTES_MAX: usize = 1024 * 1024;
/// How far before a position the logs are read again: what was stored by another node's clock, or came late, is not missed.
const MARGIN_MS: u64 = 60_000;
/// How old a position may be. One that is older counts as this old.
const POSITION_AGE_MS_MAX: u64 = 24 * 60 * 60 * 1_000;
/// Events of a room that are looked at from a position on: the newest.
const EVENTS_MAX: u64 = 100;
/// Rooms read beside each other for that.
const ROOMS_AT_ONCE: usize = 8;

/// How a stream is wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct StreamWanted {
    /// From which position on; `None`: from now on.
    pub position: Option<u64>,
    /// For how long, in milliseconds; 0: what there is.
    pub for_ms: u64,
}

/// What comes of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Streamed {
    /// A message of which the user is to be told, and the position behind it.
    Told(Told, u64),
    /// Nothing for a while; the position.
    Quiet(u64),
    /// The end. Nothing comes after it.
    End(StreamEnd, u64),
}

/// Why a stream has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamEnd {
    /// As a socket would have been closed.
    Closed(CloseCode),
    /// The user has opened too many others since.
    Replaced,
    /// Its time is over.
    Time,
}

impl StreamEnd {
    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Closed(code) => code.name(),
            Self::Replaced => "Replaced",
            Self::Time => "Time",
        }
    }
}

/// Whose streams are open here, in the order in which they were opened.
pub(super) type Streams = BTreeMap<UserId, VecDeque<Arc<Frames>>>;

/// What the session says to the stream.
#[derive(Default)]
pub(super) struct Frames {
    queue: Mutex<Queue>,
    wake: Notify,
}

#[derive(Default)]
struct Queue {
    frames: VecDeque<Bytes>,
    bytes: usize,
    end: Option<StreamEnd>,
}

impl Frames {
    fn end(&self, end: StreamEnd) {
        lock(&self.queue).end.get_or_insert(end);
        self.wake.notify_one();
    }

    /// What has come; the end only once all that came before it was taken.
    fn take(&self) -> (VecDeque<Bytes>, Option<StreamEnd>) {
        let mut queue = lock(&self.queue);
        queue.bytes = 0;
        (std::mem::take(&mut queue.frames), queue.end)
    }
}

impl Outbox for Frames {
    fn push(&self, lane: Lane, text: &Bytes) -> Pushed {
        if matches!(lane, Lane::History | Lane::Typing | Lane::Presence) {
            return Pushed::Taken;
        }
        let mut queue = lock(&self.queue);
        if queue.end.is_none() && queue.bytes + text.len() <= QUEUE_BYTES_MAX {
            queue.bytes += text.len();
            queue.frames.push_back(text.clone());
            drop(queue);
            self.wake.notify_one();
        } else {
            drop(queue);
            self.end(StreamEnd::Closed(CloseCode::Slow));
        }
        Pushed::Taken
    }

    fn close(&self, code: CloseCode) {
        self.end(StreamEnd::Closed(code));
    }
}

/// One stream of notifications. Owned by whoever tells them on.
pub struct NotificationStream {
    node: Node,
    session: Session,
    frames: Arc<Frames>,
    zones: Arc<dyn Zones>,
    watch: Watch,
    wanted: StreamWanted,
    /// From when on messages are told that were stored before they could be heard.
    since_ms: u64,
    /// Until when it lasts, and when it says next that nothing has come, by the node's clock.
    until_ms: u64,
    beat_ms: u64,
    stand_until_ms: u64,
    /// Whether the user's rooms are known, and what was stored before is taken in.
    stands: bool,
    /// Whether something of the user's own has changed.
    own_is_old: bool,
    end: Option<StreamEnd>,
}

impl Node {
    /// Opens a stream of notifications for a user whose credential was looked at, with a bot's grant.
    ///
    /// # Errors
    /// As [`Node::admit`].
    pub fn open_notifications(
        &self,
        user: User,
        credential: Credential,
        grant: Option<Arc<Grant>>,
        zones: Arc<dyn Zones>,
        wanted: StreamWanted,
    ) -> Result<NotificationStream, Refusal> {
        self.admit()?;
        let frames = Arc::new(Frames::default());
        let replaced = {
            let mut streams = lock(&self.0.streams);
            let of_user = streams.entry(user.id).or_default();
            of_user.push_back(frames.clone());
            (of_user.len() > STREAMS_MAX).then(|| of_user.pop_front())
        };
        if let Some(replaced) = replaced.flatten() {
            replaced.end(StreamEnd::Replaced);
        }
        let watch = Watch::new(user.id);
        let (node, outbox) = (self.clone(), frames.clone());
        let dialect = Dialect::V1;
        let mut session = Session::open(
            node,
            user,
            credential,
            grant,
            dialect,
            outbox,
            Shows::Nothing,
        );
        session.text(r#"{"type":"hello","device":"notifications"}"#);
        let now_ms = self.now_ms();
        Ok(NotificationStream {
            node: self.clone(),
            session,
            frames,
            zones,
            watch,
            wanted,
            since_ms: 0,
            until_ms: now_ms.saturating_add(wanted.for_ms),
            beat_ms: now_ms + BEAT_MS,
            stand_until_ms: now_ms + STAND_MS_MAX,
            stands: false,
            own_is_old: true,
            end: None,
        })
    }
}

impl NotificationStream {
    /// Waits for what comes next.
    pub async fn next(&mut self) -> Streamed {
        'stands: loop {
            // Whatever there is to tell, the session goes on: with new rooms, removals, the node's end.
            while self.session.turn().now_or_never().is_some() {}
            self.take_in().await;
            let wall_ms = self.node.0.clock.wall_ms();
            let now_ms = self.node.now_ms();
            let position = match self.wanted.position {
                // What came since is not taken in.
                Some(position) if !self.stands => position,
                _ => self.watch.position(wall_ms),
            };
            if let Some(end) = self.end {
                return Streamed::End(end, position);
            }
            if self.stands {
                let is_over = now_ms >= self.until_ms;
                // However much there still is. Who asks for what there is gets that.
                if is_over && self.wanted.for_ms > 0 {
                    self.end = Some(StreamEnd::Time);
                    continue;
                }
                let (user, zones) = ([self.session.user().id], self.zones.clone());
                let minute = |hours: &QuietHours| zones.minute_of_day(&hours.zone, wall_ms);
                // Asked once for all that is due.
                let mut may_disturb = None;
                while let Some((room, thread)) = self.watch.due(wall_ms) {
                    let thread = match thread {
                        Some(asked) => self.thread(room, asked).await,
                        None => Ok(None),
                    };
                    let thread = match thread {
                        Ok(thread) => thread,
                        Err(refusal) => {
                            self.lose(&refusal);
                            continue 'stands;
                        }
                    };
                    if let Some(told) = self.watch.next(wall_ms, thread.as_ref(), minute) {
                        // On any of their devices.
                        if may_disturb.is_none() {
                            let disturbed = self.node.not_to_be_disturbed(&user).await;
                            may_disturb = Some(disturbed.is_empty());
                        }
                        if may_disturb == Some(false) {
                            continue;
                        }
                        self.beat_ms = now_ms + BEAT_MS;
                        return Streamed::Told(told, self.watch.position(wall_ms));
                    }
                }
                if is_over {
                    self.end = Some(StreamEnd::Time);
                    continue;
                }
            }
            if !self.stands && now_ms >= self.stand_until_ms {
                self.end = Some(StreamEnd::Closed(CloseCode::Lost));
                continue;
            }
            if now_ms >= self.beat_ms {
                self.beat_ms = now_ms + BEAT_MS;
                return Streamed::Quiet(position);
            }
            let due_ms = self.watch.next_ms().filter(|_| self.stands);
            let due_ms = due_ms.map_or(u64::MAX, |due_ms| due_ms.saturating_sub(wall_ms));
            let pause_ms = due_ms.min(self.beat_ms - now_ms);
            let pause_ms = match self.stands {
                true => pause_ms.min(self.until_ms - now_ms),
                false => pause_ms,
            };
            tokio::select! {
                () = self.session.turn() => {}
                () = self.frames.wake.notified() => {}
                () = tokio::time::sleep(Duration::from_millis(pause_ms)) => {}
            }
        }
    }

    /// Takes in what the session has said.
    async fn take_in(&mut self) {
        let (frames, end) = self.frames.take();
        for frame in frames {
            let Ok(frame) = serde_json::from_slice::<ServerFrame>(&frame) else {
                continue;
            };
            match &frame {
                ServerFrame::Welcome { rooms, .. } if !self.stands => {
                    let rooms = rooms.clone();
                    self.hear(frame);
                    if let Err(refusal) = self.stand(&rooms).await {
                        return self.lose(&refusal);
                    }
                }
                ServerFrame::Own { .. } => self.own_is_old = true,
                // New, or one that could not be loaded until now. It goes on at its head.
                ServerFrame::Room { room, .. } => {
                    let heard = self.watch.heard(room.id).unwrap_or_default();
                    let missed = self.unread(std::slice::from_ref(room)).await;
                    self.hear(frame);
                    let missed = match missed {
                        Ok(missed) => missed.into_iter(),
                        Err(refusal) => return self.lose(&refusal),
                    };
                    let missed = missed
                        .map(|(room, from, head)| (room, from.max(heard), head))
                        .collect();
                    if let Err(refusal) = self.catch_up(missed).await {
                        return self.lose(&refusal);
                    }
                }
                // It was not heard: what of it is read is told, and of what is not the reader learns.
                ServerFrame::Gap { room, from, to } if self.watch.heard(*room).is_some() => {
                    let missed = vec![(*room, Seq(from.0.saturating_sub(1)), *to)];
                    if let Err(refusal) = self.catch_up(missed).await {
                        return self.lose(&refusal);
                    }
                    if to.0.saturating_sub(from.0) >= EVENTS_MAX {
                        self.end = Some(StreamEnd::Closed(CloseCode::Lost));
                        return;
                    }
                }
                ServerFrame::Reset { .. } => {
                    self.end = Some(StreamEnd::Closed(CloseCode::Lost));
                    return;
                }
                _ => self.hear(frame),
            }
            if self.watch.is_full() {
                self.end = Some(StreamEnd::Closed(CloseCode::Slow));
                return;
            }
        }
        if self.own_is_old && self.stands {
            match self.node.owned(self.session.user().id).await {
                Ok((_, owned)) => {
                    self.watch.own(owned);
                    self.own_is_old = false;
                }
                // By what was theirs before, they might be told of what they do not want to be told of.
                Err(refusal) => return self.lose(&refusal),
            }
        }
        self.end = self.end.or(end);
    }

    fn lose(&mut self, refusal: &Refusal) {
        tracing::debug!(%refusal, "a stream of notifications cannot go on");
        self.end = Some(StreamEnd::Closed(CloseCode::Lost));
    }

    /// A thread as it stands for the user; `None` for who is out, which the session has not said yet.
    async fn thread(
        &mut self,
        room: RoomId,
        asked: (Seq, ThreadChoice),
    ) -> Result<Option<ThreadView>, Refusal> {
        let user = self.session.user().id;
        match self.node.thread_views(user, room, vec![asked]).await {
            Ok((mut views, _)) => Ok(views.pop()),
            Err(refusal) if refusal.code == ErrorCode::NotMember => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }

    fn hear(&mut self, frame: ServerFrame) {
        self.watch.hear(self.node.0.clock.wall_ms(), frame);
    }

    /// Follows what is the user's own, and takes in what was stored from the position on: up to where the session begins.
    async fn stand(&mut self, rooms: &[RoomSnapshot]) -> Result<(), Refusal> {
        // Subscribe first, read after. Of what is told then only that something has changed is looked at.
        let (user, session) = (self.session.user().id, self.session.id());
        self.node
            .follow_own(user, session, &[OwnKind::Receipts])
            .await?;
        let wall_ms = self.node.0.clock.wall_ms();
        self.since_ms = wall_ms;
        if let Some(position) = self.wanted.position {
            let oldest_ms = wall_ms.saturating_sub(POSITION_AGE_MS_MAX);
            self.since_ms = position.max(oldest_ms).saturating_sub(MARGIN_MS);
            let missed = self.unread(rooms).await?;
            self.catch_up(missed).await?;
        }
        self.stands = true;
        Ok(())
    }

    /// Behind which number something of each room may be unread, in it or in a thread that the user follows, up to its end.
    async fn unread(&mut self, rooms: &[RoomSnapshot]) -> Result<Vec<(RoomId, Seq, Seq)>, Refusal> {
        let user = self.session.user().id;
        let (_, owned) = self.node.owned(user).await?;
        let mut unread = Vec::with_capacity(rooms.len());
        for room in rooms {
            let threads = self.node.followed(user, room.id, &owned).await?;
            let news = threads.iter().filter(|of| of.last_ms >= self.since_ms);
            let first = news.filter_map(|of| of.unread.first()).min();
            let from = first.map_or(room.mark, |first| room.mark.min(Seq(first.0 - 1)));
            unread.push((room.id, from, room.head));
        }
        Ok(unread)
    }

    /// Takes in what was stored in rooms behind a number, up to another, as far as that is new.
    async fn catch_up(&mut self, missed: Vec<(RoomId, Seq, Seq)>) -> Result<(), Refusal> {
        let node = &self.node;
        let missed = missed.into_iter().filter(|(_, from, head)| head > from);
        let reads = stream::iter(missed).map(|(room, from, head)| async move {
            let from = head.0.saturating_sub(EVENTS_MAX).max(from.0) + 1;
            let run = node.run(room, Seq(from), head, EVENTS_MAX as usize).await;
            (room, run)
        });
        let mut reads = std::pin::pin!(reads.buffered(ROOMS_AT_ONCE));
        while let Some((room, run)) = reads.next().await {
            let run = run.map_err(|error| node.refused(error))?;
            let events = run.into_iter().map(|entry| entry.event).collect();
            self.watch.recover(room, self.since_ms, events);
            if !self.stands {
                self.watch.keep_newest();
            }
        }
        self.watch.recovered();
        Ok(())
    }
}

impl Drop for NotificationStream {
    fn drop(&mut self) {
        let mut streams = lock(&self.node.0.streams);
        let user = self.session.user().id;
        if let Some(of_user) = streams.get_mut(&user) {
            of_user.retain(|frames| !Arc::ptr_eq(frames, &self.frames));
            if of_user.is_empty() {
                streams.remove(&user);
            }
        }
    }
}
