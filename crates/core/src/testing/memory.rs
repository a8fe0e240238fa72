//! A store in memory whose appends fail on demand.
//!
//! It keeps the whole contract of the port (it passes the conformance suite) except that nothing outlives it. It has
//! buckets, so that the core's batches meet their ends. It answers at once: no task, no timer, no chance.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use hearth_protocol::{RoomId, Seq, UserId, mutant};
use uuid::Uuid;

use crate::{
    log::{Entry, Head, head_after},
    port::{
        Appended, Cell, Claim, ClaimSpace, End, Freshness, IndexRow, ListedRow, Log, Mark,
        MemberCell, MentionsCell, PAGE_BYTES_MAX, Page, PersonRow, Record, RecordKind, Records,
        Shelf, SpokeCell, Store, StoreError, ThreadCell, Version, Written, outdated_by, rows_of,
    },
    search::INDEX_SHARDS,
};

/// What becomes of an append instead of the usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// `Err(Away)`, not stored.
    Away,
    /// `Lost` with the head as it is, not stored: also where the head is the one expected.
    Lost,
    /// Stored, but `Lost` is answered: rule 13's hidden success.
    LostApplied,
    /// `Unknown`, and it was stored.
    UnknownApplied,
    /// `Unknown`, and it will never be stored.
    UnknownNotApplied,
    /// `Unknown`, not stored yet: [`MemoryStore::settle`] stores it if the head is still the one expected (rule 10).
    UnknownAppliedLater,
}

/// How often the store was asked, since it was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Calls {
    /// Appends, failed ones included.
    pub appends: u64,
    /// Reads of entries.
    pub reads: u64,
    /// Reads of heads.
    pub heads: u64,
    /// All that it answered but appends, the two kinds of reads included.
    pub answered: u64,
}

/// The store.
#[derive(Debug)]
pub struct MemoryStore {
    bucket: u64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    away: bool,
    /// How many more writes it takes before it is away.
    writes_left: Option<u64>,
    full: bool,
    closed: bool,
    indelible: bool,
    append_pause: Duration,
    record_pause: Duration,
    load_pause: Duration,
    broken: BTreeSet<RoomId>,
    /// Of which rooms plain reads do not show what lies from there on.
    hidden: BTreeMap<RoomId, Seq>,
    faults: VecDeque<Fault>,
    later: Vec<(RoomId, Head, Vec<Entry>)>,
    calls: Calls,
    rooms: BTreeMap<RoomId, Room>,
    /// The directory's rows, with their clocks.
    listed: BTreeMap<(Shelf, ListedRow), Seq>,
    /// The rows by which people are found, with their clocks.
    people: BTreeMap<PersonRow, Version>,
    rooms_of: BTreeSet<(UserId, RoomId)>,
    marks: BTreeMap<(UserId, RoomId), Mark>,
    records: BTreeMap<(RecordKind, String), Record>,
    claims: BTreeMap<(ClaimSpace, String), Claim>,
}

#[derive(Debug, Default)]
struct Room {
    entries: Vec<Entry>,
    head: Head,
    /// Rows that a seeded bug has put where nobody looks for them.
    astray: BTreeSet<Seq>,
    projected: Head,
    cells: BTreeMap<Key, Cell>,
    /// The index, by segment and shard, with the rows' clocks.
    index: BTreeMap<(u64, u8), (Seq, Vec<u8>)>,
}

/// What makes two cells one.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Room,
    Member(UserId),
    Spoke(UserId),
    Mentions(UserId),
    Thread(Seq),
    InThread(Seq, Seq),
    Text(Seq),
    Edit(Seq, Seq),
    Reaction(Seq, String, UserId),
}

