//! What an append costs on Cassandra, in requests. Alone in its process, because it counts all of them.
#![cfg(feature = "cassandra")]
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[path = "cassandra/place.rs"]
#[expect(dead_code, reason = "the other tests' nodes")]
mod place;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use hearth_core::{
    log::Head,
    port::{Appended, Freshness, Log},
};
use hearth_protocol::Seq;
use metrics::{
    Counter, CounterFn, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit,
};
use place::{Place, head, message, room};

#[tokio::test]
async fn a_warm_append_is_one_request_and_no_read() {
    let Some(place) = Place::one("a_warm_append_is_one_request_and_no_read") else {
        return;
    };
    let counts = Counts::default();
    metrics::set_global_recorder(counts.clone()).expect("the only recorder");
    // Small buckets: beginning one costs its filler nothing more.
    let store = place.store(16).await;
    let room = room();
    counts.clear();
    let mut at = Head::EMPTY;
    for run in 0..20 {
        let batch: Vec<_> = (1..=4).map(|n| message(run * 4 + n)).collect();
        let outcome = store.append(room, at, &batch).await.unwrap();
        assert_eq!(outcome, Appended::Applied);
        at = head((run + 1) * 4);
    }
    assert_eq!(counts.now(), [("append".to_owned(), 20)].into());

    // A page within a bucket is one read, one over a border two.
    for (from, to, reads) in [(33, 40, 1), (30, 37, 2)] {
        counts.clear();
        let page = store.read(room, Seq(from), Seq(to), 200, Freshness::Quorum);
        assert_eq!(page.await.unwrap().entries.len(), 8);
        assert_eq!(counts.now(), [("read".to_owned(), reads)].into());
    }
}

/// Counts by kind.
#[derive(Clone, Default)]
struct Counts(Arc<Mutex<BTreeMap<String, Arc<Count>>>>);

#[derive(Default)]
struct Count(AtomicU64);

impl CounterFn for Count {
    fn increment(&self, value: u64) {
        self.0.fetch_add(value, Ordering::Relaxed);
    }

    fn absolute(&self, value: u64) {
        self.0.store(value, Ordering::Relaxed);
    }
}

impl Counts {
    fn clear(&self) {
        for count in self.0.lock().unwrap().values() {
            count.absolute(0);
        }
    }

    fn now(&self) -> BTreeMap<String, u64> {
        self.0
            .lock()
            .unwrap()
            .iter()
            .map(|(kind, count)| (kind.clone(), count.0.load(Ordering::Relaxed)))
            .filter(|(_, count)| *count > 0)
            .collect()
    }
}

impl Recorder for Counts {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        let kind = key
            .labels()
            .find(|label| label.key() == "kind")
            .map_or("", |label| label.value());
        let mut counts = self.0.lock().unwrap();
        Counter::from_arc(counts.entry(kind.to_owned()).or_default().clone())
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}
