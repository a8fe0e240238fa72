//! What every route shares: how a body is read, who asks, what is refused before a route is reached, how a refusal
//! looks, and what is logged.

pub mod answer;
pub mod cookie;
pub mod device;
pub mod guard;
pub mod identity;
pub mod input;
pub mod limit;
pub mod making;
pub mod trace;

pub use answer::{Answer, ApiError};
pub use guard::Client;
pub use identity::{Administrator, Caller, Known};
pub use input::{Body, Params, Raw, given_key, idempotency_key};
pub use making::{Begun, Making, MakingBare};
