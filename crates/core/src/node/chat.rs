//! What a user can ask of rooms: make, enter, open, leave, send, read. Each is one call that ends, with an answer that
//! says what happened.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use futures_util::{StreamExt, stream};
use hearth_protocol::{
    Ban, Body, DeviceId, ErrorCode, Member, MessageState, Reaction, Role, RoomId, RoomKind,
    RoomName, RoomSnapshot, SendId, Seq, User, UserId,
    bounds::{PAGE_EVENTS_MAX, ROOMS_PER_USER_MAX},
    mutant,
};
use tokio::sync::oneshot;

use super::{Lane, Node, accounts::derived_id, flight::Step, lock, room_task::Command};
use crate::{
    log::Entry,
    port::{Cell, ClaimSpace, Freshness, Mark, StoreError},
    refusal::Refusal,
    room::{Act, RoomView, Send, Ticket, may, only_owner},
    session::{HistoryPage, Listed, NewSend, RoomRef, Window},
};

/// The room's machine answers every send within its own deadline (10 s); this is for a task that died.
const ANSWER_MS: u64 = 20_000;
/// A room that cannot be loaded within this is told as away.
const VIEW_MS: u64 = 8_000;
/// Heirs tried when a room's only owner leaves, and times that they try to: each may go in the same moment.
const HEIRS_MAX: usize = 3;
/// What of a user's list is not loaded by then comes later: well below what a client waits for its welcome.
const LIST_MS: u64 = 5_000;
/// Rooms in one user's list: those that were left stay in it, so it is longer than what one can be in.
pub(super) const LISTED_ROOMS_MAX: usize = 4 * ROOMS_PER_USER_MAX;
/// Rooms looked at beside each other for one user's list.
const VIEWS_AT_ONCE: usize = 32;
/// Rows read at most to lay the log's end over a page's projection. More means that the projection is far behind,
/// which its checkpoints prevent; the page is then refused rather than shown wrong.
pub(super) const OVERLAY_EVENTS_MAX: usize = 20_000;
/// How often a page is taken again because its node learnt of a later end while it was read.
const PAGE_TURNS_MAX: usize = 4;

/// A send that is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// Its number.
    pub seq: Seq,
    /// With which it was tried.
    pub after: Seq,
}

/// A send that is not, or not for certain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsent {
    /// Why.
    pub refusal: Refusal,
    /// With which it was tried, or was to be, to be repeated in a resend; `None` if none was given and it was not tried
    /// at all.
    pub after: Option<Seq>,
}

impl Node {
    /// Makes a named room. The same user and id again: the same room.
    ///
    /// # Errors
    /// `taken`; a direct room; or the store is away: then the same again tells.
    pub async fn create_room(
        &self,
        by: &User,
        id: SendId,
        name: &RoomName,
        kind: RoomKind,
    ) -> Result<RoomSnapshot, Refusal> {
        if !kind.is_named() {
            return Err(Refusal::new(
                ErrorCode::BadRequest,
                "Direct rooms and groups have no name: name the other people.",
            ));
        }
        let own = derived_id(&[b"room", by.id.0.as_bytes(), id.as_str().as_bytes()]);
        if !self.one_more_fits(by.id, Some(RoomId(own))).await? {
            return Err(rooms_full());
        }
        let folded = name.folded();
        let claim = self
            .0
            .store
            .claim(ClaimSpace::Room, &folded, name.as_str(), own)
            .await;
        let claim = claim.map_err(|error| self.refused(error))?;
        let taken = || {
            Refusal::new(
                ErrorCode::Taken,
                format!("A room named \u{2018}{name}\u{2019} exists."),
            )
        };
        if claim.confirmed && claim.id != own {
            return Err(taken());
        }
        // A pending claim of another was left by a crash, or is being finished right now: whoever's first event stands
        // has made the room.
        let room = RoomId(claim.id);
        let body = Body::Create {
            title: claim.name.clone(),
            room_kind: kind,
            with: Vec::new(),
        };
        let made = self.submit(self.own_send(by, id.clone(), body), room).await;
        match made {
            Ok(_) => {}
            Err(refusal) if refusal.code == ErrorCode::Taken => {
                let confirmed = self
                    .0
                    .store
                    .confirm(ClaimSpace::Room, &folded, claim.id)
                    .await;
                confirmed.map_err(|error| self.refused(error))?;
                return Err(taken());
            }
            Err(refusal) => return Err(refusal),
        }
        let confirmed = self
            .0
            .store
            .confirm(ClaimSpace::Room, &folded, claim.id)
            .await;
        confirmed.map_err(|error| self.refused(error))?;
        let view = self.view(by.id, room, Seq(1)).await?;
        // Who made it may be out by now; the installation itself never was in.
        if view.role.is_none() && !by.id.0.is_nil() {
            return Err(not_member());
        }
        Ok(snapshot(room, &view, Mark::default()))
    }

