//! A node that is asked to do three times what it can: what it says then, what it keeps, and how it comes out of it.

use std::{collections::BTreeSet, time::Duration};

use hearth_core::{
    node::{Bounds, Node, PressureBounds, Sent, Unsent},
    session::{NewSend, Window},
};
use hearth_protocol::{DeviceId, ErrorCode, RoomId, SendId, Seq, User};
use tokio::{task::JoinSet, time::sleep};

use crate::kit::*;

const TICK: Duration = Duration::from_millis(50);

fn outgoing(room: RoomId, n: u64) -> NewSend {
    NewSend {
        room,
        id: SendId::new(format!("m{n}")).unwrap(),
        after: Some(Seq(1)),
        // One each: which of those under way comes first is not said.
        device: Some(DeviceId::new(format!("d{n}")).unwrap()),
        n: 1,
        body: message("as much as it can, and twice as much again"),
    }
}

type Answers = JoinSet<(u64, Result<Sent, Unsent>)>;

fn send(answers: &mut Answers, node: &Node, by: &User, room: RoomId, n: u64) {
    let (node, by) = (node.clone(), by.clone());
    answers.spawn(async move { (n, node.send(&by, outgoing(room, n)).await) });
}

#[tokio::test(start_paused = true)]
async fn at_three_times_what_it_can_what_is_acknowledged_is_delivered_and_the_rest_is_told() {
    let cluster = Cluster::new();
    let bounds = Bounds {
        pressure: PressureBounds {
            sends_bytes_max: 128 * 1024,
            ..PressureBounds::default()
        },
        ..Bounds::default()
    };
    let node = cluster.node_within("a", bounds);
    let mara = user(&node, "mara").await;
    let room = public_room(&node, &mara, "room1").await;
    let reader = Client::hello(&node, &mara, &[]).await;
    cluster.store.set_append_pause(Duration::from_millis(100));

    // What it can: as many at a time as find a place in a batch.
    let (mut answers, mut next, mut can) = (Answers::new(), 0, 0);
    for _ in 0..40 {
        while answers.len() < 32 {
            next += 1;
            send(&mut answers, &node, &mara, room, next);
        }
        sleep(TICK).await;
        while let Some(answer) = answers.try_join_next() {
            can += u64::from(answer.unwrap().1.is_ok());
        }
    }
    assert!(can >= 40, "it can something: {can}");
    while let Some(answer) = answers.join_next().await {
        assert!(
            answer.unwrap().1.is_ok(),
            "within its means nobody is refused"
        );
    }

    // Three times that, whatever is answered.
    let first = next + 1;
    let (mut acked, mut refused, mut shed) = (0, BTreeSet::new(), 0);
    let mut take = |(n, result): (u64, Result<Sent, Unsent>)| match result {
        Ok(_) => acked += 1,
        Err(unsent) => {
            assert_eq!(unsent.refusal.code, ErrorCode::Busy, "{unsent:?}");
            assert!(unsent.refusal.retry_after_ms.is_some());
            refused.insert(n);
        }
    };
    for _ in 0..100 {
        for _ in 0..(3 * can).div_ceil(40) {
            next += 1;
            send(&mut answers, &node, &mara, room, next);
        }
        sleep(TICK).await;
        while let Some(answer) = answers.try_join_next() {
            take(answer.unwrap());
        }
        // History and marks go first, and say when to ask again.
        for refusal in [
            node.history(&mara, room, Window::Newest, 10).await.err(),
            node.mark(&mara, room, Seq(1), false).await.err(),
        ] {
            let Some(refusal) = refusal else { continue };
            assert_eq!(refusal.code, ErrorCode::Busy);
            assert!(refusal.retry_after_ms.is_some());
            shed += 1;
        }
    }
    while let Some(answer) = answers.join_next().await {
        take(answer.unwrap());
    }
    let offered = next + 1 - first;
    assert_eq!(acked + refused.len() as u64, offered);
    assert!(
        acked > 0 && refused.len() as u64 > offered / 3,
        "{acked} of {offered}"
    );
    assert!(
        shed > 100,
        "it was under pressure for most of the time: {shed}"
    );
    let (waits, peak) = node.pressure().sends_bytes();
    assert_eq!(waits, 0);
    assert!(peak <= bounds.pressure.sends_bytes_max, "{peak}");

    // It comes out of it by itself, and whoever was refused sends the same again.
    node.history(&mara, room, Window::Newest, 10).await.unwrap();
    node.mark(&mara, room, Seq(2), false).await.unwrap();
    let mut left: Vec<u64> = refused.into_iter().collect();
    while !left.is_empty() {
        let now = left.split_off(left.len().saturating_sub(30));
        for n in now {
            send(&mut answers, &node, &mara, room, n);
        }
        while let Some(answer) = answers.join_next().await {
            let (n, result) = answer.unwrap();
            assert!(result.is_ok(), "{n}: {result:?}");
        }
    }
    let head = 1 + next;
    reader.until_seq(head).await;
    assert_eq!(reader.seqs(), (2..=head).collect::<Vec<_>>());
    let ids: BTreeSet<_> = reader.events().into_iter().map(|event| event.id).collect();
    assert_eq!(ids.len() as u64, next, "each of them once");
}
