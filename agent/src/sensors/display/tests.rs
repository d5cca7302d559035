//! Recorded displays are told whole, and no bytes of an EDID are too odd.

use super::Connector;
use super::edid;
use super::linux;
use crate::host::Recording;
use crate::sensors::Blind;
use proptest::prelude::*;

const PIKVM: &str = include_str!("../../../../tests/hosts/linux/pikvm.toml");
const DOCKED: &str =
    include_str!("../../../../tests/hosts/linux/clean-docked-gaming-keyboard.toml");

fn look(toml: &str) -> Result<Vec<Connector>, Blind> {
    let found = linux::connectors(&Recording::from_toml(toml).unwrap())?;
    Ok(found.into_iter().map(|found| found.connector).collect())
}

fn connector(toml: &str, name: &str) -> Connector {
    look(toml).unwrap().into_iter().find(|it| it.connector == name).unwrap()
}

#[test]
fn a_pikvm_at_the_hdmi_socket_is_told_whole() {
    let pikvm = Connector {
        connector: "HDMI-A-1".to_owned(),
        status: "connected".to_owned(),
        internal: Some(false),
        only_external: Some(true),
        pnp_id: Some("LNX".into()),
        product_code: Some("7773".into()),
        serial_number: Some("01010101".into()),
        name: Some("PiKVM V4 Plus".into()),
        serial: Some("CAFEBABE".into()),
        strings: Vec::new(),
        week: Some(35),
        year: Some(2016),
        width: Some(53),
        height: Some(30),
        highest_mode: Some("1920x1200@60".into()),
        short_of_name: None,
        edid_length: Some(256),
        edid_hash: Some("6362475c69aa305c5940f4465cf391bda0beedd5a748aa540dbda1aeaae3c99c".into()),
        shape_hash: Some("2d5c139518e836e60d643b43ae85e84963f373f9bfbb07a586ef2a3b479254c2".into()),
    };
    assert_eq!(connector(PIKVM, "HDMI-A-1"), pikvm);
}

#[test]
fn the_panel_of_the_laptop_is_internal_and_has_no_serial_number() {
    let panel = Connector {
        connector: "eDP-1".to_owned(),
        status: "connected".to_owned(),
        internal: Some(true),
        pnp_id: Some("BOE".into()),
        product_code: Some("0a1b".into()),
        strings: vec!["BOE CQ".to_owned(), "NV140WUM-N41".to_owned()],
        week: Some(26),
        year: Some(2022),
        width: Some(30),
        height: Some(19),
        highest_mode: Some("1920x1200@60".into()),
        short_of_name: None,
        edid_length: Some(128),
        edid_hash: Some("dee98c5620c1d12237230a335f1b49af5d1b2e14d982e265204277ee4db55e6b".into()),
        shape_hash: Some("262a6beaae31206dfaf6a45fe86e8a11d548987741877f97abdecb92eebda630".into()),
        ..Connector::default()
    };
    assert_eq!(connector(PIKVM, "eDP-1"), panel);
}

#[test]
fn a_connector_without_a_display_is_told_without_one() {
    let unused = Connector {
        connector: "DP-1".to_owned(),
        status: "disconnected".to_owned(),
        internal: Some(false),
        ..Connector::default()
    };
    assert_eq!(connector(PIKVM, "DP-1"), unused);
}

#[test]
fn cards_writeback_and_what_went_away_are_no_connectors() {
    let toml = r#"
platform = "linux"
empty = ["/sys/class/drm/card0", "/sys/class/drm/renderD128", "/sys/class/drm/card0-DP-9"]
[text]
"/sys/class/drm/version" = "drm 1.1.0"
"/sys/class/drm/card0-Writeback-1/status" = "unknown\n"
"/sys/class/drm/card0-DSI-1/status" = "unknown\n"
"#;
    let panel = Connector {
        connector: "DSI-1".to_owned(),
        status: "unknown".to_owned(),
        internal: Some(true),
        ..Connector::default()
    };
    assert_eq!(look(toml), Ok(vec![panel]));
}

