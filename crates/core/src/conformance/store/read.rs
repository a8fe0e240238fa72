//! Reading: heads from any hint, pages within their bounds.

use hearth_protocol::{Body, Seq, bounds::TEXT_BYTES_MAX};

use super::kit::{Kit, check_log, entries, fresh_room, head_after, message, talk};
use crate::{
    log::Head,
    port::{Freshness, PAGE_BYTES_MAX},
};

const BOTH: [Freshness; 2] = [Freshness::Quorum, Freshness::Serial];

pub(super) async fn a_hint_may_be_stale_or_zero_or_beyond(kit: Kit) {
    let room = fresh_room();
    let len = kit.several_buckets();
    let written = kit.write(room, Head::EMPTY, &talk(len)).await;
    let head = head_after(Head::EMPTY, &written);
    let step = (len / 10).max(1);
    // Beyond: after a restored backup, or from a peer that is wrong. Never believed.
    let beyond = [1, len as u64, 100_000].map(|d| Seq(head.seq.0 + d));
    for hint in (0..=len).step_by(step).map(|h| Seq(h as u64)).chain(beyond) {
        for freshness in BOTH {
            let seen = kit.store().head(room, hint, freshness).await;
            assert_eq!(seen.expect("a head"), head, "{freshness:?}, hint {hint}");
        }
    }
    let none = fresh_room();
    let seen = kit.store().head(none, Seq(77), Freshness::Serial).await;
    assert_eq!(seen.expect("a head"), Head::EMPTY);
}

pub(super) async fn a_page_is_the_range_asked_for(kit: Kit) {
    let room = fresh_room();
    let len = kit.several_buckets() as u64;
    let written = kit.write(room, Head::EMPTY, &talk(len as usize)).await;
    let head = head_after(Head::EMPTY, &written);
    for (from, to, limit) in [
        (1, len, 1000),
        (1, len, 1),
        (1, 1, 10),
        (len, len, 10),
        (len - 4, len, 200),
        (len / 2 - 3, len / 2 + 3, 7),
        (2, len - 1, 5),
        (len - 1, len + 1, 10),
        (1, u64::MAX, 1000),
        (0, 3, 10),
    ] {
        for freshness in BOTH {
            let page = kit
                .store()
                .read(room, Seq(from), Seq(to), limit, freshness)
                .await;
            let page = page.expect("a page");
            let first = from.max(1) as usize - 1;
            let last = (to.min(len) as usize).min(first + limit);
            assert_eq!(
                page.entries,
                written[first..last],
                "{from}..={to}, limit {limit}, {freshness:?}"
            );
            assert!(page.head.seq >= Seq(last as u64), "a head behind its page");
            if freshness == Freshness::Serial {
                assert_eq!(page.head, head, "{from}..={to}, limit {limit}");
            }
        }
    }
}

pub(super) async fn a_range_with_nothing_in_it_is_an_empty_page(kit: Kit) {
    let room = fresh_room();
    let len = kit.several_buckets() as u64;
    let written = kit.write(room, Head::EMPTY, &talk(len as usize)).await;
    let head = head_after(Head::EMPTY, &written);
    for (from, to, limit) in [
        (3, 2, 10),
        (len, 1, 10),
        (len + 1, len + 50, 10),
        (len + 1000, u64::MAX, 10),
        (u64::MAX, u64::MAX, 10),
        (1, len, 0),
        (0, 0, 10),
    ] {
        for freshness in BOTH {
            let page = kit
                .store()
                .read(room, Seq(from), Seq(to), limit, freshness)
                .await;
            let page = page.expect("a page");
            assert!(page.entries.is_empty(), "{from}..={to}, limit {limit}");
            assert!(page.head <= head, "a head that never was");
        }
    }
}

