//! Somebody who sends a message at a time into a room in which nobody else writes, and waits for its acknowledgement.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use hearth_protocol::{RoomId, SendId, Seq};

use super::fan_out::TEXT;
use crate::{
    http::Place,
    load::crowd::{Outgoing, Socket},
};

/// The sender.
pub(super) struct Sender {
    name: String,
    socket: Socket,
    room: RoomId,
    after: Seq,
    n: u64,
}

impl Sender {
    /// Connects; they write into the first of their rooms.
    pub(super) async fn open(place: &Place, name: &str) -> Result<Self> {
        let (socket, rooms) = Socket::open(place, name).await?;
        let (room, after) = *rooms.first().context("a sender without a room")?;
        Ok(Self {
            name: name.to_owned(),
            socket,
            room,
            after,
            n: 0,
        })
    }

    /// What the acknowledgement of one message took, in milliseconds.
    pub(super) async fn send(&mut self) -> Result<f64> {
        self.n += 1;
        let outgoing = Outgoing {
            room: self.room,
            id: SendId::new(format!("{}-{}", self.name, self.n))?,
            after: self.after,
            device: &self.name,
            n: self.n,
            text: TEXT,
        };
        let began = Instant::now();
        ensure!(self.socket.send(&outgoing).await?, "a message was put off");
        let waited = began.elapsed().as_secs_f64() * 1e3;
        self.after = self.after.next();
        Ok(waited)
    }
}
