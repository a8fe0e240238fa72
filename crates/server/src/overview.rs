//! What an overview for operators is made of: what this node says of itself once a second, and a look at everything,
//! made when somebody asks and at most once a second, however many ask.
//!
//! Promises: whoever asks is answered within [`WAIT`], with what was seen within the last second; where a store or a bus
//! does not answer, that is what is told. Nothing of it is kept but the last look.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use hearth_core::{
    node::Around,
    overview::{Line, Minute},
    port::{ServerHealth, StoreHealth},
};
use tokio::{
    sync::{Notify, watch},
    time::{Instant, MissedTickBehavior, interval, timeout},
};

use crate::{app::App, numbers, parts};

/// From one look to the next, and from one report to the next.
const EVERY: Duration = Duration::from_secs(1);
/// How long a store may take to say whether it is ready, before that is what is told of it.
const READY_WAIT: Duration = Duration::from_secs(2);
/// How long whoever asks waits for a look. A look ends sooner.
const WAIT: Duration = Duration::from_secs(4);

/// What was seen at one look.
#[derive(Debug)]
pub struct Seen {
    /// When, in milliseconds since 1970 (UTC).
    pub wall_ms: u64,
    /// Whether clients should be sent here, or why not.
    pub ready: Result<(), String>,
    /// Whether the bus is whole, or why not.
    pub bus: Result<(), String>,
    /// All nodes, this one first.
    pub nodes: Vec<Line>,
    /// What all did in each minute of the last hour.
    pub minutes: Vec<Minute>,
    /// How the store is.
    pub store: StoreHealth,
    /// The bus's servers.
    pub bus_servers: Vec<ServerHealth>,
}

/// The last look, and who wants another.
pub struct Overview {
    wanted: Notify,
    seen: watch::Sender<Option<(Instant, Arc<Seen>)>>,
}

impl Overview {
    /// Nobody has looked yet.
    pub fn new() -> Self {
        Self {
            wanted: Notify::new(),
            seen: watch::Sender::new(None),
        }
    }

    /// What was seen within the last second; `None` if nothing was seen in time.
    pub async fn ask(&self) -> Option<Arc<Seen>> {
        let mut seen = self.seen.subscribe();
        let fresh = |seen: &Option<(Instant, Arc<Seen>)>| {
            let (at, seen) = seen.as_ref()?;
            (at.elapsed() < EVERY).then(|| seen.clone())
        };
        if let Some(seen) = fresh(&seen.borrow_and_update()) {
            return Some(seen);
        }
        self.wanted.notify_one();
        timeout(WAIT, seen.changed()).await.ok()?.ok()?;
        seen.borrow().as_ref().map(|(_, seen)| seen.clone())
    }

    /// Whether what was seen last is too old for whoever asks now.
    fn is_stale(&self) -> bool {
        let seen = self.seen.borrow();
        seen.as_ref().is_none_or(|(at, _)| at.elapsed() >= EVERY)
    }
}

impl Default for Overview {
    fn default() -> Self {
        Self::new()
    }
}

/// Says once a second how this node is, for ever.
pub async fn report(app: App, address: SocketAddr) {
    let (address, started_ms) = (place(address), parts::wall_ms());
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let bus = app.node().bus_ready().await;
        let config = app.config();
        app.node().report(Around {
            address: address.clone(),
            started_ms,
            connections_max: config.connections_max,
            rooms_bytes_max: config.bounds.rooms_bytes_max,
            memory_bytes: numbers::resident_bytes(),
            bus_away: bus.err().map(|error| error.to_string()),
        });
    }
}

/// Looks whenever somebody wants it, for ever.
pub async fn looks(app: App) {
    loop {
        app.overview().wanted.notified().await;
        // It was wanted while the look before was made, which has answered that as well.
        if app.overview().is_stale() {
            let seen = look(&app).await;
            let told = Some((Instant::now(), Arc::new(seen)));
            app.overview().seen.send_replace(told);
        }
    }
}

async fn look(app: &App) -> Seen {
    let node = app.node();
    let (ready, bus, bus_servers) = tokio::join!(
        timeout(READY_WAIT, node.ready()),
        node.bus_ready(),
        node.bus_health()
    );
    let ready = match ready {
        Ok(ready) => ready.map_err(|refusal| refusal.message),
        Err(_) => Err(format!(
            "The store has not answered within {} seconds.",
            READY_WAIT.as_secs()
        )),
    };
    let (nodes, minutes) = node.overview();
    Seen {
        wall_ms: parts::wall_ms(),
        ready,
        bus: bus.map_err(|error| error.to_string()),
        nodes,
        minutes,
        store: node.store_health(),
        bus_servers,
    }
}

/// Where this server is, for people: the machine's name and the port. An address alone is the same on many machines.
fn place(address: SocketAddr) -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    match name.trim() {
        "" => address.to_string(),
        name => format!("{name}:{}", address.port()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn seen() -> Seen {
        Seen {
            wall_ms: 0,
            ready: Ok(()),
            bus: Ok(()),
            nodes: Vec::new(),
            minutes: Vec::new(),
            store: StoreHealth::Unsaid,
            bus_servers: Vec::new(),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn however_many_ask_there_is_one_look_a_second() {
        let overview = Arc::new(Overview::new());
        let looks = Arc::new(AtomicUsize::new(0));
        let looking = {
            let (overview, looks) = (overview.clone(), looks.clone());
            tokio::spawn(async move {
                loop {
                    overview.wanted.notified().await;
                    if overview.is_stale() {
                        looks.fetch_add(1, Ordering::Relaxed);
                        // Others ask meanwhile.
                        tokio::time::sleep(Duration::from_millis(300)).await;
                        let told = Some((Instant::now(), Arc::new(seen())));
                        overview.seen.send_replace(told);
                    }
                }
            })
        };
        for second in 1..=3 {
            let asked = (0..50).map(|n| {
                let overview = overview.clone();
                async move {
                    tokio::time::sleep(Duration::from_millis(10 * n)).await;
                    overview.ask().await.is_some()
                }
            });
            let answers = futures_util::future::join_all(asked).await;
            assert!(answers.into_iter().all(|is_told| is_told));
            assert_eq!(looks.load(Ordering::Relaxed), second);
            tokio::time::sleep(EVERY).await;
        }
        looking.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_asks_where_nobody_looks_is_let_go() {
        assert!(Overview::new().ask().await.is_none());
    }
}
