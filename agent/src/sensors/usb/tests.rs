//! Recorded USB devices are told whole, and no bytes of a device are too odd.

use super::Device;
use super::Found;
use super::Usb;
use super::descriptors;
use super::hid;
use super::linux;
use crate::host::Recording;
use crate::sensors::Blind;
use crate::sensors::Sensor;
use proptest::prelude::*;

const PIKVM: &str = include_str!("../../../../tests/hosts/linux/pikvm.toml");
const JETKVM: &str = include_str!("../../../../tests/hosts/linux/jetkvm-behind-a-dock.toml");
const BLIND: &str = include_str!("../../../../tests/hosts/linux/blind-usb.toml");

/// A device with one configuration of one HID interface with one endpoint.
const KEYBOARD: &str = "
    1201 1001 00 00 00 08 6d04 1cc3 0064 01 02 00 01
    0902 2200 01 01 00 a0 2d
    0904 00 00 01 03 01 01 00
    0921 1001 21 01 22 4100
    0705 81 03 0800 0a";

fn look(toml: &str) -> Result<Vec<Found>, Blind> {
    linux::devices(&Recording::from_toml(toml).unwrap())
}

fn device(toml: &str, port: &str) -> Device {
    let found = look(toml).unwrap().into_iter().find(|found| found.port == port);
    found.unwrap().device
}

fn texts(items: &[&str]) -> Vec<String> {
    items.iter().map(|&item| item.to_owned()).collect()
}

fn unhex(digits: &str) -> Vec<u8> {
    hex::decode(digits.split_whitespace().collect::<String>()).unwrap()
}

#[test]
fn a_pikvm_is_told_whole() {
    let text = |text: &str| Some(text.to_owned());
    let pikvm = Device {
        vendor_id: "1d6b".to_owned(),
        product_id: "0104".to_owned(),
        device_version: "0100".to_owned(),
        usb_version: "0200".to_owned(),
        device_class: "00/00/00".to_owned(),
        max_packet_size_0: 64,
        manufacturer: text("PiKVM"),
        product: text("PiKVM Composite Device"),
        serial: text("CAFEBABE"),
        speed: text("high"),
        configuration: None,
        attributes: text("a0"),
        max_power: Some(250),
        interface_count: 4,
        interface_classes: texts(&["03/01/01", "03/00/00", "03/01/02", "08/06/50"]),
        interface_names: texts(&[
            "HID Interface",
            "HID Interface",
            "HID Interface",
            "Mass Storage",
        ]),
        hid_versions: texts(&["0101", "0101", "0101"]),
        hid_countries: vec![0, 0, 0],
        report_lengths: vec![59, 67, 55],
        report_hashes: texts(&[
            "9c36be8dc5d29b9e7201bcac63ce617d04fee884d05193232c61f90cbe75caaf",
            "608e7e3bf8970dfd390bbd3c87205b80d60ddb67532134ba3c4c1f181abc28b3",
            "2ace9ca72bbf44c5cb07c5f607a896ae9aca22af85c0da47aaf4fff205bf2589",
        ]),
        collection_hashes: None,
        hid_roles: texts(&["absolute pointer", "keyboard", "relative pointer"]),
        pointer_buttons: Some(16),
        unread_reports: Vec::new(),
        endpoints: texts(&[
            "0 in interrupt 8 4",
            "1 in interrupt 7 4",
            "2 in interrupt 5 4",
            "3 in bulk 512 0",
            "3 out bulk 512 1",
        ]),
        hid_interval: Some(4),
        exact_packets: Some(true),
        pointer_output: Some(false),
        storage_intervals: texts(&["0/1"]),
        behind: text("1d6b:0002"),
    };
    assert_eq!(device(PIKVM, "1-4"), pikvm);
}

#[test]
fn every_device_is_told_with_the_hub_it_hangs_on() {
    let found = look(JETKVM).unwrap();
    let hubs: Vec<(&str, Option<&str>)> =
        found.iter().map(|it| (it.port.as_str(), it.device.behind.as_deref())).collect();
    let expected = [
        ("1-1", Some("1d6b:0002")),
        ("1-1.2", Some("05e3:0610")),
        ("1-10", Some("1d6b:0002")),
        ("1-3", Some("1d6b:0002")),
        ("1-3.4", Some("17ef:a391")),
        ("1-3.4.2", Some("17ef:a392")),
        ("1-6", Some("1d6b:0002")),
        ("2-3", Some("1d6b:0003")),
        ("usb1", None),
        ("usb2", None),
    ];
    assert_eq!(hubs, expected);
}

#[test]
fn at_super_speed_sizes_and_power_are_given_differently() {
    let ethernet = device(JETKVM, "2-3");
    assert_eq!(ethernet.speed.as_deref(), Some("super"));
    assert_eq!((ethernet.max_packet_size_0, ethernet.max_power), (512, Some(176)));
    assert_eq!(ethernet.endpoints, ["0 in bulk 1024 0", "0 out bulk 1024 0", "0 in interrupt 2 8"]);
}

