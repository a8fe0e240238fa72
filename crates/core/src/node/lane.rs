//! Lanes: what goes first and what is left out when there is more to say than can be sent.
//!
//! A frame's lane is named where it is pushed. An outbox that fills, or a node that has as much waiting as it may, takes
//! the lanes off from the lowest up, each at its own mark. Acknowledgements and events are never left out: a socket that
//! cannot take them is closed as slow, and resumes by number. It must not know sockets.

use hearth_protocol::{CloseCode, ErrorCode, ServerFrame};

use crate::refusal::Refusal;

/// When to ask again for what was shed.
const RETRY_MS: u64 = 1_000;

/// A lane, the highest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// Answers to what a client asked: acknowledgements, refusals, `welcome`, `room`, `done`, `pong`, `drain`.
    Acks,
    /// A room's log: `events`, `gap`, `reset`, `left`; and what changes of a user's own.
    Events,
    /// What can be asked for again: pages of history, of members and of bans, pinned messages, all that is one's own.
    History,
    /// Read marks.
    Receipts,
    /// Who is writing.
    Typing,
    /// Who is there.
    Presence,
}

/// What became of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushed {
    /// Sent or queued; or dropped with its socket, which is closed.
    Taken,
    /// Left out for want of room, and counted.
    Shed,
}

impl Lane {
    /// All of them, the highest first.
    pub const ALL: [Self; 6] = [
        Self::Acks,
        Self::Events,
        Self::History,
        Self::Receipts,
        Self::Typing,
        Self::Presence,
    ];

    /// As in `docs/protocol.md` and in the metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Acks => "acks",
            Self::Events => "events",
            Self::History => "history",
            Self::Receipts => "receipts",
            Self::Typing => "typing",
            Self::Presence => "presence",
        }
    }

    /// Up to how many percent of a bound the lane may fill it; `None`: to the end. Equal steps, so that each lane has
    /// as much to give up as the one below it.
    pub const fn percent_max(self) -> Option<usize> {
        match self {
            Self::Acks | Self::Events => None,
            Self::History => Some(80),
            Self::Receipts => Some(60),
            Self::Typing => Some(40),
            Self::Presence => Some(20),
        }
    }

    /// Whether the lane is still taken where `filled` of `bound` are in use.
    pub const fn fits(self, filled: usize, bound: usize) -> bool {
        match self.percent_max() {
            Some(percent) => filled <= bound / 100 * percent,
            None => true,
        }
    }

    /// Where a frame belongs.
    pub fn of(frame: &ServerFrame) -> Self {
        match frame {
            ServerFrame::Welcome { .. }
            | ServerFrame::Room { .. }
            | ServerFrame::Ack { .. }
            | ServerFrame::Done { .. }
            | ServerFrame::Pong { .. }
            | ServerFrame::Drain { .. }
            | ServerFrame::Error { .. } => Self::Acks,
            ServerFrame::Events { .. }
            | ServerFrame::Gap { .. }
            | ServerFrame::Reset { .. }
            | ServerFrame::Left { .. } => Self::Events,
            ServerFrame::History { .. }
            | ServerFrame::Members { .. }
            | ServerFrame::Bans { .. }
            | ServerFrame::Pins { .. }
            | ServerFrame::Edits { .. }
            | ServerFrame::Found { .. }
            | ServerFrame::Thread { .. }
            | ServerFrame::Threads { .. } => Self::History,
            ServerFrame::Own { r#ref: Some(_), .. }
            | ServerFrame::Receipts { r#ref: Some(_), .. } => Self::History,
            ServerFrame::Own { r#ref: None, .. } => Self::Events,
            ServerFrame::Mark { .. } | ServerFrame::Receipts { r#ref: None, .. } => Self::Receipts,
            ServerFrame::Typing { .. } => Self::Typing,
            ServerFrame::Presence { .. } => Self::Presence,
        }
    }

    /// Counts one thing of this lane that was left out.
    pub fn count_shed(self) {
        metrics::counter!("hearth_shed_total", "lane" => self.name()).increment(1);
    }
}

/// What is answered to a request that was shed.
pub(crate) fn shed() -> Refusal {
    let text = "The server has more to do than it can, and does this last. Ask again in a moment.";
    Refusal::new(ErrorCode::Busy, text).retry_after(RETRY_MS)
}

/// The way out of one socket.
pub trait Outbox: Send + Sync {
    /// One text message. Goes out at once or is queued; never waits. What no longer fits the lane's part of the
    /// outbox is shed; in the lanes that are never shed it closes the socket with [`CloseCode::Slow`], and is dropped
    /// with all that follows.
    fn push(&self, lane: Lane, text: &bytes::Bytes) -> Pushed;

    /// The end, after what is queued has gone, or after a bounded time. Idempotent.
    fn close(&self, code: CloseCode);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_are_shed_from_the_lowest_up_and_the_first_two_never() {
        for filled in 0..=1_000 {
            let taken: Vec<bool> = Lane::ALL.iter().map(|l| l.fits(filled, 1_000)).collect();
            assert!(
                taken.is_sorted_by(|higher, lower| higher >= lower),
                "{filled}"
            );
            assert!(taken[0] && taken[1], "{filled}");
        }
        let kept = |filled| Lane::ALL.iter().filter(|l| l.fits(filled, 1_000)).count();
        assert_eq!([200, 201, 401, 601, 801].map(kept), [6, 5, 4, 3, 2]);
    }
}
