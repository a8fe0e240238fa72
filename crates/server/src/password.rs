//! Passwords: argon2id, off the async threads, a bounded number at once, and a bounded number of guesses.
//!
//! Promises: checking takes the same time whether the user exists or not; at most so many checks run and wait that
//! nobody can fill the memory (each takes 19 MiB); whoever guesses is slowed down; a new password is none of those that
//! are tried first (`rules.rs`). What was taken before stays good.

mod common;
mod rules;

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use hearth_core::Refusal;
use hearth_protocol::ErrorCode;
use tokio::sync::Semaphore;

/// A password, in bytes: more is no better, and hashing has to read all of it.
pub const PASSWORD_BYTES_MAX: usize = 512;
/// Hashes computed at once. Each keeps a core busy for some 20 ms, and the cores have sockets to serve.
const AT_ONCE: usize = 2;
/// Hashes that may wait. Further ones are answered `busy`.
const WAITING_MAX: usize = 64;
/// Wrong passwords from one address before it has to wait.
const WRONG_MAX: u32 = 20;
/// How long wrong passwords count.
const WRONG_WINDOW: Duration = Duration::from_secs(60);
/// Addresses remembered. At the bound the oldest windows are forgotten first.
const ADDRESSES_MAX: usize = 10_000;

/// A hash that no password has, for users that do not exist. The parameters are those of real ones.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$aGVhcnRoLW5vYm9keQ$7R8F1LZyhb7NNMEjE9hYHrFDHwUPBYxJhY6qOZrmNlU";

/// The worker.
#[derive(Debug)]
pub struct Passwords {
    places: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    wrong: Mutex<HashMap<IpAddr, (u32, Instant)>>,
    verified: AtomicU64,
}

impl Passwords {
    /// A worker with nothing to do.
    pub fn new() -> Self {
        Self {
            places: Arc::new(Semaphore::new(AT_ONCE)),
            queue: Arc::new(Semaphore::new(AT_ONCE + WAITING_MAX)),
            wrong: Mutex::default(),
            verified: AtomicU64::new(0),
        }
    }

    /// Hashes a new password of a user of these names.
    ///
    /// # Errors
    /// Too short, too long, too common, or too much to do.
    pub async fn hash(&self, password: &str, names: &[&str]) -> Result<String, Refusal> {
        let least = rules::CHARS_MIN;
        if password.chars().count() < least {
            let message = format!("The password needs at least {least} characters.");
            return Err(Refusal::new(ErrorCode::BadRequest, message));
        }
        bounded(password)?;
        if let Some(weakness) = rules::weakness(password, names) {
            let message = format!(
                "The password would soon be guessed: {weakness}. A few words that do not belong together make a good one."
            );
            return Err(Refusal::new(ErrorCode::BadRequest, message));
        }
        let password = password.to_owned();
        self.work(move || {
            Argon2::default()
                .hash_password(password.as_bytes())
                .map(|hash| hash.to_string())
                .ok()
        })
        .await?
        .ok_or_else(|| Refusal::new(ErrorCode::Internal, "The password could not be hashed."))
    }

    /// Whether the password is that of the hash. Without a hash it takes the same time and is never so.
    ///
    /// # Errors
    /// Too many wrong ones from this address, too long, or too much to do.
    pub async fn verify(
        &self,
        password: &str,
        hash: Option<&str>,
        from: IpAddr,
    ) -> Result<bool, Refusal> {
        bounded(password)?;
        self.may_guess(from)?;
        let password = password.to_owned();
        let hash = hash.map(String::from);
        self.verified.fetch_add(1, Ordering::Relaxed);
        let right = self
            .work(move || {
                let text = hash.as_deref().unwrap_or(NOBODYS);
                let right = PasswordHash::new(text).is_ok_and(|hash| {
                    Argon2::default()
                        .verify_password(password.as_bytes(), &hash)
                        .is_ok()
                });
                right && hash.is_some()
            })
            .await?;
        if !right {
            self.guessed(from);
        }
        Ok(right)
    }

    /// How many passwords were held against a hash, nobody's included.
    pub fn verified(&self) -> u64 {
        self.verified.load(Ordering::Relaxed)
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let busy =
            || Refusal::new(ErrorCode::Busy, "Too many are logging in at once.").retry_after(2_000);
        let _queued = self.queue.clone().try_acquire_owned().map_err(|_| busy())?;
        let place = self
            .places
            .clone()
            .acquire_owned()
            .await
            .map_err(|_| busy())?;
        tokio::task::spawn_blocking(move || {
            let _place = place;
            work()
        })
        .await
        .map_err(|_| Refusal::new(ErrorCode::Internal, "The password's check failed."))
    }

