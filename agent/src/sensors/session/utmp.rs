//! The table of logins of machines without logind (utmp(5)): records of 384
//! bytes, as glibc lays out `struct utmp` on x86-64 (`bits/utmp.h`).
//!
//! Read here and not by a crate, since those read with the layout of the
//! machine they run on, and recordings are read on every machine.

use std::iter;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::ops::Range;

/// The length of a record in bytes.
pub const RECORD: usize = 384;

/// `ut_type` of a user's login.
const USER_PROCESS: u16 = 7;

const KIND: usize = 0;
const ID: usize = 4;
const LINE: Range<usize> = 8..40;
const USER: Range<usize> = 44..76;
const HOST: Range<usize> = 76..332;
const ADDRESS: usize = 348;

/// An address of the documentation's (RFC 5737), for tables that are shown.
const STAND_IN: [u8; 4] = [192, 0, 2, 1];

/// A user's login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The id of the process that holds it.
    pub process: u32,
    /// The terminal without `/dev/`, such as `pts/0`, or a display, such as `:0`.
    pub line: String,
    /// Who is logged in.
    pub user: String,
    /// Where from, as the program that let them in puts it: an address, a name,
    /// a display, or words of its own.
    pub host: String,
    /// The address they come from, if one was noted.
    pub address: Option<IpAddr>,
}

/// The logins in a table; `None` if it is not made of such records.
pub fn parse(table: &[u8]) -> Option<Vec<Entry>> {
    let (records, rest) = table.as_chunks::<RECORD>();
    rest.is_empty().then(|| records.iter().filter_map(entry).collect())
}

/// Takes names, hosts and addresses out of a table; `stand_in` gives what is
/// put in for a host.
pub fn blank(table: &mut [u8], stand_in: impl Fn(&Entry) -> &'static str) {
    for record in table.as_chunks_mut::<RECORD>().0 {
        let entry = entry(record);
        let address = entry.as_ref().and_then(|entry| entry.address).map(|_| STAND_IN);
        fill(record, USER, if entry.is_some() { b"user" } else { b"" });
        fill(record, HOST, entry.as_ref().map(&stand_in).unwrap_or_default().as_bytes());
        fill(record, ADDRESS..ADDRESS + 16, &address.unwrap_or_default());
    }
}

/// `None` for what is no login of a user, as boots and waiting terminals are.
fn entry(record: &[u8; RECORD]) -> Option<Entry> {
    let kind = u16::from_le_bytes(*record.get(KIND..)?.first_chunk()?);
    let process = u32::from_le_bytes(*record.get(ID..)?.first_chunk()?);
    let entry = Entry {
        process,
        line: text(record.get(LINE)?),
        user: text(record.get(USER)?),
        host: text(record.get(HOST)?),
        address: address(record.get(ADDRESS..)?.first_chunk()?),
    };
    (kind == USER_PROCESS && !entry.line.is_empty() && !entry.user.is_empty()).then_some(entry)
}

/// Up to the first zero byte, if there is one.
fn text(bytes: &[u8]) -> String {
    let bytes = bytes.split(|&byte| byte == 0).next().unwrap_or_default();
    let visible = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
    String::from_utf8_lossy(bytes).chars().map(visible).collect()
}

/// An IPv4 address fills only the first four of the sixteen bytes.
fn address(bytes: &[u8; 16]) -> Option<IpAddr> {
    let (first, rest) = bytes.split_first_chunk::<4>()?;
    if rest.iter().any(|&byte| byte != 0) {
        return Some(Ipv6Addr::from(*bytes).to_canonical());
    }
    (*first != [0; 4]).then(|| Ipv4Addr::from(*first).into())
}

fn fill(record: &mut [u8; RECORD], place: Range<usize>, bytes: &[u8]) {
    let Some(place) = record.get_mut(place) else { return };
    let bytes = bytes.iter().chain(iter::repeat(&0));
    for (to, byte) in place.iter_mut().zip(bytes) {
        *to = *byte;
    }
}
