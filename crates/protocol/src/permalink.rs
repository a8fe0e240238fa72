//! Links to messages: an address that stays, whatever the room is called later.

use std::{fmt, str::FromStr};

use crate::{RoomId, Seq};

/// A link to a message: `/rooms/ROOM/SEQ` behind whatever the server is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permalink {
    /// The room.
    pub room: RoomId,
    /// The message's number, or any event's.
    pub seq: Seq,
}

/// It is no link to a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a link to a message ends with /rooms/ROOM/NUMBER")]
pub struct NoPermalink;

impl fmt::Display for Permalink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/rooms/{}/{}", self.room, self.seq)
    }
}

impl FromStr for Permalink {
    type Err = NoPermalink;

    /// Takes a whole address as well as the path alone.
    fn from_str(text: &str) -> Result<Self, NoPermalink> {
        let path = text.split(['?', '#']).next().unwrap_or_default();
        let (_, rest) = path.rsplit_once("/rooms/").ok_or(NoPermalink)?;
        let (room, seq) = rest.split_once('/').ok_or(NoPermalink)?;
        let seq = seq.parse().ok().filter(|seq| *seq > 0).ok_or(NoPermalink)?;
        Ok(Self {
            room: room.parse().map_err(|_| NoPermalink)?,
            seq: Seq(seq),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_read_back_whatever_stands_before_it() {
        let room: RoomId = "0190b6a1-0000-7000-8000-000000000001".parse().unwrap();
        let link = Permalink { room, seq: Seq(42) };
        assert_eq!(
            link.to_string(),
            "/rooms/0190b6a1-0000-7000-8000-000000000001/42"
        );
        for before in ["", "https://chat.example", "http://127.0.0.1:8080/rooms/x"] {
            for after in ["", "?id=mara", "#here"] {
                assert_eq!(format!("{before}{link}{after}").parse(), Ok(link));
            }
        }
        for wrong in [
            "",
            "/rooms/",
            "/rooms/x/1",
            "rooms/1",
            "https://chat.example/",
        ] {
            assert_eq!(wrong.parse::<Permalink>(), Err(NoPermalink), "{wrong}");
        }
        assert_eq!(
            format!("/rooms/{room}/0").parse::<Permalink>(),
            Err(NoPermalink)
        );
        assert_eq!(
            format!("/rooms/{room}/1/2").parse::<Permalink>(),
            Err(NoPermalink)
        );
    }
}
