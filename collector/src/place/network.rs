//! What kind of network an address is in.

use super::geo::Voice;
use ipnetwork::IpNetwork;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// What kind of network an address is in; what can be said of its place hangs on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// The company's own exit, as the company has said.
    Corp,
    /// A secure access provider's exit: the company's traffic leaves there for all.
    Sase,
    /// A relay or content network, such as one a browser's privacy relay leaves by.
    Relay,
    /// A hosting provider's.
    Hosting,
    /// A VPN provider's.
    Vpn,
    /// A Tor exit.
    Tor,
    /// A satellite operator's: its exit may be a continent away.
    Satellite,
    /// A wireless provider's: only the country is believed.
    Mobile,
    /// A line to a home or an office, by elimination.
    Fixed,
    /// Nothing is known of the network.
    Unknown,
}

impl Class {
    /// How far the laptop may be from the point a database gives, in kilometers;
    /// `None` where such a point says nothing.
    pub fn radius(self) -> Option<f64> {
        match self {
            Self::Fixed => Some(100.0),
            Self::Unknown => Some(300.0),
            _ => None,
        }
    }

    /// True where the country of the exit tells of the laptop's.
    pub fn has_country(self) -> bool {
        matches!(self, Self::Fixed | Self::Mobile | Self::Unknown)
    }

    /// True where the exit hides whose it is.
    pub fn is_anonymous(self) -> bool {
        matches!(self, Self::Hosting | Self::Vpn | Self::Tor)
    }

    /// True where something between laptop and collector ends TCP as a matter of course.
    pub fn ends_tcp(self) -> bool {
        matches!(self, Self::Corp | Self::Sase | Self::Relay | Self::Satellite | Self::Mobile)
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Corp => "corp",
            Self::Sase => "sase",
            Self::Relay => "relay",
            Self::Hosting => "hosting",
            Self::Vpn => "vpn",
            Self::Tor => "tor",
            Self::Satellite => "satellite",
            Self::Mobile => "mobile",
            Self::Fixed => "fixed",
            Self::Unknown => "unknown",
        })
    }
}

impl FromStr for Class {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let all = [
            Self::Corp,
            Self::Sase,
            Self::Relay,
            Self::Hosting,
            Self::Vpn,
            Self::Tor,
            Self::Satellite,
            Self::Mobile,
            Self::Fixed,
        ];
        all.into_iter().find(|class| class.to_string() == text).ok_or_else(|| {
            let known = all.map(|class| class.to_string()).join(", ");
            format!("`{text}` is not a kind of network; there are {known}")
        })
    }
}

/// A network: addresses, or an autonomous system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Network {
    /// Addresses, written `192.0.2.0/24`.
    Addresses(IpNetwork),
    /// An autonomous system, written `AS64496`.
    System(u32),
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.strip_prefix("AS").or_else(|| text.strip_prefix("as")).unwrap_or(text);
        digits.parse().map(Self::System).or_else(|_| text.parse().map(Self::Addresses)).map_err(
            |_| format!("`{text}` is not a network such as 192.0.2.0/24, 2001:db8::/32 or AS64496"),
        )
    }
}

/// The network an address is taken to be in where the address itself is too
/// much: its first 24 bits, 48 of one of version 6.
pub fn around(address: IpAddr) -> Option<IpNetwork> {
    let prefix = if address.is_ipv4() { 24 } else { 48 };
    let network = IpNetwork::new(address, prefix).ok()?;
    IpNetwork::new(network.network(), prefix).ok()
}

/// Why an address is taken to be of its class, in a few words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Classified {
    /// The class.
    pub class: Class,
    /// Who says so.
    pub because: String,
}

/// Which networks are of which kind.
#[derive(Clone, Debug, Default)]
pub struct Networks {
    own: Vec<(IpNetwork, Class)>,
    own_systems: BTreeMap<u32, Class>,
    known: BTreeMap<u32, Class>,
}

/// The list that comes with the collector.
const KNOWN: &str = include_str!("../../../config/networks.csv");

