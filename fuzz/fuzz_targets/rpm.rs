//! rpm's data base and its log: the first four bytes of an input say how long
//! the first of them is.
#![no_main]

use agent::host::Platform;
use agent::host::Recording;
use agent::host::live::rpm::Database;
use libfuzzer_sys::fuzz_target;
use quantydb_sqlite::SliceSource;
use std::collections::BTreeSet;

/// Three tables as rpm makes them, of pages of 512 bytes, and a log with a
/// package that came later.
const SEEDS: [(&[u8], &[u8]); 2] = [
    (include_bytes!("../seeds/rpm/data"), include_bytes!("../seeds/rpm/log")),
    (include_bytes!("../seeds/rpm/data"), b""),
];

fn seeds() -> impl Iterator<Item = Vec<u8>> {
    SEEDS.iter().map(|(data, log)| {
        let length = u32::try_from(data.len()).expect("it is short").to_be_bytes();
        [&length[..], data, log].concat()
    })
}

fuzz_target!(init: fuzz::plant("rpm", seeds()), |bytes: &[u8]| {
    let Some((length, rest)) = bytes.split_first_chunk() else { return };
    let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
    let (data, log) = rest.split_at(length.min(rest.len()));
    let log = Some(log).filter(|log| !log.is_empty()).map(SliceSource::new);
    let Ok(database) = Database::open(SliceSource::new(data), log) else { return };
    let asked = BTreeSet::from(["/usr/bin/xrdp", "/opt/xrdp"]);
    if let Ok(owned) = database.owned(&asked, &|one, other| one == other) {
        assert!(owned.iter().all(|path| asked.contains(path.as_str())));
    }
    if let Ok(packages) = database.packages() {
        let mut machine = Recording::blank(Platform::Linux, "foreign");
        machine.rpm = Some(packages);
        fuzz::judge(&machine);
    }
});
