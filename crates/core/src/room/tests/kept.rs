//! Keeping a room in order: who may, bans, archiving, slow mode, names. What is refused for good stays refused.

use std::fs;

use hearth_protocol::{Body, ErrorCode, Everyone, Right, Role, RoomKind, Seq, bounds};

use super::{Bench, answer, appended, calling, create, invite, refusal, remove, send, text, user};
use crate::room::{
    Effect, Input, Send,
    rules::{Act, LOWEST, may},
};

/// Users 0 (owner), 1 (moderator), 2 (member), 3 (guest), 5 (member, whose message is event 8); 6 is banned.
fn sends() -> Vec<Send> {
    vec![
        send(0, 1, 0, create(RoomKind::Public)),
        send(0, 2, 1, invite(1)),
        send(0, 3, 2, invite(2)),
        send(0, 4, 3, invite(3)),
        send(0, 5, 4, invite(5)),
        send(0, 6, 5, role(1, Role::Moderator)),
        send(0, 7, 6, role(3, Role::Guest)),
        send(5, 1, 7, text("theirs")),
        send(0, 8, 8, ban(6, None)),
    ]
}

fn room() -> Bench {
    Bench::with(&sends())
}

fn role(of: u8, role: Role) -> Body {
    Body::Role {
        user: user(of),
        role,
    }
}

fn ban(of: u8, until_ms: Option<u64>) -> Body {
    Body::Ban {
        user: user(of),
        reason: "spam".to_owned(),
        until_ms,
    }
}

fn unban(of: u8) -> Body {
    Body::Unban { user: user(of) }
}

fn rename(name: &str) -> Body {
    Body::Rename {
        name: name.to_owned(),
    }
}

fn archive(on: bool) -> Body {
    Body::Archive { on }
}

fn slow(seconds: u32) -> Body {
    Body::Slow { seconds }
}

fn right(right: Right, role: Role) -> Body {
    Body::Right { right, role }
}

fn topic() -> Body {
    let topic = "t".to_owned();
    Body::Topic { topic }
}

fn pin(target: u64, on: bool) -> Body {
    let target = Seq(target);
    Body::Pin { target, on }
}

fn react(target: u64) -> Body {
    Body::React {
        target: Seq(target),
        emoji: "👍".to_owned(),
        on: true,
    }
}

fn unreact(target: u64) -> Body {
    Body::React {
        target: Seq(target),
        emoji: "👍".to_owned(),
        on: false,
    }
}

fn delete(target: u64) -> Body {
    Body::Delete {
        target: Seq(target),
    }
}

fn edit(target: u64) -> Body {
    Body::Edit {
        target: Seq(target),
        text: "new".to_owned(),
    }
}

/// Tries a send at the log's end: appended, or the refusal's code.
fn tried(bench: &mut Bench, by: u8, n: u64, body: Body) -> Result<u64, ErrorCode> {
    let head = bench.room.head().seq.0;
    tried_after(bench, by, n, head, body)
}

fn tried_after(
    bench: &mut Bench,
    by: u8,
    n: u64,
    after: u64,
    body: Body,
) -> Result<u64, ErrorCode> {
    let (ticket, mut effects) = bench.submit(send(by, n, after, body));
    if appended(&effects).is_some() {
        effects.extend(bench.append(&effects));
    }
    match (refusal(&effects, ticket), answer(&effects, ticket)) {
        (Some(code), _) => Err(code),
        (None, Some(Ok(seq))) => Ok(seq.0),
        other => panic!("neither refused nor stored: {other:?}"),
    }
}

/// The sentence of a refusal.
fn told(effects: &[Effect]) -> String {
    let told = effects.iter().find_map(|effect| match effect {
        Effect::Answer {
            result: Err(refusal),
            ..
        } => Some(refusal.message.clone()),
        _ => None,
    });
    told.expect("a refusal")
}

const ROLES: [(u8, Role); 4] = [
    (3, Role::Guest),
    (2, Role::Member),
    (1, Role::Moderator),
    (0, Role::Owner),
];

/// The table in a section of the protocol's page.
fn table_of(heading: &str) -> Vec<Vec<String>> {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/protocol.md");
    let page = fs::read_to_string(page).unwrap();
    let section = page
        .split(&format!("### {heading}\n"))
        .nth(1)
        .and_then(|rest| rest.split("\n### ").next())
        .expect("the section");
    let rows = section.lines().filter(|line| line.starts_with('|'));
    let cells = |line: &str| {
        let cells = line.trim_matches('|').split('|');
        cells.map(|cell| cell.trim().to_owned()).collect()
    };
    rows.map(cells).collect()
}

