//! The directory's rows, of rooms and of people: a shelf, a text, an id, and the clock of what brought the row.
//!
//! Promises: in the order of texts, then of ids; of two writes of one row the higher clock stays, and none that is newer
//! than who takes it away says is taken.

use hearth_core::port::{Shelf, StoreError};
use redb::ReadableTable;
use uuid::Uuid;

use super::{
    Embedded,
    fault::Fault,
    schema,
    writer::{Effect, Tables},
};

/// Adds rows, each with its clock.
pub(super) fn put_listed(tables: &Tables<'_>, rows: &[(Vec<u8>, u64)]) -> Result<Effect, Fault> {
    let mut effect = Effect::Unchanged;
    let mut table = tables.txn.open_table(schema::DIRECTORY)?;
    for (key, clock) in rows {
        let stands = table.get(key.as_slice())?.map(|stands| stands.value());
        if stands.is_none_or(|stands| stands < *clock) {
            table.insert(key.as_slice(), clock)?;
            effect = Effect::Changed;
        }
    }
    Ok(effect)
}

impl Embedded {
    /// Rows of a shelf whose text begins so, after one of them.
    pub(super) async fn listed_rows(
        &self,
        shelf: Shelf,
        begin: &str,
        after: Option<(&str, Uuid)>,
        limit: usize,
    ) -> Result<Vec<(String, Uuid)>, StoreError> {
        let (first, end) = schema::listed_keys(shelf, begin);
        let from = after.map_or(first, |(text, id)| {
            let mut key = schema::listed_key(shelf, text, id);
            // The next key there can be.
            key.push(0);
            key
        });
        self.snapshot(move |txn| {
            if from >= end {
                return Ok(Vec::new());
            }
            let table = txn.open_table(schema::DIRECTORY)?;
            let rows = ReadableTable::range::<&[u8]>(&table, from.as_slice()..end.as_slice())?;
            let rows = rows.map(|row| schema::listed_row(row?.0.value()));
            rows.take(limit).collect()
        })
        .await
    }

    /// Takes away those of some rows that are not newer.
    pub(super) async fn remove_listed(
        &self,
        keys: Vec<Vec<u8>>,
        clock: u64,
    ) -> Result<(), StoreError> {
        let written = self.commit(0, move |tables| {
            let mut effect = Effect::Unchanged;
            let mut table = tables.txn.open_table(schema::DIRECTORY)?;
            for key in &keys {
                let stands = table.get(key.as_slice())?.map(|stands| stands.value());
                if stands.is_some_and(|stands| stands <= clock) {
                    table.remove(key.as_slice())?;
                    effect = Effect::Changed;
                }
            }
            Ok(((), effect))
        });
        Ok(written.await?)
    }
}
