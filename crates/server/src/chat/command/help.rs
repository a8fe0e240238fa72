//! The commands with what each does: for `/help`, and for the check of what was typed.

/// Name, what follows it, what it does: for `/help` and for the check of what was typed.
pub(super) const COMMANDS: &[(&str, &str, &str)] = &[
    ("help", "", "this list"),
    ("rooms", "", "your rooms, with what is unread"),
    (
        "find",
        "[WORDS]",
        "public rooms, by words of their names, topics and descriptions",
    ),
    (
        "join",
        "ROOM",
        "go to a room; you enter it if you are not in it",
    ),
    (
        "create",
        "ROOM [private|broadcast]",
        "make a room; where it is broadcast, few write",
    ),
    ("leave", "", "leave this room"),
    (
        "people",
        "WORDS",
        "people and bots whose names, or shown names, begin so",
    ),
    ("direct", "NAME", "talk to one person"),
    ("group", "NAME NAME ...", "talk to a few people"),
    (
        "members",
        "[WORDS]",
        "who belongs to this room, or whose name begins so",
    ),
    ("who", "", "who of them is here now"),
    (
        "history",
        "[2026-01-31]",
        "a page further back, and again for the next; or from a day on",
    ),
    (
        "first",
        "",
        "the first unread messages of this room as you came in, and again for those after them",
    ),
    (
        "search",
        "WORDS",
        "messages with these words in your rooms; in: from: has: before: after: narrow it",
    ),
    (
        "reply",
        "NUMBER TEXT",
        "answer a message; - is the last one",
    ),
    (
        "edit",
        "NUMBER TEXT",
        "change a message of yours; - is your last one",
    ),
    ("delete", "NUMBER", "delete a message; - is your last one"),
    (
        "react",
        "NUMBER EMOJI",
        "put a reaction on a message; - is the last one",
    ),
    ("unreact", "NUMBER EMOJI", "take it back"),
    ("pin", "NUMBER", "pin a message; - is the last one"),
    ("unpin", "NUMBER", "take its pin off"),
    ("pins", "", "the pinned messages of this room"),
    (
        "edits",
        "NUMBER",
        "what a message was before it was edited; - is the last one",
    ),
    (
        "thread",
        "NUMBER [BEFORE]",
        "show the thread of a message, or what is before a NUMBER in it; - is the last one",
    ),
    (
        "in",
        "NUMBER TEXT",
        "write into the thread of a message; - is the last one",
    ),
    (
        "threads",
        "[more]",
        "the threads that you follow; more: the next of them",
    ),
    ("follow", "NUMBER", "follow the thread of a message"),
    ("unfollow", "NUMBER", "do not follow it any more"),
    (
        "receipts",
        "[on|off]",
        "up to where others have read this room; off: tell nobody, and be told of nobody",
    ),
    (
        "forward",
        "NUMBER ROOM",
        "copy a message into another room; - is the last one",
    ),
    (
        "attach",
        "[in:NUMBER] [re:NUMBER] FILE [alt:WORDS] [TEXT]",
        "send a file, with words for who does not see it; what has blanks in \"quotes\". in: into a message's thread, re: to answer one",
    ),
    (
        "save-file",
        "NUMBER [FILE]",
        "keep the files of a message here; - is the last one",
    ),
    (
        "avatar",
        "FILE",
        "show yourself by a picture; - takes it away",
    ),
    (
        "save-avatar",
        "NAME FILE",
        "keep somebody's picture here; # for this room's",
    ),
    (
        "room-avatar",
        "FILE",
        "show this room by a picture; - takes it away",
    ),
    ("link", "NUMBER", "a link to a message; - is the last one"),
    ("open", "LINK", "show the messages around a link's"),
    (
        "unread",
        "NUMBER",
        "make everything from a message on unread again, in the room or in its thread",
    ),
    (
        "topic",
        "[TEXT]",
        "show the topic, or change it; - for none",
    ),
    (
        "describe",
        "[TEXT]",
        "show what this room is for, or say it; - for none",
    ),
    ("invite", "NAME", "bring somebody into this room"),
    (
        "invitation",
        "[USES] [2h|7d]",
        "make an invitation link into this room: for one, for a week",
    ),
    ("invitations", "", "the invitation links of this room"),
    (
        "withdraw",
        "NUMBER",
        "withdraw one by its number in /invitations",
    ),
    ("accept", "CODE", "enter a room by an invitation link"),
    (
        "webhooks",
        "",
        "by which programs write here and are told what happens",
    ),
    (
        "webhook",
        "in NAME|out URL [KIND,KIND]|name NUMBER NAME|resume NUMBER",
        "make one: in, for messages as Slack takes them; out, to post events to a URL. Rename or resume one",
    ),
    (
        "unhook",
        "NUMBER",
        "withdraw one by its number in /webhooks",
    ),
    (
        "remove",
        "NAME [REASON]",
        "put somebody out of this room; they may come back",
    ),
    (
        "ban",
        "NAME [30m|2h|7d] [REASON]",
        "put or keep somebody out, for so long or until it is lifted",
    ),
    ("unban", "NAME", "lift somebody's ban"),
    ("bans", "", "who is banned from this room"),
    (
        "role",
        "NAME guest|member|moderator|owner",
        "say what somebody may do",
    ),
    (
        "rights",
        "[write|react|everyone|pin|invite|describe guest|member|moderator|owner]",
        "who may do what in this room; or say from which role on",
    ),
    ("sessions", "", "where you are logged in"),
    (
        "revoke",
        "NUMBER|others|all",
        "log a session out by its number in /sessions, all others, or this one too",
    ),
    ("logout", "", "log out here, and leave"),
    (
        "delete-account",
        "",
        "delete your account for ever, and leave; you are asked for your password",
    ),
    (
        "password",
        "",
        "change your password; you are asked for the old and the new one",
    ),
    (
        "totp",
        "[CODE|off]",
        "a code of your phone beside the password: begin, confirm it by a CODE, or end it",
    ),
    (
        "mail",
        "[ADDRESS|LINK|off]",
        "the mail address to which a new password can be sent: show, set, confirm by a LINK, or end it",
    ),
    (
        "rename",
        "NEW NAME",
        "rename this room; its old name leads here as well",
    ),
    (
        "slow",
        "SECONDS",
        "slow mode: how long each waits between two messages; 0 ends it",
    ),
    (
        "archive",
        "",
        "close this room for writing; it stays readable",
    ),
    ("unarchive", "", "open it again"),
    (
        "notify",
        "[all|mentions|none]",
        "show of what in this room you are told, or change it",
    ),
    (
        "mute",
        "30m|2h|7d|off",
        "be told of nothing in this room for so long",
    ),
    (
        "dnd",
        "[22:00-07:00 ZONE|off]",
        "hours in which you are told of nothing; ZONE as Europe/Berlin",
    ),
    (
        "draft",
        "[in:NUMBER] [re:NUMBER] [TEXT]",
        "show this room's draft, or keep one; - clears it. in: that of a message's thread, re: to answer one",
    ),
    (
        "later",
        "2h|18:30 [in:NUMBER] [re:NUMBER] [file:FILE [alt:WORDS]] TEXT",
        "send a text into this room later, also while you are away; in: into a message's thread, re: to answer one",
    ),
    ("scheduled", "", "what you have told to be sent later"),
    (
        "unschedule",
        "NUMBER",
        "cancel one by its number in /scheduled",
    ),
    (
        "reschedule",
        "NUMBER 2h|18:30|- [TEXT]",
        "change when one is sent, and what; - leaves the time as it is",
    ),
    ("send-now", "NUMBER", "send one at once"),
    (
        "save",
        "NUMBER",
        "keep a message to come back to; - is the last one",
    ),
    ("unsave", "NUMBER", "do not keep it any more"),
    (
        "saved",
        "[more]",
        "what you have saved; more: what you saved before that",
    ),
    (
        "notifications",
        "",
        "of what you are to be told since yesterday and have not read",
    ),
    (
        "hide",
        "NUMBER",
        "hide a message from yourself; - is the last one",
    ),
    ("unhide", "NUMBER", "show it to yourself again"),
    (
        "block",
        "NAME",
        "see nothing more of somebody, and let them open no direct room with you",
    ),
    ("unblock", "NAME", "take that back"),
    ("blocked", "", "whom you have blocked"),
    (
        "profile",
        "[NAME]",
        "what somebody, or you, say of yourselves",
    ),
    (
        "about",
        "status|emoji|zone|language|name TEXT",
        "say it of yourself, for others to see; - takes it back. name: how you are shown",
    ),
    (
        "status",
        "[online|away|dnd|[EMOJI] TEXT|-]",
        "how you are: here, away, not to be disturbed; or what you are doing, and - takes that back",
    ),
    (
        "push",
        "",
        "the browsers that are told of messages while they sleep",
    ),
    (
        "unpush",
        "NUMBER",
        "tell one no more, by its number in /push",
    ),
    (
        "retry",
        "",
        "try now what waits, and send again what failed",
    ),
    ("drop", "", "give up what waits and what failed"),
    ("quit", "", "leave for today (Ctrl-D does too)"),
];

/// The lines of `/help`.
pub(in crate::chat) fn help() -> Vec<String> {
    let widest = COMMANDS
        .iter()
        .map(|(name, follows, _)| name.len() + follows.len() + 2)
        .max();
    let width = widest.unwrap_or(0);
    let mut lines: Vec<String> = COMMANDS
        .iter()
        .map(|(name, follows, does)| {
            let left = format!("/{name} {follows}");
            format!("  {left:width$}  {does}")
        })
        .collect();
    lines.push(
        "  Anything else is said in the current room. The first letters of a command are enough."
            .into(),
    );
    lines.push("  Each message has its number before it: that is what NUMBER means.".into());
    lines
}
