//! Records with compare-and-set, and claims of names.
//!
//! Promises (docs of [`hearth_core::port::Records`]): linearizable per record and per name; an answer that did not
//! come is resolved by looking for the own `write` id, or by asking again where asking again is the same question.

use std::ops::ControlFlow;

use hearth_core::port::{
    Claim, ClaimSpace, Freshness, Record, RecordKind, StoreError, Version, Written,
};
use uuid::Uuid;

use super::{
    Cassandra,
    ask::{Condition, Stands},
    events::{signed, unsigned},
    fate::corrupt,
};

/// A record, and the id of the write that made it so.
struct Standing {
    record: Record,
    write: Option<Uuid>,
}

type RecordRow = (String, Option<i64>, Option<String>, Option<Uuid>);
type ClaimRow = (String, Option<Uuid>, Option<String>, Option<bool>);

impl Cassandra {
    pub(super) async fn record(
        &self,
        kind: RecordKind,
        key: &str,
    ) -> Result<Option<Record>, StoreError> {
        let read = self.standing(kind, key, Freshness::Quorum);
        let found = self.within("record", read).await?;
        Ok(found.map(|standing| standing.record))
    }

    pub(super) async fn put_record(
        &self,
        kind: RecordKind,
        key: &str,
        expect: Option<Version>,
        value: &str,
    ) -> Result<Written, StoreError> {
        self.within("record", async {
            let statements = self.statements.records(kind);
            let next = expect.map_or(1, |version| version.0 + 1);
            let write = Uuid::now_v7();
            let mut doubtful = false;
            loop {
                let to = signed(next)?;
                let outcome = match expect {
                    None => {
                        let values = (to, value, write, key);
                        self.conditional("record", &statements.create, values)
                            .await?
                    }
                    Some(version) => {
                        let values = (to, value, write, key, signed(version.0)?);
                        self.conditional("record", &statements.replace, values)
                            .await?
                    }
                };
                match outcome {
                    Condition::Applied => return Ok(Written::Done(Version(next))),
                    Condition::Unknown(_) => doubtful = true,
                    Condition::Not(_) => {}
                }
                let standing = self.standing(kind, key, Freshness::Serial).await?;
                if standing.as_ref().and_then(|s| s.write) == Some(write) {
                    return Ok(Written::Done(Version(next)));
                }
                let version = standing.as_ref().map(|s| s.record.version);
                if version == expect {
                    // Not written, not yet at least: the same write again, under the same id.
                    continue;
                }
                if doubtful && version != Some(Version(next)) {
                    // Others have written since; whether on top of ours cannot be seen any more.
                    return Err(StoreError::Away(format!(
                        "record: whether version {next} was this write cannot be told"
                    )));
                }
                return Ok(Written::Conflict(standing.map(|s| s.record)));
            }
        })
        .await
    }

    pub(super) async fn remove_record(
        &self,
        kind: RecordKind,
        key: &str,
        expect: Version,
    ) -> Result<Written, StoreError> {
        self.within("record", async {
            let statement = &self.statements.records(kind).remove;
            let mut doubtful = false;
            loop {
                let values = (key, signed(expect.0)?);
                match self.conditional("record", statement, values).await? {
                    Condition::Applied => return Ok(Written::Done(expect)),
                    Condition::Unknown(_) => doubtful = true,
                    Condition::Not(_) => {}
                }
                match self.standing(kind, key, Freshness::Serial).await? {
                    // Gone, as was asked; by whom makes no difference.
                    None if doubtful => return Ok(Written::Done(expect)),
                    Some(standing) if standing.record.version == expect => {}
                    other => return Ok(Written::Conflict(other.map(|s| s.record))),
                }
            }
        })
        .await
    }

    async fn standing(
        &self,
        kind: RecordKind,
        key: &str,
        freshness: Freshness,
    ) -> Result<Option<Standing>, StoreError> {
        let statement = self.statements.records(kind).read.at(freshness);
        let row: Option<RecordRow> = self.row("record", statement, (key,)).await?;
        Ok(row.and_then(standing_of).map(|(_, standing)| standing))
    }

