//! What a balancer saw, good and bad.

use hearth_protocol::RoomKind;

use super::{broken, judged, offences, story::Story};
use crate::{
    history::{Line, Record},
    verdict::Promise::{self, Expendable, Whole},
};

/// A chat that goes on while something happens to its servers.
fn story(happens: impl FnOnce(&mut Story)) -> Vec<Line> {
    let mut story = Story::new(2, &[]);
    let room = story.create(1, RoomKind::Public);
    story.say(1, room);
    happens(&mut story);
    story.say(1, room);
    story.end()
}

fn is_judged(lines: &[Line], promise: Option<Promise>) {
    let judgement = judged(lines);
    let wanted = promise.into_iter().collect();
    assert_eq!(broken(&judgement), wanted, "{}", offences(&judgement));
}

/// A server is deaf for so long, and answers that after so long.
fn deaf(held_ms: u64, answer_ms: u64, readyz: Option<u16>) -> Vec<Line> {
    story(|story| {
        story.hold("redis-mute", false, 1, Some("a"), |story| {
            story.wait(answer_ms);
            story.health("a", readyz);
            story.wait(held_ms - answer_ms);
        });
        story.health("a", Some(200));
    })
}

#[test]
fn who_must_leave_and_stays_is_not_expendable() {
    is_judged(&deaf(16_500, 8_000, Some(503)), None);
    is_judged(&deaf(16_500, 15_500, Some(503)), Some(Expendable));
    is_judged(&deaf(16_500, 8_000, Some(200)), Some(Expendable));
    // Who says nothing has not said that it is not ready.
    is_judged(&deaf(16_500, 8_000, None), Some(Expendable));
    // It did not last long enough to tell.
    is_judged(&deaf(12_000, 8_000, Some(200)), None);
}

#[test]
fn who_was_out_before_has_left() {
    let lines = story(|story| {
        story.health("a", Some(503));
        story.hold("redis-mute", false, 1, Some("a"), |story| {
            story.wait(16_500);
        });
        story.health("a", Some(200));
    });
    is_judged(&lines, None);
}

#[test]
fn what_two_faults_make_of_it_is_not_judged() {
    let lines = story(|story| {
        story.hold("redis-mute", false, 1, Some("a"), |story| {
            story.fault("kill", false, 1);
            story.wait(16_000);
        });
    });
    is_judged(&lines, None);
}

#[test]
fn who_does_not_come_back_is_not_expendable() {
    for (answers, out_ms, wanted) in [
        ([Some(503); 2], 20_000, Some(Expendable)),
        ([None; 2], 20_000, Some(Expendable)),
        ([Some(503), None], 20_000, Some(Expendable)),
        ([Some(503); 2], 12_000, None),
    ] {
        let lines = story(|story| {
            // Others go on meanwhile.
            for readyz in answers.iter().cycle().take(out_ms / 4_000) {
                story.health("b", *readyz);
                story.wait(4_000);
                story.say(1, 0);
            }
            story.health("b", Some(200));
        });
        is_judged(&lines, wanted);
    }
    // Nor is one that is away at the end.
    let lines = story(|story| {
        story.health("b", Some(503));
        for _ in 0..5 {
            story.wait(4_000);
            story.say(1, 0);
        }
    });
    is_judged(&lines, Some(Expendable));
}

#[test]
fn who_asks_to_be_restarted_is_not_expendable() {
    let lines = story(|story| {
        let (livez, readyz) = (Some(500), Some(200));
        let node = "a".to_owned();
        story.put(Record::Health {
            node,
            livez,
            readyz,
        });
    });
    is_judged(&lines, Some(Expendable));
}

#[test]
fn a_run_in_which_nobody_looked_is_not_whole() {
    let mut lines = story(|_| ());
    lines.retain(|line| !matches!(&line.record, Record::Health { node, .. } if node == "b"));
    is_judged(&lines, Some(Whole));
    // One that does not promise to have looked is.
    if let Record::Begin(begin) = &mut lines[0].record {
        begin.limits.leaves_us = 0;
    }
    is_judged(&lines, None);
}
