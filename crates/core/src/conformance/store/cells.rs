//! Projections and read marks: whatever the order of the writes, the highest clock stays.

use std::collections::BTreeMap;

use hearth_protocol::{FileId, Ordinal, Right, Role, RoomId, RoomKind, Seq, UserId};

use super::kit::{Kit, fresh_room, fresh_user, spread};
use crate::{
    log::Head,
    port::{
        BanCell, Cell, EditCell, End, Follower, Given, Held, InThreadCell, ListedRow, Mark,
        MemberCell, Mention, MentionsCell, Pinned, Pins, ReactionCell, RoomSettings, Shelf,
        SpokeCell, TextCell, ThreadCell, ThreadCounts, ThreadMessage,
    },
};

/// Three clocks in every order.
const ORDERS: [[u64; 3]; 6] = [
    [1, 2, 3],
    [1, 3, 2],
    [2, 1, 3],
    [2, 3, 1],
    [3, 1, 2],
    [3, 2, 1],
];

fn room_cell(seq: u64) -> Cell {
    Cell::Room {
        seq: Seq(seq),
        name: format!("room {seq}"),
        kind: if seq == 3 {
            RoomKind::Private
        } else {
            RoomKind::Public
        },
        topic: if seq == 3 {
            String::new()
        } else {
            "a topic".into()
        },
        members: 10 - seq,
        settings: match seq {
            1 => RoomSettings {
                former: vec!["erster name".into()],
                named: Seq(1),
                archived: true,
                archived_since: Seq(1),
                slow_seconds: 30,
                slow_since: Seq(1),
                rights: Some(Box::new(Given(BTreeMap::from([
                    (Right::Write, Held([None, Some(Seq(1)), Some(Seq(0))])),
                    (Right::Describe, Held([None; 3])),
                ])))),
                mentioned: Seq(1),
                threaded: Seq(1),
                pins: Some(Box::new(Pins {
                    list: vec![Pinned {
                        target: Seq(1),
                        seq: Seq(1),
                        by: UserId(uuid::Uuid::from_u128(5)),
                        at_ms: 7,
                    }],
                    changed: Seq(1),
                })),
                description: "\"lang\" ☕".into(),
                avatar: Some(FileId(uuid::Uuid::from_u128(6))),
            },
            _ => RoomSettings::default(),
        },
    }
}

fn member(seq: u64, user: UserId, role: Option<Role>) -> MemberCell {
    MemberCell {
        seq: Seq(seq),
        user,
        name: format!("name {seq}"),
        room_name: "room".into(),
        role,
        entered: Seq(seq / 2),
        was_guest: role.is_none() && !seq.is_multiple_of(2),
        ban: (role.is_none() && seq % 2 == 1).then(|| BanCell {
            by: user,
            at_ms: 5 * seq,
            until_ms: (seq > 5).then_some(u64::MAX >> 1),
            reason: if seq > 5 {
                "\"spam\" ☕".into()
            } else {
                String::new()
            },
        }),
    }
}

fn spoke(seq: u64, user: UserId) -> SpokeCell {
    SpokeCell {
        seq: Seq(seq),
        user,
        at_ms: 1_000 + seq,
    }
}

fn mentions(seq: u64, user: UserId) -> MentionsCell {
    MentionsCell {
        seq: Seq(seq),
        user,
        newest: (0..seq)
            .map(|n| Mention {
                seq: Seq(n + 1),
                by: (n % 2 == 0).then_some(user),
                deleted: seq % 2 == 1,
            })
            .collect(),
    }
}

/// The third is not counted any more.
fn thread(seq: u64, root: u64, user: UserId) -> ThreadCell {
    let message = |n: u64| ThreadMessage {
        seq: Seq(n + 1),
        by: user,
        deleted: seq % 2 == 1,
    };
    let counts = ThreadCounts {
        began: Seq(root + 1),
        messages: seq,
        last: Seq(seq),
        last_ms: 1_000 + seq,
        newest: (0..seq).map(message).collect(),
        followers: vec![Follower {
            user,
            since: Seq(root),
        }],
    };
    ThreadCell {
        seq: Seq(seq),
        root: Seq(root),
        counts: (seq != 3).then(|| Box::new(counts)),
    }
}

