//! What the routes share: the node, the settings, the passwords' worker, the sockets' ticker.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use hearth_core::node::Node;
use tokio::sync::Notify;

use crate::{config::Config, password::Passwords, rates::Rates, ws::pulse::Pulse};

/// What the routes share. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    node: Node,
    config: Config,
    passwords: Passwords,
    rates: Rates,
    pulse: Arc<Pulse>,
    draining: AtomicBool,
    sockets: AtomicUsize,
    socket_ended: Notify,
}

impl App {
    /// What the routes of this node share.
    pub fn new(node: Node, config: Config) -> Self {
        Self(Arc::new(Inner {
            rates: Rates::new(config.rates),
            node,
            config,
            passwords: Passwords::new(),
            pulse: Arc::new(Pulse::new()),
            draining: AtomicBool::new(false),
            sockets: AtomicUsize::new(0),
            socket_ended: Notify::new(),
        }))
    }

    /// One over a store in memory, with the default settings.
    #[cfg(test)]
    pub(crate) fn for_test() -> Self {
        use hearth_core::{
            local::{LocalNet, LocalPresence},
            node::{CanarySwitch, NodeConfig, Parts},
            port::NodeName,
            room::RoomBounds,
            testing::MemoryStore,
        };
        let name = NodeName("test".into());
        let (bus, news) = LocalNet::new().join(name.clone());
        let parts = Parts {
            store: Arc::new(MemoryStore::new(10)),
            bus,
            news,
            presence: Arc::new(LocalPresence::new()),
            clock: Arc::new(crate::parts::SystemClock::new()),
            seed: [7; 32],
        };
        let config = NodeConfig {
            name,
            build: String::new(),
            canary: CanarySwitch::Off,
            bounds: RoomBounds::default(),
        };
        let none = std::collections::BTreeMap::new();
        let settings = Config::from_sources(None, &|_| None, &none);
        let settings = settings.unwrap_or_else(|error| panic!("{error}"));
        Self::new(Node::start(config, parts), settings)
    }

    /// The node.
    pub fn node(&self) -> &Node {
        &self.0.node
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The passwords' worker.
    pub fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    /// How often an address may ask, and an account be logged in to.
    pub fn rates(&self) -> &Rates {
        &self.0.rates
    }

    /// The sockets' ticker.
    pub fn pulse(&self) -> &Arc<Pulse> {
        &self.0.pulse
    }

    /// Says from now on that this server is not ready.
    pub fn begin_drain(&self) {
        self.0.draining.store(true, Ordering::Relaxed);
    }

    /// Whether this server is going away.
    pub fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::Relaxed)
    }

    /// Counts a socket for as long as what is returned lives.
    pub fn count_socket(&self) -> SocketCount {
        let count = self.0.sockets.fetch_add(1, Ordering::Relaxed) + 1;
        metrics::gauge!("hearth_sockets").set(precise(count));
        SocketCount(self.clone())
    }

    /// Waits until no socket is left.
    pub async fn sockets_ended(&self) {
        loop {
            let ended = self.0.socket_ended.notified();
            if self.0.sockets.load(Ordering::Relaxed) == 0 {
                return;
            }
            ended.await;
        }
    }
}

/// One socket, counted.
pub struct SocketCount(App);

impl Drop for SocketCount {
    fn drop(&mut self) {
        let count = self.0.0.sockets.fetch_sub(1, Ordering::Relaxed) - 1;
        metrics::gauge!("hearth_sockets").set(precise(count));
        self.0.0.socket_ended.notify_waiters();
    }
}

/// A count as the number that the metrics take.
pub fn precise(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}
