//! Who asks: by a login's token (`Authorization: Bearer` or the session cookie), or in mode `open` by saying so.
//!
//! The rule in every mode: an account that has a password can be used only with it. `uid` and `?id=` are words, not
//! credentials; they count only where mode `open` trusts words, and only for accounts without a password.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{FromRequestParts, MatchedPath},
    http::{HeaderMap, Method, header, request::Parts},
};
use hearth_core::{
    Refusal,
    grant::Grant,
    node::{Account, Credential, LoggedIn, LoginId, SecondTried},
};
use hearth_protocol::{ErrorCode, RoomId, User, UserId};

use serde::Deserialize;

use super::{ApiError, Params, cookie};
use crate::{
    app::App,
    config::{Mode, SignUp},
};

/// A login's token as the request carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token<'a> {
    /// In `Authorization`: meant as a credential, so a wrong one is refused.
    Bearer(&'a str),
    /// In the session cookie: it may be an old one, and then counts as none.
    Cookie(&'a str),
}

impl<'a> Token<'a> {
    /// The request's token, if it has one.
    pub fn of(headers: &'a HeaderMap) -> Option<Self> {
        let bearer = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let bearer = bearer.and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
        });
        bearer
            .map(Token::Bearer)
            .or_else(|| cookie::get(headers, cookie::SESSION).map(Token::Cookie))
    }

    /// Its text.
    pub fn as_str(&self) -> &'a str {
        match self {
            Token::Bearer(token) | Token::Cookie(token) => token,
        }
    }
}

/// Who asks, and by what they are known.
#[derive(Debug, Clone)]
pub struct Known {
    /// Who.
    pub user: User,
    /// By what.
    pub credential: Credential,
    /// What the token lets a bot do.
    pub grant: Option<Arc<Grant>>,
}

impl Known {
    /// The login, if it is by one.
    pub fn login(&self) -> Option<LoginId> {
        match self.credential {
            Credential::Login(id) => Some(id),
            Credential::Word | Credential::Given => None,
        }
    }
}

impl From<LoggedIn> for Known {
    fn from(by: LoggedIn) -> Self {
        Self {
            user: by.user,
            credential: Credential::Login(by.login),
            grant: by.grant.map(Arc::new),
        }
    }
}

/// Which person is logged in, by the request's token.
pub async fn logged_in(app: &App, headers: &HeaderMap) -> Result<Option<LoggedIn>, ApiError> {
    let by = by_token(app, headers).await?;
    match &by {
        Some(LoggedIn { grant: Some(_), .. }) => Err(no_bots()),
        _ => Ok(by),
    }
}

/// Who asks, a person or a bot, by the request's token.
async fn by_token(app: &App, headers: &HeaderMap) -> Result<Option<LoggedIn>, ApiError> {
    let Some(token) = Token::of(headers) else {
        return Ok(None);
    };
    let by = app.node().login(token.as_str()).await?;
    // What a word has opened in mode `open` is worth no more than a word.
    let counts =
        |by: &LoggedIn| by.has_password || by.grant.is_some() || app.config().mode == Mode::Open;
    match (by.filter(counts), token) {
        (Some(by), _) => Ok(Some(by)),
        (None, Token::Cookie(_)) => Ok(None),
        (None, Token::Bearer(_)) => {
            Err(sign_in("The token is not valid (any more). Log in again."))
        }
    }
}

/// Ends the login in whose place a new one's cookie comes: the browser throws its token away, and would leave it good for
/// weeks. Somebody else's stays. To be called after the new one was made, which counts whether this succeeds or not.
pub async fn end_replaced(app: &App, headers: &HeaderMap, user: UserId) {
    let Some(old) = cookie::get(headers, cookie::SESSION) else {
        return;
    };
    if let Err(refusal) = app.node().close_own_login(user, old).await {
        tracing::debug!(%refusal, "the login that another has replaced goes on until it is ended");
    }
}

/// The account of a name or id.
pub async fn account(app: &App, name_or_id: &str) -> Result<Account, ApiError> {
    app.node().account(name_or_id).await?.ok_or_else(|| {
        ApiError::new(
            ErrorCode::NotFound,
            "There is no user of this name or id. Create one with POST /signin.",
        )
        .named("invalid user")
    })
}

/// Who it is that acts as `said` (a name or id), or by their credential alone where nothing is said. If it is a bot, whoever
/// asks this looks at its grant.
pub async fn acting(app: &App, headers: &HeaderMap, said: Option<&str>) -> Result<Known, ApiError> {
    let by_token = by_token(app, headers).await?;
    let said = said.map(str::trim).filter(|said| !said.is_empty());
    match (by_token, said) {
        (Some(by), None) => Ok(by.into()),
        (Some(by), Some(said)) if is(&by.user, said) => Ok(by.into()),
        (by_token, Some(said)) if app.config().mode == Mode::Open => {
            let account = account(app, said).await?;
            if let Some(by) = by_token.filter(|by| by.user.id == account.id) {
                return Ok(by.into());
            }
            if account.password_hash.is_some() {
                return Err(sign_in(
                    "This account has a password. Log in with it first.",
                ));
            }
            if account.id.is_bot() {
                return Err(sign_in(
                    "This account is a bot's: it is used by its tokens alone.",
                ));
            }
            may_enter(&account)?;
            Ok(Known {
                user: account.user(),
                credential: Credential::Word,
                grant: None,
            })
        }
        (Some(_), Some(_)) => Err(ApiError::new(
            ErrorCode::Forbidden,
            "You are logged in as somebody else. Nobody can act for another.",
        )),
        (None, _) => Err(sign_in(
            "Log in first (POST /login, or /api/v1/login), and send the cookie or the token.",
        )),
    }
}

