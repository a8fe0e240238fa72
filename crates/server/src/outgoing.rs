//! Requests of this server to others: one kind of client for all of them.
//!
//! Promises: an address that somebody else has chosen leads to no private network, unless the settings say so: names are
//! looked at when they are resolved, for the very connection that follows, and numbers before. No redirect is followed,
//! no proxy of the environment is used, each request ends within [`TIMEOUT`], and of an answer's body a bounded part is
//! read. Nothing of an address is logged here.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use reqwest::{
    Client, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{HeaderMap, RETRY_AFTER},
    redirect,
};

use crate::config::Net;

/// How long a request may take, from the look-up of the name to the end of what is read of the answer.
pub const TIMEOUT: Duration = Duration::from_secs(10);
/// How long the connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Of an answer's body so much is read, so that the connection can be used again; beyond it, it is closed.
const ANSWER_BYTES_MAX: usize = 16 * 1024;

/// Why a request is not made, or came to nothing: for people, without the address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutgoingError {
    /// The text is no address of the web.
    #[error("it is no address that begins with http:// or https://")]
    NoUrl,
    /// It has a name and a password in it.
    #[error("it has a name or a password in it: leave them out")]
    Credentials,
    /// It leads into a private network.
    #[error(
        "it leads to a private network, to which this server goes only if its `outgoing_nets` says so"
    )]
    Private,
    /// It is not encrypted.
    #[error("it does not begin with https://")]
    Unencrypted,
    /// Nobody answered in time.
    #[error("no answer within {} s", TIMEOUT.as_secs())]
    Late,
    /// There was no answer.
    #[error("no answer: {0}")]
    Failed(String),
}

/// What was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    /// The status.
    pub status: u16,
    /// After how many seconds to ask again, if it says so.
    pub retry_after_s: Option<u64>,
}

/// The client. Clones share its connections.
#[derive(Debug, Clone)]
pub struct Outgoing {
    client: Client,
    guard: Arc<Guard>,
}

impl Outgoing {
    /// One that reaches public addresses, and of the others those in these networks.
    ///
    /// # Errors
    /// The client cannot be made.
    pub fn new(allowed: Vec<Net>) -> anyhow::Result<Self> {
        // Whoever is first chooses for the process, and all of ours choose alike.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let guard = Arc::new(Guard { allowed });
        let build = || {
            Client::builder()
                .user_agent(concat!("Hearth/", env!("CARGO_PKG_VERSION")))
                .timeout(TIMEOUT)
                .connect_timeout(CONNECT_TIMEOUT)
                .redirect(redirect::Policy::none())
                .no_proxy()
                .dns_resolver(guard.clone())
        };
        let client = match build().build() {
            Ok(client) => client,
            Err(error) => {
                tracing::warn!(%error, "no certificate authority is known: requests over https will fail");
                build().tls_certs_only([]).build()?
            }
        };
        Ok(Self { client, guard })
    }

    /// Whether a text is an address to which a request may go, as far as it can be told before its name is resolved.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, url: &str) -> Result<Url, OutgoingError> {
        checked(url, &self.guard.allowed)
    }

    /// Posts a body.
    ///
    /// # Errors
    /// It is not to be posted there, or there was no answer.
    pub async fn post(
        &self,
        url: &str,
        headers: HeaderMap,
        body: Vec<u8>,
    ) -> Result<Answered, OutgoingError> {
        let url = self.check(url)?;
        let request = self.client.post(url).headers(headers).body(body);
        let mut answer = request.send().await.map_err(words_for)?;
        let mut read = 0;
        while let Ok(Some(chunk)) = answer.chunk().await {
            read += chunk.len();
            if read > ANSWER_BYTES_MAX {
                break;
            }
        }
        let retry_after = answer.headers().get(RETRY_AFTER);
        let retry_after = retry_after.and_then(|value| value.to_str().ok());
        Ok(Answered {
            status: answer.status().as_u16(),
            retry_after_s: retry_after.and_then(|text| text.trim().parse().ok()),
        })
    }
}

