//! The in-process bus and presence board: the adapters of a server that runs alone, and of simulations and tests in
//! which several nodes share a process.
//!
//! They keep the whole contract of their ports: bounded, dropping when full and saying so, with links that can be cut.

mod bus;
mod presence;

pub use bus::{LocalNet, Loss};
pub use presence::LocalPresence;
