//! The settings, read once at start and checked: defaults ← file ← environment ← flags.
//!
//! Promises: what starts has settings that fit each other; what does not fit is told with the key, the value, who gave
//! it and the cure. The only place that reads the environment.

mod net;
mod sources;
mod table;

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

use hearth_core::{
    admission::AdmissionBounds,
    files::FileBounds,
    limit::Rate,
    node::{Bounds, LimitBounds, PressureBounds},
};

pub use net::Net;
pub use sources::{ConfigError, Source};
pub use table::{Kind, SETTINGS, Setting};

use sources::{Given, Values};

/// Who may use the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Everyone is who they say.
    Open,
    /// A password, or a session that began with one.
    Password,
}

/// Who may make an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignUp {
    /// Whoever reaches the server.
    Open,
    /// Whoever has an administrator's invitation.
    Invitation,
    /// Nobody.
    Closed,
}

/// Who finds people by the beginnings of their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindPeople {
    /// Whoever has an account.
    All,
    /// Administrators.
    Administrators,
}

/// Where rooms and accounts are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreChoice {
    /// A file in this folder.
    Embedded(PathBuf),
    /// Apache Cassandra.
    Cassandra(CassandraChoice),
}

/// How Cassandra is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CassandraChoice {
    /// Some of its nodes, `host:port`.
    pub nodes: Vec<String>,
    /// The keyspace.
    pub keyspace: String,
    /// The plan of copies, as written.
    pub replication: String,
    /// The home datacenter; `None`: the only one.
    pub home: Option<String>,
    /// Whether a quorum of all datacenters decides.
    pub everywhere: bool,
    /// Events in one partition of a room's log.
    pub bucket_events: u64,
    /// User and password.
    pub login: Option<(String, Secret)>,
}

/// How mail is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailChoice {
    /// The mail server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How what is said to it is kept from others.
    pub tls: MailTls,
    /// User and password.
    pub login: Option<(String, Secret)>,
    /// From whom mails come, as `Name <name@example.org>`.
    pub from: String,
    /// Where links in mails lead, without a slash at the end.
    pub public_url: String,
}

/// How what is said to the mail server is kept from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailTls {
    /// TLS from the first byte on.
    First,
    /// TLS after STARTTLS, or nothing.
    Upgraded,
    /// Not at all.
    None,
}

/// How servers tell each other the news.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BusChoice {
    /// There is one server.
    Local,
    /// Redis.
    Redis {
        /// Its addresses.
        nodes: Vec<String>,
        /// Its password.
        password: Option<Secret>,
        /// What all channels and keys begin with.
        prefix: String,
        /// Whether it is a cluster.
        cluster: bool,
    },
}

/// Where files are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilesChoice {
    /// Nowhere: there are none.
    Off,
    /// In this folder.
    Folder(PathBuf),
    /// In a bucket.
    S3 {
        /// The bucket.
        bucket: String,
        /// What all names in it begin with.
        prefix: String,
        /// The store's address; `None`: Amazon's.
        endpoint: Option<String>,
        /// The region.
        region: String,
        /// The key's id, and its secret; `None`: what the machine itself may.
        key: Option<(String, Secret)>,
    },
}

/// Whether browsers are pushed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushChoice {
    /// Yes, by push services of the open network.
    On,
    /// No.
    Off,
    /// Yes, also by push services of this machine or network, and without encryption.
    Local,
}

/// A password of this server's own: it shows nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Its text, for whoever asks for the password.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For a collector.
    Json,
}

