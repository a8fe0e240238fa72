//! Who may what: every call and every frame, for whoever asks, in both modes and from every kind of page, held against
//! one table of expected answers. A route or a frame that is not in the table fails this test, by its name.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use hearth_core::clock::Clock;
use hearth_server::{config::Config, parts, serve::Server};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    surface::{frames, is_answer, routes},
    world::{Answer, JSON, Socket, V1, call},
};

/// How they ask, and whether a call that is for somebody lets them in. `a|b`: in mode `open`, and in mode `password`.
///
/// `owner`, `moderator`, `member`, `guest`: of the room that is asked about, by the token of a login; `removed`: was a member;
/// `stranger`: never was; `administrator`: has the right `admin`, and in rooms is a stranger: where a line does not tell
/// them otherwise, they are told what a stranger is. `cookie`: the owner by the cookie. `expired`, `ended`: a token whose time is over, or that was
/// logged out; `old-cookie`: the same as a cookie. `made-up`: no token. `word`: a member without a password, by `?id=`;
/// `false-word`: the owner, who has one, by `?id=`; `posing`: the stranger by a token, and the owner by `?id=`.
const WHO: &str = "
none         unauthorized
owner        in
cookie       in
moderator    in
member       in
guest        in
removed      in
stranger     in
administrator in
expired      unauthorized
ended        unauthorized
old-cookie   unauthorized
made-up      unauthorized
word         in|unauthorized
false-word   unauthorized
posing       unauthorized|forbidden
";

/// What each call answers: a status, or an error's code. `in`: to those whom it lets in, the others are told what the
/// table above says. Behind each `;`, who of them is told otherwise, and what. From a foreign page everything is
/// `forbidden`.
const CALLS: &str = "
GET /                                 200
GET /health                           200
GET /livez                            200
GET /readyz                           200
GET /metrics                          200
GET /api                              200
GET /api/openapi.json                 200
GET /trace                            forbidden
GET /rooms/{room}/{seq}               in 200; removed stranger not_member
GET /ws                               in 101
POST /signin                          202
POST /login                           202
POST /create                          200; expired ended made-up unauthorized; none old-cookie word false-word 200|unauthorized
POST /join                            200; none word false-word bad_request; expired ended old-cookie made-up unauthorized
POST /join for-another                unauthorized|forbidden; owner cookie 200; none expired ended old-cookie made-up word false-word unauthorized
POST /api/v1/signup                   201
POST /api/v1/login                    200
POST /api/v1/logout                   in 204
POST /api/v1/reset                    forbidden
GET /api/v1/me                        in 200
PATCH /api/v1/me                      in 200
DELETE /api/v1/me                     in bad_request; word forbidden
GET /api/v1/users/{user}              in 200
PUT /api/v1/password                  in forbidden; word bad_request
POST /api/v1/totp                     in 200; word forbidden
POST /api/v1/totp/confirm             in forbidden
POST /api/v1/totp/disable             in 204; word forbidden
GET /api/v1/sessions                  in 200
DELETE /api/v1/sessions               in 204
DELETE /api/v1/sessions/{session}     in not_found
POST /api/v1/admin/first              in forbidden
GET /api/v1/admin/users               in forbidden; administrator 200
GET /api/v1/admin/users/{user}        in forbidden; administrator 200
DELETE /api/v1/admin/users/{user} nobody in forbidden; administrator not_found
PUT /api/v1/admin/users/{user}/admin  in forbidden; administrator 204
DELETE /api/v1/admin/users/{user}/admin in forbidden; administrator 204
DELETE /api/v1/admin/users/{user}/admin own in forbidden
POST /api/v1/admin/users/{user}/deactivate in forbidden; administrator 204
POST /api/v1/admin/users/{user}/reactivate in forbidden; administrator 204
POST /api/v1/admin/users/{user}/reset in forbidden; administrator 201
GET /api/v1/admin/invitations         in forbidden; administrator 200
POST /api/v1/admin/invitations        in forbidden; administrator 201
DELETE /api/v1/admin/invitations/{invitation} in forbidden; administrator not_found
GET /api/v1/admin/acts                in forbidden; administrator 200
GET /api/v1/admin/health              in forbidden; administrator 200
GET /api/v1/own                       in 200
PUT /api/v1/own                       in 204
GET /api/v1/saved                     in 200
GET /api/v1/directory                 in 200
GET /api/v1/rooms                     in 200
POST /api/v1/rooms                    in 201
POST /api/v1/direct                   in 200
POST /api/v1/groups                   in 201
POST /api/v1/rooms/{room}/join        in 200
POST /api/v1/rooms/{room}/join private in 200; removed stranger not_found
POST /api/v1/rooms/{room}/leave       in 204; removed stranger not_member
POST /api/v1/rooms/{room}/rename      in 200; guest member word forbidden; removed stranger not_member
POST /api/v1/rooms/{room}/invitations in 201; guest forbidden; removed stranger not_member
GET /api/v1/rooms/{room}/invitations  in 200; removed stranger not_member
DELETE /api/v1/rooms/{room}/invitations/{invitation} in not_found; removed stranger not_member
POST /api/v1/invitations/{code}       in not_found
GET /api/v1/rooms/{room}/bans         in 200; guest member word forbidden; removed stranger not_member
POST /api/v1/rooms/{room}/mark        in 204; removed stranger not_member
GET /api/v1/rooms/{room}/events       in 200; removed stranger not_member
GET /api/v1/rooms/{room}/members      in 200; removed stranger not_member
GET /api/v1/rooms/{room}/pins         in 200; removed stranger not_member
POST /api/v1/rooms/{room}/events      in 201; removed stranger not_member
POST /api/v1/rooms/{room}/events topic in 201; guest member word forbidden; removed stranger not_member
POST /api/v1/rooms/{room}/events role  in 201; moderator guest member word forbidden; removed stranger not_member
";

