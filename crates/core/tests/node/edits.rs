//! What messages were: edits are told, and what is deleted is erased in the log, with its edits.

use hearth_core::{
    Refusal,
    log::Entry,
    node::Node,
    port::{Freshness, Log},
    session::NewSend,
};
use hearth_protocol::{Body, ErrorCode, InThread, Mentions, RoomId, SendId, Seq, User};

use crate::kit::*;

async fn say(node: &Node, by: &User, room: RoomId, id: &str, body: Body) -> Result<Seq, Refusal> {
    let new = NewSend {
        room,
        id: SendId::new(id).unwrap(),
        // What a resend repeats: the room as it was when all of it began.
        after: Some(Seq(2)),
        device: None,
        n: 0,
        body,
    };
    let sent = node.send(by, new).await;
    sent.map(|sent| sent.seq).map_err(|unsent| unsent.refusal)
}

fn edit(target: Seq, text: &str) -> Body {
    let text = text.into();
    Body::Edit { target, text }
}

async fn log_of(cluster: &Cluster, room: RoomId) -> Vec<Entry> {
    let store = &cluster.store;
    let page = store.read(room, Seq(1), Seq::MAX, 10_000, Freshness::Serial);
    page.await.unwrap().entries
}

/// A checkpoint comes some seconds after the last event.
async fn checkpointed(cluster: &Cluster, room: RoomId, seq: Seq) {
    for _ in 0..60 {
        if cluster.store.projected(room).await.unwrap().seq >= seq {
            return;
        }
        settle().await;
    }
    panic!("no checkpoint at {seq}");
}

async fn texts(node: &Node, by: &User, room: RoomId, of: Seq) -> Result<Vec<String>, ErrorCode> {
    let events = node
        .edits(by, room, of)
        .await
        .map_err(|refusal| refusal.code)?;
    let text = |body| match body {
        Body::Message { text, .. } | Body::Edit { text, .. } => text,
        other => panic!("{other:?} is no text"),
    };
    Ok(events.into_iter().map(|event| text(event.body)).collect())
}

#[tokio::test(start_paused = true)]
async fn what_a_message_was_is_told_to_members_before_and_after_a_checkpoint() {
    let (cluster, [a, b], [mara, jonas], room) = pair().await;
    let of = say(&a, &mara, room, "m1", message("opne")).await.unwrap();
    let other = say(&b, &jonas, room, "m2", message("when?")).await.unwrap();
    assert_eq!(texts(&b, &jonas, room, of).await.unwrap(), ["opne"]);
    say(&a, &mara, room, "e1", edit(of, "open")).await.unwrap();
    say(&b, &jonas, room, "e2", edit(other, "since when?"))
        .await
        .unwrap();
    let last = say(&a, &mara, room, "e3", edit(of, "open again"))
        .await
        .unwrap();
    let all = ["opne", "open", "open again"];
    assert_eq!(texts(&b, &jonas, room, of).await.unwrap(), all);
    checkpointed(&cluster, room, last).await;
    assert_eq!(texts(&b, &jonas, room, of).await.unwrap(), all);
    let after = say(&a, &mara, room, "e4", edit(of, "closed"))
        .await
        .unwrap();
    assert_eq!(
        texts(&a, &mara, room, of).await.unwrap().last().unwrap(),
        "closed"
    );
    let code = ErrorCode::NotFound;
    for none in [Seq::ZERO, Seq(1), after, Seq(99)] {
        assert_eq!(
            texts(&a, &mara, room, none).await,
            Err(code),
            "{none} is no message"
        );
    }
    let ines = user(&a, "ines").await;
    assert_eq!(texts(&a, &ines, room, of).await, Err(ErrorCode::NotMember));
}

