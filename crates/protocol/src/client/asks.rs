//! Requests: what was asked and is not answered yet. Each may be repeated without harm, so they outlive a connection.

use std::collections::BTreeMap;

use super::{
    backoff::{Backoff, Chance},
    outbox::ANSWER_MS,
};
use crate::{ClientFrame, RoomId};

/// How often a request is tried before its refusal is told to the person: half a minute or so, all in all.
const TRIES_MAX: u32 = 6;
/// How many may wait; beyond it nothing is taken.
pub const ASKS_MAX: usize = 64;

/// Who asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asker {
    /// The person: the answer is shown.
    Person,
    /// The machine, to fill a room's hole.
    Hole(RoomId),
    /// The machine, to know what is the person's own.
    Own,
    /// The machine, to know which threads the person follows.
    Threads,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Ready,
    InFlight(u64),
    Held(u64),
}

#[derive(Debug, Clone)]
struct Asked {
    frame: ClientFrame,
    asker: Asker,
    state: State,
    backoff: Backoff,
}

/// The table of requests.
#[derive(Debug, Clone, Default)]
pub(super) struct Asks {
    last: u64,
    asked: BTreeMap<u64, Asked>,
}

impl Asks {
    /// Notes a request, made with its number; `None` if there are too many.
    pub(super) fn add(
        &mut self,
        asker: Asker,
        frame: impl FnOnce(u64) -> ClientFrame,
    ) -> Option<u64> {
        // The machine's own requests are one per room and must not starve behind the person's.
        let own = asker != Asker::Person;
        let people = self.asked.values().filter(|a| a.asker == Asker::Person);
        if !own && people.count() >= ASKS_MAX {
            return None;
        }
        let number = self.number();
        let asked = Asked {
            frame: frame(number),
            asker,
            state: State::Ready,
            backoff: Backoff::default(),
        };
        self.asked.insert(number, asked);
        Some(number)
    }

    /// A number for a frame that is not kept (`ping`).
    pub(super) fn number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    /// The next request to put on the wire.
    pub(super) fn launch(&mut self, now_ms: u64) -> Option<ClientFrame> {
        let asked = self.asked.values_mut().find(|a| a.state == State::Ready)?;
        asked.state = State::InFlight(now_ms);
        Some(asked.frame.clone())
    }

    pub(super) fn in_flight(&self) -> usize {
        let states = self.asked.values().map(|a| a.state);
        states.filter(|s| matches!(s, State::InFlight(_))).count()
    }

    /// It is answered: who asked, and what. `None` if nobody did.
    pub(super) fn settle(&mut self, number: u64) -> Option<(Asker, ClientFrame)> {
        let asked = self.asked.remove(&number)?;
        Some((asked.asker, asked.frame))
    }

    /// It must be tried again later, or has been tried often enough (`false`). The machine's own never give up.
    pub(super) fn hold(
        &mut self,
        number: u64,
        at_least: Option<u64>,
        now_ms: u64,
        chance: &mut Chance,
    ) -> bool {
        let Some(asked) = self.asked.get_mut(&number) else {
            return true;
        };
        if asked.asker == Asker::Person && asked.backoff.tries() + 1 >= TRIES_MAX {
            return false;
        }
        let pause = asked.backoff.pause_after(at_least, chance);
        asked.state = State::Held(now_ms + pause);
        true
    }

    /// Whether a room's hole is asked for.
    pub(super) fn fills(&self, room: RoomId) -> bool {
        let mut askers = self.asked.values().map(|a| a.asker);
        askers.any(|asker| asker == Asker::Hole(room))
    }

    /// Whether it is asked what is the person's own.
    pub(super) fn asks_own(&self) -> bool {
        self.asked.values().any(|a| a.asker == Asker::Own)
    }

    /// Whether a page of the threads is asked for.
    pub(super) fn asks_threads(&self) -> bool {
        self.asked.values().any(|a| a.asker == Asker::Threads)
    }

    /// The connection is gone: what was in flight is asked again. Holes are found anew by the replay.
    pub(super) fn cut(&mut self) {
        self.asked.retain(|_, asked| asked.asker == Asker::Person);
        for asked in self.asked.values_mut() {
            asked.state = State::Ready;
        }
    }

    /// The room is gone.
    pub(super) fn forget(&mut self, room: RoomId) {
        self.asked.retain(|_, a| a.asker != Asker::Hole(room));
    }

    /// The time has come for what was held, and for what got no answer.
    pub(super) fn tick(&mut self, now_ms: u64) {
        for asked in self.asked.values_mut() {
            let due = match asked.state {
                State::Ready => false,
                State::InFlight(since) => now_ms >= since + ANSWER_MS,
                State::Held(until) => now_ms >= until,
            };
            if due {
                asked.state = State::Ready;
            }
        }
    }

    /// When `tick` has something to do next.
    pub(super) fn deadline(&self) -> Option<u64> {
        let times = self.asked.values().filter_map(|asked| match asked.state {
            State::Ready => None,
            State::InFlight(since) => Some(since + ANSWER_MS),
            State::Held(until) => Some(until),
        });
        times.min()
    }
}
