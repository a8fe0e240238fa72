//! Accounts that are deactivated or deleted, over two nodes, and the acts of administrators.

use std::time::Duration;

use futures_util::future::join_all;
use hearth_core::{
    local::Loss,
    node::{Account, ActKind, Credential, LoginFrom, Node},
    port::{ClaimSpace, RecordKind, Records},
    session::Dialect,
};
use hearth_protocol::{CloseCode, ErrorCode, RoomKind, RoomName, SendId, UserId, UserName};

use crate::kit::*;

async fn account(node: &Node, name: &str, password_hash: Option<&str>) -> Account {
    let name = UserName::new(name).unwrap();
    let hash = password_hash.map(str::to_owned);
    node.create_account(&name, None, hash).await.unwrap()
}

async fn log_in(node: &Node, account: &Account) -> (String, Credential) {
    let from = LoginFrom {
        device_name: "laptop".into(),
        address: "10.0.0.7".into(),
    };
    let token = node.open_login(account, &from).await.unwrap();
    let known = node.login(&token).await.unwrap().unwrap();
    (token, Credential::Login(known.login))
}

fn socket(node: &Node, account: &Account, credential: Credential) -> Client {
    Client::connect_by(node, &account.user(), credential, Dialect::V1)
}

/// How long it takes until all are closed, in (paused) time.
async fn closed(sockets: &[Client]) -> Duration {
    let began = tokio::time::Instant::now();
    while !sockets
        .iter()
        .all(|at| at.closed() == Some(CloseCode::SignedOut))
    {
        assert!(began.elapsed() < Duration::from_secs(120), "never");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    began.elapsed()
}

#[tokio::test(start_paused = true)]
async fn a_deactivated_account_is_closed_on_every_node_in_time_and_stays_so() {
    let cluster = Cluster::new();
    let (a, b) = (cluster.node("a"), cluster.node("b"));
    settle().await;
    let (root, mara) = (
        account(&a, "root", None).await,
        account(&a, "mara", Some("h")).await,
    );
    let word = account(&a, "word", None).await;
    let (token, login) = log_in(&a, &mara).await;
    let sockets = [socket(&a, &mara, login), socket(&b, &mara, login)];
    let words = [socket(&b, &word, Credential::Word)];
    settle().await;
    for user in [mara.id, word.id] {
        a.deactivate(&root.user(), user).await.unwrap();
    }
    assert_eq!(
        b.login(&token).await.unwrap(),
        None,
        "at once, on every node"
    );
    let took = closed(&sockets).await.max(closed(&words).await);
    assert!(took <= Duration::from_secs(2), "{took:?}");
    let read = b.account_of(mara.id).await.unwrap().unwrap();
    let from = LoginFrom {
        device_name: "phone".into(),
        address: "10.0.0.8".into(),
    };
    let refused = b.open_login(&read, &from).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Forbidden);
    // One that was let in by what was read before is out as well.
    let late = b.open_login(&mara, &from).await.unwrap();
    assert_eq!(b.login(&late).await.unwrap(), None);

    b.reactivate(&root.user(), mara.id).await.unwrap();
    for old in [&token, &late] {
        assert_eq!(
            a.login(old).await.unwrap(),
            None,
            "what has ended stays ended"
        );
    }
    let read = a.account_of(mara.id).await.unwrap().unwrap();
    let (token, _) = log_in(&a, &read).await;
    assert!(b.login(&token).await.unwrap().is_some());
}

#[tokio::test(start_paused = true)]
async fn a_node_that_hears_nothing_finds_a_deactivated_account_by_itself() {
    let cluster = Cluster::new();
    let (a, b) = (cluster.node("a"), cluster.node("b"));
    settle().await;
    let (root, mara) = (
        account(&a, "root", None).await,
        account(&a, "mara", Some("h")).await,
    );
    let (_, login) = log_in(&a, &mara).await;
    let sockets = [socket(&b, &mara, login)];
    tokio::time::sleep(Duration::from_secs(60)).await;
    cluster.net.cut(a.name(), b.name(), Loss::Silent);
    a.deactivate(&root.user(), mara.id).await.unwrap();
    let took = closed(&sockets).await;
    assert!(took <= Duration::from_secs(31), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_deletion_that_broke_off_goes_on_and_leaves_nothing_but_the_name() {
    let cluster = Cluster::new();
    let node = cluster.node("a");
    settle().await;
    let (root, mara) = (
        account(&node, "root", None).await,
        account(&node, "mara", Some("h")).await,
    );
    log_in(&node, &mara).await;
    let name = RoomName::new("hall").unwrap();
    let id = SendId::new("make").unwrap();
    let room = node
        .create_room(&mara.user(), id, &name, RoomKind::Public)
        .await
        .unwrap();
    let room = room.id;
    let by = &root.user();
    // A room that cannot be left now, since it cannot be loaded.
    tokio::time::sleep(Duration::from_secs(150)).await;
    cluster.store.set_broken(room, true);
    assert!(node.delete_account(by, mara.id).await.is_err());
    let left = node.account_of(mara.id).await.unwrap().unwrap();
    assert!(left.may_enter().is_err(), "nobody uses it meanwhile");
    cluster.store.set_broken(room, false);
    node.delete_account(by, mara.id).await.unwrap();
    assert_eq!(node.account("mara").await.unwrap(), None);
    let refused = node.delete_account(by, mara.id).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotFound);
    for kind in [RecordKind::Logins, RecordKind::Account] {
        let record = cluster.store.record(kind, &mara.id.to_string()).await;
        assert_eq!(record.unwrap(), None, "{kind:?}");
    }
    let refused = node.room_snapshot(&mara.user(), room).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotMember);
    let again = UserName::new("Mara").unwrap();
    let taken = node.create_account(&again, None, None).await.unwrap_err();
    assert_eq!(taken.code, ErrorCode::Taken);
}

