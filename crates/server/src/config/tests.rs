//! Settings: which source wins, what is refused and how the refusal reads, and the example held to the table.

use super::*;

fn load(
    file: Option<&str>,
    variables: &[(&str, &str)],
    flags: &[(&'static str, &str)],
) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hearth.toml");
    if let Some(text) = file {
        std::fs::write(&path, text).unwrap();
    }
    let flags = flags
        .iter()
        .map(|(key, value)| (*key, (*value).to_owned()))
        .collect();
    let variable = |name: &str| {
        variables
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| (*value).to_owned())
    };
    Config::from_sources(file.map(|_| path.as_path()), &variable, &flags).map_err(|error| {
        error
            .to_string()
            .replace(&path.display().to_string(), "FILE")
    })
}

#[test]
fn the_defaults_work_and_the_example_says_the_same() {
    let defaults = load(None, &[], &[]).unwrap();
    assert_eq!(defaults.mode, Mode::Open);
    assert_eq!(defaults.store, StoreChoice::Embedded("hearth-data".into()));
    assert_eq!(load(Some(&example()), &[], &[]).unwrap(), defaults);
}

#[test]
fn flags_win_over_variables_and_variables_over_the_file() {
    let file = Some("drain_s = 1\nnode = \"file\"\nlisten = \"127.0.0.1:1\"");
    let variables = [
        ("HEARTH_NODE", "variable"),
        ("HEARTH_LISTEN", "127.0.0.1:2"),
    ];
    let config = load(file, &variables, &[("listen", "127.0.0.1:3")]).unwrap();
    assert_eq!(
        (config.drain_s, config.node.as_str(), config.listen.port()),
        (1, "variable", 3)
    );
}

#[test]
fn the_first_implementations_variables_are_the_last_resort() {
    let config = load(
        None,
        &[
            ("PORT", "6300"),
            ("SERVERID", "SERVER1"),
            ("HEARTH_MODE", "open"),
        ],
        &[],
    )
    .unwrap();
    assert_eq!(
        (config.listen.to_string().as_str(), config.node.as_str()),
        ("0.0.0.0:6300", "SERVER1")
    );
    let variables = [
        ("PORT", "6300"),
        ("HEARTH_LISTEN", "127.0.0.1:1"),
        ("SERVERID", "a"),
        ("HEARTH_NODE", "b"),
    ];
    let config = load(None, &variables, &[]).unwrap();
    assert_eq!(
        (config.listen.to_string().as_str(), config.node.as_str()),
        ("127.0.0.1:1", "b")
    );
}

#[test]
fn what_others_can_reach_needs_a_mode() {
    let error = load(None, &[("HEARTH_LISTEN", "0.0.0.0:8080")], &[]).unwrap_err();
    assert!(
        error.contains("HEARTH_LISTEN") && error.contains("HEARTH_MODE=password"),
        "{error}"
    );
    assert!(
        load(None, &[("PORT", "8080")], &[])
            .unwrap_err()
            .contains("variable PORT")
    );
    let mode = |mode| {
        load(
            None,
            &[("HEARTH_LISTEN", "0.0.0.0:8080"), ("HEARTH_MODE", mode)],
            &[],
        )
        .unwrap()
        .mode
    };
    assert_eq!(
        (mode("open"), mode("password")),
        (Mode::Open, Mode::Password)
    );
}

#[test]
fn a_proxy_published_to_others_is_refused_in_mode_open() {
    let publish = |publish, mode| {
        load(
            None,
            &[("HEARTH_PUBLISH", publish), ("HEARTH_MODE", mode)],
            &[],
        )
    };
    for wide in ["0.0.0.0", "192.168.1.4", "::", "0.0.0.0:80"] {
        let error = publish(wide, "open").unwrap_err();
        assert!(
            error.contains("`publish`") && error.contains("HEARTH_MODE=password"),
            "{error}"
        );
        assert!(publish(wide, "password").is_ok());
    }
    assert!(publish("127.0.0.1", "open").is_ok());
    assert!(publish("", "open").is_ok());
    assert!(publish("somewhere", "password").is_err());
}

