//! The table of settings: every one, once, with its default, its unit and when to change it. The example file, the
//! flags, the environment and the errors are made from it.

/// What values a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// One of these.
    Choice(&'static [&'static str]),
    /// A whole number within these bounds.
    Number(u64, u64),
    /// Texts: an array in the file, comma-separated elsewhere.
    List,
}

/// A setting.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// `x_y` in the file, `HEARTH_X_Y` in the environment, `--x-y` on the command line.
    pub key: &'static str,
    /// The default, as it stands in the file.
    pub default: &'static str,
    /// What values it takes.
    pub kind: Kind,
    /// What the value looks like, for `--help`.
    pub shape: &'static str,
    /// What it is, in which unit, and when to change it.
    pub doc: &'static str,
}

impl Setting {
    /// The variable of the environment.
    pub fn variable(&self) -> String {
        format!("HEARTH_{}", self.key.to_uppercase())
    }

    /// The flag, without its dashes.
    pub fn flag(&self) -> String {
        self.key.replace('_', "-")
    }
}

/// The setting of this key.
pub(super) fn find(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key)
}

const fn setting(
    key: &'static str,
    default: &'static str,
    kind: Kind,
    shape: &'static str,
    doc: &'static str,
) -> Setting {
    Setting {
        key,
        default,
        kind,
        shape,
        doc,
    }
}

