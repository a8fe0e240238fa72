//! Messages for later as they are kept, and the book of those that are due.

use uuid::Uuid;

use super::*;

/// Now.
const NOW: u64 = 1_700_000_000_000;
/// In two minutes.
const SOON: u64 = NOW + 2 * MINUTE_MS;

fn id(n: u128) -> ScheduledId {
    ScheduledId(Uuid::from_u128(n))
}

fn later(n: u128, at_ms: u64, text: &str) -> Own {
    Own::Scheduled {
        id: id(n),
        room: RoomId(Uuid::from_u128(1)),
        at_ms,
        text: text.into(),
        reply_to: None,
        mentions: None,
        thread: None,
        attachments: Box::default(),
        state: ScheduledState::Waiting,
        reason: String::new(),
    }
}

fn set(all: &mut Scheduled, own: &Own) -> Result<(), ErrorCode> {
    all.set(own, NOW).map_err(|refusal| refusal.code)
}

fn state_of(all: &Scheduled, n: u128) -> Option<ScheduledState> {
    match all.get(id(n)).map(Later::shown) {
        Some(Own::Scheduled { state, .. }) => Some(state),
        _ => None,
    }
}

#[test]
fn a_message_is_scheduled_changed_and_cancelled_within_its_bounds() {
    let mut all = Scheduled::default();
    for bad in [NOW, NOW + MINUTE_MS - 1, NOW + SCHEDULED_AHEAD_MS_MAX + 1] {
        let refused = set(&mut all, &later(1, bad, "t"));
        assert_eq!(refused, Err(ErrorCode::BadRequest));
    }
    let long = later(1, SOON, &"x".repeat(TEXT_BYTES_MAX + 1));
    assert_eq!(set(&mut all, &long), Err(ErrorCode::TooLarge));
    set(&mut all, &later(1, SOON, "one")).unwrap();
    set(&mut all, &later(2, NOW + MINUTE_MS, "two")).unwrap();
    set(&mut all, &later(1, SOON + 1, "other")).unwrap();
    let shown = [
        later(2, NOW + MINUTE_MS, "two"),
        later(1, SOON + 1, "other"),
    ];
    assert_eq!(all.shown(), shown);
    set(&mut all, &later(2, 0, "")).unwrap();
    assert_eq!(all.shown(), shown[1..]);
    // The same again does no harm, and does not bring it back.
    set(&mut all, &later(2, 0, "")).unwrap();
    let back = set(&mut all, &later(2, SOON, "two"));
    assert_eq!(back, Err(ErrorCode::NotFound));
    for n in 10..9 + SCHEDULED_MAX as u128 {
        set(&mut all, &later(n, SOON, "t")).unwrap();
    }
    assert_eq!(set(&mut all, &later(999, SOON, "t")), Err(ErrorCode::Full));
    set(&mut all, &later(10, 0, "")).unwrap();
    set(&mut all, &later(999, SOON, "t")).unwrap();
}

#[test]
fn the_same_again_is_taken_also_when_its_time_is_near_or_it_is_being_sent() {
    let mut all = Scheduled::default();
    let own = later(1, SOON, "t");
    set(&mut all, &own).unwrap();
    all.set(&own, SOON - 1).unwrap();
    assert!(all.begin(id(1), SOON / MINUTE_MS, Seq(4), SOON));
    all.set(&own, SOON).unwrap();
    let mut busy = |own| all.set(&own, SOON).unwrap_err().code;
    assert_eq!(busy(later(1, SOON, "changed")), ErrorCode::Busy);
    assert_eq!(busy(later(1, 0, "")), ErrorCode::Busy);
}

#[test]
fn a_position_is_kept_from_the_first_try_to_the_last() {
    let mut all = Scheduled::default();
    set(&mut all, &later(1, SOON, "t")).unwrap();
    let minute = SOON / MINUTE_MS;
    let next = |all: &Scheduled, minute, wall_ms| all.get(id(1)).unwrap().next(minute, wall_ms);
    assert_eq!(next(&all, minute, SOON - 1), Next::Wait);
    assert_eq!(next(&all, minute, SOON), Next::Begin);
    assert_eq!(next(&all, minute + 1, SOON), Next::Nothing);
    assert!(all.begin(id(1), minute, Seq(4), SOON));
    // A second node, which came later: the first position stands.
    assert!(!all.begin(id(1), minute, Seq(9), SOON));
    assert_eq!(next(&all, minute, SOON), Next::Send(Seq(4)));
    let mut pauses = Vec::new();
    for tries in 0..6 {
        assert!(all.put_off(id(1), minute + tries, minute + tries + 1));
        pauses.push(all.get(id(1)).unwrap().pause_min(None));
    }
    assert_eq!(pauses, [2, 4, 8, 15, 15, 15]);
    let found = all.get(id(1)).unwrap().clone();
    assert_eq!(found.pause_min(Some(3_600_000)), 60);
    assert!(!all.put_off(id(1), minute, minute + 9), "it has moved on");
    let day_after = SOON + TRIED_MS + 1;
    assert_eq!(next(&all, minute + 6, SOON + TRIED_MS), Next::Send(Seq(4)));
    assert_eq!(next(&all, minute + 6, day_after), Next::GiveUp);
    all.settle(&found, &Settled::Doubtful("a day".into()));
    assert_eq!(state_of(&all, 1), Some(ScheduledState::Doubtful));
    assert_eq!(next(&all, minute + 6, day_after), Next::Nothing);
}

