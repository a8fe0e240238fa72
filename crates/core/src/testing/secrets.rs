//! What must stand in no log: passwords, tokens, what people say and look for, and what else is theirs alone.
//!
//! There is one list, [`FIELDS`]. Whoever tests lets this know what is asked and answered ([`learn`], [`learn_request`],
//! [`note`]), in one place for a whole process, and has the logs of its servers looked through when they stop
//! ([`look_through`]). What is found is told by its line and by what it is, never by itself.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use serde_json::Value;
use uuid::Uuid;

/// The fields of bodies and frames that hold a secret, and what it is.
const FIELDS: &[(&str, &str)] = &[
    ("password", "a password"),
    ("current_password", "a password"),
    ("new_password", "a password"),
    ("token", "a token"),
    ("link", "a link with a token"),
    ("first", "a token of the first administrator"),
    ("invitation", "a token of an invitation"),
    ("code", "a code of an invitation or of a second factor"),
    ("secret", "a secret of a webhook, a bot or a second factor"),
    ("recovery_codes", "a recovery code"),
    ("mail", "a mail address"),
    ("pending", "a mail address"),
    ("text", "a text of a message or a draft"),
    ("msg", "a text of a message"),
    ("excerpt", "a text of a message"),
    ("fallback", "a text of a message"),
    ("pretext", "a text of a message"),
    ("topic", "a topic"),
    ("description", "a description"),
    ("alt", "a description of a file"),
    ("q", "words that are looked for"),
    ("endpoint", "an address of a push service"),
    ("p256dh", "a key of a push subscription"),
    ("auth", "a key of a push subscription"),
    ("url", "an address of a webhook"),
];
/// The parts of paths behind which a secret stands.
const PATHS: &[(&str, &str)] = &[
    ("/hooks/", "a secret of a webhook"),
    ("/api/v1/invitations/", "a code of an invitation"),
    ("?q=", "words that are looked for"),
    ("&q=", "words that are looked for"),
    ("?token=", "a token"),
    ("&token=", "a token"),
];
/// Shorter ones are found in any log by chance.
const CHARS_MIN: usize = 10;
/// By so many bytes at its beginning a secret is found.
const BEGINNING: usize = 8;
/// A link that a server says in its log on purpose: by it somebody becomes the first administrator. See `docs/operations.md`.
const ON_PURPOSE: &str = "#first=";

/// What is secret in this process, with what it is.
static SECRETS: Mutex<BTreeMap<String, &'static str>> = Mutex::new(BTreeMap::new());

/// How many logs were kept.
static KEPT: AtomicUsize = AtomicUsize::new(0);

