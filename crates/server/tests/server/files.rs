//! Files over HTTP: up in parts, down whole and in parts, what comes with them in the answer's head, pictures, and two
//! servers over one bucket of a store that speaks S3.

use std::{io::Cursor, sync::Arc};

use hearth_core::{
    local::{LocalNet, LocalPresence},
    node::Parts,
    port::NodeName,
    testing::MemoryStore,
};
use hearth_protocol::bounds::CHUNK_BYTES;
use hearth_server::{config::Config, parts::SystemClock};
use image::{DynamicImage, GenericImageView, ImageFormat, RgbImage};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::world::{JSON, LONG, Served, World};

#[path = "../../../backends/tests/files/endpoint.rs"]
mod endpoint;

/// An answer whose body is bytes.
struct Got {
    status: u16,
    head: String,
    bytes: Vec<u8>,
}

impl Got {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.head))
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        let (_, value) = lines.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(value)
    }
}

async fn ask(place: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Got {
    let mut head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {place}\r\nConnection: close\r\nContent-Length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    let mut stream = TcpStream::connect(place).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    // What is refused at once is not read to its end.
    let _ = stream.write_all(body).await;
    let mut bytes = Vec::new();
    let read = timeout(LONG, stream.read_to_end(&mut bytes)).await;
    read.expect("no answer in time").unwrap();
    let end = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap();
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    Got {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head,
        bytes: bytes[end + 4..].to_vec(),
    }
}

/// Somebody at a server, in a room.
struct Desk<'a> {
    place: &'a str,
    who: String,
    room: String,
}

impl Desk<'_> {
    fn address(&self, path: &str) -> String {
        let joint = if path.contains('?') { '&' } else { '?' };
        format!("{path}{joint}id={}", self.who)
    }

    async fn get(&self, path: &str) -> Got {
        self.get_with(path, &[]).await
    }

    async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Got {
        ask(self.place, "GET", &self.address(path), headers, b"").await
    }

    async fn post(&self, path: &str, body: &Value) -> Got {
        let body = body.to_string();
        ask(
            self.place,
            "POST",
            &self.address(path),
            &[JSON],
            body.as_bytes(),
        )
        .await
    }

    async fn put(&self, path: &str, bytes: &[u8]) -> Got {
        ask(self.place, "PUT", &self.address(path), &[], bytes).await
    }

    async fn remove(&self, path: &str) -> Got {
        ask(self.place, "DELETE", &self.address(path), &[], b"").await
    }

    async fn begin(&self, name: &str, size: usize) -> String {
        let body = json!({"room": self.room, "name": name, "size": size});
        let begun = self.post("/api/v1/uploads", &body).await;
        assert_eq!(begun.status, 201, "{}", begun.json());
        begun.json()["id"].as_str().unwrap().to_owned()
    }

    async fn upload(&self, name: &str, bytes: &[u8]) -> (String, Value) {
        let id = self.begin(name, bytes.len()).await;
        let mut last = Value::Null;
        for (n, part) in bytes.chunks(CHUNK_BYTES).enumerate() {
            let path = format!("/api/v1/uploads/{id}?offset={}", n * CHUNK_BYTES);
            let put = self.put(&path, part).await;
            assert_eq!(put.status, 200, "{}", put.json());
            last = put.json();
        }
        assert_eq!(last["whole"], true, "{last}");
        (id, last)
    }

    /// Sends it, and gives its number.
    async fn send(&self, body: Value) -> u64 {
        let path = format!("/api/v1/rooms/{}/events", self.room);
        let sent = self.post(&path, &json!({ "body": body })).await;
        assert_eq!(sent.status, 201, "{}", sent.json());
        sent.json()["seq"].as_u64().unwrap()
    }

    async fn send_file(&self, name: &str, bytes: &[u8]) -> (String, u64) {
        let (id, _) = self.upload(name, bytes).await;
        let body =
            json!({"kind": "message", "text": "", "attachments": [{"id": id, "alt": "soup"}]});
        let seq = self.send(body).await;
        (id, seq)
    }

    /// What the log has of a message's files.
    async fn attachments(&self, seq: u64) -> Value {
        let path = format!("/api/v1/rooms/{}/events?around={seq}&limit=1", self.room);
        self.get(&path).await.json()["events"][0]["body"]["attachments"].clone()
    }
}

