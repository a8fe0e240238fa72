//! The project's scripts, called from outside as an operator would: each call has a deadline, its words come back, and
//! Ctrl-C in the terminal does not reach it, so that what was begun can be ended in order.

use std::{
    path::{Path, PathBuf},
    process::{Output, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use tokio::{process::Command, time::timeout};

/// The longest call: three Cassandra nodes on a busy machine.
const CALL: Duration = Duration::from_secs(420);

/// Where the scripts are, and what they are told.
#[derive(Debug, Clone)]
pub(super) struct Scripts {
    folder: PathBuf,
    /// The server's program, for `HEARTH_BIN`.
    binary: PathBuf,
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
        })
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
            .process_group(0)
            .kill_on_drop(true);
        timeout(CALL, command.output())
            .await
            .with_context(|| format!("{script} {} does not end", words.join(" ")))?
            .with_context(|| format!("{script} cannot be started"))
    }
}

fn text_of(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// `HEARTH_BIN`, or the program that was built beside this one.
pub(super) fn server_binary() -> Result<PathBuf> {
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
