//! What is subscribed where, as a pure machine: what happened and the time go in, news and acts come out.
//!
//! Promises: a topic that is asked for is brought back after any loss; `Whole` comes out only after the server that
//! owns the topic's slot confirmed the subscription on a connection that still stands, and no other server that still
//! believes to own it takes publishes that we would miss; `Gap` comes out as soon as any of this ends or is doubted.
//! A hint passes only from the connection on which its topic stands, so none comes twice. It must not know sockets,
//! tasks or the `redis` crate.
//!
//! The truth about a channel on a connection is the server's last word on it (its pushes come in the order of its
//! acts), never the answer to a command: the crate pairs answers with commands by counting, and an unsubscription
//! that nobody asked for makes it miscount for a moment.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use bytes::Bytes;
use hearth_core::port::{BusNews, Topic};
use tokio::time::Instant;

use super::slots::{Addr, SlotMap, View};

/// How often everything wanted is compared with everything that stands.
const RECONCILE_EVERY: Duration = Duration::from_millis(500);
/// How often a connection is asked for a sign of life (and, in a cluster, for the slot map).
const ASK_EVERY: Duration = Duration::from_millis(500);
/// The same right after something happened: a reshard moves hundreds of slots a second.
const ASK_EVERY_KICKED: Duration = Duration::from_millis(50);
/// A connection that owes an answer for this long is given up. A busy server answers late; a loss that is suspected
/// too early costs every topic on the connection a read of the heads.
const ANSWER_WAIT: Duration = Duration::from_secs(3);
/// A connection that owes an answer for this long is not published to: publishing must end within a second.
const ANSWER_DOUBT: Duration = Duration::from_secs(1);
/// A connection is not opened more often than this.
const OPEN_EVERY: Duration = Duration::from_millis(500);
/// An unconfirmed subscription is asked for anew after this.
const CONFIRM_WAIT: Duration = Duration::from_secs(2);
/// How long a server that still believes to own a slot keeps the topic from standing at the owner. Gossip takes about
/// a second; who is cut off longer is believed by nobody who can still reach the others.
const RIVAL_WAIT: Duration = Duration::from_secs(2);
/// A refused subscription is not asked for again before this, unless the slot's owner changes.
const REFUSED_WAIT: Duration = Duration::from_millis(250);

/// One server, or a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// One server, `SUBSCRIBE` and `PUBLISH`.
    Standalone,
    /// A cluster, with sharded channels: `SSUBSCRIBE` and `SPUBLISH` at the owner of the channel's slot.
    Cluster,
}

/// What a connection is for. Two per server: what is heard must not delay what is said, and killing one kind
/// (`CLIENT KILL TYPE pubsub`) must not take the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// Subscriptions, and questions about the slot map.
    Ear,
    /// Publishes and statuses.
    Mouth,
}

/// Names one opening of one connection: what comes from an earlier one is told apart from what comes from the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Gen(u64);

/// What the shell is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    Open(Gen, Addr, Role),
    Close(Gen, Addr, Role),
    /// Ask for a sign of life: an ear in a cluster for its view, otherwise for an echo.
    Ask(Gen, Addr, Role),
    Subscribe(Gen, Topic),
    Unsubscribe(Gen, Topic),
}

/// What a server pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Push {
    /// The subscription stands on this connection, one of that many.
    Subscribed(Topic, u64),
    Unsubscribed(Topic),
    Message(Topic, Bytes),
    /// The connection has ended.
    Lost,
}

/// What came of an `Act::Ask`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    View(View),
    Alive,
    /// Not an answer to this question: alive, but ask again.
    Odd,
    /// Alive, but it cannot do what is asked of it.
    Complaint(String),
}

