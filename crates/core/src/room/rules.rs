//! Who may do what: one send judged against the window, by LOG.md rules 3–7 and each body's own rule.
//!
//! It promises that a refusal is final: whatever the log holds later, no copy of the same send that is judged then is
//! accepted. So a rule may rest on what can never change again (a room's kind, a message's sender, a deletion), on a
//! membership, a ban or an archiving that must not have changed since the send's `after`, or on a right that the sender's
//! role must have had since then. What rests on what may pass is
//! `full`, a ban that runs out, a message to forward that is gone, and, as no refusals for good, `slow` and that
//! somebody is the only owner. Times are those of the log: the one that the event would have. It must not know the queue, other sends, or who asks.

use std::collections::BTreeSet;

use hearth_protocol::{
    Attachment, Body, ErrorCode, Mentions, Right, Role, RoomKind, RoomName, Seq, UserId, bounds,
    is_emoji, mutant,
};

#[cfg(test)]
pub(super) use self::table::LOWEST;
pub(crate) use self::table::{Act, may};

use super::{
    api::Send,
    fold::Fold,
    past::{Row, Targets},
    tail::{Known, Tail},
};
use crate::{port::BanCell, refusal::Refusal};

/// What each role may do, in every room alike, as the table in `docs/protocol.md` says, against which a test holds this
/// one. Who has a [`Right`] is said by each room.
mod table {
    use hearth_protocol::Role;

    /// What is done, as far as a role decides it.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum Act {
        /// A deletion of one's own message, taking a reaction back, leaving.
        TakeBack,
        /// Seeing and withdrawing invitation links that others made.
        Invitations,
        /// Deleting what somebody else wrote.
        DeleteOthers,
        /// Somebody of a lower role; anybody, for owners.
        Remove,
        /// As removing; who is no member counts as lower than all.
        Ban,
        Unban,
        SeeBans,
        Slow,
        /// Not held up by slow mode.
        Hurry,
        /// Making, seeing and withdrawing webhooks.
        Webhooks,
        GiveRoles,
        GiveRights,
        Archive,
    }

    /// Each act with the lowest role that may do it.
    pub(crate) const LOWEST: [(Act, Role); 13] = [
        (Act::TakeBack, Role::Guest),
        (Act::Invitations, Role::Moderator),
        (Act::DeleteOthers, Role::Moderator),
        (Act::Remove, Role::Moderator),
        (Act::Ban, Role::Moderator),
        (Act::Unban, Role::Moderator),
        (Act::SeeBans, Role::Moderator),
        (Act::Slow, Role::Moderator),
        (Act::Hurry, Role::Moderator),
        (Act::Webhooks, Role::Moderator),
        (Act::GiveRoles, Role::Owner),
        (Act::GiveRights, Role::Owner),
        (Act::Archive, Role::Owner),
    ];

    /// Whether a role may.
    pub(crate) fn may(role: Role, act: Act) -> bool {
        LOWEST
            .iter()
            .any(|(of, lowest)| *of == act && role >= *lowest)
    }
}

/// What is to become of a send, as far as the window shows.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is in the log, or was made needless by what is there, as this seq.
    Stored(Seq),
    /// As above, once a SERIAL read has confirmed that event (rule 14).
    Confirm(Seq),
    /// Rows below the window, from `after` on, must be known first (rule 2).
    Scan,
    /// This message must be known first.
    Target(Seq),
    /// No, and for ever.
    Refused(Refusal),
    /// No, but only because something was not seen (rule 2, membership): after a look at the log's end it is final as
    /// well.
    Unseen(Refusal),
    /// Not now: the same again later may be added.
    Later(Refusal),
    /// It may be appended at the head.
    Add,
}

