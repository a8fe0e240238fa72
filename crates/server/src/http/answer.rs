//! How a refusal looks over HTTP: `{"error", "code", "message"}` with the status of its code.
//!
//! `error` says what, in few words, and where the specification's first implementation had a text, that one. `code` is
//! for programs (docs/protocol.md). `message` says why and what helps.

use std::borrow::Cow;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use hearth_core::Refusal;
use hearth_protocol::{ErrorCode, Seq};
use serde::Serialize;

/// What a route returns.
pub type Answer<T> = Result<T, ApiError>;

/// A refusal.
#[derive(Debug, Clone)]
pub struct ApiError {
    status: StatusCode,
    body: ErrorBody,
}

#[derive(Debug, Clone, Serialize)]
struct ErrorBody {
    error: Cow<'static, str>,
    code: ErrorCode,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Seq>,
}

impl ApiError {
    /// A refusal with its code's own status.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Refusal::new(code, message).into()
    }

    /// What is wrong with a field of the body.
    pub fn field(field: &str, cause: impl std::fmt::Display) -> Self {
        Self::new(ErrorCode::BadRequest, format!("`{field}`: {cause}."))
            .named(format!("invalid {field}"))
    }

    /// With another status than its code's.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// With another short text.
    #[must_use]
    pub fn named(mut self, error: impl Into<Cow<'static, str>>) -> Self {
        self.body.error = error.into();
        self
    }

    /// With the `after` that a resend has to repeat.
    #[must_use]
    pub fn after(mut self, after: Seq) -> Self {
        self.body.after = Some(after);
        self
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let status = StatusCode::from_u16(refusal.code.http_status());
        Self {
            status: status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            body: ErrorBody {
                error: refusal.code.as_str().replace('_', " ").into(),
                code: refusal.code,
                message: refusal.message,
                retry_after_ms: refusal.retry_after_ms,
                after: None,
            },
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let again = matches!(
            self.status,
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS
        );
        let seconds = self
            .body
            .retry_after_ms
            .map(|ms| ms.div_ceil(1000).max(1))
            .or(again.then_some(1));
        let mut response = (self.status, Json(self.body)).into_response();
        if let Some(seconds) = seconds {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
