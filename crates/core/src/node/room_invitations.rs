//! Invitation links: whoever may invite into a room makes a code, and whoever has the code enters, so many times and for
//! so long.
//!
//! To enter by one is an event of its maker's, `invite`, which the log judges like any other: a link lets in nobody whom
//! its maker could not bring in at that moment. How often it was used stands in its own record, by compare-and-set: a
//! use is taken before the event is tried, under the id that the event will have, and counted or given back after it
//! (`docs/decisions/0028-invitation-links.md`).
//!
//! Promises: never more enter than may; what a crash leaves is counted as a use, until the same user asks again.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use hearth_protocol::{
    Body, ErrorCode, Retry, Right, Role, RoomId, RoomKind, RoomSnapshot, SendId, Seq, User, UserId,
};
use rand::RngExt;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Node, Once,
    accounts::{json, parse},
    chat::rooms_full,
    lock,
    logins::hash,
};
use crate::{
    port::{RecordKind, Written},
    refusal::Refusal,
    room::{Act, Send, lacking, may},
};

/// Links of one room that have not expired: what a moderator can still look through.
pub const ROOM_INVITATIONS_MAX: usize = 50;
/// Uses of one link: more want a public room.
pub const ROOM_INVITATION_USES_MAX: u32 = 1_000;
/// For how long a link is good, at least and at most: a minute, 30 days.
pub const ROOM_INVITATION_S: std::ops::RangeInclusive<u64> = 60..=30 * 24 * 60 * 60;
/// Races that a conditional write is repeated through before it is refused as busy: a crowd may follow one link.
const RACES_MAX: u64 = 20;
/// The longest pause after the first lost race; it grows by as much with each.
const RACE_PAUSE_MS: u64 = 20;
/// How often an entry is composed anew whose room has moved on meanwhile.
const TURNS_MAX: usize = 3;
/// Links read beside each other for a list.
const READS_AT_ONCE: usize = 16;

/// An invitation link as it is shown. It does not say its code, which only its maker was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomInvitation {
    /// By which it is withdrawn. Knowing it lets nobody in.
    pub id: Uuid,
    /// Who made it.
    pub by: UserId,
    /// Their name then.
    pub name: String,
    /// When it was made, in milliseconds since 1970.
    pub created_ms: u64,
    /// When it ends.
    pub until_ms: u64,
    /// How often it can be used.
    pub uses: u32,
    /// How often it was.
    pub used: u32,
}

/// A link as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    id: Uuid,
    room: RoomId,
    by: UserId,
    name: String,
    created_ms: u64,
    until_ms: u64,
    uses: u32,
    /// Entries.
    used: u32,
    /// Uses that are taken, and not yet known to have come to an entry.
    taken: Vec<Use>,
}

/// A use that is taken: the event by which the user is to come in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Use {
    user: UserId,
    id: SendId,
    after: Seq,
}

/// A link in its room's list: a superset, since it comes there first. It is good as long as its own record is there.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Listed {
    id: Uuid,
    key: String,
    until_ms: u64,
}

impl Kept {
    fn used(&self) -> u32 {
        let taken = u32::try_from(self.taken.len()).unwrap_or(u32::MAX);
        self.used.saturating_add(taken)
    }

    fn shown(&self) -> RoomInvitation {
        RoomInvitation {
            id: self.id,
            by: self.by,
            name: self.name.clone(),
            created_ms: self.created_ms,
            until_ms: self.until_ms,
            uses: self.uses,
            used: self.used(),
        }
    }
}