fn secrets() -> MutexGuard<'static, BTreeMap<String, &'static str>> {
    SECRETS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// This is secret from now on, if it is long enough to be told from other words.
pub fn note(what: &'static str, value: &str) {
    // An id is none, also where a test shows one in the place of a token.
    if Uuid::try_parse(value).is_ok() {
        return;
    }
    // A log writes these in other ways, so the longest part without them stands for it.
    let parts = value.split(|c: char| c.is_control() || c == '"' || c == '\\');
    let Some(longest) = parts.max_by_key(|part| part.len()) else {
        return;
    };
    if longest.len() >= CHARS_MIN {
        secrets().entry(longest.to_owned()).or_insert(what);
    }
}

/// Learns what is secret in a body or a frame; what is no JSON has none.
pub fn learn(body: &str) {
    if let Ok(value) = serde_json::from_str(body) {
        learn_value(&value);
    }
}

/// The same of one that was read.
pub fn learn_value(value: &Value) {
    match value {
        Value::Array(values) => values.iter().for_each(learn_value),
        Value::Object(fields) => {
            // An error's code is none; and what has a size and a name is a file.
            let is_error = fields.contains_key("message");
            for (name, value) in fields {
                let mut known = FIELDS.iter().filter(|(field, _)| field == name);
                let what = known.next().map(|(_, what)| *what);
                let is_file = name == "name" && fields.contains_key("size");
                let what = what.or(is_file.then_some("a name of a file"));
                if let Some(what) = what.filter(|_| !(is_error && name == "code")) {
                    note_all(what, value);
                }
                learn_value(value);
            }
        }
        _ => {}
    }
}

fn note_all(what: &'static str, value: &Value) {
    match value {
        Value::String(text) => note(what, text),
        Value::Array(values) => values.iter().for_each(|value| note_all(what, value)),
        _ => {}
    }
}

/// Learns what is secret in a request as it is written: in its path, its credential and its body.
pub fn learn_request(request: &str) {
    let (head, body) = request.split_once("\r\n\r\n").unwrap_or((request, ""));
    let path = head.split(' ').nth(1).unwrap_or_default();
    for (before, what) in PATHS {
        if let Some((_, secret)) = path.split_once(before) {
            let end = secret.find(['&', '?', '/', '#']).unwrap_or(secret.len());
            note(what, &secret[..end]);
        }
    }
    for line in head.lines() {
        for before in ["Bearer ", "hearth_session="] {
            if let Some((_, token)) = line.split_once(before) {
                note("a token", token);
            }
        }
    }
    learn(body);
}

/// Looks through a log for everything that is secret by now.
///
/// # Errors
/// For each that is found, the log's name, the line's number, and what it is.
pub fn look_through(name: &str, log: &str) -> Result<(), String> {
    let secrets = secrets().clone();
    let mut by_beginning: HashMap<&[u8], Vec<(&[u8], &str)>> = HashMap::new();
    // Most places of a log begin none, which three bytes mostly tell.
    let mut begins = vec![false; 1 << 16];
    let place = |bytes: &[u8]| {
        usize::from(bytes[0]) | usize::from(bytes[1]) << 5 ^ usize::from(bytes[2]) << 8
    };
    for (secret, what) in &secrets {
        let secret = secret.as_bytes();
        begins[place(secret)] = true;
        let beginning = by_beginning.entry(&secret[..BEGINNING]).or_default();
        beginning.push((secret, what));
    }
    let mut found = Vec::new();
    for (number, line) in (1..).zip(log.lines()) {
        if line.contains(ON_PURPOSE) {
            continue;
        }
        let line = line.as_bytes();
        for at in 0..=line.len().saturating_sub(BEGINNING) {
            let rest = &line[at..];
            if rest.len() < BEGINNING || !begins[place(rest)] {
                continue;
            }
            let these = by_beginning.get(&rest[..BEGINNING]);
            let mut these = these.into_iter().flatten();
            if let Some((_, what)) = these.find(|(secret, _)| rest.starts_with(secret)) {
                found.push(format!("{name}:{number}: {what}"));
            }
        }
    }
    found.dedup();
    match found.is_empty() {
        true => Ok(()),
        false => Err(found.join("\n")),
    }
}

/// Looks through a log, and leaves it in a file if something is found: a test stops then.
///
/// # Panics
/// Something is found, and the test has not failed already.
pub fn assert_none_in(name: &str, log: &str) {
    let Err(found) = look_through(name, log) else {
        return;
    };
    let (process, n) = (std::process::id(), KEPT.fetch_add(1, Relaxed));
    let file = std::env::temp_dir().join(format!("{name}-{process}-{n}.log"));
    let kept = std::fs::write(&file, log);
    let kept = kept.map_or_else(|error| error.to_string(), |()| file.display().to_string());
    let told = format!("a log has what it must not have; it is kept in {kept}:\n{found}");
    if std::thread::panicking() {
        eprintln!("{told}");
    } else {
        panic!("{told}");
    }
}

/// A server's log: kept line by line, and looked through when this is dropped, as the server stops.
#[derive(Debug)]
pub struct Log {
    name: &'static str,
    lines: Arc<Mutex<String>>,
}

/// Where the lines of a log go.
#[derive(Debug, Clone)]
pub struct Lines(Arc<Mutex<String>>);

impl Log {
    /// An empty one, of a server of this name.
    pub fn new(name: &'static str) -> Self {
        let lines = Arc::default();
        Self { name, lines }
    }

    /// For whoever reads what the server writes.
    pub fn lines(&self) -> Lines {
        Lines(self.lines.clone())
    }

    /// What it has so far.
    pub fn so_far(&self) -> String {
        text(&self.lines).clone()
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        assert_none_in(self.name, &text(&self.lines));
    }
}

impl Lines {
    /// One more.
    pub fn push(&self, line: &str) {
        let mut text = text(&self.0);
        text.push_str(line);
        text.push('\n');
    }
}

fn text(lines: &Mutex<String>) -> MutexGuard<'_, String> {
    lines.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_by_line_and_kind_and_is_not_told() {
        learn(
            r#"{"body": {"kind": "message", "text": "the heron stands still"}, "code": "1234-5678-9012"}"#,
        );
        learn(r#"{"error": "scope", "code": "scope_moderate_of_a_heron", "message": "No."}"#);
        learn(r#"{"name": "heron-plan.pdf", "size": 7}"#);
        learn(r#"{"name": "heron-the-user", "recovery_codes": ["HERO-NHER-ONHE"]}"#);
        learn("no JSON: herons");
        learn_request(
            "POST /hooks/heronsecretheron?x=1 HTTP/1.1\r\nAuthorization: Bearer herontokenheron\r\n\r\n\
             {\"password\": \"heron \\\"at the\\\" long pond\"}",
        );
        learn_request("GET /api/v1/search?limit=1&q=heronwords+heron HTTP/1.1\r\n\r\n");
        let log = "all is well, heron-the-user is here\n\
                   refused: scope_moderate_of_a_heron\n\
                   said: the heron stands still\n\
                   path /hooks/heronsecretheron, token herontokenheron\n\
                   password: heron \\\"at the\\\" long pond\n\
                   looked for heronwords+heron in heron-plan.pdf; HERO-NHER-ONHE, 1234-5678-9012\n\
                   link: http://x/#first=herontokenheron\n";
        let found = look_through("server", log).unwrap_err();
        let lines: Vec<_> = found.lines().collect();
        assert_eq!(
            lines,
            [
                "server:3: a text of a message or a draft",
                "server:4: a secret of a webhook",
                "server:4: a token",
                "server:5: a password",
                "server:6: words that are looked for",
                "server:6: a name of a file",
                "server:6: a recovery code",
                "server:6: a code of an invitation or of a second factor",
            ]
        );
        assert!(!found.contains("heron"), "{found}");
        assert_eq!(look_through("server", "nothing, and žluť"), Ok(()));
        assert_eq!(look_through("server", ""), Ok(()));
    }
}
