//! Sends handed to the room's writer, and what became of them.
//!
//! It promises that a forwarded send is answered once: by its event in the log, by the writer's word while nothing else
//! was tried, or by the log after it was appended here. Who the writer is may be wrong or differ between nodes: that
//! costs time, never safety. It must not know how a node is reached.

use std::collections::{BTreeMap, BTreeSet};

use hearth_protocol::{ErrorCode, Retry, Seq, mutant};

use super::{
    Room, Turn,
    api::{Effect, Ticket},
    append::ItemKey,
    config::RoomBounds,
};
use crate::{port::NodeName, refusal::Refusal};

#[derive(Debug)]
struct Waiting {
    to: NodeName,
    ticket: Ticket,
    since: u64,
    until: u64,
}

/// How long an answer may take, from those that came: the retransmission timer of TCP (RFC 6298). To append here while
/// the writer is only slow has both race for every append, which makes both slower.
#[derive(Debug, Default)]
struct Pace {
    /// The smoothed time of an answer and how far answers are from it, each times eight.
    mean: u64,
    spread: u64,
    /// Doubled with each time-out in a row, until an answer comes.
    backed_off: u32,
}

impl Pace {
    fn answered(&mut self, took: u64) {
        self.backed_off = 0;
        if self.mean == 0 {
            self.mean = took * 8;
            self.spread = took * 4;
        } else {
            let off = (took * 8).abs_diff(self.mean);
            self.spread = self.spread - self.spread / 4 + off / 4;
            self.mean = self.mean - self.mean / 8 + took;
        }
    }

    fn timed_out(&mut self) {
        self.backed_off = (self.backed_off + 1).min(16);
    }

    fn timeout(&self, bounds: &RoomBounds) -> u64 {
        let expected = (self.mean + 4 * self.spread) / 8;
        let most = bounds
            .forward_timeout_ms_max
            .min(bounds.send_deadline_ms / 2);
        (expected.max(bounds.forward_timeout_ms) << self.backed_off)
            .min(most.max(bounds.forward_timeout_ms))
    }
}

#[derive(Debug, Default)]
pub(super) struct Forwards {
    writer: Option<NodeName>,
    pace: Pace,
    waiting: BTreeMap<ItemKey, Waiting>,
    tickets: BTreeMap<Ticket, ItemKey>,
    times: BTreeSet<(u64, ItemKey)>,
    shunned: Option<(NodeName, u64)>,
}

impl Forwards {
    pub(super) fn set_writer(&mut self, writer: Option<NodeName>) {
        self.writer = writer;
    }

    /// To whom a new send goes: `None` if it is appended here.
    pub(super) fn writer(&self, now: u64) -> Option<&NodeName> {
        let writer = self.writer.as_ref()?;
        match &self.shunned {
            Some((node, until)) if node == writer && now < *until => None,
            _ => Some(writer),
        }
    }

    fn add(&mut self, key: ItemKey, waiting: Waiting) {
        self.times.insert((waiting.until, key));
        self.tickets.insert(waiting.ticket, key);
        self.waiting.insert(key, waiting);
    }

    /// Takes a send out whose writer was heard of in time, by its reply or by the event.
    pub(super) fn answered(&mut self, key: ItemKey, now: u64) {
        if let Some(waiting) = self.waiting.get(&key) {
            self.pace.answered(now.saturating_sub(waiting.since));
        }
        self.remove(key);
    }

    /// Takes a send out of those that wait for their writer. Nothing is believed of it any more.
    pub(super) fn remove(&mut self, key: ItemKey) -> Option<NodeName> {
        let waiting = self.waiting.remove(&key)?;
        self.times.remove(&(waiting.until, key));
        if !mutant!("forward-believed-after-timeout") {
            self.tickets.remove(&waiting.ticket);
        }
        Some(waiting.to)
    }

    pub(super) fn is_waiting(&self, key: ItemKey) -> bool {
        self.waiting.contains_key(&key)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Gives back what has become empty.
    pub(super) fn shrink(&mut self) {
        if self.is_empty() {
            self.waiting = BTreeMap::new();
            self.times = BTreeSet::new();
        }
        if self.tickets.is_empty() {
            self.tickets = BTreeMap::new();
        }
    }

    pub(super) fn deadline_ms(&self) -> Option<u64> {
        self.times.first().map(|(at, _)| *at)
    }
}

impl Room {
    /// Hands a new send over.
    pub(super) fn forward(
        &mut self,
        key: ItemKey,
        to: NodeName,
        ticket: Ticket,
        turn: &mut Turn<'_>,
    ) {
        let timeout = self.forwards.pace.timeout(&self.config.bounds);
        let waiting = Waiting {
            to: to.clone(),
            ticket,
            since: turn.now,
            until: turn.now + timeout + self.chance.upto(timeout / 2),
        };
        let Some(send) = self.sends.forwarded(key) else {
            return;
        };
        self.counters.forwards += 1;
        self.forwards.add(key, waiting);
        turn.out.push(Effect::Forward { to, ticket, send });
    }

    /// Appends a forwarded send here, and with it what the same device sent before and still waits for the same writer:
    /// a later send must not overtake it (rule 7).
    fn fall_back(&mut self, key: ItemKey) {
        let device = self.sends.device(key);
        let mut keys: Vec<ItemKey> = self
            .forwards
            .waiting
            .range(..=key)
            .map(|(k, _)| *k)
            .collect();
        keys.retain(|k| *k == key || self.sends.device(*k) == device);
        for key in keys {
            if self.forwards.remove(key).is_some() {
                self.counters.fallbacks += 1;
                self.sends.queue(key);
            }
        }
    }

    /// Those whose writer did not answer in time.
    pub(super) fn settle_forwards(&mut self, turn: &mut Turn<'_>) {
        while let Some((at, key)) = self.forwards.times.first().copied() {
            if at > turn.now {
                return;
            }
            let to = self.forwards.waiting.get(&key).map(|w| w.to.clone());
            self.fall_back(key);
            if let Some(to) = to {
                // Those that were forwarded together run out together: that is one time-out.
                if self.forwards.writer(turn.now) == Some(&to) {
                    self.forwards.pace.timed_out();
                }
                let until = turn.now + self.config.bounds.shun_ms;
                self.forwards.shunned = Some((to, until));
            }
        }
    }

    pub(super) fn on_replied(
        &mut self,
        ticket: Ticket,
        result: Result<Seq, Refusal>,
        turn: &mut Turn<'_>,
    ) {
        let Some(key) = self.forwards.tickets.get(&ticket).copied() else {
            return;
        };
        let passed_on = match &result {
            Ok(_) => true,
            // The writer is there and has too much to do: to append here as well would only add to it. That it is too
            // soon for the sender's next message, this node would find as well.
            Err(refusal) if matches!(refusal.code, ErrorCode::Busy | ErrorCode::Slow) => true,
            Err(refusal) => refusal.code.retry() != Retry::Same,
        };
        if passed_on {
            // A refusal comes without an append, and tells nothing of how long one takes.
            if result.is_ok() {
                self.forwards.answered(key, turn.now);
            }
            self.answer(key, &result, turn);
        } else {
            self.fall_back(key);
        }
    }
}
