//! The picture modes an EDID offers (VESA E-EDID 1.4 §3.8 to §3.10).
//!
//! Only progressive modes count: half a picture is not a higher mode.

use super::cta;
use super::edid;
use super::edid::BLOCK;
use std::fmt;

/// A picture mode; as text such as `1920x1200@60`. A greater one has more
/// pixels or, with as many, a higher refresh rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mode {
    pixels: u32,
    refresh: u32,
    width: u32,
    height: u32,
}

impl Mode {
    /// A mode of that many pixels across and down, and pictures a second.
    pub fn new(width: u16, height: u16, refresh: u32) -> Self {
        let (width, height) = (u32::from(width), u32::from(height));
        Self { pixels: width.saturating_mul(height), refresh, width, height }
    }

    /// How many pixels a picture has.
    pub fn pixels(self) -> u32 {
        self.pixels
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}@{}", self.width, self.height, self.refresh)
    }
}

/// The highest mode the base block and its extensions offer.
pub(super) fn highest(base: &[u8; BLOCK], extensions: &[u8]) -> Option<Mode> {
    let (extensions, _) = extensions.as_chunks::<BLOCK>();
    established(base)
        .chain(edid::descriptors(base).iter().flat_map(described))
        .chain(standards(base.get(38..54).unwrap_or_default()))
        .chain(extensions.iter().flat_map(cta::modes))
        .max()
}

/// True if every mode that is offered can be read: all extensions that are
/// announced are there, and nothing is offered in a form that is not read here
/// (`DisplayID` and other extensions, CVT codes, more established timings).
pub(super) fn are_all_read(base: &[u8; BLOCK], extensions: &[u8]) -> bool {
    let (blocks, cut_off) = extensions.as_chunks::<BLOCK>();
    let is_read = |block: &[u8; BLOCK]| block[0] == BLOCK_MAP || cta::is_all_read(block);
    let is_coded = |descriptor: &[u8; 18]| matches!(descriptor, [0, 0, 0, 0xf7 | 0xf8, ..]);
    blocks.len() == usize::from(base[126])
        && cut_off.is_empty()
        && blocks.iter().all(is_read)
        && !edid::descriptors(base).iter().any(is_coded)
}

/// The tag of an extension that only lists the others.
const BLOCK_MAP: u8 = 0xf0;

/// The modes of a descriptor: a detailed timing, or six standard timings (tag FA).
fn described(descriptor: &[u8; 18]) -> Vec<Mode> {
    match descriptor {
        [0, 0, 0, 0xfa, _, timings @ ..] => standards(timings).collect(),
        timing => detailed(timing).into_iter().collect(),
    }
}

/// A detailed timing. `None` for interlaced ones, and for what is no timing.
pub(super) fn detailed(timing: &[u8; 18]) -> Option<Mode> {
    let join = |low: u8, high: u8| u16::from_be_bytes([high, low]);
    let width = join(timing[2], timing[4] >> 4);
    let height = join(timing[5], timing[7] >> 4);
    let line = u32::from(width) + u32::from(join(timing[3], timing[4] & 0x0f));
    let lines = u32::from(height) + u32::from(join(timing[6], timing[7] & 0x0f));
    let clock = u32::from(u16::from_le_bytes([timing[0], timing[1]])) * 10_000;
    let is_interlaced = timing[17] & 0x80 != 0;
    if clock == 0 || width == 0 || height == 0 || is_interlaced {
        return None;
    }
    let total = line * lines;
    Some(Mode::new(width, height, clock.saturating_add(total / 2) / total))
}

fn standards(timings: &[u8]) -> impl Iterator<Item = Mode> + '_ {
    timings.as_chunks::<2>().0.iter().filter_map(|&timing| standard(timing))
}

/// A standard timing: width in units of 8 beyond 248, ratio, refresh beyond 60.
fn standard([width, rest]: [u8; 2]) -> Option<Mode> {
    if width == 0 || [width, rest] == [1, 1] {
        return None;
    }
    let width = (u16::from(width) + 31) * 8;
    let height = match rest >> 6 {
        0 => width * 10 / 16,
        1 => width * 3 / 4,
        2 => width * 4 / 5,
        _ => width * 9 / 16,
    };
    Some(Mode::new(width, height, u32::from(rest & 0x3f) + 60))
}

/// The established timings: a byte and bit of the base block for each.
const ESTABLISHED: [(usize, u8, u16, u16, u32); 16] = [
    (35, 0x80, 720, 400, 70),
    (35, 0x40, 720, 400, 88),
    (35, 0x20, 640, 480, 60),
    (35, 0x10, 640, 480, 67),
    (35, 0x08, 640, 480, 72),
    (35, 0x04, 640, 480, 75),
    (35, 0x02, 800, 600, 56),
    (35, 0x01, 800, 600, 60),
    (36, 0x80, 800, 600, 72),
    (36, 0x40, 800, 600, 75),
    (36, 0x20, 832, 624, 75),
    (36, 0x08, 1024, 768, 60),
    (36, 0x04, 1024, 768, 70),
    (36, 0x02, 1024, 768, 75),
    (36, 0x01, 1280, 1024, 75),
    (37, 0x80, 1152, 870, 75),
];

fn established(base: &[u8; BLOCK]) -> impl Iterator<Item = Mode> + '_ {
    ESTABLISHED.iter().filter_map(|&(byte, bit, width, height, refresh)| {
        let is_offered = base.get(byte)? & bit != 0;
        is_offered.then(|| Mode::new(width, height, refresh))
    })
}
