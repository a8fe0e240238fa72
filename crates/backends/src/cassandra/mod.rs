//! The store on Apache Cassandra 5.0: the logs' only truth when Hearth runs on more than one machine.
//!
//! Promises (docs of [`hearth_core::port::Log`] and [`Records`](hearth_core::port::Records)): an append is one
//! conditional batch in one partition and one round trip, without a read; an answer that did not come is `Unknown`,
//! never a success or a failure; nothing leaves the home datacenter, or everything is serial everywhere, never both.
//! It must not know rules of the chat, HTTP, the environment, or the bus.
//!
//! The files: `events` (logs), `projections` with `index` and `directory`, `records` are the port's three parts; `ask` sends; `fate` reads errors;
//! `routing` picks nodes; `health` is for people; `connect`, `migrate`, `check` come before serving, on what `probe` sees; `schema` and
//! `statements` are all the CQL there is.

mod ask;
mod check;
mod connect;
mod directory;
mod events;
mod fate;
mod health;
mod index;
mod migrate;
mod options;
mod probe;
mod projections;
mod records;
mod routing;
mod schema;
mod setup;
mod statements;

use std::time::Duration;

use async_trait::async_trait;
use hearth_core::{
    log::{Entry, Head},
    port::{
        Appended, Cell, Claim, ClaimSpace, End, Freshness, IndexRow, ListedRow, Log, Mark,
        MemberCell, MentionsCell, Page, PersonRow, Record, RecordKind, Records, Shelf, SpokeCell,
        Store, StoreError, StoreHealth, ThreadCell, Version, Written,
    },
};
use hearth_protocol::{RoomId, Seq, UserId};
use scylla::client::session::Session;
use uuid::Uuid;

pub use check::{Finding, Weight, check};
pub use migrate::{Report, migrate};
pub use options::{BUCKET_EVENTS, Mode, Options, Replication};
pub use schema::db_cql;
pub use setup::SetupError;

/// The store. Cheap to share behind an `Arc`; ends its connections when dropped.
pub struct Cassandra {
    session: Session,
    /// Boxed: there are many, and whoever opens or looks at a store holds them across its waits.
    statements: Box<statements::Statements>,
    profiles: routing::Profiles,
    buckets: events::Buckets,
    call: Duration,
    durability: String,
    requests: health::Requests,
}

impl std::fmt::Debug for Cassandra {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cassandra").finish_non_exhaustive()
    }
}

#[async_trait]
impl Log for Cassandra {
    fn batch_max(&self, head: Seq) -> usize {
        self.batch_max(head)
    }

    async fn head(
        &self,
        room: RoomId,
        hint: Seq,
        freshness: Freshness,
    ) -> Result<Head, StoreError> {
        self.head(room, hint, freshness).await
    }

    async fn append(
        &self,
        room: RoomId,
        expect: Head,
        batch: &[Entry],
    ) -> Result<Appended, StoreError> {
        self.append(room, expect, batch).await
    }

    async fn read(
        &self,
        room: RoomId,
        from: Seq,
        to: Seq,
        limit: usize,
        freshness: Freshness,
    ) -> Result<Page, StoreError> {
        self.read(room, from, to, limit, freshness).await
    }

    async fn erase(&self, room: RoomId, from: Seq, to: Seq) -> Result<(), StoreError> {
        self.erase(room, from, to).await
    }

    async fn project(&self, room: RoomId, cells: &[Cell]) -> Result<(), StoreError> {
        self.project(room, cells).await
    }

    async fn set_projected(&self, room: RoomId, head: Head) -> Result<(), StoreError> {
        self.set_projected(room, head).await
    }

    async fn projected(&self, room: RoomId) -> Result<Head, StoreError> {
        self.projected(room).await
    }

    async fn listed(
        &self,
        begin: &str,
        after: Option<&ListedRow>,
        limit: usize,
    ) -> Result<Vec<ListedRow>, StoreError> {
        self.listed(begin, after, limit).await
    }

    async fn unlist(
        &self,
        room: RoomId,
        rows: &[(Shelf, String)],
        clock: Seq,
    ) -> Result<(), StoreError> {
        self.unlist(room, rows, clock).await
    }

    async fn index_rows(
        &self,
        room: RoomId,
        shard: u8,
        from: u64,
        to: u64,
    ) -> Result<Vec<IndexRow>, StoreError> {
        self.index_rows(room, shard, from, to).await
    }

    async fn put_index(
        &self,
        room: RoomId,
        segment: u64,
        clock: Seq,
        rows: &[Vec<u8>],
    ) -> Result<(), StoreError> {
        self.put_index(room, segment, clock, rows).await
    }

    async fn room_cell(&self, room: RoomId) -> Result<Option<Cell>, StoreError> {
        self.room_cell(room).await
    }

