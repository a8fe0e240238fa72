//! Reads of logs that are under way: who asks for the same run meanwhile waits for the same read.
//!
//! Promises: a caller gets what a read of their own could have given, since a run is read until it is whole
//! ([`Node::run`](super::Node)), whenever that began; a failure is everybody's who waited. Nothing is kept when a read is
//! over, and one for which nobody waits any more is not gone on with.

use std::{collections::BTreeMap, sync::Mutex};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared, WeakShared},
};
use hearth_protocol::{RoomId, Seq};

use super::lock;
use crate::{log::Entry, port::StoreError};

/// The room, from where to where, and how many at most.
pub(super) type RunOf = (RoomId, Seq, Seq, usize);
type Run = Result<std::sync::Arc<[Entry]>, StoreError>;
type Read = BoxFuture<'static, Run>;

/// From so many on, what has ended is looked for before another one begins.
const SWEEP_AT: usize = 64;

/// The reads.
#[derive(Default)]
pub(super) struct Joined(Mutex<BTreeMap<RunOf, WeakShared<Read>>>);

impl Joined {
    /// The read of this run that is under way, or this one, begun now.
    pub(super) fn join(&self, of: RunOf, begin: impl FnOnce() -> Read) -> Shared<Read> {
        let mut reads = lock(&self.0);
        let under_way = reads.get(&of).and_then(WeakShared::upgrade);
        // One that has its answer is over, though somebody has yet to take it: what it says may be old.
        if let Some(read) = under_way.filter(|read| read.peek().is_none()) {
            return read;
        }
        if reads.len() >= SWEEP_AT {
            reads.retain(|_, read| read.upgrade().is_some());
        }
        let read = begin().shared();
        if let Some(weak) = read.downgrade() {
            reads.insert(of, weak);
        }
        read
    }
}
