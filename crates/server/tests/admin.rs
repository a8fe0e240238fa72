//! `hearth admin`, as an operator uses it: real programs, a real server, and the link out of its log.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{path::Path, process::Stdio, time::Duration};

use hearth_core::testing::secrets::{self, Log};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

const LONG: Duration = Duration::from_secs(60);

/// A server that runs. Its log is looked through when it is gone.
struct Running {
    child: Child,
    _log: Log,
}

/// A server that says in its log where it is, and by which link somebody becomes its first administrator, if any is
/// wanted.
async fn start(data: &Path, more: &[&str], wants_first: bool) -> (Running, String, String) {
    let log = Log::new("server-of-an-operator");
    let kept = log.lines();
    let mut child = Command::new(env!("CARGO_BIN_EXE_hearth"))
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--log-format",
            "json",
            "--data",
        ])
        .arg(data)
        .args(more)
        .env_clear()
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let (mut url, mut link) = (String::new(), String::new());
    while url.is_empty() || link.is_empty() && wants_first {
        let line = timeout(LONG, lines.next_line()).await.unwrap().unwrap();
        let line = line.expect("the server ended");
        kept.push(&line);
        let entry: Value = serde_json::from_str(&line).unwrap();
        if entry["message"] == "serving" {
            url = format!("http://{}", entry["address"].as_str().unwrap());
        }
        if let Some(said) = entry["link"].as_str() {
            link = said.to_owned();
        }
    }
    tokio::spawn(async move {
        while let Ok(Some(line)) = lines.next_line().await {
            assert!(wants_first || !line.contains("#first="), "{line}");
            kept.push(&line);
        }
    });
    let running = Running { child, _log: log };
    (running, url, link)
}

/// What a command ends with, and what it says.
async fn hearth(arguments: &[&str]) -> (i32, String) {
    let run = Command::new(env!("CARGO_BIN_EXE_hearth"))
        .args(arguments)
        .env_clear()
        .stdin(Stdio::null())
        .output();
    let output = timeout(LONG, run).await.unwrap().unwrap();
    let said = [output.stdout, output.stderr].concat();
    // A link, or a token, stands behind such a sign, or alone.
    for word in String::from_utf8_lossy(&said).split([' ', '\n', '#', '=']) {
        let is_token = word.len() >= 32 && word.chars().all(|c| c.is_ascii_alphanumeric());
        if is_token {
            secrets::note("a token that was told once", word);
        }
    }
    (
        output.status.code().unwrap(),
        String::from_utf8(said).unwrap(),
    )
}

fn file(folder: &Path, name: &str, text: &str) -> String {
    secrets::note("what stands in a file of a password", text);
    let path = folder.join(name);
    std::fs::write(&path, format!("{text}\n")).unwrap();
    path.display().to_string()
}

/// The first line: a link.
fn link_of(said: &str) -> String {
    said.lines().next().unwrap().to_owned()
}