pub(super) async fn a_page_is_bounded_in_bytes(kit: Kit) {
    let room = fresh_room();
    let text = "é".repeat(TEXT_BYTES_MAX / 2);
    let count = 3 * PAGE_BYTES_MAX / TEXT_BYTES_MAX;
    let mut head = Head::EMPTY;
    while (head.seq.0 as usize) < count {
        let len = kit.store().batch_max(head.seq).min(8);
        let batch = entries(head, &vec![message(&text); len]);
        head = kit.append(room, head, &batch).await;
    }
    for freshness in BOTH {
        let (mut next, mut pages) = (Seq(1), 0);
        while next <= head.seq {
            let page = kit
                .store()
                .read(room, next, head.seq, count * 2, freshness)
                .await
                .expect("a page");
            let bytes: usize = page
                .entries
                .iter()
                .map(|e| match &e.event.body {
                    Body::Message { text, .. } => text.len(),
                    other => panic!("{other:?} was never written"),
                })
                .sum();
            assert!(!page.entries.is_empty(), "a page with nothing at {next}");
            assert!(bytes <= PAGE_BYTES_MAX, "a page of {bytes} bytes");
            for entry in page.entries {
                assert_eq!(entry.seq(), next, "a hole");
                next = next.next();
            }
            pages += 1;
        }
        assert!(pages >= 3, "{count} longest messages in {pages} pages");
    }
}

pub(super) async fn a_pages_head_is_the_end_where_the_port_says_so(kit: Kit) {
    let some = kit.several_buckets() as u64;
    // Also a log whose last bucket is full, and one whose last has a single event.
    let lens = match kit.bucket {
        Some(bucket) => vec![some, bucket, 2 * bucket, 2 * bucket + 1],
        None => vec![some],
    };
    for len in lens {
        let room = fresh_room();
        let written = kit.write(room, Head::EMPTY, &talk(len as usize)).await;
        let head = head_after(Head::EMPTY, &written);
        let bucket = kit.bucket.unwrap_or(len);
        for (from, to, limit) in [
            (1, len, 1000),
            (1, len, 1),
            (1, bucket, 1000),
            (1, bucket, bucket as usize),
            (1, u64::MAX, 1000),
            (1, u64::MAX, bucket as usize),
            (bucket, u64::MAX, 1),
            (bucket + 1, u64::MAX, 1000),
            (len, len, 1),
            (len + 1, len + 200, 200),
            (len + 1, u64::MAX, 1),
            (len + 3 * bucket, u64::MAX, 1),
            (u64::MAX, u64::MAX, 1),
            (3, 2, 10),
            (1, len, 0),
        ] {
            for freshness in BOTH {
                let page = kit
                    .store()
                    .read(room, Seq(from), Seq(to), limit, freshness)
                    .await
                    .expect("a page");
                let what = format!("{len} events, {from}..={to}, limit {limit}, {freshness:?}");
                let last = page.entries.last().map_or(Seq(from - 1), |e| e.seq());
                let short = from <= to && last.0 < to && page.entries.len() < limit;
                assert!(!short || page.head.seq <= last, "a hole in {what}");
                if freshness == Freshness::Serial || short {
                    assert_eq!(page.head, head, "{what}");
                }
                assert!(page.head <= head, "a head that never was: {what}");
                let entry = page.entries.last();
                assert!(entry.is_none_or(|e| page.head.seq >= e.seq()), "{what}");
            }
        }
    }
}

pub(super) async fn a_reader_beside_a_writer_sees_a_dense_log(kit: Kit) {
    let room = fresh_room();
    let bodies = talk(kit.several_buckets() * 2);
    let writer = {
        let kit = kit.clone();
        tokio::spawn(async move {
            let mut head = Head::EMPTY;
            for body in bodies {
                let one = entries(head, &[body]);
                head = kit.append(room, head, &one).await;
            }
            head
        })
    };
    let mut last = Head::EMPTY;
    while !writer.is_finished() {
        let log = kit
            .store()
            .read(room, Seq(1), Seq(u64::MAX), 1000, Freshness::Serial)
            .await
            .expect("a page");
        check_log(&log.entries);
        assert!(log.head >= last, "a serial head moved back");
        assert!(log.head.seq.0 >= log.entries.len() as u64);
        let seen = kit.store().head(room, last.seq, Freshness::Serial).await;
        last = seen.expect("a head");
        assert!(last >= log.head, "a serial head moved back");
        tokio::task::yield_now().await;
    }
    let head = writer.await.expect("the writer");
    assert_eq!(kit.head(room).await, head);
    check_log(&kit.log(room, Freshness::Serial).await);
}