#[test]
fn who_has_a_right_where_nothing_was_said_is_on_the_protocol_s_page() {
    let table = table_of("Rights of a room");
    assert_eq!(table.len(), Right::ALL.len() + 2);
    for (right, row) in Right::ALL.into_iter().zip(&table[2..]) {
        let word = |kind| {
            let role = serde_json::to_value(right.usual(kind)).unwrap();
            format!("`{}`", role.as_str().unwrap())
        };
        let mut usual = word(RoomKind::Public);
        for kind in [RoomKind::Private, RoomKind::Group] {
            assert_eq!(word(kind), usual, "{right:?}");
        }
        let where_few_write = word(RoomKind::Broadcast);
        if where_few_write != usual {
            usual += &format!("; in a `broadcast` room {where_few_write}");
        }
        assert_eq!(row[0], format!("`{}`", right.as_str()));
        assert_eq!(row[2], usual, "{right:?}");
        assert_eq!(right.usual(RoomKind::Direct), Role::Guest, "{right:?}");
    }
}

#[test]
fn the_table_of_acts_is_the_one_on_the_protocol_s_page() {
    // In the order of the page.
    let rows = [
        (
            Act::TakeBack,
            "`delete` one's own, take a reaction back, leave",
        ),
        (
            Act::Invitations,
            "see and withdraw others' invitation links",
        ),
        (Act::DeleteOthers, "`delete` what somebody else wrote"),
        (Act::Remove, "`remove`"),
        (Act::Ban, "`ban`"),
        (Act::Unban, "`unban`"),
        (Act::SeeBans, "`bans`"),
        (Act::Slow, "`slow`"),
        (Act::Hurry, "write in slow mode without waiting"),
        (Act::Webhooks, "make, see and withdraw webhooks"),
        (Act::GiveRoles, "`role`"),
        (Act::GiveRights, "`right`"),
        (Act::Archive, "`archive`"),
    ];
    let table = table_of("What each role may do");
    assert_eq!(
        table[0],
        ["", "`guest`", "`member`", "`moderator`", "`owner`"]
    );
    assert_eq!(table.len(), rows.len() + 2);
    assert_eq!(LOWEST.len(), rows.len());
    for ((act, label), row) in rows.into_iter().zip(&table[2..]) {
        assert_eq!(row[0], label);
        for ((_, role), cell) in ROLES.into_iter().zip(&row[1..]) {
            assert_eq!(may(role, act), *cell != "no", "{label} as {role:?}");
        }
    }
}

#[test]
fn where_few_write_the_others_read_and_react() {
    let mut sends = sends();
    sends[0] = send(0, 1, 0, create(RoomKind::Broadcast));
    sends.truncate(7);
    // Event 9 was written by a moderator who is none any more.
    sends.push(send(0, 20, 7, role(5, Role::Moderator)));
    sends.push(send(5, 1, 8, text("theirs")));
    sends.push(send(0, 21, 9, role(5, Role::Member)));
    for (by, role) in ROLES {
        let expected = if role >= Role::Moderator {
            Ok(11)
        } else {
            Err(ErrorCode::Forbidden)
        };
        let found = tried(&mut Bench::with(&sends), by, 100, text("hello"));
        assert_eq!(found, expected, "{role:?}");
        let found = tried(&mut Bench::with(&sends), by, 100, react(9));
        assert_eq!(found, Ok(11), "{role:?}");
    }
    let found = tried(&mut Bench::with(&sends), 5, 100, edit(9));
    assert_eq!(found, Err(ErrorCode::Forbidden), "their own, and no more");
    let found = tried(&mut Bench::with(&sends), 5, 100, delete(9));
    assert_eq!(found, Ok(11));
    assert_eq!(tried(&mut Bench::with(&sends), 7, 100, Body::Join), Ok(11));
    // A refusal stands: a copy of it is refused by who may write since.
    let mut bench = Bench::with(&sends);
    let copy = send(2, 100, 10, text("hello"));
    let (ticket, effects) = bench.submit(copy.clone());
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::Forbidden));
    bench
        .store
        .put(send(0, 101, 10, self::role(2, Role::Moderator)));
    bench.input(Input::HeadSeen(Seq(11)));
    let (ticket, effects) = bench.submit(copy);
    assert!(refusal(&effects, ticket).is_some() && appended(&effects).is_none());
    let (_, effects) = bench.submit(send(2, 102, 11, text("hello")));
    assert!(appended(&effects).is_some(), "who has seen it may");
}

