//! `GET /`: a page for people, `{"message":"server started"}` for programs.

use axum::{
    Extension, Json,
    http::{HeaderMap, HeaderValue, header},
    response::{Html, IntoResponse, Response},
};
use serde_json::json;

use crate::{http::Client, page};

/// The page if the client asks for HTML by name, else the specification's JSON.
pub async fn root(Extension(client): Extension<Client>, headers: HeaderMap) -> Response {
    let html = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| {
            value.split(',').any(|kind| {
                kind.split(';')
                    .next()
                    .is_some_and(|k| k.trim() == "text/html")
            })
        });
    let mut response = if html {
        page::secured(Html(page::welcome(client.scheme, &client.host)).into_response())
    } else {
        Json(json!({"message": "server started"})).into_response()
    };
    response
        .headers_mut()
        .insert(header::VARY, HeaderValue::from_static("Accept"));
    response
}
