//! A file of settings in every format, and as arguments, looked at and kept.
#![no_main]

use agent::host::Platform;
use agent::host::ProcessRow;
use agent::host::Recording;
use agent::sensors::Asked;
use agent::sensors::Format;
use agent::sensors::Name;
use agent::sensors::Setting;
use agent::sensors::find;
use agent::sensors::setting;
use libfuzzer_sys::fuzz_target;
use model::Value;

fuzz_target!(|bytes: &[u8]| {
    let formats = [Format::Ini, Format::Toml, Format::Json, Format::Plist, Format::Argument];
    let settings = formats.map(|format| Setting {
        tool: "tool".to_owned(),
        name: Name::Relay,
        at: vec!["/etc/tool".to_owned(), "tool".to_owned()],
        format,
        key: "a.b".to_owned(),
    });
    let mut machine = Recording::blank(Platform::Linux, "laptop");
    machine.bytes.insert("/etc/tool".to_owned(), hex(bytes));
    let arguments = String::from_utf8_lossy(bytes).split(' ').map(str::to_owned).collect();
    machine.process = Some(vec![ProcessRow {
        id: 1,
        parent: None,
        name: "tool".to_owned(),
        executable: None,
        arguments,
        user: None,
    }]);
    let asked = Asked { settings: settings.to_vec(), ..Asked::default() };
    let sensor = find(setting::NAME).expect("there is such a sensor");
    for seen in sensor.look_for(&machine, &asked).iter().flatten() {
        for value in seen.fields.values() {
            let Value::Text(text) = value else { panic!("{value:?} is no text") };
            assert!(text.len() <= 256 && !text.contains(char::is_control), "{text:?}");
        }
    }
    setting::kept(&machine, &asked);
});

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