impl Node {
    /// Makes an invitation link; its code is told once, only its hash is kept.
    ///
    /// # Errors
    /// Not a member or one who may not invite, a direct room, an archived one, too many links, or the store is away.
    pub async fn make_room_invitation(
        &self,
        by: &User,
        room: RoomId,
        uses: u32,
        valid_s: u64,
        once: &Once,
    ) -> Result<(RoomInvitation, String), Refusal> {
        let bad = |text: String| Err(Refusal::new(ErrorCode::BadRequest, text));
        if !(1..=ROOM_INVITATION_USES_MAX).contains(&uses) {
            return bad(format!(
                "A link is good for 1 to {ROOM_INVITATION_USES_MAX} uses."
            ));
        }
        if !ROOM_INVITATION_S.contains(&valid_s) {
            return bad("A link is good for a minute to 30 days.".to_owned());
        }
        let view = self.member_view(by.id, room).await?;
        if view.kind == RoomKind::Direct {
            let text = "A direct room keeps the members with which it began.";
            return Err(Refusal::new(ErrorCode::Forbidden, text));
        }
        if !view.may(Right::Invite) {
            return Err(lacking(Right::Invite, view.lowest(Right::Invite)));
        }
        if view.archived {
            let text = "The room is archived: nobody can enter it. An owner can open it again.";
            return Err(Refusal::new(ErrorCode::Archived, text));
        }
        let code = once.code();
        let created_ms = once.at_ms();
        let kept = Kept {
            id: once.uuid(),
            room,
            by: by.id,
            name: by.name.clone(),
            created_ms,
            until_ms: created_ms + valid_s * 1_000,
            uses,
            used: 0,
            taken: Vec::new(),
        };
        let listed = Listed {
            id: kept.id,
            key: hash(&code),
            until_ms: kept.until_ms,
        };
        let expired = std::sync::Mutex::new(Vec::new());
        self.unanswered(once).await?;
        // The list first: what is in no list could never be withdrawn.
        self.change_invitations(room, |all| {
            let (good, over): (Vec<_>, Vec<_>) = std::mem::take(all)
                .into_iter()
                .partition(|one| one.until_ms > created_ms);
            *all = good;
            *lock(&expired) = over;
            // It was asked for before.
            if all.iter().any(|one| one.id == listed.id) {
                return Ok(());
            }
            if all.len() >= ROOM_INVITATIONS_MAX {
                let text = format!(
                    "The room has {ROOM_INVITATIONS_MAX} invitation links; more do not fit. Withdraw one first."
                );
                return Err(Refusal::new(ErrorCode::Full, text));
            }
            all.push(listed.clone());
            Ok(())
        })
        .await?;
        let expired = std::mem::take(&mut *lock(&expired));
        for one in &expired {
            self.forget(&one.key).await;
        }
        let (kind, value) = (RecordKind::RoomInvitation, json(&kept));
        self.unanswered(once).await?;
        let written = self.0.store.put_record(kind, &listed.key, None, &value);
        // One that is there was written by the same request before: nobody else has its code.
        written.await.map_err(|error| self.refused(error))?;
        Ok((kept.shown(), code))
    }

    /// Removes an expired link's record. Where that fails it stays, and lets nobody in.
    async fn forget(&self, key: &str) {
        let (store, kind) = (&self.0.store, RecordKind::RoomInvitation);
        let removed = match store.record(kind, key).await {
            Ok(Some(record)) => store.remove_record(kind, key, record.version).await,
            Ok(None) => return,
            Err(error) => Err(error),
        };
        if let Err(error) = removed {
            tracing::debug!(%error, "an expired invitation stays in the store");
        }
    }

    /// A room's invitation links that have not expired, the newest first: all of them for moderators and owners, the own
    /// ones for others.
    ///
    /// # Errors
    /// Not a member, or the store is away.
    pub async fn room_invitations(
        &self,
        by: &User,
        room: RoomId,
    ) -> Result<Vec<RoomInvitation>, Refusal> {
        let role = self.member_view(by.id, room).await?.role;
        let wall_ms = self.0.clock.wall_ms();
        let all = self.invitations_of(room).await?.into_iter();
        let good: Vec<_> = all.filter(|one| one.until_ms > wall_ms).collect();
        let reads = stream::iter(good).map(|one| async move { self.kept(&one.key).await });
        let reads: Vec<_> = reads.buffered(READS_AT_ONCE).collect().await;
        let mut shown = Vec::new();
        for read in reads {
            if let Some(kept) = read?
                && is_for(by, role, &kept)
            {
                shown.push(kept.shown());
            }
        }
        shown.sort_by_key(|one| std::cmp::Reverse((one.created_ms, one.id)));
        Ok(shown)
    }

    /// Withdraws a link: once this is answered, nobody enters by it any more. Its maker may, and moderators and owners.
    ///
    /// # Errors
    /// Not a member, there is none, somebody else's, lost too many races, or the store is away: then it may be withdrawn.
    pub async fn withdraw_room_invitation(
        &self,
        by: &User,
        room: RoomId,
        id: Uuid,
    ) -> Result<(), Refusal> {
        let role = self.member_view(by.id, room).await?.role;
        let all = self.invitations_of(room).await?;
        let Some(listed) = all.into_iter().find(|one| one.id == id) else {
            return Err(no_link());
        };
        for race in 0..RACES_MAX {
            self.pause_after(race).await;
            let store = &self.0.store;
            let record = store.record(RecordKind::RoomInvitation, &listed.key).await;
            let Some(record) = record.map_err(|error| self.refused(error))? else {
                break;
            };
            if !is_for(by, role, &parse(&record.value)?) {
                let text = "Only its maker, a moderator or an owner may withdraw a link.";
                return Err(Refusal::new(ErrorCode::Forbidden, text));
            }
            let removed = store
                .remove_record(RecordKind::RoomInvitation, &listed.key, record.version)
                .await;
            if let Written::Done(_) = removed.map_err(|error| self.refused(error))? {
                break;
            }
            if race + 1 == RACES_MAX {
                return Err(changing());
            }
        }
        self.change_invitations(room, |all| {
            all.retain(|one| one.id != id);
            Ok(())
        })
        .await
    }