fn text(seq: u64, target: u64, text: Option<&str>) -> Cell {
    Cell::Text(TextCell {
        seq: Seq(seq),
        target: Seq(target),
        text: text.map(str::to_owned),
        // Of cells from before it was kept, as well.
        edited_ms: text.filter(|_| seq.is_multiple_of(2)).map(|_| 1_000 + seq),
    })
}

fn reaction(seq: u64, target: u64, emoji: &str, user: UserId, on: bool) -> Cell {
    Cell::Reaction(ReactionCell {
        seq: Seq(seq),
        target: Seq(target),
        emoji: emoji.to_owned(),
        user,
        on,
    })
}

/// In an order that does not depend on the adapter.
fn sorted(mut cells: Vec<Cell>) -> Vec<Cell> {
    cells.sort_by_key(|c| format!("{c:?}"));
    cells
}

pub(super) async fn of_two_writes_of_a_cell_the_higher_seq_stays(kit: Kit) {
    let user = fresh_user();
    // Of each cell three states, the last of which takes away: it must not come back by an older write.
    let state = |seq: u64| {
        vec![
            room_cell(seq),
            Cell::Member(member(seq, user, (seq != 3).then_some(Role::Owner))),
            Cell::Spoke(spoke(seq, user)),
            Cell::Mentions(mentions(seq, user)),
            Cell::Thread(thread(seq, 9, user)),
            text(seq, 7, (seq != 3).then_some("edited")),
            reaction(seq, 7, "☕", user, seq != 3),
        ]
    };
    for (i, order) in ORDERS.into_iter().enumerate() {
        let room = fresh_room();
        assert_eq!(kit.store().room_cell(room).await.expect("a cell"), None);
        if i % 2 == 0 {
            for seq in order {
                kit.store()
                    .project(room, &state(seq))
                    .await
                    .expect("project");
            }
        } else {
            // The same in one call.
            let cells: Vec<Cell> = order.into_iter().flat_map(state).collect();
            kit.store().project(room, &cells).await.expect("project");
        }
        // Once more: a projector that starts over repeats itself.
        let oldest = state(1);
        kit.store().project(room, &oldest).await.expect("project");
        kit.store().project(room, &[]).await.expect("no cells");

        let cell = kit.store().room_cell(room).await.expect("a cell");
        assert_eq!(cell, Some(room_cell(3)), "order {order:?}");
        let members = kit.store().member_cells(room, None, 10).await;
        assert_eq!(
            members.expect("members"),
            [member(3, user, None)],
            "order {order:?}"
        );
        let said = kit.store().spoke_cells(room, None, 10).await;
        assert_eq!(said.expect("cells"), [spoke(3, user)], "order {order:?}");
        let called = kit.store().mention_cells(room, None, 10).await;
        assert_eq!(called.expect("cells"), [mentions(3, user)], "{order:?}");
        let threads = kit.store().thread_cells(room, None, 10).await;
        assert_eq!(threads.expect("cells"), [thread(3, 9, user)], "{order:?}");
        let cells = kit.store().message_cells(room, Seq(7), Seq(7)).await;
        assert_eq!(
            sorted(cells.expect("cells")),
            sorted(vec![text(3, 7, None), reaction(3, 7, "☕", user, false)]),
            "order {order:?}"
        );
    }
}

