//! The way out of a network of the test's own, as the kernel has it, under the
//! keys of collectors that are real.

use agent::host::Recording;
use serde_json::Value;
use serde_json::json;
use std::fs;
use std::path::Path;
use tests::network;
use tests::site::Laptop;
use tests::site::Site;

/// A line whose router has a maker's address, and one more machine there.
const LINE: &str = "
ip link add lan0 type veth peer name far0
ip link set lan0 mtu 1492 up
ip link set far0 up
ip address add 192.168.7.5/24 dev lan0
ip neighbor add 192.168.7.1 lladdr 94:83:c4:01:02:03 dev lan0 nud permanent
ip neighbor add 192.168.7.9 lladdr 30:52:53:11:22:33 dev lan0 nud permanent
ip route add default via 192.168.7.1 dev lan0
";

/// Everything through a tunnel, as the clients of VPNs make it.
const VPN: &str = "
ip tuntap add dev tun0 mode tun
ip address add 10.8.0.2/24 dev tun0
ip link set tun0 mtu 1400 up
ip route add 0.0.0.0/1 via 10.8.0.1 dev tun0
ip route add 128.0.0.0/1 via 10.8.0.1 dev tun0
";

/// Holds for every network.
const ANY: &str = "[[when]]\nsensor = \"network\"\nwhere = { neighbors = \"*\" }\n\
    [[hit]]\nnetwork = [{ neighbors = \"0\" }]\n[[miss]]\nnetwork = [{ mtu = 1500 }]\n";

/// What is seen on that network, with the identity of that laptop if there is one.
fn seen(laptop: Option<&Laptop>, network: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    network::configure(folder.path(), &["network"], &[("line", ANY)]);
    if let Some(laptop) = laptop {
        let (from, to) = (laptop.state().join("identity"), folder.path().join("state/identity"));
        fs::create_dir_all(&to).unwrap();
        fs::copy(from.join("identity.json"), to.join("identity.json")).unwrap();
    }
    let output = network::run(folder.path(), &format!("{network}\nmoored scan --json"));
    let scan = network::scanned(&output);
    assert_eq!(scan["sight"]["network"], json!("seeing"));
    let mut fields = scan["findings"][0]["evidence"][0]["fields"].clone();
    // How names are looked up is this machine's, not the test's.
    fields.as_object_mut().unwrap().remove("dns_suffixes");
    fields
}

/// What is told of a line without a token.
fn line(kind: &str) -> Value {
    json!({
        "gateway_kind": kind, "link": "wired", "mtu": 1492, "all_in_tunnel": false,
        "neighbors": "1-4",
    })
}

#[test]
fn a_line_is_told_before_enrolment_without_a_token() {
    assert_eq!(seen(None, LINE), line("line"));
    let mut silent = line("");
    silent.as_object_mut().unwrap().remove("gateway_kind");
    let unknown = LINE.replace("192.168.7.1 lladdr", "192.168.7.8 lladdr");
    assert_eq!(seen(None, &unknown), silent, "nothing was ever sent to its router");
    let nothing = json!({ "gateway_kind": "none", "all_in_tunnel": false, "neighbors": "0" });
    assert_eq!(seen(None, ""), nothing);
}

fn enrolled(site: &Site, name: &str) -> Laptop {
    let mut laptop = site.laptop(name).unwrap();
    laptop.watch_for("probe-gateway").unwrap();
    laptop.start().unwrap();
    laptop.is_well().unwrap();
    laptop.kill();
    laptop
}

#[test]
fn laptops_of_one_collector_tell_one_router_by_one_token() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let site = Site::start(here.path(), "").unwrap();
    let (one, other) = (enrolled(&site, "one"), enrolled(&site, "other"));
    let elsewhere = enrolled(&Site::start(there.path(), "").unwrap(), "elsewhere");
    let token = |laptop: &Laptop, network: &str| seen(Some(laptop), network)["gateway"].clone();
    let told = token(&one, LINE);
    let text = told.as_str().unwrap();
    assert!(text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit()), "{text}");
    assert_eq!(token(&other, LINE), told);
    assert_ne!(token(&elsewhere, LINE), told);
    let behind = seen(Some(&one), &format!("{LINE}{VPN}"));
    assert_eq!((&behind["gateway"], &behind["all_in_tunnel"]), (&told, &json!(true)));
    for (link, kind) in [("da:a1:19:01:02:03", "hot-spot"), ("52:54:00:12:35:02", "virtual")] {
        let network = LINE.replace("94:83:c4:01:02:03", link);
        assert_eq!(seen(Some(&one), &network), line(kind), "no token");
    }
}

/// The rows of a recording that is written on that line.
fn recorded(folder: &Path) -> String {
    network::configure(folder, &["network"], &[("line", ANY)]);
    String::from_utf8(network::run(folder, &format!("{LINE}moored record")).stdout).unwrap()
}

#[test]
fn a_recording_of_a_line_does_not_say_which_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let written = recorded(folder.path());
    for private in ["01:02:03", "192.168", "lan0", "11:22:33"] {
        assert!(!written.contains(private), "{private}: {written}");
    }
    let recording = Recording::from_toml(&written).unwrap();
    let router = &recording.neighbor.as_ref().unwrap()[0];
    assert_eq!(router.link.as_deref(), Some("94:83:c4:00:00:00"));
    fs::write(folder.path().join("here.toml"), &written).unwrap();
    let judged = network::run(folder.path(), "moored judge --json here.toml");
    let fields = network::scanned(&judged)["findings"][0]["evidence"][0]["fields"].clone();
    assert_eq!((&fields["gateway_kind"], &fields["mtu"]), (&json!("line"), &json!(1492)));
    assert_eq!(fields["gateway"], Value::Null);
}
