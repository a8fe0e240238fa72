//! The core's nodes over the real stores: what they and their clients hold is what a count of the log gives, and a room of
//! very many costs what a small one does. The runs are the core's own, in which time is paused; it stands while a store is
//! asked.
//!
//! `HEARTH_SEED` repeats a run, but for the order in which a store answers what it is asked at once.
#![cfg(all(feature = "cassandra", feature = "embedded"))]
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[path = "../../../core/tests/node/crowd.rs"]
mod crowd;
#[path = "../../../core/tests/node/kit.rs"]
#[expect(dead_code, reason = "the kit has more than is needed here")]
mod kit;
#[path = "../cassandra/place.rs"]
#[expect(dead_code, reason = "the other tests' nodes")]
mod place;
#[path = "../../../core/tests/node/recount.rs"]
mod recount;
mod still;

use hearth_backends::{
    cassandra::{Cassandra, migrate},
    embedded::{self, Embedded},
};
use hearth_core::port::Store;
use place::Place;
use recount::run;
use still::Still;
use tokio::runtime::{Builder, Runtime};

/// The events of one bucket, so few that there are many.
const BUCKET: u64 = 16;

/// Runs a test in paused time on a store that is opened in real time.
fn over<S: Store + 'static>(open: impl Future<Output = S>, test: impl AsyncFnOnce(Still<S>)) {
    let real = Runtime::new().unwrap();
    let store = Still::new(real.block_on(open), real.handle().clone());
    let mut paused = Builder::new_current_thread();
    let paused = paused.enable_all().start_paused(true).build().unwrap();
    paused.block_on(test(store));
}

async fn cassandra(place: &Place) -> Cassandra {
    let options = place.options(BUCKET);
    migrate(&options).await.unwrap();
    Cassandra::connect(&options).await.unwrap()
}

/// Counts one world after acts by chance: twice, for what is asked of a real store takes its time.
async fn counted<S: Store + 'static>(store: Still<S>) {
    let seed = std::env::var("HEARTH_SEED").ok();
    let seed: u64 = seed.map_or_else(rand::random, |seed| seed.parse().unwrap());
    println!("HEARTH_SEED={seed} repeats this");
    let store = std::cell::Cell::new(Some(store));
    let once = async || store.take().unwrap();
    let unseen = run(seed..=seed, 2, once).await;
    println!("never came about: {unseen:?}");
}

async fn costs<S: Store + 'static>(store: Still<S>) {
    let calls = |store: &Still<S>| (store.calls("append"), store.calls("read"));
    crowd::costs_what_one_to_two_does(store, calls).await;
}

#[test]
fn what_nodes_hold_over_the_embedded_store_is_what_a_count_from_the_log_gives() {
    let folder = tempfile::tempdir().unwrap();
    let open = async { Embedded::open(folder.path(), embedded::Options::default()).unwrap() };
    over(open, counted);
}

#[test]
fn what_nodes_hold_over_cassandra_is_what_a_count_from_the_log_gives() {
    let test = "what_nodes_hold_over_cassandra_is_what_a_count_from_the_log_gives";
    if let Some(place) = Place::one(test) {
        over(cassandra(&place), counted);
    }
}

#[test]
fn a_message_to_a_hundred_thousand_costs_the_embedded_store_what_one_to_two_does() {
    let folder = tempfile::tempdir().unwrap();
    let open = async { Embedded::open(folder.path(), embedded::Options::default()).unwrap() };
    over(open, costs);
}

#[test]
fn a_message_to_a_hundred_thousand_costs_cassandra_what_one_to_two_does() {
    let test = "a_message_to_a_hundred_thousand_costs_cassandra_what_one_to_two_does";
    if let Some(place) = Place::one(test) {
        over(cassandra(&place), costs);
    }
}