pub(super) async fn the_messages_of_a_thread_are_found_from_either_end(kit: Kit) {
    let (room, other, user) = (fresh_room(), fresh_room(), fresh_user());
    // Roots whose digits, and whose bytes, are in another order than their numbers.
    let roots = [70_000, 300, 10, 9, 2];
    let threads: Vec<ThreadCell> = roots.iter().map(|root| thread(4, *root, user)).collect();
    let cells: Vec<Cell> = threads.iter().cloned().map(Cell::Thread).collect();
    kit.store().project(room, &cells).await.expect("project");
    for limit in [1, 2, 100] {
        let (mut all, mut before) = (Vec::new(), None);
        loop {
            let page = kit.store().thread_cells(room, before, limit).await;
            let page = page.expect("a page");
            assert!(page.len() <= limit, "more than the limit");
            let Some(last) = page.last() else { break };
            before = Some(last.root);
            all.extend(page);
            assert!(all.len() <= threads.len(), "a page came twice");
        }
        assert_eq!(all, threads, "limit {limit}");
    }
    let seqs: Vec<Seq> = [3, 4, 12, 255, 256, 1_000, 65_536].map(Seq).into();
    let within = |room: RoomId, root: u64, (from, to): (u64, u64), end: End, limit: usize| {
        let store = kit.store();
        async move {
            let seqs = store
                .thread_messages(room, Seq(root), (Seq(from), Seq(to)), end, limit)
                .await;
            seqs.expect("messages")
        }
    };
    let cells = |root: u64| -> Vec<Cell> {
        let cell = |seq: &Seq| InThreadCell {
            seq: *seq,
            root: Seq(root),
        };
        seqs.iter().rev().map(cell).map(Cell::InThread).collect()
    };
    kit.store().project(room, &cells(2)).await.expect("project");
    // Again, as by a projector that starts over.
    kit.store().project(room, &cells(2)).await.expect("project");
    let one = &cells(300)[..1];
    kit.store().project(room, one).await.expect("project");
    let all = (0, u64::MAX);
    assert_eq!(within(room, 2, all, End::First, 100).await, seqs);
    assert_eq!(within(room, 2, all, End::Last, 100).await, seqs);
    assert_eq!(within(room, 2, all, End::First, 2).await, seqs[..2]);
    assert_eq!(within(room, 2, all, End::Last, 2).await, seqs[5..]);
    assert_eq!(within(room, 2, (4, 256), End::First, 2).await, seqs[1..3]);
    assert_eq!(within(room, 2, (4, 256), End::Last, 2).await, seqs[3..5]);
    assert_eq!(within(room, 2, (5, 11), End::First, 9).await, []);
    assert_eq!(within(room, 2, (9, 5), End::Last, 9).await, []);
    assert_eq!(within(room, 2, all, End::Last, 0).await, []);
    assert_eq!(within(room, 300, all, End::First, 9).await, seqs[6..]);
    assert_eq!(within(room, 9, all, End::First, 9).await, []);
    assert_eq!(within(other, 2, all, End::First, 9).await, []);
}

pub(super) async fn the_projection_mark_never_moves_back(kit: Kit) {
    let at = |n: u64| Head {
        seq: Seq(n * 10),
        ordinal: Ordinal(n * 7),
    };
    for order in ORDERS {
        let room = fresh_room();
        let before = kit.store().projected(room).await.expect("a mark");
        assert_eq!(before, Head::EMPTY);
        let mut highest = Head::EMPTY;
        for n in order {
            kit.store().set_projected(room, at(n)).await.expect("set");
            highest = highest.max(at(n));
            let now = kit.store().projected(room).await.expect("a mark");
            assert_eq!(now, highest, "order {order:?}");
        }
    }
}

pub(super) async fn member_cells_come_in_pages(kit: Kit) {
    let (room, other) = (fresh_room(), fresh_room());
    let mut users: Vec<UserId> = spread(25, false).into_iter().map(UserId).collect();
    let cells: Vec<Cell> = users
        .iter()
        .enumerate()
        .map(|(i, user)| {
            let role = [Some(Role::Member), Some(Role::Moderator), None][i % 3];
            Cell::Member(member(i as u64 + 1, *user, role))
        })
        .collect();
    kit.store().project(room, &cells).await.expect("project");
    kit.store()
        .project(other, &cells[..1])
        .await
        .expect("project");
    users.sort();
    for limit in [1, 10, 25, 100] {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = kit.store().member_cells(room, after, limit).await;
            let page = page.expect("a page");
            assert!(page.len() <= limit, "more than the limit");
            let Some(last) = page.last() else { break };
            after = Some(last.user);
            all.extend(page);
            assert!(all.len() <= users.len(), "a page came twice");
        }
        let seen: Vec<UserId> = all.iter().map(|m| m.user).collect();
        assert_eq!(seen, users, "limit {limit}");
        for m in all {
            assert!(cells.contains(&Cell::Member(m)), "a cell never written");
        }
    }
}

