//! Webhooks out of rooms: readers of a room's log with a stored position, which tell the events one after the other.
//!
//! The log is the queue: what is not delivered stands there, and the position says from where on. Whoever delivers (the
//! node that writes the room) takes the webhook by a lease in its record, and moves the position after each delivery by
//! compare-and-set. So after a crash it goes on behind the last event that was settled; where two nodes deliver for a
//! moment, or an answer was lost, an event is told twice, and none is left out or told before the one before it
//! (`docs/decisions/0037-webhooks.md`).
//!
//! It attaches to the room as a reader of whoever made the webhook, and what comes only wakes it; a hint that is lost is
//! found as for any reader (`audit.rs`). It must not know HTTP: the server posts what it is given here, and says what
//! became of it.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use hearth_protocol::{Body, CloseCode, ErrorCode, Event, RoomId, Seq, UserId, Was};
use rand::RngExt;
use serde::{Deserialize, Serialize};
use tokio::{sync::Notify, time::sleep};

use super::{
    Lane, Node, Outbox, Pushed,
    accounts::{json, parse},
    live::Mailbox,
    room_task::Reader,
    session::detach,
    webhooks::{WAYS_OUT_MAX, WebhookId},
};
use crate::{
    delivery::{Outcome, Progress, Suspended},
    port::{RecordKind, Version, Written},
    refusal::Refusal,
    room::{Act, ReaderId, may},
    session::{Dialect, Notice},
};

/// Events read at once.
const READ: usize = 16;
/// For so long a node has a webhook without a word. Where it dies, another goes on after this.
const LEASE_MS: u64 = 15_000;
/// With less than this left, the lease is renewed before a delivery begins: longer than a delivery takes.
const LEASE_LEFT_MS: u64 = 11_000;
/// While nothing happens, the record and who writes the room are looked at this often; …
const IDLE_MS: u64 = 30_000;
/// … and this often during a pause, which somebody may want to end.
const LOOK_MS: u64 = 5_000;
/// After a fault of this installation's own, or while another node has the webhook.
const REST_MS: u64 = 2_000;
/// Records of webhooks read at once.
const PAGE: usize = 200;

/// A webhook out of a room, as it is kept by its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KeptOut {
    pub(super) id: WebhookId,
    pub(super) room: RoomId,
    /// Whose right to read it has.
    pub(super) by: UserId,
    pub(super) by_name: String,
    pub(super) url: String,
    /// None: all kinds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) kinds: Vec<String>,
    /// By which what is posted is signed.
    pub(super) secret: String,
    pub(super) progress: Progress,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) lease: Option<Lease>,
}

/// Which node delivers, and until when without another word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Lease {
    node: String,
    until_ms: u64,
}

impl KeptOut {
    fn tells(&self, event: &Event) -> bool {
        let kind = event.body.sent_kind();
        // It is not known what it was: rather told than left out.
        let may_be = match &event.body {
            Body::Erased { was: None } => Was::KINDS,
            _ => &[],
        };
        let is_wanted = |of: &String| of == kind || may_be.contains(&of.as_str());
        self.kinds.is_empty() || self.kinds.iter().any(is_wanted)
    }
}

/// An event that is to be posted.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The same whenever this event is told by this webhook.
    pub id: String,
    /// Where to.
    pub url: String,
    /// By which it is signed.
    pub secret: String,
    /// The room.
    pub room: RoomId,
    /// The event.
    pub event: Event,
}

/// Whether other nodes may run on the same store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// None can: whoever had a lease is dead.
    Nobody,
    /// They may: a lease is theirs until its time is over. Whether they are heard says nothing, since they may be at it
    /// while the bus is away.
    Others,
}

/// What is to be done next.
#[derive(Debug, Clone)]
pub enum Followed {
    /// To post this, and to say what became of it ([`WebhookFeed::settle`]).
    Deliver(Box<Delivery>),
    /// Nothing more: it is withdrawn, rests, or is another node's.
    Over,
}

