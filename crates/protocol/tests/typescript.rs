//! The web client's types are those of this crate: `web/src/core/protocol.ts` and `web/tests/golden.ts` are written from
//! the source and the golden files, and this test fails while they are older.
//!
//! `HEARTH_WRITE_TYPESCRIPT=1 cargo test -p hearth-protocol --test typescript` writes them anew. The source is read as
//! text (it is rustfmt's, so one variant or field per line), because nothing at run time knows a type's fields.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    collections::BTreeMap,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use hearth_protocol::ErrorCode;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn source(name: &str) -> String {
    fs::read_to_string(root().join("crates/protocol/src").join(name)).unwrap()
}

/// A field: its docs, name, type, and whether it may be left out.
struct Field {
    docs: Vec<String>,
    name: String,
    kind: String,
    optional: bool,
}

/// What stands before an item.
#[derive(Default)]
struct Before {
    docs: Vec<String>,
    attributes: Vec<String>,
}

impl Before {
    /// Takes the line if it is one of these.
    fn take(&mut self, line: &str) -> bool {
        let line = line.trim();
        if let Some(doc) = line.strip_prefix("///") {
            self.docs.push(doc.trim().to_owned());
        } else if line.starts_with("#[") {
            self.attributes.push(line.to_owned());
        } else {
            return false;
        }
        true
    }

    fn has(&self, word: &str) -> bool {
        self.attributes.iter().any(|line| line.contains(word))
    }

    /// `tag = "type"` → `type`.
    fn tag(&self) -> Option<String> {
        let line = self
            .attributes
            .iter()
            .find(|line| line.contains("tag = "))?;
        let (_, rest) = line.split_once("tag = \"")?;
        Some(rest.split('"').next()?.to_owned())
    }
}

/// The source's items that are on the wire, as TypeScript.
fn types(source: &str, out: &mut String) {
    let mut lines = source.lines().peekable();
    let mut before = Before::default();
    while let Some(line) = lines.next() {
        if line == "#[cfg(test)]" {
            return;
        }
        if before.take(line) {
            continue;
        }
        let before = std::mem::take(&mut before);
        if !before.has("Serialize") {
            continue;
        }
        let opened = |what: &str| Some(line.strip_prefix(what)?.strip_suffix(" {")?.to_owned());
        let mut body = Vec::new();
        if line.ends_with('{') {
            for line in lines.by_ref().take_while(|line| *line != "}") {
                body.push(line);
            }
        }
        if let Some(name) = opened("pub struct ") {
            docs(out, "", &before.docs);
            writeln!(out, "export interface {name} {{").unwrap();
            for field in fields(&body, "    pub ") {
                write_field(out, &field);
            }
            writeln!(out, "}}\n").unwrap();
        } else if let Some(name) = opened("pub enum ") {
            docs(out, "", &before.docs);
            match before.tag() {
                Some(tag) => write_union(out, &name, &tag, &body),
                None => write_words(out, &name, &body),
            }
        }
    }
}

fn fields(lines: &[&str], indent: &str) -> Vec<Field> {
    let mut found = Vec::new();
    let mut before = Before::default();
    for line in lines {
        if before.take(line) {
            continue;
        }
        let before = std::mem::take(&mut before);
        let Some((name, kind)) = line
            .strip_prefix(indent)
            .and_then(|rest| rest.split_once(": "))
        else {
            continue;
        };
        let kind = kind.trim_end_matches(',');
        found.push(Field {
            docs: before.docs.clone(),
            name: name.trim_start_matches("r#").to_owned(),
            kind: typescript(kind),
            optional: before.has("serde(default"),
        });
    }
    found
}

fn write_field(out: &mut String, field: &Field) {
    docs(out, "\t", &field.docs);
    let may = if field.optional { "?" } else { "" };
    writeln!(out, "\t{}{may}: {};", field.name, field.kind).unwrap();
}

