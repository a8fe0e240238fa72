//! The machine against a made-up cluster whose slots move, whose connections break, and whose pushes come late, run
//! from seeds: whatever happens, a message that was taken is delivered or followed by a `Whole` of its topic, and in
//! the end every topic stands.

use std::collections::VecDeque;

use super::*;

const NODES: u16 = 3;
const TOPICS: u16 = 12;
const STEP: Duration = Duration::from_millis(10);

/// A small generator: the same run for the same seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        // The constants of Knuth's MMIX.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn node(&mut self) -> u16 {
        u16::try_from(self.below(u64::from(NODES))).unwrap() + 1
    }

    fn topic(&mut self) -> u16 {
        u16::try_from(self.below(u64::from(TOPICS))).unwrap()
    }
}

/// What a connection of the machine looks like from the other side.
struct Wire {
    node: u16,
    role: Role,
    /// What the machine sent and the server has not read.
    sent: VecDeque<Act>,
    /// What the server sent and the machine has not read.
    came: VecDeque<Come>,
    /// The server's truth.
    channels: BTreeSet<Topic>,
    broken: bool,
}

enum Come {
    Push(Push),
    Answer(Answer),
    Refused(Topic, u16, Addr),
}

struct World {
    machine: Machine,
    now: Instant,
    chance: Chance,
    wires: BTreeMap<Gen, Wire>,
    opening: Vec<(Gen, Addr, Role)>,
    /// Per slot (a topic's number is its slot): the owner and its epoch, as each node believes it.
    beliefs: BTreeMap<u16, Vec<(u64, u16)>>,
    epoch: u64,
    wanted: BTreeSet<u16>,
    /// Messages taken and neither delivered nor made up for by a `Whole`, per topic.
    owed: BTreeMap<u16, BTreeSet<u64>>,
    delivered: BTreeSet<u64>,
    standing: BTreeSet<u16>,
    next: u64,
}

fn addr(n: u16) -> Addr {
    Addr::new(&format!("127.0.0.1:{n}")).unwrap()
}

fn number(topic: &Topic) -> u16 {
    match topic {
        Topic::Shard(n) => *n,
        Topic::Node(_) | Topic::Nodes => unreachable!("only shards here"),
    }
}

impl World {
    fn new(seed: u64) -> Self {
        let now = Instant::now();
        let start = |slot: u16| {
            let owner = slot % NODES + 1;
            (u64::from(owner), owner)
        };
        let beliefs: Vec<_> = (0..TOPICS).map(start).collect();
        Self {
            machine: Machine::new(Mode::Cluster, vec![addr(1), addr(2)], now),
            now,
            chance: Chance(seed),
            wires: BTreeMap::new(),
            opening: Vec::new(),
            beliefs: (1..=NODES).map(|n| (n, beliefs.clone())).collect(),
            epoch: 100,
            wanted: BTreeSet::new(),
            owed: BTreeMap::new(),
            delivered: BTreeSet::new(),
            standing: BTreeSet::new(),
            next: 0,
        }
    }

    fn owner(&self, node: u16, slot: u16) -> u16 {
        self.beliefs[&node][usize::from(slot)].1
    }

    fn view(&self, node: u16) -> View {
        let mut text = String::new();
        // An epoch belongs to a node in Redis; here each slot's claim is a line with its own, which the reader allows.
        for (slot, (epoch, owner)) in self.beliefs[&node].iter().enumerate() {
            let myself = if *owner == node { "myself," } else { "" };
            text +=
                &format!("x 127.0.0.1:{owner}@1 {myself}master - 0 0 {epoch} connected {slot}\n");
        }
        // Each owns something besides, so that everybody is listened to.
        for n in 1..=NODES {
            let myself = if n == node { "myself," } else { "" };
            let (first, last) = (n * 1_000, n * 1_000 + 999);
            text += &format!("x 127.0.0.1:{n}@1 {myself}master - 0 0 1 connected {first}-{last}\n");
        }
        View::parse(&text, &addr(node)).unwrap()
    }

