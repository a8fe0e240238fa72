//! `POST /api/v1/logout`: ends the login that asks.

use axum::{extract::State, http::HeaderMap, response::Response};

use super::sessions::ended;
use crate::{
    app::App,
    http::{Answer, Caller, identity::Token},
    routes::api::schema,
};

/// Ends the login that asks.
#[utoipa::path(
    post, path = "/api/v1/logout", tag = "accounts",
    responses(
        (status = 204, description = "The token is void, and sockets that were opened with it are closed"),
        (status = 401, description = "It was not valid", body = schema::Error),
    )
)]
pub async fn logout(State(app): State<App>, _: Caller, headers: HeaderMap) -> Answer<Response> {
    if let Some(token) = Token::of(&headers) {
        app.node().close_login(token.as_str()).await?;
    }
    Ok(ended(true))
}
