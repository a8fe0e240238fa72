//! What administrators see of all servers in one document, on whichever they ask; and of all rooms.

use std::{sync::Arc, time::Duration};

use hearth_core::{local::LocalNet, port::NodeName, testing::MemoryStore};
use serde_json::{Value, json};
use tokio::time::{interval, timeout};

use crate::world::{Answer, JSON, LONG, Served, Socket, V1, World, call};

const PASSWORD: &str = "correct horse";
const HEALTH: &str = "/api/v1/admin/health";

/// The first administrator, who asks at any server.
struct Root(String);

impl Root {
    async fn at(place: &str, node: &hearth_core::node::Node, name: &str) -> Self {
        let link = node.offer_first().await.unwrap().unwrap();
        let body = json!({"name": name, "password": PASSWORD, "first": link.token});
        Self::of(&call(place, "POST", "/api/v1/signup", &[JSON], &body.to_string()).await)
    }

    fn of(answer: &Answer) -> Self {
        assert!(answer.status < 300, "{answer:?}");
        Self(format!(
            "Bearer {}",
            answer.json()["token"].as_str().unwrap()
        ))
    }

    async fn ask(&self, place: &str, method: &str, path: &str, body: &str) -> Answer {
        call(
            place,
            method,
            path,
            &[("Authorization", &self.0), JSON],
            body,
        )
        .await
    }

    async fn read(&self, place: &str, path: &str) -> Value {
        let answer = self.ask(place, "GET", path, "").await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.json()
    }

    /// Asks until the document is as it should be.
    async fn until(&self, place: &str, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let mut last = Value::Null;
        let asking = async {
            let mut ticks = interval(Duration::from_millis(200));
            loop {
                ticks.tick().await;
                last = self.read(place, HEALTH).await;
                if is_so(&last) {
                    return;
                }
            }
        };
        let waited = timeout(LONG, asking).await;
        assert!(waited.is_ok(), "{what} was never so: {last:#}");
        last
    }
}

/// A server's line.
fn line<'a>(health: &'a Value, node: &str) -> Option<&'a Value> {
    let mut nodes = health["nodes"].as_array().unwrap().iter();
    nodes.find(|line| line["node"] == node)
}

