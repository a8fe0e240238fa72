//! A run of the table: its lines one after the other, each request until it is answered, whoever is killed meanwhile.

use std::{collections::BTreeMap, sync::LazyLock, time::Instant};

use futures_util::SinkExt;
use hearth_core::{testing::secrets, totp};
use hearth_protocol::ErrorCode;
use hearth_server::parts;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

use crate::{
    line::{Ask, Fits, Keep, Line, Look, ROOT, found, lines},
    stage::Stage,
    surface::is_answer,
    world::{Answer, JSON, LONG, Socket, V1, request},
};

/// Of whoever has one.
const PASSWORD: &str = "nineteen dry badgers";

/// A day from the beginning of the run.
static TOMORROW: LazyLock<u64> = LazyLock::new(|| parts::wall_ms() + 24 * 60 * 60 * 1_000);

/// A body of the table that stands for [`PICTURE`].
const A_PICTURE: &str = r#"{"picture":true}"#;

/// A picture, as bytes.
static PICTURE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let picture = image::RgbImage::from_pixel(32, 32, image::Rgb([9, 99, 199]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
});

/// When servers are killed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kills {
    Never,
    /// One in so many requests.
    OneIn(u32),
    /// Once: at this request of this line, or the first one after it.
    Once {
        line: usize,
        request: usize,
    },
}

/// At which moment of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// Before anything of it was written.
    Before,
    /// Right after it was written.
    Written,
    /// Right after its answer was read.
    Answered,
}

/// A request, byte for byte the same when it is made again.
#[derive(Debug, Clone)]
enum Request {
    Http {
        method: String,
        path: String,
        key: String,
        body: String,
        token: Option<String>,
    },
    Frame {
        frame: Value,
        token: String,
    },
}

/// What was answered: `ok`, or an error's code.
#[derive(Debug, Clone)]
struct Reply {
    word: String,
    json: Value,
}

impl Reply {
    /// Whether the same again is asked for.
    fn is_passing(&self) -> bool {
        let code = ErrorCode::ALL
            .iter()
            .find(|code| code.as_str() == self.word);
        // `internal` is a fault, not a state that passes.
        code.is_some_and(|code| code.retry() == hearth_protocol::Retry::Same)
            && self.word != "internal"
    }
}

/// What a line knows: its names, its people's tokens, what it was told is stored.
#[derive(Debug, Clone, Default)]
struct Scene {
    names: BTreeMap<String, String>,
    tokens: BTreeMap<String, String>,
    /// The end of its room as far as it knows.
    after: u64,
    /// Sends that were acknowledged: id and number.
    stored: Vec<(String, u64)>,
}

impl Scene {
    /// The text with what its names stand for.
    fn fill(&self, text: &str) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            let end = after
                .find(|c: char| !(c.is_ascii_lowercase() || c == '_'))
                .unwrap_or(after.len());
            let name = &after[..end];
            filled.push_str(before);
            filled.push_str(&self.value(name, text));
            rest = &after[end..];
        }
        filled.push_str(rest);
        filled
    }

    fn value(&self, name: &str, text: &str) -> String {
        // What a device shows that has the secret.
        let code = match name {
            "totp" => totp::code(&self.names["secret"], parts::wall_ms()),
            "tomorrow" => Some(TOMORROW.to_string()),
            _ => None,
        };
        let value = code.or_else(|| self.names.get(name).cloned());
        value.unwrap_or_else(|| panic!("`${name}` in {text} is no name"))
    }

    fn json(&self, text: &str) -> Value {
        let filled = self.fill(text);
        serde_json::from_str(&filled).unwrap_or_else(|error| panic!("{error}: {filled}"))
    }

    fn token(&self, who: &str) -> Option<String> {
        self.tokens.get(who).cloned()
    }

    /// What an answer makes known.
    fn learn(&mut self, who: &str, reply: &Reply, keep: &[Keep]) {
        // A link has a token too, which is nobody's.
        let is_login = reply.json["user"].is_object();
        if let Some(token) = reply.json["token"].as_str().filter(|_| is_login) {
            self.tokens.insert(who.to_owned(), token.to_owned());
        }
        let heads = [
            &reply.json["seq"],
            &reply.json["head"],
            &reply.json["room"]["head"],
        ];
        for head in heads.into_iter().filter_map(Value::as_u64) {
            self.after = self.after.max(head);
        }
        for keep in keep {
            self.keep(keep, &reply.json);
        }
    }

    fn keep(&mut self, keep: &Keep, whole: &Value) {
        let beside = match keep.of.as_str() {
            "" => Some(whole),
            of => found(&self.json(of), whole).first().copied(),
        };
        let value = beside.map(|beside| &beside[&keep.field]);
        let value = value.filter(|value| !value.is_null());
        let value = value.unwrap_or_else(|| panic!("no {keep:?} in {whole}"));
        let text = value.as_str().map_or(value.to_string(), str::to_owned);
        if keep.name == "room" {
            self.names.insert("log".into(), log_of(&text));
        }
        self.names.insert(keep.name.clone(), text);
    }
}

