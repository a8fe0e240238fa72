//! `POST /create`: makes a public room.
//!
//! The specification names no creator. It is whoever is logged in; in mode `open` else the account that the cookie
//! `uid` labels; else the installation itself, which is a member of nothing: the room is without an owner.

use axum::{Json, extract::State, http::HeaderMap};
use hearth_core::node::system_user;
use hearth_protocol::{RoomKind, RoomName, SendId};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::App,
    config::Mode,
    http::{Answer, ApiError, Begun, Making, cookie, identity, making},
};

/// The body.
#[derive(Debug, Deserialize)]
pub struct Create {
    name: String,
}

/// 200 `{"message":"done"}`, also for the same `Idempotency-Key` of the same user again; 409 if the name is taken.
pub async fn create(
    State(app): State<App>,
    headers: HeaderMap,
    asked: Making<Create>,
) -> Answer<Json<Value>> {
    let name = RoomName::new(asked.body.name.as_str());
    let name = name.map_err(|error| ApiError::field("name", error))?;
    let done = Json(json!({"message": "done"}));
    let label = cookie::get(&headers, cookie::UID);
    let user = match identity::logged_in(&app, &headers).await? {
        Some(by) => {
            app.node().may_request(by.user.id)?;
            by.user
        }
        None if app.config().mode == Mode::Password || label.is_some() => {
            identity::asking(&app, &headers, label).await?.user
        }
        None => {
            // Nobody's keys are everybody's: two who choose the same one do not mean the same room.
            let id = SendId::from_uuid(Uuid::now_v7());
            app.node()
                .create_room(&system_user(), id, &name, RoomKind::Public)
                .await?;
            return Ok(done);
        }
    };
    if let Begun::Make(once) = asked.begin(&app, user.id).await? {
        app.node()
            .create_room(&user, asked.id(), &name, RoomKind::Public)
            .await?;
        making::made(&app, &once, &*done).await?;
    }
    Ok(done)
}
