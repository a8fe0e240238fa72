//! Keeping the projection up to date: its cells, and the mark up to which they are whole (LOG.md rules 27 and 28).
//!
//! It promises that the mark moves only over events all of whose cells were written before, by this node and in the same
//! call. Whoever appended brings it up to date; others only when it has fallen far behind. It must not know the cells'
//! tables.

use hearth_protocol::{Body, Seq, mutant};

use super::{
    Purpose, Room, Turn,
    api::Effect,
    config::RoomBounds,
    fold::{concerned, sets_room},
};
use crate::{
    log::{Entry, Head},
    port::{Cell, Freshness, Page, StoreError},
};

/// How many times its bound the projection may be behind before a node brings it up to date that appended nothing.
const OTHERS_FACTOR: u64 = 4;

#[derive(Debug, Default)]
pub(super) struct Checkpoints {
    projected: Head,
    /// The newest event that this node appended.
    own: Seq,
    quiet_at: Option<u64>,
    soon_at: Option<u64>,
    urged: bool,
    busy: bool,
    /// The head when the mark was last asked for.
    asked: Option<Seq>,
    serial: bool,
    tries: u32,
    retry_at: Option<u64>,
}

impl Checkpoints {
    pub(super) fn projected(&self) -> Head {
        self.projected
    }

    /// The mark is at least here.
    pub(super) fn learn(&mut self, mark: Head) {
        self.projected = self.projected.max(mark);
        if self.projected.seq >= self.own {
            self.quiet_at = None;
            self.soon_at = None;
        }
    }

    /// Somebody needs the mark near the head.
    pub(super) fn urge(&mut self) {
        self.urged = true;
    }

    pub(super) fn appended(&mut self, entries: &[Entry], now: u64, bounds: &RoomBounds) {
        let Some(last) = entries.last() else { return };
        self.own = self.own.max(last.seq());
        if self.own <= self.projected.seq {
            return;
        }
        self.quiet_at = Some(now + bounds.checkpoint_quiet_ms);
        // What is deleted is erased by it.
        let hurries = |e: &Entry| {
            matches!(e.event.body, Body::Delete { .. })
                || sets_room(&e.event.body)
                || !concerned(e).is_empty()
        };
        if self.soon_at.is_none() && entries.iter().any(hurries) {
            self.soon_at = Some(now + bounds.checkpoint_soon_ms);
        }
    }

    /// Whether it rests: nothing under way, and nothing of this node's left to do but what has failed before.
    pub(super) fn is_quiet(&self) -> bool {
        !self.busy && (self.own <= self.projected.seq || self.tries > 2)
    }

    pub(super) fn deadline_ms(&self) -> Option<u64> {
        if self.busy {
            None
        } else if self.retry_at.is_some() {
            self.retry_at
        } else {
            [self.quiet_at, self.soon_at].into_iter().flatten().min()
        }
    }
}