    /// Whether this address may try a password: to be asked before anything is counted against an account.
    ///
    /// # Errors
    /// `busy`, with the time at which it may.
    pub fn may_guess(&self, from: IpAddr) -> Result<(), Refusal> {
        let wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        match wrong.get(&from) {
            Some((count, since)) if *count >= WRONG_MAX && since.elapsed() < WRONG_WINDOW => {
                let left = WRONG_WINDOW.saturating_sub(since.elapsed());
                let left = u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
                Err(
                    Refusal::new(ErrorCode::Busy, "Too many wrong passwords. Wait a minute.")
                        .retry_after(left),
                )
            }
            _ => Ok(()),
        }
    }

    /// Something was guessed wrong from this address: a password, or a code beside one.
    pub fn guessed(&self, from: IpAddr) {
        metrics::counter!("hearth_passwords_wrong_total").increment(1);
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        if wrong.len() >= ADDRESSES_MAX && !wrong.contains_key(&from) {
            wrong.retain(|_, (_, since)| since.elapsed() < WRONG_WINDOW);
            if let (true, Some(oldest)) = (
                wrong.len() >= ADDRESSES_MAX,
                wrong
                    .iter()
                    .min_by_key(|(_, (_, since))| *since)
                    .map(|(address, _)| *address),
            ) {
                wrong.remove(&oldest);
            }
        }
        let entry = wrong.entry(from).or_insert((0, Instant::now()));
        if entry.1.elapsed() >= WRONG_WINDOW {
            *entry = (0, Instant::now());
        }
        entry.0 += 1;
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

fn bounded(password: &str) -> Result<(), Refusal> {
    if password.len() > PASSWORD_BYTES_MAX {
        let message = format!("The password may have at most {PASSWORD_BYTES_MAX} bytes.");
        return Err(Refusal::new(ErrorCode::TooLarge, message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only() {
        let passwords = Passwords::new();
        let hash = passwords.hash("correct horse", &[]).await.unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(
            passwords
                .verify("correct horse", Some(&hash), HERE)
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .verify("correct hors", Some(&hash), HERE)
                .await
                .unwrap()
        );
        assert!(!passwords.verify("correct horse", None, HERE).await.unwrap());
        assert!(!passwords.verify("", Some("!"), HERE).await.unwrap());
    }

    #[test]
    fn nobodys_hash_costs_what_a_real_one_does() {
        let hash = PasswordHash::new(NOBODYS).unwrap();
        assert_eq!(hash.params.to_string(), "m=19456,t=2,p=1");
        assert!(hash.hash.is_some() && hash.salt.is_some());
    }

    #[tokio::test]
    async fn a_password_is_bounded_on_both_sides() {
        let passwords = Passwords::new();
        assert_eq!(
            passwords.hash("nine char", &[]).await.unwrap_err().code,
            ErrorCode::BadRequest
        );
        let long = "x".repeat(PASSWORD_BYTES_MAX + 1);
        assert_eq!(
            passwords.hash(&long, &[]).await.unwrap_err().code,
            ErrorCode::TooLarge
        );
        assert_eq!(
            passwords.verify(&long, None, HERE).await.unwrap_err().code,
            ErrorCode::TooLarge
        );
    }

    #[tokio::test]
    async fn a_password_that_is_tried_first_is_refused_with_the_cure() {
        let passwords = Passwords::new();
        for (password, why) in [("password2026", "common"), ("mara.k-2026", "your name")] {
            let refused = passwords.hash(password, &["mara.k"]).await.unwrap_err();
            assert_eq!(refused.code, ErrorCode::BadRequest);
            assert!(refused.message.contains(why), "{refused}");
            assert!(refused.message.contains("A few words"), "{refused}");
        }
    }

    #[tokio::test]
    async fn who_guesses_too_often_waits_and_others_do_not() {
        let passwords = Passwords::new();
        for _ in 0..WRONG_MAX {
            passwords.guessed(HERE);
        }
        let refusal = passwords.verify("guess", None, HERE).await.unwrap_err();
        assert_eq!(refusal.code, ErrorCode::Busy);
        assert!(
            refusal
                .retry_after_ms
                .is_some_and(|ms| ms > 0 && ms <= 60_000)
        );
        assert!(
            !passwords
                .verify("guess", None, IpAddr::from([10, 0, 0, 1]))
                .await
                .unwrap()
        );
    }

    #[tokio::test]
    async fn what_does_not_fit_into_the_queue_is_busy() {
        let passwords = Passwords::new();
        let held = passwords
            .queue
            .clone()
            .acquire_many_owned(u32::try_from(AT_ONCE + WAITING_MAX).unwrap());
        let _held = held.await.unwrap();
        assert_eq!(
            passwords.verify("x", None, HERE).await.unwrap_err().code,
            ErrorCode::Busy
        );
    }

    #[test]
    fn addresses_are_forgotten_at_the_bound() {
        let passwords = Passwords::new();
        for n in 0..u32::try_from(ADDRESSES_MAX).unwrap() + 10 {
            passwords.guessed(IpAddr::from(n.to_be_bytes()));
        }
        assert_eq!(passwords.wrong.lock().unwrap().len(), ADDRESSES_MAX);
    }
}
