//! `docs/protocol.md` says what the source says: every frame, field, word, code, close code and bound is on the page
//! with its value, and the page has none that the source has not.
//!
//! The source is read as text (it is rustfmt's, so one variant or field per line), because no list at run time would
//! notice a field that is new.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use hearth_protocol::{Body, ClientFrame, CloseCode, ErrorCode, OwnKind, ServerFrame, Was};

type Fields = BTreeMap<String, BTreeSet<String>>;

fn read(path: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join(path)).unwrap()
}

fn page() -> String {
    read("docs/protocol.md")
}

/// The text under the heading (`## Bounds`), up to the next of the same or a higher level.
fn section<'a>(page: &'a str, heading: &str) -> Vec<&'a str> {
    let level = heading.chars().take_while(|c| *c == '#').count();
    let is_end = |line: &&str| {
        let hashes = line.chars().take_while(|c| *c == '#').count();
        (1..=level).contains(&hashes)
    };
    let mut lines = page.lines().skip_while(|line| *line != heading);
    assert!(lines.next().is_some(), "the page has no {heading:?}");
    lines.take_while(|line| !is_end(line)).collect()
}

/// The cells of the tables' rows whose first cell is in back-ticks or a number.
fn rows(lines: &[&str]) -> Vec<Vec<String>> {
    lines
        .iter()
        .filter(|line| line.starts_with("| `") || line.starts_with("| 4"))
        .map(|line| {
            let cells = line.trim_matches('|').split('|');
            cells.map(|c| c.trim().replace('`', "")).collect()
        })
        .collect()
}

fn first_cells(lines: &[&str]) -> BTreeSet<String> {
    rows(lines).into_iter().map(|row| row[0].clone()).collect()
}

/// `### name` headings with the fields of the tables below them.
fn fields_on_page(lines: &[&str], prefix: &str) -> Fields {
    let mut found = Fields::new();
    let mut current: Option<String> = None;
    for line in lines {
        if let Some(name) = line.strip_prefix("### ") {
            current = name.strip_prefix(prefix).map(str::to_owned);
            if let Some(name) = &current {
                assert!(
                    found.insert(name.clone(), BTreeSet::new()).is_none(),
                    "{name} twice"
                );
            }
        } else if let Some(name) = &current {
            found
                .get_mut(name)
                .unwrap()
                .extend(first_cells(std::slice::from_ref(line)));
        }
    }
    found
}

fn snake(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// The lines of `pub enum Name {` or `pub struct Name {` up to its end.
fn item<'a>(source: &'a str, opening: &str) -> Vec<&'a str> {
    let mut lines = source.lines().skip_while(|line| *line != opening);
    assert!(lines.next().is_some(), "the source has no {opening:?}");
    lines.take_while(|line| *line != "}").collect()
}

fn field_name(line: &str, indent: &str) -> Option<String> {
    let (name, _) = line.strip_prefix(indent)?.split_once(": ")?;
    let name = name.trim_start_matches("pub ").trim_start_matches("r#");
    name.chars()
        .all(|c| c.is_ascii_lowercase() || c == '_')
        .then(|| name.to_owned())
}

/// Variants with their fields, as named on the wire.
fn enum_fields(source: &str, name: &str) -> Fields {
    let mut found = Fields::new();
    let mut current = String::new();
    for line in item(source, &format!("pub enum {name} {{")) {
        let variant = line
            .strip_prefix("    ")
            .filter(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()));
        if let Some(variant) = variant {
            current = snake(variant.trim_end_matches(['{', ',', ' ']));
            found.insert(current.clone(), BTreeSet::new());
        } else if let Some(field) = field_name(line, "        ") {
            found.get_mut(&current).unwrap().insert(field);
        }
    }
    found
}

fn struct_fields(source: &str, name: &str) -> BTreeSet<String> {
    let mut renamed = None;
    let mut found = BTreeSet::new();
    for line in item(source, &format!("pub struct {name} {{")) {
        if let Some(rest) = line.trim().strip_prefix("#[serde(rename = \"") {
            renamed = rest.split('"').next().map(str::to_owned);
        } else if let Some(field) = field_name(line, "    ") {
            found.insert(renamed.take().unwrap_or(field));
        }
    }
    assert!(!found.is_empty(), "{name} has no fields");
    found
}

