//! Doing a fault, holding it, taking it back, and the evidence that it bit: what the processes, the scripts, the servers'
//! own counts or the clients showed. A fault without evidence says `n: 0`; what is counted is never assumed.

use std::{future::Future, sync::atomic::Ordering::Relaxed, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::{
    local::{Local, Process, state_of},
    plan::Class,
    watch::{Counted, Watch},
    world::{Order, World},
};

/// How long evidence may take to show.
const SHOWS: Duration = Duration::from_secs(12);
/// Slots that a reshard moves: a tenth of them all, so that a good part of the channels goes elsewhere.
const SLOTS: &str = "1600";

/// What a fault came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bite {
    /// What was seen.
    pub(super) what: String,
    /// How often; 0: it did not bite.
    pub(super) n: u64,
}

impl Bite {
    fn new(n: u64, what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            n,
        }
    }
}

/// For how long after its end no send at all need be acknowledged: what the parts need to find each other again, and a
/// client's longest pause after some tries.
pub(super) fn heals(class: Class) -> Duration {
    Duration::from_secs(match class {
        Class::CassandraMajority | Class::CassandraKill => 30,
        Class::CassandraPause | Class::RedisAway | Class::ServerRolling => 20,
        _ => 15,
    })
}

/// Who does it.
pub(super) struct Hand<'a> {
    pub(super) local: Option<&'a Local>,
    pub(super) world: &'a World,
    pub(super) watch: &'a Watch,
}

