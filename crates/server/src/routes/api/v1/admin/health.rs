//! `GET /api/v1/admin/health`: how all servers are, and what they stand on, in one document, for an overview that asks
//! every second. However many ask, a server looks once a second ([`crate::overview`]).

use axum::{Json, extract::State};
use hearth_core::{
    overview::{self, Heard, Line, Report},
    port::{self, ServerHealth},
    timing::Spread,
};
use hearth_protocol::ErrorCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    http::{Administrator, Answer, ApiError},
    overview::Seen,
    routes::api::schema,
};

/// How the servers are. What stands at its top is of the one that answers: behind a balancer, of whichever was asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// Which server: its name, new at each start.
    node: String,
    /// Its build.
    build: &'static str,
    /// Its clock, in milliseconds since 1970 (UTC), when it looked: at most a second ago.
    wall_ms: u64,
    /// Whether clients should be sent here: what `/readyz` says.
    ready: Part,
    /// The bus. Where it is away for all, events come later and nothing is lost.
    bus: Part,
    /// Whether it is going away.
    draining: bool,
    /// Other servers that it hears.
    others: Vec<String>,
    /// How far its clock is ahead of the median of the others', if enough have been measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    clock_ahead_ms: Option<i64>,
    /// Age of the room that was longest not compared with the store; above a minute the store is slow.
    audit_oldest_ms: u64,
    /// Open sockets, and how many connections there may be.
    sockets: Gauge,
    /// Rooms in memory.
    rooms: usize,
    /// About what they take, in bytes.
    rooms_bytes: Gauge,
    /// Frames that wait for sockets, in bytes.
    outboxes_bytes: Gauge,
    /// Messages that wait for the store, in bytes.
    sends_bytes: Gauge,
    /// All servers that were heard in the last ten minutes, the one that answers first: at most 101.
    nodes: Vec<NodeHealth>,
    /// The store, as the one that answers sees it.
    store: StoreHealth,
    /// Redis, as the one that answers sees it: at most 64 servers, those that are down first. None without Redis.
    redis: Vec<Backing>,
    /// What all servers did in each minute of the last hour that is over, the oldest first, as far as the one that answers
    /// was there.
    minutes: Vec<Minute>,
}

/// Whether a part is well.
#[derive(Debug, Serialize, ToSchema)]
pub struct Part {
    /// Whether it is.
    ok: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

impl Part {
    fn of(is_ok: Result<(), String>) -> Self {
        Self {
            ok: is_ok.is_ok(),
            why: is_ok.err(),
        }
    }
}

/// Something that may fill.
#[derive(Debug, Serialize, ToSchema)]
pub struct Gauge {
    /// Now.
    now: u64,
    /// The most that it may be.
    max: u64,
}

impl From<overview::Gauge> for Gauge {
    fn from(gauge: overview::Gauge) -> Self {
        Self {
            now: gauge.now,
            max: gauge.max,
        }
    }
}

/// A server.
#[derive(Debug, Serialize, ToSchema)]
pub struct NodeHealth {
    /// Its name, new at each start.
    node: String,
    /// How it is.
    state: NodeState,
    /// How long ago it was heard, in milliseconds: what it says of itself is as old.
    age_ms: u64,
    /// Since when it is not heard, in milliseconds since 1970 (UTC), by the clock of the server that answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    away_since_ms: Option<u64>,
    /// What it said of itself last; left out by a build from before there was this.
    #[serde(skip_serializing_if = "Option::is_none")]
    said: Option<Said>,
}

/// How a server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NodeState {
    /// It takes clients.
    Well,
    /// It is heard, and clients should not be sent to it.
    Unready,
    /// It is going away.
    Leaving,
    /// It is not heard any more, and did not say goodbye.
    Away,
}

