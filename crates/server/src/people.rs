//! The walk over all accounts after the start: those by whose names nobody finds them yet are listed.
//!
//! A build that knew no such list has made or changed them. It goes on as long as such a server runs beside newer ones, so
//! each server walks once, and the last one that is brought up to date finds what is left.

use std::time::Duration;

use hearth_core::node::Node;
use tokio::time::sleep;

/// Between two pages: a hundred thousand accounts are looked at in a minute, beside all that people do.
const PAUSE: Duration = Duration::from_millis(100);
/// After the store did not answer.
const AGAIN: Duration = Duration::from_secs(30);

/// Walks over all accounts, once.
pub async fn list(node: Node) {
    let mut place = None;
    loop {
        match node.list_unlisted(place.as_deref()).await {
            Ok(None) => return,
            Ok(next) => {
                place = next;
                sleep(PAUSE).await;
            }
            // Its cause is in the log.
            Err(_) => sleep(AGAIN).await,
        }
    }
}
