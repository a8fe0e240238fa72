//! `POST /api/v1/rooms/{room}/join`.

use axum::{
    Json,
    extract::{Path, State},
};
use hearth_core::session::RoomRef;
use hearth_protocol::RoomSnapshot;

use crate::{
    app::App,
    http::{Answer, Caller},
    routes::api::schema,
};

/// Enters a public room.
#[utoipa::path(
    post, path = "/api/v1/rooms/{room}/join", tag = "rooms",
    params(("room" = String, Path, description = "The room's id or name")),
    responses(
        (status = 200, description = "The room, of which you are a member now (or were before)", body = schema::Room),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Banned: the message says why, and until when", body = schema::Error),
        (status = 404, description = "There is no such public room", body = schema::Error),
        (status = 409, description = "Archived, or full", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn join(
    State(app): State<App>,
    Caller(user): Caller,
    Path(room): Path<String>,
) -> Answer<Json<RoomSnapshot>> {
    let room = room
        .parse()
        .map_or_else(|_| RoomRef::Name(room), RoomRef::Id);
    let (room, _) = app.node().join_room(&user, &room).await?;
    Ok(Json(room))
}
