//! CQL as far as a proxy must understand it: where a frame ends, and which frames belong to the append of a room's log.
//! Protocol 4, without compression, as the servers speak it.

use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::io::{AsyncRead, AsyncReadExt};

/// Before a frame's body: version, flags, stream (two bytes), opcode, length of the body (four).
const HEAD_BYTES: usize = 9;
/// Longer is no frame.
const BODY_BYTES_MAX: usize = 64 << 20;

const RESULT: u8 = 0x08;
const PREPARE: u8 = 0x09;
const EXECUTE: u8 = 0x0a;
const EVENT: u8 = 0x0c;
const BATCH: u8 = 0x0d;
/// The kind of result that answers a `PREPARE`.
const PREPARED: [u8; 4] = [0, 0, 0, 4];
/// How a row ends that has but one column, true: one row, of one byte, 1.
const APPLIED: [u8; 9] = [0, 0, 0, 1, 0, 0, 0, 1, 1];
/// What only statements that append to a log have in them.
const APPENDS: &[u8] = b"IF head";
/// And of these only the one that begins a bucket.
const BEGINS: &[u8] = b"IF head = null";
/// Which of its values says which bucket.
const BUCKET_VALUE: usize = 3;

/// A frame, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame(pub(super) Vec<u8>);

impl Frame {
    /// The next; `None` at the end.
    pub(super) async fn read(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Self>> {
        let mut bytes = vec![0; HEAD_BYTES];
        match from.read_exact(&mut bytes).await {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            read => read?,
        };
        let length = [bytes[5], bytes[6], bytes[7], bytes[8]];
        let length = u32::from_be_bytes(length) as usize;
        if length > BODY_BYTES_MAX {
            return Err(io::Error::other("this is no CQL"));
        }
        bytes.resize(HEAD_BYTES + length, 0);
        from.read_exact(&mut bytes[HEAD_BYTES..]).await?;
        Ok(Some(Self(bytes)))
    }

    /// Which question it is, or of which the answer.
    pub(super) fn stream(&self) -> i16 {
        i16::from_be_bytes([self.0[2], self.0[3]])
    }

    fn opcode(&self) -> u8 {
        self.0[4]
    }

    fn body(&self) -> &[u8] {
        &self.0[HEAD_BYTES..]
    }

    fn has(&self, part: &[u8]) -> bool {
        self.body().windows(part.len()).any(|bytes| bytes == part)
    }

    /// Puts the addresses by which a server knows the nodes (127.0.N.) where a node names them (127.0.0.): in rows, where
    /// an address has its length before it in four bytes, and in events, where in one.
    pub(super) fn rename(&mut self, number: u8) {
        let before: &[u8] = match self.opcode() {
            RESULT => &[0, 0, 0, 4, 127, 0, 0],
            EVENT => &[4, 127, 0, 0],
            _ => return,
        };
        let mut at = HEAD_BYTES;
        while let Some(found) = self.0[at..]
            .windows(before.len())
            .position(|part| part == before)
        {
            at += found + before.len();
            if let Some(1..=3) = self.0.get(at) {
                self.0[at - 1] = number;
            }
        }
    }

    /// Whether it answers that a condition held.
    pub(super) fn is_applied(&self) -> bool {
        self.opcode() == RESULT && self.has(b"[applied]") && self.body().ends_with(&APPLIED)
    }
}

/// What an append does to its bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Append {
    /// It begins one after the first.
    Beginning,
    Further,
}

/// The statements that append, by the ids that the nodes gave them, and whether they begin a bucket. Shared by all
/// connections: an id is the same at every node.
#[derive(Debug, Clone, Default)]
pub(super) struct Appends(Arc<Mutex<HashMap<Vec<u8>, bool>>>);

impl Appends {
    fn add(&self, id: &[u8], begins: bool) {
        let mut ids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ids.insert(id.to_vec(), begins);
    }

    fn find(&self, frame: &Frame) -> Option<Append> {
        let ids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (id, begins) = ids.iter().find(|(id, _)| frame.has(id))?;
        Some(
            match *begins && bucket_of(frame.body(), id).is_some_and(|bucket| bucket > 0) {
                true => Append::Beginning,
                false => Append::Further,
            },
        )
    }
}

/// The bucket among the values of that statement.
fn bucket_of(body: &[u8], id: &[u8]) -> Option<u64> {
    let at = body.windows(id.len()).position(|part| part == id)?;
    // The count of the values, then each with its length. (Alone, a consistency and flags come first: it never is.)
    let mut rest = body.get(at + id.len() + 2..)?;
    for value in 0..=BUCKET_VALUE {
        let (length, more) = rest.split_first_chunk::<4>()?;
        let bytes = more.get(..usize::try_from(i32::from_be_bytes(*length)).ok()?)?;
        if value == BUCKET_VALUE {
            return Some(
                bytes
                    .iter()
                    .fold(0, |number, byte| number << 8 | u64::from(*byte)),
            );
        }
        rest = &more[bytes.len()..];
    }
    None
}

/// What one connection has asked for.
#[derive(Debug)]
pub(super) struct Talk {
    appends: Appends,
    /// Statements that append and are being prepared, by stream, and whether they begin a bucket.
    preparing: HashMap<i16, bool>,
}

