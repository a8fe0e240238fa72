//! What is a user's own as it is kept: one record for all of it, so that it has one version, one bound, and is read at
//! once. Pure: a change and the time go in; what stands, or why not, comes out.

use std::collections::{BTreeMap, BTreeSet};

use hearth_protocol::{
    ErrorCode, NotifyLevel, Own, OwnKind, QuietHours, RoomId, Seq, UserId,
    bounds::{
        BLOCKED_MAX, DRAFTS_MAX, FOLLOWS_MAX, HIDDEN_MAX, HIDDEN_PER_ROOM_MAX, ROOMS_PER_USER_MAX,
        SAVED_MAX, TEXT_BYTES_MAX, THREADS_READ_MAX, ZONE_BYTES_MAX,
    },
};
use serde::{Deserialize, Serialize};

use crate::{refusal::Refusal, scheduled::Scheduled};

/// Minutes of a day.
const DAY_MIN: u16 = 24 * 60;

/// All that is one user's own. What says nothing is not in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Owned {
    #[serde(skip_serializing_if = "Option::is_none")]
    quiet: Option<QuietHours>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    notify: BTreeMap<RoomId, Notify>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    blocked: BTreeSet<UserId>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    drafts: BTreeMap<RoomId, Draft>,
    /// By the messages at which the threads begin.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    thread_drafts: BTreeMap<RoomId, BTreeMap<Seq, Draft>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    hidden: BTreeMap<RoomId, BTreeSet<Seq>>,
    /// In the order in which they were saved.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    saved: Vec<Kept>,
    #[serde(skip_serializing_if = "Scheduled::is_nothing")]
    scheduled: Scheduled,
    /// Whether nobody is told what they have read.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    receipts_off: bool,
    /// Of threads, by the messages at which they begin.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    follows: BTreeMap<RoomId, BTreeMap<Seq, Follow>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    reads: BTreeMap<RoomId, BTreeMap<Seq, Read>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Follow {
    on: bool,
    #[serde(default, skip_serializing_if = "is_zero")]
    since: Seq,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Read {
    seq: Seq,
    #[serde(default, skip_serializing_if = "is_zero")]
    at: Seq,
    /// The version by which it was said.
    n: u64,
}

/// What a user has chosen of a thread.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ThreadChoice {
    /// Whether to follow it; `None`: as it goes by itself.
    pub follow: Option<bool>,
    /// Where the log ended when they began to follow it by hand; 0 if they did not.
    pub since: Seq,
    /// Up to where they have said to have read it.
    pub read: Option<Seq>,
    /// Where the log ended when they set that back last; 0 if they never did.
    pub at: Seq,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Notify {
    #[serde(default, skip_serializing_if = "is_all")]
    level: NotifyLevel,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    muted_until_ms: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Draft {
    text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reply_to: Option<Seq>,
    /// When it was set so; nothing in one from before that was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at_ms: Option<u64>,
}

impl Draft {
    /// `None` if nothing is written. Of one that is set as it stands the time stays.
    fn of(text: &str, reply_to: Option<Seq>, before: Option<&Self>, wall_ms: u64) -> Option<Self> {
        let stands = before.filter(|before| before.text == text && before.reply_to == reply_to);
        let new = || Self {
            text: text.to_owned(),
            reply_to,
            at_ms: Some(wall_ms),
        };
        (!text.is_empty()).then(|| stands.cloned().unwrap_or_else(new))
    }
}

/// A message that was saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The version by which it was saved: its place among the others.
    pub number: u64,
    /// The room.
    pub room: RoomId,
    /// The message.
    pub seq: Seq,
}

