//! The port `Bus` over Redis.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::future::join_all;
use hearth_core::port::{Bus, BusError, PAYLOAD_BYTES_MAX, ServerHealth, Topic};
use redis::{Cmd, ServerErrorKind, Value};
use tokio::time::{Instant, timeout_at};

use super::{
    channel::slot,
    machine::{Gen, Mode},
    shell::{Shell, error_text, redirection},
    slots::Addr,
};

/// How long a publish may take in all, redirections included. The port promises a second.
const PUBLISH_WAIT: Duration = Duration::from_millis(900);
/// How often a publish follows a redirection.
const REDIRECTIONS_MAX: usize = 2;

pub(super) struct RedisBus {
    shell: Arc<Shell>,
}

impl RedisBus {
    pub(super) fn new(shell: Arc<Shell>) -> Self {
        Self { shell }
    }

    /// Asks a server how it is. One that may not be asked for its memory is well all the same.
    async fn ask_health(&self, generation: Gen, server: &mut ServerHealth) {
        let Some(mut connection) = self.shell.connection(generation) else {
            return;
        };
        let mut command = Cmd::new();
        command.arg("INFO").arg("memory");
        let begun = Instant::now();
        let asked = timeout_at(
            begun + PUBLISH_WAIT,
            connection.send_packed_command(&command),
        );
        match asked.await {
            Ok(Ok(answer)) => {
                let took = u64::try_from(begun.elapsed().as_micros()).ok();
                server.round_trip_us = took;
                server.memory_bytes = used_memory(&answer);
            }
            Ok(Err(error)) => server.down = Some(error.to_string()),
            Err(_) => {
                self.shell
                    .machine(|machine, now| machine.doubt(generation, now));
                server.down = Some("no answer in time".to_owned());
            }
        }
    }

    /// Sends the command over the connection. `Ok(None)`: taken; `Ok(Some(generation))`: try there.
    async fn say(
        &self,
        generation: Gen,
        command: &Cmd,
        until: Instant,
    ) -> Result<Option<Gen>, BusError> {
        let away = || BusError("the connection has ended".to_owned());
        let mut connection = self.shell.connection(generation).ok_or_else(away)?;
        let Ok(answer) = timeout_at(until, connection.send_packed_command(command)).await else {
            self.shell
                .machine(|machine, now| machine.doubt(generation, now));
            return Err(BusError("no answer in time".to_owned()));
        };
        match answer {
            Ok(Value::ServerError(error)) => {
                if let Some((slot, to)) = redirection(&error, ServerErrorKind::Moved) {
                    let other = self.shell.machine(|machine, now| {
                        machine.moved(slot, to.clone(), now);
                        machine.mouth(&to, now)
                    });
                    if other.is_some() {
                        return Ok(other);
                    }
                }
                Err(BusError(error_text(&error)))
            }
            Ok(_) => Ok(None),
            Err(error) => Err(BusError(error.to_string())),
        }
    }
}

#[async_trait]
impl Bus for RedisBus {
    async fn publish(&self, topic: &Topic, payload: Bytes) -> Result<(), BusError> {
        if payload.len() > PAYLOAD_BYTES_MAX {
            return Err(BusError(format!(
                "a payload of {} bytes is larger than {PAYLOAD_BYTES_MAX}",
                payload.len()
            )));
        }
        let until = Instant::now() + PUBLISH_WAIT;
        let channel = self.shell.names.channel(topic);
        let slot = slot(&channel);
        let mut command = Cmd::with_capacity(3, payload.len() + channel.len() + 16);
        command.arg(match self.shell.mode {
            Mode::Standalone => "PUBLISH",
            Mode::Cluster => "SPUBLISH",
        });
        command.arg(channel).arg(payload.as_ref());
        let mut generation = self
            .shell
            .machine(|machine, now| machine.route(slot, now))
            .map_err(BusError)?;
        for _ in 0..=REDIRECTIONS_MAX {
            match self.say(generation, &command, until).await? {
                None => return Ok(()),
                Some(other) => generation = other,
            }
        }
        Err(BusError("redirected too often".to_owned()))
    }

    fn subscribe(&self, topic: Topic) {
        let slot = slot(&self.shell.names.channel(&topic));
        self.shell
            .machine(|machine, now| machine.subscribe(topic, slot, now));
    }

    fn unsubscribe(&self, topic: &Topic) {
        self.shell
            .machine(|machine, now| machine.unsubscribe(topic, now));
        self.shell.news.forget(topic);
    }

    async fn ready(&self) -> Result<(), BusError> {
        self.shell
            .machine(|machine, now| machine.ready(now))
            .map_err(BusError)
    }

    async fn health(&self) -> Vec<ServerHealth> {
        let servers = self.shell.machine(|machine, now| machine.servers(now));
        let server = |(addr, _, down): &(Addr, Option<Gen>, Option<String>)| ServerHealth {
            name: addr.to_string(),
            down: down.clone(),
            round_trip_us: None,
            memory_bytes: None,
        };
        let mut told = ServerHealth::told(servers.iter().map(server).collect());
        let asked = told.iter_mut().filter_map(|server| {
            let known = servers
                .iter()
                .find(|(addr, ..)| addr.to_string() == server.name);
            let generation = known.and_then(|(_, generation, _)| *generation)?;
            Some(self.ask_health(generation, server))
        });
        join_all(asked).await;
        told
    }
}

/// What of `INFO memory` says how much the server holds.
fn used_memory(answer: &Value) -> Option<u64> {
    let text = match answer {
        Value::VerbatimString { text, .. } => text.as_str(),
        Value::BulkString(bytes) => std::str::from_utf8(bytes).ok()?,
        _ => return None,
    };
    let mut lines = text.lines();
    let line = lines.find_map(|line| line.strip_prefix("used_memory:"))?;
    line.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_holds_is_read_from_its_answer_or_not_at_all() {
        let text = "# Memory\r\nused_memory:1048576\r\nused_memory_human:1.00M\r\n";
        let bulk = Value::BulkString(text.into());
        assert_eq!(used_memory(&bulk), Some(1_048_576));
        let refusal = Value::BulkString("used_memory_human:1.00M\r\n".into());
        assert_eq!(used_memory(&refusal), None);
        assert_eq!(used_memory(&Value::Okay), None);
    }
}
