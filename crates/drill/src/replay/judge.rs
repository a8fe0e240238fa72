//! The judgement: what was acknowledged, what is stored and what each reader saw, held against each other.

use std::collections::HashMap;

use hearth_protocol::{Body, Event, SendId, UserId};

use super::view::{self, Faults, Stay};

/// What became of one message, in the order in which its sender composed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    /// The room's index.
    pub(super) room: usize,
    /// The send's id.
    pub(super) id: SendId,
    /// A digest of the body.
    pub(super) body: u64,
    /// How it ended.
    pub(super) end: SaidEnd,
}

/// How a message ended for its sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SaidEnd {
    /// Nothing was heard.
    Open,
    /// Acknowledged under this number.
    Stored(u64),
    /// Refused for good.
    Refused,
    /// The server could not tell.
    Doubtful,
}

/// What one person brings to the judgement.
#[derive(Debug, Default)]
pub(super) struct Testimony {
    /// Who they were.
    pub(super) user: Option<UserId>,
    /// What they said.
    pub(super) said: Vec<Said>,
    /// What they saw: room, stay.
    pub(super) stays: Vec<(usize, Stay)>,
    /// What went wrong with them.
    pub(super) failed: Option<String>,
}

/// The outcome.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) acknowledged: u64,
    pub(super) stored: u64,
    pub(super) views: u64,
    pub(super) seen: u64,
    /// Faults of the history: acknowledged and not there, there twice, out of a sender's order, not what was sent.
    pub(super) history: Faults,
    /// Faults of the views.
    pub(super) view: Faults,
    /// Messages in the history that nobody of this run is known to have sent.
    pub(super) strange: u64,
    pub(super) refused: u64,
    pub(super) doubtful: u64,
    pub(super) open: u64,
    pub(super) failed: u64,
}

impl Verdict {
    /// Whether everything held.
    pub(super) fn held(&self) -> bool {
        let rest = [
            self.strange,
            self.refused,
            self.doubtful,
            self.open,
            self.failed,
        ];
        !self.history.any() && !self.view.any() && rest.iter().all(|n| *n == 0)
    }

    /// Lost anywhere.
    pub(super) fn lost(&self) -> u64 {
        self.history.lost + self.view.lost
    }

    /// Doubled anywhere.
    pub(super) fn doubled(&self) -> u64 {
        self.history.doubled + self.view.doubled
    }

    /// Out of order anywhere.
    pub(super) fn disordered(&self) -> u64 {
        self.history.disordered + self.view.disordered
    }
}

/// Stored messages by room, sender and id: number and digest of the body of each that has them.
type Rows<'a> = HashMap<(usize, UserId, &'a str), Vec<(u64, u64)>>;

/// Judges. `histories` are the rooms' logs as read at the end, by the rooms' index, each dense from 1.
pub(super) fn judge(histories: &[Vec<Event>], testimonies: &[Testimony]) -> Verdict {
    let mut verdict = Verdict::default();
    let mut digests = Vec::new();
    // Who said what under which id, as it is stored.
    let mut rows = Rows::new();
    for (room, events) in histories.iter().enumerate() {
        for (at, event) in events.iter().enumerate() {
            match event.seq.0.cmp(&(at as u64 + 1)) {
                std::cmp::Ordering::Equal => {}
                std::cmp::Ordering::Greater => verdict.history.lost += 1,
                std::cmp::Ordering::Less => verdict.history.disordered += 1,
            }
            if matches!(event.body, Body::Message { .. }) {
                verdict.stored += 1;
                let key = (room, event.by, event.id.as_str());
                let row = (event.seq.0, view::digest_of(&event.body));
                rows.entry(key).or_default().push(row);
            }
        }
        digests.push(events.iter().map(view::digest).collect::<Vec<_>>());
    }
    for testimony in testimonies {
        verdict.failed += u64::from(testimony.failed.is_some());
        hear(testimony, &mut rows, &mut verdict);
        for (room, stay) in &testimony.stays {
            verdict.views += 1;
            verdict.seen += (stay.shown.len() + stay.filled.len()) as u64;
            verdict.view.add(stay.judge(&digests[*room]));
        }
    }
    verdict.strange = rows.values().map(|rows| rows.len() as u64).sum();
    verdict
}

