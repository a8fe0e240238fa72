//! Messages that are to be sent later: kept, found when they are due, sent once.
//!
//! What a user has scheduled stands in their own (`own.rs`), with how far each has come. Where it is found when it is
//! due is a record by minute and shard, written before: a superset, of which whoever reads it verifies each. A minute's
//! buckets are closed, in one record for the installation, before they are read; whoever has put something there looks
//! at that record after it. So one of the two sees the other.
//!
//! Promises: a message whose scheduling was answered is sent once, or its user is told why not. The room's position is
//! written down before the first try, and each try is the same send, so that two nodes, or a crash between any two
//! steps, come to one message (I4). The room's writer sends it when it is due, any node a minute later.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::Ordering,
    time::Duration,
};

use futures_util::{StreamExt, stream};
use hearth_protocol::{
    DeviceId, ErrorCode, Own, OwnKind, Retry, RoomId, ScheduledId, SendId, Seq, User, UserId,
};
use tokio::time::MissedTickBehavior;

use super::{
    Node,
    accounts::{derived_id, parse},
    chat::{Sent, Unsent},
    lock,
    own::Change,
};
use crate::{
    port::RecordKind,
    refusal::Refusal,
    room::Send,
    scheduled::{Book, Bucket, DUE_MAX, Due, Later, MINUTE_MS, Next, Position, Settled},
};

/// How often a node looks at what is due: it sends this much late at most, while all goes well.
const ROUND_MS: u64 = 1_000;
/// The pause after a round that the store did not answer.
const PAUSE_MS: u64 = 5_000;
/// The setting that says up to which minute all is closed.
const POSITION: &str = "scheduled";
/// What scheduled messages have come to.
const OUTCOMES: &str = "hearth_scheduled_total";
/// Messages sent beside each other.
const AT_ONCE: usize = 16;
/// Buckets read in one call.
const BUCKETS_AT_ONCE: usize = 256;
/// How often a message is put into a later bucket because the one before was closed meanwhile.
const TURNS_MAX: usize = 5;
/// Buckets that are tried in turn by a message that is put off, where they are full.
const BUCKETS_MAX: u64 = 10;

/// A scheduled message, and whose it is.
type Whose = (UserId, ScheduledId);
/// What became of a message that is due, if the store answered.
type Tried = Result<Fired, Refusal>;

/// What became of a message that is due.
enum Fired {
    /// It is stored.
    Sent(Seq),
    /// It will not be sent, or cannot be said to be.
    Settled(Refusal),
    /// It is tried again later, for this reason.
    PutOff(Refusal),
    /// It was not in this bucket any more.
    Gone,
    /// Its time has not come, or somebody else is at it.
    Left,
}

/// The id of a message that a user schedules under a key: the same key again is the same message.
pub fn scheduled_id(user: UserId, key: &SendId) -> ScheduledId {
    let user = user.0.as_bytes();
    ScheduledId(derived_id(&[b"scheduled", user, key.as_str().as_bytes()]))
}

/// Looks at what is due until the node ends.
async fn rounds(node: Node) {
    let mut ticks = tokio::time::interval(Duration::from_millis(ROUND_MS));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut book = Book::default();
    loop {
        ticks.tick().await;
        if node.0.draining.load(Ordering::Relaxed) {
            continue;
        }
        if let Err(refusal) = node.round(&mut book).await {
            tracing::warn!(%refusal, "scheduled messages wait for the store");
            tokio::time::sleep(Duration::from_millis(PAUSE_MS)).await;
        }
    }
}

impl Node {
    /// Begins to send scheduled messages when they are due. A node that does not can still be asked to schedule them.
    pub fn begin_scheduled(&self) {
        for outcome in ["sent", "failed", "doubtful"] {
            metrics::counter!(OUTCOMES, "outcome" => outcome).increment(0);
        }
        let task = tokio::spawn(rounds(self.clone()));
        lock(&self.0.tasks).push(task);
    }

    /// What a user has scheduled, by its time, and the version of their own.
    ///
    /// # Errors
    /// The store is away.
    pub async fn scheduled(&self, user: UserId) -> Result<(u64, Vec<Own>), Refusal> {
        let (version, owned) = self.owned(user).await?;
        // What a crash in the wrong moment has left where nobody looks any more.
        for id in owned.scheduled().astray(self.minute()) {
            self.keep_ahead(user, id).await?;
        }
        Ok((
            super::own::number(version),
            owned.list(&[OwnKind::Scheduled]),
        ))
    }