#[test]
fn what_may_not_be_read_is_blindness_and_no_driver_is_absence() {
    let toml = r#"
platform = "linux"
forbidden = ["/sys/class/drm/card0-DP-1/edid"]
[text]
"/sys/class/drm/card0-DP-1/status" = "connected\n"
"#;
    let failed = Blind::Failed {
        source: "/sys/class/drm/card0-DP-1/edid".to_owned(),
        reason: "permission denied".to_owned(),
    };
    assert_eq!(look(toml), Err(failed));
    assert_eq!(look("platform = 'linux'"), Err(Blind::Absent));
}

#[test]
fn what_does_not_begin_like_an_edid_is_only_bytes() {
    let toml = r#"
platform = "linux"
[text]
"/sys/class/drm/card0-DP-1/status" = "connected"
[bytes]
"/sys/class/drm/card0-DP-1/edid" = "00ff"
"#;
    let odd = Connector {
        connector: "DP-1".to_owned(),
        status: "connected".to_owned(),
        internal: Some(false),
        only_external: Some(true),
        edid_length: Some(2),
        edid_hash: Some("06eb7d6a69ee19e5fbdf749018d3d2abfa04bcbd1365db312eb86dc7169389b8".into()),
        ..Connector::default()
    };
    assert_eq!(look(toml), Ok(vec![odd]));
}

#[test]
fn the_highest_mode_may_come_from_any_part_of_an_edid() {
    assert_eq!(connector(DOCKED, "DP-2").highest_mode, Some("3840x2160@60".into()));
    check(&[], "none");
    check(&[(35, 0x21)], "800x600@60");
    check(&[(36, 0x01)], "1280x1024@75");
    // Standard timings of each ratio, also in a descriptor.
    check(&[(38, 209), (39, 0)], "1920x1200@60");
    check(&[(38, 0x81), (39, 0x4f)], "1280x960@75");
    check(&[(38, 0x81), (39, 0x80)], "1280x1024@60");
    check(&[(38, 209), (39, 0xc0)], "1920x1080@60");
    check(&[(57, 0xfa), (59, 0xa9), (60, 0xc0)], "1600x900@60");
    // Codes of an extension, the second marked as native.
    check(&[(128, 2), (130, 7), (132, 0x42), (133, 4), (134, 0x90)], "1920x1080@60");
    check(&[(128, 2), (130, 7), (132, 0xe2), (133, 14), (134, 97)], "3840x2160@60");
    check(&[(128, 2), (130, 6), (132, 0x41), (133, 102)], "4096x2160@60");
    check(&[(128, 2), (130, 6), (132, 0x41), (133, 194)], "7680x4320@24");
    check(&[(128, 2), (130, 6), (132, 0x41), (133, 219)], "4096x2160@120");
    // A block that would reach beyond its extension's blocks is damaged.
    check(&[(128, 2), (130, 6), (132, 0x5f), (133, 102)], "none");
}

/// A vendor's block of HDMI in an extension: what follows its five first bytes.
fn hdmi(rest: &[u8]) -> Vec<(usize, u8)> {
    let length = u8::try_from(5 + rest.len()).unwrap();
    let block = [&[0x60 | length, 0x03, 0x0c, 0x00, 0x10, 0x00], rest].concat();
    let head = [(128, 2), (130, 5 + length)];
    head.into_iter().chain((132..).zip(block)).collect()
}

#[test]
fn hdmi_numbers_its_own_modes_of_4k() {
    check(&hdmi(&[0x80, 0x3c, 0x20, 0x00, 0x60, 1, 2, 3]), "3840x2160@30");
    check(&hdmi(&[0x80, 0x3c, 0x20, 0x00, 0x20, 4]), "4096x2160@24");
    // Latencies stand before them, once or for interlaced pictures too.
    check(&hdmi(&[0x80, 0x3c, 0xa0, 9, 9, 0x00, 0x20, 2]), "3840x2160@25");
    check(&hdmi(&[0x80, 0x3c, 0xe0, 9, 9, 9, 9, 0x00, 0x20, 3]), "3840x2160@24");
    // None are told, fewer than there are, or more than have room.
    check(&hdmi(&[0x80, 0x3c, 0x00, 0x00, 0x20, 1]), "none");
    check(&hdmi(&[0x80, 0x3c, 0x20, 0x00, 0x20, 9, 1]), "none");
    check(&hdmi(&[0x80, 0x3c, 0x20, 0x00, 0xe0, 2]), "3840x2160@25");
    check(&hdmi(&[0x80]), "none");
}

