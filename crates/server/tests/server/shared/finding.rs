//! Finding rooms and entering them.

use serde_json::{Value, json};

use crate::world::{JSON, World};

/// Puts an event into a room, over HTTP.
async fn put(world: &World, user: &str, room: &str, body: Value) -> u64 {
    let path = format!("/api/v1/rooms/{room}/events?id={user}");
    let body = json!({ "body": body }).to_string();
    let stored = world.call("POST", &path, &[JSON], &body).await;
    assert_eq!(stored.status, 201, "{}", stored.body);
    stored.json()["seq"].as_u64().unwrap()
}

async fn made(world: &World, user: &str, name: &str, kind: &str) -> String {
    let body = json!({"name": name, "kind": kind}).to_string();
    let path = format!("/api/v1/rooms?id={user}");
    let room = world.call("POST", &path, &[JSON], &body).await;
    assert_eq!(room.status, 201, "{}", room.body);
    room.json()["id"].as_str().unwrap().to_owned()
}

/// Asks until the directory shows so many rooms: it may lag.
async fn found(world: &World, user: &str, sought: &str, count: usize) -> Value {
    let ask = async {
        loop {
            let path = format!("/api/v1/directory?q={sought}&id={user}");
            let page = world.call("GET", &path, &[], "").await;
            assert_eq!(page.status, 200, "{}", page.body);
            let rooms = page.json()["rooms"].clone();
            if rooms.as_array().unwrap().len() == count {
                return rooms;
            }
        }
    };
    tokio::time::timeout(crate::world::LONG, ask).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn public_rooms_are_found_by_what_they_say_about_themselves() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    // A word of this test's own, since others may share the store.
    let own = world.name("q").replace('-', "");
    let hall = made(&world, &ada, &world.name("hall"), "public").await;
    let den = made(&world, &ada, &world.name("den"), "private").await;
    for room in [&hall, &den] {
        let topic = json!({"kind": "topic", "topic": format!("Über {own}")});
        put(&world, &ada, room, topic).await;
        let text = format!("{own}-Züge, 東京");
        let description = json!({"kind": "description", "description": text});
        put(&world, &ada, room, description).await;
    }
    for sought in [
        own.clone(),
        format!("{own}+uber+zug"),
        format!("{own}+%E4%BA%AC"),
    ] {
        let rooms = found(&world, &bob, &sought, 1).await;
        assert_eq!(rooms[0]["id"], json!(hall), "{sought}");
        assert_eq!(
            (&rooms[0]["joined"], &rooms[0]["members"]),
            (&json!(false), &json!(1))
        );
    }
    let rooms = found(&world, &ada, &own, 1).await;
    assert_eq!(rooms[0]["joined"], json!(true));
    // Whoever has a link finds a room by its id, with what the directory says of it and no more.
    let by_id = async |user: &str, room: &str| {
        let path = format!("/api/v1/directory?room={room}&id={user}");
        world.call("GET", &path, &[], "").await.json()["rooms"].clone()
    };
    assert_eq!(by_id(&ada, &hall).await, rooms);
    let listed = by_id(&bob, &hall).await;
    assert_eq!(listed[0]["joined"], json!(false));
    assert_eq!(by_id(&bob, &den).await, json!([]), "it is private");
    assert_eq!(
        by_id(&bob, &uuid::Uuid::now_v7().to_string()).await,
        json!([])
    );
    let (mut socket, welcome) = world.v1(0, &ada, &json!([])).await;
    let of_hall = |rooms: &Value| {
        let rooms = rooms["rooms"].as_array().unwrap();
        let hall = rooms.iter().find(|room| room["id"] == json!(hall));
        hall.unwrap()["description"].clone()
    };
    assert_eq!(of_hall(&welcome), Value::Null, "there may be 500 of them");
    let path = format!("/api/v1/rooms?id={ada}");
    let all = world.call("GET", &path, &[], "").await.json();
    assert_eq!(of_hall(&all), json!(format!("{own}-Züge, 東京")));

    put(&world, &ada, &hall, json!({"kind": "archive", "on": true})).await;
    socket.next("events").await;
    found(&world, &bob, &own, 0).await;
    assert_eq!(by_id(&bob, &hall).await, json!([]), "it is archived");
    let path = format!("/api/v1/directory?after=x&id={bob}");
    let refused = world.call("GET", &path, &[], "").await;
    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (400, &json!("bad_request"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_few_people_make_a_group_and_bring_others_in() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let (kim, lee) = (world.user("kim").await, world.user("lee").await);
    let (mut a, _) = world.v1(0, &ada, &json!([])).await;
    let (mut b, _) = world.v1(1, &bob, &json!([])).await;
    let (mut l, welcome) = world.v1(2, &lee, &json!([])).await;
    let group = json!({"type": "group", "ref": 1, "id": "g1", "users": [bob, kim]});
    a.say(&group).await;
    let of_a = a.answer("room", 1).await["room"].clone();
    assert_eq!(
        (&of_a["kind"], &of_a["members"], &of_a["role"]),
        (&json!("group"), &json!(3), &json!("owner"))
    );
    let of_b = b.next("room").await["room"].clone();
    assert_eq!(of_b["id"], of_a["id"], "brought about elsewhere");
    let names = of_b["name"].as_str().unwrap();
    assert!(names.contains(&ada) && names.contains(&kim) && !names.contains(&bob));
    a.say(&json!({"type": "group", "ref": 2, "id": "g1", "users": [bob, kim]}))
        .await;
    assert_eq!(a.answer("room", 2).await["room"]["id"], of_a["id"]);
    a.say(&json!({"type": "group", "ref": 3, "id": "g2", "users": [bob, kim]}))
        .await;
    assert_ne!(a.answer("room", 3).await["room"]["id"], of_a["id"]);

    let room = of_a["id"].as_str().unwrap();
    let invite = json!({"kind": "invite", "user": welcome["user"]["id"]});
    put(&world, &kim, room, invite).await;
    assert_eq!(l.next("room").await["room"]["members"], json!(4));
    for (users, status) in [
        (json!([bob]), 400),
        (json!([bob, "nobody-at-all"]), 404),
        (json!(vec![bob.clone(); 21]), 413),
    ] {
        let body = json!({ "users": users }).to_string();
        let path = format!("/api/v1/groups?id={ada}");
        let refused = world.call("POST", &path, &[JSON], &body).await;
        assert_eq!(refused.status, status, "{}", refused.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_broadcast_room_who_joins_reads_and_reacts() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let name = world.name("news");
    let room = made(&world, &ada, &name, "broadcast").await;
    let joined = world
        .call(
            "POST",
            &format!("/api/v1/rooms/{name}/join?id={bob}"),
            &[],
            "",
        )
        .await;
    assert_eq!(
        (joined.status, &joined.json()["kind"]),
        (200, &json!("broadcast"))
    );
    let seq = put(
        &world,
        &ada,
        &room,
        json!({"kind": "message", "text": "news"}),
    )
    .await;
    let react = json!({"kind": "react", "target": seq, "emoji": "👍", "on": true});
    put(&world, &bob, &room, react).await;
    let body = json!({"body": {"kind": "message", "text": "mine"}}).to_string();
    let path = format!("/api/v1/rooms/{room}/events?id={bob}");
    let refused = world.call("POST", &path, &[JSON], &body).await;
    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (403, &json!("forbidden"))
    );
    let rooms = found(&world, &bob, &name, 1).await;
    assert_eq!(rooms[0]["kind"], json!("broadcast"));
    // Its owner lets all write, as in any room; nobody else may say that, or a right that there is not.
    let right = |role: &str| json!({"kind": "right", "right": "write", "role": role});
    let body = json!({"body": right("guest")}).to_string();
    let refused = world.call("POST", &path, &[JSON], &body).await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    let body = json!({"body": {"kind": "right", "right": "fly", "role": "guest"}}).to_string();
    let refused = world.call("POST", &path, &[JSON], &body).await;
    assert_eq!(refused.status, 400, "{}", refused.body);
    put(&world, &ada, &room, right("guest")).await;
    let mine = json!({"kind": "message", "text": "mine"});
    put(&world, &bob, &room, mine).await;
    let (_, welcome) = world.v1(1, &bob, &json!([])).await;
    assert_eq!(welcome["rooms"][0]["rights"], json!({"write": "guest"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_is_entered_by_an_invitation_link() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let (kim, lee) = (world.user("kim").await, world.user("lee").await);
    let den = made(&world, &ada, &world.name("den"), "private").await;
    let links = |user: &str| format!("/api/v1/rooms/{den}/invitations?id={user}");
    let body = json!({"uses": 2}).to_string();
    let link = world.call("POST", &links(&ada), &[JSON], &body).await;
    assert_eq!(link.status, 201, "{}", link.body);
    let link = link.json();
    let code = link["code"].as_str().unwrap().to_owned();
    assert_eq!(code.len(), 40, "160 bits");

    let (mut a, _) = world.v1(0, &ada, &json!([])).await;
    let (mut b, _) = world.v1(1, &bob, &json!([])).await;
    let accept = async |user: &str| {
        let path = format!("/api/v1/invitations/{code}?id={user}");
        world.call("POST", &path, &[], "").await
    };
    for _ in 0..2 {
        let entered = accept(&bob).await;
        assert_eq!(entered.status, 200, "{}", entered.body);
        assert_eq!(
            entered.json()["id"],
            json!(den),
            "a member is answered alike"
        );
    }
    assert_eq!(b.next("room").await["room"]["id"], json!(den));
    let event = a.next("events").await["events"][0].clone();
    assert_eq!(
        (
            &event["name"],
            &event["body"]["kind"],
            &event["body"]["user_name"]
        ),
        (&json!(ada), &json!("invite"), &json!(bob))
    );
    assert_eq!(event["body"]["accepted"], json!(true));
    let listed = world.call("GET", &links(&ada), &[], "").await.json();
    let listed = listed["invitations"].as_array().unwrap().clone();
    assert_eq!((listed.len(), &listed[0]["used"]), (1, &json!(1)));
    assert!(
        !listed[0].to_string().contains(&code),
        "a list lets nobody in"
    );
    let of_bob = world.call("GET", &links(&bob), &[], "").await.json();
    assert_eq!(of_bob, json!({"invitations": []}));

    assert_eq!(accept(&kim).await.status, 200);
    let refused = accept(&lee).await;
    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (409, &json!("full")),
        "{}",
        refused.body
    );
    let id = listed[0]["id"].as_str().unwrap();
    let path = |user: &str| format!("/api/v1/rooms/{den}/invitations/{id}?id={user}");
    let refused = world.call("DELETE", &path(&bob), &[], "").await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    let withdrawn = world.call("DELETE", &path(&ada), &[], "").await;
    assert_eq!(withdrawn.status, 204, "{}", withdrawn.body);
    let refused = accept(&lee).await;
    assert_eq!(refused.status, 404, "{}", refused.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn members_are_found_by_the_beginnings_of_their_names() {
    let world = World::open().await;
    // Letters that are in no hexadecimal number, as which names here go on.
    let (olga, ulf) = (world.user("olga").await, world.user("ulf").await);
    let name = world.room("hall", &[&olga, &ulf]).await;
    let (mut a, welcome) = world.v1(0, &olga, &json!([])).await;
    let room = welcome["rooms"][0]["id"].clone();
    for (q, expected) in [
        ("Ól", vec![&olga]),
        ("UL", vec![&ulf]),
        ("lg", vec![]),
        ("!", vec![]),
    ] {
        a.say(&json!({"type": "members", "ref": 1, "room": room, "q": q}))
            .await;
        let page = a.answer("members", 1).await;
        let names: Vec<_> = page["members"]
            .as_array()
            .unwrap()
            .iter()
            .map(|member| member["name"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(names.iter().collect::<Vec<_>>(), expected, "{q} in {name}");
        let path = format!(
            "/api/v1/rooms/{}/members?q={}&id={ulf}",
            room.as_str().unwrap(),
            q.replace('Ó', "%C3%93")
        );
        let same = world.call("GET", &path, &[], "").await;
        assert_eq!(same.json()["members"], page["members"], "{}", same.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_searched_and_a_day_is_opened() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let own = world.name("q").replace('-', "");
    let hall = made(&world, &ada, &world.name("hall"), "public").await;
    let say = async |text: &str| {
        let body = json!({"kind": "message", "text": text});
        put(&world, &ada, &hall, body).await
    };
    let tram = say(&format!("The {own}tram is late")).await;
    let cjk = say(&format!("{own} 今日は東京料理クラブです")).await;
    let edited = say("something else").await;
    let edit = json!({"kind": "edit", "target": edited, "text": format!("{own}trams, at last")});
    put(&world, &ada, &hall, edit).await;

    // Asked of each server in turn: what was acknowledged is found at once.
    let search = async |user: &str, query: &str| {
        let path = format!("/api/v1/search?{query}&id={user}");
        world.call("GET", &path, &[], "").await
    };
    let found = search(&ada, &format!("q={own}tram&room={hall}")).await;
    assert_eq!(found.status, 200, "{}", found.body);
    let of = found.json()["rooms"][0].clone();
    assert_eq!((&of["room"], &of["count"]), (&json!(hall), &json!(2)));
    let seqs: Vec<_> = of["hits"]
        .as_array()
        .unwrap()
        .iter()
        .map(|hit| &hit["seq"])
        .collect();
    assert_eq!(seqs, [&json!(edited), &json!(tram)]);
    let end = 4 + own.len() + 4;
    assert_eq!(of["hits"][1]["marks"], json!([[4, end]]));
    let found = search(&ada, &format!("q={own}+%E6%96%99%E7%90%86&limit=1"))
        .await
        .json();
    assert_eq!(
        found["rooms"][0]["hits"][0]["seq"], cjk,
        "in all of one's own rooms"
    );

    let refused = search(&bob, &format!("q={own}tram&room={hall}")).await;
    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (403, &json!("not_member"))
    );
    let nothing = search(&bob, &format!("q={own}tram")).await.json();
    assert_eq!(nothing, json!({"rooms": []}));
    for (query, status, part) in [
        ("q=tram+form:ann", 400, "(At character 6.)"),
        ("q=", 400, "Say what to look for"),
        ("q=x+before:2026-02-30", 400, "no date"),
        ("q=x&cursor=nonsense", 400, "`cursor`"),
        ("q=x&offset_min=2000", 400, "`offset_min`"),
        ("q=from:nobody-at-all", 404, "no user"),
    ] {
        let refused = search(&ada, query).await;
        assert_eq!(refused.status, status, "{query}: {}", refused.body);
        assert!(refused.body.contains(part), "{query}: {}", refused.body);
    }

    let (mut socket, _) = world.v1(0, &ada, &json!([])).await;
    let ask = json!({"type": "search", "ref": 5, "q": format!("{own}tram -late"), "room": hall});
    socket.say(&ask).await;
    let found = socket.answer("found", 5).await;
    assert_eq!(
        (
            &found["rooms"][0]["count"],
            &found["rooms"][0]["hits"][0]["seq"]
        ),
        (&json!(1), &json!(edited))
    );

    // The time of a message leads to it, and so does its day.
    let page = |rest: &str| format!("/api/v1/rooms/{hall}/events?{rest}&id={ada}");
    let log = world.call("GET", &page("limit=200"), &[], "").await.json();
    let at_ms = |seq: u64| {
        let mut events = log["events"].as_array().unwrap().iter();
        let event = events.find(|event| event["seq"] == seq).unwrap();
        event["at_ms"].as_u64().unwrap()
    };
    let at = at_ms(tram);
    let around = world
        .call("GET", &page(&format!("at={at}&limit=2")), &[], "")
        .await
        .json();
    let first = around["events"].as_array().unwrap();
    let first = first
        .iter()
        .find(|event| event["at_ms"].as_u64() >= Some(at));
    assert_eq!(first.unwrap()["at_ms"], at);
    let begin = world
        .call("GET", &page("at=2020-01-31&limit=1"), &[], "")
        .await
        .json();
    assert_eq!(begin["events"][0]["seq"], 1);
    let end = world
        .call("GET", &page("at=9999-12-31T00:00Z&limit=1"), &[], "")
        .await
        .json();
    assert_eq!(end["events"][0]["seq"], end["head"]);
    for wrong in ["at=yesterday", "at=1&before=5"] {
        let refused = world.call("GET", &page(wrong), &[], "").await;
        assert_eq!(refused.status, 400, "{wrong}");
    }
    let ask = json!({"type": "history", "ref": 6, "room": hall, "at_ms": at, "limit": 2});
    socket.say(&ask).await;
    assert_eq!(
        socket.answer("history", 6).await["events"],
        around["events"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_found_by_the_beginnings_of_their_names() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let own = world.name("q").replace('-', "");
    let shown = json!({"display": format!("Ébène {own}"), "status_text": "asleep"}).to_string();
    let path = format!("/api/v1/me?id={bob}");
    let changed = world.call("PATCH", &path, &[JSON], &shown).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let find = async |query: &str| {
        let path = format!("/api/v1/users?{query}&id={ada}");
        world.call("GET", &path, &[], "").await
    };
    for sought in [
        own.clone(),
        format!("eb+{own}"),
        format!("%40{bob}"),
        bob.to_uppercase(),
    ] {
        let found = find(&format!("q={sought}")).await;
        assert_eq!(found.status, 200, "{}", found.body);
        let found = found.json();
        assert_eq!(found["users"].as_array().unwrap().len(), 1, "{sought}");
        assert_eq!(found["users"][0]["name"], json!(bob));
        assert_eq!(found["users"][0]["status_text"], json!("asleep"));
        assert_eq!(found["more"], Value::Null);
    }
    // More than there is place for in an answer.
    let run = &ada["ada-".len()..];
    for n in 0..21 {
        world.user(&format!("z{n}")).await;
    }
    for (limit, count) in [("&limit=3", 3), ("&limit=100", 20), ("", 20)] {
        let found = find(&format!("q=z+{run}{limit}")).await.json();
        assert_eq!(found["users"].as_array().unwrap().len(), count);
        assert_eq!(found["more"], json!(true));
    }
    for (query, status) in [("q=", 400), ("limit=3", 400), ("q=%40", 400)] {
        assert_eq!(find(query).await.status, status, "{query}");
    }
    let long = "x".repeat(101);
    assert_eq!(find(&format!("q={long}")).await.status, 413);
    let unnamed = world.call("GET", "/api/v1/users?q=a", &[], "").await;
    assert_eq!(unnamed.status, 401);
}
