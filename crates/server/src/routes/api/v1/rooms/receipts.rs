//! `GET /api/v1/rooms/{room}/receipts`.

use axum::{
    Json,
    extract::{Path, State},
};
use hearth_protocol::Receipt;
use serde::Serialize;
use utoipa::ToSchema;

use super::room_id;
use crate::{
    app::App,
    http::{Answer, Caller},
    routes::api::schema,
};

/// A room's receipts.
#[derive(Debug, Serialize, ToSchema)]
pub struct Receipts {
    /// Of those who tell theirs.
    #[schema(value_type = Vec<schema::Receipt>)]
    receipts: Vec<Receipt>,
}

/// Reads up to where the members of a small room have it. Who tells nobody what they have read is told of nobody.
#[utoipa::path(
    get, path = "/api/v1/rooms/{room}/receipts", tag = "rooms",
    params(("room" = String, Path, description = "The room's id")),
    responses(
        (status = 200, description = "The receipts", body = Receipts),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not a member, or your own `receipts` are off", body = schema::Error),
        (status = 404, description = "There is no such room", body = schema::Error),
        (status = 413, description = "The room has more than 50 members", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn read(
    State(app): State<App>,
    Caller(user): Caller,
    Path(room): Path<String>,
) -> Answer<Json<Receipts>> {
    let receipts = app.node().receipts(&user, room_id(&room)?).await?;
    Ok(Json(Receipts { receipts }))
}
