//! `POST /api/v1/rooms/{room}/mark`.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use hearth_protocol::Seq;
use serde::Deserialize;
use utoipa::ToSchema;

use super::room_id;
use crate::{
    app::App,
    http::{Answer, Body, Caller},
    routes::api::schema,
};

/// The read mark.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Mark {
    /// Read up to and with this.
    #[schema(value_type = u64)]
    seq: Seq,
    /// "Unread from here": lets the mark go back.
    #[serde(default)]
    back: bool,
}

/// Moves the own read mark. A lower seq than the mark's counts only with `back`.
#[utoipa::path(
    post, path = "/api/v1/rooms/{room}/mark", request_body = Mark, tag = "rooms",
    params(("room" = String, Path, description = "The room's id")),
    responses(
        (status = 204, description = "The mark stands there, or further on"),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not a member", body = schema::Error),
        (status = 404, description = "There is no such room", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn mark(
    State(app): State<App>,
    Caller(user): Caller,
    Path(room): Path<String>,
    Body(body): Body<Mark>,
) -> Answer<StatusCode> {
    app.node()
        .mark(&user, room_id(&room)?, body.seq, body.back)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
