//! Growing pauses with full jitter: after a fault, everybody comes back at another moment.

/// A small generator of chance (SplitMix64), seeded by the shell: jitter needs no secrecy, and a run can be repeated.
#[derive(Debug, Clone)]
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Anything from 0 to `bound`, both included.
    pub(super) fn up_to(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        // The slight bias of the remainder does not matter to a pause.
        bound.checked_add(1).map_or(z, |n| z % n)
    }
}

/// Counts tries and says how long to pause before the next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Backoff {
    tries: u32,
}

/// The first bound: long enough that a thousand clients do not arrive at once, short enough to be no outage.
const FIRST_MS: u64 = 500;
/// The last bound: a person still waits for that.
const LAST_MS: u64 = 30_000;

impl Backoff {
    /// The pause before the next try: a random part of a bound that doubles with each try.
    pub(super) fn pause(&mut self, chance: &mut Chance) -> u64 {
        chance.up_to(self.grow())
    }

    /// At least what the server asked for, and then some, so that those who were told the same time do not meet.
    pub(super) fn pause_after(&mut self, at_least: Option<u64>, chance: &mut Chance) -> u64 {
        at_least.unwrap_or(0).min(LAST_MS) + chance.up_to(self.grow())
    }

    /// Begins anew after a success.
    pub(super) fn reset(&mut self) {
        self.tries = 0;
    }

    /// How many pauses there were since the last success.
    pub(super) fn tries(&self) -> u32 {
        self.tries
    }

    fn grow(&mut self) -> u64 {
        let bound = FIRST_MS << self.tries.min(10);
        self.tries = self.tries.saturating_add(1);
        bound.min(LAST_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_bound_and_begin_anew() {
        let mut backoff = Backoff::default();
        let bounds: Vec<_> = (0..8).map(|_| backoff.grow()).collect();
        assert_eq!(
            bounds,
            [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]
        );
        for _ in 0..200 {
            assert_eq!(backoff.grow(), 30_000);
        }
        backoff.reset();
        assert_eq!(backoff.grow(), 500);
    }

    #[test]
    fn a_pause_is_any_part_of_its_bound() {
        let mut chance = Chance::new(1);
        let pauses: Vec<_> = (0..2000)
            .map(|_| Backoff::default().pause(&mut chance))
            .collect();
        assert!(pauses.iter().all(|ms| *ms <= 500));
        assert!(pauses.iter().any(|ms| *ms < 10) && pauses.iter().any(|ms| *ms > 490));
    }

    #[test]
    fn the_server_s_time_is_kept_but_bounded() {
        let mut chance = Chance::new(1);
        let pause = Backoff::default().pause_after(Some(2000), &mut chance);
        assert!((2000..=2500).contains(&pause));
        let pause = Backoff::default().pause_after(Some(u64::MAX), &mut chance);
        assert!(pause <= LAST_MS + 500);
    }
}
