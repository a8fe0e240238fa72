//! What the specification's own surface tells, one message after the other.

use hearth_protocol::{RoomKind, Seq};

use super::{broken, judged, offences, story::Story};
use crate::{
    history::{Deed, Record},
    verdict::Promise::{self, Complete, Ordered},
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
