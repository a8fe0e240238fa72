//! The threads that the person follows: as the server listed them, and as events and their own marks came since.
//!
//! Promises: what a deletion took away does not come back by a word of the server's from before it. A thread that is not
//! followed may be known as well, so that nothing of it is lost when it comes to be. Bounded.

use std::collections::{BTreeMap, BTreeSet};

use super::{Client, Step, asks::Asker, own::OwnList};
use crate::{
    Body, ClientFrame, Event, Own, OwnKey, RoomId, Seq, Thread, UserId,
    bounds::{THREAD_UNREAD_COUNTED_MAX, THREADS_PAGE_MAX},
};

/// Threads known at once; those in which nothing was written for longest give way, first those that are not followed.
const KNOWN_MAX: usize = 2_000;
/// Deletions remembered.
const DELETED_MAX: usize = 1_000;

/// A thread as far as the client knows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ThreadLog {
    /// Whether the person follows it.
    pub following: bool,
    /// Up to where they have read it.
    pub read: Seq,
    /// The last message that is known of.
    pub last: Seq,
    unread: BTreeSet<Seq>,
    /// The last of the person's own.
    wrote: Seq,
    /// Whether the server has said how it stands.
    is_told: bool,
    /// Whether it was followed since the list was asked for, by what came live.
    is_fresh: bool,
}

impl ThreadLog {
    /// How many messages of it are unread, as far as they are counted.
    pub fn unread(&self) -> u64 {
        self.unread.len().min(THREAD_UNREAD_COUNTED_MAX) as u64
    }

    fn read_to(&mut self, seq: Seq) {
        self.read = seq;
        self.unread.retain(|unread| *unread > seq);
    }
}

/// All of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Threads {
    known: BTreeMap<(RoomId, Seq), ThreadLog>,
    deleted: BTreeSet<(RoomId, Seq)>,
    /// Those that the list has named so far, page by page.
    listed: BTreeSet<(RoomId, Seq)>,
    /// Whether it has more than one page.
    has_pages: bool,
    /// Whether what is asked for now is the last of this round.
    is_last_page: bool,
    /// Whether something has happened that only another round can tell.
    is_stale: bool,
}

/// What the person has said of a thread, as far as that is known.
#[derive(Debug, Clone, Copy, Default)]
struct Choice {
    /// Whether they follow it.
    follow: Option<bool>,
    /// Where the log ended when they began to by hand.
    since: Seq,
    /// Up to where they have read it, and where the log ended when they set that back last.
    read: Option<(Seq, Seq)>,
}

impl Choice {
    /// Up to where it is read, which it is up to there by itself: what lies further than a set-back was read since.
    fn read_after(self, before: Seq) -> Seq {
        match self.read {
            Some((seq, at)) if before <= at => seq,
            Some((seq, _)) => before.max(seq),
            None => before,
        }
    }
}

/// What an event came to.
struct Taken {
    root: Seq,
    unread: u64,
}

