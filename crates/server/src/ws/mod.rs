//! WebSockets on the upgraded stream: an own codec and an own task per socket, because an idle connection must cost
//! little memory (docs/decisions). The path of a text: `codec` → `inbox` → `socket` → session; and back: session →
//! `pipe`.

pub mod codec;
#[cfg(test)]
pub mod cuts;
#[cfg(feature = "conformance")]
pub mod echo;
pub mod handshake;
pub mod inbox;
pub mod pipe;
pub mod pulse;
pub mod socket;
