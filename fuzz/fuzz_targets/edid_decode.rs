//! What `edid-decode` prints, and EDIDs as files of bytes or digits: imported
//! and judged.
#![no_main]

use agent::import::Kind;
use agent::import::Made;
use agent::import::import;
use libfuzzer_sys::fuzz_target;
use std::fmt::Write;

fuzz_target!(init: fuzz::plant("edid_decode", seeds()), |bytes: &[u8]| {
    for kind in [Kind::Edid, Kind::EdidDecode] {
        let Ok(imported) = import(kind, "foreign", bytes) else { continue };
        if let Made::Recording(recording) = imported.made {
            fuzz::judge(&*recording);
        }
    }
});

/// The recorded EDIDs as bytes, and as `edid-decode` prints them.
fn seeds() -> Vec<Vec<u8>> {
    let edids = fuzz::recorded("edid");
    let printed = edids.iter().map(|edid| printed(edid).into_bytes()).collect();
    [edids, printed].concat()
}

fn printed(edid: &[u8]) -> String {
    let mut text = "edid-decode (hex):\n\n".to_owned();
    for row in edid.chunks(16) {
        row.iter().for_each(|byte| write!(text, "{byte:02x} ").unwrap());
        text.push('\n');
    }
    text + "\n----------------\n\nBlock 0, Base EDID:\n"
}
