//! Appending: the sends that wait, one batch under way, and what is made of each outcome (LOG.md rules 1–14).
//!
//! It promises that a send is answered with a seq only if it stands in the log there for certain, refused only for good,
//! and otherwise told that the same id will tell. It must not know the store's kind, or who else appends.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use hearth_protocol::{
    Body, DeviceId, ErrorCode, Event, Ordinal, Role, SendId, Seq, UserId, bounds, mutant,
};

use super::{
    Room, Turn,
    api::{Effect, Origin, Send, Ticket},
    fold::{Fold, concerned_by},
    given_up::GivenUp,
    past::Targets,
    rules::{self, Verdict},
    tail::{ENTRY_BYTES, Known, Tail, bytes_of, text_bytes},
    turned_away::TurnedAway,
};
use crate::{
    log::{Entry, Head},
    port::{Appended, StoreError},
    refusal::Refusal,
};

/// A send's number in the machine: in the order of submission, which is the order in which they are appended (rule 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ItemKey(u64);

#[derive(Debug)]
struct Asker {
    origin: Origin,
    ticket: Ticket,
    deadline: u64,
}

#[derive(Debug)]
struct Item {
    send: Send,
    /// Who waits for it: resends on this node join the first.
    askers: Vec<Asker>,
    bytes: usize,
    /// A copy of it may be stored, or may yet be: it is never called undone (rule 10).
    doubtful: bool,
    /// The number that it had when this node tried last to append it: if it is found stored, this node publishes it.
    attempted: Option<Seq>,
    /// The first SERIAL read that could begin after it was taken in, or after the last attempt: from that one on, what a
    /// read does not show was not there.
    since: u64,
}

#[derive(Debug)]
struct Flight {
    expect: Head,
    keys: Vec<ItemKey>,
    entries: Vec<Entry>,
}

/// The sends of a room on a node.
#[derive(Debug, Default)]
pub(super) struct Sends {
    next: u64,
    items: BTreeMap<ItemKey, Item>,
    ids: BTreeMap<UserId, BTreeMap<SendId, ItemKey>>,
    queue: BTreeSet<ItemKey>,
    bytes: usize,
    turned_away: TurnedAway,
    given_up: GivenUp,
    flight: Option<Box<Flight>>,
    /// After an unknown outcome: the SERIAL read (its number) that must be over before the next attempt.
    resolving: Option<u64>,
    /// The batch of unknown outcome itself, for the seeded bugs that do not judge each send by its own id.
    #[cfg(feature = "mutants")]
    unknown: Option<Box<Flight>>,
    /// In the order of time: every send waits equally long.
    deadlines: VecDeque<(u64, ItemKey)>,
    pause_until: Option<u64>,
    losses: u32,
    failures: u32,
}

