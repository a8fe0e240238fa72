//! What nodes and clients hold, event by event, is what a count from the log's first event gives: by chance, with every
//! kind of event and every way to it, several users on several devices, and nodes that know the room for as long as it is
//! there and not yet. Over any store: the tests of the adapters run it as well.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use hearth_core::{
    clock::Clock,
    files::FileBounds,
    log::Entry,
    node::{
        AvatarPictures, Credential, Measured, NewWebhook, Node, WebhookId, WebhookPost, system_user,
    },
    port::{Freshness, Store},
    session::{Dialect, NewSend, RoomRef, Window},
    testing::MemoryFiles,
};
use hearth_protocol::{
    Attachment, Body, Event, Everyone, FileId, Forward, InThread, Mentions, MessageState,
    NotifyLevel, Own, Reaction, Right, Role, RoomId, RoomKind, RoomName, RoomSnapshot, ScheduledId,
    ScheduledState, SendId, Seq, Thread, ThreadLength, User, UserId,
    client::{Ask, Client as Machine, End, RoomLog, Settings, Step},
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::kit::*;

/// After how many acts a run is counted.
const ACTS: usize = 120;
/// What is done beside the kinds of events: other ways to them, and what is no event.
pub(crate) const OTHERS: [&str; 31] = [
    "create ownerless",
    "direct",
    "group",
    "forward",
    "file",
    "thread",
    // What is one's own.
    "mark",
    "mark back",
    "move",
    "follow",
    "read",
    "read back",
    "draft",
    "save",
    "hide",
    "notify",
    "block",
    "receipts",
    // What happens by itself, or by somebody who is none of the users.
    "schedule",
    "reschedule",
    "send scheduled",
    "make link",
    "accept link",
    "withdraw link",
    "make webhook",
    "post by webhook",
    "withdraw webhook",
    // Who there is.
    "sign up",
    "deactivate",
    "reactivate",
    "delete account",
];
/// What only some may do is mostly done by one of them: every kind of event but these, and of the others those.
const ANYBODYS: [&str; 2] = ["join", "leave"];
const SOMEBODYS: [&str; 2] = ["make link", "make webhook"];
/// What must have come about in some run, beside every kind of event: as the logs show it, and as it was answered.
const SEEN: [&str; 14] = [
    "a long thread",
    "a forward",
    "a file",
    "a group",
    "everyone",
    "an ownerless room",
    "an entry by a link",
    "an entry by a former name",
    "a return after a ban",
    "a scheduled message",
    "a webhook's message",
    "an account that was deactivated and came back",
    "an account that was deleted",
    "a sign-up",
];

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
    rights: BTreeMap<Right, Role>,
    avatar: Option<FileId>,
    members: BTreeMap<UserId, (String, Role)>,
    /// Who is out and went as a guest.
    guests: BTreeSet<UserId>,
    /// By which event members came in.
    entered: BTreeMap<UserId, Seq>,
    /// Who mentioned whom, and where.
    mentions: Vec<(Seq, UserId, Mentions)>,
    /// Who is banned, by whom, why, and until when.
    bans: BTreeMap<UserId, (UserId, String, Option<u64>)>,
    /// Whether somebody came back whose ban had run out.
    returned: bool,
    states: BTreeMap<Seq, MessageState>,
    /// By the messages at which they begin.
    threads: BTreeMap<Seq, ThreadCount>,
    /// As a page of history shows them.
    events: Vec<Event>,
}

/// A thread, counted from the log.
#[derive(Debug, Default)]
struct ThreadCount {
    messages: Vec<(Seq, UserId)>,
    deleted: BTreeSet<Seq>,
    /// Who has a part in it, and what they have read at least: all before that by which they came to have it.
    parts: BTreeMap<UserId, Seq>,
}

impl ThreadCount {
    /// Up to where somebody has read it, and what is unread; `None` if they do not follow it.
    fn of(&self, user: UserId, root: Seq, own: &[Own]) -> Option<(Seq, Vec<Seq>)> {
        let part = self.parts.get(&user).copied();
        let (mut following, mut since, mut said, mut at) =
            (part.is_some(), Seq::ZERO, None, Seq::ZERO);
        for own in own {
            match own {
                Own::Follow {
                    root: of,
                    on,
                    since: began,
                    ..
                } if *of == root => (following, since) = (on.unwrap(), *began),
                Own::Read {
                    root: of,
                    seq,
                    at: when,
                    ..
                } if *of == root => (said, at) = (Some(*seq), *when),
                _ => {}
            }
        }
        let own = self
            .messages
            .iter()
            .filter(|(seq, by)| *by == user && *seq > at);
        let by_hand = Some(since).filter(|since| *since > Seq::ZERO);
        let begin = match at {
            Seq::ZERO => part.into_iter().chain(by_hand).min().unwrap_or_default(),
            _ => Seq::ZERO,
        };
        let read = said.unwrap_or_default().max(begin);
        let read = own
            .map(|(seq, _)| *seq)
            .max()
            .map_or(read, |own| own.max(read));
        let after = self.messages.iter().map(|(seq, _)| *seq);
        let unread = after.filter(|seq| *seq > read && !self.deleted.contains(seq));
        following.then(|| (read, unread.collect()))
    }
}

