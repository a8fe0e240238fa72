//! The outbox: what the person sent and what is not settled yet, in order, room by room.
//!
//! Promises: one send in flight per room; sends of a room leave in the order in which they came; whatever was on the
//! wire once goes again with the same id, `after`, device and `n`; each leaves exactly once. It knows no socket.

use std::collections::{BTreeMap, VecDeque};

use super::{
    backoff::{Backoff, Chance},
    step::{NotTaken, Pending},
};
use crate::{DeviceId, RoomId, SendId, Seq, mutant};

/// How long an answer may take on a living connection before the same is sent again.
pub(super) const ANSWER_MS: u64 = 20_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// May go as soon as it is first and the room is up to date.
    Ready,
    /// On the wire of this connection since then.
    InFlight(u64),
    /// Refused for now; again at that time.
    Held(u64),
}

#[derive(Debug, Clone)]
struct Item {
    pending: Pending,
    state: State,
    backoff: Backoff,
}

#[derive(Debug, Clone, Default)]
struct Queue {
    items: VecDeque<Item>,
    /// The last `n` given out.
    n: u64,
}

/// All rooms' sends.
#[derive(Debug, Clone)]
pub(super) struct Outbox {
    device: DeviceId,
    queues: BTreeMap<RoomId, Queue>,
    max: usize,
}

impl Outbox {
    pub(super) fn new(device: DeviceId, max: usize) -> Self {
        Self {
            device,
            queues: BTreeMap::new(),
            max,
        }
    }

    /// Takes in what an earlier process left, in its order, and the counters that it had reached.
    pub(super) fn restore(&mut self, counters: Vec<(RoomId, u64)>, pending: Vec<Pending>) {
        for (room, n) in counters {
            self.queues.entry(room).or_default().n = n;
        }
        for pending in pending {
            let queue = self.queues.entry(pending.room).or_default();
            queue.n = queue.n.max(pending.n);
            queue.items.push_back(Item::new(pending));
        }
    }

    /// The counters, for [`Outbox::restore`].
    pub(super) fn counters(&self) -> Vec<(RoomId, u64)> {
        self.queues.iter().map(|(room, q)| (*room, q.n)).collect()
    }

    /// Everything that is not settled, room by room in order.
    pub(super) fn pending(&self) -> impl Iterator<Item = &Pending> {
        self.queues
            .values()
            .flat_map(|q| &q.items)
            .map(|i| &i.pending)
    }

    pub(super) fn len(&self) -> usize {
        self.queues.values().map(|q| q.items.len()).sum()
    }

    /// Puts a new send at the end of its room's queue.
    pub(super) fn add(
        &mut self,
        room: RoomId,
        id: SendId,
        body: crate::Body,
    ) -> Result<(), NotTaken> {
        if self.pending().any(|p| p.id == id) {
            return Err(NotTaken::Twice);
        }
        if self.len() >= self.max {
            return Err(NotTaken::Full);
        }
        let queue = self.queues.entry(room).or_default();
        queue.n += 1;
        queue.items.push_back(Item::new(Pending {
            room,
            id,
            after: None,
            device: self.device.clone(),
            n: queue.n,
            body,
        }));
        Ok(())
    }

    /// Rooms whose first send may go on the wire.
    pub(super) fn ready_rooms(&self) -> Vec<RoomId> {
        let is_ready = |q: &&Queue| q.items.front().is_some_and(|i| i.state == State::Ready);
        self.queues
            .iter()
            .filter(|(_, q)| is_ready(q))
            .map(|(room, _)| *room)
            .collect()
    }

    /// Puts the room's first send on the wire. With it comes whether its `after` was fixed just now.
    pub(super) fn launch(
        &mut self,
        room: RoomId,
        position: Option<Seq>,
        now_ms: u64,
    ) -> Option<(Pending, bool)> {
        let item = self.queues.get_mut(&room)?.items.front_mut()?;
        let is_new = item.pending.after.is_none()
            || (mutant!("after-taken-at-resend") && position.is_some());
        if is_new {
            item.pending.after = Some(position?);
        }
        item.state = State::InFlight(now_ms);
        Some((item.pending.clone(), is_new))
    }

    /// Takes a send out: it is settled. `None` if it was settled before.
    pub(super) fn settle(&mut self, room: RoomId, id: &SendId) -> Option<Pending> {
        let items = &mut self.queues.get_mut(&room)?.items;
        let at = items.iter().position(|i| i.pending.id == *id)?;
        items.remove(at).map(|item| item.pending)
    }