/// Judges a send at the window's head, as an event of that time.
pub(super) fn judge(
    tail: &Tail,
    targets: &Targets,
    send: &Send,
    scan_events_max: u64,
    at_ms: u64,
) -> Verdict {
    let head = tail.seq();
    if send.after > head {
        return judge_ahead(tail, send);
    }
    let create = matches!(send.body, Body::Create { .. });
    // A room begins once: its one possible copy is the first row, whatever `after` says.
    let after = if create { Seq::ZERO } else { send.after };
    let entering = create || matches!(send.body, Body::Join);
    if mutant!("member-before-dedup") && tail.fold().role(send.by).is_none() && !entering {
        return not_member();
    }
    if !mutant!("no-dedup")
        && let Some((seq, known)) = tail.find(send.by, &send.id, after)
    {
        return stored(seq, known);
    }
    if create {
        return judge_create(tail, targets, send);
    }
    if !mutant!("dedup-memory-only") && after.next() < tail.sends_from() {
        let far = head.0 - after.0 > scan_events_max;
        return if far || after < tail.floor() {
            refused(ErrorCode::TooOld, TOO_OLD)
        } else {
            Verdict::Scan
        };
    }
    if !mutant!("no-order-fence") && tail.passed(send.by, &send.device, send.n, after) {
        return refused(
            ErrorCode::OutOfOrder,
            "A later send of this device is already in the room, so this one had been given up.",
        );
    }
    judge_body(tail, targets, send, at_ms)
}

/// The answer for the only owner of a room who leaves it to others. Whoever asks makes one of them an owner, and leaves
/// by the same send; it passes, so it is not for good.
pub(crate) fn only_owner() -> Refusal {
    Refusal::new(
        ErrorCode::Busy,
        "You are the room's only owner, since the others are leaving as well. You have not left: try again in a \
         moment, or make somebody else an owner.",
    )
    .retry_after(500)
}

/// The answer for a send whose `after` lies where the log cannot be known any more, or beyond its end.
pub(super) const TOO_OLD: &str =
    "This send is too old: whether it is in the room already can no longer be told.";

/// A send from above the window. No copy of it can lie in the window, so membership may be asked first: nobody waits
/// for the claims of a stranger. Whether the window is behind or the claim is wrong, a look at the log's end tells.
fn judge_ahead(tail: &Tail, send: &Send) -> Verdict {
    let fold = tail.fold();
    let entering = matches!(send.body, Body::Join | Body::Create { .. });
    if fold.has_begun() && fold.role(send.by).is_none() && !entering {
        return not_member();
    }
    if mutant!("refuse-behind-after") {
        return refused(ErrorCode::NotMember, TOO_OLD);
    }
    Verdict::Unseen(Refusal::new(ErrorCode::TooOld, TOO_OLD))
}

fn not_member() -> Verdict {
    Verdict::Unseen(Refusal::new(
        ErrorCode::NotMember,
        "You are not a member of this room.",
    ))
}

fn refused(code: ErrorCode, message: impl Into<String>) -> Verdict {
    Verdict::Refused(Refusal::new(code, message))
}

fn stored(seq: Seq, known: Known) -> Verdict {
    match known {
        Known::Seen if !mutant!("plain-found-is-acked") => Verdict::Confirm(seq),
        Known::Sure | Known::Seen => Verdict::Stored(seq),
    }
}

