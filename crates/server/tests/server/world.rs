//! A server to ask, and how it is asked.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    ops::Deref,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use futures_util::{SinkExt, StreamExt};
use hearth_core::{
    local::{LocalNet, LocalPresence},
    node::Parts,
    port::NodeName,
    testing::{MemoryStore, secrets},
};
use hearth_server::{config::Config, parts::SystemClock, serve::Server};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{self, Message, client::IntoClientRequest},
};

/// Whatever takes longer has failed.
pub(crate) const LONG: Duration = Duration::from_secs(20);

/// A server to ask, or several that are one.
pub(crate) struct World {
    /// `host:port` of each.
    places: Vec<String>,
    run: String,
    server: Option<Server>,
    _folder: Option<TempDir>,
    _quiet: Quiet,
}

impl World {
    /// The servers of HEARTH_TEST_URL, or one of its own.
    pub(crate) async fn open() -> Self {
        match std::env::var("HEARTH_TEST_URL") {
            Ok(urls) if !urls.trim().is_empty() => {
                let place = |url: &str| {
                    url.trim()
                        .trim_start_matches("http://")
                        .trim_end_matches('/')
                        .to_owned()
                };
                Self {
                    places: urls.split(',').map(place).collect(),
                    run: run(),
                    server: None,
                    _folder: None,
                    _quiet: Quiet::begin(),
                }
            }
            _ => Self::alone(&[]).await,
        }
    }

    /// A server of its own, with these settings beside the defaults.
    pub(crate) async fn alone(settings: &[(&'static str, &str)]) -> Self {
        let quiet = Quiet::begin();
        let folder = tempfile::tempdir().unwrap();
        let server = serve(folder.path(), settings).await;
        let places = vec![server.address().to_string()];
        Self {
            places,
            run: run(),
            server: Some(server),
            _folder: Some(folder),
            _quiet: quiet,
        }
    }

    /// A name that nobody has used before.
    pub(crate) fn name(&self, stem: &str) -> String {
        format!("{stem}-{}", self.run)
    }

    /// The `n`-th server, counted around.
    pub(crate) fn place(&self, n: usize) -> &str {
        &self.places[n % self.places.len()]
    }

    /// The own server's node.
    pub(crate) fn node(&self) -> &hearth_core::node::Node {
        self.server.as_ref().unwrap().node()
    }

    /// Ends the own server softly.
    pub(crate) async fn stop(mut self) {
        if let Some(server) = self.server.take() {
            server.stop().await;
        }
    }

    /// Asks the first server.
    pub(crate) async fn call(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        call(self.place(0), method, path, headers, body).await
    }

    /// Posts JSON.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call("POST", path, &[JSON], &body.to_string()).await
    }

    /// Makes an account by the specification's call and returns its name.
    pub(crate) async fn user(&self, stem: &str) -> String {
        let name = self.name(stem);
        assert_eq!(
            self.post("/signin", &json!({"username": name}))
                .await
                .status,
            202
        );
        name
    }

    /// Makes a room by the specification's call, has the users join, and returns its name.
    pub(crate) async fn room(&self, stem: &str, users: &[&str]) -> String {
        let name = self.name(stem);
        assert_eq!(
            self.post("/create", &json!({"name": name})).await.status,
            200
        );
        for user in users {
            let joined = self
                .post("/join", &json!({"name": name, "user": user}))
                .await;
            assert_eq!(joined.status, 200, "{}", joined.body);
        }
        name
    }

    /// A socket that speaks the specification's frames, greeted.
    pub(crate) async fn seed(&self, user: &str) -> Socket {
        let mut socket = Socket::open(self.place(0), &format!("/ws?id={user}"), &[])
            .await
            .unwrap();
        assert_eq!(socket.text().await, "ok");
        socket
    }

    /// A socket of the `n`-th server that speaks `hearth.v1`, welcomed with the positions that it has.
    pub(crate) async fn v1(&self, n: usize, user: &str, rooms: &Value) -> (Socket, Value) {
        let mut socket = Socket::open(self.place(n), &format!("/ws?id={user}"), &[V1])
            .await
            .unwrap();
        socket
            .say(&json!({"type": "hello", "device": format!("{user}-device"), "rooms": rooms}))
            .await;
        let welcome = loop {
            let frame = socket.frame().await;
            // What another of the user's sockets has just read may be told first.
            if frame["type"] != "mark" {
                break frame;
            }
        };
        assert_eq!(welcome["type"], "welcome", "{welcome}");
        (socket, welcome)
    }
}

/// What the servers of this process log from now on: at its end it is looked through for what must not be there.
pub(crate) struct Quiet {
    from: usize,
}

/// All that was logged in this process.
static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

impl Quiet {
    pub(crate) fn begin() -> Self {
        // The libraries' own lines would be many times as many; `quiet.rs` looks through these too, of one server.
        let levels = "info,hearth_core=trace,hearth_backends=trace,hearth_server=trace";
        // Whoever comes second finds it done.
        let _ = tracing_subscriber::fmt()
            .with_env_filter(levels)
            .with_ansi(false)
            .with_writer(|| Line)
            .try_init();
        let from = LOG.lock().unwrap().len();
        Self { from }
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        let log = LOG.lock().unwrap()[self.from..].to_vec();
        secrets::assert_none_in("servers-of-a-test", &String::from_utf8_lossy(&log));
    }
}

/// A server in this process over parts of the test's own, whose log is looked through when it is gone.
pub(crate) struct Served {
    server: Server,
    _quiet: Quiet,
}

impl Served {
    pub(crate) fn on(config: Config, name: NodeName, parts: Parts) -> Self {
        let quiet = Quiet::begin();
        let server = Server::start_on(config, name, parts).unwrap();
        Self {
            server,
            _quiet: quiet,
        }
    }