#[test]
fn a_group_has_no_name_and_takes_as_many_as_fit() {
    let group = |with: &[u8]| Body::Create {
        title: String::new(),
        room_kind: RoomKind::Group,
        with: with.iter().map(|n| (user(*n), format!("u{n}"))).collect(),
    };
    let bench = || Bench::with(&[send(0, 1, 0, group(&[1, 2]))]);
    assert_eq!(bench().room.view(user(0)).unwrap().name, "u1, u2");
    let tried = |by, body| {
        let mut bench = bench();
        let (ticket, effects) = bench.submit(send(by, 100, 1, body));
        refusal(&effects, ticket)
    };
    assert_eq!(tried(2, invite(3)), None, "each of them brings others in");
    assert_eq!(tried(3, Body::Join), Some(ErrorCode::NotFound));
    assert_eq!(tried(0, rename("name")), Some(ErrorCode::Forbidden));
    assert_eq!(tried(1, remove(2)), Some(ErrorCode::Forbidden));
    assert_eq!(tried(0, remove(2)), None);
    assert_eq!(tried(1, Body::Leave), None);
    let most: Vec<u8> = (1..bounds::GROUP_DIRECT_MEMBERS_MAX as u8).collect();
    let mut full = Bench::with(&[send(0, 1, 0, group(&most))]);
    let (ticket, effects) = full.submit(send(0, 100, 1, invite(99)));
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::Full));
    let mut bench = Bench::new(crate::room::RoomBounds::default());
    let more: Vec<u8> = (1..=bounds::GROUP_DIRECT_MEMBERS_MAX as u8).collect();
    let (ticket, effects) = bench.submit(send(0, 1, 0, group(&more)));
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::TooLarge));
}

#[test]
fn each_role_does_what_the_table_says_and_no_more() {
    let acts = [
        (Act::TakeBack, unreact(8)),
        (Act::TakeBack, Body::Leave),
        (Act::DeleteOthers, delete(8)),
        (Act::Remove, remove(5)),
        (Act::Ban, ban(5, None)),
        (Act::Ban, ban(7, None)),
        (Act::Unban, unban(6)),
        (Act::Slow, slow(30)),
        (Act::GiveRoles, role(5, Role::Guest)),
        (Act::GiveRights, right(Right::Pin, Role::Guest)),
        (Act::Archive, archive(true)),
    ];
    // The others are no events of their own.
    for (act, _) in LOWEST {
        let is_sent = acts.iter().any(|(of, _)| *of == act);
        assert_eq!(
            is_sent,
            !matches!(
                act,
                Act::SeeBans | Act::Hurry | Act::Invitations | Act::Webhooks
            ),
            "{act:?}"
        );
    }
    for (by, role) in ROLES {
        for (act, body) in &acts {
            let found = tried(&mut room(), by, 100, body.clone());
            let expected = match may(role, *act) {
                // There is no other.
                true if role == Role::Owner && *body == Body::Leave => Err(ErrorCode::Busy),
                true => Ok(10),
                false => Err(ErrorCode::Forbidden),
            };
            assert_eq!(found, expected, "{role:?}: {body:?}");
        }
    }
    for (by, role) in ROLES {
        let mut bench = room();
        tried(&mut bench, 0, 100, slow(30)).unwrap();
        tried(&mut bench, by, 200, text("first")).unwrap();
        let second = tried(&mut bench, by, 201, text("second"));
        let expected = match may(role, Act::Hurry) {
            true => Ok(12),
            false => Err(ErrorCode::Slow),
        };
        assert_eq!(second, expected, "{role:?}");
    }
}

/// What each right is had for.
fn by_right() -> Vec<(Right, Body)> {
    vec![
        (Right::Write, text("x")),
        (Right::React, react(8)),
        (Right::Everyone, calling(&[], Some(Everyone::Here))),
        (Right::Everyone, calling(&[2], Some(Everyone::Room))),
        (Right::Pin, pin(8, true)),
        (Right::Invite, invite(7)),
        (Right::Describe, topic()),
        (
            Right::Describe,
            Body::Description {
                description: "d".to_owned(),
            },
        ),
        (Right::Describe, Body::Avatar { avatar: None }),
        (Right::Describe, rename("another")),
    ]
}

#[test]
fn each_right_is_had_from_the_role_on_that_an_owner_said_and_before_from_the_usual_one() {
    let outcome = |may: bool, seq| match may {
        true => Ok(seq),
        false => Err(ErrorCode::Forbidden),
    };
    for (of, body) in by_right() {
        for (by, theirs) in ROLES {
            let found = tried(&mut room(), by, 100, body.clone());
            let usual = of.usual(RoomKind::Public);
            assert_eq!(found, outcome(theirs >= usual, 10), "{theirs:?}: {body:?}");
            for (_, lowest) in ROLES {
                let mut bench = room();
                assert_eq!(tried(&mut bench, 0, 50, right(of, lowest)), Ok(10));
                assert_eq!(
                    bench.room.view(user(2)).unwrap().lowest(of),
                    lowest,
                    "{of:?}"
                );
                let found = tried(&mut bench, by, 100, body.clone());
                let expected = outcome(theirs >= lowest, 11);
                assert_eq!(found, expected, "{theirs:?} from {lowest:?} on: {body:?}");
            }
        }
    }
    // Who may not write does not edit either, and takes back what is their own.
    let mut bench = room();
    assert_eq!(tried(&mut bench, 2, 98, react(8)), Ok(10));
    for (n, of) in [Right::Write, Right::React].into_iter().enumerate() {
        tried(&mut bench, 0, 50 + n as u64, right(of, Role::Moderator)).unwrap();
    }
    assert_eq!(tried(&mut bench, 5, 99, edit(8)), Err(ErrorCode::Forbidden));
    assert_eq!(tried(&mut bench, 2, 99, unreact(8)), Ok(13));
    assert_eq!(tried(&mut bench, 5, 100, delete(8)), Ok(14));
}

