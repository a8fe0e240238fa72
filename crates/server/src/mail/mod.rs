//! Mail: links that are sent to whom an account belongs. A queue, and a worker that sends it off the requests.
//!
//! Promises: nobody waits for a mail server, and nobody learns from an answer, or from how long it takes, whether an
//! account or its address exists: also the look for it is the worker's. What cannot be delivered is tried again for some
//! minutes and then dropped, with a line in the log that names neither address nor account. What still waits when the
//! server stops is lost; whoever wanted it asks again. Its way out is `lettre`'s.

mod letter;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use hearth_core::{
    Refusal,
    node::{MailLink, Node},
};
use hearth_protocol::ErrorCode;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    transport::smtp::authentication::Credentials,
};
use tokio::{
    sync::{Semaphore, mpsc},
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::config::{MailChoice, MailTls};

/// Mails that wait; whoever wants a further one is answered `busy`, whatever account it is about.
const WAITING_MAX: usize = 256;
/// Mails under way at once, the pauses between their tries included.
const AT_ONCE: usize = 16;
/// How long a mail server may take for one.
const PATIENCE: Duration = Duration::from_secs(60);
/// The pauses after tries that failed: ten minutes in all. A link is good for an hour.
const PAUSES: [Duration; 4] = [
    Duration::from_secs(2),
    Duration::from_secs(20),
    Duration::from_secs(120),
    Duration::from_secs(450),
];

/// What became of a mail, by its end.
const MAILS: &str = "hearth_mails_total";

/// Something to be mailed.
#[derive(Debug)]
enum Job {
    /// A link for a new password, if there is such an account with an address.
    Reset(String),
    /// A link that shows whose an address is.
    Confirm(MailLink),
}

/// The way into the queue.
#[derive(Debug)]
pub struct Mailer {
    /// `None`: this server sends no mail.
    jobs: Option<mpsc::Sender<Job>>,
    waiting: Mutex<Option<mpsc::Receiver<Job>>>,
}

impl Mailer {
    /// One for these settings.
    pub fn new(choice: Option<&MailChoice>) -> Self {
        for end in ["sent", "dropped", "refused"] {
            metrics::counter!(MAILS, "end" => end).increment(0);
        }
        let (jobs, waiting) = mpsc::channel(WAITING_MAX);
        Self {
            jobs: choice.map(|_| jobs),
            waiting: Mutex::new(Some(waiting)),
        }
    }

    /// Whether this server sends mail.
    pub fn sends(&self) -> bool {
        self.jobs.is_some()
    }

    /// Has a link for a new password mailed, if there is such an account and it has an address.
    ///
    /// # Errors
    /// This server sends no mail, or too many wait (`busy`); the same whatever is asked for.
    pub fn reset(&self, name: &str) -> Result<(), Refusal> {
        self.put(Job::Reset(name.to_owned()))
    }

    /// Has a link mailed that shows whose an address is.
    ///
    /// # Errors
    /// This server sends no mail, or too many wait (`busy`).
    pub fn confirm(&self, link: MailLink) -> Result<(), Refusal> {
        self.put(Job::Confirm(link))
    }

    fn put(&self, job: Job) -> Result<(), Refusal> {
        let jobs = self.jobs.as_ref().ok_or_else(sends_none)?;
        jobs.try_send(job).map_err(|_| {
            metrics::counter!(MAILS, "end" => "refused").increment(1);
            let text = "More mail waits than this server can send. Try again in some minutes.";
            Refusal::new(ErrorCode::Busy, text).retry_after(60_000)
        })
    }

    /// Sends what comes into the queue, until it is dropped. Once; a second one has nothing to do.
    pub async fn work(&self, node: Node, choice: MailChoice) {
        let waiting = self
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(mut waiting) = waiting else { return };
        let way = match Way::new(&choice) {
            Ok(way) => Arc::new(way),
            Err(error) => return tracing::error!(%error, "no mail can be sent"),
        };
        let places = Arc::new(Semaphore::new(AT_ONCE));
        let mut under_way = JoinSet::new();
        while let Some(job) = waiting.recv().await {
            let Ok(place) = places.clone().acquire_owned().await else {
                return;
            };
            // Those that are done are let go of.
            while under_way.try_join_next().is_some() {}
            let (way, node) = (way.clone(), node.clone());
            under_way.spawn(async move {
                let _place = place;
                way.deliver(&node, job).await;
            });
        }
    }
}

/// What is answered where no mail is sent.
pub fn sends_none() -> Refusal {
    let text = "This server sends no mail. An administrator can make a link for a new password.";
    Refusal::new(ErrorCode::Forbidden, text)
}

/// The way to the mail server.
struct Way {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    choice: MailChoice,
}

impl Way {
    fn new(choice: &MailChoice) -> Result<Self, lettre::transport::smtp::Error> {
        Ok(Self {
            transport: transport(choice)?,
            choice: choice.clone(),
        })
    }

    async fn deliver(&self, node: &Node, job: Job) {
        let letter = match job {
            Job::Confirm(link) => letter::confirm(&self.choice, &link),
            Job::Reset(name) => match node.make_mail_reset(&name).await {
                Ok(Some(link)) => letter::reset(&self.choice, &link),
                Ok(None) => return,
                Err(refusal) => {
                    tracing::warn!(%refusal, "a link for a new password could not be made");
                    return;
                }
            },
        };
        let end = match letter {
            Ok(letter) => self.send(letter).await,
            Err(error) => {
                tracing::warn!(%error, "a mail could not be written");
                "dropped"
            }
        };
        metrics::counter!(MAILS, "end" => end).increment(1);
    }

    /// Sends it, by as many tries as it may take; how it ended.
    async fn send(&self, letter: Message) -> &'static str {
        let mut pauses = PAUSES.into_iter();
        loop {
            let cause = match timeout(PATIENCE, self.transport.send(letter.clone())).await {
                Ok(Ok(_)) => return "sent",
                // The server's words may name the address: only its code is told.
                Ok(Err(error)) if error.is_permanent() => {
                    let code = error.status().map(|code| code.to_string());
                    tracing::warn!(code, "a mail was refused by the mail server and is dropped");
                    return "dropped";
                }
                Ok(Err(error)) => kind_of(&error),
                Err(_) => "no answer in time",
            };
            match pauses.next() {
                Some(pause) => {
                    tracing::debug!(
                        cause,
                        ?pause,
                        "a mail could not be sent; again after a pause"
                    );
                    sleep(pause).await;
                }
                None => {
                    tracing::warn!(cause, "a mail could not be sent and is dropped");
                    return "dropped";
                }
            }
        }
    }
}

