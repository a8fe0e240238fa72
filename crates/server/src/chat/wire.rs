//! A thin socket around the protocol's client machine, and the few HTTP calls that signing in and the own account take. Everything about
//! resuming and resending is the machine's.

use std::{future::pending, io, time::Duration};

use anyhow::{Context, bail};
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

/// Posts JSON; the status and the answer (`Null` if it is no JSON).
pub(crate) async fn post(
    authority: &str,
    path: &str,
    body: &Value,
) -> anyhow::Result<(u16, Value)> {
    call(authority, None, Method::POST, path, Some(body), None).await
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
    let call = async {
        let stream = TcpStream::connect(authority).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, authority)
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        let body = body.map_or_else(String::new, Value::to_string);
        let request = request.body(Full::<bytes::Bytes>::from(body))?;
        let answer = async move {
            let answer = sender.send_request(request).await?;
            let status = answer.status().as_u16();
            let body = Limited::new(answer.into_body(), ANSWER_BYTES_MAX)
                .collect()
                .await;
            let body = body.map_err(|error| anyhow::anyhow!("{error}"))?.to_bytes();
            anyhow::Ok((status, serde_json::from_slice(&body).unwrap_or(Value::Null)))
        };
        // The connection ends with its only call.
        let (answer, _) = tokio::join!(answer, connection);
        answer
    };
    timeout(OPEN, call)
        .await
        .with_context(|| format!("{authority} does not answer"))?
        .with_context(|| format!("{authority} cannot be reached"))
}

/// As [`post`], and again when the server says when, for a bounded time: a crowd that signs in is let in one after the
/// other.
pub(crate) async fn post_patiently(
    authority: &str,
    path: &str,
    body: &Value,
) -> anyhow::Result<(u16, Value)> {
    let until = Instant::now() + PATIENCE;
    loop {
        let (status, answer) = post(authority, path, body).await?;
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
