//! `GET /api/v1/search`: messages by their words.

use axum::{Json, extract::State};
use hearth_core::session::SearchFor;
use hearth_protocol::RoomHits;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::rooms::room_id;
use crate::{
    app::App,
    http::{Answer, Caller, Params},
    routes::api::schema,
};

/// What is looked for, and which page.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Sought {
    /// Words, each of which is to begin one of the message's; `"words in quotes"` stand so; `-word` is not there.
    /// Filters: `from:NAME`, `from:me`, `in:ROOM`, `has:link`, `has:file`, `has:mention`, `has:forward`, `has:reply`, `has:reaction`,
    /// `before:2026-01-31`, `after:2026-01-31T18:30+01:00`.
    q: String,
    /// The room's id; left out: all of one's own, or as `q` says.
    room: Option<String>,
    /// By how many minutes the clock is ahead of UTC by which dates are meant: 0 if left out.
    #[serde(default)]
    offset_min: i32,
    /// Where the page before ended: a room's `next` with this `room`, or the page's `next` without one.
    cursor: Option<String>,
    /// How many hits of a `room` at most: 20 if left out, never more than 50. Of several rooms 5 each.
    limit: Option<usize>,
}

/// Messages that were found.
#[derive(Debug, Serialize, ToSchema)]
pub struct Found {
    /// The rooms in which some were found, or which were not looked through to their beginning.
    #[schema(value_type = Vec<schema::RoomHits>)]
    rooms: Vec<RoomHits>,
    /// The `cursor` with which to go on with further rooms, if there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Looks for messages, the newest first, in one room or some rooms of one's own at a time.
#[utoipa::path(
    get, path = "/api/v1/search", tag = "log",
    params(Sought),
    responses(
        (status = 200, description = "What was found", body = Found),
        (status = 400, description = "The query does not fit; the message says where", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not a member of the room", body = schema::Error),
        (status = 404, description = "There is no such room or user", body = schema::Error),
        (status = 413, description = "What is looked for is too long", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn search(
    State(app): State<App>,
    Caller(user): Caller,
    Params(sought): Params<Sought>,
) -> Answer<Json<Found>> {
    let asked = SearchFor {
        q: sought.q,
        room: sought.room.as_deref().map(room_id).transpose()?,
        offset_min: sought.offset_min,
        cursor: sought.cursor,
        limit: sought.limit,
    };
    let page = app.node().search(&user, asked).await?;
    Ok(Json(Found {
        rooms: page.rooms,
        next: page.next,
    }))
}
