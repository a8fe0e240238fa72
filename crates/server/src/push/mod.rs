//! Web Push: tells browsers that sleep of what their users are to be told.
//!
//! Takes the node's notifications, seals each for its browser and posts it to the browser's push service, again after a
//! pause where that says so. Promises: a push service learns when, how long and for which browser, never what; a
//! subscription that a push service does not know any more ends; what waits is bounded, of each user and of all, and what
//! does not fit is dropped and counted: the message itself is in its room. A push service that is slow, or asks for
//! pauses, was chosen by its user and holds no more than that user's places.

mod places;
mod seal;
mod zones;

use std::{sync::Arc, time::Duration};

use axum::http::{HeaderMap, HeaderValue};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL};
use hearth_core::{
    Refusal,
    node::Node,
    push::{Notification, Subscription},
};
use hearth_protocol::Alert;
use rand::RngExt;
use reqwest::Url;
use serde_json::json;
use tokio::{sync::Semaphore, task::JoinHandle};

use places::Places;
pub use seal::{BrowserKeys, Vapid};
pub use zones::SystemZones;

use crate::{
    config::{Config, Net, PushChoice},
    outgoing::{Answered, Outgoing, OutgoingError, checked},
    parts::wall_ms,
};

/// Tries at once. Beyond it they wait, for a moment: a try has an end, and what waits has bounds of its own
/// (`places.rs`).
const TRIES_AT_ONCE: usize = 1_000;
/// How often a post is tried.
const TRIES_MAX: u32 = 5;
/// The first pause between two tries; it is doubled each time, with a random part of it more.
const PAUSE_MS: u64 = 2_000;
/// The longest pause that a push service may ask for. Beyond it the notification is dropped: it would be old.
const PAUSE_S_MAX: u64 = 60;
/// How long a push service keeps it for a browser that is away: a day.
const TTL_S: &str = "86400";
/// What has become of posts.
const PUSHES: &str = "hearth_pushes_total";
/// A name as it is told, in characters: room names and user names are shorter.
const NAME_CHARS_MAX: usize = 64;

/// What sends pushes.
#[derive(Clone)]
pub struct Push(Arc<Inner>);

struct Inner {
    node: Node,
    outgoing: Outgoing,
    vapid: Vapid,
    places: Arc<Places>,
    tries: Semaphore,
}

/// Begins to tell browsers what the node says, until the node ends. A server that cannot goes on without.
pub fn begin(node: &Node, config: &Config) -> Option<JoinHandle<()>> {
    let outgoing = match config.push.outgoing(config)? {
        Ok(outgoing) => outgoing,
        Err(error) => {
            tracing::warn!(%error, "nobody is pushed to");
            return None;
        }
    };
    for outcome in ["sent", "gone", "failed"] {
        metrics::counter!(PUSHES, "outcome" => outcome).increment(0);
    }
    let (node, contact) = (node.clone(), config.push_contact.clone());
    Some(tokio::spawn(async move {
        let mut notifications = node.notifications(Arc::new(SystemZones::default()));
        let mut push: Option<Push> = None;
        while let Some(notification) = notifications.recv().await {
            // Whoever has subscribed has been told the key, so it is there.
            if push.is_none() {
                match vapid(&node, contact.clone()).await {
                    Ok(vapid) => {
                        push = Some(Push(Arc::new(Inner {
                            node: node.clone(),
                            outgoing: outgoing.clone(),
                            vapid,
                            places: Arc::default(),
                            tries: Semaphore::new(TRIES_AT_ONCE),
                        })));
                    }
                    Err(refusal) => tracing::warn!(%refusal, "nobody is pushed to"),
                }
            }
            if let Some(push) = &push {
                push.tell(&notification);
            }
        }
    }))
}

impl PushChoice {
    /// What reaches push services, if there are to be pushes.
    fn outgoing(self, config: &Config) -> Option<anyhow::Result<Outgoing>> {
        match self {
            PushChoice::Off => None,
            PushChoice::On => Some(Outgoing::new(config.outgoing_nets.clone())),
            PushChoice::Local => Some(Outgoing::new(Net::all().to_vec())),
        }
    }
}

