//! `POST /api/v1/login`: opens a login.

use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use hearth_protocol::User;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::App,
    config::Mode,
    http::{Answer, Body, Client, cookie, identity},
    routes::api::schema,
};

/// Who logs in.
#[derive(Debug, Deserialize, ToSchema)]
pub struct LogIn {
    /// The account's name or id.
    name: String,
    /// Its password. An account without one can log in by name in mode `open`.
    password: Option<String>,
}

#[derive(Debug, Serialize)]
struct LoggedIn {
    user: User,
    token: String,
}

/// Opens a login.
#[utoipa::path(
    post, path = "/api/v1/login", request_body = LogIn, security(()), tag = "accounts",
    responses(
        (status = 200, description = "The login", body = schema::Login),
        (status = 401, description = "Name and password do not fit together", body = schema::Error),
        (status = 429, description = "Too many wrong passwords, or too much to do", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn login(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Body(body): Body<LogIn>,
) -> Answer<Response> {
    let account = app.node().account(body.name.trim()).await?;
    let hash = account
        .as_ref()
        .and_then(|account| account.password_hash.as_deref());
    let by_word = app.config().mode == Mode::Open && body.password.is_none() && hash.is_none();
    // Asked for a password, an unknown user and a wrong password get the same answer after the same time.
    let fits = match (by_word, &body.password) {
        (true, _) => account.is_some(),
        (false, password) => {
            app.passwords()
                .verify(
                    password.as_deref().unwrap_or_default(),
                    hash,
                    client.address,
                )
                .await?
        }
    };
    let account = account
        .filter(|_| fits)
        .ok_or_else(|| identity::sign_in("Name and password do not fit together."))?;
    logged_in(&app, &client, account.user(), StatusCode::OK).await
}

/// Opens a login for a user who has shown that they may, and answers with it.
pub async fn logged_in(
    app: &App,
    client: &Client,
    user: User,
    status: StatusCode,
) -> Answer<Response> {
    let token = app.node().open_login(user.id).await?;
    let mut headers = HeaderMap::new();
    headers.append(
        header::SET_COOKIE,
        cookie::session(&token, !client.is_loopback()),
    );
    Ok((status, headers, Json(LoggedIn { user, token })).into_response())
}
