//! A thin socket around the protocol's client machine, and the few HTTP calls that signing in and the own account take. Everything about
//! resuming and resending is the machine's.

use std::{future::pending, io, time::Duration};

use anyhow::{Context, bail};
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use hearth_protocol::{
    ClientFrame, SUBPROTOCOL,
    client::{Client, End, Step},
};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{Method, Request, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{
    net::TcpStream,
    time::{Instant, sleep_until, timeout},
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Error, Message, Utf8Bytes, client::IntoClientRequest, http::HeaderValue},
};

/// How long opening a socket or a call may take: less than the machine's own patience.
const OPEN: Duration = Duration::from_secs(10);
/// How long a write may be stuck before the socket counts as dead.
const WRITE: Duration = Duration::from_secs(10);
/// How long signing in waits for a server that has too much to do. Beyond it the person is told when to come back.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often what has a key, and got no answer, is asked again; and after which pause.
const TRIES_MAX: u32 = 3;
const PAUSE: Duration = Duration::from_millis(500);
/// How long a part of a file may take, over a slow line.
const PART: Duration = Duration::from_secs(60);
/// What is read of a file at once.
const PIECE_BYTES: usize = 1024 * 1024;
/// The largest answer to a call that is read.
const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// `host:port` of an address as it is typed.
pub(crate) fn authority_of(url: &str) -> anyhow::Result<String> {
    let rest = match url.split_once("://") {
        Some(("http" | "ws", rest)) => rest,
        Some((scheme, _)) => bail!("{scheme}:// is not spoken here; give http://HOST:PORT"),
        None => url,
    };
    let authority = rest.split('/').next().unwrap_or_default();
    if authority.is_empty() || authority.contains(char::is_whitespace) {
        bail!("{url:?} is no address; give http://HOST:PORT");
    }
    let has_port = authority
        .rsplit_once(':')
        .is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    Ok(if has_port {
        authority.to_owned()
    } else {
        format!("{authority}:80")
    })
}

/// Makes a call, by a token if there is one, and under a key by which the same call again is known; the status and the
/// answer (`Null` if it is no JSON).
pub(crate) async fn call(
    authority: &str,
    token: Option<&str>,
    method: Method,
    path: &str,
    body: Option<&Value>,
    key: Option<&str>,
) -> anyhow::Result<(u16, Value)> {
    let content = body.map_or_else(String::new, Value::to_string);
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/json");
    let request = match key {
        Some(key) => request.header("Idempotency-Key", key),
        None => request,
    };
    let request = request.body(Full::from(content));
    let answered = exchange(authority, token, request?, OPEN, ANSWER_BYTES_MAX).await;
    let (status, bytes) = answered?;
    Ok((
        status,
        serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    ))
}

/// Puts bytes, by a token; the status and the answer (`Null` if it is no JSON).
pub(crate) async fn put(
    authority: &str,
    token: &str,
    path: &str,
    bytes: Bytes,
) -> anyhow::Result<(u16, Value)> {
    let request = Request::put(path).body(Full::from(bytes))?;
    let answered = exchange(authority, Some(token), request, PART, ANSWER_BYTES_MAX);
    let (status, bytes) = answered.await?;
    Ok((
        status,
        serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    ))
}

/// Sends a request on a connection of its own; the status and the answer's bytes.
async fn exchange(
    authority: &str,
    token: Option<&str>,
    mut request: Request<Full<Bytes>>,
    within: Duration,
    answer_bytes_max: usize,
) -> anyhow::Result<(u16, Bytes)> {
    let headers = request.headers_mut();
    headers.insert(header::HOST, HeaderValue::from_str(authority)?);
    if let Some(token) = token {
        let bearer = HeaderValue::from_str(&format!("Bearer {token}"))?;
        headers.insert(header::AUTHORIZATION, bearer);
    }
    let call = async {
        let stream = TcpStream::connect(authority).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let answer = async move {
            let answer = sender.send_request(request).await?;
            let status = answer.status().as_u16();
            let body = Limited::new(answer.into_body(), answer_bytes_max)
                .collect()
                .await;
            let body = body.map_err(|error| anyhow::anyhow!("{error}"))?.to_bytes();
            anyhow::Ok((status, body))
        };
        // The connection ends with its only call.
        let (answer, _) = tokio::join!(answer, connection);
        answer
    };
    timeout(within, call)
        .await
        .with_context(|| format!("{authority} does not answer"))?
        .with_context(|| format!("{authority} cannot be reached"))
}

