//! A report descriptor, put together from its items again (HID 1.11 §6.2.2).

use super::section::Section;

/// The bytes of a report descriptor; `None` unless every item is known and the
/// length is as told.
pub fn encode(section: &Section) -> Option<Vec<u8>> {
    let (first, lines) = section.lines.split_first()?;
    let length = first.split_once("(length is ")?.1.strip_suffix(')')?;
    let mut bytes = Vec::new();
    for line in lines.iter().filter(|line| line.starts_with("Item(")) {
        push(line, &mut bytes)?;
    }
    let length: usize = length.trim().parse().ok()?;
    (bytes.len() == length).then_some(bytes)
}

/// Adds an item such as `Item(Global): Usage Page, data= [ 0x01 ] 1`.
fn push(line: &str, bytes: &mut Vec<u8>) -> Option<()> {
    let (kind, rest) = line.strip_prefix("Item(")?.split_once("):")?;
    let (name, data) = rest.split_once(", data=")?;
    let tag = tag(kind.trim(), name.trim())?;
    let data = match data.split_once('[') {
        Some((_, digits)) => digits.split_once(']')?.0,
        None => "",
    };
    let data: Option<Vec<u8>> = data
        .split_whitespace()
        .map(|byte| u8::from_str_radix(byte.strip_prefix("0x")?, 16).ok())
        .collect();
    let data = data?;
    let size = match data.len() {
        0 => 0,
        1 => 1,
        2 => 2,
        4 => 3,
        _ => return None,
    };
    bytes.push(tag | size);
    bytes.extend(data);
    Some(())
}

/// The first byte of an item, without its size.
fn tag(kind: &str, name: &str) -> Option<u8> {
    const MAIN: &[(&str, u8)] = &[
        ("Input", 0x80),
        ("Output", 0x90),
        ("Feature", 0xb0),
        ("Collection", 0xa0),
        ("End Collection", 0xc0),
    ];
    const GLOBAL: &[(&str, u8)] = &[
        ("Usage Page", 0x04),
        ("Logical Minimum", 0x14),
        ("Logical Maximum", 0x24),
        ("Physical Minimum", 0x34),
        ("Physical Maximum", 0x44),
        ("Unit Exponent", 0x54),
        ("Unit", 0x64),
        ("Report Size", 0x74),
        ("Report ID", 0x84),
        ("Report Count", 0x94),
        ("Push", 0xa4),
        ("Pop", 0xb4),
    ];
    const LOCAL: &[(&str, u8)] = &[
        ("Usage", 0x08),
        ("Usage Minimum", 0x18),
        ("Usage Maximum", 0x28),
        ("Designator Index", 0x38),
        ("Designator Minimum", 0x48),
        ("Designator Maximum", 0x58),
        ("String Index", 0x78),
        ("String Minimum", 0x88),
        ("String Maximum", 0x98),
        ("Delimiter", 0xa8),
    ];
    let tags = match kind {
        "Main" => MAIN,
        "Global" => GLOBAL,
        "Local" => LOCAL,
        _ => return None,
    };
    tags.iter().find(|(known, _)| *known == name).map(|&(_, tag)| tag)
}
