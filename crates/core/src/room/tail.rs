//! The window of the log that a node knows: the newest entries, who sent what before them, and the fold at the head.
//!
//! It promises to be dense: rows `sends_from ..= head` are all known by sender, id and counter, and of those
//! `entries_from ..= head` whole. It grows at the head by one entry at a time and is trimmed at its old end. Everything
//! that a node learns goes in here before anybody is told of it, and an append conditions on its head: so a successful
//! append has seen everything before it. It must not know the store, readers, or why something was learned.

use std::collections::VecDeque;

use hearth_protocol::{DeviceId, SendId, Seq, UserId};

use super::fold::{Fold, passage};
use crate::log::{Entry, Head};

/// Whether an event is known to be committed, or only seen (rule 14).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// Applied by this node, published by another, or found by a SERIAL read.
    Sure,
    /// Seen by a plain quorum read: decided, but another such read may not show it yet.
    Seen,
}

#[derive(Debug, Clone)]
struct Sent {
    by: UserId,
    id: SendId,
    device: DeviceId,
    n: u64,
    /// Who came in or went out by it.
    passage: Option<UserId>,
    known: Known,
}

impl Sent {
    fn of(entry: &Entry, known: Known) -> Self {
        Self {
            by: entry.event.by,
            id: entry.event.id.clone(),
            device: entry.device.clone(),
            n: entry.n,
            passage: passage(entry),
            known,
        }
    }
}

#[derive(Debug)]
pub(super) struct Tail {
    head: Head,
    fold: Fold,
    entries: VecDeque<Entry>,
    bytes: usize,
    /// Rows up to the head, as many as the entries or more.
    sends: VecDeque<Sent>,
    /// Rows up to here cannot be read any more.
    floor: Seq,
    at_ms: u64,
}

impl Tail {
    pub(super) fn new(head: Head, fold: Fold) -> Self {
        Self {
            head,
            fold,
            entries: VecDeque::new(),
            bytes: 0,
            sends: VecDeque::new(),
            floor: Seq::ZERO,
            at_ms: 0,
        }
    }

    pub(super) fn head(&self) -> Head {
        self.head
    }

    pub(super) fn seq(&self) -> Seq {
        self.head.seq
    }

    pub(super) fn fold(&self) -> &Fold {
        &self.fold
    }

    /// About how many bytes it takes: the entries, the rows, and the members.
    pub(super) fn bytes(&self) -> usize {
        let places = self.entries.capacity() - self.entries.len();
        let rows = self.sends.capacity() * size_of::<Sent>() + self.sends.len() * IDS_BYTES;
        self.bytes + places * size_of::<Entry>() + rows + self.fold.bytes()
    }

    /// Gives back the places in which nothing is, where there are few: to copy a large window costs more than its empty
    /// places are worth.
    pub(super) fn shrink(&mut self) {
        if self.sends.len() <= SHRUNK_MAX {
            self.entries.shrink_to_fit();
            self.sends.shrink_to_fit();
        }
    }

    /// The newest time in it: times never run backwards in a room.
    pub(super) fn at_ms(&self) -> u64 {
        self.at_ms
    }

    /// The first whole entry; one above the head if there is none.
    pub(super) fn entries_from(&self) -> Seq {
        Seq(self.head.seq.0 + 1 - self.entries.len() as u64)
    }

    /// The first row of which the sender is known; one above the head if there is none.
    pub(super) fn sends_from(&self) -> Seq {
        Seq(self.head.seq.0 + 1 - self.sends.len() as u64)
    }

    /// Up to where rows cannot be read any more.
    pub(super) fn floor(&self) -> Seq {
        self.floor
    }

    /// Notes that rows up to here cannot be read any more.
    pub(super) fn set_floor(&mut self, floor: Seq) {
        self.floor = self.floor.max(floor);
    }

    /// Takes the next entry in. The caller has checked that it is the next.
    pub(super) fn push(&mut self, entry: Entry, known: Known) {
        assert_eq!(entry.seq(), self.head.seq.next(), "the window is dense");
        self.fold.apply(&entry);
        self.head = Head {
            seq: entry.event.seq,
            ordinal: entry.event.ordinal,
        };
        self.at_ms = self.at_ms.max(entry.event.at_ms);
        self.sends.push_back(Sent::of(&entry, known));
        self.bytes += bytes_of(&entry);
        self.entries.push_back(entry);
    }

    /// Begins anew above rows that cannot be read.
    pub(super) fn skip_to(&mut self, head: Head) {
        self.head = head;
        self.entries.clear();
        self.bytes = 0;
        self.sends.clear();
        self.set_floor(head.seq);
    }

    /// Puts older rows below the ones known. They must end right below [`Tail::sends_from`].
    pub(super) fn prepend(&mut self, rows: Vec<Entry>) {
        for entry in rows.iter().rev() {
            assert_eq!(entry.seq().next(), self.sends_from(), "the window is dense");
            self.sends.push_front(Sent::of(entry, Known::Seen));
        }
    }

    /// Lets go of what is oldest: entries beyond their bounds, rows beyond theirs unless `needed` is below them.
    pub(super) fn trim(
        &mut self,
        events_max: usize,
        bytes_max: usize,
        sends_max: usize,
        needed: impl FnOnce() -> Seq,
    ) {
        while self.entries.len() > events_max || (self.bytes > bytes_max && self.entries.len() > 1)
        {
            let Some(entry) = self.entries.pop_front() else {
                break;
            };
            self.bytes -= bytes_of(&entry);
        }
        // In larger steps: to find out what is needed looks at all that waits.
        if self.sends.len() > sends_max + sends_max / 4 {
            let needed = needed();
            while self.sends.len() > sends_max.max(self.entries.len())
                && self.sends_from() <= needed
            {
                self.sends.pop_front();
            }
        }
    }

