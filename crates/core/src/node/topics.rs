//! Which topics the node wants, counted: the first who cares subscribes, the last leaves after a grace.

use std::collections::BTreeMap;

use crate::port::Topic;

/// A topic that nobody wants is kept this long: rooms and users come back often.
pub(super) const GRACE_MS: u64 = 10_000;

#[derive(Debug, Default)]
pub(super) struct Topics {
    wanted: BTreeMap<Topic, usize>,
    /// Topics that nobody wants, and since when.
    leaving: BTreeMap<Topic, u64>,
}

impl Topics {
    /// One more wants the topic. Returns whether to subscribe.
    pub(super) fn retain(&mut self, topic: Topic) -> bool {
        let count = self.wanted.entry(topic.clone()).or_default();
        *count += 1;
        *count == 1 && self.leaving.remove(&topic).is_none()
    }

    /// One less wants the topic.
    pub(super) fn release(&mut self, now_ms: u64, topic: &Topic) {
        if let Some(count) = self.wanted.get_mut(topic) {
            *count -= 1;
            if *count == 0 {
                self.wanted.remove(topic);
                self.leaving.insert(topic.clone(), now_ms);
            }
        }
    }

    /// The next shard channel that is wanted, after one and around.
    pub(super) fn next_shard(&self, after: Option<&Topic>) -> Option<Topic> {
        let is_shard = |topic: &&Topic| matches!(topic, Topic::Shard(_));
        let mut shards = self.wanted.keys().filter(is_shard);
        let first = shards.clone().next();
        shards
            .find(|topic| after.is_none_or(|after| *topic > after))
            .or(first)
            .cloned()
    }

    /// The topics whose grace is over: to be unsubscribed.
    pub(super) fn over(&mut self, now_ms: u64) -> Vec<Topic> {
        let over: Vec<_> = self
            .leaving
            .iter()
            .filter(|(_, since_ms)| now_ms.saturating_sub(**since_ms) >= GRACE_MS)
            .map(|(topic, _)| topic.clone())
            .collect();
        for topic in &over {
            self.leaving.remove(topic);
        }
        over
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shard_channels_have_their_turn_one_after_another() {
        let mut topics = Topics::default();
        assert_eq!(topics.next_shard(None), None);
        for topic in [Topic::Nodes, Topic::Shard(7), Topic::Shard(3)] {
            topics.retain(topic);
        }
        let mut turn = None;
        let mut order = Vec::new();
        for _ in 0..3 {
            turn = topics.next_shard(turn.as_ref());
            order.extend(turn.clone());
        }
        assert_eq!(order, [3, 7, 3].map(Topic::Shard));
        topics.release(0, &Topic::Shard(7));
        assert_eq!(topics.next_shard(turn.as_ref()), turn);
    }

    #[test]
    fn the_first_subscribes_and_the_last_leaves_after_a_grace() {
        let mut topics = Topics::default();
        let topic = Topic::Shard(1);
        assert!(topics.retain(topic.clone()));
        assert!(!topics.retain(topic.clone()));
        topics.release(0, &topic);
        topics.release(0, &topic);
        assert_eq!(topics.over(GRACE_MS - 1), []);
        assert!(!topics.retain(topic.clone()), "still subscribed");
        topics.release(5, &topic);
        assert_eq!(topics.over(GRACE_MS), []);
        assert_eq!(topics.over(GRACE_MS + 5), std::slice::from_ref(&topic));
        assert!(topics.retain(topic));
    }
}
