//! The readers of a room on a node: those at its head, and those that catch up.
//!
//! It promises that a reader gets a dense run from its position on, or is told what it misses; that it goes live at the
//! head in one step (LOG.md rule 25); and that whoever is put out gets everything up to and with that event and nothing
//! after it (rule 26). It must not know sockets or frames.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use hearth_protocol::{ErrorCode, Seq, UserId, bounds::RUN_EVENTS_MAX, mutant};
use litemap::LiteMap;

use super::{
    Purpose, Room, Turn,
    api::{Audience, Effect, ReadId, ReaderId},
    fold::brings_in,
    tail::{bytes_of, words_of},
};
use crate::{
    log::Entry,
    port::{Freshness, Page, StoreError},
    refusal::Refusal,
};

#[derive(Debug)]
enum Stage {
    /// Not let in yet: the room is not loaded, or the log's end is being looked up.
    Waiting {
        from: Option<Seq>,
        deadline: u64,
        /// The first SERIAL read that could begin after it came: from that one on a non-member is refused, and a
        /// position above the head disbelieved.
        since: u64,
    },
    /// Let in, and behind the head.
    Behind(Behind),
    Live,
}

#[derive(Debug)]
struct Behind {
    /// What it has.
    cursor: Seq,
    /// Its user went out by this event: it gets what lies up to it.
    until: Option<Seq>,
    page: Option<ReadId>,
    /// Reads in a row that came back short.
    short: u32,
    failures: u32,
    retry_at: Option<u64>,
}

#[derive(Debug)]
struct Reader {
    user: UserId,
    stage: Stage,
}

/// A read for readers that catch up: those who want the same share it.
#[derive(Debug)]
struct PageRead {
    from: Seq,
    to: Seq,
    freshness: Freshness,
    readers: Vec<ReaderId>,
}

/// A page that was read for readers that catch up, for those who come next: after a server died, they come for a while.
#[derive(Debug)]
struct KeptPage {
    from: Seq,
    to: Seq,
    entries: Arc<[Entry]>,
    bytes: usize,
    until_ms: u64,
}

/// A part of the window, cut into runs.
#[derive(Debug)]
struct Runs {
    from: Seq,
    to: Seq,
    runs: Vec<Arc<[Entry]>>,
}

#[derive(Debug, Default)]
pub(super) struct Hub {
    /// Boxed: a node of the tree has places for eleven, and most rooms have one or two readers on a node.
    readers: BTreeMap<ReaderId, Box<Reader>>,
    /// Those not live, in the order in which they came.
    pending: BTreeSet<ReaderId>,
    users: BTreeMap<UserId, LiteMap<ReaderId, ()>>,
    /// The live readers as the last run named them, until they change.
    live: Option<Arc<[ReaderId]>>,
    pages: BTreeMap<ReadId, PageRead>,
    /// The oldest first.
    kept: VecDeque<KeptPage>,
    /// The last runs cut from the window, for the next reader who wants the same.
    runs: Option<Runs>,
}

impl Hub {
    pub(super) fn is_empty(&self) -> bool {
        self.readers.is_empty()
    }

    pub(super) fn has_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    pub(super) fn live(&self) -> impl Iterator<Item = (ReaderId, UserId)> {
        self.readers
            .iter()
            .filter(|(_, reader)| matches!(reader.stage, Stage::Live))
            .map(|(id, reader)| (*id, reader.user))
    }

    fn has_live(&self) -> bool {
        self.readers.len() > self.pending.len()
    }

    /// The live readers, shared between runs.
    fn audience(&mut self) -> Arc<[ReaderId]> {
        match &self.live {
            Some(live) => live.clone(),
            None => {
                let live: Arc<[ReaderId]> = self.live().map(|(id, _)| id).collect();
                self.live = Some(live.clone());
                live
            }
        }
    }

    pub(super) fn has_reader_of(&self, user: UserId) -> bool {
        self.users.contains_key(&user)
    }

    pub(super) fn deadline_ms(&self) -> Option<u64> {
        let times = self
            .pending
            .iter()
            .filter_map(|id| match &self.readers.get(id)?.stage {
                Stage::Waiting { deadline, .. } => Some(*deadline),
                Stage::Behind(behind) => behind.retry_at,
                Stage::Live => None,
            });
        times
            .chain(self.kept.front().map(|page| page.until_ms))
            .min()
    }

