//! The suite of the port `Bus`.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use tokio::{sync::mpsc, time::timeout};

use crate::{
    news::NEWS_MAX,
    port::{Bus, BusNews, NodeName, PAYLOAD_BYTES_MAX, Topic},
};

/// An adapter under test.
#[async_trait]
pub trait BusBench: Send + Sync {
    /// A node on the bench's bus, with room for that many news. Nodes of one bench hear each other, of two benches
    /// never.
    async fn join(
        &self,
        node: NodeName,
        news_max: usize,
    ) -> (Arc<dyn Bus>, mpsc::Receiver<BusNews>);
}

/// Makes a test of each promise. `$bench` is an expression, evaluated per test, that gives `Option<impl BusBench>`;
/// `None` skips (the expression says why).
#[macro_export]
macro_rules! bus_conformance {
    ($bench:expr) => {
        $crate::bus_conformance!(@each $bench;
            what_is_published_arrives_whole_and_once,
            order_holds_per_topic_and_sender,
            nothing_arrives_that_was_not_asked_for,
            nothing_published_after_whole_is_missed,
            a_topic_let_go_falls_silent_and_can_be_asked_for_again,
            a_topic_flipped_in_haste_ends_as_asked_last,
            asking_twice_is_asking_once,
            a_full_receiver_is_told_gap_and_whole_and_never_holds_up_the_publisher,
            a_payload_too_large_is_an_error,
            nobody_listening_is_no_error,
            a_thousand_topics_stand,
            nodes_hear_each_other_and_themselves,
            a_bus_that_answers_is_ready,
        );
    };
    (@each $bench:expr; $($promise:ident,)*) => {
        $(
            #[tokio::test]
            async fn $promise() {
                if let Some(bench) = $bench {
                    $crate::conformance::bus::$promise(&bench).await;
                }
            }
        )*
    };
}

/// How long a test waits for what must come. Nothing is measured by it.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a test listens for what must not come.
const SILENCE: Duration = Duration::from_millis(150);

/// A node and what it hears.
struct Node {
    bus: Arc<dyn Bus>,
    news: mpsc::Receiver<BusNews>,
}

impl Node {
    async fn join(bench: &dyn BusBench, name: &str) -> Self {
        let (bus, news) = bench.join(NodeName(name.to_owned()), NEWS_MAX).await;
        Self { bus, news }
    }

    /// Asks for the topics and waits until they stand.
    async fn stand(&mut self, topics: &[Topic]) {
        for topic in topics {
            self.bus.subscribe(topic.clone());
        }
        let mut missing = topics.to_vec();
        while !missing.is_empty() {
            match self.next().await {
                BusNews::Whole(whole) => missing.retain(|topic| !whole.contains(topic)),
                other => panic!("{other:?} while waiting for {missing:?} to stand"),
            }
        }
    }

    async fn next(&mut self) -> BusNews {
        timeout(PATIENCE, self.news.recv())
            .await
            .expect("news comes")
            .expect("the adapter lives")
    }

    /// The next hint; in quiet nothing else comes.
    async fn hint(&mut self) -> (Topic, Bytes) {
        match self.next().await {
            BusNews::Hint(topic, payload) => (topic, payload),
            other => panic!("{other:?} instead of a hint"),
        }
    }

    async fn silence(&mut self) {
        if let Ok(news) = timeout(SILENCE, self.news.recv()).await {
            panic!("{news:?} where nothing may come");
        }
    }

    async fn publish(&self, topic: &Topic, payload: impl Into<Bytes>) {
        self.bus
            .publish(topic, payload.into())
            .await
            .expect("the bus takes it");
    }
}

fn shard(n: u16) -> Topic {
    Topic::Shard(n)
}

/// See the name.
pub async fn what_is_published_arrives_whole_and_once(bench: &dyn BusBench) {
    let (mut a, b) = (Node::join(bench, "a").await, Node::join(bench, "b").await);
    a.stand(&[shard(3)]).await;
    let odd: Bytes = (0..=255_u8)
        .chain(*b"\r\n$-1\r\n\0")
        .collect::<Vec<_>>()
        .into();
    let long: Bytes = vec![7; PAYLOAD_BYTES_MAX].into();
    for payload in [Bytes::new(), odd, long, Bytes::from_static(b"last")] {
        b.publish(&shard(3), payload.clone()).await;
        assert_eq!(a.hint().await, (shard(3), payload));
    }
    a.silence().await;
}