impl Sends {
    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty() && self.flight.is_none()
    }

    /// The messages that sends which wait here would change; a room's first row for one that would begin it.
    pub(super) fn targets(&self) -> impl Iterator<Item = Seq> {
        self.items.values().map(|item| match &item.send.body {
            Body::Create { .. } => Seq(1),
            body => {
                let root = body.thread().map(|thread| thread.root);
                body.target().or(root).unwrap_or_default()
            }
        })
    }

    /// Gives back what has become empty.
    pub(super) fn shrink(&mut self) {
        if self.is_empty() {
            self.items = BTreeMap::new();
            self.ids = BTreeMap::new();
            self.queue = BTreeSet::new();
            self.deadlines = VecDeque::new();
        }
    }

    pub(super) fn has_turned_away(&self) -> bool {
        !self.turned_away.is_empty()
    }

    pub(super) fn is_resolving(&self) -> bool {
        self.resolving.is_some()
    }

    /// Puts a send (back) in line. One that nobody waits for any more is not.
    pub(super) fn queue(&mut self, key: ItemKey) {
        if self.items.contains_key(&key) {
            self.queue.insert(key);
        }
    }

    pub(super) fn device(&self, key: ItemKey) -> Option<(UserId, &DeviceId)> {
        let send = &self.items.get(&key)?.send;
        Some((send.by, &send.device))
    }

    /// A send that is about to be handed over: from then on it may be stored by another.
    pub(super) fn forwarded(&mut self, key: ItemKey) -> Option<Send> {
        let item = self.items.get_mut(&key)?;
        item.doubtful = true;
        Some(item.send.clone())
    }

    pub(super) fn key_of(&self, by: UserId, id: &SendId) -> Option<ItemKey> {
        self.ids.get(&by)?.get(id).copied()
    }

    /// The window has come to this entry.
    pub(super) fn came(&mut self, entry: &Entry) {
        self.given_up.seen(entry);
    }

    /// The lowest position from which a send that waits must know the log.
    pub(super) fn needed(&self) -> Seq {
        let lowest = self.items.values().map(|item| item.send.after).min();
        lowest.unwrap_or(Seq(u64::MAX))
    }

    pub(super) fn deadline_ms(&self) -> Option<u64> {
        let expiry = self.deadlines.front().map(|(at, _)| *at);
        let pause = self.pause_until.filter(|_| !self.queue.is_empty());
        [expiry, pause].into_iter().flatten().min()
    }

    fn add(&mut self, send: Send, asker: Asker, since: u64) -> ItemKey {
        let key = ItemKey(self.next);
        self.next += 1;
        let bytes = text_bytes(&send.body) + send.name.len() + ENTRY_BYTES;
        self.bytes += bytes;
        self.ids
            .entry(send.by)
            .or_default()
            .insert(send.id.clone(), key);
        self.deadlines.push_back((asker.deadline, key));
        let item = Item {
            send,
            askers: vec![asker],
            bytes,
            doubtful: false,
            attempted: None,
            since,
        };
        self.items.insert(key, item);
        key
    }

    fn remove(&mut self, key: ItemKey) -> Option<Item> {
        let item = self.items.remove(&key)?;
        self.bytes -= item.bytes;
        self.queue.remove(&key);
        if let Some(of_user) = self.ids.get_mut(&item.send.by) {
            of_user.remove(&item.send.id);
            if of_user.is_empty() {
                self.ids.remove(&item.send.by);
            }
        }
        while self
            .deadlines
            .front()
            .is_some_and(|(_, k)| !self.items.contains_key(k))
        {
            self.deadlines.pop_front();
        }
        Some(item)
    }
}

/// A batch as it is put together: what it may not be followed by within itself (rules 3, 4, 6).
struct Draft {
    expect: Head,
    keys: Vec<ItemKey>,
    entries: Vec<Entry>,
    bytes: usize,
    ordinal: Ordinal,
    at_ms: u64,
    concerned: BTreeSet<UserId>,
}

impl Draft {
    fn new(expect: Head, at_ms: u64) -> Self {
        Self {
            expect,
            keys: Vec::new(),
            entries: Vec::new(),
            bytes: 0,
            ordinal: expect.ordinal,
            at_ms,
            concerned: BTreeSet::new(),
        }
    }

    /// Whether the verdict over the send would be another if the batch were in the log: then it waits for the batch.
    fn clashes(&self, send: &Send, fold: &Fold) -> bool {
        let membership = !mutant!("member-at-batch-start")
            && !self.concerned.is_empty()
            && (self.concerned.contains(&send.by)
                || concerned_by(send.by, &send.body)
                    .iter()
                    .any(|user| self.concerned.contains(user))
                // The room, or its list of bans, may be full by then.
                || matches!(send.body, Body::Join | Body::Invite { .. } | Body::Ban { .. })
                // The room may have no other owner by then.
                || (matches!(send.body, Body::Leave) && fold.role(send.by) == Some(Role::Owner)));
        let target = send.body.target();
        membership
            || self.entries.iter().any(|e| {
                let same_sender = e.event.by == send.by;
                (same_sender && e.event.id == send.id && !mutant!("no-dedup-in-batch"))
                    || (same_sender
                        && e.n > send.n
                        && e.device == send.device
                        && !mutant!("no-order-fence"))
                    || (target.is_some()
                        && matches!(e.event.body, Body::Delete { target: t } if Some(t) == target))
                    || (same_sender
                        && fold.is_slow()
                        && send.body.is_message()
                        && e.event.body.is_message())
                    // The room may have as many pins as it can by then.
                    || (matches!(send.body, Body::Pin { .. })
                        && matches!(e.event.body, Body::Pin { .. }))
                    || matches!(
                        e.event.body,
                        Body::Create { .. }
                            | Body::Rename { .. }
                            | Body::Archive { .. }
                            | Body::Slow { .. }
                            | Body::Right { .. }
                    )
            })
    }

