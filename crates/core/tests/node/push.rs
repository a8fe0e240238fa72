//! Notifications over two nodes: who is told of what, once, and who is not.

use std::{sync::Arc, time::Duration};

use hearth_core::{
    node::{LoginFrom, Node, Zones},
    push::Notification,
    session::NewSend,
};
use hearth_protocol::{
    Alert, Body, Mentions, NotifyLevel, Own, QuietHours, RoomId, SendId, Seq, User, UserName,
};
use tokio::sync::mpsc::Receiver;

use crate::kit::*;

/// It is noon everywhere.
struct Noon;

impl Zones for Noon {
    fn minute_of_day(&self, _: &str, _: u64) -> Option<u16> {
        Some(12 * 60)
    }
}

async fn subscribe(node: &Node, user: &User, browser: &str) {
    let endpoint = format!("https://push.example.org/{browser}");
    let keys = (String::new(), String::new());
    node.subscribe_push(user.id, None, endpoint, keys.0, keys.1, true)
        .await
        .unwrap();
}

async fn say(node: &Node, by: &User, room: RoomId, id: &str, body: Body) -> Seq {
    let send = NewSend {
        room,
        id: SendId::new(id).unwrap(),
        after: None,
        device: None,
        n: 0,
        body,
    };
    node.send(by, send).await.unwrap().seq
}

/// What all nodes tell within half a minute.
async fn told(all: &mut [Receiver<Notification>]) -> Vec<Notification> {
    tokio::time::sleep(Duration::from_secs(30)).await;
    let mut told = Vec::new();
    for one in all {
        while let Ok(notification) = one.try_recv() {
            told.push(notification);
        }
    }
    told
}

fn listen(nodes: &[Node]) -> Vec<Receiver<Notification>> {
    let listen = |node: &Node| node.notifications(Arc::new(Noon));
    nodes.iter().map(listen).collect()
}

