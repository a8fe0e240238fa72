//! Acts of administrators: who did what to whom, and when.
//!
//! Promises: an act is written down before it is begun, so that none is missing; one that then came to nothing (the
//! store went away, somebody was faster) stands there too. They have numbers without holes, and nobody can change or
//! remove one. Full: pages of a hundred in a ring, and of [`ACTS_MAX`] the oldest hundred give way.

use hearth_protocol::{ErrorCode, User, UserId};
use serde::{Deserialize, Serialize};

use super::Node;
use crate::refusal::Refusal;

/// Acts in one record.
const PAGE: u64 = 100;
/// Records in the ring.
const PAGES: u64 = 100;
/// Acts that are kept, give or take a hundred.
pub const ACTS_MAX: u64 = PAGE * PAGES;
/// Where the newest are.
const NEWEST: &str = "acts";
/// How often a page that was filled by somebody else is looked at again.
const TURNS_MAX: usize = 4;

/// What an administrator can do, whoever runs the store, and whoever follows their links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActKind {
    /// Became the first administrator, by the server's link.
    FirstAdministrator,
    /// Gave the right `admin`.
    AdminGiven,
    /// Took it.
    AdminTaken,
    /// Deactivated an account.
    Deactivated,
    /// Let it be used again.
    Reactivated,
    /// Deleted an account; also: its holder did.
    Deleted,
    /// Made a link for a new password.
    ResetMade,
    /// Whoever runs the store made one, on the store itself.
    ResetLinkMade,
    /// Set a new password by a link: an administrator's, or a mailed one.
    ResetUsed,
    /// Whoever runs the store made a link for the first administrator, on the store itself.
    FirstLinkMade,
    /// Made an invitation.
    InvitationMade,
    /// Withdrew one.
    InvitationWithdrawn,
    /// Made a bot.
    BotMade,
    /// Made a token of a bot.
    BotTokenMade,
    /// Revoked one.
    BotTokenRevoked,
    /// Looked at the list of all rooms, private ones included; once an hour, however often they look.
    RoomsListed,
}

/// An act as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// Its number: 1, 2, 3 …
    pub n: u64,
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
    /// Who.
    pub by: UserId,
    /// What they were called then.
    pub by_name: String,
    /// What.
    pub act: ActKind,
    /// Whom, where it was done to somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whom: Option<UserId>,
    /// What they were called then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whom_name: Option<String>,
    /// What else there is to say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// A page of the ring: its number, from 0, and its acts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Page {
    page: u64,
    acts: Vec<Act>,
}

impl Page {
    fn is_full(&self) -> bool {
        self.acts.len() as u64 >= PAGE
    }
}

fn slot(page: u64) -> String {
    format!("acts/{}", page % PAGES)
}

impl Node {
    /// Writes an act down: to be called before it is begun.
    ///
    /// # Errors
    /// It cannot be: then the act is not to be done.
    pub(super) async fn write_down(
        &self,
        by: &User,
        act: ActKind,
        whom: Option<&User>,
        detail: &str,
    ) -> Result<(), Refusal> {
        let at_ms = self.0.clock.wall_ms();
        for _ in 0..TURNS_MAX {
            let newest: Page = self.setting(NEWEST).await?;
            if newest.is_full() {
                // Whoever comes next does it again if this is as far as it gets: the page is the same.
                self.change_setting(&slot(newest.page), |kept: &mut Page| {
                    if kept.acts.is_empty() || kept.page < newest.page {
                        kept.clone_from(&newest);
                    }
                    Ok(())
                })
                .await?;
            }
            let written = self.change_setting(NEWEST, |now: &mut Page| {
                if now.is_full() {
                    if !newest.is_full() || now.page != newest.page {
                        return Ok(false);
                    }
                    now.page += 1;
                    now.acts.clear();
                }
                now.acts.push(Act {
                    n: now.page * PAGE + now.acts.len() as u64 + 1,
                    at_ms,
                    by: by.id,
                    by_name: by.name.clone(),
                    act,
                    whom: whom.map(|whom| whom.id),
                    whom_name: whom.map(|whom| whom.name.clone()),
                    detail: detail.to_owned(),
                });
                Ok(true)
            });
            if written.await? {
                return Ok(());
            }
        }
        Err(Refusal::new(
            ErrorCode::Busy,
            "Too many administrators act at once. Try again in a moment.",
        )
        .retry_after(500))
    }

    /// Acts before a number, or the newest; the newest first. With the number before which there may be more.
    ///
    /// # Errors
    /// The store is away.
    pub async fn acts(
        &self,
        before: Option<u64>,
        limit: usize,
    ) -> Result<(Vec<Act>, Option<u64>), Refusal> {
        let mut page: Page = self.setting(NEWEST).await?;
        if let Some(before) = before {
            let asked = before.saturating_sub(2) / PAGE;
            if asked < page.page {
                page = self.page(asked).await?;
            }
        }
        let mut found: Vec<Act> = Vec::new();
        loop {
            let older = page.acts.iter().rev();
            let older = older.filter(|act| before.is_none_or(|before| act.n < before));
            found.extend(older.take(limit - found.len()).cloned());
            if found.len() >= limit || page.page == 0 || page.acts.is_empty() {
                break;
            }
            page = self.page(page.page - 1).await?;
        }
        let is_more = found.len() >= limit;
        let next = found.last().map(|act| act.n).filter(|n| is_more && *n > 1);
        Ok((found, next))
    }

    /// A page that is full; empty if it has given way.
    async fn page(&self, number: u64) -> Result<Page, Refusal> {
        let kept: Page = self.setting(&slot(number)).await?;
        Ok(if kept.page == number {
            kept
        } else {
            Page::default()
        })
    }
}
