//! The fold of a room's log: what the room and its members have come to be at a position.
//!
//! It promises to be the same whether it was folded from the first event or from a projection and the events above its
//! mark, also when the projection's cells are ahead of the mark: every cell has the seq of the event that last touched
//! it, and an event at or below it changes nothing. It must not know who asks or why.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, btree_map::Entry as Slot},
};

use hearth_protocol::{
    Ban, Body, Member, Right, Rights, Role, RoomKind, RoomName, Seq, ThreadLength, UserId,
};

use super::{
    api::Checkpoint,
    mentions::{Mentioned, mentions_any},
    threads::{ThreadView, Threads},
};
use crate::{
    log::Entry,
    own::ThreadChoice,
    port::{
        BanCell, Cell, EditCell, Held, InThreadCell, MemberCell, Pinned, ReactionCell,
        RoomSettings, SpokeCell, TextCell,
    },
    words,
};

/// One user's membership, of those who are out as well: rule 5 asks when it last changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The role; `None` if out.
    pub role: Option<Role>,
    /// The name as of the last event that said it.
    pub name: String,
    /// The last event that changed the membership: entry, exit, or another role.
    pub since: Seq,
    /// The event by which they came in last; 0 if that was before it was kept.
    pub entered: Seq,
    /// Whether they are out and went as a guest: they come in as one again.
    pub was_guest: bool,
    /// The ban by which they are out, if it was one; it may have run out.
    pub ban: Option<Box<BanCell>>,
}

/// A membership with its name and its place in the tree.
const MEMBER_BYTES: usize = 128;
/// A ban with the longest reason.
const BAN_BYTES: usize = 1_160;
/// Somebody's last message, in two trees.
const SPOKEN_BYTES: usize = 96;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fold {
    pub(super) name: String,
    pub(super) kind: RoomKind,
    pub(super) topic: String,
    pub(super) settings: RoomSettings,
    /// The event that last touched the room's own cell; zero as long as the room has not begun.
    touched: Seq,
    /// Boxed: a node of the tree has places for eleven, and most rooms have two or three members.
    members: BTreeMap<UserId, Box<Membership>>,
    count: u64,
    /// Who has a ban, also one that has run out.
    banned: BTreeSet<UserId>,
    /// Who wrote when; only while slow mode is on.
    spoken: Option<Box<Spoken>>,
    /// Boxed: in most rooms nobody is.
    mentioned: Option<Box<Mentioned>>,
    /// Boxed: many rooms have none.
    threads: Option<Box<Threads>>,
}

/// Everybody's last message since slow mode was last changed, without those so old that they hold nobody up any more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Spoken {
    last: BTreeMap<UserId, Seq>,
    /// The same in the order of the log, which is the order of time.
    order: BTreeMap<Seq, (UserId, u64)>,
}

impl Spoken {
    fn note(&mut self, user: UserId, seq: Seq, at_ms: u64, slow_ms: u64) {
        match self.last.get(&user) {
            Some(last) if *last >= seq => return,
            Some(last) => {
                self.order.remove(last);
            }
            None => {}
        }
        self.last.insert(user, seq);
        self.order.insert(seq, (user, at_ms));
        let newest_ms = self.order.values().next_back().map_or(0, |(_, at)| *at);
        while let Some(oldest) = self.order.first_entry()
            && oldest.get().1.saturating_add(slow_ms) <= newest_ms
        {
            let (user, _) = oldest.remove();
            self.last.remove(&user);
        }
    }

    fn at_ms(&self, user: UserId) -> Option<(Seq, u64)> {
        let seq = self.last.get(&user)?;
        Some((*seq, self.order.get(seq)?.1))
    }
}

impl Fold {
    pub(super) fn empty() -> Self {
        Self {
            name: String::new(),
            kind: RoomKind::Private,
            topic: String::new(),
            settings: RoomSettings::default(),
            touched: Seq::ZERO,
            members: BTreeMap::new(),
            count: 0,
            banned: BTreeSet::new(),
            spoken: None,
            mentioned: None,
            threads: None,
        }
    }

