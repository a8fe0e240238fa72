//! The flight recorder: what this node did with each message lately, in bounded memory, for operators. Metadata only:
//! numbers, ids, names of nodes; never a body.
//!
//! It promises that a record costs one short lock of one of many rings, and that a delivery to any number of sessions
//! costs one record: the list of readers is the one that the room has anyway. The oldest give way: lists of readers
//! first, of which their number stays, then records; whoever asks is told how far back the memory goes.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Mutex,
};

use hearth_protocol::{ErrorCode, RoomId, SendId, Seq, UserId};
use serde::Serialize;

use super::{Node, lock};
use crate::{
    port::NodeName,
    room::{Audience, ReaderId},
};

/// Rings, each for a share of the rooms: rooms' tasks seldom meet at one.
const RINGS: usize = 16;
/// Records in one ring; the oldest gives way.
const RECORDS_MAX: usize = 4_096;
/// Bytes of readers' lists that one ring keeps alive; of the oldest only their number stays.
const LISTS_BYTES_MAX: usize = 128 * 1024;
/// Readers that have gone, remembered by one ring.
const GONE_MAX: usize = 1_024;
/// Sessions named in one step of an answer.
const SESSIONS_MAX: usize = 200;
/// Steps in one answer.
const STEPS_MAX: usize = 1_000;

/// What happened.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// A client's send came in.
    Received { by: UserId },
    /// It was handed to the node that writes the room.
    Forwarded { to: NodeName },
    /// Another node handed it to this one.
    TakenIn { from: NodeName },
    /// The store was asked to append.
    Appending,
    /// The store has it.
    Appended,
    /// It was handed to the bus.
    Published,
    /// The bus had no place for it.
    Unpublished,
    /// It came over the bus.
    Heard,
    /// It was read from the store, since no hint had come.
    Repaired,
    /// It was handed to the sockets of these sessions.
    Delivered { to: Audience },
    /// The same, where the list of them has given way.
    DeliveredTo { sessions: usize },
    /// The sender was told its number.
    Acknowledged,
    /// The sender was told why not.
    Refused { code: ErrorCode },
    /// The user's read mark has come to it or beyond.
    Read { by: UserId },
}

#[derive(Debug, Clone)]
struct Record {
    at_ms: u64,
    room: RoomId,
    /// 0 while it has no number.
    from: u64,
    to: u64,
    /// The key of the send's id; 0 for runs.
    key: u64,
    step: Step,
}

/// Whose a reader is.
#[derive(Debug, Clone, Copy, Serialize, PartialEq, Eq)]
pub struct Whose {
    /// The session's number on this node.
    pub session: u64,
    /// The user.
    pub user: UserId,
}

#[derive(Debug, Default)]
struct Ring {
    records: VecDeque<Record>,
    /// Records at the front whose lists have given way.
    unlisted: usize,
    /// Lists of readers by their address, with the number of records that hold each.
    lists: BTreeMap<usize, usize>,
    lists_bytes: usize,
    readers: BTreeMap<ReaderId, Whose>,
    gone: VecDeque<ReaderId>,
    /// The time of the youngest record that gave way.
    lost_ms: Option<u64>,
}

fn list_of(record: &Record) -> Option<(usize, usize)> {
    match &record.step {
        Step::Delivered {
            to: Audience::Live(list),
        } => Some((list.as_ptr().addr(), std::mem::size_of_val(&**list))),
        _ => None,
    }
}

impl Ring {
    fn add(&mut self, record: Record) {
        if let Some((address, bytes)) = list_of(&record) {
            let holders = self.lists.entry(address).or_default();
            *holders += 1;
            self.lists_bytes += if *holders == 1 { bytes } else { 0 };
        }
        self.records.push_back(record);
        while self.lists_bytes > LISTS_BYTES_MAX && self.unlisted < self.records.len() {
            self.unlist(self.unlisted);
            self.unlisted += 1;
        }
        if self.records.len() > RECORDS_MAX {
            self.unlist(0);
            self.unlisted = self.unlisted.saturating_sub(1);
            if let Some(oldest) = self.records.pop_front() {
                self.lost_ms = self.lost_ms.max(Some(oldest.at_ms));
            }
        }
    }

