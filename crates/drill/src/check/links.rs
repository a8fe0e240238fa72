//! Faults between servers and Cassandra, by the drill's own proxies: the nodes themselves are well.

use std::{collections::HashSet, time::Duration};

use anyhow::{Context, Result};
use tokio::{
    sync::oneshot,
    time::{sleep, timeout},
};

use super::{
    faults::{Bite, Hand, until},
    local::state_of,
    proxy::{Proxies, Trap, Weather},
    redis::sockets_of,
};

/// Appends that lose their way at once: of several rooms and servers.
const APPENDS: usize = 3;
/// A frame's delay on a slow link.
pub(super) const SLOW: Duration = Duration::from_millis(40);
/// How long the next append may take to come by.
const COMES: Duration = Duration::from_secs(15);

impl Hand<'_> {
    fn proxies(&self) -> Result<&Proxies> {
        Ok(&self.local()?.proxies)
    }

    /// The link to one node in other weather.
    pub(super) async fn link(
        &self,
        number: usize,
        weather: Weather,
        hold: Duration,
    ) -> Result<Bite> {
        let proxies = self.proxies()?;
        let touched = proxies.touched();
        proxies.set(number, weather);
        sleep(hold).await;
        proxies.set(number, Weather::Fair);
        let n = proxies.touched() - touched;
        let what = match weather {
            Weather::Cut => "connections were cut, and none let in",
            _ => "frames met it",
        };
        Ok(Bite::new(n, format!("{what}, for {hold:.1?}")))
    }

    /// Some appends never reach their node: of unknown outcome, and not done.
    pub(super) async fn appends_lost(&self) -> Result<Bite> {
        let proxies = self.proxies()?;
        let before = proxies.lost();
        proxies.lay((0..APPENDS).map(|_| Trap::Lose));
        let all = until(|| async { (proxies.lost() - before >= APPENDS as u64).then_some(()) });
        all.await;
        proxies.clear();
        Ok(Bite::new(
            proxies.lost() - before,
            "conditional writes were kept from their node",
        ))
    }

    /// Some appends are applied and their servers not told: of unknown outcome, and done.
    pub(super) async fn appends_unanswered(&self) -> Result<Bite> {
        let proxies = self.proxies()?;
        let before = proxies.hidden();
        proxies.lay((0..APPENDS).map(|_| Trap::Hide));
        let all = until(|| async { (proxies.hidden() - before >= APPENDS as u64).then_some(()) });
        all.await;
        proxies.clear();
        Ok(Bite::new(
            proxies.hidden() - before,
            "conditional writes were applied, and their answers kept",
        ))
    }

    /// A server is killed while its append is under way; the append gets through.
    pub(super) async fn append_kill(&self, hold: Duration) -> Result<Bite> {
        let (system, proxies) = (self.system()?, self.proxies()?);
        let (tell, told) = oneshot::channel();
        let appends = proxies.appends();
        proxies.lay([Trap::Hold(tell)]);
        let held = timeout(COMES, told).await;
        proxies.clear();
        let Ok(Ok(held)) = held else {
            let seen = proxies.appends() - appends;
            return Ok(Bite::new(0, format!("no append was held, of {seen}")));
        };
        let mut sender = None;
        for number in 1..=system.servers().len() {
            let pid = system.server(number).await?.pid;
            let ends: HashSet<String> = pid.map(sockets_of).unwrap_or_default();
            if let Some(pid) = pid.filter(|_| ends.contains(&held.from.to_string())) {
                sender = Some((number, pid));
            }
        }
        let (number, pid) = sender.context("the append is of no server that runs")?;
        system.to_server("kill", number).await?;
        let is_dead = state_of(pid) == "dead";
        drop(held);
        sleep(hold).await;
        system.to_server("restart", number).await?;
        Ok(Bite::new(
            u64::from(is_dead),
            format!("server {number} was gone before its append reached the node"),
        ))
    }
}
