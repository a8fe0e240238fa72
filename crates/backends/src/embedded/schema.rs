//! The tables and their keys and values. Keys are fixed bytes, big-endian, so that their order is the order of what
//! they stand for; values that hold text are JSON.
//!
//! A change of anything here that an older build cannot read raises [`VERSION`].

use hearth_core::{
    log::{Entry, Head},
    port::{Cell, Claim, ClaimSpace, Mark, Record, RecordKind, Shelf, Version},
};
use hearth_protocol::{DeviceId, Event, Ordinal, RoomId, Seq, UserId};
use redb::TableDefinition;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::fault::Fault;

/// The version of this layout, kept in [`META`] under [`META_SCHEMA`]. Version 2 may hold what a build of version 1 cannot
/// read: events by which a room is renamed, archived or slowed, bans, and guests; version 3, pinned messages, descriptions,
/// groups and broadcast rooms, and the directory; version 4, messages with files and no text, rooms' avatars, and an index of
/// messages, from which a build of an earlier version would erase nothing; version 5, rights of a room. All else is as it
/// was, so a file of an earlier version is one of this as soon as it says so.
pub(super) const VERSION: u64 = 5;
/// The oldest version that becomes this one without a change.
pub(super) const VERSION_OLDEST: u64 = 1;
pub(super) const META_SCHEMA: &str = "schema";

type Id = &'static [u8; 16];
type Pair = &'static [u8; 32];
type Bytes = &'static [u8];

pub(super) const META: TableDefinition<&str, u64> = TableDefinition::new("meta");
/// Room and seq → the entry.
pub(super) const EVENTS: TableDefinition<&'static [u8; 24], Bytes> = TableDefinition::new("events");
/// Room → where its log ends. A table of its own, so that no erasure of events can touch it (rule 18).
pub(super) const HEADS: TableDefinition<Id, Id> = TableDefinition::new("heads");
/// Room → up to where its projection is whole.
pub(super) const PROJECTED: TableDefinition<Id, Id> = TableDefinition::new("projected");
/// Room and what [`cell_key`] says → the cell.
pub(super) const CELLS: TableDefinition<Bytes, Bytes> = TableDefinition::new("cells");
/// What [`listed_key`] says → the row's clock.
pub(super) const DIRECTORY: TableDefinition<Bytes, u64> = TableDefinition::new("directory");
/// What [`index_key`] says → the row's clock and its words.
pub(super) const INDEX: TableDefinition<&'static [u8; 25], Bytes> =
    TableDefinition::new("search_index");
/// User and room.
pub(super) const ROOMS_OF: TableDefinition<Pair, ()> = TableDefinition::new("rooms_of");
/// User and room → revision, seq, ordinal.
pub(super) const MARKS: TableDefinition<Pair, &'static [u8; 24]> = TableDefinition::new("marks");
/// Kind and key → version and value.
pub(super) const RECORDS: TableDefinition<Bytes, Bytes> = TableDefinition::new("records");
/// Space and folded name → the claim.
pub(super) const CLAIMS: TableDefinition<Bytes, Bytes> = TableDefinition::new("claims");

/// Room for the JSON of a message of a usual length.
const JSON_USUAL: usize = 512;

/// An entry as it is stored: [`Entry`]'s own JSON flattens the event, which costs a second pass at each read.
#[derive(Serialize, Deserialize)]
struct Stored<E, D> {
    event: E,
    device: D,
    n: u64,
}

pub(super) fn event_key(room: RoomId, seq: Seq) -> [u8; 24] {
    let mut key = [0; 24];
    key[..16].copy_from_slice(room.0.as_bytes());
    key[16..].copy_from_slice(&seq.0.to_be_bytes());
    key
}

pub(super) fn encode_entry(entry: &Entry) -> Result<Vec<u8>, Fault> {
    to_json(&Stored {
        event: &entry.event,
        device: &entry.device,
        n: entry.n,
    })
}

pub(super) fn decode_entry(bytes: &[u8]) -> Result<Entry, Fault> {
    let Stored { event, device, n } = from_json::<Stored<Event, DeviceId>>("an event", bytes)?;
    Ok(Entry { event, device, n })
}

