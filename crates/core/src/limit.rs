//! A limit: how often each of many may do something. A bucket of tokens for each of them, which fills at a steady rate;
//! whoever does the thing takes one, and who comes when theirs is empty is told when there is one again.
//!
//! Promises: however many come, a bounded number of buckets is kept. A full one need not be kept, for a new one is as
//! full; when all places are taken, the one that was used longest ago goes, and its owner begins anew. Who is refused
//! loses nothing by asking again. Pure: `now_ms` is a parameter, and the same calls give the same answers.

use std::collections::BTreeMap;

/// How often something may happen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rate {
    /// In a minute, in the long run. Zero: as often as anybody likes.
    pub per_minute: u64,
    /// At once, after a quiet time; one at least.
    pub burst: u64,
}

impl Rate {
    /// As often as anybody likes.
    pub const NONE: Self = Self {
        per_minute: 0,
        burst: 0,
    };
}

/// Buckets kept for one limit, some 150 bytes each: as many as there are connections at most, by default. Who would
/// push others out needs as many users, rooms or networks as that, all within the time in which a bucket fills.
const BUCKETS_MAX: usize = 20_000;
/// What a token costs, in the unit in which time is counted here: milliseconds times `per_minute`, all whole numbers.
const TOKEN: u128 = 60_000;

#[derive(Debug, Clone, Copy)]
struct Bucket {
    /// When it is full again if nobody takes more: all that there is to know about it. In the unit of [`TOKEN`].
    full_at: u128,
    /// Its place in the order of use.
    used: u64,
}

/// The buckets of all who are limited alike.
#[derive(Debug)]
pub struct Limit<K> {
    rate: Rate,
    buckets: BTreeMap<K, Bucket>,
    /// Whose it is, the one that was used longest ago first.
    by_use: BTreeMap<u64, K>,
    uses: u64,
    now_ms: u64,
    buckets_max: usize,
}

impl<K: Ord + Clone> Limit<K> {
    /// All buckets are full.
    pub fn new(rate: Rate) -> Self {
        Self::within(rate, BUCKETS_MAX)
    }

    fn within(rate: Rate, buckets_max: usize) -> Self {
        Self {
            rate,
            buckets: BTreeMap::new(),
            by_use: BTreeMap::new(),
            uses: 0,
            now_ms: 0,
            buckets_max,
        }
    }

    /// Takes a token, or says after how many milliseconds there is one.
    ///
    /// # Errors
    /// That time.
    pub fn ask(&mut self, who: &K, now_ms: u64) -> Result<(), u64> {
        let looked = self.look(who, now_ms);
        match looked {
            Ok(()) => self.take(who, now_ms),
            // Whoever knocks is not idle: their empty bucket is not the first to go.
            Err(_) => self.used(who),
        }
        looked
    }

    /// Whether there is a token, without taking it; if not, after how many milliseconds.
    ///
    /// # Errors
    /// That time.
    pub fn look(&mut self, who: &K, now_ms: u64) -> Result<(), u64> {
        if self.rate.per_minute == 0 {
            return Ok(());
        }
        let now = self.time(now_ms);
        let missing = self.missing(who, now);
        let over = (missing + TOKEN).saturating_sub(u128::from(self.rate.burst.max(1)) * TOKEN);
        if over == 0 {
            return Ok(());
        }
        let wait_ms = over.div_ceil(u128::from(self.rate.per_minute));
        Err(u64::try_from(wait_ms).unwrap_or(u64::MAX))
    }

    /// Takes a token whether there is one or not: who took more than there were waits the longer.
    pub fn take(&mut self, who: &K, now_ms: u64) {
        if self.rate.per_minute == 0 {
            return;
        }
        let now = self.time(now_ms);
        let full_at = now + self.missing(who, now) + TOKEN;
        if !self.buckets.contains_key(who) {
            self.make_room(now);
            self.buckets
                .insert(who.clone(), Bucket { full_at, used: 0 });
        }
        if let Some(bucket) = self.buckets.get_mut(who) {
            bucket.full_at = full_at;
        }
        self.used(who);
    }

    /// A clock that runs backwards stands still.
    fn time(&mut self, now_ms: u64) -> u128 {
        self.now_ms = self.now_ms.max(now_ms);
        u128::from(self.now_ms) * u128::from(self.rate.per_minute)
    }

    fn missing(&self, who: &K, now: u128) -> u128 {
        let bucket = self.buckets.get(who);
        bucket.map_or(0, |bucket| bucket.full_at.saturating_sub(now))
    }

