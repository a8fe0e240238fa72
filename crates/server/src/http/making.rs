//! Requests that make something: read with the key under which they are known again (`Idempotency-Key`), and answered
//! alike when they are asked again.

use std::fmt;

use axum::{
    extract::{FromRequest, Request},
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use hearth_core::node::Once;
use hearth_protocol::{ErrorCode, SendId, UserId};
use serde::{Serialize, de::DeserializeOwned};

use super::{Answer, ApiError, input};
use crate::app::App;

/// How a route that makes something describes the header.
pub const KEY: &str = "Up to 64 letters, digits, `-`, `_`, `.` and `:`, new for each thing that is to be made and hard to guess. The same \
    request under the same key makes nothing twice and is answered alike, for a day";

/// A request that makes something.
pub struct Making<T> {
    /// What is to be made.
    pub body: T,
    key: Option<SendId>,
    /// What is asked, of what.
    asked: String,
}

/// Without its key, by which a secret is made, and without what is asked.
impl<T> fmt::Debug for Making<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Making").finish_non_exhaustive()
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Making<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let key = input::given_key(request.headers())?;
        let asked = asked(request.method(), request.uri().path());
        let (body, bytes) = input::json_of(request).await?;
        // Fields in their order, whatever order they came in.
        let text = serde_json::from_slice::<serde_json::Value>(&bytes);
        let text = text.map(|value| value.to_string()).unwrap_or_default();
        Ok(Self {
            body,
            key,
            asked: format!("{asked} {text}"),
        })
    }
}

/// A request without a body that makes something.
#[derive(Debug)]
pub struct MakingBare(Making<()>);

impl<S: Send + Sync> FromRequest<S> for MakingBare {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        Ok(Self(Making {
            body: (),
            key: input::given_key(request.headers())?,
            asked: asked(request.method(), request.uri().path()),
        }))
    }
}

fn asked(method: &Method, path: &str) -> String {
    format!("{method} {path}")
}

impl MakingBare {
    /// As [`Making::begin`].
    pub async fn begin(&self, app: &App, by: UserId) -> Answer<Begun> {
        self.0.begin(app, by).await
    }
}

/// How a request stands.
pub enum Begun {
    /// It is to be made, with this.
    Make(Once),
    /// It was made, and this is the answer.
    Made(Response),
}

impl<T> Making<T> {
    /// The key under which it is asked; where there is none, one that nobody else has.
    pub fn id(&self) -> SendId {
        let new = || SendId::from_uuid(uuid::Uuid::now_v7());
        self.key.clone().unwrap_or_else(new)
    }

    /// Looks whether it was made before, and else writes down that it is to be.
    ///
    /// # Errors
    /// Something else was asked under this key; the store is away.
    pub async fn begin(&self, app: &App, by: UserId) -> Answer<Begun> {
        let once = app.node().once(by, self.key.as_ref(), &self.asked).await?;
        Ok(match once.answer() {
            Some(answer) => Begun::Made(created(answer)),
            None => Begun::Make(once),
        })
    }
}

/// Answers that it is made, now and whenever the same is asked again.
///
/// # Errors
/// The store is away: then it is made, and the same again tells.
pub async fn made(app: &App, once: &Once, answer: &impl Serialize) -> Answer<Response> {
    let text = serde_json::to_string(answer);
    let text = text.map_err(|error| {
        tracing::error!(%error, "an answer cannot be written");
        ApiError::new(ErrorCode::Internal, "The answer cannot be written.")
    })?;
    app.node().answered(once, &text).await?;
    Ok(created(text))
}

fn created(text: String) -> Response {
    let json = [(header::CONTENT_TYPE, "application/json")];
    (StatusCode::CREATED, json, text).into_response()
}