#[test]
fn an_interface_is_told_once_as_it_starts() {
    let camera = device(PIKVM, "1-6");
    assert_eq!(camera.interface_classes, ["0e/01/00", "0e/02/00"]);
    assert_eq!(camera.endpoints, ["0 in interrupt 16 6"]);
    assert_eq!(camera.interface_count, 2);
}

#[test]
fn interfaces_are_told_in_order_of_their_numbers() {
    let toml = r#"
platform = "linux"
[text]
"/sys/bus/usb/devices/1-4/idVendor" = "1d6b"
"/sys/bus/usb/devices/1-4:1.10/interface" = "ten"
"/sys/bus/usb/devices/1-4:1.2/interface" = "two"
"/sys/bus/usb/devices/1-4.1:1.0/interface" = "of another device"
"/sys/bus/usb/devices/usb1/idVendor" = "1d6b"
"/sys/bus/usb/devices/1-0:1.0/interface" = "of the root hub"
"#;
    assert_eq!(device(toml, "1-4").interface_names, ["two", "ten"]);
    assert_eq!(device(toml, "usb1").interface_names, ["of the root hub"]);
}

/// A K120 keyboard in text attributes, and its descriptors as given.
fn attributes(descriptors: &str) -> String {
    format!(
        r#"
platform = "linux"
[text]
"/sys/bus/usb/devices/1-4/idVendor" = "046d\n"
"/sys/bus/usb/devices/1-4/idProduct" = "c31c\n"
"/sys/bus/usb/devices/1-4/bcdDevice" = "6400\n"
"/sys/bus/usb/devices/1-4/version" = " 1.10\n"
"/sys/bus/usb/devices/1-4/bDeviceClass" = "00\n"
"/sys/bus/usb/devices/1-4/bDeviceSubClass" = "00\n"
"/sys/bus/usb/devices/1-4/bDeviceProtocol" = "00\n"
"/sys/bus/usb/devices/1-4/bMaxPacketSize0" = "8\n"
"/sys/bus/usb/devices/1-4/bConfigurationValue" = "1\n"
"/sys/bus/usb/devices/1-4/bmAttributes" = "a0\n"
"/sys/bus/usb/devices/1-4/bMaxPower" = "90mA\n"
"/sys/bus/usb/devices/1-4/bNumInterfaces" = " 1\n"
"/sys/bus/usb/devices/1-4/speed" = "1.5\n"
"/sys/bus/usb/devices/1-4:1.0/bInterfaceClass" = "03\n"
"/sys/bus/usb/devices/1-4:1.0/bInterfaceSubClass" = "01\n"
"/sys/bus/usb/devices/1-4:1.0/bInterfaceProtocol" = "01\n"
[bytes]
"/sys/bus/usb/devices/1-4/descriptors" = "{descriptors}"
"#
    )
}

#[test]
fn damaged_descriptors_leave_what_the_attributes_tell() {
    let whole = device(&attributes(&KEYBOARD.replace('\n', " ")), "1-4");
    assert_eq!(whole.endpoints, ["0 in interrupt 8 10"]);
    let told = Device {
        hid_versions: Vec::new(),
        hid_countries: Vec::new(),
        report_lengths: Vec::new(),
        endpoints: Vec::new(),
        hid_interval: None,
        ..whole
    };
    assert_eq!(device(&attributes(""), "1-4"), told);
    assert_eq!(device(&attributes("1201 1001 00"), "1-4"), told);
    let cut = "1201 1001 00 00 00 08 6d04 1cc3 0064 01 02 00 01 0902 2200";
    assert_eq!(device(&attributes(cut), "1-4"), told);
    let bare = format!("{cut} 01 01 00 a0 2d 0904 00");
    assert_eq!(device(&attributes(&bare), "1-4"), told);
}

#[test]
fn the_length_told_is_that_of_the_report_descriptor() {
    // A physical descriptor (23) is listed before the report descriptor (22).
    let chain = KEYBOARD.replace("0921 1001 21 01 22 4100", "0c21 1001 21 02 23 0700 22 4100");
    let hid = descriptors::parse(&unhex(&chain))
        .and_then(|device| device.configurations[0].interfaces[0].hid);
    let expected = descriptors::Hid { version: 0x0110, country: 33, report_length: Some(65) };
    assert_eq!(hid, Some(expected));
}

#[test]
fn only_the_active_configuration_counts() {
    let other = "0902 1200 01 02 00 c0 fa 0904 00 00 00 ff 00 00 00";
    let (first, rest) = KEYBOARD.split_once("0902").unwrap();
    let both = format!("{first} {other} 0902{rest}").replace('\n', " ");
    let whole = attributes(&KEYBOARD.replace('\n', " "));
    assert_eq!(device(&attributes(&both), "1-4"), device(&whole, "1-4"));
}

