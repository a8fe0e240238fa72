//! backends

#[cfg(feature = "cassandra")]
pub mod cassandra;
#[cfg(feature = "embedded")]
pub mod embedded;
#[cfg(feature = "files")]
pub mod files;
#[cfg(feature = "redis")]
pub mod redis;
