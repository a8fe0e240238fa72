//! Web Push, to a push service of this test's own: what it is told it can check, and what it cannot read the browser can.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use aes_gcm::{Aes128Gcm, KeyInit, Nonce, aead::Aead};
use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL};
use hkdf::Hkdf;
use p256::{
    PublicKey, SecretKey,
    ecdsa::{Signature, VerifyingKey, signature::Verifier},
};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::{net::TcpListener, time::timeout};

use crate::world::{Answer, JSON, LONG, World, call};

/// A push service, and all browsers behind it, which share their keys.
struct Service {
    place: String,
    state: Arc<Mutex<Taken>>,
}

#[derive(Default)]
struct Taken {
    /// What was posted: to which browser, with what.
    posts: Vec<(String, HeaderMap, Bytes)>,
    /// What the next posts are answered; 201 when there is nothing more.
    answers: VecDeque<(u16, Option<&'static str>)>,
}

const AUTH: [u8; 16] = [5; 16];

fn browser_key() -> SecretKey {
    SecretKey::from_slice(&[3; 32]).unwrap()
}

async fn take(
    State(state): State<Arc<Mutex<Taken>>>,
    Path(browser): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut state = state.lock().unwrap();
    state.posts.push((browser, headers, body));
    let (status, retry_after) = state.answers.pop_front().unwrap_or((201, None));
    let status = StatusCode::from_u16(status).unwrap();
    match retry_after {
        Some(after) => (status, [("Retry-After", after)]).into_response(),
        None => status.into_response(),
    }
}

impl Service {
    async fn begin() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let place = listener.local_addr().unwrap().to_string();
        let state = Arc::new(Mutex::new(Taken::default()));
        let routes = Router::new().route("/send/{browser}", post(take));
        let routes = routes.with_state(state.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { place, state }
    }

    fn answer(&self, status: u16, retry_after: Option<&'static str>) {
        let mut state = self.state.lock().unwrap();
        state.answers.push_back((status, retry_after));
    }

    fn posts(&self) -> usize {
        self.state.lock().unwrap().posts.len()
    }

    /// The next thing that was posted.
    async fn next(&self) -> (String, HeaderMap, Bytes) {
        let next = async {
            loop {
                let post = {
                    let mut state = self.state.lock().unwrap();
                    (!state.posts.is_empty()).then(|| state.posts.remove(0))
                };
                match post {
                    Some(post) => break post,
                    None => tokio::time::sleep(Duration::from_millis(20)).await,
                }
            }
        };
        timeout(LONG, next).await.expect("something is pushed")
    }

