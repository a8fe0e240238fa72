//! `/api/v1/admin/bots`: accounts that programs use, and their tokens. `GET /api/v1/admin/users?bots=true` lists them.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use hearth_core::{
    grant::Grant,
    node::{Login, LoginId, NewToken},
};
use hearth_protocol::{ErrorCode, RoomId, Scope, UserName};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::users::account;
use crate::{
    app::App,
    http::{
        Administrator, Answer, ApiError, Begun, Making,
        making::{self, KEY},
    },
    routes::api::{schema, v1::signup::display_name},
};

/// A new bot.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewBot {
    /// The name by which it is called.
    name: String,
    /// The name that is shown; the same if left out.
    display: Option<String>,
}

/// A new token.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewToken)]
pub struct TokenWanted {
    /// By which administrators will know it: 1 to 64 characters.
    name: String,
    /// What it lets the bot do: `read`, `send`, `rooms`, `moderate`; one at least.
    #[schema(value_type = Vec<String>)]
    scopes: Vec<Scope>,
    /// Ids of the rooms to which it is limited, at most 50; left out: it is not.
    #[serde(default)]
    #[schema(value_type = Option<Vec<Uuid>>)]
    rooms: Vec<RoomId>,
    /// For how many days it is good, at most 3,650; left out: until it is revoked.
    days: Option<u64>,
}

/// A token of a bot. It does not say what counts in it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BotToken)]
pub struct Told {
    /// By which it is revoked. Knowing it lets nobody in.
    #[schema(value_type = Uuid)]
    id: LoginId,
    /// By which administrators know it.
    name: String,
    /// What it lets the bot do.
    #[schema(value_type = Vec<String>)]
    scopes: Vec<Scope>,
    /// The rooms to which it is limited; none: it is not.
    #[schema(value_type = Vec<Uuid>)]
    rooms: Vec<RoomId>,
    /// When it was made, in milliseconds since 1970 (UTC).
    created_ms: u64,
    /// When it was used last, to within some minutes; when it was made, if never.
    used_ms: u64,
    /// When it ends by itself, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    until_ms: Option<u64>,
}

impl From<Login> for Told {
    fn from(token: Login) -> Self {
        let until_ms = token.ends_ms();
        let (scopes, rooms) = token.grant.map_or_else(
            || (Vec::new(), Vec::new()),
            |Grant { scopes, rooms }| (scopes, rooms),
        );
        Self {
            id: token.id,
            name: token.device_name,
            scopes,
            rooms,
            created_ms: token.created_ms,
            used_ms: token.used_ms,
            until_ms,
        }
    }
}

/// A token that has just been made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MadeToken)]
pub struct Made {
    /// What counts: sent as `Authorization: Bearer …`. It is told with this answer alone, and only its hash is kept.
    secret: String,
    /// The token.
    token: Told,
}

/// Tokens.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BotTokens)]
pub struct Tokens {
    /// Those that are good, the one used last first; at most 20.
    tokens: Vec<Told>,
}

/// Makes a bot: an account without a password, which is used by tokens alone.
#[utoipa::path(
    post, path = "/api/v1/admin/bots", request_body = NewBot, tag = "administration",
    params(("Idempotency-Key" = Option<String>, Header, description = KEY)),
    responses(
        (status = 201, description = "The bot", body = schema::User),
        (status = 400, description = "A name does not fit, or the key asked for something else", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not an administrator", body = schema::Error),
        (status = 409, description = "The name is taken, or looks like one that is", body = schema::Error),
        (status = 503, description = "The store is away; the same again under its key goes on. Without one, it may be there, and the same again is answered so", body = schema::Error),
    )
)]
pub async fn make(
    State(app): State<App>,
    Administrator(by): Administrator,
    asked: Making<NewBot>,
) -> Answer<Response> {
    let NewBot { name, display } = &asked.body;
    let name = UserName::new(name.as_str()).map_err(|error| ApiError::field("name", error))?;
    let display = display.as_deref().map(display_name).transpose()?;
    let once = match asked.begin(&app, by.id).await? {
        Begun::Make(once) => once,
        Begun::Made(answer) => return Ok(answer),
    };
    let bot = app.node().make_bot(&by, &name, display, &once).await?;
    making::made(&app, &once, &bot.user()).await
}