    /// Enters a public room; a member already is answered alike.
    ///
    /// # Errors
    /// Not found, not public, full, or the store is away.
    pub async fn join_room(
        &self,
        by: &User,
        room: &RoomRef,
    ) -> Result<(RoomSnapshot, Seq), Refusal> {
        let room = match room {
            RoomRef::Id(room) => *room,
            RoomRef::Name(name) => self.find_room(name).await?,
        };
        let mut before = self.view(by.id, room, Seq::ZERO).await?;
        if before.role.is_some() {
            return self.room_of(by, room, Seq::ZERO).await;
        }
        if before.head.seq == Seq::ZERO || before.ban.is_some() || before.archived {
            // It may just have been made elsewhere, or opened again.
            before = self.looked_view(by.id, room).await?;
        }
        if before.head.seq == Seq::ZERO || !before.kind.is_open() {
            return Err(no_room());
        }
        if !self.one_more_fits(by.id, None).await? {
            return Err(rooms_full());
        }
        let send = Send {
            after: before.head.seq,
            ..self.own_send(by, self.send_id(), Body::Join)
        };
        let seq = self.submit(send, room).await?;
        self.room_of(by, room, seq).await
    }

    /// Gives a room another name: claims it (pending), appends the event, confirms. Whoever finds the claim pending
    /// confirms it for the room, which keeps every name that it has had
    /// (`docs/decisions/0020-rooms-are-run-by-their-log.md`). The name that it has already is answered alike.
    ///
    /// # Errors
    /// Not a member or not one who may, `taken`, archived, full, or the store is away: then the same again goes on.
    pub async fn rename_room(
        &self,
        by: &User,
        room: RoomId,
        name: &RoomName,
    ) -> Result<(RoomSnapshot, Seq), Refusal> {
        let view = self.looked_view(by.id, room).await?;
        if view.head.seq == Seq::ZERO {
            return Err(no_room());
        }
        let body = Body::Rename {
            name: name.as_str().to_owned(),
        };
        let send = Send {
            after: view.head.seq,
            ..self.own_send(by, self.send_id(), body)
        };
        // Before the claim: who may not rename a room shall not gather names for it.
        let (reply, answer) = oneshot::channel();
        let judge = Command::Judge {
            send: Box::new(send.clone()),
            reply,
        };
        self.command(room, judge).await?;
        if let Some(refusal) = answered(answer).await? {
            return Err(refusal);
        }
        let (store, folded) = (&self.0.store, name.folded());
        let claim = store
            .claim(ClaimSpace::Room, &folded, name.as_str(), room.0)
            .await;
        let claim = claim.map_err(|error| self.refused(error))?;
        if claim.id != room.0 {
            let other = RoomId(claim.id);
            if !claim.confirmed && self.looked_view(by.id, other).await?.head.seq > Seq::ZERO {
                let confirmed = store.confirm(ClaimSpace::Room, &folded, claim.id).await;
                confirmed.map_err(|error| self.refused(error))?;
            }
            return Err(Refusal::new(
                ErrorCode::Taken,
                format!(
                    "A room named \u{2018}{name}\u{2019} exists, or existed and keeps the name."
                ),
            ));
        }
        let seq = self.submit(send, room).await?;
        let confirmed = store.confirm(ClaimSpace::Room, &folded, room.0).await;
        confirmed.map_err(|error| self.refused(error))?;
        self.room_of(by, room, seq).await
    }

    /// The direct room with a user, made if there is none: one for each pair.
    ///
    /// # Errors
    /// No such user, oneself, one who takes no more rooms or none with `by`, or the store is away.
    pub async fn direct_room(&self, by: &User, with: &str) -> Result<(RoomSnapshot, Seq), Refusal> {
        let Some(with) = self.account(with).await? else {
            return Err(Refusal::new(ErrorCode::NotFound, "There is no such user."));
        };
        if with.id == by.id {
            return Err(Refusal::new(
                ErrorCode::Forbidden,
                "A direct room is for two people.",
            ));
        }
        let (low, high) = (by.id.min(with.id), by.id.max(with.id));
        let room = RoomId(derived_id(&[
            b"direct",
            low.0.as_bytes(),
            high.0.as_bytes(),
        ]));
        let view = self.view(by.id, room, Seq::ZERO).await?;
        if view.role.is_some() {
            return self.room_of(by, room, Seq::ZERO).await;
        }
        if with.deactivated {
            return Err(deactivated());
        }
        if !self.one_more_fits(by.id, None).await? {
            return Err(rooms_full());
        }
        // One answer for both: nobody is told that they are blocked.
        if !self.one_more_fits(with.id, None).await?
            || with.blocks && self.has_blocked(with.id, by.id).await?
        {
            return Err(no_more_rooms());
        }
        let body = Body::Create {
            title: String::new(),
            room_kind: RoomKind::Direct,
            with: vec![(with.id, with.name.clone())],
        };
        // Both may open it at the same moment: whoever comes second finds it there.
        match self
            .submit(self.own_send(by, self.send_id(), body), room)
            .await
        {
            Err(refusal) if refusal.code != ErrorCode::Taken => Err(refusal),
            Ok(_) | Err(_) => self.room_of(by, room, Seq(1)).await,
        }
    }

