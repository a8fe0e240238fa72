//! Users, rooms and bare sockets for load, made through the specification's own calls (mode `open`), and the server's
//! counts. A socket here is as thin as can be, so that what is measured is the server.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use futures_util::{
    SinkExt, StreamExt,
    stream::{self, SplitSink, SplitStream},
};
use hearth_protocol::{
    Body, ClientFrame, Decoded, DeviceId, Position, RoomId, RoomSnapshot, SUBPROTOCOL, SendId, Seq,
    ServerFrame, decode_server,
};
use serde_json::json;
use tokio::{
    net::{TcpSocket, TcpStream, lookup_host},
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{
        Error, Message, client::IntoClientRequest, http::HeaderValue, protocol::WebSocketConfig,
    },
};

use crate::http::{Http, Place};

/// Calls under way at once while users and rooms are made.
const CALLS_AT_ONCE: usize = 16;
/// The receive buffer of a narrow connection.
const NARROW_BYTES: u32 = 4 * 1024;
/// How long a socket waits for the frame that it needs.
const PATIENCE: Duration = Duration::from_secs(30);

/// A name that no other run has.
pub(crate) fn run_name() -> String {
    let id = uuid::Uuid::now_v7().simple().to_string();
    format!("l{}", &id[20..])
}

/// The lock, also after a panic of who held it: what is counted stays as it is.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes users `{run}-{first..}`, members of the room.
pub(crate) async fn join(
    http: &Http,
    places: &[Place],
    run: &str,
    room: &str,
    count: usize,
) -> Result<Vec<String>> {
    let names: Vec<String> = (0..count).map(|n| format!("{run}-{n}")).collect();
    let joins = stream::iter(names.iter().enumerate()).map(|(n, name)| async move {
        let place = &places[n % places.len()];
        user(http, place, name).await?;
        enter(http, place, room, name).await
    });
    let joined: Vec<Result<()>> = joins.buffer_unordered(CALLS_AT_ONCE).collect().await;
    joined.into_iter().collect::<Result<()>>()?;
    Ok(names)
}

/// Makes a user.
pub(crate) async fn user(http: &Http, place: &Place, name: &str) -> Result<()> {
    call(http, place, "/signin", &json!({"username": name})).await
}

/// Makes a user a member.
pub(crate) async fn enter(http: &Http, place: &Place, room: &str, user: &str) -> Result<()> {
    call(http, place, "/join", &json!({"name": room, "user": user})).await
}

/// Makes a room.
pub(crate) async fn room(http: &Http, place: &Place, name: &str) -> Result<()> {
    call(http, place, "/create", &json!({"name": name})).await
}

async fn call(http: &Http, place: &Place, path: &str, body: &serde_json::Value) -> Result<()> {
    let (status, answer) = http.post(place, path, body).await?;
    ensure!(
        status.is_success(),
        "{path} was answered {status}: {answer}"
    );
    Ok(())
}

/// What the server counts, summed over labels.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counts(BTreeMap<String, f64>);

impl Counts {
    /// Reads `/metrics` of every server and adds up.
    pub(crate) async fn of(http: &Http, places: &[Place]) -> Result<Self> {
        let mut counts = BTreeMap::new();
        for place in places {
            let text = http.get_text(place, "/metrics").await?;
            for line in text.lines().filter(|line| !line.starts_with('#')) {
                if let Some((name, value)) = line.rsplit_once(' ')
                    && let Ok(value) = value.parse::<f64>()
                {
                    *counts.entry(name.to_owned()).or_default() += value;
                }
            }
        }
        Ok(Self(counts))
    }

    /// One number; 0 if it was never counted.
    pub(crate) fn get(&self, name: &str) -> f64 {
        self.0.get(name).copied().unwrap_or_default()
    }

    /// How much all numbers of that name have grown, whatever their labels.
    pub(crate) fn all_since(&self, before: &Self, name: &str) -> f64 {
        let of_name = self
            .0
            .keys()
            .filter(|key| key.split('{').next() == Some(name));
        of_name.map(|key| self.since(before, key)).sum()
    }

    /// How much a number has grown.
    pub(crate) fn since(&self, before: &Self, name: &str) -> f64 {
        self.get(name) - before.get(name)
    }
}

/// The way out of a socket.
pub(crate) type Saying = SplitSink<WebSocketStream<TcpStream>, Message>;
/// The way in.
pub(crate) type Hearing = SplitStream<WebSocketStream<TcpStream>>;

/// What came over a socket.
pub(crate) enum Heard {
    Frame(Box<ServerFrame>),
    /// A ping, or a frame that is not known here.
    Nothing,
    /// The socket has ended, for whatever reason.
    End,
}

/// What it is; an error for what is no frame.
pub(crate) fn heard(message: Option<Result<Message, Error>>) -> Result<Heard> {
    match message {
        Some(Ok(Message::Text(text))) => match decode_server(&text) {
            Decoded::Frame(frame) => Ok(Heard::Frame(frame)),
            Decoded::Unknown { .. } => Ok(Heard::Nothing),
            Decoded::Bad { cause, .. } => bail!("no frame: {cause}"),
        },
        Some(Ok(Message::Close(_)) | Err(_)) | None => Ok(Heard::End),
        Some(Ok(_)) => Ok(Heard::Nothing),
    }
}

