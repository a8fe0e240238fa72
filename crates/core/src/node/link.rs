//! One-time links: a word that stands for a right of its own, told once. Only its hash is kept, with the time at which
//! it ends.

use rand::RngExt;
use serde::{Deserialize, Serialize};

use super::{
    Node, Once,
    logins::{hash, hex},
};

/// A link as it is told, for the only time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Whoever has it has the right.
    pub token: String,
    /// When it ends by itself, in milliseconds since 1970.
    pub until_ms: u64,
}

/// A link as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptLink {
    hash: String,
    /// When it ends by itself, in milliseconds since 1970.
    pub until_ms: u64,
}

impl KeptLink {
    /// Whether this is its token, and its time not over.
    pub(super) fn fits(&self, token: &str, wall_ms: u64) -> bool {
        self.until_ms > wall_ms && self.hash == hash(token)
    }
}

impl Once {
    /// [`Node::new_link`], by what a request is made from.
    pub(super) fn link(&self, begins: &str, good_ms: u64) -> (Link, KeptLink) {
        link(begins, &self.secret(), self.at_ms().saturating_add(good_ms))
    }
}

fn link(begins: &str, secret: &str, until_ms: u64) -> (Link, KeptLink) {
    let token = format!("{begins}{secret}");
    let kept = KeptLink {
        hash: hash(&token),
        until_ms,
    };
    (Link { token, until_ms }, kept)
}

impl Node {
    /// A link that is good for so long. Its token begins with what is given, so that what it is about is found by it.
    pub(super) fn new_link(&self, begins: &str, good_ms: u64) -> (Link, KeptLink) {
        let bytes: [u8; 32] = self.chance(|chance| chance.random());
        let until_ms = self.0.clock.wall_ms().saturating_add(good_ms);
        link(begins, &hex(&bytes), until_ms)
    }
}
