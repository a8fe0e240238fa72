//! `POST /signin`: makes an account (the specification's name for it).

use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use hearth_core::node::SignUpKey;
use hearth_protocol::{ErrorCode, UserName};
use serde::Deserialize;
use serde_json::{Value, json};

use super::api::v1::signup::made_before;
use crate::{
    app::App,
    config::Mode,
    http::{Answer, ApiError, Body, Client, given_key, identity},
};

/// The body.
#[derive(Debug, Deserialize)]
pub struct SignIn {
    username: String,
    /// Not in the specification: protects the account, and is asked for in mode `password`.
    password: Option<String>,
}

/// 202 `{"message":"User created"}`, also for the same again under its `Idempotency-Key`; 409 if the name is taken, 403 if
/// the server takes nobody.
pub async fn signin(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    Body(body): Body<SignIn>,
) -> Answer<(StatusCode, Json<Value>)> {
    let key = given_key(&headers)?.map(|key| SignUpKey::new(&key, &body.username));
    let (name, password) = (body.username.as_str(), body.password.as_deref());
    let before = || made_before(&app, &client, name, password, key.as_ref());
    if before().await?.is_none()
        && let Err(refused) = make(&app, &body, key.as_ref()).await
    {
        // The same, asked at the same time, was first.
        before().await?.ok_or(refused)?;
    }
    Ok((
        StatusCode::ACCEPTED,
        Json(json!({"message": "User created"})),
    ))
}

async fn make(app: &App, body: &SignIn, key: Option<&SignUpKey>) -> Answer<()> {
    identity::may_sign_up(app)?;
    let name = UserName::new(body.username.as_str());
    let name = name.map_err(|error| ApiError::field("username", error))?;
    let hash = match &body.password {
        Some(password) => Some(app.passwords().hash(password, &[name.as_str()]).await?),
        None if app.config().mode == Mode::Open => None,
        None => {
            return Err(ApiError::new(
                ErrorCode::BadRequest,
                "This server asks for passwords: send `password` beside `username`.",
            )
            .named("invalid password"));
        }
    };
    app.node().sign_up(&name, None, hash, key).await?;
    Ok(())
}
