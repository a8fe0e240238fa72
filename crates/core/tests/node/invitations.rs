//! Invitation links, on a cluster.

use std::time::Duration;

use futures_util::future::join_all;
use hearth_core::{
    node::{Node, ROOM_INVITATIONS_MAX},
    session::{RoomRef, Window},
    testing::Fault,
};
use hearth_protocol::{Body, ErrorCode, Right, Role, RoomId, RoomKind, RoomName, SendId, User};

use crate::kit::*;

const DAY_S: u64 = 24 * 60 * 60;

async fn private_room(node: &Node, by: &User) -> RoomId {
    let id = SendId::new("den").unwrap();
    let name = RoomName::new("den").unwrap();
    let made = node.create_room(by, id, &name, RoomKind::Private).await;
    made.unwrap().id
}

async fn link(node: &Node, by: &User, room: RoomId, uses: u32) -> String {
    let made = node
        .make_room_invitation(by, room, uses, DAY_S, &node.anew())
        .await;
    made.unwrap().1
}

async fn accept(node: &Node, by: &User, code: &str) -> Result<RoomId, ErrorCode> {
    let room = node.accept_room_invitation(by, code).await;
    room.map(|(room, _)| room.id)
        .map_err(|refusal| refusal.code)
}

async fn used(node: &Node, by: &User, room: RoomId) -> Vec<u32> {
    let all = node.room_invitations(by, room).await.unwrap();
    all.iter().map(|one| one.used).collect()
}

/// By whose links who came in, as the log has it.
async fn entries(node: &Node, by: &User, room: RoomId) -> Vec<(String, String)> {
    let page = node.history(by, room, Window::Newest, 200).await.unwrap();
    let entry = |event: &hearth_protocol::Event| match &event.body {
        Body::Invite {
            user_name,
            accepted: true,
            ..
        } => Some((event.name.clone(), user_name.clone())),
        _ => None,
    };
    page.events.iter().filter_map(entry).collect()
}

#[tokio::test(start_paused = true)]
async fn of_many_who_follow_a_link_at_once_exactly_as_many_enter_as_may() {
    let cluster = Cluster::new();
    let nodes = [cluster.node("a"), cluster.node("b"), cluster.node("c")];
    settle().await;
    let mara = user(&nodes[0], "mara").await;
    let room = private_room(&nodes[0], &mara).await;
    let code = link(&nodes[0], &mara, room, 5).await;
    let mut people = Vec::new();
    for n in 0..12 {
        people.push(user(&nodes[n % 3], &format!("p{n}")).await);
    }
    // Each of them twice, from two nodes, as one who is impatient.
    let tries = (0..24).map(|n| accept(&nodes[n % 3], &people[n % 12], &code));
    let found = join_all(tries).await;
    let entered: Vec<_> = (0..12)
        .filter(|n| found[*n].is_ok() || found[n + 12].is_ok())
        .collect();
    assert_eq!(entered.len(), 5, "{found:?}");
    for answer in &found {
        let fits = matches!(answer, Ok(_) | Err(ErrorCode::Full));
        assert!(fits, "{found:?}");
    }
    let log = entries(&nodes[1], &mara, room).await;
    assert_eq!(log.len(), 5, "once each: {log:?}");
    assert!(log.iter().all(|(by, _)| by == "mara"));
    assert_eq!(used(&nodes[2], &mara, room).await, [5]);
    // Who is in is answered alike, and uses nothing up; the others do not get in later either.
    for (n, person) in people.iter().enumerate() {
        let expected = match entered.contains(&n) {
            true => Ok(room),
            false => Err(ErrorCode::Full),
        };
        assert_eq!(accept(&nodes[0], person, &code).await, expected);
    }
    assert_eq!(used(&nodes[0], &mara, room).await, [5]);
}

