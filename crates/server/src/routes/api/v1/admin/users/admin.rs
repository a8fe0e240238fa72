//! `/api/v1/admin/users/{user}/admin`: the right `admin`, given and taken.

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

/// Gives the right `admin`. The account needs a password.
#[utoipa::path(
    put, path = "/api/v1/admin/users/{user}/admin", tag = "administration",
    params(("user" = String, Path, description = "A name or an id")),
    responses(
        (status = 204, description = "They have it"),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not an administrator; or the account has no password, or is deactivated", body = schema::Error),
        (status = 404, description = "There is no such user", body = schema::Error),
        (status = 409, description = "There are 100 already", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn give(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(user): Path<String>,
) -> Answer<StatusCode> {
    let account = account(&app, &user).await?;
    app.node().give_admin(&by, account.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes the right `admin`, also one's own, but never the last one's.
#[utoipa::path(
    delete, path = "/api/v1/admin/users/{user}/admin", tag = "administration",
    params(("user" = String, Path, description = "A name or an id")),
    responses(
        (status = 204, description = "They do not have it"),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not an administrator, or it is the last one's", body = schema::Error),
        (status = 404, description = "There is no such user", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn take(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(user): Path<String>,
) -> Answer<StatusCode> {
    let account = account(&app, &user).await?;
    app.node().take_admin(&by, account.id).await?;
    Ok(StatusCode::NO_CONTENT)
}
