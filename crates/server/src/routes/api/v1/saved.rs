//! `GET /api/v1/saved`: the messages that you have saved, as they stand.

use axum::{Json, extract::State};
use hearth_core::node::SavedMessage;
use hearth_protocol::{Event, MessageState, RoomId, Seq, bounds::SAVED_PAGE_MAX};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    app::App,
    http::{Answer, Caller, Params},
    routes::api::schema,
};

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// Where the page before ended: its `next`.
    before: Option<u64>,
    /// How many at most: 50 if left out, never more.
    limit: Option<usize>,
}

/// A page of saved messages.
#[derive(Debug, Serialize, ToSchema)]
pub struct Saved {
    /// The page: the one that was saved last first.
    saved: Vec<Message>,
    /// Where the next page begins, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
}

/// A saved message.
#[derive(Debug, Serialize, ToSchema)]
pub struct Message {
    /// The room.
    #[schema(value_type = Uuid)]
    room: RoomId,
    /// Its number there.
    #[schema(value_type = u64)]
    seq: Seq,
    /// What stands there; left out if you may not see it any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::Event>)]
    event: Option<Event>,
    /// How it stands, if later events changed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::MessageState>)]
    state: Option<MessageState>,
}

impl From<SavedMessage> for Message {
    fn from(saved: SavedMessage) -> Self {
        Self {
            room: saved.room,
            seq: saved.seq,
            event: saved.event,
            state: saved.state,
        }
    }
}

/// Reads a page of the messages that you have saved, with what stands there now.
#[utoipa::path(
    get, path = "/api/v1/saved", tag = "own", params(Page),
    responses(
        (status = 200, description = "The page", body = Saved),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn read(
    State(app): State<App>,
    Caller(user): Caller,
    Params(page): Params<Page>,
) -> Answer<Json<Saved>> {
    let limit = page.limit.unwrap_or(SAVED_PAGE_MAX);
    let (saved, next) = app.node().saved(&user, page.before, limit).await?;
    let saved = saved.into_iter().map(Message::from).collect();
    Ok(Json(Saved { saved, next }))
}
