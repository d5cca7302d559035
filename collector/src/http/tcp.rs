//! What the kernel knows of the TCP connection to a laptop, asked for over
//! netlink (`NETLINK_SOCK_DIAG`, `include/uapi/linux/inet_diag.h`): it tells
//! anybody, so this needs no privilege and no `getsockopt`.
//!
//! The laptop's first packet is not to be had in this way: see [`super::syn`].

#[cfg(target_os = "linux")]
mod kernel;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

/// One TCP connection, as the kernel has measured it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tcp {
    /// The smallest round trip of late (`tcpi_min_rtt`, to the microsecond). It
    /// ends where TCP ends: at the laptop, or at a proxy.
    pub round_trip: Duration,
    /// The largest segment the other end said it takes: `tcpi_snd_mss`, and the
    /// 12 bytes of timestamps where they are on. It is no larger than our own
    /// network and the other end's window allow, so a large one may be larger
    /// in truth; a small one is theirs.
    pub mss: Option<u16>,
}

/// The connection between these two ends; `None` if the kernel has measured
/// nothing yet, and where the kernel is not Linux.
#[cfg(target_os = "linux")]
pub fn between(local: SocketAddr, remote: SocketAddr) -> io::Result<Option<Tcp>> {
    kernel::ask(local, remote)
}

/// The connection between these two ends; `None` if the kernel has measured
/// nothing yet, and where the kernel is not Linux.
#[cfg(not(target_os = "linux"))]
pub fn between(_: SocketAddr, _: SocketAddr) -> io::Result<Option<Tcp>> {
    Ok(None)
}
