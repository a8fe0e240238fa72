//! Who may what: every call and every frame, for whoever asks, in both modes and from every kind of page, held against
//! one table of expected answers. A route or a frame that is not in the table fails this test, by its name.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use futures_util::StreamExt;
use hearth_core::clock::Clock;
use hearth_protocol::{
    ErrorCode, Scope,
    scope::{NEEDS, Need, need_of},
};
use hearth_server::{config::Config, parts};
use serde_json::{Value, json};
use tempfile::TempDir;

mod things;

use things::{Kind, PART, Thing, Whose};

use crate::{
    surface::{frames, is_answer, routes},
    world::{Answer, JSON, Served, Socket, V1, call},
};

/// How they ask, and whether a call that is for somebody lets them in. `a|b`: in mode `open`, and in mode `password`.
///
/// `owner`, `moderator`, `member`, `guest`: of the room that is asked about, by the token of a login; `removed`: was a member;
/// `banned`: was one, and may come back neither there nor into the room that is open to all: where a line does not tell
/// them otherwise, they are told what who was removed is; `stranger`: never was; `administrator`: has the right `admin`,
/// and in rooms is a stranger: where a line does not tell them otherwise, they are told what a stranger is. `cookie`: the
/// owner by the cookie. `expired`, `ended`: a token whose time is over, or that was logged out; `old-cookie`: the same as
/// a cookie. `made-up`: no token. `word`: a member without a password, by `?id=`;
/// `false-word`: the owner, who has one, by `?id=`; `posing`: the stranger by a token, and the owner by `?id=`. `bot`: a
/// member, by a token whose scope is `read` alone: what needs another is refused by that one's code, as the table of scopes
/// says, and all else is told it as a member. `ended-bot`: the same by a token that was taken away. `deactivated`: a member
/// whose account is deactivated, by the token of a login from before; `idle`: the same without a password, by `?id=`.
const WHO: &str = "
none         unauthorized
owner        in
cookie       in
moderator    in
member       in
guest        in
removed      in
banned       in
stranger     in
administrator in
expired      unauthorized
ended        unauthorized
old-cookie   unauthorized
made-up      unauthorized
word         in|unauthorized
false-word   unauthorized
posing       unauthorized|forbidden
bot          in
ended-bot    unauthorized
deactivated  unauthorized
idle         forbidden|unauthorized
";