/// See the name.
pub async fn order_holds_per_topic_and_sender(bench: &dyn BusBench) {
    let mut ear = Node::join(bench, "ear").await;
    let (a, b) = (Node::join(bench, "a").await, Node::join(bench, "b").await);
    let topics = [shard(0), shard(1), shard(512), shard(1023)];
    ear.stand(&topics).await;
    let all = 100_usize;
    let speak = async |who: &Node, name: u8| {
        for n in 0..all {
            for topic in &topics {
                let n = u8::try_from(n).expect("few");
                who.publish(topic, vec![name, n]).await;
            }
        }
    };
    let listen = async {
        let mut heard = std::collections::BTreeMap::<(Topic, u8), Vec<u8>>::new();
        for _ in 0..2 * all * topics.len() {
            let (topic, payload) = ear.hint().await;
            heard
                .entry((topic, payload[0]))
                .or_default()
                .push(payload[1]);
        }
        heard
    };
    let ((), (), heard) =
        futures_util::future::join3(speak(&a, b'a'), speak(&b, b'b'), listen).await;
    assert_eq!(heard.len(), 2 * topics.len());
    for (from, numbers) in heard {
        assert_eq!(numbers, (0..100).collect::<Vec<u8>>(), "{from:?}");
    }
}

/// See the name.
pub async fn nothing_arrives_that_was_not_asked_for(bench: &dyn BusBench) {
    let (mut a, b) = (Node::join(bench, "a").await, Node::join(bench, "b").await);
    let own = Topic::Node(NodeName("a".to_owned()));
    a.stand(&[shard(1), own.clone()]).await;
    let others = [
        shard(2),
        shard(11),
        Topic::Nodes,
        Topic::Node(NodeName("b".to_owned())),
        Topic::Node(NodeName("a2".to_owned())),
    ];
    for topic in &others {
        b.publish(topic, "not for a").await;
    }
    b.publish(&own, "for a").await;
    assert_eq!(a.hint().await, (own, Bytes::from_static(b"for a")));
    a.silence().await;
}

/// See the name.
pub async fn nothing_published_after_whole_is_missed(bench: &dyn BusBench) {
    let (mut a, b) = (Node::join(bench, "a").await, Node::join(bench, "b").await);
    for n in 0..64 {
        a.stand(&[shard(n * 16)]).await;
        b.publish(&shard(n * 16), n.to_string()).await;
        assert_eq!(a.hint().await, (shard(n * 16), n.to_string().into()));
    }
}

/// See the name.
pub async fn a_topic_let_go_falls_silent_and_can_be_asked_for_again(bench: &dyn BusBench) {
    let (mut a, b) = (Node::join(bench, "a").await, Node::join(bench, "b").await);
    a.stand(&[shard(5), shard(6)]).await;
    a.bus.unsubscribe(&shard(5));
    // Hints may arrive for a moment; then no more.
    timeout(PATIENCE, async {
        loop {
            b.publish(&shard(5), "late").await;
            if timeout(SILENCE, a.news.recv()).await.is_err() {
                break;
            }
        }
    })
    .await
    .expect("the topic falls silent");
    b.publish(&shard(6), "other").await;
    assert_eq!(a.hint().await, (shard(6), Bytes::from_static(b"other")));
    a.stand(&[shard(5)]).await;
    b.publish(&shard(5), "again").await;
    assert_eq!(a.hint().await, (shard(5), Bytes::from_static(b"again")));
}

/// See the name.
pub async fn a_topic_flipped_in_haste_ends_as_asked_last(bench: &dyn BusBench) {
    let (mut a, b) = (Node::join(bench, "a").await, Node::join(bench, "b").await);
    for n in 0..20 {
        let (kept, gone) = (shard(n * 2), shard(n * 2 + 1));
        a.bus.subscribe(gone.clone());
        a.bus.subscribe(kept.clone());
        a.bus.unsubscribe(&kept);
        a.bus.unsubscribe(&gone);
        a.bus.subscribe(kept.clone());
        a.bus.unsubscribe(&kept);
        a.bus.subscribe(kept);
    }
    // A Whole may come once per asking; after the last one of each topic nothing is missed.
    let mut heard = std::collections::BTreeSet::new();
    timeout(PATIENCE, async {
        while heard.len() < 20 {
            for n in (0..40).filter(|n| !heard.contains(n)) {
                b.publish(&shard(n), "?").await;
            }
            while let Ok(news) = timeout(SILENCE, a.news.recv()).await {
                match news.expect("the adapter lives") {
                    BusNews::Hint(Topic::Shard(n), _) => {
                        assert_eq!(n % 2, 0, "a hint on a topic that was let go");
                        heard.insert(n);
                    }
                    BusNews::Whole(_) => {}
                    other => panic!("{other:?} in quiet"),
                }
            }
        }
    })
    .await
    .expect("every topic that was kept is heard");
}

