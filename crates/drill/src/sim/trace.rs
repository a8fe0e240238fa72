//! What a schedule did, line by line: kept only where somebody wants to see it.

use std::sync::{Arc, Mutex, PoisonError};

use super::agenda::Agenda;

/// The trace. Clones are the same.
#[derive(Clone)]
pub(super) struct Trace {
    agenda: Agenda,
    lines: Option<Arc<Mutex<Vec<String>>>>,
}

impl Trace {
    pub(super) fn new(agenda: Agenda, is_kept: bool) -> Self {
        Self {
            agenda,
            lines: is_kept.then(Arc::default),
        }
    }

    /// Adds a line, made only if it is kept.
    pub(super) fn say(&self, line: impl FnOnce() -> String) {
        if let Some(lines) = &self.lines {
            let line = format!("{:>6} {}", self.agenda.now_ms(), line());
            lines
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(line);
        }
    }

    /// All of it.
    pub(super) fn take(&self) -> Vec<String> {
        self.lines.as_ref().map_or_else(Vec::new, |lines| {
            std::mem::take(&mut *lines.lock().unwrap_or_else(PoisonError::into_inner))
        })
    }
}
