//! A line of the table, as it is read.

use std::ops::RangeInclusive;

use serde_json::Value;

use crate::table::TABLE;

/// A line. Texts keep their `$names` until it runs.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// What it shows: the words before the first line that is indented.
    pub(crate) command: String,
    pub(crate) first: Vec<Ask>,
    /// What is asked after that, by nobody who is killed.
    pub(crate) calm: Vec<Ask>,
    pub(crate) by: Ask,
    pub(crate) answers: String,
    pub(crate) again: String,
    /// What is asked where it was cut, so that what has broken off goes on.
    pub(crate) cut: Vec<Ask>,
    pub(crate) then: Vec<Ask>,
    /// What is asked before it is looked, by nobody who is killed.
    pub(crate) stir: Vec<Ask>,
    pub(crate) answer: Vec<Fits>,
    pub(crate) seen: Vec<Look>,
    /// Who is signed up for it.
    pub(crate) people: Vec<&'static str>,
    /// Who of them with a password.
    pub(crate) guarded: Vec<&'static str>,
    /// Whether it waits for a mail to ada.
    pub(crate) wants_mail: bool,
    /// Whether it has a room before it begins.
    pub(crate) has_room: bool,
}

/// A request by somebody.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) who: String,
    pub(crate) command: String,
    pub(crate) query: String,
    pub(crate) json: String,
    pub(crate) keep: Vec<Keep>,
    /// What it is told, and what the same again where the first answer did not come.
    pub(crate) answers: String,
    pub(crate) again: String,
}

/// A field of an answer that gets a name.
#[derive(Debug, Clone)]
pub(crate) struct Keep {
    pub(crate) name: String,
    pub(crate) field: String,
    /// What stands beside it; empty: the field of the answer itself.
    pub(crate) of: String,
}

/// How often something is in an answer.
#[derive(Debug, Clone)]
pub(crate) struct Fits {
    pub(crate) times: RangeInclusive<usize>,
    pub(crate) json: String,
}

/// A GET, and what is in its answer.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    pub(crate) who: String,
    pub(crate) path: String,
    pub(crate) fits: Fits,
}

/// Who may be in a line beside `new`, who is nobody yet.
const PEOPLE: [&str; 4] = ["ada", "bob", "eve", ROOT];
/// The first administrator, who is the same in all lines.
pub(crate) const ROOT: &str = "root";

/// The table's lines.
pub(crate) fn lines() -> Vec<Line> {
    let blocks = TABLE.split("\n\n").map(str::trim);
    let lines: Vec<_> = blocks
        .filter(|block| !block.is_empty())
        .map(Line::read)
        .collect();
    assert!(lines.len() > 50, "the table is not where it was");
    lines
}

impl Line {
    fn read(block: &str) -> Self {
        let mut rows = block.lines();
        let command = rows.next().unwrap().to_owned();
        let (mut first, mut then, mut by) = (Vec::new(), Vec::new(), None);
        let (mut answer, mut seen) = (Vec::new(), Vec::new());
        let (mut answers, mut again) = (None, None);
        let (mut cut, mut stir, mut calm) = (Vec::new(), Vec::new(), Vec::new());
        for row in rows {
            let (word, rest) = split(row.trim());
            match word {
                "first" => first.push(Ask::read(rest)),
                "calm" => calm.push(Ask::read(rest)),
                "then" => then.push(Ask::read(rest)),
                "stir" => stir.push(Ask::read(rest)),
                "cut" => cut.push(Ask::read(rest)),
                "refused" => {
                    let (code, rest) = split(rest);
                    let (answers, again) = (code.to_owned(), code.to_owned());
                    let ask = Ask::read(rest);
                    then.push(Ask {
                        answers,
                        again,
                        ..ask
                    });
                }
                "by" => {
                    let (who, rest) = split(rest);
                    by = Some(Ask::of(who, &command, rest));
                }
                "answers" => answers = Some(rest.to_owned()),
                "again" => again = Some(rest.to_owned()),
                "answer" => answer.push(Fits::read(rest)),
                "seen" => {
                    let (who, rest) = split(rest);
                    let (path, rest) = split(rest);
                    seen.push(Look {
                        who: who.to_owned(),
                        path: path.to_owned(),
                        fits: Fits::read(rest),
                    });
                }
                other => panic!("`{other}` in the line of `{command}`"),
            }
        }
        assert!(
            !(answer.is_empty() && seen.is_empty()),
            "`{command}` is not looked at"
        );
        let names = |who: &&str| {
            let mut words = block.split(|c: char| !c.is_ascii_alphabetic());
            words.any(|word| word == *who)
        };
        let guarded = |who: &&str| block.contains(&format!("${who}_password"));
        let keeps_room = block.contains("keep room ");
        let answers = answers.unwrap_or_else(|| "ok".to_owned());
        Self {
            by: by.unwrap_or_else(|| panic!("`{command}` is asked by nobody")),
            again: again.unwrap_or_else(|| answers.clone()),
            people: PEOPLE.into_iter().filter(names).collect(),
            guarded: PEOPLE.into_iter().filter(guarded).collect(),
            has_room: !keeps_room
                && ["$room", "{room}", "$hall", "$log", "send "]
                    .iter()
                    .any(|word| block.contains(word)),
            command,
            first,
            calm,
            wants_mail: block.contains("$mailed"),
            answers,
            cut,
            then,
            stir,
            answer,
            seen,
        }
    }