impl Owned {
    /// Sets one thing, by the change of this number. What has run out goes by the way.
    ///
    /// # Errors
    /// It does not fit: by its form, or because there are as many as there may be.
    pub fn set(&mut self, own: &Own, number: u64, wall_ms: u64) -> Result<(), Refusal> {
        check(own)?;
        self.forget_past(wall_ms);
        let is_new = !own.is_nothing();
        match own {
            Own::Quiet { hours } => self.quiet.clone_from(hours),
            Own::Notify {
                room,
                level,
                muted_until_ms,
            } => {
                let notify = Notify {
                    level: *level,
                    muted_until_ms: *muted_until_ms,
                };
                put(&mut self.notify, *room, is_new.then_some(notify));
                self.forget_past(wall_ms);
                at_most(self.notify.len(), ROOMS_PER_USER_MAX, || {
                    format!(
                        "You have set for {ROOMS_PER_USER_MAX} rooms of what you are told. Set one of them back to `all`."
                    )
                })?;
            }
            Own::Blocked { user, .. } => {
                put_in(&mut self.blocked, *user, is_new);
                at_most(self.blocked.len(), BLOCKED_MAX, || {
                    format!("You have blocked {BLOCKED_MAX} people. Unblock somebody first.")
                })?;
            }
            Own::Draft {
                room,
                text,
                reply_to,
                ..
            } => {
                let draft = Draft::of(text, *reply_to, self.drafts.get(room), wall_ms);
                put(&mut self.drafts, *room, draft);
                self.bound_drafts()?;
            }
            Own::ThreadDraft {
                room,
                root,
                text,
                reply_to,
                ..
            } => {
                let of_room = self.thread_drafts.entry(*room).or_default();
                let draft = Draft::of(text, *reply_to, of_room.get(root), wall_ms);
                put(of_room, *root, draft);
                self.thread_drafts.retain(|_, of_room| !of_room.is_empty());
                self.bound_drafts()?;
            }
            Own::Hidden { room, seq, .. } => {
                let of_room = self.hidden.entry(*room).or_default();
                put_in(of_room, *seq, is_new);
                let count = of_room.len();
                self.hidden.retain(|_, of_room| !of_room.is_empty());
                at_most(count, HIDDEN_PER_ROOM_MAX, || {
                    format!(
                        "You have hidden {HIDDEN_PER_ROOM_MAX} messages of this room. Show one of them again first."
                    )
                })?;
                let all = self.hidden.values().map(BTreeSet::len).sum();
                at_most(all, HIDDEN_MAX, || {
                    format!("You have hidden {HIDDEN_MAX} messages. Show one of them again first.")
                })?;
            }
            Own::Saved { room, seq, .. } => {
                let at = |kept: &Kept| (kept.room, kept.seq) == (*room, *seq);
                let is_there = self.saved.iter().any(at);
                if is_new && !is_there {
                    self.saved.push(Kept {
                        number,
                        room: *room,
                        seq: *seq,
                    });
                } else if !is_new {
                    self.saved.retain(|kept| !at(kept));
                }
                at_most(self.saved.len(), SAVED_MAX, || {
                    format!("You have saved {SAVED_MAX} messages. Take one out first.")
                })?;
            }
            Own::Scheduled { .. } => self.scheduled.set(own, wall_ms)?,
            Own::Receipts { on } => self.receipts_off = !on,
            Own::Follow {
                room,
                root,
                on,
                since,
            } => {
                let of_room = self.follows.entry(*room).or_default();
                match on {
                    // To say it again is no new beginning.
                    Some(on) if of_room.get(root).is_some_and(|follow| follow.on == *on) => {}
                    Some(on) => drop(of_room.insert(
                        *root,
                        Follow {
                            on: *on,
                            since: *since,
                        },
                    )),
                    None => drop(of_room.remove(root)),
                }
                self.follows.retain(|_, of_room| !of_room.is_empty());
                let all = self.follows.values().map(BTreeMap::len).sum();
                at_most(all, FOLLOWS_MAX, || {
                    format!(
                        "You have said of {FOLLOWS_MAX} threads whether to follow them. Leave one of them as it goes by itself first."
                    )
                })?;
            }
            Own::Read {
                room,
                root,
                seq,
                back,
                at,
            } => {
                let of_room = self.reads.entry(*room).or_default();
                let before = of_room.get(root).copied();
                let (stands, was_at) = before.map_or_else(Default::default, |b| (b.seq, b.at));
                if *back || *seq > stands {
                    let at = if *back { *at } else { was_at };
                    let (seq, n) = (*seq, number);
                    of_room.insert(*root, Read { seq, at, n });
                }
                self.forget_oldest_read();
            }
        }
        Ok(())
    }