#[test]
fn where_few_write_an_owner_lets_all_write() {
    let mut sends = sends();
    sends[0] = send(0, 1, 0, create(RoomKind::Broadcast));
    sends.truncate(7);
    let mut bench = Bench::with(&sends);
    assert_eq!(
        tried(&mut bench, 2, 100, text("x")),
        Err(ErrorCode::Forbidden)
    );
    tried(&mut bench, 0, 100, right(Right::Write, Role::Guest)).unwrap();
    assert_eq!(tried(&mut bench, 3, 101, text("x")), Ok(9));
    let rights = bench.room.view(user(2)).unwrap().rights;
    assert_eq!(rights.write, Some(Role::Guest));
    tried(&mut bench, 0, 101, right(Right::Write, Role::Moderator)).unwrap();
    let rights = bench.room.view(user(2)).unwrap().rights;
    assert_eq!(rights, hearth_protocol::Rights::default(), "as usual");
}

#[test]
fn what_was_refused_for_want_of_a_right_stays_refused_and_who_had_it_is_not_held_up() {
    let mut bench = room();
    let copy = send(2, 100, 9, pin(8, true));
    let (ticket, effects) = bench.submit(copy.clone());
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::Forbidden));
    assert_eq!(
        told(&effects),
        "Only a moderator or an owner may pin messages here."
    );
    assert_eq!(
        tried(&mut bench, 0, 100, right(Right::Pin, Role::Member)),
        Ok(10)
    );
    let (ticket, effects) = bench.submit(copy);
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::Forbidden));
    assert!(appended(&effects).is_none());
    assert_eq!(tried(&mut bench, 2, 101, pin(8, true)), Ok(11), "anew");
    assert_eq!(tried_after(&mut bench, 1, 100, 9, pin(8, false)), Ok(12));
    // Taken from all, and given back in two steps.
    for (n, lowest) in [Role::Owner, Role::Moderator, Role::Guest]
        .into_iter()
        .enumerate()
    {
        let found = tried(&mut bench, 0, 101 + n as u64, right(Right::Write, lowest));
        assert_eq!(found, Ok(13 + n as u64));
    }
    for (by, after, expected) in [
        (1, 12, Err(ErrorCode::Forbidden)),
        (1, 13, Err(ErrorCode::Forbidden)),
        (1, 14, Ok(16)),
        (2, 14, Err(ErrorCode::Forbidden)),
        (2, 15, Ok(17)),
        (0, 12, Ok(18)),
    ] {
        let found = tried_after(&mut bench, by, 300 + after, after, text("x"));
        assert_eq!(found, expected, "{by}, composed after {after}");
    }
    // A new role refuses nothing that everybody might send all the while.
    tried(&mut bench, 0, 400, role(2, Role::Guest)).unwrap();
    assert_eq!(
        tried_after(&mut bench, 2, 401, 14, text("x")),
        Err(ErrorCode::NotMember)
    );
    assert_eq!(tried_after(&mut bench, 2, 402, 15, text("x")), Ok(20));
}

#[test]
fn a_right_is_judged_before_what_comes_behind_it_in_a_batch() {
    let mut bench = room();
    let (_, first) = bench.submit(send(0, 100, 9, text("under way")));
    bench.submit(send(0, 101, 9, right(Right::Write, Role::Moderator)));
    let (late, _) = bench.submit(send(2, 100, 9, text("too late")));
    let second = bench.append(&first);
    assert_eq!(appended(&second).unwrap().1.len(), 1);
    let effects = bench.append(&second);
    assert_eq!(refusal(&effects, late), Some(ErrorCode::Forbidden));
}

#[test]
fn a_moderator_bans_nobody_who_stands_beside_or_above_them() {
    assert_eq!(
        tried(&mut room(), 1, 100, ban(0, None)),
        Err(ErrorCode::Forbidden)
    );
    assert_eq!(tried(&mut room(), 1, 100, ban(3, None)), Ok(10));
    assert_eq!(tried(&mut room(), 0, 100, ban(1, None)), Ok(10));
    assert_eq!(
        tried(&mut room(), 0, 100, ban(0, None)),
        Err(ErrorCode::BadRequest)
    );
    let long = Body::Ban {
        user: user(5),
        reason: "x".repeat(bounds::REASON_CHARS_MAX + 1),
        until_ms: None,
    };
    assert_eq!(tried(&mut room(), 0, 100, long), Err(ErrorCode::TooLarge));
    assert_eq!(
        tried(&mut room(), 0, 100, unban(5)),
        Err(ErrorCode::NotFound)
    );
}

