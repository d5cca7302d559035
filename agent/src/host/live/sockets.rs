//! The sockets of this machine's programs, and which process holds each.
//!
//! The kernel lists the sockets in a fraction of a millisecond (`NETLINK_SOCK_DIAG`,
//! `include/uapi/linux/inet_diag.h`). Who holds one only `/proc/*/fd` says, and
//! reading all of that takes long. So it is remembered where each socket was
//! found, and looked up there first.

mod ends;
mod holders;
#[cfg(test)]
mod tests;

use super::Change;
use super::netlink;
use super::resolved;
use crate::host::SocketRow;
use crate::host::Transport;
use ends::Ends;
use holders::Holders;
pub use holders::socket;
use netlink_packet_sock_diag::AF_INET;
use netlink_packet_sock_diag::AF_INET6;
use netlink_packet_sock_diag::IPPROTO_TCP;
use netlink_packet_sock_diag::IPPROTO_UDP;
use netlink_packet_sock_diag::SockDiagMessage;
use netlink_packet_sock_diag::TCP_CLOSE;
use netlink_packet_sock_diag::TCP_ESTABLISHED;
use netlink_packet_sock_diag::TCP_LISTEN;
use netlink_packet_sock_diag::inet::ExtensionFlags;
use netlink_packet_sock_diag::inet::InetRequest;
use netlink_packet_sock_diag::inet::SocketId;
use netlink_packet_sock_diag::inet::StateFlags;
use std::collections::BTreeSet;
use std::io;
use std::mem;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::PoisonError;

/// How many changed processes are remembered between two looks; beyond that
/// all are read again.
const REMEMBERED: usize = 1024;

/// The sockets, where each was found, and what its far end was called.
#[derive(Default)]
pub struct Sockets {
    holders: Mutex<Holders>,
    ends: Mutex<Ends>,
    changes: Mutex<Changes>,
}

/// What may have changed since the last look.
#[derive(Default)]
struct Changes {
    processes: BTreeSet<u32>,
    anything: bool,
}

impl Sockets {
    /// Notes that a process started, changed its program or ended: what it
    /// holds is read again at the next look.
    fn process_changed(&self, id: u32) {
        let mut changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        if changes.anything {
            return;
        }
        changes.processes.insert(id);
        if changes.processes.len() > REMEMBERED {
            changes.processes.clear();
            changes.anything = true;
        }
    }

    /// Notes which processes changed, all if that is not known, and passes it on.
    pub fn told(&self, changed: Option<Vec<Change>>) -> Option<Vec<Change>> {
        match &changed {
            Some(each) => each.iter().for_each(|change| self.process_changed(change.id())),
            None => self.forget(),
        }
        changed
    }

    /// Notes that anything may have changed.
    pub fn forget(&self) {
        let mut changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        changes.processes.clear();
        changes.anything = true;
    }

    /// The sockets now, in order. Of those of processes we may not look into,
    /// the holders are not known.
    pub fn rows(&self) -> io::Result<Vec<SocketRow>> {
        let mut holders = self.holders.lock().unwrap_or_else(PoisonError::into_inner);
        let changes = mem::take(&mut *self.changes.lock().unwrap_or_else(PoisonError::into_inner));
        if changes.anything {
            *holders = Holders::default();
        }
        let mut rows = listed()?;
        let inodes = rows.iter().map(|row| row.inode).filter(|&inode| inode != 0).collect();
        holders.find(&inodes, &changes.processes);
        for row in &mut rows {
            row.holders = holders.of(row.inode);
        }
        self.name(&mut rows);
        rows.sort();
        Ok(rows)
    }

    /// Says of each far end under which names the resolver remembers it.
    fn name(&self, rows: &mut [SocketRow]) {
        let mut ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        ends.find(&rows.iter().filter_map(far_end).collect(), resolved::far);
        for row in rows {
            row.names = far_end(row).map(|address| ends.of(address)).unwrap_or_default();
        }
    }
}

/// The address at the other end, unless it is on this machine.
fn far_end(row: &SocketRow) -> Option<IpAddr> {
    let address = row.remote?.ip().to_canonical();
    (!address.is_loopback()).then_some(address)
}

/// What the kernel lists: TCP sockets that listen or are connected, and UDP
/// sockets connected to nobody.
fn listed() -> io::Result<Vec<SocketRow>> {
    let (tcp, udp) = (StateFlags::LISTEN | StateFlags::ESTABLISHED, StateFlags::CLOSE);
    let mut rows = Vec::new();
    for (transport, protocol, states) in
        [(Transport::Tcp, IPPROTO_TCP, tcp), (Transport::Udp, IPPROTO_UDP, udp)]
    {
        for (family, socket_id) in [(AF_INET, SocketId::new_v4()), (AF_INET6, SocketId::new_v6())] {
            let (extensions, states) = (ExtensionFlags::empty(), states.clone());
            let request = InetRequest { family, protocol, extensions, states, socket_id };
            let request = SockDiagMessage::InetRequest(request);
            let listed = netlink::dump(netlink::SOCK_DIAG, request).map_err(unsupported)?;
            rows.extend(listed.iter().filter_map(|message| row(transport, message)));
        }
    }
    Ok(rows)
}

/// A kernel without this part says that there is no such entry; that is not
/// the same as a machine without sockets.
fn unsupported(error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::NotFound {
        return io::ErrorKind::Unsupported.into();
    }
    error
}

/// A socket of the kernel's list, as yet without holders and names; `None` for one
/// that neither waits nor is connected.
pub fn row(protocol: Transport, message: &SockDiagMessage) -> Option<SocketRow> {
    let SockDiagMessage::InetResponse(response) = message else { return None };
    let (header, id) = (&response.header, &response.header.socket_id);
    let remote = SocketAddr::new(id.destination_address, id.destination_port);
    let remote = match header.state {
        TCP_LISTEN | TCP_CLOSE => None,
        TCP_ESTABLISHED => Some(remote),
        _ => return None,
    };
    let local = SocketAddr::new(id.source_address, id.source_port);
    let (inode, names, holders) = (header.inode, Vec::new(), Vec::new());
    Some(SocketRow { protocol, local, remote, names, inode, holders })
}
