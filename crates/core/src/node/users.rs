//! The directory: all accounts, by pages, for administrators.
//!
//! The store has no order of names. So a search looks at accounts one after the other, in the store's own order, a
//! bounded number a call, and says where to go on: a page may be short, or empty, and not the last.

use super::{Account, Node, accounts::parse};
use crate::{port::RecordKind, refusal::Refusal};

/// Accounts read from the store at once.
const READ: usize = 200;
/// Accounts that one call looks at, so that it ends.
pub const LOOKED_AT_MAX: usize = 2_000;

/// Which accounts are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accounts {
    /// People's and bots'.
    All,
    /// Bots' alone, those of webhooks among them.
    Bots,
}

impl Node {
    /// Of these accounts, those whose name, or shown name, begins with a text in whatever case, after a place of the page before. With
    /// the place from which to go on, if there may be more.
    ///
    /// # Errors
    /// The store is away, or a part of it has just died.
    pub async fn accounts(
        &self,
        whose: Accounts,
        prefix: &str,
        after: Option<String>,
        limit: usize,
    ) -> Result<(Vec<Account>, Option<String>), Refusal> {
        let prefix = prefix.to_lowercase();
        let begins = |name: &str| name.to_lowercase().starts_with(&prefix);
        let (mut found, mut place) = (Vec::new(), after);
        let mut looked_at = 0;
        while looked_at < LOOKED_AT_MAX {
            let records = self
                .0
                .store
                .records(RecordKind::Account, place.as_deref(), READ)
                .await;
            let records = records.map_err(|error| self.refused(error))?;
            if records.is_empty() {
                return Ok((found, None));
            }
            for (key, record) in records {
                looked_at += 1;
                let account: Account = parse(&record.value)?;
                let is_sought = whose == Accounts::All || account.id.is_bot();
                if is_sought && (begins(&account.name) || begins(&account.display)) {
                    found.push(account);
                }
                place = Some(key);
                if found.len() >= limit {
                    return Ok((found, place));
                }
            }
        }
        Ok((found, place))
    }
}
