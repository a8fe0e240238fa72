//! Notifications: who is to be told of a message beside showing it, for whoever tells them (the server pushes to their
//! browsers).
//!
//! Nothing of it is on the send path. The beat knows which rooms this node has published in lately; some seconds after
//! the first message of a room its log is read from where it was told last, and one notification is made for each member
//! with a subscription who is to be told and has not read it by then. How far a room was told is a record, moved by
//! compare-and-set before anybody is told: of several nodes one tells. So a message is told once or, where a node dies
//! in that moment, not at all: what is there to be read is said by the log, and a notification is no more than a word
//! about it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use futures_util::{StreamExt, stream};
use hearth_protocol::{Body, ErrorCode, Event, QuietHours, RoomId, Seq, UserId};
use serde::{Deserialize, Serialize};
use tokio::{
    sync::{mpsc, oneshot},
    time::MissedTickBehavior,
};
use uuid::Uuid;

use super::{
    LoginId, Node,
    accounts::{derived_id, parse},
    chat::answered,
    lock,
    room_task::Command,
};
use crate::{
    own::Owned,
    port::{Record, RecordKind},
    push::{Notification, Run, Subscription, subscribe},
    refusal::Refusal,
};

/// How often a node looks which rooms it has published in: less than they are told in beats.
const ROUND_MS: u64 = 1_000;
/// How long a message waits before anybody is told of it: a device that is in use has read it by then, and what follows
/// at once is told with it.
const DELAY_MS: u64 = 5_000;
/// Rooms that wait for that. Beyond it the next is not told of: its next message tells.
const ROOMS_MAX: usize = 10_000;
/// Rooms looked at beside each other.
const AT_ONCE: usize = 8;
/// Events of a room that are looked at: the newest.
const EVENTS_MAX: usize = 100;
/// What is older is news to nobody: a room that was told of last by a node that died, or long ago.
const STALE_MS: u64 = 10 * 60 * 1_000;
/// Where nothing was told before, what is older than this is not told: nobody had subscribed.
const FRESH_MS: u64 = 15_000;
/// Members with a subscription in one room who are all looked at. Of more, those whom a message names.
const LISTENERS_MAX: usize = 500;
/// Notifications that wait to be sent. Beyond it they are dropped, and counted.
const WAITING_MAX: usize = 1_000;
/// Members asked for at once.
const MEMBERS_PAGE: usize = 200;
/// Parts of the list of users who have a subscription, …
const SHARDS: u64 = 64;
/// … and how many one part takes: the record stays small.
const SHARD_USERS_MAX: usize = 2_000;
/// The setting with this installation's key towards push services.
const VAPID: &str = "vapid";

/// What the day's clock shows in a time zone.
pub trait Zones: Send + Sync {
    /// The minute of the day there; `None` if the zone is not known.
    fn minute_of_day(&self, zone: &str, wall_ms: u64) -> Option<u16>;
}

/// Users with subscriptions, by the parts of the list.
pub(super) type PushedUsers = BTreeMap<u64, BTreeSet<UserId>>;

/// Up to where a room was told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Told {
    seq: Seq,
}

/// This installation's key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Vapid {
    private: String,
}

fn shard_of(user: UserId) -> u64 {
    u64::try_from(user.0.as_u128() % u128::from(SHARDS)).unwrap_or_default()
}

/// What one round after the other keeps.
struct Rounds {
    node: Node,
    zones: Arc<dyn Zones>,
    told: mpsc::Sender<Notification>,
    /// Rooms with news, and since when.
    rooms: BTreeMap<RoomId, u64>,
    /// The part of the list that is read next; `None`: all of it.
    next_shard: Option<u64>,
}

async fn rounds(mut rounds: Rounds) {
    let mut ticks = tokio::time::interval(Duration::from_millis(ROUND_MS));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !rounds.told.is_closed() {
        ticks.tick().await;
        rounds.read_users().await;
        rounds.gather();
        rounds.tell().await;
    }
}

impl Rounds {
    /// Reads a part of the list of users who have subscriptions: all of it within about a minute.
    async fn read_users(&mut self) {
        let shards = match self.next_shard {
            Some(shard) => vec![shard],
            None => (0..SHARDS).collect(),
        };
        let keys: Vec<String> = shards.iter().map(u64::to_string).collect();
        let store = &self.node.0.store;
        match store.records_by_key(RecordKind::PushUsers, &keys).await {
            Ok(records) => {
                let mut users = lock(&self.node.0.pushed_users);
                for (shard, record) in shards.iter().zip(records) {
                    let read = record.map(|record| parse(&record.value));
                    if let Ok(read) = read.transpose() {
                        users.insert(*shard, read.unwrap_or_default());
                    }
                }
                self.next_shard = Some(self.next_shard.map_or(0, |shard| (shard + 1) % SHARDS));
            }
            Err(error) => tracing::debug!(%error, "who has push subscriptions was not read"),
        }
    }