fn judge_create(tail: &Tail, targets: &Targets, send: &Send) -> Verdict {
    let Body::Create {
        title,
        room_kind,
        with,
    } = &send.body
    else {
        return refused(ErrorCode::BadRequest, "This creates no room.");
    };
    if tail.seq() > Seq::ZERO {
        let first = Seq(1);
        if tail.sends_from() > first {
            match targets.row(tail, first) {
                None => return Verdict::Target(first),
                Some(Row::Found { by, id, .. }) if by == send.by && id == send.id => {
                    return stored(first, tail.known(first));
                }
                Some(_) => {}
            }
        }
        return refused(ErrorCode::Taken, "The room exists already.");
    }
    let mut others: Vec<UserId> = with.iter().map(|(user, _)| *user).collect();
    others.push(send.by);
    others.sort_unstable();
    let distinct = others.windows(2).all(|pair| pair[0] != pair[1]);
    match room_kind {
        RoomKind::Direct if !title.is_empty() => {
            refused(ErrorCode::BadRequest, "A direct room has no name.")
        }
        RoomKind::Group if !title.is_empty() => {
            refused(ErrorCode::BadRequest, "A group has no name.")
        }
        RoomKind::Direct | RoomKind::Group if others.len() > bounds::GROUP_DIRECT_MEMBERS_MAX => {
            refused(
                ErrorCode::TooLarge,
                format!(
                    "A group has at most {} members.",
                    bounds::GROUP_DIRECT_MEMBERS_MAX
                ),
            )
        }
        RoomKind::Direct | RoomKind::Group if !distinct => {
            refused(ErrorCode::BadRequest, "A member is named twice.")
        }
        RoomKind::Direct | RoomKind::Group => Verdict::Add,
        RoomKind::Public | RoomKind::Private | RoomKind::Broadcast if !with.is_empty() => refused(
            ErrorCode::BadRequest,
            "Only a direct room or a group has other members from its beginning.",
        ),
        RoomKind::Public | RoomKind::Private | RoomKind::Broadcast => {
            match RoomName::new(title.as_str()) {
                Ok(_) => Verdict::Add,
                Err(error) => refused(ErrorCode::BadRequest, error.to_string()),
            }
        }
    }
}

