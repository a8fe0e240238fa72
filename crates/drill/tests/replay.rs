//! The replay, as a program, against a model of a server: it holds where everything is right, also over cut sockets
//! and holes, and it notices each promise that is broken.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod model;

use std::{fs, process::Stdio};

use model::Broken;
use tokio::process::Command;

/// Two files of one name, of odd content, with joins, parts, renames and a nick in both.
fn logs(dir: &std::path::Path) -> Vec<String> {
    let mut paths = Vec::new();
    for folder in ["a", "b"] {
        let mut text = Vec::new();
        for n in 0..60 {
            text.extend(format!("[11:{n:02}] <nick{}> line {n} of {folder}\n", n % 7).into_bytes());
            if n % 5 == 0 {
                text.extend(format!("=== guest{n} [n=g@host]  has joined #x\n").into_bytes());
            }
            if n % 9 == 0 {
                text.extend(format!("=== nick{} is now known as other{n}\n", n % 7).into_bytes());
            }
            if n % 11 == 0 {
                text.extend(
                    format!("=== guest{} [n=g@host]  has left #x\n", n - n % 5).into_bytes(),
                );
            }
        }
        text.extend(b"[12:00] <caf\xe9> na\xefve \x00\x08\n[12:01] <nick1>\nodd line\n=== mode/#x +o nick1\n");
        text.extend(format!("[12:02] <Nick1> {}\n", "ü".repeat(20_000)).into_bytes());
        let path = dir.join(folder).join("day.log");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        paths.push(path.to_str().unwrap().to_owned());
    }
    let empty = dir.join("empty.log");
    fs::write(&empty, "").unwrap();
    paths.push(empty.to_str().unwrap().to_owned());
    paths
}

/// Runs the program. Whether it says that all held, and what it printed.
async fn replay(broken: Broken, more: &[&str]) -> (bool, String, u64) {
    let dir = tempfile::tempdir().unwrap();
    let (url, model) = model::start(broken).await;
    let output = Command::new(env!("CARGO_BIN_EXE_hearth-drill"))
        .arg("replay")
        .args(logs(dir.path()))
        .args(["--url", &url, "--speed", "0", "--patience", "20"])
        .args(more)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    (output.status.success(), text, model.connections())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_keeps_its_promises_holds() {
    let (held, text, connections) = replay(Broken::Nothing, &["--churn", "100"]).await;
    assert!(held, "{text}");
    let last = text.lines().last().unwrap();
    assert!(last.starts_with("replay held: 124 messages"), "{last}");
    assert!(
        last.ends_with("lost 0, doubled 0, out of order 0"),
        "{last}"
    );
    for said in [
        "3 files",
        "not UTF-8 2",
        "without a text 2",
        "no known form 2",
        "cut at the bound 2",
    ] {
        assert!(text.contains(said), "{said:?} in {text}");
    }
    // More sockets than people: some left and came back.
    assert!(connections > 35, "{connections}");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_share_sockets_where_there_are_too_few() {
    let (held, text, _) = replay(Broken::Nothing, &["--sockets", "4"]).await;
    assert!(held, "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn holes_and_cut_sockets_are_repaired_by_the_reader() {
    let (held, text, _) = replay(Broken::LeavesHoles(3), &[]).await;
    assert!(held, "{text}");
    let (held, text, _) = replay(Broken::DropsSockets(40), &[]).await;
    assert!(held, "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_broken_promise_is_noticed() {
    for (broken, said) in [
        (Broken::Forgets(40), "lost 0"),
        (Broken::StoresTwice(40), "doubled 0"),
        (Broken::ForgetsIds(40), "strange 0"),
        (Broken::ShowsOtherwise(400), "different 0"),
    ] {
        let (held, text, _) = replay(broken, &[]).await;
        assert!(!held, "{broken:?} was not noticed: {text}");
        assert!(
            text.lines().last().unwrap().starts_with("replay FAILED"),
            "{text}"
        );
        let judged: Vec<_> = text
            .lines()
            .filter(|l| l.starts_with("history:") || l.starts_with("views:"))
            .collect();
        let zeros = judged.iter().filter(|line| line.contains(said)).count();
        assert!(judged.len() == 2 && zeros < 2, "{broken:?}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_is_said_and_does_not_hold() {
    let dir = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_hearth-drill"))
        .arg("replay")
        .args([
            dir.path().join("none.log").to_str().unwrap(),
            "--url",
            "http://127.0.0.1:1",
        ])
        .output()
        .await
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("none of the files"));
}
