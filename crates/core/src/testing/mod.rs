//! Stand-ins for tests and simulations of what the core is run over. Feature `testing`; never in a server.

mod memory;

pub use memory::{Calls, Fault, MemoryStore};