    /// Schedules a message, changes one, or cancels it.
    pub(super) async fn set_scheduled(&self, user: UserId, own: Own) -> Result<(), Refusal> {
        let Own::Scheduled {
            id,
            room,
            attachments,
            ..
        } = &own
        else {
            return Ok(());
        };
        let wall_ms = self.0.clock.wall_ms();
        let mut as_asked = self.owned(user).await?.1.scheduled().clone();
        let before = as_asked.get(*id).cloned();
        as_asked.set(&own, wall_ms)?;
        let after = as_asked.get(*id).cloned();
        if !own.is_nothing() {
            self.member_view(user, *room).await?;
            if let Some(after) = &after {
                let send = after.send_id();
                for file in attachments {
                    self.may_bring(user, *room, file.id, &send).await?;
                }
            }
        }
        let bucket = |later: &Later| Bucket::of(later.minute, *id);
        // The bucket first: what is in none would never be found.
        if let Some(after) = &after {
            self.closed().await?;
            self.put_due(bucket(after), due(user, after)).await?;
        }
        let told = own.clone();
        self.change_own(user, Change::Asked, |owned, _| {
            owned.scheduled_mut().set(&own, wall_ms)?;
            let now = owned.scheduled().get(*id).map(Later::shown);
            Ok(((), vec![now.unwrap_or_else(|| told.clone())]))
        })
        .await?;
        let left = before.filter(|before| after.as_ref().map(&bucket) != Some(bucket(before)));
        if let Some(left) = left {
            self.drop_due(bucket(&left), &BTreeSet::from([(user, *id)]))
                .await?;
        }
        self.keep_ahead(user, *id).await
    }

    /// Sends a scheduled message at once.
    ///
    /// # Errors
    /// There is none of this id, or it could not be sent before; what a send is refused for, then it stays as failed; or it is tried again by
    /// itself (`busy`, `unavailable`, `doubtful`).
    pub async fn send_scheduled(&self, user: UserId, id: ScheduledId) -> Result<Seq, Refusal> {
        let (_, owned) = self.owned(user).await?;
        let Some(later) = owned.scheduled().get(id) else {
            let text = "There is no scheduled message of this id.";
            return Err(Refusal::new(ErrorCode::NotFound, text));
        };
        let (room, from) = (later.room, later.minute);
        let minute = self.soon().await?;
        let wall_ms = self.0.clock.wall_ms();
        // A bucket of the near future: whatever happens to this node, it is found there.
        let near = Due {
            user,
            id,
            room,
            at_ms: wall_ms,
        };
        self.put_due(Bucket::of(minute, id), near).await?;
        let hastened = self.change_own(user, Change::Account, |owned, _| {
            let hastened = owned.scheduled_mut().hasten(id, minute, wall_ms);
            Ok((hastened, shown(owned.scheduled().get(id))))
        });
        if !hastened.await? {
            let text = "This scheduled message could not be sent. Change it first.";
            return Err(Refusal::new(ErrorCode::Forbidden, text));
        }
        if from != minute {
            self.drop_due(Bucket::of(from, id), &BTreeSet::from([(user, id)]))
                .await?;
        }
        match self.fire(&near, minute).await? {
            Fired::Sent(seq) => Ok(seq),
            Fired::Settled(refusal) | Fired::PutOff(refusal) => Err(refusal),
            Fired::Gone | Fired::Left => {
                self.keep_ahead(user, id).await?;
                let text = "It is being sent elsewhere. Look again in a moment.";
                Err(Refusal::new(ErrorCode::Busy, text).retry_after(1_000))
            }
        }
    }

