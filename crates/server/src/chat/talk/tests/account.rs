//! The account: sessions, profile, second factor.

use super::*;

#[test]
fn sessions_are_listed_and_ended_by_their_numbers() {
    let mut table = Table::new();
    let refused = table.type_line("/revoke 1");
    assert!(refused.contains("/sessions shows them"), "{refused}");
    assert_eq!(table.talk.take_calls(), []);

    table.type_line("/sessions");
    assert_eq!(table.talk.take_calls(), [Call::Sessions]);
    let session = |id: &str, name: &str, current: bool| {
        serde_json::json!({
            "id": id, "device_name": name, "address": "10.0.0.7", "created_ms": 1, "used_ms": 86_400_000,
            "until_ms": 2, "current": current,
        })
    };
    let answer = serde_json::json!({
        "sessions": [session("a", "hearth chat", true), session("b", "evil\u{1b}[2J", false)],
    });
    table
        .talk
        .called(&table.client, &Call::Sessions, Ok((200, answer)));
    let shown = table.talk.take_lines();
    assert!(
        shown[0].contains("1  hearth chat (here)  10.0.0.7, last used 1970-01-0"),
        "{shown:?}"
    );
    assert!(
        shown[1].contains("2  evil") && !shown[1].contains('\u{1b}'),
        "{shown:?}"
    );

    table.type_line("/revoke 2");
    table.type_line("/revoke others");
    assert!(table.type_line("/revoke 3").contains("no such session"));
    table.type_line("/password");
    let calls = table.talk.take_calls();
    assert_eq!(
        calls,
        [Call::End("b".into()), Call::EndOthers, Call::Password]
    );

    let said = |status, message: &str| Ok((status, serde_json::json!({ "message": message })));
    table
        .talk
        .called(&table.client, &Call::Password, said(403, "Wrong."));
    assert_eq!(table.talk.take_lines(), ["! Not done. Wrong."]);
    table
        .talk
        .called(&table.client, &Call::EndOthers, Err("no way".into()));
    assert_eq!(table.talk.take_lines(), ["! Not done: no way."]);
    table.talk.called(
        &table.client,
        &Call::End("b".into()),
        Ok((204, serde_json::Value::Null)),
    );
    assert!(table.talk.take_lines()[0].contains("It has ended"));
}

#[test]
fn profiles_are_asked_for_and_shown_without_harm() {
    let mut table = Table::new();
    table.type_line("/profile @eve");
    table.type_line("/about emoji -");
    let asked = Call::Profile(Some("eve".into()));
    let calls = table.talk.take_calls();
    assert_eq!(calls, [asked, Call::About("status_emoji", String::new())]);
    let answer = serde_json::json!({
        "name": "eve", "display": "Eve\u{1b}[2J", "status_text": "at sea", "zone": "Europe/Lisbon",
    });
    table
        .talk
        .called(&table.client, &calls[0], Ok((200, answer)));
    let shown = table.talk.take_lines().join("\n");
    assert!(
        shown.starts_with("  eve (Eve") && shown.ends_with("at sea  Europe/Lisbon"),
        "{shown}"
    );
    assert!(!shown.contains('\u{1b}'));
}

