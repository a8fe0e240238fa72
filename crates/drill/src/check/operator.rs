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
//! Each runs in a shell. The status of `evidence` says whether the fault bit; without one `begin`'s own says it.

use std::{path::Path, process::Stdio, time::Duration};

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

    fn parse(text: &str) -> Result<Self> {
        let steps: Self = toml::from_str(text)?;
        for (at, step) in steps.fault.iter().enumerate() {
            ensure!(
                !step.name.is_empty() && !step.begin.is_empty(),
                "fault {} needs a name and a begin",
                at + 1
            );
        }
        Ok(steps)
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
        let began = shell(&step.begin).await?;
        if !began {
            bail!("`{}` failed", step.begin);
        }
        sleep(hold).await;
        let ended = step.end.is_empty() || shell(&step.end).await?;
        ensure!(ended, "`{}` failed: mend it by hand", step.end);
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
        assert!(Steps::parse("[[fault]]\nname = \"\"\nbegin = \"x\"\n").is_err());
    }
}
