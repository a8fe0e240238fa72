//! Requests under a key, on whichever node, broken off between any two steps: one thing, one answer, one secret.

use std::time::Duration;

use hearth_core::{
    node::{NewWebhook, Node, Once, REQUESTS_MAX, SignUpKey},
    testing::Fault,
};
use hearth_protocol::{ErrorCode, SendId, UserId, UserName};

use crate::kit::*;

fn key(text: &str) -> SendId {
    SendId::new(text).unwrap()
}

async fn asked(node: &Node, user: UserId, under: &str, what: &str) -> Result<Once, ErrorCode> {
    let once = node.once(user, Some(&key(under)), what).await;
    once.map_err(|refusal| refusal.code)
}

#[tokio::test(start_paused = true)]
async fn a_request_that_broke_off_makes_the_same_thing_on_another_node() {
    let (cluster, [a, b], [mara, _], room) = pair().await;
    let once = asked(&a, mara.id, "k1", "a webhook").await.unwrap();
    assert_eq!(once.answer(), None);
    // The webhook is listed, and its bot does not come in.
    cluster.store.fail_next_append(Fault::Away);
    cluster.store.fail_next_append(Fault::Away);
    let broken = a.make_webhook(&mara, room, "CI", NewWebhook::In, &once);
    let broken = tokio::time::timeout(std::time::Duration::from_millis(10), broken).await;
    assert!(broken.map_or(true, |made| made.is_err()));
    settle().await;

    let again = asked(&b, mara.id, "k1", "a webhook").await.unwrap();
    let made = b.make_webhook(&mara, room, "CI", NewWebhook::In, &again);
    let made = made.await.unwrap();
    // And made once more: it was made, and the answer did not come.
    let twice = a.make_webhook(&mara, room, "CI", NewWebhook::In, &once);
    let twice = twice.await.unwrap();
    assert_eq!(
        (&twice.webhook, &twice.secret),
        (&made.webhook, &made.secret)
    );
    let listed = a.webhooks(&mara, room).await.unwrap();
    assert_eq!(listed, std::slice::from_ref(&made.webhook));
    let members = a.members(&mara, room, None, 10).await.unwrap();
    assert_eq!(members.0.len(), 3, "two people and one bot: {members:?}");

    let answer = format!(r#"{{"secret":"{}"}}"#, made.secret);
    b.answered(&again, &answer).await.unwrap();
    b.withdraw_webhook(&mara, room, made.webhook.id)
        .await
        .unwrap();
    let told = asked(&a, mara.id, "k1", "a webhook").await.unwrap();
    assert_eq!(
        told.answer(),
        Some(answer),
        "whatever has become of it since"
    );
    // The first try goes on only now.
    let late = a.make_webhook(&mara, room, "CI", NewWebhook::In, &once);
    assert_eq!(late.await.unwrap_err().code, ErrorCode::Busy);
    assert_eq!(a.webhooks(&mara, room).await.unwrap(), []);
}

#[tokio::test(start_paused = true)]
async fn a_key_is_one_users_for_one_request_for_a_day() {
    let (_cluster, [a, b], [mara, jonas], _) = pair().await;
    let once = asked(&a, mara.id, "k1", "one").await.unwrap();
    a.answered(&once, "{}").await.unwrap();
    let other = asked(&b, mara.id, "k1", "another").await;
    assert_eq!(other.err(), Some(ErrorCode::BadRequest));
    let anothers = asked(&b, jonas.id, "k1", "another").await.unwrap();
    assert_eq!(anothers.answer(), None);
    for n in 0..REQUESTS_MAX - 1 {
        asked(&a, mara.id, &format!("n{n}"), "more").await.unwrap();
    }
    let known = asked(&a, mara.id, "k1", "one").await.unwrap();
    assert_eq!(known.answer().as_deref(), Some("{}"));
    asked(&a, mara.id, "one-too-many", "more").await.unwrap();
    let forgotten = asked(&a, mara.id, "k1", "another").await.unwrap();
    assert_eq!(forgotten.answer(), None);
    a.answered(&forgotten, "{}").await.unwrap();
    let (name, by) = (
        UserName::new("nora").unwrap(),
        SignUpKey::new(&key("k1"), "nora"),
    );
    let nora = a.sign_up(&name, None, None, Some(&by)).await.unwrap();
    assert_eq!(b.signed_up(&name, &by).await.unwrap(), Some(nora));
    tokio::time::sleep(std::time::Duration::from_secs(25 * 60 * 60)).await;
    let day_later = asked(&b, mara.id, "k1", "one").await.unwrap();
    assert_eq!(day_later.answer(), None);
    assert_eq!(b.signed_up(&name, &by).await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn a_sign_up_that_broke_off_at_any_write_goes_on_and_takes_one_use_of_its_invitation() {
    let (cluster, [a, b], [mara, _], _) = pair().await;
    let mut broke_off = 0;
    for writes in 0.. {
        let (invitation, link) = a.invite(&mara, 1, 1, &a.anew()).await.unwrap();
        let name = UserName::new(format!("nora{writes}")).unwrap();
        let by = SignUpKey::new(&key("k1"), name.as_str());
        cluster.store.set_writes_left(Some(writes));
        let first = a.create_invited_account(&link.token, &name, None, None, Some(&by));
        let first = first.await;
        cluster.store.set_writes_left(None);
        cluster.store.set_away(false);

        let other = SignUpKey::new(&key("k2"), name.as_str());
        assert_eq!(b.signed_up(&name, &other).await.unwrap(), None);
        let made = match b.signed_up(&name, &by).await.unwrap() {
            Some(made) => made,
            None => {
                b.is_invited(&link.token, Some(&by)).await.unwrap();
                let again = b.create_invited_account(&link.token, &name, None, None, Some(&by));
                again.await.unwrap()
            }
        };
        assert_eq!(
            b.account(name.as_str()).await.unwrap().as_ref(),
            Some(&made)
        );
        let all = b.invitations().await.unwrap();
        let now = all.iter().find(|one| one.id == invitation.id).unwrap();
        assert_eq!(now.uses, 1, "after {writes} writes");
        let stranger = b.is_invited(&link.token, Some(&other)).await.unwrap_err();
        assert_eq!(stranger.code, ErrorCode::Forbidden);
        match first {
            Err(_) => broke_off += 1,
            Ok(first) => {
                assert_eq!(first, made);
                break;
            }
        }
    }
    assert!(broke_off >= 2, "at the use and at the account: {broke_off}");
}

#[tokio::test(start_paused = true)]
async fn of_the_same_sign_up_twice_at_once_one_makes_the_account_by_one_use() {
    let (cluster, [a, b], [mara, _], _) = pair().await;
    let (_, link) = a.invite(&mara, 2, 1, &a.anew()).await.unwrap();
    let name = UserName::new("nora").unwrap();
    let by = SignUpKey::new(&key("k1"), "nora");
    cluster.store.set_record_pause(Duration::from_millis(50));
    let (one, other) = tokio::join!(
        a.create_invited_account(&link.token, &name, None, None, Some(&by)),
        b.create_invited_account(&link.token, &name, None, None, Some(&by)),
    );
    let codes = [&one, &other].map(|made| made.as_ref().err().map(|refusal| refusal.code));
    assert!(
        codes.contains(&None) && codes.contains(&Some(ErrorCode::Taken)),
        "{codes:?}"
    );
    let made = b.signed_up(&name, &by).await.unwrap();
    assert_eq!(made, one.or(other).ok());
    assert_eq!(b.invitations().await.unwrap()[0].uses, 1);
}

#[tokio::test(start_paused = true)]
async fn a_sign_up_that_is_refused_gives_back_no_use_that_it_did_not_take() {
    let (_cluster, [a, b], [mara, _], _) = pair().await;
    let (_, link) = a.invite(&mara, 1, 1, &a.anew()).await.unwrap();
    let name = UserName::new("nora").unwrap();
    let by = SignUpKey::new(&key("k1"), "nora");
    let made = a.create_invited_account(&link.token, &name, None, None, Some(&by));
    let nora = made.await.unwrap();
    a.delete_account(&mara, nora.id).await.unwrap();
    // The name stays taken, and nothing tells any more that the account came by this sign-up.
    for node in [&a, &b] {
        let again = node.create_invited_account(&link.token, &name, None, None, Some(&by));
        assert_eq!(again.await.unwrap_err().code, ErrorCode::Taken);
        assert_eq!(node.invitations().await.unwrap()[0].uses, 1);
    }
}
