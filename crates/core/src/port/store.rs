//! The store: logs with their projections, and records. The only truth.

use std::collections::BTreeMap;

use async_trait::async_trait;
use futures_util::{StreamExt, TryStreamExt, stream};
use hearth_protocol::{
    FileId, Ordinal, Right, Role, RoomId, Seq, UserId, bounds::MENTIONS_COUNTED_MAX, mutant,
};
use serde::{Deserialize, Serialize};

use super::StoreHealth;
use crate::{
    log::{Entry, Head},
    words::Listing,
};

/// Why the store did not do it. Nothing is known to have happened; whether it did is said by the method.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The store cannot be reached, has too few replicas up, or did not answer in time.
    #[error("the store is away: {0}")]
    Away(String),
    /// The store refused for a reason that time does not cure (schema, disk full, corruption): the operator must look.
    #[error("the store failed: {0}")]
    Failed(String),
}

/// What became of a conditional append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Appended {
    /// Stored and durable: every entry at its number, the head moved with them, in one step.
    Applied,
    /// Not stored, because the head is another than the one conditioned on. What is said is the head seen: a hint,
    /// to be read up to. May hide the caller's own earlier success (LOG.md rule 13).
    Lost(Head),
    /// It may have been stored, may still be, or never will (rules 10–12).
    Unknown(String),
}

/// How much a read must see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// What a quorum knows: an append under way or of unknown outcome may or may not show.
    Quorum,
    /// Linearizable with the appends (Cassandra: SERIAL): finishes or rules out what is under way first.
    Serial,
}

/// The store's own bound of a page, in bytes of its entries as stored: a page of the longest texts ends there, so that a
/// read costs a bounded amount of memory whatever was written. 1 MiB holds 64 of them, or thousands of usual ones.
pub const PAGE_BYTES_MAX: usize = 1024 * 1024;

/// A page of a log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The entries, ascending and dense from the first asked for. It ends at a hole (rule 20), at `to`, or at the
    /// bound of bytes ([`PAGE_BYTES_MAX`]), whichever comes first; at least one entry unless there is none.
    pub entries: Vec<Entry>,
    /// The head seen with it: one that the log has had, never behind the entries.
    ///
    /// - Read at [`Freshness::Serial`]: the log's end at a moment of the call, whatever was asked for, an empty range or a
    ///   limit of 0 included.
    /// - Read at [`Freshness::Quorum`] and short (it ended before `to`, `limit` and the bound of bytes): the log's end,
    ///   unless it is above the last entry (without entries: above `from − 1`). Then there is a hole, and it may be no
    ///   more than the end of the hole's bucket.
    /// - Read at [`Freshness::Quorum`] otherwise: no more than that the log has reached it. Where the page ends in a full
    ///   bucket it may be that bucket's end, since to know of the next costs another read.
    pub head: Head,
}

/// The logs of all rooms.
///
/// **Promises.** A log is dense: entry `s` exists only with all before it. `append` is atomic and linearizable per
/// room. What `Applied` says is durable (Cassandra: a quorum of commit logs at home; embedded: fsync) and shown by
/// every later read of either freshness. Heads are never lost, also not by `erase`.
/// **Does not promise** that `Freshness::Quorum` shows an append of unknown outcome, nor that it does not.
/// **The caller** has one append under way per room (others' may race), keeps each batch within
/// [`Log::batch_max`], and numbers entries `expect.seq + 1 …` with their ordinals.
/// Every call ends within the adapter's deadline (seconds), with `Away` or `Unknown` if need be.
#[async_trait]
pub trait Log: Send + Sync {
    /// How many entries a batch that follows `head` may have: ≥ 1, never across a bucket's end (rule 1).
    fn batch_max(&self, head: Seq) -> usize;

    /// Where the log ends. Galloping from `hint`, which may be stale or 0 (rule 19); never behind a `hint` that was
    /// true, and never taken in by one that was not. A bucket that is full is followed into the next.
    async fn head(&self, room: RoomId, hint: Seq, freshness: Freshness)
    -> Result<Head, StoreError>;

    /// Adds the batch if the log ends at `expect`. `Err` means: certainly not stored; so is a batch that does not
    /// [follow](crate::log::head_after) `expect` or is longer than `batch_max`, which is `Failed`.
    async fn append(
        &self,
        room: RoomId,
        expect: Head,
        batch: &[Entry],
    ) -> Result<Appended, StoreError>;

