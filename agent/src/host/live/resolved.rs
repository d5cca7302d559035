//! The names systemd-resolved remembers: from multicast DNS those of machines
//! near by, from DNS those under which programs looked for others far away.
//! Asking for its cache makes it send nothing.
//!
//! Method `DumpCache` of the varlink interface `io.systemd.Resolve.Monitor`
//! (systemd 254 and later). Where it is not there, or not for us, there are no
//! names.

mod far;
#[cfg(test)]
mod tests;

use serde::Deserialize;
use std::collections::BTreeMap;
use std::io;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::io::Write;
use std::net::IpAddr;
use std::net::Ipv6Addr;
use std::os::unix::net::UnixStream;
use std::time::Duration;

pub use far::Names;
pub use far::read as read_far;

/// Where the resolver listens for those who watch it.
const SOCKET: &str = "/run/systemd/resolve/io.systemd.Resolve.Monitor";

/// A varlink message is JSON and ends in a zero byte.
const QUESTION: &[u8] =
    b"{\"method\":\"io.systemd.Resolve.Monitor.DumpCache\",\"parameters\":{}}\0";

/// The resolver answers at once, or we do without.
const PATIENCE: Duration = Duration::from_secs(1);

/// The most bytes of an answer: each scope keeps at most 4096 entries.
const MOST: u64 = 16 << 20;

/// The numbers of the record types (RFC 1035 §3.2.2, RFC 3596 §2.1).
const A: u16 = 1;
const CNAME: u16 = 5;
const PTR: u16 = 12;
const AAAA: u16 = 28;

/// The `.local` name of each address the resolver has one for.
pub fn names() -> BTreeMap<IpAddr, String> {
    ask().map(|answer| read(&answer)).unwrap_or_default()
}

/// The names by which DNS led to each address.
pub fn far() -> Names {
    ask().map(|answer| far::read(&answer)).unwrap_or_default()
}

fn ask() -> io::Result<Vec<u8>> {
    let mut stream = UnixStream::connect(SOCKET)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(QUESTION)?;
    let mut answer = Vec::new();
    BufReader::new(stream.take(MOST)).read_until(0, &mut answer)?;
    Ok(answer)
}

#[derive(Deserialize)]
struct Answer {
    parameters: Parameters,
}

#[derive(Deserialize)]
struct Parameters {
    dump: Vec<Scope>,
}

/// What is remembered of one protocol on one interface.
#[derive(Deserialize)]
struct Scope {
    protocol: String,
    #[serde(default)]
    cache: Option<Vec<Entry>>,
}

/// What is remembered of one question; without records, that there is no answer.
#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    rrs: Option<Vec<Stored>>,
}

#[derive(Deserialize)]
struct Stored {
    #[serde(default)]
    rr: Option<Record>,
}

#[derive(Deserialize)]
struct Record {
    key: Key,
    /// What a PTR or CNAME record points to.
    #[serde(default)]
    name: Option<String>,
    /// The bytes of an A or AAAA record.
    #[serde(default)]
    address: Option<Vec<u8>>,
}

#[derive(Deserialize)]
struct Key {
    #[serde(rename = "type")]
    kind: u16,
    name: String,
}

/// The names in an answer; of several for one address the first in the alphabet.
/// None if it is not such an answer.
pub fn read(answer: &[u8]) -> BTreeMap<IpAddr, String> {
    let mut names = BTreeMap::new();
    for (address, name) in records(answer, "mdns").iter().filter_map(named) {
        let known = names.entry(address).or_insert_with(|| name.clone());
        if name < *known {
            *known = name;
        }
    }
    names
}

/// The records of one protocol in an answer.
fn records(answer: &[u8], protocol: &str) -> Vec<Record> {
    let answer = answer.strip_suffix(&[0]).unwrap_or(answer);
    let Ok(Answer { parameters }) = serde_json::from_slice(answer) else {
        return Vec::new();
    };
    let scopes = parameters.dump.into_iter().filter(|scope| scope.protocol == protocol);
    let entries = scopes.filter_map(|scope| scope.cache).flatten();
    entries.filter_map(|entry| entry.rrs).flatten().filter_map(|stored| stored.rr).collect()
}

/// The address a record gives a `.local` name to; `None` if it does not.
fn named(record: &Record) -> Option<(IpAddr, String)> {
    let (address, name) = match record.key.kind {
        PTR => (reversed(&record.key.name)?, record.name.as_ref()?),
        _ => (address(record)?, &record.key.name),
    };
    let name = plain(name);
    let is_local = name.strip_suffix(".local").is_some_and(|host| !host.is_empty());
    is_local.then_some((address, name))
}

/// The address in an A or AAAA record; `None` in every other.
fn address(record: &Record) -> Option<IpAddr> {
    let bytes = record.address.as_deref();
    match record.key.kind {
        A => Some(IpAddr::from(*bytes?.as_array::<4>()?)),
        AAAA => Some(IpAddr::from(*bytes?.as_array::<16>()?)),
        _ => None,
    }
}

/// A name in lower case, without the point it may end in.
fn plain(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

/// The address whose reverse name this is (RFC 1035 §3.5, RFC 3596 §2.5);
/// `None` for every other name.
fn reversed(name: &str) -> Option<IpAddr> {
    let name = plain(name);
    if let Some(bytes) = name.strip_suffix(".in-addr.arpa") {
        let backwards: Vec<&str> = bytes.rsplit('.').collect();
        return backwards.join(".").parse().ok().map(IpAddr::V4);
    }
    let digits = name.strip_suffix(".ip6.arpa")?.rsplit('.');
    let digits: Option<Vec<u128>> = digits.map(digit).collect();
    let digits = digits.filter(|digits| digits.len() == 32)?;
    let number = digits.iter().fold(0, |number, digit| number << 4 | digit);
    Some(IpAddr::V6(Ipv6Addr::from_bits(number)))
}

/// `None` unless the text is one hexadecimal digit.
fn digit(text: &str) -> Option<u128> {
    let &[byte] = text.as_bytes() else { return None };
    char::from(byte).to_digit(16).map(u128::from)
}
