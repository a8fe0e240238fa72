//! All that can be asked of a server, its routes and its frames, by the words that the tables of the tests have for them.

use std::collections::BTreeSet;

use hearth_protocol::{Body, ClientFrame};
use serde_json::Value;

use crate::world::call;

/// Every route: those of the page that lists them, and those of the description.
pub(crate) async fn routes(place: &str) -> BTreeSet<String> {
    let mut routes = BTreeSet::new();
    let page = include_str!("../../src/router.rs");
    for line in page.lines().map(str::trim) {
        // What only a conformance suite's build has stands on a line of its own, after `router`.
        if let Some(rest) = line.strip_prefix(".route(\"") {
            let (path, methods) = rest.split_once('"').unwrap();
            for method in ["get", "post", "put", "patch", "delete"] {
                if methods.contains(&format!("{method}(")) {
                    routes.insert(format!("{} {path}", method.to_uppercase()));
                }
            }
        }
    }
    assert!(
        routes.len() >= 13,
        "the routes are not where they were: {routes:?}"
    );
    let description = call(place, "GET", "/api/openapi.json", &[], "")
        .await
        .json();
    for (path, methods) in description["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            routes.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    routes
}

/// Every frame, and for `send` every kind of body: `send topic`.
pub(crate) fn frames() -> BTreeSet<String> {
    let kinds = ClientFrame::KINDS.iter().filter(|kind| **kind != "send");
    let bodies = Body::KINDS.iter().map(|kind| format!("send {kind}"));
    kinds.map(|kind| (*kind).to_owned()).chain(bodies).collect()
}

/// Whether what was heard is what a frame is answered by. `typing` has no answer.
pub(crate) fn is_answer(heard: &Value, frame: &Value) -> bool {
    let is_one_of = |kinds: [&str; 2]| kinds.contains(&heard["type"].as_str().unwrap());
    match frame["type"].as_str().unwrap() {
        "hello" => is_one_of(["welcome", "error"]),
        "presence" => is_one_of(["presence", "error"]),
        "mark" => heard["room"] == frame["room"] && is_one_of(["mark", "error"]),
        "send" => heard["id"] == frame["id"],
        _ => heard["ref"] == frame["ref"],
    }
}
