//! Doing a fault, holding it, taking it back, and the evidence that it bit: what the processes, the scripts, the servers'
//! own counts or the clients showed. A fault without evidence says `n: 0`; what is counted is never assumed.

use std::{
    future::Future,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::{
    clock::CLOCKED,
    local::{Local, state_of},
    plan::Class,
    proxy::Aim,
    system::{System, node_name},
    watch::{Counted, Counts, Watch},
    world::{Order, World},
};

/// How long evidence may take to show.
const SHOWS: Duration = Duration::from_secs(12);
/// Clients look for orders more often than that.
const ANSWERED: Duration = Duration::from_millis(700);

/// What a fault came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bite {
    /// What was seen.
    pub(super) what: String,
    /// How often; 0: it did not bite.
    pub(super) n: u64,
}

impl Bite {
    pub(super) fn new(n: u64, what: impl Into<String>) -> Self {
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
        Class::CassandraPause
        | Class::CassandraMute
        | Class::CassandraAway
        | Class::RedisAway
        | Class::ServerRolling => 20,
        _ => 15,
    })
}

/// The server that must leave the balancer while it lasts: one that is deaf, cannot append, or has a wrong clock, while
/// the others are well.
pub(super) fn leaves(class: Class, target: &str) -> Option<String> {
    let must = matches!(
        class,
        Class::RedisMute | Class::CassandraAway | Class::ClockAhead | Class::ClockBehind
    );
    let number = target.parse().ok().filter(|_| must)?;
    Some(node_name(number))
}

/// Who does it.
pub(super) struct Hand<'a> {
    pub(super) system: Option<&'a System>,
    pub(super) world: &'a Arc<World>,
    pub(super) watch: &'a Watch,
}

