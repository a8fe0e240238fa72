//! A room on one node: a pure machine. Inputs and now go in, effects come out; `crate::node` runs them.
//!
//! Parts, each in its file: the fold of the log (`fold`), the window of it that the node knows (`tail`), appending
//! (`append`), forwarding to the writer (`forward`), repairing holes (`timeline`), and the readers (`hub`).

mod api;

pub use api::{
    Audience, Checkpoint, Effect, Input, Origin, ReadId, ReaderId, RoomView, Send, Ticket,
};
