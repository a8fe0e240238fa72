//! Rooms in memory that are counted after acts by chance (`recount.rs`), and that no act is left out. `HEARTH_SEED` repeats
//! one run alone.

use hearth_core::testing::MemoryStore;
use hearth_protocol::{Body, scope::NEEDS};

use crate::recount::{OTHERS, run};

/// By which acts something is done that can be asked for; none where nothing comes of it that is counted.
fn acts(what: &str) -> &'static [&'static str] {
    if let Some(kind) = what.strip_prefix("send ") {
        let kinds = Body::KINDS.iter().position(|of| *of == kind);
        return kinds.map_or(&[], |n| &Body::KINDS[n..=n]);
    }
    match what {
        "POST /create" => &["create", "create ownerless"],
        "create" | "POST /api/v1/rooms" => &["create"],
        "direct" | "POST /api/v1/direct" => &["direct"],
        "group" | "POST /api/v1/groups" => &["group"],
        "join" | "POST /join" | "POST /api/v1/rooms/{room}/join" => &["join"],
        "leave" | "POST /api/v1/rooms/{room}/leave" => &["leave"],
        "rename" | "POST /api/v1/rooms/{room}/rename" => &["rename"],
        "PUT /api/v1/rooms/{room}/avatar" | "DELETE /api/v1/rooms/{room}/avatar" => &["avatar"],
        "POST /api/v1/rooms/{room}/events" => &["message", "forward", "file", "thread"],
        "POST /api/v1/uploads"
        | "PUT /api/v1/uploads/{upload}"
        | "DELETE /api/v1/uploads/{upload}" => &["file"],
        "mark" | "POST /api/v1/rooms/{room}/mark" => &["mark", "mark back"],
        "hello" => &["move"],
        "set" | "PUT /api/v1/own" => &[
            "follow",
            "read",
            "read back",
            "draft",
            "save",
            "hide",
            "notify",
            "block",
            "receipts",
        ],
        "POST /api/v1/scheduled" => &["schedule"],
        "PUT /api/v1/scheduled/{id}" | "DELETE /api/v1/scheduled/{id}" => &["reschedule"],
        "POST /api/v1/scheduled/{id}/send" => &["send scheduled"],
        "POST /api/v1/rooms/{room}/invitations" => &["make link"],
        "POST /api/v1/invitations/{code}" => &["accept link"],
        "DELETE /api/v1/rooms/{room}/invitations/{invitation}" => &["withdraw link"],
        "POST /api/v1/rooms/{room}/webhooks/in" => &["make webhook"],
        "POST /hooks/{secret}" => &["post by webhook"],
        "DELETE /api/v1/rooms/{room}/webhooks/{webhook}" => &["withdraw webhook"],
        // A bot is a user like others.
        "POST /signin" | "POST /api/v1/signup" | "POST /api/v1/admin/bots" => &["sign up"],
        "POST /api/v1/admin/users/{user}/deactivate" => &["deactivate"],
        "POST /api/v1/admin/users/{user}/reactivate" => &["reactivate"],
        "DELETE /api/v1/admin/users/{user}" | "DELETE /api/v1/me" => &["delete account"],
        // It shows.
        "history" | "members" | "bans" | "pins" | "edits" | "search" | "thread" | "threads"
        | "receipts" | "own" => &[],
        shows if shows.starts_with("GET ") => &[],
        // It vanishes by itself.
        "ping" | "typing" | "presence" | "delivered" => &[],
        // Who somebody is, and what lets them in: no room knows it.
        "POST /login"
        | "POST /api/v1/login"
        | "POST /api/v1/logout"
        | "POST /api/v1/reset"
        | "POST /api/v1/forgot"
        | "POST /api/v1/mail/confirm"
        | "PUT /api/v1/me/mail"
        | "DELETE /api/v1/me/mail"
        | "PUT /api/v1/me/avatar"
        | "DELETE /api/v1/me/avatar"
        | "PATCH /api/v1/me"
        | "PUT /api/v1/password"
        | "POST /api/v1/totp"
        | "POST /api/v1/totp/confirm"
        | "POST /api/v1/totp/disable"
        | "DELETE /api/v1/sessions"
        | "DELETE /api/v1/sessions/{session}"
        | "PUT /api/v1/push/subscriptions"
        | "DELETE /api/v1/push/subscriptions/{subscription}"
        | "POST /api/v1/admin/first"
        | "PUT /api/v1/admin/users/{user}/admin"
        | "DELETE /api/v1/admin/users/{user}/admin"
        | "POST /api/v1/admin/users/{user}/reset"
        | "POST /api/v1/admin/invitations"
        | "DELETE /api/v1/admin/invitations/{invitation}"
        | "POST /api/v1/admin/bots/{bot}/tokens"
        | "DELETE /api/v1/admin/bots/{bot}/tokens/{token}" => &[],
        // What a program is told, or how it is called in a list of its own.
        "POST /api/v1/rooms/{room}/webhooks/out"
        | "PATCH /api/v1/rooms/{room}/webhooks/{webhook}"
        | "POST /api/v1/rooms/{room}/webhooks/{webhook}/resume" => &[],
        new => panic!("by which act is `{new}` done, or why by none? Say it here"),
    }
}

#[test]
fn everything_that_can_be_asked_for_is_counted_or_says_why_not() {
    let done: Vec<&str> = NEEDS
        .iter()
        .flat_map(|(what, _)| acts(what))
        .copied()
        .collect();
    let all: Vec<&str> = Body::KINDS.iter().chain(&OTHERS).copied().collect();
    for act in &done {
        assert!(all.contains(act), "there is no act `{act}`");
    }
    for act in &all {
        assert!(done.contains(act), "nobody can ask for `{act}`");
    }
}

#[tokio::test(start_paused = true)]
async fn what_nodes_and_clients_hold_is_what_a_count_from_the_log_gives() {
    let seed = std::env::var("HEARTH_SEED").ok();
    let seed = seed.map(|seed| seed.parse().unwrap());
    let seeds = seed.map_or(0..=15, |seed| seed..=seed);
    let unseen = run(seeds, 4, async || MemoryStore::new(16)).await;
    assert!(
        unseen.is_empty() || seed.is_some(),
        "never came about: {unseen:?}"
    );
}
