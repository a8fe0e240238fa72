//! Rooms that come into memory and go out of it: what is answered, kept and held on to meanwhile.

use std::{collections::BTreeMap, time::Duration};

use hearth_core::{
    node::{Bounds, Node, Sent, Unsent},
    port::{Freshness, Log},
    session::{HistoryPage, NewSend, Window},
};
use hearth_protocol::{
    Body, DeviceId, Member, RoomId, RoomSnapshot, SendId, Seq, ServerFrame, User,
    bounds::ROOMS_PER_USER_MAX,
};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

use crate::kit::*;

/// Longer than a room is awake after its last use, and than its projection takes; far less than its idle minute.
const MOMENT: Duration = Duration::from_secs(10);

/// Whatever is asleep is let go of at once.
fn no_memory() -> Bounds {
    bounds(0)
}

fn bounds(rooms_bytes_max: usize) -> Bounds {
    Bounds {
        rooms_bytes_max,
        ..Bounds::default()
    }
}

fn outgoing(room: RoomId, id: &str, body: Body) -> NewSend {
    NewSend {
        room,
        id: SendId::new(id).unwrap(),
        after: Some(Seq(1)),
        // One each: which of those under way comes first is not said.
        device: Some(DeviceId::new(id).unwrap()),
        n: 1,
        body,
    }
}

async fn say(node: &Node, by: &User, room: RoomId, id: &str) -> Seq {
    let sent = node.send(by, outgoing(room, id, message("hello"))).await;
    sent.unwrap().seq
}

/// All that is told of a room.
async fn told(node: &Node, to: &User, room: RoomId) -> (RoomSnapshot, HistoryPage, Vec<Member>) {
    let page = node.history(to, room, Window::Newest, 50).await.unwrap();
    let (members, _) = node.members(to, room, None, 50).await.unwrap();
    let (snapshot, _) = node.room_snapshot(to, room).await.unwrap();
    (snapshot, page, members)
}

#[tokio::test(start_paused = true)]
async fn a_room_that_nobody_uses_sleeps_in_memory_and_asks_the_store_nothing_when_it_is_woken() {
    let cluster = Cluster::new();
    let node = cluster.node("a");
    let mara = user(&node, "mara").await;
    let room = public_room(&node, &mara, "room1").await;
    say(&node, &mara, room, "m1").await;
    let awake = node.rooms_bytes().0;
    sleep(MOMENT).await;
    assert_eq!(node.rooms_warm(), 1);
    let asleep = node.rooms_bytes().0;
    assert!(asleep < awake, "it takes less: {asleep}, {awake}");
    let before = cluster.store.calls();
    let (snapshot, _) = node.room_snapshot(&mara, room).await.unwrap();
    assert_eq!(snapshot.head, Seq(2));
    assert_eq!(say(&node, &mara, room, "m1").await, Seq(2), "a resend");
    let after = cluster.store.calls();
    assert_eq!(
        (after.reads, after.heads, after.appends),
        (before.reads, before.heads, before.appends)
    );
}

#[tokio::test(start_paused = true)]
async fn a_hello_reads_the_list_and_the_marks_once_and_nothing_of_rooms_that_are_in_memory() {
    const ROOMS: usize = 100;
    let cluster = Cluster::new();
    let node = cluster.node("a");
    let (mara, jonas) = (user(&node, "mara").await, user(&node, "jonas").await);
    let mut has = Vec::new();
    for n in 0..ROOMS {
        let room = public_room(&node, &mara, &format!("room{n}")).await;
        join(&node, &jonas, room).await;
        has.push((room, say(&node, &mara, room, "m1").await.0));
    }
    // A first subscription has the list read once more when it stands; it stays for a while.
    drop(Client::hello(&node, &jonas, &has).await);
    sleep(MOMENT / 2).await;
    assert_eq!(node.rooms_warm(), ROOMS);
    let before = cluster.store.calls();
    let client = Client::hello(&node, &jonas, &has).await;
    let after = cluster.store.calls();
    let ServerFrame::Welcome { rooms, .. } = &client.frames()[0] else {
        panic!("no welcome first");
    };
    assert_eq!(rooms.len(), ROOMS);
    // Heads are read by the clock, whoever says hello.
    let heads = after.heads - before.heads;
    assert_eq!(after.answered - before.answered - heads, 2);
}