    /// Keeps a page for a while, within a bound of bytes.
    fn keep(&mut self, page: KeptPage, bytes_max: usize) {
        if self
            .kept
            .iter()
            .any(|kept| kept.from <= page.from && page.to <= kept.to)
        {
            return;
        }
        self.kept.push_back(page);
        while self.kept_bytes() > bytes_max {
            self.kept.pop_front();
        }
    }

    /// What the pages kept take.
    pub(super) fn kept_bytes(&self) -> usize {
        self.kept.iter().map(|page| page.bytes).sum()
    }

    /// Gives back what has become empty.
    pub(super) fn shrink(&mut self) {
        if self.is_empty() {
            self.readers = BTreeMap::new();
            self.users = BTreeMap::new();
            self.live = None;
        }
        if self.pending.is_empty() {
            self.pending = BTreeSet::new();
        }
        if self.pages.is_empty() {
            self.pages = BTreeMap::new();
        }
        if self.kept.is_empty() {
            self.kept = VecDeque::new();
        }
    }

    /// A message is deleted: pages with a word of it are read anew.
    pub(super) fn deleted(&mut self, message: Seq) {
        self.kept
            .retain(|page| page.entries.iter().all(|e| words_of(e) != Some(message)));
    }

    /// Lets go of the pages whose time has passed.
    fn let_go(&mut self, now: u64) {
        while self.kept.front().is_some_and(|page| page.until_ms <= now) {
            self.kept.pop_front();
        }
    }

    /// What is kept from here on, up to an end.
    fn kept_run(&self, from: Seq, end: Seq) -> Option<Arc<[Entry]>> {
        let page = self
            .kept
            .iter()
            .find(|page| page.from <= from && from <= page.to)?;
        let run = part(&page.entries, from, end);
        (!run.is_empty()).then_some(run)
    }

    fn add(&mut self, id: ReaderId, user: UserId, stage: Stage) {
        self.remove(id);
        self.readers.insert(id, Box::new(Reader { user, stage }));
        self.pending.insert(id);
        self.users
            .entry(user)
            .or_insert_with(|| LiteMap::with_capacity(1))
            .insert(id, ());
    }

    pub(super) fn remove(&mut self, id: ReaderId) {
        let Some(reader) = self.readers.remove(&id) else {
            return;
        };
        if !self.pending.remove(&id) {
            self.live = None;
        }
        if let Some(of_user) = self.users.get_mut(&reader.user) {
            of_user.remove(&id);
            if of_user.is_empty() {
                self.users.remove(&reader.user);
            }
        }
    }

    fn go_live(&mut self, id: ReaderId) {
        if let Some(reader) = self.readers.get_mut(&id) {
            reader.stage = Stage::Live;
            self.pending.remove(&id);
            self.live = None;
        }
    }

    fn behind(&mut self, id: ReaderId) -> Option<&mut Behind> {
        match &mut self.readers.get_mut(&id)?.stage {
            Stage::Behind(behind) => Some(behind),
            Stage::Waiting { .. } | Stage::Live => None,
        }
    }
}

impl Room {
    pub(super) fn on_attach(
        &mut self,
        id: ReaderId,
        user: UserId,
        from: Option<Seq>,
        turn: &mut Turn<'_>,
    ) {
        let deadline = turn.now + self.config.bounds.send_deadline_ms;
        let stage = Stage::Waiting {
            from,
            deadline,
            since: self.timeline.next_serial(),
        };
        self.hub.add(id, user, stage);
    }

    /// Lets every reader that is not live go as far as it can.
    pub(super) fn settle_hub(&mut self, turn: &mut Turn<'_>) {
        self.hub.let_go(turn.now);
        if self.hub.pending.is_empty() {
            return;
        }
        let pending: Vec<ReaderId> = self.hub.pending.iter().copied().collect();
        for id in pending {
            if !self.loading && self.tail.is_some() {
                self.admit(id, turn);
                self.advance(id, turn);
            }
            let reader = self.hub.readers.get(&id);
            if let Some(Stage::Waiting { deadline, .. }) = reader.map(|reader| &reader.stage)
                && *deadline <= turn.now
            {
                let refusal = Refusal::new(
                    ErrorCode::Unavailable,
                    "The store does not answer. Try again in a moment.",
                )
                .retry_after(1_000);
                self.turn_away(id, refusal, turn);
            }
        }
        self.hub.runs = None;
    }

