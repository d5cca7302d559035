//! Under which names the resolver knew the far ends of connections.
//!
//! It forgets a name after minutes, and a line to a relay lasts for days. So it
//! is asked once, when an address is first seen, and what it said is kept as
//! long as somebody is connected there.

use super::super::resolved::Names;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// The names of the far ends; an address without a name is there all the same.
#[derive(Default)]
pub struct Ends(Names);

impl Ends {
    /// Finds the names of these addresses; `ask` is called only if one of them
    /// is new. Of all others nothing is kept.
    pub fn find(&mut self, addresses: &BTreeSet<IpAddr>, ask: impl FnOnce() -> Names) {
        self.0.retain(|address, _| addresses.contains(address));
        if addresses.iter().all(|address| self.0.contains_key(address)) {
            return;
        }
        let mut names = ask();
        for address in addresses {
            let told = names.remove(address).unwrap_or_default();
            self.0.entry(*address).or_default().extend(told);
        }
    }

    /// The names of an address, sorted.
    pub fn of(&self, address: IpAddr) -> Vec<String> {
        self.0.get(&address).into_iter().flatten().cloned().collect()
    }
}
