//! Webhooks of a room.

use super::*;

#[test]
fn webhooks_are_made_listed_renamed_resumed_and_withdrawn_by_their_numbers() {
    let mut table = Table::in_kitchen();
    let here = room(1);
    table.type_line("/webhook in Build bot");
    table.type_line("/webhook out https://x.example/a");
    table.type_line("/webhooks");
    let (name, url) = ("Build bot".to_owned(), "https://x.example/a".to_owned());
    assert_eq!(
        table.talk.take_calls(),
        [
            Call::WayIn { room: here, name },
            Call::WayOut {
                room: here,
                url,
                kinds: Vec::new()
            },
            Call::Webhooks(here)
        ]
    );
    let answer = serde_json::json!({ "webhooks": [
        {"id": "a", "direction": "in", "name": "Build bot", "by_name": "mara"},
        {"id": "b", "direction": "out", "name": "x.example", "by_name": "mara", "out": {"url": "https://x.example/a",
            "seq": 7, "failures": 3, "error": "answered 500", "suspended": "failing"}},
    ]});
    table.talk.take_lines();
    table
        .talk
        .called(&table.client, &Call::Webhooks(here), Ok((200, answer)));
    let shown = table.talk.take_lines();
    assert_eq!(shown[0], "  1  Build bot  in, by mara");
    assert_eq!(
        shown[1],
        "  2  x.example  out to https://x.example/a, by mara, told up to #7, suspended (failing): answered 500"
    );
    assert!(table.type_line("/unhook 3").contains("no such webhook"));
    table.type_line("/webhook name 1 Builds");
    table.type_line("/webhook resume 2");
    let (id, name) = ("a".to_owned(), "Builds".to_owned());
    let renamed = Call::NameHook {
        room: here,
        id,
        name,
    };
    let id = "b".to_owned();
    let resumed = Call::ResumeHook { room: here, id };
    assert_eq!(table.talk.take_calls(), [renamed, resumed.clone()]);
    let done = Ok((204, serde_json::Value::Null));
    table.talk.called(&table.client, &resumed, done);
    assert!(table.talk.take_lines()[0].contains("It goes on"));
    assert!(
        table
            .type_line("/webhook resume 3")
            .contains("no such webhook")
    );
    table.type_line("/unhook 2");
    let id = "b".to_owned();
    assert_eq!(table.talk.take_calls(), [Call::Unhook { room: here, id }]);
    let made = serde_json::json!({"secret": "s", "url": "http://h/hooks/s", "webhook": {}});
    let name = String::new();
    let call = Call::WayIn { room: here, name };
    table.talk.called(&table.client, &call, Ok((201, made)));
    assert!(table.talk.take_lines()[0].contains("http://h/hooks/s"));
}