#[test]
fn interlaced_timings_are_no_modes() {
    // 2560x1440 at 241.5 MHz with blanks of 160 and 41.
    let timing = [0x56, 0x5e, 0x00, 0xa0, 0xa0, 0xa0, 0x29, 0x50];
    let progressive: Vec<(usize, u8)> = (54..).zip(timing).collect();
    check(&progressive, "2560x1440@60");
    let interlaced = [progressive, vec![(71, 0x80)]].concat();
    check(&interlaced, "none");
}

/// An EDID of a base block and an extension with nothing in them.
fn bare() -> Vec<u8> {
    let mut edid = vec![0; 256];
    edid[1..7].fill(0xff);
    edid[38..54].fill(1);
    edid
}

/// Checks the highest mode of an EDID that has these bytes at these places.
#[track_caller]
fn check(bytes: &[(usize, u8)], expected: &str) {
    let mut edid = bare();
    for &(index, byte) in bytes {
        edid[index] = byte;
    }
    let mode = edid::decode(&edid).unwrap().highest_mode;
    assert_eq!(mode.map_or("none".to_owned(), |mode| mode.to_string()), expected);
}

/// An EDID of a digital display with this name, a mode of 1920x1080, and an
/// extension that is announced.
fn named(name: &str, bytes: &[(usize, u8)]) -> Vec<u8> {
    let mut edid = bare();
    (edid[20], edid[126], edid[38], edid[39]) = (0x80, 1, 209, 0xc0);
    (edid[57], edid[128], edid[130]) = (0xfc, 2, 4);
    edid[59..72].fill(b' ');
    edid[59..59 + name.len()].copy_from_slice(name.as_bytes());
    for &(index, byte) in bytes {
        edid[index] = byte;
    }
    edid
}

fn short_of_name(edid: &[u8]) -> Option<bool> {
    edid::decode(edid).unwrap().short_of_name
}

#[test]
fn a_name_that_claims_more_than_is_offered_is_told() {
    for name in ["DELL 27 4K", "4K-UHD", "uhd", "LG ULTRA HD", "QHD", "X WQHD", "UWQHD", "8K", "5K"]
    {
        assert_eq!(short_of_name(&named(name, &[])), Some(true), "{name}");
    }
    for name in ["", "DELL U2415", "4KTV", "ULTRA WIDE HD", "S4K27", "FHD"] {
        assert_eq!(short_of_name(&named(name, &[])), None, "{name}");
    }
    // 1920x1200 is not above itself; 1920x1440 is. Width 209 in a timing is 1920.
    assert_eq!(short_of_name(&named("4K", &[(39, 0x00)])), Some(true));
    assert_eq!(short_of_name(&named("4K", &[(39, 0x40)])), Some(false));
    assert_eq!(short_of_name(&named("4K", &hdmi(&[0, 0, 0x20, 0, 0x20, 1]))), Some(false));
}

#[test]
fn where_not_all_modes_are_known_no_name_is_blamed() {
    let unknown = |bytes: &[(usize, u8)]| {
        assert_eq!(short_of_name(&named("4K", bytes)), None, "{bytes:?}");
    };
    // An analog socket; an extension more than there is, or none announced.
    unknown(&[(20, 0x0f)]);
    unknown(&[(126, 2)]);
    unknown(&[(126, 0)]);
    // DisplayID, and a tag nobody knows.
    unknown(&[(128, 0x70)]);
    unknown(&[(128, 0)]);
    // CVT codes and further established timings.
    unknown(&[(75, 0xf8)]);
    unknown(&[(75, 0xf7)]);
    // DisplayID timings, a count of extensions, a new code, a block cut off.
    for kind in [34, 35, 42, 120] {
        unknown(&[(130, 6), (132, 0xe1), (133, kind)]);
    }
    unknown(&[(130, 6), (132, 0x41), (133, 220)]);
    unknown(&[(130, 6), (132, 0x5f)]);
    unknown(&[(130, 2)]);
    unknown(&[(130, 255)]);
    assert_eq!(short_of_name(&named("4K", &[])[..128]), None);
    assert_eq!(short_of_name(&named("4K", &[])[..200]), None);
    // A block that lists the others takes nothing away.
    assert_eq!(short_of_name(&named("4K", &[(128, 0xf0)])), Some(true));
}

