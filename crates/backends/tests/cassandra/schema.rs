//! Migrations, `db.cql`, and what is refused before serving.

use std::{collections::BTreeMap, path::PathBuf, process::Stdio};

use futures_util::future::join_all;
use hearth_backends::cassandra::{
    Cassandra, Mode, Options, Report, SetupError, Weight, check, db_cql, migrate,
};
use hearth_core::port::{Appended, Cell, Log, Store};
use hearth_protocol::{Role, UserId};
use scylla::client::{session::Session, session_builder::SessionBuilder};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    process::Command,
};
use uuid::Uuid;

use crate::place::{Place, THREE, head, message, room, skipped};

async fn session(place: &Place) -> Session {
    SessionBuilder::new()
        .known_nodes(&place.nodes)
        .build()
        .await
        .expect("a session")
}

/// All columns of the keyspace with their types and places, and the rows of the tables that migrations fill.
async fn state(session: &Session, keyspace: &str) -> BTreeMap<String, String> {
    let mut state = BTreeMap::new();
    let columns = session
        .query_unpaged(
            "SELECT table_name, column_name, type, kind, position, clustering_order \
             FROM system_schema.columns WHERE keyspace_name = ?",
            (keyspace,),
        )
        .await
        .unwrap()
        .into_rows_result()
        .unwrap();
    for row in columns
        .rows::<(String, String, String, String, i32, String)>()
        .unwrap()
    {
        let (table, column, kind, role, position, order) = row.unwrap();
        state.insert(
            format!("{table}.{column}"),
            format!("{kind} {role} {position} {order}"),
        );
    }
    let migrations = session
        .query_unpaged(format!("SELECT id, name FROM {keyspace}.migrations"), ())
        .await
        .unwrap()
        .into_rows_result()
        .unwrap();
    for row in migrations.rows::<(i32, String)>().unwrap() {
        let (id, name) = row.unwrap();
        state.insert(format!("migration {id}"), name);
    }
    let agreed = session
        .query_unpaged(
            format!("SELECT key, value FROM {keyspace}.installation"),
            (),
        )
        .await
        .unwrap()
        .into_rows_result()
        .unwrap();
    for row in agreed.rows::<(String, String)>().unwrap() {
        let (key, value) = row.unwrap();
        state.insert(format!("agreed {key}"), value);
    }
    state
}

#[tokio::test(flavor = "multi_thread")]
async fn migrating_again_changes_nothing() {
    let Some(place) = Place::one("migrating_again_changes_nothing") else {
        return;
    };
    let options = place.options(4_000);
    let first = migrate(&options).await.unwrap();
    assert!(first.keyspace_made && first.notes.is_empty());
    assert_eq!(
        first.applied,
        [
            "installation",
            "log",
            "projections",
            "records",
            "accounts",
            "rooms",
            "mentions",
            "own",
            "directory",
            "room invitations",
            "threads",
            "files",
            "search",
            "webhooks",
            "notify",
            "edits",
            "requests",
            "edit times",
        ]
    );
    let session = session(&place).await;
    let before = state(&session, &options.keyspace).await;
    assert_eq!(before["agreed home"], "datacenter1");
    assert_eq!(migrate(&options).await.unwrap(), Report::default());
    assert_eq!(state(&session, &options.keyspace).await, before);
}