    /// From a projection. `None` if it has no cell of the room: then nothing of it can be used.
    pub(super) fn load(checkpoint: &Checkpoint) -> Option<Self> {
        let Some(Cell::Room {
            seq,
            name,
            kind,
            topic,
            settings,
            members: _, // counted below: the cell may be of another position than the members'
        }) = &checkpoint.room
        else {
            return None;
        };
        let members: BTreeMap<_, _> = checkpoint
            .members
            .iter()
            .map(|cell| {
                let membership = Membership {
                    role: cell.role,
                    name: cell.name.clone(),
                    since: cell.seq,
                    entered: cell.entered,
                    was_guest: cell.was_guest,
                    ban: cell.ban.clone().map(Box::new),
                };
                (cell.user, Box::new(membership))
            })
            .collect();
        let banned = members
            .iter()
            .filter(|(_, membership)| membership.ban.is_some())
            .map(|(user, _)| *user)
            .collect();
        let count = members.values().filter(|m| m.role.is_some()).count() as u64;
        let mut fold = Self {
            name: name.clone(),
            kind: *kind,
            topic: topic.clone(),
            settings: settings.clone(),
            touched: *seq,
            members,
            count,
            banned,
            spoken: (settings.slow_seconds > 0).then(Box::default),
            mentioned: Mentioned::load(&checkpoint.mentions),
            threads: Threads::load(&checkpoint.threads),
        };
        for cell in &checkpoint.spoke {
            fold.spoke(cell.user, cell.seq, cell.at_ms);
        }
        Some(fold)
    }

    /// About how many bytes it takes beside itself.
    pub(super) fn bytes(&self) -> usize {
        let places = match self.members.len() {
            0 => 0,
            count => count + 2,
        };
        let former = &self.settings.former;
        let former: usize = former.iter().map(|name| name.len() + 24).sum();
        let spoken = self.spoken.as_ref().map_or(0, |spoken| spoken.last.len());
        self.name.len()
            + self.topic.len()
            + self.settings.description.len()
            + former
            + places * MEMBER_BYTES
            + self.banned.len() * BAN_BYTES
            + spoken * SPOKEN_BYTES
            + self
                .mentioned
                .as_ref()
                .map_or(0, |mentioned| mentioned.bytes())
            + self.threads.as_ref().map_or(0, |threads| threads.bytes())
            + size_of_val(self.pins())
            + self.given().count() * size_of::<(Right, Held)>()
    }