/// What a server says of itself once a second.
#[derive(Debug, Serialize, ToSchema)]
pub struct Said {
    /// The machine's name and the port.
    address: String,
    /// Its build.
    build: String,
    /// When it began, in milliseconds since 1970 (UTC), by its own clock.
    started_ms: u64,
    /// Whether clients should be sent to it. Its store is not asked for this: what it writes all the time tells.
    ready: Part,
    /// Its bus.
    bus: Part,
    /// Open sockets, and how many connections there may be.
    sockets: Gauge,
    /// Users with a socket there. Somebody with sockets on two servers is among those of both.
    users: u64,
    /// Rooms in memory.
    rooms: u64,
    /// About what they take, in bytes.
    rooms_bytes: Gauge,
    /// Frames that wait for sockets, in bytes.
    outboxes_bytes: Gauge,
    /// Messages that wait for the store, in bytes.
    sends_bytes: Gauge,
    /// What the process holds in memory, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    memory_bytes: Option<u64>,
    /// Messages of its clients that were stored, a second, over the last ten seconds.
    messages_per_s: f64,
    /// Events that it handed to its sockets, a second, over the last ten seconds.
    deliveries_per_s: f64,
    /// How long its appends took in the last minute; left out if there were none.
    #[serde(skip_serializing_if = "Option::is_none")]
    append: Option<Took>,
    /// Age of the room that was longest not compared with the store.
    audit_oldest_ms: u64,
    /// How far its clock is ahead of the median of the others', if enough have been measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    clock_ahead_ms: Option<i64>,
}

/// How long something took, in microseconds, to within a fifth.
#[derive(Debug, Serialize, ToSchema)]
pub struct Took {
    /// Half of the times at most.
    p50_us: u64,
    /// All but one in a hundred at most.
    p99_us: u64,
}

impl From<Spread> for Took {
    fn from(spread: Spread) -> Self {
        Self {
            p50_us: spread.p50_us,
            p99_us: spread.p99_us,
        }
    }
}

/// The store.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum StoreHealth {
    /// A file of the server's own.
    Embedded {
        /// How long the file is.
        bytes: u64,
        /// How long its transactions took in the last minute, each with its flush; left out if there were none.
        #[serde(skip_serializing_if = "Option::is_none")]
        commit: Option<Took>,
    },
    /// Cassandra.
    Cassandra {
        /// Its nodes, as the driver reaches them: at most 64, those that are down first.
        servers: Vec<Backing>,
        /// How long requests took in the last minute; left out if there were none.
        #[serde(skip_serializing_if = "Option::is_none")]
        request: Option<Took>,
        /// Requests that had no answer in time, since the server began.
        timeouts: u64,
    },
    /// One that does not say.
    Unsaid,
}

/// A server of Redis or Cassandra.
#[derive(Debug, Serialize, ToSchema)]
pub struct Backing {
    /// Its address.
    address: String,
    /// Whether it can be used, or why not.
    up: Part,
    /// How long a question took now, in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    round_trip_us: Option<u64>,
    /// What it holds in memory, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    memory_bytes: Option<u64>,
}

impl From<&ServerHealth> for Backing {
    fn from(server: &ServerHealth) -> Self {
        Self {
            address: server.name.clone(),
            up: Part::of(server.down.clone().map_or(Ok(()), Err)),
            round_trip_us: server.round_trip_us,
            memory_bytes: server.memory_bytes,
        }
    }
}

/// A minute of all servers together.
#[derive(Debug, Serialize, ToSchema)]
pub struct Minute {
    /// When it began, in milliseconds since 1970 (UTC).
    at_ms: u64,
    /// Messages that were stored.
    messages: u64,
    /// Events that were handed to sockets.
    deliveries: u64,
}

/// How all servers are.
#[utoipa::path(
    get, path = "/api/v1/admin/health", tag = "administration",
    responses(
        (status = 200, description = "How they are, whether well or not", body = Health),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not an administrator", body = schema::Error),
        (status = 503, description = "The store is away, so that nobody can be known: ask `/readyz` and `/metrics`", body = schema::Error),
    )
)]
pub async fn read(State(app): State<App>, _: Administrator) -> Answer<Json<Health>> {
    let seen = app.overview().ask().await.ok_or_else(|| {
        let text = "This server has more to do than to look at itself. Try again in a moment.";
        ApiError::new(ErrorCode::Unavailable, text)
    })?;
    Ok(Json(told(&app, &seen)))
}

