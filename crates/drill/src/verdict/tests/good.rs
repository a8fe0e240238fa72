//! What must be accepted, with all the doubt that faults bring.

use hearth_protocol::{Right, Role, RoomKind, Seq};

use super::{
    broken, judged, offences,
    story::{Story, message, react},
};
use crate::history::{Command, Deed, Digest, Line, Record, Way};

/// A run in which everything happens that may.
pub(super) fn eventful() -> Vec<Line> {
    let mut story = Story::new(6, &["kill", "flush"]);
    let room = story.create(1, RoomKind::Public);
    let ann = story.client(1);
    story.join(2, room);
    let ben = story.client(2);
    story.join(3, room);
    let cat = story.client(3);
    let other = story.create(4, RoomKind::Private);
    let dan = story.client(4);
    story.send(4, other, Deed::Invite { user: 1 });
    for _ in 0..5 {
        story.say(1, room);
        story.say(2, room);
        story.say(4, other);
    }
    story.catch_up(ann);
    story.catch_up(ben);

    // Doubt, then found once: the resend answers the first number.
    let command = story.compose(2, room, message("in doubt"));
    let o = story.invoke(2, command.clone());
    let seq = story.append(2, &command);
    story.unknown(o);
    story.close(ben);
    story.fault("kill", false, 3);
    story.open(ben);
    story.catch_up(ben);
    let o = story.invoke(2, command.clone());
    story.fail(o, "doubtful");
    let o = story.invoke(2, command);
    story.ok(o, Some(seq), None);
    // Doubt, and it never was there; and one that was, and nobody asked again.
    let lost = story.compose(2, room, message("gone"));
    let o = story.invoke(2, lost);
    story.unknown(o);
    // And one whose event its sender saw: settled without an answer.
    let seen = story.compose(2, room, message("seen"));
    let o = story.invoke(2, seen.clone());
    let seq = story.append(2, &seen);
    story.unknown(o);
    story.settled(2, &seen, seq);
    let kept = story.compose(2, room, message("kept"));
    let o = story.invoke(2, kept.clone());
    story.append(2, &kept);
    story.unknown(o);
    // Busy once, then stored; and refused for good.
    let later = story.compose(2, room, message("later"));
    let o = story.invoke(2, later.clone());
    story.fail(o, "busy");
    let o = story.invoke(2, later.clone());
    let at = story.append(2, &later);
    story.ok(o, Some(at), None);
    let never = story.compose(2, other, message("never"));
    let o = story.invoke(2, never);
    story.fail(o, "not_member");

    // Removed while others write, and back; what lies between comes with the replay.
    story.close(cat);
    story.send(1, room, Deed::Remove { user: 3 });
    story.say(1, room);
    story.say(2, room);
    story.join(3, room);
    story.say(3, room);
    story.open(cat);
    story.catch_up(cat);
    // Removed while connected, and let in again.
    story.send(1, room, Deed::Remove { user: 2 });
    story.say(1, room);
    story.send(1, room, Deed::Invite { user: 2 });
    let seq = story.say(2, room);
    // Inviting who is in is answered with the event by which they are.
    let again = story.compose(1, room, Deed::Invite { user: 2 });
    let o = story.invoke(1, again);
    story.ok(o, Some(Seq(seq.0 - 1)), None);

    // Changes, and pages on both sides.
    let target = story.say(1, room);
    let text = Digest::of("edited");
    story.send(1, room, Deed::Edit { target, text });
    story.send(2, room, react(target, true));
    story.send(3, room, react(target, true));
    story.send(2, room, react(target, false));
    story.page(ann, room, Way::Around(target), 10);
    let text = Digest::of("edited again");
    story.send(1, room, Deed::Edit { target, text });
    let doomed = story.say(2, room);
    story.catch_up(ann);
    story.send(2, room, react(doomed, true));
    story.send(1, room, Deed::Delete { target: doomed });
    let topic = Digest::of("topic");
    story.send(1, room, Deed::Topic { topic });
    let role = Role::Moderator;
    story.send(1, room, Deed::Role { user: 3, role });
    story.send(1, room, Deed::Slow { seconds: 5 });
    let (right, role) = (Right::Describe, Role::Member);
    story.send(1, room, Deed::Right { right, role });
    story.send(2, room, Deed::Topic { topic });
    let role = Role::Moderator;
    story.send(1, room, Deed::Right { right, role });
    story.send(1, room, Deed::Archive { on: true });
    story.send(1, room, Deed::Archive { on: false });
    story.page(ben, room, Way::Newest, 20);
    story.page(ben, room, Way::Before(Seq(8)), 5);
    story.page(ben, room, Way::Before(Seq(3)), 5);
    story.page(ben, room, Way::After(Seq(2)), 200);
    story.page(ben, room, Way::After(Seq(100_000)), 5);

    // A gap told.
    story.catch_up(ann);
    story.say(2, room);
    story.say(2, room);
    let head = story.rooms[room as usize].head();
    story.page(ann, room, Way::After(Seq(head.0 - 2)), 200);
    story.catch_up(ann);
    story.say(3, room);
    story.say(3, room);
    story.gap(cat, room, Seq(head.0 + 1));
    story.catch_up(cat);

    // Marks, forth and back.
    story.mark(1, room, Seq(6), false);
    story.mark(3, room, Seq(4), true);
    story.mark(3, room, Seq(9), false);
    story.close(ann);
    story.open(ann);
    // The specification's surface, in a room that the installation made.
    let plain = story.create(0, RoomKind::Public);
    story.join(5, plain);
    let words = Digest::of("plain words");
    let command = Command::SeedSend {
        room: plain,
        text: words,
    };
    story.invoke(5, command.clone());
    story.append(5, &command);
    story.join(2, plain);
    story.leave(2, plain);
    // Who is writing, told to a member.
    let s = story.clients[ben].s.expect("open");
    story.put(Record::Typing { s, room });
    story.put(Record::Listed { s, room });
    story.fault("flush", true, 1);
    story.say(1, room);
    story.close(dan);
    story.end()
}