/// Whether the account's holder may use it.
pub fn may_enter(account: &Account) -> Result<(), ApiError> {
    let entered = account.may_enter().map_err(ApiError::from);
    entered.map_err(|error| error.named("account deactivated"))
}

/// Lets whoever has shown an account's password in, by a code if the account asks for one.
///
/// # Errors
/// A code is needed (`code needed`), or it is wrong (`wrong code`), which counts as a wrong password does.
pub async fn second_factor(
    app: &App,
    account: &Account,
    code: Option<&str>,
    from: IpAddr,
) -> Result<(), ApiError> {
    match app.node().try_second(account, code).await? {
        SecondTried::In => Ok(()),
        SecondTried::Needed => Err(sign_in(
            "This account asks for a code beside the password. Send it as `code`.",
        )
        .named("code needed")),
        SecondTried::Wrong => {
            app.passwords().guessed(from);
            Err(
                sign_in("The code is wrong, or was used already. Wait for the next one.")
                    .named("wrong code"),
            )
        }
    }
}

/// Whether new accounts are taken from whoever comes.
pub fn may_sign_up(app: &App) -> Result<(), ApiError> {
    match app.config().signup {
        SignUp::Open => Ok(()),
        SignUp::Invitation => Err(ApiError::new(
            ErrorCode::Forbidden,
            "This server takes new accounts by invitation: sign up with the link that you were given (POST \
             /api/v1/signup with `invitation`), or ask an administrator for one.",
        )
        .named("sign up is by invitation")),
        SignUp::Closed => Err(ApiError::new(
            ErrorCode::Forbidden,
            "This server takes no new accounts. Ask whoever runs it (`signup`).",
        )
        .named("sign up is closed")),
    }
}

/// As [`acting`], for a request of a person's that counts against the user's limit.
pub async fn asking(app: &App, headers: &HeaderMap, said: Option<&str>) -> Result<Known, ApiError> {
    let known = acting(app, headers, said).await?;
    app.node().may_request(known.user.id)?;
    match known.grant {
        Some(_) => Err(no_bots()),
        None => Ok(known),
    }
}

fn no_bots() -> ApiError {
    let text = "No bot may do that: it is for people who are logged in.";
    ApiError::new(ErrorCode::Forbidden, text)
}

/// Whether a bot's grant is enough for a request: for its route, about the room in its path.
fn may(grant: &Grant, parts: &Parts) -> Result<(), Refusal> {
    let route = parts.extensions.get::<MatchedPath>();
    let route = route.map_or("", MatchedPath::as_str);
    let method = match &parts.method {
        // Answered by the same handler.
        method if *method == Method::HEAD => "GET",
        method => method.as_str(),
    };
    let mut segments = route.split('/').zip(parts.uri.path().split('/'));
    let room = segments.find(|(name, _)| *name == "{room}");
    let room = room.and_then(|(_, room)| room.parse::<RoomId>().ok());
    grant.may(&format!("{method} {route}"), room)
}

/// 401.
pub fn sign_in(message: &str) -> ApiError {
    Refusal::new(ErrorCode::Unauthorized, message).into()
}

fn is(user: &User, said: &str) -> bool {
    user.name.to_lowercase() == said.to_lowercase() || said.parse() == Ok(user.id)
}

/// Who calls `/api/v1`: by a token; in mode `open` also by `?id=`.
#[derive(Debug, Clone)]
pub struct Caller(pub User);

#[derive(Debug, Deserialize)]
struct Said {
    id: Option<String>,
}

impl FromRequestParts<App> for Known {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let Params(said) = Params::<Said>::from_request_parts(parts, app).await?;
        let known = acting(app, &parts.headers, said.id.as_deref()).await?;
        app.node().may_request(known.user.id)?;
        if let Some(grant) = &known.grant {
            may(grant, parts)?;
        }
        Ok(known)
    }
}

/// Who calls `/api/v1/admin`: somebody with the right `admin`, by a login. A word is no credential, in mode `open`
/// neither.
#[derive(Debug, Clone)]
pub struct Administrator(pub User);

impl FromRequestParts<App> for Administrator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let known = Known::from_request_parts(parts, app).await?;
        // Who has the right has a password, and what was opened before they had one has ended.
        if known.login().is_none() || !app.node().is_administrator(known.user.id).await? {
            return Err(
                ApiError::new(ErrorCode::Forbidden, "This is for administrators only.")
                    .named("not an administrator"),
            );
        }
        Ok(Self(known.user))
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let known = Known::from_request_parts(parts, app).await?;
        Ok(Self(known.user))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_bearer_token_goes_before_the_cookie() {
        let mut headers = HeaderMap::new();
        assert_eq!(Token::of(&headers), None);
        headers.insert(header::COOKIE, HeaderValue::from_static("hearth_session=c"));
        assert_eq!(Token::of(&headers), Some(Token::Cookie("c")));
        headers.insert(
            header::AUTHORIZATION,
            HeaderValue::from_static("Basic eDp5"),
        );
        assert_eq!(Token::of(&headers), Some(Token::Cookie("c")));
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static("bearer b"));
        assert_eq!(Token::of(&headers), Some(Token::Bearer("b")));
    }
}