#[test]
fn limits_are_on_unless_they_are_switched_off_where_nobody_else_can_come() {
    let per_minute = |settings: &[(&str, &str)]| {
        let config = load(None, settings, &[]).unwrap();
        let (node, server) = (config.bounds.limits, config.rates);
        let all = [node.user_sends, node.room_sends, node.user_requests];
        let all = all.into_iter().chain([
            server.address_logins,
            server.name_logins,
            server.address_requests,
        ]);
        all.map(|rate| rate.per_minute).collect::<Vec<_>>()
    };
    let usual = [600, 12_000, 3_000, 60, 10, 12_000];
    assert_eq!(per_minute(&[]), usual);
    assert_eq!(per_minute(&[("HEARTH_LIMITS", "off")]), [0; 6]);
    let demo = |publish| {
        let settings = [
            ("HEARTH_LIMITS", "demo"),
            ("HEARTH_MODE", "password"),
            ("HEARTH_PUBLISH", publish),
        ];
        per_minute(&settings)
    };
    assert_eq!(demo("127.0.0.1"), [0; 6]);
    for wide in ["", "0.0.0.0", "[::]:80"] {
        assert_eq!(demo(wide), usual, "{wide}");
    }
    let off = [
        ("HEARTH_LIMITS", "off"),
        ("HEARTH_MODE", "password"),
        ("HEARTH_PUBLISH", "0.0.0.0"),
    ];
    let error = load(None, &off, &[]).unwrap_err();
    assert!(
        error.contains("`limits`") && error.contains("HEARTH_LIMITS=on"),
        "{error}"
    );
    let one = per_minute(&[("HEARTH_USER_SENDS_PER_S", "0")]);
    assert_eq!((one[0], one[1]), (0, usual[1]));
}

#[test]
fn a_refusal_names_key_value_source_and_cure() {
    let flag = load(None, &[], &[("listen", "8080")]).unwrap_err();
    assert_eq!(
        flag,
        "`listen` = \"8080\" (from the flag --listen): write an address and a port, such as 127.0.0.1:8080 or [::1]:8080"
    );
    let table: &[(&str, &[&str])] = &[
        (
            "store = \"mongo\"",
            &[
                "`store` = \"mongo\"",
                "FILE",
                "choose one of embedded, cassandra",
            ],
        ),
        (
            "drain_s = \"ten\"",
            &["`drain_s`", "\"ten\"", "a whole number, without quotes"],
        ),
        (
            "drain_s = 100000",
            &["`drain_s` = \"100000\"", "from 0 to 3600"],
        ),
        ("connections_max = -1", &["`connections_max`", "from 10 to"]),
        ("hosts = \"a\"", &["`hosts`", "a list of texts"]),
        (
            "hosts = [\"https://a\"]",
            &["`hosts`", "without scheme or port"],
        ),
        (
            "origins = [\"example.org\"]",
            &["`origins`", "https://chat.example.org"],
        ),
        ("proxies = [\"nginx\"]", &["`proxies`", "10.0.0.7"]),
        ("node = \"a b\"", &["`node`", "at most 32 letters"]),
        ("log = \"info,=x=\"", &["`log`", "error, warn, info"]),
        (
            "bus = \"redis\"",
            &["`bus`", "the embedded store belongs to one server"],
        ),
        ("data = \"\"", &["`data`", "name a folder"]),
        (
            "store = \"cassandra\"\ncassandra_nodes = [\"a\"]",
            &["`cassandra_nodes`", "host:port"],
        ),
        (
            "store = \"cassandra\"\ncassandra_keyspace = \"a-b\"",
            &["`cassandra_keyspace`", "small letters"],
        ),
        (
            "store = \"cassandra\"\ncassandra_bucket_events = 0",
            &["`cassandra_bucket_events`", "1 to 100000"],
        ),
        (
            "store = \"cassandra\"\ncassandra_user = \"u\"",
            &["`cassandra_user`", "`cassandra_password_file`"],
        ),
        (
            "store = \"cassandra\"\nbus = \"redis\"\nredis_password_file = \"/nowhere\"",
            &["`redis_password_file`", "/nowhere", "cannot be read"],
        ),
        ("listen", &["FILE cannot be read as settings"]),
    ];
    for (file, parts) in table {
        let error = load(Some(file), &[], &[]).unwrap_err();
        for part in *parts {
            assert!(error.contains(part), "{file}: {part:?} is not in {error:?}");
        }
    }
}

