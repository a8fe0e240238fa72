//! Logins over two nodes: listed, renewed and ended, and what becomes of the sockets that were opened by them.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use hearth_core::{
    clock::Clock,
    local::Loss,
    node::{Account, Credential, LOGINS_MAX, LoggedIn, LoginFrom, LoginId, Node},
    port::{RecordKind, Records},
    session::Dialect,
};
use hearth_protocol::{CloseCode, ErrorCode, UserName};

use crate::kit::*;

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// A calendar that is turned by hand.
pub(crate) struct Calendar(pub(crate) Arc<PausedClock>, pub(crate) AtomicU64);

impl Clock for Calendar {
    fn now_ms(&self) -> u64 {
        self.0.now_ms()
    }

    fn wall_ms(&self) -> u64 {
        self.0.wall_ms() + self.1.load(Ordering::Relaxed)
    }
}

fn from(device_name: &str) -> LoginFrom {
    LoginFrom {
        device_name: device_name.into(),
        address: "10.0.0.7".into(),
    }
}

async fn account(node: &Node, name: &str) -> Account {
    let name = UserName::new(name).unwrap();
    let hash = Some("a hash".to_owned());
    node.create_account(&name, None, hash).await.unwrap()
}

/// A login by which somebody is known.
async fn log_in(node: &Node, account: &Account, device_name: &str) -> (String, LoginId) {
    let opened = node.open_login(account, &from(device_name)).await;
    let token = opened.unwrap();
    let known = node.login(&token).await.unwrap().unwrap();
    (token, known.login)
}

async fn by(node: &Node, token: &str) -> Option<LoggedIn> {
    node.login(token).await.unwrap()
}

fn socket(node: &Node, account: &Account, credential: Credential) -> Client {
    Client::connect_by(node, &account.user(), credential, Dialect::V1)
}

/// The devices of the user's logins, the one used last first.
async fn devices(node: &Node, account: &Account) -> Vec<String> {
    let logins = node.logins(account.id).await.unwrap();
    logins.into_iter().map(|login| login.device_name).collect()
}

/// How long it takes until the condition holds, in (paused) time.
async fn after(holds: impl Fn() -> bool) -> Duration {
    let began = tokio::time::Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(120), "never");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    began.elapsed()
}

