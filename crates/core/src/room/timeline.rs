//! The node's timeline of a room: whatever is heard of the log, its entries go into the window one after another.
//!
//! It promises that the next seq is taken in, lower ones are dropped, and a higher one leads to a read (LOG.md rules 22
//! and 23); that a read which comes back short is repeated at SERIAL and never skipped over in silence (rule 20); and
//! that what was hinted while a read was under way is not forgotten. One read forward is under way at a time. It must
//! not know who reads or who sends.

use std::collections::{BTreeSet, VecDeque};

use hearth_protocol::{Body, Ordinal, Seq, mutant};

use super::{
    Purpose, Room, Turn,
    api::{Effect, ReadId},
    fold::out_by,
    tail::Known,
};
use crate::{
    log::{Entry, Head},
    port::{Freshness, Page, StoreError},
};

/// A read forward.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ask {
    /// The SERIAL reads are numbered, so that who wants one begun after now can tell it from an earlier one.
    serial: Option<u64>,
    /// What was hinted when it began.
    want: Seq,
    /// It begins with the row at the head, whose time is not known yet.
    with_head: bool,
}

/// The search for the first row above a hole that stays.
#[derive(Debug)]
struct Probe {
    /// The first row missing: the one after the head when the search began.
    hole: Seq,
    /// The highest row known to be missing.
    missing: Seq,
    /// The lowest row known to be there.
    there: Option<Entry>,
    /// The row asked for now.
    at: Seq,
}

#[derive(Debug, Default)]
pub(super) struct Timeline {
    /// The highest seq heard of.
    want: Seq,
    /// A hint showed a hole that is not closed yet.
    hole: bool,
    reading: bool,
    serial_wanted: bool,
    serials: u64,
    serial_done: u64,
    /// SERIAL reads that said where the log ended, and the window has not come up to there yet: number and end,
    /// ascending; two at most, of those between the next and the newest none is missed.
    ends: VecDeque<(u64, Seq)>,
    /// The last SERIAL read up to whose end the window has come: its number.
    end: u64,
    /// Somebody waits for a look at the log's end.
    look_wanted: bool,
    /// None is begun before this.
    look_at: u64,
    /// Rows that must be confirmed by a SERIAL read.
    confirm: BTreeSet<Seq>,
    confirming: bool,
    confirm_retry_at: Option<u64>,
    failures: u32,
    /// Reads in a row that came back short.
    short: u32,
    retry_at: Option<u64>,
    probe: Option<Box<Probe>>,
    /// How often the row at the projection's mark was asked for.
    head_tries: u8,
}

impl Timeline {
    /// The log is known to reach up to here: by a node that published it, or by the store. What only a client says is
    /// no such thing: one made-up number would hold up everything.
    pub(super) fn want(&mut self, seq: Seq) {
        self.want = self.want.max(seq);
    }

    /// Whether the window has come up to the log's end as it was at a moment after `since` (a [`Timeline::next_serial`]),
    /// by a SERIAL read; if none has begun since, one is asked for. All who ask share it, and a room makes few in a
    /// second: it is how far clients can make a node read.
    pub(super) fn looked(&mut self, since: u64) -> bool {
        self.look_wanted |= self.serials < since;
        self.end >= since
    }

    /// As [`Timeline::looked`], without asking for anything.
    pub(super) fn has_looked(&self, since: u64) -> bool {
        self.end >= since
    }

    /// The number of the next SERIAL read to begin.
    pub(super) fn next_serial(&self) -> u64 {
        self.serials + 1
    }

    /// A SERIAL read has said where the log ended.
    fn ended(&mut self, number: u64, end: Seq) {
        if self.ends.len() > 1 {
            self.ends.pop_back();
        }
        self.ends.push_back((number, end));
    }

    /// The window has come up to here.
    fn reached(&mut self, head: Seq) {
        while let Some((number, _)) = self.ends.front().filter(|(_, end)| *end <= head) {
            self.end = *number;
            self.ends.pop_front();
        }
    }

    /// Asks for a SERIAL read begun after now; gives its number.
    pub(super) fn want_serial(&mut self) -> u64 {
        self.serial_wanted = true;
        self.serials + 1
    }

    /// Asks for a row to be confirmed.
    pub(super) fn want_confirm(&mut self, seq: Seq) {
        self.confirm.insert(seq);
    }

    pub(super) fn wants_after(&self, head: Seq) -> bool {
        self.want > head
    }

