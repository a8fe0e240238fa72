//! Records and claims, in redb's tables: the writer does one write after the other, so comparing and setting is a
//! look before the write.

use async_trait::async_trait;
use hearth_core::port::{
    Claim, ClaimSpace, PersonRow, Record, RecordKind, Records, Shelf, StoreError, Version, Written,
};
use hearth_protocol::UserId;
use redb::ReadableTable;
use uuid::Uuid;

use super::{
    Embedded,
    directory::put_listed,
    fault::Fault,
    schema::{self, claim_key, decode_claim, decode_record, record_key},
    writer::Effect,
};

type Rows = &'static [u8];

fn record_at(table: &impl ReadableTable<Rows, Rows>, key: &[u8]) -> Result<Option<Record>, Fault> {
    let record = table.get(key)?;
    record
        .map(|record| decode_record(record.value()))
        .transpose()
}

fn claim_at(table: &impl ReadableTable<Rows, Rows>, key: &[u8]) -> Result<Option<Claim>, Fault> {
    let claim = table.get(key)?;
    claim.map(|claim| decode_claim(claim.value())).transpose()
}

impl Embedded {
    /// Puts the record in the place of the one that stands at `expect`, or removes that one.
    async fn change(
        &self,
        key: Vec<u8>,
        expect: Option<Version>,
        next: Option<Record>,
    ) -> Result<Written, StoreError> {
        let bytes = key.len() + next.as_ref().map_or(0, |next| next.value.len());
        let written = self.commit(bytes, move |tables| {
            let mut table = tables.txn.open_table(schema::RECORDS)?;
            let stands = record_at(&table, &key)?;
            let version = stands.as_ref().map(|stands| stands.version);
            if version != expect {
                return Ok((Written::Conflict(stands), Effect::Unchanged));
            }
            let done = match &next {
                Some(next) => {
                    table.insert(key.as_slice(), schema::encode_record(next).as_slice())?;
                    next.version
                }
                None => {
                    table.remove(key.as_slice())?;
                    version.unwrap_or(Version(0))
                }
            };
            Ok((Written::Done(done), Effect::Changed))
        });
        Ok(written.await?)
    }
}

#[async_trait]
impl Records for Embedded {
    async fn record(&self, kind: RecordKind, key: &str) -> Result<Option<Record>, StoreError> {
        let key = record_key(kind, key);
        self.snapshot(move |txn| record_at(&txn.open_table(schema::RECORDS)?, &key))
            .await
    }

    async fn records_by_key(
        &self,
        kind: RecordKind,
        keys: &[String],
    ) -> Result<Vec<Option<Record>>, StoreError> {
        let keys: Vec<_> = keys.iter().map(|key| record_key(kind, key)).collect();
        self.snapshot(move |txn| {
            let table = txn.open_table(schema::RECORDS)?;
            keys.iter().map(|key| record_at(&table, key)).collect()
        })
        .await
    }

    async fn put_record(
        &self,
        kind: RecordKind,
        key: &str,
        expect: Option<Version>,
        value: &str,
    ) -> Result<Written, StoreError> {
        let record = Record {
            version: Version(expect.map_or(1, |version| version.0.saturating_add(1))),
            value: value.to_owned(),
        };
        self.change(record_key(kind, key), expect, Some(record))
            .await
    }

    async fn remove_record(
        &self,
        kind: RecordKind,
        key: &str,
        expect: Version,
    ) -> Result<Written, StoreError> {
        self.change(record_key(kind, key), Some(expect), None).await
    }

    async fn records(
        &self,
        kind: RecordKind,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Record)>, StoreError> {
        let mut from = record_key(kind, after.unwrap_or_default());
        if after.is_some() {
            // The next key there can be.
            from.push(0);
        }
        self.snapshot(move |txn| {
            let table = txn.open_table(schema::RECORDS)?;
            let end = schema::records_end(kind);
            let rows = ReadableTable::range::<&[u8]>(&table, from.as_slice()..end.as_slice())?;
            let records = rows.map(|row| {
                let (key, record) = row?;
                let key = schema::key_of_record(key.value())?;
                Ok((key, decode_record(record.value())?))
            });
            records.take(limit).collect()
        })
        .await
    }

