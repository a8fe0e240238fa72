//! LOG.md rules 1–14 and 17, and forwarding, one by one.

use hearth_protocol::{ErrorCode, RoomKind, Seq};

use super::{
    Bench, answer, appended, create, invite, refusal, remove, send, store::SimStore, text,
};
use crate::{
    log::Head,
    port::{Appended, Freshness, NodeName, StoreError},
    refusal::Refusal,
    room::{Effect, Input, Origin, RoomBounds, Ticket},
};

/// A room of the users 0 (owner), 1 and 2; the head is 3.
fn three() -> Vec<super::Send> {
    vec![
        send(0, 1, 0, create(RoomKind::Public)),
        send(0, 2, 1, invite(1)),
        send(0, 3, 2, invite(2)),
    ]
}

fn unknown() -> Appended {
    Appended::Unknown("test".to_owned())
}

fn away() -> StoreError {
    StoreError::Away("test".to_owned())
}

fn published(effects: &[Effect]) -> Vec<u64> {
    let runs = effects.iter().filter_map(|effect| match effect {
        Effect::Publish(run) => Some(run),
        _ => None,
    });
    runs.flatten().map(|entry| entry.seq().0).collect()
}

fn is_serial(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::Read {
            freshness: Freshness::Serial,
            ..
        }
    )
}

#[test]
fn rule_01_one_append_is_under_way_and_a_batch_lies_in_one_bucket() {
    let mut store = SimStore::new(4);
    for send in three() {
        store.put(send);
    }
    let mut bench = Bench::over(store, RoomBounds::default());
    bench.load();
    let (_, first) = bench.submit(send(0, 4, 3, text("a")));
    assert_eq!(
        appended(&first).unwrap().1.len(),
        1,
        "the first goes at once"
    );
    for n in 1..=6 {
        let (_, effects) = bench.submit(send(1, n, 3, text("b")));
        assert_eq!(
            appended(&effects),
            None,
            "while an append is under way nothing else is tried"
        );
    }
    let second = bench.append(&first);
    let (expect, batch) = appended(&second).unwrap();
    assert_eq!(
        (expect.seq, batch.len()),
        (Seq(4), 4),
        "the whole of the next bucket and no more"
    );
    let third = bench.append(&second);
    assert_eq!(appended(&third).unwrap().1.len(), 2);
}

#[test]
fn sends_that_come_at_once_are_appended_at_once() {
    let mut bench = Bench::with(&three());
    let sends = (1..=3).map(|n| (Ticket(70 + n), Origin::Here, send(1, n, 3, text("a"))));
    let mut effects = Vec::new();
    bench
        .room
        .submit(bench.now, bench.now, sends.collect(), &mut effects);
    let (expect, batch) = appended(&effects).unwrap();
    assert_eq!((expect.seq, batch.len()), (Seq(3), 3));
}

#[test]
fn rule_02_a_send_ahead_of_the_window_leads_to_a_read_and_no_refusal() {
    let mut bench = Bench::with(&three());
    bench.store.put(send(0, 4, 3, text("not heard of here")));
    let (_, effects) = bench.submit(send(1, 1, 4, text("a")));
    let (expect, _) = appended(&effects).expect("caught up, then appended");
    assert_eq!(expect.seq, Seq(4));
}

#[test]
fn rule_02_a_position_beyond_the_log_is_told_only_after_a_serial_read() {
    let mut bench = Bench::with(&three());
    let raw = bench.raw(Input::Submit {
        ticket: Ticket(1),
        origin: Origin::Here,
        send: send(1, 1, 9, text("a")),
    });
    assert_eq!(refusal(&raw, Ticket(1)), None);
    let before = bench.store.reads;
    let left = bench.answer_reads(raw);
    assert_eq!(refusal(&left, Ticket(1)), Some(ErrorCode::TooOld));
    assert_eq!(bench.store.reads, before + 1, "one at SERIAL");
}

/// What comes of a submission to a busy room: an event of another node arrives during each read.
fn submit_while_busy(bench: &mut Bench, send: super::Send, ticket: Ticket) -> Vec<Effect> {
    let mut effects = bench.raw(Input::Submit {
        ticket,
        origin: Origin::Here,
        send,
    });
    for _ in 0..20 {
        if answer(&effects, ticket).is_some() {
            break;
        }
        let next = bench.store.head().seq.0 + 1;
        let entry = bench.store.put(super::send(0, next, next - 1, text("x")));
        effects.extend(bench.raw(Input::Hint(vec![entry])));
        let reads = |e: &Effect| matches!(e, Effect::Read { .. });
        let (asked, rest): (Vec<_>, Vec<_>) = effects.into_iter().partition(reads);
        effects = rest;
        for read in asked {
            // It was carried out before the event that the node has heard of since.
            let mut input = bench.store.answer(&read).unwrap();
            if let Input::Read {
                result: Ok(page), ..
            } = &mut input
            {
                let entry = bench.store.put(super::send(0, next + 1, next, text("y")));
                page.entries.retain(|e| e.seq() < entry.seq());
                effects.extend(bench.raw(Input::Hint(vec![entry])));
            }
            effects.extend(bench.raw(input));
        }
    }
    effects
}

