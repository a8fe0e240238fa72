//! Counts, marks, messages, members and roles that are no fold of the log.

use hearth_protocol::{Role, RoomKind, Seq};

use super::{change, page, row_of, snap, spoiled};
use crate::{
    history::{Command, Deed, Digest, Record},
    verdict::{
        Promise::{Counted, Projected},
        tests::{broken, judged, story::Story},
    },
};

#[test]
fn a_wrong_count_is_not_what_the_log_implies() {
    spoiled(|lines| snap(lines, 2).unread += 1, &[Counted]);
    spoiled(|lines| snap(lines, 2).ordinal += 1, &[Counted]);
    spoiled(
        |lines| {
            let unread = change(lines, 0, |record| match record {
                Record::Mark { unread, .. } => Some(unread),
                _ => None,
            });
            *unread += 1_000;
        },
        &[Counted],
    );
}

#[test]
fn a_mark_that_goes_back_or_that_nobody_set_is_not_what_the_log_implies() {
    spoiled(
        |lines| {
            let mark = change(lines, 0, |record| match record {
                Record::Mark { seq, unread, .. } => Some((seq, unread)).map(|(seq, unread)| {
                    *unread = 0;
                    seq
                }),
                _ => None,
            });
            *mark = Seq(11);
        },
        &[Counted],
    );
    spoiled(
        |lines| {
            // One node still has the mark from before at the end.
            for line in lines.iter_mut().rev() {
                if let Record::Final { u: 3, rooms, .. } = &mut line.record {
                    let snap = rooms.first_mut().expect("a room");
                    (snap.mark, snap.revision) = (Seq(4), 1);
                    snap.unread = snap.ordinal - 2;
                    break;
                }
            }
        },
        &[Counted],
    );
}

#[test]
fn a_mark_below_one_s_own_message_is_not_what_the_log_implies() {
    for (with_fault, wanted) in [(false, vec![Counted]), (true, Vec::new())] {
        let mut story = Story::new(2, &[]);
        let room = story.create(1, RoomKind::Public);
        story.say(1, room);
        if with_fault {
            // Whose node died with it is excused.
            story.fault("server-kill", false, 1);
        }
        story.forget_marks(room);
        let judgement = judged(&story.end());
        assert_eq!(broken(&judgement), wanted.into_iter().collect());
    }
}

#[test]
fn a_state_that_is_no_fold_of_the_log_is_no_projection() {
    spoiled(
        |lines| {
            let page = page(lines, 0);
            page.states[0].text = Some(Digest::of("old"));
        },
        &[Projected],
    );
    spoiled(|lines| page(lines, 0).states.clear(), &[Projected]);
    spoiled(
        |lines| page(lines, 0).states[0].reactions.clear(),
        &[Projected],
    );
    spoiled(
        |lines| {
            let page = page(lines, 1);
            let state = page.states.iter_mut().find(|state| state.deleted.is_some());
            state.expect("a deleted one").deleted = None;
        },
        &[Projected],
    );
}

#[test]
fn members_and_roles_that_are_no_fold_of_the_log_are_no_projection() {
    spoiled(|lines| snap(lines, 1).members += 1, &[Projected]);
    spoiled(
        |lines| {
            let snap = snap(lines, 2);
            snap.role = match snap.role {
                Role::Owner => Role::Member,
                _ => Role::Owner,
            };
        },
        &[Projected],
    );
    spoiled(
        |lines| {
            let members = change(lines, 0, |record| match record {
                Record::Members { members, .. } => Some(members),
                _ => None,
            });
            members.pop();
        },
        &[Projected],
    );
}

#[test]
fn a_deleted_text_in_a_page_is_no_projection() {
    spoiled(
        |lines| {
            let doomed = lines
                .iter()
                .find_map(|line| match &line.record {
                    Record::Invoke {
                        command:
                            Command::Send {
                                deed: Deed::Delete { target },
                                ..
                            },
                        ..
                    } => Some(*target),
                    _ => None,
                })
                .expect("a deletion");
            let id = row_of(lines, 0, doomed.0).id.clone();
            let deed = lines
                .iter()
                .find_map(|line| match &line.record {
                    Record::Invoke {
                        command: Command::Send { id: of, deed, .. },
                        ..
                    } if *of == id => Some(deed.clone()),
                    _ => None,
                })
                .expect("its send");
            let page = page(lines, 1);
            let run = page.run.as_mut().expect("a run");
            assert_eq!(run.erased, [doomed]);
            run.erased.clear();
            run.deeds = run.deeds.plus(deed.digest());
        },
        &[Projected],
    );
}
