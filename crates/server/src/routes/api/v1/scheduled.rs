//! `/api/v1/scheduled`: messages that you send later.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use hearth_core::node::scheduled_id;
use hearth_protocol::{
    Attachment, ErrorCode, Mentions, Own, RoomId, ScheduledId, ScheduledState, Seq, User,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::App,
    http::{Answer, ApiError, Body, Caller, Making, making::KEY},
    routes::api::schema,
};

/// A message to be sent later.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewScheduled {
    /// The room.
    #[schema(value_type = Uuid)]
    room: RoomId,
    /// When, in milliseconds since 1970 (UTC): from a minute to a year ahead.
    at_ms: u64,
    /// Its text; may be left out where it brings files along.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    text: String,
    /// The message to which it replies.
    #[serde(default)]
    #[schema(value_type = Option<u64>)]
    reply_to: Option<Seq>,
    /// Whom it mentions.
    #[serde(default)]
    #[schema(value_type = Option<schema::Mentions>)]
    mentions: Option<Box<Mentions>>,
    /// The message at which the thread begins into which it goes.
    #[serde(default)]
    #[schema(value_type = Option<u64>)]
    thread: Option<Seq>,
    /// The uploads that it brings along, at most ten, by their ids, with their descriptions (`alt`).
    #[serde(default)]
    #[schema(value_type = Option<Vec<schema::Attachment>>)]
    attachments: Box<[Attachment]>,
}

/// What you have scheduled.
#[derive(Debug, Serialize, ToSchema)]
pub struct AllScheduled {
    /// The version of all that is your own: one more with each change.
    version: u64,
    /// By their time; those that could not be sent are among them.
    #[schema(value_type = Vec<schema::Own>)]
    scheduled: Vec<Own>,
}

/// Where it went.
#[derive(Debug, Serialize, ToSchema)]
pub struct SentNow {
    /// Its number in the room.
    #[schema(value_type = u64)]
    seq: Seq,
}

impl NewScheduled {
    fn named(self, id: ScheduledId) -> Answer<Own> {
        if self.text.is_empty() && self.attachments.is_empty() {
            return Err(ApiError::field("text", "the message is empty"));
        }
        Ok(Own::Scheduled {
            id,
            room: self.room,
            at_ms: self.at_ms,
            text: self.text,
            reply_to: self.reply_to,
            mentions: self.mentions,
            thread: self.thread,
            attachments: self.attachments,
            state: ScheduledState::Waiting,
            reason: String::new(),
        })
    }
}

/// The messages that you have scheduled.
#[utoipa::path(
    get, path = "/api/v1/scheduled", tag = "own",
    responses(
        (status = 200, description = "All of them", body = AllScheduled),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn list(State(app): State<App>, Caller(user): Caller) -> Answer<Json<AllScheduled>> {
    let (version, scheduled) = app.node().scheduled(user.id).await?;
    Ok(Json(AllScheduled { version, scheduled }))
}

/// Schedules a message. All your devices are told.
#[utoipa::path(
    post, path = "/api/v1/scheduled", request_body = NewScheduled, tag = "own",
    params(("Idempotency-Key" = Option<String>, Header, description = KEY)),
    responses(
        (status = 201, description = "It is scheduled", body = schema::Own),
        (status = 400, description = "The time or a field does not fit, or the key asked for something else", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not a member", body = schema::Error),
        (status = 404, description = "There is no such room or upload, or the message of this key was sent or cancelled",
            body = schema::Error),
        (status = 409, description = "You have as many as there may be, or that minute has", body = schema::Error),
        (status = 413, description = "It is too large", body = schema::Error),
        (status = 501, description = "It brings files, and this server has no place for them", body = schema::Error),
        (status = 503, description = "The store is away; try again with the same key", body = schema::Error),
    )
)]
pub async fn make(
    State(app): State<App>,
    Caller(user): Caller,
    asked: Making<NewScheduled>,
) -> Answer<(StatusCode, Json<Own>)> {
    // Its answer is not kept, as its text is not: the same again finds it by its id.
    asked.begin(&app, user.id).await?;
    let id = scheduled_id(user.id, &asked.id());
    let own = asked.body.named(id)?;
    app.node().set_own(user.id, own.clone()).await?;
    Ok((StatusCode::CREATED, Json(own)))
}

