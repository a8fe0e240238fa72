//! The codec held against RFC 6455: tables of what is legal and what is not, any cut of the bytes, any bytes at all.

use proptest::prelude::*;

use super::*;
use crate::ws::cuts::{Said, frame};

const MAX: usize = 1000;

/// Feeds the bytes in pieces of `piece` bytes and returns all messages and how it ended.
fn read(bytes: &[u8], piece: usize) -> (Vec<Said>, Result<(), Violation>) {
    let mut decoder = Decoder::new(MAX);
    let mut said = Vec::new();
    let mut held = Vec::new();
    for piece in bytes.chunks(piece) {
        held.extend_from_slice(piece);
        loop {
            let (used, message) = match decoder.next(&mut held) {
                Ok((used, message)) => (used, message.map(Said::from)),
                Err(violation) => return (said, Err(violation)),
            };
            held.drain(..used);
            match message {
                Some(message) => said.push(message),
                None => break,
            }
        }
    }
    (said, Ok(()))
}

#[test]
fn what_is_legal_is_read_however_the_bytes_are_cut() {
    let text = |text: &str| Said::Text(text.into());
    let table: Vec<(&str, Vec<u8>, Vec<Said>)> = vec![
        (
            "a text",
            frame(0x81, "hällo".as_bytes()),
            vec![text("hällo")],
        ),
        ("an empty text", frame(0x81, b""), vec![text("")]),
        (
            "a text of 125",
            frame(0x81, &[b'x'; 125]),
            vec![text(&"x".repeat(125))],
        ),
        (
            "a text of 126",
            frame(0x81, &[b'x'; 126]),
            vec![text(&"x".repeat(126))],
        ),
        (
            "a text of the bound",
            frame(0x81, &[b'x'; MAX]),
            vec![text(&"x".repeat(MAX))],
        ),
        (
            "two texts",
            [frame(0x81, b"a"), frame(0x81, b"b")].concat(),
            vec![text("a"), text("b")],
        ),
        (
            "a fragmented text, cut inside a character, with a ping in between",
            [
                frame(0x01, &"ü".as_bytes()[..1]),
                frame(0x89, b"hey"),
                frame(0x00, &"ü".as_bytes()[1..]),
                frame(0x80, b""),
            ]
            .concat(),
            vec![Said::Ping(b"hey".to_vec()), text("ü")],
        ),
        (
            "a binary message",
            frame(0x82, &[0xFF; 7]),
            vec![Said::Binary(vec![0xFF; 7])],
        ),
        (
            "a fragmented binary",
            [frame(0x02, &[1; 3]), frame(0x80, &[2; 4])].concat(),
            vec![Said::Binary(vec![1, 1, 1, 2, 2, 2, 2])],
        ),
        ("a pong", frame(0x8A, b"late"), vec![Said::Pong]),
        (
            "a close without a code",
            frame(0x88, b""),
            vec![Said::Close(None)],
        ),
        (
            "a close with code and reason",
            frame(
                0x88,
                &[&1000_u16.to_be_bytes()[..], "schön".as_bytes()].concat(),
            ),
            vec![Said::Close(Some(1000))],
        ),
    ];
    for (what, bytes, expected) in table {
        for piece in [1, 2, 3, 7, bytes.len()] {
            assert_eq!(
                read(&bytes, piece),
                (expected.clone(), Ok(())),
                "{what} in pieces of {piece}"
            );
        }
    }
}