/// What each frame is answered by: a frame's type, or an error's code; `nothing`. The members have a message of the
/// owner's and a member to try it on, one for each.
const FRAMES: &str = "
hello            welcome
ping             pong
create           room
join             room
join private     room; removed stranger not_found
direct           room
group            room
leave            done; removed stranger not_member
history          history; removed stranger not_member
members          members; removed stranger not_member
rename           room; guest member forbidden; removed stranger not_member
bans             bans; guest member forbidden; removed stranger not_member
pins             pins; removed stranger not_member
mark             mark; removed stranger not_member
own              own
set              done
typing           nothing
presence         presence
send message     ack; removed stranger not_member
send message forward   ack; removed stranger not_member
send message everyone  ack; guest member forbidden; removed stranger not_member
send edit        ack; moderator guest member forbidden; removed stranger not_member
send delete      ack; guest member forbidden; removed stranger not_member
send react       ack; removed stranger not_member
send pin         ack; guest member forbidden; removed stranger not_member
send invite      ack; guest forbidden; removed stranger not_member
send remove      ack; guest member forbidden; removed stranger not_member
send ban         ack; guest member forbidden; removed stranger not_member
send unban       ack; guest member forbidden; removed stranger not_member
send role        ack; moderator guest member forbidden; removed stranger not_member
send topic       ack; guest member forbidden; removed stranger not_member
send description ack; guest member forbidden; removed stranger not_member
send slow        ack; guest member forbidden; removed stranger not_member
send archive     ack; moderator guest member forbidden; removed stranger not_member
send rename      bad_request
send create      bad_request
send join        bad_request
send leave       bad_request
send erased      bad_request
";

/// Calls that change who asks, and are undone before the next one asks, or that may not change the same member in the
/// same moment. All others are made at once.
const ONE_BY_ONE: [&str; 3] = [
    "POST /api/v1/logout",
    "POST /api/v1/rooms/{room}/leave",
    "POST /api/v1/rooms/{room}/events role",
];