    pub(super) fn has_begun(&self) -> bool {
        self.touched > Seq::ZERO
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    pub(super) fn membership(&self, user: UserId) -> Option<&Membership> {
        self.members.get(&user).map(|membership| &**membership)
    }

    pub(super) fn role(&self, user: UserId) -> Option<Role> {
        self.members.get(&user)?.role
    }

    /// A user's ban, also one that has run out.
    pub(super) fn ban(&self, user: UserId) -> Option<&BanCell> {
        self.members.get(&user)?.ban.as_deref()
    }

    /// The messages that mention a user since they came in last, ascending; none for who is out.
    pub(super) fn mentioned(&self, user: UserId) -> Vec<Seq> {
        match (&self.mentioned, self.members.get(&user)) {
            (Some(mentioned), Some(m)) if m.role.is_some() => mentioned.of(user, m.entered),
            _ => Vec::new(),
        }
    }

    /// The threads that a user follows, by what they have chosen.
    pub(super) fn followed(
        &self,
        user: UserId,
        choices: &BTreeMap<Seq, ThreadChoice>,
    ) -> Vec<ThreadView> {
        let threads = self.threads.as_ref();
        threads.map_or_else(Vec::new, |threads| threads.followed(user, choices))
    }

    /// How long the threads are that begin at these messages, in the log up to here.
    pub(super) fn thread_lengths(
        &self,
        from: Seq,
        to: Seq,
        as_of: Seq,
    ) -> Vec<(Seq, ThreadLength)> {
        let threads = self.threads.as_ref();
        threads.map_or_else(Vec::new, |threads| threads.lengths(from, to, as_of))
    }

    /// A thread as it stands for a user.
    pub(super) fn thread(&self, root: Seq, user: UserId, choice: &ThreadChoice) -> ThreadView {
        match &self.threads {
            Some(threads) => threads.view(root, user, choice),
            None => Threads::default().view(root, user, choice),
        }
    }

    /// The messages that are pinned, in the order in which they were.
    pub(super) fn pins(&self) -> &[Pinned] {
        self.settings.pins.as_ref().map_or(&[], |pins| &pins.list)
    }

    /// The last event that pinned a message or took a pin off; 0 if none did.
    pub(super) fn pins_changed(&self) -> Seq {
        self.settings
            .pins
            .as_ref()
            .map_or(Seq::ZERO, |pins| pins.changed)
    }

    /// The pin of a message.
    pub(super) fn pin(&self, target: Seq) -> Option<&Pinned> {
        self.pins().iter().find(|pin| pin.target == target)
    }

    /// Who has a right, and since when.
    pub(super) fn held(&self, right: Right) -> Held {
        let given = self.settings.rights.as_ref();
        let held = given.and_then(|given| given.0.get(&right).copied());
        held.unwrap_or_else(|| Held::at_first(right.usual(self.kind)))
    }

    fn given(&self) -> impl Iterator<Item = (Right, Held)> {
        let given = self.settings.rights.iter().flat_map(|given| &given.0);
        given.map(|(right, held)| (*right, *held))
    }

    /// The lowest role that has each right.
    pub(super) fn rights(&self) -> Rights {
        let lowest = self.given().map(|(right, held)| (right, held.lowest()));
        Rights::of(self.kind, lowest)
    }

    /// How many bans stand at a time.
    pub(super) fn bans(&self, at_ms: u64) -> usize {
        let bans = self.banned.iter().filter_map(|user| self.ban(*user));
        bans.filter(|ban| ban.stands(at_ms)).count()
    }

    /// Bans that stand at a time, in the order of the users' ids, after one.
    pub(super) fn bans_after(&self, after: Option<UserId>, limit: usize, at_ms: u64) -> Vec<Ban> {
        use std::ops::Bound::{Excluded, Unbounded};
        let from = after.map_or(Unbounded, Excluded);
        self.banned
            .range((from, Unbounded))
            .filter_map(|user| {
                let membership = self.members.get(user)?;
                let ban = membership.ban.as_ref().filter(|ban| ban.stands(at_ms))?;
                Some(Ban {
                    user: *user,
                    name: membership.name.clone(),
                    by: ban.by,
                    at_ms: ban.at_ms,
                    until_ms: ban.until_ms,
                    reason: ban.reason.clone(),
                })
            })
            .take(limit)
            .collect()
    }

    /// Whether a name, folded, is the room's: as it is called, or as it was.
    pub(super) fn has_name(&self, folded: &str) -> bool {
        folded_name(&self.name) == folded || self.settings.former.iter().any(|name| name == folded)
    }

    pub(super) fn is_slow(&self) -> bool {
        self.spoken.is_some()
    }

    /// How long a user has still to wait before their next message, by slow mode, at a time of the log.
    pub(super) fn slow_ms(&self, user: UserId, at_ms: u64) -> u64 {
        let last = self.spoken.as_ref().and_then(|spoken| spoken.at_ms(user));
        last.map_or(0, |(_, last_ms)| {
            let next_ms = last_ms.saturating_add(self.slow_wait_ms());
            next_ms.saturating_sub(at_ms)
        })
    }

    fn slow_wait_ms(&self) -> u64 {
        u64::from(self.settings.slow_seconds) * 1_000
    }

    fn spoke(&mut self, user: UserId, seq: Seq, at_ms: u64) {
        let slow_ms = self.slow_wait_ms();
        if let Some(spoken) = &mut self.spoken
            && seq > self.settings.slow_since
        {
            spoken.note(user, seq, at_ms, slow_ms);
        }
    }

    /// Who is to own the room when this member leaves: somebody if they are its only owner and not alone. The highest
    /// role goes first, then who has had theirs longest.
    pub(super) fn heir(&self, of: UserId) -> Option<UserId> {
        if self.kind == RoomKind::Direct || self.role(of) != Some(Role::Owner) {
            return None;
        }
        let others = self
            .members
            .iter()
            .filter(|(user, _)| **user != of)
            .filter_map(|(user, m)| Some((m.role?, Reverse(m.since), *user)));
        let (role, _, user) = others.max_by_key(|(role, since, _)| (*role, *since))?;
        (role != Role::Owner).then_some(user)
    }

    /// The other member of a direct room.
    pub(super) fn peer(&self, user: UserId) -> Option<(UserId, &str)> {
        if self.kind != RoomKind::Direct {
            return None;
        }
        self.members
            .iter()
            .find(|(id, m)| **id != user && m.role.is_some())
            .map(|(id, m)| (*id, m.name.as_str()))
    }

    /// What the room is called, for a user: a group by the others who are in it, who are few.
    pub(super) fn called(&self, by: UserId) -> String {
        if self.kind != RoomKind::Group {
            return self.name.clone();
        }
        let mut others: Vec<_> = self
            .members
            .iter()
            .filter(|(user, m)| **user != by && m.role.is_some())
            .map(|(_, m)| (m.entered, m.name.as_str()))
            .collect();
        // Who came first comes first, in an order that changes with nothing but who is in.
        others.sort_unstable();
        let names: Vec<_> = others.iter().map(|(_, name)| *name).collect();
        names.join(", ")
    }

    /// Members in the order of their ids, after one.
    pub(super) fn members_after(&self, after: Option<UserId>, limit: usize) -> Vec<Member> {
        use std::ops::Bound::{Excluded, Unbounded};
        let from = after.map_or(Unbounded, Excluded);
        self.members
            .range((from, Unbounded))
            .filter_map(|(user, m)| {
                Some(Member {
                    user: *user,
                    name: m.name.clone(),
                    role: m.role?,
                    bot: user.is_bot(),
                })
            })
            .take(limit)
            .collect()
    }

    /// Members whose names have words that begin so, in the order of their ids, after one. So many are looked at, also
    /// where fewer fit; the last one that was looked at, if there are more.
    pub(super) fn members_found(
        &self,
        sought: &[String],
        after: Option<UserId>,
        limit: usize,
        look: usize,
    ) -> (Vec<Member>, Option<UserId>) {
        use std::ops::Bound::{Excluded, Unbounded};
        let from = after.map_or(Unbounded, Excluded);
        let mut found = Vec::new();
        let mut last = None;
        let mut members = self.members.range((from, Unbounded));
        for (user, m) in members.by_ref().take(look) {
            last = Some(*user);
            if let Some(role) = m.role
                && words::fit(&m.name, sought)
            {
                found.push(Member {
                    user: *user,
                    name: m.name.clone(),
                    role,
                    bot: user.is_bot(),
                });
                if found.len() == limit {
                    break;
                }
            }
        }
        let more = members.next().is_some();
        (found, last.filter(|_| more))
    }

    /// Takes the next event in.
    pub(super) fn apply(&mut self, entry: &Entry) {
        let event = &entry.event;
        let seq = event.seq;
        if self.mentioned.is_some() || mentions_any(&event.body) {
            let members = &self.members;
            let mentioned = self.mentioned.get_or_insert_default();
            mentioned.apply(entry, |user| members.contains_key(&user));
        }
        if self.threads.is_some() || event.body.thread().is_some() {
            self.threads.get_or_insert_default().apply(entry);
        }
        match &event.body {
            Body::Create {
                title,
                room_kind,
                with,
            } => {
                if seq > self.touched {
                    self.name.clone_from(title);
                    self.kind = *room_kind;
                    self.topic = String::new();
                }
                // A room made by the installation itself has no owner yet; it is noted as one who is out, so that the
                // first to join is known for it also where the fold begins at a projection.
                let owner = (!event.by.0.is_nil()).then_some(Role::Owner);
                self.set(event.by, Some(&event.name), seq, |_| owner);
                for (user, name) in with {
                    self.set(*user, Some(name), seq, |_| Some(Role::Member));
                }
            }
            Body::Topic { topic } => {
                if seq > self.touched {
                    self.topic.clone_from(topic);
                }
            }
            Body::Description { description } => {
                if seq > self.touched {
                    self.settings.description.clone_from(description);
                }
            }
            Body::Avatar { avatar } => {
                if seq > self.touched {
                    self.settings.avatar = *avatar;
                }
            }
            Body::Join if seq == Seq(2) && self.members.contains_key(&NOBODY) => {
                self.set(event.by, Some(&event.name), seq, |_| Some(Role::Owner));
            }
            Body::Rename { name } => {
                if seq > self.touched {
                    self.rename(name, seq);
                }
            }
            // What is set once more is no change: who composed something before it is not refused for it.
            Body::Archive { on } => {
                if seq > self.touched && self.settings.archived != *on {
                    self.settings.archived = *on;
                    self.settings.archived_since = seq;
                }
            }
            Body::Slow { seconds } => {
                if seq > self.touched && self.settings.slow_seconds != *seconds {
                    self.settings.slow_seconds = *seconds;
                    self.settings.slow_since = seq;
                    self.spoken = (*seconds > 0).then(Box::default);
                }
            }
            Body::Right { right, role } => {
                if seq > self.touched {
                    let mut held = self.held(*right);
                    held.give(*role, seq);
                    let given = self.settings.rights.get_or_insert_default();
                    given.0.insert(*right, held);
                }
            }
            Body::Join => self.set(event.by, Some(&event.name), seq, enter),
            Body::Invite {
                user, user_name, ..
            } => self.set(*user, Some(user_name), seq, enter),
            Body::Leave => self.set(event.by, None, seq, |_| None),
            Body::Remove { user, .. } => self.set(*user, None, seq, |_| None),
            Body::Ban {
                user,
                reason,
                until_ms,
            } => {
                let ban = BanCell {
                    by: event.by,
                    at_ms: event.at_ms,
                    until_ms: *until_ms,
                    reason: reason.clone(),
                };
                self.set_ban(*user, None, seq, |_| None, Some(Box::new(ban)));
            }
            Body::Unban { user } => self.set(*user, None, seq, |was| was),
            Body::Role { user, role } => self.set(*user, None, seq, |was| was.and(Some(*role))),
            body if body.was_message() => {
                self.spoke(event.by, seq, event.at_ms);
                // The first of them: from then on there are such cells to load.
                let mentions = self.settings.mentioned == Seq::ZERO && mentions_any(body);
                let is_threaded = self.settings.threaded == Seq::ZERO && body.thread().is_some();
                if mentions {
                    self.settings.mentioned = seq;
                }
                if is_threaded {
                    self.settings.threaded = seq;
                }
                if !mentions && !is_threaded {
                    return;
                }
            }
            Body::Pin { target, on: true } => {
                if seq > self.touched && self.pin(*target).is_none() {
                    let pins = self.settings.pins.get_or_insert_default();
                    pins.list.push(Pinned {
                        target: *target,
                        seq,
                        by: event.by,
                        at_ms: event.at_ms,
                    });
                    pins.changed = seq;
                }
            }
            // What is deleted is not pinned any more.
            Body::Pin { target, on: false } | Body::Delete { target } => {
                if seq <= self.touched || self.pin(*target).is_none() {
                    return;
                }
                let pins = self.settings.pins.get_or_insert_default();
                pins.list.retain(|pin| pin.target != *target);
                pins.changed = seq;
            }
            Body::Message { .. } | Body::Edit { .. } | Body::React { .. } | Body::Erased { .. } => {
                return;
            }
        }
        self.touched = self.touched.max(seq);
    }

    fn rename(&mut self, name: &str, seq: Seq) {
        let (was, now) = (folded_name(&self.name), folded_name(name));
        let former = &mut self.settings.former;
        former.retain(|name| *name != now);
        if was != now {
            former.push(was);
        }
        name.clone_into(&mut self.name);
        self.settings.named = seq;
    }

    /// Changes a membership; a ban is over by whatever comes after it.
    fn set(
        &mut self,
        user: UserId,
        name: Option<&str>,
        seq: Seq,
        role: impl FnOnce(Option<Role>) -> Option<Role>,
    ) {
        self.set_ban(user, name, seq, role, None);
    }

    fn set_ban(
        &mut self,
        user: UserId,
        name: Option<&str>,
        seq: Seq,
        role: impl FnOnce(Option<Role>) -> Option<Role>,
        ban: Option<Box<BanCell>>,
    ) {
        let is_banned = ban.is_some();
        let (was, now) = match self.members.entry(user) {
            Slot::Vacant(slot) => {
                let role = role(None);
                slot.insert(Box::new(Membership {
                    role,
                    name: name.unwrap_or_default().to_owned(),
                    since: seq,
                    entered: if role.is_some() { seq } else { Seq::ZERO },
                    was_guest: false,
                    ban,
                }));
                (None, role)
            }
            Slot::Occupied(mut slot) => {
                let m = slot.get_mut();
                if seq <= m.since {
                    return;
                }
                let was = m.role;
                m.role = role(was);
                m.since = seq;
                match (was, m.role) {
                    (Some(was), None) => m.was_guest = was == Role::Guest,
                    (None, Some(_)) => {
                        m.entered = seq;
                        if std::mem::take(&mut m.was_guest) {
                            m.role = Some(Role::Guest);
                        }
                    }
                    _ => {}
                }
                m.ban = ban;
                if let Some(name) = name {
                    name.clone_into(&mut m.name);
                }
                (was, m.role)
            }
        };
        match is_banned {
            true => self.banned.insert(user),
            false => self.banned.remove(&user),
        };
        match (was.is_some(), now.is_some()) {
            (false, true) => self.count += 1,
            (true, false) => self.count -= 1,
            _ => {}
        }
    }

    /// The projection's cells that a run touches, as this fold, which has the run in it, shows them. Each has the seq of
    /// the last event of its own (rule 27); a text that the run deletes stays deleted whatever the run says after it.
    pub(super) fn cells_of<'a>(&self, run: impl Iterator<Item = &'a Entry>) -> Vec<Cell> {
        let mut room = false;
        let mut users = BTreeMap::new();
        let mut speakers = BTreeSet::new();
        let mut mentioned = BTreeSet::new();
        let mut texts: BTreeMap<Seq, TextCell> = BTreeMap::new();
        let mut edits = Vec::new();
        let mut reactions: BTreeMap<(Seq, &str, UserId), (Seq, bool)> = BTreeMap::new();
        let mut cells = Vec::new();
        let mut run = run.peekable();
        if let (Some(threads), Some(first)) = (&self.threads, run.peek()) {
            cells.extend(threads.touched_since(first.seq()).map(Cell::Thread));
        }
        for entry in run {
            let seq = entry.seq();
            if let Some(lists) = &self.mentioned {
                mentioned.extend(lists.touched_by(entry));
            }
            room |= seq == self.settings.mentioned || seq == self.settings.threaded;
            if let Some(thread) = entry.event.body.thread() {
                let root = thread.root;
                cells.push(Cell::InThread(InThreadCell { seq, root }));
            }
            if let Some(target) = entry.event.body.edits() {
                edits.push(Cell::Edit(EditCell { seq, target }));
            }
            match &entry.event.body {
                Body::Edit { target, text } => {
                    let target = *target;
                    let slot = texts.entry(target).or_insert_with(|| TextCell {
                        seq,
                        target,
                        text: Some(String::new()),
                        edited_ms: None,
                    });
                    if slot.text.is_some() {
                        slot.seq = seq;
                        slot.text = Some(text.clone());
                        slot.edited_ms = Some(entry.event.at_ms);
                    }
                }
                Body::Delete { target } => {
                    // It may have taken a pin off, which the fold cannot tell any more.
                    room |= seq <= self.pins_changed();
                    let cell = TextCell {
                        seq,
                        target: *target,
                        text: None,
                        edited_ms: None,
                    };
                    texts.insert(*target, cell);
                }
                Body::React { target, emoji, on } => {
                    reactions.insert((*target, emoji, entry.event.by), (seq, *on));
                }
                body if body.was_message() && self.is_slow() => {
                    speakers.insert(entry.event.by);
                }
                body if sets_room(body) => room = true,
                _ => {
                    for user in concerned(entry) {
                        room = true;
                        users.insert(user, ());
                    }
                }
            }
        }
        if room {
            cells.push(Cell::Room {
                seq: self.touched,
                name: self.name.clone(),
                kind: self.kind,
                topic: self.topic.clone(),
                members: self.count,
                settings: self.settings.clone(),
            });
        }
        let members = users.into_keys().filter_map(|user| {
            let m = self.members.get(&user)?;
            Some(Cell::Member(MemberCell {
                seq: m.since,
                user,
                name: m.name.clone(),
                room_name: self.name.clone(),
                role: m.role,
                entered: m.entered,
                was_guest: m.was_guest,
                ban: m.ban.as_deref().cloned(),
            }))
        });
        cells.extend(members);
        let spoken = self.spoken.as_ref();
        cells.extend(speakers.into_iter().filter_map(|user| {
            let (seq, at_ms) = spoken?.at_ms(user)?;
            Some(Cell::Spoke(SpokeCell { seq, user, at_ms }))
        }));
        let mentions = mentioned
            .into_iter()
            .filter_map(|user| self.mentioned.as_ref()?.cell(user));
        cells.extend(mentions.cloned().map(Cell::Mentions));
        cells.extend(texts.into_values().map(Cell::Text));
        cells.extend(edits);
        let reactions = reactions
            .into_iter()
            .map(|((target, emoji, user), (seq, on))| {
                Cell::Reaction(ReactionCell {
                    seq,
                    target,
                    emoji: emoji.to_owned(),
                    user,
                    on,
                })
            });
        cells.extend(reactions);
        cells
    }
}

