//! `POST /api/v1/admin/users/{user}/reactivate`: lets a deactivated account be used again.

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

/// Lets an account be used again. The sessions that it had stay ended.
#[utoipa::path(
    post, path = "/api/v1/admin/users/{user}/reactivate", tag = "administration",
    params(("user" = String, Path, description = "A name or an id")),
    responses(
        (status = 204, description = "It can be used"),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not an administrator", body = schema::Error),
        (status = 404, description = "There is no such user", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn reactivate(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(user): Path<String>,
) -> Answer<StatusCode> {
    let account = account(&app, &user).await?;
    app.node().reactivate(&by, account.id).await?;
    Ok(StatusCode::NO_CONTENT)
}
