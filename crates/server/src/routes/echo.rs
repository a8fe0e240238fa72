//! `GET /echo`: a WebSocket that says every message back, to anybody. Only with the feature `conformance`.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    response::Response,
};
use hyper::upgrade::OnUpgrade;

use super::ws::{accepted, refused, upgrade, upgraded};
use crate::{
    app::App,
    listen::Connection,
    ws::{
        echo::Echo,
        handshake::{self, NoHandshake},
        pipe::Pipe,
        socket,
    },
};

/// 101, or why not.
pub async fn echo(State(app): State<App>, mut request: Request) -> Response {
    let handshake = match handshake::read(request.method(), request.headers()) {
        Ok(handshake) => handshake,
        Err(refusal) => return refused(refusal),
    };
    let Some((connection, upgrade)) = upgrade(&mut request) else {
        return refused(NoHandshake::NoUpgrade);
    };
    tokio::spawn(run(app, upgrade, connection));
    accepted(handshake)
}

/// The socket's task. It is not among the sockets that a server which goes away waits for: nobody sends it away.
async fn run(app: App, upgrade: OnUpgrade, connection: Connection) {
    let Some((stream, read_ahead)) = upgraded(upgrade).await else {
        return;
    };
    let stream = Arc::new(stream);
    let pipe = Arc::new(Pipe::new(stream.clone(), app.node().pressure().clone()));
    // No pings: the suite would answer one in the middle of a frame that it sends in pieces.
    let end = socket::run(stream, pipe.clone(), Echo::new(pipe), read_ahead).await;
    tracing::debug!(connection.id, ?end, "echo closed");
}