pub(super) async fn what_is_set_in_a_room_comes_back(kit: Kit) {
    let room = fresh_room();
    let cell = room_cell(1);
    let cells = std::slice::from_ref(&cell);
    kit.store().project(room, cells).await.expect("project");
    let found = kit.store().room_cell(room).await.expect("a cell");
    assert_eq!(found, Some(cell));
    // Cells of members' last words come in pages as well, and are no members'.
    let mut users: Vec<UserId> = spread(12, false).into_iter().map(UserId).collect();
    let cells: Vec<Cell> = users
        .iter()
        .zip(1..)
        .map(|(user, seq)| Cell::Spoke(spoke(seq, *user)))
        .collect();
    kit.store().project(room, &cells).await.expect("project");
    users.sort();
    for limit in [1, 5, 100] {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = kit.store().spoke_cells(room, after, limit).await;
            let page = page.expect("a page");
            let Some(last) = page.last() else { break };
            after = Some(last.user);
            all.extend(page.into_iter().map(|cell| cell.user));
            assert!(all.len() <= users.len(), "a page came twice");
        }
        assert_eq!(all, users, "limit {limit}");
    }
    // And those of mentions, the first of which is everyone's.
    users.insert(0, UserId(uuid::Uuid::nil()));
    let cells: Vec<Cell> = users
        .iter()
        .zip(1..)
        .map(|(user, seq)| Cell::Mentions(mentions(seq, *user)))
        .collect();
    kit.store().project(room, &cells).await.expect("project");
    for limit in [1, 5, 100] {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = kit.store().mention_cells(room, after, limit).await;
            let page = page.expect("a page");
            let Some(last) = page.last() else { break };
            after = Some(last.user);
            all.extend(page.into_iter().map(Cell::Mentions));
            assert!(all.len() <= users.len(), "a page came twice");
        }
        assert_eq!(all, cells, "limit {limit}");
    }
    let members = kit.store().member_cells(room, None, 100).await;
    assert_eq!(members.expect("members"), []);
    let texts = kit.store().message_cells(room, Seq(1), Seq(200)).await;
    assert_eq!(texts.expect("cells"), []);
}

/// A public room of this name and topic, at this clock.
fn public(seq: u64, name: &str, topic: &str) -> Cell {
    Cell::Room {
        seq: Seq(seq),
        name: name.to_owned(),
        kind: RoomKind::Public,
        topic: topic.to_owned(),
        members: 1,
        settings: RoomSettings::default(),
    }
}

/// All rows that begin so, in pages.
async fn listed(kit: &Kit, begin: &str, limit: usize) -> Vec<ListedRow> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = kit.store().listed(begin, after.as_ref(), limit).await;
        let page = page.expect("a page");
        assert!(page.len() <= limit, "more than the limit");
        let Some(last) = page.last() else { return all };
        after = Some(last.clone());
        all.extend(page);
        assert!(all.len() <= 1_000, "a page came twice");
    }
}

pub(super) async fn a_public_room_is_listed_by_its_words_and_its_name(kit: Kit) {
    // A word that nobody else has, with letters alone.
    let own: String = fresh_room().to_string().replace('-', "x");
    let own = &format!("q{}", &own[20..]);
    let rooms: Vec<RoomId> = spread(12, false).into_iter().map(RoomId).collect();
    let mut expected = Vec::new();
    for (n, room) in rooms.iter().enumerate() {
        let word = format!("{own}{}", ["a", "é", "料"][n % 3]);
        let cell = public(1, &format!("Room {n}"), &word);
        kit.store().project(*room, &[cell]).await.expect("project");
        expected.push(ListedRow {
            text: crate::words::folded(&word),
            room: *room,
        });
    }
    let private = Cell::Room {
        seq: Seq(1),
        name: "den".into(),
        kind: RoomKind::Private,
        topic: own.clone(),
        members: 1,
        settings: RoomSettings::default(),
    };
    let den = fresh_room();
    kit.store().project(den, &[private]).await.expect("project");
    expected.sort();
    for limit in [1, 5, 100] {
        let of_a: Vec<_> = expected
            .iter()
            .filter(|row| row.text.ends_with('a'))
            .cloned()
            .collect();
        assert_eq!(listed(&kit, &format!("{own}a"), limit).await, of_a);
    }
    let all = listed(&kit, own, 5).await;
    let of_own = |rows: &[ListedRow]| {
        let mut rooms: Vec<_> = rows.iter().map(|row| row.room).collect();
        rooms.sort();
        rooms.dedup();
        rooms
    };
    assert_eq!(of_own(&all), of_own(&expected), "and nothing private");
    assert!(all.is_sorted(), "in the order of words, then of rooms");
    assert_eq!(listed(&kit, &format!("{own}zz"), 5).await, []);
    // By their names all of them, each once; the store may hold others' as well.
    let name = format!("zz {own}");
    let room = fresh_room();
    let cell = public(1, &name, "");
    kit.store().project(room, &[cell]).await.expect("project");
    let before = ListedRow {
        text: format!("zz {}", &own[..own.len() - 1]),
        room: RoomId(uuid::Uuid::max()),
    };
    let page = kit.store().listed("", Some(&before), 1).await;
    assert_eq!(page.expect("a page"), [ListedRow { text: name, room }]);
}

