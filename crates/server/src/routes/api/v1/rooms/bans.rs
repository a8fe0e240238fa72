//! `GET /api/v1/rooms/{room}/bans`.

use axum::{
    Json,
    extract::{Path, State},
};
use hearth_protocol::{Ban, UserId, bounds::PAGE_EVENTS_MAX};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::room_id;
use crate::{
    app::App,
    http::{Answer, Caller, Params},
    routes::api::schema,
};

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// Where the page before ended: its `next`.
    after: Option<Uuid>,
    /// How many at most: 200 if left out, never more.
    limit: Option<usize>,
}

/// A page of bans.
#[derive(Debug, Serialize, ToSchema)]
pub struct Bans {
    /// The page, by the users' ids; those that have run out are not in it.
    #[schema(value_type = Vec<schema::Ban>)]
    bans: Vec<Ban>,
    /// Where the next page begins, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    next: Option<UserId>,
}

/// Reads a page of a room's bans, as its moderators and owners may.
#[utoipa::path(
    get, path = "/api/v1/rooms/{room}/bans", tag = "rooms",
    params(("room" = String, Path, description = "The room's id"), Page),
    responses(
        (status = 200, description = "The page", body = Bans),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not a member, or the role does not allow it", body = schema::Error),
        (status = 404, description = "There is no such room", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn read(
    State(app): State<App>,
    Caller(user): Caller,
    Path(room): Path<String>,
    Params(page): Params<Page>,
) -> Answer<Json<Bans>> {
    let limit = page
        .limit
        .unwrap_or(PAGE_EVENTS_MAX)
        .clamp(1, PAGE_EVENTS_MAX);
    let after = page.after.map(UserId);
    let (bans, next) = app
        .node()
        .bans(&user, room_id(&room)?, after, limit)
        .await?;
    Ok(Json(Bans { bans, next }))
}
