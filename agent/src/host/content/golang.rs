//! What Go writes into each program about its build (Go's `debug/buildinfo`).
//!
//! Since Go 1.18 both texts follow the header: flag 2. What older ones point
//! to is not read.

use super::plain;
use memchr::memmem;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;

/// How it begins; it stands at a multiple of 16 bytes.
pub(super) const MAGIC: &[u8] = b"\xff Go buildinf:";
const ALIGNED: u64 = 16;

/// The header: the magic, the size of a pointer, the flags, and room for two
/// pointers that only older ones have.
const HEADER: usize = 32;
const FLAGS: usize = 15;
const INLINE: u8 = 2;

/// Bytes of it that are read. What it says of the main module comes first.
const MOST: u64 = 64 << 10;

/// Each module text stands between 16 bytes that mark it.
const MARK: usize = 16;

/// Where in the file it begins, if it does in this piece, which begins at `start`.
pub(super) fn place(piece: &[u8], start: u64) -> Option<u64> {
    let places = memmem::find_iter(piece, MAGIC).map(|place| start + place as u64);
    places.into_iter().find(|place| place.is_multiple_of(ALIGNED))
}

/// The path of the main module; of a program that is of none, of its main
/// package.
pub(super) fn module(file: &mut (impl Read + Seek), place: u64) -> Option<String> {
    file.seek(SeekFrom::Start(place)).ok()?;
    let mut bytes = Vec::new();
    file.take(MOST).read_to_end(&mut bytes).ok()?;
    if bytes.get(FLAGS)? & INLINE == 0 {
        return None;
    }
    let (_version, rest) = text(bytes.get(HEADER..)?)?;
    let (modules, _) = text(rest)?;
    let lines = modules.get(MARK..)?.split(|&byte| byte == b'\n');
    let said = |what: &[u8]| {
        let value = lines.clone().find_map(|line| line.strip_prefix(what)?.strip_prefix(b"\t"));
        plain(value?.split(|&byte| byte == b'\t').next()?)
    };
    said(b"mod").or_else(|| said(b"path"))
}

/// A text after its length, seven bits in a byte, the lowest first; as much of
/// it as was read.
fn text(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let digits = bytes.iter().take(5).position(|byte| byte & 0x80 == 0)? + 1;
    let (length, rest) = bytes.split_at_checked(digits)?;
    let length = length.iter().rev().fold(0_usize, |sum, byte| sum << 7 | usize::from(byte & 0x7f));
    rest.split_at_checked(length.min(rest.len()))
}
