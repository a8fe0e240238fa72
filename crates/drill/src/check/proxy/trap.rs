//! Traps: what is done to the next thing of its kind that comes by, wherever it does; and what has come of them.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use tokio::sync::oneshot;

/// What a trap waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Aim {
    /// An append to a room's log.
    Append,
    /// An append that begins a bucket of a log that has one already.
    RollOver,
    /// A subscription at Redis.
    Subscribe,
}

/// What it does.
#[derive(Debug)]
pub(in super::super) enum Trap {
    /// It does not reach its part.
    Lose,
    /// It does; if it is answered "applied", that does not come back.
    Hide,
    /// It waits: who sent it is told, and it goes on when that is dropped.
    Hold(oneshot::Sender<Held>),
    /// Its connection is cut.
    Cut,
}

/// What waits.
#[derive(Debug)]
pub(in super::super) struct Held {
    /// The server from which it comes.
    pub(in super::super) server: usize,
    pub(super) _go_on: oneshot::Sender<()>,
}

/// Those that are laid, and what the proxies have seen and done.
#[derive(Debug, Default)]
pub(in super::super) struct Traps {
    laid: Mutex<Vec<(Aim, Trap)>>,
    counts: Counts,
}

#[derive(Debug, Default)]
struct Counts {
    appends: AtomicU64,
    roll_overs: AtomicU64,
    subscriptions: AtomicU64,
    lost: AtomicU64,
    /// Answers that were kept, of appends that were applied.
    hidden: AtomicU64,
    cut: AtomicU64,
}

impl Traps {
    /// Lays traps: each is for one.
    pub(in super::super) fn lay(&self, aim: Aim, traps: impl IntoIterator<Item = Trap>) {
        let traps = traps.into_iter().map(|trap| (aim, trap));
        self.laid().extend(traps);
    }

    /// Takes those of an aim away into which nothing went.
    pub(in super::super) fn clear(&self, aim: Aim) {
        self.laid().retain(|(other, _)| *other != aim);
    }

    /// Such a thing comes by: what is done to it. A roll-over is an append too.
    pub(super) fn sprung(&self, what: Aim) -> Option<Trap> {
        self.counter(what).fetch_add(1, Relaxed);
        if what == Aim::RollOver {
            self.counts.appends.fetch_add(1, Relaxed);
        }
        let mut laid = self.laid();
        let fits = |aim: Aim| aim == what || (aim, what) == (Aim::Append, Aim::RollOver);
        let at = laid.iter().rposition(|(aim, _)| fits(*aim))?;
        let (_, trap) = laid.remove(at);
        match trap {
            Trap::Lose => self.counts.lost.fetch_add(1, Relaxed),
            Trap::Cut => self.counts.cut.fetch_add(1, Relaxed),
            Trap::Hide | Trap::Hold(_) => 0,
        };
        Some(trap)
    }

    pub(super) fn hid(&self) {
        self.counts.hidden.fetch_add(1, Relaxed);
    }

    /// How many of these have come by.
    pub(in super::super) fn seen(&self, what: Aim) -> u64 {
        self.counter(what).load(Relaxed)
    }

    /// How many were kept from their part.
    pub(in super::super) fn lost(&self) -> u64 {
        self.counts.lost.load(Relaxed)
    }

    /// How many answers "applied" were kept from their server.
    pub(in super::super) fn hidden(&self) -> u64 {
        self.counts.hidden.load(Relaxed)
    }

    /// How many connections were cut by traps.
    pub(in super::super) fn cut(&self) -> u64 {
        self.counts.cut.load(Relaxed)
    }

    fn counter(&self, what: Aim) -> &AtomicU64 {
        match what {
            Aim::Append => &self.counts.appends,
            Aim::RollOver => &self.counts.roll_overs,
            Aim::Subscribe => &self.counts.subscriptions,
        }
    }

    fn laid(&self) -> std::sync::MutexGuard<'_, Vec<(Aim, Trap)>> {
        self.laid.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trap_takes_what_it_is_laid_for_and_only_once() {
        let traps = Traps::default();
        traps.lay(Aim::RollOver, [Trap::Lose]);
        traps.lay(Aim::Subscribe, [Trap::Cut]);
        assert!(traps.sprung(Aim::Append).is_none());
        assert!(matches!(traps.sprung(Aim::RollOver), Some(Trap::Lose)));
        assert!(traps.sprung(Aim::RollOver).is_none());
        assert_eq!((traps.lost(), traps.cut()), (1, 0));
        assert_eq!((traps.seen(Aim::Append), traps.seen(Aim::RollOver)), (3, 2));
        traps.clear(Aim::Subscribe);
        assert!(traps.sprung(Aim::Subscribe).is_none());
        traps.lay(Aim::Append, [Trap::Hide]);
        assert!(matches!(traps.sprung(Aim::RollOver), Some(Trap::Hide)));
    }
}
