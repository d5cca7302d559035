//! What recorded laptops of Windows and macOS tell, in the same words as Linux.

use super::Sensor;
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
    }
    let seen = look(&Usb, WINDOWS);
    let told = |name: &str| field(&seen, ("product_id", "0104"), name);
    assert_eq!(told("exact_packets"), Some(Value::Flag(true)));
    assert_eq!(told("storage_intervals"), texts(&["0/1"]));
    assert_eq!(told("report_hashes"), None);
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
