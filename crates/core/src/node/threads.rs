//! Threads as they stand for a user: those that they follow, and the messages of one.
//!
//! Who has a part in a thread and what is its newest is in the room's fold; what a user has chosen is their own; all
//! messages of a thread, however old, are found by cells of the projection.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt, TryStreamExt, stream};
use hearth_protocol::{
    ErrorCode, Event, MessageState, Own, RoomId, Seq, Thread, ThreadLength, User, UserId,
    bounds::{PAGE_EVENTS_MAX, THREADS_PAGE_MAX},
};
use tokio::sync::oneshot;

use super::{
    Lane, Node,
    chat::{OVERLAY_EVENTS_MAX, answered, far_behind, not_member, overlay},
    room_task::Command,
};
use crate::{
    log::Entry,
    own::{Owned, ThreadChoice},
    port::{Cell, End, StoreError},
    refusal::Refusal,
    room::ThreadView,
    session::{ThreadList, ThreadPage, Window},
};

/// Runs of messages read beside each other.
const READS_AT_ONCE: usize = 8;
/// Rooms asked beside each other for one user's threads.
const ROOMS_AT_ONCE: usize = 32;
/// So many events between two messages of a thread are read with them: cheaper than a second read.
const BETWEEN_MAX: u64 = 8;

/// A place in the list of followed threads: the one written in last comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    last_ms: u64,
    room: RoomId,
    root: Seq,
}

impl Place {
    fn of(room: RoomId, thread: &ThreadView) -> Self {
        Self {
            last_ms: thread.last_ms,
            room,
            root: thread.root,
        }
    }

    fn text(self) -> String {
        format!("{}.{}.{}", self.last_ms, self.root.0, self.room)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        Some(Self {
            last_ms: parts.next()?.parse().ok()?,
            root: Seq(parts.next()?.parse().ok()?),
            room: parts.next()?.parse().ok()?,
        })
    }
}

/// Messages as they stand.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// Those of which there is a row, ascending; deleted ones as `erased`.
    pub(super) events: Vec<Event>,
    pub(super) states: BTreeMap<Seq, MessageState>,
    /// The log's end as of which.
    pub(super) head: Seq,
}

impl Node {
    /// A page of the threads that a user follows, the one written in last first; how many of all of them have something
    /// unread; and where the next page begins. It asks the user's rooms as their list does.
    ///
    /// # Errors
    /// `after` is no place, the store is away, also for one of the rooms, or there is too much to do.
    pub async fn threads(
        &self,
        by: &User,
        after: Option<&str>,
        limit: usize,
    ) -> Result<ThreadList, Refusal> {
        self.pressure().admit(Lane::History)?;
        let after = after.map(|text| {
            let bad = || {
                let text = "`after` is the `next` of the page before.";
                Refusal::new(ErrorCode::BadRequest, text)
            };
            Place::parse(text).ok_or_else(bad)
        });
        let after = after.transpose()?;
        let limit = limit.clamp(1, THREADS_PAGE_MAX);
        let (rooms, owned) = tokio::join!(self.rooms_of(by.id), self.owned(by.id));
        let (rooms, (_, owned)) = (rooms?, owned?);
        let owned = &owned;
        let asked = stream::iter(rooms).map(|room| async move {
            let followed = self.followed(by.id, room, owned).await?.into_iter();
            let places = followed.map(|view| (Place::of(room, &view), view));
            Ok::<_, Refusal>(places.collect())
        });
        let followed: Vec<Vec<(Place, ThreadView)>> =
            asked.buffered(ROOMS_AT_ONCE).try_collect().await?;
        let mut followed = followed.concat();
        let unread = followed.iter().filter(|(_, of)| !of.unread.is_empty());
        let unread = unread.count() as u64;
        followed.retain(|(place, _)| after.is_none_or(|after| *place < after));
        followed.sort_by_key(|(place, _)| std::cmp::Reverse(*place));
        let next = match followed.get(limit) {
            Some(_) => followed.get(limit - 1).map(|(place, _)| place.text()),
            None => None,
        };
        followed.truncate(limit);
        let shown = followed.into_iter();
        let shown = shown.map(|(place, view)| self.with_root(by.id, place.room, view));
        let threads = stream::iter(shown).buffered(READS_AT_ONCE).try_collect();
        Ok(ThreadList {
            threads: threads.await?,
            unread,
            next,
        })
    }

