//! `POST /api/v1/reset`: a new password by a link that an administrator made, or that was mailed.

use axum::{Extension, extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    http::{Answer, Body, Client},
    routes::api::schema,
};

/// The link and a new password.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Reset {
    /// What in the link stands behind `#reset=`.
    token: String,
    /// The new one: at least 10 characters, none of the common ones.
    new_password: String,
}

/// Sets a new password by a link. All sessions of the account end, and the link with them: log in with the new one.
#[utoipa::path(
    post, path = "/api/v1/reset", request_body = Reset, security(()), tag = "accounts",
    responses(
        (status = 204, description = "It is set"),
        (status = 400, description = "The new password is too short or too common; the link still works", body = schema::Error),
        (status = 403, description = "The link is not valid (any more)", body = schema::Error),
        (status = 503, description = "The store is away; it may be set", body = schema::Error),
    )
)]
pub async fn reset(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Body(body): Body<Reset>,
) -> Answer<StatusCode> {
    let token = body.token.trim();
    app.passwords().may_guess(client.address)?;
    // Before the hash, which takes its time: whoever has no link costs as little as can be.
    let account = app.node().account_to_reset(token).await?;
    let names = [account.name.as_str(), account.display.as_str()];
    let hash = app.passwords().hash(&body.new_password, &names).await?;
    app.node().reset_password(token, &hash).await?;
    Ok(StatusCode::NO_CONTENT)
}
