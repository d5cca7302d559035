//! Recordings of networks → what is stated, and what a recording keeps.

use super::*;
use serde_json::json;

const KEY: [u8; 32] = [7; 32];

/// At home: a wireless line of a provider, a printer and a phone. The phone
/// has an address of each family.
const HOME: &str = r#"
platform = "linux"
link = [
    { index = 1, name = "lo", layer = 772, up = true, mtu = 65536 },
    { index = 2, name = "wlp2s0", layer = 1, up = true, mtu = 1500 },
]
route = [
    { table = 254, destination = "0.0.0.0/0", metric = 600, gateway = true, via = "192.168.1.1", interface = 2 },
    { table = 254, destination = "192.168.1.0/24", metric = 600, gateway = false, interface = 2 },
    { table = 254, destination = "::/0", metric = 600, gateway = true, via = "fe80::1", interface = 2 },
]
neighbor = [
    { address = "192.168.1.1", link = "94:83:c4:01:02:03", interface = "wlp2s0" },
    { address = "192.168.1.20", link = "30:52:53:11:22:33", interface = "wlp2s0", name = "alices-printer.local" },
    { address = "192.168.1.21", link = "da:a1:19:00:00:01", interface = "wlp2s0" },
    { address = "fe80::1", link = "94:83:c4:01:02:03", interface = "wlp2s0" },
    { address = "fe80::2", link = "da:a1:19:00:00:01", interface = "wlp2s0" },
    { address = "172.17.0.2", link = "02:42:ac:11:00:02", interface = "docker0" },
]
[text]
"/sys/class/net/wlp2s0/uevent" = "DEVTYPE=wlan\nINTERFACE=wlp2s0\nIFINDEX=2\n"
"/etc/resolv.conf" = "nameserver 127.0.0.53\nsearch hsd1.ma.comcast.net\n"
"#;

/// Its router's token under [`KEY`].
const TOKEN: &str = "80d3d08ca66ea2e3";

