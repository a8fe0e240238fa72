//! The rooms' logs as they were read at the end, and the checker's own fold of them: who was a member when, in which
//! role, what a message had become, how many messages lay below a number.
//!
//! It promises answers in logarithmic time, whatever the length of the log. It must not know the server's fold, nor who
//! saw what.

use std::collections::{BTreeMap, HashMap};

use hearth_protocol::{Right, Role, RoomKind, Seq};

use crate::history::{Deed, Digest, RoomNo, Row, State, UserNo};

/// The rooms' logs.
#[derive(Debug, Default)]
pub(super) struct Truth {
    rooms: BTreeMap<RoomNo, Log>,
}

/// One room's log and what follows from it.
#[derive(Debug)]
pub(super) struct Log {
    /// From seq 1 on, dense.
    rows: Vec<Row>,
    lines: Vec<u64>,
    /// Deeds of events that are erased in the log, as their senders sent them.
    originals: HashMap<Seq, Deed>,
    /// Per seq the sums of all before and with it.
    heads: Vec<Digest>,
    deeds: Vec<Digest>,
    /// Erased events of which nobody knows what they were.
    unknown: Vec<u32>,
    kind: RoomKind,
    people: HashMap<UserNo, Vec<Change>>,
    counts: Vec<(Seq, u64)>,
    topics: Vec<(Seq, Digest)>,
    /// When the room was archived, and opened again.
    archived: Vec<(Seq, bool)>,
    /// The lowest role that has a right, from an event on.
    rights: Vec<(Seq, Right, Role)>,
    /// Who was banned until the ban is lifted, and when it was; the log does not say when other bans run out.
    bans: HashMap<UserNo, Vec<(Seq, bool)>>,
    /// Messages that later events changed, and by which.
    changed: BTreeMap<Seq, Vec<Seq>>,
    /// When those events were first asked for.
    asked: HashMap<Seq, u64>,
}

/// One change of somebody's membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) at: Seq,
    pub(super) role: Option<Role>,
}

impl Truth {
    /// Takes the next row of a room. Whether it is the next.
    pub(super) fn take(&mut self, room: RoomNo, row: Row, line: u64) -> bool {
        let log = self.rooms.entry(room).or_insert_with(Log::empty);
        if row.seq != log.head().next() {
            return false;
        }
        log.rows.push(row);
        log.lines.push(line);
        true
    }

    /// An event was first asked for at a time: nobody can have been shown it before.
    pub(super) fn asked(&mut self, room: RoomNo, seq: Seq, t: u64) {
        if let Some(log) = self.rooms.get_mut(&room) {
            log.asked.insert(seq, t);
        }
    }

    pub(super) fn log(&self, room: RoomNo) -> Option<&Log> {
        self.rooms.get(&room)
    }

    pub(super) fn logs(&self) -> impl Iterator<Item = (RoomNo, &Log)> {
        self.rooms.iter().map(|(room, log)| (*room, log))
    }

    /// Folds all logs. `original` says what an erased event was; `nobody` is the installation itself.
    pub(super) fn fold(
        &mut self,
        nobody: Option<UserNo>,
        original: impl Fn(RoomNo, &Row) -> Option<Deed>,
    ) {
        for (room, log) in &mut self.rooms {
            log.fold(nobody, |row| original(*room, row));
        }
    }
}

impl Log {
    fn empty() -> Self {
        Self {
            rows: Vec::new(),
            lines: Vec::new(),
            originals: HashMap::new(),
            heads: Vec::new(),
            deeds: Vec::new(),
            unknown: Vec::new(),
            kind: RoomKind::Private,
            people: HashMap::new(),
            counts: Vec::new(),
            topics: Vec::new(),
            archived: Vec::new(),
            rights: Vec::new(),
            bans: HashMap::new(),
            changed: BTreeMap::new(),
            asked: HashMap::new(),
        }
    }

    /// Whether somebody was in at an event, and neither went nor came in all that followed.
    pub(super) fn was_in_throughout(&self, user: UserNo, from: Seq) -> bool {
        let later = self.changes(user).iter().filter(|change| change.at > from);
        self.role(user, from).is_some()
            && later.into_iter().all(|change| {
                change.role.is_some() && matches!(self.deed(change.at), Some(Deed::Role { .. }))
            })
    }

    pub(super) fn head(&self) -> Seq {
        Seq(self.rows.len() as u64)
    }

    pub(super) fn rows(&self) -> impl DoubleEndedIterator<Item = (&Row, u64)> {
        self.rows.iter().zip(self.lines.iter().copied())
    }

