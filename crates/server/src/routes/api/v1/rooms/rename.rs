//! `POST /api/v1/rooms/{room}/rename`.

use axum::{
    Json,
    extract::{Path, State},
};
use hearth_protocol::{RoomName, RoomSnapshot};
use serde::Deserialize;
use utoipa::ToSchema;

use super::room_id;
use crate::{
    app::App,
    http::{Answer, ApiError, Body, Caller},
    routes::api::schema,
};

/// Another name.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewName {
    /// It, of at most 25 characters; free until now, or one that the room had.
    name: String,
}

/// Gives a room another name. It keeps those that it had: who uses one finds the room.
#[utoipa::path(
    post, path = "/api/v1/rooms/{room}/rename", request_body = NewName, tag = "rooms",
    params(("room" = String, Path, description = "The room's id")),
    responses(
        (status = 200, description = "The room, under this name now (or before)", body = schema::Room),
        (status = 400, description = "The name does not fit", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not a member, or the role does not allow it", body = schema::Error),
        (status = 404, description = "There is no such room", body = schema::Error),
        (status = 409, description = "The name is taken, the room has had too many, or is archived", body = schema::Error),
        (status = 503, description = "The store is away; the same again goes on", body = schema::Error),
    )
)]
pub async fn rename(
    State(app): State<App>,
    Caller(user): Caller,
    Path(room): Path<String>,
    Body(body): Body<NewName>,
) -> Answer<Json<RoomSnapshot>> {
    let room = room_id(&room)?;
    let name = RoomName::new(body.name).map_err(|error| ApiError::field("name", error))?;
    let (room, _) = app.node().rename_room(&user, room, &name).await?;
    Ok(Json(room))
}
