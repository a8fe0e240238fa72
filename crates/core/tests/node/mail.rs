//! Mail addresses and links that are sent there, over two nodes.

use std::time::Duration;

use hearth_core::{
    clock::Clock,
    node::{Account, ActKind, LoginFrom, Node},
    totp::code,
};
use hearth_protocol::{ErrorCode, UserId, UserName};

use crate::kit::*;

const ADDRESS: &str = "mara@example.org";
/// The pause between two mails of a kind, and a moment.
const PAUSE: Duration = Duration::from_secs(301);

async fn account(node: &Node, user: UserId) -> Account {
    node.account_of(user).await.unwrap().unwrap()
}

/// Somebody with a password and a confirmed address.
async fn reachable(node: &Node) -> UserId {
    let name = UserName::new("mara").unwrap();
    let hash = Some("a hash".to_owned());
    let mara = node.create_account(&name, None, hash).await.unwrap().id;
    let link = node.note_mail(mara, ADDRESS).await.unwrap().link;
    node.confirm_mail(&link.token).await.unwrap();
    mara
}

#[tokio::test(start_paused = true)]
async fn an_address_counts_once_its_link_was_followed_and_the_one_before_until_then() {
    let cluster = Cluster::new();
    let (a, b) = (cluster.node("a"), cluster.node("b"));
    let mara = user(&a, "mara").await.id;
    let wrong = a.note_mail(mara, "mara").await.unwrap_err();
    assert_eq!(wrong.code, ErrorCode::BadRequest);
    let first = a.note_mail(mara, ADDRESS).await.unwrap();
    assert_eq!(first.address, ADDRESS);
    assert_eq!(account(&b, mara).await.mail.address, None);
    assert_eq!(
        b.make_mail_reset("mara").await.unwrap(),
        None,
        "nobody has followed it"
    );
    let soon = b.note_mail(mara, "other@example.org").await.unwrap_err();
    assert_eq!(soon.code, ErrorCode::Busy, "one in five minutes");
    assert!(soon.retry_after_ms.is_some_and(|ms| ms <= 300_000));
    b.confirm_mail(&first.link.token).await.unwrap();
    assert_eq!(
        account(&a, mara).await.mail.address.as_deref(),
        Some(ADDRESS)
    );
    let again = b.confirm_mail(&first.link.token).await.unwrap_err();
    assert_eq!(again.code, ErrorCode::Forbidden, "a link works once");

    tokio::time::sleep(PAUSE).await;
    let second = a.note_mail(mara, "other@example.org").await.unwrap();
    assert_eq!(
        account(&a, mara).await.mail.address.as_deref(),
        Some(ADDRESS)
    );
    tokio::time::sleep(Duration::from_secs(24 * 60 * 60)).await;
    let late = a.confirm_mail(&second.link.token).await.unwrap_err();
    assert_eq!(late.code, ErrorCode::Forbidden);
    for token in ["", "0123", &"0".repeat(96)] {
        let refused = a.confirm_mail(token).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::Forbidden, "{token:?}");
    }
    a.forget_mail(mara).await.unwrap();
    let mail = account(&b, mara).await.mail;
    assert_eq!((mail.address, mail.pending), (None, None));
}

#[tokio::test(start_paused = true)]
async fn one_mail_in_five_minutes_whatever_is_done_with_the_address() {
    let cluster = Cluster::new();
    let (a, b) = (cluster.node("a"), cluster.node("b"));
    let mara = user(&a, "mara").await.id;
    let noted_too_soon = async |what: &str| {
        let soon = b.note_mail(mara, "stranger@example.org").await.unwrap_err();
        assert_eq!(soon.code, ErrorCode::Busy, "{what}");
        assert!(soon.retry_after_ms.is_some_and(|ms| ms <= 300_000));
    };
    let link = a.note_mail(mara, ADDRESS).await.unwrap().link;
    a.forget_mail(mara).await.unwrap();
    noted_too_soon("forgotten before it was followed").await;
    let void = a.confirm_mail(&link.token).await.unwrap_err();
    assert_eq!(void.code, ErrorCode::Forbidden);

    tokio::time::sleep(PAUSE).await;
    let link = a.note_mail(mara, ADDRESS).await.unwrap().link;
    a.confirm_mail(&link.token).await.unwrap();
    noted_too_soon("followed").await;

    // The same of links for a new password: this one is void when the next address is there.
    tokio::time::sleep(PAUSE - Duration::from_secs(10)).await;
    let reset = a.make_mail_reset("mara").await.unwrap().unwrap().link;
    a.forget_mail(mara).await.unwrap();
    noted_too_soon("followed and forgotten").await;
    tokio::time::sleep(Duration::from_secs(10)).await;
    let link = b.note_mail(mara, ADDRESS).await.unwrap().link;
    b.confirm_mail(&link.token).await.unwrap();
    let void = a.reset_password(&reset.token, "a hash").await.unwrap_err();
    assert_eq!(void.code, ErrorCode::Forbidden);
    assert_eq!(b.make_mail_reset("mara").await.unwrap(), None);
    tokio::time::sleep(PAUSE).await;
    assert!(b.make_mail_reset("mara").await.unwrap().is_some());
}

