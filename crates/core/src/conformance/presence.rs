//! The suite of the port `Presence`.

use std::sync::Arc;

use async_trait::async_trait;
use hearth_protocol::{Status, UserId};
use uuid::Uuid;

use crate::port::{NodeName, PRESENCE_USERS_MAX, Presence};

/// An adapter under test.
#[async_trait]
pub trait PresenceBench: Send + Sync {
    /// The board. Called again it gives the same board as another node would see it.
    async fn board(&self) -> Arc<dyn Presence>;

    /// Lets that share of the time to live pass, in percent.
    async fn pass(&self, percent: u32);

    /// Makes the board forget everything, as a flush does.
    async fn flush(&self);
}

/// Makes a test of each promise. `$bench` is an expression, evaluated per test, that gives
/// `Option<impl PresenceBench>`; `None` skips (the expression says why). More attributes of the test, such as a paused
/// clock, stand before it in brackets.
#[macro_export]
macro_rules! presence_conformance {
    ([$($attribute:tt)*] $bench:expr) => {
        $crate::presence_conformance!(@each [$($attribute)*] $bench;
            a_status_shows_on_every_node,
            the_highest_status_shows,
            a_status_fades_unless_it_is_renewed,
            offline_takes_the_own_status_away_at_once,
            the_answer_is_in_the_order_asked,
            a_flush_is_healed_by_the_next_renewal,
            it_is_known_when_somebody_was_last_there,
            a_full_call_fits_and_a_larger_one_is_an_error,
        );
    };
    (@each $attributes:tt $bench:expr; $($promise:ident,)*) => {
        $($crate::presence_conformance!(@one $attributes $bench; $promise);)*
    };
    (@one [$($attribute:tt)*] $bench:expr; $promise:ident) => {
        #[tokio::test($($attribute)*)]
        async fn $promise() {
            if let Some(bench) = $bench {
                $crate::conformance::presence::$promise(&bench).await;
            }
        }
    };
}

fn user(n: u128) -> UserId {
    UserId(Uuid::from_u128(n))
}

fn node(name: &str) -> NodeName {
    NodeName(name.to_owned())
}

async fn set(board: &Arc<dyn Presence>, by: &str, users: &[(UserId, Status)]) {
    board.set(&node(by), users).await.expect("set");
}

async fn get(board: &Arc<dyn Presence>, users: &[UserId]) -> Vec<Status> {
    board.get(users).await.expect("get")
}

/// See the name.
pub async fn a_status_shows_on_every_node(bench: &dyn PresenceBench) {
    let (a, b) = (bench.board().await, bench.board().await);
    assert_eq!(get(&b, &[user(1)]).await, [Status::Offline]);
    set(
        &a,
        "a",
        &[(user(1), Status::Online), (user(2), Status::Away)],
    )
    .await;
    assert_eq!(
        get(&b, &[user(1), user(2)]).await,
        [Status::Online, Status::Away]
    );
    set(&a, "a", &[(user(1), Status::Away)]).await;
    assert_eq!(get(&b, &[user(1)]).await, [Status::Away]);
}

/// See the name.
pub async fn the_highest_status_shows(bench: &dyn PresenceBench) {
    let board = bench.board().await;
    set(&board, "a", &[(user(1), Status::Away)]).await;
    set(&board, "b", &[(user(1), Status::Online)]).await;
    set(&board, "c", &[(user(1), Status::Away)]).await;
    assert_eq!(get(&board, &[user(1)]).await, [Status::Online]);
    set(&board, "c", &[(user(1), Status::DoNotDisturb)]).await;
    assert_eq!(get(&board, &[user(1)]).await, [Status::DoNotDisturb]);
    set(&board, "c", &[(user(1), Status::Away)]).await;
    set(&board, "b", &[(user(1), Status::Offline)]).await;
    assert_eq!(get(&board, &[user(1)]).await, [Status::Away]);
    set(&board, "a", &[(user(1), Status::Offline)]).await;
    set(&board, "c", &[(user(1), Status::Offline)]).await;
    assert_eq!(get(&board, &[user(1)]).await, [Status::Offline]);
}