/// What each call answers: a status, or an error's code. `in`: to those whom it lets in, the others are told what the
/// table above says. `client`: 200 where the binary has the web client, else that there is no such thing. Behind each `;`, who of them is told otherwise, and what. From a foreign page everything is
/// `forbidden`.
///
/// What a call names by its path there is none of, but where a line says whose it is: `own`, the asker's or their room's;
/// `another`, another member's; `elsewhere`, of a room in which none of them is (`things.rs`). What somebody is refused
/// stands afterwards as it stood. `attached`: with an own upload in the body, `attached-another` with another's;
/// `scheduled-another`: under the id of another's.
const CALLS: &str = "
GET /                                 200
GET /health                           200
GET /livez                            200
GET /readyz                           200
GET /metrics                          200
GET /api                              200
GET /api/openapi.json                 200
GET /trace                            forbidden
GET /assets/{name}                    not_found
GET /sw.js                            client
GET /manifest.webmanifest             client
GET /rooms/{room}/{seq} own           in 200; removed stranger not_member
GET /rooms/{room}/{seq} elsewhere     in not_member
GET /files/{file}                     in not_found
GET /files/{file} own                 in 200; removed stranger not_member
GET /files/{file} elsewhere           in not_member
GET /files/{file}/thumb               in not_found
GET /files/{file}/thumb own           in 200; removed stranger not_member
GET /files/{file}/thumb elsewhere     in not_member
GET /avatars/{avatar}/{side}          in not_found
GET /avatars/{avatar}/{side} another  in 200
GET /ws                               in 101; bot forbidden
POST /signin                          202
POST /login                           202
POST /hooks/{secret}                  not_found
POST /hooks/{secret} another          200
POST /create                          200; expired ended made-up unauthorized; none old-cookie word false-word 200|unauthorized
POST /join                            200; banned banned; none word false-word bad_request; expired ended old-cookie made-up unauthorized
POST /join for-another                unauthorized|forbidden; owner cookie 200; none expired ended old-cookie made-up word false-word unauthorized; bot unauthorized|forbidden
POST /api/v1/signup                   201
POST /api/v1/login                    200
POST /api/v1/logout                   in 204
POST /api/v1/reset                    forbidden
POST /api/v1/forgot                   forbidden
POST /api/v1/mail/confirm             forbidden
GET /api/v1/me/mail                   in 200
PUT /api/v1/me/mail                   in forbidden
DELETE /api/v1/me/mail                in 204; word forbidden
GET /api/v1/me                        in 200
PATCH /api/v1/me                      in 200
DELETE /api/v1/me                     in bad_request; word forbidden
GET /api/v1/users                     in 200
GET /api/v1/users/{user}              in 200
GET /api/v1/profiles                  in 200
PUT /api/v1/password                  in forbidden; word bad_request
POST /api/v1/totp                     in 200; word forbidden
POST /api/v1/totp/confirm             in forbidden
POST /api/v1/totp/disable             in 204; word forbidden
GET /api/v1/sessions                  in 200
DELETE /api/v1/sessions               in 204
DELETE /api/v1/sessions/{session}     in not_found
DELETE /api/v1/sessions/{session} own in 204
DELETE /api/v1/sessions/{session} another in not_found
POST /api/v1/admin/first              in forbidden; administrator 204
GET /api/v1/admin/users               in forbidden; administrator 200
GET /api/v1/admin/users/{user}        in forbidden; administrator 200
DELETE /api/v1/admin/users/{user} nobody in forbidden; administrator not_found
PUT /api/v1/admin/users/{user}/admin  in forbidden; administrator 204
DELETE /api/v1/admin/users/{user}/admin in forbidden; administrator 204
DELETE /api/v1/admin/users/{user}/admin own in forbidden
POST /api/v1/admin/users/{user}/deactivate in forbidden; administrator 204
POST /api/v1/admin/users/{user}/reactivate in forbidden; administrator 204
POST /api/v1/admin/users/{user}/reset in forbidden; administrator 201
POST /api/v1/admin/bots               in forbidden; administrator 201
GET /api/v1/admin/bots/{bot}/tokens   in forbidden; administrator 200
POST /api/v1/admin/bots/{bot}/tokens  in forbidden; administrator bad_request
DELETE /api/v1/admin/bots/{bot}/tokens/{token} in forbidden; administrator not_found
DELETE /api/v1/admin/bots/{bot}/tokens/{token} own in forbidden; administrator 204
DELETE /api/v1/admin/bots/{bot}/tokens/{token} another in forbidden; administrator not_found
DELETE /api/v1/admin/bots/{bot}/tokens/{token} elsewhere in forbidden; administrator not_found
GET /api/v1/admin/invitations         in forbidden; administrator 200
POST /api/v1/admin/invitations        in forbidden; administrator 201
DELETE /api/v1/admin/invitations/{invitation} in forbidden; administrator not_found
DELETE /api/v1/admin/invitations/{invitation} own in forbidden; administrator 204
GET /api/v1/admin/acts                in forbidden; administrator 200
GET /api/v1/admin/health              in forbidden; administrator 200
GET /api/v1/admin/rooms               in forbidden; administrator 200
GET /api/v1/own                       in 200
PUT /api/v1/own                       in 204
PUT /api/v1/own scheduled-another     in 204
GET /api/v1/notifications             in 200
GET /api/v1/push                      in 200
GET /api/v1/push/subscriptions        in 200
PUT /api/v1/push/subscriptions        in 200
DELETE /api/v1/push/subscriptions/{subscription} in not_found
DELETE /api/v1/push/subscriptions/{subscription} own in 204
DELETE /api/v1/push/subscriptions/{subscription} another in not_found
GET /api/v1/saved                     in 200
GET /api/v1/scheduled                 in 200
POST /api/v1/scheduled                in 201; removed stranger not_member
POST /api/v1/scheduled attached       in 201
POST /api/v1/scheduled attached-another in not_found
PUT /api/v1/scheduled/{id}            in not_found
PUT /api/v1/scheduled/{id} own        in 200
PUT /api/v1/scheduled/{id} another    in not_found
DELETE /api/v1/scheduled/{id}         in not_found
DELETE /api/v1/scheduled/{id} own     in 204
DELETE /api/v1/scheduled/{id} another in not_found
POST /api/v1/scheduled/{id}/send      in not_found
POST /api/v1/scheduled/{id}/send own  in 200
POST /api/v1/scheduled/{id}/send another in not_found
GET /api/v1/threads                   in 200
GET /api/v1/directory                 in 200
POST /api/v1/uploads                  in 201; removed stranger not_member
GET /api/v1/uploads/{upload}          in not_found
GET /api/v1/uploads/{upload} own      in 200
GET /api/v1/uploads/{upload} another  in not_found
PUT /api/v1/uploads/{upload}          in not_found
PUT /api/v1/uploads/{upload} own      in 200
PUT /api/v1/uploads/{upload} another  in not_found
DELETE /api/v1/uploads/{upload}       in not_found
DELETE /api/v1/uploads/{upload} own   in 204
DELETE /api/v1/uploads/{upload} another in not_found
PUT /api/v1/me/avatar                 in bad_request
DELETE /api/v1/me/avatar              in 204
GET /api/v1/search                    in 200; removed stranger not_member
GET /api/v1/rooms                     in 200
POST /api/v1/rooms                    in 201
POST /api/v1/direct                   in 200
POST /api/v1/groups                   in 201
POST /api/v1/rooms/{room}/join        in 200; banned banned
POST /api/v1/rooms/{room}/join private in 200; removed stranger not_found
POST /api/v1/rooms/{room}/leave       in 204; removed stranger not_member
POST /api/v1/rooms/{room}/rename      in 200; guest member word forbidden; removed stranger not_member
POST /api/v1/rooms/{room}/invitations in 201; guest forbidden; removed stranger not_member
GET /api/v1/rooms/{room}/invitations  in 200; removed stranger not_member
DELETE /api/v1/rooms/{room}/invitations/{invitation} in not_found; removed stranger not_member
DELETE /api/v1/rooms/{room}/invitations/{invitation} own in 204; guest forbidden; removed stranger not_member
DELETE /api/v1/rooms/{room}/invitations/{invitation} another in 204; guest member word forbidden; removed stranger not_member
DELETE /api/v1/rooms/{room}/invitations/{invitation} elsewhere in not_found; removed stranger not_member
POST /api/v1/invitations/{code}       in not_found
POST /api/v1/invitations/{code} another in 200
GET /api/v1/rooms/{room}/webhooks     in 200; guest member word forbidden; removed stranger not_member
POST /api/v1/rooms/{room}/webhooks/in in bad_request; guest member word forbidden; removed stranger not_member
POST /api/v1/rooms/{room}/webhooks/out in bad_request; guest member word forbidden; removed stranger not_member
PATCH /api/v1/rooms/{room}/webhooks/{webhook} in not_found; guest member word forbidden; removed stranger not_member
PATCH /api/v1/rooms/{room}/webhooks/{webhook} own in 200; guest member word forbidden; removed stranger not_member
PATCH /api/v1/rooms/{room}/webhooks/{webhook} elsewhere in not_found; guest member word forbidden; removed stranger not_member
DELETE /api/v1/rooms/{room}/webhooks/{webhook} in not_found; guest member word forbidden; removed stranger not_member
DELETE /api/v1/rooms/{room}/webhooks/{webhook} own in 204; guest member word forbidden; removed stranger not_member
DELETE /api/v1/rooms/{room}/webhooks/{webhook} elsewhere in not_found; guest member word forbidden; removed stranger not_member
POST /api/v1/rooms/{room}/webhooks/{webhook}/resume in not_found; guest member word forbidden; removed stranger not_member
POST /api/v1/rooms/{room}/webhooks/{webhook}/resume own in 204; guest member word forbidden; removed stranger not_member
POST /api/v1/rooms/{room}/webhooks/{webhook}/resume elsewhere in not_found; guest member word forbidden; removed stranger not_member
GET /api/v1/rooms/{room}/bans         in 200; guest member word forbidden; removed stranger not_member
POST /api/v1/rooms/{room}/mark        in 204; removed stranger not_member
GET /api/v1/rooms/{room}/events       in 200; removed stranger not_member
GET /api/v1/rooms/{room}/members      in 200; removed stranger not_member
GET /api/v1/rooms/{room}/pins         in 200; removed stranger not_member
GET /api/v1/rooms/{room}/events/{seq}/edits in not_found; removed stranger not_member
GET /api/v1/rooms/{room}/events/{seq}/edits own in 200; removed stranger not_member
GET /api/v1/rooms/{room}/events/{seq}/edits elsewhere in not_member
PUT /api/v1/rooms/{room}/avatar       in bad_request; guest member word forbidden; removed stranger not_member
DELETE /api/v1/rooms/{room}/avatar    in 200; guest member word forbidden; removed stranger not_member
GET /api/v1/rooms/{room}/receipts     in 200; removed stranger not_member
GET /api/v1/rooms/{room}/threads/{root} in not_found; removed stranger not_member
GET /api/v1/rooms/{room}/threads/{root} own in 200; removed stranger not_member
GET /api/v1/rooms/{room}/threads/{root} elsewhere in not_member
POST /api/v1/rooms/{room}/events      in 201; removed stranger not_member
POST /api/v1/rooms/{room}/events attached in 201
POST /api/v1/rooms/{room}/events attached-another in not_found
POST /api/v1/rooms/{room}/events forward-elsewhere in not_found
POST /api/v1/rooms/{room}/events topic in 201; guest member word forbidden; removed stranger not_member
POST /api/v1/rooms/{room}/events role  in 201; moderator guest member word forbidden; removed stranger not_member
";

