//! The embedded store, held to the port's promises and to its own.
#![cfg(feature = "embedded")]

use std::sync::Arc;

use hearth_backends::embedded::{Embedded, Options};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_keeps_the_ports_promises() {
    let dir = tempfile::tempdir().unwrap();
    let store = Embedded::open(dir.path(), Options::default()).unwrap();
    hearth_core::conformance::store::run(Arc::new(store), None).await;
}
