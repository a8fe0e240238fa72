//! Logins: by which token who may act for an account. Opened, listed, renewed, ended.
//!
//! All logins of a user stand in one record, and a token counts only while its login stands there. So any number of them
//! end in one conditional write, a list is one read, and nothing has to be kept equal: the other record, found by the
//! token's hash, only says whose the token is. A login also goes with one password of its account: to change that is to
//! end all that were opened before, in the same write.
//!
//! Promises: once an ending is answered, no call and no new socket is let in by it, on any node. Sockets that are open
//! are closed by each node when it hears of it, which may be lost, and when it looks by itself (`recheck.rs`).

use std::{str::FromStr, time::Duration};

use hearth_protocol::{CloseCode, ErrorCode, User, UserId};
use rand::RngExt;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::time::MissedTickBehavior;
use uuid::Uuid;

use super::{
    Account, Node, Once,
    accounts::{is_no_bot, json, parse},
    lock,
};
use crate::{
    grant::Grant,
    hint::UserHint,
    port::{Record, RecordKind, Written},
    refusal::Refusal,
};

/// A login is good for this long, however much it is used.
const LOGIN_MS: u64 = 30 * 24 * 60 * 60 * 1000;
/// Logins of one user. The next one takes the place of the one that was used longest ago.
pub const LOGINS_MAX: usize = 50;
/// A use is written down when the last one that was is older than this: to the person a session used "5 minutes ago" is
/// in use, and a write per call would be more work than the call.
const USE_MS: u64 = 5 * 60 * 1000;
/// Users whose uses are being written down at once. Beyond it, it is left to a later use.
const USES_MAX: usize = 64;
/// Races that a conditional write is repeated through before it is refused as busy: more than accounts have, since a
/// user's devices write here by themselves.
const RACES_MAX: u64 = 10;
/// The longest pause after the first lost race; it grows by as much with each.
const RACE_PAUSE_MS: u64 = 40;
/// Users looked at by the same two reads.
const LOOKS_AT_ONCE: usize = 50;

/// A login, as its user points at it. Knowing it lets nobody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LoginId(pub Uuid);

impl FromStr for LoginId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(Self)
    }
}

/// Where a login comes from, as it is shown to its user, who is to recognise it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginFrom {
    /// What the device is called.
    pub device_name: String,
    /// The address from which it was opened.
    pub address: String,
}

/// A login as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// Its name towards its user.
    pub id: LoginId,
    /// What the device is called.
    pub device_name: String,
    /// The address from which it was opened.
    pub address: String,
    /// When it was opened, in milliseconds since 1970.
    pub created_ms: u64,
    /// When it was used last, to within some minutes.
    pub used_ms: u64,
    /// When it ends by itself.
    pub until_ms: u64,
    /// What its token lets a bot do; a person's lets them do all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<Grant>,
    /// The hash of its token. It stays between the node and the store.
    key: String,
    /// The password with which it was opened, as the account counts them.
    password_changes: u64,
}

impl Login {
    /// Whether it counts. Where the account was read a moment before the login was renewed, the login is ahead.
    fn is_good(&self, account: &Account, wall_ms: u64) -> bool {
        self.until_ms > wall_ms
            && self.password_changes >= account.password_changes
            && !account.deactivated
    }
}

/// Whose a token is.
#[derive(Serialize, Deserialize)]
struct Whose {
    user: UserId,
    until_ms: u64,
}

/// Who asks by a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedIn {
    /// Who.
    pub user: User,
    /// By which login.
    pub login: LoginId,
    /// Whether the account has a password: if not, a word was enough for the login.
    pub has_password: bool,
    /// What the token lets a bot do.
    pub grant: Option<Grant>,
}

/// By what a connection's user is known: looked at again while the connection lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// By a login.
    Login(LoginId),
    /// By their word: good for an account without a password.
    Word,
    /// By whoever opened the connection, who answers for it.
    Given,
}

impl Node {
    /// Opens a login for an account whose holder has shown who they are: the token is told once, only its hash is kept.
    ///
    /// # Errors
    /// The account is deactivated, lost too many races, or the store is away.
    pub async fn open_login(&self, account: &Account, from: &LoginFrom) -> Result<String, Refusal> {
        account.may_enter()?;
        is_no_bot(account.id)?;
        let (token, login) = self.new_login(account, from);
        self.change_logins(account.id, |logins| {
            place(logins, &login, account);
            Some(())
        })
        .await?;
        self.name_token(&login, account.id).await?;
        Ok(token)
    }

