//! What operators see in numbers: all that the documents name, from the start.

use serde_json::json;

use crate::world::{Socket, V1, World};

/// The names in the table of `docs/operations.md`, without those that take labels.
fn documented() -> Vec<String> {
    let page = include_str!("../../../../docs/operations.md");
    let table = page
        .lines()
        .skip_while(|line| *line != "| name | what it says | worry when |")
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let names = table.filter_map(|line| line.split('|').nth(1));
    // What stands between backticks.
    let names: Vec<String> = names
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .filter(|name| !name.contains('{'))
        .map(String::from)
        .collect();
    assert!(names.len() > 30, "the table is not where it was: {names:?}");
    names
}

fn value(metrics: &str, name: &str) -> Option<f64> {
    let mut values = metrics
        .lines()
        .filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    values.next()?.parse().ok()
}

/// Runs the calling test again in a process of its own, whose numbers no other test counts. `true` there; here, once
/// that process has ended well, `false`.
fn is_alone(test: &str) -> bool {
    const ALONE: &str = "NUMBERS_ALONE";
    if std::env::var_os(ALONE).is_some() {
        return true;
    }
    let binary = std::env::current_exe().unwrap();
    let status = std::process::Command::new(binary)
        .args(["--exact", &format!("numbers::{test}")])
        .env(ALONE, "1")
        .status()
        .unwrap();
    assert!(status.success(), "{test}, alone: {status}");
    false
}

#[tokio::test]
async fn every_number_that_is_documented_is_there_before_it_counts() {
    if !is_alone("every_number_that_is_documented_is_there_before_it_counts") {
        return;
    }
    let world = World::alone(&[]).await;
    // The node's gauges are read off it once a second, the first time at once.
    let metrics = loop {
        let metrics = world.call("GET", "/metrics", &[], "").await.body;
        if value(&metrics, "hearth_sessions").is_some() {
            break metrics;
        }
        tokio::task::yield_now().await;
    };
    let is_there = |name: &String| {
        value(&metrics, name).is_some() || value(&metrics, &format!("{name}_count")).is_some()
    };
    let missing: Vec<String> = documented()
        .into_iter()
        .filter(|name| !is_there(name))
        .collect();
    assert!(missing.is_empty(), "{missing:?} are not in {metrics}");
    world.stop().await;
}

#[tokio::test]
async fn a_delivery_and_a_resend_are_counted() {
    if !is_alone("a_delivery_and_a_resend_are_counted") {
        return;
    }
    let world = World::alone(&[]).await;
    let ada = world.user("ada").await;
    let hall = world.room("hall", &[&ada]).await;
    let mut socket = Socket::open(world.place(0), &format!("/ws?id={ada}"), &[V1])
        .await
        .unwrap();
    socket
        .say(&json!({"type": "hello", "device": "d", "rooms": []}))
        .await;
    let welcome = socket.next("welcome").await;
    assert_eq!(welcome["rooms"][0]["name"], hall.as_str());
    let (room, head) = (
        welcome["rooms"][0]["id"].clone(),
        welcome["rooms"][0]["head"].clone(),
    );
    let send = json!({"type": "send", "room": room, "id": "m1", "after": head, "device": "d", "n": 1,
        "body": {"kind": "message", "text": "hello"}});
    let before = world.call("GET", "/metrics", &[], "").await.body;
    for _ in 0..2 {
        socket.say(&send).await;
        socket.next("ack").await;
    }
    let after = world.call("GET", "/metrics", &[], "").await.body;
    for name in [
        "hearth_delivery_seconds_count",
        "hearth_resends_total",
        "hearth_appends_total",
    ] {
        assert!(
            value(&after, name) > value(&before, name),
            "{name}: {:?}, then {:?}",
            value(&before, name),
            value(&after, name)
        );
    }
    drop(socket);
    world.stop().await;
}
