//! `POST /api/v1/signup`: makes an account and logs it in.

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use hearth_core::node::{Account, SignUpKey};
use hearth_protocol::{ErrorCode, UserName, bounds::DISPLAY_NAME_CHARS_MAX};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::login::logged_in;
use crate::{
    app::App,
    config::{self, Mode},
    http::{Answer, ApiError, Body, Client, device::login_from, given_key, identity, making::KEY},
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

/// Makes an account and logs it in. The same sign-up again, under its key and with its password, is answered by another
/// login of the account that it made.
#[utoipa::path(
    post, path = "/api/v1/signup", request_body = SignUp, security(()), tag = "accounts",
    params(("Idempotency-Key" = Option<String>, Header, description = KEY)),
    responses(
        (status = 201, description = "The account and its first login", body = schema::Login),
        (status = 400, description = "A field does not fit", body = schema::Error),
        (status = 403, description = "The server takes no new accounts, or only by invitation and this is none; or the link for the first administrator does not work (any more)", body = schema::Error),
        (status = 409, description = "The name is taken, by another sign-up than that of this key and this password", body = schema::Error),
        (status = 429, description = "Too many wrong passwords, or too much to do", body = schema::Error),
        (status = 503, description = "The store is away; the same again under its key goes on. Without one, the account may be there, and the same again is answered so", body = schema::Error),
    )
)]
pub async fn signup(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    Body(body): Body<SignUp>,
) -> Answer<Response> {
    let from = login_from(&client, &headers, body.device_name.as_deref())?;
    let key = given_key(&headers)?.map(|key| {
        let asked = json!([body.name, body.display, body.invitation, body.first]);
        SignUpKey::new(&key, &asked.to_string())
    });
    let before = || {
        made_before(
            &app,
            &client,
            &body.name,
            body.password.as_deref(),
            key.as_ref(),
        )
    };
    let account = match before().await? {
        Some(account) => account,
        None => match make(&app, &body, key.as_ref()).await {
            Ok(account) => {
                return logged_in(&app, &client, &account, &from, StatusCode::CREATED).await;
            }
            // The same, asked at the same time, was first.
            Err(refused) => before().await?.ok_or(refused)?,
        },
    };
    // All that may be left of one that broke off once its account was there.
    if let Some(token) = &body.first {
        app.node().become_first(&account, token.trim()).await?;
    }
    logged_in(&app, &client, &account, &from, StatusCode::CREATED).await
}

async fn make(app: &App, body: &SignUp, key: Option<&SignUpKey>) -> Answer<Account> {
    // What lets them in is looked at before a hash is computed for them.
    let by = by_what(app, body.first.as_deref(), body.invitation.as_deref())?;
    match by {
        By::First(token) => app.node().may_be_first(token).await?,
        By::Invitation(token) => app.node().is_invited(token, key).await?,
        By::Themselves => {}
    }
    let name = UserName::new(body.name.as_str());
    let name = name.map_err(|error| ApiError::field("name", error))?;
    let display = body.display.as_deref().map(display_name).transpose()?;
    let names = [name.as_str(), display.unwrap_or_default()];
    let hash = match &body.password {
        Some(password) => Some(app.passwords().hash(password, &names).await?),
        None if matches!(by, By::First(_)) => {
            return Err(ApiError::field("password", "an administrator needs one"));
        }
        None if app.config().mode == Mode::Open => None,
        None => return Err(ApiError::field("password", "this server asks for one")),
    };
    let node = app.node();
    match by {
        By::Themselves => Ok(node.sign_up(&name, display, hash, key).await?),
        By::Invitation(token) => {
            let made = node.create_invited_account(token, &name, display, hash, key);
            Ok(made.await?)
        }
        By::First(token) => {
            let account = node.sign_up(&name, display, hash, key).await?;
            node.become_first(&account, token).await?;
            Ok(account)
        }
    }
}

/// The account that the same sign-up made before, for who shows what a log-in would ask of them: never more.
pub async fn made_before(
    app: &App,
    client: &Client,
    name: &str,
    password: Option<&str>,
    key: Option<&SignUpKey>,
) -> Answer<Option<Account>> {
    let (Some(key), Ok(name)) = (key, UserName::new(name)) else {
        return Ok(None);
    };
    let Some(account) = app.node().signed_up(&name, key).await? else {
        return Ok(None);
    };
    if account.deactivated || account.asks_for_code() {
        return Ok(None);
    }
    let fits = match (password, account.password_hash.as_deref()) {
        (None, None) => app.config().mode == Mode::Open,
        (Some(password), Some(hash)) => {
            app.passwords().may_guess(client.address)?;
            app.rates().login_to(&account.name, Some(&account))?;
            let verified = app.passwords().verify(password, Some(hash), client.address);
            verified.await?
        }
        _ => false,
    };
    Ok(fits.then_some(account))
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
