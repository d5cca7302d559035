//! The kernel's own neighbor table, in a network of the test's own.
//!
//! Needs root, `unshare` and `ip`; where one is missing the test fails.

use agent::host::Recording;
use model::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use tests::program;
use tests::root;

/// A network with a NanoKVM, a JetKVM and three that are neither or do not count.
const NETWORK: &str = "
ip link set lo up
ip link add lan0 type veth peer name far0
ip link set lan0 up
ip link set far0 up
ip address add 192.0.2.1/24 dev lan0
ip neighbor add 192.0.2.23 lladdr 48:da:35:6d:01:02 dev lan0 nud permanent
ip neighbor add 192.0.2.24 lladdr 48:da:35:7d:01:02 dev lan0 nud permanent
ip neighbor add 192.0.2.25 lladdr 48:da:35:6d:03:04 dev lan0 nud noarp
ip neighbor add 192.0.2.26 lladdr 94:83:c4:01:02:03 dev lan0 nud stale
ip neighbor add fe80::3252:53ff:fe11:2233 lladdr 30:52:53:11:22:33 dev lan0 nud permanent
";

/// Runs `moored` on that network.
fn moored(folder: &Path, arguments: &str) -> String {
    let config = folder.join("agent.toml");
    let signatures = root().join("config/signatures");
    // What else is at this machine, and what it is, is not asked.
    let text = format!(
        "state = \"{}\"\nsignatures = \"{}\"\ndisabled = [\"usb\", \"display\", \"process\", \"machine\"]\n",
        folder.join("state").display(),
        signatures.display()
    );
    fs::write(&config, text).unwrap();
    let program = program::ours("moored");
    let script = format!(
        "set -eu\n{NETWORK}\nexec {} --config {} {arguments}",
        program.display(),
        config.display()
    );
    let mut command = Command::new("unshare");
    let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    command.env("PATH", path).args(["--net", "sh", "-c", &script]);
    let output = program::run(&mut command).unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn kvm_boxes_the_kernel_knows_are_a_lead_and_nobody_else_is_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let scan: serde_json::Value =
        serde_json::from_str(&moored(folder.path(), "scan --json")).unwrap();
    assert_eq!(scan["sight"]["neighbor"], json!("seeing"));
    // Whatever is installed on this machine is found as well.
    let is_near = |one: &&serde_json::Value| one["signature"].as_str().unwrap().starts_with("kvm.");
    let findings: Vec<_> = scan["findings"].as_array().unwrap().iter().filter(is_near).collect();
    let told: Vec<_> = findings.iter().map(|one| (&one["signature"], &one["standing"])).collect();
    assert_eq!(told, [(&json!("kvm.kvm-on-the-network"), &json!("lead"))]);
    let near = |address: &str, maker: &str, prefix: &str| {
        json!({
            "sensor": "neighbor", "subject": address, "source": "neighbor table",
            "fields": {
                "interface": "lan0", "is_random": false,
                "link_prefix": prefix, "maker_prefix": maker,
            },
        })
    };
    let expected = json!([
        near("192.0.2.23", "48:da:35", "48:da:35:6"),
        near("fe80::3252:53ff:fe11:2233", "30:52:53", "30:52:53:1"),
    ]);
    assert_eq!(findings[0]["evidence"], expected);
}

#[test]
fn a_recording_of_that_network_holds_the_boxes_without_what_is_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let written = moored(folder.path(), "record");
    let recording = Recording::from_toml(&written).unwrap();
    let rows: Vec<_> = recording
        .neighbor
        .unwrap()
        .into_iter()
        .map(|row| (row.address, row.link.unwrap(), row.interface, row.name))
        .collect();
    let row =
        |address: &str, link: &str| (address.to_owned(), link.to_owned(), "lan0".to_owned(), None);
    let expected = [row("neighbor 1", "48:da:35:60:00:00"), row("neighbor 2", "30:52:53:10:00:00")];
    assert_eq!(rows, expected);
    let file = folder.path().join("here.toml");
    fs::write(&file, &written).unwrap();
    let judged = moored(folder.path(), &format!("judge --json {}", file.display()));
    let judged: serde_json::Value = serde_json::from_str(&judged).unwrap();
    let evidence: Vec<BTreeMap<String, Value>> = judged["findings"][0]["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| serde_json::from_value(one["fields"].clone()).unwrap())
        .collect();
    let prefixes: Vec<&Value> = evidence.iter().map(|fields| &fields["link_prefix"]).collect();
    let expected = ["48:da:35:6", "30:52:53:1"].map(|prefix| Value::Text(prefix.to_owned()));
    assert_eq!(prefixes, expected.iter().collect::<Vec<_>>());
}
