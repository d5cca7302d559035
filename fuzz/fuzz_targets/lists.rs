//! A list of ranges that somebody publishes: each line counts or is left out.
#![no_main]

use collector::place::geo::ranges::Collected;
use collector::place::geo::source;
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: fuzz::plant("lists", seeds()), |bytes: &[u8]| {
    let mut to = Collected::default();
    let Ok(wrong) = source::read(bytes, &mut to) else { return };
    let ranges = to.finish();
    let lines = bytes.split(|byte| b"\r\n".contains(byte)).count();
    assert!(wrong + ranges.len() <= lines, "{wrong} + {} of {lines}", ranges.len());
    for address in ["0.0.0.0", "192.0.2.7", "255.255.255.255", "::", "2001:db8::7"] {
        let said = ranges.ask(address.parse().expect("an address"));
        assert!(said.is_none_or(|voice| voice.country.is_some() != voice.system.is_some()));
    }
});

/// A list of each kind.
fn seeds() -> Vec<Vec<u8>> {
    vec![
        b"# comment\n16843008,16843263,AU\n2001:db8::,2001:db8::ffff,us\n".to_vec(),
        b"192.0.2.0,192.0.2.255,US\n198.51.100.0,198.51.100.255,ZZ\n".to_vec(),
        b"203.0.113.0,203.0.113.255,64500,\"Example, Inc.\"\n".to_vec(),
    ]
}