#[test]
fn an_unknown_key_is_an_error_with_the_nearest_known_one() {
    let error = load(Some("lisen = \"127.0.0.1:1\""), &[], &[]).unwrap_err();
    assert_eq!(
        error,
        "`lisen` in FILE is no setting; did you mean `listen`?; `hearth config` prints all of them"
    );
    let error = load(Some("zzzzzzzzzzzz = 1"), &[], &[]).unwrap_err();
    assert!(!error.contains("did you mean"), "{error}");
}

#[test]
fn a_missing_file_is_an_error() {
    let error = Config::from_sources(
        Some(Path::new("/nowhere/h.toml")),
        &|_| None,
        &BTreeMap::new(),
    )
    .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("/nowhere/h.toml cannot be read")
    );
}

#[test]
fn a_loopback_server_answers_to_loopback_names_only() {
    assert_eq!(
        load(None, &[], &[]).unwrap().hosts.unwrap(),
        ["localhost", "127.0.0.1", "[::1]"]
    );
    let wide = [("HEARTH_LISTEN", "0.0.0.0:1"), ("HEARTH_MODE", "open")];
    assert_eq!(load(None, &wide, &[]).unwrap().hosts, None);
    let named = load(None, &[("HEARTH_HOSTS", "Chat.Example.org, b")], &[]).unwrap();
    assert_eq!(named.hosts.unwrap(), ["chat.example.org", "b"]);
}

