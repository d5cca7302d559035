//! The first packet of a connection, as the kernel kept it.
#![no_main]

use collector::http::syn::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: fuzz::plant("syn", seeds()), |packet: &[u8]| {
    let Some(syn) = parse(packet) else { return };
    assert!(syn.hops_left <= syn.hops_at_first());
    assert_eq!(syn.hops_at_first() - syn.hops(), syn.hops_left);
    // What stands behind the headers says nothing.
    if let Some(shorter) = parse(&packet[..packet.len().min(120)]) {
        assert_eq!(shorter.hops_left, syn.hops_left);
    }
});

/// Those of Linux over IPv4, of Windows over IPv6, and with an extension header.
fn seeds() -> Vec<Vec<u8>> {
    let linux = hex("c350 20fb 0000 0001 0000 0000 a002 faf0 0000 0000 0204 05b4 0402 080a 0000 0007 0000 0000 0103 0307");
    let windows = hex("c350 20fb 0000 0001 0000 0000 8002 ffff 0000 0000 0204 05b4 0103 0308 0101 0402");
    let v4 = hex("4500 003c 0001 4000 3506 0000 c000 0207 c633 6401");
    let v6 = hex("6000 0000 0020 0673 20010db8000000000000000000000001 20010db8000000000000000000000002");
    let options = hex("6000 0000 0030 0040 20010db8000000000000000000000001 20010db8000000000000000000000002 0600 0104 0000 0000");
    vec![[v4, linux.clone()].concat(), [v6, windows].concat(), [options, linux].concat()]
}

fn hex(text: &str) -> Vec<u8> {
    let digits: String = text.split_whitespace().collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.as_bytes().chunks(2).map(byte).collect()
}
