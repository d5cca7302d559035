//! Windows: the ways packets may take.

use super::adapters::Adapter;
use super::adapters::adapters;
use super::ip_tables::Way;
use super::ip_tables::ways;
use crate::host::RouteRow;
use crate::host::network::MAIN;
use std::io;
use std::net::IpAddr;
use std::net::Ipv4Addr;

/// The ways that lead to other machines, in order. Windows has this machine's own
/// addresses and the groups it listens to among them.
pub fn routes() -> io::Result<Vec<RouteRow>> {
    let adapters = adapters()?;
    let ways = ways()?;
    let mut rows: Vec<RouteRow> = ways.iter().filter_map(|way| row(way, &adapters)).collect();
    rows.sort();
    rows.dedup();
    Ok(rows)
}

/// `None` for one that leads to no other machine.
fn row(way: &Way, adapters: &[Adapter]) -> Option<RouteRow> {
    let (address, length) = way.to;
    let adapter = adapters.iter().find(|adapter| adapter.index == way.interface);
    let own = adapters.iter().flat_map(|adapter| &adapter.addresses);
    let is_near = way.own || address.is_loopback() || address.is_multicast() || {
        let is_one = length == if address.is_ipv4() { 32 } else { 128 };
        is_one && (is_broadcast(address, None) || own.into_iter().any(|one| is_of(address, *one)))
    };
    if is_near {
        return None;
    }
    let cost = adapter.map_or(0, |adapter| adapter.metrics[usize::from(address.is_ipv6())]);
    Some(RouteRow {
        table: MAIN,
        destination: format!("{address}/{length}"),
        metric: way.metric.saturating_add(cost),
        gateway: way.via.is_some(),
        via: way.via.map(|via| via.to_string()),
        interface: way.interface,
        scoped: false,
    })
}

/// True if it is this machine's own address, or speaks to all of its network.
fn is_of(address: IpAddr, own: (IpAddr, u8)) -> bool {
    address == own.0 || is_broadcast(address, Some(own))
}

/// True of the address of all, or of all of a network.
fn is_broadcast(address: IpAddr, network: Option<(IpAddr, u8)>) -> bool {
    match (address, network) {
        (IpAddr::V4(address), None) => address.is_broadcast(),
        (IpAddr::V4(address), Some((IpAddr::V4(own), length))) if length < 31 => {
            let others = u32::MAX.checked_shr(length.into()).unwrap_or_default();
            address == Ipv4Addr::from_bits(own.to_bits() | others)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adapter() -> Adapter {
        Adapter {
            index: 7,
            name: "Wi-Fi".to_owned(),
            description: String::new(),
            domain: String::new(),
            kind: 71,
            up: true,
            mtu: 1500,
            metrics: [35, 40],
            addresses: vec![
                ("192.168.1.20".parse().unwrap(), 24),
                ("fe80::20".parse().unwrap(), 64),
            ],
        }
    }

    #[test]
    fn only_ways_to_other_machines_are_told_and_what_they_cost_in_all() {
        let told = |to: &str, length: u8| {
            let to = (to.parse().unwrap(), length);
            let way = Way { to, via: None, metric: 256, interface: 7, own: false };
            row(&way, &[adapter()]).map(|row| (row.destination, row.metric))
        };
        for (to, length) in [
            ("127.0.0.0", 8),
            ("192.168.1.20", 32),
            ("192.168.1.255", 32),
            ("255.255.255.255", 32),
            ("224.0.0.0", 4),
            ("ff00::", 8),
            ("fe80::20", 128),
            ("::1", 128),
        ] {
            assert_eq!(told(to, length), None, "{to}/{length}");
        }
        let expected = |to: &str, metric| Some((to.to_owned(), metric));
        assert_eq!(told("0.0.0.0", 0), expected("0.0.0.0/0", 291));
        assert_eq!(told("128.0.0.0", 1), expected("128.0.0.0/1", 291));
        assert_eq!(told("192.168.1.0", 24), expected("192.168.1.0/24", 291));
        assert_eq!(told("192.168.1.21", 32), expected("192.168.1.21/32", 291));
        assert_eq!(told("::", 0), expected("::/0", 296));
    }

    #[test]
    fn a_way_windows_says_leads_here_is_not_told() {
        let to = ("10.0.0.0".parse().unwrap(), 8);
        let way = Way { to, via: None, metric: 0, interface: 7, own: true };
        assert_eq!(row(&way, &[]), None);
        let via = Some("10.0.0.1".parse().unwrap());
        let way = Way { own: false, via, metric: u32::MAX, ..way };
        let row = row(&way, &[adapter()]).unwrap();
        assert_eq!(
            (row.gateway, row.via, row.metric),
            (true, Some("10.0.0.1".to_owned()), u32::MAX)
        );
    }
}
