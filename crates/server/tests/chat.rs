//! The terminal client, as people use it but through pipes: real programs, a real server, sockets on loopback.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{net::TcpListener, path::Path, process::Stdio, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
    time::timeout,
};

/// A server of the test's own. It ends with it.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    async fn start(address: &str, data: &Path, mode: &str) -> Self {
        Self::start_with(address, data, mode, &[]).await
    }

    async fn start_with(address: &str, data: &Path, mode: &str, more: &[&str]) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_hearth"))
            .args([
                "serve",
                "--listen",
                address,
                "--mode",
                mode,
                "--data",
                data.to_str().unwrap(),
            ])
            .args(more)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let server = Self {
            child,
            address: address.to_owned(),
        };
        let is_up = async {
            while tokio::net::TcpStream::connect(address).await.is_err() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        timeout(Duration::from_secs(60), is_up).await.unwrap();
        server
    }

    /// As `kill -9` does.
    async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .to_string()
}

/// Somebody at a terminal that is a pipe.
struct Talker {
    child: Child,
    hands: ChildStdin,
    eyes: Lines<BufReader<ChildStdout>>,
    seen: Vec<String>,
}

impl Talker {
    fn sit_down(url: &str, name: &str, more: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hearth"))
            .args(["chat", url, "--name", name])
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let hands = child.stdin.take().unwrap();
        let eyes = BufReader::new(child.stdout.take().unwrap()).lines();
        Self {
            child,
            hands,
            eyes,
            seen: Vec::new(),
        }
    }

    async fn types(&mut self, line: &str) {
        self.hands
            .write_all(format!("{line}\n").as_bytes())
            .await
            .unwrap();
    }

    /// Reads on until a line has the text in it.
    async fn sees(&mut self, text: &str) -> String {
        let reading = async {
            while let Some(line) = self.eyes.next_line().await.unwrap() {
                self.seen.push(line.clone());
                if line.contains(text) {
                    return Some(line);
                }
            }
            None
        };
        match timeout(Duration::from_secs(60), reading).await {
            Ok(Some(line)) => line,
            _ => panic!("never saw {text:?}, but {:#?}", self.seen),
        }
    }

    /// Ends the input; how it went, and everything that was shown.
    async fn leaves(mut self) -> (bool, Vec<String>, String) {
        drop(self.hands);
        while let Some(line) = self.eyes.next_line().await.unwrap() {
            self.seen.push(line);
        }
        let output = self.child.wait_with_output().await.unwrap();
        (
            output.status.success(),
            self.seen,
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    }
}

#[tokio::test]
async fn two_people_talk() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(&free_address(), data.path(), "open").await;
    let mut mara = Talker::sit_down(&server.url(), "mara", &[]);
    mara.types("/create kitchen").await;
    mara.sees("mara made this room").await;
    let mut priya = Talker::sit_down(&server.url(), "priya", &["--room", "kitchen"]);
    priya.sees("priya came in").await;
    mara.sees("priya came in").await;

    priya.types("the soup is ready").await;
    let line = mara.sees("the soup is ready").await;
    assert!(line.contains("priya: the soup"), "{line}");
    let number = line
        .split('#')
        .nth(1)
        .unwrap()
        .split(' ')
        .next()
        .unwrap()
        .to_owned();
    mara.types(&format!("/reply {number} coming")).await;
    priya
        .sees(&format!("↳ #{number} priya: the soup is ready"))
        .await;
    priya.sees("mara: coming").await;
    mara.types(&format!("/react {number} 🍲")).await;
    priya.sees(&format!("mara put 🍲 on #{number}")).await;
    priya.types("/edit - the soup was ready").await;
    mara.sees("priya edited").await;
    mara.types("/role priya moderator").await;
    priya.sees("mara made priya a moderator").await;
    priya.types("/who").await;
    let here = priya.sees("Here now:").await;
    assert!(here.contains("mara") && here.contains("priya"), "{here}");
    mara.types("/topic Soup, and when").await;
    priya.sees("mara set the topic: Soup, and when").await;

    // Elsewhere, one is told once that there is something to read.
    priya.types("/create garden").await;
    priya.sees("— #garden").await;
    mara.types("are you there?").await;
    priya.sees("1 unread in #kitchen.").await;
    priya.types("/join kitchen").await;
    priya.sees("are you there?").await;
    // A page as it stands now: edited, with its reactions.
    let (well, seen, _) = priya.leaves().await;
    assert!(well);
    assert!(
        seen.iter()
            .any(|line| line.ends_with("priya: (edited) the soup was ready")),
        "{seen:#?}"
    );
    let (well, ..) = mara.leaves().await;
    assert!(well);
}

#[tokio::test]
async fn who_writes_faster_than_the_server_lets_them_waits_and_all_arrives_in_order() {
    let data = tempfile::tempdir().unwrap();
    let limits = ["--user-sends-burst", "2", "--user-sends-per-s", "4"];
    let server = Server::start_with(&free_address(), data.path(), "open", &limits).await;
    let mut priya = Talker::sit_down(&server.url(), "priya", &[]);
    priya.types("/create kitchen").await;
    priya.sees("priya made this room").await;
    let mut mara = Talker::sit_down(&server.url(), "mara", &["--room", "kitchen"]);
    mara.sees("mara came in").await;
    for n in 1..=6 {
        mara.types(&format!("line number {n}")).await;
    }
    for n in 1..=6 {
        priya.sees(&format!("line number {n}")).await;
    }
    let (well, ..) = mara.leaves().await;
    assert!(well);
}

