//! From bytes to messages: what is left of a read when its last frame is not whole, or the session is busy.
//!
//! Promises: an idle connection holds no buffer here. A read's bytes are parsed where they lie, and only an unfinished
//! rest is copied: no more than a message's bound and a control frame beside it, and in a pause what came since. How
//! the bytes were cut changes nothing. It must not know a socket.

use super::codec::{Decoder, Message, Violation};

/// What the taker of messages says after each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// The next one.
    Go,
    /// No more for now: the rest waits here until [`Inbox::resume`].
    Pause,
}

/// The bytes of one connection that are not messages yet.
#[derive(Debug)]
pub struct Inbox {
    decoder: Decoder,
    rest: Vec<u8>,
    /// The rest may hold whole messages, left there by a pause.
    paused: bool,
}

impl Inbox {
    /// An inbox for messages of at most so many bytes.
    pub fn new(message_bytes_max: usize) -> Self {
        Self {
            decoder: Decoder::new(message_bytes_max),
            rest: Vec::new(),
            paused: false,
        }
    }

    /// Whether whole messages may be waiting for [`Inbox::resume`].
    pub fn is_paused(&self) -> bool {
        self.paused
    }

    /// Hands every whole message on, in order, until `take` says to pause. The bytes are unmasked in place.
    ///
    /// # Errors
    /// The client broke the protocol: close, and feed no more.
    pub fn feed(
        &mut self,
        bytes: &mut [u8],
        take: &mut dyn FnMut(Message<'_>) -> Flow,
    ) -> Result<(), Violation> {
        if self.rest.is_empty() {
            let used = self.parse(bytes, take)?;
            if used < bytes.len() {
                self.rest = bytes[used..].to_vec();
            }
            return Ok(());
        }
        self.rest.extend_from_slice(bytes);
        if self.paused {
            Ok(())
        } else {
            self.resume(take)
        }
    }

    /// Goes on with what a pause has left.
    ///
    /// # Errors
    /// As [`Inbox::feed`].
    pub fn resume(&mut self, take: &mut dyn FnMut(Message<'_>) -> Flow) -> Result<(), Violation> {
        let mut rest = std::mem::take(&mut self.rest);
        let used = self.parse(&mut rest, take)?;
        if used == 0 {
            self.rest = rest;
        } else if used < rest.len() {
            // Anew: what has grown for a large message is not kept for a small one.
            self.rest = rest.split_off(used);
        }
        Ok(())
    }

    /// Bytes that are held here.
    pub fn held(&self) -> usize {
        self.rest.len() + self.decoder.held()
    }

    fn parse(
        &mut self,
        bytes: &mut [u8],
        take: &mut dyn FnMut(Message<'_>) -> Flow,
    ) -> Result<usize, Violation> {
        let mut used = 0;
        self.paused = false;
        loop {
            let (more, message) = self.decoder.next(&mut bytes[used..])?;
            used += more;
            match message.map(&mut *take) {
                None => return Ok(used),
                Some(Flow::Go) => {}
                Some(Flow::Pause) => {
                    self.paused = used < bytes.len();
                    return Ok(used);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Vec<u8> {
        let mut bytes = vec![0x81, 0x80 | u8::try_from(text.len()).unwrap(), 0, 0, 0, 0];
        bytes.extend(text.as_bytes());
        bytes
    }

    fn feed(inbox: &mut Inbox, bytes: &[u8], flow: Flow) -> Vec<String> {
        let mut said = Vec::new();
        inbox
            .feed(&mut bytes.to_vec(), &mut |message| {
                if let Message::Text(text) = message {
                    said.push(text.into_owned());
                }
                flow
            })
            .unwrap();
        said
    }

    #[test]
    fn nothing_is_held_when_every_frame_was_whole() {
        let mut inbox = Inbox::new(100);
        assert_eq!(
            feed(&mut inbox, &[text("a"), text("b")].concat(), Flow::Go),
            ["a", "b"]
        );
        assert_eq!(inbox.rest.capacity(), 0);
    }

    #[test]
    fn a_frame_in_single_bytes_comes_whole_and_leaves_nothing() {
        let mut inbox = Inbox::new(100);
        let bytes = text("hello");
        let (last, first) = bytes.split_last().unwrap();
        for byte in first {
            assert!(feed(&mut inbox, &[*byte], Flow::Go).is_empty());
        }
        assert_eq!(feed(&mut inbox, &[*last], Flow::Go), ["hello"]);
        assert_eq!(inbox.rest.capacity(), 0);
    }

    #[test]
    fn what_a_large_message_took_is_not_kept_for_the_next() {
        let mut inbox = Inbox::new(1000);
        let large = [&[0x81, 0x80 | 126, 3, 0, 0, 0, 0, 0][..], &[b'x'; 768]].concat();
        let (last, first) = large.split_last().unwrap();
        feed(&mut inbox, first, Flow::Go);
        let next = &text("next")[..5];
        let said = feed(&mut inbox, &[&[*last], next].concat(), Flow::Go);
        assert_eq!(said, ["x".repeat(768)]);
        assert!(inbox.rest.capacity() < 100, "{}", inbox.rest.capacity());
    }

    #[test]
    fn a_pause_keeps_what_follows_in_order() {
        let mut inbox = Inbox::new(100);
        assert_eq!(
            feed(&mut inbox, &[text("a"), text("b")].concat(), Flow::Pause),
            ["a"]
        );
        assert!(inbox.is_paused());
        assert!(
            feed(&mut inbox, &text("c"), Flow::Go).is_empty(),
            "a paused inbox hands nothing on"
        );
        let mut said = Vec::new();
        inbox
            .resume(&mut |message| {
                if let Message::Text(text) = message {
                    said.push(text.into_owned());
                }
                Flow::Go
            })
            .unwrap();
        assert_eq!(said, ["b", "c"]);
        assert!(!inbox.is_paused());
        assert_eq!(inbox.rest.capacity(), 0);
    }
}
