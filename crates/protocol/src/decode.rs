//! Reading a text from the wire as far as it can be read, so that a wrong one still gets a good answer and a newer
//! peer is understood where that is safe.
//!
//! Promises: never panics, whatever the text; a good frame costs one pass. What a newer server may add without a new
//! subprotocol is written here and in `docs/protocol.md`: fields, frame types, event kinds, error codes.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Body, ClientFrame, ErrorCode, OwnKind, RoomId, SendId, ServerFrame, Was};

/// A text from the wire, read as far as it could be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decoded<F> {
    /// A frame.
    Frame(Box<F>),
    /// Another `type` than this build knows. A server answers `unknown_kind`, a client ignores it.
    Unknown {
        /// Its `type`, cut at 32 characters.
        kind: String,
        /// Its `ref`, for the answer.
        r#ref: Option<u64>,
    },
    /// No frame: why, for the answer, and what could be read of its `ref`, `room` and `id`.
    Bad {
        /// The cause, for people.
        cause: String,
        /// Its `ref`.
        r#ref: Option<u64>,
        /// Its `room` and `id`, if it was to be a send.
        send: Option<(RoomId, SendId)>,
    },
}

/// Whether a JSON text is to be an object. Derived readers take an array as the fields in their order, which nothing
/// promises.
pub fn is_object(text: &[u8]) -> bool {
    text.trim_ascii_start().first() == Some(&b'{')
}

/// Reads a client's frame.
pub fn decode_client(text: &str) -> Decoded<ClientFrame> {
    decode(text, ClientFrame::KINDS, |_| false)
}

/// Reads a server's frame.
///
/// What a newer server says is taken as what this build can do with it: an event of an unknown kind as
/// [`Body::Erased`] (it keeps its place in the log), a thing of one's own of an unknown kind as none, an unknown error code as `internal` if it brings a
/// `retry_after_ms` and as `bad_request` if not.
pub fn decode_server(text: &str) -> Decoded<ServerFrame> {
    decode(text, ServerFrame::KINDS, |value| {
        let events = soften_events(value);
        let own = soften_own(value);
        soften_code(value) || events || own
    })
}

/// `soften` rewrites what a newer peer may say, and tells whether it did anything.
fn decode<F: DeserializeOwned>(
    text: &str,
    kinds: &[&str],
    soften: impl Fn(&mut Value) -> bool,
) -> Decoded<F> {
    let error = match serde_json::from_str(text) {
        Ok(frame) if is_object(text.as_bytes()) => return Decoded::Frame(Box::new(frame)),
        Ok(_) => "a frame is one JSON object".to_owned(),
        Err(error) => error.to_string(),
    };
    // The slow path, for what is wrong only: look at what can be read to give a good answer.
    let Ok(mut value) = serde_json::from_str::<Value>(text) else {
        return Decoded::Bad {
            cause: error,
            r#ref: None,
            send: None,
        };
    };
    let r#ref = value.get("ref").and_then(Value::as_u64);
    if let Some(kind) = value.get("type").and_then(Value::as_str)
        && !kinds.contains(&kind)
    {
        return Decoded::Unknown {
            kind: kind.chars().take(32).collect(),
            r#ref,
        };
    }
    let send = send_of(&value);
    if soften(&mut value)
        && let Ok(frame) = serde_json::from_value(value)
    {
        return Decoded::Frame(Box::new(frame));
    }
    Decoded::Bad {
        cause: error,
        r#ref,
        send,
    }
}

fn send_of(value: &Value) -> Option<(RoomId, SendId)> {
    let text = |key| value.get(key).and_then(Value::as_str);
    Some((text("room")?.parse().ok()?, text("id")?.parse().ok()?))
}

fn soften_events(value: &mut Value) -> bool {
    let Some(events) = value.get_mut("events").and_then(Value::as_array_mut) else {
        return false;
    };
    let mut changed = false;
    for body in events.iter_mut().filter_map(|e| e.get_mut("body")) {
        let kind = body.get("kind").and_then(Value::as_str);
        if kind.is_some_and(|kind| !Body::KINDS.contains(&kind)) {
            *body = serde_json::json!({ "kind": "erased" });
            changed = true;
        }
        let was = body.get("was").and_then(|was| was.get("kind"));
        if was.is_some_and(|kind| !Was::KINDS.iter().any(|known| kind == known))
            && let Some(body) = body.as_object_mut()
        {
            body.remove("was");
            changed = true;
        }
    }
    changed
}

fn soften_own(value: &mut Value) -> bool {
    let Some(own) = value.get_mut("own").and_then(Value::as_array_mut) else {
        return false;
    };
    let before = own.len();
    own.retain(|own| {
        let kind = own.get("kind").and_then(Value::as_str);
        kind.is_none_or(|kind| OwnKind::ALL.iter().any(|known| known.as_str() == kind))
    });
    own.len() < before
}