    async fn claim(
        &self,
        space: ClaimSpace,
        folded: &str,
        name: &str,
        id: Uuid,
    ) -> Result<Claim, StoreError> {
        let key = claim_key(space, folded);
        let claim = Claim {
            id,
            name: name.to_owned(),
            confirmed: false,
        };
        let written = self.commit(key.len() + name.len(), move |tables| {
            let mut table = tables.txn.open_table(schema::CLAIMS)?;
            if let Some(stands) = claim_at(&table, &key)? {
                return Ok((stands, Effect::Unchanged));
            }
            table.insert(key.as_slice(), schema::encode_claim(&claim).as_slice())?;
            Ok((claim, Effect::Changed))
        });
        Ok(written.await?)
    }

    async fn confirm(&self, space: ClaimSpace, folded: &str, id: Uuid) -> Result<(), StoreError> {
        let key = claim_key(space, folded);
        let written = self.commit(key.len(), move |tables| {
            let mut table = tables.txn.open_table(schema::CLAIMS)?;
            match claim_at(&table, &key)? {
                Some(mut claim) if claim.id == id && !claim.confirmed => {
                    claim.confirmed = true;
                    table.insert(key.as_slice(), schema::encode_claim(&claim).as_slice())?;
                    Ok(((), Effect::Changed))
                }
                _ => Ok(((), Effect::Unchanged)),
            }
        });
        Ok(written.await?)
    }

    async fn claimed(&self, space: ClaimSpace, folded: &str) -> Result<Option<Claim>, StoreError> {
        let key = claim_key(space, folded);
        self.snapshot(move |txn| claim_at(&txn.open_table(schema::CLAIMS)?, &key))
            .await
    }

    async fn claims(
        &self,
        space: ClaimSpace,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Claim)>, StoreError> {
        let mut from = claim_key(space, after.unwrap_or_default());
        if after.is_some() {
            // The next key there can be.
            from.push(0);
        }
        self.snapshot(move |txn| {
            let table = txn.open_table(schema::CLAIMS)?;
            let end = schema::claims_end(space);
            let rows = ReadableTable::range::<&[u8]>(&table, from.as_slice()..end.as_slice())?;
            let claims = rows.map(|row| {
                let (key, claim) = row?;
                let folded = schema::folded_of_claim(key.value())?;
                Ok((folded, decode_claim(claim.value())?))
            });
            claims.take(limit).collect()
        })
        .await
    }

    async fn people(
        &self,
        begin: &str,
        after: Option<&PersonRow>,
        limit: usize,
    ) -> Result<Vec<PersonRow>, StoreError> {
        let after = after.map(|row| (row.word.as_str(), row.user.0));
        let rows = self.listed_rows(Shelf::Person, begin, after, limit).await?;
        let rows = rows.into_iter().map(|(word, user)| PersonRow {
            word,
            user: UserId(user),
        });
        Ok(rows.collect())
    }

    async fn list_person(
        &self,
        user: UserId,
        words: &[String],
        clock: Version,
    ) -> Result<(), StoreError> {
        let keys = keys_of(user, words);
        let rows: Vec<_> = keys.into_iter().map(|key| (key, clock.0)).collect();
        let bytes = rows.iter().map(|(key, _)| key.len()).sum();
        let written = self.commit(bytes, move |tables| Ok(((), put_listed(tables, &rows)?)));
        Ok(written.await?)
    }

    async fn unlist_person(
        &self,
        user: UserId,
        words: &[String],
        clock: Version,
    ) -> Result<(), StoreError> {
        self.remove_listed(keys_of(user, words), clock.0).await
    }
}

fn keys_of(user: UserId, words: &[String]) -> Vec<Vec<u8>> {
    let keys = words.iter();
    let keys = keys.map(|word| schema::listed_key(Shelf::Person, word, user.0));
    keys.collect()
}
