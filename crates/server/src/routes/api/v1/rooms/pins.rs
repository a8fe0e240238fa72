//! `GET /api/v1/rooms/{room}/pins`.

use axum::{
    Json,
    extract::{Path, State},
};
use hearth_protocol::{MessageState, Pin};
use serde::Serialize;
use utoipa::ToSchema;

use super::room_id;
use crate::{
    app::App,
    http::{Answer, Caller},
    routes::api::schema,
};

/// A room's pinned messages.
#[derive(Debug, Serialize, ToSchema)]
pub struct Pins {
    /// All of them, at most 50, the one pinned last first.
    #[schema(value_type = Vec<schema::Pin>)]
    pins: Vec<Pin>,
    /// How those messages stand now, where later events changed them.
    #[schema(value_type = Vec<schema::MessageState>)]
    states: Vec<MessageState>,
}

/// Reads a room's pinned messages.
#[utoipa::path(
    get, path = "/api/v1/rooms/{room}/pins", tag = "rooms",
    params(("room" = String, Path, description = "The room's id")),
    responses(
        (status = 200, description = "The pinned messages", body = Pins),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not a member", body = schema::Error),
        (status = 404, description = "There is no such room", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn read(
    State(app): State<App>,
    Caller(user): Caller,
    Path(room): Path<String>,
) -> Answer<Json<Pins>> {
    let page = app.node().pins(&user, room_id(&room)?).await?;
    Ok(Json(Pins {
        pins: page.pins,
        states: page.states,
    }))
}
