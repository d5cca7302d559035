//! The messages of the process connector: `include/uapi/linux/connector.h`
//! and `include/uapi/linux/cn_proc.h`, in the machine's own byte order.

use crate::host::Change;

/// The multicast group, `CN_IDX_PROC`.
pub const GROUP: u32 = 1;

/// The connector's value, `CN_VAL_PROC`.
const VALUE: u32 = 1;

/// `PROC_CN_MCAST_LISTEN`.
const LISTEN: u32 = 1;

/// `struct nlmsghdr` and `struct cn_msg` stand before the event.
const HEADERS: usize = 16 + 20;

/// `struct proc_event` has its kind, a processor and a 64-bit time before its data.
const DATA: usize = HEADERS + 16;

/// `PROC_EVENT_FORK`.
pub const FORK: u32 = 0x0000_0001;
/// `PROC_EVENT_EXEC`.
pub const EXEC: u32 = 0x0000_0002;
/// `PROC_EVENT_COMM`: it has given itself another name.
pub const COMM: u32 = 0x0000_0200;
/// `PROC_EVENT_EXIT`.
pub const EXIT: u32 = 0x8000_0000;

/// The message that asks for events.
pub fn listen() -> Vec<u8> {
    let length = u32::try_from(HEADERS + 4).unwrap_or_default();
    let mut message = Vec::with_capacity(HEADERS + 4);
    message.extend(length.to_ne_bytes()); // nlmsg_len
    message.extend(3u16.to_ne_bytes()); // nlmsg_type: NLMSG_DONE
    message.extend([0; 10]); // nlmsg_flags, nlmsg_seq, nlmsg_pid
    message.extend(GROUP.to_ne_bytes()); // id.idx
    message.extend(VALUE.to_ne_bytes()); // id.val
    message.extend([0; 8]); // seq, ack
    message.extend(4u16.to_ne_bytes()); // len
    message.extend([0; 2]); // flags
    message.extend(LISTEN.to_ne_bytes());
    message
}

/// What a message tells; `None` for threads and for events of other kinds.
pub fn change(message: &[u8]) -> Option<Change> {
    let word = |offset: usize| {
        let bytes = message.get(offset..)?.first_chunk::<4>()?;
        Some(u32::from_ne_bytes(*bytes))
    };
    let (id, group, change): (_, _, fn(u32) -> Change) = match word(HEADERS)? {
        FORK => (word(DATA + 8)?, word(DATA + 12)?, Change::Started),
        EXEC | COMM => (word(DATA)?, word(DATA + 4)?, Change::Started),
        EXIT => (word(DATA)?, word(DATA + 4)?, Change::Ended),
        _ => return None,
    };
    (id == group).then(|| change(id))
}