    /// Takes in the rooms in which this node has published.
    fn gather(&mut self) {
        let has_users = lock(&self.node.0.pushed_users)
            .values()
            .any(|users| !users.is_empty());
        if !has_users {
            return self.rooms.clear();
        }
        let now_ms = self.node.now_ms();
        let published = lock(&self.node.0.published);
        for room in published.keys() {
            if self.rooms.len() >= ROOMS_MAX && !self.rooms.contains_key(room) {
                metrics::counter!(PUSHES, "outcome" => "dropped").increment(1);
                continue;
            }
            self.rooms.entry(*room).or_insert(now_ms);
        }
    }

    /// Tells of the rooms whose delay is over.
    async fn tell(&mut self) {
        let now_ms = self.node.now_ms();
        let is_due = |since_ms: &u64| now_ms.saturating_sub(*since_ms) >= DELAY_MS;
        let due: Vec<RoomId> = self
            .rooms
            .iter()
            .filter(|(_, since_ms)| is_due(since_ms))
            .map(|(room, _)| *room)
            .collect();
        for room in &due {
            self.rooms.remove(room);
        }
        let (node, zones, told) = (&self.node, &*self.zones, &self.told);
        stream::iter(due)
            .for_each_concurrent(AT_ONCE, |room| async move {
                match node.notifications_of(room, zones).await {
                    Ok(all) => {
                        for notification in all {
                            if told.try_send(notification).is_err() {
                                metrics::counter!(PUSHES, "outcome" => "dropped").increment(1);
                            }
                        }
                    }
                    Err(refusal) => {
                        tracing::debug!(%refusal, "a room's notifications were not made")
                    }
                }
            })
            .await;
    }
}

/// What has become of notifications.
const PUSHES: &str = "hearth_pushes_total";

impl Node {
    /// Notifications from now on, for one who tells them: each member with a push subscription who is to be told of a
    /// message that this node has stored. Bounded: what is not taken is dropped, and counted.
    pub fn notifications(&self, zones: Arc<dyn Zones>) -> mpsc::Receiver<Notification> {
        metrics::counter!(PUSHES, "outcome" => "dropped").increment(0);
        let (told, notifications) = mpsc::channel(WAITING_MAX);
        let task = tokio::spawn(rounds(Rounds {
            node: self.clone(),
            zones,
            told,
            rooms: BTreeMap::new(),
            next_shard: None,
        }));
        lock(&self.0.tasks).push(task);
        notifications
    }

    /// This installation's key towards push services: the one that is kept, which is `fresh` if none was.
    ///
    /// # Errors
    /// The store is away.
    pub async fn vapid(&self, fresh: &str) -> Result<String, Refusal> {
        self.change_setting(VAPID, |vapid: &mut Vapid| {
            if vapid.private.is_empty() {
                vapid.private = fresh.to_owned();
            }
            Ok(vapid.private.clone())
        })
        .await
    }

    /// A user's push subscriptions, in the order in which they were made.
    ///
    /// # Errors
    /// The store is away.
    pub async fn push_subscriptions(&self, user: UserId) -> Result<Vec<Subscription>, Refusal> {
        self.read_record(RecordKind::Push, &user.to_string()).await
    }

    /// Keeps a push subscription of a user's, by the login that asks: it ends with it. One of the same endpoint is
    /// replaced, and so is the oldest of too many.
    ///
    /// # Errors
    /// As many users have subscriptions as may; or the store is away.
    pub async fn subscribe_push(
        &self,
        user: UserId,
        login: Option<LoginId>,
        endpoint: String,
        p256dh: String,
        auth: String,
        text: bool,
    ) -> Result<Subscription, Refusal> {
        self.account_or_refusal(user).await?.may_enter()?;
        let new = Subscription {
            id: derived_id(&[b"push", user.0.as_bytes(), endpoint.as_bytes()]),
            endpoint,
            p256dh,
            auth,
            text,
            created_ms: self.0.clock.wall_ms(),
            login: login.map(|login| login.0),
        };
        // The list first: who is not in it is told nothing.
        let shard = shard_of(user);
        let shard_key = shard.to_string();
        let listed = self.change_record(
            RecordKind::PushUsers,
            &shard_key,
            |users: &mut BTreeSet<UserId>| {
                if users.len() >= SHARD_USERS_MAX && !users.contains(&user) {
                    let text = "As many people as this server can push to have subscribed.";
                    return Err(Refusal::new(ErrorCode::Full, text));
                }
                users.insert(user);
                Ok(())
            },
        );
        listed.await?;
        let key = user.to_string();
        self.change_record(RecordKind::Push, &key, |all: &mut Vec<Subscription>| {
            subscribe(all, new.clone());
            Ok(())
        })
        .await?;
        lock(&self.0.pushed_users)
            .entry(shard)
            .or_default()
            .insert(user);
        Ok(new)
    }

