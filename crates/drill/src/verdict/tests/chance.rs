//! By chance: whatever happens in a chat that keeps the contract is accepted, and whichever line is then spoiled, it
//! shows.

use hearth_protocol::{RoomKind, Seq};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::{
    broken, judged, offences,
    story::{Story, message, react},
};
use crate::history::{Deed, Digest, Line, Record, RoomNo, Way};

const USERS: u32 = 6;

/// A run of a seed.
fn play(seed: u64, steps: usize) -> Vec<Line> {
    let mut chance = StdRng::seed_from_u64(seed);
    let mut story = Story::new(USERS, &["kill"]);
    story.fault("kill", false, 1);
    for by in 1..3 {
        story.create(by, RoomKind::Public);
    }
    for u in 1..USERS - 1 {
        story.client(u);
    }
    for _ in 0..steps {
        step(&mut story, &mut chance);
    }
    story.end()
}

fn step(story: &mut Story, chance: &mut StdRng) {
    let room: RoomNo = chance.random_range(0..2);
    let owner = room + 1;
    let u = chance.random_range(1..USERS);
    let c = chance.random_range(0..story.clients.len());
    let model = &story.rooms[room as usize];
    let is_in = model.members.contains_key(&u);
    let head = model.head();
    let mut messages = model.messages.iter().rev();
    let target = messages.find(|(seq, _)| !model.deleted(*seq)).copied();
    match chance.random_range(0..16) {
        0 if !is_in => story.join(u, room),
        0 if u != owner => story.leave(u, room),
        1 if is_in && u != owner => {
            story.send(owner, room, Deed::Remove { user: u });
        }
        2 if !is_in => {
            story.send(owner, room, Deed::Invite { user: u });
        }
        3 if story.clients[c].s.is_some() => story.close(c),
        3 | 4 if story.clients[c].s.is_none() => story.open(c),
        5 => story.catch_up(c),
        6 if story.clients[c].screens.contains_key(&room) && chance.random_bool(0.2) => {
            story.gap(c, room, head);
        }
        7 if story.rooms[room as usize]
            .members
            .contains_key(&story.clients[c].u) =>
        {
            let at = Seq(chance.random_range(1..=head.0));
            let way = match chance.random_range(0..3) {
                0 => Way::Newest,
                1 => Way::Before(at),
                _ => Way::After(at),
            };
            story.page(c, room, way, chance.random_range(1..30));
        }
        8 if is_in => {
            if let Some((target, by)) = target.filter(|(_, by)| *by == u) {
                let text = Digest(chance.random());
                let deed = match chance.random_bool(0.5) {
                    true => Deed::Edit { target, text },
                    false => Deed::Delete { target },
                };
                story.send(by, room, deed);
            }
        }
        9 if is_in => {
            if let Some((target, _)) = target {
                story.send(u, room, react(target, chance.random_bool(0.6)));
            }
        }
        10 if is_in => {
            let at = Seq(chance.random_range(1..=head.0));
            story.mark(u, room, at, chance.random_bool(0.3));
        }
        11 if is_in => {
            // In doubt; stored or not; asked again or not.
            let words = message(&format!("doubt {}", story.t));
            let command = story.compose(u, room, words);
            let o = story.invoke(u, command.clone());
            let stored = chance.random_bool(0.5);
            let seq = stored.then(|| story.append(u, &command));
            story.unknown(o);
            if chance.random_bool(0.7) {
                let o = story.invoke(u, command.clone());
                let seq = seq.unwrap_or_else(|| story.append(u, &command));
                story.ok(o, Some(seq), None);
            }
        }
        _ if is_in => {
            story.say(u, room);
        }
        _ => {}
    }
}

/// One way to spoil a line: false if it does not fit this one.
type Spoil = fn(&mut Vec<Line>, usize) -> bool;

