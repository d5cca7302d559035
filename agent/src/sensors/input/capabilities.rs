//! What an input device can send, as the kernel prints its bitmaps
//! (`input_print_bitmap`, `drivers/input/input.c`).

/// The most words a bitmap has: `KEY_CNT` (0x300) bits in words of 64.
const WORDS: usize = 12;

/// Event codes of `include/uapi/linux/input-event-codes.h`.
const REL_X: u32 = 0;
const REL_Y: u32 = 1;
const ABS_X: u32 = 0;
const ABS_Y: u32 = 1;
const BTN_LEFT: u32 = 0x110;
const BTN_TOOL_PEN: u32 = 0x140;
const BTN_TOOL_FINGER: u32 = 0x145;
const BTN_TOUCH: u32 = 0x14a;

/// The letters as they lie on a keyboard: `KEY_Q` to `KEY_P`, `KEY_A` to
/// `KEY_L`, `KEY_Z` to `KEY_M`.
const LETTERS: [(u32, u32); 3] = [(16, 25), (30, 38), (44, 50)];

/// A set of event codes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Codes {
    /// The lowest first.
    words: Vec<u64>,
}

impl Codes {
    /// Reads words of 64 bits in hexadecimal, the highest first, without the
    /// zeros in front: `1f0000 0 0 0 0` has the codes 0x110 to 0x114. What is no
    /// such bitmap has no codes.
    ///
    /// A kernel of 32 bits prints shorter words; no laptop we know has one.
    pub fn read(text: &str) -> Self {
        let words: Option<Vec<u64>> =
            text.split_whitespace().rev().map(|word| u64::from_str_radix(word, 16).ok()).collect();
        Self { words: words.filter(|words| words.len() <= WORDS).unwrap_or_default() }
    }

    fn has(&self, code: u32) -> bool {
        let word = usize::try_from(code / 64).ok().and_then(|index| self.words.get(index));
        word.is_some_and(|word| word >> (code % 64) & 1 == 1)
    }

    fn is_empty(&self) -> bool {
        self.words.iter().all(|&word| word == 0)
    }
}

/// What can be done with a device that sends these keys, relative and absolute
/// axes; each role once, sorted.
pub fn roles(key: &Codes, rel: &Codes, abs: &Codes) -> Vec<&'static str> {
    let mut roles = Vec::new();
    let is_touched = key.has(BTN_TOUCH) || (BTN_TOOL_PEN..=BTN_TOOL_FINGER).any(|it| key.has(it));
    let has_position = abs.has(ABS_X) && abs.has(ABS_Y);
    if has_position && !is_touched && key.has(BTN_LEFT) {
        roles.push("absolute pointer");
    }
    if LETTERS.iter().all(|&(first, last)| (first..=last).all(|letter| key.has(letter))) {
        roles.push("keyboard");
    }
    if rel.has(REL_X) && rel.has(REL_Y) {
        roles.push("relative pointer");
    }
    if has_position && is_touched {
        roles.push("touch");
    }
    if roles.is_empty() && !key.is_empty() {
        roles.push("buttons");
    }
    roles
}
