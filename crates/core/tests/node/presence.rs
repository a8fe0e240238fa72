//! Presence: what a crowd that comes costs those who watch it.

use std::time::Duration;

use hearth_core::{clock::Clock, node::LoginFrom, session::Dialect};
use hearth_protocol::{ServerFrame, Status, User, UserId, UserName, bounds::WATCHED_USERS_MAX};

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
