//! People, found by the beginnings of their names by everybody who has an account.
//!
//! The store has a row for each word of a name: of the one by which somebody is called, and of the one that is shown. Rows
//! are written before the account that has their words, and each is held against the account before anybody is shown; one
//! that does not fit is taken away, by the version of the account that says so (`docs/decisions/0051-finding-people.md`).
//! So none is missing and none deceives, and a request reads a bounded number of them, however many accounts there are.

use std::collections::BTreeSet;

use futures_util::{StreamExt, TryStreamExt, future::join_all, stream};
use hearth_protocol::{ErrorCode, UserId, UserName};

use super::{Account, Lane, Node, SOUGHT_CHARS_MAX, accounts::parse};
use crate::{
    port::{RecordKind, Version},
    refusal::Refusal,
    words,
};

/// People in one answer: a list in which somebody looks for a face. Who is not among them is found by one letter more.
pub const PEOPLE_MAX: usize = 20;
/// Rows read at once, each account of theirs with it.
const ROWS: usize = 50;
/// Rows that one request looks at, so that it ends: where many have the one word and few the other.
const LOOKED_AT_MAX: usize = 400;
/// Accounts read at once by the walk that lists those which are not.
const WALK: usize = 200;
/// Of these so many are listed at a time.
const LISTED_AT_ONCE: usize = 8;
/// In which way the words of names are made. One more: all accounts are listed anew.
const LAYOUT: u64 = 1;

/// The words by which somebody is found; none: by nobody. A webhook's name is no name that anybody could write to.
fn words_of(account: &Account) -> BTreeSet<String> {
    if account.deactivated || UserName::new(&account.name).is_err() {
        return BTreeSet::new();
    }
    words::of_person(&account.name, &account.display)
}

impl Node {
    /// People and bots of whose words each of these begins one, at most [`PEOPLE_MAX`]: who is called exactly so before all
    /// others, then in the order of the words. And whether there may be more.
    ///
    /// # Errors
    /// Nothing or too much is looked for, or the store is away.
    pub async fn people(
        &self,
        sought: &str,
        limit: usize,
    ) -> Result<(Vec<Account>, bool), Refusal> {
        self.pressure().admit(Lane::History)?;
        let sought = sought.trim();
        let sought = sought.strip_prefix('@').unwrap_or(sought);
        if sought.is_empty() {
            let text = "`q`: write at least the first letter of a name.";
            return Err(Refusal::new(ErrorCode::BadRequest, text));
        }
        if sought.chars().count() > SOUGHT_CHARS_MAX {
            let text = format!("At most {SOUGHT_CHARS_MAX} characters can be looked for.");
            return Err(Refusal::new(ErrorCode::TooLarge, text));
        }
        let mut begins = words::sought(sought);
        if begins.is_empty() {
            // A name may be of dots and dashes alone.
            begins.push(words::folded(sought));
        }
        // The longest finds the fewest.
        let lead = begins.iter().max_by_key(|word| word.len());
        let Some(lead) = lead.filter(|lead| !lead.is_empty()) else {
            return Ok((Vec::new(), false));
        };
        let limit = limit.clamp(1, PEOPLE_MAX);
        let store = &self.0.store;
        let exact = async {
            match UserName::new(sought) {
                Ok(_) => self.account(sought).await,
                Err(_) => Ok(None),
            }
        };
        let (exact, mut page) = tokio::join!(exact, store.people(lead, None, ROWS));
        let mut found: Vec<_> = exact?.into_iter().collect();
        found.retain(|account| !words_of(account).is_empty());
        let mut seen: BTreeSet<_> = found.iter().map(|account| account.id).collect();
        let mut looked_at = 0;
        loop {
            let rows = page.map_err(|error| self.refused(error))?;
            let users = rows.iter().map(|row| row.user);
            let users: Vec<_> = users.filter(|user| seen.insert(*user)).collect();
            let keys: Vec<_> = users.iter().map(UserId::to_string).collect();
            let records = store.records_by_key(RecordKind::Account, &keys).await;
            let records = records.map_err(|error| self.refused(error))?;
            let (mut fitting, mut sweeps) = (Vec::new(), Vec::new());
            for (user, record) in users.into_iter().zip(records) {
                // Deleted, or about to be there.
                let Some(record) = record else { continue };
                let account: Account = parse(&record.value)?;
                let words = words_of(&account);
                let own = rows.iter().filter(|row| row.user == user);
                let stale = own.map(|row| &row.word).filter(|w| !words.contains(*w));
                sweeps.push(self.unlist(user, stale.cloned().collect(), record.version));
                let fits = |begin: &String| words::first_of(&words, begin).is_some();
                if begins.iter().all(fits) {
                    fitting.push(account);
                }
            }
            join_all(sweeps).await;
            found.extend(fitting);
            if found.len() > limit {
                found.truncate(limit);
                return Ok((found, true));
            }
            looked_at += rows.len();
            let Some(last) = rows.last().filter(|_| rows.len() == ROWS) else {
                return Ok((found, false));
            };
            if looked_at >= LOOKED_AT_MAX {
                return Ok((found, true));
            }
            page = store.people(lead, Some(last), ROWS).await;
        }
    }