/// What each frame is answered by: a frame's type, or an error's code; `nothing`. The members have a message of the
/// owner's and a member to try it on, one for each.
const FRAMES: &str = "
hello            welcome
ping             pong
create           room
join             room; banned banned
join private     room; removed stranger not_found
direct           room
group            room
leave            done; removed stranger not_member
history          history; removed stranger not_member
members          members; removed stranger not_member
rename           room; guest member forbidden; removed stranger not_member
bans             bans; guest member forbidden; removed stranger not_member
pins             pins; removed stranger not_member
edits            edits; removed stranger not_member
search           found; removed stranger not_member
thread           thread; removed stranger not_member
threads          threads
receipts         receipts; removed stranger not_member
delivered        nothing
mark             mark; removed stranger not_member
own              own
set              done
set scheduled-another done
typing           nothing
presence         presence
send message     ack; removed stranger not_member
send message forward   ack; removed stranger not_member
send message forward-elsewhere not_found; removed stranger not_member
send message attached  ack
send message attached-another not_found
send message thread    ack; removed stranger not_member
send message everyone  ack; guest member forbidden; removed stranger not_member
send edit own          ack; removed stranger not_member
send edit        ack; moderator guest member forbidden; removed stranger not_member
send delete own        ack; removed stranger not_member
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
send avatar      bad_request
send slow        ack; guest member forbidden; removed stranger not_member
send right       ack; moderator guest member forbidden; removed stranger not_member
send archive     ack; moderator guest member forbidden; removed stranger not_member
send rename      bad_request
send create      bad_request
send join        bad_request
send leave       bad_request
send erased      bad_request
";