    /// Leaves a room. Its only owner makes another first (`docs/decisions/0010-the-last-owner.md`).
    ///
    /// # Errors
    /// Not a member, a direct room, still its only owner (`busy`), or the store is away.
    pub async fn leave_room(&self, by: &User, room: RoomId) -> Result<(), Refusal> {
        let mut view = self.member_view(by.id, room).await?;
        if view.role == Some(Role::Owner) {
            // Who else is one is not to be guessed from a window that may be behind.
            view = self.looked_view(by.id, room).await?;
        }
        view = self.make_heir(by, room, view).await?;
        // The same send each time: it is stored once, however late a copy of it is judged.
        let send = Send {
            after: view.head.seq,
            ..self.own_send(by, self.send_id(), Body::Leave)
        };
        let mut tries = 1;
        let seq = loop {
            match self.submit(send.clone(), room).await {
                // Whoever else owned it has left in the same moment.
                Err(refusal) if refusal == only_owner() && tries < HEIRS_MAX => {
                    tries += 1;
                    let view = self.looked_view(by.id, room).await?;
                    self.make_heir(by, room, view).await?;
                }
                result => break result?,
            }
        };
        // The answer may come before the node's own position is there: who joins again at once must not be taken for a
        // member still. If the look fails, they have left all the same.
        let _ = self.view(by.id, room, seq).await;
        // If that fails, they give way when there are too many.
        let _ = self.forget_drafts(by.id, room).await;
        Ok(())
    }

    /// Makes another member an owner if this one is the only owner; the room as it stands then.
    async fn make_heir(
        &self,
        by: &User,
        room: RoomId,
        mut view: RoomView,
    ) -> Result<RoomView, Refusal> {
        for _ in 0..HEIRS_MAX {
            let Some(heir) = self.heir(by.id, room).await? else {
                break;
            };
            let body = Body::Role {
                user: heir,
                role: Role::Owner,
            };
            let send = Send {
                after: view.head.seq,
                ..self.own_send(by, self.send_id(), body)
            };
            match self.submit(send, room).await {
                Ok(seq) => return self.view(by.id, room, seq).await,
                // Their membership has changed, or they have gone meanwhile: then it is somebody else.
                Err(refusal)
                    if matches!(refusal.code, ErrorCode::Forbidden | ErrorCode::NotFound) =>
                {
                    view = self.looked_view(by.id, room).await?;
                }
                Err(refusal) => return Err(refusal),
            }
        }
        Ok(view)
    }

    async fn heir(&self, of: UserId, room: RoomId) -> Result<Option<UserId>, Refusal> {
        let (reply, answer) = oneshot::channel();
        self.command(room, Command::Heir { of, reply }).await?;
        answered(answer).await
    }

    /// The user's rooms as they stand, all of them.
    ///
    /// # Errors
    /// The store is away, also for one of them.
    pub async fn rooms(&self, by: &User) -> Result<Vec<RoomSnapshot>, Refusal> {
        let listed = self.listed(by).await?;
        match listed.unloaded.into_iter().next() {
            None => Ok(listed.rooms),
            Some((_, refusal)) => Err(refusal),
        }
    }

    /// The user's rooms as they stand, and those of which that cannot be said now. It waits a bounded time for all of
    /// them together: one that cannot be loaded must not hold up the others.
    ///
    /// # Errors
    /// The list itself cannot be read.
    pub async fn listed(&self, by: &User) -> Result<Listed, Refusal> {
        let (rooms, marks) = tokio::join!(self.rooms_of(by.id), self.0.store.marks(by.id));
        let marks: BTreeMap<_, _> = marks
            .map_err(|error| self.refused(error))?
            .into_iter()
            .collect();
        let until = tokio::time::Instant::now() + Duration::from_millis(LIST_MS);
        let views = stream::iter(rooms?).map(|room| async move {
            let view = tokio::time::timeout_at(until, self.view(by.id, room, Seq::ZERO)).await;
            (room, view.unwrap_or_else(|_| Err(not_loaded())))
        });
        let views: Vec<_> = views.buffered(VIEWS_AT_ONCE).collect().await;
        let connected = lock(&self.0.live).of(by.id).next().is_some();
        let mut listed = Listed::default();
        for (room, view) in views {
            let view = match view {
                Ok(view) => view,
                Err(refusal) => {
                    listed.unloaded.push((room, refusal));
                    continue;
                }
            };
            if view.role.is_some() {
                let mark = marks.get(&room).copied().unwrap_or_default();
                if connected {
                    lock(&self.0.marks).know(self.now_ms(), by.id, room, mark);
                }
                listed.rooms.push(snapshot(room, &view, mark));
            }
        }
        listed.rooms.truncate(ROOMS_PER_USER_MAX);
        Ok(listed)
    }

    /// One room of the user's as it stands on this node, and the event that last brought them in. No look at the store:
    /// it is asked for each room of a list that keeps those that were left.
    ///
    /// # Errors
    /// Not a member, or the store is away.
    pub async fn room_snapshot(
        &self,
        by: &User,
        room: RoomId,
    ) -> Result<(RoomSnapshot, Seq), Refusal> {
        self.room_of(by, room, Seq::ZERO).await
    }

    /// The room of that name, if the user is a member.
    ///
    /// # Errors
    /// Not found, not a member, or the store is away.
    pub async fn find_room_of(
        &self,
        by: &User,
        name: &str,
    ) -> Result<(RoomSnapshot, Seq), Refusal> {
        let room = self.find_room(name).await?;
        let view = self.member_view(by.id, room).await?;
        self.snapshot_of(by, room, &view).await
    }

