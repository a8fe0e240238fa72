//! The Cassandra adapter against real nodes: one, three, and three in two datacenters.
//!
//! `HEARTH_TEST_CASSANDRA` names one node (`host:port`), `HEARTH_TEST_CASSANDRA3` three with commas,
//! `HEARTH_TEST_CASSANDRA_DCS` three of which the last is in a second datacenter; nodes are stopped through the
//! scripts in `HEARTH_TEST_SCRIPTS`, under the names in `…_NAME`. A test that lacks a variable says `SKIPPED` and
//! passes; under `CI=true` it fails instead.
#![cfg(feature = "cassandra")]
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod datacenters;
mod one;
mod place;
mod relay;
mod schema;
mod three;