impl Room {
    pub(super) fn settle_checkpoints(&mut self, turn: &mut Turn<'_>) {
        let Some(tail) = self.tail.as_ref().filter(|_| !self.loading) else {
            return;
        };
        let bounds = &self.config.bounds;
        let points = &mut self.checkpoints;
        if points.retry_at.is_some_and(|at| at <= turn.now) {
            points.retry_at = None;
        }
        if points.busy || points.retry_at.is_some() {
            return;
        }
        let head = tail.seq();
        let mark = points.projected.seq;
        let behind = head.0.saturating_sub(mark.0);
        if behind == 0 {
            points.urged = false;
            points.quiet_at = None;
            points.soon_at = None;
            return;
        }
        let past = |at: Option<u64>| at.is_some_and(|at| at <= turn.now);
        let mine = points.own > mark
            && (behind >= bounds.checkpoint_events
                || past(points.quiet_at)
                || past(points.soon_at));
        let far = behind >= bounds.checkpoint_events * OTHERS_FACTOR;
        if !(mine || far || points.urged) {
            return;
        }
        let asked = points.asked.is_some_and(|at| {
            head.0.saturating_sub(at.0) < bounds.checkpoint_events * OTHERS_FACTOR
        });
        let in_window = mark.next() >= tail.entries_from() || mutant!("seq-mark-own");
        points.busy = true;
        if !asked && (!in_window || !(mine || points.urged)) {
            // Others may have moved it further than this node has heard.
            points.asked = Some(head);
            let read = self.reads.begin(Purpose::Mark);
            turn.out.push(Effect::Projection { read, target: None });
        } else if in_window {
            let to = Seq(mark.0 + bounds.tail_events_max as u64).min(head);
            let ordinal = tail.entry(to).map(|e| e.event.ordinal).unwrap_or_default();
            let from = if mutant!("seq-last-n") {
                to
            } else {
                mark.next()
            };
            let cells = tail.fold().cells_of(tail.run(from, to));
            if to == head {
                points.quiet_at = None;
                points.soon_at = None;
                points.urged = false;
            }
            let head = Head { seq: to, ordinal };
            turn.out.push(Effect::Project { cells, head });
        } else {
            let read = self.reads.begin(Purpose::Unprojected);
            let limit = bounds.read_events_max;
            let freshness = if points.serial {
                Freshness::Serial
            } else {
                Freshness::Quorum
            };
            turn.out.push(Effect::Read {
                read,
                from: mark.next(),
                to: Seq(mark.0 + limit as u64).min(head),
                limit,
                freshness,
            });
        }
    }

    pub(super) fn on_mark(
        &mut self,
        result: Result<(Head, Vec<Cell>), StoreError>,
        turn: &mut Turn<'_>,
    ) {
        self.checkpoints.busy = false;
        match result {
            Ok((mark, _)) => {
                self.checkpoints.learn(mark);
                self.timeline.want(mark.seq);
            }
            Err(_) => {
                self.checkpoints.asked = None;
                self.checkpoint_failed(turn);
            }
        }
    }

    /// Events between the mark and the window, read once more: all of them must be applied before the mark moves.
    pub(super) fn on_unprojected(&mut self, result: Result<Page, StoreError>, turn: &mut Turn<'_>) {
        self.checkpoints.busy = false;
        let Some(tail) = &self.tail else { return };
        let next = self.checkpoints.projected.seq.next();
        let Ok(page) = result else {
            self.checkpoint_failed(turn);
            return;
        };
        match (page.entries.first(), page.entries.last()) {
            (Some(first), Some(last)) if first.seq() == next => {
                self.checkpoints.serial = false;
                self.checkpoints.busy = true;
                turn.out.push(Effect::Project {
                    cells: tail.fold().cells_of(page.entries.iter()),
                    head: Head {
                        seq: last.seq(),
                        ordinal: last.event.ordinal,
                    },
                });
            }
            (Some(_), _) => {} // the mark has moved meanwhile
            (None, _) if !self.checkpoints.serial => {
                self.checkpoints.serial = true;
                self.checkpoints.urged = true;
            }
            (None, _) => {
                // They cannot be read any more: what they did is in the fold, as far as anybody knows.
                self.checkpoints.serial = false;
                self.counters.gaps += 1;
                let mark = Head {
                    seq: Seq(tail.entries_from().0 - 1),
                    ordinal: self.checkpoints.projected.ordinal,
                };
                self.checkpoints.learn(mark);
            }
        }
    }

    pub(super) fn on_projected(&mut self, result: Result<Head, StoreError>, turn: &mut Turn<'_>) {
        self.checkpoints.busy = false;
        match result {
            Ok(mark) => {
                self.checkpoints.tries = 0;
                self.counters.projections += 1;
                self.checkpoints.learn(mark);
            }
            Err(_) => self.checkpoint_failed(turn),
        }
    }

    fn checkpoint_failed(&mut self, turn: &mut Turn<'_>) {
        self.counters.failures += 1;
        let pause = self.retry_pause(self.checkpoints.tries);
        self.checkpoints.tries += 1;
        self.checkpoints.urged = true;
        self.checkpoints.retry_at = Some(turn.now + pause);
    }
}