    /// Adds an event to a room. Where the client gave no `after`, the log's end is taken, and once more if the end as this
    /// node knew it was too old for the sender's membership, or for a room that was opened again.
    ///
    /// # Errors
    /// The refusal's code says whether to send the same again.
    pub async fn send(&self, by: &User, new: NewSend) -> Result<Sent, Unsent> {
        let (room, given) = (new.room, new.after);
        self.may_send(by.id, room).map_err(|refusal| Unsent {
            refusal,
            after: given,
        })?;
        let sent = self.send_unlimited(by, new).await;
        if sent.is_ok() {
            self.counted_send(room);
        }
        sent
    }

    async fn send_unlimited(&self, by: &User, new: NewSend) -> Result<Sent, Unsent> {
        // What the client gave stays what it has to repeat: an earlier try may have been stored.
        let given = new.after;
        let untried = |refusal| Unsent {
            refusal,
            after: given,
        };
        // Until it is stored or refused.
        let taken = self
            .pressure()
            .take_send(crate::room::text_bytes(&new.body));
        let _taken = taken.map_err(untried)?;
        let body = self.completed(by, new.room, new.body).await;
        let body = body.map_err(untried)?;
        let after = match new.after {
            Some(after) => after,
            None => {
                let view = self.member_view(by.id, new.room).await;
                view.map_err(untried)?.head.seq
            }
        };
        let tried = |refusal| Unsent {
            refusal,
            after: Some(after),
        };
        let files = self.take_files(by, new.room, &new.id, after, body).await;
        let (body, files) = files.map_err(tried)?;
        let own = self.own_send(by, new.id, body);
        let send = Send {
            after,
            device: new.device.unwrap_or(own.device.clone()),
            n: new.n,
            ..own
        };
        let sent = self.submit_composed(by, new.room, given, send).await;
        match files {
            Some(files) => self.settle_files(by, new.room, files, sent).await,
            None => sent,
        }
    }

    async fn submit_composed(
        &self,
        by: &User,
        room: RoomId,
        given: Option<Seq>,
        send: Send,
    ) -> Result<Sent, Unsent> {
        let after = send.after;
        let tried = |after| {
            move |refusal| Unsent {
                refusal,
                after: Some(after),
            }
        };
        match self.submit(send.clone(), room).await {
            // For good: so the same id with a later `after` is another send, of which no copy can be stored yet.
            Err(refusal)
                if matches!(
                    refusal.code,
                    ErrorCode::NotMember | ErrorCode::Forbidden | ErrorCode::Archived
                ) && given.is_none() =>
            {
                let view = self.looked_view(by.id, room).await;
                // Not the refusal's `after`: with it, the same again would be refused for good.
                let untried = |refusal| Unsent {
                    refusal,
                    after: given,
                };
                let later = view.map_err(untried)?.head.seq;
                if later == after {
                    return Err(tried(after)(refusal));
                }
                let again = Send {
                    after: later,
                    ..send
                };
                let seq = self.submit(again, room).await;
                seq.map(|seq| Sent { seq, after: later })
                    .map_err(tried(later))
            }
            result => result.map(|seq| Sent { seq, after }).map_err(tried(after)),
        }
    }

    /// Checks what a client may not do by itself, and fills in what the server knows.
    async fn completed(&self, by: &User, room: RoomId, body: Body) -> Result<Body, Refusal> {
        match body {
            Body::Invite { user, .. } => match self.account_of(user).await? {
                // Nobody's list may be filled by others until their own rooms no longer fit.
                Some(_) if !self.one_more_fits(user, Some(room)).await? => Err(their_rooms_full()),
                Some(account) if account.deactivated => Err(deactivated()),
                // Else one who has blocked is brought in where they would have opened nothing with them.
                Some(account) if account.blocks && self.has_blocked(user, by.id).await? => {
                    Err(their_rooms_full())
                }
                Some(account) => Ok(Body::Invite {
                    user,
                    user_name: account.name,
                    accepted: false,
                }),
                None => Err(Refusal::new(ErrorCode::NotFound, "There is no such user.")),
            },
            Body::Ban { user, .. } if self.account_of(user).await?.is_none() => {
                Err(Refusal::new(ErrorCode::NotFound, "There is no such user."))
            }
            Body::Create { .. }
            | Body::Join
            | Body::Leave
            | Body::Rename { .. }
            | Body::Avatar { .. }
            | Body::Erased { .. } => {
                let text = "`send` takes message, edit, delete, react, pin, invite, remove, ban, unban, role, topic, \
                            description, archive, slow and right.";
                Err(Refusal::new(ErrorCode::BadRequest, text))
            }
            Body::Message {
                forward: Some(forward),
                reply_to,
                mentions,
                thread,
                ..
            } => {
                let copied = self.copied(by, *forward).await?;
                Ok(Body::Message {
                    text: copied.text,
                    reply_to,
                    mentions,
                    forward: Some(Box::new(copied.forward)),
                    attachments: copied.attachments,
                    thread,
                })
            }
            body => Ok(body),
        }
    }

