//! The second factor: a code that a device reckons from a shared secret and the time (RFC 6238: SHA-1, six digits, thirty
//! seconds), and codes on paper for when the device is gone.
//!
//! Promises: a code is taken once; whoever guesses soon waits, whichever server they ask, since what was wrong is counted
//! in the account. Pure: the secret and the time are given.

use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};
use sha2::Sha256;

/// A code's life.
const STEP_MS: u64 = 30_000;
/// Steps by which a device's clock may be wrong, to either side.
const DRIFT: u64 = 1;
const DIGITS: usize = 6;
/// Of a secret: as many as the digest has.
pub const SECRET_BYTES: usize = 20;
/// Recovery codes that are given at once.
pub const RECOVERY_CODES: usize = 10;
/// Bytes of chance in one of them: 80 bits, so that their plain digests may be kept.
pub const RECOVERY_BYTES: usize = 10;
/// Wrong codes in a row, after which each further one waits.
const WRONG_MAX: u32 = 10;
/// How long: 144 guesses a day then, where three in a million are right, for whoever has the password already.
const WAIT_MS: u64 = 10 * 60 * 1000;

/// An account's second factor, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactor {
    /// The secret, in base 32. It has to be kept as it is: each code is reckoned from it.
    secret: String,
    /// Whether a code has shown that a device has the secret; until then it guards nothing.
    #[serde(default)]
    confirmed: bool,
    /// The step of the last code that was taken.
    #[serde(default)]
    step: u64,
    /// Digests of the recovery codes that are left.
    #[serde(default)]
    recovery: Vec<String>,
    /// Wrong codes since the last right one, and when the last of them came.
    #[serde(default)]
    wrong: u32,
    #[serde(default)]
    wrong_ms: u64,
}

/// What a code came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tried {
    /// It is right, and is no code any more.
    Right,
    /// It is wrong, or was taken before.
    Wrong,
    /// Too many were wrong: again after so many milliseconds.
    Wait(u64),
}

impl SecondFactor {
    /// One that guards nothing yet.
    pub fn new(secret: [u8; SECRET_BYTES]) -> Self {
        Self {
            secret: base32(&secret),
            confirmed: false,
            step: 0,
            recovery: Vec::new(),
            wrong: 0,
            wrong_ms: 0,
        }
    }

    /// The secret, to be told to its user's device.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// Whether it guards the account.
    pub fn is_on(&self) -> bool {
        self.confirmed
    }

    /// It guards the account from now on, with these recovery codes.
    pub fn confirm(&mut self, recovery: &[String]) {
        self.confirmed = true;
        self.recovery = recovery.iter().map(|code| digest(code)).collect();
    }

    /// Whether it was confirmed with these recovery codes, some of which may have been taken since.
    pub fn is_confirmed_with(&self, recovery: &[String]) -> bool {
        let digests: Vec<_> = recovery.iter().map(|code| digest(code)).collect();
        self.confirmed
            && !self.recovery.is_empty()
            && self.recovery.iter().all(|kept| digests.contains(kept))
    }

    /// Holds a code against it, and counts.
    pub fn try_code(&mut self, code: &str, wall_ms: u64) -> Tried {
        let until_ms = self.wrong_ms.saturating_add(WAIT_MS);
        if self.wrong >= WRONG_MAX && wall_ms < until_ms {
            return Tried::Wait(until_ms - wall_ms);
        }
        // As it is read off a screen or a paper.
        let plain = |c: &char| !c.is_whitespace() && *c != '-';
        let code: String = code.chars().filter(plain).collect();
        let code = code.to_uppercase();
        if let Some(step) = self.fitting_step(&code, wall_ms) {
            self.step = step;
        } else if let Some(at) = self.recovery.iter().position(|kept| *kept == digest(&code)) {
            self.recovery.remove(at);
        } else {
            self.wrong = self.wrong.saturating_add(1);
            self.wrong_ms = wall_ms;
            return Tried::Wrong;
        }
        self.wrong = 0;
        Tried::Right
    }

    /// The step whose code this is, of those that may be now and none that was taken.
    fn fitting_step(&self, code: &str, wall_ms: u64) -> Option<u64> {
        let secret = unbase32(&self.secret)?;
        let now = wall_ms / STEP_MS;
        (now.saturating_sub(DRIFT)..=now + DRIFT)
            .filter(|step| *step > self.step)
            .find(|step| code_at(&secret, *step) == code)
    }
}

/// A recovery code as it is told, of chance.
pub fn recovery_code(bytes: [u8; RECOVERY_BYTES]) -> String {
    let text = base32(&bytes);
    let parts: Vec<&str> = [0, 4, 8, 12].iter().map(|at| &text[*at..at + 4]).collect();
    parts.join("-")
}

/// The code that a device shows at that time; `None` if the text is no secret.
pub fn code(secret: &str, wall_ms: u64) -> Option<String> {
    Some(code_at(&unbase32(secret)?, wall_ms / STEP_MS))
}

/// Where an authenticator takes the secret from.
pub fn otpauth(secret: &str, name: &str, issuer: &str) -> String {
    let (name, issuer) = (escaped(name), escaped(issuer));
    format!("otpauth://totp/{issuer}:{name}?secret={secret}&issuer={issuer}")
}

fn code_at(secret: &[u8], step: u64) -> String {
    let mac = hmac(secret, &step.to_be_bytes());
    let at = usize::from(mac[19] & 0x0F);
    let word = u32::from_be_bytes([mac[at] & 0x7F, mac[at + 1], mac[at + 2], mac[at + 3]]);
    format!("{:0width$}", word % 1_000_000, width = DIGITS)
}

