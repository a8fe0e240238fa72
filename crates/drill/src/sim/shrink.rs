//! Makes a schedule that fails smaller: acts and faults are left out as long as it still fails in the same way, until none
//! can be spared. It must not know what a schedule is.

use anyhow::Result;

/// A schedule is run so often at most. Shrunk schedules are short, and so are their runs.
pub(super) const RUNS_MAX: usize = 400;

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shrunk {
    /// The items that are not needed, ascending.
    pub(super) left_out: Vec<usize>,
    /// How often it was run.
    pub(super) runs: usize,
}

/// Leaves out as many of so many items as it can. `fails` says whether it fails without some, which come ascending.
///
/// Larger parts are tried first, then smaller ones, down to single items, until none of these can be spared: so each that
/// is left is needed, unless the runs were used up before.
///
/// # Errors
/// `fails` could not tell.
pub(super) fn shrink(
    items: usize,
    runs_max: usize,
    mut fails: impl FnMut(&[usize]) -> Result<bool>,
) -> Result<Shrunk> {
    let mut kept: Vec<usize> = (0..items).collect();
    let mut runs = 0;
    let mut part = kept.len().div_ceil(2).max(1);
    'all: loop {
        let mut is_smaller = false;
        let mut start = 0;
        while start < kept.len() {
            if runs == runs_max {
                break 'all;
            }
            let end = (start + part).min(kept.len());
            let mut fewer = kept.clone();
            fewer.drain(start..end);
            runs += 1;
            if fails(&but(items, &fewer))? {
                kept = fewer;
                is_smaller = true;
            } else {
                start = end;
            }
        }
        match part {
            1 if !is_smaller => break,
            1 => {}
            _ => part = part.div_ceil(2),
        }
    }
    let left_out = but(items, &kept);
    Ok(Shrunk { left_out, runs })
}

/// All but these.
fn but(items: usize, kept: &[usize]) -> Vec<usize> {
    (0..items).filter(|at| !kept.contains(at)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Shrinks what fails as long as it has all of these.
    fn shrunk(items: usize, needed: &[usize], runs_max: usize) -> Shrunk {
        shrink(items, runs_max, |left_out| {
            Ok(needed.iter().all(|at| !left_out.contains(at)))
        })
        .expect("it can tell")
    }

    #[test]
    fn what_is_needed_is_all_that_is_left() {
        for needed in [&[][..], &[0], &[79], &[3, 41], &[0, 1, 2, 40, 78, 79]] {
            let left = but(80, &shrunk(80, needed, 10_000).left_out);
            assert_eq!(left, needed);
        }
    }

    #[test]
    fn what_is_left_fails_also_when_the_runs_are_used_up() {
        let shrunk = shrunk(80, &[3, 41], 9);
        assert_eq!(shrunk.runs, 9);
        assert!(!shrunk.left_out.is_empty());
        assert!(!shrunk.left_out.contains(&3) && !shrunk.left_out.contains(&41));
    }

    #[test]
    fn of_two_ways_to_fail_one_is_left() {
        let shrunk = shrink(64, 10_000, |left_out| {
            let out: BTreeSet<_> = left_out.iter().collect();
            Ok(!out.contains(&9) || (!out.contains(&30) && !out.contains(&50)))
        });
        let left = but(64, &shrunk.expect("it can tell").left_out);
        assert!(left == [9] || left == [30, 50], "{left:?}");
    }
}