impl Node {
    /// Ids of webhooks out of rooms that this node writes, which are to be followed ([`Node::follow_webhook`]); and where
    /// to go on, if there may be more.
    ///
    /// # Errors
    /// The store is away.
    pub async fn webhooks_here(
        &self,
        after: Option<&str>,
    ) -> Result<(Vec<WebhookId>, Option<String>), Refusal> {
        let store = &self.0.store;
        let page = store.records(RecordKind::WebhookOut, after, PAGE).await;
        let page = page.map_err(|error| self.refused(error))?;
        let next = page.last().filter(|_| page.len() == PAGE);
        let next = next.map(|(key, _)| key.clone());
        let mut here = Vec::new();
        for (_, record) in &page {
            let out: KeptOut = parse(&record.value)?;
            if out.progress.suspended.is_none() && self.writes(out.room) {
                here.push(out.id);
            }
        }
        Ok((here, next))
    }

    /// Whether one more may go by somebody's right. Counted over all of them, as each server reads them all every few
    /// seconds anyway, and this is asked by people; of several that are made in one moment some may be more.
    pub(super) async fn one_more_way_out(&self, by: UserId) -> Result<(), Refusal> {
        let (mut count, mut after) = (0, None::<String>);
        loop {
            let store = &self.0.store;
            let page = store.records(RecordKind::WebhookOut, after.as_deref(), PAGE);
            let page = page.await.map_err(|error| self.refused(error))?;
            for (_, record) in &page {
                let out: KeptOut = parse(&record.value)?;
                count += usize::from(out.by == by);
            }
            if count >= WAYS_OUT_MAX {
                let text = format!(
                    "{WAYS_OUT_MAX} webhooks out of rooms go by your right; more do not fit. Withdraw one of them first, or have another moderator do this."
                );
                return Err(Refusal::new(ErrorCode::Full, text));
            }
            if page.len() < PAGE {
                return Ok(());
            }
            after = page.last().map(|(key, _)| key.clone());
        }
    }

    /// Follows a webhook out of a room, until it is over.
    pub fn follow_webhook(&self, id: WebhookId, beside: Beside) -> WebhookFeed {
        WebhookFeed {
            node: self.clone(),
            id,
            beside,
            held: None,
            events: VecDeque::new(),
            settled: Seq::ZERO,
            wake: Arc::new(Wake::default()),
            reader: None,
        }
    }

    pub(super) async fn kept_out(
        &self,
        id: WebhookId,
    ) -> Result<Option<(Version, KeptOut)>, Refusal> {
        self.kept_as(RecordKind::WebhookOut, &id.0.to_string())
            .await
    }

    /// Writes one as it stands now; `None`: somebody else has changed it.
    pub(super) async fn put_out(
        &self,
        expect: Version,
        out: &KeptOut,
    ) -> Result<Option<Version>, Refusal> {
        let (kind, key) = (RecordKind::WebhookOut, out.id.0.to_string());
        let store = &self.0.store;
        let written = store.put_record(kind, &key, Some(expect), &json(out)).await;
        match written.map_err(|error| self.refused(error))? {
            Written::Done(version) => Ok(Some(version)),
            Written::Conflict(_) => Ok(None),
        }
    }
}

/// That something has come. It keeps nothing of it: the log has it.
#[derive(Default)]
struct Wake(Notify);

impl Outbox for Wake {
    fn push(&self, lane: Lane, _text: &bytes::Bytes) -> Pushed {
        // That somebody is writing is no event.
        if lane == Lane::Events {
            self.0.notify_one();
        }
        Pushed::Taken
    }

    fn close(&self, _code: CloseCode) {
        self.0.notify_one();
    }
}

/// One webhook out of a room, followed on this node.
pub struct WebhookFeed {
    node: Node,
    id: WebhookId,
    beside: Beside,
    /// The record as this node has written or read it last.
    held: Option<(Version, KeptOut)>,
    /// What was read and is not delivered.
    events: VecDeque<Event>,
    /// The last event that was delivered by this node, also where it is not known whether that is written.
    settled: Seq,
    wake: Arc<Wake>,
    reader: Option<(RoomId, ReaderId, Arc<Mailbox>)>,
}

