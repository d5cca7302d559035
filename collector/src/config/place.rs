//! What the operator may say of places.

use crate::place::network::Class;
use crate::place::network::Network;
use crate::place::network::Networks;
use crate::place::point::Point;
use axum::http::uri::Authority;
use ipnetwork::IpNetwork;
use settings::Interval;
use settings::Reader;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;

/// What is known of places.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Where this collector stands.
    pub collector: Option<Point>,
    /// The company's own databases, in MaxMind's format or ours.
    pub databases: Vec<PathBuf>,
    /// The company's own networks.
    pub networks: Vec<(Network, Class)>,
    /// The proxies that may say for whom they speak.
    pub proxies: Vec<IpNetwork>,
    /// Where the company's landmarks stand, by the names agents have for them.
    pub landmarks: BTreeMap<String, Point>,
    /// How long addresses and round trips are kept.
    pub keep: Interval,
}

// Points come from text an operator wrote and are numbers.
impl Eq for Place {}

impl Default for Place {
    fn default() -> Self {
        Self {
            collector: None,
            databases: Vec::new(),
            networks: Vec::new(),
            proxies: Vec::new(),
            landmarks: BTreeMap::new(),
            keep: Interval::seconds(14 * 24 * 3600),
        }
    }
}

/// The kinds of network that can be listed.
const KINDS: [&str; 9] =
    ["corp", "sase", "relay", "hosting", "vpn", "tor", "satellite", "mobile", "fixed"];

impl Place {
    pub(super) fn read(section: &mut Reader<'_>) -> Self {
        let usual = Self::default();
        let point: Option<String> = section.take("collector");
        let collector = point.and_then(|text| one(section, "collector", &text));
        let proxies: Vec<String> = section.take("proxies").unwrap_or_default();
        Self {
            collector,
            databases: section.take("databases").unwrap_or_default(),
            networks: section.section("networks", networks),
            proxies: proxies.iter().filter_map(|text| one(section, "proxies", text)).collect(),
            landmarks: section.section("landmarks", landmarks),
            keep: section.take("keep").unwrap_or(usual.keep),
        }
    }

    /// Which networks are of which kind.
    pub fn networks(&self) -> Networks {
        Networks::new(self.networks.iter().copied())
    }
}

fn networks(section: &mut Reader<'_>) -> Vec<(Network, Class)> {
    let mut all = Vec::new();
    for kind in KINDS {
        let listed: Vec<String> = section.take(kind).unwrap_or_default();
        for text in listed {
            let network = one(section, kind, &text);
            all.extend(network.zip(Class::from_str(kind).ok()));
        }
    }
    all
}

fn landmarks(section: &mut Reader<'_>) -> BTreeMap<String, Point> {
    let listed: BTreeMap<String, String> = section.rest();
    let mut all = BTreeMap::new();
    for (name, text) in listed {
        if !name.parse::<Authority>().is_ok_and(|name| name.port_u16().is_some()) {
            section.problem(&name, "must be a name and a port, such as \"eu.example.com:8443\"");
        }
        let point = one(section, &name, &text);
        all.extend(point.map(|point| (name, point)));
    }
    all
}

fn one<T: FromStr>(section: &mut Reader<'_>, key: &str, text: &str) -> Option<T>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| section.problem(key, &error.to_string())).ok()
}
