//! The index of messages: rows by shard and segment, and what was erased does not come back.

use hearth_protocol::{RoomId, Seq};

use super::kit::{Kit, fresh_room};
use crate::{
    port::{Cell, IndexRow, TextCell},
    search::{INDEX_SHARDS, SEGMENT_EVENTS},
};

/// Rows of a segment, each of which says which it is.
fn rows(mark: &str) -> Vec<Vec<u8>> {
    let rows = 0..INDEX_SHARDS;
    rows.map(|shard| format!("{mark} {shard}").into_bytes())
        .collect()
}

async fn read(kit: &Kit, room: RoomId, shard: u8, from: u64, to: u64) -> Vec<(u64, String)> {
    let rows = kit.store().index_rows(room, shard, from, to).await;
    let text = |row: IndexRow| {
        let words = String::from_utf8(row.words).expect("as it was written");
        (row.segment, words)
    };
    rows.expect("rows").into_iter().map(text).collect()
}

async fn put(kit: &Kit, room: RoomId, segment: u64, clock: u64, mark: &str) {
    let rows = rows(mark);
    let put = kit.store().put_index(room, segment, Seq(clock), &rows);
    put.await.expect("put");
}

pub(super) async fn rows_of_the_index_are_those_of_the_shard_and_the_segments(kit: Kit) {
    let (room, other) = (fresh_room(), fresh_room());
    assert_eq!(read(&kit, room, 0, 0, 31).await, []);
    for segment in [0, 1, 30, 31, 32, 33, 70] {
        put(&kit, room, segment, 100_000, &format!("of {segment}")).await;
    }
    put(&kit, other, 2, 100_000, "other").await;
    for (from, to, expected) in [
        (0, 31, &[0, 1, 30, 31][..]),
        (1, 30, &[1, 30]),
        (2, 29, &[]),
        (20, 51, &[30, 31, 32, 33]),
        (70, 70, &[70]),
        (5, 4, &[]),
    ] {
        for shard in [0, 1, INDEX_SHARDS - 1] {
            let expected = expected.iter();
            let expected: Vec<_> = expected.map(|n| (*n, format!("of {n} {shard}"))).collect();
            let seen = read(&kit, room, shard, from, to).await;
            assert_eq!(seen, expected, "{from}..={to}");
        }
    }
}

pub(super) async fn what_was_erased_from_the_index_does_not_come_back(kit: Kit) {
    const SEGMENT: u64 = 2;
    let first = SEGMENT * SEGMENT_EVENTS + 1;
    let end = first + SEGMENT_EVENTS - 1;
    // Made at the segment's end; erased; made anew by whoever knows of it; and made at the end by somebody slow.
    let (old, erased, new) = (end, end + 5, end + 7);
    let erase = |room, target, at| {
        let cell = Cell::Text(TextCell {
            seq: Seq(at),
            target: Seq(target),
            text: None,
            edited_ms: None,
        });
        let store = kit.store();
        async move { store.project(room, &[cell]).await.expect("project") }
    };
    let room = fresh_room();
    put(&kit, room, SEGMENT, old, "old").await;
    put(&kit, room, SEGMENT + 1, old, "beside").await;
    erase(room, first, erased).await;
    for shard in 0..INDEX_SHARDS {
        let seen = read(&kit, room, shard, SEGMENT, SEGMENT + 1).await;
        let beside = (SEGMENT + 1, format!("beside {shard}"));
        assert_eq!(seen, [(SEGMENT, String::new()), beside], "shard {shard}");
    }
    put(&kit, room, SEGMENT, old, "old").await;
    assert_eq!(
        read(&kit, room, 3, SEGMENT, SEGMENT).await,
        [(SEGMENT, String::new())]
    );
    put(&kit, room, SEGMENT, new, "new").await;
    let anew = [(SEGMENT, "new 3".to_owned())];
    assert_eq!(read(&kit, room, 3, SEGMENT, SEGMENT).await, anew);
    // The checkpoint once more, and the slow one again.
    erase(room, first, erased).await;
    put(&kit, room, SEGMENT, old, "old").await;
    assert_eq!(read(&kit, room, 3, SEGMENT, SEGMENT).await, anew);

    // Before it was ever made, and made right at it: that knows of it, in whatever order.
    for first_erased in [true, false] {
        let room = fresh_room();
        if first_erased {
            erase(room, end, erased).await;
        }
        put(&kit, room, SEGMENT, erased, "at").await;
        if !first_erased {
            erase(room, end, erased).await;
        }
        put(&kit, room, SEGMENT, old, "old").await;
        let seen = read(&kit, room, 3, SEGMENT, SEGMENT).await;
        assert_eq!(seen, [(SEGMENT, "at 3".to_owned())]);
    }

    // What was changed before its segment was full is in no row that can be made.
    let room = fresh_room();
    put(&kit, room, SEGMENT, old, "old").await;
    erase(room, first, end).await;
    assert_eq!(
        read(&kit, room, 3, SEGMENT, SEGMENT).await,
        [(SEGMENT, "old 3".to_owned())]
    );
}