    /// The send must be tried again later: how long the pause is. `None` if it is settled.
    pub(super) fn hold(
        &mut self,
        room: RoomId,
        id: &SendId,
        at_least: Option<u64>,
        now_ms: u64,
        chance: &mut Chance,
    ) -> Option<u64> {
        let item = self.item(room, id)?;
        let pause = item.backoff.pause_after(at_least, chance);
        item.state = State::Held(now_ms + pause);
        Some(pause)
    }

    /// The person wants everything tried now.
    pub(super) fn hurry(&mut self) {
        for item in self.queues.values_mut().flat_map(|q| &mut q.items) {
            if let State::Held(_) = item.state {
                item.state = State::Ready;
            }
        }
    }

    /// The connection is gone: what was in flight goes again, unchanged. Pauses asked for by the server stay.
    pub(super) fn cut(&mut self) {
        for item in self.queues.values_mut().flat_map(|q| &mut q.items) {
            if let State::InFlight(_) = item.state {
                item.state = State::Ready;
            }
        }
    }

    /// The time has come for what was held, and for what got no answer.
    pub(super) fn tick(&mut self, now_ms: u64) {
        for item in self.queues.values_mut().flat_map(|q| &mut q.items) {
            let due = match item.state {
                State::Ready => false,
                State::InFlight(since) => now_ms >= since + ANSWER_MS,
                State::Held(until) => now_ms >= until,
            };
            if due {
                item.state = State::Ready;
            }
        }
    }

    /// When `tick` has something to do next.
    pub(super) fn deadline(&self) -> Option<u64> {
        self.queues
            .values()
            .flat_map(|q| &q.items)
            .filter_map(|item| match item.state {
                State::Ready => None,
                State::InFlight(since) => Some(since + ANSWER_MS),
                State::Held(until) => Some(until),
            })
            .min()
    }

    /// How many are on the wire.
    pub(super) fn in_flight(&self) -> usize {
        let items = self.queues.values().flat_map(|q| &q.items);
        items
            .filter(|i| matches!(i.state, State::InFlight(_)))
            .count()
    }

    /// Every event of `(whole_from, position]` was seen, and settled what it showed. A send that is still here and whose
    /// `after` is not below `whole_from` cannot lie at or below the position, so its `after` may rise to it (LOG.md
    /// rule 17). One whose `after` lies below may be in a gap: raising it would make a second message of it. What
    /// changed must be recorded anew before it goes.
    pub(super) fn raise(&mut self, room: RoomId, whole_from: Seq, position: Seq) -> Vec<Pending> {
        let Some(queue) = self.queues.get_mut(&room) else {
            return Vec::new();
        };
        let mut raised = Vec::new();
        for item in &mut queue.items {
            let whole = |after: Seq| whole_from <= after || mutant!("raise-over-a-gap");
            let may_rise = |after: Seq| whole(after) && after < position;
            if item.pending.after.is_some_and(may_rise) {
                item.pending.after = Some(position);
                raised.push(item.pending.clone());
            }
        }
        raised
    }

    /// The room's log is another one: what was on the wire can never be told any more. What was not stays.
    pub(super) fn take_sent(&mut self, room: RoomId) -> Vec<Pending> {
        self.take_where(room, |pending| pending.after.is_some())
    }

    /// The room is gone: what was never on the wire never will be. What was is still to be told by the server.
    pub(super) fn take_unsent(&mut self, room: RoomId) -> Vec<Pending> {
        self.take_where(room, |pending| pending.after.is_none())
    }

    fn take_where(&mut self, room: RoomId, gone: impl Fn(&Pending) -> bool) -> Vec<Pending> {
        let Some(queue) = self.queues.get_mut(&room) else {
            return Vec::new();
        };
        let mut taken = Vec::new();
        queue.items.retain(|item| {
            let is_gone = gone(&item.pending);
            if is_gone {
                taken.push(item.pending.clone());
            }
            !is_gone
        });
        taken
    }

    fn item(&mut self, room: RoomId, id: &SendId) -> Option<&mut Item> {
        let queue = self.queues.get_mut(&room)?;
        queue.items.iter_mut().find(|i| i.pending.id == *id)
    }
}