#[test]
fn a_strangers_send_is_refused_after_one_look_however_busy_the_room() {
    for after in [4, 1_000_000, u64::MAX] {
        let mut bench = Bench::with(&three());
        let before = bench.store.reads;
        let stranger = send(9, 1, after, text("let me in"));
        let effects = submit_while_busy(&mut bench, stranger, Ticket(1));
        assert_eq!(refusal(&effects, Ticket(1)), Some(ErrorCode::NotMember));
        assert_eq!(bench.store.reads, before + 1, "after {after}");
    }
}

#[test]
fn who_came_in_elsewhere_is_not_refused_by_a_node_that_is_behind() {
    let mut bench = Bench::with(&three());
    bench.store.put(send(0, 4, 3, invite(9)));
    let (ticket, effects) = bench.submit(send(9, 1, 4, text("a")));
    assert_eq!(answer(&effects, ticket), None);
    assert_eq!(appended(&effects).unwrap().0.seq, Seq(4));
}

#[test]
fn a_claimed_position_holds_nobody_elses_send_up() {
    let mut bench = Bench::with(&three());
    let effects = bench.raw(Input::Submit {
        ticket: Ticket(1),
        origin: Origin::Here,
        send: send(1, 1, u64::MAX, text("a")),
    });
    assert_eq!(appended(&effects), None);
    let effects = bench.raw(Input::Attach {
        reader: super::ReaderId(1),
        user: super::user(1),
        from: Some(Seq(u64::MAX)),
    });
    assert_eq!(appended(&effects), None);
    let effects = bench.raw(Input::Submit {
        ticket: Ticket(2),
        origin: Origin::Here,
        send: send(0, 9, 3, text("b")),
    });
    let (_, batch) = appended(&effects).expect("the look is nothing to wait for");
    assert_eq!(batch[0].event.by, super::user(0));
}

#[test]
fn claims_of_strangers_cause_few_reads_whatever_their_number() {
    let mut bench = Bench::with(&three());
    let before = bench.store.reads;
    let mut refused = 0;
    for n in 0..1_000 {
        let (_, effects) = bench.submit(send(9, n, 4 + n, text("let me in")));
        let more = bench.wait(1);
        let answers = effects.iter().chain(&more);
        refused += answers
            .filter(|e| matches!(e, Effect::Answer { .. }))
            .count();
    }
    let looks = bench.store.reads - before;
    assert!((9..=11).contains(&looks), "{looks} looks in a second");
    let more = bench.wait(200);
    refused += more
        .iter()
        .filter(|e| matches!(e, Effect::Answer { .. }))
        .count();
    assert_eq!(refused, 1_000);
}

#[test]
fn rule_02_rows_below_the_window_are_known_before_an_append() {
    let mut store = SimStore::new(1_000);
    for send in three() {
        store.put(send);
    }
    store.put(send(1, 1, 3, text("stored long ago")));
    for n in 0..20 {
        store.put(send(0, 10 + n, 3, text("since")));
    }
    // The projection is whole: a load reads nothing of what lies below its mark.
    let mut other = Bench::over(store, RoomBounds::default());
    other.load();
    let (_, effects) = other.submit(send(0, 50, 24, text("x")));
    other.append(&effects);
    other.wait(5_000);
    assert_eq!(other.store.mark.seq, Seq(25));
    let mut bench = Bench::over(other.store, RoomBounds::default());
    bench.load();
    let (ticket, effects) = bench.submit(send(1, 1, 3, text("stored long ago")));
    assert_eq!(
        answer(&effects, ticket),
        Some(Ok(Seq(4))),
        "found below the window"
    );
    let (_, effects) = bench.submit(send(1, 2, 3, text("new")));
    assert_eq!(appended(&effects).unwrap().0.seq, Seq(25));
}

#[test]
fn rule_03_dedup_comes_before_membership() {
    let mut bench = Bench::with(&three());
    bench.store.put(send(1, 1, 3, text("stored")));
    bench.store.put(send(0, 4, 4, remove(1)));
    bench.input(Input::HeadSeen(Seq(5)));
    let (ticket, effects) = bench.submit(send(1, 1, 3, text("stored")));
    assert_eq!(answer(&effects, ticket), Some(Ok(Seq(4))));
}

#[test]
fn rule_03_membership_is_folded_over_the_batch() {
    let mut bench = Bench::with(&three());
    let (_, first) = bench.submit(send(0, 4, 3, text("under way")));
    bench.submit(send(0, 5, 3, remove(1)));
    let (ticket, effects) = bench.submit(send(1, 1, 3, text("too late")));
    assert_eq!(answer(&effects, ticket), None);
    let second = bench.append(&first);
    assert_eq!(
        appended(&second).unwrap().1.len(),
        1,
        "the removal goes alone"
    );
    assert_eq!(answer(&second, ticket), None);
    let last = bench.append(&second);
    assert_eq!(refusal(&last, ticket), Some(ErrorCode::NotMember));
    assert_eq!(appended(&last), None);
}

