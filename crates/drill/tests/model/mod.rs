//! A model of a server, in memory and in this process: just enough of `hearth.v1` to judge the judge. It can be told
//! to break a promise, and the drill must notice.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use futures_util::{SinkExt, StreamExt};
use hearth_protocol::{
    Body, ClientFrame, Decoded, Event, Ordinal, Role, RoomId, RoomKind, RoomSnapshot, SUBPROTOCOL,
    SendId, Seq, ServerFrame, User, UserId, bounds, decode_client,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};
use tokio_tungstenite::{
    accept_hdr_async,
    tungstenite::{
        Message,
        handshake::server::{Request, Response},
    },
};
use uuid::Uuid;

/// Which promise is broken, and how often: one in so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broken {
    Nothing,
    /// Acknowledged and not stored.
    Forgets(u64),
    /// Stored twice under one id.
    StoresTwice(u64),
    /// Stored twice, the second time under another id, as a resend without an id would be.
    ForgetsIds(u64),
    /// Shown otherwise than it is stored.
    ShowsOtherwise(u64),
    /// Not broken: a live event is left out, and the reader has to notice the hole.
    LeavesHoles(u64),
    /// Not broken: the socket is dropped in the middle.
    DropsSockets(u64),
}

#[derive(Default)]
struct Room {
    name: String,
    log: Vec<Event>,
    members: BTreeSet<UserId>,
}

#[derive(Default)]
struct State {
    users: BTreeMap<String, User>,
    rooms: BTreeMap<RoomId, Room>,
    lines: BTreeMap<u64, (UserId, mpsc::UnboundedSender<String>)>,
}

pub(crate) struct Model {
    state: Mutex<State>,
    broken: Broken,
    turns: AtomicU64,
    connections: AtomicU64,
}

/// Starts it on a free port of loopback; it ends with the runtime.
pub(crate) async fn start(broken: Broken) -> (String, Arc<Model>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let model = Arc::new(Model {
        state: Mutex::default(),
        broken,
        turns: AtomicU64::new(0),
        connections: AtomicU64::new(0),
    });
    let serving = Arc::clone(&model);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let model = Arc::clone(&serving);
            tokio::spawn(async move { model.serve(stream).await });
        }
    });
    (url, model)
}

impl Model {
    pub(crate) fn connections(&self) -> u64 {
        self.connections.load(Relaxed)
    }

    fn is_turn(&self, every: u64) -> bool {
        self.turns.fetch_add(1, Relaxed) % every == every - 1
    }

    async fn serve(&self, stream: TcpStream) {
        let mut head = [0; 8];
        while stream.peek(&mut head).await.unwrap_or(0) < head.len() {}
        if head.starts_with(b"GET /ws") {
            self.socket(stream).await;
        } else {
            self.http(stream).await;
        }
    }

    /// `POST /api/v1/signup`, one call per connection.
    async fn http(&self, mut stream: TcpStream) {
        let mut bytes = Vec::new();
        let body = loop {
            let mut chunk = [0; 4096];
            let n = stream.read(&mut chunk).await.unwrap_or(0);
            if n == 0 {
                return;
            }
            bytes.extend_from_slice(&chunk[..n]);
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let body = text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
            if let Some(body) =
                body.and_then(|b| serde_json::from_str::<serde_json::Value>(&b).ok())
            {
                break body;
            }
        };
        let name = body["name"].as_str().unwrap().to_owned();
        let display = body["display"].as_str().unwrap_or(&name).to_owned();
        let user = User {
            id: UserId(Uuid::now_v7()),
            name: name.clone(),
            display,
        };
        self.state.lock().unwrap().users.insert(name, user);
        let answer = "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
        let _ = stream.write_all(answer.as_bytes()).await;
    }

