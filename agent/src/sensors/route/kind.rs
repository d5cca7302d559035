//! Which interfaces put packets into others, and what kind of tunnel each is.

use crate::host::LinkRow;
use crate::host::Platform;

/// The kinds of interface that put packets into others (`rtnl_link_ops`, each
/// in its driver under `drivers/net` or `net`).
const LINUX: [&str; 14] = [
    "tun",
    "wireguard",
    "ppp",
    "ipip",
    "ip6tnl",
    "sit",
    "gre",
    "ip6gre",
    "gretap",
    "ip6gretap",
    "vti",
    "vti6",
    "xfrm",
    "ovpn",
];

/// The same of macOS: those of its kernel (`if_attach` in `bsd/net/if_*.c`), those
/// of other makers' drivers (`tun`, `tap`), and `feth`, which only programs make.
const MACOS: [&str; 8] = ["utun", "ipsec", "ppp", "gif", "stf", "tun", "tap", "feth"];

/// What drivers of Windows that put whole Ethernet frames into others say that
/// they are, in lower case, by how it begins; they look like network cards.
const WINDOWS_TAP: [&str; 8] = [
    "tap-windows",
    "tap-win32",
    "tap-",
    "zerotier",
    "cisco anyconnect",
    "pangp virtual ethernet",
    "fortinet",
    "juniper networks virtual adapter",
];

/// `ARPHRD_ETHER` and `ARPHRD_PPP` (`include/uapi/linux/if_arp.h`).
const ARPHRD_ETHER: u16 = 1;
const ARPHRD_PPP: u16 = 512;

/// `IF_TYPE_PPP`, `IF_TYPE_PROP_VIRTUAL` and `IF_TYPE_TUNNEL` (`ipifcons.h`).
const IF_TYPE_PPP: u16 = 23;
const IF_TYPE_PROP_VIRTUAL: u16 = 53;
const IF_TYPE_TUNNEL: u16 = 131;

/// What kind of tunnel it is; `None` for an interface that is none.
pub fn kind(platform: Platform, link: &LinkRow) -> Option<&'static str> {
    match platform {
        Platform::Linux => linux(link),
        Platform::Windows => windows(link),
        Platform::Macos => {
            let kind = link.kind.as_deref()?;
            MACOS.into_iter().find(|&tunnel| tunnel == kind)
        }
    }
}

fn linux(link: &LinkRow) -> Option<&'static str> {
    match (link.kind.as_deref(), link.layer) {
        // A program behind such an interface takes whole Ethernet frames.
        (Some("tun"), ARPHRD_ETHER) => Some("tap"),
        (Some(kind), _) => LINUX.into_iter().find(|&tunnel| tunnel == kind),
        (None, ARPHRD_PPP) => Some("ppp"),
        (None, _) => None,
    }
}

/// Windows' own VPNs are dialed lines (`ppp`). The others' drivers choose the
/// type: those made for tunnels (Wintun, WireGuard, `ovpn-dco`) say that they
/// are virtual, older ones that they are network cards.
fn windows(link: &LinkRow) -> Option<&'static str> {
    let said = link.description.as_deref().unwrap_or_default().to_lowercase();
    match link.layer {
        _ if WINDOWS_TAP.iter().any(|tap| said.starts_with(tap)) => Some("tap"),
        IF_TYPE_PPP => Some("ppp"),
        IF_TYPE_TUNNEL => Some("sit"),
        IF_TYPE_PROP_VIRTUAL if said.starts_with("wireguard") => Some("wireguard"),
        IF_TYPE_PROP_VIRTUAL if said.starts_with("openvpn data channel") => Some("ovpn"),
        IF_TYPE_PROP_VIRTUAL => Some("tun"),
        _ => None,
    }
}
