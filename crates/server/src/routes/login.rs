//! `POST /login`: who is this, by name or id; with a password also a session.

use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use hearth_protocol::UserId;
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    config::Mode,
    http::{Answer, Body, Client, cookie, identity},
};

/// The body.
#[derive(Debug, Deserialize)]
pub struct Login {
    /// A name or an id.
    id: String,
    /// Not in the specification: needed for an account that has one.
    password: Option<String>,
}

#[derive(Debug, Serialize)]
struct LoggedIn {
    id: UserId,
    name: String,
}

/// 202 `{"id", "name"}` and the cookie `uid`, a label. With the right password also the cookie `hearth_session`, a
/// credential.
pub async fn login(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Body(body): Body<Login>,
) -> Answer<Response> {
    let account = app.node().account(body.id.trim()).await?;
    let hash = account
        .as_ref()
        .and_then(|account| account.password_hash.as_deref());
    let by_word = app.config().mode == Mode::Open && body.password.is_none() && hash.is_none();
    let mut headers = HeaderMap::new();
    let account = if by_word {
        // Only in mode `open` may it be told whether a name exists: there everybody can be everybody anyway.
        identity::account(&app, body.id.trim()).await?
    } else {
        let right = app
            .passwords()
            .verify(
                body.password.as_deref().unwrap_or_default(),
                hash,
                client.address,
            )
            .await?;
        let account = account.filter(|_| right).ok_or_else(|| {
            identity::sign_in("Name and password do not fit together.").named("invalid user")
        })?;
        let token = app.node().open_login(account.id).await?;
        headers.append(
            header::SET_COOKIE,
            cookie::session(&token, !client.is_loopback()),
        );
        account
    };
    headers.append(header::SET_COOKIE, cookie::label(account.id));
    let body = LoggedIn {
        id: account.id,
        name: account.name.to_string(),
    };
    Ok((StatusCode::ACCEPTED, headers, Json(body)).into_response())
}
