//! Appending: dense, atomic, linearizable, bounded.

use std::collections::HashSet;

use futures_util::future::join_all;
use hearth_protocol::{Body, RoomId, Seq};

use super::kit::{
    Kit, check_log, entries, every_body, fresh_room, head_after, message, pause, talk,
};
use crate::{
    log::{Entry, Head},
    port::{Appended, Freshness, StoreError},
};

const BOTH: [Freshness; 2] = [Freshness::Quorum, Freshness::Serial];

pub(super) async fn a_log_not_begun_is_empty(kit: Kit) {
    let room = fresh_room();
    for freshness in BOTH {
        let head = kit.store().head(room, Seq::ZERO, freshness).await;
        assert_eq!(head.expect("a head"), Head::EMPTY);
        let page = kit.store().read(room, Seq(1), Seq(9), 9, freshness).await;
        let page = page.expect("a page");
        assert!(page.entries.is_empty());
        assert_eq!(page.head, Head::EMPTY);
    }
}

pub(super) async fn a_log_grows_densely_over_its_buckets(kit: Kit) {
    let room = fresh_room();
    let (mut head, mut written) = (Head::EMPTY, Vec::new());
    for (i, body) in talk(kit.several_buckets()).into_iter().enumerate() {
        let before = head;
        let one = entries(head, &[body]);
        head = kit.append(room, head, &one).await;
        written.extend(one);
        // At every length, a bucket's last event and the next one's first included.
        let freshness = BOTH[i % 2];
        for hint in [Seq::ZERO, before.seq, head.seq] {
            let seen = kit.store().head(room, hint, freshness).await;
            assert_eq!(seen.expect("a head"), head, "hint {hint}");
        }
    }
    for freshness in BOTH {
        let log = kit.log(room, freshness).await;
        check_log(&log);
        assert_eq!(log, written);
    }
}

pub(super) async fn a_batch_is_stored_whole_and_as_it_was(kit: Kit) {
    let room = fresh_room();
    let written = kit.write(room, Head::EMPTY, &every_body()).await;
    for freshness in BOTH {
        assert_eq!(kit.log(room, freshness).await, written);
    }
    assert_eq!(kit.head(room).await, head_after(Head::EMPTY, &written));
}

pub(super) async fn a_batch_never_crosses_a_bucket(kit: Kit) {
    let ends = 0..(kit.several_buckets() as u64 * 2);
    for head in ends {
        let max = kit.store().batch_max(Seq(head)) as u64;
        assert!(max >= 1, "no batch fits after {head}");
        if let Some(bucket) = kit.bucket {
            let (first, last) = (head / bucket, (head + max - 1) / bucket);
            assert_eq!(first, last, "a batch of {max} after {head} crosses");
        }
    }
    assert!(kit.store().batch_max(Seq(u64::MAX / 2)) >= 1);
    // The largest batches that fit, over several buckets.
    let room = fresh_room();
    let mut head = Head::EMPTY;
    while (head.seq.0 as usize) < kit.several_buckets() {
        let len = kit.store().batch_max(head.seq).min(256);
        head = kit
            .append(room, head, &entries(head, &vec![Body::Join; len]))
            .await;
    }
    let log = kit.log(room, Freshness::Serial).await;
    check_log(&log);
    assert_eq!(log.len() as u64, head.seq.0);
}

pub(super) async fn an_append_on_another_head_is_lost_and_stores_nothing(kit: Kit) {
    let room = fresh_room();
    let bodies = talk(kit.several_buckets());
    let written = kit.write(room, Head::EMPTY, &bodies).await;
    let head = head_after(Head::EMPTY, &written);
    let at = |i: usize| head_after(Head::EMPTY, &written[..i]);
    let beyond = Head {
        seq: Seq(head.seq.0 + 1),
        ordinal: head.ordinal,
    };
    // Behind by one, by all, by buckets; and ahead, for which no hint need be right.
    for expect in [at(written.len() - 1), at(0), at(1), beyond] {
        let batch = entries(expect, &[message("late")]);
        match kit.store().append(room, expect, &batch).await {
            Ok(Appended::Lost(seen)) if expect == beyond => assert!(seen.seq <= head.seq),
            Ok(Appended::Lost(seen)) => {
                assert!(seen.seq > expect.seq, "{seen:?} is no news to {expect:?}");
                assert!(seen.seq <= head.seq, "{seen:?} was never the head");
            }
            other => panic!("on {expect:?} with the log at {head:?}: {other:?}"),
        }
    }
    let miscounted = Head {
        seq: head.seq,
        ordinal: head.ordinal.next(),
    };
    let batch = entries(miscounted, &[message("miscounted")]);
    let answer = kit.store().append(room, miscounted, &batch).await;
    assert!(
        !matches!(answer, Ok(Appended::Applied | Appended::Unknown(_))),
        "on a wrong ordinal: {answer:?}"
    );
    assert_eq!(kit.log(room, Freshness::Serial).await, written);
    assert_eq!(kit.head(room).await, head);
}

