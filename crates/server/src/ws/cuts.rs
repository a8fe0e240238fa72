//! The inbox held to its promises, over any bytes in any cut: one question, asked by a property test below and by the
//! fuzz target (`crates/server/fuzz`), which is why it knows nothing but its neighbours `codec` and `inbox`.

use super::{
    codec::{Message, Violation},
    inbox::{Flow, Inbox},
};

/// The bound of a message: small, so that a few bytes go over it.
pub const MAX: usize = 300;

/// What may be held beside a message: the longest control frame without its last byte, which is more than any head.
const BESIDE: usize = 2 + 4 + 125 - 1;

/// What a client said, owned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// A text.
    Text(String),
    /// A binary message.
    Binary(Vec<u8>),
    /// A ping.
    Ping(Vec<u8>),
    /// A pong.
    Pong,
    /// A close.
    Close(Option<u16>),
}

impl From<Message<'_>> for Said {
    fn from(message: Message<'_>) -> Self {
        match message {
            Message::Text(text) => Self::Text(text.into_owned()),
            Message::Binary(bytes) => Self::Binary(bytes.into_owned()),
            Message::Ping(payload) => Self::Ping(payload.to_vec()),
            Message::Pong => Self::Pong,
            Message::Close(code) => Self::Close(code),
        }
    }
}

/// All that was said, and how it ended.
pub type Story = (Vec<Said>, Result<(), Violation>);

fn hear(said: &mut Vec<Said>, message: Message<'_>) {
    let bytes = match &message {
        Message::Text(text) => text.len(),
        Message::Binary(bytes) => bytes.len(),
        Message::Ping(_) | Message::Pong | Message::Close(_) => 0,
    };
    assert!(bytes <= MAX, "a message of {bytes} bytes");
    said.push(Said::from(message));
}

/// The story of these bytes when they come at once.
///
/// # Panics
/// A message was larger than its bound.
pub fn whole(bytes: &[u8]) -> Story {
    let mut said = Vec::new();
    let end = Inbox::new(MAX).feed(&mut bytes.to_vec(), &mut |message| {
        hear(&mut said, message);
        Flow::Go
    });
    (said, end)
}

/// The story of these bytes when they come in pieces. Each step, over and over, says how long the next piece is (1 to
/// 64 bytes), whether the taker pauses after each message, and whether it goes on at once or after the next piece.
///
/// # Panics
/// A message was larger than its bound, or more was held than may be.
pub fn cut(bytes: &[u8], steps: &[u8]) -> Story {
    let mut inbox = Inbox::new(MAX);
    let mut said = Vec::new();
    let mut left = bytes;
    let mut steps = steps.iter().cycle();
    // Bytes that came since the taker goes without: a pause holds them, too.
    let mut behind = 0;
    loop {
        let step = steps.next().copied().unwrap_or(u8::MAX << 2);
        let (flow, at_once) = match step & 3 {
            0 | 1 => (Flow::Go, true),
            2 => (Flow::Pause, true),
            _ => (Flow::Pause, false),
        };
        let size = left.len().min(1 + usize::from(step >> 2));
        let (piece, rest) = left.split_at(size);
        left = rest;
        behind += size;
        let mut take = |message: Message<'_>| {
            hear(&mut said, message);
            flow
        };
        let mut fed = inbox.feed(&mut piece.to_vec(), &mut take);
        while fed.is_ok() && inbox.is_paused() && (at_once || left.is_empty()) {
            fed = inbox.resume(&mut take);
        }
        if fed.is_err() {
            return (said, fed);
        }
        if !inbox.is_paused() {
            behind = 0;
        }
        assert!(
            inbox.held() <= MAX + BESIDE + behind,
            "{} bytes are held",
            inbox.held()
        );
        if left.is_empty() {
            return (said, Ok(()));
        }
    }
}

#[cfg(test)]
pub use tests::frame;

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::Index};

    use super::*;

    /// A client's frame.
    pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
        let mask = [0x37, 0xFA, 0x21, 0x3D];
        let mut bytes = vec![first];
        match payload.len() {
            short @ 0..126 => bytes.push(0x80 | u8::try_from(short).unwrap()),
            middle @ 126..65_536 => {
                bytes.push(0x80 | 126);
                bytes.extend(u16::try_from(middle).unwrap().to_be_bytes());
            }
            long => {
                bytes.push(0x80 | 127);
                bytes.extend((long as u64).to_be_bytes());
            }
        }
        bytes.extend(mask);
        bytes.extend(
            payload
                .iter()
                .enumerate()
                .map(|(at, byte)| byte ^ mask[at % 4]),
        );
        bytes
    }

    /// Messages, whole or in fragments, with control frames between them: what clients send.
    fn messages() -> impl Strategy<Value = Vec<u8>> {
        let payload = prop_oneof![
            ".{0,60}".prop_map(String::into_bytes),
            // Sometimes over the bound, in one frame or by its fragments together.
            prop::collection::vec(any::<u8>(), 0..2 * MAX),
        ];
        let control = prop_oneof![
            Just(Vec::new()),
            prop::collection::vec(any::<u8>(), 0..=125).prop_map(|payload| frame(0x89, &payload)),
            prop::collection::vec(any::<u8>(), 0..=125).prop_map(|payload| frame(0x8A, &payload)),
            Just(frame(0x88, &1000_u16.to_be_bytes())),
        ];
        let cuts = prop::collection::vec(any::<Index>(), 0..3);
        let message =
            (1..=2_u8, payload, cuts, control).prop_map(|(opcode, payload, cuts, control)| {
                let mut cuts: Vec<_> = cuts.iter().map(|at| at.index(payload.len() + 1)).collect();
                cuts.sort_unstable();
                let mut wire = Vec::new();
                let mut from = 0;
                for (n, to) in cuts.iter().enumerate() {
                    wire.extend(frame(if n == 0 { opcode } else { 0 }, &payload[from..*to]));
                    wire.extend(&control);
                    from = *to;
                }
                let first = if cuts.is_empty() { opcode } else { 0 };
                wire.extend(frame(0x80 | first, &payload[from..]));
                wire.extend(&control);
                wire
            });
        prop::collection::vec(message, 0..6).prop_map(|messages| messages.concat())
    }

    proptest! {
        #[test]
        fn any_cut_and_any_pause_bring_the_same_messages(
            wire in messages(), steps in prop::collection::vec(any::<u8>(), 0..8),
        ) {
            prop_assert_eq!(cut(&wire, &steps), whole(&wire));
        }

        #[test]
        fn and_the_same_violation_where_a_byte_is_wrong(
            wire in messages(), at in any::<Index>(), wrong in any::<u8>(),
            steps in prop::collection::vec(any::<u8>(), 0..8),
        ) {
            let mut wire = wire;
            if !wire.is_empty() {
                let at = at.index(wire.len());
                wire[at] = wrong;
            }
            prop_assert_eq!(cut(&wire, &steps), whole(&wire));
        }

        #[test]
        fn whatever_the_bytes_are(
            bytes in prop::collection::vec(any::<u8>(), 0..400), steps in prop::collection::vec(any::<u8>(), 0..8),
        ) {
            prop_assert_eq!(cut(&bytes, &steps), whole(&bytes));
        }
    }
}