    /// Whether an emoji might be one too many on its message, with those that the batch puts there: then it waits for it.
    fn crowds(&self, send: &Send, tail: &Tail, targets: &Targets) -> bool {
        let new = |body| match body {
            &Body::React {
                target,
                ref emoji,
                on: true,
            } => Some((target, emoji.as_str())),
            _ => None,
        };
        let Some((target, emoji)) = new(&send.body) else {
            return false;
        };
        let batch = self.entries.iter().filter_map(|e| new(&e.event.body));
        let mut all: BTreeSet<&str> = batch
            .filter(|(other, _)| *other == target)
            .map(|(_, emoji)| emoji)
            .collect();
        if all.is_empty() {
            return false;
        }
        all.insert(emoji);
        all.extend(targets.emoji(tail, target));
        all.len() > bounds::REACTION_KINDS_MAX
    }

    /// Adds a send; one into a thread with who wrote the thread's first message.
    fn push(&mut self, key: ItemKey, send: &Send, root_by: Option<UserId>) {
        let seq = Seq(self.expect.seq.0 + 1 + self.entries.len() as u64);
        if send.body.counts() {
            self.ordinal = self.ordinal.next();
        }
        let mut body = send.body.clone();
        if let (Body::Message { thread, .. }, Some(by)) = (&mut body, root_by)
            && let Some(thread) = thread
        {
            thread.by = by;
        }
        let entry = Entry {
            event: Event {
                seq,
                ordinal: self.ordinal,
                at_ms: self.at_ms,
                by: send.by,
                name: send.name.clone(),
                id: send.id.clone(),
                body,
            },
            device: send.device.clone(),
            n: send.n,
        };
        self.concerned.extend(concerned_by(send.by, &send.body));
        self.bytes += bytes_of(&entry);
        self.keys.push(key);
        self.entries.push(entry);
    }
}

impl Room {
    pub(super) fn on_submit(
        &mut self,
        ticket: Ticket,
        origin: Origin,
        send: Send,
        turn: &mut Turn<'_>,
    ) {
        let deadline = turn.now + self.config.bounds.send_deadline_ms;
        let asker = Asker {
            origin,
            ticket,
            deadline,
        };
        if let Origin::Node(from) = &asker.origin
            && self.sends.turned_away.has(ticket, from)
        {
            return; // a second copy of it; it has its answer
        }
        if !mutant!("no-dedup-in-batch")
            && let Some(key) = self.sends.key_of(send.by, &send.id)
        {
            self.join_send(key, asker, turn);
            return;
        }
        let bounds = &self.config.bounds;
        if self.sends.items.len() >= bounds.queue_items_max
            || self.sends.bytes >= bounds.queue_bytes_max
        {
            self.no_place_for(asker, &send, turn);
            return;
        }
        let here = asker.origin == Origin::Here;
        let writer = self.forwards.writer(turn.now).filter(|_| here).cloned();
        if writer.is_some()
            && let Some(seq) = self.surely_stored(&send)
        {
            self.counters.resends += 1;
            tell(asker, &Ok(seq), turn);
            return;
        }
        let key = self.sends.add(send, asker, self.timeline.next_serial());
        match writer {
            Some(to) => self.forward(key, to, ticket, turn),
            None => self.sends.queue(key),
        }
    }

    /// Where a send stands of which the window shows that it is stored for certain.
    fn surely_stored(&self, send: &Send) -> Option<Seq> {
        let tail = self.tail.as_ref().filter(|_| !self.loading)?;
        match tail.find(send.by, &send.id, send.after)? {
            (seq, Known::Sure) => Some(seq),
            (_, Known::Seen) => None,
        }
    }

    /// There is no place for a send. Nothing was done, and nothing will be: not by a second copy of a forward either,
    /// nor if this is the second copy of one that was stored.
    fn no_place_for(&mut self, asker: Asker, send: &Send, turn: &mut Turn<'_>) {
        if let Some(seq) = self.surely_stored(send) {
            self.counters.resends += 1;
            tell(asker, &Ok(seq), turn);
            return;
        }
        if let Origin::Node(from) = &asker.origin {
            if self.may_be_stored(send) {
                return; // who forwarded it finds out by itself
            }
            self.sends.turned_away.add(asker.ticket, from);
        }
        self.counters.busy += 1;
        tell(asker, &Err(busy()), turn);
    }