#[test]
fn an_eventful_run_holds() {
    let judgement = judged(&eventful());
    assert!(broken(&judgement).is_empty(), "{}", offences(&judgement));
    let tally = judgement.tally;
    assert_eq!((tally.recognised, tally.found, tally.absent), (1, 1, 1));
    assert_eq!((tally.holes, tally.gaps, tally.refused), (0, 1, 1));
    for (promise, verdict) in &judgement.verdicts {
        assert!(verdict.judged > 0, "{} looked at nothing", promise.name());
    }
}

#[test]
fn a_page_may_show_more_than_its_end_says() {
    let mut story = Story::new(3, &[]);
    let room = story.create(1, RoomKind::Public);
    let ann = story.client(1);
    let target = story.say(1, room);
    let text = Digest::of("edited");
    story.send(1, room, Deed::Edit { target, text });
    story.send(1, room, react(target, true));
    story.page(ann, room, Way::Newest, 50);
    let mut lines = story.end();
    // Its end was read before the edit and the reaction, what the message says after them.
    for line in &mut lines {
        if let Record::Page { page, .. } = &mut line.record {
            page.head = target;
            let run = page.run.as_mut().expect("a run");
            run.to = target;
        }
    }
    let rows: Vec<_> = lines
        .iter()
        .filter_map(|line| match &line.record {
            Record::Row { row, .. } if row.seq <= target => Some(row.clone()),
            _ => None,
        })
        .collect();
    for line in &mut lines {
        if let Record::Page { page, .. } = &mut line.record {
            page.run = Some(crate::history::Run::all(room, 0, &rows).remove(0));
        }
    }
    let judgement = judged(&lines);
    assert!(broken(&judgement).is_empty(), "{}", offences(&judgement));
}

#[test]
fn a_silence_that_a_fault_excuses_is_none() {
    let mut story = Story::new(2, &["away"]);
    let room = story.create(1, RoomKind::Public);
    story.say(1, room);
    let command = story.compose(1, room, message("long"));
    story.hold("away", true, 10, None, |story| {
        for _ in 0..10 {
            let o = story.invoke(1, command.clone());
            story.wait(3_000);
            story.fail(o, "unavailable");
        }
    });
    let o = story.invoke(1, command.clone());
    let seq = story.append(1, &command);
    story.ok(o, Some(seq), None);
    let judgement = judged(&story.end());
    assert!(broken(&judgement).is_empty(), "{}", offences(&judgement));
}

#[test]
fn what_was_refused_and_then_composed_anew_may_be_stored() {
    let lines = refused_and_raised(|_| ());
    let judgement = judged(&lines);
    assert!(broken(&judgement).is_empty(), "{}", offences(&judgement));
}

