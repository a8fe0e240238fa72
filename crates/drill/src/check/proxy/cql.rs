//! CQL as far as a proxy must understand it: where a frame ends, and which frames belong to the append of a room's log.
//! Protocol 4, without compression, as the servers speak it.

use std::{
    collections::{HashMap, HashSet},
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
const BATCH: u8 = 0x0d;
/// The kind of result that answers a `PREPARE`.
const PREPARED: [u8; 4] = [0, 0, 0, 4];
/// How a row ends that has but one column, true: one row, of one byte, 1.
const APPLIED: [u8; 9] = [0, 0, 0, 1, 0, 0, 0, 1, 1];
/// What only statements that append to a log have in them.
const APPENDS: &[u8] = b"IF head";

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

    /// Whether it answers that a condition held.
    pub(super) fn is_applied(&self) -> bool {
        self.opcode() == RESULT && self.has(b"[applied]") && self.body().ends_with(&APPLIED)
    }
}

/// The statements that append, by the ids that the nodes gave them. Shared by all connections: an id is the same at every
/// node.
#[derive(Debug, Clone, Default)]
pub(super) struct Appends(Arc<Mutex<HashSet<Vec<u8>>>>);

impl Appends {
    fn add(&self, id: &[u8]) {
        let mut ids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ids.insert(id.to_vec());
    }

    fn are_in(&self, frame: &Frame) -> bool {
        let ids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ids.iter().any(|id| frame.has(id))
    }
}

/// What one connection has asked for.
#[derive(Debug)]
pub(super) struct Talk {
    appends: Appends,
    /// Statements that append and are being prepared, by stream.
    preparing: HashMap<i16, ()>,
}

impl Talk {
    pub(super) fn new(appends: Appends) -> Self {
        Self {
            appends,
            preparing: HashMap::new(),
        }
    }

    /// Takes note of a question. Whether it appends to a room's log.
    pub(super) fn asked(&mut self, frame: &Frame) -> bool {
        match frame.opcode() {
            PREPARE if frame.has(APPENDS) => {
                self.preparing.insert(frame.stream(), ());
                false
            }
            EXECUTE | BATCH => self.appends.are_in(frame),
            _ => false,
        }
    }

    /// Takes note of an answer.
    pub(super) fn answered(&mut self, frame: &Frame) {
        if self.preparing.remove(&frame.stream()).is_none() || frame.opcode() != RESULT {
            return;
        }
        let Some(rest) = frame.body().strip_prefix(&PREPARED) else {
            return;
        };
        if let [high, low, rest @ ..] = rest {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            if let Some(id) = rest.get(..length).filter(|id| !id.is_empty()) {
                self.appends.add(id);
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

    #[test]
    fn an_append_is_known_at_every_connection_once_one_has_prepared_it() {
        let appends = Appends::default();
        let mut one = Talk::new(appends.clone());
        assert!(!one.asked(&frame(
            5,
            PREPARE,
            b"UPDATE events SET head = ? IF head = ?"
        )));
        assert!(!one.asked(&frame(6, PREPARE, b"SELECT head FROM events")));
        one.answered(&frame(6, RESULT, b"\0\0\0\x04\0\x04readmore"));
        one.answered(&frame(5, RESULT, b"\0\0\0\x04\0\x04abcdmore"));
        let mut other = Talk::new(appends);
        assert!(other.asked(&frame(1, BATCH, b"..abcd..")));
        assert!(!other.asked(&frame(1, EXECUTE, b"..read..")));
    }

    #[test]
    fn only_a_condition_that_held_was_applied() {
        let held = b"\0\0\0\x02[applied]\0\x04\0\0\0\x01\0\0\0\x01\x01";
        assert!(frame(1, RESULT, held).is_applied());
        let not = b"\0\0\0\x02[applied]head\0\0\0\x01\0\0\0\x01\0\0\0\0\x08\0\0\0\0\0\0\0\x07";
        assert!(!frame(1, RESULT, not).is_applied());
    }
}
