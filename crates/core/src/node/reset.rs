//! A new password without the old one: by a link that an administrator makes and hands over, or that is mailed
//! (`mail.rs`).
//!
//! The link stands in the account, so that using it, setting the password and ending every login is one conditional
//! write. Its token begins with the account's id, by which it is found.

use hearth_protocol::{ErrorCode, User, UserId};
use uuid::Uuid;

use super::{
    Account, Node, Once,
    accounts::is_no_bot,
    acts::ActKind,
    link::{KeptLink, Link},
    system_user,
};
use crate::{hint::UserHint, refusal::Refusal};

/// A link is good for this long: it has to be handed over.
const RESET_MS: u64 = 24 * 60 * 60 * 1000;
/// An id, as a token begins with it.
const ID_CHARS: usize = 32;

impl Node {
    /// Makes a link by which a new password can be set, once; it takes the place of the one before. By the system's user
    /// it is made on the store itself.
    ///
    /// # Errors
    /// No such account, or the store is away: then one may be there that nobody can use.
    pub async fn make_reset(&self, by: &User, user: UserId, once: &Once) -> Result<Link, Refusal> {
        let account = self.account_or_refusal(user).await?;
        is_no_bot(user)?;
        let act = match by.id == system_user().id {
            true => ActKind::ResetLinkMade,
            false => ActKind::ResetMade,
        };
        self.write_down(by, act, Some(&account.user()), "").await?;
        let (link, kept) = once.link(&user.0.simple().to_string(), RESET_MS);
        self.unanswered(once).await?;
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
        let account = match account_in(token) {
            Some(user) => self.account_of(user).await?,
            None => None,
        };
        let wall_ms = self.0.clock.wall_ms();
        account
            .filter(|account| who_let_in(account, token, wall_ms).is_some())
            .ok_or_else(not_valid)
    }

    /// Sets the password by a link. Every login ends with it, every link, and by an administrator's a second factor.
    ///
    /// # Errors
    /// The link does not work any more; lost too many races; or the store is away: then it may be set.
    pub async fn reset_password(&self, token: &str, password_hash: &str) -> Result<User, Refusal> {
        let shown = self.account_to_reset(token).await?;
        let wall_ms = self.0.clock.wall_ms();
        let detail = match who_let_in(&shown, token, wall_ms) {
            Some(By::Mail) => "mail",
            _ => "",
        };
        self.write_down(&shown.user(), ActKind::ResetUsed, None, detail)
            .await?;
        let changed = self.change_account(shown.id, |account| {
            let by = who_let_in(account, token, wall_ms).ok_or_else(not_valid)?;
            account.password_hash = Some(password_hash.to_owned());
            account.password_changes += 1;
            account.reset = None;
            account.mail.void_links();
            // Who has lost the device as well has no other way in, and whoever makes links can let in anybody. A mailbox
            // is one factor, and no reason to drop the other.
            if by == By::Administrator {
                account.second = None;
            }
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

/// Who made a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Administrator,
    Mail,
}

/// By whose link a token lets in, if by any.
fn who_let_in(account: &Account, token: &str, wall_ms: u64) -> Option<By> {
    let links = [
        (account.reset.as_ref(), By::Administrator),
        (account.mail.reset.as_ref(), By::Mail),
    ];
    let fitting = |(link, by): (Option<&KeptLink>, By)| {
        link.filter(|link| link.fits(token, wall_ms)).map(|_| by)
    };
    links.into_iter().find_map(fitting)
}

/// The account with whose id a link's token begins.
pub(super) fn account_in(token: &str) -> Option<UserId> {
    let id = token.get(..ID_CHARS)?;
    Uuid::parse_str(id).ok().map(UserId)
}

fn not_valid() -> Refusal {
    Refusal::new(
        ErrorCode::Forbidden,
        "The link is not valid (any more). Ask an administrator for a new one.",
    )
}