    /// Leaves a record its number of readers, and gives up the list.
    fn unlist(&mut self, at: usize) {
        let Some(record) = self.records.get_mut(at) else {
            return;
        };
        let (Some((address, bytes)), Step::Delivered { to }) = (list_of(record), &record.step)
        else {
            return;
        };
        let sessions = to.readers().len();
        record.step = Step::DeliveredTo { sessions };
        if let Some(holders) = self.lists.get_mut(&address) {
            *holders -= 1;
            if *holders == 0 {
                self.lists.remove(&address);
                self.lists_bytes -= bytes;
            }
        }
    }

    /// Whose those readers are, as far as it is known and fits, and how many more there are.
    fn whose(&self, to: &Audience) -> (Vec<Whose>, usize) {
        let readers = to.readers();
        let known = readers.iter().filter_map(|reader| self.readers.get(reader));
        let sessions: Vec<Whose> = known.take(SESSIONS_MAX).copied().collect();
        let more = readers.len() - sessions.len();
        (sessions, more)
    }

    fn detach(&mut self, reader: ReaderId) {
        if !self.readers.contains_key(&reader) {
            return;
        }
        self.gone.push_back(reader);
        if self.gone.len() > GONE_MAX
            && let Some(forgotten) = self.gone.pop_front()
        {
            self.readers.remove(&forgotten);
        }
    }
}

/// All rings.
#[derive(Debug)]
pub(super) struct Recorder {
    rings: Vec<Mutex<Ring>>,
    /// When the memory began.
    began_ms: u64,
}

impl Recorder {
    pub(super) fn new(now_ms: u64) -> Self {
        Self {
            rings: (0..RINGS).map(|_| Mutex::default()).collect(),
            began_ms: now_ms,
        }
    }

    fn ring(&self, room: RoomId) -> &Mutex<Ring> {
        // Ids are random, or hashes, in their last bytes.
        let last = usize::from(room.0.as_bytes()[15]);
        &self.rings[last % RINGS]
    }

    /// A step of one send, with its number if it has one.
    pub(super) fn send(&self, now_ms: u64, room: RoomId, id: &SendId, seq: Seq, step: Step) {
        self.add(now_ms, room, seq, seq, key_of(id.as_str()), step);
    }

    /// A step of a run of events.
    pub(super) fn run(&self, now_ms: u64, room: RoomId, from: Seq, to: Seq, step: Step) {
        self.add(now_ms, room, from, to, 0, step);
    }

    fn add(&self, at_ms: u64, room: RoomId, from: Seq, to: Seq, key: u64, step: Step) {
        lock(self.ring(room)).add(Record {
            at_ms,
            room,
            from: from.0,
            to: to.0,
            key,
            step,
        });
    }

    /// A session reads the room.
    pub(super) fn attach(&self, room: RoomId, reader: ReaderId, whose: Whose) {
        lock(self.ring(room)).readers.insert(reader, whose);
    }

    /// It does no longer.
    pub(super) fn detach(&self, room: RoomId, reader: ReaderId) {
        lock(self.ring(room)).detach(reader);
    }
}

/// The key of an id: one word in place of a text of up to 64 bytes. Not secret, and not unique: two ids that share one
/// would be shown together.
pub fn key_of(id: &str) -> u64 {
    let hash = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash.max(1)
}

/// What to look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sought {
    /// The key of its id ([`key_of`]), if it is known.
    pub key: Option<u64>,
    /// Its place, if it is known.
    pub place: Option<(RoomId, Seq)>,
}

/// What a node knows of a message.
#[derive(Debug, Serialize)]
pub struct Flight {
    /// The node.
    pub node: NodeName,
    /// How far back its memory goes, in milliseconds; for a place, that of the room's ring.
    pub memory_ms: u64,
    /// What happened, oldest first.
    pub steps: Vec<FlightStep>,
    /// Whether there were more than fit.
    pub more: bool,
}