    /// Lists an account by the words that it is about to have, as of the version about to be written. Those that it is to
    /// be taken from afterwards ([`Node::unlist`]).
    pub(super) async fn list(
        &self,
        before: Option<&Account>,
        account: &mut Account,
        version: Version,
    ) -> Result<Vec<String>, Refusal> {
        let before = before.filter(|before| before.listed == LAYOUT);
        let (had, has) = (before.map(words_of).unwrap_or_default(), words_of(account));
        let more: Vec<_> = has.difference(&had).cloned().collect();
        if !more.is_empty() {
            let listed = self.0.store.list_person(account.id, &more, version).await;
            listed.map_err(|error| self.refused(error))?;
        }
        account.listed = LAYOUT;
        Ok(had.difference(&has).cloned().collect())
    }

    /// Takes an account from words that it has no more. Where that fails they are met again.
    pub(super) async fn unlist(&self, user: UserId, words: Vec<String>, version: Version) {
        if words.is_empty() {
            return;
        }
        let unlisted = self.0.store.unlist_person(user, &words, version).await;
        if let Err(error) = unlisted {
            tracing::debug!(%error, "rows by which somebody is found that do not fit were left");
        }
    }

    /// Lists those of a page of accounts that are not yet: a build that knew no words has made or changed them. The place
    /// from which to go on; `None`: that was the last page.
    ///
    /// # Errors
    /// The store is away, or a part of it has just died: then the same again goes on.
    pub async fn list_unlisted(&self, after: Option<&str>) -> Result<Option<String>, Refusal> {
        let records = self.0.store.records(RecordKind::Account, after, WALK).await;
        let records = records.map_err(|error| self.refused(error))?;
        let last = records.last().map(|(key, _)| key.clone());
        // One that cannot be read is in the log, and must not stop the walk.
        let accounts = records
            .iter()
            .filter_map(|(_, record)| parse::<Account>(&record.value).ok());
        let unlisted: Vec<UserId> = accounts
            .filter(|account| account.listed != LAYOUT && !words_of(account).is_empty())
            .map(|account| account.id)
            .collect();
        let listed = stream::iter(unlisted).map(|id| async move {
            match self.change_account(id, |_| Ok(())).await {
                // Deleted meanwhile.
                Err(refusal) if refusal.code == ErrorCode::NotFound => Ok(()),
                changed => changed.map(drop),
            }
        });
        listed
            .buffer_unordered(LISTED_AT_ONCE)
            .try_collect::<()>()
            .await?;
        Ok(last.filter(|_| records.len() == WALK))
    }
}
