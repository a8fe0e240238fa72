//! What the store's tests share: fresh ids, entries, writing that survives an unknown outcome, reading whole logs.

use std::{sync::Arc, time::Duration};

use hearth_protocol::{
    Attachment, Body, DeviceId, Event, Everyone, FileId, Forward, InThread, Mentions, Ordinal,
    Right, Role, RoomId, RoomKind, SendId, Seq, UserId,
};
use uuid::Uuid;

use crate::{
    log::{Entry, Head},
    port::{Appended, Freshness, Store, StoreError},
};

/// How often a write of unknown outcome, or a store away under contention, is tried again before it is a failure.
const TRIES: u32 = 60;

/// The store under test.
#[derive(Clone)]
pub(super) struct Kit {
    store: Arc<dyn Store>,
    /// Events per bucket, if the adapter has buckets.
    pub(super) bucket: Option<u64>,
}

impl Kit {
    pub(super) fn new(store: Arc<dyn Store>, bucket: Option<u64>) -> Self {
        Self { store, bucket }
    }

    pub(super) fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// How long a log must be to lie in four buckets, or what stands for that where there are none.
    pub(super) fn several_buckets(&self) -> usize {
        let bucket = self.bucket.unwrap_or(12);
        assert!(
            (8..=64).contains(&bucket),
            "open the store with a bucket of 8 to 64: the suite rolls over several"
        );
        usize::try_from(bucket * 3 + bucket / 2).expect("small")
    }

    /// Appends one batch, whatever the outcomes in between, with no other writer in the room.
    pub(super) async fn append(&self, room: RoomId, expect: Head, batch: &[Entry]) -> Head {
        let after = head_after(expect, batch);
        for attempt in 0..TRIES {
            match self.store.append(room, expect, batch).await {
                Ok(Appended::Applied) => return after,
                Err(StoreError::Failed(why)) => panic!("an append was refused: {why}"),
                Ok(Appended::Lost(seen)) => {
                    assert!(attempt > 0, "a lone append lost to {seen:?}");
                    assert_eq!(self.stored(room, batch).await, Some(true));
                    return after;
                }
                Ok(Appended::Unknown(_)) | Err(StoreError::Away(_)) => {
                    if self.stored(room, batch).await == Some(true) {
                        return after;
                    }
                    pause(attempt).await;
                }
            }
        }
        panic!("an append never came to an end");
    }

    /// Writes events one batch after the other, as large as the store takes them (64 at most); returns the entries.
    pub(super) async fn write(&self, room: RoomId, from: Head, bodies: &[Body]) -> Vec<Entry> {
        let all = entries(from, bodies);
        let (mut head, mut rest) = (from, all.as_slice());
        while !rest.is_empty() {
            let len = self.store.batch_max(head.seq).min(rest.len()).min(64);
            head = self.append(room, head, &rest[..len]).await;
            rest = &rest[len..];
        }
        all
    }

    /// Whether the batch's ids stand at its numbers, by a serial read; `None` if that is not known yet.
    pub(super) async fn stored(&self, room: RoomId, batch: &[Entry]) -> Option<bool> {
        let (from, to) = (batch.first()?.seq(), batch.last()?.seq());
        let page = self
            .store
            .read(room, from, to, batch.len(), Freshness::Serial)
            .await
            .ok()?;
        if page.head.seq < from {
            return None;
        }
        let same = page
            .entries
            .iter()
            .zip(batch)
            .filter(|(a, b)| a.event.id == b.event.id)
            .count();
        assert!(
            same == 0 || same == batch.len(),
            "a batch was stored in part: {same} of {}",
            batch.len()
        );
        Some(same > 0)
    }

    /// The whole log, page by page.
    pub(super) async fn log(&self, room: RoomId, freshness: Freshness) -> Vec<Entry> {
        let mut all: Vec<Entry> = Vec::new();
        loop {
            let from = Seq(all.len() as u64 + 1);
            let page = self
                .store
                .read(room, from, Seq(u64::MAX), 100, freshness)
                .await
                .expect("a read");
            assert!(page.entries.len() <= 100, "more than the limit");
            let end = all.last().map_or(0, |e| e.seq().0) + page.entries.len() as u64;
            assert!(page.head.seq.0 >= end, "a head behind its entries");
            if page.entries.is_empty() {
                assert_eq!(page.head.seq.0, end, "a log that ends before its head");
                return all;
            }
            all.extend(page.entries);
        }
    }

    /// Where the log ends, at SERIAL, without a hint.
    pub(super) async fn head(&self, room: RoomId) -> Head {
        self.store
            .head(room, Seq::ZERO, Freshness::Serial)
            .await
            .expect("a head")
    }
}

/// An id that nobody else has.
pub(super) fn fresh() -> Uuid {
    Uuid::now_v7()
}

/// A room that nobody else uses.
pub(super) fn fresh_room() -> RoomId {
    RoomId(fresh())
}

/// A user that nobody else uses.
pub(super) fn fresh_user() -> UserId {
    UserId(fresh())
}

/// `n` ids spread over the whole range of bytes, so that an order by signed bytes or by anything else shows. Every
/// second is of version 8, as derived rooms' ids are, if `mixed`.
pub(super) fn spread(n: u64, mixed: bool) -> Vec<Uuid> {
    (0..n)
        .map(|i| {
            let at = (i * 0x0000_9E37_79B9_7F4A) & 0xFFFF_FFFF_FFFF;
            let id = uuid::Builder::from_unix_timestamp_millis(at, &[i as u8; 10]).into_uuid();
            if mixed && i % 2 == 1 {
                Uuid::new_v8(*id.as_bytes())
            } else {
                id
            }
        })
        .collect()
}

