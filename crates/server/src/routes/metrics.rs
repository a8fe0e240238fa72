//! `GET /metrics`: numbers for operators, in Prometheus' text form. They tell of the server, of nobody in it.

use axum::{http::header, response::IntoResponse};

use crate::numbers;

/// The numbers.
pub async fn metrics() -> impl IntoResponse {
    (
        [(
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        )],
        numbers::render(),
    )
}
