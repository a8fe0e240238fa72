//! `GET /api/v1/admin/health`: how this server is, in one document, for an overview that asks every second or two.

use axum::{Json, extract::State};
use hearth_core::Refusal;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    http::{Administrator, Answer},
    parts,
    routes::api::schema,
};

/// How a server is. Behind a balancer each answer is of whichever was asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// Which server: its name, new at each start.
    node: String,
    /// Its build.
    build: &'static str,
    /// Its clock, in milliseconds since 1970 (UTC).
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
    now: usize,
    /// The most that it may be.
    max: usize,
}

/// How this server is.
#[utoipa::path(
    get, path = "/api/v1/admin/health", tag = "administration",
    responses(
        (status = 200, description = "How it is, whether well or not", body = Health),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not an administrator", body = schema::Error),
        (status = 503, description = "The store is away, so that nobody can be known: ask `/readyz` and `/metrics`", body = schema::Error),
    )
)]
pub async fn read(State(app): State<App>, _: Administrator) -> Answer<Json<Health>> {
    let (node, config) = (app.node(), app.config());
    let (ready, bus) = tokio::join!(node.ready(), node.bus_ready());
    let pressure = node.pressure();
    let bounds = pressure.bounds();
    Ok(Json(Health {
        node: node.name().to_string(),
        build: hearth_protocol::BUILD,
        wall_ms: parts::wall_ms(),
        ready: Part::of(ready.map_err(|Refusal { message, .. }| message)),
        bus: Part::of(bus.map_err(|error| error.to_string())),
        draining: app.is_draining(),
        others: node.others().iter().map(ToString::to_string).collect(),
        clock_ahead_ms: node.clock_ahead_ms(),
        audit_oldest_ms: node.audit_age_ms(),
        sockets: Gauge {
            now: node.sessions(),
            max: config.connections_max,
        },
        rooms: node.rooms_warm(),
        rooms_bytes: Gauge {
            now: node.rooms_bytes().0,
            max: config.bounds.rooms_bytes_max,
        },
        outboxes_bytes: Gauge {
            now: pressure.outboxes_bytes().0,
            max: bounds.outboxes_bytes_max,
        },
        sends_bytes: Gauge {
            now: pressure.sends_bytes().0,
            max: bounds.sends_bytes_max,
        },
    }))
}
