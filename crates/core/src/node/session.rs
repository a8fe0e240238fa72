//! A session's shell: runs its machine on the task of its socket. It owns what is under way for this connection; when
//! it is dropped, all rooms let go of it.

use std::{
    pin::Pin,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use bytes::Bytes;
use futures_util::{StreamExt, future::BoxFuture, stream::FuturesUnordered};
use hearth_protocol::{DeviceId, ErrorCode, RoomId, RoomName, Seq, ServerFrame, Status, User};
use litemap::LiteMap;
use serde::Serialize;
use tokio::sync::oneshot;

use super::{
    Credential, Lane, Node, Outbox, Pushed, lane,
    live::{LiveSession, Mailbox, Shows},
    lock,
    room_task::{Command, Reader},
    warm::Handle,
};
use crate::{
    grant::Grant,
    hint::{Hint, RoomHint},
    port::Topic,
    refusal::Refusal,
    room::ReaderId,
    session::{
        Ask, AskId, Dialect, Effect, Greeting, Machine, NewSend, Notice, Reply, Scoped, Seed, V1,
    },
};

/// One connection's session. Owned by the socket's task.
pub struct Session {
    node: Node,
    id: u64,
    user: User,
    dialect: Dialect,
    shows: Shows,
    outbox: Arc<dyn Outbox>,
    mailbox: Arc<Mailbox>,
    machine: Box<dyn Machine>,
    readers: LiteMap<RoomId, ReaderId>,
    /// When the machine wants to be told [`Notice::Again`].
    again: Option<Pin<Box<tokio::time::Sleep>>>,
    under_way: FuturesUnordered<BoxFuture<'static, (AskId, Reply)>>,
    effects: Vec<Effect>,
}

impl Session {
    pub(super) fn open(
        node: Node,
        user: User,
        credential: Credential,
        grant: Option<Arc<Grant>>,
        dialect: Dialect,
        outbox: Arc<dyn Outbox>,
        shows: Shows,
    ) -> Self {
        let machine: Box<dyn Machine> = match dialect {
            Dialect::V1 => {
                let greeting = Greeting {
                    user: user.clone(),
                    node: node.name().to_string(),
                    build: node.0.config.build.clone(),
                };
                let clock = node.0.clock.clone();
                let v1 = V1::new(greeting, Box::new(move || clock.wall_ms()));
                match &grant {
                    Some(grant) => Box::new(Scoped::new(grant.clone(), v1)),
                    None => Box::new(v1),
                }
            }
            Dialect::Seed => {
                let ids = node.clone();
                let device = DeviceId::new(node.send_id().as_str())
                    .unwrap_or_else(|_| unreachable!("a UUID is a legal id"));
                Box::new(Seed::new(device, Box::new(move || ids.send_id())))
            }
        };
        let mailbox = Arc::new(Mailbox::default());
        let id = node.next_id();
        node.retain(Topic::of(user.id.0));
        let live = LiveSession {
            credential,
            grant,
            dialect,
            outbox: outbox.clone(),
            mailbox: mailbox.clone(),
            status: Status::Online,
            shows,
            own_told: None,
            watched: Vec::new(),
        };
        lock(&node.0.live).add(user.id, id, live);
        // Subscribe first, read after: what the credential was checked by may be old by now.
        if credential != Credential::Given {
            lock(&node.0.recheck).suspect(user.id);
        }
        node.0.sessions.fetch_add(1, Ordering::Relaxed);
        if node.0.draining.load(Ordering::Relaxed) {
            mailbox.push(Notice::Drain { after_ms: 0 });
        }
        if shows == Shows::There {
            let shown = node.clone();
            let who = user.id;
            tokio::spawn(async move { shown.show_presence(who).await });
        }
        let mut session = Self {
            node,
            id,
            user,
            dialect,
            shows,
            outbox,
            mailbox,
            machine,
            readers: LiteMap::with_capacity(1),
            again: None,
            under_way: FuturesUnordered::new(),
            effects: Vec::new(),
        };
        session.machine.open(&mut session.effects);
        session.carry_out();
        session
    }

    /// Who is connected.
    pub fn user(&self) -> &User {
        &self.user
    }

    /// Its number on this node.
    pub(super) fn id(&self) -> u64 {
        self.id
    }

    /// A text message from the client. Answers come through the outbox.
    pub fn text(&mut self, text: &str) {
        self.machine
            .text(self.node.now_ms(), text, &mut self.effects);
        self.carry_out();
    }

    /// Waits for the next thing under way to finish, or for news, and deals with it. May be dropped at any time.
    pub async fn turn(&mut self) {
        // News first: that a room is gone must be known before the answer to what was asked after it.
        tokio::select! {
            biased;
            notice = self.mailbox.next() => {
                if let Notice::RoomGone(room) = &notice {
                    self.readers.remove(room);
                }
                self.machine.notice(notice, &mut self.effects);
            }
            Some((ask, reply)) = self.under_way.next(), if !self.under_way.is_empty() => {
                self.machine.reply(ask, reply, &mut self.effects);
            }
            () = over(&mut self.again), if self.again.is_some() => {
                self.again = None;
                self.machine.notice(Notice::Again, &mut self.effects);
            }
        }
        self.carry_out();
    }

    /// Whether to read the socket: false while as much is under way as may be, until [`Session::turn`] returns.
    pub fn may_read(&self) -> bool {
        self.machine.may_read()
    }

    fn carry_out(&mut self) {
        for effect in std::mem::take(&mut self.effects) {
            match effect {
                Effect::Write(frame) => self.write(&frame),
                Effect::Text(text) => {
                    self.outbox.push(Lane::Acks, &Bytes::from(text));
                }
                Effect::Ask(id, ask) => self.ask(id, ask),
                Effect::Typing(room) => self.typing(room),
                Effect::Again(ms) => {
                    let pause = tokio::time::sleep(Duration::from_millis(ms));
                    self.again = Some(Box::pin(pause));
                }
                Effect::Close(code) => self.outbox.close(code),
            }
        }
    }

    /// Pushes a frame; who asked for one that is shed is told so.
    fn write(&self, frame: &ServerFrame) {
        if self.outbox.push(Lane::of(frame), &encode(frame)) == Pushed::Taken {
            return;
        }
        match frame {
            ServerFrame::History { r#ref, .. }
            | ServerFrame::Members { r#ref, .. }
            | ServerFrame::Bans { r#ref, .. }
            | ServerFrame::Pins { r#ref, .. }
            | ServerFrame::Edits { r#ref, .. }
            | ServerFrame::Found { r#ref, .. }
            | ServerFrame::Thread { r#ref, .. }
            | ServerFrame::Threads { r#ref, .. }
            | ServerFrame::Receipts {
                r#ref: Some(r#ref), ..
            }
            | ServerFrame::Own {
                r#ref: Some(r#ref), ..
            } => {
                let busy = lane::shed();
                let answer = ServerFrame::Error {
                    r#ref: Some(*r#ref),
                    room: None,
                    id: None,
                    code: busy.code,
                    message: busy.message,
                    retry_after_ms: busy.retry_after_ms,
                };
                self.outbox.push(Lane::Acks, &encode(&answer));
            }
            ServerFrame::Presence { .. } => self.node.presence_untold(self.user.id, self.id),
            _ => {}
        }
    }

    fn typing(&self, room: RoomId) {
        if self.node.pressure().admit(Lane::Typing).is_err() {
            return;
        }
        let hint = RoomHint::Typing {
            user: self.user.id,
            name: self.user.name.clone(),
        };
        if let Some(payload) = Hint::Room(room, hint).encode() {
            self.node.publish(Topic::of(room.0), payload);
        }
    }

    fn ask(&mut self, id: AskId, ask: Ask) {
        let (node, user, session) = (self.node.clone(), self.user.clone(), self.id);
        if let Some(refused) = refused_kind(&ask)
            && let Err(refusal) = node.may_request(user.id)
        {
            let reply = (id, refused(refusal));
            self.under_way.push(Box::pin(async move { reply }));
            return;
        }
        let reply: BoxFuture<'static, Reply> = match ask {
            Ask::Attach { room, from } => {
                let reader = ReaderId(node.next_id());
                self.readers.insert(room, reader);
                let way = Arc::new(Reader {
                    user: user.id,
                    session,
                    dialect: self.dialect,
                    outbox: self.outbox.clone(),
                    mailbox: self.mailbox.clone(),
                });
                Box::pin(async move { Reply::Attached(node.attach(room, reader, way, from).await) })
            }
            Ask::Rooms => Box::pin(async move { Reply::Rooms(node.listed(&user).await) }),
            Ask::View(room) => {
                Box::pin(async move { Reply::Room(node.room_snapshot(&user, room).await) })
            }
            Ask::Send(send) => Box::pin(async move { Reply::Sent(sent(&node, &user, send).await) }),
            Ask::Create { id, name, kind } => Box::pin(async move {
                let made = match RoomName::new(name) {
                    Ok(name) => node.create_room(&user, id, &name, kind).await,
                    Err(error) => Err(Refusal::new(ErrorCode::BadRequest, format!("{error}."))),
                };
                Reply::Room(made.map(|room| (room, Seq(1))))
            }),
            Ask::Join(room) => {
                Box::pin(async move { Reply::Room(node.join_room(&user, &room).await) })
            }
            Ask::Find(name) => {
                Box::pin(async move { Reply::Room(node.find_room_of(&user, &name).await) })
            }
            Ask::Direct(with) => {
                Box::pin(async move { Reply::Room(node.direct_room(&user, &with).await) })
            }
            Ask::Group { id, users } => {
                Box::pin(async move { Reply::Room(node.make_group(&user, id, &users).await) })
            }
            Ask::Leave(room) => {
                Box::pin(async move { Reply::Done(node.leave_room(&user, room).await) })
            }
            Ask::Rename { room, name } => Box::pin(async move {
                Reply::Room(match RoomName::new(name) {
                    Ok(name) => node.rename_room(&user, room, &name).await,
                    Err(error) => Err(Refusal::new(ErrorCode::BadRequest, format!("{error}."))),
                })
            }),
            Ask::History {
                room,
                window,
                limit,
            } => Box::pin(
                async move { Reply::History(node.history(&user, room, window, limit).await) },
            ),
            Ask::Members {
                room,
                q,
                after,
                limit,
            } => Box::pin(async move {
                Reply::Members(match q {
                    Some(q) => node.find_members(&user, room, &q, after, limit).await,
                    None => node.members(&user, room, after, limit).await,
                })
            }),
            Ask::Bans { room, after, limit } => {
                Box::pin(async move { Reply::Bans(node.bans(&user, room, after, limit).await) })
            }
            Ask::Edits { room, seq } => {
                Box::pin(async move { Reply::Edits(node.edits(&user, room, seq).await) })
            }
            Ask::Pins(room) => Box::pin(async move { Reply::Pins(node.pins(&user, room).await) }),
            Ask::Search(sought) => {
                Box::pin(async move { Reply::Found(node.search(&user, *sought).await) })
            }
            Ask::Thread {
                room,
                root,
                window,
                limit,
            } => Box::pin(async move {
                let page = node.thread(&user, room, root, window, limit).await;
                Reply::Thread(page.map(Box::new))
            }),
            Ask::Threads { after, limit } => Box::pin(async move {
                Reply::Threads(node.threads(&user, after.as_deref(), limit).await)
            }),
            Ask::Receipts(room) => Box::pin(async move {
                Reply::Receipts(node.follow_receipts(&user, session, room).await)
            }),
            Ask::Delivered { room, seq } => {
                Box::pin(async move { Reply::Done(node.delivered(user.id, room, seq).await) })
            }
            Ask::Mark { room, seq, back } => {
                Box::pin(
                    async move { Reply::Done(node.mark(&user, room, seq, back).await.map(|_| ())) },
                )
            }
            Ask::Own(kinds) => {
                Box::pin(async move { Reply::Own(node.follow_own(user.id, session, &kinds).await) })
            }
            Ask::Set(own) => Box::pin(async move { Reply::Done(node.set_own(user.id, own).await) }),
            Ask::Presence { status, watch } => Box::pin(async move {
                Reply::Presence(node.set_presence(user.id, session, status, watch).await)
            }),
        };
        self.under_way
            .push(Box::pin(async move { (id, reply.await) }));
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Before the detaches, so that an attach that comes after its own finds nobody there.
        self.under_way.clear();
        for (room, reader) in std::mem::take(&mut self.readers).into_tuple_vec() {
            if let Some(task) = self.node.room_if_awake(room) {
                detach(task, reader);
            }
        }
        self.node.0.sessions.fetch_sub(1, Ordering::Relaxed);
        self.node.release(&Topic::of(self.user.id.0));
        lock(&self.node.0.receipts).forget(self.user.id, self.id);
        let (last, is_there) = {
            let mut live = lock(&self.node.0.live);
            let last = live.remove(self.user.id, self.id);
            (last, live.is_there(self.user.id))
        };
        if last {
            lock(&self.node.0.marks).forget(self.user.id);
        }
        if self.shows == Shows::There
            && !is_there
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            let (node, user) = (self.node.clone(), self.user.id);
            runtime.spawn(async move { node.show_presence(user).await });
        }
    }
}

impl Node {
    pub(super) async fn attach(
        &self,
        room: RoomId,
        reader: ReaderId,
        way: Arc<Reader>,
        from: Option<Seq>,
    ) -> Result<(), Refusal> {
        let (reply, answer) = oneshot::channel();
        self.command(
            room,
            Command::Attach {
                reader,
                way,
                from,
                reply,
            },
        )
        .await?;
        let lost = || Refusal::new(ErrorCode::Busy, "The room is being moved.").retry_after(500);
        answer.await.unwrap_or_else(|_| Err(lost()))
    }
}

/// How a request is refused that counts against the user's limit; `None`: it does not. Sends have a limit of their own;
/// marks, typing and presence are gathered or shed instead.
fn refused_kind(ask: &Ask) -> Option<fn(Refusal) -> Reply> {
    match ask {
        Ask::Create { .. }
        | Ask::Join(_)
        | Ask::Direct(_)
        | Ask::Group { .. }
        | Ask::Rename { .. } => Some(|refusal| Reply::Room(Err(refusal))),
        Ask::Leave(_) | Ask::Set(_) => Some(|refusal| Reply::Done(Err(refusal))),
        Ask::Own(_) => Some(|refusal| Reply::Own(Err(refusal))),
        Ask::History { .. } => Some(|refusal| Reply::History(Err(refusal))),
        Ask::Members { .. } => Some(|refusal| Reply::Members(Err(refusal))),
        Ask::Bans { .. } => Some(|refusal| Reply::Bans(Err(refusal))),
        Ask::Edits { .. } => Some(|refusal| Reply::Edits(Err(refusal))),
        Ask::Pins(_) => Some(|refusal| Reply::Pins(Err(refusal))),
        Ask::Search(_) => Some(|refusal| Reply::Found(Err(refusal))),
        Ask::Thread { .. } => Some(|refusal| Reply::Thread(Err(refusal))),
        Ask::Threads { .. } => Some(|refusal| Reply::Threads(Err(refusal))),
        Ask::Receipts(_) => Some(|refusal| Reply::Receipts(Err(refusal))),
        Ask::Rooms
        | Ask::View(_)
        | Ask::Attach { .. }
        | Ask::Send(_)
        | Ask::Find(_)
        | Ask::Mark { .. }
        | Ask::Delivered { .. }
        | Ask::Presence { .. } => None,
    }
}

async fn over(pause: &mut Option<Pin<Box<tokio::time::Sleep>>>) {
    if let Some(pause) = pause {
        pause.await;
    }
}

async fn sent(node: &Node, user: &User, send: NewSend) -> Result<Seq, Refusal> {
    let outcome = node.send(user, send).await;
    outcome
        .map(|sent| sent.seq)
        .map_err(|unsent| unsent.refusal)
}

/// Tells the room that a reader is gone: in the background if its inbox is full, since it must not be forgotten.
pub(super) fn detach(task: Handle, reader: ReaderId) {
    if let Err(tokio::sync::mpsc::error::TrySendError::Full(command)) =
        task.try_send(Box::new(Command::Detach(reader)))
        && let Ok(runtime) = tokio::runtime::Handle::try_current()
    {
        runtime.spawn(async move { task.send(command).await });
    }
}

/// A frame as text. Our frames are structs of texts and numbers: writing them cannot fail.
pub(super) fn encode(frame: &impl Serialize) -> Bytes {
    Bytes::from(serde_json::to_vec(frame).unwrap_or_default())
}
