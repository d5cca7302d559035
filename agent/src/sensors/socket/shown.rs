//! What a recording keeps of sockets.

use super::Subject;
use super::arrivals::sort;
use super::class::Class;
use super::drop_others;
use super::owner::Processes;
use crate::host::ProcessRow;
use crate::host::SocketRow;
use crate::sensors::Asked;
use model::Observation;
use std::collections::BTreeSet;
use std::net::SocketAddr;

/// Keeps of a recording's sockets those whose observation is wanted, and of
/// them no address, no port of a passing connection and no process but the one
/// it belongs to, and no name that is not `asked` for. Gives the ids of those
/// processes.
pub fn keep(
    rows: &mut Vec<SocketRow>,
    processes: &[ProcessRow],
    asked: &Asked,
    wanted: impl Fn(&Observation) -> bool,
) -> BTreeSet<u32> {
    drop_others(rows, asked);
    let processes = Processes::new(processes);
    let mut kept = Vec::new();
    for (subject, rows) in sort(rows, &processes) {
        if !wanted(&subject.observe(&rows, &processes)) {
            continue;
        }
        let is_named = |row: &&SocketRow| {
            matches!(subject, Subject::In(..)) || wanted(&subject.observe(&[row], &processes))
        };
        let (named, others): (Vec<&SocketRow>, Vec<&SocketRow>) =
            rows.into_iter().partition(is_named);
        let shown = if named.is_empty() { others } else { named };
        kept.extend(shown.into_iter().map(|row| shown_row(subject, row)));
    }
    kept.sort();
    kept.dedup_by_key(|row| SocketRow { inode: 0, ..row.clone() });
    *rows = kept;
    rows.iter().flat_map(|row| row.holders.iter().copied()).collect()
}

/// Ports that passing connections are given in recordings (IANA's dynamic ports).
const PASSING: u16 = 49152;

fn shown_row(subject: Subject, row: &SocketRow) -> SocketRow {
    let near = |at: SocketAddr| match at.ip() {
        address if address.is_unspecified() => address,
        address => Class::of(address).stand_in(address),
    };
    let is_in = matches!(subject, Subject::In(..));
    let local = SocketAddr::new(near(row.local), if is_in { row.local.port() } else { PASSING });
    let remote = row
        .remote
        .map(|remote| SocketAddr::new(near(remote), if is_in { PASSING } else { remote.port() }));
    let names = if is_in { Vec::new() } else { row.names.clone() };
    let holders = subject.process().into_iter().collect();
    SocketRow { protocol: row.protocol, local, remote, names, inode: 1, holders }
}
