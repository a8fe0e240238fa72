//! `/api/v1/rooms/{room}/webhooks`: ways in by which programs write into the room (`POST /hooks/{secret}`), and ways out
//! by which they are told what happens there. For moderators and owners.

use axum::{
    Extension, Json,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use hearth_core::{
    delivery::{Progress, Suspended},
    node::{Direction, NewWebhook, WEBHOOK_URL_BYTES_MAX, Webhook, WebhookId, WebhookMade},
};
use hearth_protocol::{Body as EventBody, ErrorCode, Seq, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::room_id;
use crate::{
    app::App,
    http::{
        Answer, ApiError, Begun, Body, Caller, Client, Making,
        making::{self, KEY},
    },
    routes::api::schema,
};

/// A new way in.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewWayIn {
    /// What it is called, and writes as where a post names nobody: at most 32 characters.
    name: String,
}

/// A new way out.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewWayOut {
    /// Where events are posted to: http or https, at most 2,048 bytes.
    url: String,
    /// What it is called; its address' host if left out.
    name: Option<String>,
    /// Of which kinds of events, as `message`; all if left out.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    kinds: Vec<String>,
}

/// Another name.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewWebhookName)]
pub struct NewName {
    /// It, of at most 32 characters.
    name: String,
}

/// A webhook, without its secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Webhook)]
pub struct Told {
    /// By which it is renamed and withdrawn; of a way in, its bot's id.
    #[schema(value_type = Uuid)]
    id: WebhookId,
    /// `in` or `out`.
    #[schema(value_type = String)]
    direction: Direction,
    /// What it is called.
    name: String,
    /// Who made it; of a way out, or resumed it last.
    #[schema(value_type = Uuid)]
    by: UserId,
    /// Their name then.
    by_name: String,
    /// When it was made, in milliseconds since 1970 (UTC).
    created_ms: u64,
    /// Of a way out: where it goes and how it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    out: Option<Out>,
}

/// How a way out stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookOut)]
pub struct Out {
    /// Where events are posted to.
    url: String,
    /// Of which kinds; none: of all.
    kinds: Vec<String>,
    /// The last event that is done with.
    #[schema(value_type = u64)]
    seq: Seq,
    /// Failures since something was taken.
    failures: u32,
    /// What went wrong last, if anything did since something was taken.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    error: String,
    /// When it is tried again after a failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_ms: Option<u64>,
    /// Why nothing is tried any more until it is resumed: `failing` (for a day), `gone` (the receiver said so), `maker`
    /// (who made it is out, or no moderator any more).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    suspended: Option<Suspended>,
}

impl From<Webhook> for Told {
    fn from(webhook: Webhook) -> Self {
        let out = webhook.out.map(|(url, kinds, progress)| {
            let Progress {
                position,
                failures,
                next_ms,
                error,
                suspended,
                ..
            } = progress;
            Out {
                url,
                kinds,
                seq: position,
                failures,
                error,
                next_ms: (failures > 0 && suspended.is_none()).then_some(next_ms),
                suspended,
            }
        });
        Self {
            id: webhook.id,
            direction: webhook.direction,
            name: webhook.name,
            by: webhook.by,
            by_name: webhook.by_name,
            created_ms: webhook.created_ms,
            out,
        }
    }
}

/// A new one, and its secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MadeWebhook)]
pub struct Made {
    /// What counts, told with this answer alone. Of a way in, who has it writes; of a way out, by it what is posted is signed.
    secret: String,
    /// Of a way in: where programs post to. It has the secret in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// The webhook.
    webhook: Told,
}

/// A room's webhooks.
#[derive(Debug, Serialize, ToSchema)]
pub struct Webhooks {
    /// The newest first; at most ten in each direction.
    webhooks: Vec<Told>,
}

