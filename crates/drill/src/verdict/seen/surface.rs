//! What came over a socket of the specification's own surface, whose frames carry no number.

use std::collections::HashMap;

use hearth_protocol::Seq;

use super::{Bench, Log, Promise, Seen, stray};
use crate::{
    history::{Deed, Digest, RoomNo, SocketNo, UserNo},
    verdict::truth::Change,
};

impl Seen<'_> {
    /// A message in the specification's own frames: they carry no number, but whose it is and its id.
    pub(super) fn plain(
        &mut self,
        at: u64,
        s: SocketNo,
        room: RoomNo,
        key: (UserNo, &str),
        text: Digest,
        bench: &mut Bench,
    ) {
        for promise in [
            Promise::Durable,
            Promise::Complete,
            Promise::Once,
            Promise::Ordered,
            Promise::Private,
        ] {
            bench.judged(promise, 1);
        }
        let log = self.log(room);
        let by_id: &HashMap<_, _> = self.by_id.entry(room).or_insert_with(|| {
            let rows = log.into_iter().flat_map(Log::rows);
            rows.map(|(row, _)| ((row.by, row.id.as_str()), row.seq))
                .collect()
        });
        let seq = by_id.get(&key).copied();
        let Some(socket) = self.sockets.get_mut(&s) else {
            return stray(at, bench);
        };
        let u = socket.u;
        let Some((log, seq)) = log.zip(seq) else {
            return bench.wrong(Promise::Durable, &[at], || {
                let (by, id) = key;
                format!("user {u} was told message {id} of user {by} in room {room}, and the log does not have it")
            });
        };
        if !socket.plain.insert((room, seq)) {
            bench.wrong(Promise::Once, &[at], || {
                format!("user {u} was told event {seq} of room {room} twice on one socket")
            });
        }
        let last = socket.plain_last.get(&room).copied().unwrap_or(seq);
        socket.plain_last.insert(room, seq.max(last));
        if seq < last {
            bench.wrong(Promise::Ordered, &[at], || {
                format!("user {u} was told event {seq} of room {room} after event {last}")
            });
        }
        // What was deleted by then has no words to be told; and who was out meanwhile begins anew.
        let parted =
            |change: &Change| change.role.is_none() && last < change.at && change.at <= seq;
        let is_parted = log.changes(u).iter().any(parted);
        let mut between = (last.next().0..seq.0).map(Seq).filter(|_| !is_parted);
        let left_out = between.find(|seq| {
            log.deed(*seq).is_some_and(Deed::is_message)
                && log.deleted(*seq, log.head()).is_none()
                && log.is_for(u, *seq)
        });
        if let Some(left_out) = left_out {
            bench.wrong(Promise::Complete, &[log.line(left_out), at], || {
                format!("user {u} was told event {seq} of room {room}, and not event {left_out} before it")
            });
        }
        let is_it = match log.deed(seq) {
            Some(Deed::Message { text: of, .. }) => *of == text,
            Some(_) => false,
            None => true,
        };
        if !is_it {
            bench.wrong(Promise::Ordered, &[log.line(seq), at], || {
                format!(
                    "user {u} was told event {seq} of room {room} otherwise than the log has it"
                )
            });
        }
        if !log.is_for(u, seq) {
            self.outsider(at, s, room, "a message", bench);
        }
    }
}
