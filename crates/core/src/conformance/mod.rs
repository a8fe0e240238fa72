//! One suite per port, run over every adapter: what a port's doc comment promises, as tests.

pub mod store;