    fn bound_drafts(&self) -> Result<(), Refusal> {
        let in_threads: usize = self.thread_drafts.values().map(BTreeMap::len).sum();
        at_most(self.drafts.len() + in_threads, DRAFTS_MAX, || {
            format!(
                "You have {DRAFTS_MAX} drafts, those of threads included. Send or clear one first."
            )
        })
    }

    /// The rooms in which there are drafts, or in threads of which.
    pub fn drafted(&self) -> BTreeSet<RoomId> {
        let in_threads = self.thread_drafts.keys();
        self.drafts.keys().chain(in_threads).copied().collect()
    }

    /// A room is gone: so are the drafts in it and in its threads. What says so to whom knows them.
    pub fn forget_drafts(&mut self, room: RoomId) -> Vec<Own> {
        let in_room = self.drafts.remove(&room).map(|_| Own::Draft {
            room,
            text: String::new(),
            reply_to: None,
            at_ms: None,
        });
        let in_threads = self.thread_drafts.remove(&room).unwrap_or_default();
        let in_threads = in_threads.into_keys().map(|root| Own::ThreadDraft {
            room,
            root,
            text: String::new(),
            reply_to: None,
            at_ms: None,
        });
        in_room.into_iter().chain(in_threads).collect()
    }

    /// Of more threads than there may be the one that was read longest ago is as if it never was: nobody is to be kept
    /// from reading.
    fn forget_oldest_read(&mut self) {
        let count: usize = self.reads.values().map(BTreeMap::len).sum();
        if count > THREADS_READ_MAX {
            let all = self.reads.iter();
            let all = all.flat_map(|(room, of_room)| {
                of_room.iter().map(|(root, read)| (read.n, *room, *root))
            });
            if let Some((_, room, root)) = all.min()
                && let Some(of_room) = self.reads.get_mut(&room)
            {
                of_room.remove(&root);
            }
        }
        self.reads.retain(|_, of_room| !of_room.is_empty());
    }

    /// What the user has chosen of a room's threads, by the messages at which they begin.
    pub fn threads_of(&self, room: RoomId) -> BTreeMap<Seq, ThreadChoice> {
        let mut choices: BTreeMap<Seq, ThreadChoice> = BTreeMap::new();
        for (root, follow) in self.follows.get(&room).into_iter().flatten() {
            let choice = choices.entry(*root).or_default();
            choice.follow = Some(follow.on);
            choice.since = follow.since;
        }
        for (root, read) in self.reads.get(&room).into_iter().flatten() {
            let choice = choices.entry(*root).or_default();
            choice.read = Some(read.seq);
            choice.at = read.at;
        }
        choices
    }

