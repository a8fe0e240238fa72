//! `/api/v1/admin`: what administrators do about accounts, and see of servers and rooms. In rooms they are what anybody is.
//!
//! The calls are for who has the right `admin`, by a login: [`crate::http::Administrator`]. Each act is written down
//! before it is done (`GET /api/v1/admin/acts`).

pub mod acts;
pub mod bots;
pub mod first;
pub mod health;
pub mod invitations;
pub mod rooms;
pub mod users;

use serde::Serialize;
use utoipa::ToSchema;

use crate::http::Client;

/// A page of the web client by whose address something can be done once. What stands behind `#` is sent to no server
/// and stands in no proxy's log.
pub fn link(client: &Client, what: &str, token: &str) -> String {
    format!("{}://{}/#{what}={token}", client.scheme, client.host)
}

/// A link, told once.
#[derive(Debug, Serialize, ToSchema)]
pub struct Link {
    /// To hand over.
    link: String,
    /// What in it counts. It is told this once, and only its hash is kept.
    token: String,
    /// When it ends by itself, in milliseconds since 1970 (UTC).
    until_ms: u64,
}

impl Link {
    fn of(client: &Client, what: &str, made: hearth_core::node::Link) -> Self {
        Self {
            link: link(client, what, &made.token),
            token: made.token,
            until_ms: made.until_ms,
        }
    }
}
