//! An EDID: read, hashed by its shape, and without its serial number.
#![no_main]

use agent::sensors::display::edid;
use agent::sensors::display::edid::Edid;
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: fuzz::plant("edid", fuzz::recorded("edid")), |bytes: &[u8]| {
    let told = edid::decode(bytes);
    let mut blanked = bytes.to_vec();
    edid::blank_serial(&mut blanked);
    assert_eq!(blanked.len(), bytes.len());
    assert_eq!(edid::shape_hash(&blanked), edid::shape_hash(bytes));
    let without = told.map(|told| Edid { serial_number: None, serial: None, ..told });
    assert_eq!(edid::decode(&blanked), without, "blanking touched more than the serial number");
    let mode = without.and_then(|edid| edid.highest_mode);
    assert!(mode.is_none_or(|mode| mode.to_string().contains('@')));
});
