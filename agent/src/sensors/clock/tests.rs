//! Compiled time zones → what is stated.

use super::*;
use crate::host::Recording;

fn recording(localtime: &[u8], timezone: &str) -> Recording {
    let mut recording = Recording::blank(Platform::Linux, "");
    recording.bytes.insert(linux::RULE.to_owned(), hex::encode(localtime));
    recording.text.insert(linux::ZONE.to_owned(), timezone.to_owned());
    recording
}

fn set(host: &mut Recording, path: &str, text: &str) {
    host.text.insert(path.to_owned(), text.to_owned());
}

#[test]
fn a_compiled_zone_ends_in_its_rule() {
    let mut host = recording(b"TZif2\0\0\0\nCST6CDT,M3.2.0,M11.1.0\n", "America/Chicago\n");
    set(&mut host, "/etc/locale.conf", "LANG=en_US.UTF-8\n");
    set(&mut host, "/etc/default/keyboard", "XKBMODEL=pc105\nXKBLAYOUT=\"us\"\n");
    assert_eq!(Clock.look(&host), Ok(vec![Clock.example()]));
}

#[test]
fn the_zones_of_this_machine_are_read() {
    let zones = ["America/Chicago", "Asia/Pyongyang", "Europe/Dublin", "America/Sao_Paulo", "UTC"];
    let rules = ["CST6CDT,M3.2.0,M11.1.0", "KST-9", "IST-1GMT0,M10.5.0,M3.5.0/1", "<-03>3", "UTC0"];
    for (name, rule) in zones.into_iter().zip(rules) {
        let bytes = crate::host::Live::new().read(&format!("/usr/share/zoneinfo/{name}")).unwrap();
        let seen = Clock.look(&recording(&bytes, name)).unwrap();
        let zone_name = Some(name.to_owned());
        let facts = Facts { zone: zone_name, rule: rule.to_owned(), ..Facts::default() };
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

#[test]
fn the_link_to_the_zone_names_it_where_nothing_is_written_down() {
    for (written, target, expected) in [
        ("", "../usr/share/zoneinfo/Europe/Riga", Some("Europe/Riga")),
        ("America/Chicago", "/usr/share/zoneinfo/Asia/Seoul", Some("Asia/Seoul")),
        ("America/Chicago", "/etc/my-zone", Some("America/Chicago")),
        ("", "/usr/share/zoneinfo/My zone", None),
        ("", "/usr/share/zoneinfo/", None),
    ] {
        let mut host = recording(b"TZif\nKST-9\n", written);
        host.target.insert(linux::RULE.to_owned(), target.to_owned());
        let seen = Clock.look(&host).unwrap();
        let expected = expected.map(|name| Value::Text(name.to_owned()));
        assert_eq!(seen[0].fields.get("zone"), expected.as_ref(), "{target}");
    }
}

/// The language and the layouts that are told of such files.
fn told(files: &[(&str, &str)]) -> (Option<String>, Vec<String>) {
    let mut host = Recording::blank(Platform::Linux, "");
    for (path, text) in files {
        set(&mut host, path, text);
    }
    (files::locale(&host), files::layouts(&host))
}

#[test]
fn language_and_territory_are_told_and_nothing_else_of_a_locale() {
    for (text, expected) in [
        ("LANG=en_US.UTF-8", Some("en_US")),
        ("LANG=\"de_AT.UTF-8@euro\"\n", Some("de_AT")),
        ("LANG=en_US.UTF-8\nLANG='ko_KR'", Some("ko_KR")),
        ("LANG=fil_PH", Some("fil_PH")),
        ("LANG=eo", Some("eo")),
        ("LANG=C.UTF-8", None),
        ("LANG=POSIX", None),
        ("LANG=", None),
        ("#LANG=en_US", None),
        ("LANGUAGE=en_US", None),
        ("LANG=en_US; reboot", None),
    ] {
        assert_eq!(told(&[("/etc/default/locale", text)]).0.as_deref(), expected, "{text}");
    }
    let both = [("/etc/locale.conf", "LANG=C"), ("/etc/default/locale", "LANG=fr_FR")];
    assert_eq!(told(&both).0.as_deref(), Some("fr_FR"));
}

#[test]
fn the_layouts_are_told_in_their_order() {
    let console = ("/etc/vconsole.conf", "KEYMAP=de-latin1\n");
    for (files, expected) in [
        (&[console][..], &["de-latin1"][..]),
        (&[console, ("/etc/default/keyboard", "XKBLAYOUT=\"us,ru\"")], &["us", "ru"]),
        (&[console, ("/etc/default/keyboard", "XKBLAYOUT=\"\"")], &["de-latin1"]),
        (&[("/etc/vconsole.conf", "KEYMAP=us\nXKBLAYOUT=us,kr")], &["us", "kr"]),
        (&[("/etc/default/keyboard", "XKBLAYOUT=us,$(x),")], &["us"]),
        (&[], &[]),
    ] {
        assert_eq!(told(files).1, expected);
    }
}

#[test]
fn a_recording_keeps_only_the_lines_that_are_looked_at() {
    let mut host = Recording::blank(Platform::Linux, "");
    set(&mut host, "/etc/default/locale", "LANG=en_US.UTF-8\nLC_NAME=alice\n");
    set(&mut host, "/etc/default/keyboard", "# of alice\nXKBLAYOUT=\"us\"\n");
    Clock.blank(&mut host);
    assert_eq!(host.text["/etc/default/locale"], "LANG=\"en_US.UTF-8\"\n");
    assert_eq!(host.text["/etc/default/keyboard"], "XKBLAYOUT=\"us\"\n");
}