#[test]
fn rule_04_a_second_copy_waits_for_the_first() {
    let mut bench = Bench::with(&three());
    let (first, effects) = bench.submit(send(1, 1, 3, text("a")));
    let node = Origin::Node(NodeName("other".to_owned()));
    let (second, more) = bench.submit_from(node, send(1, 1, 3, text("a")));
    let (third, more_again) = bench.submit(send(1, 1, 3, text("a")));
    assert!(more.is_empty() && more_again.is_empty());
    let done = bench.append(&effects);
    assert_eq!(answer(&done, first), Some(Ok(Seq(4))));
    assert_eq!(answer(&done, third), Some(Ok(Seq(4))));
    assert_eq!(
        answer(&done, second),
        None,
        "a node hears of a fresh append by the event"
    );
    assert_eq!(published(&done), [4]);
    assert_eq!(bench.store.rows.len(), 4, "stored once");
}

#[test]
fn rule_05_who_was_removed_and_let_in_again_composes_anew() {
    let mut bench = Bench::with(&three());
    bench.store.put(send(0, 4, 3, remove(1)));
    bench.store.put(send(0, 5, 4, invite(1)));
    bench.input(Input::HeadSeen(Seq(5)));
    let (ticket, effects) = bench.submit(send(1, 1, 3, text("from before")));
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::NotMember));
    let (_, effects) = bench.submit(send(1, 2, 5, text("from now")));
    assert!(appended(&effects).is_some());
}

#[test]
fn rule_06_a_refusal_that_rests_on_the_batch_waits_for_it() {
    let mut bench = Bench::with(&three());
    let (_, removal) = bench.submit(send(0, 4, 3, remove(1)));
    let (ticket, _) = bench.submit(send(1, 1, 3, text("a")));
    // The removal does not come to be: the owner was put out before it by another node.
    bench.store.put(send(0, 40, 3, super::Body::Leave));
    let expect = appended(&removal).unwrap().0;
    assert_eq!(expect.seq, Seq(3));
    let mut effects = bench.outcome(Appended::Lost(Head {
        seq: Seq(4),
        ..Head::EMPTY
    }));
    effects.extend(bench.wait(100));
    let (_, batch) = appended(&effects).expect("the message, judged by what came to be");
    assert_eq!(batch.len(), 1);
    assert_eq!(batch[0].event.by, super::user(1));
    assert_eq!(answer(&effects, ticket), None);
}

#[test]
fn rule_07_a_send_that_was_given_up_does_not_come_after_a_later_one() {
    let mut bench = Bench::with(&three());
    bench.store.put(send(1, 8, 3, text("later")));
    bench.input(Input::HeadSeen(Seq(4)));
    let (ticket, effects) = bench.submit(send(1, 7, 3, text("given up")));
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::OutOfOrder));
}

#[test]
fn rule_07_what_a_device_sent_before_and_still_waits_goes_first() {
    let bounds = RoomBounds {
        tail_events_max: 4,
        ..RoomBounds::default()
    };
    let mut bench = Bench::new(bounds);
    for send in three() {
        bench.store.put(send);
    }
    for n in 1..=20 {
        bench.store.put(send(1, n, 3, text("x")));
    }
    bench.load();
    let edit = super::Body::Edit {
        target: Seq(4),
        text: "below the window".to_owned(),
    };
    let reads = bench.raw(Input::Submit {
        ticket: Ticket(91),
        origin: Origin::Here,
        send: send(1, 21, 23, edit),
    });
    let effects = bench.raw(Input::Submit {
        ticket: Ticket(92),
        origin: Origin::Here,
        send: send(1, 22, 23, text("could go")),
    });
    assert_eq!(appended(&effects), None);
    let another = bench.raw(Input::Submit {
        ticket: Ticket(93),
        origin: Origin::Here,
        send: send(2, 1, 23, text("another's goes")),
    });
    assert_eq!(appended(&another).unwrap().1.len(), 1);
    bench.answer_reads(reads);
    let effects = bench.append(&another);
    let ns: Vec<u64> = appended(&effects).unwrap().1.iter().map(|e| e.n).collect();
    assert_eq!(ns, [21, 22]);
}

#[test]
fn rule_07_a_later_send_does_not_overtake_an_earlier_one_on_the_way_back_from_the_writer() {
    let mut bench = with_writer();
    let tickets: Vec<Ticket> = (1..=8)
        .map(|n| bench.submit(send(1, n, 3, text("a"))).0)
        .collect();
    let mut answers = Vec::new();
    while answers.len() < tickets.len() {
        let mut effects = bench.tick();
        while appended(&effects).is_some() {
            let done = bench.append(&effects);
            answers.extend(tickets.iter().filter_map(|t| answer(&done, *t)));
            effects = done;
        }
        assert!(tickets.iter().all(|t| refusal(&effects, *t).is_none()));
    }
    let expected: Vec<_> = (4..12).map(|seq| Ok(Seq(seq))).collect();
    assert_eq!(answers, expected);
}