    /// One look at what is due.
    async fn round(&self, book: &mut Book) -> Result<(), Refusal> {
        let minute = self.minute();
        if book.is_behind(minute) {
            let turned = self.turn(book, minute).await;
            if turned.is_err() {
                book.forget();
            }
            turned?;
        }
        let due = book.due(self.0.clock.wall_ms());
        // What is left from before anybody sends: its writer may be gone, or not know that it is the writer.
        let ours = |(bucket, due): &(Bucket, Due)| bucket.minute < minute || self.writes(due.room);
        let ours: Vec<_> = due.into_iter().filter(ours).collect();
        if ours.is_empty() {
            return Ok(());
        }
        // One after the other for each user, by their time: they share one record.
        let mut by_user: BTreeMap<UserId, Vec<(Bucket, Due)>> = BTreeMap::new();
        for (bucket, due) in ours {
            by_user.entry(due.user).or_default().push((bucket, due));
        }
        let fired = stream::iter(by_user.into_values()).map(|all| self.fire_all(all));
        let fired: Vec<_> = fired.buffer_unordered(AT_ONCE).collect().await;
        let mut failed = None;
        let mut over: BTreeMap<Bucket, BTreeSet<Whose>> = BTreeMap::new();
        for (bucket, whose, fired) in fired.into_iter().flatten() {
            match fired {
                Ok(Fired::Left) => {}
                Ok(_) => {
                    over.entry(bucket).or_default().insert(whose);
                }
                Err(refusal) => failed = Some(refusal),
            }
        }
        for (bucket, over) in over {
            let left = self.drop_due(bucket, &over).await?;
            book.has_read(bucket, left);
        }
        failed.map_or(Ok(()), Err)
    }

    /// Sends one user's messages that are due, and what became of each. Where one is held up the others wait for the next
    /// round: whatever it is may hold them up too, and other users are not to wait for that.
    async fn fire_all(&self, mut all: Vec<(Bucket, Due)>) -> Vec<(Bucket, Whose, Tried)> {
        all.sort_by_key(|(_, due)| (due.at_ms, due.id));
        let mut tried = Vec::new();
        for (bucket, due) in all {
            let fired = self.fire(&due, bucket.minute).await;
            let is_held_up = matches!(fired, Err(_) | Ok(Fired::PutOff(_)));
            tried.push((bucket, (due.user, due.id), fired));
            if is_held_up {
                break;
            }
        }
        tried
    }

    /// Closes the minute for all nodes, then reads its buckets.
    async fn turn(&self, book: &mut Book, minute: u64) -> Result<(), Refusal> {
        let done = book.done();
        let before = self.change_setting(POSITION, |position: &mut Position| {
            let before = *position;
            position.close(minute, done);
            Ok(before)
        });
        let buckets = book.to_read(before.await?, minute);
        for buckets in buckets.chunks(BUCKETS_AT_ONCE) {
            let keys: Vec<String> = buckets.iter().map(|bucket| bucket.key()).collect();
            let records = self.0.store.records_by_key(RecordKind::Due, &keys).await;
            let records = records.map_err(|error| self.refused(error))?;
            for (bucket, record) in buckets.iter().zip(records) {
                let due = record.map_or_else(|| Ok(Vec::new()), |record| parse(&record.value));
                book.has_read(*bucket, due?);
            }
        }
        Ok(())
    }

    /// Sends a message that was found in the bucket of a minute, or says what is to be said.
    async fn fire(&self, due: &Due, minute: u64) -> Result<Fired, Refusal> {
        let (user, id) = (due.user, due.id);
        let (_, owned) = self.owned(user).await?;
        let Some(later) = owned.scheduled().get(id).cloned() else {
            return Ok(Fired::Gone);
        };
        let after = match later.next(minute, self.0.clock.wall_ms()) {
            Next::Nothing => return Ok(Fired::Gone),
            Next::Wait => return Ok(Fired::Left),
            Next::GiveUp => {
                let text = "It was tried for a day, and whether it was sent cannot be told. Look into the room.";
                let refusal = Refusal::new(ErrorCode::TooOld, text);
                return self.settled(user, &later, refusal).await;
            }
            Next::Send(after) => Some(after),
            Next::Begin => None,
        };
        let by = match self.sender(user).await {
            Ok(by) => by,
            Err(refusal) => return self.refused_later(user, &later, refusal).await,
        };
        let after = match after {
            Some(after) => after,
            None => match self.begun(&by, &later, minute).await {
                Ok(Some(after)) => after,
                Ok(None) => return Ok(Fired::Left),
                Err(refusal) => return self.refused_later(user, &later, refusal).await,
            },
        };
        let sent_id = later.send_id();
        let send = Send {
            by: by.id,
            name: by.name.clone(),
            // A device of its own, so that its order binds nothing else.
            device: DeviceId::new(sent_id.as_str())
                .unwrap_or_else(|_| unreachable!("a send's id is a legal device's")),
            id: sent_id,
            after,
            n: 0,
            body: later.body(),
        };
        let taken = self
            .pressure()
            .take_send(crate::room::text_bytes(&send.body));
        let submitted = match taken {
            Ok(_taken) => self.submit_with_files(&by, send, later.room).await,
            Err(refusal) => Err(refusal),
        };
        match submitted {
            Ok(seq) => {
                self.counted_send(later.room);
                self.settle(user, &later, Settled::Sent).await?;
                metrics::counter!(OUTCOMES, "outcome" => "sent").increment(1);
                Ok(Fired::Sent(seq))
            }
            Err(refusal) => self.refused_later(user, &later, refusal).await,
        }
    }

