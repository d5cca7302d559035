//! Netlink sockets that can be waited for, and threads that do not let them wait.
#![expect(
    unsafe_code,
    reason = "no crate we use can filter a socket or let a thread go first; registering needs a promise"
)]

use rustix::io::Errno;
use rustix::net::AddressFamily;
use rustix::net::Protocol;
use rustix::net::RecvFlags;
use rustix::net::SocketFlags;
use rustix::net::SocketType;
use rustix::net::netlink::SocketAddrNetlink;
use std::io;
use std::mem;
use std::os::fd::AsRawFd;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// A netlink socket that can be waited for.
pub type Socket = AsyncFd<Arc<OwnedFd>>;

/// Opens a socket that hears multicast groups, one for each bit.
pub fn open(protocol: impl Into<Option<Protocol>>, groups: u32) -> io::Result<OwnedFd> {
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let family = AddressFamily::NETLINK;
    let socket = rustix::net::socket_with(family, SocketType::DGRAM, flags, protocol.into())?;
    rustix::net::bind(&socket, &SocketAddrNetlink::new(0, groups))?;
    Ok(socket)
}

/// Makes a socket one that can be waited for.
pub fn wait_for(socket: Arc<OwnedFd>) -> io::Result<Socket> {
    // SAFETY: an `OwnedFd` owns a valid descriptor and always gives the same
    // one; this `Arc` keeps it open until the `AsyncFd` is dropped.
    let registered = unsafe { AsyncFd::register_with_interest(socket, Interest::READABLE) };
    Ok(registered?)
}

/// Waits until a message can be read, which it leaves there. What arrives
/// between two calls wakes nobody.
pub async fn until_readable(socket: &Arc<OwnedFd>) -> io::Result<()> {
    let socket = wait_for(Arc::clone(socket))?;
    let ready = socket.readable().await;
    ready.map(drop)
}

/// Lets the calling thread go before all ordinary ones whenever it has something
/// to do: `SCHED_FIFO` at its lowest priority (`man 7 sched`).
pub fn is_first() -> io::Result<()> {
    // SAFETY: a structure of numbers alone, in each libc; musl's has more of them.
    let mut lowest: libc::sched_param = unsafe { mem::zeroed() };
    lowest.sched_priority = 1;
    // SAFETY: `pthread_self` names the calling thread, which lives; `lowest`
    // lives through the call, which only reads it.
    let error = unsafe {
        libc::pthread_setschedparam(libc::pthread_self(), libc::SCHED_FIFO, &raw const lowest)
    };
    if error == 0 { Ok(()) } else { Err(io::Error::from_raw_os_error(error)) }
}

/// Lets a classic BPF program choose which messages arrive.
pub fn attach(socket: &OwnedFd, program: &mut [libc::sock_filter]) -> io::Result<()> {
    let length = u16::try_from(program.len()).map_err(io::Error::other)?;
    let program = libc::sock_fprog { len: length, filter: program.as_mut_ptr() };
    let size = u32::try_from(size_of::<libc::sock_fprog>()).map_err(io::Error::other)?;
    // SAFETY: the descriptor is open, `program` points to the steps for the
    // whole call, and the kernel copies both before it returns (net/core/filter.c).
    let result = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_ATTACH_FILTER,
            (&raw const program).cast(),
            size,
        )
    };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Waits for the next message.
pub async fn receive<'a>(socket: &Socket, buffer: &'a mut [u8]) -> Result<&'a [u8], Errno> {
    loop {
        let mut ready = socket.readable().await.map_err(|_| Errno::BADF)?;
        match rustix::net::recv(socket.get_ref(), &mut *buffer, RecvFlags::empty()) {
            Ok((length, _)) => return Ok(buffer.get(..length).unwrap_or_default()),
            Err(Errno::AGAIN | Errno::INTR) => ready.clear_ready(),
            Err(error) => return Err(error),
        }
    }
}