#[tokio::test(start_paused = true)]
async fn one_that_sleeps_hears_what_happens_elsewhere_and_goes_cold_after_its_idle_minute() {
    let (cluster, [a, b], [mara, jonas], room) = pair().await;
    sleep(MOMENT).await;
    assert_eq!((a.rooms_warm(), b.rooms_warm()), (1, 1));
    let at_a = Client::hello(&a, &mara, &[]).await;
    at_a.send(room, "m1", 2, 1, &message("said at a")).await;
    assert_eq!(at_a.acked("m1").await, 3);
    sleep(MOMENT).await;
    let before = cluster.store.calls();
    let (snapshot, _) = b.room_snapshot(&jonas, room).await.unwrap();
    assert_eq!(snapshot.head, Seq(3));
    assert_eq!(cluster.store.calls().reads, before.reads, "it was hinted");
    sleep(Duration::from_secs(30)).await;
    at_a.send(room, "m2", 3, 2, &message("no use of b's")).await;
    sleep(Duration::from_secs(35)).await;
    assert_eq!((a.rooms_warm(), b.rooms_warm()), (1, 0), "a's is read");
}

#[tokio::test(start_paused = true)]
async fn a_room_that_was_let_go_of_is_as_it_was() {
    let cluster = Cluster::new();
    let node = cluster.node_within("a", no_memory());
    let (mara, jonas) = (user(&node, "mara").await, user(&node, "jonas").await);
    let room = public_room(&node, &mara, "room1").await;
    join(&node, &jonas, room).await;
    for n in 0..20 {
        say(&node, &mara, room, &format!("m{n}")).await;
    }
    let edit = Body::Edit {
        target: Seq(5),
        text: "as it is now".into(),
    };
    node.send(&mara, outgoing(room, "e1", edit)).await.unwrap();
    node.mark(&jonas, room, Seq(9), false).await.unwrap();
    let before = told(&node, &jonas, room).await;
    assert_eq!(node.rooms_warm(), 1);
    sleep(MOMENT).await;
    assert_eq!((node.rooms_warm(), node.rooms_bytes().0), (0, 0));
    let reads = cluster.store.calls().reads;
    assert_eq!(told(&node, &jonas, room).await, before);
    assert!(cluster.store.calls().reads > reads, "it comes from there");
}

