//! `hearth admin …`: administration of accounts, and a look at servers and rooms, from the shell. Over HTTP, as an administrator; what no administrator
//! can do, since there is none or none gets in, on the store itself.

mod health;

use std::{
    convert::Infallible,
    io::IsTerminal,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, bail};
use hearth_core::{
    node::{CanarySwitch, Node, NodeConfig, system_user},
    room::RoomBounds,
};
use hyper::Method;
use serde_json::{Value, json};

use crate::{
    chat::{
        log_in, reason,
        terminal::{self, Terminal},
        text::{day_of, tame},
        token_of, wire,
    },
    cli::Sources,
    first, parts,
    trace::escaped,
};

/// Where the server is unless it is said.
const URL: &str = "http://127.0.0.1:8080";
/// From one look at the servers to the next.
const WATCH: Duration = Duration::from_secs(1);
/// What the login of a command is called among the sessions while it runs.
const DEVICE: &str = "hearth admin";

/// What to do, and as whom.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    by: By,
}

/// Who asks, and whom.
#[derive(Debug, clap::Args)]
struct By {
    /// The server: http://HOST:PORT [default: http://127.0.0.1:8080]
    #[arg(long, global = true, value_name = "URL")]
    url: Option<String>,
    /// The administrator's name
    #[arg(long, global = true)]
    name: Option<String>,
    /// A file with their password; asked for if it is left out
    #[arg(long, global = true, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// A file with the token of a log-in, instead of name and password
    #[arg(long, global = true, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

/// What can be done.
#[derive(Debug, clap::Subcommand)]
enum What {
    /// Become the first administrator, by the link in the server's log; a new name makes an account
    First {
        /// The link, or the token in it
        link: String,
    },
    /// List accounts
    Users {
        /// Those whose name, or shown name, begins with this
        #[arg(long, default_value = "")]
        prefix: String,
        /// Where the list before ended
        #[arg(long)]
        after: Option<String>,
    },
    /// Show one account
    User {
        /// A name or an id
        user: String,
    },
    /// Give somebody the right `admin`
    Grant {
        /// A name or an id
        user: String,
    },
    /// Take the right `admin` from somebody
    Revoke {
        /// A name or an id
        user: String,
    },
    /// Keep somebody out: their sessions end everywhere
    Deactivate {
        /// A name or an id
        user: String,
    },
    /// Let somebody in again
    Reactivate {
        /// A name or an id
        user: String,
    },
    /// Delete an account for ever; what it wrote stays
    Delete {
        /// A name or an id
        user: String,
        /// Say that this cannot be taken back
        #[arg(long)]
        yes: bool,
    },
    /// Make a link by which somebody sets a new password
    Reset {
        /// A name or an id
        user: String,
    },
    /// Make an invitation
    Invite {
        /// How many may come in by it
        #[arg(long, default_value_t = 1)]
        uses: u32,
        /// For how many days it is good
        #[arg(long, default_value_t = 7)]
        days: u64,
    },
    /// List invitations
    Invitations,
    /// Withdraw an invitation
    Withdraw {
        /// Its id
        invitation: String,
    },
    /// Make, list and equip bots: accounts that programs use by tokens
    Bot {
        #[command(subcommand)]
        what: Bot,
    },
    /// List all rooms that have a name, private ones included: how large they are, never what is in them
    Rooms {
        /// Words, each of which begins one of the room's name
        #[arg(default_value = "")]
        words: String,
        /// Where the list before ended
        #[arg(long)]
        after: Option<String>,
    },
    /// Show how all servers are, Redis and the store
    Health {
        /// Once a second, until Ctrl+C
        #[arg(long)]
        watch: bool,
        /// The document itself, as JSON, one a line
        #[arg(long)]
        json: bool,
    },
    /// Show what administrators did, the newest first
    Acts {
        /// Before this number
        #[arg(long)]
        before: Option<u64>,
    },
    /// On the store itself: a new link for the first administrator
    #[command(after_help = "An embedded store can be opened only while no server runs on it.")]
    FirstLink(Sources),
    /// On the store itself: a link for a new password, for an administrator who cannot get in any more
    #[command(after_help = "An embedded store can be opened only while no server runs on it.")]
    ResetLink {
        /// A name or an id
        user: String,
        #[command(flatten)]
        sources: Sources,
    },
}

/// What can be done about bots.
#[derive(Debug, clap::Subcommand)]
enum Bot {
    /// Make a bot
    Create {
        /// The name by which it is called
        bot: String,
        /// The name that is shown
        #[arg(long)]
        display: Option<String>,
    },
    /// List bots, or one's tokens
    List {
        /// A name or an id: its tokens
        bot: Option<String>,
        /// Where the list of bots before ended
        #[arg(long)]
        after: Option<String>,
    },
    /// Make a token, which is shown once
    Token {
        /// The bot's name or id
        bot: String,
        /// By which the token will be known
        #[arg(long, default_value = "token")]
        called: String,
        /// What it lets the bot do: read, send, rooms, moderate
        #[arg(long, value_delimiter = ',', required = true)]
        scope: Vec<String>,
        /// The id of a room to which it is limited; several with commas
        #[arg(long, value_delimiter = ',')]
        room: Vec<String>,
        /// For how many days it is good; until it is revoked if left out
        #[arg(long)]
        days: Option<u64>,
    },
    /// Revoke a token: its sockets are closed everywhere
    Revoke {
        /// The bot's name or id
        bot: String,
        /// The token's id, as `list` shows it
        token: String,
    },
}

/// Does it, and says what came of it.
///
/// # Errors
/// Why it was not done.
pub async fn run(args: Args, say: &mut dyn FnMut(String)) -> anyhow::Result<()> {
    let by = &args.by;
    match &args.what {
        What::First { link } => become_first(by, link, say).await,
        What::FirstLink(sources) => first_link(sources, say).await,
        What::ResetLink { user, sources } => reset_link(user, sources, say).await,
        What::Delete { user, yes: false } => bail!(
            "deleting {user} cannot be taken back; `hearth admin deactivate` keeps somebody out for a time. If you mean \
             it, say --yes"
        ),
        what => {
            let authority = wire::authority_of(by.url.as_deref().unwrap_or(URL))?;
            let asker = Asker::sign_in(&authority, &by.shown()?).await?;
            let asker = asker.context("name and password do not fit together")?;
            let done = ask(&asker, what, say).await;
            asker.leave().await;
            done
        }
    }
}

// ---- Over HTTP.

/// By what somebody shows who they are.
enum Shown {
    Token(String),
    Password { name: String, password: String },
}

impl By {
    fn shown(&self) -> anyhow::Result<Shown> {
        match (&self.token_file, &self.name) {
            (Some(_), Some(_)) => bail!("--token-file goes without --name"),
            (Some(file), None) => Ok(Shown::Token(word_of(file)?)),
            (None, None) => bail!("say who asks: --name with --password-file, or --token-file"),
            (None, Some(name)) => {
                let password = match &self.password_file {
                    Some(file) => word_of(file)?,
                    None if Terminal::is_person() => {
                        terminal::ask_secret(&format!("Password of {name}: "))?
                    }
                    None => bail!("{name} needs a password: --password-file FILE"),
                };
                let name = name.clone();
                Ok(Shown::Password { name, password })
            }
        }
    }
}

fn word_of(file: &Path) -> anyhow::Result<String> {
    let text =
        std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// Who asks, by a token.
struct Asker {
    authority: String,
    token: String,
    /// Whether the login was opened for this command alone, and ends with it.
    own: bool,
}

impl Asker {
    /// `None`: name and password do not fit together.
    async fn sign_in(authority: &str, shown: &Shown) -> anyhow::Result<Option<Self>> {
        let (name, password) = match shown {
            Shown::Token(token) => return Ok(Some(Self::by(authority, token.clone(), false))),
            Shown::Password { name, password } => (name, password),
        };
        let body = json!({ "name": name, "password": password, "device_name": DEVICE });
        let (status, answer) = log_in(authority, &body).await?;
        match status {
            200 => Ok(Some(Self::by(authority, token_of(&answer)?, true))),
            401 => Ok(None),
            _ => bail!("{}", reason(status, &answer)),
        }
    }

    fn by(authority: &str, token: String, own: bool) -> Self {
        Self {
            authority: authority.to_owned(),
            token,
            own,
        }
    }

    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> anyhow::Result<Value> {
        let token = Some(self.token.as_str());
        let (status, answer) = wire::call(&self.authority, token, method, path, body, None).await?;
        if !(200..300).contains(&status) {
            bail!("{}", reason(status, &answer));
        }
        Ok(answer)
    }

    /// Ends the login, if it was for this alone. Where that fails it is listed among the sessions, and expires.
    async fn leave(self) {
        if self.own {
            let _ = self.ask(Method::POST, "/api/v1/logout", None).await;
        }
    }
}

async fn become_first(by: &By, link: &str, say: &mut dyn FnMut(String)) -> anyhow::Result<()> {
    let (place, token) = link.split_once("#first=").unwrap_or((URL, link));
    let authority = wire::authority_of(by.url.as_deref().unwrap_or(place))?;
    let shown = by.shown()?;
    if let Some(asker) = Asker::sign_in(&authority, &shown).await? {
        let body = json!({ "token": token });
        let path = "/api/v1/admin/first";
        let done = asker.ask(Method::POST, path, Some(&body)).await;
        asker.leave().await;
        done?;
        say("you are the first administrator".into());
        return Ok(());
    }
    // Nobody of this name, perhaps: the link lets one in, whatever `signup` says.
    let Shown::Password { name, password } = shown else {
        bail!("the token is not valid");
    };
    let body = json!({ "name": name, "password": password, "first": token, "device_name": DEVICE });
    let (path, key) = ("/api/v1/signup", uuid::Uuid::now_v7().to_string());
    let (status, answer) = wire::post_patiently(&authority, path, &body, Some(&key)).await?;
    match status {
        201 => {
            Asker::by(&authority, token_of(&answer)?, true)
                .leave()
                .await
        }
        409 => bail!("name and password do not fit together, or the name is somebody else's"),
        _ => bail!("{}", reason(status, &answer)),
    }
    say(format!(
        "{name} has an account now, and is the first administrator"
    ));
    Ok(())
}

async fn ask(asker: &Asker, what: &What, say: &mut dyn FnMut(String)) -> anyhow::Result<()> {
    const USERS: &str = "/api/v1/admin/users";
    const INVITATIONS: &str = "/api/v1/admin/invitations";
    let of = |user: &str, act: &str| format!("{USERS}/{}{act}", escaped(user));
    match what {
        What::Users { prefix, after } => {
            let mut path = format!("{USERS}?prefix={}", escaped(prefix));
            if let Some(after) = after {
                path.push_str(&format!("&after={}", escaped(after)));
            }
            let answer = asker.ask(Method::GET, &path, None).await?;
            list(&answer, "users").for_each(|user| say(user_line(user)));
            if let Some(next) = answer["next"].as_str() {
                say(format!("there may be more: --after {}", tame(next)));
            }
        }
        What::User { user } => {
            let answer = asker.ask(Method::GET, &of(user, ""), None).await?;
            say(user_line(&answer));
            say(format!("made {}", day(&answer, "created_ms")));
            let used = match answer.get("used_ms") {
                Some(_) => format!(", one last used {}", day(&answer, "used_ms")),
                None => String::new(),
            };
            say(format!("{} sessions{used}", answer["sessions"]));
        }
        What::Grant { user } => {
            asker.ask(Method::PUT, &of(user, "/admin"), None).await?;
            say(format!("{user} is an administrator"));
        }
        What::Revoke { user } => {
            asker.ask(Method::DELETE, &of(user, "/admin"), None).await?;
            say(format!("{user} is no administrator"));
        }
        What::Deactivate { user } => {
            asker
                .ask(Method::POST, &of(user, "/deactivate"), None)
                .await?;
            say(format!(
                "{user} is kept out, and all their sessions have ended"
            ));
        }
        What::Reactivate { user } => {
            asker
                .ask(Method::POST, &of(user, "/reactivate"), None)
                .await?;
            say(format!("{user} may come in again"));
        }
        What::Delete { user, .. } => {
            asker.ask(Method::DELETE, &of(user, ""), None).await?;
            say(format!(
                "{user} is deleted; what they wrote stays, and the name stays theirs"
            ));
        }
        What::Reset { user } => {
            let answer = asker.ask(Method::POST, &of(user, "/reset"), None).await?;
            say(text(&answer, "link"));
            say(format!(
                "sets a new password for {user}, once, until {}",
                day(&answer, "until_ms")
            ));
        }
        What::Invite { uses, days } => {
            let body = json!({ "uses": uses, "days": days });
            let answer = asker.ask(Method::POST, INVITATIONS, Some(&body)).await?;
            say(text(&answer, "link"));
            say(format!(
                "lets {uses} in until {}; `hearth admin withdraw {}` takes it back",
                day(&answer, "until_ms"),
                text(&answer, "id")
            ));
        }
        What::Invitations => {
            let answer = asker.ask(Method::GET, INVITATIONS, None).await?;
            for invitation in list(&answer, "invitations") {
                say(format!(
                    "{}  {} of {} have come in, until {}, by {}",
                    text(invitation, "id"),
                    invitation["uses"],
                    invitation["uses_max"],
                    day(invitation, "until_ms"),
                    text(invitation, "by_name")
                ));
            }
        }
        What::Withdraw { invitation } => {
            let path = format!("{INVITATIONS}/{}", escaped(invitation));
            asker.ask(Method::DELETE, &path, None).await?;
            say("nobody comes in by it any more".into());
        }
        What::Rooms { words, after } => {
            let mut path = format!("/api/v1/admin/rooms?q={}", escaped(words));
            if let Some(after) = after {
                path.push_str(&format!("&after={}", escaped(after)));
            }
            let answer = asker.ask(Method::GET, &path, None).await?;
            list(&answer, "rooms").for_each(|room| say(room_line(room)));
            if let Some(next) = answer["next"].as_str() {
                say(format!("there may be more: --after {}", tame(next)));
            }
        }
        What::Health { watch: false, json } => show_health(asker, *json, say).await?,
        What::Health { watch: true, json } => {
            tokio::select! {
                never = watch_health(asker, *json, say) => match never {},
                _ = tokio::signal::ctrl_c() => {}
            }
        }
        What::Bot { what } => ask_bot(asker, what, say).await?,
        What::Acts { before } => {
            let before = before.map_or_else(String::new, |before| format!("?before={before}"));
            let path = format!("/api/v1/admin/acts{before}");
            let answer = asker.ask(Method::GET, &path, None).await?;
            list(&answer, "acts").for_each(|act| say(act_line(act)));
            if let Some(next) = answer["next"].as_u64() {
                say(format!("there may be more: --before {next}"));
            }
        }
        What::First { .. } | What::FirstLink(_) | What::ResetLink { .. } => {}
    }
    Ok(())
}

async fn show_health(asker: &Asker, json: bool, say: &mut dyn FnMut(String)) -> anyhow::Result<()> {
    let answer = asker.ask(Method::GET, "/api/v1/admin/health", None).await?;
    match json {
        true => say(answer.to_string()),
        false => health::lines(&answer).into_iter().for_each(say),
    }
    Ok(())
}

/// Goes on where a server does not answer: that is when somebody looks.
async fn watch_health(asker: &Asker, json: bool, say: &mut dyn FnMut(String)) -> Infallible {
    let mut ticks = tokio::time::interval(WATCH);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let mut lines = Vec::new();
        let shown = show_health(asker, json, &mut |line| lines.push(line)).await;
        if let Err(error) = shown {
            lines.push(format!("{error:#}"));
        }
        if !json && std::io::stdout().is_terminal() {
            // The terminal's own signs: to the beginning, and what stood there goes.
            say("\u{1b}[H\u{1b}[J".into());
        }
        lines.into_iter().for_each(&mut *say);
    }
}

async fn ask_bot(asker: &Asker, what: &Bot, say: &mut dyn FnMut(String)) -> anyhow::Result<()> {
    const BOTS: &str = "/api/v1/admin/bots";
    let tokens_of = |bot: &str| format!("{BOTS}/{}/tokens", escaped(bot));
    match what {
        Bot::Create { bot, display } => {
            let body = json!({ "name": bot, "display": display });
            let answer = asker.ask(Method::POST, BOTS, Some(&body)).await?;
            let (id, name) = (text(&answer, "id"), text(&answer, "name"));
            say(format!("{id}  {name}"));
            say(format!(
                "`hearth admin bot token {name} --scope read,send` lets it in"
            ));
        }
        Bot::List { bot: None, after } => {
            let mut path = "/api/v1/admin/users?bots=true".to_owned();
            if let Some(after) = after {
                path.push_str(&format!("&after={}", escaped(after)));
            }
            let answer = asker.ask(Method::GET, &path, None).await?;
            list(&answer, "users").for_each(|bot| say(user_line(bot)));
            if let Some(next) = answer["next"].as_str() {
                say(format!("there may be more: --after {}", tame(next)));
            }
        }
        Bot::List { bot: Some(bot), .. } => {
            let answer = asker.ask(Method::GET, &tokens_of(bot), None).await?;
            list(&answer, "tokens").for_each(|token| say(token_line(token)));
        }
        Bot::Token {
            bot,
            called,
            scope,
            room,
            days,
        } => {
            let body = json!({ "name": called, "scopes": scope, "rooms": room, "days": days });
            let answer = asker
                .ask(Method::POST, &tokens_of(bot), Some(&body))
                .await?;
            say(text(&answer, "secret"));
            say(token_line(&answer["token"]));
        }
        Bot::Revoke { bot, token } => {
            let path = format!("{}/{}", tokens_of(bot), escaped(token));
            asker.ask(Method::DELETE, &path, None).await?;
            say("nothing is done by it any more".into());
        }
    }
    Ok(())
}

fn token_line(token: &Value) -> String {
    let words = |key: &str| {
        let words = list(token, key).filter_map(Value::as_str).map(tame);
        words.collect::<Vec<_>>().join(",")
    };
    let mut line = format!(
        "{}  {}  {}",
        text(token, "id"),
        text(token, "name"),
        words("scopes")
    );
    match words("rooms").as_str() {
        "" => {}
        rooms => line.push_str(&format!("  in {rooms}")),
    }
    line.push_str(&format!("  last used {}", day(token, "used_ms")));
    if token.get("until_ms").is_some() {
        line.push_str(&format!("  until {}", day(token, "until_ms")));
    }
    line
}

fn list<'a>(answer: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    answer
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn text(of: &Value, key: &str) -> String {
    tame(of.get(key).and_then(Value::as_str).unwrap_or_default())
}

fn day(of: &Value, key: &str) -> String {
    day_of(of.get(key).and_then(Value::as_u64).unwrap_or_default())
}

fn user_line(user: &Value) -> String {
    let is = |key: &str| user.get(key).and_then(Value::as_bool) == Some(true);
    let mut line = format!("{}  {}", text(user, "id"), text(user, "name"));
    let display = text(user, "display");
    if display != text(user, "name") {
        line.push_str(&format!(" ({display})"));
    }
    let marks = [
        (is("admin"), "administrator"),
        (is("deactivated"), "deactivated"),
        (is("bot"), "bot"),
        (!is("has_password") && !is("bot"), "no password"),
    ];
    for (_, mark) in marks.into_iter().filter(|(holds, _)| *holds) {
        line.push_str(&format!("  [{mark}]"));
    }
    line
}

fn room_line(room: &Value) -> String {
    let mut line = format!(
        "{}  #{}  {}  {} members",
        text(room, "id"),
        text(room, "name"),
        text(room, "kind"),
        room["members"]
    );
    if room.get("last_ms").is_some() {
        line.push_str(&format!("  last used {}", day(room, "last_ms")));
    }
    if room["archived"] == true {
        line.push_str("  [archived]");
    }
    line
}

fn act_line(act: &Value) -> String {
    let what = text(act, "act").replace('_', " ");
    let mut line = format!(
        "{}  {}  {}: {what}",
        act["n"],
        day(act, "at_ms"),
        text(act, "by_name")
    );
    for key in ["whom_name", "detail"] {
        if act.get(key).is_some() {
            line.push_str(&format!("  {}", text(act, key)));
        }
    }
    line
}

// ---- On the store itself.

/// A node that does one thing; and where its server is reached.
async fn node_on_the_store(sources: &Sources) -> anyhow::Result<(Node, String)> {
    let config = sources.load()?;
    let name = parts::node_name(&config);
    let parts = parts::open_alone(&config, &name).await?;
    let node_config = NodeConfig {
        name,
        build: hearth_protocol::BUILD.into(),
        bounds: RoomBounds::default(),
        canary: CanarySwitch::Off,
    };
    let place = first::place_of(&config, config.listen.port());
    Ok((Node::start(node_config, parts), place))
}

async fn first_link(sources: &Sources, say: &mut dyn FnMut(String)) -> anyhow::Result<()> {
    let (node, place) = node_on_the_store(sources).await?;
    let offered = node.make_first().await;
    node.stop().await;
    let Some(link) = offered? else {
        bail!(
            "there is an administrator already, who can give the right (`hearth admin grant`). If none of them gets in: \
             `hearth admin reset-link`"
        );
    };
    say(format!("{place}/#first={}", link.token));
    say(format!(
        "makes somebody the first administrator, once, until {}",
        day_of(link.until_ms)
    ));
    Ok(())
}

async fn reset_link(
    user: &str,
    sources: &Sources,
    say: &mut dyn FnMut(String),
) -> anyhow::Result<()> {
    let (node, place) = node_on_the_store(sources).await?;
    let made = async {
        let account = node.account(user).await?;
        let account = account.with_context(|| format!("there is no user {user}"))?;
        // Whoever runs the store is above who was kept out.
        node.reactivate(&system_user(), account.id).await?;
        anyhow::Ok(
            node.make_reset(&system_user(), account.id, &node.anew())
                .await?,
        )
    };
    let made = made.await;
    node.stop().await;
    let link = made?;
    say(format!("{place}/#reset={}", link.token));
    say(format!(
        "sets a new password for {user}, once, until {}",
        day_of(link.until_ms)
    ));
    Ok(())
}
