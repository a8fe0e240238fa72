//! Faults of Redis: its servers, its map of slots, its keys, its connections, what it carries.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tokio::time::sleep;

use super::{
    faults::{Bite, Hand, until},
    local::Process,
    watch::Counted,
};

/// Slots that a reshard moves: a tenth of them all, so that a good part of the channels goes elsewhere.
const SLOTS: &str = "1600";

impl Hand<'_> {
    pub(super) async fn masters(&self) -> Result<Vec<Process>> {
        let mut all = self.local()?.of_part("redis").await?;
        all.retain(|p| p.role == "master" && p.state == "running");
        Ok(all)
    }

    pub(super) async fn redis_master_gone(
        &self,
        number: usize,
        verb: &str,
        hold: Duration,
    ) -> Result<Bite> {
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

    pub(super) async fn redis_failover(&self, number: usize) -> Result<Bite> {
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

    pub(super) async fn redis_reshard(&self, number: usize) -> Result<Bite> {
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

    pub(super) async fn redis_flush(&self) -> Result<Bite> {
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

    pub(super) async fn redis_clients(&self) -> Result<Bite> {
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

    pub(super) async fn redis_poison(&self) -> Result<Bite> {
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

    pub(super) async fn redis_away(&self, hold: Duration) -> Result<Bite> {
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
}

/// The number in an answer of redis-cli: bare, or as `(integer) 5`.
fn number_in(said: &str) -> u64 {
    said.rsplit(' ')
        .next()
        .and_then(|word| word.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_redis_cli_says_it() {
        assert_eq!(
            (number_in("(integer) 5"), number_in("7"), number_in("OK")),
            (5, 7, 0)
        );
    }
}
