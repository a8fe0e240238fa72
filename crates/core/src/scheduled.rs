//! Messages that are to be sent later, as they are kept, and the book in which a node has those that are due. Pure: a
//! change and the time go in; what stands, or why not, comes out.
//!
//! What a user has scheduled stands with the rest of their own (`own.rs`): that is the truth. By which minute it is due
//! stands a second time, in buckets by minute and shard, where nodes look: these may name more than is there, never
//! less (`docs/decisions/0038-scheduled-sends.md`).

use std::collections::{BTreeMap, BTreeSet};

use hearth_protocol::{
    Attachment, Body, ErrorCode, FileId, InThread, Mentions, Own, RoomId, ScheduledId,
    ScheduledState, SendId, Seq, UserId,
    bounds::{
        ALT_CHARS_MAX, ATTACHMENTS_MAX, MENTIONED_USERS_MAX, SCHEDULED_AHEAD_MS_MAX,
        SCHEDULED_AHEAD_MS_MIN, SCHEDULED_MAX, TEXT_BYTES_MAX,
    },
};
use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

/// Milliseconds of a minute.
pub const MINUTE_MS: u64 = 60_000;
/// Buckets of one minute.
pub const SHARDS: u64 = 8;
/// Messages in one bucket: all that are due in one minute can be sent within it, and one record holds them.
pub const DUE_MAX: usize = 500;
/// How long a send that was begun is tried again: as long as a copy of it is told from another (I4).
const TRIED_MS: u64 = 24 * 60 * 60 * 1_000;
/// The longest pause between two tries, in minutes.
const PAUSE_MIN_MAX: u64 = 15;
/// Minutes read at once by a node that has been away: some thousand buckets.
const MINUTES_AT_ONCE: u64 = 240;
/// A position that is further ahead of a node's clock than this was written by a clock that was wrong.
const AHEAD_MIN: u64 = 2;
/// Ids of messages that were sent or cancelled, the newest: the same again must not schedule them anew.
const GONE_MAX: usize = SCHEDULED_MAX;

/// What one user has scheduled.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Scheduled {
    list: Vec<Later>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    gone: Vec<ScheduledId>,
}

/// A message that is to be sent later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Later {
    /// By which it is named.
    pub id: ScheduledId,
    /// The room.
    pub room: RoomId,
    /// When.
    pub at_ms: u64,
    text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reply_to: Option<Seq>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mentions: Option<Box<Mentions>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    thread: Option<Seq>,
    #[serde(default, skip_serializing_if = "<[Attachment]>::is_empty")]
    attachments: Box<[Attachment]>,
    /// The minute in whose bucket it is found.
    pub minute: u64,
    /// How often it was composed anew after a try: each is a send of its own.
    #[serde(default, skip_serializing_if = "is_zero")]
    round: u32,
    #[serde(default)]
    stage: Stage,
}

/// How far it has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// Its time has not come.
    #[default]
    Waiting,
    /// It is tried from this position on, which was written down before the first try.
    Sending {
        /// The room's position.
        after: Seq,
        /// When it was first tried.
        since_ms: u64,
        /// How often it was put off since.
        tries: u32,
    },
    /// It was refused for good.
    Failed {
        /// Why.
        reason: String,
    },
    /// Whether it was sent cannot be told.
    Doubtful {
        /// Why.
        reason: String,
    },
}

/// What became of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// It is stored.
    Sent,
    /// It was refused for good.
    Failed(String),
    /// It cannot be told.
    Doubtful(String),
}

/// What a node can do about a message that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Nothing: it was sent, cancelled, put off, or its user has to decide.
    Nothing,
    /// Its time has not come.
    Wait,
    /// Write down the room's position, then send it.
    Begin,
    /// Send it (again), from this position on.
    Send(Seq),
    /// It was tried for longer than a copy is known: say so.
    GiveUp,
}

impl Scheduled {
    /// Whether nothing was ever scheduled.
    pub fn is_nothing(&self) -> bool {
        self.list.is_empty() && self.gone.is_empty()
    }

    /// One of them.
    pub fn get(&self, id: ScheduledId) -> Option<&Later> {
        self.list.iter().find(|later| later.id == id)
    }

    /// Whether one of them is to bring this file along, or could be set to.
    pub fn brings(&self, file: FileId) -> bool {
        let mut all = self.list.iter().flat_map(|later| &later.attachments);
        all.any(|attached| attached.id == file)
    }

    /// All of them, as they are shown, by their time.
    pub fn shown(&self) -> Vec<Own> {
        let mut all: Vec<&Later> = self.list.iter().collect();
        all.sort_by_key(|later| (later.at_ms, later.id));
        all.into_iter().map(Later::shown).collect()
    }

