//! LOG.md rules 27–30: cells, the mark, and reading both with the log laid over them.

use hearth_protocol::{Body, ErrorCode, Right, Role, RoomKind, Seq};

use super::{
    Bench, answer, appended, create, invite, refusal, remove, send, store::SimStore, text, user,
};
use crate::{
    log::Head,
    port::{Cell, StoreError},
    room::{Effect, Input, RoomBounds, fold::Fold},
};

fn edit(target: u64, to: &str) -> Body {
    Body::Edit {
        target: Seq(target),
        text: to.to_owned(),
    }
}

fn delete(target: u64) -> Body {
    Body::Delete {
        target: Seq(target),
    }
}

fn ban(of: u8) -> Body {
    Body::Ban {
        user: user(of),
        reason: String::new(),
        until_ms: None,
    }
}

fn projects(effects: &[Effect]) -> Vec<(Head, Vec<Cell>)> {
    let found = effects.iter().filter_map(|effect| match effect {
        Effect::Project { cells, head } => Some((*head, cells.clone())),
        _ => None,
    });
    found.collect()
}

fn small() -> RoomBounds {
    RoomBounds {
        tail_events_max: 4,
        checkpoint_events: 5,
        ..RoomBounds::default()
    }
}

/// A projected room: message 3 is deleted, message 4 edited; the head and the mark are high above the window.
fn projected() -> SimStore {
    let mut bench = Bench::new(small());
    bench.store.put(send(0, 1, 0, create(RoomKind::Public)));
    bench.store.put(send(0, 2, 1, invite(1)));
    bench.store.put(send(1, 3, 2, text("deleted")));
    bench.store.put(send(1, 4, 2, text("edited")));
    bench.load();
    for (n, body) in [delete(3), edit(4, "once"), edit(4, "twice")]
        .into_iter()
        .enumerate()
    {
        let head = bench.room.head().seq.0;
        let (_, effects) = bench.submit(send(1, 5 + n as u64, head, body));
        bench.append(&effects);
    }
    for n in 0..20 {
        let head = bench.room.head().seq.0;
        let (_, effects) = bench.submit(send(1, 50 + n, head, text("x")));
        bench.append(&effects);
    }
    bench.wait(10_000);
    assert_eq!(bench.store.mark, bench.store.head());
    bench.store
}

#[test]
fn rule_27_each_cell_has_the_seq_of_the_last_event_of_its_own() {
    let store = projected();
    let texts: Vec<(u64, u64, Option<String>)> = store
        .cells()
        .filter_map(|cell| match cell {
            Cell::Text(cell) => Some((cell.target.0, cell.seq.0, cell.text.clone())),
            _ => None,
        })
        .collect();
    assert_eq!(texts, [(3, 5, None), (4, 7, Some("twice".to_owned()))]);
    let members: Vec<(u64, bool)> = store
        .cells()
        .filter_map(|cell| match cell {
            Cell::Member(cell) => Some((cell.seq.0, cell.role.is_some())),
            _ => None,
        })
        .collect();
    assert_eq!(members, [(1, true), (2, true)]);
}

#[test]
fn rule_27_a_deleted_text_is_not_brought_back_by_what_follows() {
    let mut store = SimStore::new(1_000);
    store.put(send(0, 1, 0, create(RoomKind::Public)));
    store.put(send(0, 2, 1, text("a")));
    // No machine appends an edit of a deleted message; a projection does not rest on that.
    for (n, body) in [edit(2, "b"), delete(2), edit(2, "back")]
        .into_iter()
        .enumerate()
    {
        store.put(send(0, 3 + n as u64, 2, body));
    }
    let cells = Fold::empty().cells_of(store.rows[2..].iter().map(|row| &row.entry));
    let target = Seq(2);
    let deleted = Cell::Text(crate::port::TextCell {
        seq: Seq(4),
        target,
        text: None,
        edited_ms: None,
    });
    // All that was ever said is known, to be erased.
    let edits = [3, 5].map(|seq| {
        let seq = Seq(seq);
        Cell::Edit(crate::port::EditCell { seq, target })
    });
    let [first, last] = edits;
    assert_eq!(cells, [deleted, first, last]);
}

#[test]
fn rule_28_the_mark_moves_over_events_whose_cells_are_all_in_the_same_write() {
    let mut bench = Bench::new(small());
    bench.store.put(send(0, 1, 0, create(RoomKind::Public)));
    bench
        .store
        .put(send(0, 2, 1, text("another node appended this")));
    bench.store.put(send(0, 3, 2, edit(2, "and this")));
    bench.load();
    let (_, effects) = bench.submit(send(0, 4, 3, text("mine")));
    let (expect, batch) = appended(&effects).unwrap();
    let outcome = bench.store.append(expect, batch, true);
    bench.raw(Input::Appended(Ok(outcome)));
    bench.now = bench.room.deadline_ms().unwrap();
    let effects = bench.raw(Input::Tick);
    let [(mark, cells)] = &projects(&effects)[..] else {
        panic!("one write, not {effects:?}");
    };
    assert_eq!(mark.seq, Seq(4));
    assert!(
        cells
            .iter()
            .any(|c| matches!(c, Cell::Text(t) if t.target == Seq(2)))
    );
    assert!(
        cells.iter().any(|c| matches!(c, Cell::Member(_))),
        "not only what this node appended"
    );
}