    pub(super) fn row(&self, seq: Seq) -> Option<&Row> {
        self.rows.get(usize::try_from(seq.0.checked_sub(1)?).ok()?)
    }

    /// The line of a row.
    pub(super) fn line(&self, seq: Seq) -> u64 {
        place(seq)
            .and_then(|at| self.lines.get(at))
            .copied()
            .unwrap_or(0)
    }

    pub(super) fn kind(&self) -> RoomKind {
        self.kind
    }

    /// The lowest role that had a right after an event.
    pub(super) fn lowest(&self, right: Right, at: Seq) -> Role {
        let said = self.rights.iter().rev();
        let mut said = said.filter(|(seq, of, _)| *seq <= at && *of == right);
        said.next()
            .map_or_else(|| right.usual(self.kind), |(_, _, role)| *role)
    }

    /// What an event was, also if it was erased since.
    pub(super) fn deed(&self, seq: Seq) -> Option<&Deed> {
        let row = self.row(seq)?;
        if row.deed.is_erased() {
            return self.originals.get(&seq);
        }
        Some(&row.deed)
    }

    fn fold(&mut self, nobody: Option<UserNo>, original: impl Fn(&Row) -> Option<Deed>) {
        let rows = std::mem::take(&mut self.rows);
        let (mut heads, mut deeds) = (Digest::default(), Digest::default());
        let (mut unknown, mut members) = (0, 0u64);
        let mut ownerless = false;
        for row in &rows {
            heads = heads.plus(row.head_digest());
            let kept = row.deed.is_erased().then(|| original(row)).flatten();
            let deed = kept.as_ref().unwrap_or(&row.deed);
            if deed.is_erased() {
                unknown += 1;
            } else {
                deeds = deeds.plus(deed.digest());
            }
            self.heads.push(heads);
            self.deeds.push(deeds);
            self.unknown.push(unknown);
            let people = &self.people;
            let moves: Vec<(UserNo, Option<Role>)> = match deed {
                Deed::Create {
                    room_kind, with, ..
                } => {
                    self.kind = *room_kind;
                    ownerless = Some(row.by) == nobody;
                    let owner = (!ownerless).then_some((row.by, Some(Role::Owner)));
                    let with = with.iter().map(|user| (*user, Some(Role::Member)));
                    owner.into_iter().chain(with).collect()
                }
                Deed::Join if ownerless && row.seq == Seq(2) => vec![(row.by, Some(Role::Owner))],
                Deed::Join => vec![(row.by, Some(enter(people, row.by)))],
                Deed::Invite { user } => vec![(*user, Some(enter(people, *user)))],
                Deed::Leave => vec![(row.by, None)],
                Deed::Remove { user } => vec![(*user, None)],
                Deed::Ban { user, until_ms, .. } => {
                    let lasts = (row.seq, until_ms.is_none());
                    self.bans.entry(*user).or_default().push(lasts);
                    vec![(*user, None)]
                }
                // They are out as before; what was composed before it counts as before a change all the same.
                Deed::Unban { user } => {
                    let lifted = (row.seq, false);
                    self.bans.entry(*user).or_default().push(lifted);
                    vec![(*user, last(people, *user))]
                }
                Deed::Archive { on } => {
                    self.archived.push((row.seq, *on));
                    Vec::new()
                }
                Deed::Role { user, role } => vec![(*user, last(people, *user).and(Some(*role)))],
                Deed::Right { right, role } => {
                    self.rights.push((row.seq, *right, *role));
                    Vec::new()
                }
                Deed::Topic { topic } => {
                    self.topics.push((row.seq, *topic));
                    Vec::new()
                }
                Deed::Edit { target, .. }
                | Deed::Delete { target }
                | Deed::React { target, .. } => {
                    self.changed.entry(*target).or_default().push(row.seq);
                    Vec::new()
                }
                Deed::Message { .. }
                | Deed::Pin { .. }
                | Deed::Description { .. }
                | Deed::Rename { .. }
                | Deed::Slow { .. }
                | Deed::Avatar { .. }
                | Deed::Erased { .. } => Vec::new(),
            };
            let before = members;
            for (user, role) in moves {
                let was = last(&self.people, user);
                let change = Change { at: row.seq, role };
                self.people.entry(user).or_default().push(change);
                members = members + u64::from(role.is_some()) - u64::from(was.is_some());
            }
            if members != before {
                self.counts.push((row.seq, members));
            }
            if let Some(kept) = kept {
                self.originals.insert(row.seq, kept);
            }
        }
        self.rows = rows;
    }

