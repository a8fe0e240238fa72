//! The first administrator: a server without any says in its log, once per start, by which link somebody becomes it.
//!
//! It is the one secret that is ever logged: whoever reads the log of a server runs it. It works once, for a day, and
//! only while there is no administrator.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use hearth_core::node::Node;
use tokio::time::sleep;

use crate::{config::Config, http::guard::is_loopback_name};

/// The pause after a store that did not answer; doubled up to a minute.
const PAUSE: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_secs(60);

/// Says the link, as soon as the store answers.
pub async fn say(node: Node, place: String) {
    let mut pause = PAUSE;
    loop {
        match node.offer_first().await {
            Ok(None) => return,
            Ok(Some(link)) => {
                let link = format!("{place}/#first={}", link.token);
                tracing::warn!(
                    link,
                    "this server has no administrator yet: `hearth admin first LINK --name NAME` makes the account NAME \
                     the first one, once, within a day"
                );
                return;
            }
            Err(_) => sleep(pause).await,
        }
        pause = (2 * pause).min(PAUSE_MAX);
    }
}

/// How this server is reached, as far as it knows itself: a proxy in front may have another address.
pub fn place_of(config: &Config, port: u16) -> String {
    let ip = match config.listen.ip() {
        ip if ip.is_unspecified() => IpAddr::from([127, 0, 0, 1]),
        ip => ip,
    };
    let names = config.hosts.as_deref().unwrap_or_default();
    match names.first() {
        Some(name) if !names.iter().any(|name| is_loopback_name(name)) => {
            format!("http://{name}:{port}")
        }
        _ => format!("http://{}", SocketAddr::new(ip, port)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_leads_to_where_the_server_answers() {
        let place = |settings: &[(&'static str, &str)]| {
            let flags = settings
                .iter()
                .map(|(key, value)| (*key, (*value).to_owned()));
            let config = Config::from_sources(None, &|_| None, &flags.collect()).unwrap();
            place_of(&config, config.listen.port())
        };
        assert_eq!(place(&[]), "http://127.0.0.1:8080");
        let public = ("listen", "0.0.0.0:80");
        let mode = ("mode", "password");
        assert_eq!(place(&[public, mode]), "http://127.0.0.1:80");
        let named = [public, mode, ("hosts", "chat.example,other.example")];
        assert_eq!(place(&named), "http://chat.example:80");
        assert_eq!(place(&[("listen", "[::1]:9")]), "http://[::1]:9");
    }
}
