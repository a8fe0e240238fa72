//! Files as they are kept: what a file is and what becomes of it, and the ledgers of what the files of each user and each
//! room take. Pure: records in, records out.
//!
//! A file has at most one message that refers to it, so there is nothing to count: a forward brings a copy
//! (`docs/decisions/0033-files.md`).
//!
//! Promises of a [`Ledger`]: whatever steps are repeated, by whichever node, in whatever order after a crash, each file
//! is counted once while it is there and not at all afterwards.

use hearth_protocol::{
    Attachment, ErrorCode, FileId, RoomId, SendId, Seq, UserId,
    bounds::{CHUNK_BYTES, FILE_NAME_CHARS_MAX, UPLOADS_MAX},
};
use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

/// The largest object in the place for files: a part of an upload.
pub const OBJECT_BYTES_MAX: usize = CHUNK_BYTES;
/// Files of one room that are on their way in or out at a time.
pub const ROOM_MOVING_MAX: usize = 500;
/// An upload to which no message refers after so long is removed.
pub const UNUSED_MS: u64 = 24 * 60 * 60 * 1_000;
/// What stands still for so long on its way was left by a crash.
pub const STUCK_MS: u64 = 60 * 60 * 1_000;

/// How much may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileBounds {
    /// One file, in bytes.
    pub file_bytes_max: u64,
    /// All files of one user.
    pub user_bytes_max: u64,
    /// All files of one room.
    pub room_bytes_max: u64,
}

impl Default for FileBounds {
    fn default() -> Self {
        Self {
            file_bytes_max: 64 << 20,
            user_bytes_max: 1 << 30,
            room_bytes_max: 10 << 30,
        }
    }
}

/// What becomes of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// It is being uploaded.
    Open,
    /// It is whole, and no message refers to it.
    Whole,
    /// This message refers to it, or is about to.
    Attached {
        /// The message's own id.
        id: SendId,
        /// With which it was sent: it stands in the log after this, if it does.
        after: Seq,
        /// When it was sent last.
        at_ms: u64,
    },
    /// It is the avatar of its owner, or of its room if it has one; or was, or is about to be.
    Avatar,
    /// It is being removed: nobody is shown it any more. With the marks that its owner's and its room's ledger have for
    /// that.
    Doomed {
        /// The owner's.
        user: u32,
        /// The room's.
        room: u32,
    },
}

/// A file as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFile {
    /// Which.
    pub id: FileId,
    /// Who brought it: against whose quota it counts.
    pub by: UserId,
    /// For which room, whose quota counts as well; none for a user's avatar.
    pub room: Option<RoomId>,
    /// What it was called where it came from.
    pub name: String,
    /// How many bytes it has, or is to have.
    pub size: u64,
    /// When the upload was begun, in milliseconds since 1970.
    pub created_ms: u64,
    /// The objects of its parts, in their order: each by the chance of the try that put it.
    pub parts: Vec<u32>,
    /// Its media type; empty as long as it is not whole.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub r#type: String,
    /// A picture's width and height.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pixels: Option<(u32, u32)>,
    /// A picture in very small, in base64.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub preview: String,
    /// The bytes of its thumbnail; 0 if there is none.
    #[serde(default)]
    pub thumb_bytes: u64,
    /// What becomes of it.
    pub stage: Stage,
}

impl StoredFile {
    /// How many bytes have come.
    pub fn received(&self) -> u64 {
        (self.parts.len() as u64)
            .saturating_mul(CHUNK_BYTES as u64)
            .min(self.size)
    }

    /// How many bytes a part has.
    pub fn part_bytes(&self, part: u64) -> u64 {
        let begin = part.saturating_mul(CHUNK_BYTES as u64);
        self.size.saturating_sub(begin).min(CHUNK_BYTES as u64)
    }

    /// The folder with all its objects.
    pub fn folder(&self) -> String {
        folder(self.id)
    }

    /// The object of a part.
    pub fn part(&self, part: u64) -> Option<String> {
        let of = usize::try_from(part)
            .ok()
            .and_then(|part| self.parts.get(part))?;
        Some(part_name(self.id, part, *of))
    }