fn key(cell: &Cell) -> (Key, Seq) {
    match cell {
        Cell::Room { seq, .. } => (Key::Room, *seq),
        Cell::Member(m) => (Key::Member(m.user), m.seq),
        Cell::Spoke(s) => (Key::Spoke(s.user), s.seq),
        Cell::Mentions(m) => (Key::Mentions(m.user), m.seq),
        Cell::Thread(t) => (Key::Thread(t.root), t.seq),
        Cell::InThread(m) => (Key::InThread(m.root, m.seq), m.seq),
        Cell::Text(t) => (Key::Text(t.target), t.seq),
        Cell::Edit(e) => (Key::Edit(e.target, e.seq), e.seq),
        Cell::Reaction(r) => (Key::Reaction(r.target, r.emoji.clone(), r.user), r.seq),
    }
}

impl State {
    fn count_write(&mut self) {
        self.away |= self.writes_left == Some(0);
        self.writes_left = self.writes_left.map(|left| left.saturating_sub(1));
    }
}

impl Room {
    fn append(&mut self, expect: Head, batch: &[Entry], after: Head) -> bool {
        let applies = self.head == expect;
        if applies {
            self.entries.extend_from_slice(batch);
            self.head = after;
        }
        applies
    }

    /// The stored entries of `from ..= to`.
    fn range(&self, from: Seq, to: Seq) -> std::ops::Range<usize> {
        let end = usize::try_from(to.0).map_or(self.entries.len(), |to| to.min(self.entries.len()));
        let start = usize::try_from(from.0.saturating_sub(1)).map_or(end, |from| from.min(end));
        start..end
    }
}

fn bytes(entry: &Entry) -> usize {
    serde_json::to_vec(entry).map_or(0, |json| json.len())
}

impl MemoryStore {
    /// An empty store with so many events per bucket (≥ 1).
    pub fn new(bucket: u64) -> Self {
        Self {
            bucket: bucket.max(1),
            state: Mutex::default(),
        }
    }

    /// The next append not yet spoken for meets this; called again, the one after it, and so on.
    pub fn fail_next_append(&self, fault: Fault) {
        self.lock().faults.push_back(fault);
    }

    /// From now on every call answers `Away`, or no longer.
    pub fn set_away(&self, away: bool) {
        self.lock().away = away;
    }

    /// After so many more appends and writes of records it is away; `None`: it stays.
    pub fn set_writes_left(&self, writes: Option<u64>) {
        self.lock().writes_left = writes;
    }

    /// From now on nothing more fits: appends and records are refused as `Failed`, reads go on, or no longer.
    pub fn set_full(&self, full: bool) {
        self.lock().full = full;
    }

    /// Reads are refused until somebody writes, as the embedded store does after its disk has failed.
    pub fn close(&self) {
        self.lock().closed = true;
    }

    /// From now on each append takes so long.
    pub fn set_append_pause(&self, pause: Duration) {
        self.lock().append_pause = pause;
    }

    /// From now on a write of a record takes so long before it is tried.
    pub fn set_record_pause(&self, pause: Duration) {
        self.lock().record_pause = pause;
    }

    /// From now on it takes so long until a projection's mark is read, with which a room's loading begins.
    pub fn set_load_pause(&self, pause: Duration) {
        self.lock().load_pause = pause;
    }

    /// From now on nothing can be erased, or no longer.
    pub fn set_indelible(&self, indelible: bool) {
        self.lock().indelible = indelible;
    }

    /// From now on this room's projection cannot be read, so that it cannot be loaded, or no longer.
    pub fn set_broken(&self, room: RoomId, broken: bool) {
        let mut state = self.lock();
        match broken {
            true => state.broken.insert(room),
            false => state.broken.remove(&room),
        };
    }

    /// Plain reads do not show this room's rows from there on, as of an append whose commit has not reached a quorum; a
    /// read at SERIAL finishes it, and from then on all show them.
    pub fn hide_from(&self, room: RoomId, seq: Seq) {
        self.lock().hidden.insert(room, seq);
    }