/// Membership (rule 5), then the body's own rule.
fn judge_body(tail: &Tail, targets: &Targets, send: &Send, at_ms: u64) -> Verdict {
    let fold = tail.fold();
    if !fold.has_begun() {
        return Verdict::Unseen(Refusal::new(ErrorCode::NotFound, "There is no such room."));
    }
    let role = fold.role(send.by);
    let direct = fold.kind == RoomKind::Direct;
    if matches!(send.body, Body::Join) {
        return judge_join(tail, send, role, at_ms);
    }
    let Some(role) = role else {
        return match fold.ban(send.by).filter(|ban| ban.stands(at_ms)) {
            Some(ban) => {
                Verdict::Unseen(Refusal::new(ErrorCode::NotMember, banned("You are", ban)))
            }
            None => not_member(),
        };
    };
    // What every member may do, and might all the while, rests on being in; all else on the role as well.
    let is_everybodys = |right: &Right| {
        let since = fold.held(*right).since(Role::Guest);
        since.is_some_and(|since| since <= send.after)
    };
    let rests_on_role = match &send.body {
        Body::Message { .. } | Body::Edit { .. } | Body::React { .. } => {
            !needed(&send.body).iter().all(is_everybodys)
        }
        _ => true,
    };
    if moved(fold, send.by, send.after) && (rests_on_role || tail.went_through(send.by, send.after))
    {
        return refused(
            ErrorCode::NotMember,
            "Your membership has changed since this was composed. Look at the room and try again.",
        );
    }
    if let Some(no) = archived(fold, send) {
        return no;
    }
    let mut needed = needed(&send.body).iter();
    if let Some(no) = needed.find_map(|right| without(fold, *right, role, send.after)) {
        return no;
    }
    match &send.body {
        Body::Message {
            text,
            reply_to,
            mentions,
            forward,
            attachments,
            thread,
        } => {
            // Whoever took it in could copy nothing. If an earlier copy of the send is stored, that was found above.
            if forward.is_some() && text.is_empty() && attachments.is_empty() {
                return refused(
                    ErrorCode::NotFound,
                    "There is no such message to forward, or you may not read it.",
                );
            }
            if let Some(no) = bad_attachments(attachments) {
                return no;
            }
            if (!text.is_empty() || attachments.is_empty())
                && let Some(no) = bad_text(text)
            {
                return no;
            }
            let users = mentions.as_ref().map_or(0, |mentions| mentions.users.len());
            if users > bounds::MENTIONED_USERS_MAX {
                let text = format!(
                    "A message mentions at most {} people by name.",
                    bounds::MENTIONED_USERS_MAX
                );
                return refused(ErrorCode::TooLarge, text);
            }
            let root = thread.as_ref().map(|thread| thread.root);
            if let Some(no) = root.and_then(|root| no_root(tail, targets, root)) {
                return no;
            }
            match reply_to {
                Some(seq) if *seq == Seq::ZERO => no_message(),
                Some(seq) if *seq > tail.seq() => no_message_yet(),
                _ => match fold.slow_ms(send.by, at_ms) {
                    ms if ms > 0 && !may(role, Act::Hurry) => Verdict::Later(slow(fold, ms)),
                    _ => Verdict::Add,
                },
            }
        }
        Body::Edit { target, text } => match bad_text(text) {
            Some(no) => no,
            None => with_target(tail, targets, *target, |by, words| match words {
                _ if by != send.by => {
                    refused(ErrorCode::Forbidden, "Only its sender may edit a message.")
                }
                Words::Own => Verdict::Add,
                Words::Copied => refused(
                    ErrorCode::Forbidden,
                    "What was forwarded is not edited: the words are another's.",
                ),
            }),
        },
        Body::Delete { target } => with_target(tail, targets, *target, |by, _| {
            if by == send.by || (may(role, Act::DeleteOthers) && !direct) {
                Verdict::Add
            } else {
                refused(
                    ErrorCode::Forbidden,
                    "Only its sender or a moderator may delete a message.",
                )
            }
        }),
        Body::React { target, emoji, on } => {
            if emoji.is_empty() {
                return refused(ErrorCode::BadRequest, "The reaction is empty.");
            }
            if emoji.len() > bounds::EMOJI_BYTES_MAX {
                return too_large("reaction", bounds::EMOJI_BYTES_MAX, "bytes");
            }
            // What is no emoji was taken before, and is taken back as it was put.
            if *on && !is_emoji(emoji) {
                let text = "A reaction is one emoji, as 👍: no letters or signs, and not several.";
                return refused(ErrorCode::BadRequest, text);
            }
            with_target(tail, targets, *target, |_, _| {
                let standing = || targets.emoji(tail, *target);
                let is_full = |all: BTreeSet<&str>| {
                    all.len() >= bounds::REACTION_KINDS_MAX && !all.contains(emoji.as_str())
                };
                if !*on || !is_full(standing()) {
                    return Verdict::Add;
                }
                let text = format!(
                    "The message has {} different reactions; more do not fit. Choose one that is there.",
                    bounds::REACTION_KINDS_MAX
                );
                refused(ErrorCode::Full, text)
            })
        }
        Body::Pin { target, on } => judge_pin(tail, targets, *target, *on),
        Body::Leave
        | Body::Invite { .. }
        | Body::Remove { .. }
        | Body::Ban { .. }
        | Body::Unban { .. }
        | Body::Role { .. }
            if direct =>
        {
            refused(
                ErrorCode::Forbidden,
                "A direct room keeps the members with which it began.",
            )
        }
        Body::Leave if fold.heir(send.by).is_some() => Verdict::Later(only_owner()),
        Body::Leave => Verdict::Add,
        Body::Invite {
            user, user_name, ..
        } => {
            if user_name.chars().count() > bounds::DISPLAY_NAME_CHARS_MAX {
                return too_large("name", bounds::DISPLAY_NAME_CHARS_MAX, "characters");
            }
            if fold.role(*user).is_some() {
                return already(tail, *user);
            }
            if moved(fold, *user, send.after) {
                return their_membership_changed();
            }
            if let Some(ban) = fold.ban(*user).filter(|ban| ban.stands(at_ms)) {
                return refused(ErrorCode::Banned, banned("They are", ban));
            }
            room_for_one_more(fold)
        }
        Body::Remove { user, reason } => {
            if *user == send.by {
                return refused(ErrorCode::BadRequest, "To go yourself, leave the room.");
            }
            if let Some(no) = bad_reason(reason) {
                return no;
            }
            with_member(fold, *user, send.after, |theirs| {
                if may(role, Act::Remove) && is_above(role, Some(theirs)) {
                    Verdict::Add
                } else {
                    refused(
                        ErrorCode::Forbidden,
                        "Only an owner, or a moderator above them, may remove a member.",
                    )
                }
            })
        }
        Body::Ban { user, reason, .. } => {
            if *user == send.by {
                return refused(ErrorCode::BadRequest, "To go yourself, leave the room.");
            }
            if let Some(no) = bad_reason(reason) {
                return no;
            }
            if moved(fold, *user, send.after) {
                return their_membership_changed();
            }
            if !(may(role, Act::Ban) && is_above(role, fold.role(*user))) {
                return refused(
                    ErrorCode::Forbidden,
                    "Only an owner, or a moderator above them, may ban somebody.",
                );
            }
            let is_new = fold.ban(*user).is_none_or(|ban| !ban.stands(at_ms));
            if is_new && fold.bans(at_ms) >= bounds::BANS_PER_ROOM_MAX {
                let text = format!(
                    "The room has {} bans; more do not fit. Lift one first, or remove them only.",
                    bounds::BANS_PER_ROOM_MAX
                );
                return refused(ErrorCode::Full, text);
            }
            Verdict::Add
        }
        Body::Unban { user } => {
            if moved(fold, *user, send.after) {
                return their_membership_changed();
            }
            if !may(role, Act::Unban) {
                return refused(
                    ErrorCode::Forbidden,
                    "Only a moderator or an owner may lift a ban.",
                );
            }
            match fold.ban(*user) {
                Some(_) => Verdict::Add,
                None => Verdict::Unseen(Refusal::new(
                    ErrorCode::NotFound,
                    "They are not banned from this room.",
                )),
            }
        }
        Body::Role { user, .. } => {
            if *user == send.by {
                return refused(
                    ErrorCode::Forbidden,
                    "Nobody changes their own role: another owner has to.",
                );
            }
            with_member(fold, *user, send.after, |_| {
                if may(role, Act::GiveRoles) {
                    Verdict::Add
                } else {
                    refused(ErrorCode::Forbidden, "Only an owner may give roles.")
                }
            })
        }
        Body::Topic { topic } => {
            if topic.chars().count() > bounds::TOPIC_CHARS_MAX {
                too_large("topic", bounds::TOPIC_CHARS_MAX, "characters")
            } else if direct {
                refused(ErrorCode::Forbidden, "A direct room has no topic.")
            } else {
                Verdict::Add
            }
        }
        Body::Description { description } => {
            let max = bounds::DESCRIPTION_CHARS_MAX;
            if description.chars().count() > max {
                too_large("description", max, "characters")
            } else if direct {
                refused(ErrorCode::Forbidden, "A direct room has no description.")
            } else {
                Verdict::Add
            }
        }
        Body::Avatar { .. } if direct => refused(
            ErrorCode::Forbidden,
            "A direct room has no avatar but those of its two members.",
        ),
        Body::Avatar { .. } => Verdict::Add,
        Body::Rename { .. } | Body::Archive { .. } | Body::Slow { .. } | Body::Right { .. }
            if direct =>
        {
            refused(
                ErrorCode::Forbidden,
                "A direct room has no name, is not archived, has no slow mode, and both have the same rights in it.",
            )
        }
        Body::Rename { .. } if !fold.kind.is_named() => refused(
            ErrorCode::Forbidden,
            "A group has no name: it is called by its members.",
        ),
        Body::Rename { name } => judge_rename(tail, name),
        Body::Right { .. } => {
            if may(role, Act::GiveRights) {
                Verdict::Add
            } else {
                refused(
                    ErrorCode::Forbidden,
                    "Only an owner may say who may do what in the room.",
                )
            }
        }
        Body::Archive { .. } => {
            if may(role, Act::Archive) {
                Verdict::Add
            } else {
                refused(
                    ErrorCode::Forbidden,
                    "Only an owner may archive the room, or open it again.",
                )
            }
        }
        Body::Slow { seconds } => {
            if *seconds > bounds::SLOW_SECONDS_MAX {
                refused(
                    ErrorCode::BadRequest,
                    format!(
                        "Slow mode waits at most {} seconds; 0 ends it.",
                        bounds::SLOW_SECONDS_MAX
                    ),
                )
            } else if !may(role, Act::Slow) {
                refused(
                    ErrorCode::Forbidden,
                    "Only a moderator or an owner may set slow mode.",
                )
            } else {
                Verdict::Add
            }
        }
        Body::Create { .. } | Body::Join | Body::Erased { .. } => {
            refused(ErrorCode::BadRequest, "This cannot be sent.")
        }
    }
}