    /// A page of a room's history, with its messages as they stand now.
    ///
    /// # Errors
    /// Not a member, or the store is away.
    pub async fn history(
        &self,
        by: &User,
        room: RoomId,
        window: Window,
        limit: usize,
    ) -> Result<HistoryPage, Refusal> {
        self.pressure().admit(Lane::History)?;
        let view = self.member_view(by.id, room).await?;
        let mut head = view.head.seq;
        let limit = limit.clamp(1, PAGE_EVENTS_MAX) as u64;
        let window = match window {
            Window::At(at_ms) => match self.first_at(room, head, at_ms).await {
                Ok(seq) if seq > head => Window::Newest,
                Ok(seq) => Window::Around(seq),
                Err(error) => return Err(self.refused(error)),
            },
            window => window,
        };
        let mut turns = 0;
        let (from, to, entries, (states, deleted)) = loop {
            let (from, to) = bounds(window, limit, head);
            let entries = self
                .run(room, from, to, PAGE_EVENTS_MAX)
                .await
                .map_err(|error| self.refused(error))?;
            if entries.is_empty() {
                break (from, to, entries, Default::default());
            }
            let (states, deleted, moved) = self.states(by, room, &entries, head).await?;
            head = moved;
            // The node was behind: what is the newest, or stands beside a place, is so as of the end that is told.
            if bounds(window, limit, head) == (from, to) {
                break (from, to, entries, (states, deleted));
            }
            turns += 1;
            if turns == PAGE_TURNS_MAX {
                let text = "The room moves on faster than it can be read. Try again.";
                return Err(Refusal::new(ErrorCode::Unavailable, text).retry_after(500));
            }
        };
        let mut states = states;
        let last = entries.last().map_or(to, Entry::seq);
        if view.threaded {
            for (root, length) in self.thread_lengths(by.id, room, from, last).await {
                let state = states.entry(root);
                let state = state.or_insert_with(|| MessageState::unchanged(root));
                state.thread = Some(length);
            }
        }
        let events = entries.into_iter().map(|entry| {
            let mut event = entry.event;
            let of = event.body.edits().unwrap_or(event.seq);
            if deleted.contains(&of) {
                event.body = event.body.erased();
            }
            event
        });
        Ok(HistoryPage {
            events: events.collect(),
            states: states.into_values().collect(),
            head,
            more_before: from.0 > 1,
            more_after: last < head,
        })
    }

