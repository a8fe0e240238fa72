//! The in-process bus: nodes join a net and talk over it.
//!
//! Promises: the contract of [`Bus`]; hints are delivered inside `publish`, so the order of all publishes on the net
//! is the order of delivery; the same calls in the same order give the same news (a simulation can repeat them).
//! Links can be cut and restored per pair of nodes, and a node can lose the bus altogether.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;
use tokio::{sync::mpsc, task::JoinHandle};

use crate::{
    news::{NEWS_MAX, NewsSender},
    port::{Bus, BusError, BusNews, NodeName, PAYLOAD_BYTES_MAX, Topic},
};

/// A net of nodes in one process.
#[derive(Debug, Clone, Default)]
pub struct LocalNet {
    hub: Arc<Mutex<Hub>>,
}

/// Whether the ends of a cut link notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// Both ends are told `Gap` for all they asked for, and `Whole` when the link is back.
    Told,
    /// Nobody is told: what only heartbeats and the audit find.
    Silent,
}

#[derive(Debug, Default)]
struct Hub {
    /// Numbers the joins, so that the end of an earlier one of the same name takes nothing away from the later.
    joins: u64,
    ends: BTreeMap<NodeName, End>,
    cuts: BTreeMap<(NodeName, NodeName), Loss>,
    away: BTreeSet<NodeName>,
}

#[derive(Debug)]
struct End {
    join: u64,
    news: Arc<NewsSender>,
    wanted: BTreeSet<Topic>,
}

impl LocalNet {
    /// A net without nodes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets a node in, which replaces an earlier one of the same name. Must be called within a tokio runtime. The
    /// node leaves when the bus is dropped.
    pub fn join(&self, node: NodeName) -> (Arc<dyn Bus>, mpsc::Receiver<BusNews>) {
        self.join_bounded(node, NEWS_MAX)
    }

    /// [`LocalNet::join`] with a bound of one's own on the news that wait.
    pub fn join_bounded(
        &self,
        node: NodeName,
        news_max: usize,
    ) -> (Arc<dyn Bus>, mpsc::Receiver<BusNews>) {
        let (news, receiver) = NewsSender::new(news_max);
        let news = Arc::new(news);
        let mut hub = self.lock();
        hub.joins += 1;
        let join = hub.joins;
        let end = End {
            join,
            news: news.clone(),
            wanted: BTreeSet::new(),
        };
        hub.ends.insert(node.clone(), end);
        drop(hub);
        let payer = tokio::spawn(async move { news.pay().await });
        let bus = LocalBus {
            net: self.clone(),
            node,
            join,
            payer,
        };
        (Arc::new(bus), receiver)
    }

    /// Cuts the link between two nodes (or of a node to itself), both ways.
    pub fn cut(&self, a: &NodeName, b: &NodeName, loss: Loss) {
        let mut hub = self.lock();
        let before = hub.standing();
        hub.cuts.insert(pair(a, b), loss);
        hub.tell(&before);
    }

    /// Restores the link between two nodes.
    pub fn restore(&self, a: &NodeName, b: &NodeName) {
        let mut hub = self.lock();
        let before = hub.standing();
        hub.cuts.remove(&pair(a, b));
        hub.tell(&before);
    }

    /// Takes the bus away from a node: its publishes fail, nothing arrives, its subscriptions are lost.
    pub fn take_away(&self, node: &NodeName) {
        let mut hub = self.lock();
        let before = hub.standing();
        hub.away.insert(node.clone());
        hub.tell(&before);
    }

    /// Gives the bus back to a node.
    pub fn give_back(&self, node: &NodeName) {
        let mut hub = self.lock();
        let before = hub.standing();
        hub.away.remove(node);
        hub.tell(&before);
    }

    fn lock(&self) -> MutexGuard<'_, Hub> {
        self.hub.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn pair(a: &NodeName, b: &NodeName) -> (NodeName, NodeName) {
    if a <= b {
        (a.clone(), b.clone())
    } else {
        (b.clone(), a.clone())
    }
}

impl Hub {
    /// Whether a node's subscriptions stand: the bus is there and no cut link of its own is known to it.
    fn stands(&self, node: &NodeName) -> bool {
        !self.away.contains(node)
            && !self
                .cuts
                .iter()
                .any(|((a, b), loss)| *loss == Loss::Told && (a == node || b == node))
    }

    fn standing(&self) -> BTreeSet<NodeName> {
        self.ends
            .keys()
            .filter(|node| self.stands(node))
            .cloned()
            .collect()
    }

    /// Tells the nodes what a change of the net did to them.
    fn tell(&self, before: &BTreeSet<NodeName>) {
        for (node, end) in &self.ends {
            if end.wanted.is_empty() {
                continue;
            }
            match (before.contains(node), self.stands(node)) {
                (true, false) => end.news.gap(end.wanted.iter().cloned()),
                (false, true) => end.news.whole(end.wanted.iter().cloned()),
                (true, true) | (false, false) => {}
            }
        }
    }