    fn turn_away(&mut self, id: ReaderId, refusal: Refusal, turn: &mut Turn<'_>) {
        self.hub.remove(id);
        turn.out.push(Effect::Attached {
            reader: id,
            result: Err(refusal),
        });
    }

    /// The room could not be loaded, for a reason that time does not cure.
    pub(super) fn fail_attaches(&mut self, refusal: &Refusal, turn: &mut Turn<'_>) {
        let waiting: Vec<ReaderId> = self
            .hub
            .pending
            .iter()
            .copied()
            .filter(|id| {
                matches!(
                    self.hub.readers.get(id).map(|r| &r.stage),
                    Some(Stage::Waiting { .. })
                )
            })
            .collect();
        for id in waiting {
            self.turn_away(id, refusal.clone(), turn);
        }
    }

    /// Lets a waiting reader in, or turns it away: membership as of the window's head, which is looked up once more
    /// before anybody is told that they are no member or ahead of the log.
    fn admit(&mut self, id: ReaderId, turn: &mut Turn<'_>) {
        let (Some(tail), Some(reader)) = (&self.tail, self.hub.readers.get(&id)) else {
            return;
        };
        let user = reader.user;
        let Stage::Waiting { from, since, .. } = &reader.stage else {
            return;
        };
        let (from, since) = (*from, *since);
        let head = tail.seq();
        if tail.fold().role(user).is_none() {
            if !self.timeline.looked(since) {
                return;
            }
            let refusal = if tail.fold().has_begun() {
                Refusal::new(ErrorCode::NotMember, "You are not a member of this room.")
            } else {
                Refusal::new(ErrorCode::NotFound, "There is no such room.")
            };
            self.turn_away(id, refusal, turn);
            return;
        }
        let reset = from.is_some_and(|seq| seq > head);
        if reset && !self.timeline.looked(since) {
            return;
        }
        let Some(view) = self.view(user) else { return };
        turn.out.push(Effect::Attached {
            reader: id,
            result: Ok(view),
        });
        let from = from.filter(|_| !mutant!("resume-from-newest"));
        let mut cursor = from.unwrap_or(head);
        if reset {
            turn.out.push(Effect::Reset { reader: id, head });
            cursor = head;
        }
        let bounds = &self.config.bounds;
        if head.0 - cursor.0 > bounds.resume_events_max {
            let to = Seq(head.0.saturating_sub(bounds.page_events));
            self.counters.skipped += 1;
            turn.out.push(Effect::Gap {
                reader: id,
                from: cursor.next(),
                to,
            });
            cursor = to;
        }
        if let Some(reader) = self.hub.readers.get_mut(&id) {
            reader.stage = Stage::Behind(Behind {
                cursor,
                until: None,
                page: None,
                short: 0,
                failures: 0,
                retry_at: None,
            });
        }
    }

    /// Takes a reader that is behind as far as the window or a read can take it.
    fn advance(&mut self, id: ReaderId, turn: &mut Turn<'_>) {
        let Some(tail) = &self.tail else { return };
        let head = tail.seq();
        let entries_from = tail.entries_from();
        if mutant!("attach-unchecked") && self.hub.behind(id).is_some() {
            return self.hub.go_live(id);
        }
        let Some(behind) = self.hub.behind(id) else {
            return;
        };
        if behind.retry_at.is_some_and(|at| at <= turn.now) {
            behind.retry_at = None;
        }
        if behind.page.is_some() || behind.retry_at.is_some() {
            return;
        }
        let end = behind.until.unwrap_or(head);
        while let Some(behind) = self.hub.behind(id)
            && behind.cursor < end
            && behind.cursor.next() < entries_from
        {
            // Whoever asks at SERIAL was given too little by a page before.
            let (from, kept) = (behind.cursor.next(), behind.short == 0);
            let run = kept.then(|| self.hub.kept_run(from, end)).flatten();
            let Some(run) = run else {
                self.want_page(id, end, turn);
                return;
            };
            self.hand_page(id, run, turn);
        }
        let Some(behind) = self.hub.behind(id) else {
            return;
        };
        let (from, until) = (behind.cursor.next(), behind.until);
        if from <= end {
            self.replay(id, from, end, turn);
        }
        match until {
            Some(seq) => {
                self.hub.remove(id);
                turn.out.push(Effect::Left { reader: id, seq });
            }
            None => self.hub.go_live(id),
        }
    }