/// How often an address may ask and log in, and how often somebody may log in to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateBounds {
    /// Log-ins and sign-ups from one address.
    pub address_logins: Rate,
    /// Log-ins with a password to one account.
    pub name_logins: Rate,
    /// HTTP requests from one address.
    pub address_requests: Rate,
}

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where the server listens.
    pub listen: SocketAddr,
    /// Who may use it.
    pub mode: Mode,
    /// Who may make an account.
    pub signup: SignUp,
    /// Who finds people by the beginnings of their names.
    pub people: FindPeople,
    /// Host names served; `None`: any.
    pub hosts: Option<Vec<String>>,
    /// Foreign origins let in.
    pub origins: Vec<String>,
    /// Proxies believed.
    pub proxies: Vec<Net>,
    /// Private networks to which requests of this server may go: webhooks and push services.
    pub outgoing_nets: Vec<Net>,
    /// This server's name; empty: by chance.
    pub node: String,
    /// The word by which operators ask for traces; `None`: nobody is told.
    pub operator_token: Option<Secret>,
    /// Where rooms are kept.
    pub store: StoreChoice,
    /// Where files are kept.
    pub files: FilesChoice,
    /// How much of them.
    pub file_bounds: FileBounds,
    /// How news travels.
    pub bus: BusChoice,
    /// How mail is sent; `None`: not at all.
    pub mail: Option<MailChoice>,
    /// Whether browsers are pushed to.
    pub push: PushChoice,
    /// Whom push services ask when something is wrong.
    pub push_contact: Option<String>,
    /// Connections at once.
    pub connections_max: usize,
    /// How many come in, and what may wait.
    pub bounds: Bounds,
    /// How often an address and an account.
    pub rates: RateBounds,
    /// Seconds for draining.
    pub drain_s: u64,
    /// What is logged.
    pub log: String,
    /// How log lines look.
    pub log_format: LogFormat,
}

impl Config {
    /// Reads all sources: the process' environment, the file if one is named, and the flags (key → text).
    ///
    /// # Errors
    /// The first thing that does not fit.
    pub fn load(
        file: Option<&Path>,
        flags: &BTreeMap<&'static str, String>,
    ) -> Result<Self, ConfigError> {
        Self::from_sources(file, &|name| std::env::var(name).ok(), flags)
    }

    /// As [`Config::load`], with the environment as a parameter.
    ///
    /// # Errors
    /// The first thing that does not fit.
    pub fn from_sources(
        file: Option<&Path>,
        variable: &dyn Fn(&str) -> Option<String>,
        flags: &BTreeMap<&'static str, String>,
    ) -> Result<Self, ConfigError> {
        let mut values = Values::defaults();
        let file = file
            .map(PathBuf::from)
            .or_else(|| variable("HEARTH_CONFIG").map(PathBuf::from));
        if let Some(path) = file {
            let text = std::fs::read_to_string(&path).map_err(|error| ConfigError::File {
                file: path.display().to_string(),
                cause: error.to_string(),
            })?;
            values.lay_file(&path, &text)?;
        }
        for setting in SETTINGS {
            if let Some(text) = variable(&setting.variable()) {
                values.lay_text(setting, &text, Source::Variable(setting.variable()));
            }
        }
        // What the first implementation's compose file sets, where nobody said otherwise.
        for (name, key, prefix) in [("PORT", "listen", "0.0.0.0:"), ("SERVERID", "node", "")] {
            let setting = values.get(key).setting;
            if let (Source::Default, Some(text)) = (&values.get(key).origin, variable(name)) {
                values.lay_text(
                    setting,
                    &format!("{prefix}{text}"),
                    Source::Variable(name.into()),
                );
            }
        }
        for setting in SETTINGS {
            if let Some(text) = flags.get(setting.key) {
                values.lay_text(setting, text, Source::Flag(format!("--{}", setting.flag())));
            }
        }
        checked(&values, variable)
    }

    /// Whether only this machine can reach it.
    pub fn is_loopback(&self) -> bool {
        self.listen.ip().is_loopback()
    }
}

/// The variable that names the seeded bug of this process, in a build that has them.
const MUTANT: &str = "HEARTH_MUTANT";