/// Waits until an answer that has to be asked for is the one that is wanted.
async fn until<T: PartialEq, F: Future<Output = T>>(wanted: T, ask: impl Fn() -> F) {
    for _ in 0..1_000 {
        if ask().await == wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never");
}

/// Two nodes that hear each other, and mara.
async fn two() -> (Cluster, Node, Node, Account) {
    let cluster = Cluster::new();
    let (a, b) = (cluster.node("a"), cluster.node("b"));
    settle().await;
    let mara = account(&a, "mara").await;
    (cluster, a, b, mara)
}

#[tokio::test(start_paused = true)]
async fn a_login_counts_on_every_node_and_is_listed_with_where_it_came_from() {
    let (cluster, a, b, mara) = two().await;
    let (token, id) = log_in(&a, &mara, "laptop").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    log_in(&b, &mara, "phone").await;
    let known = by(&b, &token).await.unwrap();
    assert_eq!((known.user, known.login), (mara.user(), id));
    let listed = b.logins(mara.id).await.unwrap();
    assert_eq!(devices(&a, &mara).await, ["phone", "laptop"]);
    let laptop = &listed[1];
    assert_eq!((laptop.id, laptop.address.as_str()), (id, "10.0.0.7"));
    assert!(laptop.created_ms <= laptop.used_ms && laptop.used_ms < laptop.until_ms);
    // Neither its name nor what stands in the store is a credential.
    let rows = cluster.store.records(RecordKind::Session, None, 10).await;
    let keys: Vec<_> = rows.unwrap().into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys.len(), 2);
    for no_token in keys.iter().chain([&id.0.to_string()]) {
        assert_eq!(by(&a, no_token).await, None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_login_that_is_ended_closes_its_sockets_on_every_node_and_no_others() {
    let (_cluster, a, b, mara) = two().await;
    let ((first, one), (second, two)) = (
        log_in(&a, &mara, "laptop").await,
        log_in(&a, &mara, "phone").await,
    );
    let ended = [
        socket(&a, &mara, Credential::Login(one)),
        socket(&b, &mara, Credential::Login(one)),
    ];
    let kept = [
        socket(&a, &mara, Credential::Login(two)),
        socket(&b, &mara, Credential::Login(two)),
    ];
    settle().await;
    assert!(a.end_login(mara.id, one).await.unwrap());
    assert_eq!(by(&b, &first).await, None, "at once, on every node");
    let took = after(|| ended.iter().all(|at| at.closed().is_some())).await;
    assert!(took <= Duration::from_secs(2), "{took:?}");
    assert!(
        ended
            .iter()
            .all(|at| at.closed() == Some(CloseCode::SignedOut))
    );
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert!(kept.iter().all(|at| at.closed().is_none()));
    assert!(by(&b, &second).await.is_some());
    assert!(!b.end_login(mara.id, one).await.unwrap(), "it has ended");
}

#[tokio::test(start_paused = true)]
async fn all_others_end_together_and_all_if_asked() {
    let (_cluster, a, b, mara) = two().await;
    let mut tokens = Vec::new();
    for n in 0..4 {
        tokens.push(log_in(&a, &mara, &format!("device {n}")).await);
    }
    let (token, own) = tokens.pop().unwrap();
    let sockets: Vec<_> = tokens
        .iter()
        .map(|(_, id)| socket(&b, &mara, Credential::Login(*id)))
        .collect();
    let at_own = socket(&b, &mara, Credential::Login(own));
    a.end_logins(mara.id, Some(own)).await.unwrap();
    let took = after(|| sockets.iter().all(|at| at.closed().is_some())).await;
    assert!(took <= Duration::from_secs(2), "{took:?}");
    for (token, _) in &tokens {
        assert_eq!(by(&b, token).await, None);
    }
    assert!(by(&b, &token).await.is_some());
    assert_eq!(devices(&b, &mara).await, ["device 3"]);
    assert_eq!(at_own.closed(), None);
    b.end_logins(mara.id, None).await.unwrap();
    assert_eq!(by(&a, &token).await, None);
    after(|| at_own.closed().is_some()).await;
    assert!(devices(&a, &mara).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_socket_is_closed_within_a_round_though_no_word_of_it_came() {
    let (cluster, a, b, mara) = two().await;
    let (token, id) = log_in(&a, &mara, "laptop").await;
    let at_b = socket(&b, &mara, Credential::Login(id));
    settle().await;
    cluster.net.cut(a.name(), b.name(), Loss::Silent);
    a.close_login(&token).await.unwrap();
    assert_eq!(by(&b, &token).await, None, "a call needs no word");
    let took = after(|| at_b.closed().is_some()).await;
    assert!(took <= Duration::from_secs(31), "{took:?}");
    assert_eq!(at_b.closed(), Some(CloseCode::SignedOut));
}

#[tokio::test(start_paused = true)]
async fn a_socket_whose_login_ended_while_it_was_opened_is_closed() {
    let (_cluster, a, b, mara) = two().await;
    let (token, id) = log_in(&a, &mara, "laptop").await;
    let (_, other) = log_in(&a, &mara, "phone").await;
    // The node listens already: that it begins to is no occasion to look.
    let kept = socket(&b, &mara, Credential::Login(other));
    settle().await;
    a.close_login(&token).await.unwrap();
    settle().await;
    // The token was good when it was asked for, and the word of its end came before the socket was there.
    let at_b = socket(&b, &mara, Credential::Login(id));
    let took = after(|| at_b.closed().is_some()).await;
    assert!(took <= Duration::from_secs(2), "{took:?}");
    assert_eq!(kept.closed(), None);
}

#[tokio::test(start_paused = true)]
async fn while_the_store_is_away_nobody_is_let_out_and_afterwards_whoever_is_to_go() {
    let (cluster, a, b, mara) = two().await;
    let ((_, one), (_, two)) = (
        log_in(&a, &mara, "laptop").await,
        log_in(&a, &mara, "phone").await,
    );
    let (ended, kept) = (
        socket(&b, &mara, Credential::Login(one)),
        socket(&b, &mara, Credential::Login(two)),
    );
    settle().await;
    a.end_login(mara.id, one).await.unwrap();
    cluster.store.set_away(true);
    tokio::time::sleep(Duration::from_secs(90)).await;
    assert_eq!((ended.closed(), kept.closed()), (None, None));
    cluster.store.set_away(false);
    let took = after(|| ended.closed().is_some()).await;
    assert!(
        took <= Duration::from_secs(2),
        "what was told is not forgotten: {took:?}"
    );
    assert_eq!(kept.closed(), None);
}

#[tokio::test(start_paused = true)]
async fn a_new_password_ends_every_login_but_the_one_that_asks_which_goes_on_under_a_new_token() {
    let (_cluster, a, b, mara) = two().await;
    let ((old, own), (other, others)) = (
        log_in(&a, &mara, "laptop").await,
        log_in(&b, &mara, "phone").await,
    );
    let (at_own, at_others) = (
        socket(&b, &mara, Credential::Login(own)),
        socket(&b, &mara, Credential::Login(others)),
    );
    settle().await;
    let x = from("x");
    let changed = a.change_password(&mara, "another hash", Some(own), &x);
    let (user, token) = changed.await.unwrap();
    assert_eq!(user, mara.user());
    for gone in [&old, &other] {
        assert_eq!(by(&b, gone).await, None);
    }
    assert_eq!(
        by(&b, &token).await.unwrap().login,
        own,
        "it is the same one"
    );
    let took = after(|| at_others.closed().is_some()).await;
    assert!(took <= Duration::from_secs(2), "{took:?}");
    tokio::time::sleep(Duration::from_secs(90)).await;
    assert_eq!(at_own.closed(), None);
    assert_eq!(devices(&b, &mara).await, ["laptop"]);
    let now = b.account_of(mara.id).await.unwrap().unwrap();
    assert_eq!(now.password_hash.as_deref(), Some("another hash"));
    // Who showed the old password only just before comes too late, with either.
    let late = b.change_password(&mara, "a third", Some(others), &x);
    assert_eq!(late.await.unwrap_err().code, ErrorCode::Unauthorized);
    let late = b.open_login(&mara, &from("thief")).await.unwrap();
    assert_eq!(by(&b, &late).await, None);
    assert_eq!(devices(&b, &mara).await, ["laptop"]);
}

#[tokio::test(start_paused = true)]
async fn a_first_password_closes_what_was_opened_by_a_word() {
    let (_cluster, a, b, _) = two().await;
    let jonas = UserName::new("jonas").unwrap();
    let jonas = a.create_account(&jonas, None, None).await.unwrap();
    let by_word = socket(&b, &jonas, Credential::Word);
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(by_word.closed(), None);
    let laptop = from("laptop");
    let changed = a.change_password(&jonas, "a hash", None, &laptop);
    let (_, token) = changed.await.unwrap();
    assert!(by(&b, &token).await.is_some());
    let took = after(|| by_word.closed().is_some()).await;
    assert!(took <= Duration::from_secs(2), "{took:?}");
    let again = socket(&a, &jonas, Credential::Word);
    after(|| again.closed() == Some(CloseCode::SignedOut)).await;
}

#[tokio::test(start_paused = true)]
async fn the_login_unused_for_longest_gives_way_when_there_are_too_many() {
    let (cluster, a, b, mara) = two().await;
    let mut tokens = Vec::new();
    for n in 0..LOGINS_MAX {
        tokens.push(log_in(&a, &mara, &format!("device {n}")).await);
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
    // The oldest is in use.
    assert!(by(&b, &tokens[0].0).await.is_some());
    let used = async || devices(&a, &mara).await[0].clone();
    until("device 0".to_owned(), used).await;
    let at_b = socket(&b, &mara, Credential::Login(tokens[1].1));
    log_in(&b, &mara, "one more").await;
    assert_eq!(devices(&a, &mara).await.len(), LOGINS_MAX);
    assert_eq!(by(&a, &tokens[1].0).await, None);
    after(|| at_b.closed().is_some()).await;
    assert!(by(&a, &tokens[0].0).await.is_some());
    // Nor is anything left of it in the store.
    let rows = async || {
        let rows = cluster.store.records(RecordKind::Session, None, 100).await;
        rows.unwrap().len()
    };
    until(LOGINS_MAX, rows).await;
}

#[tokio::test(start_paused = true)]
async fn a_use_is_written_down_once_in_some_minutes_also_that_of_an_open_socket() {
    let (cluster, a, b, mara) = two().await;
    let (token, id) = log_in(&a, &mara, "laptop").await;
    let version = async || {
        let key = mara.id.to_string();
        let record = cluster.store.record(RecordKind::Logins, &key);
        record.await.unwrap().unwrap().version.0
    };
    for _ in 0..100 {
        assert!(by(&a, &token).await.is_some());
        assert!(by(&b, &token).await.is_some());
    }
    assert_eq!(version().await, 1);
    tokio::time::sleep(Duration::from_secs(6 * 60)).await;
    for _ in 0..100 {
        assert!(by(&a, &token).await.is_some());
        assert!(by(&b, &token).await.is_some());
    }
    until(2, version).await;
    let used_ms = async || a.logins(mara.id).await.unwrap()[0].used_ms;
    let before_ms = used_ms().await;
    let at_b = socket(&b, &mara, Credential::Login(id));
    tokio::time::sleep(Duration::from_secs(60 * 60)).await;
    assert_eq!(at_b.closed(), None);
    assert!(used_ms().await > before_ms + 50 * 60 * 1000);
    assert!(version().await <= 2 + 12, "once in five minutes at most");
}

#[tokio::test(start_paused = true)]
async fn what_has_expired_is_listed_no_more_and_its_sockets_are_closed() {
    let cluster = Cluster::new();
    let calendar = Arc::new(Calendar(cluster.clock.clone(), AtomicU64::new(0)));
    let (a, b) = (
        cluster.node_by("a", calendar.clone()),
        cluster.node_by("b", calendar.clone()),
    );
    settle().await;
    let mara = account(&a, "mara").await;
    let (token, id) = log_in(&a, &mara, "laptop").await;
    calendar.1.store(29 * DAY_MS, Ordering::Relaxed);
    let at_b = socket(&b, &mara, Credential::Login(id));
    log_in(&a, &mara, "phone").await;
    assert!(by(&b, &token).await.is_some());
    calendar.1.store(30 * DAY_MS + 1, Ordering::Relaxed);
    assert_eq!(by(&b, &token).await, None);
    assert_eq!(devices(&b, &mara).await, ["phone"]);
    after(|| at_b.closed() == Some(CloseCode::SignedOut)).await;
    // The next change of the list takes what is left of it out of the store.
    log_in(&a, &mara, "tablet").await;
    let rows = async || {
        let rows = cluster.store.records(RecordKind::Session, None, 100).await;
        rows.unwrap().len()
    };
    until(2, rows).await;
}

#[tokio::test(start_paused = true)]
async fn logins_opened_at_once_on_all_nodes_are_all_kept() {
    let (_cluster, a, b, mara) = two().await;
    let open = (0..8).map(|n| {
        let (node, mara) = (if n % 2 == 0 { a.clone() } else { b.clone() }, mara.clone());
        tokio::spawn(async move { node.open_login(&mara, &from("one of many")).await })
    });
    let open: Vec<_> = open.collect();
    for one in open {
        let token = one.await.unwrap().unwrap();
        assert!(by(&a, &token).await.is_some());
    }
    assert_eq!(devices(&a, &mara).await.len(), 8);
}
