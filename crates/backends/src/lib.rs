//! backends

#[cfg(feature = "embedded")]
pub mod embedded;
