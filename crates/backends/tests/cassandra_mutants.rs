//! The guards of the adapter for Cassandra, each switched off over a real node: the port's suite must see it.
//!
//! The simulation finds the same seeded bugs, but over a store in memory, which has a copy of each guard. Here the
//! guards themselves are tried, and the copies beside them: both must break the same promise. Only in a build with
//! seeded bugs (`--features hearth-backends/mutants`); alone in its process, because the switch is the whole process's.
#![cfg(all(feature = "cassandra", feature = "mutants"))]

#[path = "cassandra/place.rs"]
#[expect(dead_code, reason = "the other tests' nodes")]
mod place;

use std::{collections::BTreeSet, path::Path, sync::Arc};

use hearth_core::{conformance::store::run_test, port::Store, testing::MemoryStore};
use hearth_protocol::mutants;
use place::Place;

/// Events in a bucket, so that the suite rolls over several.
const BUCKET: u64 = 8;

/// Of each guard the seeded bug, the test of the suite that must fail with it, and words of what that test says then.
const GUARDS: [(&str, &str, &str); 4] = [
    (
        "batch-skips-to-next-bucket",
        "append::a_malformed_batch_is_refused",
        "a batch too long: Ok(",
    ),
    (
        "audit-own-bucket-only",
        "read::a_hint_may_be_stale_or_zero_or_beyond",
        "hint 0",
    ),
    (
        "clock-checkpoint",
        "cells::of_two_writes_of_a_cell_the_higher_seq_stays",
        "order [1, 2, 3]",
    ),
    (
        "tombstones",
        "cells::of_two_writes_of_a_cell_the_higher_seq_stays",
        "order [1, 2, 3]",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn without_any_guard_of_the_adapter_its_promise_is_broken() {
    let test = "without_any_guard_of_the_adapter_its_promise_is_broken";
    let Some(place) = Place::one(test) else {
        return;
    };
    let stores: [(&str, Arc<dyn Store>); 2] = [
        ("Cassandra", place.store(BUCKET).await),
        ("its double", Arc::new(MemoryStore::new(BUCKET))),
    ];
    // First as they are, since a switch that was turned does not turn back.
    assert_eq!(mutants::on(), None);
    for (store, adapter) in &stores {
        for (_, promise, _) in GUARDS {
            let kept = run_test(adapter.clone(), Some(BUCKET), promise).await;
            assert_eq!(kept, Ok(()), "{store} as it is: {promise}");
        }
    }
    for (guard, promise, words) in GUARDS {
        mutants::turn_on(guard).expect("a seeded bug of that name");
        for (store, adapter) in &stores {
            let Err(said) = run_test(adapter.clone(), Some(BUCKET), promise).await else {
                panic!("{store} keeps {promise} with {guard}");
            };
            assert!(said.contains(words), "{store} with {guard}: {said}");
        }
    }
}

/// Whoever puts a guard into an adapter says here what it is for.
#[test]
fn every_guard_of_the_adapters_is_tried() {
    let mut asked = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder of the crate") {
            let path = entry.expect("an entry of a folder").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(path).expect("a source");
            let names = text.split("mutant!(\"").skip(1);
            asked.extend(names.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
        }
    }
    let tried: BTreeSet<String> = GUARDS.iter().map(|guard| guard.0.to_owned()).collect();
    assert_eq!(asked, tried);
}
