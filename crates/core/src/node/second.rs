//! The second factor of an account: begun, confirmed, asked for at a log-in, ended. Each is one conditional write of the
//! account, so that a code is taken once, on whichever node it is shown.

use hearth_protocol::{ErrorCode, UserId};
use rand::RngExt;

use super::{Account, Node, Once};
use crate::{
    refusal::Refusal,
    totp::{RECOVERY_BYTES, RECOVERY_CODES, SECRET_BYTES, SecondFactor, Tried, recovery_code},
};

/// What became of a log-in with the right password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecondTried {
    /// In: the account asks for no code, or it is right.
    In,
    /// A code is needed.
    Needed,
    /// It is wrong, or was taken before.
    Wrong,
}

impl Node {
    /// Begins a second factor, which guards nothing before it is confirmed: its secret, in base 32. One that was begun
    /// before and not confirmed is forgotten.
    ///
    /// # Errors
    /// There is one already, or no password that it could go with; lost too many races; or the store is away.
    pub async fn begin_totp(&self, user: UserId) -> Result<String, Refusal> {
        let secret: [u8; SECRET_BYTES] = self.chance(|chance| chance.random());
        let second = SecondFactor::new(secret);
        let begun = second.secret().to_owned();
        let changed = self.change_account(user, |account| {
            if account.password_hash.is_none() {
                let text = "A second factor goes with a password. Set one first.";
                return Err(Refusal::new(ErrorCode::Forbidden, text));
            }
            if account.asks_for_code() {
                let text = "There is a second factor already. Turn it off first.";
                return Err(Refusal::new(ErrorCode::Forbidden, text));
            }
            account.second = Some(second.clone());
            Ok(())
        });
        changed.await.map(|_| begun)
    }

    /// Confirms the second factor that was begun, by a code of the device that has its secret: from now on every log-in
    /// needs one. Of the recovery codes only digests are kept; the same request again is told them again.
    ///
    /// # Errors
    /// None was begun, or it is on already; the code is wrong; too many were; lost too many races; or the store is away.
    pub async fn confirm_totp(
        &self,
        user: UserId,
        code: &str,
        once: &Once,
    ) -> Result<Vec<String>, Refusal> {
        let recovery: Vec<String> = (0..RECOVERY_CODES)
            .map(|n| recovery_code(once.bytes::<RECOVERY_BYTES>(n)))
            .collect();
        let wall_ms = self.0.clock.wall_ms();
        let account = self.change_account(user, |account| {
            // It was asked for before.
            let is_it = |second: &SecondFactor| second.is_confirmed_with(&recovery);
            if account.second.as_ref().is_some_and(is_it) {
                return Ok(());
            }
            let begun = account.second.as_mut().filter(|second| !second.is_on());
            let Some(second) = begun else {
                let text = "No second factor was begun, or it is confirmed already.";
                return Err(Refusal::new(ErrorCode::Forbidden, text));
            };
            match second.try_code(code, wall_ms) {
                Tried::Right => second.confirm(&recovery),
                Tried::Wrong => {}
                Tried::Wait(ms) => return Err(wait(ms)),
            }
            Ok(())
        });
        if account.await?.asks_for_code() {
            return Ok(recovery);
        }
        let text = "The code is wrong. Are the clocks of your device and of this server right?";
        Err(Refusal::new(ErrorCode::Forbidden, text))
    }

    /// Ends the second factor of an account whose holder has shown the password. One that is not there has ended.
    ///
    /// # Errors
    /// Lost too many races, or the store is away.
    pub async fn end_totp(&self, user: UserId) -> Result<(), Refusal> {
        let changed = self.change_account(user, |account| {
            account.second = None;
            Ok(())
        });
        changed.await.map(|_| ())
    }

    /// Whether whoever has shown an account's password gets in: by a code, if it asks for one.
    ///
    /// # Errors
    /// Too many codes were wrong; lost too many races; or the store is away.
    pub async fn try_second(
        &self,
        account: &Account,
        code: Option<&str>,
    ) -> Result<SecondTried, Refusal> {
        if !account.asks_for_code() {
            return Ok(SecondTried::In);
        }
        let Some(code) = code else {
            return Ok(SecondTried::Needed);
        };
        let wall_ms = self.0.clock.wall_ms();
        // The write is what takes the code: of two that show it at once, one is second.
        let tried = std::sync::Mutex::new(Tried::Right);
        let changed = self.change_account(account.id, |account| {
            let second = account.second.as_mut().filter(|second| second.is_on());
            let now = second.map_or(Tried::Right, |second| second.try_code(code, wall_ms));
            *super::lock(&tried) = now;
            match now {
                Tried::Right | Tried::Wrong => Ok(()),
                Tried::Wait(ms) => Err(wait(ms)),
            }
        });
        changed.await?;
        let tried = *super::lock(&tried);
        Ok(match tried {
            Tried::Right => SecondTried::In,
            Tried::Wrong | Tried::Wait(_) => SecondTried::Wrong,
        })
    }
}

fn wait(ms: u64) -> Refusal {
    let text = "Too many wrong codes. Wait some minutes.";
    Refusal::new(ErrorCode::Busy, text).retry_after(ms)
}
