//! The simulated store: one memory behind calls that take their time, fail, answer late or not at all, and conditional
//! writes of which nobody can say what became of them. It keeps the port's contract in all of it.
//!
//! A request decides when it *arrives*; its answer comes later, or never to a node that died meanwhile. What was decided
//! and not yet answered shows in plain reads or does not, as the port allows; whatever goes through the log's own rounds
//! (a SERIAL read, the next append) settles it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use futures_util::FutureExt;
use hearth_core::{
    log::{Entry, Head, head_after},
    node::Account,
    port::{
        Appended, Cell, Claim, ClaimSpace, End, Freshness, IndexRow, ListedRow, Log, Mark,
        MemberCell, MentionsCell, Page, PersonRow, Record, RecordKind, Records, Shelf, SpokeCell,
        Store, StoreError, ThreadCell, Version, Written,
    },
    testing::MemoryStore,
};
use hearth_protocol::{RoomId, Seq, User, UserId, mutant};
use rand::{RngExt, SeedableRng, rngs::SmallRng};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::{agenda::Agenda, gate::Gate, plan::SLOTS, tally::Met, trace::Trace};

/// After so long without an answer an adapter gives up.
const PATIENCE_MS: u64 = 2_000;

/// What the store is made to do now. All of it ends when it is healed.
#[derive(Debug, Clone, Default)]
pub(super) struct Trouble {
    /// Too few replicas: nothing is answered.
    pub(super) away: u32,
    /// Of a hundred appends so many end without a known outcome.
    pub(super) unknown: u32,
    /// Nodes whose appends are refused for a reason that time does not cure, by slot.
    pub(super) refuses: [u32; SLOTS],
    /// Of a hundred other calls so many fail, whether they were done or not.
    pub(super) failing: u32,
    /// The longest way to the store, and back.
    pub(super) slow_ms: u64,
}

/// The store itself.
pub(super) struct SimStore {
    memory: MemoryStore,
    bucket: u64,
    agenda: Agenda,
    trace: Trace,
    met: Met,
    state: Mutex<State>,
}

struct State {
    chance: SmallRng,
    trouble: Trouble,
    views: BTreeMap<RoomId, View>,
}

/// What plain reads may show of a room.
#[derive(Default)]
struct View {
    settled: Head,
    /// Ends that were decided since, ascending.
    decided: Vec<Head>,
}

impl View {
    fn settle(&mut self) {
        if let Some(last) = self.decided.pop() {
            self.settled = last;
            self.decided.clear();
        }
    }

    fn settle_up_to(&mut self, head: Head) {
        if self.decided.contains(&head) {
            self.settled = head;
            self.decided.retain(|decided| *decided > head);
        }
    }

    /// An end that a plain read may see.
    fn any(&self, chance: &mut SmallRng) -> Head {
        match chance.random_range(0..=self.decided.len()) {
            0 => self.settled,
            at => self.decided[at - 1],
        }
    }
}

/// What becomes of an append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Plain,
    /// Stored, and its answer is lost; or a coordinator says at once that it does not know.
    UnknownApplied(Told),
    /// Never arrives.
    UnknownNot(Told),
    /// Arrives after it was given up.
    UnknownLate(Told),
    /// Stored, and answered as lost: its own second round met its first. The head that is told may be the one before.
    LostApplied,
    /// Certainly not stored: too few replicas, told at once or by nobody until patience ends.
    Away(Told),
    /// Certainly not stored, and never will be by trying again.
    Failed,
}

/// When a node hears of an outcome that is no success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    AtOnce,
    /// By its own clock: nobody answers.
    InTheEnd,
}

impl Told {
    fn draw(chance: &mut SmallRng) -> Self {
        match chance.random_range(0..3) {
            0 => Self::AtOnce,
            _ => Self::InTheEnd,
        }
    }

    fn ms(self, back: u64) -> u64 {
        match self {
            Self::AtOnce => back,
            Self::InTheEnd => PATIENCE_MS,
        }
    }
}

impl SimStore {
    pub(super) fn new(bucket: u64, seed: u64, agenda: Agenda, trace: Trace, met: Met) -> Arc<Self> {
        Arc::new(Self {
            memory: MemoryStore::new(bucket),
            bucket,
            agenda,
            trace,
            met,
            state: Mutex::new(State {
                chance: SmallRng::seed_from_u64(seed ^ 0x73_746f_7265),
                trouble: Trouble::default(),
                views: BTreeMap::new(),
            }),
        })
    }

