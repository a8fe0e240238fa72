//! People found by the beginnings of their names, on a cluster.

use hearth_core::{
    node::{Account, NewWebhook, Node, PEOPLE_MAX},
    port::{RecordKind, Records, Version},
};
use hearth_protocol::{ErrorCode, UserId, UserName};

use crate::kit::*;

async fn account(node: &Node, name: &str, display: &str) -> Account {
    let name = UserName::new(name).unwrap();
    node.create_account(&name, Some(display), None)
        .await
        .unwrap()
}

async fn names(node: &Node, sought: &str) -> Vec<String> {
    let (people, more) = node.people(sought, PEOPLE_MAX).await.unwrap();
    assert!(!more, "{sought}");
    people.into_iter().map(|account| account.name).collect()
}

async fn show_as(node: &Node, account: &Account, display: &str) {
    let changed = node.change_account(account.id, |account| {
        account.display = display.into();
        Ok(())
    });
    changed.await.unwrap();
}

/// The words under which rows stand that begin so.
async fn rows(cluster: &Cluster, begin: &str) -> Vec<String> {
    let rows = cluster.store.people(begin, None, 100).await.unwrap();
    rows.into_iter().map(|row| row.word).collect()
}

#[tokio::test(start_paused = true)]
async fn people_are_found_by_the_beginnings_of_both_names_on_every_node_at_once() {
    let cluster = Cluster::new();
    let (a, b) = (cluster.node("a"), cluster.node("b"));
    account(&a, "mara.lee", "Mära Łee").await;
    account(&b, "Jonas", "Doktor Züge").await;
    account(&a, "mar", "Somebody").await;
    account(&a, "東京", "Tokyo").await;
    account(&a, "--", "!").await;
    for node in [&a, &b] {
        for (sought, found) in [
            ("m", vec!["mar", "mara.lee"]),
            ("MARA", vec!["mara.lee"]),
            ("@mär", vec!["mar", "mara.lee"]),
            ("mara.l", vec!["mara.lee"]),
            ("lee", vec!["mara.lee"]),
            ("lee mara", vec!["mara.lee"]),
            ("zug dok", vec!["Jonas"]),
            ("京", vec!["東京"]),
            ("tok", vec!["東京"]),
            ("-", vec!["--"]),
            ("ara", vec![]),
            ("mara jonas", vec![]),
            ("\u{301}", vec![]),
        ] {
            assert_eq!(names(node, sought).await, found, "{sought}");
        }
    }
    for nothing in ["", " ", "@"] {
        let refused = a.people(nothing, 5).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::BadRequest, "{nothing:?}");
    }
    let refused = a.people(&"x".repeat(101), 5).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::TooLarge);
}

#[tokio::test(start_paused = true)]
async fn nobody_is_found_by_what_they_were_called_or_while_they_are_out() {
    let cluster = Cluster::new();
    let (a, b) = (cluster.node("a"), cluster.node("b"));
    settle().await;
    let root = account(&a, "root", "Root").await;
    let mara = account(&a, "mara", "Mara Stone").await;
    show_as(&b, &mara, "Mara Sea").await;
    assert_eq!(names(&a, "sto").await, [""; 0]);
    assert_eq!(names(&a, "sea").await, ["mara"]);
    assert_eq!(rows(&cluster, "s").await, ["sea"], "the other row is gone");
    show_as(&b, &mara, "Stone").await;
    assert_eq!(names(&a, "stone").await, ["mara"], "and comes back");

    a.deactivate(&root.user(), mara.id).await.unwrap();
    assert_eq!(names(&b, "mara").await, [""; 0]);
    b.reactivate(&root.user(), mara.id).await.unwrap();
    for sought in ["mara", "sto"] {
        assert_eq!(names(&a, sought).await, ["mara"]);
    }
    a.delete_account(&root.user(), mara.id).await.unwrap();
    for sought in ["mara", "sto"] {
        assert_eq!(names(&b, sought).await, [""; 0]);
        assert_eq!(rows(&cluster, sought).await, [""; 0], "no row is left");
    }
}

