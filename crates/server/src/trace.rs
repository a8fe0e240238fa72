//! `hearth trace EVENT`: one message's way over all servers, put together from what each remembers.
//!
//! Each server says how long ago each step was, by a clock that never jumps; the answer's own way is timed here. So no
//! server's wall clock takes part in the order, which is right to within half of each round trip. How wrong the wall
//! clocks are is shown beside it.

use std::{
    fmt::Write,
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use serde::Deserialize;

use crate::{health, parts};

/// What to trace, and whom to ask.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The message's id, or ROOM/SEQ.
    pub event: String,
    /// A server; name each, past the balancer.
    #[arg(
        long = "url",
        value_name = "URL",
        default_value = "http://127.0.0.1:8080"
    )]
    pub urls: Vec<String>,
    /// A file with the operators' word (the servers' `operator_token_file`).
    #[arg(long, value_name = "FILE")]
    pub token_file: PathBuf,
}

/// A server's answer.
#[derive(Debug, Deserialize)]
struct Answer {
    node: String,
    wall_ms: u64,
    memory_ms: u64,
    steps: Vec<Step>,
    more: bool,
}

#[derive(Debug, Clone, Deserialize)]
struct Step {
    ago_ms: u64,
    step: String,
    room: String,
    from: u64,
    to: u64,
    key: Option<String>,
    node: Option<String>,
    user: Option<String>,
    code: Option<String>,
    #[serde(default)]
    sessions: Vec<Whose>,
    #[serde(default)]
    sessions_more: usize,
}

#[derive(Debug, Clone, Deserialize)]
struct Whose {
    session: u64,
    user: String,
}

/// An answer, and when and how it came.
struct Asked {
    url: String,
    answer: Answer,
    /// In the middle of its round trip, since the command began.
    at: Duration,
    trip: Duration,
    /// The server's wall clock against this machine's.
    ahead_ms: i128,
}

/// Asks all servers and gives the message's way as text; whether anything is known of it. A server that does not answer
/// is named there; the others tell what they know.
///
/// # Errors
/// No server answers as it should: why not.
pub fn trace(args: &Args) -> anyhow::Result<(String, bool)> {
    let token = std::fs::read_to_string(&args.token_file)
        .with_context(|| format!("{} cannot be read", args.token_file.display()))?;
    let began = Instant::now();
    let all = |query: &str| -> (Vec<Asked>, Vec<anyhow::Error>) {
        let ask = |url: &String| ask(url, query, token.trim(), began);
        let (mut asked, mut silent) = (Vec::new(), Vec::new());
        for answer in args.urls.iter().map(ask) {
            match answer {
                Ok(answer) => asked.push(answer),
                Err(error) => silent.push(error),
            }
        }
        (asked, silent)
    };
    let place = args
        .event
        .rsplit_once('/')
        .filter(|(_, seq)| seq.parse::<u64>().is_ok());
    let first = match place {
        Some((room, seq)) => format!("room={}&seq={seq}", escaped(room)),
        None => format!("event={}", escaped(&args.event)),
    };
    let (mut asked, mut silent) = all(&first);
    // What one server knows by the id, another knows by the number, or the other way.
    let places = places(&asked, place);
    if let [(room, seq, Some(key))] = places.as_slice() {
        (asked, silent) = all(&format!("room={}&seq={seq}&key={key}", escaped(room)));
    }
    if asked.is_empty()
        && let Some(error) = silent.pop()
    {
        return Err(error);
    }
    let mut text = text(&asked, &places);
    for error in silent {
        text.push_str(&format!("\n{error:#}: what it knows is not here"));
    }
    Ok((
        text,
        asked.iter().any(|asked| !asked.answer.steps.is_empty()),
    ))
}

fn ask(url: &str, query: &str, token: &str, began: Instant) -> anyhow::Result<Asked> {
    let url = url.trim_end_matches('/');
    let before = (began.elapsed(), parts::wall_ms());
    let (status, body) = health::ask_as(&format!("{url}/trace?{query}"), Some(token))
        .with_context(|| format!("{url} does not answer"))?;
    let after = (began.elapsed(), parts::wall_ms());
    if status != 200 {
        bail!("{url} answers {status}: {}", body.trim());
    }
    let answer: Answer =
        serde_json::from_str(&body).with_context(|| format!("{url} answers nonsense"))?;
    Ok(Asked {
        url: url.to_owned(),
        at: before.0 + after.0.saturating_sub(before.0) / 2,
        trip: after.0.saturating_sub(before.0),
        ahead_ms: i128::from(answer.wall_ms) - i128::from(before.1.midpoint(after.1)),
        answer,
    })
}

/// The events that the answers are about: room, number, and the key of the id if a server knows it.
fn places(asked: &[Asked], place: Option<(&str, &str)>) -> Vec<(String, u64, Option<String>)> {
    let steps = asked.iter().flat_map(|asked| &asked.answer.steps);
    let mut places: Vec<_> = steps
        .filter(|step| step.key.is_some() && step.to > 0)
        .map(|step| (step.room.clone(), step.to, step.key.clone()))
        .collect();
    places.sort();
    places.dedup();
    match place {
        Some((room, seq)) if places.is_empty() => {
            vec![(room.to_owned(), seq.parse().unwrap_or_default(), None)]
        }
        _ => places,
    }
}

/// As it may stand in an address.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            // Writing to a String does not fail.
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