fn pinned(bench: &Bench) -> Vec<u64> {
    let pins = bench.room.pins();
    pins.iter().map(|pin| pin.target.0).collect()
}

#[test]
fn a_message_is_pinned_once_and_taken_off_once_and_asking_twice_is_no_fault() {
    let mut bench = room();
    assert_eq!(
        tried(&mut bench, 1, 100, pin(7, true)),
        Err(ErrorCode::NotFound),
        "no message"
    );
    assert_eq!(
        tried(&mut bench, 1, 101, pin(99, true)),
        Err(ErrorCode::TooOld)
    );
    assert_eq!(tried(&mut bench, 1, 102, pin(8, false)), Ok(1), "it is off");
    assert_eq!(tried(&mut bench, 1, 103, pin(8, true)), Ok(10));
    assert_eq!(
        tried(&mut bench, 0, 100, pin(8, true)),
        Ok(10),
        "the first one"
    );
    let [by] = &bench.room.pins()[..] else {
        panic!("one pin")
    };
    assert_eq!((by.target, by.by, by.seq), (Seq(8), user(1), Seq(10)));
    assert_eq!(tried(&mut bench, 0, 101, pin(8, false)), Ok(11));
    assert_eq!(tried(&mut bench, 0, 102, pin(8, false)), Ok(11));
    assert!(pinned(&bench).is_empty());
    assert_eq!(
        tried(&mut bench, 1, 104, archive(true)),
        Err(ErrorCode::Forbidden)
    );
    assert_eq!(tried(&mut bench, 0, 103, archive(true)), Ok(12));
    assert_eq!(
        tried(&mut bench, 1, 105, pin(8, true)),
        Err(ErrorCode::Archived)
    );
}

#[test]
fn a_deleted_message_is_pinned_no_more_on_any_node_whatever_its_projection() {
    let mut bench = room();
    for n in 0..4 {
        tried(&mut bench, 0, 100 + n, text("a message")).unwrap();
    }
    for target in [10, 11, 12] {
        tried(&mut bench, 0, 100 + target, pin(target, true)).unwrap();
    }
    bench.wait(10_000);
    assert_eq!(bench.store.mark, bench.store.head());
    tried(&mut bench, 0, 120, delete(11)).unwrap();
    tried(&mut bench, 0, 121, pin(10, false)).unwrap();
    tried(&mut bench, 0, 122, pin(13, true)).unwrap();
    assert_eq!(pinned(&bench), [12, 13]);
    assert_eq!(
        tried(&mut bench, 0, 123, pin(11, true)),
        Err(ErrorCode::NotFound)
    );
    let before = bench.store.mark;
    bench.wait(10_000);
    assert_eq!(bench.store.mark, bench.store.head());
    for mark in [before, bench.store.mark] {
        let checkpoint = bench.store.checkpoint(mark);
        let mut fold = crate::room::fold::Fold::load(&checkpoint).expect("a room's cell");
        for row in &bench.store.rows[usize::try_from(mark.seq.0).unwrap()..] {
            fold.apply(&row.entry);
        }
        let pins: Vec<u64> = fold.pins().iter().map(|pin| pin.target.0).collect();
        assert_eq!(pins, [12, 13], "from {mark:?}");
    }
}

#[test]
fn so_many_are_pinned_and_no_more() {
    let mut bench = room();
    for n in 0..=bounds::PINS_PER_ROOM_MAX as u64 {
        tried(&mut bench, 0, 100 + n, text("a message")).unwrap();
    }
    for n in 0..bounds::PINS_PER_ROOM_MAX as u64 {
        tried(&mut bench, 0, 200 + n, pin(10 + n, true)).unwrap();
    }
    let last = 10 + bounds::PINS_PER_ROOM_MAX as u64;
    assert_eq!(
        tried(&mut bench, 0, 300, pin(last, true)),
        Err(ErrorCode::Full)
    );
    tried(&mut bench, 0, 301, pin(10, false)).unwrap();
    tried(&mut bench, 0, 302, pin(last, true)).unwrap();
}

/// The n-th of many emoji.
fn emoji(n: usize) -> String {
    char::from_u32(0x1F400 + n as u32).unwrap().to_string()
}

fn reaction(target: u64, n: usize, on: bool) -> Body {
    Body::React {
        target: Seq(target),
        emoji: emoji(n),
        on,
    }
}

#[test]
fn so_many_different_emoji_are_on_a_message_and_no_more() {
    let mut bench = room();
    for n in 0..bounds::REACTION_KINDS_MAX {
        tried(&mut bench, 0, 100 + n as u64, reaction(8, n, true)).unwrap();
    }
    let one_more = reaction(8, bounds::REACTION_KINDS_MAX, true);
    let refused = tried(&mut bench, 2, 100, one_more.clone());
    assert_eq!(refused, Err(ErrorCode::Full));
    tried(&mut bench, 2, 101, reaction(8, 3, true)).unwrap();
    // Of two who have put it there one takes it back: it stands.
    tried(&mut bench, 0, 200, reaction(8, 3, false)).unwrap();
    let refused = tried(&mut bench, 2, 102, one_more.clone());
    assert_eq!(refused, Err(ErrorCode::Full));
    tried(&mut bench, 2, 103, reaction(8, 3, false)).unwrap();
    tried(&mut bench, 2, 104, one_more).unwrap();
}

