//! `/api/v1/push`: browsers that are told of messages while they sleep (Web Push).

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use hearth_core::push::{ENDPOINT_BYTES_MAX, Subscription};
use hearth_protocol::ErrorCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    app::App,
    config::PushChoice,
    http::{Answer, ApiError, Body, Caller, Known},
    push::{BrowserKeys, check_endpoint, vapid},
    routes::api::schema,
};

/// How to subscribe.
#[derive(Debug, Serialize, ToSchema)]
pub struct PushKey {
    /// This server's public key, as a browser takes it for `applicationServerKey`.
    public_key: String,
}

/// A browser's subscription, as it gives it (`PushSubscription.toJSON()`).
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewSubscription {
    /// Where its push service takes what it is to be told: an `https` address.
    endpoint: String,
    /// Its keys.
    keys: NewKeys,
    /// Whether the beginning of the text is told with it; yes, if left out. It is sealed: the push service reads nothing.
    #[serde(default = "yes")]
    text: bool,
}

/// A browser's keys, in base64url.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewKeys {
    /// Its public key.
    p256dh: String,
    /// Its secret for the sealing.
    auth: String,
}

fn yes() -> bool {
    true
}

/// A browser that is told.
#[derive(Debug, Serialize, ToSchema)]
pub struct Subscribed {
    /// By which it is ended.
    id: Uuid,
    /// The host of its push service.
    service: String,
    /// Whether the beginning of the text is told with it.
    text: bool,
    /// When it was made, in milliseconds since 1970 (UTC).
    created_ms: u64,
    /// Whether it was made by the session that asks.
    current: bool,
}

/// Your browsers that are told.
#[derive(Debug, Serialize, ToSchema)]
pub struct Subscriptions {
    /// In the order in which they were made; at most 10.
    subscriptions: Vec<Subscribed>,
}

fn subscribed(kept: &Subscription, known: &Known) -> Subscribed {
    let host = kept.endpoint.split("://").nth(1).unwrap_or_default();
    Subscribed {
        id: kept.id,
        service: host.split('/').next().unwrap_or_default().to_owned(),
        text: kept.text,
        created_ms: kept.created_ms,
        current: kept.login.is_some() && kept.login == known.login().map(|login| login.0),
    }
}

/// That this server pushes at all.
fn pushes(app: &App) -> Answer<()> {
    if app.config().push == PushChoice::Off {
        let text = "This server does not push. Its operator can turn it on (`push`).";
        return Err(ApiError::new(ErrorCode::NotFound, text));
    }
    Ok(())
}

/// The key with which a browser subscribes.
#[utoipa::path(
    get, path = "/api/v1/push", tag = "push",
    responses(
        (status = 200, description = "The key", body = PushKey),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 404, description = "This server does not push", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn read(State(app): State<App>, Caller(_user): Caller) -> Answer<Json<PushKey>> {
    pushes(&app)?;
    let vapid = vapid(app.node(), None).await?;
    let public_key = vapid.public();
    Ok(Json(PushKey { public_key }))
}

/// Your browsers that are told.
#[utoipa::path(
    get, path = "/api/v1/push/subscriptions", tag = "push",
    responses(
        (status = 200, description = "All of them", body = Subscriptions),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn list(State(app): State<App>, known: Known) -> Answer<Json<Subscriptions>> {
    let all = app.node().push_subscriptions(known.user.id).await?;
    let subscriptions = all.iter().map(|kept| subscribed(kept, &known)).collect();
    Ok(Json(Subscriptions { subscriptions }))
}

/// Has a browser told from now on, as long as the session lasts that asks. One of the same endpoint is replaced, and of
/// more than 10 the oldest.
#[utoipa::path(
    put, path = "/api/v1/push/subscriptions", request_body = NewSubscription, tag = "push",
    responses(
        (status = 200, description = "It is told", body = Subscribed),
        (status = 400, description = "The endpoint or a key does not fit", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 404, description = "This server does not push", body = schema::Error),
        (status = 409, description = "As many people as may have subscribed", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn subscribe(
    State(app): State<App>,
    known: Known,
    Body(body): Body<NewSubscription>,
) -> Answer<Json<Subscribed>> {
    pushes(&app)?;
    if body.endpoint.len() > ENDPOINT_BYTES_MAX {
        let text = format!("it has more than {ENDPOINT_BYTES_MAX} bytes");
        return Err(ApiError::field("endpoint", text));
    }
    let checked = check_endpoint(app.config(), &body.endpoint);
    checked.map_err(|error| ApiError::field("endpoint", error))?;
    let NewKeys { p256dh, auth } = body.keys;
    BrowserKeys::read(&p256dh, &auth).map_err(|error| ApiError::field("keys", error))?;
    let (user, login) = (known.user.id, known.login());
    let [p256dh, auth] = [p256dh, auth].map(|key| key.trim_end_matches('=').to_owned());
    let kept = app
        .node()
        .subscribe_push(user, login, body.endpoint, p256dh, auth, body.text)
        .await?;
    Ok(Json(subscribed(&kept, &known)))
}

/// Has a browser told no more.
#[utoipa::path(
    delete, path = "/api/v1/push/subscriptions/{subscription}", tag = "push",
    params(("subscription" = String, Path, description = "The subscription's id")),
    responses(
        (status = 204, description = "It is told no more"),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 404, description = "You have none of this id, or not any more", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn unsubscribe(
    State(app): State<App>,
    Caller(user): Caller,
    Path(subscription): Path<String>,
) -> Answer<StatusCode> {
    let none = || {
        let text = "You have no push subscription of this id, or not any more.";
        ApiError::new(ErrorCode::NotFound, text)
    };
    let id = subscription.parse().map_err(|_| none())?;
    match app.node().unsubscribe_push(user.id, id).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(none()),
    }
}
