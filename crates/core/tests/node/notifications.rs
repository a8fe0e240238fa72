//! Streams of notifications over two nodes: who is told of what and why, where a stream goes on, and when it ends.

use std::{sync::Arc, time::Duration};

use hearth_core::{
    grant::Grant,
    node::{
        Credential, LoginFrom, Node, NotificationStream, STREAMS_MAX, StreamEnd, StreamWanted,
        Streamed, Zones,
    },
    notifications::{Told, Why},
    session::NewSend,
};
use hearth_protocol::{
    Body, CloseCode, NotifyLevel, Own, PresenceOf, RoomId, Scope, SendId, Seq, ServerFrame, Status,
    User, UserId,
};

use crate::kit::*;

/// It is noon everywhere.
struct Noon;

impl Zones for Noon {
    fn minute_of_day(&self, _: &str, _: u64) -> Option<u16> {
        Some(12 * 60)
    }
}

const HOUR_MS: u64 = 60 * 60 * 1_000;

fn open(node: &Node, user: &User, position: Option<u64>) -> NotificationStream {
    open_as(node, user, Credential::Given, None, position, HOUR_MS)
}

fn open_as(
    node: &Node,
    user: &User,
    credential: Credential,
    grant: Option<Arc<Grant>>,
    position: Option<u64>,
    for_ms: u64,
) -> NotificationStream {
    let wanted = StreamWanted { position, for_ms };
    node.open_notifications(user.clone(), credential, grant, Arc::new(Noon), wanted)
        .unwrap()
}

/// What the stream tells next; a moment without anything: `None`.
async fn next(stream: &mut NotificationStream) -> Option<Told> {
    match stream.next().await {
        Streamed::Told(told, _) => Some(told),
        Streamed::Quiet(_) => None,
        Streamed::End(end, _) => panic!("{end:?}"),
    }
}

async fn ended(stream: &mut NotificationStream) -> StreamEnd {
    loop {
        if let Streamed::End(end, _) = stream.next().await {
            return end;
        }
    }
}

/// Longer than it takes until a change of presence is told.
const PRESENCE: Duration = Duration::from_secs(10);

