//! A file as a program: what it says of itself is short, printable text.
#![no_main]

use agent::host::content;
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeSet;
use std::io::Cursor;

fuzz_target!(|bytes: &[u8]| {
    let markers = BTreeSet::from(["go".to_owned(), "vncserver".to_owned()]);
    let made = content::read(Cursor::new(bytes), &markers).expect("memory can be read");
    let texts = made.libraries.iter().chain(&made.module).chain(&made.version_names);
    for text in texts.chain(&made.build_id) {
        assert!(text.len() <= 256 && !text.contains(char::is_control), "{text:?}");
    }
    assert!(made.markers.iter().all(|marker| markers.contains(marker)));
});
