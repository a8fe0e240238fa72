//! `verify` from outside: a history that was written long ago is judged as it was then, and the exit status says how.

use std::{fs, path::Path, process::Command};

/// Every format that was ever written must stay readable: this one is never written anew.
const FIRST: &str = include_str!("history/history.jsonl");

/// The exit status, what was printed, and whether there is a report.
fn verify(history: Option<&str>) -> (Option<i32>, String, bool) {
    let dir = tempfile::tempdir().expect("a folder");
    if let Some(history) = history {
        fs::write(dir.path().join("history.jsonl"), history).expect("written");
    }
    let output = Command::new(env!("CARGO_BIN_EXE_hearth-drill"))
        .arg("verify")
        .arg(dir.path())
        .output()
        .expect("run");
    let report = Path::new("report.html");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.code(), text, dir.path().join(report).exists())
}

#[test]
fn a_history_that_holds_ends_with_0_and_a_figure() {
    let (code, text, report) = verify(Some(FIRST));
    assert_eq!((code, report), (Some(0), true), "{text}");
    let last = text.lines().last().unwrap_or_default();
    assert_eq!(
        last,
        "verdict held: 5 acknowledged, 11 events shown, 1 of 1 faults bit; 14 verdicts, none broken"
    );
}

#[test]
fn a_broken_promise_ends_with_1_and_names_itself() {
    // One byte of a text in the log is another one: no reader saw that.
    let at = FIRST
        .find("\"k\":\"row\",\"room\":0,\"row\":{\"seq\":3")
        .expect("a row");
    let digit = FIRST[at..].find("\"rest\":").expect("a digest") + at + 7;
    let mut bad = FIRST.to_owned();
    bad.replace_range(digit..=digit, "9");
    assert_ne!(bad, FIRST);
    let (code, text, report) = verify(Some(&bad));
    assert_eq!((code, report), (Some(1), true), "{text}");
    let last = text.lines().last().unwrap_or_default();
    assert!(last.starts_with("verdict BROKEN: I3 ordered"), "{text}");
    assert!(last.contains("hearth-drill check --seed 7"), "{text}");
}

#[test]
fn half_a_history_is_not_whole() {
    let half: String = FIRST.chars().take(FIRST.len() / 2).collect();
    let (code, text, _) = verify(Some(&half));
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("history whole    BROKEN"), "{text}");
}

#[test]
fn no_history_ends_with_2() {
    assert_eq!(verify(None).0, Some(2));
    assert_eq!(verify(Some("")).0, Some(2));
    assert_eq!(verify(Some("{\"t\":0,\"k\":\"quiet\"}\n")).0, Some(2));
}
