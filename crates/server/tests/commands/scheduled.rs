//! Messages that fall due while servers are killed: each is sent once, whoever dies.
//!
//! A message is scheduled a minute ahead or more, and nobody is to wait for that: they are scheduled at a server whose
//! clock is behind, and fall due one after the other while servers with the right time are killed. Each of these writes
//! some of the rooms, and all share the record of whoever has scheduled.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use hearth_core::clock::Clock;
use hearth_server::parts::{self, SystemClock};
use serde_json::{Value, json};

use crate::{
    stage::Stage,
    world::{JSON, LONG, call},
};

const PEOPLE: usize = 3;
/// Of each of them.
const ROOMS: usize = 5;
/// In each of these.
const MESSAGES: usize = 4;
const ALL: usize = PEOPLE * ROOMS * MESSAGES;
/// From one that is due to the next: all of them fall due while servers are started and killed.
const APART_MS: u64 = 150;

/// Two minutes behind.
struct Behind(SystemClock);

impl Clock for Behind {
    fn now_ms(&self) -> u64 {
        self.0.now_ms()
    }

    fn wall_ms(&self) -> u64 {
        self.0.wall_ms() - 120_000
    }
}

/// Somebody, and their rooms.
struct Person {
    name: String,
    rooms: Vec<String>,
}

async fn post(place: &str, path: &str, body: &Value) -> Value {
    let answer = call(place, "POST", path, &[JSON], &body.to_string()).await;
    assert!(answer.status < 300, "{path}: {}", answer.body);
    answer.json()
}

async fn people(place: &str) -> Vec<Person> {
    let mut people = Vec::new();
    for n in 0..PEOPLE {
        let name = format!("ada{n}");
        post(place, "/signin", &json!({"username": name})).await;
        let mut rooms = Vec::new();
        for n in 0..ROOMS {
            let body = json!({"name": format!("{name}.{n}")});
            let room = post(place, &format!("/api/v1/rooms?id={name}"), &body).await;
            rooms.push(room["id"].as_str().unwrap().to_owned());
        }
        people.push(Person { name, rooms });
    }
    people
}

async fn schedule(place: &str, people: &[Person]) {
    // Scheduling them, and the starts of two servers, come before.
    let mut due_ms = parts::wall_ms() + 10_000;
    for message in 0..MESSAGES {
        for room in 0..ROOMS {
            for Person { name, rooms } in people {
                let text = format!("{name}, {room}, {message}");
                let body = json!({"room": rooms[room], "at_ms": due_ms, "text": text});
                post(place, &format!("/api/v1/scheduled?id={name}"), &body).await;
                due_ms += APART_MS;
            }
        }
    }
}

/// Waits until no more than so many are left, by what a server says.
async fn until_left(place: &str, people: &[Person], most: usize) {
    let began = Instant::now();
    loop {
        let mut left = Vec::new();
        for Person { name, .. } in people {
            let path = format!("/api/v1/scheduled?id={name}");
            let answer = call(place, "GET", &path, &[], "").await;
            // Its parts may have a moment of their own when another server dies.
            match answer.json()["scheduled"].as_array() {
                Some(scheduled) if answer.status == 200 => left.extend(scheduled.clone()),
                _ => left.extend(vec![Value::Null; most + 1]),
            }
        }
        if left.len() <= most {
            println!("{} of {ALL} are left", left.len());
            return;
        }
        assert!(began.elapsed() < 10 * LONG, "still scheduled: {left:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_falls_due_while_servers_are_killed_is_sent_once() {
    let test = "what_falls_due_while_servers_are_killed_is_sent_once";
    let Some(mut stage) = Stage::before_any(test).await else {
        return;
    };
    let behind = stage.with_clock(Arc::new(Behind(SystemClock::new()))).await;
    let place = behind.address().to_string();
    let people = people(&place).await;
    schedule(&place, &people).await;
    behind.stop().await;

    stage.add().await;
    stage.add().await;
    until_left(&stage.place(1), &people, ALL * 3 / 4).await;
    stage.kill(0).await;
    stage.add().await;
    until_left(&stage.place(2), &people, ALL / 4).await;
    stage.kill(1).await;
    until_left(&stage.place(2), &people, 0).await;

    stage.add().await;
    for server in stage.living() {
        let place = stage.place(server);
        for Person { name, rooms } in &people {
            for (n, room) in rooms.iter().enumerate() {
                let path = format!("/api/v1/rooms/{room}/events?id={name}&limit=200");
                let page = call(&place, "GET", &path, &[], "").await.json();
                let events = page["events"].as_array().unwrap().iter();
                let mut times: BTreeMap<&str, usize> = BTreeMap::new();
                for text in events.filter_map(|event| event["body"]["text"].as_str()) {
                    *times.entry(text).or_default() += 1;
                }
                let texts = (0..MESSAGES).map(|message| format!("{name}, {n}, {message}"));
                let texts: Vec<String> = texts.collect();
                let once = texts.iter().map(|text| (text.as_str(), 1)).collect();
                assert_eq!(times, once, "{room} at server {server}");
            }
        }
    }
}
