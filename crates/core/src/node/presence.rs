//! Presence: renews the statuses of this node's users, and tells watchers of changes, also of those of profiles.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use hearth_protocol::{PresenceOf, ProfileVersion, ServerFrame, Status, UserId};

use super::{Lane, Node, Pushed, live::Watched, lock, session::encode};
use crate::port::PRESENCE_TTL_MS;

/// How often the watched are looked at: a change is seen within this.
const LOOK_MS: u64 = 3_000;
/// People looked up in one call.
const LOOK_USERS_MAX: usize = 1_000;
/// People looked up in one round; more are looked at in the next rounds. Bounds the board's work, not the watchers.
const ROUND_USERS_MAX: usize = 20_000;

/// Renews this node's statuses every third of their life, and looks at the watched in between.
pub(super) async fn renewals(node: Node) {
    let mut ticks = tokio::time::interval(Duration::from_millis(LOOK_MS));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut renewed_ms = 0;
    loop {
        ticks.tick().await;
        let now_ms = node.now_ms();
        if now_ms.saturating_sub(renewed_ms) >= PRESENCE_TTL_MS / 3 - LOOK_MS {
            renewed_ms = now_ms;
            let statuses = lock(&node.0.live).statuses();
            for users in statuses.chunks(LOOK_USERS_MAX) {
                if let Err(error) = node.0.presence.set(node.name(), users).await {
                    tracing::debug!(%error, "presence was not renewed");
                }
            }
        }
        look(&node).await;
    }
}

/// Looks up everybody who is watched, and tells each watcher whose status or profile changed.
async fn look(node: &Node) {
    // What is not told now differs still at the next look.
    if node.pressure().admit(Lane::Presence).is_err() {
        return;
    }
    let mut watched: Vec<UserId> = lock(&node.0.live)
        .all()
        .flat_map(|session| session.watched.iter().map(|watched| watched.user))
        .collect();
    watched.sort_unstable();
    watched.dedup();
    watched.truncate(ROUND_USERS_MAX);
    if watched.is_empty() {
        return;
    }
    let mut statuses = BTreeMap::new();
    for users in watched.chunks(LOOK_USERS_MAX) {
        if let Ok(found) = node.0.presence.get(users).await {
            statuses.extend(users.iter().copied().zip(found));
        }
    }
    let profiles = node.heard_profiles(&watched);
    let is_news = |of: &Watched, status: Status| {
        let profile = profiles.get(&of.user);
        of.told != Some(status) || profile.is_some_and(|heard| of.profile != Some(*heard))
    };
    // Of those alone who have just gone, or of whom it is told again: what is told once is kept by who was told.
    let mut gone: Vec<UserId> = Vec::new();
    for session in lock(&node.0.live).all() {
        let has_gone = |of: &&Watched| {
            statuses.get(&of.user) == Some(&Status::Offline) && is_news(of, Status::Offline)
        };
        let watched = session.watched.iter();
        gone.extend(watched.filter(has_gone).map(|of| of.user));
    }
    gone.sort_unstable();
    gone.dedup();
    let seen = node.seen(&gone).await;
    for session in lock(&node.0.live).all_mut() {
        let mut changed = Vec::new();
        let mut watched = session.watched.clone();
        for of in &mut watched {
            if let Some(status) = statuses.get(&of.user)
                && is_news(of, *status)
            {
                of.told = Some(*status);
                of.profile = profiles.get(&of.user).copied().or(of.profile);
                changed.push(PresenceOf {
                    user: of.user,
                    status: *status,
                    seen_ms: seen.get(&of.user).copied(),
                    profile: of.profile,
                });
            }
        }
        if changed.is_empty() {
            continue;
        }
        let frame = encode(&ServerFrame::Presence { users: changed });
        if session.outbox.push(Lane::Presence, &frame) == Pushed::Taken {
            session.watched = watched;
        }
    }
}

