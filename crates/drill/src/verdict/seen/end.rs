//! What there is at the end: every node has every log, and everybody has all of their rooms.

use std::collections::HashMap;

use hearth_protocol::Seq;

use super::{Bench, Promise, Seen, standing};
use crate::history::{ClientNo, Run, Snap, UserNo};

impl Seen<'_> {
    /// A node reads a log at the end.
    pub(super) fn read(&mut self, at: u64, node: String, run: &Run, bench: &mut Bench) {
        let room = run.room;
        bench.judged(Promise::Durable, 1);
        self.content(at, run, "read at the end", bench);
        let position = self.reads.entry((node, room)).or_insert(Seq::ZERO);
        if run.from == position.next() {
            *position = run.to;
        }
    }

    /// A node describes a user's rooms at the end.
    pub(super) fn last(
        &mut self,
        at: u64,
        t: u64,
        node: &str,
        u: UserNo,
        rooms: Vec<Snap>,
        bench: &mut Bench,
    ) {
        for snap in &rooms {
            let room = snap.room;
            self.snapshot(at, u, snap, bench);
            let mark = standing(snap);
            // Nothing moves any more, so whatever was seen before is not newer.
            self.mark(at, t, u, room, mark, Some(t), bench);
            self.moved(at, u, room, mark, bench);
            let (first, line) = *self.finals.entry((u, room)).or_insert((mark, at));
            if first != mark {
                bench.wrong(Promise::Counted, &[line, at], || {
                    format!(
                        "two nodes say that user {u} has read room {room} up to {} and {}",
                        first.seq, mark.seq
                    )
                });
            }
            if let Some(log) = self.log(room)
                && snap.head < log.head()
            {
                bench.wrong(Promise::Complete, &[at], || {
                    let (said, head) = (snap.head, log.head());
                    format!("{node} still believes at the end that room {room} ends at {said}, not {head}")
                });
            }
        }
        let listed = self.listed.entry((node.to_owned(), u)).or_default();
        listed.extend(rooms.iter().map(|snap| snap.room));
    }

    /// All has been seen.
    pub(in crate::verdict) fn judge(self, bench: &mut Bench) {
        let live: HashMap<UserNo, Vec<ClientNo>> =
            self.live
                .iter()
                .flatten()
                .fold(HashMap::new(), |mut live, client| {
                    if let Some(user) = self.users.get(client) {
                        live.entry(*user).or_default().push(*client);
                    }
                    live
                });
        let screens = self.quiet.as_ref().unwrap_or(&self.screens);
        for (room, log) in self.judged.truth.logs() {
            let head = log.head();
            for user in log.people() {
                let is_in = log.role(user, head).is_some();
                for client in live.get(&user).into_iter().flatten() {
                    bench.judged(Promise::Complete, 1);
                    match screens.get(&(*client, room)) {
                        Some(screen) if is_in && screen.position < head => {
                            let (position, line) = (screen.position, screen.line);
                            bench.wrong(Promise::Complete, &[line, log.line(position.next())], || {
                                format!(
                                    "client {client} of user {user} is connected and has room {room} up to {position} \
                                     of {head}"
                                )
                            });
                        }
                        None if is_in => bench.wrong(Promise::Complete, &[log.line(head)], || {
                            format!("client {client} of user {user} is connected and was never given room {room}")
                        }),
                        Some(screen) if !is_in => {
                            bench.wrong(Promise::Honest, &[screen.line], || {
                                format!("client {client} of user {user} was never told to be out of room {room}")
                            });
                        }
                        _ => {}
                    }
                }
                for node in self.cluster.nodes() {
                    let Some(listed) = self.listed.get(&(node.clone(), user)) else {
                        continue;
                    };
                    bench.judged(Promise::Complete, 1);
                    if is_in && !listed.contains(&room) {
                        bench.wrong(Promise::Complete, &[log.line(head)], || {
                            format!(
                                "{node} does not list room {room} for user {user}, who is in it"
                            )
                        });
                    }
                }
            }
            for node in self.cluster.nodes() {
                bench.judged(Promise::Durable, 1);
                let read = self.reads.get(&(node.clone(), room)).copied();
                let read = read.unwrap_or(Seq::ZERO);
                if read < head {
                    bench.wrong(Promise::Durable, &[log.line(read.next())], || {
                        format!(
                            "{node} reads room {room} up to {read}, and the log has {head} events"
                        )
                    });
                }
            }
        }
    }
}
