//! Administrators: who has the right `admin`, and how the first of them comes to it.
//!
//! They stand in one record, so that the last one keeps the right also in a race, and so that of all links for the first
//! one only one works: it is presented, and all links end, in one conditional write.
//!
//! Promises: whoever has the right has a password, and is not deactivated. What it must not know: rooms. An
//! administrator is in rooms what anybody is.

use std::collections::BTreeSet;

use hearth_protocol::{ErrorCode, User, UserId};
use serde::{Deserialize, Serialize};

use super::{
    Account, Node,
    acts::ActKind,
    link::{KeptLink, Link},
    system_user,
};
use crate::refusal::Refusal;

/// More than any team needs, and one small record.
pub const ADMINISTRATORS_MAX: usize = 100;
/// Where they stand.
const KEY: &str = "administrators";
/// A link for the first administrator is good for this long: somebody has just started the server.
const FIRST_MS: u64 = 24 * 60 * 60 * 1000;
/// Links for the first administrator at a time: each server tells its own when it starts. The oldest gives way.
const FIRST_MAX: usize = 16;

/// The record.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Administrators {
    #[serde(default)]
    users: BTreeSet<UserId>,
    /// While there are no users.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    first: Vec<KeptLink>,
}

impl Administrators {
    fn may_be_first(&self, token: &str, wall_ms: u64) -> Result<(), Refusal> {
        if !self.users.is_empty() {
            return Err(Refusal::new(
                ErrorCode::Forbidden,
                "There is an administrator already: ask them for the right.",
            ));
        }
        if !self.first.iter().any(|link| link.fits(token, wall_ms)) {
            return Err(Refusal::new(
                ErrorCode::Forbidden,
                "The link for the first administrator is not valid (any more). A server says a new one in its log when \
                 it starts, and so does `hearth admin first-link`.",
            ));
        }
        Ok(())
    }
}

impl Node {
    /// Whether a user has the right `admin`.
    ///
    /// # Errors
    /// The store is away.
    pub async fn is_administrator(&self, user: UserId) -> Result<bool, Refusal> {
        Ok(self.administrators().await?.contains(&user))
    }

    /// All who have it.
    ///
    /// # Errors
    /// The store is away.
    pub async fn administrators(&self) -> Result<BTreeSet<UserId>, Refusal> {
        Ok(self.setting::<Administrators>(KEY).await?.users)
    }

    /// A new link for the first administrator; `None` if there is one.
    ///
    /// # Errors
    /// The store is away.
    pub async fn offer_first(&self) -> Result<Option<Link>, Refusal> {
        let (link, kept) = self.new_link("", FIRST_MS);
        let wall_ms = self.0.clock.wall_ms();
        let is_told = self.change_setting(KEY, |all: &mut Administrators| {
            if !all.users.is_empty() {
                return Ok(false);
            }
            all.first.retain(|link| link.until_ms > wall_ms);
            while all.first.len() >= FIRST_MAX {
                all.first.remove(0);
            }
            all.first.push(kept.clone());
            Ok(true)
        });
        Ok(is_told.await?.then_some(link))
    }

    /// The same for whoever runs the store, on the store itself: an act.
    ///
    /// # Errors
    /// The store is away.
    pub async fn make_first(&self) -> Result<Option<Link>, Refusal> {
        if !self.administrators().await?.is_empty() {
            return Ok(None);
        }
        self.write_down(&system_user(), ActKind::FirstLinkMade, None, "")
            .await?;
        self.offer_first().await
    }

    /// Whether this is the token of a link for the first administrator that still works.
    ///
    /// # Errors
    /// It is not, there is an administrator, or the store is away.
    pub async fn may_be_first(&self, token: &str) -> Result<(), Refusal> {
        let all: Administrators = self.setting(KEY).await?;
        all.may_be_first(token, self.0.clock.wall_ms())
    }

