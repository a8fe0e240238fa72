//! Invitations: links by which a bounded number of people may each make an account.
//!
//! All stand in one record, so that their uses are counted exactly: a use is taken by compare-and-set before the account
//! is made, and given back only where the account was certainly not made. So more never come in than were invited; a use
//! whose sign-up the store did not answer may be lost.

use std::str::FromStr;

use hearth_protocol::{ErrorCode, User, UserId, UserName};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Account, Node, Once, SignUpKey,
    acts::ActKind,
    link::{KeptLink, Link},
};
use crate::refusal::Refusal;

/// Invitations at a time, those that are used up included until their time is over.
pub const INVITATIONS_MAX: usize = 200;
/// Uses of one invitation.
pub const USES_MAX: u32 = 1_000;
/// Sign-ups by one invitation that are known again by their key: the newest, as somebody who got no answer asks again
/// soon. All invitations stand in one record.
const SIGN_UPS_MAX: usize = 8;
/// How long one may be good, in days.
pub const DAYS_MAX: u64 = 90;
const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// Where they stand.
const KEY: &str = "invitations";

/// An invitation, as administrators point at it. Knowing it lets nobody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct InvitationId(pub Uuid);

impl FromStr for InvitationId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(Self)
    }
}

/// An invitation as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Its name towards administrators.
    pub id: InvitationId,
    /// How many may come in by it.
    pub uses_max: u32,
    /// How many have.
    pub uses: u32,
    /// Of these, by what the newest are known again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sign_ups: Vec<SignUpKey>,
    /// Who made it.
    pub by: UserId,
    /// What they were called then.
    pub by_name: String,
    /// When it was made, in milliseconds since 1970.
    pub created_ms: u64,
    link: KeptLink,
}

impl Invitation {
    /// When it ends by itself, in milliseconds since 1970.
    pub fn until_ms(&self) -> u64 {
        self.link.until_ms
    }

    /// Whether this sign-up has taken a use before.
    fn is_taken_by(&self, by: Option<&SignUpKey>) -> bool {
        by.is_some_and(|by| self.sign_ups.contains(by))
    }
}

impl Node {
    /// Makes an invitation for so many, good for so many days. Its token is told once.
    ///
    /// # Errors
    /// A number out of its bounds, too many invitations, or the store is away: then one may be there that nobody can
    /// use.
    pub async fn invite(
        &self,
        by: &User,
        uses_max: u32,
        days: u64,
        once: &Once,
    ) -> Result<(Invitation, Link), Refusal> {
        if !(1..=USES_MAX).contains(&uses_max) || !(1..=DAYS_MAX).contains(&days) {
            let text = format!(
                "An invitation is for 1 to {USES_MAX} people and good for 1 to {DAYS_MAX} days."
            );
            return Err(Refusal::new(ErrorCode::BadRequest, text));
        }
        let (link, kept) = once.link("", days * DAY_MS);
        let wall_ms = self.0.clock.wall_ms();
        let invitation = Invitation {
            id: InvitationId(once.uuid()),
            uses_max,
            uses: 0,
            sign_ups: Vec::new(),
            by: by.id,
            by_name: by.name.clone(),
            created_ms: once.at_ms(),
            link: kept,
        };
        let detail = format!("{} for {uses_max}, {days} days", invitation.id.0);
        self.write_down(by, ActKind::InvitationMade, None, &detail)
            .await?;
        self.unanswered(once).await?;
        self.change_setting(KEY, |all: &mut Vec<Invitation>| {
            all.retain(|other| other.until_ms() > wall_ms);
            // It was asked for before.
            if all.iter().any(|other| other.id == invitation.id) {
                return Ok(());
            }
            if all.len() >= INVITATIONS_MAX {
                // The oldest that lets nobody in any more gives way.
                let used_up = all.iter().position(|other| other.uses >= other.uses_max);
                let Some(used_up) = used_up else {
                    let text = format!(
                        "There are {INVITATIONS_MAX} invitations already. Withdraw one, or wait until one's time is over."
                    );
                    return Err(Refusal::new(ErrorCode::Full, text));
                };
                all.remove(used_up);
            }
            all.push(invitation.clone());
            Ok(())
        })
        .await?;
        Ok((invitation, link))
    }