#[tokio::test]
async fn an_operator_becomes_administrator_by_the_log_and_looks_after_accounts_from_the_shell() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let (pass, new) = (
        file(at, "pass", "correct horse"),
        file(at, "new", "battery staple"),
    );
    let settings = ["--mode", "password", "--signup", "invitation"];
    let (mut server, url, link) = start(&at.join("data"), &settings, true).await;
    let own = ["--name", "root", "--password-file", &pass];
    let (status, said) = hearth(&[&["admin", "first", &link], &own[..]].concat()).await;
    assert_eq!(
        (status, said.contains("first administrator")),
        (0, true),
        "{said}"
    );
    let admin = async |arguments: &[&str]| {
        let by = [&["--url", &url], &own[..]].concat();
        hearth(&[&["admin"], arguments, &by[..]].concat()).await
    };
    let done = async |arguments: &[&str]| {
        let (status, said) = admin(arguments).await;
        assert_eq!(status, 0, "{arguments:?}: {said}");
        said
    };
    // The same again does nothing more, and says the same.
    let (status, said) = hearth(&[&["admin", "first", &link], &own[..]].concat()).await;
    assert_eq!(
        (status, said.contains("first administrator")),
        (0, true),
        "{said}"
    );

    let health = done(&["health"]).await;
    assert!(
        health.contains("  well  ") && health.contains("embedded store"),
        "{health}"
    );
    let document: Value = serde_json::from_str(&done(&["health", "--json"]).await).unwrap();
    assert_eq!(document["nodes"][0]["state"], "well", "{document}");
    assert_eq!(done(&["rooms"]).await, "", "there are none");

    // Somebody comes in by an invitation, forgets their password, and gets another one.
    let invitation = link_of(&done(&["invite", "--uses", "2"]).await);
    let chat =
        async |more: &[&str]| hearth(&[&["chat", &url, "--name", "mara"], more].concat()).await;
    let (status, said) = chat(&["--password-file", &pass]).await;
    assert_eq!(status, 1, "nobody comes in uninvited: {said}");
    let (status, said) = chat(&["--password-file", &pass, "--invitation", &invitation]).await;
    assert_eq!(status, 0, "{said}");
    assert!(done(&["invitations"]).await.contains("1 of 2"));
    let reset = link_of(&done(&["reset", "mara"]).await);
    let (status, said) = chat(&["--password-file", &new, "--reset", &reset]).await;
    assert_eq!(status, 0, "{said}");
    assert_eq!(
        chat(&["--password-file", &pass]).await.0,
        1,
        "the old one is void"
    );

    done(&["deactivate", "mara"]).await;
    let (status, said) = chat(&["--password-file", &new]).await;
    assert_eq!((status, said.contains("deactivated")), (1, true), "{said}");
    let listed = done(&["users", "--prefix", "m"]).await;
    assert!(
        listed.contains("mara") && listed.contains("[deactivated]"),
        "{listed}"
    );
    assert!(!listed.contains("root"), "{listed}");
    done(&["reactivate", "mara"]).await;
    assert_eq!(chat(&["--password-file", &new]).await.0, 0);
    done(&["grant", "mara"]).await;
    assert!(done(&["user", "mara"]).await.contains("[administrator]"));
    done(&["revoke", "mara"]).await;
    let (status, said) = admin(&["delete", "mara"]).await;
    assert_eq!((status, said.contains("--yes")), (1, true), "{said}");
    done(&["delete", "mara", "--yes"]).await;
    assert!(!done(&["users"]).await.contains("mara"));

    // A bot gets a token, which lets it do so much, until it is revoked.
    done(&["bot", "create", "robot", "--display", "A Robot"]).await;
    let listed = done(&["bot", "list"]).await;
    assert!(listed.contains("robot (A Robot)  [bot]"), "{listed}");
    assert!(!listed.contains("root"), "{listed}");
    let scope = ["--called", "ci", "--scope", "read,send", "--days", "7"];
    let said = done(&[&["bot", "token", "robot"], &scope[..]].concat()).await;
    let secret = file(at, "secret", &link_of(&said));
    let listed = done(&["bot", "list", "robot"]).await;
    assert!(listed.contains("  ci  read,send"), "{listed}");
    let as_bot = ["admin", "users", "--url", &url, "--token-file", &secret];
    let (status, said) = hearth(&as_bot).await;
    assert_eq!((status, said.contains("No bot may do that")), (1, true));
    let id = listed.split_whitespace().next().unwrap();
    done(&["bot", "revoke", "robot", id]).await;
    let (status, said) = hearth(&as_bot).await;
    assert_eq!((status, said.contains("not valid")), (1, true), "{said}");
    done(&["delete", "robot", "--yes"]).await;
    let acts = done(&["acts"]).await;
    let newest = acts.lines().next().unwrap();
    assert!(newest.contains("root: deleted  robot"), "{acts}");
    assert!(
        acts.contains("root: bot token revoked  robot  ci"),
        "{acts}"
    );
    assert!(acts.contains("root: first administrator"), "{acts}");
    // Each command's own login has ended with it.
    assert!(done(&["user", "root"]).await.contains("1 sessions"));
    server.child.kill().await.unwrap();

    let (mut server, ..) = start(&at.join("data"), &settings, false).await;
    server.child.kill().await.unwrap();
}

