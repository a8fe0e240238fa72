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
    config::{self, Mode},
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
    /// What in an invitation's link stands behind `#invitation=`. Needed where sign-up is by invitation.
    invitation: Option<String>,
    /// What in the link for the first administrator stands behind `#first=`: the account becomes it. It needs a
    /// password then, in mode `open` as well, and no invitation.
    first: Option<String>,
}

/// Makes an account and logs it in.
#[utoipa::path(
    post, path = "/api/v1/signup", request_body = SignUp, security(()), tag = "accounts",
    responses(
        (status = 201, description = "The account and its first login", body = schema::Login),
        (status = 400, description = "A field does not fit", body = schema::Error),
        (status = 403, description = "The server takes no new accounts, or only by invitation and this is none; or the link for the first administrator does not work (any more)", body = schema::Error),
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
    // What lets them in is looked at before a hash is computed for them.
    let by = by_what(&app, body.first.as_deref(), body.invitation.as_deref())?;
    match by {
        By::First(token) => app.node().may_be_first(token).await?,
        By::Invitation(token) => app.node().is_invited(token).await?,
        By::Themselves => {}
    }
    let name = UserName::new(body.name).map_err(|error| ApiError::field("name", error))?;
    let display = body.display.as_deref().map(display_name).transpose()?;
    let from = login_from(&client, &headers, body.device_name.as_deref())?;
    let names = [name.as_str(), display.unwrap_or_default()];
    let hash = match body.password {
        Some(password) => Some(app.passwords().hash(&password, &names).await?),
        None if matches!(by, By::First(_)) => {
            return Err(ApiError::field("password", "an administrator needs one"));
        }
        None if app.config().mode == Mode::Open => None,
        None => return Err(ApiError::field("password", "this server asks for one")),
    };
    let node = app.node();
    let account = match by {
        By::Themselves => node.create_account(&name, display, hash).await?,
        By::Invitation(token) => {
            node.create_invited_account(token, &name, display, hash)
                .await?
        }
        By::First(token) => {
            let account = node.create_account(&name, display, hash).await?;
            node.become_first(&account, token).await?;
            account
        }
    };
    logged_in(&app, &client, &account, &from, StatusCode::CREATED).await
}

/// By what somebody signs up.
#[derive(Debug, Clone, Copy)]
enum By<'a> {
    /// Where whoever comes may.
    Themselves,
    /// By an invitation.
    Invitation(&'a str),
    /// By the link for the first administrator, which lets one in whatever `signup` says.
    First(&'a str),
}

/// An invitation that nobody asks for is not used up.
fn by_what<'a>(app: &App, first: Option<&'a str>, invitation: Option<&'a str>) -> Answer<By<'a>> {
    match (first, invitation) {
        (Some(token), _) => Ok(By::First(token.trim())),
        (None, Some(token)) if app.config().signup == config::SignUp::Invitation => {
            Ok(By::Invitation(token.trim()))
        }
        (None, _) => identity::may_sign_up(app).map(|()| By::Themselves),
    }
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
