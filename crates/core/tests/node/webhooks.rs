//! Webhooks on a cluster: out of a room in order over every change of who delivers, and into it once.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use hearth_core::{
    delivery::{Outcome, Suspended},
    local::Loss,
    node::{
        Beside, Delivery, Followed, NewWebhook, Node, WAYS_OUT_MAX, WEBHOOKS_MAX, WebhookId,
        WebhookPost,
    },
    port::NodeName,
};
use hearth_protocol::{Body, ErrorCode, Role, RoomId, SendId, User};

use crate::kit::*;

/// Whoever is told, by whichever node.
#[derive(Clone, Default)]
struct Receiver(Arc<Mutex<Heard>>);

#[derive(Default)]
struct Heard {
    told: Vec<(String, u64)>,
    fails: bool,
}

impl Receiver {
    fn seqs(&self) -> Vec<u64> {
        let heard = self.0.lock().unwrap();
        heard.told.iter().map(|(_, seq)| *seq).collect()
    }

    fn by(&self) -> Vec<String> {
        let heard = self.0.lock().unwrap();
        heard.told.iter().map(|(node, _)| node.clone()).collect()
    }

    fn fail(&self, fails: bool) {
        self.0.lock().unwrap().fails = fails;
    }

    fn post(&self, node: &Node, delivery: &Delivery) -> Outcome {
        let mut heard = self.0.lock().unwrap();
        if heard.fails {
            return Outcome::Failed("answered 500".into());
        }
        let seq = delivery.event.seq.0;
        heard.told.push((node.name().0.clone(), seq));
        Outcome::Delivered
    }

