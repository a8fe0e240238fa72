//! What came over a socket: runs in order, none left out, and nothing of rooms that are not the user's.

use hearth_protocol::{Seq, bounds};

use super::{Bench, Log, Promise, Seen, Socket, Tally, stray};
use crate::history::{Run, SocketNo};

impl Seen<'_> {
    pub(super) fn heard(
        &mut self,
        at: u64,
        s: SocketNo,
        run: &Run,
        bench: &mut Bench,
        tally: &mut Tally,
    ) {
        let count = run.to.0.saturating_sub(run.from.0) + 1;
        tally.heard += count;
        let room = run.room;
        bench.judged(Promise::Private, 1);
        bench.judged(Promise::Ordered, count);
        bench.judged(Promise::Fenced, count);
        bench.judged(Promise::Bounded, 1);
        if run.widest > bounds::RUN_EVENTS_MAX as u64 {
            bench.wrong(Promise::Bounded, &[at], || {
                format!("a frame of {} events", run.widest)
            });
        }
        self.content(at, run, "heard", bench);
        let log = self.log(room);
        let Some(u) = self.sockets.get(&s).map(|socket| socket.u) else {
            return stray(at, bench);
        };
        let Some(hearing) = self.hearing(s, room).filter(|hearing| hearing.attached) else {
            return self.outsider(at, s, room, "events", bench);
        };
        if run.from <= hearing.position {
            let (position, line) = (hearing.position, hearing.line);
            bench.wrong(Promise::Ordered, &[line, at], || {
                format!(
                    "event {} of room {room} came on a socket after event {position}",
                    run.from
                )
            });
        } else if run.from > hearing.position.next() {
            let (position, line) = (hearing.position, hearing.line);
            tally.holes += 1;
            bench.wrong(Promise::Honest, &[line, at], || {
                format!(
                    "event {} of room {room} came on a socket after event {position}, and no gap was told",
                    run.from
                )
            });
        }
        hearing.position = hearing.position.max(run.to);
        hearing.line = at;
        if let Some((head, left)) = &mut hearing.replay {
            let replayed =
                run.to.min(*head).0.saturating_sub(run.from.0) + u64::from(run.from <= *head);
            if replayed > *left {
                bench.wrong(Promise::Bounded, &[at], || {
                    format!(
                        "more than {} events of room {room} were replayed",
                        bounds::RESUME_EVENTS_MAX
                    )
                });
                hearing.replay = None;
            } else {
                *left -= replayed;
                if hearing.position >= *head {
                    hearing.replay = None;
                }
            }
        }
        // A replay ends where the node stood when the reader was let in, membership as of there, and that may lie above
        // the number at which the room was described: who went out and came back in between is shown what is between.
        if std::mem::take(&mut hearing.is_fresh)
            && let Some(back) = log.and_then(|log| log.back_in(u, hearing.granted, run.to))
        {
            hearing.granted = back;
        }
        let from = run.from.max(hearing.granted.next());
        if let Some(seq) = log.and_then(|log| log.first_not_for(u, from, run.to)) {
            bench.wrong(Promise::Fenced, &[at], || {
                format!("user {u} was shown event {seq} of room {room}, and was no member then")
            });
        }
    }

    /// A socket ends. What its reader had waited for there is late all the same, though the next socket brings it.
    pub(super) fn left_behind(&self, at: u64, t: u64, socket: &Socket, bench: &mut Bench) {
        let Some(hello) = socket.hello else { return };
        // As long as a client may need to find that nobody is at the other end.
        let most = self.limits.late_us.max(self.limits.silence_us);
        for (room, hearing) in &socket.rooms {
            bench.judged(Promise::Honest, 1);
            let position = hearing.position;
            let head = self.log(*room).map_or(Seq::ZERO, Log::head);
            let mut missed = (position.next().0..=head.0).map(Seq);
            let stored = missed.find_map(|seq| {
                let stored = self.judged.stored.get(&(*room, seq));
                stored.map(|stored| (seq, *stored))
            });
            let Some((seq, stored)) = stored.filter(|_| hearing.attached) else {
                continue;
            };
            let late = self.cluster.unexcused(stored.max(hello), t);
            if late > most {
                let c = socket.c;
                bench.wrong(Promise::Honest, &[hearing.line, at], || {
                    format!(
                        "client {c} was connected for {:.1} s after event {seq} of room {room} was acknowledged, did not \
                         get it before the socket ended, and no fault excuses it",
                        late as f64 / 1e6
                    )
                });
            }
        }
    }
}