    /// The number of the last SERIAL read that was answered.
    pub(super) fn serial_done(&self) -> u64 {
        self.serial_done
    }

    /// Gives back what has become empty.
    pub(super) fn shrink(&mut self) {
        if self.confirm.is_empty() {
            self.confirm = BTreeSet::new();
        }
        if self.ends.is_empty() {
            self.ends = VecDeque::new();
        }
    }

    pub(super) fn is_quiet(&self, head: Seq) -> bool {
        !self.reading
            && !self.confirming
            && !self.serial_wanted
            && !self.look_wanted
            && self.confirm.is_empty()
            && self.want <= head
    }

    pub(super) fn deadline_ms(&self) -> Option<u64> {
        // While a read or a pause is under way, its end is what a look waits for.
        let idle = !self.reading && self.retry_at.is_none();
        let look = (self.look_wanted && idle).then_some(self.look_at);
        [self.retry_at, self.confirm_retry_at, look]
            .into_iter()
            .flatten()
            .min()
    }
}

impl Room {
    /// Starts the reads that are wanted.
    pub(super) fn settle_timeline(&mut self, turn: &mut Turn<'_>) {
        let Some(tail) = &self.tail else { return };
        let head = tail.seq();
        let limit = self.config.bounds.read_events_max;
        let timeline = &mut self.timeline;
        for at in [&mut timeline.retry_at, &mut timeline.confirm_retry_at] {
            if at.is_some_and(|at| at <= turn.now) {
                *at = None;
            }
        }
        if !timeline.confirming
            && timeline.confirm_retry_at.is_none()
            && let Some(from) = timeline.confirm.first().copied()
        {
            timeline.confirming = true;
            let read = self.reads.begin(Purpose::Confirm);
            turn.out
                .push(read_effect(read, from, limit, Freshness::Serial));
        }
        if timeline.reading || timeline.retry_at.is_some() {
            return;
        }
        if timeline
            .probe
            .as_ref()
            .is_some_and(|p| p.hole != head.next())
        {
            timeline.probe = None; // what was missing has come after all
        }
        if let Some(probe) = &timeline.probe {
            timeline.reading = true;
            let read = self.reads.begin(Purpose::Probe);
            turn.out
                .push(read_effect(read, probe.at, 1, Freshness::Serial));
            return;
        }
        let look = timeline.look_wanted && timeline.look_at <= turn.now;
        let wanted = timeline.want > head && !mutant!("never-repair-a-hole");
        if !self.loading && !timeline.serial_wanted && !look && !wanted {
            return;
        }
        // The first read begins one row lower: no time in a room is earlier than the one before.
        let with_head =
            self.loading && head > Seq::ZERO && tail.at_ms() == 0 && timeline.head_tries < 2;
        timeline.head_tries += u8::from(with_head);
        let serial = timeline.serial_wanted
            || look
            || timeline.short > 0
            || (with_head && timeline.head_tries == 2);
        if serial {
            timeline.serials += 1;
            timeline.serial_wanted = false;
        }
        if serial && timeline.look_wanted {
            timeline.look_wanted = false;
            timeline.look_at = turn.now + self.config.bounds.look_pause_ms;
        }
        timeline.reading = true;
        let ask = Ask {
            with_head,
            serial: serial.then_some(timeline.serials),
            want: timeline.want,
        };
        let read = self.reads.begin(Purpose::Forward(ask));
        let freshness = if serial {
            Freshness::Serial
        } else {
            Freshness::Quorum
        };
        let from = if with_head { head } else { head.next() };
        turn.out.push(read_effect(read, from, limit, freshness));
    }