    /// Takes what the machine wants done and told.
    fn exchange(&mut self) {
        for act in self.machine.take_acts() {
            match act {
                Act::Open(generation, addr, role) => {
                    self.opening.push((generation, addr, role));
                }
                Act::Close(generation, ..) => {
                    self.wires.remove(&generation);
                }
                Act::Ask(generation, ..)
                | Act::Subscribe(generation, _)
                | Act::Unsubscribe(generation, _) => {
                    if let Some(wire) = self.wires.get_mut(&generation) {
                        wire.sent.push_back(act);
                    }
                }
            }
        }
        for news in self.machine.take_news() {
            match news {
                BusNews::Hint(topic, payload) => {
                    let n = u64::from_be_bytes(payload.as_ref().try_into().unwrap());
                    let topic = number(&topic);
                    assert!(
                        self.standing.contains(&topic),
                        "a hint where nothing stands"
                    );
                    assert!(self.delivered.insert(n), "a hint came twice");
                    self.owed.entry(topic).or_default().remove(&n);
                }
                BusNews::Gap(topics) => {
                    for topic in &topics {
                        assert!(self.standing.remove(&number(topic)), "a gap in nothing");
                    }
                }
                BusNews::Whole(topics) => {
                    for topic in &topics {
                        assert!(self.standing.insert(number(topic)), "whole twice");
                        self.owed.remove(&number(topic));
                    }
                }
            }
        }
    }

    /// Some of the connections that are being opened are open.
    fn open(&mut self) {
        for (generation, addr, role) in std::mem::take(&mut self.opening) {
            if !self.chance.one_in(4) {
                self.opening.push((generation, addr, role));
                continue;
            }
            let wire = Wire {
                node: addr.parts().unwrap().1,
                role,
                sent: VecDeque::new(),
                came: VecDeque::new(),
                channels: BTreeSet::new(),
                broken: false,
            };
            if self.machine.opened(generation, self.now) {
                self.wires.insert(generation, wire);
            }
            self.exchange();
        }
    }

    /// A server reads one command.
    fn serve(&mut self, generation: Gen) {
        let beliefs = &self.beliefs;
        let Some(wire) = self.wires.get_mut(&generation) else {
            return;
        };
        if wire.broken {
            return;
        }
        let node = wire.node;
        let owner = |topic: &Topic| beliefs[&node][usize::from(number(topic))].1;
        let come = match wire.sent.pop_front() {
            Some(Act::Subscribe(_, topic)) if owner(&topic) != node => {
                let to = addr(owner(&topic));
                Come::Refused(topic.clone(), number(&topic), to)
            }
            Some(Act::Subscribe(_, topic)) => {
                wire.channels.insert(topic.clone());
                let count = u64::try_from(wire.channels.len()).unwrap();
                Come::Push(Push::Subscribed(topic, count))
            }
            Some(Act::Unsubscribe(_, topic)) => {
                wire.channels.remove(&topic);
                Come::Push(Push::Unsubscribed(topic))
            }
            Some(Act::Ask(_, _, Role::Ear)) => {
                let view = self.view(node);
                let Some(wire) = self.wires.get_mut(&generation) else {
                    return;
                };
                wire.came.push_back(Come::Answer(Answer::View(view)));
                return;
            }
            Some(Act::Ask(..)) => Come::Answer(Answer::Alive),
            Some(Act::Open(..) | Act::Close(..)) | None => return,
        };
        wire.came.push_back(come);
    }

    /// The machine reads one thing.
    fn read(&mut self, generation: Gen) {
        let Some(wire) = self.wires.get_mut(&generation) else {
            return;
        };
        match wire.came.pop_front() {
            Some(Come::Push(push)) => self.machine.pushed(generation, push, self.now),
            Some(Come::Answer(answer)) => self.machine.answered(generation, answer, self.now),
            Some(Come::Refused(topic, slot, to)) => {
                self.machine.refused(generation, &topic, None, self.now);
                self.machine.moved(slot, to, self.now);
            }
            None if wire.broken => {
                self.wires.remove(&generation);
                self.machine.pushed(generation, Push::Lost, self.now);
            }
            None => {}
        }
        self.exchange();
    }

    /// A node hears of an owner with a higher epoch; who was subscribed there is told that it is over.
    fn believe(&mut self, node: u16, slot: u16, belief: (u64, u16)) {
        let mine = self.beliefs.get_mut(&node).unwrap();
        if mine[usize::from(slot)].0 >= belief.0 {
            return;
        }
        mine[usize::from(slot)] = belief;
        if belief.1 == node {
            return;
        }
        let topic = Topic::Shard(slot);
        for wire in self.wires.values_mut() {
            if wire.node == node && wire.role == Role::Ear && wire.channels.remove(&topic) {
                wire.came
                    .push_back(Come::Push(Push::Unsubscribed(topic.clone())));
            }
        }
    }

