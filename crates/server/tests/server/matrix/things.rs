//! Things that belong to somebody, as calls and frames name them: made by one for whom it is, and looked at after somebody
//! else has tried it. What was refused must stand as it stood.

use std::io::Cursor;

use hearth_server::parts;
use image::{DynamicImage, ImageFormat, RgbImage};
use serde_json::{Value, json};

use super::{Cast, Mode, PASSWORD, Row};
use crate::world::{Answer, raw};

/// What is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Avatar,
    /// The code of an invitation link into a room.
    Code,
    File,
    /// The secret of a webhook into a room.
    Hook,
    /// An invitation link into a room.
    Invitation,
    Message,
    Scheduled,
    /// An invitation to the server.
    ServerInvitation,
    Session,
    Subscription,
    /// Of a bot.
    Token,
    /// A whole one, which no message has.
    Upload,
    WayIn,
    WayOut,
}

/// Whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// The asker's, or the room's in which they ask. Who cannot make one is given the owner's.
    Own,
    /// The bystander's, who is a member as any other. Of a token: another bot's.
    Another,
    /// Of a room in which the bystander is alone. Of a token: a person's session.
    Elsewhere,
}

/// By what of a call it is told what it names; the first that fits.
const NAMED: [(&str, Kind); 15] = [
    ("{avatar}", Kind::Avatar),
    ("{code}", Kind::Code),
    ("{file}", Kind::File),
    ("{id}", Kind::Scheduled),
    ("/admin/invitations/{invitation}", Kind::ServerInvitation),
    ("{invitation}", Kind::Invitation),
    ("{root}", Kind::Message),
    ("{secret}", Kind::Hook),
    ("{seq}", Kind::Message),
    ("{session}", Kind::Session),
    ("{subscription}", Kind::Subscription),
    ("{token}", Kind::Token),
    ("{upload}", Kind::Upload),
    ("{webhook}/resume", Kind::WayOut),
    ("{webhook}", Kind::WayIn),
];

/// Placeholders of a call that name nobody's thing: a room and a user are tried by who asks, a bot is an
/// administrator's, the others are parts of what is named.
const NOBODYS: [&str; 5] = ["{room}", "{user}", "{bot}", "{name}", "{side}"];

impl Kind {
    /// What a call names by its path.
    pub(super) fn in_path(ask: &str) -> Option<Self> {
        let found = NAMED.iter().find(|(place, _)| ask.contains(place));
        let kind = found.map(|(_, kind)| *kind);
        let known = |part: &str| NOBODYS.contains(&part) || kind.is_some();
        let parts = ask.split('/').filter(|part| part.starts_with('{'));
        for part in parts {
            assert!(known(part), "{ask}: whose is what {part} names?");
        }
        kind
    }

    /// Which lines a table has to have of a call that names such a thing.
    pub(super) fn variants(self) -> &'static [&'static str] {
        match self {
            // They are for whoever knows them.
            Self::Avatar | Self::Code | Self::Hook => &["another"],
            // All administrators have one list.
            Self::ServerInvitation => &["own"],
            Self::Scheduled | Self::Session | Self::Subscription | Self::Upload => {
                &["own", "another"]
            }
            Self::Invitation | Self::Token => &["own", "another", "elsewhere"],
            Self::File | Self::Message | Self::WayIn | Self::WayOut => &["own", "elsewhere"],
        }
    }
}

impl Row {
    /// What a line's call or frame names, by its path or by what its variant puts into its body.
    pub(super) fn names(&self) -> Option<(Kind, Whose)> {
        let whose = match self.variant.as_deref()? {
            "own" | "attached" | "scheduled" => Whose::Own,
            "another" | "attached-another" | "scheduled-another" => Whose::Another,
            "elsewhere" | "forward-elsewhere" => Whose::Elsewhere,
            _ => return None,
        };
        let kind = match self.variant.as_deref()? {
            "attached" | "attached-another" => Some(Kind::Upload),
            "scheduled" | "scheduled-another" => Some(Kind::Scheduled),
            "forward-elsewhere" => Some(Kind::Message),
            _ if self.ask.starts_with("send ") => Some(Kind::Message),
            _ => Kind::in_path(&self.ask),
        };
        Some((kind?, whose))
    }
}

/// A thing that is there.
#[derive(Debug)]
pub(super) struct Thing {
    /// As a path or a body names it.
    pub(super) name: String,
    /// The room in which it is.
    pub(super) room: String,
    /// Who made it, where they see it, and under which id it is listed there; none: all that is there is of it.
    maker: &'static str,
    place: String,
    id: Option<String>,
    /// As they saw it last.
    pub(super) seen: Value,
}