    /// Reads `from ..= to`, ascending (an empty page if `from > to`; `from` 0 is 1). `limit` entries at most.
    async fn read(
        &self,
        room: RoomId,
        from: Seq,
        to: Seq,
        limit: usize,
        freshness: Freshness,
    ) -> Result<Page, StoreError>;

    /// Erases the words of `from ..= to` where they are not above the head: number, ordinal, sender, id, device and
    /// `n` stay, the body becomes what [`Body::erased`](hearth_protocol::Body::erased) says, for every later read; one
    /// that is erased stays as it is. A conditional write in the rows' own partitions
    /// (rule 21); idempotent; heads stay (rule 18). `Err` may leave a part erased: call it again.
    async fn erase(&self, room: RoomId, from: Seq, to: Seq) -> Result<(), StoreError>;

    /// Writes projection cells, each with its own `seq` as its clock: of two writes of one cell the higher seq stays,
    /// in whatever order they come (rule 27).
    ///
    /// A [`Cell::Text`] also empties the rows of the index in which words of its message may be
    /// ([`outdated`](crate::search::outdated)), with the cell's clock: before this is answered.
    async fn project(&self, room: RoomId, cells: &[Cell]) -> Result<(), StoreError>;

    /// Says that the projection is whole up to `seq` (rule 28). Never moves back: a lower seq is ignored.
    /// `head` is the log's head at that seq, returned by [`Log::projected`].
    async fn set_projected(&self, room: RoomId, head: Head) -> Result<(), StoreError>;

    /// Up to where the projection is whole. Read it *before* the cells (rule 29). `Head::EMPTY` if never set.
    async fn projected(&self, room: RoomId) -> Result<Head, StoreError>;

    /// Rows of the directory of public rooms: those found by a word that begins so, ascending by word and room; or, for
    /// no word at all, all by their folded names. `after` is the row at which a page before ended; `limit` at most.
    ///
    /// [`Log::project`] writes them with a [`Cell::Room`]: one for each word of its [`Listing`](crate::words::Listing)
    /// and one for its name, with the cell's clock. It takes none away, so there may be rows that no longer fit; whoever
    /// shows one verifies it by the room's cell, and says so by [`Log::unlist`].
    async fn listed(
        &self,
        begin: &str,
        after: Option<&ListedRow>,
        limit: usize,
    ) -> Result<Vec<ListedRow>, StoreError>;

    /// Takes rows of one room away that do not fit its cell of this clock; one that was written by a later cell stays.
    async fn unlist(
        &self,
        room: RoomId,
        rows: &[(Shelf, String)],
        clock: Seq,
    ) -> Result<(), StoreError>;

    /// Rows of the index of messages ([`crate::search`]) of one shard, of the segments `from ..= to` (at most
    /// [`INDEX_READ_MAX`]), ascending by segment. One that was never written is left out; one that was emptied is empty, if
    /// it is there at all.
    async fn index_rows(
        &self,
        room: RoomId,
        shard: u8,
        from: u64,
        to: u64,
    ) -> Result<Vec<IndexRow>, StoreError>;

    /// Writes the rows of a segment, one for each shard in their order, with the number of the log as of which they were
    /// made as their clock. Of two writes of one row the higher clock stays, in whatever order they come, emptying
    /// ([`Log::project`]) included: what was made before a deletion cannot come back after it. At the same clock rows stay
    /// before emptiness, since they know of what emptied them.
    async fn put_index(
        &self,
        room: RoomId,
        segment: u64,
        clock: Seq,
        rows: &[Vec<u8>],
    ) -> Result<(), StoreError>;

    /// The room's own cells ([`Cell::Room`]); `None` if never projected.
    async fn room_cell(&self, room: RoomId) -> Result<Option<Cell>, StoreError>;