/// At home, with parts of it replaced by others.
fn home(replaced: &[(&str, &str)]) -> Recording {
    let mut text = HOME.to_owned();
    for (from, to) in replaced {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    Recording::from_toml(&text).unwrap()
}

fn told(host: &Recording, key: Option<[u8; 32]>) -> serde_json::Value {
    let asked = Asked { network_key: key, ..Asked::default() };
    let seen = Network.look_for(host, &asked).unwrap();
    assert_eq!(seen.len(), 1);
    serde_json::to_value(&seen[0].fields).unwrap()
}

/// What is told of home, but for these fields.
fn but(fields: serde_json::Value) -> serde_json::Value {
    let mut all = json!({
        "gateway": TOKEN, "gateway_kind": "line", "link": "wireless", "mtu": 1500,
        "dns_suffixes": ["comcast.net"], "all_in_tunnel": false, "neighbors": "1-4",
    });
    let serde_json::Value::Object(fields) = fields else { panic!("{fields} are no fields") };
    let told = all.as_object_mut().unwrap();
    for (name, value) in fields {
        if value.is_null() {
            told.remove(&name);
        } else {
            told.insert(name, value);
        }
    }
    all
}

#[test]
fn a_home_is_told_by_a_token_and_no_address() {
    let told = told(&home(&[]), Some(KEY));
    assert_eq!(told, but(json!({})));
    let text = told.to_string();
    for private in ["94:83", "9483c4", "192.168", "fe80", "wlp2s0", "hsd1", "alice"] {
        assert!(!text.contains(private), "{private}");
    }
}

#[test]
fn the_token_is_the_same_for_the_same_key_and_another_for_another() {
    let token = |host: &Recording, key| told(host, key).get("gateway").cloned();
    assert_eq!(token(&home(&[]), Some(KEY)), Some(json!(TOKEN)));
    let capital = home(&[("94:83:c4:01:02:03", "94:83:C4:01:02:03")]);
    assert_eq!(token(&capital, Some(KEY)), Some(json!(TOKEN)), "however it is written");
    let elsewhere = home(&[("192.168.1.", "10.9.8."), ("wlp2s0", "eth0")]);
    assert_eq!(token(&elsewhere, Some(KEY)), Some(json!(TOKEN)), "whatever else there is");
    assert_ne!(token(&home(&[]), Some([8; 32])), Some(json!(TOKEN)));
    let other = home(&[("94:83:c4:01:02:03", "94:83:c4:01:02:04")]);
    assert_ne!(token(&other, Some(KEY)), Some(json!(TOKEN)));
    assert_eq!(token(&home(&[]), None), None, "before enrolment");
}

#[test]
fn routers_that_are_at_no_one_place_have_no_token() {
    for (link, kind) in [
        ("da:a1:19:00:00:02", "hot-spot"),
        ("00:00:5e:00:01:0a", "virtual"),
        ("00:00:5e:00:02:0a", "virtual"),
        ("00:00:0c:07:ac:01", "virtual"),
        ("00:00:0c:9f:f0:01", "virtual"),
        ("00:50:56:c0:00:08", "virtual"),
        ("0a:00:27:00:00:00", "virtual"),
        ("52:54:00:12:35:02", "virtual"),
        ("00:15:5d:01:02:03", "virtual"),
        ("00:00:00:00:00:00", "virtual"),
    ] {
        let host = home(&[("94:83:c4:01:02:03", link)]);
        let expected = but(json!({ "gateway": null, "gateway_kind": kind }));
        assert_eq!(told(&host, Some(KEY)), expected, "{link}");
    }
    let cisco = home(&[("94:83:c4:01:02:03", "00:00:0c:07:ad:01")]);
    assert_eq!(told(&cisco, Some(KEY))["gateway_kind"], "line");
}

#[test]
fn a_phone_that_shares_its_connection_is_a_hot_spot() {
    let phone = r#"
    platform = "linux"
    link = [{ index = 3, name = "wlan0", layer = 1, up = true, mtu = 1500 }]
    route = [{ table = 254, destination = "0.0.0.0/0", metric = 0, gateway = true, via = "172.20.10.1", interface = 3 }]
    neighbor = [{ address = "172.20.10.1", link = "2e:1f:23:00:00:64", interface = "wlan0" }]
    [text]
    "/sys/class/net/wlan0/uevent" = "DEVTYPE=wlan\n"
    "#;
    let expected = json!({
        "gateway_kind": "hot-spot", "link": "wireless", "mtu": 1500, "all_in_tunnel": false,
        "neighbors": "0",
    });
    assert_eq!(told(&Recording::from_toml(phone).unwrap(), Some(KEY)), expected);
}

#[test]
fn a_modem_has_no_router_and_no_network_no_way_out() {
    let modem = home(&[
        ("DEVTYPE=wlan", "DEVTYPE=wwan"),
        ("gateway = true, via = \"192.168.1.1\"", "gateway = false"),
    ]);
    let nobody = json!({ "gateway": null, "gateway_kind": "none", "link": "mobile" });
    assert_eq!(told(&modem, Some(KEY)), but(nobody));
    let off = home(&[("layer = 1, up = true", "layer = 1, up = false")]);
    let nothing = json!({
        "gateway": null, "gateway_kind": "none", "link": null, "mtu": null, "neighbors": "0",
    });
    assert_eq!(told(&off, Some(KEY)), but(nothing));
}

/// A tunnel and the routes its client sets.
const TUNNEL_LINK: &str = "link = [
    { index = 9, name = 'tun0', kind = 'tun', layer = 65534, up = true, mtu = 1400 },";
const HALVES: &str = "route = [
    { table = 254, destination = '0.0.0.0/1', metric = 0, gateway = true, via = '10.8.0.1', interface = 9 },
    { table = 254, destination = '128.0.0.0/1', metric = 0, gateway = true, via = '10.8.0.1', interface = 9 },";
const DEFAULT: &str = "route = [
    { table = 51820, destination = '0.0.0.0/0', metric = 0, gateway = false, interface = 9 },";

#[test]
fn behind_a_vpn_the_line_is_told_all_the_same() {
    let expected = but(json!({ "all_in_tunnel": true }));
    for routes in [HALVES, DEFAULT] {
        let host = home(&[("link = [", TUNNEL_LINK), ("route = [", routes)]);
        assert_eq!(told(&host, Some(KEY)), expected);
    }
    let only = home(&[
        ("link = [", TUNNEL_LINK),
        ("route = [", DEFAULT),
        ("layer = 1, up = true", "layer = 1, up = false"),
    ]);
    let tunnel = json!({
        "gateway": null, "gateway_kind": "tunnel", "link": "tunnel", "mtu": 1400,
        "all_in_tunnel": true, "neighbors": "0",
    });
    assert_eq!(told(&only, Some(KEY)), but(tunnel));
}

#[test]
fn a_router_that_has_not_been_spoken_with_is_not_known_yet() {
    let host = home(&[("address = \"192.168.1.1\",", "address = \"192.168.1.9\",")]);
    let seen = Network.look(&host).unwrap();
    let unknown = json!({ "gateway": null, "gateway_kind": null, "neighbors": "1-4" });
    assert_eq!(told(&host, Some(KEY)), but(unknown));
    assert!(!is_settled(&seen));
    assert!(is_settled(&Network.look(&home(&[])).unwrap()));
    assert!(is_settled(&[]));
}

#[test]
fn others_are_counted_in_bands() {
    let counts = [0, 1, 4, 5, 19, 20, 4000];
    assert_eq!(counts.map(band), ["0", "1-4", "1-4", "5-19", "5-19", "20+", "20+"]);
}

#[test]
fn the_example_has_every_field_and_what_was_not_recorded_is_absent() {
    let fields = serde_json::to_value(&Network.example().fields).unwrap();
    let names = |fields: &serde_json::Value| -> Vec<String> {
        fields.as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(names(&fields), names(&but(json!({}))));
    assert_eq!(Network.look(&Recording::blank(Platform::Linux, "x")), Err(Blind::Absent));
}

/// A recording as `moored record` leaves it if no signature wants anything of it.
fn recorded(mut host: Recording) -> Recording {
    Network.blank(&mut host);
    let way = Kept::of(&mut host);
    (host.link, host.route, host.neighbor) = (Some(Vec::new()), Some(Vec::new()), Some(Vec::new()));
    if let Some(way) = way {
        way.put(&mut host);
    }
    host
}

#[test]
fn a_recording_keeps_what_kind_of_line_it_is_and_not_which() {
    let kept = recorded(home(&[]));
    assert_eq!(told(&kept, None), but(json!({ "gateway": null, "neighbors": "0" })));
    let text = toml::to_string(&kept).unwrap();
    for private in ["01:02:03", "192.168", "fe80", "wlp2s0", "hsd1", "alice", "127.0.0.53"] {
        assert!(!text.contains(private), "{private}: {text}");
    }
    assert!(text.contains("94:83:c4:00:00:00"));
}

#[test]
fn a_tunnel_that_a_recording_holds_already_is_not_put_there_twice() {
    let mut host = home(&[("link = [", TUNNEL_LINK), ("route = [", DEFAULT)]);
    host.link.as_mut().unwrap().retain(|link| link.index == 9);
    let whole = host.clone();
    Kept::of(&mut host).unwrap().put(&mut host);
    assert_eq!(host, whole);
    let nothing = &mut Recording::blank(Platform::Linux, "x");
    assert!(Kept::of(nothing).is_none());
}

/// The same home, as Windows tells it of a laptop there.
const WINDOWS: &str = r#"
platform = "windows"
link = [
    { index = 4, name = "Wi-Fi", description = "Intel(R) Wi-Fi 6E AX211 160MHz", domain = "hsd1.ma.comcast.net", layer = 71, up = true, mtu = 1500 },
    { index = 6, name = "wg0", description = "WireGuard Tunnel", layer = 53, up = true, mtu = 1420 },
]
route = [
    { table = 254, destination = "0.0.0.0/0", metric = 35, gateway = true, via = "192.168.1.1", interface = 4 },
    { table = 254, destination = "0.0.0.0/0", metric = 5, gateway = false, interface = 6 },
]
neighbor = [
    { address = "192.168.1.1", link = "94:83:c4:01:02:03", interface = "Wi-Fi" },
    { address = "192.168.1.20", link = "30:52:53:11:22:33", interface = "Wi-Fi" },
]
[registry.'HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters']
Hostname = "alices-laptop"
Domain = "corp.example.com"
SearchList = "eu.example.org,lan"
[registry.'HKLM\SOFTWARE\Policies\Microsoft\Windows NT\DNSClient']
SearchList = "example.org"
"#;

/// And as macOS tells it.
const MACOS: &str = r#"
platform = "macos"
link = [
    { index = 6, name = "en0", layer = 6, up = true, mtu = 1500 },
    { index = 16, name = "utun4", kind = "utun", layer = 1, up = true, mtu = 1280 },
]
route = [
    { table = 254, destination = "0.0.0.0/0", metric = 0, gateway = true, via = "192.168.1.1", interface = 6, scoped = true },
    { table = 254, destination = "0.0.0.0/0", metric = 0, gateway = false, interface = 16 },
]
neighbor = [
    { address = "192.168.1.1", link = "94:83:c4:01:02:03", interface = "en0" },
    { address = "192.168.1.20", link = "30:52:53:11:22:33", interface = "en0" },
]
[text]
"/etc/resolv.conf" = "search hsd1.ma.comcast.net\nnameserver 192.168.1.1\n"
"/Library/Preferences/SystemConfiguration/NetworkInterfaces.plist" = """
<plist version="1.0"><dict><key>Interfaces</key><array>
<dict><key>BSD Name</key><string>en0</string><key>IOMACAddress</key><data>PAYwAAAB</data>
<key>SCNetworkInterfaceType</key><string>IEEE80211</string></dict>
</array></dict></plist>"""
"#;

#[test]
fn windows_and_macos_tell_the_same_of_the_same_home() {
    let windows = Recording::from_toml(WINDOWS).unwrap();
    let suffixes = json!(["example.org", "example.com", "comcast.net"]);
    let expected = but(json!({ "all_in_tunnel": true, "dns_suffixes": suffixes }));
    assert_eq!(told(&windows, Some(KEY)), expected);
    let macos = Recording::from_toml(MACOS).unwrap();
    assert_eq!(told(&macos, Some(KEY)), but(json!({ "all_in_tunnel": true })));
}

#[test]
fn a_recording_of_windows_or_macos_keeps_no_address_and_nobodys_name_either() {
    for text in [WINDOWS, MACOS] {
        let host = Recording::from_toml(text).unwrap();
        let before = told(&host, None);
        let kept = recorded(host);
        let mut after = told(&kept, None);
        after["all_in_tunnel"] = json!(true);
        after["neighbors"] = json!("1-4");
        assert_eq!(after, before);
        let text = toml::to_string(&kept).unwrap();
        for private in ["01:02:03", "192.168", "hsd1", "alice", "corp", "PAYw", "en0", "Wi-Fi\""] {
            assert!(!text.contains(private), "{private}: {text}");
        }
    }
}
