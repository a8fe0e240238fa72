//! The routes, one file each, named like its path. `crate::router` lists them all.

pub mod api;
pub mod assets;
pub mod create;
#[cfg(feature = "conformance")]
pub mod echo;
pub mod files;
pub mod health;
pub mod hooks;
pub mod join;
pub mod login;
pub mod metrics;
pub mod rooms;
pub mod root;
pub mod signin;
pub mod trace;
pub mod ws;
