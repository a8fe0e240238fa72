//! What a client hears and shows, written and read again.

use hearth_protocol::{
    Body, ClientFrame, DeviceId, ErrorCode, Event, Ordinal, Role, RoomId, RoomKind, RoomSnapshot,
    SendId, Seq, ServerFrame, User, UserId,
    client::{Outcome, Pending, Step},
};
use uuid::Uuid;

use super::{Begin, Command, Ear, FORMAT, History, Limits, Record, Recorder, Way};

const ME: UserId = UserId(Uuid::from_u128(1));
const ROOM: RoomId = RoomId(Uuid::from_u128(7));

/// What one ear made of something, without the lines that begin and end every history.
fn records(tell: impl FnOnce(&Recorder, &mut Ear)) -> Vec<Record> {
    let dir = tempfile::tempdir().expect("a folder");
    let begin = Begin {
        format: FORMAT,
        seed: 1,
        version: "0".into(),
        cluster: "none".into(),
        command: "none".into(),
        wall: "today".into(),
        faults: Vec::new(),
        each_bites: false,
        nodes: Vec::new(),
        limits: Limits::default(),
    };
    let recorder = Recorder::create(dir.path(), begin).expect("a history");
    let mut ear = Ear::new(recorder.clone(), ME);
    ear.opened();
    tell(&recorder, &mut ear);
    drop(ear);
    recorder.end().expect("written");
    let lines = History::in_dir(dir.path()).lines().expect("a history");
    let records = lines.map(|line| line.expect("a line").record);
    let mut records: Vec<Record> = records.collect();
    assert!(matches!(records.first(), Some(Record::Begin(_))));
    let last = records.pop();
    assert_eq!(
        last,
        Some(Record::End {
            lines: records.len() as u64
        })
    );
    records.retain(|record| {
        !matches!(
            record,
            Record::Begin(_) | Record::User { .. } | Record::Room { .. } | Record::Open { .. }
        )
    });
    records
}

fn event(seq: u64, by: UserId, id: &str) -> Event {
    Event {
        seq: Seq(seq),
        ordinal: Ordinal(seq),
        at_ms: 0,
        by,
        name: "n".into(),
        id: id.parse().expect("an id"),
        body: message(),
    }
}

fn message() -> Body {
    Body::message("hello")
}

fn events(seqs: impl IntoIterator<Item = u64>) -> ServerFrame {
    let by = UserId(Uuid::from_u128(2));
    ServerFrame::Events {
        room: ROOM,
        events: seqs
            .into_iter()
            .map(|seq| event(seq, by, &format!("id-{seq}")))
            .collect(),
    }
}

fn hear(ear: &mut Ear, frame: &ServerFrame) {
    ear.heard(&serde_json::to_string(frame).expect("a frame"));
}

fn send(id: &str) -> ClientFrame {
    ClientFrame::Send {
        room: ROOM,
        id: id.parse().expect("an id"),
        after: Seq(1),
        device: DeviceId::new("d").expect("a device"),
        n: 1,
        body: message(),
    }
}

fn pending(id: &str) -> Pending {
    Pending {
        room: ROOM,
        id: id.parse().expect("an id"),
        after: Some(Seq(1)),
        device: DeviceId::new("d").expect("a device"),
        n: 1,
        body: message(),
    }
}

#[test]
fn a_dense_run_is_one_line_and_a_hole_begins_another() {
    let records = records(|_, ear| {
        hear(ear, &events(1..=3));
        hear(ear, &events(4..=5));
        hear(ear, &events(8..=9));
    });
    let runs: Vec<_> = records
        .iter()
        .filter_map(|record| match record {
            Record::Heard { run, .. } => Some((run.from.0, run.to.0, run.widest)),
            _ => None,
        })
        .collect();
    assert_eq!(runs, [(1, 5, 3), (8, 9, 2)]);
    assert!(matches!(
        records.last(),
        Some(Record::Close { code: None, .. })
    ));
}