    /// Whose login a token is, if it is one and still good.
    ///
    /// # Errors
    /// The store is away.
    pub async fn login(&self, token: &str) -> Result<Option<LoggedIn>, Refusal> {
        let key = hash(token);
        let Some(user) = self.whose(&key).await? else {
            return Ok(None);
        };
        let (logins, account) = tokio::join!(self.logins_of(user), self.account_of(user));
        let (logins, Some(account)) = (logins?, account?) else {
            return Ok(None);
        };
        let wall_ms = self.0.clock.wall_ms();
        let login = logins.iter().find(|login| login.key == key);
        let Some(login) = login.filter(|login| login.is_good(&account, wall_ms)) else {
            return Ok(None);
        };
        self.used(user, std::iter::once(login));
        Ok(Some(LoggedIn {
            user: account.user(),
            login: login.id,
            has_password: account.password_hash.is_some(),
            grant: login.grant.clone(),
        }))
    }

    /// A user's logins that count, the one used last first.
    ///
    /// # Errors
    /// The store is away.
    pub async fn logins(&self, user: UserId) -> Result<Vec<Login>, Refusal> {
        let (logins, account) = tokio::join!(self.logins_of(user), self.account_of(user));
        let (mut logins, account) = (logins?, account?);
        let wall_ms = self.0.clock.wall_ms();
        logins.retain(|login| {
            account
                .as_ref()
                .is_some_and(|account| login.is_good(account, wall_ms))
        });
        logins.sort_by_key(|login| std::cmp::Reverse((login.used_ms, login.id)));
        Ok(logins)
    }

    /// When users last used one of their logins, to within some minutes, of whom that is known. Nobody's, if the store is
    /// away.
    pub(super) async fn last_uses(&self, users: &[UserId]) -> Vec<(UserId, u64)> {
        let keys: Vec<_> = users.iter().map(UserId::to_string).collect();
        let records = self.0.store.records_by_key(RecordKind::Logins, &keys);
        let Ok(records) = records.await else {
            return Vec::new();
        };
        let used = |(user, record): (&UserId, Option<Record>)| {
            let logins: Vec<Login> = parse(&record?.value).ok()?;
            Some((*user, logins.iter().map(|login| login.used_ms).max()?))
        };
        users.iter().zip(records).filter_map(used).collect()
    }

    /// Ends the login of a token. One that is not there has ended.
    ///
    /// # Errors
    /// Lost too many races, or the store is away: then it may have ended.
    pub async fn close_login(&self, token: &str) -> Result<(), Refusal> {
        let key = hash(token);
        let Some(user) = self.whose(&key).await? else {
            return Ok(());
        };
        self.end(user, |login| login.key == key).await.map(|_| ())
    }

    /// Ends a user's own login of a token, if it is one.
    ///
    /// # Errors
    /// As [`Node::close_login`].
    pub async fn close_own_login(&self, user: UserId, token: &str) -> Result<(), Refusal> {
        let key = hash(token);
        self.end(user, |login| login.key == key).await.map(|_| ())
    }

    /// Ends one of a user's logins. Whether it was there.
    ///
    /// # Errors
    /// Lost too many races, or the store is away: then it may have ended.
    pub async fn end_login(&self, user: UserId, id: LoginId) -> Result<bool, Refusal> {
        self.end(user, |login| login.id == id).await
    }

    /// Ends all of a user's logins, but for one that is kept.
    ///
    /// # Errors
    /// Lost too many races, or the store is away: then they may have ended, all of them or none.
    pub async fn end_logins(&self, user: UserId, kept: Option<LoginId>) -> Result<(), Refusal> {
        self.end(user, |login| Some(login.id) != kept)
            .await
            .map(|_| ())
    }

    /// Changes the password of an account as it was when its holder showed who they are. All logins end but the one that
    /// asks, which goes on, under a new token: what may have been overheard is worth nothing any more. Without one that
    /// asks, one is opened.
    ///
    /// # Errors
    /// The password was changed meanwhile; lost too many races; or the store is away: then it may have been changed.
    pub async fn change_password(
        &self,
        shown: &Account,
        password_hash: &str,
        asking: Option<LoginId>,
        from: &LoginFrom,
    ) -> Result<(User, String), Refusal> {
        let account = self.set_password(shown, password_hash).await?;
        let renewed = self.renew_login(&account, asking, from).await;
        // Sockets that were opened by a word have no login that could be missed.
        self.tell_user(account.id, UserHint::Logins);
        let token = renewed.map_err(|refusal| {
            tracing::warn!(%refusal, "a password is changed, and the login that asked has ended with the others");
            Refusal::new(
                ErrorCode::Unauthorized,
                "The password is changed, and every login has ended, this one too. Log in with the new password.",
            )
        })?;
        Ok((account.user(), token))
    }

