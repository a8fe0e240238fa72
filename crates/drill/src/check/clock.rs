//! The clock of one server: it runs under libfaketime, which reads how far it is off from a file; its monotonic clock, and
//! all else on this machine, keep the time. The evidence is the server's own: it leaves the balancer, and comes back.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rand::{RngExt, SeedableRng, rngs::SmallRng};
use tokio::time::{Instant, sleep, sleep_until};

use super::{
    faults::{Bite, Hand, until_within},
    health,
    local::Local,
};
use crate::http::Place;

/// The server whose clock it is.
pub(super) const CLOCKED: usize = 3;
/// How long it may take to leave and to come back: two rounds of its canary, on a machine that may be busy.
const PATIENCE: Duration = Duration::from_secs(40);
/// Beyond that a server is to leave the balancer.
const TOO_FAR_S: f64 = 5.0;

/// Whether there is libfaketime on this machine.
pub(super) fn can_be_set() -> Result<(), String> {
    let folders = std::fs::read_dir("/usr/lib")
        .into_iter()
        .flatten()
        .flatten();
    let mut found = folders.map(|folder| folder.path().join("faketime/libfaketime.so.1"));
    match found.any(|file| file.is_file()) {
        true => Ok(()),
        false => Err("no libfaketime (scripts/install --for faults)".to_owned()),
    }
}

impl Hand<'_> {
    /// Off by so much, until the server has left and for the rest of the time.
    pub(super) async fn clock_off(&self, ahead_s: i64, hold: Duration) -> Result<Bite> {
        let (local, place) = self.clocked()?;
        let end = Instant::now() + hold;
        local.set_clock(ahead_s)?;
        let off = until_within(PATIENCE, || async {
            let ahead = self.clock_ahead(place).await?;
            (ahead.abs() > TOO_FAR_S && self.is_out(place).await).then_some(ahead)
        });
        let off = off.await;
        sleep_until(end).await;
        local.set_clock(0)?;
        self.comes_back(place).await?;
        let ahead = off.context("its clock was 90 s off, and it did not leave the balancer")?;
        let what = format!("it saw itself {ahead:+.0} s off, left the balancer, and came back");
        Ok(Bite::new(1, what))
    }

    /// Another time every few seconds.
    pub(super) async fn clock_jumps(&self, hold: Duration) -> Result<Bite> {
        let (local, place) = self.clocked()?;
        let mut chance = SmallRng::seed_from_u64(self.world.seed ^ self.world.recorder.now());
        let end = Instant::now() + hold;
        let (mut jumps, mut left, mut furthest) = (0, 0, 0.0_f64);
        while Instant::now() < end {
            local.set_clock(chance.random_range(-90..=90))?;
            jumps += 1;
            sleep(Duration::from_millis(chance.random_range(1_500..4_000))).await;
            left += u64::from(self.is_out(place).await);
            if let Some(ahead) = self.clock_ahead(place).await {
                furthest = furthest.max(ahead.abs());
            }
        }
        local.set_clock(0)?;
        self.comes_back(place).await?;
        Ok(Bite::new(
            left,
            format!(
                "of {jumps} jumps found it outside the balancer; it saw itself up to {furthest:.0} s off, and came back"
            ),
        ))
    }

    fn clocked(&self) -> Result<(&Local, &Place)> {
        let local = self.local()?;
        ensure!(local.has_clock, "no server's clock can be set");
        let place = local.servers.get(CLOCKED - 1).context("no such server")?;
        Ok((local, place))
    }

    async fn clock_ahead(&self, place: &Place) -> Option<f64> {
        let numbers = self.watch.counts_of(place).await?;
        numbers.get("hearth_clock_ahead_seconds").copied()
    }

    async fn comes_back(&self, place: &Place) -> Result<()> {
        let back = until_within(PATIENCE, || async {
            self.is_ready(place).await.then_some(())
        });
        back.await
            .context("its clock is right again, and it did not come back into the balancer")
    }

    /// What a balancer would see.
    pub(super) async fn is_ready(&self, place: &Place) -> bool {
        self.readyz(place).await == Some(200)
    }

    /// Whether it says itself that it is not ready: one that does not answer may just be slow.
    async fn is_out(&self, place: &Place) -> bool {
        self.readyz(place).await.is_some_and(|status| status != 200)
    }

    async fn readyz(&self, place: &Place) -> Option<u16> {
        health::status(&self.world.http, place, "/readyz").await
    }
}