    /// All things of these kinds, or of every kind if none is named.
    pub fn list(&self, kinds: &[OwnKind]) -> Vec<Own> {
        let wants = |kind| kinds.is_empty() || kinds.contains(&kind);
        let mut all = Vec::new();
        if wants(OwnKind::Quiet) && self.quiet.is_some() {
            all.push(Own::Quiet {
                hours: self.quiet.clone(),
            });
        }
        if wants(OwnKind::Notify) {
            all.extend(self.notify.iter().map(|(room, notify)| Own::Notify {
                room: *room,
                level: notify.level,
                muted_until_ms: notify.muted_until_ms,
            }));
        }
        if wants(OwnKind::Blocked) {
            let blocked = self.blocked.iter();
            all.extend(blocked.map(|user| Own::Blocked {
                user: *user,
                on: true,
            }));
        }
        if wants(OwnKind::Draft) {
            all.extend(self.drafts.iter().map(|(room, draft)| Own::Draft {
                room: *room,
                text: draft.text.clone(),
                reply_to: draft.reply_to,
                at_ms: draft.at_ms,
            }));
        }
        if wants(OwnKind::ThreadDraft) {
            for (room, of_room) in &self.thread_drafts {
                all.extend(of_room.iter().map(|(root, draft)| Own::ThreadDraft {
                    room: *room,
                    root: *root,
                    text: draft.text.clone(),
                    reply_to: draft.reply_to,
                    at_ms: draft.at_ms,
                }));
            }
        }
        if wants(OwnKind::Hidden) {
            for (room, seqs) in &self.hidden {
                all.extend(seqs.iter().map(|seq| Own::Hidden {
                    room: *room,
                    seq: *seq,
                    on: true,
                }));
            }
        }
        if wants(OwnKind::Saved) {
            all.extend(self.saved.iter().rev().map(|kept| Own::Saved {
                room: kept.room,
                seq: kept.seq,
                on: true,
            }));
        }
        if wants(OwnKind::Scheduled) {
            all.extend(self.scheduled.shown());
        }
        if wants(OwnKind::Receipts) && self.receipts_off {
            all.push(Own::Receipts { on: false });
        }
        if wants(OwnKind::Follow) {
            for (room, of_room) in &self.follows {
                all.extend(of_room.iter().map(|(root, follow)| Own::Follow {
                    room: *room,
                    root: *root,
                    on: Some(follow.on),
                    since: follow.since,
                }));
            }
        }
        if wants(OwnKind::Read) {
            for (room, of_room) in &self.reads {
                all.extend(of_room.iter().map(|(root, read)| Own::Read {
                    room: *room,
                    root: *root,
                    seq: read.seq,
                    back: false,
                    at: read.at,
                }));
            }
        }
        all
    }

    /// What is to be sent later.
    pub fn scheduled(&self) -> &Scheduled {
        &self.scheduled
    }

    /// The same, to be changed.
    pub fn scheduled_mut(&mut self) -> &mut Scheduled {
        &mut self.scheduled
    }

    /// Saved messages that were saved before the one of that number, the newest first.
    pub fn saved_before(&self, number: Option<u64>) -> impl Iterator<Item = Kept> + '_ {
        let before = number.unwrap_or(u64::MAX);
        let saved = self.saved.iter().rev().copied();
        saved.filter(move |kept| kept.number < before)
    }

    /// Whether others are told what they have read, and they of others.
    pub fn tells_receipts(&self) -> bool {
        !self.receipts_off
    }

    /// Whether a user is blocked.
    pub fn has_blocked(&self, user: UserId) -> bool {
        self.blocked.contains(&user)
    }

    /// Of what in a room its user is to be told, and until when of nothing.
    pub fn notify_of(&self, room: RoomId) -> (NotifyLevel, Option<u64>) {
        let notify = self.notify.get(&room);
        notify.map_or_else(Default::default, |notify| {
            (notify.level, notify.muted_until_ms)
        })
    }

    /// When its user is not to be told of anything.
    pub fn quiet(&self) -> Option<&QuietHours> {
        self.quiet.as_ref()
    }

    /// Whether a message is hidden.
    pub fn has_hidden(&self, room: RoomId, seq: Seq) -> bool {
        let hidden = self.hidden.get(&room);
        hidden.is_some_and(|of_room| of_room.contains(&seq))
    }

    /// A room that is muted no longer is as if it never was.
    fn forget_past(&mut self, wall_ms: u64) {
        self.notify.retain(|_, notify| {
            notify.muted_until_ms = notify.muted_until_ms.filter(|until_ms| *until_ms > wall_ms);
            notify.level != NotifyLevel::All || notify.muted_until_ms.is_some()
        });
    }
}