fn log_of(room: &str) -> String {
    format!("/api/v1/rooms/{room}/events?limit=200")
}

/// A run.
pub(crate) struct Run {
    stage: Stage,
    chance: StdRng,
    kills: Kills,
    /// The line that is under way, and its request.
    at: (usize, usize),
    /// The first administrator, as each line has them.
    root: Scene,
    /// How often somebody was killed.
    pub(crate) killed: usize,
    turn: usize,
    count: u64,
    /// Sockets whose frame has no answer to wait for stay open until it is seen what they did.
    held: Vec<Socket>,
    done: Vec<(Line, Scene)>,
}

impl Run {
    pub(crate) fn new(stage: Stage, seed: u64) -> Self {
        Self {
            stage,
            chance: StdRng::seed_from_u64(seed),
            kills: Kills::Never,
            at: (0, 0),
            root: Scene::default(),
            killed: 0,
            turn: 0,
            count: 0,
            held: Vec::new(),
            done: Vec::new(),
        }
    }

    /// Runs every line in each of its ways, in an order by chance; `None` for `kills`: once, by chance.
    pub(crate) async fn table(&mut self, kills: Option<Kills>) {
        let mut ways: Vec<_> = lines().iter().flat_map(Line::ways).collect();
        for n in (1..ways.len()).rev() {
            ways.swap(n, self.chance.random_range(0..=n));
        }
        self.kills = kills.unwrap_or_else(|| Kills::Once {
            line: self.chance.random_range(0..ways.len() - 1),
            request: self.chance.random_range(0..6),
        });
        println!("servers are killed: {:?}", self.kills);
        let first = self.stage.first().await;
        self.make_root(first).await;
        for (n, line) in ways.into_iter().enumerate() {
            self.at = (n, 0);
            let scene = self.line(&line).await;
            self.done.push((line, scene));
        }
    }

    /// Everything that was answered is there, once, on every server.
    pub(crate) async fn all_is_there(&mut self) {
        self.kills = Kills::Never;
        let mut done = std::mem::take(&mut self.done);
        for (line, scene) in &mut done {
            self.is_there(line, scene).await;
        }
        self.done = done;
    }

    /// Kills a server where there is no request.
    pub(crate) async fn kill_and_heal(&mut self) {
        let living = self.stage.living();
        self.stage.kill(living[0]).await;
        self.stage.heal().await;
    }

    /// Starts one more server.
    pub(crate) async fn add_server(&mut self) {
        self.stage.add().await;
    }

    /// The first administrator, by the link that a server has said in its log.
    async fn make_root(&mut self, first: String) {
        let mut scene = Scene::default();
        self.sign_up(&mut scene, ROOT, ROOT, true).await;
        scene.names.insert("first".into(), first);
        let mut ask = ask(
            ROOT,
            "POST /api/v1/admin/first",
            &json!({"token": "$first"}),
        );
        ask.again = "forbidden".into();
        self.ask(&mut scene, &ask, false).await;
        self.root = scene;
    }

