//! EDIDs, however they are written down.

use super::Taken;
use super::look;
use super::read;
use super::refused;
use super::taken;
use crate::host::Host;
use crate::host::Recording;
use crate::import::Kind;
use proptest::prelude::*;
use std::fmt::Write;

const PIKVM: &str = include_str!("../../../../tests/hosts/linux/pikvm.toml");

/// The EDID of the display in a recorded machine.
fn edid() -> Vec<u8> {
    let machine = Recording::from_toml(PIKVM).unwrap();
    machine.read("/sys/class/drm/card1-HDMI-A-1/edid").unwrap()
}

/// As `edid-decode` prints bytes since 2020.
fn printed(edid: &[u8]) -> String {
    let mut text = "edid-decode (hex):\n\n".to_owned();
    for block in edid.chunks(128) {
        for row in block.chunks(16) {
            let digits: Vec<String> = row.iter().map(|byte| format!("{byte:02x}")).collect();
            writeln!(text, "{}", digits.join(" ")).unwrap();
        }
        text.push('\n');
    }
    text + "----------------\n\nBlock 0, Base EDID:\n  EDID Structure Version & Revision: 1.3\n\
            Display Product Name: 'eDP'\n    00 11 22 33\nChecksum: 0xbc\n"
}

fn displays(imported: &Taken) -> Vec<(String, Vec<u8>)> {
    let recording = &imported.recording;
    let paths = recording.bytes.keys();
    paths.map(|path| (path.clone(), recording.read(path).unwrap())).collect()
}

fn one(connector: &str) -> Vec<(String, Vec<u8>)> {
    vec![(format!("/sys/class/drm/{connector}/edid"), edid())]
}

#[test]
fn bytes_and_digits_are_the_same_display() {
    let bytes = read(Kind::Edid, &edid()).unwrap();
    assert_eq!(displays(&bytes), one("card0-HDMI-A-1"));
    let digits = hex::encode_upper(edid());
    assert_eq!(taken(Kind::Edid, &digits), bytes);
    let rows: Vec<String> = edid().chunks(16).map(hex::encode).collect();
    assert_eq!(taken(Kind::Edid, &rows.join("\n")), bytes);
    let listed: Vec<String> = edid().iter().map(|byte| format!("0x{byte:02x}")).collect();
    assert_eq!(taken(Kind::Edid, &listed.join(", ")), bytes);
}

#[test]
fn the_sensor_says_of_the_import_what_it_says_of_the_machine() {
    let machine = look("display", &Recording::from_toml(PIKVM).unwrap());
    let on_machine = machine.iter().find(|it| it.subject == "card1-HDMI-A-1").unwrap();
    let imported = look("display", &taken(Kind::EdidDecode, &printed(&edid())).recording);
    assert_eq!(imported.len(), 1);
    assert_eq!(imported[0].fields, on_machine.fields);
}

#[test]
fn the_digits_are_found_wherever_edid_decode_puts_them() {
    let decoded = taken(Kind::EdidDecode, &printed(&edid()));
    assert_eq!(displays(&decoded), one("card0-HDMI-A-1"));
    let rows: Vec<String> = edid().chunks(16).map(hex::encode).collect();
    let text = format!("EDID version: 1.3\n1920 1080\n\n{}\n\nChecksum: 0x00\n", rows.join("\n"));
    assert_eq!(displays(&taken(Kind::EdidDecode, &text)), one("card0-HDMI-A-1"));
}

#[test]
fn digits_that_were_printed_twice_are_one_display() {
    let rows: Vec<String> = edid().chunks(16).map(hex::encode).collect();
    let text = format!("\nEDID (hex):\n{}\n\n{}", rows.join("\n"), printed(&edid()));
    assert_eq!(displays(&taken(Kind::EdidDecode, &text)), one("card0-HDMI-A-1"));
    let alone = format!("EDID (hex):\n{}\n", rows.join("\n"));
    assert_eq!(displays(&taken(Kind::EdidDecode, &alone)), one("card0-HDMI-A-1"));
}

