//! Faults of Cassandra: its processes.

use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::sleep;

use super::{
    faults::{Bite, Hand},
    watch::Counted,
};

impl Hand<'_> {
    pub(super) async fn cassandra_pause(&self, numbers: &[usize], hold: Duration) -> Result<Bite> {
        let local = self.local()?;
        let (before, counted) = (self.world.counts(), self.watch.counted().await);
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
        let now = self.watch.counted().await;
        let unknown = now.since(&counted, Counted::AppendsUnknown);
        if paused != numbers.len() {
            bail!("{paused} were stopped instead of {}", numbers.len());
        }
        Ok(if numbers.len() == 1 {
            Bite::new(
                1,
                format!(
                    "stopped for {hold:.1?}; sends put off meanwhile: {held}; appends of unknown outcome: {unknown}"
                ),
            )
        } else {
            Bite::new(
                held.max(unknown),
                format!(
                    "no quorum for {hold:.1?}; sends answered \"unavailable\" or \"doubtful\": {held}; appends of unknown outcome: {unknown}"
                ),
            )
        })
    }

    pub(super) async fn cassandra_kill(&self, number: usize, hold: Duration) -> Result<Bite> {
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
}
