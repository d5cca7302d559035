//! The default gateway: which it is, and what its link address says of it.

use crate::host::LinkRow;
use crate::host::MAIN;
use crate::host::NeighborRow;
use crate::host::Platform;
use crate::host::RouteRow;
use crate::sensors::neighbor;
use crate::sensors::route;
use ring::hmac;
use std::cmp::Reverse;

/// Link addresses that name no box at one place, by how they begin.
const VIRTUAL: [&str; 13] = [
    // VRRP and CARP (RFC 9568 §7.3), and what else is IANA's (RFC 9542 §2.1).
    "00:00:5e:00:",
    // HSRP, of both versions.
    "00:00:0c:07:ac:",
    "00:00:0c:9f:f",
    // VMware.
    "00:05:69:",
    "00:0c:29:",
    "00:50:56:",
    // VirtualBox.
    "08:00:27:",
    "0a:00:27:",
    // QEMU and KVM.
    "52:54:00:",
    // Hyper-V.
    "00:15:5d:",
    // Xen.
    "00:16:3e:",
    // Parallels.
    "00:1c:42:",
    // Nothing.
    "00:00:00:00:00:00",
];

/// Bytes of the token: enough that two routers of a fleet's seldom share one.
const TOKEN: usize = 8;

/// The way packets take to the internet.
pub struct WayOut<'a> {
    /// The interface they leave by.
    pub link: &'a LinkRow,
    /// The route they take.
    pub route: &'a RouteRow,
    /// The router's address; `None` without one.
    pub via: Option<&'a str>,
}

impl<'a> WayOut<'a> {
    /// The default route over an interface that is switched on: of several, one
    /// over a real interface rather than a tunnel, so that the network the
    /// laptop is on is known also while a VPN is up; then one that all programs
    /// take, of the main table, of IPv4, and the cheapest. `None` if there is none.
    pub fn find(platform: Platform, links: &'a [LinkRow], routes: &'a [RouteRow]) -> Option<Self> {
        let defaults = routes.iter().filter(|it| route::WHOLE.contains(&it.destination.as_str()));
        let ways = defaults.filter_map(|route| {
            let link = links.iter().find(|link| link.index == route.interface && link.up)?;
            Some(Self { link, route, via: route.via.as_deref() })
        });
        ways.min_by_key(|way| {
            let Self { link, route, .. } = way;
            let is_first = route.destination == route::WHOLE[0];
            let is_main = route.table == MAIN;
            let is_tunnel = route::is_tunnel(platform, link);
            (is_tunnel, route.scoped, Reverse(is_main), Reverse(is_first), route.metric)
        })
    }

    /// True if that is the router.
    pub fn is_router(&self, row: &NeighborRow) -> bool {
        self.via == Some(&row.address) && row.interface == self.link.name
    }

    /// The router, if its link address is known.
    pub fn router(&self, neighbors: &[NeighborRow]) -> Option<Router> {
        neighbors.iter().find(|row| self.is_router(row)).and_then(Router::of)
    }
}

/// A machine on a network, by its link address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Router([u8; 6]);

impl Router {
    /// That neighbor; `None` if its link address is not known.
    pub fn of(row: &NeighborRow) -> Option<Self> {
        row.link.as_deref().and_then(neighbor::bytes).map(Self)
    }

    /// `line`, `hot-spot` or `virtual`.
    pub fn kind(self) -> &'static str {
        let text = neighbor::text(self.0);
        if VIRTUAL.iter().any(|prefix| text.starts_with(prefix)) {
            "virtual"
        } else if self.0[0] & 2 != 0 {
            // The locally administered bit (IEEE 802-2014 §8.2.2).
            "hot-spot"
        } else {
            "line"
        }
    }

    /// The token of a router on a line, under a key; `None` for any other.
    pub fn token(self, key: &[u8; 32]) -> Option<String> {
        if self.kind() != "line" {
            return None;
        }
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        let tag = hmac::sign(&key, neighbor::text(self.0).as_bytes());
        tag.as_ref().get(..TOKEN).map(hex::encode)
    }
}
