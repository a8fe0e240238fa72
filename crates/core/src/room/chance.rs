//! Chance from a seed, the same on every build: pauses are jittered with it and nothing else.

/// SplitMix64: a few instructions, good enough to spread pauses, and its sequence never changes with a library.
#[derive(Debug, Clone)]
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// `0 ..= max`.
    pub(super) fn upto(&mut self, max: u64) -> u64 {
        match max.checked_add(1) {
            Some(bound) => self.next() % bound,
            None => self.next(),
        }
    }

    /// A pause before try `tries` (0 is the first): doubled each time from `first` up to `max`, then between its half and
    /// its whole, never 0.
    pub(super) fn backoff(&mut self, tries: u32, first: u64, max: u64) -> u64 {
        let whole = first.saturating_mul(1 << tries.min(16)).min(max).max(1);
        whole.div_ceil(2) + self.upto(whole / 2)
    }
}