#[test]
fn rule_08_after_a_lost_race_everything_is_judged_anew() {
    let mut bench = Bench::with(&three());
    let (ticket, _) = bench.submit(send(1, 1, 3, text("a")));
    bench.store.put(send(0, 4, 3, remove(1)));
    let mut effects = bench.outcome(Appended::Lost(bench.store.head()));
    effects.extend(bench.wait(100));
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::NotMember));
    assert_eq!(appended(&effects), None);
    assert_eq!(bench.room.counters().lost, 1);
}

#[test]
fn rule_09_events_carry_the_ordinal_among_messages() {
    let mut bench = Bench::with(&three());
    let (_, first) = bench.submit(send(0, 4, 3, text("a")));
    bench.submit(send(1, 1, 3, text("b")));
    bench.submit(send(
        0,
        5,
        3,
        super::Body::Topic {
            topic: "t".to_owned(),
        },
    ));
    bench.submit(send(2, 1, 3, text("c")));
    let second = bench.append(&first);
    let (expect, batch) = appended(&second).unwrap();
    assert_eq!(expect.ordinal.0, 1);
    let ordinals: Vec<u64> = batch.iter().map(|e| e.event.ordinal.0).collect();
    assert_eq!(ordinals, [2, 2, 3]);
    bench.append(&second);
    assert_eq!(bench.room.head().ordinal.0, 3);
}

#[test]
fn rule_10_an_unknown_outcome_is_neither_acknowledged_nor_failed_nor_forgotten() {
    let mut bench = Bench::with(&three());
    let (ticket, first) = bench.submit(send(1, 1, 3, text("a")));
    let effects = bench.raw(Input::Appended(Ok(unknown())));
    assert_eq!(answer(&effects, ticket), None);
    assert_eq!(
        appended(&effects),
        None,
        "no second try before the log was read"
    );
    assert_eq!(effects.iter().filter(|e| is_serial(e)).count(), 1);
    // It had been stored.
    let (expect, batch) = appended(&first).unwrap();
    bench.store.append(expect, batch, false);
    let effects = bench.answer_reads(effects);
    assert_eq!(answer(&effects, ticket), Some(Ok(Seq(4))));
    assert_eq!(published(&effects), [4], "nobody else has told the others");
    assert!(bench.store.rows[3].visible);
}

#[test]
fn rule_11_each_event_is_judged_by_its_own_id() {
    let mut bench = Bench::with(&three());
    let (_, under_way) = bench.submit(send(0, 4, 3, text("under way")));
    let (one, _) = bench.submit(send(1, 1, 3, text("one")));
    let (two, _) = bench.submit(send(2, 1, 3, text("two")));
    let batch = bench.append(&under_way);
    assert_eq!(appended(&batch).unwrap().1.len(), 2);
    // Another node stored its copy of the first; the batch itself never was.
    bench.store.put(send(1, 1, 3, text("one")));
    let effects = bench.outcome(unknown());
    assert_eq!(answer(&effects, one), Some(Ok(Seq(5))));
    assert_eq!(answer(&effects, two), None);
    let done = bench.append(&effects);
    assert_eq!(answer(&done, two), Some(Ok(Seq(6))));
}

#[test]
fn rule_12_absent_with_the_head_unmoved_stays_in_doubt() {
    let mut bench = Bench::with(&three());
    let (ticket, first) = bench.submit(send(1, 1, 3, text("a")));
    let late = appended(&first).unwrap();
    let again = bench.outcome(unknown());
    assert_eq!(answer(&again, ticket), None);
    assert_eq!(
        appended(&again).unwrap(),
        late,
        "tried again on the same head"
    );
    // The first try comes late and wins; the second loses and finds it.
    bench.store.append(late.0, late.1, true);
    let mut effects = bench.append(&again);
    effects.extend(bench.wait(100));
    assert_eq!(answer(&effects, ticket), Some(Ok(Seq(4))));
    assert_eq!(bench.store.rows.len(), 4);
}

#[test]
fn rule_12_out_of_time_in_doubt_says_that_the_same_id_will_tell() {
    let mut bench = Bench::with(&three());
    let (ticket, _) = bench.submit(send(1, 1, 3, text("a")));
    let reads = bench.raw(Input::Appended(Ok(unknown())));
    assert!(reads.iter().any(is_serial), "asked, and never answered");
    let effects = bench.wait(10_000);
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::Doubtful));
}

/// A send that was told to be in doubt when its time was out, and is stored; and the SERIAL read that will show it.
fn given_up(bench: &mut Bench) -> Vec<Effect> {
    let (ticket, first) = bench.submit(send(1, 1, 3, text("a")));
    let reads = bench.raw(Input::Appended(Ok(unknown())));
    let (expect, batch) = appended(&first).unwrap();
    bench.store.append(expect, batch, false);
    let effects = bench.wait(10_000);
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::Doubtful));
    assert_eq!(published(&effects), [0; 0]);
    reads
}

#[test]
fn rule_12_what_is_found_stored_when_nobody_waits_for_it_any_more_is_published() {
    let mut bench = Bench::with(&three());
    let reads = given_up(&mut bench);
    let effects = bench.answer_reads(reads);
    assert_eq!(published(&effects), [4], "nobody else can tell the others");
    let (again, effects) = bench.submit(send(1, 1, 3, text("a")));
    assert_eq!(answer(&effects, again), Some(Ok(Seq(4))));
    assert_eq!(published(&effects), [0; 0], "once");
}