    async fn renew_login(
        &self,
        account: &Account,
        asking: Option<LoginId>,
        from: &LoginFrom,
    ) -> Result<String, Refusal> {
        let (token, fresh) = self.new_login(account, from);
        let renewed = self.change_logins(account.id, |logins| {
            let asked = logins.iter().find(|login| Some(login.id) == asking);
            let login = match (asked, asking) {
                (Some(asked), _) => Login {
                    id: asked.id,
                    device_name: asked.device_name.clone(),
                    address: asked.address.clone(),
                    created_ms: asked.created_ms,
                    ..fresh.clone()
                },
                // It was ended while it asked.
                (None, Some(_)) => return None,
                (None, None) => fresh.clone(),
            };
            logins.retain(|other| other.id != login.id);
            place(logins, &login, account);
            Some(login)
        });
        let Some(login) = renewed.await? else {
            return Err(Refusal::new(
                ErrorCode::Unauthorized,
                "The session has ended.",
            ));
        };
        self.name_token(&login, account.id).await?;
        Ok(token)
    }

    /// Adds a login to an account's, among at most so many: the token of a bot, beside which none gives way.
    ///
    /// # Errors
    /// There are so many already, lost too many races, or the store is away: then it may be listed, and lets nobody in.
    pub(super) async fn add_token(
        &self,
        account: &Account,
        name: &str,
        grant: Grant,
        (until_ms, most): (u64, usize),
        once: &Once,
    ) -> Result<(Login, String), Refusal> {
        let from = LoginFrom {
            device_name: name.to_owned(),
            address: String::new(),
        };
        let token = once.secret();
        let (_, login) = self.new_login(account, &from);
        let login = Login {
            id: LoginId(once.uuid()),
            key: hash(&token),
            created_ms: once.at_ms(),
            used_ms: once.at_ms(),
            until_ms,
            grant: Some(grant),
            ..login
        };
        self.unanswered(once).await?;
        let added = self.change_logins(account.id, |logins| {
            logins.retain(|other| other.password_changes >= account.password_changes);
            // It was asked for before.
            let is_there = logins.iter().any(|other| other.id == login.id);
            let fits = is_there || logins.len() < most;
            if fits && !is_there {
                logins.push(login.clone());
            }
            fits.then_some(())
        });
        if added.await?.is_none() {
            let text = format!("A bot has at most {most} tokens. Revoke one first.");
            return Err(Refusal::new(ErrorCode::Full, text));
        }
        self.name_token(&login, account.id).await?;
        Ok((login, token))
    }

    fn new_login(&self, account: &Account, from: &LoginFrom) -> (String, Login) {
        let bytes: [u8; 32] = self.chance(|chance| chance.random());
        let token = hex(&bytes);
        let wall_ms = self.0.clock.wall_ms();
        let login = Login {
            id: LoginId(self.uuid()),
            device_name: from.device_name.clone(),
            address: from.address.clone(),
            created_ms: wall_ms,
            used_ms: wall_ms,
            until_ms: wall_ms + LOGIN_MS,
            grant: None,
            key: hash(&token),
            password_changes: account.password_changes,
        };
        (token, login)
    }

    async fn end(
        &self,
        user: UserId,
        which: impl Fn(&Login) -> bool + Send + Sync,
    ) -> Result<bool, Refusal> {
        let ended = self.change_logins(user, |logins| {
            let before = logins.len();
            logins.retain(|login| !which(login));
            (logins.len() < before).then_some(())
        });
        ended.await.map(|ended| ended.is_some())
    }

