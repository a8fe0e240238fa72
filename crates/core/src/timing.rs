//! How long things took lately: half of them at most so long, all but one in a hundred at most so long.
//!
//! A histogram of fixed size. Two windows of half a minute take turns, so what is said is of the last half minute to
//! minute. Each time is rounded up to the next of steps that are a fifth apart: it never looks shorter than it was.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

/// Half of what is looked back at.
const WINDOW_MS: u64 = 30_000;
/// The shortest step: what takes less is told as this.
const SHORTEST_US: u64 = 64;
/// The steps between a time and its double, in thousandths.
const STEPS: [u64; 4] = [1_000, 1_189, 1_414, 1_682];
/// Up to more than a minute; longer is told as the last.
const STEPS_MAX: usize = 84;

/// How long most things took, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spread {
    /// Half of them at most.
    pub p50_us: u64,
    /// All but one in a hundred at most.
    pub p99_us: u64,
}

/// The times of the last minute.
#[derive(Debug, Clone)]
pub struct Timing {
    now: Window,
    before: Window,
}

/// Half a minute.
#[derive(Debug, Clone)]
struct Window {
    n: u64,
    counts: [u32; STEPS_MAX],
}

impl Window {
    fn new(n: u64) -> Self {
        Self {
            n,
            counts: [0; STEPS_MAX],
        }
    }
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            now: Window::new(0),
            before: Window::new(0),
        }
    }
}

impl Timing {
    /// Something took so long. `now_ms` is of any clock that never goes back.
    pub fn took(&mut self, now_ms: u64, took_us: u64) {
        let n = now_ms / WINDOW_MS;
        if n > self.now.n {
            self.before = std::mem::replace(&mut self.now, Window::new(n));
        }
        let count = &mut self.now.counts[step(took_us)];
        *count = count.saturating_add(1);
    }

    /// What was said of the last minute; `None` if nothing happened in it.
    pub fn spread(&self, now_ms: u64) -> Option<Spread> {
        let n = now_ms / WINDOW_MS;
        let windows = [&self.now, &self.before];
        let recent = windows.iter().filter(|window| window.n + 1 >= n);
        let mut counts = [0_u64; STEPS_MAX];
        for window in recent {
            for (sum, count) in counts.iter_mut().zip(window.counts) {
                *sum += u64::from(count);
            }
        }
        let all: u64 = counts.iter().sum();
        let up_to = |percent: u64| {
            let wanted = (all * percent).div_ceil(100);
            let mut sum = 0;
            let at = counts.iter().position(|count| {
                sum += count;
                sum >= wanted
            });
            bound_us(at.unwrap_or(STEPS_MAX - 1))
        };
        (all > 0).then(|| Spread {
            p50_us: up_to(50),
            p99_us: up_to(99),
        })
    }
}

fn bound_us(step: usize) -> u64 {
    (SHORTEST_US << (step / STEPS.len())) * STEPS[step % STEPS.len()] / 1_000
}

fn step(took_us: u64) -> usize {
    let fits = (0..STEPS_MAX).find(|step| bound_us(*step) >= took_us);
    fits.unwrap_or(STEPS_MAX - 1)
}

/// A [`Timing`] that several share, with a clock.
#[derive(Debug)]
pub struct Stopwatch {
    began: Instant,
    timing: Mutex<Timing>,
}

impl Default for Stopwatch {
    fn default() -> Self {
        Self {
            began: Instant::now(),
            timing: Mutex::default(),
        }
    }
}

impl Stopwatch {
    /// Something took so long.
    pub fn took(&self, took: Duration) {
        let took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let now_ms = self.now_ms();
        self.timing
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .took(now_ms, took_us);
    }

    /// As [`Timing::spread`].
    pub fn spread(&self) -> Option<Spread> {
        let now_ms = self.now_ms();
        let timing = self.timing.lock().unwrap_or_else(PoisonError::into_inner);
        timing.spread(now_ms)
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_rounded_up_and_never_by_more_than_a_fifth() {
        for took_us in [64, 65, 100, 999, 1_000, 12_345, 1_000_000, 59_999_999] {
            let mut timing = Timing::default();
            timing.took(0, took_us);
            let told_us = timing.spread(0).unwrap().p50_us;
            assert!(
                told_us >= took_us && told_us <= took_us + took_us / 5,
                "{took_us} µs are told as {told_us}"
            );
        }
    }

    #[test]
    fn half_and_all_but_one_in_a_hundred_are_told_apart() {
        let mut timing = Timing::default();
        assert_eq!(timing.spread(0), None);
        for n in 0..1_000 {
            timing.took(0, if n < 985 { 1_000 } else { 500_000 });
        }
        let spread = timing.spread(0).unwrap();
        assert!(spread.p50_us < 1_200, "{spread:?}");
        assert!(spread.p99_us >= 500_000, "{spread:?}");
    }

    #[test]
    fn what_is_older_than_a_minute_is_forgotten() {
        let mut timing = Timing::default();
        timing.took(29_000, 1_000_000);
        assert!(timing.spread(59_999).is_some());
        assert_eq!(timing.spread(60_000), None);
        timing.took(60_000, 100);
        let spread = timing.spread(60_000).unwrap();
        assert!(spread.p99_us < 200, "{spread:?}");
        // What is neither of this window nor of the one before does not come back with the next.
        timing.took(130_000, 100);
        assert!(timing.spread(130_000).is_some());
        assert_eq!(timing.spread(190_000), None);
    }

    #[test]
    fn whatever_takes_longest_fits() {
        let mut timing = Timing::default();
        timing.took(0, u64::MAX);
        timing.took(0, 0);
        assert!(timing.spread(0).is_some());
    }
}