    /// Those that are still to be sent and should have been found in a bucket long ago.
    pub fn astray(&self, minute: u64) -> Vec<ScheduledId> {
        let live = self.list.iter().filter(|later| later.is_live());
        live.filter(|later| later.minute + AHEAD_MIN < minute)
            .map(|later| later.id)
            .collect()
    }

    /// Schedules a message, changes one, or cancels it (no text).
    ///
    /// # Errors
    /// It does not fit, there are as many as there may be, it is being sent, or it is gone already.
    pub fn set(&mut self, own: &Own, wall_ms: u64) -> Result<(), Refusal> {
        let Own::Scheduled {
            id,
            room,
            at_ms,
            text,
            reply_to,
            mentions,
            thread,
            attachments,
            ..
        } = own
        else {
            return Ok(());
        };
        let at = self.list.iter().position(|later| later.id == *id);
        if own.is_nothing() {
            if let Some(at) = at {
                self.list[at].may_change()?;
                self.list.remove(at);
                self.is_gone(*id);
            }
            return Ok(());
        }
        if self.gone.contains(id) {
            let text = "This scheduled message was sent or cancelled before.";
            return Err(Refusal::new(ErrorCode::NotFound, text));
        }
        let mut next = Later {
            id: *id,
            room: *room,
            at_ms: *at_ms,
            text: text.clone(),
            reply_to: *reply_to,
            mentions: mentions.clone(),
            thread: *thread,
            // What the server knows of them it says when they are sent.
            attachments: attachments
                .iter()
                .map(|file| Attachment::of(file.id, file.alt.clone()))
                .collect(),
            minute: at_ms / MINUTE_MS,
            round: 0,
            stage: Stage::Waiting,
        };
        let Some(at) = at else {
            check(&next, wall_ms)?;
            if self.list.len() >= SCHEDULED_MAX {
                let text = format!(
                    "You have {SCHEDULED_MAX} scheduled messages. Cancel one, or one that could not be sent."
                );
                return Err(Refusal::new(ErrorCode::Full, text));
            }
            self.list.push(next);
            return Ok(());
        };
        let stands = &mut self.list[at];
        // The same again, after no answer.
        if stands.is_as(&next) && stands.is_live() {
            return Ok(());
        }
        stands.may_change()?;
        check(&next, wall_ms)?;
        next.round = match stands.stage {
            Stage::Waiting => stands.round,
            _ => stands.round + 1,
        };
        *stands = next;
        Ok(())
    }

    /// Makes one due now, in the bucket of this minute. Whether it is still to be sent.
    pub fn hasten(&mut self, id: ScheduledId, minute: u64, wall_ms: u64) -> bool {
        let later = self.list.iter_mut().find(|later| later.id == id);
        let Some(later) = later.filter(|later| later.is_live()) else {
            return false;
        };
        later.minute = minute;
        later.at_ms = later.at_ms.min(wall_ms);
        true
    }

    /// Begins to send one that waits in the bucket of this minute, from the room's position on. Whether it did.
    pub fn begin(&mut self, id: ScheduledId, minute: u64, after: Seq, wall_ms: u64) -> bool {
        let Some(later) = self.waiting(id).filter(|later| later.minute == minute) else {
            return false;
        };
        later.stage = Stage::Sending {
            after,
            since_ms: wall_ms,
            tries: 0,
        };
        true
    }

    /// Moves one from the bucket of a minute to that of a later one. Whether it was there, and is still to be sent.
    pub fn put_off(&mut self, id: ScheduledId, from: u64, to: u64) -> bool {
        let later = self.list.iter_mut().find(|later| later.id == id);
        let Some(later) = later.filter(|later| later.is_live() && later.minute == from) else {
            return false;
        };
        later.minute = to;
        if let Stage::Sending { tries, .. } = &mut later.stage {
            *tries += 1;
        }
        true
    }

    /// Keeps what became of a try of this round.
    pub fn settle(&mut self, tried: &Later, settled: &Settled) {
        let is_it = |later: &Later| later.id == tried.id && later.round == tried.round;
        let Some(at) = self.list.iter().position(|l| is_it(l) && l.is_live()) else {
            return;
        };
        match settled {
            Settled::Sent => {
                self.list.remove(at);
                self.is_gone(tried.id);
            }
            Settled::Failed(reason) => {
                self.list[at].stage = Stage::Failed {
                    reason: reason.clone(),
                };
            }
            Settled::Doubtful(reason) => {
                self.list[at].stage = Stage::Doubtful {
                    reason: reason.clone(),
                };
            }
        }
    }