#[tokio::test]
async fn who_cannot_get_in_is_helped_on_the_store_itself() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let (pass, new) = (
        file(at, "pass", "correct horse"),
        file(at, "new", "battery staple"),
    );
    let data = at.join("data").display().to_string();
    let (status, said) = hearth(&["admin", "first-link", "--data", &data]).await;
    assert_eq!(status, 0, "{said}");
    let token = link_of(&said).rsplit_once('=').unwrap().1.to_owned();

    let (mut server, url, _) = start(Path::new(&data), &[], true).await;
    let own = ["--url", &url, "--name", "root", "--password-file", &pass];
    let (status, said) = hearth(&[&["admin", "first", &token], &own[..]].concat()).await;
    assert_eq!(status, 0, "{said}");
    let (status, said) = hearth(&["admin", "first-link", "--data", &data]).await;
    assert_eq!(
        (status, said.contains(&data)),
        (1, true),
        "a server runs on it: {said}"
    );
    server.child.kill().await.unwrap();

    let (status, said) = hearth(&["admin", "first-link", "--data", &data]).await;
    assert_eq!((status, said.contains("reset-link")), (1, true), "{said}");
    let (status, said) = hearth(&["admin", "reset-link", "nobody", "--data", &data]).await;
    assert_eq!(
        (status, said.contains("no user nobody")),
        (1, true),
        "{said}"
    );
    let (status, said) = hearth(&["admin", "reset-link", "root", "--data", &data]).await;
    assert_eq!(status, 0, "{said}");
    let reset = link_of(&said);
    let (_server, url, _) = start(Path::new(&data), &[], false).await;
    let chat = [
        "chat",
        &url,
        "--name",
        "root",
        "--password-file",
        &new,
        "--reset",
        &reset,
    ];
    let (status, said) = hearth(&chat).await;
    assert_eq!(status, 0, "{said}");
    let (status, said) = hearth(&[
        "admin",
        "acts",
        "--url",
        &url,
        "--name",
        "root",
        "--password-file",
        &new,
    ])
    .await;
    assert_eq!(
        (status, said.contains("hearth: reset link made  root")),
        (0, true),
        "{said}"
    );
    for done in ["root: reset used", "hearth: first link made"] {
        assert_eq!(said.matches(done).count(), 1, "{done}: {said}");
    }
}

#[tokio::test]
async fn what_is_not_done_ends_with_one_and_what_is_not_understood_with_two() {
    let folder = tempfile::tempdir().unwrap();
    let pass = file(folder.path(), "pass", "correct horse");
    let (_server, url, _) = start(&folder.path().join("data"), &[], true).await;
    let (status, said) = hearth(&["admin", "users", "--url", &url]).await;
    assert_eq!(
        (status, said.contains("--password-file")),
        (1, true),
        "{said}"
    );
    let ada = ["--url", &url, "--name", "ada", "--password-file", &pass];
    let (status, said) = hearth(&[&["admin", "users"], &ada[..]].concat()).await;
    assert_eq!(
        (status, said.contains("do not fit together")),
        (1, true),
        "{said}"
    );
    let made = hearth(&["chat", &url, "--name", "ada", "--password-file", &pass]).await;
    assert_eq!(made.0, 0, "{}", made.1);
    let (status, said) = hearth(&[&["admin", "users"], &ada[..]].concat()).await;
    assert_eq!(
        (status, said.contains("administrators only")),
        (1, true),
        "{said}"
    );
    let away = ["--url", "http://127.0.0.1:1", "--token-file", &pass];
    let (status, said) = hearth(&[&["admin", "users"], &away[..]].concat()).await;
    assert_eq!(
        (status, said.contains("cannot be reached")),
        (1, true),
        "{said}"
    );
    for wrong in [&["admin"][..], &["admin", "grant"], &["admin", "dance"]] {
        assert_eq!(hearth(wrong).await.0, 2, "{wrong:?}");
    }
    let (status, said) = hearth(&["admin", "--help"]).await;
    assert!(
        status == 0 && said.contains("hearth admin invite"),
        "{said}"
    );
}
