//! `POST /join`: makes a user a member of a public room.

use axum::{Json, extract::State, http::HeaderMap};
use hearth_core::session::RoomRef;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    app::App,
    http::{Answer, ApiError, Body, Known, identity, identity::Token},
};

/// The body.
#[derive(Debug, Deserialize)]
pub struct Join {
    /// The room's name, or its id.
    name: String,
    /// The user's name or id. Logged in, it may be left out.
    #[serde(default)]
    user: String,
}

/// 200 `{"message":"room joined"}`, also for who is a member already; 404 for an unknown room or user.
pub async fn join(
    State(app): State<App>,
    headers: HeaderMap,
    Body(body): Body<Join>,
) -> Answer<Json<Value>> {
    let name = body.name.trim();
    if name.is_empty() {
        return Err(ApiError::field("name", "the name is empty"));
    }
    if body.user.trim().is_empty() && Token::of(&headers).is_none() {
        return Err(ApiError::field("user", "the name is empty"));
    }
    let Known { user, .. } = identity::asking(&app, &headers, Some(&body.user)).await?;
    let room = name
        .parse()
        .map_or_else(|_| RoomRef::Name(name.to_owned()), RoomRef::Id);
    app.node().join_room(&user, &room).await?;
    Ok(Json(json!({"message": "room joined"})))
}