/// A room's webhooks.
#[utoipa::path(
    get, path = "/api/v1/rooms/{room}/webhooks", tag = "webhooks",
    params(("room" = String, Path, description = "The room's id")),
    responses(
        (status = 200, description = "The webhooks", body = Webhooks),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not a moderator or owner", body = schema::Error),
        (status = 404, description = "There is no such room", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn list(
    State(app): State<App>,
    Caller(user): Caller,
    Path(room): Path<String>,
) -> Answer<Json<Webhooks>> {
    let webhooks = app.node().webhooks(&user, room_id(&room)?).await?;
    let webhooks = webhooks.into_iter().map(Told::from).collect();
    Ok(Json(Webhooks { webhooks }))
}

/// Makes a way in: an address to which programs post messages as to Slack's incoming webhooks. A bot of its name comes
/// into the room.
#[utoipa::path(
    post, path = "/api/v1/rooms/{room}/webhooks/in", request_body = NewWayIn, tag = "webhooks",
    params(("room" = String, Path, description = "The room's id"), ("Idempotency-Key" = Option<String>, Header, description = KEY)),
    responses(
        (status = 201, description = "The webhook and its address", body = Made),
        (status = 400, description = "The name does not fit, or the key asked for something else", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not a moderator or owner, or the room is direct", body = schema::Error),
        (status = 404, description = "There is no such room", body = schema::Error),
        (status = 409, description = "The room has ten already, is full, or archived", body = schema::Error),
        (status = 503, description = "The store is away; the same again under its key goes on. Without one, one may be listed that does nothing: withdraw it", body = schema::Error),
    )
)]
pub async fn make_in(
    State(app): State<App>,
    Caller(user): Caller,
    Extension(client): Extension<Client>,
    Path(room): Path<String>,
    asked: Making<NewWayIn>,
) -> Answer<Response> {
    let room = room_id(&room)?;
    let once = match asked.begin(&app, user.id).await? {
        Begun::Make(once) => once,
        Begun::Made(answer) => return Ok(answer),
    };
    let (node, name) = (app.node(), &asked.body.name);
    let made = node.make_webhook(&user, room, name, NewWebhook::In, &once);
    let WebhookMade { webhook, secret } = made.await?;
    let url = format!("{}://{}/hooks/{secret}", client.scheme, client.host);
    let told = Made {
        secret,
        url: Some(url),
        webhook: webhook.into(),
    };
    making::made(&app, &once, &told).await
}

/// Makes a way out: from now on events of the room are posted to an address, signed, one after the other, each until it is
/// taken.
#[utoipa::path(
    post, path = "/api/v1/rooms/{room}/webhooks/out", request_body = NewWayOut, tag = "webhooks",
    params(("room" = String, Path, description = "The room's id"), ("Idempotency-Key" = Option<String>, Header, description = KEY)),
    responses(
        (status = 201, description = "The webhook and its secret", body = Made),
        (status = 400, description = "The address does not fit or is not let in, or the name, a kind or the key does not fit", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not a moderator or owner, or the room is direct", body = schema::Error),
        (status = 404, description = "There is no such room", body = schema::Error),
        (status = 409, description = "The room has ten already, or is archived; or fifty go by your right", body = schema::Error),
        (status = 503, description = "The store is away; the same again under its key goes on. Without one, one may be there: look, and withdraw it", body = schema::Error),
    )
)]
pub async fn make_out(
    State(app): State<App>,
    Caller(user): Caller,
    Path(room): Path<String>,
    asked: Making<NewWayOut>,
) -> Answer<Response> {
    let room = room_id(&room)?;
    let body = &asked.body;
    if body.url.len() > WEBHOOK_URL_BYTES_MAX {
        let cause = format!("at most {WEBHOOK_URL_BYTES_MAX} bytes");
        return Err(ApiError::field("url", cause));
    }
    let Some(outgoing) = app.outgoing() else {
        let text = "This server can make no requests to others. Its log has the cause.";
        return Err(ApiError::new(ErrorCode::Internal, text));
    };
    let url = outgoing.check(body.url.trim());
    let url = url.map_err(|error| ApiError::field("url", error))?;
    let mut kinds = body.kinds.clone();
    kinds.sort_unstable();
    kinds.dedup();
    if let Some(kind) = kinds
        .iter()
        .find(|kind| !EventBody::KINDS.contains(&kind.as_str()))
    {
        let kind: String = kind.chars().take(32).collect();
        return Err(ApiError::field(
            "kinds",
            format!("there is no event of the kind {kind:?}"),
        ));
    }
    let host = url.host_str().unwrap_or_default();
    let name = match &body.name {
        Some(name) => name.clone(),
        None => host.chars().take(32).collect(),
    };
    let url = url.to_string();
    let new = NewWebhook::Out { url, kinds };
    let once = match asked.begin(&app, user.id).await? {
        Begun::Make(once) => once,
        Begun::Made(answer) => return Ok(answer),
    };
    let made = app.node().make_webhook(&user, room, &name, new, &once);
    let WebhookMade { webhook, secret } = made.await?;
    app.webhooks_changed().notify_one();
    let told = Made {
        secret,
        url: None,
        webhook: webhook.into(),
    };
    making::made(&app, &once, &told).await
}

