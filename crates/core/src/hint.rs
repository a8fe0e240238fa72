//! What nodes say to each other over the bus: payloads with a header that is read without decoding the rest.
//!
//! Layout: version (1 byte), kind (1 byte), subject (16 bytes: the room or user it is about, zero for none), then
//! JSON. A payload of another version, kind or shape is dropped: hints may be lost, and a reader of the log is
//! repaired from the store.

use bytes::{BufMut, Bytes, BytesMut};
use hearth_protocol::{Own, ProfileVersion, RoomId, Seq, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    log::Entry,
    overview::Report,
    port::{Mark, NodeName, PAYLOAD_BYTES_MAX, Topic},
    refusal::Refusal,
    room::{Send, Ticket},
};

/// Nodes of another version do not understand each other's hints; they still share the log.
const VERSION: u8 = 1;
const HEADER_BYTES: usize = 18;

/// A hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// News of a room.
    Room(RoomId, RoomHint),
    /// News for a user's sessions.
    User(UserId, UserHint),
    /// For one node.
    Node(NodeHint),
    /// A node lives.
    Beat(Beat),
}

/// News of a room, on its topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RoomHint {
    /// A dense, ascending run of confirmed entries.
    Run(Vec<Entry>),
    /// The log has at least this: read it. Stands for a run that is larger than a payload.
    Head(Seq),
    /// Someone is writing.
    Typing {
        /// Who.
        user: UserId,
        /// Their name.
        name: String,
    },
    /// Read marks of these members moved, or something was delivered to them: up to where; 0 if that is not said.
    Receipts(Vec<(UserId, Seq)>),
}

/// News for a user's sessions, on the user's topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum UserHint {
    /// The user is a member of this room now.
    Room(RoomId),
    /// A read mark of the user moved.
    Mark(RoomId, Mark),
    /// Some of the user's logins have ended: look which. Saying it lets nobody out, the store decides.
    Logins,
    /// What is the user's own has changed, by this version of it; without things: look.
    Own(u64, Vec<Own>),
}

/// For one node, on its own topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum NodeHint {
    /// Append this: you are the room's writer.
    Forward {
        /// Who asks.
        from: NodeName,
        /// Their ticket.
        ticket: Ticket,
        /// The room.
        room: RoomId,
        /// The send.
        send: Box<Send>,
    },
    /// What a forwarded send came to.
    Reply {
        /// The ticket it was forwarded with.
        ticket: Ticket,
        /// The room.
        room: RoomId,
        /// Its seq, or why not.
        result: Result<Seq, Refusal>,
    },
    /// A canary of a node's: whoever it is for answers it, the node itself times it.
    Canary {
        /// Whose it is.
        from: NodeName,
        /// Whom it is for: on a shard channel others hear it too.
        to: NodeName,
        /// The round.
        round: u64,
    },
    /// The answer to a peer's canary.
    CanaryAnswer {
        /// Who answers.
        from: NodeName,
        /// The round.
        round: u64,
        /// The clock of who answers.
        wall_ms: u64,
    },
}

/// A node lives, and these are the heads that it published lately: a lost run is found by them without a read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beat {
    /// The node.
    pub node: NodeName,
    /// Whether it is going away: it writes no room from now on.
    pub leaving: bool,
    /// Its wall clock, for `doctor`.
    pub wall_ms: u64,
    /// Rooms and heads published since the beat before the last, but not in the last moment.
    pub heads: Vec<(RoomId, Seq)>,
    /// Whether there were more than fit: then every room is suspect.
    pub more: bool,
    /// Profiles that were changed there lately, and their versions by now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub profiles: Vec<(UserId, ProfileVersion)>,
    /// What the node says of itself, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<Box<Report>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Kind {
    Room = 1,
    User = 2,
    Node = 3,
    Beat = 4,
}

/// What a payload is about, read from its header alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A room.
    Room(RoomId),
    /// A user.
    User(UserId),
    /// The node, or all nodes.
    Nodes,
}

/// Reads the header.
pub fn subject(payload: &[u8]) -> Option<Subject> {
    let (kind, id) = header(payload)?;
    Some(match kind {
        Kind::Room => Subject::Room(RoomId(id)),
        Kind::User => Subject::User(UserId(id)),
        Kind::Node | Kind::Beat => Subject::Nodes,
    })
}

fn header(payload: &[u8]) -> Option<(Kind, Uuid)> {
    let [version, kind, ..] = *payload else {
        return None;
    };
    let id = Uuid::from_slice(payload.get(2..HEADER_BYTES)?).ok()?;
    let kind = match kind {
        1 => Kind::Room,
        2 => Kind::User,
        3 => Kind::Node,
        4 => Kind::Beat,
        _ => return None,
    };
    (version == VERSION).then_some((kind, id))
}