/// The rights that a body needs.
fn needed(body: &Body) -> &'static [Right] {
    match body {
        Body::Message { mentions, .. } if everyone(mentions.as_deref()) => {
            &[Right::Write, Right::Everyone]
        }
        Body::Message { .. } | Body::Edit { .. } => &[Right::Write],
        Body::React { on: true, .. } => &[Right::React],
        Body::Pin { .. } => &[Right::Pin],
        Body::Invite { .. } => &[Right::Invite],
        Body::Topic { .. }
        | Body::Description { .. }
        | Body::Avatar { .. }
        | Body::Rename { .. } => &[Right::Describe],
        _ => &[],
    }
}

/// The refusal of who has not a right, or has come to have it since: no copy of what was refused before is taken then.
fn without(fold: &Fold, right: Right, role: Role, after: Seq) -> Option<Verdict> {
    let held = fold.held(right);
    match held.since(role) {
        Some(since) if since <= after => None,
        Some(_) => Some(refused(
            ErrorCode::Forbidden,
            "Who may do this was changed since it was composed. Look at the room, and send it anew.",
        )),
        None => Some(Verdict::Refused(lacking(right, held.lowest()))),
    }
}

/// The answer for who has not a right that is had from a role on.
pub(crate) fn lacking(right: Right, lowest: Role) -> Refusal {
    let what = match right {
        Right::Write => "write",
        Right::React => "react",
        Right::Everyone => "mention everyone",
        Right::Pin => "pin messages",
        Right::Invite => "bring people in",
        Right::Describe => "change the room's name, topic, description or picture",
    };
    let text = match lowest {
        Role::Guest | Role::Member => format!("A guest may not {what} here."),
        Role::Moderator => format!("Only a moderator or an owner may {what} here."),
        Role::Owner => format!("Only an owner may {what} here."),
    };
    Refusal::new(ErrorCode::Forbidden, text)
}