pub(super) fn encode_head(head: Head) -> [u8; 16] {
    let mut value = [0; 16];
    value[..8].copy_from_slice(&head.seq.0.to_be_bytes());
    value[8..].copy_from_slice(&head.ordinal.0.to_be_bytes());
    value
}

pub(super) fn decode_head(value: &[u8; 16]) -> Head {
    Head {
        seq: Seq(number(&value[..8])),
        ordinal: Ordinal(number(&value[8..])),
    }
}

pub(super) fn pair_key(user: UserId, room: RoomId) -> [u8; 32] {
    let mut key = [0; 32];
    key[..16].copy_from_slice(user.0.as_bytes());
    key[16..].copy_from_slice(room.0.as_bytes());
    key
}

pub(super) fn room_of_pair(key: &[u8; 32]) -> RoomId {
    let mut id = [0; 16];
    id.copy_from_slice(&key[16..]);
    RoomId(Uuid::from_bytes(id))
}

pub(super) fn encode_mark(mark: Mark) -> [u8; 24] {
    let mut value = [0; 24];
    value[..8].copy_from_slice(&mark.revision.to_be_bytes());
    value[8..16].copy_from_slice(&mark.seq.0.to_be_bytes());
    value[16..].copy_from_slice(&mark.ordinal.0.to_be_bytes());
    value
}

pub(super) fn decode_mark(value: &[u8; 24]) -> Mark {
    Mark {
        revision: number(&value[..8]),
        seq: Seq(number(&value[8..16])),
        ordinal: Ordinal(number(&value[16..])),
    }
}

/// Where a room's own cell is.
pub(super) fn room_cell_key(room: RoomId) -> Vec<u8> {
    part(room, 0)
}

/// Where the members' cells begin, or the one of that user.
pub(super) fn member_cell_key(room: RoomId, user: Option<UserId>) -> Vec<u8> {
    let mut key = part(room, 1);
    key.extend(user.iter().flat_map(|user| user.0.as_bytes()));
    key
}

/// Where the members' cells end.
pub(super) fn member_cells_end(room: RoomId) -> Vec<u8> {
    part(room, 2)
}

/// Where a message's cells begin.
pub(super) fn message_cells_key(room: RoomId, target: Seq) -> Vec<u8> {
    let mut key = part(room, 2);
    key.extend(target.0.to_be_bytes());
    key
}

/// Where the messages' cells end.
pub(super) fn message_cells_end(room: RoomId) -> Vec<u8> {
    part(room, 3)
}

/// Where the cells of members' last messages begin, or the one of that user.
pub(super) fn spoke_cell_key(room: RoomId, user: Option<UserId>) -> Vec<u8> {
    let mut key = part(room, 3);
    key.extend(user.iter().flat_map(|user| user.0.as_bytes()));
    key
}

/// Where they end.
pub(super) fn spoke_cells_end(room: RoomId) -> Vec<u8> {
    part(room, 4)
}

/// Where the cells of mentions begin, or the one of that user.
pub(super) fn mentions_cell_key(room: RoomId, user: Option<UserId>) -> Vec<u8> {
    let mut key = part(room, 8);
    key.extend(user.iter().flat_map(|user| user.0.as_bytes()));
    key
}

/// Where they end.
pub(super) fn mentions_cells_end(room: RoomId) -> Vec<u8> {
    part(room, 9)
}

/// Where the edits of a message begin, or the one of that number.
pub(super) fn edit_key(room: RoomId, target: Seq, seq: Seq) -> Vec<u8> {
    let mut key = part(room, 12);
    key.extend(target.0.to_be_bytes());
    key.extend(seq.0.to_be_bytes());
    key
}

/// Where the threads' cells begin, or the one of that root.
pub(super) fn thread_cell_key(room: RoomId, root: Option<Seq>) -> Vec<u8> {
    let mut key = part(room, 13);
    key.extend(root.iter().flat_map(|root| root.0.to_be_bytes()));
    key
}

/// Where they end.
pub(super) fn thread_cells_end(room: RoomId) -> Vec<u8> {
    part(room, 14)
}

/// Where it stands that a message is in a thread.
pub(super) fn in_thread_key(room: RoomId, root: Seq, seq: Seq) -> Vec<u8> {
    let mut key = part(room, 14);
    key.extend(root.0.to_be_bytes());
    key.extend(seq.0.to_be_bytes());
    key
}

