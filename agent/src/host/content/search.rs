//! One pass over a program for all that is looked for in it.

use super::MOST;
use super::golang;
use memchr::memmem;
use std::collections::BTreeSet;
use std::io;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;

/// Bytes that are looked at together.
const PIECE: usize = 1 << 18;

/// What a pass found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// The first bytes, which tell what kind of file it is.
    pub start: Vec<u8>,
    /// The markers that are there.
    pub markers: Vec<String>,
    /// Where what Go says of the build begins.
    pub build_information: Option<u64>,
}

/// Passes over the first 64 MiB. Pieces overlap, so that nothing is missed
/// where two of them meet.
pub(super) fn search(
    file: &mut (impl Read + Seek),
    markers: &BTreeSet<String>,
) -> io::Result<Found> {
    let mut wanted: Vec<(&String, memmem::Finder<'_>)> =
        markers.iter().map(|marker| (marker, memmem::Finder::new(marker))).collect();
    wanted.retain(|(marker, _)| !marker.is_empty() && marker.len() <= PIECE);
    let longest = wanted.iter().map(|(marker, _)| marker.len()).max().unwrap_or_default();
    let overlap = longest.max(golang::MAGIC.len());
    file.seek(SeekFrom::Start(0))?;
    let mut rest = file.take(MOST);
    let (mut found, mut piece, mut place) = (Found::default(), Vec::new(), 0);
    loop {
        let read = rest.by_ref().take(PIECE as u64).read_to_end(&mut piece)?;
        if read == 0 {
            break;
        }
        if found.start.is_empty() {
            found.start = piece.get(..16).unwrap_or(&piece).to_vec();
        }
        if found.build_information.is_none() {
            found.build_information = golang::place(&piece, place);
        }
        let lower = if wanted.is_empty() { Vec::new() } else { piece.to_ascii_lowercase() };
        wanted.retain(|(marker, finder)| {
            let is_there = finder.find(&lower).is_some();
            found.markers.extend(is_there.then(|| (*marker).clone()));
            !is_there
        });
        let gone = piece.len().saturating_sub(overlap);
        place += gone as u64;
        piece.drain(..gone);
    }
    found.markers.sort();
    Ok(found)
}
