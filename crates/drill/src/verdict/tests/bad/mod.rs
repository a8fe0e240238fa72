//! Bad histories made by hand: what each spoils, and the verdicts that must say so, and no other.

mod cluster;
mod fenced;
mod folded;
mod log;
mod outside;
mod shown;
mod waits;

use std::collections::{BTreeMap, BTreeSet};

use hearth_protocol::Seq;

use crate::{
    history::{Deed, Digest, Line, Page, Record, Row, Run, Snap},
    verdict::{
        Promise,
        tests::{broken, good::eventful, judged, offences},
    },
};

/// The good history with something done to it.
fn spoiled(spoil: impl FnOnce(&mut Vec<Line>), promises: &[Promise]) {
    let mut lines = eventful();
    spoil(&mut lines);
    let judgement = judged(&lines);
    let wanted: BTreeSet<Promise> = promises.iter().copied().collect();
    assert_eq!(broken(&judgement), wanted, "{}", offences(&judgement));
}

/// The `n`th record that a closure likes, to be changed.
fn change<T>(lines: &mut [Line], n: usize, pick: impl Fn(&mut Record) -> Option<&mut T>) -> &mut T {
    let mut found = lines.iter_mut().filter_map(|line| pick(&mut line.record));
    found.nth(n).expect("such a record")
}

fn place(lines: &[Line], n: usize, like: impl Fn(&Record) -> bool) -> usize {
    let mut places = (0..lines.len()).filter(|at| like(&lines[*at].record));
    places.nth(n).expect("such a record")
}

/// Somebody is told by which event they are out.
fn put_out(record: &Record) -> bool {
    matches!(record, Record::Left { seq, .. } if *seq > Seq::ZERO)
}

fn row_of(lines: &mut [Line], room: u32, seq: u64) -> &mut Row {
    change(lines, 0, |record| match record {
        Record::Row { room: of, row } if *of == room && row.seq == Seq(seq) => Some(row),
        _ => None,
    })
}

fn snap(lines: &mut [Line], n: usize) -> &mut Snap {
    change(lines, n, |record| match record {
        Record::Welcome { rooms, .. } => rooms.first_mut(),
        _ => None,
    })
}

fn page(lines: &mut [Line], n: usize) -> &mut Page {
    change(lines, n, |record| match record {
        Record::Page { page, .. } => Some(page),
        _ => None,
    })
}

/// The log of a room and of whoever read it grows by a row of somebody's.
fn grow(lines: &mut Vec<Line>, room: u32, by: u32, id: &str, deed: Deed) {
    let last = lines
        .iter()
        .rposition(|line| matches!(&line.record, Record::Row { room: of, .. } if *of == room))
        .expect("a row");
    let Record::Row { row, .. } = lines[last].record.clone() else {
        panic!("a row");
    };
    let row = Row {
        seq: row.seq.next(),
        ordinal: row.ordinal + u64::from(deed.counts()),
        by,
        id: id.to_owned(),
        rest: Digest(1),
        deed,
    };
    for line in lines.iter_mut() {
        match &mut line.record {
            Record::Read { run, .. } if run.room == room => run.add(&row),
            Record::Final { rooms, .. } => {
                for snap in rooms.iter_mut().filter(|snap| snap.room == room) {
                    snap.head = row.seq;
                    snap.unread += row.ordinal - snap.ordinal;
                    snap.ordinal = row.ordinal;
                }
            }
            _ => {}
        }
    }
    // Every screen has it, so that nothing else is wrong.
    let mut ends = BTreeMap::new();
    for line in lines.iter() {
        match &line.record {
            Record::Shown { c, run } if run.room == room => {
                ends.insert(*c, run.to);
            }
            Record::Entered { c, room: of, head } if *of == room => {
                ends.insert(*c, *head);
            }
            Record::Gone { c, room: of } if *of == room => {
                ends.remove(c);
            }
            _ => {}
        }
    }
    let record = Record::Row {
        room,
        row: row.clone(),
    };
    let t = lines[last].t;
    lines.insert(last + 1, Line { t, record });
    let quiet = place(lines, 0, |record| matches!(record, Record::Quiet));
    for (c, _) in ends.into_iter().filter(|(_, to)| to.next() == row.seq) {
        let run = Run::begin(room, &row, 0);
        let record = Record::Shown { c, run };
        lines.insert(quiet, Line { t, record });
    }
}