#[derive(Debug)]
struct Link {
    generation: Gen,
    phase: Phase,
    /// The last try to open it failed.
    unreachable: bool,
    /// Why it does not do what it should, as far as is known.
    trouble: Option<(Trouble, String)>,
    /// When it was last opened, or tried.
    tried: Instant,
    /// When the question that is still open was asked.
    asked: Option<Instant>,
    last_asked: Instant,
    ask_at: Instant,
    /// Something that was said got no answer in time.
    doubted: bool,
    channels: BTreeMap<Topic, Channel>,
    /// The topic whose subscription was last asked for anew to see whether the server still has it.
    probed: Option<Topic>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Closed,
    Opening,
    Open,
}

/// At which task a server fails: doing it well ends the trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Open,
    Answer,
    Subscribe,
}

/// A channel on one connection. At most one command on it is under way.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Channel {
    /// The server's last word.
    on: bool,
    asking: Option<Instant>,
    leaving: Option<Instant>,
    not_before: Option<Instant>,
}

#[derive(Debug)]
struct Wanted {
    slot: u16,
    /// The node has been told `Whole`, or will be at the next flush.
    told: bool,
    /// Since when somebody beside the owner believes to own the slot.
    contested: Option<Instant>,
}

/// The machine.
#[derive(Debug)]
pub(super) struct Machine {
    mode: Mode,
    seeds: Vec<Addr>,
    map: SlotMap,
    links: BTreeMap<(Addr, Role), Link>,
    generations: BTreeMap<Gen, (Addr, Role)>,
    next_generation: u64,
    wanted: BTreeMap<Topic, Wanted>,
    /// Stands since the last flush: told in one piece, but before any hint of theirs.
    fresh: BTreeSet<Topic>,
    reconcile_at: Instant,
    news: Vec<BusNews>,
    acts: Vec<Act>,
    troubles: Vec<(Addr, String)>,
}

impl Machine {
    pub(super) fn new(mode: Mode, seeds: Vec<Addr>, now: Instant) -> Self {
        Self {
            mode,
            seeds,
            map: SlotMap::default(),
            links: BTreeMap::new(),
            generations: BTreeMap::new(),
            next_generation: 0,
            wanted: BTreeMap::new(),
            fresh: BTreeSet::new(),
            reconcile_at: now,
            news: Vec::new(),
            acts: Vec::new(),
            troubles: Vec::new(),
        }
    }

    /// What the node is to be told, in this order, since the last call.
    pub(super) fn take_news(&mut self) -> Vec<BusNews> {
        std::mem::take(&mut self.news)
    }

    /// What is to be done since the last call.
    pub(super) fn take_acts(&mut self) -> Vec<Act> {
        std::mem::take(&mut self.acts)
    }

    /// What an operator should know since the last call: each trouble once, until it changes.
    pub(super) fn take_troubles(&mut self) -> Vec<(Addr, String)> {
        std::mem::take(&mut self.troubles)
    }

    // What the node asks.

    /// Asks for a topic whose channel hashes to the slot.
    pub(super) fn subscribe(&mut self, topic: Topic, slot: u16, now: Instant) {
        let wanted = Wanted {
            slot,
            told: false,
            contested: None,
        };
        if let std::collections::btree_map::Entry::Vacant(entry) = self.wanted.entry(topic.clone())
        {
            entry.insert(wanted);
            self.reconcile([topic], now);
        }
    }

    pub(super) fn unsubscribe(&mut self, topic: &Topic, now: Instant) {
        if self.wanted.remove(topic).is_some() {
            self.fresh.remove(topic);
            self.reconcile([topic.clone()], now);
        }
    }

    /// The connection over which to publish to the slot.
    pub(super) fn route(&self, slot: u16, now: Instant) -> Result<Gen, String> {
        let owner = self
            .owner(slot)
            .ok_or_else(|| format!("nobody is known to own slot {slot}"))?;
        self.mouth(owner, now)
            .ok_or_else(|| format!("{owner} does not answer"))
    }

