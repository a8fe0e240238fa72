//! What is a user's own: read, set, and told to those of their sessions that follow it.
//!
//! All of a user's own stands in one record, and the record's version is its version: one more with each change. A
//! change is told on the user's topic with its version, so that a client finds what it has missed by a number that is
//! too high. What was lost without a trace is found by the round that looks at a user's logins as well: it says that
//! there is something newer, and the client asks.

use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use hearth_protocol::{
    ErrorCode, Event, MessageState, Own, OwnKind, RoomId, Seq, ServerFrame, User, UserId,
    bounds::{OWN_BYTES_MAX, SAVED_PAGE_MAX},
};
use rand::RngExt;

use super::{
    Lane, Node,
    accounts::{json, parse},
    chat::LISTED_ROOMS_MAX,
    lock,
    session::encode,
};
use crate::{
    hint::UserHint,
    own::{Kept, Owned},
    port::{RecordKind, Version, Written},
    refusal::Refusal,
    session::Window,
};

/// Races that a change is repeated through before it is refused as busy: a user has some devices, not a crowd.
const RACES_MAX: u64 = 10;
/// The longest pause after the first lost race; it grows by as much with each.
const RACE_PAUSE_MS: u64 = 40;
/// Saved messages read, or rooms looked at, beside each other.
const READS_AT_ONCE: usize = 8;
/// How often all is read anew because a change was told meanwhile. What is told after that is told again within a round.
const TURNS_MAX: usize = 4;

/// Why a user's own is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// They ask for it.
    Asked,
    /// They ask for it, and it blocks somebody.
    Block,
    /// The server keeps account of what it does for them: that is never too much.
    Account,
}

/// A saved message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedMessage {
    /// Its place: the lower ones were saved before.
    pub number: u64,
    /// The room.
    pub room: RoomId,
    /// The message.
    pub seq: Seq,
    /// What stands there; `None` if the user may not see it any more.
    pub event: Option<Event>,
    /// How it stands, if later events changed it.
    pub state: Option<MessageState>,
}

impl Node {
    /// What is a user's own, of these kinds (all if none is named), and its version.
    ///
    /// # Errors
    /// The store is away.
    pub async fn own(&self, user: UserId, kinds: &[OwnKind]) -> Result<(u64, Vec<Own>), Refusal> {
        let (version, owned) = self.owned(user).await?;
        Ok((number(version), owned.list(kinds)))
    }

    /// [`Node::own`], for a session that is told of every change from now on.
    pub(super) async fn follow_own(
        &self,
        user: UserId,
        session: u64,
        kinds: &[OwnKind],
    ) -> Result<(u64, Vec<Own>), Refusal> {
        // Subscribe first, read after.
        if let Some(session) = lock(&self.0.live).session(user, session) {
            session.own_told.get_or_insert(0);
        }
        let mut turns = 0;
        loop {
            turns += 1;
            let (version, own) = self.own(user, kinds).await?;
            let mut live = lock(&self.0.live);
            let told = live.session(user, session);
            let told = told.and_then(|session| session.own_told.as_mut());
            match told {
                // A change was told meanwhile, before the client had anything to lay it on.
                Some(told) if *told > version && turns < TURNS_MAX => {}
                Some(told) => {
                    *told = version;
                    return Ok((version, own));
                }
                None => return Ok((version, own)),
            }
        }
    }

    /// Sets a thing of a user's own, and tells their sessions. Of two that are set at once the later write stands.
    ///
    /// # Errors
    /// It does not fit; lost too many races; or the store is away: then it may stand, and the same again is right.
    pub async fn set_own(&self, user: UserId, own: Own) -> Result<(), Refusal> {
        let change = match own {
            Own::Scheduled { .. } => return self.set_scheduled(user, own).await,
            Own::Blocked { on: true, .. } => Change::Block,
            _ => Change::Asked,
        };
        let mut own = self.completed_own(user, own).await?;
        if let Own::Draft { at_ms, .. } | Own::ThreadDraft { at_ms, .. } = &mut own {
            *at_ms = None;
            let set = self.set_one(user, change, &own).await;
            return match set {
                // What was begun in rooms that are not the user's any more gives way.
                Err(refusal)
                    if refusal.code == ErrorCode::Full && self.forget_left(user).await? =>
                {
                    self.set_one(user, change, &own).await
                }
                set => set,
            };
        }
        self.set_one(user, change, &own).await
    }