#[tokio::test(start_paused = true)]
async fn a_room_that_was_slow_to_load_is_there_for_the_next_question_of_who_waited_for_it() {
    const LOAD: Duration = Duration::from_secs(3);
    let cluster = Cluster::new();
    let node = cluster.node_within("a", no_memory());
    let (mara, jonas) = (user(&node, "mara").await, user(&node, "jonas").await);
    let room = public_room(&node, &mara, "room1").await;
    join(&node, &jonas, room).await;
    sleep(MOMENT).await;
    assert_eq!(node.rooms_warm(), 0);
    cluster.store.set_load_pause(LOAD);
    let began = Instant::now();
    // Asks how the room stands, then who is to be its owner, which only a room that is loaded answers.
    node.leave_room(&mara, room).await.unwrap();
    assert!(began.elapsed() < 2 * LOAD, "it was loaded once");
    sleep(MOMENT).await;
    assert_eq!(node.rooms_warm(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_resend_to_a_room_that_was_let_go_of_keeps_its_first_seq() {
    let cluster = Cluster::new();
    let node = cluster.node_within("a", no_memory());
    let mara = user(&node, "mara").await;
    let room = public_room(&node, &mara, "room1").await;
    let first = say(&node, &mara, room, "m1").await;
    for n in 2..40 {
        say(&node, &mara, room, &format!("m{n}")).await;
    }
    sleep(MOMENT).await;
    assert_eq!(node.rooms_warm(), 0);
    assert_eq!(say(&node, &mara, room, "m1").await, first);
    sleep(MOMENT).await;
    let client = Client::hello(&node, &mara, &[(room, 1)]).await;
    client.send(room, "m1", 1, 1, &message("hello")).await;
    assert_eq!(client.acked("m1").await, first.0);
    client.until_seq(40).await;
    assert_eq!(client.seqs(), (2..=40).collect::<Vec<_>>(), "none twice");
}

#[tokio::test(start_paused = true)]
async fn a_room_that_is_read_is_never_let_go_of() {
    let cluster = Cluster::new();
    let node = cluster.node_within("a", no_memory());
    let (mara, jonas) = (user(&node, "mara").await, user(&node, "jonas").await);
    let room = public_room(&node, &mara, "room1").await;
    join(&node, &jonas, room).await;
    let reader = Client::hello(&node, &jonas, &[]).await;
    sleep(Duration::from_secs(300)).await;
    assert_eq!(node.rooms_warm(), 1);
    let before = cluster.store.calls();
    assert_eq!(say(&node, &mara, room, "m1").await, Seq(3));
    reader.until_seq(3).await;
    let after = cluster.store.calls();
    assert_eq!((after.reads, reader.seqs()), (before.reads, vec![3]));
    assert_eq!(reader.inbox.0.lock().unwrap().1, None, "still connected");
    drop(reader);
    sleep(MOMENT).await;
    assert_eq!(node.rooms_warm(), 0);
}

/// Sends to rooms whose tasks end at the very moment: each at a multiple of the time after which an unused room sleeps.
#[tokio::test(start_paused = true)]
async fn nothing_is_lost_that_comes_while_its_room_goes() {
    let cluster = Cluster::new();
    let nodes = ["a", "b"].map(|name| cluster.node_within(name, no_memory()));
    settle().await;
    let mara = user(&nodes[0], "mara").await;
    let mut rooms = Vec::new();
    for n in 0..8 {
        rooms.push(public_room(&nodes[0], &mara, &format!("room{n}")).await);
    }
    sleep(MOMENT).await;
    let mut answers: JoinSet<(RoomId, String, Result<Sent, Unsent>)> = JoinSet::new();
    let mut cooled = 0;
    for turn in 0..60_u64 {
        for (n, room) in rooms.iter().enumerate() {
            let (node, by, room) = (nodes[n % 2].clone(), mara.clone(), *room);
            answers.spawn(async move {
                let id = format!("m{turn}");
                let send = outgoing(room, &id, message("hello"));
                (room, id, node.send(&by, send).await)
            });
        }
        // Around the second after a use, and the seconds until the projection is written.
        sleep(Duration::from_millis(
            [1_000, 999, 3_000, 1_001, 2_000][turn as usize % 5],
        ))
        .await;
        cooled += usize::from(nodes[0].rooms_warm() < rooms.len() / 2);
    }
    assert!(cooled > 5, "they went: {cooled}");
    let mut acked: BTreeMap<RoomId, BTreeMap<String, Seq>> = BTreeMap::new();
    while let Some(answer) = answers.join_next().await {
        let (room, id, sent) = answer.unwrap();
        let seq = sent.expect("nothing fails here").seq;
        acked.entry(room).or_default().insert(id, seq);
    }
    for room in rooms {
        let page = cluster
            .store
            .read(room, Seq(2), Seq(1_000), 1_000, Freshness::Serial)
            .await;
        let stored: Vec<_> = page.unwrap().entries;
        let by_id: BTreeMap<_, _> = stored
            .iter()
            .map(|entry| (entry.event.id.to_string(), entry.seq()))
            .collect();
        assert_eq!(stored.len(), by_id.len(), "each of them once");
        assert_eq!(by_id, acked[&room]);
    }
}

#[tokio::test(start_paused = true)]
async fn the_bound_holds_over_thousands_of_rooms_and_the_last_used_stay() {
    const BOUND: usize = 2 * 1024 * 1024;
    const ROOMS: usize = 3_000;
    const PAUSE: Duration = Duration::from_millis(15);
    let cluster = Cluster::new();
    let node = cluster.node_within("a", bounds(BOUND));
    let mut rooms = Vec::new();
    let mut owner = user(&node, "mara").await;
    for n in 0..ROOMS {
        if n % ROOMS_PER_USER_MAX == 0 {
            owner = user(&node, &format!("mara{n}")).await;
        }
        let room = public_room(&node, &owner, &format!("room{n}")).await;
        say(&node, &owner, room, "m1").await;
        rooms.push((room, owner.clone()));
        sleep(PAUSE).await;
        let (now, most) = node.rooms_bytes();
        assert!(now <= BOUND && most <= BOUND, "{n}: {now}, {most}");
    }
    sleep(MOMENT).await;
    let (warm, bytes) = (node.rooms_warm(), node.rooms_bytes().0);
    assert!(warm > 500 && warm < ROOMS / 2, "{warm}");
    assert!(bytes > BOUND / 2, "the memory is used: {bytes}");
    let reads = cluster.store.calls().reads;
    // In between those that are awake take more.
    for (room, owner) in rooms.iter().rev().take(500) {
        assert_eq!(say(&node, owner, *room, "m1").await, Seq(2));
        sleep(PAUSE).await;
        assert!(node.rooms_bytes().0 <= BOUND);
    }
    assert_eq!(cluster.store.calls().reads, reads, "they were there");
    for (room, owner) in rooms.iter().take(500) {
        assert_eq!(say(&node, owner, *room, "m1").await, Seq(2));
        sleep(PAUSE).await;
        assert!(node.rooms_bytes().0 <= BOUND);
    }
    assert!(cluster.store.calls().reads >= reads + 500);
}
