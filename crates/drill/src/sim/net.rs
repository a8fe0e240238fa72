//! The simulated bus: it loses, doubles, delays and reorders hints between topics, fails and delivers all the same, cuts
//! nodes off from each other without a word, and goes away with one. What it must tell, `Gap` and `Whole`, it tells.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;
use hearth_core::{
    news::NewsSender,
    port::{Bus, BusError, BusNews, NodeName, PAYLOAD_BYTES_MAX, Topic},
};
use rand::{RngExt, SeedableRng, rngs::SmallRng};
use tokio::sync::mpsc;

use super::{agenda::Agenda, gate::Gate, tally::Met, trace::Trace};

/// News that wait for a node: few, so that a node that was paused finds its queue full, and is told.
const NEWS_MAX: usize = 48;

/// What the bus is made to do now, each of a hundred hints.
#[derive(Debug, Clone, Default)]
pub(super) struct Trouble {
    pub(super) lost: u32,
    pub(super) doubled: u32,
    pub(super) failed: u32,
    /// The longest way.
    pub(super) slow_ms: u64,
}

/// The bus.
#[derive(Clone)]
pub(super) struct SimNet(Arc<Inner>);

struct Inner {
    agenda: Agenda,
    trace: Trace,
    met: Met,
    state: Mutex<State>,
}

struct State {
    chance: SmallRng,
    trouble: Trouble,
    ends: BTreeMap<NodeName, End>,
    /// Pairs of slots that do not hear each other.
    cuts: BTreeMap<(usize, usize), u32>,
    /// Slots without the bus.
    away: BTreeMap<usize, u32>,
    /// When the last hint of a sender on a topic comes to a receiver: the next is no earlier.
    last_ms: BTreeMap<(NodeName, NodeName, Topic), u64>,
}

struct End {
    slot: usize,
    news: Arc<NewsSender>,
    gate: Arc<Gate>,
    wanted: BTreeSet<Topic>,
}

impl SimNet {
    pub(super) fn new(seed: u64, agenda: Agenda, trace: Trace, met: Met) -> Self {
        Self(Arc::new(Inner {
            agenda,
            trace,
            met,
            state: Mutex::new(State {
                chance: SmallRng::seed_from_u64(seed ^ 0x0062_7573),
                trouble: Trouble::default(),
                ends: BTreeMap::new(),
                cuts: BTreeMap::new(),
                away: BTreeMap::new(),
                last_ms: BTreeMap::new(),
            }),
        }))
    }

    /// Lets a node in.
    pub(super) fn join(
        &self,
        node: NodeName,
        slot: usize,
        gate: Arc<Gate>,
    ) -> (Arc<dyn Bus>, mpsc::Receiver<BusNews>) {
        let (news, receiver) = NewsSender::new(NEWS_MAX);
        let news = Arc::new(news);
        let end = End {
            slot,
            news: Arc::clone(&news),
            gate: Arc::clone(&gate),
            wanted: BTreeSet::new(),
        };
        self.lock().ends.insert(node.clone(), end);
        tokio::spawn(async move { news.pay().await });
        let bus = SimBus {
            net: self.clone(),
            node,
            slot,
            gate,
        };
        (Arc::new(bus), receiver)
    }

    /// A node is gone for good.
    pub(super) fn leave(&self, node: &NodeName) {
        self.lock().ends.remove(node);
    }

    pub(super) fn trouble(&self, change: impl FnOnce(&mut Trouble)) {
        change(&mut self.lock().trouble);
    }

    /// Two slots hear each other no longer, or again; nobody is told.
    pub(super) fn cut(&self, one: usize, other: usize, is_cut: bool) {
        let pair = (one.min(other), one.max(other));
        count(&mut self.lock().cuts, pair, is_cut);
    }

