//! A new password without the old one: by a link that an administrator makes and hands over.
//!
//! The link stands in the account, so that using it, setting the password and ending every login is one conditional
//! write. Its token begins with the account's id, by which it is found.

use hearth_protocol::{ErrorCode, User, UserId};
use uuid::Uuid;

use super::{Account, Node, acts::ActKind, link::Link};
use crate::{hint::UserHint, refusal::Refusal};

/// A link is good for this long: it has to be handed over.
const RESET_MS: u64 = 24 * 60 * 60 * 1000;
/// An id, as a token begins with it.
const ID_CHARS: usize = 32;

impl Node {
    /// Makes a link by which a new password can be set, once; it takes the place of the one before.
    ///
    /// # Errors
    /// No such account, or the store is away: then one may be there that nobody can use.
    pub async fn make_reset(&self, by: &User, user: UserId) -> Result<Link, Refusal> {
        let account = self.account_or_refusal(user).await?;
        self.write_down(by, ActKind::ResetMade, Some(&account.user()), "")
            .await?;
        let (link, kept) = self.new_link(&user.0.simple().to_string(), RESET_MS);
        let made = self.change_account(user, |account| {
            account.reset = Some(kept.clone());
            Ok(())
        });
        made.await?;
        Ok(link)
    }

    /// The account of a link that still works.
    ///
    /// # Errors
    /// There is none, or the store is away.
    pub async fn account_to_reset(&self, token: &str) -> Result<Account, Refusal> {
        let id = token
            .get(..ID_CHARS)
            .and_then(|id| Uuid::parse_str(id).ok());
        let account = match id {
            Some(id) => self.account_of(UserId(id)).await?,
            None => None,
        };
        let wall_ms = self.0.clock.wall_ms();
        account
            .filter(|account| is_open(account, token, wall_ms))
            .ok_or_else(not_valid)
    }

    /// Sets the password by a link. Every login ends with it, the link, and a second factor.
    ///
    /// # Errors
    /// The link does not work any more; lost too many races; or the store is away: then it may be set.
    pub async fn reset_password(&self, token: &str, password_hash: &str) -> Result<User, Refusal> {
        let shown = self.account_to_reset(token).await?;
        let wall_ms = self.0.clock.wall_ms();
        let changed = self.change_account(shown.id, |account| {
            if !is_open(account, token, wall_ms) {
                return Err(not_valid());
            }
            account.password_hash = Some(password_hash.to_owned());
            account.password_changes += 1;
            account.reset = None;
            // Who has lost the device as well has no other way in, and whoever makes links can let in anybody.
            account.second = None;
            Ok(())
        });
        let account = changed.await?;
        self.tell_user(account.id, UserHint::Logins);
        // They count for nothing any more; the list is to say so too.
        if let Err(refusal) = self.end_logins(account.id, None).await {
            tracing::debug!(%refusal, "the list of ended logins stays until the next one");
        }
        Ok(account.user())
    }
}

fn is_open(account: &Account, token: &str, wall_ms: u64) -> bool {
    let link = account.reset.as_ref();
    link.is_some_and(|link| link.fits(token, wall_ms))
}

fn not_valid() -> Refusal {
    Refusal::new(
        ErrorCode::Forbidden,
        "The link is not valid (any more). Ask an administrator for a new one.",
    )
}
