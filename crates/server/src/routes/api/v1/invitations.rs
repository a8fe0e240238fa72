//! `POST /api/v1/invitations/{code}`: enters a room by an invitation link.

use axum::{
    Json,
    extract::{Path, State},
};
use hearth_protocol::RoomSnapshot;

use crate::{
    app::App,
    http::{Answer, Caller},
    routes::api::schema,
};

/// Enters a room by an invitation link. Who is a member already is answered alike, and uses nothing up.
#[utoipa::path(
    post, path = "/api/v1/invitations/{code}", tag = "rooms",
    params(("code" = String, Path, description = "The link's code")),
    responses(
        (status = 200, description = "The room, of which you are a member now (or were before)", body = schema::Room),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Banned: the message says why, and until when", body = schema::Error),
        (status = 404, description = "There is no such link, or it is not good any more", body = schema::Error),
        (status = 409, description = "Used up, archived, or full", body = schema::Error),
        (status = 503, description = "The store is away; the same again goes on", body = schema::Error),
    )
)]
pub async fn accept(
    State(app): State<App>,
    Caller(user): Caller,
    Path(code): Path<String>,
) -> Answer<Json<RoomSnapshot>> {
    let (room, _) = app.node().accept_room_invitation(&user, &code).await?;
    Ok(Json(room))
}
