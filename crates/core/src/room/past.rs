//! What lies below the window: rows scanned for de-duplication, and messages that sends would change.
//!
//! It promises that a row counts as missing only after a SERIAL read did not show it (rule 20), and that a message counts
//! as not deleted only if its cell was read after its mark and everything above that mark is in the window (rule 29).
//! It must not know why anybody asks.

use std::collections::{BTreeMap, BTreeSet};

use hearth_protocol::{Body, SendId, Seq, UserId};

use super::{
    Room, Turn,
    api::{Effect, ReadId},
    tail::Tail,
};
use crate::{
    log::{Entry, Head},
    port::{Cell, Freshness, Page, StoreError, TextCell},
};

/// What one reaction takes, with its part of the tree and of its emoji.
const REACTION_BYTES: usize = 32;

/// What a send's target is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Row {
    /// There is a row.
    Found {
        /// Who sent it.
        by: UserId,
        /// Under which id.
        id: SendId,
        /// Whether it is a message, with its words or without.
        message: bool,
        /// Whether it is in a thread: then none begins at it.
        threaded: bool,
        /// Whether its words are another's.
        copied: bool,
        /// Whether it was deleted since.
        deleted: bool,
    },
    /// There is none any more.
    Missing,
}

impl Row {
    fn of(entry: &Entry, deleted: bool) -> Self {
        let body = &entry.event.body;
        Self::Found {
            by: entry.event.by,
            id: entry.event.id.clone(),
            message: body.may_have_been_message(),
            threaded: body.thread().is_some(),
            copied: matches!(
                body,
                Body::Message {
                    forward: Some(_),
                    ..
                }
            ),
            deleted: deleted || body.is_erased(),
        }
    }
}

#[derive(Debug, Default)]
struct Target {
    row: Option<Row>,
    /// The mark before its cell was read, and whether the cell said "deleted".
    cell: Option<(Seq, bool)>,
    /// Whose reactions stood then, by emoji.
    reactions: BTreeMap<String, BTreeSet<UserId>>,
    row_read: Option<ReadId>,
    cell_read: Option<ReadId>,
    serial: bool,
    tries: u32,
    retry_at: Option<u64>,
}

/// Messages older than the whole entries kept.
#[derive(Debug, Default)]
pub(super) struct Targets {
    known: BTreeMap<Seq, Target>,
}

impl Targets {
    /// A row, if it is known.
    pub(super) fn row(&self, tail: &Tail, seq: Seq) -> Option<Row> {
        match tail.entry(seq) {
            Some(entry) => Some(Row::of(entry, false)),
            None => self.known.get(&seq)?.row.clone(),
        }
    }

    /// A row, if it is known together with whether it was deleted.
    pub(super) fn message(&self, tail: &Tail, seq: Seq) -> Option<Row> {
        if let Some(entry) = tail.entry(seq) {
            return Some(Row::of(entry, deleted_in(tail, seq)));
        }
        let target = self.known.get(&seq)?;
        let mut row = target.row.clone()?;
        if let Row::Found {
            deleted,
            message: true,
            ..
        } = &mut row
        {
            let (as_of, by_cell) = target.cell?;
            if as_of.next() < tail.entries_from() {
                return None;
            }
            *deleted |= by_cell || deleted_in(tail, seq);
        }
        Some(row)
    }

    /// Who wrote the message at which the thread begins that a send goes into, if that is known.
    pub(super) fn root_by(&self, tail: &Tail, body: &Body) -> Option<UserId> {
        match self.row(tail, body.thread()?.root)? {
            Row::Found { by, .. } => Some(by),
            Row::Missing => None,
        }
    }

    /// Which emoji stand on a message of which it is known whether it was deleted ([`Targets::message`]).
    pub(super) fn emoji<'a>(&'a self, tail: &'a Tail, seq: Seq) -> BTreeSet<&'a str> {
        // All that happened to what is in the window is there.
        let kept = match tail.entry(seq) {
            Some(_) => None,
            None => self.known.get(&seq).map(|target| &target.reactions),
        };
        let mut changed: BTreeMap<(&str, UserId), bool> = BTreeMap::new();
        for entry in tail.run(Seq::ZERO, tail.seq()) {
            if let Body::React { target, emoji, on } = &entry.event.body
                && *target == seq
            {
                changed.insert((emoji, entry.event.by), *on);
            }
        }
        let all = kept.into_iter().flatten();
        let mut counts: BTreeMap<&str, usize> = all
            .map(|(emoji, users)| (emoji.as_str(), users.len()))
            .collect();
        for ((emoji, user), on) in changed {
            let users = kept.and_then(|kept| kept.get(emoji));
            let had = users.is_some_and(|users| users.contains(&user));
            let count = counts.entry(emoji).or_default();
            match (had, on) {
                (false, true) => *count += 1,
                (true, false) => *count -= 1,
                _ => {}
            }
        }
        counts.retain(|_, count| *count > 0);
        counts.into_keys().collect()
    }

