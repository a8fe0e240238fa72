//! Proxies of the drill's own between the parts: one for each way from a server to a Cassandra node, from a server to a
//! server of Redis, and from Nginx to a server. The parts know each other only by these. They carry whole frames (of HTTP
//! and sockets: whatever comes), and on demand are slow, mute, cut, pass one byte at a time, lose hints or bring them late
//! or in another order, keep an append or its answer for themselves, or stop at one until it is let go.
//!
//! They promise that nothing is changed but the addresses by which parts name each other, that nothing is put out of
//! order unless asked, and that each connection holds a bounded number of frames.

mod carry;
mod cql;
mod resp;
#[cfg(test)]
mod tests;
mod trap;

use std::{
    collections::BTreeMap,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use tokio::{
    net::{TcpListener, TcpSocket},
    sync::watch,
    task::JoinSet,
    time::sleep,
};

use self::{carry::carry, cql::Appends};
pub(super) use trap::{Aim, Held, Trap, Traps};

/// From whom to whom; all are counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    /// From a server to a node of Cassandra.
    Cassandra { server: usize, node: usize },
    /// From a server to a server of Redis.
    Redis { server: usize, node: usize },
    /// From Nginx to a server.
    Door { server: usize },
}

/// How a proxy carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weather {
    Fair,
    /// Each frame is late by so long.
    Slow(Duration),
    /// Nothing gets through, and nothing is closed.
    Mute,
    /// Connections are closed, and new ones too.
    Cut,
    /// One byte at a time.
    Slices,
    /// Every other hint does not arrive, by chance.
    HintsLost,
    /// Hints are late by so long; all else is not.
    HintsLate(Duration),
    /// Each hint is late by up to so long, so that later ones overtake it.
    HintsShuffled(Duration),
}

/// Where a proxy listens, and to where it carries.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    pub(super) way: Way,
    pub(super) at: SocketAddr,
    pub(super) to: SocketAddr,
}

/// One proxy.
#[derive(Debug)]
struct Road {
    stretch: Stretch,
    weather: watch::Sender<Weather>,
    /// Frames that met other weather than fair, and connections that were cut or not let in.
    touched: AtomicU64,
    appends: Appends,
    traps: Arc<Traps>,
}

impl Road {
    fn touch(&self) {
        self.touched.fetch_add(1, Relaxed);
    }
}

/// The proxies of one cluster.
#[derive(Debug)]
pub(super) struct Proxies {
    roads: BTreeMap<Way, Arc<Road>>,
    /// What is done to single frames.
    pub(super) traps: Arc<Traps>,
    _tasks: JoinSet<()>,
}

impl Proxies {
    /// Listens everywhere.
    pub(super) async fn listen(stretches: &[Stretch]) -> io::Result<Self> {
        let traps = Arc::new(Traps::default());
        let appends = Appends::default();
        let (mut roads, mut tasks) = (BTreeMap::new(), JoinSet::new());
        for stretch in stretches {
            let listener = socket(stretch.way)?;
            listener.set_reuseaddr(true)?;
            listener.bind(stretch.at)?;
            let listener = listener.listen(1024)?;
            let road = Arc::new(Road {
                stretch: *stretch,
                weather: watch::Sender::new(Weather::Fair),
                touched: AtomicU64::new(0),
                appends: appends.clone(),
                traps: Arc::clone(&traps),
            });
            tasks.spawn(accept(listener, Arc::clone(&road)));
            roads.insert(stretch.way, road);
        }
        Ok(Self {
            roads,
            traps,
            _tasks: tasks,
        })
    }

    /// Every way of which this holds.
    pub(super) fn ways(&self, holds: impl Fn(Way) -> bool) -> Vec<Way> {
        let ways = self.roads.keys().copied();
        ways.filter(|way| holds(*way)).collect()
    }

    /// How these ways carry from now on.
    pub(super) fn set(&self, ways: &[Way], weather: Weather) {
        for road in ways.iter().filter_map(|way| self.roads.get(way)) {
            road.weather.send_replace(weather);
        }
    }

    /// Frames of these ways that were delayed, sliced, kept, or cut off with their connection.
    pub(super) fn touched(&self, ways: &[Way]) -> u64 {
        let roads = ways.iter().filter_map(|way| self.roads.get(way));
        roads.map(|road| road.touched.load(Relaxed)).sum()
    }
}

/// By which number in its addresses (127.0.N.) a server knows its parts: as `scripts/cluster start --proxied` has it.
pub(super) fn seen_as(server: usize) -> u8 {
    3 + u8::try_from(server).unwrap_or(0)
}

/// Every way of three servers, as `scripts/cluster start --proxied` lays them: Cassandra's nodes and Redis's servers by
/// their ports, the servers by theirs.
pub(super) fn stretches(cql_port: u16, redis_port: u16, servers: &[u16]) -> Vec<Stretch> {
    let mut all = Vec::new();
    for (server, port) in (1..).zip(servers) {
        let numbered = |third: u8, last: usize, port: u16| {
            let last = u8::try_from(last).unwrap_or(0);
            SocketAddr::from((Ipv4Addr::new(127, 0, third, last), port))
        };
        for node in 1..=3 {
            all.push(Stretch {
                way: Way::Cassandra { server, node },
                at: numbered(seen_as(server), node, cql_port),
                to: numbered(0, node, cql_port),
            });
        }
        for (node, port) in (1..=6).zip(redis_port..) {
            all.push(Stretch {
                way: Way::Redis { server, node },
                at: numbered(seen_as(server), node, port),
                to: numbered(8, node, port),
            });
        }
        all.push(Stretch {
            way: Way::Door { server },
            at: numbered(7, server, *port),
            to: numbered(0, 1, *port),
        });
    }
    all
}

/// What a proxy keeps for a client that reads nothing is small beside what its server would.
const DOOR_BYTES: u32 = 32 << 10;

fn socket(way: Way) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    if let Way::Door { .. } = way {
        socket.set_recv_buffer_size(DOOR_BYTES)?;
        socket.set_send_buffer_size(DOOR_BYTES)?;
    }
    Ok(socket)
}

async fn accept(listener: TcpListener, road: Arc<Road>) {
    let mut connections = JoinSet::new();
    let mut count = 0u64;
    loop {
        let Ok((client, _)) = listener.accept().await else {
            // Out of descriptors, at worst: later.
            sleep(Duration::from_millis(100)).await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        if *road.weather.borrow() == Weather::Cut {
            road.touch();
            continue;
        }
        count += 1;
        let road = Arc::clone(&road);
        connections.spawn(async move {
            let Ok(part) = socket(road.stretch.way) else {
                return;
            };
            if let Ok(part) = part.connect(road.stretch.to).await {
                carry(client, part, &road, count).await;
            }
        });
    }
}