#[test]
fn a_burst_of_reactions_puts_no_more_on_a_message_than_fit() {
    let mut bench = room();
    for n in 2..bounds::REACTION_KINDS_MAX {
        tried(&mut bench, 0, 100 + n as u64, reaction(8, n, true)).unwrap();
    }
    let after = bench.store.head().seq.0;
    let (_, first) = bench.submit(send(1, 100, after, text("goal")));
    // They wait for the append that is under way, and are judged together.
    let new = |n: u64| send(2, 100 + n, after, reaction(8, 90 + n as usize, true));
    let tickets: Vec<_> = (0..4).map(|n| bench.submit(new(n)).0).collect();
    let second = bench.append(&first);
    let (_, batch) = appended(&second).unwrap();
    assert_eq!(batch.len(), 2, "as many as fit");
    let third = bench.append(&second);
    assert!(appended(&third).is_none());
    let told: Vec<_> = tickets.iter().map(|one| answer(&third, *one)).collect();
    assert!(told[..2].iter().all(|told| matches!(told, Some(Ok(_)))));
    for ticket in &tickets[2..] {
        assert_eq!(refusal(&third, *ticket), Some(ErrorCode::Full));
    }
}

#[test]
fn reactions_on_a_message_below_the_window_count() {
    let mut bench = Bench::new(crate::room::RoomBounds {
        tail_events_max: 16,
        ..Default::default()
    });
    for send in sends() {
        bench.store.put(send);
    }
    bench.load();
    for n in 0..bounds::REACTION_KINDS_MAX {
        tried(&mut bench, 0, 100 + n as u64, reaction(8, n, true)).unwrap();
    }
    bench.wait(10_000);
    for n in 0..32 {
        tried(&mut bench, 0, 200 + n, text("and on")).unwrap();
        bench.wait(10_000);
    }
    let one_more = reaction(8, bounds::REACTION_KINDS_MAX, true);
    let refused = tried(&mut bench, 2, 100, one_more.clone());
    assert_eq!(refused, Err(ErrorCode::Full));
    tried(&mut bench, 0, 300, reaction(8, 7, false)).unwrap();
    tried(&mut bench, 2, 101, one_more).unwrap();
}

#[test]
fn who_is_banned_is_out_and_is_told_why_and_until_when() {
    let mut bench = room();
    let until = 1_767_312_000_000;
    assert_eq!(tried(&mut bench, 1, 100, ban(5, Some(until))), Ok(10));
    assert_eq!(bench.room.view(user(5)).unwrap().role, None);
    // What they composed before, and what they try now.
    assert_eq!(
        tried_after(&mut bench, 5, 100, 8, text("late")),
        Err(ErrorCode::NotMember)
    );
    let (_, effects) = bench.submit(send(5, 101, 10, Body::Join));
    let expected = "You are banned from this room until 2026-01-02 00:00 UTC: spam";
    assert_eq!(told(&effects), expected);
    let (ticket, effects) = bench.submit(send(0, 101, 10, invite(5)));
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::Banned));
    assert!(told(&effects).starts_with("They are banned"));
    // The list is of those who are banned now.
    let listed = |bench: &Bench, at_ms| -> Vec<_> {
        let bans = bench.room.bans_after(None, 10, at_ms);
        bans.iter().map(|ban| ban.user).collect()
    };
    assert_eq!(listed(&bench, until - 1), [user(5), user(6)]);
    assert_eq!(listed(&bench, until), [user(6)]);
    assert_eq!(bench.room.bans_after(Some(user(5)), 10, 0).len(), 1);
}

#[test]
fn a_ban_ends_by_the_time_of_the_event_by_which_they_come_in() {
    let mut bench = room();
    assert_eq!(tried(&mut bench, 0, 100, ban(5, Some(60_000))), Ok(10));
    bench.now = 59_999;
    assert_eq!(
        tried(&mut bench, 5, 100, Body::Join),
        Err(ErrorCode::Banned)
    );
    bench.now = 60_000;
    assert_eq!(tried(&mut bench, 5, 101, Body::Join), Ok(11));
    assert_eq!(bench.room.view(user(5)).unwrap().ban, None);
    // A clock that is behind the log's time is not asked.
    let mut bench = room();
    assert_eq!(tried(&mut bench, 0, 100, ban(5, Some(60_000))), Ok(10));
    bench.now = 70_000;
    assert_eq!(tried(&mut bench, 0, 101, text("later")), Ok(11));
    bench.room.input(70_001, 5, Input::Tick, &mut Vec::new());
    let mut effects = Vec::new();
    let join = send(5, 100, 11, Body::Join);
    let input = Input::Submit {
        ticket: super::Ticket(900),
        origin: super::Origin::Here,
        send: join,
    };
    bench.room.input(70_002, 5, input, &mut effects);
    let (_, batch) = appended(&effects).expect("let in");
    assert_eq!(batch[0].event.at_ms, 70_000, "times never run backwards");
}

