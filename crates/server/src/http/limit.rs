//! How often an address may ask: decided before anything is read for a request. What an account may is asked where a
//! password is tried, and what a user and a room may is the node's.

use axum::{
    extract::{Request, State},
    http::Method,
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{ApiError, Client, guard::ANY_HOST};
use crate::app::App;

/// Where passwords can be tried and accounts made.
const LOGINS: &[&str] = &[
    "/login",
    "/signin",
    "/api/v1/login",
    "/api/v1/signup",
    "/api/v1/reset",
    "/api/v1/forgot",
    "/api/v1/mail/confirm",
];
/// A socket has an admission of its own.
const SOCKET: &str = "/ws";

/// The middleware.
pub async fn limit(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path != SOCKET
        && !ANY_HOST.contains(&path)
        && let Some(client) = request.extensions().get::<Client>()
    {
        let is_login = request.method() == Method::POST && LOGINS.contains(&path);
        if let Err(refusal) = app.rates().request(client.address, is_login) {
            return ApiError::from(refusal).into_response();
        }
    }
    next.run(request).await
}
