//! Faults, resources, and the history itself.

use hearth_protocol::RoomKind;

use super::{change, place, spoiled};
use crate::{
    history::{Record, When},
    verdict::{
        Promise::{Bitten, Expendable, Returned, Whole},
        tests::{broken, good::eventful, judged, offences, story::Story},
    },
};

#[test]
fn a_node_that_does_not_come_back_is_not_expendable() {
    spoiled(
        |lines| {
            lines.retain(|line| !matches!(&line.record, Record::Final { node, .. } if node == "b"));
        },
        &[Expendable],
    );
}

#[test]
fn resources_that_stay_away_are_not_returned() {
    for spoil in [0, 1, 2] {
        spoiled(
            |lines| {
                for line in lines.iter_mut() {
                    if let Record::Sample {
                        when: When::After,
                        rss_bytes,
                        fds,
                        tasks,
                        ..
                    } = &mut line.record
                    {
                        match spoil {
                            0 => *rss_bytes += 200 << 20,
                            1 => *fds += 100,
                            _ => *tasks += 100,
                        }
                    }
                }
            },
            &[Returned],
        );
    }
    spoiled(
        |lines| lines.retain(|line| !matches!(line.record, Record::Sample { .. })),
        &[Returned],
    );
    // One look that failed is one node that was not judged.
    for missed in [When::Before, When::After] {
        spoiled(
            |lines| {
                let at = place(
                    lines,
                    0,
                    |record| matches!(record, Record::Sample { when, .. } if *when == missed),
                );
                lines.remove(at);
            },
            &[Returned],
        );
    }
}

#[test]
fn a_fault_that_was_not_felt_or_not_done_did_not_bite() {
    spoiled(
        |lines| {
            *change(lines, 0, |record| match record {
                Record::Bit { n, .. } => Some(n),
                _ => None,
            }) = 0;
        },
        &[Bitten],
    );
    spoiled(
        |lines| {
            lines.retain(|line| {
                !matches!(
                    line.record,
                    Record::Bit { f: 1, .. } | Record::Healed { f: 1 } | Record::Fault { f: 1, .. }
                )
            });
        },
        &[Bitten],
    );
}

#[test]
fn what_was_done_unasked_must_bite_where_the_run_says_so() {
    for (each_bites, wanted) in [(true, &[Bitten][..]), (false, &[])] {
        spoiled(
            |lines| {
                if let Record::Begin(begin) = &mut lines[0].record {
                    begin.faults.retain(|class| class != "kill");
                    begin.each_bites = each_bites;
                }
                // A time of peace at the end, as such a run must have.
                let quiet = place(lines, 0, |record| matches!(record, Record::Quiet));
                for line in &mut lines[quiet..] {
                    line.t += 20_000_000;
                }
                *change(lines, 0, |record| match record {
                    Record::Bit { n, .. } => Some(n),
                    _ => None,
                }) = 0;
            },
            wanted,
        );
    }
}

#[test]
fn a_part_that_did_not_come_back_was_not_expendable() {
    spoiled(
        |lines| {
            let at = place(lines, 0, |record| matches!(record, Record::Bit { .. }));
            let why = "it did not come back into the balancer".to_owned();
            lines[at].record = Record::Undone { f: 0, why };
        },
        &[Bitten, Expendable],
    );
}

#[test]
fn a_history_without_its_end_or_a_log_is_not_whole() {
    spoiled(|lines| drop(lines.pop()), &[Whole]);
    spoiled(
        |lines| lines.retain(|line| !matches!(line.record, Record::Healed { .. })),
        &[Whole],
    );
    let mut lines = eventful();
    lines.retain(|line| !matches!(line.record, Record::Row { room: 2, .. }));
    assert!(broken(&judged(&lines)).contains(&Whole));
    let mut lines = eventful();
    lines.remove(40);
    let judgement = crate::verdict::judge(|| Ok(lines.clone().into_iter().map(Ok)));
    assert!(broken(&judgement.expect("a history")).contains(&Whole));
}

#[test]
fn a_run_that_must_show_something_and_looked_at_nothing_is_not_whole() {
    for (each_bites, wanted) in [(true, Some(Whole)), (false, None)] {
        let mut story = Story::new(2, &[]);
        story.create(1, RoomKind::Public);
        let mut lines = story.end();
        if let Record::Begin(begin) = &mut lines[0].record {
            begin.each_bites = each_bites;
        }
        let judgement = judged(&lines);
        let wanted = wanted.into_iter().collect();
        assert_eq!(broken(&judgement), wanted, "{}", offences(&judgement));
    }
}
