//! What a node does by the clock and by the bus: beats, the audit, and taking in hints.

use std::{sync::Arc, sync::atomic::Ordering, time::Duration};

use bytes::Bytes;
use hearth_protocol::{Seq, UserId, mutant};
use tokio::{sync::mpsc, time::MissedTickBehavior};

use super::{Node, flight::Step, lock, room_task::Command};
use crate::{
    hint::{Beat, Hint, NodeHint, RoomHint, Subject, UserHint, subject},
    port::{Bus, BusNews, Topic},
    room::{Input, Origin},
    session::Notice,
};

/// One user's rooms are looked for in this time, in turn: the last resort for news of a room that was lost unseen.
const LOOK_MS: u64 = 1_000;
const BEAT_MS: u64 = 1_000;
const AUDIT_MS: u64 = 100;
/// Heads are told in beats for this long after they were published, …
const HEADS_TOLD_MS: u64 = 3_200;
/// … but not at once, so that a beat does not overtake the run itself and cause a read.
const HEADS_QUIET_MS: u64 = 300;
/// Heads in one beat.
const HEADS_MAX: usize = 1_000;

/// Publishes one lane's hints in order.
pub(super) async fn lane(bus: Arc<dyn Bus>, mut hints: mpsc::Receiver<(Topic, Bytes)>) {
    while let Some((topic, payload)) = hints.recv().await {
        if let Err(error) = bus.publish(&topic, payload).await {
            metrics::counter!("hearth_hints_dropped_total").increment(1);
            tracing::debug!(%error, "a hint was lost");
        }
    }
}

/// Beats once a second, and lets rooms go that have rested for long and topics whose grace is over.
pub(super) async fn beats(node: Node) {
    node.retain(Topic::Nodes);
    node.retain(Topic::Node(node.name().clone()));
    let mut ticks = interval(BEAT_MS);
    loop {
        ticks.tick().await;
        beat(&node);
        let now_ms = node.now_ms();
        if lock(&node.0.nodes).tick(now_ms) {
            tracing::info!(others = node.others().len(), "a node is no longer heard");
            node.writers_changed();
        }
        while node.cool_unused() {
            tokio::task::yield_now().await;
        }
        let mut topics = lock(&node.0.topics);
        for topic in topics.over(now_ms) {
            node.0.bus.unsubscribe(&topic);
        }
    }
}

/// One beat: that the node lives, the heads that it published lately, and whose profiles were changed. None before others'
/// hints arrive here: they would forward sends that nobody takes in.
pub(super) fn beat(node: &Node) {
    let now_ms = node.now_ms();
    let mut published = lock(&node.0.published);
    published.retain(|_, (_, at_ms)| now_ms.saturating_sub(*at_ms) < HEADS_TOLD_MS);
    if !node.0.reachable.load(Ordering::Relaxed) {
        return;
    }
    let told = |at_ms: u64| now_ms.saturating_sub(at_ms) >= HEADS_QUIET_MS;
    let mut heads: Vec<_> = published
        .iter()
        .filter(|(_, (_, at))| told(*at))
        .map(|(room, (seq, _))| (*room, *seq))
        .collect();
    drop(published);
    let more = heads.len() > HEADS_MAX;
    heads.truncate(HEADS_MAX);
    let hint = Hint::Beat(Beat {
        node: node.name().clone(),
        leaving: node.0.draining.load(Ordering::Relaxed),
        wall_ms: node.0.clock.wall_ms(),
        heads,
        more,
        profiles: lock(&node.0.profiles).beat(now_ms),
        report: lock(&node.0.overview).said().cloned().map(Box::new),
    });
    if let Some(payload) = hint.encode() {
        node.publish(Topic::Nodes, payload);
    }
}

/// Checks the heads that are due, and looks for users' rooms in rotation.
pub(super) async fn audits(node: Node) {
    let mut ticks = interval(AUDIT_MS);
    let mut looked_ms = node.now_ms();
    loop {
        ticks.tick().await;
        if node.now_ms().saturating_sub(looked_ms) >= LOOK_MS {
            looked_ms = node.now_ms();
            let user = lock(&node.0.live).next_to_look();
            if let Some(user) = user {
                node.look_for_rooms(user);
            }
        }
        let due = lock(&node.0.audit).due(node.now_ms());
        for room in due.into_iter().filter(|_| !mutant!("no-audit")) {
            let asked = node
                .room_if_warm(room)
                .is_some_and(|task| task.try_send(Box::new(Command::Check)).is_ok());
            if !asked {
                lock(&node.0.audit).checked(node.now_ms(), room, false);
            }
        }
    }
}

