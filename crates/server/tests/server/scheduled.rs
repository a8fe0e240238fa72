//! Scheduled messages on the program itself, which is killed while it sends them.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use hearth_core::clock::Clock;
use hearth_server::{config::Config, parts};
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::{
    end::program,
    world::{JSON, LONG, Served, call},
};

/// An hour behind.
struct Behind(parts::SystemClock);

impl Clock for Behind {
    fn now_ms(&self) -> u64 {
        self.0.now_ms()
    }

    fn wall_ms(&self) -> u64 {
        self.0.wall_ms() - 3_600_000
    }
}

async fn post(place: &str, path: &str, body: &Value) -> Value {
    let answer = call(place, "POST", path, &[JSON], &body.to_string()).await;
    assert!(answer.status < 300, "{path}: {}", answer.body);
    answer.json()
}

async fn get(place: &str, path: &str) -> Value {
    call(place, "GET", path, &[], "").await.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_due_while_the_server_was_away_are_sent_once_though_it_is_killed_on_and_on() {
    const COUNT: u64 = 60;
    let data = tempdir().unwrap();
    let flags = [
        ("listen", "127.0.0.1:0".to_owned()),
        ("data", data.path().display().to_string()),
        ("limits", "off".to_owned()),
        ("drain_s", "1".to_owned()),
    ];
    let config = Config::from_sources(None, &|_| None, &flags.into()).unwrap();
    let name = parts::node_name(&config);
    let mut own_parts = parts::open(&config, &name).await.unwrap();
    let clock = Behind(parts::SystemClock::new());
    let due_ms = clock.wall_ms() + 120_000;
    own_parts.clock = Arc::new(clock);
    let server = Served::on(config.clone(), name, own_parts);
    let place = server.address().to_string();
    post(&place, "/signin", &json!({"username": "ada"})).await;
    let room = post(&place, "/api/v1/rooms?id=ada", &json!({"name": "hall"})).await;
    let room = room["id"].as_str().unwrap().to_owned();
    for n in 0..COUNT {
        let body = json!({"room": room, "at_ms": due_ms + n, "text": format!("m{n}")});
        post(&place, "/api/v1/scheduled?id=ada", &body).await;
    }
    server.stop().await;
    // The folder is free once the last of its tasks has gone.
    while parts::store(&config).await.is_err() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }

    // An hour later: all of it is overdue.
    for round in 0..6 {
        let (mut child, _) = program(data.path(), &[]).await;
        tokio::time::sleep(Duration::from_millis(40 * round)).await;
        child.kill().await.unwrap();
    }
    let (mut child, place) = program(data.path(), &[]).await;
    let all_sent = async {
        loop {
            let left = get(&place, "/api/v1/scheduled?id=ada").await;
            if left["scheduled"] == json!([]) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(LONG * 10, all_sent)
        .await
        .expect("all is sent");
    let page = get(
        &place,
        &format!("/api/v1/rooms/{room}/events?id=ada&limit=200"),
    )
    .await;
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for event in page["events"].as_array().unwrap() {
        if let Some(text) = event["body"]["text"].as_str() {
            *counts.entry(text.to_owned()).or_default() += 1;
        }
    }
    assert_eq!(counts.len() as u64, COUNT);
    assert!(counts.values().all(|count| *count == 1), "{counts:?}");
    child.kill().await.unwrap();
}
