//! `PUT /api/v1/password`: a new password, and with it the end of all other sessions.

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use hearth_protocol::ErrorCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::login::answer;
use crate::{
    app::App,
    http::{Answer, ApiError, Body, Client, Known, device::login_from, identity},
    routes::api::schema,
};

/// A new password.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewPassword {
    /// The password until now; needed if there is one.
    current_password: Option<String>,
    /// The new one: at least 10 characters, none of the common ones.
    new_password: String,
}

/// Changes the password. All other sessions end; the one that asks goes on, with the new token of the answer.
#[utoipa::path(
    put, path = "/api/v1/password", request_body = NewPassword, tag = "accounts",
    responses(
        (status = 200, description = "It is changed: go on with this token, the old one is void", body = schema::Login),
        (status = 400, description = "The new password is too short or too common", body = schema::Error),
        (status = 401, description = "Not logged in, or the password was changed meanwhile", body = schema::Error),
        (status = 403, description = "`current_password` is wrong", body = schema::Error),
        (status = 429, description = "Too many wrong passwords, or too much to do", body = schema::Error),
        (status = 503, description = "The store is away; it may have been changed", body = schema::Error),
    )
)]
pub async fn change(
    State(app): State<App>,
    known: Known,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    Body(body): Body<NewPassword>,
) -> Answer<Response> {
    let account = identity::account(&app, &known.user.id.to_string()).await?;
    // As a log-in: the password may be guessed here too, and a hash takes as long.
    app.passwords().may_guess(client.address)?;
    app.rates().login_to(&account.name, Some(&account))?;
    if let Some(hash) = account.password_hash.as_deref() {
        let current = body.current_password.as_deref().unwrap_or_default();
        let verified = app.passwords().verify(current, Some(hash), client.address);
        if !verified.await? {
            return Err(ApiError::new(
                ErrorCode::Forbidden,
                "`current_password` is not your password.",
            )
            .named("wrong password"));
        }
    }
    let names = [account.name.as_str(), account.display.as_str()];
    let hash = app.passwords().hash(&body.new_password, &names).await?;
    let from = login_from(&client, &headers, None)?;
    let changed = app
        .node()
        .change_password(&account, &hash, known.login(), &from);
    let (user, token) = changed.await?;
    Ok(answer(&client, user, token, StatusCode::OK))
}