/// Posts JSON, and again when the server says when, for a bounded time: a crowd that signs in is let in one after the
/// other. With a key also again where no answer came, a few times. The status and the answer, as of [`call`].
pub(crate) async fn post_patiently(
    authority: &str,
    path: &str,
    body: &Value,
    key: Option<&str>,
) -> anyhow::Result<(u16, Value)> {
    let until = Instant::now() + PATIENCE;
    let mut tries = 0;
    loop {
        let asked = call(authority, None, Method::POST, path, Some(body), key).await;
        let (status, answer) = match asked {
            Err(_) if key.is_some() && tries < TRIES_MAX => {
                tries += 1;
                sleep_until(Instant::now() + PAUSE).await;
                continue;
            }
            asked => asked?,
        };
        let told_ms = answer["retry_after_ms"].as_u64();
        match told_ms {
            Some(ms) if status == 429 && Instant::now() + Duration::from_millis(ms) < until => {
                sleep_until(Instant::now() + Duration::from_millis(ms)).await;
            }
            _ => return Ok((status, answer)),
        }
    }
}

/// What happened on the socket or the clock.
#[derive(Debug)]
pub(super) enum Input {
    Text(Utf8Bytes),
    Alive,
    Gone(End),
    Time,
}

/// A machine with its socket.
pub(super) struct Wire {
    pub(super) machine: Client,
    authority: String,
    token: String,
    socket: Option<WebSocketStream<TcpStream>>,
    began: Instant,
}

impl Wire {
    pub(super) fn new(machine: Client, authority: String, token: String) -> Self {
        Self {
            machine,
            authority,
            token,
            socket: None,
            began: Instant::now(),
        }
    }

    /// Makes a call as who is logged in.
    pub(super) async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<(u16, Value)> {
        let token = Some(self.token.as_str());
        call(&self.authority, token, method, path, body, None).await
    }

    /// What an answer of events says, as a list.
    pub(super) async fn told(&self, path: &str) -> anyhow::Result<(u16, Value)> {
        let request = Request::get(path).body(Full::default())?;
        let token = Some(self.token.as_str());
        let answered = exchange(&self.authority, token, request, OPEN, PIECE_BYTES);
        let (status, bytes) = answered.await?;
        if status != 200 {
            return Ok((status, serde_json::from_slice(&bytes).unwrap_or_default()));
        }
        let text = String::from_utf8_lossy(&bytes);
        let said = text.lines().filter_map(|line| line.strip_prefix("data: "));
        let said = said.filter_map(|said| serde_json::from_str::<Value>(said).ok());
        Ok((status, said.collect()))
    }

    /// Puts bytes.
    pub(super) async fn put(&self, path: &str, bytes: Bytes) -> anyhow::Result<(u16, Value)> {
        put(&self.authority, &self.token, path, bytes).await
    }

    /// Bytes of a file, from a position on: [`PIECE_BYTES`], or as many as are left.
    pub(super) async fn piece(&self, path: &str, from: u64) -> anyhow::Result<(u16, Bytes)> {
        let to = from + PIECE_BYTES as u64 - 1;
        let request = Request::get(path).header(header::RANGE, format!("bytes={from}-{to}"));
        let request = request.body(Full::default())?;
        let token = Some(self.token.as_str());
        exchange(&self.authority, token, request, PART, PIECE_BYTES).await
    }