pub(super) async fn of_the_directory_only_rows_that_no_later_cell_wrote_are_taken_away(kit: Kit) {
    let own: String = fresh_room().to_string().replace('-', "x");
    let own = format!("r{}", &own[20..]);
    let room = fresh_room();
    let project = async |seq: u64, topic: &str| {
        let cell = public(seq, "room", topic);
        kit.store().project(room, &[cell]).await.expect("project");
    };
    project(5, &own).await;
    let row = (Shelf::Word, own.clone());
    let rows = std::slice::from_ref(&row);
    kit.store()
        .unlist(room, rows, Seq(4))
        .await
        .expect("unlist");
    assert_eq!(listed(&kit, &own, 5).await.len(), 1, "a later cell's");
    project(7, "another").await;
    assert_eq!(
        listed(&kit, &own, 5).await.len(),
        1,
        "nobody has looked yet"
    );
    kit.store()
        .unlist(room, rows, Seq(7))
        .await
        .expect("unlist");
    kit.store().unlist(room, rows, Seq(7)).await.expect("again");
    assert_eq!(listed(&kit, &own, 5).await, []);
    project(9, &own).await;
    kit.store()
        .unlist(room, rows, Seq(7))
        .await
        .expect("unlist");
    assert_eq!(listed(&kit, &own, 5).await.len(), 1, "it came back since");
}

pub(super) async fn message_cells_are_those_of_the_range(kit: Kit) {
    let (room, other) = (fresh_room(), fresh_room());
    let (kim, lee) = (fresh_user(), fresh_user());
    let cells = vec![
        text(10, 1, Some("one")),
        text(11, 3, None),
        reaction(12, 3, "☕", kim, true),
        reaction(13, 3, "☕", lee, true),
        reaction(14, 3, "👩\u{200D}🚀", kim, true),
        text(15, 200, Some("far")),
        reaction(16, 256, "☕", kim, true),
    ];
    kit.store().project(room, &cells).await.expect("project");
    kit.store()
        .project(other, &[text(20, 3, Some("other"))])
        .await
        .expect("project");
    for (from, to, expected) in [
        (1, 200, &cells[..6]),
        (1, 1, &cells[..1]),
        (2, 2, &cells[..0]),
        (3, 3, &cells[1..5]),
        (2, 201, &cells[1..6]),
        (201, 300, &cells[6..]),
        (3, 2, &cells[..0]),
    ] {
        let seen = kit.store().message_cells(room, Seq(from), Seq(to)).await;
        assert_eq!(
            sorted(seen.expect("cells")),
            sorted(expected.to_vec()),
            "{from}..={to}"
        );
    }
}