/// Gives a webhook another name.
#[utoipa::path(
    patch, path = "/api/v1/rooms/{room}/webhooks/{webhook}", request_body = NewName, tag = "webhooks",
    params(
        ("room" = String, Path, description = "The room's id"),
        ("webhook" = String, Path, description = "The webhook's id"),
    ),
    responses(
        (status = 200, description = "The webhook, under this name now", body = Told),
        (status = 400, description = "The name does not fit", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not a moderator or owner", body = schema::Error),
        (status = 404, description = "There is no such room or webhook", body = schema::Error),
        (status = 503, description = "The store is away; the same again tells", body = schema::Error),
    )
)]
pub async fn rename(
    State(app): State<App>,
    Caller(user): Caller,
    Path((room, webhook)): Path<(String, String)>,
    Body(body): Body<NewName>,
) -> Answer<Json<Told>> {
    let (room, id) = (room_id(&room)?, webhook_id(&webhook)?);
    let node = app.node();
    let renamed = node.rename_webhook(&user, room, id, &body.name).await?;
    Ok(Json(renamed.into()))
}

/// Withdraws a webhook: nobody writes by it any more, and nothing more is posted. The bot of a way in leaves the room.
#[utoipa::path(
    delete, path = "/api/v1/rooms/{room}/webhooks/{webhook}", tag = "webhooks",
    params(
        ("room" = String, Path, description = "The room's id"),
        ("webhook" = String, Path, description = "The webhook's id"),
    ),
    responses(
        (status = 204, description = "It is withdrawn"),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not a moderator or owner", body = schema::Error),
        (status = 404, description = "There is no such room or webhook, or not any more", body = schema::Error),
        (status = 503, description = "The store is away; the same again goes on", body = schema::Error),
    )
)]
pub async fn withdraw(
    State(app): State<App>,
    Caller(user): Caller,
    Path((room, webhook)): Path<(String, String)>,
) -> Answer<StatusCode> {
    let (room, id) = (room_id(&room)?, webhook_id(&webhook)?);
    app.node().withdraw_webhook(&user, room, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Has a way out go on at once from where it stands, also one that was suspended. From now on it is told what you may read.
#[utoipa::path(
    post, path = "/api/v1/rooms/{room}/webhooks/{webhook}/resume", tag = "webhooks",
    params(
        ("room" = String, Path, description = "The room's id"),
        ("webhook" = String, Path, description = "The webhook's id"),
    ),
    responses(
        (status = 204, description = "It goes on"),
        (status = 400, description = "It is a way in", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not a moderator or owner", body = schema::Error),
        (status = 404, description = "There is no such room or webhook", body = schema::Error),
        (status = 409, description = "Fifty others go by your right", body = schema::Error),
        (status = 503, description = "The store is away; the same again does no harm", body = schema::Error),
    )
)]
pub async fn resume(
    State(app): State<App>,
    Caller(user): Caller,
    Path((room, webhook)): Path<(String, String)>,
) -> Answer<StatusCode> {
    let (room, id) = (room_id(&room)?, webhook_id(&webhook)?);
    app.node().resume_webhook(&user, room, id).await?;
    app.webhooks_changed().notify_one();
    Ok(StatusCode::NO_CONTENT)
}

fn webhook_id(text: &str) -> Answer<WebhookId> {
    text.parse()
        .map_err(|_| ApiError::new(ErrorCode::NotFound, "There is no webhook of this id."))
}
