//! A store of the real world behind a clock that is paused: as long as it is asked, the clock stands still.
//!
//! A paused clock leaps on as soon as all wait, so whoever waits for a real store would see every deadline pass at once.
//! Its own timers and tasks go on by the real time, in the runtime in which it was opened.

use std::{
    collections::BTreeMap,
    pin::{Pin, pin},
    sync::{Mutex, mpsc},
    task::{Context, Poll},
};

use async_trait::async_trait;
use hearth_core::{
    log::{Entry, Head},
    port::{
        Appended, Cell, Claim, ClaimSpace, End, Freshness, IndexRow, ListedRow, Log, Mark,
        MemberCell, MentionsCell, Page, PersonRow, Record, RecordKind, Records, Shelf, SpokeCell,
        Store, StoreError, ThreadCell, Version, Written,
    },
};
use hearth_protocol::{RoomId, Seq, UserId};
use tokio::{runtime::Handle, task};
use uuid::Uuid;

type Answer<T> = Result<T, StoreError>;

pub(crate) struct Still<S> {
    store: S,
    real: Handle,
    calls: Mutex<BTreeMap<&'static str, u64>>,
}

impl<S> Still<S> {
    /// A store that was opened in that runtime.
    pub(crate) fn new(store: S, real: Handle) -> Self {
        Self {
            store,
            real,
            calls: Mutex::default(),
        }
    }

    /// How often this was called.
    pub(crate) fn calls(&self, name: &str) -> u64 {
        let calls = self.calls.lock().unwrap();
        calls.get(name).copied().unwrap_or_default()
    }

    /// Carries a call out while the clock stands.
    async fn asked<T>(&self, name: &'static str, call: impl Future<Output = T> + Send) -> T {
        *self.calls.lock().unwrap().entry(name).or_default() += 1;
        let (over, until_over) = mpsc::channel::<()>();
        // A clock that is paused does not leap as long as a thread is blocked for its runtime.
        task::spawn_blocking(move || until_over.recv());
        let call = pin!(call);
        let answer = Within {
            real: &self.real,
            call,
        };
        let answer = answer.await;
        drop(over);
        answer
    }
}

/// A call whose timers are those of another runtime.
struct Within<'c, F> {
    real: &'c Handle,
    call: Pin<&'c mut F>,
}

impl<F: Future> Future for Within<'_, F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let _entered = self.real.enter();
        self.call.as_mut().poll(context)
    }
}

/// A port, each of whose calls stops the clock.
macro_rules! still {
    ($port:ident: $(fn $call:ident($($name:ident: $type:ty),*) -> $answer:ty;)* beside { $($plain:item)* }) => {
        #[async_trait]
        impl<S: Store> $port for Still<S> {
            $(async fn $call(&self, $($name: $type),*) -> Answer<$answer> {
                self.asked(stringify!($call), self.store.$call($($name),*)).await
            })*

            $($plain)*
        }
    };
}

still! {
    Log:
    fn head(room: RoomId, hint: Seq, freshness: Freshness) -> Head;
    fn append(room: RoomId, expect: Head, batch: &[Entry]) -> Appended;
    fn read(room: RoomId, from: Seq, to: Seq, limit: usize, freshness: Freshness) -> Page;
    fn erase(room: RoomId, from: Seq, to: Seq) -> ();
    fn project(room: RoomId, cells: &[Cell]) -> ();
    fn set_projected(room: RoomId, head: Head) -> ();
    fn projected(room: RoomId) -> Head;
    fn listed(begin: &str, after: Option<&ListedRow>, limit: usize) -> Vec<ListedRow>;
    fn unlist(room: RoomId, rows: &[(Shelf, String)], clock: Seq) -> ();
    fn index_rows(room: RoomId, shard: u8, from: u64, to: u64) -> Vec<IndexRow>;
    fn put_index(room: RoomId, segment: u64, clock: Seq, rows: &[Vec<u8>]) -> ();
    fn room_cell(room: RoomId) -> Option<Cell>;
    fn member_cells(room: RoomId, after: Option<UserId>, limit: usize) -> Vec<MemberCell>;
    fn spoke_cells(room: RoomId, after: Option<UserId>, limit: usize) -> Vec<SpokeCell>;
    fn mention_cells(room: RoomId, after: Option<UserId>, limit: usize) -> Vec<MentionsCell>;
    fn thread_cells(room: RoomId, before: Option<Seq>, limit: usize) -> Vec<ThreadCell>;
    fn thread_messages(room: RoomId, root: Seq, within: (Seq, Seq), end: End, limit: usize) -> Vec<Seq>;
    fn message_cells(room: RoomId, from: Seq, to: Seq) -> Vec<Cell>;
    fn edits(room: RoomId, target: Seq, before: Seq, limit: usize) -> Vec<Seq>;
    fn add_room_of(user: UserId, room: RoomId) -> ();
    fn rooms_of(user: UserId, after: Option<RoomId>, limit: usize) -> Vec<RoomId>;
    fn set_mark(user: UserId, room: RoomId, mark: Mark) -> ();
    fn mark(user: UserId, room: RoomId) -> Mark;
    fn marks(user: UserId) -> Vec<(RoomId, Mark)>;
    beside {
        fn batch_max(&self, head: Seq) -> usize {
            self.store.batch_max(head)
        }
    }
}

still! {
    Records:
    fn record(kind: RecordKind, key: &str) -> Option<Record>;
    fn records_by_key(kind: RecordKind, keys: &[String]) -> Vec<Option<Record>>;
    fn put_record(kind: RecordKind, key: &str, expect: Option<Version>, value: &str) -> Written;
    fn remove_record(kind: RecordKind, key: &str, expect: Version) -> Written;
    fn records(kind: RecordKind, after: Option<&str>, limit: usize) -> Vec<(String, Record)>;
    fn claim(space: ClaimSpace, folded: &str, name: &str, id: Uuid) -> Claim;
    fn confirm(space: ClaimSpace, folded: &str, id: Uuid) -> ();
    fn claimed(space: ClaimSpace, folded: &str) -> Option<Claim>;
    fn claims(space: ClaimSpace, after: Option<&str>, limit: usize) -> Vec<(String, Claim)>;
    fn people(begin: &str, after: Option<&PersonRow>, limit: usize) -> Vec<PersonRow>;
    fn list_person(user: UserId, words: &[String], clock: Version) -> ();
    fn unlist_person(user: UserId, words: &[String], clock: Version) -> ();
    beside {}
}

still! {
    Store:
    fn ready() -> ();
    beside {
        fn durability(&self) -> String {
            self.store.durability()
        }
    }
}