/// See the name.
pub async fn a_status_fades_unless_it_is_renewed(bench: &dyn PresenceBench) {
    let board = bench.board().await;
    // A dead node's higher status fades and leaves the living node's lower one.
    set(
        &board,
        "dead",
        &[(user(1), Status::Online), (user(2), Status::Online)],
    )
    .await;
    set(&board, "alive", &[(user(1), Status::Away)]).await;
    for _ in 0..4 {
        bench.pass(33).await;
        set(&board, "alive", &[(user(1), Status::Away)]).await;
    }
    assert_eq!(
        get(&board, &[user(1), user(2)]).await,
        [Status::Away, Status::Offline]
    );
    bench.pass(120).await;
    assert_eq!(get(&board, &[user(1)]).await, [Status::Offline]);
}

/// See the name.
pub async fn offline_takes_the_own_status_away_at_once(bench: &dyn PresenceBench) {
    let board = bench.board().await;
    set(&board, "a", &[(user(1), Status::Online)]).await;
    set(&board, "b", &[(user(1), Status::Offline)]).await;
    assert_eq!(get(&board, &[user(1)]).await, [Status::Online]);
    set(&board, "a", &[(user(1), Status::Offline)]).await;
    assert_eq!(get(&board, &[user(1)]).await, [Status::Offline]);
}

/// See the name.
pub async fn the_answer_is_in_the_order_asked(bench: &dyn PresenceBench) {
    let board = bench.board().await;
    set(
        &board,
        "a",
        &[(user(3), Status::Online), (user(1), Status::Away)],
    )
    .await;
    assert_eq!(
        get(&board, &[user(1), user(2), user(3), user(1)]).await,
        [Status::Away, Status::Offline, Status::Online, Status::Away]
    );
    assert_eq!(get(&board, &[]).await, []);
    set(&board, "a", &[]).await;
}

/// See the name.
pub async fn a_flush_is_healed_by_the_next_renewal(bench: &dyn PresenceBench) {
    let board = bench.board().await;
    set(&board, "a", &[(user(1), Status::Online)]).await;
    bench.flush().await;
    assert_eq!(get(&board, &[user(1)]).await, [Status::Offline]);
    set(&board, "a", &[(user(1), Status::Online)]).await;
    assert_eq!(get(&board, &[user(1)]).await, [Status::Online]);
}

/// See the name.
pub async fn it_is_known_when_somebody_was_last_there(bench: &dyn PresenceBench) {
    let board = bench.board().await;
    let unseen = async |users: &[UserId]| board.unseen_ms(users).await.expect("unseen");
    assert_eq!(unseen(&[user(1)]).await, [None]);
    set(&board, "a", &[(user(1), Status::Online)]).await;
    set(&board, "b", &[(user(2), Status::DoNotDisturb)]).await;
    bench.pass(120).await;
    set(&board, "b", &[(user(2), Status::Offline)]).await;
    let [long, short, never] = unseen(&[user(1), user(2), user(3)]).await[..] else {
        panic!("as many as were asked for");
    };
    assert!(long > short && short.is_some(), "{long:?} {short:?}");
    assert_eq!(never, None);
    assert_eq!(get(&board, &[user(1), user(2)]).await, [Status::Offline; 2]);
    bench.flush().await;
    assert_eq!(unseen(&[user(1)]).await, [None]);
}

/// See the name.
pub async fn a_full_call_fits_and_a_larger_one_is_an_error(bench: &dyn PresenceBench) {
    let board = bench.board().await;
    let users: Vec<_> = (0..=PRESENCE_USERS_MAX)
        .map(|n| (user(n as u128), Status::Online))
        .collect();
    let ids: Vec<_> = users.iter().map(|(user, _)| *user).collect();
    set(&board, "a", &users[1..]).await;
    assert_eq!(
        get(&board, &ids[1..]).await,
        vec![Status::Online; PRESENCE_USERS_MAX]
    );
    assert!(board.set(&node("a"), &users).await.is_err());
    assert!(board.get(&ids).await.is_err());
    assert!(board.unseen_ms(&ids).await.is_err());
}