    /// Hands a reader a run that follows what it has.
    fn hand_page(&mut self, id: ReaderId, entries: Arc<[Entry]>, turn: &mut Turn<'_>) {
        let (Some(behind), Some(last)) = (self.hub.behind(id), entries.last()) else {
            return;
        };
        behind.cursor = last.seq();
        turn.out.push(Effect::Deliver {
            to: Audience::Reader(id),
            entries,
        });
    }

    /// Hands a reader a part of the window.
    fn replay(&mut self, id: ReaderId, from: Seq, to: Seq, turn: &mut Turn<'_>) {
        let Some(tail) = &self.tail else { return };
        let same = matches!(&self.hub.runs, Some(r) if (r.from, r.to) == (from, to));
        if !same {
            let entries: Vec<Entry> = tail.run(from, to).cloned().collect();
            let runs = entries.chunks(RUN_EVENTS_MAX).map(Arc::from).collect();
            self.hub.runs = Some(Runs { from, to, runs });
        }
        if let Some(Runs { runs, .. }) = &self.hub.runs {
            for entries in runs {
                turn.out.push(Effect::Deliver {
                    to: Audience::Reader(id),
                    entries: entries.clone(),
                });
            }
        }
    }

    /// Starts or joins the read of a reader's next page; if too many are under way, it waits in line.
    fn want_page(&mut self, id: ReaderId, end: Seq, turn: &mut Turn<'_>) {
        let bounds = &self.config.bounds;
        let max = bounds.reader_reads_max;
        let size = bounds.read_events_max as u64;
        let (resume, newest) = (bounds.resume_events_max, bounds.page_events);
        let Some(behind) = self.hub.behind(id) else {
            return;
        };
        if behind.until.is_none() && end.0 - behind.cursor.0 > resume * 2 {
            // The room runs away faster than it can be read.
            let (from, to) = (behind.cursor.next(), Seq(end.0.saturating_sub(newest)));
            behind.cursor = to;
            self.counters.skipped += 1;
            turn.out.push(Effect::Gap {
                reader: id,
                from,
                to,
            });
            self.advance(id, turn);
            return;
        }
        let from = behind.cursor.next();
        // Up to a common boundary, so that readers who began at different positions soon want the same pages.
        let boundary = Seq(from.0.div_ceil(size) * size);
        let to = match mutant!("replay-past-timeline") {
            true => boundary,
            false => boundary.min(end),
        };
        let freshness = if behind.short > 0 {
            Freshness::Serial
        } else {
            Freshness::Quorum
        };
        // One that begins below is as good, but not one that goes beyond what this reader may see.
        let same = |page: &PageRead| {
            (page.from..=page.to).contains(&from) && page.to <= end && page.freshness == freshness
        };
        let shared = self
            .hub
            .pages
            .iter()
            .find(|(_, page)| same(page))
            .map(|(read, _)| *read);
        let read = match shared {
            Some(read) => read,
            None if self.hub.pages.len() >= max => return,
            None => {
                let read = self.reads.begin(Purpose::Page);
                let page = PageRead {
                    from,
                    to,
                    freshness,
                    readers: Vec::new(),
                };
                self.hub.pages.insert(read, page);
                turn.out.push(Effect::Read {
                    read,
                    from,
                    to,
                    limit: self.config.bounds.read_events_max,
                    freshness,
                });
                read
            }
        };
        if let Some(page) = self.hub.pages.get_mut(&read) {
            page.readers.push(id);
        }
        if let Some(behind) = self.hub.behind(id) {
            behind.page = Some(read);
        }
    }