    /// Member cells with `user > after`, ascending by user, those who are out included; `limit` at most.
    async fn member_cells(
        &self,
        room: RoomId,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<Vec<MemberCell>, StoreError>;

    /// Cells of members' last messages ([`Cell::Spoke`]) with `user > after`, ascending by user; `limit` at most.
    async fn spoke_cells(
        &self,
        room: RoomId,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<Vec<SpokeCell>, StoreError>;

    /// Cells of mentions ([`Cell::Mentions`]) with `user > after`, ascending by user; `limit` at most.
    async fn mention_cells(
        &self,
        room: RoomId,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<Vec<MentionsCell>, StoreError>;

    /// Cells of threads ([`Cell::Thread`]) with `root < before`, descending by root; `limit` at most.
    async fn thread_cells(
        &self,
        room: RoomId,
        before: Option<Seq>,
        limit: usize,
    ) -> Result<Vec<ThreadCell>, StoreError>;

    /// Which messages of `within`, both of its ends included, are in the thread of that root, as far as their cells ([`Cell::InThread`]) were
    /// written: ascending, and if there are more than `limit`, those nearest to that end.
    async fn thread_messages(
        &self,
        room: RoomId,
        root: Seq,
        within: (Seq, Seq),
        end: End,
        limit: usize,
    ) -> Result<Vec<Seq>, StoreError>;

    /// Text and reaction cells of the messages `from ..= to` (at most a page's worth: 200).
    async fn message_cells(
        &self,
        room: RoomId,
        from: Seq,
        to: Seq,
    ) -> Result<Vec<Cell>, StoreError>;

    /// Edits of a message ([`Cell::Edit`]) before the event `before`, descending; `limit` at most.
    async fn edits(
        &self,
        room: RoomId,
        target: Seq,
        before: Seq,
        limit: usize,
    ) -> Result<Vec<Seq>, StoreError>;

    /// Notes that the user may be a member of the room: written before the append that makes it true (rule 31), so a
    /// superset, to be verified against the log. Idempotent, never taken back.
    async fn add_room_of(&self, user: UserId, room: RoomId) -> Result<(), StoreError>;

    /// The user's possible rooms with `room > after`, ascending; `limit` at most.
    async fn rooms_of(
        &self,
        user: UserId,
        after: Option<RoomId>,
        limit: usize,
    ) -> Result<Vec<RoomId>, StoreError>;

    /// Moves a read mark: the higher revision wins, within one the higher seq (rule 32), in whatever order they come.
    async fn set_mark(&self, user: UserId, room: RoomId, mark: Mark) -> Result<(), StoreError>;

    /// The read mark; the default (nothing read, revision 0) if never set.
    async fn mark(&self, user: UserId, room: RoomId) -> Result<Mark, StoreError>;

    /// All of the user's read marks at once, for `hello`: at most [`hearth_protocol::bounds::ROOMS_PER_USER_MAX`]
    /// times two, by room.
    async fn marks(&self, user: UserId) -> Result<Vec<(RoomId, Mark)>, StoreError>;
}

/// Where to begin of what is in an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// With the first.
    First,
    /// With the last.
    Last,
}

/// By what a row of the directory is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shelf {
    /// By the room's whole name, folded: each room once.
    Name,
    /// By one of its words.
    Word,
    /// By a word of a person's names.
    Person,
}

/// A row of the directory.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListedRow {
    /// The word, or the folded name.
    pub text: String,
    /// The room.
    pub room: RoomId,
}

/// A row by which a person is found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PersonRow {
    /// The word.
    pub word: String,
    /// Whose it is, or was.
    pub user: UserId,
}

/// Segments whose rows are read in one call: of usual messages some 80 KB, of the longest 3 MB.
pub const INDEX_READ_MAX: u64 = 32;

/// A row of the index of messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexRow {
    /// Its segment.
    pub segment: u64,
    /// What [`crate::search::Segment::rows`] made; empty: it is to be made anew.
    pub words: Vec<u8>,
}

/// The segments whose rows in the index cells empty, each with the highest of their clocks.
pub fn outdated_by(cells: &[Cell]) -> BTreeMap<u64, Seq> {
    let mut segments = BTreeMap::new();
    for cell in cells {
        if let Cell::Text(text) = cell
            && let Some(segment) = crate::search::outdated(text.target, text.seq)
        {
            let clock: &mut Seq = segments.entry(segment).or_default();
            *clock = text.seq.max(*clock);
        }
    }
    segments
}