const PASSWORD: &str = "correct horse battery";
/// Those who have a login.
const LOGINS: [&str; 7] = [
    "owner",
    "moderator",
    "member",
    "guest",
    "removed",
    "stranger",
    "administrator",
];
/// As a wrong password, and an id that no session, user or invitation has.
const WRONG: &str = "incorrect horse battery";
const NO_SESSION: &str = "01985b3c-0000-7000-8000-000000000000";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Open,
    Password,
}

/// One line of a table.
struct Row {
    /// What is asked, and perhaps a word that tells two ways to ask it apart.
    ask: String,
    variant: Option<String>,
    is_for_some: bool,
    usual: String,
    otherwise: BTreeMap<String, String>,
}

impl Row {
    /// `words`: of how many words the name of what is asked has.
    fn read(line: &str, words: usize) -> Self {
        let mut parts = line.split(';').map(str::trim);
        let mut first: Vec<&str> = parts.next().unwrap().split_whitespace().collect();
        let usual = first.pop().unwrap().to_owned();
        let is_for_some = first.last() == Some(&"in");
        if is_for_some {
            first.pop();
        }
        let variant = (first.len() > words).then(|| first.pop().unwrap().to_owned());
        let mut otherwise = BTreeMap::new();
        for part in parts {
            let (who, what) = part.rsplit_once(' ').unwrap();
            for who in who.split_whitespace() {
                let told_twice = otherwise.insert(who.to_owned(), what.to_owned());
                assert!(told_twice.is_none(), "{line}");
            }
        }
        Self {
            ask: first.join(" "),
            variant,
            is_for_some,
            usual,
            otherwise,
        }
    }

    fn expected(&self, who: &str, mode: Mode) -> String {
        let gate = gate(who, mode);
        if self.is_for_some && gate != "in" {
            return gate;
        }
        of_mode(self.told(who), mode)
    }

    /// What they are told who are let in.
    fn told(&self, who: &str) -> &str {
        let told = |who| self.otherwise.get(who);
        let as_stranger = || told("stranger").filter(|_| who == "administrator");
        told(who).or_else(as_stranger).unwrap_or(&self.usual)
    }
}

fn of_mode(answer: &str, mode: Mode) -> String {
    let (open, password) = answer.split_once('|').unwrap_or((answer, answer));
    match mode {
        Mode::Open => open.into(),
        Mode::Password => password.into(),
    }
}

fn gate(who: &str, mode: Mode) -> String {
    let line = lines(WHO).find(|line| line.split_whitespace().next() == Some(who));
    let answer = line.unwrap().split_whitespace().last().unwrap();
    of_mode(answer, mode)
}