#[test]
fn rule_12_what_another_node_has_published_meanwhile_is_not_published_again() {
    let mut bench = Bench::with(&three());
    let reads = given_up(&mut bench);
    let run = bench.store.rows[3].entry.clone();
    let mut effects = bench.raw(Input::Hint(vec![run]));
    effects.extend(bench.answer_reads(reads));
    assert_eq!(published(&effects), [0; 0]);
}

#[test]
fn rule_12_an_append_whose_outcome_is_unknown_when_nobody_waits_any_more_is_looked_up() {
    let mut bench = Bench::with(&three());
    let (ticket, first) = bench.submit(send(1, 1, 3, text("a")));
    let effects = bench.wait(10_000);
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::Doubtful));
    let (expect, batch) = appended(&first).unwrap();
    bench.store.append(expect, batch, false);
    let effects = bench.outcome(unknown());
    assert_eq!(published(&effects), [4]);
}

#[test]
fn rule_12_what_the_window_has_before_its_outcome_is_known_to_be_unknown_is_published_once_it_is_sure()
 {
    let mut bench = Bench::with(&three());
    let (_, first) = bench.submit(send(1, 1, 3, text("a")));
    bench.wait(10_000);
    let (expect, batch) = appended(&first).unwrap();
    bench.store.append(expect, batch, true);
    let effects = bench.input(Input::HeadSeen(Seq(4)));
    assert_eq!(bench.room.head().seq, Seq(4), "as the audit finds it");
    assert_eq!(published(&effects), [0; 0]);
    let effects = bench.outcome(unknown());
    assert_eq!(published(&effects), [4]);
}

#[test]
fn rule_13_not_applied_may_hide_the_own_success() {
    let mut bench = Bench::with(&three());
    let (ticket, first) = bench.submit(send(1, 1, 3, text("a")));
    let (expect, batch) = appended(&first).unwrap();
    bench.store.append(expect, batch, true);
    let mut effects = bench.outcome(Appended::Lost(bench.store.head()));
    effects.extend(bench.wait(100));
    assert_eq!(answer(&effects, ticket), Some(Ok(Seq(4))));
    assert_eq!(bench.store.rows.len(), 4, "stored once");
}

#[test]
fn rule_13_lost_without_news_is_looked_up_at_serial() {
    let mut bench = Bench::with(&three());
    bench.submit(send(1, 1, 3, text("a")));
    let effects = bench.raw(Input::Appended(Ok(Appended::Lost(bench.store.head()))));
    assert!(effects.iter().any(is_serial));
}

#[test]
fn rule_14_what_a_plain_read_showed_is_confirmed_before_it_is_acknowledged() {
    let mut bench = Bench::with(&three());
    bench.store.put(send(1, 1, 3, text("a")));
    bench.input(Input::HeadSeen(Seq(4)));
    assert_eq!(bench.room.head().seq, Seq(4));
    let effects = bench.raw(Input::Submit {
        ticket: Ticket(9),
        origin: Origin::Here,
        send: send(1, 1, 3, text("a")),
    });
    assert_eq!(answer(&effects, Ticket(9)), None);
    assert!(effects.iter().any(is_serial));
    let effects = bench.answer_reads(effects);
    assert_eq!(answer(&effects, Ticket(9)), Some(Ok(Seq(4))));
    // Confirmed once is confirmed.
    let (ticket, effects) = bench.submit(send(1, 1, 3, text("a")));
    assert_eq!(effects.len(), 1);
    assert_eq!(answer(&effects, ticket), Some(Ok(Seq(4))));
}

#[test]
fn rule_14_what_another_published_needs_no_read() {
    let mut bench = Bench::with(&three());
    let entry = bench.store.put(send(1, 1, 3, text("a")));
    bench.input(Input::Hint(vec![entry]));
    let reads = bench.store.reads;
    let (ticket, effects) = bench.submit(send(1, 1, 3, text("a")));
    assert_eq!(answer(&effects, ticket), Some(Ok(Seq(4))));
    assert_eq!(bench.store.reads, reads);
}

#[test]
fn rule_17_beyond_the_scan_bound_it_is_too_old_to_tell() {
    let bounds = RoomBounds {
        scan_events_max: 10,
        sends_max: 4,
        tail_events_max: 4,
        ..RoomBounds::default()
    };
    let mut bench = Bench::new(bounds);
    for send in three() {
        bench.store.put(send);
    }
    for n in 0..20 {
        bench.store.put(send(0, 10 + n, 3, text("x")));
    }
    bench.load();
    let (ticket, effects) = bench.submit(send(1, 1, 3, text("a")));
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::TooOld));
    assert_eq!(appended(&effects), None);
    let (_, effects) = bench.submit(send(1, 2, 14, text("a")));
    assert!(
        appended(&effects).is_some(),
        "within the bound the rows are read"
    );
}

