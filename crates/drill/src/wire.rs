//! A thin socket around the protocol's client machine: it carries out what the machine wants of the network and hands
//! the rest on. Everything about resuming and resending is the machine's.

use std::{future::pending, io, sync::Arc, time::Duration};

use futures_util::{SinkExt, StreamExt};
use hearth_protocol::{
    SUBPROTOCOL,
    client::{Client, End, Step},
};
use tokio::{
    io::AsyncWriteExt,
    net::TcpStream,
    time::{Instant, sleep_until, timeout},
};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{
        Error, Message, Utf8Bytes, client::IntoClientRequest, http::HeaderValue,
        protocol::WebSocketConfig,
    },
};

use crate::{history::Ear, http::Place};

/// How long opening a socket may take: less than the machine's own patience.
const OPEN: Duration = Duration::from_secs(10);
/// How long a write may be stuck before the socket counts as dead.
const WRITE: Duration = Duration::from_secs(10);

/// Who comes in, and through which doors: the next try takes the next one, so that a dead server is passed over.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    /// The servers.
    pub(crate) places: Arc<Vec<Place>>,
    /// Which is tried next.
    pub(crate) next: usize,
    /// The name or id for `?id=`, if there is no token.
    pub(crate) id: String,
    /// The token of a sign-in.
    pub(crate) token: Option<String>,
}

/// What happened on the socket or the clock.
#[derive(Debug)]
pub(crate) enum Input {
    Text(Utf8Bytes),
    Alive,
    Gone(End),
    Time,
}

/// A machine with its socket.
pub(crate) struct Wire {
    pub(crate) machine: Client,
    /// Told everything that goes out, comes in and is put out by the machine, if somebody keeps a history.
    pub(crate) ear: Option<Ear>,
    door: Door,
    socket: Option<WebSocketStream<TcpStream>>,
    began: Instant,
    /// Sockets opened so far.
    pub(crate) opened: u64,
}

impl Wire {
    pub(crate) fn new(machine: Client, door: Door, began: Instant) -> Self {
        Self {
            machine,
            ear: None,
            door,
            socket: None,
            began,
            opened: 0,
        }
    }

    /// The machine's clock.
    pub(crate) fn now_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Waits for the socket or the machine's time. Dropping it half-way loses nothing.
    pub(crate) async fn wait(&mut self) -> Input {
        let deadline = self.machine.deadline();
        let deadline = deadline.map(|ms| self.began + Duration::from_millis(ms));
        let time = async {
            match deadline {
                Some(at) => sleep_until(at).await,
                None => pending().await,
            }
        };
        let text = async {
            match &mut self.socket {
                Some(socket) => socket.next().await,
                None => pending().await,
            }
        };
        tokio::select! {
            heard = text => match heard {
                Some(Ok(Message::Text(text))) => Input::Text(text),
                Some(Ok(Message::Close(frame))) => {
                    Input::Gone(frame.map_or(End::Cut, |frame| End::Code(frame.code.into())))
                }
                Some(Ok(_)) => Input::Alive,
                Some(Err(_)) | None => Input::Gone(End::Cut),
            },
            () = time => Input::Time,
        }
    }

    /// Tells the machine what happened. What it puts out must go through [`Wire::carry`].
    pub(crate) fn tell(&mut self, input: Input) -> Vec<Step> {
        let now = self.now_ms();
        if let Some(ear) = &mut self.ear {
            match &input {
                Input::Text(text) => ear.heard(text),
                Input::Gone(End::Code(code)) => ear.closed(Some(*code)),
                Input::Gone(_) => ear.closed(None),
                Input::Alive | Input::Time => {}
            }
        }
        match input {
            Input::Text(text) => self.machine.heard(now, &text),
            Input::Alive => {
                self.machine.alive(now);
                Vec::new()
            }
            Input::Gone(end) => {
                self.socket = None;
                self.machine.closed(now, end)
            }
            Input::Time => self.machine.tick(now),
        }
    }