impl Count {
    fn of(log: &[Entry]) -> Self {
        let mut count = Self::default();
        for (n, entry) in (1..).zip(log) {
            assert_eq!(entry.seq(), Seq(n), "a log has no holes");
            count.add(&entry.event);
        }
        let mut ordinal = 0;
        for event in &count.events {
            let is_message = event.ordinal.0 > ordinal;
            ordinal += u64::from(is_message);
            assert_eq!(event.ordinal.0, ordinal);
            assert_eq!(event.body.counts(), is_message);
        }
        for (seq, state) in &mut count.states {
            if state.deleted.is_some() {
                (state.text, state.edited, state.edited_ms) = (None, None, None);
                state.reactions.clear();
                let event = &mut count.events[seq.0 as usize - 1];
                event.body = event.body.erased();
            }
            state.reactions.retain(|of| !of.users.is_empty());
            state.reactions.sort_by(|a, b| a.emoji.cmp(&b.emoji));
            state.reactions.iter_mut().for_each(|of| of.users.sort());
        }
        for event in &mut count.events {
            if let Some(target) = event.body.edits()
                && count
                    .states
                    .get(&target)
                    .is_some_and(|of| of.deleted.is_some())
            {
                event.body = event.body.erased();
            }
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
                // The installation is a member of nothing.
                if !by.0.is_nil() {
                    self.members.insert(by, (event.name.clone(), Role::Owner));
                }
                for (user, name) in with {
                    self.members.insert(*user, (name.clone(), Role::Member));
                }
                let all = self.members.keys().map(|user| (*user, seq));
                self.entered.extend(all);
            }
            body @ (Body::Message { .. } | Body::Erased { .. }) => {
                if let Some(of) = body.thread() {
                    self.in_thread(event, of, body.mentioned());
                }
                if let Some(mentions) = body.mentioned() {
                    self.mentions.push((seq, by, mentions.clone()));
                }
            }
            Body::Edit { target, text } => {
                let state = self.state(*target);
                (state.text, state.edited) = (Some(text.clone()), Some(seq));
                state.edited_ms = Some(event.at_ms);
            }
            Body::Delete { target } => {
                self.state(*target).deleted = Some(seq);
                for thread in self.threads.values_mut() {
                    if thread.messages.iter().any(|(seq, _)| seq == target) {
                        thread.deleted.insert(*target);
                    }
                }
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
            Body::Join => {
                self.enter(by, &event.name, event);
                if seq == Seq(2) && self.is_ownerless() {
                    self.members.insert(by, (event.name.clone(), Role::Owner));
                }
            }
            Body::Leave => self.out(by),
            Body::Invite {
                user, user_name, ..
            } => self.enter(*user, user_name, event),
            Body::Remove { user, .. } => self.out(*user),
            Body::Ban {
                user,
                reason,
                until_ms,
            } => {
                self.out(*user);
                self.bans.insert(*user, (by, reason.clone(), *until_ms));
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
            Body::Right { right, role } => {
                self.rights.insert(*right, *role);
            }
            Body::Avatar { avatar } => self.avatar = *avatar,
        }
        self.events.push(event.clone());
    }

    fn in_thread(&mut self, event: &Event, of: InThread, mentions: Option<&Mentions>) {
        let root = &self.events[of.root.0 as usize - 1];
        assert!(
            root.body.counts(),
            "a thread begins at a message of the room"
        );
        assert_eq!(of.by, root.by, "whose it is");
        let thread = self.threads.entry(of.root).or_default();
        thread.messages.push((event.seq, event.by));
        let before = Seq(event.seq.0 - 1);
        thread.parts.entry(of.by).or_insert(Seq(of.root.0 - 1));
        thread.parts.entry(event.by).or_insert(before);
        for user in mentions.iter().flat_map(|mentions| &mentions.users) {
            thread.parts.entry(*user).or_insert(before);
        }
    }

    /// Whether the installation made it.
    fn is_ownerless(&self) -> bool {
        let first = self.events.first();
        first.is_some_and(|first| first.by.0.is_nil())
    }

    fn enter(&mut self, user: UserId, name: &str, by: &Event) {
        if !self.members.contains_key(&user) {
            self.entered.insert(user, by.seq);
        }
        let role = match self.guests.remove(&user) {
            true => Role::Guest,
            false => Role::Member,
        };
        let place = self.members.entry(user);
        place.or_insert((String::new(), role)).0 = name.to_owned();
        self.returned |= self.is_over(user, by.at_ms);
        self.bans.remove(&user);
    }

    /// Whether somebody is out by a ban that has run out.
    fn is_over(&self, user: UserId, at_ms: u64) -> bool {
        let ban = self.bans.get(&user);
        ban.is_some_and(|(.., until_ms)| until_ms.is_some_and(|ms| ms <= at_ms))
    }

    fn out(&mut self, user: UserId) {
        if let Some((_, Role::Guest)) = self.members.remove(&user) {
            self.guests.insert(user);
        }
        self.bans.remove(&user);
    }

    fn state(&mut self, seq: Seq) -> &mut MessageState {
        let unchanged = MessageState::unchanged(seq);
        self.states.entry(seq).or_insert(unchanged)
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

    /// Messages above a mark that mention a user who is in, from when they came in.
    fn mentioned(&self, user: UserId, mark: Seq) -> Vec<Seq> {
        let after = mark.max(self.entered[&user]);
        let is_deleted = |seq: &Seq| {
            let state = self.states.get(seq);
            state.is_some_and(|state| state.deleted.is_some())
        };
        let mentions = self.mentions.iter().filter(|(seq, by, of)| {
            let names = of.everyone.is_some() || of.users.contains(&user);
            *seq > after && *by != user && names && !is_deleted(seq)
        });
        mentions.map(|(seq, ..)| *seq).collect()
    }

    /// What a room is called for a user.
    fn name_for(&self, user: UserId) -> String {
        let others = self.members.iter().filter(|(id, _)| **id != user);
        match self.kind {
            RoomKind::Direct => others.map(|(_, (name, _))| name.clone()).collect(),
            // Those first who came first.
            RoomKind::Group => {
                let names = others.map(|(id, (name, _))| (self.entered[id], name.as_str()));
                let mut names: Vec<_> = names.collect();
                names.sort_unstable();
                let names: Vec<&str> = names.iter().map(|(_, name)| *name).collect();
                names.join(", ")
            }
            RoomKind::Public | RoomKind::Private | RoomKind::Broadcast => self.name.clone(),
        }
    }

    fn is_shown(&self, user: UserId, mark: Seq, shown: &RoomSnapshot, whose: &str) {
        assert_eq!(shown.name, self.name_for(user), "{whose}: name");
        assert_eq!(shown.kind, self.kind, "{whose}: kind");
        assert_eq!(shown.topic, self.topic, "{whose}: topic");
        assert_eq!(shown.description, self.description, "{whose}: description");
        assert_eq!(shown.archived, self.archived, "{whose}: archived");
        assert_eq!(shown.slow_seconds, self.slow_seconds, "{whose}: slow mode");
        self.has_rights(shown, whose);
        assert_eq!(shown.avatar, self.avatar, "{whose}: avatar");
        assert_eq!(shown.role, self.members[&user].1, "{whose}: role");
        assert_eq!(
            shown.members,
            self.members.len() as u64,
            "{whose}: how many members"
        );
        assert_eq!(shown.head, self.head(), "{whose}: head");
        assert_eq!(shown.mark, mark, "{whose}: mark");
        assert_eq!(shown.unread, self.unread(mark), "{whose}: unread");
        let mentioned = self.mentioned(user, mark);
        assert_eq!(shown.mentioned, mentioned, "{whose}: mentions");
    }

    /// What a client that was there all the while follows.
    fn is_followed(&self, user: UserId, mark: Seq, log: &RoomLog, whose: &str) {
        let shown = log.snapshot().unwrap();
        assert_eq!(log.position(), self.head(), "{whose}: position");
        assert_eq!(log.read_to(), mark, "{whose}: mark");
        assert_eq!(log.unread(), self.unread(mark), "{whose}: unread");
        let mentioned = self.mentioned(user, mark).len() as u64;
        assert_eq!(log.mentions(), mentioned, "{whose}: mentions");
        // Of whom a group consists is told where it is asked.
        if self.kind != RoomKind::Group {
            assert_eq!(shown.name, self.name_for(user), "{whose}: name");
        }
        assert_eq!(shown.topic, self.topic, "{whose}: topic");
        assert_eq!(shown.archived, self.archived, "{whose}: archived");
        assert_eq!(shown.slow_seconds, self.slow_seconds, "{whose}: slow mode");
        self.has_rights(shown, whose);
        assert_eq!(shown.avatar, self.avatar, "{whose}: avatar");
    }

    fn has_rights(&self, shown: &RoomSnapshot, whose: &str) {
        for right in Right::ALL {
            let said = self.rights.get(&right).copied();
            let lowest = shown.rights.lowest(self.kind, right);
            assert_eq!(
                lowest,
                said.unwrap_or(right.usual(self.kind)),
                "{whose}: {right:?}"
            );
        }
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
        let mut settings = Settings::new(device, n as u64);
        (settings.follows_own, settings.follows_threads) = (true, true);
        Self {
            user: user.clone(),
            machine: Machine::new(settings),
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
                    let node = &nodes[self.at];
                    let account = node.account_of(self.user.id).await.unwrap();
                    if account.is_some_and(|account| account.may_enter().is_ok()) {
                        let word = Credential::Word;
                        let wire = Client::connect_by(node, &self.user, word, Dialect::V1);
                        (self.wire, self.read) = (Some(wire), 0);
                        steps.extend(self.machine.opened(now));
                    } else {
                        steps.extend(self.machine.closed(now, End::Status(401)));
                    }
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
        if let Some(code) = self.wire.as_ref().and_then(Client::closed) {
            self.wire = None;
            let steps = self.machine.closed(now, End::Code(code.number()));
            self.carry(nodes, now, steps).await;
        }
        let steps = self.machine.tick(now);
        self.carry(nodes, now, steps).await;
    }
}

pub(crate) struct World<S> {
    cluster: Cluster<S>,
    nodes: Vec<Node>,
    users: Vec<User>,
    devices: Vec<Device>,
    rooms: BTreeSet<RoomId>,
    /// Whose accounts are deactivated.
    out: BTreeSet<UserId>,
    /// Every name that a room was to have.
    names: Vec<String>,
    /// Codes of links, with what withdraws them.
    links: Vec<(RoomId, uuid::Uuid, String)>,
    webhooks: Vec<(RoomId, WebhookId, String)>,
    scheduled: Vec<(UserId, ScheduledId)>,
    chance: StdRng,
    count: u64,
    /// What has come about: the kinds that are in the logs, and of [`SEEN`].
    seen: BTreeSet<&'static str>,
}

impl<S: Store + 'static> World<S> {
    async fn new(seed: u64, store: S) -> Self {
        let cluster = Cluster::over(store);
        let nodes = vec![cluster.node("a"), cluster.node("b")];
        let files = Arc::new(MemoryFiles::default());
        for node in &nodes {
            node.keep_files(files.clone(), FileBounds::default());
            node.begin_scheduled();
        }
        settle().await;
        let mut world = Self {
            cluster,
            nodes,
            users: Vec::new(),
            devices: Vec::new(),
            rooms: BTreeSet::new(),
            out: BTreeSet::new(),
            names: Vec::new(),
            links: Vec::new(),
            webhooks: Vec::new(),
            scheduled: Vec::new(),
            chance: StdRng::seed_from_u64(seed),
            count: 0,
            seen: BTreeSet::new(),
        };
        for name in ["mara", "jonas", "priya", "tomas"] {
            world.sign_up(name).await;
        }
        world
    }

    async fn sign_up(&mut self, name: &str) {
        let user = user(&self.nodes[0], name).await;
        let now = self.cluster.clock.now_ms();
        // One on each node for everybody.
        for at in 0..2 {
            let mut device = Device::new(&user, at, at);
            let steps = device.machine.start(now);
            device.carry(&self.nodes, now, steps).await;
            self.devices.push(device);
        }
        self.users.push(user);
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

    /// Goes on until nobody writes any more by themselves: what was scheduled comes when it comes.
    async fn rest(&mut self) {
        self.pass(110, 1_000).await;
        for _ in 0..100 {
            let before = self.heads().await;
            self.pass(4, 400).await;
            if self.heads().await == before {
                return;
            }
        }
        panic!("the rooms do not come to rest");
    }

    async fn heads(&mut self) -> Vec<Seq> {
        self.find_rooms().await;
        let mut heads = Vec::new();
        for room in &self.rooms {
            let head = self.cluster.store.head(*room, Seq::ZERO, Freshness::Quorum);
            heads.push(head.await.unwrap().seq);
        }
        heads
    }

    /// Those that were made where nobody waited for the answer, too.
    async fn find_rooms(&mut self) {
        for user in &self.users {
            let rooms = self.cluster.store.rooms_of(user.id, None, 1_000).await;
            self.rooms.extend(rooms.unwrap());
        }
    }

    /// Does something of this kind. What is refused changes nothing, which is counted as well.
    async fn act(&mut self, kind: &str) {
        let n = self.next();
        self.find_rooms().await;
        let rooms: Vec<RoomId> = self.rooms.iter().copied().collect();
        let node = self.nodes[self.chance.random_range(0..2)].clone();
        let users = self.users.clone();
        let (Some(mut by), Some(other)) = (self.somebody(), self.one_of(&users)) else {
            return;
        };
        match kind {
            "create" | "create ownerless" | "direct" | "group" => {
                return self.begin(kind, &by, &other, n).await;
            }
            "sign up" | "deactivate" | "reactivate" | "delete account" => {
                return self.on_accounts(kind, &node, &by, &other, n).await;
            }
            _ => {}
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
        let owners = owners.filter(|owner| !self.out.contains(&owner.id));
        let owners: Vec<User> = owners.cloned().collect();
        if !self.is_one_in(4)
            && !ANYBODYS.contains(&kind)
            && (SOMEBODYS.contains(&kind) || !OTHERS.contains(&kind))
            && let Some(owner) = self.one_of(&owners)
        {
            by = owner;
        }
        // Whom a ban kept out comes back when it is over.
        let wall_ms = self.cluster.clock.wall_ms();
        let mut back = users.iter().filter(|user| !self.out.contains(&user.id));
        if kind == "join"
            && let Some(back) = back.find(|user| count.is_over(user.id, wall_ms))
        {
            by = back.clone();
        }
        let own = log.iter().filter(|entry| {
            entry.event.body.was_message() && (entry.event.by == by.id || kind != "edit")
        });
        let own: Vec<Seq> = own.map(Entry::seq).collect();
        let target = self.one_of(&own).unwrap_or(Seq(1));
        let (user, text) = (other.id, format!("text {n}"));
        let body = match kind {
            "message" => Body::Message {
                text,
                reply_to: self.is_one_in(3).then_some(target),
                mentions: self.is_one_in(3).then(|| {
                    let everyone = match self.chance.random_range(0..6) {
                        0 => Some(Everyone::Here),
                        1 => Some(Everyone::Room),
                        _ => None,
                    };
                    Box::new(Mentions {
                        users: vec![user],
                        everyone,
                    })
                }),
                forward: None,
                attachments: Box::default(),
                thread: None,
            },
            "forward" => {
                let from = self.one_of(&rooms).unwrap();
                let messages = self.log(from).await.into_iter();
                let messages = messages.filter(|entry| entry.event.body.was_message());
                let messages: Vec<Seq> = messages.map(|entry| entry.seq()).collect();
                Body::Message {
                    text: String::new(),
                    reply_to: None,
                    mentions: None,
                    forward: Some(Box::new(Forward {
                        room: from,
                        seq: self.one_of(&messages).unwrap_or(Seq(1)),
                        by: UserId(uuid::Uuid::nil()),
                        name: String::new(),
                        at_ms: 0,
                    })),
                    attachments: Box::default(),
                    thread: None,
                }
            }
            "file" => {
                let Some(file) = picture(&node, &by, room, n).await else {
                    return;
                };
                Body::Message {
                    text,
                    reply_to: None,
                    mentions: None,
                    forward: None,
                    attachments: Box::new([Attachment::of(file, "soup")]),
                    thread: None,
                }
            }
            "thread" => Body::Message {
                text,
                reply_to: None,
                mentions: self.is_one_in(3).then(|| {
                    Box::new(Mentions {
                        users: vec![user],
                        everyone: None,
                    })
                }),
                forward: None,
                // Few threads, or each has but one message.
                thread: Some(Box::new(InThread::at(self.a_root(&log)))),
                attachments: Box::default(),
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
                // Some run out between two counts, some at the end of the last.
                until_ms: (!self.is_one_in(3)).then(|| {
                    let ms = [1_000, 30_000, 400_000][self.chance.random_range(0..3)];
                    self.cluster.clock.wall_ms() + ms
                }),
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
            "right" => {
                let roles = [Role::Guest, Role::Member, Role::Moderator];
                Body::Right {
                    right: self.one_of(&Right::ALL).unwrap(),
                    role: self.one_of(&roles).unwrap(),
                }
            }
            "join" | "leave" | "rename" | "avatar" => {
                return self.on_room(kind, &node, &by, room, n).await;
            }
            // What is deleted is, by itself.
            "erased" => return,
            "follow" | "read" | "read back" | "draft" | "save" | "hide" | "notify" | "block"
            | "receipts" | "schedule" => {
                let own = self.own(kind, room, &log, &other, n);
                return self.set(&node, &by, own).await;
            }
            "mark" | "mark back" | "move" => return self.on_a_device(kind, &by, room).await,
            other => return self.beside(other, &node, &by, room, n).await,
        };
        let id = SendId::new(format!("send-{n}")).unwrap();
        if self.is_one_in(4) {
            let new = NewSend {
                room,
                id,
                after: None,
                device: None,
                n: 0,
                body,
            };
            let _ = node.send(&by, new).await;
            return;
        }
        self.on(&by, |machine, now| {
            machine.send(now, room, id, body).unwrap_or_default()
        })
        .await;
    }

    /// One of the first messages of a room, in a thread or not.
    fn a_root(&mut self, log: &[Entry]) -> Seq {
        let messages = log.iter().filter(|entry| entry.event.body.was_message());
        let first: Vec<Seq> = messages.map(Entry::seq).take(4).collect();
        self.one_of(&first).unwrap_or(Seq(1))
    }

    /// One of those who may use their account.
    fn somebody(&mut self) -> Option<User> {
        let may = |user: &&User| !self.out.contains(&user.id);
        let may: Vec<User> = self.users.iter().filter(may).cloned().collect();
        self.one_of(&may)
    }

    /// Makes a room, by a call or by a frame.
    async fn begin(&mut self, kind: &str, by: &User, other: &User, n: u64) {
        let node = self.nodes[self.chance.random_range(0..2)].clone();
        let id = SendId::new(format!("{}-{n}", kind.replace(' ', "-"))).unwrap();
        let name = format!("room {n}");
        let ask = match kind {
            "create" if self.rooms.len() < 5 => {
                let kinds = [RoomKind::Public, RoomKind::Private, RoomKind::Broadcast];
                let kind = self.one_of(&kinds).unwrap();
                self.names.push(name.clone());
                Ask::Create { id, name, kind }
            }
            // As the specification's call does for who is not logged in.
            "create ownerless" if self.rooms.len() < 5 => {
                let (by, kind) = (system_user(), RoomKind::Public);
                let room_name = RoomName::new(name.clone()).unwrap();
                let made = node.create_room(&by, id, &room_name, kind).await.unwrap();
                self.rooms.insert(made.id);
                self.names.push(name);
                return;
            }
            "direct" => Ask::Direct(other.name.clone()),
            "group" if self.rooms.len() < 9 => {
                let others = self.users.clone().into_iter();
                let others = others.filter(|_| !self.is_one_in(4));
                let users = others.map(|user| user.name).collect();
                Ask::Group { id, users }
            }
            _ => return,
        };
        if self.is_one_in(2) {
            return self.ask(by, ask).await;
        }
        let made = match ask {
            Ask::Create { id, name, kind } => {
                let name = RoomName::new(name).unwrap();
                node.create_room(by, id, &name, kind).await
            }
            Ask::Direct(with) => node.direct_room(by, &with).await.map(|(room, _)| room),
            Ask::Group { id, users } => {
                let made = node.make_group(by, id, &users).await;
                made.map(|(room, _)| room)
            }
            other => panic!("{other:?} makes no room"),
        };
        if let Ok(made) = made {
            self.rooms.insert(made.id);
        }
    }

    async fn on_accounts(&mut self, kind: &str, node: &Node, by: &User, other: &User, n: u64) {
        let is_out = self.out.contains(&other.id);
        match kind {
            "sign up" if self.users.len() < 7 => {
                self.sign_up(&format!("user-{n}")).await;
                self.seen.insert("a sign-up");
            }
            // Some remain who can do something.
            "deactivate" if !is_out && self.users.len() > self.out.len() + 3 => {
                node.deactivate(by, other.id).await.unwrap();
                self.out.insert(other.id);
            }
            "reactivate" => {
                let Some(user) = self.out.pop_first() else {
                    return;
                };
                node.reactivate(by, user).await.unwrap();
                self.seen
                    .insert("an account that was deactivated and came back");
                let now = self.cluster.clock.now_ms();
                for device in self.devices.iter_mut().filter(|d| d.user.id == user) {
                    let steps = device.machine.start(now);
                    device.carry(&self.nodes, now, steps).await;
                }
            }
            "delete account" if by.id != other.id && self.users.len() > self.out.len() + 3 => {
                node.delete_account(by, other.id).await.unwrap();
                self.seen.insert("an account that was deleted");
                self.out.remove(&other.id);
                self.users.retain(|user| user.id != other.id);
                self.devices.retain(|device| device.user.id != other.id);
                self.scheduled.retain(|(user, _)| *user != other.id);
            }
            _ => {}
        }
    }

    /// What is done to a room by a call or a frame of its own.
    async fn on_room(&mut self, kind: &str, node: &Node, by: &User, room: RoomId, n: u64) {
        let ask = match kind {
            "join" => match self.one_of(&self.names.clone()) {
                Some(name) if self.is_one_in(2) => Ask::JoinByName(name),
                _ => Ask::Join(room),
            },
            "leave" => Ask::Leave(room),
            "rename" => {
                let name = format!("room {n}");
                self.names.push(name.clone());
                Ask::Rename(room, name)
            }
            _ => {
                let text = format!("picture {n}");
                let pictures = AvatarPictures {
                    r#type: "image/png".into(),
                    sides: [text.clone().into(), text.into()],
                };
                let _ = match self.is_one_in(3) {
                    true => node.take_room_avatar(by, room).await,
                    false => node.set_room_avatar(by, room, pictures).await,
                };
                return;
            }
        };
        if self.is_one_in(2) {
            return self.ask(by, ask).await;
        }
        let _ = match ask {
            Ask::Join(room) => node.join_room(by, &RoomRef::Id(room)).await.map(drop),
            Ask::JoinByName(name) => {
                let before = node.rooms(by).await.unwrap();
                let entered = node.join_room(by, &RoomRef::Name(name.clone())).await;
                if let Ok((room, _)) = &entered
                    && room.name != name
                    && before.iter().all(|before| before.id != room.id)
                {
                    self.seen.insert("an entry by a former name");
                }
                entered.map(drop)
            }
            Ask::Leave(room) => node.leave_room(by, room).await,
            Ask::Rename(room, name) => {
                let name = RoomName::new(name).unwrap();
                node.rename_room(by, room, &name).await.map(drop)
            }
            other => panic!("{other:?} does nothing to a room"),
        };
    }

    /// A thing of one's own.
    fn own(&mut self, kind: &str, room: RoomId, log: &[Entry], other: &User, n: u64) -> Own {
        let root = self.a_root(log);
        let seq = Seq(self.chance.random_range(1..log.len().max(1) as u64 + 2));
        let on = !self.is_one_in(3);
        match kind {
            "follow" => Own::Follow {
                room,
                root,
                on: [None, Some(true), Some(false)][self.chance.random_range(0..3)],
                since: Seq::ZERO,
            },
            "read" | "read back" => Own::Read {
                room,
                root,
                seq: Seq(self.chance.random_range(0..log.len() as u64 + 3)),
                back: kind == "read back",
                at: Seq::ZERO,
            },
            "draft" => {
                let text = if on {
                    format!("draft {n}")
                } else {
                    String::new()
                };
                let (reply_to, at_ms) = (None, None);
                match self.is_one_in(2) {
                    true => Own::Draft {
                        room,
                        text,
                        reply_to,
                        at_ms,
                    },
                    false => Own::ThreadDraft {
                        room,
                        root,
                        text,
                        reply_to,
                        at_ms,
                    },
                }
            }
            "save" => Own::Saved { room, seq, on },
            "hide" => Own::Hidden { room, seq, on },
            "notify" => Own::Notify {
                room,
                level: if on {
                    NotifyLevel::Mentions
                } else {
                    NotifyLevel::All
                },
                muted_until_ms: None,
            },
            "block" => Own::Blocked { user: other.id, on },
            "receipts" => Own::Receipts { on },
            "schedule" => Own::Scheduled {
                id: ScheduledId(uuid::Uuid::from_u128(n.into())),
                room,
                at_ms: self.cluster.clock.wall_ms() + self.chance.random_range(60_000..90_000),
                text: format!("text {n}"),
                reply_to: None,
                mentions: self.is_one_in(3).then(|| {
                    Box::new(Mentions {
                        users: vec![other.id],
                        everyone: None,
                    })
                }),
                thread: self.is_one_in(3).then_some(root),
                attachments: Box::default(),
                state: ScheduledState::Waiting,
                reason: String::new(),
            },
            new => panic!("what of one's own is `{new}`?"),
        }
    }

    /// Sets a thing of one's own, by a call or by a frame.
    async fn set(&mut self, node: &Node, by: &User, own: Own) {
        if let Own::Scheduled { id, .. } = own {
            self.scheduled.push((by.id, id));
        }
        match self.is_one_in(2) {
            true => self.ask(by, Ask::Set(own)).await,
            false => drop(node.set_own(by.id, own).await),
        }
    }

    /// What happens by itself later, or by somebody who is none of the users.
    async fn beside(&mut self, kind: &str, node: &Node, by: &User, room: RoomId, n: u64) {
        let _is_done = match kind {
            "reschedule" | "send scheduled" => {
                let Some((user, id)) = self.one_of(&self.scheduled.clone()) else {
                    return;
                };
                if self.out.contains(&user) {
                    return;
                }
                if kind == "send scheduled" {
                    node.send_scheduled(user, id).await.is_ok()
                } else {
                    let (_, mut own) = node.scheduled(user).await.unwrap();
                    own.retain(|own| matches!(own, Own::Scheduled { id: of, .. } if *of == id));
                    let Some(mut own) = own.pop() else { return };
                    let later_ms = self.cluster.clock.wall_ms() + 60_000;
                    let is_off = self.is_one_in(3);
                    if let Own::Scheduled { at_ms, text, .. } = &mut own {
                        *at_ms = later_ms;
                        *text = if is_off {
                            String::new()
                        } else {
                            format!("text {n}")
                        };
                    }
                    node.set_own(user, own).await.is_ok()
                }
            }
            "make link" => {
                let uses = self.chance.random_range(1..4);
                let once = node.anew();
                let made = node.make_room_invitation(by, room, uses, 600, &once).await;
                made.map(|(link, code)| self.links.push((room, link.id, code)))
                    .is_ok()
            }
            "accept link" => match self.one_of(&self.links.clone()) {
                Some((_, _, code)) => node.accept_room_invitation(by, &code).await.is_ok(),
                None => return,
            },
            "withdraw link" => match self.one_of(&self.links.clone()) {
                Some((room, id, _)) => node.withdraw_room_invitation(by, room, id).await.is_ok(),
                None => return,
            },
            "make webhook" => {
                let (name, once) = (format!("hook {n}"), node.anew());
                let made = node.make_webhook(by, room, &name, NewWebhook::In, &once);
                let made = made.await;
                made.map(|made| self.webhooks.push((room, made.webhook.id, made.secret)))
                    .is_ok()
            }
            "post by webhook" => match self.one_of(&self.webhooks.clone()) {
                Some((_, _, secret)) => {
                    let post = WebhookPost {
                        text: format!("text {n}"),
                        name: self.is_one_in(2).then(|| "CI".to_owned()),
                        key: None,
                    };
                    node.post_webhook(&secret, post).await.is_ok()
                }
                None => return,
            },
            "withdraw webhook" => match self.one_of(&self.webhooks.clone()) {
                Some((room, id, _)) => node.withdraw_webhook(by, room, id).await.is_ok(),
                None => return,
            },
            new => panic!("how is `{new}` done?"),
        };
    }

    async fn ask(&mut self, by: &User, ask: Ask) {
        self.on(by, |machine, now| {
            let asked = machine.ask(now, ask);
            asked.map_or_else(|_| Vec::new(), |(_, steps)| steps)
        })
        .await;
    }

    async fn on_a_device(&mut self, kind: &str, by: &User, room: RoomId) {
        let up_to = Seq(self.chance.random_range(0..20));
        if kind != "move" && self.is_one_in(3) {
            let node = &self.nodes[self.chance.random_range(0..2)];
            let _ = node.mark(by, room, up_to, kind == "mark back").await;
            return;
        }
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
        let fresh = self.cluster.node("c");
        self.pass(50, 50).await;
        let mut counts = BTreeMap::new();
        for room in &self.rooms {
            let log = self.log(*room).await;
            let scheduled = |entry: &Entry| {
                let mut ids = self.scheduled.iter().map(|(_, id)| SendId::from_uuid(id.0));
                ids.any(|id| entry.event.id == id)
            };
            let is_scheduled = log.iter().any(scheduled);
            self.seen
                .extend(is_scheduled.then_some("a scheduled message"));
            for (by, body) in log.iter().map(|entry| (entry.event.by, &entry.event.body)) {
                self.seen.extend([body.kind(), body.sent_kind()]);
                let posted = by.is_bot() && body.was_message();
                self.seen.extend(posted.then_some("a webhook's message"));
                let accepted = matches!(body, Body::Invite { accepted: true, .. });
                self.seen.extend(accepted.then_some("an entry by a link"));
                if let Body::Message {
                    forward,
                    attachments,
                    ..
                } = body
                {
                    let has_file = !attachments.is_empty();
                    self.seen.extend(forward.iter().map(|_| "a forward"));
                    self.seen.extend(has_file.then_some("a file"));
                }
            }
            let count = Count::of(&log);
            let long = count.threads.values().filter(|of| of.messages.len() > 3);
            self.seen.extend(long.map(|_| "a long thread"));
            self.seen
                .extend(count.returned.then_some("a return after a ban"));
            let is_ownerless = count.is_ownerless();
            self.seen
                .extend(is_ownerless.then_some("an ownerless room"));
            let is_group = count.kind == RoomKind::Group;
            self.seen.extend(is_group.then_some("a group"));
            let mentions = count.mentions.iter();
            let everyone = mentions.filter(|(.., of)| of.everyone.is_some());
            self.seen.extend(everyone.map(|_| "everyone"));
            counts.insert(*room, count);
        }
        let nodes = self.nodes.iter().chain([&fresh]);
        for node in nodes {
            for user in &self.users {
                self.holds_rooms(node, user, &counts).await;
            }
            for (room, count) in &counts {
                self.holds_room(node, *room, count).await;
            }
        }
        let in_use = |device: &&Device| !self.out.contains(&device.user.id);
        for device in self.devices.iter().filter(in_use) {
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
            let threads = device.machine.threads().map(|(room, root, thread)| {
                let unread = thread.unread() as usize;
                ((room, root), (thread.read, unread, thread.last))
            });
            let counted = self.threads_of(user, &theirs).await;
            let counted = counted
                .into_iter()
                .map(|(key, (read, unread, last))| (key, (read, unread.len(), last)));
            let (held, counted): (BTreeMap<_, _>, BTreeMap<_, _>) =
                (threads.collect(), counted.collect());
            assert_eq!(held, counted, "{whose}: threads");
            let (_, own) = self.nodes[0].own(user, &[]).await.unwrap();
            let own: BTreeMap<_, _> = own.iter().map(|own| (own.key(), own)).collect();
            let held = device.machine.own().map(|own| (own.key(), own));
            assert_eq!(held.collect::<BTreeMap<_, _>>(), own, "{whose}: own");
        }
        fresh.stop().await;
    }

    /// The threads that somebody follows in these rooms: up to where they are read, what is unread, and the last message.
    async fn threads_of(
        &self,
        user: UserId,
        rooms: &BTreeMap<RoomId, &Count>,
    ) -> BTreeMap<(RoomId, Seq), (Seq, Vec<Seq>, Seq)> {
        let (_, own) = self.nodes[0].own(user, &[]).await.unwrap();
        let mut threads = BTreeMap::new();
        for (room, count) in rooms {
            let of_room = own.iter().filter(|own| match own {
                Own::Follow { room: of, .. } | Own::Read { room: of, .. } => of == room,
                _ => false,
            });
            let of_room: Vec<Own> = of_room.cloned().collect();
            for (root, thread) in &count.threads {
                if let Some((read, unread)) = thread.of(user, *root, &of_room) {
                    let last = thread.messages.last().unwrap().0;
                    threads.insert((*room, *root), (read, unread, last));
                }
            }
        }
        threads
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
        let (mut threads, mut after): (Vec<Thread>, _) = (Vec::new(), None);
        loop {
            let page = node.threads(user, after.as_deref(), 3).await.unwrap();
            threads.extend(page.threads);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let lasts: Vec<u64> = threads.iter().map(|thread| thread.last_ms).collect();
        assert!(lasts.is_sorted_by(|a, b| a >= b), "{whose}: {lasts:?}");
        let count = threads.len();
        let held = threads.into_iter().map(|thread| {
            let of = &theirs[&thread.room].threads[&thread.root];
            let messages = of.messages.len() - of.deleted.len();
            assert_eq!(thread.messages, messages as u64, "{whose}: messages");
            let key = (thread.room, thread.root);
            (key, (thread.read, thread.unread, thread.last))
        });
        let held: BTreeMap<_, _> = held.collect();
        assert_eq!(held.len(), count, "{whose}: each thread once");
        let counted = self.threads_of(user.id, &theirs).await;
        assert_eq!(held, counted, "{whose}: threads");
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
            let page = page.into_iter();
            bans.extend(page.map(|ban| (ban.user, (ban.by, ban.reason, ban.until_ms))));
            after = next;
            if next.is_none() {
                break;
            }
        }
        let wall_ms = self.cluster.clock.wall_ms();
        let mut counted: Vec<_> = count.bans.clone().into_iter().collect();
        counted.retain(|(_, (.., until_ms))| until_ms.is_none_or(|ms| ms > wall_ms));
        assert_eq!(bans, counted, "{whose}: bans");
        let pins = node.pins(owner, room).await.unwrap().pins;
        let pins: Vec<Seq> = pins.iter().rev().map(|pin| pin.message.seq).collect();
        assert_eq!(pins, count.pins, "{whose}: pins");
        for (root, counted) in &count.threads {
            let mut seqs = Vec::new();
            loop {
                let window = Window::After(seqs.last().copied().unwrap_or_default());
                let page = node.thread(owner, room, *root, window, 3).await.unwrap();
                seqs.extend(page.events.iter().map(|event| event.seq));
                if !page.more_after {
                    break;
                }
            }
            let counted: Vec<Seq> = counted.messages.iter().map(|(seq, _)| *seq).collect();
            assert_eq!(seqs, counted, "{whose}: thread {root}");
        }
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
        let mut counted = count.states.clone();
        for (root, of) in &count.threads {
            let messages = (of.messages.len() - of.deleted.len()) as u64;
            let last = of.messages.last().unwrap().0;
            let last_ms = count.events[last.0 as usize - 1].at_ms;
            let unchanged = MessageState::unchanged(*root);
            let state = counted.entry(*root).or_insert(unchanged);
            state.thread = (messages > 0).then_some(ThreadLength {
                messages,
                last,
                last_ms,
                as_of: count.head(),
            });
        }
        counted.retain(|seq, state| *state != MessageState::unchanged(*seq));
        let counted: Vec<_> = counted.into_values().collect();
        assert_eq!(states, counted, "{whose}: messages as they stand");
    }
}

/// An upload of theirs for the room, if they may write there.
async fn picture(node: &Node, by: &User, room: RoomId, n: u64) -> Option<FileId> {
    let (key, bytes) = (SendId::new(format!("file-{n}")).unwrap(), b"a picture");
    let begun = node.begin_upload(by, &key, room, "soup.png", bytes.len() as u64);
    let id = begun.await.ok()?.id;
    let part = Bytes::from_static(bytes);
    node.add_part(by, id, 0, &part).await.ok()?;
    let measured = Measured {
        r#type: "image/png".into(),
        pixels: Some((40, 30)),
        preview: "AAAA".into(),
        thumb: Bytes::from_static(b"small"),
    };
    Some(node.finish_upload(by, id, &measured).await.ok()?.id)
}

/// The rooms of which somebody is a member.
fn of(counts: &BTreeMap<RoomId, Count>, user: UserId) -> BTreeMap<RoomId, &Count> {
    let theirs = counts.iter();
    let theirs = theirs.filter(|(_, count)| count.members.contains_key(&user));
    theirs.map(|(room, count)| (*room, count)).collect()
}

/// Counts worlds of these seeds so often, each over a store of its own. What of all that there is came about in none of
/// them.
pub(crate) async fn run<S: Store + 'static>(
    seeds: std::ops::RangeInclusive<u64>,
    counts: usize,
    store: impl AsyncFn() -> S,
) -> Vec<&'static str> {
    let kinds: Vec<&str> = Body::KINDS.iter().chain(&OTHERS).copied().collect();
    let mut seen = BTreeSet::new();
    for seed in seeds {
        println!("seed {seed}");
        let mut world = World::new(seed, store().await).await;
        world.pass(10, 50).await;
        for _ in 0..3 {
            world.act("create").await;
        }
        world.act("create ownerless").await;
        for _ in 0..counts {
            for _ in 0..ACTS {
                // Half of what is said in a room are messages, some of them in threads.
                let kind = match world.chance.random_range(0..6) {
                    0 | 1 => "message",
                    2 => "thread",
                    _ => world.one_of(&kinds).unwrap(),
                };
                world.act(kind).await;
                let ms = world.chance.random_range(0..40);
                world.pass(1, ms).await;
            }
            // Slow mode, a connection's pause and a gathered mark have passed by then.
            world.rest().await;
            world.count().await;
        }
        seen.append(&mut world.seen);
        for node in &world.nodes {
            node.stop().await;
        }
    }
    let all = Body::KINDS.iter().chain(&SEEN).copied();
    all.filter(|kind| !seen.contains(kind)).collect()
}
