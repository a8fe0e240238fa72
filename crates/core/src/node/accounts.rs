//! Accounts and logins, on records and claims.

use hearth_protocol::{ErrorCode, User, UserId, UserName};
use rand::RngExt;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Node, system_user};
use crate::{
    port::{ClaimSpace, RecordKind, Written},
    refusal::Refusal,
};

/// A login is good for this long.
const LOGIN_MS: u64 = 30 * 24 * 60 * 60 * 1000;
/// Races that a conditional write is repeated through before it is refused as busy.
const RACES_MAX: usize = 5;

/// An account as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Who.
    pub id: UserId,
    /// The name by which they are called.
    pub name: String,
    /// The name that is shown.
    pub display: String,
    /// The password's hash, if there is one: then the account can be used only with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_hash: Option<String>,
    /// When it was made, in milliseconds since 1970.
    pub created_ms: u64,
}

impl Account {
    /// As others see it.
    pub fn user(&self) -> User {
        User {
            id: self.id,
            name: self.name.clone(),
            display: self.display.clone(),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Login {
    user: UserId,
    until_ms: u64,
}

impl Node {
    /// Makes an account.
    ///
    /// # Errors
    /// `taken`, which the installation's own name always is; or the store is away: then it may exist, and the same again is answered `taken`.
    pub async fn create_account(
        &self,
        name: &UserName,
        display: Option<&str>,
        password_hash: Option<String>,
    ) -> Result<User, Refusal> {
        let id = self.uuid();
        let folded = name.folded();
        let taken = || {
            Refusal::new(
                ErrorCode::Taken,
                format!("The name \u{2018}{name}\u{2019} is taken."),
            )
        };
        if folded == system_user().name {
            return Err(taken());
        }
        let claim = self
            .0
            .store
            .claim(ClaimSpace::User, &folded, name.as_str(), id)
            .await;
        let claim = claim.map_err(|error| self.refused(error))?;
        if claim.confirmed {
            return Err(taken());
        }
        // A claim of another id that is still pending was left by a crash, or is being finished right now: whoever
        // writes the account first has it, under the claim's id.
        let account = Account {
            id: UserId(claim.id),
            name: name.as_str().into(),
            display: display.unwrap_or(name.as_str()).into(),
            password_hash,
            created_ms: self.0.clock.wall_ms(),
        };
        let key = account.id.to_string();
        let written = self
            .0
            .store
            .put_record(RecordKind::Account, &key, None, &json(&account))
            .await;
        let written = written.map_err(|error| self.refused(error))?;
        let confirmed = self
            .0
            .store
            .confirm(ClaimSpace::User, &folded, claim.id)
            .await;
        confirmed.map_err(|error| self.refused(error))?;
        match written {
            Written::Done(_) => Ok(account.user()),
            Written::Conflict(_) => Err(taken()),
        }
    }

    /// Finds an account by name or id.
    ///
    /// # Errors
    /// The store is away.
    pub async fn account(&self, name_or_id: &str) -> Result<Option<Account>, Refusal> {
        if let Ok(id) = name_or_id.parse::<UserId>() {
            return self.account_of(id).await;
        }
        let Ok(name) = UserName::new(name_or_id) else {
            return Ok(None);
        };
        let claim = self.0.store.claimed(ClaimSpace::User, &name.folded()).await;
        match claim.map_err(|error| self.refused(error))? {
            Some(claim) => self.account_of(UserId(claim.id)).await,
            None => Ok(None),
        }
    }

    /// Reads an account by id.
    ///
    /// # Errors
    /// The store is away.
    pub async fn account_of(&self, id: UserId) -> Result<Option<Account>, Refusal> {
        let record = self
            .0
            .store
            .record(RecordKind::Account, &id.to_string())
            .await;
        let record = record.map_err(|error| self.refused(error))?;
        record.map(|record| parse(&record.value)).transpose()
    }

    /// Changes an account.
    ///
    /// # Errors
    /// Not found, lost too many races, or the store is away.
    pub async fn change_account(
        &self,
        id: UserId,
        change: impl Fn(&mut Account) + std::marker::Send + Sync,
    ) -> Result<Account, Refusal> {
        let key = id.to_string();
        for _ in 0..RACES_MAX {
            let record = self.0.store.record(RecordKind::Account, &key).await;
            let Some(record) = record.map_err(|error| self.refused(error))? else {
                return Err(Refusal::new(
                    ErrorCode::NotFound,
                    "There is no such account.",
                ));
            };
            let mut account: Account = parse(&record.value)?;
            change(&mut account);
            let expect = Some(record.version);
            let written = self
                .0
                .store
                .put_record(RecordKind::Account, &key, expect, &json(&account))
                .await;
            if let Written::Done(_) = written.map_err(|error| self.refused(error))? {
                return Ok(account);
            }
        }
        Err(
            Refusal::new(ErrorCode::Busy, "The account is being changed elsewhere.")
                .retry_after(500),
        )
    }

    /// Opens a login: the token is told once, only its hash is kept.
    ///
    /// # Errors
    /// The store is away.
    pub async fn open_login(&self, user: UserId) -> Result<String, Refusal> {
        let bytes: [u8; 32] = self.chance(|chance| chance.random());
        let token = bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>();
        let login = Login {
            user,
            until_ms: self.0.clock.wall_ms() + LOGIN_MS,
        };
        let key = hash(&token);
        let written = self
            .0
            .store
            .put_record(RecordKind::Session, &key, None, &json(&login))
            .await;
        written.map_err(|error| self.refused(error))?;
        Ok(token)
    }

    /// Whose login a token is, if it is one and still good.
    ///
    /// # Errors
    /// The store is away.
    pub async fn login(&self, token: &str) -> Result<Option<User>, Refusal> {
        let record = self.0.store.record(RecordKind::Session, &hash(token)).await;
        let Some(record) = record.map_err(|error| self.refused(error))? else {
            return Ok(None);
        };
        let login: Login = parse(&record.value)?;
        if login.until_ms <= self.0.clock.wall_ms() {
            return Ok(None);
        }
        Ok(self
            .account_of(login.user)
            .await?
            .map(|account| account.user()))
    }

    /// Ends a login. One that is not there has ended.
    ///
    /// # Errors
    /// The store is away.
    pub async fn close_login(&self, token: &str) -> Result<(), Refusal> {
        let key = hash(token);
        let record = self.0.store.record(RecordKind::Session, &key).await;
        if let Some(record) = record.map_err(|error| self.refused(error))? {
            let removed = self
                .0
                .store
                .remove_record(RecordKind::Session, &key, record.version)
                .await;
            removed.map_err(|error| self.refused(error))?;
        }
        Ok(())
    }
}

fn hash(token: &str) -> String {
    Sha256::digest(token.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The id that a digest of these parts gives: the same on every node (UUID version 8).
pub(super) fn derived_id(parts: &[&[u8]]) -> Uuid {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.finalize()[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

fn json(value: &impl Serialize) -> String {
    // Structs of texts and numbers: writing them cannot fail.
    serde_json::to_string(value).unwrap_or_default()
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Refusal> {
    serde_json::from_str(text).map_err(|error| {
        tracing::error!(%error, "a record cannot be read");
        Refusal::new(
            ErrorCode::Internal,
            "A record cannot be read. The server's log has the cause.",
        )
    })
}
