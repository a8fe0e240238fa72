//! Readers: LOG.md rules 25 and 26, resumes, gaps and resets.

use hearth_protocol::{ErrorCode, RoomKind, Seq};

use super::{Bench, create, invite, remove, send, text};
use crate::room::{Audience, Effect, Input, ReaderId, RoomBounds};

/// A room of the users 0 and 1 with messages of the owner up to this head.
fn room_of(head: u64, bounds: RoomBounds) -> Bench {
    let mut bench = Bench::new(bounds);
    bench.store.put(send(0, 1, 0, create(RoomKind::Private)));
    bench.store.put(send(0, 2, 1, invite(1)));
    for n in 3..=head {
        bench.store.put(send(0, n, n - 1, text("x")));
    }
    bench.load();
    bench
}

/// What a reader gets, in short: seqs it is shown, and what it is told.
#[derive(Debug, PartialEq, Eq)]
enum Got {
    Shown(u64, u64),
    Attached,
    Refused(ErrorCode),
    Gap(u64, u64),
    Reset(u64),
    Left(u64),
}

fn got(effects: &[Effect], of: u64) -> Vec<Got> {
    let of = ReaderId(of);
    let mut all: Vec<Got> = Vec::new();
    for effect in effects {
        match effect {
            Effect::Deliver { to, entries } => {
                let mine = match to {
                    Audience::Live(readers) => readers.contains(&of),
                    Audience::Reader(reader) => *reader == of,
                };
                let (first, last) = (entries[0].seq().0, entries[entries.len() - 1].seq().0);
                assert!(entries.len() <= 200, "a run has a bound");
                if !mine {
                    continue;
                }
                match all.last_mut() {
                    Some(Got::Shown(_, to)) if *to + 1 == first => *to = last,
                    _ => all.push(Got::Shown(first, last)),
                }
            }
            Effect::Attached { reader, result } if *reader == of => all.push(match result {
                Ok(_) => Got::Attached,
                Err(refusal) => Got::Refused(refusal.code),
            }),
            Effect::Gap { reader, from, to } if *reader == of => all.push(Got::Gap(from.0, to.0)),
            Effect::Reset { reader, head } if *reader == of => all.push(Got::Reset(head.0)),
            Effect::Left { reader, seq } if *reader == of => all.push(Got::Left(seq.0)),
            _ => {}
        }
    }
    all
}

fn live(bench: &Bench) -> Vec<u64> {
    bench.room.live().map(|(reader, _)| reader.0).collect()
}

#[test]
fn a_reader_at_the_head_is_live_at_once() {
    let mut bench = room_of(10, RoomBounds::default());
    let effects = bench.attach(1, 1, None);
    assert_eq!(got(&effects, 1), [Got::Attached]);
    assert_eq!(live(&bench), [1]);
    let Effect::Attached {
        result: Ok(view), ..
    } = &effects[0]
    else {
        panic!("attached");
    };
    assert_eq!((view.head, view.members), (bench.store.head(), 2));
}

#[test]
fn rule_25_a_replay_ends_at_the_timelines_position_and_goes_live_in_one_step() {
    let mut bench = room_of(10, RoomBounds::default());
    // The store is ahead of the node.
    let entry = bench.store.put(send(0, 11, 10, text("x")));
    let effects = bench.attach(1, 1, Some(4));
    assert_eq!(got(&effects, 1), [Got::Attached, Got::Shown(5, 10)]);
    assert_eq!(live(&bench), [1]);
    let effects = bench.input(Input::Hint(vec![entry]));
    assert_eq!(
        got(&effects, 1),
        [Got::Shown(11, 11)],
        "neither twice nor never"
    );
}

#[test]
fn rule_25_a_replay_below_the_window_is_read_and_joins_without_a_hole() {
    let bounds = RoomBounds {
        tail_events_max: 4,
        read_events_max: 10,
        ..RoomBounds::default()
    };
    let mut bench = room_of(50, bounds);
    let effects = bench.raw(Input::Attach {
        reader: ReaderId(1),
        user: super::user(1),
        from: Some(Seq(3)),
    });
    assert_eq!(got(&effects, 1), [Got::Attached]);
    // While its pages are read the room goes on, and nothing of that is for it yet.
    let entry = bench.store.put(send(0, 51, 50, text("x")));
    let more = bench.raw(Input::Hint(vec![entry]));
    assert_eq!(got(&more, 1), []);
    assert_eq!(live(&bench), Vec::<u64>::new());
    let effects = bench.answer_reads(effects);
    assert_eq!(got(&effects, 1), [Got::Attached, Got::Shown(4, 51)]);
    assert_eq!(live(&bench), [1]);
}

