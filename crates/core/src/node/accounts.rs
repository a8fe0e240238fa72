//! Accounts, on records and claims.
//!
//! Promises: a name has one account, also in a race and after a crash; of two changes of an account neither is lost; a
//! password is changed in one conditional write, which ends every login that was opened with the one before
//! (`logins.rs`).

use hearth_protocol::{ErrorCode, FileId, User, UserId, UserName};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{KeptLink, Mail, Node, SignUpKey, system_user};
use crate::{
    port::{ClaimSpace, RecordKind, Version, Written},
    profile::Profile,
    refusal::Refusal,
    totp::SecondFactor,
};

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
    /// What they say of themselves.
    #[serde(default, skip_serializing_if = "Profile::is_nothing")]
    pub profile: Profile,
    /// Their avatar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<FileId>,
    /// The password's hash, if there is one: then the account can be used only with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_hash: Option<String>,
    /// The second factor, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<SecondFactor>,
    /// How often the password was changed, or the account deactivated: logins go with one of these times only.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub password_changes: u64,
    /// Whether its holder is kept out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deactivated: bool,
    /// A link by which a new password can be set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reset: Option<KeptLink>,
    /// Where mail goes, and what was sent there.
    #[serde(default, skip_serializing_if = "Mail::is_nothing")]
    pub mail: Mail,
    /// Whether they have ever blocked somebody: only then is it looked whom.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub blocks: bool,
    /// By what the sign-up that made it is known again, if it had a key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_up: Option<SignUpKey>,
    /// In which layout its words are listed by which it is found; 0: not at all, as of a build that knew none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub listed: u64,
    /// When it was made, in milliseconds since 1970.
    pub created_ms: u64,
}

impl Account {
    /// One of this name, and no more.
    pub(super) fn new(id: UserId, name: &str, created_ms: u64) -> Self {
        Self {
            id,
            name: name.to_owned(),
            display: name.to_owned(),
            profile: Profile::default(),
            avatar: None,
            password_hash: None,
            second: None,
            password_changes: 0,
            deactivated: false,
            reset: None,
            mail: Mail::default(),
            blocks: false,
            signed_up: None,
            listed: 0,
            created_ms,
        }
    }

    /// Whether a log-in needs a code beside the password.
    pub fn asks_for_code(&self) -> bool {
        self.second.as_ref().is_some_and(SecondFactor::is_on)
    }

    /// As others see it.
    pub fn user(&self) -> User {
        User {
            id: self.id,
            name: self.name.clone(),
            display: self.display.clone(),
        }
    }
}

impl Node {
    /// Makes an account.
    ///
    /// # Errors
    /// The name is taken, as the installation's own always is, or looks like one that is; it mixes alphabets; or the
    /// store is away: then it may exist, and the same again is answered `taken`.
    pub async fn create_account(
        &self,
        name: &UserName,
        display: Option<&str>,
        password_hash: Option<String>,
    ) -> Result<Account, Refusal> {
        self.sign_up(name, display, password_hash, None).await
    }

    /// [`Node::create_account`], by a sign-up that is to be known again ([`Node::signed_up`]).
    ///
    /// # Errors
    /// As for that.
    pub async fn sign_up(
        &self,
        name: &UserName,
        display: Option<&str>,
        password_hash: Option<String>,
        by: Option<&SignUpKey>,
    ) -> Result<Account, Refusal> {
        let id = UserId(self.uuid());
        self.create_account_as(id, name, display, password_hash, by)
            .await
    }

