//! All that is known of addresses and zones, whoever comes from there.

use super::country::Country;
use super::decide::Exit;
use super::geo::Databases;
use super::geo::Voice;
use super::network::Networks;
use super::point::Point;
use super::vote::Vote;
use super::zone::Zones;
use ipnetwork::IpNetwork;
use jiff::civil::Date;
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
}

impl Atlas {
    /// What can be said of an address, and who says it. A correction silences
    /// the databases about its country and point.
    pub fn exit(&self, address: IpAddr, today: Date) -> (Exit, Vec<Voice>) {
        let mut voices = self.databases.ask(address, today);
        let address = address.to_canonical();
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
        let network = self.networks.classify(address, &voices);
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