/// The rows of the directory that a room's cell brings with it.
pub fn rows_of(cell: &Cell) -> Vec<(Shelf, String)> {
    let Some(Listing { name, words }) = Listing::of(cell) else {
        return Vec::new();
    };
    let words = words.into_iter().map(|word| (Shelf::Word, word));
    words.chain([(Shelf::Name, name)]).collect()
}

/// A read mark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Mark {
    /// Begun anew by each set-back.
    pub revision: u64,
    /// Read up to and with this.
    pub seq: Seq,
    /// The ordinal at `seq`: unread = head's ordinal − this.
    pub ordinal: Ordinal,
}

impl Mark {
    /// Messages after it in a log that ends here: exact by ordinals, with nothing that could drift.
    pub fn unread(self, head: Head) -> u64 {
        if mutant!("unread-by-messages-seen") {
            return head.seq.0.saturating_sub(self.seq.0);
        }
        head.ordinal.0.saturating_sub(self.ordinal.0)
    }

    /// Of the messages that mention a user, ascending, those after the mark: the newest of them that are counted.
    pub fn mentioned(self, all: &[Seq]) -> Vec<Seq> {
        let after = all.partition_point(|seq| *seq <= self.seq);
        let counted = all.len().saturating_sub(MENTIONS_COUNTED_MAX);
        all[after.max(counted)..].to_vec()
    }
}

/// A projection's cell: what one thing in a room came to be by the last event that touched it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cell {
    /// The room itself.
    Room {
        /// The event that last touched it: its clock.
        seq: Seq,
        /// The room's name.
        name: String,
        /// Who may enter.
        kind: hearth_protocol::RoomKind,
        /// The topic.
        topic: String,
        /// How many members it has.
        members: u64,
        /// What was set besides; nothing in cells from before there was any of it.
        #[serde(default, skip_serializing_if = "RoomSettings::is_nothing")]
        settings: RoomSettings,
    },
    /// A member.
    Member(MemberCell),
    /// A member's last message while slow mode was on.
    Spoke(SpokeCell),
    /// The newest messages that mention a user, or everyone.
    Mentions(MentionsCell),
    /// What is counted of a thread.
    Thread(ThreadCell),
    /// That a message is in a thread.
    InThread(InThreadCell),
    /// A message's text as edited, or that it is deleted.
    Text(TextCell),
    /// That an event edited a message: the way to what its text was before.
    Edit(EditCell),
    /// A reaction of one user with one emoji.
    Reaction(ReactionCell),
}

impl Cell {
    /// The event by which it came to be.
    pub fn clock(&self) -> Seq {
        match self {
            Self::Room { seq, .. } => *seq,
            Self::Member(cell) => cell.seq,
            Self::Spoke(cell) => cell.seq,
            Self::Mentions(cell) => cell.seq,
            Self::Thread(cell) => cell.seq,
            Self::InThread(cell) => cell.seq,
            Self::Text(cell) => cell.seq,
            Self::Edit(cell) => cell.seq,
            Self::Reaction(cell) => cell.seq,
        }
    }
}

/// What moderators and owners have set in a room, beside its topic.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RoomSettings {
    /// The names that it had before and has kept, folded, in their order; without the one that it has now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub former: Vec<String>,
    /// The last event that named it anew; 0 if none did.
    pub named: Seq,
    /// Whether it is archived.
    pub archived: bool,
    /// The last event that archived it or opened it again; 0 if none did.
    pub archived_since: Seq,
    /// Slow mode's wait, 0 if it is off.
    pub slow_seconds: u32,
    /// The last event that changed slow mode; 0 if none did. Messages before it do not count.
    pub slow_since: Seq,
    /// The rights of which owners have said who has them; boxed, since in most rooms they never did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rights: Option<Box<Given>>,
    /// The description; empty for none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The avatar.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar: Option<FileId>,
    /// The first message that mentioned somebody; 0 if none did, and then there are no cells of mentions.
    #[serde(skip_serializing_if = "is_zero")]
    pub mentioned: Seq,
    /// The first message that was in a thread; 0 if none was, and then there are no cells of threads.
    #[serde(skip_serializing_if = "is_zero")]
    pub threaded: Seq,
    /// What is pinned; boxed, since in most rooms nothing ever was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pins: Option<Box<Pins>>,
}

