//! What is decided before any route: for whom this server answers (`Host`), whose pages may ask (`Origin`), and from
//! where the request comes (through which proxies).
//!
//! `Host` and `Origin` are checked in every mode: in mode `open` they are all that keeps a foreign page, opened in
//! the browser of somebody who can reach the server, from speaking as that person.

use std::net::IpAddr;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};
use hearth_protocol::ErrorCode;

use super::ApiError;
use crate::{app::App, listen::Connection};

/// From where a request comes. In the request's extensions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The address, as far as the proxies that are believed tell it. Never logged.
    pub address: IpAddr,
    /// The host and port for which it asked.
    pub host: String,
    /// Whether it asked by a loopback name.
    is_loopback: bool,
    /// `http` or `https`.
    pub scheme: &'static str,
}

impl Client {
    /// One on this machine.
    #[cfg(test)]
    pub(crate) fn for_test() -> Self {
        Self {
            address: IpAddr::from([127, 0, 0, 1]),
            host: "localhost".into(),
            is_loopback: true,
            scheme: "http",
        }
    }

    /// Whether the request, by the name it used, does not leave the machine: there cookies may go without TLS.
    pub fn is_loopback(&self) -> bool {
        self.is_loopback
    }
}

/// Routes that answer under any name: they show nothing of anybody, and probes ask by address.
pub(super) const ANY_HOST: &[&str] = &["/health", "/livez", "/readyz", "/metrics"];

/// The middleware.
pub async fn guard(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let peer = request
        .extensions()
        .get::<Connection>()
        .map(|connection| connection.peer.ip());
    let peer = peer.unwrap_or(IpAddr::from([0, 0, 0, 0]));
    let any_host = ANY_HOST.contains(&request.uri().path());
    match judge(
        &app,
        peer,
        request.headers(),
        request.uri().authority(),
        any_host,
    ) {
        Ok(client) => request.extensions_mut().insert(client),
        Err(refusal) => return refusal.into_response(),
    };
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    response
}

fn judge(
    app: &App,
    peer: IpAddr,
    headers: &HeaderMap,
    target: Option<&Authority>,
    any_host: bool,
) -> Result<Client, ApiError> {
    let config = app.config();
    let is_proxy = |address: IpAddr| config.proxies.iter().any(|net| net.contains(address));
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    let host = target
        .map(Authority::as_str)
        .or_else(|| text(header::HOST.as_str()))
        .unwrap_or_default();
    let host = host.to_lowercase();
    let name = host_name(&host);
    if !any_host
        && (name.is_empty()
            || config
                .hosts
                .as_ref()
                .is_some_and(|hosts| !hosts.iter().any(|h| h == name)))
    {
        return Err(ApiError::new(
            ErrorCode::Forbidden,
            "This server does not answer under that name. If it should, add the name to its `hosts`.",
        )
        .named("wrong host")
        .status(StatusCode::MISDIRECTED_REQUEST));
    }
    let scheme = match text("x-forwarded-proto") {
        Some("https") if is_proxy(peer) => "https",
        _ => "http",
    };
    if let Some(origin) = headers.get(header::ORIGIN) {
        let origin = origin.to_str().unwrap_or("null").to_lowercase();
        if !own_origin(&origin, &host, scheme) && !config.origins.contains(&origin) {
            return Err(ApiError::new(
                ErrorCode::Forbidden,
                "Pages from that origin may not use this server. If they should, add it to its `origins`.",
            )
            .named("foreign origin"));
        }
    }
    let address = forwarded(peer, headers, &is_proxy);
    let is_loopback = is_loopback_name(name);
    Ok(Client {
        address,
        host,
        is_loopback,
        scheme,
    })
}

/// The client's address: from right to left, the first one that is no proxy that is believed.
fn forwarded(peer: IpAddr, headers: &HeaderMap, is_proxy: &dyn Fn(IpAddr) -> bool) -> IpAddr {
    let hops: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    let mut address = peer;
    for hop in hops.iter().rev() {
        if !is_proxy(address) {
            break;
        }
        match hop.parse() {
            Ok(hop) => address = hop,
            Err(_) => break,
        }
    }
    address
}

/// Whether the origin is this server's own, under the name by which it was asked.
fn own_origin(origin: &str, host: &str, scheme: &str) -> bool {
    let Some((origin_scheme, origin_host)) = origin.split_once("://") else {
        return false;
    };
    // A proxy in front may end TLS without saying so: a page from https may always use the same name.
    let plain = |host: &str, scheme: &str| {
        let port = if scheme == "https" { ":443" } else { ":80" };
        host.strip_suffix(port).unwrap_or(host).to_owned()
    };
    matches!(origin_scheme, "http" | "https")
        && (origin_scheme == scheme || origin_scheme == "https")
        && plain(origin_host, origin_scheme) == plain(host, origin_scheme)
}

fn host_name(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Whether it is a name of this machine towards itself.
pub fn is_loopback_name(name: &str) -> bool {
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost"
        || name
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_origin_is_the_asked_for_host_with_its_port() {
        let table = [
            ("http://localhost:8080", "localhost:8080", "http", true),
            ("http://localhost", "localhost:80", "http", true),
            ("https://chat.example", "chat.example", "https", true),
            ("https://chat.example", "chat.example", "http", true),
            ("http://chat.example", "chat.example", "https", false),
            ("http://localhost:3000", "localhost:8080", "http", false),
            ("http://evil.example", "localhost:8080", "http", false),
            ("null", "localhost:8080", "http", false),
            ("file://localhost:8080", "localhost:8080", "http", false),
        ];
        for (origin, host, scheme, expected) in table {
            assert_eq!(
                own_origin(origin, host, scheme),
                expected,
                "{origin} at {scheme}://{host}"
            );
        }
    }

    #[test]
    fn only_proxies_that_are_believed_say_where_a_request_comes_from() {
        let believed = |address: IpAddr| address.to_string().starts_with("10.");
        let from = |peer: &str, hops: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for hop in hops {
                headers.append("x-forwarded-for", HeaderValue::from_static(hop));
            }
            forwarded(peer.parse().unwrap(), &headers, &believed).to_string()
        };
        assert_eq!(from("10.0.0.1", &["1.2.3.4"]), "1.2.3.4");
        assert_eq!(
            from("10.0.0.1", &["9.9.9.9, 1.2.3.4"]),
            "1.2.3.4",
            "what the client wrote itself is not believed"
        );
        assert_eq!(
            from("10.0.0.1", &["9.9.9.9", "1.2.3.4, 10.0.0.2"]),
            "1.2.3.4"
        );
        assert_eq!(from("8.8.8.8", &["1.2.3.4"]), "8.8.8.8");
        assert_eq!(from("10.0.0.1", &["unknown"]), "10.0.0.1");
        assert_eq!(from("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn a_name_is_the_host_without_its_port() {
        assert_eq!(host_name("localhost:80"), "localhost");
        assert_eq!(host_name("[::1]:80"), "[::1]");
        assert_eq!(host_name("[::1]"), "[::1]");
        assert!(
            is_loopback_name("[::1]")
                && is_loopback_name("127.0.0.9")
                && !is_loopback_name("example")
        );
    }
}