    pub(super) async fn records(
        &self,
        kind: RecordKind,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Record)>, StoreError> {
        let mut all = Vec::new();
        if limit == 0 {
            return Ok(all);
        }
        let statements = self.statements.records(kind);
        let count = i32::try_from(limit).unwrap_or(i32::MAX);
        let each = |row: RecordRow| {
            all.extend(standing_of(row).map(|(key, standing)| (key, standing.record)));
            Ok(ControlFlow::Continue(()))
        };
        // In the ring's order: keys of one table are spread over all nodes by their hash.
        match after {
            None => {
                let read = self.rows("records", &statements.first, (count,), each);
                self.within("records", read).await?;
            }
            Some(key) => {
                let read = self.rows("records", &statements.after, (key, count), each);
                self.within("records", read).await?;
            }
        }
        Ok(all)
    }

    pub(super) async fn claim(
        &self,
        space: ClaimSpace,
        folded: &str,
        name: &str,
        id: Uuid,
    ) -> Result<Claim, StoreError> {
        self.within("claim", async {
            let statement = &self.statements.claims(space).claim;
            loop {
                let values = (folded, id, name);
                match self.conditional("claim", statement, values).await? {
                    Condition::Applied => {
                        return Ok(Claim {
                            id,
                            name: name.to_owned(),
                            confirmed: false,
                        });
                    }
                    // An own success that was not heard of stands under the own id.
                    Condition::Not(stands) => return claim_of(&stands),
                    Condition::Unknown(_) => {}
                }
            }
        })
        .await
    }

    pub(super) async fn confirm(
        &self,
        space: ClaimSpace,
        folded: &str,
        id: Uuid,
    ) -> Result<(), StoreError> {
        self.within("claim", async {
            let statement = &self.statements.claims(space).confirm;
            loop {
                match self.conditional("claim", statement, (folded, id)).await? {
                    Condition::Applied | Condition::Not(_) => return Ok(()),
                    Condition::Unknown(_) => {}
                }
            }
        })
        .await
    }

    pub(super) async fn claimed(
        &self,
        space: ClaimSpace,
        folded: &str,
    ) -> Result<Option<Claim>, StoreError> {
        let read = self.row("claim", &self.statements.claims(space).read, (folded,));
        let row: Option<(Option<Uuid>, Option<String>, Option<bool>)> =
            self.within("claim", read).await?;
        Ok(row.and_then(|(id, name, confirmed)| {
            Some(Claim {
                id: id?,
                name: name?,
                confirmed: confirmed?,
            })
        }))
    }

    pub(super) async fn claims(
        &self,
        space: ClaimSpace,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Claim)>, StoreError> {
        let mut all = Vec::new();
        if limit == 0 {
            return Ok(all);
        }
        let statements = self.statements.claims(space);
        let count = i32::try_from(limit).unwrap_or(i32::MAX);
        let each = |(folded, id, name, confirmed): ClaimRow| {
            let claim = id.zip(name).map(|(id, name)| Claim {
                id,
                name,
                confirmed: confirmed.unwrap_or_default(),
            });
            all.extend(claim.map(|claim| (folded, claim)));
            Ok(ControlFlow::Continue(()))
        };
        // In the ring's order, as records.
        match after {
            None => {
                let read = self.rows("claims", &statements.first, (count,), each);
                self.within("claims", read).await?;
            }
            Some(folded) => {
                let read = self.rows("claims", &statements.after, (folded, count), each);
                self.within("claims", read).await?;
            }
        }
        Ok(all)
    }
}

/// `None`: a row without a version is one that has been removed.
fn standing_of((key, version, value, write): RecordRow) -> Option<(String, Standing)> {
    let record = Record {
        version: Version(unsigned(version?)),
        value: value?,
    };
    Some((key, Standing { record, write }))
}

fn claim_of(stands: &Stands) -> Result<Claim, StoreError> {
    let whole = || {
        Some(Claim {
            id: stands.uuid("id")?,
            name: stands.text("name")?,
            confirmed: stands.boolean("confirmed")?,
        })
    };
    whole().ok_or_else(|| corrupt("a claim", "a column is missing"))
}