const FRAME: &str = "crates/protocol/src/frame.rs";
const EVENT: &str = "crates/protocol/src/event.rs";
const SEED: &str = "crates/protocol/src/seed.rs";
const OWN: &str = "crates/protocol/src/own.rs";
const SEARCH: &str = "crates/protocol/src/search.rs";

#[test]
fn every_client_frame_and_its_fields_are_on_the_page() {
    let source = enum_fields(&read(FRAME), "ClientFrame");
    let kinds: BTreeSet<_> = source.keys().map(String::as_str).collect();
    assert_eq!(kinds, ClientFrame::KINDS.iter().copied().collect());
    let page = page();
    assert_eq!(
        fields_on_page(&section(&page, "## Frames from the client"), ""),
        source
    );
}

#[test]
fn every_server_frame_and_its_fields_are_on_the_page() {
    let source = enum_fields(&read(FRAME), "ServerFrame");
    let kinds: BTreeSet<_> = source.keys().map(String::as_str).collect();
    assert_eq!(kinds, ServerFrame::KINDS.iter().copied().collect());
    let page = page();
    assert_eq!(
        fields_on_page(&section(&page, "## Frames from the server"), ""),
        source
    );
}

#[test]
fn every_body_and_its_fields_are_on_the_page() {
    let source = enum_fields(&read(EVENT), "Body");
    let kinds: BTreeSet<_> = source.keys().map(String::as_str).collect();
    assert_eq!(kinds, Body::KINDS.iter().copied().collect());
    let page = page();
    assert_eq!(
        fields_on_page(&section(&page, "## Bodies"), "Body "),
        source
    );
}

#[test]
fn all_that_stays_of_what_is_erased_is_on_the_page() {
    let source = enum_fields(&read(EVENT), "Was");
    let kinds: BTreeSet<_> = source.keys().map(String::as_str).collect();
    assert_eq!(kinds, Was::KINDS.iter().copied().collect());
    let page = page();
    let found = fields_on_page(&section(&page, "## Bodies"), "Was ");
    assert_eq!(found, source);
}

#[test]
fn every_thing_of_one_s_own_and_its_fields_are_on_the_page() {
    let source = enum_fields(&read(OWN), "Own");
    let kinds: BTreeSet<_> = source.keys().map(String::as_str).collect();
    let known = OwnKind::ALL.iter().map(|kind| kind.as_str());
    assert_eq!(kinds, known.collect());
    let page = page();
    assert_eq!(
        fields_on_page(&section(&page, "## One's own"), "Own "),
        source
    );
}

#[test]
fn every_shape_and_word_is_on_the_page() {
    let (frame, event, own, search) = (read(FRAME), read(EVENT), read(OWN), read(SEARCH));
    let mut source = Fields::new();
    for (file, names) in [
        (
            &frame,
            &[
                "Position",
                "User",
                "RoomSnapshot",
                "Member",
                "Ban",
                "Pin",
                "Thread",
                "Receipt",
                "PresenceOf",
            ][..],
        ),
        (
            &event,
            &[
                "Event",
                "MessageState",
                "Reaction",
                "Mentions",
                "Forward",
                "Attachment",
                "InThread",
                "Rights",
                "ThreadLength",
            ],
        ),
        (&own, &["QuietHours"]),
        (&search, &["RoomHits", "Hit"]),
    ] {
        for name in names {
            source.insert((*name).to_owned(), struct_fields(file, name));
        }
    }
    for (file, name) in [
        (&event, "RoomKind"),
        (&event, "Role"),
        (&event, "Right"),
        (&event, "Everyone"),
        (&frame, "Status"),
        (&own, "NotifyLevel"),
        (&own, "ScheduledState"),
    ] {
        source.insert(
            name.to_owned(),
            enum_fields(file, name).into_keys().collect(),
        );
    }
    // Whoever adds a shape to the source adds it here and to the page.
    for file in [&frame, &event, &search] {
        for line in file.lines() {
            let Some(rest) = line
                .strip_prefix("pub struct ")
                .or(line.strip_prefix("pub enum "))
            else {
                continue;
            };
            let name = rest.trim_end_matches(" {");
            let told_apart = ["ClientFrame", "ServerFrame", "Body", "Was"].contains(&name);
            assert!(
                told_apart || source.contains_key(name),
                "{name} is not held"
            );
        }
    }
    let page = page();
    assert_eq!(fields_on_page(&section(&page, "## Shapes"), ""), source);
}

