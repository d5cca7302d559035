//! Which processes hold which sockets (`proc(5)`, `/proc/PID/fd`).

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// How often a socket nobody seems to hold is sought: it may just be on its
/// way from a process to its child. One the kernel itself holds, or a process
/// we may not look into, is not found at all.
const TRIES: u8 = 3;

/// How many descriptors are looked at again at one look, in turn, to see that
/// they are still what they were: each costs microseconds, and what changes
/// without a process changing is rare (a socket handed on to another).
const CHECKED: usize = 64;

/// Where each socket was found.
#[derive(Default)]
pub struct Holders {
    /// By the socket's inode.
    found: BTreeMap<u32, Vec<Handle>>,
    /// Those that were not found, and how often they were sought.
    sought: BTreeMap<u32, u8>,
    /// The next socket whose descriptors are looked at again.
    next: u32,
    /// False until all processes have been read once.
    warm: bool,
}

/// One process's descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Handle {
    process: u32,
    descriptor: u32,
}

impl Holders {
    /// Finds the holders of these sockets; `changed` processes may hold others
    /// than before.
    ///
    /// The first time, all processes are read. Later, those that changed, and
    /// for sockets that are new the others too until all are found, beginning
    /// with those that hold sockets already.
    pub fn find(&mut self, inodes: &BTreeSet<u32>, changed: &BTreeSet<u32>) {
        self.sought.retain(|inode, _| inodes.contains(inode));
        self.found.retain(|inode, handles| {
            handles.retain(|handle| !changed.contains(&handle.process));
            inodes.contains(inode) && !handles.is_empty()
        });
        self.check();
        for &process in changed.iter().filter(|&&id| is_process(id)) {
            self.read(process, inodes);
        }
        let unknown: BTreeSet<u32> =
            inodes.iter().copied().filter(|inode| self.is_unknown(*inode)).collect();
        if !unknown.is_empty() {
            self.seek(unknown, inodes);
        }
        self.warm = true;
    }

    /// Drops of the descriptors whose turn it is those that are no longer what
    /// they were.
    fn check(&mut self) {
        let is_round = self.found.range(self.next..).next().is_none();
        let from = if is_round { 0 } else { self.next };
        let turn: Vec<u32> =
            self.found.range(from..).take(CHECKED).map(|(&inode, _)| inode).collect();
        self.next = turn.last().map_or(0, |last| last.saturating_add(1));
        for inode in turn {
            let Some(handles) = self.found.get_mut(&inode) else { continue };
            handles.retain(|handle| handle.holds(inode));
            if handles.is_empty() {
                self.found.remove(&inode);
            }
        }
    }

    /// Seeks sockets in all processes.
    fn seek(&mut self, mut unknown: BTreeSet<u32>, inodes: &BTreeSet<u32>) {
        for process in self.processes() {
            self.read(process, inodes);
            unknown.retain(|inode| !self.found.contains_key(inode));
            if self.warm && unknown.is_empty() {
                break;
            }
        }
        for inode in unknown {
            *self.sought.entry(inode).or_default() += 1;
        }
    }

    /// The processes that hold a socket, in order of their ids.
    pub fn of(&self, inode: u32) -> Vec<u32> {
        let handles = self.found.get(&inode).into_iter().flatten();
        let processes: BTreeSet<u32> = handles.map(|handle| handle.process).collect();
        processes.into_iter().collect()
    }

    fn is_unknown(&self, inode: u32) -> bool {
        !self.found.contains_key(&inode)
            && self.sought.get(&inode).is_none_or(|&tries| tries < TRIES)
    }

    /// All processes, those that hold sockets first.
    fn processes(&self) -> Vec<u32> {
        let holding: BTreeSet<u32> =
            self.found.values().flatten().map(|handle| handle.process).collect();
        let others = numbers(Path::new("/proc")).into_iter().filter(|id| !holding.contains(id));
        let others: Vec<u32> = others.collect();
        holding.into_iter().chain(others).collect()
    }

    /// Reads what a process holds; nothing if it has ended or we may not. Also
    /// where a socket was found before: by now another one may be there.
    fn read(&mut self, process: u32, inodes: &BTreeSet<u32>) {
        for descriptor in numbers(Path::new(&format!("/proc/{process}/fd"))) {
            let handle = Handle { process, descriptor };
            let Some(inode) = handle.socket().filter(|inode| inodes.contains(inode)) else {
                continue;
            };
            let handles = self.found.entry(inode).or_default();
            if handles.iter().all(|handle| handle.process != process) {
                handles.push(handle);
            }
        }
    }
}

impl Handle {
    fn holds(self, inode: u32) -> bool {
        self.socket() == Some(inode)
    }

    fn socket(self) -> Option<u32> {
        let path = format!("/proc/{}/fd/{}", self.process, self.descriptor);
        socket(fs::read_link(path).ok()?.to_str()?)
    }
}

/// The inode in what a descriptor's link says, as `socket:[4711]`; `None` if
/// it is no socket (`sockfs_dname`, `net/socket.c`).
pub fn socket(link: &str) -> Option<u32> {
    link.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
}

/// False for one that has ended, and for a thread: it can be asked in `/proc` as a
/// process is, and may have got the id of one that ended.
fn is_process(id: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let group = status.lines().find_map(|line| line.strip_prefix("Tgid:"));
    group.is_some_and(|group| group.trim().parse() == Ok(id))
}

/// The names in a folder that are numbers.
fn numbers(folder: &Path) -> Vec<u32> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;
    use std::os::fd::AsRawFd as _;

    #[test]
    fn a_socket_is_found_where_another_one_was() {
        let process = std::process::id();
        let handle = |socket: &TcpListener| {
            let descriptor = socket.as_raw_fd().cast_unsigned();
            let handle = Handle { process, descriptor };
            (handle.socket().unwrap(), handle)
        };
        let sockets = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let [(fresh, place), (other, others)] = sockets.each_ref().map(handle);
        // A child still holds what was there, and it is not its turn to be looked at.
        let found = BTreeMap::from([(1, vec![place]), (other, vec![others])]);
        let mut holders = Holders { found, next: 2, warm: true, ..Holders::default() };
        holders.find(&[1, fresh, other].into(), &BTreeSet::new());
        assert!(holders.of(fresh).contains(&process));
    }
}
