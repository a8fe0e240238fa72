//! An account's mail address, and links that are sent there: to show that it is its holder's, and to set a new password.
//!
//! Promises: an address counts once somebody has followed the link that was sent to it; nobody but the account's holder
//! and administrators is told it. Links stand in the account, as hashes, so that all servers know them and using one is one
//! conditional write; a change of the password voids them. For one account a bounded number of mails goes out, from
//! whichever server, and whatever is done with the address. It must not know how mail is sent.

use hearth_protocol::{ErrorCode, User, UserId};
use serde::{Deserialize, Serialize};

use super::{
    Account, Node,
    link::{KeptLink, Link},
    reset::account_in,
};
use crate::refusal::Refusal;

/// An address, in bytes: what a mail server takes.
const ADDRESS_BYTES_MAX: usize = 254;
/// A link that shows whose an address is: until tomorrow, as mail may be slow.
const CONFIRM_MS: u64 = 24 * 60 * 60 * 1000;
/// A link for a new password lies in a mailbox: it is good as long as somebody sits before it.
const RESET_MS: u64 = 60 * 60 * 1000;
/// Between two links of one kind of one account, so that nobody's mailbox can be filled, a stranger's neither.
const PAUSE_MS: u64 = 5 * 60 * 1000;

/// What an account has of mail.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mail {
    /// The address, once it was shown to be the holder's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// One to which a link was sent that nobody has followed yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pending: Option<PendingMail>,
    /// The link for a new password that was sent last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reset: Option<KeptLink>,
    /// When a link to show whose an address is was made last, in milliseconds since 1970. It outlives the link and the
    /// address: else who takes the address away could have the next mail sent at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirm_made_ms: Option<u64>,
    /// The same, of a link for a new password.
    #[serde(skip_serializing_if = "Option::is_none")]
    reset_made_ms: Option<u64>,
}

/// An address of which it is not known yet whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingMail {
    /// The address.
    pub address: String,
    /// The link that was sent there.
    link: KeptLink,
}

impl Mail {
    pub(super) fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// Nothing that was sent works any more. Whoever could ask for it, by the password until now or by an open device, is
    /// to get no further by it.
    pub(super) fn void_links(&mut self) {
        self.pending = None;
        self.reset = None;
    }
}

/// A link that is to be mailed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailLink {
    /// Where to.
    pub address: String,
    /// Whose account it is about.
    pub user: User,
    /// The link.
    pub link: Link,
}

impl Node {
    /// Notes an address, and makes the link that is to be sent there. One that was confirmed before stays until then.
    ///
    /// # Errors
    /// It is no address; one was noted a moment ago (`busy`); or the store is away.
    pub async fn note_mail(&self, user: UserId, address: &str) -> Result<MailLink, Refusal> {
        let address = address.trim();
        if !is_address(address) {
            let text = "This is no mail address. Write it as somebody@example.org.";
            return Err(Refusal::new(ErrorCode::BadRequest, text));
        }
        let wall_ms = self.0.clock.wall_ms();
        let (link, kept) = self.new_link(&user.0.simple().to_string(), CONFIRM_MS);
        let changed = self.change_account(user, |account| {
            if let Some(wait_ms) = pause_left(account.mail.confirm_made_ms, wall_ms) {
                let text =
                    "A link was sent a moment ago. Look into the mailbox, or try again later.";
                return Err(Refusal::new(ErrorCode::Busy, text).retry_after(wait_ms));
            }
            account.mail.pending = Some(PendingMail {
                address: address.to_owned(),
                link: kept.clone(),
            });
            account.mail.confirm_made_ms = Some(wall_ms);
            Ok(())
        });
        Ok(MailLink {
            address: address.to_owned(),
            user: changed.await?.user(),
            link,
        })
    }

    /// The address to which this link was sent is its account's from now on. Links for a new password that went to the one
    /// before are void.
    ///
    /// # Errors
    /// The link does not work (any more), or the store is away.
    pub async fn confirm_mail(&self, token: &str) -> Result<(), Refusal> {
        let not_valid = || {
            let text = "The link is not valid (any more). Have a new one sent from your settings.";
            Refusal::new(ErrorCode::Forbidden, text)
        };
        let wall_ms = self.0.clock.wall_ms();
        let user = account_in(token).ok_or_else(not_valid)?;
        if self.account_of(user).await?.is_none() {
            return Err(not_valid());
        }
        let changed = self.change_account(user, |account| {
            let mail = &mut account.mail;
            let pending = mail.pending.take_if(|p| p.link.fits(token, wall_ms));
            mail.address = Some(pending.ok_or_else(not_valid)?.address);
            mail.reset = None;
            Ok(())
        });
        changed.await.map(drop)
    }

