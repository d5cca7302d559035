//! What kind of address somebody comes from.

use std::net::IpAddr;

/// The kind of a remote host: `loopback`, `private`, `public`, or `name` where
/// it is no address.
///
/// Private are the addresses that are not routed on the internet: RFC 1918,
/// the shared space of RFC 6598, which VPN meshes use too, link-local ones
/// (RFC 3927, RFC 4291) and unique local ones (RFC 4193).
pub fn kind(host: &str) -> &'static str {
    match address(host) {
        None => "name",
        Some(address) if address.is_loopback() => "loopback",
        Some(address) if is_private(address) => "private",
        Some(_) => "public",
    }
}

/// An address of the documentation's (or none) that is of the same kind.
pub fn stand_in(kind: &str) -> &'static str {
    match kind {
        "loopback" => "127.0.0.1",
        "private" => "192.168.0.2",
        "public" => "192.0.2.1",
        _ => "host.example",
    }
}

/// The address a text is, without the interface (`fe80::1%eth0`); an IPv4 one
/// that is written as IPv6 counts as IPv4.
fn address(host: &str) -> Option<IpAddr> {
    let address = host.split('%').next()?;
    address.parse().ok().map(|address: IpAddr| address.to_canonical())
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let is_shared = matches!(address.octets(), [100, 64..=127, ..]);
            address.is_private() || address.is_link_local() || is_shared
        }
        IpAddr::V6(address) => address.is_unique_local() || address.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    //! Addresses at the edges of their kinds.

    use super::*;

    #[test]
    fn every_address_has_one_kind() {
        for (host, expected) in [
            ("127.0.0.1", "loopback"),
            ("127.8.9.1", "loopback"),
            ("::1", "loopback"),
            ("::ffff:127.0.0.1", "loopback"),
            ("10.1.2.3", "private"),
            ("172.31.255.255", "private"),
            ("172.32.0.0", "public"),
            ("192.168.0.1", "private"),
            ("169.254.7.7", "private"),
            ("100.64.0.1", "private"),
            ("100.128.0.1", "public"),
            ("::ffff:10.1.2.3", "private"),
            ("fe80::1%wlan0", "private"),
            ("fd00::1", "private"),
            ("2001:db8::1", "public"),
            ("198.51.100.7", "public"),
            ("localhost", "name"),
            ("laptop.example", "name"),
            ("10.1.2", "name"),
            ("%", "name"),
        ] {
            assert_eq!(kind(host), expected, "{host}");
        }
    }

    #[test]
    fn a_stand_in_is_of_the_kind_it_stands_for() {
        for expected in ["loopback", "private", "public", "name"] {
            assert_eq!(kind(stand_in(expected)), expected);
        }
    }
}
