//! A recording of firmware → what is stated.

use super::*;
use crate::host::Bytes;
use crate::host::Platform;
use crate::host::Property;
use crate::host::Recording;
use model::Value;

fn recording(files: &[(&str, &str)]) -> Recording {
    let lines =
        files.iter().map(|(name, text)| format!("\"/sys/class/dmi/id/{name}\" = \"{text}\""));
    let text: Vec<String> = lines.collect();
    Recording::from_toml(&format!("platform = \"linux\"\n[text]\n{}", text.join("\n"))).unwrap()
}

#[test]
fn a_notebook_is_portable() {
    let host = recording(&[
        ("chassis_type", "10\\n"),
        ("sys_vendor", "LENOVO\\n"),
        ("product_name", "21HM\\n"),
    ]);
    assert_eq!(Machine.look(&host), Ok(vec![Machine.example()]));
}

#[test]
fn a_machine_without_names_states_none() {
    let seen = Machine.look(&recording(&[("chassis_type", "1"), ("sys_vendor", " ")])).unwrap();
    let fields: Vec<&str> = seen[0].fields.keys().map(String::as_str).collect();
    assert_eq!(fields, ["chassis", "chassis_type"]);
    assert_eq!(seen[0].fields["chassis"], Value::Text("other".to_owned()));
}

#[test]
fn no_firmware_is_absent_and_nonsense_is_blindness() {
    assert_eq!(Machine.look(&recording(&[("bios", "x")])), Err(Blind::Absent));
    assert!(matches!(
        Machine.look(&recording(&[("chassis_type", "x")])),
        Err(Blind::Failed { .. })
    ));
}

#[test]
fn a_serial_number_is_what_is_no_placeholder() {
    for (text, expected) in [
        ("PF3ABCDE\\n", Some("PF3ABCDE")),
        ("VMware-56 4d 1b", Some("VMware-56 4d 1b")),
        ("To be filled by O.E.M.", None),
        ("To Be Filled By O.E.M.", None),
        ("Default string", None),
        ("System Serial Number", None),
        ("None", None),
        ("0", None),
        ("00000000", None),
        ("xxxxxxx", None),
        ("  ", None),
        ("a\\u0007b", None),
        ("\u{fffd}\u{fffd}x", None),
        (&"ab".repeat(33), None),
    ] {
        let serial = serial(&recording(&[("product_serial", text)]));
        assert_eq!(serial.as_deref(), expected, "{text}");
    }
    assert_eq!(serial(&recording(&[("chassis_type", "10")])), None);
}

#[test]
fn no_look_reads_the_serial_number() {
    let files = [("chassis_type", "10"), ("product_serial", "PF3ABCDE")];
    let host = recording(&files);
    let recorder = crate::host::Recorder::new(&host);
    Machine.look(&recorder).unwrap();
    let read: Vec<String> = recorder.finish().text.into_keys().collect();
    assert_eq!(read, ["/sys/class/dmi/id/chassis_type"]);
}

#[test]
fn blanking_keeps_what_windows_table_says_and_what_it_does_not() {
    let machine = |table: &[u8]| {
        let mut host = Recording::blank(Platform::Windows, "x");
        let value = Property::Bytes(Bytes::of(&[&[0; 8], table].concat()));
        host.registry.insert(windows::KEY.to_owned(), [("SMBiosData".to_owned(), value)].into());
        host
    };
    let system = b"\x01\x08\x07\0\x00\x02\0\x01SERIAL\0 21HM \0\0";
    let whole = [&system[..], b"\x03\x06\0\0\0\x0a\0\0"].concat();
    let cut = [&system[..], b"\x03\x05\0\0\0\0\0"].concat();
    for (table, sees) in [(whole, true), (cut, false), (Vec::new(), false)] {
        let host = machine(&table);
        let mut blanked = host.clone();
        Machine.blank(&mut blanked);
        assert_eq!(Machine.look(&blanked), Machine.look(&host));
        assert_eq!(Machine.look(&blanked).is_ok(), sees);
        assert_eq!(serial(&blanked), None);
    }
}
