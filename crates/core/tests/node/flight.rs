//! The flight recorder over two nodes: what each remembers of one message's way.

use hearth_core::node::{Flight, Node, Sought, key_of};
use hearth_protocol::{Body, Seq, ServerFrame};

use crate::kit::{Client, message, pair, settle};

fn steps(flight: &Flight) -> Vec<&'static str> {
    flight.steps.iter().map(|step| step.step).collect()
}

fn users(flight: &Flight, of: &str) -> Vec<hearth_protocol::UserId> {
    let of = flight.steps.iter().filter(|step| step.step == of);
    of.flat_map(|step| {
        let sessions = step.sessions.iter().map(|whose| whose.user);
        step.user.into_iter().chain(sessions)
    })
    .collect()
}

#[tokio::test(start_paused = true)]
async fn the_whole_way_of_a_message_is_remembered_by_the_nodes_that_had_part_in_it() {
    let (_cluster, nodes, [mara, jonas], room) = pair().await;
    let [a, b] = &nodes;
    let (at_a, at_b) = (
        Client::hello(a, &mara, &[]).await,
        Client::hello(b, &jonas, &[]).await,
    );
    settle().await;
    at_a.send(room, "m1", 2, 1, &message("a secret")).await;
    at_a.acked("m1").await;
    at_b.until_seq(3).await;
    at_b.say(&format!(r#"{{"type":"mark","room":"{room}","seq":3}}"#))
        .await;
    at_b.until("the mark", |frames| {
        frames
            .iter()
            .any(|frame| matches!(frame, ServerFrame::Mark { seq: Seq(3), .. }))
    })
    .await;
    let sought = Sought {
        key: Some(key_of("m1")),
        place: Some((room, Seq(3))),
    };
    let [of_a, of_b] = [a, b].map(|node| node.flight(sought));
    assert_eq!(steps(&of_a)[0], "received");
    assert_eq!(users(&of_a, "received"), [mara.id]);
    let delivered = |flight: &Flight| users(flight, "delivered");
    assert_eq!(delivered(&of_a), [mara.id], "{of_a:?}");
    assert_eq!(delivered(&of_b), [jonas.id], "{of_b:?}");
    assert_eq!(users(&of_b, "read"), [jonas.id]);
    assert_eq!(
        steps(&of_a)
            .iter()
            .filter(|step| **step == "acknowledged")
            .count(),
        1
    );
    // Whichever of the two writes the room, and the other hears of it.
    let (writer, other) = match steps(&of_a).contains(&"forwarded") {
        true => (&of_b, &of_a),
        false => (&of_a, &of_b),
    };
    for step in ["appending", "appended", "published"] {
        assert!(steps(writer).contains(&step), "{step}: {writer:?}");
        assert!(!steps(other).contains(&step), "{step}: {other:?}");
    }
    assert!(steps(other).contains(&"heard"), "{other:?}");
    let by_id = |node: &Node| {
        node.flight(Sought {
            key: Some(key_of("m1")),
            place: None,
        })
    };
    let known = by_id(a).steps.into_iter().chain(by_id(b).steps);
    let mut places: Vec<_> = known.filter(|step| step.to > 0).collect();
    places.dedup_by_key(|step| (step.room, step.to));
    assert_eq!(
        places
            .iter()
            .map(|step| (step.room, step.to))
            .collect::<Vec<_>>(),
        [(room, 3)],
        "the id alone leads to the number"
    );
    let json = serde_json::to_string(&[of_a, of_b]).unwrap();
    assert!(!json.contains("secret"), "metadata only: {json}");
}

#[tokio::test(start_paused = true)]
async fn what_came_by_a_read_and_what_was_refused_is_told_so() {
    let (cluster, [a, b], [mara, jonas], room) = pair().await;
    let (at_a, at_b) = (
        Client::hello(&a, &mara, &[]).await,
        Client::hello(&b, &jonas, &[]).await,
    );
    settle().await;
    cluster
        .net
        .cut(a.name(), b.name(), hearth_core::local::Loss::Silent);
    at_a.send(room, "m1", 2, 1, &message("unheard")).await;
    at_a.acked("m1").await;
    at_b.until_seq(3).await;
    let place = Sought {
        key: None,
        place: Some((room, Seq(3))),
    };
    let of_b = b.flight(place);
    assert_eq!(steps(&of_b), ["read from the store", "delivered"]);
    at_b.send(
        room,
        "t1",
        3,
        1,
        &Body::Topic {
            topic: "mine".into(),
        },
    )
    .await;
    at_b.until("a refusal", |frames| {
        frames
            .iter()
            .any(|frame| matches!(frame, ServerFrame::Error { .. }))
    })
    .await;
    let refused = b.flight(Sought {
        key: Some(key_of("t1")),
        place: None,
    });
    // It may have been forwarded in between, to a node that does not answer.
    let refused = steps(&refused);
    assert_eq!(
        (refused.first(), refused.last()),
        (Some(&"received"), Some(&"refused"))
    );
    let nothing = b.flight(Sought {
        key: Some(key_of("never sent")),
        place: None,
    });
    assert!(nothing.steps.is_empty());
    assert!(nothing.memory_ms > 0, "and how far its memory goes back");
}
