//! `POST /api/v1/direct`: opens the room of two people.

use axum::{Json, extract::State};
use hearth_protocol::RoomSnapshot;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    http::{Answer, Body, Caller},
    routes::api::schema,
};

/// With whom.
#[derive(Debug, Deserialize, ToSchema)]
pub struct With {
    /// Their name or id.
    user: String,
}

/// Opens the direct room with a user: there is exactly one for the two of you.
#[utoipa::path(
    post, path = "/api/v1/direct", request_body = With, tag = "rooms",
    responses(
        (status = 200, description = "The room", body = schema::Room),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 404, description = "There is no such user", body = schema::Error),
        (status = 409, description = "You, or they, take no more rooms", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn open(
    State(app): State<App>,
    Caller(user): Caller,
    Body(body): Body<With>,
) -> Answer<Json<RoomSnapshot>> {
    let (room, _) = app.node().direct_room(&user, body.user.trim()).await?;
    Ok(Json(room))
}
