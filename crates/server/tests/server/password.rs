//! Passwords: an account that has one can be used only with it, in every mode.

use hearth_protocol::UserName;
use serde_json::json;

use crate::world::{Answer, JSON, Socket, V1, World, call, serve};

const RIGHT: &str = "correct horse";

fn session(answer: &Answer) -> String {
    let cookie = answer
        .cookie("hearth_session")
        .unwrap_or_else(|| panic!("{answer:?}"));
    cookie.split(';').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn in_mode_open_a_protected_account_is_used_only_with_its_password() {
    let world = World::alone(&[]).await;
    let (ada, bob) = (world.name("ada"), world.user("bob").await);
    let made = world
        .post("/signin", &json!({"username": ada, "password": RIGHT}))
        .await;
    assert_eq!(made.status, 202);
    let room = world.room("hall", &[&bob]).await;

    for wrong in [
        json!({"id": ada}),
        json!({"id": ada, "password": "wrong horse"}),
        json!({"id": bob, "password": RIGHT}),
    ] {
        let answer = world.post("/login", &wrong).await;
        assert_eq!(
            (answer.status, answer.cookie("hearth_session")),
            (401, None),
            "{wrong}"
        );
    }
    let join = json!({"name": room, "user": ada}).to_string();
    assert_eq!(
        world.call("POST", "/join", &[JSON], &join).await.status,
        401
    );
    assert_eq!(
        Socket::open(world.place(0), &format!("/ws?id={ada}"), &[])
            .await
            .err()
            .unwrap()
            .0,
        401
    );
    assert_eq!(
        world
            .call("GET", &format!("/api/v1/me?id={ada}"), &[], "")
            .await
            .status,
        401
    );

    let login = world
        .post("/login", &json!({"id": ada, "password": RIGHT}))
        .await;
    assert_eq!(login.status, 202);
    let label = format!("uid={}", login.json()["id"].as_str().unwrap());
    let create = json!({"name": world.name("labelled")}).to_string();
    let answer = world
        .call("POST", "/create", &[JSON, ("Cookie", &label)], &create)
        .await;
    assert_eq!(answer.status, 401, "the label is no credential");

    let session = session(&login);
    let cookie = ("Cookie", session.as_str());
    assert_eq!(
        world
            .call("POST", "/join", &[JSON, cookie], &join)
            .await
            .status,
        200
    );
    assert_eq!(
        world
            .call("POST", "/create", &[JSON, cookie], &create)
            .await
            .status,
        200
    );
    let mut socket = Socket::open(world.place(0), &format!("/ws?id={ada}"), &[cookie])
        .await
        .unwrap();
    assert_eq!(socket.text().await, "ok");
    let mut socket = Socket::open(world.place(0), "/ws", &[cookie, V1])
        .await
        .unwrap();
    socket.say(&json!({"type": "hello", "device": "d"})).await;
    assert_eq!(socket.next("welcome").await["user"]["name"], ada.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn in_mode_password_every_call_needs_a_credential() {
    let world = World::alone(&[("mode", "password")]).await;
    let (ada, bob) = (world.name("ada"), world.name("bob"));
    let none = world.post("/signin", &json!({"username": ada})).await;
    assert_eq!(
        (none.status, &none.json()["error"]),
        (400, &json!("invalid password"))
    );
    let short = world
        .post("/signin", &json!({"username": ada, "password": "short"}))
        .await;
    assert_eq!(short.status, 400);
    for name in [&ada, &bob] {
        let made = world
            .post("/signin", &json!({"username": name, "password": RIGHT}))
            .await;
        assert_eq!(made.status, 202, "{}", made.body);
    }
    let unknown = world
        .post("/login", &json!({"id": "nobody-at-all", "password": RIGHT}))
        .await;
    let wrong = world
        .post("/login", &json!({"id": ada, "password": "wrong horse"}))
        .await;
    assert_eq!(
        (unknown.status, wrong.status, &unknown.body),
        (401, 401, &wrong.body),
        "nobody learns who exists"
    );

    let login = world
        .post("/login", &json!({"id": ada, "password": RIGHT}))
        .await;
    let session = session(&login);
    let cookie = ("Cookie", session.as_str());
    let id = login.json()["id"].as_str().unwrap().to_owned();
    let label = format!("uid={id}");
    let create = json!({"name": world.name("hall")}).to_string();
    let join = |user: &str| json!({"name": world.name("hall"), "user": user}).to_string();
    assert_eq!(
        world.call("POST", "/create", &[JSON], &create).await.status,
        401
    );
    assert_eq!(
        world
            .call("POST", "/create", &[JSON, ("Cookie", &label)], &create)
            .await
            .status,
        401
    );
    assert_eq!(
        world
            .call("POST", "/create", &[JSON, cookie], &create)
            .await
            .status,
        200
    );
    assert_eq!(
        world
            .call("POST", "/join", &[JSON], &join(&ada))
            .await
            .status,
        401
    );
    assert_eq!(
        world
            .call("POST", "/join", &[JSON, cookie], &join(&bob))
            .await
            .status,
        403,
        "nobody acts for another"
    );
    assert_eq!(
        world
            .call("POST", "/join", &[JSON, cookie], &join(&ada))
            .await
            .status,
        200
    );
    assert_eq!(
        world
            .call("POST", "/join", &[JSON, cookie], &join(""))
            .await
            .status,
        200,
        "oneself goes without saying"
    );

    let ws = format!("/ws?id={ada}");
    assert_eq!(
        Socket::open(world.place(0), &ws, &[])
            .await
            .err()
            .unwrap()
            .0,
        401
    );
    assert_eq!(
        Socket::open(world.place(0), "/ws?id=nobody-at-all", &[])
            .await
            .err()
            .unwrap()
            .0,
        401
    );
    assert_eq!(
        Socket::open(world.place(0), &format!("/ws?id={bob}"), &[cookie])
            .await
            .err()
            .unwrap()
            .0,
        403
    );
    let mut socket = Socket::open(world.place(0), &ws, &[cookie]).await.unwrap();
    assert_eq!(socket.text().await, "ok");

    let api = world
        .post("/api/v1/login", &json!({"name": bob, "password": RIGHT}))
        .await;
    assert_eq!(api.status, 200);
    let bearer = format!("Bearer {}", api.json()["token"].as_str().unwrap());
    assert_eq!(
        world
            .call("GET", "/api/v1/me", &[("Authorization", &bearer)], "")
            .await
            .status,
        200
    );
    assert_eq!(
        world
            .call("GET", &format!("/api/v1/me?id={ada}"), &[], "")
            .await
            .status,
        401
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_changed_with_the_old_one() {
    let world = World::alone(&[]).await;
    let made = world
        .post(
            "/api/v1/signup",
            &json!({"name": world.name("ada"), "password": RIGHT}),
        )
        .await;
    let bearer = format!("Bearer {}", made.json()["token"].as_str().unwrap());
    let auth = ("Authorization", bearer.as_str());
    let change = async |body: serde_json::Value| {
        world
            .call("PUT", "/api/v1/password", &[auth, JSON], &body.to_string())
            .await
    };
    let new = "battery staple";
    for wrong in [
        json!({"new_password": new}),
        json!({"new_password": new, "current_password": "x"}),
    ] {
        let answer = change(wrong).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]),
            (403, &json!("wrong password"))
        );
    }
    for (weak, cause) in [
        ("nine char", "at least 10"),
        ("password2026", "guessed"),
        ("aaaaaaaaaaaa", "guessed"),
        ("1234567890", "guessed"),
        (&*format!("{}!", world.name("ada")), "your name"),
    ] {
        let answer = change(json!({"new_password": weak, "current_password": RIGHT})).await;
        assert_eq!(answer.status, 400, "{weak}");
        let message = answer.json()["message"].as_str().unwrap().to_owned();
        assert!(message.contains(cause), "{message}");
    }
    let long = "x".repeat(513);
    let answer = change(json!({"new_password": long, "current_password": RIGHT})).await;
    assert_eq!(answer.status, 413);
    // Not where it was changed once.
    let patch = json!({"password": new, "current_password": RIGHT}).to_string();
    let answer = world
        .call("PATCH", "/api/v1/me", &[auth, JSON], &patch)
        .await;
    assert_eq!(answer.status, 400);
    assert!(
        answer.body.contains("PUT /api/v1/password"),
        "{}",
        answer.body
    );

    let changed = change(json!({"new_password": new, "current_password": RIGHT})).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let login = |password: &str| json!({"name": world.name("ada"), "password": password});
    assert_eq!(world.post("/api/v1/login", &login(RIGHT)).await.status, 401);
    assert_eq!(
        world
            .post("/api/v1/login", &login("battery staple"))
            .await
            .status,
        200
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_password_is_set_by_a_word_and_gives_a_login() {
    let world = World::alone(&[]).await;
    let bob = world.user("bob").await;
    let (mut by_word, _) = world.v1(0, &bob, &json!([])).await;
    let body = json!({"new_password": RIGHT}).to_string();
    let path = format!("/api/v1/password?id={bob}");
    let set = world.call("PUT", &path, &[JSON], &body).await;
    assert_eq!(set.status, 200, "{}", set.body);
    let bearer = format!("Bearer {}", set.json()["token"].as_str().unwrap());
    let auth = [("Authorization", bearer.as_str())];
    let me = world.call("GET", "/api/v1/me", &auth, "").await;
    assert_eq!(me.status, 200);
    assert_eq!(by_word.closed().await, Some(4100), "a word does no longer");
    let again = world.call("PUT", &path, &[JSON], &body).await;
    assert_eq!(again.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_closed_takes_no_new_accounts_and_keeps_those_it_has() {
    let data = tempfile::tempdir().unwrap();
    let server = serve(data.path(), &[("signup", "closed")]).await;
    let place = server.address().to_string();
    // As it was made while the server was open.
    let ada = UserName::new("ada").unwrap();
    server
        .node()
        .create_account(&ada, None, None)
        .await
        .unwrap();
    let post = async |path: &str, body: serde_json::Value| {
        call(&place, "POST", path, &[JSON], &body.to_string()).await
    };
    for (path, body) in [
        ("/signin", json!({"username": "bob"})),
        ("/api/v1/signup", json!({"name": "bob"})),
        // Nobody learns here who exists.
        ("/signin", json!({"username": "ada"})),
    ] {
        let answer = post(path, body).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]),
            (403, &json!("sign up is closed"))
        );
    }
    assert_eq!(post("/login", json!({"id": "ada"})).await.status, 202);
    assert_eq!(post("/login", json!({"id": "bob"})).await.status, 404);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_cookie_goes_over_tls_only_unless_it_stays_on_the_machine() {
    let world = World::alone(&[("hosts", "127.0.0.1,localhost,chat.example")]).await;
    let login = json!({"name": world.user("ada").await}).to_string();
    let secure = async |host: &str| {
        let answer = world
            .call("POST", "/api/v1/login", &[JSON, ("Host", host)], &login)
            .await;
        answer
            .cookie("hearth_session")
            .unwrap()
            .contains("; Secure")
    };
    assert!(!secure("localhost").await);
    assert!(secure("chat.example").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_guesses_too_often_is_slowed_down() {
    let world = World::alone(&[("mode", "password")]).await;
    let guess = json!({"id": "anybody", "password": "a wrong guess"});
    let mut answers = Vec::new();
    for _ in 0..25 {
        answers.push(world.post("/login", &guess).await);
    }
    let last = answers.pop().unwrap();
    assert_eq!(last.status, 429, "{}", last.body);
    assert!(last.header("retry-after").unwrap().parse::<u64>().unwrap() > 0);
}
