//! The opening handshake of RFC 6455: what the request must say, and what is answered.
//!
//! Pure: headers in, headers or the reason why not out. It must not know who asks; that is checked before the 101.

use axum::http::{HeaderMap, HeaderValue, Method, header};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use hearth_protocol::SUBPROTOCOL;
use sha1::{Digest, Sha1};

/// The constant of RFC 6455 §1.3.
const GUID: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// What the client may speak on the socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaks {
    /// `hearth.v1`, which it asked for.
    V1,
    /// It asked for no subprotocol: the specification's own frames.
    Seed,
}

/// A request that is a handshake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handshake {
    /// What is spoken.
    pub speaks: Speaks,
    /// The value of `Sec-WebSocket-Accept`.
    pub accept: HeaderValue,
}

/// Why a request is no handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoHandshake {
    /// Not an upgrade to a WebSocket at all.
    #[error("this address speaks WebSocket: ask with `Connection: Upgrade`, `Upgrade: websocket`")]
    NoUpgrade,
    /// Another version than 13.
    #[error("only version 13 of WebSocket is spoken here")]
    Version,
    /// No key, or none of 16 bytes in base64.
    #[error("`Sec-WebSocket-Key` must be 16 bytes in base64")]
    Key,
    /// Subprotocols are offered, and none is known.
    #[error(
        "of the subprotocols offered none is spoken here; offer `hearth.v1`, or none for the plain frames"
    )]
    Subprotocol,
}

/// Reads the handshake's headers.
///
/// # Errors
/// Why the request is none.
pub fn read(method: &Method, headers: &HeaderMap) -> Result<Handshake, NoHandshake> {
    let upgrade =
        tokens(headers, &header::UPGRADE).any(|token| token.eq_ignore_ascii_case("websocket"));
    let connection =
        tokens(headers, &header::CONNECTION).any(|token| token.eq_ignore_ascii_case("upgrade"));
    if method != Method::GET || !upgrade || !connection {
        return Err(NoHandshake::NoUpgrade);
    }
    if headers
        .get(header::SEC_WEBSOCKET_VERSION)
        .is_none_or(|version| version != "13")
    {
        return Err(NoHandshake::Version);
    }
    let key = headers
        .get(header::SEC_WEBSOCKET_KEY)
        .ok_or(NoHandshake::Key)?;
    if BASE64.decode(key).is_ok_and(|key| key.len() != 16) || BASE64.decode(key).is_err() {
        return Err(NoHandshake::Key);
    }
    let offered: Vec<_> = tokens(headers, &header::SEC_WEBSOCKET_PROTOCOL).collect();
    let speaks = match offered[..] {
        [] => Speaks::Seed,
        _ if offered.contains(&SUBPROTOCOL) => Speaks::V1,
        _ => return Err(NoHandshake::Subprotocol),
    };
    let digest = Sha1::new()
        .chain_update(key.as_bytes())
        .chain_update(GUID)
        .finalize();
    let accept = HeaderValue::try_from(BASE64.encode(digest)).map_err(|_| NoHandshake::Key)?;
    Ok(Handshake { speaks, accept })
}

fn tokens<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> impl Iterator<Item = &'a str> {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|token| !token.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(changes: &[(&'static str, Option<&'static str>)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let sound = [
            ("upgrade", "websocket"),
            ("connection", "keep-alive, Upgrade"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ];
        for (name, value) in sound {
            headers.insert(name, HeaderValue::from_static(value));
        }
        for (name, value) in changes {
            headers.remove(*name);
            if let Some(value) = value {
                headers.insert(*name, HeaderValue::from_static(value));
            }
        }
        headers
    }

    #[test]
    fn the_example_of_the_rfc_is_accepted() {
        let handshake = read(&Method::GET, &headers(&[])).unwrap();
        assert_eq!(handshake.accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert_eq!(handshake.speaks, Speaks::Seed);
    }

    #[test]
    fn our_protocol_is_spoken_when_it_is_among_those_offered() {
        let speaks = |offer| {
            read(
                &Method::GET,
                &headers(&[("sec-websocket-protocol", Some(offer))]),
            )
        };
        assert_eq!(speaks("hearth.v1").unwrap().speaks, Speaks::V1);
        assert_eq!(speaks("other, hearth.v1").unwrap().speaks, Speaks::V1);
        assert_eq!(speaks("other"), Err(NoHandshake::Subprotocol));
        assert_eq!(speaks("").unwrap().speaks, Speaks::Seed);
    }

    #[test]
    fn what_is_no_handshake_is_told_why() {
        let table = [
            (("upgrade", None), NoHandshake::NoUpgrade),
            (("upgrade", Some("h2c")), NoHandshake::NoUpgrade),
            (("connection", Some("keep-alive")), NoHandshake::NoUpgrade),
            (("sec-websocket-version", Some("8")), NoHandshake::Version),
            (("sec-websocket-version", None), NoHandshake::Version),
            (("sec-websocket-key", None), NoHandshake::Key),
            (("sec-websocket-key", Some("c2hvcnQ=")), NoHandshake::Key),
            (("sec-websocket-key", Some("no base64!")), NoHandshake::Key),
        ];
        for (change, expected) in table {
            assert_eq!(
                read(&Method::GET, &headers(&[change])),
                Err(expected),
                "{change:?}"
            );
        }
        assert_eq!(
            read(&Method::POST, &headers(&[])),
            Err(NoHandshake::NoUpgrade)
        );
    }
}