fn part(room: RoomId, part: u8) -> Vec<u8> {
    let mut key = room.0.as_bytes().to_vec();
    key.push(part);
    key
}

/// Where a cell is, and its clock.
pub(super) fn cell_key(room: RoomId, cell: &Cell) -> (Vec<u8>, Seq) {
    match cell {
        Cell::Room { seq, .. } => (room_cell_key(room), *seq),
        Cell::Member(member) => (member_cell_key(room, Some(member.user)), member.seq),
        Cell::Spoke(spoke) => (spoke_cell_key(room, Some(spoke.user)), spoke.seq),
        Cell::Mentions(of) => (mentions_cell_key(room, Some(of.user)), of.seq),
        Cell::Thread(thread) => (thread_cell_key(room, Some(thread.root)), thread.seq),
        Cell::InThread(of) => (in_thread_key(room, of.root, of.seq), of.seq),
        Cell::Text(text) => {
            let mut key = message_cells_key(room, text.target);
            key.push(0);
            (key, text.seq)
        }
        Cell::Edit(edit) => (edit_key(room, edit.target, edit.seq), edit.seq),
        Cell::Reaction(reaction) => {
            let mut key = message_cells_key(room, reaction.target);
            key.push(1);
            key.extend(reaction.user.0.as_bytes());
            key.extend(reaction.emoji.as_bytes());
            (key, reaction.seq)
        }
    }
}

/// A cell as it is stored: the clock first, so that a newer write need not read the rest.
pub(super) fn encode_cell(seq: Seq, cell: &Cell) -> Result<Vec<u8>, Fault> {
    let mut value = seq.0.to_be_bytes().to_vec();
    value.extend(to_json(cell)?);
    Ok(value)
}

pub(super) fn cell_clock(value: &[u8]) -> Result<Seq, Fault> {
    Ok(Seq(clocked("a cell", value)?.0))
}

pub(super) fn decode_cell(value: &[u8]) -> Result<Cell, Fault> {
    from_json("a cell", clocked("a cell", value)?.1)
}

/// Where a row of the directory is: no text has a zero in it, so that they are in the order of texts, then of rooms (of
/// people's, of users).
pub(super) fn listed_key(shelf: Shelf, text: &str, id: Uuid) -> Vec<u8> {
    let mut key = listed_keys(shelf, text).0;
    key.push(0);
    key.extend(id.as_bytes());
    key
}

/// Where those begin, and end, whose text begins so.
pub(super) fn listed_keys(shelf: Shelf, begin: &str) -> (Vec<u8>, Vec<u8>) {
    let shelf = match shelf {
        Shelf::Name => 0,
        Shelf::Word => 1,
        Shelf::Person => 2,
    };
    let from = prefixed(shelf, begin);
    let mut end = from.clone();
    // No byte of a text is as high.
    end.push(0xFF);
    (from, end)
}

/// The text and the id of a row of the directory.
pub(super) fn listed_row(key: &[u8]) -> Result<(String, Uuid), Fault> {
    let unreadable = || Fault::unreadable("a row of the directory", "it is too short");
    let (rest, id) = key.split_last_chunk::<16>().ok_or_else(unreadable)?;
    let text_bytes = rest.get(1..rest.len().saturating_sub(1));
    let text = text("a row of the directory", text_bytes.ok_or_else(unreadable)?)?;
    Ok((text, Uuid::from_bytes(*id)))
}

/// Where a row of the index of messages is: those of one shard beside each other, by their segments.
pub(super) fn index_key(room: RoomId, shard: u8, segment: u64) -> [u8; 25] {
    let mut key = [shard; 25];
    key[..16].copy_from_slice(room.0.as_bytes());
    key[17..].copy_from_slice(&segment.to_be_bytes());
    key
}

pub(super) fn segment_of_key(key: &[u8; 25]) -> u64 {
    number(&key[17..])
}

/// As cells are, the clock first.
pub(super) fn encode_index(clock: Seq, words: &[u8]) -> Vec<u8> {
    [&clock.0.to_be_bytes(), words].concat()
}

pub(super) fn decode_index(value: &[u8]) -> Result<Vec<u8>, Fault> {
    Ok(clocked("a row of the index", value)?.1.to_vec())
}

