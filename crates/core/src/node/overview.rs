//! What this node says of itself once a second, and what it knows of all nodes, for people who look after them.
//!
//! What it says goes out with its beats, so every node knows of every other without a question, and however many people
//! look, nodes do no more for it.

use std::sync::atomic::{AtomicU64, Ordering};

use super::{Node, lock, unready};
use crate::{
    overview::{Done, Gauge, Line, Minute, Report},
    port::{ServerHealth, StoreHealth},
};

/// What is known around a node, and not by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Around {
    /// Where it is reached, for people: a node that begins anew at the same place takes the line of the one before.
    pub address: String,
    /// When it began, in milliseconds since 1970 (UTC).
    pub started_ms: u64,
    /// How many connections there may be.
    pub connections_max: usize,
    /// About how many bytes rooms in memory may take.
    pub rooms_bytes_max: usize,
    /// What the process holds in memory.
    pub memory_bytes: Option<u64>,
    /// Why the bus is not whole.
    pub bus_away: Option<String>,
}

/// What this node has done since it began.
#[derive(Debug, Default)]
pub(super) struct Tally {
    messages: AtomicU64,
    deliveries: AtomicU64,
}

impl Tally {
    /// A message of a client here was stored.
    pub(super) fn message(&self) {
        self.messages.fetch_add(1, Ordering::Relaxed);
    }

    /// So many readers here were handed so many events each.
    pub(super) fn delivered(&self, readers: usize, events: usize) {
        let deliveries = wide(readers).saturating_mul(wide(events));
        self.deliveries.fetch_add(deliveries, Ordering::Relaxed);
    }

    fn done(&self) -> Done {
        Done {
            messages: self.messages.load(Ordering::Relaxed),
            deliveries: self.deliveries.load(Ordering::Relaxed),
        }
    }
}

impl Node {
    /// Says how this node is from now on. To be called once a second.
    pub fn report(&self, around: Around) {
        let now_ms = self.now_ms();
        let done = self.0.tally.done();
        let pressure = self.pressure();
        let bounds = pressure.bounds();
        let gauge = |now, max| Gauge {
            now: wide(now),
            max: wide(max),
        };
        let users = lock(&self.0.live).users_there();
        let a_minute = lock(&self.0.overview).rate(now_ms, done);
        let report = Report {
            address: around.address,
            build: self.0.config.build.clone(),
            started_ms: around.started_ms,
            unready: self.why_unready(),
            bus_away: around.bus_away,
            sessions: gauge(self.sessions(), around.connections_max),
            users: wide(users),
            rooms: wide(self.rooms_warm()),
            rooms_bytes: gauge(self.rooms_bytes().0, around.rooms_bytes_max),
            outboxes_bytes: gauge(pressure.outboxes_bytes().0, bounds.outboxes_bytes_max),
            sends_bytes: gauge(pressure.sends_bytes().0, bounds.sends_bytes_max),
            memory_bytes: around.memory_bytes,
            done,
            a_minute,
            appends: self.0.appends.spread(),
            audit_oldest_ms: self.audit_age_ms(),
            clock_ahead_ms: self.clock_ahead_ms(),
        };
        let wall_ms = self.0.clock.wall_ms();
        lock(&self.0.overview).say(now_ms, wall_ms, report);
    }

    /// What every node that was heard lately has said of itself, this one first; and what all have done in each minute of
    /// the last hour, as far as this node was there.
    pub fn overview(&self) -> (Vec<Line>, Vec<Minute>) {
        let overview = lock(&self.0.overview);
        let lines = overview.lines(self.now_ms());
        (lines, overview.minutes().copied().collect())
    }

    /// How the store is, as far as is known without asking it.
    pub fn store_health(&self) -> StoreHealth {
        self.0.store.health()
    }

    /// How the bus's servers are, asked now: at most a second.
    pub async fn bus_health(&self) -> Vec<ServerHealth> {
        self.0.bus.health().await
    }

    /// Why clients should not be sent here, without asking the store: its canary does, all the time.
    fn why_unready(&self) -> Option<String> {
        if self.0.draining.load(Ordering::Relaxed) {
            return Some("This server is going away.".to_owned());
        }
        if self.0.config.canary == super::CanarySwitch::Off {
            return None;
        }
        let verdict = lock(&self.0.canary).verdict(self.now_ms());
        verdict.err().map(|why| unready(why).message)
    }
}

fn wide(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
