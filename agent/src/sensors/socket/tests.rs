//! Rows of a table → what is stated, and what a recording keeps.

use super::*;
use crate::host::Platform;
use crate::host::Recording;
use serde_json::Value;
use serde_json::json;
use std::net::IpAddr;

/// A laptop with a desktop server, a shell server whose child has a visitor,
/// a browser, and what nobody may look into.
const LAPTOP: &str = r#"
platform = "linux"
process = [
    { id = 1, name = "systemd", executable = "/usr/lib/systemd/systemd", user = "root" },
    { id = 10, parent = 1, name = "sshd", executable = "/usr/sbin/sshd", user = "root" },
    { id = 11, parent = 10, name = "sshd", executable = "/usr/sbin/sshd", user = "alice" },
    { id = 20, parent = 1, name = "x11vnc", executable = "/usr/bin/x11vnc", user = "alice" },
    { id = 30, parent = 1, name = "firefox", executable = "/opt/firefox/firefox", user = "alice" },
]
socket = [
    { protocol = "tcp", local = "0.0.0.0:22", inode = 1, holders = [1, 10] },
    { protocol = "tcp", local = "[::]:22", inode = 2, holders = [1, 10] },
    { protocol = "tcp", local = "192.168.7.5:22", remote = "198.51.100.9:50000", inode = 3, holders = [11] },
    { protocol = "tcp", local = "127.0.0.1:5900", inode = 4, holders = [20] },
    { protocol = "tcp", local = "[::1]:5900", inode = 5, holders = [20] },
    { protocol = "tcp", local = "192.168.7.5:40000", remote = "203.0.113.7:443", inode = 6, holders = [30] },
    { protocol = "tcp", local = "192.168.7.5:40001", remote = "10.0.0.1:8080", inode = 7, holders = [30] },
    { protocol = "udp", local = "0.0.0.0:5353", inode = 8, holders = [30] },
    { protocol = "tcp", local = "127.0.0.1:5900", remote = "127.0.0.1:41000", inode = 0 },
    { protocol = "udp", local = "0.0.0.0:51820", inode = 9 },
    { protocol = "tcp", local = "192.168.7.5:40002", remote = "203.0.113.7:443", inode = 12 },
]
"#;

fn laptop() -> Recording {
    Recording::from_toml(LAPTOP).unwrap()
}

/// The laptop with other sockets.
fn with(sockets: &str) -> Recording {
    let sockets = Recording::from_toml(&format!("platform = \"linux\"\nsocket = [{sockets}]"));
    Recording { socket: sockets.unwrap().socket, ..laptop() }
}

fn told(host: &Recording) -> Vec<(String, Value)> {
    let seen = Socket.look(host).unwrap();
    seen.iter().map(|it| (it.subject.clone(), serde_json::to_value(&it.fields).unwrap())).collect()
}

/// Of what is told, subject and classes at the other end.
fn peers(sockets: &str) -> Vec<(String, Value)> {
    let told = told(&with(sockets)).into_iter();
    told.map(|(subject, fields)| (subject, fields["peers"].clone())).collect()
}

/// Fields of a program whose process is known.
fn of(process: &str, executable: &str, user: &str, rest: &Value) -> Value {
    let name = executable.rsplit('/').next();
    let mut fields =
        json!({ "process": process, "program": name, "executable": executable, "user": user });
    fields.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    fields
}

fn waits(protocol: &str, port: u16, reach: &str) -> Value {
    json!({ "direction": "in", "protocol": protocol, "port": port, "reach": reach })
}

#[test]
fn each_program_is_told_once_for_each_port_and_once_for_all_it_is_connected_to() {
    let mut visited = waits("tcp", 22, "network");
    visited["peers"] = json!(["public"]);
    let out = |ports: &[u16], peers: &[&str]| json!({ "direction": "out", "protocol": "tcp", "ports": ports, "peers": peers });
    let browser = out(&[443, 8080], &["private", "public"]);
    let firefox = "/opt/firefox/firefox";
    let expected = [
        ("unknown in udp 51820", waits("udp", 51820, "network")),
        ("10 in tcp 22", of("10", "/usr/sbin/sshd", "root", &visited)),
        ("20 in tcp 5900", of("20", "/usr/bin/x11vnc", "alice", &waits("tcp", 5900, "loopback"))),
        ("30 in udp 5353", of("30", firefox, "alice", &waits("udp", 5353, "network"))),
        ("unknown out", out(&[443], &["public"])),
        ("30 out", of("30", firefox, "alice", &browser)),
    ];
    assert_eq!(told(&laptop()), expected.map(|(subject, fields)| (subject.to_owned(), fields)));
}

#[test]
fn what_nobody_may_be_seen_to_hold_is_said() {
    let seen = Socket.look(&laptop()).unwrap();
    let expected = ["unknown in udp 51820", "unknown out"]
        .map(|subject| format!("{subject}: no program may be seen to hold it"));
    assert_eq!(Socket.unseen(&seen), expected);
}

