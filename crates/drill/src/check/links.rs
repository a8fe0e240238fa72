//! Faults between the parts, by the drill's own proxies: the parts themselves are well.

use std::time::Duration;

use anyhow::{Result, bail, ensure};
use tokio::{
    sync::oneshot,
    time::{Instant, sleep, timeout},
};

use super::{
    faults::{Bite, Hand, until},
    local::{send_signal, state_of},
    plan::Class,
    proxy::{Aim, Held, Proxies, Trap, Way, Weather},
    watch::Counted,
};

/// Appends that lose their way at once: of several rooms and servers.
const APPENDS: usize = 3;
/// Connections that are cut at the moment at which they bring subscriptions.
const SUBSCRIPTIONS: usize = 3;
/// How late frames are on a slow link: to Cassandra an append takes some of them in turn.
const SLOW_STORE: Duration = Duration::from_millis(40);
/// To Redis: less than a publish may take.
const SLOW_BUS: Duration = Duration::from_millis(200);
/// From Nginx.
const SLOW_DOOR: Duration = Duration::from_millis(300);
/// How late hints are: they come when the next ones have been read from the store.
const LATE: Duration = Duration::from_millis(1_500);
/// Within how long hints change places.
const SHUFFLED: Duration = Duration::from_millis(500);
/// How long the next append may take to come by.
const COMES: Duration = Duration::from_secs(15);

/// How long a drain goes on until the append under way is let go: longer than a server waits before it tells its sockets.
const DRAINS: Duration = Duration::from_millis(1_500);
/// How long acknowledgements may take to come out.
const COMES_OUT: Duration = Duration::from_secs(2);

/// Which way's weather a class changes, and to what; `number` is of the part that is aimed at.
fn weather(class: Class, number: usize) -> Option<(impl Fn(Way) -> bool, Weather)> {
    let weather = match class {
        Class::CassandraSlow => Weather::Slow(SLOW_STORE),
        Class::RedisSlow => Weather::Slow(SLOW_BUS),
        Class::NginxSlow => Weather::Slow(SLOW_DOOR),
        Class::CassandraMute | Class::RedisMute | Class::NginxMute => Weather::Mute,
        Class::CassandraCut | Class::CassandraAway | Class::RedisCut | Class::NginxCut => {
            Weather::Cut
        }
        Class::CassandraSlices | Class::RedisSlices => Weather::Slices,
        Class::HintsLost => Weather::HintsLost,
        Class::HintsLate => Weather::HintsLate(LATE),
        Class::HintsShuffled => Weather::HintsShuffled(SHUFFLED),
        _ => return None,
    };
    let holds = move |way| match (class, way) {
        (Class::CassandraAway, Way::Cassandra { server, .. }) => server == number,
        (
            Class::CassandraSlow
            | Class::CassandraMute
            | Class::CassandraCut
            | Class::CassandraSlices,
            Way::Cassandra { node, .. },
        ) => node == number,
        (Class::HintsLost | Class::HintsLate | Class::HintsShuffled, Way::Redis { .. }) => true,
        (
            Class::RedisSlow | Class::RedisMute | Class::RedisCut | Class::RedisSlices,
            Way::Redis { server, .. },
        ) => server == number,
        (Class::NginxSlow | Class::NginxMute | Class::NginxCut, Way::Door { server }) => {
            server == number
        }
        _ => false,
    };
    Some((holds, weather))
}

/// What the servers themselves must count of it, beside the proxies.
fn felt(class: Class) -> Option<(Counted, &'static str)> {
    match class {
        Class::RedisCut | Class::RedisMute => Some((Counted::BusGaps, "subscriptions lost")),
        Class::HintsLost => Some((Counted::Holes, "holes found")),
        Class::HintsShuffled => Some((Counted::Holes, "hints did not follow")),
        _ => None,
    }
}

