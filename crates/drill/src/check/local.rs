//! The whole system as local processes, by `scripts/cluster`: three servers behind Nginx, a Redis Cluster of six, three
//! Cassandra nodes. It promises that what it started is ended, and nothing else: also when the drill is killed.

use std::{
    fs::File,
    net::{Ipv4Addr, TcpListener},
    path::Path,
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use tokio::{
    process::Command,
    time::{Instant, sleep},
};

use super::{
    clock::CLOCKED,
    janitor::Janitor,
    net::Laid,
    proxy::{Proxies, Weather, stretches},
    scripts::Scripts,
};
use crate::http::Place;

/// How long everything may take to be whole again once it is mended.
const WHOLE: Duration = Duration::from_secs(180);

/// Events in a partition: so few that every room goes from one to the next again and again.
const BUCKET_EVENTS: &str = "40";

/// One process, as `cluster status` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Process {
    /// `server`, `nginx`, `redis` or `cassandra`.
    pub(super) part: String,
    /// From 1.
    pub(super) number: usize,
    /// Where it listens.
    pub(super) address: String,
    /// Its process; `None` if it has none.
    pub(super) pid: Option<u32>,
    /// `running`, `paused` or `dead`.
    pub(super) state: String,
    /// Of Redis: `master` or `slave`; empty for others.
    pub(super) role: String,
}

/// The system.
#[derive(Debug)]
pub(super) struct Local {
    scripts: Scripts,
    name: String,
    /// The way in, through Nginx.
    pub(super) front: Place,
    /// The servers themselves.
    pub(super) servers: Vec<Place>,
    /// Between the parts.
    pub(super) proxies: Proxies,
    pub(super) cql_port: u16,
    pub(super) redis_port: u16,
    janitor: Janitor,
    /// One server has a clock that can be set.
    pub(super) has_clock: bool,
    /// Held while the name is in use.
    _lock: File,
}

impl Local {
    /// Takes the name, ends what an earlier run under it may have left, and finds free ports. Starts nothing yet.
    pub(super) async fn prepare(mut scripts: Scripts, name: &str) -> Result<Self> {
        let state = scripts.state(name);
        std::fs::create_dir_all(&state)?;
        let lock = File::create(state.with_extension("lock"))?;
        if lock.try_lock().is_err() {
            bail!("another check runs under the name {name}: give this one another by --name");
        }
        scripts
            .call("cluster", &["stop", "--wipe", "--name", name])
            .await
            .context("ending what an earlier run has left")?;
        let program = scripts.path("cluster");
        let janitor = Janitor::start(&lock, &program, &["stop", "--wipe", "--name", name])?;
        scripts.tell(janitor.clone());
        let ports = free_ports(5)?;
        let (cql_port, redis_port) = (ports[4], free_redis_port()?);
        let proxies = Proxies::listen(&stretches(cql_port, redis_port, &ports[1..4])).await;
        let place = |port: &u16| Place::parse(&format!("127.0.0.1:{port}"));
        Ok(Self {
            scripts,
            name: name.to_owned(),
            front: place(&ports[0])?,
            servers: ports[1..4].iter().map(place).collect::<Result<_>>()?,
            proxies: proxies.context("listening between the parts")?,
            cql_port,
            redis_port,
            janitor,
            has_clock: false,
            _lock: lock,
        })
    }

    /// Starts everything, anew. Returns when every server is ready.
    pub(super) async fn start(&self) -> Result<()> {
        let ports: Vec<&str> = self
            .servers
            .iter()
            .filter_map(|place| place.authority.rsplit(':').next())
            .collect();
        let proxied = format!("{},{}", self.cql_port, self.redis_port);
        let ports = ports.join(",");
        let clocked = CLOCKED.to_string();
        let mut words = vec![
            "start",
            "--fresh",
            "--listen",
            &self.front.authority,
            "--ports",
            &ports,
            "--bucket-events",
            BUCKET_EVENTS,
            "--proxied",
            &proxied,
        ];
        if self.has_clock {
            words.extend(["--clock", &clocked]);
        }
        self.cluster(&words).await?;
        Ok(())
    }

    /// Sets the one clock so many seconds ahead of the time, if there is one.
    pub(super) fn set_clock(&self, ahead_s: i64) -> Result<()> {
        if !self.has_clock {
            return Ok(());
        }
        let file = self
            .scripts
            .state(&self.name)
            .join(format!("server{CLOCKED}/clock"));
        // Read by the server at any moment: never half of it.
        let new = file.with_extension("new");
        std::fs::write(&new, format!("{ahead_s:+}\n"))?;
        std::fs::rename(new, file)?;
        Ok(())
    }