    /// Whether the window shows a send, not for certain, or does not reach back to where it may be.
    fn may_be_stored(&self, send: &Send) -> bool {
        self.tail.as_ref().is_some_and(|tail| {
            let is_seen = tail.find(send.by, &send.id, send.after).is_some();
            is_seen || send.after.next() < tail.sends_from()
        })
    }

    /// A second copy of a send that still waits here.
    fn join_send(&mut self, key: ItemKey, asker: Asker, turn: &mut Turn<'_>) {
        let here = asker.origin == Origin::Here;
        let Some(item) = self.sends.items.get_mut(&key) else {
            return;
        };
        let is_known = |of: &Asker| of.ticket == asker.ticket && of.origin == asker.origin;
        if !here && item.askers.iter().any(is_known) {
            return; // the bus brings it again: it will have its answer
        }
        if item.askers.len() >= self.config.bounds.askers_max {
            if !here {
                return; // it may be stored: who forwarded it finds out by itself
            }
            self.counters.busy += 1;
            tell(asker, &Err(busy()), turn);
            return;
        }
        self.sends.deadlines.push_back((asker.deadline, key));
        item.askers.push(asker);
        // A node that takes this one for the writer must not be waited for by it in turn.
        if !here && self.forwards.remove(key).is_some() {
            self.sends.queue(key);
        }
    }

    /// Answers all who wait for a send and lets it go.
    pub(super) fn answer(
        &mut self,
        key: ItemKey,
        result: &Result<Seq, Refusal>,
        turn: &mut Turn<'_>,
    ) {
        self.forwards.remove(key);
        let Some(item) = self.sends.remove(key) else {
            return;
        };
        if matches!(result, Err(refusal) if refusal.code.retry() != hearth_protocol::Retry::Same) {
            self.counters.refused += 1;
        }
        for asker in item.askers {
            tell(asker, result, turn);
        }
    }

    /// Puts the next batch together, if one may be tried now.
    pub(super) fn settle_append(&mut self, turn: &mut Turn<'_>) {
        if self.sends.pause_until.is_some_and(|at| at <= turn.now) {
            self.sends.pause_until = None;
        }
        if let Some(number) = self.sends.resolving
            && self.timeline.serial_done() >= number
        {
            self.sends.resolving = None;
            #[cfg(feature = "mutants")]
            self.misjudge(turn);
        }
        let Some(tail) = &self.tail else { return };
        if self.loading
            || (self.sends.flight.is_some() && !mutant!("two-appends-in-flight"))
            || self.sends.resolving.is_some()
            || self.sends.pause_until.is_some()
            || self.sends.queue.is_empty()
            || self.timeline.wants_after(tail.seq())
        {
            return;
        }
        let bounds = &self.config.bounds;
        let head = tail.head();
        let entries_max = bounds
            .batch_entries_max
            .min(match mutant!("batch-skips-to-next-bucket") {
                true => usize::MAX,
                false => (self.config.batch_max)(head.seq),
            })
            .max(1);
        let bytes_max = bounds.batch_bytes_max;
        let scan_events_max = bounds.scan_events_max;
        let mut draft = Draft::new(head, turn.wall.max(tail.at_ms()));
        let mut held: BTreeSet<(UserId, DeviceId)> = BTreeSet::new();
        let mut found: Vec<Seq> = Vec::new();
        let keys: Vec<ItemKey> = self.sends.queue.iter().copied().collect();
        for key in keys {
            if draft.entries.len() >= entries_max {
                break;
            }
            let (Some(tail), Some(item)) = (&self.tail, self.sends.items.get(&key)) else {
                continue;
            };
            let send = &item.send;
            // What a device sent before and what still waits goes first.
            if !held.is_empty() && held.contains(&(send.by, send.device.clone())) {
                continue;
            }
            match rules::judge(tail, &self.past.targets, send, scan_events_max, draft.at_ms) {
                Verdict::Add
                    if mutant!("refuse-on-unapplied") && draft.concerned.contains(&send.by) =>
                {
                    let refusal = Refusal::new(ErrorCode::NotMember, "Put out by this batch.");
                    self.answer(key, &Err(refusal), turn);
                }
                Verdict::Add
                    if draft.clashes(send, tail.fold())
                        || draft.crowds(send, tail, &self.past.targets) =>
                {
                    held.insert((send.by, send.device.clone()));
                }
                Verdict::Add => {
                    let bytes = item.bytes + ENTRY_BYTES;
                    if !draft.entries.is_empty() && draft.bytes + bytes > bytes_max {
                        break;
                    }
                    let root_by = self.past.targets.root_by(tail, &send.body);
                    draft.push(key, send, root_by);
                }
                Verdict::Stored(seq) => {
                    if item.attempted.is_some() {
                        found.push(seq);
                    } else {
                        self.counters.resends += 1;
                    }
                    self.answer(key, &Ok(seq), turn);
                }
                Verdict::Refused(refusal) | Verdict::Unseen(refusal)
                    if mutant!("member-at-stale-head")
                        && item.attempted.is_some()
                        && refusal.code == ErrorCode::NotMember =>
                {
                    draft.push(key, send, None);
                }
                Verdict::Refused(refusal) | Verdict::Later(refusal) => {
                    self.answer(key, &Err(refusal), turn);
                }
                Verdict::Unseen(refusal) if self.timeline.looked(item.since) => {
                    self.answer(key, &Err(refusal), turn);
                }
                wait => {
                    held.insert((send.by, send.device.clone()));
                    self.hold(key, &wait, turn);
                }
            }
        }
        self.publish_found(found, turn);
        if self.sends.queue.is_empty() {
            self.past.targets.forget();
        }
        // What was learned to be missing on the way comes first: the batch would be lost.
        let behind = self
            .tail
            .as_ref()
            .is_none_or(|tail| self.timeline.wants_after(tail.seq()));
        if draft.entries.is_empty() || behind {
            return;
        }
        for (key, entry) in draft.keys.iter().zip(&draft.entries) {
            self.sends.queue.remove(key);
            if let Some(item) = self.sends.items.get_mut(key) {
                item.attempted = Some(entry.seq());
                if mutant!("ack-before-append") {
                    let askers = item.askers.drain(..);
                    askers.for_each(|asker| tell(asker, &Ok(entry.seq()), turn));
                }
            }
        }
        if mutant!("publish-before-append") {
            turn.out.push(Effect::Publish(draft.entries.clone()));
        }
        turn.out.push(Effect::Append {
            expect: draft.expect,
            batch: draft.entries.clone(),
        });
        self.sends.flight = Some(Box::new(Flight {
            expect: draft.expect,
            keys: draft.keys,
            entries: draft.entries,
        }));
    }

