//! `GET /api/openapi.json`: the description of `/api/v1`, made from the code.

use std::sync::Arc;

use axum::{
    Extension,
    http::header,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use utoipa::openapi::OpenApi;

use super::page;

/// The description, ready to be sent.
#[derive(Debug, Clone)]
pub struct Document(Arc<Ready>);

#[derive(Debug)]
struct Ready {
    json: Bytes,
    page: Bytes,
}

impl Document {
    /// Renders the description once.
    pub fn new(document: OpenApi) -> Self {
        let json = document.to_pretty_json().unwrap_or_default();
        let page = page::rendered(&serde_json::from_str(&json).unwrap_or_default());
        Self(Arc::new(Ready {
            json: json.into(),
            page: page.into(),
        }))
    }

    /// The page to read it.
    pub fn page(&self) -> Bytes {
        self.0.page.clone()
    }
}

/// The description.
pub async fn openapi(Extension(document): Extension<Document>) -> Response {
    (
        [(header::CONTENT_TYPE, "application/json")],
        document.0.json.clone(),
    )
        .into_response()
}
