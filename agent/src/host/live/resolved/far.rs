//! Under which names programs looked for the addresses far away.

use super::CNAME;
use super::address;
use super::plain;
use super::records;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// The names that lead to each address.
pub type Names = BTreeMap<IpAddr, BTreeSet<String>>;

/// The most names told of one address. A server of web pages has thousands;
/// which of them were meant, nobody could say.
const MOST: usize = 32;

/// The names in an answer, those that lead there by another name (CNAME) as
/// well; of more than 32 for one address, some. None if it is not such an answer.
pub fn read(answer: &[u8]) -> Names {
    let records = records(answer, "dns");
    let mut others: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for record in records.iter().filter(|record| record.key.kind == CNAME) {
        if let Some(name) = &record.name {
            others.entry(plain(name)).or_default().insert(plain(&record.key.name));
        }
    }
    let mut names = Names::new();
    for record in &records {
        if let Some(address) = address(record) {
            add(names.entry(address).or_default(), plain(&record.key.name), &others);
        }
    }
    names.retain(|_, names| !names.is_empty());
    names
}

/// Adds a name, and all others that lead to it.
fn add(names: &mut BTreeSet<String>, name: String, others: &BTreeMap<String, BTreeSet<String>>) {
    let mut found = vec![name];
    while let Some(name) = found.pop() {
        if names.len() == MOST || name.is_empty() || names.contains(&name) {
            continue;
        }
        found.extend(others.get(&name).into_iter().flatten().cloned());
        names.insert(name);
    }
}