fn everyone(mentions: Option<&Mentions>) -> bool {
    mentions.is_some_and(|mentions| mentions.everyone.is_some())
}

fn judge_join(tail: &Tail, send: &Send, role: Option<Role>, at_ms: u64) -> Verdict {
    let fold = tail.fold();
    if role.is_some() {
        return already(tail, send.by);
    }
    if !fold.kind.is_open() {
        return refused(ErrorCode::NotFound, "There is no such room.");
    }
    if let Some(ban) = fold.ban(send.by).filter(|ban| ban.stands(at_ms)) {
        return refused(ErrorCode::Banned, banned("You are", ban));
    }
    if let Some(no) = archived(fold, send) {
        return no;
    }
    if moved(fold, send.by, send.after) {
        return refused(
            ErrorCode::NotMember,
            "Your membership has changed since you asked to join. Try again.",
        );
    }
    room_for_one_more(fold)
}

/// Asking twice is no fault: it is answered with the event by which it is so.
fn judge_pin(tail: &Tail, targets: &Targets, target: Seq, on: bool) -> Verdict {
    let fold = tail.fold();
    match (on, fold.pin(target)) {
        (true, Some(pin)) => stored(pin.seq, tail.known(pin.seq)),
        (true, None) => with_target(tail, targets, target, |_, _| {
            if fold.pins().len() < bounds::PINS_PER_ROOM_MAX {
                return Verdict::Add;
            }
            let text = format!(
                "The room has {} pinned messages; more do not fit. Take one off first.",
                bounds::PINS_PER_ROOM_MAX
            );
            refused(ErrorCode::Full, text)
        }),
        (false, Some(_)) => Verdict::Add,
        (false, None) => {
            let last = fold.pins_changed().max(Seq(1));
            stored(last, tail.known(last))
        }
    }
}