    async fn set_one(&self, user: UserId, why: Change, own: &Own) -> Result<(), Refusal> {
        let wall_ms = self.0.clock.wall_ms();
        self.change_own(user, why, |owned, number| {
            owned.set(own, number, wall_ms)?;
            let told = match own {
                // As it stands: a mark that moves on keeps what is known of its last set-back, a draft has its time.
                Own::Read { .. } | Own::Draft { .. } | Own::ThreadDraft { .. } => {
                    let all = owned.list(&[own.kind()]);
                    all.into_iter().find(|one| one.key() == own.key())
                }
                _ => None,
            };
            Ok(((), vec![told.unwrap_or_else(|| own.clone())]))
        })
        .await
    }

    /// A user has left a room: what they had begun to write there is for nobody any more.
    pub(super) async fn forget_drafts(&self, user: UserId, room: RoomId) -> Result<(), Refusal> {
        // Most have begun nothing there.
        if !self.owned(user).await?.1.drafted().contains(&room) {
            return Ok(());
        }
        let change = self.change_own(user, Change::Account, |owned, _| {
            Ok(((), owned.forget_drafts(room)))
        });
        change.await
    }

    /// Forgets drafts of rooms of which a user is no member any more, by whomever they were put out, or never was one.
    /// Whether there were any.
    async fn forget_left(&self, user: UserId) -> Result<bool, Refusal> {
        // In this order: what is drafted was drafted by who had entered, and that is in the list before.
        let (version, owned) = self.owned(user).await?;
        let (drafted, rooms) = (owned.drafted(), self.rooms_of(user).await?);
        // What is not in the whole list they never were in, and nobody has to look there.
        let is_whole = rooms.len() < LISTED_ROOMS_MAX;
        let entered = |room: &RoomId| !is_whole || rooms.contains(room);
        let (looked, mut left): (Vec<_>, Vec<_>) = drafted.into_iter().partition(entered);
        let views = stream::iter(looked)
            .map(|room| async move { (room, self.member_view(user, room).await) });
        let views: Vec<_> = views.buffered(READS_AT_ONCE).collect().await;
        for (room, view) in views {
            match view {
                Ok(_) => {}
                Err(refusal)
                    if matches!(refusal.code, ErrorCode::NotMember | ErrorCode::NotFound) =>
                {
                    left.push(room);
                }
                Err(refusal) => return Err(refusal),
            }
        }
        if left.is_empty() {
            return Ok(false);
        }
        let judged = number(version) + 1;
        let change = self.change_own(user, Change::Account, |owned, next| {
            // Written since, perhaps by who has entered again: what is there is judged anew when it is full again.
            if next != judged {
                return Ok(((), Vec::new()));
            }
            let told = left.iter().flat_map(|room| owned.forget_drafts(*room));
            Ok(((), told.collect()))
        });
        change.await?;
        Ok(true)
    }

    /// Changes a user's own by what is given its next version, and answers with what it gives beside that which is told to
    /// the user's sessions.
    pub(super) async fn change_own<T: Send>(
        &self,
        user: UserId,
        why: Change,
        change: impl Fn(&mut Owned, u64) -> Result<(T, Vec<Own>), Refusal> + Send + Sync,
    ) -> Result<T, Refusal> {
        for race in 0..RACES_MAX {
            if race > 0 {
                let pause_ms = self.chance(|chance| chance.random_range(0..=RACE_PAUSE_MS * race));
                tokio::time::sleep(Duration::from_millis(pause_ms)).await;
            }
            let (expect, before) = self.owned(user).await?;
            if expect.is_none() {
                // Of an account that goes nothing is to be left.
                let account = self.account_or_refusal(user).await?;
                account.may_enter()?;
            }
            let next = number(expect) + 1;
            let mut after = before.clone();
            let (answer, told) = change(&mut after, next)?;
            if after == before {
                return Ok(answer);
            }
            let value = json(&after);
            let is_more = value.len() > OWN_BYTES_MAX && value.len() > json(&before).len();
            if is_more && why != Change::Account {
                let text = format!(
                    "Drafts, scheduled, saved and hidden messages and settings have {OWN_BYTES_MAX} bytes at most, all together. Clear a draft first."
                );
                return Err(Refusal::new(ErrorCode::Full, text));
            }
            if why == Change::Block {
                self.note_blocking(user).await?;
            }
            let written = self
                .0
                .store
                .put_record(RecordKind::Own, &user.to_string(), expect, &value)
                .await;
            if let Written::Done(version) = written.map_err(|error| self.refused(error))? {
                self.tell_user(user, UserHint::Own(version.0, told));
                return Ok(answer);
            }
        }
        let text = "Your settings are being changed elsewhere.";
        Err(Refusal::new(ErrorCode::Busy, text).retry_after(500))
    }