#[tokio::test(start_paused = true)]
async fn a_member_with_a_subscription_is_told_once_of_what_came_together() {
    let (_cluster, nodes, [mara, jonas], room) = pair().await;
    let mut all = listen(&nodes);
    let [a, b] = &nodes;
    say(a, &mara, room, "before", message("nobody has subscribed")).await;
    subscribe(b, &jonas, "phone").await;
    subscribe(b, &mara, "laptop").await;
    // Time for the other node to read who has subscribed.
    tokio::time::sleep(Duration::from_secs(70)).await;
    assert!(told(&mut all).await.is_empty());
    say(a, &mara, room, "one", message("one")).await;
    let last = say(b, &mara, room, "two", message("two")).await;
    let found = told(&mut all).await;
    assert_eq!(found.len(), 1, "{found:?}");
    let one = &found[0];
    assert_eq!((one.user, one.room, one.seq), (jonas.id, room, last));
    assert_eq!((one.alert, one.count), (Alert::Message, 2));
    assert_eq!((one.sender.as_str(), one.excerpt.as_str()), ("mara", "two"));
    assert_eq!(one.room_name, "room1");
    assert_eq!(one.to.len(), 1);
    assert!(told(&mut all).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn who_says_on_a_device_that_they_are_not_to_be_disturbed_is_not_told_while_it_is_connected()
{
    let (_cluster, nodes, [mara, jonas], room) = pair().await;
    let [a, b] = &nodes;
    subscribe(b, &jonas, "phone").await;
    let mut all = listen(&nodes);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let desk = Client::hello(b, &jonas, &[]).await;
    let shelf = Client::hello(a, &jonas, &[]).await;
    shelf.say(r#"{"type":"presence","status":"online"}"#).await;
    desk.say(r#"{"type":"presence","status":"do_not_disturb"}"#)
        .await;
    say(a, &mara, room, "one", message("one")).await;
    assert!(told(&mut all).await.is_empty());
    desk.say(r#"{"type":"presence","status":"away"}"#).await;
    say(a, &mara, room, "two", message("two")).await;
    let found = told(&mut all).await;
    assert_eq!((found.len(), found[0].count), (1, 1), "{found:?}");
    desk.say(r#"{"type":"presence","status":"do_not_disturb"}"#)
        .await;
    drop(desk);
    say(a, &mara, room, "three", message("three")).await;
    assert_eq!(told(&mut all).await.len(), 1, "it is gone");
}

#[tokio::test(start_paused = true)]
async fn who_has_read_it_in_time_muted_it_or_is_not_to_be_disturbed_is_not_told() {
    let (_cluster, nodes, [mara, jonas], room) = pair().await;
    let [a, b] = &nodes;
    subscribe(b, &jonas, "phone").await;
    let mut all = listen(&nodes);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let read = say(a, &mara, room, "read", message("read")).await;
    b.mark(&jonas, room, read, false).await.unwrap();
    assert!(told(&mut all).await.is_empty(), "it was read");
    let notify = |level| Own::Notify {
        room,
        level,
        muted_until_ms: None,
    };
    let quiet = |hours| Own::Quiet { hours };
    let hours = QuietHours {
        from_min: 11 * 60,
        to_min: 13 * 60,
        zone: "Europe/Berlin".into(),
    };
    let silences = [
        (notify(NotifyLevel::None), notify(NotifyLevel::All)),
        (notify(NotifyLevel::Mentions), notify(NotifyLevel::All)),
        (quiet(Some(hours)), quiet(None)),
        (
            Own::Blocked {
                user: mara.id,
                on: true,
            },
            Own::Blocked {
                user: mara.id,
                on: false,
            },
        ),
    ];
    for (n, (silence, end)) in silences.into_iter().enumerate() {
        b.set_own(jonas.id, silence.clone()).await.unwrap();
        say(a, &mara, room, &format!("s{n}"), message("x")).await;
        assert!(told(&mut all).await.is_empty(), "{silence:?}");
        b.set_own(jonas.id, end).await.unwrap();
    }
    b.set_own(jonas.id, notify(NotifyLevel::Mentions))
        .await
        .unwrap();
    let named = Body::Message {
        text: "you".into(),
        reply_to: None,
        mentions: Some(Box::new(Mentions {
            users: vec![jonas.id],
            everyone: None,
        })),
        forward: None,
        attachments: Box::default(),
        thread: None,
    };
    say(a, &mara, room, "named", named).await;
    let found = told(&mut all).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].alert, Alert::Mention);
    // Who is out is told no more.
    say(a, &mara, room, "out", removed(jonas.id)).await;
    say(a, &mara, room, "after", message("behind their back")).await;
    assert!(told(&mut all).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_direct_message_in_a_room_that_has_just_begun_is_told() {
    let (_cluster, nodes, [mara, jonas], _) = pair().await;
    let [a, b] = &nodes;
    subscribe(b, &jonas, "phone").await;
    let mut all = listen(&nodes);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (direct, _) = a.direct_room(&mara, "jonas").await.unwrap();
    say(a, &mara, direct.id, "hello", message("hello")).await;
    let found = told(&mut all).await;
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].alert, found[0].user), (Alert::Direct, jonas.id));
    assert_eq!(found[0].room_name, "");
    assert!(b.room_snapshot(&jonas, direct.id).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_subscription_ends_with_its_login_and_with_its_account() {
    let (_cluster, nodes, [mara, _], room) = pair().await;
    let [a, b] = &nodes;
    let mut all = listen(&nodes);
    let name = UserName::new("priya").unwrap();
    let account = a.create_account(&name, None, None).await.unwrap();
    let priya = account.user();
    join(b, &priya, room).await;
    let from = LoginFrom {
        device_name: "phone".into(),
        address: "127.0.0.1".into(),
    };
    let token = a.open_login(&account, &from).await.unwrap();
    let login = a.login(&token).await.unwrap().unwrap().login;
    let endpoint = "https://push.example.org/phone".to_owned();
    a.subscribe_push(
        priya.id,
        Some(login),
        endpoint,
        String::new(),
        String::new(),
        true,
    )
    .await
    .unwrap();
    tokio::time::sleep(Duration::from_secs(70)).await;
    say(a, &mara, room, "one", message("one")).await;
    assert_eq!(told(&mut all).await.len(), 1);
    a.end_login(priya.id, login).await.unwrap();
    say(a, &mara, room, "two", message("two")).await;
    assert!(told(&mut all).await.is_empty());
    assert!(a.push_subscriptions(priya.id).await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn of_a_thread_is_told_who_follows_it_by_any_way_as_far_as_they_have_not_read_it() {
    let (_cluster, nodes, [mara, jonas], room) = pair().await;
    let [a, b] = &nodes;
    let lena = user(a, "lena").await;
    join(a, &lena, room).await;
    let root = say(a, &mara, room, "root", message("root")).await;
    say(
        b,
        &jonas,
        room,
        "part",
        in_thread(root, "I have a part in it"),
    )
    .await;
    subscribe(b, &jonas, "phone").await;
    subscribe(b, &lena, "tablet").await;
    let mut all = listen(&nodes);
    tokio::time::sleep(Duration::from_secs(70)).await;
    told(&mut all).await;
    let first = say(a, &mara, room, "first", in_thread(root, "first")).await;
    let last = say(a, &mara, room, "last", in_thread(root, "last")).await;
    // Who reads the room has not read its threads.
    b.mark(&jonas, room, last, false).await.unwrap();
    let found = told(&mut all).await;
    let of = |found: &[Notification]| -> Vec<_> {
        found
            .iter()
            .map(|one| (one.user, one.seq, one.count))
            .collect()
    };
    assert_eq!(of(&found), [(jonas.id, last, 2)], "{first}");
    // What is read in the thread is read.
    let next = say(a, &mara, room, "next", in_thread(root, "next")).await;
    let read = Own::Read {
        room,
        root,
        seq: next,
        at: Seq::ZERO,
        back: false,
    };
    b.set_own(jonas.id, read).await.unwrap();
    assert_eq!(of(&told(&mut all).await), []);
    // Who follows it not any more is not told; whom it names is, and follows it from there.
    let unfollow = Own::Follow {
        room,
        root,
        on: Some(false),
        since: Seq::ZERO,
    };
    b.set_own(jonas.id, unfollow).await.unwrap();
    let mut named = in_thread(root, "you");
    if let Body::Message { mentions, .. } = &mut named {
        *mentions = Some(Box::new(Mentions {
            users: vec![lena.id],
            everyone: None,
        }));
    }
    let seq = say(a, &mara, room, "named", named).await;
    assert_eq!(of(&told(&mut all).await), [(lena.id, seq, 1)]);
    let seq = say(a, &mara, room, "end", in_thread(root, "end")).await;
    assert_eq!(of(&told(&mut all).await), [(lena.id, seq, 1)]);
}