    async fn line(&mut self, line: &Line) -> Scene {
        let mut scene = self.scene(line).await;
        for ask in &line.first {
            self.ask(&mut scene, ask, false).await;
        }
        let kills = std::mem::replace(&mut self.kills, Kills::Never);
        for ask in &line.calm {
            self.ask(&mut scene, ask, false).await;
        }
        if line.wants_mail {
            let address = scene.fill("$ada_name@example.org");
            let token = self.stage.mailed(&address).await;
            secrets::note("a token of a mail", &token);
            scene.names.insert("mailed".into(), token);
        }
        self.kills = kills;
        let written = self.write(&scene, &line.by);
        let (mut reply, mut was_cut) = self.answered(&written).await;
        // What the other server was just told may be news to this one: only what is read is asked until it is there.
        let began = Instant::now();
        while let Err(missing) = answers(&scene, &line.answer, &reply) {
            assert!(began.elapsed() < LONG, "`{}`: {missing}", line.command);
            (reply, was_cut) = self.answered(&written).await;
        }
        let told = [&line.answers, &line.again];
        let is_told = reply.word == line.answers || (was_cut && told.contains(&&reply.word));
        assert!(is_told, "`{}`: {written:?}: {reply:?}", line.command);
        let was_done = reply.word == "ok";
        if was_done {
            self.note(&mut scene, &written, &reply);
            scene.learn(&line.by.who, &reply, &line.by.keep);
        }
        if was_cut {
            for ask in &line.cut {
                self.ask(&mut scene, ask, true).await;
            }
        }
        let (second, _) = self.answered(&written).await;
        let again = if line.again == "anew" {
            "ok"
        } else {
            &line.again
        };
        assert_eq!(
            second.word, again,
            "`{}` again: {written:?}: {second:?}",
            line.command
        );
        if line.again == "ok" {
            for field in ["/id", "/seq", "/room/id", "/user/id"] {
                let (first, second) = (reply.json.pointer(field), second.json.pointer(field));
                assert_eq!(first, second, "`{}` again, its {field}", line.command);
            }
        } else if line.again == "anew" {
            scene.learn(&line.by.who, &second, &[]);
        }
        for ask in &line.then {
            self.ask(&mut scene, ask, false).await;
        }
        self.is_there(line, &mut scene).await;
        self.held.clear();
        scene
    }

    /// People and a room of the line's own.
    async fn scene(&mut self, line: &Line) -> Scene {
        let mut scene = Scene::default();
        let n = self.at.0;
        for (name, stem) in [("new", "new"), ("hall", "hall")] {
            scene.names.insert(name.into(), format!("{stem}.{n}"));
        }
        for who in &line.people {
            if *who == ROOT {
                scene.names.extend(self.root.names.clone());
                scene.tokens.extend(self.root.tokens.clone());
                continue;
            }
            let has_password = line.guarded.contains(who);
            let name = format!("{who}.{n}");
            self.sign_up(&mut scene, who, &name, has_password).await;
        }
        // A route's `{user}` is bob.
        if let Some(bob) = scene.names.get("bob").cloned() {
            scene.names.insert("user".into(), bob);
        }
        if line.has_room {
            let mut make = ask("ada", "POST /api/v1/rooms", &json!({"name": "$hall"}));
            make.keep.push(Keep {
                name: "room".into(),
                field: "id".into(),
                of: String::new(),
            });
            self.ask(&mut scene, &make, false).await;
        }
        scene
    }

    async fn sign_up(&mut self, scene: &mut Scene, who: &str, name: &str, has_password: bool) {
        let mut json = json!({"name": name});
        if has_password {
            json["password"] = json!(PASSWORD);
        }
        let sign_up = self.write(scene, &ask(who, "POST /api/v1/signup", &json));
        let (reply, _) = self.answered(&sign_up).await;
        assert_eq!(reply.word, "ok", "{name}: {reply:?}");
        scene.learn(who, &reply, &[]);
        let id = reply.json["user"]["id"].as_str().unwrap().to_owned();
        scene.names.insert(who.into(), id);
        for (what, value) in [("name", name), ("password", PASSWORD)] {
            scene.names.insert(format!("{who}_{what}"), value.into());
        }
    }

    /// Asks until it is answered as it should, and learns from it. `was_done`: as far as can be told it may have been.
    async fn ask(&mut self, scene: &mut Scene, ask: &Ask, was_done: bool) {
        let written = self.write(scene, ask);
        let (reply, was_cut) = self.answered(&written).await;
        let may_be_again = was_cut || was_done;
        let is_told = reply.word == ask.answers || may_be_again && reply.word == ask.again;
        assert!(is_told, "{written:?}: {reply:?}");
        self.note(scene, &written, &reply);
        scene.learn(&ask.who, &reply, &ask.keep);
    }

    /// Notes what was acknowledged.
    fn note(&self, scene: &mut Scene, written: &Request, reply: &Reply) {
        let Some(seq) = reply.json["seq"].as_u64() else {
            return;
        };
        let id = match written {
            Request::Http { key, .. } => key.as_str(),
            Request::Frame { frame, .. } => frame["id"].as_str().unwrap_or_default(),
        };
        if reply.json["id"] == id {
            scene.stored.push((id.to_owned(), seq));
        }
    }