/// Whether a push service may have this address.
///
/// # Errors
/// Why not.
pub fn check_endpoint(config: &Config, url: &str) -> Result<(), OutgoingError> {
    let is_local = config.push == PushChoice::Local;
    let all = Net::all();
    let nets = if is_local {
        &all[..]
    } else {
        &config.outgoing_nets
    };
    let url = checked(url, nets)?;
    if url.scheme() != "https" && !is_local {
        return Err(OutgoingError::Unencrypted);
    }
    Ok(())
}

/// The installation's key: made by whoever asks first.
///
/// # Errors
/// The store is away, or what it keeps is no key.
pub async fn vapid(node: &Node, contact: Option<String>) -> Result<Vapid, Refusal> {
    let fresh = seal::kept(&seal::new_key(|| rand::rng().random()));
    let kept = node.vapid(&fresh).await?;
    Vapid::read(&kept, contact).map_err(|error| {
        tracing::error!(%error, "the setting `vapid` in the store is damaged");
        Refusal::new(
            hearth_protocol::ErrorCode::Internal,
            "The server's key for pushes is damaged. Its log has the cause.",
        )
    })
}

impl Push {
    /// Tells each browser, in tasks of their own.
    fn tell(&self, notification: &Notification) {
        for subscription in &notification.to {
            let user = notification.user;
            let Some(place) = self.0.places.take(user) else {
                count("dropped");
                continue;
            };
            let text = payload(notification, subscription.text);
            let (push, to) = (self.clone(), subscription.clone());
            let headers = headers(notification);
            tokio::spawn(async move {
                let _place = place;
                match push.post(&to, &text, headers).await {
                    Posted::Sent => count("sent"),
                    Posted::Gone => {
                        count("gone");
                        let ended = push.0.node.unsubscribe_push(user, to.id).await;
                        if let Err(refusal) = ended {
                            tracing::debug!(%refusal, "a push subscription that is gone stays for now");
                        }
                    }
                    Posted::Failed(why) => {
                        count("failed");
                        tracing::debug!(user.id = %user, why, "a browser was not pushed to");
                    }
                }
            });
        }
    }

    /// Posts a text to one browser, again while its push service asks for that.
    async fn post(&self, to: &Subscription, text: &str, headers: HeaderMap) -> Posted {
        for attempt in 0..TRIES_MAX {
            let answered = match self.try_post(to, text, &headers).await {
                Ok(answered) => answered,
                Err(why) => return Posted::Failed(why),
            };
            let pause_s = match answered {
                Some(Answered { status, .. }) if (200..300).contains(&status) => {
                    return Posted::Sent;
                }
                Some(Answered {
                    status: 404 | 410, ..
                }) => return Posted::Gone,
                Some(Answered {
                    status: 429 | 500..=599,
                    retry_after_s,
                }) => retry_after_s,
                Some(Answered { status, .. }) => {
                    return Posted::Failed(format!("the push service answers {status}"));
                }
                None => None,
            };
            if pause_s.is_some_and(|s| s > PAUSE_S_MAX) {
                return Posted::Failed("the push service asks for a long pause".to_owned());
            }
            let own_ms = PAUSE_MS << attempt;
            let own_ms = own_ms + rand::rng().random_range(0..=own_ms);
            let pause_ms = pause_s.map_or(own_ms, |s| s * 1_000);
            if attempt + 1 < TRIES_MAX {
                tokio::time::sleep(Duration::from_millis(pause_ms)).await;
            }
        }
        Posted::Failed("the push service did not take it".to_owned())
    }

