//! What macOS' Endpoint Security tells of a process.
//!
//! Its messages are structures that point to others (`EndpointSecurity/ESMessage.h`,
//! 64 bits). What is read of each is at its beginning, which has been the same
//! since the first version, in macOS 10.15. An address is given as a number.

/// `ES_EVENT_TYPE_NOTIFY_EXEC`, `…_FORK` and `…_EXIT` (`ESTypes.h`).
pub const EVENTS: [u32; 3] = [EXEC, FORK, EXIT];

const EXEC: u32 = 9;
const FORK: u32 = 11;
const EXIT: u32 = 15;

/// How much is read of `es_message_t`: up to the first pointer of its event.
pub const MESSAGE: usize = 112;

/// How much is read of `es_process_t`: up to its executable.
pub const PROCESS: usize = 120;

/// How much is read of `es_file_t`: its path, an `es_string_token_t`.
pub const TEXT: usize = 16;

/// What happened, and where the process is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A process runs another program: where what it is now is.
    Exec(usize),
    /// A process was made: where it is.
    Fork(usize),
    /// A process ended: where it is.
    Exit(usize),
}

/// Reads a message; `None` for an event that was not asked for.
pub fn event(message: &[u8; MESSAGE]) -> Option<Event> {
    let (process, first) = (address(message, 40)?, address(message, 104)?);
    match number(message, 96)? {
        EXEC => Some(Event::Exec(first)),
        FORK => Some(Event::Fork(first)),
        EXIT => Some(Event::Exit(process)),
        _ => None,
    }
}

/// A process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Process {
    /// Its number.
    pub id: u32,
    /// The number of the process that made it.
    pub parent: u32,
    /// The number of its real user.
    pub user: u32,
    /// Where its executable is told of.
    pub executable: usize,
}

/// Reads a process. User and number are in its audit token, the fourth and the
/// sixth of its eight numbers (`audit_token_to_ruid`, `bsm/libbsm.h`).
pub fn process(process: &[u8; PROCESS]) -> Option<Process> {
    Some(Process {
        id: number(process, 5 * 4)?,
        parent: number(process, 32)?,
        user: number(process, 3 * 4)?,
        executable: address(process, 112)?,
    })
}

/// Reads how long a text is and where; `None` if it is none or longer than
/// `most` bytes.
pub fn text(text: &[u8; TEXT], most: usize) -> Option<(usize, usize)> {
    let (length, at) = (address(text, 0)?, address(text, 8)?);
    (length > 0 && length <= most && at != 0).then_some((length, at))
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().copied().map(u32::from_ne_bytes)
}

fn address(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..)?.first_chunk().copied()?;
    usize::try_from(u64::from_ne_bytes(bytes)).ok()
}

/// Why there is no client, by what `es_new_client` gives (`ESTypes.h`).
pub fn refusal(result: u32) -> &'static str {
    match result {
        3 => {
            "this program is not signed with the entitlement com.apple.developer.endpoint-security.client"
        }
        4 => "it lacks Full Disk Access (Privacy & Security)",
        5 => "it does not run as root",
        6 => "too many programs use Endpoint Security",
        _ => "Endpoint Security refuses it",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the header lays it out: version, time, two times, process, sequence,
    /// action (4 + 36 bytes), kind, event.
    fn message(kind: u32, process: u64, first: u64) -> [u8; MESSAGE] {
        let mut bytes = Vec::new();
        bytes.extend(8_u64.to_ne_bytes());
        bytes.extend([1_u64, 2, 3, 4].iter().flat_map(|wide| wide.to_ne_bytes()));
        bytes.extend(process.to_ne_bytes());
        bytes.extend(5_u64.to_ne_bytes());
        bytes.extend([0xee; 4 + 36]);
        bytes.extend(kind.to_ne_bytes());
        bytes.extend([0; 4]);
        bytes.extend(first.to_ne_bytes());
        bytes.try_into().unwrap()
    }

    #[test]
    fn an_event_says_where_its_process_is() {
        for (kind, expected) in [
            (9, Some(Event::Exec(0x2000))),
            (11, Some(Event::Fork(0x2000))),
            (15, Some(Event::Exit(0x1000))),
            (10, None),
        ] {
            assert_eq!(event(&message(kind, 0x1000, 0x2000)), expected, "{kind}");
        }
    }

    #[test]
    fn a_process_is_its_token_its_parent_and_its_executable() {
        let mut bytes = Vec::new();
        // Audit user, user, group, real user, real group, process, session, version.
        bytes
            .extend([1_u32, 0, 20, 501, 20, 4242, 7, 9].iter().flat_map(|word| word.to_ne_bytes()));
        // Parent, original parent, group, session, flags of the signature.
        bytes.extend([700_u32, 1, 4242, 1, 0xff].iter().flat_map(|word| word.to_ne_bytes()));
        // Two truths, the hash of its code, and what makes the next even.
        bytes.extend([0xee; 2 + 20 + 6]);
        // Two texts.
        bytes.extend([0xdd; 2 * 16]);
        bytes.extend(0x3000_u64.to_ne_bytes());
        let expected = Process { id: 4242, parent: 700, user: 501, executable: 0x3000 };
        assert_eq!(process(&bytes.try_into().unwrap()), Some(expected));
    }

    #[test]
    fn a_text_that_is_none_or_too_long_is_not_read() {
        for (length, at, expected) in [
            (5_u64, 0x4000_u64, Some((5, 0x4000))),
            (0, 0x4000, None),
            (5, 0, None),
            (4097, 0x4000, None),
            (u64::MAX, 0x4000, None),
        ] {
            let bytes = [length.to_ne_bytes(), at.to_ne_bytes()].concat();
            assert_eq!(text(&bytes.try_into().unwrap(), 4096), expected, "{length}");
        }
    }

    #[test]
    fn a_refusal_says_what_is_missing() {
        assert!(refusal(3).contains("entitlement"));
        assert!(refusal(4).contains("Full Disk Access"));
        assert!(refusal(5).contains("root"));
        assert_eq!(refusal(99), "Endpoint Security refuses it");
    }
}