    fn next(&mut self) -> u64 {
        self.count += 1;
        self.count
    }

    fn write(&mut self, scene: &Scene, ask: &Ask) -> Request {
        let n = self.next();
        let key = format!("key-{n}");
        let envelope = |body: Value| json!({"after": scene.after, "device": format!("device-of-{}", ask.who), "n": n, "body": body});
        let json = || match ask.json.as_str() {
            "" => Value::Null,
            text => scene.json(text),
        };
        let body_of = |kind: &str| {
            let mut body = json();
            body["kind"] = json!(kind);
            body
        };
        let (word, rest) = ask.command.split_once(' ').unwrap_or((&ask.command, ""));
        let (method, path, body) = match word {
            "post" => (
                "POST",
                "/api/v1/rooms/{room}/events",
                envelope(body_of(rest)),
            ),
            method if method.chars().all(|c| c.is_ascii_uppercase()) => (method, rest, json()),
            kind => {
                let mut frame = match kind {
                    "send" => {
                        let mut frame = envelope(body_of(rest));
                        frame["room"] = json!(scene.names["room"]);
                        frame
                    }
                    _ => json(),
                };
                frame["type"] = json!(kind);
                if ["send", "create", "group"].contains(&kind) {
                    frame["id"] = json!(key);
                }
                if kind != "send" {
                    frame["ref"] = json!(n);
                }
                let token = scene.token(&ask.who);
                let token = token.unwrap_or_else(|| panic!("{} has no token", ask.who));
                return Request::Frame { frame, token };
            }
        };
        // A route's `{room}` is the room of that name.
        let path = path.replace('{', "$").replace('}', "");
        Request::Http {
            method: method.to_owned(),
            path: scene.fill(&(path + &ask.query)),
            key,
            body: if body.is_null() {
                String::new()
            } else {
                body.to_string()
            },
            token: scene.token(&ask.who),
        }
    }

    /// Whether somebody is killed now, and when.
    fn moment(&mut self) -> Option<Moment> {
        self.at.1 += 1;
        let due = match self.kills {
            Kills::Never => false,
            Kills::OneIn(n) => self.chance.random_range(0..n) == 0,
            Kills::Once { line, request } => self.killed == 0 && self.at > (line, request),
        };
        due.then(|| {
            self.killed += 1;
            const MOMENTS: [Moment; 3] = [Moment::Before, Moment::Written, Moment::Answered];
            MOMENTS[self.chance.random_range(0..MOMENTS.len())]
        })
    }

    /// Another server with each question, as far as there are others.
    fn server(&mut self) -> usize {
        let living = self.stage.living();
        self.turn += 1;
        living[self.turn % living.len()]
    }

    /// Asks, and the same again until there is an answer; and whether it was asked in vain before.
    async fn answered(&mut self, written: &Request) -> (Reply, bool) {
        let began = Instant::now();
        let mut was_cut = false;
        loop {
            let (server, moment) = (self.server(), self.moment());
            if let Some(moment) = moment {
                println!("killed: {moment:?}, {written:?}");
            }
            let reply = self.once(server, written, moment).await;
            self.stage.heal().await;
            match reply {
                Some(reply) if !reply.is_passing() => return (reply, was_cut),
                reply => {
                    was_cut = true;
                    assert!(began.elapsed() < 3 * LONG, "{written:?}: {reply:?}");
                }
            }
        }
    }

    async fn once(
        &mut self,
        server: usize,
        written: &Request,
        moment: Option<Moment>,
    ) -> Option<Reply> {
        if moment == Some(Moment::Before) {
            self.stage.kill(server).await;
            return None;
        }
        let place = self.stage.place(server);
        match written {
            Request::Http {
                method,
                path,
                key,
                body,
                token,
            } => {
                let bearer = token.as_ref().map(|token| format!("Bearer {token}"));
                let mut headers = vec![JSON, ("Idempotency-Key", key.as_str())];
                headers.extend(bearer.as_deref().map(|bearer| ("Authorization", bearer)));
                let picture = match body.as_str() {
                    A_PICTURE => PICTURE.as_slice(),
                    _ => &[],
                };
                // It takes the place of as many signs: the head says how many there are.
                let signs = match picture.len() {
                    0 => body.clone(),
                    len => "0".repeat(len),
                };
                let text = request(&place, method, path, &headers, &signs);
                let head = &text.as_bytes()[..text.len() - picture.len()];
                let text = [head, picture].concat();
                let answer = self.exchange(server, &text, moment).await?;
                let json = json_of(&answer);
                let word = match answer.status {
                    200..=299 => "ok".into(),
                    status => json["code"]
                        .as_str()
                        .map_or(format!("a bare {status}"), str::to_owned),
                };
                Some(Reply { word, json })
            }
            Request::Frame { frame, token } => self.frame(server, frame, token, moment).await,
        }
    }