#[test]
fn a_ban_that_is_lifted_lets_in_only_what_was_asked_after() {
    let mut bench = room();
    let early = send(6, 1, 9, Body::Join);
    let (ticket, effects) = bench.submit(early.clone());
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::Banned));
    let invited = send(2, 50, 9, invite(6));
    let (ticket, effects) = bench.submit(invited.clone());
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::Banned));
    assert_eq!(tried(&mut bench, 1, 100, unban(6)), Ok(10));
    for copy in [early, invited] {
        let (ticket, effects) = bench.submit(copy);
        assert!(refusal(&effects, ticket).is_some(), "a refusal stands");
    }
    assert_eq!(tried(&mut bench, 6, 2, Body::Join), Ok(11));
    assert_eq!(tried(&mut bench, 6, 3, text("back")), Ok(12));
    assert_eq!(
        tried(&mut bench, 0, 101, unban(6)),
        Err(ErrorCode::NotFound)
    );
}

#[test]
fn a_ban_in_the_same_batch_comes_first() {
    let mut bench = room();
    let (_, first) = bench.submit(send(0, 100, 9, text("under way")));
    bench.submit(send(1, 100, 9, ban(5, None)));
    let (late, _) = bench.submit(send(5, 100, 9, text("too late")));
    let second = bench.append(&first);
    let (_, batch) = appended(&second).unwrap();
    assert_eq!(batch.len(), 1, "the message waits for the ban");
    let effects = bench.append(&second);
    assert_eq!(refusal(&effects, late), Some(ErrorCode::NotMember));
}

#[test]
fn a_room_has_a_bounded_number_of_bans_that_stand() {
    let mut bench = room();
    let many = u16::try_from(bounds::BANS_PER_ROOM_MAX - 1).unwrap();
    for n in 0..many {
        let of = hearth_protocol::UserId(uuid::Uuid::from_u128(0xF_0000 + u128::from(n)));
        let body = Body::Ban {
            user: of,
            reason: String::new(),
            until_ms: (n == 0).then_some(60_000),
        };
        let head = bench.store.head().seq.0;
        bench.store.put(send(0, 1_000 + u64::from(n), head, body));
    }
    bench.input(Input::HeadSeen(bench.store.head().seq));
    assert_eq!(
        tried(&mut bench, 0, 9_000, ban(5, None)),
        Err(ErrorCode::Full)
    );
    let again = tried(&mut bench, 0, 9_001, ban(6, Some(90_000)));
    assert!(again.is_ok(), "one that stands may be changed");
    bench.now = 60_000;
    assert!(
        tried(&mut bench, 0, 9_002, ban(5, None)).is_ok(),
        "one has run out"
    );
    assert_eq!(
        tried(&mut bench, 0, 9_003, ban(7, None)),
        Err(ErrorCode::Full)
    );
    assert!(tried(&mut bench, 0, 9_004, unban(5)).is_ok());
    assert!(tried(&mut bench, 0, 9_005, ban(7, None)).is_ok());
}

#[test]
fn an_archived_room_is_read_and_kept_in_order_and_takes_nothing_new() {
    let mut bench = room();
    assert_eq!(tried(&mut bench, 0, 100, archive(true)), Ok(10));
    assert!(bench.room.view(user(2)).unwrap().archived);
    let refused = [
        (2, text("x")),
        (5, edit(8)),
        (2, react(8)),
        (2, invite(7)),
        (7, Body::Join),
        (0, rename("another")),
        (0, slow(5)),
        (0, right(Right::Write, Role::Owner)),
        (0, topic()),
    ];
    for (n, (by, body)) in refused.iter().enumerate() {
        let found = tried(&mut bench, *by, 200 + n as u64, body.clone());
        assert_eq!(found, Err(ErrorCode::Archived), "{body:?}");
    }
    let mut seq = 10;
    for (n, (by, body)) in [
        (1, delete(8)),
        (0, role(2, Role::Moderator)),
        (0, ban(5, None)),
        (0, unban(5)),
        (1, remove(3)),
        (2, Body::Leave),
        (0, archive(false)),
    ]
    .into_iter()
    .enumerate()
    {
        seq += 1;
        let found = tried(&mut bench, by, 300 + n as u64, body.clone());
        assert_eq!(found, Ok(seq), "{body:?}");
    }
    // A refusal stands: no copy of it is taken once the room is open again.
    assert_eq!(
        tried_after(&mut bench, 0, 400, 10, text("x")),
        Err(ErrorCode::Archived)
    );
    assert_eq!(
        tried_after(&mut bench, 7, 400, 10, Body::Join),
        Err(ErrorCode::Archived)
    );
    assert_eq!(tried(&mut bench, 0, 401, text("open again")), Ok(18));
}

