//! Routes: which traffic of the laptop goes through a tunnel. No address is said.

mod kind;
#[cfg(test)]
mod tests;

use super::Blind;
use super::Sensor;
use super::observe;
use crate::host::Host;
use crate::host::LinkRow;
use crate::host::Platform;
use crate::host::RouteRow;
use kind::kind;
use model::Observation;
use serde::Serialize;
use std::collections::BTreeSet;

/// The sensor's name.
pub const NAME: &str = "route";

/// Where the rows come from, for people to read.
const SOURCE: &str = "interfaces and routes";

/// What a tunnel carries that takes all traffic.
const EVERYTHING: &str = "everything";

/// The whole of IPv4 and of IPv6.
pub const WHOLE: [&str; 2] = ["0.0.0.0/0", "::/0"];

/// Both halves of each: they go before a default route without replacing it.
const HALVES: [[&str; 2]; 2] = [["0.0.0.0/1", "128.0.0.0/1"], ["::/1", "8000::/1"]];

/// Networks no traffic of anybody's goes to: the link's own and multicast.
const LINK_ONLY: [&str; 3] = ["fe80::/64", "fe80::/10", "ff00::/8"];

/// Looks at the tunnels and what they carry.
pub struct Route;

/// A tunnel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Tunnel {
    /// What kind it is: `tun`, `tap`, `wireguard`, …; on macOS also `utun`, which
    /// is what all programs' tunnels are there.
    kind: &'static str,
    /// `everything`, `some` or `nothing`.
    carries: &'static str,
    /// True if it carries everything by two routes to half of all addresses each.
    halves: bool,
    /// The most bytes one packet may have.
    mtu: Option<u32>,
}

impl Sensor for Route {
    fn name(&self) -> &'static str {
        NAME
    }

    fn reads(&self) -> &'static str {
        "which tunnels there are (VPN and the like) and whether all traffic goes through one; no address"
    }

    fn look(&self, host: &dyn Host) -> Result<Vec<Observation>, Blind> {
        let platform = host.platform();
        let links = host.links().map_err(Blind::at(SOURCE))?;
        let routes = host.routes().map_err(Blind::at(SOURCE))?;
        Ok(links.iter().filter_map(|link| tunnel(platform, link, &routes)).collect())
    }

    fn example(&self) -> Observation {
        let facts =
            Tunnel { kind: "wireguard", carries: EVERYTHING, halves: false, mtu: Some(1420) };
        observe(NAME, "wg0", SOURCE, &facts)
    }
}

/// Keeps of a recording's interfaces those whose observation is wanted, and
/// the routes that show what they carry.
pub fn keep(
    platform: Platform,
    links: &mut Vec<LinkRow>,
    routes: &mut Vec<RouteRow>,
    wanted: impl Fn(&Observation) -> bool,
) {
    links.retain(|link| tunnel(platform, link, routes).is_some_and(|seen| wanted(&seen)));
    for link in links.iter_mut() {
        link.domain = None;
    }
    let shown: BTreeSet<u32> = links.iter().map(|link| link.index).collect();
    let others = others(routes, &shown);
    routes.retain(|route| shown.contains(&route.interface));
    for route in routes.iter_mut().filter(|route| !is_common(&route.destination)) {
        "192.168.0.0/24".clone_into(&mut route.destination);
    }
    routes.extend(others);
    for route in routes.iter_mut() {
        route.via = None;
    }
    routes.sort();
    routes.dedup();
}

/// The default routes over other interfaces, which decide what a tunnel carries.
fn others(routes: &[RouteRow], shown: &BTreeSet<u32>) -> Vec<RouteRow> {
    let is_other = |route: &&RouteRow| {
        is_common(&route.destination)
            && !LINK_ONLY.contains(&route.destination.as_str())
            && !shown.contains(&route.interface)
    };
    if shown.is_empty() {
        return Vec::new();
    }
    routes.iter().filter(is_other).cloned().collect()
}

/// True of networks that are the same everywhere, and tell nothing of where the
/// laptop is.
fn is_common(destination: &str) -> bool {
    let known = WHOLE.iter().chain(HALVES.iter().flatten()).chain(&LINK_ONLY);
    known.into_iter().any(|&one| one == destination)
}

/// True if the interface puts packets into others.
pub fn is_tunnel(platform: Platform, link: &LinkRow) -> bool {
    kind(platform, link).is_some()
}

/// True if a tunnel carries everything.
pub fn all_in_tunnel(platform: Platform, links: &[LinkRow], routes: &[RouteRow]) -> bool {
    let mut tunnels = links.iter().filter(|link| is_tunnel(platform, link));
    tunnels.any(|link| carries(link, routes).0 == EVERYTHING)
}

/// `None` for an interface that is no tunnel.
fn tunnel(platform: Platform, link: &LinkRow, routes: &[RouteRow]) -> Option<Observation> {
    let kind = kind(platform, link)?;
    let (carries, halves) = carries(link, routes);
    let facts = Tunnel { kind, carries, halves, mtu: link.mtu };
    Some(observe(NAME, &link.name, SOURCE, &facts))
}

/// How much goes through the interface, and whether both halves of all
/// addresses lead through it.
fn carries(link: &LinkRow, routes: &[RouteRow]) -> (&'static str, bool) {
    let leads =
        |to: &str| routes.iter().any(|route| route.destination == to && takes(link, route, routes));
    let halves = HALVES.iter().any(|halves| halves.iter().all(|half| leads(half)));
    let carries_some = |route: &RouteRow| {
        route.interface == link.index
            && !route.scoped
            && !LINK_ONLY.contains(&route.destination.as_str())
    };
    let carries = if !link.up {
        "nothing"
    } else if halves || WHOLE.iter().any(|whole| leads(whole)) {
        EVERYTHING
    } else if routes.iter().any(carries_some) {
        "some"
    } else {
        "nothing"
    };
    (carries, halves)
}

/// True if the route leads through the link also what does not ask for it, and no
/// cheaper one of its table to the same network leads elsewhere.
fn takes(link: &LinkRow, route: &RouteRow, routes: &[RouteRow]) -> bool {
    let is_cheaper = |other: &RouteRow| {
        (other.table, &other.destination) == (route.table, &route.destination)
            && other.metric < route.metric
            && other.interface != link.index
    };
    route.interface == link.index && !route.scoped && !routes.iter().any(is_cheaper)
}