    /// Writes a request and reads its answer; `None` if that has not come whole.
    async fn exchange(
        &mut self,
        server: usize,
        text: &[u8],
        moment: Option<Moment>,
    ) -> Option<Answer> {
        let mut stream = TcpStream::connect(self.stage.place(server)).await.ok()?;
        stream.write_all(text).await.ok()?;
        secrets::learn_request(&String::from_utf8_lossy(text));
        if moment == Some(Moment::Written) {
            self.stage.kill(server).await;
        }
        let mut bytes = Vec::new();
        let read = timeout(LONG, stream.read_to_end(&mut bytes)).await;
        read.unwrap_or_else(|_| panic!("no answer in time: {}", String::from_utf8_lossy(text)))
            .ok()?;
        if moment == Some(Moment::Answered) {
            self.stage.kill(server).await;
        }
        let answer = match std::str::from_utf8(&bytes) {
            Ok(text) => Answer::read(text)?,
            Err(_) => return file(&bytes),
        };
        secrets::learn(&answer.body);
        let length = answer.header("content-length");
        let is_whole = length.is_none_or(|length| length == answer.body.len().to_string());
        is_whole.then_some(answer)
    }

    /// Says a frame on a socket of its own and hears its answer.
    async fn frame(
        &mut self,
        server: usize,
        frame: &Value,
        token: &str,
        moment: Option<Moment>,
    ) -> Option<Reply> {
        let kind = frame["type"].as_str().unwrap();
        let url = format!("ws://{}/ws", self.stage.place(server));
        let mut handshake = url.into_client_request().unwrap();
        let bearer = format!("Bearer {token}");
        for (name, value) in [V1, ("Authorization", bearer.as_str())] {
            let name: axum::http::HeaderName = name.parse().unwrap();
            handshake.headers_mut().insert(name, value.parse().unwrap());
        }
        let mut socket = Socket(timeout(LONG, connect_async(handshake)).await.ok()?.ok()?.0);
        if kind != "hello" {
            let hello = json!({"type": "hello", "device": "device"});
            say(&mut socket, &hello).await?;
            hear(&mut socket, |heard| heard["type"] == "welcome").await?;
        }
        say(&mut socket, frame).await?;
        // Neither is answered, nor said to be done: what they did is looked for while the socket lives.
        let is_unanswered = ["mark", "typing", "delivered"].contains(&kind);
        if is_unanswered {
            say(&mut socket, &json!({"type": "ping", "ref": 0})).await?;
        }
        if moment == Some(Moment::Written) {
            self.stage.kill(server).await;
        }
        let heard = hear(&mut socket, |heard| match is_unanswered {
            true => ["pong", "error"].contains(&heard["type"].as_str().unwrap()),
            false => is_answer(heard, frame),
        });
        let json = heard.await?;
        if moment == Some(Moment::Answered) {
            self.stage.kill(server).await;
        }
        if is_unanswered && moment == Some(Moment::Answered) {
            return None;
        }
        if is_unanswered {
            self.held.push(socket);
        }
        let word = match json["type"] == "error" {
            true => json["code"].as_str().unwrap().to_owned(),
            false => "ok".into(),
        };
        Some(Reply { word, json })
    }

    /// What the line says is seen, is seen on every server; and what was acknowledged is in the log, once.
    async fn is_there(&mut self, line: &Line, scene: &mut Scene) {
        let kills = std::mem::replace(&mut self.kills, Kills::Never);
        for ask in &line.stir {
            self.ask(scene, ask, false).await;
        }
        self.kills = kills;
        for server in self.stage.living() {
            for look in &line.seen {
                self.looks(server, line, scene, look).await;
            }
            if !scene.stored.is_empty() {
                self.is_stored(server, line, scene).await;
            }
        }
    }