#[test]
fn rule_17_below_what_can_be_read_it_is_too_old_to_tell() {
    let bounds = RoomBounds {
        sends_max: 4,
        tail_events_max: 4,
        read_events_max: 5,
        ..RoomBounds::default()
    };
    let mut bench = Bench::new(bounds);
    for send in three() {
        bench.store.put(send);
    }
    for n in 1..=30 {
        bench.store.put(send(0, 10 + n, 3, text("x")));
    }
    bench.load();
    bench.store.rows[9].lost = true;
    let (ticket, effects) = bench.submit(send(1, 1, 8, text("a")));
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::TooOld));
    let (_, effects) = bench.submit(send(1, 2, 10, text("a")));
    assert!(
        appended(&effects).is_some(),
        "above the hole all is known: {effects:?}"
    );
}

#[test]
fn rule_12_an_append_that_takes_too_long_is_in_doubt() {
    let mut bench = Bench::with(&three());
    let (ticket, first) = bench.submit(send(1, 1, 3, text("a")));
    let effects = bench.wait(10_000);
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::Doubtful));
    let done = bench.append(&first);
    assert_eq!(answer(&done, ticket), None, "answered once");
    let (again, effects) = bench.submit(send(1, 1, 3, text("a")));
    assert_eq!(
        answer(&effects, again),
        Some(Ok(Seq(4))),
        "the same id tells"
    );
}

#[test]
fn a_writer_that_is_busy_is_not_helped_by_a_second_one() {
    let mut bench = with_writer();
    let (ticket, _) = bench.submit(send(1, 1, 3, text("a")));
    let result = Err(Refusal::new(ErrorCode::Busy, "too much"));
    let effects = bench.input(Input::Replied { ticket, result });
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::Busy));
    let (ticket, _) = bench.submit(send(1, 2, 3, text("b")));
    let result = Err(Refusal::new(ErrorCode::Unavailable, "its store is away"));
    let effects = bench.input(Input::Replied { ticket, result });
    assert_eq!(answer(&effects, ticket), None);
    assert!(
        appended(&effects).is_some(),
        "this node may reach the store"
    );
}

#[test]
fn a_store_that_is_away_is_told_when_the_time_is_out_and_nothing_is_called_doubtful() {
    let mut bench = Bench::with(&three());
    let (ticket, _) = bench.submit(send(1, 1, 3, text("a")));
    let mut effects = bench.input(Input::Appended(Err(away())));
    assert_eq!(answer(&effects, ticket), None, "tried again first");
    let mut tries = 0;
    while refusal(&effects, ticket).is_none() {
        effects = bench.tick();
        if appended(&effects).is_some() {
            tries += 1;
            effects.extend(bench.input(Input::Appended(Err(away()))));
        }
    }
    assert!(tries > 3, "with pauses that grow, {tries} times");
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::Unavailable));
    assert_eq!(bench.store.rows.len(), 3);
}

#[test]
fn a_room_that_cannot_be_loaded_says_so() {
    let mut bench = Bench::new(RoomBounds::default());
    bench.raw(Input::Submit {
        ticket: Ticket(1),
        origin: Origin::Here,
        send: send(1, 1, 0, text("a")),
    });
    let effects = bench.raw(Input::Loaded(Err(StoreError::Failed("disk".to_owned()))));
    assert_eq!(refusal(&effects, Ticket(1)), Some(ErrorCode::Internal));
}

#[test]
fn more_than_the_bound_is_busy() {
    let bounds = RoomBounds {
        queue_items_max: 2,
        ..RoomBounds::default()
    };
    let mut bench = Bench::new(bounds);
    bench.raw(Input::Submit {
        ticket: Ticket(1),
        origin: Origin::Here,
        send: send(1, 1, 0, text("a")),
    });
    bench.raw(Input::Submit {
        ticket: Ticket(2),
        origin: Origin::Here,
        send: send(1, 2, 0, text("a")),
    });
    let effects = bench.raw(Input::Submit {
        ticket: Ticket(3),
        origin: Origin::Here,
        send: send(1, 3, 0, text("a")),
    });
    let refusal = answer(&effects, Ticket(3)).unwrap().unwrap_err();
    assert_eq!(refusal.code, ErrorCode::Busy);
    assert!(refusal.retry_after_ms.is_some());
}

#[test]
fn what_was_turned_away_is_not_taken_in_when_the_bus_brings_it_again() {
    let bounds = RoomBounds {
        queue_items_max: 1,
        ..RoomBounds::default()
    };
    let mut bench = Bench::new(bounds);
    bench.load();
    let (_, first) = bench.submit(send(1, 1, 0, create(RoomKind::Public)));
    let copy = || Input::Submit {
        ticket: Ticket(77),
        origin: Origin::Node(other()),
        send: send(1, 2, 1, text("a")),
    };
    let effects = bench.input(copy());
    assert_eq!(refusal(&effects, Ticket(77)), Some(ErrorCode::Busy));
    bench.append(&first);
    let effects = bench.input(copy());
    assert_eq!(effects, [], "it was said that nothing was done");
    // The same send under another ticket is another try.
    let (_, effects) = bench.submit_from(Origin::Node(other()), send(1, 2, 1, text("a")));
    assert!(appended(&effects).is_some());
    // What is stored is found there also if there is no place: this may be a second copy as well.
    let (again, effects) = bench.submit_from(
        Origin::Node(other()),
        send(1, 1, 0, create(RoomKind::Public)),
    );
    assert_eq!(answer(&effects, again), Some(Ok(Seq(1))));
}