/// One step.
#[derive(Debug, Serialize)]
pub struct FlightStep {
    /// How long ago, in milliseconds.
    pub ago_ms: u64,
    /// What.
    pub step: &'static str,
    /// The room.
    pub room: RoomId,
    /// The numbers of the run; 0 where there is none yet.
    pub from: u64,
    /// Its last.
    pub to: u64,
    /// The key of the id in hexadecimal, where the step is one send's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The other node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<NodeName>,
    /// The user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<ErrorCode>,
    /// To whose sessions it was handed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sessions: Vec<Whose>,
    /// How many sessions more, beyond the bound of an answer or forgotten since they have gone.
    #[serde(skip_serializing_if = "is_zero")]
    pub sessions_more: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's form")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl Node {
    /// What this node knows of a message's way. It looks through its whole memory: for operators, not for every day.
    pub fn flight(&self, sought: Sought) -> Flight {
        let now_ms = self.now_ms();
        let recorder = &self.0.flight;
        let rings: Vec<&Mutex<Ring>> = match sought.place {
            Some((room, _)) => vec![recorder.ring(room)],
            None => recorder.rings.iter().collect(),
        };
        let mut steps = Vec::new();
        let mut lost_ms = None;
        for ring in rings {
            // What is told takes its time, and the rooms of the ring must not wait for it.
            let records = {
                let ring = lock(ring);
                lost_ms = lost_ms.max(ring.lost_ms);
                found(&ring, sought)
            };
            let told = records.iter().map(|record| step_of(ring, record, now_ms));
            steps.extend(told);
        }
        steps.sort_by_key(|step: &FlightStep| std::cmp::Reverse(step.ago_ms));
        let more = steps.len() > STEPS_MAX;
        steps.truncate(STEPS_MAX);
        Flight {
            node: self.name().clone(),
            memory_ms: now_ms.saturating_sub(lost_ms.unwrap_or(recorder.began_ms)),
            steps,
            more,
        }
    }
}

/// The ring's records of what is sought.
fn found(ring: &Ring, sought: Sought) -> Vec<Record> {
    let mut records = Vec::new();
    let mut read: Vec<UserId> = Vec::new();
    for record in &ring.records {
        // Ids are the clients' own: another room of this ring may have the same.
        let is_elsewhere = sought.place.is_some_and(|(room, _)| record.room != room);
        let is_send = record.key != 0 && sought.key == Some(record.key) && !is_elsewhere;
        let in_run = sought.place.is_some_and(|(room, seq)| {
            record.room == room
                && match record.step {
                    Step::Read { .. } => record.to >= seq.0,
                    _ => record.from <= seq.0 && seq.0 <= record.to,
                }
        });
        if !is_send && !in_run {
            continue;
        }
        if let Step::Read { by } = record.step {
            // Later marks of the same user say nothing more.
            if read.contains(&by) {
                continue;
            }
            read.push(by);
        }
        records.push(record.clone());
    }
    records
}