fn judge_rename(tail: &Tail, name: &str) -> Verdict {
    let fold = tail.fold();
    let folded = match RoomName::new(name) {
        Ok(name) => name.folded(),
        Err(error) => return refused(ErrorCode::BadRequest, format!("{error}.")),
    };
    if name == fold.name {
        // Asking twice is no fault: it is answered with the event by which it is called so.
        let named = fold.settings.named.max(Seq(1));
        return stored(named, tail.known(named));
    }
    // The one that it has now counts as well.
    if !fold.has_name(&folded) && fold.settings.former.len() + 2 > bounds::NAMES_PER_ROOM_MAX {
        let text = format!(
            "The room has had {} names, and keeps them all; more do not fit. It can take one of them again.",
            bounds::NAMES_PER_ROOM_MAX
        );
        return refused(ErrorCode::Full, text);
    }
    Verdict::Add
}

/// An archived room takes nothing more, and nothing that was composed before it was opened again: so each refusal stands.
/// What puts its members in order goes on, and so does deleting.
fn archived(fold: &Fold, send: &Send) -> Option<Verdict> {
    let goes_on = matches!(
        send.body,
        Body::Delete { .. }
            | Body::Leave
            | Body::Remove { .. }
            | Body::Ban { .. }
            | Body::Unban { .. }
            | Body::Role { .. }
            | Body::Archive { .. }
    );
    if goes_on {
        return None;
    }
    if fold.settings.archived {
        let text = "The room is archived: it can be read, and nothing more is written. An owner can open it again.";
        return Some(refused(ErrorCode::Archived, text));
    }
    (fold.settings.archived_since > send.after).then(|| {
        refused(
            ErrorCode::Archived,
            "The room was archived and opened again since this was composed. Look at it, and send it anew.",
        )
    })
}

fn slow(fold: &Fold, ms: u64) -> Refusal {
    let text = format!(
        "Slow mode: one message in {} s. Yours can go in {} s.",
        fold.settings.slow_seconds,
        ms.div_ceil(1_000)
    );
    Refusal::new(ErrorCode::Slow, text).retry_after(ms)
}

/// Whether somebody stands above whom they want out. Who is no member stands below all.
fn is_above(role: Role, theirs: Option<Role>) -> bool {
    role == Role::Owner || theirs.is_none_or(|theirs| role > theirs)
}

/// `who` is "You are" or "They are".
fn banned(who: &str, ban: &BanCell) -> String {
    let until = ban
        .until_ms
        .map_or_else(String::new, |ms| format!(" until {}", utc(ms)));
    let reason = match ban.reason.as_str() {
        "" => ".".to_owned(),
        reason => format!(": {reason}"),
    };
    format!("{who} banned from this room{until}{reason}")
}

/// A time as people write it, to the minute; the minute that has begun counts.
fn utc(at_ms: u64) -> String {
    let minutes = at_ms.div_ceil(60_000);
    let days = minutes / 1_440;
    // Of the proleptic Gregorian calendar, in years that begin in March, so that a leap day is a year's last.
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    let (hour, minute) = (minutes % 1_440 / 60, minutes % 60);
    format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02} UTC")
}

/// Who is in already is told the event by which they are: asking twice is no fault.
fn already(tail: &Tail, user: UserId) -> Verdict {
    let since = tail.fold().membership(user).map_or(Seq::ZERO, |m| m.since);
    stored(since, tail.known(since))
}

fn moved(fold: &Fold, user: UserId, after: Seq) -> bool {
    !mutant!("plain-membership-rule") && fold.membership(user).is_some_and(|m| m.since > after)
}

fn with_member(
    fold: &Fold,
    user: UserId,
    after: Seq,
    then: impl FnOnce(Role) -> Verdict,
) -> Verdict {
    if moved(fold, user, after) {
        return their_membership_changed();
    }
    match fold.role(user) {
        Some(role) => then(role),
        None => Verdict::Unseen(Refusal::new(
            ErrorCode::NotFound,
            "They are no member of this room.",
        )),
    }
}

fn their_membership_changed() -> Verdict {
    refused(
        ErrorCode::Forbidden,
        "Their membership has changed since you asked. Look at the room and try again.",
    )
}

