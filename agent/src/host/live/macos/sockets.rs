//! macOS: the sockets of programs, process by process (`libproc.h`).
#![expect(unsafe_code, reason = "calls that no safe crate offers")]

use crate::host::SocketRow;
use crate::host::live::tables::darwin::sockets::Held;
use crate::host::live::tables::darwin::sockets::LENGTH;
use crate::host::live::tables::darwin::sockets::held;
use crate::host::live::tables::darwin::sockets::rows;
use libc::c_int;
use libc::c_void;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io;
use std::mem::size_of_val;

/// `PROC_ALL_PIDS` and `PROC_PIDFDSOCKETINFO` (`sys/proc_info.h`).
const ALL: u32 = 1;
const SOCKET: c_int = 3;

/// The most processes, the most descriptors of one, and the most sockets that are
/// looked at.
const PROCESSES: usize = 16384;
const DESCRIPTORS: usize = 16384;
const SOCKETS: usize = 65536;

/// The sockets that listen or are connected, in order. Only root is told of
/// everybody's.
pub fn sockets() -> io::Result<Vec<SocketRow>> {
    // SAFETY: it takes nothing and always succeeds.
    if unsafe { libc::geteuid() } != 0 {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let mut found: BTreeMap<Held, BTreeSet<u32>> = BTreeMap::new();
    let mut descriptors = vec![libc::proc_fdinfo { proc_fd: 0, proc_fdtype: 0 }; DESCRIPTORS];
    for process in processes()? {
        let Ok(id) = u32::try_from(process) else { continue };
        for one in open(process, &mut descriptors) {
            if found.len() < SOCKETS
                && let Some(socket) = socket(process, one.proc_fd)
            {
                found.entry(socket).or_default().insert(id);
            }
        }
    }
    Ok(rows(&found))
}

/// The processes' ids.
fn processes() -> io::Result<Vec<c_int>> {
    let mut ids: Vec<c_int> = vec![0; PROCESSES];
    let (at, size) = room(&mut ids);
    // SAFETY: so many bytes are there.
    let told = unsafe { libc::proc_listpids(ALL, 0, at, size) };
    let Some(told) = usize::try_from(told).ok().filter(|&told| told != 0) else {
        return Err(io::Error::last_os_error());
    };
    ids.truncate(told / size_of::<c_int>());
    Ok(ids)
}

/// The descriptors of a process that are sockets; none of one that has ended.
fn open(
    process: c_int,
    descriptors: &mut [libc::proc_fdinfo],
) -> impl Iterator<Item = &libc::proc_fdinfo> {
    let (at, size) = room(descriptors);
    // SAFETY: so many bytes are there.
    let told = unsafe { libc::proc_pidinfo(process, libc::PROC_PIDLISTFDS, 0, at, size) };
    let count = usize::try_from(told).unwrap_or_default() / size_of::<libc::proc_fdinfo>();
    let is_socket =
        |one: &&libc::proc_fdinfo| c_int::try_from(one.proc_fdtype) == Ok(libc::PROX_FDTYPE_SOCKET);
    descriptors.iter().take(count).filter(is_socket)
}

/// `None` for one that was closed by now, and what is not looked at.
fn socket(process: c_int, descriptor: c_int) -> Option<Held> {
    let mut bytes = [0_u64; LENGTH / 8];
    let (at, size) = room(&mut bytes);
    // SAFETY: so many bytes are there.
    let told = unsafe { libc::proc_pidfdinfo(process, descriptor, SOCKET, at, size) };
    let told = usize::try_from(told).unwrap_or_default();
    let bytes: Vec<u8> = bytes.iter().flat_map(|word| word.to_ne_bytes()).collect();
    held(bytes.get(..told)?)
}

/// Where there is room, and for how many bytes.
fn room<T>(items: &mut [T]) -> (*mut c_void, c_int) {
    let size = c_int::try_from(size_of_val(items)).unwrap_or(c_int::MAX);
    (items.as_mut_ptr().cast(), size)
}
