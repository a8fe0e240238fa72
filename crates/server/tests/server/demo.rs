//! `hearth seed-demo`: what it leaves behind, run once and again.

use std::{process::Output, time::Duration};

use serde_json::{Value, json};
use tokio::{
    process::Command,
    time::{sleep, timeout},
};

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

/// What is seen beside the logs of mara's rooms.
async fn seen(world: &World) -> Value {
    let mut seen = json!({});
    for (by, what, path) in [
        ("mara", "saved", "/api/v1/saved"),
        ("mara", "own", "/api/v1/own"),
        ("mara", "jonas", "/api/v1/users/jonas"),
        ("mara", "directory", "/api/v1/directory?q=ubuntu"),
        ("lena", "threads of lena", "/api/v1/threads"),
        ("priya", "old ubuntu of priya", "/api/v1/search?q=relevant"),
    ] {
        let login = world.post("/api/v1/login", &json!({"name": by})).await;
        let bearer = format!("Bearer {}", login.json()["token"].as_str().unwrap());
        let auth = ("Authorization", bearer.as_str());
        // The directory follows the rooms within a second or so.
        let seeing = async {
            loop {
                let answer = world.call("GET", path, &[auth], "").await.json();
                if what != "directory" || answer["rooms"] != json!([]) {
                    return answer;
                }
                sleep(Duration::from_millis(50)).await;
            }
        };
        seen[what] = timeout(LONG, seeing).await.unwrap();
    }
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fresh_server_is_filled_and_one_that_is_not_only_if_forced_and_nothing_twice() {
    let world = World::alone(&[]).await;
    let filled = seed_demo(&world, &[]).await;
    let said = String::from_utf8_lossy(&filled.stdout).into_owned();
    let failed = String::from_utf8_lossy(&filled.stderr);
    assert!(filled.status.success(), "{said}{failed}");
    assert!(
        said.contains("6 people") && said.contains("kitchen: 25"),
        "{said}"
    );
    assert!(said.contains("hearth chat"), "{said}");

    let first = rooms(&world).await;
    let names: Vec<&str> = first
        .iter()
        .filter_map(|(room, _)| room["name"].as_str())
        .collect();
    for name in [
        "kitchen",
        "launch",
        "new colleague",
        "jonas",
        "announcements",
    ] {
        assert!(names.contains(&name), "{names:?}");
    }
    let kinds: Vec<&Value> = first.iter().map(|(room, _)| &room["kind"]).collect();
    for kind in ["private", "direct", "group", "broadcast"] {
        assert!(kinds.contains(&&json!(kind)), "no {kind}: {kinds:?}");
    }
    let logs: Vec<&Value> = first.iter().map(|(_, log)| log).collect();
    let logs = json!(logs).to_string();
    for kind in [
        "message",
        "edit",
        "react",
        "topic",
        "description",
        "invite",
        "join",
        "pin",
        "avatar",
        "erased",
    ] {
        assert!(logs.contains(&format!(r#""kind":"{kind}""#)), "no {kind}");
    }
    for field in [
        "reply_to",
        "reactions",
        "thread",
        "mentions",
        "everyone",
        "attachments",
        "rain.png",
    ] {
        assert!(logs.contains(field), "no {field}");
    }
    let seen = seen(&world).await;
    let saved = seen["saved"]["saved"].as_array().unwrap();
    assert_eq!(saved.len(), 2, "{saved:?}");
    assert!(
        seen["own"].to_string().contains("I am not angry"),
        "{}",
        seen["own"]
    );
    assert_eq!(seen["jonas"]["zone"], "Europe/Berlin");
    assert!(seen["jonas"]["avatar"].is_string(), "{}", seen["jonas"]);
    let threads = seen["threads of lena"]["threads"].as_array().unwrap();
    assert_eq!(threads.len(), 1, "{threads:?}");
    assert_eq!(threads[0]["messages"], 3);
    assert!(
        seen["directory"].to_string().contains("CC BY 4.0"),
        "{}",
        seen["directory"]
    );
    // The program writes under who said it there.
    let old = seen["old ubuntu of priya"]["rooms"].as_array().unwrap();
    assert_eq!(old[0]["hits"][0]["name"], "ducasse (webhook)", "{old:?}");
    let mentioned = first.iter().any(|(room, _)| room["mentioned"].is_array());
    assert!(mentioned, "somebody calls mara");

    let again = seed_demo(&world, &[]).await;
    let failed = String::from_utf8_lossy(&again.stderr);
    assert!(
        !again.status.success() && failed.contains("not fresh"),
        "{failed}"
    );
    let forced = seed_demo(&world, &["--force"]).await;
    let failed = String::from_utf8_lossy(&forced.stderr);
    assert!(forced.status.success(), "{failed}");
    // Marks follow what one writes within a second: the logs are what may not grow.
    let logs = |rooms: Vec<(Value, Value)>| -> Vec<(Value, Value)> {
        let id = |(room, log): (Value, Value)| (room["id"].clone(), log);
        rooms.into_iter().map(id).collect()
    };
    let second = logs(rooms(&world).await);
    assert!(second == logs(first), "something is done twice: {second:?}");
    assert_eq!(self::seen(&world).await, seen, "nor beside the logs");
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
