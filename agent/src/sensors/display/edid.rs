//! What an EDID says of its display (VESA E-EDID 1.4 §3).
//!
//! The bytes come from the display, so anything may be in them. What is cut off
//! or without meaning is left out.

use super::claim;
use super::modes;
use super::modes::Mode;
use crate::sensors::sha256;

/// What an EDID says; the words are those of the display sensor's fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edid {
    /// The manufacturer's three letters; `None` if they are none.
    pub pnp_id: Option<String>,
    /// The manufacturer's number for the product.
    pub product_code: u16,
    /// The serial number; `None` if it is 0, which means there is none.
    pub serial_number: Option<u32>,
    /// The first display product name (tag FC).
    pub name: Option<String>,
    /// The first display product serial number (tag FF).
    pub serial: Option<String>,
    /// The alphanumeric data strings (tag FE).
    pub strings: Vec<String>,
    /// Week of manufacture; `None` for none given, or a model year.
    pub week: Option<u8>,
    /// Year of manufacture, or model year; `None` if not given.
    pub year: Option<u16>,
    /// Width and height in cm; `None` if not given, or given as a ratio.
    pub size: Option<(u8, u8)>,
    /// The progressive mode with most pixels, then the highest refresh rate.
    pub highest_mode: Option<Mode>,
    /// True if the name claims a picture above 1920x1200 (`4K`, `QHD`) and no
    /// mode has it. `None` if the name claims nothing, or not all modes are known.
    pub short_of_name: Option<bool>,
}

/// The length of the base block and of each extension.
pub(super) const BLOCK: usize = 128;
const HEADER: [u8; 8] = [0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0];
/// Where the four 18-byte descriptors of the base block begin.
const DESCRIPTORS: usize = 54;
const NAME: u8 = 0xfc;
const SERIAL: u8 = 0xff;
const STRING: u8 = 0xfe;

/// Reads an EDID. `None` without a whole base block that begins with the header.
pub fn decode(edid: &[u8]) -> Option<Edid> {
    let (base, extensions) = edid.split_first_chunk::<BLOCK>()?;
    if !base.starts_with(&HEADER) {
        return None;
    }
    let serial_number = u32::from_le_bytes([base[12], base[13], base[14], base[15]]);
    let (week, year, width, height) = (base[16], base[17], base[21], base[22]);
    let mut decoded = Edid {
        pnp_id: pnp_id(u16::from_be_bytes([base[8], base[9]])),
        product_code: u16::from_le_bytes([base[10], base[11]]),
        serial_number: Some(serial_number).filter(|&number| number != 0),
        week: Some(week).filter(|week| (1..=54).contains(week)),
        year: Some(year).filter(|&year| year != 0).map(|year| 1990 + u16::from(year)),
        size: Some((width, height)).filter(|&(width, height)| width != 0 && height != 0),
        highest_mode: modes::highest(base, extensions),
        ..Edid::default()
    };
    for descriptor in descriptors(base) {
        decoded.add(descriptor);
    }
    decoded.short_of_name = decoded.short_of_name(base, extensions);
    Some(decoded)
}

impl Edid {
    /// An analog socket may honestly offer less than the name says.
    fn short_of_name(&self, base: &[u8; BLOCK], extensions: &[u8]) -> Option<bool> {
        let is_digital = base[20] & 0x80 != 0;
        let claims = self.name.as_deref().is_some_and(claim::is_high);
        if !claims || !is_digital {
            return None;
        }
        if claim::is_kept(self.highest_mode?) {
            return Some(false);
        }
        modes::are_all_read(base, extensions).then_some(true)
    }

    /// Takes in a descriptor that is a text; others are passed over.
    fn add(&mut self, descriptor: &[u8; 18]) {
        let &[0, 0, 0, tag, _, ref text @ ..] = descriptor else {
            return;
        };
        let text = text_of(text);
        match tag {
            NAME if self.name.is_none() => self.name = text,
            SERIAL if self.serial.is_none() => self.serial = text,
            STRING => self.strings.extend(text),
            _ => {}
        }
    }
}

