//! Mail: what is sent to a mail server of the test's own, and what its links do.

use serde_json::{Value, json};

use crate::{
    postbox::{PLACE, Postbox, token},
    world::{Answer, JSON, World},
};

const OLD: &str = "seventeen wet otters";
const NEW: &str = "eighteen dry badgers";

async fn world(sink: &Postbox) -> World {
    World::alone(&[
        ("mode", "password"),
        ("smtp", &sink.place),
        ("mail_from", "Hearth <hearth@example.org>"),
        ("public_url", PLACE),
    ])
    .await
}

async fn asked(world: &World, method: &str, path: &str, token: &str, body: &Value) -> Answer {
    let bearer = format!("Bearer {token}");
    let headers = [JSON, ("Authorization", bearer.as_str())];
    let body = match body {
        Value::Null => String::new(),
        body => body.to_string(),
    };
    world.call(method, path, &headers, &body).await
}

async fn signed_up(world: &World, name: &str) -> String {
    let made = world
        .post("/api/v1/signup", &json!({"name": name, "password": OLD}))
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.json()["token"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_forgotten_a_password_is_mailed_a_link_that_sets_a_new_one() {
    let mut sink = Postbox::open(0).await;
    let world = world(&sink).await;
    let ada = world.name("ada");
    let login = signed_up(&world, &ada).await;
    let none = asked(&world, "GET", "/api/v1/me/mail", &login, &Value::Null).await;
    assert_eq!(none.json(), json!({"sends": true}));

    // Whoever finds an open device cannot put their own address there.
    let address = json!({"mail": "ada@example.org", "current_password": NEW});
    let wrong = asked(&world, "PUT", "/api/v1/me/mail", &login, &address).await;
    assert_eq!(wrong.status, 403);
    let address = json!({"mail": "ada@example.org", "current_password": OLD});
    let noted = asked(&world, "PUT", "/api/v1/me/mail", &login, &address).await;
    assert_eq!(noted.status, 202, "{}", noted.body);
    let pending = asked(&world, "GET", "/api/v1/me/mail", &login, &Value::Null).await;
    assert_eq!(
        pending.json(),
        json!({"pending": "ada@example.org", "sends": true})
    );
    let mail = sink.next().await;
    assert!(mail.contains("RCPT TO:<ada@example.org>"), "{mail}");
    assert!(
        mail.contains("From: Hearth <hearth@example.org>") || mail.contains("hearth@example.org")
    );
    let confirm = json!({"token": token(&mail, "mail")});
    let confirmed = world.post("/api/v1/mail/confirm", &confirm).await;
    assert_eq!(confirmed.status, 204, "{}", confirmed.body);
    assert_eq!(
        world.post("/api/v1/mail/confirm", &confirm).await.status,
        403
    );
    let there = asked(&world, "GET", "/api/v1/me/mail", &login, &Value::Null).await;
    assert_eq!(
        there.json(),
        json!({"mail": "ada@example.org", "sends": true})
    );

    // Nobody else is told the address.
    let other = signed_up(&world, &world.name("bob")).await;
    let path = format!("/api/v1/users/{ada}");
    let seen = asked(&world, "GET", &path, &other, &Value::Null).await;
    assert!(!seen.body.contains("example.org"), "{}", seen.body);

    // The answer is the same for an account with an address, one without, and none.
    let long = "a".repeat(10_000);
    for name in [world.name("nobody"), world.name("bob"), long, ada.clone()] {
        let answer = world.post("/api/v1/forgot", &json!({"name": name})).await;
        assert_eq!((answer.status, answer.body.as_str()), (202, ""), "{name}");
    }
    let mail = sink.next().await;
    assert!(
        mail.contains("RCPT TO:<ada@example.org>"),
        "the only one: {mail}"
    );
    let reset = json!({"token": token(&mail, "reset"), "new_password": NEW});
    let done = world.post("/api/v1/reset", &reset).await;
    assert_eq!(done.status, 204, "{}", done.body);
    assert_eq!(
        world.post("/api/v1/reset", &reset).await.status,
        403,
        "once"
    );
    let ended = asked(&world, "GET", "/api/v1/me", &login, &Value::Null).await;
    assert_eq!(ended.status, 401, "all sessions have ended");
    let back = json!({"name": ada, "password": NEW});
    assert_eq!(world.post("/api/v1/login", &back).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_is_away_for_a_moment_is_tried_again() {
    let mut sink = Postbox::open(1).await;
    let world = world(&sink).await;
    let login = signed_up(&world, &world.name("ada")).await;
    let address = json!({"mail": "ada@example.org", "current_password": OLD});
    let noted = asked(&world, "PUT", "/api/v1/me/mail", &login, &address).await;
    assert_eq!(noted.status, 202, "{}", noted.body);
    assert!(!token(&sink.next().await, "mail").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_mail_says_that_an_administrator_can_help() {
    let world = World::alone(&[("mode", "password")]).await;
    let ada = world.name("ada");
    let login = signed_up(&world, &ada).await;
    for name in [&ada, "nobody"] {
        let answer = world.post("/api/v1/forgot", &json!({"name": name})).await;
        assert_eq!(answer.status, 403);
        assert!(answer.body.contains("administrator"), "{}", answer.body);
    }
    let address = json!({"mail": "ada@example.org", "current_password": OLD});
    let refused = asked(&world, "PUT", "/api/v1/me/mail", &login, &address).await;
    assert_eq!(refused.status, 403);
}
