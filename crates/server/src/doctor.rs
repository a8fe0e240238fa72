//! `hearth doctor`: one line per check, and what to do where something is wrong.

use std::fmt;

use std::time::Duration;

use hearth_core::{
    canary::OFF_MS,
    hint::Hint,
    port::{Bus, BusNews, Store, Topic},
};
use tokio::{
    sync::mpsc,
    time::{Instant, timeout_at},
};

use crate::{
    cli::Sources,
    config::{BusChoice, Config, MailChoice, MailTls, Mode, PushChoice, SignUp, StoreChoice},
    limits,
    parts::{self, Weight},
    push::SystemZones,
    serve,
};

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Health {
    /// As it should be.
    Ok,
    /// It works, with less than is promised or possible.
    Warn,
    /// It does not work.
    Fail,
}

/// One check's line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// How it ended.
    pub health: Health,
    /// What was looked at.
    pub what: &'static str,
    /// What was found.
    pub found: String,
    /// What to do; empty if nothing.
    pub cure: String,
}

impl Line {
    fn new(
        health: Health,
        what: &'static str,
        found: impl Into<String>,
        cure: impl Into<String>,
    ) -> Self {
        Self {
            health,
            what,
            found: found.into(),
            cure: cure.into(),
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let health = match self.health {
            Health::Ok => "ok  ",
            Health::Warn => "warn",
            Health::Fail => "fail",
        };
        write!(f, "{health}  {:<9}  {}", self.what, self.found)?;
        if self.cure.is_empty() {
            Ok(())
        } else {
            write!(f, "\n                 do: {}", self.cure)
        }
    }
}

/// Looks at everything, saying each line as soon as it is known. Returns the worst.
pub async fn doctor(sources: &Sources, say: &mut dyn FnMut(&Line)) -> Health {
    let mut worst = Health::Ok;
    let mut say = |line: Line| {
        worst = worst.max(line.health);
        say(&line);
    };
    let config = match sources.load() {
        Ok(config) => config,
        Err(error) => {
            say(Line::new(
                Health::Fail,
                "settings",
                error.to_string(),
                "change that setting, then run this again",
            ));
            return worst;
        }
    };
    say(settings(&config));
    // Boxed: a connection to a store is a large future, and this one is nobody's hot path.
    Box::pin(store(&config, &mut say)).await;
    Box::pin(bus(&config, &mut say)).await;
    say(Box::pin(attachments(&config)).await);
    if let Some(choice) = &config.mail {
        say(Box::pin(mail(choice)).await);
    }
    say(push(&config));
    say(clock());
    let max = limits::raise_files(serve::wanted_files(&config));
    say(files(&config, max));
    worst
}

fn settings(config: &Config) -> Line {
    let mode = match config.mode {
        Mode::Open => "open: everyone is who they say",
        Mode::Password => "password",
    };
    let signup = match config.signup {
        SignUp::Open => "open",
        SignUp::Invitation => "by invitation",
        SignUp::Closed => "closed",
    };
    let found = format!("listen on {}, mode {mode}, sign up {signup}", config.listen);
    if !config.is_loopback() && config.hosts.is_none() {
        let cure = "name the hosts under which it is reached in `hosts`, so that pages of other names are kept out";
        return Line::new(Health::Warn, "settings", found, cure);
    }
    Line::new(Health::Ok, "settings", found, "")
}

async fn attachments(config: &Config) -> Line {
    let place = match parts::files(config) {
        Ok(Some(place)) => place,
        Ok(None) => {
            let found = "no place for files: no attachments, no avatars";
            return Line::new(Health::Ok, "uploads", found, "");
        }
        Err(error) => {
            let cure = "name a folder that this server may write, or a bucket (`files`)";
            return Line::new(Health::Fail, "uploads", format!("{error:#}"), cure);
        }
    };
    let found = format!("files are kept in {}", place.place());
    match place.ready().await {
        Err(error) => {
            let cure = "see whether it is there, and whether this server may write to it";
            Line::new(Health::Fail, "uploads", format!("{found}: {error}"), cure)
        }
        Ok(()) if parts::files_must_be_shared(config) => {
            let cure = "mount the same folder at every server, or keep files in an S3-compatible store (`files`)";
            Line::new(Health::Warn, "uploads", found, cure)
        }
        Ok(()) => Line::new(Health::Ok, "uploads", found, ""),
    }
}

fn push(config: &Config) -> Line {
    if config.push == PushChoice::Off {
        return Line::new(
            Health::Ok,
            "push",
            "off: browsers that sleep are told nothing",
            "",
        );
    }
    let contact = config.push_contact.as_deref().unwrap_or("nobody");
    let found = format!("on, and {contact} is whom push services ask");
    if !SystemZones::default().are_there() {
        let found = format!("{found}; this system has no time zone database");
        let cure = "install it (tzdata): without it nobody's quiet hours are known to the server";
        return Line::new(Health::Warn, "push", found, cure);
    }
    if config.push_contact.is_none() && !config.is_loopback() {
        let cure =
            "name a contact in `push_contact`: some push services refuse to take anything without";
        return Line::new(Health::Warn, "push", found, cure);
    }
    Line::new(Health::Ok, "push", found, "")
}

async fn store(config: &Config, say: &mut dyn FnMut(Line)) {
    let cure = match &config.store {
        // A server that runs holds the file: then the running one is to be asked.
        StoreChoice::Embedded(_) => {
            "if a server is running on this folder, all is well: ask it, `hearth health URL`. If not, the line above \
             says what is wrong with the folder"
        }
        StoreChoice::Cassandra(_) => "see above; `hearth migrate` makes the tables",
    };
    match parts::store_findings(config).await {
        Ok(Some(findings)) => {
            for finding in findings {
                let health = match finding.weight {
                    Weight::Note => Health::Ok,
                    Weight::Risk => Health::Warn,
                    Weight::Refusal => Health::Fail,
                };
                say(Line::new(health, "store", finding.what, finding.cure));
            }
        }
        Ok(None) => match parts::store(config).await {
            Ok(store) => answers(&*store, say).await,
            Err(error) => say(Line::new(Health::Fail, "store", format!("{error:#}"), cure)),
        },
        Err(error) => say(Line::new(Health::Fail, "store", format!("{error:#}"), cure)),
    }
}

async fn answers(store: &dyn Store, say: &mut dyn FnMut(Line)) {
    say(match store.ready().await {
        Ok(()) => Line::new(Health::Ok, "store", "answers", ""),
        Err(error) => Line::new(
            Health::Fail,
            "store",
            error.to_string(),
            "look at the store's own log",
        ),
    });
    say(Line::new(Health::Ok, "durable", store.durability(), ""));
}

async fn bus(config: &Config, say: &mut dyn FnMut(Line)) {
    if config.bus == BusChoice::Local {
        let (health, cure) = match config.store {
            StoreChoice::Embedded(_) => (Health::Ok, ""),
            StoreChoice::Cassandra(_) => (
                Health::Warn,
                "set `bus` to redis or redis-cluster before you start a second server",
            ),
        };
        return say(Line::new(health, "bus", "local: for one server", cure));
    }
    let name = parts::node_name(config);
    let cure = "start Redis, or correct `redis_nodes`. Until then servers find each other's news by looking, with delay";
    let line = match parts::bus(config, &name).await {
        Ok((bus, news, _presence)) => match bus.ready().await {
            Ok(()) => {
                say(Line::new(Health::Ok, "bus", "answers", ""));
                let ahead_ms = heard(&*bus, news).await;
                clocks(&ahead_ms)
            }
            Err(error) => Line::new(Health::Fail, "bus", error.to_string(), cure),
        },
        Err(error) => Line::new(Health::Fail, "bus", format!("{error:#}"), cure),
    };
    say(line);
}

async fn mail(choice: &MailChoice) -> Line {
    let server = format!("{}:{}", choice.host, choice.port);
    match crate::mail::check(choice).await {
        Ok(()) if choice.tls == MailTls::None => Line::new(
            Health::Warn,
            "mail",
            format!("{server} answers, without TLS"),
            "links for new passwords can be read on the way there: choose smtp:// or smtps://, unless it is this machine",
        ),
        Ok(()) => Line::new(Health::Ok, "mail", format!("{server} answers"), ""),
        Err(why) => Line::new(
            Health::Fail,
            "mail",
            format!("{server}: {why}"),
            "correct `smtp`, `smtp_user` and `smtp_password_file`; until then nobody is sent a link for a new password",
        ),
    }
}

/// How far each server that beats now is ahead of this machine, in milliseconds.
async fn heard(bus: &dyn Bus, mut news: mpsc::Receiver<BusNews>) -> Vec<i64> {
    /// Beats go each second; the subscription takes a moment.
    const LISTEN: Duration = Duration::from_secs(3);
    bus.subscribe(Topic::Nodes);
    let until = Instant::now() + LISTEN;
    let mut ahead = std::collections::BTreeMap::new();
    while let Ok(Some(news)) = timeout_at(until, news.recv()).await {
        if let BusNews::Hint(_, payload) = news
            && let Some(Hint::Beat(beat)) = Hint::decode(&payload)
        {
            let ms = i128::from(beat.wall_ms) - i128::from(parts::wall_ms());
            ahead.insert(beat.node, i64::try_from(ms).unwrap_or(i64::MAX));
        }
    }
    ahead.into_values().collect()
}

/// This machine's clock among the servers'. By one-way messages: right to within their way.
fn clocks(ahead_ms: &[i64]) -> Line {
    /// NTP keeps clocks far closer: from here on somebody should look.
    const WARN_MS: u64 = 1_000;
    let far = |ms: &&i64| ms.unsigned_abs() > WARN_MS;
    let Some(most) = ahead_ms.iter().max_by_key(|ms| ms.unsigned_abs()) else {
        return Line::new(
            Health::Ok,
            "clocks",
            "no other server is heard: nothing to compare with",
            "",
        );
    };
    let found = format!(
        "of {} servers heard, {} are more than {WARN_MS} ms from this machine; the furthest by {most} ms",
        ahead_ms.len(),
        ahead_ms.iter().filter(far).count()
    );
    let health = match most.unsigned_abs() {
        ms if ms > OFF_MS => Health::Fail,
        ms if ms > WARN_MS => Health::Warn,
        _ => return Line::new(Health::Ok, "clocks", found, ""),
    };
    let cure = "keep all clocks with chrony or systemd-timesyncd; a server that is far from most says so on /readyz";
    Line::new(health, "clocks", found, cure)
}

/// A sane clock: messages carry its time, and logins end by it. It never decides an order.
fn clock() -> Line {
    /// The beginning of 2025: this code is younger.
    const YOUNGEST_MS: u64 = 1_735_689_600_000;
    if parts::wall_ms() < YOUNGEST_MS {
        let cure = "set the clock, and keep it with chrony or systemd-timesyncd";
        return Line::new(
            Health::Fail,
            "clock",
            "it shows a time before this program was written",
            cure,
        );
    }
    Line::new(
        Health::Ok,
        "clock",
        "plausible; nothing but what is shown rests on it",
        "",
    )
}

fn files(config: &Config, max: u64) -> Line {
    let wanted = serve::wanted_files(config);
    if max < wanted {
        let found = format!(
            "{max} files may be open, so only {} of {} connections are possible",
            limits::connections_within(max, config.connections_max),
            config.connections_max
        );
        let cure = format!(
            "raise the hard limit (`ulimit -Hn {wanted}`, LimitNOFILE=, nofile), or lower `connections_max`"
        );
        return Line::new(Health::Warn, "files", found, cure);
    }
    Line::new(Health::Ok, "files", format!("{max} may be open"), "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, What};
    use clap::Parser;

    async fn lines(flags: &[&str]) -> (Health, Vec<Line>) {
        let line = ["hearth", "doctor"].iter().chain(flags).copied();
        let What::Doctor(sources) = Cli::try_parse_from(line).unwrap().command else {
            panic!()
        };
        let mut lines = Vec::new();
        let worst = doctor(&sources, &mut |line| lines.push(line.clone())).await;
        (worst, lines)
    }

    #[tokio::test]
    async fn a_sound_embedded_server_has_nothing_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().to_string_lossy();
        let (worst, lines) =
            lines(&["--data", &data, "--connections-max", "10", "--push", "off"]).await;
        assert_eq!(worst, Health::Ok, "{lines:?}");
        let what: Vec<_> = lines.iter().map(|line| line.what).collect();
        assert_eq!(
            what,
            [
                "settings", "store", "durable", "bus", "uploads", "push", "clock", "files"
            ]
        );
    }

    #[tokio::test]
    async fn a_wrong_setting_fails_and_is_named() {
        let (worst, lines) = lines(&["--drain-s", "soon"]).await;
        assert_eq!(worst, Health::Fail);
        assert!(
            lines[0].found.contains("--drain-s") && !lines[0].cure.is_empty(),
            "{lines:?}"
        );
    }

    #[tokio::test]
    async fn a_mail_server_that_does_not_answer_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().to_string_lossy();
        // A port that was free a moment ago.
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let place = format!("smtp-plain://{}", free.local_addr().unwrap());
        drop(free);
        let flags = ["--data", &data, "--connections-max", "10", "--smtp", &place];
        let from = [
            "--mail-from",
            "hearth@example.org",
            "--public-url",
            "https://chat.example.org",
        ];
        let (worst, lines) = lines(&[&flags[..], &from].concat()).await;
        assert_eq!(worst, Health::Fail);
        let mail = lines.iter().find(|line| line.what == "mail").unwrap();
        assert!(
            mail.health == Health::Fail && mail.cure.contains("`smtp`"),
            "{mail}"
        );
    }

