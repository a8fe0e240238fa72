//! What is counted of a room's threads: who follows each by having a part in it, and its newest messages.
//!
//! It promises that what it tells is a function of the log: neither the membership of a moment nor the order in which
//! cells came is in it. Each thread has the seq of the event that last touched it, and an event at or below it changes
//! nothing, so that it may begin at a projection's cells that are ahead of the mark. Which threads are counted depends on
//! their roots alone, which never change: one that gives way to newer ones never comes back, and nothing has to be kept of
//! it. It must not know where users have chosen what.

use std::collections::BTreeMap;

use hearth_protocol::{
    Body, InThread, Seq, ThreadLength, UserId,
    bounds::{THREAD_FOLLOWERS_MAX, THREAD_UNREAD_COUNTED_MAX, THREADS_COUNTED_MAX},
};

use super::mentions::users_of;
use crate::{
    log::Entry,
    own::ThreadChoice,
    port::{Follower, ThreadCell, ThreadCounts, ThreadMessage},
};

/// A thread without its lists, with its place in the tree.
const THREAD_BYTES: usize = 192;

/// A thread as it stands for one user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ThreadView {
    /// The message at which it begins.
    pub root: Seq,
    /// How many messages are in it, without those deleted while they were among the newest.
    pub messages: u64,
    /// The last of them; 0 if nothing of the thread is counted.
    pub last: Seq,
    /// When that was stored.
    pub last_ms: u64,
    /// Whether the user follows it.
    pub following: bool,
    /// Up to where they have read it.
    pub read: Seq,
    /// The messages after that, ascending, without deleted ones.
    pub unread: Vec<Seq>,
}

/// By their roots: the [`THREADS_COUNTED_MAX`] newest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Threads(BTreeMap<Seq, Box<ThreadCell>>);

impl Threads {
    /// From a projection; `None` if it has no thread.
    pub(super) fn load(cells: &[ThreadCell]) -> Option<Box<Self>> {
        let cells = cells.iter();
        let mut threads = Self(
            cells
                .map(|cell| (cell.root, Box::new(cell.clone())))
                .collect(),
        );
        threads.bound();
        (!threads.0.is_empty()).then(|| Box::new(threads))
    }

    /// About how many bytes it takes beside itself.
    pub(super) fn bytes(&self) -> usize {
        let counts = self.0.values().filter_map(|cell| cell.counts.as_ref());
        let lists = counts.map(|counts| {
            counts.newest.len() * size_of::<ThreadMessage>()
                + counts.followers.len() * size_of::<Follower>()
        });
        self.0.len() * THREAD_BYTES + lists.sum::<usize>()
    }