fn room_for_one_more(fold: &Fold) -> Verdict {
    let max = match fold.kind {
        RoomKind::Group => bounds::GROUP_DIRECT_MEMBERS_MAX,
        _ => bounds::MEMBERS_PER_ROOM_MAX,
    };
    if fold.count() >= max as u64 {
        let text = format!("The room has {max} members; more do not fit.");
        refused(ErrorCode::Full, text)
    } else {
        Verdict::Add
    }
}

/// Whose words a message has.
enum Words {
    Own,
    Copied,
}

fn with_target(
    tail: &Tail,
    targets: &Targets,
    target: Seq,
    then: impl FnOnce(UserId, Words) -> Verdict,
) -> Verdict {
    if target > tail.seq() {
        return no_message_yet();
    }
    if target == Seq::ZERO {
        return no_message();
    }
    match targets.message(tail, target) {
        None => Verdict::Target(target),
        Some(Row::Found {
            by,
            message: true,
            deleted: false,
            copied,
            ..
        }) => then(by, if copied { Words::Copied } else { Words::Own }),
        Some(Row::Found {
            message: true,
            deleted: true,
            ..
        }) => refused(ErrorCode::NotFound, "The message is deleted."),
        Some(Row::Found { message: false, .. } | Row::Missing) => no_message(),
    }
}

/// Why no thread may begin at a message, or what is to be known before. One that was deleted keeps its thread, if it has one.
/// All of it rests on the message's row, which does not change but by being erased.
fn no_root(tail: &Tail, targets: &Targets, root: Seq) -> Option<Verdict> {
    if root > tail.seq() {
        return Some(no_message_yet());
    }
    if root == Seq::ZERO {
        return Some(no_message());
    }
    match targets.row(tail, root) {
        None => Some(Verdict::Target(root)),
        Some(Row::Found { threaded: true, .. }) => Some(refused(
            ErrorCode::BadRequest,
            "That message is in a thread itself. A thread begins at a message of the room: name that one.",
        )),
        Some(Row::Found { message: true, .. }) => None,
        Some(Row::Found { message: false, .. } | Row::Missing) => Some(no_message()),
    }
}

fn no_message() -> Verdict {
    refused(
        ErrorCode::NotFound,
        "There is no such message in this room.",
    )
}

/// It may lie above the window.
fn no_message_yet() -> Verdict {
    Verdict::Unseen(Refusal::new(ErrorCode::TooOld, TOO_OLD))
}

fn bad_text(text: &str) -> Option<Verdict> {
    if text.is_empty() {
        Some(refused(ErrorCode::BadRequest, "The message is empty."))
    } else if text.len() > bounds::TEXT_BYTES_MAX {
        Some(too_large("message", bounds::TEXT_BYTES_MAX, "bytes"))
    } else {
        None
    }
}

/// What an upload is was looked at by whoever took the send in: of one that is none it says nothing.
fn bad_attachments(attachments: &[Attachment]) -> Option<Verdict> {
    let max = bounds::ALT_CHARS_MAX;
    if attachments.len() > bounds::ATTACHMENTS_MAX {
        let text = format!(
            "A message brings at most {} files along.",
            bounds::ATTACHMENTS_MAX
        );
        return Some(refused(ErrorCode::TooLarge, text));
    }
    if attachments
        .iter()
        .any(|file| file.alt.chars().count() > max)
    {
        return Some(too_large("alternative text", max, "characters"));
    }
    attachments.iter().any(|file| !file.is_known()).then(|| {
        refused(
            ErrorCode::NotFound,
            "There is no such upload of yours for this room, or it is not whole yet.",
        )
    })
}

fn bad_reason(reason: &str) -> Option<Verdict> {
    let max = bounds::REASON_CHARS_MAX;
    (reason.chars().count() > max).then(|| too_large("reason", max, "characters"))
}

fn too_large(what: &str, max: usize, unit: &str) -> Verdict {
    refused(
        ErrorCode::TooLarge,
        format!("The {what} is too long: at most {max} {unit} fit."),
    )
}