fn told(app: &App, seen: &Seen) -> Health {
    let (node, config) = (app.node(), app.config());
    let pressure = node.pressure();
    let bounds = pressure.bounds();
    let gauge = |now: usize, max: usize| Gauge {
        now: now as u64,
        max: max as u64,
    };
    Health {
        node: node.name().to_string(),
        build: hearth_protocol::BUILD,
        wall_ms: seen.wall_ms,
        ready: Part::of(seen.ready.clone()),
        bus: Part::of(seen.bus.clone()),
        draining: app.is_draining(),
        others: node.others().iter().map(ToString::to_string).collect(),
        clock_ahead_ms: node.clock_ahead_ms(),
        audit_oldest_ms: node.audit_age_ms(),
        sockets: gauge(node.sessions(), config.connections_max),
        rooms: node.rooms_warm(),
        rooms_bytes: gauge(node.rooms_bytes().0, config.bounds.rooms_bytes_max),
        outboxes_bytes: gauge(pressure.outboxes_bytes().0, bounds.outboxes_bytes_max),
        sends_bytes: gauge(pressure.sends_bytes().0, bounds.sends_bytes_max),
        nodes: seen
            .nodes
            .iter()
            .map(|line| line_of(line, seen.wall_ms))
            .collect(),
        store: match &seen.store {
            port::StoreHealth::File { bytes, commits } => StoreHealth::Embedded {
                bytes: *bytes,
                commit: commits.map(Took::from),
            },
            port::StoreHealth::Servers {
                servers,
                requests,
                timeouts,
            } => StoreHealth::Cassandra {
                servers: servers.iter().map(Backing::from).collect(),
                request: requests.map(Took::from),
                timeouts: *timeouts,
            },
            port::StoreHealth::Unsaid => StoreHealth::Unsaid,
        },
        redis: seen.bus_servers.iter().map(Backing::from).collect(),
        minutes: seen
            .minutes
            .iter()
            .map(|minute| Minute {
                at_ms: minute.at_ms,
                messages: minute.done.messages,
                deliveries: minute.done.deliveries,
            })
            .collect(),
    }
}

fn line_of(line: &Line, wall_ms: u64) -> NodeHealth {
    let report = line.report.as_ref();
    let is_ready = report.is_none_or(|report| report.unready.is_none());
    let state = match line.heard {
        Heard::Away => NodeState::Away,
        Heard::Leaving => NodeState::Leaving,
        Heard::Here if is_ready => NodeState::Well,
        Heard::Here => NodeState::Unready,
    };
    NodeHealth {
        node: line.node.to_string(),
        state,
        age_ms: line.age_ms,
        away_since_ms: (state == NodeState::Away).then(|| wall_ms.saturating_sub(line.age_ms)),
        said: report.map(said),
    }
}

fn said(report: &Report) -> Said {
    let part = |why: &Option<String>| Part::of(why.clone().map_or(Ok(()), Err));
    Said {
        address: report.address.clone(),
        build: report.build.clone(),
        started_ms: report.started_ms,
        ready: part(&report.unready),
        bus: part(&report.bus_away),
        sockets: report.sessions.into(),
        users: report.users,
        rooms: report.rooms,
        rooms_bytes: report.rooms_bytes.into(),
        outboxes_bytes: report.outboxes_bytes.into(),
        sends_bytes: report.sends_bytes.into(),
        memory_bytes: report.memory_bytes,
        messages_per_s: per_second(report.a_minute.messages),
        deliveries_per_s: per_second(report.a_minute.deliveries),
        append: report.appends.map(Took::from),
        audit_oldest_ms: report.audit_oldest_ms,
        clock_ahead_ms: report.clock_ahead_ms,
    }
}

/// What is so much a minute, a second, to a hundredth.
fn per_second(a_minute: u64) -> f64 {
    let hundredths = u32::try_from(a_minute.saturating_mul(100) / 60).unwrap_or(u32::MAX);
    f64::from(hundredths) / 100.0
}
