//! A network of the drill's own: a namespace in which nothing but this run lives, so that packets can be dropped
//! (`iptables -m statistic`) and held up (NFQUEUE) between any two parts, and nothing of it is left when the run ends,
//! however it ends.
//!
//! It needs Linux, root, `unshare`, `ip` and `iptables`; where one is missing, the classes that need it are left out.

use std::{
    os::unix::process::CommandExt,
    path::Path,
    process::{Command as Blocking, Stdio},
};

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

/// Set in the namespace.
const INSIDE: &str = "HEARTH_DRILL_NET";

/// What makes a namespace usable, and tries what the faults will do.
const TRY: &str = "ip link set lo up && \
    iptables -w -A INPUT -s 127.0.9.9 -m comment --comment try -m statistic --mode random --probability 0.5 -j DROP";

/// Goes on as the same program in a namespace of its own, if that can be. Returns there, or here with the reason why not.
/// What the cluster needs is installed before: from there nothing can be fetched.
pub(super) fn enter(install: &Path) -> Result<Result<(), String>> {
    if std::env::var_os(INSIDE).is_some() {
        return Ok(Ok(()));
    }
    let installed = Blocking::new(install).args(["--for", "cluster"]).status()?;
    ensure!(
        installed.success(),
        "what the cluster needs is not installed"
    );
    Ok(go())
}

/// Does not return if it can be.
fn go() -> Result<(), String> {
    let tried = Blocking::new("unshare")
        .args(["--net", "--", "sh", "-c", TRY])
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("unshare: {error}"))?;
    if !tried.status.success() {
        let said = String::from_utf8_lossy(&tried.stderr);
        return Err(said
            .lines()
            .next()
            .unwrap_or("it cannot be made")
            .to_owned());
    }
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let failed = Blocking::new("unshare")
        .args([
            "--net",
            "--",
            "sh",
            "-c",
            "ip link set lo up && exec \"$0\" \"$@\"",
        ])
        .arg(program)
        .args(std::env::args_os().skip(1))
        .env(INSIDE, "1")
        .exec();
    Err(failed.to_string())
}

/// What becomes of packets that a rule is about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Fate {
    /// So much of them is dropped, from 0 to 1.
    Dropped(f64),
    /// They wait in the queue of this number, if there is one.
    Queued(u16),
}

impl Fate {
    fn words(self) -> String {
        match self {
            Fate::Dropped(part) if part < 1.0 => {
                format!("-m statistic --mode random --probability {part} -j DROP")
            }
            Fate::Dropped(_) => "-j DROP".to_owned(),
            Fate::Queued(number) => format!("-j NFQUEUE --queue-num {number} --queue-bypass"),
        }
    }
}

/// The packets that it is about: those that hold to all words, in one direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    words: Vec<String>,
}

impl Rule {
    /// Words of `iptables`, with blanks between.
    pub(super) fn new(words: &str) -> Self {
        Self {
            words: words.split_whitespace().map(str::to_owned).collect(),
        }
    }

    /// There and back: from and to a port at some addresses.
    pub(super) fn both(addresses: &str, ports: &str) -> [Self; 2] {
        [("-d", "--dports"), ("-s", "--sports")].map(|(side, port)| {
            Self::new(&format!(
                "-p tcp {side} {addresses} -m multiport {port} {ports}"
            ))
        })
    }
}

/// Rules that hold for as long as they are not lifted.
#[derive(Debug)]
pub(super) struct Laid {
    name: &'static str,
    rules: Vec<Vec<String>>,
    before: Kernel,
}

/// What came of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Met {
    /// Packets that a rule was about.
    pub(super) packets: u64,
    /// What the kernel counted meanwhile, in all of the namespace.
    pub(super) kernel: Kernel,
}

impl Laid {
    /// Lays these. `name` tells them from others'.
    pub(super) async fn lay(name: &'static str, rules: &[Rule], fate: Fate) -> Result<Self> {
        let end = format!("-m comment --comment {name} {}", fate.words());
        let mut laid = Self {
            name,
            rules: Vec::new(),
            before: Kernel::read()?,
        };
        for rule in rules {
            let mut words = rule.words.clone();
            words.extend(end.split_whitespace().map(str::to_owned));
            iptables("-A", &words).await?;
            laid.rules.push(words);
        }
        Ok(laid)
    }

