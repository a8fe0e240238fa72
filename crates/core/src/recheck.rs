//! Whose sockets to look at again, whether what they were opened with still counts. A pure machine.
//!
//! Promises: a user of whom something was told comes first, and again until the look has succeeded; one who has just
//! connected comes within seconds; everybody else in turn, so that a word that was lost is made up for. What comes by
//! itself has a budget of looks a second; what was told has none, since telling takes a write of the store.

use std::collections::BTreeSet;

use hearth_protocol::UserId;

/// Looks a second and node, beside those that were told of. Those of one second are read together: two reads of the
/// embedded store, on Cassandra two for each; and one more for those whose clients follow what is their own.
pub const CHECKS_PER_S: usize = 50;
/// Of them, those that look at who has just connected.
const OPENED_PER_S: usize = CHECKS_PER_S / 2;
/// A round over all users takes this long, or longer where the budget is too small for so many.
pub const ROUND_S: usize = 30;

/// Whom to look at next.
#[derive(Debug, Default)]
pub struct Recheck {
    told: BTreeSet<UserId>,
    opened: BTreeSet<UserId>,
    turn: Option<UserId>,
    /// What is left of the last seconds' share of a round, in parts of a look.
    share: usize,
}

impl Recheck {
    /// Something about the user's logins has changed.
    pub fn tell(&mut self, user: UserId) {
        self.told.insert(user);
    }

    /// The user has connected here, or news for them may have been lost: what was read before may be old.
    pub fn suspect(&mut self, user: UserId) {
        self.opened.insert(user);
    }

    /// Those of whom something was told, for the only time.
    pub fn told(&mut self) -> Vec<UserId> {
        std::mem::take(&mut self.told).into_iter().collect()
    }

    /// Those who are to be looked at in this second without anything being told. `users` is how many are connected
    /// here; `next` gives the one after another, from the first on.
    pub fn round(
        &mut self,
        users: usize,
        next: impl Fn(Option<UserId>) -> Option<UserId>,
    ) -> Vec<UserId> {
        let mut due = Vec::new();
        // Half is kept for the turn, which a crowd of newcomers must not stop.
        while due.len() < OPENED_PER_S
            && let Some(user) = self.opened.pop_first()
        {
            due.push(user);
        }
        self.share += users;
        let in_turn = self.share / ROUND_S;
        self.share %= ROUND_S;
        for _ in 0..in_turn.min(CHECKS_PER_S - due.len()) {
            // After the last comes the first.
            self.turn = next(self.turn).or_else(|| next(None));
            due.extend(self.turn);
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn user(n: usize) -> UserId {
        UserId(Uuid::from_u128(n as u128))
    }

    /// `users` are connected, numbered from 1.
    fn next(users: usize) -> impl Fn(Option<UserId>) -> Option<UserId> {
        move |after| {
            let n = after.map_or(1, |user| user.0.as_u128() as usize + 1);
            (n <= users).then(|| user(n))
        }
    }

    #[test]
    fn everybody_is_looked_at_within_a_round() {
        for users in [1, 29, 30, 31, 1_000, CHECKS_PER_S * ROUND_S] {
            let mut recheck = Recheck::default();
            let mut seen = BTreeSet::new();
            for _ in 0..ROUND_S {
                let due = recheck.round(users, next(users));
                assert!(due.len() <= CHECKS_PER_S);
                seen.extend(due);
            }
            assert_eq!(seen.len(), users);
        }
    }

    #[test]
    fn one_user_alone_is_looked_at_once_a_round() {
        let mut recheck = Recheck::default();
        let looks = (0..10 * ROUND_S).map(|_| recheck.round(1, next(1)).len());
        assert_eq!(looks.sum::<usize>(), 10);
    }

    #[test]
    fn too_many_users_take_longer_rounds_and_never_more_looks() {
        let users = 3 * CHECKS_PER_S * ROUND_S;
        let mut recheck = Recheck::default();
        let mut seen = BTreeSet::new();
        for _ in 0..3 * ROUND_S {
            let due = recheck.round(users, next(users));
            assert_eq!(due.len(), CHECKS_PER_S);
            seen.extend(due);
        }
        assert_eq!(seen.len(), users);
    }

    #[test]
    fn who_connects_comes_before_the_turn_and_a_crowd_of_them_keeps_to_the_budget() {
        let mut recheck = Recheck::default();
        recheck.suspect(user(700));
        assert_eq!(recheck.round(1_000, next(1_000))[0], user(700));
        (1..=120).for_each(|n| recheck.suspect(user(n)));
        let counts: Vec<_> = (0..5).map(|_| recheck.round(0, next(0)).len()).collect();
        assert_eq!(counts, [25, 25, 25, 25, 20]);
        // They do not stop the turn.
        (1..=1_000).for_each(|n| recheck.suspect(user(n)));
        assert_eq!(recheck.round(CHECKS_PER_S * ROUND_S, next(9)).len(), 50);
    }

    #[test]
    fn what_was_told_is_given_once() {
        let mut recheck = Recheck::default();
        recheck.tell(user(1));
        recheck.tell(user(1));
        assert_eq!(recheck.told(), [user(1)]);
        assert!(recheck.told().is_empty());
        assert!(recheck.round(0, next(0)).is_empty());
    }
}
