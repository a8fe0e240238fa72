//! `GET /`: the web client for people (a page of introduction, where the binary was built without it),
//! `{"message":"server started"}` for programs.

use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use serde_json::json;

use crate::{app::App, http::Client, page, web};

/// A page if the client asks for HTML by name, else the specification's JSON.
pub async fn root(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
) -> Response {
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
    let vary = HeaderValue::from_static(if html {
        "Accept, Accept-Encoding"
    } else {
        "Accept"
    });
    let mut response = match (html, web::index(app.config(), &client)) {
        (true, Some((page, tag))) => {
            let page = (!is_known(&tag, &headers)).then(|| match web::gzipped(&page, &headers) {
                Some(small) => ([(header::CONTENT_ENCODING, "gzip")], Html(small)).into_response(),
                None => Html(page).into_response(),
            });
            revalidated(page, &tag)
        }
        (true, None) => {
            page::secured(Html(page::welcome(client.scheme, &client.host)).into_response())
        }
        (false, _) => Json(json!({"message": "server started"})).into_response(),
    };
    response.headers_mut().insert(header::VARY, vary);
    response
}

/// Whether the browser has what has this tag.
pub fn is_known(tag: &str, asked: &HeaderMap) -> bool {
    let known = asked.get_all(header::IF_NONE_MATCH).iter();
    known
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|known| known.trim().trim_start_matches("W/") == tag)
}

/// What is kept by a browser, and asked about each time; `None` if it has the newest. With the client's policy.
pub fn revalidated(whole: Option<Response>, tag: &str) -> Response {
    let mut response = whole.unwrap_or_else(|| StatusCode::NOT_MODIFIED.into_response());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, web::POLICY.clone());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}