    async fn socket(&self, stream: TcpStream) {
        let mut name = String::new();
        #[expect(clippy::result_large_err, reason = "the library's own signature")]
        let greet = |request: &Request, mut response: Response| {
            name = request
                .uri()
                .query()
                .unwrap_or("")
                .trim_start_matches("id=")
                .to_owned();
            let chosen = SUBPROTOCOL.parse().unwrap();
            response
                .headers_mut()
                .insert("Sec-WebSocket-Protocol", chosen);
            Ok(response)
        };
        let Ok(socket) = accept_hdr_async(stream, greet).await else {
            return;
        };
        let user = self.state.lock().unwrap().users[&name].clone();
        let line = self.connections.fetch_add(1, Relaxed);
        let (say, mut said) = mpsc::unbounded_channel::<String>();
        let (mut out, mut heard) = socket.split();
        loop {
            tokio::select! {
                text = said.recv() => {
                    let Some(text) = text else { break };
                    if matches!(self.broken, Broken::DropsSockets(n) if self.is_turn(n)) {
                        break;
                    }
                    if out.send(Message::text(text)).await.is_err() {
                        break;
                    }
                }
                message = heard.next() => match message {
                    Some(Ok(Message::Text(text))) => {
                        let Decoded::Frame(frame) = decode_client(&text) else { panic!("{text}") };
                        self.frame(line, &user, *frame, &say);
                    }
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => break,
                },
            }
        }
        self.state.lock().unwrap().lines.remove(&line);
    }