/// The rights of which the owners of a room have said who has them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given(pub BTreeMap<Right, Held>);

/// Who has a right in a room, and since when: of guests, members and moderators the event that gave it to them, 0 if they
/// had it from the room's beginning, and `None` if they have it not. Owners always have.
///
/// A role that had the right before keeps the number of when it came to have it, so that what was composed before can be
/// told from what was not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held(pub [Option<Seq>; 3]);

impl Held {
    /// From a role on, since the room's beginning.
    pub fn at_first(lowest: Role) -> Self {
        Self(BELOW_OWNERS.map(|role| (role >= lowest).then_some(Seq::ZERO)))
    }

    /// Since when a role has it; `None` if it has it not.
    pub fn since(&self, role: Role) -> Option<Seq> {
        match BELOW_OWNERS.iter().position(|below| *below == role) {
            Some(at) => self.0[at],
            None => Some(Seq::ZERO),
        }
    }

    /// The lowest role that has it.
    pub fn lowest(&self) -> Role {
        let of = |role: &Role| self.since(*role).is_some();
        BELOW_OWNERS.into_iter().find(of).unwrap_or(Role::Owner)
    }

    /// An event gives it from a role on.
    pub fn give(&mut self, lowest: Role, seq: Seq) {
        for (role, since) in BELOW_OWNERS.into_iter().zip(&mut self.0) {
            *since = (role >= lowest).then_some(since.unwrap_or(seq));
        }
    }
}

const BELOW_OWNERS: [Role; 3] = [Role::Guest, Role::Member, Role::Moderator];

/// A room's pinned messages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pins {
    /// In the order in which they were pinned.
    pub list: Vec<Pinned>,
    /// The last event that pinned one or took one off.
    pub changed: Seq,
}

/// A pinned message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pinned {
    /// The message.
    pub target: Seq,
    /// The event that pinned it.
    pub seq: Seq,
    /// Who did.
    pub by: UserId,
    /// When, as the event says.
    pub at_ms: u64,
}

fn is_zero(seq: &Seq) -> bool {
    *seq == Seq::ZERO
}

impl RoomSettings {
    /// Whether nothing was ever set.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// A ban: a part of the user's membership, since whatever changes one changes the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BanCell {
    /// Who banned them.
    pub by: UserId,
    /// When, as the event says.
    pub at_ms: u64,
    /// When it ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_ms: Option<u64>,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

impl BanCell {
    /// Whether it stands at a time of the log.
    pub fn stands(&self, at_ms: u64) -> bool {
        self.until_ms.is_none_or(|until_ms| at_ms < until_ms)
    }
}

/// A member's last message while slow mode was on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpokeCell {
    /// The message: its clock.
    pub seq: Seq,
    /// Who wrote it.
    pub user: UserId,
    /// When, as the event says.
    pub at_ms: u64,
}

/// The newest messages that mention a user, or everyone, deleted ones among them: at most
/// [`hearth_protocol::bounds::MENTIONS_COUNTED_MAX`], ascending.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MentionsCell {
    /// The event that last touched it, a message or a deletion: its clock.
    pub seq: Seq,
    /// Who is mentioned; nil for everyone.
    pub user: UserId,
    /// The messages.
    pub newest: Vec<Mention>,
}

/// One message that mentions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// The message.
    pub seq: Seq,
    /// Who wrote it, where it mentions everyone: it says nothing to them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
    /// Whether it was deleted since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
}

/// A thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadCell {
    /// The event that last touched it while it was counted, a message or a deletion: its clock.
    pub seq: Seq,
    /// The message at which it begins.
    pub root: Seq,
    /// What is counted. `None`: an earlier version has given it up, and it is not counted any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<Box<ThreadCounts>>,
}

/// What is counted of a thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadCounts {
    /// The first message that was in it. Earlier versions go by it.
    pub began: Seq,
    /// How many messages, without those deleted while they were among the newest.
    pub messages: u64,
    /// The last message.
    pub last: Seq,
    /// When, as the event says.
    pub last_ms: u64,
    /// The newest messages, deleted ones among them: at most
    /// [`hearth_protocol::bounds::THREAD_UNREAD_COUNTED_MAX`], ascending.
    pub newest: Vec<ThreadMessage>,
    /// Who follows it by having a part in it, those who had it first: at most
    /// [`hearth_protocol::bounds::THREAD_FOLLOWERS_MAX`].
    pub followers: Vec<Follower>,
}