/// Every setting, in the order of the example file.
pub const SETTINGS: &[Setting] = &[
    setting(
        "listen",
        "\"127.0.0.1:8080\"",
        Kind::Text,
        "ADDR:PORT",
        "Where the server listens. Change it to 0.0.0.0:PORT when others than this machine are to reach it; then `mode` must be chosen.",
    ),
    setting(
        "mode",
        "\"\"",
        Kind::Choice(&["", "open", "password"]),
        "MODE",
        "Who may use it: `open` trusts everyone to be who they say, `password` asks for it. Empty: `open` while `listen` is loopback; anywhere else the server does not start until you choose.",
    ),
    setting(
        "signup",
        "\"open\"",
        Kind::Choice(&["open", "invitation", "closed"]),
        "WHO",
        "Who may make an account: `open`, whoever reaches the server; `invitation`, whoever has a link that an administrator made (`hearth admin invite`); `closed`, nobody. Change it once everybody has one.",
    ),
    setting(
        "people",
        "\"all\"",
        Kind::Choice(&["all", "administrators"]),
        "WHO",
        "Who finds people by the beginnings of their names: `all`, whoever has an account; `administrators`, they alone. Whom one can call by the whole name everybody finds. Change it where strangers may make accounts and the members are not to be listed.",
    ),
    setting(
        "publish",
        "\"\"",
        Kind::Text,
        "ADDR",
        "The address on which the proxy in front is published. Set it when a proxy widens what `listen` narrows: anything but loopback together with mode `open` is refused.",
    ),
    setting(
        "hosts",
        "[]",
        Kind::List,
        "NAME,…",
        "Names (without port) under which this server is asked for; others are refused, which keeps foreign pages out that point their own name here. Empty: this machine's loopback names while `listen` is loopback, otherwise any. Set it on every public server.",
    ),
    setting(
        "origins",
        "[]",
        Kind::List,
        "URL,…",
        "Origins of pages on other hosts or ports that may use this server, such as https://chat.example.org. A page that comes from this server needs none.",
    ),
    setting(
        "proxies",
        "[\"127.0.0.0/8\", \"::1/128\"]",
        Kind::List,
        "NET,…",
        "Networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed. Set it to your proxy's address.",
    ),
    setting(
        "outgoing_nets",
        "[]",
        Kind::List,
        "NET,…",
        "Private networks to which requests of this server may go whose address somebody else has chosen: webhooks and push services. Public addresses need none; this machine, its neighbours and private networks are reached only if they are in here, such as 10.7.0.0/16.",
    ),
    setting(
        "node",
        "\"\"",
        Kind::Text,
        "NAME",
        "This server's name in logs and among its peers. Empty: a name by chance. Set it to find a server in the logs of several.",
    ),
    setting(
        "operator_token_file",
        "\"\"",
        Kind::Text,
        "FILE",
        "A file with the word of at least 16 characters by which operators ask this server for traces (`hearth trace`), readable by this server only; the same on all servers. Empty: traces are told to nobody.",
    ),
    setting(
        "data",
        "\"hearth-data\"",
        Kind::Text,
        "FOLDER",
        "Where the embedded store keeps its file. One server at a time. Set it to a folder on a disk that is backed up.",
    ),
    setting(
        "store",
        "\"embedded\"",
        Kind::Choice(&["embedded", "cassandra"]),
        "STORE",
        "Where rooms and accounts are kept: `embedded` (a file, one server) or `cassandra` (any number of servers).",
    ),
    setting(
        "cassandra_nodes",
        "[\"127.0.0.1:9042\"]",
        Kind::List,
        "ADDR:PORT,…",
        "Some of Cassandra's nodes; the others are found through them. Name two or three.",
    ),
    setting(
        "cassandra_keyspace",
        "\"chat\"",
        Kind::Text,
        "NAME",
        "The keyspace. Change it only to run two installations on one Cassandra.",
    ),
    setting(
        "cassandra_replication",
        "\"simple:1\"",
        Kind::Text,
        "PLAN",
        "How many copies `hearth migrate` asks for: `simple:N`, or `datacenter1:3,datacenter2:3`. Three is the least that survives the loss of a node.",
    ),
    setting(
        "cassandra_home",
        "\"\"",
        Kind::Text,
        "DATACENTER",
        "The home datacenter, in which everything is decided. Empty: the only one there is. Required with more than one.",
    ),
    setting(
        "cassandra_consistency",
        "\"home\"",
        Kind::Choice(&["home", "everywhere"]),
        "HOW",
        "`home`: a quorum of the home datacenter decides. `everywhere`: a quorum of all, slower; choose it to survive the loss of a datacenter without losing what was acknowledged.",
    ),
    setting(
        "cassandra_bucket_events",
        "4000",
        Kind::Number(1, 100_000),
        "COUNT",
        "How many events of a room lie in one partition. `hearth migrate` writes it down for good, and a server with another is refused. For tests only, to see many partitions soon.",
    ),
    setting(
        "cassandra_user",
        "\"\"",
        Kind::Text,
        "NAME",
        "The user at Cassandra. Empty: none is asked for.",
    ),
    setting(
        "cassandra_password_file",
        "\"\"",
        Kind::Text,
        "FILE",
        "A file with that user's password, readable by this server only.",
    ),
    setting(
        "files",
        "\"\"",
        Kind::Text,
        "PLACE",
        "Where files of messages and avatars are kept: a folder (for several servers, one that all have mounted), or `s3://BUCKET/PREFIX` in an S3-compatible store. Empty: `files` in the folder `data` with the embedded store, and none with Cassandra. `off`: none; then there are no attachments and no avatars.",
    ),
    setting(
        "files_endpoint",
        "\"\"",
        Kind::Text,
        "URL",
        "The S3-compatible store's address, such as http://10.0.0.9:9000. Empty: Amazon's.",
    ),
    setting(
        "files_region",
        "\"us-east-1\"",
        Kind::Text,
        "REGION",
        "The region in which the bucket is. Most stores other than Amazon's take any.",
    ),
    setting(
        "files_key_file",
        "\"\"",
        Kind::Text,
        "FILE",
        "A file with the key's id and its secret, on two lines, readable by this server only. Empty: the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and without them what the machine itself may (Amazon's roles).",
    ),
    setting(
        "file_mb",
        "64",
        Kind::Number(1, 1024),
        "MEGABYTES",
        "How large one file may be; larger ones are answered 413. Raise it where people send films.",
    ),
    setting(
        "user_files_mb",
        "1024",
        Kind::Number(1, 1_000_000_000),
        "MEGABYTES",
        "What the files of one user may take together, in all rooms, uploads that are not sent included. Whoever is at it deletes something first.",
    ),
    setting(
        "room_files_mb",
        "10240",
        Kind::Number(1, 1_000_000_000),
        "MEGABYTES",
        "What the files in one room may take together.",
    ),
    setting(
        "bus",
        "\"local\"",
        Kind::Choice(&["local", "redis", "redis-cluster"]),
        "BUS",
        "How several servers tell each other the news: `local` (one server), `redis` or `redis-cluster`. With more than one server, one of the latter.",
    ),
    setting(
        "redis_nodes",
        "[\"127.0.0.1:6379\"]",
        Kind::List,
        "ADDR:PORT,…",
        "Redis, or some masters of the Redis Cluster.",
    ),
    setting(
        "redis_password_file",
        "\"\"",
        Kind::Text,
        "FILE",
        "A file with Redis' password, readable by this server only. Empty: none is asked for.",
    ),
    setting(
        "redis_prefix",
        "\"hearth\"",
        Kind::Text,
        "TEXT",
        "What all channels and keys in Redis begin with. Change it where several installations share one Redis.",
    ),
    setting(
        "smtp",
        "\"\"",
        Kind::Text,
        "URL",
        "The mail server by which links for new passwords are sent: smtps://HOST (TLS), smtp://HOST (STARTTLS), or smtp-plain://HOST for one on this machine, with :PORT if it is an unusual one. Empty: no mail is sent, and who has forgotten a password needs an administrator. The same on all servers, with the four below.",
    ),
    setting(
        "smtp_user",
        "\"\"",
        Kind::Text,
        "NAME",
        "The user at the mail server. Empty: none is asked for.",
    ),
    setting(
        "smtp_password_file",
        "\"\"",
        Kind::Text,
        "FILE",
        "A file with that user's password, readable by this server only.",
    ),
    setting(
        "mail_from",
        "\"\"",
        Kind::Text,
        "ADDRESS",
        "From whom mails come, such as Hearth <hearth@example.org>. Needed with `smtp`.",
    ),
    setting(
        "public_url",
        "\"\"",
        Kind::Text,
        "URL",
        "Where people reach this server, such as https://chat.example.org: links in mails lead there, whatever name a request came by. Needed with `smtp`.",
    ),
    setting(
        "push",
        "\"on\"",
        Kind::Choice(&["on", "off", "local"]),
        "WHETHER",
        "Whether browsers that have subscribed are told of messages by their push services (Web Push), to which this server then connects. `off` where it must not reach out; `local` lets push services be on this machine or network too, for tests.",
    ),
    setting(
        "push_contact",
        "\"\"",
        Kind::Text,
        "ADDRESS",
        "Whom a push service asks when something is wrong: mailto:NAME@HOST or https://HOST. Empty: nobody; some push services refuse that. Set it on every public server.",
    ),
    setting(
        "connections_max",
        "20000",
        Kind::Number(10, 10_000_000),
        "N",
        "Connections at once; further ones are closed at once. Each idle one costs a few kilobytes and one file descriptor (`ulimit -n`).",
    ),
    setting(
        "admissions_per_s",
        "500",
        Kind::Number(0, 1_000_000),
        "N",
        "Sockets let in a second, in the long run; further ones are answered 429 and told when to come back. Lower it where the clients of a server that died overload the others; 0 lets all in.",
    ),
    setting(
        "admissions_burst",
        "1000",
        Kind::Number(1, 1_000_000),
        "N",
        "Sockets let in at once after a quiet time, beyond `admissions_per_s`.",
    ),
    setting(
        "limits",
        "\"on\"",
        Kind::Choice(&["on", "off", "demo"]),
        "SWITCH",
        "Whether the limits below count. All are this server's own, and who meets one is answered 429 (`busy`) and told when to come back. `off` is for load tests, where a few users do the work of hundreds; `demo` is off as long as `publish` is a loopback address, and on wherever else.",
    ),
    setting(
        "address_logins_per_min",
        "60",
        Kind::Number(0, 1_000_000),
        "N",
        "Log-ins and sign-ups a minute from one address, in the long run (of IPv6, from one /64). Raise it where a large house comes in through one address, lower it where accounts are made by the dozen; 0 is no limit. Requests of this machine itself are not counted.",
    ),
    setting(
        "address_logins_burst",
        "60",
        Kind::Number(1, 1_000_000),
        "N",
        "Log-ins and sign-ups at once from one address after a quiet time: a class that comes in at once. Change it with `address_logins_per_min`.",
    ),
    setting(
        "name_logins_per_min",
        "10",
        Kind::Number(0, 1_000_000),
        "N",
        "Log-ins with a password a minute to one account, in the long run, from wherever they come. Lower it where passwords are guessed from many addresses, raise it where guessers keep people out; 0 is no limit. Open logins stay.",
    ),
    setting(
        "name_logins_burst",
        "10",
        Kind::Number(1, 1_000_000),
        "N",
        "Log-ins with a password at once to one account after a quiet time. Change it with `name_logins_per_min`.",
    ),
    setting(
        "address_requests_per_s",
        "200",
        Kind::Number(0, 1_000_000),
        "N",
        "HTTP requests a second from one address, in the long run (of IPv6, from one /64); sockets have `admissions_per_s`, and the probes none. Raise it where very many people come through one address; 0 is no limit. Requests of this machine itself are not counted.",
    ),
    setting(
        "address_requests_burst",
        "1000",
        Kind::Number(1, 1_000_000),
        "N",
        "HTTP requests at once from one address after a quiet time. Change it with `address_requests_per_s`.",
    ),
    setting(
        "user_requests_per_s",
        "50",
        Kind::Number(0, 1_000_000),
        "N",
        "Requests a second of one user, in the long run: calls over HTTP, and over the socket rooms made, entered and left and pages read. Raise it for a program that reads much; 0 is no limit.",
    ),
    setting(
        "user_requests_burst",
        "200",
        Kind::Number(1, 1_000_000),
        "N",
        "Requests at once of one user after a quiet time. Change it with `user_requests_per_s`.",
    ),
    setting(
        "user_sends_per_s",
        "10",
        Kind::Number(0, 1_000_000),
        "N",
        "Messages, edits and reactions a second of one user, in the long run, over all rooms. Raise it for a program that writes much; 0 is no limit.",
    ),
    setting(
        "user_sends_burst",
        "30",
        Kind::Number(1, 1_000_000),
        "N",
        "Messages, edits and reactions at once of one user after a quiet time. Change it with `user_sends_per_s`.",
    ),
    setting(
        "room_sends_per_s",
        "200",
        Kind::Number(0, 1_000_000),
        "N",
        "Messages, edits and reactions a second stored in one room from this server, in the long run. Nobody reads that fast: raise it for programs; 0 is no limit.",
    ),
    setting(
        "room_sends_burst",
        "400",
        Kind::Number(1, 1_000_000),
        "N",
        "Messages, edits and reactions at once in one room after a quiet time: a goal is scored. Change it with `room_sends_per_s`.",
    ),
    setting(
        "rooms_mb",
        "256",
        Kind::Number(1, 1_000_000),
        "MEGABYTES",
        "Memory for rooms: their newest events and their members. Beyond it those are let go of that nobody uses, the longest unused first; they are read from the store again when they are wanted. Rooms in use stay, also where they alone take more. Raise it where `hearth_rooms_cooled_total` rises all the time.",
    ),
    setting(
        "outboxes_mb",
        "256",
        Kind::Number(1, 1_000_000),
        "MEGABYTES",
        "Memory for frames that wait for slow sockets, over all of them; a socket alone may hold one. On the way there history, read marks, typing and presence are shed (docs/protocol.md). Change it with the machine's memory.",
    ),
    setting(
        "sends_mb",
        "32",
        Kind::Number(1, 1_000_000),
        "MEGABYTES",
        "Memory for messages that wait to be stored, over all rooms; further ones are answered `busy`. Raise it where bursts are longer than the store's patience.",
    ),
    setting(
        "drain_s",
        "10",
        Kind::Number(0, 3600),
        "SECONDS",
        "How long a server that is told to stop takes to send its clients elsewhere. Raise it with the number of connections.",
    ),
    setting(
        "log",
        "\"info\"",
        Kind::Text,
        "LEVELS",
        "What is logged: error, warn, info, debug or trace, also per part (`info,hearth_core=debug`). Raise it to hunt a fault.",
    ),
    setting(
        "log_format",
        "\"text\"",
        Kind::Choice(&["text", "json"]),
        "FORMAT",
        "`text` for people, `json` for a log collector.",
    ),
];
