//! Redis: the bus and the presence board of several nodes, over one server or a cluster.
//!
//! It promises the contracts of [`Bus`] and [`Presence`]. One machine decides what is subscribed where
//! (`machine`), from what the cluster's nodes say about their slots (`slots`); a shell owns the sockets (`shell`). It
//! must not know what is in a payload.
//!
//! Connections are single-node RESP3 connections of the `redis` crate; its own cluster connections lose subscriptions
//! without a word when a master dies, a slot moves or a client is killed.

mod bus;
mod channel;
mod machine;
mod presence;
mod shell;
mod slots;

use std::{sync::Arc, time::Duration};

use hearth_core::{
    news::NEWS_MAX,
    port::{Bus, BusNews, PRESENCE_TTL_MS, Presence},
};
use tokio::sync::mpsc;

pub use machine::Mode;
use slots::Addr;

/// How long [`connect`] waits for Redis before it hands out a bus that is away.
const CONNECT_WAIT: Duration = Duration::from_secs(2);
/// How often it looks.
const CONNECT_STEP: Duration = Duration::from_millis(5);

/// Where Redis is, and how it is used.
#[derive(Clone)]
pub struct RedisConfig {
    /// One server or a cluster.
    pub mode: Mode,
    /// `host:port` of the server, or of some nodes of the cluster (the others are found).
    pub nodes: Vec<String>,
    /// The password of the default user.
    pub password: Option<String>,
    /// What all channels and keys begin with: installations that share a Redis differ in it.
    pub prefix: String,
    /// How many news wait for the node.
    pub news_max: usize,
    /// How long a status shows without renewal.
    pub presence_ttl_ms: u64,
}

impl RedisConfig {
    /// The settings of an installation that has its Redis for itself.
    pub fn new(mode: Mode, nodes: Vec<String>) -> Self {
        Self {
            mode,
            nodes,
            password: None,
            prefix: "hearth".to_owned(),
            news_max: NEWS_MAX,
            presence_ttl_ms: PRESENCE_TTL_MS,
        }
    }
}

/// A setting with which nothing can work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RedisConfigError {
    /// An address that is none.
    #[error("{0:?} is no address of a Redis server; write host:port")]
    Address(String),
    /// No address.
    #[error("no address of a Redis server is given")]
    None,
    /// Several servers that are no cluster.
    #[error("one server is meant, but {0} addresses are given; a cluster is another mode")]
    Several(usize),
}

/// One node's Redis.
pub struct Redis {
    /// Its bus.
    pub bus: Arc<dyn Bus>,
    /// What the bus tells.
    pub news: mpsc::Receiver<BusNews>,
    /// The presence board.
    pub presence: Arc<dyn Presence>,
}

/// Connects. Waits a moment for Redis to answer; if it does not, the bus is away for now and comes by itself later.
/// Ends with the last of the bus and the board.
///
/// # Errors
/// Settings with which nothing can work.
pub async fn connect(config: RedisConfig) -> Result<Redis, RedisConfigError> {
    let nodes = config
        .nodes
        .iter()
        .map(|node| Addr::new(node).ok_or_else(|| RedisConfigError::Address(node.clone())))
        .collect::<Result<Vec<_>, _>>()?;
    match (nodes.len(), config.mode) {
        (0, _) => return Err(RedisConfigError::None),
        (2.., Mode::Standalone) => return Err(RedisConfigError::Several(nodes.len())),
        _ => {}
    }
    let (shell, news) = shell::Shell::start(&config, nodes);
    let bus = Arc::new(bus::RedisBus::new(shell.clone()));
    let until = tokio::time::Instant::now() + CONNECT_WAIT;
    // Whether it answered in time is the caller's to ask: `ready`.
    while bus.ready().await.is_err() && tokio::time::Instant::now() < until {
        tokio::time::sleep(CONNECT_STEP).await;
    }
    Ok(Redis {
        bus,
        news,
        presence: Arc::new(presence::RedisPresence::new(shell, config.presence_ttl_ms)),
    })
}