    /// One of several over a store and a bus in this process.
    pub(crate) fn beside(name: &NodeName, net: &LocalNet, store: &Arc<MemoryStore>) -> Self {
        let (bus, news) = net.join(name.clone());
        let parts = Parts {
            store: store.clone(),
            bus,
            news,
            presence: Arc::new(LocalPresence::new()),
            clock: Arc::new(SystemClock::new()),
            seed: [name.0.as_bytes()[0]; 32],
        };
        let flags = BTreeMap::from([
            ("listen", "127.0.0.1:0".to_owned()),
            ("files", "off".to_owned()),
        ]);
        let config = Config::from_sources(None, &|_| None, &flags).unwrap();
        Self::on(config, name.clone(), parts)
    }

    pub(crate) async fn stop(self) {
        self.server.stop().await;
    }
}

impl Deref for Served {
    type Target = Server;

    fn deref(&self) -> &Server {
        &self.server
    }
}

/// A line of the log.
struct Line;

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A server in this process.
pub(crate) async fn serve(data: &std::path::Path, settings: &[(&'static str, &str)]) -> Server {
    // Tests say in a moment what people say in a day.
    let mut flags: BTreeMap<&'static str, String> = [
        ("listen", "127.0.0.1:0"),
        ("drain_s", "3"),
        ("limits", "off"),
    ]
    .map(|(key, value)| (key, value.to_owned()))
    .into();
    flags.insert("data", data.display().to_string());
    flags.extend(
        settings
            .iter()
            .map(|(key, value)| (*key, (*value).to_owned())),
    );
    let config = Config::from_sources(None, &|_| None, &flags).unwrap();
    Server::start(config).await.unwrap()
}

fn run() -> String {
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap();
    let n = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    format!("{:x}{n}", now.as_millis() & 0xFFF_FFFF)
}

static COUNT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);

/// The header of JSON.
pub(crate) const JSON: (&str, &str) = ("Content-Type", "application/json");
/// The header that asks for our own frames.
pub(crate) const V1: (&str, &str) = ("Sec-WebSocket-Protocol", "hearth.v1");

/// An answer over HTTP.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    /// From what was read until the connection's end; `None` if that has no whole head.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (head, body) = text.split_once("\r\n\r\n")?;
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers = lines.map(|line| line.split_once(": ").unwrap());
        let headers: Vec<_> = headers
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        let chunked = headers
            .iter()
            .any(|(name, value)| name == "transfer-encoding" && value == "chunked");
        Some(Self {
            status,
            headers,
            body: if chunked {
                unchunked(body)
            } else {
                body.to_owned()
            },
        })
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {:?}", self.body))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// `Set-Cookie` of this cookie.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        let begin = format!("{name}=");
        let cookies = self
            .headers
            .iter()
            .filter(|(header, _)| header == "set-cookie");
        cookies
            .map(|(_, value)| value.as_str())
            .find(|value| value.starts_with(&begin))
    }
}

