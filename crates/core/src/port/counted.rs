//! A store that counts what it is asked, and times appends: for operators, and for the proof of what a send costs.

use std::{sync::Arc, time::Instant};

use async_trait::async_trait;
use hearth_protocol::{RoomId, Seq, UserId};

use super::{
    Appended, Cell, Claim, ClaimSpace, End, Freshness, IndexRow, ListedRow, Log, Mark, MemberCell,
    MentionsCell, Page, PersonRow, Record, RecordKind, Records, Shelf, SpokeCell, Store,
    StoreError, StoreHealth, ThreadCell, Version, Written,
};
use crate::{
    log::{Entry, Head},
    timing::Stopwatch,
};

/// Counts each call by its name in `hearth_store_calls_total`, and events appended in `hearth_store_events_total`; tells
/// the stopwatch how long each append took, whatever came of it.
pub struct Counted(pub Arc<dyn Store>, pub Arc<Stopwatch>);

fn count(call: &'static str) {
    metrics::counter!("hearth_store_calls_total", "call" => call).increment(1);
}

#[async_trait]
impl Log for Counted {
    fn batch_max(&self, head: Seq) -> usize {
        self.0.batch_max(head)
    }

    async fn head(
        &self,
        room: RoomId,
        hint: Seq,
        freshness: Freshness,
    ) -> Result<Head, StoreError> {
        count("head");
        self.0.head(room, hint, freshness).await
    }

    async fn append(
        &self,
        room: RoomId,
        expect: Head,
        batch: &[Entry],
    ) -> Result<Appended, StoreError> {
        count("append");
        let began = Instant::now();
        let appended = self.0.append(room, expect, batch).await;
        self.1.took(began.elapsed());
        if matches!(appended, Ok(Appended::Applied)) {
            metrics::counter!("hearth_store_events_total").increment(batch.len() as u64);
        }
        appended
    }

    async fn read(
        &self,
        room: RoomId,
        from: Seq,
        to: Seq,
        limit: usize,
        freshness: Freshness,
    ) -> Result<Page, StoreError> {
        count("read");
        self.0.read(room, from, to, limit, freshness).await
    }

    async fn erase(&self, room: RoomId, from: Seq, to: Seq) -> Result<(), StoreError> {
        count("erase");
        self.0.erase(room, from, to).await
    }

    async fn project(&self, room: RoomId, cells: &[Cell]) -> Result<(), StoreError> {
        count("project");
        self.0.project(room, cells).await
    }

    async fn set_projected(&self, room: RoomId, head: Head) -> Result<(), StoreError> {
        count("set_projected");
        self.0.set_projected(room, head).await
    }

    async fn projected(&self, room: RoomId) -> Result<Head, StoreError> {
        count("projected");
        self.0.projected(room).await
    }

    async fn listed(
        &self,
        begin: &str,
        after: Option<&ListedRow>,
        limit: usize,
    ) -> Result<Vec<ListedRow>, StoreError> {
        count("listed");
        self.0.listed(begin, after, limit).await
    }

    async fn unlist(
        &self,
        room: RoomId,
        rows: &[(Shelf, String)],
        clock: Seq,
    ) -> Result<(), StoreError> {
        count("unlist");
        self.0.unlist(room, rows, clock).await
    }

    async fn index_rows(
        &self,
        room: RoomId,
        shard: u8,
        from: u64,
        to: u64,
    ) -> Result<Vec<IndexRow>, StoreError> {
        count("index_rows");
        self.0.index_rows(room, shard, from, to).await
    }

    async fn put_index(
        &self,
        room: RoomId,
        segment: u64,
        clock: Seq,
        rows: &[Vec<u8>],
    ) -> Result<(), StoreError> {
        count("put_index");
        self.0.put_index(room, segment, clock, rows).await
    }

    async fn room_cell(&self, room: RoomId) -> Result<Option<Cell>, StoreError> {
        count("room_cell");
        self.0.room_cell(room).await
    }