#[test]
fn an_external_display_is_the_only_one_if_no_other_can_be_there() {
    let only = |lines: &str| -> Vec<Option<bool>> {
        let toml = format!("platform = \"linux\"\n[text]\n{}", lines.trim());
        look(&toml).unwrap().iter().map(|it| it.only_external).collect()
    };
    let panel = "\"/sys/class/drm/card0-eDP-1/status\" = \"connected\"\n";
    let hdmi = "\"/sys/class/drm/card0-HDMI-A-1/status\" = \"connected\"\n";
    let other = |status| format!("\"/sys/class/drm/card0-DP-1/status\" = \"{status}\"\n");
    assert_eq!(only(&[panel, hdmi].concat()), [Some(true), None]);
    assert_eq!(only(&[hdmi, &other("disconnected")].concat()), [None, Some(true)]);
    assert_eq!(only(&[hdmi, &other("connected")].concat()), [Some(false), Some(false)]);
    assert_eq!(only(&[hdmi, &other("unknown")].concat()), [None, Some(false)]);
    assert_eq!(only(panel), [None]);
}

#[test]
fn identity_without_meaning_is_left_out() {
    let edid = edid::decode(&bare()).unwrap();
    assert_eq!(edid, edid::Edid::default());
    let mut odd = bare();
    (odd[16], odd[17], odd[21]) = (0xff, 34, 16);
    odd[57..67].copy_from_slice(b"\xfc\x00 A\xe9 B \n ");
    let edid = edid::decode(&odd).unwrap();
    let told =
        edid::Edid { year: Some(2024), name: Some("A\u{fffd} B".into()), ..Default::default() };
    assert_eq!(edid, told);
}

/// The PiKVM's EDID as bytes.
fn recorded() -> Vec<u8> {
    let recording = Recording::from_toml(PIKVM).unwrap();
    crate::host::Host::read(&recording, "/sys/class/drm/card1-HDMI-A-1/edid").unwrap()
}

proptest! {
    #[test]
    fn any_edid_is_read(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        prop_assert_eq!(edid::decode(&bytes), None);
        prop_assert_eq!(edid::shape_hash(&bytes).len(), 64);
    }

    #[test]
    fn a_damaged_edid_is_read_if_it_begins_like_one(
        changes in prop::collection::vec((0..256_usize, any::<u8>()), 0..40),
        kept in 0..=256_usize,
    ) {
        let mut bytes = recorded();
        for (index, byte) in changes {
            bytes[index] = byte;
        }
        bytes.truncate(kept);
        let is_edid = kept >= 128 && bytes.starts_with(&recorded()[..8]);
        prop_assert_eq!(edid::decode(&bytes).is_some(), is_edid);
        prop_assert_eq!(edid::shape_hash(&bytes).len(), 64);
    }

    #[test]
    fn a_renamed_display_keeps_its_shape(identity: [u8; 10], name: [u8; 13], serial: [u8; 13]) {
        let mut bytes = recorded();
        bytes[8..18].copy_from_slice(&identity);
        bytes[77..90].copy_from_slice(&serial);
        bytes[113..126].copy_from_slice(&name);
        prop_assert_eq!(edid::shape_hash(&bytes), edid::shape_hash(&recorded()));
    }
}

#[test]
fn a_blanked_display_keeps_its_kind_and_loses_its_serials() {
    let mut blank = recorded();
    edid::blank_serial(&mut blank);
    let (before, after) = (edid::decode(&recorded()).unwrap(), edid::decode(&blank).unwrap());
    assert_eq!(after, edid::Edid { serial_number: None, serial: None, ..before });
    assert_eq!(blank[..128].iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte)), 0);
}
