//! The requests that keep Windows awake.
//!
//! Microsoft does not document their layout: it is that of Windows 10 (1607) and
//! later, and what does not fit is left out.

use crate::host::WakeRow;

/// The most requests of a list.
const MOST: usize = 1024;

/// The kinds of requests, in the order of their counts.
const KINDS: [&str; 6] =
    ["DISPLAY", "SYSTEM", "AWAYMODE", "EXECUTION", "PERFBOOST", "ACTIVELOCKSCREEN"];

/// A number of requests and where each begins; offsets are from the beginning of
/// what they stand in.
pub fn rows(list: &[u8]) -> Vec<WakeRow> {
    let count = long(list, 0).unwrap_or_default().min(MOST);
    let starts = (0..count).filter_map(|index| long(list, 8 + 8 * index));
    let requests = starts.filter_map(|start| list.get(start..));
    let mut rows: Vec<WakeRow> = requests.flat_map(request).collect();
    rows.sort();
    rows
}

/// A mask of kinds, a count of each, then who asks: a size, what kind of program it
/// is (1 and 2 are processes), where its name is, its number, where its reason is.
fn request(bytes: &[u8]) -> Vec<WakeRow> {
    const WHO: usize = 32;
    let Some(who) = bytes.get(WHO..) else { return Vec::new() };
    let is_process = matches!(word(who, 8), Some(1 | 2));
    let program = long(who, 16).filter(|&place| place != 0).and_then(|place| text(who, place));
    let process = word(who, 24).filter(|_| is_process);
    let held = KINDS
        .iter()
        .enumerate()
        .filter(|(index, _)| word(bytes, 4 + 4 * index).is_some_and(|count| count != 0));
    let row = |(_, kind): (usize, &&str)| WakeRow {
        what: (*kind).to_owned(),
        process,
        program: program.clone(),
        why: None,
    };
    held.map(row).collect()
}

fn word(bytes: &[u8], place: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(place..)?.first_chunk()?))
}

fn long(bytes: &[u8], place: usize) -> Option<usize> {
    usize::try_from(u64::from_le_bytes(*bytes.get(place..)?.first_chunk()?)).ok()
}

/// A text of at most 1,024 letters, up to its zero.
fn text(bytes: &[u8], place: usize) -> Option<String> {
    let units = bytes.get(place..)?.as_chunks::<2>().0.iter().take(1024);
    let units = units.map(|pair| u16::from_le_bytes(*pair)).take_while(|&unit| unit != 0);
    let text = String::from_utf16_lossy(&units.collect::<Vec<u16>>());
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A list of one request, in which a player holds the display.
    fn list(kind: u32) -> Vec<u8> {
        let mut bytes = [1_u64.to_le_bytes(), 16_u64.to_le_bytes()].concat();
        let counts = [7, u32::from(kind == 0), u32::from(kind == 1), 0, 0, 0, 0, 0];
        bytes.extend(counts.iter().flat_map(|count| count.to_le_bytes()));
        bytes.extend([64_u64, 1, 40, 4711, 0].iter().flat_map(|long| long.to_le_bytes()));
        bytes.extend("\\Device\\player.exe\0".encode_utf16().flat_map(u16::to_le_bytes));
        bytes
    }

    #[test]
    fn a_request_names_its_program() {
        let row = |what: &str| WakeRow {
            what: what.to_owned(),
            process: Some(4711),
            program: Some("\\Device\\player.exe".to_owned()),
            why: None,
        };
        assert_eq!(rows(&list(0)), [row("DISPLAY")]);
        assert_eq!(rows(&list(1)), [row("SYSTEM")]);
    }

    #[test]
    fn what_is_cut_off_is_left_out() {
        let whole = list(0);
        for length in 0..whole.len() {
            assert!(rows(&whole[..length]).len() <= 1);
        }
        assert_eq!(rows(&u64::MAX.to_le_bytes().repeat(9)), []);
    }
}