fn hear<'a>(testimony: &'a Testimony, rows: &mut Rows<'a>, verdict: &mut Verdict) {
    let mut last = HashMap::new();
    for said in &testimony.said {
        let found = testimony
            .user
            .and_then(|user| rows.remove(&(said.room, user, said.id.as_str())))
            .unwrap_or_default();
        verdict.history.doubled += (found.len() as u64).saturating_sub(1);
        match said.end {
            SaidEnd::Stored(seq) => {
                verdict.acknowledged += 1;
                match found.iter().find(|(at, _)| *at == seq) {
                    None => verdict.history.lost += 1,
                    Some((_, body)) if *body != said.body => verdict.history.different += 1,
                    Some(_) => {}
                }
                let last = last.entry(said.room).or_insert(0);
                if seq < *last {
                    verdict.history.disordered += 1;
                }
                *last = seq.max(*last);
            }
            // Certainly not stored, was the promise.
            SaidEnd::Refused => {
                verdict.refused += 1;
                verdict.history.different += found.len() as u64;
            }
            SaidEnd::Doubtful => verdict.doubtful += 1,
            SaidEnd::Open => verdict.open += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use hearth_protocol::{Ordinal, Seq};
    use uuid::Uuid;

    use super::*;

    fn user(n: u128) -> UserId {
        UserId(Uuid::from_u128(n))
    }

    fn event(seq: u64, by: u128, id: &str, text: &str) -> Event {
        Event {
            seq: Seq(seq),
            ordinal: Ordinal(seq),
            at_ms: 0,
            by: user(by),
            name: "n".into(),
            id: id.parse().unwrap(),
            body: message(text),
        }
    }

    fn message(text: &str) -> Body {
        Body::message(text)
    }

    fn said(id: &str, text: &str, end: SaidEnd) -> Said {
        Said {
            room: 0,
            id: id.parse().unwrap(),
            body: view::digest_of(&message(text)),
            end,
        }
    }

    fn history() -> Vec<Event> {
        vec![
            event(1, 1, "a", "x"),
            event(2, 2, "a", "y"),
            event(3, 1, "b", "z"),
        ]
    }

    fn whole() -> Vec<Testimony> {
        let history = history();
        let shown = history.iter().map(|e| (e.seq.0, view::digest(e))).collect();
        let stay = Stay {
            shown,
            ..Stay::default()
        };
        vec![
            Testimony {
                user: Some(user(1)),
                said: vec![
                    said("a", "x", SaidEnd::Stored(1)),
                    said("b", "z", SaidEnd::Stored(3)),
                ],
                stays: vec![(0, stay)],
                failed: None,
            },
            Testimony {
                user: Some(user(2)),
                said: vec![said("a", "y", SaidEnd::Stored(2))],
                ..Testimony::default()
            },
        ]
    }

    #[test]
    fn what_is_whole_holds() {
        let verdict = judge(&[history()], &whole());
        assert!(verdict.held(), "{verdict:?}");
        assert_eq!(
            (verdict.acknowledged, verdict.stored, verdict.seen),
            (3, 3, 3)
        );
    }

    #[test]
    fn an_acknowledged_message_that_is_not_stored_is_lost() {
        let mut short = history();
        short.pop();
        let verdict = judge(&[short], &whole());
        assert_eq!(verdict.history.lost, 1);
        assert!(!verdict.held());
    }

    #[test]
    fn a_message_stored_twice_is_doubled_under_one_id_and_strange_under_another() {
        let mut more = history();
        more.push(event(4, 1, "b", "z"));
        assert_eq!(judge(&[more], &whole()).history.doubled, 1);
        let mut more = history();
        more.push(event(4, 1, "c", "z"));
        assert_eq!(judge(&[more], &whole()).strange, 1);
    }

    #[test]
    fn a_sender_s_order_and_the_text_are_held() {
        let mut testimonies = whole();
        testimonies[0].said.swap(0, 1);
        assert_eq!(judge(&[history()], &testimonies).history.disordered, 1);
        let mut changed = history();
        changed[0].body = message("other");
        let verdict = judge(&[changed], &whole());
        assert_eq!((verdict.history.different, verdict.view.different), (1, 1));
    }

    #[test]
    fn a_hole_in_the_history_shows() {
        let mut holed = history();
        holed[2].seq = Seq(4);
        assert!(judge(&[holed], &whole()).history.lost >= 1);
    }

    #[test]
    fn what_did_not_end_well_does_not_hold() {
        for end in [SaidEnd::Open, SaidEnd::Doubtful] {
            let mut testimonies = whole();
            testimonies[1].said[0].end = end;
            assert!(!judge(&[history()], &testimonies).held());
        }
        let mut testimonies = whole();
        testimonies[1].said[0].end = SaidEnd::Refused;
        let verdict = judge(&[history()], &testimonies);
        assert_eq!((verdict.refused, verdict.history.different), (1, 1));
        let mut testimonies = whole();
        testimonies[1].failed = Some("no".into());
        assert!(!judge(&[history()], &testimonies).held());
    }
}