/// Whether it is of the right form.
fn check(own: &Own) -> Result<(), Refusal> {
    let bad = |text: String| Err(Refusal::new(ErrorCode::BadRequest, text));
    match own {
        Own::Quiet { hours: Some(hours) } => {
            if hours.from_min >= DAY_MIN || hours.to_min >= DAY_MIN {
                return bad(format!(
                    "`from_min` and `to_min` are minutes after midnight, below {DAY_MIN}."
                ));
            }
            if hours.from_min == hours.to_min {
                return bad("Quiet hours begin and end at different times.".into());
            }
            check_zone(&hours.zone)
        }
        Own::Draft { text, .. } | Own::ThreadDraft { text, .. } if text.len() > TEXT_BYTES_MAX => {
            Err(Refusal::new(
                ErrorCode::TooLarge,
                format!("A draft has at most {TEXT_BYTES_MAX} bytes, as a message has."),
            ))
        }
        Own::Hidden { seq, .. } | Own::Saved { seq, .. } if *seq == Seq::ZERO => {
            bad("There is no message of the number 0.".into())
        }
        Own::Follow { root, .. } | Own::Read { root, .. } | Own::ThreadDraft { root, .. }
            if *root == Seq::ZERO =>
        {
            bad("A thread begins at a message: there is none of the number 0.".into())
        }
        _ => Ok(()),
    }
}

/// Whether a text may be a time zone's name. The names themselves are the clients' to know: they change several times a
/// year, and the server reckons with none.
///
/// # Errors
/// It is no such name.
pub fn check_zone(zone: &str) -> Result<(), Refusal> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "/_+-".contains(c);
    if zone.is_empty() || zone.len() > ZONE_BYTES_MAX || !zone.chars().all(fits) {
        return Err(Refusal::new(
            ErrorCode::BadRequest,
            "`zone` is a name of the time zone database, as `Europe/Berlin`.",
        ));
    }
    Ok(())
}

fn put<K: Ord, V>(all: &mut BTreeMap<K, V>, key: K, value: Option<V>) {
    match value {
        Some(value) => all.insert(key, value),
        None => all.remove(&key),
    };
}

fn put_in<T: Ord>(all: &mut BTreeSet<T>, value: T, on: bool) {
    if on {
        all.insert(value);
    } else {
        all.remove(&value);
    }
}

fn at_most(count: usize, max: usize, text: impl FnOnce() -> String) -> Result<(), Refusal> {
    if count > max {
        return Err(Refusal::new(ErrorCode::Full, text()));
    }
    Ok(())
}

fn is_zero(seq: &Seq) -> bool {
    *seq == Seq::ZERO
}

