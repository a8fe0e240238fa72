//! Time as a parameter.

/// Two clocks: one that only ever rises, for pauses and deadlines, and one that people read, for display.
pub trait Clock: Send + Sync {
    /// Milliseconds since any fixed moment; never goes back.
    fn now_ms(&self) -> u64;

    /// Milliseconds since 1970 (UTC); may jump.
    fn wall_ms(&self) -> u64;
}