/// Calls that change who asks, and are undone before the next one asks, or that may not change the same member in the
/// same moment. All others are made beside each other.
const ONE_BY_ONE: [&str; 3] = [
    "POST /api/v1/logout",
    "POST /api/v1/rooms/{room}/leave",
    "POST /api/v1/rooms/{room}/events role",
];

/// So many: some of them change one record, which gives up on a change that loses too many races.
const AT_ONCE: usize = 24;

const PASSWORD: &str = "correct horse battery";
/// Those who have a login.
const LOGINS: [&str; 8] = [
    "owner",
    "moderator",
    "member",
    "guest",
    "removed",
    "banned",
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
        let told = |who| self.otherwise.get(who).map(String::as_str);
        let as_another = || match who {
            "administrator" => told("stranger"),
            "banned" => told("removed"),
            "word" => told("member"),
            "idle" => told("word"),
            "ended-bot" | "deactivated" => told("ended"),
            "bot" => self.beyond_read().or_else(|| told("member")),
            _ => None,
        };
        told(who).or_else(as_another).unwrap_or(&self.usual)
    }

    /// What a token is told whose scope is `read`, if that is not enough.
    fn beyond_read(&self) -> Option<&'static str> {
        let need = match (self.ask.as_str(), self.variant.as_deref()) {
            (EVENTS, None | Some("attached" | "attached-another" | "forward-elsewhere")) => {
                need_of("send message")
            }
            (EVENTS, Some(kind)) => need_of(&format!("send {kind}")),
            (ask, _) => need_of(ask),
        };
        match need {
            Need::Free | Need::In(Scope::Read) | Need::Anywhere(Scope::Read) => None,
            Need::In(scope) | Need::Anywhere(scope) => Some(scope.missing().as_str()),
            Need::Never => Some(ErrorCode::Forbidden.as_str()),
        }
    }
}

/// A call that is judged by what is sent.
const EVENTS: &str = "POST /api/v1/rooms/{room}/events";

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

/// Who asks, from what page, and the header that says so.
type Cell<'a> = (&'a str, &'static str, Option<&'a str>);

