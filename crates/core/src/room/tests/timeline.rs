//! LOG.md rules 20, 22 and 23, one by one.

use hearth_protocol::{RoomKind, Seq};

use super::{Bench, create, invite, send, text};
use crate::{
    log::{Entry, Head},
    port::{Freshness, Page, StoreError},
    room::{Audience, Effect, Input, ReaderId},
};

/// A room with one live reader at its head, which is 2.
fn with_reader() -> Bench {
    let mut bench = Bench::with(&[
        send(0, 1, 0, create(RoomKind::Public)),
        send(0, 2, 1, invite(1)),
    ]);
    let effects = bench.attach(1, 1, Some(2));
    assert!(matches!(
        effects[..],
        [Effect::Attached { result: Ok(_), .. }]
    ));
    bench
}

fn put(bench: &mut Bench, n: u64) -> Entry {
    let after = bench.store.head().seq.0;
    bench.store.put(send(0, 10 + n, after, text("x")))
}

/// What the live readers were given.
fn shown(effects: &[Effect]) -> Vec<u64> {
    let runs = effects.iter().filter_map(|effect| match effect {
        Effect::Deliver {
            to: Audience::Live(_),
            entries,
        } => Some(entries),
        _ => None,
    });
    runs.flat_map(|run| run.iter().map(|e| e.seq().0)).collect()
}

fn reads(effects: &[Effect]) -> Vec<(u64, Freshness)> {
    let reads = effects.iter().filter_map(|effect| match effect {
        Effect::Read {
            from, freshness, ..
        } => Some((from.0, *freshness)),
        _ => None,
    });
    reads.collect()
}

#[test]
fn rule_23_the_next_is_delivered_without_a_read_and_lower_ones_are_dropped() {
    let mut bench = with_reader();
    let (three, four) = (put(&mut bench, 1), put(&mut bench, 2));
    let effects = bench.raw(Input::Hint(vec![three.clone(), four.clone()]));
    assert_eq!(shown(&effects), [3, 4]);
    assert_eq!(reads(&effects), []);
    assert!(bench.raw(Input::Hint(vec![three])).is_empty());
    let five = put(&mut bench, 3);
    let effects = bench.raw(Input::Hint(vec![four, five]));
    assert_eq!(shown(&effects), [5], "an overlap is no doubling");
}

#[test]
fn rule_23_a_higher_one_is_not_shown_before_what_lies_between_was_read() {
    let mut bench = with_reader();
    let (_, four) = (put(&mut bench, 1), put(&mut bench, 2));
    let effects = bench.raw(Input::Hint(vec![four]));
    assert!(shown(&effects).is_empty());
    assert_eq!(reads(&effects), [(3, Freshness::Quorum)]);
    let counted = |bench: &Bench| {
        let counters = bench.room.counters();
        (counters.holes, counters.repaired, counters.gaps)
    };
    assert_eq!(counted(&bench), (1, 0, 0));
    let effects = bench.answer_reads(effects);
    assert_eq!(shown(&effects), [3, 4]);
    assert_eq!(counted(&bench), (1, 1, 0));
}

#[test]
fn rule_22_what_is_hinted_while_a_read_is_under_way_is_read_after_it() {
    let mut bench = with_reader();
    let (_, four) = (put(&mut bench, 1), put(&mut bench, 2));
    let first = bench.raw(Input::Hint(vec![four]));
    let Some(Input::Read {
        read,
        result: Ok(page),
    }) = bench.store.answer(&first[0])
    else {
        panic!("a read");
    };
    // Two more come to be; only the last is hinted, and the answer of the read is from before.
    let (_, six) = (put(&mut bench, 3), put(&mut bench, 4));
    assert_eq!(
        reads(&bench.raw(Input::Hint(vec![six]))),
        [],
        "one read forward at a time"
    );
    let effects = bench.raw(Input::Read {
        read,
        result: Ok(page),
    });
    assert_eq!(shown(&effects), [3, 4]);
    assert_eq!(reads(&effects), [(5, Freshness::Quorum)]);
    let effects = bench.answer_reads(effects);
    assert_eq!(shown(&effects), [3, 4, 5, 6]);
}