#[tokio::test(start_paused = true)]
async fn the_newest_edits_are_told_and_all_are_erased() {
    let (cluster, [a, _], [mara, _], room) = pair().await;
    let of = say(&a, &mara, room, "m1", message("0")).await.unwrap();
    for n in 1..=120 {
        let body = edit(of, &n.to_string());
        say(&a, &mara, room, &format!("e{n}"), body).await.unwrap();
    }
    let told = texts(&a, &mara, room, of).await.unwrap();
    let newest: Vec<String> = (71..=120).map(|n| n.to_string()).collect();
    assert_eq!((told[0].as_str(), &told[1..]), ("0", &newest[..]));
    let gone = say(&a, &mara, room, "d1", Body::Delete { target: of })
        .await
        .unwrap();
    checkpointed(&cluster, room, gone).await;
    let kept = log_of(&cluster, room).await;
    let kept: Vec<_> = kept.iter().filter(|e| !e.event.body.is_erased()).collect();
    assert_eq!(
        kept.iter().map(|e| e.seq()).collect::<Vec<_>>(),
        [Seq(1), Seq(2), gone]
    );
}

#[tokio::test(start_paused = true)]
async fn a_deleted_message_is_erased_with_its_edits_and_nothing_else_changes() {
    let (cluster, [a, b], [mara, jonas], room) = pair().await;
    let of = say(&a, &mara, room, "m1", message("secret")).await.unwrap();
    let other = say(&a, &mara, room, "m2", message("kept")).await.unwrap();
    let edited = say(&a, &mara, room, "e1", edit(of, "very secret"))
        .await
        .unwrap();
    let gone = say(&a, &mara, room, "d1", Body::Delete { target: of })
        .await
        .unwrap();
    // A page shows neither text at once, before anything is erased.
    let page = b
        .history(&jonas, room, hearth_core::session::Window::Newest, 50)
        .await
        .unwrap();
    let shown = |seq: Seq| {
        page.events
            .iter()
            .find(|e| e.seq == seq)
            .unwrap()
            .body
            .clone()
    };
    let gone_edit = edit(of, "").erased();
    assert_eq!(
        (shown(of), shown(edited)),
        (message("").erased(), gone_edit)
    );
    assert_eq!(shown(other), message("kept"));
    let before = log_of(&cluster, room).await;
    checkpointed(&cluster, room, gone).await;
    let mut expected = before;
    for entry in &mut expected {
        if [of, edited].contains(&entry.seq()) {
            entry.event.body = entry.event.body.erased();
        }
    }
    assert_eq!(log_of(&cluster, room).await, expected);
    // On a node that reads it anew: counted as before, sent as before, and gone.
    let c = cluster.node("c");
    settle().await;
    assert_eq!(c.rooms(&jonas).await.unwrap()[0].unread, 2);
    assert_eq!(
        say(&c, &mara, room, "m1", message("secret")).await.unwrap(),
        of
    );
    for (id, body) in [
        ("e2", edit(of, "again")),
        ("d2", Body::Delete { target: of }),
        (
            "x1",
            Body::React {
                target: of,
                emoji: "☕".into(),
                on: true,
            },
        ),
    ] {
        let refused = say(&c, &mara, room, id, body).await.unwrap_err();
        assert_eq!(
            (refused.code, refused.message.as_str()),
            (ErrorCode::NotFound, "The message is deleted.")
        );
    }
    assert_eq!(texts(&c, &jonas, room, of).await, Err(ErrorCode::NotFound));
}

#[tokio::test(start_paused = true)]
async fn nothing_counts_as_done_before_it_is_erased() {
    let (cluster, [a, b], [mara, _], room) = pair().await;
    let of = say(&a, &mara, room, "m1", message("secret")).await.unwrap();
    let edited = say(&a, &mara, room, "e1", edit(of, "very secret"))
        .await
        .unwrap();
    checkpointed(&cluster, room, edited).await;
    cluster.store.set_indelible(true);
    let gone = say(&a, &mara, room, "d1", Body::Delete { target: of })
        .await
        .unwrap();
    for _ in 0..10 {
        settle().await;
    }
    assert_eq!(cluster.store.projected(room).await.unwrap().seq, edited);
    // Both writers of before are gone: another node goes on.
    a.crash();
    b.crash();
    cluster.store.set_indelible(false);
    let c = cluster.node("c");
    settle().await;
    let last = say(&c, &mara, room, "m2", message("later")).await.unwrap();
    checkpointed(&cluster, room, last.max(gone)).await;
    let log = log_of(&cluster, room).await;
    let erased = log
        .iter()
        .filter(|e| e.event.body.is_erased())
        .map(Entry::seq);
    assert_eq!(erased.collect::<Vec<_>>(), [of, edited]);
}

