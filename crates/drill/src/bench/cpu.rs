//! Processor time of other processes, to the nanosecond, by `/proc/PID/task/*/schedstat`; and on which processors one may
//! run. Linux only.

use std::{collections::BTreeMap, fs, process::Command, time::Duration};

use anyhow::{Context, Result, ensure};

/// Processes and what each of their threads has used, those that have ended included as far as they were seen.
#[derive(Debug)]
pub(super) struct Meter {
    pids: Vec<u32>,
    threads: BTreeMap<u32, u64>,
}

impl Meter {
    pub(super) fn of(pid: u32) -> Self {
        Self::of_all(&[pid])
    }

    pub(super) fn of_all(pids: &[u32]) -> Self {
        Self {
            pids: pids.to_owned(),
            threads: BTreeMap::new(),
        }
    }

    /// All that they have used until now.
    pub(super) fn read(&mut self) -> Result<Duration> {
        let mut tasks = Vec::new();
        for pid in &self.pids {
            tasks.extend(fs::read_dir(format!("/proc/{pid}/task")).context("it does not run")?);
        }
        for task in tasks {
            let task = task?;
            let Some(thread) = task.file_name().to_str().and_then(|tid| tid.parse().ok()) else {
                continue;
            };
            // It may end between the two.
            let Ok(stat) = fs::read_to_string(task.path().join("schedstat")) else {
                continue;
            };
            let used = stat.split(' ').next().and_then(|ns| ns.parse().ok());
            self.threads
                .insert(thread, used.context("schedstat says nothing")?);
        }
        Ok(Duration::from_nanos(self.threads.values().sum()))
    }
}

/// From now on all threads of the process run there only.
pub(super) fn pin(pid: u32, processors: &str) -> Result<()> {
    let output = Command::new("taskset")
        .args(["--all-tasks", "--pid", "--cpu-list", processors])
        .arg(pid.to_string())
        .output()
        .context("taskset, which util-linux has")?;
    ensure!(
        output.status.success(),
        "taskset: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_works_uses_time_and_one_that_is_not_there_is_said_so() {
        let mut own = Meter::of(std::process::id());
        let before = own.read().unwrap();
        let mut sum = 0_u64;
        while own.read().unwrap() == before {
            sum = std::hint::black_box(sum.wrapping_add(1));
        }
        assert!(Meter::of(u32::MAX).read().is_err());
        assert!(
            Meter::of_all(&[std::process::id(), u32::MAX])
                .read()
                .is_err()
        );
    }
}
