//! What was met: how often each thing happened that the simulation is there to make happen.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
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