/// An enum whose variants are told apart by a field.
fn write_union(out: &mut String, name: &str, tag: &str, body: &[&str]) {
    let mut members = Vec::new();
    let mut before = Before::default();
    let mut lines = body.iter();
    while let Some(line) = lines.next() {
        if before.take(line) {
            continue;
        }
        let before = std::mem::take(&mut before);
        let word = snake(line.trim().trim_end_matches(['{', ',', ' ']));
        let inner: Vec<&str> = if line.ends_with('{') {
            lines
                .by_ref()
                .take_while(|line| **line != "    },")
                .copied()
                .collect()
        } else {
            Vec::new()
        };
        let mut member = String::new();
        docs(&mut member, "", &before.docs);
        writeln!(member, "export interface {name}{} {{", camel(&word)).unwrap();
        writeln!(member, "\t{tag}: '{word}';").unwrap();
        for field in fields(&inner, "        ") {
            write_field(&mut member, &field);
        }
        writeln!(member, "}}\n").unwrap();
        members.push((format!("{name}{}", camel(&word)), member));
    }
    writeln!(out, "export type {name} =").unwrap();
    for (at, (member, _)) in members.iter().enumerate() {
        let end = if at + 1 == members.len() { ";\n" } else { "" };
        writeln!(out, "\t| {member}{end}").unwrap();
    }
    for (_, member) in members {
        out.push_str(&member);
    }
}

/// An enum of words.
fn write_words(out: &mut String, name: &str, body: &[&str]) {
    let mut before = Before::default();
    let mut words = Vec::new();
    for line in body {
        if !before.take(line) {
            words.push(format!("'{}'", snake(line.trim().trim_end_matches(','))));
            before = Before::default();
        }
    }
    writeln!(out, "export type {name} = {};\n", words.join(" | ")).unwrap();
}

fn docs(out: &mut String, indent: &str, docs: &[String]) {
    match docs {
        [] => {}
        [one] => writeln!(out, "{indent}/** {one} */").unwrap(),
        many => {
            writeln!(out, "{indent}/**").unwrap();
            for line in many {
                writeln!(out, "{}", format!("{indent} * {line}").trim_end()).unwrap();
            }
            writeln!(out, "{indent} */").unwrap();
        }
    }
}

