//! `/api/v1/totp`: a second factor for the own account.

use axum::{Extension, Json, extract::State, http::StatusCode};
use hearth_core::totp::otpauth;
use hearth_protocol::ErrorCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::App,
    http::{Answer, ApiError, Body, Caller, Client, identity},
    routes::api::schema,
};

/// Who runs the chat, as an authenticator shows it.
const ISSUER: &str = "Hearth";

/// The own password.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Password {
    /// Your password: whoever finds your device open must not lock you out.
    current_password: String,
}

/// What a device needs.
#[derive(Debug, Serialize, ToSchema)]
pub struct Begun {
    /// The secret, in base 32: SHA-1, six digits, thirty seconds.
    secret: String,
    /// The same as an address that authenticators read, mostly shown as a QR code.
    url: String,
}

/// A code.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Code {
    /// The code that the device shows.
    code: String,
}

/// Codes for when the device is gone.
#[derive(Debug, Serialize, ToSchema)]
pub struct Recovery {
    /// Each is taken once in the place of a code. They are told this once.
    recovery_codes: Vec<String>,
}

/// Begins a second factor. It guards nothing before it is confirmed.
#[utoipa::path(
    post, path = "/api/v1/totp", request_body = Password, tag = "accounts",
    responses(
        (status = 200, description = "The secret, for the device", body = Begun),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "The password is wrong, there is none, or there is a second factor already", body = schema::Error),
        (status = 429, description = "Too many wrong passwords, or too much to do", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn begin(
    State(app): State<App>,
    Caller(user): Caller,
    Extension(client): Extension<Client>,
    Body(body): Body<Password>,
) -> Answer<Json<Begun>> {
    show_password(&app, &client, &user.id.to_string(), &body.current_password).await?;
    let secret = app.node().begin_totp(user.id).await?;
    let url = otpauth(&secret, &user.name, ISSUER);
    Ok(Json(Begun { secret, url }))
}

/// Confirms it by a code of the device. From now on a log-in needs one.
#[utoipa::path(
    post, path = "/api/v1/totp/confirm", request_body = Code, tag = "accounts",
    responses(
        (status = 200, description = "It is on; keep these", body = Recovery),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "The code is wrong, or none was begun", body = schema::Error),
        (status = 429, description = "Too many wrong codes", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn confirm(
    State(app): State<App>,
    Caller(user): Caller,
    Body(body): Body<Code>,
) -> Answer<Json<Recovery>> {
    let recovery_codes = app.node().confirm_totp(user.id, &body.code).await?;
    Ok(Json(Recovery { recovery_codes }))
}

/// Turns it off, by the password.
#[utoipa::path(
    post, path = "/api/v1/totp/disable", request_body = Password, tag = "accounts",
    responses(
        (status = 204, description = "A log-in needs no code any more"),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "The password is wrong", body = schema::Error),
        (status = 429, description = "Too many wrong passwords, or too much to do", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn disable(
    State(app): State<App>,
    Caller(user): Caller,
    Extension(client): Extension<Client>,
    Body(body): Body<Password>,
) -> Answer<StatusCode> {
    show_password(&app, &client, &user.id.to_string(), &body.current_password).await?;
    app.node().end_totp(user.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Holds the own password against the account, with the limits of a log-in.
async fn show_password(app: &App, client: &Client, id: &str, password: &str) -> Answer<()> {
    let account = identity::account(app, id).await?;
    let Some(hash) = account.password_hash.as_deref() else {
        let text = "A second factor goes with a password. Set one first.";
        return Err(ApiError::new(ErrorCode::Forbidden, text));
    };
    app.passwords().may_guess(client.address)?;
    app.rates().login_to(&account.name, Some(&account))?;
    let verified = app.passwords().verify(password, Some(hash), client.address);
    if verified.await? {
        return Ok(());
    }
    Err(ApiError::new(
        ErrorCode::Forbidden,
        "`current_password` is not your password.",
    )
    .named("wrong password"))
}