    /// One try: what was answered, `None` if nothing was.
    async fn try_post(
        &self,
        to: &Subscription,
        text: &str,
        headers: &HeaderMap,
    ) -> Result<Option<Answered>, String> {
        let url = Url::parse(&to.endpoint).map_err(|error| error.to_string())?;
        let keys = BrowserKeys::read(&to.p256dh, &to.auth).map_err(|error| error.to_string())?;
        let key = seal::new_key(|| rand::rng().random());
        let sealed = seal::seal(text.as_bytes(), &keys, &key, rand::rng().random());
        let sealed = sealed.map_err(|error| error.to_string())?;
        let origin = url.origin().ascii_serialization();
        let word = self.0.vapid.authorization(&origin, wall_ms() / 1_000);
        let mut headers = headers.clone();
        let word = HeaderValue::try_from(word).map_err(|error| error.to_string())?;
        headers.insert("Authorization", word);
        // For the try alone: a pause holds up nobody.
        let _permit = self.0.tries.acquire().await;
        match self.0.outgoing.post(&to.endpoint, headers, sealed).await {
            Ok(answered) => Ok(Some(answered)),
            Err(error) => {
                tracing::debug!(%error, "a push service did not answer");
                Ok(None)
            }
        }
    }
}

/// What became of a post.
enum Posted {
    Sent,
    /// The push service does not know the browser any more.
    Gone,
    Failed(String),
}

fn count(outcome: &'static str) {
    metrics::counter!(PUSHES, "outcome" => outcome).increment(1);
}

/// What a push service is told beside the sealed text. Of one room the newest takes the place of those before
/// (`Topic`), for a browser that is away.
fn headers(notification: &Notification) -> HeaderMap {
    let urgency = match notification.alert {
        Alert::Mention | Alert::Direct => "high",
        Alert::Message => "normal",
    };
    let topic = BASE64URL.encode(notification.room.0.as_bytes());
    let mut headers = HeaderMap::new();
    headers.insert("TTL", HeaderValue::from_static(TTL_S));
    headers.insert("Urgency", HeaderValue::from_static(urgency));
    if let Ok(topic) = HeaderValue::try_from(topic) {
        headers.insert("Topic", topic);
    }
    headers.insert("Content-Encoding", HeaderValue::from_static("aes128gcm"));
    headers.insert(
        "Content-Type",
        HeaderValue::from_static("application/octet-stream"),
    );
    headers
}

/// What a browser reads.
fn payload(notification: &Notification, with_text: bool) -> String {
    let short = |text: &str| text.chars().take(NAME_CHARS_MAX).collect::<String>();
    let mut payload = json!({
        "room": notification.room,
        "seq": notification.seq,
        "why": notification.alert.as_str(),
        "room_name": short(&notification.room_name),
        "sender": short(&notification.sender),
        "count": notification.count,
        "at_ms": notification.at_ms,
    });
    if with_text {
        payload["text"] = json!(notification.excerpt);
    }
    payload.to_string()
}

#[cfg(test)]
mod tests {
    use hearth_core::push::EXCERPT_CHARS_MAX;
    use hearth_protocol::{RoomId, RoomKind, Seq, UserId};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_is_pushed_fits_also_at_its_longest_and_leaves_the_text_out_if_asked() {
        // Control characters take six bytes each in JSON.
        let notification = Notification {
            user: UserId(Uuid::from_u128(1)),
            room: RoomId(Uuid::from_u128(u128::MAX)),
            room_name: "\u{1}".repeat(300),
            kind: RoomKind::Public,
            seq: Seq(u64::MAX),
            alert: Alert::Mention,
            sender: "\u{1}".repeat(300),
            excerpt: "\u{1}".repeat(EXCERPT_CHARS_MAX + 1),
            count: usize::MAX,
            at_ms: u64::MAX,
            to: Vec::new(),
        };
        let long = payload(&notification, true);
        assert!(long.len() <= 3_072, "{}", long.len());
        assert!(!payload(&notification, false).contains("text"));
        let headers = headers(&notification);
        assert_eq!(headers["Urgency"], "high");
        assert!(headers["Topic"].len() <= 32);
    }
}
