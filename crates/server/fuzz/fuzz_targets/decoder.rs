//! Any bytes, in any cut, for the WebSocket decoder and the inbox around it: no panic, no more held than may be, and the
//! same messages as when the bytes come at once. `crates/server/src/ws/cuts.rs` is the question.
//!
//! The three files are taken as they are, and not the server with them: that would be built with sanitizers as a whole.
#![no_main]
#![expect(dead_code, reason = "the server writes frames, too")]

use libfuzzer_sys::fuzz_target;

#[path = "../../src/ws/codec.rs"]
mod codec;
#[path = "../../src/ws/cuts.rs"]
mod cuts;
#[path = "../../src/ws/inbox.rs"]
mod inbox;

fuzz_target!(|input: (&[u8], &[u8])| {
    let (steps, bytes) = input;
    assert_eq!(cuts::cut(bytes, steps), cuts::whole(bytes));
});