#[test]
fn a_secret_comes_from_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    std::fs::write(&path, "geheim\n").unwrap();
    let file = format!(
        "store = \"cassandra\"\ncassandra_user = \"u\"\ncassandra_password_file = {:?}",
        path.display().to_string()
    );
    match load(Some(&file), &[], &[]).unwrap().store {
        StoreChoice::Cassandra(cassandra) => {
            let (user, password) = cassandra.login.as_ref().unwrap();
            assert_eq!((user.as_str(), password.expose()), ("u", "geheim"));
            assert!(!format!("{cassandra:?}").contains("geheim"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_setting_is_documented_and_its_default_fits() {
    for setting in SETTINGS {
        assert!(setting.doc.ends_with('.'), "{}", setting.key);
        let values = Values::defaults();
        let given = values.get(setting.key);
        assert_eq!(
            given.values.is_empty(),
            setting.default == "[]",
            "{}",
            setting.key
        );
    }
}

#[test]
fn files_are_beside_the_embedded_store_in_a_folder_in_a_bucket_or_nowhere() {
    let files = |variables: &[(&str, &str)]| load(None, variables, &[]).map(|config| config.files);
    let folder = |path: &str| Ok(FilesChoice::Folder(path.into()));
    assert_eq!(files(&[]), folder("hearth-data/files"));
    assert_eq!(files(&[("HEARTH_DATA", "/d")]), folder("/d/files"));
    assert_eq!(files(&[("HEARTH_FILES", "/f")]), folder("/f"));
    assert_eq!(files(&[("HEARTH_FILES", "off")]), Ok(FilesChoice::Off));
    let cassandra = ("HEARTH_STORE", "cassandra");
    assert_eq!(files(&[cassandra]), Ok(FilesChoice::Off));
    assert_eq!(files(&[cassandra, ("HEARTH_FILES", "/f")]), folder("/f"));

    let bucket = ("HEARTH_FILES", "s3://attic/hearth/files/");
    let keys = [
        ("AWS_ACCESS_KEY_ID", "id"),
        ("AWS_SECRET_ACCESS_KEY", "word"),
    ];
    let with_keys = files(&[
        bucket,
        keys[0],
        keys[1],
        ("HEARTH_FILES_ENDPOINT", "http://s3:9000"),
    ]);
    let expected = FilesChoice::S3 {
        bucket: "attic".into(),
        prefix: "hearth/files".into(),
        endpoint: Some("http://s3:9000".into()),
        region: "us-east-1".into(),
        key: Some(("id".into(), Secret("word".into()))),
    };
    assert_eq!(with_keys, Ok(expected));
    assert!(
        !format!("{with_keys:?}").contains("word"),
        "it shows nowhere"
    );
    assert!(matches!(
        files(&[bucket]),
        Ok(FilesChoice::S3 { key: None, .. })
    ));
    for wrong in ["s3://", "s3:///x", "s3://a b"] {
        let error = files(&[("HEARTH_FILES", wrong)]).unwrap_err();
        assert!(error.contains("s3://BUCKET"), "{error}");
    }
    let error = files(&[bucket, ("HEARTH_FILES_ENDPOINT", "s3:9000")]).unwrap_err();
    assert!(error.contains("files_endpoint"), "{error}");
}

#[test]
fn mail_is_sent_by_whole_settings_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("password");
    std::fs::write(&secret, "a word\n").unwrap();
    let secret = secret.display().to_string();
    let with = |settings: &[(&'static str, &str)]| {
        let usual = [
            ("mail_from", "Hearth <hearth@example.org>"),
            ("public_url", "https://chat.example.org/"),
        ];
        let all: Vec<_> = usual.iter().chain(settings).copied().collect();
        load(None, &[], &all).map(|config| config.mail)
    };
    assert_eq!(with(&[]), Ok(None));
    for (url, tls, port) in [
        ("smtps://mail.example.org", MailTls::First, 465),
        ("smtp://mail.example.org", MailTls::Upgraded, 587),
        ("smtp://mail.example.org:2525/", MailTls::Upgraded, 2_525),
        ("smtp-plain://mail.example.org", MailTls::None, 25),
    ] {
        let mail = with(&[("smtp", url)]).unwrap().unwrap();
        assert_eq!(
            (mail.host.as_str(), mail.tls, mail.port),
            ("mail.example.org", tls, port)
        );
        assert_eq!(mail.public_url, "https://chat.example.org");
    }
    let login = [
        ("smtp", "smtp://mail.example.org"),
        ("smtp_user", "hearth"),
        ("smtp_password_file", &secret),
    ];
    let mail = with(&login).unwrap().unwrap();
    assert!(!format!("{mail:?}").contains("a word"));
    assert_eq!(
        mail.login
            .map(|(user, word)| (user, word.expose().to_owned())),
        Some(("hearth".into(), "a word".into()))
    );

    for (settings, named) in [
        (&[("smtp", "mail.example.org")][..], "`smtp`"),
        (&[("smtp", "http://mail.example.org")], "`smtp`"),
        (&[("smtp", "smtp://mail.example.org:many")], "`smtp`"),
        (&[("smtp", "smtp://user:word@mail.example.org")], "`smtp`"),
        (
            &[("smtp", "smtp://h"), ("mail_from", "nobody")],
            "`mail_from`",
        ),
        (
            &[("smtp", "smtp://h"), ("public_url", "chat.example.org")],
            "`public_url`",
        ),
        (
            &[("smtp", "smtp://h"), ("smtp_user", "hearth")],
            "`smtp_password_file`",
        ),
        (
            &[("smtp", "smtp://h"), ("smtp_password_file", &secret)],
            "`smtp_user`",
        ),
        (
            &[
                ("smtp", "smtp-plain://h"),
                ("smtp_user", "hearth"),
                ("smtp_password_file", &secret),
            ],
            "without TLS",
        ),
    ] {
        let refused = with(settings).unwrap_err();
        assert!(refused.contains(named), "{settings:?}: {refused}");
    }
}
