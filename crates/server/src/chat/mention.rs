//! Whom a typed text calls. Pure.

use hearth_protocol::{Everyone, Mentions, UserId, bounds::MENTIONED_USERS_MAX};

use super::text::Names;

/// Those whom `@name` calls, as far as they are known here, and everyone for `@here` and `@room`, where that may be said.
pub(super) fn mentions(text: &str, names: &Names, may_everyone: bool) -> Option<Box<Mentions>> {
    let mut mentions = Mentions::default();
    for word in text.split_whitespace() {
        let Some(name) = word.strip_prefix('@') else {
            continue;
        };
        // What ends a name in a sentence; names may hold `.`, `_` and `-`, but say so first.
        let bare = name.trim_end_matches(|c: char| !c.is_alphanumeric());
        match [name, bare]
            .into_iter()
            .find_map(|name| called(name, names))
        {
            Some(Call::User(user)) => {
                let users = &mut mentions.users;
                if users.len() < MENTIONED_USERS_MAX && !users.contains(&user) {
                    users.push(user);
                }
            }
            Some(Call::Everyone(everyone)) if may_everyone => {
                // Who is called for later is called for now as well.
                let room = mentions.everyone == Some(Everyone::Room);
                mentions.everyone = Some(if room { Everyone::Room } else { everyone });
            }
            Some(Call::Everyone(_)) | None => {}
        }
    }
    (mentions != Mentions::default()).then(|| Box::new(mentions))
}

enum Call {
    User(UserId),
    Everyone(Everyone),
}

fn called(name: &str, names: &Names) -> Option<Call> {
    match name {
        "here" => return Some(Call::Everyone(Everyone::Here)),
        "room" => return Some(Call::Everyone(Everyone::Room)),
        _ => {}
    }
    let name = name.to_lowercase();
    let known = names.iter().find(|(_, known)| known.to_lowercase() == name);
    known.map(|(user, _)| Call::User(*user))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn names_are_called_with_or_without_what_follows_them() {
        let user = |n| UserId(Uuid::from_u128(n));
        let names = Names::from([(user(1), "Priya".into()), (user(2), "j.k.".into())]);
        let called = |text, may| mentions(text, &names, may).map(|mentions| *mentions);
        assert_eq!(called("mail priya@example, or @nobody", true), None);
        let of = |users: &[u128], everyone| {
            let users = users.iter().map(|n| user(*n)).collect();
            Some(Mentions { users, everyone })
        };
        assert_eq!(called("@priya: and @j.k., @Priya!", true), of(&[1], None));
        assert_eq!(called("@j.k. (@priya)", true), of(&[2], None));
        assert_eq!(called("@room, @here", true), of(&[], Some(Everyone::Room)));
        assert_eq!(
            called("@here @room", true),
            of(&[], Some(Everyone::Room)),
            "the louder one"
        );
        assert_eq!(called("@here @priya", false), of(&[1], None));
    }
}
