//! Who comes to look: the least of a viewer.

use std::io::Read;
use std::io::Write;
use std::net::TcpStream;
use tests::program::wait_for;
use tests::site::PATIENCE;

/// Security type "none" (RFC 6143 §7.2.1).
const NO_PASSWORD: u8 = 1;

/// A connection request over RDP's transport (RFC 1006, X.224 §13.3), which asks
/// for no encryption.
const REQUEST: [u8; 19] = [3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 0, 0, 0, 0];

/// Connects, until somebody waits there.
fn connect(address: &str) -> TcpStream {
    let mut stream = None;
    wait_for(PATIENCE, || {
        stream = TcpStream::connect(address).ok();
        stream.is_some()
    });
    let stream = stream.unwrap_or_else(|| panic!("nothing waits at {address}"));
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

fn take<const LENGTH: usize>(stream: &mut TcpStream) -> [u8; LENGTH] {
    let mut taken = [0; LENGTH];
    stream.read_exact(&mut taken).expect("the server answers");
    taken
}

/// Looks at a screen by VNC (RFC 6143, version 3.8) until this is dropped; its
/// first picture has come.
pub fn vnc(address: &str) -> TcpStream {
    let mut stream = connect(address);
    let version = take::<12>(&mut stream);
    assert_eq!(&version, b"RFB 003.008\n");
    stream.write_all(&version).unwrap();
    let [count] = take(&mut stream);
    let offered: Vec<u8> = (0..count).map(|_| take::<1>(&mut stream)[0]).collect();
    assert!(offered.contains(&NO_PASSWORD), "{offered:?}");
    stream.write_all(&[NO_PASSWORD]).unwrap();
    assert_eq!(take(&mut stream), [0; 4], "it lets us in");
    stream.write_all(&[1]).unwrap();
    let screen = take::<24>(&mut stream);
    let [.., a, b, c, d] = screen;
    for _ in 0..u32::from_be_bytes([a, b, c, d]) {
        take::<1>(&mut stream);
    }
    let [a, b, c, d, ..] = screen;
    stream.write_all(&[3, 0, 0, 0, 0, 0, a, b, c, d]).unwrap();
    assert_eq!(take(&mut stream), [0], "a picture comes");
    stream
}

/// Is connected by RDP until this is dropped.
pub fn rdp(address: &str) -> TcpStream {
    let mut stream = connect(address);
    stream.write_all(&REQUEST).unwrap();
    let [version, _, _, _, _, kind] = take(&mut stream);
    assert_eq!((version, kind), (3, 0xd0), "it is connected");
    stream
}
