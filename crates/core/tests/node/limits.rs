//! How often a user and a room may: what is refused is not stored, and the time that is told is right.

use std::time::Duration;

use hearth_core::{
    limit::Rate,
    node::{Bounds, LimitBounds, Node},
    session::{NewSend, Window},
};
use hearth_protocol::{ErrorCode, RoomId, SendId, Seq, ServerFrame, User};
use tokio::time::sleep;

use crate::kit::*;

fn bounds(limits: LimitBounds) -> Bounds {
    Bounds {
        limits,
        ..Bounds::default()
    }
}

fn rate(per_minute: u64, burst: u64) -> Rate {
    Rate { per_minute, burst }
}

async fn send(node: &Node, by: &User, room: RoomId, id: &str) -> Result<Seq, (ErrorCode, u64)> {
    let new = NewSend {
        room,
        id: SendId::new(id).unwrap(),
        after: Some(Seq(1)),
        device: None,
        n: 0,
        body: message("hello"),
    };
    match node.send(by, new).await {
        Ok(sent) => Ok(sent.seq),
        Err(unsent) => {
            assert_eq!(
                unsent.after,
                Some(Seq(1)),
                "what the client gave it has to repeat"
            );
            let refusal = unsent.refusal;
            Err((refusal.code, refusal.retry_after_ms.unwrap_or(0)))
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_users_sends_beyond_the_limit_are_not_stored_and_the_same_after_the_time_is() {
    let cluster = Cluster::new();
    let limits = LimitBounds {
        user_sends: rate(60, 2),
        ..LimitBounds::default()
    };
    let node = cluster.node_within("a", bounds(limits));
    let (mara, jonas) = (user(&node, "mara").await, user(&node, "jonas").await);
    let room = public_room(&node, &mara, "room1").await;
    let other = public_room(&node, &mara, "room2").await;
    assert_eq!(send(&node, &mara, room, "m1").await, Ok(Seq(2)));
    assert_eq!(
        send(&node, &mara, other, "m2").await,
        Ok(Seq(2)),
        "over all rooms"
    );
    for _ in 0..10 {
        let (code, wait_ms) = send(&node, &mara, room, "m3").await.unwrap_err();
        assert_eq!(code, ErrorCode::Busy);
        assert!((900..=1_000).contains(&wait_ms), "{wait_ms}");
    }
    let page = node.history(&mara, room, Window::Newest, 10).await.unwrap();
    assert_eq!(page.head, Seq(2), "nothing of it is stored");
    join(&node, &jonas, room).await;
    let new = NewSend {
        room,
        id: SendId::new("j1").unwrap(),
        after: None,
        device: None,
        n: 0,
        body: message("me too"),
    };
    assert!(
        node.send(&jonas, new).await.is_ok(),
        "others are not held up"
    );
    sleep(Duration::from_secs(1)).await;
    assert_eq!(send(&node, &mara, room, "m3").await, Ok(Seq(5)));
}

#[tokio::test(start_paused = true)]
async fn a_rooms_limit_is_used_up_by_what_is_stored_alone() {
    let cluster = Cluster::new();
    let limits = LimitBounds {
        room_sends: rate(60, 3),
        ..LimitBounds::default()
    };
    let node = cluster.node_within("a", bounds(limits));
    let (mara, eve) = (user(&node, "mara").await, user(&node, "eve").await);
    let room = public_room(&node, &mara, "room1").await;
    for n in 0..100 {
        let refused = send(&node, &eve, room, &format!("e{n}")).await.unwrap_err();
        assert_eq!(
            refused.0,
            ErrorCode::NotMember,
            "an outsider uses nothing up"
        );
    }
    for n in 0..3 {
        assert!(send(&node, &mara, room, &format!("m{n}")).await.is_ok());
    }
    let (code, wait_ms) = send(&node, &mara, room, "m3").await.unwrap_err();
    assert_eq!(code, ErrorCode::Busy);
    sleep(Duration::from_millis(wait_ms)).await;
    assert!(send(&node, &mara, room, "m3").await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_request_over_the_socket_counts_like_one_over_http() {
    let cluster = Cluster::new();
    let limits = LimitBounds {
        user_requests: rate(60, 2),
        ..LimitBounds::default()
    };
    let node = cluster.node_within("a", bounds(limits));
    let mara = user(&node, "mara").await;
    let room = public_room(&node, &mara, "room1").await;
    node.may_request(mara.id).unwrap();
    let client = Client::hello(&node, &mara, &[]).await;
    for n in 1..=2 {
        client
            .say(&format!(
                r#"{{"type":"history","ref":{n},"room":"{room}"}}"#
            ))
            .await;
    }
    client
        .until("both answers", |frames| {
            let read = |frame: &ServerFrame| matches!(frame, ServerFrame::History { r#ref: 1, .. });
            let refused = |frame: &ServerFrame| {
                matches!(
                    frame,
                    ServerFrame::Error {
                        r#ref: Some(2),
                        code: ErrorCode::Busy,
                        retry_after_ms: Some(1..=1_000),
                        ..
                    }
                )
            };
            frames.iter().any(read) && frames.iter().any(refused)
        })
        .await;
    assert!(node.may_request(mara.id).is_err());
}
