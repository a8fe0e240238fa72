//! Calls that make something, again under their key: one thing, the same answer, and nothing else under that key.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use hearth_core::totp::code;
use hearth_server::parts::wall_ms;
use serde_json::{Value, json};

use crate::{
    surface::routes,
    world::{Answer, JSON, World, call},
};

async fn ask(
    world: &World,
    token: &str,
    key: &str,
    method: &str,
    path: &str,
    body: &Value,
) -> Answer {
    let headers = [JSON, ("Authorization", token), ("Idempotency-Key", key)];
    let body = match body {
        Value::Null => String::new(),
        body => body.to_string(),
    };
    call(world.place(0), method, path, &headers, &body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_made_under_a_key_is_made_once_and_its_secret_is_told_again() {
    let world = World::alone(&[("outgoing_nets", "127.0.0.0/8")]).await;
    let link = world.node().offer_first().await.unwrap().unwrap();
    let password = "correct horse battery";
    let body = json!({"name": world.name("root"), "password": password, "first": link.token});
    let made = world.post("/api/v1/signup", &body).await.json();
    let token = format!("Bearer {}", made["token"].as_str().unwrap());
    let subject = world.name("subject");
    let body = json!({"name": subject, "password": password});
    world.post("/api/v1/signup", &body).await;

    let hall = world.name("hall");
    let body = json!({"name": hall});
    let room = ask(&world, &token, "room", "POST", "/api/v1/rooms", &body).await;
    let room = room.json()["id"].as_str().unwrap().to_owned();
    let room = format!("/api/v1/rooms/{room}");
    let bot = world.name("bot");
    let tokens = format!("/api/v1/admin/bots/{bot}/tokens");
    let reset = format!("/api/v1/admin/users/{subject}/reset");
    let invitations = format!("{room}/invitations");
    let (ways_in, ways_out) = (
        format!("{room}/webhooks/in"),
        format!("{room}/webhooks/out"),
    );
    let webhooks = format!("{room}/webhooks");
    let out = |name: &str| json!({"url": "http://127.0.0.1:9/", "name": name});
    // How it is asked, what else is asked under the key, and where it is listed under which name.
    let all = [
        (
            "/api/v1/rooms",
            json!({"name": hall}),
            json!({"name": "x"}),
            None,
        ),
        (
            "/api/v1/admin/bots",
            json!({"name": bot}),
            json!({"name": "y"}),
            None,
        ),
        (
            tokens.as_str(),
            json!({"name": "t", "scopes": ["read"]}),
            json!({"name": "u", "scopes": ["read"]}),
            Some((tokens.as_str(), "tokens")),
        ),
        (reset.as_str(), Value::Null, Value::Null, None),
        (
            "/api/v1/admin/invitations",
            json!({"uses": 2}),
            json!({"uses": 3}),
            Some(("/api/v1/admin/invitations", "invitations")),
        ),
        (
            invitations.as_str(),
            json!({"uses": 2, "valid_s": 60}),
            json!({"uses": 3, "valid_s": 60}),
            Some((invitations.as_str(), "invitations")),
        ),
        (
            ways_in.as_str(),
            json!({"name": "CI"}),
            json!({"name": "CD"}),
            Some((webhooks.as_str(), "webhooks")),
        ),
        (ways_out.as_str(), out("a"), out("b"), None),
    ];
    for (n, (path, body, other, listed)) in all.into_iter().enumerate() {
        let key = format!("key-{n}");
        let first = ask(&world, &token, &key, "POST", path, &body).await;
        // The room was made above, under another key.
        if path == "/api/v1/rooms" {
            assert_eq!(first.status, 409, "{}", first.body);
            continue;
        }
        assert_eq!(first.status, 201, "{path}: {}", first.body);
        let again = ask(&world, &token, &key, "POST", path, &body).await;
        assert_eq!((again.status, &again.body), (201, &first.body), "{path}");
        if let Some((list, field)) = listed {
            let all = ask(&world, &token, "none", "GET", list, &Value::Null).await;
            assert_eq!(all.json()[field].as_array().unwrap().len(), 1, "{path}");
        }
        // Another body; where there is none, another call.
        let (path, other) = match other {
            Value::Null => ("/api/v1/admin/bots", json!({"name": "z"})),
            other => (path, other),
        };
        let refused = ask(&world, &token, &key, "POST", path, &other).await;
        assert_eq!(refused.status, 400, "{path}: {}", refused.body);
        assert!(refused.body.contains("Idempotency-Key"), "{}", refused.body);
    }
    // The order of fields counts for nothing.
    let other_order = r#"{"scopes": ["read"], "name": "t"}"#;
    let headers = [
        JSON,
        ("Authorization", &token),
        ("Idempotency-Key", "key-2"),
    ];
    let again = call(world.place(0), "POST", &tokens, &headers, other_order).await;
    assert_eq!(again.status, 201, "{}", again.body);
    // The secret that was told twice is one that works.
    let secret = again.json()["secret"].as_str().unwrap().to_owned();
    let by_bot = [("Authorization", &*format!("Bearer {secret}"))];
    let me = world.call("GET", "/api/v1/me", &by_bot, "").await;
    assert_eq!(me.status, 200, "{}", me.body);
    world.stop().await;
}

const RIGHT: &str = "correct horse battery";

async fn sign_up(world: &World, key: &str, body: &Value) -> Answer {
    let headers = [JSON, ("Idempotency-Key", key)];
    let path = "/api/v1/signup";
    call(world.place(0), "POST", path, &headers, &body.to_string()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_sign_up_again_is_the_same_account_for_who_knows_key_and_password() {
    let world = World::alone(&[]).await;
    let (ada, bob) = (world.name("ada"), world.name("bob"));
    let body = json!({"name": ada, "display": "Ada", "password": RIGHT});
    let first = sign_up(&world, "k1", &body).await;
    assert_eq!(first.status, 201, "{}", first.body);
    let again = sign_up(&world, "k1", &body).await;
    assert_eq!(again.status, 201, "{}", again.body);
    let (first, again) = (first.json(), again.json());
    assert_eq!(first["user"], again["user"]);
    assert_ne!(first["token"], again["token"], "a token is kept nowhere");
    let bearer = format!("Bearer {}", again["token"].as_str().unwrap());
    let by_it = [("Authorization", bearer.as_str()), JSON];
    assert_eq!(
        world.call("GET", "/api/v1/me", &by_it, "").await.status,
        200
    );

    // What is not the same is somebody else's.
    let but = |field: &str, value: Value| {
        let mut other = body.clone();
        other[field] = value;
        other
    };
    for (key, other) in [
        ("k2", body.clone()),
        ("k1", but("password", json!("incorrect horse battery"))),
        ("k1", but("password", Value::Null)),
        ("k1", but("display", json!("Ada L."))),
    ] {
        let refused = sign_up(&world, key, &other).await;
        assert_eq!(refused.status, 409, "{key} {other}: {}", refused.body);
    }
    assert_eq!(world.post("/api/v1/signup", &body).await.status, 409);

    // In mode `open` one needs no password, and who has one is not asked by name alone.
    let plain = json!({"name": bob});
    let made = join_all((0..6).map(|_| sign_up(&world, "k3", &plain))).await;
    let ids: BTreeSet<_> = made
        .iter()
        .map(|made| made.json()["user"]["id"].to_string())
        .collect();
    assert_eq!(ids.len(), 1, "{made:?}");
    assert!(made.iter().all(|made| made.status == 201), "{made:?}");

    // A second factor is not gone round.
    let password = json!({"current_password": RIGHT}).to_string();
    let begun = world.call("POST", "/api/v1/totp", &by_it, &password).await;
    let secret = begun.json()["secret"].as_str().unwrap().to_owned();
    let shown = json!({"code": code(&secret, wall_ms()).unwrap()}).to_string();
    let confirm = "/api/v1/totp/confirm";
    let keyed = [by_it[0], JSON, ("Idempotency-Key", "f1")];
    let confirmed = world.call("POST", confirm, &keyed, &shown).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.body);
    let told = world
        .call("POST", confirm, &keyed, r#"{"code": "0"}"#)
        .await;
    assert_eq!((told.status, &told.body), (200, &confirmed.body));
    assert_eq!(
        world.call("POST", confirm, &by_it, &shown).await.status,
        403
    );
    assert_eq!(sign_up(&world, "k1", &body).await.status, 409);

    // By the specification's call.
    let cleo = json!({"username": world.name("cleo"), "password": RIGHT}).to_string();
    for (key, status) in [("k4", 202), ("k4", 202), ("k5", 409)] {
        let headers = [JSON, ("Idempotency-Key", key)];
        let made = call(world.place(0), "POST", "/signin", &headers, &cleo).await;
        assert_eq!(made.status, status, "{}", made.body);
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_sign_up_again_takes_no_second_use_of_the_link_that_let_it_in() {
    let world = World::alone(&[("signup", "invitation")]).await;
    let link = world.node().offer_first().await.unwrap().unwrap();
    let root = json!({"name": world.name("root"), "password": RIGHT, "first": link.token});
    let mut token = String::new();
    for _ in 0..2 {
        let made = sign_up(&world, "k1", &root).await;
        assert_eq!(made.status, 201, "{}", made.body);
        token = made.json()["token"].as_str().unwrap().to_owned();
    }
    let token = format!("Bearer {token}");
    let path = "/api/v1/admin/first";
    let again = ask(
        &world,
        &token,
        "k2",
        "POST",
        path,
        &json!({"token": link.token}),
    )
    .await;
    assert_eq!(again.status, 204, "{}", again.body);
    assert_eq!(world.node().administrators().await.unwrap().len(), 1);

    let path = "/api/v1/admin/invitations";
    let invited = ask(&world, &token, "k3", "POST", path, &json!({"uses": 1})).await;
    let invited = invited.json()["token"].as_str().unwrap().to_owned();
    let dora = json!({"name": world.name("dora"), "password": RIGHT, "invitation": invited});
    let ids: Vec<_> = join_all((0..3).map(|_| sign_up(&world, "k4", &dora))).await;
    for made in &ids {
        assert_eq!(made.status, 201, "{}", made.body);
        assert_eq!(made.json()["user"], ids[0].json()["user"]);
    }
    let all = world.node().invitations().await.unwrap();
    assert_eq!(all[0].uses, 1);
    let eve = json!({"name": world.name("eve"), "password": RIGHT, "invitation": invited});
    assert_eq!(sign_up(&world, "k4", &eve).await.status, 403);
    world.stop().await;
}

/// The page says of every POST what the same does again, and which of them take a key.
#[tokio::test]
async fn every_post_says_what_the_same_does_again() {
    let page = include_str!("../../../../docs/protocol.md");
    let (_, section) = page.split_once("### The same call again").unwrap();
    let (section, _) = section.split_once("\n### ").unwrap();
    let told: BTreeMap<String, bool> = section
        .lines()
        .filter_map(|line| {
            let mut cells = line.strip_prefix("| `")?.split(" |");
            let call = cells.next()?.trim_end_matches('`').to_owned();
            let keyed = !cells.next()?.trim().is_empty();
            let without = cells.next()?.trim();
            assert!(!without.is_empty(), "{call}: and without a key?");
            Some((call, keyed))
        })
        .collect();
    let world = World::alone(&[]).await;
    let posts = routes(world.place(0)).await.into_iter();
    let posts: BTreeSet<String> = posts.filter(|call| call.starts_with("POST ")).collect();
    let in_table: BTreeSet<String> = told.keys().cloned().collect();
    let untold: Vec<_> = posts.difference(&in_table).collect();
    assert!(
        untold.is_empty(),
        "not in the table of docs/protocol.md: {untold:?}"
    );
    let gone: Vec<_> = in_table.difference(&posts).collect();
    assert!(gone.is_empty(), "in the table, and no route: {gone:?}");

    let description = world.call("GET", "/api/openapi.json", &[], "").await.json();
    for (path, methods) in description["paths"].as_object().unwrap() {
        let Some(post) = methods.get("post") else {
            continue;
        };
        let parameters = post["parameters"].as_array();
        let takes_key =
            parameters.is_some_and(|all| all.iter().any(|one| one["name"] == "Idempotency-Key"));
        let call = format!("POST {path}");
        assert_eq!(told[&call], takes_key, "{call}: does it take a key?");
    }
    world.stop().await;
}