impl Threads {
    /// An event came.
    fn take(
        &mut self,
        room: RoomId,
        event: &Event,
        me: UserId,
        choice: impl Fn(Seq) -> Choice,
    ) -> Option<Taken> {
        match &event.body {
            body @ (Body::Message { .. } | Body::Erased { .. }) => {
                let of = body.thread()?;
                let thread = self.known.entry((room, of.root)).or_default();
                if event.seq <= thread.last {
                    return None; // the server has counted it
                }
                thread.last = event.seq;
                let mine = event.by == me;
                let names_me = body.mentioned().is_some_and(|m| m.users.contains(&me));
                let choice = choice(of.root);
                let draws_in = mine || of.by == me || names_me;
                // Who does not follow it by themselves had no part in it, whatever the server has said of it before.
                let has_no_part = !thread.is_told || choice.follow.is_none();
                if !thread.following && has_no_part {
                    // What was said before one had a part in it is nothing to catch up with, but for what came since one
                    // began by hand.
                    let drawn_in = match of.by == me {
                        true => Seq(of.root.0.saturating_sub(1)),
                        false => Seq(event.seq.0.saturating_sub(1)),
                    };
                    let begin = match choice.since {
                        Seq::ZERO if draws_in => drawn_in,
                        since if draws_in => drawn_in.min(since),
                        since => since,
                    };
                    thread.read_to(match choice.read {
                        None => begin,
                        Some((seq, Seq::ZERO)) => begin.max(seq),
                        Some((seq, _)) => seq,
                    });
                }
                thread.following = choice.follow.unwrap_or(thread.following || draws_in);
                thread.is_fresh |= thread.following;
                thread.unread.insert(event.seq);
                if mine {
                    thread.wrote = event.seq;
                    thread.read_to(event.seq);
                }
                while thread.unread.len() > THREAD_UNREAD_COUNTED_MAX {
                    thread.unread.pop_first();
                }
                let taken = thread.following.then(|| Taken {
                    root: of.root,
                    unread: thread.unread(),
                });
                self.bound();
                taken
            }
            Body::Delete { target } => {
                self.deleted.insert((room, *target));
                while self.deleted.len() > DELETED_MAX {
                    self.deleted.pop_first();
                }
                let of_room = self
                    .known
                    .range_mut((room, Seq::ZERO)..=(room, Seq(u64::MAX)));
                let mut taken = None;
                for ((_, root), thread) in of_room {
                    if thread.unread.remove(target) && thread.following {
                        let unread = thread.unread();
                        taken = Some(Taken {
                            root: *root,
                            unread,
                        });
                    }
                }
                taken
            }
            _ => None,
        }
    }

    /// The server says how a thread stands, as of its last message: what came after that is kept.
    fn said(&mut self, said: &Thread, choice: Choice) -> Taken {
        let key = (said.room, said.root);
        self.listed.insert(key);
        let thread = self.known.entry(key).or_default();
        let deleted = &self.deleted;
        let told = said.unread.iter().copied();
        let told = told.filter(|seq| !deleted.contains(&(said.room, *seq)));
        thread.unread.retain(|seq| *seq > said.last);
        thread.unread.extend(told);
        let is_drawn_in = thread.is_fresh && thread.last > said.last;
        thread.following = choice.follow.unwrap_or(said.following || is_drawn_in);
        // A mark may have moved, and the person may have written, while this was on its way.
        let mut read = choice.read_after(said.read);
        let back_at = choice.read.map_or(Seq::ZERO, |(_, at)| at);
        if thread.wrote > said.last.max(back_at) {
            read = read.max(thread.wrote);
        }
        thread.read_to(read);
        thread.last = thread.last.max(said.last);
        thread.is_told = true;
        Taken {
            root: said.root,
            unread: thread.unread(),
        }
    }

    /// What the list did not name is not followed any more.
    fn all_said(&mut self) {
        for (key, thread) in &mut self.known {
            thread.following &= thread.is_fresh || self.listed.contains(key);
        }
    }

    fn begin(&mut self) {
        self.listed.clear();
        (self.has_pages, self.is_last_page) = (false, false);
        self.is_stale = false;
        for thread in self.known.values_mut() {
            thread.is_fresh = false;
        }
    }

    /// The room is gone, or its log is another one.
    pub(super) fn forget(&mut self, room: RoomId) {
        self.known.retain(|(of, _), _| *of != room);
    }

    fn bound(&mut self) {
        if self.known.len() > KNOWN_MAX {
            let oldest = self.known.iter();
            let oldest = oldest.min_by_key(|(_, thread)| (thread.following, thread.last));
            if let Some(key) = oldest.map(|(key, _)| *key) {
                self.known.remove(&key);
            }
        }
    }
}

