//! `/api/v1/rooms`: the own rooms, and new ones.

pub mod bans;
pub mod edits;
pub mod events;
pub mod invitations;
pub mod join;
pub mod leave;
pub mod mark;
pub mod members;
pub mod pins;
pub mod receipts;
pub mod rename;
pub mod threads;
pub mod webhooks;

use axum::{Json, extract::State, response::Response};
use hearth_protocol::{ErrorCode, RoomId, RoomKind, RoomName, RoomSnapshot};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::App,
    http::{
        Answer, ApiError, Begun, Caller, Known, Making,
        making::{self, KEY},
    },
    routes::api::schema,
};

/// Rooms.
#[derive(Debug, Serialize, ToSchema)]
pub struct Rooms {
    /// The rooms of which you are a member.
    #[schema(value_type = Vec<schema::Room>)]
    rooms: Vec<RoomSnapshot>,
}

/// A new room.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewRoom {
    /// Its name, of at most 25 characters; free until now.
    name: String,
    /// `public` (the default), `private` or `broadcast`.
    #[serde(default = "public")]
    #[schema(value_type = Option<schema::RoomKind>)]
    kind: RoomKind,
}

fn public() -> RoomKind {
    RoomKind::Public
}

/// The own rooms.
#[utoipa::path(
    get, path = "/api/v1/rooms", tag = "rooms",
    responses(
        (status = 200, description = "The rooms", body = Rooms),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn list(State(app): State<App>, known: Known) -> Answer<Json<Rooms>> {
    let mut rooms = app.node().rooms(&known.user).await?;
    if let Some(grant) = &known.grant {
        rooms.retain(|room| grant.reaches(room.id));
    }
    Ok(Json(Rooms { rooms }))
}

/// Makes a room; you are its owner.
#[utoipa::path(
    post, path = "/api/v1/rooms", request_body = NewRoom, tag = "rooms",
    params(("Idempotency-Key" = Option<String>, Header, description = KEY)),
    responses(
        (status = 201, description = "The room", body = schema::Room),
        (status = 400, description = "A field does not fit, or the key asked for something else", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 409, description = "The name is taken", body = schema::Error),
        (status = 503, description = "The store is away; try again with the same key", body = schema::Error),
    )
)]
pub async fn create(
    State(app): State<App>,
    Caller(user): Caller,
    asked: Making<NewRoom>,
) -> Answer<Response> {
    let body = &asked.body;
    let name = RoomName::new(body.name.as_str()).map_err(|error| ApiError::field("name", error))?;
    if !body.kind.is_named() {
        return Err(ApiError::field(
            "kind",
            "direct rooms are opened with POST /api/v1/direct, groups made with POST /api/v1/groups",
        ));
    }
    let once = match asked.begin(&app, user.id).await? {
        Begun::Make(once) => once,
        Begun::Made(answer) => return Ok(answer),
    };
    let made = app.node().create_room(&user, asked.id(), &name, body.kind);
    making::made(&app, &once, &made.await?).await
}

/// The room of a path.
pub(super) fn room_id(text: &str) -> Answer<RoomId> {
    text.parse()
        .map_err(|_| ApiError::new(ErrorCode::NotFound, "There is no room of this id."))
}