impl Talk {
    pub(super) fn new(appends: Appends) -> Self {
        Self {
            appends,
            preparing: HashMap::new(),
        }
    }

    /// Takes note of a question. What it appends to a room's log.
    pub(super) fn asked(&mut self, frame: &Frame) -> Option<Append> {
        match frame.opcode() {
            PREPARE if frame.has(APPENDS) => {
                self.preparing.insert(frame.stream(), frame.has(BEGINS));
                None
            }
            EXECUTE | BATCH => self.appends.find(frame),
            _ => None,
        }
    }

    /// Takes note of an answer.
    pub(super) fn answered(&mut self, frame: &Frame) {
        let Some(begins) = self.preparing.remove(&frame.stream()) else {
            return;
        };
        let rest = match frame.opcode() {
            RESULT => frame.body().strip_prefix(&PREPARED),
            _ => None,
        };
        if let Some([high, low, rest @ ..]) = rest {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            if let Some(id) = rest.get(..length).filter(|id| !id.is_empty()) {
                self.appends.add(id, begins);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(stream: i16, opcode: u8, body: &[u8]) -> Frame {
        let mut bytes = vec![4, 0];
        bytes.extend(stream.to_be_bytes());
        bytes.push(opcode);
        bytes.extend((body.len() as u32).to_be_bytes());
        bytes.extend(body);
        Frame(bytes)
    }

    #[tokio::test]
    async fn frames_are_told_apart_and_a_cut_one_is_an_error() {
        let (one, other) = (frame(1, PREPARE, b"SELECT"), frame(-2, RESULT, b""));
        let mut bytes: Vec<u8> = [&one.0[..], &other.0[..]].concat();
        let mut from = &bytes[..];
        assert_eq!(Frame::read(&mut from).await.unwrap(), Some(one));
        assert_eq!(Frame::read(&mut from).await.unwrap(), Some(other));
        assert_eq!(Frame::read(&mut from).await.unwrap(), None);
        bytes.truncate(12);
        assert!(Frame::read(&mut &bytes[..]).await.is_err());
    }

    fn values(id: &[u8], bucket: u64) -> Vec<u8> {
        let mut bytes = [b"\0\0\x02\x01\0\x04", id, b"\0\x04"].concat();
        for value in [&[0u8; 8][..], &[1; 8], &[7; 16], &bucket.to_be_bytes()] {
            bytes.extend((value.len() as u32).to_be_bytes());
            bytes.extend(value);
        }
        bytes
    }

    #[test]
    fn an_append_is_known_at_every_connection_once_one_has_prepared_it() {
        let appends = Appends::default();
        let mut one = Talk::new(appends.clone());
        let begin = b"UPDATE events SET head = ? IF head = null AND head_ordinal = null";
        let further = b"UPDATE events SET head = ? IF head = ? AND head_ordinal = ?";
        assert_eq!(one.asked(&frame(5, PREPARE, further)), None);
        assert_eq!(
            one.asked(&frame(6, PREPARE, b"SELECT head FROM events")),
            None
        );
        assert_eq!(one.asked(&frame(7, PREPARE, begin)), None);
        one.answered(&frame(6, RESULT, b"\0\0\0\x04\0\x04readmore"));
        one.answered(&frame(5, RESULT, b"\0\0\0\x04\0\x04abcdmore"));
        one.answered(&frame(7, RESULT, b"\0\0\0\x04\0\x04newbmore"));
        let mut other = Talk::new(appends);
        let asked = |talk: &mut Talk, id, bucket| talk.asked(&frame(1, BATCH, &values(id, bucket)));
        assert_eq!(asked(&mut other, b"abcd", 3), Some(Append::Further));
        assert_eq!(asked(&mut other, b"newb", 3), Some(Append::Beginning));
        // A room's very first bucket is no roll-over.
        assert_eq!(asked(&mut other, b"newb", 0), Some(Append::Further));
        assert_eq!(asked(&mut other, b"read", 3), None);
    }

    #[test]
    fn addresses_are_renamed_in_rows_and_events_only() {
        let row = |n: u8| {
            frame(
                1,
                RESULT,
                &[9, 0, 0, 0, 4, 127, 0, n, 2, 0, 0, 0, 4, 127, 0, 0, 9],
            )
        };
        let mut rows = row(0);
        rows.rename(5);
        assert_eq!(rows, row(5));
        let event = |n: u8| {
            frame(
                -1,
                EVENT,
                &[0, 2, b'U', b'P', 4, 127, 0, n, 3, 0, 0, 0x23, 0x52],
            )
        };
        let mut events = event(0);
        events.rename(6);
        assert_eq!(events, event(6));
        let mut asked = frame(1, EXECUTE, &[0, 0, 0, 4, 127, 0, 0, 1]);
        asked.rename(6);
        assert_eq!(asked, frame(1, EXECUTE, &[0, 0, 0, 4, 127, 0, 0, 1]));
    }

    #[test]
    fn only_a_condition_that_held_was_applied() {
        let held = b"\0\0\0\x02[applied]\0\x04\0\0\0\x01\0\0\0\x01\x01";
        assert!(frame(1, RESULT, held).is_applied());
        let not = b"\0\0\0\x02[applied]head\0\0\0\x01\0\0\0\x01\0\0\0\0\x08\0\0\0\0\0\0\0\x07";
        assert!(!frame(1, RESULT, not).is_applied());
    }
}