    /// The threads of a room that a user follows; none for who is no member.
    pub(super) async fn followed(
        &self,
        by: UserId,
        room: RoomId,
        owned: &Owned,
    ) -> Result<Vec<ThreadView>, Refusal> {
        let view = self.view(by, room, Seq::ZERO).await?;
        if view.role.is_none() || !view.threaded {
            return Ok(Vec::new());
        }
        let (reply, answer) = oneshot::channel();
        let choices = owned.threads_of(room);
        let command = Command::Followed { by, choices, reply };
        self.command(room, command).await?;
        Ok(answered(answer).await?.unwrap_or_default())
    }

    /// A thread with the message at which it begins.
    async fn with_root(
        &self,
        by: UserId,
        room: RoomId,
        view: ThreadView,
    ) -> Result<Thread, Refusal> {
        let root = BTreeSet::from([view.root]);
        match self.standing(by, room, &root, Seq::ZERO).await {
            Ok(mut standing) => Ok(shown(room, view, &mut standing)),
            // They were put out in between: the words are not shown, and next time the thread is not either.
            Err(refusal) if refusal.code == ErrorCode::NotMember => {
                Ok(shown(room, view, &mut Standing::default()))
            }
            Err(refusal) => Err(refusal),
        }
    }

    /// A page of a thread's messages, and the thread.
    ///
    /// # Errors
    /// Not a member, no thread can begin there, the store is away, or there is too much to do.
    pub async fn thread(
        &self,
        by: &User,
        room: RoomId,
        root: Seq,
        window: Window,
        limit: usize,
    ) -> Result<ThreadPage, Refusal> {
        self.pressure().admit(Lane::History)?;
        let nowhere = || {
            let text = "There is no message of the room at which a thread could begin.";
            Refusal::new(ErrorCode::NotFound, text)
        };
        let head = self.member_view(by.id, room).await?.head.seq;
        // It may just have been written at another node.
        if root > head && root > self.looked_view(by.id, room).await?.head.seq {
            return Err(nowhere());
        }
        let limit = limit.clamp(1, PAGE_EVENTS_MAX);
        let (_, owned) = self.owned(by.id).await?;
        let choices = owned.threads_of(room);
        let choice = choices.get(&root).copied().unwrap_or_default();
        let asked = vec![(root, choice)];
        let (mut views, head) = self.thread_views(by.id, room, asked).await?;
        let view = views.pop().unwrap_or_default();
        let (from, to, end) = match window {
            Window::Before(seq) => (root.next(), Seq(seq.0.saturating_sub(1)), End::Last),
            Window::After(seq) => (seq.max(root).min(head).next(), head, End::First),
            Window::Newest | Window::Around(_) | Window::At(_) => (root.next(), head, End::Last),
        };
        let within = (from, to.min(head));
        let found = self.thread_messages(room, root, within, end, limit + 1);
        let mut seqs = found.await?;
        let is_more = seqs.len() > limit;
        if is_more {
            match end {
                End::First => drop(seqs.pop_last()),
                End::Last => drop(seqs.pop_first()),
            }
        }
        let (more_before, more_after) = match end {
            End::First => (from > root.next(), is_more),
            End::Last => (is_more, to < head),
        };
        let mut wanted = seqs;
        wanted.insert(root);
        let mut standing = self.standing(by.id, room, &wanted, head).await?;
        let begins = standing.events.first();
        let can_begin = begins.is_some_and(|event| {
            event.seq == root && event.body.thread().is_none() && event.body.may_have_been_message()
        });
        if !can_begin {
            return Err(nowhere());
        }
        let thread = shown(room, view, &mut standing);
        Ok(ThreadPage {
            thread,
            head: standing.head,
            events: standing.events,
            states: standing.states.into_values().collect(),
            more_before,
            more_after,
        })
    }

