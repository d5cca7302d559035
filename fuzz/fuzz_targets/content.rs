//! A file as a program: what it says of itself is short, printable text.
#![no_main]

use agent::host::content;
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeSet;
use std::io::Cursor;

fuzz_target!(init: fuzz::plant("content", [windows()]), |bytes: &[u8]| {
    let markers = BTreeSet::from(["go".to_owned(), "vncserver".to_owned()]);
    let made = content::read(Cursor::new(bytes), &markers).expect("memory can be read");
    let texts = made.libraries.iter().chain(&made.module).chain(&made.version_names);
    for text in texts.chain(&made.build_id) {
        assert!(text.len() <= 256 && !text.contains(char::is_control), "{text:?}");
    }
    assert!(made.markers.iter().all(|marker| markers.contains(marker)));
});

/// A program of Windows with one section, in which its version is.
fn windows() -> Vec<u8> {
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let mut bytes = vec![0; 0x210];
    let parts: [(usize, &[u8]); 8] = [
        (0, b"MZ"),
        (0x3c, &[0x40]),
        (0x40, b"PE\0\0\x64\x86\x01"),
        // The length of the optional header, its magic, how many directories.
        (0x54, &[0xf0, 0, 0, 0, 0x0b, 2]),
        (0x58 + 108, &[16]),
        // Where resources are and how long, as the section has them too.
        (0x58 + 128, &[0, 0x10, 0, 0, 0, 2]),
        (0x58 + 240, b".rsrc"),
        (0x58 + 248, &[0, 2, 0, 0, 0, 0x10, 0, 0, 0, 2, 0, 0, 0, 2]),
    ];
    for (at, part) in parts {
        bytes[at..at + part.len()].copy_from_slice(part);
    }
    bytes.extend(wide("VS_VERSION_INFO\0ProductName\0\0Tool\0OriginalFilename\0\0tool.exe\0"));
    bytes.resize(0x400, 0);
    let made = content::read(Cursor::new(&bytes), &BTreeSet::new()).expect("memory can be read");
    assert_eq!(made.version_names, ["tool.exe", "Tool"]);
    bytes
}
