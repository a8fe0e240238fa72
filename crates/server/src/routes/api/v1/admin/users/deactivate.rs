//! `POST /api/v1/admin/users/{user}/deactivate`: keeps an account's holder out.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};

use super::account;
use crate::{
    app::App,
    http::{Administrator, Answer},
    routes::api::schema,
};

/// Keeps an account's holder out: its sessions end, its sockets are closed, and signing in is refused with the reason.
#[utoipa::path(
    post, path = "/api/v1/admin/users/{user}/deactivate", tag = "administration",
    params(("user" = String, Path, description = "A name or an id")),
    responses(
        (status = 204, description = "It is deactivated"),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not an administrator, or the account is one's: take the right first", body = schema::Error),
        (status = 404, description = "There is no such user", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn deactivate(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(user): Path<String>,
) -> Answer<StatusCode> {
    let account = account(&app, &user).await?;
    app.node().deactivate(&by, account.id).await?;
    Ok(StatusCode::NO_CONTENT)
}