/// One message of a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadMessage {
    /// The message.
    pub seq: Seq,
    /// Who wrote it.
    pub by: UserId,
    /// Whether it was deleted since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
}

/// Who has a part in a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Follower {
    /// Who.
    pub user: UserId,
    /// The message by which they came to have it: the thread's root, one of their own, or one that mentions them.
    pub since: Seq,
}

/// That a message is in a thread. It never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct InThreadCell {
    /// The message: its clock.
    pub seq: Seq,
    /// The message at which the thread begins.
    pub root: Seq,
}

/// One user's membership.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberCell {
    /// The last membership event of this user: its clock.
    pub seq: Seq,
    /// The user.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// The room's name, for the specification's `SELECT * FROM room_members`.
    pub room_name: String,
    /// Their role, or `None` if they are out.
    pub role: Option<Role>,
    /// The event by which they came in last; 0 in cells from before it was kept.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub entered: Seq,
    /// Whether they are out and went as a guest.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub was_guest: bool,
    /// The ban by which they are out, if it was one; it may have run out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ban: Option<BanCell>,
}

/// A message's text as edited, or its deletion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextCell {
    /// The edit or deletion: its clock.
    pub seq: Seq,
    /// The message.
    pub target: Seq,
    /// The text now; `None` if deleted.
    pub text: Option<String>,
    /// When the edit was stored; nothing of a deletion, nor in cells from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_ms: Option<u64>,
}

/// One edit of a message. It never changes; the text is in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditCell {
    /// The edit: its clock.
    pub seq: Seq,
    /// The message.
    pub target: Seq,
}

/// A reaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReactionCell {
    /// The event: its clock.
    pub seq: Seq,
    /// The message.
    pub target: Seq,
    /// The emoji.
    pub emoji: String,
    /// Whose.
    pub user: UserId,
    /// Whether it stands.
    pub on: bool,
}

/// A record's version: 1 when it is made, one more with each write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u64);

/// What kind of thing a record is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// An account, by user id.
    Account,
    /// Whose a login's token is, by the token's hash.
    Session,
    /// A user's logins, by user id.
    Logins,
    /// What is a user's own, by user id.
    Own,
    /// An invitation link into a room, by its code's hash.
    RoomInvitation,
    /// Which invitation links a room has, by room id.
    RoomInvitations,
    /// A file, by its id: an upload, what comes with a message, an avatar.
    File,
    /// What files of a user or a room take, by `user:` or `room:` and the id.
    FileLedger,
    /// A webhook into a room, by its secret's hash.
    WebhookIn,
    /// Which webhooks a room has, by room id.
    RoomWebhooks,
    /// A webhook out of a room, with how far it has come, by its id.
    WebhookOut,
    /// A setting of the installation, by its key.
    Setting,
    /// Which scheduled messages are due, by minute and shard.
    Due,
    /// A user's push subscriptions, by user id.
    Push,
    /// Which users have any, by shard.
    PushUsers,
    /// Up to where those of a room have been told, by room id.
    Pushed,
    /// What a user has asked for under which keys, by user id.
    Requests,
}

/// A record as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// For the next conditional write.
    pub version: Version,
    /// Its JSON text.
    pub value: String,
}

/// What became of a conditional write of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// Written, as this version.
    Done(Version),
    /// Someone else's write came first: this is what stands now (`None`: the record does not exist).
    Conflict(Option<Record>),
}

/// Whose names a claim is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClaimSpace {
    /// Users' names.
    User,
    /// What users' names look like.
    Look,
    /// Rooms' names.
    Room,
}

/// A claimed name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The id that holds the name: a user's or a room's.
    pub id: uuid::Uuid,
    /// The name as it was typed.
    pub name: String,
    /// Whether the thing exists; pending until then, and whoever finds it pending finishes it.
    pub confirmed: bool,
}

/// Reads under way at once for one caller of [`Records::records_by_key`], where a store has no better way.
const READS_AT_ONCE: usize = 8;