    #[tokio::test]
    async fn a_folder_in_use_fails_and_says_whom_to_ask() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().to_string_lossy();
        let config = crate::config::Config::from_sources(
            None,
            &|name| (name == "HEARTH_DATA").then(|| data.clone().into_owned()),
            &std::collections::BTreeMap::new(),
        );
        let _held = parts::store(&config.unwrap()).await.unwrap();
        let (worst, lines) = lines(&["--data", &data]).await;
        assert_eq!(worst, Health::Fail);
        assert!(
            lines
                .iter()
                .any(|line| line.what == "store" && line.cure.contains("hearth health")),
            "{lines:?}"
        );
    }

    #[test]
    fn clocks_that_differ_are_told_by_how_much() {
        for (ahead, health) in [
            (&[][..], Health::Ok),
            (&[3, -20], Health::Ok),
            (&[3, -1_500], Health::Warn),
            (&[90_000, 0], Health::Fail),
        ] {
            let line = clocks(ahead);
            assert_eq!(line.health, health, "{line}");
            let furthest = ahead
                .last()
                .is_none_or(|_| line.found.contains("the furthest by"));
            assert!(
                furthest && line.cure.is_empty() == (health == Health::Ok),
                "{line}"
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn servers_that_beat_are_compared_with_this_machine() {
        let net = hearth_core::local::LocalNet::new();
        let name = |text: &str| hearth_core::port::NodeName(text.into());
        let ((bus, news), (other, _other_news)) = (net.join(name("doctor")), net.join(name("a")));
        let beat = Hint::Beat(hearth_core::hint::Beat {
            node: name("a"),
            leaving: false,
            wall_ms: parts::wall_ms() + 90_000,
            heads: Vec::new(),
            more: false,
            profiles: Vec::new(),
            report: None,
        });
        bus.subscribe(Topic::Nodes);
        other
            .publish(&Topic::Nodes, beat.encode().unwrap())
            .await
            .unwrap();
        let ahead = heard(&*bus, news).await;
        assert!((85_000..=90_000).contains(&ahead[0]), "{ahead:?}");
    }

    #[test]
    fn too_few_files_warn_with_what_is_possible() {
        let config = Config::from_sources(None, &|_| None, &std::collections::BTreeMap::new());
        let config = config.unwrap();
        let line = files(&config, 1024);
        assert_eq!(line.health, Health::Warn);
        assert!(
            line.found.contains("824 of 20000") && line.cure.contains("20200"),
            "{line}"
        );
        assert_eq!(files(&config, 20_200).health, Health::Ok);
    }
}
