//! Readers and senders that wait too long.

use hearth_protocol::{RoomKind, Seq};

use super::{place, spoiled};
use crate::{
    history::{Line, Record},
    verdict::{
        Promise::{self, Expendable, Honest, Whole},
        tests::{broken, judged, offences, story::Story},
    },
};

#[test]
fn a_reader_left_waiting_without_a_fault_is_not_honest() {
    spoiled(
        |lines| {
            let t = lines.last().expect("an end").t + 60_000_000;
            let (c, room, seq, since) = (1, 0, Seq(5), 0);
            let record = Record::Late {
                c,
                room,
                seq,
                since,
            };
            let end = lines.len() - 1;
            lines.insert(end, Line { t, record });
        },
        &[Honest],
    );
}

/// One socket of a reader in a room where things are said, and what each moment of its life is.
fn one_waits(peace_ms: [u64; 2], is_read: bool) -> (Vec<Line>, Seq) {
    let mut story = Story::new(3, &[]);
    let room = story.create(1, RoomKind::Public);
    story.join(2, room);
    let ben = story.client(2);
    let seq = story.say(1, room);
    let [before, after] = peace_ms;
    // Others go on meanwhile: nothing is silent.
    let peace = |story: &mut Story, ms: u64| {
        for _ in 0..ms / 4_000 {
            story.wait(4_000);
            story.say(1, room);
        }
    };
    peace(&mut story, before);
    story.fault("kill", false, 1);
    peace(&mut story, after);
    if is_read {
        story.catch_up(ben);
    }
    story.close(ben);
    // The next socket brings all of it.
    story.open(ben);
    story.catch_up(ben);
    (story.end(), seq)
}

fn is_judged(lines: &[Line], promise: Option<Promise>) {
    let judgement = judged(lines);
    let wanted = promise.into_iter().collect();
    assert_eq!(broken(&judgement), wanted, "{}", offences(&judgement));
}

#[test]
fn a_reader_left_behind_until_the_socket_ends_is_not_honest() {
    for (peace, is_read, wanted) in [
        ([24_000, 0], false, Some(Honest)),
        ([0, 24_000], false, Some(Honest)),
        ([12_000, 12_000], false, None),
        ([24_000, 0], true, None),
    ] {
        is_judged(&one_waits(peace, is_read).0, wanted);
    }
}

#[test]
fn a_fault_at_the_end_of_a_wait_excuses_no_more_than_its_own_time() {
    for (peace, wanted) in [([24_000, 0], Some(Honest)), ([12_000, 12_000], None)] {
        let (mut lines, seq) = one_waits(peace, true);
        let shown = place(&lines, 0, |record| {
            matches!(record, Record::Shown { c: 0, .. })
        });
        let (c, room, since) = (0, 0, 0);
        let record = Record::Late {
            c,
            room,
            seq,
            since,
        };
        let t = lines[shown].t;
        lines.insert(shown, Line { t, record });
        is_judged(&lines, wanted);
    }
}

#[test]
fn a_run_that_must_bite_and_has_no_peace_is_not_whole() {
    let spoil = |lines: &mut Vec<Line>| {
        if let Record::Begin(begin) = &mut lines[0].record {
            begin.each_bites = true;
        }
    };
    for (peace, wanted) in [([12_000, 12_000], Some(Whole)), ([0, 20_000], None)] {
        let (mut lines, _) = one_waits(peace, true);
        spoil(&mut lines);
        is_judged(&lines, wanted);
    }
}

#[test]
fn a_silence_that_nothing_excuses_is_not_expendable() {
    spoiled(
        |lines| {
            let at = place(lines, 8, |record| {
                matches!(record, Record::Ok { seq: Some(_), .. })
            });
            for line in &mut lines[at..] {
                line.t += 20_000_000;
            }
        },
        // Nor did who was connected meanwhile get what had been stored.
        &[Expendable, Honest],
    );
}