/// One request on a connection of its own.
pub(crate) async fn call(
    place: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Answer {
    raw(
        place,
        request(place, method, path, headers, body).as_bytes(),
    )
    .await
}

/// A request as it is written, for a connection of its own.
pub(crate) fn request(
    place: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> String {
    let mut request = format!(
        "{method} {path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n",
        body.len()
    );
    if !headers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("host"))
    {
        request.push_str(&format!("Host: {place}\r\n"));
    }
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    request.push_str(body);
    request
}

/// Writes bytes and reads the answer to its end.
pub(crate) async fn raw(place: &str, request: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(place).await.unwrap();
    stream.write_all(request).await.unwrap();
    secrets::learn_request(&String::from_utf8_lossy(request));
    let mut bytes = Vec::new();
    timeout(LONG, stream.read_to_end(&mut bytes))
        .await
        .expect("no answer in time")
        .unwrap();
    // A picture is no text, and its head is.
    let text = String::from_utf8_lossy(&bytes);
    let answer = Answer::read(&text).unwrap_or_else(|| panic!("no HTTP: {text:?}"));
    secrets::learn(&answer.body);
    answer
}

fn unchunked(mut body: &str) -> String {
    let mut whole = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap();
        whole.push_str(&rest[..size]);
        body = rest[size..].trim_start_matches("\r\n");
    }
    whole
}

/// A WebSocket.
pub(crate) struct Socket(pub(crate) WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Opens one, or says with which status it was refused; 0 if without one.
    pub(crate) async fn open(
        place: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Result<Self, (u16, Value)> {
        let mut request = format!("ws://{place}{path}").into_client_request().unwrap();
        for (name, value) in headers {
            let name: axum::http::HeaderName = name.parse().unwrap();
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        match timeout(LONG, connect_async(request))
            .await
            .expect("no handshake in time")
        {
            Ok((stream, _)) => Ok(Self(stream)),
            Err(tungstenite::Error::Http(response)) => {
                let body = response.body().clone().unwrap_or_default();
                Err((
                    response.status().as_u16(),
                    serde_json::from_slice(&body).unwrap_or_default(),
                ))
            }
            Err(error) => Err((0, json!(error.to_string()))),
        }
    }

    pub(crate) async fn send(&mut self, text: &str) {
        secrets::learn(text);
        self.0.send(Message::text(text)).await.unwrap();
    }

    pub(crate) async fn say(&mut self, frame: &Value) {
        self.send(&frame.to_string()).await;
    }

    /// The next message of any kind; `None` at the end.
    pub(crate) async fn message(&mut self) -> Option<Message> {
        loop {
            match timeout(LONG, self.0.next())
                .await
                .expect("nothing came in time")
            {
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Text(text))) => {
                    secrets::learn(&text);
                    return Some(Message::Text(text));
                }
                Some(Ok(message)) => return Some(message),
                Some(Err(_)) | None => return None,
            }
        }
    }

    /// The next text.
    pub(crate) async fn text(&mut self) -> String {
        match self.message().await {
            Some(Message::Text(text)) => text.to_string(),
            other => panic!("a text was to come, not {other:?}"),
        }
    }

    /// The next frame.
    pub(crate) async fn frame(&mut self) -> Value {
        serde_json::from_str(&self.text().await).unwrap()
    }

    /// The next frame of this type; what comes before it is returned too.
    pub(crate) async fn until(&mut self, kind: &str) -> (Value, Vec<Value>) {
        let mut before = Vec::new();
        loop {
            let frame = self.frame().await;
            if frame["type"] == kind {
                return (frame, before);
            }
            before.push(frame);
        }
    }

    /// The next frame of this type, whatever comes before it.
    pub(crate) async fn next(&mut self, kind: &str) -> Value {
        self.until(kind).await.0
    }

    /// The answer to the request of this number, whatever comes before it.
    pub(crate) async fn answer(&mut self, kind: &str, number: u64) -> Value {
        loop {
            let frame = self.next(kind).await;
            if frame["ref"] == number {
                return frame;
            }
        }
    }

    /// Everything that came until now, by a question of its own.
    pub(crate) async fn so_far(&mut self) -> Vec<Value> {
        self.say(&json!({"type": "ping", "ref": 999_999})).await;
        self.until("pong").await.1
    }

    /// Events of the room, until one with this seq.
    pub(crate) async fn events_to(&mut self, room: &Value, seq: u64) -> Vec<Value> {
        let mut events = Vec::new();
        while events
            .last()
            .is_none_or(|event: &Value| event["seq"].as_u64() < Some(seq))
        {
            let run = self.next("events").await;
            assert_eq!(&run["room"], room, "{run}");
            events.extend(run["events"].as_array().unwrap().iter().cloned());
        }
        events
    }

    /// The close code, whatever comes before it.
    pub(crate) async fn closed(&mut self) -> Option<u16> {
        loop {
            match self.message().await {
                Some(Message::Close(frame)) => return frame.map(|frame| frame.code.into()),
                Some(_) => {}
                None => return None,
            }
        }
    }
}