/// Records with compare-and-set, and claims of names: the only truth for what is no room event.
///
/// **Promises.** Conditional writes are linearizable per record and per name; reads see every write that was answered.
/// A conditional write whose outcome is unknown is resolved inside (a serial read of what stands, repeated within the
/// deadline) or answered `Away`: then it may have happened, and the same call again tells (the caller compares).
#[async_trait]
pub trait Records: Send + Sync {
    /// Reads a record.
    async fn record(&self, kind: RecordKind, key: &str) -> Result<Option<Record>, StoreError>;

    /// Reads several records of a kind, in the order of the keys: as that many calls of [`Records::record`], unless a
    /// store has a cheaper way. All or an error.
    async fn records_by_key(
        &self,
        kind: RecordKind,
        keys: &[String],
    ) -> Result<Vec<Option<Record>>, StoreError> {
        let reads: Vec<_> = keys.iter().map(|key| self.record(kind, key)).collect();
        stream::iter(reads)
            .buffered(READS_AT_ONCE)
            .try_collect()
            .await
    }

    /// Writes a record if it stands at `expect` (`None`: if it does not exist).
    async fn put_record(
        &self,
        kind: RecordKind,
        key: &str,
        expect: Option<Version>,
        value: &str,
    ) -> Result<Written, StoreError>;

    /// Removes a record if it stands at `expect`. `Done` carries the version removed.
    async fn remove_record(
        &self,
        kind: RecordKind,
        key: &str,
        expect: Version,
    ) -> Result<Written, StoreError>;

    /// Records of a kind with `key > after`, ascending **for one adapter in a stable order of its own**; `limit` at
    /// most. For administration, never on a hot path: it asks all parts of the store, and is `Away` as long as one that
    /// died has not been found dead (seconds).
    async fn records(
        &self,
        kind: RecordKind,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Record)>, StoreError>;

    /// Claims a name (folded by the caller) for an id, pending. Returns the claim that stands now: the caller's own if
    /// its id is the caller's, else another's.
    async fn claim(
        &self,
        space: ClaimSpace,
        folded: &str,
        name: &str,
        id: uuid::Uuid,
    ) -> Result<Claim, StoreError>;

    /// Confirms the claim of that id: the thing exists. Idempotent; does nothing to another id's claim.
    async fn confirm(
        &self,
        space: ClaimSpace,
        folded: &str,
        id: uuid::Uuid,
    ) -> Result<(), StoreError>;

    /// Who holds the name.
    async fn claimed(&self, space: ClaimSpace, folded: &str) -> Result<Option<Claim>, StoreError>;

    /// Claims of a space with `folded > after`, each with the name by which it is held, ascending **for one adapter in a
    /// stable order of its own**; `limit` at most. As [`Records::records`]: for administration alone.
    async fn claims(
        &self,
        space: ClaimSpace,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Claim)>, StoreError>;

    /// Rows of people with a word that begins so, ascending by word and user. `after` is the row at which a page before
    /// ended; `limit` at most. A row may be older or newer than the account: whoever shows one verifies it by the record,
    /// and says so by [`Records::unlist_person`].
    async fn people(
        &self,
        begin: &str,
        after: Option<&PersonRow>,
        limit: usize,
    ) -> Result<Vec<PersonRow>, StoreError>;

    /// Adds rows for words of a user, with the version of the account's record that has them as their clock. To be done
    /// before that record is written, so that none is missing. Of two writes of one row the higher clock stays.
    async fn list_person(
        &self,
        user: UserId,
        words: &[String],
        clock: Version,
    ) -> Result<(), StoreError>;

    /// Takes rows of a user away that do not fit the account's record of this version; one that was written for a later
    /// version stays.
    async fn unlist_person(
        &self,
        user: UserId,
        words: &[String],
        clock: Version,
    ) -> Result<(), StoreError>;
}

/// Both parts, and what is asked of a store as a whole.
#[async_trait]
pub trait Store: Log + Records {
    /// Whether it can append now: a cheap read with the appends' consistency.
    async fn ready(&self) -> Result<(), StoreError>;

    /// What an acknowledgement has flushed, in one sentence, for `doctor` and the documents.
    fn durability(&self) -> String;

    /// How it is, as far as is known without asking it.
    fn health(&self) -> StoreHealth {
        StoreHealth::Unsaid
    }
}
