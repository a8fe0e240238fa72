//! `/api/v1`, and its description.

use serde_json::{Value, json};

use crate::world::{JSON, World};

#[tokio::test(flavor = "multi_thread")]
async fn an_account_lives_from_signup_to_logout() {
    let world = World::open().await;
    let name = world.name("ada");
    let made = world
        .post(
            "/api/v1/signup",
            &json!({"name": name, "display": "Ada L."}),
        )
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(
        (
            &made.json()["user"]["name"],
            &made.json()["user"]["display"]
        ),
        (&json!(name), &json!("Ada L."))
    );
    let token = made.json()["token"].as_str().unwrap().to_owned();
    assert!(
        made.cookie("hearth_session")
            .unwrap()
            .starts_with(&format!("hearth_session={token}; Path=/"))
    );

    let bearer = format!("Bearer {token}");
    let cookie = format!("hearth_session={token}");
    for header in [
        ("Authorization", bearer.as_str()),
        ("Cookie", cookie.as_str()),
    ] {
        let me = world.call("GET", "/api/v1/me", &[header], "").await;
        assert_eq!(
            (me.status, &me.json()["name"]),
            (200, &json!(name)),
            "{header:?}"
        );
    }
    let auth = ("Authorization", bearer.as_str());
    let changed = world
        .call(
            "PATCH",
            "/api/v1/me",
            &[auth, JSON],
            r#"{"display":"Countess"}"#,
        )
        .await;
    assert_eq!(
        (changed.status, &changed.json()["display"]),
        (200, &json!("Countess"))
    );
    let bad = world
        .call("PATCH", "/api/v1/me", &[auth, JSON], r#"{"display":""}"#)
        .await;
    assert_eq!(bad.status, 400);

    let again = world.post("/api/v1/login", &json!({"name": name})).await;
    assert_eq!(
        (again.status, &again.json()["user"]["display"]),
        (200, &json!("Countess"))
    );
    assert_eq!(
        world
            .call("POST", "/api/v1/logout", &[auth], "")
            .await
            .status,
        204
    );
    let gone = world.call("GET", "/api/v1/me", &[auth], "").await;
    assert_eq!(
        (gone.status, gone.header("www-authenticate")),
        (401, Some("Bearer"))
    );
    assert_eq!(
        world
            .post("/api/v1/signup", &json!({"name": name}))
            .await
            .status,
        409
    );
    assert_eq!(
        world
            .post("/api/v1/login", &json!({"name": "nobody-at-all"}))
            .await
            .status,
        401
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_is_used_over_http_alone() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let of = |user: &str, path: &str| format!("/api/v1{path}?id={user}");
    let name = world.name("http");
    let key = ("Idempotency-Key", "c1");
    let body = json!({"name": name}).to_string();
    let made = world
        .call("POST", &of(&ada, "/rooms"), &[JSON, key], &body)
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    let room = made.json()["id"].as_str().unwrap().to_owned();
    let again = world
        .call("POST", &of(&ada, "/rooms"), &[JSON, key], &body)
        .await;
    assert_eq!(
        (again.status, again.json()["id"].as_str()),
        (201, Some(room.as_str()))
    );
    assert_eq!(
        world
            .call("POST", &of(&bob, "/rooms"), &[JSON], &body)
            .await
            .status,
        409
    );

    let events = format!("/rooms/{room}/events");
    let outside = world.call("GET", &of(&bob, &events), &[], "").await;
    assert!([403, 404].contains(&outside.status), "{}", outside.body);
    let joined = world
        .call("POST", &of(&bob, &format!("/rooms/{name}/join")), &[], "")
        .await;
    assert_eq!(
        (joined.status, joined.json()["id"].as_str()),
        (200, Some(room.as_str()))
    );

    let body = json!({"body": {"kind": "message", "text": "over http"}});
    let key = ("Idempotency-Key", "m1");
    let sent = world
        .call("POST", &of(&bob, &events), &[JSON, key], &body.to_string())
        .await;
    assert_eq!(
        (sent.status, &sent.json()["id"]),
        (201, &json!("m1")),
        "{}",
        sent.body
    );
    let mut repeated = body.clone();
    repeated["after"] = sent.json()["after"].clone();
    let again = world
        .call(
            "POST",
            &of(&bob, &events),
            &[JSON, key],
            &repeated.to_string(),
        )
        .await;
    assert_eq!(
        again.json(),
        sent.json(),
        "the same id with the same after is the same message"
    );

    let page = world.call("GET", &of(&ada, &events), &[], "").await.json();
    let texts: Vec<_> = page["events"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|e| e["body"]["kind"] == "message")
        .collect();
    assert_eq!(
        (texts.len(), &texts[0]["body"]["text"], &texts[0]["name"]),
        (1, &json!("over http"), &json!(bob))
    );
    let last = format!("{}&limit=1&before={}", of(&ada, &events), page["head"]);
    let page = world.call("GET", &last, &[], "").await.json();
    assert_eq!(
        (
            page["events"].as_array().unwrap().len(),
            &page["more_before"]
        ),
        (1, &json!(true))
    );

    let members = world
        .call("GET", &of(&ada, &format!("/rooms/{room}/members")), &[], "")
        .await
        .json();
    assert_eq!(members["members"].as_array().unwrap().len(), 2);
    let mark = json!({"seq": sent.json()["seq"]}).to_string();
    let marked = world
        .call(
            "POST",
            &of(&ada, &format!("/rooms/{room}/mark")),
            &[JSON],
            &mark,
        )
        .await;
    assert_eq!(marked.status, 204, "{}", marked.body);
    let rooms = world.call("GET", &of(&ada, "/rooms"), &[], "").await.json();
    assert_eq!(
        (&rooms["rooms"][0]["unread"], &rooms["rooms"][0]["mark"]),
        (&json!(null), &sent.json()["seq"]),
        "none: left out"
    );

    let direct = world
        .call(
            "POST",
            &of(&ada, "/direct"),
            &[JSON],
            &json!({"user": bob}).to_string(),
        )
        .await;
    assert_eq!(
        (
            direct.status,
            &direct.json()["kind"],
            &direct.json()["name"]
        ),
        (200, &json!("direct"), &json!(bob))
    );
    assert_eq!(
        world
            .call("POST", &of(&bob, &format!("/rooms/{room}/leave")), &[], "")
            .await
            .status,
        204
    );
    let after = world
        .call("POST", &of(&bob, &events), &[JSON], &body.to_string())
        .await;
    assert_eq!(
        (after.status, &after.json()["code"]),
        (403, &json!("not_member"))
    );
    assert!(
        after.json()["after"].is_null(),
        "it was not tried, so there is no `after` to repeat: {}",
        after.body
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_with_its_status() {
    let world = World::open().await;
    let ada = world.user("ada").await;
    let nowhere = "00000000-0000-7000-8000-000000000000";
    let table: Vec<(&str, String, &str, u16)> = vec![
        ("GET", "/api/v1/me".into(), "", 401),
        ("GET", "/api/v1/rooms".into(), "", 401),
        ("GET", "/api/v1/me?id=nobody-at-all".into(), "", 404),
        (
            "POST",
            format!("/api/v1/rooms?id={ada}"),
            r#"{"name":""}"#,
            400,
        ),
        (
            "POST",
            format!("/api/v1/rooms?id={ada}"),
            r#"{"name":"x","kind":"direct"}"#,
            400,
        ),
        (
            "POST",
            format!("/api/v1/rooms?id={ada}"),
            r#"{"name":"x","kind":"secret"}"#,
            400,
        ),
        (
            "POST",
            format!("/api/v1/rooms/nowhere-at-all/join?id={ada}"),
            "",
            404,
        ),
        (
            "GET",
            format!("/api/v1/rooms/{nowhere}/events?id={ada}"),
            "",
            404,
        ),
        (
            "GET",
            format!("/api/v1/rooms/no-id/events?id={ada}"),
            "",
            404,
        ),
        (
            "GET",
            format!("/api/v1/rooms/{nowhere}/events?id={ada}&before=1&after=1"),
            "",
            400,
        ),
        (
            "GET",
            format!("/api/v1/rooms/{nowhere}/events?id={ada}&before=x"),
            "",
            400,
        ),
        (
            "POST",
            format!("/api/v1/rooms/{nowhere}/events?id={ada}"),
            r#"{"body":{"kind":"message","text":"x"}}"#,
            404,
        ),
        (
            "POST",
            format!("/api/v1/rooms/{nowhere}/events?id={ada}"),
            r#"{"body":{"kind":"song"}}"#,
            400,
        ),
        (
            "POST",
            format!("/api/v1/direct?id={ada}"),
            r#"{"user":"nobody-at-all"}"#,
            404,
        ),
        ("PUT", "/api/v1/me".into(), "", 405),
    ];
    for (method, path, body, status) in table {
        let answer = world.call(method, &path, &[JSON], body).await;
        assert_eq!(
            answer.status, status,
            "{method} {path} {body}: {}",
            answer.body
        );
        assert!(
            answer.json()["message"]
                .as_str()
                .is_some_and(|text| !text.is_empty())
        );
    }
    let key = ("Idempotency-Key", "not a key");
    let answer = world
        .call(
            "POST",
            &format!("/api/v1/rooms?id={ada}"),
            &[JSON, key],
            r#"{"name":"x"}"#,
        )
        .await;
    assert_eq!(answer.status, 400);
    let wrong = ("Authorization", "Bearer nonsense");
    assert_eq!(
        world
            .call("GET", &format!("/api/v1/me?id={ada}"), &[wrong], "")
            .await
            .status,
        401
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_names_every_call_and_the_page_shows_them() {
    let world = World::open().await;
    let answer = world.call("GET", "/api/openapi.json", &[], "").await;
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let document: Value = answer.json();
    let mut calls = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            calls.push(format!("{} {path}", method.to_uppercase()));
        }
    }
    calls.sort();
    let expected = [
        "DELETE /api/v1/admin/bots/{bot}/tokens/{token}",
        "DELETE /api/v1/admin/invitations/{invitation}",
        "DELETE /api/v1/admin/users/{user}",
        "DELETE /api/v1/admin/users/{user}/admin",
        "DELETE /api/v1/me",
        "DELETE /api/v1/me/avatar",
        "DELETE /api/v1/me/mail",
        "DELETE /api/v1/push/subscriptions/{subscription}",
        "DELETE /api/v1/rooms/{room}/avatar",
        "DELETE /api/v1/rooms/{room}/invitations/{invitation}",
        "DELETE /api/v1/rooms/{room}/webhooks/{webhook}",
        "DELETE /api/v1/scheduled/{id}",
        "DELETE /api/v1/sessions",
        "DELETE /api/v1/sessions/{session}",
        "DELETE /api/v1/uploads/{upload}",
        "GET /api/v1/admin/acts",
        "GET /api/v1/admin/bots/{bot}/tokens",
        "GET /api/v1/admin/health",
        "GET /api/v1/admin/invitations",
        "GET /api/v1/admin/rooms",
        "GET /api/v1/admin/users",
        "GET /api/v1/admin/users/{user}",
        "GET /api/v1/directory",
        "GET /api/v1/me",
        "GET /api/v1/me/mail",
        "GET /api/v1/notifications",
        "GET /api/v1/own",
        "GET /api/v1/profiles",
        "GET /api/v1/push",
        "GET /api/v1/push/subscriptions",
        "GET /api/v1/rooms",
        "GET /api/v1/rooms/{room}/bans",
        "GET /api/v1/rooms/{room}/events",
        "GET /api/v1/rooms/{room}/events/{seq}/edits",
        "GET /api/v1/rooms/{room}/invitations",
        "GET /api/v1/rooms/{room}/members",
        "GET /api/v1/rooms/{room}/pins",
        "GET /api/v1/rooms/{room}/receipts",
        "GET /api/v1/rooms/{room}/threads/{root}",
        "GET /api/v1/rooms/{room}/webhooks",
        "GET /api/v1/saved",
        "GET /api/v1/scheduled",
        "GET /api/v1/search",
        "GET /api/v1/sessions",
        "GET /api/v1/threads",
        "GET /api/v1/uploads/{upload}",
        "GET /api/v1/users",
        "GET /api/v1/users/{user}",
        "PATCH /api/v1/me",
        "PATCH /api/v1/rooms/{room}/webhooks/{webhook}",
        "POST /api/v1/admin/bots",
        "POST /api/v1/admin/bots/{bot}/tokens",
        "POST /api/v1/admin/first",
        "POST /api/v1/admin/invitations",
        "POST /api/v1/admin/users/{user}/deactivate",
        "POST /api/v1/admin/users/{user}/reactivate",
        "POST /api/v1/admin/users/{user}/reset",
        "POST /api/v1/direct",
        "POST /api/v1/forgot",
        "POST /api/v1/groups",
        "POST /api/v1/invitations/{code}",
        "POST /api/v1/login",
        "POST /api/v1/logout",
        "POST /api/v1/mail/confirm",
        "POST /api/v1/reset",
        "POST /api/v1/rooms",
        "POST /api/v1/rooms/{room}/events",
        "POST /api/v1/rooms/{room}/invitations",
        "POST /api/v1/rooms/{room}/join",
        "POST /api/v1/rooms/{room}/leave",
        "POST /api/v1/rooms/{room}/mark",
        "POST /api/v1/rooms/{room}/rename",
        "POST /api/v1/rooms/{room}/webhooks/in",
        "POST /api/v1/rooms/{room}/webhooks/out",
        "POST /api/v1/rooms/{room}/webhooks/{webhook}/resume",
        "POST /api/v1/scheduled",
        "POST /api/v1/scheduled/{id}/send",
        "POST /api/v1/signup",
        "POST /api/v1/totp",
        "POST /api/v1/totp/confirm",
        "POST /api/v1/totp/disable",
        "POST /api/v1/uploads",
        "PUT /api/v1/admin/users/{user}/admin",
        "PUT /api/v1/me/avatar",
        "PUT /api/v1/me/mail",
        "PUT /api/v1/own",
        "PUT /api/v1/password",
        "PUT /api/v1/push/subscriptions",
        "PUT /api/v1/rooms/{room}/avatar",
        "PUT /api/v1/scheduled/{id}",
        "PUT /api/v1/uploads/{upload}",
    ];
    assert_eq!(calls, expected);
    references_resolve(&document, &document);
    let page = world.call("GET", "/api", &[], "").await;
    assert!(
        page.header("content-security-policy")
            .unwrap()
            .starts_with("default-src 'none'")
    );
    for call in expected {
        assert!(page.body.contains(&format!("<h3>{call}</h3>")), "{call}");
    }
    assert!(
        !page.body.contains("<script") && !page.body.contains("://"),
        "nothing from a third party"
    );
}

fn references_resolve(part: &Value, document: &Value) {
    match part {
        Value::Object(fields) => {
            if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
                let pointer = reference.strip_prefix('#').unwrap();
                assert!(document.pointer(pointer).is_some(), "{reference}");
            }
            fields
                .values()
                .for_each(|part| references_resolve(part, document));
        }
        Value::Array(items) => items
            .iter()
            .for_each(|part| references_resolve(part, document)),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_is_said_seen_by_others_and_taken_back() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let me = format!("/api/v1/me?id={ada}");
    let change = async |body: &Value| world.call("PATCH", &me, &[JSON], &body.to_string()).await;
    let said = json!({"status_text": " on the train ", "status_emoji": "\u{1F686}", "zone": "Europe/Lisbon", "language": "pt-BR"});
    let changed = change(&said).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let seen = async |path: &str| world.call("GET", path, &[], "").await;
    // Beside what others see, it says how large a file may be, and that no code is asked for.
    let own = async || {
        let mut own = seen(&me).await.json();
        let max = own.as_object_mut().unwrap().remove("file_bytes_max");
        assert!(max.is_some_and(|max| max.as_u64() > Some(0)), "{own}");
        let totp = own.as_object_mut().unwrap().remove("totp");
        assert_eq!(totp, Some(json!(false)), "{own}");
        own
    };
    let id = changed.json()["id"].as_str().unwrap().to_owned();
    for user in [&ada, &id] {
        let by_bob = seen(&format!("/api/v1/users/{user}?id={bob}")).await;
        assert_eq!(by_bob.json(), changed.json());
    }
    assert_eq!(own().await, changed.json());
    assert_eq!(changed.json()["status_text"], "on the train");

    // Of several at once, each as alone; whom there is not is left out.
    let bob_seen = seen(&format!("/api/v1/users/{bob}?id={bob}")).await.json();
    let bob_id = bob_seen["id"].as_str().unwrap();
    let nobody = uuid::Uuid::from_u128(7);
    let both = format!("/api/v1/profiles?user={id}&user={bob_id}&user={id}&user={nobody}&id={bob}");
    let mut both = seen(&both).await.json()["profiles"].take();
    let both = both.as_array_mut().unwrap();
    both.sort_by_key(|profile| profile["id"] != id);
    assert_eq!(*both, [changed.json(), bob_seen]);
    for bad in [vec![nobody.to_string(); 101], vec![bob.clone()]] {
        let ids: Vec<_> = bad.iter().map(|id| format!("user={id}")).collect();
        let answer = seen(&format!("/api/v1/profiles?{}&id={bob}", ids.join("&"))).await;
        assert_eq!(
            (answer.status, answer.json()["code"].take()),
            (400, json!("bad_request"))
        );
    }

    let mut less = change(&json!({"status_text": "", "status_emoji": ""}))
        .await
        .json();
    let version = less.as_object_mut().unwrap().remove("version");
    assert_ne!(version.as_ref(), Some(&changed.json()["version"]));
    let expected = json!({"id": id, "name": ada, "display": ada, "zone": "Europe/Lisbon", "language": "pt-BR"});
    assert_eq!(less, expected);
    for bad in [
        json!({"status_text": "x".repeat(101)}),
        json!({"status_emoji": "train"}),
        json!({"zone": "on the train"}),
        json!({"language": "the one of Camoes"}),
    ] {
        assert_eq!(change(&bad).await.status, 400, "{bad}");
    }
    let mut still = own().await;
    assert_eq!(still.as_object_mut().unwrap().remove("version"), version);
    assert_eq!(still, expected, "nothing of it was changed");
    let nobody = seen(&format!("/api/v1/users/{}?id={bob}", world.name("nobody"))).await;
    assert_eq!(nobody.status, 404);
}
