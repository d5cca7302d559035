//! Hears processes by sockets of the process connector.
//!
//! What has *changed* waits in a socket until a look reads it: however many
//! processes come and go, we are woken once a look. What has *started* is heard
//! at once by [`starts`], for a program may be gone in a millisecond.

use super::connector;
use super::filter;
use super::socket;
use super::starts;
use crate::hints::Hint;
use crate::host::Change;
use crate::host::Live;
use rustix::io::Errno;
use rustix::net::RecvFlags;
use rustix::net::SendFlags;
use rustix::net::netlink;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio::sync::mpsc::Sender;

/// More than any one message of the connector.
pub const MESSAGE: usize = 256;

/// Bytes of events that may wait in a socket. The kernel counts about 800 for
/// each and allows twice this: some 5,000, a look's worth on a busy machine.
const BURST: usize = 2 << 20;

/// So many changes are read for one look; the rest waits for the next.
const MOST: usize = 1 << 16;

/// Listens until the receiver is gone.
pub fn listen(live: &Arc<Live>, to: &Sender<Hint>) -> io::Result<()> {
    let changes = Arc::new(open(&mut filter::changes())?);
    let looked = Arc::new(Notify::new());
    let (source, looking) = (Arc::clone(&changes), Arc::clone(&looked));
    live.listen_to(Box::new(move || {
        looking.notify_one();
        drain(&source)
    }));
    tokio::spawn(hear_changes(changes, looked, Arc::clone(live), to.clone()));
    starts::listen(live, to)
}

/// A socket of the process connector through which only what the filter lets arrive.
pub fn open(filter: &mut [libc::sock_filter]) -> io::Result<OwnedFd> {
    let socket = socket::open(netlink::CONNECTOR, connector::GROUP)?;
    rustix::net::send(&socket, &connector::listen(), SendFlags::empty())?;
    // The kernel answers at once, but in a container's namespaces not at all
    // (`cn_proc_mcast_ctl`, drivers/connector/cn_proc.c).
    rustix::net::recv(&socket, &mut [0_u8; MESSAGE], RecvFlags::empty())
        .map_err(|_| io::Error::from(io::ErrorKind::Unsupported))?;
    socket::attach(&socket, filter)?;
    rustix::net::sockopt::set_socket_recv_buffer_size_force(&socket, BURST)?;
    Ok(socket)
}

/// Hints once that something has changed, and again only after a look.
///
/// After a look that showed what was read at its start, another is due although
/// nothing more has happened.
async fn hear_changes(
    socket: Arc<OwnedFd>,
    looked: Arc<Notify>,
    live: Arc<Live>,
    to: Sender<Hint>,
) {
    let hear = async {
        loop {
            if !live.showed_starts() {
                socket::until_readable(&socket).await?;
            }
            if to.send(Hint::Look("process")).await.is_err() {
                return io::Result::Ok(());
            }
            looked.notified().await;
        }
    };
    tokio::select! {
        () = to.closed() => {}
        result = hear => if let Err(error) = result {
            tracing::warn!(%error, "no longer hears processes start and end");
        }
    }
}

/// All changes that wait; `None` if there were more than could wait.
pub fn drain(socket: &OwnedFd) -> Option<Vec<Change>> {
    let mut buffer = [0; MESSAGE];
    let mut is_whole = true;
    let mut changes = Vec::new();
    while changes.len() < MOST {
        match rustix::net::recv(socket, &mut buffer, RecvFlags::DONTWAIT) {
            Ok((length, _)) => {
                changes.extend(connector::change(buffer.get(..length).unwrap_or_default()));
            }
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => return is_whole.then_some(changes),
            Err(Errno::NOBUFS) => is_whole = false,
            Err(_) => return None,
        }
    }
    is_whole.then_some(changes)
}