/// Changes a message that you have scheduled: what is given takes the place of all that was. One that could not be sent is
/// tried anew.
#[utoipa::path(
    put, path = "/api/v1/scheduled/{id}", request_body = NewScheduled, tag = "own",
    params(("id" = String, Path, description = "The message's id")),
    responses(
        (status = 200, description = "As it stands", body = schema::Own),
        (status = 400, description = "The time or a field does not fit", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not a member", body = schema::Error),
        (status = 404, description = "There is none of this id any more, or no such room or upload", body = schema::Error),
        (status = 409, description = "There is no more place", body = schema::Error),
        (status = 413, description = "It is too large", body = schema::Error),
        (status = 501, description = "It brings files, and this server has no place for them", body = schema::Error),
        (status = 429, description = "It is being sent: look again after `Retry-After`", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn change(
    State(app): State<App>,
    Caller(user): Caller,
    Path(id): Path<String>,
    Body(body): Body<NewScheduled>,
) -> Answer<Json<Own>> {
    let (id, _) = found(&app, &user, &id).await?;
    let own = body.named(id)?;
    app.node().set_own(user.id, own.clone()).await?;
    Ok(Json(own))
}

/// Cancels a message that you have scheduled.
#[utoipa::path(
    delete, path = "/api/v1/scheduled/{id}", tag = "own",
    params(("id" = String, Path, description = "The message's id")),
    responses(
        (status = 204, description = "It is not sent"),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 404, description = "There is none of this id any more", body = schema::Error),
        (status = 429, description = "It is being sent: look again after `Retry-After`", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn cancel(
    State(app): State<App>,
    Caller(user): Caller,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    let (id, room) = found(&app, &user, &id).await?;
    let own = Own::Scheduled {
        id,
        room,
        at_ms: 0,
        text: String::new(),
        reply_to: None,
        mentions: None,
        thread: None,
        attachments: Box::default(),
        state: ScheduledState::Waiting,
        reason: String::new(),
    };
    app.node().set_own(user.id, own).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a message that you have scheduled at once. What is refused for good stays, as `failed`; what could not be done
/// now is tried again by itself.
#[utoipa::path(
    post, path = "/api/v1/scheduled/{id}/send", tag = "own",
    params(("id" = String, Path, description = "The message's id")),
    responses(
        (status = 200, description = "It is sent", body = SentNow),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "It could not be sent before, or you may not write there any more", body = schema::Error),
        (status = 404, description = "There is none of this id any more", body = schema::Error),
        (status = 409, description = "The room is archived, or whether it was sent cannot be told", body = schema::Error),
        (status = 429, description = "It is being sent, or slow mode: it goes out by itself", body = schema::Error),
        (status = 503, description = "The store is away: it goes out by itself", body = schema::Error),
    )
)]
pub async fn send(
    State(app): State<App>,
    Caller(user): Caller,
    Path(id): Path<String>,
) -> Answer<Json<SentNow>> {
    let (id, _) = found(&app, &user, &id).await?;
    let seq = app.node().send_scheduled(user.id, id).await?;
    Ok(Json(SentNow { seq }))
}

/// The scheduled message of this id, and its room.
async fn found(app: &App, user: &User, text: &str) -> Answer<(ScheduledId, RoomId)> {
    let none = || {
        ApiError::new(
            ErrorCode::NotFound,
            "There is no scheduled message of this id.",
        )
    };
    let wanted: ScheduledId = text.parse().map_err(|_| none())?;
    let (_, all) = app.node().scheduled(user.id).await?;
    let of_it = all.into_iter().find_map(|own| match own {
        Own::Scheduled { id, room, .. } if id == wanted => Some((id, room)),
        _ => None,
    });
    of_it.ok_or_else(none)
}