    pub(super) fn on_forward(
        &mut self,
        ask: Ask,
        result: Result<Page, StoreError>,
        turn: &mut Turn<'_>,
    ) {
        self.timeline.reading = false;
        let page = match result {
            Ok(page) => page,
            Err(error) => {
                self.counters.failures += 1;
                let pause = self.retry_pause(self.timeline.failures);
                self.timeline.failures += 1;
                self.timeline.retry_at = Some(turn.now + pause);
                self.timeline.serial_wanted |= ask.serial.is_some();
                if self.loading {
                    self.load_failed(&error, turn);
                }
                return;
            }
        };
        self.timeline.failures = 0;
        let Some(before) = self.tail.as_ref().map(|tail| tail.seq()) else {
            return;
        };
        let count = page.entries.len();
        if ask.with_head && count == 0 {
            self.timeline.serial_wanted |= ask.serial.is_some();
            return; // not shown: once more at SERIAL, then without it
        }
        let last = page.entries.last().map(Entry::seq);
        let known = if ask.serial.is_some() {
            Known::Sure
        } else {
            Known::Seen
        };
        self.timeline.want(page.head.seq);
        self.extend(page.entries, known, turn);
        let Some(head) = self.tail.as_ref().map(|tail| tail.seq()) else {
            return;
        };
        self.counters.read += head.0 - before.0;
        let nothing = count == 0 && page.head.seq <= before;
        if let Some(number) = ask.serial {
            self.timeline.serial_done = number;
            self.timeline.ended(number, page.head.seq);
            if nothing && self.timeline.want == ask.want {
                // Whoever spoke of more was wrong. What was hinted since this read began is another matter.
                self.timeline.want = head;
            }
        }
        self.timeline.reached(head);
        // Nothing is judged by cells of events that are not in the window yet: what is wanted must be there first.
        if self.loading
            && self.timeline.want <= head
            && (nothing
                || (last == Some(page.head.seq) && count < self.config.bounds.read_events_max))
        {
            self.loading = false;
            // Whoever appended a deletion may have died before it erased anything.
            let mark = self.checkpoints.projected().seq;
            let is_deletion = |entry: &Entry| matches!(entry.event.body, Body::Delete { .. });
            if let Some(tail) = &self.tail
                && tail.run(mark.next(), tail.seq()).any(is_deletion)
            {
                self.checkpoints.urge();
            }
        }
        if head > before || self.timeline.want <= head {
            self.timeline.short = 0;
            return;
        }
        if mutant!("head-trusted-over-rows")
            && let Some(tail) = &mut self.tail
        {
            return tail.skip_to(page.head);
        }
        // Short. Once more at SERIAL at once, then with growing pauses, then the search for what can be read.
        self.timeline.short += 1;
        if ask.serial.is_none() {
            return;
        }
        let bounds = &self.config.bounds;
        let pause = self.chance.backoff(
            self.timeline.short,
            bounds.hole_pause_ms,
            bounds.retry_ms_max,
        );
        if self.timeline.short > bounds.hole_tries_max && page.head.seq > head.next() {
            self.timeline.probe = Some(Box::new(Probe {
                hole: head.next(),
                missing: head.next(),
                there: None,
                at: page.head.seq,
            }));
        } else {
            self.timeline.retry_at = Some(turn.now + pause);
        }
    }

    pub(super) fn on_probe(&mut self, result: Result<Page, StoreError>, turn: &mut Turn<'_>) {
        self.timeline.reading = false;
        let pause = self.retry_pause(self.timeline.failures);
        let Some(mut probe) = self.timeline.probe.take() else {
            return;
        };
        let Ok(page) = result else {
            self.counters.failures += 1;
            self.timeline.failures += 1;
            self.timeline.retry_at = Some(turn.now + pause);
            self.timeline.probe = Some(probe);
            return;
        };
        self.timeline.failures = 0;
        match page.entries.into_iter().find(|e| e.seq() == probe.at) {
            Some(entry) => probe.there = Some(entry),
            None => probe.missing = probe.at,
        }
        let Some(there) = &probe.there else {
            // Not even the row at the head can be read: nothing to go on from yet.
            self.timeline.retry_at = Some(turn.now + self.config.bounds.retry_ms_max);
            return;
        };
        if there.seq() > probe.missing.next() {
            probe.at = Seq(probe.missing.0.midpoint(there.seq().0));
            self.timeline.probe = Some(probe);
            return;
        }
        let next = self.tail.as_ref().map(|tail| tail.seq().next());
        if next == Some(probe.hole)
            && let Some(there) = probe.there
        {
            self.skip_hole(there, turn);
        }
    }

    /// Goes on above rows that cannot be read, and tells every reader what they miss.
    fn skip_hole(&mut self, there: Entry, turn: &mut Turn<'_>) {
        let Some(tail) = &mut self.tail else { return };
        let (from, to) = (tail.seq().next(), Seq(there.seq().0 - 1));
        tracing::error!(
            room.id = %self.config.room, from = from.0, to = to.0,
            "rows of the log cannot be read: readers are told a gap"
        );
        self.counters.gaps += 1;
        self.timeline.hole = false;
        tail.skip_to(before(&there));
        self.timeline.short = 0;
        self.tell_gap(from, to, turn);
        self.extend(vec![there], Known::Sure, turn);
    }

