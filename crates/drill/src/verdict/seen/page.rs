//! Pages of history: as much as there is on the side that was asked for, and messages as they stand.

use std::collections::{HashMap, HashSet};

use hearth_protocol::{Seq, bounds};

use super::{Bench, Log, Promise, Seen, stray};
use crate::history::{Page, Run, SocketNo, Way};

impl Seen<'_> {
    pub(super) fn page(&mut self, at: u64, t: u64, s: SocketNo, page: &Page, bench: &mut Bench) {
        let (room, head) = (page.room, page.head);
        let Some(u) = self.sockets.get(&s).map(|socket| socket.u) else {
            return stray(at, bench);
        };
        let Some(log) = self.log(room) else { return };
        bench.judged(Promise::Fenced, 1);
        bench.judged(Promise::Complete, 1);
        bench.judged(Promise::Bounded, 1);
        if head > log.head() {
            return bench.wrong(Promise::Durable, &[at], || {
                let end = log.head();
                format!(
                    "a page of room {room} says that it ends at {head}, and its log ends at {end}"
                )
            });
        }
        if log.role(u, head).is_none() {
            self.outsider(at, s, room, "a page of history", bench);
        }
        let limit = page.limit.clamp(1, bounds::PAGE_EVENTS_MAX as u64);
        let end = Seq(head.0 + 1);
        // What there is on that side of the place asked for, nearest first, as far as the limit goes.
        let wanted = match page.way {
            Way::Newest => Some((lower(end, limit), end)),
            Way::Before(seq) => Some((lower(seq.min(end), limit), seq.min(end))),
            Way::After(seq) => {
                let from = seq.next();
                Some((from, Seq((from.0 + limit).min(end.0))))
            }
            Way::Around(_) => None,
        };
        let got = page.run.as_ref().map(|run| (run.from, run.to.next()));
        if let Some(run) = &page.run {
            let count = run.to.0.saturating_sub(run.from.0) + 1;
            if run.widest > limit || count > limit {
                bench.wrong(Promise::Bounded, &[at], || {
                    format!(
                        "a page of {} events where {limit} were asked for",
                        run.widest.max(count)
                    )
                });
            }
            self.content(at, run, "read from history", bench);
        }
        let is_wanted = match (wanted, got) {
            (Some((from, to)), None) => from >= to,
            (Some(wanted), Some(got)) => wanted == got,
            (None, Some((from, to))) => match page.way {
                Way::Around(seq) => seq > head || seq == Seq::ZERO || (from <= seq && seq < to),
                _ => true,
            },
            (None, None) => head == Seq::ZERO || matches!(page.way, Way::Around(seq) if seq > head),
        };
        if !is_wanted {
            bench.wrong(Promise::Complete, &[at], || {
                let show = |range: Option<(Seq, Seq)>| match range {
                    Some((from, to)) if from < to => format!("{from} to {}", to.0 - 1),
                    _ => "nothing".to_owned(),
                };
                format!(
                    "a page of room {room} ({:?}, at most {limit}, end {head}) has {}, not {}",
                    page.way,
                    show(got),
                    wanted.map_or("what lies around it".to_owned(), |w| show(Some(w)))
                )
            });
        }
        let Some(run) = &page.run else { return };
        if page.more_before != (run.from > Seq(1)) || page.more_after != (run.to < head) {
            bench.wrong(Promise::Honest, &[at], || {
                format!(
                    "a page {} to {} of room {room} (end {head}) says that there is more before it: {}, after it: {}",
                    run.from, run.to, page.more_before, page.more_after
                )
            });
        }
        self.states(at, t, page, run, log, bench);
    }

    fn states(&self, at: u64, t: u64, page: &Page, run: &Run, log: &Log, bench: &mut Bench) {
        let room = page.room;
        let said: HashMap<Seq, _> = page.states.iter().map(|state| (state.seq, state)).collect();
        let erased: HashSet<Seq> = run.erased.iter().copied().collect();
        for target in log.changed(run.from, run.to) {
            bench.judged(Promise::Projected, 1);
            if let Some(why) = log.misstated(target, page.head, t, said.get(&target).copied()) {
                bench.wrong(Promise::Projected, &[at], || format!("room {room}: {why}"));
            }
            if log.deleted(target, page.head).is_some() && !erased.contains(&target) {
                bench.wrong(Promise::Projected, &[at], || {
                    format!(
                        "message {target} of room {room} was deleted, and a page shows it as it was"
                    )
                });
            }
        }
        for state in &page.states {
            let is_known = log.changed(state.seq, state.seq).next().is_some();
            if !is_known || state.seq < run.from || state.seq > run.to {
                bench.wrong(Promise::Projected, &[at], || {
                    format!(
                        "message {} of room {room} is shown as changed, and nothing changed it",
                        state.seq
                    )
                });
            }
        }
    }
}

/// So many events below a number, as far as there are.
fn lower(end: Seq, limit: u64) -> Seq {
    Seq(end.0.saturating_sub(limit).max(1))
}
