//! How a server ends: softly when told to, and at any instant without losing what was acknowledged.

use std::{
    ops::{Deref, DerefMut},
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use hearth_core::testing::secrets::Log;
use serde_json::{Value, json};
use tempfile::tempdir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

use crate::world::{LONG, Socket, V1, World, call};

/// The program itself, serving. Its log is looked through when it is gone.
pub(crate) struct Program {
    child: Child,
    _log: Log,
}

impl Deref for Program {
    type Target = Child;

    fn deref(&self) -> &Child {
        &self.child
    }
}

impl DerefMut for Program {
    fn deref_mut(&mut self) -> &mut Child {
        &mut self.child
    }
}

/// The program itself, serving; and where.
pub(crate) async fn program(data: &Path, more: &[&str]) -> (Program, String) {
    let log = Log::new("server-that-ends");
    let kept = log.lines();
    let mut child = Command::new(env!("CARGO_BIN_EXE_hearth"))
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--log-format",
            "json",
            // Tests say in a moment what people say in a day.
            "--limits",
            "off",
            "--data",
        ])
        .arg(data)
        .args(more)
        .env_clear()
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let place = loop {
        let line = timeout(LONG, lines.next_line())
            .await
            .unwrap()
            .unwrap()
            .expect("the server ended");
        kept.push(&line);
        let entry: Value =
            serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        if entry["message"] == "serving" {
            break entry["address"].as_str().unwrap().to_owned();
        }
    };
    tokio::spawn(async move {
        while let Ok(Some(line)) = lines.next_line().await {
            kept.push(&line);
        }
    });
    (Program { child, _log: log }, place)
}

async fn post(place: &str, path: &str, body: &Value) -> u16 {
    call(
        place,
        "POST",
        path,
        &[crate::world::JSON],
        &body.to_string(),
    )
    .await
    .status
}

