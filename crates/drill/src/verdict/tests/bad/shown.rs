//! What came over sockets, stood on screens and in pages.

use std::collections::BTreeSet;

use hearth_protocol::{CloseCode, RoomKind, Seq};

use super::{change, page, place, spoiled};
use crate::{
    history::{Line, Record, Way},
    verdict::{
        Promise::{Bounded, Complete, Honest, Once, Ordered},
        tests::{
            broken,
            good::{eventful, given_late},
            judged, offences,
            story::{Story, message},
        },
    },
};

#[test]
fn a_connected_reader_without_the_end_is_not_complete() {
    spoiled(
        |lines| {
            let at = lines.iter().rposition(
                |line| matches!(&line.record, Record::Shown { run, .. } if run.room == 0),
            );
            lines.remove(at.expect("shown"));
        },
        &[Complete],
    );
}

#[test]
fn a_room_that_a_member_is_never_given_is_not_complete() {
    spoiled(
        |lines| {
            // The third user's client never has the first room on its screen.
            let (c, room) = (2, 0);
            lines.retain(|line| match &line.record {
                Record::Entered {
                    c: of, room: it, ..
                }
                | Record::Gone { c: of, room: it } => (*of, *it) != (c, room),
                Record::Shown { c: of, run } => (*of, run.room) != (c, room),
                Record::Missed {
                    c: of, room: it, ..
                } => (*of, *it) != (c, room),
                _ => true,
            });
        },
        &[Complete],
    );
}

#[test]
fn events_left_out_in_silence_are_neither_complete_nor_honest() {
    spoiled(
        |lines| {
            let at = place(lines, 0, |record| matches!(record, Record::Missed { .. }));
            lines.remove(at);
        },
        &[Complete, Honest],
    );
}

#[test]
fn who_could_not_come_back_is_not_complete() {
    spoiled(
        |lines| {
            let at = place(lines, 0, |record| matches!(record, Record::Quiet));
            let t = lines[at].t;
            let record = Record::Behind { u: 4 };
            lines.insert(at + 1, Line { t, record });
        },
        &[Complete],
    );
}

#[test]
fn a_short_page_is_not_complete() {
    spoiled(
        |lines| {
            let page = page(lines, 2);
            page.limit += 1;
        },
        &[Complete],
    );
}

#[test]
fn a_gap_of_what_a_resume_replays_is_not_complete() {
    for (fewest, wanted) in [(1, None), (1_000, Some(Complete))] {
        let mut lines = eventful();
        if let Record::Begin(begin) = &mut lines[0].record {
            begin.limits.gap_events = fewest;
        }
        let judgement = judged(&lines);
        let wanted = wanted.into_iter().collect();
        assert_eq!(broken(&judgement), wanted, "{}", offences(&judgement));
    }
}

#[test]
fn a_socket_that_goes_back_is_no_order() {
    spoiled(
        |lines| {
            let at = place(lines, 2, |record| matches!(record, Record::Heard { .. }));
            let again = lines[at].clone();
            lines.insert(at + 1, again);
        },
        &[Ordered],
    );
}

#[test]
fn a_screen_that_shows_an_event_twice_is_not_once() {
    spoiled(
        |lines| {
            let at = place(lines, 1, |record| matches!(record, Record::Shown { .. }));
            let again = lines[at].clone();
            lines.insert(at + 1, again);
        },
        &[Once],
    );
}

#[test]
fn a_hole_on_a_socket_is_not_honest() {
    // The client asks for what is missing, and its person sees all of it: the server has said nothing of it all the same.
    let mut story = Story::new(2, &[]);
    let room = story.create(1, RoomKind::Public);
    let client = story.client(1);
    story.say(1, room);
    story.say(1, room);
    let head = story.rooms[room as usize].head();
    let hidden = story.lines.len();
    story.deliver(client, room, Seq(head.0 - 1));
    story.lines.remove(hidden);
    story.page(client, room, Way::After(Seq(head.0 - 2)), 200);
    let judgement = judged(&story.end());
    assert_eq!(broken(&judgement), BTreeSet::from([Honest]));
}

#[test]
fn a_drain_without_the_answer_to_what_was_taken_in_is_not_honest() {
    // Two sends over one socket; the one that is answered before it closes is the first, or the second.
    for answered in [0, 1] {
        let mut story = Story::new(2, &[]);
        let room = story.create(1, RoomKind::Public);
        let client = story.client(1);
        let sends = [message("one"), message("other")];
        let sends = sends.map(|deed| story.compose(1, room, deed));
        let sends = sends.map(|command| (story.invoke(1, command.clone()), command));
        let (o, command) = &sends[answered];
        let seq = story.append(1, command);
        story.ok(*o, Some(seq), None);
        story.unknown(sends[1 - answered].0);
        story.close(client);
        let mut lines = story.end();
        *change(&mut lines, 0, |record| match record {
            Record::Close { code, .. } => Some(code),
            _ => None,
        }) = Some(CloseCode::Drain.number());
        let judgement = judged(&lines);
        let wanted = (answered == 1).then_some(Honest);
        assert_eq!(broken(&judgement), wanted.into_iter().collect());
    }
}

#[test]
fn a_reset_of_a_log_that_is_whole_is_not_honest() {
    spoiled(
        |lines| {
            let at = place(lines, 3, |record| matches!(record, Record::Heard { .. }));
            let Record::Heard { s, run } = &lines[at].record else {
                panic!("heard");
            };
            let (s, room, head) = (*s, run.room, run.to);
            let (t, record) = (lines[at].t, Record::Reset { s, room, head });
            lines.insert(at + 1, Line { t, record });
        },
        &[Honest],
    );
}

#[test]
fn a_room_that_is_given_late_and_skips_what_was_missed_is_not_honest() {
    let mut lines = given_late();
    let at = place(&lines, 0, |record| matches!(record, Record::Given { .. }));
    let Record::Given { s, .. } = lines[at].record else {
        panic!("given");
    };
    let of_it = |record: &Record| matches!(record, Record::Heard { s: of, .. } if *of == s);
    let heard = (at..lines.len()).find(|at| of_it(&lines[*at].record));
    let heard = heard.expect("a replay");
    let Record::Heard { run, .. } = &mut lines[heard].record else {
        panic!("heard");
    };
    assert!(run.from < run.to, "more than one was missed");
    lines.remove(heard);
    let judgement = judged(&lines);
    assert!(
        broken(&judgement).contains(&Honest),
        "{}",
        offences(&judgement)
    );
}

#[test]
fn a_frame_too_wide_and_a_page_too_long_are_not_bounded() {
    spoiled(
        |lines| {
            let run = change(lines, 0, |record| match record {
                Record::Heard { run, .. } => Some(run),
                _ => None,
            });
            run.widest = 201;
        },
        &[Bounded],
    );
    spoiled(
        |lines| {
            let page = page(lines, 1);
            page.run.as_mut().expect("a run").widest = 21;
        },
        &[Bounded],
    );
}