impl Client {
    /// The threads that the person follows, with their rooms and the messages at which they begin. Empty unless
    /// [`follows_threads`](super::Settings::follows_threads) is set.
    pub fn threads(&self) -> impl Iterator<Item = (RoomId, Seq, &ThreadLog)> {
        let known = self.threads.known.iter();
        let followed = known.filter(|(_, thread)| thread.following);
        followed.map(|((room, root), thread)| (*room, *root, thread))
    }

    /// Asks for the list of them, from its first page on.
    pub(super) fn ask_threads(&mut self) {
        if !self.settings.follows_threads {
            return;
        }
        if self.asks.asks_threads() {
            self.threads.is_stale = true;
            return;
        }
        self.threads.begin();
        self.ask_threads_page(None);
    }

    fn ask_threads_page(&mut self, after: Option<String>) {
        self.asks.add(Asker::Threads, |r#ref| ClientFrame::Threads {
            r#ref,
            after,
            limit: Some(THREADS_PAGE_MAX),
        });
    }

    /// A page of the list has come.
    pub(super) fn threads_said(&mut self, threads: &[Thread], next: Option<String>) {
        for thread in threads {
            let choice = choice(&self.own, thread.room, thread.root);
            let taken = self.threads.said(thread, choice);
            self.thread_step(thread.room, &taken);
        }
        if next.is_some() && !self.threads.is_last_page {
            self.threads.has_pages = true;
            return self.ask_threads_page(next);
        }
        // What moved while the pages were read has moved to the first one.
        if self.threads.has_pages && !self.threads.is_last_page {
            self.threads.is_last_page = true;
            return self.ask_threads_page(None);
        }
        self.threads.all_said();
        if std::mem::take(&mut self.threads.is_stale) {
            self.ask_threads();
        }
    }

    /// An event is shown: what it does to a thread.
    pub(super) fn thread_event(&mut self, room: RoomId, event: &Event, me: Option<UserId>) {
        let Some(me) = me.filter(|_| self.settings.follows_threads) else {
            return;
        };
        let own = &self.own;
        let taken = self
            .threads
            .take(room, event, me, |root| choice(own, room, root));
        if let Some(taken) = taken {
            self.thread_step(room, &taken);
        }
    }

    /// Something of the person's own has come: marks of threads, and which of them they follow.
    pub(super) fn threads_own(&mut self, own: &[Own]) {
        let mut is_stale = false;
        for own in own {
            match own {
                // What it comes to by itself only the server can tell, and what is unread then.
                Own::Follow { room, root, on, .. } => {
                    let thread = self.threads.known.get(&(*room, *root));
                    is_stale |= thread.map(|thread| thread.following) != *on;
                }
                Own::Read { room, root, .. } => {
                    let choice = choice(&self.own, *room, *root);
                    let Some(thread) = self.threads.known.get_mut(&(*room, *root)) else {
                        continue;
                    };
                    let before = thread.read;
                    let read = choice.read_after(before);
                    thread.read_to(read);
                    is_stale |= read < before;
                    let taken = Taken {
                        root: *root,
                        unread: thread.unread(),
                    };
                    if thread.following {
                        self.thread_step(*room, &taken);
                    }
                }
                _ => {}
            }
        }
        if is_stale {
            self.ask_threads();
        }
    }

    fn thread_step(&mut self, room: RoomId, taken: &Taken) {
        self.out.push(Step::Thread {
            room,
            root: taken.root,
            unread: taken.unread,
        });
    }
}

fn choice(own: &OwnList, room: RoomId, root: Seq) -> Choice {
    let (follow, since) = match own.of(OwnKey::Follow(room, root)) {
        Some(Own::Follow { on, since, .. }) => (*on, *since),
        _ => (None, Seq::ZERO),
    };
    Choice {
        follow,
        since,
        read: match own.of(OwnKey::Read(room, root)) {
            Some(Own::Read { seq, at, .. }) => Some((*seq, *at)),
            _ => None,
        },
    }
}
