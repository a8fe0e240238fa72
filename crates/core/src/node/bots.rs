//! Bots: accounts without a password, which are used by tokens of limited scope alone.
//!
//! A bot is told by its id (`UserId::is_bot`), so that whoever meets it knows it, and nothing has to be looked up. Its
//! tokens are logins with a grant, in the same record as a person's: so they are listed, their use is noted, and their
//! end closes sockets on every node, as all that is promised there (`logins.rs`, `docs/decisions/0036-bots.md`).

use hearth_protocol::{ErrorCode, Scope, User, UserId, UserName};

use super::{Account, Login, LoginId, Node, Once, SignUpKey, acts::ActKind};
use crate::{
    grant::{GRANT_ROOMS_MAX, Grant},
    refusal::Refusal,
};

/// Tokens of one bot: one for each place where it runs, and some to change them.
pub const BOT_TOKENS_MAX: usize = 20;
/// Days for which a token is good, at most, where they are said at all.
pub const TOKEN_DAYS_MAX: u64 = 3_650;
/// A token's name, in characters: as a device's.
const NAME_CHARS_MAX: usize = 64;
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
/// When a token ends that does not end by itself.
pub(super) const NEVER_MS: u64 = u64::MAX;

/// A token that is to be made.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// By which administrators will know it.
    pub name: String,
    /// What it lets its bot do.
    pub grant: Grant,
    /// For how many days; `None`: until it is revoked.
    pub days: Option<u64>,
}

impl Login {
    /// When it ends by itself, if it does.
    pub fn ends_ms(&self) -> Option<u64> {
        (self.until_ms != NEVER_MS).then_some(self.until_ms)
    }
}

impl Node {
    /// Makes a bot.
    ///
    /// # Errors
    /// As for any account: the name is taken, or looks like one that is; or the store is away.
    pub async fn make_bot(
        &self,
        by: &User,
        name: &UserName,
        display: Option<&str>,
        once: &Once,
    ) -> Result<Account, Refusal> {
        self.write_down(by, ActKind::BotMade, None, name.as_str())
            .await?;
        let (id, key) = (UserId::of_bot(once.uuid()), SignUpKey::of(once));
        let made = self.create_account_as(id, name, display, None, Some(&key));
        match made.await {
            // By the same request, before: under its own id, or that of a claim which a crash had left.
            Err(refusal) if refusal.code == ErrorCode::Taken => {
                let made = self.account(name.as_str()).await?;
                // A build from before has written no key.
                let is_it = |made: &Account| made.id == id || made.signed_up.as_ref() == Some(&key);
                let made = made.filter(is_it);
                made.ok_or(refusal)
            }
            made => made,
        }
    }

    /// Makes a token, which is told once. Only its hash is kept.
    ///
    /// # Errors
    /// No bot, something of it that does not fit, too many, or the store is away: then one may be listed that lets nobody
    /// in.
    pub async fn make_bot_token(
        &self,
        by: &User,
        bot: &Account,
        token: NewToken,
        once: &Once,
    ) -> Result<(Login, String), Refusal> {
        is_bot(bot)?;
        bot.may_enter()?;
        let bad = |text: String| Err(Refusal::new(ErrorCode::BadRequest, text));
        let NewToken { name, grant, days } = token;
        let name = name.trim();
        let chars = name.chars().count();
        if chars == 0 || chars > NAME_CHARS_MAX || name.chars().any(char::is_control) {
            return bad(format!(
                "A token's name has 1 to {NAME_CHARS_MAX} characters, none of them a control character."
            ));
        }
        let scopes: Vec<Scope> = Scope::ALL
            .into_iter()
            .filter(|scope| grant.scopes.contains(scope))
            .collect();
        if scopes.is_empty() {
            return bad(
                "A token has one scope at least: read, send, rooms or moderate.".to_owned(),
            );
        }
        let mut rooms = grant.rooms;
        rooms.sort_unstable();
        rooms.dedup();
        if rooms.len() > GRANT_ROOMS_MAX {
            let text = format!(
                "A token is limited to at most {GRANT_ROOMS_MAX} rooms; without any it is not limited."
            );
            return Err(Refusal::new(ErrorCode::TooLarge, text));
        }
        let until_ms = match days {
            None => NEVER_MS,
            Some(days @ 1..=TOKEN_DAYS_MAX) => once.at_ms() + days * DAY_MS,
            Some(_) => {
                return bad(format!(
                    "A token is good for 1 to {TOKEN_DAYS_MAX} days, or without an end."
                ));
            }
        };
        self.write_down(by, ActKind::BotTokenMade, Some(&bot.user()), name)
            .await?;
        let grant = Grant { scopes, rooms };
        let until = (until_ms, BOT_TOKENS_MAX);
        self.add_token(bot, name, grant, until, once).await
    }

    /// A bot's tokens that count, the one used last first.
    ///
    /// # Errors
    /// No bot, or the store is away.
    pub async fn bot_tokens(&self, bot: &Account) -> Result<Vec<Login>, Refusal> {
        is_bot(bot)?;
        self.logins(bot.id).await
    }

    /// Revokes a token: from the answer on nothing is done by it, and its sockets are closed on every node. Whether it was
    /// there.
    ///
    /// # Errors
    /// No bot, or the store is away: then it may be revoked.
    pub async fn revoke_bot_token(
        &self,
        by: &User,
        bot: &Account,
        id: LoginId,
    ) -> Result<bool, Refusal> {
        let tokens = self.bot_tokens(bot).await?;
        let Some(token) = tokens.iter().find(|token| token.id == id) else {
            return Ok(false);
        };
        let (act, name) = (ActKind::BotTokenRevoked, &token.device_name);
        self.write_down(by, act, Some(&bot.user()), name).await?;
        self.end_login(bot.id, id).await
    }
}

fn is_bot(account: &Account) -> Result<(), Refusal> {
    if !account.id.is_bot() {
        let text = "This account is a person's, and has no tokens but those of its log-ins.";
        return Err(Refusal::new(ErrorCode::Forbidden, text));
    }
    Ok(())
}