    /// A small file, whole.
    pub(super) async fn bytes(&self, path: &str) -> anyhow::Result<(u16, Bytes)> {
        let request = Request::get(path).body(Full::default())?;
        let token = Some(self.token.as_str());
        exchange(&self.authority, token, request, PART, PIECE_BYTES).await
    }

    /// From now on by this token: sockets that are open stay.
    pub(super) fn renew(&mut self, token: String) {
        self.token = token;
    }

    /// The machine's clock.
    pub(super) fn now_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Waits for the socket or the machine's time. Dropping it half-way loses nothing.
    pub(super) async fn wait(&mut self) -> Input {
        let deadline = self
            .machine
            .deadline()
            .map(|ms| self.began + Duration::from_millis(ms));
        let time = async {
            match deadline {
                Some(at) => sleep_until(at).await,
                None => pending().await,
            }
        };
        let heard = async {
            match &mut self.socket {
                Some(socket) => socket.next().await,
                None => pending().await,
            }
        };
        tokio::select! {
            heard = heard => match heard {
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
    pub(super) fn tell(&mut self, input: Input) -> Vec<Step> {
        let now = self.now_ms();
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
    pub(super) async fn carry(&mut self, mut steps: Vec<Step>) -> Vec<Step> {
        let mut rest = Vec::new();
        while !steps.is_empty() {
            let mut more = Vec::new();
            for step in steps {
                match step {
                    Step::Connect => more.extend(self.open().await),
                    Step::Close => self.socket = None,
                    Step::Write(frame) => {
                        if !self.write(&frame).await {
                            more.extend(self.tell(Input::Gone(End::Cut)));
                        }
                    }
                    step => rest.push(step),
                }
            }
            steps = more;
        }
        rest
    }

    /// Says goodbye, so that the server need not find out.
    pub(super) async fn close(&mut self) {
        let steps = self.machine.stop();
        if let Some(mut socket) = self.socket.take() {
            // A goodbye that does not arrive changes nothing.
            let _ = timeout(Duration::from_millis(500), socket.close(None)).await;
        }
        self.carry(steps).await;
    }

    async fn open(&mut self) -> Vec<Step> {
        let end = match timeout(OPEN, connect(&self.authority, &self.token)).await {
            Ok(Ok(socket)) => {
                self.socket = Some(socket);
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

    async fn write(&mut self, frame: &ClientFrame) -> bool {
        let (Some(socket), Ok(text)) = (&mut self.socket, serde_json::to_string(frame)) else {
            // The socket went while earlier steps were carried out, and the machine knows.
            return true;
        };
        matches!(
            timeout(WRITE, socket.send(Message::text(text))).await,
            Ok(Ok(()))
        )
    }
}

async fn connect(authority: &str, token: &str) -> Result<WebSocketStream<TcpStream>, Error> {
    let mut request = format!("ws://{authority}/ws").into_client_request()?;
    let headers = request.headers_mut();
    headers.insert(
        "Sec-WebSocket-Protocol",
        HeaderValue::from_static(SUBPROTOCOL),
    );
    let bearer = HeaderValue::from_str(&format!("Bearer {token}"))
        .map_err(|_| Error::Io(io::ErrorKind::InvalidData.into()))?;
    headers.insert("Authorization", bearer);
    let stream = TcpStream::connect(authority).await?;
    stream.set_nodelay(true)?;
    let (socket, _) = client_async(request, stream).await?;
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_they_are_typed() {
        let read = |url| authority_of(url).ok();
        assert_eq!(
            read("http://127.0.0.1:8080/"),
            Some("127.0.0.1:8080".into())
        );
        assert_eq!(read("localhost"), Some("localhost:80".into()));
        assert_eq!(read("https://localhost"), None);
        assert_eq!(read(""), None);
    }
}
