//! Networks in CIDR form: whose forwarding headers are believed.

use std::{net::IpAddr, str::FromStr};

/// A network: `10.0.0.0/8`, or a single address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Net {
    address: IpAddr,
    bits: u8,
}

impl Net {
    /// All networks there are.
    pub fn all() -> [Self; 2] {
        use std::net::{Ipv4Addr, Ipv6Addr};
        [
            IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        ]
        .map(|address| Self { address, bits: 0 })
    }

    /// Whether the address lies in it. An IPv4 address inside IPv6 counts as the IPv4 address.
    pub fn contains(&self, address: IpAddr) -> bool {
        let cut = |address: IpAddr, bits: u8| match address.to_canonical() {
            IpAddr::V4(address) => (
                u128::from(address.to_bits()).checked_shr(u32::from(32 - bits.min(32))),
                true,
            ),
            IpAddr::V6(address) => (
                address
                    .to_bits()
                    .checked_shr(u32::from(128 - bits.min(128))),
                false,
            ),
        };
        cut(self.address, self.bits) == cut(address, self.bits)
    }
}

impl FromStr for Net {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (address, bits) = text
            .split_once('/')
            .map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| ())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), str::parse).map_err(|_| ())?;
        if bits > most {
            Err(())
        } else {
            Ok(Self { address, bits })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_holds_its_addresses_and_no_others() {
        let table = [
            ("127.0.0.0/8", "127.9.9.9", true),
            ("127.0.0.0/8", "128.0.0.1", false),
            ("10.0.0.7", "10.0.0.7", true),
            ("10.0.0.7", "10.0.0.8", false),
            ("0.0.0.0/0", "8.8.8.8", true),
            ("0.0.0.0/0", "::1", false),
            ("::1/128", "::1", true),
            ("fd00::/8", "fd12::1", true),
            ("fd00::/8", "fe80::1", false),
            ("10.0.0.0/8", "::ffff:10.1.2.3", true),
        ];
        for (net, address, expected) in table {
            let net: Net = net.parse().unwrap();
            assert_eq!(
                net.contains(address.parse().unwrap()),
                expected,
                "{net:?} {address}"
            );
        }
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in [
            "",
            "10.0.0.0/33",
            "::/129",
            "proxy",
            "10.0.0.0/-1",
            "10.0.0.0/",
        ] {
            assert!(text.parse::<Net>().is_err(), "{text}");
        }
    }
}