    fn frame(
        &self,
        line: u64,
        user: &User,
        frame: ClientFrame,
        say: &mpsc::UnboundedSender<String>,
    ) {
        let mut state = self.state.lock().unwrap();
        match frame {
            ClientFrame::Hello { rooms, .. } => {
                let mine = state
                    .rooms
                    .iter()
                    .filter(|(_, room)| room.members.contains(&user.id));
                let mine: Vec<_> = mine.map(|(id, room)| snapshot(*id, room)).collect();
                let welcome = ServerFrame::Welcome {
                    build: String::new(),
                    node: String::new(),
                    user: user.clone(),
                    now_ms: 0,
                    rooms: mine,
                };
                write(say, &welcome);
                for position in rooms {
                    let Some(room) = state.rooms.get(&position.room) else {
                        continue;
                    };
                    if room.members.contains(&user.id) {
                        replay(say, position.room, room, position.seq.0);
                    }
                }
                state.lines.insert(line, (user.id, say.clone()));
            }
            ClientFrame::Create {
                r#ref, name, id, ..
            } => {
                let room = RoomId(Uuid::now_v7());
                state.rooms.insert(
                    room,
                    Room {
                        name,
                        ..Room::default()
                    },
                );
                let body = Body::Create {
                    title: "r".into(),
                    room_kind: RoomKind::Public,
                    with: Vec::new(),
                };
                state.rooms.get_mut(&room).unwrap().members.insert(user.id);
                self.append(&mut state, room, user, id, body);
                let snapshot = snapshot(room, &state.rooms[&room]);
                write(
                    say,
                    &ServerFrame::Room {
                        r#ref: Some(r#ref),
                        room: snapshot,
                    },
                );
            }
            ClientFrame::Join { r#ref, room, .. } => {
                let room = room.unwrap();
                if state.rooms.get_mut(&room).unwrap().members.insert(user.id) {
                    let id = SendId::from_uuid(Uuid::now_v7());
                    // The answer stands at the join: the event itself comes before it, as for everybody.
                    self.append(&mut state, room, user, id, Body::Join);
                }
                let snapshot = snapshot(room, &state.rooms[&room]);
                write(
                    say,
                    &ServerFrame::Room {
                        r#ref: Some(r#ref),
                        room: snapshot,
                    },
                );
            }
            ClientFrame::Leave { r#ref, room } => {
                if state.rooms[&room].members.contains(&user.id) {
                    let id = SendId::from_uuid(Uuid::now_v7());
                    self.append(&mut state, room, user, id, Body::Leave);
                    let room_state = state.rooms.get_mut(&room).unwrap();
                    room_state.members.remove(&user.id);
                    let seq = Seq(room_state.log.len() as u64);
                    for (whose, line) in state.lines.values() {
                        if *whose == user.id {
                            write(
                                line,
                                &ServerFrame::Left {
                                    room,
                                    seq,
                                    r#ref: None,
                                },
                            );
                        }
                    }
                }
                write(say, &ServerFrame::Done { r#ref });
            }
            ClientFrame::Send {
                room,
                id,
                body,
                after,
                ..
            } => {
                let log = &state.rooms[&room].log;
                let first = log
                    .iter()
                    .find(|e| e.seq > after && e.by == user.id && e.id == id);
                let seq = match (first.map(|e| e.seq), self.broken) {
                    (Some(seq), _) => seq,
                    (None, Broken::Forgets(n)) if self.is_turn(n) => Seq(log.len() as u64),
                    (None, broken) => {
                        let seq = self.append(&mut state, room, user, id.clone(), body.clone());
                        match broken {
                            Broken::StoresTwice(n) if self.is_turn(n) => {
                                self.append(&mut state, room, user, id.clone(), body);
                            }
                            Broken::ForgetsIds(n) if self.is_turn(n) => {
                                let other = SendId::from_uuid(Uuid::now_v7());
                                self.append(&mut state, room, user, other, body);
                            }
                            _ => {}
                        }
                        seq
                    }
                };
                write(say, &ServerFrame::Ack { room, id, seq });
            }
            ClientFrame::History {
                r#ref,
                room,
                after,
                limit,
                ..
            } => {
                let after = after.unwrap_or_default();
                let log = &state.rooms[&room].log;
                let events = log
                    .iter()
                    .filter(|e| e.seq > after)
                    .take(limit.unwrap_or(50))
                    .cloned()
                    .collect();
                write(
                    say,
                    &ServerFrame::History {
                        r#ref,
                        room,
                        events,
                        states: Vec::new(),
                        head: Seq(log.len() as u64),
                        more_before: false,
                        more_after: false,
                    },
                );
            }
            ClientFrame::Ping { r#ref } => write(say, &ServerFrame::Pong { r#ref }),
            ClientFrame::Mark { .. } => {}
            other => panic!("the drill does not say {other:?}"),
        }
    }

    /// Only where more follows, and only to those who stay: a real server does not end with a hole.
    fn leaves_out(&self, state: &State, whose: UserId, seq: Seq) -> bool {
        let Broken::LeavesHoles(n) = self.broken else {
            return false;
        };
        let mut stay = state
            .users
            .values()
            .filter(|u| ["guest5", "guest15", "guest25"].contains(&u.display.as_str()));
        seq.0 < 60 && stay.any(|user| user.id == whose) && self.is_turn(n)
    }

    fn append(&self, state: &mut State, room: RoomId, by: &User, id: SendId, body: Body) -> Seq {
        let log = &mut state.rooms.get_mut(&room).unwrap().log;
        let seq = Seq(log.len() as u64 + 1);
        let ordinal = log.last().map_or(0, |e| e.ordinal.0) + u64::from(body.is_message());
        let event = Event {
            seq,
            ordinal: Ordinal(ordinal),
            at_ms: 1,
            by: by.id,
            name: by.name.clone(),
            id,
            body,
        };
        log.push(event.clone());
        let members = state.rooms[&room].members.clone();
        for (whose, line) in state.lines.values() {
            if !members.contains(whose) || self.leaves_out(state, *whose, seq) {
                continue;
            }
            let mut event = event.clone();
            if matches!(self.broken, Broken::ShowsOtherwise(n) if self.is_turn(n)) {
                event.name.push('?');
            }
            write(
                line,
                &ServerFrame::Events {
                    room,
                    events: vec![event],
                },
            );
        }
        seq
    }
}

fn replay(say: &mpsc::UnboundedSender<String>, room: RoomId, state: &Room, from: u64) {
    let mut from = usize::try_from(from).unwrap();
    if (state.log.len() - from) as u64 > bounds::RESUME_EVENTS_MAX {
        let to = state.log.len() - bounds::PAGE_EVENTS_DEFAULT;
        write(
            say,
            &ServerFrame::Gap {
                room,
                from: Seq(from as u64 + 1),
                to: Seq(to as u64),
            },
        );
        from = to;
    }
    for run in state.log[from..].chunks(bounds::RUN_EVENTS_MAX) {
        write(
            say,
            &ServerFrame::Events {
                room,
                events: run.to_vec(),
            },
        );
    }
}

fn snapshot(id: RoomId, room: &Room) -> RoomSnapshot {
    RoomSnapshot {
        id,
        name: room.name.clone(),
        kind: RoomKind::Public,
        topic: String::new(),
        role: Role::Member,
        members: room.members.len() as u64,
        peer: None,
        archived: false,
        slow_seconds: 0,
        rights: hearth_protocol::Rights::default(),
        avatar: None,
        description: String::new(),
        head: Seq(room.log.len() as u64),
        ordinal: room.log.last().map_or(Ordinal::ZERO, |e| e.ordinal),
        mark: Seq::ZERO,
        revision: 0,
        unread: 0,
        mentioned: Vec::new(),
    }
}

fn write(say: &mpsc::UnboundedSender<String>, frame: &ServerFrame) {
    let _ = say.send(serde_json::to_string(frame).unwrap());
}