    /// Takes an event in. Whether who is mentioned is a member is not asked: a member's cell may be ahead of the event.
    pub(super) fn apply(&mut self, entry: &Entry) {
        match &entry.event.body {
            body @ (Body::Message { .. } | Body::Erased { .. }) => {
                let Some(thread) = body.thread() else { return };
                let by = entry.event.by;
                let mentions = body.mentioned().into_iter();
                self.add(entry, thread, mentions.flat_map(|of| users_of(of, by)));
            }
            Body::Delete { target } => {
                let seq = entry.seq();
                for cell in self.0.values_mut() {
                    if seq > cell.seq
                        && let Some(counts) = &mut cell.counts
                        && let Ok(at) = counts.newest.binary_search_by_key(target, |m| m.seq)
                        && !counts.newest[at].deleted
                    {
                        // Kept, so that what is counted does not depend on when it was deleted.
                        counts.newest[at].deleted = true;
                        counts.messages -= 1;
                        cell.seq = seq;
                    }
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, entry: &Entry, of: InThread, mentioned: impl Iterator<Item = UserId>) {
        let (seq, by) = (entry.seq(), entry.event.by);
        // Whether it gave way or begins only now: there are newer ones enough, and there will not be fewer.
        let oldest = self.0.keys().next();
        if self.0.len() >= THREADS_COUNTED_MAX && oldest.is_some_and(|oldest| of.root < *oldest) {
            return;
        }
        let cell = self.0.entry(of.root).or_insert_with(|| {
            let root = Follower {
                user: of.by,
                since: of.root,
            };
            let counts = ThreadCounts {
                began: seq,
                messages: 0,
                last: seq,
                last_ms: 0,
                newest: Vec::new(),
                followers: vec![root],
            };
            Box::new(ThreadCell {
                seq: Seq::ZERO,
                root: of.root,
                counts: Some(Box::new(counts)),
            })
        });
        if seq <= cell.seq {
            return;
        }
        let Some(counts) = &mut cell.counts else {
            return;
        };
        cell.seq = seq;
        counts.messages += 1;
        (counts.last, counts.last_ms) = (seq, entry.event.at_ms);
        let deleted = false;
        counts.newest.push(ThreadMessage { seq, by, deleted });
        if counts.newest.len() > THREAD_UNREAD_COUNTED_MAX {
            counts.newest.remove(0);
        }
        for user in std::iter::once(by).chain(mentioned) {
            let followers = &mut counts.followers;
            if followers.len() < THREAD_FOLLOWERS_MAX && followers.iter().all(|f| f.user != user) {
                followers.push(Follower { user, since: seq });
            }
        }
        self.bound();
    }

    /// Those with the oldest roots give way.
    fn bound(&mut self) {
        while self.0.len() > THREADS_COUNTED_MAX {
            self.0.pop_first();
        }
    }

    /// The threads that a user follows, by what they have chosen, and those of which nothing is counted left out.
    pub(super) fn followed(
        &self,
        user: UserId,
        choices: &BTreeMap<Seq, ThreadChoice>,
    ) -> Vec<ThreadView> {
        let nothing = ThreadChoice::default();
        let counted = self.0.iter().filter(|(_, cell)| cell.counts.is_some());
        let views = counted.map(|(root, cell)| {
            let choice = choices.get(root).unwrap_or(&nothing);
            view(*root, cell.counts.as_deref(), user, choice)
        });
        views.filter(|view| view.following).collect()
    }

    /// How long those are that begin at these messages and have any that is not deleted.
    pub(super) fn lengths(&self, from: Seq, to: Seq, as_of: Seq) -> Vec<(Seq, ThreadLength)> {
        let counted = self.0.iter();
        let counted = counted.filter(|(root, _)| (from..=to).contains(*root));
        let lengths = counted.filter_map(|(root, cell)| {
            let counts = cell
                .counts
                .as_deref()
                .filter(|counts| counts.messages > 0)?;
            let (messages, last, last_ms) = (counts.messages, counts.last, counts.last_ms);
            Some((
                *root,
                ThreadLength {
                    messages,
                    last,
                    last_ms,
                    // A cell may have been ahead of the log that was read.
                    as_of: as_of.max(cell.seq),
                },
            ))
        });
        lengths.collect()
    }

    /// A thread as it stands for a user.
    pub(super) fn view(&self, root: Seq, user: UserId, choice: &ThreadChoice) -> ThreadView {
        let cell = self.0.get(&root);
        view(
            root,
            cell.and_then(|cell| cell.counts.as_deref()),
            user,
            choice,
        )
    }

    /// The threads that an event from this one on has touched, as the projection keeps them. Not by what each event does:
    /// a message that was deleted may have been one of the newest then, and be none any more.
    pub(super) fn touched_since(&self, first: Seq) -> impl Iterator<Item = ThreadCell> {
        let touched = self.0.values().filter(move |cell| cell.seq >= first);
        touched.map(|cell| (**cell).clone())
    }
}

/// What one writes has one read, as in a room; but not what one wrote before one set the mark back.
fn view(
    root: Seq,
    counts: Option<&ThreadCounts>,
    user: UserId,
    choice: &ThreadChoice,
) -> ThreadView {
    let followers = counts.map_or(&[][..], |counts| &counts.followers);
    let follower = followers.iter().find(|follower| follower.user == user);
    let following = choice.follow.unwrap_or(follower.is_some());
    // Whoever was drawn into a thread has that to read which did it, and nothing from before, unless they say so, or have
    // followed it by hand since before.
    let drawn_in = follower.map(|follower| Seq(follower.since.0.saturating_sub(1)));
    let begin = match (drawn_in, choice.since) {
        (Some(drawn_in), Seq::ZERO) => drawn_in,
        (Some(drawn_in), since) => drawn_in.min(since),
        (None, since) => since,
    };
    let said = choice.read.unwrap_or_default();
    let mut read = match choice.at {
        Seq::ZERO => said.max(begin),
        _ => said,
    };
    let newest = counts.map_or(&[][..], |counts| &counts.newest);
    let own = newest.iter().rev().find(|message| message.by == user);
    if let Some(own) = own.filter(|own| own.seq > choice.at) {
        read = read.max(own.seq);
    }
    let unread = newest.iter().filter(|m| m.seq > read && !m.deleted);
    ThreadView {
        root,
        messages: counts.map_or(0, |counts| counts.messages),
        last: counts.map_or(Seq::ZERO, |counts| counts.last),
        last_ms: counts.map_or(0, |counts| counts.last_ms),
        following,
        read,
        unread: unread.map(|message| message.seq).collect(),
    }
}
