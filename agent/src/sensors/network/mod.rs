//! Network: over what kind of line the laptop is connected, and a token by which
//! two laptops on the same line are known. No address is said.

mod gateway;
mod kept;
mod suffixes;
mod linux;
mod windows;
mod macos;
#[cfg(test)]
mod tests;

use super::Asked;
use super::Blind;
use super::Sensor;
use super::neighbor;
use super::observe;
use super::route;
use crate::host::Host;
use crate::host::LinkRow;
use crate::host::NeighborRow;
use crate::host::Platform;
use crate::host::Recording;
use gateway::Router;
use gateway::WayOut;
use model::Observation;
use serde::Serialize;
use std::collections::BTreeSet;

pub use kept::Kept;

/// The sensor's name.
pub const NAME: &str = "network";

/// Where it is read, for people to read.
const SOURCE: &str = "interfaces, routes and neighbor table";

/// Looks at the way packets take to the internet.
pub struct Network;

/// The way out: what stands still while the laptop stays on its network.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
struct Facts {
    /// A token of the default gateway's link address: 16 hexadecimal digits, the
    /// first half of HMAC-SHA256 under a key that all laptops of one collector
    /// share. The same router gives the same token; nothing if its address says
    /// nothing of a place, is not known yet, or before enrolment.
    gateway: Option<String>,
    /// What the gateway is: `line` (a router of a maker), `hot-spot` (it chose
    /// its own link address, as phones do), `virtual` (a group of routers, or a
    /// virtual machine's host), `tunnel` (there is no way out but a tunnel), or
    /// `none`; nothing while its link address is not known.
    gateway_kind: Option<&'static str>,
    /// What the way out begins with: `wired`, `wireless`, `mobile` or `tunnel`.
    link: Option<&'static str>,
    /// The most bytes one packet may have there.
    mtu: Option<u32>,
    /// The domains the network or the company gave for looking names up, each
    /// reduced to what one registers, such as `comcast.net`; at most four.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    dns_suffixes: Vec<String>,
    /// True if a tunnel carries everything.
    all_in_tunnel: bool,
    /// How many others the laptop knows on that network: `0`, `1-4`, `5-19` or `20+`.
    neighbors: &'static str,
}

impl Sensor for Network {
    fn name(&self) -> &'static str {
        NAME
    }

    fn reads(&self) -> &'static str {
        "over what kind of line the laptop is connected, a token of the router (made of its link address, which is not sent), the provider's domain, and roughly how many others are there; told as it changes, also if no signature names it"
    }

    fn needs(&self, platform: Platform) -> Option<&'static str> {
        neighbor::Neighbor.needs(platform)
    }

    fn look(&self, host: &dyn Host) -> Result<Vec<Observation>, Blind> {
        self.look_for(host, &Asked::default())
    }

    fn look_for(&self, host: &dyn Host, asked: &Asked) -> Result<Vec<Observation>, Blind> {
        let platform = host.platform();
        let links = host.links().map_err(Blind::at(SOURCE))?;
        let table = host.routes().map_err(Blind::at(SOURCE))?;
        let neighbors = host.neighbors().map_err(Blind::at(SOURCE))?;
        let way = WayOut::find(platform, &links, &table);
        let medium = way.as_ref().map(|way| medium(host, way.link));
        let router = way.as_ref().and_then(|way| way.router(&neighbors));
        let facts = Facts {
            gateway: router.zip(asked.network_key).and_then(|(router, key)| router.token(&key)),
            gateway_kind: gateway_kind(way.as_ref(), medium, router),
            link: medium,
            mtu: way.as_ref().and_then(|way| way.link.mtu),
            dns_suffixes: suffixes::read(host, way.as_ref().map(|way| way.link)),
            all_in_tunnel: route::all_in_tunnel(platform, &links, &table),
            neighbors: band(way.map_or(0, |way| others(&way, router, &neighbors))),
        };
        Ok(vec![observe(NAME, NAME, SOURCE, &facts)])
    }

    fn example(&self) -> Observation {
        let facts = Facts {
            gateway: Some("5f1c0f6a9b3e7d24".to_owned()),
            gateway_kind: Some("line"),
            link: Some(WIRELESS),
            mtu: Some(1500),
            dns_suffixes: vec!["comcast.net".to_owned()],
            all_in_tunnel: false,
            neighbors: band(3),
        };
        observe(NAME, NAME, SOURCE, &facts)
    }

    fn is_told(&self) -> bool {
        true
    }

    /// Of the resolver's settings only the domains stay that are looked at.
    fn blank(&self, recording: &mut Recording) {
        neighbor::blank(recording);
        suffixes::blank(recording);
        macos::blank(recording);
    }
}

/// True if there is nothing to be seen soon that is not seen yet: the router of
/// a new network is known only after something was sent to it.
pub fn is_settled(seen: &[Observation]) -> bool {
    seen.iter().all(|one| one.fields.contains_key("gateway_kind"))
}

/// True if there is a way out at all.
pub fn has_way_out(seen: &[Observation]) -> bool {
    seen.iter().any(|one| one.fields.contains_key("link"))
}

/// True if what was seen later is of the network that was seen before: how many
/// others are there does not matter, nor that more is known of it.
pub fn is_same(before: &[Observation], later: &[Observation]) -> bool {
    let fields = |seen: &'_ [Observation]| seen.first().map(|one| one.fields.clone());
    let (Some(before), Some(later)) = (fields(before), fields(later)) else { return false };
    let told = before.iter().filter(|(name, _)| *name != "neighbors");
    told.into_iter().all(|(name, value)| later.get(name) == Some(value))
}

const WIRED: &str = "wired";
const WIRELESS: &str = "wireless";
const MOBILE: &str = "mobile";
const TUNNEL: &str = "tunnel";

/// What the way out begins with.
fn medium(host: &dyn Host, link: &LinkRow) -> &'static str {
    match host.platform() {
        platform if route::is_tunnel(platform, link) => TUNNEL,
        Platform::Linux => linux::medium(host, &link.name),
        Platform::Windows => windows::medium(link),
        Platform::Macos => macos::medium(host, &link.name),
    }
}

fn gateway_kind(
    way: Option<&WayOut<'_>>,
    medium: Option<&str>,
    router: Option<Router>,
) -> Option<&'static str> {
    match (way, medium) {
        (Some(_), Some(TUNNEL)) => Some(TUNNEL),
        (None, _) | (_, Some(MOBILE)) => Some("none"),
        (Some(way), _) if way.via.is_none() => Some("none"),
        _ => router.map(Router::kind),
    }
}

/// How many machines but the router are known on the network of the way out.
fn others(way: &WayOut<'_>, router: Option<Router>, neighbors: &[NeighborRow]) -> usize {
    let here = neighbors.iter().filter(|row| row.interface == way.link.name);
    let links: BTreeSet<Router> = here.filter_map(Router::of).collect();
    links.iter().filter(|&&link| Some(link) != router).count()
}

/// So many, said so that one more or less is seldom a change.
fn band(count: usize) -> &'static str {
    match count {
        0 => "0",
        1..=4 => "1-4",
        5..=19 => "5-19",
        _ => "20+",
    }
}
