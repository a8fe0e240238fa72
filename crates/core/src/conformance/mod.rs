//! One suite per port, run over every adapter: what a port's doc comment promises, as tests.
//!
//! Each promise is a function that takes a bench (the adapter under test with what the suite needs to move it) and
//! panics where the promise is broken.

pub mod bus;
pub mod files;
pub mod presence;
pub mod store;