#[tokio::test(start_paused = true)]
async fn a_name_whose_account_a_crash_left_unconfirmed_is_not_free_after_its_deletion() {
    let cluster = Cluster::new();
    let node = cluster.node("a");
    settle().await;
    let root = account(&node, "root", None).await;
    let nora = Account {
        id: UserId(uuid::Uuid::from_u128(7)),
        name: "nora".into(),
        ..root.clone()
    };
    let look = UserName::new("nora").unwrap().look();
    for (space, folded) in [
        (ClaimSpace::Look, look.as_str()),
        (ClaimSpace::User, "nora"),
    ] {
        let claim = cluster.store.claim(space, folded, "nora", nora.id.0);
        claim.await.unwrap();
    }
    let (key, value) = (nora.id.to_string(), serde_json::to_string(&nora).unwrap());
    let put = cluster
        .store
        .put_record(RecordKind::Account, &key, None, &value);
    put.await.unwrap();
    node.delete_account(&root.user(), nora.id).await.unwrap();
    let again = UserName::new("nora").unwrap();
    let taken = node.create_account(&again, None, None).await.unwrap_err();
    assert_eq!(taken.code, ErrorCode::Taken);
    assert_eq!(node.account("nora").await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn of_many_who_present_first_links_in_one_moment_one_has_the_right() {
    let cluster = Cluster::new();
    let (a, b) = (cluster.node("a"), cluster.node("b"));
    settle().await;
    let links = [&a, &b].map(|node| async { node.offer_first().await.unwrap().unwrap() });
    let links = join_all(links).await;
    let mut people = Vec::new();
    for n in 0..6 {
        people.push(account(&a, &format!("p{n}"), Some("h")).await);
    }
    // All have looked before the first of them has written.
    cluster.store.set_record_pause(Duration::from_millis(200));
    let present = people.iter().zip((0..2).cycle()).map(|(account, n)| {
        let (node, link) = ([&a, &b][n], &links[1 - n]);
        node.become_first(account, &link.token)
    });
    let answers = join_all(present).await;
    let all = b.administrators().await.unwrap();
    assert_eq!(all.len(), 1, "{answers:?}");
    for (account, answer) in people.iter().zip(answers) {
        assert_eq!(answer.is_ok(), all.contains(&account.id), "{answer:?}");
    }
    assert_eq!(a.offer_first().await, Ok(None));
}

#[tokio::test(start_paused = true)]
async fn acts_are_kept_in_a_ring_from_which_the_oldest_give_way() {
    let cluster = Cluster::new();
    let node = cluster.node("a");
    settle().await;
    let (root, mara) = (
        account(&node, "root", None).await,
        account(&node, "mara", None).await,
    );
    let by = &root.user();
    // As a ring of which the last place of page 250 is free: its slot holds page 150 still.
    let page = |number: u64, count: u64| {
        let acts: Vec<_> = (1..=count)
            .map(|n| serde_json::json!({
                "n": number * 100 + n, "at_ms": 1, "by": root.id, "by_name": "root", "act": "reactivated",
            }))
            .collect();
        serde_json::json!({"page": number, "acts": acts}).to_string()
    };
    for (key, value) in [
        ("acts", page(250, 99)),
        ("acts/50", page(150, 100)),
        ("acts/49", page(249, 100)),
    ] {
        let put = cluster
            .store
            .put_record(RecordKind::Setting, key, None, &value);
        put.await.unwrap();
    }
    assert_eq!(node.acts(Some(15_051), 10).await.unwrap().0[0].n, 15_050);
    node.deactivate(by, mara.id).await.unwrap();
    node.reactivate(by, mara.id).await.unwrap();
    node.deactivate(by, mara.id).await.unwrap();
    let (newest, next) = node.acts(None, 105).await.unwrap();
    let numbers: Vec<u64> = newest.iter().map(|act| act.n).collect();
    assert_eq!(numbers, (24_998..=25_102).rev().collect::<Vec<_>>());
    assert_eq!(
        (newest[0].act, newest[0].whom),
        (ActKind::Deactivated, Some(mara.id))
    );
    let (older, _) = node.acts(next, 5).await.unwrap();
    assert_eq!(
        older.iter().map(|act| act.n).collect::<Vec<_>>(),
        [24_997, 24_996, 24_995, 24_994, 24_993]
    );
    // What has given way is no longer there, and is not taken for what stands in its place.
    assert_eq!(
        node.acts(Some(15_051), 10).await.unwrap(),
        (Vec::new(), None)
    );
}