impl Hand<'_> {
    /// What this fault will be done to, as things stand.
    pub(super) async fn target(&self, class: Class, pick: u64) -> Result<String> {
        let index = |count: usize| (pick % count.max(1) as u64) as usize;
        let target = match class {
            Class::ServerKill
            | Class::ServerKills
            | Class::ServerPause
            | Class::ServerDrain
            | Class::RedisCut
            | Class::RedisSlow
            | Class::RedisMute
            | Class::RedisSlices
            | Class::SubscribeCut
            | Class::RedisLoss
            | Class::RedisLate
            | Class::CassandraAway
            | Class::CassandraLoss
            | Class::CassandraLate
            | Class::NginxLoss
            | Class::NginxLate
            | Class::NginxSlow
            | Class::NginxMute
            | Class::NginxCut => (index(self.system()?.servers().len()) + 1).to_string(),
            Class::RedisKill
            | Class::RedisPause
            | Class::RedisFailover
            | Class::RedisReshard
            | Class::RedisSplit => {
                let masters = self.masters().await?;
                ensure!(!masters.is_empty(), "Redis has no master that runs");
                masters[index(masters.len())].number.to_string()
            }
            Class::CassandraPause
            | Class::CassandraKill
            | Class::CassandraMajority
            | Class::CassandraSlow
            | Class::CassandraMute
            | Class::CassandraCut
            | Class::CassandraSlices => (index(3) + 1).to_string(),
            Class::AppendLost
            | Class::AppendUnanswered
            | Class::AppendKill
            | Class::RollOverLost
            | Class::RollOverUnanswered
            | Class::RollOverKill
            | Class::DrainKill => "the next".to_owned(),
            Class::CommitKill | Class::DiskFull | Class::DiskWrites | Class::DiskFlush => {
                "1".to_owned()
            }
            Class::ClockAhead | Class::ClockBehind | Class::ClockJumps => CLOCKED.to_string(),
            Class::ServerRolling
            | Class::RedisFlush
            | Class::RedisClients
            | Class::RedisPoison
            | Class::RedisAway
            | Class::RedisNodesLoss
            | Class::RedisNodesLate
            | Class::CassandraNodesLoss
            | Class::CassandraNodesLate
            | Class::ClientLoss
            | Class::ClientLate
            | Class::HintsLost
            | Class::HintsLate
            | Class::HintsShuffled => "all".to_owned(),
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
            Class::ServerKills => self.server_kills(number, hold).await,
            Class::ServerPause => self.server_pause(number, hold).await,
            Class::ServerDrain => self.server_drain(&[number]).await,
            Class::DrainKill => self.drain_kill().await,
            Class::ServerRolling => {
                let all: Vec<usize> = (1..=self.system()?.servers().len()).collect();
                self.server_drain(&all).await
            }
            Class::CommitKill => self.commit_kill(hold).await,
            Class::DiskFull => self.disk_full(hold).await,
            Class::DiskWrites => self.disk_writes(hold).await,
            Class::DiskFlush => self.disk_flush(hold).await,
            Class::ClockAhead => self.clock_off(90, hold).await,
            Class::ClockBehind => self.clock_off(-90, hold).await,
            Class::ClockJumps => self.clock_jumps(hold).await,
            Class::RedisKill => self.redis_master_gone(number, "kill", hold).await,
            Class::RedisPause => self.redis_master_gone(number, "pause", hold).await,
            Class::RedisFailover => self.redis_failover(number).await,
            Class::RedisReshard => self.redis_reshard(number).await,
            Class::RedisFlush => self.redis_flush().await,
            Class::RedisClients => self.redis_clients().await,
            Class::RedisPoison => self.redis_poison().await,
            Class::RedisAway => self.redis_away(hold).await,
            Class::CassandraPause => self.cassandra_pause(number, hold).await,
            Class::CassandraMajority => self.cassandra_majority(number, hold).await,
            Class::CassandraKill => self.cassandra_kill(number, hold).await,
            Class::CassandraSlow
            | Class::CassandraMute
            | Class::CassandraCut
            | Class::CassandraSlices
            | Class::CassandraAway
            | Class::RedisCut
            | Class::RedisSlow
            | Class::RedisMute
            | Class::RedisSlices
            | Class::HintsLost
            | Class::HintsLate
            | Class::HintsShuffled
            | Class::NginxSlow
            | Class::NginxMute
            | Class::NginxCut => self.link(class, number, hold).await,
            Class::RedisLoss
            | Class::RedisNodesLoss
            | Class::CassandraLoss
            | Class::CassandraNodesLoss
            | Class::NginxLoss
            | Class::ClientLoss => self.loss(class, number, hold).await,
            Class::RedisLate
            | Class::RedisNodesLate
            | Class::CassandraLate
            | Class::CassandraNodesLate
            | Class::NginxLate
            | Class::ClientLate => self.lateness(class, number, hold).await,
            Class::RedisSplit => self.redis_split(number, hold).await,
            Class::SubscribeCut => self.subscribe_cut(number, hold).await,
            Class::AppendLost => self.appends_lost(Aim::Append).await,
            Class::AppendUnanswered => self.appends_unanswered(Aim::Append).await,
            Class::AppendKill => self.append_kill(Aim::Append, hold).await,
            Class::RollOverLost => self.appends_lost(Aim::RollOver).await,
            Class::RollOverUnanswered => self.appends_unanswered(Aim::RollOver).await,
            Class::RollOverKill => self.append_kill(Aim::RollOver, hold).await,
            Class::NginxReload => self.nginx_reload().await,
            Class::NginxDown => self.nginx_down(hold).await,
            Class::ClientReset => self.clients(Order::Reset, hold).await,
            Class::ClientHalfOpen => self.clients(Order::HalfOpen, hold).await,
            Class::ClientSlow => self.clients(Order::Slow(hold), hold).await,
        }
    }

    pub(super) fn system(&self) -> Result<&System> {
        self.system
            .context("this fault needs processes of the drill's own")
    }

    pub(super) fn local(&self) -> Result<&Local> {
        self.system()?
            .whole()
            .context("this fault needs a cluster of the drill's own")
    }

    // ---- Servers.

    async fn server_kill(&self, number: usize, hold: Duration) -> Result<Bite> {
        let system = self.system()?;
        let ends = self.world.counts().ends;
        let pid = system.server(number).await?.pid;
        let pid = pid.context("it does not run")?;
        system.to_server("kill", number).await?;
        let is_dead = state_of(pid) == "dead";
        let cut = until(|| async { Some(self.world.counts().ends - ends).filter(|n| *n > 0) });
        let cut = cut.await.unwrap_or(0);
        sleep(hold).await;
        system.to_server("restart", number).await?;
        let n = if is_dead { cut } else { 0 };
        Ok(Bite::new(
            n,
            format!("process {pid} was gone; sockets lost with it"),
        ))
    }

    /// Again and again, each time at another moment after it was ready: in the middle of a commit, sooner or later.
    async fn server_kills(&self, number: usize, hold: Duration) -> Result<Bite> {
        let system = self.system()?;
        let end = Instant::now() + hold;
        let (mut killed, acked) = (0, self.world.counts().acked);
        while Instant::now() < end {
            // By the clock's own odd part: the plan has drawn how long all of it lasts.
            let odd = self.world.recorder.now() % 997;
            sleep(Duration::from_millis(200 + odd)).await;
            let pid = system.server(number).await?.pid;
            system.to_server("kill", number).await?;
            killed += u64::from(pid.is_some_and(|pid| state_of(pid) == "dead"));
            system.to_server("restart", number).await?;
        }
        let acked = self.world.counts().acked - acked;
        Ok(Bite::new(
            killed,
            format!("times it was gone and came back; acknowledged between: {acked}"),
        ))
    }

    async fn server_pause(&self, number: usize, hold: Duration) -> Result<Bite> {
        let system = self.system()?;
        let place = system.servers()[number - 1].clone();
        let began = Instant::now();
        system.to_server("pause", number).await?;
        // A thread stops when it next runs, which takes a moment on a busy machine.
        let stopped = until(|| async {
            let process = system.server(number).await.ok()?;
            (process.state == "paused").then_some(())
        });
        let is_paused = stopped.await.is_some();
        // Shorter than the shortest hold.
        let answer = self.watch.counts_of(&place);
        let is_mute = timeout(Duration::from_millis(250), answer).await;
        let is_mute = is_mute.map_or(true, |answer| answer.is_none());
        sleep_until(began + hold).await;
        system.to_server("resume", number).await?;
        let n = u64::from(is_paused && is_mute);
        Ok(Bite::new(
            n,
            format!("stopped for {hold:.1?} and answered nothing"),
        ))
    }

    async fn server_drain(&self, numbers: &[usize]) -> Result<Bite> {
        let system = self.system()?;
        let drains = self.world.counts().drains;
        for number in numbers {
            let before = system.server(*number).await?.pid;
            system.to_server("restart", *number).await?;
            let after = system.server(*number).await?.pid;
            ensure!(before != after, "the same process runs still");
        }
        let drained = self.world.counts().drains - drains;
        Ok(Bite::new(drained, "clients were told to go elsewhere"))
    }

    // ---- Nginx and clients.

    async fn nginx_reload(&self) -> Result<Bite> {
        let workers = || async {
            let pid = self.local().ok()?.of_nginx().await.ok()??;
            workers_of(pid).ok()
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
        let master = self.local()?.of_nginx().await?;
        let master = master.context("Nginx does not run")?;
        let mut pids = workers_of(master)?;
        pids.push(master);
        self.local()?.part("nginx", &["kill"]).await?;
        let left = pids.iter().filter(|pid| state_of(**pid) != "dead").count();
        ensure!(left == 0, "{left} processes of Nginx outlived SIGKILL");
        let cut = until(|| async { Some(self.world.counts().ends - ends).filter(|n| *n > 0) });
        let cut = cut.await.unwrap_or(0);
        sleep(hold).await;
        self.local()?.start_nginx().await?;
        let count = pids.len();
        Ok(Bite::new(
            cut,
            format!("all {count} processes were gone for {hold:.1?}; sockets lost with them"),
        ))
    }

    /// Tells the clients again until one has followed, or two in the two ways in which the server is to cut them off: a
    /// chance decides who does, and who has a socket just then.
    async fn clients(&self, order: Order, hold: Duration) -> Result<Bite> {
        let (before, slow) = (self.world.counts(), self.watch.counted().await);
        // Who does not read is to be behind soon.
        let is_slow = matches!(order, Order::Slow(_));
        self.world.is_swollen.store(is_slow, Relaxed);
        until(|| async {
            self.world.give(order);
            sleep(ANSWERED).await;
            let now = self.world.counts();
            let followed = match order {
                Order::Reset => now.torn - before.torn,
                Order::HalfOpen => now.abandoned - before.abandoned,
                Order::Slow(_) => (now.greedy - before.greedy).min(now.dripping - before.dripping),
            };
            (followed > 0).then_some(())
        })
        .await;
        let n = if is_slow {
            // As soon as it shows, and not for longer.
            self.rises_within(&slow, Counted::SocketsSlow, hold).await
        } else {
            sleep(Duration::from_secs(1)).await;
            0
        };
        self.world.is_swollen.store(false, Relaxed);
        let after = self.world.counts();
        Ok(match order {
            Order::Reset => Bite::new(after.torn - before.torn, "sockets were reset in mid-frame"),
            Order::HalfOpen => Bite::new(
                after.abandoned - before.abandoned,
                "sockets were left open by clients that went",
            ),
            Order::Slow(_) => {
                let deaf = after.deaf - before.deaf;
                let greedy = after.greedy - before.greedy;
                let dripping = after.dripping - before.dripping;
                Bite::new(
                    n,
                    format!(
                        "cut off as slow, of {deaf} who read nothing, {greedy} who asked for more besides and {dripping} who read one byte a second"
                    ),
                )
            }
        })
    }

    /// By how much a count has risen since, as soon as it has.
    pub(super) async fn rises(&self, before: &Counts, what: Counted) -> u64 {
        self.rises_within(before, what, SHOWS).await
    }

    /// By how much a count has risen since, as soon as it is by so much, or evidence may take no longer.
    pub(super) async fn rises_by(&self, before: &Counts, what: Counted, least: u64) -> u64 {
        let risen = || async { self.watch.counted().await.since(before, what) };
        let all = until(|| async { Some(risen().await).filter(|n| *n >= least) });
        match all.await {
            Some(n) => n,
            None => risen().await,
        }
    }

    async fn rises_within(&self, before: &Counts, what: Counted, patience: Duration) -> u64 {
        let risen = until_within(patience, || async {
            Some(self.watch.counted().await.since(before, what)).filter(|n| *n > 0)
        });
        risen.await.unwrap_or(0)
    }
}

/// Nginx's workers, also those that an earlier configuration left to end.
fn workers_of(master: u32) -> Result<Vec<u32>> {
    let text = std::fs::read_to_string(format!("/proc/{master}/task/{master}/children"))?;
    Ok(text
        .split_whitespace()
        .filter_map(|pid| pid.parse().ok())
        .collect())
}

/// Asks until there is an answer, for as long as evidence may take.
pub(super) async fn until<T, F: Future<Output = Option<T>>>(ask: impl Fn() -> F) -> Option<T> {
    until_within(SHOWS, ask).await
}

pub(super) async fn until_within<T, F: Future<Output = Option<T>>>(
    patience: Duration,
    ask: impl Fn() -> F,
) -> Option<T> {
    let end = Instant::now() + patience;
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