/// A room with two members, and a third who is none.
async fn desks<'a>(world: &'a World, place: &'a str) -> [Desk<'a>; 3] {
    let (mara, jonas, eve) = (
        world.user("mara").await,
        world.user("jonas").await,
        world.user("eve").await,
    );
    let name = world.room("kitchen", &[&mara, &jonas]).await;
    let rooms = ask(place, "GET", &format!("/api/v1/rooms?id={mara}"), &[], b"")
        .await
        .json();
    let rooms = rooms["rooms"].as_array().unwrap();
    let room = rooms
        .iter()
        .find(|room| room["name"] == name.as_str())
        .unwrap();
    let room = room["id"].as_str().unwrap().to_owned();
    [mara, jonas, eve].map(|who| Desk {
        place,
        who,
        room: room.clone(),
    })
}

fn picture(width: u32, height: u32) -> DynamicImage {
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([(x % 256) as u8, (y % 256) as u8, 90])
    }))
}

fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A photograph, as a camera writes it: turned by 90°, with the place.
fn photograph(width: u32, height: u32) -> Vec<u8> {
    let jpeg = written(&picture(width, height), ImageFormat::Jpeg);
    let mut exif =
        b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
    exif.extend(b"GPSLatitude 52.5163");
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], b"\xff\xe1", &length, &exif, &jpeg[2..]].concat()
}