    /// Enters a room by an invitation link's code. Who is a member already is answered alike, and uses nothing up.
    ///
    /// # Errors
    /// There is no such link or not any more, it is used up, whoever made it may not invite any more, banned, archived,
    /// full, or the store is away: then the same again goes on.
    pub async fn accept_room_invitation(
        &self,
        by: &User,
        code: &str,
    ) -> Result<(RoomSnapshot, Seq), Refusal> {
        let key = hash(code);
        let mut turn = 0;
        loop {
            turn += 1;
            let Some(kept) = self.kept(&key).await? else {
                return Err(no_link());
            };
            if kept.until_ms <= self.0.clock.wall_ms() {
                return Err(no_link());
            }
            let maker = self.account_of(kept.by).await?;
            if maker.is_none_or(|maker| maker.deactivated) {
                return Err(no_link());
            }
            let room = kept.room;
            let view = self.looked_view(by.id, room).await?;
            if view.role.is_some() {
                return self.room_of(by, room, Seq::ZERO).await;
            }
            if !self.one_more_fits(by.id, None).await? {
                return Err(rooms_full());
            }
            let (taken, is_new) = self.take_use(&key, by.id, view.head.seq).await?;
            match self.submit(self.entry(by, &kept, &taken), room).await {
                Ok(seq) => {
                    let entered = self.is_event(room, seq, &taken.id).await?;
                    self.settle_use(&key, &taken.id, entered).await;
                    match self.room_of(by, room, seq).await {
                        // By the earlier try they came in, and have gone since.
                        Err(refusal)
                            if refusal.code == ErrorCode::NotMember
                                && !is_new
                                && turn < TURNS_MAX => {}
                        answer => return answer,
                    }
                }
                // It may be stored, or will be by the same user's next try: the use stays taken.
                Err(refusal) if refusal.code.retry() == Retry::Same => return Err(refusal),
                Err(refusal) => {
                    // Of an earlier try that lies too far back nobody can tell: it counts.
                    let may_be_in = refusal.code == ErrorCode::TooOld && !is_new;
                    self.settle_use(&key, &taken.id, may_be_in).await;
                    let is_good = match refusal.code {
                        ErrorCode::NotMember | ErrorCode::Forbidden | ErrorCode::TooOld => {
                            let maker = self.looked_view(kept.by, room).await?;
                            maker.may(Right::Invite)
                        }
                        ErrorCode::Archived => !self.looked_view(by.id, room).await?.archived,
                        _ => return Err(to_them(refusal)),
                    };
                    if !is_good && refusal.code == ErrorCode::Archived {
                        return Err(refusal);
                    }
                    if !is_good {
                        return Err(no_link());
                    }
                    // Somebody's membership, or the room, has changed while it was composed.
                    if turn == TURNS_MAX {
                        return Err(changing());
                    }
                }
            }
        }
    }

    /// The event by which somebody enters.
    fn entry(&self, by: &User, kept: &Kept, taken: &Use) -> Send {
        let maker = User {
            id: kept.by,
            name: kept.name.clone(),
            display: kept.name.clone(),
        };
        let body = Body::Invite {
            user: by.id,
            user_name: by.name.clone(),
            accepted: true,
        };
        Send {
            after: taken.after,
            ..self.own_send(&maker, taken.id.clone(), body)
        }
    }

    /// Whether the event of this number is the one of this id: who was brought in by another has used nothing up.
    async fn is_event(&self, room: RoomId, seq: Seq, id: &SendId) -> Result<bool, Refusal> {
        let found = self.run(room, seq, seq, 1).await;
        let found = found.map_err(|error| self.refused(error))?;
        Ok(found.first().is_some_and(|entry| entry.event.id == *id))
    }

    /// Takes a use for a user: the one that they have already, if an earlier try of theirs came to no end. And whether it
    /// is new.
    async fn take_use(&self, key: &str, user: UserId, after: Seq) -> Result<(Use, bool), Refusal> {
        let fresh = Use {
            user,
            id: self.send_id(),
            after,
        };
        self.change_kept(key, |kept| {
            if let Some(own) = kept.taken.iter().find(|one| one.user == user) {
                return Ok(((own.clone(), false), false));
            }
            if kept.used() >= kept.uses {
                let text =
                    "This invitation is used up. Ask whoever gave it to you for another one.";
                return Err(Refusal::new(ErrorCode::Full, text));
            }
            kept.taken.push(fresh.clone());
            Ok(((fresh.clone(), true), true))
        })
        .await
    }