/// Turns on the seeded bug that the environment names, if it names one.
///
/// # Errors
/// There is none of that name, or none at all in this build: whoever names one must not test a whole server unawares.
pub fn turn_on_mutant() -> anyhow::Result<()> {
    let Ok(name) = std::env::var(MUTANT) else {
        return Ok(());
    };
    #[cfg(feature = "mutants")]
    {
        let mutant = hearth_core::mutants::turn_on(&name)?;
        eprintln!(
            "hearth: BROKEN ON PURPOSE by {MUTANT}={name}: {}",
            mutant.says
        );
        Ok(())
    }
    #[cfg(not(feature = "mutants"))]
    anyhow::bail!("{MUTANT}={name} is set, and this build has no seeded bugs")
}

/// Variables that look like settings and are none, each with a suggestion: most likely a slip of the pen.
pub fn stray_variables() -> Vec<String> {
    const OTHERS: &[&str] = &["HEARTH_CONFIG", MUTANT];
    std::env::vars_os()
        .filter_map(|(name, _)| name.into_string().ok())
        .filter(|name| name.starts_with("HEARTH_") && !OTHERS.contains(&name.as_str()))
        .filter(|name| {
            !name.starts_with("HEARTH_TEST_") && !SETTINGS.iter().any(|s| s.variable() == *name)
        })
        .filter_map(|name| {
            let near = sources::nearest(&name["HEARTH_".len()..].to_lowercase());
            (!near.is_empty()).then(|| format!("the variable {name} is no setting{near}"))
        })
        .collect()
}

/// The example file: every setting with its default, as comments where a value is the default anyway.
pub fn example() -> String {
    let mut text = String::from(
        "# Hearth's settings, each with its default: delete what you do not change.\n\
         # Every key is also a variable (HEARTH_LISTEN) and a flag (--listen). Flags win over variables, variables\n\
         # over this file. `hearth doctor` checks them; `hearth serve --config FILE` uses them.\n",
    );
    for setting in SETTINGS {
        text.push('\n');
        for line in wrapped(setting.doc, 110) {
            text.push_str(&format!("# {line}\n"));
        }
        if let Kind::Choice(choices) = setting.kind {
            let choices: Vec<_> = choices.iter().map(|choice| format!("{choice:?}")).collect();
            text.push_str(&format!("# One of {}.\n", choices.join(", ")));
        }
        text.push_str(&format!("{} = {}\n", setting.key, setting.default));
    }
    text
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.len() - 1;
        if !lines[last].is_empty() && lines[last].chars().count() + 1 + word.chars().count() > width
        {
            lines.push(word.into());
        } else {
            if !lines[last].is_empty() {
                lines[last].push(' ');
            }
            lines[last].push_str(word);
        }
    }
    lines
}

