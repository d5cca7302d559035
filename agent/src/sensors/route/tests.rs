//! Rows of two tables → what is stated, and what a recording keeps.

use super::*;
use crate::host::Recording;
use serde_json::Value;
use serde_json::json;

/// Interfaces of every kind, switched on, and a way out over the first.
const LAPTOP: &str = r#"
platform = "linux"
link = [
    { index = 2, name = "wlan0", layer = 1, up = true, mtu = 1500 },
    { index = 3, name = "docker0", kind = "bridge", layer = 1, up = true, mtu = 1500 },
    { index = 4, name = "tun0", kind = "tun", layer = 65534, up = true, mtu = 1500 },
    { index = 5, name = "vnet0", kind = "tun", layer = 1, up = true, mtu = 1500 },
    { index = 6, name = "wg0", kind = "wireguard", layer = 65534, up = true, mtu = 1420 },
    { index = 7, name = "ppp0", layer = 512, up = true, mtu = 1400 },
]
route = [
    { table = 254, destination = "0.0.0.0/0", metric = 600, gateway = true, interface = 2 },
    { table = 254, destination = "192.168.7.0/24", metric = 600, gateway = false, interface = 2 },
"#;

fn laptop(routes: &str) -> Recording {
    Recording::from_toml(&format!("{LAPTOP}{routes}]")).unwrap()
}

fn way(destination: &str, interface: u32, metric: u32) -> String {
    format!(
        "{{ table = 254, destination = '{destination}', metric = {metric}, gateway = false, interface = {interface} }},"
    )
}

/// What the tunnels carry, and whether by halves.
fn carries(routes: &str) -> Vec<(String, Value, Value)> {
    let seen = Route.look(&laptop(routes)).unwrap().into_iter();
    let told = seen.map(|it| {
        let fields = serde_json::to_value(&it.fields).unwrap();
        (it.subject, fields["carries"].clone(), fields["halves"].clone())
    });
    told.filter(|(_, carries, _)| carries != "nothing").collect()
}

#[test]
fn tunnels_are_told_and_other_interfaces_are_not() {
    let seen = Route.look(&laptop(&way("10.8.0.0/24", 4, 0))).unwrap();
    let told: Vec<(String, Value)> = seen
        .into_iter()
        .map(|it| (it.subject, serde_json::to_value(&it.fields).unwrap()))
        .collect();
    let tunnel = |name: &str, kind: &str, carries: &str, mtu: u32| {
        let fields = json!({ "kind": kind, "carries": carries, "halves": false, "mtu": mtu });
        (name.to_owned(), fields)
    };
    let expected = [
        tunnel("tun0", "tun", "some", 1500),
        tunnel("vnet0", "tap", "nothing", 1500),
        tunnel("wg0", "wireguard", "nothing", 1420),
        tunnel("ppp0", "ppp", "nothing", 1400),
    ];
    assert_eq!(told, expected);
}

#[test]
fn everything_goes_by_a_default_route_or_by_both_halves() {
    let all =
        |name: &str, halves: bool| vec![(name.to_owned(), json!("everything"), json!(halves))];
    let some = |name: &str| vec![(name.to_owned(), json!("some"), json!(false))];
    assert_eq!(carries(&way("0.0.0.0/0", 6, 50)), all("wg0", false));
    assert_eq!(carries(&way("::/0", 6, 0)), all("wg0", false));
    let own_table = way("0.0.0.0/0", 6, 0).replace("254", "51820");
    assert_eq!(carries(&own_table), all("wg0", false));
    let halves = [way("0.0.0.0/1", 4, 0), way("128.0.0.0/1", 4, 0)].concat();
    assert_eq!(carries(&halves), all("tun0", true));
    let halves = [way("::/1", 4, 0), way("8000::/1", 4, 0)].concat();
    assert_eq!(carries(&halves), all("tun0", true));
    assert_eq!(carries(&way("0.0.0.0/1", 4, 0)), some("tun0"));
    let mixed = [way("0.0.0.0/1", 4, 0), way("8000::/1", 4, 0)].concat();
    assert_eq!(carries(&mixed), some("tun0"));
}

#[test]
fn a_route_that_a_cheaper_one_outdoes_does_not_carry_everything() {
    let some = vec![("ppp0".to_owned(), json!("some"), json!(false))];
    assert_eq!(carries(&way("0.0.0.0/0", 7, 700)), some);
}

#[test]
fn a_tunnel_that_is_switched_off_or_has_only_its_own_networks_carries_nothing() {
    assert_eq!(carries(&[way("fe80::/64", 4, 256), way("ff00::/8", 4, 256)].concat()), []);
    let mut host = laptop(&way("0.0.0.0/0", 6, 50));
    host.link.iter_mut().flatten().for_each(|link| link.up = false);
    let seen = Route.look(&host).unwrap();
    let told: Vec<String> = seen.iter().map(|it| it.fields["carries"].to_string()).collect();
    assert_eq!(told, ["nothing"; 4]);
}

#[test]
fn a_recording_keeps_the_tunnel_and_what_decides_what_it_carries() {
    let mut host = laptop(&[way("0.0.0.0/0", 6, 50), way("10.99.0.0/16", 6, 0)].concat());
    let (links, routes) = (host.link.as_mut().unwrap(), host.route.as_mut().unwrap());
    keep(Platform::Linux, links, routes, |seen| seen.subject == "wg0");
    let kept: Vec<&str> = links.iter().map(|link| link.name.as_str()).collect();
    assert_eq!(kept, ["wg0"]);
    let kept: Vec<(&str, u32)> =
        routes.iter().map(|route| (route.destination.as_str(), route.interface)).collect();
    assert_eq!(kept, [("0.0.0.0/0", 6), ("0.0.0.0/0", 2), ("192.168.0.0/24", 6)]);
    keep(Platform::Linux, links, routes, |_| false);
    assert_eq!((links.len(), routes.len()), (0, 0));
}

#[test]
fn tables_that_were_not_recorded_are_absent() {
    for platform in [Platform::Linux, Platform::Windows, Platform::Macos] {
        assert_eq!(Route.look(&Recording::blank(platform, "x")), Err(Blind::Absent));
    }
}

/// What is told of a machine's tunnels: subject, kind, what they carry, and whether by halves.
fn told(host: &str) -> Vec<Value> {
    let seen = Route.look(&Recording::from_toml(host).unwrap()).unwrap().into_iter();
    let told = seen.map(|it| {
        let fields = serde_json::to_value(&it.fields).unwrap();
        json!([it.subject, fields["kind"], fields["carries"], fields["halves"]])
    });
    told.collect()
}

/// A laptop with one tunnel of each kind of driver; the descriptions are those the drivers give.
const WINDOWS: &str = r#"
platform = "windows"
link = [
    { index = 1, name = "Loopback Pseudo-Interface 1", description = "Software Loopback Interface 1", layer = 24, up = true },
    { index = 4, name = "Wi-Fi", description = "Intel(R) Wi-Fi 6E AX211 160MHz", layer = 71, up = true, mtu = 1500 },
    { index = 5, name = "vEthernet (Default Switch)", description = "Hyper-V Virtual Ethernet Adapter", layer = 6, up = true, mtu = 1500 },
    { index = 6, name = "wg0", description = "WireGuard Tunnel", layer = 53, up = true, mtu = 1420 },
    { index = 7, name = "Tailscale", description = "Tailscale Tunnel", layer = 53, up = true, mtu = 1280 },
    { index = 8, name = "OpenVPN TAP-Windows6", description = "TAP-Windows Adapter V9", layer = 6, up = true, mtu = 1500 },
    { index = 9, name = "Office", description = "Office", layer = 23, up = true, mtu = 1400 },
    { index = 10, name = "OpenVPN Data Channel Offload", description = "OpenVPN Data Channel Offload", layer = 53, up = false, mtu = 1500 },
]
route = [
    { table = 254, destination = "0.0.0.0/0", metric = 35, gateway = true, via = "192.168.1.1", interface = 4 },
    { table = 254, destination = "0.0.0.0/0", metric = 5, gateway = false, interface = 6 },
    { table = 254, destination = "100.64.0.0/10", metric = 5, gateway = true, via = "100.100.100.100", interface = 7 },
    { table = 254, destination = "0.0.0.0/1", metric = 259, gateway = true, via = "10.8.0.1", interface = 8 },
    { table = 254, destination = "128.0.0.0/1", metric = 259, gateway = true, via = "10.8.0.1", interface = 8 },
    { table = 254, destination = "fe80::/64", metric = 256, gateway = false, interface = 9 },
]
"#;

#[test]
fn of_windows_tunnels_are_known_by_type_and_driver() {
    let expected = [
        json!(["wg0", "wireguard", "everything", false]),
        json!(["Tailscale", "tun", "some", false]),
        json!(["OpenVPN TAP-Windows6", "tap", "everything", true]),
        json!(["Office", "ppp", "nothing", false]),
        json!(["OpenVPN Data Channel Offload", "ovpn", "nothing", false]),
    ];
    assert_eq!(told(WINDOWS), expected);
}

/// The tunnels macOS makes for itself have default routes that only those take who ask.
const MACOS: &str = r#"
platform = "macos"
link = [
    { index = 1, name = "lo0", layer = 24, up = true, mtu = 16384 },
    { index = 6, name = "en0", layer = 6, up = true, mtu = 1500 },
    { index = 8, name = "bridge0", kind = "bridge", layer = 209, up = true, mtu = 1500 },
    { index = 12, name = "utun0", kind = "utun", layer = 1, up = true, mtu = 1380 },
    { index = 16, name = "utun4", kind = "utun", layer = 1, up = true, mtu = 1280 },
]
route = [
    { table = 254, destination = "0.0.0.0/0", metric = 0, gateway = true, via = "192.168.1.1", interface = 6 },
    { table = 254, destination = "::/0", metric = 0, gateway = true, via = "fe80::", interface = 12, scoped = true },
    { table = 254, destination = "fe80::/64", metric = 0, gateway = true, interface = 12 },
    { table = 254, destination = "100.64.0.0/10", metric = 0, gateway = false, interface = 16 },
]
"#;

#[test]
fn of_macos_a_route_counts_if_all_programs_take_it() {
    let expected =
        [json!(["utun0", "utun", "nothing", false]), json!(["utun4", "utun", "some", false])];
    assert_eq!(told(MACOS), expected);
    let all = MACOS
        .replace("interface = 6 }", "interface = 6, scoped = true }")
        .replace("100.64.0.0/10", "0.0.0.0/0");
    assert_eq!(told(&all)[1], json!(["utun4", "utun", "everything", false]));
}