    /// A page of a room's members by id, and where the next begins.
    ///
    /// # Errors
    /// Not a member, or the store is away.
    pub async fn members(
        &self,
        by: &User,
        room: RoomId,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<(Vec<Member>, Option<UserId>), Refusal> {
        self.pressure().admit(Lane::History)?;
        self.member_view(by.id, room).await?;
        let limit = limit.clamp(1, PAGE_EVENTS_MAX);
        let (reply, answer) = oneshot::channel();
        self.command(
            room,
            Command::Members {
                after,
                limit: limit + 1,
                reply,
            },
        )
        .await?;
        let mut members = answered(answer).await?;
        let next = (members.len() > limit).then(|| {
            members.truncate(limit);
            members.last().map(|member| member.user)
        });
        Ok((members, next.flatten()))
    }

    /// A page of the bans that stand, by the user's id, and where the next begins.
    ///
    /// # Errors
    /// Not a member, or one who may not see them; or the store is away.
    pub async fn bans(
        &self,
        by: &User,
        room: RoomId,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<(Vec<Ban>, Option<UserId>), Refusal> {
        self.pressure().admit(Lane::History)?;
        let view = self.member_view(by.id, room).await?;
        let hidden = || {
            Refusal::new(
                ErrorCode::Forbidden,
                "Only a moderator or an owner may see who is banned.",
            )
        };
        if !view.role.is_some_and(|role| may(role, Act::SeeBans)) {
            return Err(hidden());
        }
        let limit = limit.clamp(1, PAGE_EVENTS_MAX);
        let (reply, answer) = oneshot::channel();
        let command = Command::Bans {
            by: by.id,
            after,
            limit: limit + 1,
            reply,
        };
        self.command(room, command).await?;
        let mut bans = answered(answer).await?.ok_or_else(hidden)?;
        let next = (bans.len() > limit).then(|| {
            bans.truncate(limit);
            bans.last().map(|ban| ban.user)
        });
        // Who was never in the room has no name in its log.
        for ban in bans.iter_mut().filter(|ban| ban.name.is_empty()) {
            if let Some(account) = self.account_of(ban.user).await? {
                ban.name = account.name;
            }
        }
        Ok((bans, next.flatten()))
    }

    /// The room as it stands for a user, member or not, once the node has its log up to `at_least`.
    pub(super) async fn view(
        &self,
        user: UserId,
        room: RoomId,
        at_least: Seq,
    ) -> Result<RoomView, Refusal> {
        self.ask_view(user, room, at_least, false).await
    }

    /// The room as it stands for a user in the store, however far this node was behind.
    pub(super) async fn looked_view(
        &self,
        user: UserId,
        room: RoomId,
    ) -> Result<RoomView, Refusal> {
        self.ask_view(user, room, Seq::ZERO, true).await
    }

    async fn ask_view(
        &self,
        user: UserId,
        room: RoomId,
        at_least: Seq,
        look: bool,
    ) -> Result<RoomView, Refusal> {
        let (reply, answer) = oneshot::channel();
        self.command(
            room,
            Command::View {
                user,
                at_least,
                look,
                reply,
            },
        )
        .await?;
        answered(answer).await
    }

    /// The user's possible rooms.
    pub(super) async fn rooms_of(&self, user: UserId) -> Result<Vec<RoomId>, Refusal> {
        let rooms = self.0.store.rooms_of(user, None, LISTED_ROOMS_MAX).await;
        rooms.map_err(|error| self.refused(error))
    }

    /// The room as it stands for a member. Nobody is told that they are none before the store has said so too.
    pub(super) async fn member_view(
        &self,
        user: UserId,
        room: RoomId,
    ) -> Result<RoomView, Refusal> {
        let view = self.view(user, room, Seq::ZERO).await?;
        if view.role.is_some() {
            return Ok(view);
        }
        let view = self.looked_view(user, room).await?;
        match view.role {
            Some(_) => Ok(view),
            None if view.head.seq == Seq::ZERO => Err(no_room()),
            None => Err(not_member()),
        }
    }

    /// A room for a member as far as this node has come, and the event that last brought them in.
    pub(super) async fn room_of(
        &self,
        by: &User,
        room: RoomId,
        at_least: Seq,
    ) -> Result<(RoomSnapshot, Seq), Refusal> {
        let view = self.view(by.id, room, at_least).await?;
        match view.role {
            Some(_) => self.snapshot_of(by, room, &view).await,
            None => Err(not_member()),
        }
    }

    async fn snapshot_of(
        &self,
        by: &User,
        room: RoomId,
        view: &RoomView,
    ) -> Result<(RoomSnapshot, Seq), Refusal> {
        let mark = self
            .0
            .store
            .mark(by.id, room)
            .await
            .map_err(|error| self.refused(error))?;
        Ok((snapshot(room, view, mark), view.since))
    }

    pub(super) async fn find_room(&self, name: &str) -> Result<RoomId, Refusal> {
        let Ok(name) = RoomName::new(name) else {
            return Err(no_room());
        };
        let claim = self.0.store.claimed(ClaimSpace::Room, &name.folded()).await;
        match claim.map_err(|error| self.refused(error))? {
            Some(claim) => Ok(RoomId(claim.id)),
            None => Err(no_room()),
        }
    }

    /// Whether a user may be in one more room; `listed` is one that counts as fitting if it is in their list already, so
    /// that the same request again is answered as before. The bound is soft: who enters two rooms at once may pass it.
    pub(super) async fn one_more_fits(
        &self,
        user: UserId,
        listed: Option<RoomId>,
    ) -> Result<bool, Refusal> {
        let rooms = self.rooms_of(user).await?;
        if rooms.len() < ROOMS_PER_USER_MAX || listed.is_some_and(|room| rooms.contains(&room)) {
            return Ok(true);
        }
        if rooms.len() >= LISTED_ROOMS_MAX {
            return Ok(false);
        }
        let views = stream::iter(rooms).map(|room| self.view(user, room, Seq::ZERO));
        let views: Vec<_> = views.buffered(VIEWS_AT_ONCE).collect().await;
        let mut count = 0;
        for view in views {
            count += usize::from(view?.role.is_some());
        }
        Ok(count < ROOMS_PER_USER_MAX)
    }

    /// A send that the node composes for a user: a device of its own, so that its order binds nothing else.
    pub(super) fn own_send(&self, by: &User, id: SendId, body: Body) -> Send {
        let device = self.send_id();
        Send {
            by: by.id,
            name: by.name.clone(),
            id,
            after: Seq::ZERO,
            // A UUID is a legal device id; the fallback is never taken.
            device: DeviceId::new(device.as_str())
                .unwrap_or_else(|_| unreachable!("a UUID is a legal id")),
            n: 0,
            body,
        }
    }

    pub(super) async fn submit(&self, send: Send, room: RoomId) -> Result<Seq, Refusal> {
        let flight = &self.0.flight;
        let is_message = matches!(send.body, Body::Message { .. });
        let (id, received) = (send.id.clone(), Step::Received { by: send.by });
        flight.send(self.now_ms(), room, &id, Seq::ZERO, received);
        let result = self.submitted(send, room).await;
        let (seq, step) = match &result {
            Ok(seq) => (*seq, Step::Acknowledged),
            Err(refusal) => (Seq::ZERO, Step::Refused { code: refusal.code }),
        };
        flight.send(self.now_ms(), room, &id, seq, step);
        if is_message && result.is_ok() {
            self.0.tally.message();
        }
        result
    }

    async fn submitted(&self, send: Send, room: RoomId) -> Result<Seq, Refusal> {
        let (reply, answer) = oneshot::channel();
        let ticket = Ticket(self.next_id());
        self.command(
            room,
            Command::Submit {
                ticket,
                send,
                reply,
            },
        )
        .await?;
        match tokio::time::timeout(Duration::from_millis(ANSWER_MS), answer).await {
            Ok(Ok(result)) => result,
            // The task died with the send in its hands: only the log knows.
            Ok(Err(_)) | Err(_) => {
                let text = "It is not known whether this was stored. Send the same again.";
                Err(Refusal::new(ErrorCode::Doubtful, text).retry_after(1_000))
            }
        }
    }

    /// Hands a command to a room's task; a task that has just ended is made anew.
    pub(super) async fn command(&self, room: RoomId, command: Command) -> Result<(), Refusal> {
        self.hand(room, Box::new(command)).await
    }

    /// [`Node::command`], boxed already.
    pub(super) async fn hand(&self, room: RoomId, command: Box<Command>) -> Result<(), Refusal> {
        for _ in 0..3 {
            let task = self.room(room)?;
            match tokio::time::timeout(Duration::from_secs(2), task.reserve()).await {
                Ok(Ok(permit)) => {
                    permit.send(command);
                    return Ok(());
                }
                // Its task has just ended: the next try makes it anew, at once, or what the device sends next comes first.
                Ok(Err(_)) => {}
                Err(_) => {
                    let text = "The room has more to do than it can. Try again in a moment.";
                    return Err(Refusal::new(ErrorCode::Busy, text).retry_after(1_000));
                }
            }
        }
        Err(gone())
    }

    /// Reads a dense run, page by page as the store cuts them.
    pub(super) async fn run(
        &self,
        room: RoomId,
        from: Seq,
        to: Seq,
        most: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        let mut run: Vec<Entry> = Vec::new();
        let mut next = from;
        let mut freshness = Freshness::Quorum;
        while next <= to && run.len() < most {
            let store = &self.0.store;
            let page = store.read(room, next, to, most - run.len(), freshness);
            let page = page.await?;
            let Some(last) = page.entries.last() else {
                if freshness == Freshness::Serial {
                    break;
                }
                // What one read has shown the next need not, while its outcome is unknown (rule 20): that is no end.
                freshness = Freshness::Serial;
                continue;
            };
            freshness = Freshness::Quorum;
            next = last.seq().next();
            run.extend(page.entries);
        }
        Ok(run)
    }

    /// How the messages of a page stand, which are deleted (of those to which its edits belong too), and as of which end: the projection's mark first, then its cells, then the
    /// log's end laid over them (LOG.md rule 29). Cells of events that this node has not heard of move the end up to
    /// them, and membership is asked as of there: nobody is shown what came after their removal.
    async fn states(
        &self,
        by: &User,
        room: RoomId,
        page: &[Entry],
        head: Seq,
    ) -> Result<(BTreeMap<Seq, MessageState>, BTreeSet<Seq>, Seq), Refusal> {
        let [from, to] = [page.first(), page.last()].map(|entry| entry.map_or(head, Entry::seq));
        let store = &self.0.store;
        let cells = async {
            let projected = store.projected(room).await?;
            let cells = store.message_cells(room, from, to).await?;
            Ok::<_, StoreError>((projected.seq, cells))
        };
        let (projected, cells) = cells.await.map_err(|error| self.refused(error))?;
        let newest = cells.iter().map(Cell::clock).max().unwrap_or_default();
        let head = if newest > head {
            let view = self.view(by.id, room, newest).await?;
            view.role.ok_or_else(not_member)?;
            view.head.seq
        } else {
            head
        };
        // What the page itself holds of the log is not read again: the newest page ends where the log does.
        let start = projected.next().max(from);
        let own = page.iter().filter(|entry| entry.seq() >= start).cloned();
        let beyond = start.max(to.next());
        let after = self.run(room, beyond, head, OVERLAY_EVENTS_MAX + 1).await;
        let after = after.map_err(|error| self.refused(error))?;
        let end: Vec<Entry> = own.chain(after).collect();
        let end = if mutant!("seq-no-overlay") {
            vec![]
        } else {
            end
        };
        if end.len() > OVERLAY_EVENTS_MAX {
            return Err(far_behind(room));
        }
        let states = overlay(from, to, &cells, &end);
        let is_deleted = |state: &&MessageState| state.deleted.is_some();
        let deleted = states.values().filter(is_deleted).map(|state| state.seq);
        // Of a message elsewhere whose edit is in the page: what is deleted for long is erased in the log.
        let lately = end.iter().filter_map(|entry| match entry.event.body {
            Body::Delete { target } => Some(target),
            _ => None,
        });
        let deleted = deleted.chain(lately).collect();
        Ok((states, deleted, head))
    }
}

/// From where to where a page of `limit` events lies in a log that ends at `head`.
fn bounds(window: Window, limit: u64, head: Seq) -> (Seq, Seq) {
    let (from, to) = match window {
        // A time has become a place in the log, or its end.
        Window::Newest | Window::At(_) => (head.0.saturating_sub(limit - 1), head.0),
        Window::Before(seq) => {
            let to = seq.0.saturating_sub(1).min(head.0);
            (to.saturating_sub(limit - 1), to)
        }
        Window::After(seq) => (
            seq.0.saturating_add(1),
            seq.0.saturating_add(limit).min(head.0),
        ),
        Window::Around(seq) => {
            let from = seq.0.saturating_sub(limit / 2).max(1);
            (from, from.saturating_add(limit - 1).min(head.0))
        }
    };
    (Seq(from.max(1)), Seq(to))
}

/// Lays later events over the cells of a page.
pub(super) fn overlay(
    from: Seq,
    to: Seq,
    cells: &[Cell],
    end: &[Entry],
) -> BTreeMap<Seq, MessageState> {
    #[derive(Default)]
    struct Standing {
        text: Option<(Seq, Option<String>, Option<u64>)>,
        reactions: BTreeMap<(String, UserId), (Seq, bool)>,
    }
    let mut standing: BTreeMap<Seq, Standing> = BTreeMap::new();
    let mut text = |target: Seq, seq: Seq, text: Option<String>, at_ms: Option<u64>| {
        let of = &mut standing.entry(target).or_default().text;
        // Once deleted, an edit that was appended in the same moment changes nothing.
        if !matches!(of, Some((_, None, _))) && of.as_ref().is_none_or(|(before, ..)| *before < seq)
        {
            *of = Some((seq, text, at_ms));
        }
    };
    let mut reactions = Vec::new();
    for cell in cells {
        match cell {
            Cell::Text(cell) => text(cell.target, cell.seq, cell.text.clone(), cell.edited_ms),
            Cell::Reaction(cell) => {
                reactions.push((
                    cell.target,
                    cell.emoji.clone(),
                    cell.user,
                    cell.seq,
                    cell.on,
                ));
            }
            Cell::Room { .. }
            | Cell::Member(_)
            | Cell::Spoke(_)
            | Cell::Mentions(_)
            | Cell::Edit(_)
            | Cell::Thread(_)
            | Cell::InThread(_) => {}
        }
    }
    for entry in end {
        match &entry.event.body {
            Body::Edit { target, text: new } => {
                let at_ms = Some(entry.event.at_ms);
                text(*target, entry.seq(), Some(new.clone()), at_ms);
            }
            Body::Delete { target } => text(*target, entry.seq(), None, None),
            Body::React { target, emoji, on } => {
                reactions.push((*target, emoji.clone(), entry.event.by, entry.seq(), *on));
            }
            _ => {}
        }
    }
    for (target, emoji, user, seq, on) in reactions {
        let of = standing
            .entry(target)
            .or_default()
            .reactions
            .entry((emoji, user))
            .or_default();
        if of.0 <= seq {
            *of = (seq, on);
        }
    }
    standing.retain(|target, _| (from..=to).contains(target));
    standing
        .into_iter()
        .filter_map(|(seq, standing)| {
            let mut state = MessageState::unchanged(seq);
            match standing.text {
                Some((at, None, _)) => state.deleted = Some(at),
                Some((at, Some(text), at_ms)) => {
                    (state.edited, state.text) = (Some(at), Some(text));
                    state.edited_ms = at_ms;
                }
                None => {}
            }
            if state.deleted.is_none() {
                for ((emoji, user), (_, on)) in standing.reactions {
                    match state.reactions.last_mut() {
                        _ if !on => {}
                        Some(last) if last.emoji == emoji => last.users.push(user),
                        _ => state.reactions.push(Reaction {
                            emoji,
                            users: vec![user],
                        }),
                    }
                }
            }
            let changed =
                state.text.is_some() || state.deleted.is_some() || !state.reactions.is_empty();
            changed.then_some((seq, state))
        })
        .collect()
}

pub(super) fn snapshot(room: RoomId, view: &RoomView, mark: Mark) -> RoomSnapshot {
    RoomSnapshot {
        id: room,
        name: view
            .peer
            .as_ref()
            .map_or_else(|| view.name.clone(), |(_, name)| name.clone()),
        kind: view.kind,
        topic: view.topic.clone(),
        description: view.description.clone(),
        role: view.role.unwrap_or(hearth_protocol::Role::Member),
        members: view.members,
        peer: view.peer.as_ref().map(|(peer, _)| *peer),
        archived: view.archived,
        slow_seconds: view.slow_seconds,
        rights: view.rights,
        avatar: view.avatar,
        head: view.head.seq,
        ordinal: view.head.ordinal,
        mark: mark.seq,
        revision: mark.revision,
        unread: mark.unread(view.head),
        mentioned: mark.mentioned(&view.mentioned),
    }
}

/// What a room says about itself, which it does once it is loaded.
pub(super) async fn answered<T>(answer: oneshot::Receiver<T>) -> Result<T, Refusal> {
    match tokio::time::timeout(Duration::from_millis(VIEW_MS), answer).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(_)) => Err(gone()),
        Err(_) => Err(not_loaded()),
    }
}