    /// As a message brings it along.
    pub fn attachment(&self, alt: String) -> Attachment {
        Attachment {
            id: self.id,
            name: self.name.clone(),
            r#type: self.r#type.clone(),
            size: self.size,
            width: self.pixels.map(|(width, _)| width),
            height: self.pixels.map(|(_, height)| height),
            preview: self.preview.clone(),
            alt,
        }
    }
}

/// The folder with all objects of a file: the last sign first, since ids that were made one after the other begin alike.
pub fn folder(id: FileId) -> String {
    let text = id.to_string();
    format!("{}/{text}", &text[text.len() - 2..])
}

/// The object of a part: each try has one of its own, so that one that comes late changes nothing.
pub fn part_name(id: FileId, part: u64, of: u32) -> String {
    format!("{}/part-{part}-{of:08x}", folder(id))
}

/// The object of a picture made from a file.
pub fn picture_name(id: FileId, which: &str) -> String {
    format!("{}/{which}", folder(id))
}

/// A file's name without what could lead astray: no path, no control character, nothing that turns the writing around,
/// and not too long, so that its ending stays.
pub fn file_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last
        .chars()
        .filter(|c| {
            !c.is_control()
                && !matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
                && !"\"<>:|?*".contains(*c)
        })
        .collect();
    let plain = plain.trim().trim_start_matches('.').trim_end_matches('.');
    let chars = plain.chars().count();
    if chars == 0 {
        return "file".to_owned();
    }
    if chars <= FILE_NAME_CHARS_MAX {
        return plain.to_owned();
    }
    const ENDING_MAX: usize = 12;
    let ending = match plain.rsplit_once('.') {
        Some((_, ending)) if ending.chars().count() < ENDING_MAX => format!(".{ending}"),
        _ => String::new(),
    };
    let kept = FILE_NAME_CHARS_MAX - ending.chars().count();
    plain.chars().take(kept).chain(ending.chars()).collect()
}

/// What the files of a user, or of a room, take.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// The bytes of those that stand still: a message refers to them.
    settled: u64,
    /// Those on their way in or out.
    moving: Vec<Moving>,
}

/// A file on its way in or out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moving {
    /// The file.
    pub id: FileId,
    /// Its room.
    pub room: Option<RoomId>,
    /// What it takes.
    pub size: u64,
    /// By which request it was begun.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub key: String,
    /// Since when.
    pub at_ms: u64,
    /// The message that is to be deleted, if it is that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Seq>,
    /// The mark of who wants it out; 0 if nobody does. What it takes is given back to this mark alone, so once, however
    /// many try.
    #[serde(default)]
    pub mark: u32,
    /// Whither.
    pub way: Way,
}

/// Whither a file moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// In: counted here.
    In,
    /// Perhaps out: counted among those that stand still.
    Watched,
    /// Out: not counted any more.
    Out,
    /// An avatar: it stands here as long as it is kept, and takes nothing.
    Shown,
}

impl Ledger {
    /// What all of them take.
    pub fn used(&self) -> u64 {
        let moving = self.moving.iter().filter(|one| one.way == Way::In);
        self.settled
            .saturating_add(moving.map(|one| one.size).sum::<u64>())
    }

    /// Those on their way.
    pub fn moving(&self) -> &[Moving] {
        &self.moving
    }

    /// One on its way.
    pub fn find(&self, id: FileId) -> Option<&Moving> {
        self.moving.iter().find(|one| one.id == id)
    }

    /// Lets a file in, within so many bytes and so many on their way. It may be in already.
    ///
    /// # Errors
    /// Full, with what helps.
    pub fn hold(&mut self, new: Moving, bytes_max: u64, whose: Whose) -> Result<(), Refusal> {
        if self.find(new.id).is_some() {
            return Ok(());
        }
        let (moving_max, too_many, cure) = match whose {
            Whose::User => (
                UPLOADS_MAX,
                "You have many uploads that no message refers to yet. Send them or remove some first.",
                "Delete messages with files, or uploads that were not sent; or ask the server's operator for more (`user_files_mb`).",
            ),
            Whose::Room => (
                ROOM_MOVING_MAX,
                "Many files are on their way into this room. Try again later.",
                "Delete messages with files; or ask the server's operator for more (`room_files_mb`).",
            ),
        };
        let coming = self.moving.iter().filter(|one| one.way == Way::In);
        if coming.count() >= moving_max {
            return Err(Refusal::new(ErrorCode::Full, too_many));
        }
        if self.used().saturating_add(new.size) > bytes_max {
            let of = match whose {
                Whose::User => "Your files take",
                Whose::Room => "The files of this room take",
            };
            let text = format!(
                "{of} {} of {} MB: this one does not fit. {cure}",
                self.used().div_ceil(1 << 20),
                bytes_max >> 20
            );
            return Err(Refusal::new(ErrorCode::Full, text));
        }
        self.moving.push(new);
        Ok(())
    }

