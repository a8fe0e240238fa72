//! The cast of a replay: who takes part, under which legal names, in which rooms, and what each does in which order.

use std::{collections::HashMap, path::PathBuf};

use hearth_protocol::bounds::{DISPLAY_NAME_CHARS_MAX, ROOM_NAME_CHARS_MAX, USER_NAME_CHARS_MAX};

use super::irc::{self, Line, Tally};

/// A nick, and the account that plays it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Role {
    /// As it stands in the logs: shown as display name.
    pub(super) display: String,
    /// A legal name, unique to the run.
    pub(super) name: String,
}

/// What somebody does in a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    /// Comes in.
    Join,
    /// Goes.
    Leave,
    /// Says this.
    Say(String),
}

/// One line of a file, as somebody's act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cue {
    /// Index of the role.
    pub(super) role: usize,
    /// What they do.
    pub(super) act: Act,
}

/// A file: a room and what happens in it.
#[derive(Debug)]
pub(super) struct Scene {
    /// The room's legal name, unique to the run.
    pub(super) room: String,
    /// In the order of the lines.
    pub(super) cues: Vec<Cue>,
}

/// All of it.
#[derive(Debug, Default)]
pub(super) struct Play {
    pub(super) roles: Vec<Role>,
    pub(super) scenes: Vec<Scene>,
    pub(super) tally: Tally,
    /// Files that could not be read: why.
    pub(super) unread: Vec<String>,
}

impl Play {
    /// How many messages will be said.
    pub(super) fn messages(&self) -> usize {
        let cues = self.scenes.iter().flat_map(|s| &s.cues);
        cues.filter(|c| matches!(c.act, Act::Say(_))).count()
    }

    /// How many acts there are.
    pub(super) fn acts(&self) -> usize {
        self.scenes.iter().map(|s| s.cues.len()).sum()
    }
}

/// Reads the files. `run` makes the names unique; `limit` bounds the lines of each file.
pub(super) fn cast(files: &[PathBuf], run: &str, limit: Option<usize>) -> Play {
    let mut play = Play::default();
    let mut known = HashMap::new();
    for (index, path) in files.iter().enumerate() {
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                play.unread.push(format!("{}: {error}", path.display()));
                continue;
            }
        };
        let (mut lines, tally) = irc::read(&bytes);
        lines.truncate(limit.unwrap_or(usize::MAX));
        add(&mut play.tally, tally);
        let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned());
        // The index tells files of one name apart, and stands first so that it survives the cut.
        let room = format!("{run}-{index} {}", stem.unwrap_or_default());
        let mut cues = Vec::new();
        let mut role = |nick: String| {
            *known.entry(nick).or_insert_with_key(|nick| {
                play.roles.push(role_of(nick, run, play.roles.len()));
                play.roles.len() - 1
            })
        };
        for line in lines {
            match line {
                Line::Say { nick, text } => cues.push(Cue {
                    role: role(nick),
                    act: Act::Say(text),
                }),
                Line::Join { nick } => cues.push(Cue {
                    role: role(nick),
                    act: Act::Join,
                }),
                Line::Leave { nick } => cues.push(Cue {
                    role: role(nick),
                    act: Act::Leave,
                }),
                // Each nick is a user: one goes, another comes.
                Line::Rename { from, to } => {
                    cues.push(Cue {
                        role: role(from),
                        act: Act::Leave,
                    });
                    cues.push(Cue {
                        role: role(to),
                        act: Act::Join,
                    });
                }
            }
        }
        play.scenes.push(Scene {
            room: cut(&room, ROOM_NAME_CHARS_MAX),
            cues,
        });
    }
    play
}

fn role_of(nick: &str, run: &str, index: usize) -> Role {
    let plain: String = nick
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "._-".contains(*c))
        .collect();
    let shown: String = nick.chars().filter(|c| !c.is_control()).collect();
    Role {
        display: cut(&shown, DISPLAY_NAME_CHARS_MAX),
        name: cut(&format!("{run}-{index}-{plain}"), USER_NAME_CHARS_MAX)
            .trim_end_matches('-')
            .to_owned(),
    }
}

