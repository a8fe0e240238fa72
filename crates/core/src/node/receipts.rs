//! Receipts: up to where the members of a small room have read it, and had it delivered, told to those who ask.
//!
//! What somebody has read is their read mark as it stands in the store; what was delivered to them is soft state that
//! nodes tell each other. A node says of a room at most once a second that something moved in it, and whoever has
//! sessions there that follow it reads what, at most once a second. Who may be told is asked then, of the store: neither
//! who tells nobody is told of, nor who tells nobody is told.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use futures_util::{StreamExt, TryStreamExt, stream};
use hearth_protocol::{
    ErrorCode, Receipt, RoomId, Seq, ServerFrame, User, UserId, bounds::RECEIPTS_MEMBERS_MAX,
};
use tokio::sync::oneshot;

use super::{
    Lane, Node, accounts::parse, chat::answered, lock, room_task::Command, session::encode,
};
use crate::{
    hint::{Hint, RoomHint},
    own::Owned,
    port::{RecordKind, StoreError, Topic},
    refusal::Refusal,
};

/// What moved is said, and told, once in this time.
const TURN_MS: u64 = 1_000;
/// Rooms of which something is remembered; of more the ones that come first in the order of ids are forgotten, which
/// costs their members' devices a receipt.
const ROOMS_MAX: usize = 50_000;
/// Marks read, or rooms told of, beside each other.
const READS_AT_ONCE: usize = 8;

/// What is to be said and told, and what was heard.
#[derive(Default)]
pub(super) struct Receipts {
    /// Which sessions here are told of a room's receipts.
    followed: BTreeMap<RoomId, BTreeSet<(UserId, u64)>>,
    of_session: BTreeMap<(UserId, u64), BTreeSet<RoomId>>,
    /// Whose moved here, and up to where what was delivered to them; 0 where that was not said.
    moved: BTreeMap<RoomId, BTreeMap<UserId, Seq>>,
    /// Whose moved anywhere, in rooms that are followed here.
    due: BTreeMap<RoomId, BTreeSet<UserId>>,
    /// Up to where what was delivered, as far as it was heard.
    delivered: BTreeMap<RoomId, BTreeMap<UserId, Seq>>,
}

impl Receipts {
    fn follow(&mut self, room: RoomId, session: (UserId, u64)) {
        self.followed.entry(room).or_default().insert(session);
        self.of_session.entry(session).or_default().insert(room);
    }

    fn unfollow(&mut self, room: RoomId, session: (UserId, u64)) {
        if let Some(rooms) = self.of_session.get_mut(&session) {
            rooms.remove(&room);
        }
        if let Some(sessions) = self.followed.get_mut(&room) {
            sessions.remove(&session);
            if sessions.is_empty() {
                self.followed.remove(&room);
            }
        }
    }

    /// The session is gone.
    pub(super) fn forget(&mut self, user: UserId, session: u64) {
        let rooms = self.of_session.remove(&(user, session));
        for room in rooms.into_iter().flatten() {
            self.unfollow(room, (user, session));
        }
    }

    fn moved(&mut self, room: RoomId, user: UserId, delivered: Seq) {
        bound(&mut self.moved, room);
        let of_room = self.moved.entry(room).or_default();
        let seq = of_room.entry(user).or_default();
        *seq = delivered.max(*seq);
    }

    fn heard(&mut self, room: RoomId, moved: &[(UserId, Seq)]) {
        let said = moved.iter().filter(|(_, seq)| *seq > Seq::ZERO);
        for (user, delivered) in said.take(RECEIPTS_MEMBERS_MAX) {
            bound(&mut self.delivered, room);
            let of_room = self.delivered.entry(room).or_default();
            if of_room.len() < 2 * RECEIPTS_MEMBERS_MAX || of_room.contains_key(user) {
                let seq = of_room.entry(*user).or_default();
                *seq = (*seq).max(*delivered);
            }
        }
        if self.followed.contains_key(&room) {
            let users = moved.iter().map(|(user, _)| *user);
            let due = self.due.entry(room).or_default();
            due.extend(users.take(2 * RECEIPTS_MEMBERS_MAX));
        }
    }
}

