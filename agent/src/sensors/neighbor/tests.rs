//! Rows of a table → what is stated, and what a recording keeps.

use super::*;
use crate::host::Platform;
use model::Value;

fn row(address: &str, link: Option<&str>, name: Option<&str>) -> NeighborRow {
    NeighborRow {
        address: address.to_owned(),
        link: link.map(str::to_owned),
        interface: "wlan0".to_owned(),
        name: name.map(str::to_owned),
    }
}

fn field(row: &NeighborRow, name: &str) -> Option<Value> {
    near(row).fields.get(name).cloned()
}

fn value(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[test]
fn a_neighbor_is_stated_without_the_half_that_is_its_own() {
    let mut host = Recording::blank(Platform::Linux, "x");
    host.neighbor = Some(vec![row("192.168.1.23", Some("48:da:35:6d:01:02"), Some("pikvm.local"))]);
    assert_eq!(Neighbor.look(&host), Ok(vec![Neighbor.example()]));
    let example = Neighbor.example();
    assert_eq!(example.subject, "192.168.1.23");
    let told = serde_json::to_value(&example.fields).unwrap();
    let expected = serde_json::json!({
        "link_prefix": "48:da:35:6", "maker_prefix": "48:da:35", "is_random": false,
        "name": "pikvm.local", "interface": "wlan0",
    });
    assert_eq!(told, expected);
}

#[test]
fn an_address_of_its_owners_choice_is_random() {
    for (link, expected) in
        [("02:00:00:00:00:01", true), ("da:a1:19:00:00:01", true), ("30:52:53:00:00:01", false)]
    {
        assert_eq!(
            field(&row("a", Some(link), None), "is_random"),
            Some(Value::Flag(expected)),
            "{link}"
        );
    }
}

#[test]
fn what_is_no_link_address_is_not_known() {
    for link in [
        None,
        Some(""),
        Some("48:da:35"),
        Some("48:da:35:6d:1:02"),
        Some("48:da:35:6d:01:02:03"),
        Some("+8:da:35:6d:01:02"),
    ] {
        let fields: Vec<String> = near(&row("192.0.2.1", link, None)).fields.into_keys().collect();
        assert_eq!(fields, ["interface"], "{link:?}");
    }
}

#[test]
fn a_table_that_was_not_recorded_is_absent_and_an_empty_one_is_seen() {
    for platform in [Platform::Linux, Platform::Windows, Platform::Macos] {
        let mut host = Recording::blank(platform, "x");
        assert_eq!(Neighbor.look(&host), Err(Blind::Absent));
        host.neighbor = Some(Vec::new());
        assert_eq!(Neighbor.look(&host), Ok(Vec::new()));
    }
}

#[test]
fn blanking_zeroes_the_half_that_is_not_looked_at() {
    let mut host = Recording::blank(Platform::Linux, "x");
    host.neighbor =
        Some(vec![row("a", Some("48:da:35:6d:01:02"), None), row("b", Some("x"), None)]);
    Neighbor.blank(&mut host);
    let expected = vec![row("a", Some("48:da:35:60:00:00"), None), row("b", None, None)];
    assert_eq!(host.neighbor, Some(expected));
}

#[test]
fn a_recording_keeps_who_was_asked_for_and_nobodys_name() {
    let mut rows = vec![
        row("192.168.1.20", Some("48:da:35:60:00:00"), Some("alices-box.local")),
        row("192.168.1.21", Some("00:11:22:30:00:00"), Some("alices-phone.local")),
        row("192.168.1.22", Some("00:11:22:30:00:00"), Some("pikvm.local")),
        row("192.168.1.20", None, Some("pikvm.local")),
    ];
    keep(&mut rows, |seen| {
        seen.fields.get("link_prefix") == Some(&value("48:da:35:6"))
            || seen.fields.get("name") == Some(&value("pikvm.local"))
    });
    let expected = vec![
        row("neighbor 1", Some("48:da:35:60:00:00"), None),
        row("neighbor 2", Some("00:11:22:30:00:00"), Some("pikvm.local")),
        row("neighbor 1", None, Some("pikvm.local")),
    ];
    assert_eq!(rows, expected);
}