/// The first characters, without what no name may hold or end with.
fn cut(text: &str, chars: usize) -> String {
    let legal = text
        .chars()
        .filter(|c| c.is_alphanumeric() || c.is_ascii_punctuation() || *c == ' ');
    legal.take(chars).collect::<String>().trim().to_owned()
}

fn add(sum: &mut Tally, more: Tally) {
    sum.blank += more.blank;
    sum.cut += more.cut;
    sum.system += more.system;
    sum.odd += more.odd;
    sum.not_utf8 += more.not_utf8;
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use hearth_protocol::{RoomName, UserName};

    use super::*;

    fn play(files: &[(&str, &str)], limit: Option<usize>) -> Play {
        let dir = tempfile::tempdir().unwrap();
        let paths: Vec<_> = files
            .iter()
            .map(|(name, text)| {
                let path = dir.path().join(name);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(&path, text).unwrap();
                path
            })
            .collect();
        cast(&paths, "r1x", limit)
    }

    #[test]
    fn names_are_legal_and_unique_whatever_the_nicks_and_files_are_called() {
        let log = "<Bob> a\n<bob> b\n<BOB> c\n<|^_^|> d\n<\u{202E}evil> e\n<žluť> f\n";
        let long = format!("<{}> g\n", "n".repeat(64));
        let files = [
            ("a/2006-06-01.log", log),
            ("b/2006-06-01.log", long.as_str()),
            (
                "c/\u{202E} a name much longer than any room may have.txt",
                log,
            ),
            (".log", ""),
        ];
        let play = play(&files, None);
        assert_eq!((play.roles.len(), play.scenes.len()), (7, 4));
        let names: HashSet<_> = play
            .roles
            .iter()
            .map(|r| UserName::new(&r.name).unwrap().folded())
            .collect();
        assert_eq!(names.len(), 7);
        let rooms: HashSet<_> = play
            .scenes
            .iter()
            .map(|s| RoomName::new(&s.room).unwrap().folded())
            .collect();
        assert_eq!(rooms.len(), 4);
        assert_eq!(play.roles[0].display, "Bob");
        assert_eq!(play.roles[5].display, "žluť");
    }

    #[test]
    fn a_nick_is_one_user_in_all_files_and_a_rename_is_a_coming_and_a_going() {
        let play = play(
            &[
                ("a", "<x> 1\n=== x is now known as y\n<y> 2"),
                ("b", "<x> 3"),
            ],
            None,
        );
        assert_eq!(play.roles.len(), 2);
        let acts: Vec<_> = play.scenes[0]
            .cues
            .iter()
            .map(|c| (c.role, c.act.clone()))
            .collect();
        let say = |text: &str| Act::Say(text.into());
        assert_eq!(
            acts,
            [
                (0, say("1")),
                (0, Act::Leave),
                (1, Act::Join),
                (1, say("2"))
            ]
        );
        assert_eq!(play.scenes[1].cues[0].role, 0);
        assert_eq!((play.messages(), play.acts()), (3, 5));
    }

    #[test]
    fn a_file_that_is_not_there_is_said_and_the_rest_is_read() {
        let mut paths = vec![PathBuf::from("/nowhere/at/all.log")];
        let dir = tempfile::tempdir().unwrap();
        paths.push(dir.path().join("x.log"));
        std::fs::write(&paths[1], "<a> b").unwrap();
        let play = cast(&paths, "r", None);
        assert_eq!((play.unread.len(), play.messages()), (1, 1));
    }

    #[test]
    fn the_limit_is_per_file() {
        let play = play(&[("a", "<x> 1\n<x> 2\n<x> 3"), ("b", "<x> 4")], Some(2));
        assert_eq!(play.messages(), 3);
    }
}