pub(super) async fn edits_of_a_message_come_from_the_newest(kit: Kit) {
    let (room, other) = (fresh_room(), fresh_room());
    let edit = |target, seq| {
        let (target, seq) = (Seq(target), Seq(seq));
        Cell::Edit(EditCell { seq, target })
    };
    // Twice, as after a crash; beside edits of their neighbours.
    for _ in 0..2 {
        let cells = [
            edit(3, 5),
            edit(3, 9),
            edit(2, 7),
            edit(4, 6),
            edit(3, 260),
            text(260, 3, Some("three times")),
        ];
        kit.store().project(room, &cells).await.expect("project");
    }
    let edits = async |room, before, limit| {
        let edits = kit.store().edits(room, Seq(3), before, limit).await;
        edits
            .expect("edits")
            .into_iter()
            .map(|seq| seq.0)
            .collect::<Vec<_>>()
    };
    assert_eq!(edits(room, Seq::MAX, 9).await, [260, 9, 5]);
    assert_eq!(edits(room, Seq::MAX, 2).await, [260, 9]);
    assert_eq!(edits(room, Seq(9), 9).await, [5]);
    assert_eq!(edits(room, Seq(5), 9).await, [] as [u64; 0]);
    assert_eq!(edits(room, Seq::MAX, 0).await, [] as [u64; 0]);
    assert_eq!(edits(other, Seq::MAX, 9).await, [] as [u64; 0]);
    let cells = kit.store().message_cells(room, Seq(3), Seq(3)).await;
    assert_eq!(cells.expect("cells"), [text(260, 3, Some("three times"))]);
}

pub(super) async fn rooms_of_a_user_come_in_pages(kit: Kit) {
    let (user, other) = (fresh_user(), fresh_user());
    let mut rooms: Vec<RoomId> = spread(24, true).into_iter().map(RoomId).collect();
    for room in rooms.iter().chain(&rooms[..5]) {
        kit.store().add_room_of(user, *room).await.expect("add");
    }
    let elsewhere = fresh_room();
    kit.store()
        .add_room_of(other, elsewhere)
        .await
        .expect("add");
    rooms.sort();
    for limit in [1, 10, 100] {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = kit.store().rooms_of(user, after, limit).await;
            let page = page.expect("a page");
            assert!(page.len() <= limit, "more than the limit");
            let Some(last) = page.last() else { break };
            after = Some(*last);
            all.extend(page);
            assert!(all.len() <= rooms.len(), "a page came twice");
        }
        assert_eq!(all, rooms, "limit {limit}");
    }
    let nobody = kit.store().rooms_of(fresh_user(), None, 10).await;
    assert_eq!(nobody.expect("a page"), []);
}

fn mark(revision: u64, seq: u64) -> Mark {
    Mark {
        revision,
        seq: Seq(seq),
        ordinal: Ordinal(seq / 2),
    }
}

pub(super) async fn the_highest_mark_wins_in_any_order(kit: Kit) {
    // Within a revision the higher seq; a later revision over any seq, also when it sets back.
    let marks = [mark(0, 40), mark(1, 90), mark(2, 30)];
    for order in ORDERS {
        let (user, room) = (fresh_user(), fresh_room());
        let unset = kit.store().mark(user, room).await.expect("a mark");
        assert_eq!(unset, Mark::default());
        let mut highest = Mark::default();
        for n in order {
            let next = marks[n as usize - 1];
            kit.store().set_mark(user, room, next).await.expect("set");
            highest = highest.max(next);
            let now = kit.store().mark(user, room).await.expect("a mark");
            assert_eq!(now, highest, "order {order:?}");
        }
        for (next, then) in [
            (mark(2, 29), mark(2, 30)),
            (mark(2, 0), mark(2, 30)),
            (mark(2, 31), mark(2, 31)),
            (mark(1, 500), mark(2, 31)),
            (mark(3, 0), mark(3, 0)),
        ] {
            kit.store().set_mark(user, room, next).await.expect("set");
            let now = kit.store().mark(user, room).await.expect("a mark");
            assert_eq!(now, then, "after {next:?}");
        }
    }
}

pub(super) async fn all_marks_of_a_user_are_listed(kit: Kit) {
    let (user, other) = (fresh_user(), fresh_user());
    let rooms: Vec<RoomId> = spread(24, true).into_iter().map(RoomId).collect();
    let mut expected = Vec::new();
    for (i, room) in rooms.into_iter().enumerate() {
        for seq in [i as u64, i as u64 + 5] {
            kit.store()
                .set_mark(user, room, mark(1, seq))
                .await
                .expect("set");
        }
        expected.push((room, mark(1, i as u64 + 5)));
    }
    kit.store()
        .set_mark(other, fresh_room(), mark(4, 4))
        .await
        .expect("set");
    expected.sort();
    let mut seen = kit.store().marks(user).await.expect("marks");
    seen.sort();
    assert_eq!(seen, expected);
    assert_eq!(kit.store().marks(fresh_user()).await.expect("marks"), []);
}