    /// A send that cannot be judged yet: what it waits for is asked for.
    fn hold(&mut self, key: ItemKey, verdict: &Verdict, turn: &mut Turn<'_>) {
        match verdict {
            Verdict::Confirm(seq) => self.timeline.want_confirm(*seq),
            Verdict::Scan => {
                if let Some(item) = self.sends.items.get(&key) {
                    self.past.scan.want(item.send.after);
                }
            }
            Verdict::Target(seq) => self.want_target(*seq, turn),
            // A look at the log's end has been asked for.
            Verdict::Unseen(_)
            | Verdict::Stored(_)
            | Verdict::Refused(_)
            | Verdict::Later(_)
            | Verdict::Add => {}
        }
    }

    /// What nobody waited for any more when it was found is published as well, once it is known for certain.
    pub(super) fn settle_given_up(&mut self, turn: &mut Turn<'_>) {
        let Some(tail) = &self.tail else { return };
        let mut sure = Vec::new();
        for seq in self.sends.given_up.found() {
            match tail.known(seq) {
                Known::Sure => sure.push(seq),
                Known::Seen => self.timeline.want_confirm(seq),
            }
        }
        for seq in &sure {
            self.sends.given_up.told(*seq);
        }
        self.publish_found(sure, turn);
    }

    /// What this node stored without having heard of it at once: nobody else has published it.
    fn publish_found(&mut self, mut found: Vec<Seq>, turn: &mut Turn<'_>) {
        let Some(tail) = &self.tail else { return };
        found.sort_unstable();
        found.dedup();
        let mut run: Vec<Entry> = Vec::new();
        for entry in found.iter().filter_map(|seq| tail.entry(*seq)) {
            let one = std::slice::from_ref(entry);
            self.checkpoints
                .appended(one, turn.now, &self.config.bounds);
            if run
                .last()
                .is_some_and(|last| last.seq().next() != entry.seq())
            {
                turn.out.push(Effect::Publish(std::mem::take(&mut run)));
            }
            run.push(entry.clone());
        }
        if !run.is_empty() {
            turn.out.push(Effect::Publish(run));
        }
    }