    /// Ends everything, keeps the logs in `out`, and removes the rest.
    pub(super) async fn stop(&self, out: &Path) -> Result<()> {
        self.scripts.end_calls().await?;
        self.keep_logs(out);
        self.cluster(&["stop", "--wipe"]).await?;
        self.janitor.dismiss();
        Ok(())
    }

    fn keep_logs(&self, out: &Path) {
        let state = self.scripts.state(&self.name);
        let copies = (1..=self.servers.len())
            .map(|n| (format!("server{n}/log"), format!("server{n}.log")))
            .chain((1..=3).map(|n| {
                (
                    format!("cassandra/node{n}/log"),
                    format!("cassandra{n}.log"),
                )
            }))
            .chain((1..=6).map(|n| (format!("redis/{n}/log"), format!("redis{n}.log"))));
        for (from, to) in copies {
            // A log that is not there was never begun.
            let _ = std::fs::copy(state.join(from), out.join(to));
        }
    }

    /// `scripts/cluster` under the run's name.
    pub(super) async fn cluster(&self, words: &[&str]) -> Result<String> {
        let mut all = words.to_vec();
        all.extend(["--name", &self.name]);
        self.scripts.call("cluster", &all).await
    }

    /// A part's own script (`redis`, `cassandra`, `nginx`), under the name that the cluster gave it.
    pub(super) async fn part(&self, part: &str, words: &[&str]) -> Result<String> {
        let name = format!("{}/{part}", self.name);
        let mut all = words.to_vec();
        all.extend(["--name", &name]);
        self.scripts.call(part, &all).await
    }

    /// Every process as it stands.
    pub(super) async fn processes(&self) -> Result<Vec<Process>> {
        let mut lines = String::new();
        for part in ["redis", "cassandra", "nginx"] {
            let number = if part == "nginx" { "1 " } else { "" };
            let said = self.status_of(part).await?;
            lines.extend(said.lines().map(|line| format!("{part} {number}{line}\n")));
        }
        let mut all = parse(&lines);
        for (at, place) in self.servers.iter().enumerate() {
            all.push(self.server(at + 1, place));
        }
        Ok(all)
    }

    /// One part's processes.
    pub(super) async fn of_part(&self, part: &str) -> Result<Vec<Process>> {
        let said = self.status_of(part).await?;
        let lines: String = said
            .lines()
            .map(|line| format!("{part} {line}\n"))
            .collect();
        Ok(parse(&lines))
    }

    /// By which Cassandra's nodes talk to each other.
    pub(super) fn storage_port(&self) -> Result<u16> {
        let file = self.scripts.state(&self.name).join("cassandra/settings");
        let text = std::fs::read_to_string(file)?;
        let mut lines = text.lines();
        let port = lines.find_map(|line| line.strip_prefix("storage_port=")?.parse().ok());
        port.context("scripts/cassandra has not written its storage_port")
    }

    /// Nginx's master process.
    pub(super) async fn of_nginx(&self) -> Result<Option<u32>> {
        let said = self.status_of("nginx").await?;
        Ok(said
            .split_whitespace()
            .nth(1)
            .and_then(|pid| pid.parse().ok()))
    }

    async fn status_of(&self, part: &str) -> Result<String> {
        let name = format!("{}/{part}", self.name);
        self.scripts.ask(part, &["status", "--name", &name]).await
    }

    /// A server by its pid file and the kernel's word.
    pub(super) fn server(&self, number: usize, place: &Place) -> Process {
        let file = self
            .scripts
            .state(&self.name)
            .join(format!("server{number}/pid"));
        let pid = std::fs::read_to_string(file)
            .ok()
            .and_then(|text| text.split_whitespace().next()?.parse().ok());
        let state = pid.map_or("dead", state_of);
        Process {
            part: "server".to_owned(),
            number,
            address: place.authority.clone(),
            pid: pid.filter(|_| state != "dead"),
            state: state.to_owned(),
            role: String::new(),
        }
    }

