//! The real server on loopback, asked from outside: raw HTTP, and a WebSocket client that is not ours.
//!
//! The tests in `shared` also run against a server that runs already, also through a proxy: HEARTH_TEST_URL names its
//! URLs, with commas; the others need one of their own.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod admin;
mod away;
mod bots;
mod crowd;
mod demo;
mod end;
mod files;
mod flight;
mod guard;
mod limits;
mod mail;
mod matrix;
mod members;
mod notifications;
mod numbers;
mod once;
mod overview;
mod password;
mod postbox;
mod push;
mod quiet;
mod ready;
mod scheduled;
mod shared;
mod sink;
mod socket;
mod surface;
mod totp;
mod webhooks;
mod world;