    pub(super) fn on_page(
        &mut self,
        read: ReadId,
        result: Result<Page, StoreError>,
        turn: &mut Turn<'_>,
    ) {
        let Some(page) = self.hub.pages.remove(&read) else {
            return;
        };
        let failed = result.is_err();
        if failed {
            self.counters.failures += 1;
        }
        let mut entries = result.map(|page| page.entries).unwrap_or_default();
        entries.retain(|e| e.seq() >= page.from && e.seq() <= page.to);
        if let Some(tail) = &self.tail {
            tail.erase_in(&mut entries);
        }
        let shared: Arc<[Entry]> = entries.into();
        let entries_from = self
            .tail
            .as_ref()
            .map_or(Seq::ZERO, |tail| tail.entries_from());
        for id in page.readers {
            let retry = (self.config.bounds.retry_ms, self.config.bounds.retry_ms_max);
            let hole_pause = self.config.bounds.hole_pause_ms;
            let tries_max = self.config.bounds.hole_tries_max;
            let Some(behind) = self.hub.behind(id) else {
                continue;
            };
            if behind.page != Some(read) {
                continue; // another reader came under this number, or it is further already
            }
            behind.page = None;
            if failed {
                let pause = self.chance.backoff(behind.failures, retry.0, retry.1);
                behind.failures += 1;
                behind.retry_at = Some(turn.now + pause);
                continue;
            }
            behind.failures = 0;
            let from = behind.cursor.next();
            let run = part(&shared, from, page.to);
            if run.is_empty() && from > page.from {
                // What is missing may lie below it: it asks for its own.
                continue;
            }
            if run.is_empty() {
                // Short: once more at SERIAL at once, then with pauses; what stays missing is told (rule 20).
                behind.short += 1;
                if behind.short > tries_max {
                    let from = behind.cursor.next();
                    let end = behind.until.unwrap_or(Seq(u64::MAX));
                    let to = Seq(entries_from.0 - 1).min(end).max(from);
                    behind.cursor = to;
                    behind.short = 0;
                    self.counters.gaps += 1;
                    turn.out.push(Effect::Gap {
                        reader: id,
                        from,
                        to,
                    });
                } else if behind.short > 1 {
                    let pause = self.chance.backoff(behind.short, hole_pause, retry.1);
                    behind.retry_at = Some(turn.now + pause);
                }
                continue;
            }
            behind.short = 0;
            // Who went out since the read began did so above the page: it ends at the head of then.
            self.hand_page(id, run, turn);
        }
        if let Some(last) = shared.last() {
            let page = KeptPage {
                from: page.from,
                to: last.seq(),
                bytes: shared.iter().map(bytes_of).sum(),
                entries: shared.clone(),
                until_ms: turn.now + self.config.bounds.kept_ms,
            };
            self.hub.keep(page, self.config.bounds.tail_bytes_max);
        }
    }

    /// Hands what is new to the live readers. An event that brings somebody in comes out also when nobody reads: the
    /// shell tells their sessions of the room.
    pub(super) fn deliver_live(&mut self, run: Vec<Entry>, turn: &mut Turn<'_>) {
        if run.is_empty() || !(self.hub.has_live() || run.iter().any(brings_in)) {
            return;
        }
        for entries in run.chunks(RUN_EVENTS_MAX) {
            turn.out.push(Effect::Deliver {
                to: Audience::Live(self.hub.audience()),
                entries: entries.into(),
            });
        }
    }

    /// A user is out as of an event that the live readers have just been given.
    pub(super) fn removed(&mut self, user: UserId, seq: Seq, turn: &mut Turn<'_>) {
        let Some(ids) = self.hub.users.get(&user) else {
            return;
        };
        for id in ids.keys().copied().collect::<Vec<_>>() {
            match self
                .hub
                .readers
                .get_mut(&id)
                .map(|reader| &mut reader.stage)
            {
                Some(Stage::Live) => {
                    self.hub.remove(id);
                    turn.out.push(Effect::Left { reader: id, seq });
                }
                Some(Stage::Behind(behind)) => {
                    behind.until.get_or_insert(seq);
                }
                Some(Stage::Waiting { .. }) | None => {}
            }
        }
    }

    /// Rows are missing right after the head: every live reader misses them.
    pub(super) fn tell_gap(&mut self, from: Seq, to: Seq, turn: &mut Turn<'_>) {
        for (reader, _) in self.hub.live() {
            turn.out.push(Effect::Gap { reader, from, to });
        }
    }
}

/// The part `from ..= to` of a dense run; the run itself if that is all of it.
fn part(run: &Arc<[Entry]>, from: Seq, to: Seq) -> Arc<[Entry]> {
    let first = run.partition_point(|entry| entry.seq() < from);
    let last = run.partition_point(|entry| entry.seq() <= to);
    if (first, last) == (0, run.len()) {
        return run.clone();
    }
    run.get(first..last).unwrap_or_default().into()
}