#[test]
fn a_device_pulled_out_while_we_look_is_passed_over() {
    let toml = r#"
platform = "linux"
empty = ["/sys/bus/usb/devices/1-9"]
[text]
"/sys/bus/usb/devices/1-4/idVendor" = "046d"
"#;
    let ports: Vec<String> = look(toml).unwrap().into_iter().map(|found| found.port).collect();
    assert_eq!(ports, ["1-4"]);
}

#[test]
fn what_may_not_be_read_is_blindness_and_no_bus_is_absence() {
    let failed = |source: &str| Blind::Failed {
        source: source.to_owned(),
        reason: "permission denied".to_owned(),
    };
    assert_eq!(look(BLIND).err(), Some(failed("/sys/bus/usb/devices")));
    let device = "/sys/bus/usb/devices/1-4/idVendor";
    let toml = format!("platform = 'linux'\nforbidden = ['{device}']");
    assert_eq!(look(&toml).err(), Some(failed(device)));
    assert_eq!(look("platform = 'linux'").err(), Some(Blind::Absent));
}

/// Good bytes with some changed and the end cut off.
fn damaged(good: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let length = good.len();
    let changes = prop::collection::vec((0..length, any::<u8>()), 0..8);
    (changes, 0..=length).prop_map(move |(changes, kept)| {
        let mut bytes = good.clone();
        for (index, byte) in changes {
            bytes[index] = byte;
        }
        bytes.truncate(kept);
        bytes
    })
}

fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..600)
}

const MOUSE: &str = "0501 0902 a101 0901 a100 0509 1901 2903 1500 2501 9503 7501 8102
    0501 0930 0931 2600ff 7510 9502 8102 0938 1581 257f 7508 9501 8106 c0 c0";

proptest! {
    #[test]
    fn any_descriptors_are_walked(
        bytes in any_bytes().boxed().prop_union(damaged(unhex(KEYBOARD)).boxed())
    ) {
        let interfaces: usize = descriptors::parse(&bytes)
            .iter()
            .flat_map(|device| &device.configurations)
            .map(|configuration| configuration.interfaces.len())
            .sum();
        prop_assert!(interfaces * 9 <= bytes.len());
        let length = descriptors::string(&bytes).map_or(0, |text| text.chars().count());
        prop_assert!(length * 2 <= bytes.len());
    }

    #[test]
    fn more_of_a_report_descriptor_never_tells_less(
        bytes in any_bytes().boxed().prop_union(damaged(unhex(MOUSE)).boxed()),
        cut in 0..600_usize,
    ) {
        let part = &bytes[..cut.min(bytes.len())];
        prop_assert!(hid::roles(part).is_subset(&hid::roles(&bytes)));
        prop_assert!(hid::pointer_buttons(part) <= hid::pointer_buttons(&bytes));
    }
}

#[test]
fn a_string_is_one_if_it_says_so_and_says_something() {
    for (bytes, expected) in [
        ("0a03 4100 e400 2000 4200 4300", Some("Aä B")),
        ("0803 4100 2000 2000", Some("A")),
        ("0803 2000 0000 4100", Some("\0A")),
        ("0803 4100", None),
        ("0403 2000", None),
        ("0203", None),
        ("0404 4100", None),
        ("0103", None),
        ("", None),
    ] {
        assert_eq!(descriptors::string(&unhex(bytes)).as_deref(), expected, "{bytes}");
    }
}

#[test]
fn a_boot_keyboard_is_one_before_a_driver_is_bound() {
    let without = PIKVM.replace("report_descriptor", "unread");
    assert_eq!(device(&without, "1-4").hid_roles, ["keyboard"]);
    assert_eq!(device(&without, "1-4").exact_packets, None);
}

#[test]
fn a_hid_interface_nobody_could_read_is_said_and_not_passed_over() {
    let told = |toml: &str| {
        let host = Recording::from_toml(toml).unwrap();
        let seen = Usb.look(&host).unwrap();
        let unread = device(toml, "1-4").unread_reports;
        (unread, Usb.unseen(&seen))
    };
    assert_eq!(told(PIKVM), (Vec::new(), Vec::new()));
    let without = PIKVM.replace("report_descriptor", "unread");
    let words = "1-4: no report descriptor of interface 0, 1, 2";
    assert_eq!(told(&without).0, [0, 1, 2]);
    assert!(told(&without).1.contains(&words.to_owned()), "{:?}", told(&without).1);
    // One that may not be read, one that is empty, one known by attributes only.
    let folder = "1-4:1.0/0003:046D:C31C.0001/report_descriptor";
    let path = format!("/sys/bus/usb/devices/{folder}");
    let whole = attributes(&KEYBOARD.replace('\n', " "));
    let read = format!("{whole}\"{path}\" = \"05010906a101c0\"");
    assert_eq!(told(&read), (Vec::new(), Vec::new()));
    let forbidden = read.replacen("[text]", &format!("forbidden = ['{path}']\n[text]"), 1);
    assert_eq!(told(&forbidden).0, [0]);
    assert_eq!(told(&read.replace("05010906a101c0", "")).0, [0]);
    assert_eq!(told(&attributes("")).0, [0]);
}