    /// Lets the appends that were to be applied later happen, or miss: each is still conditional on its head. Says how
    /// many were stored.
    pub fn settle(&self) -> usize {
        let mut state = self.lock();
        let later = std::mem::take(&mut state.later);
        later
            .into_iter()
            .filter(|(room, expect, batch)| {
                let room = state.rooms.entry(*room).or_default();
                head_after(*expect, batch).is_ok_and(|after| room.append(*expect, batch, after))
            })
            .count()
    }

    /// How often the store was asked.
    pub fn calls(&self) -> Calls {
        self.lock().calls
    }

    /// The state, also after a test's panic in the middle of a call: each call is one step, so it is whole.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// As [`MemoryStore::there`], for a write.
    fn there_to_write(&self) -> Result<MutexGuard<'_, State>, StoreError> {
        self.lock().count_write();
        self.there()
    }

    fn there(&self) -> Result<MutexGuard<'_, State>, StoreError> {
        let mut state = self.lock();
        if state.away || state.closed {
            return Err(StoreError::Away("switched off by the test".into()));
        }
        state.calls.answered += 1;
        Ok(state)
    }
}

#[async_trait]
impl Log for MemoryStore {
    fn batch_max(&self, head: Seq) -> usize {
        usize::try_from(self.bucket - head.0 % self.bucket).unwrap_or(usize::MAX)
    }

    async fn head(&self, room: RoomId, hint: Seq, _: Freshness) -> Result<Head, StoreError> {
        let mut state = self.there()?;
        state.calls.heads += 1;
        let Some(log) = state.rooms.get(&room) else {
            return Ok(Head::EMPTY);
        };
        let bucket = hint.0.saturating_sub(1) / self.bucket;
        let end = log.range(Seq(1), Seq((bucket + 1) * self.bucket)).end;
        match log.entries[..end].last() {
            Some(last) if mutant!("audit-own-bucket-only") => Ok(Head {
                seq: last.event.seq,
                ordinal: last.event.ordinal,
            }),
            _ => Ok(log.head),
        }
    }

    async fn append(
        &self,
        room: RoomId,
        expect: Head,
        batch: &[Entry],
    ) -> Result<Appended, StoreError> {
        let pause = self.lock().append_pause;
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        let mut state = self.lock();
        state.count_write();
        state.calls.appends += 1;
        state.closed = false;
        let after = head_after(expect, batch).map_err(StoreError::Failed)?;
        let skips = batch.len() > self.batch_max(expect.seq);
        if skips && !mutant!("batch-skips-to-next-bucket") {
            return Err(StoreError::Failed("the batch crosses a bucket".into()));
        }
        let fault = state.faults.pop_front();
        if state.away || fault == Some(Fault::Away) {
            return Err(StoreError::Away("switched off by the test".into()));
        }
        if state.full {
            return Err(StoreError::Failed("full, says the test".into()));
        }
        if fault == Some(Fault::UnknownAppliedLater) {
            state.later.push((room, expect, batch.to_vec()));
        }
        let log = state.rooms.entry(room).or_default();
        if skips {
            // All of it lies in the next bucket, and what belongs into this one is not found there.
            let end = Seq(expect.seq.0.next_multiple_of(self.bucket));
            let before = batch.iter().map(Entry::seq).filter(|seq| *seq <= end);
            log.astray.extend(before);
        }
        let head = log.head;
        let unknown = || Appended::Unknown("the test says so".into());
        Ok(match fault {
            Some(Fault::Lost) => Appended::Lost(head),
            Some(Fault::UnknownNotApplied | Fault::UnknownAppliedLater) => unknown(),
            fault => match (log.append(expect, batch, after), fault) {
                (_, Some(Fault::UnknownApplied)) => unknown(),
                (true, None) => Appended::Applied,
                (_, _) => Appended::Lost(log.head),
            },
        })
    }