const SPOILS: [(&str, Spoil); 18] = [
    ("a row is missing", |lines, at| {
        let is = matches!(lines[at].record, Record::Row { .. });
        if is {
            lines.remove(at);
        }
        is
    }),
    ("a row has another number of messages below", |lines, at| {
        match &mut lines[at].record {
            Record::Row { row, .. } => row.ordinal += 1,
            _ => return false,
        }
        true
    }),
    ("a row is another's", |lines, at| {
        match &mut lines[at].record {
            Record::Row { row, .. } => row.by = (row.by + 1) % USERS,
            _ => return false,
        }
        true
    }),
    ("two rows have changed places", |lines, at| {
        let (Record::Row { row, .. }, Some(Record::Row { row: next, .. })) = (
            lines[at].record.clone(),
            lines.get(at + 1).map(|line| line.record.clone()),
        ) else {
            return false;
        };
        for (to, mut from, seq) in [(at, next.clone(), row.seq), (at + 1, row.clone(), next.seq)] {
            if let Record::Row { row, .. } = &mut lines[to].record {
                from.seq = seq;
                *row = from;
            }
        }
        true
    }),
    ("something else was heard", |lines, at| {
        match &mut lines[at].record {
            Record::Heard { run, .. } => run.heads = run.heads.plus(Digest(1 << 40)),
            _ => return false,
        }
        true
    }),
    ("another text was shown", |lines, at| {
        match &mut lines[at].record {
            Record::Shown { run, .. } => run.deeds = run.deeds.plus(Digest(1)),
            _ => return false,
        }
        true
    }),
    ("it was shown twice", |lines, at| {
        let is = matches!(lines[at].record, Record::Shown { .. });
        if is {
            lines.insert(at, lines[at].clone());
        }
        is
    }),
    ("it was heard twice", |lines, at| {
        let is = matches!(lines[at].record, Record::Heard { .. });
        if is {
            lines.insert(at, lines[at].clone());
        }
        is
    }),
    ("it was not shown, and more was", |lines, at| {
        let Record::Shown { c, run } = lines[at].record.clone() else {
            return false;
        };
        let goes_on = lines[at + 1..].iter().find_map(|line| match &line.record {
            Record::Shown { c: of, run: next } if *of == c && next.room == run.room => Some(true),
            Record::Gone { c: of, room } if *of == c && *room == run.room => Some(false),
            _ => None,
        });
        if goes_on == Some(true) {
            lines.remove(at);
        }
        goes_on == Some(true)
    }),
    ("a count is wrong", |lines, at| {
        match &mut lines[at].record {
            Record::Welcome { rooms, .. } | Record::Final { rooms, .. } if !rooms.is_empty() => {
                rooms[0].unread += 1;
            }
            Record::Given { snap, .. } => snap.unread += 1,
            _ => return false,
        }
        true
    }),
    ("the number of members is wrong", |lines, at| {
        match &mut lines[at].record {
            Record::Welcome { rooms, .. } | Record::Final { rooms, .. } if !rooms.is_empty() => {
                rooms[0].members += 1;
            }
            Record::Members { members, .. } => drop(members.pop()),
            _ => return false,
        }
        true
    }),
    ("an acknowledgement has another number", |lines, at| {
        match &mut lines[at].record {
            Record::Ok { seq: Some(seq), .. } => seq.0 += 1,
            _ => return false,
        }
        true
    }),
    ("what was acknowledged was refused", |lines, at| {
        let Record::Ok {
            o, seq: Some(_), ..
        } = lines[at].record
        else {
            return false;
        };
        let code = "forbidden".to_owned();
        lines[at].record = Record::Fail { o, code };
        true
    }),
    ("a page ends early", |lines, at| {
        match &mut lines[at].record {
            Record::Page { page, .. } => page.run.take().is_some(),
            _ => false,
        }
    }),
    ("a page says more than there is", |lines, at| {
        match &mut lines[at].record {
            Record::Page { page, .. } if page.run.is_some() => page.more_after = !page.more_after,
            _ => return false,
        }
        true
    }),
    ("a page leaves a change out", |lines, at| {
        match &mut lines[at].record {
            Record::Page { page, .. } => page.states.pop().is_some(),
            _ => false,
        }
    }),
    ("an emoji stands that nobody put", |lines, at| {
        match &mut lines[at].record {
            Record::Page { page, .. } if !page.states.is_empty() => {
                page.states[0].reactions.push(("?".into(), vec![1]));
            }
            _ => return false,
        }
        true
    }),
    ("a node reads something else", |lines, at| {
        match &mut lines[at].record {
            Record::Read { run, .. } => run.heads = run.heads.minus(Digest(5)),
            _ => return false,
        }
        true
    }),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_chat_that_keeps_the_contract_is_accepted(seed: u64) {
        let judgement = judged(&play(seed, 150));
        prop_assert!(broken(&judgement).is_empty(), "{}", offences(&judgement));
    }

    #[test]
    fn whichever_line_is_spoiled_it_shows(seed: u64, from in 0.0..1.0f64) {
        let good = play(seed, 150);
        for (name, spoil) in SPOILS {
            let mut bad = good.clone();
            let start = (good.len() as f64 * from) as usize;
            let places = (start..good.len()).chain(0..start);
            let Some(at) = places.into_iter().find(|at| spoil(&mut bad, *at)) else {
                continue;
            };
            let judgement = judged(&bad);
            prop_assert!(!broken(&judgement).is_empty(), "{name}, line {at}, was not seen: {:?}", good[at]);
        }
    }
}

#[test]
fn every_way_to_spoil_a_line_finds_one() {
    for (name, spoil) in SPOILS {
        let found = (1..20).any(|seed| {
            let mut lines = play(seed, 150);
            (0..lines.len()).any(|at| spoil(&mut lines, at))
        });
        assert!(found, "{name}");
    }
}