impl Hint {
    /// Writes a payload. A run too large for one becomes [`RoomHint::Head`]; anything else too large is `None`.
    pub fn encode(&self) -> Option<Bytes> {
        let payload = match self {
            Hint::Room(room, hint) => write(Kind::Room, room.0, hint)?,
            Hint::User(user, hint) => write(Kind::User, user.0, hint)?,
            Hint::Node(hint) => write(Kind::Node, Uuid::nil(), hint)?,
            Hint::Beat(beat) => write(Kind::Beat, Uuid::nil(), beat)?,
        };
        if payload.len() <= PAYLOAD_BYTES_MAX {
            return Some(payload);
        }
        match self {
            Hint::Room(room, RoomHint::Run(entries)) => {
                Hint::Room(*room, RoomHint::Head(entries.last()?.seq())).encode()
            }
            _ => None,
        }
    }

    /// Reads a payload; `None` for whatever this build does not understand.
    pub fn decode(payload: &[u8]) -> Option<Self> {
        let (kind, id) = header(payload)?;
        let body = &payload[HEADER_BYTES..];
        Some(match kind {
            Kind::Room => {
                let hint = serde_json::from_slice(body).ok()?;
                if let RoomHint::Run(entries) = &hint {
                    let dense = entries
                        .windows(2)
                        .all(|pair| pair[0].seq().next() == pair[1].seq());
                    if entries.is_empty() || !dense {
                        return None;
                    }
                }
                Hint::Room(RoomId(id), hint)
            }
            Kind::User => Hint::User(UserId(id), serde_json::from_slice(body).ok()?),
            Kind::Node => Hint::Node(serde_json::from_slice(body).ok()?),
            Kind::Beat => Hint::Beat(serde_json::from_slice(body).ok()?),
        })
    }

    /// Where it goes, but for [`Hint::Node`], whose topic the sender knows.
    pub fn topic(&self) -> Option<Topic> {
        match self {
            Hint::Room(room, _) => Some(Topic::of(room.0)),
            Hint::User(user, _) => Some(Topic::of(user.0)),
            Hint::Beat(_) => Some(Topic::Nodes),
            Hint::Node(_) => None,
        }
    }
}

fn write(kind: Kind, id: Uuid, body: &impl Serialize) -> Option<Bytes> {
    let mut payload = BytesMut::with_capacity(512);
    payload.put_u8(VERSION);
    payload.put_u8(kind as u8);
    payload.put_slice(id.as_bytes());
    let mut writer = payload.writer();
    serde_json::to_writer(&mut writer, body).ok()?;
    Some(writer.into_inner().freeze())
}

#[cfg(test)]
mod tests {
    use hearth_protocol::{Body, DeviceId, Event, Ordinal, SendId};

    use super::*;

    fn entry(seq: u64, bytes: usize) -> Entry {
        Entry {
            event: Event {
                seq: Seq(seq),
                ordinal: Ordinal(seq),
                at_ms: 1,
                by: UserId(Uuid::from_u128(7)),
                name: "mara".into(),
                id: SendId::new(format!("id-{seq}")).unwrap(),
                body: Body::message("x".repeat(bytes)),
            },
            device: DeviceId::new("d").unwrap(),
            n: seq,
        }
    }

    const ROOM: RoomId = RoomId(Uuid::from_u128(1));

    #[test]
    fn a_hint_reads_back_and_its_header_alone_names_its_subject() {
        let hint = Hint::Room(ROOM, RoomHint::Run(vec![entry(4, 3), entry(5, 3)]));
        let payload = hint.encode().unwrap();
        assert_eq!(subject(&payload), Some(Subject::Room(ROOM)));
        assert_eq!(Hint::decode(&payload), Some(hint));
    }

    #[test]
    fn a_run_too_large_for_a_payload_says_read_the_store() {
        let run = (1..=32).map(|seq| entry(seq, 16 * 1024)).collect();
        let payload = Hint::Room(ROOM, RoomHint::Run(run)).encode().unwrap();
        assert_eq!(
            Hint::decode(&payload),
            Some(Hint::Room(ROOM, RoomHint::Head(Seq(32))))
        );
    }

    #[test]
    fn a_beat_without_a_report_is_one_of_a_build_from_before_there_were_any() {
        let beat = |report| {
            Hint::Beat(Beat {
                node: NodeName("n".into()),
                leaving: false,
                wall_ms: 1,
                heads: Vec::new(),
                more: false,
                profiles: Vec::new(),
                report,
            })
        };
        let with = beat(Some(Box::default()));
        assert_eq!(Hint::decode(&with.encode().unwrap()), Some(with));
        let without = beat(None);
        let payload = without.encode().unwrap();
        assert!(!String::from_utf8_lossy(&payload[HEADER_BYTES..]).contains("report"));
        assert_eq!(Hint::decode(&payload), Some(without));
    }

    #[test]
    fn poison_is_dropped() {
        for poison in [
            &b""[..],
            b"\x01",
            b"\x01\x01short",
            b"\x02\x01aaaaaaaaaaaaaaaa{}",
            &[1; 64],
        ] {
            assert_eq!(Hint::decode(poison), None);
        }
        let holed = Hint::Room(ROOM, RoomHint::Run(vec![entry(4, 3), entry(6, 3)]));
        assert_eq!(Hint::decode(&holed.encode().unwrap()), None);
    }
}
