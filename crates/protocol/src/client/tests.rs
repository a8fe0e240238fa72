//! The machine's promises, one by one: what goes in, what comes out.

use uuid::Uuid;

use super::*;
use crate::{ErrorCode, Event, Ordinal, Own, Retry, Role, RoomKind, RoomSnapshot, ServerFrame};

pub(super) fn room() -> RoomId {
    RoomId(Uuid::from_u128(1))
}

pub(super) fn me() -> UserId {
    UserId(Uuid::from_u128(100))
}

fn other() -> UserId {
    UserId(Uuid::from_u128(200))
}

pub(super) fn id(text: &str) -> SendId {
    SendId::new(text).unwrap()
}

pub(super) fn message(text: &str) -> Body {
    Body::message(text)
}

/// A message by someone else; every event is a message here, so ordinal = seq.
pub(super) fn event(seq: u64) -> Event {
    Event {
        seq: Seq(seq),
        ordinal: Ordinal(seq),
        at_ms: 0,
        by: other(),
        name: "other".into(),
        id: id(&format!("o-{seq}")),
        body: message("m"),
    }
}

fn own(seq: u64, send: &str) -> Event {
    Event {
        by: me(),
        id: id(send),
        ..event(seq)
    }
}

pub(super) fn snapshot(head: u64) -> RoomSnapshot {
    RoomSnapshot {
        id: room(),
        name: "r".into(),
        kind: RoomKind::Public,
        topic: String::new(),
        role: Role::Member,
        members: 2,
        peer: None,
        archived: false,
        slow_seconds: 0,
        rights: crate::Rights::default(),
        avatar: None,
        description: String::new(),
        head: Seq(head),
        ordinal: Ordinal(head),
        mark: Seq(0),
        revision: 0,
        unread: head,
        mentioned: Vec::new(),
    }
}

fn json(frame: &ServerFrame) -> String {
    serde_json::to_string(frame).unwrap()
}

fn welcome(rooms: Vec<RoomSnapshot>) -> String {
    json(&ServerFrame::Welcome {
        build: "b".into(),
        node: "n".into(),
        user: User {
            id: me(),
            name: "me".into(),
            display: "Me".into(),
        },
        now_ms: 0,
        rooms,
    })
}

fn events(events: Vec<Event>) -> String {
    json(&ServerFrame::Events {
        room: room(),
        events,
    })
}

fn ack(send: &str, seq: u64) -> String {
    json(&ServerFrame::Ack {
        room: room(),
        id: id(send),
        seq: Seq(seq),
    })
}

fn refusal(send: &str, code: ErrorCode, retry_after_ms: Option<u64>) -> String {
    json(&ServerFrame::Error {
        r#ref: None,
        room: Some(room()),
        id: Some(id(send)),
        code,
        message: "m".into(),
        retry_after_ms,
    })
}

fn history(r#ref: u64, seqs: std::ops::RangeInclusive<u64>, head: u64) -> String {
    json(&ServerFrame::History {
        r#ref,
        room: room(),
        events: seqs.map(event).collect(),
        states: Vec::new(),
        head: Seq(head),
        more_before: false,
        more_after: false,
    })
}

fn client() -> Client {
    Client::new(Settings::new("d-1".parse().unwrap(), 7))
}

/// A machine that is live, in one room whose log ends at `head`.
fn live(head: u64) -> Client {
    let mut client = client();
    assert_eq!(client.start(0), [Step::Connect]);
    client.opened(0);
    client.heard(0, &welcome(vec![snapshot(head)]));
    client
}

/// Lets the connection end and comes back to a log that ends at `head`; what was written with `hello` is given back.
fn come_back(client: &mut Client, now_ms: u64, head: u64) -> (Vec<Position>, Vec<Step>) {
    client.closed(now_ms, End::Cut);
    let at = client.deadline().unwrap();
    assert_eq!(client.tick(at), [Step::Connect]);
    let hello = client.opened(at);
    let [Step::Write(ClientFrame::Hello { rooms, .. })] = &hello[..] else {
        panic!("{hello:?}");
    };
    let steps = client.heard(at, &welcome(vec![snapshot(head)]));
    (rooms.clone(), steps)
}

fn sent(steps: &[Step]) -> Vec<(String, u64, u64)> {
    steps
        .iter()
        .filter_map(|step| match step {
            Step::Write(ClientFrame::Send { id, after, n, .. }) => {
                Some((id.to_string(), after.0, *n))
            }
            _ => None,
        })
        .collect()
}

fn shown(steps: &[Step]) -> Vec<u64> {
    steps
        .iter()
        .filter_map(|step| match step {
            Step::Show { event, .. } => Some(event.seq.0),
            _ => None,
        })
        .collect()
}

fn settled(steps: &[Step]) -> Vec<(String, Outcome)> {
    steps
        .iter()
        .filter_map(|step| match step {
            Step::Settled { pending, outcome } => Some((pending.id.to_string(), outcome.clone())),
            _ => None,
        })
        .collect()
}

