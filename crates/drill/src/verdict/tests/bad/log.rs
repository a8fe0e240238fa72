//! What was sent, and what the log has of it.

use std::collections::BTreeSet;

use hearth_protocol::{Role, RoomKind, Seq};

use super::{change, grow, place, row_of, spoiled};
use crate::{
    history::{Command, Deed, Digest, Record},
    verdict::{
        Promise::{Durable, Fenced, Honest, Once, Ordered},
        tests::{
            broken,
            good::{invited_again, refused_and_raised},
            judged, offences,
            story::{Story, message},
        },
    },
};

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
            *deed = message("other words");
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
fn an_invitation_that_is_answered_again_with_their_removal_is_not_durable() {
    let judgement = judged(&invited_again(|seq| Seq(seq.0 - 1)));
    let wanted = BTreeSet::from([Durable]);
    assert_eq!(broken(&judgement), wanted, "{}", offences(&judgement));
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
fn who_is_banned_does_not_come_in_and_an_archived_room_takes_nothing() {
    let ban = |until_ms| Deed::Ban {
        user: 2,
        reason: Digest::of("spam"),
        until_ms,
    };
    let fenced = BTreeSet::from([Fenced]);
    for (deeds, expected) in [
        (vec![ban(None)], &fenced),
        (vec![ban(Some(1))], &BTreeSet::new()),
        (vec![ban(None), Deed::Unban { user: 2 }], &BTreeSet::new()),
        (
            vec![Deed::Remove { user: 2 }, Deed::Archive { on: true }],
            &fenced,
        ),
    ] {
        let mut story = Story::new(3, &[]);
        let room = story.create(1, RoomKind::Public);
        story.join(2, room);
        for deed in deeds {
            story.send(1, room, deed);
        }
        story.join(2, room);
        assert_eq!(&broken(&judged(&story.end())), expected);
    }
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
fn what_was_refused_for_good_and_is_stored_as_it_was_is_not_honest() {
    // The client had not raised its `after`: the second try is what was refused.
    let lines = refused_and_raised(|after| *after = Some(Seq(2)));
    let judgement = judged(&lines);
    let wanted = BTreeSet::from([Honest, Fenced]);
    assert_eq!(broken(&judgement), wanted, "{}", offences(&judgement));
}
