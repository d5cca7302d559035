//! Interfaces and routes that change (`include/uapi/linux/rtnetlink.h`).

use super::MESSAGE;
use super::is_closed;
use super::socket;
use super::socket::Socket;
use super::socket::receive;
use crate::hints::Hint;
use crate::sensors::network;
use crate::sensors::route;
use rustix::io::Errno;
use std::io;
use std::sync::Arc;
use tokio::sync::mpsc::Sender;

/// `RTMGRP_LINK`, `RTMGRP_IPV4_ROUTE` and `RTMGRP_IPV6_ROUTE`.
const GROUPS: u32 = 0x1 | 0x40 | 0x400;

/// Listens. Gives in a sentence that this could not be done.
pub fn listen(to: &Sender<Hint>) -> Option<String> {
    match open() {
        Ok(socket) => {
            drop(tokio::spawn(hear(socket, to.clone())));
            None
        }
        Err(error) => Some(format!("cannot hear routes change: {}", error.kind())),
    }
}

/// `NETLINK_ROUTE` is 0, the default.
pub fn open() -> io::Result<Socket> {
    socket::wait_for(Arc::new(socket::open(None, GROUPS)?))
}

/// What a message says does not matter, and a message lost is as good.
async fn hear(socket: Socket, to: Sender<Hint>) {
    let mut buffer = vec![0; MESSAGE];
    loop {
        match receive(&socket, &mut buffer).await {
            Ok(_) | Err(Errno::NOBUFS) => {}
            Err(error) => return tracing::warn!(%error, "no longer hears routes change"),
        }
        let of = [network::NAME, route::NAME];
        if of.into_iter().any(|sensor| is_closed(&to, Hint::Look(sensor))) {
            return;
        }
    }
}