    pub(super) fn forget(&mut self) {
        self.known.clear();
    }

    pub(super) fn deadline_ms(&self) -> Option<u64> {
        self.known.values().filter_map(|t| t.retry_at).min()
    }

    /// For every target whose pause is over: it may be asked for again.
    pub(super) fn wake(&mut self, now: u64) -> bool {
        let mut any = false;
        for target in self.known.values_mut() {
            if target.retry_at.is_some_and(|at| at <= now) {
                target.retry_at = None;
                any = true;
            }
        }
        any
    }
}

fn deleted_in(tail: &Tail, target: Seq) -> bool {
    tail.run(Seq::ZERO, tail.seq())
        .any(|e| matches!(e.event.body, Body::Delete { target: t } if t == target))
}

/// The scan for rows below the window: backwards by chunks, each read forwards until it is whole.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Rows are wanted from after this.
    goal: Option<Seq>,
    reading: Option<ReadId>,
    /// The chunk being read, `from ..= to`, and what there is of it.
    chunk: Option<(Seq, Seq)>,
    rows: Vec<Entry>,
    serial: bool,
    tries: u32,
    retry_at: Option<u64>,
}

impl Scan {
    pub(super) fn want(&mut self, after: Seq) {
        self.goal = Some(self.goal.map_or(after, |goal| goal.min(after)));
    }

    pub(super) fn deadline_ms(&self) -> Option<u64> {
        self.retry_at.filter(|_| self.goal.is_some())
    }

    pub(super) fn is_reading(&self) -> bool {
        self.reading.is_some()
    }

    fn drop_chunk(&mut self) {
        self.chunk = None;
        self.rows.clear();
        self.serial = false;
    }
}

impl Room {
    /// Asks for what is not yet known of a target: its row, and for a message its cell.
    pub(super) fn want_target(&mut self, seq: Seq, turn: &mut Turn<'_>) {
        let Some(tail) = &self.tail else { return };
        let known = &mut self.past.targets.known;
        let targets_max = self.config.bounds.targets_max;
        if known.len() >= targets_max && !known.contains_key(&seq) {
            // Those whose sends are done give way; if none is, this send waits until one is.
            let wanted: BTreeSet<Seq> = self.sends.targets().collect();
            known.retain(|at, _| wanted.contains(at));
            if known.len() >= targets_max {
                return;
            }
        }
        let entries_from = tail.entries_from();
        let target = self.past.targets.known.entry(seq).or_default();
        if target.retry_at.is_some() {
            return;
        }
        if target.row.is_none() && target.row_read.is_none() {
            let read = self.reads.begin(super::Purpose::Target(seq));
            target.row_read = Some(read);
            turn.out.push(Effect::Read {
                read,
                from: seq,
                to: seq,
                limit: 1,
                freshness: if target.serial {
                    Freshness::Serial
                } else {
                    Freshness::Quorum
                },
            });
        }
        let stale = match target.cell {
            None => true,
            Some((as_of, _)) if as_of.next() >= entries_from => false,
            // The window no longer reaches down to the mark as it was: the mark has to move first.
            Some((as_of, _)) => {
                let moved = self.checkpoints.projected().seq > as_of;
                if !moved {
                    self.checkpoints.urge();
                }
                moved
            }
        };
        if stale && target.cell_read.is_none() {
            let read = self.reads.begin(super::Purpose::TargetCell(seq));
            target.cell_read = Some(read);
            turn.out.push(Effect::Projection {
                read,
                target: Some(seq),
            });
        }
    }

    pub(super) fn on_target(
        &mut self,
        seq: Seq,
        result: Result<Page, StoreError>,
        turn: &mut Turn<'_>,
    ) {
        let pause = self.target_pause(seq);
        let Some(target) = self.past.targets.known.get_mut(&seq) else {
            return;
        };
        target.row_read = None;
        match result {
            Ok(page) => match page.entries.first() {
                Some(entry) if entry.seq() == seq => {
                    target.row = Some(Row::of(entry, false));
                    target.tries = 0;
                }
                _ if target.serial => target.row = Some(Row::Missing),
                _ => target.serial = true,
            },
            Err(_) => {
                self.counters.failures += 1;
                target.tries += 1;
                target.retry_at = Some(turn.now + pause);
            }
        }
    }

