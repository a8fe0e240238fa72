//! A cluster of nodes in one process, and clients of it.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use hearth_core::{
    clock::Clock,
    grant::Grant,
    local::{LocalNet, LocalPresence},
    node::{
        Bounds, CanarySwitch, Credential, Lane, LoginId, Node, NodeConfig, Outbox, Parts, Pushed,
        Session,
    },
    port::{NodeName, Store},
    room::RoomBounds,
    session::Dialect,
    testing::MemoryStore,
};
use hearth_protocol::{
    Body, CloseCode, Decoded, Event, InThread, RoomId, RoomKind, RoomName, SendId, Seq,
    ServerFrame, User, UserId, UserName, decode_server,
};

/// Time as tokio counts it, so that a paused clock moves both.
pub(crate) struct PausedClock(tokio::time::Instant);

impl Clock for PausedClock {
    fn now_ms(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap()
    }

    fn wall_ms(&self) -> u64 {
        1_700_000_000_000 + self.now_ms()
    }
}

pub(crate) struct Cluster<S = MemoryStore> {
    pub(crate) net: LocalNet,
    pub(crate) store: Arc<S>,
    presence: Arc<LocalPresence>,
    pub(crate) clock: Arc<PausedClock>,
}

impl Cluster {
    pub(crate) fn new() -> Self {
        Self::over(MemoryStore::new(16))
    }
}

impl<S: Store + 'static> Cluster<S> {
    pub(crate) fn over(store: S) -> Self {
        Self {
            net: LocalNet::new(),
            store: Arc::new(store),
            presence: Arc::new(LocalPresence::new()),
            clock: Arc::new(PausedClock(tokio::time::Instant::now())),
        }
    }

    /// As a board that stood in the memory of a server which has ended.
    pub(crate) fn forget_presence(&self) {
        self.presence.flush();
    }

    pub(crate) fn node(&self, name: &str) -> Node {
        self.started(name, self.clock.clone(), Bounds::default())
    }

    /// A node with a clock of its own.
    pub(crate) fn node_by(&self, name: &str, clock: Arc<dyn Clock>) -> Node {
        self.started(name, clock, Bounds::default())
    }

    /// A node with bounds of its own.
    pub(crate) fn node_within(&self, name: &str, bounds: Bounds) -> Node {
        self.started(name, self.clock.clone(), bounds)
    }

    fn started(&self, name: &str, clock: Arc<dyn Clock>, bounds: Bounds) -> Node {
        let (bus, news) = self.net.join(NodeName(name.into()));
        let config = NodeConfig {
            name: NodeName(name.into()),
            build: "test".into(),
            canary: CanarySwitch::On,
            bounds: RoomBounds::default(),
        };
        Node::start_within(
            config,
            Parts {
                store: self.store.clone(),
                bus,
                news,
                presence: self.presence.clone(),
                clock,
                seed: [name.as_bytes()[0]; 32],
            },
            bounds,
        )
    }
}

#[derive(Default)]
pub(crate) struct Inbox(pub(crate) Mutex<(Vec<String>, Option<CloseCode>)>);

impl Outbox for Inbox {
    fn push(&self, _lane: Lane, text: &Bytes) -> Pushed {
        self.0
            .lock()
            .unwrap()
            .0
            .push(String::from_utf8(text.to_vec()).unwrap());
        Pushed::Taken
    }

    fn close(&self, code: CloseCode) {
        self.0.lock().unwrap().1.get_or_insert(code);
    }
}

/// A connection whose session runs by itself.
pub(crate) struct Client {
    pub(crate) inbox: Arc<Inbox>,
    texts: tokio::sync::mpsc::Sender<String>,
    task: tokio::task::JoinHandle<()>,
}

impl Client {
    pub(crate) fn connect(node: &Node, user: &User, dialect: Dialect) -> Self {
        Self::connect_by(node, user, Credential::Given, dialect)
    }

    pub(crate) fn connect_by(
        node: &Node,
        user: &User,
        credential: Credential,
        dialect: Dialect,
    ) -> Self {
        let inbox = Arc::new(Inbox::default());
        let session = node.open(user.clone(), credential, dialect, inbox.clone());
        Self::run(inbox, session)
    }

    /// A bot's, by a token that lets it do so much.
    pub(crate) fn connect_bot(node: &Node, user: &User, login: LoginId, grant: Arc<Grant>) -> Self {
        let inbox = Arc::new(Inbox::default());
        let session = node.open_bot(user.clone(), login, grant, inbox.clone());
        Self::run(inbox, session)
    }

    fn run(inbox: Arc<Inbox>, mut session: Session) -> Self {
        let (texts, mut from_client) = tokio::sync::mpsc::channel::<String>(64);
        let task = tokio::spawn(async move {
            loop {
                tokio::select! {
                    text = from_client.recv(), if session.may_read() => match text {
                        Some(text) => session.text(&text),
                        None => break,
                    },
                    () = session.turn() => {}
                }
            }
        });
        Self { inbox, texts, task }
    }