#[test]
fn a_second_factor_is_begun_confirmed_and_ended_and_its_codes_are_shown_once() {
    let mut table = Table::new();
    for line in ["/totp", "/totp 123456", "/totp off"] {
        table.type_line(line);
    }
    let calls = table.talk.take_calls();
    let confirm = Totp::Confirm("123456".into());
    let expected = [Totp::Begin, confirm, Totp::Off].map(Call::Totp);
    assert_eq!(calls, expected);
    let answers = [
        serde_json::json!({ "secret": "GEZDGNBV", "url": "otpauth://totp/x" }),
        serde_json::json!({ "recovery_codes": ["AAAA-BBBB", "CCCC-DDDD"] }),
        serde_json::Value::Null,
    ];
    let mut shown = String::new();
    for (call, answer) in calls.iter().zip(answers) {
        table.talk.called(&table.client, call, Ok((200, answer)));
        shown.push_str(&table.talk.take_lines().join("\n"));
    }
    for words in [
        "GEZDGNBV",
        "otpauth:",
        "CCCC-DDDD",
        "needs no code any more",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
}

#[test]
fn one_says_how_one_is_and_what_one_does_and_is_called() {
    let mut table = Table::in_kitchen();
    let said = |table: &Table| {
        let said = |frame: &ClientFrame| match frame {
            ClientFrame::Presence { status, .. } => Some(*status),
            _ => None,
        };
        table.written.iter().rev().find_map(said)
    };
    let told = table.type_line("/status dnd");
    assert_eq!(said(&table), Some(Status::DoNotDisturb));
    assert!(told.contains("not to be disturbed from now on"), "{told}");
    assert_eq!(table.prompt(), "#kitchen (not to be disturbed)> ");
    // Nothing disturbs then, and it stands in a list all the same.
    assert_eq!(table.events(2, vec![event(11, 2, "a", says("x"))]), "");
    assert!(table.type_line("/rooms").contains("#garden 1 unread"));
    table.type_line("/status away");
    assert_eq!(said(&table), Some(Status::Away));
    table.type_line("/status online");
    assert_eq!(table.prompt(), "#kitchen (1 unread elsewhere)> ");
    table.type_line("/status 🌱 in the garden");
    table.type_line("/about name Ann B.");
    table.type_line("/status");
    let (emoji, text) = ("🌱".to_owned(), "in the garden".to_owned());
    let calls = [
        Call::Doing { emoji, text },
        Call::About("display", "Ann B.".into()),
        Call::Profile(None),
    ];
    assert_eq!(table.talk.take_calls(), calls);
}

#[test]
fn one_logs_out_here_or_everywhere_or_for_ever_and_it_is_over_then() {
    for (line, call) in [
        ("/logout", Call::LogOut),
        ("/revoke all", Call::EndAll),
        ("/delete-account", Call::DeleteAccount),
    ] {
        let mut table = Table::new();
        table.type_line(line);
        assert_eq!(
            table.talk.take_calls(),
            std::slice::from_ref(&call),
            "{line}"
        );
        let refused = Ok((403, serde_json::json!({ "message": "Wrong." })));
        table.talk.called(&table.client, &call, refused);
        assert_eq!(table.talk.over(), None, "{line}");
        let done = Ok((204, serde_json::Value::Null));
        table.talk.called(&table.client, &call, done);
        assert_eq!(table.talk.over(), Some(Over::Left), "{line}");
    }
}

#[test]
fn browsers_that_are_told_are_listed_and_told_no_more_by_their_numbers() {
    let mut table = Table::new();
    assert!(table.type_line("/unpush 1").contains("no such browser"));
    table.type_line("/push");
    assert_eq!(table.talk.take_calls(), [Call::Push]);
    let answer = serde_json::json!({ "subscriptions": [
        { "id": "s1", "service": "push.example\u{1b}", "text": false, "created_ms": 0, "current": false },
    ]});
    table
        .talk
        .called(&table.client, &Call::Push, Ok((200, answer)));
    let shown = table.talk.take_lines().join("\n");
    assert!(
        shown.contains("1  push.example") && shown.contains("without texts"),
        "{shown}"
    );
    assert!(!shown.contains('\u{1b}'));
    table.type_line("/unpush 1");
    assert_eq!(table.talk.take_calls(), [Call::Unpush("s1".into())]);
}

#[test]
fn people_are_listed_with_their_shown_names_and_bots_as_such() {
    let mut table = Table::new();
    table.type_line("/people @ma");
    let call = Call::People("ma".into());
    assert_eq!(table.talk.take_calls(), std::slice::from_ref(&call));
    let answer = serde_json::json!({"users": [
        {"id": "1", "name": "mara", "display": "Mara\u{1b}[2J of the Hill"},
        {"id": "2", "name": "mark", "display": "mark"},
        {"id": "3", "name": "marvin", "display": "Helper", "bot": true},
    ], "more": true});
    let mut shown = |answer| {
        table.talk.called(&table.client, &call, Ok((200, answer)));
        table.talk.take_lines()
    };
    let lines = shown(answer);
    assert!(lines[0].starts_with("  @mara  (Mara"), "{lines:?}");
    assert!(!lines[0].contains('\u{1b}'), "{lines:?}");
    assert_eq!(lines[1..3], ["  @mark", "  @marvin  (bot: Helper)"]);
    assert!(lines[3].contains("There may be more"), "{lines:?}");
    let nobody = shown(serde_json::json!({"users": []}));
    assert!(nobody[0].contains("nobody by that name"), "{nobody:?}");
}
