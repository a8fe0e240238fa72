//! What waits for the writer, and when it is enough for a transaction.
//!
//! It promises the order in which jobs were pushed, one wake-up of the writer for each batch however many jobs are
//! in it, and that no job is left in a queue that nobody empties: it is dropped, so that whoever waits for its answer
//! hears of it. Its bound is its user's, who counts bytes. It must not know what a job does.

use std::{
    mem,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// The side of those who write.
#[derive(Debug)]
pub(super) struct Queue<J>(Arc<Shared<J>>);

/// The writer's side; there is one.
#[derive(Debug)]
pub(super) struct Waiting<J>(Arc<Shared<J>>);

/// The writer is gone.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Gone;

#[derive(Debug)]
struct Shared<J> {
    state: Mutex<State<J>>,
    enough: Condvar,
}

#[derive(Debug)]
struct State<J> {
    jobs: Vec<J>,
    /// The writer sleeps until so many wait; who brings the last of them wakes it.
    wanted: Option<usize>,
    /// Nobody pushes any more.
    closed: bool,
    /// Nobody takes any more.
    gone: bool,
}

/// An empty queue's two sides.
pub(super) fn queue<J>() -> (Queue<J>, Waiting<J>) {
    let state = State {
        jobs: Vec::new(),
        wanted: None,
        closed: false,
        gone: false,
    };
    let shared = Arc::new(Shared {
        state: Mutex::new(state),
        enough: Condvar::new(),
    });
    (Queue(Arc::clone(&shared)), Waiting(shared))
}

impl<J> Queue<J> {
    /// Puts the job at the end.
    pub(super) fn push(&self, job: J) -> Result<(), Gone> {
        let mut state = self.0.state();
        if state.gone {
            return Err(Gone);
        }
        state.jobs.push(job);
        let enough = state.wanted.is_some_and(|n| state.jobs.len() >= n);
        if enough {
            state.wanted = None;
        }
        drop(state);
        if enough {
            self.0.enough.notify_one();
        }
        Ok(())
    }
}

impl<J> Drop for Queue<J> {
    fn drop(&mut self) {
        self.0.state().closed = true;
        self.0.enough.notify_one();
    }
}

impl<J> Waiting<J> {
    /// How many wait now.
    pub(super) fn len(&self) -> usize {
        self.0.state().jobs.len()
    }

    /// The jobs that wait, at least one and at most `max`: waits for the first as long as it takes, and then up to
    /// `linger` for `expected` of them. `None` once nobody can push any more and all were taken.
    pub(super) fn take(&self, expected: usize, linger: Duration, max: usize) -> Option<Vec<J>> {
        let mut state = self.0.state();
        while state.jobs.is_empty() {
            if state.closed {
                return None;
            }
            state.wanted = Some(1);
            state = self.0.woken(state);
        }
        let expected = expected.min(max);
        let until = Instant::now() + linger;
        while state.jobs.len() < expected && !state.closed {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            state.wanted = Some(expected);
            let woken = self.0.enough.wait_timeout(state, left);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.wanted = None;
        let later = if state.jobs.len() > max {
            state.jobs.split_off(max)
        } else {
            Vec::with_capacity(state.jobs.len())
        };
        Some(mem::replace(&mut state.jobs, later))
    }
}

impl<J> Drop for Waiting<J> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.gone = true;
        let left = mem::take(&mut state.jobs);
        // A job's end may wake others: not under the lock.
        drop(state);
        drop(left);
    }
}

impl<J> Shared<J> {
    // What the lock guards is whole after each line: a panic elsewhere leaves nothing half done.
    fn state(&self) -> MutexGuard<'_, State<J>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn woken<'s>(&self, state: MutexGuard<'s, State<J>>) -> MutexGuard<'s, State<J>> {
        let woken = self.enough.wait(state);
        woken.unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    const LONG: Duration = Duration::from_secs(3600);

    #[test]
    fn who_writes_alone_never_waits() {
        let (queue, waiting) = queue();
        queue.push(1).unwrap();
        assert_eq!(waiting.take(1, LONG, 10), Some(vec![1]));
    }

    #[test]
    fn a_batch_waits_for_those_expected_and_no_longer() {
        let (queue, waiting) = queue();
        let writer = thread::spawn(move || waiting.take(3, LONG, 10));
        for job in 1..=3 {
            queue.push(job).unwrap();
        }
        assert_eq!(writer.join().unwrap(), Some(vec![1, 2, 3]));
    }

    #[test]
    fn a_batch_leaves_without_those_who_do_not_come() {
        let (queue, waiting) = queue();
        queue.push(1).unwrap();
        let linger = Duration::from_millis(1);
        assert_eq!(waiting.take(2, linger, 10), Some(vec![1]));
        assert_eq!(waiting.len(), 0);
    }

    #[test]
    fn what_is_beyond_the_bound_comes_next_and_in_order() {
        let (queue, waiting) = queue();
        for job in 1..=5 {
            queue.push(job).unwrap();
        }
        assert_eq!(waiting.take(100, LONG, 2), Some(vec![1, 2]));
        assert_eq!(waiting.take(100, LONG, 2), Some(vec![3, 4]));
        assert_eq!(waiting.take(1, LONG, 2), Some(vec![5]));
    }

    #[test]
    fn what_was_pushed_before_the_end_is_still_taken() {
        let (queue, waiting) = queue();
        queue.push(1).unwrap();
        drop(queue);
        assert_eq!(waiting.take(100, LONG, 10), Some(vec![1]));
        assert_eq!(waiting.take(1, LONG, 10), None);
    }

    #[test]
    fn nothing_is_left_behind_by_a_writer_that_is_gone() {
        let (queue, waiting) = queue();
        let job = Arc::new(());
        queue.push(Arc::clone(&job)).unwrap();
        drop(waiting);
        assert_eq!(Arc::strong_count(&job), 1, "dropped, not kept");
        assert_eq!(queue.push(job), Err(Gone));
    }
}
