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
    keep(links, routes, |seen| seen.subject == "wg0");
    let kept: Vec<&str> = links.iter().map(|link| link.name.as_str()).collect();
    assert_eq!(kept, ["wg0"]);
    let kept: Vec<(&str, u32)> =
        routes.iter().map(|route| (route.destination.as_str(), route.interface)).collect();
    assert_eq!(kept, [("0.0.0.0/0", 6), ("0.0.0.0/0", 2), ("192.168.0.0/24", 6)]);
    keep(links, routes, |_| false);
    assert_eq!((links.len(), routes.len()), (0, 0));
}

#[test]
fn tables_that_were_not_recorded_and_other_platforms_are_absent() {
    let blank = Recording::blank(Platform::Linux, "x");
    assert_eq!(Route.look(&blank), Err(Blind::Absent));
    let other = Recording { platform: Platform::Macos, ..laptop("") };
    assert_eq!(Route.look(&other), Err(Blind::Absent));
}
