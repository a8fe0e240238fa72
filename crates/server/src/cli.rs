//! The command line: what can be asked of `hearth`, and help that teaches it.

use std::{collections::BTreeMap, path::PathBuf};

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, Parser, Subcommand, error::ErrorKind};

use crate::config::{Config, ConfigError, SETTINGS};

/// `hearth`.
#[derive(Debug, Parser)]
#[command(
    name = "hearth",
    version,
    about = "A chat server whose rooms are logs: stored before acknowledged, in one order for all.",
    after_help = "Examples:\n  \
        hearth serve                                  serve http://127.0.0.1:8080, everything in ./hearth-data\n  \
        hearth chat http://127.0.0.1:8080             talk, in as many terminals as you like\n  \
        hearth serve --listen 0.0.0.0:8080 --mode password\n                                                \
        let others in; they need passwords\n  \
        hearth config > hearth.toml                   every setting, explained; then:\n  \
        hearth serve --config hearth.toml\n  \
        hearth doctor --config hearth.toml            what is wrong, and what to do about it"
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: What,
}

/// What can be asked.
#[derive(Debug, Subcommand)]
pub enum What {
    /// Run the server, until Ctrl-C or SIGTERM.
    #[command(after_help = "Examples:\n  \
        hearth serve --data /var/lib/hearth\n  \
        HEARTH_STORE=cassandra HEARTH_BUS=redis hearth serve --config hearth.toml\n\n\
        Settings come from their defaults, then the file, then HEARTH_* variables, then flags; the last one wins.")]
    Serve(Sources),
    /// Talk to people, from a terminal or through a pipe.
    #[command(after_help = "Example:\n  \
        hearth chat http://127.0.0.1:8080 --name mara\n\n\
        /help shows what can be typed. Ctrl-D leaves.")]
    Chat(crate::chat::Args),
    /// Look after accounts (administrators, invitations, new passwords), servers and rooms. Ends with 1 if it was not done.
    #[command(after_help = "Examples:\n  \
        hearth admin first 'http://127.0.0.1:8080/#first=…' --name mara --password-file mara.txt\n  \
        hearth admin invite --uses 30 --days 2 --name mara --password-file mara.txt\n  \
        hearth admin users --prefix jo --url http://10.0.0.1:8080 --token-file token.txt\n\n\
        Who asks is an administrator: --name with --password-file, or --token-file with the token of a log-in. The link \
        for the first administrator is in the server's log.")]
    Admin(crate::admin::Args),
    /// Fill a fresh server with a small team and its conversations, to look around in.
    #[command(after_help = "Example:\n  \
        hearth seed-demo --url http://127.0.0.1:8080\n\n\
        Six people, four rooms and a direct one, with replies, edits and reactions, made over HTTP. Refused where one \
        of the six is there already; --force goes on with them and does nothing twice.")]
    SeedDemo(crate::demo::Args),
    /// Make the store's tables, or bring them up to date. Running it again changes nothing.
    #[command(after_help = "Example:\n  \
        hearth migrate --store cassandra --cassandra-nodes 10.0.0.1:9042 --cassandra-replication datacenter1:3\n\n\
        The embedded store needs none: it makes its file by itself.")]
    Migrate(Sources),
    /// Check settings, store, bus, clock and limits, and say what to do. Ends with 1 if something fails.
    #[command(after_help = "Example:\n  hearth doctor --config /etc/hearth/hearth.toml")]
    Doctor(Sources),
    /// Show one message's way over all servers, from what they remember. Ends with 1 if none knows of it.
    #[command(after_help = "Example:\n  \
        hearth trace 01985b3c-…/4711 --url http://10.0.0.1:8080 --url http://10.0.0.2:8080 --token-file /etc/hearth/operator\n\n\
        EVENT is ROOM/SEQ, or the message's id. Name every server: each remembers its own part, for a while.")]
    Trace(crate::trace::Args),
    /// Print every setting with its default, as a file to begin with.
    #[command(after_help = "Example:\n  hearth config > hearth.toml")]
    Config,
    /// Ask a running server for its health: ends with 0 if the answer is 2xx.
    #[command(hide = true)]
    Health {
        /// What to ask.
        #[arg(default_value = "http://127.0.0.1:8080/readyz")]
        url: String,
    },
}

/// Where the settings come from: a file, and one flag for every setting.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    file: Option<PathBuf>,
    flags: BTreeMap<&'static str, String>,
}

impl Sources {
    /// Reads the settings.
    ///
    /// # Errors
    /// The first thing that does not fit.
    pub fn load(&self) -> Result<Config, ConfigError> {
        Config::load(self.file.as_deref(), &self.flags)
    }
}

impl Args for Sources {
    fn augment_args(command: Command) -> Command {
        let file = Arg::new("config")
            .long("config")
            .value_name("FILE")
            .value_parser(clap::value_parser!(PathBuf))
            .help("A file with settings, as `hearth config` prints it (also: HEARTH_CONFIG)");
        SETTINGS.iter().fold(command.arg(file), |command, setting| {
            let default = setting.default.trim_matches(['[', ']']).replace('"', "");
            let default = if default.is_empty() {
                String::new()
            } else {
                format!(" [default: {default}]")
            };
            command.arg(
                Arg::new(setting.key)
                    .long(setting.flag())
                    .value_name(setting.shape)
                    .help(format!("{}{default}", setting.doc))
                    .allow_hyphen_values(true)
                    .help_heading("Settings"),
            )
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Sources {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut sources = Self::default();
        sources.update_from_arg_matches(matches)?;
        Ok(sources)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        let wrong = |error| clap::Error::raw(ErrorKind::InvalidValue, error);
        self.file = matches
            .try_get_one::<PathBuf>("config")
            .map_err(wrong)?
            .cloned();
        for setting in SETTINGS {
            if let Some(text) = matches.try_get_one::<String>(setting.key).map_err(wrong)? {
                self.flags.insert(setting.key, text.clone());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_made() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_setting_is_a_flag() {
        let mut line = vec![
            "hearth".to_owned(),
            "serve".into(),
            "--config".into(),
            "f".into(),
        ];
        for setting in SETTINGS {
            line.push(format!("--{}={}", setting.flag(), setting.key));
        }
        match Cli::try_parse_from(line).unwrap().command {
            What::Serve(sources) => {
                assert_eq!(sources.file, Some("f".into()));
                assert_eq!(sources.flags.len(), SETTINGS.len());
                assert!(sources.flags.iter().all(|(key, value)| key == value));
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_help_shows_examples() {
        let help = Cli::command().render_long_help().to_string();
        for part in [
            "Examples:",
            "hearth serve",
            "hearth config > hearth.toml",
            "hearth doctor",
        ] {
            assert!(help.contains(part), "{part} is not in {help}");
        }
        assert!(
            !help.contains("Ask a running server"),
            "`health` is for containers"
        );
    }
}