impl Node {
    /// Sets the status of a session, and whom it watches; returns how they are.
    pub(super) async fn set_presence(
        &self,
        user: UserId,
        session: u64,
        status: Status,
        mut watch: Vec<UserId>,
    ) -> Vec<PresenceOf> {
        watch.sort_unstable();
        watch.dedup();
        if let Some(session) = lock(&self.0.live).session(user, session) {
            session.status = status;
        }
        self.show_presence(user).await;
        let statuses = self.0.presence.get(&watch).await;
        let is_away = statuses.is_err();
        let statuses = statuses.unwrap_or_else(|_| vec![Status::Offline; watch.len()]);
        let profiles = self.heard_profiles(&watch);
        let pairs: Vec<_> = watch.into_iter().zip(statuses).collect();
        let is_gone = |(_, status): &&(UserId, Status)| *status == Status::Offline;
        let gone: Vec<_> = pairs
            .iter()
            .filter(is_gone)
            .map(|(user, _)| *user)
            .collect();
        let mut seen = self.seen(&gone).await;
        // The board of a single server forgets when that ends. Whoever is asked about is looked up once, not at each look.
        let unknown: Vec<_> = gone.into_iter().filter(|u| !seen.contains_key(u)).collect();
        if !is_away && !unknown.is_empty() {
            seen.extend(self.last_uses(&unknown).await);
        }
        let of = |(user, status)| PresenceOf {
            user,
            status,
            seen_ms: seen.get(&user).copied(),
            profile: profiles.get(&user).copied(),
        };
        let watched: Vec<_> = pairs.into_iter().map(of).collect();
        if let Some(session) = lock(&self.0.live).session(user, session) {
            let told = |of: &PresenceOf| Watched {
                user: of.user,
                told: Some(of.status),
                profile: of.profile,
            };
            session.watched = watched.iter().map(told).collect();
        }
        watched
    }

    /// The versions of these users' profiles, of whom a change was heard.
    fn heard_profiles(&self, users: &[UserId]) -> BTreeMap<UserId, ProfileVersion> {
        let profiles = lock(&self.0.profiles);
        let version = |user: &UserId| Some((*user, profiles.version(*user)?));
        users.iter().filter_map(version).collect()
    }

    /// When users were last there, of whom that is known. Nobody's, if the board is away: it is no more than a nicety.
    async fn seen(&self, users: &[UserId]) -> BTreeMap<UserId, u64> {
        let mut seen = BTreeMap::new();
        for users in users.chunks(LOOK_USERS_MAX) {
            let Ok(unseen) = self.0.presence.unseen_ms(users).await else {
                continue;
            };
            let now_ms = self.0.clock.wall_ms();
            let at = |(user, unseen): (&UserId, Option<u64>)| {
                Some((*user, now_ms.saturating_sub(unseen?)))
            };
            seen.extend(users.iter().zip(unseen).filter_map(at));
        }
        seen
    }

    /// Who of these users says, on a device that is connected, that they are not to be disturbed. Of whom the board cannot
    /// tell it, nobody: rather one word too many than none.
    pub(super) async fn not_to_be_disturbed(&self, users: &[UserId]) -> BTreeSet<UserId> {
        let mut found = BTreeSet::new();
        for users in users.chunks(LOOK_USERS_MAX) {
            let Ok(statuses) = self.0.presence.get(users).await else {
                continue;
            };
            let all = users.iter().zip(statuses);
            found.extend(
                all.filter(|(_, status)| *status == Status::DoNotDisturb)
                    .map(|(user, _)| *user),
            );
        }
        found
    }

    /// The answer to whom a session watches was shed: the next look tells it.
    pub(super) fn presence_untold(&self, user: UserId, session: u64) {
        if let Some(session) = lock(&self.0.live).session(user, session) {
            session.watched.iter_mut().for_each(|of| of.told = None);
        }
    }

    /// Puts the user's present status on the board.
    pub(super) async fn show_presence(&self, user: UserId) {
        let status = lock(&self.0.live).status(user);
        if let Err(error) = self.0.presence.set(self.name(), &[(user, status)]).await {
            tracing::debug!(%error, "presence was not set");
        }
    }
}
