//! `/api/v1/me/avatar` and `/api/v1/rooms/{room}/avatar`: pictures of users and rooms, written anew by the server.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use bytes::Bytes;
use hearth_core::node::AvatarPictures;
use hearth_protocol::{ErrorCode, FileId, RoomSnapshot, bounds::AVATAR_BYTES_MAX};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    rooms::room_id,
    uploads::{Place, are_on},
};
use crate::{
    app::App,
    http::{Answer, ApiError, Caller, Raw},
    routes::api::schema,
};

/// An avatar.
#[derive(Debug, Serialize, ToSchema)]
pub struct Avatar {
    /// It is shown at `/avatars/{avatar}/256` and `/avatars/{avatar}/64`.
    #[schema(value_type = Uuid)]
    avatar: FileId,
}

async fn pictures(app: &App, bytes: Bytes) -> Answer<AvatarPictures> {
    let made = app.pictures().avatar(bytes).await?;
    made.ok_or_else(|| {
        ApiError::new(
            ErrorCode::BadRequest,
            "This is no picture that can be read. Send a PNG, JPEG, GIF or WebP of at most 8 MB and 50 megapixels.",
        )
        .named("no picture")
    })
}

/// Gives you another avatar: a PNG, JPEG, GIF or WebP of at most 8 MB, of which a square from the middle is taken. What a
/// camera noted in it is not kept.
#[utoipa::path(
    put, path = "/api/v1/me/avatar", tag = "accounts",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 200, description = "The avatar", body = Avatar),
        (status = 400, description = "No picture that can be read", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 501, description = "This server has no place for files", body = schema::Error),
        (status = 503, description = "The store or the place for files is away; try the same again", body = schema::Error),
    )
)]
pub async fn set_own(
    State(app): State<App>,
    Caller(user): Caller,
    _place: Place<8>,
    Raw(bytes): Raw<AVATAR_BYTES_MAX>,
) -> Answer<Json<Avatar>> {
    let pictures = pictures(&app, bytes).await?;
    let avatar = app.node().set_avatar(&user, pictures).await?;
    Ok(Json(Avatar { avatar }))
}

/// Takes your avatar away.
#[utoipa::path(
    delete, path = "/api/v1/me/avatar", tag = "accounts",
    responses(
        (status = 204, description = "You have none"),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 501, description = "This server has no place for files", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn take_own(State(app): State<App>, Caller(user): Caller) -> Answer<StatusCode> {
    are_on(&app)?;
    app.node().take_avatar(user.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a room another avatar, as [`set_own`]. Who may describe the room may.
#[utoipa::path(
    put, path = "/api/v1/rooms/{room}/avatar", tag = "rooms",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    params(("room" = String, Path, description = "The room's id")),
    responses(
        (status = 200, description = "The room, with its avatar", body = schema::Room),
        (status = 400, description = "No picture that can be read", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not a member, or the role does not allow it", body = schema::Error),
        (status = 404, description = "There is no such room", body = schema::Error),
        (status = 409, description = "The room is archived", body = schema::Error),
        (status = 501, description = "This server has no place for files", body = schema::Error),
        (status = 503, description = "The store or the place for files is away; try the same again", body = schema::Error),
    )
)]
pub async fn set_room(
    State(app): State<App>,
    Caller(user): Caller,
    Path(room): Path<String>,
    _place: Place<8>,
    Raw(bytes): Raw<AVATAR_BYTES_MAX>,
) -> Answer<Json<RoomSnapshot>> {
    let room = room_id(&room)?;
    // Before any work is done for it.
    app.node().may_set_room_avatar(&user, room).await?;
    let pictures = pictures(&app, bytes).await?;
    let (room, _) = app.node().set_room_avatar(&user, room, pictures).await?;
    Ok(Json(room))
}

/// Takes a room's avatar away.
#[utoipa::path(
    delete, path = "/api/v1/rooms/{room}/avatar", tag = "rooms",
    params(("room" = String, Path, description = "The room's id")),
    responses(
        (status = 200, description = "The room, without an avatar", body = schema::Room),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not a member, or the role does not allow it", body = schema::Error),
        (status = 404, description = "There is no such room", body = schema::Error),
        (status = 409, description = "The room is archived", body = schema::Error),
        (status = 501, description = "This server has no place for files", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn take_room(
    State(app): State<App>,
    Caller(user): Caller,
    Path(room): Path<String>,
) -> Answer<Json<RoomSnapshot>> {
    are_on(&app)?;
    let room = room_id(&room)?;
    let (room, _) = app.node().take_room_avatar(&user, room).await?;
    Ok(Json(room))
}