    /// Saved messages that were saved before the one of that number, the newest first, and where the next page begins.
    /// What stands there is read anew for each, as any page of history: who was put out of a room sees no more of it.
    ///
    /// # Errors
    /// The store is away, or there is too much to do.
    pub async fn saved(
        &self,
        by: &User,
        before: Option<u64>,
        limit: usize,
    ) -> Result<(Vec<SavedMessage>, Option<u64>), Refusal> {
        let limit = limit.clamp(1, SAVED_PAGE_MAX);
        let (_, owned) = self.owned(by.id).await?;
        let mut page: Vec<Kept> = owned.saved_before(before).take(limit + 1).collect();
        let is_more = page.len() > limit;
        page.truncate(limit);
        let next = page.last().filter(|_| is_more).map(|kept| kept.number);
        let read = stream::iter(page).map(|kept| self.saved_message(by, kept));
        let read: Vec<_> = read.buffered(READS_AT_ONCE).try_collect().await?;
        Ok((read, next))
    }

    async fn saved_message(&self, by: &User, kept: Kept) -> Result<SavedMessage, Refusal> {
        let page = self.history(by, kept.room, Window::Around(kept.seq), 1);
        let page = match page.await {
            Ok(page) => page,
            Err(refusal) if matches!(refusal.code, ErrorCode::NotMember | ErrorCode::NotFound) => {
                Default::default()
            }
            Err(refusal) => return Err(refusal),
        };
        let is_it = |seq| seq == kept.seq;
        Ok(SavedMessage {
            number: kept.number,
            room: kept.room,
            seq: kept.seq,
            event: page.events.into_iter().find(|event| is_it(event.seq)),
            state: page.states.into_iter().find(|state| is_it(state.seq)),
        })
    }

    /// Whether a user has blocked another.
    pub(super) async fn has_blocked(&self, user: UserId, other: UserId) -> Result<bool, Refusal> {
        Ok(self.owned(user).await?.1.has_blocked(other))
    }

    /// Says in the account that it is worth looking whom its user has blocked. Before the list itself: what it says too
    /// early costs a read.
    async fn note_blocking(&self, user: UserId) -> Result<(), Refusal> {
        let account = self.account_of(user).await?;
        if account.is_none_or(|account| account.blocks) {
            return Ok(());
        }
        let changed = self.change_account(user, |account| {
            account.blocks = true;
            Ok(())
        });
        changed.await.map(|_| ())
    }

    pub(super) async fn owned(&self, user: UserId) -> Result<(Option<Version>, Owned), Refusal> {
        let key = user.to_string();
        let record = self.0.store.record(RecordKind::Own, &key).await;
        match record.map_err(|error| self.refused(error))? {
            Some(record) => Ok((Some(record.version), parse(&record.value)?)),
            None => Ok((None, Owned::default())),
        }
    }

    /// Tells those of a user's sessions here that follow their own, and do not know this version yet.
    pub(super) fn show_own(&self, user: UserId, version: u64, own: &[Own]) {
        let mut behind = Vec::new();
        for session in lock(&self.0.live).of_mut(user) {
            if let Some(told) = session.own_told.as_mut().filter(|told| **told < version) {
                *told = version;
                behind.push(session.outbox.clone());
            }
        }
        if behind.is_empty() {
            return;
        }
        let frame = encode(&ServerFrame::Own {
            r#ref: None,
            version,
            own: own.to_vec(),
        });
        for outbox in behind {
            outbox.push(Lane::Events, &frame);
        }
    }

    /// Looks whether something of these users' own was changed of which no word has come, where a client follows it.
    pub(super) async fn recheck_own(&self, users: &[UserId]) -> Result<(), Refusal> {
        let following: Vec<UserId> = {
            let live = lock(&self.0.live);
            let follows =
                |user: &&UserId| live.of(**user).any(|session| session.own_told.is_some());
            users.iter().filter(follows).copied().collect()
        };
        if following.is_empty() {
            return Ok(());
        }
        let keys: Vec<_> = following.iter().map(UserId::to_string).collect();
        let records = self.0.store.records_by_key(RecordKind::Own, &keys).await;
        let records = records.map_err(|error| self.refused(error))?;
        for (user, record) in following.into_iter().zip(records) {
            self.show_own(user, number(record.map(|record| record.version)), &[]);
        }
        Ok(())
    }
}

pub(super) fn number(version: Option<Version>) -> u64 {
    version.map_or(0, |version| version.0)
}
