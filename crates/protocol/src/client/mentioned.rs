//! Which unread messages of a room mention the person: as the server said, and as events came since.
//!
//! Promises: what a deletion took away does not come back by a word of the server's from before it. Bounded.

use std::collections::BTreeSet;

use crate::{Body, Event, Seq, UserId, bounds::MENTIONS_COUNTED_MAX};

#[derive(Debug, Clone, Default)]
pub(super) struct Mentioned {
    seqs: BTreeSet<Seq>,
    deleted: BTreeSet<Seq>,
}

impl Mentioned {
    /// The server says which they are, as of an event; what came after that one is kept.
    pub(super) fn said(&mut self, seqs: &[Seq], as_of: Seq) {
        self.seqs.retain(|seq| *seq > as_of);
        self.said_too(seqs);
    }

    /// The server says which they are, as of some event that it does not name: one that it leaves out may be newer, or
    /// the deletion is on its way here.
    pub(super) fn said_too(&mut self, seqs: &[Seq]) {
        let standing = seqs.iter().filter(|seq| !self.deleted.contains(seq));
        self.seqs.extend(standing);
        self.bound();
    }

    /// An event came; `is_new`, if the server has not counted it yet.
    pub(super) fn take(&mut self, event: &Event, me: Option<UserId>, is_new: bool) {
        if let Body::Delete { target } = &event.body {
            self.seqs.remove(target);
            self.deleted.insert(*target);
        } else if is_new && me.is_some_and(|me| event.by != me && event.body.mentions(me)) {
            self.seqs.insert(event.seq);
        }
        self.bound();
    }

    /// How many of them lie after the read mark, and are counted.
    pub(super) fn after(&self, mark: Seq) -> u64 {
        let count = self.seqs.range(mark.next()..).count();
        count.min(MENTIONS_COUNTED_MAX) as u64
    }

    fn bound(&mut self) {
        for seqs in [&mut self.seqs, &mut self.deleted] {
            while seqs.len() > 2 * MENTIONS_COUNTED_MAX {
                seqs.pop_first();
            }
        }
    }
}