fn bound<V>(rooms: &mut BTreeMap<RoomId, V>, room: RoomId) {
    if rooms.len() >= ROOMS_MAX && !rooms.contains_key(&room) {
        rooms.pop_first();
    }
}

/// Says and tells what moved, once a second; under pressure it gathers on.
pub(super) async fn turns(node: Node) {
    let mut ticks = tokio::time::interval(Duration::from_millis(TURN_MS));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if !node.pressure().takes(Lane::Receipts) {
            continue;
        }
        let (moved, due) = {
            let mut receipts = lock(&node.0.receipts);
            let moved = std::mem::take(&mut receipts.moved);
            (moved, std::mem::take(&mut receipts.due))
        };
        for (room, users) in moved {
            let hint = RoomHint::Receipts(users.into_iter().collect());
            if let Some(payload) = Hint::Room(room, hint).encode() {
                node.publish(Topic::of(room.0), payload);
            }
        }
        let told = stream::iter(due).map(|(room, users)| {
            let node = node.clone();
            async move {
                if let Err(error) = node.tell_receipts(room, users).await {
                    tracing::debug!(%room, %error, "receipts were not told");
                }
            }
        });
        told.buffer_unordered(READS_AT_ONCE).collect::<()>().await;
    }
}

impl Node {
    /// Up to where each member of a small room has read it, and had it delivered, as far as they tell it.
    ///
    /// # Errors
    /// Not a member, a room of too many, one who tells nobody, or the store is away.
    pub async fn receipts(&self, by: &User, room: RoomId) -> Result<Vec<Receipt>, Refusal> {
        self.pressure().admit(Lane::History)?;
        self.member_view(by.id, room).await?;
        let Some(members) = self.few_members(room).await? else {
            let text = format!(
                "In a room of more than {RECEIPTS_MEMBERS_MAX} members nobody is told what others have read."
            );
            return Err(Refusal::new(ErrorCode::TooLarge, text));
        };
        let told = self.receipts_of(room, &members, &members).await;
        let (receipts, open) = told.map_err(|error| self.refused(error))?;
        if !open.contains(&by.id) {
            let text = "You tell nobody what you have read, so you are not told it of others. Set your `receipts` on.";
            return Err(Refusal::new(ErrorCode::Forbidden, text));
        }
        Ok(receipts)
    }

    /// [`Node::receipts`], for a session that is told what moves of them from now on.
    pub(super) async fn follow_receipts(
        &self,
        by: &User,
        session: u64,
        room: RoomId,
    ) -> Result<Vec<Receipt>, Refusal> {
        // Follow first, read after.
        if lock(&self.0.live).session(by.id, session).is_some() {
            lock(&self.0.receipts).follow(room, (by.id, session));
        }
        let receipts = self.receipts(by, room).await;
        if receipts.is_err() {
            lock(&self.0.receipts).unfollow(room, (by.id, session));
        }
        receipts
    }

    /// A device of the user's has what was said up to there. In a room of many that is nobody's to know.
    ///
    /// # Errors
    /// Not a member, the store is away, or there is too much to do.
    pub(super) async fn delivered(
        &self,
        by: UserId,
        room: RoomId,
        seq: Seq,
    ) -> Result<(), Refusal> {
        self.pressure().admit(Lane::Receipts)?;
        let view = self.member_view(by, room).await?;
        self.receipt_moved(room, view.members, by, seq.min(view.head.seq));
        Ok(())
    }

    /// A read mark of the user's moved, or something was delivered to them.
    pub(super) fn receipt_moved(&self, room: RoomId, members: u64, user: UserId, delivered: Seq) {
        if members <= RECEIPTS_MEMBERS_MAX as u64 {
            lock(&self.0.receipts).moved(room, user, delivered);
        }
    }

    /// A node says whose moved.
    pub(super) fn receipts_heard(&self, room: RoomId, moved: &[(UserId, Seq)]) {
        lock(&self.0.receipts).heard(room, moved);
    }

