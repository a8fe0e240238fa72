//! What one user, and one room, may ask of this node: sends and requests. Each node counts for itself.
//!
//! Promises: what is refused here was not begun, so nothing of it is stored; the answer is `busy`, with the time at which
//! there is a place. It must not know addresses and passwords: those are the server's.

use std::sync::Mutex;

use hearth_protocol::{ErrorCode, RoomId, UserId};

use super::{Node, lock};
use crate::{
    limit::{Limit, Rate},
    refusal::Refusal,
};

/// How often. None are limited by default: the server's settings say how often.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LimitBounds {
    /// Sends of one user, into all rooms.
    pub user_sends: Rate,
    /// Sends into one room, of all its members.
    pub room_sends: Rate,
    /// What else one user asks: rooms made, entered and left, pages, and every call over HTTP.
    pub user_requests: Rate,
}

/// The buckets.
#[derive(Debug)]
pub(super) struct Limits {
    bounds: LimitBounds,
    user_sends: Mutex<Limit<UserId>>,
    room_sends: Mutex<Limit<RoomId>>,
    user_requests: Mutex<Limit<UserId>>,
}

impl Limits {
    pub(super) fn new(bounds: LimitBounds) -> Self {
        for limit in ["user_sends", "room_sends", "user_requests"] {
            metrics::counter!(LIMITED, "limit" => limit).increment(0);
        }
        Self {
            bounds,
            user_sends: Mutex::new(Limit::new(bounds.user_sends)),
            room_sends: Mutex::new(Limit::new(bounds.room_sends)),
            user_requests: Mutex::new(Limit::new(bounds.user_requests)),
        }
    }
}

/// What was refused, by the limit that refused it.
const LIMITED: &str = "hearth_limited_total";

/// The answer to who was refused by a limit, and its count.
pub fn limited(limit: &'static str, text: &str, wait_ms: u64) -> Refusal {
    metrics::counter!(LIMITED, "limit" => limit).increment(1);
    Refusal::new(ErrorCode::Busy, text).retry_after(wait_ms)
}

impl Node {
    /// Whether a user may ask for something now: to be asked before anything is done for it.
    ///
    /// # Errors
    /// `busy`, with the time at which they may.
    pub fn may_request(&self, user: UserId) -> Result<(), Refusal> {
        let asked = lock(&self.0.limits.user_requests).ask(&user, self.now_ms());
        let text = "You ask for more than this server lets one user. Ask again in a moment.";
        asked.map_err(|wait_ms| limited("user_requests", text, wait_ms))
    }

    /// Whether a user may send into a room now. The user's token is taken, also for a send that comes to nothing; the
    /// room's only once one is stored ([`Node::counted_send`]), or whoever may not even write there could take them all.
    pub(super) fn may_send(&self, user: UserId, room: RoomId) -> Result<(), Refusal> {
        let now_ms = self.now_ms();
        let bounds = self.0.limits.bounds;
        // What is not limited takes no lock that all senders share.
        if bounds.user_sends.per_minute == 0 && bounds.room_sends.per_minute == 0 {
            return Ok(());
        }
        let asked = lock(&self.0.limits.user_sends).ask(&user, now_ms);
        let text =
            "You send more than this server takes from one user. Send the same again in a moment.";
        asked.map_err(|wait_ms| limited("user_sends", text, wait_ms))?;
        let looked = lock(&self.0.limits.room_sends).look(&room, now_ms);
        let text =
            "More is sent into this room than this server takes. Send the same again in a moment.";
        looked.map_err(|wait_ms| limited("room_sends", text, wait_ms))
    }

    /// A send into the room is stored, or was before.
    pub(super) fn counted_send(&self, room: RoomId) {
        if self.0.limits.bounds.room_sends.per_minute == 0 {
            return;
        }
        lock(&self.0.limits.room_sends).take(&room, self.now_ms());
    }
}
