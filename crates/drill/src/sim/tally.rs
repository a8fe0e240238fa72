//! What was met: how often each thing happened that the simulation is there to make happen. Some of it only the nodes
//! themselves know, and count as they do for operators.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use metrics::{
    Counter, CounterFn, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit,
};

/// Counts by name. Clones are the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Met(Arc<Mutex<BTreeMap<&'static str, u64>>>);

impl Met {
    /// Once more.
    pub(super) fn add(&self, what: &'static str) {
        self.more(what, 1);
    }

    /// So many more.
    pub(super) fn more(&self, what: &'static str, count: u64) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(what).or_default() += count;
    }

    /// All counts.
    pub(crate) fn counts(&self) -> BTreeMap<&'static str, u64> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// Of what the nodes count themselves, what is met.
const OF_NODES: &[(&str, &str)] = &[
    ("hearth_holes_total", "holes found"),
    ("hearth_holes_repaired_total", "holes repaired"),
    ("hearth_forwards_total", "forwards"),
    ("hearth_forward_fallbacks_total", "forward fall-backs"),
    ("hearth_audit_found_total", "found by the audit"),
    ("hearth_sends_busy_total", "sends turned away as too many"),
    ("hearth_sends_expired_total", "sends out of time"),
    (
        "hearth_readers_skipped_total",
        "readers told a gap as too far behind",
    ),
];

/// Takes the nodes' counts, for as long as it is the thread's recorder.
pub(super) struct OfNodes(pub(super) Met);

struct More(Met, &'static str);

impl CounterFn for More {
    fn increment(&self, value: u64) {
        if value > 0 {
            self.0.more(self.1, value);
        }
    }

    // Nothing here is counted by anybody else.
    fn absolute(&self, _value: u64) {}
}

impl Recorder for OfNodes {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        match OF_NODES.iter().find(|(name, _)| *name == key.name()) {
            Some((_, what)) => Counter::from_arc(Arc::new(More(self.0.clone(), what))),
            None => Counter::noop(),
        }
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}