    pub(super) fn on_appended(
        &mut self,
        result: Result<Appended, StoreError>,
        turn: &mut Turn<'_>,
    ) {
        let Some(flight) = self.sends.flight.take() else {
            return;
        };
        match result {
            Ok(Appended::Applied) => {
                self.sends.losses = 0;
                self.sends.failures = 0;
                self.counters.appends += 1;
                self.counters.appended += flight.entries.len() as u64;
                self.checkpoints
                    .appended(&flight.entries, turn.now, &self.config.bounds);
                turn.out.push(Effect::Publish(flight.entries.clone()));
                for (key, entry) in flight.keys.iter().zip(&flight.entries) {
                    self.sends.given_up.published(entry);
                    self.applied(*key, entry.seq(), turn);
                }
                self.extend(flight.entries, Known::Sure, turn);
            }
            Ok(Appended::Lost(head)) => {
                self.counters.lost += 1;
                self.sends.failures = 0;
                self.sends.losses = (self.sends.losses + 1).min(10);
                let most = self.config.bounds.lost_pause_ms * u64::from(self.sends.losses);
                self.sends.pause_until = Some(turn.now + self.chance.upto(most));
                self.requeue(&flight);
                self.timeline.want(head.seq);
                if head.seq <= flight.expect.seq {
                    // It says nothing new, and still the log is not as it was thought to be.
                    self.timeline.want_serial();
                }
            }
            Ok(Appended::Unknown(_)) if mutant!("ack-on-unknown") => {
                for (key, entry) in flight.keys.iter().zip(&flight.entries) {
                    self.answer(*key, &Ok(entry.seq()), turn);
                }
            }
            Ok(Appended::Unknown(_)) => {
                self.counters.unknown += 1;
                self.sends.failures = 0;
                self.requeue(&flight);
                self.sends.resolving = Some(self.timeline.want_serial());
                #[cfg(feature = "mutants")]
                self.sends.unknown.replace(flight);
            }
            Err(error) => {
                // Certainly not stored: the entries have not become doubtful by this attempt.
                self.counters.failures += 1;
                let pause = self.retry_pause(self.sends.failures);
                self.sends.failures += 1;
                self.sends.pause_until = Some(turn.now + pause);
                for key in &flight.keys {
                    let doubtful = self.sends.items.get(key).is_none_or(|item| item.doubtful);
                    if matches!(error, StoreError::Failed(_)) && !doubtful {
                        self.answer(*key, &Err(Refusal::from(error.clone())), turn);
                    } else {
                        self.sends.queue(*key);
                    }
                }
            }
        }
    }

    /// Back to rule 2, in the order of before. Each is doubtful from now on: even "lost" may hide the own success.
    fn requeue(&mut self, flight: &Flight) {
        for (key, entry) in flight.keys.iter().zip(&flight.entries) {
            if let Some(item) = self.sends.items.get_mut(key) {
                item.doubtful = true;
                item.since = self.timeline.next_serial();
                self.sends.queue.insert(*key);
            } else {
                // The window may have come to it while the outcome was on its way.
                let (by, id, after) = (entry.event.by, &entry.event.id, flight.expect.seq);
                let there = self.tail.as_ref().and_then(|tail| tail.find(by, id, after));
                match there {
                    Some((seq, _)) => self.sends.given_up.find(seq),
                    None => self.sends.given_up.add(by, id.clone(), entry.seq()),
                }
            }
        }
    }

    /// How an unknown outcome must not be judged (rules 11 and 12): each send is found by its own id, or is in doubt.
    #[cfg(feature = "mutants")]
    fn misjudge(&mut self, turn: &mut Turn<'_>) {
        let (Some(tail), Some(flight)) = (&self.tail, self.sends.unknown.take()) else {
            return;
        };
        let (first, last) = (
            &flight.entries[0],
            &flight.entries[flight.entries.len() - 1],
        );
        let found = tail.find(first.event.by, &first.event.id, flight.expect.seq);
        let stored = (mutant!("unknown-by-head") && tail.seq() == last.seq())
            || (mutant!("unknown-first-id-acks-batch") && found.is_some());
        let failed = mutant!("unknown-absent-is-failed") && found.is_none();
        let refusal = Refusal::new(ErrorCode::NotFound, "It is not there.");
        for (key, entry) in flight.keys.iter().zip(&flight.entries) {
            if stored {
                self.answer(*key, &Ok(entry.seq()), turn);
            } else if failed {
                self.answer(*key, &Err(refusal.clone()), turn);
            }
        }
    }