fn not_loaded() -> Refusal {
    StoreError::Away("a room could not be loaded".into()).into()
}

pub(super) fn rooms_full() -> Refusal {
    let text = format!("One can be in at most {ROOMS_PER_USER_MAX} rooms. Leave one first.");
    Refusal::new(ErrorCode::Full, text)
}

pub(super) fn their_rooms_full() -> Refusal {
    Refusal::new(
        ErrorCode::Full,
        "They are in as many rooms as one can be in.",
    )
}

/// Nothing is shown rather than something that is not so any more.
pub(super) fn far_behind(room: RoomId) -> Refusal {
    tracing::error!(%room, "the room's projection is far behind its log");
    let text = "The room's history cannot be shown right now. The server's log has the cause.";
    Refusal::new(ErrorCode::Unavailable, text).retry_after(5_000)
}

pub(super) fn deactivated() -> Refusal {
    Refusal::new(ErrorCode::Forbidden, "Their account is deactivated.")
}

fn no_more_rooms() -> Refusal {
    Refusal::new(ErrorCode::Full, "They take no more direct rooms.")
}

pub(super) fn not_member() -> Refusal {
    Refusal::new(ErrorCode::NotMember, "You are not a member of this room.")
}

pub(super) fn no_room() -> Refusal {
    Refusal::new(
        ErrorCode::NotFound,
        "There is no such room, or it is not open to you.",
    )
}

fn gone() -> Refusal {
    Refusal::new(
        ErrorCode::Busy,
        "The room is being moved. Try again in a moment.",
    )
    .retry_after(500)
}
