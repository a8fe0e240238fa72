//! `/api/v1/rooms`: the own rooms, and new ones.

pub mod bans;
pub mod events;
pub mod invitations;
pub mod join;
pub mod leave;
pub mod mark;
pub mod members;
pub mod pins;
pub mod rename;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use hearth_protocol::{ErrorCode, RoomId, RoomKind, RoomName, RoomSnapshot};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::App,
    http::{Answer, ApiError, Body, Caller, idempotency_key},
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
pub async fn list(State(app): State<App>, Caller(user): Caller) -> Answer<Json<Rooms>> {
    Ok(Json(Rooms {
        rooms: app.node().rooms(&user).await?,
    }))
}

/// Makes a room; you are its owner.
#[utoipa::path(
    post, path = "/api/v1/rooms", request_body = NewRoom, tag = "rooms",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key again answers the same room")),
    responses(
        (status = 201, description = "The room", body = schema::Room),
        (status = 400, description = "A field does not fit", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 409, description = "The name is taken", body = schema::Error),
        (status = 503, description = "The store is away; try again with the same key", body = schema::Error),
    )
)]
pub async fn create(
    State(app): State<App>,
    Caller(user): Caller,
    headers: HeaderMap,
    Body(body): Body<NewRoom>,
) -> Answer<(StatusCode, Json<RoomSnapshot>)> {
    let name = RoomName::new(body.name).map_err(|error| ApiError::field("name", error))?;
    if !body.kind.is_named() {
        return Err(ApiError::field(
            "kind",
            "direct rooms are opened with POST /api/v1/direct, groups made with POST /api/v1/groups",
        ));
    }
    let id = idempotency_key(&headers)?;
    let room = app.node().create_room(&user, id, &name, body.kind).await?;
    Ok((StatusCode::CREATED, Json(room)))
}

/// The room of a path.
fn room_id(text: &str) -> Answer<RoomId> {
    text.parse()
        .map_err(|_| ApiError::new(ErrorCode::NotFound, "There is no room of this id."))
}
