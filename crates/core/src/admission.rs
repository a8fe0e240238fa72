//! Admission: how many clients a node lets in, one after the other, when all of another node's come at once.
//!
//! A bucket of tokens that fills at a steady rate; each client who is let in takes one. Who comes when it is empty is
//! told when to come back, and each is told another time, one step of the rate after the one told before: so a crowd
//! that is refused does not return as a crowd. What was told is no promise of a place: the tokens go to whoever comes.
//! Pure: `now_ms` is a parameter, and the same calls give the same answers.

/// How many are let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdmissionBounds {
    /// Clients a second, in the long run. Zero: all are let in.
    pub per_second: u32,
    /// Clients at once after a quiet time.
    pub burst: u32,
}

impl Default for AdmissionBounds {
    /// A greeting costs four small reads of the store and a few hundred microseconds; five thousand are back within
    /// ten seconds on one node, and in quiet times nobody is ever refused.
    fn default() -> Self {
        Self {
            per_second: 500,
            burst: 1_000,
        }
    }
}

/// Nobody is told to wait longer: by then another node may be there.
const WAIT_MS_MAX: u64 = 30_000;
/// A token, in the unit in which they are counted: then each millisecond adds a whole number.
const TOKEN: u64 = 1_000;

/// The bucket.
#[derive(Debug)]
pub struct Admission {
    bounds: AdmissionBounds,
    /// In thousandths.
    tokens: u64,
    at_ms: u64,
    /// The last time told, in thousandths of a millisecond.
    told_us: u64,
}

impl Admission {
    /// A full bucket.
    pub fn new(bounds: AdmissionBounds) -> Self {
        Self {
            bounds,
            tokens: u64::from(bounds.burst.max(1)) * TOKEN,
            at_ms: 0,
            told_us: 0,
        }
    }

    /// Lets one in, or says after how many milliseconds to come back.
    ///
    /// # Errors
    /// That time.
    pub fn ask(&mut self, now_ms: u64) -> Result<(), u64> {
        let per_second = u64::from(self.bounds.per_second);
        if per_second == 0 {
            return Ok(());
        }
        // A clock that runs backwards adds nothing.
        let passed_ms = now_ms.saturating_sub(self.at_ms);
        self.at_ms = self.at_ms.max(now_ms);
        let full = u64::from(self.bounds.burst.max(1)) * TOKEN;
        self.tokens = full.min(
            self.tokens
                .saturating_add(passed_ms.saturating_mul(per_second)),
        );
        if let Some(left) = self.tokens.checked_sub(TOKEN) {
            self.tokens = left;
            return Ok(());
        }
        let step_us = 1_000_000 / per_second;
        let now_us = self.at_ms.saturating_mul(1_000);
        self.told_us = self.told_us.max(now_us).saturating_add(step_us);
        // The line is as long as one may be told to wait; whoever comes then begins it anew.
        if self.told_us > now_us.saturating_add(WAIT_MS_MAX * 1_000) {
            self.told_us = now_us.saturating_add(step_us);
        }
        Err((self.told_us - now_us).div_ceil(1_000).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admission(per_second: u32, burst: u32) -> Admission {
        Admission::new(AdmissionBounds { per_second, burst })
    }

    #[test]
    fn a_burst_is_let_in_and_then_the_rate() {
        let mut admission = admission(100, 10);
        let let_in = |admission: &mut Admission, now| {
            (0..1_000).filter(|_| admission.ask(now).is_ok()).count()
        };
        assert_eq!(let_in(&mut admission, 0), 10);
        assert_eq!(let_in(&mut admission, 5), 0);
        assert_eq!(let_in(&mut admission, 10), 1);
        let over_a_second: usize = (11..=1_010).map(|now| let_in(&mut admission, now)).sum();
        assert_eq!(over_a_second, 100);
        assert_eq!(
            let_in(&mut admission, 1_000_000),
            10,
            "a quiet time fills it, and no more"
        );
    }

    #[test]
    fn who_is_refused_is_told_a_time_of_their_own_within_a_bound() {
        let mut admission = admission(100, 1);
        admission.ask(0).unwrap();
        let told: Vec<u64> = (0..500).map(|_| admission.ask(0).unwrap_err()).collect();
        assert_eq!(told, (1..=500).map(|n| n * 10).collect::<Vec<_>>());
        for _ in 0..10_000 {
            let ms = admission.ask(0).unwrap_err();
            assert!((1..=WAIT_MS_MAX).contains(&ms));
        }
    }

    #[test]
    fn a_crowd_that_keeps_to_its_times_is_in_at_the_rate_and_nobody_asks_often() {
        const CROWD: usize = 5_000;
        let mut admission = admission(500, 1_000);
        let mut comes: std::collections::BTreeMap<u64, usize> = [(0, CROWD)].into();
        let (mut refused, mut last_ms) = (0, 0);
        while let Some((now_ms, crowd)) = comes.pop_first() {
            for _ in 0..crowd {
                match admission.ask(now_ms) {
                    Ok(()) => last_ms = now_ms,
                    Err(wait_ms) => {
                        refused += 1;
                        *comes.entry(now_ms + wait_ms).or_default() += 1;
                    }
                }
            }
        }
        assert_eq!(last_ms, 8_000, "four thousand at 500 a second");
        assert_eq!(refused, CROWD - 1_000, "each was told once");
    }

    #[test]
    fn a_clock_that_jumps_back_neither_gives_nor_takes() {
        let mut admission = admission(1_000, 1);
        admission.ask(10_000).unwrap();
        assert!(admission.ask(0).is_err());
        assert!(admission.ask(10_001).is_ok());
    }

    #[test]
    fn without_a_rate_all_are_let_in() {
        let mut admission = admission(0, 0);
        assert!((0..10_000).all(|_| admission.ask(0).is_ok()));
    }
}