    /// Changes a user's logins; `None` from the change leaves them as they are. What has expired goes by the way, and
    /// whoever serves a socket of one that is gone is told.
    async fn change_logins<T: Send>(
        &self,
        user: UserId,
        change: impl Fn(&mut Vec<Login>) -> Option<T> + Send + Sync,
    ) -> Result<Option<T>, Refusal> {
        let key = user.to_string();
        for race in 0..RACES_MAX {
            if race > 0 {
                // The winner's devices would meet again in step.
                let pause_ms = self.chance(|chance| chance.random_range(0..=RACE_PAUSE_MS * race));
                tokio::time::sleep(Duration::from_millis(pause_ms)).await;
            }
            let record = self.0.store.record(RecordKind::Logins, &key).await;
            let record = record.map_err(|error| self.refused(error))?;
            let (expect, before) = match record {
                Some(record) => (Some(record.version), parse::<Vec<Login>>(&record.value)?),
                None => (None, Vec::new()),
            };
            let mut after = before.clone();
            let wall_ms = self.0.clock.wall_ms();
            after.retain(|login| login.until_ms > wall_ms);
            let Some(changed) = change(&mut after) else {
                return Ok(None);
            };
            let written = self
                .0
                .store
                .put_record(RecordKind::Logins, &key, expect, &json(&after))
                .await;
            if let Written::Done(_) = written.map_err(|error| self.refused(error))? {
                let has = |all: &[Login], key: &str| all.iter().any(|login| login.key == key);
                let gone = before.into_iter().map(|login| login.key);
                let gone: Vec<_> = gone.filter(|key| !has(&after, key)).collect();
                if !gone.is_empty() {
                    self.tell_user(user, UserHint::Logins);
                    self.forget_tokens(gone);
                }
                return Ok(Some(changed));
            }
        }
        Err(
            Refusal::new(ErrorCode::Busy, "The sessions are being changed elsewhere.")
                .retry_after(500),
        )
    }

    async fn logins_of(&self, user: UserId) -> Result<Vec<Login>, Refusal> {
        let record = self
            .0
            .store
            .record(RecordKind::Logins, &user.to_string())
            .await;
        let record = record.map_err(|error| self.refused(error))?;
        record.map_or_else(|| Ok(Vec::new()), |record| parse(&record.value))
    }

    /// Writes down whose a login's token is. After the login itself: what is in no list could never be found again.
    async fn name_token(&self, login: &Login, user: UserId) -> Result<(), Refusal> {
        let whose = json(&Whose {
            user,
            until_ms: login.until_ms,
        });
        let written = self
            .0
            .store
            .put_record(RecordKind::Session, &login.key, None, &whose)
            .await;
        written.map(|_| ()).map_err(|error| self.refused(error))
    }

    async fn whose(&self, key: &str) -> Result<Option<UserId>, Refusal> {
        let record = self.0.store.record(RecordKind::Session, key).await;
        let Some(record) = record.map_err(|error| self.refused(error))? else {
            return Ok(None);
        };
        let whose: Whose = parse(&record.value)?;
        Ok((whose.until_ms > self.0.clock.wall_ms()).then_some(whose.user))
    }

    /// Removes what says whose the tokens of ended logins are, in the background: they count for nothing any more, and
    /// one that stays behind is a row that nobody reads.
    fn forget_tokens(&self, keys: Vec<String>) {
        let node = self.clone();
        tokio::spawn(async move {
            let store = &node.0.store;
            for key in keys {
                let Ok(_permit) = node.0.loads.acquire().await else {
                    return;
                };
                let Ok(Some(record)) = store.record(RecordKind::Session, &key).await else {
                    continue;
                };
                let removed = store.remove_record(RecordKind::Session, &key, record.version);
                if let Err(error) = removed.await {
                    tracing::debug!(%error, "the row of a token that has ended stays behind");
                }
            }
        });
    }

