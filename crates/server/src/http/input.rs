//! How what a client sends is read: JSON bodies and query strings, bounded in bytes and time, and refused with the
//! cause.

use std::time::Duration;

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use bytes::{Bytes, BytesMut};
use hearth_protocol::{ErrorCode, SendId, is_object};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use tokio::time::timeout;
use uuid::Uuid;

use super::ApiError;

/// A body, in bytes: the longest message with every character escaped needs 96 KiB on the socket; over HTTP no client
/// escapes more than it must.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// How long a body may take to come. Whoever sends slower holds a connection for nothing.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// The same for a part of a file or a picture, over a slow line.
const RAW_TIMEOUT: Duration = Duration::from_secs(60);

/// How long nothing at all of a body may come.
const IDLE_TIMEOUT: Duration = Duration::from_secs(10);

/// A JSON body.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        json_of(request).await.map(|(body, _)| Self(body))
    }
}

/// A JSON body, as what it holds, and as its bytes.
pub async fn json_of<T: DeserializeOwned>(request: Request) -> Result<(T, Bytes), ApiError> {
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
    let bytes = bytes_of(request).await?;
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
    Ok((parsed, bytes))
}

/// A body that is taken as it is, of at most so many bytes.
#[derive(Debug)]
pub struct Raw<const BYTES_MAX: usize>(pub Bytes);

impl<const BYTES_MAX: usize, S: Send + Sync> FromRequest<S> for Raw<BYTES_MAX> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let body = collected(request.into_body(), BYTES_MAX, RAW_TIMEOUT);
        body.await.map(Self)
    }
}

/// A body's bytes, whatever they are, within the bounds of every body that is read as a whole.
pub async fn bytes_of(request: Request) -> Result<Bytes, ApiError> {
    collected(request.into_body(), BODY_BYTES_MAX, BODY_TIMEOUT).await
}

async fn collected(
    body: axum::body::Body,
    bytes_max: usize,
    within: Duration,
) -> Result<Bytes, ApiError> {
    let too_large = || {
        let message = format!("The body may have at most {bytes_max} bytes.");
        ApiError::new(ErrorCode::TooLarge, message)
    };
    // Told by the announced length alone, before anything of it is read.
    if axum::body::HttpBody::size_hint(&body).lower() > bytes_max as u64 {
        return Err(too_large());
    }
    let too_slow = |_| {
        ApiError::new(ErrorCode::BadRequest, "The body took too long to come.")
            .named("request timeout")
            .status(StatusCode::REQUEST_TIMEOUT)
    };
    let mut body = Limited::new(body, bytes_max);
    let whole = async {
        let mut bytes = BytesMut::new();
        while let Some(frame) = timeout(IDLE_TIMEOUT, body.frame())
            .await
            .map_err(too_slow)?
        {
            let frame = frame.map_err(|error| match error.is::<LengthLimitError>() {
                true => too_large(),
                false => ApiError::new(ErrorCode::BadRequest, "The body broke off before its end."),
            })?;
            // Trailers say nothing to us.
            if let Ok(data) = frame.into_data() {
                bytes.extend_from_slice(&data);
            }
        }
        Ok(bytes.freeze())
    };
    timeout(within, whole).await.map_err(too_slow)?
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
    let given = given_key(headers)?;
    Ok(given.unwrap_or_else(|| SendId::from_uuid(Uuid::now_v7())))
}

/// The client's id of what it asks for, if it gave one.
pub fn given_key(headers: &HeaderMap) -> Result<Option<SendId>, ApiError> {
    let key = headers.get("idempotency-key").map(|key| {
        key.to_str()
            .map_err(|_| ApiError::field("Idempotency-Key", "only ASCII may stand in it"))
            .and_then(|key| {
                SendId::new(key).map_err(|error| ApiError::field("Idempotency-Key", error))
            })
    });
    key.transpose()
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, response::IntoResponse};
    use futures_util::stream;
    use tokio::time::sleep;

    use super::*;

    /// Reads a body of so many parts, each of which comes so many seconds after the one before.
    async fn read(parts: usize, pause_s: u64) -> Result<Bytes, StatusCode> {
        let parts = stream::unfold(0, move |sent| async move {
            let pause = Duration::from_secs(pause_s);
            sleep(pause).await;
            let part = Ok::<_, std::io::Error>(Bytes::from_static(b"part"));
            (sent < parts).then_some((part, sent + 1))
        });
        let body = collected(Body::from_stream(parts), 64, RAW_TIMEOUT).await;
        body.map_err(|error| error.into_response().status())
    }

    #[tokio::test(start_paused = true)]
    async fn a_raw_body_may_come_slowly_but_neither_stand_still_nor_take_for_ever() {
        assert_eq!(read(5, 9).await.unwrap(), "part".repeat(5));
        assert_eq!(read(1, 11).await, Err(StatusCode::REQUEST_TIMEOUT));
        assert_eq!(read(7, 9).await, Err(StatusCode::REQUEST_TIMEOUT));
        assert_eq!(read(17, 0).await, Err(StatusCode::PAYLOAD_TOO_LARGE));
    }

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
