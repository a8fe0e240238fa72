//! Places for posts that are under way, the pauses between their tries included: so many of one user, so many in all.
//!
//! Promises: what is full for one user is full for no other, until there is no place at all; a place is given back when
//! its post is dropped, however it ended. It must not know what a post is.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use hearth_protocol::UserId;

/// Of one user: two notifications for each of as many browsers as there can be. Their push services are of their
/// choice, and may be slow on purpose.
const USER_POSTS_MAX: usize = 20;
/// In all: each holds a text and an address, some 4 KiB.
const POSTS_MAX: usize = 10_000;

/// The places that are taken.
#[derive(Debug, Default)]
pub(super) struct Places(Mutex<Taken>);

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    /// Who has none has no entry.
    of_user: HashMap<UserId, usize>,
}

/// A place, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    user: UserId,
}

impl Places {
    /// A place for a post to this user; `None` if they have as many as they may, or all have.
    pub(super) fn take(self: &Arc<Self>, user: UserId) -> Option<Place> {
        let mut taken = self.taken();
        let own = taken.of_user.get(&user).copied().unwrap_or_default();
        if own >= USER_POSTS_MAX || taken.all >= POSTS_MAX {
            return None;
        }
        taken.all += 1;
        taken.of_user.insert(user, own + 1);
        Some(Place {
            places: self.clone(),
            user,
        })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        taken.all = taken.all.saturating_sub(1);
        let own = taken.of_user.remove(&self.user).unwrap_or_default();
        if own > 1 {
            taken.of_user.insert(self.user, own - 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn user(n: usize) -> UserId {
        UserId(Uuid::from_u128(n as u128))
    }

    #[test]
    fn who_has_taken_all_their_places_keeps_nobody_else_from_one_and_has_one_again_after() {
        let places = Arc::new(Places::default());
        let mut held: Vec<_> = (0..USER_POSTS_MAX)
            .map(|_| places.take(user(1)).unwrap())
            .collect();
        assert!(places.take(user(1)).is_none());
        assert!(places.take(user(2)).is_some());
        held.pop();
        held.push(places.take(user(1)).unwrap());
        assert!(places.take(user(1)).is_none());
        drop(held);
        let taken = places.taken();
        assert_eq!((taken.all, taken.of_user.len()), (0, 0));
    }

    #[test]
    fn there_are_so_many_places_in_all() {
        let places = Arc::new(Places::default());
        let mut held: Vec<_> = (0..POSTS_MAX)
            .map(|n| places.take(user(n)).unwrap())
            .collect();
        assert!(places.take(user(POSTS_MAX)).is_none());
        held.pop();
        assert!(places.take(user(POSTS_MAX)).is_some());
    }
}