/// How a watcher was told last that somebody is.
fn presence_of(watcher: &Client, user: UserId) -> PresenceOf {
    let mut told = watcher
        .frames()
        .into_iter()
        .filter_map(|frame| match frame {
            ServerFrame::Presence { users } => users.into_iter().find(|of| of.user == user),
            _ => None,
        });
    told.next_back().unwrap()
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

#[tokio::test(start_paused = true)]
async fn a_stream_is_silent_while_a_device_says_do_not_disturb() {
    let (_cluster, [a, b], [mara, jonas], room) = pair().await;
    let mut stream = open(&b, &jonas, None);
    assert_eq!(next(&mut stream).await, None, "from now on");
    let desk = Client::hello(&a, &jonas, &[]).await;
    desk.say(r#"{"type":"presence","status":"do_not_disturb"}"#)
        .await;
    say(&a, &mara, room, "one", message("one")).await;
    assert_eq!(next(&mut stream).await, None);
    desk.say(r#"{"type":"presence","status":"online"}"#).await;
    let two = say(&a, &mara, room, "two", message("two")).await;
    assert_eq!(next(&mut stream).await.unwrap().seq, two);
}

#[tokio::test(start_paused = true)]
async fn a_stream_tells_of_what_is_stored_on_any_node_and_goes_on_at_another_one() {
    let (_cluster, [a, b], [mara, jonas], room) = pair().await;
    say(&a, &mara, room, "before", message("before")).await;
    let mut stream = open(&b, &jonas, None);
    assert_eq!(next(&mut stream).await, None, "from now on");
    let one = say(&a, &mara, room, "one", message("one")).await;
    let told = next(&mut stream).await.unwrap();
    assert_eq!((told.room, told.seq, told.by), (room, one, mara.id));
    assert_eq!((told.name.as_str(), told.why), ("mara", Why::All));
    say(&b, &jonas, room, "own", message("one's own")).await;
    let two = say(&a, &mara, room, "two", message("two")).await;
    let Streamed::Told(told, position) = stream.next().await else {
        panic!("something is told");
    };
    assert_eq!(told.seq, two);
    drop(stream);
    // What comes while nobody listens, and what came shortly before: told anew, unless it was read.
    b.mark(&jonas, room, one, false).await.unwrap();
    let three = say(&b, &mara, room, "three", message("three")).await;
    let mut stream = open(&a, &jonas, Some(position));
    assert_eq!(next(&mut stream).await.unwrap().seq, two);
    assert_eq!(next(&mut stream).await.unwrap().seq, three);
    assert_eq!(next(&mut stream).await, None);
}

#[tokio::test(start_paused = true)]
async fn who_has_read_it_in_time_or_does_not_want_it_is_not_told() {
    let (_cluster, [a, b], [mara, jonas], room) = pair().await;
    let mut stream = open(&b, &jonas, None);
    assert_eq!(next(&mut stream).await, None);
    let read = say(&a, &mara, room, "read", message("read")).await;
    a.mark(&jonas, room, read, false).await.unwrap();
    assert_eq!(next(&mut stream).await, None, "it was read");
    let notify = |level| Own::Notify {
        room,
        level,
        muted_until_ms: None,
    };
    a.set_own(jonas.id, notify(NotifyLevel::None))
        .await
        .unwrap();
    say(&a, &mara, room, "quiet", message("quiet")).await;
    assert_eq!(next(&mut stream).await, None, "they want none of it");
    a.set_own(jonas.id, notify(NotifyLevel::All)).await.unwrap();
    let heard = say(&a, &mara, room, "heard", message("heard")).await;
    // The one before was judged when its time was over.
    assert_eq!(next(&mut stream).await.unwrap().seq, heard);
    say(&a, &mara, room, "last", message("last")).await;
    say(&a, &mara, room, "out", removed(jonas.id)).await;
    say(&a, &mara, room, "after", message("behind their back")).await;
    assert_eq!(next(&mut stream).await, None, "they are out");
    let mut late = open(&b, &jonas, Some(0));
    assert_eq!(next(&mut late).await, None);
}

#[tokio::test(start_paused = true)]
async fn a_room_that_becomes_ones_own_is_told_of_and_a_direct_one_as_such() {
    let (_cluster, [a, b], [mara, jonas], _) = pair().await;
    let mut stream = open(&b, &jonas, None);
    assert_eq!(next(&mut stream).await, None);
    let (direct, _) = a.direct_room(&mara, "jonas").await.unwrap();
    let seq = say(&a, &mara, direct.id, "psst", message("psst")).await;
    let told = next(&mut stream).await.unwrap();
    assert_eq!((told.seq, told.why), (seq, Why::Direct));
}

#[tokio::test(start_paused = true)]
async fn a_stream_ends_with_its_login_its_time_its_node_and_the_sixth_one() {
    let cluster = Cluster::new();
    let a = cluster.node("a");
    let mara = user(&a, "mara").await;
    let account = a.account("mara").await.unwrap().unwrap();
    let from = LoginFrom {
        device_name: "d".into(),
        address: "::1".into(),
    };
    let token = a.open_login(&account, &from).await.unwrap();
    let login = a.login(&token).await.unwrap().unwrap().login;
    let by_login = Credential::Login(login);
    let mut stream = open_as(&a, &mara, by_login, None, None, HOUR_MS);
    assert_eq!(next(&mut stream).await, None);
    a.close_login(&token).await.unwrap();
    let signed_out = StreamEnd::Closed(CloseCode::SignedOut);
    assert_eq!(ended(&mut stream).await, signed_out);

    let mut stream = open_as(&a, &mara, Credential::Given, None, Some(0), 0);
    assert!(matches!(
        stream.next().await,
        Streamed::End(StreamEnd::Time, _)
    ));

    let mut first = open(&a, &mara, None);
    let mut others: Vec<_> = (1..STREAMS_MAX).map(|_| open(&a, &mara, None)).collect();
    assert_eq!(next(&mut first).await, None);
    others.push(open(&a, &mara, None));
    assert_eq!(ended(&mut first).await, StreamEnd::Replaced);
    assert_eq!(next(&mut others[0]).await, None, "the others go on");
    a.drain(1_000);
    let drained = StreamEnd::Closed(CloseCode::Drain);
    assert_eq!(ended(&mut others[0]).await, drained);
}

#[tokio::test(start_paused = true)]
async fn a_stream_whose_reader_is_slow_ends_and_goes_on_behind_what_was_told() {
    let (_cluster, [a, b], [mara, jonas], room) = pair().await;
    let mut stream = open(&b, &jonas, None);
    assert_eq!(next(&mut stream).await, None);
    let first = say(&a, &mara, room, "first", message("x")).await;
    tokio::time::sleep(Duration::from_secs(6)).await;
    let mut count = 0;
    // It takes one where a hundred come.
    let (end, position) = loop {
        for _ in 0..100 {
            count += 1;
            say(&a, &mara, room, &format!("n{count}"), message("x")).await;
        }
        match stream.next().await {
            Streamed::Told(told, _) if count == 100 => assert_eq!(told.seq, first),
            Streamed::Told(..) => {}
            Streamed::Quiet(_) => panic!("there is something to tell"),
            Streamed::End(end, position) => break (end, position),
        }
    };
    assert_eq!(end, StreamEnd::Closed(CloseCode::Slow));
    assert!((2_000..2_300).contains(&count), "{count}");
    let mut stream = open(&b, &jonas, Some(position));
    let mut told = 0;
    while next(&mut stream).await.is_some() {
        told += 1;
    }
    assert_eq!(told, 100, "the newest of the room");
}

#[tokio::test(start_paused = true)]
async fn a_backlog_holds_up_neither_the_end_of_a_streams_time_nor_that_of_its_node() {
    let (_cluster, [a, b], [mara, jonas], room) = pair().await;
    let mut timed = open_as(&b, &jonas, Credential::Given, None, None, 60_000);
    assert_eq!(next(&mut timed).await, None);
    let mut drained = open(&b, &jonas, None);
    assert_eq!(next(&mut drained).await, None);
    for id in ["one", "two", "three"] {
        say(&a, &mara, room, id, message(id)).await;
    }
    tokio::time::sleep(Duration::from_secs(61)).await;
    let Streamed::End(end, position) = timed.next().await else {
        panic!("its time is over");
    };
    assert_eq!(end, StreamEnd::Time);
    let mut again = open(&b, &jonas, Some(position));
    for _ in 0..3 {
        assert!(next(&mut again).await.is_some(), "nothing is lost by it");
    }
    // A beat was due as well, and may come first.
    let is_told = next(&mut drained).await.is_some() || next(&mut drained).await.is_some();
    assert!(is_told);
    b.drain(1_000);
    tokio::time::sleep(Duration::from_secs(2)).await;
    // It is told when to go.
    let told = drained.next().await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let end = match told {
        Streamed::End(end, _) => end,
        _ => match drained.next().await {
            Streamed::End(end, _) => end,
            other => panic!("{other:?}"),
        },
    };
    assert_eq!(end, StreamEnd::Closed(CloseCode::Drain));
}

#[tokio::test(start_paused = true)]
async fn nobody_is_shown_as_there_by_a_stream() {
    let (_cluster, [a, b], [mara, jonas], _) = pair().await;
    let mut stream = open(&b, &jonas, None);
    assert_eq!(next(&mut stream).await, None);
    let watcher = Client::hello(&a, &mara, &[]).await;
    let watch = format!(
        r#"{{"type":"presence","status":"online","watch":["{}"]}}"#,
        jonas.id
    );
    watcher.say(&watch).await;
    tokio::time::sleep(PRESENCE).await;
    let told = presence_of(&watcher, jonas.id);
    assert_eq!((told.status, told.seen_ms), (Status::Offline, None));
    let there = Client::hello(&b, &jonas, &[]).await;
    tokio::time::sleep(PRESENCE).await;
    assert_eq!(presence_of(&watcher, jonas.id).status, Status::Online);
    drop(there);
    tokio::time::sleep(PRESENCE).await;
    assert_eq!(presence_of(&watcher, jonas.id).status, Status::Offline);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_limited_to_a_room_is_told_of_that_one_alone() {
    let (_cluster, [a, b], [mara, jonas], room) = pair().await;
    let other = public_room(&a, &mara, "other").await;
    join(&b, &jonas, other).await;
    let grant = Arc::new(Grant {
        scopes: vec![Scope::Read],
        rooms: vec![room],
    });
    let mut stream = open_as(&b, &jonas, Credential::Given, Some(grant), Some(0), HOUR_MS);
    assert_eq!(next(&mut stream).await, None);
    say(&a, &mara, other, "there", message("there")).await;
    let here = say(&a, &mara, room, "here", message("here")).await;
    assert_eq!(next(&mut stream).await.unwrap().seq, here);
    assert_eq!(next(&mut stream).await, None);
}

#[tokio::test(start_paused = true)]
async fn a_stream_tells_of_threads_in_which_one_has_a_part_as_far_as_they_are_not_read() {
    let (_cluster, [a, b], [mara, jonas], room) = pair().await;
    let root = say(&a, &mara, room, "root", message("root")).await;
    let other = say(&a, &mara, room, "other", message("other")).await;
    say(
        &b,
        &jonas,
        room,
        "part",
        in_thread(root, "I have a part in it"),
    )
    .await;
    let mut stream = open(&b, &jonas, None);
    assert_eq!(next(&mut stream).await, None, "from now on");
    let one = say(&a, &mara, room, "one", in_thread(root, "one")).await;
    say(&a, &mara, room, "elsewhere", in_thread(other, "elsewhere")).await;
    // Who reads the room has not read its threads.
    b.mark(&jonas, room, Seq(one.0 + 1), false).await.unwrap();
    let Streamed::Told(told, position) = stream.next().await else {
        panic!("something is told");
    };
    assert_eq!(
        (told.seq, told.why, told.thread),
        (one, Why::Thread, Some(root))
    );
    assert_eq!(next(&mut stream).await, None);
    drop(stream);
    // What comes while nobody listens, also below the room's mark; not what is read in the thread.
    let two = say(&b, &mara, room, "two", in_thread(root, "two")).await;
    let three = say(&b, &mara, room, "three", in_thread(root, "three")).await;
    b.mark(&jonas, room, three, false).await.unwrap();
    let read = Own::Read {
        room,
        root,
        seq: two,
        at: Seq::ZERO,
        back: false,
    };
    b.set_own(jonas.id, read).await.unwrap();
    let mut stream = open(&a, &jonas, Some(position));
    assert_eq!(next(&mut stream).await.map(|told| told.seq), Some(three));
    assert_eq!(next(&mut stream).await, None);
}