/// A message of one who was put out comes late and is refused, while its client has come back, seen all without it, and
/// says so by a higher `after`. The second of the two tries may be changed first.
pub(super) fn refused_and_raised(spoil: impl FnOnce(&mut Option<Seq>)) -> Vec<Line> {
    let mut story = Story::new(3, &[]);
    let room = story.create(1, RoomKind::Public);
    story.join(2, room);
    let old = story.compose(2, room, message("late"));
    let o = story.invoke(2, old.clone());
    story.unknown(o);
    story.send(1, room, Deed::Remove { user: 2 });
    story.send(1, room, Deed::Invite { user: 2 });
    let mut new = old.clone();
    let head = story.rooms[room as usize].head();
    if let Command::Send { after, .. } = &mut new {
        *after = Some(head);
        spoil(after);
    }
    let late = story.invoke(2, old);
    let o = story.invoke(2, new.clone());
    story.fail(late, "not_member");
    let seq = story.append(2, &new);
    story.ok(o, Some(seq), None);
    story.end()
}

#[test]
fn an_invitation_asked_again_is_answered_with_how_they_are_in_by_then() {
    let judgement = judged(&invited_again(|seq| seq));
    assert!(broken(&judgement).is_empty(), "{}", offences(&judgement));
}

/// Somebody who is in is invited, put out and let in, and the same invitation is sent again. Its second answer may be
/// changed.
pub(super) fn invited_again(spoil: impl FnOnce(Seq) -> Seq) -> Vec<Line> {
    let mut story = Story::new(3, &[]);
    let room = story.create(1, RoomKind::Public);
    story.join(2, room);
    let joined = story.rooms[room as usize].head();
    let needless = story.compose(1, room, Deed::Invite { user: 2 });
    let o = story.invoke(1, needless.clone());
    story.ok(o, Some(joined), None);
    story.send(1, room, Deed::Remove { user: 2 });
    let invited = story.send(1, room, Deed::Invite { user: 2 });
    let o = story.invoke(1, needless);
    story.ok(o, Some(spoil(invited)), None);
    story.end()
}

#[test]
fn a_replay_over_ones_own_removal_is_a_members() {
    let judgement = judged(&replayed_over_a_removal(false));
    assert!(broken(&judgement).is_empty(), "{}", offences(&judgement));
}

/// A room is described to one who comes back, then they are put out and let in again, and get all of it: as a replay that
/// begins after that, or as one who was live already.
pub(super) fn replayed_over_a_removal(is_live: bool) -> Vec<Line> {
    let mut story = Story::new(4, &[]);
    let room = story.create(1, RoomKind::Public);
    story.join(2, room);
    story.join(3, room);
    let cat = story.client(3);
    if is_live {
        story.say(1, room);
        story.catch_up(cat);
    }
    // Its node hears of all this at once, when the third is in again.
    let socket = story.clients[cat].s.take();
    story.send(1, room, Deed::Remove { user: 3 });
    story.say(1, room);
    story.send(1, room, Deed::Invite { user: 3 });
    story.say(1, room);
    story.clients[cat].s = socket;
    story.catch_up(cat);
    story.end()
}

/// A reader comes back, and one of their rooms cannot be loaded: it is given a moment later, and goes on from where they
/// were.
pub(super) fn given_late() -> Vec<Line> {
    let mut story = Story::new(2, &[]);
    let room = story.create(1, RoomKind::Public);
    story.join(2, room);
    let ben = story.client(2);
    story.close(ben);
    for _ in 0..3 {
        story.say(1, room);
    }
    story.open(ben);
    story.catch_up(ben);
    story.say(1, room);
    story.catch_up(ben);
    let mut lines = story.end();
    let late = lines.iter().rposition(
        |line| matches!(&line.record, Record::Welcome { rooms, .. } if !rooms.is_empty()),
    );
    let late = late.expect("a welcome");
    let t = lines[late].t;
    let Record::Welcome { s, rooms, .. } = &mut lines[late].record else {
        panic!("a welcome");
    };
    let (s, snap) = (*s, rooms.remove(0));
    let record = Record::Given { s, snap };
    lines.insert(late + 1, Line { t, record });
    lines
}

#[test]
fn a_room_that_could_not_be_loaded_at_first_goes_on_from_where_its_reader_was() {
    let judgement = judged(&given_late());
    assert!(broken(&judgement).is_empty(), "{}", offences(&judgement));
}