    /// The way of one node to it.
    pub(super) fn way(self: &Arc<Self>, node: String, slot: usize, gate: Arc<Gate>) -> Arc<Way> {
        Arc::new(Way {
            store: Arc::clone(self),
            node,
            slot,
            gate,
            is_cut: Mutex::new(0),
        })
    }

    pub(super) fn trouble(&self, change: impl FnOnce(&mut Trouble)) {
        change(&mut self.lock().trouble);
    }

    /// All entries of a room: the truth, for the end.
    pub(super) fn entries(&self, room: RoomId) -> Vec<Entry> {
        let all = self
            .memory
            .read(room, Seq(1), Seq(u64::MAX), usize::MAX, Freshness::Serial);
        now(all).map(|page| page.entries).unwrap_or_default()
    }

    /// Where a room's log ends.
    pub(super) fn end(&self, room: RoomId) -> Seq {
        self.head(room).seq
    }

    /// Up to where every read shows a room's log.
    pub(super) fn settled(&self, room: RoomId) -> Seq {
        let state = self.lock();
        let view = state.views.get(&room);
        view.map_or(Seq::ZERO, |view| view.settled.seq)
    }

    /// All rooms that have been written to, by id.
    pub(super) fn rooms(&self) -> Vec<RoomId> {
        self.lock().views.keys().copied().collect()
    }

    /// An account, there from the beginning.
    pub(super) fn admit(&self, user: &User) {
        let account = Account {
            id: user.id,
            name: user.name.clone(),
            display: user.display.clone(),
            profile: Default::default(),
            avatar: None,
            password_hash: None,
            second: None,
            password_changes: 0,
            deactivated: false,
            reset: None,
            mail: Default::default(),
            blocks: false,
            signed_up: None,
            listed: 0,
            created_ms: 0,
        };
        let (key, value) = (user.id.to_string(), serde_json::to_string(&account));
        let value = value.unwrap_or_default();
        let put = self
            .memory
            .put_record(RecordKind::Account, &key, None, &value);
        let _ = now(put);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The log's end, decided.
    fn head(&self, room: RoomId) -> Head {
        // A hint beyond every bucket, so that the truth does not rest on how a node looks for it.
        let hint = Seq(1 << 40);
        now(self.memory.head(room, hint, Freshness::Serial)).unwrap_or(Head::EMPTY)
    }

    /// An append arrives.
    fn arrive(&self, room: RoomId, expect: Head, batch: &[Entry]) -> Result<Appended, StoreError> {
        let answer = now(self.memory.append(room, expect, batch))?;
        let mut state = self.lock();
        let view = state.views.entry(room).or_default();
        // Its rounds finish whatever was decided before.
        view.settle();
        if answer == Appended::Applied
            && let Ok(after) = head_after(expect, batch)
        {
            view.decided.push(after);
            drop(state);
            if expect.seq > Seq::ZERO && expect.seq.0.is_multiple_of(self.bucket) {
                self.met.add("buckets begun");
            }
        }
        Ok(answer)
    }
}

/// The memory's calls wait for nothing.
fn now<T>(call: impl Future<Output = T>) -> T {
    call.now_or_never()
        .unwrap_or_else(|| unreachable!("the memory answers at once"))
}

/// One node's way to the store.
pub(super) struct Way {
    store: Arc<SimStore>,
    node: String,
    slot: usize,
    gate: Arc<Gate>,
    is_cut: Mutex<u32>,
}

impl Way {
    /// Cuts the way, or mends a cut: they are counted.
    pub(super) fn cut(&self, is_cut: bool) {
        let mut cuts = self.is_cut.lock().unwrap_or_else(PoisonError::into_inner);
        *cuts = if is_cut {
            *cuts + 1
        } else {
            cuts.saturating_sub(1)
        };
    }

    fn is_cut(&self) -> bool {
        *self.is_cut.lock().unwrap_or_else(PoisonError::into_inner) > 0
    }

    fn draw<T>(&self, draw: impl FnOnce(&mut SmallRng, &Trouble) -> T) -> T {
        let mut state = self.store.lock();
        let state = &mut *state;
        draw(&mut state.chance, &state.trouble)
    }