fn is_all(level: &NotifyLevel) -> bool {
    *level == NotifyLevel::All
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn room(n: usize) -> RoomId {
        RoomId(Uuid::from_u128(n as u128))
    }

    fn notify(n: usize, level: NotifyLevel, muted_until_ms: Option<u64>) -> Own {
        Own::Notify {
            room: room(n),
            level,
            muted_until_ms,
        }
    }

    fn hidden(n: usize, seq: usize, on: bool) -> Own {
        Own::Hidden {
            room: room(n),
            seq: Seq(seq as u64),
            on,
        }
    }

    fn saved(seq: u64, on: bool) -> Own {
        Own::Saved {
            room: room(1),
            seq: Seq(seq),
            on,
        }
    }

    /// As it stands once it was set at 1,000.
    fn thread_draft(n: usize, root: u64, text: &str) -> Own {
        Own::ThreadDraft {
            room: room(n),
            root: Seq(root),
            text: text.into(),
            reply_to: None,
            at_ms: Some(1_000),
        }
    }

    fn set(owned: &mut Owned, own: &Own) -> Result<(), ErrorCode> {
        owned.set(own, 1, 1_000).map_err(|refusal| refusal.code)
    }

    #[test]
    fn what_is_set_is_listed_by_its_kind_and_what_says_nothing_is_gone() {
        let mut owned = Owned::default();
        let quiet = Own::Quiet {
            hours: Some(QuietHours {
                from_min: 1_320,
                to_min: 420,
                zone: "Europe/Berlin".into(),
            }),
        };
        let draft = Own::Draft {
            room: room(1),
            text: "t".into(),
            reply_to: Some(Seq(3)),
            at_ms: Some(1_000),
        };
        let in_thread = thread_draft(1, 4, "u");
        let blocked = Own::Blocked {
            user: UserId(Uuid::from_u128(9)),
            on: true,
        };
        let all = [
            quiet,
            notify(1, NotifyLevel::None, None),
            blocked,
            draft.clone(),
            in_thread.clone(),
            hidden(1, 4, true),
            saved(5, true),
        ];
        for own in &all {
            set(&mut owned, own).unwrap();
            set(&mut owned, own).unwrap();
        }
        assert_eq!(owned.list(&[]), all);
        assert_eq!(owned.list(&[OwnKind::Draft]), [draft]);
        assert_eq!(owned.list(&[OwnKind::ThreadDraft]), [in_thread]);
        assert!(owned.has_blocked(UserId(Uuid::from_u128(9))));
        let text = serde_json::to_string(&owned).unwrap();
        assert_eq!(serde_json::from_str::<Owned>(&text).unwrap(), owned);
        let nothing = [
            Own::Quiet { hours: None },
            notify(1, NotifyLevel::All, None),
            Own::Blocked {
                user: UserId(Uuid::from_u128(9)),
                on: false,
            },
            Own::Draft {
                room: room(1),
                text: String::new(),
                reply_to: None,
                at_ms: None,
            },
            thread_draft(1, 4, ""),
            hidden(1, 4, false),
            saved(5, false),
        ];
        for own in &nothing {
            set(&mut owned, own).unwrap();
        }
        assert_eq!(owned, Owned::default());
        assert_eq!(serde_json::to_string(&owned).unwrap(), "{}");
    }

    #[test]
    fn a_draft_says_when_it_was_set_so_and_one_of_a_thread_is_not_the_rooms() {
        let mut owned = Owned::default();
        let at = |owned: &Owned| match owned.list(&[OwnKind::ThreadDraft])[..] {
            [Own::ThreadDraft { at_ms, .. }] => at_ms,
            _ => None,
        };
        let said = thread_draft(1, 4, "half a");
        owned.set(&said, 1, 5_000).unwrap();
        // What a client says of the time counts for nothing, and the same again is nothing new.
        assert_eq!(at(&owned), Some(5_000));
        let before = owned.clone();
        owned.set(&said, 2, 6_000).unwrap();
        assert_eq!(owned, before);
        owned
            .set(&thread_draft(1, 4, "half a thought"), 2, 7_000)
            .unwrap();
        assert_eq!(at(&owned), Some(7_000));
        assert!(owned.list(&[OwnKind::Draft]).is_empty());
        // One that was kept before there was a time has none.
        let kept = r#"{"drafts":{"00000000-0000-0000-0000-000000000001":{"text":"t"}}}"#;
        let kept = serde_json::from_str::<Owned>(kept).unwrap();
        let [Own::Draft { at_ms: None, .. }] = kept.list(&[])[..] else {
            panic!("{kept:?}");
        };
    }

    #[test]
    fn the_drafts_of_a_room_that_is_gone_are_gone_and_no_others() {
        let mut owned = Owned::default();
        let draft = |n: usize| Own::Draft {
            room: room(n),
            text: "t".into(),
            reply_to: None,
            at_ms: Some(1_000),
        };
        let others = [draft(2), thread_draft(3, 4, "t")];
        let all = [draft(1), thread_draft(1, 4, "t"), thread_draft(1, 9, "t")];
        for own in others.iter().chain(&all) {
            set(&mut owned, own).unwrap();
        }
        assert_eq!(owned.drafted(), BTreeSet::from([1, 2, 3].map(room)));
        let told = owned.forget_drafts(room(1));
        let keys = |all: &[Own]| all.iter().map(Own::key).collect::<Vec<_>>();
        assert_eq!(keys(&told), keys(&all));
        assert!(told.iter().all(Own::is_nothing));
        assert_eq!(owned.list(&[]), others);
        assert!(owned.forget_drafts(room(1)).is_empty());
    }

    #[test]
    fn a_mute_that_is_over_is_as_if_it_never_was() {
        let mut owned = Owned::default();
        set(&mut owned, &notify(1, NotifyLevel::All, Some(1_000))).unwrap();
        assert_eq!(owned, Owned::default());
        let muted = notify(1, NotifyLevel::Mentions, Some(1_001));
        owned.set(&muted, 1, 1_000).unwrap();
        assert_eq!(owned.list(&[]), [muted]);
        owned.set(&saved(1, true), 2, 1_001).unwrap();
        let kept = owned.list(&[OwnKind::Notify]);
        assert_eq!(kept, [notify(1, NotifyLevel::Mentions, None)]);
    }

    #[test]
    fn every_kind_has_a_bound_and_takes_again_once_one_is_gone() {
        let mut owned = Owned::default();
        for n in 0..ROOMS_PER_USER_MAX {
            set(&mut owned, &notify(n, NotifyLevel::None, None)).unwrap();
        }
        for n in 0..HIDDEN_MAX {
            let (room, seq) = (n / HIDDEN_PER_ROOM_MAX, n % HIDDEN_PER_ROOM_MAX + 1);
            set(&mut owned, &hidden(room, seq, true)).unwrap();
        }
        for n in 0..SAVED_MAX as u64 {
            set(&mut owned, &saved(n + 1, true)).unwrap();
        }
        let blocked = |n: usize, on| Own::Blocked {
            user: UserId(Uuid::from_u128(n as u128)),
            on,
        };
        let draft = |n: usize, text: &str| Own::Draft {
            room: room(n),
            text: text.into(),
            reply_to: None,
            at_ms: None,
        };
        (0..BLOCKED_MAX).for_each(|n| set(&mut owned, &blocked(n, true)).unwrap());
        // Those of threads are counted with them.
        let in_threads = DRAFTS_MAX / 2;
        (0..in_threads).for_each(|n| set(&mut owned, &draft(n, "t")).unwrap());
        (in_threads..DRAFTS_MAX)
            .for_each(|n| set(&mut owned, &thread_draft(n % 2, 1 + n as u64, "t")).unwrap());
        let pairs = [
            (
                notify(9_999, NotifyLevel::None, None),
                notify(0, NotifyLevel::All, None),
            ),
            (hidden(0, 9_999, true), hidden(0, 1, false)),
            (saved(9_999, true), saved(1, false)),
            (blocked(9_999, true), blocked(0, false)),
            (draft(9_999, "t"), draft(0, "")),
            (
                thread_draft(9_999, 1, "t"),
                thread_draft(in_threads % 2, 1 + in_threads as u64, ""),
            ),
        ];
        for (more, less) in pairs {
            let before = owned.clone();
            assert_eq!(set(&mut owned.clone(), &more), Err(ErrorCode::Full));
            assert_eq!(owned, before);
            set(&mut owned, &less).unwrap();
            set(&mut owned, &more).unwrap();
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_by_its_form() {
        let mut owned = Owned::default();
        let hours = |from_min, to_min, zone: &str| Own::Quiet {
            hours: Some(QuietHours {
                from_min,
                to_min,
                zone: zone.into(),
            }),
        };
        let bad = [
            hours(1_440, 0, "Europe/Berlin"),
            hours(60, 60, "Europe/Berlin"),
            hours(60, 120, ""),
            hours(60, 120, "over there"),
            hours(60, 120, &"x".repeat(ZONE_BYTES_MAX + 1)),
            saved(0, true),
            thread_draft(1, 0, "t"),
        ];
        for own in bad {
            assert_eq!(set(&mut owned, &own), Err(ErrorCode::BadRequest), "{own:?}");
        }
        let text = "x".repeat(TEXT_BYTES_MAX + 1);
        let long = Own::Draft {
            room: room(1),
            text: text.clone(),
            reply_to: None,
            at_ms: None,
        };
        for long in [long, thread_draft(1, 1, &text)] {
            assert_eq!(set(&mut owned, &long), Err(ErrorCode::TooLarge));
        }
        assert_eq!(owned, Owned::default());
    }

    #[test]
    fn saved_messages_are_paged_from_the_newest() {
        let mut owned = Owned::default();
        for number in 1..=5 {
            owned.set(&saved(100 - number, true), number, 0).unwrap();
        }
        let seqs = |before| owned.saved_before(before).map(|kept| kept.seq.0);
        assert_eq!(seqs(None).collect::<Vec<_>>(), [95, 96, 97, 98, 99]);
        assert_eq!(seqs(Some(3)).collect::<Vec<_>>(), [98, 99]);
    }

    fn read(root: u64, seq: u64, at: u64) -> Own {
        Own::Read {
            room: room(1),
            root: Seq(root),
            seq: Seq(seq),
            back: at > 0,
            at: Seq(at),
        }
    }

    #[test]
    fn a_thread_is_read_further_or_set_back_and_the_one_read_longest_ago_gives_way() {
        let mut owned = Owned::default();
        let choice = |owned: &Owned, root: u64| owned.threads_of(room(1))[&Seq(root)];
        for (seq, at, stands) in [
            (5, 0, (5, 0)),
            (3, 0, (5, 0)),
            (2, 9, (2, 9)),
            (1, 0, (2, 9)),
            (7, 0, (7, 9)),
            (4, 11, (4, 11)),
            // Nothing happened in between.
            (3, 11, (3, 11)),
        ] {
            set(&mut owned, &read(1, seq, at)).unwrap();
            let choice = choice(&owned, 1);
            assert_eq!(
                (choice.read, choice.at),
                (Some(Seq(stands.0)), Seq(stands.1))
            );
        }
        let stands = Own::Read {
            room: room(1),
            root: Seq(1),
            seq: Seq(3),
            back: false,
            at: Seq(11),
        };
        assert_eq!(owned.list(&[OwnKind::Read]), [stands]);
        for n in 0..THREADS_READ_MAX as u64 {
            let own = read(10 + n, 20, 0);
            owned.set(&own, 2 + n, 1_000).unwrap();
        }
        let choices = owned.threads_of(room(1));
        assert_eq!(choices.len(), THREADS_READ_MAX);
        assert!(!choices.contains_key(&Seq(1)) && choices.contains_key(&Seq(10)));
        let text = serde_json::to_string(&owned).unwrap();
        assert!(text.len() < 64 * 1024, "{}", text.len());
        assert_eq!(serde_json::from_str::<Owned>(&text).unwrap(), owned);
    }

    #[test]
    fn a_thread_is_followed_from_where_that_was_said_first() {
        let mut owned = Owned::default();
        let follow = |root: u64, on: Option<bool>, since: u64| Own::Follow {
            room: room(1),
            root: Seq(root),
            on,
            since: Seq(since),
        };
        set(&mut owned, &follow(1, Some(true), 5)).unwrap();
        set(&mut owned, &follow(1, Some(true), 9)).unwrap();
        let choice = owned.threads_of(room(1))[&Seq(1)];
        assert_eq!((choice.follow, choice.since), (Some(true), Seq(5)));
        set(&mut owned, &follow(1, Some(false), 0)).unwrap();
        assert_eq!(owned.threads_of(room(1))[&Seq(1)].follow, Some(false));
        set(&mut owned, &follow(1, None, 0)).unwrap();
        assert_eq!(owned, Owned::default());
        assert_eq!(
            set(&mut owned, &follow(0, None, 0)),
            Err(ErrorCode::BadRequest)
        );
        for root in 1..=FOLLOWS_MAX as u64 {
            set(&mut owned, &follow(root, Some(true), 1)).unwrap();
        }
        let one_more = follow(5_000, Some(true), 1);
        assert_eq!(set(&mut owned.clone(), &one_more), Err(ErrorCode::Full));
        set(&mut owned, &follow(7, None, 0)).unwrap();
        set(&mut owned, &one_more).unwrap();
    }
}
