//! A room of as many members as there may be, and what a message to them costs a store: any one.

use std::time::Duration;

use hearth_core::port::{Cell, MemberCell, Store};
use hearth_protocol::{Role, RoomId, Seq, UserId, bounds::MEMBERS_PER_ROOM_MAX};
use uuid::Uuid;

use crate::kit::*;

/// As many as a room may have, but for those two who began it.
const MANY: u32 = MEMBERS_PER_ROOM_MAX as u32 - 2;
/// Cells that are written at once.
const CELLS: usize = 1_000;

/// Adds members to a room's cells.
pub(crate) async fn fill(store: &impl Store, room: RoomId) {
    let member = |n: u32| {
        Cell::Member(MemberCell {
            seq: Seq(1),
            user: UserId(Uuid::from_u128(u128::from(n) + 1)),
            name: format!("Jösé-{n}"),
            room_name: "room1".into(),
            // One in ten is out.
            role: (!n.is_multiple_of(10)).then_some(Role::Member),
            entered: Seq(1),
            was_guest: false,
            ban: None,
        })
    };
    let cells: Vec<Cell> = (0..MANY).map(member).collect();
    for some in cells.chunks(CELLS) {
        store.project(room, some).await.unwrap();
    }
}

/// Of a store it is said how many appends and reads it was asked for.
pub(crate) async fn costs_what_one_to_two_does<S: Store + 'static>(
    store: S,
    calls: impl Fn(&S) -> (u64, u64),
) {
    let (cluster, [a, _b], [mara, _], room) = pair_over(store).await;
    let small = public_room(&a, &mara, "small").await;
    // Long enough for the projection, to which the others are added.
    tokio::time::sleep(Duration::from_secs(120)).await;
    fill(&*cluster.store, room).await;
    let c = cluster.node("c");
    settle().await;
    let client = Client::hello(&c, &mara, &[(room, 0), (small, 0)]).await;
    let page = c.members(&mara, room, None, 50).await.unwrap();
    assert_eq!(page.0.len(), 50, "they are there");
    for (n, room) in [room, small].into_iter().enumerate() {
        // The first one warms the room, and is not counted.
        for turn in 1..=3 {
            let before = calls(&cluster.store);
            let id = format!("m{n}-{turn}");
            client.send(room, &id, 1, turn, &message("hello")).await;
            client.acked(&id).await;
            let after = calls(&cluster.store);
            let cost = (after.0 - before.0, after.1 - before.1);
            assert!(turn == 1 || cost == (1, 0), "{id}: {cost:?}");
        }
    }
}
