//! System calls of another process that send something, counted by strace(1).

use std::{path::Path, process::Stdio, time::Duration};

use anyhow::{Context, Result, ensure};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

/// All by which a socket is written to here: none of them writes to a file or wakes a thread.
const SENDING: &str = "trace=sendto,sendmsg,sendmmsg,writev";
/// How long strace may take to begin, and to end.
const PATIENCE: Duration = Duration::from_secs(20);

/// strace at work on a process.
#[derive(Debug)]
pub(super) struct Calls {
    strace: Child,
    table: std::path::PathBuf,
}

impl Calls {
    /// Begins to count.
    ///
    /// # Errors
    /// There is no strace, or it may not look at the process.
    pub(super) async fn count(pid: u32, folder: &Path) -> Result<Self> {
        let table = folder.join("calls");
        let mut strace = Command::new("strace")
            .args(["-f", "-c", "-e", SENDING, "-p", &pid.to_string(), "-o"])
            .arg(&table)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("strace")?;
        let said = strace.stderr.take().context("strace says nothing")?;
        let mut said = BufReader::new(said).lines();
        let first = timeout(PATIENCE, said.next_line())
            .await
            .context("strace does not begin")??;
        let first = first.unwrap_or_default();
        ensure!(first.contains("attached"), "strace: {first}");
        // What else it says must not fill its pipe.
        tokio::spawn(async move { while let Ok(Some(_)) = said.next_line().await {} });
        Ok(Self { strace, table })
    }

    /// How many there were.
    pub(super) async fn end(mut self) -> Result<u64> {
        let pid = self.strace.id().context("strace has ended by itself")?;
        let told = Command::new("kill")
            .args(["-INT", &pid.to_string()])
            .status()
            .await?;
        ensure!(told.success(), "strace could not be told to end");
        timeout(PATIENCE, self.strace.wait())
            .await
            .context("strace does not end")??;
        let table = std::fs::read_to_string(&self.table).context("what strace counted")?;
        sum(&table)
    }
}

/// The calls of all lines of its table: `% time, seconds, usecs/call, calls, errors, syscall`.
fn sum(table: &str) -> Result<u64> {
    let names = SENDING.trim_start_matches("trace=");
    let lines = table.lines().filter(|line| {
        let last = line.split_whitespace().next_back();
        last.is_some_and(|last| names.split(',').any(|name| name == last))
    });
    lines
        .map(|line| {
            let calls = line.split_whitespace().nth(3);
            calls
                .and_then(|calls| calls.parse::<u64>().ok())
                .with_context(|| format!("no count: {line}"))
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_added_up() {
        let table = "% time     seconds  usecs/call     calls    errors syscall\n\
                     ------ ----------- ----------- --------- --------- ----------------\n\
                     90.00    0.010000           4      1000           writev\n\
                     10.00    0.001000           4        24         1 sendto\n\
                     ------ ----------- ----------- --------- --------- ----------------\n\
                     100.00    0.011000           4      1024         1 total\n";
        assert_eq!(sum(table).unwrap(), 1024);
        assert_eq!(sum("").unwrap(), 0);
        assert!(sum("1 2 3 many writev").is_err());
    }
}
