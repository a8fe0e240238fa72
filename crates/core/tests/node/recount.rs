//! What nodes and clients hold, event by event, is what a count from the log's first event gives: by chance, with every
//! kind of event, several users on several devices, and nodes that know the room for as long as it is there and not yet.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};

use hearth_core::{
    clock::Clock,
    log::Entry,
    node::Node,
    port::{Freshness, Log},
    session::{Dialect, RoomRef, Window},
};
use hearth_protocol::{
    Body, Event, MessageState, Reaction, Role, RoomId, RoomKind, RoomName, RoomSnapshot, SendId,
    Seq, User, UserId,
    client::{Client as Machine, End, RoomLog, Settings, Step},
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::kit::*;

/// Runs, how often each is counted, and after how many acts.
const SEEDS: std::ops::Range<u64> = 0..16;
const COUNTS: usize = 4;
const ACTS: usize = 60;
/// What is done beside the events: marks are no event, nor is coming back on another node.
const OTHERS: [&str; 4] = ["direct", "mark", "mark back", "move"];

/// A room, counted from its log alone: no cell, no mark of a projection, no event twice or out of its place.
#[derive(Debug, Default)]
struct Count {
    name: String,
    kind: RoomKind,
    topic: String,
    description: String,
    /// Pinned messages, in the order in which they were.
    pins: Vec<Seq>,
    archived: bool,
    slow_seconds: u32,
    members: BTreeMap<UserId, (String, Role)>,
    /// Who is banned, by whom, and why.
    bans: BTreeMap<UserId, (UserId, String)>,
    states: BTreeMap<Seq, MessageState>,
    /// As a page of history shows them.
    events: Vec<Event>,
}

impl Count {
    fn of(log: &[Entry]) -> Self {
        let mut count = Self::default();
        for (n, entry) in (1..).zip(log) {
            assert_eq!(entry.seq(), Seq(n), "a log has no holes");
            count.add(&entry.event);
        }
        let messages = |count: &Self| count.events.iter().filter(|e| e.body.is_message()).count();
        let ordinal = log.last().map_or(0, |entry| entry.event.ordinal.0);
        assert_eq!(ordinal, messages(&count) as u64);
        for (seq, state) in &mut count.states {
            if state.deleted.is_some() {
                (state.text, state.edited) = (None, None);
                state.reactions.clear();
                count.events[seq.0 as usize - 1].body = Body::Erased;
            }
            state.reactions.retain(|of| !of.users.is_empty());
            state.reactions.sort_by(|a, b| a.emoji.cmp(&b.emoji));
            state.reactions.iter_mut().for_each(|of| of.users.sort());
        }
        count.states.retain(|_, state| {
            state.text.is_some() || state.deleted.is_some() || !state.reactions.is_empty()
        });
        count
    }

    /// Every kind has its place here, or this does not compile.
    fn add(&mut self, event: &Event) {
        let (by, seq) = (event.by, event.seq);
        match &event.body {
            Body::Create {
                title,
                room_kind,
                with,
            } => {
                (self.name, self.kind) = (title.clone(), *room_kind);
                self.members.insert(by, (event.name.clone(), Role::Owner));
                for (user, name) in with {
                    self.members.insert(*user, (name.clone(), Role::Member));
                }
            }
            Body::Message { .. } | Body::Erased => {}
            Body::Edit { target, text } => {
                let state = self.state(*target);
                (state.text, state.edited) = (Some(text.clone()), Some(seq));
            }
            Body::Delete { target } => {
                self.state(*target).deleted = Some(seq);
                self.pins.retain(|pinned| pinned != target);
            }
            Body::Pin { target, on } => {
                let is_pinned = self.pins.contains(target);
                match on {
                    true if !is_pinned => self.pins.push(*target),
                    true => {}
                    false => self.pins.retain(|pinned| pinned != target),
                }
            }
            Body::React { target, emoji, on } => {
                let reactions = &mut self.state(*target).reactions;
                reactions
                    .iter_mut()
                    .filter(|of| of.emoji == *emoji)
                    .for_each(|of| of.users.retain(|user| *user != by));
                match reactions.iter_mut().find(|of| of.emoji == *emoji) {
                    Some(of) if *on => of.users.push(by),
                    None if *on => reactions.push(Reaction {
                        emoji: emoji.clone(),
                        users: vec![by],
                    }),
                    _ => {}
                }
            }
            Body::Join => self.enter(by, &event.name),
            Body::Leave => self.out(by),
            Body::Invite {
                user, user_name, ..
            } => self.enter(*user, user_name),
            Body::Remove { user, .. } => self.out(*user),
            Body::Ban { user, reason, .. } => {
                self.out(*user);
                self.bans.insert(*user, (by, reason.clone()));
            }
            Body::Unban { user } => {
                self.bans.remove(user);
            }
            Body::Role { user, role } => {
                if let Some((_, was)) = self.members.get_mut(user) {
                    *was = *role;
                }
            }
            Body::Topic { topic } => self.topic.clone_from(topic),
            Body::Description { description } => self.description.clone_from(description),
            Body::Rename { name } => self.name.clone_from(name),
            Body::Archive { on } => self.archived = *on,
            Body::Slow { seconds } => self.slow_seconds = *seconds,
        }
        self.events.push(event.clone());
    }

    fn enter(&mut self, user: UserId, name: &str) {
        let place = self.members.entry(user);
        place.or_insert((String::new(), Role::Member)).0 = name.to_owned();
        self.bans.remove(&user);
    }

    fn out(&mut self, user: UserId) {
        self.members.remove(&user);
        self.bans.remove(&user);
    }

    fn state(&mut self, seq: Seq) -> &mut MessageState {
        self.states.entry(seq).or_insert(MessageState {
            seq,
            text: None,
            edited: None,
            deleted: None,
            reactions: Vec::new(),
        })
    }

    fn head(&self) -> Seq {
        Seq(self.events.len() as u64)
    }

    /// Messages above a mark; deleted ones were messages, too.
    fn unread(&self, mark: Seq) -> u64 {
        let ordinal = |seq: Seq| match seq.0 {
            0 => 0,
            seq => self.events[seq as usize - 1].ordinal.0,
        };
        ordinal(self.head()) - ordinal(mark)
    }

    /// What a room is called for a user.
    fn name_for(&self, user: UserId) -> String {
        let others = self.members.iter().filter(|(id, _)| **id != user);
        match self.kind {
            RoomKind::Direct => others.map(|(_, (name, _))| name.clone()).collect(),
            RoomKind::Group | RoomKind::Public | RoomKind::Private | RoomKind::Broadcast => {
                self.name.clone()
            }
        }
    }

    fn is_shown(&self, user: UserId, mark: Seq, shown: &RoomSnapshot, whose: &str) {
        assert_eq!(shown.name, self.name_for(user), "{whose}: name");
        assert_eq!(shown.kind, self.kind, "{whose}: kind");
        assert_eq!(shown.topic, self.topic, "{whose}: topic");
        assert_eq!(shown.description, self.description, "{whose}: description");
        assert_eq!(shown.archived, self.archived, "{whose}: archived");
        assert_eq!(shown.slow_seconds, self.slow_seconds, "{whose}: slow mode");
        assert_eq!(shown.role, self.members[&user].1, "{whose}: role");
        assert_eq!(
            shown.members,
            self.members.len() as u64,
            "{whose}: how many members"
        );
        assert_eq!(shown.head, self.head(), "{whose}: head");
        assert_eq!(shown.mark, mark, "{whose}: mark");
        assert_eq!(shown.unread, self.unread(mark), "{whose}: unread");
    }

    /// What a client that was there all the while follows.
    fn is_followed(&self, user: UserId, mark: Seq, log: &RoomLog, whose: &str) {
        let shown = log.snapshot().unwrap();
        assert_eq!(log.position(), self.head(), "{whose}: position");
        assert_eq!(log.read_to(), mark, "{whose}: mark");
        assert_eq!(log.unread(), self.unread(mark), "{whose}: unread");
        assert_eq!(shown.name, self.name_for(user), "{whose}: name");
        assert_eq!(shown.topic, self.topic, "{whose}: topic");
        assert_eq!(shown.archived, self.archived, "{whose}: archived");
        assert_eq!(shown.slow_seconds, self.slow_seconds, "{whose}: slow mode");
    }
}

/// A user's device: the protocol's own client over a session.
struct Device {
    user: User,
    machine: Machine,
    at: usize,
    wire: Option<Client>,
    read: usize,
}

impl Device {
    fn new(user: &User, n: usize, at: usize) -> Self {
        let device = format!("{}-{n}", user.name).parse().unwrap();
        Self {
            user: user.clone(),
            machine: Machine::new(Settings::new(device, n as u64)),
            at,
            wire: None,
            read: 0,
        }
    }

    async fn carry(&mut self, nodes: &[Node], now: u64, steps: Vec<Step>) {
        let mut steps = VecDeque::from(steps);
        while let Some(step) = steps.pop_front() {
            match step {
                Step::Connect => {
                    let wire = Client::connect(&nodes[self.at], &self.user, Dialect::V1);
                    (self.wire, self.read) = (Some(wire), 0);
                    steps.extend(self.machine.opened(now));
                }
                Step::Close => self.wire = None,
                Step::Write(frame) => {
                    if let Some(wire) = &self.wire {
                        wire.say(&serde_json::to_string(&frame).unwrap()).await;
                    }
                }
                Step::Odd(why) => panic!("{why}"),
                _ => {}
            }
        }
    }

    fn next_text(&mut self) -> Option<String> {
        let inbox = &self.wire.as_ref()?.inbox;
        let text = inbox.0.lock().unwrap().0.get(self.read).cloned()?;
        self.read += 1;
        Some(text)
    }

    /// Hears what came, and what time it is.
    async fn turn(&mut self, nodes: &[Node], now: u64) {
        while let Some(text) = self.next_text() {
            let steps = self.machine.heard(now, &text);
            self.carry(nodes, now, steps).await;
        }
        let steps = self.machine.tick(now);
        self.carry(nodes, now, steps).await;
    }
}

struct World {
    cluster: Cluster,
    nodes: Vec<Node>,
    users: Vec<User>,
    devices: Vec<Device>,
    rooms: BTreeSet<RoomId>,
    chance: StdRng,
    count: u64,
    /// The kinds that are in the logs.
    seen: BTreeSet<&'static str>,
}

impl World {
    async fn new(seed: u64) -> Self {
        let cluster = Cluster::new();
        let nodes = vec![cluster.node("a"), cluster.node("b")];
        settle().await;
        let mut users = Vec::new();
        for name in ["mara", "jonas", "priya", "tomas"] {
            users.push(user(&nodes[0], name).await);
        }
        // One on each node for everybody.
        let devices = users.iter().flat_map(|user| {
            let device = |n: usize| Device::new(user, n, n);
            (0..2).map(device).collect::<Vec<_>>()
        });
        let mut world = Self {
            devices: devices.collect(),
            cluster,
            nodes,
            users,
            rooms: BTreeSet::new(),
            chance: StdRng::seed_from_u64(seed),
            count: 0,
            seen: BTreeSet::new(),
        };
        let now = world.cluster.clock.now_ms();
        for device in &mut world.devices {
            let steps = device.machine.start(now);
            device.carry(&world.nodes, now, steps).await;
        }
        world
    }

    fn one_of<T: Clone>(&mut self, all: &[T]) -> Option<T> {
        let n = self.chance.random_range(0..all.len().max(1));
        all.get(n).cloned()
    }

    fn is_one_in(&mut self, n: u32) -> bool {
        self.chance.random_range(0..n) == 0
    }

    fn next(&mut self) -> u64 {
        self.count += 1;
        self.count
    }

    async fn log(&self, room: RoomId) -> Vec<Entry> {
        let mut log: Vec<Entry> = Vec::new();
        loop {
            let from = Seq(log.len() as u64 + 1);
            let store = &self.cluster.store;
            let page = store.read(room, from, Seq(u64::MAX), 1_000, Freshness::Quorum);
            let page = page.await.unwrap();
            if page.entries.is_empty() {
                return log;
            }
            log.extend(page.entries);
        }
    }

    /// Lets everybody hear for so long.
    async fn pass(&mut self, turns: usize, ms: u64) {
        for _ in 0..turns {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            let now = self.cluster.clock.now_ms();
            for device in &mut self.devices {
                device.turn(&self.nodes, now).await;
            }
        }
    }

    /// Does something of this kind. What is refused changes nothing, which is counted as well.
    async fn act(&mut self, kind: &str) {
        let n = self.next();
        let rooms: Vec<RoomId> = self.rooms.iter().copied().collect();
        let node = self.nodes[self.chance.random_range(0..2)].clone();
        let users = self.users.clone();
        let (Some(mut by), Some(other)) = (self.one_of(&users), self.one_of(&users)) else {
            return;
        };
        if kind == "create" {
            if rooms.len() < 4 {
                let kinds = [RoomKind::Public, RoomKind::Private, RoomKind::Broadcast];
                let kind = self.one_of(&kinds).unwrap();
                let (id, name) = (format!("create-{n}"), format!("room {n}"));
                let (id, name) = (SendId::new(id).unwrap(), RoomName::new(name).unwrap());
                let made = node.create_room(&by, id, &name, kind).await;
                self.rooms.insert(made.unwrap().id);
            }
            return;
        }
        if kind == "direct" {
            if let Ok((room, _)) = node.direct_room(&by, &other.name).await {
                self.rooms.insert(room.id);
            }
            return;
        }
        let Some(room) = self.one_of(&rooms) else {
            return;
        };
        // What only some may do is mostly done by one of them.
        let log = self.log(room).await;
        let count = Count::of(&log);
        let owners = users.iter().filter(|user| {
            let member = count.members.get(&user.id);
            member.is_some_and(|(_, role)| *role == Role::Owner)
        });
        let owners: Vec<User> = owners.cloned().collect();
        if !self.is_one_in(4)
            && !["join", "leave", "mark", "mark back", "move"].contains(&kind)
            && let Some(owner) = self.one_of(&owners)
        {
            by = owner;
        }
        let own = log.iter().filter(|entry| {
            entry.event.body.is_message() && (entry.event.by == by.id || kind != "edit")
        });
        let own: Vec<Seq> = own.map(Entry::seq).collect();
        let target = self.one_of(&own).unwrap_or(Seq(1));
        let (user, text) = (other.id, format!("text {n}"));
        let body = match kind {
            "message" => Body::Message {
                text,
                reply_to: self.is_one_in(3).then_some(target),
                mentions: None,
                forward: None,
            },
            "pin" => Body::Pin {
                target,
                on: !self.is_one_in(3),
            },
            "edit" => Body::Edit { target, text },
            "delete" => Body::Delete { target },
            "react" => Body::React {
                target,
                emoji: ["🍲", "🎉"][self.chance.random_range(0..2)].into(),
                on: !self.is_one_in(3),
            },
            "invite" => Body::Invite {
                user,
                user_name: String::new(),
                accepted: false,
            },
            "remove" => Body::Remove { user, reason: text },
            "ban" => Body::Ban {
                user,
                reason: text,
                until_ms: None,
            },
            "unban" => Body::Unban { user },
            "role" => {
                let roles = [Role::Guest, Role::Member, Role::Moderator, Role::Owner];
                let role = self.one_of(&roles).unwrap();
                Body::Role { user, role }
            }
            "topic" => Body::Topic { topic: text },
            "description" => Body::Description { description: text },
            "archive" => Body::Archive {
                on: self.is_one_in(4),
            },
            "slow" => Body::Slow {
                seconds: u32::from(self.is_one_in(3)),
            },
            "join" => {
                let _ = node.join_room(&by, &RoomRef::Id(room)).await;
                return;
            }
            "leave" => {
                let _ = node.leave_room(&by, room).await;
                return;
            }
            "rename" => {
                let name = RoomName::new(format!("room {n}")).unwrap();
                let _ = node.rename_room(&by, room, &name).await;
                return;
            }
            // Only the end of a room's keeping erases.
            "erased" => return,
            other => return self.on_a_device(other, &by, room).await,
        };
        let id = SendId::new(format!("send-{n}")).unwrap();
        self.on(&by, |machine, now| {
            machine.send(now, room, id, body).unwrap_or_default()
        })
        .await;
    }

    async fn on_a_device(&mut self, kind: &str, by: &User, room: RoomId) {
        let up_to = Seq(self.chance.random_range(0..20));
        match kind {
            "mark" => {
                self.on(by, |machine, now| machine.read(now, room, up_to))
                    .await
            }
            "mark back" => {
                self.on(by, |machine, now| machine.unread_from(now, room, up_to))
                    .await;
            }
            "move" => {
                let (n, now) = (
                    self.chance.random_range(0..self.devices.len()),
                    self.cluster.clock.now_ms(),
                );
                let device = &mut self.devices[n];
                device.wire = None;
                device.at = 1 - device.at;
                let steps = device.machine.closed(now, End::Cut);
                device.carry(&self.nodes, now, steps).await;
            }
            new => panic!("how is `{new}` done?"),
        }
    }

    /// On one of the user's devices.
    async fn on(&mut self, by: &User, act: impl FnOnce(&mut Machine, u64) -> Vec<Step>) {
        let now = self.cluster.clock.now_ms();
        let which = self.chance.random_range(0..2);
        let mut theirs = self.devices.iter_mut().filter(|d| d.user.id == by.id);
        let device = theirs.nth(which).unwrap();
        let steps = act(&mut device.machine, now);
        device.carry(&self.nodes, now, steps).await;
    }

    /// Holds everybody against a count.
    async fn count(&mut self) {
        let mut counts = BTreeMap::new();
        for room in &self.rooms {
            let log = self.log(*room).await;
            self.seen
                .extend(log.iter().map(|entry| entry.event.body.kind()));
            counts.insert(*room, Count::of(&log));
        }
        let fresh = self.cluster.node("c");
        settle().await;
        let nodes = self.nodes.iter().chain([&fresh]);
        for node in nodes {
            for user in &self.users {
                self.holds_rooms(node, user, &counts).await;
            }
            for (room, count) in &counts {
                self.holds_room(node, *room, count).await;
            }
        }
        for device in &self.devices {
            let whose = format!("{} at {}", device.user.name, device.at);
            assert_eq!(device.machine.pending().count(), 0, "{whose}");
            let user = device.user.id;
            let theirs = of(&counts, user);
            let held: Vec<RoomId> = device.machine.rooms().map(|(room, _)| room).collect();
            assert_eq!(held, theirs.keys().copied().collect::<Vec<_>>(), "{whose}");
            for (room, log) in device.machine.rooms() {
                let mark = self.mark(user, room).await;
                theirs[&room].is_followed(user, mark, log, &format!("{room} {whose}"));
            }
        }
        fresh.stop().await;
    }

    async fn mark(&self, user: UserId, room: RoomId) -> Seq {
        self.cluster.store.mark(user, room).await.unwrap().seq
    }

    async fn holds_rooms(&self, node: &Node, user: &User, counts: &BTreeMap<RoomId, Count>) {
        let mut rooms = node.rooms(user).await.unwrap();
        rooms.sort_by_key(|room| room.id);
        let held: Vec<RoomId> = rooms.iter().map(|room| room.id).collect();
        let theirs = of(counts, user.id);
        let whose = format!("{:?} for {}", node.name(), user.name);
        assert_eq!(held, theirs.keys().copied().collect::<Vec<_>>(), "{whose}");
        for shown in &rooms {
            let mark = self.mark(user.id, shown.id).await;
            let whose = format!("{} {whose}", shown.id);
            theirs[&shown.id].is_shown(user.id, mark, shown, &whose);
        }
    }

    /// Pages of everything, each so small that there are several.
    async fn holds_room(&self, node: &Node, room: RoomId, count: &Count) {
        let mut owners = self.users.iter().filter(|user| {
            let member = count.members.get(&user.id);
            member.is_some_and(|(_, role)| *role == Role::Owner)
        });
        // A room that all have left is nobody's to look at.
        let Some(owner) = owners.next_back() else {
            return;
        };
        let whose = format!("{room} on {:?}", node.name());
        let (mut members, mut after) = (Vec::new(), None);
        loop {
            let (page, next) = node.members(owner, room, after, 2).await.unwrap();
            members.extend(page.into_iter().map(|m| (m.user, (m.name, m.role))));
            after = next;
            if next.is_none() {
                break;
            }
        }
        let counted: Vec<_> = count.members.clone().into_iter().collect();
        assert_eq!(members, counted, "{whose}: members");
        let mut bans = Vec::new();
        loop {
            let (page, next) = node.bans(owner, room, after, 1).await.unwrap();
            bans.extend(page.into_iter().map(|ban| (ban.user, (ban.by, ban.reason))));
            after = next;
            if next.is_none() {
                break;
            }
        }
        let counted: Vec<_> = count.bans.clone().into_iter().collect();
        assert_eq!(bans, counted, "{whose}: bans");
        let pins = node.pins(owner, room).await.unwrap().pins;
        let pins: Vec<Seq> = pins.iter().rev().map(|pin| pin.message.seq).collect();
        assert_eq!(pins, count.pins, "{whose}: pins");
        let (mut events, mut states) = (Vec::new(), Vec::new());
        while events.len() < count.events.len() {
            let window = Window::After(Seq(events.len() as u64));
            let page = node.history(owner, room, window, 7).await.unwrap();
            assert_eq!(page.head, count.head(), "{whose}: head");
            assert!(!page.events.is_empty(), "{whose}: an empty page");
            events.extend(page.events);
            states.extend(page.states);
        }
        assert_eq!(events, count.events, "{whose}: events");
        let counted: Vec<_> = count.states.values().cloned().collect();
        assert_eq!(states, counted, "{whose}: messages as they stand");
    }
}

/// The rooms of which somebody is a member.
fn of(counts: &BTreeMap<RoomId, Count>, user: UserId) -> BTreeMap<RoomId, &Count> {
    let theirs = counts.iter();
    let theirs = theirs.filter(|(_, count)| count.members.contains_key(&user));
    theirs.map(|(room, count)| (*room, count)).collect()
}

#[tokio::test(start_paused = true)]
async fn what_nodes_and_clients_hold_is_what_a_count_from_the_log_gives() {
    let kinds: Vec<&str> = Body::KINDS.iter().chain(&OTHERS).copied().collect();
    let mut seen = BTreeSet::new();
    for seed in SEEDS {
        println!("seed {seed}");
        let mut world = World::new(seed).await;
        world.pass(10, 50).await;
        for _ in 0..3 {
            world.act("create").await;
        }
        for _ in 0..COUNTS {
            for _ in 0..ACTS {
                // Half of what is said in a room are messages.
                let kind = match world.is_one_in(2) {
                    true => "message",
                    false => world.one_of(&kinds).unwrap(),
                };
                world.act(kind).await;
                let ms = world.chance.random_range(0..40);
                world.pass(1, ms).await;
            }
            // Slow mode, a connection's pause and a gathered mark have passed by then.
            world.pass(400, 50).await;
            world.count().await;
        }
        seen.append(&mut world.seen);
        for node in &world.nodes {
            node.stop().await;
        }
    }
    let unseen: Vec<_> = Body::KINDS
        .iter()
        .filter(|kind| **kind != "erased" && !seen.contains(*kind))
        .collect();
    assert!(unseen.is_empty(), "never in a log: {unseen:?}");
}
