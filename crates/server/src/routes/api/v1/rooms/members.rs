//! `GET /api/v1/rooms/{room}/members`.

use axum::{
    Json,
    extract::{Path, State},
};
use hearth_protocol::{Member, UserId, bounds::PAGE_EVENTS_MAX};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::room_id;
use crate::{
    app::App,
    http::{Answer, Caller, Params},
    routes::api::schema,
};

/// Whom, and which page.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// Words, each of which begins one of the member's name; case and accents make no difference. Left out: all members.
    q: Option<String>,
    /// Where the page before ended: its `next`.
    after: Option<Uuid>,
    /// How many at most: 200 if left out, never more.
    limit: Option<usize>,
}

/// A page of members.
#[derive(Debug, Serialize, ToSchema)]
pub struct Members {
    /// The page, by id. With `q` it may have fewer than `limit`, or none, and there are more all the same.
    #[schema(value_type = Vec<schema::Member>)]
    members: Vec<Member>,
    /// Where the next page begins, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    next: Option<UserId>,
}

/// Reads a page of a room's members.
#[utoipa::path(
    get, path = "/api/v1/rooms/{room}/members", tag = "rooms",
    params(("room" = String, Path, description = "The room's id"), Page),
    responses(
        (status = 200, description = "The page", body = Members),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not a member", body = schema::Error),
        (status = 404, description = "There is no such room", body = schema::Error),
        (status = 413, description = "What is looked for is too long", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn read(
    State(app): State<App>,
    Caller(user): Caller,
    Path(room): Path<String>,
    Params(page): Params<Page>,
) -> Answer<Json<Members>> {
    let limit = page
        .limit
        .unwrap_or(PAGE_EVENTS_MAX)
        .clamp(1, PAGE_EVENTS_MAX);
    let after = page.after.map(UserId);
    let (node, room) = (app.node(), room_id(&room)?);
    let (members, next) = match &page.q {
        Some(q) => node.find_members(&user, room, q, after, limit).await?,
        None => node.members(&user, room, after, limit).await?,
    };
    Ok(Json(Members { members, next }))
}