    /// What a browser subscribes with.
    fn subscription(&self, browser: &str) -> Value {
        let public = browser_key().public_key().to_sec1_bytes();
        json!({
            "endpoint": format!("http://{}/send/{browser}", self.place),
            "expirationTime": null,
            "keys": {"p256dh": BASE64URL.encode(public), "auth": BASE64URL.encode(AUTH)},
        })
    }
}

/// Opens what was sealed, as a browser does (RFC 8291, RFC 8188).
fn opened(body: &[u8]) -> Value {
    let (salt, rest) = body.split_at(16);
    assert_eq!(rest[..5], [0, 0, 16, 0, 65]);
    let (server, sealed) = rest[5..].split_at(65);
    let public = PublicKey::from_sec1_bytes(server).unwrap();
    let key = browser_key();
    let shared = p256::ecdh::diffie_hellman(key.to_nonzero_scalar(), public.as_affine());
    let own = key.public_key().to_sec1_bytes();
    let info = [b"WebPush: info\0".as_slice(), &own, server].concat();
    let mut secret = [0; 32];
    Hkdf::<Sha256>::new(Some(&AUTH), shared.raw_secret_bytes())
        .expand(&info, &mut secret)
        .unwrap();
    let derived = Hkdf::<Sha256>::new(Some(salt), &secret);
    let (mut content_key, mut nonce) = ([0; 16], [0; 12]);
    derived
        .expand(b"Content-Encoding: aes128gcm\0", &mut content_key)
        .unwrap();
    derived
        .expand(b"Content-Encoding: nonce\0", &mut nonce)
        .unwrap();
    let cipher = Aes128Gcm::new(&content_key.into());
    let plain = cipher.decrypt(&Nonce::from(nonce), sealed).unwrap();
    let (text, delimiter) = plain.split_at(plain.len() - 1);
    assert_eq!(delimiter, [2]);
    serde_json::from_slice(text).unwrap()
}

/// Checks what the push service is told about who pushes (RFC 8292).
fn check_word(headers: &HeaderMap, place: &str, public_key: &Value) {
    let word = headers["authorization"].to_str().unwrap();
    let word = word.strip_prefix("vapid t=").unwrap();
    let (token, key) = word.split_once(", k=").unwrap();
    assert_eq!(json!(key), *public_key);
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let bytes = |text: &str| BASE64URL.decode(text).unwrap();
    let verifying = VerifyingKey::from_sec1_bytes(&bytes(key)).unwrap();
    let signature = Signature::from_slice(&bytes(signature)).unwrap();
    verifying.verify(signed.as_bytes(), &signature).unwrap();
    let claims: Value = serde_json::from_slice(&bytes(signed.split_once('.').unwrap().1)).unwrap();
    assert_eq!(claims["aud"], format!("http://{place}"));
    assert_eq!(claims["sub"], "mailto:ops@example.org");
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let ends_in = claims["exp"].as_u64().unwrap() - now.unwrap().as_secs();
    assert!((3_600..=24 * 3_600).contains(&ends_in));
}

async fn ask(world: &World, what: &str, user: &str, body: &Value) -> Answer {
    let (method, path) = what.split_once(' ').unwrap();
    let path = format!("{path}?id={user}");
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let answer = call(world.place(0), method, &path, &[JSON], &body).await;
    assert!(answer.status < 300, "{what}: {}", answer.body);
    answer
}

/// A server that pushes to this machine, two people in a room, and the room.
async fn place() -> (World, Service, String, String, String) {
    let world = World::alone(&[
        ("push", "local"),
        ("push_contact", "mailto:ops@example.org"),
    ])
    .await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let body = json!({"name": world.name("hall")});
    let room = ask(&world, "POST /api/v1/rooms", &ada, &body).await;
    let room = room.json()["id"].as_str().unwrap().to_owned();
    let join = format!("POST /api/v1/rooms/{room}/join");
    ask(&world, &join, &bob, &Value::Null).await;
    (world, Service::begin().await, ada, bob, room)
}

async fn say(world: &World, user: &str, room: &str, text: &str) -> Value {
    let body = json!({"body": {"kind": "message", "text": text}});
    let sent = ask(
        world,
        &format!("POST /api/v1/rooms/{room}/events"),
        user,
        &body,
    )
    .await;
    sent.json()["seq"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_is_told_of_a_message_sealed_and_signed_and_its_service_reads_nothing() {
    let (world, service, ada, bob, room) = place().await;
    let subscriptions = "PUT /api/v1/push/subscriptions";
    let key = ask(&world, "GET /api/v1/push", &bob, &Value::Null).await;
    let key = key.json()["public_key"].clone();
    let again = ask(&world, "GET /api/v1/push", &ada, &Value::Null).await;
    assert_eq!(again.json()["public_key"], key);
    ask(&world, subscriptions, &bob, &service.subscription("phone")).await;
    let mut bare = service.subscription("laptop");
    bare["text"] = json!(false);
    ask(&world, subscriptions, &bob, &bare).await;
    ask(&world, subscriptions, &ada, &service.subscription("adas")).await;

    let secret = "the quick brown fox";
    let seq = say(&world, &ada, &room, secret).await;
    for _ in 0..2 {
        let (browser, headers, body) = service.next().await;
        check_word(&headers, &service.place, &key);
        assert_eq!(headers["content-encoding"], "aes128gcm");
        assert_eq!(headers["ttl"], "86400");
        assert_eq!(headers["urgency"], "normal");
        assert!(headers["topic"].len() <= 32);
        assert!(!body.windows(9).any(|part| part == b"the quick"));
        let told = opened(&body);
        assert_eq!((&told["room"], &told["seq"]), (&json!(room), &seq));
        assert_eq!(
            (&told["sender"], &told["why"]),
            (&json!(ada), &json!("message"))
        );
        match browser.as_str() {
            "phone" => assert_eq!(told["text"], secret),
            "laptop" => assert_eq!(told.get("text"), None),
            other => panic!("{other} is the author's"),
        }
    }
    // What a direct room brings is urgent.
    let direct = ask(&world, "POST /api/v1/direct", &ada, &json!({"user": bob})).await;
    let direct = direct.json()["id"].as_str().unwrap().to_owned();
    say(&world, &ada, &direct, "psst").await;
    let (_, headers, body) = service.next().await;
    assert_eq!(headers["urgency"], "high");
    assert_eq!(opened(&body)["why"], "direct");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_push_service_is_asked_again_and_a_browser_that_is_gone_is_forgotten() {
    let (world, service, ada, bob, room) = place().await;
    let subscriptions = "PUT /api/v1/push/subscriptions";
    ask(&world, subscriptions, &bob, &service.subscription("phone")).await;
    service.answer(429, Some("1"));
    service.answer(503, Some("0"));
    say(&world, &ada, &room, "one").await;
    for _ in 0..3 {
        let (_, _, body) = service.next().await;
        assert_eq!(opened(&body)["text"], "one");
    }
    service.answer(410, None);
    say(&world, &ada, &room, "two").await;
    service.next().await;
    let left = async {
        loop {
            let all = ask(&world, "GET /api/v1/push/subscriptions", &bob, &Value::Null).await;
            if all.json()["subscriptions"] == json!([]) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(LONG, left).await.expect("it is forgotten");
    assert_eq!(service.posts(), 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn subscriptions_are_listed_ended_and_refused_where_they_lead_into_the_own_network() {
    let world = World::alone(&[]).await;
    let bob = world.user("bob").await;
    let service = Service::begin().await;
    let path = format!("/api/v1/push/subscriptions?id={bob}");
    let put = |body: Value| {
        let (place, path) = (world.place(0).to_owned(), path.clone());
        async move { call(&place, "PUT", &path, &[JSON], &body.to_string()).await }
    };
    let mut good = service.subscription("phone");
    for bad in [
        "http://push.example.org/a",
        "https://127.0.0.1/a",
        "https://[::1]/a",
        "push",
    ] {
        good["endpoint"] = json!(bad);
        let refused = put(good.clone()).await;
        assert_eq!(refused.status, 400, "{bad}: {}", refused.body);
    }
    good["endpoint"] = json!("https://push.example.org/secret-path");
    let mut off = good.clone();
    off["keys"]["p256dh"] = json!("BAAA");
    assert_eq!(put(off).await.status, 400);
    let made = put(good.clone()).await;
    assert_eq!(made.status, 200, "{}", made.body);
    assert_eq!(made.json()["service"], "push.example.org");
    assert_eq!(put(good).await.json()["id"], made.json()["id"]);
    let all = call(world.place(0), "GET", &path, &[], "").await;
    assert_eq!(all.json()["subscriptions"].as_array().unwrap().len(), 1);
    assert!(!all.body.contains("secret-path"));
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let one = format!("/api/v1/push/subscriptions/{id}?id={bob}");
    assert_eq!(
        call(world.place(0), "DELETE", &one, &[], "").await.status,
        204
    );
    assert_eq!(
        call(world.place(0), "DELETE", &one, &[], "").await.status,
        404
    );
    world.stop().await;

    let silent = World::alone(&[("push", "off")]).await;
    let bob = silent.user("bob").await;
    let path = format!("/api/v1/push?id={bob}");
    assert_eq!(
        call(silent.place(0), "GET", &path, &[], "").await.status,
        404
    );
    silent.stop().await;
}