    async fn until(&self, what: &str, holds: impl Fn(&[u64]) -> bool) {
        for _ in 0..12_000 {
            if holds(&self.seqs()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{what}: {:?}", self.seqs());
    }

    async fn until_seq(&self, seq: u64) {
        self.until(&format!("event {seq}"), |seqs| seqs.last() == Some(&seq))
            .await;
    }
}

/// Delivers as a server does: looks for webhooks, and follows each that is the node's.
fn serve(node: &Node, receiver: &Receiver) -> tokio::task::JoinHandle<()> {
    let (node, receiver) = (node.clone(), receiver.clone());
    tokio::spawn(async move {
        loop {
            let (here, _) = node.webhooks_here(None).await.unwrap_or_default();
            for id in here {
                let mut feed = node.follow_webhook(id, Beside::Others);
                while let Followed::Deliver(delivery) = feed.next().await {
                    let outcome = receiver.post(&node, &delivery);
                    feed.settle(&delivery, outcome).await;
                }
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    })
}

fn out(kinds: &[&str]) -> NewWebhook {
    NewWebhook::Out {
        url: "https://hooks.example/".into(),
        kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
    }
}

async fn way_out(node: &Node, by: &User, room: RoomId, kinds: &[&str]) -> WebhookId {
    let made = node
        .make_webhook(by, room, "there", out(kinds), &node.anew())
        .await;
    made.unwrap().webhook.id
}

async fn way_in(node: &Node, by: &User, room: RoomId) -> (WebhookId, String) {
    let made = node
        .make_webhook(by, room, "CI", NewWebhook::In, &node.anew())
        .await;
    let made = made.unwrap();
    (made.webhook.id, made.secret)
}

async fn suspended(node: &Node, by: &User, room: RoomId) -> Option<Suspended> {
    let all = node.webhooks(by, room).await.unwrap();
    let (_, _, progress) = all[0].out.clone().unwrap();
    progress.suspended
}

fn post(text: &str, key: Option<&str>) -> WebhookPost {
    WebhookPost {
        text: text.into(),
        name: None,
        key: key.map(|key| SendId::new(key).unwrap()),
    }
}

#[tokio::test(start_paused = true)]
async fn one_of_two_nodes_delivers_in_order_and_the_other_goes_on_where_it_died() {
    let (cluster, [a, b], [mara, _], room) = pair().await;
    let receiver = Receiver::default();
    way_out(&a, &mara, room, &["message"]).await;
    let tasks = [serve(&a, &receiver), serve(&b, &receiver)];
    let at_a = Client::hello(&a, &mara, &[]).await;
    for n in 1..=30 {
        at_a.send(room, &format!("m{n}"), 2, n, &message("x")).await;
    }
    receiver.until_seq(32).await;
    assert_eq!(receiver.seqs(), (3..=32).collect::<Vec<_>>());
    let by = receiver.by();
    assert!(by.iter().all(|node| *node == by[0]), "{by:?}");
    drop(at_a);
    // Whoever delivered dies without a word.
    let (dead, left, task) = match by[0].as_str() {
        "a" => (&a, &b, &tasks[0]),
        _ => (&b, &a, &tasks[1]),
    };
    cluster.net.take_away(dead.name());
    task.abort();
    dead.crash();
    let client = Client::hello(left, &mara, &[]).await;
    for n in 31..=40 {
        client
            .send(room, &format!("m{n}"), 2, n, &message("y"))
            .await;
        client.acked(&format!("m{n}")).await;
    }
    receiver.until_seq(42).await;
    assert_eq!(receiver.seqs(), (3..=42).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn a_hint_that_is_lost_is_found_and_what_fails_is_told_again() {
    let (cluster, [a, b], [mara, _], room) = pair().await;
    let receiver = Receiver::default();
    way_out(&a, &mara, room, &[]).await;
    let _tasks = [serve(&a, &receiver), serve(&b, &receiver)];
    let (at_a, at_b) = (
        Client::hello(&a, &mara, &[]).await,
        Client::hello(&b, &mara, &[]).await,
    );
    at_a.send(room, "one", 2, 1, &message("x")).await;
    receiver.until_seq(3).await;
    // Neither hears of what the other stores.
    let names = ["a", "b"].map(|name| NodeName(name.into()));
    cluster.net.cut(&names[0], &names[1], Loss::Silent);
    at_a.send(room, "two", 3, 2, &message("x")).await;
    at_a.acked("two").await;
    at_b.send(room, "three", 3, 3, &message("x")).await;
    at_b.acked("three").await;
    receiver
        .until("what was not heard of", |seqs| seqs.contains(&5))
        .await;
    cluster.net.restore(&names[0], &names[1]);
    settle().await;
    receiver.fail(true);
    at_a.send(room, "four", 5, 4, &message("x")).await;
    at_a.acked("four").await;
    tokio::time::sleep(Duration::from_secs(20)).await;
    let all = a.webhooks(&mara, room).await.unwrap();
    let (_, _, progress) = all[0].out.clone().unwrap();
    assert!((3..=6).contains(&progress.failures), "{progress:?}");
    assert_eq!(
        (progress.position.0, progress.error.as_str()),
        (5, "answered 500")
    );
    receiver.fail(false);
    receiver.until_seq(6).await;
    // Each was told first in its order, whoever told it.
    let mut first = receiver.seqs();
    let mut known = std::collections::BTreeSet::new();
    first.retain(|seq| known.insert(*seq));
    assert_eq!(first, [3, 4, 5, 6]);
}

#[tokio::test(start_paused = true)]
async fn what_its_maker_may_not_read_is_told_to_nobody() {
    let (_cluster, [a, b], [mara, jonas], room) = pair().await;
    let receiver = Receiver::default();
    let at_a = Client::hello(&a, &mara, &[]).await;
    let role = |role| Body::Role {
        user: jonas.id,
        role,
    };
    at_a.send(room, "role", 2, 1, &role(Role::Moderator)).await;
    at_a.acked("role").await;
    settle().await;
    let id = way_out(&b, &jonas, room, &[]).await;
    let refused = b
        .make_webhook(&jonas, room, "", NewWebhook::In, &b.anew())
        .await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::BadRequest);
    let _tasks = [serve(&a, &receiver), serve(&b, &receiver)];
    at_a.send(room, "one", 3, 2, &message("x")).await;
    receiver.until_seq(4).await;
    at_a.send(room, "out", 4, 3, &removed(jonas.id)).await;
    at_a.send(room, "two", 4, 4, &message("not for jonas"))
        .await;
    at_a.acked("two").await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(receiver.seqs(), [4]);
    assert_eq!(suspended(&a, &mara, room).await, Some(Suspended::Maker));
    let refused = b.webhooks(&jonas, room).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotMember);
    a.resume_webhook(&mara, room, id).await.unwrap();
    receiver.until_seq(6).await;
    assert_eq!(receiver.seqs(), [4, 5, 6]);
    // Whose account is closed is told nothing either.
    a.deactivate(&jonas, mara.id).await.unwrap();
    tokio::time::sleep(Duration::from_secs(60)).await;
    at_a.send(room, "three", 6, 5, &message("x")).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(receiver.seqs(), [4, 5, 6]);
}

#[tokio::test(start_paused = true)]
async fn a_post_under_the_same_key_is_one_message_on_whichever_node() {
    let (_cluster, [a, b], [mara, _], room) = pair().await;
    let (id, secret) = way_in(&a, &mara, room).await;
    let first = a.post_webhook(&secret, post("hello", Some("k"))).await;
    let first = first.unwrap();
    let at_a = Client::hello(&a, &mara, &[]).await;
    for n in 1..=20 {
        at_a.send(room, &format!("m{n}"), first.0, n, &message("x"))
            .await;
        at_a.acked(&format!("m{n}")).await;
    }
    let again = b.post_webhook(&secret, post("hello", Some("k"))).await;
    assert_eq!(again, Ok(first));
    let another = b.post_webhook(&secret, post("hello", None)).await.unwrap();
    assert!(another > first);
    // Whoever was put out and let in again is not known by what was before.
    let bot = hearth_protocol::UserId(id.0);
    at_a.send(room, "out", another.0, 21, &removed(bot)).await;
    at_a.acked("out").await;
    let refused = b.post_webhook(&secret, post("no", Some("n"))).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::NotMember);
    a.withdraw_webhook(&mara, room, id).await.unwrap();
    let refused = b.post_webhook(&secret, post("no", None)).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(b.webhooks(&mara, room).await.unwrap(), []);
}

#[tokio::test(start_paused = true)]
async fn so_many_ways_out_go_by_one_persons_right_over_all_rooms() {
    let (_cluster, [a, b], [mara, _], room) = pair().await;
    let mut made = Vec::new();
    for n in 0..WAYS_OUT_MAX / WEBHOOKS_MAX {
        let of = public_room(&a, &mara, &format!("of{n}")).await;
        for _ in 0..WEBHOOKS_MAX {
            made.push((of, way_out(&a, &mara, of, &[]).await));
        }
    }
    let refused = b
        .make_webhook(&mara, room, "more", out(&[]), &b.anew())
        .await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::Full);
    assert!(b.webhooks(&mara, room).await.unwrap().is_empty());
    let (of, id) = made[0];
    a.resume_webhook(&mara, of, id).await.unwrap();
    a.withdraw_webhook(&mara, of, id).await.unwrap();
    way_out(&b, &mara, room, &[]).await;
}
