//! The in-process presence board: statuses that expire by tokio's clock (which tests pause).

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use hearth_protocol::{Status, UserId};
use litemap::LiteMap;
use tokio::time::Instant;

use crate::port::{
    NodeName, PRESENCE_SEEN_MS, PRESENCE_TTL_MS, PRESENCE_USERS_MAX, Presence, PresenceError,
};

/// A board for the nodes of one process.
#[derive(Debug, Default)]
pub struct LocalPresence {
    board: Mutex<Board>,
}

#[derive(Debug, Default)]
struct Board {
    statuses: BTreeMap<UserId, LiteMap<NodeName, (Status, Instant)>>,
    /// When a status of theirs was last set.
    seen: BTreeMap<UserId, Instant>,
    sweep: Option<Instant>,
}

impl LocalPresence {
    /// An empty board.
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets everything, as a flushed Redis does.
    pub fn flush(&self) {
        let mut board = self.board.lock().unwrap_or_else(PoisonError::into_inner);
        *board = Board::default();
    }
}

impl Board {
    /// Drops what has expired, once per time to live: the board holds only statuses set within two of them.
    fn sweep(&mut self, now: Instant) {
        if self.sweep.is_some_and(|at| now < at) {
            return;
        }
        self.sweep = Some(now + Duration::from_millis(PRESENCE_TTL_MS));
        self.statuses.retain(|_, by_node| {
            by_node.retain(|_, (_, until)| *until > now);
            !by_node.is_empty()
        });
        let seen = Duration::from_millis(PRESENCE_SEEN_MS);
        self.seen.retain(|_, at| now.duration_since(*at) < seen);
    }
}

fn bounded(users: usize) -> Result<(), PresenceError> {
    if users > PRESENCE_USERS_MAX {
        return Err(PresenceError(format!(
            "{users} users in one call; at most {PRESENCE_USERS_MAX}"
        )));
    }
    Ok(())
}

#[async_trait]
impl Presence for LocalPresence {
    async fn set(&self, node: &NodeName, users: &[(UserId, Status)]) -> Result<(), PresenceError> {
        bounded(users.len())?;
        let now = Instant::now();
        let until = now + Duration::from_millis(PRESENCE_TTL_MS);
        let mut board = self.board.lock().unwrap_or_else(PoisonError::into_inner);
        board.sweep(now);
        for (user, status) in users {
            board.seen.insert(*user, now);
            if *status == Status::Offline {
                if let Some(by_node) = board.statuses.get_mut(user) {
                    by_node.remove(node);
                    if by_node.is_empty() {
                        board.statuses.remove(user);
                    }
                }
            } else {
                board
                    .statuses
                    .entry(*user)
                    .or_insert_with(|| LiteMap::with_capacity(1))
                    .insert(node.clone(), (*status, until));
            }
        }
        Ok(())
    }

    async fn get(&self, users: &[UserId]) -> Result<Vec<Status>, PresenceError> {
        bounded(users.len())?;
        let now = Instant::now();
        let board = self.board.lock().unwrap_or_else(PoisonError::into_inner);
        let highest = |user| {
            let by_node = board.statuses.get(user)?;
            by_node
                .values()
                .filter(|(_, until)| *until > now)
                .map(|(status, _)| *status)
                .max()
        };
        Ok(users
            .iter()
            .map(|user| highest(user).unwrap_or(Status::Offline))
            .collect())
    }

    async fn unseen_ms(&self, users: &[UserId]) -> Result<Vec<Option<u64>>, PresenceError> {
        bounded(users.len())?;
        let now = Instant::now();
        let board = self.board.lock().unwrap_or_else(PoisonError::into_inner);
        let unseen = |user| {
            let since = now.duration_since(*board.seen.get(user)?);
            u64::try_from(since.as_millis()).ok()
        };
        Ok(users.iter().map(unseen).collect())
    }
}
