//! What a display's name claims of its picture, held against its modes.

use super::modes::Mode;

/// Words by which makers tell that a picture has more than 1920x1200 pixels.
const WORDS: [&str; 7] = ["4K", "5K", "8K", "UHD", "QHD", "WQHD", "UWQHD"];

/// The pixels of 1920x1200, the most that KVM-over-IP boxes of this generation
/// take in.
const MOST: u32 = 1920 * 1200;

/// True if a name claims a higher picture than 1920x1200: by a word such as
/// `4K` or `QHD`, or by the two words `ULTRA HD`.
pub(super) fn is_high(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let words: Vec<&str> = upper.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    words.iter().any(|word| WORDS.contains(word))
        || words.windows(2).any(|pair| matches!(pair, ["ULTRA", "HD"]))
}

/// True if a mode is higher than 1920x1200.
pub(super) fn is_kept(highest: Mode) -> bool {
    highest.pixels() > MOST
}
