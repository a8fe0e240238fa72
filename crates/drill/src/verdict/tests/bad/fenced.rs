//! Who wrote or was shown what is not theirs.

use std::collections::BTreeSet;

use hearth_protocol::Seq;

use super::{change, grow, page, place, put_out, row_of, spoiled};
use crate::{
    history::{Command, Deed, Digest, Line, Record},
    verdict::{
        Promise::Fenced,
        tests::{broken, good::replayed_over_a_removal, judged, offences},
    },
};

#[test]
fn notices_for_who_was_put_out_are_not_fenced() {
    for is_typing in [true, false] {
        for (after, wanted) in [(0, &[][..]), (1, &[Fenced][..])] {
            spoiled(
                |lines| {
                    let at = place(lines, 0, put_out);
                    let Record::Left { s, room, .. } = lines[at].record else {
                        panic!("left");
                    };
                    let record = match is_typing {
                        true => Record::Typing { s, room },
                        false => Record::Listed { s, room },
                    };
                    let t = lines[at].t;
                    lines.insert(at + after, Line { t, record });
                },
                wanted,
            );
        }
    }
}

#[test]
fn who_is_out_and_writes_is_not_fenced() {
    spoiled(
        |lines| {
            let at = place(
                lines,
                0,
                |record| matches!(record, Record::Fail { code, .. } if code == "not_member"),
            );
            let Record::Fail { o, .. } = lines[at].record else {
                panic!("a fail");
            };
            let (id, deed) = lines
                .iter()
                .find_map(|line| match &line.record {
                    Record::Invoke {
                        o: of,
                        command: Command::Send { id, deed, .. },
                        ..
                    } if *of == o => Some((id.clone(), deed.clone())),
                    _ => None,
                })
                .expect("its send");
            lines.remove(at);
            grow(lines, 1, 2, &id, deed);
        },
        &[Fenced],
    );
}

#[test]
fn what_was_composed_before_a_removal_and_stored_after_is_not_fenced() {
    spoiled(
        |lines| {
            // The first message after coming back was composed before.
            let command = change(lines, 0, |record| match record {
                Record::Invoke {
                    u: 3,
                    command: Command::Send { after, .. },
                    ..
                } => Some(after),
                _ => None,
            });
            *command = Some(Seq(4));
        },
        &[Fenced],
    );
}

#[test]
fn a_role_that_one_gives_without_having_it_is_not_fenced() {
    spoiled(
        |lines| {
            let id = "9-9-9".to_owned();
            let deed = Deed::Topic {
                topic: Digest::of("topic"),
            };
            let record = Record::Invoke {
                o: 9_999,
                u: 2,
                c: None,
                command: Command::Send {
                    room: 0,
                    id: id.clone(),
                    after: None,
                    device: "other".into(),
                    n: 1,
                    deed: deed.clone(),
                },
            };
            let quiet = place(lines, 0, |record| matches!(record, Record::Quiet));
            let t = lines[quiet].t;
            lines.insert(quiet, Line { t, record });
            grow(lines, 0, 2, &id, deed);
        },
        &[Fenced],
    );
}

#[test]
fn who_is_out_and_reads_on_is_not_fenced() {
    spoiled(
        |lines| {
            // The socket of one who was removed gets what came after, before being let in again.
            let at = place(lines, 0, put_out);
            let Record::Left { s, room, seq } = lines[at].record else {
                panic!("left");
            };
            let row = row_of(lines, room, seq.0 + 1).clone();
            let run = crate::history::Run::begin(room, &row, 0);
            let (t, record) = (lines[at].t, Record::Heard { s, run });
            lines.insert(at, Line { t, record });
        },
        &[Fenced],
    );
}

#[test]
fn who_is_live_and_gets_what_came_while_they_were_out_is_not_fenced() {
    let judgement = judged(&replayed_over_a_removal(true));
    let wanted = BTreeSet::from([Fenced]);
    assert_eq!(broken(&judgement), wanted, "{}", offences(&judgement));
}

#[test]
fn a_page_for_who_is_out_is_not_fenced() {
    spoiled(
        |lines| {
            let at = place(lines, 0, put_out);
            let Record::Left { s, .. } = lines[at].record else {
                panic!("left");
            };
            let mut page = page(lines, 2).clone();
            let head = row_of(lines, 0, 1).seq;
            assert_eq!(head, Seq(1));
            // As of the number by which they were put out.
            let Record::Left { seq, .. } = lines[at].record else {
                panic!("left");
            };
            page.head = seq;
            let (t, record) = (lines[at].t, Record::Page { s, page });
            lines.insert(at + 1, Line { t, record });
        },
        &[Fenced],
    );
}