    /// Threads as they stand for a user, by what they have chosen in each, and the log's end as of which.
    ///
    /// # Errors
    /// Not a member, or the room cannot be asked.
    pub(super) async fn thread_views(
        &self,
        by: UserId,
        room: RoomId,
        asked: Vec<(Seq, ThreadChoice)>,
    ) -> Result<(Vec<ThreadView>, Seq), Refusal> {
        let (reply, answer) = oneshot::channel();
        let command = Command::Threads { by, asked, reply };
        self.command(room, command).await?;
        answered(answer).await?.ok_or_else(not_member)
    }

    /// How long the threads are that begin from the one message to the other, as far as the node has come. A room that
    /// does not say so in time leaves it untold.
    pub(super) async fn thread_lengths(
        &self,
        by: UserId,
        room: RoomId,
        from: Seq,
        to: Seq,
    ) -> Vec<(Seq, ThreadLength)> {
        let (reply, answer) = oneshot::channel();
        let command = Command::ThreadLengths {
            by,
            from,
            to,
            reply,
        };
        match self.command(room, command).await {
            Ok(()) => answered(answer).await.unwrap_or_default(),
            Err(_) => Vec::new(),
        }
    }

    /// Which messages are in a thread: by the projection up to its mark, which is read first, and by the log after it
    /// (LOG.md rule 29).
    async fn thread_messages(
        &self,
        room: RoomId,
        root: Seq,
        (from, to): (Seq, Seq),
        end: End,
        limit: usize,
    ) -> Result<BTreeSet<Seq>, Refusal> {
        let read = async {
            let projected = self.0.store.projected(room).await?.seq;
            let store = &self.0.store;
            let cells = store.thread_messages(room, root, (from, to), end, limit);
            let seqs: BTreeSet<Seq> = cells.await?.into_iter().collect();
            let start = projected.next().max(from);
            let log = self.run(room, start, to, OVERLAY_EVENTS_MAX + 1).await?;
            Ok::<_, StoreError>((seqs, log))
        };
        let (mut seqs, log) = read.await.map_err(|error| self.refused(error))?;
        // The mark may move on before it is read again: nobody else would say that some are missing.
        if log.len() > OVERLAY_EVENTS_MAX {
            return Err(far_behind(room));
        }
        let in_thread = |entry: &&Entry| {
            let thread = entry.event.body.thread();
            thread.is_some_and(|thread| thread.root == root)
        };
        seqs.extend(log.iter().filter(in_thread).map(Entry::seq));
        while seqs.len() > limit {
            match end {
                End::First => seqs.pop_last(),
                End::Last => seqs.pop_first(),
            };
        }
        Ok(seqs)
    }

    /// Messages that lie anywhere in the log, as they stand as of its end at `head` or later.
    ///
    /// # Errors
    /// Not a member, or the store is away.
    pub(super) async fn standing(
        &self,
        by: UserId,
        room: RoomId,
        seqs: &BTreeSet<Seq>,
        head: Seq,
    ) -> Result<Standing, Refusal> {
        let (Some(first), Some(last)) = (seqs.first().copied(), seqs.last().copied()) else {
            return Ok(Standing {
                head,
                ..Standing::default()
            });
        };
        let mut view = self.view(by, room, head).await?;
        // The mark first, then the cells, then the log's end over them (LOG.md rule 29).
        let projected = self.0.store.projected(room).await;
        let projected = projected.map_err(|error| self.refused(error))?;
        let reads = stream::iter(runs(seqs)).map(|(from, to)| self.run_with_cells(room, from, to));
        let read: Vec<(Vec<Entry>, Vec<Cell>)> = reads
            .buffered(READS_AT_ONCE)
            .try_collect()
            .await
            .map_err(|error| self.refused(error))?;
        let (rows, cells): (Vec<_>, Vec<_>) = read.into_iter().unzip();
        let cells = cells.concat();
        let newest = cells.iter().map(Cell::clock).max().unwrap_or_default();
        if newest > view.head.seq {
            view = self.view(by, room, newest).await?;
        }
        // Nobody is shown what came after their removal.
        view.role.ok_or_else(not_member)?;
        let head = view.head.seq;
        let from = projected.seq.next();
        let end = self.run(room, from, head, OVERLAY_EVENTS_MAX + 1).await;
        let end = end.map_err(|error| self.refused(error))?;
        if end.len() > OVERLAY_EVENTS_MAX {
            return Err(far_behind(room));
        }
        let mut states = overlay(first, last, &cells, &end);
        states.retain(|seq, _| seqs.contains(seq));
        let rows = rows.into_iter().flatten();
        let rows = rows.filter(|entry| seqs.contains(&entry.seq()));
        let events = rows.map(|entry| {
            let mut event = entry.event;
            let state = states.get(&event.seq);
            if state.is_some_and(|state| state.deleted.is_some()) {
                event.body = event.body.erased();
            }
            event
        });
        Ok(Standing {
            events: events.collect(),
            states,
            head,
        })
    }

