//! `/api/v1/sessions`: the own logins, to look at and to end. A session's id names it; only its token lets anybody in.

use axum::{
    Json,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use hearth_core::node::{Login, LoginId};
use hearth_protocol::ErrorCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    app::App,
    http::{Answer, ApiError, Known, Params, cookie},
    routes::api::schema,
};

/// The own sessions.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sessions {
    /// The one used last first; at most 50.
    sessions: Vec<Session>,
}

/// A login that is good.
#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    /// Its name, by which it is ended. It is no credential.
    #[schema(value_type = Uuid)]
    id: LoginId,
    /// What the device is called: as it was given, or guessed.
    device_name: String,
    /// The address from which it was opened.
    address: String,
    /// When it was opened, in milliseconds since 1970 (UTC).
    created_ms: u64,
    /// When it was used last, to within some minutes.
    used_ms: u64,
    /// When it ends by itself.
    until_ms: u64,
    /// Whether it is the one that asks.
    current: bool,
}

impl Session {
    fn of(login: Login, current: Option<LoginId>) -> Self {
        Self {
            current: Some(login.id) == current,
            id: login.id,
            device_name: login.device_name,
            address: login.address,
            created_ms: login.created_ms,
            used_ms: login.used_ms,
            until_ms: login.until_ms,
        }
    }
}

/// The own sessions.
#[utoipa::path(
    get, path = "/api/v1/sessions", tag = "accounts",
    responses(
        (status = 200, description = "All of them, the one used last first", body = Sessions),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn list(State(app): State<App>, known: Known) -> Answer<Json<Sessions>> {
    let logins = app.node().logins(known.user.id).await?;
    let session = |login| Session::of(login, known.login());
    Ok(Json(Sessions {
        sessions: logins.into_iter().map(session).collect(),
    }))
}

/// Ends one session: its token is void, and its sockets are closed.
#[utoipa::path(
    delete, path = "/api/v1/sessions/{session}", tag = "accounts",
    params(("session" = String, Path, description = "The session's id")),
    responses(
        (status = 204, description = "It has ended"),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 404, description = "You have no such session, or not any more", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn end(
    State(app): State<App>,
    known: Known,
    Path(session): Path<String>,
) -> Answer<Response> {
    let none = || {
        ApiError::new(
            ErrorCode::NotFound,
            "You have no session of this id, or not any more. GET /api/v1/sessions lists them.",
        )
    };
    let id: LoginId = session.parse().map_err(|_| none())?;
    if !app.node().end_login(known.user.id, id).await? {
        return Err(none());
    }
    Ok(ended(known.login() == Some(id)))
}

/// Which.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// `true`: the session that asks as well.
    all: Option<bool>,
}

/// Ends all other sessions, or all: their tokens are void, and their sockets are closed.
#[utoipa::path(
    delete, path = "/api/v1/sessions", tag = "accounts", params(Which),
    responses(
        (status = 204, description = "They have ended"),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn end_all(
    State(app): State<App>,
    known: Known,
    Params(which): Params<Which>,
) -> Answer<Response> {
    let all = which.all == Some(true);
    let kept = known.login().filter(|_| !all);
    app.node().end_logins(known.user.id, kept).await?;
    Ok(ended(all))
}

/// 204; the cookie goes with the session that it belongs to.
pub(super) fn ended(own: bool) -> Response {
    if !own {
        return StatusCode::NO_CONTENT.into_response();
    }
    let gone = [(header::SET_COOKIE, cookie::none(cookie::SESSION))];
    (StatusCode::NO_CONTENT, gone).into_response()
}