    /// Makes an account the first administrator, by its link. To who has the right already it changes nothing.
    ///
    /// # Errors
    /// As [`Node::may_be_first`], or the account has no password.
    pub async fn become_first(&self, account: &Account, token: &str) -> Result<(), Refusal> {
        may_have_admin(account)?;
        if self.is_administrator(account.id).await? {
            return Ok(());
        }
        self.may_be_first(token).await?;
        let user = account.user();
        self.write_down(&user, ActKind::FirstAdministrator, None, "")
            .await?;
        let wall_ms = self.0.clock.wall_ms();
        self.change_setting(KEY, |all: &mut Administrators| {
            // The same, asked at the same time, was first.
            if all.users.contains(&user.id) {
                return Ok(());
            }
            all.may_be_first(token, wall_ms)?;
            all.users.insert(user.id);
            all.first.clear();
            Ok(())
        })
        .await?;
        tracing::info!(user.id = %user.id, "the first administrator");
        Ok(())
    }

    /// Gives the right `admin`. To who has it already it changes nothing.
    ///
    /// # Errors
    /// No such account, one without a password or deactivated, too many, or the store is away.
    pub async fn give_admin(&self, by: &User, user: UserId) -> Result<(), Refusal> {
        let account = self.account_or_refusal(user).await?;
        may_have_admin(&account)?;
        if self.is_administrator(user).await? {
            return Ok(());
        }
        self.write_down(by, ActKind::AdminGiven, Some(&account.user()), "")
            .await?;
        self.change_setting(KEY, |all: &mut Administrators| {
            if all.users.len() >= ADMINISTRATORS_MAX && !all.users.contains(&user) {
                let text = format!("There may be {ADMINISTRATORS_MAX} administrators at most.");
                return Err(Refusal::new(ErrorCode::Full, text));
            }
            all.users.insert(user);
            Ok(())
        })
        .await?;
        // Who deactivates an account looks at the rights after it, so one of the two sees the other.
        let now = self.account_or_refusal(user).await;
        if let Err(refusal) = now.and_then(|account| may_have_admin(&account)) {
            self.remove_administrator(user).await?;
            return Err(refusal);
        }
        Ok(())
    }

    /// Takes the right `admin`. From who does not have it it changes nothing.
    ///
    /// # Errors
    /// It is the last one's, or the store is away.
    pub async fn take_admin(&self, by: &User, user: UserId) -> Result<(), Refusal> {
        let all = self.administrators().await?;
        if !all.contains(&user) {
            return self.account_or_refusal(user).await.map(|_| ());
        }
        if all.len() == 1 {
            return Err(the_last());
        }
        let whom = self.account_of(user).await?.map(|account| account.user());
        self.write_down(by, ActKind::AdminTaken, whom.as_ref(), "")
            .await?;
        self.remove_administrator(user).await
    }

    async fn remove_administrator(&self, user: UserId) -> Result<(), Refusal> {
        self.change_setting(KEY, |all: &mut Administrators| {
            if all.users.len() == 1 && all.users.contains(&user) {
                return Err(the_last());
            }
            all.users.remove(&user);
            Ok(())
        })
        .await
    }

    /// An account by its id.
    pub(super) async fn account_or_refusal(&self, user: UserId) -> Result<Account, Refusal> {
        let account = self.account_of(user).await?;
        account.ok_or_else(|| Refusal::new(ErrorCode::NotFound, "There is no such account."))
    }
}

/// A right that a name alone would give is nobody's: in mode `open` everybody can say every name.
fn may_have_admin(account: &Account) -> Result<(), Refusal> {
    account.may_enter()?;
    if account.password_hash.is_none() {
        return Err(Refusal::new(
            ErrorCode::Forbidden,
            "An administrator's account needs a password. Set one first (PUT /api/v1/password).",
        ));
    }
    Ok(())
}

fn the_last() -> Refusal {
    Refusal::new(
        ErrorCode::Forbidden,
        "The last administrator keeps the right. Give it to somebody else first.",
    )
}