    /// The sums of a run, and whether its bodies are all known. `None` if it is not all in the log.
    pub(super) fn sums(&self, from: Seq, to: Seq) -> Option<(Digest, Digest, bool)> {
        let (first, last) = (place(from)?, place(to)?);
        if first > last || last >= self.rows.len() {
            return None;
        }
        let before = first.checked_sub(1);
        let part =
            |sums: &[Digest]| sums[last].minus(before.map_or(Digest::default(), |at| sums[at]));
        let known = self.unknown[last] == before.map_or(0, |at| self.unknown[at]);
        Some((part(&self.heads), part(&self.deeds), known))
    }

    /// Messages up to and with a number; up to the end if it lies beyond.
    pub(super) fn ordinal(&self, seq: Seq) -> u64 {
        self.row(seq.min(self.head())).map_or(0, |row| row.ordinal)
    }

    /// Changes of somebody's membership, ascending.
    pub(super) fn changes(&self, user: UserNo) -> &[Change] {
        self.people.get(&user).map_or(&[], Vec::as_slice)
    }

    /// The first event after one and up to another by which somebody who had gone out came back.
    pub(super) fn back_in(&self, user: UserNo, after: Seq, to: Seq) -> Option<Seq> {
        let later = self.changes(user).iter().filter(|change| change.at > after);
        let mut later = later.skip_while(|change| change.role.is_some());
        later.next()?;
        let back = later.find(|change| change.role.is_some())?.at;
        (back <= to).then_some(back)
    }

    /// Everybody who ever was a member.
    pub(super) fn people(&self) -> impl Iterator<Item = UserNo> {
        self.people.keys().copied()
    }

    /// Whether the room is archived after an event.
    pub(super) fn is_archived(&self, seq: Seq) -> bool {
        stands(&self.archived, seq)
    }

    /// Whether somebody has a ban after an event that does not run out.
    pub(super) fn is_banned(&self, user: UserNo, seq: Seq) -> bool {
        self.bans.get(&user).is_some_and(|bans| stands(bans, seq))
    }

    /// The role after an event; `None` for who is out.
    pub(super) fn role(&self, user: UserNo, seq: Seq) -> Option<Role> {
        let changes = self.changes(user);
        let at = changes.partition_point(|change| change.at <= seq);
        changes.get(at.checked_sub(1)?)?.role
    }

    /// Whether an event may be shown live to somebody: they were in before it, or are in after it.
    pub(super) fn is_for(&self, user: UserNo, seq: Seq) -> bool {
        self.role(user, Seq(seq.0.saturating_sub(1))).is_some() || self.role(user, seq).is_some()
    }

    /// The first event of a run that may not be shown live to somebody.
    pub(super) fn first_not_for(&self, user: UserNo, from: Seq, to: Seq) -> Option<Seq> {
        if from > to {
            return None;
        }
        if !self.is_for(user, from) {
            return Some(from);
        }
        // Within the run, only the event after one that puts them out can be the first.
        let changes = self.changes(user);
        let first = changes.partition_point(|change| change.at < from);
        changes[first..]
            .iter()
            .take_while(|change| change.at < to)
            .filter(|change| change.role.is_none())
            .map(|change| change.at.next())
            .find(|seq| !self.is_for(user, *seq))
    }

    /// How many members after an event.
    pub(super) fn members(&self, seq: Seq) -> u64 {
        let at = self.counts.partition_point(|(at, _)| *at <= seq);
        at.checked_sub(1).map_or(0, |at| self.counts[at].1)
    }

    /// The topic after an event.
    pub(super) fn topic(&self, seq: Seq) -> Digest {
        let at = self.topics.partition_point(|(at, _)| *at <= seq);
        at.checked_sub(1)
            .map_or(Digest::of(""), |at| self.topics[at].1)
    }

    /// By which event, up to a number, a message was deleted.
    pub(super) fn deleted(&self, target: Seq, head: Seq) -> Option<Seq> {
        let changes = self.changed.get(&target)?;
        changes
            .iter()
            .copied()
            .take_while(|at| *at <= head)
            .find(|at| matches!(self.deed(*at), Some(Deed::Delete { .. })))
    }

    /// Messages of a run that events changed.
    pub(super) fn changed(&self, from: Seq, to: Seq) -> impl Iterator<Item = Seq> {
        let range = (from <= to).then(|| self.changed.range(from..=to));
        range.into_iter().flatten().map(|(target, _)| *target)
    }

