//! A short run of the lab: a real kernel, six devices; and every description
//! holds together.

use agent::sensors::usb::descriptors::parse;
use tests::lab;
use tests::lab::description::Description;
use tests::lab::descriptors::Descriptors;
use tests::lab::machine::Guest;
use tests::lab::machine::Network;
use tests::lab::verdict::Verdict;

/// Two factory identities, two disguises, a device nobody can tell from a real
/// one, and a real one.
const DEVICES: [&str; 6] = [
    "pikvm/factory.toml",
    "jetkvm/factory.toml",
    "pikvm/as-k120.toml",
    "nanokvm/hid-only-renamed.toml",
    "bridges/ch9329-as-lenovo.toml",
    "ordinary/gaming-keyboard.toml",
];

#[test]
fn a_real_kernel_shows_six_devices_and_the_agent_judges_them() {
    let mut guest = Guest::boot(Network::None).unwrap();
    let mut wrong = Vec::new();
    for file in DEVICES {
        let description = Description::read(&lab::devices().join(file)).unwrap();
        guest.plug(0, &description).unwrap();
        let verdict = Verdict::of(&guest.scan().unwrap());
        guest.unplug(0).unwrap();
        if !verdict.is_expected(&description) {
            wrong.push(format!("{file} should be {}, is {}", description.expect, verdict.told()));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_described_device_hands_out_descriptors_that_hold_together() {
    let files = lab::files().unwrap();
    assert!(files.len() >= 50, "only {} devices are described", files.len());
    for file in files {
        let description = Description::read(&file).unwrap();
        let Descriptors { device, configuration, .. } = Descriptors::of(&description).unwrap();
        let parsed = parse(&[device, configuration].concat()).unwrap();
        let [read] = &parsed.configurations[..] else { panic!("{}", file.display()) };
        let read = read.interfaces.iter().map(|interface| interface.endpoints.len());
        let described = description.interfaces.iter().map(|interface| interface.endpoints.len());
        assert!(read.eq(described), "{}", file.display());
    }
}

#[test]
fn a_gadgets_strings_are_numbered_as_the_kernels_gadget_framework_does() {
    let pikvm = Description::read(&lab::devices().join("pikvm/older.toml")).unwrap();
    let strings = Descriptors::of(&pikvm).unwrap().strings;
    let numbered: Vec<(u8, &str)> =
        strings.iter().map(|(index, text)| (*index, text.as_str())).collect();
    let expected = [
        (1, "PiKVM"),
        (2, "Composite KVM Device"),
        (3, "CAFEBABE"),
        (4, "Config 1: PiKVM device"),
        (5, "HID Interface"),
        (7, "HID Interface"),
        (9, "HID Interface"),
        (11, "Mass Storage"),
    ];
    assert_eq!(numbered, expected);
}