/// Takes in what the bus tells, until it is closed.
pub(super) async fn listen(node: Node, mut news: mpsc::Receiver<BusNews>) {
    while let Some(news) = news.recv().await {
        match news {
            BusNews::Hint(_, payload) => hint(&node, &payload),
            // Nothing to do but to wait: what is lost is found by the reads that follow "whole".
            BusNews::Gap(topics) => {
                metrics::counter!("hearth_bus_gaps_total").increment(topics.len() as u64);
                tracing::debug!(topics = topics.len(), "hints may be lost");
            }
            BusNews::Whole(_) if mutant!("resubscription-taken-for-whole") => {}
            BusNews::Whole(topics) => whole(&node, &topics),
        }
    }
    tracing::debug!("the bus has ended");
}

/// The subscriptions stand (again): whatever came before may have been lost, so the heads are read. For a room that has
/// only just begun here this is what makes a read that follows the subscription of one that came before it (LOG.md rule
/// 22): the bus subscribes in its own time.
fn whole(node: &Node, topics: &[Topic]) {
    let topics: std::collections::BTreeSet<_> = topics.iter().collect();
    if topics.contains(&Topic::Node(node.name().clone()))
        && !node.0.reachable.swap(true, Ordering::Relaxed)
    {
        beat(node);
    }
    let rooms: Vec<_> = lock(&node.0.rooms).ids().collect();
    let mut audit = lock(&node.0.audit);
    for room in rooms
        .into_iter()
        .filter(|room| topics.contains(&Topic::of(room.0)))
    {
        if mutant!("read-before-subscribe") && audit.is_unchecked(room) {
            continue;
        }
        audit.suspect(room);
    }
    drop(audit);
    let users: Vec<UserId> = lock(&node.0.live)
        .statuses()
        .into_iter()
        .map(|(user, _)| user)
        .collect();
    for user in users
        .into_iter()
        .filter(|user| topics.contains(&Topic::of(user.0)))
    {
        node.look_for_rooms(user);
        lock(&node.0.recheck).suspect(user);
    }
}

fn hint(node: &Node, payload: &Bytes) {
    // Most of what a shared channel carries is for others: drop it before decoding.
    let wanted = match subject(payload) {
        Some(Subject::Room(room)) => lock(&node.0.rooms).has(room),
        Some(Subject::User(user)) => lock(&node.0.live).of(user).next().is_some(),
        // Nonsense too: it is counted below.
        Some(Subject::Nodes) | None => true,
    };
    if !wanted {
        return;
    }
    match Hint::decode(payload) {
        Some(Hint::Room(room, RoomHint::Run(entries))) => {
            let now_ms = node.now_ms();
            if let (Some(first), Some(last)) = (entries.first(), entries.last()) {
                let (from, to) = (first.seq(), last.seq());
                node.0.flight.run(now_ms, room, from, to, Step::Heard);
            }
            lock(&node.0.audit).active(now_ms, room);
            node.hint_room(room, Input::Hint(entries));
        }
        Some(Hint::Room(room, RoomHint::Head(seq))) => node.head_seen(room, seq),
        Some(Hint::Room(room, RoomHint::Typing { user, name })) => {
            if let Some(task) = node.room_if_awake(room) {
                // Typing may be lost.
                let _ = task.try_send(Box::new(Command::Typing { user, name }));
            }
        }
        Some(Hint::Room(room, RoomHint::Receipts(moved))) => node.receipts_heard(room, &moved),
        Some(Hint::User(user, hint)) => node.user_hint(user, &hint),
        Some(Hint::Node(hint)) => node_hint(node, hint),
        Some(Hint::Beat(beat)) => heard(node, &beat),
        None => metrics::counter!("hearth_hints_poisoned_total").increment(1),
    }
}