fn signal(child: &Child, name: &str) {
    let pid = child.id().unwrap().to_string();
    let status = std::process::Command::new("kill")
        .args(["-s", name, &pid])
        .status()
        .unwrap();
    assert!(status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_the_server_is_killed() {
    let data = tempdir().unwrap();
    let (mut child, mut place) = program(data.path(), &[]).await;
    assert_eq!(
        post(&place, "/signin", &json!({"username": "ada"})).await,
        202
    );
    assert_eq!(post(&place, "/create", &json!({"name": "hall"})).await, 200);
    assert_eq!(
        post(&place, "/join", &json!({"name": "hall", "user": "ada"})).await,
        200
    );
    let mut acked: Vec<(String, u64)> = Vec::new();
    for round in 0..3 {
        let mut socket = Socket::open(&place, "/ws?id=ada", &[V1]).await.unwrap();
        socket.say(&json!({"type": "hello", "device": "d"})).await;
        let welcome = socket.next("welcome").await;
        let (room, head) = (
            welcome["rooms"][0]["id"].clone(),
            welcome["rooms"][0]["head"].clone(),
        );
        // Many at once: the kill falls into the middle of them.
        for n in 0..200_u64 {
            let (id, n) = (format!("r{round}-{n}"), round * 1000 + n);
            let body = json!({"kind": "message", "text": id});
            socket
                .say(&json!({"type": "send", "room": room, "id": id, "after": head, "device": "d", "n": n, "body": body}))
                .await;
            if n % 1000 >= 8 {
                let ack = socket.next("ack").await;
                acked.push((
                    ack["id"].as_str().unwrap().to_owned(),
                    ack["seq"].as_u64().unwrap(),
                ));
            }
        }
        child.kill().await.unwrap();
        (child, place) = program(data.path(), &[]).await;
    }
    let mut socket = Socket::open(&place, "/ws?id=ada", &[V1]).await.unwrap();
    socket.say(&json!({"type": "hello", "device": "d"})).await;
    let room = socket.next("welcome").await["rooms"][0]["id"].clone();
    let mut stored = std::collections::HashMap::new();
    let mut after = 0;
    loop {
        socket.say(&json!({"type": "history", "ref": after, "room": room, "after": after, "limit": 200})).await;
        let page = socket.next("history").await;
        for event in page["events"].as_array().unwrap() {
            after = event["seq"].as_u64().unwrap();
            let id = event["id"].as_str().unwrap().to_owned();
            assert_eq!(stored.insert(id, after), None, "stored twice: {event}");
        }
        if page["more_after"] == false {
            break;
        }
    }
    assert!(acked.len() > 500);
    for (id, seq) in acked {
        assert_eq!(stored.get(&id), Some(&seq), "{id} was acknowledged");
    }
    child.kill().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_told_to_stop_sends_its_sockets_elsewhere_and_ends() {
    let data = tempdir().unwrap();
    let (mut child, place) = program(data.path(), &["--drain-s", "5"]).await;
    assert_eq!(
        post(&place, "/signin", &json!({"username": "ada"})).await,
        202
    );
    let mut socket = Socket::open(&place, "/ws?id=ada", &[V1]).await.unwrap();
    socket.say(&json!({"type": "hello", "device": "d"})).await;
    socket.next("welcome").await;
    assert_eq!(call(&place, "GET", "/readyz", &[], "").await.status, 200);
    signal(&child, "TERM");
    let not_ready = async {
        loop {
            let answer = call(&place, "GET", "/readyz", &[], "").await;
            if answer.status == 503 {
                return answer;
            }
        }
    };
    let answer = timeout(LONG, not_ready).await.unwrap();
    assert!(
        answer.header("retry-after").is_some(),
        "not ready before connections are refused"
    );
    let drain = socket.next("drain").await;
    assert!(drain["after_ms"].is_u64(), "{drain}");
    assert_eq!(socket.closed().await, Some(4001));
    drop(socket);
    let status = timeout(LONG, child.wait()).await.unwrap().unwrap();
    assert!(status.success(), "{status}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_ends_it_at_once() {
    let data = tempdir().unwrap();
    let (mut child, place) = program(data.path(), &["--drain-s", "3600"]).await;
    assert_eq!(
        post(&place, "/signin", &json!({"username": "ada"})).await,
        202
    );
    let mut socket = Socket::open(&place, "/ws?id=ada", &[]).await.unwrap();
    assert_eq!(
        socket.text().await,
        "ok",
        "else nothing is to be waited for"
    );
    signal(&child, "INT");
    let began = Instant::now();
    while call(&place, "GET", "/readyz", &[], "").await.status != 503 {
        assert!(began.elapsed() < LONG);
    }
    signal(&child, "INT");
    timeout(Duration::from_secs(10), child.wait())
        .await
        .expect("it drains for an hour")
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_server_has_answered_what_was_under_way() {
    let world = World::alone(&[]).await;
    let ada = world.user("ada").await;
    let room = world.room("last", &[&ada]).await;
    let mut socket = world.seed(&ada).await;
    socket
        .say(&json!({"msg": "last words", "is_group": true, "group_name": room}))
        .await;
    let stop = tokio::spawn(world.stop());
    assert_eq!(socket.frame().await["msg"], "last words");
    assert_eq!(socket.closed().await, Some(4001));
    drop(socket);
    timeout(LONG, stop).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cannot_start_says_why() {
    let data = tempdir().unwrap();
    let (mut child, place) = program(data.path(), &[]).await;
    let fails = async |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_hearth"))
            .args(arguments)
            .env_clear()
            .output();
        let output = timeout(LONG, output).await.unwrap().unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    let folder = data.path().display().to_string();
    let other = tempdir().unwrap().path().display().to_string();
    let taken = fails(&["serve", "--listen", &place, "--data", &other]).await;
    assert!(
        taken.contains("cannot listen on") && taken.contains("--listen"),
        "{taken}"
    );
    let held = fails(&["serve", "--listen", "127.0.0.1:0", "--data", &folder]).await;
    assert!(held.contains(&folder), "{held}");
    let open = fails(&["serve", "--listen", "0.0.0.0:0", "--data", &other]).await;
    assert!(open.contains("HEARTH_MODE=password"), "{open}");
    let wrong = fails(&["serve", "--lisen", "x"]).await;
    assert!(
        wrong.contains("--listen"),
        "the nearest flag is named: {wrong}"
    );
    child.kill().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn health_and_config_are_commands() {
    let world = World::alone(&[]).await;
    let run = async |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_hearth"))
            .args(arguments)
            .env_clear()
            .output();
        let output = timeout(LONG, output).await.unwrap().unwrap();
        (
            output.status.success(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    let (well, said) = run(&["health", &format!("http://{}/readyz", world.place(0))]).await;
    assert!(well && said.contains("200"), "{said}");
    let (well, _) = run(&["health", &format!("http://{}/nowhere", world.place(0))]).await;
    assert!(!well);
    let (well, _) = run(&["health", "http://127.0.0.1:1/"]).await;
    assert!(!well);
    let (well, example) = run(&["config"]).await;
    assert!(
        well && example.contains("listen = \"127.0.0.1:8080\""),
        "{example}"
    );
}