/// The four descriptors of a base block, which are texts, limits or timings.
pub(super) fn descriptors(base: &[u8; BLOCK]) -> &[[u8; 18]] {
    let (descriptors, _) = base.get(DESCRIPTORS..).unwrap_or_default().as_chunks::<18>();
    descriptors
}

/// Three letters of five bits each, 1 being `A`.
fn pnp_id(packed: u16) -> Option<String> {
    [10, 5, 0]
        .into_iter()
        .map(|shift| match packed >> shift & 0x1f {
            letter @ 1..=26 => u8::try_from(letter).ok().map(|letter| char::from(b'@' + letter)),
            _ => None,
        })
        .collect()
}

/// A text up to its line feed, without the spaces around it; bytes that are not
/// printable ASCII become U+FFFD. `None` if nothing is left.
fn text_of(bytes: &[u8]) -> Option<String> {
    let line = bytes.split(|&byte| byte == b'\n').next()?;
    let printable = |&byte: &u8| match byte {
        b' '..=b'~' => char::from(byte),
        _ => char::REPLACEMENT_CHARACTER,
    };
    let text: String = line.iter().map(printable).collect();
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The SHA-256 of an EDID with its identity zeroed: what stays when a display
/// is renamed.
///
/// Zeroed are maker, product, serial number, week and year (bytes 8 to 17), the
/// texts of name, serial and string descriptors, and the checksums.
pub fn shape_hash(edid: &[u8]) -> String {
    let mut shape = edid.to_vec();
    if let Some(identity) = shape.get_mut(HEADER.len()..18) {
        identity.fill(0);
    }
    let texts = shape.get_mut(DESCRIPTORS..BLOCK).unwrap_or_default();
    for descriptor in texts.as_chunks_mut::<18>().0 {
        if let [0, 0, 0, NAME | SERIAL | STRING, _, text @ ..] = descriptor {
            text.fill(0);
        }
    }
    for [.., checksum] in shape.as_chunks_mut::<BLOCK>().0 {
        *checksum = 0;
    }
    sha256(&shape)
}

/// Zeroes what tells one display from another of its kind: the serial number
/// and the serial number's text. The base block's checksum is made right again.
pub fn blank_serial(edid: &mut [u8]) {
    let Some(base) = edid.first_chunk_mut::<BLOCK>() else {
        return;
    };
    base[12..16].fill(0);
    for descriptor in base[DESCRIPTORS..].as_chunks_mut::<18>().0 {
        if let [0, 0, 0, SERIAL, _, text @ ..] = descriptor {
            text.fill(b' ');
        }
    }
    let [rest @ .., checksum] = base;
    *checksum = rest.iter().fold(0, |sum: u8, byte| sum.wrapping_sub(*byte));
}

/// True if an EDID says that it comes over a cable that leaves the laptop: it is
/// analog, or it speaks of HDMI or DVI (VESA E-EDID 1.4 §3.6.1, CTA-861 §7.4).
pub(super) fn is_external(edid: &[u8]) -> bool {
    let Some((base, extensions)) = edid.split_first_chunk::<BLOCK>() else { return false };
    let is_named = base[18] == 1 && base[19] >= 4 && (1..=3).contains(&(base[20] & 0x0f));
    // The licensing bodies of HDMI, lowest byte first, behind the head of a vendor's block.
    let of_hdmi = |bytes: &[u8]| matches!(bytes, [head, rest @ ..] if head >> 5 == 3 && (rest == [0x03, 0x0c, 0x00] || rest == [0xd8, 0x5d, 0xc4]));
    base.starts_with(&HEADER)
        && (base[20] & 0x80 == 0 || is_named || extensions.windows(4).any(of_hdmi))
}
