//! `/api/v1/rooms/{room}/invitations`: links by which others enter a room.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use hearth_core::node;
use hearth_protocol::{ErrorCode, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::room_id;
use crate::{
    app::App,
    http::{
        Answer, ApiError, Begun, Caller, Making,
        making::{self, KEY},
    },
    routes::api::schema,
};

/// A week: long enough for a letter to be read.
const VALID_S: u64 = 7 * 24 * 60 * 60;

/// How often, and for how long.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
pub struct NewInvitation {
    /// How many may enter by it: 1 if left out, at most 1,000.
    #[serde(default = "one")]
    uses: u32,
    /// For how many seconds it is good: a week if left out, a minute to 30 days.
    #[serde(default = "week")]
    valid_s: u64,
}

fn one() -> u32 {
    1
}

fn week() -> u64 {
    VALID_S
}

/// An invitation link, without its code.
#[derive(Debug, Serialize, ToSchema)]
pub struct Invitation {
    /// By which it is withdrawn; it lets nobody in.
    id: Uuid,
    /// Who made it.
    #[schema(value_type = Uuid)]
    by: UserId,
    /// Their name then.
    name: String,
    /// When it was made, in milliseconds since 1970 (UTC).
    created_ms: u64,
    /// When it ends.
    until_ms: u64,
    /// How many may enter by it.
    uses: u32,
    /// How many have.
    used: u32,
}

impl From<node::RoomInvitation> for Invitation {
    fn from(link: node::RoomInvitation) -> Self {
        Self {
            id: link.id,
            by: link.by,
            name: link.name,
            created_ms: link.created_ms,
            until_ms: link.until_ms,
            uses: link.uses,
            used: link.used,
        }
    }
}

/// A new one.
#[derive(Debug, Serialize, ToSchema)]
pub struct Made {
    /// What lets in. It is told with this answer alone.
    code: String,
    /// The link.
    invitation: Invitation,
}

/// Those that are good.
#[derive(Debug, Serialize, ToSchema)]
pub struct Invitations {
    /// The newest first.
    invitations: Vec<Invitation>,
}

/// Makes an invitation link. Whoever may invite may; it lets in nobody whom its maker could not bring in when it is used.
#[utoipa::path(
    post, path = "/api/v1/rooms/{room}/invitations", request_body = NewInvitation, tag = "rooms",
    params(("room" = String, Path, description = "The room's id"), ("Idempotency-Key" = Option<String>, Header, description = KEY)),
    responses(
        (status = 201, description = "The link and its code", body = Made),
        (status = 400, description = "A number does not fit, or the key asked for something else", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not a member, or one who may not invite", body = schema::Error),
        (status = 404, description = "There is no such room", body = schema::Error),
        (status = 409, description = "The room has 50 already, or is archived", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn make(
    State(app): State<App>,
    Caller(user): Caller,
    Path(room): Path<String>,
    asked: Making<NewInvitation>,
) -> Answer<Response> {
    let (room, NewInvitation { uses, valid_s }) = (room_id(&room)?, asked.body);
    let once = match asked.begin(&app, user.id).await? {
        Begun::Make(once) => once,
        Begun::Made(answer) => return Ok(answer),
    };
    let node = app.node();
    let made = node.make_room_invitation(&user, room, uses, valid_s, &once);
    let (link, code) = made.await?;
    let invitation = link.into();
    making::made(&app, &once, &Made { code, invitation }).await
}

/// The room's invitation links that have not expired: all of them for moderators and owners, the own ones for others.
#[utoipa::path(
    get, path = "/api/v1/rooms/{room}/invitations", tag = "rooms",
    params(("room" = String, Path, description = "The room's id")),
    responses(
        (status = 200, description = "The links", body = Invitations),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not a member", body = schema::Error),
        (status = 404, description = "There is no such room", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn list(
    State(app): State<App>,
    Caller(user): Caller,
    Path(room): Path<String>,
) -> Answer<Json<Invitations>> {
    let links = app.node().room_invitations(&user, room_id(&room)?).await?;
    let invitations = links.into_iter().map(Invitation::from).collect();
    Ok(Json(Invitations { invitations }))
}

/// Withdraws an invitation link: its maker may, and moderators and owners.
#[utoipa::path(
    delete, path = "/api/v1/rooms/{room}/invitations/{invitation}", tag = "rooms",
    params(
        ("room" = String, Path, description = "The room's id"),
        ("invitation" = String, Path, description = "The link's id"),
    ),
    responses(
        (status = 204, description = "Nobody enters by it any more"),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not a member, or somebody else's link", body = schema::Error),
        (status = 404, description = "There is no such room or link", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn withdraw(
    State(app): State<App>,
    Caller(user): Caller,
    Path((room, invitation)): Path<(String, String)>,
) -> Answer<StatusCode> {
    let id = invitation
        .parse()
        .map_err(|_| ApiError::new(ErrorCode::NotFound, "There is no invitation of this id."))?;
    app.node()
        .withdraw_room_invitation(&user, room_id(&room)?, id)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
