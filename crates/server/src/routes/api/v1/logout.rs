//! `POST /api/v1/logout`: ends the login that asks.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    app::App,
    http::{Answer, Caller, cookie, identity::Token},
    routes::api::schema,
};

/// Ends the login that asks.
#[utoipa::path(
    post, path = "/api/v1/logout", tag = "accounts",
    responses(
        (status = 204, description = "The token is worth nothing any more"),
        (status = 401, description = "It was not valid", body = schema::Error),
    )
)]
pub async fn logout(State(app): State<App>, _: Caller, headers: HeaderMap) -> Answer<Response> {
    if let Some(token) = Token::of(&headers) {
        app.node().close_login(token.as_str()).await?;
    }
    Ok((
        StatusCode::NO_CONTENT,
        [(header::SET_COOKIE, cookie::none(cookie::SESSION))],
    )
        .into_response())
}
