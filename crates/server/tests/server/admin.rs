//! Administrators: how the first comes to be one, what they can do about accounts, and what becomes of those accounts.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::world::{Answer, JSON, Socket, V1, World, call};

const RIGHT: &str = "correct horse";
const NEW: &str = "battery staple";

/// Somebody with a login.
struct Person {
    name: String,
    id: String,
    bearer: String,
}

impl Person {
    async fn sign_up(world: &World, stem: &str) -> Self {
        let body = json!({"name": world.name(stem), "password": RIGHT});
        Self::of(&world.post("/api/v1/signup", &body).await)
    }

    /// The first administrator.
    async fn first(world: &World) -> Self {
        let body =
            json!({"name": world.name("root"), "password": RIGHT, "first": first(world).await});
        Self::of(&world.post("/api/v1/signup", &body).await)
    }

    fn of(answer: &Answer) -> Self {
        assert!(answer.status < 300, "{answer:?}");
        let login = answer.json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self {
            name: text(&login["user"]["name"]),
            id: text(&login["user"]["id"]),
            bearer: format!("Bearer {}", text(&login["token"])),
        }
    }

    async fn ask(&self, world: &World, method: &str, path: &str, body: &Value) -> Answer {
        let headers = [("Authorization", self.bearer.as_str()), JSON];
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        call(world.place(0), method, path, &headers, &body).await
    }

    /// Asks for what must be done.
    async fn done(&self, world: &World, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.ask(world, method, path, body).await;
        assert!(answer.status < 300, "{method} {path}: {answer:?}");
        serde_json::from_str(&answer.body).unwrap_or_default()
    }

    async fn is_in(&self, world: &World) -> bool {
        let answer = self.ask(world, "GET", "/api/v1/me", &Value::Null).await;
        assert!([200, 401].contains(&answer.status), "{answer:?}");
        answer.status == 200
    }

    async fn is_administrator(&self, world: &World) -> bool {
        let answer = self
            .ask(world, "GET", "/api/v1/admin/acts", &Value::Null)
            .await;
        assert!([200, 403].contains(&answer.status), "{answer:?}");
        answer.status == 200
    }

    async fn socket(&self, world: &World) -> Socket {
        let headers = [V1, ("Authorization", self.bearer.as_str())];
        let mut socket = Socket::open(world.place(0), "/ws", &headers).await.unwrap();
        socket.say(&json!({"type": "hello", "device": "d"})).await;
        socket.next("welcome").await;
        socket
    }
}

/// The token of a new link for the first administrator.
async fn first(world: &World) -> String {
    world.node().offer_first().await.unwrap().unwrap().token
}

fn user(name: &str, act: &str) -> String {
    format!("/api/v1/admin/users/{name}{act}")
}

async fn log_in(world: &World, name: &str, password: &str) -> Answer {
    let body = json!({"name": name, "password": password});
    world.post("/api/v1/login", &body).await
}

/// In time: two seconds, and some for a machine that has more to do than this.
async fn signed_out(began: Instant, mut socket: Socket) {
    assert_eq!(socket.closed().await, Some(4100));
    let took = began.elapsed();
    assert!(took < Duration::from_secs(4), "{took:?}");
}

