//! `GET /health`, `/livez`, `/readyz`: whether it runs, whether it should be restarted, whether to send it clients.

use axum::{Json, extract::State};
use hearth_protocol::ErrorCode;
use serde_json::{Value, json};

use crate::{
    app::App,
    http::{Answer, ApiError},
};

/// 200 `{"status":"ok"}` as long as the process answers: the specification's probe.
pub async fn health() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

/// 200 as long as the process answers. A store or bus that is away is no reason for a restart.
pub async fn livez() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

/// 200 while clients should be sent here: the node is ready and the server is not going away. Otherwise 503, or 500 if
/// the store has failed for good.
pub async fn readyz(State(app): State<App>) -> Answer<Json<Value>> {
    if app.is_draining() {
        return Err(ApiError::new(
            ErrorCode::Unavailable,
            "This server is going away. Ask another one.",
        ));
    }
    app.node().ready().await?;
    Ok(Json(json!({"status": "ok"})))
}
