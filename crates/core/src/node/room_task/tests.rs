//! The end of a room's task, and what it takes.

use bytes::Bytes;
use hearth_protocol::{CloseCode, RoomKind, RoomName, SendId, User, UserName};

use super::*;
use crate::{
    clock::Clock,
    local::{LocalNet, LocalPresence},
    node::{Bounds, CanarySwitch, NodeConfig, Parts, Pushed},
    port::NodeName,
    room::RoomBounds,
    testing::MemoryStore,
};

struct Paused(Instant);

impl Clock for Paused {
    fn now_ms(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap()
    }

    fn wall_ms(&self) -> u64 {
        self.now_ms()
    }
}

fn node(rooms_bytes_max: usize) -> Node {
    let name = NodeName("a".into());
    let (bus, news) = LocalNet::new().join(name.clone());
    let config = NodeConfig {
        name,
        build: "test".into(),
        bounds: RoomBounds::default(),
        canary: CanarySwitch::Off,
    };
    let parts = Parts {
        store: Arc::new(MemoryStore::new(16)),
        bus,
        news,
        presence: Arc::new(LocalPresence::new()),
        clock: Arc::new(Paused(Instant::now())),
        seed: [1; 32],
    };
    let bounds = Bounds {
        rooms_bytes_max,
        ..Bounds::default()
    };
    Node::start_within(config, parts, bounds)
}

async fn room_of(node: &Node) -> (User, RoomId) {
    let name = UserName::new("mara").unwrap();
    let mara = node.create_account(&name, None, None).await.unwrap().user();
    let (id, name) = (SendId::new("c").unwrap(), RoomName::new("room").unwrap());
    let room = node.create_room(&mara, id, &name, RoomKind::Public).await;
    (mara, room.unwrap().id)
}

#[tokio::test(start_paused = true)]
async fn what_took_its_place_before_the_task_ended_is_heard_by_the_next() {
    // The room has fallen asleep, or is cold already.
    for (rooms_bytes_max, warm) in [(usize::MAX, 1), (0, 0)] {
        let node = node(rooms_bytes_max);
        let (mara, room) = room_of(&node).await;
        let handle = node.room(room).unwrap();
        let place = handle.reserve().await.unwrap();
        tokio::time::sleep(Duration::from_secs(10)).await;
        assert_eq!(node.rooms_warm(), warm);
        assert!(node.room_if_awake(room).is_none());
        assert!(handle.is_closed(), "nobody else takes a place");
        let (reply, answer) = oneshot::channel();
        place.send(Box::new(Command::View {
            user: mara.id,
            at_least: Seq(1),
            look: false,
            reply,
        }));
        assert_eq!(answer.await.unwrap().head.seq, Seq(1));
    }
}

#[tokio::test(start_paused = true)]
async fn an_attach_that_comes_after_its_session_has_gone_leaves_no_reader() {
    let node = node(usize::MAX);
    let (mara, room) = room_of(&node).await;
    let (reply, gone) = oneshot::channel();
    drop(gone);
    let way = Arc::new(Reader {
        user: mara.id,
        session: 1,
        dialect: Dialect::V1,
        outbox: Arc::new(Deaf),
        mailbox: Arc::default(),
    });
    let attach = Command::Attach {
        reader: ReaderId(1),
        way,
        from: None,
        reply,
    };
    node.command(room, attach).await.unwrap();
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert!(node.room_if_awake(room).is_none());
}

struct Deaf;

impl Outbox for Deaf {
    fn push(&self, _: Lane, _: &Bytes) -> Pushed {
        Pushed::Taken
    }

    fn close(&self, _: CloseCode) {}
}

/// How large the future of such a function is.
fn future_bytes<A, B, C, D, F: Future>(_: fn(A, B, C, D) -> F) -> usize {
    size_of::<F>()
}

#[test]
fn a_task_takes_no_more_than_is_counted_for_a_room_that_is_awake() {
    // The inbox of tokio's: its head, and a block of 32 places.
    let inbox = 640 + 32 * size_of::<Box<Command>>();
    let task = future_bytes(run) + size_of::<Room>();
    assert!(task + inbox <= AWAKE_BYTES, "{task}, {inbox}");
    // What is seldom needed is boxed.
    assert!(future_bytes(run) <= 1_024);
}