    pub(crate) async fn hello(node: &Node, user: &User, positions: &[(RoomId, u64)]) -> Self {
        let client = Self::connect(node, user, Dialect::V1);
        let rooms: Vec<_> = positions
            .iter()
            .map(|(room, seq)| format!(r#"{{"room":"{room}","seq":{seq}}}"#))
            .collect();
        client
            .say(&format!(
                r#"{{"type":"hello","device":"d-{}","rooms":[{}]}}"#,
                user.name,
                rooms.join(",")
            ))
            .await;
        client
            .until("a welcome", |frames| {
                frames
                    .iter()
                    .any(|frame| matches!(frame, ServerFrame::Welcome { .. }))
            })
            .await;
        client
    }

    pub(crate) async fn say(&self, text: &str) {
        self.texts.send(text.into()).await.unwrap();
    }

    pub(crate) async fn send(&self, room: RoomId, id: &str, after: u64, n: u64, body: &Body) {
        let body = serde_json::to_string(body).unwrap();
        self.say(&format!(
            r#"{{"type":"send","room":"{room}","id":"{id}","after":{after},"device":"d","n":{n},"body":{body}}}"#
        ))
        .await;
    }

    pub(crate) fn frames(&self) -> Vec<ServerFrame> {
        let texts = &self.inbox.0.lock().unwrap().0;
        let frame = |text: &String| match decode_server(text) {
            Decoded::Frame(frame) => *frame,
            other => panic!("{text}: {other:?}"),
        };
        texts.iter().map(frame).collect()
    }

    /// With which code the server has closed it.
    pub(crate) fn closed(&self) -> Option<CloseCode> {
        self.inbox.0.lock().unwrap().1
    }

    pub(crate) fn texts(&self) -> Vec<String> {
        self.inbox.0.lock().unwrap().0.clone()
    }

    pub(crate) fn events(&self) -> Vec<Event> {
        let events = |frame| match frame {
            ServerFrame::Events { events, .. } => events,
            _ => Vec::new(),
        };
        self.frames().into_iter().flat_map(events).collect()
    }

    pub(crate) fn seqs(&self) -> Vec<u64> {
        self.events().iter().map(|event| event.seq.0).collect()
    }

    /// Waits for a condition in (paused) time; fails loudly after a minute of it.
    pub(crate) async fn until(&self, what: &str, holds: impl Fn(&[ServerFrame]) -> bool) {
        for _ in 0..6_000 {
            if holds(&self.frames()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("waited for {what}; got {:#?}", self.frames());
    }

    pub(crate) async fn until_seq(&self, seq: u64) {
        self.until(&format!("event {seq}"), |frames| {
            frames.iter().any(|frame| match frame {
                ServerFrame::Events { events, .. } => events.iter().any(|event| event.seq.0 == seq),
                _ => false,
            })
        })
        .await;
    }

    pub(crate) async fn acked(&self, id: &str) -> u64 {
        self.until(&format!("the ack of {id}"), |frames| {
            ack(frames, id).is_some()
        })
        .await;
        ack(&self.frames(), id).unwrap()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(crate) fn ack(frames: &[ServerFrame], of: &str) -> Option<u64> {
    frames.iter().find_map(|frame| match frame {
        ServerFrame::Ack { id, seq, .. } if id.as_str() == of => Some(seq.0),
        _ => None,
    })
}

pub(crate) fn message(text: &str) -> Body {
    Body::message(text)
}

pub(crate) async fn user(node: &Node, name: &str) -> User {
    node.create_account(&UserName::new(name).unwrap(), None, None)
        .await
        .unwrap()
        .user()
}

pub(crate) async fn public_room(node: &Node, by: &User, name: &str) -> RoomId {
    let id = SendId::new(format!("create-{name}")).unwrap();
    let name = RoomName::new(name).unwrap();
    node.create_room(by, id, &name, RoomKind::Public)
        .await
        .unwrap()
        .id
}

pub(crate) async fn join(node: &Node, by: &User, room: RoomId) {
    node.join_room(by, &hearth_core::session::RoomRef::Id(room))
        .await
        .unwrap();
}

/// Two nodes, and a room of mara's at the first that jonas, at the second, has entered by its second event.
pub(crate) async fn pair() -> (Cluster, [Node; 2], [User; 2], RoomId) {
    pair_over(MemoryStore::new(16)).await
}

/// The same over another store.
pub(crate) async fn pair_over<S: Store + 'static>(
    store: S,
) -> (Cluster<S>, [Node; 2], [User; 2], RoomId) {
    let cluster = Cluster::over(store);
    let (a, b) = (cluster.node("a"), cluster.node("b"));
    settle().await;
    let (mara, jonas) = (user(&a, "mara").await, user(&b, "jonas").await);
    let room = public_room(&a, &mara, "room1").await;
    join(&b, &jonas, room).await;
    (cluster, [a, b], [mara, jonas], room)
}

/// Lets the nodes hear each other.
pub(crate) async fn settle() {
    tokio::time::sleep(Duration::from_millis(2_500)).await;
}

/// A message in a thread.
pub(crate) fn in_thread(root: Seq, text: &str) -> Body {
    let mut body = message(text);
    if let Body::Message { thread, .. } = &mut body {
        *thread = Some(Box::new(InThread::at(root)));
    }
    body
}

/// A removal without a reason.
pub(crate) fn removed(user: UserId) -> Body {
    Body::Remove {
        user,
        reason: String::new(),
    }
}

/// A session of the user's that runs by itself and starts at the rooms' ends.
pub(crate) fn attend(node: &Node, user: &User, outbox: Arc<dyn Outbox>) {
    let mut session = node.open(user.clone(), Credential::Given, Dialect::V1, outbox);
    session.text(r#"{"type":"hello","device":"d","rooms":[]}"#);
    tokio::spawn(async move {
        loop {
            session.turn().await;
        }
    });
}
