//! `POST /api/v1/signup`: makes an account and logs it in.

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use hearth_protocol::{ErrorCode, UserName, bounds::DISPLAY_NAME_CHARS_MAX};
use serde::Deserialize;
use utoipa::ToSchema;

use super::login::logged_in;
use crate::{
    app::App,
    config::Mode,
    http::{Answer, ApiError, Body, Client, device::login_from, identity},
    routes::api::schema,
};

/// A new account.
#[derive(Debug, Deserialize, ToSchema)]
pub struct SignUp {
    /// The name: letters and digits of any script, `.`, `_`, `-`, at most 32.
    name: String,
    /// The name that is shown, at most 64 characters; else the name.
    display: Option<String>,
    /// Protects the account; at least 10 characters, none of the common ones. Needed in mode `password`.
    password: Option<String>,
    /// What the device is called, for the list of sessions; at most 64 characters. Else it is guessed.
    device_name: Option<String>,
}

/// Makes an account and logs it in.
#[utoipa::path(
    post, path = "/api/v1/signup", request_body = SignUp, security(()), tag = "accounts",
    responses(
        (status = 201, description = "The account and its first login", body = schema::Login),
        (status = 400, description = "A field does not fit", body = schema::Error),
        (status = 403, description = "The server takes no new accounts", body = schema::Error),
        (status = 409, description = "The name is taken", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn signup(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    Body(body): Body<SignUp>,
) -> Answer<Response> {
    identity::may_sign_up(&app)?;
    let name = UserName::new(body.name).map_err(|error| ApiError::field("name", error))?;
    let display = body.display.as_deref().map(display_name).transpose()?;
    let from = login_from(&client, &headers, body.device_name.as_deref())?;
    let names = [name.as_str(), display.unwrap_or_default()];
    let hash = match body.password {
        Some(password) => Some(app.passwords().hash(&password, &names).await?),
        None if app.config().mode == Mode::Open => None,
        None => return Err(ApiError::field("password", "this server asks for one")),
    };
    let account = app.node().create_account(&name, display, hash).await?;
    logged_in(&app, &client, &account, &from, StatusCode::CREATED).await
}

/// Checks a display name.
pub fn display_name(display: &str) -> Answer<&str> {
    let display = display.trim();
    let chars = display.chars().count();
    if chars == 0 || chars > DISPLAY_NAME_CHARS_MAX || display.chars().any(char::is_control) {
        let cause =
            format!("1 to {DISPLAY_NAME_CHARS_MAX} characters, none of them a control character");
        return Err(
            ApiError::new(ErrorCode::BadRequest, format!("`display`: {cause}."))
                .named("invalid display"),
        );
    }
    Ok(display)
}