    fn way_ms(&self) -> u64 {
        self.draw(|chance, trouble| {
            // Mostly quick, sometimes as slow as it gets.
            let most = if chance.random_range(0..4) == 0 {
                12 + trouble.slow_ms
            } else {
                3 + trouble.slow_ms / 4
            };
            chance.random_range(0..=most)
        })
    }

    /// A call that is done when it arrives, if it does; its answer may be lost.
    async fn call<T: Send + 'static>(
        &self,
        what: &'static str,
        act: impl FnOnce(&SimStore) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.gate.pass().await;
        let (there, back) = (self.way_ms(), self.way_ms());
        let (answer, answered) = oneshot::channel();
        let store = Arc::clone(&self.store);
        let dice = self.draw(|chance, trouble| {
            (chance.random_range(0..100) < trouble.failing).then(|| chance.random_range(0..3u32))
        });
        let is_cut = self.is_cut();
        let node = self.node.clone();
        self.store.agenda.later(there, move || {
            let is_away = store.lock().trouble.away > 0 || is_cut;
            let lost = match dice {
                _ if is_away => true,
                // Not done, done without an answer, done long after.
                Some(0) => true,
                Some(_) | None => false,
            };
            let away = |why: &str| StoreError::Away(why.to_owned());
            let agenda = store.agenda.clone();
            store
                .trace
                .say(|| format!("{node} store {what}{}", if lost { " lost" } else { "" }));
            if lost {
                agenda.later(PATIENCE_MS, move || {
                    let _ = answer.send(Err(away("no answer")));
                });
            } else if dice == Some(2) {
                agenda.later(PATIENCE_MS, move || {
                    let _ = answer.send(Err(away("no answer")));
                });
                agenda.later(PATIENCE_MS + 1_000, move || {
                    let _ = act(&store);
                });
            } else {
                let result = act(&store);
                let is_unheard = dice == Some(1);
                let wait = if is_unheard { PATIENCE_MS } else { back };
                agenda.later(wait, move || {
                    let _ = answer.send(if is_unheard {
                        Err(away("the answer was lost"))
                    } else {
                        result
                    });
                });
            }
        });
        let result = answered.await;
        self.gate.pass().await;
        result.unwrap_or_else(|_| Err(StoreError::Away("the world has ended".into())))
    }

    fn fate(&self) -> Fate {
        let is_cut = self.is_cut();
        self.draw(|chance, trouble| {
            let told = Told::draw(chance);
            if trouble.away > 0 || is_cut {
                return match chance.random_range(0..3) {
                    0 => Fate::UnknownNot(Told::InTheEnd),
                    1 => Fate::UnknownLate(Told::InTheEnd),
                    _ => Fate::Away(told),
                };
            }
            if trouble.refuses[self.slot] > 0 {
                return Fate::Failed;
            }
            if chance.random_range(0..100) >= trouble.unknown {
                return Fate::Plain;
            }
            match chance.random_range(0..10) {
                0..3 => Fate::UnknownApplied(told),
                3..5 => Fate::UnknownNot(told),
                5..8 => Fate::UnknownLate(told),
                8 => Fate::LostApplied,
                _ => Fate::Away(told),
            }
        })
    }
}

#[async_trait]
impl Log for Way {
    fn batch_max(&self, head: Seq) -> usize {
        self.store.memory.batch_max(head)
    }

    async fn head(
        &self,
        room: RoomId,
        hint: Seq,
        freshness: Freshness,
    ) -> Result<Head, StoreError> {
        self.call("head", move |store| {
            let decided = store.head(room);
            if mutant!("audit-own-bucket-only") {
                return now(store.memory.head(room, hint, freshness));
            }
            let mut state = store.lock();
            let State { chance, views, .. } = &mut *state;
            let view = views.entry(room).or_default();
            if freshness == Freshness::Serial {
                view.settle();
                return Ok(decided);
            }
            let seen = view.any(chance);
            // Never behind a hint that was true.
            Ok(if hint > seen.seq && hint <= decided.seq {
                decided
            } else {
                seen
            })
        })
        .await
    }