#[tokio::test(start_paused = true)]
async fn a_new_password_voids_every_link_that_was_mailed_before() {
    let cluster = Cluster::new();
    let (a, b) = (cluster.node("a"), cluster.node("b"));
    let mara = reachable(&a).await;
    let root = user(&a, "root").await;
    let thief = "thief@example.org";
    let from = LoginFrom {
        device_name: "laptop".into(),
        address: "10.0.0.7".into(),
    };
    // Who knew the password has had a link sent to themselves before its holder changes it: with the one until now, by
    // an administrator's link, and by a mailed one.
    for way in ["changed", "by an administrator", "by mail"] {
        tokio::time::sleep(PAUSE).await;
        let pending = a.note_mail(mara, thief).await.unwrap().link;
        let mailed = a.make_mail_reset("mara").await.unwrap().unwrap();
        assert_eq!(mailed.address, ADDRESS, "{way}");
        match way {
            "changed" => {
                let shown = account(&b, mara).await;
                let changed = b.change_password(&shown, "the holder's", None, &from);
                changed.await.unwrap();
            }
            "by an administrator" => {
                let made = b.make_reset(&root, mara, &b.anew()).await.unwrap();
                b.reset_password(&made.token, "the holder's").await.unwrap();
            }
            _ => {
                let token = &mailed.link.token;
                b.reset_password(token, "the holder's").await.unwrap();
            }
        }
        let void = a.confirm_mail(&pending.token).await.unwrap_err();
        assert_eq!(void.code, ErrorCode::Forbidden, "{way}");
        let void = a.reset_password(&mailed.link.token, "the thief's").await;
        assert_eq!(void.unwrap_err().code, ErrorCode::Forbidden, "{way}");
        let kept = account(&a, mara).await;
        assert_eq!(kept.mail.address.as_deref(), Some(ADDRESS), "{way}");
        assert_eq!(kept.mail.pending, None, "{way}");
        assert_eq!(kept.password_hash.as_deref(), Some("the holder's"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_mailed_link_sets_a_new_password_once_and_leaves_the_second_factor() {
    let cluster = Cluster::new();
    let (a, b) = (cluster.node("a"), cluster.node("b"));
    let mara = reachable(&a).await;
    let secret = a.begin_totp(mara).await.unwrap();
    let shown = code(&secret, cluster.clock.wall_ms()).unwrap();
    a.confirm_totp(mara, &shown, &a.anew()).await.unwrap();
    assert_eq!(a.make_mail_reset("nobody").await.unwrap(), None);

    let (one, other) = tokio::join!(a.make_mail_reset("mara"), b.make_mail_reset("MARA"));
    let mut links: Vec<_> = [one.unwrap(), other.unwrap()]
        .into_iter()
        .flatten()
        .collect();
    let link = links.pop().unwrap();
    assert_eq!(links, [], "one mail, whoever is asked");
    assert_eq!((link.address.as_str(), link.user.id), (ADDRESS, mara));
    let token = link.link.token;
    b.reset_password(&token, "another hash").await.unwrap();
    let changed = account(&a, mara).await;
    assert_eq!(changed.password_hash.as_deref(), Some("another hash"));
    assert!(changed.asks_for_code(), "a mailbox is one factor");
    let again = a.reset_password(&token, "a third").await.unwrap_err();
    assert_eq!(again.code, ErrorCode::Forbidden);
    let (acts, _) = a.acts(None, 10).await.unwrap();
    let used = acts.iter().map(|act| (act.act, act.by, &*act.detail));
    let used: Vec<_> = used.collect();
    assert_eq!(used, [(ActKind::ResetUsed, mara, "mail")], "once");

    tokio::time::sleep(PAUSE).await;
    let link = a.make_mail_reset("mara").await.unwrap().unwrap().link;
    assert_eq!(
        a.make_mail_reset("mara").await.unwrap(),
        None,
        "one in five minutes"
    );
    tokio::time::sleep(PAUSE).await;
    let newer = a.make_mail_reset("mara").await.unwrap().unwrap().link;
    let old = a.reset_password(&link.token, "a third").await.unwrap_err();
    assert_eq!(
        old.code,
        ErrorCode::Forbidden,
        "the newer one took its place"
    );
    tokio::time::sleep(Duration::from_secs(60 * 60)).await;
    let late = a.reset_password(&newer.token, "a third").await.unwrap_err();
    assert_eq!(late.code, ErrorCode::Forbidden, "good for an hour");
}

#[tokio::test(start_paused = true)]
async fn who_is_deactivated_is_sent_nothing_and_a_new_address_voids_what_went_to_the_old_one() {
    let cluster = Cluster::new();
    let a = cluster.node("a");
    let mara = reachable(&a).await;
    let root = user(&a, "root").await;
    let link = a.make_mail_reset("mara").await.unwrap().unwrap().link;
    tokio::time::sleep(PAUSE).await;
    let other = a.note_mail(mara, "other@example.org").await.unwrap().link;
    a.confirm_mail(&other.token).await.unwrap();
    let void = a.reset_password(&link.token, "a third").await.unwrap_err();
    assert_eq!(void.code, ErrorCode::Forbidden);
    let link = a.make_mail_reset("mara").await.unwrap().unwrap();
    assert_eq!(link.address, "other@example.org");
    a.deactivate(&root, mara).await.unwrap();
    let void = a
        .reset_password(&link.link.token, "a third")
        .await
        .unwrap_err();
    assert_eq!(void.code, ErrorCode::Forbidden);
    tokio::time::sleep(Duration::from_secs(3_600)).await;
    assert_eq!(a.make_mail_reset("mara").await.unwrap(), None);
}