/// A bare socket that speaks `hearth.v1`.
pub(crate) struct Socket {
    pub(crate) stream: WebSocketStream<TcpStream>,
    /// The last event that came before an acknowledgement.
    seen: Seq,
}

impl Socket {
    /// Connects, says hello, and waits for the welcome.
    pub(crate) async fn open(place: &Place, name: &str) -> Result<(Self, Vec<(RoomId, Seq)>)> {
        let mut socket = Self::connect(place, name).await?;
        let rooms = socket.hello(name, Vec::new()).await?;
        let ends = rooms.iter().map(|room| (room.id, room.head)).collect();
        Ok((socket, ends))
    }

    /// Connects, and says nothing.
    pub(crate) async fn connect(place: &Place, name: &str) -> Result<Self> {
        let stream = TcpStream::connect(&place.authority).await;
        Self::upgrade(place, name, stream.context("connecting")?).await
    }

    /// The same over a connection with little room in the kernel: once it is not read, what is sent waits in the server.
    pub(crate) async fn open_narrow(place: &Place, name: &str) -> Result<Self> {
        let address = lookup_host(&place.authority).await?.next();
        let address = address.context("the server has no address")?;
        let socket = if address.is_ipv4() {
            TcpSocket::new_v4()?
        } else {
            TcpSocket::new_v6()?
        };
        socket.set_recv_buffer_size(NARROW_BYTES)?;
        let stream = socket.connect(address).await.context("connecting")?;
        let mut socket = Self::upgrade(place, name, stream).await?;
        socket.hello(name, Vec::new()).await?;
        Ok(socket)
    }

    async fn upgrade(place: &Place, name: &str, stream: TcpStream) -> Result<Self> {
        let mut request = format!("ws://{}/ws?id={name}", place.authority).into_client_request()?;
        request.headers_mut().insert(
            "Sec-WebSocket-Protocol",
            HeaderValue::from_static(SUBPROTOCOL),
        );
        stream.set_nodelay(true)?;
        let config = WebSocketConfig::default()
            .read_buffer_size(4 * 1024)
            .write_buffer_size(0);
        let (stream, _) = client_async_with_config(request, stream, Some(config)).await?;
        Ok(Self {
            stream,
            seen: Seq::ZERO,
        })
    }

    /// Says hello with what one has, and waits for the welcome: its rooms.
    pub(crate) async fn hello(
        &mut self,
        name: &str,
        rooms: Vec<Position>,
    ) -> Result<Vec<RoomSnapshot>> {
        let (device, build) = (DeviceId::new(name)?, String::new());
        self.write(&ClientFrame::Hello {
            device,
            build,
            rooms,
        })
        .await?;
        loop {
            if let ServerFrame::Welcome { rooms, .. } = self.read().await? {
                return Ok(rooms);
            }
        }
    }

    /// Both ways, each of its own.
    pub(crate) fn split(self) -> (Saying, Hearing) {
        self.stream.split()
    }

    /// Sends a frame.
    pub(crate) async fn write(&mut self, frame: &ClientFrame) -> Result<()> {
        self.stream
            .send(Message::text(serde_json::to_string(frame)?))
            .await?;
        Ok(())
    }

    /// The next frame.
    pub(crate) async fn read(&mut self) -> Result<ServerFrame> {
        let frame = async {
            loop {
                match heard(self.stream.next().await)? {
                    Heard::Frame(frame) => return Ok(*frame),
                    Heard::Nothing => {}
                    Heard::End => bail!("the socket ended"),
                }
            }
        };
        timeout(PATIENCE, frame)
            .await
            .context("nothing was heard for 30 s")?
    }

    /// The last event of the room to which it sends that it has: a client's `after`.
    pub(crate) fn seen(&self) -> Seq {
        self.seen
    }

    /// Sends a message and waits until it is acknowledged. `false`: refused in a way that says "the same again".
    pub(crate) async fn send(&mut self, send: &Outgoing<'_>) -> Result<bool> {
        self.write(&ClientFrame::Send {
            room: send.room,
            id: send.id.clone(),
            after: send.after,
            device: DeviceId::new(send.device)?,
            n: send.n,
            body: Body::message(send.text.to_owned()),
        })
        .await?;
        loop {
            match self.read().await? {
                ServerFrame::Events { room, events } if room == send.room => {
                    self.seen = events.last().map_or(self.seen, |event| event.seq);
                }
                ServerFrame::Ack { id, .. } if id == send.id => return Ok(true),
                ServerFrame::Error {
                    id: Some(id),
                    code,
                    message,
                    ..
                } if id == send.id => {
                    ensure!(
                        code.retry() == hearth_protocol::Retry::Same,
                        "refused: {message}"
                    );
                    return Ok(false);
                }
                _ => {}
            }
        }
    }
}

/// A message on its way.
pub(crate) struct Outgoing<'a> {
    pub(crate) room: RoomId,
    pub(crate) id: SendId,
    pub(crate) after: Seq,
    pub(crate) device: &'a str,
    pub(crate) n: u64,
    pub(crate) text: &'a str,
}