/// The address that a text is, if a request may go there that reaches these networks beside public addresses; as far as
/// it can be told before its name is resolved.
///
/// # Errors
/// Why not.
pub fn checked(url: &str, allowed: &[Net]) -> Result<Url, OutgoingError> {
    let url = Url::parse(url).map_err(|_| OutgoingError::NoUrl)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(OutgoingError::NoUrl);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(OutgoingError::Credentials);
    }
    // A number is not resolved, so the resolver never sees it.
    let host = url.host_str().ok_or(OutgoingError::NoUrl)?;
    let number = host.trim_start_matches('[').trim_end_matches(']').parse();
    match number {
        Ok(address) if !may_reach(address, allowed) => Err(OutgoingError::Private),
        _ => Ok(url),
    }
}

fn may_reach(address: IpAddr, allowed: &[Net]) -> bool {
    is_public(address) || allowed.iter().any(|net| net.contains(address))
}

/// What went wrong, from its innermost cause: the outer ones name the address.
fn words_for(error: reqwest::Error) -> OutgoingError {
    if error.is_timeout() {
        return OutgoingError::Late;
    }
    let mut cause: &dyn std::error::Error = &error;
    while let Some(inner) = cause.source() {
        if inner.downcast_ref::<OutgoingError>().is_some() {
            return OutgoingError::Private;
        }
        cause = inner;
    }
    if cause.is::<reqwest::Error>() {
        return OutgoingError::Failed("the request could not be made".into());
    }
    OutgoingError::Failed(cause.to_string())
}

/// To which addresses requests may go; the resolver of the client.
#[derive(Debug)]
struct Guard {
    allowed: Vec<Net>,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = self.allowed.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let found: Vec<SocketAddr> = found.filter(|to| may_reach(to.ip(), &allowed)).collect();
            if found.is_empty() {
                return Err(OutgoingError::Private.into());
            }
            let found: Addrs = Box::new(found.into_iter());
            Ok(found)
        })
    }
}

/// Whether an address is everybody's: not this machine, not its neighbours, not what carries another inside.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(a == 0
        || a >= 240
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        // Carriers' own (RFC 6598), protocol assignments (RFC 6890), old anycast relays (RFC 7526), benchmarks (RFC 2544).
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b)))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let part = address.segments();
    let v4 = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match part[0] {
        // NAT64 (RFC 6052) and 6to4 (RFC 3056) carry an IPv4 address.
        0x0064 if part[1] == 0xFF9B && part[2..6] == [0; 4] => v4(part[6], part[7]),
        0x2002 => v4(part[1], part[2]),
        // Teredo, benchmarks, documentation and the like (RFC 6890).
        0x2001 if part[1] < 0x0200 || part[1] == 0x0DB8 => false,
        // What is given out at all.
        first => (0x2000..0x4000).contains(&first) && first != 0x3FFF,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outgoing(allowed: &[&str]) -> Outgoing {
        let nets = allowed.iter().map(|net| net.parse().unwrap()).collect();
        Outgoing::new(nets).unwrap()
    }

    #[test]
    fn what_is_not_everybodys_is_told_apart() {
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "192.0.0.8",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in [
            "8.8.8.8",
            "172.32.0.1",
            "100.128.0.1",
            "192.0.1.1",
            "2606:4700::1111",
            "2001:4860::8888",
            "64:ff9b::808:808",
            "::ffff:8.8.8.8",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn an_address_is_looked_at_before_anything_is_asked() {
        let outgoing = outgoing(&["10.1.0.0/16"]);
        let why = |url: &str| outgoing.check(url).err();
        assert_eq!(why("https://hooks.example/a?b=c"), None);
        assert_eq!(why("http://10.1.2.3:9/x"), None, "a network that is let in");
        for private in [
            "http://127.0.0.1/",
            "http://[::1]:80/",
            "http://10.2.0.1/",
            // As browsers read them, and so does the client.
            "http://127.1/",
            "http://0x7f000001/",
            "http://2130706433/",
        ] {
            assert_eq!(why(private), Some(OutgoingError::Private), "{private}");
        }
        for no_url in [
            "",
            "hooks.example",
            "ftp://hooks.example/",
            "file:///etc/passwd",
            "http://",
        ] {
            assert_eq!(why(no_url), Some(OutgoingError::NoUrl), "{no_url}");
        }
        let with_password = why("https://ada:secret@hooks.example/");
        assert_eq!(with_password, Some(OutgoingError::Credentials));
    }

    #[tokio::test]
    async fn a_name_that_leads_to_this_machine_is_refused_when_it_is_resolved() {
        let posted = outgoing(&[])
            .post("http://localhost:9/", HeaderMap::new(), Vec::new())
            .await;
        assert_eq!(posted, Err(OutgoingError::Private));
    }
}
