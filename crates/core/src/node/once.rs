//! Requests that make something, known again by the key under which they are asked: the same again makes nothing twice, and
//! is answered alike.
//!
//! All that a request makes is made from a seed (`Once`): its ids, its secret, its time. The seed is written down under the
//! key before anything is made, and the answer before it is given. So whoever goes on with a request that broke off, on
//! whichever node, makes the same things, each of which is made once; and who asks for what was answered is told that.
//!
//! A secret is told again, and not kept: it is derived from the seed and the key's own text, of which only a hash is kept,
//! and the answer is kept with a hole where it stands (`docs/decisions/0043-idempotency-keys.md`). A webhook out of a room
//! is the exception: its secret stands in its own record, since events are signed by it.
//!
//! Promises: for the newest [`REQUESTS_MAX`] keys of a user, for a day, as long as the store keeps what it was told.

use std::fmt;

use hearth_protocol::{ErrorCode, SendId, UserId};
use rand::RngExt;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    Node,
    accounts::derived_id,
    logins::{hash, hex},
};
use crate::{port::RecordKind, refusal::Refusal};

/// Requests of one user that are known again. The next takes the place of the oldest.
pub const REQUESTS_MAX: usize = 32;
/// For how long.
pub const REQUESTS_MS: u64 = 24 * 60 * 60 * 1_000;
/// An answer that is kept, in bytes. What is larger is put together anew.
const ANSWER_BYTES_MAX: usize = 4 * 1024;
/// Where a secret stands in a kept answer: no JSON text has these characters.
const LONG_HOLE: &str = "\u{0}";
const SHORT_HOLE: &str = "\u{1}";
/// How many characters of a secret are told where it is to be typed.
const SHORT_CHARS: usize = 40;

/// One request that makes something.
#[derive(Clone)]
pub struct Once {
    seed: [u8; 32],
    at_ms: u64,
    known: Option<Known>,
}

/// Without what its secret is made of.
impl fmt::Debug for Once {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Once");
        shown.field("at_ms", &self.at_ms).finish_non_exhaustive()
    }
}

/// By what it is known again.
#[derive(Clone)]
struct Known {
    user: UserId,
    key: String,
    /// The key as it was said.
    said: String,
    answer: Option<String>,
}

/// A request as it is kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    /// The key's hash.
    key: String,
    /// The hash of what was asked.
    print: String,
    seed: [u8; 32],
    at_ms: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
}

impl Once {
    /// The id of what is made.
    pub(super) fn uuid(&self) -> Uuid {
        derived_id(&[b"made", &self.seed])
    }

    /// When it was asked for first, in milliseconds since 1970.
    pub(super) fn at_ms(&self) -> u64 {
        self.at_ms
    }

    /// Its secret: 256 bits.
    pub(super) fn secret(&self) -> String {
        let said = self.known.as_ref().map_or("", |known| &known.said);
        let digest = Sha256::new()
            .chain_update(b"secret")
            .chain_update(self.seed)
            .chain_update(said);
        hex(&digest.finalize())
    }

    /// As much of its secret as is typed: 160 bits.
    pub(super) fn code(&self) -> String {
        self.secret()[..SHORT_CHARS].to_owned()
    }

    /// Of what is made of chance, the `n`-th: so many bytes, at most 32.
    pub(super) fn bytes<const N: usize>(&self, n: usize) -> [u8; N] {
        let said = self.known.as_ref().map_or("", |known| &known.said);
        let digest = Sha256::new()
            .chain_update(b"bytes")
            .chain_update((n as u64).to_be_bytes())
            .chain_update(self.seed)
            .chain_update(said)
            .finalize();
        std::array::from_fn(|at| digest[at])
    }

    /// What was answered, if it was.
    pub fn answer(&self) -> Option<String> {
        let kept = self.known.as_ref()?.answer.as_deref()?;
        let kept = kept.replace(LONG_HOLE, &self.secret());
        Some(kept.replace(SHORT_HOLE, &self.code()))
    }
}

