//! `GET /api/v1/rooms/{room}/events/{seq}/edits`.

use axum::{
    Json,
    extract::{Path, State},
};
use hearth_protocol::{ErrorCode, Event, Seq};
use serde::Serialize;
use utoipa::ToSchema;

use super::room_id;
use crate::{
    app::App,
    http::{Answer, ApiError, Caller},
    routes::api::schema,
};

/// What a message's text was.
#[derive(Debug, Serialize, ToSchema)]
pub struct Edits {
    /// The message as it was sent, then its newest edits, at most 50, in their order.
    #[schema(value_type = Vec<schema::Event>)]
    events: Vec<Event>,
}

/// Reads a message's edits.
#[utoipa::path(
    get, path = "/api/v1/rooms/{room}/events/{seq}/edits", tag = "rooms",
    params(
        ("room" = String, Path, description = "The room's id"),
        ("seq" = u64, Path, description = "The message's number"),
    ),
    responses(
        (status = 200, description = "The message and its edits", body = Edits),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not a member", body = schema::Error),
        (status = 404, description = "There is no such room or message, or it is deleted", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn read(
    State(app): State<App>,
    Caller(user): Caller,
    Path((room, seq)): Path<(String, String)>,
) -> Answer<Json<Edits>> {
    let none = |_| ApiError::new(ErrorCode::NotFound, "There is no message of this number.");
    let seq = Seq(seq.parse().map_err(none)?);
    let events = app.node().edits(&user, room_id(&room)?, seq).await?;
    Ok(Json(Edits { events }))
}