fn soften_code(value: &mut Value) -> bool {
    let later = value.get("retry_after_ms").is_some_and(Value::is_u64);
    let Some(code) = value.get_mut("code") else {
        return false;
    };
    let known = |code: &str| ErrorCode::ALL.iter().any(|known| known.as_str() == code);
    if code.as_str().is_none_or(known) {
        return false;
    }
    let taken_as = if later {
        ErrorCode::Internal
    } else {
        ErrorCode::BadRequest
    };
    *code = Value::from(taken_as.as_str());
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_fields_are_ignored() {
        let frame = decode_client(r#"{"type":"ping","ref":1,"later":{"deep":[1]}}"#);
        assert_eq!(
            frame,
            Decoded::Frame(Box::new(ClientFrame::Ping { r#ref: 1 }))
        );
    }

    #[test]
    fn an_unknown_type_is_told_apart_from_a_bad_frame() {
        let unknown = decode_client(r#"{"type":"dance","ref":7}"#);
        let expected = Decoded::Unknown {
            kind: "dance".into(),
            r#ref: Some(7),
        };
        assert_eq!(unknown, expected);
        assert!(matches!(
            decode_client(r#"{"ref":7}"#),
            Decoded::Bad { r#ref: Some(7), .. }
        ));
        assert!(matches!(
            decode_client(r#"["ping",3]"#),
            Decoded::Bad { r#ref: None, .. }
        ));
        assert!(matches!(
            decode_client("{"),
            Decoded::Bad {
                r#ref: None,
                send: None,
                ..
            }
        ));
    }

    #[test]
    fn a_long_unknown_type_is_cut() {
        let text = format!(r#"{{"type":"{}"}}"#, "ü".repeat(5000));
        assert!(
            matches!(decode_client(&text), Decoded::Unknown { kind, .. } if kind.chars().count() == 32)
        );
    }

    #[test]
    fn a_bad_send_names_the_send_that_it_was_to_be() {
        let room = "0190b6a1-0000-7000-8000-000000000001";
        let text = format!(r#"{{"type":"send","room":"{room}","id":"a-1","after":-1}}"#);
        let Decoded::Bad { send, cause, .. } = decode_client(&text) else {
            panic!("a negative seq is no seq");
        };
        assert_eq!(send, Some((room.parse().unwrap(), "a-1".parse().unwrap())));
        assert!(!cause.is_empty());
    }

    #[test]
    fn an_event_of_a_kind_from_the_future_keeps_its_place() {
        let text = r#"{"type":"events","room":"0190b6a1-0000-7000-8000-000000000001","events":[
            {"seq":5,"ordinal":2,"at_ms":0,"by":"0190b6a0-0000-7000-8000-00000000000a","name":"m","id":"a",
             "body":{"kind":"poll","question":"?"}}]}"#;
        let Decoded::Frame(frame) = decode_server(text) else {
            panic!("not read");
        };
        let ServerFrame::Events { events, .. } = *frame else {
            panic!("another frame");
        };
        assert_eq!(
            (events[0].seq.0, &events[0].body),
            (5, &Body::Erased { was: None })
        );
    }

    #[test]
    fn what_is_left_of_a_kind_from_the_future_is_left_out() {
        let text = r#"{"type":"events","room":"0190b6a1-0000-7000-8000-000000000001","events":[
            {"seq":5,"ordinal":2,"at_ms":0,"by":"0190b6a0-0000-7000-8000-00000000000a","name":"m","id":"a",
             "body":{"kind":"erased","was":{"kind":"poll"}}},
            {"seq":6,"ordinal":2,"at_ms":0,"by":"0190b6a0-0000-7000-8000-00000000000a","name":"m","id":"b",
             "body":{"kind":"erased","was":{"kind":"edit","target":4,"more":1}}}]}"#;
        let Decoded::Frame(frame) = decode_server(text) else {
            panic!("not read");
        };
        let ServerFrame::Events { events, .. } = *frame else {
            panic!("another frame");
        };
        assert_eq!(events[0].body, Body::Erased { was: None });
        assert_eq!(events[1].body.edits(), Some(crate::Seq(4)));
    }

    #[test]
    fn a_thing_of_one_s_own_from_the_future_is_left_out() {
        let text =
            r#"{"type":"own","version":3,"own":[{"kind":"theme","dark":true},{"kind":"quiet"}]}"#;
        let Decoded::Frame(frame) = decode_server(text) else {
            panic!("not read");
        };
        let ServerFrame::Own { own, .. } = *frame else {
            panic!("another frame");
        };
        assert_eq!(own, [crate::Own::Quiet { hours: None }]);
    }

    #[test]
    fn an_error_code_from_the_future_is_retried_only_if_it_says_when() {
        let code = |text| match decode_server(text) {
            Decoded::Frame(frame) => match *frame {
                ServerFrame::Error { code, .. } => code,
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        };
        assert_eq!(
            code(r#"{"type":"error","code":"on_fire","message":"m"}"#),
            ErrorCode::BadRequest
        );
        assert_eq!(
            code(r#"{"type":"error","code":"on_fire","message":"m","retry_after_ms":9}"#),
            ErrorCode::Internal
        );
    }
}
