//! Stand-ins for tests and simulations of what the core is run over. Feature `testing`; never in a server.

mod files;
mod memory;
pub mod secrets;

pub use files::MemoryFiles;
pub use memory::{Calls, Fault, MemoryStore};
