//! Forwards that were answered `busy`. A bus may bring one twice, and the first answer was that nothing was done: so the
//! second copy does nothing, though there might be room for it by then.

use std::collections::VecDeque;

use super::api::Ticket;
use crate::port::NodeName;

/// Remembered of a room. A copy that comes after so many others is taken in as if it were the first.
const REMEMBERED: usize = 256;

/// The last of them.
#[derive(Debug, Default)]
pub(super) struct TurnedAway(VecDeque<(Ticket, NodeName)>);

impl TurnedAway {
    pub(super) fn add(&mut self, ticket: Ticket, from: &NodeName) {
        if self.0.len() >= REMEMBERED {
            self.0.pop_front();
        }
        self.0.push_back((ticket, from.clone()));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn has(&self, ticket: Ticket, from: &NodeName) -> bool {
        self.0
            .iter()
            .any(|(of, node)| *of == ticket && node == from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_are_known_by_their_node_and_ticket() {
        let (one, other) = (NodeName("one".into()), NodeName("other".into()));
        let mut turned_away = TurnedAway::default();
        for n in 0..=REMEMBERED as u64 {
            turned_away.add(Ticket(n), &one);
        }
        assert!(!turned_away.has(Ticket(0), &one), "it is bounded");
        assert!(turned_away.has(Ticket(1), &one));
        assert!(turned_away.has(Ticket(REMEMBERED as u64), &one));
        assert!(!turned_away.has(Ticket(1), &other));
    }
}
