//! Members by their names.

use std::time::Duration;

use hearth_core::{node::Node, testing::MemoryStore};
use hearth_protocol::{ErrorCode, RoomId, User};

use crate::{
    crowd::{costs_what_one_to_two_does, fill},
    kit::*,
};

/// All members with names that begin so, and how many requests it took.
async fn found(node: &Node, by: &User, room: RoomId, q: &str, limit: usize) -> (Vec<String>, u32) {
    let (mut names, mut after, mut requests) = (Vec::new(), None, 0);
    loop {
        let page = node.find_members(by, room, q, after, limit).await;
        let (members, next) = page.unwrap();
        assert!(members.len() <= limit);
        names.extend(members.into_iter().map(|member| member.name));
        requests += 1;
        after = next;
        if after.is_none() {
            return (names, requests);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn among_many_members_a_request_looks_at_a_part_and_says_where_to_go_on() {
    let (cluster, [a, _b], [mara, jonas], room) = pair().await;
    // Long enough for the projection, to which the others are added.
    tokio::time::sleep(Duration::from_secs(120)).await;
    fill(&*cluster.store, room).await;
    let c = cluster.node("c");
    settle().await;

    let (names, requests) = found(&c, &mara, room, "99997", 50).await;
    assert_eq!(names, ["Jösé-99997"]);
    assert_eq!(requests, 10, "of ten thousand members each");
    let (names, _) = found(&c, &mara, room, "jose 2499", 4).await;
    let mut expected: Vec<_> = (24_991..25_000).map(|n| format!("Jösé-{n}")).collect();
    expected.insert(0, "Jösé-2499".into());
    assert_eq!(
        names, expected,
        "in the order of their ids, and none who is out"
    );
    assert_eq!(found(&c, &mara, room, "MAR", 50).await.0, ["mara"]);
    assert_eq!(found(&c, &mara, room, "ose", 50).await.0, [""; 0]);
    assert_eq!(found(&c, &mara, room, "?", 50).await, (Vec::new(), 1));

    a.leave_room(&jonas, room).await.unwrap();
    let refusal = a.find_members(&jonas, room, "mara", None, 50).await;
    assert_eq!(refusal.unwrap_err().code, ErrorCode::NotMember);
    let long = "x".repeat(101);
    let refusal = a.find_members(&mara, room, &long, None, 50).await;
    assert_eq!(refusal.unwrap_err().code, ErrorCode::TooLarge);
}

#[tokio::test(start_paused = true)]
async fn a_message_to_a_hundred_thousand_costs_the_store_what_one_to_two_does() {
    let calls = |store: &MemoryStore| {
        let calls = store.calls();
        (calls.appends, calls.reads)
    };
    costs_what_one_to_two_does(MemoryStore::new(16), calls).await;
}
