//! Says every message back as it came, so that a conformance suite that is not ours can judge codec, inbox, pipe and
//! socket (`scripts/autobahn`). Only with the feature `conformance`, which no release has.

use std::{future, sync::Arc};

use hearth_protocol::CloseCode;

use super::{codec::Opcode, pipe::Pipe, socket::Served};

/// Serves one socket.
pub struct Echo(Arc<Pipe>);

impl Echo {
    /// What comes is said back here.
    pub fn new(pipe: Arc<Pipe>) -> Self {
        Self(pipe)
    }
}

impl Served for Echo {
    /// The suite's largest message; ours would leave most of its limits untried.
    const MESSAGE_BYTES_MAX: usize = 16 * 1024 * 1024;

    fn text(&mut self, text: &str) {
        self.0.echo(Opcode::Text, text.as_bytes());
    }

    fn binary(&mut self, bytes: &[u8]) -> Result<(), CloseCode> {
        self.0.echo(Opcode::Binary, bytes);
        Ok(())
    }

    /// Always: who does not read their own words is closed as slow, like anybody.
    fn may_read(&self) -> bool {
        true
    }

    fn turn(&mut self) -> impl Future<Output = ()> + Send {
        future::pending()
    }
}
