//! RFC 6455's framing, the server's side: pure functions over bytes.
//!
//! Promises: a client's frame is either read whole, asked more of, or a [`Violation`]; never a panic, never more memory
//! than the bound given. It must not know a socket, a session or a clock.

use std::borrow::Cow;

/// What kind of frame it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opcode {
    /// More of a message begun before.
    Continuation = 0x0,
    /// A text message, or the begin of one.
    Text = 0x1,
    /// A binary message, or the begin of one.
    Binary = 0x2,
    /// The connection ends.
    Close = 0x8,
    /// Is anybody there?
    Ping = 0x9,
    /// The answer to a ping.
    Pong = 0xA,
}

impl Opcode {
    fn of(nibble: u8) -> Option<Self> {
        Some(match nibble {
            0x0 => Self::Continuation,
            0x1 => Self::Text,
            0x2 => Self::Binary,
            0x8 => Self::Close,
            0x9 => Self::Ping,
            0xA => Self::Pong,
            _ => return None,
        })
    }

    fn is_control(self) -> bool {
        self as u8 & 0x8 != 0
    }
}

/// How the client broke the protocol. The connection cannot go on: what follows cannot be framed any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// A frame that RFC 6455 forbids.
    #[error("{0}")]
    Protocol(&'static str),
    /// A text that is not UTF-8.
    #[error("a text must be UTF-8")]
    Utf8,
    /// A message larger than the bound.
    #[error("a message may have at most {0} bytes")]
    TooLarge(usize),
}

/// What a client said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message<'a> {
    /// A whole text, checked; borrowed unless it came in fragments.
    Text(Cow<'a, str>),
    /// A whole binary message; borrowed unless it came in fragments.
    Binary(Cow<'a, [u8]>),
    /// To be answered with a pong of the same payload.
    Ping(&'a [u8]),
    /// The answer to a ping.
    Pong,
    /// The client is closing, with its code if it gave one.
    Close(Option<u16>),
}

/// The header of a client's frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Header {
    last: bool,
    opcode: Opcode,
    mask: [u8; 4],
    /// Bytes before the payload.
    size: usize,
    payload: usize,
}

/// Reads a client's frames, one after the other. Holds only the fragments of a message that is not whole yet.
#[derive(Debug)]
pub struct Decoder {
    message_bytes_max: usize,
    /// Text or binary, begun and not finished.
    begun: Option<Opcode>,
    fragments: Vec<u8>,
}

impl Decoder {
    /// A decoder of a connection's first byte.
    pub fn new(message_bytes_max: usize) -> Self {
        Self {
            message_bytes_max,
            begun: None,
            fragments: Vec::new(),
        }
    }

    /// Takes the next message from the front of `input`, unmasking it in place. Returns how many bytes are used up,
    /// which may be some even without a message (fragments are kept here). `None`: more bytes are needed; give the
    /// unused ones again, with more behind them.
    ///
    /// # Errors
    /// The client broke the protocol: close, and feed no more.
    pub fn next<'a>(
        &mut self,
        input: &'a mut [u8],
    ) -> Result<(usize, Option<Message<'a>>), Violation> {
        let mut used = 0;
        let header = loop {
            let Some(header) = self.header(&input[used..])? else {
                return Ok((used, None));
            };
            let start = used + header.size;
            let end = start + header.payload;
            let Some(payload) = input.get_mut(start..end) else {
                return Ok((used, None));
            };
            unmask(payload, header.mask);
            used = end;
            if header.opcode.is_control() || (header.last && self.begun.is_none()) {
                break header;
            }
            self.fragments.extend_from_slice(payload);
            if header.last {
                let whole = std::mem::take(&mut self.fragments);
                let message = match self.begun.take() {
                    Some(Opcode::Text) => {
                        let text = String::from_utf8(whole).map_err(|_| Violation::Utf8)?;
                        Message::Text(Cow::Owned(text))
                    }
                    _ => Message::Binary(Cow::Owned(whole)),
                };
                return Ok((used, Some(message)));
            }
            if header.opcode != Opcode::Continuation {
                self.begun = Some(header.opcode);
            }
        };
        let payload = &input[used - header.payload..used];
        let message = match header.opcode {
            Opcode::Text => {
                let text = std::str::from_utf8(payload).map_err(|_| Violation::Utf8)?;
                Message::Text(Cow::Borrowed(text))
            }
            Opcode::Binary | Opcode::Continuation => Message::Binary(Cow::Borrowed(payload)),
            Opcode::Ping => Message::Ping(payload),
            Opcode::Pong => Message::Pong,
            Opcode::Close => Message::Close(close_code(payload)?),
        };
        Ok((used, Some(message)))
    }

    /// Bytes of a message begun and not finished.
    pub fn held(&self) -> usize {
        self.fragments.len()
    }

    /// Reads and judges a header as early as its bytes allow: a violation is told before its payload has come.
    fn header(&self, input: &[u8]) -> Result<Option<Header>, Violation> {
        use Violation::Protocol;
        let Some(&first) = input.first() else {
            return Ok(None);
        };
        if first & 0x70 != 0 {
            return Err(Protocol(
                "reserved bits are set, but no extension was agreed on",
            ));
        }
        let opcode = Opcode::of(first & 0x0F).ok_or(Protocol("the opcode is not known"))?;
        let last = first & 0x80 != 0;
        match opcode {
            _ if opcode.is_control() && !last => {
                return Err(Protocol("a control frame may not be fragmented"));
            }
            Opcode::Continuation if self.begun.is_none() => {
                return Err(Protocol("a continuation without a begun message"));
            }
            Opcode::Text | Opcode::Binary if self.begun.is_some() => {
                return Err(Protocol("a new message inside a fragmented one"));
            }
            _ => {}
        }
        let Some(&second) = input.get(1) else {
            return Ok(None);
        };
        if second & 0x80 == 0 {
            return Err(Protocol("a client's frame must be masked"));
        }
        let short = second & 0x7F;
        if opcode.is_control() && short > 125 {
            return Err(Protocol("a control frame has at most 125 bytes"));
        }
        let (length, at) = match short {
            126 => match input.get(2..4) {
                Some(bytes) => (
                    bytes
                        .iter()
                        .fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
                    4,
                ),
                None => return Ok(None),
            },
            127 => match input.get(2..10) {
                Some(bytes) => (
                    bytes
                        .iter()
                        .fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
                    10,
                ),
                None => return Ok(None),
            },
            short => (u64::from(short), 2),
        };
        if length >> 63 != 0 || (short == 126 && length < 126) || (short == 127 && length < 1 << 16)
        {
            return Err(Protocol("a length must be written in its shortest form"));
        }
        let room = self.message_bytes_max - self.fragments.len();
        let payload = match usize::try_from(length) {
            Ok(length) if opcode.is_control() || length <= room => length,
            _ => return Err(Violation::TooLarge(self.message_bytes_max)),
        };
        let Some(&[a, b, c, d]) = input.get(at..at + 4) else {
            return Ok(None);
        };
        Ok(Some(Header {
            last,
            opcode,
            mask: [a, b, c, d],
            size: at + 4,
            payload,
        }))
    }
}

