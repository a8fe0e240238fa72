//! Sends that this node tried to append, of which nobody waits for the outcome any more: it was unknown, and stayed so
//! until their time was out. What of them is stored after all, nobody but this node can tell the others of: they would
//! find it by their audit, and its sender's read mark would never follow it.

use std::collections::{BTreeSet, VecDeque};

use hearth_protocol::{SendId, Seq, UserId};

use crate::log::Entry;

/// Remembered of a room. What is stored of those before is found by the others' audit.
const REMEMBERED: usize = 256;

#[derive(Debug, Default)]
pub(super) struct GivenUp {
    /// With the highest number that they can have: once the log has come so far without them they are not stored.
    sends: VecDeque<(UserId, SendId, Seq)>,
    /// Those that were seen in the log, and nobody has been told of yet.
    found: BTreeSet<Seq>,
}

impl GivenUp {
    pub(super) fn add(&mut self, by: UserId, id: SendId, upto: Seq) {
        if self.sends.len() >= REMEMBERED {
            self.sends.pop_front();
        }
        self.sends.push_back((by, id, upto));
    }

    /// Another node has published it.
    pub(super) fn published(&mut self, entry: &Entry) {
        let is_it = |by: UserId, id: &SendId| by == entry.event.by && *id == entry.event.id;
        self.sends.retain(|(by, id, _)| !is_it(*by, id));
    }

    /// The log has come to this entry.
    pub(super) fn seen(&mut self, entry: &Entry) {
        let before = self.sends.len();
        self.published(entry);
        if self.sends.len() < before {
            self.find(entry.seq());
        }
        self.sends.retain(|(_, _, upto)| *upto > entry.seq());
    }

    /// One stands here.
    pub(super) fn find(&mut self, seq: Seq) {
        self.found.insert(seq);
    }

    pub(super) fn found(&self) -> impl Iterator<Item = Seq> {
        self.found.iter().copied()
    }

    /// The others have been told.
    pub(super) fn told(&mut self, seq: Seq) {
        self.found.remove(&seq);
    }
}

#[cfg(test)]
mod tests {
    use hearth_protocol::{Body, DeviceId, Event, Ordinal};

    use super::*;

    fn user() -> UserId {
        UserId(uuid::Uuid::from_u128(1))
    }

    fn id(n: u64) -> SendId {
        SendId::new(format!("s{n}")).unwrap()
    }

    fn entry(seq: u64, n: u64) -> Entry {
        Entry {
            event: Event {
                seq: Seq(seq),
                ordinal: Ordinal(seq),
                at_ms: 0,
                by: user(),
                name: "Ada".to_owned(),
                id: id(n),
                body: Body::Join,
            },
            device: DeviceId::new("d").unwrap(),
            n,
        }
    }

    #[test]
    fn what_is_seen_is_found_once_and_what_cannot_come_any_more_is_forgotten() {
        let mut given_up = GivenUp::default();
        given_up.add(user(), id(1), Seq(5));
        given_up.add(user(), id(2), Seq(6));
        given_up.seen(&entry(4, 9));
        assert_eq!(given_up.found().next(), None);
        given_up.seen(&entry(5, 1));
        assert_eq!(given_up.found().collect::<Vec<_>>(), [Seq(5)]);
        given_up.told(Seq(5));
        given_up.seen(&entry(6, 8));
        given_up.seen(&entry(7, 2));
        assert_eq!(given_up.found().next(), None, "its numbers are another's");
    }

    #[test]
    fn what_another_has_published_is_not_found() {
        let mut given_up = GivenUp::default();
        given_up.add(user(), id(1), Seq(5));
        given_up.published(&entry(5, 1));
        given_up.seen(&entry(5, 1));
        assert_eq!(given_up.found().next(), None);
    }

    #[test]
    fn it_is_bounded() {
        let mut given_up = GivenUp::default();
        for n in 0..=REMEMBERED as u64 {
            given_up.add(user(), id(n), Seq(1_000));
        }
        given_up.seen(&entry(5, 0));
        given_up.seen(&entry(6, 1));
        assert_eq!(given_up.found().collect::<Vec<_>>(), [Seq(6)]);
    }
}