    /// The line in each way in which it is asked.
    pub(crate) fn ways(&self) -> Vec<Self> {
        let mut ways = vec![self.clone()];
        if let Some(kind) = self.command.strip_prefix("send ") {
            let mut over_http = self.clone();
            over_http.by.command = format!("post {kind}");
            ways.push(over_http);
        }
        ways
    }
}

impl Ask {
    fn read(text: &str) -> Self {
        let (who, rest) = split(text);
        let (word, mut rest) = split(rest);
        let mut command = word.to_owned();
        // A route's method and a send's kind are words of their own.
        if word == "send" || word.chars().all(|c| c.is_ascii_uppercase()) {
            let (second, more) = split(rest);
            command = format!("{word} {second}");
            rest = more;
        }
        Self::of(who, &command, rest)
    }

    fn of(who: &str, command: &str, rest: &str) -> Self {
        let (rest, again) = rest.rsplit_once("again ").unwrap_or((rest, "ok"));
        let mut parts = rest.split("keep ").map(str::trim);
        let rest = parts.next().unwrap();
        let keep = parts.map(Keep::read).collect();
        let (query, json) = match rest.strip_prefix('?') {
            Some(_) => split(rest),
            None => ("", rest),
        };
        Self {
            who: who.to_owned(),
            command: command.to_owned(),
            query: query.to_owned(),
            json: json.to_owned(),
            keep,
            answers: "ok".to_owned(),
            again: again.to_owned(),
        }
    }
}

impl Keep {
    fn read(text: &str) -> Self {
        let (name, rest) = split(text);
        let (field, of) = split(rest);
        Self {
            name: name.to_owned(),
            field: field.to_owned(),
            of: of.trim_start_matches("of ").to_owned(),
        }
    }
}

impl Fits {
    fn read(text: &str) -> Self {
        let (count, json) = split(text);
        let times = match count {
            "once" => 1..=1,
            "never" => 0..=0,
            "some" => 1..=usize::MAX,
            other => panic!("`{other}` is no count: {text}"),
        };
        Self {
            times,
            json: json.to_owned(),
        }
    }
}

/// The first word and the rest.
fn split(text: &str) -> (&str, &str) {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    (word, rest.trim())
}

/// Whether this has at least what is expected.
pub(crate) fn fits(expected: &Value, this: &Value) -> bool {
    match (expected, this) {
        (Value::Object(expected), Value::Object(this)) => {
            let has = |(key, value): (&String, &Value)| match this.get(key) {
                Some(this) => fits(value, this),
                None => value.is_null(),
            };
            expected.iter().all(has)
        }
        (Value::Array(expected), Value::Array(this)) => expected
            .iter()
            .all(|item| this.iter().any(|this| fits(item, this))),
        _ => expected == this,
    }
}

/// Everything in this, itself included, that has at least what is expected.
pub(crate) fn found<'a>(expected: &Value, this: &'a Value) -> Vec<&'a Value> {
    let mut all = Vec::new();
    if fits(expected, this) {
        all.push(this);
    }
    let inner: Box<dyn Iterator<Item = &Value>> = match this {
        Value::Object(fields) => Box::new(fields.values()),
        Value::Array(items) => Box::new(items.iter()),
        _ => Box::new(std::iter::empty()),
    };
    all.extend(inner.flat_map(|inner| found(expected, inner)));
    all
}