/// As old versions of `edid-decode` list the base block.
fn listed(base: &[u8]) -> String {
    let fields = [
        ("header", 0..8),
        ("serial number", 8..18),
        ("version", 18..20),
        ("basic params", 20..25),
        ("chroma info", 25..35),
        ("established", 35..38),
        ("standard", 38..54),
        ("descriptor 1", 54..72),
        ("descriptor 2", 72..90),
        ("descriptor 3", 90..108),
        ("descriptor 4", 108..126),
        ("extensions", 126..127),
        ("checksum", 127..128),
    ];
    let mut text = "Extracted contents:\n".to_owned();
    for (label, place) in fields {
        let digits: Vec<String> = base[place].iter().map(|byte| format!("{byte:02x}")).collect();
        writeln!(text, "{:<16} {}", format!("{label}:"), digits.join(" ")).unwrap();
    }
    text + "\nManufacturer: LNX Model 7773 Serial Number 16843009\nEDID version: 1.3\n"
}

#[test]
fn an_old_list_of_fields_is_the_base_block_and_nothing_if_a_byte_is_missing() {
    let base = &edid()[..128];
    let taken = taken(Kind::EdidDecode, &listed(base));
    let path = "/sys/class/drm/card0-HDMI-A-1/edid".to_owned();
    assert_eq!(displays(&taken), [(path, base.to_vec())]);
    let cut_off = listed(base).replace("chroma info:     ee", "chroma info:    ");
    assert_ne!(cut_off, listed(base));
    assert_eq!(refused(Kind::EdidDecode, cut_off.as_bytes()), "there is no EDID in it");
}

#[test]
fn what_was_read_over_the_end_is_no_second_display_and_no_part_of_the_first() {
    let twice = edid().repeat(2);
    assert_eq!(displays(&taken(Kind::EdidDecode, &printed(&twice))), one("card0-HDMI-A-1"));
    assert_eq!(displays(&read(Kind::Edid, &twice).unwrap()), one("card0-HDMI-A-1"));
    let other = [edid(), vec![0x70; 128]].concat();
    assert_eq!(displays(&taken(Kind::EdidDecode, &printed(&other)))[0].1, other);
}

#[test]
fn a_panel_is_taken_for_one_only_if_the_text_says_so() {
    let text = printed(&edid()) + "    Interface: eDP\n";
    assert_eq!(displays(&taken(Kind::EdidDecode, &text)), one("card0-eDP-1"));
}

#[test]
fn every_display_of_a_file_has_a_connector() {
    let text = printed(&edid()).repeat(2);
    let both = [one("card0-HDMI-A-1"), one("card0-HDMI-A-2")].concat();
    assert_eq!(displays(&taken(Kind::EdidDecode, &text)), both);
}

#[test]
fn what_is_no_edid_is_refused() {
    assert_eq!(refused(Kind::Edid, b""), "there is no EDID in it");
    assert_eq!(
        refused(Kind::Edid, b"# Read me"),
        "it is neither an EDID nor its hexadecimal digits"
    );
    assert_eq!(refused(Kind::Edid, &vec![0xff; 40_000]), "an EDID is at most 32768 bytes long");
    assert_eq!(refused(Kind::EdidDecode, b"Checksum: 0xbc"), "there is no EDID in it");
}

#[test]
fn a_damaged_edid_is_taken_as_it_is() {
    let mut damaged = edid();
    damaged[0] = 0xff;
    let imported = read(Kind::Edid, &damaged).unwrap();
    assert_eq!(displays(&imported)[0].1, damaged);
    assert_eq!(displays(&taken(Kind::EdidDecode, &printed(&damaged)))[0].1, damaged);
}

proptest! {
    #[test]
    fn no_bytes_are_too_odd(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for kind in [Kind::Edid, Kind::EdidDecode] {
            if let Some(imported) = read(kind, &bytes) {
                look("display", &imported.recording);
            }
        }
    }

    #[test]
    fn no_rows_are_too_odd(text in "(edid-decode \\(hex\\):\n|([0-9a-f]{2} ?){0,17}\n|[ -~é]{0,33}\n){0,20}") {
        drop(read(Kind::EdidDecode, text.as_bytes()));
    }
}