    async fn append(
        &self,
        room: RoomId,
        expect: Head,
        batch: &[Entry],
    ) -> Result<Appended, StoreError> {
        self.gate.pass().await;
        let fate = self.fate();
        let (there, back) = (self.way_ms(), self.way_ms());
        let late = self.draw(|chance, _| PATIENCE_MS + chance.random_range(1..4_000));
        let is_stale = self.draw(|chance, _| chance.random_range(0..3) == 0);
        let (answer, answered) = oneshot::channel();
        let store = Arc::clone(&self.store);
        let batch = batch.to_vec();
        let node = self.node.clone();
        let last = batch.last().map_or(Seq::ZERO, Entry::seq);
        store.trace.say(|| {
            let ids: Vec<&str> = batch.iter().map(|e| e.event.id.as_str()).collect();
            format!(
                "{node} append {} {}..={last} {fate:?} {ids:?}",
                short(room),
                expect.seq.next()
            )
        });
        let unknown = || Ok(Appended::Unknown("no answer in time".into()));
        self.store.agenda.later(there, move || {
            let agenda = store.agenda.clone();
            match fate {
                Fate::Away(told) => {
                    store.met.add("appends answered away");
                    let away = StoreError::Away("too few replicas".into());
                    agenda.later(told.ms(back), move || drop(answer.send(Err(away))));
                }
                Fate::Failed => {
                    store.met.add("appends answered failed");
                    let failed = StoreError::Failed("refused".into());
                    agenda.later(back, move || drop(answer.send(Err(failed))));
                }
                Fate::UnknownNot(told) => {
                    store.met.add("unknown, not applied");
                    agenda.later(told.ms(back), move || drop(answer.send(unknown())));
                }
                Fate::UnknownLate(told) => {
                    agenda.later(told.ms(back), move || drop(answer.send(unknown())));
                    agenda.later(late, move || {
                        let came = store.arrive(room, expect, &batch);
                        let what = match came {
                            Ok(Appended::Applied) => "unknown, applied late",
                            _ => "unknown, came too late",
                        };
                        store.met.add(what);
                        store
                            .trace
                            .say(|| format!("{node} {what} {} {last}", short(room)));
                    });
                }
                Fate::Plain | Fate::UnknownApplied(_) | Fate::LostApplied => {
                    let result = store.arrive(room, expect, &batch);
                    store
                        .trace
                        .say(|| format!("{node} append {} {last}: {result:?}", short(room)));
                    let applied = matches!(result, Ok(Appended::Applied));
                    let mut wait = back;
                    let said = match (fate, result) {
                        (Fate::UnknownApplied(told), Ok(_)) => {
                            wait = told.ms(back);
                            if applied {
                                store.met.add("unknown, applied");
                            }
                            unknown()
                        }
                        (Fate::LostApplied, Ok(Appended::Applied)) => {
                            store.met.add("own success hidden");
                            // What it says is a hint: the head before, or the one that it made itself.
                            let head = match is_stale {
                                true => expect,
                                false => store.head(room),
                            };
                            Ok(Appended::Lost(head))
                        }
                        (_, result) => result,
                    };
                    if matches!(said, Ok(Appended::Lost(_))) {
                        store.met.add("races lost");
                    }
                    agenda.later(wait, move || {
                        if let (Ok(Appended::Applied), Ok(after)) =
                            (&said, head_after(expect, &batch))
                        {
                            let mut state = store.lock();
                            state.views.entry(room).or_default().settle_up_to(after);
                        }
                        let _ = answer.send(said);
                    });
                }
            }
        });
        let result = answered.await;
        self.gate.pass().await;
        result.unwrap_or_else(|_| Err(StoreError::Away("the world has ended".into())))
    }

    async fn read(
        &self,
        room: RoomId,
        from: Seq,
        to: Seq,
        limit: usize,
        freshness: Freshness,
    ) -> Result<Page, StoreError> {
        self.call("read", move |store| {
            if freshness == Freshness::Serial {
                store.lock().views.entry(room).or_default().settle();
                return now(store.memory.read(room, from, to, limit, freshness));
            }
            let (head, rows) = {
                let mut state = store.lock();
                let State { chance, views, .. } = &mut *state;
                let view = views.entry(room).or_default();
                let (one, other) = (view.any(chance), view.any(chance));
                // Its rows may lag behind the end that is shown with them.
                (one.max(other), one.min(other))
            };
            let mut page = now(store
                .memory
                .read(room, from, to.min(rows.seq), limit, freshness))?;
            page.head = head;
            Ok(page)
        })
        .await
    }

    async fn erase(&self, room: RoomId, from: Seq, to: Seq) -> Result<(), StoreError> {
        self.call("erase", move |store| {
            now(store.memory.erase(room, from, to))
        })
        .await
    }