#[test]
fn equal_reads_of_readers_that_catch_up_are_made_once_and_not_too_many_at_a_time() {
    let bounds = RoomBounds {
        tail_events_max: 4,
        read_events_max: 10,
        reader_reads_max: 2,
        ..RoomBounds::default()
    };
    let mut bench = room_of(50, bounds);
    let mut effects = Vec::new();
    for reader in 0..30 {
        effects.extend(bench.raw(Input::Attach {
            reader: ReaderId(reader),
            user: super::user(1),
            from: Some(Seq(3 + 7 * (reader % 3))),
        }));
    }
    let reads = effects
        .iter()
        .filter(|e| matches!(e, Effect::Read { .. }))
        .count();
    assert_eq!(
        reads, 2,
        "three different pages are wanted, two are under way"
    );
    let before = bench.store.reads;
    let effects = bench.answer_reads(effects);
    for reader in 0..30 {
        let first = 4 + 7 * (reader % 3);
        assert_eq!(
            got(&effects, reader),
            [Got::Attached, Got::Shown(first, 50)]
        );
    }
    assert!(
        bench.store.reads - before <= 12,
        "thirty readers, {} reads",
        bench.store.reads - before
    );
}

#[test]
fn who_comes_later_is_given_the_pages_that_were_read_for_the_first_and_not_for_ever() {
    let bounds = RoomBounds {
        tail_events_max: 4,
        read_events_max: 10,
        ..RoomBounds::default()
    };
    let kept_ms = bounds.kept_ms;
    let mut bench = room_of(50, bounds);
    bench.attach(0, 1, Some(3));
    let before = bench.store.reads;
    for reader in 1..200 {
        let from = 3 + reader % 40;
        let effects = bench.attach(reader, 1, Some(from));
        assert_eq!(
            got(&effects, reader),
            [Got::Attached, Got::Shown(from + 1, 50)]
        );
    }
    assert_eq!(bench.store.reads, before, "all of it was read once");
    bench.wait(kept_ms);
    bench.attach(500, 1, Some(3));
    assert!(bench.store.reads > before, "memory is given back");
}

#[test]
fn no_page_shows_a_word_of_what_was_deleted_since() {
    let bounds = RoomBounds {
        tail_events_max: 4,
        ..RoomBounds::default()
    };
    let mut bench = room_of(50, bounds);
    let shown = |effects: &[Effect]| {
        let entries = effects.iter().filter_map(|effect| match effect {
            Effect::Deliver { entries, .. } => Some(entries.to_vec()),
            _ => None,
        });
        entries.flatten().map(|e| e.event.body).collect::<Vec<_>>()
    };
    let page = shown(&bench.attach(1, 1, Some(20)));
    assert_eq!(page[0], text("x"));
    let delete = hearth_protocol::Body::Delete { target: Seq(21) };
    let gone = bench.store.put(send(0, 51, 50, delete.clone()));
    bench.input(Input::Hint(vec![gone]));
    // Neither the page that was kept nor the one that is read has it, though the store has.
    let effects = bench.attach(2, 1, Some(20));
    assert_eq!(got(&effects, 2), [Got::Attached, Got::Shown(21, 51)]);
    let page = shown(&effects);
    assert_eq!((&page[0], &page[1]), (&text("").erased(), &text("x")));
    assert_eq!(page.last(), Some(&delete));
}

#[test]
fn a_kept_page_shows_nobody_what_came_after_their_removal() {
    let bounds = RoomBounds {
        tail_events_max: 2,
        read_events_max: 20,
        ..RoomBounds::default()
    };
    let mut bench = room_of(30, bounds);
    let run = vec![
        bench.store.put(send(0, 31, 30, remove(1))),
        bench.store.put(send(0, 32, 31, text("secret"))),
    ];
    // Two readers at the same place: the one who is put out waits for its page while the other's is kept.
    let reads = bench.raw(Input::Attach {
        reader: ReaderId(1),
        user: super::user(1),
        from: Some(Seq(5)),
    });
    bench.raw(Input::Hint(run));
    for n in 33..=60 {
        let entry = bench.store.put(send(0, n, n - 1, text("secret")));
        bench.raw(Input::Hint(vec![entry]));
    }
    bench.attach(2, 0, Some(5));
    let effects = bench.answer_reads(reads);
    assert_eq!(
        got(&effects, 1),
        [Got::Attached, Got::Shown(6, 31), Got::Left(31)]
    );
}

#[test]
fn who_is_too_far_behind_is_told_a_gap_and_given_the_newest_page() {
    let bounds = RoomBounds {
        resume_events_max: 20,
        page_events: 5,
        ..RoomBounds::default()
    };
    let mut bench = room_of(50, bounds);
    let effects = bench.attach(1, 1, Some(29));
    assert_eq!(
        got(&effects, 1),
        [Got::Attached, Got::Gap(30, 45), Got::Shown(46, 50)]
    );
    let effects = bench.attach(2, 1, Some(30));
    assert_eq!(got(&effects, 2), [Got::Attached, Got::Shown(31, 50)]);
}

