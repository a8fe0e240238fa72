//! `GET /api/v1/admin/rooms`: all rooms that have a name, private ones included. What they are called and how large they
//! are, never what is in them.

use axum::{Json, extract::State};
use hearth_core::node::{AnyRoom, ROOMS_PAGE_MAX};
use hearth_protocol::{RoomId, RoomKind};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    app::App,
    http::{Administrator, Answer, Params},
    routes::api::schema,
};

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// Words, each of which begins one of the room's name; left out, all rooms.
    q: Option<String>,
    /// Where the page before ended: its `next`.
    after: Option<String>,
    /// How many at most: 50 if left out, never more.
    limit: Option<usize>,
}

/// A page of rooms.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnyRooms {
    /// In the store's own order, which is not that of names.
    rooms: Vec<Told>,
    /// Where to go on, if there may be more: a search looks at 2,000 names a call, so a page may be short, or empty, and
    /// not the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A room, as administrators see it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AnyRoom)]
pub struct Told {
    /// The room.
    #[schema(value_type = Uuid)]
    id: RoomId,
    /// Its name.
    name: String,
    /// `public`, `broadcast` or `private`.
    #[schema(value_type = schema::RoomKind)]
    kind: RoomKind,
    /// How many members it has. Of a room that nobody uses now, as of its last checkpoint: seconds.
    members: u64,
    /// Whether it is archived.
    archived: bool,
    /// When something last happened in it, in milliseconds since 1970 (UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    last_ms: Option<u64>,
}

impl From<AnyRoom> for Told {
    fn from(room: AnyRoom) -> Self {
        Self {
            id: room.id,
            name: room.name,
            kind: room.kind,
            members: room.members,
            archived: room.archived,
            last_ms: room.last_ms,
        }
    }
}

/// All rooms that have a name, by pages, or those of some words; no direct rooms and no groups. An act of whoever asks,
/// once an hour.
#[utoipa::path(
    get, path = "/api/v1/admin/rooms", tag = "administration", params(Page),
    responses(
        (status = 200, description = "The page", body = AnyRooms),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not an administrator", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn list(
    State(app): State<App>,
    Administrator(by): Administrator,
    Params(page): Params<Page>,
) -> Answer<Json<AnyRooms>> {
    let sought = page.q.unwrap_or_default();
    let limit = page.limit.unwrap_or(ROOMS_PAGE_MAX);
    let (rooms, next) = app
        .node()
        .any_rooms(&by, &sought, page.after, limit)
        .await?;
    Ok(Json(AnyRooms {
        rooms: rooms.into_iter().map(Told::from).collect(),
        next,
    }))
}
