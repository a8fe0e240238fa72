//! The terminal client, as people use it but through pipes: real programs, a real server, sockets on loopback.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    fs::File,
    net::TcpListener,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use hearth_core::testing::secrets;

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines},
    net::TcpStream,
    process::{Child, ChildStdin, ChildStdout, Command},
    time::timeout,
};

/// A server of the test's own. It ends with it.
struct Server {
    child: Child,
    address: String,
    /// What it logs, which is looked through when it is gone.
    log: PathBuf,
}

impl Drop for Server {
    fn drop(&mut self) {
        let log = std::fs::read_to_string(&self.log).unwrap();
        secrets::assert_none_in("server-of-a-chat", &log);
    }
}

impl Server {
    async fn start(address: &str, data: &Path, mode: &str) -> Self {
        Self::start_with(address, data, mode, &[]).await
    }

    async fn start_with(address: &str, data: &Path, mode: &str, more: &[&str]) -> Self {
        let log = data.join("log");
        let child = Command::new(env!("CARGO_BIN_EXE_hearth"))
            .args([
                "serve",
                "--log",
                "trace",
                "--listen",
                address,
                "--mode",
                mode,
                "--data",
                data.to_str().unwrap(),
            ])
            .args(more)
            .stdout(Stdio::null())
            .stderr(
                File::options()
                    .append(true)
                    .create(true)
                    .open(&log)
                    .unwrap(),
            )
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let server = Self {
            child,
            address: address.to_owned(),
            log,
        };
        let is_up = async {
            while TcpStream::connect(address).await.is_err() {
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
        // A command's name is none; what follows it may be, and every other line is said.
        let said = match line.strip_prefix('/') {
            Some(command) => command.split_once(' ').map_or("", |(_, said)| said),
            None => line,
        };
        secrets::note("what somebody typed", said);
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

    /// Types a line again for as long as its answer is not the one that the socket is still to tell of.
    async fn asks(&mut self, line: &str, text: &str, not_yet: &str) {
        self.types(line).await;
        loop {
            let answer = self.sees("").await;
            if answer.contains(text) {
                return;
            }
            if answer.contains(not_yet) {
                self.types(line).await;
            }
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

/// A way to a server on which the answer to the first sign-up gets lost.
async fn lossy_way(server: &str) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (way, server) = (listener.local_addr().unwrap(), server.to_owned());
    tokio::spawn(async move {
        let mut is_lost = false;
        while let Ok((mut near, _)) = listener.accept().await {
            let mut far = TcpStream::connect(&server).await.unwrap();
            let mut begin = [0; 4096];
            let read = near.read(&mut begin).await.unwrap();
            far.write_all(&begin[..read]).await.unwrap();
            if !is_lost && begin.starts_with(b"POST /api/v1/signup") {
                is_lost = true;
                let (mut from_near, _near) = near.split();
                let (mut from_far, mut to_far) = far.split();
                let answered = async { from_far.read(&mut [0; 64]).await.unwrap() };
                tokio::select! {
                    read = answered => assert!(read > 0, "the server does not answer"),
                    _ = tokio::io::copy(&mut from_near, &mut to_far) => {}
                }
                continue;
            }
            tokio::spawn(async move { tokio::io::copy_bidirectional(&mut near, &mut far).await });
        }
    });
    format!("http://{way}")
}

#[tokio::test]
async fn a_sign_up_whose_answer_got_lost_lets_its_user_in() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(&free_address(), data.path(), "open").await;
    let way = lossy_way(&server.address).await;
    let mut mara = Talker::sit_down(&way, "mara", &[]);
    mara.sees("You are mara").await;
    assert!(mara.leaves().await.0);
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

#[tokio::test]
async fn a_file_goes_from_one_terminal_to_another() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(&free_address(), data.path(), "open").await;
    let file = data.path().join("my notes.txt");
    let text = "soup\n".repeat(500_000);
    std::fs::write(&file, &text).unwrap();
    let mut mara = Talker::sit_down(&server.url(), "mara", &[]);
    mara.types("/create kitchen").await;
    mara.sees("mara made this room").await;
    let mut priya = Talker::sit_down(&server.url(), "priya", &["--room", "kitchen"]);
    priya.sees("priya came in").await;
    mara.types(&format!("/attach \"{}\" the notes", file.display()))
        .await;
    priya.sees("mara: the notes").await;
    priya.sees("my notes.txt (2.5 MB)").await;
    let kept = data.path().join("kept.txt");
    priya
        .types(&format!("/save-file - {}", kept.display()))
        .await;
    priya.sees("kept as").await;
    assert!(std::fs::read_to_string(&kept).unwrap() == text);
    // What is there already stays.
    priya
        .types(&format!("/save-file - {}", kept.display()))
        .await;
    priya.sees("cannot be written").await;
    mara.types(&format!("/avatar \"{}\"", file.display())).await;
    mara.sees("no picture").await;
    mara.types("/delete -").await;
    priya.sees("mara deleted").await;
    let (well, ..) = priya.leaves().await;
    assert!(well);
    let (well, ..) = mara.leaves().await;
    assert!(well);
}

#[tokio::test]
async fn one_says_how_one_is_and_is_seen_so_and_leaves_by_logging_out() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(&free_address(), data.path(), "open").await;
    let mut mara = Talker::sit_down(&server.url(), "mara", &[]);
    mara.types("/create kitchen").await;
    mara.sees("mara made this room").await;
    let mut priya = Talker::sit_down(&server.url(), "priya", &["--room", "kitchen"]);
    priya.sees("priya came in").await;
    mara.types("/about name Mara Lindqvist").await;
    mara.sees("mara (Mara Lindqvist)").await;
    mara.types("/status 🌱 in the garden").await;
    mara.sees("🌱  in the garden").await;
    mara.types("/status dnd").await;
    mara.sees("not to be disturbed from now on").await;
    priya.types("/profile mara").await;
    priya.sees("mara (Mara Lindqvist)  🌱  in the garden").await;
    // It is told to whoever looks, and not which second.
    loop {
        priya.types("/who").await;
        let here = priya.sees("Here now:").await;
        if here.contains("mara (do not disturb)") {
            break;
        }
    }
    mara.types("/sessions").await;
    mara.sees("(here)").await;
    mara.types("/logout").await;
    mara.sees("You are logged out here.").await;
    let (well, ..) = mara.leaves().await;
    assert!(well);
    loop {
        priya.types("/who").await;
        priya.sees("Here now:").await;
        priya.types("/topic").await;
        let next = priya.sees(" ").await;
        if next.contains("mara was here last") {
            break;
        }
    }
    assert!(priya.leaves().await.0);
}

#[tokio::test]
async fn what_is_sent_later_is_changed_and_sent_at_once_and_webhooks_are_renamed_and_resumed() {
    let data = tempfile::tempdir().unwrap();
    // Nobody listens there, but the server may go there.
    let nets = ["--outgoing-nets", "127.0.0.0/8"];
    let server = Server::start_with(&free_address(), data.path(), "open", &nets).await;
    let mut mara = Talker::sit_down(&server.url(), "mara", &[]);
    mara.types("/create kitchen").await;
    mara.sees("mara made this room").await;
    mara.types("/later 2h the soup is warm").await;
    mara.sees("It is sent then.").await;
    mara.types("/reschedule 1 3h the soup is hot").await;
    mara.sees("It is changed.").await;
    mara.types("/scheduled").await;
    mara.sees("#kitchen: the soup is hot").await;
    mara.types("/send-now 1").await;
    mara.sees("mara: the soup is hot").await;
    let soup = data.path().join("soup.txt");
    std::fs::write(&soup, "leek").unwrap();
    let path = soup.to_str().unwrap();
    mara.types(&format!(
        "/later 2h in:- re:- file:\"{path}\" alt:\"what is in it\" for the pot"
    ))
    .await;
    mara.sees("It is sent then.").await;
    mara.asks(
        "/scheduled",
        "for the pot (with a file)",
        "Nothing is to be",
    )
    .await;
    mara.types("/send-now 1").await;
    mara.sees("the soup is hot").await;
    mara.sees("soup.txt (4 bytes): what is in it").await;
    mara.types("/draft in:- no more soup").await;
    mara.sees("The draft is kept").await;
    mara.asks("/draft in:-", "Draft: no more soup", "There is no draft")
        .await;
    mara.types("/thread -").await;
    mara.sees("Draft: no more soup").await;
    mara.types("/webhook in CI").await;
    mara.sees("Whoever has this address").await;
    mara.types("/webhooks").await;
    mara.sees("1  CI  in, by mara").await;
    mara.types("/webhook name 1 Builds").await;
    mara.sees("It is called so").await;
    mara.types("/webhook out http://127.0.0.1:9/told message,edit")
        .await;
    mara.sees("what is posted is signed").await;
    mara.types("/webhooks").await;
    let mut out = "1";
    for number in ["1", "2"] {
        let line = mara.sees(&format!("  {number}  ")).await;
        if line.contains("out to http://127.0.0.1:9/told") {
            out = number;
        } else {
            assert!(line.contains("Builds  in, by mara"), "{line}");
        }
    }
    mara.types(&format!("/webhook resume {out}")).await;
    mara.sees("It goes on").await;
    mara.types("/push").await;
    mara.sees("No browser is told").await;
    assert!(mara.leaves().await.0);
}

#[tokio::test]
async fn an_account_is_deleted_by_its_password_alone_and_is_gone() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(&free_address(), data.path(), "password").await;
    let file = data.path().join("password");
    std::fs::write(&file, "correct horse battery\n").unwrap();
    let right = ["--password-file", file.to_str().unwrap()];
    let mut mara = Talker::sit_down(&server.url(), "mara", &right);
    mara.sees("You are mara").await;
    mara.types("/delete-account").await;
    mara.types("no horse at all").await;
    mara.sees("not your password").await;
    mara.types("/delete-account").await;
    mara.types("correct horse battery").await;
    mara.sees("Your account is deleted.").await;
    assert!(mara.leaves().await.0);
    let (well, _, why) = Talker::sit_down(&server.url(), "mara", &right)
        .leaves()
        .await;
    assert!(!well && why.contains("do not fit"), "{why}");
}

#[tokio::test]
async fn whoever_was_away_goes_to_the_first_unread_and_keeps_a_picture() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(&free_address(), data.path(), "open").await;
    let mut mara = Talker::sit_down(&server.url(), "mara", &[]);
    mara.types("/create kitchen").await;
    mara.sees("mara made this room").await;
    let mut priya = Talker::sit_down(&server.url(), "priya", &["--room", "kitchen"]);
    priya.sees("priya came in").await;
    priya.types("/create garden").await;
    priya.sees("— #garden").await;
    for n in 1..=25 {
        mara.types(&format!("news number {n}")).await;
        mara.sees(&format!("news number {n}")).await;
    }
    priya.sees("unread in #kitchen").await;
    priya
        .asks("/rooms", "#kitchen 25 unread", "#kitchen ")
        .await;
    priya.types("/join kitchen").await;
    priya.sees("/first shows it").await;
    priya.sees("news number 25").await;
    priya.types("/first").await;
    priya.sees("— #kitchen, #3 to #27").await;
    priya.sees("mara: news number 1").await;
    priya.sees("these are all").await;

    let picture = data.path().join("me.png");
    image::RgbImage::from_pixel(64, 64, image::Rgb([9, 99, 199]))
        .save(&picture)
        .unwrap();
    mara.types(&format!("/avatar {}", picture.display())).await;
    mara.sees("The picture is shown").await;
    let kept = data.path().join("kept.jpg");
    priya
        .types(&format!("/save-avatar mara {}", kept.display()))
        .await;
    priya.sees("kept as").await;
    assert_eq!(&std::fs::read(&kept).unwrap()[..2], b"\xFF\xD8");
    priya.types("/save-avatar priya x.jpg").await;
    priya.sees("priya has no picture").await;
    assert!(priya.leaves().await.0 && mara.leaves().await.0);
}