#[test]
fn what_sets_a_room_is_judged_before_what_comes_behind_it_in_a_batch() {
    let mut bench = room();
    let (_, first) = bench.submit(send(0, 100, 9, text("under way")));
    bench.submit(send(0, 101, 9, archive(true)));
    let (late, _) = bench.submit(send(2, 100, 9, text("too late")));
    let second = bench.append(&first);
    assert_eq!(appended(&second).unwrap().1.len(), 1);
    let effects = bench.append(&second);
    assert_eq!(refusal(&effects, late), Some(ErrorCode::Archived));
}

#[test]
fn slow_mode_tells_when_the_next_message_can_go() {
    let mut bench = room();
    bench.now = 100_000;
    assert_eq!(tried(&mut bench, 1, 100, slow(30)), Ok(10));
    assert_eq!(bench.room.view(user(2)).unwrap().slow_seconds, 30);
    assert_eq!(tried(&mut bench, 2, 100, text("one")), Ok(11));
    bench.now = 118_000;
    let (ticket, effects) = bench.submit(send(2, 101, 11, text("two")));
    let Some(Effect::Answer {
        result: Err(found), ..
    }) = effects.first()
    else {
        panic!("a refusal: {effects:?}");
    };
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::Slow));
    assert_eq!(found.retry_after_ms, Some(12_000));
    // Others are not held up, nor what is no message, nor a resend of what is stored.
    assert_eq!(tried(&mut bench, 5, 100, text("mine")), Ok(12));
    assert_eq!(tried(&mut bench, 2, 102, react(8)), Ok(13));
    assert_eq!(tried_after(&mut bench, 2, 100, 10, text("one")), Ok(11));
    bench.now = 130_000;
    assert_eq!(tried(&mut bench, 2, 103, text("two")), Ok(14));
    assert_eq!(
        tried(&mut bench, 2, 104, text("three")),
        Err(ErrorCode::Slow)
    );
    assert_eq!(tried(&mut bench, 0, 101, slow(0)), Ok(15));
    assert_eq!(tried(&mut bench, 2, 105, text("three")), Ok(16));
    assert_eq!(
        tried(&mut bench, 0, 102, slow(bounds::SLOW_SECONDS_MAX + 1)),
        Err(ErrorCode::BadRequest)
    );
}

#[test]
fn slow_mode_holds_also_within_a_batch() {
    let mut bench = room();
    assert_eq!(tried(&mut bench, 0, 100, slow(30)), Ok(10));
    let (_, first) = bench.submit(send(0, 101, 10, text("under way")));
    bench.submit(send(2, 100, 10, text("one")));
    let (two, _) = bench.submit(send(2, 101, 10, text("two")));
    let second = bench.append(&first);
    assert_eq!(appended(&second).unwrap().1.len(), 1);
    let effects = bench.append(&second);
    assert_eq!(refusal(&effects, two), Some(ErrorCode::Slow));
}

#[test]
fn a_room_keeps_the_names_that_it_had_and_has_a_bounded_number_of_them() {
    let mut bench = room();
    assert_eq!(tried(&mut bench, 1, 100, rename("Second")), Ok(10));
    assert_eq!(
        tried(&mut bench, 1, 101, rename("Second")),
        Ok(10),
        "asking twice is no fault"
    );
    assert_eq!(bench.room.view(user(2)).unwrap().name, "Second");
    assert_eq!(
        tried(&mut bench, 1, 102, rename("a\nb")),
        Err(ErrorCode::BadRequest)
    );
    for n in 2..bounds::NAMES_PER_ROOM_MAX as u64 {
        assert!(tried(&mut bench, 1, 200 + n, rename(&format!("name {n}"))).is_ok());
    }
    assert_eq!(
        tried(&mut bench, 1, 300, rename("one too many")),
        Err(ErrorCode::Full)
    );
    assert!(
        tried(&mut bench, 1, 301, rename("second")).is_ok(),
        "one that it had"
    );
    assert!(
        tried(&mut bench, 1, 302, rename("SECOND")).is_ok(),
        "another spelling"
    );
}

#[test]
fn a_direct_room_is_not_kept_so() {
    let direct = Body::Create {
        title: String::new(),
        room_kind: RoomKind::Direct,
        with: vec![(user(1), "user1".to_owned())],
    };
    for body in [
        ban(1, None),
        ban(2, None),
        unban(1),
        rename("a"),
        archive(true),
        slow(1),
        right(Right::Write, Role::Owner),
        invite(2),
        topic(),
    ] {
        let mut bench = Bench::with(&[send(0, 1, 0, direct.clone())]);
        let found = tried(&mut bench, 0, 100, body.clone());
        assert_eq!(found, Err(ErrorCode::Forbidden), "{body:?}");
    }
}
