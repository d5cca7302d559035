//! Which sensors a device of Windows is for, by its interface class.

/// `GUID_DEVINTERFACE_USB_DEVICE` (`usbiodef.h`).
const USB: u128 = 0xa5dc_bf10_6530_11d2_901f_00c0_4fb9_51ed;

/// `GUID_DEVINTERFACE_HID` (`hidclass.h`).
const HID: u128 = 0x4d1e_55b2_f16f_11cf_88cb_0011_1100_0030;

/// `GUID_DEVINTERFACE_KEYBOARD` (`ntddkbd.h`).
const KEYBOARD: u128 = 0x884b_96c3_56ef_11d1_bc8c_00a0_c914_05dd;

/// `GUID_DEVINTERFACE_MOUSE` (`ntddmou.h`).
const MOUSE: u128 = 0x378d_e44c_56ef_11d1_bc8c_00a0_c914_05dd;

/// `GUID_DEVINTERFACE_MONITOR` (`ntddvdeo.h`).
const MONITOR: u128 = 0xe6f0_7b5f_ee97_4a90_b076_33f5_7bf4_eaa7;

/// `GUID_DEVICE_BATTERY` (`batclass.h`).
const BATTERY: u128 = 0x7263_1e54_78a4_11d0_bcf7_00aa_00b7_b32a;

/// The sensors that look when an interface of this class comes or goes; none
/// for those nobody looks at.
pub fn sensors(class: u128) -> &'static [&'static str] {
    match class {
        USB => &["usb"],
        HID => &["usb", "input"],
        KEYBOARD | MOUSE => &["input"],
        MONITOR => &["display"],
        BATTERY => &["power"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sensors::find;

    #[test]
    fn each_class_names_sensors_that_there_are() {
        for (class, expected) in [
            (USB, &["usb"][..]),
            (HID, &["usb", "input"]),
            (KEYBOARD, &["input"]),
            (MONITOR, &["display"]),
            (BATTERY, &["power"]),
            // Volumes (`GUID_DEVINTERFACE_VOLUME`, `ntddstor.h`).
            (0x53f5_630d_b6bf_11d0_94f2_00a0_c91e_fb8b, &[]),
        ] {
            assert_eq!(sensors(class), expected, "{class:x}");
            assert!(expected.iter().all(|name| find(name).is_some()));
        }
    }
}