    /// The connection over which to speak to that server, if it answers.
    pub(super) fn mouth(&self, addr: &Addr, now: Instant) -> Option<Gen> {
        let link = self.links.get(&(addr.clone(), Role::Mouth))?;
        link.answers(now).then_some(link.generation)
    }

    /// Whether everything stands that publishing and subscribing need.
    pub(super) fn ready(&self, now: Instant) -> Result<(), String> {
        if self.mode == Mode::Cluster {
            if !self.map.is_fresh(now) {
                let known = self.trouble_of(|_| true);
                return Err(known.unwrap_or_else(|| "no node of the cluster answers".to_owned()));
            }
            if let Some(slot) = self.map.unowned() {
                return Err(format!("slot {slot} of the cluster has no owner"));
            }
        }
        let owners = self.owners();
        for addr in &owners {
            for role in [Role::Ear, Role::Mouth] {
                let link = self.links.get(&(addr.clone(), role));
                if !link.is_some_and(|link| link.answers(now)) {
                    let known = self.trouble_of(|of| of == addr);
                    return Err(known.unwrap_or_else(|| format!("{addr} does not answer")));
                }
            }
        }
        // It answers, but not to the purpose.
        match self.trouble_of(|addr| owners.contains(addr)) {
            Some(trouble) => Err(trouble),
            None => Ok(()),
        }
    }

    /// Every server that is known: over which connection it can be asked something, if over any, and why it cannot be
    /// used, if it cannot. The replicas of a cluster are known by the masters' word alone.
    pub(super) fn servers(&self, now: Instant) -> Vec<(Addr, Option<Gen>, Option<String>)> {
        let owners = self.owners();
        let linked = self.links.keys().map(|(addr, _)| addr);
        let all: BTreeSet<_> = owners
            .iter()
            .chain(self.map.nodes())
            .chain(linked)
            .collect();
        let down = |addr: &Addr| {
            let links = [Role::Ear, Role::Mouth].map(|role| self.links.get(&(addr.clone(), role)));
            let is_silent = |link: &Option<&Link>| match link {
                Some(link) => !link.answers(now),
                None => owners.contains(addr),
            };
            let trouble = links
                .iter()
                .flatten()
                .find_map(|link| link.trouble.as_ref());
            if let Some((_, why)) = trouble {
                return Some(why.clone());
            }
            if links.iter().any(is_silent) {
                return Some("it does not answer".to_owned());
            }
            let text = "the cluster says that it has failed";
            self.map.has_failed(addr).then(|| text.to_owned())
        };
        all.into_iter()
            .map(|addr| (addr.clone(), self.mouth(addr, now), down(addr)))
            .collect()
    }

    fn trouble_of(&self, counts: impl Fn(&Addr) -> bool) -> Option<String> {
        self.links.iter().find_map(|((addr, _), link)| {
            let (_, why) = link.trouble.as_ref().filter(|_| counts(addr))?;
            Some(format!("{addr}: {why}"))
        })
    }

    // What happened.

    /// The connection is open. `false`: it is not needed any more.
    pub(super) fn opened(&mut self, generation: Gen, now: Instant) -> bool {
        let Some(link) = self.link(generation) else {
            return false;
        };
        link.phase = Phase::Open;
        link.unreachable = false;
        link.trouble = None;
        link.ask_at = now;
        self.reconcile_all(now);
        true
    }

    pub(super) fn failed(&mut self, generation: Gen, why: String, now: Instant) {
        self.trouble(generation, Trouble::Open, why);
        if let Some(link) = self.link(generation) {
            link.phase = Phase::Closed;
            link.unreachable = true;
            self.generations.remove(&generation);
            self.reconcile_all(now);
        }
    }

