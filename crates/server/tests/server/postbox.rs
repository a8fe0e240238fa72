//! A mail server of the test's own, and what stands in what it is sent.

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::timeout,
};

use crate::world::LONG;

/// Where links in mails begin.
pub(crate) const PLACE: &str = "https://chat.example.org";

/// A mail server that takes everything, but for as many connections at first as it is told.
pub(crate) struct Postbox {
    pub(crate) place: String,
    mails: mpsc::UnboundedReceiver<String>,
}

impl Postbox {
    pub(crate) async fn open(refuses: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let place = format!("smtp-plain://{}", listener.local_addr().unwrap());
        let (taken, mails) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut count = 0;
            while let Ok((socket, _)) = listener.accept().await {
                count += 1;
                let greeting = match count > refuses {
                    true => "220 sink",
                    false => "421 later",
                };
                tokio::spawn(talk(socket, greeting, taken.clone()));
            }
        });
        Self { place, mails }
    }

    /// The next mail to this address, whole; what comes to others before it is thrown away.
    #[allow(dead_code, reason = "not every suite asks")]
    pub(crate) async fn next_to(&mut self, address: &str) -> String {
        loop {
            let mail = self.next().await;
            if mail.contains(&format!("<{address}>")) {
                return mail;
            }
        }
    }

    /// The next mail, whole.
    pub(crate) async fn next(&mut self) -> String {
        timeout(LONG, self.mails.recv()).await.unwrap().unwrap()
    }
}

async fn talk(socket: TcpStream, greeting: &str, taken: mpsc::UnboundedSender<String>) {
    let (read, mut write) = socket.into_split();
    let mut lines = BufReader::new(read).lines();
    if write
        .write_all(format!("{greeting}\r\n").as_bytes())
        .await
        .is_err()
    {
        return;
    }
    let (mut mail, mut in_data) = (String::new(), false);
    while let Ok(Some(line)) = lines.next_line().await {
        let answer = match (in_data, line.as_str()) {
            (true, ".") => {
                in_data = false;
                let _ = taken.send(std::mem::take(&mut mail));
                "250 taken"
            }
            (true, line) => {
                mail.push_str(line);
                mail.push('\n');
                continue;
            }
            (false, "DATA") => {
                in_data = true;
                "354 go on"
            }
            (false, "QUIT") => "221 bye",
            (false, command) => {
                mail.push_str(command);
                mail.push('\n');
                "250 fine"
            }
        };
        if write
            .write_all(format!("{answer}\r\n").as_bytes())
            .await
            .is_err()
        {
            return;
        }
    }
}

/// What stands behind a word in a mail's link. A long line of a mail is folded: `=` at its end goes on with the next.
pub(crate) fn token(mail: &str, word: &str) -> String {
    let text = mail.replace("=\n", "").replace("=3D", "=");
    let begin = format!("{PLACE}/#{word}=");
    let at = text
        .find(&begin)
        .unwrap_or_else(|| panic!("no {word} in {mail}"));
    let rest = text[at + begin.len()..].chars();
    rest.take_while(|c| c.is_ascii_alphanumeric()).collect()
}
