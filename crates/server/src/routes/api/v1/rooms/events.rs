//! `/api/v1/rooms/{room}/events`: a room's log, read and added to.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};
use hearth_core::{
    date, node,
    session::{NewSend, Window},
};
use hearth_protocol::{
    Body as EventBody, DeviceId, Event, MessageState, RoomId, SendId, Seq, User,
    bounds::{PAGE_EVENTS_DEFAULT, PAGE_EVENTS_MAX},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::room_id;
use crate::{
    app::App,
    http::{Answer, ApiError, Body, Caller, Known, Params, idempotency_key},
    routes::api::schema,
};

/// Which page; at most one of `before`, `after`, `around`, `at`. None: the newest events.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// Events with a lower seq, the nearest ones.
    before: Option<u64>,
    /// Events with a higher seq, the nearest ones.
    after: Option<u64>,
    /// Events on both sides of this seq, and it.
    around: Option<u64>,
    /// Events on both sides of the first that was stored at this time or later: milliseconds since 1970 (UTC), or a date as
    /// 2026-01-31 or 2026-01-31T18:30+01:00 (UTC if no offset is written). The newest events if there is none so late.
    at: Option<String>,
    /// How many at most: 50 if left out, never more than 200.
    limit: Option<usize>,
}

/// A page of a room's log.
#[derive(Debug, Serialize, ToSchema)]
pub struct History {
    /// The page, ascending and dense. Deleted messages come as `erased`.
    #[schema(value_type = Vec<schema::Event>)]
    events: Vec<Event>,
    /// How its messages stand now, where later events changed them.
    #[schema(value_type = Vec<schema::MessageState>)]
    states: Vec<MessageState>,
    /// The log's end as of which the page is whole.
    #[schema(value_type = u64)]
    head: Seq,
    /// Whether there is more before its first event.
    more_before: bool,
    /// Whether there is more after its last event.
    more_after: bool,
}

/// What is to be added.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Send {
    /// The room's seq up to which you have read when you compose it. Left out the first time, the server chooses one
    /// and says it; a resend of the same id must repeat it.
    #[schema(value_type = Option<u64>)]
    after: Option<Seq>,
    /// The device that composed it. With it, `n` keeps its sends in order.
    #[schema(value_type = Option<String>)]
    device: Option<DeviceId>,
    /// The device's counter of sends in this room, rising.
    #[serde(default)]
    n: u64,
    /// What is to happen.
    #[schema(value_type = schema::EventBody)]
    body: EventBody,
}

/// It is stored.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sent {
    /// Its number in the room, for ever.
    #[schema(value_type = u64)]
    seq: Seq,
    /// The `after` that was used: a resend of the same id must repeat it.
    #[schema(value_type = u64)]
    after: Seq,
    /// The id: that of `Idempotency-Key`, or the one made for it.
    #[schema(value_type = String)]
    id: SendId,
}

/// Reads a page of the log.
#[utoipa::path(
    get, path = "/api/v1/rooms/{room}/events", tag = "log",
    params(("room" = String, Path, description = "The room's id"), Page),
    responses(
        (status = 200, description = "The page", body = History),
        (status = 400, description = "The page is not well described", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not a member", body = schema::Error),
        (status = 404, description = "There is no such room", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn read(
    State(app): State<App>,
    Caller(user): Caller,
    Path(room): Path<String>,
    Params(page): Params<Page>,
) -> Answer<Json<History>> {
    let window = match (page.before, page.after, page.around, page.at) {
        (None, None, None, None) => Window::Newest,
        (Some(seq), None, None, None) => Window::Before(Seq(seq)),
        (None, Some(seq), None, None) => Window::After(Seq(seq)),
        (None, None, Some(seq), None) => Window::Around(Seq(seq)),
        (None, None, None, Some(at)) => Window::At(time(&at)?),
        _ => {
            return Err(ApiError::field(
                "before",
                "at most one of `before`, `after`, `around` and `at`",
            ));
        }
    };
    let limit = page
        .limit
        .unwrap_or(PAGE_EVENTS_DEFAULT)
        .clamp(1, PAGE_EVENTS_MAX);
    page_of(&app, &user, room_id(&room)?, window, limit).await
}

/// A time as a client writes it.
fn time(at: &str) -> Answer<u64> {
    let written = || date::when(at, 0).map(|when| when.from_ms);
    at.parse().ok().or_else(written).ok_or_else(|| {
        let cause = "milliseconds since 1970, or a date as 2026-01-31 or 2026-01-31T18:30+01:00";
        ApiError::field("at", cause)
    })
}

/// A page of the log.
pub(crate) async fn page_of(
    app: &App,
    user: &User,
    room: RoomId,
    window: Window,
    limit: usize,
) -> Answer<Json<History>> {
    let page = app.node().history(user, room, window, limit).await?;
    Ok(Json(History {
        events: page.events,
        states: page.states,
        head: page.head,
        more_before: page.more_before,
        more_after: page.more_after,
    }))
}

/// Adds an event: a message, an edit, a deletion, a reaction, an invitation, a removal, a ban or its end, a role, a topic,
/// an archiving, slow mode, a right.
#[utoipa::path(
    post, path = "/api/v1/rooms/{room}/events", request_body = Send, tag = "log",
    params(
        ("room" = String, Path, description = "The room's id"),
        ("Idempotency-Key" = Option<String>, Header,
            description = "The send's id, 1 to 64 of A-Z a-z 0-9 - _ . : — without it every call is a new message"),
    ),
    responses(
        (status = 201, description = "Stored, now or by an earlier try of the same id", body = Sent),
        (status = 400, description = "A field does not fit", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not a member, or the role does not allow it here", body = schema::Error),
        (status = 404, description = "There is no such room, message or user", body = schema::Error),
        (status = 409, description = "Out of order, full, archived, or too old to tell", body = schema::Error),
        (status = 413, description = "Too large", body = schema::Error),
        (status = 429, description = "Slow mode, or too much at once: the same again after `Retry-After`", body = schema::Error),
        (status = 503, description = "Away or doubtful: try again with the same id and the `after` in the answer",
            body = schema::Error),
    )
)]
pub async fn send(
    State(app): State<App>,
    known: Known,
    Path(room): Path<String>,
    headers: HeaderMap,
    Body(body): Body<Send>,
) -> Answer<(StatusCode, Json<Sent>)> {
    let id = idempotency_key(&headers)?;
    let (user, room) = (known.user, room_id(&room)?);
    if let Some(grant) = &known.grant {
        grant.may_send(room, &body.body)?;
    }
    let send = NewSend {
        room,
        id: id.clone(),
        after: body.after,
        device: body.device,
        n: body.n,
        body: body.body,
    };
    match app.node().send(&user, send).await {
        Ok(node::Sent { seq, after }) => Ok((StatusCode::CREATED, Json(Sent { seq, after, id }))),
        Err(node::Unsent { refusal, after }) => {
            let error = ApiError::from(refusal);
            Err(match after {
                Some(after) => error.after(after),
                None => error,
            })
        }
    }
}