impl Cast {
    /// Who makes a thing for whoever asks. None of those who are kept out has one.
    pub(super) fn maker(&self, kind: Kind, whose: Whose, who: &str) -> &'static str {
        let asker = match who {
            "moderator" => "moderator",
            "member" => "member",
            "guest" => "guest",
            "removed" => "removed",
            "banned" => "banned",
            "stranger" => "stranger",
            "administrator" => "administrator",
            // Else they are not let in, and each log-in of another line takes the place of an older one.
            "word" if self.mode == Mode::Open => "word",
            _ => "owner",
        };
        let writes = ["moderator", "member", "word"].contains(&asker);
        match (kind, whose) {
            (Kind::Token | Kind::ServerInvitation, Whose::Own | Whose::Another) => "administrator",
            (_, Whose::Another | Whose::Elsewhere) => "bystander",
            (Kind::Scheduled | Kind::Session | Kind::Subscription | Kind::Upload, Whose::Own) => {
                asker
            }
            (Kind::Invitation, Whose::Own) if writes => asker,
            (Kind::Message, Whose::Own) if writes || asker == "guest" => asker,
            _ => "owner",
        }
    }

    pub(super) async fn make(&self, kind: Kind, whose: Whose, maker: &'static str) -> Thing {
        let own_room = match whose {
            Whose::Elsewhere => &self.nook,
            Whose::Own | Whose::Another => &self.den,
        };
        let room = format!("/api/v1/rooms/{own_room}");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let ask = async |path: &str, body: Value| self.by(maker, "POST", path, &body).await.json();
        let (name, place, id, own_room) = match kind {
            Kind::Avatar => {
                let picture = self.put_bytes(maker, "/api/v1/me/avatar", &picture()).await;
                let avatar = text(&picture.json()["avatar"]);
                let place = format!("/avatars/{avatar}/64");
                (avatar, place, None, own_room)
            }
            Kind::Code => {
                // Whoever asks comes in.
                let list = format!("/api/v1/rooms/{}/invitations", self.attic);
                let made = ask(&list, json!({"uses": 100, "valid_s": 3600})).await;
                let id = text(&made["invitation"]["id"]);
                (text(&made["code"]), list, Some(id), &self.attic)
            }
            Kind::File => {
                let upload = self.upload(maker, own_room, &picture()).await;
                let body = json!({"kind": "message", "text": "", "attachments": [{"id": upload}]});
                ask(&format!("{room}/events"), json!({"body": body})).await;
                let place = format!("/files/{upload}");
                (upload, place, None, own_room)
            }
            Kind::Hook => {
                // The room in which the bystander may make one.
                let list = format!("/api/v1/rooms/{}/webhooks", self.nook);
                let made = ask(&format!("{list}/in"), json!({"name": "CI"})).await;
                let id = text(&made["webhook"]["id"]);
                (text(&made["secret"]), list, Some(id), &self.nook)
            }
            Kind::Invitation => {
                let list = format!("{room}/invitations");
                let made = ask(&list, json!({"uses": 1, "valid_s": 3600})).await;
                let id = text(&made["invitation"]["id"]);
                (id.clone(), list, Some(id), own_room)
            }
            Kind::Message => {
                let events = format!("{room}/events");
                let say = async |body: Value| ask(&events, json!({"body": body})).await;
                let said = say(json!({"kind": "message", "text": "soup"})).await;
                let seq = said["seq"].as_u64().unwrap();
                say(json!({"kind": "edit", "target": seq, "text": "soup is on"})).await;
                let thread = json!({"root": seq});
                say(json!({"kind": "message", "text": "with bread", "thread": thread})).await;
                let place = format!("{events}/{seq}/edits");
                (seq.to_string(), place, None, own_room)
            }
            Kind::Scheduled => {
                let list = "/api/v1/scheduled".to_owned();
                let at_ms = parts::wall_ms() + 7_200_000;
                let body = json!({"room": self.square, "at_ms": at_ms, "text": "soup at eight"});
                let id = text(&ask(&list, body).await["id"]);
                (id.clone(), list, Some(id), &self.square)
            }
            Kind::ServerInvitation => {
                let list = "/api/v1/admin/invitations".to_owned();
                let id = text(&ask(&list, json!({})).await["id"]);
                (id.clone(), list, Some(id), own_room)
            }
            Kind::Token if whose != Whose::Elsewhere => {
                let bot = match whose {
                    Whose::Own => &self.ids["bot"],
                    _ => &self.ids["robot"],
                };
                let list = format!("/api/v1/admin/bots/{bot}/tokens");
                let made = ask(&list, json!({"name": "spare", "scopes": ["read"]})).await;
                let id = text(&made["token"]["id"]);
                (id.clone(), list, Some(id), own_room)
            }
            Kind::Session | Kind::Token => {
                let protected = maker != "word" || self.mode == Mode::Password;
                let body = json!({"name": maker, "password": protected.then_some(PASSWORD)});
                let opened = self.ask("POST", "/api/v1/login", &[], &body).await.json();
                let token = format!("Bearer {}", text(&opened["token"]));
                let list = "/api/v1/sessions".to_owned();
                let by_it = [("Authorization", token.as_str())];
                let all = self.ask("GET", &list, &by_it, &Value::Null).await.json();
                let mut all = all["sessions"].as_array().unwrap().iter();
                let id = text(&all.find(|one| one["current"] == true).unwrap()["id"]);
                (id.clone(), list, Some(id), own_room)
            }
            Kind::Subscription => {
                let list = "/api/v1/push/subscriptions".to_owned();
                let place = format!("https://push.example.org/send/{}", self.unused("b"));
                let body = json!({"endpoint": place, "keys": super::browser_keys()});
                let id = text(&self.by(maker, "PUT", &list, &body).await.json()["id"]);
                (id.clone(), list, Some(id), own_room)
            }
            Kind::Upload => {
                let id = self.upload(maker, &self.square, PART.as_bytes()).await;
                let place = format!("/api/v1/uploads/{id}");
                (id.clone(), place, Some(id), &self.square)
            }
            Kind::WayIn | Kind::WayOut => {
                let list = format!("{room}/webhooks");
                // Of events that do not come to be here: nothing is posted.
                let made = match kind {
                    Kind::WayIn => ask(&format!("{list}/in"), json!({"name": "CI"})).await,
                    _ => {
                        let out = json!({"url": "https://hooks.example/", "name": "CI", "kinds": ["erased"]});
                        ask(&format!("{list}/out"), out).await
                    }
                };
                let id = text(&made["webhook"]["id"]);
                (id.clone(), list, Some(id), own_room)
            }
        };
        let mut thing = Thing {
            name,
            room: own_room.clone(),
            maker,
            place,
            id,
            seen: Value::Null,
        };
        thing.seen = self.look(&thing).await;
        assert!(!thing.seen.is_null(), "{maker} does not see {thing:?}");
        thing
    }

    /// A thing as its maker sees it now; nothing, if it is not there.
    pub(super) async fn look(&self, thing: &Thing) -> Value {
        let (path, headers) = self.known(thing.maker, &thing.place);
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let answer = self.ask("GET", &path, &headers, &Value::Null).await;
        match &thing.id {
            _ if answer.status != 200 => Value::Null,
            Some(id) => element(&answer.json(), id).unwrap_or_default(),
            None => json!(answer.body),
        }
    }

    /// Asks as somebody who may, and must succeed.
    async fn by(&self, who: &str, method: &str, path: &str, body: &Value) -> Answer {
        let (path, headers) = self.known(who, path);
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let answer = self.ask(method, &path, &headers, body).await;
        assert!(answer.status < 300, "{who} {method} {path}: {answer:?}");
        answer
    }

    async fn put_bytes(&self, who: &str, path: &str, bytes: &[u8]) -> Answer {
        let (path, headers) = self.known(who, path);
        let (place, length) = (&self.place, bytes.len());
        let mut head = format!(
            "PUT {path} HTTP/1.1\r\nHost: {place}\r\nConnection: close\r\nContent-Length: {length}\r\n"
        );
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        let answer = raw(place, &[head.as_bytes(), bytes].concat()).await;
        assert!(answer.status < 300, "{who} {path}: {answer:?}");
        answer
    }

    async fn upload(&self, who: &str, room: &str, bytes: &[u8]) -> String {
        let body = json!({"room": room, "name": "soup", "size": bytes.len()});
        let begun = self.by(who, "POST", "/api/v1/uploads", &body).await.json();
        let id = begun["id"].as_str().unwrap().to_owned();
        self.put_bytes(who, &format!("/api/v1/uploads/{id}"), bytes)
            .await;
        id
    }

    /// A path and the headers by which somebody may certainly ask: whose sessions another line may have ended, by word.
    fn known(&self, who: &str, path: &str) -> (String, Vec<(&'static str, String)>) {
        match (who, self.mode) {
            ("word", Mode::Open) => (format!("{path}?id=word"), Vec::new()),
            _ => {
                let token = format!("Bearer {}", self.tokens[who]);
                (path.to_owned(), vec![("Authorization", token)])
            }
        }
    }
}

/// All of an upload that is nothing but an upload, also as JSON.
pub(super) const PART: &str = "\"a\"";

fn picture() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = DynamicImage::ImageRgb8(RgbImage::new(8, 8));
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// What is listed under this id, without what changes by itself.
fn element(listed: &Value, id: &str) -> Option<Value> {
    match listed {
        Value::Object(fields) if fields.get("id").is_some_and(|its| its == id) => {
            let mut fields = fields.clone();
            for by_itself in ["out", "used_ms", "current"] {
                fields.remove(by_itself);
            }
            Some(fields.into())
        }
        Value::Object(fields) => fields.values().find_map(|inner| element(inner, id)),
        Value::Array(all) => all.iter().find_map(|inner| element(inner, id)),
        _ => None,
    }
}
