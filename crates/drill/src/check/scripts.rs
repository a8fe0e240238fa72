//! The project's scripts, called from outside as an operator would: each call has a deadline, its words come back, and
//! Ctrl-C in the terminal does not reach it, so that what was begun can be ended in order.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    process::{Output, Stdio},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::janitor::Janitor;
use anyhow::{Context, Result, bail};
use tokio::{
    process::Command,
    time::{Instant, sleep, timeout},
};

/// The longest call: three Cassandra nodes on a busy machine.
const CALL: Duration = Duration::from_secs(420);

/// How long a call that is broken off may take to clean up after itself.
const ENDS: Duration = Duration::from_secs(90);

/// Where the scripts are, and what they are told.
#[derive(Debug, Clone)]
pub(super) struct Scripts {
    folder: PathBuf,
    /// The server's program, for `HEARTH_BIN`.
    binary: PathBuf,
    /// Calls under way: each leads a process group of its own.
    under_way: Arc<Mutex<HashSet<u32>>>,
    /// Is told of calls.
    janitor: Option<Janitor>,
}

impl Scripts {
    /// Those of `folder`, or else of the project in which this program was called.
    pub(super) fn find(folder: Option<&Path>) -> Result<Self> {
        let here = std::env::current_dir()?;
        let folder = match folder {
            Some(folder) => folder.to_owned(),
            None => here
                .ancestors()
                .map(|above| above.join("scripts"))
                .find(|scripts| scripts.join("cluster").is_file())
                .context("no scripts/cluster here or above: call this in the project, or say --scripts FOLDER")?,
        };
        let folder = folder
            .canonicalize()
            .with_context(|| format!("no folder {}", folder.display()))?;
        Ok(Self {
            folder,
            binary: server_binary()?,
            under_way: Arc::default(),
            janitor: None,
        })
    }

    /// Where a script is.
    pub(super) fn path(&self, script: &str) -> PathBuf {
        self.folder.join(script)
    }

    /// Tells it of all calls from now on.
    pub(super) fn tell(&mut self, janitor: Janitor) {
        self.janitor = Some(janitor);
    }

    /// Where the scripts keep the state of what they start, as they decide it themselves.
    pub(super) fn state(&self, name: &str) -> PathBuf {
        let run = std::env::var_os("HEARTH_RUN").map_or_else(
            || self.folder.parent().unwrap_or(&self.folder).join(".run"),
            PathBuf::from,
        );
        run.join(name)
    }

    /// Calls one. What it wrote to its standard output; an error has its last words.
    pub(super) async fn call(&self, script: &str, words: &[&str]) -> Result<String> {
        let output = self.output(script, words).await?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            let last: Vec<&str> = said.lines().rev().take(12).collect();
            let last: Vec<&str> = last.into_iter().rev().collect();
            bail!("{script} {}: {}", words.join(" "), last.join("\n    "));
        }
        Ok(text_of(&output))
    }

    /// Calls one whose status is a part of its answer: what it wrote, whatever the status.
    pub(super) async fn ask(&self, script: &str, words: &[&str]) -> Result<String> {
        Ok(text_of(&self.output(script, words).await?))
    }

    async fn output(&self, script: &str, words: &[&str]) -> Result<Output> {
        let mut command = Command::new(self.folder.join(script));
        command
            .args(words)
            .env("HEARTH_BIN", &self.binary)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        let child = command.spawn();
        let child = child.with_context(|| format!("{script} cannot be started"))?;
        let group = child.id().unwrap_or(0);
        self.groups().insert(group);
        if let Some(janitor) = &self.janitor {
            janitor.call(group);
        }
        let output = timeout(CALL, child.wait_with_output()).await;
        if output.is_ok() {
            self.forget(group);
        }
        let output =
            output.with_context(|| format!("{script} {} does not end", words.join(" ")))?;
        Ok(output?)
    }

    /// Ends calls that nobody waits for any more, with all that they have called: before what they started is ended, or
    /// they would go on starting.
    pub(super) async fn end_calls(&self) -> Result<()> {
        let groups = self.groups().clone();
        for group in groups {
            let until = Instant::now() + ENDS;
            signal_group("TERM", group).await?;
            while lives(group) {
                if Instant::now() >= until {
                    signal_group("KILL", group).await?;
                }
                sleep(Duration::from_millis(100)).await;
            }
            self.forget(group);
        }
        Ok(())
    }

    fn forget(&self, group: u32) {
        self.groups().remove(&group);
        if let Some(janitor) = &self.janitor {
            janitor.over(group);
        }
    }

    fn groups(&self) -> MutexGuard<'_, HashSet<u32>> {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// To all of a group, if there is anybody.
async fn signal_group(signal: &str, group: u32) -> Result<()> {
    let mut kill = Command::new("kill");
    kill.args(["-s", signal, "--", &format!("-{group}")]);
    kill.stderr(Stdio::null()).status().await?;
    Ok(())
}

/// Whether any process of a group lives: one that has ended and that nobody has asked about does not.
fn lives(group: u32) -> bool {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let stats = entries.filter_map(|entry| std::fs::read_to_string(entry.path().join("stat")).ok());
    let mut stats = stats.filter_map(|stat| {
        // The name before it may hold blanks.
        let (_, rest) = stat.rsplit_once(") ")?;
        let mut words = rest.split_whitespace();
        let (state, _, of) = (words.next()?, words.next()?, words.next()?);
        Some((state.to_owned(), of.parse::<u32>().ok()?))
    });
    stats.any(|(state, of)| of == group && state != "Z" && state != "X")
}

fn text_of(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// `HEARTH_BIN`, or the program that was built beside this one.
pub(crate) fn server_binary() -> Result<PathBuf> {
    let binary = match std::env::var_os("HEARTH_BIN") {
        Some(binary) => PathBuf::from(binary),
        None => std::env::current_exe()?.with_file_name("hearth"),
    };
    let binary = std::path::absolute(&binary)?;
    if !binary.is_file() {
        bail!(
            "no server at {}: build it with 'cargo build -p hearth-server', or name it in HEARTH_BIN",
            binary.display()
        );
    }
    Ok(binary)
}
