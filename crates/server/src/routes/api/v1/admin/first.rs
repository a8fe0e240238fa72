//! `POST /api/v1/admin/first`: the first administrator, by the link that a server says in its log.

use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    http::{Answer, Body, Known, identity},
    routes::api::schema,
};

/// The link.
#[derive(Debug, Deserialize, ToSchema)]
pub struct First {
    /// What in it stands behind `#first=`.
    token: String,
}

/// Makes who asks the first administrator. The account needs a password; the link works once. Who has the right already is
/// answered alike.
#[utoipa::path(
    post, path = "/api/v1/admin/first", request_body = First, tag = "administration",
    responses(
        (status = 204, description = "You have the right `admin`"),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "The link is not valid (any more), there is an administrator, or you have no password", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn first(
    State(app): State<App>,
    known: Known,
    Body(body): Body<First>,
) -> Answer<StatusCode> {
    let account = identity::account(&app, &known.user.id.to_string()).await?;
    app.node().become_first(&account, body.token.trim()).await?;
    Ok(StatusCode::NO_CONTENT)
}
