//! How often an address may ask and log in, and how often somebody may log in to an account, on this server.
//!
//! Promises: what is refused here was not begun; nobody learns from it whether an account exists. An address is what
//! `http::guard` tells: a proxy's word counts only if the proxy is listed. IPv6 counts by /64, for that is what one line
//! is given. Loopback is not counted: it is this machine itself, its operator's programs, and a proxy here that does not
//! say for whom it asks, which would be everybody at once. What a user and a room may is the node's to say.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
};

use hearth_core::{
    Refusal,
    limit::{Limit, Rate},
    node::{Account, limited},
};
use sha2::{Digest, Sha256};
use tokio::time::Instant;

use crate::config::RateBounds;

/// The buckets.
#[derive(Debug)]
pub struct Rates {
    began: Instant,
    address_requests: Mutex<Limit<IpAddr>>,
    address_logins: Mutex<Limit<IpAddr>>,
    name_logins: Mutex<Limit<[u8; 16]>>,
}

impl Rates {
    /// All full.
    pub fn new(bounds: RateBounds) -> Self {
        for limit in ["address_requests", "address_logins", "name_logins"] {
            metrics::counter!("hearth_limited_total", "limit" => limit).increment(0);
        }
        fn buckets<K: Ord + Clone>(rate: Rate) -> Mutex<Limit<K>> {
            Mutex::new(Limit::new(rate))
        }
        Self {
            began: Instant::now(),
            address_requests: buckets(bounds.address_requests),
            address_logins: buckets(bounds.address_logins),
            name_logins: buckets(bounds.name_logins),
        }
    }

    /// Whether somebody may try a password on this account now; `name` is what they called it, if there is none.
    ///
    /// # Errors
    /// `busy`, with the time at which they may: the same whether there is such an account or not.
    pub fn login_to(&self, name: &str, account: Option<&Account>) -> Result<(), Refusal> {
        let key = match account {
            // By its id, so that its name and its id are one.
            Some(account) => *account.id.0.as_bytes(),
            None => key_of(name.trim()),
        };
        let text = "Too many log-ins to this account. Try again in a moment.";
        self.ask(&self.name_logins, &key, "name_logins", text)
    }

    /// Whether somebody may ask for a new password for this name now. In a place of its own: in that of log-ins to names
    /// that nobody has, a log-in would tell whether somebody has it.
    ///
    /// # Errors
    /// `busy`, with the time at which they may: the same whether there is such an account or not.
    pub fn forgot(&self, name: &str) -> Result<(), Refusal> {
        let key = key_of(&format!("forgot {}", name.trim()));
        let text = "Too many new passwords were asked for. Try again in a moment.";
        self.ask(&self.name_logins, &key, "name_logins", text)
    }

    /// Whether this address may ask now, and log in or sign up if that is what it asks.
    ///
    /// # Errors
    /// `busy`, with the time at which it may.
    pub fn request(&self, address: IpAddr, is_login: bool) -> Result<(), Refusal> {
        if address.to_canonical().is_loopback() {
            return Ok(());
        }
        let net = net_of(address);
        let text = "Too many requests from your address. Ask again in a moment.";
        self.ask(&self.address_requests, &net, "address_requests", text)?;
        if is_login {
            let text = "Too many log-ins and sign-ups from your address. Try again in a moment.";
            self.ask(&self.address_logins, &net, "address_logins", text)?;
        }
        Ok(())
    }

    fn ask<K: Ord + Clone>(
        &self,
        limit: &Mutex<Limit<K>>,
        who: &K,
        name: &'static str,
        text: &str,
    ) -> Result<(), Refusal> {
        let now_ms = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let mut limit = limit.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = limit.ask(who, now_ms);
        asked.map_err(|wait_ms| limited(name, text, wait_ms))
    }
}

/// Of a name that may be long, what tells it apart.
fn key_of(name: &str) -> [u8; 16] {
    let mut key = [0; 16];
    let digest = Sha256::digest(name.to_lowercase().as_bytes());
    key.copy_from_slice(&digest[..16]);
    key
}

/// Who is one: an IPv4 address, or what a line of IPv6 is given.
fn net_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(burst: u64) -> Rates {
        let rate = Rate {
            per_minute: 1,
            burst,
        };
        Rates::new(RateBounds {
            address_logins: rate,
            name_logins: rate,
            address_requests: Rate {
                per_minute: 1,
                burst: 2 * burst,
            },
        })
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn each_address_has_its_own_and_time_gives_it_back() {
        let rates = rates(2);
        for who in ["10.0.0.1", "10.0.0.2", "2001:db8::1"] {
            assert!(rates.request(address(who), true).is_ok());
            assert!(rates.request(address(who), true).is_ok());
            let refusal = rates.request(address(who), true).unwrap_err();
            assert_eq!(refusal.retry_after_ms, Some(60_000), "{who}");
            // That was the third of four requests.
            assert!(rates.request(address(who), false).is_ok());
            assert!(rates.request(address(who), false).is_err());
        }
        tokio::time::advance(std::time::Duration::from_secs(60)).await;
        assert!(rates.request(address("10.0.0.1"), true).is_ok());
        assert!(rates.request(address("10.0.0.1"), true).is_err());
    }

    #[tokio::test]
    async fn of_ipv6_a_64_is_one_and_a_mapped_address_is_the_ipv4_it_stands_for() {
        let rates = rates(1);
        assert!(rates.request(address("2001:db8:0:1::1"), true).is_ok());
        assert!(rates.request(address("2001:db8:0:1:f::2"), true).is_err());
        assert!(rates.request(address("2001:db8:0:2::1"), true).is_ok());
        assert!(rates.request(address("::ffff:10.0.0.1"), true).is_ok());
        assert!(rates.request(address("10.0.0.1"), true).is_err());
    }

    #[tokio::test]
    async fn this_machine_itself_is_not_counted() {
        let rates = rates(1);
        for who in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            assert!((0..100).all(|_| rates.request(address(who), true).is_ok()));
        }
    }

    #[tokio::test]
    async fn an_account_is_one_by_its_name_and_its_id_and_so_is_a_name_without_one() {
        let rates = rates(1);
        let account = Account {
            id: hearth_protocol::UserId(uuid::Uuid::from_u128(7)),
            name: "Ada".into(),
            display: "Ada".into(),
            profile: Default::default(),
            avatar: None,
            password_hash: None,
            second: None,
            password_changes: 0,
            deactivated: false,
            reset: None,
            mail: Default::default(),
            blocks: false,
            signed_up: None,
            listed: 0,
            created_ms: 0,
        };
        assert!(rates.login_to("Ada", Some(&account)).is_ok());
        let by_id = account.id.to_string();
        assert!(rates.login_to(&by_id, Some(&account)).is_err());
        assert!(rates.login_to("nobody", None).is_ok());
        assert!(rates.login_to(" NoBody ", None).is_err());
    }

    #[tokio::test]
    async fn asking_for_a_new_password_takes_no_log_in_so_none_tells_whether_somebody_exists() {
        let rates = rates(1);
        assert!(rates.forgot("ada").is_ok());
        assert!(rates.forgot(" Ada ").is_err());
        assert!(rates.login_to("ada", None).is_ok());
        assert!(rates.login_to("bob", None).is_ok());
        assert!(rates.forgot("bob").is_ok());
    }
}
