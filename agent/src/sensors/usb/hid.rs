//! What a HID report descriptor declares its device to be (HID 1.11 §6.2.2).
//!
//! The bytes come from the device, so anything may be in them. What is cut off
//! or without meaning declares nothing.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

const GENERIC_DESKTOP: u16 = 0x01;
const CONSUMER: u16 = 0x0c;
const DIGITIZER: u16 = 0x0d;
const BUTTON: u16 = 0x09;

const POINTER: Usage = Usage { page: GENERIC_DESKTOP, id: 0x01 };
const MOUSE: Usage = Usage { page: GENERIC_DESKTOP, id: 0x02 };
const KEYBOARD: Usage = Usage { page: GENERIC_DESKTOP, id: 0x06 };
const CONSUMER_CONTROL: Usage = Usage { page: CONSUMER, id: 0x01 };
/// The usages X and Y of the page Generic Desktop.
const AXES: [u16; 2] = [0x30, 0x31];

/// What a report descriptor declares, each once, sorted: `absolute pointer`,
/// `consumer`, `digitizer`, `keyboard`, `relative pointer`.
///
/// A pointer is an X or Y input inside a Mouse or Pointer application. A
/// digitizer's X and Y are absolute as well, but it is no mouse.
pub fn roles(descriptor: &[u8]) -> BTreeSet<&'static str> {
    read(descriptor).roles
}

/// What an interface declares of itself, by whatever way it was learned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// See [`roles`].
    pub roles: BTreeSet<&'static str>,
    /// See [`input_length`].
    pub input_length: u32,
    /// See [`pointer_buttons`].
    pub pointer_buttons: u32,
}

impl Declared {
    /// What a report descriptor declares.
    pub fn of(descriptor: &[u8]) -> Self {
        Self {
            roles: roles(descriptor),
            input_length: input_length(descriptor),
            pointer_buttons: pointer_buttons(descriptor),
        }
    }

    /// Adds what another collection of the same interface declares.
    pub fn add(&mut self, other: &Self) {
        self.roles.extend(&other.roles);
        self.input_length = self.input_length.max(other.input_length);
        self.pointer_buttons = self.pointer_buttons.saturating_add(other.pointer_buttons);
    }
}

fn read(descriptor: &[u8]) -> Reader {
    let mut reader = Reader::default();
    let mut rest = descriptor;
    while let Some((item, after)) = split(rest) {
        reader.take(item);
        rest = after;
    }
    reader
}

/// The length of the longest input report a descriptor declares, in bytes, with
/// the report id if there is one; 0 if it declares none.
pub fn input_length(descriptor: &[u8]) -> u32 {
    let reader = read(descriptor);
    let has_ids = reader.input_bits.keys().any(|&id| id != 0);
    let longest = reader.input_bits.values().max().copied().unwrap_or_default();
    match longest.div_ceil(8) {
        0 => 0,
        bytes => bytes.saturating_add(u32::from(has_ids)),
    }
}