/// See the name.
pub async fn asking_twice_is_asking_once(bench: &dyn BusBench) {
    let (mut a, b) = (Node::join(bench, "a").await, Node::join(bench, "b").await);
    a.bus.subscribe(shard(8));
    a.stand(&[shard(8)]).await;
    a.bus.subscribe(shard(8));
    b.publish(&shard(8), "once").await;
    assert_eq!(a.hint().await, (shard(8), Bytes::from_static(b"once")));
    a.silence().await;
}

/// See the name.
pub async fn a_full_receiver_is_told_gap_and_whole_and_never_holds_up_the_publisher(
    bench: &dyn BusBench,
) {
    let (bus, news) = bench.join(NodeName("a".to_owned()), 16).await;
    let mut slow = Node { bus, news };
    let (mut witness, b) = (Node::join(bench, "w").await, Node::join(bench, "b").await);
    slow.stand(&[shard(9)]).await;
    witness.stand(&[shard(9)]).await;
    let all = 300_u32;
    for n in 1..=all {
        b.publish(&shard(9), n.to_be_bytes().to_vec()).await;
    }
    for n in 1..=all {
        assert_eq!(witness.hint().await.1, n.to_be_bytes().to_vec());
    }
    witness.silence().await;
    // Whatever arrives is in order, and no hole is passed over without Gap and Whole.
    let (mut last, mut gaps, mut wholes) = (0, 0, 0);
    while gaps == 0 || wholes < gaps {
        match slow.next().await {
            BusNews::Hint(_, payload) => {
                assert_eq!(gaps, wholes, "a hint inside a gap");
                let n = u32::from_be_bytes(payload.as_ref().try_into().expect("four bytes"));
                assert!(n == last + 1 || gaps > 0 && n > last, "{n} after {last}");
                last = n;
            }
            BusNews::Gap(topics) => {
                assert_eq!(topics, [shard(9)]);
                gaps += 1;
            }
            BusNews::Whole(topics) => {
                assert_eq!(topics, [shard(9)]);
                wholes += 1;
            }
        }
    }
    assert!(last < all, "more arrived than there is room for");
    b.publish(&shard(9), "after").await;
    assert_eq!(slow.hint().await, (shard(9), Bytes::from_static(b"after")));
}

/// See the name.
pub async fn a_payload_too_large_is_an_error(bench: &dyn BusBench) {
    let mut a = Node::join(bench, "a").await;
    a.stand(&[shard(4)]).await;
    let large = Bytes::from(vec![0; PAYLOAD_BYTES_MAX + 1]);
    assert!(a.bus.publish(&shard(4), large).await.is_err());
    a.silence().await;
}

/// See the name.
pub async fn nobody_listening_is_no_error(bench: &dyn BusBench) {
    let a = Node::join(bench, "a").await;
    a.publish(&shard(4), "nobody").await;
    a.publish(&Topic::Nodes, "nobody").await;
    let gone = Topic::Node(NodeName("gone".to_owned()));
    a.publish(&gone, "nobody").await;
}

/// See the name.
pub async fn a_thousand_topics_stand(bench: &dyn BusBench) {
    let (mut a, b) = (Node::join(bench, "a").await, Node::join(bench, "b").await);
    let topics: Vec<Topic> = (0..1000).map(shard).collect();
    a.stand(&topics).await;
    for (n, topic) in (0..1000_u32).zip(&topics) {
        b.publish(topic, n.to_be_bytes().to_vec()).await;
    }
    let mut heard = std::collections::BTreeMap::new();
    while heard.len() < 1000 {
        let (topic, payload) = a.hint().await;
        assert!(heard.insert(topic, payload).is_none(), "twice");
    }
    for (n, topic) in (0..1000_u32).zip(&topics) {
        assert_eq!(heard[topic], n.to_be_bytes().to_vec());
    }
}

/// See the name.
pub async fn nodes_hear_each_other_and_themselves(bench: &dyn BusBench) {
    let (mut a, mut b) = (Node::join(bench, "a").await, Node::join(bench, "b").await);
    a.stand(&[Topic::Nodes]).await;
    b.stand(&[Topic::Nodes]).await;
    for (from, text) in [(&a.bus.clone(), "from a"), (&b.bus.clone(), "from b")] {
        from.publish(&Topic::Nodes, text.into())
            .await
            .expect("taken");
        assert_eq!(a.hint().await, (Topic::Nodes, text.into()));
        assert_eq!(b.hint().await, (Topic::Nodes, text.into()));
    }
}

/// See the name.
pub async fn a_bus_that_answers_is_ready(bench: &dyn BusBench) {
    let a = Node::join(bench, "a").await;
    a.bus.ready().await.expect("ready");
}