#[test]
fn rule_22_a_serial_end_does_not_drop_what_was_hinted_since_it_began() {
    let mut bench = with_reader();
    let first = bench.raw(Input::HeadSeen(Seq(3)));
    let short = answer_empty(&mut bench, &first, 2);
    assert_eq!(reads(&short), [(3, Freshness::Serial)]);
    let (_, four) = (put(&mut bench, 1), put(&mut bench, 2));
    bench.raw(Input::Hint(vec![four]));
    // The serial read answers from before the two.
    let effects = answer_empty(&mut bench, &short, 2);
    let effects = bench.answer_reads(effects);
    let later = bench.wait(1_000);
    assert_eq!([shown(&effects), shown(&later)].concat(), [3, 4]);
}

/// Answers the first read with no entries and this head.
fn answer_empty(bench: &mut Bench, effects: &[Effect], head: u64) -> Vec<Effect> {
    let read = effects.iter().find_map(|effect| match effect {
        Effect::Read { read, .. } => Some(*read),
        _ => None,
    });
    let page = Page {
        entries: Vec::new(),
        head: Head {
            seq: Seq(head),
            ..Head::EMPTY
        },
    };
    bench.raw(Input::Read {
        read: read.expect("a read"),
        result: Ok(page),
    })
}

#[test]
fn rule_20_a_head_without_its_rows_is_read_again_at_serial() {
    let mut bench = with_reader();
    put(&mut bench, 1);
    let effects = bench.raw(Input::HeadSeen(Seq(3)));
    let effects = answer_empty(&mut bench, &effects, 3);
    assert!(shown(&effects).is_empty());
    assert_eq!(reads(&effects), [(3, Freshness::Serial)]);
    let effects = bench.answer_reads(effects);
    assert_eq!(shown(&effects), [3]);
}

#[test]
fn rule_20_rows_that_stay_missing_are_told_and_the_rest_is_shown() {
    let mut bench = with_reader();
    for n in 0..20 {
        put(&mut bench, n);
    }
    for row in &mut bench.store.rows[2..9] {
        row.lost = true;
    }
    let mut effects = bench.input(Input::HeadSeen(Seq(22)));
    effects.extend(bench.wait(60_000));
    let gap = Effect::Gap {
        reader: ReaderId(1),
        from: Seq(3),
        to: Seq(9),
    };
    assert!(effects.contains(&gap), "the readers are told: {effects:?}");
    assert_eq!(shown(&effects), (10..=22).collect::<Vec<u64>>());
    assert_eq!(bench.room.counters().gaps, 1);
    assert_eq!(bench.room.head(), bench.store.head());
}

#[test]
fn rule_20_a_gap_is_told_only_after_several_tries() {
    let mut bench = with_reader();
    put(&mut bench, 1);
    put(&mut bench, 2);
    bench.store.rows[2].lost = true;
    let effects = bench.input(Input::HeadSeen(Seq(4)));
    assert!(!effects.iter().any(|e| matches!(e, Effect::Gap { .. })));
    bench.store.rows[2].lost = false;
    let later = bench.wait(1_000);
    assert_eq!(shown(&later), [3, 4], "it was only late");
    assert_eq!(bench.room.counters().gaps, 0);
}

#[test]
fn a_head_that_does_not_exist_costs_two_reads_and_is_forgotten() {
    let mut bench = with_reader();
    let before = bench.store.reads;
    let effects = bench.input(Input::HeadSeen(Seq(1_000_000)));
    assert!(effects.is_empty());
    assert_eq!(bench.store.reads, before + 2);
    assert_eq!(bench.room.deadline_ms(), None);
    assert!(bench.wait(10_000).is_empty());
    assert_eq!(bench.store.reads, before + 2);
}

#[test]
fn a_store_that_is_away_is_asked_again_with_growing_pauses() {
    let mut bench = with_reader();
    put(&mut bench, 1);
    let mut effects = bench.raw(Input::HeadSeen(Seq(3)));
    let mut pauses = Vec::new();
    for _ in 0..8 {
        let Some(Effect::Read { read, .. }) = effects.first() else {
            panic!("a read, not {effects:?}");
        };
        let error = StoreError::Away("test".to_owned());
        let read = *read;
        assert!(
            bench
                .raw(Input::Read {
                    read,
                    result: Err(error)
                })
                .is_empty()
        );
        let at = bench.room.deadline_ms().expect("a pause");
        pauses.push(at - bench.now);
        bench.now = at;
        effects = bench.raw(Input::Tick);
    }
    assert!(pauses[0] <= 50 && pauses[7] > 900, "{pauses:?}");
    let effects = bench.answer_reads(effects);
    assert_eq!(shown(&effects), [3]);
}