impl Item {
    fn new(pending: Pending) -> Self {
        Self {
            pending,
            state: State::Ready,
            backoff: Backoff::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{id, message, room};
    use super::*;

    fn outbox() -> Outbox {
        let mut outbox = Outbox::new("d-1".parse().unwrap(), 3);
        for text in ["a", "b"] {
            outbox.add(room(), id(text), message(text)).unwrap();
        }
        outbox
    }

    #[test]
    fn one_is_in_flight_and_the_next_waits_until_it_is_settled() {
        let mut outbox = outbox();
        let (first, is_new) = outbox.launch(room(), Some(Seq(4)), 0).unwrap();
        assert_eq!((first.n, first.after, is_new), (1, Some(Seq(4)), true));
        assert!(outbox.ready_rooms().is_empty());
        assert!(outbox.settle(room(), &id("a")).is_some());
        assert!(outbox.settle(room(), &id("a")).is_none());
        let (second, _) = outbox.launch(room(), Some(Seq(9)), 0).unwrap();
        assert_eq!((second.n, second.after), (2, Some(Seq(9))));
    }

    #[test]
    fn what_was_on_the_wire_goes_again_unchanged() {
        let mut outbox = outbox();
        let (first, _) = outbox.launch(room(), Some(Seq(4)), 0).unwrap();
        outbox.cut();
        let (again, is_new) = outbox.launch(room(), Some(Seq(70)), 5).unwrap();
        assert_eq!((again, is_new), (first, false));
    }

    #[test]
    fn a_send_without_an_answer_goes_again() {
        let mut outbox = outbox();
        outbox.launch(room(), Some(Seq(4)), 100);
        assert_eq!(outbox.deadline(), Some(100 + ANSWER_MS));
        outbox.tick(99 + ANSWER_MS);
        assert!(outbox.ready_rooms().is_empty());
        outbox.tick(100 + ANSWER_MS);
        assert_eq!(outbox.ready_rooms(), [room()]);
    }

    #[test]
    fn pauses_of_a_held_send_grow_and_hold_back_what_is_behind_it() {
        let mut outbox = outbox();
        let mut chance = Chance::new(7);
        let mut now = 0;
        for tries in 0..10 {
            outbox.launch(room(), Some(Seq(4)), now);
            let pause = outbox
                .hold(room(), &id("a"), Some(100), now, &mut chance)
                .unwrap();
            assert!(pause >= 100 && pause <= 100 + (500 << tries));
            assert!(outbox.ready_rooms().is_empty());
            now += pause;
            outbox.tick(now);
            assert_eq!(outbox.ready_rooms(), [room()]);
        }
    }

    #[test]
    fn the_outbox_is_bounded_and_takes_an_id_once() {
        let mut outbox = outbox();
        let twice = outbox.add(room(), id("a"), message("a"));
        assert_eq!(twice, Err(NotTaken::Twice));
        outbox.add(room(), id("c"), message("c")).unwrap();
        let full = outbox.add(room(), id("d"), message("d"));
        assert_eq!(full, Err(NotTaken::Full));
        assert_eq!(outbox.len(), 3);
    }

    #[test]
    fn only_what_was_on_the_wire_is_raised_or_doubted() {
        let mut outbox = outbox();
        outbox.launch(room(), Some(Seq(4)), 0);
        outbox.cut();
        assert_eq!(outbox.raise(room(), Seq(0), Seq(3)), []);
        // A gap up to 5: it may lie in there.
        assert_eq!(outbox.raise(room(), Seq(5), Seq(8)), []);
        let raised = outbox.raise(room(), Seq(4), Seq(8));
        assert_eq!(raised.len(), 1);
        assert_eq!(raised[0].after, Some(Seq(8)));
        let sent = outbox.take_sent(room());
        assert_eq!(sent, raised);
        let left: Vec<_> = outbox.pending().map(|p| p.id.clone()).collect();
        assert_eq!(left, [id("b")]);
    }

    #[test]
    fn a_restored_outbox_goes_on_counting_where_it_was() {
        let mut outbox = outbox();
        outbox.launch(room(), Some(Seq(4)), 0);
        let pending: Vec<_> = outbox.pending().cloned().collect();
        let mut again = Outbox::new("d-1".parse().unwrap(), 10);
        again.restore(outbox.counters(), pending);
        again.add(room(), id("c"), message("c")).unwrap();
        let ns: Vec<_> = again.pending().map(|p| p.n).collect();
        assert_eq!(ns, [1, 2, 3]);
        let (first, is_new) = again.launch(room(), Some(Seq(50)), 0).unwrap();
        assert_eq!((first.after, is_new), (Some(Seq(4)), false));
    }
}
