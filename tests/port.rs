//! Ports for programs that are told where to listen, and may be stopped and started again.

use std::net::TcpListener;
use std::process;
use std::sync::atomic::AtomicU16;
use std::sync::atomic::Ordering;

/// Below those the kernel gives to whoever asks for any (32768 and above, `ip_local_port_range`):
/// what listens there may go away for a while, and nobody takes its place.
const FIRST: u32 = 10_000;
const PORTS: u32 = 20_000;

/// How many this process has given.
static GIVEN: AtomicU16 = AtomicU16::new(0);

/// A port of this machine that nobody waits at, and that no other test is given.
pub fn free() -> u16 {
    // Other test programs begin elsewhere.
    let begin = process::id() % (PORTS / 100) * 100;
    let next = || begin + u32::from(GIVEN.fetch_add(1, Ordering::Relaxed));
    let mut ports = (0..PORTS).filter_map(|_| u16::try_from(FIRST + next() % PORTS).ok());
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    ports.find(is_free).expect("a port is free")
}
