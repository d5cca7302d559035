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
        internal: false,
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
        internal: true,
        pnp_id: Some("BOE".into()),
        product_code: Some("0a1b".into()),
        strings: vec!["BOE CQ".to_owned(), "NV140WUM-N41".to_owned()],
        week: Some(26),
        year: Some(2022),
        width: Some(30),
        height: Some(19),
        highest_mode: Some("1920x1200@60".into()),
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
        internal: true,
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
    // A block that would reach beyond its extension's blocks is damaged.
    check(&[(128, 2), (130, 6), (132, 0x5f), (133, 102)], "none");
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