    pub(super) fn on_target_cell(
        &mut self,
        seq: Seq,
        result: Result<(Head, Vec<Cell>), StoreError>,
        turn: &mut Turn<'_>,
    ) {
        let pause = self.target_pause(seq);
        if let Ok((mark, cells)) = &result {
            self.checkpoints.learn(*mark);
            // Nothing is judged by a cell before its event is in the window: it may be the send's own.
            let newest = cells.iter().map(Cell::clock).max().unwrap_or_default();
            self.timeline.want(newest.max(mark.seq));
        }
        let Some(target) = self.past.targets.known.get_mut(&seq) else {
            return;
        };
        target.cell_read = None;
        match result {
            Ok((mark, cells)) => {
                let deleted = cells.iter().any(
                    |cell| matches!(cell, Cell::Text(TextCell { target, text: None, .. }) if *target == seq),
                );
                target.cell = Some((mark.seq, deleted));
                target.reactions.clear();
                for cell in cells {
                    if let Cell::Reaction(cell) = cell
                        && cell.on
                    {
                        let users = target.reactions.entry(cell.emoji).or_default();
                        users.insert(cell.user);
                    }
                }
                target.tries = 0;
            }
            Err(_) => {
                self.counters.failures += 1;
                target.tries += 1;
                target.retry_at = Some(turn.now + pause);
            }
        }
    }

    fn target_pause(&mut self, seq: Seq) -> u64 {
        let tries = self.past.targets.known.get(&seq).map_or(0, |t| t.tries);
        self.retry_pause(tries)
    }

    /// Starts the scan's next read, if one is wanted.
    pub(super) fn settle_scan(&mut self, turn: &mut Turn<'_>) {
        let Some(tail) = &self.tail else { return };
        let scan = &mut self.past.scan;
        if scan.retry_at.is_some_and(|at| at <= turn.now) {
            scan.retry_at = None;
        }
        let Some(goal) = scan.goal else { return };
        if scan.reading.is_some() || scan.retry_at.is_some() {
            return;
        }
        let below = tail.sends_from();
        if below <= goal.next() || goal < tail.floor() {
            scan.goal = None;
            scan.drop_chunk();
            return;
        }
        let (from, to) = match scan.chunk {
            Some((from, to)) if to.next() == below => (from, to),
            _ => {
                scan.drop_chunk();
                let to = Seq(below.0 - 1);
                let limit = self.config.bounds.read_events_max as u64;
                let from = Seq(goal.next().0.max((to.0 + 1).saturating_sub(limit)).max(1));
                scan.chunk = Some((from, to));
                (from, to)
            }
        };
        let from = Seq(from.0 + scan.rows.len() as u64);
        let read = self.reads.begin(super::Purpose::Scan);
        scan.reading = Some(read);
        turn.out.push(Effect::Read {
            read,
            from,
            to,
            limit: self.config.bounds.read_events_max,
            freshness: if scan.serial {
                Freshness::Serial
            } else {
                Freshness::Quorum
            },
        });
    }

    pub(super) fn on_scan(&mut self, result: Result<Page, StoreError>, turn: &mut Turn<'_>) {
        let pause = self.retry_pause(self.past.scan.tries);
        let scan = &mut self.past.scan;
        scan.reading = None;
        let (Some(tail), Some((from, to))) = (&mut self.tail, scan.chunk) else {
            return;
        };
        let page = match result {
            Ok(page) => page,
            Err(_) => {
                self.counters.failures += 1;
                scan.tries += 1;
                scan.retry_at = Some(turn.now + pause);
                return;
            }
        };
        scan.tries = 0;
        let next = Seq(from.0 + scan.rows.len() as u64);
        if page.entries.first().is_none_or(|e| e.seq() != next) {
            if scan.serial {
                tail.set_floor(next);
                scan.goal = None;
                scan.drop_chunk();
            } else {
                scan.serial = true;
            }
            return;
        }
        scan.serial = false;
        let fits = page.entries.into_iter().take_while(|e| e.seq() <= to);
        scan.rows.extend(fits);
        if scan.rows.last().map(Entry::seq) == Some(to) {
            let rows = std::mem::take(&mut scan.rows);
            scan.chunk = None;
            if tail.sends_from() == to.next() {
                tail.prepend(rows);
            }
        }
    }
}

/// Both.
#[derive(Debug, Default)]
pub(super) struct Past {
    pub(super) targets: Targets,
    pub(super) scan: Scan,
}

impl Past {
    /// About what the reactions on messages take, of which all are kept.
    pub(super) fn bytes(&self) -> usize {
        let targets = self.targets.known.values();
        let users = targets.flat_map(|target| target.reactions.values());
        users.map(|users| users.len() * REACTION_BYTES).sum()
    }

    /// Gives back what has become empty.
    pub(super) fn shrink(&mut self) {
        if self.targets.known.is_empty() {
            self.targets.known = BTreeMap::new();
        }
        if self.scan.rows.is_empty() {
            self.scan.rows = Vec::new();
        }
    }
}
