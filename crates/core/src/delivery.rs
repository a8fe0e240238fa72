//! How far a webhook has come, when it is tried again, and when it is given up. A pure machine: what became of a try, the
//! time and chance go in, and what is kept is the machine itself.
//!
//! Promises: nothing is passed over, since the position moves only over what was delivered or is of no interest; a
//! failure costs a pause that doubles up to a bound; who fails for [`FAILING_MS_MAX`] is suspended, with the position as
//! it stands, until somebody resumes it. The log is the queue, so nothing is lost meanwhile.

use hearth_protocol::Seq;
use serde::{Deserialize, Serialize};

/// The pause after the first failure.
const PAUSE_FIRST_MS: u64 = 1_000;
/// The longest pause.
const PAUSE_MAX_MS: u64 = 5 * 60 * 1_000;
/// Who has not taken an event for this long is suspended: longer than a night in which nobody looks after a receiver.
pub const FAILING_MS_MAX: u64 = 24 * 60 * 60 * 1_000;
/// Of what went wrong so much is kept, in characters.
const ERROR_CHARS_MAX: usize = 200;

/// What became of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was taken.
    Delivered,
    /// It was not, and why: for people, without anything secret.
    Failed(String),
    /// The receiver says that it is there no more, and never will be.
    Gone,
}

/// Why nothing is tried any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Suspended {
    /// It failed for too long.
    Failing,
    /// The receiver said that it is gone.
    Gone,
    /// Whoever made it has left the room, has not the role any more, or cannot be used.
    Maker,
}

/// How far a webhook has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The last event that is done with.
    pub position: Seq,
    /// Failures since something was delivered.
    #[serde(default)]
    pub failures: u32,
    /// When the first of them was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since_ms: Option<u64>,
    /// Before this nothing is tried.
    #[serde(default)]
    pub next_ms: u64,
    /// What went wrong last; empty: nothing, since something was delivered.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub error: String,
    /// Why it rests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspended: Option<Suspended>,
}

impl Progress {
    /// One that begins behind an event.
    pub fn behind(position: Seq) -> Self {
        Self {
            position,
            failures: 0,
            failing_since_ms: None,
            next_ms: 0,
            error: String::new(),
            suspended: None,
        }
    }

    /// For how long nothing is to be tried; `None`: until it is resumed.
    pub fn pause_ms(&self, wall_ms: u64) -> Option<u64> {
        match self.suspended {
            Some(_) => None,
            // A clock that was set back must not make a pause of years.
            None => Some(self.next_ms.saturating_sub(wall_ms).min(PAUSE_MAX_MS)),
        }
    }

    /// An event is done with. `outcome` is what became of the try; `chance` is drawn from all numbers.
    pub fn tried(&mut self, seq: Seq, outcome: Outcome, wall_ms: u64, chance: u32) {
        match outcome {
            Outcome::Delivered => *self = Self::behind(seq.max(self.position)),
            Outcome::Gone => {
                self.failed("answered 410: it is gone", wall_ms, chance);
                self.suspended = Some(Suspended::Gone);
            }
            Outcome::Failed(why) => {
                self.failed(&why, wall_ms, chance);
                let since_ms = self.failing_since_ms.unwrap_or(wall_ms);
                if wall_ms.saturating_sub(since_ms) >= FAILING_MS_MAX {
                    self.suspended = Some(Suspended::Failing);
                }
            }
        }
    }

    /// Events up to this one are of no interest.
    pub fn skipped(&mut self, to: Seq) {
        self.position = self.position.max(to);
    }

    /// Nothing more is tried.
    pub fn suspend(&mut self, why: Suspended) {
        self.suspended = Some(why);
    }

    /// Goes on from where it stands.
    pub fn resume(&mut self) {
        *self = Self::behind(self.position);
    }

    fn failed(&mut self, why: &str, wall_ms: u64, chance: u32) {
        self.failures = self.failures.saturating_add(1);
        self.failing_since_ms.get_or_insert(wall_ms);
        self.error = why.chars().take(ERROR_CHARS_MAX).collect();
        let doubled = PAUSE_FIRST_MS << (self.failures - 1).min(20);
        let pause_ms = doubled.min(PAUSE_MAX_MS);
        // A part by chance, so that those who failed together do not come back together.
        let part_ms = pause_ms / 2 * u64::from(chance) / u64::from(u32::MAX);
        self.next_ms = wall_ms + pause_ms / 2 + part_ms;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

    fn fail(progress: &mut Progress, wall_ms: u64, chance: u32) {
        let why = Outcome::Failed("answered 500".into());
        progress.tried(Seq(7), why, wall_ms, chance);
    }

    #[test]
    fn a_failure_is_tried_again_after_pauses_that_double_up_to_a_bound() {
        let mut progress = Progress::behind(Seq(6));
        let mut wall_ms = DAY_MS;
        let mut pauses = Vec::new();
        for _ in 0..12 {
            fail(&mut progress, wall_ms, u32::MAX);
            let pause_ms = progress.pause_ms(wall_ms).unwrap();
            pauses.push(pause_ms);
            wall_ms += pause_ms;
            assert_eq!(progress.pause_ms(wall_ms), Some(0));
        }
        assert_eq!(pauses[..4], [1_000, 2_000, 4_000, 8_000]);
        assert_eq!(pauses[9..], [300_000; 3]);
        assert_eq!(progress.position, Seq(6), "nothing is passed over");
        assert_eq!(progress.error, "answered 500");
        // By chance it is half as long at least.
        let mut progress = Progress::behind(Seq(6));
        fail(&mut progress, wall_ms, 0);
        assert_eq!(progress.pause_ms(wall_ms), Some(500));
    }

    #[test]
    fn what_is_delivered_moves_the_position_and_forgets_the_failures() {
        let mut progress = Progress::behind(Seq(6));
        fail(&mut progress, DAY_MS, 9);
        progress.tried(Seq(7), Outcome::Delivered, DAY_MS, 0);
        assert_eq!(progress, Progress::behind(Seq(7)));
        progress.skipped(Seq(9));
        progress.skipped(Seq(8));
        assert_eq!(progress.position, Seq(9));
    }

    #[test]
    fn who_fails_for_a_day_is_suspended_and_goes_on_from_where_it_stood() {
        let mut progress = Progress::behind(Seq(6));
        let mut wall_ms = DAY_MS;
        let mut tries = 0;
        while let Some(pause_ms) = progress.pause_ms(wall_ms) {
            wall_ms += pause_ms;
            fail(&mut progress, wall_ms, u32::MAX);
            tries += 1;
        }
        assert_eq!(progress.suspended, Some(Suspended::Failing));
        assert!(wall_ms - DAY_MS >= FAILING_MS_MAX && tries > 280, "{tries}");
        progress.resume();
        assert_eq!(progress.pause_ms(wall_ms), Some(0));
        assert_eq!(progress.position, Seq(6));
    }

    #[test]
    fn a_receiver_that_is_gone_is_believed_at_once() {
        let mut progress = Progress::behind(Seq(6));
        progress.tried(Seq(7), Outcome::Gone, DAY_MS, 0);
        assert_eq!(progress.suspended, Some(Suspended::Gone));
        assert_eq!(progress.pause_ms(DAY_MS), None);
    }

    #[test]
    fn a_clock_that_is_set_back_makes_no_long_pause() {
        let mut progress = Progress::behind(Seq(6));
        fail(&mut progress, 1_000 * DAY_MS, u32::MAX);
        assert!(progress.pause_ms(0) <= Some(PAUSE_MAX_MS));
    }
}
