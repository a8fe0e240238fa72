//! Faults of an operator's own cluster: commands from a file (`--nemesis FILE`).
//!
//! ```toml
//! [[fault]]
//! name = "kill-node-2"
//! begin = "ssh node2 systemctl kill --signal=KILL hearth"
//! end = "ssh node2 systemctl start hearth"
//! evidence = "ssh node2 journalctl -u hearth --since=-1min | grep -q status=9"
//! hold_s = 5          # between begin and end
//! heals_s = 20        # after its end, no send need be acknowledged for so long
//! outage = false      # whether all sends may stop while it lasts
//! ```
//! Each runs in a shell. What was begun, also half, is taken back by its `end`, whatever becomes of the drill short of
//! SIGKILL. The status of `evidence` says whether the fault bit; without one `begin`'s own says it.

use std::{
    collections::BTreeSet,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use tokio::{
    process::Command,
    time::{sleep, timeout},
};

use super::{faults::Bite, plan::Kind};

/// The longest that one command may take.
const COMMAND: Duration = Duration::from_secs(120);

/// One fault of the file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    name: String,
    begin: String,
    #[serde(default)]
    end: String,
    #[serde(default)]
    evidence: String,
    #[serde(default = "five")]
    hold_s: u64,
    #[serde(default = "twenty")]
    heals_s: u64,
    #[serde(default)]
    outage: bool,
}

fn five() -> u64 {
    5
}

fn twenty() -> u64 {
    20
}

/// The file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Steps {
    #[serde(default)]
    fault: Vec<Step>,
}

impl Steps {
    /// Reads the file.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        Self::parse(&text).with_context(|| format!("{} is no list of faults", path.display()))
    }

    pub(super) fn parse(text: &str) -> Result<Self> {
        let steps: Self = toml::from_str(text)?;
        let mut names = BTreeSet::new();
        for (at, step) in steps.fault.iter().enumerate() {
            ensure!(
                !step.name.is_empty() && !step.begin.is_empty(),
                "fault {} needs a name and a begin",
                at + 1
            );
            ensure!(
                names.insert(&step.name),
                "two faults are called {}",
                step.name
            );
        }
        Ok(steps)
    }

    /// The one of this name.
    pub(super) fn named(&self, name: &str) -> Option<Kind> {
        let at = self.fault.iter().position(|step| step.name == name)?;
        self.kinds().get(at).copied()
    }

    /// For the plan.
    pub(super) fn kinds(&self) -> Vec<Kind> {
        let each = self.fault.iter().enumerate();
        each.map(|(at, step)| Kind::Command {
            at,
            hold_ms: step.hold_s * 1000,
        })
        .collect()
    }

    pub(super) fn name(&self, at: usize) -> String {
        self.fault[at].name.clone()
    }

    pub(super) fn heals(&self, at: usize) -> Duration {
        Duration::from_secs(self.fault[at].heals_s)
    }

    pub(super) fn is_outage(&self, at: usize) -> bool {
        self.fault[at].outage
    }

    /// Begins, holds, looks for evidence, ends.
    pub(super) async fn inflict(&self, at: usize, hold: Duration) -> Result<Bite> {
        let step = &self.fault[at];
        let begun = Begun { end: &step.end };
        let began = shell(&step.begin).await;
        let is_begun = matches!(began, Ok(true));
        if is_begun {
            sleep(hold).await;
        }
        let ended = begun.end().await;
        if !is_begun {
            // What did half may not be undone by an end that is for all of it.
            if !matches!(ended, Ok(true)) {
                println!(
                    "  `{}` failed too: look whether to mend it by hand",
                    step.end
                );
            }
            began?;
            bail!("`{}` failed", step.begin);
        }
        ensure!(ended?, "`{}` failed: mend it by hand", step.end);
        let bit = step.evidence.is_empty() || shell(&step.evidence).await?;
        let what = if step.evidence.is_empty() {
            "its begin said so"
        } else {
            "its evidence said so"
        };
        Ok(Bite {
            what: what.to_owned(),
            n: u64::from(bit),
        })
    }
}

/// A fault that was begun and not taken back: where its turn is given up, it is taken back all the same.
struct Begun<'a> {
    end: &'a str,
}

