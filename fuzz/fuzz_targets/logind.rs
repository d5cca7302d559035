//! A file of logind's as a session and as an inhibitor, judged and blanked.
#![no_main]

use agent::host::Platform;
use agent::host::Recording;
use agent::sensors;
use libfuzzer_sys::fuzz_target;
use model::Value;

fuzz_target!(|text: &str| {
    let mut machine = Recording::blank(Platform::Linux, "laptop");
    for folder in ["sessions", "inhibit"] {
        machine.text.insert(format!("/run/systemd/{folder}/1"), text.to_owned());
    }
    fuzz::judge(&machine);
    for name in ["session", "inhibit"] {
        let sensor = sensors::find(name).expect("there is such a sensor");
        let seen = sensor.look(&machine).expect("it can be read");
        for value in seen.iter().flat_map(|seen| seen.fields.values()) {
            if let Value::Text(text) = value {
                assert!(!text.contains(char::is_control), "{text:?}");
            }
        }
        let mut shown = machine.clone();
        sensor.blank(&mut shown);
        let again = sensor.look(&shown).expect("it can be read");
        assert_eq!(again.len(), seen.len(), "blanking took away what there was");
    }
});