    pub(super) fn answered(&mut self, generation: Gen, answer: Answer, now: Instant) {
        let Some(link) = self.link(generation) else {
            return;
        };
        link.asked = None;
        link.doubted = false;
        if matches!(answer, Answer::Alive | Answer::View(_)) {
            link.does_well(Trouble::Answer);
        }
        match answer {
            Answer::Alive => {}
            Answer::Odd => link.ask_at = link.ask_at.min(now + ASK_EVERY_KICKED),
            Answer::Complaint(why) => self.trouble(generation, Trouble::Answer, why),
            Answer::View(view) => {
                let Some((addr, _)) = self.generations.get(&generation).cloned() else {
                    return;
                };
                if self.map.learn(addr, view, now) {
                    self.kick(now);
                    self.reconcile_all(now);
                }
            }
        }
    }

    /// Something said over the connection got no answer in time: nothing more is said until it gives a sign of life.
    pub(super) fn doubt(&mut self, generation: Gen, now: Instant) {
        if let Some(link) = self.link(generation) {
            link.doubted = true;
            link.ask_at = now;
        }
    }

    /// A server says that the slot is elsewhere.
    pub(super) fn moved(&mut self, slot: u16, to: Addr, now: Instant) {
        if self.map.redirect(slot, to, now) {
            self.reconcile_all(now);
        }
        self.kick(now);
    }

    /// The server refused to subscribe; why, unless the slot is only elsewhere.
    pub(super) fn refused(
        &mut self,
        generation: Gen,
        topic: &Topic,
        why: Option<String>,
        now: Instant,
    ) {
        if let Some(why) = why {
            self.trouble(generation, Trouble::Subscribe, why);
        }
        self.on_channel(generation, topic, |channel| {
            // It may be another topic's refusal (see the module): then asking again costs a little, no more.
            channel.on = false;
            channel.asking = None;
            channel.not_before = Some(now + REFUSED_WAIT);
        });
        self.kick(now);
        self.reconcile([topic.clone()], now);
    }

    /// The server refused to unsubscribe: it does not have the slot, so nothing will come from there.
    pub(super) fn refused_to_leave(&mut self, generation: Gen, topic: &Topic, now: Instant) {
        self.on_channel(generation, topic, |channel| {
            channel.on = false;
            channel.leaving = None;
        });
        self.reconcile([topic.clone()], now);
    }

    pub(super) fn pushed(&mut self, generation: Gen, push: Push, now: Instant) {
        match push {
            Push::Lost => self.lost(generation, now),
            Push::Message(topic, payload) => self.message(generation, topic, payload),
            Push::Subscribed(topic, count) => {
                if let Some(link) = self.link(generation) {
                    link.does_well(Trouble::Subscribe);
                }
                self.on_channel(generation, &topic, |channel| {
                    channel.on = true;
                    channel.asking = None;
                    channel.not_before = None;
                });
                self.reconcile([topic], now);
                self.count(generation, count, now);
            }
            Push::Unsubscribed(topic) => {
                let mut unasked = false;
                self.on_channel(generation, &topic, |channel| {
                    unasked = channel.on && channel.leaving.is_none();
                    channel.on = false;
                    channel.leaving = None;
                    if unasked {
                        // The slot has gone elsewhere: the views that the kick brings say where to.
                        channel.not_before = Some(now + REFUSED_WAIT);
                    }
                });
                if unasked {
                    self.kick(now);
                }
                self.reconcile([topic], now);
            }
        }
    }

    /// Tells what stands since the last time.
    pub(super) fn flush(&mut self) {
        if !self.fresh.is_empty() {
            let fresh = std::mem::take(&mut self.fresh).into_iter().collect();
            self.news.push(BusNews::Whole(fresh));
        }
    }

    /// Does what is due. To be called at [`Machine::wake`], and after acts were taken.
    pub(super) fn turn(&mut self, now: Instant) {
        if self.map.forget(now) {
            self.reconcile_all(now);
        }
        self.open_and_close(now);
        self.ask(now);
        if now >= self.reconcile_at {
            self.reconcile_at = now + RECONCILE_EVERY;
            self.expire_and_probe(now);
            self.reconcile_all(now);
        }
        self.flush();
    }