/// A server with everybody in their places.
struct Cast {
    mode: Mode,
    server: Served,
    _folder: TempDir,
    place: String,
    tokens: BTreeMap<&'static str, String>,
    ids: BTreeMap<String, String>,
    /// A private room with all but the stranger, from which one was removed and one banned; one to leave; one that is open
    /// to all but who is banned.
    den: String,
    exit: String,
    hall: String,
    /// One in which everybody is; two private ones of the bystander's, where nobody else is, and into one of which there
    /// are invitations.
    square: String,
    nook: String,
    attic: String,
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
        let server = Served::on(config, name, parts);
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
            square: String::new(),
            nook: String::new(),
            attic: String::new(),
            count: AtomicU64::new(0),
        };
        let expired = cast.sign_up("owner", true).await;
        cast.tokens.insert("expired", expired);
        clock.0.store(0, Ordering::Relaxed);
        for who in &LOGINS[1..] {
            cast.sign_up(who, true).await;
        }
        for who in ["word", "idle"] {
            let token = cast.sign_up(who, mode == Mode::Password).await;
            cast.tokens.insert(who, token);
        }
        let deactivated = cast.sign_up("deactivated", true).await;
        cast.tokens.insert("deactivated", deactivated);
        let bystander = cast.sign_up("bystander", true).await;
        cast.tokens.insert("bystander", bystander);
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
        let bots = "/api/v1/admin/bots";
        let body = json!({"name": "bot"});
        let made = cast.done("administrator", bots, &body).await;
        let id = made.json()["id"].as_str().unwrap().to_owned();
        let body = json!({"name": "reader", "scopes": ["read"]});
        let tokens = format!("{bots}/{id}/tokens");
        cast.ids.insert("bot".into(), id);
        for who in ["ended-bot", "bot"] {
            let made = cast.done("administrator", &tokens, &body).await.json();
            let secret = made["secret"].as_str().unwrap().to_owned();
            cast.tokens.insert(who, secret);
            if who == "ended-bot" {
                let token = format!("{tokens}/{}", made["token"]["id"].as_str().unwrap());
                cast.to("administrator", "DELETE", &token, &Value::Null)
                    .await;
            }
        }
        let body = json!({"name": "robot"});
        let made = cast.done("administrator", bots, &body).await.json();
        let id = made["id"].as_str().unwrap().to_owned();
        cast.ids.insert("robot".into(), id);
        cast.furnish().await;
        for who in ["deactivated", "idle"] {
            let path = format!("/api/v1/admin/users/{}/deactivate", cast.ids[who]);
            cast.done("administrator", &path, &Value::Null).await;
        }
        cast
    }

    async fn furnish(&mut self) {
        let room = async |by: &str, name: &str, kind: &str| {
            let body = json!({"name": name, "kind": kind});
            let made = self.done(by, "/api/v1/rooms", &body).await;
            made.json()["id"].as_str().unwrap().to_owned()
        };
        let den = room("owner", "den", "private").await;
        let exit = room("owner", "exit", "public").await;
        let hall = room("owner", "hall", "public").await;
        let square = room("owner", "square", "public").await;
        let nook = room("bystander", "nook", "private").await;
        let attic = room("bystander", "attic", "private").await;
        for who in LOGINS[1..].iter().chain(&["bystander", "word"]) {
            self.done(who, &format!("/api/v1/rooms/{square}/join"), &Value::Null)
                .await;
        }
        for room in [&den, &exit] {
            let events = format!("/api/v1/rooms/{room}/events");
            for who in [
                "moderator",
                "member",
                "guest",
                "removed",
                "banned",
                "word",
                "idle",
                "deactivated",
                "bystander",
                "bot",
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
        for room in [&den, &exit, &hall] {
            let body = json!({"body": {"kind": "ban", "user": self.ids["banned"]}});
            let events = format!("/api/v1/rooms/{room}/events");
            self.done("owner", &events, &body).await;
        }
        (self.den, self.exit, self.hall) = (den, exit, hall);
        (self.square, self.nook, self.attic) = (square, nook, attic);
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
        self.to(who, "POST", path, body).await
    }

    /// A call that must succeed.
    async fn to(&self, who: &str, method: &str, path: &str, body: &Value) -> Answer {
        let token = format!("Bearer {}", self.tokens[who]);
        let answer = self
            .ask(method, path, &[("Authorization", &token)], body)
            .await;
        assert!(answer.status < 300, "{who} {method} {path}: {answer:?}");
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
            "idle" => (None, Some("idle")),
            "false-word" => (None, Some("owner")),
            "posing" => (bearer("stranger"), Some("owner")),
            login => (bearer(login), None),
        }
    }

    fn unused(&self, stem: &str) -> String {
        format!("{stem}{}", self.count.fetch_add(1, Ordering::Relaxed))
    }

    /// How a call of the table is asked: its path and its body, with what it names.
    fn written(&self, row: &Row, thing: Option<&Thing>) -> (String, Value) {
        let (method, path) = row.ask.split_once(' ').unwrap();
        let variant = row.variant.as_deref();
        let named = |none: &str| thing.map_or(none, |thing| &thing.name).to_owned();
        // What is a room's is asked for by the room in which they are.
        let is_of_room = path.contains("{invitation}") || path.contains("{webhook}");
        let room = match (path, variant) {
            (_, Some("forward-elsewhere")) => &self.square,
            (_, Some(_)) if !is_of_room && thing.is_some() => &thing.unwrap().room,
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
            (_, "/api/v1/own", Some(_)) => self.scheduled_as(&named("")),
            (_, "/api/v1/own", None) => {
                json!({"kind": "draft", "room": room, "text": self.unused("d")})
            }
            ("PUT", "/api/v1/uploads/{upload}", Some(_)) => serde_json::from_str(PART).unwrap(),
            ("POST", "/api/v1/uploads", _) => json!({"room": room, "name": "soup.txt", "size": 3}),
            (_, "/api/v1/forgot", _) => json!({"name": "owner"}),
            (_, "/api/v1/mail/confirm", _) => json!({"token": WRONG}),
            ("DELETE", "/api/v1/me/mail", _) => json!({"current_password": PASSWORD}),
            ("PUT", "/api/v1/me/mail", _) => {
                json!({"mail": "owner@example.org", "current_password": PASSWORD})
            }
            ("POST" | "PUT", path, _)
                if path.starts_with("/api/v1/scheduled") && !path.ends_with("/send") =>
            {
                let at_ms = parts::wall_ms() + 3_600_000;
                let brought = match variant {
                    Some("attached" | "attached-another") => json!([{"id": named("")}]),
                    _ => json!([]),
                };
                json!({"room": room, "at_ms": at_ms, "text": "later", "attachments": brought})
            }
            ("PUT", "/api/v1/push/subscriptions", _) => {
                json!({"endpoint": "https://push.example.org/send/1", "keys": browser_keys()})
            }
            (_, "/api/v1/me", _) => json!({"display": "Somebody"}),
            (_, "/api/v1/reset", _) => json!({"token": WRONG, "new_password": PASSWORD}),
            (_, "/api/v1/admin/first", _) => json!({"token": WRONG}),
            ("POST", "/api/v1/admin/invitations", _) => json!({}),
            (_, "/api/v1/rooms", _) => json!({"name": self.unused("v")}),
            (_, "/api/v1/direct", _) => json!({"user": "bystander"}),
            // Three people, whoever asks.
            (_, "/api/v1/groups", _) => json!({"users": ["bystander", "guest", "member"]}),
            (_, path, _) if path.starts_with("/hooks") => json!({"text": "hello"}),
            ("POST", "/api/v1/admin/bots", _) => json!({"name": self.unused("b")}),
            ("POST", path, _) if path.ends_with("/tokens") => json!({"name": "t", "scopes": []}),
            // Without a name none is made: a room has a bounded number of them.
            (_, path, _) if path.ends_with("/webhooks/in") => json!({"name": ""}),
            (_, path, _) if path.ends_with("/webhooks/out") => {
                json!({"name": "", "url": "https://hooks.example/"})
            }
            ("PATCH", path, _) if path.ends_with("/{webhook}") => json!({"name": "another"}),
            (_, path, _) if path.ends_with("/rename") => json!({"name": "den"}),
            // One that is over soon: a room has a bounded number of them.
            ("POST", path, _) if path.ends_with("/invitations") => {
                json!({"uses": 1, "valid_s": 60})
            }
            (_, path, _) if path.ends_with("/mark") => json!({"seq": 1}),
            (_, path, variant) if path.ends_with("/events") => match variant {
                None => json!({"body": {"kind": "message", "text": "hello"}}),
                Some("attached" | "attached-another") => {
                    let brought = json!([{"id": named("")}]);
                    json!({"body": {"kind": "message", "text": "", "attachments": brought}})
                }
                Some("forward-elsewhere") => json!({"body": forward(thing.unwrap())}),
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
        let path = match path.as_str() {
            "/api/v1/users" => format!("{path}?q=own"),
            "/api/v1/search" => format!("{path}?q=hello&room={room}"),
            // Else the answer goes on for an hour.
            "/api/v1/notifications" => format!("{path}?for_s=0"),
            _ => path,
        };
        let (code, seq, none) = (named("0123456789"), named("1"), named(NO_SESSION));
        let values = [
            ("{bot}", self.ids["bot"].as_str()),
            ("{code}", &code),
            ("{name}", "none"),
            ("{root}", &seq),
            ("{secret}", &code),
            ("{seq}", &seq),
            ("{side}", "64"),
            // Of all these there is none, unless it is named.
            ("{avatar}", &none),
            ("{file}", &none),
            ("{id}", &none),
            ("{invitation}", &none),
            ("{session}", &none),
            ("{subscription}", &none),
            ("{token}", &none),
            ("{upload}", &none),
            ("{webhook}", &none),
        ];
        let path = values
            .into_iter()
            .fold(path, |path, (name, value)| path.replace(name, value));
        (path, body)
    }

    /// A message for later under this id.
    fn scheduled_as(&self, id: &str) -> Value {
        let at_ms = parts::wall_ms() + 3_600_000;
        json!({"kind": "scheduled", "id": id, "room": self.square, "at_ms": at_ms, "text": "mine"})
    }

    /// Asks, and says in the table's words what was answered.
    async fn answer(
        &self,
        row: &Row,
        who: &str,
        origin: Option<&str>,
        thing: Option<&Thing>,
    ) -> String {
        let (shown, said) = self.shown(who);
        let (mut path, body) = self.written(row, thing);
        if let Some(said) = said {
            let joint = if path.contains('?') { '&' } else { '?' };
            path = format!("{path}{joint}id={said}");
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

    /// Has everybody ask about a thing, one after the other, and says what they were answered. As long as it stands it is
    /// the same one.
    async fn asked_about(
        &self,
        row: &Row,
        kind: Kind,
        whose: Whose,
        cells: &[Cell<'_>],
        wrong: &mut Vec<String>,
    ) -> Vec<String> {
        let variant = row.variant.as_deref().unwrap_or_default();
        let mut made: BTreeMap<&str, Thing> = BTreeMap::new();
        let mut answers = Vec::new();
        for (who, page, origin) in cells {
            let maker = self.maker(kind, whose, who);
            if !made.contains_key(maker) {
                made.insert(maker, self.make(kind, whose, maker).await);
            }
            let thing = &made[maker];
            let answer = self.answer(row, who, *origin, Some(thing)).await;
            let (is_done, seen) = (answer.starts_with('2'), self.look(thing).await);
            // Whatever is set under another's id is one's own.
            if seen != thing.seen && (!is_done || variant == "scheduled-another") {
                let (ask, before) = (&row.ask, &thing.seen);
                wrong.push(format!(
                    "{ask} {variant} by {who} from {page}: {answer}, and what was {before} is {seen}"
                ));
            }
            // An upload looks the same when a message has it.
            if seen != thing.seen || (is_done && variant == "attached") {
                made.remove(maker);
            }
            answers.push(answer);
        }
        answers
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

/// As a browser gives them, made up.
fn browser_keys() -> Value {
    json!({
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    })
}

/// A message that brings another along.
fn forward(message: &Thing) -> Value {
    let seq: u64 = message.name.parse().unwrap();
    json!({"kind": "message", "text": "", "forward": {"room": message.room, "seq": seq}})
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
    let mut untried = Vec::new();
    for ask in &asked {
        let of_it = || rows.iter().filter(|row| row.ask == *ask);
        let variants = Kind::in_path(ask).map_or(&[][..], Kind::variants);
        for variant in variants {
            if !of_it().any(|row| row.variant.as_deref() == Some(variant)) {
                untried.push(format!("{ask} {variant}"));
            }
        }
    }
    assert!(
        untried.is_empty(),
        "whose things are not tried: {untried:?}"
    );

    let same = format!("http://{}", cast.place);
    let origins = [
        ("no page", None),
        ("its own page", Some(same.as_str())),
        ("a foreign page", Some("https://evil.example")),
    ];
    let everybody = lines(WHO).map(|line| line.split_whitespace().next().unwrap());
    let cells: Vec<Cell<'_>> = everybody
        .flat_map(|who| origins.map(|(page, origin)| (who, page, origin)))
        .collect();
    // As `build.rs` sees it.
    let built = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/dist/index.html");
    let has_client = std::path::Path::new(built).is_file();
    let mut wrong = Vec::new();
    for row in &rows {
        let mut answers = Vec::new();
        let variant = row.variant.as_deref().unwrap_or_default();
        let name = format!("{} {variant}", row.ask);
        if let Some((kind, whose)) = row.names() {
            answers = cast.asked_about(row, kind, whose, &cells, &mut wrong).await;
        } else if ONE_BY_ONE.contains(&name.trim_end()) {
            for (who, _, origin) in &cells {
                answers.push(cast.answer(row, who, *origin, None).await);
                if answers.last().is_some_and(|answer| answer == "204") {
                    cast.put_back(row, who).await;
                }
            }
        } else {
            let asked = cells.iter();
            let asked = asked.map(|(who, _, origin)| cast.answer(row, who, *origin, None));
            let asked = futures_util::stream::iter(asked).buffered(AT_ONCE);
            answers = asked.collect().await;
        }
        for ((who, page, _), answered) in cells.iter().zip(answers) {
            let expected = match *page {
                "a foreign page" => "forbidden".to_owned(),
                _ => match row.expected(who, mode) {
                    client if client == "client" && has_client => "200".to_owned(),
                    client if client == "client" => "not_found".to_owned(),
                    expected => expected,
                },
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

/// A frame of the table, by somebody for whom `target` is there to be tried on, or the thing that it names.
fn frame(
    cast: &Cast,
    row: &Row,
    who: &str,
    after: u64,
    target: (u64, &str),
    thing: Option<&Thing>,
) -> Value {
    let (kind, word) = row.ask.split_once(' ').unwrap_or((&row.ask, ""));
    let variant = match row.variant.as_deref() {
        Some("own") | None => word,
        Some(variant) => variant,
    };
    let (mut message, person) = target;
    let (id, mut room) = (cast.unused("id"), &cast.den);
    match (row.variant.as_deref(), thing) {
        (Some("own"), Some(thing)) => message = thing.name.parse().unwrap(),
        (Some("attached" | "attached-another"), Some(thing)) => room = &thing.room,
        _ => {}
    }
    let mut frame = match (kind, variant) {
        ("hello", _) => json!({"device": "d"}),
        ("ping" | "presence" | "typing" | "own" | "threads", _) => json!({}),
        ("thread", _) => json!({"room": room, "root": message}),
        ("set", "scheduled-another") => json!({"own": cast.scheduled_as(&thing.unwrap().name)}),
        ("set", _) => json!({"own": {"kind": "draft", "room": room, "text": id}}),
        ("create", _) => json!({"id": id, "name": cast.unused("f")}),
        ("join", "private") => json!({"room": room}),
        ("join", _) => json!({"room": cast.hall}),
        ("direct", _) => json!({"user": "bystander"}),
        ("group", _) => json!({"id": id, "users": ["bystander", "guest", "member"]}),
        ("leave", _) => json!({"room": cast.exit}),
        ("edits", _) => json!({"room": room, "seq": message}),
        ("search", _) => json!({"q": "hello", "room": room}),
        ("history" | "members" | "bans" | "pins" | "receipts", _) => json!({"room": room}),
        ("rename", _) => json!({"room": room, "name": "den"}),
        ("delivered", _) => json!({"room": room, "seq": 1}),
        ("mark", _) => json!({"room": room, "seq": 1, "back": true}),
        ("send", kind) => {
            let mut body = match kind {
                "message" => json!({"text": "hello"}),
                "forward" => json!({"text": "", "forward": {"room": room, "seq": message}}),
                "forward-elsewhere" => forward(thing.unwrap()),
                "attached" | "attached-another" => {
                    json!({"text": "", "attachments": [{"id": thing.unwrap().name}]})
                }
                "thread" => json!({"text": "hello", "thread": {"root": message}}),
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
                "avatar" => json!({}),
                "slow" => json!({"seconds": 0}),
                "right" => json!({"right": "react", "role": "guest"}),
                "archive" => json!({"on": false}),
                "rename" => json!({"name": "den"}),
                "create" => json!({"title": "t", "room_kind": "public"}),
                "join" | "leave" | "erased" => json!({}),
                new => panic!("how is `send` of `{new}` written?"),
            };
            body["kind"] = json!(match kind {
                _ if word == "message" => "message",
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
    if kind == "typing" || kind == "delivered" {
        let heard = socket.so_far().await;
        let error = heard.iter().find(|heard| heard["type"] == "error");
        let code = error.map(|error| error["code"].as_str().unwrap().to_owned());
        return code.unwrap_or("nothing".into());
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
async fn every_frame_is_answered_as_the_table_says_for_each_role_in_mode_open() {
    every_frame_for_each_role(Mode::Open).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_frame_is_answered_as_the_table_says_for_each_role_in_mode_password() {
    every_frame_for_each_role(Mode::Password).await;
}

async fn every_frame_for_each_role(mode: Mode) {
    let cast = Cast::gather(mode).await;
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
    let by_word = (mode == Mode::Open).then_some("word");
    for who in LOGINS.into_iter().chain(["bot"]).chain(by_word) {
        let (shown, said) = cast.shown(who);
        let path = said.map_or("/ws".to_owned(), |said| format!("/ws?id={said}"));
        let mut headers = vec![V1];
        headers.extend(shown.as_ref().map(|(name, value)| (*name, value.as_str())));
        let mut socket = Socket::open(&cast.place, &path, &headers).await.unwrap();
        for row in &rows {
            let thing = match row.names() {
                Some((kind, whose)) => {
                    let maker = cast.maker(kind, whose, who);
                    Some((whose, cast.make(kind, whose, maker).await))
                }
                None => None,
            };
            // A message and a member, new for each.
            let body = json!({"body": {"kind": "message", "text": "try it on this"}});
            let said = async |events: &str| {
                let said = cast.done("owner", events, &body).await.json();
                said["seq"].as_u64().unwrap()
            };
            let message = said(&events).await;
            let mut head = match &thing {
                Some((_, thing)) if thing.room == cast.square => {
                    said(&format!("/api/v1/rooms/{}/events", cast.square)).await
                }
                _ => message,
            };
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
            let named = thing.as_ref().map(|(_, thing)| thing);
            let frame = frame(&cast, row, who, head, (message, &person_id), named);
            let answered = answered(&mut socket, &frame).await;
            let expected = row.told(who);
            let name = format!("{} {}", row.ask, row.variant.as_deref().unwrap_or_default());
            if answered != expected {
                wrong.push(format!("{name} by {who}: {answered}, not {expected}"));
            }
            if let Some((whose, thing)) = &thing
                && (*whose != Whose::Own || expected != "ack")
            {
                let (before, seen) = (&thing.seen, cast.look(thing).await);
                if seen != *before {
                    let text = format!("{answered}, and what was {before} is {seen}");
                    wrong.push(format!("{name} by {who}: {text}"));
                }
            }
        }
    }
    let wrong_text = wrong.join("\n");
    assert!(wrong.is_empty(), "in mode {mode:?}:\n{wrong_text}");
    cast.server.stop().await;
}

/// A new call or frame has no scope until somebody says which it needs.
#[tokio::test]
async fn every_call_and_frame_has_its_line_in_the_table_of_scopes() {
    let world = crate::world::World::alone(&[]).await;
    let mut all = routes(world.place(0)).await;
    all.extend(frames());
    let told: BTreeSet<String> = NEEDS.iter().map(|(what, _)| (*what).to_owned()).collect();
    let untold: Vec<_> = all.difference(&told).collect();
    assert!(untold.is_empty(), "without a scope: {untold:?}");
    let gone: Vec<_> = told.difference(&all).collect();
    assert!(gone.is_empty(), "in the table, and not there: {gone:?}");
    world.stop().await;
}
