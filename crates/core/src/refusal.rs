//! A refusal: why something was not done, for the one who asked.

use hearth_protocol::ErrorCode;
use serde::{Deserialize, Serialize};

use crate::port::StoreError;

/// Why something was not done, in the words of the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// For programs; says whether to try again.
    pub code: ErrorCode,
    /// For people: the cause and the cure.
    pub message: String,
    /// When to try again, where that helps.
    pub retry_after_ms: Option<u64>,
}

impl Refusal {
    /// A refusal without a time.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            retry_after_ms: None,
        }
    }

    /// With the time after which to try again.
    #[must_use]
    pub fn retry_after(mut self, ms: u64) -> Self {
        self.retry_after_ms = Some(ms);
        self
    }
}

impl From<StoreError> for Refusal {
    /// Nothing is known to have been done: the cause goes to the log (by whoever handles it), not to the wire.
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Away(_) => Self::new(
                ErrorCode::Unavailable,
                "The store does not answer. Try again in a moment.",
            )
            .retry_after(1_000),
            StoreError::Failed(_) => Self::new(
                ErrorCode::Internal,
                "The store failed. The server's log has the cause.",
            )
            .retry_after(5_000),
        }
    }
}
