//! Mentions: what is told of a member is what the log says, however a node came to know it.

use hearth_protocol::{
    Body, ErrorCode, Everyone, Role, RoomKind, Seq, UserId,
    bounds::{MENTIONED_USERS_MAX, MENTIONS_COUNTED_MAX},
};

use super::{
    Bench, appended, calling, create, invite, loaded, refusal, remove, send, store::SimStore, text,
    user,
};
use crate::{
    log::{Entry, Head},
    room::{Effect, Input, RoomBounds, chance::Chance},
};

/// From the log alone: messages that mention somebody who was in then and since.
fn recount(log: &[Entry], of: UserId) -> Vec<Seq> {
    let (mut is_in, mut found) = (false, Vec::new());
    for entry in log {
        let by = entry.event.by;
        let was = is_in;
        match &entry.event.body {
            Body::Create { .. } | Body::Join if by == of => is_in = true,
            Body::Invite { user, .. } if *user == of => is_in = true,
            Body::Leave if by == of => is_in = false,
            Body::Remove { user, .. } | Body::Ban { user, .. } if *user == of => is_in = false,
            Body::Delete { target } => found.retain(|seq| seq != target),
            body if is_in && by != of && body.mentions(of) => found.push(entry.seq()),
            _ => {}
        }
        if is_in != was {
            found.clear();
        }
    }
    found
}

fn told(bench: &Bench, of: u8) -> Vec<Seq> {
    let view = bench.room.view(user(of)).expect("loaded");
    view.mentioned
}

#[test]
fn members_are_mentioned_by_id_or_with_everyone_and_nobody_by_themselves() {
    let sends = [
        send(0, 1, 0, create(RoomKind::Public)),
        send(0, 2, 1, invite(1)),
        send(1, 1, 2, calling(&[0, 1, 2], None)),
        send(0, 3, 3, calling(&[], Some(Everyone::Here))),
        send(0, 4, 4, invite(2)),
        send(0, 5, 5, calling(&[1, 2, 2], Some(Everyone::Room))),
    ];
    let bench = Bench::with(&sends);
    assert_eq!(told(&bench, 0), [Seq(3)]);
    assert_eq!(told(&bench, 1), [Seq(4), Seq(6)], "each message once");
    assert_eq!(told(&bench, 2), [Seq(6)], "since they came in");
    assert_eq!(told(&bench, 3), []);
}

#[test]
fn a_deleted_mention_counts_no_more_and_an_edit_changes_none() {
    let delete = |target| Body::Delete {
        target: Seq(target),
    };
    let edit = |target| Body::Edit {
        target: Seq(target),
        text: "nobody".to_owned(),
    };
    let sends = [
        send(0, 1, 0, create(RoomKind::Public)),
        send(0, 2, 1, invite(1)),
        send(0, 3, 2, calling(&[1], None)),
        send(0, 4, 3, calling(&[1], Some(Everyone::Room))),
        send(0, 5, 4, edit(3)),
        send(0, 6, 5, delete(4)),
    ];
    assert_eq!(told(&Bench::with(&sends), 1), [Seq(3)]);
}

#[test]
fn so_many_are_mentioned_and_no_more_and_in_a_direct_room_either_says_everyone() {
    let many = |count: usize| Body::Message {
        text: "all of you".to_owned(),
        reply_to: None,
        mentions: Some(Box::new(hearth_protocol::Mentions {
            users: vec![user(1); count],
            everyone: None,
        })),
        forward: None,
        attachments: Box::default(),
        thread: None,
    };
    let mut bench = Bench::with(&[send(0, 1, 0, create(RoomKind::Public))]);
    let (ticket, effects) = bench.submit(send(0, 2, 1, many(MENTIONED_USERS_MAX + 1)));
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::TooLarge));
    let (_, effects) = bench.submit(send(0, 3, 1, many(MENTIONED_USERS_MAX)));
    assert!(appended(&effects).is_some());
    let direct = Body::Create {
        title: String::new(),
        room_kind: RoomKind::Direct,
        with: vec![(user(1), "user1".to_owned())],
    };
    let mut bench = Bench::with(&[send(0, 1, 0, direct)]);
    let (_, effects) = bench.submit(send(1, 1, 1, calling(&[], Some(Everyone::Room))));
    assert!(appended(&effects).is_some());
}

#[test]
fn a_refusal_of_everyone_stands_after_the_role_was_given() {
    let mut bench = Bench::with(&[
        send(0, 1, 0, create(RoomKind::Public)),
        send(0, 2, 1, invite(1)),
    ]);
    let copy = send(1, 1, 2, calling(&[], Some(Everyone::Room)));
    let (ticket, effects) = bench.submit(copy.clone());
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::Forbidden));
    let role = Body::Role {
        user: user(1),
        role: Role::Moderator,
    };
    bench.store.put(send(0, 3, 2, role));
    bench.input(Input::HeadSeen(Seq(3)));
    let (ticket, effects) = bench.submit(copy);
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::NotMember));
    let (_, effects) = bench.submit(send(1, 2, 3, calling(&[], Some(Everyone::Room))));
    assert!(appended(&effects).is_some());
}