    /// What is wrong with how a message was shown to stand, in a page that is whole up to `head`. A page may show more
    /// than that, never less: it is put together from what is there when it is asked for. Nothing in it can have been asked
    /// for only after it came, at `t`.
    pub(super) fn misstated(
        &self,
        target: Seq,
        head: Seq,
        t: u64,
        shown: Option<&State>,
    ) -> Option<String> {
        let none = State {
            seq: target,
            text: None,
            edited: None,
            deleted: None,
            reactions: Vec::new(),
        };
        let shown = shown.unwrap_or(&none);
        let changes = self.changed.get(&target).map_or(&[][..], Vec::as_slice);
        // The text's clock: what is shown is as of this event if it lies beyond the head.
        let as_of = shown
            .deleted
            .max(shown.edited)
            .map_or(head, |at| at.max(head));
        let (mut edited, mut deleted) = (None, None);
        let mut marks: BTreeMap<(&str, UserNo), (bool, bool)> = BTreeMap::new();
        let could_be =
            |at: &&Seq| **at <= head || self.asked.get(*at).is_none_or(|asked| *asked <= t);
        for at in changes.iter().filter(could_be) {
            let by = self.row(*at).map(|row| row.by);
            match self.deed(*at) {
                Some(Deed::Edit { text, .. }) if *at <= as_of && deleted.is_none() => {
                    edited = Some((*at, *text));
                }
                Some(Deed::Delete { .. }) if *at <= as_of && deleted.is_none() => {
                    deleted = Some(*at);
                }
                Some(Deed::React { emoji, on, .. }) => {
                    let (stands, open) = marks
                        .entry((emoji.as_str(), by.unwrap_or(UserNo::MAX)))
                        .or_default();
                    if *at <= head {
                        *stands = *on;
                    } else {
                        *open = true;
                    }
                }
                _ => {}
            }
        }
        if shown.deleted != deleted {
            return Some(format!(
                "message {target} shown as deleted by {}, and the log says {}",
                seq(shown.deleted),
                seq(deleted)
            ));
        }
        if deleted.is_some() {
            // Its text and reactions are gone with it.
            let rest = shown.text.is_some() || !shown.reactions.is_empty();
            return rest.then(|| format!("message {target} is deleted, and more of it was shown"));
        }
        if (shown.edited.zip(shown.text)) != edited {
            return Some(format!(
                "message {target} shown as edited by {}, and the log says {}, or the text is another one",
                seq(shown.edited),
                seq(edited.map(|(at, _)| at))
            ));
        }
        let mut seen = BTreeMap::new();
        for (emoji, users) in &shown.reactions {
            for user in users {
                if seen.insert((emoji.as_str(), *user), ()).is_some() {
                    return Some(format!(
                        "{emoji} of one user stands twice on message {target}"
                    ));
                }
            }
        }
        for (key, (stands, open)) in &marks {
            let is_shown = seen.remove(key).is_some();
            if is_shown != *stands && !*open {
                let (emoji, user) = key;
                let (said, is) = (on(is_shown), on(*stands));
                return Some(format!(
                    "{emoji} of user {user} on message {target} shown as {said}, and the log says {is}"
                ));
            }
        }
        seen.keys().next().map(|(emoji, user)| {
            format!("{emoji} of user {user} on message {target} is not in the log")
        })
    }
}

/// What was last said up to and with an event.
fn stands(said: &[(Seq, bool)], seq: Seq) -> bool {
    let at = said.partition_point(|(at, _)| *at <= seq);
    at.checked_sub(1).is_some_and(|at| said[at].1)
}

fn on(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

fn seq(seq: Option<Seq>) -> String {
    seq.map_or("nothing".to_owned(), |seq| format!("event {seq}"))
}

fn place(seq: Seq) -> Option<usize> {
    usize::try_from(seq.0.checked_sub(1)?).ok()
}

fn last(people: &HashMap<UserNo, Vec<Change>>, user: UserNo) -> Option<Role> {
    people.get(&user)?.last()?.role
}

/// Who comes in keeps a role that they have; who went as a guest is one again.
fn enter(people: &HashMap<UserNo, Vec<Change>>, user: UserNo) -> Role {
    let changes = people.get(&user).map_or(&[][..], Vec::as_slice);
    let went = changes.iter().rev().find_map(|change| change.role);
    let kept = last(people, user).or(went.filter(|role| *role == Role::Guest));
    kept.unwrap_or(Role::Member)
}
