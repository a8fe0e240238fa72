//! The fold of a room's log: what the room and its members have come to be at a position.
//!
//! It promises to be the same whether it was folded from the first event or from a projection and the events above its
//! mark, also when the projection's cells are ahead of the mark: every cell has the seq of the event that last touched
//! it, and an event at or below it changes nothing. It must not know who asks or why.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, btree_map::Entry as Slot},
};

use hearth_protocol::{Body, Member, Role, RoomKind, Seq, UserId};

use super::api::Checkpoint;
use crate::{
    log::Entry,
    port::{Cell, MemberCell, ReactionCell, TextCell},
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
}

/// A membership with its name and its place in the tree.
const MEMBER_BYTES: usize = 128;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fold {
    pub(super) name: String,
    pub(super) kind: RoomKind,
    pub(super) topic: String,
    /// The event that last touched the room's own cell; zero as long as the room has not begun.
    touched: Seq,
    /// Boxed: a node of the tree has places for eleven, and most rooms have two or three members.
    members: BTreeMap<UserId, Box<Membership>>,
    count: u64,
}

impl Fold {
    pub(super) fn empty() -> Self {
        Self {
            name: String::new(),
            kind: RoomKind::Private,
            topic: String::new(),
            touched: Seq::ZERO,
            members: BTreeMap::new(),
            count: 0,
        }
    }

    /// From a projection. `None` if it has no cell of the room: then nothing of it can be used.
    pub(super) fn load(checkpoint: &Checkpoint) -> Option<Self> {
        let Some(Cell::Room {
            seq,
            name,
            kind,
            topic,
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
                };
                (cell.user, Box::new(membership))
            })
            .collect();
        let count = members.values().filter(|m| m.role.is_some()).count() as u64;
        Some(Self {
            name: name.clone(),
            kind: *kind,
            topic: topic.clone(),
            touched: *seq,
            members,
            count,
        })
    }

    /// About how many bytes it takes beside itself.
    pub(super) fn bytes(&self) -> usize {
        let places = match self.members.len() {
            0 => 0,
            count => count + 2,
        };
        self.name.len() + self.topic.len() + places * MEMBER_BYTES
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
                })
            })
            .take(limit)
            .collect()
    }

    /// Takes the next event in.
    pub(super) fn apply(&mut self, entry: &Entry) {
        let event = &entry.event;
        let seq = event.seq;
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
            Body::Join if seq == Seq(2) && self.members.contains_key(&NOBODY) => {
                self.set(event.by, Some(&event.name), seq, |_| Some(Role::Owner));
            }
            Body::Join => self.set(event.by, Some(&event.name), seq, enter),
            Body::Invite { user, user_name } => self.set(*user, Some(user_name), seq, enter),
            Body::Leave => self.set(event.by, None, seq, |_| None),
            Body::Remove { user } => self.set(*user, None, seq, |_| None),
            Body::Role { user, role } => self.set(*user, None, seq, |was| was.and(Some(*role))),
            Body::Message { .. }
            | Body::Edit { .. }
            | Body::Delete { .. }
            | Body::React { .. }
            | Body::Erased => return,
        }
        self.touched = self.touched.max(seq);
    }

    fn set(
        &mut self,
        user: UserId,
        name: Option<&str>,
        seq: Seq,
        role: impl FnOnce(Option<Role>) -> Option<Role>,
    ) {
        let (was, now) = match self.members.entry(user) {
            Slot::Vacant(slot) => {
                let role = role(None);
                slot.insert(Box::new(Membership {
                    role,
                    name: name.unwrap_or_default().to_owned(),
                    since: seq,
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
                if let Some(name) = name {
                    name.clone_into(&mut m.name);
                }
                (was, m.role)
            }
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
        let mut texts: BTreeMap<Seq, TextCell> = BTreeMap::new();
        let mut reactions: BTreeMap<(Seq, &str, UserId), (Seq, bool)> = BTreeMap::new();
        for entry in run {
            let seq = entry.seq();
            match &entry.event.body {
                Body::Edit { target, text } => {
                    let slot = texts.entry(*target).or_insert_with(|| TextCell {
                        seq,
                        target: *target,
                        text: Some(String::new()),
                    });
                    if slot.text.is_some() {
                        slot.seq = seq;
                        slot.text = Some(text.clone());
                    }
                }
                Body::Delete { target } => {
                    let cell = TextCell {
                        seq,
                        target: *target,
                        text: None,
                    };
                    texts.insert(*target, cell);
                }
                Body::React { target, emoji, on } => {
                    reactions.insert((*target, emoji, entry.event.by), (seq, *on));
                }
                Body::Topic { .. } => room = true,
                _ => {
                    for user in concerned(entry) {
                        room = true;
                        users.insert(user, ());
                    }
                }
            }
        }
        let mut cells = Vec::new();
        if room {
            cells.push(Cell::Room {
                seq: self.touched,
                name: self.name.clone(),
                kind: self.kind,
                topic: self.topic.clone(),
                members: self.count,
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
            }))
        });
        cells.extend(members);
        cells.extend(texts.into_values().map(Cell::Text));
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

/// Who comes in keeps a role that they have: a second entry is no demotion.
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
        Body::Invite { user, .. } | Body::Remove { user } | Body::Role { user, .. } => vec![*user],
        Body::Message { .. }
        | Body::Edit { .. }
        | Body::Delete { .. }
        | Body::React { .. }
        | Body::Topic { .. }
        | Body::Erased => Vec::new(),
    }
}

/// Who comes in or goes out by an event; of a room's first event, which brings in several, nobody is named.
pub(super) fn passage(entry: &Entry) -> Option<UserId> {
    match entry.event.body {
        Body::Join | Body::Leave => Some(entry.event.by),
        Body::Invite { user, .. } | Body::Remove { user } => Some(user),
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
        Body::Remove { user } => Some(user),
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
