//! Bad histories made by hand: what each spoils, and the verdicts that must say so, and no other.

use std::collections::BTreeSet;

use hearth_protocol::{CloseCode, Role, RoomKind, Seq};

use super::{
    broken,
    good::{eventful, given_late, invited_again, refused_and_raised, replayed_over_a_removal},
    judged, offences,
    story::{Story, message},
};
use crate::{
    history::{Command, Deed, Digest, Line, Record, Row, Snap, Way, When},
    verdict::Promise::{
        self, Bitten, Bounded, Complete, Counted, Durable, Expendable, Fenced, Honest, Once,
        Ordered, Private, Projected, Returned, Whole,
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

fn page(lines: &mut [Line], n: usize) -> &mut crate::history::Page {
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
        ordinal: row.ordinal + u64::from(deed.is_message()),
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
    let mut ends = std::collections::BTreeMap::new();
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
        let run = crate::history::Run::begin(room, &row, 0);
        let record = Record::Shown { c, run };
        lines.insert(quiet, Line { t, record });
    }
}

#[test]
fn an_acknowledged_message_that_is_nowhere_is_lost() {
    spoiled(
        |lines| {
            // Acknowledged, and neither the log nor any reader has it.
            let at = place(lines, 0, |record| {
                matches!(record, Record::Unknown { o, .. } if {
                    matches!(lines.iter().find_map(|line| match &line.record {
                        Record::Invoke { o: of, command: Command::Send { deed, .. }, .. } if of == o => Some(deed.clone()),
                        _ => None,
                    }), Some(Deed::Message { text, .. }) if text == Digest::of("gone"))
                })
            });
            let Record::Unknown { o, .. } = lines[at].record else {
                panic!("an unknown");
            };
            let (seq, room) = (Some(Seq(12)), None);
            lines[at].record = Record::Ok { o, seq, room };
        },
        &[Durable],
    );
}

#[test]
fn what_a_read_could_miss_after_its_acknowledgement_is_not_durable() {
    spoiled(
        |lines| {
            let at = place(lines, 0, |record| matches!(record, Record::Quiet));
            let (room, seq) = (0, Seq(3));
            let mut line = lines[at].clone();
            line.record = Record::Fragile { room, seq };
            lines.insert(at, line);
        },
        &[Durable],
    );
}

#[test]
fn a_message_stored_otherwise_than_it_was_sent_is_lost() {
    spoiled(
        |lines| {
            let deed = change(lines, 2, |record| match record {
                Record::Invoke {
                    command:
                        Command::Send {
                            deed: deed @ Deed::Message { .. },
                            ..
                        },
                    ..
                } => Some(deed),
                _ => None,
            });
            *deed = super::story::message("other words");
        },
        &[Durable],
    );
}

#[test]
fn a_node_that_has_not_all_of_a_log_has_lost_it() {
    spoiled(
        |lines| {
            let at = place(lines, 0, |record| matches!(record, Record::Read { .. }));
            lines.remove(at);
        },
        &[Durable],
    );
}

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
fn who_was_in_all_the_while_and_is_refused_as_no_member_is_not_honest() {
    let mut story = Story::new(3, &[]);
    let room = story.create(1, RoomKind::Public);
    story.join(2, room);
    story.say(2, room);
    let command = story.compose(2, room, message("refused"));
    let o = story.invoke(2, command.clone());
    story.fail(o, "not_member");
    // A role is no reason.
    let role = Role::Moderator;
    story.send(1, room, Deed::Role { user: 2, role });
    let judgement = judged(&story.end());
    assert_eq!(broken(&judgement), BTreeSet::from([Honest]));

    // But a removal after it is one, also if it was not there yet.
    let mut story = Story::new(3, &[]);
    let room = story.create(1, RoomKind::Public);
    story.join(2, room);
    let command = story.compose(2, room, message("refused"));
    let o = story.invoke(2, command.clone());
    story.fail(o, "not_member");
    story.send(1, room, Deed::Remove { user: 2 });
    assert_eq!(broken(&judged(&story.end())), BTreeSet::new());
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
fn two_contents_under_one_number_are_no_order() {
    for heard in [true, false] {
        spoiled(
            |lines| {
                let run = change(lines, 3, |record| match record {
                    Record::Heard { run, .. } if heard => Some(run),
                    Record::Shown { run, .. } if !heard => Some(run),
                    _ => None,
                });
                run.heads = run.heads.plus(Digest(1));
            },
            &[Ordered],
        );
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
fn a_sender_s_later_message_below_an_earlier_is_no_order() {
    spoiled(
        |lines| {
            // Two sends of one device change their counters.
            let mut places = (0..lines.len()).filter(|at| {
                matches!(
                    &lines[*at].record,
                    Record::Invoke {
                        u: 2,
                        command: Command::Send { room: 0, .. },
                        ..
                    }
                )
            });
            let (one, two) = (places.next().expect("one"), places.next().expect("two"));
            for (at, counter) in [(one, 2), (two, 1)] {
                if let Record::Invoke {
                    command: Command::Send { n, .. },
                    ..
                } = &mut lines[at].record
                {
                    *n = counter;
                }
            }
        },
        &[Ordered],
    );
}

#[test]
fn what_was_sent_after_an_acknowledgement_stands_above_it() {
    spoiled(
        |lines| {
            // The first message's acknowledgement is the same, and its first try came only after the second's.
            let at = place(lines, 0, |record| {
                matches!(
                    record,
                    Record::Invoke {
                        u: 1,
                        command: Command::Send { room: 0, .. },
                        ..
                    }
                )
            });
            let later = place(lines, 2, |record| {
                matches!(
                    record,
                    Record::Invoke {
                        u: 2,
                        command: Command::Send { room: 0, .. },
                        ..
                    }
                )
            });
            let t = lines[later].t;
            lines[at].t = t;
        },
        &[Ordered],
    );
}

#[test]
fn a_send_that_is_there_twice_is_not_once() {
    spoiled(
        |lines| {
            let row = row_of(lines, 0, 4).clone();
            grow(lines, 0, row.by, &row.id, row.deed);
        },
        &[Once],
    );
}

#[test]
fn a_copy_under_another_id_is_not_once() {
    spoiled(
        |lines| {
            let row = row_of(lines, 0, 4).clone();
            grow(lines, 0, row.by, "another", row.deed);
        },
        &[Once],
    );
}

#[test]
fn what_its_sender_takes_for_stored_must_be_there() {
    spoiled(
        |lines| {
            let seq = change(lines, 0, |record| match record {
                Record::Settled { seq, .. } => Some(seq),
                _ => None,
            });
            seq.0 += 1;
        },
        &[Durable],
    );
}

#[test]
fn two_answers_to_one_send_are_not_once() {
    spoiled(
        |lines| {
            let at = place(
                lines,
                0,
                |record| matches!(record, Record::Fail { code, .. } if code == "doubtful"),
            );
            let Record::Fail { o, .. } = lines[at].record else {
                panic!("a fail");
            };
            let (seq, room) = (Some(Seq(3)), None);
            lines[at].record = Record::Ok { o, seq, room };
        },
        // The first answer is what the others are held against, and it is not true.
        &[Once, Durable],
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
fn what_was_refused_for_good_and_is_there_is_not_honest() {
    spoiled(
        |lines| {
            let at = place(
                lines,
                0,
                |record| matches!(record, Record::Fail { code, .. } if code == "doubtful"),
            );
            let Record::Fail { code, .. } = &mut lines[at].record else {
                panic!("a fail");
            };
            *code = "out_of_order".into();
        },
        &[Honest],
    );
}

#[test]
fn what_was_not_done_by_any_answer_and_is_there_is_not_honest() {
    spoiled(
        |lines| {
            let kept = Digest::of("kept");
            let op = lines.iter().find_map(|line| match &line.record {
                Record::Invoke {
                    o,
                    command:
                        Command::Send {
                            deed: Deed::Message { text, .. },
                            ..
                        },
                    ..
                } if *text == kept => Some(*o),
                _ => None,
            });
            let at = place(
                lines,
                0,
                |record| matches!(record, Record::Unknown { o, .. } if Some(*o) == op),
            );
            let (o, code) = (op.expect("an op"), "busy".to_owned());
            lines[at].record = Record::Fail { o, code };
        },
        &[Honest],
    );
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

#[test]
fn a_reader_left_behind_until_the_socket_ends_is_not_honest() {
    for (peace, is_read, wanted) in [
        ([24_000, 0], false, Some(Honest)),
        ([0, 24_000], false, Some(Honest)),
        ([12_000, 12_000], false, None),
        ([24_000, 0], true, None),
    ] {
        let judgement = judged(&one_waits(peace, is_read).0);
        let wanted = wanted.into_iter().collect();
        assert_eq!(
            broken(&judgement),
            wanted,
            "{peace:?} {}",
            offences(&judgement)
        );
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
        let judgement = judged(&lines);
        let wanted = wanted.into_iter().collect();
        assert_eq!(
            broken(&judgement),
            wanted,
            "{peace:?} {}",
            offences(&judgement)
        );
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
        let judgement = judged(&lines);
        let wanted = wanted.into_iter().collect();
        assert_eq!(
            broken(&judgement),
            wanted,
            "{peace:?} {}",
            offences(&judgement)
        );
    }
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

#[test]
fn a_node_that_does_not_come_back_is_not_expendable() {
    spoiled(
        |lines| {
            lines.retain(|line| !matches!(&line.record, Record::Final { node, .. } if node == "b"));
        },
        &[Expendable],
    );
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
fn what_was_refused_for_good_and_is_stored_as_it_was_is_not_honest() {
    // The client had not raised its `after`: the second try is what was refused.
    let lines = refused_and_raised(|after| *after = Some(Seq(2)));
    let judgement = judged(&lines);
    let wanted = BTreeSet::from([Honest, Fenced]);
    assert_eq!(broken(&judgement), wanted, "{}", offences(&judgement));
}

#[test]
fn an_invitation_that_is_answered_again_with_their_removal_is_not_durable() {
    let judgement = judged(&invited_again(|seq| Seq(seq.0 - 1)));
    let wanted = BTreeSet::from([Durable]);
    assert_eq!(broken(&judgement), wanted, "{}", offences(&judgement));
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

#[test]
fn a_wrong_count_is_not_what_the_log_implies() {
    spoiled(|lines| snap(lines, 2).unread += 1, &[Counted]);
    spoiled(|lines| snap(lines, 2).ordinal += 1, &[Counted]);
    spoiled(
        |lines| {
            let unread = change(lines, 0, |record| match record {
                Record::Mark { unread, .. } => Some(unread),
                _ => None,
            });
            *unread += 1_000;
        },
        &[Counted],
    );
}

#[test]
fn a_mark_that_goes_back_or_that_nobody_set_is_not_what_the_log_implies() {
    spoiled(
        |lines| {
            let mark = change(lines, 0, |record| match record {
                Record::Mark { seq, unread, .. } => Some((seq, unread)).map(|(seq, unread)| {
                    *unread = 0;
                    seq
                }),
                _ => None,
            });
            *mark = Seq(11);
        },
        &[Counted],
    );
    spoiled(
        |lines| {
            // One node still has the mark from before at the end.
            for line in lines.iter_mut().rev() {
                if let Record::Final { u: 3, rooms, .. } = &mut line.record {
                    let snap = rooms.first_mut().expect("a room");
                    (snap.mark, snap.revision) = (Seq(4), 1);
                    snap.unread = snap.ordinal - 2;
                    break;
                }
            }
        },
        &[Counted],
    );
}

#[test]
fn a_mark_below_one_s_own_message_is_not_what_the_log_implies() {
    for (with_fault, wanted) in [(false, vec![Counted]), (true, Vec::new())] {
        let mut story = Story::new(2, &[]);
        let room = story.create(1, RoomKind::Public);
        story.say(1, room);
        if with_fault {
            // Whose node died with it is excused.
            story.fault("server-kill", false, 1);
        }
        story.forget_marks(room);
        let judgement = judged(&story.end());
        assert_eq!(broken(&judgement), wanted.into_iter().collect());
    }
}

#[test]
fn a_state_that_is_no_fold_of_the_log_is_no_projection() {
    spoiled(
        |lines| {
            let page = page(lines, 0);
            page.states[0].text = Some(Digest::of("old"));
        },
        &[Projected],
    );
    spoiled(|lines| page(lines, 0).states.clear(), &[Projected]);
    spoiled(
        |lines| page(lines, 0).states[0].reactions.clear(),
        &[Projected],
    );
    spoiled(
        |lines| {
            let page = page(lines, 1);
            let state = page.states.iter_mut().find(|state| state.deleted.is_some());
            state.expect("a deleted one").deleted = None;
        },
        &[Projected],
    );
}

#[test]
fn members_and_roles_that_are_no_fold_of_the_log_are_no_projection() {
    spoiled(|lines| snap(lines, 1).members += 1, &[Projected]);
    spoiled(
        |lines| {
            let snap = snap(lines, 2);
            snap.role = match snap.role {
                Role::Owner => Role::Member,
                _ => Role::Owner,
            };
        },
        &[Projected],
    );
    spoiled(
        |lines| {
            let members = change(lines, 0, |record| match record {
                Record::Members { members, .. } => Some(members),
                _ => None,
            });
            members.pop();
        },
        &[Projected],
    );
}

#[test]
fn a_deleted_text_in_a_page_is_no_projection() {
    spoiled(
        |lines| {
            let doomed = lines
                .iter()
                .find_map(|line| match &line.record {
                    Record::Invoke {
                        command:
                            Command::Send {
                                deed: Deed::Delete { target },
                                ..
                            },
                        ..
                    } => Some(*target),
                    _ => None,
                })
                .expect("a deletion");
            let id = row_of(lines, 0, doomed.0).id.clone();
            let deed = lines
                .iter()
                .find_map(|line| match &line.record {
                    Record::Invoke {
                        command: Command::Send { id: of, deed, .. },
                        ..
                    } if *of == id => Some(deed.clone()),
                    _ => None,
                })
                .expect("its send");
            let page = page(lines, 1);
            let run = page.run.as_mut().expect("a run");
            assert_eq!(run.erased, [doomed]);
            run.erased.clear();
            run.deeds = run.deeds.plus(deed.digest());
        },
        &[Projected],
    );
}

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

/// Somebody writes over the specification's surface, reads the echo, and a moderator deletes it or not; with
/// its row.
fn echoed(is_deleted: bool) -> (Story, Row) {
    let mut story = Story::new(4, &[]);
    let room = story.create(1, RoomKind::Public);
    story.join(2, room);
    let text = Digest::of("plain words");
    let command = Command::SeedSend { room, text };
    let o = story.invoke(2, command.clone());
    let target = story.append(2, &command);
    story.ok(o, None, None);
    let row = story.rooms[room as usize].rows[target.0 as usize - 1].clone();
    if is_deleted {
        story.send(1, room, Deed::Delete { target });
    }
    (story, row)
}

#[test]
fn an_echo_of_what_is_nowhere_is_not_durable() {
    for (is_deleted, echoes, wanted) in
        [(false, 1, None), (true, 1, None), (false, 2, Some(Durable))]
    {
        let (mut story, _) = echoed(is_deleted);
        for _ in 1..echoes {
            let text = Digest::of("other words");
            let o = story.invoke(2, Command::SeedSend { room: 0, text });
            story.ok(o, None, None);
        }
        let judgement = judged(&story.end());
        let wanted = wanted.into_iter().collect();
        assert_eq!(broken(&judgement), wanted, "{}", offences(&judgement));
    }
}

#[test]
fn what_the_specification_s_surface_tells_is_judged() {
    /// Whom it is told, how often, and what is wrong with it.
    type Told = (u32, u32, fn(&mut String, &mut Digest), Option<Promise>);
    let cases: [Told; 6] = [
        (2, 1, |_, _| (), None),
        (2, 2, |_, _| (), Some(Once)),
        (2, 1, |id, _| id.push('x'), Some(Durable)),
        (2, 1, |_, text| text.0 += 1, Some(Ordered)),
        (3, 1, |_, _| (), Some(Private)),
        (1, 1, |_, _| (), None),
    ];
    for (u, times, spoil, wanted) in cases {
        let (mut story, row) = echoed(false);
        let Deed::Message { mut text, .. } = row.deed else {
            panic!("a message");
        };
        let (mut id, s) = (row.id, 99);
        spoil(&mut id, &mut text);
        story.put(Record::Open { s, c: 99, u });
        for _ in 0..times {
            story.put(Record::Plain {
                s,
                room: 0,
                by: row.by,
                id: id.clone(),
                text,
            });
        }
        story.put(Record::Close { s, code: None });
        let judgement = judged(&story.end());
        let wanted = wanted.into_iter().collect();
        assert_eq!(broken(&judgement), wanted, "{}", offences(&judgement));
    }
}

#[test]
fn what_the_specification_s_surface_tells_who_has_left_is_not_fenced() {
    let (mut story, _) = echoed(false);
    story.leave(2, 0);
    story.say(1, 0);
    let row = story.rooms[0].rows.last().expect("a row").clone();
    let Deed::Message { text, .. } = row.deed else {
        panic!("a message");
    };
    let (s, room, by, id) = (99, 0, row.by, row.id);
    story.put(Record::Open { s, c: 99, u: 2 });
    story.put(Record::Plain {
        s,
        room,
        by,
        id,
        text,
    });
    story.put(Record::Close { s, code: None });
    let judgement = judged(&story.end());
    assert_eq!(
        broken(&judgement),
        BTreeSet::from([Fenced]),
        "{}",
        offences(&judgement)
    );
}

#[test]
fn resources_that_stay_away_are_not_returned() {
    for spoil in [0, 1, 2] {
        spoiled(
            |lines| {
                for line in lines.iter_mut() {
                    if let Record::Sample {
                        when: When::After,
                        rss_bytes,
                        fds,
                        tasks,
                        ..
                    } = &mut line.record
                    {
                        match spoil {
                            0 => *rss_bytes += 200 << 20,
                            1 => *fds += 100,
                            _ => *tasks += 100,
                        }
                    }
                }
            },
            &[Returned],
        );
    }
    spoiled(
        |lines| lines.retain(|line| !matches!(line.record, Record::Sample { .. })),
        &[Returned],
    );
    // One look that failed is one node that was not judged.
    for missed in [When::Before, When::After] {
        spoiled(
            |lines| {
                let at = place(
                    lines,
                    0,
                    |record| matches!(record, Record::Sample { when, .. } if *when == missed),
                );
                lines.remove(at);
            },
            &[Returned],
        );
    }
}

#[test]
fn a_fault_that_was_not_felt_or_not_done_did_not_bite() {
    spoiled(
        |lines| {
            *change(lines, 0, |record| match record {
                Record::Bit { n, .. } => Some(n),
                _ => None,
            }) = 0;
        },
        &[Bitten],
    );
    spoiled(
        |lines| {
            lines.retain(|line| {
                !matches!(
                    line.record,
                    Record::Bit { f: 1, .. } | Record::Healed { f: 1 } | Record::Fault { f: 1, .. }
                )
            });
        },
        &[Bitten],
    );
}

#[test]
fn what_was_done_unasked_must_bite_where_the_run_says_so() {
    for (each_bites, wanted) in [(true, &[Bitten][..]), (false, &[])] {
        spoiled(
            |lines| {
                if let Record::Begin(begin) = &mut lines[0].record {
                    begin.faults.retain(|class| class != "kill");
                    begin.each_bites = each_bites;
                }
                // A time of peace at the end, as such a run must have.
                let quiet = place(lines, 0, |record| matches!(record, Record::Quiet));
                for line in &mut lines[quiet..] {
                    line.t += 20_000_000;
                }
                *change(lines, 0, |record| match record {
                    Record::Bit { n, .. } => Some(n),
                    _ => None,
                }) = 0;
            },
            wanted,
        );
    }
}

#[test]
fn a_part_that_did_not_come_back_was_not_expendable() {
    spoiled(
        |lines| {
            let at = place(lines, 0, |record| matches!(record, Record::Bit { .. }));
            let why = "it did not come back into the balancer".to_owned();
            lines[at].record = Record::Undone { f: 0, why };
        },
        &[Bitten, Expendable],
    );
}

#[test]
fn a_history_without_its_end_or_a_log_is_not_whole() {
    spoiled(|lines| drop(lines.pop()), &[Whole]);
    spoiled(
        |lines| lines.retain(|line| !matches!(line.record, Record::Healed { .. })),
        &[Whole],
    );
    let mut lines = eventful();
    lines.retain(|line| !matches!(line.record, Record::Row { room: 2, .. }));
    assert!(broken(&judged(&lines)).contains(&Whole));
    let mut lines = eventful();
    lines.remove(40);
    let judgement = crate::verdict::judge(|| Ok(lines.clone().into_iter().map(Ok)));
    assert!(broken(&judgement.expect("a history")).contains(&Whole));
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
fn a_run_that_must_show_something_and_looked_at_nothing_is_not_whole() {
    for (each_bites, wanted) in [(true, Some(Whole)), (false, None)] {
        let mut story = Story::new(2, &[]);
        story.create(1, RoomKind::Public);
        let mut lines = story.end();
        if let Record::Begin(begin) = &mut lines[0].record {
            begin.each_bites = each_bites;
        }
        let judgement = judged(&lines);
        let wanted = wanted.into_iter().collect();
        assert_eq!(broken(&judgement), wanted, "{}", offences(&judgement));
    }
}