    fn waiting(&mut self, id: ScheduledId) -> Option<&mut Later> {
        let mut all = self.list.iter_mut();
        all.find(|later| later.id == id && later.stage == Stage::Waiting)
    }

    fn is_gone(&mut self, id: ScheduledId) {
        self.gone.push(id);
        let over = self.gone.len().saturating_sub(GONE_MAX);
        self.gone.drain(..over);
    }
}

impl Later {
    /// What is to be done about it by whoever found it in the bucket of a minute.
    pub fn next(&self, minute: u64, wall_ms: u64) -> Next {
        match self.stage {
            _ if self.minute != minute => Next::Nothing,
            Stage::Waiting if self.at_ms > wall_ms => Next::Wait,
            Stage::Waiting => Next::Begin,
            Stage::Sending { since_ms, .. } if wall_ms.saturating_sub(since_ms) > TRIED_MS => {
                Next::GiveUp
            }
            Stage::Sending { after, .. } => Next::Send(after),
            Stage::Failed { .. } | Stage::Doubtful { .. } => Next::Nothing,
        }
    }

    /// How many minutes to wait before the next try: more each time, and as long as was asked for.
    pub fn pause_min(&self, retry_after_ms: Option<u64>) -> u64 {
        let tries = match self.stage {
            Stage::Sending { tries, .. } => tries,
            _ => 0,
        };
        let asked = retry_after_ms.unwrap_or_default().div_ceil(MINUTE_MS);
        (1_u64 << tries.min(6)).min(PAUSE_MIN_MAX).max(asked)
    }

    /// The id under which it is sent: its own, and another one each time it was composed anew after a try.
    pub fn send_id(&self) -> SendId {
        let id = match self.round {
            0 => self.id.to_string(),
            round => format!("{}.{round}", self.id),
        };
        SendId::new(id).unwrap_or_else(|_| unreachable!("a UUID and a number are a legal id"))
    }

    /// The message.
    pub fn body(&self) -> Body {
        Body::Message {
            text: self.text.clone(),
            reply_to: self.reply_to,
            mentions: self.mentions.clone(),
            forward: None,
            attachments: self.attachments.clone(),
            thread: self.thread.map(|root| Box::new(InThread::at(root))),
        }
    }

    /// Whether it is still to be sent, and in a bucket that is closed at this minute.
    pub fn is_late(&self, closed: u64) -> bool {
        self.is_live() && self.minute <= closed
    }

    /// Whether it is still to be sent.
    fn is_live(&self) -> bool {
        matches!(self.stage, Stage::Waiting | Stage::Sending { .. })
    }

    fn is_as(&self, other: &Self) -> bool {
        let of = |l: &Self| (l.room, l.at_ms, l.reply_to, l.thread);
        of(self) == of(other)
            && self.text == other.text
            && self.mentions == other.mentions
            && self.attachments == other.attachments
    }

    fn may_change(&self) -> Result<(), Refusal> {
        if matches!(self.stage, Stage::Sending { .. }) {
            let text = "This message is being sent. Look again in a moment.";
            return Err(Refusal::new(ErrorCode::Busy, text).retry_after(1_000));
        }
        Ok(())
    }

    /// As its user sees it.
    pub fn shown(&self) -> Own {
        let (state, reason) = match &self.stage {
            Stage::Waiting => (ScheduledState::Waiting, String::new()),
            Stage::Sending { .. } => (ScheduledState::Sending, String::new()),
            Stage::Failed { reason } => (ScheduledState::Failed, reason.clone()),
            Stage::Doubtful { reason } => (ScheduledState::Doubtful, reason.clone()),
        };
        Own::Scheduled {
            id: self.id,
            room: self.room,
            at_ms: self.at_ms,
            text: self.text.clone(),
            reply_to: self.reply_to,
            mentions: self.mentions.clone(),
            thread: self.thread,
            attachments: self.attachments.clone(),
            state,
            reason,
        }
    }
}