fn state<'a>(health: &'a Value, node: &str) -> Option<&'a str> {
    line(health, node)?["state"].as_str()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_server_tells_of_all_of_them_and_since_when_one_is_away() {
    let (net, store) = (LocalNet::new(), Arc::new(MemoryStore::new(1000)));
    let names = ["one", "two", "three"].map(|name| NodeName(name.into()));
    let mut servers: Vec<_> = names
        .iter()
        .map(|name| Served::beside(name, &net, &store))
        .collect();
    let places: Vec<_> = servers
        .iter()
        .map(|server| server.address().to_string())
        .collect();
    let root = Root::at(&places[0], servers[0].node(), "root").await;
    let all_well = |health: &Value| {
        let is_well = |name: &NodeName| {
            state(health, &name.0) == Some("well")
                && line(health, &name.0).unwrap()["said"].is_object()
        };
        names.iter().all(is_well)
    };
    for place in &places {
        root.until(place, "all are well", all_well).await;
    }

    // Somebody is on the second, and a message of theirs reaches them: that is work of the second alone.
    let room = json!({"name": "hall", "kind": "public"}).to_string();
    let made = root.ask(&places[0], "POST", "/api/v1/rooms", &room).await;
    assert!(made.status < 300, "{made:?}");
    let room = made.json()["id"].as_str().unwrap().to_owned();
    let headers = [V1, ("Authorization", root.0.as_str())];
    let mut socket = Socket::open(&places[1], "/ws", &headers).await.unwrap();
    socket.say(&json!({"type": "hello", "device": "d"})).await;
    socket.next("welcome").await;
    let message = json!({"id": "m", "body": {"kind": "message", "text": "good morning"}});
    let path = format!("/api/v1/rooms/{room}/events");
    let sent = root
        .ask(&places[1], "POST", &path, &message.to_string())
        .await;
    assert!(sent.status < 300, "{sent:?}");
    let busy = |health: &Value| {
        let said = |node: &str| line(health, node).unwrap()["said"].clone();
        let positive = |value: &Value| value.as_f64().is_some_and(|rate| rate > 0.0);
        let two = said("two");
        positive(&two["messages_per_s"])
            && positive(&two["deliveries_per_s"])
            && two["users"] == 1
            && two["sockets"]["now"] == 1
            && said("three")["users"] == 0
    };
    let health = root.until(&places[0], "the second has work", busy).await;
    for quiet in ["one", "three"] {
        assert_eq!(line(&health, quiet).unwrap()["said"]["messages_per_s"], 0.0);
    }
    let appended = |health: &Value| {
        let nodes = health["nodes"].as_array().unwrap().iter();
        let mut timed = nodes.map(|line| &line["said"]["append"]);
        timed.any(|append| {
            append["p50_us"].as_u64() <= append["p99_us"].as_u64() && append.is_object()
        })
    };
    assert!(appended(&health), "{health:#}");

    // One dies without a word: nothing of it is heard, and its line stays.
    net.take_away(&names[2]);
    servers[2].node().crash();
    let away = |health: &Value| state(health, "three") == Some("away");
    for place in &places[..2] {
        let health = root.until(place, "the third is away", away).await;
        let three = line(&health, "three").unwrap();
        let since_ms = three["away_since_ms"].as_u64().unwrap();
        assert!(since_ms < health["wall_ms"].as_u64().unwrap(), "{three}");
        assert!(three["age_ms"].as_u64() >= Some(3_500), "{three}");
        assert!(three["said"]["address"].is_string(), "{three}");
        assert_eq!(state(&health, "one"), Some("well"));
        assert!(line(&health, "one").unwrap().get("away_since_ms").is_none());
    }

    // One that says goodbye leaves no line.
    drop(socket);
    servers.pop();
    servers.pop().unwrap().stop().await;
    let health = root
        .until(&places[0], "the second has gone", |health| {
            state(health, "two").is_none()
        })
        .await;
    assert_eq!(state(&health, "three"), Some("away"));
    servers.pop().unwrap().stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_alone_tells_of_itself_and_its_file() {
    let world = World::alone(&[]).await;
    let place = world.place(0).to_owned();
    let root = Root::at(&place, world.node(), &world.name("root")).await;
    let room = json!({"name": world.name("h"), "kind": "public"}).to_string();
    assert!(
        root.ask(&place, "POST", "/api/v1/rooms", &room)
            .await
            .status
            < 300
    );
    let is_told = |health: &Value| {
        let said = &health["nodes"][0]["said"];
        said["append"].is_object() && said["rooms"].as_u64() >= Some(1)
    };
    let health = root.until(&place, "an append is told", is_told).await;
    assert_eq!(health["nodes"].as_array().unwrap().len(), 1, "{health:#}");
    let line = &health["nodes"][0];
    assert_eq!(
        (&line["node"], &line["state"]),
        (&health["node"], &json!("well"))
    );
    let said = &line["said"];
    let port = place.rsplit_once(':').unwrap().1;
    assert!(said["address"].as_str().unwrap().ends_with(port), "{said}");
    assert!(said["memory_bytes"].as_u64() > Some(1 << 20), "{said}");
    assert!(said["started_ms"].as_u64() <= health["wall_ms"].as_u64());
    let store = &health["store"];
    assert_eq!(store["kind"], "embedded");
    assert!(store["bytes"].as_u64() > Some(0), "{store}");
    let commit = &store["commit"];
    assert!(
        commit["p50_us"].as_u64() > Some(0)
            && commit["p50_us"].as_u64() <= commit["p99_us"].as_u64()
    );
    assert_eq!(
        (&health["redis"], &health["minutes"]),
        (&json!([]), &json!([]))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_list_all_rooms_but_no_direct_ones_and_that_is_an_act() {
    let world = World::alone(&[]).await;
    let place = world.place(0).to_owned();
    let root = Root::at(&place, world.node(), &world.name("root")).await;
    // A name has at most 25 characters.
    let name = |stem: &str| world.name(stem);
    let body = json!({"name": world.name("ada"), "password": PASSWORD});
    let ada = Root::of(&world.post("/api/v1/signup", &body).await);
    let bob = world.user("bob").await;
    let make = async |name: &str, kind: &str| {
        let body = json!({"name": name, "kind": kind}).to_string();
        let made = ada.ask(&place, "POST", "/api/v1/rooms", &body).await;
        assert!(made.status < 300, "{made:?}");
        made.json()["id"].as_str().unwrap().to_owned()
    };
    let secret = make(&name("secret plans"), "private").await;
    let hall = make(&name("hall"), "public").await;
    let old = make(&name("old"), "private").await;
    let send = async |room: &str, id: &str, body: Value| {
        let body = json!({"id": id, "body": body}).to_string();
        let path = format!("/api/v1/rooms/{room}/events");
        let sent = ada.ask(&place, "POST", &path, &body).await;
        assert!(sent.status < 300, "{sent:?}");
    };
    send(&secret, "d", json!({"kind": "message", "text": "a plan"})).await;
    send(&old, "e", json!({"kind": "archive", "on": true})).await;
    let renamed = json!({"name": name("lobby")}).to_string();
    let path = format!("/api/v1/rooms/{hall}/rename");
    let answer = ada.ask(&place, "POST", &path, &renamed).await;
    assert!(answer.status < 300, "{answer:?}");
    let direct = json!({"user": bob}).to_string();
    let direct = ada.ask(&place, "POST", "/api/v1/direct", &direct).await;
    assert!(direct.status < 300, "{direct:?}");

    let refused = ada.ask(&place, "GET", "/api/v1/admin/rooms", "").await;
    assert_eq!(refused.status, 403);
    let pages = async |query: &str, limit: usize| {
        let (mut found, mut after) = (Vec::new(), String::new());
        loop {
            let path = format!("/api/v1/admin/rooms?limit={limit}{query}{after}");
            let page = root.read(&place, &path).await;
            let rooms = page["rooms"].as_array().unwrap().clone();
            assert!(rooms.len() <= limit);
            found.extend(rooms);
            match page["next"].as_str() {
                Some(next) => after = format!("&after={}", next.replace(' ', "%20")),
                None => return found,
            }
        }
    };
    let of = |found: &[Value], id: &str| {
        let mut rooms = found.iter().filter(|room| room["id"] == id);
        let room = rooms.next().unwrap_or_else(|| panic!("{id}: {found:?}"));
        assert!(rooms.next().is_none(), "{id} is there twice: {found:?}");
        room.clone()
    };
    for limit in [1, 50] {
        let found = pages("", limit).await;
        assert_eq!(found.len(), 3, "{found:?}");
        let room = of(&found, &secret);
        assert_eq!(
            (&room["kind"], &room["members"], &room["archived"]),
            (&json!("private"), &json!(1), &json!(false))
        );
        assert!(room["last_ms"].as_u64() > Some(1_600_000_000_000), "{room}");
        assert_eq!(of(&found, &old)["archived"], true);
        assert_eq!(of(&found, &hall)["name"], name("lobby"));
        assert!(!json!(found).to_string().contains("a plan"));
    }
    for (query, id) in [("&q=PLANS", &secret), ("&q=lobby", &hall)] {
        let found = pages(query, 50).await;
        assert_eq!((found.len(), &found[0]["id"]), (1, &json!(id)), "{query}");
    }
    assert!(pages("&q=lob%20plans", 50).await.is_empty());

    // However often they looked.
    let acts = root.read(&place, "/api/v1/admin/acts").await;
    let looks = acts["acts"].as_array().unwrap().iter();
    let looks = looks.filter(|act| act["act"] == "rooms_listed");
    assert_eq!(looks.count(), 1, "{acts}");
}
