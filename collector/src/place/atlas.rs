//! All that is known of addresses and zones, whoever comes from there.

use super::country::Country;
use super::decide::Exit;
use super::geo::Databases;
use super::geo::Voice;
use super::network::Class;
use super::network::Classified;
use super::network::Networks;
use super::point::Point;
use super::vote::Vote;
use super::zone::Zones;
use ipnetwork::IpNetwork;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// All that is known of addresses and zones.
#[derive(Default)]
pub struct Atlas {
    /// The databases that are asked.
    pub databases: Databases,
    /// Which networks are of which kind.
    pub networks: Networks,
    /// Where databases err, the narrowest network first.
    pub corrections: Vec<(IpNetwork, Country)>,
    /// The time zones.
    pub zones: Zones,
    /// Where the collector stands.
    pub collector: Option<Point>,
    /// Where its landmarks stand, by name.
    pub landmarks: BTreeMap<String, Point>,
}

impl Atlas {
    /// What can be said of an address, and who says it. A correction silences
    /// the databases about its country and point.
    pub fn exit(&self, address: IpAddr, today: Date) -> (Exit, Vec<Voice>) {
        let address = address.to_canonical();
        // Some databases have an answer even for these.
        let is_inside = is_inside(address);
        let mut voices = if is_inside { Vec::new() } else { self.databases.ask(address, today) };
        let corrected = self.corrections.iter().find(|(network, _)| network.contains(address));
        if let Some((network, country)) = corrected {
            for voice in &mut voices {
                (voice.country, voice.region, voice.point) = (None, None, None);
            }
            voices.extend(["a person", "its review"].map(|origin| Voice {
                database: format!("your correction of {network}"),
                origin: origin.to_owned(),
                country: Some(*country),
                ..Voice::default()
            }));
        }
        let network = if is_inside { inside() } else { self.networks.classify(address, &voices) };
        let exit = Exit {
            address,
            vote: Vote::of(&voices, network.class),
            network,
            system: voices.iter().find_map(|voice| voice.system),
            organization: voices.iter().find_map(|voice| voice.organization.clone()),
        };
        (exit, voices)
    }
}

/// True for addresses that never come from the internet: private (RFC 1918,
/// RFC 4193), shared by a provider's customers (RFC 6598), of one link or of
/// this machine.
fn is_inside(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            let is_shared = first == 100 && (64..128).contains(&second);
            address.is_private() || address.is_loopback() || address.is_link_local() || is_shared
        }
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}

fn inside() -> Classified {
    let because = "the address is none of the internet: the laptop is within your own network";
    Classified { class: Class::Corp, because: because.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::geo::Database;

    #[test]
    fn an_address_within_the_companys_network_is_in_no_country() {
        let atlas = Atlas {
            databases: Databases::new([Database::of_everywhere("US".parse().unwrap())]),
            ..Atlas::default()
        };
        let today = jiff::civil::date(2026, 11, 28);
        for (text, expected) in [
            ("10.1.2.3", true),
            ("192.168.1.1", true),
            ("::ffff:172.16.0.1", true),
            ("100.64.0.1", true),
            ("100.128.0.1", false),
            ("127.0.0.1", true),
            ("169.254.1.1", true),
            ("fd00::1", true),
            ("fe80::1", true),
            ("2001:db8::1", false),
            ("192.0.2.1", false),
        ] {
            let (exit, voices) = atlas.exit(text.parse().unwrap(), today);
            let is_inside = (exit.network.class == Class::Corp, voices.is_empty());
            assert_eq!(is_inside, (expected, expected), "{text}");
        }
    }
}