pub(super) async fn of_appends_on_one_head_exactly_one_wins(kit: Kit) {
    let room = fresh_room();
    let mut head = Head::EMPTY;
    for round in 0..6 {
        let batches: Vec<Vec<Entry>> = (0..6)
            .map(|i| {
                entries(
                    head,
                    &talk(1 + (i % kit.store().batch_max(head.seq).min(3))),
                )
            })
            .collect();
        let answers = join_all(batches.iter().map(|b| kit.store().append(room, head, b))).await;
        let log = loop {
            let log = kit.log(room, Freshness::Serial).await;
            if log.len() as u64 > head.seq.0 {
                break log;
            }
            // All outcomes unknown and none of them there yet: one more decides.
            kit.store().append(room, head, &batches[0]).await.ok();
        };
        check_log(&log);
        let new = &log[head.seq.0 as usize..];
        let winner = batches.iter().position(|b| b == new);
        let winner = winner.expect("exactly one batch, and whole");
        for (i, answer) in answers.into_iter().enumerate() {
            match answer {
                Ok(Appended::Applied) => assert_eq!(i, winner, "two winners in round {round}"),
                Ok(Appended::Lost(seen)) => {
                    assert_eq!(seen, head_after(head, new), "the head seen by a loser");
                }
                Ok(Appended::Unknown(_)) => {}
                Err(StoreError::Away(_)) => assert_ne!(i, winner, "`Err`, and stored"),
                Err(StoreError::Failed(why)) => panic!("refused: {why}"),
            }
        }
        head = head_after(head, new);
    }
}

pub(super) async fn racing_writers_leave_a_dense_log(kit: Kit) {
    let room = fresh_room();
    let writers = (0..6).map(|w| tokio::spawn(race(kit.clone(), room, w)));
    let mut acknowledged = Vec::new();
    for writer in join_all(writers).await {
        acknowledged.extend(writer.expect("a writer"));
    }
    for freshness in BOTH {
        let log = kit.log(room, freshness).await;
        check_log(&log);
        let ids: HashSet<_> = log.iter().map(|e| &e.event.id).collect();
        assert_eq!(ids.len(), log.len(), "an event was stored twice");
        assert_eq!(log.len(), acknowledged.len(), "an event was lost or added");
        for entry in &acknowledged {
            assert_eq!(log[entry.seq().0 as usize - 1], *entry, "not where it was");
        }
    }
}

/// One writer among several: each batch until it is in. Returns the entries as they were stored.
async fn race(kit: Kit, room: RoomId, writer: usize) -> Vec<Entry> {
    let mut mine = Vec::new();
    let mut hint = Head::EMPTY;
    for round in 0..8 {
        let mut attempt = 0;
        let bodies = talk(1 + (writer + round) % 3);
        'batch: loop {
            attempt += 1;
            assert!(attempt < 500, "writer {writer} starves");
            let fits = kit.store().batch_max(hint.seq).min(bodies.len());
            let batch = entries(hint, &bodies[..fits]);
            let mut outcome = kit.store().append(room, hint, &batch).await;
            loop {
                match outcome {
                    Ok(Appended::Applied) => {
                        hint = head_after(hint, &batch);
                        mine.extend(batch);
                        break 'batch;
                    }
                    Ok(Appended::Unknown(_)) => {}
                    Ok(Appended::Lost(_)) | Err(StoreError::Away(_)) => {}
                    Err(StoreError::Failed(why)) => panic!("refused: {why}"),
                }
                pause(attempt).await;
                match kit.stored(room, &batch).await {
                    Some(true) => outcome = Ok(Appended::Applied),
                    Some(false) => break,
                    // The head has not moved, or the store is away: doubtful. The same again, the same ids.
                    None => outcome = kit.store().append(room, hint, &batch).await,
                }
                attempt += 1;
                assert!(attempt < 500, "writer {writer} starves");
            }
            // Lost for certain: what is hinted at is read, and the next try stands on that.
            if let Ok(head) = kit.store().head(room, hint.seq, Freshness::Serial).await {
                assert!(head >= hint, "a head moved back: {head:?} after {hint:?}");
                hint = head;
            }
        }
    }
    mine
}

pub(super) async fn a_malformed_batch_is_refused(kit: Kit) {
    let room = fresh_room();
    let bodies = talk(2);
    let written = kit.write(room, Head::EMPTY, &bodies).await;
    let head = head_after(Head::EMPTY, &written);
    let max = kit.store().batch_max(head.seq);
    let gap = Head {
        seq: head.seq.next(),
        ordinal: head.ordinal,
    };
    let miscounted = Head {
        seq: head.seq,
        ordinal: head.ordinal.next(),
    };
    let doubled = [entries(head, &[Body::Join]), entries(head, &[Body::Leave])].concat();
    for (what, batch) in [
        ("empty", Vec::new()),
        ("too long", entries(head, &vec![Body::Join; max + 1])),
        ("with a gap", entries(gap, &[Body::Join])),
        ("numbered again", entries(Head::EMPTY, &[Body::Join])),
        ("with a number twice", doubled),
        ("with a wrong ordinal", entries(miscounted, &[Body::Join])),
    ] {
        let answer = kit.store().append(room, head, &batch).await;
        let refused = matches!(answer, Err(StoreError::Failed(_)));
        assert!(refused, "a batch {what}: {answer:?}");
    }
    assert_eq!(kit.log(room, Freshness::Serial).await, written);
    assert_eq!(kit.head(room).await, head);
}

pub(super) async fn rooms_do_not_touch(kit: Kit) {
    let (one, other) = (fresh_room(), fresh_room());
    let first = kit.write(one, Head::EMPTY, &talk(5)).await;
    let second = kit.write(other, Head::EMPTY, &talk(3)).await;
    let none = fresh_room();
    kit.store().erase(one, Seq(1), Seq(1)).await.expect("erase");
    assert_eq!(kit.log(one, Freshness::Serial).await[1..], first[1..]);
    assert_eq!(kit.log(other, Freshness::Serial).await, second);
    assert_eq!(kit.log(none, Freshness::Serial).await, []);
}
