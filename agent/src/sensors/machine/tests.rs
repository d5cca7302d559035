//! A recording of firmware → what is stated.

use super::*;
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