fn heard(node: &Node, beat: &Beat) {
    if beat.node == *node.name() {
        lock(&node.0.canary).heard_itself(node.now_ms());
        return;
    }
    if lock(&node.0.nodes).heard(node.now_ms(), &beat.node, beat.leaving) {
        tracing::info!(node = %beat.node, leaving = beat.leaving, "the set of nodes changed");
        node.writers_changed();
    }
    lock(&node.0.overview).heard(
        node.now_ms(),
        &beat.node,
        beat.leaving,
        beat.report.as_deref(),
    );
    for (room, seq) in &beat.heads {
        node.head_seen(*room, *seq);
    }
    let mut profiles = lock(&node.0.profiles);
    for (user, version) in &beat.profiles {
        profiles.hear(*user, *version);
    }
    drop(profiles);
    if beat.more {
        let rooms: Vec<_> = lock(&node.0.rooms).ids().collect();
        let mut audit = lock(&node.0.audit);
        rooms.into_iter().for_each(|room| audit.suspect(room));
    }
}

fn node_hint(node: &Node, hint: NodeHint) {
    match hint {
        NodeHint::Forward {
            from,
            ticket,
            room,
            send,
        } => {
            // A room or inbox that is full lets the forward be lost: the asker appends by itself after its time-out.
            let (id, step) = (send.id.clone(), Step::TakenIn { from: from.clone() });
            let input = Input::Submit {
                ticket,
                origin: Origin::Node(from),
                send: *send,
            };
            let taken = node
                .room(room)
                .is_ok_and(|task| task.try_send(Box::new(Command::Input(input))).is_ok());
            if taken {
                let now_ms = node.now_ms();
                node.0.flight.send(now_ms, room, &id, Seq::ZERO, step);
            }
        }
        NodeHint::Reply {
            ticket,
            room,
            result,
        } => {
            if let Some(task) = node.room_if_awake(room) {
                let replied = Input::Replied { ticket, result };
                let _ = task.try_send(Box::new(Command::Input(replied)));
            }
        }
        NodeHint::Canary { from, to, round } => node.canary(from, &to, round),
        NodeHint::CanaryAnswer {
            from,
            round,
            wall_ms,
        } => node.canary_answered(from, round, wall_ms),
    }
}

impl Node {
    /// Tells a user's sessions everywhere.
    pub(super) fn tell_user(&self, user: UserId, hint: UserHint) {
        self.user_hint(user, &hint);
        let hint = Hint::User(user, hint);
        if let (Some(topic), Some(payload)) = (hint.topic(), hint.encode()) {
            self.publish(topic, payload);
        }
    }

    /// Takes in news for a user's sessions on this node. Doing it twice is harmless.
    fn user_hint(&self, user: UserId, hint: &UserHint) {
        match hint {
            UserHint::Room(room) => self.notify(user, &Notice::RoomAdded(*room)),
            UserHint::Mark(room, mark) => self.show_mark(user, *room, *mark),
            UserHint::Logins => self.logins_changed(user),
            UserHint::Own(version, own) => self.show_own(user, *version, own),
        }
    }

    pub(super) fn notify(&self, user: UserId, notice: &Notice) {
        let sessions: Vec<_> = lock(&self.0.live).of(user).cloned().collect();
        for session in sessions {
            if !session.mailbox.push(notice.clone()) {
                session.outbox.close(hearth_protocol::CloseCode::Lost);
            }
        }
    }

    /// Looks up the user's rooms once more, since news of one may be lost.
    fn look_for_rooms(&self, user: UserId) {
        let node = self.clone();
        tokio::spawn(async move {
            let Ok(_permit) = node.0.loads.acquire().await else {
                return;
            };
            match node.rooms_of(user).await {
                Ok(rooms) => {
                    rooms
                        .into_iter()
                        .for_each(|room| node.notify(user, &Notice::RoomAdded(room)));
                }
                Err(refusal) => tracing::warn!(%refusal, "a user's rooms could not be looked up"),
            }
        });
    }
}

fn interval(ms: u64) -> tokio::time::Interval {
    let mut ticks = tokio::time::interval(Duration::from_millis(ms));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}
