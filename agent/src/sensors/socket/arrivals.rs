//! Which connections came in, and at which port.
//!
//! A connection came in at a port if a program waits at its local port. Where
//! several do, it belongs to the one that holds it, else to the nearest ancestor
//! of the process that does (servers leave a connection to a child), else to
//! the one that waits at exactly its address. Every other connection goes out;
//! among them one whose program has ceased to wait, for the system does not
//! tell them apart.

use super::Subject;
use super::owner::Processes;
use crate::host::SocketRow;
use crate::host::Transport;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// The rows of each observation.
pub fn sort<'a>(
    sockets: &'a [SocketRow],
    processes: &Processes,
) -> BTreeMap<Subject, Vec<&'a SocketRow>> {
    let mut sorted: BTreeMap<Subject, Vec<&SocketRow>> = BTreeMap::new();
    let mut ports: BTreeMap<u16, Vec<Waiting>> = BTreeMap::new();
    for row in sockets.iter().filter(|row| row.remote.is_none()) {
        let port = row.local.port();
        let subject = Subject::In(processes.owner(&row.holders), row.protocol, port);
        sorted.entry(subject).or_default().push(row);
        if row.protocol == Transport::Tcp {
            ports.entry(port).or_default().push(Waiting { subject, address: row.local.ip() });
        }
    }
    let connected = sockets.iter().filter(|row| row.remote.is_some());
    for row in connected.filter(|row| row.protocol == Transport::Tcp && row.inode != 0) {
        let waiting = ports.get(&row.local.port()).into_iter().flatten();
        let subject = waiting
            .filter(|waiting| waiting.takes(row.local.ip()))
            .min_by_key(|waiting| waiting.distance(row, processes))
            .map_or_else(|| Subject::Out(processes.owner(&row.holders)), |waiting| waiting.subject);
        sorted.entry(subject).or_default().push(row);
    }
    sorted
}

/// A TCP socket that waits.
struct Waiting {
    subject: Subject,
    address: IpAddr,
}

impl Waiting {
    /// True if a connection to that address of this machine can have come in here.
    fn takes(&self, local: IpAddr) -> bool {
        match self.address {
            // With IPv6 it takes IPv4 too, unless it was told not to.
            IpAddr::V6(address) if address.is_unspecified() => true,
            IpAddr::V4(address) if address.is_unspecified() => local.to_canonical().is_ipv4(),
            address => address.to_canonical() == local.to_canonical(),
        }
    }

    /// The less, the surer it is that the connection came in here.
    fn distance(&self, connection: &SocketRow, processes: &Processes) -> (usize, Reverse<bool>) {
        let generations = |&holder: &u32| processes.generations(holder, self.subject.process()?);
        let nearest = connection.holders.iter().filter_map(generations).min();
        (nearest.unwrap_or(usize::MAX), Reverse(!self.address.is_unspecified()))
    }
}