/// Whether an event sets what the room itself is, beside its members.
pub(super) fn sets_room(body: &Body) -> bool {
    matches!(
        body,
        Body::Topic { .. }
            | Body::Description { .. }
            | Body::Avatar { .. }
            | Body::Rename { .. }
            | Body::Archive { .. }
            | Body::Slow { .. }
            | Body::Right { .. }
            | Body::Pin { .. }
    )
}

/// A name as it is claimed; one that is no name (a direct room's) as it is.
pub(super) fn folded_name(name: &str) -> String {
    RoomName::new(name).map_or_else(|_| name.to_owned(), |name| name.folded())
}

/// Who comes in keeps a role that they have: a second entry is no demotion. Nor is it the end of one: who went as a guest
/// is one again.
fn enter(was: Option<Role>) -> Option<Role> {
    Some(was.unwrap_or(Role::Member))
}

/// The installation itself, as the sender of a room's first event.
const NOBODY: UserId = UserId(uuid::Uuid::nil());

/// Whose membership an event changes. A new role counts: what was composed under the old one is judged anew (rule 5).
pub(super) fn concerned(entry: &Entry) -> Vec<UserId> {
    concerned_by(entry.event.by, &entry.event.body)
}

/// [`concerned`], for a body that is no entry yet.
pub(super) fn concerned_by(by: UserId, body: &Body) -> Vec<UserId> {
    match body {
        Body::Create { with, .. } => std::iter::once(by)
            .filter(|by| *by != NOBODY)
            .chain(with.iter().map(|(user, _)| *user))
            .collect(),
        Body::Join | Body::Leave => vec![by],
        Body::Invite { user, .. }
        | Body::Remove { user, .. }
        | Body::Ban { user, .. }
        | Body::Unban { user }
        | Body::Role { user, .. } => vec![*user],
        Body::Message { .. }
        | Body::Edit { .. }
        | Body::Delete { .. }
        | Body::React { .. }
        | Body::Pin { .. }
        | Body::Topic { .. }
        | Body::Description { .. }
        | Body::Avatar { .. }
        | Body::Rename { .. }
        | Body::Archive { .. }
        | Body::Slow { .. }
        | Body::Right { .. }
        | Body::Erased { .. } => Vec::new(),
    }
}

