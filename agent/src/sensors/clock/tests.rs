//! Compiled time zones → what is stated.

use super::*;
use crate::host::Recording;

fn recording(localtime: &[u8], timezone: &str) -> Recording {
    let mut recording = Recording::blank(Platform::Linux, "");
    recording.bytes.insert(linux::RULE.to_owned(), hex::encode(localtime));
    recording.text.insert(linux::ZONE.to_owned(), timezone.to_owned());
    recording
}

#[test]
fn a_compiled_zone_ends_in_its_rule() {
    let host = recording(b"TZif2\0\0\0\nCST6CDT,M3.2.0,M11.1.0\n", "America/Chicago\n");
    assert_eq!(Clock.look(&host), Ok(vec![Clock.example()]));
}

#[test]
fn the_zones_of_this_machine_are_read() {
    let zones = ["America/Chicago", "Asia/Pyongyang", "Europe/Dublin", "America/Sao_Paulo", "UTC"];
    let rules = ["CST6CDT,M3.2.0,M11.1.0", "KST-9", "IST-1GMT0,M10.5.0,M3.5.0/1", "<-03>3", "UTC0"];
    for (name, rule) in zones.into_iter().zip(rules) {
        let bytes = crate::host::Live::new().read(&format!("/usr/share/zoneinfo/{name}")).unwrap();
        let seen = Clock.look(&recording(&bytes, name)).unwrap();
        let facts = Facts { zone: Some(name.to_owned()), rule: rule.to_owned() };
        assert_eq!(seen, [observe(NAME, NAME, linux::RULE, &facts)]);
        assert_eq!(zone(&seen).is_some(), name != "UTC");
    }
}

#[test]
fn no_zone_is_absent_and_nonsense_is_blindness() {
    let none = Recording::blank(Platform::Linux, "");
    assert_eq!(Clock.look(&none), Err(Blind::Absent));
    for bytes in [&b""[..], b"TZif", b"TZif\n", b"TZif\nnonsense\n", b"CST6\n", b"TZif\n\xff\n"] {
        let failed = Clock.look(&recording(bytes, ""));
        assert!(matches!(failed, Err(Blind::Failed { .. })), "{bytes:?}");
    }
}

#[test]
fn a_name_that_is_none_is_not_told() {
    for text in ["", "My zone", "$(reboot)", &"x".repeat(65)] {
        let seen = Clock.look(&recording(b"TZif\nKST-9\n", text)).unwrap();
        assert_eq!(seen[0].fields.len(), 1, "{text}");
    }
}