    fn connected(&self, a: &NodeName, b: &NodeName) -> bool {
        !self.away.contains(b) && (self.cuts.is_empty() || !self.cuts.contains_key(&pair(a, b)))
    }
}

/// One node's end.
struct LocalBus {
    net: LocalNet,
    node: NodeName,
    join: u64,
    payer: JoinHandle<()>,
}

impl LocalBus {
    /// Runs `act` on this node's end, unless a later join took its place.
    fn on_end(&self, act: impl FnOnce(bool, &mut End)) {
        let mut hub = self.net.lock();
        let stands = hub.stands(&self.node);
        if let Some(end) = hub.ends.get_mut(&self.node)
            && end.join == self.join
        {
            act(stands, end);
        }
    }
}

#[async_trait]
impl Bus for LocalBus {
    async fn publish(&self, topic: &Topic, payload: Bytes) -> Result<(), BusError> {
        if payload.len() > PAYLOAD_BYTES_MAX {
            return Err(BusError(format!(
                "a payload of {} bytes is larger than {PAYLOAD_BYTES_MAX}",
                payload.len()
            )));
        }
        let hub = self.net.lock();
        if hub.away.contains(&self.node) {
            return Err(BusError("taken away".to_owned()));
        }
        for (node, end) in &hub.ends {
            if end.wanted.contains(topic) && hub.connected(&self.node, node) {
                end.news.hint(topic, payload.clone());
            }
        }
        Ok(())
    }

    fn subscribe(&self, topic: Topic) {
        self.on_end(|stands, end| {
            if end.wanted.insert(topic.clone()) && stands {
                end.news.whole([topic]);
            }
        });
    }

    fn unsubscribe(&self, topic: &Topic) {
        self.on_end(|_, end| {
            end.wanted.remove(topic);
            end.news.forget(topic);
        });
    }

    async fn ready(&self) -> Result<(), BusError> {
        if self.net.lock().away.contains(&self.node) {
            return Err(BusError("taken away".to_owned()));
        }
        Ok(())
    }
}

impl Drop for LocalBus {
    fn drop(&mut self) {
        self.payer.abort();
        let mut hub = self.net.lock();
        if hub.ends.get(&self.node).map(|end| end.join) == Some(self.join) {
            hub.ends.remove(&self.node);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOPIC: Topic = Topic::Shard(7);

    fn node(name: &str) -> NodeName {
        NodeName(name.to_owned())
    }

    fn drained(news: &mut mpsc::Receiver<BusNews>) -> Vec<BusNews> {
        std::iter::from_fn(|| news.try_recv().ok()).collect()
    }

    #[tokio::test]
    async fn a_cut_link_is_told_to_both_ends_and_healed_with_whole() {
        let net = LocalNet::new();
        let (a, mut a_news) = net.join(node("a"));
        let (b, mut b_news) = net.join(node("b"));
        let (c, mut c_news) = net.join(node("c"));
        for bus in [&a, &b, &c] {
            bus.subscribe(TOPIC);
        }
        net.cut(&node("b"), &node("a"), Loss::Told);
        a.publish(&TOPIC, Bytes::from_static(b"1")).await.unwrap();
        let one = BusNews::Hint(TOPIC, Bytes::from_static(b"1"));
        let (gap, whole) = (BusNews::Gap(vec![TOPIC]), BusNews::Whole(vec![TOPIC]));
        assert_eq!(
            drained(&mut a_news),
            [whole.clone(), gap.clone(), one.clone()]
        );
        assert_eq!(drained(&mut b_news), [whole.clone(), gap]);
        assert_eq!(drained(&mut c_news), [whole.clone(), one]);
        net.restore(&node("a"), &node("b"));
        assert_eq!(drained(&mut b_news), [whole]);
        assert_eq!(drained(&mut c_news), []);
    }

    #[tokio::test]
    async fn a_silent_cut_loses_without_a_word() {
        let net = LocalNet::new();
        let (a, _a_news) = net.join(node("a"));
        let (b, mut b_news) = net.join(node("b"));
        b.subscribe(TOPIC);
        net.cut(&node("a"), &node("b"), Loss::Silent);
        a.publish(&TOPIC, Bytes::from_static(b"1")).await.unwrap();
        net.restore(&node("a"), &node("b"));
        assert_eq!(drained(&mut b_news), [BusNews::Whole(vec![TOPIC])]);
    }

    #[tokio::test]
    async fn a_node_without_the_bus_fails_fast_and_is_whole_only_when_it_is_back() {
        let net = LocalNet::new();
        let (a, mut news) = net.join(node("a"));
        net.take_away(&node("a"));
        a.subscribe(TOPIC);
        assert!(a.publish(&TOPIC, Bytes::new()).await.is_err());
        assert!(a.ready().await.is_err());
        assert_eq!(drained(&mut news), []);
        net.give_back(&node("a"));
        assert!(a.ready().await.is_ok());
        assert_eq!(drained(&mut news), [BusNews::Whole(vec![TOPIC])]);
    }

    #[tokio::test]
    async fn a_node_that_joins_again_is_not_disturbed_by_its_former_self() {
        let net = LocalNet::new();
        let (old, _old_news) = net.join(node("a"));
        let (new, mut news) = net.join(node("a"));
        new.subscribe(TOPIC);
        old.unsubscribe(&TOPIC);
        drop(old);
        new.publish(&TOPIC, Bytes::new()).await.unwrap();
        assert_eq!(drained(&mut news).len(), 2);
    }
}