/// Who comes in or goes out by an event; of a room's first event, which brings in several, nobody is named.
pub(super) fn passage(entry: &Entry) -> Option<UserId> {
    match entry.event.body {
        Body::Join | Body::Leave => Some(entry.event.by),
        Body::Invite { user, .. } | Body::Remove { user, .. } | Body::Ban { user, .. } => {
            Some(user)
        }
        _ => None,
    }
}

/// Whether somebody is in by an event.
pub(super) fn brings_in(entry: &Entry) -> bool {
    matches!(
        entry.event.body,
        Body::Create { .. } | Body::Join | Body::Invite { .. }
    )
}

/// Who is out by an event.
pub(super) fn out_by(entry: &Entry) -> Option<UserId> {
    match entry.event.body {
        Body::Leave => Some(entry.event.by),
        Body::Remove { user, .. } | Body::Ban { user, .. } => Some(user),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_installation_is_no_member_of_what_it_makes() {
        let body = Body::Create {
            title: "room".to_owned(),
            room_kind: hearth_protocol::RoomKind::Public,
            with: Vec::new(),
        };
        let mara = UserId(uuid::Uuid::from_u128(7));
        assert!(concerned_by(NOBODY, &body).is_empty());
        assert_eq!(concerned_by(mara, &body), [mara]);
    }
}