#[test]
fn a_room_that_has_turned_away_stays_to_know_the_second_copy() {
    let bounds = RoomBounds {
        queue_items_max: 1,
        ..RoomBounds::default()
    };
    let mut bench = Bench::new(bounds);
    bench.load();
    let (_, first) = bench.submit(send(1, 1, 0, create(RoomKind::Public)));
    assert!(!bench.room.may_sleep(), "a send waits");
    let rest = |bench: &mut Bench, effects: &[Effect]| {
        bench.append(effects);
        while bench.room.deadline_ms().is_some() {
            bench.tick();
        }
        assert!(bench.room.is_idle(bench.now));
    };
    rest(&mut bench, &first);
    assert!(bench.room.may_sleep());
    let (_, second) = bench.submit(send(1, 2, 1, text("takes the only place")));
    let (ticket, effects) = bench.submit_from(Origin::Node(other()), send(1, 3, 1, text("a")));
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::Busy));
    rest(&mut bench, &second);
    assert!(!bench.room.may_sleep());
}

#[test]
fn what_may_be_stored_below_the_window_is_not_turned_away_as_undone() {
    let bounds = RoomBounds {
        queue_items_max: 1,
        sends_max: 4,
        tail_events_max: 4,
        ..RoomBounds::default()
    };
    let mut bench = Bench::new(bounds);
    for send in three() {
        bench.store.put(send);
    }
    for n in 0..20 {
        bench.store.put(send(0, 10 + n, 3, text("x")));
    }
    bench.load();
    let (_, first) = bench.submit(send(0, 40, 23, text("takes the only place")));
    assert!(appended(&first).is_some());
    let (ticket, effects) = bench.submit_from(Origin::Node(other()), send(1, 1, 3, text("a")));
    assert_eq!(answer(&effects, ticket), None, "it may be a second copy");
    let (ticket, effects) = bench.submit_from(Origin::Node(other()), send(1, 2, 23, text("a")));
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::Busy));
}

// Forwarding

fn other() -> NodeName {
    NodeName("other".to_owned())
}

fn forwarded(effects: &[Effect]) -> Option<Ticket> {
    effects.iter().find_map(|effect| match effect {
        Effect::Forward { ticket, .. } => Some(*ticket),
        _ => None,
    })
}

fn with_writer() -> Bench {
    let mut bench = Bench::with(&three());
    bench.input(Input::Writer(Some(other())));
    bench
}

#[test]
fn a_forwarded_send_is_answered_by_its_event() {
    let mut bench = with_writer();
    let (ticket, effects) = bench.submit(send(1, 1, 3, text("a")));
    assert_eq!(forwarded(&effects), Some(ticket));
    assert_eq!(appended(&effects), None);
    let entry = bench.store.put(send(1, 1, 3, text("a")));
    let effects = bench.input(Input::Hint(vec![entry]));
    assert_eq!(answer(&effects, ticket), Some(Ok(Seq(4))));
    assert_eq!(bench.room.counters().fallbacks, 0);
}

#[test]
fn a_forwarded_send_seen_by_a_plain_read_is_confirmed_first() {
    let mut bench = with_writer();
    let (ticket, _) = bench.submit(send(1, 1, 3, text("a")));
    bench.store.put(send(1, 1, 3, text("a")));
    let reads = bench.raw(Input::HeadSeen(Seq(4)));
    let page = bench.store.answer(&reads[0]).unwrap();
    let effects = bench.raw(page);
    assert_eq!(answer(&effects, ticket), None);
    assert!(effects.iter().any(is_serial));
    let effects = bench.answer_reads(effects);
    assert_eq!(answer(&effects, ticket), Some(Ok(Seq(4))));
}

#[test]
fn the_writers_refusal_is_believed_while_nothing_else_was_tried() {
    let mut bench = with_writer();
    let (ticket, _) = bench.submit(send(1, 1, 3, text("a")));
    let result = Err(Refusal::new(ErrorCode::Forbidden, "no"));
    let effects = bench.input(Input::Replied { ticket, result });
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::Forbidden));
}

#[test]
fn after_its_time_a_forwarded_send_is_appended_here_and_the_writer_is_not_believed_any_more() {
    let mut bench = with_writer();
    let (ticket, _) = bench.submit(send(1, 1, 3, text("a")));
    let effects = bench.wait(1_600);
    assert!(appended(&effects).is_some());
    let result = Err(Refusal::new(ErrorCode::Forbidden, "no"));
    let late = bench.input(Input::Replied { ticket, result });
    assert_eq!(answer(&late, ticket), None);
    let (second, not_forwarded) = bench.submit(send(2, 1, 3, text("b")));
    assert_eq!(
        forwarded(&not_forwarded),
        None,
        "a dead writer costs one time-out"
    );
    let done = bench.append(&effects);
    assert_eq!(answer(&done, ticket), Some(Ok(Seq(4))));
    let done = bench.append(&done);
    assert_eq!(answer(&done, second), Some(Ok(Seq(5))));
    bench.wait(2_000);
    let (_, effects) = bench.submit(send(2, 2, 5, text("c")));
    assert!(
        forwarded(&effects).is_some(),
        "after a while it is tried again"
    );
}

