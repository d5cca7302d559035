//! What recorded laptops of Windows and macOS tell, in the same words as Linux.

use super::Sensor;
use super::change::Changes;
use super::clock::Clock;
use super::display::Display;
use super::input::Input;
use super::machine;
use super::machine::Machine;
use super::power::Power;
use super::usb::Usb;
use crate::host::Bytes;
use crate::host::Property;
use crate::host::Recording;
use model::Observation;
use model::Value;

const WINDOWS: &str = include_str!("../../../tests/hosts/windows/pikvm.toml");
const DISGUISED: &str = include_str!("../../../tests/hosts/windows/jetkvm-as-logitech.toml");
const DISGUISED_ON_MACOS: &str = include_str!("../../../tests/hosts/macos/jetkvm-as-logitech.toml");
const MACOS: &str = include_str!("../../../tests/hosts/macos/pikvm.toml");

fn recording(toml: &str) -> Recording {
    Recording::from_toml(toml).unwrap()
}

fn look(sensor: &dyn Sensor, toml: &str) -> Vec<Observation> {
    sensor.look(&recording(toml)).unwrap()
}

/// The field of the observation whose other field is that text.
fn field(seen: &[Observation], (key, text): (&str, &str), name: &str) -> Option<Value> {
    let wanted = Some(Value::Text(text.to_owned()));
    let seen = seen.iter().find(|seen| seen.fields.get(key) == wanted.as_ref()).unwrap();
    seen.fields.get(name).cloned()
}

#[expect(clippy::unnecessary_wraps, reason = "it is held against what may be absent")]
fn text(text: &str) -> Option<Value> {
    Some(Value::Text(text.to_owned()))
}

#[expect(clippy::unnecessary_wraps, reason = "it is held against what may be absent")]
fn texts(items: &[&str]) -> Option<Value> {
    Some(Value::List(items.iter().map(|&item| Value::Text(item.to_owned())).collect()))
}

#[test]
fn a_pikvm_is_built_the_same_everywhere() {
    for toml in [WINDOWS, MACOS] {
        let seen = look(&Usb, toml);
        let told = |name: &str| field(&seen, ("product_id", "0104"), name);
        assert_eq!(told("manufacturer"), text("PiKVM"));
        assert_eq!(told("serial"), text("CAFEBABE"));
        assert_eq!(told("speed"), text("high"));
        assert_eq!(told("interface_count"), Some(Value::Number(4)));
        let roles = ["absolute pointer", "keyboard", "relative pointer"];
        assert_eq!(told("hid_roles"), texts(&roles));
        let classes = ["03/01/01", "03/00/00", "03/01/02", "08/06/50"];
        assert_eq!(told("interface_classes"), texts(&classes));
        let names = ["HID Interface", "HID Interface", "HID Interface", "Mass Storage"];
        assert_eq!(told("interface_names"), texts(&names));
        assert_eq!(told("unread_reports"), Some(Value::List(Vec::new())));
        assert_eq!(told("pointer_buttons"), Some(Value::Number(16)));
        assert_eq!(told("hid_versions"), texts(&["0101", "0101", "0101"]));
        let lengths = [45, 73, 71].map(Value::Number).to_vec();
        assert_eq!(told("report_lengths"), Some(Value::List(lengths)));
        let endpoints = ["0 in interrupt 8 4", "1 in interrupt 7 4", "2 in interrupt 5 4"];
        let storage = ["3 in bulk 512 0", "3 out bulk 512 1"];
        assert_eq!(told("endpoints"), texts(&[&endpoints[..], &storage].concat()));
        assert_eq!(told("exact_packets"), Some(Value::Flag(true)));
        assert_eq!(told("storage_intervals"), texts(&["0/1"]));
        // A Mac tells the descriptors, Windows what its parser made of them.
        let (hashes, none) = match toml {
            MACOS => (told("report_hashes"), told("collection_hashes")),
            _ => (told("collection_hashes"), told("report_hashes")),
        };
        assert!(matches!(&hashes, Some(Value::List(hashes)) if hashes.len() == 3), "{hashes:?}");
        assert_eq!(none, None);
    }
}

#[test]
fn what_the_kernel_of_a_mac_does_not_tell_is_absent_and_said() {
    let mut host = recording(MACOS);
    for node in host.node.get_mut("IOUSBHostDevice").unwrap() {
        node.properties.remove("ConfigurationDescriptors");
    }
    let seen = Usb.look(&host).unwrap();
    let told = |name: &str| field(&seen, ("product_id", "0104"), name);
    let classes = ["03/01/01", "03/00/00", "03/01/02", "08/06/50"];
    assert_eq!(told("interface_classes"), texts(&classes));
    assert_eq!(told("endpoints"), None);
    assert_eq!(told("hid_versions"), None);
    assert_eq!(told("exact_packets"), None);
    assert_eq!(Usb.unseen(&seen).len(), 1);
    // Of several, the one that is active.
    let node = &mut host.node.get_mut("IOUSBHostDevice").unwrap()[0];
    let one = |value: &str, attributes: &str| {
        format!("0902120001{value}00{attributes}fa") + "090400000008065000"
    };
    let two = hex::decode(one("01", "80") + &one("02", "c0")).unwrap();
    node.properties.insert("ConfigurationDescriptors".to_owned(), Property::Bytes(Bytes::of(&two)));
    node.properties.insert("kUSBCurrentConfiguration".to_owned(), Property::Number(2));
    let seen = Usb.look(&host).unwrap();
    assert_eq!(field(&seen, ("product_id", "0104"), "attributes"), text("c0"));
}