    /// Carries out what concerns the socket; the rest is handed back, in order.
    pub(crate) async fn carry(&mut self, mut steps: Vec<Step>) -> Vec<Step> {
        let mut rest = Vec::new();
        while !steps.is_empty() {
            let mut more = Vec::new();
            let mut is_written = false;
            for step in steps {
                match step {
                    Step::Connect => more.extend(self.open().await),
                    Step::Close => {
                        self.socket = None;
                        if let Some(ear) = &mut self.ear {
                            ear.closed(None);
                        }
                    }
                    Step::Write(frame) => {
                        is_written = true;
                        if !self.feed(&frame).await {
                            more.extend(self.tell(Input::Gone(End::Cut)));
                        }
                    }
                    step => {
                        if let Some(ear) = &mut self.ear {
                            ear.step(&step);
                        }
                        rest.push(step);
                    }
                }
            }
            if is_written && !self.flush().await {
                more.extend(self.tell(Input::Gone(End::Cut)));
            }
            steps = more;
        }
        rest
    }

    /// Cuts the socket without a word, as a lost network does.
    pub(crate) async fn cut(&mut self) -> Vec<Step> {
        let steps = self.tell(Input::Gone(End::Cut));
        self.carry(steps).await
    }

    /// Resets the socket in the middle of a frame: its head says a length that never comes.
    pub(crate) async fn tear(&mut self) -> Vec<Step> {
        if let Some(socket) = &mut self.socket {
            let stream = socket.get_mut();
            // A masked text of 300 bytes, and eleven of them. Whether they still go out does not matter.
            let torn = b"\x81\xfe\x01\x2cmask{\"type\":\"";
            let _ = timeout(Duration::from_millis(200), stream.write_all(torn)).await;
            let _ = stream.set_zero_linger();
        }
        self.cut().await
    }

    /// Goes without a word: the connection is handed over, open and unread, without what a WebSocket does by itself.
    pub(crate) async fn abandon(&mut self) -> (Option<TcpStream>, Vec<Step>) {
        let socket = self.socket.take();
        (socket.map(WebSocketStream::into_inner), self.cut().await)
    }

    /// Whether a socket is open.
    pub(crate) fn is_open(&self) -> bool {
        self.socket.is_some()
    }

    async fn open(&mut self) -> Vec<Step> {
        let opened = timeout(OPEN, connect(&self.door)).await;
        self.door.next += 1;
        let end = match opened {
            Ok(Ok(socket)) => {
                self.socket = Some(socket);
                self.opened += 1;
                if let Some(ear) = &mut self.ear {
                    ear.opened();
                }
                return self.machine.opened(self.now_ms());
            }
            Ok(Err(Error::Http(answer))) => {
                let retry_after = answer.headers().get("Retry-After");
                let retry_after = retry_after.and_then(|value| value.to_str().ok());
                End::answered(answer.status().as_u16(), retry_after)
            }
            Ok(Err(_)) | Err(_) => End::Cut,
        };
        self.machine.closed(self.now_ms(), end)
    }

    async fn feed(&mut self, frame: &hearth_protocol::ClientFrame) -> bool {
        let (Some(socket), Ok(text)) = (&mut self.socket, serde_json::to_string(frame)) else {
            // The socket went while earlier steps were carried out, and the machine knows.
            return true;
        };
        // Before it is written: once it may have left, it may have been done.
        if let Some(ear) = &mut self.ear {
            ear.wrote(frame);
        }
        let write = socket.feed(Message::text(text));
        matches!(timeout(WRITE, write).await, Ok(Ok(())))
    }

    async fn flush(&mut self) -> bool {
        let Some(socket) = &mut self.socket else {
            return true;
        };
        matches!(timeout(WRITE, socket.flush()).await, Ok(Ok(())))
    }
}

async fn connect(door: &Door) -> Result<WebSocketStream<TcpStream>, Error> {
    let place = &door.places[door.next % door.places.len()];
    let query = match door.token {
        Some(_) => String::new(),
        None => format!("?id={}", door.id),
    };
    let mut request = format!("ws://{}/ws{query}", place.authority).into_client_request()?;
    let headers = request.headers_mut();
    headers.insert(
        "Sec-WebSocket-Protocol",
        HeaderValue::from_static(SUBPROTOCOL),
    );
    if let Some(token) = &door.token {
        let value = HeaderValue::from_str(&format!("Bearer {token}"))
            .map_err(|_| Error::Io(io::ErrorKind::InvalidData.into()))?;
        headers.insert("Authorization", value);
    }
    let stream = TcpStream::connect(&place.authority).await?;
    stream.set_nodelay(true)?;
    // A thousand sockets share this process: small buffers, as the frames are.
    let config = WebSocketConfig::default()
        .read_buffer_size(8 * 1024)
        .write_buffer_size(0);
    let (socket, _) = client_async_with_config(request, stream, Some(config)).await?;
    Ok(socket)
}