/// Why the next event is not there yet.
enum Wait {
    /// Something of this is to come first.
    Ms(u64),
    /// For news of the room.
    News,
    /// For ever.
    Over,
}

impl WebhookFeed {
    /// Waits for the next event that is to be delivered, and has the lease for it. The same again, until it is settled: so
    /// whoever has let time pass looks anew. May be dropped at any time.
    pub async fn next(&mut self) -> Followed {
        loop {
            match self.ready().await {
                Ok(Ok(delivery)) => return Followed::Deliver(Box::new(delivery)),
                Ok(Err(Wait::Over)) => return Followed::Over,
                Ok(Err(Wait::Ms(ms))) => {
                    self.forget();
                    sleep(Duration::from_millis(ms)).await;
                }
                Ok(Err(Wait::News)) => self.news().await,
                // The store is away, or the room cannot be loaded: the log keeps what there is.
                Err(refusal) => {
                    tracing::debug!(%refusal, webhook.id = %self.id.0, "a webhook waits");
                    self.forget();
                    sleep(Duration::from_millis(REST_MS)).await;
                }
            }
        }
    }

    /// What became of a delivery.
    pub async fn settle(&mut self, delivery: &Delivery, outcome: Outcome) {
        let seq = delivery.event.seq;
        let count = match outcome {
            Outcome::Delivered => "hearth_webhooks_delivered_total",
            Outcome::Failed(_) | Outcome::Gone => "hearth_webhooks_failed_total",
        };
        metrics::counter!(count).increment(1);
        match outcome {
            Outcome::Delivered => {
                self.settled = self.settled.max(seq);
                self.events.pop_front();
            }
            // What was read may be older than what is to be tried then.
            Outcome::Failed(_) | Outcome::Gone => self.events.clear(),
        }
        let chance = self.node.chance(|chance| chance.random());
        let wall_ms = self.node.0.clock.wall_ms();
        let tried = |progress: &mut Progress| progress.tried(seq, outcome.clone(), wall_ms, chance);
        if let Err(refusal) = self.write(tried).await {
            tracing::debug!(%refusal, webhook.id = %self.id.0, "how far a webhook has come is not written");
            self.forget();
        }
    }

    /// The next event, or what there is to wait for.
    async fn ready(&mut self) -> Result<Result<Delivery, Wait>, Refusal> {
        let node = self.node.clone();
        if self.held.is_none() {
            let Some((version, mut out)) = node.kept_out(self.id).await? else {
                return Ok(Err(Wait::Over));
            };
            // It was delivered, and the write of it was lost.
            if self.has_lease(&out) {
                out.progress.skipped(self.settled);
            }
            self.held = Some((version, out));
        }
        let Some((_, out)) = &self.held else {
            return Ok(Err(Wait::Ms(REST_MS)));
        };
        if !node.writes(out.room) {
            self.let_go().await?;
            return Ok(Err(Wait::Over));
        }
        let wall_ms = node.0.clock.wall_ms();
        match out.progress.pause_ms(wall_ms) {
            None => return Ok(Err(Wait::Over)),
            Some(0) => {}
            // It may be withdrawn, or resumed, meanwhile.
            Some(ms) => return Ok(Err(Wait::Ms(ms.min(LOOK_MS)))),
        }
        if self.is_anothers(out, wall_ms) {
            return Ok(Err(Wait::Ms(REST_MS)));
        }
        let (room, by, position) = (out.room, out.by, out.progress.position);
        // Each time: once its maker is out, nothing more is begun.
        let view = node.member_view(by, room).await;
        let may_read = match &view {
            Ok(view) => view.role.is_some_and(|role| may(role, Act::Webhooks)),
            Err(refusal) if refusal.code.retry() == hearth_protocol::Retry::Never => false,
            Err(refusal) => return Err(refusal.clone()),
        };
        if !may_read {
            self.write(|progress| progress.suspend(Suspended::Maker))
                .await?;
            return Ok(Err(Wait::Ms(0)));
        }
        let head = view?.head.seq;
        if position >= head {
            return Ok(Err(Wait::News));
        }
        if self.events.is_empty() {
            self.read(room, position, head).await?;
        }
        if self.events.is_empty() {
            return Ok(Err(Wait::Ms(REST_MS)));
        }
        if !self.take(wall_ms).await? {
            return Ok(Err(Wait::Ms(0)));
        }
        // What is of no interest is passed over, and that is written with the next that is.
        let Some((_, out)) = &mut self.held else {
            return Ok(Err(Wait::Ms(REST_MS)));
        };
        while let Some(event) = self.events.front()
            && !out.tells(event)
        {
            out.progress.skipped(event.seq);
            self.events.pop_front();
        }
        let Some(event) = self.events.front() else {
            self.write(|_| {}).await?;
            return Ok(Err(Wait::Ms(0)));
        };
        Ok(Ok(Delivery {
            id: format!("{}:{}", out.id.0, event.seq),
            url: out.url.clone(),
            secret: out.secret.clone(),
            room,
            event: event.clone(),
        }))
    }