    /// A message refers to these now.
    pub fn settle(&mut self, ids: &[FileId]) {
        let settled = &mut self.settled;
        self.moving.retain_mut(|one| {
            if one.way != Way::In || !ids.contains(&one.id) {
                return true;
            }
            *settled = settled.saturating_add(one.size);
            one.way = Way::Watched;
            one.mark != 0
        });
    }

    /// Perhaps a file is to be removed: whatever becomes of that, it is found again. The mark under which it stands: this
    /// one, or that of who wanted it out before.
    pub fn watch(&mut self, watched: Moving) -> u32 {
        let Some(one) = self.moving.iter_mut().find(|one| one.id == watched.id) else {
            let mark = watched.mark;
            self.moving.push(watched);
            return mark;
        };
        // Another than it had: by it is told apart who was here last (`take_back`).
        one.at_ms = watched.at_ms + u64::from(one.at_ms == watched.at_ms);
        one.message = watched.message.or(one.message);
        if one.mark == 0 {
            one.mark = watched.mark;
        }
        one.mark
    }

    /// A file stays after all.
    pub fn unwatch(&mut self, id: FileId) {
        self.moving
            .retain(|one| one.id != id || one.way != Way::Watched);
        for one in self.moving.iter_mut().filter(|one| one.id == id) {
            one.mark = 0;
        }
    }

    /// A file stays after all, for all that who watched it so knows: where somebody else wants it out too, it is watched
    /// on.
    pub fn take_back(&mut self, watched: &Moving) {
        let is_alone = |one: &Moving| one.mark == watched.mark && one.at_ms == watched.at_ms;
        if self.find(watched.id).is_some_and(is_alone) {
            self.unwatch(watched.id);
        }
    }

    /// A file's bytes are gone: it takes nothing any more. Where it does not stand under the mark, that was done before.
    pub fn free(&mut self, id: FileId, mark: u32) {
        let is_this = |one: &&mut Moving| one.id == id && one.mark == mark;
        let Some(one) = self.moving.iter_mut().find(is_this) else {
            return;
        };
        match one.way {
            Way::In => {}
            Way::Watched => self.settled = self.settled.saturating_sub(one.size),
            Way::Out | Way::Shown => return,
        }
        one.way = Way::Out;
    }

    /// A file is out, or was never in.
    pub fn drop(&mut self, id: FileId) {
        self.moving.retain(|one| one.id != id);
    }
}

