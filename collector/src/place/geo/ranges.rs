//! Ranges of addresses, each with what is known of it: found by halving, kept
//! in one small file.
//!
//! The file is a zstd frame of a first line that names the format, a line of
//! JSON with the [`About`], a line of JSON with the words, and the ranges, in
//! order, as little-endian numbers: counts, then for each its first and last
//! address and the number of its word.

use super::About;
use super::Voice;
use crate::place::country::Country;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::BufRead;
use std::io::Read;
use std::net::IpAddr;

const FORMAT: &str = "moored ranges 1";

/// No list of ranges is larger once unpacked; the largest there is has 40 MB.
const MOST: u64 = 512 << 20;

/// What is known of a range.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Word {
    /// The country it is used in.
    Country(Country),
    /// The autonomous system that announces it, and whose that is.
    System(u32, String),
}

/// Ranges of addresses that do not overlap, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ranges {
    words: Vec<Word>,
    narrow: Vec<(u32, u32, u32)>,
    wide: Vec<(u128, u128, u32)>,
}

/// Collects ranges in any order.
#[derive(Default)]
pub struct Collected {
    words: BTreeMap<Word, u32>,
    narrow: Vec<(u32, u32, u32)>,
    wide: Vec<(u128, u128, u32)>,
}

impl Collected {
    /// Adds a range; one that ends before it begins, or begins in one family
    /// and ends in the other, is left out.
    pub fn add(&mut self, first: IpAddr, last: IpAddr, word: Word) {
        let next = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        let word = *self.words.entry(word).or_insert(next);
        match (first, last) {
            (IpAddr::V4(first), IpAddr::V4(last)) if first <= last => {
                self.narrow.push((first.into(), last.into(), word));
            }
            (IpAddr::V6(first), IpAddr::V6(last)) if first <= last => {
                self.wide.push((first.into(), last.into(), word));
            }
            _ => {}
        }
    }

    /// The ranges in order; of two that overlap the later beginning is left out.
    pub fn finish(self) -> Ranges {
        let mut words: Vec<(Word, u32)> = self.words.into_iter().collect();
        words.sort_by_key(|(_, number)| *number);
        Ranges {
            words: words.into_iter().map(|(word, _)| word).collect(),
            narrow: in_order(self.narrow),
            wide: in_order(self.wide),
        }
    }
}

fn in_order<T: Ord + Copy>(mut ranges: Vec<(T, T, u32)>) -> Vec<(T, T, u32)> {
    ranges.sort_unstable();
    let mut end = None;
    ranges.retain(|&(first, last, _)| {
        let is_apart = end.is_none_or(|end| first > end);
        if is_apart {
            end = Some(last);
        }
        is_apart
    });
    ranges.shrink_to_fit();
    ranges
}

impl Ranges {
    /// What is known of an address.
    pub fn ask(&self, address: IpAddr) -> Option<Voice> {
        let word = match address {
            IpAddr::V4(address) => find(&self.narrow, u32::from(address)),
            IpAddr::V6(address) => find(&self.wide, u128::from(address)),
        };
        let word = self.words.get(usize::try_from(word?).ok()?)?;
        Some(match word.clone() {
            Word::Country(country) => Voice { country: Some(country), ..Voice::default() },
            Word::System(number, organization) => Voice {
                system: Some(number),
                organization: Some(organization).filter(|name| !name.is_empty()),
                ..Voice::default()
            },
        })
    }

    /// How many ranges there are.
    pub fn len(&self) -> usize {
        self.narrow.len() + self.wide.len()
    }

    /// True if there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The file of these ranges.
    pub fn to_file(&self, about: &About) -> std::io::Result<Vec<u8>> {
        let mut bytes = format!("{FORMAT}\n").into_bytes();
        for line in [serde_json::to_vec(about)?, serde_json::to_vec(&self.words)?] {
            bytes.extend(line);
            bytes.push(b'\n');
        }
        bytes.extend((self.narrow.len() as u64).to_le_bytes());
        bytes.extend((self.wide.len() as u64).to_le_bytes());
        for (first, last, word) in &self.narrow {
            bytes.extend([first, last, word].map(|number| number.to_le_bytes()).concat());
        }
        for (first, last, word) in &self.wide {
            bytes.extend([first, last].map(|number| number.to_le_bytes()).concat());
            bytes.extend(word.to_le_bytes());
        }
        zstd::encode_all(bytes.as_slice(), 19)
    }

    /// Reads such a file.
    pub fn from_file(file: &[u8]) -> Result<(About, Self), String> {
        let broken = |error: std::io::Error| format!("is broken: {error}");
        let mut bytes = Vec::new();
        let decoder = zstd::Decoder::new(file).map_err(broken)?;
        decoder.take(MOST).read_to_end(&mut bytes).map_err(broken)?;
        let mut rest = bytes.as_slice();
        if line(&mut rest)? != FORMAT.as_bytes() {
            return Err("is not in the format this collector reads; make it anew".to_owned());
        }
        let about = json(line(&mut rest)?)?;
        let words: Vec<Word> = json(line(&mut rest)?)?;
        let [narrow, wide] = [number(&mut rest)?, number(&mut rest)?];
        let ranges = Self {
            narrow: in_order(numbers(&mut rest, narrow, |row: &[u8; 12]| {
                Some((u32_at(row, 0)?, u32_at(row, 4)?, u32_at(row, 8)?))
            })?),
            wide: in_order(numbers(&mut rest, wide, |row: &[u8; 36]| {
                Some((u128_at(row, 0)?, u128_at(row, 16)?, u32_at(row, 32)?))
            })?),
            words,
        };
        Ok((about, ranges))
    }
}

fn find<T: Ord + Copy>(ranges: &[(T, T, u32)], address: T) -> Option<u32> {
    let after = ranges.partition_point(|&(first, _, _)| first <= address);
    let &(_, last, word) = ranges.get(after.checked_sub(1)?)?;
    (address <= last).then_some(word)
}

fn line<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], String> {
    let end = rest.iter().position(|&byte| byte == b'\n').ok_or("ends too early")?;
    let (line, after) = rest.split_at(end);
    *rest = after;
    rest.consume(1);
    Ok(line)
}

fn json<T: serde::de::DeserializeOwned>(line: &[u8]) -> Result<T, String> {
    serde_json::from_slice(line).map_err(|error| format!("is broken: {error}"))
}

fn number(rest: &mut &[u8]) -> Result<usize, String> {
    let (bytes, after) = rest.split_first_chunk::<8>().ok_or("ends too early")?;
    *rest = after;
    usize::try_from(u64::from_le_bytes(*bytes)).map_err(|error| error.to_string())
}

/// As many rows of `N` bytes as are said to follow. The bytes must be there.
fn numbers<const N: usize, T>(
    rest: &mut &[u8],
    count: usize,
    row: impl Fn(&[u8; N]) -> Option<T>,
) -> Result<Vec<T>, String> {
    let length = count.checked_mul(N).filter(|&length| length <= rest.len());
    let (rows, after) = rest.split_at(length.ok_or("ends too early")?);
    *rest = after;
    let (rows, _) = rows.as_chunks::<N>();
    Ok(rows.iter().filter_map(row).collect())
}

fn u32_at(row: &[u8], place: usize) -> Option<u32> {
    row.get(place..)?.first_chunk().copied().map(u32::from_le_bytes)
}

fn u128_at(row: &[u8], place: usize) -> Option<u128> {
    row.get(place..)?.first_chunk().copied().map(u128::from_le_bytes)
}
