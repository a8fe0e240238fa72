//! The real server on loopback, asked from outside: raw HTTP, and a WebSocket client that is not ours.
//!
//! The tests in `shared` also run against a server that runs already, also through a proxy: HEARTH_TEST_URL names its
//! URLs, with commas; the others need one of their own.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod admin;
mod away;
mod crowd;
mod demo;
mod end;
mod flight;
mod guard;
mod limits;
mod matrix;
mod numbers;
mod password;
mod quiet;
mod ready;
mod shared;
mod socket;
mod surface;
mod totp;
mod world;