    async fn read(
        &self,
        room: RoomId,
        from: Seq,
        to: Seq,
        limit: usize,
        freshness: Freshness,
    ) -> Result<Page, StoreError> {
        let mut state = self.there()?;
        state.calls.reads += 1;
        if freshness == Freshness::Serial {
            state.hidden.remove(&room);
        }
        let hidden = state.hidden.get(&room).copied();
        let Some(log) = state.rooms.get(&room) else {
            return Ok(Page::default());
        };
        let mut page = Page {
            entries: Vec::new(),
            head: log.head,
        };
        let mut size = 0;
        let found = |entry: &&Entry| !log.astray.contains(&entry.seq());
        let stored = log.entries[log.range(from, to)].iter();
        let shown = |entry: &&Entry| hidden.is_none_or(|from| entry.seq() < from);
        for entry in stored.filter(found).take_while(shown).take(limit) {
            size += bytes(entry);
            if size > PAGE_BYTES_MAX && !page.entries.is_empty() {
                break;
            }
            page.entries.push(entry.clone());
        }
        Ok(page)
    }

    async fn erase(&self, room: RoomId, from: Seq, to: Seq) -> Result<(), StoreError> {
        let mut state = self.there()?;
        if state.indelible {
            return Err(StoreError::Away("switched off by the test".into()));
        }
        if let Some(log) = state.rooms.get_mut(&room) {
            let range = log.range(from, to);
            for entry in &mut log.entries[range] {
                entry.event.body = entry.event.body.erased();
            }
        }
        Ok(())
    }

    async fn project(&self, room: RoomId, cells: &[Cell]) -> Result<(), StoreError> {
        let mut state = self.there()?;
        let stored = &mut state.rooms.entry(room).or_default().cells;
        for cell in cells {
            let (name, seq) = key(cell);
            let newer = stored.get(&name).is_none_or(|old| key(old).1 <= seq);
            let erases = matches!(cell, Cell::Text(text) if text.text.is_none());
            if newer && erases && mutant!("tombstones") {
                stored.remove(&name);
            } else if newer || mutant!("clock-checkpoint") {
                stored.insert(name, cell.clone());
            }
        }
        let index = &mut state.rooms.entry(room).or_default().index;
        for (segment, clock) in outdated_by(cells) {
            for shard in 0..INDEX_SHARDS {
                let row = index.entry((segment, shard)).or_default();
                if row.0 < clock {
                    *row = (clock, Vec::new());
                }
            }
        }
        for cell in cells {
            for (shelf, text) in rows_of(cell) {
                let clock = state.listed.entry((shelf, ListedRow { text, room }));
                let clock = clock.or_default();
                *clock = cell.clock().max(*clock);
            }
        }
        Ok(())
    }

    async fn set_projected(&self, room: RoomId, head: Head) -> Result<(), StoreError> {
        let mut state = self.there()?;
        let projected = &mut state.rooms.entry(room).or_default().projected;
        *projected = head.max(*projected);
        Ok(())
    }

    async fn projected(&self, room: RoomId) -> Result<Head, StoreError> {
        let pause = self.lock().load_pause;
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        let state = self.there()?;
        if state.broken.contains(&room) {
            return Err(StoreError::Failed("broken by the test".into()));
        }
        Ok(state.rooms.get(&room).map_or(Head::EMPTY, |r| r.projected))
    }

    async fn listed(
        &self,
        begin: &str,
        after: Option<&ListedRow>,
        limit: usize,
    ) -> Result<Vec<ListedRow>, StoreError> {
        let state = self.there()?;
        let shelf = if begin.is_empty() {
            Shelf::Name
        } else {
            Shelf::Word
        };
        let first = ListedRow {
            text: begin.to_owned(),
            room: RoomId(Uuid::nil()),
        };
        let from = after.cloned().unwrap_or(first);
        let rows = state.listed.range((shelf, from)..);
        let rows = rows.map(|((of, row), _)| (*of, row));
        let rows = rows.take_while(|(of, row)| *of == shelf && row.text.starts_with(begin));
        let rows = rows.map(|(_, row)| row).filter(|row| Some(*row) != after);
        Ok(rows.take(limit).cloned().collect())
    }