    /// Counts a use, or gives it back. If that fails it stays taken, which counts as well.
    async fn settle_use(&self, key: &str, id: &SendId, entered: bool) {
        let settled = self.change_kept(key, |kept| {
            let before = kept.taken.len();
            kept.taken.retain(|one| one.id != *id);
            let is_there = kept.taken.len() < before;
            kept.used += u32::from(is_there && entered);
            Ok(((), is_there))
        });
        if let Err(refusal) = settled.await {
            tracing::debug!(%refusal, "a use of an invitation link stays taken");
        }
    }

    /// Changes a link; the change says whether there is anything to write.
    async fn change_kept<T: std::marker::Send>(
        &self,
        key: &str,
        change: impl Fn(&mut Kept) -> Result<(T, bool), Refusal> + std::marker::Send + Sync,
    ) -> Result<T, Refusal> {
        let kind = RecordKind::RoomInvitation;
        for race in 0..RACES_MAX {
            self.pause_after(race).await;
            let record = self.0.store.record(kind, key).await;
            let Some(record) = record.map_err(|error| self.refused(error))? else {
                return Err(no_link());
            };
            let mut kept: Kept = parse(&record.value)?;
            let (result, is_changed) = change(&mut kept)?;
            if !is_changed {
                return Ok(result);
            }
            let expect = Some(record.version);
            let written = self
                .0
                .store
                .put_record(kind, key, expect, &json(&kept))
                .await;
            if let Written::Done(_) = written.map_err(|error| self.refused(error))? {
                return Ok(result);
            }
        }
        Err(changing())
    }

    async fn change_invitations(
        &self,
        room: RoomId,
        change: impl Fn(&mut Vec<Listed>) -> Result<(), Refusal> + std::marker::Send + Sync,
    ) -> Result<(), Refusal> {
        let (kind, key) = (RecordKind::RoomInvitations, room.to_string());
        for race in 0..RACES_MAX {
            self.pause_after(race).await;
            let record = self.0.store.record(kind, &key).await;
            let record = record.map_err(|error| self.refused(error))?;
            let (expect, mut all) = match record {
                Some(record) => (Some(record.version), parse(&record.value)?),
                None => (None, Vec::new()),
            };
            change(&mut all)?;
            let written = self
                .0
                .store
                .put_record(kind, &key, expect, &json(&all))
                .await;
            if let Written::Done(_) = written.map_err(|error| self.refused(error))? {
                return Ok(());
            }
        }
        Err(changing())
    }

    async fn invitations_of(&self, room: RoomId) -> Result<Vec<Listed>, Refusal> {
        let kind = RecordKind::RoomInvitations;
        let record = self.0.store.record(kind, &room.to_string()).await;
        let record = record.map_err(|error| self.refused(error))?;
        record.map_or_else(|| Ok(Vec::new()), |record| parse(&record.value))
    }

    async fn kept(&self, key: &str) -> Result<Option<Kept>, Refusal> {
        let record = self.0.store.record(RecordKind::RoomInvitation, key).await;
        let record = record.map_err(|error| self.refused(error))?;
        record.map(|record| parse(&record.value)).transpose()
    }

    /// Whoever lost a race would meet the same others again in step.
    async fn pause_after(&self, race: u64) {
        if race > 0 {
            let pause_ms = self.chance(|chance| chance.random_range(0..=RACE_PAUSE_MS * race));
            tokio::time::sleep(Duration::from_millis(pause_ms)).await;
        }
    }
}

/// Whether somebody of a role sees and withdraws a link.
fn is_for(by: &User, role: Option<Role>, kept: &Kept) -> bool {
    kept.by == by.id || role.is_some_and(|role| may(role, Act::Invitations))
}

/// The refusal of an invitation, for who is invited.
fn to_them(refusal: Refusal) -> Refusal {
    Refusal {
        message: refusal.message.replacen("They are", "You are", 1),
        ..refusal
    }
}

fn no_link() -> Refusal {
    let text = "There is no such invitation, or it is not good any more. Ask whoever gave it to you for another one.";
    Refusal::new(ErrorCode::NotFound, text)
}

fn changing() -> Refusal {
    let text = "Many use the room's invitations at once. Try again in a moment.";
    Refusal::new(ErrorCode::Busy, text).retry_after(500)
}