/// How many buttons the Mouse and Pointer applications of a descriptor declare;
/// a button that several reports carry counts in each of them.
pub fn pointer_buttons(descriptor: &[u8]) -> u32 {
    read(descriptor).buttons
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Usage {
    page: u16,
    id: u16,
}

/// A short item without its size: the tag with its type, and its data.
#[derive(Clone, Copy)]
struct Item {
    tag: u8,
    data: u32,
}

const INPUT: u8 = 0x80;
const COLLECTION: u8 = 0xa0;
const END_COLLECTION: u8 = 0xc0;
const USAGE_PAGE: u8 = 0x04;
const REPORT_SIZE: u8 = 0x74;
const REPORT_ID: u8 = 0x84;
const REPORT_COUNT: u8 = 0x94;
const PUSH: u8 = 0xa4;
const POP: u8 = 0xb4;
const USAGE: u8 = 0x08;
const USAGE_MINIMUM: u8 = 0x18;
const USAGE_MAXIMUM: u8 = 0x28;
const LONG_ITEM: u8 = 0xfe;

/// The next item and what follows it; a long item, which no known device
/// uses, comes as one without meaning. `None` at the end or when cut off.
fn split(bytes: &[u8]) -> Option<(Item, &[u8])> {
    let (&prefix, rest) = bytes.split_first()?;
    if prefix == LONG_ITEM {
        let (&[size, _], rest) = rest.split_first_chunk::<2>()?;
        let (_, rest) = rest.split_at_checked(size.into())?;
        return Some((Item { tag: LONG_ITEM, data: 0 }, rest));
    }
    let size = match prefix & 0x03 {
        3 => 4,
        size => usize::from(size),
    };
    let (data, rest) = rest.split_at_checked(size)?;
    let data = data.iter().rev().fold(0, |value, &byte| value << 8 | u32::from(byte));
    Some((Item { tag: prefix & 0xfc, data }, rest))
}

/// The state between items: what later items of the descriptor build on.
#[derive(Default)]
struct Reader {
    globals: Globals,
    pushed: Vec<Globals>,
    /// The usages since the last main item, as ranges.
    usages: Vec<(u32, u32)>,
    minimum: Option<u32>,
    /// For each open collection the usage of it, if it is an application.
    open: Vec<Option<Usage>>,
    roles: BTreeSet<&'static str>,
    /// The bits of each input report, by its id; 0 where there are no ids.
    input_bits: BTreeMap<u32, u32>,
    /// The buttons of pointers.
    buttons: u32,
}

#[derive(Clone, Copy, Default)]
struct Globals {
    page: u16,
    report_count: u32,
    report_size: u32,
    report_id: u32,
}

impl Reader {
    fn take(&mut self, item: Item) {
        match item.tag {
            USAGE_PAGE => self.globals.page = low(item.data),
            REPORT_COUNT => self.globals.report_count = item.data,
            REPORT_SIZE => self.globals.report_size = item.data,
            REPORT_ID => self.globals.report_id = item.data,
            PUSH => self.pushed.push(self.globals),
            POP => self.globals = self.pushed.pop().unwrap_or(self.globals),
            USAGE => self.usages.push((item.data, item.data)),
            USAGE_MINIMUM => self.minimum = Some(item.data),
            USAGE_MAXIMUM => self.usages.extend(self.minimum.take().map(|low| (low, item.data))),
            INPUT => self.input(item.data),
            COLLECTION => self.collection(item.data),
            END_COLLECTION => {
                self.open.pop();
            }
            _ => {}
        }
        if is_main(item.tag) {
            self.usages.clear();
            self.minimum = None;
        }
    }

    fn collection(&mut self, kind: u32) {
        const APPLICATION: u32 = 1;
        let usage = self.usages.first().map(|&(usage, _)| self.usage(usage));
        let application = usage.filter(|_| kind == APPLICATION);
        self.open.push(application);
        self.roles.extend(application.and_then(|usage| match usage {
            KEYBOARD => Some("keyboard"),
            CONSUMER_CONTROL => Some("consumer"),
            Usage { page: DIGITIZER, .. } => Some("digitizer"),
            _ => None,
        }));
    }

    fn input(&mut self, flags: u32) {
        let Globals { report_count, report_size, report_id, .. } = self.globals;
        let bits = self.input_bits.entry(report_id).or_default();
        *bits = bits.saturating_add(report_count.saturating_mul(report_size));
        let is_pointer = self.open.iter().flatten().any(|usage| [MOUSE, POINTER].contains(usage));
        // Bit 0 set: padding.
        if !is_pointer || flags & 0b001 != 0 || report_count == 0 {
            return;
        }
        // Bit 1 clear: an array, which names any of its usages; else each has a field.
        let is_array = flags & 0b010 == 0;
        let named = self.usages.iter().map(|&range| self.buttons_in(range));
        let named = named.fold(0, u32::saturating_add);
        let fields = if is_array { named } else { named.min(report_count) };
        self.buttons = self.buttons.saturating_add(fields);
        if is_array || !self.usages.iter().any(|&range| self.has_axis(range)) {
            return;
        }
        let is_relative = flags & 0b100 != 0;
        self.roles.insert(if is_relative { "relative pointer" } else { "absolute pointer" });
    }

    fn buttons_in(&self, (low, high): (u32, u32)) -> u32 {
        let (low, high) = (self.usage(low), self.usage(high));
        if low.page != BUTTON || high.id < low.id {
            return 0;
        }
        u32::from(high.id - low.id) + 1
    }

    fn has_axis(&self, (low, high): (u32, u32)) -> bool {
        let (low, high) = (self.usage(low), self.usage(high));
        low.page == GENERIC_DESKTOP && AXES.iter().any(|axis| (low.id..=high.id).contains(axis))
    }

    /// A usage of four bytes brings its page; a shorter one belongs to the page
    /// that holds at the main item.
    fn usage(&self, data: u32) -> Usage {
        match low(data >> 16) {
            0 => Usage { page: self.globals.page, id: low(data) },
            page => Usage { page, id: low(data) },
        }
    }
}

/// Main items are told by type 0 in bits 2 and 3.
fn is_main(tag: u8) -> bool {
    tag & 0x0c == 0
}

fn low(data: u32) -> u16 {
    let [a, b, ..] = data.to_le_bytes();
    u16::from_le_bytes([a, b])
}
