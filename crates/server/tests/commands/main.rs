//! Every command, on servers that are killed: what was answered is there afterwards, once, whoever asks which server.
//!
//! One table (`table.rs`) says of each command how it is asked, what the same again does, and what is seen afterwards.
//! Three suites run it: one server with its own store, killed again and again, also in the middle of a command; two
//! servers on one Cassandra; and these with one of them killed for good. A route, a frame or a kind of body that has no
//! line in the table fails the first test, by its name. What is done when nobody asks, at its time, has a suite of its own
//! (`scheduled.rs`).
//!
//! `HEARTH_SEED` repeats a run: its order, and who is killed when. The parts are those of `HEARTH_TEST_CASSANDRA` and
//! `HEARTH_TEST_REDIS`; where they are not set, two of the suites say `SKIPPED`.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod line;
#[path = "../server/postbox.rs"]
mod postbox;
mod run;
mod scheduled;
mod stage;
#[path = "../server/surface.rs"]
mod surface;
mod table;
#[path = "../server/world.rs"]
#[expect(dead_code, reason = "the tests of one server use all of it")]
mod world;

use std::collections::BTreeSet;

use run::{Kills, Run};
use stage::Stage;

/// `HEARTH_SEED`, or one by chance.
fn seed(test: &str) -> u64 {
    let given = std::env::var("HEARTH_SEED").ok();
    let seed = given.map_or_else(rand::random, |seed| seed.parse().unwrap());
    println!("{test}: HEARTH_SEED={seed}");
    seed
}

#[tokio::test]
async fn every_command_has_its_line() {
    let server = world::World::alone(&[]).await;
    let all = surface::routes(server.place(0)).await;
    // What is neither the interface nor a change is the operator's or a page: nothing of it is kept.
    let all = all.into_iter();
    let mut all: BTreeSet<String> = all
        .filter(|route| route.contains(" /api/v1/") || !route.starts_with("GET "))
        .collect();
    all.extend(surface::frames());
    let told = line::lines().into_iter().map(|line| line.command);
    let told: BTreeSet<String> = told.collect();
    let untold: Vec<_> = all.difference(&told).collect();
    assert!(
        untold.is_empty(),
        "not in the table of commands: {untold:?}"
    );
    let gone: Vec<_> = told.difference(&all).collect();
    assert!(gone.is_empty(), "in the table, and no command: {gone:?}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_outlives_a_server_that_is_killed_again_and_again() {
    let seed = seed("every_command_outlives_a_server_that_is_killed_again_and_again");
    let mut run = Run::new(Stage::embedded().await, seed);
    run.table(Some(Kills::OneIn(8))).await;
    assert!(run.killed > 20, "killed {} times", run.killed);
    run.kill_and_heal().await;
    run.all_is_there().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_is_seen_on_both_of_two_servers() {
    let test = "every_command_is_seen_on_both_of_two_servers";
    let Some(stage) = Stage::two(test).await else {
        return;
    };
    let mut run = Run::new(stage, seed(test));
    run.table(Some(Kills::Never)).await;
    run.add_server().await;
    run.all_is_there().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_goes_on_at_the_other_server_when_one_is_killed() {
    let test = "every_command_goes_on_at_the_other_server_when_one_is_killed";
    let Some(stage) = Stage::two(test).await else {
        return;
    };
    let mut run = Run::new(stage, seed(test));
    run.table(None).await;
    assert_eq!(run.killed, 1);
    run.add_server().await;
    run.all_is_there().await;
}
