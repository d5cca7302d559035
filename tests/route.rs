//! The kernel's own interfaces and routes, in a network of the test's own.

use agent::host::Recording;
use serde_json::Value;
use serde_json::json;
use std::fs;
use std::path::Path;
use tests::network;
use tests::root;

/// A tunnel with a route to each half of all addresses, as the clients of VPNs make it.
const HALVES: &str = "
ip tuntap add dev tun0 mode tun
ip address add 10.8.0.2/24 dev tun0
ip link set tun0 mtu 1400 up
ip route add 0.0.0.0/1 via 10.8.0.1 dev tun0
ip route add 128.0.0.0/1 via 10.8.0.1 dev tun0
";

/// Tunnels that carry nothing, something, and everything by a table of their own.
const OTHERS: &str = "
ip tuntap add dev tap0 mode tap
ip link set tap0 up
ip tuntap add dev tun1 mode tun
ip address add 10.9.0.2/24 dev tun1
ip link set tun1 up
ip link add lan0 type veth peer name far0
ip link set lan0 up
ip link set far0 up
ip address add 192.168.7.5/24 dev lan0
ip route add default via 192.168.7.1 dev lan0
";

/// Holds for every tunnel.
const ANY: &str = "[[when]]\nsensor = \"route\"\nwhere = { kind = \"*\" }\n\
    [[hit]]\nroute = [{ kind = \"tun\" }]\n[[miss]]\nroute = [{ halves = true }]\n";

fn shipped(folder: &Path) {
    let name = "remote-tools/all-traffic-in-a-tunnel.toml";
    let to = folder.join("signatures").join(name);
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    fs::copy(root().join("config/signatures").join(name), to).unwrap();
}

#[test]
fn a_tunnel_says_how_much_goes_through_it() {
    let folder = tempfile::tempdir().unwrap();
    network::configure(folder.path(), &["route"], &[("tunnel", ANY)]);
    let table = "ip route add default dev tun1 table 51820";
    let script = format!("{HALVES}{OTHERS}{table}\nmoored scan --json");
    let scan = network::scanned(&network::run(folder.path(), &script));
    assert_eq!(scan["sight"]["route"], json!("seeing"));
    let tunnel = |name: &str, kind: &str, carries: &str, halves: bool, mtu: u32| {
        json!({
            "sensor": "route", "subject": name, "source": "interfaces and routes",
            "fields": { "kind": kind, "carries": carries, "halves": halves, "mtu": mtu },
        })
    };
    let told: Vec<&Value> = scan["findings"][0]["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| ["tun0", "tun1", "tap0"].contains(&it["subject"].as_str().unwrap()))
        .collect();
    let expected = [
        tunnel("tun0", "tun", "everything", true, 1400),
        tunnel("tap0", "tap", "nothing", false, 1500),
        tunnel("tun1", "tun", "everything", false, 1500),
    ];
    assert_eq!(told, expected.iter().collect::<Vec<_>>());
}

#[test]
fn a_recording_of_a_tunnel_is_judged_as_the_laptop_was() {
    let folder = tempfile::tempdir().unwrap();
    network::configure(folder.path(), &["route"], &[]);
    shipped(folder.path());
    let script = format!("{OTHERS}{HALVES}moored record");
    let written = String::from_utf8(network::run(folder.path(), &script).stdout).unwrap();
    let recording = Recording::from_toml(&written).unwrap();
    let links: Vec<String> = recording.link.unwrap().into_iter().map(|row| row.name).collect();
    assert_eq!(links, ["tun0"]);
    let routes: Vec<String> =
        recording.route.unwrap().into_iter().map(|row| row.destination).collect();
    let expected =
        ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "192.168.0.0/24", "fe80::/64", "ff00::/8"];
    let is_expected = |route: &String| expected.contains(&route.as_str());
    assert!(routes.iter().all(is_expected), "{routes:?}");
    fs::write(folder.path().join("here.toml"), &written).unwrap();
    let judged = network::run(folder.path(), "moored judge --json here.toml");
    let judged = network::scanned(&judged);
    assert_eq!(judged["findings"][0]["signature"], "remote-tools.all-traffic-in-a-tunnel");
    assert_eq!(judged["findings"][0]["standing"], "lead");
    assert_eq!(judged["findings"][0]["evidence"][0]["subject"], "tun0");
}

/// Scheduled looks are ten minutes apart.
#[test]
fn a_route_that_appears_is_seen_at_once() {
    let folder = tempfile::tempdir().unwrap();
    network::configure(folder.path(), &["route"], &[]);
    shipped(folder.path());
    let script = format!(
        "moored run >log 2>&1 &
        until grep -q watching log; do sleep 0.05; done
        {HALVES}
        for _ in $(seq 400); do
            if grep -q all-traffic-in-a-tunnel log; then echo told; exit 0; fi
            sleep 0.05
        done
        cat log"
    );
    let output = network::run(folder.path(), &script);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "told\n");
}