fn step_of(ring: &Mutex<Ring>, record: &Record, now_ms: u64) -> FlightStep {
    let mut step = FlightStep {
        ago_ms: now_ms.saturating_sub(record.at_ms),
        step: "",
        room: record.room,
        from: record.from,
        to: record.to,
        key: (record.key != 0).then(|| format!("{:016x}", record.key)),
        node: None,
        user: None,
        code: None,
        sessions: Vec::new(),
        sessions_more: 0,
    };
    step.step = match &record.step {
        Step::Received { by } => {
            step.user = Some(*by);
            "received"
        }
        Step::Forwarded { to } => {
            step.node = Some(to.clone());
            "forwarded"
        }
        Step::TakenIn { from } => {
            step.node = Some(from.clone());
            "taken in"
        }
        Step::Appending => "appending",
        Step::Appended => "appended",
        Step::Published => "published",
        Step::Unpublished => "not published",
        Step::Heard => "heard",
        Step::Repaired => "read from the store",
        Step::Delivered { to } => {
            (step.sessions, step.sessions_more) = lock(ring).whose(to);
            "delivered"
        }
        Step::DeliveredTo { sessions } => {
            step.sessions_more = *sessions;
            "delivered"
        }
        Step::Acknowledged => "acknowledged",
        Step::Refused { code } => {
            step.code = Some(*code);
            "refused"
        }
        Step::Read { by } => {
            step.user = Some(*by);
            "read"
        }
    };
    step
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use uuid::Uuid;

    use super::*;

    const ROOM: RoomId = RoomId(Uuid::from_u128(1));

    fn delivered(list: &Arc<[ReaderId]>) -> Step {
        Step::Delivered {
            to: Audience::Live(list.clone()),
        }
    }

    fn list(readers: u64) -> Arc<[ReaderId]> {
        (0..readers).map(ReaderId).collect()
    }

    #[test]
    fn the_memory_is_bounded_and_says_how_far_it_goes_back() {
        let recorder = Recorder::new(0);
        for at in 0..3 * RECORDS_MAX as u64 {
            recorder.run(at, ROOM, Seq(at), Seq(at), Step::Heard);
        }
        let ring = lock(recorder.ring(ROOM));
        assert_eq!(ring.records.len(), RECORDS_MAX);
        assert_eq!(ring.lost_ms, Some(2 * RECORDS_MAX as u64 - 1));
        assert!(
            RINGS * (RECORDS_MAX * size_of::<Record>() + LISTS_BYTES_MAX) < 9 * 1024 * 1024,
            "a record has {} bytes",
            size_of::<Record>()
        );
    }

    #[test]
    fn a_shared_list_counts_once_and_of_long_ones_the_oldest_become_numbers() {
        let recorder = Recorder::new(0);
        let one = list(1_000);
        for at in 1..=100 {
            recorder.run(at, ROOM, Seq(at), Seq(at), delivered(&one));
        }
        assert_eq!(lock(recorder.ring(ROOM)).lists_bytes, 8_000);
        for at in 101..=150 {
            recorder.run(at, ROOM, Seq(at), Seq(at), delivered(&list(1_000)));
        }
        let ring = lock(recorder.ring(ROOM));
        assert!(ring.lists_bytes <= LISTS_BYTES_MAX);
        assert_eq!(ring.lists.len(), LISTS_BYTES_MAX / 8_000);
        assert_eq!(ring.records.len(), 150, "no record is lost for it");
        drop(ring);
        recorder.run(151, ROOM, Seq(151), Seq(151), delivered(&list(1_000_000)));
        let ring = lock(recorder.ring(ROOM));
        assert_eq!((ring.lists.len(), ring.lists_bytes), (0, 0));
        let told = ring.records.iter().map(|record| match record.step {
            Step::DeliveredTo { sessions } => sessions,
            _ => 0,
        });
        let expected = std::iter::repeat_n(1_000, 150).chain([1_000_000]);
        assert!(told.eq(expected), "how many they were is known");
    }

    #[test]
    fn lists_and_records_give_way_together_and_nothing_is_counted_twice() {
        let recorder = Recorder::new(0);
        for at in 0..3 * RECORDS_MAX as u64 {
            recorder.run(at, ROOM, Seq(at), Seq(at), delivered(&list(at % 500)));
            let ring = lock(recorder.ring(ROOM));
            assert!(ring.records.len() <= RECORDS_MAX && ring.lists_bytes <= LISTS_BYTES_MAX);
        }
        let ring = lock(recorder.ring(ROOM));
        let lists = ring.records.iter().filter_map(list_of);
        assert_eq!(
            lists.map(|(_, bytes)| bytes).sum::<usize>(),
            ring.lists_bytes
        );
    }

    #[test]
    fn the_same_id_in_another_room_of_the_ring_is_another_message() {
        let recorder = Recorder::new(0);
        let other = RoomId(Uuid::from_u128(1 << 64 | 1));
        let id = SendId::new("m1").unwrap();
        recorder.send(5, other, &id, Seq(0), Step::Appending);
        let ring = lock(recorder.ring(ROOM));
        assert_eq!(ring.records.len(), 1, "both rooms share it");
        let steps_of = |place| {
            let key = Some(key_of("m1"));
            found(&ring, Sought { key, place }).len()
        };
        assert_eq!(steps_of(None), 1);
        assert_eq!(steps_of(Some((other, Seq(3)))), 1);
        assert_eq!(steps_of(Some((ROOM, Seq(3)))), 0);
    }

    #[test]
    fn whose_a_reader_was_is_known_for_a_while_after_it_has_gone() {
        let recorder = Recorder::new(0);
        let whose = Whose {
            session: 7,
            user: UserId(Uuid::from_u128(9)),
        };
        for reader in 0..2 * GONE_MAX as u64 {
            recorder.attach(ROOM, ReaderId(reader), whose);
            recorder.detach(ROOM, ReaderId(reader));
            recorder.detach(ROOM, ReaderId(reader + 1));
        }
        let ring = lock(recorder.ring(ROOM));
        assert_eq!(ring.readers.len(), GONE_MAX);
        assert_eq!(ring.gone.len(), GONE_MAX);
    }
}