/// The masking of RFC 6455 §5.3, eight bytes at a time.
fn unmask(payload: &mut [u8], mask: [u8; 4]) {
    let [a, b, c, d] = mask;
    let wide = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let mut chunks = payload.chunks_exact_mut(8);
    for chunk in &mut chunks {
        let mut word = [0; 8];
        word.copy_from_slice(chunk);
        chunk.copy_from_slice(&(u64::from_ne_bytes(word) ^ wide).to_ne_bytes());
    }
    for (byte, mask) in chunks.into_remainder().iter_mut().zip(mask.iter().cycle()) {
        *byte ^= mask;
    }
}

fn close_code(payload: &[u8]) -> Result<Option<u16>, Violation> {
    let (code, reason) = match payload {
        [] => return Ok(None),
        [_] => return Err(Violation::Protocol("a close code has two bytes")),
        [high, low, reason @ ..] => (u16::from_be_bytes([*high, *low]), reason),
    };
    if !matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999) {
        return Err(Violation::Protocol("the close code may not be sent"));
    }
    std::str::from_utf8(reason).map_err(|_| Violation::Utf8)?;
    Ok(Some(code))
}

/// The head of a server's frame: never masked, never fragmented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    bytes: [u8; 10],
    size: u8,
}

impl Head {
    /// The head of a frame with so many bytes of payload.
    pub fn new(opcode: Opcode, payload: usize) -> Self {
        let mut bytes = [0; 10];
        bytes[0] = 0x80 | opcode as u8;
        let size = if let (Ok(short), true) = (u8::try_from(payload), payload < 126) {
            bytes[1] = short;
            2
        } else if let Ok(middle) = u16::try_from(payload) {
            bytes[1] = 126;
            bytes[2..4].copy_from_slice(&middle.to_be_bytes());
            4
        } else {
            bytes[1] = 127;
            bytes[2..10].copy_from_slice(&(payload as u64).to_be_bytes());
            10
        };
        Self { bytes, size }
    }

    /// Its bytes.
    pub fn as_slice(&self) -> &[u8] {
        &self.bytes[..usize::from(self.size)]
    }
}

/// The payload of a close frame. The reason is cut at a character to what a control frame can hold.
pub fn close_payload(code: u16, reason: &str) -> Vec<u8> {
    const REASON_BYTES_MAX: usize = 123;
    let mut end = reason.len().min(REASON_BYTES_MAX);
    while !reason.is_char_boundary(end) {
        end -= 1;
    }
    let mut payload = code.to_be_bytes().to_vec();
    payload.extend_from_slice(&reason.as_bytes()[..end]);
    payload
}

#[cfg(test)]
#[path = "codec_tests.rs"]
mod tests;