#[test]
fn sums_are_the_same_however_a_run_was_cut() {
    let whole = records(|_, ear| hear(ear, &events(1..=4)));
    let parts = records(|_, ear| {
        for seq in 1..=4 {
            hear(ear, &events([seq]));
        }
    });
    let sums = |records: &[Record]| match &records[0] {
        Record::Heard { run, .. } => (run.heads, run.deeds),
        other => panic!("{other:?}"),
    };
    assert_eq!(sums(&whole), sums(&parts));
}

#[test]
fn every_command_has_an_answer_once_its_socket_has_ended() {
    let records = records(|_, ear| {
        for id in ["acked", "refused", "open", "own"] {
            ear.wrote(&send(id));
        }
        let (room, seq) = (ROOM, Seq(2));
        let id: SendId = "acked".parse().expect("an id");
        hear(ear, &ServerFrame::Ack { room, id, seq });
        hear(
            ear,
            &ServerFrame::Error {
                r#ref: None,
                room: Some(ROOM),
                id: Some("refused".parse().expect("an id")),
                code: ErrorCode::Busy,
                message: "no".into(),
                retry_after_ms: None,
            },
        );
        let events = vec![event(3, ME, "own")];
        hear(ear, &ServerFrame::Events { room: ROOM, events });
        ear.wrote(&send("open"));
        ear.closed(Some(4001));
    });
    let answers: Vec<String> = records
        .iter()
        .filter_map(|record| match record {
            Record::Ok { o, seq, .. } => Some(format!("{o} ok {}", seq.expect("a seq"))),
            Record::Fail { o, code } => Some(format!("{o} {code}")),
            Record::Unknown { o, .. } => Some(format!("{o} unknown")),
            _ => None,
        })
        .collect();
    assert_eq!(
        answers,
        ["0 ok 2", "1 busy", "3 ok 3", "2 unknown", "4 unknown"]
    );
}

#[test]
fn a_settlement_is_noted_where_no_answer_was() {
    let records = records(|_, ear| {
        ear.wrote(&send("acked"));
        ear.wrote(&send("seen"));
        let (room, seq) = (ROOM, Seq(2));
        let id: SendId = "acked".parse().expect("an id");
        hear(ear, &ServerFrame::Ack { room, id, seq });
        ear.closed(None);
        for id in ["acked", "seen"] {
            let (pending, outcome) = (pending(id), Outcome::Stored(Seq(2)));
            ear.step(&Step::Settled { pending, outcome });
        }
    });
    let settled: Vec<_> = records
        .iter()
        .filter_map(|record| match record {
            Record::Settled { id, seq, .. } => Some((id.as_str(), seq.0)),
            _ => None,
        })
        .collect();
    assert_eq!(settled, [("seen", 2)]);
}

#[test]
fn what_a_screen_shows_stands_before_what_ends_it() {
    let snapshot = RoomSnapshot {
        id: ROOM,
        name: "r".into(),
        kind: RoomKind::Public,
        topic: String::new(),
        role: Role::Member,
        members: 1,
        peer: None,
        archived: false,
        slow_seconds: 0,
        rights: hearth_protocol::Rights::default(),
        avatar: None,
        description: String::new(),
        head: Seq(4),
        ordinal: Ordinal(4),
        mark: Seq(0),
        revision: 0,
        unread: 4,
        mentioned: Vec::new(),
    };
    let records = records(|_, ear| {
        ear.step(&Step::Room(snapshot.clone()));
        // The same room again, otherwise described, is no new one.
        ear.step(&Step::Room(snapshot));
        for seq in 5..=6 {
            let event = event(seq, ME, &format!("id-{seq}"));
            ear.step(&Step::Show { room: ROOM, event });
        }
        let (room, from, to) = (ROOM, Seq(7), Seq(9));
        ear.step(&Step::Missed { room, from, to });
        let event = event(10, ME, "id-10");
        ear.step(&Step::Show { room, event });
        ear.step(&Step::Left { room, seq: None });
    });
    let kinds: Vec<String> = records
        .iter()
        .filter_map(|record| match record {
            Record::Entered { head, .. } => Some(format!("entered {head}")),
            Record::Shown { run, .. } => Some(format!("shown {} {}", run.from, run.to)),
            Record::Missed { from, to, .. } => Some(format!("missed {from} {to}")),
            Record::Gone { .. } => Some("gone".into()),
            _ => None,
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "entered 4",
            "shown 5 6",
            "missed 7 9",
            "shown 10 10",
            "gone"
        ]
    );
}