    /// Somebody publishes at a node that believes to own the slot.
    fn publish(&mut self, slot: u16) {
        let first = self.chance.node();
        let nodes = (0..NODES).map(|n| (first + n) % NODES + 1);
        let Some(node) = nodes.into_iter().find(|n| self.owner(*n, slot) == *n) else {
            return;
        };
        self.next += 1;
        let n = self.next;
        if self.wanted.contains(&slot) {
            self.owed.entry(slot).or_default().insert(n);
        }
        let topic = Topic::Shard(slot);
        let payload = Bytes::copy_from_slice(&n.to_be_bytes());
        for wire in self.wires.values_mut() {
            if wire.node == node && wire.channels.contains(&topic) && !wire.broken {
                let push = Push::Message(topic.clone(), payload.clone());
                wire.came.push_back(Come::Push(push));
            }
        }
    }

    fn flip(&mut self, slot: u16) {
        let topic = Topic::Shard(slot);
        if self.wanted.insert(slot) {
            self.machine.subscribe(topic, slot, self.now);
        } else {
            self.wanted.remove(&slot);
            self.machine.unsubscribe(&topic, self.now);
            self.owed.remove(&slot);
            self.exchange();
            self.standing.remove(&slot);
        }
    }

    fn step(&mut self, trouble: bool) {
        self.now += STEP;
        let slot = self.chance.topic();
        self.publish(slot);
        if trouble {
            if self.chance.one_in(10) {
                let to = self.chance.node();
                // A slot moves on only when all know where it is: who moves it twice in a breath leaves a node that
                // took publishes and never showed up in any view that was asked for.
                let mut beliefs = self.beliefs.values().map(|of| of[usize::from(slot)]);
                let first = beliefs.next();
                if beliefs.all(|belief| Some(belief) == first) {
                    self.epoch += 1;
                    self.believe(to, slot, (self.epoch, to));
                }
            }
            if self.chance.one_in(40) {
                self.flip(slot);
            }
            if self.chance.one_in(60) {
                let nth = usize::try_from(self.chance.below(6)).unwrap();
                if let Some(wire) = self.wires.values_mut().nth(nth) {
                    wire.broken = true;
                    if nth % 2 == 0 {
                        // What was on its way is lost with it.
                        wire.came.clear();
                    }
                }
            }
        }
        // Gossip: any two nodes agree on any slot within half a second or so, well within the wait for a rival.
        for _ in 0..12 {
            let (from, to, slot) = (self.chance.node(), self.chance.node(), self.chance.topic());
            let belief = self.beliefs[&from][usize::from(slot)];
            self.believe(to, slot, belief);
        }
        self.open();
        let generations: Vec<Gen> = self.wires.keys().copied().collect();
        for generation in generations {
            for _ in 0..self.chance.below(3) {
                self.serve(generation);
            }
            for _ in 0..self.chance.below(3) {
                self.read(generation);
            }
        }
        if self.now >= self.machine.wake() || self.machine.is_unflushed() {
            self.machine.turn(self.now);
        }
        self.exchange();
    }
}

#[test]
fn no_message_is_lost_without_a_whole_after_it_and_every_topic_comes_back() {
    for seed in 0..16 {
        let mut world = World::new(seed);
        for slot in 0..TOPICS / 2 {
            world.flip(slot);
        }
        for _ in 0..100 {
            world.step(false);
        }
        for _ in 0..1_500 {
            world.step(true);
        }
        for _ in 0..1_500 {
            world.step(false);
        }
        assert_eq!(world.standing, world.wanted, "seed {seed}: not all stand");
        // What is still under way arrives.
        for _ in 0..50 {
            for generation in world.wires.keys().copied().collect::<Vec<_>>() {
                world.read(generation);
            }
        }
        let owed: BTreeMap<_, _> = world.owed.iter().filter(|(_, n)| !n.is_empty()).collect();
        assert!(owed.is_empty(), "seed {seed}: lost in silence: {owed:?}");
        assert!(world.delivered.len() > 200, "seed {seed}: hardly a test");
    }
}