#[tokio::test]
async fn what_is_said_while_the_server_is_gone_arrives_once_it_is_back() {
    let data = tempfile::tempdir().unwrap();
    let address = free_address();
    let server = Server::start(&address, data.path(), "open").await;
    let url = server.url();
    let mut mara = Talker::sit_down(&url, "mara", &[]);
    mara.types("/create kitchen").await;
    mara.sees("mara made this room").await;
    let mut priya = Talker::sit_down(&url, "priya", &["--room", "kitchen"]);
    priya.sees("priya came in").await;

    server.kill().await;
    mara.sees("No connection").await;
    priya.sees("No connection").await;
    mara.types("said into the dark").await;
    let _server = Server::start(&address, data.path(), "open").await;
    mara.sees("Back.").await;
    priya.sees("mara: said into the dark").await;
    let (well, seen, _) = mara.leaves().await;
    assert!(well);
    let times = seen
        .iter()
        .filter(|line| line.contains("said into the dark"))
        .count();
    assert_eq!(times, 1, "{seen:#?}");
}

#[tokio::test]
async fn hostile_text_does_not_reach_the_terminal() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(&free_address(), data.path(), "open").await;
    let mut mara = Talker::sit_down(&server.url(), "mara", &[]);
    mara.types("/create kitchen").await;
    mara.sees("mara made this room").await;
    mara.types("evil \u{1b}[2J\u{1b}]0;title\u{7}\u{9b}31m\u{202e}")
        .await;
    let line = mara.sees("evil").await;
    assert!(
        !line.contains(['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}']),
        "{line:?}"
    );
}

#[tokio::test]
async fn a_password_is_asked_for_and_checked() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(&free_address(), data.path(), "password").await;
    let file = |text: &str| {
        let path = data.path().join(text.len().to_string());
        std::fs::write(&path, format!("{text}\n")).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let without = Talker::sit_down(&server.url(), "mara", &[]);
    let (well, _, why) = without.leaves().await;
    assert!(!well && why.contains("needs a password"), "{why}");
    let right = ["--password-file", &file("correct horse battery")];
    let mut mara = Talker::sit_down(&server.url(), "mara", &right);
    mara.sees("You are mara").await;
    assert!(mara.leaves().await.0);
    let wrong = ["--password-file", &file("something else")];
    let (well, _, why) = Talker::sit_down(&server.url(), "mara", &wrong)
        .leaves()
        .await;
    assert!(!well && why.contains("do not fit"), "{why}");
    // The account is there by now.
    let mut mara = Talker::sit_down(&server.url(), "mara", &right);
    mara.sees("You are mara").await;
    assert!(mara.leaves().await.0);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_said() {
    let url = format!("http://{}", free_address());
    let (well, _, why) = Talker::sit_down(&url, "mara", &[]).leaves().await;
    assert!(!well && why.contains("cannot be reached"), "{why}");
}

#[tokio::test]
async fn a_stolen_session_is_seen_and_ended_and_the_password_changed() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(&free_address(), data.path(), "password").await;
    let file = data.path().join("password");
    let password = |text: &str| {
        std::fs::write(&file, format!("{text}\n")).unwrap();
        ["--password-file", file.to_str().unwrap()]
    };
    let old = password("correct horse battery");
    let mut here = Talker::sit_down(&server.url(), "mara", &old);
    here.sees("You are mara").await;
    let mut there = Talker::sit_down(&server.url(), "mara", &old);
    there.sees("You are mara").await;
    here.types("/sessions").await;
    let (mut own, mut other) = (0, 0);
    for number in 1..=2 {
        let line = here.sees("last used").await;
        match line.contains("(here)") {
            true => own = number,
            false => other = number,
        }
    }
    assert_eq!(own + other, 3, "{own} and {other}");
    here.types(&format!("/revoke {other}")).await;
    here.sees("It has ended").await;
    there.sees("You are signed out.").await;
    assert!(!there.leaves().await.0);

    here.types("/password").await;
    for line in ["correct horse battery", "password2026", "password2026"] {
        here.types(line).await;
    }
    here.sees("would soon be guessed").await;
    here.types("/password").await;
    for line in [
        "correct horse battery",
        "seven lamps by the river",
        "seven lamps by the river",
    ] {
        here.types(line).await;
    }
    here.sees("Your password is changed").await;
    // By its new token.
    here.types("/create kitchen").await;
    here.sees("mara made this room").await;
    here.types("/sessions").await;
    here.sees("(here)").await;
    assert!(here.leaves().await.0);
    let (well, _, why) = Talker::sit_down(&server.url(), "mara", &old).leaves().await;
    assert!(!well && why.contains("do not fit"), "{why}");
    let mut again = Talker::sit_down(&server.url(), "mara", &password("seven lamps by the river"));
    again.sees("You are mara").await;
    assert!(again.leaves().await.0);
}