#[test]
fn the_specification_s_frames_are_on_the_page() {
    let text = read(SEED);
    let names = ["SeedSend", "SeedEvent", "SeedError"];
    let source: Fields = names
        .iter()
        .map(|name| ((*name).to_owned(), struct_fields(&text, name)))
        .collect();
    let page = page();
    let found = fields_on_page(&section(&page, "## The specification's own surface"), "");
    assert_eq!(found, source);
}

#[test]
fn every_error_code_is_on_the_page_with_its_retry_rule_and_status() {
    let page = page();
    let found: Vec<Vec<String>> = rows(&section(&page, "## Error codes"))
        .into_iter()
        .map(|row| row[..3].to_vec())
        .collect();
    let source: Vec<Vec<String>> = ErrorCode::ALL
        .iter()
        .map(|code| {
            let retry = serde_json::to_value(code.retry()).unwrap();
            vec![
                code.as_str().to_owned(),
                retry.as_str().unwrap().to_owned(),
                code.http_status().to_string(),
            ]
        })
        .collect();
    assert_eq!(found, source);
}

#[test]
fn every_close_code_is_on_the_page_with_what_to_do() {
    let page = page();
    let found = rows(&section(&page, "## Close codes"));
    let source: Vec<_> = CloseCode::ALL
        .iter()
        .map(|code| (code.number().to_string(), code.name().to_owned()))
        .collect();
    let codes: Vec<_> = found
        .iter()
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect();
    assert_eq!(codes, source);
    for (code, row) in CloseCode::ALL.iter().zip(&found) {
        let reconnect = CloseCode::may_reconnect(code.number());
        assert_eq!(row[2].starts_with("yes"), reconnect, "{row:?}");
    }
}

/// The value of `2 * 1024`.
fn product(expression: &str) -> u64 {
    expression
        .split('*')
        .map(|factor| factor.trim().replace('_', "").parse::<u64>().unwrap())
        .product()
}

#[test]
fn every_bound_is_on_the_page_with_its_value() {
    let mut source = BTreeMap::new();
    for line in read("crates/protocol/src/bounds.rs").lines() {
        if let Some(rest) = line.strip_prefix("pub const ") {
            let (name, rest) = rest.split_once(": ").unwrap();
            let (_, value) = rest.split_once(" = ").unwrap();
            source.insert(name.to_owned(), product(value.trim_end_matches(';')));
        }
    }
    let page = page();
    let found: BTreeMap<_, _> = rows(&section(&page, "## Bounds"))
        .into_iter()
        .map(|row| (row[0].clone(), row[1].parse::<u64>().unwrap()))
        .collect();
    assert_eq!(found, source);
}

/// Words in back-ticks that are not the protocol's own: headers, cookies, modes, types of content.
const FOREIGN: &[&str] = &[
    "101",
    "Accept",
    "Authorization",
    "Bearer",
    "Host",
    "Last-Event-ID",
    "Origin",
    "Retry-After",
    "Sec-WebSocket-Protocol",
    "Idempotency-Key",
    "User-Agent",
    "Range",
    "address",
    "admin",
    "attachment",
    "data",
    "offset",
    "part_bytes",
    "whole",
    "at",
    "all",
    "first",
    "invitation",
    "next",
    "prefix",
    "reset",
    "sessions",
    "paul",
    "service",
    "why",
    "count",
    "pau1",
    "device_name",
    "status_text",
    "code",
    "error",
    "url",
    "kinds",
    "read",
    "moderate",
    "secret",
    "bots",
    "t",
    "v1",
    "invalid_payload",
    "no_text",
    "msg_too_long",
    "failing",
    "gone",
    "maker",
    "payload",
    "otpauth",
    "status_emoji",
    "language",
    "pt-BR",
    "signup",
    "used_ms",
    "login",
    "forgot",
    "mail",
    "hearth_session",
    "joined",
    "uid",
    "hearth.v1",
    "TOKEN",
    "token",
    "open",
    "password",
    "people",
    "administrators",
    "more",
    "ok",
];