/// A bot's tokens.
#[utoipa::path(
    get, path = "/api/v1/admin/bots/{bot}/tokens", tag = "administration",
    params(("bot" = String, Path, description = "The bot's name or id")),
    responses(
        (status = 200, description = "Those that are good, the one used last first", body = Tokens),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not an administrator, or the account is a person's", body = schema::Error),
        (status = 404, description = "There is no such bot", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn list_tokens(
    State(app): State<App>,
    _: Administrator,
    Path(bot): Path<String>,
) -> Answer<Json<Tokens>> {
    let bot = account(&app, &bot).await?;
    let tokens = app.node().bot_tokens(&bot).await?;
    Ok(Json(Tokens {
        tokens: tokens.into_iter().map(Told::from).collect(),
    }))
}

/// Makes a token of a bot. What counts in it is told this once.
#[utoipa::path(
    post, path = "/api/v1/admin/bots/{bot}/tokens", request_body = TokenWanted, tag = "administration",
    params(("bot" = String, Path, description = "The bot's name or id"), ("Idempotency-Key" = Option<String>, Header, description = KEY)),
    responses(
        (status = 201, description = "The token", body = Made),
        (status = 400, description = "A field does not fit, or the key asked for something else", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not an administrator, or the account is a person's, or deactivated", body = schema::Error),
        (status = 404, description = "There is no such bot", body = schema::Error),
        (status = 409, description = "It has 20 already", body = schema::Error),
        (status = 413, description = "Too many rooms", body = schema::Error),
        (status = 503, description = "The store is away; the same again under its key goes on. Without one, one may be listed that lets nobody in", body = schema::Error),
    )
)]
pub async fn make_token(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(bot): Path<String>,
    asked: Making<TokenWanted>,
) -> Answer<Response> {
    let bot = account(&app, &bot).await?;
    let once = match asked.begin(&app, by.id).await? {
        Begun::Make(once) => once,
        Begun::Made(answer) => return Ok(answer),
    };
    let body = asked.body;
    let wanted = NewToken {
        name: body.name,
        grant: Grant {
            scopes: body.scopes,
            rooms: body.rooms,
        },
        days: body.days,
    };
    let node = app.node();
    let (token, secret) = node.make_bot_token(&by, &bot, wanted, &once).await?;
    let token = token.into();
    making::made(&app, &once, &Made { secret, token }).await
}

/// Revokes a token: nothing is done by it any more, and its sockets are closed on every server.
#[utoipa::path(
    delete, path = "/api/v1/admin/bots/{bot}/tokens/{token}", tag = "administration",
    params(
        ("bot" = String, Path, description = "The bot's name or id"),
        ("token" = String, Path, description = "The token's id"),
    ),
    responses(
        (status = 204, description = "It is revoked"),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not an administrator, or the account is a person's", body = schema::Error),
        (status = 404, description = "There is no such bot or token, or not any more", body = schema::Error),
        (status = 503, description = "The store is away; it may be revoked, and the same again tells", body = schema::Error),
    )
)]
pub async fn revoke_token(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path((bot, token)): Path<(String, String)>,
) -> Answer<StatusCode> {
    let none = || {
        ApiError::new(
            ErrorCode::NotFound,
            "The bot has no token of this id (any more).",
        )
    };
    let bot = account(&app, &bot).await?;
    let id: LoginId = token.parse().map_err(|_| none())?;
    if !app.node().revoke_bot_token(&by, &bot, id).await? {
        return Err(none());
    }
    Ok(StatusCode::NO_CONTENT)
}