    /// Submits a message, and what it has to do with files.
    async fn submit_with_files(&self, by: &User, send: Send, room: RoomId) -> Result<Seq, Refusal> {
        let (id, after) = (send.id.clone(), send.after);
        let (body, files) = self.take_files(by, room, &id, after, send.body).await?;
        let sent = self.submit(Send { body, ..send }, room).await;
        let sent = sent.map(|seq| Sent { seq, after });
        let sent = sent.map_err(|refusal| Unsent {
            refusal,
            after: Some(after),
        });
        let sent = match files {
            Some(files) => self.settle_files(by, room, files, sent).await,
            None => sent,
        };
        sent.map(|sent| sent.seq).map_err(|unsent| unsent.refusal)
    }

    /// Writes down from which position on a message is tried. `None` if somebody else was faster.
    async fn begun(&self, by: &User, later: &Later, minute: u64) -> Result<Option<Seq>, Refusal> {
        self.may_send(by.id, later.room)?;
        self.member_view(by.id, later.room).await?;
        // As it stands in the store: a position from before the sender came in would be refused for good.
        let after = self.looked_view(by.id, later.room).await?.head.seq;
        let wall_ms = self.0.clock.wall_ms();
        let begun = self.change_own(by.id, Change::Account, |owned, _| {
            // What is written down is what is sent.
            let is_same = owned.scheduled().get(later.id) == Some(later);
            let begun = is_same
                && owned
                    .scheduled_mut()
                    .begin(later.id, minute, after, wall_ms);
            Ok((begun, shown(owned.scheduled().get(later.id))))
        });
        Ok(begun.await?.then_some(after))
    }

    async fn sender(&self, user: UserId) -> Result<User, Refusal> {
        let account = self.account_or_refusal(user).await?;
        account.may_enter()?;
        Ok(account.user())
    }

    /// A refusal that is final is told to the user; else it is tried again later.
    async fn refused_later(
        &self,
        user: UserId,
        later: &Later,
        refusal: Refusal,
    ) -> Result<Fired, Refusal> {
        if refusal.code.retry() == Retry::Same {
            let pause = later.pause_min(refusal.retry_after_ms);
            let to = self.soon().await? + pause;
            self.put_off(user, later, to).await?;
            self.keep_ahead(user, later.id).await?;
            return Ok(Fired::PutOff(refusal));
        }
        self.settled(user, later, refusal).await
    }

    async fn settled(
        &self,
        user: UserId,
        later: &Later,
        refusal: Refusal,
    ) -> Result<Fired, Refusal> {
        let reason = refusal.message.clone();
        let (settled, outcome) = match refusal.code.retry() {
            Retry::Ask => (Settled::Doubtful(reason), "doubtful"),
            _ => (Settled::Failed(reason), "failed"),
        };
        self.settle(user, later, settled).await?;
        metrics::counter!(OUTCOMES, "outcome" => outcome).increment(1);
        Ok(Fired::Settled(refusal))
    }

    async fn settle(&self, user: UserId, later: &Later, settled: Settled) -> Result<(), Refusal> {
        self.change_own(user, Change::Account, |owned, _| {
            owned.scheduled_mut().settle(later, &settled);
            let now = owned.scheduled().get(later.id).map(Later::shown);
            Ok(((), vec![now.unwrap_or_else(|| over(later))]))
        })
        .await
    }

