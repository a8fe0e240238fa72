//! What users were told of their rooms: counts, roles and read marks.

use hearth_protocol::Seq;

use super::{Bench, Promise, Seen, Standing};
use crate::history::{Deed, RoomNo, Snap, UserNo};

/// Own messages move the mark within this.
const MOVED_US: u64 = 10_000_000;

impl Seen<'_> {
    /// A room as it was described to a user.
    pub(super) fn snapshot(&self, at: u64, u: UserNo, snap: &Snap, bench: &mut Bench) {
        let room = snap.room;
        let Some(log) = self.log(room) else { return };
        bench.judged(Promise::Counted, 2);
        bench.judged(Promise::Projected, 3);
        bench.judged(Promise::Private, 1);
        let head = snap.head;
        if head > log.head() {
            return bench.wrong(Promise::Durable, &[at], || {
                let end = log.head();
                format!("room {room} was described up to event {head}, and its log ends at {end}")
            });
        }
        let Some(role) = log.role(u, head) else {
            let promise = if log.changes(u).iter().any(|change| change.at <= head) {
                Promise::Fenced
            } else {
                Promise::Private
            };
            return bench.wrong(promise, &[at], || {
                format!("user {u} was shown room {room} as of event {head}, and was no member then")
            });
        };
        if role != snap.role {
            bench.wrong(Promise::Projected, &[at], || {
                let said = snap.role;
                format!(
                    "user {u} is {role:?} in room {room} as of event {head}, and was told {said:?}"
                )
            });
        }
        let members = log.members(head);
        if members != snap.members {
            bench.wrong(Promise::Projected, &[at], || {
                let said = snap.members;
                format!(
                    "room {room} has {members} members as of event {head}, and {said} were told"
                )
            });
        }
        if log.topic(head) != snap.topic {
            bench.wrong(Promise::Projected, &[at], || {
                format!("room {room} had another topic as of event {head} than was told")
            });
        }
        let ordinal = log.ordinal(head);
        if ordinal != snap.ordinal {
            bench.wrong(Promise::Counted, &[at], || {
                let said = snap.ordinal;
                format!(
                    "{ordinal} messages lie up to event {head} of room {room}, and {said} were told"
                )
            });
        }
        let unread = ordinal.saturating_sub(log.ordinal(snap.mark));
        if unread != snap.unread {
            bench.wrong(Promise::Counted, &[at], || {
                format!(
                    "user {u} has {unread} unread in room {room} (mark {}, end {head}), and {} were told",
                    snap.mark, snap.unread
                )
            });
        }
    }

    /// A user's read mark as it was shown: one that the log or the user explains, and never older than one that had
    /// been shown before the question.
    #[allow(
        clippy::too_many_arguments,
        reason = "one observation: where, when, who, what"
    )]
    pub(super) fn mark(
        &mut self,
        at: u64,
        t: u64,
        u: UserNo,
        room: RoomNo,
        mark: Standing,
        asked: Option<u64>,
        bench: &mut Bench,
    ) {
        bench.judged(Promise::Counted, 1);
        let Some(log) = self.log(room) else { return };
        let marked = self.judged.marks.get(&(u, room));
        let own = log.row(mark.seq).is_some_and(|row| row.by == u)
            && log.deed(mark.seq).is_none_or(Deed::counts);
        let told = marked.is_some_and(|marked| marked.seqs.contains(&mark.seq));
        let backs = marked.map_or(0, |marked| marked.backs);
        if (mark.seq > Seq::ZERO && !own && !told) || mark.revision > backs {
            bench.wrong(Promise::Counted, &[at], || {
                format!(
                    "user {u} has read mark {} (revision {}) in room {room}: they neither wrote it nor set it",
                    mark.seq, mark.revision
                )
            });
        }
        let best = self.marks.entry((u, room)).or_insert((mark, t, at));
        let (before, seen, line) = *best;
        if mark < before && asked.is_some_and(|asked| asked > seen) {
            bench.wrong(Promise::Counted, &[line, at], || {
                format!(
                    "user {u}'s read mark in room {room} went back from {} to {}",
                    before.seq, mark.seq
                )
            });
        }
        if mark > before {
            *best = (mark, t, at);
        }
    }

    /// One's own message moves the mark, in its own time. A node that dies takes with it what it had not written yet, so
    /// this is asked only of messages that were stored in peace; and not of who has set the mark back.
    pub(super) fn moved(
        &self,
        at: u64,
        u: UserNo,
        room: RoomNo,
        mark: Standing,
        bench: &mut Bench,
    ) {
        let key = (u, room);
        let Some((seq, t)) = self.judged.wrote.get(&key).copied() else {
            return;
        };
        let backs = self.judged.marks.get(&key).map_or(0, |marked| marked.backs);
        let calm = self
            .cluster
            .is_calm(t.saturating_sub(MOVED_US), t + MOVED_US);
        if backs > 0 || !calm {
            return;
        }
        bench.judged(Promise::Counted, 1);
        if mark.seq < seq {
            bench.wrong(Promise::Counted, &[at], || {
                format!(
                    "user {u} wrote event {seq} of room {room}, and their read mark is {} at the end",
                    mark.seq
                )
            });
        }
    }
}
