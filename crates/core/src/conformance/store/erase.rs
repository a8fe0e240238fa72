//! Erasing: only bodies go; numbers, ids and heads stay (LOG.md rules 18 to 21).

use hearth_protocol::{Body, Seq};

use super::kit::{Kit, entries, every_body, fresh_room, head_after, message, talk};
use crate::{
    log::{Entry, Head},
    port::Freshness,
};

fn erased(entry: &Entry) -> Entry {
    let mut entry = entry.clone();
    entry.event.body = entry.event.body.erased();
    entry
}

pub(super) async fn erasing_keeps_all_but_the_body(kit: Kit) {
    let room = fresh_room();
    let len = kit.several_buckets();
    let mut expected = kit.write(room, Head::EMPTY, &talk(len)).await;
    let head = head_after(Head::EMPTY, &expected);
    // One alone, then a run that holds it and lies in two buckets: the second time round changes nothing.
    let (from, to) = (len / 3, len * 2 / 3);
    let one = Seq(from as u64 + 2);
    kit.store().erase(room, one, one).await.expect("erase");
    for _ in 0..2 {
        kit.store()
            .erase(room, Seq(from as u64), Seq(to as u64))
            .await
            .expect("erase");
        for entry in &mut expected[from - 1..to] {
            *entry = erased(entry);
        }
        for freshness in [Freshness::Quorum, Freshness::Serial] {
            assert_eq!(kit.log(room, freshness).await, expected);
        }
        assert_eq!(kit.head(room).await, head);
    }
    // An empty range erases nothing.
    kit.store()
        .erase(room, Seq(2), Seq(1))
        .await
        .expect("erase");
    assert_eq!(kit.log(room, Freshness::Serial).await, expected);
}

pub(super) async fn what_is_counted_stays_and_no_word_does(kit: Kit) {
    let room = fresh_room();
    let mut bodies = every_body();
    // Erased by a store that did not keep what it was.
    let old = Seq(bodies.len() as u64 + 1);
    bodies.push(Body::Erased { was: None });
    let written = kit.write(room, Head::EMPTY, &bodies).await;
    let head = head_after(Head::EMPTY, &written);
    for _ in 0..2 {
        let done = kit.store().erase(room, Seq(1), head.seq).await;
        done.expect("erase");
        let log = kit.log(room, Freshness::Serial).await;
        assert_eq!(log, written.iter().map(erased).collect::<Vec<_>>());
        for (left, was) in log.iter().zip(&written) {
            let (left, was) = (&left.event.body, &was.event.body);
            assert_eq!(left.counts(), was.counts());
            assert_eq!(left.thread(), was.thread());
            assert_eq!(left.mentioned(), was.mentioned());
            assert_eq!(left.edits(), was.edits());
        }
        assert_eq!(log.last().expect("it is there").seq(), old);
    }
}

pub(super) async fn erased_buckets_keep_their_heads(kit: Kit) {
    for len in [
        kit.several_buckets(),
        // The last bucket exactly full, where the next event begins another.
        usize::try_from(kit.bucket.unwrap_or(12) * 3).expect("small"),
    ] {
        let room = fresh_room();
        let written = kit.write(room, Head::EMPTY, &talk(len)).await;
        let head = head_after(Head::EMPTY, &written);
        kit.store()
            .erase(room, Seq(1), head.seq)
            .await
            .expect("erase");
        for hint in [0, 1, len as u64 / 2, len as u64] {
            for freshness in [Freshness::Quorum, Freshness::Serial] {
                let seen = kit.store().head(room, Seq(hint), freshness).await;
                assert_eq!(seen.expect("a head"), head, "hint {hint}");
            }
        }
        let mut expected: Vec<Entry> = written.iter().map(erased).collect();
        assert_eq!(kit.log(room, Freshness::Serial).await, expected);
        // No number is handed out twice, and the ordinals go on.
        let next = entries(head, &[message("after")]);
        let stale = entries(Head::EMPTY, &[message("again")]);
        let lost = kit.store().append(room, Head::EMPTY, &stale).await;
        assert!(
            matches!(lost, Ok(crate::port::Appended::Lost(_))),
            "an erased number was free: {lost:?}"
        );
        kit.append(room, head, &next).await;
        expected.extend(next);
        assert_eq!(kit.log(room, Freshness::Serial).await, expected);
    }
}

pub(super) async fn nothing_is_erased_above_the_head(kit: Kit) {
    let none = fresh_room();
    kit.store()
        .erase(none, Seq(1), Seq(9))
        .await
        .expect("erase");
    assert_eq!(kit.head(none).await, Head::EMPTY);
    let first = kit.write(none, Head::EMPTY, &talk(3)).await;
    assert_eq!(kit.log(none, Freshness::Serial).await, first);

    let room = fresh_room();
    let written = kit.write(room, Head::EMPTY, &talk(4)).await;
    let head = head_after(Head::EMPTY, &written);
    let far = Seq(kit.several_buckets() as u64);
    kit.store().erase(room, Seq(4), far).await.expect("erase");
    assert_eq!(kit.head(room).await, head);
    // What comes later is whole.
    let later = kit.write(room, head, &talk(kit.several_buckets())).await;
    let log = kit.log(room, Freshness::Serial).await;
    assert_eq!(log[..3], written[..3]);
    assert_eq!(log[3], erased(&written[3]));
    assert_eq!(log[4..], later);
}