    async fn project(&self, room: RoomId, cells: &[Cell]) -> Result<(), StoreError> {
        let cells = cells.to_vec();
        self.call("project", move |store| {
            now(store.memory.project(room, &cells))
        })
        .await
    }

    async fn set_projected(&self, room: RoomId, head: Head) -> Result<(), StoreError> {
        self.call("set_projected", move |store| {
            now(store.memory.set_projected(room, head))
        })
        .await
    }

    async fn projected(&self, room: RoomId) -> Result<Head, StoreError> {
        self.call("projected", move |store| now(store.memory.projected(room)))
            .await
    }

    async fn listed(
        &self,
        begin: &str,
        after: Option<&ListedRow>,
        limit: usize,
    ) -> Result<Vec<ListedRow>, StoreError> {
        let (begin, after) = (begin.to_owned(), after.cloned());
        self.call("listed", move |store| {
            now(store.memory.listed(&begin, after.as_ref(), limit))
        })
        .await
    }

    async fn unlist(
        &self,
        room: RoomId,
        rows: &[(Shelf, String)],
        clock: Seq,
    ) -> Result<(), StoreError> {
        let rows = rows.to_vec();
        self.call("unlist", move |store| {
            now(store.memory.unlist(room, &rows, clock))
        })
        .await
    }

    async fn index_rows(
        &self,
        room: RoomId,
        shard: u8,
        from: u64,
        to: u64,
    ) -> Result<Vec<IndexRow>, StoreError> {
        self.call("index_rows", move |store| {
            now(store.memory.index_rows(room, shard, from, to))
        })
        .await
    }

    async fn put_index(
        &self,
        room: RoomId,
        segment: u64,
        clock: Seq,
        rows: &[Vec<u8>],
    ) -> Result<(), StoreError> {
        let rows = rows.to_vec();
        self.call("put_index", move |store| {
            now(store.memory.put_index(room, segment, clock, &rows))
        })
        .await
    }

    async fn room_cell(&self, room: RoomId) -> Result<Option<Cell>, StoreError> {
        self.call("room_cell", move |store| now(store.memory.room_cell(room)))
            .await
    }

