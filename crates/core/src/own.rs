//! What is a user's own as it is kept: one record for all of it, so that it has one version, one bound, and is read at
//! once. Pure: a change and the time go in; what stands, or why not, comes out.

use std::collections::{BTreeMap, BTreeSet};

use hearth_protocol::{
    ErrorCode, NotifyLevel, Own, OwnKind, QuietHours, RoomId, Seq, UserId,
    bounds::{
        BLOCKED_MAX, DRAFTS_MAX, HIDDEN_MAX, HIDDEN_PER_ROOM_MAX, ROOMS_PER_USER_MAX, SAVED_MAX,
        TEXT_BYTES_MAX, ZONE_BYTES_MAX,
    },
};
use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

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
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    hidden: BTreeMap<RoomId, BTreeSet<Seq>>,
    /// In the order in which they were saved.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    saved: Vec<Kept>,
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
            } => {
                let draft = Draft {
                    text: text.clone(),
                    reply_to: *reply_to,
                };
                put(&mut self.drafts, *room, is_new.then_some(draft));
                at_most(self.drafts.len(), DRAFTS_MAX, || {
                    format!("You have {DRAFTS_MAX} drafts. Send or clear one first.")
                })?;
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
        }
        Ok(())
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
            }));
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
        all
    }

    /// Saved messages that were saved before the one of that number, the newest first.
    pub fn saved_before(&self, number: Option<u64>) -> impl Iterator<Item = Kept> + '_ {
        let before = number.unwrap_or(u64::MAX);
        let saved = self.saved.iter().rev().copied();
        saved.filter(move |kept| kept.number < before)
    }

    /// Whether a user is blocked.
    pub fn has_blocked(&self, user: UserId) -> bool {
        self.blocked.contains(&user)
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
        Own::Draft { text, .. } if text.len() > TEXT_BYTES_MAX => Err(Refusal::new(
            ErrorCode::TooLarge,
            format!("A draft has at most {TEXT_BYTES_MAX} bytes, as a message has."),
        )),
        Own::Hidden { seq, .. } | Own::Saved { seq, .. } if *seq == Seq::ZERO => {
            bad("There is no message of the number 0.".into())
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

fn put<V>(all: &mut BTreeMap<RoomId, V>, room: RoomId, value: Option<V>) {
    match value {
        Some(value) => all.insert(room, value),
        None => all.remove(&room),
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
        };
        let blocked = Own::Blocked {
            user: UserId(Uuid::from_u128(9)),
            on: true,
        };
        let all = [
            quiet,
            notify(1, NotifyLevel::None, None),
            blocked,
            draft.clone(),
            hidden(1, 4, true),
            saved(5, true),
        ];
        for own in &all {
            set(&mut owned, own).unwrap();
            set(&mut owned, own).unwrap();
        }
        assert_eq!(owned.list(&[]), all);
        assert_eq!(owned.list(&[OwnKind::Draft]), [draft]);
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
            },
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
        };
        (0..BLOCKED_MAX).for_each(|n| set(&mut owned, &blocked(n, true)).unwrap());
        (0..DRAFTS_MAX).for_each(|n| set(&mut owned, &draft(n, "t")).unwrap());
        let pairs = [
            (
                notify(9_999, NotifyLevel::None, None),
                notify(0, NotifyLevel::All, None),
            ),
            (hidden(0, 9_999, true), hidden(0, 1, false)),
            (saved(9_999, true), saved(1, false)),
            (blocked(9_999, true), blocked(0, false)),
            (draft(9_999, "t"), draft(0, "")),
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
        ];
        for own in bad {
            assert_eq!(set(&mut owned, &own), Err(ErrorCode::BadRequest), "{own:?}");
        }
        let long = Own::Draft {
            room: room(1),
            text: "x".repeat(TEXT_BYTES_MAX + 1),
            reply_to: None,
        };
        assert_eq!(set(&mut owned, &long), Err(ErrorCode::TooLarge));
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
}
