//! What the specification's own surface tells: of the log, to members, one message after the other.

use std::collections::BTreeSet;

use hearth_protocol::{RoomKind, Seq};

use super::{broken, judged, offences, story::Story};
use crate::{
    history::{Command, Deed, Digest, Record, Row},
    verdict::Promise::{self, Complete, Durable, Fenced, Once, Ordered, Private},
};

/// A socket of user 2's is told these of five messages of user 1's, the third of which is deleted at the end.
fn is_judged(told: &[usize], promise: Option<Promise>) {
    let mut story = Story::new(3, &[]);
    let room = story.create(1, RoomKind::Public);
    story.join(2, room);
    let said: Vec<Seq> = (0..5).map(|_| story.say(1, room)).collect();
    let (s, c) = (99, 99);
    story.put(Record::Open { s, c, u: 2 });
    for at in told {
        let row = story.rooms[0].rows[said[*at].0 as usize - 1].clone();
        let Deed::Message { text, .. } = row.deed else {
            panic!("a message");
        };
        let (by, id) = (row.by, row.id);
        story.put(Record::Plain {
            s,
            room,
            by,
            id,
            text,
        });
    }
    story.put(Record::Close { s, code: None });
    story.send(1, room, Deed::Delete { target: said[2] });
    let judgement = judged(&story.end());
    let wanted = promise.into_iter().collect();
    assert_eq!(
        broken(&judgement),
        wanted,
        "{told:?} {}",
        offences(&judgement)
    );
}

#[test]
fn it_tells_one_after_the_other_from_wherever_it_begins() {
    is_judged(&[0, 1, 2, 3, 4], None);
    is_judged(&[3, 4], None);
    is_judged(&[1, 3], None);
}

#[test]
fn what_it_leaves_out_is_not_complete() {
    is_judged(&[0, 2], Some(Complete));
    is_judged(&[1, 4], Some(Complete));
}

#[test]
fn what_goes_back_is_not_ordered() {
    is_judged(&[1, 0], Some(Ordered));
}

/// Somebody writes over the specification's surface, reads the echo, and a moderator deletes it or not; with
/// its row.
fn echoed(is_deleted: bool) -> (Story, Row) {
    let mut story = Story::new(4, &[]);
    let room = story.create(1, RoomKind::Public);
    story.join(2, room);
    let text = Digest::of("plain words");
    let command = Command::SeedSend { room, text };
    let o = story.invoke(2, command.clone());
    let target = story.append(2, &command);
    story.ok(o, None, None);
    let row = story.rooms[room as usize].rows[target.0 as usize - 1].clone();
    if is_deleted {
        story.send(1, room, Deed::Delete { target });
    }
    (story, row)
}

#[test]
fn an_echo_of_what_is_nowhere_is_not_durable() {
    for (is_deleted, echoes, wanted) in
        [(false, 1, None), (true, 1, None), (false, 2, Some(Durable))]
    {
        let (mut story, _) = echoed(is_deleted);
        for _ in 1..echoes {
            let text = Digest::of("other words");
            let o = story.invoke(2, Command::SeedSend { room: 0, text });
            story.ok(o, None, None);
        }
        let judgement = judged(&story.end());
        let wanted = wanted.into_iter().collect();
        assert_eq!(broken(&judgement), wanted, "{}", offences(&judgement));
    }
}

#[test]
fn what_the_specification_s_surface_tells_is_judged() {
    /// Whom it is told, how often, and what is wrong with it.
    type Told = (u32, u32, fn(&mut String, &mut Digest), Option<Promise>);
    let cases: [Told; 6] = [
        (2, 1, |_, _| (), None),
        (2, 2, |_, _| (), Some(Once)),
        (2, 1, |id, _| id.push('x'), Some(Durable)),
        (2, 1, |_, text| text.0 += 1, Some(Ordered)),
        (3, 1, |_, _| (), Some(Private)),
        (1, 1, |_, _| (), None),
    ];
    for (u, times, spoil, wanted) in cases {
        let (mut story, row) = echoed(false);
        let Deed::Message { mut text, .. } = row.deed else {
            panic!("a message");
        };
        let (mut id, s) = (row.id, 99);
        spoil(&mut id, &mut text);
        story.put(Record::Open { s, c: 99, u });
        for _ in 0..times {
            story.put(Record::Plain {
                s,
                room: 0,
                by: row.by,
                id: id.clone(),
                text,
            });
        }
        story.put(Record::Close { s, code: None });
        let judgement = judged(&story.end());
        let wanted = wanted.into_iter().collect();
        assert_eq!(broken(&judgement), wanted, "{}", offences(&judgement));
    }
}

#[test]
fn what_the_specification_s_surface_tells_who_has_left_is_not_fenced() {
    let (mut story, _) = echoed(false);
    story.leave(2, 0);
    story.say(1, 0);
    let row = story.rooms[0].rows.last().expect("a row").clone();
    let Deed::Message { text, .. } = row.deed else {
        panic!("a message");
    };
    let (s, room, by, id) = (99, 0, row.by, row.id);
    story.put(Record::Open { s, c: 99, u: 2 });
    story.put(Record::Plain {
        s,
        room,
        by,
        id,
        text,
    });
    story.put(Record::Close { s, code: None });
    let judgement = judged(&story.end());
    assert_eq!(
        broken(&judgement),
        BTreeSet::from([Fenced]),
        "{}",
        offences(&judgement)
    );
}