impl Node {
    /// A request that is not known again.
    pub fn anew(&self) -> Once {
        Once {
            seed: self.chance(|chance| chance.random()),
            at_ms: self.0.clock.wall_ms(),
            known: None,
        }
    }

    /// A user's request under a key, as it was asked first. `asked`: all of what is asked, in any form that is equal for
    /// equal requests.
    ///
    /// # Errors
    /// Something else was asked under this key; or the store is away: then nothing was made.
    pub async fn once(
        &self,
        user: UserId,
        key: Option<&SendId>,
        asked: &str,
    ) -> Result<Once, Refusal> {
        let anew = self.anew();
        let Some(said) = key else {
            return Ok(anew);
        };
        let new = Kept {
            key: hash(said.as_str()),
            print: hash(asked),
            seed: anew.seed,
            at_ms: anew.at_ms,
            answer: None,
        };
        let kept = self.change_requests(user, |all| {
            if let Some(kept) = all.iter().find(|kept| kept.key == new.key) {
                if kept.print != new.print {
                    let text = "This `Idempotency-Key` asked for something else before. Take another key for each request, and the same one only to ask for the same again.";
                    return Err(Refusal::new(ErrorCode::BadRequest, text));
                }
                return Ok(kept.clone());
            }
            all.push(new.clone());
            let over = all.len().saturating_sub(REQUESTS_MAX);
            all.drain(..over);
            Ok(new.clone())
        });
        let kept = kept.await?;
        Ok(Once {
            seed: kept.seed,
            at_ms: kept.at_ms,
            known: Some(Known {
                user,
                key: kept.key,
                said: said.as_str().to_owned(),
                answer: kept.answer,
            }),
        })
    }

    /// Keeps what a request is answered: JSON.
    ///
    /// # Errors
    /// The store is away: then the same again goes on.
    pub async fn answered(&self, once: &Once, answer: &str) -> Result<(), Refusal> {
        let Some(known) = &once.known else {
            return Ok(());
        };
        if answer.len() > ANSWER_BYTES_MAX {
            return Ok(());
        }
        let answer = answer.replace(&once.secret(), LONG_HOLE);
        let answer = answer.replace(&once.code(), SHORT_HOLE);
        self.change_requests(known.user, |all| {
            if let Some(kept) = all.iter_mut().find(|kept| kept.key == known.key) {
                kept.answer.get_or_insert_with(|| answer.clone());
            }
            Ok(())
        })
        .await
    }

    /// Looks, directly before what a request makes begins to count, whether the same was answered meanwhile: what was
    /// withdrawn since must not come back by a try that was held up.
    ///
    /// # Errors
    /// It was; or the store is away.
    pub(super) async fn unanswered(&self, once: &Once) -> Result<(), Refusal> {
        let Some(known) = &once.known else {
            return Ok(());
        };
        let user = known.user.to_string();
        let kept = self.kept_as(RecordKind::Requests, &user).await?;
        let all: Vec<Kept> = kept.map(|(_, all)| all).unwrap_or_default();
        let is_answered = |kept: &Kept| kept.key == known.key && kept.answer.is_some();
        if all.iter().any(is_answered) {
            let text =
                "The same was asked and answered meanwhile. Ask again to be told the answer.";
            return Err(Refusal::new(ErrorCode::Busy, text).retry_after(100));
        }
        Ok(())
    }

    async fn change_requests<R: Send>(
        &self,
        user: UserId,
        change: impl Fn(&mut Vec<Kept>) -> Result<R, Refusal> + Send + Sync,
    ) -> Result<R, Refusal> {
        let (kind, key) = (RecordKind::Requests, user.to_string());
        let wall_ms = self.0.clock.wall_ms();
        self.change_record(kind, &key, |all: &mut Vec<Kept>| {
            all.retain(|kept| kept.at_ms.saturating_add(REQUESTS_MS) > wall_ms);
            change(all)
        })
        .await
    }
}