    /// [`Node::sign_up`], under an id of this kind.
    pub(super) async fn create_account_as(
        &self,
        id: UserId,
        name: &UserName,
        display: Option<&str>,
        password_hash: Option<String>,
        by: Option<&SignUpKey>,
    ) -> Result<Account, Refusal> {
        let (id, is_bot) = (id.0, id.is_bot());
        let folded = name.folded();
        let taken = || {
            Refusal::new(
                ErrorCode::Taken,
                format!("The name \u{2018}{name}\u{2019} is taken. Choose another one."),
            )
        };
        if name.is_mixed() {
            return Err(Refusal::new(
                ErrorCode::BadRequest,
                "The name has letters of several alphabets that look alike. Write it in one of them.",
            ));
        }
        let look = name.look();
        if folded == system_user().name || look == installation_look() {
            return Err(taken());
        }
        // First how it looks: of two names that look alike only one may go on. It stays pending, since nobody asks
        // whether it is confirmed. A look that is pending under the same
        // name was left by a crash, or is being finished right now, and its id is gone on with; under another name it
        // is not, for then two names would come to one account.
        let alike = self
            .0
            .store
            .claim(ClaimSpace::Look, &look, name.as_str(), id)
            .await;
        let alike = alike.map_err(|error| self.refused(error))?;
        if alike.name.to_lowercase() != folded {
            return Err(Refusal::new(
                ErrorCode::Taken,
                format!(
                    "The name \u{2018}{name}\u{2019} looks like one that is taken. Choose another one."
                ),
            ));
        }
        let id = alike.id;
        let claim = self
            .0
            .store
            .claim(ClaimSpace::User, &folded, name.as_str(), id)
            .await;
        let claim = claim.map_err(|error| self.refused(error))?;
        // A bot is told by its id: a name that was begun to be a person's is not finished as a bot's, nor the other way.
        if claim.confirmed || UserId(claim.id).is_bot() != is_bot {
            return Err(taken());
        }
        // A claim of another id that is still pending was left by a crash, or is being finished right now: whoever
        // writes the account first has it, under the claim's id.
        let mut account = Account {
            display: display.unwrap_or(name.as_str()).into(),
            password_hash,
            signed_up: by.cloned(),
            ..Account::new(UserId(claim.id), name.as_str(), self.0.clock.wall_ms())
        };
        self.list(None, &mut account, Version(1)).await?;
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
            Written::Done(_) => Ok(account),
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
    /// What the change says, not found, lost too many races, or the store is away.
    pub async fn change_account(
        &self,
        id: UserId,
        change: impl Fn(&mut Account) -> Result<(), Refusal> + std::marker::Send + Sync,
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
            let before: Account = parse(&record.value)?;
            let mut account = before.clone();
            change(&mut account)?;
            let next = Version(record.version.0.saturating_add(1));
            let gone = self.list(Some(&before), &mut account, next).await?;
            let expect = Some(record.version);
            let written = self
                .0
                .store
                .put_record(RecordKind::Account, &key, expect, &json(&account))
                .await;
            if let Written::Done(version) = written.map_err(|error| self.refused(error))? {
                // Before anything is waited for: whoever asked for the change may be gone by then.
                let profile = account.profile_version();
                if profile != before.profile_version() {
                    self.profile_changed(id, profile);
                }
                self.unlist(id, gone, version).await;
                return Ok(account);
            }
        }
        Err(
            Refusal::new(ErrorCode::Busy, "The account is being changed elsewhere.")
                .retry_after(500),
        )
    }

    /// Changes the password of an account as it was when its holder showed who they are. Every login that was opened
    /// before has ended with this one write, and every link that was sent.
    ///
    /// # Errors
    /// The password was changed by somebody else meanwhile; lost too many races; or the store is away: then it may have
    /// been changed.
    pub(super) async fn set_password(
        &self,
        shown: &Account,
        password_hash: &str,
    ) -> Result<Account, Refusal> {
        is_no_bot(shown.id)?;
        self.change_account(shown.id, |account| {
            if account.password_changes != shown.password_changes {
                return Err(Refusal::new(
                    ErrorCode::Unauthorized,
                    "The password was changed meanwhile. Log in with the new one.",
                ));
            }
            account.password_hash = Some(password_hash.to_owned());
            account.password_changes += 1;
            account.reset = None;
            account.mail.void_links();
            Ok(())
        })
        .await
    }
}

/// Whether an account is a person's, who may log in.
///
/// # Errors
/// It is a bot's.
pub(super) fn is_no_bot(user: UserId) -> Result<(), Refusal> {
    if user.is_bot() {
        let text = "This account is a bot's: it has no password, and is used by its tokens alone.";
        return Err(Refusal::new(ErrorCode::Forbidden, text));
    }
    Ok(())
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

fn installation_look() -> String {
    UserName::new(system_user().name).map_or_else(|_| String::new(), |name| name.look())
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

pub(super) fn json(value: &impl Serialize) -> String {
    // Structs of texts and numbers: writing them cannot fail.
    serde_json::to_string(value).unwrap_or_default()
}

pub(super) fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Refusal> {
    serde_json::from_str(text).map_err(|error| {
        tracing::error!(%error, "a record cannot be read");
        Refusal::new(
            ErrorCode::Internal,
            "A record cannot be read. The server's log has the cause.",
        )
    })
}