#[test]
fn the_newest_are_counted_and_those_who_were_never_in_fill_no_memory() {
    let mut store = SimStore::new(1_000);
    store.put(send(0, 1, 0, create(RoomKind::Public)));
    store.put(send(0, 2, 1, invite(1)));
    let more = MENTIONS_COUNTED_MAX as u64 + 5;
    for n in 0..more {
        store.put(send(
            0,
            3 + n,
            2,
            calling(&[1, 100 + (n % 100) as u8], None),
        ));
    }
    let mut bench = Bench::over(store, RoomBounds::default());
    bench.load();
    let mentioned = told(&bench, 1);
    assert_eq!(mentioned.len(), MENTIONS_COUNTED_MAX);
    assert_eq!(mentioned.last(), Some(&Seq(2 + more)));
    let cells = projected(&mut bench);
    assert_eq!(cells, 1, "one list, of who is known");
}

/// Has all of it projected, and counts the lists of mentions there.
fn projected(bench: &mut Bench) -> usize {
    let head = bench.room.head().seq.0;
    let (_, effects) = bench.submit(send(0, 1_000, head, text("and this")));
    bench.append(&effects);
    bench.wait(10_000);
    assert_eq!(bench.store.mark, bench.store.head());
    bench
        .store
        .cells()
        .filter(|cell| matches!(cell, crate::port::Cell::Mentions(_)))
        .count()
}

/// Random actions of five users, over a log that is taken up again by other nodes from whatever its projection has
/// come to: its mark may be behind its cells.
#[test]
fn random_rooms_are_counted_as_their_logs_say_on_every_node() {
    for seed in 0..60 {
        let mut chance = Chance::new(seed);
        let bounds = RoomBounds {
            tail_events_max: 6,
            checkpoint_events: 3 + chance.upto(5),
            ..RoomBounds::default()
        };
        let mut store = SimStore::new(1_000);
        store.put(send(0, 1, 0, create(RoomKind::Public)));
        let mut bench = Bench::over(store, bounds.clone());
        bench.load();
        let mut marks = vec![Head::EMPTY];
        let mut acted = 0;
        for n in 0..150 {
            let body = random_body(&mut chance, bench.room.head().seq);
            let by = chance.upto(4) as u8;
            // Its owner stays, or nobody mentions everyone any more.
            let body = if by == 0 && body == Body::Leave {
                text("stays")
            } else {
                body
            };
            let head = bench.room.head().seq.0;
            let (_, effects) = bench.submit(send(by, 2 + n, head, body));
            stored(&mut bench, effects);
            // What is refused only after a look at the log's end is told then, and what waits for it goes on.
            let effects = bench.wait(chance.upto(1_500));
            stored(&mut bench, effects);
            acted += bench.room.head().seq.0 - head;
            marks.push(bench.store.mark);
            let log: Vec<Entry> = bench.store.rows.iter().map(|r| r.entry.clone()).collect();
            // Another node, from the cells as they are and a mark as it was read at some time before. Of what was deleted
            // since it sees what is left.
            bench.store.erase_deleted();
            let mark = marks[marks.len() - 1 - chance.upto(marks.len() as u64 - 1) as usize];
            let other = loaded(&bench.store, mark, bounds.clone());
            for of in 0..5 {
                let expected = recount(&log, user(of));
                assert_eq!(
                    told(&bench, of),
                    expected,
                    "seed {seed}, user {of}, step {n}"
                );
                let view = other.view(user(of)).expect("loaded");
                assert_eq!(view.mentioned, expected, "seed {seed}, from {mark:?}");
            }
        }
        assert!(acted > 30, "{acted} of 150 actions were let in");
    }
}

fn stored(bench: &mut Bench, mut effects: Vec<Effect>) {
    while appended(&effects).is_some() {
        effects = bench.append(&effects);
    }
}

fn random_body(chance: &mut Chance, head: Seq) -> Body {
    let mut someone = || chance.upto(4) as u8;
    let (one, other) = (someone(), someone());
    let target = Seq(1 + chance.upto(head.0 - 1));
    match chance.upto(19) {
        0..=5 => calling(&[one, other], None),
        6..=8 => calling(&[one], Some(Everyone::Room)),
        9 => text("nobody"),
        10..=13 => Body::Delete { target },
        14 => Body::Edit {
            target,
            text: "other words".to_owned(),
        },
        15 => Body::Leave,
        16 | 17 => Body::Join,
        18 => invite(one),
        _ => remove(one),
    }
}
