//! Webhooks out of rooms, on servers that are killed: every event is told, none before the one before it, and after a
//! crash it goes on where it stood. The program itself, in processes.
//!
//! The parts are those of `HEARTH_TEST_CASSANDRA` and `HEARTH_TEST_REDIS`; where they are not set, the suite of two
//! servers says `SKIPPED`.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "../server/postbox.rs"]
mod postbox;
#[path = "../server/sink.rs"]
#[expect(dead_code, reason = "the tests of one server use all of it")]
mod sink;
#[path = "../commands/stage.rs"]
#[expect(dead_code, reason = "the commands' suites use all of it")]
mod stage;
#[path = "../server/world.rs"]
#[expect(dead_code, reason = "the tests of one server use all of it")]
mod world;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sink::Sink;
use stage::Stage;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use world::{Answer, JSON, LONG, call, request};

/// A room of somebody's, on whichever server is asked.
struct Den {
    bearer: String,
    room: String,
}

impl Den {
    async fn open(place: &str) -> Self {
        let signed = call(
            place,
            "POST",
            "/api/v1/signup",
            &[JSON],
            r#"{"name": "mara"}"#,
        )
        .await;
        let token = signed.json()["token"].as_str().unwrap().to_owned();
        let mut den = Self {
            bearer: format!("Bearer {token}"),
            room: String::new(),
        };
        let made = den
            .done(place, "/api/v1/rooms", &json!({"name": "den"}))
            .await;
        den.room = made["id"].as_str().unwrap().to_owned();
        den
    }

    async fn done(&self, place: &str, path: &str, body: &Value) -> Value {
        let headers = [("Authorization", self.bearer.as_str()), JSON];
        let path = path.replace("{room}", &self.room);
        let answer = call(place, "POST", &path, &headers, &body.to_string()).await;
        assert!(answer.status < 300, "{path}: {answer:?}");
        answer.json()
    }

    async fn way_out(&self, place: &str, url: &str) {
        let body = json!({"url": url, "kinds": ["message"]});
        self.done(place, "/api/v1/rooms/{room}/webhooks/out", &body)
            .await;
    }

    /// Says something; its number, or `None` if no answer came.
    async fn say(&self, place: &str, n: u64) -> Option<u64> {
        let key = format!("say-{n}");
        let path = format!("/api/v1/rooms/{}/events", self.room);
        let headers = [
            ("Authorization", self.bearer.as_str()),
            JSON,
            ("Idempotency-Key", key.as_str()),
        ];
        // With `after` the same again is the same message.
        let body = json!({"after": 1, "body": {"kind": "message", "text": format!("number {n}")}});
        let text = request(place, "POST", &path, &headers, &body.to_string());
        let mut stream = TcpStream::connect(place).await.ok()?;
        stream.write_all(text.as_bytes()).await.ok()?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.ok()?;
        let answer = Answer::read(std::str::from_utf8(&bytes).ok()?)?;
        (answer.status == 201).then(|| answer.json()["seq"].as_u64().unwrap())
    }
}

/// Whether events came in order, each once or again from an earlier one on, and none was left out: of these numbers all,
/// each first heard in its order.
fn is_in_order(heard: &[u64], expected: &[u64]) -> Result<(), String> {
    let mut first = Vec::new();
    let mut known = BTreeSet::new();
    for seq in heard {
        if known.insert(*seq) {
            first.push(*seq);
        }
    }
    match first == expected {
        true => Ok(()),
        false => Err(format!(
            "{expected:?} were to come first in this order, not {first:?}"
        )),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_goes_on_where_it_stood_when_its_server_is_killed() {
    let mut stage = Stage::embedded().await;
    let den = Den::open(&stage.place(0)).await;
    let mut sink = Sink::open().await;
    den.way_out(&stage.place(0), &sink.url).await;
    let mut seqs = Vec::new();
    let mut heard = Vec::new();
    for round in 0..3 {
        let place = stage.place(0);
        for n in 0..20 {
            seqs.push(den.say(&place, round * 100 + n).await.unwrap());
        }
        // In the middle of it.
        for _ in 0..5 {
            heard.push(sink.next().await.seq());
        }
        stage.kill(0).await;
        stage.heal().await;
    }
    let last = *seqs.last().unwrap();
    while heard.last() != Some(&last) {
        heard.push(sink.next().await.seq());
    }
    is_in_order(&heard, &seqs).unwrap();
    // What was settled is not told again: of each kill at most what was under way.
    assert!(heard.len() <= seqs.len() + 3, "{heard:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_tell_every_event_in_order_and_one_goes_on_for_the_other() {
    let test = "two_servers_tell_every_event_in_order_and_one_goes_on_for_the_other";
    let Some(mut stage) = Stage::two(test).await else {
        return;
    };
    let den = Den::open(&stage.place(0)).await;
    let mut sinks = Vec::new();
    for n in 0..2 {
        let sink = Sink::open().await;
        den.way_out(&stage.place(n), &sink.url).await;
        sinks.push(sink);
    }
    let mut seqs = Vec::new();
    let mut said = 0;
    for n in 0..30 {
        let place = stage.place(n % 2);
        let began = std::time::Instant::now();
        said += 1;
        loop {
            if let Some(seq) = den.say(&place, said).await {
                seqs.push(seq);
                break;
            }
            assert!(began.elapsed() < LONG, "nobody takes it");
        }
    }
    // Both servers at once: neither knows which of them delivers.
    let mut heard = Vec::new();
    for sink in &mut sinks {
        heard.push(sink.until(seqs[29]).await);
    }
    for heard in &heard {
        is_in_order(heard, &seqs).unwrap();
    }
    stage.kill(0).await;
    let place = stage.place(1);
    for _ in 0..10 {
        said += 1;
        let began = std::time::Instant::now();
        let seq = loop {
            match den.say(&place, said).await {
                Some(seq) => break seq,
                None => assert!(began.elapsed() < LONG, "nobody takes it"),
            }
        };
        seqs.push(seq);
    }
    for (sink, mut heard) in sinks.iter_mut().zip(heard) {
        heard.extend(sink.until(*seqs.last().unwrap()).await);
        is_in_order(&heard, &seqs).unwrap();
    }
}