#[test]
fn what_failed_stays_until_its_user_composes_it_anew_as_another_send() {
    let mut all = Scheduled::default();
    set(&mut all, &later(1, SOON, "t")).unwrap();
    let minute = SOON / MINUTE_MS;
    assert!(all.begin(id(1), minute, Seq(4), SOON));
    let tried = all.get(id(1)).unwrap().clone();
    all.settle(&tried, &Settled::Failed("archived".into()));
    assert_eq!(state_of(&all, 1), Some(ScheduledState::Failed));
    let text = serde_json::to_string(&all).unwrap();
    assert_eq!(serde_json::from_str::<Scheduled>(&text).unwrap(), all);
    set(&mut all, &later(1, SOON, "t")).unwrap();
    assert_eq!(state_of(&all, 1), Some(ScheduledState::Waiting));
    let anew = all.get(id(1)).unwrap().clone();
    assert_ne!(anew.send_id(), tried.send_id());
    // A late word about the first try says nothing about the second.
    all.settle(&tried, &Settled::Sent);
    assert_eq!(state_of(&all, 1), Some(ScheduledState::Waiting));
    all.settle(&anew, &Settled::Sent);
    assert_eq!(state_of(&all, 1), None);
    assert_eq!(
        set(&mut all, &later(1, SOON, "t")),
        Err(ErrorCode::NotFound)
    );
}

fn due(n: u128, at_ms: u64) -> Due {
    Due {
        user: UserId(Uuid::from_u128(7)),
        id: id(n),
        room: RoomId(Uuid::from_u128(1)),
        at_ms,
    }
}

/// Closes a minute and reads what there is, as a node does.
fn turn(
    book: &mut Book,
    position: &mut Position,
    minute: u64,
    there: &[(Bucket, Due)],
) -> Vec<Bucket> {
    let before = *position;
    position.close(minute, book.done());
    let read = book.to_read(before, minute);
    for bucket in &read {
        let held = there.iter().filter(|(at, _)| at == bucket);
        book.has_read(*bucket, held.map(|(_, due)| *due).collect());
    }
    read
}

#[test]
fn buckets_are_read_from_where_all_before_was_seen_empty() {
    let (mut book, mut position) = (Book::default(), Position::default());
    assert_eq!(turn(&mut book, &mut position, 100, &[]).len(), 8);
    assert_eq!((position.closed, position.done), (100, 99));
    let held = [(Bucket::of(101, id(3)), due(3, 101 * MINUTE_MS + 5))];
    assert_eq!(turn(&mut book, &mut position, 101, &held).len(), 8);
    assert_eq!((position.closed, position.done), (101, 100));
    assert!(book.due(101 * MINUTE_MS + 4).is_empty());
    assert_eq!(book.due(101 * MINUTE_MS + 5), held);
    // What is left is read again, and nobody says that it is done.
    assert_eq!(turn(&mut book, &mut position, 102, &held).len(), 9);
    turn(&mut book, &mut position, 103, &held);
    assert_eq!((position.closed, position.done), (103, 100));
    // A node that begins reads from there; once it is empty all go on.
    let mut second = Book::default();
    assert_eq!(turn(&mut second, &mut position, 103, &held).len(), 3 * 8);
    turn(&mut second, &mut position, 104, &[]);
    turn(&mut second, &mut position, 105, &[]);
    assert_eq!((position.closed, position.done), (105, 104));
}

#[test]
fn after_a_long_absence_minutes_are_read_some_at_a_time() {
    let mut position = Position {
        closed: 100,
        done: 100,
    };
    let mut book = Book::default();
    let mut turns = 0;
    while book.is_behind(1_100) {
        turn(&mut book, &mut position, 1_100, &[]);
        turns += 1;
    }
    assert_eq!(turns, 5);
    assert_eq!(book.done(), 1_100);
}

#[test]
fn a_clock_that_was_far_ahead_closes_nothing_for_good() {
    let (mut right, mut wrong) = (Book::default(), Book::default());
    let mut position = Position::default();
    turn(&mut right, &mut position, 100, &[]);
    turn(&mut wrong, &mut position, 9_000, &[]);
    turn(&mut wrong, &mut position, 9_000, &[]);
    assert_eq!(position.closed, 9_000);
    turn(&mut right, &mut position, 101, &[]);
    assert_eq!((position.closed, position.done), (101, 101));
    // What is put there now is found, by the one whose clock was wrong too.
    let held = [(Bucket::of(102, id(3)), due(3, 102 * MINUTE_MS))];
    turn(&mut wrong, &mut position, 102, &held);
    assert_eq!(wrong.due(102 * MINUTE_MS), held);
    turn(&mut right, &mut position, 102, &held);
    assert_eq!(right.due(102 * MINUTE_MS), held);
}
