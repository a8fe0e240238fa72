//! What stood on a screen: each event once, none left out in silence, and as the log has it.

use hearth_protocol::Seq;

use super::{Bench, Promise, Seen, Tally};
use crate::history::{ClientNo, RoomNo, Run};

impl Seen<'_> {
    pub(super) fn shown(
        &mut self,
        at: u64,
        c: ClientNo,
        run: &Run,
        bench: &mut Bench,
        tally: &mut Tally,
    ) {
        let count = run.to.0.saturating_sub(run.from.0) + 1;
        tally.shown += count;
        let room = run.room;
        bench.judged(Promise::Once, count);
        bench.judged(Promise::Complete, count);
        bench.judged(Promise::Honest, 1);
        self.content(at, run, "shown", bench);
        let Some(screen) = self.screens.get_mut(&(c, room)) else {
            return bench.wrong(Promise::Once, &[at], || {
                format!("client {c} put events of room {room} before its person, which is not on its screen")
            });
        };
        let (position, line) = (screen.position, screen.line);
        if run.from <= position {
            bench.wrong(Promise::Once, &[line, at], || {
                format!(
                    "client {c} showed event {} of room {room} again or late: it had shown up to {position}",
                    run.from
                )
            });
        } else if run.from > position.next() {
            silent(c, room, position.next(), run.from, &[line, at], bench);
        }
        screen.position = screen.position.max(run.to);
        screen.line = at;
    }

    /// A run is what the log has under its numbers.
    pub(super) fn content(&self, at: u64, run: &Run, what: &str, bench: &mut Bench) {
        let room = run.room;
        let Some(log) = self.log(room) else { return };
        let Some((heads, mut deeds, known)) = log.sums(run.from, run.to) else {
            return bench.wrong(Promise::Durable, &[at], || {
                format!(
                    "events {} to {} of room {room} were {what}, and the log ends at {}",
                    run.from,
                    run.to,
                    log.head()
                )
            });
        };
        for seq in &run.erased {
            if let Some(deed) = log.deed(*seq).filter(|deed| !deed.is_erased()) {
                deeds = deeds.minus(deed.digest());
            }
            bench.judged(Promise::Projected, 1);
            let is_erased = log.deleted(*seq, log.head()).is_some()
                || log.row(*seq).is_some_and(|row| row.deed.is_erased());
            if !is_erased {
                bench.wrong(Promise::Projected, &[at], || {
                    format!("event {seq} of room {room} came as erased, and nobody deleted it")
                });
            }
        }
        if heads != run.heads || (known && deeds != run.deeds) {
            bench.wrong(Promise::Ordered, &[log.line(run.from), at], || {
                format!(
                    "among events {} to {} of room {room}, {what}, is one that is not what the log has there",
                    run.from, run.to
                )
            });
        }
    }
}

/// Events that were left out of a screen without a word.
pub(super) fn silent(
    c: ClientNo,
    room: RoomNo,
    from: Seq,
    next: Seq,
    lines: &[u64],
    bench: &mut Bench,
) {
    let to = next.0.saturating_sub(1);
    bench.wrong(Promise::Complete, lines, || {
        format!("client {c} did not show events {from} to {to} of room {room}")
    });
    bench.wrong(Promise::Honest, lines, || {
        format!("client {c} was not told that events {from} to {to} of room {room} are missing")
    });
}
