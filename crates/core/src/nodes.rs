//! Which nodes are heard, and which of them writes a room. A pure machine; a guess that only speed rests on.

use std::collections::BTreeMap;

use hearth_protocol::RoomId;

use crate::port::NodeName;

/// A node unheard for this long is taken to be gone: three beats lost in a row.
pub const UNHEARD_MS: u64 = 3_500;

/// The nodes heard lately, this one included.
#[derive(Debug)]
pub struct Nodes {
    own: NodeName,
    /// When each was heard last; the own name is not in it.
    heard_ms: BTreeMap<NodeName, u64>,
    /// Whether this node still writes rooms.
    writing: bool,
}

impl Nodes {
    /// Only this node.
    pub fn new(own: NodeName) -> Self {
        Self {
            own,
            heard_ms: BTreeMap::new(),
            writing: true,
        }
    }

    /// This node's name.
    pub fn own(&self) -> &NodeName {
        &self.own
    }

    /// A beat came. Returns whether the set of writers changed.
    pub fn heard(&mut self, now_ms: u64, node: &NodeName, leaving: bool) -> bool {
        if *node == self.own {
            return false;
        }
        if leaving {
            return self.heard_ms.remove(node).is_some();
        }
        self.heard_ms.insert(node.clone(), now_ms).is_none()
    }

    /// Time has passed. Returns whether the set of writers changed.
    pub fn tick(&mut self, now_ms: u64) -> bool {
        let before = self.heard_ms.len();
        self.heard_ms
            .retain(|_, heard_ms| now_ms.saturating_sub(*heard_ms) < UNHEARD_MS);
        self.heard_ms.len() != before
    }

    /// This node writes no room from now on, as long as another is heard.
    pub fn leave(&mut self) {
        self.writing = false;
    }

    /// The others that are heard.
    pub fn others(&self) -> impl Iterator<Item = &NodeName> {
        self.heard_ms.keys()
    }

    /// Who writes the room: `None` is this node. Rendezvous hashing (Thaler and Ravishankar, 1998): the node with the
    /// highest weight for the room, so that a node's coming or going moves only its own rooms.
    pub fn writer(&self, room: RoomId) -> Option<NodeName> {
        let own = (self.writing || self.heard_ms.is_empty()).then_some(&self.own);
        let highest = own
            .into_iter()
            .chain(self.heard_ms.keys())
            .max_by_key(|node| (weight(room, node), (*node).clone()))?;
        (*highest != self.own).then(|| highest.clone())
    }
}

fn weight(room: RoomId, node: &NodeName) -> u64 {
    let bytes = room.0.as_bytes().iter().chain(node.0.as_bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    // SplitMix64's finaliser: FNV alone leaves the high bits too much alike for short names.
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn name(text: &str) -> NodeName {
        NodeName(text.into())
    }

    fn three(own: &str) -> Nodes {
        let mut nodes = Nodes::new(name(own));
        for other in ["a", "b", "c"] {
            nodes.heard(0, &name(other), false);
        }
        nodes
    }

    fn writers(nodes: &Nodes) -> Vec<NodeName> {
        (0..300u128)
            .map(|n| {
                let id = Uuid::from_u128(n * 0x1234_5678_9abc_def1);
                nodes
                    .writer(RoomId(id))
                    .unwrap_or_else(|| nodes.own().clone())
            })
            .collect()
    }

    #[test]
    fn nodes_that_hear_the_same_agree_on_the_writer() {
        assert_eq!(writers(&three("a")), writers(&three("b")));
    }

    #[test]
    fn rooms_are_spread_evenly() {
        for node in ["a", "b", "c"] {
            let share = writers(&three("a"))
                .iter()
                .filter(|writer| **writer == name(node))
                .count();
            assert!(
                (60..140).contains(&share),
                "{node} writes {share} of 300 rooms"
            );
        }
    }

    #[test]
    fn a_node_that_goes_moves_only_its_own_rooms() {
        let before = writers(&three("a"));
        let mut nodes = three("a");
        assert!(nodes.heard(1, &name("c"), true));
        for (before, after) in before.iter().zip(writers(&nodes)) {
            assert!(*before == after || *before == name("c"));
        }
    }

    #[test]
    fn an_unheard_node_is_gone_and_a_leaving_one_writes_nothing() {
        let mut nodes = three("a");
        assert!(!nodes.tick(UNHEARD_MS - 1));
        nodes.heard(UNHEARD_MS - 1, &name("b"), false);
        assert!(nodes.tick(UNHEARD_MS));
        assert_eq!(nodes.others().collect::<Vec<_>>(), [&name("b")]);
        nodes.leave();
        assert!(writers(&nodes).iter().all(|writer| *writer == name("b")));
    }

    #[test]
    fn the_last_node_heard_writes_even_while_it_leaves() {
        let mut nodes = Nodes::new(name("a"));
        nodes.leave();
        assert_eq!(nodes.writer(RoomId(Uuid::nil())), None);
    }
}
