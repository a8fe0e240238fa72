//! A room of as many members as there may be, in the embedded store and in Cassandra.
//!
//! `HEARTH_TEST_CASSANDRA` names a node; where it is not set, the test that needs it says `SKIPPED` and passes; under
//! `CI=true` it fails instead.

use std::time::Duration;

use hearth_core::port::{Cell, MemberCell};
use hearth_protocol::{Role, RoomId, Seq, UserId, bounds::MEMBERS_PER_ROOM_MAX};
use hearth_server::{config::Config, parts};
use serde_json::{Value, json};
use tempfile::tempdir;
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use crate::world::{JSON, LONG, Served, call};

/// Cells that are written at once.
const CELLS: usize = 1_000;
/// As many as make the room full, with the one who made it; those of every tenth are out.
const MANY: usize = MEMBERS_PER_ROOM_MAX - 1;

fn cell(n: usize) -> Cell {
    Cell::Member(MemberCell {
        seq: Seq(1),
        user: UserId(Uuid::from_u128(n as u128 + 1)),
        name: format!("crowd-{n}"),
        room_name: "square".into(),
        role: (!n.is_multiple_of(10)).then_some(Role::Member),
        entered: Seq(1),
        was_guest: false,
        ban: None,
    })
}

/// All whom these requests tell of, by their names, and how many requests it took.
async fn all(place: &str, path: &str, limit: usize) -> (Vec<String>, usize) {
    let (mut names, mut requests, mut after) = (Vec::new(), 0, String::new());
    loop {
        let path = format!("{path}&limit={limit}{after}");
        let page = call(place, "GET", &path, &[], "").await.json();
        let members = page["members"].as_array().unwrap();
        assert!(members.len() <= limit);
        let called = members.iter().map(|member| member["name"].as_str());
        names.extend(called.map(|name| name.unwrap().to_owned()));
        requests += 1;
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return (names, requests),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_of_a_hundred_thousand_is_paged_looked_through_and_written_to() {
    let data = tempdir().unwrap();
    let data = data.path().display().to_string();
    holds_a_hundred_thousand(&[("data", &data)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_of_a_hundred_thousand_is_paged_looked_through_and_written_to_on_cassandra() {
    let Ok(nodes) = std::env::var("HEARTH_TEST_CASSANDRA") else {
        let test =
            "a_room_of_a_hundred_thousand_is_paged_looked_through_and_written_to_on_cassandra";
        let why = "HEARTH_TEST_CASSANDRA is not set";
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "{test}: {why}"
        );
        println!("SKIPPED {test}: {why}");
        return;
    };
    // No other run's.
    let keyspace = format!("m{:030x}", rand::random::<u128>() >> 8);
    let flags = [
        ("store", "cassandra"),
        ("files", "off"),
        ("cassandra_nodes", nodes.as_str()),
        ("cassandra_keyspace", keyspace.as_str()),
    ];
    let made = parts::migrate(&config(&flags), &mut |_| {}).await;
    made.unwrap();
    holds_a_hundred_thousand(&flags).await;
}

fn config(flags: &[(&'static str, &str)]) -> Config {
    let usual = [
        ("listen", "127.0.0.1:0"),
        ("limits", "off"),
        ("drain_s", "1"),
    ];
    let flags = flags.iter().chain(&usual);
    let flags = flags.map(|(key, value)| (*key, (*value).to_owned()));
    Config::from_sources(None, &|_| None, &flags.collect()).unwrap()
}

async fn holds_a_hundred_thousand(flags: &[(&'static str, &str)]) {
    let config = config(flags);
    let serve = async || {
        let name = parts::node_name(&config);
        let own_parts = parts::open(&config, &name).await.unwrap();
        Served::on(config.clone(), name, own_parts)
    };
    let post = async |place: &str, path: &str, body: Value| {
        let answer = call(place, "POST", path, &[JSON], &body.to_string()).await;
        assert!(answer.status < 300, "{answer:?}");
        answer.json()
    };
    let server = serve().await;
    let place = server.address().to_string();
    post(&place, "/signin", json!({"username": "ada"})).await;
    let made = post(&place, "/api/v1/rooms?id=ada", json!({"name": "square"})).await;
    let room: RoomId = made["id"].as_str().unwrap().parse().unwrap();
    // A room is quiet for two seconds before what it is goes into cells: only to these others can be added.
    sleep(Duration::from_secs(3)).await;
    server.stop().await;
    let opened = async {
        loop {
            match parts::store(&config).await {
                Ok(store) => return store,
                Err(_) => sleep(Duration::from_millis(20)).await,
            }
        }
    };
    // The folder is free once the last of the server's tasks has gone.
    let store = timeout(LONG, opened).await.unwrap();
    assert!(store.projected(room).await.unwrap().seq >= Seq(1));
    let cells: Vec<Cell> = (0..MANY).map(cell).collect();
    for some in cells.chunks(CELLS) {
        store.project(room, some).await.unwrap();
    }
    drop(store);

    let server = serve().await;
    let place = server.address().to_string();
    let members = format!("/api/v1/rooms/{room}/members?id=ada");
    let (names, requests) = all(&place, &members, 200).await;
    let there = MANY - MANY.div_ceil(10) + 1;
    assert_eq!(names.len(), there, "those who are in, each once");
    assert_eq!(requests, there.div_ceil(200));
    // It looks at ten thousand for a request.
    let (names, requests) = all(&place, &format!("{members}&q=99997"), 50).await;
    assert_eq!(names, ["crowd-99997"]);
    assert!(requests <= MEMBERS_PER_ROOM_MAX / 10_000, "{requests}");
    let events = format!("/api/v1/rooms/{room}/events");
    let body = json!({"body": {"kind": "message", "text": "is anybody there?"}});
    let sent = post(&place, &format!("{events}?id=ada"), body).await;
    let page = call(&place, "GET", &format!("{events}?id=ada&limit=1"), &[], "").await;
    assert_eq!(page.json()["events"][0]["seq"], sent["seq"]);
    server.stop().await;
}
