//! Presence: what a crowd that comes costs those who watch it.

use std::time::Duration;

use hearth_core::{
    clock::Clock,
    local::Loss,
    node::{Account, LoginFrom},
    port::NodeName,
    session::Dialect,
};
use hearth_protocol::{
    PresenceOf, ServerFrame, Status, User, UserId, UserName,
    bounds::{PROFILES_MAX, WATCHED_USERS_MAX},
};

use crate::kit::*;

/// One look at the watched is this far from the next.
const LOOK: Duration = Duration::from_secs(3);

fn crowd(count: usize) -> Vec<User> {
    let user = |n: usize| User {
        id: UserId(uuid::Uuid::from_u128(n as u128 + 1)),
        name: format!("guest{n}"),
        display: format!("Guest {n}"),
    };
    (0..count).map(user).collect()
}

fn told(client: &Client) -> Vec<ServerFrame> {
    let frames = client.frames().into_iter();
    frames
        .filter(|frame| matches!(frame, ServerFrame::Presence { .. }))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_who_come_online_cost_their_watchers_a_frame_a_look() {
    let cluster = Cluster::new();
    let (a, b) = (cluster.node("a"), cluster.node("b"));
    settle().await;
    let guests = crowd(10_000);
    let mut watchers = Vec::new();
    for n in 0..3 {
        let watcher = a
            .create_account(&UserName::new(format!("watcher{n}")).unwrap(), None, None)
            .await
            .unwrap()
            .user();
        let client = Client::hello(&a, &watcher, &[]).await;
        let watched: Vec<String> = guests[n * 10..n * 10 + WATCHED_USERS_MAX]
            .iter()
            .map(|guest| format!("\"{}\"", guest.id))
            .collect();
        let watched = watched.join(",");
        let say = format!(r#"{{"type":"presence","status":"online","watch":[{watched}]}}"#);
        client.say(&say).await;
        client
            .until("the statuses", |frames| {
                frames
                    .iter()
                    .any(|frame| matches!(frame, ServerFrame::Presence { .. }))
            })
            .await;
        watchers.push(client);
    }
    // They come within four looks.
    let mut there = Vec::new();
    for (n, guest) in guests.iter().enumerate() {
        there.push(Client::connect(&b, guest, Dialect::V1));
        if n % 100 == 99 {
            tokio::time::sleep(LOOK * 4 / 100).await;
        }
    }
    tokio::time::sleep(LOOK * 2).await;
    for watcher in &watchers {
        let told = told(watcher);
        // The answer, and one for each look in which somebody came at all.
        assert!(told.len() <= 1 + 4 + 2, "{} frames", told.len());
        let online = told.iter().map(|frame| match frame {
            ServerFrame::Presence { users } => users
                .iter()
                .filter(|of| of.status == Status::Online)
                .count(),
            _ => 0,
        });
        assert_eq!(online.sum::<usize>(), WATCHED_USERS_MAX, "each once");
    }
}

#[tokio::test(start_paused = true)]
async fn when_somebody_was_last_there_is_known_by_their_logins_once_the_board_has_forgotten() {
    let cluster = Cluster::new();
    let node = cluster.node("a");
    let mara = user(&node, "mara").await;
    let account = async |name: &str| {
        let name = UserName::new(name).unwrap();
        node.create_account(&name, None, None).await.unwrap()
    };
    let (jonas, never) = (account("jonas").await, account("never").await);
    let from = LoginFrom {
        device_name: "laptop".into(),
        address: "10.0.0.7".into(),
    };
    node.open_login(&jonas, &from).await.unwrap();
    let used_ms = cluster.clock.wall_ms();
    let seen = async || {
        let watcher = Client::hello(&node, &mara, &[]).await;
        let (a, b) = (jonas.id, never.id);
        let say = format!(r#"{{"type":"presence","status":"online","watch":["{a}","{b}"]}}"#);
        watcher.say(&say).await;
        tokio::time::sleep(LOOK).await;
        let told = told(&watcher).pop();
        let Some(ServerFrame::Presence { users }) = told else {
            panic!("no answer: {told:?}");
        };
        [a, b].map(|id| users.iter().find(|of| of.user == id).unwrap().seen_ms)
    };
    tokio::time::sleep(LOOK).await;
    assert_eq!(seen().await, [Some(used_ms), None]);
    // What the board knows is told as it is.
    let there = Client::connect(&node, &jonas.user(), Dialect::V1);
    tokio::time::sleep(LOOK * 100).await;
    drop(there);
    tokio::time::sleep(LOOK * 100).await;
    let by_board = seen().await;
    assert!(by_board[0] > Some(used_ms + 100_000), "{by_board:?}");
    // A server that begins anew.
    cluster.forget_presence();
    assert_eq!(seen().await, [Some(used_ms), None]);
}

/// What a watcher was told of somebody, in turn.
fn told_of(watcher: &Client, user: UserId) -> Vec<PresenceOf> {
    let frames = told(watcher).into_iter();
    let of = |frame| match frame {
        ServerFrame::Presence { users } => users.into_iter().find(|of| of.user == user),
        _ => None,
    };
    frames.filter_map(of).collect()
}

#[tokio::test(start_paused = true)]
async fn who_watches_on_another_node_is_told_of_a_changed_profile_once_and_reads_it_with_others() {
    let cluster = Cluster::new();
    let (a, b) = (cluster.node("a"), cluster.node("b"));
    settle().await;
    let mara = user(&a, "mara").await;
    let account = async |name: &str| {
        let name = UserName::new(name).unwrap();
        a.create_account(&name, None, None).await.unwrap()
    };
    let (jonas, priya) = (account("jonas").await, account("priya").await);
    let watch = async |node| {
        let watcher = Client::hello(node, &mara, &[]).await;
        let (a, b) = (jonas.id, priya.id);
        let say = format!(r#"{{"type":"presence","status":"online","watch":["{a}","{b}"]}}"#);
        watcher.say(&say).await;
        tokio::time::sleep(LOOK * 2).await;
        watcher
    };
    let watchers = [watch(&a).await, watch(&b).await];
    for watcher in &watchers {
        let told = told_of(watcher, jonas.id);
        assert!(told.iter().all(|of| of.profile.is_none()), "{told:?}");
    }

    let called = async |display: &str| {
        let change = |account: &mut Account| {
            account.display = display.into();
            Ok(())
        };
        a.change_account(jonas.id, change).await.unwrap()
    };
    let renamed = called("Jonas of the Hill").await.profile_version();
    assert_ne!(renamed, jonas.profile_version());
    // What others do not see is no change.
    let password = |account: &mut Account| {
        account.password_changes += 1;
        Ok(())
    };
    a.change_account(priya.id, password).await.unwrap();
    tokio::time::sleep(LOOK * 4).await;
    for watcher in &watchers {
        let told = told_of(watcher, jonas.id);
        let versions: Vec<_> = told.iter().filter_map(|of| of.profile).collect();
        assert_eq!(versions, [renamed]);
        let priya = told_of(watcher, priya.id);
        assert!(priya.iter().all(|of| of.profile.is_none()), "{priya:?}");
    }
    // Who comes later is told too, and reads both at once.
    let late = watch(&b).await;
    assert_eq!(told_of(&late, jonas.id)[0].profile, Some(renamed));
    let nobody = UserId(uuid::Uuid::from_u128(1));
    let mut read = b
        .profiles(&[jonas.id, priya.id, nobody, jonas.id])
        .await
        .unwrap();
    read.sort_by(|one, other| one.name.cmp(&other.name));
    let names: Vec<_> = read.iter().map(|account| &*account.display).collect();
    assert_eq!(names, ["Jonas of the Hill", "priya"]);
    assert_eq!(read[0].profile_version(), renamed);
    let many = (0..=PROFILES_MAX as u128).map(|n| UserId(uuid::Uuid::from_u128(n)));
    assert!(b.profiles(&many.collect::<Vec<_>>()).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_word_of_a_changed_profile_that_was_lost_is_made_up_for_by_whoever_reads_it() {
    let cluster = Cluster::new();
    let (a, b) = (cluster.node("a"), cluster.node("b"));
    settle().await;
    let mara = user(&b, "mara").await;
    let jonas = UserName::new("jonas").unwrap();
    let jonas = a.create_account(&jonas, None, None).await.unwrap();
    let called = async |display: &str| {
        let change = |account: &mut Account| {
            account.display = display.into();
            Ok(())
        };
        let account = a.change_account(jonas.id, change).await.unwrap();
        account.profile_version()
    };
    let first = called("Jonas of the Hill").await;
    tokio::time::sleep(LOOK * 2).await;
    let watcher = Client::hello(&b, &mara, &[]).await;
    let say = format!(
        r#"{{"type":"presence","status":"online","watch":["{}"]}}"#,
        jonas.id
    );
    watcher.say(&say).await;
    tokio::time::sleep(LOOK).await;
    let name = |text: &str| NodeName(text.into());
    cluster.net.cut(&name("a"), &name("b"), Loss::Silent);
    let second = called("Jonas of the Dale").await;
    tokio::time::sleep(LOOK * 4).await;
    cluster.net.restore(&name("a"), &name("b"));
    tokio::time::sleep(LOOK * 4).await;
    let versions = || -> Vec<_> {
        let told = told_of(&watcher, jonas.id).into_iter();
        told.filter_map(|of| of.profile).collect()
    };
    assert_eq!(versions(), [first]);
    b.profiles(&[jonas.id]).await.unwrap();
    tokio::time::sleep(LOOK * 2).await;
    assert_eq!(versions(), [first, second]);
}
