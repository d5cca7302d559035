//! A HID report descriptor.
#![no_main]

use agent::sensors::usb::hid;
use libfuzzer_sys::fuzz_target;

fuzz_target!(
    init: fuzz::plant("hid_report", fuzz::recorded("report_descriptor")),
    |bytes: &[u8]| {
        let part = &bytes[..bytes.len() / 2];
        assert!(hid::roles(part).is_subset(&hid::roles(bytes)), "more of it told less");
        assert!(hid::pointer_buttons(part) <= hid::pointer_buttons(bytes), "more of it has fewer");
        assert!(hid::input_length(part) <= hid::input_length(bytes), "more of it is shorter");
    }
);