fn checked(
    values: &Values,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Config, ConfigError> {
    for setting in SETTINGS {
        let given = values.get(setting.key);
        if let Kind::Choice(choices) = setting.kind
            && !choices.contains(&given.text())
        {
            let choices: Vec<_> = choices
                .iter()
                .filter(|choice| !choice.is_empty())
                .copied()
                .collect();
            return Err(given.refuse(format!("choose one of {}", choices.join(", "))));
        }
    }
    let listen: SocketAddr = values.get("listen").text().parse().map_err(|_| {
        values
            .get("listen")
            .refuse("write an address and a port, such as 127.0.0.1:8080 or [::1]:8080")
    })?;
    let hosts = hosts(values.get("hosts"), listen)?;
    Ok(Config {
        listen,
        mode: mode(values, listen)?,
        signup: match values.get("signup").text() {
            "closed" => SignUp::Closed,
            "invitation" => SignUp::Invitation,
            _ => SignUp::Open,
        },
        people: match values.get("people").text() {
            "administrators" => FindPeople::Administrators,
            _ => FindPeople::All,
        },
        hosts,
        origins: origins(values.get("origins"))?,
        proxies: nets(values.get("proxies"))?,
        outgoing_nets: nets(values.get("outgoing_nets"))?,
        node: node(values.get("node"))?,
        operator_token: operator_token(values.get("operator_token_file"))?,
        store: store(values)?,
        files: files(values, variable)?,
        file_bounds: file_bounds(values)?,
        bus: bus(values)?,
        mail: mail(values)?,
        push: match values.get("push").text() {
            "off" => PushChoice::Off,
            "local" => PushChoice::Local,
            _ => PushChoice::On,
        },
        push_contact: push_contact(values.get("push_contact"))?,
        connections_max: usize::try_from(number(values.get("connections_max"))?)
            .unwrap_or(usize::MAX),
        bounds: bounds(values)?,
        rates: RateBounds {
            address_logins: rate(values, "address_logins", "_per_min")?,
            name_logins: rate(values, "name_logins", "_per_min")?,
            address_requests: rate(values, "address_requests", "_per_s")?,
        },
        drain_s: number(values.get("drain_s"))?,
        log: log(values.get("log"))?,
        log_format: if values.get("log_format").text() == "json" {
            LogFormat::Json
        } else {
            LogFormat::Text
        },
    })
}

fn push_contact(given: &Given) -> Result<Option<String>, ConfigError> {
    let text = given.text();
    let fits = ["mailto:", "https://"]
        .iter()
        .any(|begin| text.starts_with(begin));
    if !text.is_empty() && !fits {
        return Err(given.refuse("write mailto:NAME@HOST or https://HOST"));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

fn mode(values: &Values, listen: SocketAddr) -> Result<Mode, ConfigError> {
    let given = values.get("mode");
    let mode = match given.text() {
        "open" => Mode::Open,
        "password" => Mode::Password,
        _ if listen.ip().is_loopback() => Mode::Open,
        _ => {
            return Err(ConfigError::Together(format!(
                "`listen` = {listen} (from {}) can be reached from other machines, and `mode` is not chosen. \
                 Choose `mode = \"password\"` (HEARTH_MODE=password) to ask for passwords, or `mode = \"open\"` to \
                 trust everyone who can reach it to be who they say.",
                values.get("listen").origin
            )));
        }
    };
    let publish = values.get("publish");
    if publish.text().is_empty() {
        return Ok(mode);
    }
    match published(publish) {
        None => Err(publish.refuse("write an address, such as 127.0.0.1 or 0.0.0.0")),
        Some(address) if !address.is_loopback() && mode == Mode::Open => Err(publish.refuse(
            "the proxy would let other machines in, and mode `open` asks nobody for a password. Choose \
             HEARTH_MODE=password, or publish on 127.0.0.1",
        )),
        Some(address) if !address.is_loopback() && values.get("limits").text() == "off" => {
            Err(values.get("limits").refuse(
                "the proxy lets other machines in (`publish`), and without limits each of them may guess and write as \
                 fast as it can. Choose HEARTH_LIMITS=on, or publish on 127.0.0.1",
            ))
        }
        Some(_) => Ok(mode),
    }
}

/// The address on which the proxy in front is published, if that is what is written.
fn published(given: &Given) -> Option<IpAddr> {
    let address = given.text();
    let whole = || address.parse::<SocketAddr>().ok();
    address.parse().ok().or_else(|| Some(whole()?.ip()))
}

fn hosts(given: &Given, listen: SocketAddr) -> Result<Option<Vec<String>>, ConfigError> {
    if given.values.is_empty() {
        let loopback = ["localhost", "127.0.0.1", "[::1]"]
            .map(String::from)
            .to_vec();
        return Ok(listen.ip().is_loopback().then_some(loopback));
    }
    let named: Vec<String> = given
        .values
        .iter()
        .map(|name| name.to_lowercase())
        .collect();
    for name in &named {
        let v6 = name.starts_with('[') && name.ends_with(']');
        if name.contains('/') || (name.contains(':') && !v6) {
            return Err(
                given.refuse("write names only, without scheme or port, such as chat.example.org")
            );
        }
    }
    Ok(Some(named))
}

fn origins(given: &Given) -> Result<Vec<String>, ConfigError> {
    let origins: Vec<String> = given
        .values
        .iter()
        .map(|origin| origin.trim_end_matches('/').to_lowercase())
        .collect();
    for origin in &origins {
        let rest = origin
            .strip_prefix("https://")
            .or_else(|| origin.strip_prefix("http://"));
        if rest.is_none_or(|rest| rest.is_empty() || rest.contains('/')) {
            return Err(
                given.refuse("write scheme, host and port, such as https://chat.example.org")
            );
        }
    }
    Ok(origins)
}

fn nets(given: &Given) -> Result<Vec<Net>, ConfigError> {
    let nets = given
        .values
        .iter()
        .map(|net| net.parse())
        .collect::<Result<_, _>>();
    nets.map_err(|()| {
        given.refuse("write addresses or networks, such as 10.0.0.7 or 172.30.63.0/24")
    })
}

fn node(given: &Given) -> Result<String, ConfigError> {
    let name = given.text();
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if name.len() > 32 || !name.bytes().all(legal) {
        return Err(
            given.refuse("a server's name has at most 32 letters, digits, `-`, `_` and `.`")
        );
    }
    Ok(name.into())
}

fn store(values: &Values) -> Result<StoreChoice, ConfigError> {
    if values.get("store").text() == "embedded" {
        let data = values.get("data");
        if data.text().is_empty() {
            return Err(data.refuse("name a folder; it is made if it is not there"));
        }
        return Ok(StoreChoice::Embedded(data.text().into()));
    }
    let keyspace = values.get("cassandra_keyspace");
    let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let text = keyspace.text();
    if text.is_empty()
        || text.len() > 48
        || !text.bytes().all(legal)
        || !text.as_bytes()[0].is_ascii_lowercase()
    {
        return Err(keyspace.refuse(
            "a keyspace has 1 to 48 small letters, digits and `_`, and begins with a letter",
        ));
    }
    let user = values.get("cassandra_user");
    let password = secret(values.get("cassandra_password_file"))?;
    let login = match (user.text(), password) {
        ("", None) => None,
        ("", Some(_)) => {
            return Err(user.refuse("name the user to whom `cassandra_password_file` belongs"));
        }
        (name, Some(password)) => Some((name.to_owned(), password)),
        (_, None) => {
            return Err(
                user.refuse("name the file with this user's password in `cassandra_password_file`")
            );
        }
    };
    let home = values.get("cassandra_home").text();
    Ok(StoreChoice::Cassandra(CassandraChoice {
        nodes: addresses(values.get("cassandra_nodes"))?,
        keyspace: text.into(),
        replication: values.get("cassandra_replication").text().into(),
        home: (!home.is_empty()).then(|| home.into()),
        everywhere: values.get("cassandra_consistency").text() == "everywhere",
        bucket_events: number(values.get("cassandra_bucket_events"))?,
        login,
    }))
}

fn files(
    values: &Values,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<FilesChoice, ConfigError> {
    let given = values.get("files");
    let Some(rest) = given.text().strip_prefix("s3://") else {
        return Ok(match (given.text(), values.get("store").text()) {
            ("off", _) | ("", "cassandra") => FilesChoice::Off,
            ("", _) => FilesChoice::Folder(PathBuf::from(values.get("data").text()).join("files")),
            (folder, _) => FilesChoice::Folder(folder.into()),
        });
    };
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
    if bucket.is_empty() || !rest.bytes().all(legal) {
        return Err(given.refuse("write s3://BUCKET or s3://BUCKET/PREFIX"));
    }
    let endpoint = values.get("files_endpoint");
    let is_address = |text: &str| text.starts_with("http://") || text.starts_with("https://");
    if !endpoint.text().is_empty() && !is_address(endpoint.text()) {
        return Err(endpoint.refuse("write scheme, host and port, such as http://10.0.0.9:9000"));
    }
    let key_file = values.get("files_key_file");
    let key = match secret(key_file)? {
        Some(Secret(text)) => {
            let mut words = text.split_whitespace().map(str::to_owned);
            match (words.next(), words.next(), words.next()) {
                (Some(id), Some(secret), None) => Some((id, Secret(secret))),
                _ => {
                    return Err(key_file.refuse("write the key's id and its secret, on two lines"));
                }
            }
        }
        None => variable("AWS_ACCESS_KEY_ID")
            .zip(variable("AWS_SECRET_ACCESS_KEY"))
            .map(|(id, secret)| (id, Secret(secret))),
    };
    Ok(FilesChoice::S3 {
        bucket: bucket.to_owned(),
        prefix: prefix.trim_matches('/').to_owned(),
        endpoint: (!endpoint.text().is_empty()).then(|| endpoint.text().to_owned()),
        region: values.get("files_region").text().to_owned(),
        key,
    })
}

fn file_bounds(values: &Values) -> Result<FileBounds, ConfigError> {
    let bytes = |key| Ok(number(values.get(key))?.saturating_mul(1024 * 1024));
    Ok(FileBounds {
        file_bytes_max: bytes("file_mb")?,
        user_bytes_max: bytes("user_files_mb")?,
        room_bytes_max: bytes("room_files_mb")?,
    })
}

fn bus(values: &Values) -> Result<BusChoice, ConfigError> {
    let given = values.get("bus");
    let cluster = match given.text() {
        "local" => return Ok(BusChoice::Local),
        kind => kind == "redis-cluster",
    };
    if values.get("store").text() == "embedded" {
        return Err(given.refuse(
            "the embedded store belongs to one server, which needs no bus: leave `bus` at `local`, or choose \
             store = \"cassandra\"",
        ));
    }
    let prefix = values.get("redis_prefix");
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if prefix.text().is_empty() || prefix.text().len() > 32 || !prefix.text().bytes().all(legal) {
        return Err(prefix.refuse("1 to 32 letters, digits, `-`, `_` and `.`"));
    }
    Ok(BusChoice::Redis {
        nodes: addresses(values.get("redis_nodes"))?,
        password: secret(values.get("redis_password_file"))?,
        prefix: prefix.text().into(),
        cluster,
    })
}

fn mail(values: &Values) -> Result<Option<MailChoice>, ConfigError> {
    let (server, user) = (values.get("smtp"), values.get("smtp_user"));
    let password = secret(values.get("smtp_password_file"))?;
    if server.text().is_empty() {
        return Ok(None);
    }
    let unreadable = || {
        server.refuse(
            "write smtps://HOST (TLS, port 465), smtp://HOST (STARTTLS, port 587) or smtp-plain://HOST (no TLS, port 25), \
             with :PORT if it is another",
        )
    };
    let (scheme, rest) = server.text().split_once("://").ok_or_else(unreadable)?;
    let (tls, usual) = match scheme {
        "smtps" => (MailTls::First, 465),
        "smtp" => (MailTls::Upgraded, 587),
        "smtp-plain" => (MailTls::None, 25),
        _ => return Err(unreadable()),
    };
    let rest = rest.trim_end_matches('/');
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().map_err(|_| unreadable())?),
        None => (rest, usual),
    };
    if host.is_empty() || host.contains(['/', '@', ':', '?']) {
        return Err(unreadable());
    }
    let login = match (user.text(), password) {
        ("", None) => None,
        ("", Some(_)) => {
            return Err(user.refuse("name the user to whom `smtp_password_file` belongs"));
        }
        (_, Some(_)) if tls == MailTls::None => {
            return Err(server.refuse(
                "without TLS the password would be said aloud: write smtps:// or smtp://",
            ));
        }
        (name, Some(password)) => Some((name.to_owned(), password)),
        (_, None) => {
            return Err(
                user.refuse("name the file with this user's password in `smtp_password_file`")
            );
        }
    };
    let from = values.get("mail_from");
    if from.text().parse::<lettre::message::Mailbox>().is_err() {
        return Err(from.refuse("write from whom mails come, such as Hearth <hearth@example.org>"));
    }
    let place = values.get("public_url");
    let sound = |text: &str| {
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"));
        rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(['?', '#', ' ']))
    };
    if !sound(place.text()) {
        return Err(
            place.refuse("write where the links in mails lead, such as https://chat.example.org")
        );
    }
    Ok(Some(MailChoice {
        host: host.to_owned(),
        port,
        tls,
        login,
        from: from.text().to_owned(),
        public_url: place.text().trim_end_matches('/').to_owned(),
    }))
}

fn addresses(given: &Given) -> Result<Vec<String>, ConfigError> {
    let sound = |address: &String| {
        address
            .rsplit_once(':')
            .is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok())
    };
    if given.values.is_empty() || !given.values.iter().all(sound) {
        return Err(given
            .refuse("write host:port, several with commas, such as 10.0.0.1:9042,10.0.0.2:9042"));
    }
    Ok(given.values.clone())
}

