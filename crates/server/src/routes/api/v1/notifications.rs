//! `GET /api/v1/notifications`: what somebody is to be told of, message by message, for whoever tells it on. Server-sent
//! events: one answer that goes on, read with any HTTP client, and gone on with by the position that each brings.

use std::{convert::Infallible, time::Duration};

use axum::{
    body::Body as Content,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use hearth_core::node::{NotificationStream, StreamWanted, Streamed};
use serde::Deserialize;
use serde_json::json;
use tokio::{sync::mpsc, time::timeout};
use utoipa::{IntoParams, ToSchema};

use crate::{
    app::App,
    http::{Answer, ApiError, Known, Params},
    routes::api::schema,
};

/// The longest that one answer goes on, in seconds: what is between does not count it as stuck, and who has gone without
/// a word is noticed.
const FOR_S_MAX: u64 = 3_600;
/// Notifications on their way to one reader.
const QUEUE_MAX: usize = 64;
/// How long a reader may take nothing while something waits for them.
const PATIENCE: Duration = Duration::from_secs(10);

/// From where, and how long.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Query {
    /// The position behind which to go on: the `id` of the last event that came. Left out: the header `Last-Event-ID`; and
    /// without that one, from now on.
    #[param(required = false)]
    after: Option<u64>,
    /// How many seconds the answer goes on, 3,600 at most and if left out. 0: what there is.
    #[param(required = false, maximum = 3600)]
    for_s: Option<u64>,
}

/// One event of the stream. They follow each other, as server-sent events have it.
#[derive(Debug, ToSchema)]
#[schema(as = NotificationEvent)]
#[expect(dead_code, reason = "only its description is used")]
pub struct Event {
    /// What it is.
    event: EventKind,
    /// The position with which to go on.
    id: String,
    /// What it says: JSON.
    data: String,
}

/// What an event of the stream is.
#[derive(Debug, ToSchema)]
#[schema(as = NotificationEventKind, rename_all = "snake_case")]
pub enum EventKind {
    /// A message.
    Notification,
    /// Nothing has come.
    Beat,
    /// There is no more.
    End,
}

/// Streams what you are to be told of, as server-sent events: `notification` for a message, with `room`, `seq`, `by`,
/// `name`, `why` (`mention`, `direct`, `thread`, `all`), `thread` where it stands in one, and `at_ms`; `beat` while nothing
/// comes; `end` with a `reason`. The `id` of each is the position with which to go on.
#[utoipa::path(
    get, path = "/api/v1/notifications", tag = "own",
    params(
        Query,
        ("Last-Event-ID" = Option<String>, Header, description = "As `after`: what browsers send when they come back"),
    ),
    responses(
        (status = 200, description = "They follow as they come, until the answer ends", body = Event, content_type = "text/event-stream"),
        (status = 400, description = "The position or the time does not fit", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 503, description = "The store is away, the server is going away, or another one is better off", body = schema::Error),
    )
)]
pub async fn stream(
    State(app): State<App>,
    Params(query): Params<Query>,
    headers: HeaderMap,
    known: Known,
) -> Answer<Response> {
    let for_s = query.for_s.unwrap_or(FOR_S_MAX);
    if for_s > FOR_S_MAX {
        let cause = format!("at most {FOR_S_MAX} seconds");
        return Err(ApiError::field("for_s", cause));
    }
    let last = headers.get("last-event-id").map(|last| {
        let number = last.to_str().ok().and_then(|last| last.trim().parse().ok());
        number.ok_or_else(|| ApiError::field("Last-Event-ID", "it is no position"))
    });
    let position = match query.after {
        Some(after) => Some(after),
        None => last.transpose()?,
    };
    if app.is_draining() {
        let text = "This server is going away. Ask another one.";
        return Err(ApiError::new(hearth_protocol::ErrorCode::Unavailable, text));
    }
    let wanted = StreamWanted {
        position,
        for_ms: for_s * 1_000,
    };
    let Known {
        user,
        credential,
        grant,
    } = known;
    let zones = app.zones().clone();
    let opened = app
        .node()
        .open_notifications(user, credential, grant, zones, wanted)?;
    let (to, mut from) = mpsc::channel(QUEUE_MAX);
    tokio::spawn(run(app, opened, to));
    let told = stream::poll_fn(move |context| {
        from.poll_recv(context)
            .map(|text| text.map(Ok::<_, Infallible>))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
        // Nginx and its kin hand on what comes as it comes.
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, Content::from_stream(told)).into_response())
}

/// Tells what comes, until the stream or its reader ends. A reader who takes nothing is left: what they have missed they
/// find by their position.
async fn run(app: App, mut opened: NotificationStream, to: mpsc::Sender<String>) {
    let _counted = app.count_socket();
    loop {
        let streamed = tokio::select! {
            streamed = opened.next() => streamed,
            () = to.closed() => return,
        };
        let is_end = matches!(streamed, Streamed::End(..));
        match timeout(PATIENCE, to.send(text_of(&streamed))).await {
            Ok(Ok(())) if !is_end => {}
            _ => return,
        }
    }
}

/// As it goes out.
fn text_of(streamed: &Streamed) -> String {
    let event = |kind: &str, id: u64, data: serde_json::Value| {
        format!("event: {kind}\nid: {id}\ndata: {data}\n\n")
    };
    match streamed {
        Streamed::Told(told, position) => event("notification", *position, json!(told)),
        Streamed::Quiet(position) => event("beat", *position, json!({})),
        Streamed::End(end, position) => event("end", *position, json!({"reason": end.name()})),
    }
}