/// Through three nodes at once if there are three.
#[tokio::test(flavor = "multi_thread")]
async fn migrations_may_run_at_the_same_time() {
    let test = "migrations_may_run_at_the_same_time";
    let Some(place) = Place::three(test).or_else(|| Place::one(test)) else {
        return;
    };
    let _alone = THREE.lock().await;
    let options = place.options(4);
    let all = (0..6).map(|i| {
        let mut options = options.clone();
        options.nodes.rotate_left(i % place.nodes.len());
        tokio::spawn(async move { migrate(&options).await })
    });
    for one in join_all(all).await {
        one.unwrap().unwrap();
    }
    // Every node serves what the others have made.
    for node in &place.nodes {
        let options = Options {
            nodes: vec![node.clone()],
            ..options.clone()
        };
        let store = Cassandra::connect(&options).await.unwrap();
        let outcome = store.append(room(), head(0), &[message(1)]).await.unwrap();
        assert_eq!(outcome, Appended::Applied);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn db_cql_before_or_after_migrate_leaves_the_same() {
    let test = "db_cql_before_or_after_migrate_leaves_the_same";
    let Some(place) = Place::one(test) else {
        return;
    };
    let Some(cqlsh) = cqlsh(test) else { return };
    let session = session(&place).await;
    let options = || place.options(hearth_backends::cassandra::BUCKET_EVENTS);

    let only_migrated = options();
    migrate(&only_migrated).await.unwrap();
    let wanted = state(&session, &only_migrated.keyspace).await;

    let before = options();
    load(&cqlsh, &place, &before.keyspace).await;
    // The file alone is enough to serve; the first server says where home is.
    let mut loaded = state(&session, &before.keyspace).await;
    assert_eq!(
        loaded
            .insert("agreed home".into(), "datacenter1".into())
            .as_deref(),
        Some("")
    );
    assert_eq!(loaded, wanted);
    let store = Cassandra::connect(&before).await.unwrap();
    store.ready().await.unwrap();
    assert_eq!(state(&session, &before.keyspace).await, wanted);
    let report = migrate(&before).await.unwrap();
    assert_eq!(report, Report::default());
    load(&cqlsh, &place, &before.keyspace).await;
    assert_eq!(state(&session, &before.keyspace).await, wanted);

    let after = options();
    migrate(&after).await.unwrap();
    load(&cqlsh, &place, &after.keyspace).await;
    load(&cqlsh, &place, &after.keyspace).await;
    assert_eq!(state(&session, &after.keyspace).await, wanted);
}

/// The shell that the documented step uses, as `scripts/install` puts it.
fn cqlsh(test: &str) -> Option<PathBuf> {
    let scripts = std::env::var_os("HEARTH_TEST_SCRIPTS").map(PathBuf::from);
    let run = std::env::var_os("HEARTH_RUN")
        .map(PathBuf::from)
        .or_else(|| Some(scripts?.parent()?.join(".run")));
    match run.map(|run| run.join("venv/bin/cqlsh")) {
        Some(path) if path.exists() => Some(path),
        _ => skipped(test, "cqlsh is not there: scripts/install"),
    }
}

/// `cqlsh < db.cql`, with another keyspace in the place of `chat`.
async fn load(cqlsh: &PathBuf, place: &Place, keyspace: &str) {
    let text = db_cql()
        .replace(
            "KEYSPACE IF NOT EXISTS chat\n",
            &format!("KEYSPACE IF NOT EXISTS {keyspace}\n"),
        )
        .replace("USE chat;", &format!("USE {keyspace};"));
    assert!(!text.contains("chat;"));
    let (host, port) = place.nodes[0].split_once(':').expect("host:port");
    let mut shell = Command::new(cqlsh)
        .args([host, port])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("cqlsh runs");
    let mut input = shell.stdin.take().unwrap();
    input.write_all(text.as_bytes()).await.unwrap();
    drop(input);
    let output = shell.wait_with_output().await.unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.success() && !errors.contains("<stdin>"),
        "cqlsh: {errors}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_break_a_promise_is_refused_with_its_cure() {
    let Some(place) = Place::one("what_would_break_a_promise_is_refused_with_its_cure") else {
        return;
    };
    let options = place.options(8);
    let refused = Cassandra::connect(&options).await.unwrap_err();
    assert!(
        matches!(refused, SetupError::KeyspaceMissing(_)),
        "{refused}"
    );
    assert!(refused.to_string().contains("hearth migrate"));

    migrate(&options).await.unwrap();
    Cassandra::connect(&options).await.unwrap();

    let bucket = Options {
        bucket_events: 16,
        ..options.clone()
    };
    let mode = Options {
        consistency: Mode::Everywhere,
        ..options.clone()
    };
    for (wrong, about) in [(&bucket, "bucket"), (&mode, "cassandra_consistency")] {
        for refused in [
            Cassandra::connect(wrong).await.unwrap_err(),
            migrate(wrong).await.unwrap_err(),
        ] {
            assert!(matches!(refused, SetupError::Disagrees { .. }), "{refused}");
            assert!(refused.to_string().contains(about), "{refused}");
        }
    }
    let home = Options {
        home: Some("atlantis".into()),
        ..options.clone()
    };
    let refused = Cassandra::connect(&home).await.unwrap_err();
    assert!(
        matches!(refused, SetupError::NoSuchHome { .. }),
        "{refused}"
    );

    let session = session(&place).await;
    let keyspace = &options.keyspace;
    let (newest, later) = (18, 19);
    session
        .query_unpaged(
            format!("INSERT INTO {keyspace}.migrations (id, name) VALUES ({later}, 'x')"),
            (),
        )
        .await
        .unwrap();
    let refused = Cassandra::connect(&options).await.unwrap_err();
    assert!(
        matches!(refused, SetupError::SchemaNew { found, .. } if found == later),
        "{refused}"
    );
    session
        .query_unpaged(
            format!("DELETE FROM {keyspace}.migrations WHERE id IN ({newest}, {later})"),
            (),
        )
        .await
        .unwrap();
    let refused = Cassandra::connect(&options).await.unwrap_err();
    assert!(
        matches!(refused, SetupError::SchemaOld { found, .. } if found < newest),
        "{refused}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_from_before_settings_and_bans_are_read_as_having_none() {
    let Some(place) = Place::one("rows_from_before_settings_and_bans_are_read_as_having_none")
    else {
        return;
    };
    let options = place.options(8);
    migrate(&options).await.unwrap();
    let session = session(&place).await;
    let keyspace = &options.keyspace;
    let room = room();
    let user = UserId(Uuid::from_u128(7));
    for text in [
        format!(
            "INSERT INTO {keyspace}.room_state (room, seq, name, kind, topic, members) \
             VALUES ({room}, 3, 'r', 'public', '', 1) USING TIMESTAMP 3"
        ),
        format!(
            "INSERT INTO {keyspace}.room_members (room, user, seq, username, room_name, role) \
             VALUES ({room}, '{user}', 3, 'u', 'r', 'owner') USING TIMESTAMP 3"
        ),
    ] {
        session.query_unpaged(text, ()).await.unwrap();
    }
    let store = Cassandra::connect(&options).await.unwrap();
    let cell = store.room_cell(room).await.unwrap();
    assert!(
        matches!(&cell, Some(Cell::Room { settings, .. }) if settings.is_nothing()),
        "{cell:?}"
    );
    let members = store.member_cells(room, None, 10).await.unwrap();
    let [member] = &members[..] else {
        panic!("{members:?}");
    };
    assert_eq!((member.role, &member.ban), (Some(Role::Owner), &None));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_applications_tables_are_not_taken_for_ours() {
    let Some(place) = Place::one("another_applications_tables_are_not_taken_for_ours") else {
        return;
    };
    let options = place.options(8);
    let session = session(&place).await;
    let keyspace = &options.keyspace;
    for text in [
        format!(
            "CREATE KEYSPACE {keyspace} WITH replication = {{'class': 'SimpleStrategy', 'replication_factor': 1}}"
        ),
        format!("CREATE TABLE {keyspace}.users (username text PRIMARY KEY, id text)"),
    ] {
        session.query_unpaged(text, ()).await.unwrap();
    }
    let refused = migrate(&options).await.unwrap_err();
    assert!(matches!(refused, SetupError::Foreign { .. }), "{refused}");
}

#[tokio::test]
async fn a_node_that_is_not_there_is_named() {
    let options = Options {
        nodes: vec!["127.0.0.1:1".into()],
        start: std::time::Duration::from_millis(600),
        ..Options::default()
    };
    for refused in [
        Cassandra::connect(&options).await.unwrap_err(),
        migrate(&options).await.unwrap_err(),
    ] {
        assert!(
            matches!(refused, SetupError::Unreachable { .. }),
            "{refused}"
        );
        assert!(refused.to_string().contains("127.0.0.1:1"), "{refused}");
    }
    let findings = check(&options).await;
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].weight, Weight::Refusal);
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_finds_nothing_to_cure_in_a_whole_installation() {
    let Some(place) = Place::one("doctor_finds_nothing_to_cure_in_a_whole_installation") else {
        return;
    };
    let options = place.options(8);
    let missing = check(&options).await;
    assert!(
        missing
            .iter()
            .any(|f| f.weight == Weight::Refusal && f.what.contains("hearth migrate")),
        "{missing:?}"
    );
    migrate(&options).await.unwrap();
    let whole = check(&options).await;
    assert!(whole.iter().all(|f| f.weight == Weight::Note), "{whole:?}");
    assert!(
        whole.iter().any(|f| f.what.contains("can append")),
        "{whole:?}"
    );
}

/// Waiting does not make a login right, so it is said at once. The node is made up: of ours none asks for one.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_login_is_said_at_once() {
    for login in [None, Some(("hearth".to_owned(), "wrong".to_owned()))] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let options = Options {
            nodes: vec![listener.local_addr().unwrap().to_string()],
            login,
            ..Options::default()
        };
        let node = tokio::spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                tokio::spawn(ask_for_a_login(socket));
            }
        });
        let refused = Cassandra::connect(&options);
        let refused = tokio::time::timeout(options.start / 2, refused).await;
        let refused = refused.expect("no waiting").unwrap_err();
        assert!(matches!(refused, SetupError::Login(_)), "{refused}");
        assert!(!refused.to_string().contains("wrong"), "{refused}");
        node.abort();
    }
}

/// As much of the protocol (v4) as comes before a login is refused.
async fn ask_for_a_login(mut socket: TcpStream) {
    let mut header = [0; 9];
    while socket.read_exact(&mut header).await.is_ok() {
        let length = u32::from_be_bytes([header[5], header[6], header[7], header[8]]);
        let mut body = vec![0; length as usize];
        socket.read_exact(&mut body).await.unwrap();
        let text = |text: &str| [&(text.len() as u16).to_be_bytes(), text.as_bytes()].concat();
        let (kind, answer) = match header[4] {
            // OPTIONS: nothing special is supported.
            0x05 => (0x06, vec![0, 0]),
            // STARTUP: a password, please.
            0x01 => (
                0x03,
                text("org.apache.cassandra.auth.PasswordAuthenticator"),
            ),
            // Not this one: error 0x0100.
            _ => (0x00, [vec![0, 0, 1, 0], text("bad credentials")].concat()),
        };
        let mut frame = vec![0x84, 0, header[2], header[3], kind];
        frame.extend((answer.len() as u32).to_be_bytes());
        frame.extend(answer);
        if socket.write_all(&frame).await.is_err() {
            return;
        }
    }
}
