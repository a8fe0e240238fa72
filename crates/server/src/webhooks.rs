//! Webhooks out of rooms: posts what the node gives, and tells it what became of it. What is next, when and how long is
//! the node's to say (`hearth_core::node`, `delivery.rs`).
//!
//! Promises: one task for each webhook of a room that this node writes; of one webhook one post at a time, of all
//! together at most [`POSTS_MAX`]. What finds no place waits: its events stand in the log.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use hearth_core::{
    delivery::Outcome,
    node::{Beside, Delivery, Followed, Node, WAYS_OUT_MAX, WebhookFeed, WebhookId},
};
use hearth_protocol::{Event, RoomId, Seq};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde::Serialize;
use sha2::Sha256;
use tokio::{
    sync::Semaphore,
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::{app::App, config::BusChoice, outgoing::Outgoing, parts::wall_ms};

/// Posts under way at once: all that go by the right of five people, should those whom they tell be slow.
const POSTS_MAX: usize = 5 * WAYS_OUT_MAX;
/// Whoever had to wait for a place looks for so long whether the webhook is theirs still.
const ANEW: Duration = Duration::from_secs(2);
/// Webhooks that one server follows: each keeps its room in memory.
const FOLLOWED_MAX: usize = 2_000;
/// How often it is looked which there are: one that was made on another server begins within this time.
const LOOK: Duration = Duration::from_secs(10);
/// After one has ended, so that many at once are one look.
const REST: Duration = Duration::from_millis(100);
/// By which whoever is posted to knows that it is from here, and not from long ago.
const SIGNATURE: &str = "hearth-signature";

/// Delivers, for ever.
pub async fn run(app: App) {
    let Some(outgoing) = app.outgoing().cloned() else {
        return;
    };
    let beside = match app.config().bus {
        BusChoice::Local => Beside::Nobody,
        BusChoice::Redis { .. } => Beside::Others,
    };
    let posts = Arc::new(Semaphore::new(POSTS_MAX));
    let followed = Followers::default();
    let mut tasks = JoinSet::new();
    loop {
        match webhooks_here(app.node()).await {
            Ok(here) => {
                let mut left = 0;
                for id in here {
                    let place = match followed.take(id) {
                        Taken::Place(place) => place,
                        Taken::Before => continue,
                        Taken::Full => {
                            left += 1;
                            continue;
                        }
                    };
                    let feed = app.node().follow_webhook(id, beside);
                    tasks.spawn(follow(feed, outgoing.clone(), posts.clone(), place));
                }
                if left > 0 {
                    tracing::warn!(
                        followed = FOLLOWED_MAX,
                        left,
                        "there are more webhooks than this server follows; add a server"
                    );
                }
            }
            Err(refusal) => tracing::debug!(%refusal, "webhooks could not be looked for"),
        }
        tokio::select! {
            () = app.webhooks_changed().notified() => {}
            // It may have been resumed in the moment in which it ended.
            Some(_) = tasks.join_next() => sleep(REST).await,
            () = sleep(LOOK) => {}
        }
    }
}

async fn webhooks_here(node: &Node) -> Result<Vec<WebhookId>, hearth_core::Refusal> {
    let (mut here, mut next) = node.webhooks_here(None).await?;
    while let Some(after) = next {
        let (more, then) = node.webhooks_here(Some(&after)).await?;
        here.extend(more);
        next = then;
    }
    Ok(here)
}

/// Who is followed.
#[derive(Clone, Default)]
struct Followers(Arc<Mutex<BTreeSet<WebhookId>>>);

/// A place among them, for as long as this lives.
struct Place(Followers, WebhookId);

/// What became of asking for one.
enum Taken {
    Place(Place),
    /// It is followed already.
    Before,
    /// There are as many as are followed.
    Full,
}

impl Followers {
    fn take(&self, id: WebhookId) -> Taken {
        let mut ids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if ids.contains(&id) {
            return Taken::Before;
        }
        if ids.len() >= FOLLOWED_MAX {
            return Taken::Full;
        }
        ids.insert(id);
        Taken::Place(Place(self.clone(), id))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut ids = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        ids.remove(&self.1);
    }
}

async fn follow(mut feed: WebhookFeed, outgoing: Outgoing, posts: Arc<Semaphore>, _place: Place) {
    // Whoever waits for news holds no place.
    while let Followed::Deliver(mut delivery) = feed.next().await {
        let _permit = match posts.try_acquire() {
            Ok(permit) => permit,
            Err(_) => {
                let Ok(permit) = posts.acquire().await else {
                    return;
                };
                // The lease may have run out meanwhile, and whoever made the webhook may be out of the room.
                delivery = match timeout(ANEW, feed.next()).await {
                    Ok(Followed::Deliver(delivery)) => delivery,
                    Ok(Followed::Over) => return,
                    Err(_) => continue,
                };
                permit
            }
        };
        let outcome = post(&outgoing, &delivery, wall_ms()).await;
        feed.settle(&delivery, outcome).await;
    }
}

/// What is posted.
#[derive(Serialize)]
struct Told<'a> {
    id: &'a str,
    room: RoomId,
    seq: Seq,
    event: &'a Event,
}

async fn post(outgoing: &Outgoing, delivery: &Delivery, wall_ms: u64) -> Outcome {
    let told = Told {
        id: &delivery.id,
        room: delivery.room,
        seq: delivery.event.seq,
        event: &delivery.event,
    };
    // Structs of texts and numbers: writing them cannot fail.
    let body = serde_json::to_vec(&told).unwrap_or_default();
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Ok(signature) = signature(&delivery.secret, wall_ms / 1_000, &body).try_into() {
        headers.insert(SIGNATURE, signature);
    }
    match outgoing.post(&delivery.url, headers, body).await {
        Ok(answered) => match answered.status {
            200..=299 => Outcome::Delivered,
            410 => Outcome::Gone,
            status => Outcome::Failed(format!("answered {status}")),
        },
        Err(error) => Outcome::Failed(error.to_string()),
    }
}

/// `t=SECONDS,v1=HEX`: the HMAC-SHA-256 of `SECONDS.BODY` by the webhook's secret.
fn signature(secret: &str, seconds: u64, body: &[u8]) -> String {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(format!("{seconds}.").as_bytes());
    mac.update(body);
    let hex: String = mac
        .finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("t={seconds},v1={hex}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_what_the_protocols_page_says() {
        // printf '1700000000.{"id":"x"}' | openssl dgst -sha256 -hmac secret
        assert_eq!(
            signature("secret", 1_700_000_000, br#"{"id":"x"}"#),
            "t=1700000000,v1=2f7852138f9dbd8d61c07c2cfb0b8ac96a46a32d78d4527788fb42fcb409a493"
        );
    }

    #[test]
    fn each_is_followed_once_at_a_time() {
        let followed = Followers::default();
        let id = WebhookId(uuid::Uuid::from_u128(1));
        let place = followed.take(id);
        assert!(matches!(place, Taken::Place(_)));
        assert!(matches!(followed.take(id), Taken::Before));
        drop(place);
        assert!(matches!(followed.take(id), Taken::Place(_)));
    }
}