    /// Ends a push subscription of a user's, by its id. Whether it was there.
    ///
    /// # Errors
    /// The store is away.
    pub async fn unsubscribe_push(&self, user: UserId, id: Uuid) -> Result<bool, Refusal> {
        self.end_subscriptions(user, |kept| kept.id == id).await
    }

    async fn end_subscriptions(
        &self,
        user: UserId,
        which: impl Fn(&Subscription) -> bool + Send + Sync,
    ) -> Result<bool, Refusal> {
        let key = user.to_string();
        let (ended, left) = self
            .change_record(RecordKind::Push, &key, |all: &mut Vec<Subscription>| {
                let before = all.len();
                all.retain(|kept| !which(kept));
                Ok((all.len() < before, all.len()))
            })
            .await?;
        if left == 0 {
            self.unlist_pushed(user).await?;
        }
        Ok(ended)
    }

    /// Takes a user off the list of those who have subscriptions.
    async fn unlist_pushed(&self, user: UserId) -> Result<(), Refusal> {
        let shard = shard_of(user);
        let key = shard.to_string();
        self.change_record(
            RecordKind::PushUsers,
            &key,
            |users: &mut BTreeSet<UserId>| {
                users.remove(&user);
                Ok(())
            },
        )
        .await?;
        if let Some(users) = lock(&self.0.pushed_users).get_mut(&shard) {
            users.remove(&user);
        }
        // One that was made meanwhile had listed them before: they are listed again.
        if !self.push_subscriptions(user).await?.is_empty() {
            let listed = |users: &mut BTreeSet<UserId>| {
                users.insert(user);
                Ok(())
            };
            self.change_record(RecordKind::PushUsers, &key, listed)
                .await?;
        }
        Ok(())
    }

    /// Who is told of what is new in a room, which from now on counts as told.
    async fn notifications_of(
        &self,
        room: RoomId,
        zones: &dyn Zones,
    ) -> Result<Vec<Notification>, Refusal> {
        let Some(first) = self.listeners(room).await?.first().copied() else {
            return Ok(Vec::new());
        };
        let view = self.view(first, room, Seq::ZERO).await?;
        let head = view.head.seq;
        // Behind the end up to which they are told: whoever was removed before it is not among them.
        let mut listeners = self.listeners(room).await?;
        let key = room.to_string();
        let before: Told = self.read_record(RecordKind::Pushed, &key).await?;
        let wall_ms = self.0.clock.wall_ms();
        let from = head.0.saturating_sub(EVENTS_MAX as u64).max(before.seq.0) + 1;
        let run = self.run(room, Seq(from), head, EVENTS_MAX).await;
        let run = run.map_err(|error| self.refused(error))?;
        let events: Vec<Event> = run.into_iter().map(|entry| entry.event).collect();
        let news_ms = if before.seq == Seq::ZERO {
            FRESH_MS
        } else {
            STALE_MS
        };
        let is_news = |event: &Event| {
            let is_message = matches!(event.body, Body::Message { .. });
            is_message && event.at_ms.saturating_add(news_ms) >= wall_ms
        };
        let Some(start) = events.iter().position(is_news) else {
            return Ok(Vec::new());
        };
        let run = Run {
            room,
            kind: view.kind,
            events: &events[start..],
        };
        if listeners.len() > LISTENERS_MAX {
            let named = run.named();
            listeners.retain(|user| named.binary_search(user).is_ok());
        }
        let told = self.told(&run, &listeners, wall_ms, zones).await?;
        // Whoever moves it tells.
        let moved = self.change_record(RecordKind::Pushed, &key, |told: &mut Told| {
            let is_ours = *told == before;
            if is_ours {
                told.seq = head;
            }
            Ok(is_ours)
        });
        if !moved.await? {
            return Ok(Vec::new());
        }
        let mut all = Vec::new();
        for (user, event, alert, count) in told {
            // It counts as told by now: that one cannot be told must not keep it from the others.
            let to = match self.subscriptions_that_count(user).await {
                Ok(to) if !to.is_empty() => to,
                Ok(_) => continue,
                Err(refusal) => {
                    tracing::warn!(%refusal, "somebody is not told of a message");
                    continue;
                }
            };
            all.push(Notification {
                user,
                room,
                room_name: if view.kind.is_named() {
                    view.name.clone()
                } else {
                    String::new()
                },
                kind: view.kind,
                seq: event.seq,
                alert,
                sender: event.name.clone(),
                excerpt: run.excerpt(event),
                count,
                at_ms: event.at_ms,
                to,
            });
        }
        Ok(all)
    }

