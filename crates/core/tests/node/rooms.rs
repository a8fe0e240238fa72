//! Rooms as their moderators and owners run them, on a cluster: names, bans, archiving, slow mode.

use std::time::Duration;

use hearth_core::{
    node::Node,
    port::{ClaimSpace, Records},
    session::{RoomRef, Window},
    testing::Fault,
};
use hearth_protocol::{
    Body, ErrorCode, Right, Role, RoomId, RoomKind, RoomName, SendId, Seq, ServerFrame, User,
};

use crate::kit::*;

async fn named(node: &Node, by: &User, name: &str) -> Result<RoomId, ErrorCode> {
    let room = node.join_room(by, &RoomRef::Name(name.into())).await;
    room.map(|(room, _)| room.id)
        .map_err(|refusal| refusal.code)
}

async fn rename(node: &Node, by: &User, room: RoomId, name: &str) -> Result<String, ErrorCode> {
    let name = RoomName::new(name).unwrap();
    let renamed = node.rename_room(by, room, &name).await;
    renamed
        .map(|(room, _)| room.name)
        .map_err(|refusal| refusal.code)
}

async fn create(node: &Node, by: &User, name: &str) -> Result<RoomId, ErrorCode> {
    let id = SendId::new(format!("create-{}", name.replace(' ', "-"))).unwrap();
    let name = RoomName::new(name).unwrap();
    let room = node.create_room(by, id, &name, RoomKind::Public).await;
    room.map(|room| room.id).map_err(|refusal| refusal.code)
}

async fn is_confirmed(cluster: &Cluster, name: &str) -> Option<bool> {
    let claim = cluster.store.claimed(ClaimSpace::Room, name).await.unwrap();
    claim.map(|claim| claim.confirmed)
}

#[tokio::test(start_paused = true)]
async fn a_renamed_room_is_found_by_every_name_that_it_had() {
    let cluster = Cluster::new();
    let (a, b) = (cluster.node("a"), cluster.node("b"));
    settle().await;
    let (mara, jonas) = (user(&a, "mara").await, user(&a, "jonas").await);
    let room = public_room(&a, &mara, "room1").await;
    let at_a = Client::hello(&a, &mara, &[]).await;
    assert_eq!(
        rename(&a, &mara, room, "New name").await,
        Ok("New name".into())
    );
    at_a.until_seq(2).await;
    let expected = Body::Rename {
        name: "New name".into(),
    };
    assert_eq!(at_a.events()[0].body, expected, "shown in the conversation");
    assert_eq!(is_confirmed(&cluster, "new name").await, Some(true));
    assert_eq!(named(&b, &jonas, "room1").await, Ok(room));
    assert_eq!(named(&b, &jonas, "NEW NAME").await, Ok(room));
    // Nobody else gets either; the room takes the old one again.
    let other = public_room(&b, &jonas, "other").await;
    for name in ["room1", "new name"] {
        assert_eq!(create(&b, &jonas, name).await, Err(ErrorCode::Taken));
        assert_eq!(rename(&b, &jonas, other, name).await, Err(ErrorCode::Taken));
    }
    assert_eq!(rename(&b, &mara, room, "room1").await, Ok("room1".into()));
    let (snapshot, _) = a.room_snapshot(&mara, room).await.unwrap();
    assert_eq!(snapshot.head, Seq(4), "and a name is taken once");
}

#[tokio::test(start_paused = true)]
async fn a_name_is_not_claimed_by_who_may_not_rename() {
    let (cluster, [a, b], [mara, jonas], room) = pair().await;
    assert_eq!(
        rename(&b, &jonas, room, "mine").await,
        Err(ErrorCode::Forbidden)
    );
    assert_eq!(is_confirmed(&cluster, "mine").await, None);
    a.leave_room(&jonas, room).await.unwrap();
    assert_eq!(
        rename(&b, &jonas, room, "mine").await,
        Err(ErrorCode::NotMember)
    );
    assert_eq!(is_confirmed(&cluster, "mine").await, None);
    assert_eq!(rename(&a, &mara, room, "ours").await, Ok("ours".into()));
}

