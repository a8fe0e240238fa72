//! `/api/v1/totp`: a second factor for the own account.

use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use hearth_core::totp::otpauth;
use hearth_protocol::ErrorCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::App,
    http::{Answer, ApiError, Body, Caller, Client, given_key, identity, making::KEY},
    routes::api::schema,
};

/// Who runs the chat, as an authenticator shows it.
const ISSUER: &str = "Hearth";

/// The own password.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Password {
    /// Your password: whoever finds your device open must not lock you out.
    pub(super) current_password: String,
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
    /// Each is taken once in the place of a code. They are told with this answer alone.
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

/// Confirms it by a code of the device. From now on a log-in needs one. The same again under its key, with whichever code,
/// is told the same recovery codes, as long as none of another factor's took their place.
#[utoipa::path(
    post, path = "/api/v1/totp/confirm", request_body = Code, tag = "accounts",
    params(("Idempotency-Key" = Option<String>, Header, description = KEY)),
    responses(
        (status = 200, description = "It is on; keep these", body = Recovery),
        (status = 400, description = "A field or the key does not fit, or the key asked for something else", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "The code is wrong, or none was begun", body = schema::Error),
        (status = 429, description = "Too many wrong codes", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn confirm(
    State(app): State<App>,
    Caller(user): Caller,
    headers: HeaderMap,
    Body(body): Body<Code>,
) -> Answer<Json<Recovery>> {
    // The code only shows who asks. The answer is kept nowhere: it is made of the same seed again.
    let (key, asked) = (given_key(&headers)?, "POST /api/v1/totp/confirm");
    let once = app.node().once(user.id, key.as_ref(), asked).await?;
    let recovery_codes = app.node().confirm_totp(user.id, &body.code, &once).await?;
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
pub(super) async fn show_password(
    app: &App,
    client: &Client,
    id: &str,
    password: &str,
) -> Answer<()> {
    let account = identity::account(app, id).await?;
    let Some(hash) = account.password_hash.as_deref() else {
        let text = "This goes with a password, and the account has none. Set one first (PUT /api/v1/password).";
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