    async fn run_with_cells(
        &self,
        room: RoomId,
        from: Seq,
        to: Seq,
    ) -> Result<(Vec<Entry>, Vec<Cell>), StoreError> {
        let rows = self.run(room, from, to, PAGE_EVENTS_MAX).await?;
        let cells = self.0.store.message_cells(room, from, to).await?;
        Ok((rows, cells))
    }

    /// Fills in of a thread's things what the server knows: nobody has read what is not there yet.
    pub(super) async fn completed_own(&self, user: UserId, own: Own) -> Result<Own, Refusal> {
        match own {
            Own::Follow { room, root, on, .. } => {
                let since = match on {
                    Some(true) => self.member_view(user, room).await?.head.seq,
                    // Also of a room that one has left.
                    Some(false) | None => Seq::ZERO,
                };
                Ok(Own::Follow {
                    room,
                    root,
                    on,
                    since,
                })
            }
            Own::Read {
                room,
                root,
                seq,
                back,
                ..
            } => {
                let mut view = self.member_view(user, room).await?;
                if back || seq > view.head.seq {
                    // They may have read it at another node, or written there before they set it back.
                    view = self.looked_view(user, room).await?;
                }
                let head = view.head.seq;
                Ok(Own::Read {
                    room,
                    root,
                    seq: seq.min(head),
                    back,
                    at: if back { head } else { Seq::ZERO },
                })
            }
            own => Ok(own),
        }
    }
}

/// Takes a thread's first message out of what stands, where it is the first.
fn shown(room: RoomId, view: ThreadView, standing: &mut Standing) -> Thread {
    let is_root = |event: &Event| event.seq == view.root;
    let message = match standing.events.first().is_some_and(is_root) {
        true => Some(standing.events.remove(0)),
        false => None,
    };
    Thread {
        room,
        root: view.root,
        message,
        state: standing.states.remove(&view.root),
        messages: view.messages,
        last: view.last,
        last_ms: view.last_ms,
        following: view.following,
        read: view.read,
        unread: view.unread,
    }
}

/// The messages in runs, of a page at most, that are read at once.
fn runs(seqs: &BTreeSet<Seq>) -> Vec<(Seq, Seq)> {
    let mut runs: Vec<(Seq, Seq)> = Vec::new();
    for seq in seqs {
        match runs.last_mut() {
            Some((from, to))
                if seq.0 - to.0 <= BETWEEN_MAX && seq.0 - from.0 < PAGE_EVENTS_MAX as u64 =>
            {
                *to = *seq;
            }
            _ => runs.push((*seq, *seq)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_near_each_other_are_read_at_once_and_those_far_apart_are_not() {
        let seqs = [1, 3, 11, 20, 21].map(Seq).into_iter().collect();
        let runs: Vec<(u64, u64)> = runs(&seqs).iter().map(|(a, b)| (a.0, b.0)).collect();
        assert_eq!(runs, [(1, 11), (20, 21)]);
    }

    #[test]
    fn a_place_is_read_as_it_is_written() {
        let place = Place {
            last_ms: 1_700_000_000_000,
            room: RoomId(uuid::Uuid::from_u128(7)),
            root: Seq(12),
        };
        assert_eq!(Place::parse(&place.text()), Some(place));
        assert_eq!(Place::parse("12"), None);
    }
}