#[tokio::test(start_paused = true)]
async fn a_row_that_does_not_fit_is_not_shown_and_taken_away_but_none_of_a_later_version() {
    let cluster = Cluster::new();
    let node = cluster.node("a");
    let mara = account(&node, "mara", "Mara").await;
    let list = async |word: &str, version: u64| {
        let words = [word.to_owned()];
        let listed = cluster.store.list_person(mara.id, &words, Version(version));
        listed.await.unwrap();
    };
    // Of a change that lost its race, and of one that is under way.
    list("lost", 1).await;
    list("coming", 2).await;
    for word in ["lost", "coming"] {
        assert_eq!(names(&node, word).await, [""; 0]);
    }
    assert_eq!(rows(&cluster, "lost").await, [""; 0]);
    assert_eq!(rows(&cluster, "coming").await, ["coming"]);
    show_as(&node, &mara, "Coming").await;
    assert_eq!(names(&node, "coming").await, ["mara"]);
    // Whose account is not there yet.
    let nobody = UserId(uuid::Uuid::from_u128(9));
    let words = ["mars".to_owned()];
    let listed = cluster.store.list_person(nobody, &words, Version(1));
    listed.await.unwrap();
    assert_eq!(names(&node, "mar").await, ["mara"]);
    assert_eq!(rows(&cluster, "mars").await, ["mars"]);
}

#[tokio::test(start_paused = true)]
async fn who_is_called_exactly_so_comes_first_and_a_request_reads_a_bounded_number() {
    let cluster = Cluster::new();
    let node = cluster.node("a");
    for n in 0..600 {
        let display = if n % 150 == 149 { "Kim Rare" } else { "Kim" };
        account(&node, &format!("kim{n}"), display).await;
    }
    // Last of all by its id, and shown as all others are.
    account(&node, "kim", "Kim").await;
    let before = cluster.store.calls().answered;
    let (found, more) = node.people("kim", 5).await.unwrap();
    assert_eq!((found.len(), more), (5, true));
    assert_eq!(found[0].name, "kim");
    assert!(cluster.store.calls().answered - before < 100);
    let (found, more) = node.people("ki", 1_000).await.unwrap();
    assert_eq!((found.len(), more), (PEOPLE_MAX, true));
    let ids: std::collections::BTreeSet<_> = found.iter().map(|account| account.id).collect();
    assert_eq!(ids.len(), PEOPLE_MAX, "each once");
    // Two words that seldom meet: it ends, and says so.
    let before = cluster.store.calls().answered;
    let (found, more) = node.people("kim r", 20).await.unwrap();
    assert!(more && found.len() <= 4, "{}", found.len());
    assert!(found.iter().all(|account| account.display == "Kim Rare"));
    assert!(cluster.store.calls().answered - before < 500);
    let (found, more) = node.people("kim rare", 20).await.unwrap();
    assert_eq!((found.len(), more), (4, false), "the longest word leads");
    let (found, more) = node.people("kim599", 20).await.unwrap();
    assert_eq!((found.len(), more), (1, false));
}

#[tokio::test(start_paused = true)]
async fn accounts_of_a_build_that_listed_none_are_listed_by_the_walk_and_only_those() {
    let cluster = Cluster::new();
    let node = cluster.node("a");
    let mut all = Vec::new();
    for n in 0..450 {
        all.push(account(&node, &format!("old{n}"), "Old").await);
    }
    let version = async |account: &Account| {
        let record = cluster
            .store
            .record(RecordKind::Account, &account.id.to_string())
            .await
            .unwrap()
            .unwrap();
        (record.version, record.value)
    };
    // As that build writes them back: without what it does not know, and without the rows.
    for account in &all[..300] {
        let (version, value) = version(account).await;
        let mut value: serde_json::Value = serde_json::from_str(&value).unwrap();
        assert!(value.as_object_mut().unwrap().remove("listed").is_some());
        value["display"] = "Ancient".into();
        let (key, value) = (account.id.to_string(), value.to_string());
        let put = cluster
            .store
            .put_record(RecordKind::Account, &key, Some(version), &value);
        put.await.unwrap();
    }
    assert_eq!(names(&node, "ancient").await, [""; 0]);
    let (mut place, mut pages) = (None, 0);
    loop {
        place = node.list_unlisted(place.as_deref()).await.unwrap();
        pages += 1;
        if place.is_none() {
            break;
        }
    }
    assert_eq!(pages, 3);
    let (found, _) = node.people("ancient", 20).await.unwrap();
    assert_eq!(found.len(), 20);
    assert_eq!(version(&all[0]).await.0, Version(3));
    assert_eq!(version(&all[449]).await.0, Version(1), "it was listed");
    node.list_unlisted(None).await.unwrap();
    assert_eq!(version(&all[0]).await.0, Version(3), "once");
}

#[tokio::test(start_paused = true)]
async fn bots_are_found_and_webhooks_are_not() {
    let (_cluster, [a, b], [mara, _], room) = pair().await;
    let name = UserName::new("civil").unwrap();
    let bot = a.make_bot(&mara, &name, None, &a.anew()).await.unwrap();
    a.make_webhook(&mara, room, "CI", NewWebhook::In, &a.anew())
        .await
        .unwrap();
    let (found, _) = b.people("ci", 20).await.unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].id, bot.id);
    assert!(found[0].id.is_bot());
}
