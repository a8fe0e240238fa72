//! The one place that names a backend: from the settings to the parts on which a node runs.

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::Context;
pub use hearth_backends::cassandra::{Finding, Weight};
use hearth_backends::{
    cassandra::{self, Cassandra},
    embedded::{Embedded, Options},
    files::{ObjectFiles, S3Options},
    redis::{self, RedisConfig},
};
use hearth_core::{
    clock::Clock,
    local::{LocalNet, LocalPresence},
    node::Parts,
    port::{Bus, BusNews, Files, NodeName, Presence, Store},
};
use rand::{RngExt, TryRng, rngs::SysRng};
use tokio::sync::mpsc;

use crate::config::{BusChoice, CassandraChoice, Config, FilesChoice, StoreChoice};

/// The system's clocks.
#[derive(Debug)]
pub struct SystemClock(Instant);

impl SystemClock {
    /// Counts from now.
    pub fn new() -> Self {
        Self(Instant::now())
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now_ms(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn wall_ms(&self) -> u64 {
        wall_ms()
    }
}

/// Milliseconds since 1970.
pub fn wall_ms() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// This run's name: the configured one, or one by chance, and always something new behind it.
pub fn node_name(config: &Config) -> NodeName {
    let run: u32 = rand::rng().random();
    let name = if config.node.is_empty() {
        "node"
    } else {
        &config.node
    };
    NodeName(format!("{name}-{run:08x}"))
}

/// The parts of a node of this name.
///
/// # Errors
/// A part that cannot be had, with its cause.
pub async fn open(config: &Config, name: &NodeName) -> anyhow::Result<Parts> {
    let store = store(config).await?;
    let (bus, news, presence) = bus(config, name).await?;
    Ok(Parts {
        store,
        bus,
        news,
        presence,
        clock: Arc::new(SystemClock::new()),
        seed: seed()?,
    })
}

/// The parts of a node that does one thing to the store and hears nobody.
///
/// # Errors
/// A store that cannot be opened: an embedded one of a server that runs.
pub async fn open_alone(config: &Config, name: &NodeName) -> anyhow::Result<Parts> {
    let (bus, news) = LocalNet::new().join(name.clone());
    Ok(Parts {
        store: store(config).await?,
        bus,
        news,
        presence: Arc::new(LocalPresence::new()),
        clock: Arc::new(SystemClock::new()),
        seed: seed()?,
    })
}

fn seed() -> anyhow::Result<[u8; 32]> {
    let mut seed = [0; 32];
    SysRng
        .try_fill_bytes(&mut seed)
        .context("the system gives no chance for tokens")?;
    Ok(seed)
}

/// The store.
///
/// # Errors
/// Why it cannot be opened.
pub async fn store(config: &Config) -> anyhow::Result<Arc<dyn Store>> {
    match &config.store {
        StoreChoice::Embedded(data) => {
            let folder = data.clone();
            let opened =
                tokio::task::spawn_blocking(move || Embedded::open(folder, Options::default()))
                    .await?;
            let store = opened
                .with_context(|| format!("the store in {} cannot be opened", data.display()))?;
            Ok(Arc::new(store))
        }
        StoreChoice::Cassandra(choice) => {
            Ok(Arc::new(Cassandra::connect(&options(choice)?).await?))
        }
    }
}

/// The place for files; `None` if there is none.
///
/// # Errors
/// Why it cannot be had.
pub fn files(config: &Config) -> anyhow::Result<Option<Arc<dyn Files>>> {
    Ok(match &config.files {
        FilesChoice::Off => None,
        FilesChoice::Folder(folder) => {
            let files = ObjectFiles::folder(folder);
            let what = || format!("`files` = {} cannot be used", folder.display());
            Some(Arc::new(files.with_context(what)?))
        }
        FilesChoice::S3 {
            bucket,
            prefix,
            endpoint,
            region,
            key,
        } => {
            let key = key.as_ref();
            let files = ObjectFiles::s3(&S3Options {
                bucket: bucket.clone(),
                prefix: prefix.clone(),
                endpoint: endpoint.clone(),
                region: region.clone(),
                key: key.map(|(id, secret)| (id.clone(), secret.expose().to_owned())),
            });
            Some(Arc::new(files.context("`files` cannot be used")?))
        }
    })
}

/// Whether several servers keep their files in a folder, which they must then have mounted, all of them.
pub fn files_must_be_shared(config: &Config) -> bool {
    matches!(config.files, FilesChoice::Folder(_)) && !matches!(config.bus, BusChoice::Local)
}

/// Bus, its news, and the presence board.
///
/// # Errors
/// Settings with which nothing can work. A Redis that is away is no error: it may come.
pub async fn bus(
    config: &Config,
    name: &NodeName,
) -> anyhow::Result<(Arc<dyn Bus>, mpsc::Receiver<BusNews>, Arc<dyn Presence>)> {
    match &config.bus {
        BusChoice::Local => {
            let (bus, news) = LocalNet::new().join(name.clone());
            Ok((bus, news, Arc::new(LocalPresence::new())))
        }
        BusChoice::Redis {
            nodes,
            password,
            prefix,
            cluster,
        } => {
            let mode = if *cluster {
                redis::Mode::Cluster
            } else {
                redis::Mode::Standalone
            };
            let mut config = RedisConfig::new(mode, nodes.clone());
            config.password = password.as_ref().map(|password| password.expose().into());
            config.prefix.clone_from(prefix);
            let redis = redis::connect(config).await?;
            Ok((redis.bus, redis.news, redis.presence))
        }
    }
}

/// Makes the store's tables, or brings them up to date, and says what was done.
///
/// # Errors
/// Why it could not be done; running it again goes on.
pub async fn migrate(config: &Config, say: &mut dyn FnMut(String)) -> anyhow::Result<()> {
    match &config.store {
        StoreChoice::Embedded(data) => {
            store(config).await?;
            say(format!(
                "the embedded store in {} is ready; it needs no migrations",
                data.display()
            ));
            Ok(())
        }
        StoreChoice::Cassandra(choice) => {
            let report = cassandra::migrate(&options(choice)?).await?;
            if report.keyspace_made {
                say(format!("made the keyspace {}", choice.keyspace));
            }
            for name in &report.applied {
                say(format!("applied {name}"));
            }
            for note in &report.notes {
                say(format!("note: {note}"));
            }
            if report.applied.is_empty() {
                say("the tables are up to date".into());
            }
            Ok(())
        }
    }
}

/// What Cassandra's own checks find, for `doctor`; `None` for a store that has none beside answering.
///
/// # Errors
/// Settings that do not fit.
pub async fn store_findings(config: &Config) -> anyhow::Result<Option<Vec<Finding>>> {
    match &config.store {
        StoreChoice::Embedded(_) => Ok(None),
        StoreChoice::Cassandra(choice) => {
            let mut options = options(choice)?;
            // Somebody sits and waits for the answer.
            options.start = Duration::from_secs(10);
            Ok(Some(cassandra::check(&options).await))
        }
    }
}

fn options(choice: &CassandraChoice) -> anyhow::Result<cassandra::Options> {
    let replication = choice.replication.parse();
    let replication =
        replication.map_err(|error| anyhow::anyhow!("`cassandra_replication`: {error}"))?;
    Ok(cassandra::Options {
        nodes: choice.nodes.clone(),
        keyspace: choice.keyspace.clone(),
        replication,
        home: choice.home.clone(),
        consistency: if choice.everywhere {
            cassandra::Mode::Everywhere
        } else {
            cassandra::Mode::Home
        },
        bucket_events: choice.bucket_events,
        login: choice
            .login
            .as_ref()
            .map(|(user, password)| (user.clone(), password.expose().into())),
        ..cassandra::Options::default()
    })
}