#[tokio::test(start_paused = true)]
async fn a_rename_that_broke_off_is_finished_by_whoever_finds_it() {
    let (cluster, [a, b], [mara, jonas], room) = pair().await;
    // The claim is made, and the server dies: the name is the room's, and nobody else's.
    let claim = |name: &'static str| {
        let store = cluster.store.clone();
        async move { store.claim(ClaimSpace::Room, name, name, room.0).await }
    };
    claim("early").await.unwrap();
    assert_eq!(create(&b, &jonas, "early").await, Err(ErrorCode::Taken));
    assert_eq!(is_confirmed(&cluster, "early").await, Some(true));
    assert_eq!(rename(&b, &mara, room, "early").await, Ok("early".into()));
    // Who wants it for another room finds it as well.
    claim("late").await.unwrap();
    let other = public_room(&b, &jonas, "other").await;
    assert_eq!(
        rename(&b, &jonas, other, "late").await,
        Err(ErrorCode::Taken)
    );
    assert_eq!(is_confirmed(&cluster, "late").await, Some(true));
    // Nobody knows whether the event was stored: the same again goes on.
    cluster.store.fail_next_append(Fault::UnknownApplied);
    assert_eq!(rename(&a, &mara, room, "again").await, Ok("again".into()));
    assert_eq!(rename(&a, &mara, room, "again").await, Ok("again".into()));
    let page = a.history(&mara, room, Window::Newest, 50).await.unwrap();
    let renames = page
        .events
        .iter()
        .filter(|event| matches!(&event.body, Body::Rename { name } if name == "again"));
    assert_eq!(renames.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn who_is_banned_is_put_out_everywhere_and_cannot_come_back_until_it_is_over() {
    let (cluster, [a, b], [mara, jonas], room) = pair().await;
    let (at_a, at_b) = (
        Client::hello(&a, &mara, &[]).await,
        Client::hello(&b, &jonas, &[]).await,
    );
    let until_ms = 1_700_000_000_000 + 3_600_000;
    let ban = Body::Ban {
        user: jonas.id,
        reason: "spam".into(),
        until_ms: Some(until_ms),
    };
    at_a.send(room, "ban", 2, 1, &ban).await;
    at_a.send(room, "after", 2, 2, &message("he is gone")).await;
    at_a.acked("after").await;
    at_b.until("to be told", |frames| {
        frames
            .iter()
            .any(|frame| matches!(frame, ServerFrame::Left { seq: Seq(3), .. }))
    })
    .await;
    settle().await;
    assert_eq!(at_b.seqs(), [3], "up to and with the ban");
    for node in [&a, &b] {
        let refusal = node
            .join_room(&jonas, &RoomRef::Id(room))
            .await
            .unwrap_err();
        assert_eq!(refusal.code, ErrorCode::Banned);
        assert!(refusal.message.contains("spam"), "{}", refusal.message);
        assert!(
            refusal.message.contains("2023-11-14 23:14 UTC"),
            "{}",
            refusal.message
        );
    }
    // A node that knows the room from its projection alone says the same.
    tokio::time::sleep(Duration::from_secs(120)).await;
    let c = cluster.node("c");
    settle().await;
    assert_eq!(named(&c, &jonas, "room1").await, Err(ErrorCode::Banned));
    let (bans, next) = c.bans(&mara, room, None, 10).await.unwrap();
    assert_eq!(next, None);
    let [found] = &bans[..] else {
        panic!("{bans:?}");
    };
    assert_eq!((found.user, found.name.as_str()), (jonas.id, "jonas"));
    assert_eq!((found.by, found.until_ms), (mara.id, Some(until_ms)));
    tokio::time::sleep(Duration::from_secs(3_600)).await;
    assert_eq!(named(&c, &jonas, "room1").await, Ok(room));
    assert_eq!(c.bans(&mara, room, None, 10).await.unwrap().0, []);
    let refusal = c.bans(&jonas, room, None, 10).await.unwrap_err();
    assert_eq!(refusal.code, ErrorCode::Forbidden);
}

#[tokio::test(start_paused = true)]
async fn slow_mode_and_archiving_hold_on_a_node_that_has_just_loaded_the_room() {
    let (cluster, [a, b], [mara, jonas], room) = pair().await;
    let (at_a, at_b) = (
        Client::hello(&a, &mara, &[]).await,
        Client::hello(&b, &jonas, &[]).await,
    );
    at_a.send(room, "slow", 2, 1, &Body::Slow { seconds: 3_600 })
        .await;
    let seq = at_a.acked("slow").await;
    at_b.send(room, "one", seq, 1, &message("one")).await;
    at_b.acked("one").await;
    drop(at_b);
    // Long enough for the projection, and for the room to go cold everywhere.
    tokio::time::sleep(Duration::from_secs(120)).await;
    let c = cluster.node("c");
    settle().await;
    let (snapshot, _) = c.room_snapshot(&jonas, room).await.unwrap();
    assert_eq!(snapshot.slow_seconds, 3_600);
    let at_c = Client::hello(&c, &jonas, &[]).await;
    at_c.send(room, "two", 4, 2, &message("two")).await;
    at_c.until("a refusal", |frames| {
        frames.iter().any(|frame| {
            matches!(frame, ServerFrame::Error { code: ErrorCode::Slow, retry_after_ms: Some(ms), .. }
                if (3_000_000..3_600_000).contains(ms))
        })
    })
    .await;
    at_a.send(room, "archive", 4, 2, &Body::Archive { on: true })
        .await;
    at_a.acked("archive").await;
    at_c.until_seq(5).await;
    at_c.send(room, "three", 5, 3, &message("three")).await;
    at_c.until("a refusal", |frames| {
        frames.iter().any(|frame| {
            matches!(
                frame,
                ServerFrame::Error {
                    code: ErrorCode::Archived,
                    ..
                }
            )
        })
    })
    .await;
    let page = c.history(&jonas, room, Window::Newest, 10).await.unwrap();
    assert_eq!(page.events.len(), 5, "it stays readable");
    let (snapshot, _) = c.room_snapshot(&jonas, room).await.unwrap();
    assert!(snapshot.archived);
}

/// Waits until a send was refused as `forbidden` so many times.
async fn forbidden(client: &Client, of: &str, times: usize) {
    client
        .until("a refusal", |frames| {
            let refusals = frames.iter().filter(|frame| {
                matches!(frame, ServerFrame::Error { id: Some(id), code: ErrorCode::Forbidden, .. }
                    if id.as_str() == of)
            });
            refusals.count() == times
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn rights_hold_on_a_node_that_has_just_loaded_the_room() {
    let (cluster, [a, b], [mara, jonas], room) = pair().await;
    let (at_a, at_b) = (
        Client::hello(&a, &mara, &[]).await,
        Client::hello(&b, &jonas, &[]).await,
    );
    at_b.send(room, "one", 2, 1, &message("one")).await;
    at_b.acked("one").await;
    let right = |right, role| Body::Right { right, role };
    let few = right(Right::Write, Role::Moderator);
    at_b.send(room, "no-owner", 3, 2, &few).await;
    forbidden(&at_b, "no-owner", 1).await;
    at_a.send(room, "write", 3, 1, &few).await;
    at_a.acked("write").await;
    let pin = right(Right::Pin, Role::Member);
    at_a.send(room, "pin", 4, 2, &pin).await;
    at_a.acked("pin").await;
    // Composed before, on the other node.
    at_b.send(room, "two", 3, 3, &message("two")).await;
    forbidden(&at_b, "two", 1).await;
    at_b.until_seq(5).await;
    let bodies: Vec<Body> = at_b.events().into_iter().map(|event| event.body).collect();
    assert_eq!(bodies[bodies.len() - 2..], [few, pin], "shown to all");
    drop(at_b);
    // Long enough for the projection, and for the room to go cold everywhere.
    tokio::time::sleep(Duration::from_secs(120)).await;
    let c = cluster.node("c");
    settle().await;
    let (snapshot, _) = c.room_snapshot(&jonas, room).await.unwrap();
    assert_eq!(snapshot.rights.write, Some(Role::Moderator));
    assert_eq!(snapshot.rights.pin, Some(Role::Member));
    let at_c = Client::hello(&c, &jonas, &[]).await;
    let (target, on) = (Seq(3), true);
    at_c.send(room, "pinned", 5, 4, &Body::Pin { target, on })
        .await;
    assert_eq!(at_c.acked("pinned").await, 6);
    at_c.send(room, "three", 6, 5, &message("three")).await;
    forbidden(&at_c, "three", 1).await;
    // It is given back, and no copy of what was refused is taken, on any node.
    let all = right(Right::Write, Role::Guest);
    at_a.send(room, "all", 6, 3, &all).await;
    at_a.acked("all").await;
    at_c.send(room, "three", 6, 5, &message("three")).await;
    forbidden(&at_c, "three", 2).await;
    at_c.until_seq(7).await;
    at_c.send(room, "four", 7, 6, &message("four")).await;
    assert_eq!(at_c.acked("four").await, 8);
}

#[tokio::test(start_paused = true)]
async fn a_guest_is_one_after_the_room_was_loaded_anew() {
    let (cluster, [a, _b], [mara, jonas], room) = pair().await;
    let lena = user(&a, "lena").await;
    let at_a = Client::hello(&a, &mara, &[]).await;
    let guest = Body::Role {
        user: jonas.id,
        role: Role::Guest,
    };
    at_a.send(room, "guest", 2, 1, &guest).await;
    at_a.acked("guest").await;
    tokio::time::sleep(Duration::from_secs(120)).await;
    let c = cluster.node("c");
    settle().await;
    let (snapshot, _) = c.room_snapshot(&jonas, room).await.unwrap();
    assert_eq!(snapshot.role, Role::Guest);
    let at_c = Client::hello(&c, &jonas, &[]).await;
    let invite = Body::Invite {
        user: lena.id,
        user_name: String::new(),
        accepted: false,
    };
    at_c.send(room, "invite", 3, 1, &invite).await;
    at_c.until("a refusal", |frames| {
        frames.iter().any(|frame| {
            matches!(
                frame,
                ServerFrame::Error {
                    code: ErrorCode::Forbidden,
                    ..
                }
            )
        })
    })
    .await;
    at_c.send(room, "hello", 3, 2, &message("hello")).await;
    at_c.acked("hello").await;
}

#[tokio::test(start_paused = true)]
async fn who_went_as_a_guest_comes_back_as_one_on_any_node_and_by_any_way() {
    let (cluster, [a, b], [mara, jonas], room) = pair().await;
    let at_a = Client::hello(&a, &mara, &[]).await;
    let by_mara = async |id: &str, body: Body| {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let head = a.room_snapshot(&mara, room).await.unwrap().0.head.0;
        at_a.send(room, id, head, head, &body).await;
        at_a.acked(id).await;
    };
    let (day_s, once) = (24 * 60 * 60, a.anew());
    let link = a.make_room_invitation(&mara, room, 5, day_s, &once).await;
    let (_, code) = link.unwrap();
    let user = jonas.id;
    let role = |role| Body::Role { user, role };
    let invite = || Body::Invite {
        user,
        user_name: String::new(),
        accepted: false,
    };
    let ban = || Body::Ban {
        user,
        reason: String::new(),
        until_ms: None,
    };
    by_mara("guest", role(Role::Guest)).await;
    for (n, out) in ["leaves", "is removed", "is banned"]
        .into_iter()
        .enumerate()
    {
        for back in ["joins", "is invited", "follows a link"] {
            let case = format!("{out}-{back}").replace(' ', "-");
            match out {
                "leaves" => b.leave_room(&jonas, room).await.unwrap(),
                "is removed" => by_mara(&format!("{case}-out"), removed(user)).await,
                _ => {
                    by_mara(&format!("{case}-out"), ban()).await;
                    by_mara(&format!("{case}-unban"), Body::Unban { user }).await;
                }
            }
            // Long enough for the projection: a node that loads the room then has it from cells alone.
            tokio::time::sleep(Duration::from_secs(120)).await;
            let c = cluster.node(&format!("c{n}-{}", back.len()));
            settle().await;
            match back {
                "joins" => join(&c, &jonas, room).await,
                "is invited" => by_mara(&format!("{case}-in"), invite()).await,
                _ => drop(c.accept_room_invitation(&jonas, &code).await.unwrap()),
            }
            settle().await;
            for node in [&a, &b, &c] {
                let (snapshot, _) = node.room_snapshot(&jonas, room).await.unwrap();
                assert_eq!(snapshot.role, Role::Guest, "{case}");
            }
        }
    }
    // Until an owner says otherwise.
    by_mara("member", role(Role::Member)).await;
    b.leave_room(&jonas, room).await.unwrap();
    tokio::time::sleep(Duration::from_secs(120)).await;
    let d = cluster.node("d");
    settle().await;
    join(&d, &jonas, room).await;
    let (snapshot, _) = d.room_snapshot(&jonas, room).await.unwrap();
    assert_eq!(snapshot.role, Role::Member);
}