#[test]
fn rule_28_after_a_failed_write_all_of_it_is_written_again() {
    let mut bench = Bench::new(small());
    bench.store.put(send(0, 1, 0, create(RoomKind::Public)));
    bench.load();
    let (_, effects) = bench.submit(send(0, 2, 1, invite(1)));
    let (expect, batch) = appended(&effects).unwrap();
    let outcome = bench.store.append(expect, batch, true);
    bench.raw(Input::Appended(Ok(outcome)));
    bench.now = bench.room.deadline_ms().unwrap();
    let first = projects(&bench.raw(Input::Tick));
    bench.raw(Input::Projected(Err(StoreError::Away("test".to_owned()))));
    assert!(
        !bench.room.is_idle(bench.now),
        "a projection is not left behind for a first failure"
    );
    bench.now = bench.room.deadline_ms().unwrap();
    let second = projects(&bench.raw(Input::Tick));
    assert_eq!(first, second);
    assert_eq!(first.len(), 1);
}

#[test]
fn rule_28_what_has_left_the_window_is_read_again_before_the_mark_moves() {
    let mut bench = Bench::new(small());
    bench.store.put(send(0, 1, 0, create(RoomKind::Public)));
    bench.store.put(send(0, 2, 1, text("a")));
    bench.store.put(send(0, 3, 2, edit(2, "b")));
    for n in 4..=30 {
        bench.store.put(send(0, n, n - 1, text("x")));
    }
    bench.load();
    let (_, effects) = bench.submit(send(0, 31, 30, text("mine")));
    bench.append(&effects);
    bench.wait(10_000);
    assert_eq!(bench.store.mark, bench.store.head());
    let edited = bench.store.target_cells(Seq(2));
    assert!(matches!(&edited[..], [Cell::Text(t)] if t.text.as_deref() == Some("b")));
}

#[test]
fn rule_29_a_message_deleted_long_ago_is_known_to_be_so() {
    let mut bench = Bench::over(projected(), small());
    bench.load();
    let head = bench.room.head().seq.0;
    let (ticket, effects) = bench.submit(send(1, 100, head, edit(3, "back from the dead")));
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::NotFound));
    let (ticket, effects) = bench.submit(send(0, 100, head, edit(4, "not mine")));
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::Forbidden));
    let (ticket, effects) = bench.submit(send(1, 101, head, edit(4, "thrice")));
    let done = bench.append(&effects);
    assert!(answer(&done, ticket).unwrap().is_ok());
}

#[test]
fn more_old_messages_than_are_remembered_can_be_changed_one_after_the_other() {
    let bounds = RoomBounds {
        targets_max: 2,
        ..small()
    };
    let mut bench = Bench::over(projected(), bounds);
    bench.load();
    for target in [4, 8, 9, 10] {
        let head = bench.room.head().seq.0;
        let (ticket, effects) = bench.submit(send(1, 100 + target, head, edit(target, "later")));
        let done = bench.append(&effects);
        assert_eq!(answer(&done, ticket), Some(Ok(Seq(head + 1))), "{target}");
    }
}

#[test]
fn rule_29_a_cell_ahead_of_the_window_is_not_judged_by_before_its_event_is_there() {
    // A deletion is stored and projected by another node; this node has not heard of it.
    let mut bench = Bench::over(projected(), small());
    bench.load();
    let head = bench.room.head().seq.0;
    let deletion = send(1, 100, head, delete(4));
    bench.store.put(deletion.clone());
    let cell = crate::port::TextCell {
        seq: Seq(head + 1),
        target: Seq(4),
        text: None,
        edited_ms: None,
    };
    bench.store.project(&[Cell::Text(cell)]);
    let (ticket, effects) = bench.submit(deletion);
    assert_eq!(
        answer(&effects, ticket),
        Some(Ok(Seq(head + 1))),
        "its own copy, not a stranger's"
    );
}

#[test]
fn rule_29_a_load_goes_on_until_the_events_of_its_cells_are_there() {
    let mut bench = Bench::new(RoomBounds::default());
    bench.store.put(send(0, 1, 0, create(RoomKind::Public)));
    bench.store.put(send(0, 2, 1, invite(1)));
    let mut fold = Fold::empty();
    bench
        .store
        .rows
        .iter()
        .for_each(|row| fold.apply(&row.entry));
    bench
        .store
        .project(&fold.cells_of(bench.store.rows.iter().map(|row| &row.entry)));
    // The invitation is decided, and no quorum has it yet: the member's cell shows it, a plain read does not.
    bench.store.rows[1].visible = false;
    bench.raw(Input::HeadSeen(Seq::ZERO));
    let checkpoint = bench.store.checkpoint(Head::EMPTY);
    let effects = bench.raw(Input::Loaded(Ok(checkpoint)));
    let Some(Effect::Read { read, .. }) = effects.first() else {
        panic!("a read");
    };
    let first = vec![bench.store.rows[0].entry.clone()];
    let head = Head {
        seq: Seq(1),
        ..Head::EMPTY
    };
    let page = crate::port::Page {
        entries: first,
        head,
    };
    let read = *read;
    let effects = bench.raw(Input::Read {
        read,
        result: Ok(page),
    });
    assert!(!bench.room.is_loaded());
    bench.answer_reads(effects);
    assert!(bench.room.is_loaded());
    assert_eq!(bench.room.head().seq, Seq(2));
}