#[test]
fn a_writer_whose_answers_have_been_slow_is_given_longer() {
    let mut bench = with_writer();
    let (first, _) = bench.submit(send(1, 1, 3, text("a")));
    bench.wait(900);
    let entry = bench.store.put(send(1, 1, 3, text("a")));
    let effects = bench.input(Input::Hint(vec![entry]));
    assert_eq!(answer(&effects, first), Some(Ok(Seq(4))));
    // Its first answer: three times what it took (RFC 6298).
    let (second, _) = bench.submit(send(1, 2, 4, text("b")));
    assert_eq!(appended(&bench.wait(2_600)), None);
    assert!(appended(&bench.wait(1_600)).is_some());
    assert_eq!(bench.room.counters().fallbacks, 1);
    let result = Err(Refusal::new(ErrorCode::Forbidden, "no"));
    let late = bench.input(Input::Replied {
        ticket: second,
        result,
    });
    assert_eq!(answer(&late, second), None);
}

#[test]
fn however_slow_its_answers_a_writer_is_waited_for_so_long_that_time_to_append_is_left() {
    let mut bench = with_writer();
    let longest = bench.room.config.bounds.forward_timeout_ms_max;
    for n in 1..5 {
        let (ticket, effects) = bench.submit(send(1, n, 2 + n, text("a")));
        assert!(forwarded(&effects).is_some());
        bench.wait(900 * n);
        let entry = bench.store.put(send(1, n, 2 + n, text("a")));
        let effects = bench.input(Input::Hint(vec![entry]));
        assert_eq!(answer(&effects, ticket), Some(Ok(Seq(3 + n))), "{n}");
    }
    bench.submit(send(1, 5, 7, text("b")));
    assert!(appended(&bench.wait(longest + longest / 2)).is_some());
}

#[test]
fn a_refusal_tells_nothing_of_how_long_the_writer_takes_to_append() {
    let mut bench = with_writer();
    bench.submit(send(1, 1, 3, text("a")));
    bench.wait(900);
    let entry = bench.store.put(send(1, 1, 3, text("a")));
    bench.input(Input::Hint(vec![entry]));
    for n in 2..40 {
        let (ticket, _) = bench.submit(send(1, n, 4, text("b")));
        let result = Err(Refusal::new(ErrorCode::Busy, "no place"));
        let effects = bench.input(Input::Replied { ticket, result });
        assert_eq!(refusal(&effects, ticket), Some(ErrorCode::Busy));
    }
    bench.submit(send(1, 40, 4, text("c")));
    assert_eq!(appended(&bench.wait(2_600)), None);
}

#[test]
fn who_becomes_the_writer_does_not_pay_for_the_one_before() {
    let mut bench = with_writer();
    for who in 1..=3 {
        bench.submit(send(who, 1, 3, text("a")));
    }
    bench.input(Input::Writer(Some(NodeName("third".to_owned()))));
    let effects = bench.wait(1_600);
    assert_eq!(bench.room.counters().fallbacks, 3);
    let mut effects = bench.append(&effects);
    while appended(&effects).is_some() {
        effects = bench.append(&effects);
    }
    let (_, effects) = bench.submit(send(1, 2, 6, text("b")));
    assert!(forwarded(&effects).is_some());
    bench.wait(1_600);
    assert_eq!(bench.room.counters().fallbacks, 4);
}

#[test]
fn a_send_that_was_forwarded_is_in_doubt_when_its_time_is_out() {
    let mut bench = with_writer();
    let (ticket, _) = bench.submit(send(1, 1, 3, text("a")));
    bench.wait(1_600);
    bench.input(Input::Appended(Err(away())));
    let mut effects = Vec::new();
    while refusal(&effects, ticket).is_none() {
        effects = bench.tick();
        if appended(&effects).is_some() {
            effects.extend(bench.input(Input::Appended(Err(away()))));
        }
    }
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::Doubtful));
}

#[test]
fn what_a_node_forwards_is_never_forwarded_again() {
    let mut bench = with_writer();
    let from = Origin::Node(NodeName("third".to_owned()));
    let (_, effects) = bench.submit_from(from, send(1, 1, 3, text("a")));
    assert_eq!(forwarded(&effects), None);
    assert!(appended(&effects).is_some());
}

#[test]
fn a_forwarded_send_that_is_stored_already_is_replied_to() {
    let mut bench = Bench::with(&three());
    let entry = bench.store.put(send(1, 1, 3, text("a")));
    bench.input(Input::Hint(vec![entry]));
    let (ticket, effects) = bench.submit_from(Origin::Node(other()), send(1, 1, 3, text("a")));
    let expected = Effect::Reply {
        to: other(),
        ticket,
        result: Ok(Seq(4)),
    };
    assert_eq!(effects, [expected]);
}
