//! `POST /api/v1/rooms/{room}/leave`.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};

use super::room_id;
use crate::{
    app::App,
    http::{Answer, Caller},
    routes::api::schema,
};

/// Leaves a room.
#[utoipa::path(
    post, path = "/api/v1/rooms/{room}/leave", tag = "rooms",
    params(("room" = String, Path, description = "The room's id")),
    responses(
        (status = 204, description = "You are no member any more"),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "You were no member", body = schema::Error),
        (status = 404, description = "There is no such room", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn leave(
    State(app): State<App>,
    Caller(user): Caller,
    Path(room): Path<String>,
) -> Answer<StatusCode> {
    app.node().leave_room(&user, room_id(&room)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
