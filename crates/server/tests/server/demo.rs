//! `hearth seed-demo`: what it leaves behind, run once and again.

use std::process::Output;

use serde_json::{Value, json};
use tokio::{process::Command, time::timeout};

use crate::world::{LONG, World};

async fn seed_demo(world: &World, more: &[&str]) -> Output {
    let run = Command::new(env!("CARGO_BIN_EXE_hearth"))
        .args(["seed-demo", "--url", &format!("http://{}", world.place(0))])
        .args(more)
        .env_clear()
        .output();
    timeout(3 * LONG, run).await.unwrap().unwrap()
}

/// Each of mara's rooms, with its log.
async fn rooms(world: &World) -> Vec<(Value, Value)> {
    let login = world.post("/api/v1/login", &json!({"name": "mara"})).await;
    let bearer = format!("Bearer {}", login.json()["token"].as_str().unwrap());
    let get = async |path: &str| {
        let auth = ("Authorization", bearer.as_str());
        world.call("GET", path, &[auth], "").await.json()
    };
    let mut rooms = Vec::new();
    let listed = get("/api/v1/rooms").await["rooms"].clone();
    for room in listed.as_array().unwrap() {
        let id = room["id"].as_str().unwrap();
        let log = get(&format!("/api/v1/rooms/{id}/events?limit=200")).await;
        rooms.push((room.clone(), log));
    }
    rooms
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fresh_server_is_filled_and_one_that_is_not_only_if_forced_and_nothing_twice() {
    let world = World::alone(&[]).await;
    let filled = seed_demo(&world, &[]).await;
    let said = String::from_utf8_lossy(&filled.stdout).into_owned();
    let failed = String::from_utf8_lossy(&filled.stderr);
    assert!(filled.status.success(), "{said}{failed}");
    assert!(
        said.contains("6 people") && said.contains("kitchen: 18"),
        "{said}"
    );
    assert!(said.contains("hearth chat"), "{said}");

    let first = rooms(&world).await;
    let names: Vec<&str> = first
        .iter()
        .filter_map(|(room, _)| room["name"].as_str())
        .collect();
    for name in ["kitchen", "launch", "new colleague", "jonas"] {
        assert!(names.contains(&name), "{names:?}");
    }
    let logs: Vec<&Value> = first.iter().map(|(_, log)| log).collect();
    let logs = json!(logs).to_string();
    for kind in ["message", "edit", "react", "topic", "invite", "join"] {
        assert!(logs.contains(&format!(r#""kind":"{kind}""#)), "no {kind}");
    }
    assert!(
        logs.contains("reply_to") && logs.contains("reactions"),
        "{logs}"
    );

    let again = seed_demo(&world, &[]).await;
    let failed = String::from_utf8_lossy(&again.stderr);
    assert!(
        !again.status.success() && failed.contains("not fresh"),
        "{failed}"
    );
    let forced = seed_demo(&world, &["--force"]).await;
    let failed = String::from_utf8_lossy(&forced.stderr);
    assert!(forced.status.success(), "{failed}");
    assert_eq!(rooms(&world).await, first, "nothing is done twice");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_passwords_are_asked_for_the_team_needs_one() {
    let world = World::alone(&[("mode", "password")]).await;
    let none = seed_demo(&world, &[]).await;
    let failed = String::from_utf8_lossy(&none.stderr);
    assert!(
        !none.status.success() && failed.contains("--password-file"),
        "{failed}"
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    std::fs::write(&file, "nine grey pelicans\n").unwrap();
    let filled = seed_demo(&world, &["--password-file", file.to_str().unwrap()]).await;
    let failed = String::from_utf8_lossy(&filled.stderr);
    assert!(filled.status.success(), "{failed}");
    let body = json!({"name": "lena", "password": "nine grey pelicans"});
    assert_eq!(world.post("/api/v1/login", &body).await.status, 200);
    world.stop().await;
}
