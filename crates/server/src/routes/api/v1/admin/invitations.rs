//! `/api/v1/admin/invitations`: links by which a bounded number of people may each make an account.

use axum::{
    Extension, Json,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use hearth_core::node::{Invitation, InvitationId};
use hearth_protocol::{ErrorCode, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::App,
    http::{
        Administrator, Answer, ApiError, Begun, Client, Making,
        making::{self, KEY},
    },
    routes::api::schema,
};

/// What an invitation is for, unless it says otherwise.
const USES: u32 = 1;
const DAYS: u64 = 7;

/// A new invitation.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewServerInvitation)]
pub struct NewInvitation {
    /// How many may come in by it: 1 if left out, at most 1,000.
    uses: Option<u32>,
    /// For how many days it is good: 7 if left out, at most 90.
    days: Option<u64>,
}

/// An invitation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ServerInvitation)]
pub struct Told {
    /// Its name, by which it is withdrawn. It lets nobody in.
    #[schema(value_type = Uuid)]
    id: InvitationId,
    /// How many may come in by it.
    uses_max: u32,
    /// How many have.
    uses: u32,
    /// Who made it.
    #[schema(value_type = Uuid)]
    by: UserId,
    /// What they were called then.
    by_name: String,
    /// When it was made, in milliseconds since 1970 (UTC).
    created_ms: u64,
    /// When it ends by itself.
    until_ms: u64,
}

impl From<Invitation> for Told {
    fn from(invitation: Invitation) -> Self {
        Self {
            until_ms: invitation.until_ms(),
            id: invitation.id,
            uses_max: invitation.uses_max,
            uses: invitation.uses,
            by: invitation.by,
            by_name: invitation.by_name,
            created_ms: invitation.created_ms,
        }
    }
}

/// An invitation that has just been made, and its link.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MadeServerInvitation)]
pub struct Made {
    /// Its name, by which it is withdrawn.
    #[schema(value_type = Uuid)]
    id: InvitationId,
    /// How many may come in by it.
    uses_max: u32,
    /// To hand over.
    link: String,
    /// What in it counts. It is told with this answer alone, and only its hash is kept.
    token: String,
    /// When it ends by itself, in milliseconds since 1970 (UTC).
    until_ms: u64,
}

/// Invitations.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ServerInvitations)]
pub struct Invitations {
    /// Those whose time is not over, the newest first; at most 200.
    invitations: Vec<Told>,
}

/// The invitations whose time is not over.
#[utoipa::path(
    get, path = "/api/v1/admin/invitations", tag = "administration",
    responses(
        (status = 200, description = "All of them, the newest first", body = Invitations),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not an administrator", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn list(State(app): State<App>, _: Administrator) -> Answer<Json<Invitations>> {
    let all = app.node().invitations().await?;
    Ok(Json(Invitations {
        invitations: all.into_iter().map(Told::from).collect(),
    }))
}

/// Makes an invitation. Its link is told this once.
#[utoipa::path(
    post, path = "/api/v1/admin/invitations", request_body = NewInvitation, tag = "administration",
    params(("Idempotency-Key" = Option<String>, Header, description = KEY)),
    responses(
        (status = 201, description = "The invitation and its link", body = Made),
        (status = 400, description = "A number does not fit, or the key asked for something else", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not an administrator", body = schema::Error),
        (status = 409, description = "There are 200 already", body = schema::Error),
        (status = 503, description = "The store is away; the same again under its key goes on. Without one, one may be there that nobody can use", body = schema::Error),
    )
)]
pub async fn make(
    State(app): State<App>,
    Administrator(by): Administrator,
    Extension(client): Extension<Client>,
    asked: Making<NewInvitation>,
) -> Answer<Response> {
    let (uses, days) = (
        asked.body.uses.unwrap_or(USES),
        asked.body.days.unwrap_or(DAYS),
    );
    let once = match asked.begin(&app, by.id).await? {
        Begun::Make(once) => once,
        Begun::Made(answer) => return Ok(answer),
    };
    let (invitation, link) = app.node().invite(&by, uses, days, &once).await?;
    let told = Made {
        id: invitation.id,
        uses_max: invitation.uses_max,
        link: super::link(&client, "invitation", &link.token),
        token: link.token,
        until_ms: link.until_ms,
    };
    making::made(&app, &once, &told).await
}

/// Withdraws an invitation: nobody comes in by it any more. Who has come in stays.
#[utoipa::path(
    delete, path = "/api/v1/admin/invitations/{invitation}", tag = "administration",
    params(("invitation" = String, Path, description = "The invitation's id")),
    responses(
        (status = 204, description = "It is withdrawn"),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not an administrator", body = schema::Error),
        (status = 404, description = "There is no such invitation, or not any more", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn withdraw(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(invitation): Path<String>,
) -> Answer<StatusCode> {
    let none = || {
        ApiError::new(
            ErrorCode::NotFound,
            "There is no invitation of this id, or not any more. GET /api/v1/admin/invitations lists them.",
        )
    };
    let id: InvitationId = invitation.parse().map_err(|_| none())?;
    if !app.node().withdraw(&by, id).await? {
        return Err(none());
    }
    Ok(StatusCode::NO_CONTENT)
}
