//! Records that are changed as a whole, by compare-and-set: read, changed, written, and again if somebody was faster.
//!
//! Promises: of two changes of one record neither is lost; one that comes to nothing (the default) is removed.

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

/// Races that a conditional write is repeated through before it is refused as busy.
const RACES_MAX: u64 = 12;
/// The longest pause after the first lost race; it grows by as much with each.
const RACE_PAUSE_MS: u64 = 20;

impl Node {
    /// Reads a record: the default if there is none.
    pub(super) async fn read_record<T: DeserializeOwned + Default>(
        &self,
        kind: RecordKind,
        key: &str,
    ) -> Result<T, Refusal> {
        let record = self.0.store.record(kind, key).await;
        let record = record.map_err(|error| self.refused(error))?;
        record.map_or_else(|| Ok(T::default()), |record| parse(&record.value))
    }

    /// Changes a record, and gives what the change answers.
    pub(super) async fn change_record<T, R>(
        &self,
        kind: RecordKind,
        key: &str,
        change: impl Fn(&mut T) -> Result<R, Refusal> + Send + Sync,
    ) -> Result<R, Refusal>
    where
        T: Serialize + DeserializeOwned + Default + Clone + PartialEq + Send + Sync,
        R: Send,
    {
        let store = &self.0.store;
        for race in 0..RACES_MAX {
            if race > 0 {
                let pause_ms = self.chance(|chance| chance.random_range(0..=RACE_PAUSE_MS * race));
                tokio::time::sleep(Duration::from_millis(pause_ms)).await;
            }
            let record = store.record(kind, key).await;
            let record = record.map_err(|error| self.refused(error))?;
            let (expect, before) = match record {
                Some(record) => (Some(record.version), parse::<T>(&record.value)?),
                None => (None, T::default()),
            };
            let mut after = before.clone();
            let answer = change(&mut after)?;
            let written = match expect {
                _ if after == before => return Ok(answer),
                Some(version) if after == T::default() => {
                    store.remove_record(kind, key, version).await
                }
                expect => store.put_record(kind, key, expect, &json(&after)).await,
            };
            if let Written::Done(_) = written.map_err(|error| self.refused(error))? {
                return Ok(answer);
            }
        }
        let text = "The same is being changed elsewhere. Try again in a moment.";
        Err(Refusal::new(ErrorCode::Busy, text).retry_after(500))
    }
}