    /// Takes them away.
    pub(super) async fn lift(self) -> Result<Met> {
        let said = list().await?;
        for words in &self.rules {
            iptables("-D", words).await?;
        }
        let now = Kernel::read()?;
        Ok(Met {
            packets: packets_of(&said, self.name),
            kernel: Kernel {
                retransmitted: now.retransmitted - self.before.retransmitted,
                out_of_order: now.out_of_order - self.before.out_of_order,
            },
        })
    }

    /// Takes all rules away, whoever laid them.
    pub(super) async fn lift_all() -> Result<()> {
        if std::env::var_os(INSIDE).is_none() {
            return Ok(());
        }
        let mut command = Command::new("iptables");
        command.args(["-w", "-F", "INPUT"]);
        ensure!(command.status().await?.success(), "iptables -F failed");
        Ok(())
    }
}

async fn iptables(verb: &str, words: &[String]) -> Result<()> {
    let mut command = Command::new("iptables");
    command.args(["-w", verb, "INPUT"]).args(words);
    let output = command.output().await.context("iptables")?;
    ensure!(
        output.status.success(),
        "iptables {verb} {}: {}",
        words.join(" "),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

async fn list() -> Result<String> {
    let mut command = Command::new("iptables");
    command.args(["-w", "-L", "INPUT", "-vnx"]);
    let output = command.output().await.context("iptables")?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The sum over the rules of that name: a line's first number.
fn packets_of(list: &str, name: &str) -> u64 {
    let comment = format!("/* {name} */");
    let lines = list.lines().filter(|line| line.contains(&comment));
    lines
        .filter_map(|line| line.split_whitespace().next()?.parse::<u64>().ok())
        .sum()
}

/// Segments that TCP has met since the namespace is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kernel {
    /// Sent again.
    pub(super) retransmitted: u64,
    /// Put by, since one before them had not come.
    pub(super) out_of_order: u64,
}

impl Kernel {
    fn read() -> Result<Self> {
        let count = |file: &str, group: &str, name: &str| {
            let text = std::fs::read_to_string(file)?;
            count_in(&text, group, name).with_context(|| format!("{file} does not tell {name}"))
        };
        Ok(Self {
            retransmitted: count("/proc/net/snmp", "Tcp:", "RetransSegs")?,
            out_of_order: count("/proc/net/netstat", "TcpExt:", "TCPOFOQueue")?,
        })
    }
}

/// A group has a line of names, and one of their values.
fn count_in(text: &str, group: &str, name: &str) -> Option<u64> {
    let mut lines = text.lines().filter(|line| line.starts_with(group));
    let (names, values) = (lines.next()?, lines.next()?);
    let at = names.split_whitespace().position(|word| word == name)?;
    values.split_whitespace().nth(at)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_read_as_the_kernel_says_them() {
        let list = "Chain INPUT (policy ACCEPT 0 packets, 0 bytes)\n\
            \x20   pkts      bytes target     prot opt in     out     source               destination\n\
            \x20      7      364 DROP       6    --  *      *       0.0.0.0/0  127.0.4.1  /* redis-loss */\n\
            \x20      5      260 DROP       6    --  *      *       127.0.4.1  0.0.0.0/0  /* redis-loss */\n\
            \x20      9      260 DROP       6    --  *      *       127.0.4.1  0.0.0.0/0  /* nginx-loss */\n";
        assert_eq!(packets_of(list, "redis-loss"), 12);
        assert_eq!(packets_of(list, "redis"), 0);
        let snmp =
            "Ip: Forwarding\nIp: 1\nTcp: RtoMin OutSegs RetransSegs InErrs\nTcp: 200 17 4 0\n";
        assert_eq!(count_in(snmp, "Tcp:", "RetransSegs"), Some(4));
        assert_eq!(
            count_in("Tcp: RtoMin\nTcp: 200\n", "Tcp:", "RetransSegs"),
            None
        );
    }

    #[test]
    fn a_rule_has_both_directions() {
        let [there, back] = Rule::both("127.0.4.0/24", "7000:7005");
        let words = |rule: Rule| rule.words.join(" ");
        assert_eq!(
            words(there),
            "-p tcp -d 127.0.4.0/24 -m multiport --dports 7000:7005"
        );
        assert_eq!(
            words(back),
            "-p tcp -s 127.0.4.0/24 -m multiport --sports 7000:7005"
        );
    }
}