fn has(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_uploaded_sent_read_in_parts_and_gone_with_its_message() {
    let world = World::alone(&[]).await;
    let [mara, jonas, eve] = desks(&world, world.place(0)).await;
    let bytes: Vec<u8> = (0..CHUNK_BYTES * 2 + 77).map(|n| (n % 253) as u8).collect();
    let (id, seq) = mara.send_file("r\u{e9}sum\u{e9}.bin", &bytes).await;
    let file = format!("/files/{id}");
    let whole = jonas.get(&file).await;
    assert_eq!((whole.status, whole.bytes == bytes), (200, true));
    let length = bytes.len().to_string();
    assert_eq!(whole.header("content-length"), Some(length.as_str()));
    let across = CHUNK_BYTES - 10;
    for (range, expected) in [
        (
            format!("bytes={across}-{}", across + 29),
            &bytes[across..across + 30],
        ),
        ("bytes=-5".to_owned(), &bytes[bytes.len() - 5..]),
        ("bytes=0-0".to_owned(), &bytes[..1]),
    ] {
        let part = jonas.get_with(&file, &[("Range", &range)]).await;
        assert_eq!(
            (part.status, part.bytes.as_slice()),
            (206, expected),
            "{range}"
        );
    }
    let beyond = jonas.get_with(&file, &[("Range", "bytes=99999999-")]).await;
    assert_eq!(beyond.status, 416);
    let etag = whole.header("etag").unwrap().to_owned();
    let known = jonas.get_with(&file, &[("If-None-Match", &etag)]).await;
    assert_eq!((known.status, known.bytes.len()), (304, 0));
    assert_eq!(jonas.get(&format!("{file}/thumb")).await.status, 404);
    assert_eq!(eve.get(&file).await.status, 403);
    let nobody = ask(world.place(0), "GET", &file, &[], b"").await;
    assert_eq!(nobody.status, 401);

    mara.send(json!({"kind": "delete", "target": seq})).await;
    for by in [&mara, &jonas] {
        assert_eq!(by.get(&file).await.status, 404);
        let known = by.get_with(&file, &[("If-None-Match", &etag)]).await;
        assert_eq!(known.status, 404);
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_is_put_again_changes_nothing_and_one_that_does_not_fit_is_told_where_to_go_on()
{
    let world = World::alone(&[("file_mb", "2")]).await;
    let [mara, jonas, _] = desks(&world, world.place(0)).await;
    let large = json!({"room": mara.room, "name": "x", "size": 2 * 1024 * 1024 + 1});
    let large = mara.post("/api/v1/uploads", &large).await;
    assert_eq!(large.status, 413);
    assert!(
        large.json()["message"]
            .as_str()
            .unwrap()
            .contains("file_mb")
    );
    let id = mara.begin("x.bin", CHUNK_BYTES + 3).await;
    let path = format!("/api/v1/uploads/{id}");
    let first = vec![1; CHUNK_BYTES];
    for _ in 0..2 {
        let put = mara.put(&format!("{path}?offset=0"), &first).await;
        assert_eq!(
            (put.status, &put.json()["offset"]),
            (200, &json!(CHUNK_BYTES))
        );
    }
    let short = mara
        .put(&format!("{path}?offset={CHUNK_BYTES}"), b"ab")
        .await;
    assert_eq!(short.status, 400);
    let ahead = mara
        .put(&format!("{path}?offset={}", CHUNK_BYTES + 1), b"bc")
        .await;
    assert_eq!(ahead.status, 409);
    let over = mara.put(&path, &vec![0; CHUNK_BYTES + 1]).await;
    assert_eq!(over.status, 413);
    assert_eq!(jonas.get(&path).await.status, 404, "another's");
    let last = mara
        .put(&format!("{path}?offset={CHUNK_BYTES}"), b"abc")
        .await;
    assert_eq!(last.json()["whole"], true);
    assert_eq!(
        mara.get(&path).await.json()["offset"],
        json!(CHUNK_BYTES + 3)
    );
    assert_eq!(mara.remove(&path).await.status, 204);
    assert_eq!(mara.get(&path).await.status, 404);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_has_its_measures_in_the_log_and_a_thumbnail_without_what_a_camera_added() {
    let world = World::alone(&[]).await;
    let [mara, jonas, eve] = desks(&world, world.place(0)).await;
    let bytes = photograph(1_500, 1_000);
    let (id, seq) = mara.send_file("tower.jpg", &bytes).await;
    let file = &jonas.attachments(seq).await[0];
    let expected = json!({
        "id": id, "name": "tower.jpg", "type": "image/jpeg", "size": bytes.len(), "width": 1_000, "height": 1_500,
        "preview": file["preview"], "alt": "soup",
    });
    assert_eq!(file, &expected);
    let preview = file["preview"].as_str().unwrap();
    assert!((1..=1_024).contains(&preview.len()));
    let thumb = jonas.get(&format!("/files/{id}/thumb")).await;
    assert_eq!(
        (thumb.status, thumb.header("content-type")),
        (200, Some("image/jpeg"))
    );
    let small = image::load_from_memory(&thumb.bytes).unwrap();
    assert_eq!(small.height(), 640);
    assert!(!has(&thumb.bytes, b"GPSLatitude"));
    assert_eq!(eve.get(&format!("/files/{id}/thumb")).await.status, 403);
    let own = jonas.get(&format!("/files/{id}")).await;
    assert!(own.bytes == bytes, "as it was sent");
    // What claims to be a picture and is none comes as what it is: a file.
    let (_, broken) = mara.upload("x.png", b"\x89PNG\r\n\x1a\nnothing more").await;
    assert_eq!(
        (&broken["type"], &broken["width"]),
        (&json!("image/png"), &Value::Null)
    );
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_run_is_to_be_kept_and_never_shown() {
    let world = World::alone(&[]).await;
    let [mara, jonas, _] = desks(&world, world.place(0)).await;
    let png = written(&picture(3, 3), ImageFormat::Png);
    let files: [(&str, &[u8], &str, &str); 4] = [
        (
            "a.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            "text/plain; charset=utf-8",
            "attachment",
        ),
        (
            "cat.png",
            b"<html><script>alert(1)</script>",
            "text/plain; charset=utf-8",
            "attachment",
        ),
        ("a.pdf", b"%PDF-1.7 /JS", "application/pdf", "attachment"),
        ("page.html", &png, "image/png", "inline"),
    ];
    for (name, bytes, media_type, how) in files {
        let (id, _) = mara.send_file(name, bytes).await;
        for path in [format!("/files/{id}"), format!("/files/{id}/thumb")] {
            let got = jonas.get(&path).await;
            if path.ends_with("/thumb") && media_type != "image/png" {
                assert_eq!(got.status, 404);
                continue;
            }
            assert_eq!(got.status, 200);
            assert_eq!(
                got.header("content-security-policy"),
                Some("default-src 'none'; sandbox")
            );
            assert_eq!(got.header("x-content-type-options"), Some("nosniff"));
            assert_eq!(
                got.header("cross-origin-resource-policy"),
                Some("same-origin")
            );
            let cache = got.header("cache-control").unwrap();
            assert!(cache.starts_with("private") && cache.contains("immutable"));
        }
        let got = jonas.get(&format!("/files/{id}")).await;
        assert_eq!(got.header("content-type"), Some(media_type), "{name}");
        let disposition = got.header("content-disposition").unwrap();
        assert!(
            disposition.starts_with(how) && disposition.contains(name),
            "{disposition}"
        );
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_avatar_is_written_anew_without_exif_and_the_one_before_is_gone() {
    let world = World::alone(&[]).await;
    let [mara, jonas, eve] = desks(&world, world.place(0)).await;
    let set = mara.put("/api/v1/me/avatar", &photograph(900, 600)).await;
    let first = set.json()["avatar"].as_str().unwrap().to_owned();
    for side in [256, 64] {
        let shown = eve.get(&format!("/avatars/{first}/{side}")).await;
        assert_eq!(
            (shown.status, shown.header("content-type")),
            (200, Some("image/jpeg"))
        );
        assert!(!has(&shown.bytes, b"Exif") && !has(&shown.bytes, b"GPSLatitude"));
        let shown = image::load_from_memory(&shown.bytes).unwrap();
        assert_eq!(shown.dimensions(), (side, side));
    }
    assert_eq!(eve.get(&format!("/avatars/{first}/100")).await.status, 404);
    assert_eq!(eve.get(&format!("/files/{first}")).await.status, 404);
    let profile = eve.get(&format!("/api/v1/users/{}", mara.who)).await.json();
    assert_eq!(profile["avatar"], first.as_str());
    let bad = mara.put("/api/v1/me/avatar", b"<svg/>").await;
    assert_eq!(bad.status, 400);
    let second = mara
        .put(
            "/api/v1/me/avatar",
            &written(&picture(9, 9), ImageFormat::Png),
        )
        .await;
    let second = second.json()["avatar"].as_str().unwrap().to_owned();
    assert_eq!(eve.get(&format!("/avatars/{first}/64")).await.status, 404);
    assert_eq!(eve.get(&format!("/avatars/{second}/64")).await.status, 200);
    assert_eq!(mara.remove("/api/v1/me/avatar").await.status, 204);
    assert_eq!(mara.get("/api/v1/me").await.json()["avatar"], Value::Null);
    assert_eq!(eve.get(&format!("/avatars/{second}/64")).await.status, 404);

    // A room's: by the specification's `/create` its first member owns it.
    let path = format!("/api/v1/rooms/{}/avatar", mara.room);
    let png = written(&picture(30, 30), ImageFormat::Png);
    assert_eq!(jonas.put(&path, &png).await.status, 403);
    let room = mara.put(&path, &png).await;
    assert_eq!(room.status, 200, "{}", room.json());
    let avatar = room.json()["avatar"].as_str().unwrap().to_owned();
    assert_eq!(
        jonas.get(&format!("/avatars/{avatar}/256")).await.status,
        200
    );
    let log = jonas
        .get(&format!("/api/v1/rooms/{}/events", mara.room))
        .await
        .json();
    let last = log["events"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["body"], json!({"kind": "avatar", "avatar": avatar}));
    let room = mara.remove(&path).await.json();
    assert_eq!(room["avatar"], Value::Null);
    assert_eq!(
        jonas.get(&format!("/avatars/{avatar}/256")).await.status,
        404
    );
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_place_for_files_it_is_said_what_helps() {
    let world = World::alone(&[("files", "off")]).await;
    let [mara, _, _] = desks(&world, world.place(0)).await;
    let begun = json!({"room": mara.room, "name": "x", "size": 1});
    for got in [
        mara.post("/api/v1/uploads", &begun).await,
        mara.put("/api/v1/me/avatar", b"x").await,
        mara.get("/files/0190b6a1-0000-7000-8000-000000000001")
            .await,
    ] {
        assert_eq!(got.status, 501);
        assert!(got.json()["message"].as_str().unwrap().contains("`files`"));
    }
    mara.send(json!({"kind": "message", "text": "all the same"}))
        .await;
    world.stop().await;
}

fn server(name: &str, net: &LocalNet, store: &Arc<MemoryStore>, endpoint: &str) -> Served {
    let name = NodeName(name.into());
    let (bus, news) = net.join(name.clone());
    let parts = Parts {
        store: store.clone(),
        bus,
        news,
        presence: Arc::new(LocalPresence::new()),
        clock: Arc::new(SystemClock::new()),
        seed: [name.0.as_bytes()[0]; 32],
    };
    let flags = [
        ("listen", "127.0.0.1:0"),
        ("limits", "off"),
        ("files", "s3://attic/hearth"),
        ("files_endpoint", endpoint),
    ];
    let flags = flags.map(|(key, value)| (key, value.to_owned()));
    let variable = |name: &str| match name {
        "AWS_ACCESS_KEY_ID" => Some("id".to_owned()),
        "AWS_SECRET_ACCESS_KEY" => Some("secret".to_owned()),
        _ => None,
    };
    let config = Config::from_sources(None, &variable, &flags.into()).unwrap();
    Served::on(config, name, parts)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_goes_on_at_the_other_server_over_one_bucket() {
    let endpoint = endpoint::Endpoint::start().await;
    let (net, store) = (LocalNet::new(), Arc::new(MemoryStore::new(1_000)));
    let servers = ["a", "b"].map(|name| server(name, &net, &store, &endpoint.url()));
    let places: Vec<String> = servers
        .iter()
        .map(|server| server.address().to_string())
        .collect();
    let sign_up = async |name: &str| {
        let body = json!({"username": name}).to_string();
        let made = ask(&places[0], "POST", "/signin", &[JSON], body.as_bytes()).await;
        assert_eq!(made.status, 202);
    };
    sign_up("mara").await;
    sign_up("jonas").await;
    let at = |n: usize, who: &str, room: &str| Desk {
        place: &places[n],
        who: who.to_owned(),
        room: room.to_owned(),
    };
    let made = at(0, "mara", "")
        .post("/api/v1/rooms", &json!({"name": "kitchen"}))
        .await
        .json();
    let room = made["id"].as_str().unwrap().to_owned();
    let joined = at(1, "jonas", "")
        .post(&format!("/api/v1/rooms/{room}/join"), &json!({}))
        .await;
    assert_eq!(joined.status, 200);
    let (mara_a, mara_b) = (at(0, "mara", &room), at(1, "mara", &room));
    let jonas = at(1, "jonas", &room);

    let bytes: Vec<u8> = (0..CHUNK_BYTES + 9).map(|n| (n % 249) as u8).collect();
    let id = mara_a.begin("x.bin", bytes.len()).await;
    let path = format!("/api/v1/uploads/{id}");
    let first = mara_a
        .put(&format!("{path}?offset=0"), &bytes[..CHUNK_BYTES])
        .await;
    assert_eq!(first.status, 200, "{}", first.json());
    let stands = mara_b.get(&path).await.json();
    assert_eq!(
        (&stands["offset"], &stands["whole"]),
        (&json!(CHUNK_BYTES), &json!(false))
    );
    let last = mara_b
        .put(
            &format!("{path}?offset={CHUNK_BYTES}"),
            &bytes[CHUNK_BYTES..],
        )
        .await;
    assert_eq!(last.json()["whole"], true);
    let body = json!({"kind": "message", "text": "", "attachments": [{"id": id}]});
    let seq = mara_a.send(body).await;
    let got = jonas.get(&format!("/files/{id}")).await;
    assert_eq!((got.status, got.bytes == bytes), (200, true));
    assert_eq!(endpoint.names().len(), 2);
    mara_b.send(json!({"kind": "delete", "target": seq})).await;
    for desk in [&mara_a, &jonas] {
        assert_eq!(desk.get(&format!("/files/{id}")).await.status, 404);
    }
    let empty = async {
        while !endpoint.names().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    timeout(LONG, empty).await.expect("the bucket is empty");
    for server in servers {
        server.stop().await;
    }
}
