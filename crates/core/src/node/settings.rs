//! Settings of the installation: things of which there is one each, in a record of its own.
//!
//! Promises: of two changes of one setting neither is lost; a change that leaves it as it is writes nothing.

use std::time::Duration;

use hearth_protocol::ErrorCode;
use rand::RngExt;
use serde::{Serialize, de::DeserializeOwned};

use super::{
    Node,
    accounts::{json, parse},
};
use crate::{
    port::{RecordKind, Written},
    refusal::Refusal,
};

/// Races that a conditional write is repeated through before it is refused as busy: a class of sixty that signs up by
/// one invitation writes to one setting.
const RACES_MAX: u64 = 12;
/// The longest pause after the first lost race; it grows by as much with each.
const RACE_PAUSE_MS: u64 = 40;

impl Node {
    /// Reads a setting: the default if it was never written.
    pub(super) async fn setting<T: DeserializeOwned + Default>(
        &self,
        key: &str,
    ) -> Result<T, Refusal> {
        let record = self.0.store.record(RecordKind::Setting, key).await;
        let record = record.map_err(|error| self.refused(error))?;
        record.map_or_else(|| Ok(T::default()), |record| parse(&record.value))
    }

    /// Changes a setting, and gives what the change answers.
    ///
    /// # Errors
    /// What the change says; lost too many races; or the store is away: then it may have been changed.
    pub(super) async fn change_setting<T, R>(
        &self,
        key: &str,
        change: impl Fn(&mut T) -> Result<R, Refusal> + Send + Sync,
    ) -> Result<R, Refusal>
    where
        T: Serialize + DeserializeOwned + Default + Clone + PartialEq + Send + Sync,
        R: Send,
    {
        for race in 0..RACES_MAX {
            if race > 0 {
                let pause_ms = self.chance(|chance| chance.random_range(0..=RACE_PAUSE_MS * race));
                tokio::time::sleep(Duration::from_millis(pause_ms)).await;
            }
            let record = self.0.store.record(RecordKind::Setting, key).await;
            let record = record.map_err(|error| self.refused(error))?;
            let (expect, before) = match record {
                Some(record) => (Some(record.version), parse::<T>(&record.value)?),
                None => (None, T::default()),
            };
            let mut after = before.clone();
            let answer = change(&mut after)?;
            if after == before {
                return Ok(answer);
            }
            let written = self
                .0
                .store
                .put_record(RecordKind::Setting, key, expect, &json(&after))
                .await;
            if let Written::Done(_) = written.map_err(|error| self.refused(error))? {
                return Ok(answer);
            }
        }
        Err(Refusal::new(
            ErrorCode::Busy,
            "The same is being changed elsewhere. Try again in a moment.",
        )
        .retry_after(500))
    }
}