#[test]
fn what_is_forbidden_is_refused_however_the_bytes_are_cut() {
    let unmasked = [0x81, 0x01, b'x'].to_vec();
    let long = |first: u8, length: u64| {
        let mut bytes = vec![first, 0x80 | 127];
        bytes.extend(length.to_be_bytes());
        bytes.extend([0; 4]);
        bytes
    };
    let protocol = |bytes: Vec<u8>| (bytes, 1002);
    let table: Vec<(&str, (Vec<u8>, u16))> = vec![
        ("an unmasked frame", protocol(unmasked)),
        ("reserved bit 1", protocol(frame(0xC1, b"x"))),
        ("reserved bit 2", protocol(frame(0xA1, b"x"))),
        ("reserved bit 3", protocol(frame(0x91, b"x"))),
        ("opcode 3", protocol(frame(0x83, b""))),
        ("opcode 11", protocol(frame(0x8B, b""))),
        ("a fragmented ping", protocol(frame(0x09, b""))),
        ("a ping of 126", protocol(frame(0x89, &[0; 126]))),
        ("a continuation of nothing", protocol(frame(0x80, b"x"))),
        (
            "a text inside a text",
            protocol([frame(0x01, b"a"), frame(0x81, b"b")].concat()),
        ),
        ("a length with its top bit", protocol(long(0x81, 1 << 63))),
        (
            "a length not in its shortest form",
            protocol(long(0x81, 100)),
        ),
        ("a close with one byte", protocol(frame(0x88, &[3]))),
        (
            "a close with code 1005",
            protocol(frame(0x88, &1005_u16.to_be_bytes())),
        ),
        (
            "a close with code 999",
            protocol(frame(0x88, &999_u16.to_be_bytes())),
        ),
        (
            "a close with code 5000",
            protocol(frame(0x88, &5000_u16.to_be_bytes())),
        ),
        (
            "a close with a bad reason",
            (frame(0x88, &[3, 0xE8, 0xFF]), 1007),
        ),
        (
            "a text that is not UTF-8",
            (frame(0x81, &[b'a', 0xFF]), 1007),
        ),
        (
            "a text that ends inside a character",
            (frame(0x81, &"ü".as_bytes()[..1]), 1007),
        ),
        ("a surrogate", (frame(0x81, &[0xED, 0xA0, 0x80]), 1007)),
        (
            "a fragmented text that is not UTF-8",
            ([frame(0x01, b"a"), frame(0x80, &[0xFF])].concat(), 1007),
        ),
        (
            "a text over the bound",
            (frame(0x81, &[b'x'; MAX + 1]), 1009),
        ),
        ("a huge length alone", (long(0x81, u64::MAX >> 1), 1009)),
        (
            "fragments that together go over the bound",
            (
                [frame(0x01, &[b'x'; MAX]), frame(0x80, b"y")].concat(),
                1009,
            ),
        ),
    ];
    for (what, (bytes, expected)) in table {
        for piece in [1, 2, 5, bytes.len()] {
            let (said, end) = read(&bytes, piece);
            let code = match end {
                Ok(()) => 0,
                Err(Violation::Protocol(_)) => 1002,
                Err(Violation::Utf8) => 1007,
                Err(Violation::TooLarge(_)) => 1009,
            };
            assert_eq!(
                (said, code),
                (vec![], expected),
                "{what} in pieces of {piece}"
            );
        }
    }
}

#[test]
fn a_bound_is_told_before_the_payload_has_come() {
    let whole = frame(0x81, &[b'x'; MAX + 1]);
    assert_eq!(
        read(&whole[..4], 4),
        (vec![], Err(Violation::TooLarge(MAX)))
    );
}

#[test]
fn a_head_has_the_shortest_length() {
    let head = |payload| Head::new(Opcode::Text, payload).as_slice().to_vec();
    assert_eq!(head(0), [0x81, 0]);
    assert_eq!(head(125), [0x81, 125]);
    assert_eq!(head(126), [0x81, 126, 0, 126]);
    assert_eq!(head(65_535), [0x81, 126, 0xFF, 0xFF]);
    assert_eq!(head(65_536), [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]);
}

#[test]
fn a_close_reason_is_cut_at_a_character() {
    let payload = close_payload(4000, &"ü".repeat(100));
    assert_eq!(payload.len(), 2 + 122);
    assert_eq!(close_code(&payload), Ok(Some(4000)));
}

proptest! {
    /// What one side writes the other reads, in any cut and in any fragmentation.
    #[test]
    fn any_text_in_any_fragments_is_read_back(
        text in ".{0,200}", cuts in prop::collection::vec(0_usize..800, 0..5), piece in 1_usize..50,
    ) {
        let bytes = text.as_bytes();
        let mut cuts: Vec<usize> = cuts.into_iter().filter(|cut| *cut <= bytes.len()).collect();
        cuts.sort_unstable();
        let mut wire = Vec::new();
        let mut from = 0;
        for cut in &cuts {
            wire.extend(frame(if from == 0 && wire.is_empty() { 0x01 } else { 0x00 }, &bytes[from..*cut]));
            from = *cut;
        }
        wire.extend(frame(if cuts.is_empty() { 0x81 } else { 0x80 }, &bytes[from..]));
        prop_assert_eq!(read(&wire, piece), (vec![Said::Text(text)], Ok(())));
    }

    /// No bytes make it panic, and the cut changes nothing.
    #[test]
    fn any_bytes_end_the_same_in_any_cut(bytes in prop::collection::vec(any::<u8>(), 0..400), piece in 1_usize..40) {
        prop_assert_eq!(read(&bytes, piece), read(&bytes, bytes.len().max(1)));
    }
}