#[test]
fn the_page_names_no_frame_field_or_code_that_is_not_there() {
    let (frame, event, seed, own) = (read(FRAME), read(EVENT), read(SEED), read(OWN));
    let mut known: BTreeSet<String> = FOREIGN.iter().map(|word| (*word).to_owned()).collect();
    for (file, name) in [
        (&frame, "ClientFrame"),
        (&frame, "ServerFrame"),
        (&frame, "Status"),
        (&event, "Body"),
        (&event, "RoomKind"),
        (&event, "Role"),
        (&event, "Right"),
        (&event, "Everyone"),
        (&own, "Own"),
        (&own, "NotifyLevel"),
        (&own, "ScheduledState"),
    ] {
        for (variant, fields) in enum_fields(file, name) {
            known.insert(variant);
            known.extend(fields);
        }
    }
    for name in [
        "Position",
        "User",
        "RoomSnapshot",
        "Member",
        "Ban",
        "Pin",
        "Thread",
        "Receipt",
        "PresenceOf",
    ] {
        known.extend(struct_fields(&frame, name));
    }
    for name in [
        "Event",
        "MessageState",
        "Reaction",
        "Mentions",
        "Forward",
        "Attachment",
        "InThread",
        "ThreadLength",
    ] {
        known.extend(struct_fields(&event, name));
    }
    known.extend(struct_fields(&own, "QuietHours"));
    for name in ["RoomHits", "Hit"] {
        known.extend(struct_fields(&read(SEARCH), name));
    }
    for name in ["SeedSend", "SeedEvent", "SeedError"] {
        known.extend(struct_fields(&seed, name));
    }
    known.extend(["type", "kind"].map(str::to_owned));
    known.extend(ErrorCode::ALL.iter().map(|c| c.as_str().to_owned()));
    known.extend(CloseCode::ALL.iter().map(|c| c.name().to_owned()));

    let page = page();
    known.extend(first_cells(&section(&page, "## Bounds")));
    for span in page.split('`').skip(1).step_by(2) {
        let is_word = span
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c));
        let is_status = span.len() == 3 && span.parse::<u16>().is_ok();
        // Signs that a text may hold, and file names.
        let is_sample = !span.contains(|c: char| c.is_ascii_alphanumeric());
        if is_word && !is_status && !is_sample {
            assert!(known.contains(span), "the page names {span:?}");
        }
    }
    // `send{room, id}` in prose: a frame and some of its fields.
    for span in page.split('`').skip(1).step_by(2) {
        if let Some((frame, fields)) = span.strip_suffix('}').and_then(|s| s.split_once('{'))
            && frame.chars().all(|c| c.is_ascii_lowercase())
        {
            for word in fields.split(", ").chain([frame]).filter(|w| !w.is_empty()) {
                let plain = word.trim_end_matches('?');
                let is_http = fields.contains(['"', '[', ':']) || frame.is_empty();
                assert!(is_http || known.contains(plain), "{word:?} in {span:?}");
            }
        }
    }
}

/// `METHOD /path` of every call that the server's sources describe.
fn calls_in(dir: &std::path::Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            calls_in(&path, found);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for described in text.split("#[utoipa::path(").skip(1) {
            let (method, rest) = described.split_once(", path = \"").unwrap();
            let path = rest.split('"').next().unwrap();
            found.insert(format!("{} {path}", method.trim().to_uppercase()));
        }
    }
}

#[test]
fn every_call_of_the_http_interface_is_on_the_page() {
    let mut source = BTreeSet::new();
    let routes = "../../crates/server/src/routes/api/v1";
    calls_in(
        &PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(routes),
        &mut source,
    );
    assert!(source.len() > 10, "{source:?}");
    let page = page();
    // There they stand a second time, and with them those of the specification.
    let again = section(&page, "### The same call again");
    let told = section(&page, "## HTTP").into_iter();
    let told: Vec<_> = told.filter(|line| !again.contains(line)).collect();
    let found: BTreeSet<String> = rows(&told)
        .into_iter()
        .map(|row| {
            row[0]
                .split(['?', ' '])
                .take(2)
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    assert_eq!(found, source);
}

#[test]
fn every_link_within_the_page_leads_somewhere() {
    let page = page();
    let anchor = |title: &str| -> String {
        title
            .to_lowercase()
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
            .map(|c| if c == ' ' { '-' } else { c })
            .collect()
    };
    let mut anchors = BTreeSet::new();
    for line in page.lines().filter(|line| line.starts_with('#')) {
        let plain = anchor(line.trim_start_matches('#').trim());
        let mut unique = plain.clone();
        let mut n = 0;
        while !anchors.insert(unique.clone()) {
            n += 1;
            unique = format!("{plain}-{n}");
        }
    }
    for link in page.split("](#").skip(1) {
        let target = link.split(')').next().unwrap();
        assert!(anchors.contains(target), "#{target} leads nowhere");
    }
}