fn secret(given: &Given) -> Result<Option<Secret>, ConfigError> {
    if given.text().is_empty() {
        return Ok(None);
    }
    match std::fs::read_to_string(given.text()) {
        Ok(text) if text.trim().is_empty() => Err(given.refuse("the file is empty")),
        Ok(text) => Ok(Some(Secret(text.trim().into()))),
        Err(error) => Err(given.refuse(format!("the file cannot be read: {error}"))),
    }
}

/// The operators' word. It can be guessed at over the network, so it must be long.
fn operator_token(given: &Given) -> Result<Option<Secret>, ConfigError> {
    const CHARACTERS_MIN: usize = 16;
    let token = secret(given)?;
    match &token {
        Some(word) if word.expose().chars().count() < CHARACTERS_MIN => Err(given.refuse(format!(
            "the word in the file is too short: write at least {CHARACTERS_MIN} characters, such as `openssl rand -hex 32` gives"
        ))),
        _ => Ok(token),
    }
}

fn bounds(values: &Values) -> Result<Bounds, ConfigError> {
    let small = |key| number(values.get(key)).map(|n| u32::try_from(n).unwrap_or(u32::MAX));
    let bytes = |key| {
        let megabytes = number(values.get(key))?.saturating_mul(1024 * 1024);
        Ok(usize::try_from(megabytes).unwrap_or(usize::MAX))
    };
    Ok(Bounds {
        admission: AdmissionBounds {
            per_second: small("admissions_per_s")?,
            burst: small("admissions_burst")?,
        },
        pressure: PressureBounds {
            outboxes_bytes_max: bytes("outboxes_mb")?,
            sends_bytes_max: bytes("sends_mb")?,
        },
        limits: LimitBounds {
            user_sends: rate(values, "user_sends", "_per_s")?,
            room_sends: rate(values, "room_sends", "_per_s")?,
            user_requests: rate(values, "user_requests", "_per_s")?,
        },
        rooms_bytes_max: bytes("rooms_mb")?,
    })
}

