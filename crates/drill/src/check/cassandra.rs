//! Faults of Cassandra: its processes.

use std::time::Duration;

use anyhow::{Result, ensure};
use tokio::time::{Instant, sleep, sleep_until};

use super::{
    faults::{Bite, Hand, until},
    watch::Counted,
};

impl Hand<'_> {
    pub(super) async fn cassandra_pause(&self, number: usize, hold: Duration) -> Result<Bite> {
        let (before, counted) = (self.world.counts(), self.watch.counted().await);
        self.stop_nodes(&[number]).await?;
        sleep(hold).await;
        let held = self.world.counts().held - before.held;
        self.resume_nodes(&[number]).await?;
        let now = self.watch.counted().await;
        let unknown = now.since(&counted, Counted::AppendsUnknown);
        Ok(Bite::new(
            1,
            format!(
                "stopped for {hold:.1?}; sends put off meanwhile: {held}; appends of unknown outcome: {unknown}"
            ),
        ))
    }

    /// Two of three. No send can be stored then, and each must be told so: put off, or in doubt.
    pub(super) async fn cassandra_majority(&self, number: usize, hold: Duration) -> Result<Bite> {
        let numbers = [number, number % 3 + 1];
        let counted = self.watch.counted().await;
        self.stop_nodes(&numbers).await?;
        let (began, before) = (Instant::now(), self.world.counts());
        let told = || {
            let now = self.world.counts();
            (now.held - before.held) + (now.doubtful - before.doubtful)
        };
        until(|| async { (told() > 0).then_some(()) }).await;
        sleep_until(began + hold).await;
        let (told, lasted) = (told(), began.elapsed());
        self.resume_nodes(&numbers).await?;
        ensure!(
            told > 0,
            "no send was put off or told of doubt while no quorum was there for {lasted:.1?}"
        );
        let now = self.watch.counted().await;
        let unknown = now.since(&counted, Counted::AppendsUnknown);
        Ok(Bite::new(
            told,
            format!(
                "no quorum for {lasted:.1?}; sends answered \"unavailable\" or \"doubtful\" meanwhile; appends of unknown outcome: {unknown}"
            ),
        ))
    }

    async fn stop_nodes(&self, numbers: &[usize]) -> Result<()> {
        let local = self.local()?;
        for number in numbers {
            local
                .cluster(&["pause", "cassandra", &number.to_string()])
                .await?;
        }
        // A thread stops when it next runs, which takes a moment on a busy machine.
        let stopped = until(|| async {
            let states = local.of_part("cassandra").await.ok()?;
            let paused = states.iter().filter(|p| p.state == "paused").count();
            (paused == numbers.len()).then_some(())
        });
        let count = numbers.len();
        ensure!(stopped.await.is_some(), "not all of {count} were stopped");
        Ok(())
    }

    async fn resume_nodes(&self, numbers: &[usize]) -> Result<()> {
        for number in numbers {
            self.local()?
                .cluster(&["resume", "cassandra", &number.to_string()])
                .await?;
        }
        Ok(())
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