fn lines(table: &str) -> impl Iterator<Item = &str> {
    table.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// The system's clock, behind by so much.
struct Behind(AtomicU64);

impl Clock for Behind {
    fn now_ms(&self) -> u64 {
        parts::wall_ms()
    }

    fn wall_ms(&self) -> u64 {
        parts::wall_ms() - self.0.load(Ordering::Relaxed)
    }
}

/// A server with everybody in their places.
struct Cast {
    mode: Mode,
    server: Server,
    _folder: TempDir,
    place: String,
    tokens: BTreeMap<&'static str, String>,
    ids: BTreeMap<String, String>,
    /// A private room with all but the stranger, from which one was removed; one to leave; one that is open to all.
    den: String,
    exit: String,
    hall: String,
    /// So that each name and id is new.
    count: AtomicU64,
}

impl Cast {
    async fn gather(mode: Mode) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mode_text = if mode == Mode::Open {
            "open"
        } else {
            "password"
        };
        let flags = [
            ("listen", "127.0.0.1:0".to_owned()),
            ("data", folder.path().display().to_string()),
            ("mode", mode_text.to_owned()),
            ("limits", "off".to_owned()),
            ("admissions_per_s", "0".to_owned()),
            ("drain_s", "1".to_owned()),
        ];
        let config = Config::from_sources(None, &|_| None, &flags.into()).unwrap();
        let name = parts::node_name(&config);
        let mut parts = parts::open(&config, &name).await.unwrap();
        const LONG_AGO_MS: u64 = 31 * 24 * 60 * 60 * 1000;
        let clock = Arc::new(Behind(AtomicU64::new(LONG_AGO_MS)));
        parts.clock = clock.clone();
        let server = Server::start_on(config, name, parts).unwrap();
        let place = server.address().to_string();
        let mut cast = Self {
            mode,
            server,
            _folder: folder,
            place,
            tokens: BTreeMap::new(),
            ids: BTreeMap::new(),
            den: String::new(),
            exit: String::new(),
            hall: String::new(),
            count: AtomicU64::new(0),
        };
        let expired = cast.sign_up("owner", true).await;
        cast.tokens.insert("expired", expired);
        clock.0.store(0, Ordering::Relaxed);
        for who in &LOGINS[1..] {
            cast.sign_up(who, true).await;
        }
        cast.sign_up("word", mode == Mode::Password).await;
        cast.sign_up("bystander", true).await;
        cast.sign_up("subject", true).await;
        for who in LOGINS {
            cast.log_in(who).await;
        }
        let ended = cast.tokens["owner"].clone();
        cast.done("owner", "/api/v1/logout", &Value::Null).await;
        cast.tokens.insert("ended", ended);
        cast.log_in("owner").await;
        let link = cast.server.node().offer_first().await.unwrap().unwrap();
        let body = json!({"token": link.token});
        cast.done("administrator", "/api/v1/admin/first", &body)
            .await;
        cast.furnish().await;
        cast
    }

    async fn furnish(&mut self) {
        let room = async |name: &str, kind: &str| {
            let body = json!({"name": name, "kind": kind});
            let made = self.done("owner", "/api/v1/rooms", &body).await;
            made.json()["id"].as_str().unwrap().to_owned()
        };
        let (den, exit) = (room("den", "private").await, room("exit", "public").await);
        let hall = room("hall", "public").await;
        for room in [&den, &exit] {
            let events = format!("/api/v1/rooms/{room}/events");
            for who in [
                "moderator",
                "member",
                "guest",
                "removed",
                "word",
                "bystander",
            ] {
                let body = json!({"body": {"kind": "invite", "user": self.ids[who]}});
                self.done("owner", &events, &body).await;
            }
            for role in ["moderator", "guest"] {
                let body = json!({"body": {"kind": "role", "user": self.ids[role], "role": role}});
                self.done("owner", &events, &body).await;
            }
            let body = json!({"body": {"kind": "remove", "user": self.ids["removed"]}});
            self.done("owner", &events, &body).await;
        }
        (self.den, self.exit, self.hall) = (den, exit, hall);
    }

    async fn sign_up(&mut self, who: &str, protected: bool) -> String {
        let mut body = json!({"name": who});
        if protected {
            body["password"] = json!(PASSWORD);
        }
        let made = self.ask("POST", "/api/v1/signup", &[], &body).await;
        assert_eq!(made.status, 201, "{made:?}");
        let made = made.json();
        let id = made["user"]["id"].as_str().unwrap();
        self.ids.insert(who.to_owned(), id.to_owned());
        made["token"].as_str().unwrap().to_owned()
    }

    async fn log_in(&mut self, who: &'static str) {
        let body = json!({"name": who, "password": PASSWORD});
        let login = self.ask("POST", "/api/v1/login", &[], &body).await;
        let token = login.json()["token"].as_str().unwrap().to_owned();
        self.tokens.insert(who, token);
    }

    async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Answer {
        let headers = [headers, &[JSON]].concat();
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        call(&self.place, method, path, &headers, &body).await
    }

    /// A post that must succeed.
    async fn done(&self, who: &str, path: &str, body: &Value) -> Answer {
        let token = format!("Bearer {}", self.tokens[who]);
        let answer = self
            .ask("POST", path, &[("Authorization", &token)], body)
            .await;
        assert!(answer.status < 300, "{who} {path}: {answer:?}");
        answer
    }

    /// What they show: a header, and what they say behind `?id=`.
    fn shown(&self, who: &str) -> (Option<(&'static str, String)>, Option<&'static str>) {
        let bearer = |who: &str| Some(("Authorization", format!("Bearer {}", self.tokens[who])));
        let cookie = |who: &str| Some(("Cookie", format!("hearth_session={}", self.tokens[who])));
        match who {
            "none" => (None, None),
            "cookie" => (cookie("owner"), None),
            "old-cookie" => (cookie("ended"), None),
            "made-up" => (Some(("Authorization", "Bearer 0123abcd".into())), None),
            "word" => (None, Some("word")),
            "false-word" => (None, Some("owner")),
            "posing" => (bearer("stranger"), Some("owner")),
            login => (bearer(login), None),
        }
    }

    fn unused(&self, stem: &str) -> String {
        format!("{stem}{}", self.count.fetch_add(1, Ordering::Relaxed))
    }

    /// How a call of the table is asked: its path and its body.
    fn written(&self, ask: &str, variant: Option<&str>) -> (String, Value) {
        let (method, path) = ask.split_once(' ').unwrap();
        let room = match (path, variant) {
            (path, None) if path.ends_with("/join") => &self.hall,
            (path, None) if path.ends_with("/leave") => &self.exit,
            _ => &self.den,
        };
        let someone = &self.ids["bystander"];
        // A hash takes its time: there are passwords where they must be.
        let protected = (self.mode == Mode::Password).then_some(PASSWORD);
        let body = match (method, path, variant) {
            ("GET", _, _) => Value::Null,
            (_, "/signin", _) => json!({"username": self.unused("s"), "password": protected}),
            (_, "/login", _) => json!({"id": "word", "password": protected}),
            (_, "/create", _) => json!({"name": self.unused("r")}),
            (_, "/join", None) => json!({"name": "hall"}),
            (_, "/join", Some(_)) => json!({"name": "hall", "user": "owner"}),
            (_, "/api/v1/signup", _) => json!({"name": self.unused("u"), "password": protected}),
            (_, "/api/v1/login", _) => json!({"name": "word", "password": protected}),
            // Who has none is told that the new one is too short.
            (_, "/api/v1/password", _) => {
                json!({"current_password": WRONG, "new_password": "short"})
            }
            (_, "/api/v1/totp" | "/api/v1/totp/disable", _) => {
                json!({"current_password": PASSWORD})
            }
            (_, "/api/v1/totp/confirm", _) => json!({"code": "000000"}),
            (_, "/api/v1/own", _) => {
                json!({"kind": "draft", "room": room, "text": self.unused("d")})
            }
            (_, "/api/v1/me", _) => json!({"display": "Somebody"}),
            (_, "/api/v1/reset", _) => json!({"token": WRONG, "new_password": PASSWORD}),
            (_, "/api/v1/admin/first", _) => json!({"token": WRONG}),
            ("POST", "/api/v1/admin/invitations", _) => json!({}),
            (_, "/api/v1/rooms", _) => json!({"name": self.unused("v")}),
            (_, "/api/v1/direct", _) => json!({"user": "bystander"}),
            // Three people, whoever asks.
            (_, "/api/v1/groups", _) => json!({"users": ["bystander", "guest", "member"]}),
            (_, path, _) if path.ends_with("/rename") => json!({"name": "den"}),
            // One that is over soon: a room has a bounded number of them.
            ("POST", path, _) if path.ends_with("/invitations") => {
                json!({"uses": 1, "valid_s": 60})
            }
            (_, path, _) if path.ends_with("/mark") => json!({"seq": 1}),
            (_, path, variant) if path.ends_with("/events") => match variant {
                None => json!({"body": {"kind": "message", "text": "hello"}}),
                Some("topic") => json!({"body": {"kind": "topic", "topic": "tea"}}),
                Some(_) => json!({"body": {"kind": "role", "user": someone, "role": "member"}}),
            },
            _ => Value::Null,
        };
        let user = match (path, variant) {
            (_, Some("nobody")) => NO_SESSION,
            (_, Some("own")) => "administrator",
            (path, _) if path.starts_with("/api/v1/admin") => "subject",
            _ => someone,
        };
        let path = path.replace("{room}", room).replace("{user}", user);
        let path = path.replace("{seq}", "1").replace("{code}", "0123456789");
        let path = path.replace("{session}", NO_SESSION);
        (path.replace("{invitation}", NO_SESSION), body)
    }

    /// Asks, and says in the table's words what was answered.
    async fn answer(&self, row: &Row, who: &str, origin: Option<&str>) -> String {
        let (shown, said) = self.shown(who);
        let (mut path, body) = self.written(&row.ask, row.variant.as_deref());
        if let Some(said) = said {
            path = format!("{path}?id={said}");
        }
        let mut headers = Vec::new();
        headers.extend(shown.as_ref().map(|(name, value)| (*name, value.as_str())));
        headers.extend(origin.map(|origin| ("Origin", origin)));
        let (method, _) = row.ask.split_once(' ').unwrap();
        if path.starts_with("/ws") {
            return match Socket::open(&self.place, &path, &headers).await {
                Ok(_) => "101".into(),
                Err((status, body)) => in_words(status, &body),
            };
        }
        let answer = self.ask(method, &path, &headers, &body).await;
        match answer.status {
            200..=299 => answer.status.to_string(),
            status => in_words(status, &answer.json()),
        }
    }

    /// Undoes what an answer has done to who asked, so that the next one finds everybody in their place.
    async fn put_back(&mut self, row: &Row, who: &str) {
        let (shown, said) = self.shown(who);
        match row.ask.as_str() {
            "POST /api/v1/logout" => {
                for login in LOGINS {
                    if login == who || (login, who) == ("owner", "cookie") {
                        self.log_in(login).await;
                    }
                }
            }
            "POST /api/v1/rooms/{room}/leave" => {
                let word = said.map(|said| format!("?id={said}")).unwrap_or_default();
                let path = format!("/api/v1/rooms/{}/join{word}", self.exit);
                let shown = shown.as_ref().map(|(name, value)| (*name, value.as_str()));
                let headers: Vec<_> = shown.into_iter().collect();
                let back = self.ask("POST", &path, &headers, &Value::Null).await;
                assert_eq!(back.status, 200, "{who}: {back:?}");
            }
            _ => {}
        }
    }
}

/// An error's code, whose status fits it.
fn in_words(status: u16, body: &Value) -> String {
    let code = body["code"].as_str().unwrap_or("no code");
    let known = hearth_protocol::ErrorCode::ALL
        .iter()
        .find(|known| known.as_str() == code);
    match known {
        Some(known) if known.http_status() == status => code.into(),
        _ => format!("{code} as {status}"),
    }
}

async fn every_call_for_everybody(mode: Mode) {
    let mut cast = Cast::gather(mode).await;
    let rows: Vec<Row> = lines(CALLS).map(|line| Row::read(line, 2)).collect();
    let asked: BTreeSet<String> = rows.iter().map(|row| row.ask.clone()).collect();
    let routes = routes(&cast.place).await;
    let untold: Vec<_> = routes.difference(&asked).collect();
    assert!(
        untold.is_empty(),
        "not in the table of {}: {untold:?}",
        file!()
    );
    let gone: Vec<_> = asked.difference(&routes).collect();
    assert!(gone.is_empty(), "in the table, and no route: {gone:?}");

    let same = format!("http://{}", cast.place);
    let origins = [
        ("no page", None),
        ("its own page", Some(same.as_str())),
        ("a foreign page", Some("https://evil.example")),
    ];
    let everybody = lines(WHO).map(|line| line.split_whitespace().next().unwrap());
    let cells: Vec<_> = everybody
        .flat_map(|who| origins.map(|(page, origin)| (who, page, origin)))
        .collect();
    let mut wrong = Vec::new();
    for row in &rows {
        let mut answers = Vec::new();
        let variant = row.variant.as_deref().unwrap_or_default();
        let name = format!("{} {variant}", row.ask);
        if ONE_BY_ONE.contains(&name.trim_end()) {
            for (who, _, origin) in &cells {
                answers.push(cast.answer(row, who, *origin).await);
                if answers.last().is_some_and(|answer| answer == "204") {
                    cast.put_back(row, who).await;
                }
            }
        } else {
            let asked = cells.iter();
            let asked = asked.map(|(who, _, origin)| cast.answer(row, who, *origin));
            answers = futures_util::future::join_all(asked).await;
        }
        for ((who, page, _), answered) in cells.iter().zip(answers) {
            let expected = match *page {
                "a foreign page" => "forbidden".to_owned(),
                _ => row.expected(who, mode),
            };
            if answered != expected {
                wrong.push(format!(
                    "{name} by {who} from {page}: {answered}, not {expected}"
                ));
            }
        }
    }
    let wrong_text = wrong.join("\n");
    assert!(wrong.is_empty(), "in mode {mode:?}:\n{wrong_text}");
    cast.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_answers_everybody_as_the_table_says_in_mode_open() {
    every_call_for_everybody(Mode::Open).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_answers_everybody_as_the_table_says_in_mode_password() {
    every_call_for_everybody(Mode::Password).await;
}

/// A frame of the table, by somebody for whom `target` is there to be tried on.
fn frame(cast: &Cast, row: &Row, who: &str, after: u64, target: (u64, &str)) -> Value {
    let (kind, word) = row.ask.split_once(' ').unwrap_or((&row.ask, ""));
    let variant = row.variant.as_deref().unwrap_or(word);
    let (message, person) = target;
    let (id, room) = (cast.unused("id"), &cast.den);
    let mut frame = match (kind, variant) {
        ("hello", _) => json!({"device": "d"}),
        ("ping" | "presence" | "typing" | "own", _) => json!({}),
        ("set", _) => json!({"own": {"kind": "draft", "room": room, "text": id}}),
        ("create", _) => json!({"id": id, "name": cast.unused("f")}),
        ("join", "private") => json!({"room": room}),
        ("join", _) => json!({"room": cast.hall}),
        ("direct", _) => json!({"user": "bystander"}),
        ("group", _) => json!({"id": id, "users": ["bystander", "guest", "member"]}),
        ("leave", _) => json!({"room": cast.exit}),
        ("history" | "members" | "bans" | "pins", _) => json!({"room": room}),
        ("rename", _) => json!({"room": room, "name": "den"}),
        ("mark", _) => json!({"room": room, "seq": 1, "back": true}),
        ("send", kind) => {
            let mut body = match kind {
                "message" => json!({"text": "hello"}),
                "forward" => json!({"text": "", "forward": {"room": room, "seq": message}}),
                "everyone" => json!({"text": "hello", "mentions": {"everyone": "room"}}),
                "edit" => json!({"target": message, "text": "hello again"}),
                "delete" => json!({"target": message}),
                "react" => json!({"target": message, "emoji": "🍲", "on": true}),
                "pin" => json!({"target": message, "on": true}),
                "invite" => json!({"user": cast.ids["bystander"]}),
                "remove" | "ban" | "unban" => json!({"user": person}),
                "role" => json!({"user": cast.ids["bystander"], "role": "member"}),
                "topic" => json!({"topic": "tea"}),
                "description" => json!({"description": "tea for all"}),
                "slow" => json!({"seconds": 0}),
                "archive" => json!({"on": false}),
                "rename" => json!({"name": "den"}),
                "create" => json!({"title": "t", "room_kind": "public"}),
                "join" | "leave" | "erased" => json!({}),
                new => panic!("how is `send` of `{new}` written?"),
            };
            body["kind"] = json!(match kind {
                "everyone" | "forward" => "message",
                kind => kind,
            });
            let n = cast.count.fetch_add(1, Ordering::Relaxed);
            json!({"room": room, "id": id, "after": after, "device": format!("d-{who}"), "n": n, "body": body})
        }
        (new, _) => panic!("how is `{new}` written?"),
    };
    if kind == "typing" {
        frame["room"] = json!(room);
    }
    if kind == "presence" {
        frame["status"] = json!("online");
    }
    frame["type"] = json!(kind);
    frame["ref"] = json!(cast.count.fetch_add(1, Ordering::Relaxed));
    frame
}

/// Says a frame, and in the table's words what it was answered by.
async fn answered(socket: &mut Socket, frame: &Value) -> String {
    socket.say(frame).await;
    let kind = frame["type"].as_str().unwrap();
    if kind == "typing" {
        let heard = socket.so_far().await;
        let error = heard.iter().find(|heard| heard["type"] == "error");
        return error.map_or("nothing".into(), |error| error["code"].to_string());
    }
    loop {
        let heard = socket.frame().await;
        if is_answer(&heard, frame) {
            let word = if heard["type"] == "error" {
                &heard["code"]
            } else {
                &heard["type"]
            };
            return word.as_str().unwrap().to_owned();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_frame_is_answered_as_the_table_says_for_each_role() {
    let cast = Cast::gather(Mode::Password).await;
    let rows: Vec<Row> = lines(FRAMES)
        .map(|line| Row::read(line, if line.starts_with("send ") { 2 } else { 1 }))
        .collect();
    let told: BTreeSet<&str> = rows.iter().map(|row| row.ask.as_str()).collect();
    let all = frames();
    let untold: Vec<_> = all
        .iter()
        .filter(|kind| !told.contains(kind.as_str()))
        .collect();
    assert!(
        untold.is_empty(),
        "not in the table of {}: {untold:?}",
        file!()
    );

    let events = format!("/api/v1/rooms/{}/events", cast.den);
    let mut wrong = Vec::new();
    for who in LOGINS {
        let (shown, _) = cast.shown(who);
        let (name, token) = shown.unwrap();
        let mut socket = Socket::open(&cast.place, "/ws", &[V1, (name, &token)])
            .await
            .unwrap();
        for row in &rows {
            // A message and a member, new for each.
            let body = json!({"body": {"kind": "message", "text": "try it on this"}});
            let message = cast.done("owner", &events, &body).await.json()["seq"]
                .as_u64()
                .unwrap();
            let mut head = message;
            let person = cast.unused("p");
            let mut person_id = String::new();
            let done_before = match row.ask.as_str() {
                "send remove" | "send ban" => Some("invite"),
                "send unban" => Some("ban"),
                _ => None,
            };
            if let Some(kind) = done_before {
                let body = json!({"name": person, "password": PASSWORD});
                let made = cast.ask("POST", "/api/v1/signup", &[], &body).await.json();
                person_id = made["user"]["id"].as_str().unwrap().to_owned();
                let body = json!({"body": {"kind": kind, "user": person_id}});
                head = cast.done("owner", &events, &body).await.json()["seq"]
                    .as_u64()
                    .unwrap();
            }
            let frame = frame(&cast, row, who, head, (message, &person_id));
            let answered = answered(&mut socket, &frame).await;
            let expected = row.told(who);
            if answered != expected {
                wrong.push(format!("{} by {who}: {answered}, not {expected}", row.ask));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    cast.server.stop().await;
}
