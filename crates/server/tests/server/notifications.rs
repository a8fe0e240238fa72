//! A stream of notifications as it goes over the line: read event by event, broken off, and gone on with.

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::timeout,
};

use crate::world::{JSON, LONG, World, call, request};

const PATH: &str = "/api/v1/notifications";

/// An answer that goes on.
struct Stream(BufReader<TcpStream>);

/// An event of it.
#[derive(Debug)]
struct Told {
    event: String,
    id: String,
    data: Value,
}

impl Stream {
    async fn open(world: &World, path: &str, headers: &[(&str, &str)]) -> Self {
        let mut stream = TcpStream::connect(world.place(0)).await.unwrap();
        let request = request(world.place(0), "GET", path, headers, "");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut stream = Self(BufReader::new(stream));
        let status = stream.line().await.unwrap();
        assert!(status.starts_with("HTTP/1.1 200"), "{status}");
        let mut is_events = false;
        loop {
            let line = stream.line().await.unwrap().to_ascii_lowercase();
            is_events |= line == "content-type: text/event-stream";
            if line.is_empty() {
                break;
            }
        }
        assert!(is_events);
        stream
    }

    async fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = timeout(LONG, self.0.read_line(&mut line));
        let read = read.await.expect("something comes").unwrap();
        (read > 0).then(|| line.trim_end().to_owned())
    }

    /// The next event; sizes of chunks come between them.
    async fn next(&mut self) -> Option<Told> {
        let (mut event, mut id) = (String::new(), String::new());
        loop {
            let line = self.line().await?;
            match line.split_once(": ") {
                Some(("event", text)) => event = text.to_owned(),
                Some(("id", text)) => id = text.to_owned(),
                Some(("data", text)) => {
                    let data = serde_json::from_str(text).unwrap();
                    return Some(Told { event, id, data });
                }
                _ => {}
            }
        }
    }

    async fn notification(&mut self) -> Told {
        loop {
            let told = self.next().await.expect("the stream goes on");
            assert_ne!(told.event, "end", "{told:?}");
            if told.event == "notification" {
                return told;
            }
        }
    }

    async fn reason(&mut self) -> Value {
        loop {
            let told = self.next().await.expect("the stream says why it ends");
            if told.event == "end" {
                assert!(self.next().await.is_none(), "it has ended");
                return told.data["reason"].clone();
            }
        }
    }
}

async fn ask(world: &World, what: &str, user: &str, body: &Value) -> Value {
    let (method, path) = what.split_once(' ').unwrap();
    let path = format!("{path}?id={user}");
    let body = match body {
        Value::Null => String::new(),
        body => body.to_string(),
    };
    let answer = call(world.place(0), method, &path, &[JSON], &body).await;
    assert!(answer.status < 300, "{what}: {}", answer.body);
    serde_json::from_str(&answer.body).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_told_message_by_message_and_goes_on_behind_its_position() {
    let world = World::alone(&[]).await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let body = json!({"name": world.name("hall")});
    let room = ask(&world, "POST /api/v1/rooms", &ada, &body).await;
    let room = room["id"].as_str().unwrap().to_owned();
    let join = format!("POST /api/v1/rooms/{room}/join");
    ask(&world, &join, &bob, &Value::Null).await;
    let say = async |text: &str| {
        let body = json!({"body": {"kind": "message", "text": text}});
        let events = format!("POST /api/v1/rooms/{room}/events");
        ask(&world, &events, &ada, &body).await["seq"].clone()
    };

    // From a position on, so that it does not matter when it stands.
    let mut stream = Stream::open(&world, &format!("{PATH}?id={bob}&after=0"), &[]).await;
    let one = say("one").await;
    let told = stream.notification().await;
    assert_eq!(
        (&told.data["room"], &told.data["seq"]),
        (&json!(room), &one)
    );
    assert_eq!(
        (&told.data["name"], &told.data["why"]),
        (&json!(ada), &json!("all"))
    );
    assert_eq!(
        told.data.get("text"),
        None,
        "what it says stands in the room"
    );
    drop(stream);

    let mark = format!("POST /api/v1/rooms/{room}/mark");
    ask(&world, &mark, &bob, &json!({"seq": one})).await;
    let direct = ask(&world, "POST /api/v1/direct", &ada, &json!({"user": bob})).await;
    let direct = direct["id"].as_str().unwrap().to_owned();
    let body = json!({"body": {"kind": "message", "text": "psst"}});
    let events = format!("POST /api/v1/rooms/{direct}/events");
    ask(&world, &events, &ada, &body).await;
    let last = [("Last-Event-ID", told.id.as_str())];
    let mut stream = Stream::open(&world, &format!("{PATH}?id={bob}"), &last).await;
    let told = stream.notification().await;
    assert_eq!(
        told.data["why"], "direct",
        "what was read is not told again"
    );
    assert_eq!(told.data["room"], json!(direct));

    // What there is, and no more.
    let path = format!("{PATH}?id={bob}&after=0&for_s=0");
    let mut piece = Stream::open(&world, &path, &[]).await;
    assert_eq!(piece.notification().await.data["why"], "direct");
    assert_eq!(piece.reason().await, "Time");

    for (query, field) in [("for_s=3601", "for_s"), ("after=x", "query")] {
        let path = format!("{PATH}?id={bob}&{query}");
        let refused = world.call("GET", &path, &[], "").await;
        assert_eq!(refused.status, 400, "{field}: {}", refused.body);
    }
    let bad = [("Last-Event-ID", "x")];
    let refused = world
        .call("GET", &format!("{PATH}?id={bob}"), &bad, "")
        .await;
    assert_eq!(refused.status, 400, "{}", refused.body);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_the_session_by_which_it_was_opened_and_with_the_server() {
    let world = World::alone(&[("mode", "password")]).await;
    let name = world.name("ada");
    let body = json!({"name": name, "password": "correct horse battery"});
    let made = world.post("/api/v1/signup", &body).await.json();
    let first = format!("Bearer {}", made["token"].as_str().unwrap());
    let made = world.post("/api/v1/login", &body).await.json();
    let second = format!("Bearer {}", made["token"].as_str().unwrap());
    let mut ended = Stream::open(&world, PATH, &[("Authorization", &first)]).await;
    let mut drained = Stream::open(&world, PATH, &[("Authorization", &second)]).await;
    let out = [("Authorization", first.as_str())];
    let answer = world.call("POST", "/api/v1/logout", &out, "").await;
    assert_eq!(answer.status, 204);
    assert_eq!(ended.reason().await, "SignedOut");
    let stopping = tokio::spawn(world.stop());
    assert_eq!(drained.reason().await, "Drain");
    stopping.await.unwrap();
}
