//! What the routes share: the node, the settings, the passwords' worker, the sockets' ticker.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use hearth_core::node::{Node, Zones};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use crate::{
    config::Config, mail::Mailer, outgoing::Outgoing, overview::Overview, password::Passwords,
    pictures::Pictures, push::SystemZones, rates::Rates, ws::pulse::Pulse,
};

/// Files on their way out at once: each has two pieces in memory, of a quarter of a megabyte.
const DELIVERIES_MAX: usize = 128;
/// What of files on their way in may be in memory at once, in megabytes: a part is one, a picture for an avatar up to
/// eight.
const INCOMING_MB_MAX: usize = 64;

/// What the routes share. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    node: Node,
    config: Config,
    passwords: Passwords,
    pictures: Pictures,
    deliveries: Arc<Semaphore>,
    incoming: Arc<Semaphore>,
    mailer: Mailer,
    rates: Rates,
    overview: Overview,
    pulse: Arc<Pulse>,
    draining: AtomicBool,
    sockets: AtomicUsize,
    socket_ended: Notify,
    webhooks_changed: Notify,
    outgoing: Option<Outgoing>,
    zones: Arc<dyn Zones>,
}

impl App {
    /// What the routes of this node share.
    pub fn new(node: Node, config: Config) -> Self {
        let outgoing = Outgoing::new(config.outgoing_nets.clone());
        let outgoing = outgoing
            .inspect_err(|error| tracing::error!(%error, "no requests to others can be made"))
            .ok();
        Self(Arc::new(Inner {
            outgoing,
            zones: Arc::new(SystemZones::default()),
            webhooks_changed: Notify::new(),
            rates: Rates::new(config.rates),
            mailer: Mailer::new(config.mail.as_ref()),
            node,
            config,
            passwords: Passwords::new(),
            pictures: Pictures::new(),
            deliveries: Arc::new(Semaphore::new(DELIVERIES_MAX)),
            incoming: Arc::new(Semaphore::new(INCOMING_MB_MAX)),
            overview: Overview::new(),
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

    /// What looks at pictures.
    pub fn pictures(&self) -> &Pictures {
        &self.0.pictures
    }

    /// A place for one more file on its way out, if there is one.
    pub fn deliver(&self) -> Option<OwnedSemaphorePermit> {
        self.0.deliveries.clone().try_acquire_owned().ok()
    }

    /// A place for so many megabytes of a file on its way in, if there is one.
    pub fn take_in(&self, megabytes: u32) -> Option<OwnedSemaphorePermit> {
        let incoming = self.0.incoming.clone();
        incoming.try_acquire_many_owned(megabytes).ok()
    }

    /// The way out for mail.
    pub fn mailer(&self) -> &Mailer {
        &self.0.mailer
    }

    /// How often an address may ask, and an account be logged in to.
    pub fn rates(&self) -> &Rates {
        &self.0.rates
    }

    /// What administrators are told of all servers.
    pub fn overview(&self) -> &Overview {
        &self.0.overview
    }

    /// By which requests to others are made; none, if that cannot be.
    pub fn outgoing(&self) -> Option<&Outgoing> {
        self.0.outgoing.as_ref()
    }

    /// What the clock shows in time zones.
    pub fn zones(&self) -> &Arc<dyn Zones> {
        &self.0.zones
    }

    /// That a webhook out of a room was made or is to go on.
    pub fn webhooks_changed(&self) -> &Notify {
        &self.0.webhooks_changed
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