    /// Whether something stands that is not yet told.
    pub(super) fn is_unflushed(&self) -> bool {
        !self.fresh.is_empty()
    }

    /// When something is due next.
    pub(super) fn wake(&self) -> Instant {
        let links = self.links.values().filter_map(|link| match link.phase {
            Phase::Open if link.asked.is_none() => Some(link.ask_at),
            Phase::Closed => Some(link.tried + OPEN_EVERY),
            Phase::Open | Phase::Opening => None,
        });
        links.fold(self.reconcile_at, Instant::min)
    }

    // What follows from it.

    fn owner(&self, slot: u16) -> Option<&Addr> {
        match self.mode {
            Mode::Standalone => self.seeds.first(),
            Mode::Cluster => self.map.owner(slot),
        }
    }

    fn owners(&self) -> BTreeSet<Addr> {
        match self.mode {
            Mode::Standalone => self.seeds.iter().take(1).cloned().collect(),
            Mode::Cluster => self.map.owners().cloned().collect(),
        }
    }

    fn link(&mut self, generation: Gen) -> Option<&mut Link> {
        self.links.get_mut(self.generations.get(&generation)?)
    }

    fn trouble(&mut self, generation: Gen, at: Trouble, why: String) {
        let Some((addr, _)) = self.generations.get(&generation).cloned() else {
            return;
        };
        let trouble = Some((at, why.clone()));
        if let Some(link) = self.link(generation)
            && link.trouble != trouble
        {
            link.trouble = trouble;
            self.troubles.push((addr, why));
        }
    }

    fn on_channel(&mut self, generation: Gen, topic: &Topic, act: impl FnOnce(&mut Channel)) {
        if let Some(link) = self.link(generation) {
            act(link.channels.entry(topic.clone()).or_default());
        }
    }

    /// Asks every ear soon for its view.
    fn kick(&mut self, now: Instant) {
        for ((_, role), link) in &mut self.links {
            if *role == Role::Ear && link.phase == Phase::Open {
                let soon = now.max(link.last_asked + ASK_EVERY_KICKED);
                link.ask_at = link.ask_at.min(soon);
            }
        }
    }

    fn message(&mut self, generation: Gen, topic: Topic, payload: Bytes) {
        let Some(wanted) = self.wanted.get(&topic).filter(|wanted| wanted.told) else {
            return;
        };
        let here = self.generations.get(&generation);
        let stands_here =
            here.is_some_and(|(addr, _)| self.owner(wanted.slot).is_some_and(|at| at == addr));
        if !stands_here {
            return;
        }
        if self.fresh.contains(&topic) {
            self.flush();
        }
        self.news.push(BusNews::Hint(topic, payload));
    }

    /// Compares how many subscriptions the server says that the connection has with what it should have. They differ
    /// only if something went by unseen: then nothing on the connection can be trusted.
    fn count(&mut self, generation: Gen, count: u64, now: Instant) {
        let Some(link) = self.link(generation) else {
            return;
        };
        let quiet = |channel: &Channel| channel.asking.is_none() && channel.leaving.is_none();
        if !link.channels.values().all(quiet) {
            return;
        }
        let on = link.channels.values().filter(|channel| channel.on).count();
        if u64::try_from(on) != Ok(count) {
            self.lost(generation, now);
        }
    }

    fn lost(&mut self, generation: Gen, now: Instant) {
        let Some((addr, role)) = self.generations.remove(&generation) else {
            return;
        };
        self.acts.push(Act::Close(generation, addr.clone(), role));
        if let Some(link) = self.links.get_mut(&(addr, role)) {
            link.phase = Phase::Closed;
            link.asked = None;
            let channels = std::mem::take(&mut link.channels);
            self.reconcile(channels.into_keys(), now);
        }
        self.kick(now);
    }

