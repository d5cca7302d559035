//! The picture modes a CTA-861 extension of an EDID offers.

use super::edid::BLOCK;
use super::modes::Mode;
use super::modes::detailed;

/// The tag of a CTA-861 extension.
const TAG: u8 = 2;

/// The modes of a CTA-861 extension: those its data blocks name by number, and
/// its detailed timings. None for other extensions.
pub(super) fn modes(block: &[u8; BLOCK]) -> Vec<Mode> {
    let &[TAG, _, timings, ..] = block else {
        return Vec::new();
    };
    let named = data_blocks(block).into_iter().flat_map(named);
    let timings = match usize::from(timings) {
        start @ 4.. => block.get(start..BLOCK - 1).unwrap_or_default(),
        _ => &[],
    };
    named.chain(timings.as_chunks::<18>().0.iter().filter_map(detailed)).collect()
}

/// True for a CTA-861 extension whose every mode is among `modes`: nothing in it
/// is damaged, is newer than what is read here, or says that more extensions
/// follow than the base block announces.
pub(super) fn is_all_read(block: &[u8; BLOCK]) -> bool {
    let timings = usize::from(block[2]);
    let blocks = data_blocks(block);
    let length: usize = blocks.iter().map(|block| 1 + block.data.len()).sum();
    block[0] == TAG
        && (timings == 0 || (4..BLOCK).contains(&timings))
        && length == timings.saturating_sub(4)
        && blocks.into_iter().all(DataBlock::is_read)
}

/// A data block: its tag, of 3 bits, and what follows it.
#[derive(Clone, Copy)]
struct DataBlock<'a> {
    tag: u8,
    data: &'a [u8],
}

impl DataBlock<'_> {
    /// False for a block that offers modes which are not read here: `DisplayID`
    /// timings (extended tags 34, 35 and 42), codes beyond the last known one,
    /// and the count of extensions that overrides the base block's (120).
    fn is_read(self) -> bool {
        match (self.tag, self.data) {
            (VIDEO, numbers) | (EXTENDED, [14, numbers @ ..]) => {
                numbers.iter().all(|&number| number < 220)
            }
            (EXTENDED, [34 | 35 | 42 | 120, ..]) => false,
            _ => true,
        }
    }
}

/// The tag of a video data block.
const VIDEO: u8 = 2;
/// The tag of a vendor's own data block.
const VENDOR: u8 = 3;
/// The tag of a data block whose first byte says what it is.
const EXTENDED: u8 = 7;

/// The data blocks of an extension, up to one that would reach beyond them.
fn data_blocks(block: &[u8; BLOCK]) -> Vec<DataBlock<'_>> {
    let mut rest = block.get(4..usize::from(block[2])).unwrap_or_default();
    let mut blocks = Vec::new();
    while let Some((&header, after)) = rest.split_first() {
        let Some((data, after)) = after.split_at_checked(usize::from(header & 0x1f)) else {
            break;
        };
        blocks.push(DataBlock { tag: header >> 5, data });
        rest = after;
    }
    blocks
}

/// The modes a data block names: a video data block, a YCbCr 4:2:0 video data
/// block (extended tag 14), or the vendor's block of HDMI.
fn named(block: DataBlock) -> Vec<Mode> {
    match (block.tag, block.data) {
        (VIDEO, numbers) | (EXTENDED, [14, numbers @ ..]) => {
            numbers.iter().filter_map(|&number| numbered(number)).collect()
        }
        (VENDOR, [0x03, 0x0c, 0x00, _, _, _, _, flags, rest @ ..]) => hdmi(*flags, rest),
        _ => Vec::new(),
    }
}

/// The modes of 4K that HDMI 1.4 (§8.2.3.1, §8.3.2) numbers by itself. The flags
/// tell whether there are any, and what stands before them.
fn hdmi(flags: u8, rest: &[u8]) -> Vec<Mode> {
    let latencies = match flags >> 6 {
        3 => 4,
        2 => 2,
        _ => 0,
    };
    match rest.get(latencies..) {
        Some([_, lengths, numbers @ ..]) if flags & 0x20 != 0 => {
            let numbers = numbers.iter().take(usize::from(lengths >> 5));
            numbers.filter_map(|&number| hdmi_mode(number)).collect()
        }
        _ => Vec::new(),
    }
}

fn hdmi_mode(number: u8) -> Option<Mode> {
    match number {
        1 => Some(Mode::new(3840, 2160, 30)),
        2 => Some(Mode::new(3840, 2160, 25)),
        3 => Some(Mode::new(3840, 2160, 24)),
        4 => Some(Mode::new(4096, 2160, 24)),
        _ => None,
    }
}

/// A mode by its video identification code. Codes up to 64 may carry a mark for
/// native modes in the highest bit.
fn numbered(number: u8) -> Option<Mode> {
    let number = if (129..=192).contains(&number) { number & 0x7f } else { number };
    NUMBERED.iter().find_map(|&(first, width, height, rates)| {
        let index = number.checked_sub(first)?;
        rates.get(usize::from(index)).map(|&refresh| Mode::new(width, height, refresh))
    })
}

/// The progressive modes with a video identification code (CTA-861-I):
/// the first code, width, height, and the refresh rates from that code on.
const NUMBERED: [(u8, u16, u16, &[u32]); 34] = [
    (1, 640, 480, &[60]),
    (2, 720, 480, &[60, 60]),
    (4, 1280, 720, &[60]),
    (16, 1920, 1080, &[60]),
    (17, 720, 576, &[50, 50]),
    (19, 1280, 720, &[50]),
    (31, 1920, 1080, &[50, 24, 25, 30]),
    (41, 1280, 720, &[100]),
    (42, 720, 576, &[100, 100]),
    (47, 1280, 720, &[120]),
    (48, 720, 480, &[120, 120]),
    (60, 1280, 720, &[24, 25, 30]),
    (63, 1920, 1080, &[120, 100]),
    (65, 1280, 720, &[24, 25, 30, 50, 60, 100, 120]),
    (72, 1920, 1080, &[24, 25, 30, 50, 60, 100, 120]),
    (79, 1680, 720, &[24, 25, 30, 50, 60, 100, 120]),
    (86, 2560, 1080, &[24, 25, 30, 50, 60, 100, 120]),
    (93, 3840, 2160, &[24, 25, 30, 50, 60]),
    (98, 4096, 2160, &[24, 25, 30, 50, 60]),
    (103, 3840, 2160, &[24, 25, 30, 50, 60]),
    (108, 1280, 720, &[48, 48]),
    (110, 1680, 720, &[48]),
    (111, 1920, 1080, &[48, 48]),
    (113, 2560, 1080, &[48]),
    (114, 3840, 2160, &[48]),
    (115, 4096, 2160, &[48]),
    (116, 3840, 2160, &[48]),
    (117, 3840, 2160, &[100, 120, 100, 120]),
    (121, 5120, 2160, &[24, 25, 30, 48, 50, 60, 100]),
    (193, 5120, 2160, &[120]),
    (194, 7680, 4320, &[24, 25, 30, 48, 50, 60, 100, 120]),
    (202, 7680, 4320, &[24, 25, 30, 48, 50, 60, 100, 120]),
    (210, 10240, 4320, &[24, 25, 30, 48, 50, 60, 100, 120]),
    (218, 4096, 2160, &[100, 120]),
];
