//! One log line and two numbers per request, and an id that finds them.
//!
//! Logged are the route, not the path, and never a query, a body, a credential or an address.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue, Method, StatusCode},
    middleware::Next,
    response::Response,
};
use tracing::Instrument;

use crate::listen::Connection;

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A request's id: in its log lines, and in the answer's `X-Request-Id`. Unique as long as the server runs.
#[derive(Debug, Clone, Copy)]
pub struct RequestId(u64);

impl RequestId {
    fn next() -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        Self(LAST.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

/// The middleware.
pub async fn trace(mut request: Request, next: Next) -> Response {
    let id = RequestId::next();
    let began = Instant::now();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("none", MatchedPath::as_str)
        .to_owned();
    let method = known(request.method());
    let connection = request
        .extensions()
        .get::<Connection>()
        .map_or(0, |connection| connection.id);
    request.extensions_mut().insert(id);
    let span = tracing::info_span!(
        "request",
        request.id = id.0,
        connection.id = connection,
        method,
        route
    );
    let mut response = next.run(request).instrument(span.clone()).await;
    let status = response.status();
    let elapsed = began.elapsed();
    metrics::counter!(
        "hearth_http_requests_total",
        "route" => route.clone(), "method" => method, "status" => status.as_str().to_owned()
    )
    .increment(1);
    metrics::histogram!("hearth_http_request_seconds", "route" => route.clone())
        .record(elapsed.as_secs_f64());
    span.in_scope(|| {
        let ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        if status.is_server_error() {
            tracing::warn!(status = status.as_u16(), ms, "answered");
        } else if route.ends_with('z') || route == "/health" || route == "/metrics" {
            tracing::debug!(status = status.as_u16(), ms, "answered");
        } else if status == StatusCode::SWITCHING_PROTOCOLS {
            tracing::info!(status = status.as_u16(), ms, "upgraded");
        } else {
            tracing::info!(status = status.as_u16(), ms, "answered");
        }
    });
    response
        .headers_mut()
        .insert(REQUEST_ID.clone(), HeaderValue::from(id.0));
    response
}

/// A method as a label: whatever a client invents is one word, for labels are kept for ever.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