fn right(right: Right, role: Role) -> Body {
    Body::Right { right, role }
}

#[test]
fn rule_30_a_fold_from_the_projection_is_the_fold_of_the_log() {
    let mut bench = Bench::new(RoomBounds::default());
    for (n, (by, body)) in [
        (0, create(RoomKind::Public)),
        (0, invite(1)),
        (2, Body::Join),
        (0, remove(1)),
        (2, Body::Leave),
        (0, invite(2)),
        (
            0,
            Body::Topic {
                topic: "t".to_owned(),
            },
        ),
        (
            0,
            Body::Description {
                description: "d".to_owned(),
            },
        ),
        (
            0,
            Body::Avatar {
                avatar: Some(hearth_protocol::FileId(uuid::Uuid::from_u128(7))),
            },
        ),
        (0, Body::Slow { seconds: 1 }),
        (0, text("one")),
        (2, text("two")),
        (0, text("three")),
        (2, text("four")),
        (
            0,
            Body::Ban {
                user: user(2),
                reason: "spam".to_owned(),
                until_ms: Some(9),
            },
        ),
        (0, Body::Rename { name: "b".into() }),
        (0, Body::Slow { seconds: 3 }),
        (0, text("five")),
        (0, ban(3)),
        (2, Body::Join),
        (2, text("six")),
        (0, Body::Unban { user: user(3) }),
        (0, right(Right::Pin, Role::Member)),
        (0, right(Right::Write, Role::Owner)),
        (0, Body::Archive { on: true }),
        (0, Body::Archive { on: false }),
        (0, ban(1)),
        (
            0,
            Body::Role {
                user: user(2),
                role: Role::Guest,
            },
        ),
        (0, right(Right::Write, Role::Guest)),
        (0, Body::Rename { name: "c".into() }),
        (0, text("seven")),
        (0, Body::Rename { name: "B".into() }),
    ]
    .into_iter()
    .enumerate()
    {
        bench.store.put(send(by, 1 + n as u64, n as u64, body));
    }
    // Some way apart, so that slow mode forgets some of who wrote when.
    let entries = bench.store.rows.iter().map(|row| {
        let mut entry = row.entry.clone();
        entry.event.at_ms *= 700;
        entry
    });
    let entries: Vec<_> = entries.collect();
    let mut whole = Fold::empty();
    entries.iter().for_each(|entry| whole.apply(entry));
    assert_eq!(whole.settings.former, ["room", "c"]);
    assert_eq!(whole.bans(u64::MAX), 1);
    assert!(whole.is_slow());
    assert_eq!(whole.rights().pin, Some(Role::Member));
    assert!(whole.held(Right::Write).since(Role::Guest) > Some(Seq::ZERO));
    // A projection whose cells are up to `ahead` and whose mark is lower is loaded, and the rest laid over it.
    for ahead in 1..=entries.len() {
        for mark in 0..=ahead {
            let mut store = SimStore::new(1_000);
            let mut fold = Fold::empty();
            // Written in steps, as checkpoints are.
            for upto in 1..=ahead {
                fold.apply(&entries[upto - 1]);
                if upto % 3 == 0 || upto == ahead {
                    let from = (upto - 1) / 3 * 3;
                    store.project(&fold.cells_of(entries[from..upto].iter()));
                }
            }
            let mut loaded = Fold::load(&store.checkpoint(Head::EMPTY)).unwrap();
            entries[mark..].iter().for_each(|entry| loaded.apply(entry));
            assert_eq!(loaded, whole, "cells up to {ahead}, mark at {mark}");
        }
    }
}

#[test]
fn a_room_is_let_go_once_what_was_appended_here_is_projected() {
    let mut bench = Bench::new(RoomBounds::default());
    bench.store.put(send(0, 1, 0, create(RoomKind::Public)));
    bench.load();
    assert!(
        bench.room.is_idle(bench.now),
        "what others appended is theirs to project"
    );
    let (_, effects) = bench.submit(send(0, 2, 1, text("x")));
    assert!(!bench.room.is_idle(bench.now));
    bench.append(&effects);
    assert!(!bench.room.is_idle(bench.now));
    bench.wait(5_000);
    assert!(bench.room.is_idle(bench.now));
    assert_eq!(bench.store.mark.seq, Seq(2));
}
