//! A file of ranges: it is read or refused, and answers without breaking.
#![no_main]

use collector::place::geo::About;
use collector::place::geo::Kind;
use collector::place::geo::Ranges;
use collector::place::geo::ranges::Collected;
use collector::place::geo::source;
use libfuzzer_sys::fuzz_target;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;

fuzz_target!(init: fuzz::plant("ranges", seeds()), |bytes: &[u8]| {
    check(bytes);
    // Hardly any mutation inside a frame leaves it whole.
    check(&zstd::encode_all(bytes, 1).expect("memory can be read"));
});

fn check(file: &[u8]) {
    let Ok((_, ranges)) = Ranges::from_file(file) else { return };
    let addresses = [
        IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        IpAddr::V4(Ipv4Addr::BROADCAST),
        IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7)),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        IpAddr::V6(Ipv6Addr::from(u128::MAX)),
    ];
    let said: Vec<_> = addresses.into_iter().filter_map(|address| ranges.ask(address)).collect();
    assert!(said.is_empty() || !ranges.is_empty());
    assert!(said.iter().all(|voice| voice.country.is_some() != voice.system.is_some()));
}

/// A file, and what is in its frame.
fn seeds() -> Vec<Vec<u8>> {
    let list = "192.0.2.0,192.0.2.255,US\n2001:db8::,2001:db8::ffff,64500,\"Example, Inc.\"\n";
    let mut to = Collected::default();
    source::read(list.as_bytes(), &mut to).expect("a list");
    let about = About {
        id: "test".to_owned(),
        kind: Kind::Country,
        origin: "nobody".to_owned(),
        built: None,
        license: "none".to_owned(),
        attribution: String::new(),
        networks: 2,
    };
    let file = to.finish().to_file(&about).expect("memory can be written");
    vec![zstd::decode_all(file.as_slice()).expect("a frame"), file]
}
