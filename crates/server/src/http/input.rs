//! How what a client sends is read: JSON bodies and query strings, bounded in bytes and time, and refused with the
//! cause.

use std::time::Duration;

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use hearth_protocol::{ErrorCode, SendId, is_object};
use http_body_util::{BodyExt, Limited};
use serde::de::DeserializeOwned;
use tokio::time::timeout;
use uuid::Uuid;

use super::ApiError;

/// A body, in bytes: the longest message with every character escaped needs 96 KiB on the socket; over HTTP no client
/// escapes more than it must.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// How long a body may take to come. Whoever sends slower holds a connection for nothing.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// A JSON body.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let content_type = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        if !content_type.is_some_and(is_json) {
            return Err(ApiError::new(
                ErrorCode::BadRequest,
                "The body must be JSON: send the header `Content-Type: application/json`.",
            )
            .named("unsupported content type")
            .status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let too_large = || {
            let message = format!("The body may have at most {BODY_BYTES_MAX} bytes.");
            ApiError::new(ErrorCode::TooLarge, message)
        };
        // Told by the announced length alone, before anything of it is read.
        if axum::body::HttpBody::size_hint(request.body()).lower() > BODY_BYTES_MAX as u64 {
            return Err(too_large());
        }
        let body = Limited::new(request.into_body(), BODY_BYTES_MAX).collect();
        let bytes = match timeout(BODY_TIMEOUT, body).await {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => {
                return Err(too_large());
            }
            Ok(Err(_)) => {
                return Err(ApiError::new(
                    ErrorCode::BadRequest,
                    "The body broke off before its end.",
                ));
            }
            Err(_) => {
                return Err(ApiError::new(
                    ErrorCode::BadRequest,
                    "The body took too long to come.",
                )
                .named("request timeout")
                .status(StatusCode::REQUEST_TIMEOUT));
            }
        };
        let parsed = serde_json::from_slice(&bytes).map_err(|error| {
            let what = if error.is_data() {
                "does not have the fields it should"
            } else {
                "is no JSON"
            };
            ApiError::new(ErrorCode::BadRequest, format!("The body {what}: {error}."))
        })?;
        if !is_object(&bytes) {
            return Err(ApiError::new(
                ErrorCode::BadRequest,
                "The body must be a JSON object: `{…}`.",
            ));
        }
        Ok(Self(parsed))
    }
}

fn is_json(content_type: &str) -> bool {
    let kind = content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

/// A query string's parameters.
#[derive(Debug)]
pub struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        axum::extract::Query::try_from_uri(&parts.uri)
            .map(|axum::extract::Query(params)| Self(params))
            .map_err(|error| {
                ApiError::new(
                    ErrorCode::BadRequest,
                    format!("The query: {}.", error.body_text()),
                )
            })
    }
}

/// The client's id of what it asks for, or one made here: then a repetition is a new thing.
pub fn idempotency_key(headers: &HeaderMap) -> Result<SendId, ApiError> {
    match headers.get("idempotency-key") {
        None => Ok(SendId::from_uuid(Uuid::now_v7())),
        Some(key) => key
            .to_str()
            .map_err(|_| ApiError::field("Idempotency-Key", "only ASCII may stand in it"))
            .and_then(|key| {
                SendId::new(key).map_err(|error| ApiError::field("Idempotency-Key", error))
            }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_told_by_its_media_type() {
        for yes in [
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/problem+json",
        ] {
            assert!(is_json(yes), "{yes}");
        }
        for no in [
            "text/json",
            "application/x-www-form-urlencoded",
            "",
            "json",
            "text/plain;application/json",
        ] {
            assert!(!is_json(no), "{no}");
        }
    }
}