    async fn member_cells(
        &self,
        room: RoomId,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<Vec<MemberCell>, StoreError> {
        self.member_cells(room, after, limit).await
    }

    async fn spoke_cells(
        &self,
        room: RoomId,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<Vec<SpokeCell>, StoreError> {
        self.spoke_cells(room, after, limit).await
    }

    async fn mention_cells(
        &self,
        room: RoomId,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<Vec<MentionsCell>, StoreError> {
        self.mention_cells(room, after, limit).await
    }

    async fn thread_cells(
        &self,
        room: RoomId,
        before: Option<Seq>,
        limit: usize,
    ) -> Result<Vec<ThreadCell>, StoreError> {
        self.thread_cells(room, before, limit).await
    }

    async fn thread_messages(
        &self,
        room: RoomId,
        root: Seq,
        within: (Seq, Seq),
        end: End,
        limit: usize,
    ) -> Result<Vec<Seq>, StoreError> {
        self.thread_messages(room, root, within, end, limit).await
    }

    async fn message_cells(
        &self,
        room: RoomId,
        from: Seq,
        to: Seq,
    ) -> Result<Vec<Cell>, StoreError> {
        self.message_cells(room, from, to).await
    }

    async fn edits(
        &self,
        room: RoomId,
        target: Seq,
        before: Seq,
        limit: usize,
    ) -> Result<Vec<Seq>, StoreError> {
        self.edits(room, target, before, limit).await
    }

    async fn add_room_of(&self, user: UserId, room: RoomId) -> Result<(), StoreError> {
        self.add_room_of(user, room).await
    }

    async fn rooms_of(
        &self,
        user: UserId,
        after: Option<RoomId>,
        limit: usize,
    ) -> Result<Vec<RoomId>, StoreError> {
        self.rooms_of(user, after, limit).await
    }

    async fn set_mark(&self, user: UserId, room: RoomId, mark: Mark) -> Result<(), StoreError> {
        self.set_mark(user, room, mark).await
    }

    async fn mark(&self, user: UserId, room: RoomId) -> Result<Mark, StoreError> {
        self.mark(user, room).await
    }

    async fn marks(&self, user: UserId) -> Result<Vec<(RoomId, Mark)>, StoreError> {
        self.marks(user).await
    }
}

#[async_trait]
impl Records for Cassandra {
    async fn record(&self, kind: RecordKind, key: &str) -> Result<Option<Record>, StoreError> {
        self.record(kind, key).await
    }

    async fn put_record(
        &self,
        kind: RecordKind,
        key: &str,
        expect: Option<Version>,
        value: &str,
    ) -> Result<Written, StoreError> {
        self.put_record(kind, key, expect, value).await
    }

    async fn remove_record(
        &self,
        kind: RecordKind,
        key: &str,
        expect: Version,
    ) -> Result<Written, StoreError> {
        self.remove_record(kind, key, expect).await
    }

    async fn records(
        &self,
        kind: RecordKind,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Record)>, StoreError> {
        self.records(kind, after, limit).await
    }

    async fn claim(
        &self,
        space: ClaimSpace,
        folded: &str,
        name: &str,
        id: Uuid,
    ) -> Result<Claim, StoreError> {
        self.claim(space, folded, name, id).await
    }

    async fn confirm(&self, space: ClaimSpace, folded: &str, id: Uuid) -> Result<(), StoreError> {
        self.confirm(space, folded, id).await
    }

    async fn claimed(&self, space: ClaimSpace, folded: &str) -> Result<Option<Claim>, StoreError> {
        self.claimed(space, folded).await
    }

    async fn claims(
        &self,
        space: ClaimSpace,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Claim)>, StoreError> {
        self.claims(space, after, limit).await
    }

    async fn people(
        &self,
        begin: &str,
        after: Option<&PersonRow>,
        limit: usize,
    ) -> Result<Vec<PersonRow>, StoreError> {
        self.people(begin, after, limit).await
    }

    async fn list_person(
        &self,
        user: UserId,
        words: &[String],
        clock: Version,
    ) -> Result<(), StoreError> {
        self.list_person(user, words, clock).await
    }

    async fn unlist_person(
        &self,
        user: UserId,
        words: &[String],
        clock: Version,
    ) -> Result<(), StoreError> {
        self.unlist_person(user, words, clock).await
    }
}

#[async_trait]
impl Store for Cassandra {
    async fn ready(&self) -> Result<(), StoreError> {
        // A serial read needs the same replicas as an append. That no room has this id makes no difference.
        let nobody = RoomId(Uuid::nil());
        self.head(nobody, Seq::ZERO, Freshness::Serial)
            .await
            .map(drop)
    }

    fn durability(&self) -> String {
        self.durability.clone()
    }

    fn health(&self) -> StoreHealth {
        self.health()
    }
}