    /// Tells those who follow a room here of these members' receipts.
    async fn tell_receipts(&self, room: RoomId, moved: BTreeSet<UserId>) -> Result<(), StoreError> {
        let followed = lock(&self.0.receipts).followed.get(&room).cloned();
        let sessions: Vec<(UserId, u64)> = followed.into_iter().flatten().collect();
        let members = match self.few_members(room).await {
            Ok(Some(members)) => members,
            // It has grown: nobody is told any more, and whoever asks is told why.
            Ok(None) => BTreeSet::new(),
            Err(refusal) => return Err(StoreError::Away(refusal.message)),
        };
        let (told, gone): (Vec<_>, Vec<_>) = sessions
            .into_iter()
            .partition(|(user, _)| members.contains(user));
        for session in gone {
            lock(&self.0.receipts).unfollow(room, session);
        }
        let of: BTreeSet<UserId> = moved.intersection(&members).copied().collect();
        if told.is_empty() || of.is_empty() {
            return Ok(());
        }
        let to: BTreeSet<UserId> = told.iter().map(|(user, _)| *user).collect();
        let (receipts, open) = self.receipts_of(room, &of, &to).await?;
        if receipts.is_empty() {
            return Ok(());
        }
        let frame = encode(&ServerFrame::Receipts {
            r#ref: None,
            room,
            receipts,
        });
        for (user, id) in told {
            let outbox = lock(&self.0.live)
                .session(user, id)
                .map(|session| session.outbox.clone());
            match outbox {
                None => lock(&self.0.receipts).unfollow(room, (user, id)),
                // What is shed is made up for by the next one, or by asking.
                Some(outbox) if open.contains(&user) => drop(outbox.push(Lane::Receipts, &frame)),
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// The members of a room, unless it has too many.
    async fn few_members(&self, room: RoomId) -> Result<Option<BTreeSet<UserId>>, Refusal> {
        let (reply, answer) = oneshot::channel();
        let command = Command::Members {
            after: None,
            limit: RECEIPTS_MEMBERS_MAX + 1,
            reply,
        };
        self.command(room, command).await?;
        let members = answered(answer).await?;
        let members: BTreeSet<UserId> = members.iter().map(|member| member.user).collect();
        Ok((members.len() <= RECEIPTS_MEMBERS_MAX).then_some(members))
    }

    /// Receipts of those of `of` who tell them, and who of all named tells theirs.
    async fn receipts_of(
        &self,
        room: RoomId,
        of: &BTreeSet<UserId>,
        to: &BTreeSet<UserId>,
    ) -> Result<(Vec<Receipt>, BTreeSet<UserId>), StoreError> {
        let users: Vec<UserId> = of.union(to).copied().collect();
        let keys: Vec<String> = users.iter().map(UserId::to_string).collect();
        let records = self.0.store.records_by_key(RecordKind::Own, &keys).await?;
        let mut open = BTreeSet::new();
        for (user, record) in users.into_iter().zip(records) {
            let tells = match record {
                None => true,
                // What cannot be read is taken for a no.
                Some(record) => {
                    parse::<Owned>(&record.value).is_ok_and(|owned| owned.tells_receipts())
                }
            };
            if tells {
                open.insert(user);
            }
        }
        let told: Vec<UserId> = of.intersection(&open).copied().collect();
        let marks = stream::iter(told).map(|user| async move {
            let mark = self.0.store.mark(user, room).await?;
            Ok::<_, StoreError>((user, mark.seq))
        });
        let marks: Vec<(UserId, Seq)> = marks.buffered(READS_AT_ONCE).try_collect().await?;
        let delivered = lock(&self.0.receipts)
            .delivered
            .get(&room)
            .cloned()
            .unwrap_or_default();
        let receipts = marks.into_iter().map(|(user, read)| Receipt {
            user,
            read,
            // Who has read it has it.
            delivered: delivered.get(&user).copied().unwrap_or_default().max(read),
        });
        let receipts = receipts.filter(|receipt| receipt.delivered > Seq::ZERO);
        Ok((receipts.collect(), open))
    }
}