#[tokio::test(start_paused = true)]
async fn a_link_lets_in_nobody_whom_its_maker_could_not_bring_in() {
    let cluster = Cluster::new();
    let (a, b) = (cluster.node("a"), cluster.node("b"));
    settle().await;
    let (mara, jonas) = (user(&a, "mara").await, user(&a, "jonas").await);
    let (lena, kim) = (user(&b, "lena").await, user(&b, "kim").await);
    let room = private_room(&a, &mara).await;
    let of_mara = link(&a, &mara, room, 10).await;
    assert_eq!(accept(&b, &jonas, &of_mara).await, Ok(room));
    let of_jonas = link(&b, &jonas, room, 10).await;
    let at_a = Client::hello(&a, &mara, &[]).await;
    // Once this node has heard of what was done at the other.
    let head = async || {
        tokio::time::sleep(Duration::from_millis(100)).await;
        a.room_snapshot(&mara, room).await.unwrap().0.head.0
    };

    // Who is banned stays out, and uses nothing up.
    let ban = Body::Ban {
        user: lena.id,
        reason: "spam".into(),
        until_ms: None,
    };
    at_a.send(room, "ban", head().await, 1, &ban).await;
    at_a.acked("ban").await;
    let refusal = b.accept_room_invitation(&lena, &of_mara).await.unwrap_err();
    assert_eq!(refusal.code, ErrorCode::Banned);
    assert!(refusal.message.starts_with("You are banned"), "{refusal}");
    assert!(refusal.message.contains("spam"), "{refusal}");
    assert_eq!(used(&a, &mara, room).await.iter().sum::<u32>(), 1);

    // A link of one who is a guest by now, or out, is worth nothing; a member again, and it is.
    let role = |role| Body::Role {
        user: jonas.id,
        role,
    };
    at_a.send(room, "guest", head().await, 2, &role(Role::Guest))
        .await;
    at_a.acked("guest").await;
    assert_eq!(accept(&b, &kim, &of_jonas).await, Err(ErrorCode::NotFound));
    at_a.send(room, "out", head().await, 3, &removed(jonas.id))
        .await;
    at_a.acked("out").await;
    assert_eq!(accept(&b, &kim, &of_jonas).await, Err(ErrorCode::NotFound));
    // Who went as a guest is one again.
    assert_eq!(accept(&b, &jonas, &of_mara).await, Ok(room));
    assert_eq!(accept(&b, &kim, &of_jonas).await, Err(ErrorCode::NotFound));
    at_a.send(room, "in", head().await, 4, &role(Role::Member))
        .await;
    at_a.acked("in").await;
    assert_eq!(accept(&b, &kim, &of_jonas).await, Ok(room));
    let refusal = a
        .make_room_invitation(&lena, room, 1, DAY_S, &a.anew())
        .await
        .unwrap_err();
    assert_eq!(refusal.code, ErrorCode::NotMember);

    // Nobody enters what is archived.
    at_a.send(
        room,
        "archive",
        head().await,
        4,
        &Body::Archive { on: true },
    )
    .await;
    at_a.acked("archive").await;
    let nia = user(&b, "nia").await;
    assert_eq!(accept(&b, &nia, &of_mara).await, Err(ErrorCode::Archived));
    at_a.send(room, "open", head().await, 5, &Body::Archive { on: false })
        .await;
    at_a.acked("open").await;
    assert_eq!(accept(&b, &nia, &of_mara).await, Ok(room));

    // A link of one whose role has not the right any more is worth nothing, until it has it again.
    let right = |role| Body::Right {
        right: Right::Invite,
        role,
    };
    at_a.send(room, "few", head().await, 6, &right(Role::Moderator))
        .await;
    at_a.acked("few").await;
    let lou = user(&b, "lou").await;
    assert_eq!(accept(&b, &lou, &of_jonas).await, Err(ErrorCode::NotFound));
    let refusal = a
        .make_room_invitation(&jonas, room, 1, DAY_S, &a.anew())
        .await
        .unwrap_err();
    assert_eq!(refusal.code, ErrorCode::Forbidden);
    at_a.send(room, "all", head().await, 7, &right(Role::Guest))
        .await;
    at_a.acked("all").await;
    assert_eq!(accept(&b, &lou, &of_jonas).await, Ok(room));
}