#[test]
fn who_is_ahead_of_the_log_is_reset_but_not_before_the_log_was_read() {
    let mut bench = room_of(10, RoomBounds::default());
    bench.store.put(send(0, 11, 10, text("x")));
    let effects = bench.attach(1, 1, Some(11));
    assert_eq!(
        got(&effects, 1),
        [Got::Attached],
        "the node was behind, not the reader ahead"
    );
    assert_eq!(got(&bench.attach(2, 1, Some(99)), 2), []);
    let effects = bench.wait(100);
    assert_eq!(got(&effects, 2), [Got::Attached, Got::Reset(11)]);
    assert_eq!(live(&bench), [1, 2]);
}

#[test]
fn who_is_no_member_is_turned_away_but_not_before_the_log_was_read() {
    let mut bench = room_of(10, RoomBounds::default());
    let effects = bench.attach(1, 2, Some(0));
    assert_eq!(got(&effects, 1), [Got::Refused(ErrorCode::NotMember)]);
    bench.store.put(send(0, 11, 10, invite(2)));
    assert_eq!(got(&bench.attach(2, 2, Some(0)), 2), []);
    let effects = bench.wait(100);
    assert_eq!(got(&effects, 2), [Got::Attached, Got::Shown(1, 11)]);
    let mut none = Bench::new(RoomBounds::default());
    let effects = none.attach(1, 0, None);
    assert_eq!(got(&effects, 1), [Got::Refused(ErrorCode::NotFound)]);
}

#[test]
fn rule_26_a_removal_cuts_the_run() {
    let mut bench = room_of(10, RoomBounds::default());
    bench.attach(1, 0, None);
    bench.attach(2, 1, None);
    let run = vec![
        bench.store.put(send(0, 11, 10, text("before"))),
        bench.store.put(send(0, 12, 11, remove(1))),
        bench.store.put(send(0, 13, 12, text("after"))),
    ];
    let effects = bench.input(Input::Hint(run));
    assert_eq!(got(&effects, 1), [Got::Shown(11, 13)]);
    assert_eq!(got(&effects, 2), [Got::Shown(11, 12), Got::Left(12)]);
    assert_eq!(live(&bench), [1]);
}

#[test]
fn rule_26_who_leaves_and_comes_back_in_one_run_begins_anew() {
    let mut bench = room_of(10, RoomBounds::default());
    bench.attach(2, 1, None);
    let run = vec![
        bench.store.put(send(1, 1, 10, super::Body::Leave)),
        bench.store.put(send(0, 12, 11, text("not for them then"))),
        bench.store.put(send(0, 13, 12, invite(1))),
    ];
    let effects = bench.input(Input::Hint(run));
    assert_eq!(got(&effects, 2), [Got::Shown(11, 11), Got::Left(11)]);
    let effects = bench.attach(3, 1, Some(11));
    assert_eq!(
        got(&effects, 3),
        [Got::Attached, Got::Shown(12, 13)],
        "a member sees the history"
    );
}

#[test]
fn rule_26_who_is_put_out_while_catching_up_is_shown_what_lies_up_to_it() {
    let bounds = RoomBounds {
        tail_events_max: 4,
        read_events_max: 10,
        ..RoomBounds::default()
    };
    let mut bench = room_of(50, bounds);
    let reads = bench.raw(Input::Attach {
        reader: ReaderId(1),
        user: super::user(1),
        from: Some(Seq(20)),
    });
    let run = vec![
        bench.store.put(send(0, 51, 50, remove(1))),
        bench.store.put(send(0, 52, 51, text("secret"))),
    ];
    bench.raw(Input::Hint(run));
    let effects = bench.answer_reads(reads);
    assert_eq!(
        got(&effects, 1),
        [Got::Attached, Got::Shown(21, 51), Got::Left(51)]
    );
    assert_eq!(live(&bench), Vec::<u64>::new());
}

#[test]
fn a_reader_that_is_gone_is_given_nothing() {
    let mut bench = room_of(10, RoomBounds::default());
    bench.attach(1, 1, None);
    bench.input(Input::Detach(ReaderId(1)));
    let entry = bench.store.put(send(0, 11, 10, text("x")));
    assert!(bench.input(Input::Hint(vec![entry])).is_empty());
    assert!(bench.room.is_idle(bench.now));
}

#[test]
fn rows_that_stay_missing_below_the_window_are_told() {
    let bounds = RoomBounds {
        tail_events_max: 4,
        ..RoomBounds::default()
    };
    let mut bench = room_of(30, bounds);
    for row in &mut bench.store.rows[9..12] {
        row.lost = true;
    }
    let mut effects = bench.attach(1, 1, Some(5));
    effects.extend(bench.wait(30_000));
    assert_eq!(
        got(&effects, 1),
        [
            Got::Attached,
            Got::Shown(6, 9),
            Got::Gap(10, 26),
            Got::Shown(27, 30)
        ]
    );
    assert_eq!(live(&bench), [1]);
}