    pub(super) fn on_confirm(&mut self, result: Result<Page, StoreError>, turn: &mut Turn<'_>) {
        self.timeline.confirming = false;
        let confirmed = result.ok().and_then(|page| {
            let upto = page.entries.last()?.seq();
            self.timeline.want(page.head.seq);
            self.extend(page.entries, Known::Sure, turn);
            Some(upto)
        });
        match confirmed {
            Some(upto) => self.timeline.confirm.retain(|seq| *seq > upto),
            None => {
                self.counters.failures += 1;
                let pause = self.retry_pause(self.timeline.failures);
                self.timeline.failures += 1;
                self.timeline.confirm_retry_at = Some(turn.now + pause);
            }
        }
    }

    pub(super) fn on_hint(&mut self, run: Vec<Entry>, turn: &mut Turn<'_>) {
        let Some(last) = run.last().map(Entry::seq) else {
            return;
        };
        // Who published it has confirmed it: it answers a forwarded send even before the window has come so far.
        self.heard(&run, turn);
        let Some(before) = self.tail.as_ref().map(|tail| tail.seq()) else {
            self.timeline.want(last);
            return;
        };
        if run.first().is_some_and(|first| first.seq() > before.next())
            && !self.timeline.wants_after(before)
        {
            self.counters.holes += 1;
            self.timeline.hole = true;
        }
        self.extend(run, Known::Sure, turn);
        if let Some(tail) = &self.tail {
            self.counters.hinted += tail.seq().0 - before.0;
        }
    }

    /// Takes a run in, as far as it follows the window, and hands what is new to the live readers: up to and with a
    /// removal, then without the removed (rule 26).
    pub(super) fn extend(&mut self, run: Vec<Entry>, known: Known, turn: &mut Turn<'_>) {
        let mut fresh = Vec::new();
        let mut cut_late = Vec::new();
        for entry in run {
            let Some(tail) = &mut self.tail else { return };
            if mutant!("hole-skipped") && entry.seq() > tail.seq().next() && !self.loading {
                tail.skip_to(before(&entry));
            }
            if entry.seq() <= tail.seq() {
                if !tail.confirm(&entry, known) {
                    self.counters.conflicts += 1;
                    tracing::error!(
                        room.id = %self.config.room, seq = entry.seq().0,
                        "two different events under one number: the store has lost an acknowledged event"
                    );
                }
                continue;
            }
            if entry.seq() != tail.seq().next() {
                if !(mutant!("forget-hints-while-reading") && self.timeline.reading) {
                    self.timeline.want(entry.seq());
                }
                continue;
            }
            tail.push(entry.clone(), known);
            if let Body::Delete { target } = entry.event.body {
                self.hub.deleted(target);
            }
            self.sends.came(&entry);
            self.seen(&entry, known, turn);
            let out = out_by(&entry);
            let seq = entry.seq();
            fresh.push(entry);
            if let Some(user) = out
                && self.hub.has_reader_of(user)
            {
                if mutant!("shared-buffer") {
                    cut_late.push((user, seq));
                    continue;
                }
                self.deliver_live(std::mem::take(&mut fresh), turn);
                self.removed(user, seq, turn);
            }
        }
        self.deliver_live(fresh, turn);
        for (user, seq) in cut_late {
            self.removed(user, seq, turn);
        }
        let bounds = &self.config.bounds;
        if let Some(tail) = &mut self.tail {
            self.timeline.reached(tail.seq());
            if self.timeline.hole && self.timeline.want <= tail.seq() {
                self.timeline.hole = false;
                self.counters.repaired += 1;
            }
            tail.trim(
                bounds.tail_events_max,
                bounds.tail_bytes_max,
                bounds.sends_max,
                || self.sends.needed(),
            );
        }
    }
}

/// Where the log ended before an entry.
fn before(entry: &Entry) -> Head {
    Head {
        seq: Seq(entry.seq().0 - 1),
        ordinal: Ordinal(entry.event.ordinal.0 - u64::from(entry.event.body.counts())),
    }
}

fn read_effect(read: ReadId, from: Seq, limit: usize, freshness: Freshness) -> Effect {
    Effect::Read {
        read,
        from,
        to: Seq(from.0 + limit as u64 - 1),
        limit,
        freshness,
    }
}