    fn used(&mut self, who: &K) {
        if let Some(bucket) = self.buckets.get_mut(who) {
            self.by_use.remove(&bucket.used);
            self.uses += 1;
            bucket.used = self.uses;
            self.by_use.insert(self.uses, who.clone());
        }
    }

    /// Lets go of the two that were used longest ago if they are full, so that there are never many more than are in
    /// use; and of the very first in any case if all places are taken.
    fn make_room(&mut self, now: u128) {
        for _ in 0..2 {
            let Some((_, who)) = self.by_use.first_key_value() else {
                return;
            };
            let is_full = self.missing(who, now) == 0;
            if !is_full && self.buckets.len() < self.buckets_max {
                return;
            }
            if let Some((_, who)) = self.by_use.pop_first() {
                self.buckets.remove(&who);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(per_minute: u64, burst: u64) -> Limit<u32> {
        Limit::within(Rate { per_minute, burst }, 100)
    }

    #[test]
    fn a_burst_is_let_through_and_then_the_rate_for_each_alone() {
        let mut limit = limit(600, 30);
        for who in [1, 2] {
            let through = (0..1_000).filter(|_| limit.ask(&who, 5_000).is_ok());
            assert_eq!(through.count(), 30, "{who}");
        }
        let through = (5_001..=65_000).filter(|now_ms| limit.ask(&1, *now_ms).is_ok());
        assert_eq!(through.count(), 600, "ten a second");
        let through = (0..1_000).filter(|_| limit.ask(&1, 1_000_000).is_ok());
        assert_eq!(through.count(), 30, "a quiet time fills it, and no more");
    }

    #[test]
    fn the_time_that_is_told_is_the_first_at_which_it_is_let_through() {
        let mut limit = limit(7, 2);
        let mut now_ms = 123;
        for _ in 0..50 {
            if let Err(wait_ms) = limit.ask(&1, now_ms) {
                assert!(limit.look(&1, now_ms + wait_ms - 1).is_err());
                now_ms += wait_ms;
                limit.ask(&1, now_ms).unwrap();
            }
        }
        // Two at once, and seven a minute after that.
        assert_eq!(now_ms, 123 + (48 * 60_000_u64).div_ceil(7));
    }

    #[test]
    fn asking_in_vain_costs_nothing_and_taking_more_than_there_is_is_paid_back() {
        let mut limit = limit(60, 1);
        limit.ask(&1, 0).unwrap();
        for now_ms in 0..1_000 {
            assert_eq!(limit.ask(&1, now_ms), Err(1_000 - now_ms));
        }
        limit.ask(&1, 1_000).unwrap();
        limit.take(&1, 1_000);
        limit.take(&1, 1_000);
        assert_eq!(limit.look(&1, 1_000), Err(3_000));
        assert_eq!(limit.look(&1, 4_000), Ok(()));
    }

    #[test]
    fn the_buckets_are_bounded_and_the_one_idle_longest_goes() {
        let mut limit = limit(1, 1);
        for who in 0..100 {
            limit.ask(&who, 0).unwrap();
        }
        // Number 0 knocks, so number 1 is the one idle longest.
        assert!(limit.ask(&0, 0).is_err());
        limit.ask(&100, 0).unwrap();
        assert_eq!(limit.buckets.len(), 100);
        assert!(limit.look(&0, 0).is_err() && limit.look(&2, 0).is_err());
        assert!(limit.look(&1, 0).is_ok(), "it begins anew");
        for who in 0..100_000 {
            let _ = limit.ask(&who, 1);
            assert!(limit.buckets.len() <= 100);
            assert_eq!(limit.buckets.len(), limit.by_use.len());
        }
    }

    #[test]
    fn full_buckets_are_not_kept() {
        let mut limit = limit(60_000, 10);
        for who in 0..10_000 {
            // Each is full again after a millisecond.
            limit.ask(&who, u64::from(who)).unwrap();
            assert!(limit.buckets.len() <= 2, "{}", limit.buckets.len());
        }
    }

    #[test]
    fn a_clock_that_jumps_back_neither_gives_nor_takes() {
        let mut limit = limit(60_000, 1);
        limit.ask(&1, 10_000).unwrap();
        assert!(limit.ask(&1, 0).is_err());
        assert!(limit.ask(&1, 10_001).is_ok());
    }

    #[test]
    fn without_a_rate_nothing_is_refused_or_kept() {
        let mut limit = Limit::new(Rate::NONE);
        assert!((0..10_000).all(|who| limit.ask(&who, 0).is_ok()));
        assert!(limit.buckets.is_empty());
    }
}