#[test]
fn a_socket_of_a_service_manager_belongs_to_the_service_once_that_runs() {
    let belongs = |holders: &str| {
        let row =
            format!("{{ protocol = 'tcp', local = '[::]:22', inode = 1, holders = {holders} }}");
        told(&with(&row)).remove(0).0
    };
    assert_eq!(belongs("[1]"), "1 in tcp 22");
    assert_eq!(belongs("[1, 10]"), "10 in tcp 22");
    assert_eq!(belongs("[1, 10, 11]"), "10 in tcp 22");
    assert_eq!(belongs("[11, 20]"), "11 in tcp 22");
}

#[test]
fn a_connection_belongs_to_who_waits_at_its_port_and_holds_it_or_whose_child_does() {
    let waiting = "{ protocol = 'tcp', local = '0.0.0.0:80', inode = 1, holders = [10] },
        { protocol = 'tcp', local = '192.168.7.5:80', inode = 2, holders = [20] },";
    let visited = |holders: &str| {
        peers(&format!(
            "{waiting} {{ protocol = 'tcp', local = '192.168.7.5:80', remote = '10.0.0.1:5', inode = 3, holders = {holders} }}"
        ))
    };
    let visits = |first: Value, second: Value| {
        vec![("10 in tcp 80".to_owned(), first), ("20 in tcp 80".to_owned(), second)]
    };
    let private = json!(["private"]);
    assert_eq!(visited("[10]"), visits(private.clone(), Value::Null));
    assert_eq!(visited("[11]"), visits(private.clone(), Value::Null));
    assert_eq!(visited("[20]"), visits(Value::Null, private.clone()));
    // Of nobody's: who waits at exactly that address gets it.
    assert_eq!(visited("[30]"), visits(Value::Null, private.clone()));
    assert_eq!(visited("[]"), visits(Value::Null, private));
}

#[test]
fn who_waits_with_ipv6_takes_ipv4_too_and_not_the_other_way_round() {
    let visited = |waits: &str, local: &str, remote: &str| {
        let rows = format!(
            "{{ protocol = 'tcp', local = '{waits}', inode = 1, holders = [20] }},
             {{ protocol = 'tcp', local = '{local}', remote = '{remote}', inode = 2, holders = [20] }}"
        );
        peers(&rows).remove(0)
    };
    let in_from = |class: Value| ("20 in tcp 80".to_owned(), class);
    let mapped = visited("[::]:80", "[::ffff:127.0.0.1]:80", "[::ffff:127.0.0.1]:7");
    assert_eq!(mapped, in_from(json!(["loopback"])));
    let mapped = visited("[::ffff:10.0.0.2]:80", "10.0.0.2:80", "9.9.9.9:7");
    assert_eq!(mapped, in_from(json!(["public"])));
    assert_eq!(visited("0.0.0.0:80", "[fd00::2]:80", "[fd00::3]:7"), in_from(Value::Null));
    assert_eq!(visited("[::]:80", "[fd00::2]:80", "[fd00::3]:7"), in_from(json!(["private"])));
    assert_eq!(visited("10.0.0.9:80", "10.0.0.2:80", "9.9.9.9:7"), in_from(Value::Null));
}

#[test]
fn an_address_is_of_this_machine_of_somebodys_own_network_or_of_the_internet() {
    for (class, addresses) in [
        (Class::Loopback, &["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"][..]),
        (
            Class::Private,
            &[
                "10.255.0.1",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "169.254.1.1",
                "100.64.0.1",
                "100.127.255.255",
                "0.0.0.0",
                "192.0.0.8",
                "198.18.0.1",
                "240.0.0.1",
                "fd00::1",
                "fc00::1",
                "fe80::1",
                "fec0::1",
                "64:ff9b:1::1",
                "::",
                "::ffff:10.0.0.1",
                "64:ff9b::10.0.0.1",
            ],
        ),
        (
            Class::Public,
            &[
                "9.9.9.9",
                "172.15.0.1",
                "172.32.0.1",
                "100.63.0.1",
                "100.128.0.1",
                "198.20.0.1",
                "192.0.2.1",
                "203.0.113.1",
                "2001:db8::1",
                "2620:fe::fe",
                "::ffff:9.9.9.9",
                "64:ff9b::9.9.9.9",
                "2002:a00:1::1",
            ],
        ),
    ] {
        for address in addresses {
            let address: IpAddr = address.parse().unwrap();
            assert_eq!(Class::of(address), class, "{address}");
            assert_eq!(Class::of(class.stand_in(address)), class, "{address}");
        }
    }
}

