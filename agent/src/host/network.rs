//! What the system tells of its networks: sockets, interfaces, routes.

use serde::Deserialize;
use serde::Serialize;
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
    /// Its number in the system's file table; 0 while no program has it, as of
    /// a connection that waits to be taken.
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
    /// `wireguard`; `None` of a real one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The type of its link layer (`ARPHRD_*`, `include/uapi/linux/if_arp.h`),
    /// such as 1 for Ethernet.
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
    /// The table it is in (`rt_class_t`, `include/uapi/linux/rtnetlink.h`).
    pub table: u32,
    /// The network it leads to, such as `0.0.0.0/0`.
    pub destination: String,
    /// What it costs: of routes to one network in one table, the least is taken.
    pub metric: u32,
    /// True if it leads over a router.
    pub gateway: bool,
    /// The router's address, as the neighbor table has it; `None` without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    /// The number of the interface it leaves by.
    pub interface: u32,
}
