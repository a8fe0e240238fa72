//! The wire is frozen: every file in `golden/` is read and written by the source byte for byte, and every frame type,
//! event kind and code has one. The web client's tests read the same files.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use hearth_protocol::{
    Body, ClientFrame, CloseCode, Decoded, ErrorCode, Event, ServerFrame, decode_client,
    decode_server,
    seed::{SeedError, SeedEvent, SeedSend},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// The files whose name begins so: name without the ending → text.
fn files(prefix: &str) -> BTreeMap<String, String> {
    let dir = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden");
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if name.starts_with(prefix) {
            found.insert(name, fs::read_to_string(path).unwrap());
        }
    }
    assert!(!found.is_empty(), "no golden files for {prefix}");
    found
}

fn written<T: Serialize>(value: &T) -> String {
    serde_json::to_string_pretty(value).unwrap() + "\n"
}

/// `server-error-send` → `error`.
fn kind_in(name: &str) -> &str {
    name.split('-').nth(1).unwrap()
}

fn same_both_ways<T: Serialize + DeserializeOwned>(prefix: &str) -> Vec<(String, T)> {
    files(prefix)
        .into_iter()
        .map(|(name, text)| {
            let read: T = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!(written(&read), text, "{name}");
            (name, read)
        })
        .collect()
}

#[test]
fn every_client_frame_is_read_and_written_as_frozen() {
    let mut kinds = BTreeSet::new();
    for (name, text) in files("client-") {
        let Decoded::Frame(frame) = decode_client(&text) else {
            panic!("{name} is not read");
        };
        assert_eq!(written(&*frame), text, "{name}");
        assert_eq!(frame.kind(), kind_in(&name), "{name}");
        kinds.insert(frame.kind());
    }
    assert_eq!(kinds, ClientFrame::KINDS.iter().copied().collect());
}

#[test]
fn every_server_frame_is_read_and_written_as_frozen() {
    let mut kinds = BTreeSet::new();
    for (name, text) in files("server-") {
        let Decoded::Frame(frame) = decode_server(&text) else {
            panic!("{name} is not read");
        };
        assert_eq!(written(&*frame), text, "{name}");
        assert_eq!(frame.kind(), kind_in(&name), "{name}");
        kinds.insert(frame.kind());
    }
    assert_eq!(kinds, ServerFrame::KINDS.iter().copied().collect());
}

#[test]
fn every_event_is_read_and_written_as_frozen() {
    let mut kinds = BTreeSet::new();
    for (name, event) in same_both_ways::<Event>("event-") {
        assert_eq!(event.body.kind(), kind_in(&name), "{name}");
        kinds.insert(event.body.kind());
    }
    assert_eq!(kinds, Body::KINDS.iter().copied().collect());
}

#[test]
fn every_body_that_a_client_may_send_has_a_golden_send() {
    let sent: BTreeSet<_> = files("client-send-")
        .keys()
        .map(|name| name.split('-').nth(2).unwrap().to_owned())
        .collect();
    // The rest happens by requests of its own, or not by a client.
    let others = ["create", "join", "leave", "rename", "avatar", "erased"];
    let expected = Body::KINDS.iter().filter(|kind| !others.contains(kind));
    assert_eq!(sent, expected.map(|kind| (*kind).to_owned()).collect());
}

#[test]
fn the_specification_s_frames_are_read_and_written_as_frozen() {
    assert_eq!(same_both_ways::<SeedSend>("seed-send-").len(), 2);
    assert_eq!(same_both_ways::<SeedEvent>("seed-event-").len(), 2);
    assert_eq!(same_both_ways::<SeedError>("seed-error-").len(), 2);
    let failed = &files("seed-error-failed")["seed-error-failed"];
    assert_eq!(&written(&SeedError::failed()), failed);
}

#[test]
fn error_codes_their_retry_rules_and_statuses_are_frozen() {
    let codes: Vec<Value> = ErrorCode::ALL
        .iter()
        .map(|code| {
            // The name that serde writes is the name that the program says.
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
            json!({ "code": code, "retry": code.retry(), "status": code.http_status() })
        })
        .collect();
    let frozen: Vec<Value> = serde_json::from_str(&files("error-codes")["error-codes"]).unwrap();
    assert_eq!(codes, frozen);
}

#[test]
fn close_codes_are_frozen() {
    let codes: Vec<Value> = CloseCode::ALL
        .iter()
        .map(|code| {
            let reconnect = CloseCode::may_reconnect(code.number());
            json!({ "name": code.name(), "number": code.number(), "reconnect": reconnect })
        })
        .collect();
    let frozen: Vec<Value> = serde_json::from_str(&files("close-codes")["close-codes"]).unwrap();
    assert_eq!(codes, frozen);
}

#[test]
fn a_field_of_the_future_changes_no_frame() {
    for prefix in ["client-", "server-"] {
        for (name, text) in files(prefix) {
            let mut value: Value = serde_json::from_str(&text).unwrap();
            value["later"] = json!({ "nested": [1, 2] });
            let more = value.to_string();
            if prefix == "client-" {
                assert_eq!(decode_client(&more), decode_client(&text), "{name}");
            } else {
                assert_eq!(decode_server(&more), decode_server(&text), "{name}");
            }
        }
    }
}

#[test]
fn a_frame_cut_anywhere_is_bad_and_never_another_frame() {
    for (name, text) in files("client-") {
        let compact = serde_json::from_str::<Value>(&text).unwrap().to_string();
        for (end, _) in compact.char_indices() {
            let cut = decode_client(&compact[..end]);
            assert!(matches!(cut, Decoded::Bad { .. }), "{name} cut at {end}");
        }
    }
}

#[test]
fn no_file_lies_beside_the_known_ones() {
    let known = [
        "client-",
        "server-",
        "event-",
        "seed-",
        "error-codes",
        "close-codes",
    ];
    for name in files("").keys() {
        assert!(known.iter().any(|k| name.starts_with(k)), "{name}");
    }
}