/// HMAC-SHA-1 (RFC 2104) with a key no longer than a block: some lines, where a crate would be one more to trust.
fn hmac(key: &[u8], text: &[u8]) -> [u8; 20] {
    let padded = |with: u8| -> [u8; 64] {
        std::array::from_fn(|i| key.get(i).copied().unwrap_or_default() ^ with)
    };
    let inner = Sha1::new().chain_update(padded(0x36)).chain_update(text);
    let outer = Sha1::new()
        .chain_update(padded(0x5C))
        .chain_update(inner.finalize());
    outer.finalize().into()
}

/// What is kept of a recovery code, as it is typed without its dashes.
fn digest(code: &str) -> String {
    let plain: String = code.chars().filter(|c| *c != '-').collect();
    let digest = Sha256::digest(plain.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Of whole groups of five bytes only, which is all that is needed here.
fn base32(bytes: &[u8]) -> String {
    let mut text = String::new();
    for group in bytes.chunks_exact(5) {
        let bits = group.iter().fold(0u64, |bits, b| bits << 8 | u64::from(*b));
        for at in (0..8).rev() {
            text.push(char::from(ALPHABET[(bits >> (5 * at)) as usize & 31]));
        }
    }
    text
}

fn unbase32(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for group in text.as_bytes().chunks_exact(8) {
        let mut bits = 0u64;
        for letter in group {
            let value = ALPHABET.iter().position(|known| known == letter)?;
            bits = bits << 5 | value as u64;
        }
        bytes.extend_from_slice(&bits.to_be_bytes()[3..]);
    }
    Some(bytes)
}

/// As it may stand in a URI.
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| match byte {
            byte if plain(byte) => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238's table.
    const SECRET: [u8; SECRET_BYTES] = *b"12345678901234567890";

    fn on() -> SecondFactor {
        let mut second = SecondFactor::new(SECRET);
        second.confirm(&[recovery_code([7; RECOVERY_BYTES])]);
        second
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // The RFC's have eight digits, of which these are the last six.
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code_at(&SECRET, second * 1_000 / STEP_MS), code);
        }
        let hex: String = hmac(b"Jefe", b"what do ya want for nothing?")
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(hex, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    }

    #[test]
    fn a_code_is_taken_once_and_so_is_none_before_it() {
        let mut second = on();
        let now_ms = 1_111_111_109_000;
        assert_eq!(second.try_code("081 804", now_ms), Tried::Right);
        assert_eq!(second.try_code("081804", now_ms), Tried::Wrong);
        let before = code_at(&SECRET, now_ms / STEP_MS - 1);
        assert_eq!(second.try_code(&before, now_ms), Tried::Wrong);
        let after = code_at(&SECRET, now_ms / STEP_MS + 1);
        assert_eq!(second.try_code(&after, now_ms), Tried::Right);
    }

    #[test]
    fn a_clock_may_be_one_step_off_and_not_two() {
        let now_ms = 1_111_111_109_000;
        for (off, expected) in [
            (-2, Tried::Wrong),
            (-1, Tried::Right),
            (1, Tried::Right),
            (2, Tried::Wrong),
        ] {
            let step = (now_ms / STEP_MS).checked_add_signed(off).unwrap();
            let code = code_at(&SECRET, step);
            assert_eq!(on().try_code(&code, now_ms), expected, "{off}");
        }
    }

    #[test]
    fn a_recovery_code_is_taken_once_however_it_is_typed() {
        let mut second = on();
        let code = recovery_code([7; RECOVERY_BYTES]);
        assert_eq!(code.len(), 19);
        let typed = code.to_lowercase().replace('-', " ");
        assert_eq!(second.try_code(&typed, 0), Tried::Right);
        assert_eq!(second.try_code(&code, 0), Tried::Wrong);
        assert_eq!(second.recovery.len(), 0);
        let kept = serde_json::to_string(&on()).unwrap();
        assert!(!kept.contains(&code.replace('-', "")), "{kept}");
    }

    #[test]
    fn who_guesses_waits_and_a_right_code_begins_anew() {
        let mut second = on();
        let now_ms = 1_111_111_109_000;
        for _ in 0..WRONG_MAX {
            assert_eq!(second.try_code("000000", now_ms), Tried::Wrong);
        }
        assert_eq!(second.try_code("081804", now_ms), Tried::Wait(WAIT_MS));
        let later_ms = now_ms + WAIT_MS;
        assert_eq!(second.try_code("000000", later_ms), Tried::Wrong);
        assert_eq!(
            second.try_code("000000", later_ms + 1),
            Tried::Wait(WAIT_MS - 1)
        );
        let right = code_at(&SECRET, (later_ms + WAIT_MS) / STEP_MS);
        assert_eq!(second.try_code(&right, later_ms + WAIT_MS), Tried::Right);
        assert_eq!(second.try_code("000000", later_ms + WAIT_MS), Tried::Wrong);
    }

    #[test]
    fn a_secret_is_told_as_authenticators_take_it() {
        let second = SecondFactor::new(SECRET);
        assert_eq!(second.secret(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(unbase32(second.secret()).unwrap(), SECRET);
        assert_eq!(
            otpauth(second.secret(), "j\u{f6}rg", "Our chat"),
            "otpauth://totp/Our%20chat:j%C3%B6rg?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Our%20chat"
        );
    }
}
