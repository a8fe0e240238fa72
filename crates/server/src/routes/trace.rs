//! `GET /trace?event=ID` or `?room=ID&seq=N`: what this server's memory says of one message's way, for operators.
//!
//! It names users, sessions and rooms: so it is told only to whoever has the operators' word, in every mode and on
//! every address.

use axum::{Json, extract::State, http::HeaderMap};
use hearth_core::node::{Flight, Sought, key_of};
use hearth_protocol::{ErrorCode, RoomId, Seq};
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    http::{Answer, ApiError, Params, identity::Token},
};

/// What to look for.
#[derive(Debug, Deserialize)]
pub struct Query {
    event: Option<String>,
    room: Option<RoomId>,
    seq: Option<Seq>,
    /// The key of the event's id, from another server's answer.
    key: Option<String>,
}

/// A server's answer.
#[derive(Debug, Serialize)]
pub struct Trace {
    /// Its clock.
    wall_ms: u64,
    #[serde(flatten)]
    flight: Flight,
}

/// What this server knows.
pub async fn trace(
    State(app): State<App>,
    headers: HeaderMap,
    Params(query): Params<Query>,
) -> Answer<Json<Trace>> {
    operator(&app, &headers)?;
    let key = match (&query.event, &query.key) {
        (Some(event), _) => Some(key_of(event)),
        (None, Some(key)) => Some(u64::from_str_radix(key, 16).map_err(|_| bad())?),
        (None, None) => None,
    };
    let sought = Sought {
        key,
        place: query.room.zip(query.seq),
    };
    if sought.key.is_none() && sought.place.is_none() {
        return Err(bad());
    }
    Ok(Json(Trace {
        wall_ms: crate::parts::wall_ms(),
        flight: app.node().flight(sought),
    }))
}

fn bad() -> ApiError {
    ApiError::new(
        ErrorCode::BadRequest,
        "Name an event: `?event=ID`, or `?room=ID&seq=N`.",
    )
}

fn operator(app: &App, headers: &HeaderMap) -> Answer<()> {
    let Some(token) = &app.config().operator_token else {
        return Err(ApiError::new(
            ErrorCode::Forbidden,
            "This server tells traces to nobody. Set `operator_token_file` to change that.",
        ));
    };
    match Token::of(headers) {
        Some(Token::Bearer(given)) if same(given, token.expose()) => Ok(()),
        _ => Err(ApiError::new(
            ErrorCode::Unauthorized,
            "Send the operators' word: `Authorization: Bearer …`.",
        )),
    }
}

/// Whether two words are the same, in a time that does not tell where they differ.
fn same(a: &str, b: &str) -> bool {
    let differ = a
        .bytes()
        .zip(b.bytes())
        .fold(0, |sum, (a, b)| sum | (a ^ b));
    a.len() == b.len() && differ == 0
}