fn check(later: &Later, wall_ms: u64) -> Result<(), Refusal> {
    let bad = |text| Err(Refusal::new(ErrorCode::BadRequest, text));
    if later.at_ms < wall_ms.saturating_add(SCHEDULED_AHEAD_MS_MIN) {
        return bad("A message is scheduled a minute ahead or more.");
    }
    if later.at_ms > wall_ms.saturating_add(SCHEDULED_AHEAD_MS_MAX) {
        return bad("A message is scheduled a year ahead at most.");
    }
    let too_large = |text: String| Err(Refusal::new(ErrorCode::TooLarge, text));
    if later.text.len() > TEXT_BYTES_MAX {
        return too_large(format!("A message has at most {TEXT_BYTES_MAX} bytes."));
    }
    if later.attachments.len() > ATTACHMENTS_MAX {
        return too_large(format!(
            "A message brings at most {ATTACHMENTS_MAX} files along."
        ));
    }
    let is_long = |file: &Attachment| file.alt.chars().count() > ALT_CHARS_MAX;
    if later.attachments.iter().any(is_long) {
        return too_large(format!(
            "A file's description has at most {ALT_CHARS_MAX} characters."
        ));
    }
    let mentioned = later.mentions.as_ref().map_or(0, |m| m.users.len());
    if mentioned > MENTIONED_USERS_MAX {
        return too_large(format!(
            "A message mentions at most {MENTIONED_USERS_MAX} people."
        ));
    }
    Ok(())
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

// ---- Where what is due is found.

/// A bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bucket {
    /// Minutes since 1970.
    pub minute: u64,
    /// Which of that minute's.
    pub shard: u64,
}

impl Bucket {
    /// The bucket of a message.
    pub fn of(minute: u64, id: ScheduledId) -> Self {
        let shard = id.0.as_u128() % u128::from(SHARDS);
        Self {
            minute,
            shard: u64::try_from(shard).unwrap_or_default(),
        }
    }

    /// Its record's key.
    pub fn key(self) -> String {
        format!("{}/{}", self.minute, self.shard)
    }
}

/// A message in a bucket: where to look for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// Whose it is.
    pub user: UserId,
    /// Which one.
    pub id: ScheduledId,
    /// Its room, whose writer sends it.
    pub room: RoomId,
    /// When it is due.
    pub at_ms: u64,
}

/// Up to which minute the installation has come: one record for all nodes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Buckets up to and with this minute may have been read: nothing may be put into them any more. 0: none was.
    pub closed: u64,
    /// Buckets up to and with this minute are empty.
    pub done: u64,
}

impl Position {
    /// Closes the buckets up to and with a minute; `done`: up to where whoever closes has seen them empty. One that was
    /// closed by a clock that was far ahead is opened again: what is put there is read when its time comes.
    pub fn close(&mut self, minute: u64, done: u64) {
        self.done = self.done.max(done.min(self.closed));
        if self.closed == 0 {
            self.done = minute.saturating_sub(1);
        }
        if self.closed < minute || self.closed > minute + AHEAD_MIN {
            self.closed = minute;
            self.done = self.done.min(minute);
        }
    }
}

/// What one node knows to be due.
#[derive(Debug, Default)]
pub struct Book {
    /// Up to and with which minute it has read the buckets.
    read_to: Option<u64>,
    open: BTreeMap<Bucket, Vec<Due>>,
}

impl Book {
    /// Whether there are buckets to read at this minute.
    pub fn is_behind(&self, minute: u64) -> bool {
        self.read_to != Some(minute)
    }

    /// Which buckets to read, once they are closed up to and with this minute: the new ones, some at a time, and those
    /// from before in which something is left. `before` is how the position was found.
    pub fn to_read(&mut self, before: Position, minute: u64) -> Vec<Bucket> {
        let from = match self.read_to {
            // What another clock has opened again may have been filled since.
            Some(read_to) if before.closed > 0 => read_to.min(before.closed),
            Some(read_to) => read_to,
            None if before.closed > 0 => before.done,
            None => minute.saturating_sub(1),
        };
        let from = from.min(minute);
        let to = minute.min(from + MINUTES_AT_ONCE);
        self.read_to = Some(to);
        let old: BTreeSet<Bucket> = self.open.keys().copied().collect();
        let new = (from + 1..=to)
            .flat_map(|minute| (0..SHARDS).map(move |shard| Bucket { minute, shard }));
        old.into_iter().chain(new).collect()
    }

    /// What a bucket holds.
    pub fn has_read(&mut self, bucket: Bucket, due: Vec<Due>) {
        if due.is_empty() {
            self.open.remove(&bucket);
        } else {
            self.open.insert(bucket, due);
        }
    }

    /// Something could not be read: everything from before is read again.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// Up to and with which minute it has seen all buckets empty.
    pub fn done(&self) -> u64 {
        let open = self.open.keys().next();
        let first = open.map(|bucket| bucket.minute.saturating_sub(1));
        let read_to = self.read_to.unwrap_or_default();
        first.map_or(read_to, |first| first.min(read_to))
    }

    /// What is due now, and in which bucket it was found.
    pub fn due(&self, wall_ms: u64) -> Vec<(Bucket, Due)> {
        let all = self.open.iter();
        let all = all.flat_map(|(bucket, due)| due.iter().map(|due| (*bucket, *due)));
        all.filter(|(_, due)| due.at_ms <= wall_ms).collect()
    }
}

#[cfg(test)]
mod tests;