    async fn unlist(
        &self,
        room: RoomId,
        rows: &[(Shelf, String)],
        clock: Seq,
    ) -> Result<(), StoreError> {
        let mut state = self.there()?;
        for (shelf, text) in rows.iter().cloned() {
            let key = (shelf, ListedRow { text, room });
            if state.listed.get(&key).is_some_and(|of| *of <= clock) {
                state.listed.remove(&key);
            }
        }
        Ok(())
    }

    async fn index_rows(
        &self,
        room: RoomId,
        shard: u8,
        from: u64,
        to: u64,
    ) -> Result<Vec<IndexRow>, StoreError> {
        let state = self.there()?;
        let rows = state.rooms.get(&room).into_iter().flat_map(|r| &r.index);
        let rows = rows.filter(|((segment, of), _)| *of == shard && (from..=to).contains(segment));
        let rows = rows.map(|((segment, _), (_, words))| IndexRow {
            segment: *segment,
            words: words.clone(),
        });
        Ok(rows.collect())
    }

    async fn put_index(
        &self,
        room: RoomId,
        segment: u64,
        clock: Seq,
        rows: &[Vec<u8>],
    ) -> Result<(), StoreError> {
        let mut state = self.there()?;
        let index = &mut state.rooms.entry(room).or_default().index;
        for (shard, words) in (0..).zip(rows) {
            let row = index.entry((segment, shard)).or_default();
            if row.0 <= clock {
                *row = (clock, words.clone());
            }
        }
        Ok(())
    }

    async fn room_cell(&self, room: RoomId) -> Result<Option<Cell>, StoreError> {
        let state = self.there()?;
        let room = state.rooms.get(&room);
        Ok(room.and_then(|r| r.cells.get(&Key::Room)).cloned())
    }