/// What went wrong, without the mail server's words.
fn kind_of(error: &lettre::transport::smtp::Error) -> &'static str {
    match () {
        () if error.is_transient() => "the mail server says: later",
        () if error.is_timeout() => "no answer in time",
        () if error.is_tls() => "no TLS with the mail server",
        () if error.is_client() => "the mail server does not take this client",
        () => "the mail server cannot be reached",
    }
}

fn transport(
    choice: &MailChoice,
) -> Result<AsyncSmtpTransport<Tokio1Executor>, lettre::transport::smtp::Error> {
    type Transport = AsyncSmtpTransport<Tokio1Executor>;
    let builder = match choice.tls {
        MailTls::First => Transport::relay(&choice.host)?,
        MailTls::Upgraded => Transport::starttls_relay(&choice.host)?,
        MailTls::None => Transport::builder_dangerous(&choice.host),
    };
    let builder = builder.port(choice.port).timeout(Some(PATIENCE / 2));
    let login = choice.login.as_ref();
    Ok(match login {
        Some((user, password)) => {
            builder.credentials(Credentials::new(user.clone(), password.expose().to_owned()))
        }
        None => builder,
    }
    .build())
}

/// Whether the mail server answers, and takes this server's login.
///
/// # Errors
/// Why not, for the operator.
pub async fn check(choice: &MailChoice) -> Result<(), String> {
    let transport = transport(choice).map_err(|error| error.to_string())?;
    match timeout(PATIENCE / 4, transport.test_connection()).await {
        Ok(Ok(true)) => Ok(()),
        Ok(Ok(false)) => Err("it hangs up".into()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("no answer in time".into()),
    }
}