#[tokio::test(start_paused = true)]
async fn who_comes_back_to_a_warm_room_is_sent_no_word_of_what_was_deleted() {
    let (cluster, [a, b], [mara, jonas], room) = pair().await;
    // Who keeps the room warm on both nodes sees it as it happens.
    let there = Client::hello(&a, &mara, &[]).await;
    let _elsewhere = Client::hello(&b, &jonas, &[]).await;
    let calling = Body::Message {
        text: "secret".into(),
        reply_to: None,
        mentions: Some(Box::new(Mentions {
            users: vec![jonas.id],
            everyone: None,
        })),
        forward: None,
        attachments: Box::default(),
        thread: None,
    };
    let of = say(&a, &mara, room, "m1", calling.clone()).await.unwrap();
    let other = say(&a, &mara, room, "m2", message("kept")).await.unwrap();
    let in_thread = Body::Message {
        text: "secret aside".into(),
        reply_to: None,
        mentions: None,
        forward: None,
        attachments: Box::default(),
        // The server says who wrote the root.
        thread: Some(Box::new(InThread {
            by: mara.id,
            ..InThread::at(other)
        })),
    };
    let aside = say(&a, &mara, room, "m3", in_thread.clone()).await.unwrap();
    say(&a, &mara, room, "e1", edit(of, "very secret"))
        .await
        .unwrap();
    say(&a, &mara, room, "e2", edit(other, "kept as well"))
        .await
        .unwrap();
    settle().await;
    cluster.store.set_indelible(true);
    let mut gone = of;
    for (id, target) in [("d1", of), ("d2", aside)] {
        gone = say(&a, &mara, room, id, Body::Delete { target })
            .await
            .unwrap();
    }
    there.until_seq(gone.0).await;
    settle().await;
    let kept = log_of(&cluster, room).await;
    assert!(!kept.iter().any(|e| e.event.body.is_erased()));
    // The store has all of it still, the rooms are warm.
    for node in [&a, &b] {
        let back = Client::hello(node, &jonas, &[(room, 2)]).await;
        back.until_seq(gone.0).await;
        assert_eq!(back.seqs(), (3..=gone.0).collect::<Vec<_>>());
        let bodies: Vec<_> = back.events().into_iter().map(|e| e.body).collect();
        assert_eq!(
            bodies,
            [
                calling.erased(),
                message("kept"),
                in_thread.erased(),
                edit(of, "").erased(),
                edit(other, "kept as well"),
                Body::Delete { target: of },
                Body::Delete { target: aside },
            ]
        );
        assert!(!back.texts().iter().any(|text| text.contains("secret")));
        // A send of before is still known by its id.
        let again = say(node, &mara, room, "m1", calling.clone()).await;
        assert_eq!(again.unwrap(), of);
    }
    // What is counted is what one counts who reads the log anew, erased or not.
    let warm = a.room_snapshot(&jonas, room).await.unwrap().0;
    let c = cluster.node("c");
    settle().await;
    assert_eq!(c.room_snapshot(&jonas, room).await.unwrap().0, warm);
    cluster.store.set_indelible(false);
    checkpointed(&cluster, room, gone).await;
    let d = cluster.node("d");
    settle().await;
    assert_eq!(d.room_snapshot(&jonas, room).await.unwrap().0, warm);
    assert_eq!((warm.unread, warm.mentioned.len()), (2, 0));
}
