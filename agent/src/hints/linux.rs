//! Linux: kernel uevents, the process connector and rtnetlink, all over netlink.
//!
//! The first two are read as the kernel sends them (group 1 of `NETLINK_KOBJECT_UEVENT`,
//! `CN_IDX_PROC` of `NETLINK_CONNECTOR`), so neither needs udev.

mod connector;
mod filter;
mod networks;
mod socket;
mod processes;
mod starts;
#[cfg(test)]
mod tests;

use super::Hint;
use crate::host::Live;
use rustix::io::Errno;
use rustix::net::netlink;
use socket::Socket;
use socket::receive;
use std::io;
use std::sync::Arc;
use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::error::TrySendError;

/// Kernel uevents are multicast to group 1 (`uevent_net_broadcast`, `lib/kobject_uevent.c`).
const UEVENT_GROUP: u32 = 1;

/// More than any one message: a uevent's environment is at most 2 KiB (`UEVENT_BUFFER_SIZE`).
const MESSAGE: usize = 8 << 10;

/// Listens to both. Gives what could not be opened, each in a sentence.
pub fn listen(live: &Arc<Live>, to: &Sender<Hint>) -> Vec<String> {
    let mut deaf = Vec::new();
    match uevents() {
        Ok(socket) => drop(tokio::spawn(hear_devices(socket, to.clone()))),
        Err(error) => deaf.push(format!("cannot hear devices come and go: {}", error.kind())),
    }
    if let Err(error) = processes::listen(live, to) {
        deaf.push(format!("cannot hear processes start: {}", error.kind()));
    }
    deaf.extend(networks::listen(to));
    deaf
}

fn uevents() -> io::Result<Socket> {
    let socket = socket::open(netlink::KOBJECT_UEVENT, UEVENT_GROUP)?;
    socket::wait_for(Arc::new(socket))
}

async fn hear_devices(socket: Socket, to: Sender<Hint>) {
    let mut buffer = vec![0; MESSAGE];
    loop {
        match receive(&socket, &mut buffer).await {
            Ok(message) => {
                let Some(sensor) = sensor(message) else {
                    continue;
                };
                if is_closed(&to, Hint::Look(sensor)) {
                    return;
                }
            }
            Err(Errno::NOBUFS) => {
                is_closed(&to, Hint::Look("usb"));
                is_closed(&to, Hint::Look("display"));
                is_closed(&to, Hint::Look("input"));
                is_closed(&to, Hint::Look("power"));
            }
            Err(error) => return tracing::warn!(%error, "no longer hears devices come and go"),
        }
    }
}

/// A full channel already holds enough to make every sensor look.
fn is_closed(to: &Sender<Hint>, hint: Hint) -> bool {
    matches!(to.try_send(hint), Err(TrySendError::Closed(_)))
}

/// The sensor a uevent is for: `ACTION@PATH`, then `KEY=value` lines ended by
/// zero bytes (`lib/kobject_uevent.c`). `None` for subsystems nobody looks at.
fn sensor(message: &[u8]) -> Option<&'static str> {
    let mut lines = message.split(|&byte| byte == 0);
    let subsystem = lines.find_map(|line| line.strip_prefix(b"SUBSYSTEM="))?;
    match subsystem {
        b"usb" | b"hid" => Some("usb"),
        b"drm" => Some("display"),
        b"input" => Some("input"),
        b"power_supply" => Some("power"),
        _ => None,
    }
}
