//! The schema as numbered migrations, and `db.cql`, which is made of them.
//!
//! Promises: every statement may be run again and by several at once (`IF NOT EXISTS`), and `db.cql` leaves the same
//! state as `hearth migrate` with the default settings, in whatever order the two are run.

use super::options::{BUCKET_EVENTS, Mode, Options, Replication};

/// One step of the schema. Its statements can be repeated.
pub(super) struct Migration {
    pub(super) id: i32,
    pub(super) name: &'static str,
    pub(super) text: &'static str,
}

macro_rules! migrations {
    ($($id:literal $name:literal $file:literal;)*) => {
        /// All of them, in their order. One that has been released is never changed.
        pub(super) const MIGRATIONS: &[Migration] = &[
            $(Migration { id: $id, name: $name, text: include_str!(concat!("migrations/", $file)) },)*
        ];
    };
}

migrations! {
    1 "installation" "0001_installation.cql";
    2 "log" "0002_log.cql";
    3 "projections" "0003_projections.cql";
    4 "records" "0004_records.cql";
    5 "accounts" "0005_accounts.cql";
    6 "rooms" "0006_rooms.cql";
    7 "mentions" "0007_mentions.cql";
    8 "own" "0008_own.cql";
    9 "directory" "0009_directory.cql";
    10 "room invitations" "0010_room_invitations.cql";
    11 "threads" "0011_threads.cql";
    12 "files" "0012_files.cql";
    13 "search" "0013_search.cql";
    14 "webhooks" "0014_webhooks.cql";
    15 "notify" "0015_notify.cql";
    16 "edits" "0016_edits.cql";
    17 "requests" "0017_requests.cql";
    18 "edit times" "0018_edit_times.cql";
}

impl Migration {
    /// Its statements, without comments.
    pub(super) fn statements(&self) -> Vec<String> {
        let code: Vec<&str> = self
            .text
            .lines()
            .filter(|line| !line.trim_start().starts_with("--"))
            .collect();
        code.join("\n")
            .split(';')
            .map(|statement| statement.trim().to_owned())
            .filter(|statement| !statement.is_empty())
            .collect()
    }
}

/// What an installation agrees on, as the first migration writes it. `home` is empty until a datacenter is known.
pub(super) fn agreed(bucket_events: u64, mode: Mode, home: &str) -> [(&'static str, String); 3] {
    [
        ("bucket_events", bucket_events.to_string()),
        ("consistency", mode.to_string()),
        ("home", home.to_owned()),
    ]
}

/// The text of `db.cql`: what `cqlsh < db.cql` loads for the keyspace `chat` with the default settings.
pub fn db_cql() -> String {
    let keyspace = Options::default().keyspace;
    let mut text = format!(
        "-- The schema for `cqlsh < db.cql`: the same as `hearth migrate` with its default settings. Loading it before or\n\
         -- after changes nothing. Made from crates/backends/src/cassandra/migrations by\n\
         --     cargo run -p hearth-backends --example db_cql > db.cql\n\
         -- For more than one node use `hearth migrate`: it takes cassandra_replication.\n\
         \n\
         CREATE KEYSPACE IF NOT EXISTS {keyspace}\n\
         WITH replication = {};\n\
         \n\
         USE {keyspace};\n",
        Replication::Simple(1).cql(),
    );
    for migration in MIGRATIONS {
        text.push('\n');
        text.push_str(migration.text);
    }
    text.push('\n');
    for migration in MIGRATIONS {
        text.push_str(&format!(
            "INSERT INTO migrations (id, name) VALUES ({}, '{}');\n",
            migration.id, migration.name
        ));
    }
    text.push('\n');
    for (key, value) in agreed(BUCKET_EVENTS, Mode::Home, "") {
        text.push_str(&format!(
            "INSERT INTO installation (key, value) VALUES ('{key}', '{value}') IF NOT EXISTS;\n"
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_are_numbered_without_gaps() {
        for (n, migration) in (1..).zip(MIGRATIONS) {
            assert_eq!(migration.id, n, "{}", migration.name);
        }
    }

    #[test]
    fn every_statement_may_be_run_again() {
        for migration in MIGRATIONS {
            let statements = migration.statements();
            assert!(!statements.is_empty(), "{}", migration.name);
            for statement in statements {
                assert!(statement.contains(" IF NOT EXISTS "), "{statement}");
            }
        }
    }

    #[test]
    fn db_cql_equals_the_migrations() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../db.cql");
        let found = std::fs::read_to_string(file).unwrap_or_default();
        assert!(
            found == db_cql(),
            "db.cql differs from the migrations: cargo run -p hearth-backends --example db_cql > db.cql"
        );
    }

    #[test]
    fn the_schema_has_no_index_and_no_other_delete() {
        let text = db_cql().to_uppercase();
        for word in ["CREATE INDEX", "MATERIALIZED", "DELETE FROM", "SELECT *"] {
            assert!(!text.contains(word), "{word}");
        }
    }
}
