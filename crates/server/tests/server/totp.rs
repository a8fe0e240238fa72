//! The second factor over HTTP: begun, confirmed, asked for at every log-in, ended.

use hearth_core::totp::code;
use hearth_server::parts::wall_ms;
use serde_json::{Value, json};

use crate::world::{Answer, JSON, World};

const RIGHT: &str = "correct horse";

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_asked_for_at_every_log_in_and_each_code_is_taken_once() {
    let world = World::alone(&[]).await;
    let ada = world.name("ada");
    let made = json!({"name": ada, "password": RIGHT});
    let made = world.post("/api/v1/signup", &made).await;
    let bearer = format!("Bearer {}", made.json()["token"].as_str().unwrap());
    let ask = async |path: &str, body: &Value| -> Answer {
        let auth = ("Authorization", bearer.as_str());
        let body = body.to_string();
        world.call("POST", path, &[auth, JSON], &body).await
    };
    let log_in = async |code: Option<&str>| {
        let body = json!({"name": ada, "password": RIGHT, "code": code});
        let answer = world.post("/api/v1/login", &body).await;
        let error = answer.json()["error"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        (answer.status, error)
    };
    let is_on = async || {
        let auth = ("Authorization", bearer.as_str());
        let me = world.call("GET", "/api/v1/me", &[auth], "").await;
        me.json()["totp"].as_bool().unwrap()
    };
    let needed = (401, "code needed".to_owned());
    let wrong = (401, "wrong code".to_owned());
    let is_in = (200, String::new());
    let password = json!({"current_password": RIGHT});

    let refused = ask(
        "/api/v1/totp",
        &json!({"current_password": "incorrect horse"}),
    )
    .await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    let begun = ask("/api/v1/totp", &password).await;
    let secret = begun.json()["secret"].as_str().unwrap().to_owned();
    let url = begun.json()["url"].as_str().unwrap().to_owned();
    assert!(
        url.starts_with("otpauth://totp/Hearth:") && url.contains(&secret),
        "{url}"
    );
    assert_eq!(log_in(None).await, is_in, "it is not confirmed yet");
    assert!(!is_on().await, "it is not confirmed yet");
    let refused = ask("/api/v1/totp/confirm", &json!({"code": "0"})).await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    let now_ms = wall_ms();
    let first = code(&secret, now_ms).unwrap();
    let confirmed = ask("/api/v1/totp/confirm", &json!({"code": first})).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.body);
    let recovery = confirmed.json()["recovery_codes"].clone();
    assert_eq!(recovery.as_array().unwrap().len(), 10);

    assert!(is_on().await);
    assert_eq!(log_in(None).await, needed);
    assert_eq!(log_in(Some(&first)).await, wrong, "it was taken");
    let next = code(&secret, now_ms + 30_000).unwrap();
    assert_eq!(log_in(Some(&next)).await, is_in);
    assert_eq!(log_in(Some(&next)).await, wrong);
    let paper = recovery[3].as_str().unwrap().to_lowercase();
    assert_eq!(log_in(Some(&paper)).await, is_in);
    assert_eq!(log_in(Some(&paper)).await, wrong);
    // By the specification's call too; and without the password a code is worth nothing.
    let plain = json!({"id": ada, "password": RIGHT});
    let plain = world.post("/login", &plain).await;
    assert_eq!((plain.status, plain.cookie("hearth_session")), (401, None));
    let by_code = json!({"id": ada, "password": RIGHT, "code": recovery[0]});
    assert_eq!(world.post("/login", &by_code).await.status, 202);
    let by_code = json!({"name": ada, "password": "incorrect horse", "code": recovery[1]});
    assert_eq!(world.post("/api/v1/login", &by_code).await.status, 401);
    assert_eq!(
        log_in(recovery[1].as_str()).await,
        is_in,
        "it was not taken"
    );

    let again = ask("/api/v1/totp", &password).await;
    assert_eq!(again.status, 403, "it is on: {}", again.body);
    let ended = ask("/api/v1/totp/disable", &password).await;
    assert_eq!(ended.status, 204, "{}", ended.body);
    assert!(!is_on().await);
    assert_eq!(log_in(None).await, is_in);
    world.stop().await;
}
