//! The lists of ranges others publish, as comma-separated text.
//!
//! * Tor's export of the IPFire database: `16842752,16843007,CN` for IPv4,
//!   addresses as text for IPv6, comments after `#`.
//! * ip-location-db: `1.0.0.0,1.0.0.255,AU` and
//!   `1.0.0.0,1.0.0.255,13335,"Cloudflare, Inc."`.

use super::ranges::Collected;
use super::ranges::Word;
use std::io::Read;
use std::net::IpAddr;
use std::net::Ipv4Addr;

/// Adds the ranges of a list; how many lines could not be read. Ranges of a
/// country that is none are not counted as such: they say that nobody knows.
pub fn read(text: impl Read, to: &mut Collected) -> Result<usize, String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .from_reader(text);
    let mut wrong = 0;
    let mut line = csv::ByteRecord::new();
    while reader.read_byte_record(&mut line).map_err(|error| format!("cannot be read: {error}"))? {
        match range(&line) {
            Some((first, last, Some(what))) => to.add(first, last, what),
            Some((_, _, None)) => {}
            None => wrong += 1,
        }
    }
    Ok(wrong)
}

type Row = (IpAddr, IpAddr, Option<Word>);

/// `None` for a line that is no range.
fn range(row: &csv::ByteRecord) -> Option<Row> {
    let text = |place: usize| str::from_utf8(row.get(place)?).ok();
    let (first, last, what) = (address(text(0)?)?, address(text(1)?)?, text(2)?);
    let word = match what.parse() {
        Ok(number) => {
            let organization = row.get(3).map(String::from_utf8_lossy).unwrap_or_default();
            Some(Word::System(number, organization.into_owned()))
        }
        Err(_) if what.len() == 2 || what.is_empty() => what.parse().ok().map(Word::Country),
        Err(_) => return None,
    };
    Some((first, last, word))
}

fn address(text: &str) -> Option<IpAddr> {
    let number = || text.parse::<u32>().ok().map(|number| IpAddr::V4(Ipv4Addr::from(number)));
    number().or_else(|| text.parse().ok())
}