    /// Those whose time is not over, the newest first.
    ///
    /// # Errors
    /// The store is away.
    pub async fn invitations(&self) -> Result<Vec<Invitation>, Refusal> {
        let mut all: Vec<Invitation> = self.setting(KEY).await?;
        let wall_ms = self.0.clock.wall_ms();
        all.retain(|invitation| invitation.until_ms() > wall_ms);
        all.reverse();
        Ok(all)
    }

    /// Withdraws an invitation: from the answer on nobody comes in by it. Whether it was there.
    ///
    /// # Errors
    /// The store is away: then it may be withdrawn.
    pub async fn withdraw(&self, by: &User, id: InvitationId) -> Result<bool, Refusal> {
        let all: Vec<Invitation> = self.setting(KEY).await?;
        if !all.iter().any(|invitation| invitation.id == id) {
            return Ok(false);
        }
        let detail = id.0.to_string();
        self.write_down(by, ActKind::InvitationWithdrawn, None, &detail)
            .await?;
        self.change_setting(KEY, |all: &mut Vec<Invitation>| {
            all.retain(|invitation| invitation.id != id);
            Ok(())
        })
        .await?;
        Ok(true)
    }

    /// Whether somebody may come in by this token now: to be asked before anything costly is done for them.
    ///
    /// # Errors
    /// No such invitation, not any more, all its uses are taken, or the store is away.
    pub async fn is_invited(&self, token: &str, by: Option<&SignUpKey>) -> Result<(), Refusal> {
        let mut all: Vec<Invitation> = self.setting(KEY).await?;
        usable(&mut all, token, by, self.0.clock.wall_ms()).map(|_| ())
    }

    /// Makes an account by an invitation, one of whose uses it takes: if the same sign-up broke off before, the one that
    /// it has taken then.
    ///
    /// # Errors
    /// As [`Node::is_invited`] and [`Node::create_account`].
    pub async fn create_invited_account(
        &self,
        token: &str,
        name: &UserName,
        display: Option<&str>,
        password_hash: Option<String>,
        by: Option<&SignUpKey>,
    ) -> Result<Account, Refusal> {
        let wall_ms = self.0.clock.wall_ms();
        let taken = self.change_setting(KEY, |all: &mut Vec<Invitation>| {
            let invitation = usable(all, token, by, wall_ms)?;
            let is_new = !invitation.is_taken_by(by);
            if is_new {
                invitation.uses += 1;
                invitation.sign_ups.extend(by.cloned());
                let over = invitation.sign_ups.len().saturating_sub(SIGN_UPS_MAX);
                invitation.sign_ups.drain(..over);
            }
            Ok((invitation.id, is_new))
        });
        let (id, is_new) = taken.await?;
        let made = self.sign_up(name, display, password_hash, by).await;
        if let Err(refusal) = &made
            && matches!(refusal.code, ErrorCode::Taken | ErrorCode::BadRequest)
            // Each gives back what it has taken itself: one that broke off before would else be given back many times.
            && is_new
            && !self.is_signed_up(name, by).await
        {
            let given_back = self.change_setting(KEY, |all: &mut Vec<Invitation>| {
                let own = all.iter_mut().find(|invitation| invitation.id == id);
                if let Some(own) = own {
                    own.uses = own.uses.saturating_sub(1);
                    own.sign_ups.retain(|other| Some(other) != by);
                }
                Ok(())
            });
            if let Err(refusal) = given_back.await {
                tracing::warn!(%refusal, "a use of an invitation is lost");
            }
        }
        made
    }
}

impl Node {
    /// Whether the same sign-up, made at the same time, has come to an account. If that cannot be told, the use is lost.
    async fn is_signed_up(&self, name: &UserName, by: Option<&SignUpKey>) -> bool {
        match by {
            Some(by) => !matches!(self.signed_up(name, by).await, Ok(None)),
            None => false,
        }
    }
}

fn usable<'a>(
    all: &'a mut [Invitation],
    token: &str,
    by: Option<&SignUpKey>,
    wall_ms: u64,
) -> Result<&'a mut Invitation, Refusal> {
    let fits = all
        .iter_mut()
        .find(|invitation| invitation.link.fits(token, wall_ms));
    match fits {
        Some(invitation) if invitation.uses < invitation.uses_max || invitation.is_taken_by(by) => {
            Ok(invitation)
        }
        Some(_) => Err(Refusal::new(
            ErrorCode::Forbidden,
            "As many as were invited have come in by this invitation. Ask for another one.",
        )),
        None => Err(Refusal::new(
            ErrorCode::Forbidden,
            "The invitation is not valid (any more). Ask for another one.",
        )),
    }
}
