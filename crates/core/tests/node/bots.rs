//! Bots on a cluster: what a token lets one do, and that its end is heard everywhere.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use hearth_core::{
    grant::Grant,
    node::{Account, Login, NewToken, Node},
    port::{ClaimSpace, Records},
};
use hearth_protocol::{CloseCode, ErrorCode, RoomId, Scope, ServerFrame, User, UserId, UserName};

use crate::{kit::*, logins::Calendar};

async fn bot(node: &Node, by: &User, name: &str) -> Account {
    let name = UserName::new(name).unwrap();
    node.make_bot(by, &name, None, &node.anew()).await.unwrap()
}

fn wanted(scopes: &[Scope], rooms: &[RoomId], days: Option<u64>) -> NewToken {
    NewToken {
        name: "t".into(),
        grant: Grant {
            scopes: scopes.to_vec(),
            rooms: rooms.to_vec(),
        },
        days,
    }
}

async fn token(node: &Node, by: &User, bot: &Account, days: Option<u64>) -> (Login, String) {
    let wanted = wanted(&[Scope::Read, Scope::Send], &[], days);
    node.make_bot_token(by, bot, wanted, &node.anew())
        .await
        .unwrap()
}

/// A connection of a bot by a token.
async fn socket(node: &Node, secret: &str) -> Client {
    let by = node.login(secret).await.unwrap().unwrap();
    let grant = Arc::new(by.grant.unwrap());
    Client::connect_bot(node, &by.user, by.login, grant)
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_revoked_closes_its_sockets_on_every_node_within_two_seconds() {
    let (_cluster, [a, b], [mara, _], room) = pair().await;
    let robot = bot(&a, &mara, "robot").await;
    join(&a, &robot.user(), room).await;
    let (first, secret) = token(&a, &mara, &robot, None).await;
    let (_, other) = token(&b, &mara, &robot, None).await;
    let sockets = [socket(&a, &secret).await, socket(&b, &secret).await];
    let stays = socket(&b, &other).await;
    for socket in sockets.iter().chain([&stays]) {
        socket.say(r#"{"type":"hello","device":"d"}"#).await;
        socket
            .until("a welcome", |frames| {
                frames
                    .iter()
                    .any(|f| matches!(f, ServerFrame::Welcome { .. }))
            })
            .await;
    }
    assert!(a.revoke_bot_token(&mara, &robot, first.id).await.unwrap());
    assert_eq!(b.login(&secret).await.unwrap(), None, "from the answer on");
    tokio::time::sleep(Duration::from_secs(2)).await;
    for socket in &sockets {
        assert_eq!(socket.closed(), Some(CloseCode::SignedOut));
    }
    assert_eq!(stays.closed(), None);
    assert!(!b.revoke_bot_token(&mara, &robot, first.id).await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_token_ends_when_its_days_are_over_and_with_its_bot() {
    const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
    let cluster = Cluster::new();
    let calendar = Arc::new(Calendar(cluster.clock.clone(), AtomicU64::new(0)));
    let a = cluster.node_by("a", calendar.clone());
    let mara = user(&a, "mara").await;
    let robot = bot(&a, &mara, "robot").await;
    let (_, day) = token(&a, &mara, &robot, Some(1)).await;
    let (kept, without_end) = token(&a, &mara, &robot, None).await;
    assert_eq!(kept.ends_ms(), None);
    let socket = socket(&a, &day).await;
    calendar.1.store(DAY_MS, Ordering::Relaxed);
    assert_eq!(a.login(&day).await.unwrap(), None);
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(socket.closed(), Some(CloseCode::SignedOut));
    // As long as anybody can wait, and no longer than the bot.
    calendar.1.store(4_000 * DAY_MS, Ordering::Relaxed);
    assert!(a.login(&without_end).await.unwrap().is_some());
    a.deactivate(&mara, robot.id).await.unwrap();
    assert_eq!(a.login(&without_end).await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn a_bot_whose_name_another_request_had_begun_is_made_and_told_again_to_the_same_one() {
    let (cluster, [a, b], [mara, _], _) = pair().await;
    // The server died after the first claim, and whoever asked for it does not come back.
    let name = UserName::new("lena").unwrap();
    let begun = UserId::of_bot(uuid::Uuid::from_u128(7));
    let look = name.look();
    let claimed = cluster
        .store
        .claim(ClaimSpace::Look, &look, "lena", begun.0);
    claimed.await.unwrap();
    let once = a.anew();
    let made = a.make_bot(&mara, &name, None, &once).await.unwrap();
    assert_eq!(made.id, begun);
    // The answer did not come.
    assert_eq!(b.make_bot(&mara, &name, None, &once).await.unwrap(), made);
    let other = b.make_bot(&mara, &name, None, &b.anew()).await;
    assert_eq!(other.unwrap_err().code, ErrorCode::Taken);
}

#[tokio::test(start_paused = true)]
async fn a_name_that_was_begun_for_a_person_becomes_no_bots() {
    let (cluster, [a, _b], [mara, _], _) = pair().await;
    // The server died after the first claim.
    let name = UserName::new("lena").unwrap();
    let (look, id) = (name.look(), uuid::Uuid::from_u128(7));
    let claimed = cluster.store.claim(ClaimSpace::Look, &look, "lena", id);
    claimed.await.unwrap();
    let refused = a.make_bot(&mara, &name, None, &a.anew()).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Taken);
    let lena = a.create_account(&name, None, None).await.unwrap();
    assert!(!lena.id.is_bot());
    let robot = bot(&a, &mara, "robot").await;
    assert!(robot.id.is_bot());
    for wrong in [
        wanted(&[], &[], None),
        wanted(&[Scope::Read], &[], Some(0)),
        NewToken {
            name: " ".into(),
            ..wanted(&[Scope::Read], &[], None)
        },
    ] {
        let refused = a
            .make_bot_token(&mara, &robot, wrong, &a.anew())
            .await
            .unwrap_err();
        assert_eq!(refused.code, ErrorCode::BadRequest);
    }
    let wanted = wanted(&[Scope::Read], &[], None);
    let refused = a
        .make_bot_token(&mara, &lena, wanted, &a.anew())
        .await
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::Forbidden);
}
