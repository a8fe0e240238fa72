//! `GET /api/v1/directory`: public rooms.

use axum::{Json, extract::State};
use hearth_core::node::{DIRECTORY_PAGE_MAX, PublicRoom};
use hearth_protocol::{RoomId, RoomKind};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    app::App,
    http::{Answer, Caller, Params},
    routes::api::schema,
};

/// What is looked for, and which page.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Sought {
    /// Words: each is to begin one of the room's name, topic or description. Case and accents make no difference. Left
    /// out: all rooms, by name.
    #[serde(default)]
    q: String,
    /// This room alone, if it is among them; then nothing else counts.
    #[param(value_type = Option<Uuid>)]
    room: Option<RoomId>,
    /// Where the page before ended: its `next`.
    after: Option<String>,
    /// How many at most: 50 if left out, never more.
    limit: Option<usize>,
}

/// A page of public rooms.
#[derive(Debug, Serialize, ToSchema)]
pub struct Directory {
    /// The page. It may have fewer than `limit`, or none, and there are more all the same: `next` says so.
    rooms: Vec<Listed>,
    /// Where the next page begins, if there may be one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A public room, as those see it who are not in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Listed {
    /// The room.
    #[schema(value_type = Uuid)]
    id: RoomId,
    /// Its name.
    name: String,
    /// `public`, or another kind that anybody may enter.
    #[schema(value_type = schema::RoomKind)]
    kind: RoomKind,
    /// Its topic; empty for none.
    topic: String,
    /// Its description; empty for none.
    description: String,
    /// How many members it has.
    members: u64,
    /// Whether you are one of them.
    joined: bool,
}

impl From<PublicRoom> for Listed {
    fn from(room: PublicRoom) -> Self {
        Self {
            id: room.id,
            name: room.name,
            kind: room.kind,
            topic: room.topic,
            description: room.description,
            members: room.members,
            joined: room.joined,
        }
    }
}

/// Looks for public rooms. Archived ones are left out.
#[utoipa::path(
    get, path = "/api/v1/directory", tag = "rooms",
    params(Sought),
    responses(
        (status = 200, description = "The page", body = Directory),
        (status = 400, description = "`after` is no page's end", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 413, description = "What is looked for is too long", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn search(
    State(app): State<App>,
    Caller(user): Caller,
    Params(sought): Params<Sought>,
) -> Answer<Json<Directory>> {
    if let Some(room) = sought.room {
        let found = app.node().public_room(&user, room).await?;
        let rooms = found.into_iter().map(Listed::from).collect();
        return Ok(Json(Directory { rooms, next: None }));
    }
    let limit = sought.limit.unwrap_or(DIRECTORY_PAGE_MAX);
    let page = app
        .node()
        .directory(&user, &sought.q, sought.after.as_deref(), limit);
    let (rooms, next) = page.await?;
    let rooms = rooms.into_iter().map(Listed::from).collect();
    Ok(Json(Directory { rooms, next }))
}