/// Whose ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// A user's.
    User,
    /// A room's.
    Room,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn id(n: u128) -> FileId {
        FileId(Uuid::from_u128(n))
    }

    fn moving(n: u128, size: u64, way: Way) -> Moving {
        Moving {
            id: id(n),
            room: None,
            size,
            key: String::new(),
            at_ms: 0,
            message: None,
            mark: 0,
            way,
        }
    }

    #[test]
    fn a_name_leads_nowhere_and_keeps_its_ending() {
        let table = [
            ("soup.png", "soup.png"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\mara\\soup.png", "soup.png"),
            (".htaccess", "htaccess"),
            ("a\u{202E}gnp.exe", "agnp.exe"),
            ("a\"b\r\nSet-Cookie: x.txt", "abSet-Cookie x.txt"),
            ("  ", "file"),
            ("..", "file"),
            (
                "r\u{e9}sum\u{e9} \u{1F35C}.pdf",
                "r\u{e9}sum\u{e9} \u{1F35C}.pdf",
            ),
        ];
        for (given, expected) in table {
            assert_eq!(file_name(given), expected, "{given:?}");
        }
        let long = file_name(&format!("{}.tar", "x".repeat(300)));
        assert_eq!(long.chars().count(), FILE_NAME_CHARS_MAX);
        assert!(long.ends_with("x.tar"));
    }

    #[test]
    fn what_does_not_fit_is_refused_and_what_is_in_counts_once() {
        let mut ledger = Ledger::default();
        let hold =
            |ledger: &mut Ledger, n, size| ledger.hold(moving(n, size, Way::In), 10, Whose::User);
        assert_eq!(hold(&mut ledger, 1, 6), Ok(()));
        assert_eq!(hold(&mut ledger, 1, 6), Ok(()));
        assert_eq!(ledger.used(), 6);
        assert_eq!(hold(&mut ledger, 2, 5).unwrap_err().code, ErrorCode::Full);
        assert_eq!(hold(&mut ledger, 2, 4), Ok(()));
        ledger.settle(&[id(1)]);
        ledger.settle(&[id(1)]);
        assert_eq!((ledger.used(), ledger.moving().len()), (10, 1));
        for n in 0..UPLOADS_MAX as u128 - 1 {
            assert_eq!(hold(&mut ledger, 100 + n, 0), Ok(()));
        }
        assert_eq!(hold(&mut ledger, 99, 0).unwrap_err().code, ErrorCode::Full);
    }

    #[test]
    fn who_is_refused_takes_back_no_watch_of_somebody_else() {
        let watched = |mark, at_ms| Moving {
            mark,
            at_ms,
            ..moving(1, 5, Way::Watched)
        };
        let mut ledger = Ledger::default();
        ledger.watch(watched(1, 7));
        ledger.take_back(&watched(1, 7));
        assert!(ledger.moving().is_empty(), "nobody else was there");
        ledger.watch(watched(1, 7));
        ledger.watch(watched(2, 7));
        for refused in [watched(1, 7), watched(2, 7)] {
            ledger.take_back(&refused);
            assert_eq!(ledger.moving().len(), 1, "also not in the same moment");
        }
    }

    /// One who removes a file goes these steps, each of which may be repeated, and stop anywhere.
    #[derive(Debug, Clone, Default)]
    struct Remover {
        step: usize,
        mark: u32,
    }

    proptest! {
        /// Several nodes remove one file beside each other, each may stop for good after any step, and a sweep ends it.
        #[test]
        fn whoever_removes_a_file_and_wherever_they_stop_it_is_given_back_once(
            steps in proptest::collection::vec((0_usize..3, any::<bool>()), 0..40),
            settles_late in any::<bool>(),
        ) {
            let (mut ledger, other) = (Ledger::default(), 7);
            ledger.settled = other;
            ledger.hold(moving(1, 5, Way::In), 100, Whose::User).unwrap();
            if !settles_late {
                ledger.settle(&[id(1)]);
            }
            // The file's record: there or not, and doomed with a mark.
            let (mut there, mut doomed) = (true, None);
            let mut removers = vec![Remover::default(); 4];
            let mut go = |ledger: &mut Ledger, which: usize| {
                let remover = &mut removers[which];
                match remover.step {
                    0 if !there => remover.step = 9,
                    0 => match doomed {
                        Some(mark) => *remover = Remover { step: 3, mark },
                        None => remover.step = 1,
                    },
                    1 => {
                        let mark = u32::try_from(which).unwrap() + 1;
                        remover.mark = ledger.watch(Moving { mark, ..moving(1, 5, Way::Watched) });
                        remover.step = 2;
                    }
                    // Conditional on what was read.
                    2 if !there || doomed.is_some() => remover.step = 0,
                    2 => {
                        doomed = Some(remover.mark);
                        remover.step = 3;
                    }
                    3 => {
                        ledger.free(id(1), remover.mark);
                        remover.step = 4;
                    }
                    4 => {
                        there = false;
                        remover.step = 5;
                    }
                    5 => {
                        ledger.drop(id(1));
                        remover.step = 9;
                    }
                    _ => {}
                }
            };
            for (which, settles) in steps {
                go(&mut ledger, which);
                if settles && settles_late {
                    ledger.settle(&[id(1)]);
                }
            }
            // The sweep comes to the end.
            for _ in 0..20 {
                go(&mut ledger, 3);
            }
            prop_assert!(!there);
            ledger.drop(id(1));
            prop_assert_eq!(ledger.used(), other);
            prop_assert!(ledger.moving().is_empty());
        }
    }
}
