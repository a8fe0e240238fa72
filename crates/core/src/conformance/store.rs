//! The store's suite: every promise of [`crate::port::Store`] as a test of its name.
//!
//! All tests use rooms, users, keys and names of their own, so that they can share one store, also one that is in use.
//! Tests bear with `Away` and `Unknown` where the port lets them happen under contention, and nowhere else.
//! The suite must not know which adapter it judges.

mod append;
mod cells;
mod erase;
mod index;
mod kit;
mod people;
mod read;
mod records;

use std::{future::Future, pin::Pin, sync::Arc};

use tokio::task::JoinError;

use crate::port::Store;
use kit::Kit;

type Test = (&'static str, Pin<Box<dyn Future<Output = ()> + Send>>);

macro_rules! tests {
    ($kit:expr, $($module:ident: $($name:ident),+;)+) => {
        vec![$($((
            concat!(stringify!($module), "::", stringify!($name)),
            Box::pin($module::$name($kit.clone())) as Pin<Box<dyn Future<Output = ()> + Send>>,
        )),+),+]
    };
}

/// Runs the whole suite, one test after the other.
///
/// `bucket` is how many events the adapter's buckets hold, if it has any: open it with a small one (8 to 64), so that
/// the tests roll over several.
///
/// # Panics
/// At the end, with the names of the tests that failed; each has printed its own reason before.
pub async fn run(store: Arc<dyn Store>, bucket: Option<u64>) {
    let mut failed = Vec::new();
    for (name, test) in suite(Kit::new(store, bucket)) {
        // A task of its own, so that a panic is this test's and the others still run.
        if tokio::spawn(test).await.is_err() {
            failed.push(name);
        }
    }
    assert!(
        failed.is_empty(),
        "the store breaks its promises: {}",
        failed.join(", ")
    );
}

/// Runs one test of the suite, by its name: `read::a_page_is_the_range_asked_for`. `bucket` is as for [`run`].
///
/// # Errors
/// What the test said when it failed.
///
/// # Panics
/// The suite has no test of that name.
pub async fn run_test(
    store: Arc<dyn Store>,
    bucket: Option<u64>,
    name: &str,
) -> Result<(), String> {
    let test = suite(Kit::new(store, bucket))
        .into_iter()
        .find_map(|(known, test)| (known == name).then_some(test))
        .unwrap_or_else(|| panic!("the suite has no test `{name}`"));
    tokio::spawn(test).await.map_err(said)
}

/// What a test said when it panicked.
fn said(ended: JoinError) -> String {
    match ended.try_into_panic() {
        Ok(panic) => match panic.downcast::<String>() {
            Ok(words) => *words,
            Err(panic) => {
                let words = panic.downcast_ref::<&str>().copied();
                words.unwrap_or("nothing").to_owned()
            }
        },
        Err(ended) => ended.to_string(),
    }
}

/// All tests, by name.
fn suite(kit: Kit) -> Vec<Test> {
    tests![kit,
        append:
            a_log_not_begun_is_empty,
            a_log_grows_densely_over_its_buckets,
            a_batch_is_stored_whole_and_as_it_was,
            a_batch_never_crosses_a_bucket,
            an_append_on_another_head_is_lost_and_stores_nothing,
            of_appends_on_one_head_exactly_one_wins,
            racing_writers_leave_a_dense_log,
            a_malformed_batch_is_refused,
            rooms_do_not_touch;
        read:
            a_hint_may_be_stale_or_zero_or_beyond,
            a_page_is_the_range_asked_for,
            a_range_with_nothing_in_it_is_an_empty_page,
            a_page_is_bounded_in_bytes,
            a_pages_head_is_the_end_where_the_port_says_so,
            a_reader_beside_a_writer_sees_a_dense_log;
        erase:
            erasing_keeps_all_but_the_body,
            what_is_counted_stays_and_no_word_does,
            erased_buckets_keep_their_heads,
            nothing_is_erased_above_the_head;
        cells:
            of_two_writes_of_a_cell_the_higher_seq_stays,
            the_projection_mark_never_moves_back,
            member_cells_come_in_pages,
            what_is_set_in_a_room_comes_back,
            the_messages_of_a_thread_are_found_from_either_end,
            message_cells_are_those_of_the_range,
            edits_of_a_message_come_from_the_newest,
            a_public_room_is_listed_by_its_words_and_its_name,
            of_the_directory_only_rows_that_no_later_cell_wrote_are_taken_away,
            rooms_of_a_user_come_in_pages,
            the_highest_mark_wins_in_any_order,
            all_marks_of_a_user_are_listed;
        index:
            rows_of_the_index_are_those_of_the_shard_and_the_segments,
            what_was_erased_from_the_index_does_not_come_back;
        people:
            people_are_found_by_the_beginnings_of_words_in_pages,
            of_a_persons_rows_only_those_of_no_later_version_are_taken_away;
        records:
            a_record_is_made_changed_and_removed_by_version,
            the_largest_record_is_kept_whole,
            kinds_and_keys_do_not_touch,
            of_racing_makers_exactly_one_wins,
            racing_changes_are_all_kept,
            records_are_listed_in_pages,
            a_name_is_claimed_once_and_confirmed_by_its_holder,
            claims_of_a_space_are_listed_in_pages,
            of_racing_claims_exactly_one_wins,
            the_store_is_ready_and_says_what_it_flushes;
    ]
}
