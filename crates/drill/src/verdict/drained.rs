//! A server that goes away lets its answers out first: a socket that is closed for a drain has answered all that the
//! server took in from it.
//!
//! What it took in is known by what it answered: texts of one socket are taken in the order in which they were sent. So
//! no clock is asked. It must not know what a drain is to a server.

use std::collections::{HashMap, HashSet};

use hearth_protocol::CloseCode;

use super::{Bench, Promise};
use crate::history::{ClientNo, Command, Line, OpNo, Record, RoomNo, SocketNo, UserNo};

#[derive(Debug, Default)]
pub(super) struct Drained {
    sockets: HashMap<SocketNo, ClientNo>,
    clients: HashMap<ClientNo, Asked>,
    ops: HashMap<OpNo, (ClientNo, bool)>,
    sent: HashSet<(UserNo, RoomNo, Box<str>)>,
}

/// What a client has asked over the socket that it has now.
#[derive(Debug, Default)]
struct Asked {
    /// The last command whose answer shows that it was taken in, and that answer's line.
    answered: Option<(OpNo, u64)>,
    /// Commands that had no answer when the socket ended, and by which lines.
    lost: Vec<(OpNo, u64)>,
}

impl Drained {
    /// Takes a line of the first going through.
    pub(super) fn take(&mut self, at: u64, line: &Line, bench: &mut Bench) {
        match &line.record {
            Record::Open { s, c, .. } => {
                self.sockets.insert(*s, *c);
                self.clients.insert(*c, Asked::default());
            }
            Record::Invoke { o, u, c, command } => {
                // A send that was tried before may be answered by what came of that.
                let shows = match command {
                    Command::Send { room, id, .. } => {
                        self.sent.insert((*u, *room, id.as_str().into()))
                    }
                    // It has no answer.
                    Command::Mark { .. } => return,
                    _ => true,
                };
                if let Some(c) = c {
                    self.ops.insert(*o, (*c, shows));
                    self.clients.entry(*c).or_default().lost.clear();
                }
            }
            Record::Ok { o, .. } | Record::Fail { o, .. } => {
                if let Some((c, shows)) = self.ops.remove(o)
                    && shows
                {
                    let asked = self.clients.entry(c).or_default();
                    asked.answered = asked.answered.max(Some((*o, at)));
                }
            }
            Record::Unknown { o, .. } => {
                if let Some((c, _)) = self.ops.remove(o) {
                    self.clients.entry(c).or_default().lost.push((*o, at));
                }
            }
            Record::Close { s, code } => {
                let client = self.sockets.remove(s);
                let asked = client.and_then(|client| self.clients.remove(&client));
                if let (Some(client), Some(asked)) = (client, asked)
                    && *code == Some(CloseCode::Drain.number())
                {
                    judge(client, &asked, at, bench);
                }
            }
            _ => {}
        }
    }
}

fn judge(client: ClientNo, asked: &Asked, at: u64, bench: &mut Bench) {
    bench.judged(Promise::Honest, 1);
    let Some((last, answer)) = asked.answered else {
        return;
    };
    if let Some((_, line)) = asked.lost.iter().find(|(o, _)| *o < last) {
        bench.wrong(Promise::Honest, &[answer, *line, at], || {
            format!(
                "client {client} was sent elsewhere without an answer to what had been taken in: what it asked later had one"
            )
        });
    }
}
