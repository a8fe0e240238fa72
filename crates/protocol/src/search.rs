//! What a search finds.

use serde::{Deserialize, Serialize};

use crate::{RoomId, Seq, UserId};

/// What was found in one room, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomHits {
    /// The room.
    pub room: RoomId,
    /// How many messages fit in the part of the room that was looked at.
    pub count: usize,
    /// Whether a part of the room was not looked at: there may be more than `count`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_least: bool,
    /// The newest of them.
    pub hits: Vec<Hit>,
    /// The `cursor` with which to go on in this room, if there may be more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A message that fits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// Its number.
    pub seq: Seq,
    /// When it was stored, in milliseconds since 1970 (UTC).
    pub at_ms: u64,
    /// Who wrote it.
    pub by: UserId,
    /// The name that they had then.
    pub name: String,
    /// A part of its text as it stands now, around the first place that fits.
    pub excerpt: String,
    /// How many characters of the text stand before the excerpt.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub before: usize,
    /// How many characters of the text stand after the excerpt.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub after: usize,
    /// Where in the excerpt what was looked for stands: from a character up to another, which is no more part of it. In
    /// Unicode scalar values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<(usize, usize)>,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}