/// `n` bodies, two messages to one that is none.
pub(super) fn talk(n: usize) -> Vec<Body> {
    (0..n)
        .map(|i| match i % 3 {
            2 => Body::Topic {
                topic: format!("topic {i}"),
            },
            _ => message(&format!("message {i} – ☕\n\"quoted\"")),
        })
        .collect()
}

pub(super) fn message(text: &str) -> Body {
    Body::message(text)
}

/// One body of every kind that can be appended.
pub(super) fn every_body() -> Vec<Body> {
    let user = fresh_user();
    vec![
        Body::Create {
            title: "Täglich".into(),
            room_kind: RoomKind::Private,
            with: vec![(user, "kim".into())],
        },
        Body::Message {
            text: "a\u{0}b\u{1F469}\u{200D}\u{1F680}".into(),
            reply_to: Some(Seq(1)),
            mentions: Some(Box::new(Mentions {
                users: vec![user],
                everyone: Some(Everyone::Here),
            })),
            forward: Some(Box::new(Forward {
                room: RoomId(Uuid::from_u128(9)),
                seq: Seq(8),
                by: user,
                name: "kim".into(),
                at_ms: 7,
            })),
            attachments: Box::new([Attachment {
                name: "t\u{e4}glich.png".into(),
                r#type: "image/png".into(),
                size: 9,
                width: Some(3),
                height: Some(2),
                preview: "AAAA".into(),
                ..Attachment::of(FileId(Uuid::from_u128(5)), "soup")
            }]),
            thread: None,
        },
        Body::Message {
            text: "d".into(),
            reply_to: None,
            mentions: None,
            forward: None,
            thread: Some(Box::new(InThread {
                root: Seq(2),
                by: user,
            })),
            attachments: Box::default(),
        },
        message(""),
        Body::Edit {
            target: Seq(2),
            text: "c".into(),
        },
        Body::Pin {
            target: Seq(2),
            on: true,
        },
        Body::Delete { target: Seq(3) },
        Body::React {
            target: Seq(2),
            emoji: "☕".into(),
            on: true,
        },
        Body::Join,
        Body::Leave,
        Body::Invite {
            user,
            user_name: "kim".into(),
            accepted: false,
        },
        Body::Role {
            user,
            role: Role::Moderator,
        },
        Body::Role {
            user,
            role: Role::Guest,
        },
        Body::Remove {
            user,
            reason: String::new(),
        },
        Body::Remove {
            user,
            reason: "\"loud\"".into(),
        },
        Body::Ban {
            user,
            reason: "spam ☕".into(),
            until_ms: Some(1_700_000_000_000),
        },
        Body::Ban {
            user,
            reason: String::new(),
            until_ms: None,
        },
        Body::Unban { user },
        Body::Rename {
            name: "Täglich 2".into(),
        },
        Body::Archive { on: true },
        Body::Slow { seconds: 30 },
        Body::Right {
            right: Right::Everyone,
            role: Role::Member,
        },
        Body::Description {
            description: "Züge ☕".into(),
        },
        Body::Avatar {
            avatar: Some(FileId(Uuid::from_u128(6))),
        },
        Body::Avatar { avatar: None },
        Body::Topic {
            topic: String::new(),
        },
    ]
}

/// Entries that follow `from`, numbered and counted, each with an id of its own.
pub(super) fn entries(from: Head, bodies: &[Body]) -> Vec<Entry> {
    let by = fresh_user();
    let mut head = from;
    bodies
        .iter()
        .enumerate()
        .map(|(n, body)| {
            head.seq = head.seq.next();
            if body.counts() {
                head.ordinal = head.ordinal.next();
            }
            Entry {
                event: Event {
                    seq: head.seq,
                    ordinal: head.ordinal,
                    at_ms: 1_700_000_000_000 + n as u64,
                    by,
                    name: "Zoë".into(),
                    id: SendId::from_uuid(fresh()),
                    body: body.clone(),
                },
                device: DeviceId::new("device.1").expect("a legal id"),
                n: n as u64 + 1,
            }
        })
        .collect()
}

/// Where a log ends that ended at `expect` and was added the batch.
pub(super) fn head_after(expect: Head, batch: &[Entry]) -> Head {
    batch.last().map_or(expect, |last| Head {
        seq: last.seq(),
        ordinal: last.event.ordinal,
    })
}

/// Panics unless the log is dense from 1 and each ordinal is the number of messages up to it.
pub(super) fn check_log(log: &[Entry]) {
    let mut ordinal = Ordinal::ZERO;
    for (i, entry) in log.iter().enumerate() {
        assert_eq!(entry.seq(), Seq(i as u64 + 1), "a log that is not dense");
        if entry.event.body.counts() {
            ordinal = ordinal.next();
        }
        assert_eq!(entry.event.ordinal, ordinal, "a wrong ordinal at {i}");
    }
}

/// Lets others go first after a lost race: longer each time.
pub(super) async fn pause(attempt: u32) {
    let ms = rand::random_range(1..=u64::from(attempt.min(8) + 1) * 10);
    tokio::time::sleep(Duration::from_millis(ms)).await;
}