/// A remote tool at its relay, a browser there and elsewhere, and a visitor
/// whose own address has a name.
fn at_relays() -> Recording {
    with(
        "{ protocol = 'tcp', local = '192.168.7.5:40003', remote = '203.0.113.9:443', names = ['cdn.example', 'relay-1.tool.example'], inode = 13, holders = [20] },
         { protocol = 'tcp', local = '192.168.7.5:40004', remote = '203.0.113.8:443', names = ['tool.example', 'api.tool.example'], inode = 14, holders = [20] },
         { protocol = 'tcp', local = '192.168.7.5:40005', remote = '203.0.113.7:443', names = ['private.example', 'nottool.example'], inode = 15, holders = [30] },
         { protocol = 'tcp', local = '0.0.0.0:22', inode = 1, holders = [10] },
         { protocol = 'tcp', local = '192.168.7.5:22', remote = '203.0.113.6:50000', names = ['home.tool.example'], inode = 3, holders = [10] }",
    )
}

fn asked(relays: &[&str]) -> Asked {
    let relays = relays.iter().map(|&name| name.to_owned()).collect();
    Asked { relays, ..Asked::default() }
}

#[test]
fn of_the_names_of_those_a_program_is_connected_to_only_relays_asked_for_are_told() {
    let relays = |asked: &Asked| {
        let seen = Socket.look_for(&at_relays(), asked).unwrap().into_iter();
        let told = seen.filter_map(|it| Some((it.subject, it.fields.get("relays")?.to_string())));
        told.map(|(subject, names)| format!("{subject}: {names}")).collect::<Vec<_>>()
    };
    assert_eq!(
        relays(&asked(&["*.tool.example"])),
        ["20 out: api.tool.example, relay-1.tool.example"]
    );
    assert_eq!(relays(&asked(&["tool.example"])), ["20 out: tool.example"]);
    assert_eq!(relays(&asked(&["*.relay-1.tool.example", "*", "*example", "relay-*"])), [""; 0]);
    assert_eq!(relays(&Asked::default()), [""; 0]);
    assert_eq!(
        Socket.look(&at_relays()),
        Socket.look_for(&at_relays(), &asked(&["other.example"]))
    );
}

#[test]
fn of_a_name_a_recording_keeps_only_that_of_a_relay_asked_for() {
    let mut host = at_relays();
    let (sockets, processes) = (host.socket.as_mut().unwrap(), host.process.as_ref().unwrap());
    keep(sockets, processes, &asked(&["*.tool.example"]), |seen| {
        seen.fields.contains_key("relays")
    });
    let kept: Vec<(&[u32], &[String])> =
        sockets.iter().map(|row| (row.holders.as_slice(), row.names.as_slice())).collect();
    let names = ["api.tool.example", "relay-1.tool.example"].map(str::to_owned);
    assert_eq!(kept, [(&[20][..], &names[..1]), (&[20][..], &names[1..])]);
    let remotes: Vec<_> = sockets.iter().filter_map(|row| row.remote).collect();
    assert_eq!(remotes, ["203.0.113.1:443".parse().unwrap(); 2]);
}

#[test]
fn a_recording_keeps_what_was_asked_for_and_nobodys_address() {
    let mut host = laptop();
    let (sockets, processes) = (host.socket.as_mut().unwrap(), host.process.as_ref().unwrap());
    let holding = keep(sockets, processes, &Asked::default(), |seen| {
        let has = |field: &str, value: &str| {
            seen.fields.get(field).is_some_and(|it| it.to_string() == value)
        };
        has("port", "22") || (has("program", "firefox") && has("direction", "out"))
    });
    assert_eq!(holding, BTreeSet::from([10, 30]));
    let expected = with(
        "{ protocol = 'tcp', local = '0.0.0.0:22', inode = 1, holders = [10] },
         { protocol = 'tcp', local = '192.168.0.1:22', remote = '203.0.113.1:49152', inode = 1, holders = [10] },
         { protocol = 'tcp', local = '192.168.0.1:49152', remote = '192.168.0.1:8080', inode = 1, holders = [30] },
         { protocol = 'tcp', local = '192.168.0.1:49152', remote = '203.0.113.1:443', inode = 1, holders = [30] },
         { protocol = 'tcp', local = '[::]:22', inode = 1, holders = [10] }",
    );
    assert_eq!(host.socket, expected.socket);
}

#[test]
fn of_a_programs_connections_a_recording_keeps_only_those_that_were_asked_for() {
    let mut host = laptop();
    let (sockets, processes) = (host.socket.as_mut().unwrap(), host.process.as_ref().unwrap());
    keep(sockets, processes, &Asked::default(), |seen| match seen.fields.get("ports") {
        Some(model::Value::List(ports)) => ports.contains(&model::Value::Number(8080)),
        _ => false,
    });
    let kept: Vec<String> =
        sockets.iter().filter_map(|row| Some(row.remote?.to_string())).collect();
    assert_eq!(kept, ["192.168.0.1:8080"]);
}

#[test]
fn a_table_that_was_not_recorded_is_absent_and_it_is_read_the_same_on_every_platform() {
    for platform in [Platform::Linux, Platform::Windows, Platform::Macos] {
        assert_eq!(Socket.look(&Recording::blank(platform, "x")), Err(Blind::Absent));
        assert_eq!(Socket.look(&Recording { platform, ..laptop() }), Socket.look(&laptop()));
    }
}