    async fn read(&mut self, room: RoomId, position: Seq, head: Seq) -> Result<(), Refusal> {
        let entries = self.node.run(room, position.next(), head, READ).await;
        let entries = entries.map_err(|error| self.node.refused(error))?;
        self.events = entries.into_iter().map(|entry| entry.event).collect();
        Ok(())
    }

    /// Has the lease, or takes it; false if somebody else has changed the record.
    async fn take(&mut self, wall_ms: u64) -> Result<bool, Refusal> {
        let Some((_, out)) = &self.held else {
            return Ok(false);
        };
        let lease = out.lease.as_ref().filter(|_| self.has_lease(out));
        let left_ms = lease.map_or(0, |lease| lease.until_ms.saturating_sub(wall_ms));
        if left_ms >= LEASE_LEFT_MS {
            return Ok(true);
        }
        // Whose right it has may have been kept out meanwhile.
        let maker = self.node.account_of(out.by).await?;
        if maker.is_none_or(|maker| maker.deactivated) {
            self.write(|progress| progress.suspend(Suspended::Maker))
                .await?;
            return Ok(false);
        }
        self.write(|_| {}).await
    }

    /// Writes what has changed, with the lease; false if somebody else was first: then it is read anew.
    async fn write(&mut self, change: impl FnOnce(&mut Progress)) -> Result<bool, Refusal> {
        let Some((version, mut out)) = self.held.take() else {
            return Ok(false);
        };
        let was_resting = out.progress.suspended.is_some();
        change(&mut out.progress);
        out.lease = Some(Lease {
            node: self.node.name().0.clone(),
            until_ms: self.node.0.clock.wall_ms() + LEASE_MS,
        });
        let written = self.node.put_out(version, &out).await?;
        let Some(version) = written else {
            self.forget();
            return Ok(false);
        };
        if out.progress.suspended.is_some() && !was_resting {
            metrics::counter!("hearth_webhooks_suspended_total").increment(1);
            tracing::info!(webhook.id = %self.id.0, room.id = %out.room, why = ?out.progress.suspended, "a webhook is suspended");
        }
        self.held = Some((version, out));
        Ok(true)
    }

    /// Leaves the webhook to the node that writes the room now.
    async fn let_go(&mut self) -> Result<(), Refusal> {
        if let Some((version, mut out)) = self.held.take()
            && self.has_lease(&out)
        {
            out.lease = None;
            self.node.put_out(version, &out).await?;
        }
        Ok(())
    }

    fn forget(&mut self) {
        self.held = None;
        self.events.clear();
    }