#[test]
fn what_a_configuration_is_called_is_told_and_never_if_it_is_a_serial_number() {
    let mut host = recording(DISGUISED_ON_MACOS);
    let called = |host: &Recording| {
        let seen = Usb.look(host).unwrap();
        field(&seen, ("product_id", "c52b"), "configuration")
    };
    assert_eq!(called(&host), text("Config 1: HID"));
    Usb.blank(&mut host);
    assert_eq!(called(&host), text("Config 1: HID"));
    let node = &mut host.node.get_mut("IOUSBHostDevice").unwrap()[0];
    let same = Property::Text("Config 1: HID".to_owned());
    node.properties.insert("kUSBSerialNumberString".to_owned(), same);
    Usb.blank(&mut host);
    assert_eq!(called(&host), None);
}

#[test]
fn what_a_hub_does_not_tell_is_absent_and_said() {
    let mut host = recording(WINDOWS);
    for node in host.node.get_mut("USB").unwrap() {
        node.properties.remove("Descriptors");
        node.properties.remove("Strings");
    }
    let seen = Usb.look(&host).unwrap();
    let told = |name: &str| field(&seen, ("product_id", "0104"), name);
    assert_eq!(told("product"), text("PiKVM Composite Device"));
    assert_eq!(told("device_version"), text("0100"));
    assert_eq!(told("hid_versions"), None);
    assert_eq!(told("max_packet_size_0"), None);
    assert_eq!(Usb.unseen(&seen).len(), 2);
}

/// A look at the PiKVM, as text that may have been changed, where no hub tells how it
/// is built.
fn unbuilt(toml: &str) -> Vec<Observation> {
    let mut host = recording(toml);
    for node in host.node.get_mut("USB").unwrap() {
        node.properties.remove("Descriptors");
        node.properties.remove("Strings");
    }
    Usb.look(&host).unwrap()
}

#[test]
fn on_windows_a_keyboard_is_known_again_by_what_its_collections_declare() {
    let before = unbuilt(WINDOWS);
    let before: Vec<&Observation> = before.iter().collect();
    let renamed = WINDOWS.replace("VID_1D6B&PID_0104", "VID_413C&PID_2113");
    let told = Changes::default().take(&unbuilt(&renamed), &before);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].fields.get("before_vendor_id").cloned(), text("1d6b"));
    assert_eq!(told[0].fields.get("vendor_id").cloned(), text("413c"));
    let other = renamed.replace("UsageMin = 0, UsageMax = 101", "UsageMin = 0, UsageMax = 164");
    assert_ne!(other, renamed);
    assert_eq!(Changes::default().take(&unbuilt(&other), &before), []);
}

#[test]
fn a_display_is_external_by_its_cable_or_its_edid() {
    for toml in [WINDOWS, DISGUISED, MACOS] {
        let seen = look(&Display, toml);
        let internal: Vec<Option<&Value>> =
            seen.iter().map(|seen| seen.fields.get("internal")).collect();
        assert_eq!(internal.len(), 2);
        assert!(internal.contains(&Some(&Value::Flag(true))), "{seen:?}");
    }
    let seen = look(&Display, WINDOWS);
    assert_eq!(field(&seen, ("pnp_id", "LNX"), "only_external"), Some(Value::Flag(true)));
    assert_eq!(field(&look(&Display, MACOS), ("pnp_id", "LNX"), "name"), text("PiKVM V4 Plus"));
}

#[test]
fn the_machine_its_clock_and_its_power_are_told() {
    for (toml, vendor, serial) in
        [(WINDOWS, "LENOVO", "PF0TEST1"), (MACOS, "Apple Inc.", "C02TEST0001")]
    {
        assert_eq!(field(&look(&Machine, toml), ("chassis", "portable"), "vendor"), text(vendor));
        assert_eq!(machine::serial(&recording(toml)).as_deref(), Some(serial));
        let clock = look(&Clock, toml);
        assert_eq!(clock[0].fields.get("zone").cloned(), text("America/Chicago"));
        let power = look(&Power, toml);
        assert_eq!(power[0].fields.get("on_ac"), Some(&Value::Flag(true)));
        assert_eq!(power[0].fields.get("has_battery"), Some(&Value::Flag(true)));
        assert!(look(&Input, toml).len() >= 4);
    }
    let clock = look(&Clock, WINDOWS);
    assert_eq!(clock[0].fields.get("rule").cloned(), text("<-06>6<-05>5,M3.2.0,M11.1.0"));
    assert_eq!(clock[0].fields.get("layouts").cloned(), texts(&["us"]));
    assert_eq!(clock[0].fields.get("locale").cloned(), text("en_US"));
}

#[test]
fn a_recording_keeps_no_serial_number() {
    for toml in [WINDOWS, MACOS] {
        let mut host = recording(toml);
        for sensor in super::ALL {
            sensor.blank(&mut host);
        }
        let line = serde_json::to_string(&host).unwrap();
        for secret in ["CAFEBABE", "PF0TEST1", "C02TEST0001", "S-1-5-21-1-2", "50463054455354"] {
            assert!(!line.contains(secret), "{secret}");
        }
        let seen = Machine.look(&host).unwrap();
        assert!(field(&seen, ("chassis", "portable"), "vendor").is_some());
    }
}

#[test]
fn no_table_of_a_firmware_is_too_odd() {
    let whole = recording(WINDOWS);
    let (key, values) =
        whole.registry.iter().find(|(key, _)| key.ends_with("mssmbios\\Data")).unwrap();
    let table = values["SMBiosData"].bytes().unwrap();
    for length in 0..table.len() {
        let mut host = whole.clone();
        let cut = Property::Bytes(Bytes::of(&table[..length]));
        host.registry.get_mut(key).unwrap().insert("SMBiosData".to_owned(), cut);
        let _seen = (Machine.look(&host), machine::serial(&host));
        Machine.blank(&mut host);
    }
}
