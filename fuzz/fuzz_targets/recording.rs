//! A recording: as TOML, as JSON, or one of ours with files of it overwritten.
//! Whatever it is, every sensor looks at it and every signature is asked.
#![no_main]

use agent::host::Recording;
use agent::sensors;
use libfuzzer_sys::fuzz_target;
use std::fmt::Write;
use std::sync::LazyLock;

/// One with a PiKVM, on the networks and with the settings of another.
static LAPTOP: LazyLock<Recording> = LazyLock::new(|| {
    let read = |text| Recording::from_toml(text).unwrap();
    let mut laptop = read(include_str!("../../tests/hosts/linux/pikvm.toml"));
    let home = read(include_str!("../../tests/hosts/linux/clean-at-home-behind-a-vpn.toml"));
    laptop.link.clone_from(&home.link);
    laptop.route.clone_from(&home.route);
    laptop.neighbor.clone_from(&home.neighbor);
    laptop.add(home);
    laptop
});

/// The first byte of an input that overwrites files of the laptop.
const OVERWRITES: u8 = 0;

fuzz_target!(init: fuzz::plant("recording", overwrites()), |bytes: &[u8]| {
    let Some(machine) = machine(bytes) else { return };
    let line = serde_json::to_string(&machine).unwrap();
    assert_eq!(Recording::from_json(&line).unwrap(), machine);
    fuzz::judge(&machine);
    let mut blanked = machine.clone();
    sensors::ALL.iter().for_each(|sensor| sensor.blank(&mut blanked));
    assert_eq!(fuzz::subjects(&blanked), fuzz::subjects(&machine), "blanking hid something");
});

fn machine(bytes: &[u8]) -> Option<Recording> {
    if let Some((&OVERWRITES, edits)) = bytes.split_first() {
        return Some(overwritten(edits));
    }
    let text = str::from_utf8(bytes).ok()?;
    if text.starts_with('{') {
        return Recording::from_json(text).ok();
    }
    Recording::from_toml(text).ok()
}

/// The laptop with some of its files overwritten: for each the number of the
/// file, a length of two bytes, and the content.
fn overwritten(mut edits: &[u8]) -> Recording {
    let mut machine = LAPTOP.clone();
    while let Some((&[number, low, high], rest)) = edits.split_first_chunk::<3>() {
        let length = usize::from(u16::from_le_bytes([low, high])).min(rest.len());
        let (content, rest) = rest.split_at(length);
        let texts = machine.text.len();
        let number = usize::from(number) % (texts + machine.bytes.len());
        if let Some(text) = machine.text.values_mut().nth(number) {
            *text = String::from_utf8_lossy(content).into_owned();
        } else if let Some(digits) = machine.bytes.values_mut().nth(number - texts) {
            digits.clear();
            content.iter().for_each(|byte| write!(digits, "{byte:02x}").unwrap());
        }
        edits = rest;
    }
    machine
}

/// An overwrite of each file with what is in it already.
fn overwrites() -> Vec<Vec<u8>> {
    let texts = LAPTOP.text.values().map(|text| text.clone().into_bytes());
    let digits = LAPTOP.bytes.values();
    let bytes = digits.map(|digits| {
        let digits: Vec<u8> = digits.bytes().filter(u8::is_ascii_hexdigit).collect();
        let digit = |byte: u8| char::from(byte).to_digit(16).unwrap() as u8;
        digits.as_chunks().0.iter().map(|&[high, low]| digit(high) << 4 | digit(low)).collect()
    });
    let files = texts.chain(bytes).zip(0_u8..);
    let overwrite = |(content, number): (Vec<u8>, u8)| {
        let [low, high] = u16::try_from(content.len()).unwrap().to_le_bytes();
        [vec![OVERWRITES, number, low, high], content].concat()
    };
    files.map(overwrite).collect()
}