impl Hand<'_> {
    fn proxies(&self) -> Result<&Proxies> {
        Ok(&self.local()?.proxies)
    }

    /// Links in other weather.
    pub(super) async fn link(&self, class: Class, number: usize, hold: Duration) -> Result<Bite> {
        let proxies = self.proxies()?;
        let Some((holds, weather)) = weather(class, number) else {
            bail!("no weather does {}", class.word());
        };
        let ways = proxies.ways(holds);
        let (touched, before) = (proxies.touched(&ways), self.watch.counted().await);
        let process = self.process_of(&ways).await;
        proxies.set(&ways, weather);
        sleep(hold).await;
        proxies.set(&ways, Weather::Fair);
        let touched = proxies.touched(&ways) - touched;
        let met = match weather {
            Weather::Cut => "connections were cut, or not let in",
            _ => "frames met it",
        };
        let links = ways.len();
        let Some((counted, words)) = felt(class) else {
            return Ok(Bite::new(
                touched,
                format!("{met}, on {links} links, for {hold:.1?}"),
            ));
        };
        let n = if self.process_of(&ways).await == process {
            self.rises(&before, counted).await.min(touched)
        } else {
            // Another fault had it begin anew in this one: it had nothing that it could lose.
            touched
        };
        let n = match class {
            Class::HintsLost => n.min(self.rises(&before, Counted::HolesRepaired).await),
            _ => n,
        };
        let now = self.watch.counted().await;
        let repaired = now.since(&before, Counted::HolesRepaired);
        Ok(Bite::new(
            n,
            format!(
                "{words}; {touched} {met}, on {links} links, for {hold:.1?}; holes repaired: {repaired}"
            ),
        ))
    }

    /// The process of the one server whose ways these are.
    async fn process_of(&self, ways: &[Way]) -> Option<u32> {
        let of = |way: &Way| match *way {
            Way::Cassandra { server, .. } | Way::Redis { server, .. } | Way::Door { server } => {
                server
            }
        };
        let server = of(ways.first()?);
        if ways.iter().any(|way| of(way) != server) {
            return None;
        }
        self.system().ok()?.server(server).await.ok()?.pid
    }

    /// A server loses Redis, and again whenever it asks for its subscriptions anew.
    pub(super) async fn subscribe_cut(&self, number: usize, hold: Duration) -> Result<Bite> {
        let (proxies, before) = (self.proxies()?, self.watch.counted().await);
        let traps = &proxies.traps;
        let cut = traps.cut();
        let of_server = |way| matches!(way, Way::Redis { server, .. } if server == number);
        let ways = proxies.ways(of_server);
        traps.lay(Aim::Subscribe, (0..SUBSCRIPTIONS).map(|_| Trap::Cut));
        proxies.set(&ways, Weather::Cut);
        sleep(hold).await;
        proxies.set(&ways, Weather::Fair);
        let all = until(|| async { (traps.cut() - cut >= SUBSCRIPTIONS as u64).then_some(()) });
        all.await;
        traps.clear(Aim::Subscribe);
        let cut = traps.cut() - cut;
        let gaps = self.rises(&before, Counted::BusGaps).await;
        Ok(Bite::new(
            cut.min(gaps),
            format!("connections were cut as they subscribed; subscriptions lost: {gaps}"),
        ))
    }

    /// Some appends never reach their node: of unknown outcome, and not done.
    pub(super) async fn appends_lost(&self, aim: Aim) -> Result<Bite> {
        let (traps, before) = (&self.proxies()?.traps, self.watch.counted().await);
        let lost = traps.lost();
        traps.lay(aim, (0..APPENDS).map(|_| Trap::Lose));
        let all = until(|| async { (traps.lost() - lost >= APPENDS as u64).then_some(()) });
        all.await;
        traps.clear(aim);
        let lost = traps.lost() - lost;
        let unknown = self.rises_by(&before, Counted::AppendsUnknown, lost).await;
        Ok(Bite::new(
            lost.min(unknown),
            format!("conditional writes were kept from their node; of unknown outcome: {unknown}"),
        ))
    }

    /// Some appends are applied and their servers not told: of unknown outcome, and done.
    pub(super) async fn appends_unanswered(&self, aim: Aim) -> Result<Bite> {
        let (traps, before) = (&self.proxies()?.traps, self.watch.counted().await);
        let hidden = traps.hidden();
        traps.lay(aim, (0..APPENDS).map(|_| Trap::Hide));
        let all = until(|| async { (traps.hidden() - hidden >= APPENDS as u64).then_some(()) });
        all.await;
        traps.clear(aim);
        let hidden = traps.hidden() - hidden;
        let unknown = self
            .rises_by(&before, Counted::AppendsUnknown, hidden)
            .await;
        let resends = self.watch.counted().await.since(&before, Counted::Resends);
        Ok(Bite::new(
            hidden.min(unknown),
            format!(
                "conditional writes were applied, and their answers kept; of unknown outcome: {unknown}; sends \
                 recognised as stored: {resends}"
            ),
        ))
    }

    /// The next append, which waits; its server; and that server's process.
    async fn next_append(&self, aim: Aim) -> Result<(Held, usize, u32)> {
        let traps = &self.proxies()?.traps;
        let (tell, told) = oneshot::channel();
        let seen = traps.seen(aim);
        traps.lay(aim, [Trap::Hold(tell)]);
        let held = timeout(COMES, told).await;
        traps.clear(aim);
        let Ok(Ok(held)) = held else {
            bail!("no append was held, of {}", traps.seen(aim) - seen);
        };
        let number = held.server;
        let Some(pid) = self.system()?.server(number).await?.pid else {
            bail!("the append is of server {number}, which does not run");
        };
        Ok((held, number, pid))
    }

    /// A server is told to stop while its append is under way, and killed in the middle of its drain.
    pub(super) async fn drain_kill(&self) -> Result<Bite> {
        let system = self.system()?;
        let (held, number, pid) = self.next_append(Aim::Append).await?;
        let before = self.world.counts();
        send_signal("TERM", pid).await?;
        // By then every socket has been told, and those with something under way wait for it.
        sleep(DRAINS).await;
        ensure!(
            state_of(pid) == "running",
            "server {number} did not wait for its append"
        );
        drop(held);
        let goodbyes = || self.world.counts().goodbyes - before.goodbyes;
        let until = Instant::now() + COMES_OUT;
        while goodbyes() == 0 && Instant::now() < until {
            sleep(Duration::from_millis(5)).await;
        }
        // With the last socket it ends by itself.
        let is_killed = send_signal("KILL", pid).await.is_ok();
        let how = if is_killed {
            "killed"
        } else {
            "gone by itself"
        };
        system.to_server("restart", number).await?;
        let drains = self.world.counts().drains - before.drains;
        Ok(Bite::new(
            goodbyes(),
            format!(
                "clients of server {number} had an acknowledgement and then the goodbye, of {drains} who were told to \
                 go; then it was {how}"
            ),
        ))
    }

    /// A server is killed while its append is under way; the append gets through.
    pub(super) async fn append_kill(&self, aim: Aim, hold: Duration) -> Result<Bite> {
        let system = self.system()?;
        let (held, number, pid) = self.next_append(aim).await?;
        system.to_server("kill", number).await?;
        let is_dead = state_of(pid) == "dead";
        // It goes on: what the node makes of it, nobody is told.
        drop(held);
        sleep(hold).await;
        system.to_server("restart", number).await?;
        Ok(Bite::new(
            u64::from(is_dead),
            format!("server {number} was gone before its append reached the node"),
        ))
    }
}