    /// Takes the address away, and what was sent. When that was stays known.
    ///
    /// # Errors
    /// The store is away.
    pub async fn forget_mail(&self, user: UserId) -> Result<(), Refusal> {
        let changed = self.change_account(user, |account| {
            account.mail.address = None;
            account.mail.void_links();
            Ok(())
        });
        changed.await.map(drop)
    }

    /// Makes a link for a new password that is to be mailed. `None`: there is no such account, it has no address or is
    /// deactivated, or a link was made a moment ago. Whoever asks for it is not to be told which.
    ///
    /// # Errors
    /// The store is away.
    pub async fn make_mail_reset(&self, name: &str) -> Result<Option<MailLink>, Refusal> {
        let Some(account) = self.account(name).await? else {
            return Ok(None);
        };
        let wall_ms = self.0.clock.wall_ms();
        if address_for_reset(&account, wall_ms).is_none() {
            return Ok(None);
        }
        let (link, kept) = self.new_link(&account.id.0.simple().to_string(), RESET_MS);
        let changed = self.change_account(account.id, |account| {
            if address_for_reset(account, wall_ms).is_none() {
                // Another server was first.
                return Err(Refusal::new(
                    ErrorCode::Taken,
                    "A link was made a moment ago.",
                ));
            }
            account.mail.reset = Some(kept.clone());
            account.mail.reset_made_ms = Some(wall_ms);
            Ok(())
        });
        match changed.await {
            Ok(account) => Ok(Some(MailLink {
                user: account.user(),
                address: account.mail.address.unwrap_or_default(),
                link,
            })),
            Err(refusal) if refusal.code == ErrorCode::Taken => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }
}

/// Where a link for a new password may be sent now.
fn address_for_reset(account: &Account, wall_ms: u64) -> Option<&str> {
    let rests = pause_left(account.mail.reset_made_ms, wall_ms).is_some();
    let address = account.mail.address.as_deref();
    address.filter(|_| !account.deactivated && !rests)
}

/// How long until the next link may be made, by when the last one was.
fn pause_left(made_ms: Option<u64>, wall_ms: u64) -> Option<u64> {
    let next_ms = made_ms?.saturating_add(PAUSE_MS);
    next_ms.checked_sub(wall_ms).filter(|wait_ms| *wait_ms > 0)
}

/// The form of an address, as far as it matters: one `@`, something before it, a name with a dot or `localhost` behind it,
/// and nothing that could end a line of a mail. Whether it is one only the link shows.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let plain = |c: char| c.is_ascii_graphic() && !"@<>()[],;:\\\"".contains(c);
    let labels = domain.split('.');
    let sound = |label: &str| {
        let inner = |c: char| c.is_ascii_alphanumeric() || c == '-';
        !label.is_empty()
            && label.len() <= 63
            && label.chars().all(inner)
            && !label.starts_with('-')
    };
    text.len() <= ADDRESS_BYTES_MAX
        && (1..=64).contains(&local.len())
        && local.chars().all(plain)
        && labels.clone().all(sound)
        && (labels.count() > 1 || domain == "localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_the_form_of_one_and_nothing_that_ends_a_line() {
        for text in [
            "ann@example.org",
            "ann.b+chat@mail.example.co.uk",
            "o'brien@x-y.example",
            "root@localhost",
        ] {
            assert!(is_address(text), "{text}");
        }
        let long = format!("{}@example.org", "a".repeat(65));
        for text in [
            "",
            "ann",
            "@example.org",
            "ann@",
            "ann@example",
            "ann@.org",
            "ann@-x.org",
            "a b@example.org",
            "ann@exa\nmple.org",
            "ann@example.org\r\nBcc: all@example.org",
            "Ann <ann@example.org>",
            "ann@b@example.org",
            "ann@exämple.org",
            &long,
        ] {
            assert!(!is_address(text), "{text:?}");
        }
    }
}
