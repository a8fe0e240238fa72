//! Who never was in a room.

use hearth_protocol::Seq;

use super::{place, row_of, snap, spoiled};
use crate::{
    history::{Line, Record},
    verdict::Promise::Private,
};

#[test]
fn events_and_notices_for_who_never_was_in_are_not_private() {
    // The socket of user 4, who never was in the first room.
    let stranger = |lines: &[Line]| {
        let sockets = lines.iter().enumerate();
        sockets
            .filter_map(|(at, line)| match line.record {
                Record::Open { s, u: 4, .. } => Some((at + 3, s)),
                _ => None,
            })
            .next()
            .expect("a socket")
    };
    spoiled(
        |lines| {
            let (at, s) = stranger(lines);
            let row = row_of(lines, 0, 2).clone();
            let run = crate::history::Run::begin(0, &row, 0);
            let (t, record) = (lines[at].t, Record::Heard { s, run });
            lines.insert(at, Line { t, record });
        },
        &[Private],
    );
    spoiled(
        |lines| {
            let (at, s) = stranger(lines);
            let (t, record) = (lines[at].t, Record::Typing { s, room: 0 });
            lines.insert(at, Line { t, record });
        },
        &[Private],
    );
    spoiled(
        |lines| {
            let (at, s) = stranger(lines);
            let (t, record) = (lines[at].t, Record::Listed { s, room: 0 });
            lines.insert(at, Line { t, record });
        },
        &[Private],
    );
    spoiled(
        |lines| {
            let (at, s) = stranger(lines);
            let mut snap = snap(lines, 0).clone();
            snap.room = 0;
            snap.head = Seq(1);
            let (t, record) = (lines[at].t, Record::Given { s, snap });
            lines.insert(at, Line { t, record });
        },
        // Nor did they set the mark with which it came.
        &[Private],
    );
}

#[test]
fn who_asks_from_outside_and_is_told_is_an_outsider() {
    for (u, told, wanted) in [
        (5, true, Some(Private)),
        (5, false, None),
        // Who was in it may have asked before they were put out.
        (1, true, None),
    ] {
        let (room, what) = (1, "events".to_owned());
        let record = Record::Pried {
            u,
            room,
            what,
            told,
        };
        spoiled(
            |lines| {
                let at = place(lines, 0, |record| matches!(record, Record::Quiet));
                let t = lines[at].t;
                lines.insert(at, Line { t, record });
            },
            &wanted.into_iter().collect::<Vec<_>>(),
        );
    }
}
