//! EDIDs: as bytes, as digits, and as `edid-decode` prints them.

use super::Imported;
use super::Unreadable;
use crate::host::Platform;
use crate::host::Recording;

const HEADER: [u8; 8] = [0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00];

/// An EDID has at most 256 blocks of 128 bytes.
const LONGEST: usize = 256 * 128;

/// Takes an EDID that is the whole of a file, as bytes or as digits.
pub fn import(name: &str, content: &[u8]) -> Result<Imported, Unreadable> {
    let edid = match str::from_utf8(content) {
        Ok(text) if !content.starts_with(&HEADER) => digits(text)?,
        _ => content.to_vec(),
    };
    recording(name, "HDMI-A", &[edid])
}

/// Takes the EDIDs whose digits stand in what `edid-decode` printed.
pub fn import_decoded(name: &str, text: &str) -> Result<Imported, Unreadable> {
    let mut edids: Vec<Vec<u8>> = Vec::new();
    let mut place = Place::Text;
    for line in text.lines().map(str::trim) {
        if let Some(title) = title(line) {
            if place != Place::Copy {
                edids.push(Vec::new());
            } else if let Some(copied) = edids.last_mut() {
                copied.clear();
            }
            place = title;
        } else if let Some(bytes) = row(line) {
            // Below a title it is the next block that begins like an EDID.
            if place < Place::Copy && bytes.starts_with(&HEADER) {
                place = Place::Rows;
                edids.push(Vec::new());
            }
            if let Some(edid) = edids.last_mut().filter(|_| place != Place::Text) {
                edid.extend(bytes);
            }
        } else if !line.is_empty() {
            place = Place::Text;
        }
    }
    edids.retain(|edid| !edid.is_empty());
    if edids.is_empty() {
        edids = listed(text);
    }
    recording(name, if is_panel(text) { "eDP" } else { "HDMI-A" }, &edids)
}

/// The base blocks an old `edid-decode` lists field by field, as in
/// `established:     bf ef 80`. It lists no extensions, so a block may announce
/// some that are not there. One with a field missing or cut off is none.
fn listed(text: &str) -> Vec<Vec<u8>> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines.windows(FIELDS.len()).filter_map(block).collect()
}

/// The fields of a base block in their order, with their length in bytes.
const FIELDS: [(&str, usize); 13] = [
    ("header:", 8),
    ("serial number:", 10),
    ("version:", 2),
    ("basic params:", 5),
    ("chroma info:", 10),
    ("established:", 3),
    ("standard:", 16),
    ("descriptor 1:", 18),
    ("descriptor 2:", 18),
    ("descriptor 3:", 18),
    ("descriptor 4:", 18),
    ("extensions:", 1),
    ("checksum:", 1),
];

/// The base block these lines list. `None` if they are other lines.
fn block(lines: &[&str]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for (line, (label, length)) in lines.iter().zip(FIELDS) {
        let digits: String = line.strip_prefix(label)?.split_whitespace().collect();
        let field = hex::decode(digits).ok()?;
        bytes.extend(Some(field).filter(|field| field.len() == length)?);
    }
    Some(bytes)
}

/// Where in the text a line stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// Among words.
    Text,
    /// In rows of digits without a title.
    Rows,
    /// In the digits as they were read, which the program's own follow.
    Copy,
    /// In the digits the program took apart.
    Decoded,
}

/// `None` for a line that is no title above digits.
fn title(line: &str) -> Option<Place> {
    [("EDID (hex)", Place::Copy), ("edid-decode (hex)", Place::Decoded)]
        .into_iter()
        .find_map(|(start, place)| line.starts_with(start).then_some(place))
}

/// A machine with these displays. A file tells of one moment of one display,
/// so the connector is made up and its number is the place in the file.
fn recording(name: &str, connector: &str, edids: &[Vec<u8>]) -> Result<Imported, Unreadable> {
    if edids.iter().all(Vec::is_empty) {
        return Err(Unreadable("there is no EDID in it".to_owned()));
    }
    if edids.iter().any(|edid| edid.len() > LONGEST) {
        return Err(Unreadable(format!("an EDID is at most {LONGEST} bytes long")));
    }
    let mut recording = Recording::blank(Platform::Linux, name);
    for (index, edid) in edids.iter().enumerate() {
        let folder = format!("/sys/class/drm/card0-{connector}-{}", index + 1);
        recording.text.insert(format!("{folder}/status"), "connected".to_owned());
        recording.bytes.insert(format!("{folder}/edid"), hex::encode(once(edid)));
    }
    Ok(Imported::machine(recording, Vec::new()))
}

/// An EDID without its repetition: some programs read on where it has ended, and
/// a display then begins anew. Byte 126 tells how many blocks follow the first.
fn once(edid: &[u8]) -> &[u8] {
    let blocks = edid.get(126).map_or(1, |&more| 1 + usize::from(more));
    match edid.split_at_checked(blocks * 128) {
        Some((whole, again)) if again.starts_with(&HEADER) => whole,
        _ => edid,
    }
}

/// The bytes of a text of nothing but digits, such as `00ff`, `00 ff` or `0x00, 0xff`.
fn digits(text: &str) -> Result<Vec<u8>, Unreadable> {
    let words = text.split(|c: char| c.is_whitespace() || ",;:".contains(c));
    let digits: String = words.map(|word| word.strip_prefix("0x").unwrap_or(word)).collect();
    hex::decode(digits)
        .map_err(|_| Unreadable("it is neither an EDID nor its hexadecimal digits".to_owned()))
}

/// The bytes of a row of digits, up to 16 of them: in pairs, or without a space.
fn row(line: &str) -> Option<Vec<u8>> {
    let is_row = line.len() == 32 || line.split_whitespace().all(|pair| pair.len() == 2);
    let digits: String = line.split_whitespace().collect();
    let bytes = hex::decode(digits).ok().filter(|_| is_row)?;
    (1..=16).contains(&bytes.len()).then_some(bytes)
}

/// True if the text says that the display is a laptop's own panel. Lines with
/// names the display gives itself do not count.
fn is_panel(text: &str) -> bool {
    let plain = text.lines().filter(|line| !line.contains('\''));
    let mut words = plain.flat_map(|line| line.split(|c: char| !c.is_ascii_alphanumeric()));
    words.any(|word| word == "eDP")
}