    /// A fresh append: callers here are answered; a node that forwarded hears it by the event itself.
    fn applied(&mut self, key: ItemKey, seq: Seq, turn: &mut Turn<'_>) {
        let Some(item) = self.sends.remove(key) else {
            return;
        };
        for asker in item.askers {
            if asker.origin == Origin::Here {
                tell(asker, &Ok(seq), turn);
            }
        }
    }

    /// Those whose time has run out hear that nothing was done, or that the same id will tell (rule 12).
    pub(super) fn settle_deadlines(&mut self, turn: &mut Turn<'_>) {
        while let Some((at, key)) = self.sends.deadlines.front().copied() {
            if at > turn.now {
                return;
            }
            self.sends.deadlines.pop_front();
            let in_flight = self
                .sends
                .flight
                .as_ref()
                .is_some_and(|f| f.keys.contains(&key));
            let Some(item) = self.sends.items.get_mut(&key) else {
                continue;
            };
            let refusal = if item.doubtful || in_flight {
                doubtful()
            } else {
                unavailable()
            };
            let (late, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut item.askers)
                .into_iter()
                .partition(|a| a.deadline <= turn.now);
            item.askers = rest;
            let done = item.askers.is_empty();
            self.counters.expired += late.len() as u64;
            for asker in late {
                tell(asker, &Err(refusal.clone()), turn);
            }
            if done {
                self.forwards.remove(key);
                let item = self.sends.remove(key);
                if let Some(Item {
                    send,
                    attempted: Some(seq),
                    ..
                }) = item.filter(|item| item.doubtful && !in_flight)
                {
                    self.sends.given_up.add(send.by, send.id, seq);
                }
            }
        }
    }

    /// The room could not be loaded, for a reason that time does not cure.
    pub(super) fn fail_sends(&mut self, refusal: &Refusal, turn: &mut Turn<'_>) {
        let keys: Vec<ItemKey> = self.sends.queue.iter().copied().collect();
        for key in keys {
            if self
                .sends
                .items
                .get(&key)
                .is_some_and(|item| !item.doubtful)
            {
                self.answer(key, &Err(refusal.clone()), turn);
            }
        }
    }

    /// Another node published these: who forwarded one hears it by that, even before the window has come so far.
    pub(super) fn heard(&mut self, run: &[Entry], turn: &mut Turn<'_>) {
        for entry in run {
            self.sends.given_up.published(entry);
            self.seen(entry, Known::Sure, turn);
        }
    }

    /// An event has come into the window: whoever waits for the writer's word on it has it.
    pub(super) fn seen(&mut self, entry: &Entry, known: Known, turn: &mut Turn<'_>) {
        let Some(key) = self.sends.key_of(entry.event.by, &entry.event.id) else {
            return;
        };
        if !self.forwards.is_waiting(key) {
            return; // in line: judged with the rest of the log, in its turn
        }
        self.forwards.answered(key, turn.now);
        match known {
            Known::Sure => self.answer(key, &Ok(entry.seq()), turn),
            Known::Seen => self.sends.queue(key),
        }
    }
}

fn tell(asker: Asker, result: &Result<Seq, Refusal>, turn: &mut Turn<'_>) {
    let Asker { origin, ticket, .. } = asker;
    let result = result.clone();
    turn.out.push(match origin {
        Origin::Here => Effect::Answer { ticket, result },
        Origin::Node(to) => Effect::Reply { to, ticket, result },
    });
}

fn busy() -> Refusal {
    Refusal::new(
        ErrorCode::Busy,
        "Too much is being sent to this room. Nothing was done; try again in a moment.",
    )
    .retry_after(500)
}

fn doubtful() -> Refusal {
    Refusal::new(
        ErrorCode::Doubtful,
        "It may or may not have been stored. The same id again will tell.",
    )
    .retry_after(500)
}

fn unavailable() -> Refusal {
    Refusal::new(
        ErrorCode::Unavailable,
        "The store does not answer; nothing was done. Try again in a moment.",
    )
    .retry_after(1_000)
}
