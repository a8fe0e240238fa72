//! An installation of the bench's own, on a Cassandra and a Redis Cluster that run already: a keyspace and a prefix that
//! no other has, and as many servers as it is asked for. What it made is dropped once it was used.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use scylla::client::{session::Session, session_builder::SessionBuilder};
use tokio::{
    process::Command,
    time::{Instant, sleep, timeout},
};

use super::Args;
use crate::{
    check::{
        scripts::server_binary,
        single::{Single, without_own_settings},
    },
    http::{Http, Place},
    load::crowd::{Counts, run_name},
};

/// How long its tables may take, and how long servers until they hear each other.
const PATIENCE: Duration = Duration::from_secs(120);
/// Copies of each row, where there are nodes for them: what is recommended.
const COPIES: usize = 3;

/// The installation.
pub(super) struct Installation {
    /// Of its keyspace, and what its channels begin with.
    pub(super) name: String,
    /// A bare client of its Cassandra.
    pub(super) session: Session,
    settings: Vec<String>,
    folder: PathBuf,
    servers: usize,
}

impl Installation {
    /// Makes one, and drops it whatever came of its use; its servers must have ended then.
    pub(super) async fn with<T>(
        args: &Args,
        folder: &Path,
        using: impl AsyncFnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let mut installation = Self::make(args, folder).await?;
        let done = using(&mut installation).await;
        installation.remove().await;
        done
    }

    /// Makes its tables, as an operator does.
    async fn make(args: &Args, folder: &Path) -> Result<Self> {
        let name = format!("bench_{}", run_name());
        let settings = settings(&name, &args.cassandra, &args.redis);
        let session = SessionBuilder::new()
            .known_nodes(&args.cassandra)
            .build()
            .await
            .context("Cassandra")?;
        let mut migrate = Command::new(server_binary()?);
        migrate
            .arg("migrate")
            .args(&settings)
            .current_dir(folder)
            .kill_on_drop(true);
        without_own_settings(&mut migrate);
        let migrated = timeout(PATIENCE, migrate.output()).await;
        let migrated = migrated.context("the tables are not made")??;
        ensure!(
            migrated.status.success(),
            "hearth migrate: {}",
            String::from_utf8_lossy(&migrated.stderr).trim()
        );
        Ok(Self {
            name,
            session,
            settings,
            folder: folder.to_owned(),
            servers: 0,
        })
    }

    /// One more server, ready.
    pub(super) async fn server(&mut self, args: &Args) -> Result<Single> {
        self.servers += 1;
        let node = format!("{}-{}", self.name, self.servers);
        let folder = self.folder.join(&node);
        fs::create_dir_all(&folder)?;
        let mut settings: Vec<&str> = self.settings.iter().map(String::as_str).collect();
        settings.extend(["--node", &node]);
        super::server(args, &folder, &settings).await
    }

    /// Drops its keyspace, and says so where it cannot.
    async fn remove(self) {
        let drop = format!("DROP KEYSPACE {}", self.name);
        if let Err(error) = self.session.query_unpaged(drop, ()).await {
            println!("the keyspace {} is left: {error}", self.name);
        }
    }
}

/// What its servers are told.
fn settings(name: &str, cassandra: &[String], redis: &[String]) -> Vec<String> {
    let copies = cassandra.len().min(COPIES);
    let all = [
        ("--store", "cassandra".to_owned()),
        ("--cassandra-nodes", cassandra.join(",")),
        ("--cassandra-keyspace", name.to_owned()),
        ("--cassandra-replication", format!("simple:{copies}")),
        ("--bus", "redis-cluster".to_owned()),
        ("--redis-nodes", redis.join(",")),
        ("--redis-prefix", name.to_owned()),
    ];
    let words = all.into_iter();
    words
        .flat_map(|(flag, value)| [flag.to_owned(), value])
        .collect()
}

/// Waits until each of them hears all others.
pub(super) async fn meet(http: &Http, places: &[Place]) -> Result<()> {
    let until = Instant::now() + PATIENCE;
    let pairs = places.len() * (places.len() - 1);
    loop {
        let heard = Counts::of(http, places).await?.get("hearth_nodes_heard");
        if heard >= pairs as f64 {
            return Ok(());
        }
        if Instant::now() >= until {
            bail!("the servers do not hear each other");
        }
        sleep(Duration::from_millis(100)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_three_copies_where_there_are_nodes_for_them() {
        let nodes = ["127.0.0.1:9042", "127.0.0.2:9042", "127.0.0.3:9042"].map(str::to_owned);
        let words = |nodes: &[String]| settings("bench_1", nodes, nodes).join(" ");
        assert!(words(&nodes[..1]).contains("--cassandra-replication simple:1 "));
        assert!(words(&nodes).contains("--cassandra-replication simple:3 "));
        assert!(words(&nodes[..2]).contains("--redis-nodes 127.0.0.1:9042,127.0.0.2:9042 "));
    }
}