fn text(asked: &[Asked], places: &[(String, u64, Option<String>)]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for (room, seq, _) in places {
        lines.push(format!("event {seq} of room {room}"));
    }
    if places.len() > 1 {
        lines.push("That is more than one: ask for ROOM/SEQ.".into());
    }
    let nanos = |duration: Duration| i128::try_from(duration.as_nanos()).unwrap_or(i128::MAX);
    let at_us =
        |asked: &Asked, step: &Step| nanos(asked.at) / 1_000 - i128::from(step.ago_ms) * 1_000;
    let mut steps: Vec<(i128, &Asked, &Step)> = Vec::new();
    for asked in asked {
        let of = asked.answer.steps.iter();
        steps.extend(of.map(|step| (at_us(asked, step), asked, step)));
    }
    // No server's times are finer than this. Within one of them, what must come first does.
    steps.sort_by_key(|(at, _, step)| (at.div_euclid(1_000), rank(&step.step)));
    let zero = steps.first().map_or(0, |(at, ..)| *at);
    for (at, asked, step) in &steps {
        let ms = (at - zero) / 1_000;
        lines.push(format!(
            "{ms:>9} ms  {:<20}  {}",
            asked.answer.node,
            told(step)
        ));
    }
    lines.push(String::new());
    for asked in asked {
        let answer = &asked.answer;
        let known = if answer.steps.is_empty() {
            "knows nothing of it; "
        } else {
            ""
        };
        let cut = if answer.more {
            "; more steps than are shown"
        } else {
            ""
        };
        lines.push(format!(
            "{} at {}: {known}its memory goes back {} s, what is older is no longer there; its times are right to ±{} \
             ms; its clock is {:+} ms to this machine's{cut}",
            answer.node,
            asked.url,
            answer.memory_ms / 1_000,
            asked.trip.as_millis() / 2 + 1,
            asked.ahead_ms,
        ));
    }
    lines.join("\n")
}

/// The place of a step on a message's way.
fn rank(step: &str) -> usize {
    const WAY: [&str; 11] = [
        "received",
        "forwarded",
        "taken in",
        "appending",
        "appended",
        "published",
        "not published",
        "heard",
        "read from the store",
        "acknowledged",
        "delivered",
    ];
    WAY.iter().position(|on| *on == step).unwrap_or(WAY.len())
}

fn told(step: &Step) -> String {
    let mut text = step.step.clone();
    match (step.from, step.to) {
        (_, 0) => {}
        (from, to) if from == to => text.push_str(&format!(" {to}")),
        (from, to) => text.push_str(&format!(" {from} to {to}")),
    }
    if let Some(node) = &step.node {
        let way = if step.step == "forwarded" {
            "to"
        } else {
            "from"
        };
        text.push_str(&format!(" {way} {node}"));
    }
    if let Some(user) = &step.user {
        text.push_str(&format!(" by user {user}"));
    }
    if let Some(code) = &step.code {
        text.push_str(&format!(": {code}"));
    }
    let sessions: Vec<String> = step
        .sessions
        .iter()
        .map(|whose| format!("{} (user {})", whose.session, whose.user))
        .collect();
    if !sessions.is_empty() {
        text.push_str(&format!(" to session {}", sessions.join(", ")));
    }
    if step.sessions_more > 0 {
        text.push_str(&format!(" and {} more sessions", step.sessions_more));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(node: &str, at_ms: u64, steps: &str) -> Asked {
        let answer = format!(
            r#"{{"node":"{node}","wall_ms":5,"memory_ms":42000,"more":false,"steps":{steps}}}"#
        );
        Asked {
            url: format!("http://{node}"),
            answer: serde_json::from_str(&answer).unwrap(),
            at: Duration::from_millis(at_ms),
            trip: Duration::from_millis(4),
            ahead_ms: -90_000,
        }
    }

    #[test]
    fn steps_of_all_servers_stand_in_their_order_whatever_their_clocks_say() {
        let asked = [
            asked(
                "a",
                1_000,
                r#"[{"ago_ms":500,"step":"received","room":"r","from":0,"to":0,"key":"0a","user":"u"},
                    {"ago_ms":480,"step":"acknowledged","room":"r","from":7,"to":7,"key":"0a"}]"#,
            ),
            asked(
                "b",
                1_100,
                r#"[{"ago_ms":590,"step":"delivered","room":"r","from":6,"to":8,
                    "sessions":[{"session":3,"user":"v"}],"sessions_more":2}]"#,
            ),
            asked("c", 1_200, "[]"),
        ];
        let places = places(&asked, None);
        assert_eq!(places, [("r".into(), 7, Some("0a".into()))]);
        let text = text(&asked, &places);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "event 7 of room r");
        assert!(lines[1].contains("0 ms  a ") && lines[1].ends_with("received by user u"));
        assert!(lines[2].contains("10 ms  b "), "{text}");
        assert!(
            lines[2].ends_with("delivered 6 to 8 to session 3 (user v) and 2 more sessions"),
            "{text}"
        );
        assert!(lines[3].contains("20 ms  a ") && lines[3].ends_with("acknowledged 7"));
        assert!(
            lines[7].starts_with("c at http://c: knows nothing of it; its memory goes back 42 s"),
            "{text}"
        );
        assert!(lines[7].contains("its clock is -90000 ms"), "{text}");
    }

    #[test]
    fn an_id_goes_into_an_address_whole() {
        assert_eq!(escaped("m-1/ü&"), "m-1%2F%C3%BC%26");
    }
}