    async fn member_cells(
        &self,
        room: RoomId,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<Vec<MemberCell>, StoreError> {
        self.call("member_cells", move |store| {
            now(store.memory.member_cells(room, after, limit))
        })
        .await
    }

    async fn spoke_cells(
        &self,
        room: RoomId,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<Vec<SpokeCell>, StoreError> {
        self.call("spoke_cells", move |store| {
            now(store.memory.spoke_cells(room, after, limit))
        })
        .await
    }

    async fn mention_cells(
        &self,
        room: RoomId,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<Vec<MentionsCell>, StoreError> {
        self.call("mention_cells", move |store| {
            now(store.memory.mention_cells(room, after, limit))
        })
        .await
    }

    async fn thread_cells(
        &self,
        room: RoomId,
        before: Option<Seq>,
        limit: usize,
    ) -> Result<Vec<ThreadCell>, StoreError> {
        self.call("thread_cells", move |store| {
            now(store.memory.thread_cells(room, before, limit))
        })
        .await
    }

    async fn thread_messages(
        &self,
        room: RoomId,
        root: Seq,
        within: (Seq, Seq),
        end: End,
        limit: usize,
    ) -> Result<Vec<Seq>, StoreError> {
        self.call("thread_messages", move |store| {
            now(store.memory.thread_messages(room, root, within, end, limit))
        })
        .await
    }

    async fn message_cells(
        &self,
        room: RoomId,
        from: Seq,
        to: Seq,
    ) -> Result<Vec<Cell>, StoreError> {
        self.call("message_cells", move |store| {
            now(store.memory.message_cells(room, from, to))
        })
        .await
    }

    async fn edits(
        &self,
        room: RoomId,
        target: Seq,
        before: Seq,
        limit: usize,
    ) -> Result<Vec<Seq>, StoreError> {
        self.call("edits", move |store| {
            now(store.memory.edits(room, target, before, limit))
        })
        .await
    }

    async fn add_room_of(&self, user: UserId, room: RoomId) -> Result<(), StoreError> {
        self.call("add_room_of", move |store| {
            now(store.memory.add_room_of(user, room))
        })
        .await
    }

    async fn rooms_of(
        &self,
        user: UserId,
        after: Option<RoomId>,
        limit: usize,
    ) -> Result<Vec<RoomId>, StoreError> {
        self.call("rooms_of", move |store| {
            now(store.memory.rooms_of(user, after, limit))
        })
        .await
    }

    async fn set_mark(&self, user: UserId, room: RoomId, mark: Mark) -> Result<(), StoreError> {
        self.call("set_mark", move |store| {
            now(store.memory.set_mark(user, room, mark))
        })
        .await
    }

    async fn mark(&self, user: UserId, room: RoomId) -> Result<Mark, StoreError> {
        self.call("mark", move |store| now(store.memory.mark(user, room)))
            .await
    }

    async fn marks(&self, user: UserId) -> Result<Vec<(RoomId, Mark)>, StoreError> {
        self.call("marks", move |store| now(store.memory.marks(user)))
            .await
    }
}

#[async_trait]
impl Records for Way {
    async fn record(&self, kind: RecordKind, key: &str) -> Result<Option<Record>, StoreError> {
        let key = key.to_owned();
        self.call("record", move |store| now(store.memory.record(kind, &key)))
            .await
    }

    async fn put_record(
        &self,
        kind: RecordKind,
        key: &str,
        expect: Option<Version>,
        value: &str,
    ) -> Result<Written, StoreError> {
        let (key, value) = (key.to_owned(), value.to_owned());
        self.call("put_record", move |store| {
            now(store.memory.put_record(kind, &key, expect, &value))
        })
        .await
    }

    async fn remove_record(
        &self,
        kind: RecordKind,
        key: &str,
        expect: Version,
    ) -> Result<Written, StoreError> {
        let key = key.to_owned();
        self.call("remove_record", move |store| {
            now(store.memory.remove_record(kind, &key, expect))
        })
        .await
    }

    async fn records(
        &self,
        kind: RecordKind,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Record)>, StoreError> {
        let after = after.map(str::to_owned);
        self.call("records", move |store| {
            now(store.memory.records(kind, after.as_deref(), limit))
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
        let (folded, name) = (folded.to_owned(), name.to_owned());
        self.call("claim", move |store| {
            now(store.memory.claim(space, &folded, &name, id))
        })
        .await
    }

    async fn confirm(&self, space: ClaimSpace, folded: &str, id: Uuid) -> Result<(), StoreError> {
        let folded = folded.to_owned();
        self.call("confirm", move |store| {
            now(store.memory.confirm(space, &folded, id))
        })
        .await
    }

    async fn claimed(&self, space: ClaimSpace, folded: &str) -> Result<Option<Claim>, StoreError> {
        let folded = folded.to_owned();
        self.call("claimed", move |store| {
            now(store.memory.claimed(space, &folded))
        })
        .await
    }

    async fn claims(
        &self,
        space: ClaimSpace,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Claim)>, StoreError> {
        let after = after.map(str::to_owned);
        self.call("claims", move |store| {
            now(store.memory.claims(space, after.as_deref(), limit))
        })
        .await
    }

    async fn people(
        &self,
        begin: &str,
        after: Option<&PersonRow>,
        limit: usize,
    ) -> Result<Vec<PersonRow>, StoreError> {
        let (begin, after) = (begin.to_owned(), after.cloned());
        self.call("people", move |store| {
            now(store.memory.people(&begin, after.as_ref(), limit))
        })
        .await
    }

    async fn list_person(
        &self,
        user: UserId,
        words: &[String],
        clock: Version,
    ) -> Result<(), StoreError> {
        let words = words.to_vec();
        self.call("list_person", move |store| {
            now(store.memory.list_person(user, &words, clock))
        })
        .await
    }

    async fn unlist_person(
        &self,
        user: UserId,
        words: &[String],
        clock: Version,
    ) -> Result<(), StoreError> {
        let words = words.to_vec();
        self.call("unlist_person", move |store| {
            now(store.memory.unlist_person(user, &words, clock))
        })
        .await
    }
}

#[async_trait]
impl Store for Way {
    async fn ready(&self) -> Result<(), StoreError> {
        self.call("ready", |_| Ok(())).await
    }

    fn durability(&self) -> String {
        "nothing: it is simulated".into()
    }
}

/// A room in the trace.
fn short(room: RoomId) -> String {
    room.to_string().chars().rev().take(4).collect()
}