impl Hand<'_> {
    /// What this fault will be done to, as things stand.
    pub(super) async fn target(&self, class: Class, pick: u64) -> Result<String> {
        let index = |count: usize| (pick % count.max(1) as u64) as usize;
        let target = match class {
            Class::ServerKill | Class::ServerPause | Class::ServerDrain => {
                (index(self.local()?.servers.len()) + 1).to_string()
            }
            Class::RedisKill | Class::RedisPause | Class::RedisFailover | Class::RedisReshard => {
                let masters = self.masters().await?;
                ensure!(!masters.is_empty(), "Redis has no master that runs");
                masters[index(masters.len())].number.to_string()
            }
            Class::CassandraPause | Class::CassandraKill | Class::CassandraMajority => {
                (index(3) + 1).to_string()
            }
            Class::ServerRolling
            | Class::RedisFlush
            | Class::RedisClients
            | Class::RedisPoison
            | Class::RedisAway => "all".to_owned(),
            Class::NginxReload | Class::NginxDown => "1".to_owned(),
            Class::ClientReset | Class::ClientHalfOpen | Class::ClientSlow => "some".to_owned(),
        };
        Ok(target)
    }

    /// Does it, holds it, takes it back.
    pub(super) async fn inflict(&self, class: Class, target: &str, hold: Duration) -> Result<Bite> {
        let number: usize = target.parse().unwrap_or(1);
        match class {
            Class::ServerKill => self.server_kill(number, hold).await,
            Class::ServerPause => self.server_pause(number, hold).await,
            Class::ServerDrain => self.server_drain(&[number]).await,
            Class::ServerRolling => {
                let all: Vec<usize> = (1..=self.local()?.servers.len()).collect();
                self.server_drain(&all).await
            }
            Class::RedisKill => self.redis_master_gone(number, "kill", hold).await,
            Class::RedisPause => self.redis_master_gone(number, "pause", hold).await,
            Class::RedisFailover => self.redis_failover(number).await,
            Class::RedisReshard => self.redis_reshard(number).await,
            Class::RedisFlush => self.redis_flush().await,
            Class::RedisClients => self.redis_clients().await,
            Class::RedisPoison => self.redis_poison().await,
            Class::RedisAway => self.redis_away(hold).await,
            Class::CassandraPause => self.cassandra_pause(&[number], hold).await,
            Class::CassandraMajority => self.cassandra_pause(&[number, number % 3 + 1], hold).await,
            Class::CassandraKill => self.cassandra_kill(number, hold).await,
            Class::NginxReload => self.nginx_reload().await,
            Class::NginxDown => self.nginx_down(hold).await,
            Class::ClientReset => self.clients(Order::Reset, hold).await,
            Class::ClientHalfOpen => self.clients(Order::HalfOpen, hold).await,
            Class::ClientSlow => self.clients(Order::Slow(hold), hold).await,
        }
    }

    fn local(&self) -> Result<&Local> {
        self.local
            .context("this fault needs a cluster of the drill's own")
    }

    // ---- Servers.

    fn server(&self, number: usize) -> Result<Process> {
        let local = self.local()?;
        let place = local.servers.get(number - 1).context("no such server")?;
        Ok(local.server(number, place))
    }

    async fn server_kill(&self, number: usize, hold: Duration) -> Result<Bite> {
        let (name, ends) = (number.to_string(), self.world.counts().ends);
        let pid = self.server(number)?.pid.context("it does not run")?;
        self.local()?.cluster(&["kill", "server", &name]).await?;
        let is_dead = state_of(pid) == "dead";
        let cut = until(|| async { Some(self.world.counts().ends - ends).filter(|n| *n > 0) });
        let cut = cut.await.unwrap_or(0);
        sleep(hold).await;
        self.local()?.cluster(&["restart", "server", &name]).await?;
        let n = if is_dead { cut } else { 0 };
        Ok(Bite::new(
            n,
            format!("process {pid} was gone; sockets lost with it"),
        ))
    }

    async fn server_pause(&self, number: usize, hold: Duration) -> Result<Bite> {
        let name = number.to_string();
        let place = self.local()?.servers[number - 1].clone();
        let began = Instant::now();
        self.local()?.cluster(&["pause", "server", &name]).await?;
        // Shorter than the shortest hold.
        let answer = self.watch.counts_of(&place);
        let is_mute = timeout(Duration::from_millis(250), answer).await;
        let is_mute = is_mute.map_or(true, |answer| answer.is_none());
        let paused = self.server(number)?.state == "paused";
        sleep_until(began + hold).await;
        self.local()?.cluster(&["resume", "server", &name]).await?;
        let n = u64::from(paused && is_mute);
        Ok(Bite::new(
            n,
            format!("stopped for {hold:.1?} and answered nothing"),
        ))
    }

    async fn server_drain(&self, numbers: &[usize]) -> Result<Bite> {
        let drains = self.world.counts().drains;
        for number in numbers {
            let before = self.server(*number)?.pid;
            let name = number.to_string();
            self.local()?.cluster(&["restart", "server", &name]).await?;
            ensure!(
                before != self.server(*number)?.pid,
                "the same process runs still"
            );
        }
        let drained = self.world.counts().drains - drains;
        Ok(Bite::new(drained, "clients were told to go elsewhere"))
    }

    // ---- Redis.

    async fn masters(&self) -> Result<Vec<Process>> {
        let mut all = self.local()?.of_part("redis").await?;
        all.retain(|p| p.role == "master" && p.state == "running");
        Ok(all)
    }

    async fn redis_master_gone(&self, number: usize, verb: &str, hold: Duration) -> Result<Bite> {
        let local = self.local()?;
        let name = number.to_string();
        let before: Vec<usize> = self.masters().await?.iter().map(|p| p.number).collect();
        local.cluster(&[verb, "redis", &name]).await?;
        sleep(hold).await;
        let taken_over = until(|| async {
            let masters = self.masters().await.ok()?;
            masters
                .iter()
                .map(|p| p.number)
                .find(|n| !before.contains(n))
        });
        let taken_over = taken_over.await;
        match verb {
            "pause" => local.cluster(&["resume", "redis", &name]).await?,
            _ => local.cluster(&["restart", "redis", &name]).await?,
        };
        local.part("redis", &["wait"]).await?;
        Ok(match taken_over {
            Some(other) => Bite::new(1, format!("server {other} took over")),
            None => Bite::new(0, "nobody took over"),
        })
    }

    async fn redis_failover(&self, number: usize) -> Result<Bite> {
        let gaps = self.watch.counted().await;
        let other = self
            .local()?
            .part("redis", &["failover", &number.to_string()])
            .await?;
        let n = self.rises(&gaps, Counted::BusGaps).await;
        Ok(Bite::new(
            n,
            format!("server {other} took over; subscriptions lost and found again"),
        ))
    }

    async fn redis_reshard(&self, number: usize) -> Result<Bite> {
        let local = self.local()?;
        let masters = self.masters().await?;
        let from = masters.iter().find(|p| p.number == number);
        let from = from.context("it is no master any more")?;
        let to = masters.iter().find(|p| p.number != number);
        let to = to.context("there is but one master")?;
        let id = async |process: &Process| {
            local
                .part(
                    "redis",
                    &["cli", &process.number.to_string(), "CLUSTER", "MYID"],
                )
                .await
        };
        let (from_id, to_id) = (id(from).await?, id(to).await?);
        let gaps = self.watch.counted().await;
        // There and back: each master keeps its share, or a later fault would find too few of them.
        for (one, other) in [(&from_id, &to_id), (&to_id, &from_id)] {
            let name = from.number.to_string();
            let mut words = vec!["cli", &name, "--cluster", "reshard", &from.address];
            words.extend(["--cluster-from", one, "--cluster-to", other]);
            words.extend(["--cluster-slots", SLOTS, "--cluster-yes"]);
            // It refuses while not all agree on who has which slot: for a moment after any other change.
            let mut tries = 0;
            loop {
                local.part("redis", &["wait"]).await?;
                match local.part("redis", &words).await {
                    Ok(said) if said.contains("Moving slot") => break,
                    Ok(_) => bail!("no slot was moved"),
                    Err(error) if tries == 5 => return Err(error),
                    Err(_) => tries += 1,
                }
                sleep(Duration::from_secs(1)).await;
            }
        }
        let n = self.rises(&gaps, Counted::BusGaps).await;
        Ok(Bite::new(
            n,
            format!("{SLOTS} slots went and came; subscriptions lost and found again"),
        ))
    }

    async fn redis_flush(&self) -> Result<Bite> {
        let mut keys = 0;
        for master in self.masters().await? {
            let name = master.number.to_string();
            let size = self
                .local()?
                .part("redis", &["cli", &name, "DBSIZE"])
                .await?;
            let said = self
                .local()?
                .part("redis", &["cli", &name, "FLUSHALL"])
                .await?;
            ensure!(said == "OK", "it was answered {said}");
            keys += number_in(&size);
        }
        Ok(Bite::new(keys, "keys were there and went"))
    }

    async fn redis_clients(&self) -> Result<Bite> {
        let before = self.watch.counted().await;
        let mut killed = 0;
        for process in self.local()?.of_part("redis").await? {
            if process.state != "running" {
                continue;
            }
            for kind in ["pubsub", "normal"] {
                let name = process.number.to_string();
                let words = ["cli", &name, "CLIENT", "KILL", "TYPE", kind];
                killed += number_in(&self.local()?.part("redis", &words).await?);
            }
        }
        let gaps = self.rises(&before, Counted::BusGaps).await;
        Ok(Bite::new(
            killed.min(gaps),
            format!("{killed} connections were cut; subscriptions lost"),
        ))
    }

    async fn redis_poison(&self) -> Result<Bite> {
        let local = self.local()?;
        let before = self.watch.counted().await;
        let long = "{\"a\":".repeat(8_000);
        let words = ["", "x", "{}", "[1,2", "\u{1}\u{2}\u{ff}\u{7f}", &long];
        let mut heard = 0;
        for master in self.masters().await? {
            let name = master.number.to_string();
            let channels = local
                .part("redis", &["cli", &name, "PUBSUB", "SHARDCHANNELS"])
                .await?;
            for (channel, word) in channels.lines().zip(words.iter().cycle()).take(24) {
                let said = local
                    .part("redis", &["cli", &name, "SPUBLISH", channel, word])
                    .await?;
                heard += number_in(&said);
            }
        }
        let n = self.rises(&before, Counted::Poisoned).await;
        Ok(Bite::new(
            n,
            format!("{heard} subscriptions were given nonsense; refused by the servers"),
        ))
    }

    async fn redis_away(&self, hold: Duration) -> Result<Bite> {
        let local = self.local()?;
        let before = self.watch.counted().await;
        let numbers: Vec<String> = (1..=6).map(|n| n.to_string()).collect();
        for number in &numbers {
            local.cluster(&["kill", "redis", number]).await?;
        }
        sleep(hold).await;
        let alive = self.masters().await?.len();
        let found = self
            .watch
            .counted()
            .await
            .since(&before, Counted::AuditFound);
        // All at once: none is whole before the others are there.
        let back = numbers
            .iter()
            .map(|number| async move { local.part("redis", &["restart", number]).await });
        for done in futures_util::future::join_all(back).await {
            done?;
        }
        let n = if alive == 0 { found.max(1) } else { 0 };
        Ok(Bite::new(
            n,
            format!("nobody answered for {hold:.1?}; found by the audit: {found}"),
        ))
    }

    // ---- Cassandra.

    async fn cassandra_pause(&self, numbers: &[usize], hold: Duration) -> Result<Bite> {
        let local = self.local()?;
        let before = self.world.counts();
        for number in numbers {
            local
                .cluster(&["pause", "cassandra", &number.to_string()])
                .await?;
        }
        let states = local.of_part("cassandra").await?;
        let paused = states.iter().filter(|p| p.state == "paused").count();
        sleep(hold).await;
        let held = self.world.counts().held - before.held;
        for number in numbers {
            local
                .cluster(&["resume", "cassandra", &number.to_string()])
                .await?;
        }
        if paused != numbers.len() {
            bail!("{paused} were stopped instead of {}", numbers.len());
        }
        Ok(if numbers.len() == 1 {
            Bite::new(
                1,
                format!("stopped for {hold:.1?}; sends put off meanwhile: {held}"),
            )
        } else {
            Bite::new(
                held,
                format!("no quorum for {hold:.1?}; sends answered \"unavailable\" or \"doubtful\""),
            )
        })
    }

    async fn cassandra_kill(&self, number: usize, hold: Duration) -> Result<Bite> {
        let local = self.local()?;
        let name = number.to_string();
        local.cluster(&["kill", "cassandra", &name]).await?;
        let states = local.of_part("cassandra").await?;
        let dead = states
            .iter()
            .filter(|p| p.number == number && p.state == "dead")
            .count();
        sleep(hold).await;
        local.cluster(&["restart", "cassandra", &name]).await?;
        Ok(Bite::new(
            dead as u64,
            "the process was gone, and came back",
        ))
    }

    // ---- Nginx and clients.

    async fn nginx_reload(&self) -> Result<Bite> {
        let workers = || async {
            let pid = self.local().ok()?.of_nginx().await.ok()??;
            let text = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).ok()?;
            Some(
                text.split_whitespace()
                    .map(str::to_owned)
                    .collect::<Vec<_>>(),
            )
        };
        let before = workers().await.unwrap_or_default();
        self.local()?.part("nginx", &["reload"]).await?;
        let new = until(|| async {
            let now = workers().await?;
            Some(now.iter().filter(|pid| !before.contains(pid)).count() as u64).filter(|n| *n > 0)
        });
        Ok(Bite::new(new.await.unwrap_or(0), "new workers took over"))
    }

    async fn nginx_down(&self, hold: Duration) -> Result<Bite> {
        let ends = self.world.counts().ends;
        self.local()?.part("nginx", &["stop"]).await?;
        sleep(hold).await;
        let cut = self.world.counts().ends - ends;
        self.local()?.start_nginx().await?;
        Ok(Bite::new(
            cut,
            format!("nobody listened for {hold:.1?}; sockets lost with it"),
        ))
    }

    async fn clients(&self, order: Order, hold: Duration) -> Result<Bite> {
        let before = self.world.counts();
        // Who does not read is to be behind soon.
        let is_slow = matches!(order, Order::Slow(_));
        self.world.is_swollen.store(is_slow, Relaxed);
        self.world.give(order);
        sleep(hold.max(Duration::from_secs(1))).await;
        self.world.is_swollen.store(false, Relaxed);
        let after = self.world.counts();
        Ok(match order {
            Order::Reset => Bite::new(after.torn - before.torn, "sockets were reset in mid-frame"),
            Order::HalfOpen => Bite::new(
                after.abandoned - before.abandoned,
                "sockets were left open by clients that went",
            ),
            Order::Slow(_) => Bite::new(
                after.slowed - before.slowed,
                format!(
                    "clients read nothing for a while; cut off as slow: {}",
                    after.slow - before.slow
                ),
            ),
        })
    }

    /// By how much a count has risen since, as soon as it has.
    async fn rises(&self, before: &super::watch::Counts, what: Counted) -> u64 {
        let risen = until(|| async {
            Some(self.watch.counted().await.since(before, what)).filter(|n| *n > 0)
        });
        risen.await.unwrap_or(0)
    }
}

/// Asks until there is an answer, for as long as evidence may take.
async fn until<T, F: Future<Output = Option<T>>>(ask: impl Fn() -> F) -> Option<T> {
    let end = Instant::now() + SHOWS;
    loop {
        if let Some(answer) = ask().await {
            return Some(answer);
        }
        if Instant::now() >= end {
            return None;
        }
        sleep(Duration::from_millis(200)).await;
    }
}

/// The number in an answer of redis-cli: bare, or as `(integer) 5`.
fn number_in(said: &str) -> u64 {
    said.rsplit(' ')
        .next()
        .and_then(|word| word.parse().ok())
        .unwrap_or(0)
}
