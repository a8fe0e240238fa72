//! `GET /api/v1/rooms/{room}/threads/{root}`.

use axum::{
    Json,
    extract::{Path, State},
};
use hearth_core::session::Window;
use hearth_protocol::{ErrorCode, Event, MessageState, Seq, Thread, bounds::PAGE_EVENTS_DEFAULT};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::room_id;
use crate::{
    app::App,
    http::{Answer, ApiError, Caller, Params},
    routes::api::schema,
};

/// Which page; at most one of `before` and `after`. None: the newest messages.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// Messages with a lower seq, the nearest ones.
    before: Option<u64>,
    /// Messages with a higher seq, the nearest ones.
    after: Option<u64>,
    /// How many at most: 50 if left out, never more than 200.
    limit: Option<usize>,
}

/// A page of a thread.
#[derive(Debug, Serialize, ToSchema)]
pub struct ThreadPage {
    /// The thread as it stands for you.
    #[schema(value_type = schema::Thread)]
    thread: Thread,
    /// Its messages, ascending. Deleted ones come as `erased`.
    #[schema(value_type = Vec<schema::Event>)]
    events: Vec<Event>,
    /// How they stand now, where later events changed them.
    #[schema(value_type = Vec<schema::MessageState>)]
    states: Vec<MessageState>,
    /// The log's end as of which the page is whole.
    #[schema(value_type = u64)]
    head: Seq,
    /// Whether the thread has more before the first of them.
    more_before: bool,
    /// Whether it has more after the last.
    more_after: bool,
}

/// Reads a page of a thread.
#[utoipa::path(
    get, path = "/api/v1/rooms/{room}/threads/{root}", tag = "log",
    params(
        ("room" = String, Path, description = "The room's id"),
        ("root" = u64, Path, description = "The number of the message at which the thread begins"),
        Page,
    ),
    responses(
        (status = 200, description = "The page", body = ThreadPage),
        (status = 400, description = "The page is not well described", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not a member", body = schema::Error),
        (status = 404, description = "There is no such room, or no message at which a thread can begin", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn read(
    State(app): State<App>,
    Caller(user): Caller,
    Path((room, root)): Path<(String, String)>,
    Params(page): Params<Page>,
) -> Answer<Json<ThreadPage>> {
    let room = room_id(&room)?;
    let root = root
        .parse()
        .map_err(|_| ApiError::new(ErrorCode::NotFound, "There is no message of this number."));
    let window = match (page.before, page.after) {
        (None, None) => Window::Newest,
        (Some(seq), None) => Window::Before(Seq(seq)),
        (None, Some(seq)) => Window::After(Seq(seq)),
        _ => {
            return Err(ApiError::field(
                "before",
                "at most one of `before` and `after`",
            ));
        }
    };
    let limit = page.limit.unwrap_or(PAGE_EVENTS_DEFAULT);
    let node = app.node();
    let page = node.thread(&user, room, Seq(root?), window, limit).await?;
    Ok(Json(ThreadPage {
        thread: page.thread,
        events: page.events,
        states: page.states,
        head: page.head,
        more_before: page.more_before,
        more_after: page.more_after,
    }))
}