#[tokio::test(start_paused = true)]
async fn a_link_ends_by_itself_or_is_withdrawn_by_its_maker_or_a_moderator() {
    let (_cluster, [a, b], [mara, jonas], room) = pair().await;
    let lena = user(&b, "lena").await;
    join(&b, &lena, room).await;
    let kim = user(&b, "kim").await;
    let (of_jonas, code) = b
        .make_room_invitation(&jonas, room, 3, 60, &b.anew())
        .await
        .unwrap();
    let ids = async |by: &User| {
        let all = a.room_invitations(by, room).await.unwrap();
        all.iter().map(|one| one.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(&jonas).await, [of_jonas.id]);
    assert_eq!(ids(&mara).await, [of_jonas.id]);
    assert!(ids(&lena).await.is_empty());
    tokio::time::sleep(Duration::from_secs(61)).await;
    assert_eq!(accept(&b, &kim, &code).await, Err(ErrorCode::NotFound));
    assert!(ids(&mara).await.is_empty());

    for by in [&jonas, &mara] {
        let (made, code) = b
            .make_room_invitation(&jonas, room, 3, DAY_S, &b.anew())
            .await
            .unwrap();
        let refusal = b
            .withdraw_room_invitation(&lena, room, made.id)
            .await
            .unwrap_err();
        assert_eq!(refusal.code, ErrorCode::Forbidden);
        a.withdraw_room_invitation(by, room, made.id).await.unwrap();
        assert_eq!(accept(&b, &kim, &code).await, Err(ErrorCode::NotFound));
        let refusal = a
            .withdraw_room_invitation(by, room, made.id)
            .await
            .unwrap_err();
        assert_eq!(refusal.code, ErrorCode::NotFound);
    }
    assert_eq!(accept(&b, &kim, "0123").await, Err(ErrorCode::NotFound));
    for (uses, valid_s) in [(0, DAY_S), (1_001, DAY_S), (1, 59), (1, 31 * DAY_S)] {
        let refusal = a
            .make_room_invitation(&mara, room, uses, valid_s, &a.anew())
            .await
            .unwrap_err();
        assert_eq!(refusal.code, ErrorCode::BadRequest);
    }
    for _ in 0..ROOM_INVITATIONS_MAX {
        link(&a, &mara, room, 1).await;
    }
    let refusal = a
        .make_room_invitation(&mara, room, 1, DAY_S, &a.anew())
        .await
        .unwrap_err();
    assert_eq!(refusal.code, ErrorCode::Full);
    let newest = ids(&mara).await[0];
    a.withdraw_room_invitation(&mara, room, newest)
        .await
        .unwrap();
    link(&a, &mara, room, 1).await;
}

#[tokio::test(start_paused = true)]
async fn an_entry_of_unknown_outcome_is_counted_once() {
    let cluster = Cluster::new();
    let (a, b) = (cluster.node("a"), cluster.node("b"));
    settle().await;
    let (mara, jonas) = (user(&a, "mara").await, user(&b, "jonas").await);
    let room = private_room(&a, &mara).await;
    let code = link(&a, &mara, room, 2).await;
    for (n, fault) in [Fault::UnknownApplied, Fault::LostApplied]
        .into_iter()
        .enumerate()
    {
        cluster.store.fail_next_append(fault);
        let person = user(&b, &format!("p{n}")).await;
        // Whatever it is answered: the same again ends it.
        let _ = accept(&b, &person, &code).await;
        assert_eq!(accept(&a, &person, &code).await, Ok(room), "{fault:?}");
    }
    assert_eq!(used(&a, &mara, room).await, [2]);
    assert_eq!(entries(&a, &mara, room).await.len(), 2);
    assert_eq!(accept(&b, &jonas, &code).await, Err(ErrorCode::Full));
    let named = b.join_room(&jonas, &RoomRef::Id(room)).await;
    assert_eq!(named.unwrap_err().code, ErrorCode::NotFound);
}
