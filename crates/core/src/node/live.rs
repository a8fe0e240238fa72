//! The sessions on this node, by user.

use std::{
    collections::{BTreeMap, VecDeque},
    ops::Bound,
    sync::{Arc, Mutex},
};

use hearth_protocol::{ProfileVersion, RoomId, Status, UserId, bounds::ROOMS_PER_USER_MAX};
use litemap::LiteMap;
use tokio::sync::Notify;

use super::{Credential, Outbox, lock};
use crate::{
    grant::Grant,
    session::{Dialect, Notice},
};

/// Notices that wait for one session: a look at the user's list gives one for each room in it, at once. More than this,
/// and the session has not been scheduled for long: it is closed.
const NOTICES_MAX: usize = 8 * ROOMS_PER_USER_MAX + 1_024;

/// Whether a session shows that its user is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shows {
    /// A connection of theirs.
    There,
    /// No more than that somebody tells them of something.
    Nothing,
}

/// A session as the node's tasks reach it.
#[derive(Clone)]
pub(super) struct LiveSession {
    pub(super) credential: Credential,
    /// What the token lets it do, if it is a bot's.
    pub(super) grant: Option<Arc<Grant>>,
    pub(super) dialect: Dialect,
    pub(super) outbox: Arc<dyn Outbox>,
    pub(super) mailbox: Arc<Mailbox>,
    pub(super) status: Status,
    pub(super) shows: Shows,
    /// The version of what is the user's own that the client was told last; `None` if it does not follow that.
    pub(super) own_told: Option<u64>,
    /// Who is watched, and what the client was told of them last.
    pub(super) watched: Vec<Watched>,
}

/// Somebody whom a session watches.
#[derive(Debug, Clone, Copy)]
pub(super) struct Watched {
    pub(super) user: UserId,
    /// How the client was told last that they are; `None` if that was shed.
    pub(super) told: Option<Status>,
    /// Of which version it was told last that their profile is.
    pub(super) profile: Option<ProfileVersion>,
}

impl LiveSession {
    /// Whether it may be told of a room.
    pub(super) fn reaches(&self, room: RoomId) -> bool {
        self.grant.as_ref().is_none_or(|grant| grant.reaches(room))
    }
}

/// Notices for one session.
#[derive(Default)]
pub(super) struct Mailbox {
    notices: Mutex<VecDeque<Notice>>,
    wake: Notify,
}

impl Mailbox {
    /// Adds a notice; false if it did not fit, and the session must be closed as lost.
    pub(super) fn push(&self, notice: Notice) -> bool {
        let mut notices = lock(&self.notices);
        if notices.len() >= NOTICES_MAX {
            return false;
        }
        notices.push_back(notice);
        self.wake.notify_one();
        true
    }

    /// Waits for the next notice. May be dropped at any time.
    pub(super) async fn next(&self) -> Notice {
        loop {
            if let Some(notice) = lock(&self.notices).pop_front() {
                return notice;
            }
            self.wake.notified().await;
        }
    }
}

/// All sessions, by user and the session's number.
#[derive(Default)]
pub(super) struct Live {
    users: BTreeMap<UserId, LiteMap<u64, LiveSession>>,
    /// After whom the next look for rooms begins.
    looked: Option<UserId>,
}

impl Live {
    /// Adds a session; true if it is the user's first on this node.
    pub(super) fn add(&mut self, user: UserId, id: u64, session: LiveSession) -> bool {
        let sessions = self
            .users
            .entry(user)
            .or_insert_with(|| LiteMap::with_capacity(1));
        sessions.insert(id, session);
        sessions.len() == 1
    }

    /// Removes a session; true if it was the user's last on this node.
    pub(super) fn remove(&mut self, user: UserId, id: u64) -> bool {
        let Some(sessions) = self.users.get_mut(&user) else {
            return false;
        };
        let removed = sessions.remove(&id).is_some();
        let last = removed && sessions.is_empty();
        if last {
            self.users.remove(&user);
        }
        last
    }

    /// One session.
    pub(super) fn session(&mut self, user: UserId, id: u64) -> Option<&mut LiveSession> {
        self.users.get_mut(&user)?.get_mut(&id)
    }

    /// The user's sessions.
    pub(super) fn of(&self, user: UserId) -> impl Iterator<Item = &LiveSession> {
        let sessions = self.users.get(&user).into_iter();
        sessions.flat_map(|sessions| sessions.values())
    }

    /// The user's sessions, to be changed.
    pub(super) fn of_mut(&mut self, user: UserId) -> impl Iterator<Item = &mut LiveSession> {
        let sessions = self.users.get_mut(&user).into_iter();
        sessions.flat_map(|sessions| sessions.iter_mut().map(|(_, session)| session))
    }

    /// The user's sessions, with their numbers.
    pub(super) fn numbered(&self, user: UserId) -> impl Iterator<Item = (u64, &LiveSession)> {
        let sessions = self.users.get(&user).into_iter();
        let sessions = sessions.flat_map(|sessions| sessions.iter());
        sessions.map(|(id, session)| (*id, session))
    }

    /// All sessions.
    pub(super) fn all(&self) -> impl Iterator<Item = &LiveSession> {
        self.users.values().flat_map(|sessions| sessions.values())
    }

    /// All sessions, to be changed.
    pub(super) fn all_mut(&mut self) -> impl Iterator<Item = &mut LiveSession> {
        let sessions = self.users.values_mut();
        let sessions = sessions.flat_map(|sessions| sessions.iter_mut());
        sessions.map(|(_, session)| session)
    }

    /// How many users there are.
    pub(super) fn users(&self) -> usize {
        self.users.len()
    }

    /// The user after another, or the first.
    pub(super) fn next_user(&self, after: Option<UserId>) -> Option<UserId> {
        let after = after.map_or(Bound::Unbounded, Bound::Excluded);
        let mut next = self.users.range((after, Bound::Unbounded));
        next.next().map(|(user, _)| *user)
    }

    /// The next user in turn whose rooms to look for.
    pub(super) fn next_to_look(&mut self) -> Option<UserId> {
        self.looked = self.next_user(self.looked);
        self.looked
    }

    /// The users, and the highest status of their sessions.
    pub(super) fn statuses(&self) -> Vec<(UserId, Status)> {
        let highest = |sessions: &LiteMap<u64, LiveSession>| {
            let there = sessions.values().filter(|one| one.shows == Shows::There);
            there.map(|session| session.status).max()
        };
        self.users
            .iter()
            .filter_map(|(user, sessions)| Some((*user, highest(sessions)?)))
            .collect()
    }

    /// How many users show that they are there.
    pub(super) fn users_there(&self) -> usize {
        let users = self.users.values();
        let there = |sessions: &&LiteMap<u64, LiveSession>| {
            sessions.values().any(|one| one.shows == Shows::There)
        };
        users.filter(there).count()
    }

    /// The highest status of one user's sessions.
    pub(super) fn status(&self, user: UserId) -> Status {
        let there = self.of(user).filter(|one| one.shows == Shows::There);
        there
            .map(|session| session.status)
            .max()
            .unwrap_or(Status::Offline)
    }

    /// Whether any of a user's sessions shows that they are there.
    pub(super) fn is_there(&self, user: UserId) -> bool {
        self.of(user).any(|session| session.shows == Shows::There)
    }
}