    /// Which of these members are told of which message of a run.
    async fn told<'a>(
        &self,
        run: &Run<'a>,
        listeners: &[UserId],
        wall_ms: u64,
        zones: &dyn Zones,
    ) -> Result<Vec<(UserId, &'a Event, hearth_protocol::Alert, usize)>, Refusal> {
        let keys: Vec<String> = listeners.iter().map(UserId::to_string).collect();
        let owned = self.0.store.records_by_key(RecordKind::Own, &keys).await;
        let owned = owned.map_err(|error| self.refused(error))?;
        let read = stream::iter(listeners.to_vec()).map(|user| self.0.store.mark(user, run.room));
        let read: Vec<_> = read.buffered(AT_ONCE).collect().await;
        let roots = run.roots();
        let mut told = Vec::new();
        for ((user, owned), mark) in listeners.iter().zip(owned).zip(read) {
            let owned: Owned = match owned {
                Some(Record { value, .. }) => parse(&value)?,
                None => Owned::default(),
            };
            let mark = mark.map_err(|error| self.refused(error))?;
            let threads = match roots.is_empty() {
                true => Vec::new(),
                false => {
                    let choices = owned.threads_of(run.room);
                    let choice = |root| choices.get(root).copied().unwrap_or_default();
                    let asked = roots.iter().map(|root| (*root, choice(root))).collect();
                    match self.thread_views(*user, run.room, asked).await {
                        Ok((threads, _)) => threads,
                        Err(refusal) if refusal.code == ErrorCode::NotMember => continue,
                        Err(refusal) => return Err(refusal),
                    }
                }
            };
            let minute = |hours: &QuietHours| zones.minute_of_day(&hours.zone, wall_ms);
            let of_them = run.told(*user, &owned, mark.seq, &threads, wall_ms, minute);
            if let Some((event, alert, count)) = of_them {
                told.push((*user, event, alert, count));
            }
        }
        let users: Vec<UserId> = told.iter().map(|(user, ..)| *user).collect();
        let left_alone = self.not_to_be_disturbed(&users).await;
        told.retain(|(user, ..)| !left_alone.contains(user));
        Ok(told)
    }

    /// A user's subscriptions whose login is good. The others end.
    async fn subscriptions_that_count(&self, user: UserId) -> Result<Vec<Subscription>, Refusal> {
        let all = self.push_subscriptions(user).await?;
        if all.is_empty() {
            self.unlist_pushed(user).await?;
            return Ok(all);
        }
        let account = self.account_of(user).await?;
        if account.is_none_or(|account| account.deactivated) {
            return Ok(Vec::new());
        }
        let logins = self.logins(user).await?;
        let counts = |kept: &Subscription| {
            kept.login
                .is_none_or(|login| logins.iter().any(|good| good.id.0 == login))
        };
        if !all.iter().all(counts) {
            self.end_subscriptions(user, |kept| !counts(kept)).await?;
        }
        Ok(all.into_iter().filter(counts).collect())
    }

    /// The members of a room who have push subscriptions.
    async fn listeners(&self, room: RoomId) -> Result<Vec<UserId>, Refusal> {
        let mut listeners = Vec::new();
        let mut after = None;
        loop {
            let (reply, answer) = oneshot::channel();
            let page = Command::Members {
                after,
                limit: MEMBERS_PAGE,
                reply,
            };
            self.command(room, page).await?;
            let members = answered(answer).await?;
            let users = lock(&self.0.pushed_users);
            listeners.extend(members.iter().map(|member| member.user).filter(|user| {
                users
                    .get(&shard_of(*user))
                    .is_some_and(|users| users.contains(user))
            }));
            drop(users);
            match members.last() {
                Some(last) if members.len() >= MEMBERS_PAGE => after = Some(last.user),
                _ => return Ok(listeners),
            }
        }
    }
}