    async fn member_cells(
        &self,
        room: RoomId,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<Vec<MemberCell>, StoreError> {
        count("member_cells");
        self.0.member_cells(room, after, limit).await
    }

    async fn spoke_cells(
        &self,
        room: RoomId,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<Vec<SpokeCell>, StoreError> {
        count("spoke_cells");
        self.0.spoke_cells(room, after, limit).await
    }

    async fn mention_cells(
        &self,
        room: RoomId,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<Vec<MentionsCell>, StoreError> {
        count("mention_cells");
        self.0.mention_cells(room, after, limit).await
    }

    async fn thread_cells(
        &self,
        room: RoomId,
        before: Option<Seq>,
        limit: usize,
    ) -> Result<Vec<ThreadCell>, StoreError> {
        count("thread_cells");
        self.0.thread_cells(room, before, limit).await
    }

    async fn thread_messages(
        &self,
        room: RoomId,
        root: Seq,
        within: (Seq, Seq),
        end: End,
        limit: usize,
    ) -> Result<Vec<Seq>, StoreError> {
        count("thread_messages");
        self.0.thread_messages(room, root, within, end, limit).await
    }

    async fn message_cells(
        &self,
        room: RoomId,
        from: Seq,
        to: Seq,
    ) -> Result<Vec<Cell>, StoreError> {
        count("message_cells");
        self.0.message_cells(room, from, to).await
    }

    async fn edits(
        &self,
        room: RoomId,
        target: Seq,
        before: Seq,
        limit: usize,
    ) -> Result<Vec<Seq>, StoreError> {
        count("edits");
        self.0.edits(room, target, before, limit).await
    }

    async fn add_room_of(&self, user: UserId, room: RoomId) -> Result<(), StoreError> {
        count("add_room_of");
        self.0.add_room_of(user, room).await
    }

    async fn rooms_of(
        &self,
        user: UserId,
        after: Option<RoomId>,
        limit: usize,
    ) -> Result<Vec<RoomId>, StoreError> {
        count("rooms_of");
        self.0.rooms_of(user, after, limit).await
    }

    async fn set_mark(&self, user: UserId, room: RoomId, mark: Mark) -> Result<(), StoreError> {
        count("set_mark");
        self.0.set_mark(user, room, mark).await
    }

    async fn mark(&self, user: UserId, room: RoomId) -> Result<Mark, StoreError> {
        count("mark");
        self.0.mark(user, room).await
    }

    async fn marks(&self, user: UserId) -> Result<Vec<(RoomId, Mark)>, StoreError> {
        count("marks");
        self.0.marks(user).await
    }
}

#[async_trait]
impl Records for Counted {
    async fn record(&self, kind: RecordKind, key: &str) -> Result<Option<Record>, StoreError> {
        count("record");
        self.0.record(kind, key).await
    }

    async fn records_by_key(
        &self,
        kind: RecordKind,
        keys: &[String],
    ) -> Result<Vec<Option<Record>>, StoreError> {
        count("records_by_key");
        self.0.records_by_key(kind, keys).await
    }

    async fn put_record(
        &self,
        kind: RecordKind,
        key: &str,
        expect: Option<Version>,
        value: &str,
    ) -> Result<Written, StoreError> {
        count("put_record");
        self.0.put_record(kind, key, expect, value).await
    }

    async fn remove_record(
        &self,
        kind: RecordKind,
        key: &str,
        expect: Version,
    ) -> Result<Written, StoreError> {
        count("remove_record");
        self.0.remove_record(kind, key, expect).await
    }

    async fn records(
        &self,
        kind: RecordKind,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Record)>, StoreError> {
        count("records");
        self.0.records(kind, after, limit).await
    }

    async fn claim(
        &self,
        space: ClaimSpace,
        folded: &str,
        name: &str,
        id: uuid::Uuid,
    ) -> Result<Claim, StoreError> {
        count("claim");
        self.0.claim(space, folded, name, id).await
    }

    async fn confirm(
        &self,
        space: ClaimSpace,
        folded: &str,
        id: uuid::Uuid,
    ) -> Result<(), StoreError> {
        count("confirm");
        self.0.confirm(space, folded, id).await
    }

    async fn claimed(&self, space: ClaimSpace, folded: &str) -> Result<Option<Claim>, StoreError> {
        count("claimed");
        self.0.claimed(space, folded).await
    }

    async fn claims(
        &self,
        space: ClaimSpace,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Claim)>, StoreError> {
        count("claims");
        self.0.claims(space, after, limit).await
    }

    async fn people(
        &self,
        begin: &str,
        after: Option<&PersonRow>,
        limit: usize,
    ) -> Result<Vec<PersonRow>, StoreError> {
        count("people");
        self.0.people(begin, after, limit).await
    }

    async fn list_person(
        &self,
        user: UserId,
        words: &[String],
        clock: Version,
    ) -> Result<(), StoreError> {
        count("list_person");
        self.0.list_person(user, words, clock).await
    }

    async fn unlist_person(
        &self,
        user: UserId,
        words: &[String],
        clock: Version,
    ) -> Result<(), StoreError> {
        count("unlist_person");
        self.0.unlist_person(user, words, clock).await
    }
}

#[async_trait]
impl Store for Counted {
    async fn ready(&self) -> Result<(), StoreError> {
        count("ready");
        self.0.ready().await
    }

    fn durability(&self) -> String {
        self.0.durability()
    }

    fn health(&self) -> StoreHealth {
        self.0.health()
    }
}