    fn has_lease(&self, out: &KeptOut) -> bool {
        let lease = out.lease.as_ref();
        lease.is_some_and(|lease| lease.node == self.node.name().0)
    }

    /// Whether another node is at it, or may be.
    fn is_anothers(&self, out: &KeptOut, wall_ms: u64) -> bool {
        let lease = out.lease.as_ref().filter(|_| !self.has_lease(out));
        // A clock that was far ahead must not keep it for long.
        let lasts =
            |lease: &Lease| (1..=2 * LEASE_MS).contains(&lease.until_ms.saturating_sub(wall_ms));
        self.beside == Beside::Others && lease.is_some_and(lasts)
    }

    /// Waits until there may be something new.
    async fn news(&mut self) {
        let Some((_, out)) = &self.held else { return };
        let (room, by) = (out.room, out.by);
        if self.reader.is_none() {
            let reader = ReaderId(self.node.next_id());
            let mailbox = Arc::new(Mailbox::default());
            let way = Arc::new(Reader {
                user: by,
                session: self.node.next_id(),
                dialect: Dialect::V1,
                outbox: self.wake.clone(),
                mailbox: mailbox.clone(),
            });
            // Before it is attached: whatever happens then, it is let go of.
            self.reader = Some((room, reader, mailbox));
            if self.node.attach(room, reader, way, None).await.is_err() {
                self.reader = None;
                sleep(Duration::from_millis(REST_MS)).await;
            }
            // Attached first and read after: what came before is read at once.
            self.forget();
            return;
        }
        let Some((_, _, mailbox)) = &self.reader else {
            return;
        };
        let mailbox = mailbox.clone();
        tokio::select! {
            () = self.wake.0.notified() => {}
            notice = mailbox.next() => {
                if matches!(notice, Notice::RoomGone(_)) {
                    self.reader = None;
                }
            }
            () = sleep(Duration::from_millis(IDLE_MS)) => {}
        }
        // It may have been withdrawn while nothing happened.
        self.forget();
    }
}

impl Drop for WebhookFeed {
    fn drop(&mut self) {
        if let Some((room, reader, _)) = self.reader.take()
            && let Some(task) = self.node.room_if_awake(room)
        {
            detach(task, reader);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use hearth_protocol::{Ordinal, SendId};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_was_erased_is_told_to_whom_it_would_have_been_told() {
        let out = |kinds: &[&str]| KeptOut {
            id: WebhookId(Uuid::nil()),
            room: RoomId(Uuid::nil()),
            by: UserId(Uuid::nil()),
            by_name: "mara".into(),
            url: String::new(),
            kinds: kinds.iter().copied().map(str::to_owned).collect(),
            secret: String::new(),
            progress: Progress::behind(Seq::ZERO),
            lease: None,
        };
        let told = |kinds: &[&str], body: Body| {
            let event = Event {
                seq: Seq(1),
                ordinal: Ordinal(1),
                at_ms: 1,
                by: UserId(Uuid::nil()),
                name: "mara".into(),
                id: SendId::new("a").unwrap(),
                body,
            };
            out(kinds).tells(&event)
        };
        let erased = Body::message("x").erased();
        assert!(told(&["message"], erased.clone()));
        assert!(!told(&["edit"], erased));
        let unknown = Body::Erased { was: None };
        for kinds in [&["message"][..], &["edit"], &["join", "edit"], &[]] {
            assert!(told(kinds, unknown.clone()), "{kinds:?}");
        }
        assert!(!told(&["join"], unknown));
    }

    /// Only that there is something to look at counts.
    #[tokio::test]
    async fn events_wake_and_are_not_kept() {
        let wake = Wake::default();
        wake.push(Lane::Typing, &bytes::Bytes::new());
        assert!(wake.0.notified().now_or_never().is_none());
        for _ in 0..3 {
            assert_eq!(wake.push(Lane::Events, &bytes::Bytes::new()), Pushed::Taken);
        }
        wake.0.notified().await;
        assert!(wake.0.notified().now_or_never().is_none());
    }
}