/// A limit from its two settings; none where all are switched off. Both are checked in any case.
fn rate(values: &Values, stem: &str, unit: &str) -> Result<Rate, ConfigError> {
    let often = number(values.get(&format!("{stem}{unit}")))?;
    let burst = number(values.get(&format!("{stem}_burst")))?;
    let is_narrow =
        || published(values.get("publish")).is_some_and(|address| address.is_loopback());
    if match values.get("limits").text() {
        "off" => true,
        "demo" => is_narrow(),
        _ => false,
    } {
        return Ok(Rate::NONE);
    }
    let per_minute = if unit == "_per_s" { often * 60 } else { often };
    Ok(Rate { per_minute, burst })
}

fn number(given: &Given) -> Result<u64, ConfigError> {
    let Kind::Number(least, most) = given.setting.kind else {
        return Err(given.refuse("is no number"));
    };
    match given.text().parse() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        _ => Err(given.refuse(format!("write a whole number from {least} to {most}"))),
    }
}

fn log(given: &Given) -> Result<String, ConfigError> {
    match tracing_subscriber::EnvFilter::try_new(given.text()) {
        Ok(_) => Ok(given.text().into()),
        Err(error) => {
            Err(given.refuse(format!("write error, warn, info, debug or trace ({error})")))
        }
    }
}

#[cfg(test)]
mod tests;
