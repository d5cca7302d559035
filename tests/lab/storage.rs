//! A drive without a medium: enough of SCSI over USB's bulk-only transport for
//! a kernel to find it, name it and let it be.

use super::description::Inquiry;
use std::collections::VecDeque;

const REQUEST_SENSE: u8 = 0x03;
const INQUIRY: u8 = 0x12;
const PREVENT_REMOVAL: u8 = 0x1e;

/// A drive without a medium.
pub struct Storage {
    inquiry: Vec<u8>,
    answers: VecDeque<Vec<u8>>,
    /// How many bytes the host still sends for its last command.
    awaited: usize,
}

impl Storage {
    /// A drive that says of itself what the description says.
    pub fn of(inquiry: &Inquiry) -> Self {
        let mut bytes = vec![if inquiry.cdrom { 5 } else { 0 }, 0x80, 2, 2, 31, 0, 0, 0];
        for (text, length) in [(&inquiry.vendor, 8), (&inquiry.product, 16), (&inquiry.revision, 4)]
        {
            bytes.extend(text.bytes().chain(std::iter::repeat(b' ')).take(length));
        }
        Self { inquiry: bytes, answers: VecDeque::new(), awaited: 0 }
    }

    /// Takes what the host sends: a command, or what belongs to the last one.
    pub fn take(&mut self, bytes: &[u8]) {
        if self.awaited > 0 {
            self.awaited = self.awaited.saturating_sub(bytes.len());
            return;
        }
        let Some(command) = Command::read(bytes) else { return };
        let (data, status) = self.answer(&command);
        let data = data.get(..command.length.min(data.len())).unwrap_or_default();
        if command.is_in && command.length > 0 {
            self.answers.push_back(data.to_vec());
        } else {
            self.awaited = command.length;
        }
        let left = u32::try_from(command.length - data.len()).unwrap_or_default();
        let mut end = b"USBS".to_vec();
        end.extend(command.tag);
        end.extend(left.to_le_bytes());
        end.push(status);
        self.answers.push_back(end);
    }

    /// What the drive says next.
    pub fn give(&mut self) -> Option<Vec<u8>> {
        self.answers.pop_front()
    }

    /// Forgets what was going on.
    pub fn reset(&mut self) {
        self.answers.clear();
        self.awaited = 0;
    }

    /// The data and the status of a command: zero if it went well.
    fn answer(&self, command: &Command) -> (Vec<u8>, u8) {
        match command.code {
            // The product's vital pages are not needed: no such page.
            INQUIRY if command.wants_page => (Vec::new(), 1),
            INQUIRY => (self.inquiry.clone(), 0),
            // Not ready: medium not present.
            REQUEST_SENSE => (vec![0x70, 0, 2, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x3a, 0, 0, 0, 0, 0], 0),
            PREVENT_REMOVAL => (Vec::new(), 0),
            // TEST UNIT READY and all the rest: not without a medium.
            _ => (Vec::new(), 1),
        }
    }
}

/// A command block (USB Mass Storage Bulk-Only 1.0 §5.1).
struct Command {
    tag: [u8; 4],
    length: usize,
    is_in: bool,
    code: u8,
    wants_page: bool,
}

impl Command {
    fn read(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(b"USBC")?;
        let (tag, rest) = rest.split_first_chunk::<4>()?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        Some(Self {
            tag: *tag,
            length: usize::try_from(u32::from_le_bytes(*length)).ok()?,
            is_in: rest.first()? & 0x80 != 0,
            code: *rest.get(3)?,
            wants_page: rest.get(4)? & 1 != 0,
        })
    }
}