/// Where a record is; with an empty key, where its kind begins.
pub(super) fn record_key(kind: RecordKind, key: &str) -> Vec<u8> {
    let kind = match kind {
        RecordKind::Account => 1,
        RecordKind::Session => 2,
        RecordKind::Setting => 3,
        RecordKind::Logins => 4,
        RecordKind::Own => 10,
        RecordKind::RoomInvitation => 11,
        RecordKind::RoomInvitations => 12,
        RecordKind::File => 15,
        RecordKind::FileLedger => 16,
        RecordKind::Due => 22,
        RecordKind::Push => 23,
        RecordKind::PushUsers => 24,
        RecordKind::Pushed => 25,
        RecordKind::Requests => 26,
        RecordKind::WebhookIn => 18,
        RecordKind::RoomWebhooks => 19,
        RecordKind::WebhookOut => 20,
    };
    prefixed(kind, key)
}

/// Where the records of a kind end.
pub(super) fn records_end(kind: RecordKind) -> Vec<u8> {
    let mut key = record_key(kind, "");
    key[0] += 1;
    key
}

/// The key by which the caller knows it.
pub(super) fn key_of_record(key: &[u8]) -> Result<String, Fault> {
    text("a record's key", key.get(1..).unwrap_or_default())
}

pub(super) fn encode_record(record: &Record) -> Vec<u8> {
    let mut value = record.version.0.to_be_bytes().to_vec();
    value.extend(record.value.as_bytes());
    value
}

pub(super) fn decode_record(value: &[u8]) -> Result<Record, Fault> {
    let (version, rest) = clocked("a record", value)?;
    Ok(Record {
        version: Version(version),
        value: text("a record", rest)?,
    })
}

pub(super) fn claim_key(space: ClaimSpace, folded: &str) -> Vec<u8> {
    let space = match space {
        ClaimSpace::User => 1,
        ClaimSpace::Room => 2,
        ClaimSpace::Look => 3,
    };
    prefixed(space, folded)
}

/// Where the claims of a space end.
pub(super) fn claims_end(space: ClaimSpace) -> Vec<u8> {
    let mut key = claim_key(space, "");
    key[0] += 1;
    key
}

/// The folded name of a claim.
pub(super) fn folded_of_claim(key: &[u8]) -> Result<String, Fault> {
    text("a claim's key", key.get(1..).unwrap_or_default())
}

pub(super) fn encode_claim(claim: &Claim) -> Vec<u8> {
    let mut value = vec![u8::from(claim.confirmed)];
    value.extend(claim.id.as_bytes());
    value.extend(claim.name.as_bytes());
    value
}

pub(super) fn decode_claim(value: &[u8]) -> Result<Claim, Fault> {
    let (Some((confirmed, rest)), Some(id)) = (value.split_first(), value.get(1..17)) else {
        return Err(Fault::unreadable("a claim", "it is too short"));
    };
    Ok(Claim {
        id: Uuid::from_slice(id).map_err(|e| Fault::unreadable("a claim", e))?,
        name: text("a claim", &rest[16..])?,
        confirmed: *confirmed == 1,
    })
}

fn prefixed(first: u8, rest: &str) -> Vec<u8> {
    let mut key = vec![first];
    key.extend(rest.as_bytes());
    key
}

fn clocked<'v>(what: &'static str, value: &'v [u8]) -> Result<(u64, &'v [u8]), Fault> {
    let Some((clock, rest)) = value.split_at_checked(8) else {
        return Err(Fault::unreadable(what, "it is too short"));
    };
    Ok((number(clock), rest))
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |n, byte| n << 8 | u64::from(*byte))
}

fn text(what: &'static str, bytes: &[u8]) -> Result<String, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|e| Fault::unreadable(what, e))?;
    Ok(text.to_owned())
}

fn to_json(value: &impl Serialize) -> Result<Vec<u8>, Fault> {
    // Grown once or not at all for a message of a usual length.
    let mut json = Vec::with_capacity(JSON_USUAL);
    let written = serde_json::to_writer(&mut json, value);
    written
        .map(|()| json)
        .map_err(|e| Fault::unreadable("what was to be written", e))
}

fn from_json<'v, T: Deserialize<'v>>(what: &'static str, bytes: &'v [u8]) -> Result<T, Fault> {
    serde_json::from_slice(bytes).map_err(|e| Fault::unreadable(what, e))
}