fn named(answer: &Answer) -> (u16, String) {
    let error = answer.json()["error"].as_str().unwrap().to_owned();
    (answer.status, error)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_administrator_comes_by_a_link_that_works_once() {
    let world = World::alone(&[]).await;
    let (earlier, link) = (first(&world).await, first(&world).await);
    let ada = Person::sign_up(&world, "ada").await;
    let body = json!({"token": link});
    let path = "/api/v1/admin/first";
    assert_eq!(world.post(path, &body).await.status, 401);
    let wrong = json!({"token": "0".repeat(64)});
    assert_eq!(ada.ask(&world, "POST", path, &wrong).await.status, 403);
    // In mode `open` a name is enough for an account without a password: it is not enough for this.
    let bob = world.user("bob").await;
    let word = format!("{path}?id={bob}");
    let refused = world.post(&word, &body).await;
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("password"), "{}", refused.body);
    let bare = json!({"name": world.name("eve"), "first": link});
    let refused = world.post("/api/v1/signup", &bare).await;
    assert_eq!(named(&refused), (400, "invalid password".into()));
    assert!(!ada.is_administrator(&world).await);

    ada.done(&world, "POST", path, &body).await;
    assert!(ada.is_administrator(&world).await);
    assert_eq!(world.node().offer_first().await, Ok(None));
    for token in [earlier, link] {
        let eve = json!({"name": world.name("eve"), "password": RIGHT, "first": token});
        assert_eq!(world.post("/api/v1/signup", &eve).await.status, 403);
    }
    let eve = json!({"name": world.name("eve")});
    let free = world.post("/api/v1/signup", &eve).await;
    assert_eq!(free.status, 201, "who was refused has no account");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_present_the_first_link_at_once_one_becomes_administrator() {
    let world = World::alone(&[("signup", "closed")]).await;
    let link = first(&world).await;
    let sign_ups = (0..6).map(|n| {
        let body = json!({"name": world.name(&format!("p{n}")), "password": RIGHT, "first": link});
        let world = &world;
        async move { world.post("/api/v1/signup", &body).await.status }
    });
    let mut answers = join_all(sign_ups).await;
    answers.sort_unstable();
    assert_eq!(answers, [201, 403, 403, 403, 403, 403]);
    assert_eq!(world.node().administrators().await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_right_is_given_and_taken_but_the_last_one_stays() {
    let world = World::alone(&[]).await;
    let root = Person::first(&world).await;
    let none = Value::Null;
    let bare = world.user("bare").await;
    let refused = root.ask(&world, "PUT", &user(&bare, "/admin"), &none).await;
    assert_eq!(refused.status, 403, "a name alone would give it");
    let ada = Person::sign_up(&world, "ada").await;
    assert!(!ada.is_administrator(&world).await);
    let own = user(&root.name, "/admin");
    assert_eq!(root.ask(&world, "DELETE", &own, &none).await.status, 403);
    for _ in 0..2 {
        root.done(&world, "PUT", &user(&ada.name, "/admin"), &none)
            .await;
    }
    assert!(ada.is_administrator(&world).await);
    for act in ["/deactivate", ""] {
        let method = if act.is_empty() { "DELETE" } else { "POST" };
        let refused = root.ask(&world, method, &user(&ada.id, act), &none).await;
        assert_eq!(refused.status, 403, "the right is to be taken first");
    }
    // Each takes the other's in the same moment.
    let (by_root, by_ada) = (user(&ada.name, "/admin"), user(&root.name, "/admin"));
    let (one, other) = tokio::join!(
        root.ask(&world, "DELETE", &by_root, &none),
        ada.ask(&world, "DELETE", &by_ada, &none),
    );
    let mut answers = [one.status, other.status];
    answers.sort_unstable();
    assert_eq!(answers, [204, 403]);
    let left = [
        root.is_administrator(&world).await,
        ada.is_administrator(&world).await,
    ];
    assert_eq!(left.iter().filter(|is| **is).count(), 1, "{left:?}");
    let unknown = user("nobody-at-all", "/admin");
    let last = if left[0] { &root } else { &ada };
    assert_eq!(last.ask(&world, "PUT", &unknown, &none).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deactivated_account_is_out_everywhere_and_its_holder_is_told_why() {
    let world = World::alone(&[]).await;
    let (root, ada) = (
        Person::first(&world).await,
        Person::sign_up(&world, "ada").await,
    );
    let word = world.user("word").await;
    let (socket, mut kept) = (ada.socket(&world).await, root.socket(&world).await);
    let by_word = world.seed(&word).await;
    let none = Value::Null;
    let began = Instant::now();
    for name in [&ada.name, &word] {
        root.done(&world, "POST", &user(name, "/deactivate"), &none)
            .await;
    }
    assert!(!ada.is_in(&world).await);
    signed_out(began, socket).await;
    signed_out(began, by_word).await;
    assert_eq!(kept.so_far().await, Vec::<Value>::new());

    let out = (403, "account deactivated".to_owned());
    assert_eq!(named(&log_in(&world, &ada.name, RIGHT).await), out);
    let seeds = json!({"id": ada.name, "password": RIGHT});
    assert_eq!(named(&world.post("/login", &seeds).await), out);
    // It is told to who has shown that it is theirs, and to nobody else.
    assert_eq!(log_in(&world, &ada.name, NEW).await.status, 401);
    assert_eq!(
        named(&world.post("/login", &json!({"id": word})).await),
        out
    );
    let me = format!("/api/v1/me?id={word}");
    assert_eq!(named(&world.call("GET", &me, &[], "").await), out);
    let refused = Socket::open(world.place(0), &format!("/ws?id={word}"), &[]).await;
    assert_eq!(refused.err().unwrap().0, 403);
    let seen = root.done(&world, "GET", &user(&ada.id, ""), &none).await;
    assert_eq!(
        (&seen["deactivated"], &seen["sessions"]),
        (&json!(true), &json!(0))
    );

    root.done(&world, "POST", &user(&ada.id, "/reactivate"), &none)
        .await;
    assert!(!ada.is_in(&world).await, "what has ended stays ended");
    let again = Person::of(&log_in(&world, &ada.name, RIGHT).await);
    assert!(again.is_in(&world).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_account_is_gone_and_what_it_wrote_and_its_name_stay() {
    let world = World::alone(&[]).await;
    let (root, ada) = (
        Person::first(&world).await,
        Person::sign_up(&world, "ada").await,
    );
    let none = Value::Null;
    let made = json!({"name": world.name("hall")});
    let room = ada.done(&world, "POST", "/api/v1/rooms", &made).await["id"].clone();
    let room = format!("/api/v1/rooms/{}", room.as_str().unwrap());
    root.done(&world, "POST", &format!("{room}/join"), &none)
        .await;
    let said = json!({"body": {"kind": "message", "text": "I was here"}});
    ada.done(&world, "POST", &format!("{room}/events"), &said)
        .await;
    let direct = json!({"user": ada.name});
    root.done(&world, "POST", "/api/v1/direct", &direct).await;
    let socket = ada.socket(&world).await;

    let began = Instant::now();
    root.done(&world, "DELETE", &user(&ada.name, ""), &none)
        .await;
    assert!(!ada.is_in(&world).await);
    signed_out(began, socket).await;
    assert_eq!(log_in(&world, &ada.name, RIGHT).await.status, 401);
    for gone in [&ada.name, &ada.id] {
        assert_eq!(
            root.ask(&world, "GET", &user(gone, ""), &none).await.status,
            404
        );
        assert_eq!(
            root.ask(&world, "DELETE", &user(gone, ""), &none)
                .await
                .status,
            404
        );
    }
    let again = json!({"name": ada.name, "password": RIGHT});
    let taken = world.post("/api/v1/signup", &again).await;
    assert_eq!(taken.status, 409, "nobody can pose as who wrote that");
    // The room's only owner made another one before they left.
    let members = root
        .done(&world, "GET", &format!("{room}/members"), &none)
        .await;
    let members = members["members"].as_array().unwrap();
    assert_eq!((members.len(), &members[0]["role"]), (1, &json!("owner")));
    let page = root
        .done(&world, "GET", &format!("{room}/events"), &none)
        .await;
    let events = page["events"].as_array().unwrap();
    let message = events
        .iter()
        .find(|event| event["body"]["text"] == "I was here");
    assert_eq!(message.unwrap()["name"], ada.name.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_shows_their_password_deletes_their_own_account() {
    let world = World::alone(&[]).await;
    let (root, ada) = (
        Person::first(&world).await,
        Person::sign_up(&world, "ada").await,
    );
    let path = "/api/v1/me";
    let right = json!({"password": RIGHT});
    let refused = root.ask(&world, "DELETE", path, &right).await;
    assert_eq!(
        refused.status, 403,
        "an administrator gives the right away first"
    );
    let wrong = ada
        .ask(&world, "DELETE", path, &json!({"password": NEW}))
        .await;
    assert_eq!(named(&wrong), (403, "wrong password".into()));
    let bare = world.user("bare").await;
    let word = world
        .call("DELETE", &format!("{path}?id={bare}"), &[JSON], "{}")
        .await;
    assert_eq!(word.status, 403, "a name alone deletes nobody");
    let socket = ada.socket(&world).await;
    let began = Instant::now();
    let gone = ada.ask(&world, "DELETE", path, &right).await;
    assert_eq!(gone.status, 204);
    assert!(gone.cookie("hearth_session").unwrap().contains("Max-Age=0"));
    assert!(!ada.is_in(&world).await);
    signed_out(began, socket).await;
    assert_eq!(log_in(&world, &ada.name, RIGHT).await.status, 401);
    let acts = root
        .done(&world, "GET", "/api/v1/admin/acts", &Value::Null)
        .await;
    let act = &acts["acts"][0];
    assert_eq!(
        (&act["act"], &act["by"], &act["whom"]),
        (&json!("deleted"), &json!(ada.id), &json!(ada.id))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_sees_how_the_server_is_in_one_document() {
    let world = World::alone(&[]).await;
    let root = Person::first(&world).await;
    let _socket = root.socket(&world).await;
    let health = root
        .done(&world, "GET", "/api/v1/admin/health", &Value::Null)
        .await;
    assert_eq!(
        (&health["ready"], &health["bus"]),
        (&json!({"ok": true}), &json!({"ok": true}))
    );
    assert_eq!(
        (&health["sockets"]["now"], &health["draining"]),
        (&json!(1), &json!(false))
    );
    for gauge in ["sockets", "rooms_bytes", "outboxes_bytes", "sends_bytes"] {
        let (now, max) = (&health[gauge]["now"], &health[gauge]["max"]);
        assert!(now.as_u64() < max.as_u64(), "{gauge}: {health}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_listed_by_pages_and_found_by_how_they_begin() {
    let world = World::alone(&[]).await;
    let root = Person::first(&world).await;
    let mut all = vec![root.name.clone()];
    for n in 0..7 {
        all.push(world.user(&format!("pat{n}")).await);
    }
    let mara = Person::sign_up(&world, "mara").await;
    let shown = json!({"display": "Åsa of the North"});
    mara.done(&world, "PATCH", "/api/v1/me", &shown).await;
    all.push(mara.name.clone());
    let pages = async |query: &str| {
        let (mut found, mut after) = (Vec::new(), String::new());
        loop {
            let path = format!("/api/v1/admin/users?limit=3{query}{after}");
            let page = root.done(&world, "GET", &path, &Value::Null).await;
            let users = page["users"].as_array().unwrap();
            assert!(users.len() <= 3);
            found.extend(
                users
                    .iter()
                    .map(|user| user["name"].as_str().unwrap().to_owned()),
            );
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        found.sort();
        found
    };
    all.sort();
    assert_eq!(pages("").await, all);
    assert_eq!(pages("&prefix=PAT").await.len(), 7);
    assert_eq!(pages("&prefix=%C3%A5sa").await, vec![mara.name]);
    assert_eq!(pages("&prefix=xyz").await, Vec::<String>::new());
    let one = root
        .done(&world, "GET", &user(&root.id, ""), &Value::Null)
        .await;
    let is = |key: &str| one[key].as_bool().unwrap();
    assert!(
        is("admin") && is("has_password") && !is("deactivated"),
        "{one}"
    );
    assert!(one["sessions"] == 1 && one["used_ms"].is_u64(), "{one}");
    assert!(!one.to_string().contains("argon2"));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_server_says_so_only_administrators_find_people_by_how_they_begin() {
    let world = World::alone(&[("people", "administrators")]).await;
    let root = Person::first(&world).await;
    let mara = Person::sign_up(&world, "mara").await;
    let path = format!("/api/v1/users?q={}", &mara.name[..3]);
    let refused = mara.ask(&world, "GET", &path, &Value::Null).await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    let found = root.done(&world, "GET", &path, &Value::Null).await;
    assert_eq!(found["users"][0]["name"], json!(mara.name));
    let path = format!("/api/v1/users/{}", root.name);
    let whole = mara.done(&world, "GET", &path, &Value::Null).await;
    assert_eq!(whole["name"], json!(root.name));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_act_is_written_down_with_who_what_whom_and_when() {
    let world = World::alone(&[]).await;
    let (root, ada) = (
        Person::first(&world).await,
        Person::sign_up(&world, "ada").await,
    );
    let none = Value::Null;
    for (method, act) in [
        ("PUT", "/admin"),
        ("DELETE", "/admin"),
        ("POST", "/deactivate"),
        ("POST", "/reactivate"),
        ("POST", "/reset"),
        ("DELETE", ""),
    ] {
        root.done(&world, method, &user(&ada.name, act), &none)
            .await;
    }
    let made = root
        .done(&world, "POST", "/api/v1/admin/invitations", &json!({}))
        .await;
    let path = format!("/api/v1/admin/invitations/{}", made["id"].as_str().unwrap());
    root.done(&world, "DELETE", &path, &none).await;

    let first = root
        .done(&world, "GET", "/api/v1/admin/acts?limit=5", &none)
        .await;
    let path = format!("/api/v1/admin/acts?before={}", first["next"]);
    let rest = root.done(&world, "GET", &path, &none).await;
    assert_eq!(
        (first["acts"].as_array().unwrap().len(), &rest["next"]),
        (5, &none)
    );
    let acts = first["acts"].as_array().unwrap().iter();
    let acts: Vec<&Value> = acts.chain(rest["acts"].as_array().unwrap()).collect();
    let what: Vec<_> = acts
        .iter()
        .map(|act| act["act"].as_str().unwrap())
        .collect();
    let expected = [
        "invitation_withdrawn",
        "invitation_made",
        "deleted",
        "reset_made",
        "reactivated",
        "deactivated",
        "admin_taken",
        "admin_given",
        "first_administrator",
    ];
    assert_eq!(what, expected);
    for (n, act) in (1..=9).rev().zip(&acts) {
        assert_eq!((&act["n"], &act["by"]), (&json!(n), &json!(root.id)));
        assert!(act["at_ms"].is_u64(), "{act}");
    }
    for act in &acts[2..8] {
        assert_eq!(
            (&act["whom"], &act["whom_name"]),
            (&json!(ada.id), &json!(ada.name))
        );
    }
    assert!(!format!("{acts:?}").contains(made["token"].as_str().unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_up_is_by_invitation_where_the_server_says_so() {
    let world = World::alone(&[("signup", "invitation")]).await;
    let root = Person::first(&world).await;
    let sign_up = async |stem: &str, invitation: &Value| {
        let body = json!({"name": world.name(stem), "invitation": invitation});
        world.post("/api/v1/signup", &body).await
    };
    let uninvited = (403, "sign up is by invitation".to_owned());
    assert_eq!(named(&sign_up("ada", &Value::Null).await), uninvited);
    let seeds = json!({"username": world.name("ada")});
    assert_eq!(named(&world.post("/signin", &seeds).await), uninvited);
    assert_eq!(sign_up("ada", &json!("made up")).await.status, 403);

    let path = "/api/v1/admin/invitations";
    for wrong in [
        json!({"uses": 0}),
        json!({"days": 91}),
        json!({"uses": 1001}),
    ] {
        assert_eq!(root.ask(&world, "POST", path, &wrong).await.status, 400);
    }
    let made = root
        .done(&world, "POST", path, &json!({"uses": 2, "days": 1}))
        .await;
    let (token, link) = (&made["token"], made["link"].as_str().unwrap());
    let place = world.place(0);
    assert_eq!(
        link,
        format!("http://{place}/#invitation={}", token.as_str().unwrap())
    );
    assert_eq!(sign_up("ada", token).await.status, 201);
    // What comes to nothing uses nothing up.
    assert_eq!(sign_up("ada", token).await.status, 409);
    let listed = root.done(&world, "GET", path, &Value::Null).await;
    let listed = &listed["invitations"][0];
    assert_eq!(
        (&listed["uses"], &listed["uses_max"]),
        (&json!(1), &json!(2))
    );
    assert_eq!(
        (&listed["id"], &listed["by_name"]),
        (&made["id"], &json!(root.name))
    );
    assert_eq!(listed["token"], Value::Null, "it is told once");
    assert_eq!(sign_up("bob", token).await.status, 201);
    assert_eq!(sign_up("eve", token).await.status, 403);

    let other = root.done(&world, "POST", path, &json!({})).await;
    let withdraw = format!("{path}/{}", other["id"].as_str().unwrap());
    root.done(&world, "DELETE", &withdraw, &Value::Null).await;
    assert_eq!(sign_up("eve", &other["token"]).await.status, 403);
    assert_eq!(
        root.ask(&world, "DELETE", &withdraw, &Value::Null)
            .await
            .status,
        404
    );
    let nonsense = format!("{path}/nonsense");
    assert_eq!(
        root.ask(&world, "DELETE", &nonsense, &Value::Null)
            .await
            .status,
        404
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_were_invited_never_come_in_also_in_a_race() {
    let world = World::alone(&[("signup", "invitation")]).await;
    let root = Person::first(&world).await;
    let path = "/api/v1/admin/invitations";
    let made = root.done(&world, "POST", path, &json!({"uses": 5})).await;
    let sign_ups = (0..16).map(|n| {
        let body = json!({"name": world.name(&format!("p{n}")), "invitation": made["token"]});
        let world = &world;
        async move { world.post("/api/v1/signup", &body).await.status }
    });
    let answers = join_all(sign_ups).await;
    // Who meets too many others is told to come back, and has used nothing up.
    assert!(
        answers
            .iter()
            .all(|status| [201, 403, 429].contains(status)),
        "{answers:?}"
    );
    let mut came = answers.iter().filter(|status| **status == 201).count();
    let listed = root.done(&world, "GET", path, &Value::Null).await;
    assert_eq!(listed["invitations"][0]["uses"], came);
    for n in 0..6 {
        let body = json!({"name": world.name(&format!("q{n}")), "invitation": made["token"]});
        came += usize::from(world.post("/api/v1/signup", &body).await.status == 201);
    }
    assert_eq!(came, 5);
    let users = root
        .done(&world, "GET", "/api/v1/admin/users", &Value::Null)
        .await;
    assert_eq!(users["users"].as_array().unwrap().len(), 1 + 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_is_set_by_a_link_once_and_ends_every_session() {
    let world = World::alone(&[("mode", "password")]).await;
    let (root, ada) = (
        Person::first(&world).await,
        Person::sign_up(&world, "ada").await,
    );
    let none = Value::Null;
    let path = user(&ada.name, "/reset");
    let first = root.done(&world, "POST", &path, &none).await;
    let link = root.done(&world, "POST", &path, &none).await;
    assert!(link["link"].as_str().unwrap().contains("/#reset="));
    assert!(ada.is_in(&world).await, "a link alone changes nothing");
    let reset = async |token: &Value, password: &str| {
        let body = json!({"token": token, "new_password": password});
        world.post("/api/v1/reset", &body).await.status
    };
    for wrong in [
        json!(""),
        json!("ü".repeat(48)),
        json!("0".repeat(96)),
        json!(ada.id),
    ] {
        assert_eq!(reset(&wrong, NEW).await, 403, "{wrong}");
    }
    assert_eq!(
        reset(&first["token"], NEW).await,
        403,
        "the later one took its place"
    );
    assert_eq!(
        reset(&link["token"], "short").await,
        400,
        "and it still works"
    );
    let socket = ada.socket(&world).await;
    let began = Instant::now();
    assert_eq!(reset(&link["token"], NEW).await, 204);
    assert!(!ada.is_in(&world).await);
    signed_out(began, socket).await;
    assert_eq!(
        reset(&link["token"], "another one of mine").await,
        403,
        "once"
    );
    assert_eq!(log_in(&world, &ada.name, RIGHT).await.status, 401);
    let again = Person::of(&log_in(&world, &ada.name, NEW).await);

    // Who changes it by themselves needs no link any more.
    let link = root.done(&world, "POST", &path, &none).await;
    let own = json!({"current_password": NEW, "new_password": RIGHT});
    again.done(&world, "PUT", "/api/v1/password", &own).await;
    assert_eq!(reset(&link["token"], NEW).await, 403);
}
