//! Sign-ups under a key. There is no user yet by whom a key could be known, so what a sign-up is known by stands in the
//! account that it makes, and is written with it.
//!
//! Promises: the same sign-up again finds the account that it made, for a day, on whichever node, wherever it broke off.
//! It lets nobody in: whoever asks shows the password as well, or that there is none.

use hearth_protocol::{SendId, UserName};
use serde::{Deserialize, Serialize};

use super::{Account, Node, Once, REQUESTS_MS, logins::hash};
use crate::refusal::Refusal;

/// By what a sign-up is known again: a hash, of which nobody learns the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SignUpKey(String);

impl SignUpKey {
    /// `asked`: all that is asked, in any form that is equal for equal sign-ups. Not the password: it is shown again, and
    /// held against its own hash, which is a slow one.
    pub fn new(key: &SendId, asked: &str) -> Self {
        Self(hash(&format!("{key} {asked}")))
    }

    /// Of an account that is made by a request of somebody else's.
    pub(super) fn of(once: &Once) -> Self {
        Self(hash(&once.uuid().to_string()))
    }
}

impl Node {
    /// The account that this sign-up made.
    ///
    /// # Errors
    /// The store is away.
    pub async fn signed_up(
        &self,
        name: &UserName,
        by: &SignUpKey,
    ) -> Result<Option<Account>, Refusal> {
        let wall_ms = self.0.clock.wall_ms();
        let is_its = |account: &Account| {
            let until_ms = account.created_ms.saturating_add(REQUESTS_MS);
            account.signed_up.as_ref() == Some(by) && wall_ms < until_ms
        };
        Ok(self.account(name.as_str()).await?.filter(is_its))
    }
}