    /// A slot loses the bus, or has it back; it is told.
    pub(super) fn take_away(&self, slot: usize, is_away: bool) {
        let mut state = self.lock();
        let before = state.away.contains_key(&slot);
        count(&mut state.away, slot, is_away);
        let after = state.away.contains_key(&slot);
        if before == after {
            return;
        }
        let ends: Vec<_> = state
            .ends
            .values()
            .filter(|end| end.slot == slot)
            .map(|end| {
                (
                    Arc::clone(&end.gate),
                    Arc::clone(&end.news),
                    end.wanted.clone(),
                )
            })
            .collect();
        drop(state);
        for (gate, news, wanted) in ends {
            self.0.met.add("gaps told by the bus");
            let told = move || match after {
                true => news.gap(wanted),
                false => news.whole(wanted),
            };
            gate.when_open(told);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn deliver(&self, to: &NodeName, topic: &Topic, payload: Bytes) {
        let state = self.lock();
        let Some(end) = state.ends.get(to) else {
            return;
        };
        if state.away.contains_key(&end.slot) || !end.wanted.contains(topic) {
            return;
        }
        let (gate, news, topic) = (Arc::clone(&end.gate), Arc::clone(&end.news), topic.clone());
        drop(state);
        gate.when_open(move || news.hint(&topic, payload));
    }
}

fn count<K: Ord>(counts: &mut BTreeMap<K, u32>, key: K, is_more: bool) {
    let count = counts.entry(key).or_default();
    *count = if is_more {
        *count + 1
    } else {
        count.saturating_sub(1)
    };
    counts.retain(|_, count| *count > 0);
}

/// One node's end.
struct SimBus {
    net: SimNet,
    node: NodeName,
    slot: usize,
    gate: Arc<Gate>,
}

#[async_trait]
impl Bus for SimBus {
    async fn publish(&self, topic: &Topic, payload: Bytes) -> Result<(), BusError> {
        self.gate.pass().await;
        if payload.len() > PAYLOAD_BYTES_MAX {
            return Err(BusError("too large".into()));
        }
        let net = &self.net;
        let agenda = &net.0.agenda;
        let now = agenda.now_ms();
        let mut state = net.lock();
        if state.away.contains_key(&self.slot) {
            return Err(BusError("taken away".into()));
        }
        let State {
            chance,
            trouble,
            ends,
            cuts,
            last_ms,
            ..
        } = &mut *state;
        let is_failed = chance.random_range(0..100) < trouble.failed;
        // What failed may come all the same: late, and after what was published later.
        let is_late = is_failed && chance.random_range(0..2) == 0;
        let mut coming = Vec::new();
        for (to, end) in ends.iter().filter(|_| !is_failed || is_late) {
            let pair = (self.slot.min(end.slot), self.slot.max(end.slot));
            if cuts.contains_key(&pair) || !end.wanted.contains(topic) {
                continue;
            }
            let most = match chance.random_range(0..8) {
                0 => 15 + trouble.slow_ms,
                _ => 2 + trouble.slow_ms / 8,
            };
            let ms = now + chance.random_range(0..=most);
            if to != &self.node && chance.random_range(0..100) < trouble.lost {
                net.0.met.add("hints lost");
                net.0
                    .trace
                    .say(|| format!("{} hint to {to} lost", self.node));
                continue;
            }
            let times = 1 + u32::from(chance.random_range(0..100) < trouble.doubled);
            for turn in 0..times {
                let at = if is_late {
                    ms + chance.random_range(100..4_000)
                } else {
                    let key = (self.node.clone(), to.clone(), topic.clone());
                    let last = last_ms.entry(key).or_default();
                    *last = ms.max(*last);
                    *last
                };
                // The second copy comes whenever it likes.
                let at = if turn == 0 {
                    at
                } else {
                    at + chance.random_range(0..1_500)
                };
                coming.push((at, to.clone()));
            }
            if times > 1 {
                net.0.met.add("hints doubled");
            }
            if is_late {
                net.0.met.add("hints late after a failure");
            }
        }
        drop(state);
        for (at, to) in coming {
            let (net, topic, payload) = (net.clone(), topic.clone(), payload.clone());
            net.0
                .trace
                .say(|| format!("{} hint to {to} comes at {at}", self.node));
            agenda.at(at, move || net.deliver(&to, &topic, payload));
        }
        match is_failed {
            true => Err(BusError("no answer".into())),
            false => Ok(()),
        }
    }

    fn subscribe(&self, topic: Topic) {
        let mut state = self.net.lock();
        let is_away = state.away.contains_key(&self.slot);
        let ms = state.chance.random_range(0..8);
        let Some(end) = state.ends.get_mut(&self.node) else {
            return;
        };
        if !end.wanted.insert(topic.clone()) || is_away {
            return;
        }
        drop(state);
        let (net, node) = (self.net.clone(), self.node.clone());
        self.net.0.agenda.later(ms, move || {
            let state = net.lock();
            if let Some(end) = state.ends.get(&node)
                && end.wanted.contains(&topic)
                && !state.away.contains_key(&end.slot)
            {
                let (gate, news) = (Arc::clone(&end.gate), Arc::clone(&end.news));
                drop(state);
                gate.when_open(move || news.whole([topic]));
            }
        });
    }

    fn unsubscribe(&self, topic: &Topic) {
        let mut state = self.net.lock();
        if let Some(end) = state.ends.get_mut(&self.node) {
            end.wanted.remove(topic);
            end.news.forget(topic);
        }
    }

    async fn ready(&self) -> Result<(), BusError> {
        self.gate.pass().await;
        match self.net.lock().away.contains_key(&self.slot) {
            true => Err(BusError("taken away".into())),
            false => Ok(()),
        }
    }
}