    async fn looks(&mut self, server: usize, line: &Line, scene: &Scene, look: &Look) {
        let expected = scene.json(&look.fits.json);
        let began = Instant::now();
        loop {
            let answer = self
                .get(server, scene, &look.who, &scene.fill(&look.path))
                .await;
            let times = found(&expected, &answer).len();
            if look.fits.times.contains(&times) {
                return;
            }
            let (command, wanted) = (&line.command, &look.fits.times);
            assert!(
                began.elapsed() < LONG,
                "`{command}`: {expected} is there {times} times, not {wanted:?}, for {}: {answer}",
                look.who
            );
        }
    }

    /// A GET that is answered, or null.
    async fn get(&mut self, server: usize, scene: &Scene, who: &str, path: &str) -> Value {
        let place = self.stage.place(server);
        let bearer = format!("Bearer {}", scene.token(who).unwrap());
        let text = request(&place, "GET", path, &[("Authorization", &bearer)], "");
        match self.exchange(server, text.as_bytes(), None).await {
            Some(answer) if answer.status == 200 => answer.json(),
            _ => Value::Null,
        }
    }

    async fn is_stored(&mut self, server: usize, line: &Line, scene: &Scene) {
        let began = Instant::now();
        loop {
            // Whoever is a member still.
            let mut log = Value::Null;
            for who in &line.people {
                log = self.get(server, scene, who, &scene.names["log"]).await;
                if !log.is_null() {
                    break;
                }
            }
            match stored(scene, &log) {
                Ok(()) => return,
                Err(why) => {
                    let command = &line.command;
                    assert!(began.elapsed() < LONG, "`{command}`: {why}: {log}");
                }
            }
        }
    }
}

/// Whether a log has no hole, and each acknowledged send once and under its number.
fn stored(scene: &Scene, log: &Value) -> Result<(), String> {
    let events = log["events"].as_array().ok_or("nobody reads its log")?;
    if let Some((n, _)) = (1..).zip(events).find(|(n, event)| event["seq"] != *n) {
        return Err(format!("{n} is not where it belongs"));
    }
    for (id, seq) in &scene.stored {
        let under: Vec<_> = events.iter().filter(|event| event["id"] == **id).collect();
        if under.len() != 1 || under[0]["seq"] != *seq {
            return Err(format!("{id} was acknowledged as {seq}"));
        }
    }
    Ok(())
}

/// The answer that is a file, if it is whole: its type and its size, as JSON.
fn file(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let mut answer = Answer::read(std::str::from_utf8(&bytes[..end]).ok()?)?;
    let size = (bytes.len() - end).to_string();
    let is_whole = answer.header("content-length") == Some(size.as_str());
    let media_type = answer.header("content-type").map(str::to_owned);
    answer.body = json!({"type": media_type, "size": size}).to_string();
    is_whole.then_some(answer)
}

fn ask(who: &str, command: &str, json: &Value) -> Ask {
    Ask {
        who: who.to_owned(),
        command: command.to_owned(),
        query: String::new(),
        json: json.to_string(),
        keep: Vec::new(),
        answers: "ok".to_owned(),
        again: "ok".to_owned(),
    }
}

/// Whether all of it is in the answer.
fn answers(scene: &Scene, expected: &[Fits], reply: &Reply) -> Result<(), String> {
    for Fits { times, json } in expected {
        let expected = scene.json(json);
        let found = found(&expected, &reply.json).len();
        if !times.contains(&found) {
            let answer = &reply.json;
            return Err(format!(
                "{expected} is there {found} times, not {times:?}: {answer}"
            ));
        }
    }
    Ok(())
}

async fn say(socket: &mut Socket, frame: &Value) -> Option<()> {
    secrets::learn_value(frame);
    socket.0.send(Message::text(frame.to_string())).await.ok()
}

/// The first frame that is it; `None` if the socket ends before.
async fn hear(socket: &mut Socket, is_it: impl Fn(&Value) -> bool) -> Option<Value> {
    loop {
        let Message::Text(text) = socket.message().await? else {
            return None;
        };
        let heard: Value = serde_json::from_str(&text).unwrap();
        if is_it(&heard) {
            return Some(heard);
        }
    }
}

/// An answer's JSON: of events that follow each other, a list of what they say.
fn json_of(answer: &Answer) -> Value {
    if answer.header("content-type") != Some("text/event-stream") {
        return serde_json::from_str(&answer.body).unwrap_or_default();
    }
    let said = answer
        .body
        .lines()
        .filter_map(|line| line.strip_prefix("data: "));
    said.map(|said| serde_json::from_str::<Value>(said).unwrap())
        .collect()
}