fn typescript(kind: &str) -> String {
    let inner = |outer: &str| Some(kind.strip_prefix(outer)?.strip_suffix('>')?.to_owned());
    let boxed = kind
        .strip_prefix("Box<[")
        .and_then(|k| k.strip_suffix("]>"));
    if let Some(item) = inner("Vec<").as_deref().or(boxed) {
        return format!("{}[]", typescript(item));
    }
    if let Some(inner) = inner("Option<").or_else(|| inner("Box<")) {
        return typescript(&inner);
    }
    if let Some(pair) = kind.strip_prefix('(').and_then(|k| k.strip_suffix(')')) {
        let kinds: Vec<_> = pair.split(", ").map(typescript).collect();
        return format!("[{}]", kinds.join(", "));
    }
    match kind {
        "String" => "string".to_owned(),
        "bool" => "boolean".to_owned(),
        "u64" | "u32" | "u16" | "usize" | "i32" => "number".to_owned(),
        named => {
            let is_name = named.chars().all(char::is_alphanumeric);
            assert!(is_name, "a type that is not known here: {named}");
            named.to_owned()
        }
    }
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

fn camel(word: &str) -> String {
    let mut out = String::new();
    for part in word.split('_') {
        let mut chars = part.chars();
        out.extend(chars.next().map(|c| c.to_ascii_uppercase()));
        out.push_str(chars.as_str());
    }
    out
}

fn bounds(out: &mut String) {
    let mut comment = Before::default();
    for line in source("bounds.rs").lines() {
        if comment.take(line) {
            continue;
        }
        if let Some(constant) = line.strip_prefix("pub const ") {
            let (name, rest) = constant.split_once(": ").unwrap();
            let (_, value) = rest.split_once(" = ").unwrap();
            docs(out, "", &comment.docs);
            writeln!(out, "export const {name} = {value}").unwrap();
        }
        comment = Before::default();
    }
    out.push('\n');
}

const HEAD: &str =
    "// Written by crates/protocol/tests/typescript.rs from that crate; do not edit.\n\n";

fn protocol() -> String {
    let mut out = String::from(HEAD);
    for (name, kind, what) in [
        ("RoomId", "string", "A room's id."),
        ("UserId", "string", "A user's id."),
        ("SendId", "string", "A client's id of a send."),
        ("DeviceId", "string", "A device's id."),
        ("FileId", "string", "A file's id."),
        (
            "ScheduledId",
            "string",
            "A client's id of a message that is to be sent later.",
        ),
        (
            "Seq",
            "number",
            "An event's number in its room, from 1; 0: before the first.",
        ),
        (
            "Ordinal",
            "number",
            "A message's number among the messages of its room.",
        ),
        (
            "ProfileVersion",
            "number",
            "Which state of somebody's profile; 0: they are deleted.",
        ),
    ] {
        writeln!(out, "/** {what} */\nexport type {name} = {kind};\n").unwrap();
    }
    for name in ["frame.rs", "event.rs", "own.rs", "search.rs"] {
        types(&source(name), &mut out);
    }
    let word = |value: serde_json::Value| value.as_str().unwrap().to_owned();
    out.push_str("/** What a client does after an error. */\n");
    out.push_str("export type Retry = 'never' | 'same' | 'ask' | 'sign_in';\n\n");
    out.push_str(
        "/** Every error code, and what a client does after it. */\nexport const RETRY = {\n",
    );
    for code in ErrorCode::ALL {
        let retry = word(serde_json::to_value(code.retry()).unwrap());
        writeln!(out, "\t{}: '{retry}',", code.as_str()).unwrap();
    }
    out.push_str("} as const satisfies Record<string, Retry>;\n\n");
    out.push_str("export type ErrorCode = keyof typeof RETRY;\n\n");
    bounds(&mut out);
    out
}

/// The golden files as values of those types: what is frozen on the wire must be what TypeScript takes.
fn golden() -> String {
    let mut out = String::from(HEAD);
    out.push_str("import type { ClientFrame, Event, ServerFrame } from '../src/core/protocol';\n");
    let kinds = [
        ("client-", "client", "ClientFrame"),
        ("server-", "server", "ServerFrame"),
        ("event-", "events", "Event"),
    ];
    for (prefix, name, kind) in kinds {
        let mut files = BTreeMap::new();
        for entry in fs::read_dir(root().join("crates/protocol/golden")).unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
            if stem.starts_with(prefix) {
                files.insert(stem, fs::read_to_string(path).unwrap());
            }
        }
        assert!(!files.is_empty(), "no golden files for {prefix}");
        writeln!(out, "\nexport const {name}: Record<string, {kind}> = {{").unwrap();
        for (stem, text) in files {
            writeln!(out, "\t'{stem}': {},", text.trim()).unwrap();
        }
        out.push_str("};\n");
    }
    out
}

#[test]
fn the_web_clients_types_are_those_of_this_crate() {
    for (path, text) in [
        ("web/src/core/protocol.ts", protocol()),
        ("web/tests/golden.ts", golden()),
    ] {
        let file = root().join(path);
        if std::env::var_os("HEARTH_WRITE_TYPESCRIPT").is_some() {
            fs::write(&file, &text).unwrap();
        }
        let kept = fs::read_to_string(&file).unwrap_or_default();
        assert!(
            kept == text,
            "{path} is older than this crate: HEARTH_WRITE_TYPESCRIPT=1 cargo test -p hearth-protocol --test typescript"
        );
    }
}
