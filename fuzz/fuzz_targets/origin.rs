//! What a proxy says of whom it speaks for: a header of the PROXY protocol, and
//! the values of `Forwarded`.
#![no_main]

use collector::http::origin::forwarded_for;
use collector::http::origin::source;
use libfuzzer_sys::fuzz_target;
use std::net::IpAddr;

const SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";

fuzz_target!(init: fuzz::plant("origin", seeds()), |bytes: &[u8]| {
    drop(source(bytes));
    // Hardly any mutation finds the signature.
    if let Ok(Some(address)) = source(&[SIGNATURE, bytes].concat()) {
        assert_eq!(address, address.to_canonical());
    }
    let all = forwarded_for(bytes.split(|&byte| byte == b'\n'));
    assert!(all.len() <= 32);
    assert!(all.iter().flatten().all(|address: &IpAddr| *address == address.to_canonical()));
});

/// `PROXY` over TCP and IPv4, `LOCAL`, and two headers in a row.
fn seeds() -> Vec<Vec<u8>> {
    vec![
        [&b"\x21\x11\0\x0c"[..], &[192, 0, 2, 1, 127, 0, 0, 1, 0x30, 0x39, 0x20, 0xfb]].concat(),
        b"\x20\0\0\0".to_vec(),
        b"for=192.0.2.1, for=\"[2001:db8::1]:80\";proto=https\nfor=unknown;host=a".to_vec(),
    ]
}
