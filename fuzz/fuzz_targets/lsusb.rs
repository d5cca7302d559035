//! What `lsusb -v` prints, imported and judged.
#![no_main]

use agent::host::Recording;
use agent::import::Kind;
use agent::import::Made;
use agent::import::import;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(imported) = import(Kind::Lsusb, "foreign", bytes) else { return };
    let Made::Recording(recording) = imported.made else { return };
    let line = serde_json::to_string(&recording).unwrap();
    assert_eq!(Recording::from_json(&line).unwrap(), *recording);
    fuzz::judge(&*recording);
});
