//! The index of messages: a few small rows for each full segment of a log.
//!
//! Promises (as the projections): every row carries the log's number as its timestamp, so that what was made before an
//! erasure cannot come back after it; an erasure is an empty value and no delete. It must not know what is in a row.

use futures_util::future::try_join_all;
use hearth_core::{
    port::{IndexRow, StoreError},
    search::INDEX_SHARDS,
};
use hearth_protocol::{RoomId, Seq};

use super::{
    Cassandra,
    events::{signed, unsigned},
    projections::timestamp,
};

/// Segments of one partition: of usual messages a megabyte or two.
const BLOCK_SEGMENTS: u64 = 32;

impl Cassandra {
    pub(super) async fn index_rows(
        &self,
        room: RoomId,
        shard: u8,
        from: u64,
        to: u64,
    ) -> Result<Vec<IndexRow>, StoreError> {
        let mut rows = Vec::new();
        let mut next = from;
        while next <= to {
            let block = next / BLOCK_SEGMENTS;
            let last = to.min((block + 1) * BLOCK_SEGMENTS - 1);
            let values = (
                room.0,
                signed(block)?,
                i32::from(shard),
                signed(next)?,
                signed(last)?,
            );
            let found: Vec<IndexRow> = self
                .collect(
                    &self.statements.index_rows,
                    values,
                    |(segment, words): (i64, Vec<u8>)| {
                        Ok(IndexRow {
                            segment: unsigned(segment),
                            words,
                        })
                    },
                )
                .await?;
            rows.extend(found);
            next = last + 1;
        }
        Ok(rows)
    }

    pub(super) async fn put_index(
        &self,
        room: RoomId,
        segment: u64,
        clock: Seq,
        rows: &[Vec<u8>],
    ) -> Result<(), StoreError> {
        let write = self.write_index(room, segment, clock, rows.iter().map(Vec::as_slice));
        self.within("index", write).await
    }

    /// Empties the rows of segments: for whoever projects.
    pub(super) async fn empty_index(
        &self,
        room: RoomId,
        segments: impl IntoIterator<Item = (u64, Seq)>,
    ) -> Result<(), StoreError> {
        let empty = [[].as_slice(); INDEX_SHARDS as usize];
        let writes = segments
            .into_iter()
            .map(|(segment, clock)| self.write_index(room, segment, clock, empty.into_iter()));
        try_join_all(writes).await.map(drop)
    }

    /// All rows of a segment, which lie in one partition.
    async fn write_index<'r>(
        &self,
        room: RoomId,
        segment: u64,
        clock: Seq,
        rows: impl Iterator<Item = &'r [u8]>,
    ) -> Result<(), StoreError> {
        let block = signed(segment / BLOCK_SEGMENTS)?;
        let (segment, clock) = (signed(segment)?, signed(clock.0)?);
        let values: Vec<_> = (0..)
            .zip(rows)
            .map(|(shard, words): (i32, _)| {
                (
                    room.0,
                    block,
                    shard,
                    segment,
                    clock,
                    words,
                    timestamp(clock),
                )
            })
            .collect();
        let statements = vec![self.statements.put_index.clone(); values.len()];
        self.write_all("index", statements, values).await
    }
}