#[test]
fn a_page_that_is_not_dense_shows_as_several() {
    let records = records(|_, ear| {
        ear.wrote(&ClientFrame::History {
            r#ref: 5,
            room: ROOM,
            before: None,
            after: Some(Seq(0)),
            around: None,
            at_ms: None,
            limit: Some(10),
        });
        let ServerFrame::Events { events, .. } = events([1, 2, 4]) else {
            panic!("events");
        };
        hear(
            ear,
            &ServerFrame::History {
                r#ref: 5,
                room: ROOM,
                events,
                states: Vec::new(),
                head: Seq(4),
                more_before: false,
                more_after: false,
            },
        );
    });
    assert!(matches!(
        &records[0],
        Record::Invoke {
            command: Command::History { .. },
            ..
        }
    ));
    let pages: Vec<_> = records
        .iter()
        .filter_map(|record| match record {
            Record::Page { page, .. } => {
                assert_eq!((page.way, page.limit), (Way::After(Seq(0)), 10));
                page.run.as_ref().map(|run| (run.from.0, run.to.0))
            }
            _ => None,
        })
        .collect();
    assert_eq!(pages, [(1, 2), (4, 4)]);
}

#[test]
fn a_text_that_is_no_frame_is_kept_in_part() {
    let records = records(|_, ear| {
        ear.heard(&"x".repeat(10_000));
        hear(ear, &welcome());
    });
    assert!(matches!(&records[0], Record::Odd { text, .. } if text.len() == 300));
    assert!(matches!(&records[1], Record::Welcome { node, .. } if node == "a"));
}

fn welcome() -> ServerFrame {
    ServerFrame::Welcome {
        build: "b".into(),
        node: "a".into(),
        user: User {
            id: ME,
            name: "n".into(),
            display: "n".into(),
        },
        now_ms: 0,
        rooms: Vec::new(),
    }
}

#[test]
fn what_is_told_of_a_room_after_it_was_left_is_written_anew() {
    let typing = ServerFrame::Typing {
        room: ROOM,
        user: UserId(Uuid::from_u128(2)),
        name: "n".into(),
    };
    let ask = |ear: &mut Ear, number| {
        ear.wrote(&ClientFrame::Members {
            r#ref: number,
            room: ROOM,
            q: None,
            after: None,
            limit: None,
        });
    };
    let answer = |ear: &mut Ear, number| {
        hear(
            ear,
            &ServerFrame::Members {
                r#ref: number,
                room: ROOM,
                members: Vec::new(),
                next: None,
            },
        );
    };
    let records = records(|_, ear| {
        hear(ear, &welcome());
        ask(ear, 1);
        answer(ear, 1);
        hear(ear, &typing);
        hear(ear, &typing);
        ask(ear, 2);
        hear(
            ear,
            &ServerFrame::Left {
                room: ROOM,
                seq: Seq(4),
                r#ref: None,
            },
        );
        // Its answer was on its way.
        answer(ear, 2);
        hear(ear, &typing);
        ask(ear, 3);
        answer(ear, 3);
    });
    let kinds: Vec<&str> = records
        .iter()
        .filter_map(|record| match record {
            Record::Typing { .. } => Some("typing"),
            Record::Listed { .. } => Some("listed"),
            Record::Left { .. } => Some("left"),
            _ => None,
        })
        .collect();
    assert_eq!(kinds, ["listed", "typing", "left", "typing", "listed"]);
}