    /// A whole entry.
    pub(super) fn entry(&self, seq: Seq) -> Option<&Entry> {
        let at = seq.0.checked_sub(self.entries_from().0)?;
        self.entries.get(usize::try_from(at).ok()?)
    }

    /// Whole entries `from ..= to`, as far as they are kept.
    pub(super) fn run(&self, from: Seq, to: Seq) -> impl Iterator<Item = &Entry> {
        let first = self.entries_from().0;
        let start = from.0.saturating_sub(first).min(self.entries.len() as u64);
        let end = (to.0 + 1)
            .saturating_sub(first)
            .clamp(start, self.entries.len() as u64);
        let at = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        self.entries.range(at(start)..at(end))
    }

    /// The seq of a send in `(after, head]`, as far as rows are known (rule 4).
    pub(super) fn find(&self, by: UserId, id: &SendId, after: Seq) -> Option<(Seq, Known)> {
        self.rows_after(after)
            .find(|(_, sent)| sent.by == by && sent.id == *id)
            .map(|(seq, sent)| (seq, sent.known))
    }

    /// Whether a larger counter of the sender's device lies in `(after, head]`, as far as rows are known (rule 7).
    pub(super) fn passed(&self, by: UserId, device: &DeviceId, n: u64, after: Seq) -> bool {
        self.rows_after(after)
            .any(|(_, sent)| sent.by == by && sent.n > n && sent.device == *device)
    }

    /// Whether the user came in or went out in `(after, head]`, as far as rows are known. It rests on the log alone, not
    /// on a projection, so that all nodes say the same.
    pub(super) fn went_through(&self, user: UserId, after: Seq) -> bool {
        // Before the first event nobody was in.
        after == Seq::ZERO
            || self
                .rows_after(after)
                .any(|(_, sent)| sent.passage == Some(user))
    }

    /// Whether an event is known to be committed. What is older than the rows known is.
    pub(super) fn known(&self, seq: Seq) -> Known {
        let sent = seq
            .0
            .checked_sub(self.sends_from().0)
            .and_then(|at| self.sends.get(usize::try_from(at).ok()?));
        sent.map_or(Known::Sure, |sent| sent.known)
    }

    /// What was told of a row at or below the head. `false` if it contradicts what is known.
    pub(super) fn confirm(&mut self, entry: &Entry, known: Known) -> bool {
        self.at_ms = self.at_ms.max(entry.event.at_ms);
        let at = entry.seq().0.checked_sub(self.sends_from().0);
        let row = at
            .and_then(|at| usize::try_from(at).ok())
            .and_then(|at| self.sends.get_mut(at));
        let Some(row) = row else { return true };
        if row.by != entry.event.by || row.id != entry.event.id {
            return false;
        }
        if known == Known::Sure {
            row.known = Known::Sure;
        }
        true
    }

    /// The newest first: what is looked for is mostly near the head.
    fn rows_after(&self, after: Seq) -> impl Iterator<Item = (Seq, &Sent)> {
        let head = self.head.seq.0;
        let count = head.saturating_sub(after.0);
        self.sends
            .iter()
            .rev()
            .take(usize::try_from(count).unwrap_or(usize::MAX))
            .enumerate()
            .map(move |(i, sent)| (Seq(head - i as u64), sent))
    }
}

/// What an entry takes of a bound of bytes: its texts, and a round number for the rest.
pub(super) fn bytes_of(entry: &Entry) -> usize {
    text_bytes(&entry.event.body)
        + entry.event.name.len()
        + entry.event.id.as_str().len()
        + entry.device.as_str().len()
        + ENTRY_BYTES
}

/// Windows of so many rows are copied to give back what they do not need.
const SHRUNK_MAX: usize = 32;

/// The texts of a row of which only the sender is kept: two ids, mostly UUIDs.
const IDS_BYTES: usize = 96;

/// An entry without its texts, about as large in memory as in JSON.
pub(super) const ENTRY_BYTES: usize = 192;

/// The bytes of a body's texts.
pub(crate) fn text_bytes(body: &hearth_protocol::Body) -> usize {
    use hearth_protocol::{Body, bounds::TEXT_BYTES_MAX};
    match body {
        Body::Create { title, with, .. } => {
            title.len() + with.iter().map(|(_, name)| name.len() + 40).sum::<usize>()
        }
        Body::Message {
            text,
            mentions,
            forward,
            ..
        } => {
            let users = mentions.as_ref().map_or(0, |mentions| mentions.users.len());
            let (text, forward) = match forward {
                None => (text.len(), 0),
                // Its text is still to be copied.
                Some(_) if text.is_empty() => (TEXT_BYTES_MAX, 0),
                Some(forward) => (text.len(), forward.name.len() + 88),
            };
            text + users * 16 + forward
        }
        Body::Edit { text, .. } => text.len(),
        Body::React { emoji, .. } => emoji.len(),
        Body::Invite { user_name, .. } => user_name.len(),
        Body::Topic { topic } => topic.len(),
        Body::Description { description } => description.len(),
        Body::Rename { name } => name.len(),
        Body::Remove { reason, .. } | Body::Ban { reason, .. } => reason.len(),
        Body::Delete { .. }
        | Body::Pin { .. }
        | Body::Join
        | Body::Leave
        | Body::Unban { .. }
        | Body::Role { .. }
        | Body::Archive { .. }
        | Body::Slow { .. }
        | Body::Erased => 0,
    }
}