impl Begun<'_> {
    /// Takes it back. Whether that succeeded.
    async fn end(mut self) -> Result<bool> {
        let ended = if self.end.is_empty() {
            Ok(true)
        } else {
            shell(self.end).await
        };
        self.end = "";
        ended
    }
}

impl Drop for Begun<'_> {
    #[expect(
        clippy::disallowed_methods,
        reason = "what is dropped cannot wait otherwise, and the fault must be taken back before all ends"
    )]
    fn drop(&mut self) {
        if self.end.is_empty() {
            return;
        }
        println!("  given up: `{}`", self.end);
        let child = std::process::Command::new("sh")
            .args(["-c", self.end])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let status = child.map(|mut child| {
            let until = Instant::now() + COMMAND;
            loop {
                match child.try_wait() {
                    Ok(None) if Instant::now() < until => {
                        std::thread::sleep(Duration::from_millis(20));
                    }
                    ended => break ended,
                }
            }
        });
        if !matches!(status, Ok(Ok(Some(status))) if status.success()) {
            println!("  `{}` failed: mend it by hand", self.end);
        }
    }
}

/// Whether the command's status is 0.
async fn shell(command: &str) -> Result<bool> {
    let status = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .status();
    let status = timeout(COMMAND, status)
        .await
        .with_context(|| format!("`{command}` does not end"))??;
    Ok(status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_fault_of_a_file_is_done_and_says_whether_it_bit() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("mark");
        let text = format!(
            "[[fault]]\nname = \"a\"\nbegin = \"touch {0}\"\nend = \"test -e {0}\"\nevidence = \"test -e {0}\"\nhold_s = 0\n\
             [[fault]]\nname = \"b\"\nbegin = \"true\"\nevidence = \"false\"\nhold_s = 0\n\
             [[fault]]\nname = \"c\"\nbegin = \"false\"\n",
            file.display()
        );
        let steps = Steps::parse(&text).unwrap();
        assert_eq!(steps.kinds().len(), 3);
        assert_eq!(steps.inflict(0, Duration::ZERO).await.unwrap().n, 1);
        assert_eq!(steps.inflict(1, Duration::ZERO).await.unwrap().n, 0);
        assert!(steps.inflict(2, Duration::ZERO).await.is_err());
    }

    #[tokio::test]
    async fn what_was_begun_is_taken_back_also_half_way() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("mark");
        let text = format!(
            "[[fault]]\nname = \"a\"\nbegin = \"touch {0}\"\nend = \"rm {0}\"\n\
             [[fault]]\nname = \"b\"\nbegin = \"touch {0}; false\"\nend = \"rm {0}\"\n\
             [[fault]]\nname = \"c\"\nbegin = \"touch {0}; sleep 60\"\nend = \"rm {0}\"\n",
            file.display()
        );
        let steps = Steps::parse(&text).unwrap();
        let hold = Duration::from_secs(60);
        for at in [0, 2] {
            let inflicted = steps.inflict(at, hold);
            tokio::select! {
                ended = inflicted => panic!("{ended:?}"),
                () = async { while !file.exists() { sleep(Duration::from_millis(5)).await } } => {}
            }
            assert!(!file.exists(), "{}", steps.name(at));
        }
        let error = steps.inflict(1, hold).await.unwrap_err();
        assert!(error.to_string().contains("false` failed"), "{error}");
        assert!(!file.exists());
    }

    #[test]
    fn the_example_is_a_list_of_faults() {
        let text = include_str!("../../../../docs/nemesis.toml");
        assert_eq!(Steps::parse(text).unwrap().kinds().len(), 5);
    }

    #[test]
    fn a_misspelt_word_is_told() {
        assert!(
            Steps::parse("[[fault]]\nname = \"a\"\nbegin = \"x\"\nevidense = \"y\"\n").is_err()
        );
        let one = "[[fault]]\nname = \"a\"\nbegin = \"x\"\n";
        assert!(Steps::parse(one).is_ok());
        assert!(Steps::parse(&one.repeat(2)).is_err());
        assert!(Steps::parse("[[fault]]\nname = \"\"\nbegin = \"x\"\n").is_err());
    }
}