    /// Writes down that logins are in use, if it was not for some minutes; in the background, and one write for all.
    fn used<'l>(&self, user: UserId, logins: impl Iterator<Item = &'l Login>) {
        let wall_ms = self.0.clock.wall_ms();
        let is_old = move |login: &Login| wall_ms.saturating_sub(login.used_ms) >= USE_MS;
        let old: Vec<_> = logins.filter(|l| is_old(l)).map(|login| login.id).collect();
        if old.is_empty() {
            return;
        }
        {
            let mut uses = lock(&self.0.uses);
            if uses.len() >= USES_MAX || !uses.insert(user) {
                return;
            }
        }
        let node = self.clone();
        tokio::spawn(async move {
            let written = node.change_logins(user, |logins| {
                let used = logins
                    .iter_mut()
                    .filter(|l| old.contains(&l.id) && is_old(l));
                // Another node may have been first.
                used.map(|login| login.used_ms = wall_ms)
                    .reduce(|(), ()| ())
            });
            if let Err(refusal) = written.await {
                tracing::debug!(%refusal, "a login's use is not written down");
            }
            lock(&node.0.uses).remove(&user);
        });
    }

    /// Looks whether what these users' sockets here were opened with still counts, and closes those whose does not; then
    /// whether they have missed something of their own.
    async fn recheck(&self, users: &[UserId]) -> Result<(), Refusal> {
        let logins = self.recheck_logins(users).await;
        let own = self.recheck_own(users).await;
        logins.and(own)
    }

    async fn recheck_logins(&self, users: &[UserId]) -> Result<(), Refusal> {
        let open: Vec<_> = {
            let live = lock(&self.0.live);
            let opened = |user| {
                let sessions = live.numbered(user).map(|(n, s)| (n, s.credential));
                let sessions = sessions.filter(|(_, credential)| *credential != Credential::Given);
                (user, sessions.collect::<Vec<_>>())
            };
            let open = users.iter().copied().map(opened);
            open.filter(|(_, sessions)| !sessions.is_empty()).collect()
        };
        if open.is_empty() {
            return Ok(());
        }
        let keys: Vec<_> = open.iter().map(|(user, _)| user.to_string()).collect();
        let store = &self.0.store;
        let (logins, accounts) = tokio::join!(
            store.records_by_key(RecordKind::Logins, &keys),
            store.records_by_key(RecordKind::Account, &keys),
        );
        let logins = logins.map_err(|error| self.refused(error))?;
        let accounts = accounts.map_err(|error| self.refused(error))?;
        let mut unread = Ok(());
        for (((user, sessions), logins), account) in open.into_iter().zip(logins).zip(accounts) {
            let logins = logins.map_or_else(|| Ok(Vec::new()), |record| parse(&record.value));
            let account = account.map(|record| parse(&record.value)).transpose();
            match (logins, account) {
                (Ok(logins), Ok(account)) => self.judge(user, sessions, &logins, account.as_ref()),
                (Err(refusal), _) | (_, Err(refusal)) => unread = Err(refusal),
            }
        }
        unread
    }

    /// Closes those of a user's sockets whose credential counts no more, and notes the use of the others.
    fn judge(
        &self,
        user: UserId,
        sessions: Vec<(u64, Credential)>,
        logins: &[Login],
        account: Option<&Account>,
    ) {
        let wall_ms = self.0.clock.wall_ms();
        let by = |id| logins.iter().find(move |login| login.id == id);
        let counts = |credential| match (credential, account) {
            (Credential::Given, _) => true,
            (Credential::Login(id), Some(account)) => {
                by(id).is_some_and(|login| login.is_good(account, wall_ms))
            }
            (Credential::Word, Some(account)) => {
                account.password_hash.is_none() && !account.deactivated && !user.is_bot()
            }
            (_, None) => false,
        };
        let (good, over): (Vec<_>, Vec<_>) = sessions.into_iter().partition(|(_, c)| counts(*c));
        for (number, _) in over {
            let session = lock(&self.0.live).session(user, number).cloned();
            if let Some(session) = session {
                metrics::counter!("hearth_signed_out_total").increment(1);
                session.outbox.close(CloseCode::SignedOut);
            }
        }
        let in_use = good
            .into_iter()
            .filter_map(|(_, credential)| match credential {
                Credential::Login(id) => by(id),
                _ => None,
            });
        self.used(user, in_use);
    }

    /// Something about a user's logins has changed: looks at once, if they are connected here.
    pub(super) fn logins_changed(&self, user: UserId) {
        if lock(&self.0.live).of(user).next().is_some() {
            lock(&self.0.recheck).tell(user);
            self.0.recheck_told.notify_one();
        }
    }
}

/// Looks at the sockets of those of whom something was told at once, and of all others in turn, for ever.
pub(super) async fn rechecks(node: Node) {
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let in_turn = tokio::select! {
            () = node.0.recheck_told.notified() => Vec::new(),
            _ = ticks.tick() => {
                let live = lock(&node.0.live);
                lock(&node.0.recheck).round(live.users(), |after| live.next_user(after))
            }
        };
        let told = lock(&node.0.recheck).told();
        for some in told.chunks(LOOKS_AT_ONCE) {
            // Who was told of is looked at again in a second, the others when their turn comes.
            if node.recheck(some).await.is_err() {
                let mut recheck = lock(&node.0.recheck);
                some.iter().for_each(|user| recheck.tell(*user));
            }
        }
        for some in in_turn.chunks(LOOKS_AT_ONCE) {
            // A failure is the store's to tell: their turn comes again.
            let _ = node.recheck(some).await;
        }
    }
}

/// Puts a login among the others: those of a password that the account had before are over, and where there are too
/// many, the one that was used longest ago gives way.
fn place(logins: &mut Vec<Login>, login: &Login, account: &Account) {
    logins.retain(|other| other.password_changes >= account.password_changes);
    while logins.len() >= LOGINS_MAX {
        let oldest = logins.iter().map(|login| (login.used_ms, login.id)).min();
        logins.retain(|login| Some((login.used_ms, login.id)) != oldest);
    }
    logins.push(login.clone());
}

pub(super) fn hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
