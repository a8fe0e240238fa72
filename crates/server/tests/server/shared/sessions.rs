//! The own sessions: listed, ended, and what becomes of their sockets, on whichever server they are.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::world::{Answer, JSON, LONG, Socket, V1, World, call};

const RIGHT: &str = "correct horse";

/// Somebody with a login.
struct Own {
    bearer: String,
}

impl Own {
    fn of(answer: &Answer) -> Self {
        let token = answer.json()["token"].as_str().unwrap().to_owned();
        Self {
            bearer: format!("Bearer {token}"),
        }
    }

    async fn log_in(world: &World, n: usize, name: &str, device_name: &str) -> Self {
        let body = json!({"name": name, "password": RIGHT, "device_name": device_name}).to_string();
        let answer = call(world.place(n), "POST", "/api/v1/login", &[JSON], &body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        Self::of(&answer)
    }

    /// Asks the `n`-th server.
    async fn call(&self, world: &World, n: usize, method: &str, path: &str) -> Answer {
        let auth = ("Authorization", self.bearer.as_str());
        call(world.place(n), method, path, &[auth], "").await
    }

    async fn sessions(&self, world: &World, n: usize) -> Vec<Value> {
        let answer = self.call(world, n, "GET", "/api/v1/sessions").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["sessions"].as_array().unwrap().clone()
    }

    /// Whether the `n`-th server lets them in.
    async fn is_in(&self, world: &World, n: usize) -> bool {
        let answer = self.call(world, n, "GET", "/api/v1/me").await;
        assert!([200, 401].contains(&answer.status), "{}", answer.body);
        answer.status == 200
    }

    async fn socket(&self, world: &World, n: usize, headers: &[(&str, &str)]) -> Socket {
        let auth = ("Authorization", self.bearer.as_str());
        let headers = [&[auth], headers].concat();
        Socket::open(world.place(n), "/ws", &headers).await.unwrap()
    }

    async fn v1(&self, world: &World, n: usize) -> Socket {
        let mut socket = self.socket(world, n, &[V1]).await;
        socket.say(&json!({"type": "hello", "device": "d"})).await;
        socket.next("welcome").await;
        socket
    }
}

async fn protected(world: &World, stem: &str) -> String {
    let name = world.name(stem);
    let body = json!({"username": name, "password": RIGHT});
    assert_eq!(world.post("/signin", &body).await.status, 202);
    name
}

/// All of them are closed as signed out, in time.
async fn signed_out(began: Instant, sockets: Vec<Socket>) {
    for mut socket in sockets {
        assert_eq!(socket.closed().await, Some(4100));
    }
    // Two seconds, and some for a machine that has more to do than this.
    let took = began.elapsed();
    assert!(took < Duration::from_secs(4) && took < LONG, "{took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_listed_with_where_they_come_from_and_the_own_is_marked() {
    let world = World::open().await;
    let ada = protected(&world, "ada").await;
    let laptop = Own::log_in(&world, 0, &ada, "ada's laptop").await;
    let agent = (
        "User-Agent",
        "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0",
    );
    let body = json!({"id": ada, "password": RIGHT}).to_string();
    let by_cookie = world.call("POST", "/login", &[JSON, agent], &body).await;
    let cookie = by_cookie.cookie("hearth_session").unwrap();
    let cookie = ("Cookie", cookie.split(';').next().unwrap());

    let sessions = laptop.sessions(&world, 1).await;
    let of = |name: &str| sessions.iter().find(|s| s["device_name"] == name).unwrap();
    assert_eq!(sessions.len(), 2);
    let (own, browser) = (of("ada's laptop"), of("Firefox on Linux"));
    assert_eq!(
        (&own["current"], &browser["current"]),
        (&json!(true), &json!(false))
    );
    for session in [own, browser] {
        let address = session["address"].as_str().unwrap();
        assert!(address.parse::<std::net::IpAddr>().is_ok(), "{address}");
        let ms = |key: &str| session[key].as_u64().unwrap();
        assert!(ms("created_ms") <= ms("used_ms") && ms("used_ms") < ms("until_ms"));
    }
    let seen = world.call("GET", "/api/v1/sessions", &[cookie], "").await;
    let seen = seen.json()["sessions"].as_array().unwrap().clone();
    let current = seen.iter().find(|s| s["current"] == true).unwrap();
    assert_eq!(current["id"], browser["id"]);

    // The name of a session lets nobody in.
    let id = own["id"].as_str().unwrap();
    let as_token = Own {
        bearer: format!("Bearer {id}"),
    };
    assert!(!as_token.is_in(&world, 0).await);
    let bad = json!({"name": ada, "password": RIGHT, "device_name": "x".repeat(65)});
    let refused = world.post("/api/v1/login", &bad).await;
    assert_eq!(
        (refused.status, &refused.json()["error"]),
        (400, &json!("invalid device_name"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_ended_is_out_at_once_and_its_sockets_everywhere_soon_after() {
    let world = World::open().await;
    let (ada, bob) = (
        protected(&world, "ada").await,
        protected(&world, "bob").await,
    );
    let laptop = Own::log_in(&world, 0, &ada, "laptop").await;
    let phone = Own::log_in(&world, 1, &ada, "phone").await;
    let bob = Own::log_in(&world, 0, &bob, "bob's").await;
    let mut sockets = Vec::new();
    for n in 0..4 {
        sockets.push(phone.v1(&world, n).await);
    }
    // Of the specification's frames too.
    let mut plain = phone.socket(&world, 2, &[]).await;
    assert_eq!(plain.text().await, "ok");
    sockets.push(plain);
    let (mut kept, mut bobs) = (laptop.v1(&world, 1).await, bob.v1(&world, 1).await);

    let sessions = laptop.sessions(&world, 0).await;
    let other = sessions.iter().find(|s| s["current"] == false).unwrap();
    let path = format!("/api/v1/sessions/{}", other["id"].as_str().unwrap());
    let others = bob.call(&world, 0, "DELETE", &path).await;
    assert_eq!(others.status, 404, "somebody else's is none of one's own");
    let began = Instant::now();
    let ended = laptop.call(&world, 0, "DELETE", &path).await;
    assert_eq!((ended.status, ended.cookie("hearth_session")), (204, None));
    for n in 0..4 {
        assert!(!phone.is_in(&world, n).await);
    }
    signed_out(began, sockets).await;
    assert_eq!(laptop.sessions(&world, 2).await.len(), 1);
    assert_eq!(laptop.call(&world, 1, "DELETE", &path).await.status, 404);
    let nonsense = laptop
        .call(&world, 0, "DELETE", "/api/v1/sessions/nonsense")
        .await;
    assert_eq!(nonsense.status, 404);
    for socket in [&mut kept, &mut bobs] {
        assert_eq!(socket.so_far().await, Vec::<Value>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_ends_the_session_whose_cookie_it_replaces_and_nobody_elses() {
    let world = World::open().await;
    let (ada, bob) = (
        protected(&world, "ada").await,
        protected(&world, "bob").await,
    );
    let kept = Own::log_in(&world, 0, &ada, "phone").await;
    let bobs = Own::log_in(&world, 0, &bob, "bob's").await;
    let by = |own: &Own| own.bearer.replace("Bearer ", "hearth_session=");
    for (path, name) in [("/login", "id"), ("/api/v1/login", "name")] {
        let old = Own::log_in(&world, 0, &ada, "browser").await;
        let socket = old.v1(&world, 1).await;
        let log_in = async |cookie: &str, password: &str| {
            let body = json!({name: ada, "password": password}).to_string();
            let headers = [JSON, ("Cookie", cookie)];
            call(world.place(2), "POST", path, &headers, &body).await
        };
        assert_eq!(log_in(&by(&old), "wrong horse").await.status, 401);
        assert!(
            old.is_in(&world, 0).await,
            "{path}: nothing has replaced it"
        );
        let began = Instant::now();
        let fresh = log_in(&by(&old), RIGHT).await;
        assert!(!old.is_in(&world, 0).await, "{path}");
        signed_out(began, vec![socket]).await;
        // Somebody else's, and what is none any more.
        for cookie in [by(&bobs), by(&old), "hearth_session=made-up".into()] {
            assert!(log_in(&cookie, RIGHT).await.status < 300, "{path}");
        }
        let cookie = fresh.cookie("hearth_session").unwrap();
        let cookie = cookie.split(';').next().unwrap();
        let me = call(
            world.place(1),
            "GET",
            "/api/v1/me",
            &[("Cookie", cookie)],
            "",
        )
        .await;
        assert_eq!(me.status, 200, "{path}");
    }
    assert!(kept.is_in(&world, 1).await && bobs.is_in(&world, 1).await);
    // The phone's, and four by each of the ways.
    assert_eq!(kept.sessions(&world, 0).await.len(), 1 + 2 * 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_other_sessions_end_at_once_and_this_one_if_asked() {
    let world = World::open().await;
    let ada = protected(&world, "ada").await;
    let own = Own::log_in(&world, 0, &ada, "own").await;
    let (mut others, mut sockets) = (Vec::new(), Vec::new());
    for n in 0..3 {
        let other = Own::log_in(&world, n, &ada, &format!("other {n}")).await;
        sockets.push(other.v1(&world, n + 1).await);
        others.push(other);
    }
    let mut kept = own.v1(&world, 1).await;
    let began = Instant::now();
    let ended = own.call(&world, 1, "DELETE", "/api/v1/sessions").await;
    assert_eq!((ended.status, ended.cookie("hearth_session")), (204, None));
    for (n, other) in others.iter().enumerate() {
        assert!(!other.is_in(&world, n).await);
    }
    signed_out(began, sockets).await;
    assert_eq!(kept.so_far().await, Vec::<Value>::new());
    assert_eq!(own.sessions(&world, 0).await.len(), 1);

    let began = Instant::now();
    let ended = own
        .call(&world, 0, "DELETE", "/api/v1/sessions?all=true")
        .await;
    assert_eq!(ended.status, 204);
    assert!(
        ended
            .cookie("hearth_session")
            .unwrap()
            .contains("Max-Age=0")
    );
    assert!(!own.is_in(&world, 1).await);
    signed_out(began, vec![kept]).await;
    let wrong = own.call(&world, 0, "GET", "/api/v1/sessions").await;
    assert_eq!(wrong.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn logging_out_closes_the_sockets_of_that_login_alone() {
    let world = World::open().await;
    let ada = protected(&world, "ada").await;
    let (out, stays) = (
        Own::log_in(&world, 0, &ada, "out").await,
        Own::log_in(&world, 0, &ada, "stays").await,
    );
    let (socket, mut kept) = (out.v1(&world, 1).await, stays.v1(&world, 1).await);
    let began = Instant::now();
    assert_eq!(
        out.call(&world, 0, "POST", "/api/v1/logout").await.status,
        204
    );
    assert!(!out.is_in(&world, 1).await);
    signed_out(began, vec![socket]).await;
    assert_eq!(kept.so_far().await, Vec::<Value>::new());
    assert!(stays.is_in(&world, 1).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_renews_the_token_that_asks_and_ends_all_others() {
    let world = World::open().await;
    let ada = protected(&world, "ada").await;
    let (own, other) = (
        Own::log_in(&world, 0, &ada, "own").await,
        Own::log_in(&world, 1, &ada, "other").await,
    );
    let (mut kept, socket) = (own.v1(&world, 1).await, other.v1(&world, 2).await);
    let sessions = own.sessions(&world, 0).await;
    let id = &sessions.iter().find(|s| s["current"] == true).unwrap()["id"];
    let body = json!({"current_password": RIGHT, "new_password": "battery staple"}).to_string();
    let auth = ("Authorization", own.bearer.as_str());
    let began = Instant::now();
    let changed = call(
        world.place(0),
        "PUT",
        "/api/v1/password",
        &[JSON, auth],
        &body,
    )
    .await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(changed.json()["user"]["name"], ada.as_str());
    let new = Own::of(&changed);
    assert!(
        changed
            .cookie("hearth_session")
            .unwrap()
            .contains(&new.bearer["Bearer ".len()..])
    );
    for n in 0..3 {
        assert!(new.is_in(&world, n).await);
        assert!(!own.is_in(&world, n).await, "the old token is void");
        assert!(!other.is_in(&world, n).await);
    }
    signed_out(began, vec![socket]).await;
    assert_eq!(kept.so_far().await, Vec::<Value>::new(), "its sockets stay");
    let now = new.sessions(&world, 1).await;
    assert_eq!((now.len(), &now[0]["current"]), (1, &json!(true)));
    assert_eq!(&now[0]["id"], id, "it is the same session");
    let login = |password: &str| json!({"name": ada, "password": password});
    assert_eq!(world.post("/api/v1/login", &login(RIGHT)).await.status, 401);
    let login = world.post("/api/v1/login", &login("battery staple")).await;
    assert_eq!(login.status, 200);
}
