//! `GET /assets/{name}`: what the web client's page loads. A name is made from the content, so a browser keeps it for ever.
//! `GET /sw.js` and `GET /manifest.webmanifest`: its service worker, and how it is installed; asked about each time.

use axum::{
    extract::Path,
    http::{HeaderMap, HeaderValue, Uri, header},
    response::{IntoResponse, Response},
};

use super::root::{is_known, revalidated};
use crate::{router::no_route, web};

/// The file, or that there is none.
pub async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(sent) = web::asset(&name, &headers) else {
        return no_route().await.into_response();
    };
    let mut response = response(sent);
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    response
}

/// One that stands beside the page, by its address; or that there is none.
pub async fn top(address: Uri, asked: HeaderMap) -> Response {
    let Some((sent, tag)) = web::top(address.path().trim_start_matches('/'), &asked) else {
        return no_route().await.into_response();
    };
    let response = (!is_known(&tag, &asked)).then(|| response(sent));
    revalidated(response, &tag)
}

fn response(sent: web::Sent) -> Response {
    let mut response = sent.bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(sent.kind));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Some(encoding) = sent.encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}