    fn open_and_close(&mut self, now: Instant) {
        let owners = self.owners();
        let mut targets: BTreeSet<(Addr, Role)> = owners
            .iter()
            .flat_map(|addr| [(addr.clone(), Role::Ear), (addr.clone(), Role::Mouth)])
            .collect();
        if self.mode == Mode::Cluster && !self.map.is_fresh(now) {
            let known = self.seeds.iter().chain(self.map.nodes()).cloned();
            targets.extend(known.map(|addr| (addr, Role::Ear)));
        }
        // Those who think that they own something are listened to until they know better.
        targets.extend(self.map.claimants().map(|addr| (addr.clone(), Role::Ear)));
        let mut closing = Vec::new();
        self.links.retain(|key, link| {
            if targets.contains(key) {
                return true;
            }
            match link.phase {
                Phase::Open => closing.push(link.generation),
                // Its generation is forgotten with it: an opening that ends later is closed by the shell.
                Phase::Opening | Phase::Closed => {
                    self.generations.remove(&link.generation);
                    return false;
                }
            }
            true
        });
        for generation in closing {
            self.lost(generation, now);
        }
        for key in targets {
            let known = self.links.get(&key);
            let due = known
                .is_none_or(|link| link.phase == Phase::Closed && now >= link.tried + OPEN_EVERY);
            if due {
                self.open(key, now);
            }
        }
    }

    fn open(&mut self, key: (Addr, Role), now: Instant) {
        self.next_generation += 1;
        let generation = Gen(self.next_generation);
        let before = self.links.get(&key);
        let link = Link {
            generation,
            phase: Phase::Opening,
            unreachable: before.is_some_and(|link| link.unreachable),
            trouble: before.and_then(|link| link.trouble.clone()),
            tried: now,
            asked: None,
            last_asked: now,
            ask_at: now,
            doubted: false,
            channels: BTreeMap::new(),
            probed: None,
        };
        self.links.insert(key.clone(), link);
        self.generations.insert(generation, key.clone());
        self.acts.push(Act::Open(generation, key.0, key.1));
    }

    fn ask(&mut self, now: Instant) {
        let mut silent = Vec::new();
        for ((addr, role), link) in &mut self.links {
            if link.phase != Phase::Open {
                continue;
            }
            match link.asked {
                Some(asked) if now >= asked + ANSWER_WAIT => silent.push(link.generation),
                Some(_) => {}
                None if now >= link.ask_at => {
                    link.asked = Some(now);
                    link.last_asked = now;
                    link.ask_at = now + ASK_EVERY;
                    self.acts
                        .push(Act::Ask(link.generation, addr.clone(), *role));
                }
                None => {}
            }
        }
        for generation in silent {
            self.lost(generation, now);
        }
    }

    /// Gives up on what was never confirmed, and asks one quiet ear's next topic anew: the answer's count says whether
    /// the server still has all of them.
    fn expire_and_probe(&mut self, now: Instant) {
        let late = |since: Option<Instant>| since.is_some_and(|since| now >= since + CONFIRM_WAIT);
        for ((_, role), link) in &mut self.links {
            if *role != Role::Ear || link.phase != Phase::Open {
                continue;
            }
            for channel in link.channels.values_mut() {
                if late(channel.asking) {
                    channel.asking = None;
                    channel.on = false;
                }
                if late(channel.leaving) {
                    channel.leaving = None;
                    channel.on = false;
                }
                if channel.not_before.is_some_and(|at| now >= at) {
                    channel.not_before = None;
                }
            }
            link.channels
                .retain(|_, channel| *channel != Channel::default());
            if let Some(topic) = link.next_to_probe() {
                if let Some(channel) = link.channels.get_mut(&topic) {
                    channel.asking = Some(now);
                    self.acts
                        .push(Act::Subscribe(link.generation, topic.clone()));
                }
                link.probed = Some(topic);
            }
        }
    }

