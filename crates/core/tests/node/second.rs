//! The second factor over two nodes: a code lets in once, wherever it is shown.

use hearth_core::{
    clock::Clock,
    node::{Account, Node, SecondTried},
    totp::code,
};
use hearth_protocol::{ErrorCode, SendId, UserName};

use crate::kit::*;

/// Somebody with a second factor, its secret, and the recovery codes.
async fn guarded(cluster: &Cluster, node: &Node) -> (Account, String, Vec<String>) {
    let name = UserName::new("mara").unwrap();
    let hash = Some("a hash".to_owned());
    let account = node.create_account(&name, None, hash).await.unwrap();
    let secret = node.begin_totp(account.id).await.unwrap();
    let now_ms = cluster.clock.wall_ms();
    let shown = code(&secret, now_ms).unwrap();
    // Before it is confirmed it guards nothing.
    let tried = node.try_second(&account, None).await.unwrap();
    assert_eq!(tried, SecondTried::In);
    let once = node.anew();
    let wrong = node.confirm_totp(account.id, "no", &once).await;
    assert_eq!(wrong.unwrap_err().code, ErrorCode::Forbidden);
    let recovery = node.confirm_totp(account.id, &shown, &once).await.unwrap();
    let account = node.account_of(account.id).await.unwrap().unwrap();
    (account, secret, recovery)
}

#[tokio::test(start_paused = true)]
async fn of_two_who_show_one_code_at_once_one_gets_in() {
    let cluster = Cluster::new();
    let (a, b) = (cluster.node("a"), cluster.node("b"));
    let (mara, secret, recovery) = guarded(&cluster, &a).await;
    let next_ms = cluster.clock.wall_ms() + 30_000;
    let next = code(&secret, next_ms).unwrap();
    for shown in [&next, &recovery[0]] {
        let (one, other) = tokio::join!(
            a.try_second(&mara, Some(shown)),
            b.try_second(&mara, Some(shown)),
        );
        let mut both = [one.unwrap(), other.unwrap()];
        both.sort_by_key(|tried| *tried == SecondTried::In);
        assert_eq!(both, [SecondTried::Wrong, SecondTried::In]);
    }
    let none = a.try_second(&mara, None).await.unwrap();
    assert_eq!(none, SecondTried::Needed);
    let again = a.begin_totp(mara.id).await.unwrap_err();
    assert_eq!(again.code, ErrorCode::Forbidden);
    b.end_totp(mara.id).await.unwrap();
    let mara = a.account_of(mara.id).await.unwrap().unwrap();
    assert!(!mara.asks_for_code());
}

#[tokio::test(start_paused = true)]
async fn guesses_are_counted_over_all_nodes_and_a_wait_holds_on_each() {
    let cluster = Cluster::new();
    let (a, b) = (cluster.node("a"), cluster.node("b"));
    let (mara, _, recovery) = guarded(&cluster, &a).await;
    for n in 0..10 {
        let node = if n % 2 == 0 { &a } else { &b };
        let tried = node.try_second(&mara, Some("000000")).await.unwrap();
        assert_eq!(tried, SecondTried::Wrong);
    }
    for node in [&a, &b] {
        let refused = node.try_second(&mara, Some(&recovery[0])).await;
        let refused = refused.unwrap_err();
        assert_eq!(refused.code, ErrorCode::Busy);
        assert!(refused.retry_after_ms.is_some_and(|ms| ms <= 600_000));
    }
    tokio::time::sleep(std::time::Duration::from_secs(601)).await;
    let tried = b.try_second(&mara, Some(&recovery[0])).await.unwrap();
    assert_eq!(tried, SecondTried::In);
}

#[tokio::test(start_paused = true)]
async fn a_second_factor_needs_a_first_one() {
    let cluster = Cluster::new();
    let a = cluster.node("a");
    let jonas = user(&a, "jonas").await;
    let refused = a.begin_totp(jonas.id).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Forbidden);
    assert!(a.confirm_totp(jonas.id, "000000", &a.anew()).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn recovery_codes_that_got_lost_on_their_way_are_told_again_under_their_key_alone() {
    let cluster = Cluster::new();
    let (a, b) = (cluster.node("a"), cluster.node("b"));
    let name = UserName::new("mara").unwrap();
    let hash = Some("a hash".to_owned());
    let mara = a.create_account(&name, None, hash).await.unwrap().id;
    let secret = a.begin_totp(mara).await.unwrap();
    let shown = code(&secret, cluster.clock.wall_ms()).unwrap();
    let key = SendId::new("k1").unwrap();
    let once = async |node: &Node, key| node.once(mara, Some(key), "confirm").await.unwrap();
    let first = a.confirm_totp(mara, &shown, &once(&a, &key).await).await;
    let first = first.unwrap();
    // One of them is used meanwhile, and the code is none any more.
    let account = b.account_of(mara).await.unwrap().unwrap();
    let tried = b.try_second(&account, Some(&first[4])).await.unwrap();
    assert_eq!(tried, SecondTried::In);
    let again = b.confirm_totp(mara, &shown, &once(&b, &key).await).await;
    assert_eq!(again.unwrap(), first);
    let other = SendId::new("k2").unwrap();
    for once in [once(&b, &other).await, b.anew()] {
        let refused = b.confirm_totp(mara, &shown, &once).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::Forbidden);
    }
    // Of another factor they are not the codes.
    a.end_totp(mara).await.unwrap();
    let refused = a.confirm_totp(mara, &shown, &once(&a, &key).await).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::Forbidden);
}
