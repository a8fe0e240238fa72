//! Who is mentioned where: for each user the newest messages that mention them, and for all of them those that mention
//! everyone.
//!
//! It promises that what it tells of a member is a function of the log: neither the membership of a moment nor the order
//! in which cells came is in it. Each list has the seq of the event that last touched it, and an event at or below it
//! changes nothing, so that it may begin at a projection's cells that are ahead of the mark. An edit changes nothing: a
//! message mentions whom it mentioned when it was sent. It must not know read marks.

use std::collections::BTreeMap;

use hearth_protocol::{Body, Mentions, Seq, UserId, bounds::MENTIONS_COUNTED_MAX};

use crate::{
    log::Entry,
    port::{Mention, MentionsCell},
};

/// Under which the list of what mentions everyone stands: no user's id.
const EVERYONE: UserId = UserId(uuid::Uuid::nil());
/// A list without its messages, with its place in the tree.
const LIST_BYTES: usize = 96;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Mentioned {
    /// Boxed: most rooms have few, and a node of the tree has places for eleven.
    lists: BTreeMap<UserId, Box<MentionsCell>>,
    /// Messages in all lists.
    count: usize,
}

impl Mentioned {
    /// From a projection; `None` if it has no list.
    pub(super) fn load(cells: &[MentionsCell]) -> Option<Box<Self>> {
        let lists = cells.iter().map(|cell| (cell.user, Box::new(cell.clone())));
        (!cells.is_empty()).then(|| {
            Box::new(Self {
                lists: lists.collect(),
                count: cells.iter().map(|cell| cell.newest.len()).sum(),
            })
        })
    }

    /// About how many bytes it takes beside itself.
    pub(super) fn bytes(&self) -> usize {
        self.lists.len() * LIST_BYTES + self.count * size_of::<Mention>()
    }

    /// Takes an event in. Only users who are known to the room have a list, or made-up ids would fill it.
    pub(super) fn apply(&mut self, entry: &Entry, is_known: impl Fn(UserId) -> bool) {
        let (seq, by) = (entry.seq(), entry.event.by);
        match &entry.event.body {
            body @ (Body::Message { .. } | Body::Erased { .. }) => {
                let Some(mentions) = body.mentioned() else {
                    return;
                };
                for user in users_of(mentions, by).filter(|user| is_known(*user)) {
                    self.add(user, seq, None);
                }
                if mentions.everyone.is_some() {
                    self.add(EVERYONE, seq, Some(by));
                }
            }
            Body::Delete { target } => {
                let lists = self.lists.values_mut().filter(|list| list.seq < seq);
                for list in lists {
                    let at = list.newest.binary_search_by_key(target, |m| m.seq);
                    if let Ok(at) = at
                        && !list.newest[at].deleted
                    {
                        // Kept, so that what is counted does not depend on when it was deleted.
                        list.newest[at].deleted = true;
                        list.seq = seq;
                    }
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, user: UserId, seq: Seq, by: Option<UserId>) {
        let list = self.lists.entry(user).or_insert_with(|| {
            Box::new(MentionsCell {
                seq: Seq::ZERO,
                user,
                newest: Vec::new(),
            })
        });
        if seq <= list.seq {
            return;
        }
        list.seq = seq;
        let deleted = false;
        list.newest.push(Mention { seq, by, deleted });
        self.count += 1;
        if list.newest.len() > MENTIONS_COUNTED_MAX {
            list.newest.remove(0);
            self.count -= 1;
        }
    }

    /// The messages that mention a member who came in by `entered`, ascending.
    pub(super) fn of(&self, user: UserId, entered: Seq) -> Vec<Seq> {
        let lists = [user, EVERYONE].into_iter();
        let all = lists.filter_map(|user| self.lists.get(&user));
        let counted = all
            .flat_map(|list| &list.newest)
            .filter(|m| m.seq > entered && !m.deleted && m.by != Some(user));
        let mut seqs: Vec<Seq> = counted.map(|m| m.seq).collect();
        seqs.sort_unstable();
        seqs.dedup();
        seqs
    }

    /// Whose lists an event touches.
    pub(super) fn touched_by<'a>(&'a self, entry: &'a Entry) -> Vec<UserId> {
        match &entry.event.body {
            body @ (Body::Message { .. } | Body::Erased { .. }) => {
                let Some(mentions) = body.mentioned() else {
                    return Vec::new();
                };
                let everyone = mentions.everyone.map(|_| EVERYONE);
                users_of(mentions, entry.event.by).chain(everyone).collect()
            }
            Body::Delete { target } => {
                let lists = self.lists.values().filter(|list| {
                    let at = list.newest.binary_search_by_key(target, |m| m.seq);
                    at.is_ok()
                });
                lists.map(|list| list.user).collect()
            }
            _ => Vec::new(),
        }
    }

    /// A user's list as the projection keeps it; `None` if nothing ever mentioned them.
    pub(super) fn cell(&self, user: UserId) -> Option<&MentionsCell> {
        self.lists.get(&user).map(|list| &**list)
    }
}

/// Whether a body mentions anybody.
pub(super) fn mentions_any(body: &Body) -> bool {
    body.mentioned()
        .is_some_and(|mentions| *mentions != Mentions::default())
}

/// Whom it mentions by their ids: nobody mentions themselves, nor the installation, which is no user.
pub(super) fn users_of(mentions: &Mentions, by: UserId) -> impl Iterator<Item = UserId> {
    let users = mentions.users.iter().copied();
    users.filter(move |user| *user != by && *user != EVERYONE)
}
