//! `/api/v1/admin/users`: all accounts, and each of them.

pub mod admin;
pub mod deactivate;
pub mod reactivate;
pub mod reset;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use hearth_core::node::{Account, Accounts};
use hearth_protocol::{ErrorCode, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    app::App,
    http::{Administrator, Answer, ApiError, Params},
    routes::api::schema,
};

/// Accounts in one answer.
const PAGE_MAX: usize = 200;

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// What the name, or the shown name, begins with, in whatever case.
    prefix: Option<String>,
    /// Bots alone, those of webhooks among them.
    bots: Option<bool>,
    /// Where the page before ended: its `next`.
    after: Option<String>,
    /// How many at most: 200 if left out, never more.
    limit: Option<usize>,
}

/// A page of accounts.
#[derive(Debug, Serialize, ToSchema)]
pub struct Users {
    /// In the store's own order, which is not that of names.
    users: Vec<Told>,
    /// Where to go on, if there may be more: a search looks at 2,000 accounts a call, so a page may be short, or empty,
    /// and not the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// An account, as administrators see it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Account)]
pub struct Told {
    /// The account.
    #[schema(value_type = Uuid)]
    id: UserId,
    /// The name by which they are called.
    name: String,
    /// The name that is shown.
    display: String,
    /// When it was made, in milliseconds since 1970 (UTC).
    created_ms: u64,
    /// Whether it has the right `admin`.
    admin: bool,
    /// Whether it is a bot.
    bot: bool,
    /// Whether its holder is kept out.
    deactivated: bool,
    /// Whether it has a password: if not, a name is enough in mode `open`, and nothing in mode `password`.
    has_password: bool,
    /// The mail address, if it was confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    mail: Option<String>,
    /// How many sessions it has; of one account only.
    #[serde(skip_serializing_if = "Option::is_none")]
    sessions: Option<usize>,
    /// When one of them was used last, to within some minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    used_ms: Option<u64>,
}

impl Told {
    fn of(account: Account, admin: bool) -> Self {
        Self {
            id: account.id,
            bot: account.id.is_bot(),
            name: account.name,
            display: account.display,
            created_ms: account.created_ms,
            admin,
            deactivated: account.deactivated,
            has_password: account.password_hash.is_some(),
            mail: account.mail.address,
            sessions: None,
            used_ms: None,
        }
    }
}

/// All accounts, by pages, or those whose name begins with a text.
#[utoipa::path(
    get, path = "/api/v1/admin/users", tag = "administration", params(Page),
    responses(
        (status = 200, description = "The page", body = Users),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not an administrator", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn list(
    State(app): State<App>,
    _: Administrator,
    Params(page): Params<Page>,
) -> Answer<Json<Users>> {
    let limit = page.limit.unwrap_or(PAGE_MAX).clamp(1, PAGE_MAX);
    let prefix = page.prefix.unwrap_or_default();
    let whose = match page.bots {
        Some(true) => Accounts::Bots,
        _ => Accounts::All,
    };
    let (accounts, next) = app
        .node()
        .accounts(whose, prefix.trim(), page.after, limit)
        .await?;
    let administrators = app.node().administrators().await?;
    let told = |account: Account| {
        let admin = administrators.contains(&account.id);
        Told::of(account, admin)
    };
    Ok(Json(Users {
        users: accounts.into_iter().map(told).collect(),
        next,
    }))
}

/// One account, by its name or id.
#[utoipa::path(
    get, path = "/api/v1/admin/users/{user}", tag = "administration",
    params(("user" = String, Path, description = "A name or an id")),
    responses(
        (status = 200, description = "The account", body = Told),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not an administrator", body = schema::Error),
        (status = 404, description = "There is no such user", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn read(
    State(app): State<App>,
    _: Administrator,
    Path(user): Path<String>,
) -> Answer<Json<Told>> {
    let account = account(&app, &user).await?;
    let logins = app.node().logins(account.id).await?;
    let admin = app.node().is_administrator(account.id).await?;
    Ok(Json(Told {
        sessions: Some(logins.len()),
        used_ms: logins.first().map(|login| login.used_ms),
        ..Told::of(account, admin)
    }))
}

/// Deletes an account for ever: its record, password, sessions and read marks; it leaves its rooms. What it wrote stays,
/// under its name and id, and nobody gets its name.
#[utoipa::path(
    delete, path = "/api/v1/admin/users/{user}", tag = "administration",
    params(("user" = String, Path, description = "A name or an id")),
    responses(
        (status = 204, description = "It is deleted, and its sockets are closed"),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not an administrator, or the account is one's: take the right first", body = schema::Error),
        (status = 404, description = "There is no such user", body = schema::Error),
        (status = 503, description = "The store is away; nobody uses the account any more, and the same again goes on", body = schema::Error),
    )
)]
pub async fn delete(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(user): Path<String>,
) -> Answer<StatusCode> {
    let account = account(&app, &user).await?;
    app.node().delete_account(&by, account.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The account of a path.
pub(super) async fn account(app: &App, name_or_id: &str) -> Answer<Account> {
    let account = app.node().account(name_or_id.trim()).await?;
    account.ok_or_else(|| {
        ApiError::new(
            ErrorCode::NotFound,
            "There is no user of this name or id. GET /api/v1/admin/users lists them.",
        )
    })
}
