//! The window of the log that a node knows: the newest entries, who sent what before them, and the fold at the head.
//!
//! It promises to be dense: rows `sends_from ..= head` are all known by sender, id and counter, and of those
//! `entries_from ..= head` whole, but for the words of what was deleted in it. It grows at the head by one entry at a time and is trimmed at its old end. Everything
//! that a node learns goes in here before anybody is told of it, and an append conditions on its head: so a successful
//! append has seen everything before it. It must not know the store, readers, or why something was learned.

use std::collections::{BTreeSet, VecDeque};

use hearth_protocol::{Body, DeviceId, SendId, Seq, UserId};

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
        if let Body::Delete { target } = entry.event.body {
            self.erase(target);
        }
        self.entries.push_back(entry);
    }

    /// Of a message that is deleted, and of its edits, no word stays. Whatever is counted by them does, and the fold has
    /// taken them in.
    fn erase(&mut self, message: Seq) {
        let said = |entry: &&mut Entry| words_of(entry) == Some(message);
        for entry in self.entries.iter_mut().filter(said) {
            self.bytes -= bytes_of(entry);
            entry.event.body = entry.event.body.erased();
            self.bytes += bytes_of(entry);
        }
    }

    /// Takes the words out of older entries whose messages were deleted in the window: the store may have them still.
    pub(super) fn erase_in(&self, run: &mut [Entry]) {
        let deletions = self.entries.iter().filter_map(|e| match e.event.body {
            Body::Delete { target } => Some(target),
            _ => None,
        });
        let deleted: BTreeSet<Seq> = deletions.collect();
        if deleted.is_empty() {
            return;
        }
        for entry in run {
            if words_of(entry).is_some_and(|message| deleted.contains(&message)) {
                entry.event.body = entry.event.body.erased();
            }
        }
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

/// The message whose words are in an entry: the one that it is, or the one that it edits; none if they are erased.
pub(super) fn words_of(entry: &Entry) -> Option<Seq> {
    match entry.event.body {
        Body::Message { .. } => Some(entry.seq()),
        Body::Edit { target, .. } => Some(target),
        _ => None,
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
pub(crate) fn text_bytes(body: &Body) -> usize {
    use hearth_protocol::bounds::{PREVIEW_BYTES_MAX, TEXT_BYTES_MAX};
    /// One without its texts, about as large in memory as in JSON.
    const ATTACHMENT_BYTES: usize = 160;
    match body {
        Body::Create { title, with, .. } => {
            title.len() + with.iter().map(|(_, name)| name.len() + 40).sum::<usize>()
        }
        Body::Message {
            text,
            mentions,
            forward,
            attachments,
            thread,
            ..
        } => {
            let thread = thread.as_ref().map_or(0, |_| 24);
            let users = mentions.as_ref().map_or(0, |mentions| mentions.users.len());
            let (text, forward) = match forward {
                None => (text.len(), 0),
                // Its text is still to be copied.
                Some(_) if text.is_empty() => (TEXT_BYTES_MAX, 0),
                Some(forward) => (text.len(), forward.name.len() + 88),
            };
            let attachments = attachments.iter().map(|file| match file.is_known() {
                true => {
                    ATTACHMENT_BYTES
                        + file.name.len()
                        + file.r#type.len()
                        + file.preview.len()
                        + file.alt.len()
                }
                // What it will have is still to be filled in.
                false => ATTACHMENT_BYTES + PREVIEW_BYTES_MAX + file.alt.len(),
            });
            text + users * 16 + forward + attachments.sum::<usize>() + thread
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
        | Body::Right { .. }
        | Body::Avatar { .. } => 0,
        body @ Body::Erased { .. } => {
            let thread = body.thread().map_or(0, |_| 24);
            let users = body.mentioned().map_or(0, |mentions| mentions.users.len());
            users * 16 + thread
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::room::tests::{send, text, user};
    use hearth_protocol::{Event, Mentions, Ordinal};

    fn entry(seq: u64, body: Body) -> Entry {
        let send = send(1, seq, 0, body);
        Entry {
            event: Event {
                seq: Seq(seq),
                ordinal: Ordinal(seq),
                at_ms: seq,
                by: send.by,
                name: send.name,
                id: send.id,
                body: send.body,
            },
            device: send.device,
            n: send.n,
        }
    }

    #[test]
    fn no_word_of_what_is_deleted_stays_and_its_bytes_are_given_back() {
        let mut tail = Tail::new(Head::EMPTY, Fold::empty());
        let calling = Body::Message {
            text: "secret".to_owned(),
            reply_to: Some(Seq(1)),
            mentions: Some(Box::new(Mentions {
                users: vec![user(2)],
                everyone: None,
            })),
            forward: None,
            attachments: Box::default(),
            thread: None,
        };
        let edit = |target, text: &str| Body::Edit {
            target: Seq(target),
            text: text.to_owned(),
        };
        let bodies = [
            text("kept"),
            calling,
            edit(2, "very secret"),
            edit(1, "kept as well"),
            edit(2, "most secret"),
            Body::Delete { target: Seq(2) },
            // Once more, as no rule lets it: nothing more goes.
            Body::Delete { target: Seq(2) },
            Body::Delete { target: Seq(4) },
        ];
        let entries: Vec<_> = (1..).zip(bodies).map(|(n, body)| entry(n, body)).collect();
        for entry in &entries {
            tail.push(entry.clone(), Known::Sure);
        }
        let mut expected = entries;
        for at in [1, 2, 4] {
            expected[at].event.body = expected[at].event.body.erased();
        }
        let kept: Vec<_> = tail.run(Seq(1), Seq(8)).cloned().collect();
        assert_eq!(kept, expected);
        assert_eq!(tail.bytes, expected.iter().map(bytes_of).sum::<usize>());
        let found = tail.find(user(1), &expected[1].event.id, Seq::ZERO);
        assert_eq!(found, Some((Seq(2), Known::Sure)), "a resend finds it");
        // Nor of what another read shows.
        let mut page = [entry(1, text("kept")), entry(2, text("secret"))];
        tail.erase_in(&mut page);
        assert!(!page[0].event.body.is_erased() && page[1].event.body.is_erased());
        tail.trim(1, usize::MAX, 8, || Seq::ZERO);
        assert_eq!(tail.bytes, bytes_of(&expected[7]));
    }
}
