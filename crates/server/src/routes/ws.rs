//! `GET /ws`: the WebSocket. Who it is is settled before the 101; a refusal is plain HTTP.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use hearth_core::{node::Credential, session::Dialect};
use hearth_protocol::{ErrorCode, SUBPROTOCOL};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::net::TcpStream;

use crate::{
    app::App,
    http::{Answer, ApiError, Known, Params, identity},
    listen::Connection,
    ws::{
        handshake::{self, Handshake, NoHandshake, Speaks},
        pipe::Pipe,
        socket,
    },
};

/// The query.
#[derive(Debug, Deserialize)]
pub struct Query {
    /// A name or an id; counts in mode `open`.
    id: Option<String>,
}

/// 101, or why not.
pub async fn ws(
    State(app): State<App>,
    Params(query): Params<Query>,
    mut request: Request,
) -> Answer<Response> {
    let handshake = match handshake::read(request.method(), request.headers()) {
        Ok(handshake) => handshake,
        Err(refusal) => return Ok(refused(refusal)),
    };
    if app.is_draining() {
        return Err(ApiError::new(
            ErrorCode::Unavailable,
            "This server is going away. Ask another one.",
        ));
    }
    // Before anything is read for it: a crowd costs as little as can be until its turn comes.
    // At a 503 a balancer takes the client to the next server: right where this one is worse off than others
    // (`unavailable`), wrong in a crowd (`busy`, 429), for the next is as full.
    app.node().admit()?;
    let known = identity::acting(&app, request.headers(), query.id.as_deref()).await?;
    if known.grant.is_some() && handshake.speaks == Speaks::Seed {
        return Err(ApiError::new(
            ErrorCode::Forbidden,
            "A bot speaks our own frames: ask for them by `Sec-WebSocket-Protocol: hearth.v1`.",
        ));
    }
    let Some((connection, upgrade)) = upgrade(&mut request) else {
        return Ok(refused(NoHandshake::NoUpgrade));
    };
    let dialect = match handshake.speaks {
        Speaks::V1 => Dialect::V1,
        Speaks::Seed => Dialect::Seed,
    };
    tokio::spawn(run(app, upgrade, connection, Box::new(known), dialect));
    Ok(accepted(handshake))
}

/// What becomes a socket once the 101 is out; none if the request came over nothing that can.
pub(super) fn upgrade(request: &mut Request) -> Option<(Connection, OnUpgrade)> {
    let connection = request.extensions().get::<Connection>().cloned()?;
    let upgrade = request.extensions_mut().remove::<OnUpgrade>()?;
    Some((connection, upgrade))
}

/// The 101.
pub(super) fn accepted(handshake: Handshake) -> Response {
    let mut response = StatusCode::SWITCHING_PROTOCOLS.into_response();
    let headers = response.headers_mut();
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(header::SEC_WEBSOCKET_ACCEPT, handshake.accept);
    if handshake.speaks == Speaks::V1 {
        headers.insert(
            header::SEC_WEBSOCKET_PROTOCOL,
            HeaderValue::from_static(SUBPROTOCOL),
        );
    }
    response
}

/// Why there is no socket.
pub(super) fn refused(refusal: NoHandshake) -> Response {
    let error =
        ApiError::new(ErrorCode::BadRequest, format!("{refusal}.")).named("no websocket handshake");
    match refusal {
        NoHandshake::NoUpgrade => {
            let headers = [
                (header::UPGRADE, "websocket"),
                (header::CONNECTION, "Upgrade"),
            ];
            (headers, error.status(StatusCode::UPGRADE_REQUIRED)).into_response()
        }
        NoHandshake::Version => (
            [(header::SEC_WEBSOCKET_VERSION, "13")],
            error.status(StatusCode::UPGRADE_REQUIRED),
        )
            .into_response(),
        NoHandshake::Key | NoHandshake::Subprotocol => error.into_response(),
    }
}

/// The socket's task. `connection` is held to its end: it keeps the place among the connections.
#[allow(
    clippy::manual_async_fn,
    reason = "an async fn keeps room for its arguments twice: where they came, and where they are used"
)]
fn run(
    app: App,
    upgrade: OnUpgrade,
    connection: Connection,
    known: Box<Known>,
    dialect: Dialect,
) -> impl Future<Output = ()> + Send {
    async move {
        let Some((stream, read_ahead)) = upgraded(upgrade).await else {
            tracing::debug!(
                connection.id,
                "the client went away before the socket stood"
            );
            return;
        };
        let counted = app.count_socket();
        let user_id = known.user.id;
        tracing::info!(connection.id, user.id = %user_id, ?dialect, "socket open");
        let stream = Arc::new(stream);
        let pipe = Arc::new(Pipe::new(stream.clone(), app.node().pressure().clone()));
        app.pulse().add(&pipe);
        let Known {
            user,
            credential,
            grant,
        } = *known;
        let session = match (grant, credential) {
            (Some(grant), Credential::Login(login)) => {
                app.node().open_bot(user, login, grant, pipe.clone())
            }
            _ => app.node().open(user, credential, dialect, pipe.clone()),
        };
        let end = socket::run(stream, pipe, session, read_ahead).await;
        tracing::info!(connection.id, user.id = %user_id, ?end, "socket closed");
        drop((counted, connection));
    }
}

/// The stream, and what came behind the request; none if the client went away meanwhile.
pub(super) async fn upgraded(upgrade: OnUpgrade) -> Option<(TcpStream, bytes::Bytes)> {
    let parts = upgrade.await.ok()?.downcast::<TokioIo<TcpStream>>().ok()?;
    Some((parts.io.into_inner(), parts.read_buf))
}

#[cfg(test)]
mod tests {
    use hearth_protocol::{User, UserId};

    use super::*;

    /// What a connection costs at rest is mostly its task: an array or a buffer that slips into it shows here.
    #[tokio::test]
    async fn a_sockets_task_is_small() {
        let user = User {
            id: UserId(uuid::Uuid::nil()),
            name: String::new(),
            display: String::new(),
        };
        let upgrade = hyper::upgrade::on(axum::http::Request::new(()));
        let connection = Connection::for_test();
        let task = run(
            App::for_test(),
            upgrade,
            connection,
            Box::new(Known {
                user,
                credential: Credential::Word,
                grant: None,
            }),
            Dialect::V1,
        );
        let bytes = size_of_val(&task);
        assert!(bytes <= 1000, "{bytes} bytes");
    }
}
