//! What the system tells of its networks: sockets, interfaces, routes.

use serde::Deserialize;
use serde::Serialize;
use std::net::IpAddr;
use std::net::SocketAddr;

/// One socket with which a program listens or is connected.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SocketRow {
    /// Its protocol.
    pub protocol: Transport,
    /// The address and port it is bound to on this machine.
    pub local: SocketAddr,
    /// Whom it is connected to; `None` while it waits for whoever comes: a TCP
    /// socket that listens, a UDP socket that is bound only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote: Option<SocketAddr>,
    /// The names under which the system's resolver remembers the other end's
    /// address, sorted and in lower case; an address may be that of many names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// Its number in the system's file table, 1 on Windows and macOS, which do not
    /// tell one; 0 while no program has it, as of a connection that waits to be taken.
    pub inode: u32,
    /// The processes that hold it, in order of their ids; empty where that is
    /// not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holders: Vec<u32>,
}

/// A protocol with ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

/// One network interface.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkRow {
    /// Its number.
    pub index: u32,
    /// Its name, such as `wlan0`.
    pub name: String,
    /// What kind of virtual interface it is, in the system's own word, such as
    /// `wireguard`, or `utun` on macOS; `None` of a real one, and on Windows, which
    /// has no word for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// What its driver says that it is, such as `WireGuard Tunnel`; on Windows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The domain its network gave for looking names up; on Windows, elsewhere
    /// that is in a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// The type of its link layer: on Linux `ARPHRD_*` (`include/uapi/linux/if_arp.h`),
    /// such as 1 for Ethernet; on Windows and macOS the number in IANA's registry
    /// of interface types (`IF_TYPE_*` in `ipifcons.h`, `IFT_*` in `net/if_types.h`),
    /// where Ethernet is 6.
    pub layer: u16,
    /// True if it is switched on.
    pub up: bool,
    /// The most bytes one packet may have; `None` where that is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mtu: Option<u32>,
}

/// One way packets may take.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteRow {
    /// The table it is in (`rt_class_t`, `include/uapi/linux/rtnetlink.h`);
    /// Windows and macOS have only one, which is told as Linux' main one, 254.
    pub table: u32,
    /// The network it leads to, such as `0.0.0.0/0`.
    pub destination: String,
    /// What it costs: of routes to one network in one table, the least is taken.
    /// On Windows with what the interface costs; on macOS, which knows no costs, 0.
    pub metric: u32,
    /// True if it leads over a router.
    pub gateway: bool,
    /// The router's address, as the neighbor table has it; `None` without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    /// The number of the interface it leaves by.
    pub interface: u32,
    /// True if only programs take it that ask for that interface (`RTF_IFSCOPE`);
    /// on macOS.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub scoped: bool,
}

/// The table of routes of a system that has only one (`RT_TABLE_MAIN`).
pub const MAIN: u32 = 254;

/// A link address as text; `None` for one that is not of six bytes.
pub fn link_text(link: &[u8]) -> Option<String> {
    let link: &[u8; 6] = link.try_into().ok()?;
    Some(link.map(|byte| format!("{byte:02x}")).join(":"))
}

/// True of an address that one other machine can have: not of a group's, nor
/// this one's own loopback.
pub fn is_of_one_machine(address: IpAddr) -> bool {
    let is_broadcast = matches!(address, IpAddr::V4(address) if address.is_broadcast());
    !(is_broadcast || address.is_multicast() || address.is_loopback() || address.is_unspecified())
}