impl Networks {
    /// The company's own lists, which are asked first, over what is known.
    pub fn new(own: impl IntoIterator<Item = (Network, Class)>) -> Self {
        let mut networks = Self { known: lines(KNOWN).collect(), ..Self::default() };
        for (network, class) in own {
            match network {
                Network::Addresses(addresses) => networks.own.push((addresses, class)),
                Network::System(number) => {
                    networks.own_systems.insert(number, class);
                }
            }
        }
        // The narrowest of two that hold an address is meant.
        networks.own.sort_by_key(|(network, _)| std::cmp::Reverse(network.prefix()));
        networks
    }

    /// What kind of network an address is in: what the company says, then what
    /// its databases say, then what is known of the autonomous system.
    pub fn classify(&self, address: IpAddr, voices: &[Voice]) -> Classified {
        let address = address.to_canonical();
        let own = self.own.iter().find(|(network, _)| network.contains(address));
        if let Some((network, class)) = own {
            return Classified { class: *class, because: format!("your list has {network}") };
        }
        let system = voices.iter().find_map(|voice| voice.system);
        if let Some((number, class)) =
            system.and_then(|number| Some((number, self.own_systems.get(&number)?)))
        {
            return Classified { class: *class, because: format!("your list has AS{number}") };
        }
        let named = voices.iter().find_map(|voice| Some((voice.class?, voice)));
        if let Some((class, voice)) = named {
            return Classified {
                class,
                because: format!("the database {} says so", voice.database),
            };
        }
        self.by_system(system)
    }

    fn by_system(&self, system: Option<u32>) -> Classified {
        match system.map(|number| (number, self.known.get(&number))) {
            Some((number, Some(class))) => {
                Classified { class: *class, because: format!("AS{number} is known to be") }
            }
            Some((number, None)) => Classified {
                class: Class::Fixed,
                because: format!("AS{number} is in no list of others"),
            },
            None => Classified {
                class: Class::Unknown,
                because: "no database names its autonomous system".to_owned(),
            },
        }
    }
}

fn lines(text: &str) -> impl Iterator<Item = (u32, Class)> {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut cells = line.splitn(3, ',');
        Some((cells.next()?.parse().ok()?, cells.next()?.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn voice(system: Option<u32>, class: Option<Class>) -> Voice {
        Voice { database: "test".to_owned(), system, class, ..Voice::default() }
    }

    fn class(networks: &Networks, address: &str, voices: &[Voice]) -> Class {
        networks.classify(address.parse().unwrap(), voices).class
    }

    #[test]
    fn every_line_of_the_shipped_list_is_read() {
        let wanted = KNOWN.lines().filter(|line| !line.starts_with('#')).count();
        let known = Networks::new([]).known;
        assert_eq!(known.len(), wanted);
        assert_eq!(known.get(&14593), Some(&Class::Satellite));
        assert_eq!(known.get(&36352), Some(&Class::Hosting));
    }

    #[test]
    fn what_the_company_says_comes_first_and_its_narrowest_network_wins() {
        let own = [
            ("203.0.113.0/24", Class::Corp),
            ("203.0.113.128/25", Class::Vpn),
            ("AS64500", Class::Sase),
            ("2001:db8::/32", Class::Corp),
        ];
        let networks = Networks::new(own.map(|(text, class)| (text.parse().unwrap(), class)));
        let hosting = [voice(Some(36352), Some(Class::Hosting))];
        assert_eq!(class(&networks, "203.0.113.9", &hosting), Class::Corp);
        assert_eq!(class(&networks, "::ffff:203.0.113.200", &hosting), Class::Vpn);
        assert_eq!(class(&networks, "2001:db8::1", &hosting), Class::Corp);
        assert_eq!(class(&networks, "192.0.2.1", &[voice(Some(64500), None)]), Class::Sase);
    }

    #[test]
    fn without_the_company_the_databases_and_then_the_system_tell() {
        let networks = Networks::new([]);
        let at = |voices: &[Voice]| class(&networks, "192.0.2.1", voices);
        assert_eq!(at(&[voice(Some(36352), None)]), Class::Hosting);
        assert_eq!(at(&[voice(Some(36352), None), voice(None, Some(Class::Vpn))]), Class::Vpn);
        assert_eq!(at(&[voice(Some(64500), None)]), Class::Fixed);
        assert_eq!(at(&[voice(None, None)]), Class::Unknown);
        assert_eq!(at(&[]), Class::Unknown);
    }

    #[test]
    fn what_is_no_network_is_told() {
        for text in ["", "AS", "ASx", "192.0.2.0/33", "home"] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }
}