    /// Moves a message into the bucket of a later minute, or of one soon after if that is full.
    async fn put_off(&self, user: UserId, later: &Later, to: u64) -> Result<(), Refusal> {
        let mut to = to;
        let last = to + BUCKETS_MAX;
        while let Err(refusal) = self
            .put_due(Bucket::of(to, later.id), due(user, later))
            .await
        {
            if refusal.code != ErrorCode::Full || to == last {
                return Err(refusal);
            }
            to += 1;
        }
        self.change_own(user, Change::Account, |owned, _| {
            owned.scheduled_mut().put_off(later.id, later.minute, to);
            Ok(((), shown(owned.scheduled().get(later.id))))
        })
        .await
    }

    /// Moves a message on whose bucket was closed before it was there for certain.
    async fn keep_ahead(&self, user: UserId, id: ScheduledId) -> Result<(), Refusal> {
        for _ in 0..TURNS_MAX {
            let closed = self.closed().await?;
            let (_, owned) = self.owned(user).await?;
            let later = owned.scheduled().get(id);
            let Some(later) = later.filter(|later| later.is_late(closed)) else {
                return Ok(());
            };
            let to = self.soon().await?;
            self.put_off(user, later, to).await?;
            let bucket = Bucket::of(later.minute, id);
            self.drop_due(bucket, &BTreeSet::from([(user, id)])).await?;
        }
        let text = "The server's clocks disagree. Look at your scheduled messages in a moment.";
        Err(Refusal::new(ErrorCode::Busy, text).retry_after(5_000))
    }

    /// Up to and with which minute the buckets are closed. The first who asks begins them.
    async fn closed(&self) -> Result<u64, Refusal> {
        let position: Position = self.setting(POSITION).await?;
        if position.closed > 0 {
            return Ok(position.closed);
        }
        let minute = self.minute().saturating_sub(1);
        let begun = self.change_setting(POSITION, |position: &mut Position| {
            if position.closed == 0 {
                position.close(minute, 0);
            }
            Ok(position.closed)
        });
        begun.await
    }

    /// The next minute whose buckets will not be closed before something can be put there and into its user's own.
    async fn soon(&self) -> Result<u64, Refusal> {
        Ok(self.closed().await?.max(self.minute()) + 2)
    }

    /// Puts a message into a bucket, once.
    async fn put_due(&self, bucket: Bucket, new: Due) -> Result<(), Refusal> {
        let key = bucket.key();
        self.change_record(RecordKind::Due, &key, |due: &mut Vec<Due>| {
            due.retain(|due| (due.user, due.id) != (new.user, new.id));
            if due.len() >= DUE_MAX {
                let text = "As many messages as this server takes are to be sent in that minute. Choose another one.";
                return Err(Refusal::new(ErrorCode::Full, text));
            }
            due.push(new);
            Ok(())
        })
        .await
    }

    /// Takes messages out of a bucket. What is left in it.
    async fn drop_due(&self, bucket: Bucket, over: &BTreeSet<Whose>) -> Result<Vec<Due>, Refusal> {
        let key = bucket.key();
        self.change_record(RecordKind::Due, &key, |due: &mut Vec<Due>| {
            due.retain(|due| !over.contains(&(due.user, due.id)));
            Ok(due.clone())
        })
        .await
    }

    fn minute(&self) -> u64 {
        self.0.clock.wall_ms() / MINUTE_MS
    }
}

fn due(user: UserId, later: &Later) -> Due {
    Due {
        user,
        id: later.id,
        room: later.room,
        at_ms: later.at_ms,
    }
}

fn shown(later: Option<&Later>) -> Vec<Own> {
    later.map(Later::shown).into_iter().collect()
}

/// What is told of a message that is not scheduled any more.
fn over(later: &Later) -> Own {
    Own::Scheduled {
        id: later.id,
        room: later.room,
        at_ms: later.at_ms,
        text: String::new(),
        reply_to: None,
        mentions: None,
        thread: None,
        attachments: Box::default(),
        state: hearth_protocol::ScheduledState::Waiting,
        reason: String::new(),
    }
}