    /// Brings back whatever is paused or dead, and waits until all of it answers.
    pub(super) async fn mend(&self) -> Result<()> {
        self.proxies
            .set(&self.proxies.ways(|_| true), Weather::Fair);
        Laid::lift_all().await?;
        let until = Instant::now() + WHOLE;
        loop {
            let processes = self.processes().await?;
            let broken: Vec<&Process> = processes.iter().filter(|p| p.state != "running").collect();
            if broken.is_empty() {
                self.part("redis", &["wait"]).await?;
                return Ok(());
            }
            for process in broken {
                self.bring_back(process).await?;
            }
            if Instant::now() > until {
                bail!("something dies as often as it is brought back");
            }
            sleep(Duration::from_millis(200)).await;
        }
    }

    async fn bring_back(&self, process: &Process) -> Result<()> {
        let number = process.number.to_string();
        match (process.part.as_str(), process.state.as_str()) {
            ("nginx", _) => self.start_nginx().await?,
            (part, "paused") => {
                self.cluster(&["resume", part, &number]).await?;
            }
            (part, _) => {
                self.cluster(&["restart", part, &number]).await?;
            }
        }
        Ok(())
    }

    /// Starts Nginx again, as it was.
    pub(super) async fn start_nginx(&self) -> Result<()> {
        let seen = (1..).zip(&self.servers).map(|(number, place)| {
            let port = place.authority.rsplit(':').next().unwrap_or_default();
            format!("127.0.7.{number}:{port}")
        });
        let servers: Vec<String> = seen.collect();
        self.part(
            "nginx",
            &[
                "start",
                "--listen",
                &self.front.authority,
                "--servers",
                &servers.join(" "),
            ],
        )
        .await?;
        Ok(())
    }
}

/// What the kernel says of a process.
pub(super) fn state_of(pid: u32) -> &'static str {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else {
        return "dead";
    };
    match stat
        .rsplit(") ")
        .next()
        .and_then(|rest| rest.chars().next())
    {
        Some('T' | 't') => "paused",
        Some('Z' | 'X') | None => "dead",
        Some(_) => "running",
    }
}

/// To one process.
pub(super) async fn send_signal(signal: &str, pid: u32) -> Result<()> {
    let mut kill = Command::new("kill");
    let status = kill.args(["-s", signal, &pid.to_string()]).status().await?;
    ensure!(
        status.success(),
        "process {pid} could not be sent SIG{signal}"
    );
    Ok(())
}

fn parse(lines: &str) -> Vec<Process> {
    let read = |line: &str| {
        let mut words = line.split_whitespace();
        Some(Process {
            part: words.next()?.to_owned(),
            number: words.next()?.parse().ok()?,
            address: words.next()?.to_owned(),
            pid: words.next()?.parse().ok(),
            state: words.next()?.to_owned(),
            role: words.next().unwrap_or_default().to_owned(),
        })
    };
    lines.lines().filter_map(read).collect()
}

/// Ports on which nobody listens, below the kernel's own for outgoing connections so that none of these comes between.
pub(super) fn free_ports(count: usize) -> Result<Vec<u16>> {
    let mut ports = Vec::new();
    let mut held = Vec::new();
    for _ in 0..1000 {
        if ports.len() == count {
            return Ok(ports);
        }
        let port = rand::random_range(20_000..30_000);
        if let Ok(listener) = TcpListener::bind(("127.0.0.1", port)) {
            held.push(listener);
            ports.push(port);
        }
    }
    bail!("no free ports on 127.0.0.1")
}

/// A port for Redis's first server, with the next five for the others, and all ten thousand above for their own talk:
/// these too below the kernel's own.
fn free_redis_port() -> Result<u16> {
    for _ in 0..1000 {
        let port = rand::random_range(20_000..22_700);
        let is_free = (1..=6u8).zip(port..).all(|(node, port)| {
            let at = Ipv4Addr::new(127, 0, 8, node);
            TcpListener::bind((at, port)).is_ok() && TcpListener::bind((at, port + 10_000)).is_ok()
        });
        if is_free {
            return Ok(port);
        }
    }
    bail!("no free ports on 127.0.8.1 to 127.0.8.6")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_lines_are_read() {
        let processes = parse(
            "redis 1 127.0.0.1:7001 41 running master\nredis 2 127.0.0.1:7002 - dead -\nnonsense\n",
        );
        assert_eq!(processes.len(), 2);
        assert_eq!(processes[0].pid, Some(41));
        assert_eq!(processes[0].role, "master");
        assert_eq!(
            (processes[1].pid, processes[1].state.as_str()),
            (None, "dead")
        );
    }

    #[test]
    fn this_process_runs() {
        assert_eq!(state_of(std::process::id()), "running");
    }
}
