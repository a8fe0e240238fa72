//! Receipts over two nodes: told to those who ask, to nobody of whom they are not to be, and never in a storm.

use std::time::Duration;

use hearth_core::node::Node;
use hearth_protocol::{
    ErrorCode, Own, Receipt, RoomId, Seq, ServerFrame, User, bounds::RECEIPTS_MEMBERS_MAX,
};

use crate::kit::*;

fn receipt(user: &User, read: u64, delivered: u64) -> Receipt {
    Receipt {
        user: user.id,
        read: Seq(read),
        delivered: Seq(delivered),
    }
}

async fn asked(client: &Client, room: RoomId) {
    client
        .say(&format!(r#"{{"type":"receipts","ref":7,"room":"{room}"}}"#))
        .await;
    client
        .until("an answer", |frames| {
            frames.iter().any(|frame| {
                matches!(
                    frame,
                    ServerFrame::Receipts { r#ref: Some(7), .. }
                        | ServerFrame::Error { r#ref: Some(7), .. }
                )
            })
        })
        .await;
}

async fn delivered(client: &Client, room: RoomId, seq: u64) {
    client
        .say(&format!(
            r#"{{"type":"delivered","room":"{room}","seq":{seq}}}"#
        ))
        .await;
}

/// What a client was told unasked, frame by frame.
fn told(client: &Client) -> Vec<Vec<Receipt>> {
    let receipts = |frame| match frame {
        ServerFrame::Receipts {
            r#ref: None,
            receipts,
            ..
        } => Some(receipts),
        _ => None,
    };
    client.frames().into_iter().filter_map(receipts).collect()
}

/// So many messages of mara's.
async fn said(node: &Node, mara: &User, room: RoomId, count: u64) -> u64 {
    let at = Client::hello(node, mara, &[]).await;
    let head = node.rooms(mara).await.unwrap()[0].head.0;
    for n in 1..=count {
        at.send(room, &format!("m{head}-{n}"), head, head + n, &message("m"))
            .await;
    }
    at.until_seq(head + count).await;
    head
}

async fn tells(node: &Node, user: &User, on: bool) {
    node.set_own(user.id, Own::Receipts { on }).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_is_read_and_delivered_is_told_to_members_who_ask_and_goes_back_with_the_mark() {
    let (_cluster, [a, b], [mara, jonas], room) = pair().await;
    let head = said(&a, &mara, room, 4).await;
    let (at_a, at_b) = (
        Client::hello(&a, &mara, &[]).await,
        Client::hello(&b, &jonas, &[]).await,
    );
    asked(&at_a, room).await;
    delivered(&at_b, room, head + 3).await;
    at_a.until("what was delivered", |_| {
        told(&at_a).contains(&vec![receipt(&jonas, 0, head + 3)])
    })
    .await;
    b.mark(&jonas, room, Seq(head + 2), false).await.unwrap();
    at_a.until("what was read", |_| {
        told(&at_a).contains(&vec![receipt(&jonas, head + 2, head + 3)])
    })
    .await;
    // Set back, it is not told as read.
    b.mark(&jonas, room, Seq(head), true).await.unwrap();
    at_a.until("the mark set back", |_| {
        told(&at_a).last() == Some(&vec![receipt(&jonas, head, head + 3)])
    })
    .await;
    // Who asks is told the same, also of what was told before they came; nobody is told who did not ask.
    for node in [&a, &b] {
        let receipts = node.receipts(&mara, room).await.unwrap();
        assert!(
            receipts.contains(&receipt(&jonas, head, head + 3)),
            "{receipts:?}"
        );
    }
    assert!(told(&at_b).is_empty());
    let stranger = user(&a, "ines").await;
    let refused = a.receipts(&stranger, room).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotMember);
}

#[tokio::test(start_paused = true)]
async fn who_tells_nobody_is_told_of_on_no_surface_and_is_told_nothing() {
    let (cluster, [a, b], [mara, jonas], room) = pair().await;
    let head = said(&a, &mara, room, 4).await;
    let (at_a, at_b) = (
        Client::hello(&a, &mara, &[]).await,
        Client::hello(&b, &jonas, &[]).await,
    );
    asked(&at_a, room).await;
    asked(&at_b, room).await;
    // While it is on their devices alone: nothing was told of them yet.
    tells(&a, &jonas, false).await;
    let phone = Client::hello(&a, &jonas, &[]).await;
    for n in 1..=4 {
        delivered(&at_b, room, head + n).await;
        delivered(&phone, room, head + n).await;
        b.mark(&jonas, room, Seq(head + n), false).await.unwrap();
        a.mark(&mara, room, Seq(head + n), false).await.unwrap();
        settle().await;
    }
    let of_jonas = |receipts: &[Receipt]| receipts.iter().any(|of| of.user == jonas.id);
    assert!(
        !told(&at_a).iter().any(|told| of_jonas(told)),
        "{:?}",
        told(&at_a)
    );
    assert!(told(&at_b).is_empty(), "{:?}", told(&at_b));
    let fresh = cluster.node("c");
    settle().await;
    for node in [&a, &b, &fresh] {
        assert!(!of_jonas(&node.receipts(&mara, room).await.unwrap()));
        let refused = node.receipts(&jonas, room).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::Forbidden);
    }
    asked(&phone, room).await;
    assert!(phone.frames().iter().any(|frame| matches!(
        frame,
        ServerFrame::Error {
            r#ref: Some(7),
            code: ErrorCode::Forbidden,
            ..
        }
    )));
    // On again, both ways.
    tells(&b, &jonas, true).await;
    assert!(of_jonas(&a.receipts(&mara, room).await.unwrap()));
    b.mark(&jonas, room, Seq(head + 1), true).await.unwrap();
    at_a.until("jonas's", |_| told(&at_a).iter().any(|told| of_jonas(told)))
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_room_s_receipts_are_one_frame_a_second_however_much_is_read() {
    let (_cluster, [a, b], [mara, jonas], room) = pair().await;
    let head = said(&a, &mara, room, 200).await;
    let (at_a, at_b) = (
        Client::hello(&a, &mara, &[]).await,
        Client::hello(&b, &jonas, &[]).await,
    );
    asked(&at_a, room).await;
    let began = tokio::time::Instant::now();
    for n in 1..=200 {
        b.mark(&jonas, room, Seq(head + n), false).await.unwrap();
        delivered(&at_b, room, head + n).await;
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let seconds = usize::try_from(began.elapsed().as_secs()).unwrap();
    settle().await;
    let frames = told(&at_a);
    assert!(
        frames.len() <= seconds + 3,
        "{} in {seconds} s",
        frames.len()
    );
    assert_eq!(
        frames.last(),
        Some(&vec![receipt(&jonas, head + 200, head + 200)])
    );
}

#[tokio::test(start_paused = true)]
async fn in_a_large_room_nobody_is_told_what_others_have_read() {
    let (_cluster, [a, b], [mara, jonas], room) = pair().await;
    for n in 2..RECEIPTS_MEMBERS_MAX {
        let one = user(&a, &format!("guest{n}q")).await;
        join(&a, &one, room).await;
    }
    settle().await;
    let at_a = Client::hello(&a, &mara, &[]).await;
    asked(&at_a, room).await;
    b.mark(&jonas, room, Seq(3), false).await.unwrap();
    at_a.until("a receipt", |_| !told(&at_a).is_empty()).await;
    let one_more = user(&a, "zuzana").await;
    join(&a, &one_more, room).await;
    settle().await;
    let before = told(&at_a).len();
    b.mark(&jonas, room, Seq(9), false).await.unwrap();
    let at_b = Client::hello(&b, &jonas, &[]).await;
    delivered(&at_b, room, 12).await;
    settle().await;
    assert_eq!(told(&at_a).len(), before);
    let refused = a.receipts(&mara, room).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::TooLarge);
}