    async fn member_cells(
        &self,
        room: RoomId,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<Vec<MemberCell>, StoreError> {
        let state = self.there()?;
        let cells = state.rooms.get(&room).into_iter().flat_map(|r| &r.cells);
        let members = cells.filter_map(|(_, cell)| match cell {
            Cell::Member(m) if Some(m.user) > after => Some(m.clone()),
            _ => None,
        });
        Ok(members.take(limit).collect())
    }

    async fn spoke_cells(
        &self,
        room: RoomId,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<Vec<SpokeCell>, StoreError> {
        let state = self.there()?;
        let cells = state.rooms.get(&room).into_iter().flat_map(|r| &r.cells);
        let spoke = cells.filter_map(|(_, cell)| match cell {
            Cell::Spoke(s) if Some(s.user) > after => Some(s.clone()),
            _ => None,
        });
        Ok(spoke.take(limit).collect())
    }

    async fn mention_cells(
        &self,
        room: RoomId,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<Vec<MentionsCell>, StoreError> {
        let state = self.there()?;
        let cells = state.rooms.get(&room).into_iter().flat_map(|r| &r.cells);
        let mentions = cells.filter_map(|(_, cell)| match cell {
            Cell::Mentions(m) if Some(m.user) > after => Some(m.clone()),
            _ => None,
        });
        Ok(mentions.take(limit).collect())
    }

    async fn thread_cells(
        &self,
        room: RoomId,
        before: Option<Seq>,
        limit: usize,
    ) -> Result<Vec<ThreadCell>, StoreError> {
        let state = self.there()?;
        let cells = state.rooms.get(&room).into_iter().flat_map(|r| &r.cells);
        let threads = cells.rev().filter_map(|(_, cell)| match cell {
            Cell::Thread(t) if before.is_none_or(|before| t.root < before) => Some(t.clone()),
            _ => None,
        });
        Ok(threads.take(limit).collect())
    }

    async fn thread_messages(
        &self,
        room: RoomId,
        root: Seq,
        (from, to): (Seq, Seq),
        end: End,
        limit: usize,
    ) -> Result<Vec<Seq>, StoreError> {
        let state = self.there()?;
        let cells = state.rooms.get(&room).into_iter().flat_map(|r| &r.cells);
        let mut seqs: Vec<Seq> = cells
            .filter_map(|(_, cell)| match cell {
                Cell::InThread(m) if m.root == root && from <= m.seq && m.seq <= to => Some(m.seq),
                _ => None,
            })
            .collect();
        match end {
            End::First => seqs.truncate(limit),
            End::Last => drop(seqs.drain(..seqs.len().saturating_sub(limit))),
        }
        Ok(seqs)
    }

    async fn message_cells(
        &self,
        room: RoomId,
        from: Seq,
        to: Seq,
    ) -> Result<Vec<Cell>, StoreError> {
        let state = self.there()?;
        let cells = state.rooms.get(&room).into_iter().flat_map(|r| &r.cells);
        let of_range = cells.filter(|(key, _)| match key {
            Key::Text(target) | Key::Reaction(target, ..) => from <= *target && *target <= to,
            Key::Room
            | Key::Edit(..)
            | Key::Member(_)
            | Key::Spoke(_)
            | Key::Mentions(_)
            | Key::Thread(_)
            | Key::InThread(..) => false,
        });
        Ok(of_range.map(|(_, cell)| cell.clone()).collect())
    }

    async fn edits(
        &self,
        room: RoomId,
        target: Seq,
        before: Seq,
        limit: usize,
    ) -> Result<Vec<Seq>, StoreError> {
        let state = self.there()?;
        let Some(log) = state.rooms.get(&room) else {
            return Ok(Vec::new());
        };
        let edits = log
            .cells
            .range(Key::Edit(target, Seq::ZERO)..Key::Edit(target, before));
        let newest = edits.rev().map(|(_, cell)| cell.clock());
        Ok(newest.take(limit).collect())
    }

    async fn add_room_of(&self, user: UserId, room: RoomId) -> Result<(), StoreError> {
        self.there()?.rooms_of.insert((user, room));
        Ok(())
    }

    async fn rooms_of(
        &self,
        user: UserId,
        after: Option<RoomId>,
        limit: usize,
    ) -> Result<Vec<RoomId>, StoreError> {
        let state = self.there()?;
        let rooms = state.rooms_of.iter();
        let own = rooms.filter(|(u, room)| *u == user && Some(*room) > after);
        Ok(own.take(limit).map(|(_, room)| *room).collect())
    }

    async fn set_mark(&self, user: UserId, room: RoomId, mark: Mark) -> Result<(), StoreError> {
        let mut state = self.there()?;
        let stored = state.marks.entry((user, room)).or_default();
        *stored = mark.max(*stored);
        Ok(())
    }

    async fn mark(&self, user: UserId, room: RoomId) -> Result<Mark, StoreError> {
        let state = self.there()?;
        Ok(state.marks.get(&(user, room)).copied().unwrap_or_default())
    }

    async fn marks(&self, user: UserId) -> Result<Vec<(RoomId, Mark)>, StoreError> {
        let state = self.there()?;
        let own = state.marks.iter().filter(|((u, _), _)| *u == user);
        Ok(own.map(|((_, room), mark)| (*room, *mark)).collect())
    }
}

#[async_trait]
impl Records for MemoryStore {
    async fn record(&self, kind: RecordKind, key: &str) -> Result<Option<Record>, StoreError> {
        Ok(self.there()?.records.get(&(kind, key.to_owned())).cloned())
    }

    async fn put_record(
        &self,
        kind: RecordKind,
        key: &str,
        expect: Option<Version>,
        value: &str,
    ) -> Result<Written, StoreError> {
        let pause = self.lock().record_pause;
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        self.lock().closed = false;
        let mut state = self.there_to_write()?;
        if state.full {
            return Err(StoreError::Failed("full, says the test".into()));
        }
        let key = (kind, key.to_owned());
        let stands = state.records.get(&key);
        if stands.map(|r| r.version) != expect {
            return Ok(Written::Conflict(stands.cloned()));
        }
        let version = Version(expect.map_or(1, |v| v.0 + 1));
        let value = value.to_owned();
        state.records.insert(key, Record { version, value });
        Ok(Written::Done(version))
    }

    async fn remove_record(
        &self,
        kind: RecordKind,
        key: &str,
        expect: Version,
    ) -> Result<Written, StoreError> {
        let mut state = self.there_to_write()?;
        let key = (kind, key.to_owned());
        let stands = state.records.get(&key);
        if stands.map(|r| r.version) != Some(expect) {
            return Ok(Written::Conflict(stands.cloned()));
        }
        state.records.remove(&key);
        Ok(Written::Done(expect))
    }

    async fn records(
        &self,
        kind: RecordKind,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Record)>, StoreError> {
        let state = self.there()?;
        let all = state.records.iter();
        let own = all.filter(|((k, key), _)| *k == kind && Some(key.as_str()) > after);
        Ok(own
            .take(limit)
            .map(|((_, key), record)| (key.clone(), record.clone()))
            .collect())
    }

    async fn claim(
        &self,
        space: ClaimSpace,
        folded: &str,
        name: &str,
        id: Uuid,
    ) -> Result<Claim, StoreError> {
        let mut state = self.there()?;
        let claims = state.claims.entry((space, folded.to_owned()));
        Ok(claims
            .or_insert_with(|| Claim {
                id,
                name: name.to_owned(),
                confirmed: false,
            })
            .clone())
    }

    async fn confirm(&self, space: ClaimSpace, folded: &str, id: Uuid) -> Result<(), StoreError> {
        let mut state = self.there()?;
        if let Some(claim) = state.claims.get_mut(&(space, folded.to_owned()))
            && claim.id == id
        {
            claim.confirmed = true;
        }
        Ok(())
    }

    async fn claimed(&self, space: ClaimSpace, folded: &str) -> Result<Option<Claim>, StoreError> {
        let claim = (space, folded.to_owned());
        Ok(self.there()?.claims.get(&claim).cloned())
    }

    async fn claims(
        &self,
        space: ClaimSpace,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Claim)>, StoreError> {
        let state = self.there()?;
        let all = state.claims.iter();
        let own = all.filter(|((s, folded), _)| *s == space && Some(folded.as_str()) > after);
        Ok(own
            .take(limit)
            .map(|((_, folded), claim)| (folded.clone(), claim.clone()))
            .collect())
    }

    async fn people(
        &self,
        begin: &str,
        after: Option<&PersonRow>,
        limit: usize,
    ) -> Result<Vec<PersonRow>, StoreError> {
        let state = self.there()?;
        let first = PersonRow {
            word: begin.to_owned(),
            user: UserId(Uuid::nil()),
        };
        let rows = state.people.range(after.cloned().unwrap_or(first)..);
        let rows = rows.map(|(row, _)| row);
        let rows = rows.take_while(|row| row.word.starts_with(begin));
        let rows = rows.filter(|row| Some(*row) != after);
        Ok(rows.take(limit).cloned().collect())
    }

    async fn list_person(
        &self,
        user: UserId,
        words: &[String],
        clock: Version,
    ) -> Result<(), StoreError> {
        let mut state = self.there()?;
        for word in words.iter().cloned() {
            let row = state.people.entry(PersonRow { word, user });
            let stands = row.or_insert(clock);
            *stands = clock.max(*stands);
        }
        Ok(())
    }

    async fn unlist_person(
        &self,
        user: UserId,
        words: &[String],
        clock: Version,
    ) -> Result<(), StoreError> {
        let mut state = self.there()?;
        for word in words.iter().cloned() {
            let row = PersonRow { word, user };
            if state.people.get(&row).is_some_and(|of| *of <= clock) {
                state.people.remove(&row);
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn ready(&self) -> Result<(), StoreError> {
        self.there().map(drop)
    }

    fn durability(&self) -> String {
        "nothing: all is gone when the process ends".into()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use hearth_protocol::{DeviceId, Event, Ordinal, SendId};

    use super::*;

    #[tokio::test]
    async fn it_keeps_the_ports_promises() {
        for bucket in [8, 13] {
            crate::conformance::store::run(Arc::new(MemoryStore::new(bucket)), Some(bucket)).await;
        }
    }

    fn one(expect: Head) -> [Entry; 1] {
        [Entry {
            event: Event {
                seq: expect.seq.next(),
                ordinal: expect.ordinal,
                at_ms: 0,
                by: UserId(Uuid::nil()),
                name: "kim".into(),
                id: SendId::from_uuid(Uuid::now_v7()),
                body: hearth_protocol::Body::Join,
            },
            device: DeviceId::new("d").unwrap(),
            n: 1,
        }]
    }

    async fn head(store: &MemoryStore, room: RoomId) -> u64 {
        let head = store.head(room, Seq::ZERO, Freshness::Serial).await;
        head.unwrap().seq.0
    }

    #[tokio::test]
    async fn each_fault_is_what_it_says_once() {
        let room = RoomId(Uuid::now_v7());
        for (fault, stored) in [
            (Fault::Away, 0),
            (Fault::Lost, 0),
            (Fault::LostApplied, 1),
            (Fault::UnknownApplied, 1),
            (Fault::UnknownNotApplied, 0),
            (Fault::UnknownAppliedLater, 0),
        ] {
            let store = MemoryStore::new(8);
            store.fail_next_append(fault);
            let answer = store.append(room, Head::EMPTY, &one(Head::EMPTY)).await;
            let fits = match fault {
                Fault::Away => matches!(answer, Err(StoreError::Away(_))),
                Fault::Lost | Fault::LostApplied => matches!(answer, Ok(Appended::Lost(_))),
                _ => matches!(answer, Ok(Appended::Unknown(_))),
            };
            assert!(fits, "{fault:?}: {answer:?}");
            assert_eq!(head(&store, room).await, stored, "{fault:?}");
            let head = Head {
                seq: Seq(stored),
                ordinal: Ordinal::ZERO,
            };
            let next = store.append(room, head, &one(head)).await;
            assert_eq!(next.unwrap(), Appended::Applied, "after {fault:?}");
        }
    }

    #[tokio::test]
    async fn a_late_append_is_still_conditional() {
        for overtaken in [false, true] {
            let (store, room) = (MemoryStore::new(8), RoomId(Uuid::now_v7()));
            store.fail_next_append(Fault::UnknownAppliedLater);
            let late = one(Head::EMPTY);
            store.append(room, Head::EMPTY, &late).await.unwrap();
            if overtaken {
                let other = one(Head::EMPTY);
                store.append(room, Head::EMPTY, &other).await.unwrap();
            }
            assert_eq!(store.settle(), usize::from(!overtaken));
            assert_eq!(head(&store, room).await, 1);
            assert_eq!(store.settle(), 0);
        }
    }

    #[tokio::test]
    async fn away_is_away_until_it_is_back() {
        let (store, room) = (MemoryStore::new(8), RoomId(Uuid::now_v7()));
        store.set_away(true);
        assert!(store.ready().await.is_err());
        let answer = store.append(room, Head::EMPTY, &one(Head::EMPTY)).await;
        assert!(matches!(answer, Err(StoreError::Away(_))));
        store.set_away(false);
        assert_eq!(head(&store, room).await, 0);
        assert_eq!(store.calls().appends, 1);
        assert_eq!(store.calls().heads, 1);
    }
}
