//! The descriptors of a USB device.
#![no_main]

use agent::sensors::usb::descriptors;
use libfuzzer_sys::fuzz_target;

fuzz_target!(
    init: fuzz::plant("usb_descriptors", fuzz::recorded("descriptors")),
    |bytes: &[u8]| {
        let text = descriptors::string(bytes).map_or(0, |text| text.chars().count());
        assert!(text * 2 <= bytes.len(), "more was told than there are letters");
        let Some(device) = descriptors::parse(bytes) else { return };
        let mut told = 18;
        for configuration in &device.configurations {
            told += 9;
            for interface in &configuration.interfaces {
                told += 9 + 7 * interface.endpoints.len();
                for endpoint in &interface.endpoints {
                    assert!(endpoint.to_string().contains(' '));
                }
            }
        }
        assert!(told <= bytes.len(), "more was told than there are bytes");
    }
);