fn asked(steps: &[Step]) -> Vec<(u64, Option<Seq>)> {
    steps
        .iter()
        .filter_map(|step| match step {
            Step::Write(ClientFrame::History { r#ref, after, .. }) => Some((*r#ref, *after)),
            _ => None,
        })
        .collect()
}

fn send(client: &mut Client, now_ms: u64, text: &str) -> Vec<Step> {
    client
        .send(now_ms, room(), id(text), message(text))
        .unwrap()
}

// ---- Connecting.

#[test]
fn it_says_hello_first_and_a_new_room_starts_at_its_end() {
    let mut client = client();
    assert_eq!(client.start(0), [Step::Connect]);
    let hello = client.opened(5);
    let [Step::Write(ClientFrame::Hello { device, rooms, .. })] = &hello[..] else {
        panic!("{hello:?}");
    };
    assert_eq!((device.as_str(), rooms.len()), ("d-1", 0));
    let steps = client.heard(6, &welcome(vec![snapshot(40)]));
    assert!(matches!(steps[0], Step::Welcome { .. }));
    assert!(matches!(steps[1], Step::Room(_)));
    assert_eq!(client.room(room()).unwrap().position(), Seq(40));
    assert_eq!(shown(&client.heard(7, &events(vec![event(41)]))), [41]);
}

#[test]
fn coming_back_says_positions_and_shows_what_was_missed_once() {
    let mut client = live(4);
    client.heard(1, &events(vec![event(5)]));
    let (positions, steps) = come_back(&mut client, 10, 8);
    assert_eq!(
        positions,
        [Position {
            room: room(),
            seq: Seq(5)
        }]
    );
    assert!(shown(&steps).is_empty());
    let steps = client.heard(20, &events(vec![event(5), event(6), event(7), event(8)]));
    assert_eq!(shown(&steps), [6, 7, 8]);
}

#[test]
fn pauses_grow_until_a_connection_has_lived() {
    let mut client = client();
    client.start(0);
    let mut now = 0;
    let mut longest = 0;
    for _ in 0..12 {
        let steps = client.closed(now, End::Cut);
        let [Step::Wait { ms, .. }] = &steps[..] else {
            panic!("{steps:?}");
        };
        longest = longest.max(*ms);
        now += ms;
        assert_eq!(client.tick(now), [Step::Connect]);
    }
    assert!(longest > 2_000 && longest <= 30_000);
    client.opened(now);
    client.heard(now, &welcome(vec![]));
    now += SETTLED_MS;
    client.closed(now, End::Cut);
    let Link::Waiting { until_ms } = client.link() else {
        panic!("{:?}", client.link());
    };
    assert!(until_ms <= now + 500);
}

#[test]
fn a_connection_that_dies_young_does_not_shorten_the_pauses() {
    let mut client = client();
    client.start(0);
    let mut now = 0;
    for _ in 0..12 {
        client.opened(now);
        client.heard(now, &welcome(vec![]));
        client.closed(now, End::Code(CloseCode::Slow.number()));
        now = client.deadline().unwrap();
        client.tick(now);
    }
    assert!(client.backoff.tries() == 12);
}

#[test]
fn a_drain_s_time_is_kept() {
    let mut client = live(0);
    let drain = json(&ServerFrame::Drain { after_ms: 1834 });
    assert_eq!(client.heard(100, &drain), [Step::Drain { ms: 1834 }]);
    let steps = client.closed(200, End::Code(CloseCode::Drain.number()));
    assert!(matches!(steps[..], [Step::Wait { ms: 1834, .. }]));
    assert_eq!(client.deadline(), Some(2034));
}

#[test]
fn close_codes_say_whether_it_comes_back() {
    for code in CloseCode::ALL {
        let mut client = live(0);
        let steps = client.closed(1, End::Code(code.number()));
        match code {
            CloseCode::Slow | CloseCode::Drain | CloseCode::Idle | CloseCode::Lost => {
                assert!(matches!(steps[..], [Step::Wait { .. }]), "{code:?}");
            }
            CloseCode::SignedOut => assert_eq!(steps, [Step::Ended(Ended::SignIn)]),
            CloseCode::Protocol | CloseCode::FrameTooLarge => {
                assert!(
                    matches!(steps[..], [Step::Ended(Ended::Stopped(_))]),
                    "{code:?}"
                );
                assert_eq!(client.deadline(), None);
            }
        }
    }
}

#[test]
fn statuses_of_the_upgrade_say_whether_it_comes_back() {
    for (status, comes_back) in [(401, false), (403, false), (404, false), (429, true)]
        .into_iter()
        .chain([(500, true), (502, true), (503, true)])
    {
        let mut client = client();
        client.start(0);
        client.closed(1, End::Status(status));
        assert_eq!(client.deadline().is_some(), comes_back, "{status}");
        // A person may always try again.
        assert_eq!(client.start(2), [Step::Connect]);
    }
}

#[test]
fn the_time_that_a_refusal_names_is_kept_however_often_it_comes() {
    let mut client = client();
    client.start(0);
    for (round, status) in (0..20).zip([429, 503].into_iter().cycle()) {
        let now = round * 100_000;
        let end = End::answered(status, Some("4"));
        let steps = client.closed(now, end);
        let [Step::Wait { ms, why }] = steps[..] else {
            panic!("{steps:?}");
        };
        assert_eq!(why, end);
        assert!((4_000..=4_500).contains(&ms), "{ms}");
        assert_eq!(client.tick(now + ms), [Step::Connect]);
    }
    assert_eq!(End::answered(503, None), End::Status(503));
    assert_eq!(End::answered(503, Some("soon")), End::Status(503));
    client.closed(0, End::answered(403, Some("4")));
    assert_eq!(
        client.deadline(),
        None,
        "not to come back is not to come back"
    );
}

#[test]
fn silence_is_asked_about_and_then_ends_the_connection() {
    let mut client = live(0);
    assert_eq!(client.deadline(), Some(QUIET_MS));
    assert!(matches!(
        client.tick(QUIET_MS)[..],
        [Step::Write(ClientFrame::Ping { .. })]
    ));
    client.alive(QUIET_MS + 1);
    assert_eq!(client.deadline(), Some(2 * QUIET_MS + 1));
    client.tick(2 * QUIET_MS + 1);
    let end = 2 * QUIET_MS + 1 + SILENT_MS;
    assert_eq!(client.deadline(), Some(end));
    let steps = client.tick(end);
    assert!(matches!(
        steps[..],
        [
            Step::Close,
            Step::Wait {
                why: End::Silent,
                ..
            }
        ]
    ));
}

#[test]
fn a_server_that_never_says_welcome_is_given_up() {
    let mut client = client();
    client.start(0);
    assert!(matches!(client.tick(CONNECT_MS)[0], Step::Close));
    let now = client.deadline().unwrap();
    client.tick(now);
    client.opened(now);
    assert!(matches!(client.tick(now + WELCOME_MS)[0], Step::Close));
}

#[test]
fn stopping_closes_and_nothing_comes_back_until_started() {
    let mut client = live(3);
    assert_eq!(client.stop(), [Step::Close]);
    assert_eq!(client.deadline(), None);
    assert!(client.heard(1, &events(vec![event(4)])).is_empty());
    assert!(client.closed(1, End::Cut).is_empty());
    assert!(client.tick(100_000).is_empty());
    assert_eq!(client.start(100_001), [Step::Connect]);
}

// ---- Positions and holes.

#[test]
fn a_hole_is_asked_for_at_once_and_filled_in_order() {
    let mut client = live(4);
    let steps = client.heard(1, &events(vec![event(7), event(8)]));
    assert!(shown(&steps).is_empty());
    let [(number, Some(Seq(4)))] = asked(&steps)[..] else {
        panic!("{steps:?}");
    };
    // Not twice for one hole.
    assert!(asked(&client.heard(2, &events(vec![event(9)]))).is_empty());
    let steps = client.heard(3, &history(number, 5..=7, 9));
    assert_eq!(shown(&steps), [5, 6, 7, 8, 9]);
    assert!(asked(&steps).is_empty());
}

#[test]
fn a_page_that_does_not_reach_is_followed_by_the_next() {
    let mut client = live(4);
    let steps = client.heard(1, &events(vec![event(9)]));
    let number = asked(&steps)[0].0;
    let steps = client.heard(2, &history(number, 5..=6, 9));
    assert_eq!(shown(&steps), [5, 6]);
    let [(number, Some(Seq(6)))] = asked(&steps)[..] else {
        panic!("{steps:?}");
    };
    assert_eq!(
        shown(&client.heard(3, &history(number, 7..=8, 9))),
        [7, 8, 9]
    );
}

#[test]
fn a_short_read_is_never_skipped_over_but_asked_again() {
    let mut client = live(4);
    let steps = client.heard(1, &events(vec![event(9)]));
    let mut number = asked(&steps)[0].0;
    let mut now = 1;
    for _ in 0..5 {
        #[expect(clippy::reversed_empty_ranges, reason = "an empty page")]
        let steps = client.heard(now, &history(number, 5..=4, 9));
        assert!(shown(&steps).is_empty() && asked(&steps).is_empty());
        now = client.deadline().unwrap();
        let steps = client.tick(now);
        number = asked(&steps)[0].0;
    }
    assert_eq!(
        shown(&client.heard(now, &history(number, 5..=8, 9))).len(),
        5
    );
}

#[test]
fn what_is_not_kept_any_more_is_named() {
    let mut client = live(4);
    let steps = client.heard(1, &events(vec![event(9)]));
    let number = asked(&steps)[0].0;
    let steps = client.heard(2, &history(number, 7..=8, 9));
    let missed = Step::Missed {
        room: room(),
        from: Seq(5),
        to: Seq(6),
    };
    assert!(steps.contains(&missed));
    assert_eq!(shown(&steps), [7, 8, 9]);
}

#[test]
fn an_ack_does_not_move_the_position_but_what_it_says_to_exist_is_asked_for() {
    let mut client = live(4);
    send(&mut client, 0, "a");
    let steps = client.heard(1, &ack("a", 7));
    assert_eq!(settled(&steps), [("a".into(), Outcome::Stored(Seq(7)))]);
    assert_eq!(client.room(room()).unwrap().position(), Seq(4));
    assert!(asked(&steps).is_empty());
    assert_eq!(client.deadline(), Some(1 + GRACE_MS));
    let steps = client.tick(1 + GRACE_MS);
    assert_eq!(asked(&steps).len(), 1);
}

#[test]
fn events_that_come_in_time_are_not_asked_for() {
    let mut client = live(4);
    send(&mut client, 0, "a");
    client.heard(1, &ack("a", 6));
    client.heard(2, &events(vec![event(5), own(6, "a")]));
    assert!(asked(&client.tick(1 + GRACE_MS)).is_empty());
}

#[test]
fn a_gap_is_named_and_the_reader_goes_on_after_it() {
    let mut client = live(4);
    come_back(&mut client, 10, 5000);
    let gap = json(&ServerFrame::Gap {
        room: room(),
        from: Seq(5),
        to: Seq(4950),
    });
    let steps = client.heard(1, &gap);
    assert_eq!(
        steps,
        [Step::Missed {
            room: room(),
            from: Seq(5),
            to: Seq(4950)
        }]
    );
    assert_eq!(shown(&client.heard(2, &events(vec![event(4951)]))), [4951]);
}

#[test]
fn after_a_reset_the_room_begins_at_the_new_end() {
    let mut client = live(40);
    send(&mut client, 0, "sent");
    send(&mut client, 0, "unsent");
    let (_, steps) = come_back(&mut client, 10, 12);
    // The server may only be behind: nothing is decided before it says so.
    assert!(settled(&steps).is_empty());
    let reset = json(&ServerFrame::Reset {
        room: room(),
        head: Seq(12),
    });
    let steps = client.heard(20, &reset);
    assert!(matches!(steps[0], Step::Reset { head: Seq(12), .. }));
    assert!(matches!(
        &settled(&steps)[..],
        [(id, Outcome::Doubtful(_))] if id == "sent"
    ));
    assert_eq!(sent(&steps), [("unsent".into(), 12, 2)]);
    assert_eq!(shown(&client.heard(21, &events(vec![event(13)]))), [13]);
}

#[test]
fn a_room_that_is_gone_from_the_welcome_is_left() {
    let mut client = live(4);
    client.closed(1, End::Cut);
    let at = client.deadline().unwrap();
    client.tick(at);
    client.opened(at);
    let steps = client.heard(at, &welcome(vec![]));
    let left = Step::Left {
        room: room(),
        seq: None,
    };
    assert!(steps.contains(&left));
    assert!(client.room(room()).is_none());
    let refused = client.send(at, room(), id("a"), message("a"));
    assert_eq!(refused, Err(NotTaken::NotMember));
}

#[test]
fn a_room_that_could_not_be_loaded_is_kept_and_goes_on_when_it_is_there() {
    let mut client = live(4);
    send(&mut client, 0, "a");
    send(&mut client, 0, "b");
    client.closed(1, End::Cut);
    let at = client.deadline().unwrap();
    client.tick(at);
    client.opened(at);
    let unloaded = json(&ServerFrame::Error {
        r#ref: None,
        room: Some(room()),
        id: None,
        code: ErrorCode::Unavailable,
        message: "away".into(),
        retry_after_ms: Some(1_000),
    });
    client.heard(at, &unloaded);
    let steps = client.heard(at, &welcome(vec![]));
    assert!(settled(&steps).is_empty() && sent(&steps).is_empty());
    assert_eq!(client.room(room()).unwrap().position(), Seq(4));
    let there = ServerFrame::Room {
        r#ref: None,
        room: snapshot(6),
    };
    let steps = client.heard(at + 10, &json(&there));
    assert!(sent(&steps).is_empty(), "what was missed comes first");
    let steps = client.heard(at + 20, &events(vec![event(5), event(6)]));
    assert_eq!(shown(&steps), [5, 6]);
    assert_eq!(sent(&steps)[0].0, "a");
}

#[test]
fn a_text_that_is_no_frame_is_told_and_does_no_harm() {
    let mut client = live(4);
    assert!(matches!(client.heard(1, "{")[..], [Step::Odd(_)]));
    assert!(client.heard(1, r#"{"type":"dance"}"#).is_empty());
    assert_eq!(shown(&client.heard(2, &events(vec![event(5)]))), [5]);
}

// ---- Sending.

#[test]
fn one_send_of_a_room_is_in_flight_and_the_next_follows_its_ack() {
    let mut client = live(4);
    let steps = send(&mut client, 0, "a");
    // Recorded before it is written.
    assert!(matches!(steps[0], Step::Record(_)));
    assert_eq!(sent(&steps), [("a".into(), 4, 1)]);
    assert!(sent(&send(&mut client, 0, "b")).is_empty());
    client.heard(1, &events(vec![event(5)]));
    let steps = client.heard(2, &ack("a", 6));
    assert_eq!(sent(&steps), [("b".into(), 5, 2)]);
}

#[test]
fn an_event_of_ones_own_settles_as_an_ack_does_and_only_once() {
    let mut client = live(4);
    send(&mut client, 0, "a");
    let steps = client.heard(1, &events(vec![own(5, "a")]));
    assert_eq!(settled(&steps), [("a".into(), Outcome::Stored(Seq(5)))]);
    assert_eq!(shown(&steps), [5]);
    assert!(settled(&client.heard(2, &ack("a", 5))).is_empty());
}

#[test]
fn the_same_id_of_somebody_else_settles_nothing() {
    let mut client = live(4);
    send(&mut client, 0, "o-5");
    assert!(settled(&client.heard(1, &events(vec![event(5)]))).is_empty());
}

#[test]
fn after_coming_back_the_replay_settles_and_the_rest_goes_again_unchanged_in_order() {
    let mut client = live(4);
    send(&mut client, 0, "a");
    client.heard(1, &ack("a", 5));
    client.heard(1, &events(vec![own(5, "a")]));
    send(&mut client, 2, "b");
    send(&mut client, 2, "c");
    let (_, steps) = come_back(&mut client, 10, 6);
    // The replay is not whole yet: nothing goes.
    assert!(sent(&steps).is_empty());
    let steps = client.heard(11, &events(vec![own(6, "b")]));
    assert_eq!(settled(&steps), [("b".into(), Outcome::Stored(Seq(6)))]);
    assert_eq!(sent(&steps), [("c".into(), 6, 3)]);
}

#[test]
fn over_a_gap_a_resend_keeps_its_after_and_what_was_never_sent_follows_the_position() {
    let mut client = live(4);
    send(&mut client, 0, "a");
    send(&mut client, 0, "b");
    come_back(&mut client, 10, 2000);
    let gap = json(&ServerFrame::Gap {
        room: room(),
        from: Seq(5),
        to: Seq(1999),
    });
    assert!(sent(&client.heard(11, &gap)).is_empty());
    let steps = client.heard(12, &events(vec![event(2000)]));
    assert_eq!(sent(&steps), [("a".into(), 4, 1)]);
    let steps = client.heard(13, &ack("a", 900));
    assert_eq!(sent(&steps), [("b".into(), 2000, 2)]);
}

#[test]
fn a_whole_replay_that_does_not_show_it_raises_its_after_and_records_that() {
    let mut client = live(4);
    send(&mut client, 0, "a");
    come_back(&mut client, 10, 6);
    let steps = client.heard(11, &events(vec![event(5), event(6)]));
    let record = steps
        .iter()
        .position(|s| matches!(s, Step::Record(p) if p.after == Some(Seq(6))));
    let write = steps
        .iter()
        .position(|s| matches!(s, Step::Write(ClientFrame::Send { after: Seq(6), .. })));
    assert!(record.unwrap() < write.unwrap());
}

#[test]
fn a_replay_that_does_not_come_holds_sends_up_only_for_a_while() {
    let mut client = live(4);
    send(&mut client, 0, "a");
    come_back(&mut client, 10, 6);
    let mut steps = Vec::new();
    while sent(&steps).is_empty() {
        let at = client.deadline().unwrap();
        assert!(at < 60_000);
        steps = client.tick(at);
    }
    // Not shown, not raised: the replay was not whole.
    assert_eq!(sent(&steps), [("a".into(), 4, 1)]);
}

#[test]
fn what_may_be_retried_is_held_and_goes_again_the_same_before_what_is_behind_it() {
    use ErrorCode::{Busy, Doubtful, Internal, Unavailable};
    for code in [Busy, Doubtful, Unavailable, Internal] {
        let mut client = live(4);
        send(&mut client, 0, "a");
        send(&mut client, 0, "b");
        let steps = client.heard(1, &refusal("a", code, Some(700)));
        let [Step::Held { ms, .. }] = &steps[..] else {
            panic!("{steps:?}");
        };
        assert!((700..=1200).contains(ms));
        client.heard(2, &events(vec![event(5)]));
        assert!(sent(&client.tick(*ms)).is_empty());
        assert_eq!(sent(&client.tick(1 + ms)), [("a".into(), 4, 1)]);
    }
}

#[test]
fn a_held_send_waits_over_a_reconnect_too() {
    let mut client = live(4);
    send(&mut client, 0, "a");
    client.heard(1, &refusal("a", ErrorCode::Busy, Some(20_000)));
    let (_, steps) = come_back(&mut client, 10, 4);
    assert!(sent(&steps).is_empty());
    // Unless the person wants it tried.
    assert_eq!(sent(&client.start(1000)).len(), 1);
}

#[test]
fn what_is_never_retried_is_refused_and_does_not_block_what_is_behind_it() {
    for code in ErrorCode::ALL.iter().filter(|c| c.retry() == Retry::Never) {
        let mut client = live(4);
        send(&mut client, 0, "a");
        send(&mut client, 0, "b");
        let steps = client.heard(1, &refusal("a", *code, None));
        assert!(
            matches!(&settled(&steps)[..], [(id, Outcome::Refused(r))] if id == "a" && r.code == *code)
        );
        assert_eq!(sent(&steps), [("b".into(), 4, 2)]);
    }
}

#[test]
fn too_old_is_for_the_person_to_decide() {
    let mut client = live(4);
    send(&mut client, 0, "a");
    let steps = client.heard(1, &refusal("a", ErrorCode::TooOld, None));
    assert!(matches!(
        &settled(&steps)[..],
        [(_, Outcome::Doubtful(refused))] if refused.code == ErrorCode::TooOld
    ));
    assert_eq!(client.pending().count(), 0);
}

#[test]
fn a_send_given_up_says_whether_it_may_still_appear() {
    let mut client = live(4);
    send(&mut client, 0, "a");
    send(&mut client, 0, "b");
    let was_sent = |steps: &[Step]| match settled(steps)[..] {
        [(_, Outcome::GivenUp { was_sent })] => was_sent,
        _ => panic!("{steps:?}"),
    };
    assert!(!was_sent(&client.give_up(1, room(), &id("b"))));
    assert!(was_sent(&client.give_up(1, room(), &id("a"))));
    assert!(client.give_up(1, room(), &id("a")).is_empty());
}

#[test]
fn in_a_room_that_was_left_the_unsent_is_refused_and_the_sent_still_asked_about() {
    let mut client = live(4);
    send(&mut client, 0, "a");
    send(&mut client, 0, "b");
    let left = json(&ServerFrame::Left {
        room: room(),
        seq: Seq(6),
        r#ref: None,
    });
    let steps = client.heard(1, &left);
    assert!(matches!(&settled(&steps)[..], [(id, Outcome::Refused(_))] if id == "b"));
    client.closed(2, End::Cut);
    let at = client.deadline().unwrap();
    client.tick(at);
    client.opened(at);
    let steps = client.heard(at, &welcome(vec![]));
    assert_eq!(sent(&steps), [("a".into(), 4, 1)]);
    assert_eq!(
        settled(&client.heard(at, &ack("a", 5))),
        [("a".into(), Outcome::Stored(Seq(5)))]
    );
}

#[test]
fn an_unanswered_send_goes_again_on_a_living_connection() {
    let mut client = live(4);
    send(&mut client, 0, "a");
    client.alive(outbox::ANSWER_MS - 1);
    assert_eq!(sent(&client.tick(outbox::ANSWER_MS)), [("a".into(), 4, 1)]);
}

#[test]
fn what_was_saved_goes_on_in_another_process() {
    let mut client = live(4);
    send(&mut client, 0, "a");
    send(&mut client, 0, "b");
    let saved: Saved =
        serde_json::from_str(&serde_json::to_string(&client.saved()).unwrap()).unwrap();
    let mut again = Client::resume(Settings::new("d-1".parse().unwrap(), 8), saved);
    again.start(0);
    again.opened(0);
    again.heard(0, &welcome(vec![snapshot(5)]));
    let steps = again.heard(1, &events(vec![own(5, "a")]));
    assert_eq!(settled(&steps), [("a".into(), Outcome::Stored(Seq(5)))]);
    assert_eq!(sent(&steps), [("b".into(), 5, 2)]);
}

// ---- Requests, marks, the rest.

#[test]
fn a_request_is_answered_once_over_as_many_connections_as_it_takes() {
    let mut client = live(4);
    let (number, steps) = client.ask(0, Ask::JoinByName("x".into())).unwrap();
    assert_eq!(steps.len(), 1);
    let (_, steps) = come_back(&mut client, 10, 4);
    assert!(
        steps
            .iter()
            .any(|s| matches!(s, Step::Write(ClientFrame::Join { r#ref, .. }) if *r#ref == number))
    );
    let mut joined = snapshot(9);
    joined.id = RoomId(Uuid::from_u128(2));
    let frame = json(&ServerFrame::Room {
        r#ref: Some(number),
        room: joined.clone(),
    });
    let steps = client.heard(20, &frame);
    assert!(steps.contains(&Step::Room(joined.clone())));
    assert!(steps.contains(&Step::Answer {
        number,
        answer: Ok(Answer::Room(joined))
    }));
    assert!(client.heard(21, &frame).is_empty());
}

#[test]
fn a_refused_request_is_tried_again_if_that_helps_and_told_in_the_end() {
    let mut client = live(4);
    let (number, _) = client.ask(0, Ask::Direct("x".into())).unwrap();
    let error = |code| {
        json(&ServerFrame::Error {
            r#ref: Some(number),
            room: None,
            id: None,
            code,
            message: "m".into(),
            retry_after_ms: None,
        })
    };
    let mut tries = 1;
    loop {
        let steps = client.heard(0, &error(ErrorCode::Busy));
        if let [Step::Answer { answer: Err(r), .. }] = &steps[..] {
            assert_eq!(r.code, ErrorCode::Busy);
            break;
        }
        assert!(
            client
                .tick(40_000 * tries)
                .iter()
                .any(|s| matches!(s, Step::Write(ClientFrame::Direct { .. })))
        );
        client.alive(40_000 * tries);
        tries += 1;
    }
    assert_eq!(tries, 6);

    let (number, _) = client.ask(0, Ask::Direct("y".into())).unwrap();
    let steps = client.heard(
        0,
        &error(ErrorCode::NotFound).replace("\"ref\":1", &format!("\"ref\":{number}")),
    );
    assert!(matches!(steps[..], [Step::Answer { answer: Err(_), .. }]));
}

#[test]
fn requests_are_bounded_in_flight_and_waiting() {
    let mut client = live(4);
    let mut written = 0;
    for _ in 0..ASKS_MAX {
        let (_, steps) = client.ask(0, Ask::Direct("x".into())).unwrap();
        written += steps.len();
    }
    assert_eq!(written, ASKS_IN_FLIGHT_MAX);
    assert_eq!(client.ask(0, Ask::Direct("x".into())), Err(NotTaken::Full));
}

#[test]
fn read_marks_are_coalesced_and_count_down_at_once() {
    let mut client = live(0);
    client.heard(0, &events(vec![event(1), event(2), event(3)]));
    assert_eq!(client.room(room()).unwrap().unread(), 3);
    let steps = client.read(10, room(), Seq(1));
    assert!(steps.contains(&Step::Unread {
        room: room(),
        unread: 2,
        mentions: 0
    }));
    let marks = |steps: &[Step]| {
        let is_mark = |s: &&Step| matches!(s, Step::Write(ClientFrame::Mark { .. }));
        steps.iter().filter(is_mark).count()
    };
    assert_eq!(marks(&steps), 1);
    assert_eq!(marks(&client.read(20, room(), Seq(2))), 0);
    assert_eq!(marks(&client.read(30, room(), Seq(3))), 0);
    assert_eq!(client.deadline(), Some(10 + MARK_MS));
    assert_eq!(
        client.tick(10 + MARK_MS),
        [Step::Write(ClientFrame::Mark {
            room: room(),
            seq: Seq(3),
            back: false
        })]
    );
}

#[test]
fn a_mark_lost_with_the_connection_goes_again() {
    let mut client = live(0);
    client.heard(0, &events(vec![event(1), event(2)]));
    client.read(10, room(), Seq(2));
    let (_, steps) = come_back(&mut client, 5000, 2);
    assert!(
        steps
            .iter()
            .any(|s| matches!(s, Step::Write(ClientFrame::Mark { seq: Seq(2), .. })))
    );
}

#[test]
fn presence_is_repeated_on_every_connection() {
    let mut client = live(0);
    assert_eq!(client.presence(Status::Online, vec![other()]).len(), 1);
    let (_, steps) = come_back(&mut client, 10, 0);
    assert!(
        steps
            .iter()
            .any(|s| matches!(s, Step::Write(ClientFrame::Presence { .. })))
    );
}

#[test]
fn the_same_inputs_give_the_same_steps() {
    let run = || {
        let mut client = live(4);
        let mut all = send(&mut client, 0, "a");
        for now in 0..20 {
            all.extend(client.closed(now * 100_000, End::Cut));
            all.extend(client.tick(now * 100_000 + 50_000));
        }
        all
    };
    assert_eq!(run(), run());
}

#[test]
fn a_gap_forbids_raising_for_good() {
    let mut client = live(4);
    send(&mut client, 0, "a");
    come_back(&mut client, 10, 2000);
    let gap = json(&ServerFrame::Gap {
        room: room(),
        from: Seq(5),
        to: Seq(1999),
    });
    client.heard(11, &gap);
    // The next resume is whole, but "a" may lie in the gap before it.
    let (_, _) = come_back(&mut client, 20, 2001);
    let steps = client.heard(1000, &events(vec![event(2000), event(2001)]));
    assert_eq!(sent(&steps), [("a".into(), 4, 1)]);
}

// ---- What is the person's own.

fn draft(text: &str) -> crate::Own {
    crate::Own::Draft {
        room: room(),
        text: text.into(),
        reply_to: None,
        at_ms: None,
    }
}

fn told(r#ref: Option<u64>, version: u64, own: Vec<crate::Own>) -> String {
    json(&ServerFrame::Own {
        r#ref,
        version,
        own,
    })
}

/// The numbers of the requests for one's own among the steps.
fn own_asked(steps: &[Step]) -> Vec<u64> {
    let number = |step: &Step| match step {
        Step::Write(ClientFrame::Own { r#ref, .. }) => Some(*r#ref),
        _ => None,
    };
    steps.iter().filter_map(number).collect()
}

/// A connection that follows the person's own, and the number of its request for it.
fn following() -> (Client, u64) {
    let mut settings = Settings::new("d".parse().unwrap(), 1);
    settings.follows_own = true;
    let mut client = Client::new(settings);
    client.start(0);
    client.opened(0);
    let steps = client.heard(0, &welcome(vec![snapshot(0)]));
    let asked = own_asked(&steps);
    assert_eq!(asked.len(), 1);
    (client, asked[0])
}

#[test]
fn what_is_ones_own_is_asked_for_once_and_follows_its_changes() {
    let (mut client, number) = following();
    // Before the whole is known, a change says only that it must be in it.
    client.heard(1, &told(None, 5, vec![draft("early")]));
    assert_eq!(client.own().count(), 0);
    let asked = own_asked(&client.heard(2, &told(Some(number), 4, vec![draft("a")])));
    assert_eq!(asked.len(), 1);
    client.heard(2, &told(Some(asked[0]), 5, vec![draft("a")]));
    client.heard(3, &told(None, 5, vec![draft("old")]));
    assert_eq!(client.own_of(draft("").key()), Some(&draft("a")));
    let steps = client.heard(4, &told(None, 6, vec![draft("b")]));
    assert!(steps.contains(&Step::Own(vec![draft("b")])));
    client.heard(5, &told(None, 7, vec![draft("")]));
    assert_eq!(client.own().count(), 0);
}

#[test]
fn a_change_that_was_missed_is_found_by_the_next_and_by_the_bare_word_of_it() {
    let (mut client, number) = following();
    client.heard(1, &told(Some(number), 5, vec![draft("a")]));
    let asked = own_asked(&client.heard(2, &told(None, 7, vec![draft("c")])));
    assert_eq!(asked.len(), 1);
    // While it is asked, it is not asked again.
    assert!(own_asked(&client.heard(3, &told(None, 8, vec![draft("d")]))).is_empty());
    client.heard(4, &told(Some(asked[0]), 8, vec![draft("d")]));
    let asked = own_asked(&client.heard(5, &told(None, 9, Vec::new())));
    assert_eq!(asked.len(), 1);
    client.heard(6, &told(Some(asked[0]), 9, vec![draft("e")]));
    assert_eq!(client.own_of(draft("").key()), Some(&draft("e")));
}

#[test]
fn who_does_not_follow_their_own_asks_for_nothing_of_it() {
    let mut client = live(0);
    let steps = client.heard(1, &told(None, 9, vec![draft("a")]));
    assert!(own_asked(&steps).is_empty() && client.own().count() == 0);
}

fn threads(r#ref: u64, threads: Vec<crate::Thread>, next: Option<&str>) -> String {
    json(&ServerFrame::Threads {
        r#ref,
        unread: 0,
        threads,
        next: next.map(str::to_owned),
    })
}

fn thread(root: u64, last: u64, read: u64, unread: &[u64]) -> crate::Thread {
    crate::Thread {
        room: room(),
        root: Seq(root),
        message: None,
        state: None,
        messages: 9,
        last: Seq(last),
        last_ms: 0,
        following: true,
        read: Seq(read),
        unread: unread.iter().map(|seq| Seq(*seq)).collect(),
    }
}

/// A message by someone else in the thread that begins at `root`, which that user wrote.
fn in_thread(seq: u64, root: u64, by: UserId, names: &[UserId]) -> Event {
    let mentions = crate::Mentions {
        users: names.to_vec(),
        everyone: None,
    };
    Event {
        ordinal: Ordinal(10),
        body: Body::Message {
            text: "m".into(),
            reply_to: None,
            mentions: Some(Box::new(mentions)),
            forward: None,
            thread: Some(Box::new(crate::InThread {
                root: Seq(root),
                by,
            })),
            attachments: Box::default(),
        },
        ..event(seq)
    }
}

fn threads_asked(steps: &[Step]) -> Vec<(u64, Option<String>)> {
    let asked = |step: &Step| match step {
        Step::Write(ClientFrame::Threads { r#ref, after, .. }) => Some((*r#ref, after.clone())),
        _ => None,
    };
    steps.iter().filter_map(asked).collect()
}

/// A connection that follows threads, in one room whose log ends at 10, with this list of them.
fn with_threads(list: Vec<crate::Thread>) -> Client {
    let mut settings = Settings::new("d".parse().unwrap(), 1);
    (settings.follows_own, settings.follows_threads) = (true, true);
    let mut client = Client::new(settings);
    client.start(0);
    client.opened(0);
    let steps = client.heard(0, &welcome(vec![snapshot(10)]));
    let own = own_asked(&steps)[0];
    client.heard(0, &told(Some(own), 1, Vec::new()));
    let asked = threads_asked(&steps);
    assert_eq!(asked.len(), 1);
    client.heard(0, &threads(asked[0].0, list, None));
    client
}

/// Roots, with up to where they are read and how much is unread.
fn followed(client: &Client) -> Vec<(u64, u64, u64)> {
    let all = client.threads();
    all.map(|(_, root, thread)| (root.0, thread.read.0, thread.unread()))
        .collect()
}

fn read_own(root: u64, seq: u64, at: u64) -> Own {
    Own::Read {
        room: room(),
        root: Seq(root),
        seq: Seq(seq),
        back: false,
        at: Seq(at),
    }
}

#[test]
fn what_is_unread_in_threads_follows_from_the_rooms_events() {
    let mut client = with_threads(vec![thread(2, 9, 5, &[7, 9])]);
    assert_eq!(followed(&client), [(2, 5, 2)]);
    // One that the list has counted, one more, and one in a thread that is not followed.
    let new = [(11, 2), (12, 3)].map(|(seq, root)| in_thread(seq, root, other(), &[]));
    let steps = client.heard(1, &events(new.to_vec()));
    let step = Step::Thread {
        room: room(),
        root: Seq(2),
        unread: 3,
    };
    assert!(steps.contains(&step), "{steps:?}");
    assert_eq!(followed(&client), [(2, 5, 3)]);
    assert_eq!(client.room(room()).unwrap().unread(), 10, "not in the room");
    // A deletion takes one away, and only once.
    let delete = |seq: u64, target: u64| Event {
        ordinal: Ordinal(10),
        body: Body::Delete {
            target: Seq(target),
        },
        ..event(seq)
    };
    client.heard(2, &events(vec![delete(13, 7), delete(14, 7)]));
    assert_eq!(followed(&client), [(2, 5, 2)]);
    // What one writes there is read up to, and does not move the room's mark.
    let mine = Event {
        by: me(),
        ..in_thread(15, 2, other(), &[])
    };
    client.heard(3, &events(vec![mine]));
    assert_eq!(followed(&client), [(2, 15, 0)]);
    assert_eq!(client.room(room()).unwrap().read_to(), Seq(0));
    // Marks of another device, and one that is set back, which only the server can count.
    client.heard(4, &events(vec![in_thread(16, 2, other(), &[])]));
    client.heard(5, &told(None, 2, vec![read_own(2, 16, 0)]));
    assert_eq!(followed(&client), [(2, 16, 0)]);
    let steps = client.heard(6, &told(None, 3, vec![read_own(2, 9, 16)]));
    let asked = threads_asked(&steps);
    assert_eq!(asked.len(), 1);
    client.heard(
        7,
        &threads(asked[0].0, vec![thread(2, 16, 9, &[11, 16])], None),
    );
    assert_eq!(followed(&client), [(2, 9, 2)]);
}

#[test]
fn who_is_drawn_into_a_thread_follows_it_from_there() {
    let mut client = with_threads(Vec::new());
    let new = [
        in_thread(11, 2, other(), &[]),
        in_thread(12, 2, other(), &[me()]),
        in_thread(13, 3, me(), &[]),
        in_thread(14, 2, other(), &[]),
    ];
    client.heard(1, &events(new.to_vec()));
    assert_eq!(followed(&client), [(2, 11, 2), (3, 2, 1)]);
    // What was said about it stands first.
    let follow = |version: u64, on: Option<bool>| {
        let own = Own::Follow {
            room: room(),
            root: Seq(2),
            on,
            since: Seq(0),
        };
        told(None, version, vec![own])
    };
    let asked = threads_asked(&client.heard(2, &follow(2, Some(false))));
    client.heard(3, &threads(asked[0].0, vec![thread(3, 13, 2, &[13])], None));
    assert_eq!(followed(&client), [(3, 2, 1)]);
    client.heard(4, &events(vec![in_thread(15, 2, other(), &[me()])]));
    assert_eq!(followed(&client), [(3, 2, 1)]);
}

#[test]
fn who_followed_a_thread_by_hand_is_drawn_into_it_as_who_never_did() {
    let follow = |version: u64, on: Option<bool>, since: u64| {
        let own = Own::Follow {
            room: room(),
            root: Seq(2),
            on,
            since: Seq(since),
        };
        told(None, version, vec![own])
    };
    let drawn_in = || events(vec![in_thread(11, 2, other(), &[me()])]);
    let mut client = with_threads(Vec::new());
    let asked = threads_asked(&client.heard(1, &follow(2, Some(true), 8)));
    let listed = vec![thread(2, 9, 8, &[9])];
    client.heard(2, &threads(asked[0].0, listed, None));
    // Who still follows it has missed nothing.
    let mut following = client.clone();
    following.heard(3, &drawn_in());
    assert_eq!(followed(&following), [(2, 8, 2)]);
    // Who does not any more has that to read which did it.
    let asked = threads_asked(&client.heard(3, &follow(3, None, 0)));
    client.heard(4, &threads(asked[0].0, Vec::new(), None));
    assert_eq!(followed(&client), []);
    client.heard(5, &drawn_in());
    assert_eq!(followed(&client), [(2, 10, 1)]);
}

#[test]
fn a_long_list_is_read_page_by_page_and_its_first_page_once_more() {
    let mut client = with_threads(Vec::new());
    // A gap may hide anything.
    let gap = json(&ServerFrame::Gap {
        room: room(),
        from: Seq(11),
        to: Seq(20),
    });
    let asked = threads_asked(&client.heard(1, &gap));
    assert_eq!((asked.len(), &asked[0].1), (1, &None));
    let first = vec![thread(5, 19, 1, &[19])];
    let asked = threads_asked(&client.heard(2, &threads(asked[0].0, first, Some("x"))));
    assert_eq!(asked[0].1.as_deref(), Some("x"));
    let second = vec![thread(4, 12, 1, &[12])];
    let asked = threads_asked(&client.heard(3, &threads(asked[0].0, second, None)));
    assert_eq!(
        (asked.len(), &asked[0].1),
        (1, &None),
        "what moved meanwhile"
    );
    let moved = vec![thread(6, 20, 1, &[20]), thread(5, 19, 1, &[19])];
    let asked = threads_asked(&client.heard(4, &threads(asked[0].0, moved, Some("y"))));
    assert!(asked.is_empty());
    assert_eq!(followed(&client), [(4, 1, 1), (5, 1, 1), (6, 1, 1)]);
}

#[test]
fn what_came_is_said_to_be_delivered_once_a_second_unless_it_is_read_or_nobody_is_to_know() {
    let mut settings = Settings::new("d".parse().unwrap(), 1);
    (settings.follows_own, settings.tells_delivered) = (true, true);
    let mut client = Client::new(settings);
    client.start(0);
    client.opened(0);
    let own = own_asked(&client.heard(0, &welcome(vec![snapshot(10)])))[0];
    client.heard(0, &told(Some(own), 1, Vec::new()));
    let delivered = |steps: &[Step]| -> Vec<u64> {
        let seq = |step: &Step| match step {
            Step::Write(ClientFrame::Delivered { seq, .. }) => Some(seq.0),
            _ => None,
        };
        steps.iter().filter_map(seq).collect()
    };
    assert_eq!(delivered(&client.heard(1, &events(vec![event(11)]))), [11]);
    let new = vec![event(12), event(13)];
    assert!(delivered(&client.heard(2, &events(new))).is_empty());
    assert_eq!(client.deadline(), Some(1 + MARK_MS));
    assert_eq!(delivered(&client.tick(1 + MARK_MS)), [13]);
    // What is read was delivered, and one's own needs no telling.
    client.heard(1_100, &events(vec![event(14), own_event(15)]));
    client.read(1_100, room(), Seq(15));
    assert!(delivered(&client.tick(2_100)).is_empty());
    let off = Own::Receipts { on: false };
    client.heard(3_000, &told(None, 2, vec![off]));
    assert!(delivered(&client.heard(4_000, &events(vec![event(16)]))).is_empty());
}

fn own_event(seq: u64) -> Event {
    own(seq, &format!("mine-{seq}"))
}
