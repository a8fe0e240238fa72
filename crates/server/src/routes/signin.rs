//! `POST /signin`: makes an account (the specification's name for it).

use axum::{Json, extract::State, http::StatusCode};
use hearth_protocol::{ErrorCode, UserName};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    app::App,
    config::Mode,
    http::{Answer, ApiError, Body, identity},
};

/// The body.
#[derive(Debug, Deserialize)]
pub struct SignIn {
    username: String,
    /// Not in the specification: protects the account, and is asked for in mode `password`.
    password: Option<String>,
}

/// 202 `{"message":"User created"}`; 409 if the name is taken, 403 if the server takes nobody.
pub async fn signin(
    State(app): State<App>,
    Body(body): Body<SignIn>,
) -> Answer<(StatusCode, Json<Value>)> {
    identity::may_sign_up(&app)?;
    let name = UserName::new(body.username).map_err(|error| ApiError::field("username", error))?;
    let hash = match body.password {
        Some(password) => Some(app.passwords().hash(&password, &[name.as_str()]).await?),
        None if app.config().mode == Mode::Open => None,
        None => {
            return Err(ApiError::new(
                ErrorCode::BadRequest,
                "This server asks for passwords: send `password` beside `username`.",
            )
            .named("invalid password"));
        }
    };
    app.node().create_account(&name, None, hash).await?;
    Ok((
        StatusCode::ACCEPTED,
        Json(json!({"message": "User created"})),
    ))
}
