//! What holds for every server, alone or several behind a proxy.

mod api;
mod fence;
mod finding;
mod own;
mod scheduled;
mod seed_calls;
mod seed_frames;
mod sessions;
mod v1_log;
mod v1_messages;
mod v1_receipts;
mod v1_rooms;
mod v1_threads;