    fn reconcile_all(&mut self, now: Instant) {
        let held = self.links.values().flat_map(|link| link.channels.keys());
        let topics: BTreeSet<Topic> = self.wanted.keys().chain(held).cloned().collect();
        self.reconcile(topics, now);
    }

    /// Brings the topics nearer to where they belong, and tells which no longer stand.
    fn reconcile(&mut self, topics: impl IntoIterator<Item = Topic>, now: Instant) {
        let mut lost = Vec::new();
        for topic in topics {
            let stands = self.place(&topic, now);
            let Some(wanted) = self.wanted.get_mut(&topic) else {
                continue;
            };
            if stands && !wanted.told {
                wanted.told = true;
                self.fresh.insert(topic);
            } else if !stands && wanted.told {
                wanted.told = false;
                if !self.fresh.remove(&topic) {
                    lost.push(topic);
                }
            }
        }
        if !lost.is_empty() {
            self.news.push(BusNews::Gap(lost));
        }
    }

    /// Asks for the topic at its owner and lets it go elsewhere. Says whether it stands.
    fn place(&mut self, topic: &Topic, now: Instant) -> bool {
        let slot = self.wanted.get(topic).map(|wanted| wanted.slot);
        let owner = slot.and_then(|slot| self.owner(slot)).cloned();
        let mut on = false;
        for ((addr, role), link) in &mut self.links {
            if *role != Role::Ear || link.phase != Phase::Open {
                continue;
            }
            if owner.as_ref() == Some(addr) {
                let channel = link.channels.entry(topic.clone()).or_default();
                if channel.on {
                    on = channel.leaving.is_none();
                } else if channel.asking.is_none()
                    && channel.leaving.is_none()
                    && channel.not_before.is_none_or(|at| now >= at)
                {
                    channel.asking = Some(now);
                    self.acts
                        .push(Act::Subscribe(link.generation, topic.clone()));
                }
            } else if let Some(channel) = link.channels.get_mut(topic)
                && channel.on
                && channel.leaving.is_none()
                && channel.asking.is_none()
            {
                channel.leaving = Some(now);
                self.acts
                    .push(Act::Unsubscribe(link.generation, topic.clone()));
            }
        }
        let rivalled = slot.is_some_and(|slot| self.is_rivalled(slot));
        if let Some(wanted) = self.wanted.get_mut(topic) {
            wanted.contested = rivalled.then(|| wanted.contested.unwrap_or(now));
            on && wanted
                .contested
                .is_none_or(|since| now >= since + RIVAL_WAIT)
        } else {
            false
        }
    }

    /// Whether a server that can be reached believes to own the slot beside its owner: it takes publishes that would
    /// be missed. While a slot is handed over, both do for a moment.
    fn is_rivalled(&self, slot: u16) -> bool {
        self.mode == Mode::Cluster
            && self.map.rivals(slot).any(|addr| {
                let ear = self.links.get(&(addr.clone(), Role::Ear));
                ear.is_some_and(|link| !link.unreachable)
            })
    }
}

impl Link {
    /// Whether something said over it can be expected to be answered at once.
    fn answers(&self, now: Instant) -> bool {
        self.phase == Phase::Open
            && !self.doubted
            && self.asked.is_none_or(|asked| now < asked + ANSWER_DOUBT)
    }

    fn does_well(&mut self, at: Trouble) {
        if self.trouble.as_ref().is_some_and(|(of, _)| *of == at) {
            self.trouble = None;
        }
    }

    fn next_to_probe(&self) -> Option<Topic> {
        let busy = |channel: &Channel| channel.asking.is_some() || channel.leaving.is_some();
        if self.channels.values().any(busy) {
            return None;
        }
        let mut on = self
            .channels
            .iter()
            .filter(|(_, channel)| channel.on)
            .map(|(topic, _)| topic);
        let first = on.clone().next();
        match &self.probed {
            Some(last) => on.find(|topic| *topic > last).or(first),
            None => first,
        }
        .cloned()
    }
}

#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
