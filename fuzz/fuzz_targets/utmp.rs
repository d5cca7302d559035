//! The table of logins, read and blanked.
#![no_main]

use agent::sensors::session::utmp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut blanked = bytes.to_vec();
    utmp::blank(&mut blanked, |_| "host.example");
    assert_eq!(blanked.len(), bytes.len());
    let Some(entries) = utmp::parse(bytes) else {
        assert_ne!(bytes.len() % utmp::RECORD, 0);
        return;
    };
    assert!(entries.len() <= bytes.len() / utmp::RECORD);
    let again = utmp::parse(&blanked).expect("the length is the same");
    assert_eq!(again.len(), entries.len());
    for (shown, entry) in again.iter().zip(&entries) {
        assert_eq!((&shown.line, shown.process), (&entry.line, entry.process));
        assert_eq!((shown.user.as_str(), shown.host.as_str()), ("user", "host.example"));
        assert_eq!(shown.address.is_some(), entry.address.is_some());
    }
});
