//! Which of the processes that hold a socket it belongs to.

use crate::host::ProcessRow;
use crate::sensors::process;
use std::collections::BTreeMap;

/// A service manager opens sockets for services that it starts, and keeps
/// holding them.
const OPENS_FOR_OTHERS: &str = "systemd";

/// No family of processes is deeper; a table read while it changed may have loops.
const DEEPEST: usize = 64;

/// The processes, by their ids.
pub struct Processes<'a>(BTreeMap<u32, &'a ProcessRow>);

impl<'a> Processes<'a> {
    /// Of a process table.
    pub fn new(rows: &'a [ProcessRow]) -> Self {
        Self(rows.iter().map(|row| (row.id, row)).collect())
    }

    /// The process of that id.
    pub fn get(&self, id: u32) -> Option<&'a ProcessRow> {
        self.0.get(&id).copied()
    }

    /// The process a socket belongs to: the eldest of its holders, but a service
    /// manager only if nobody else holds it.
    pub fn owner(&self, holders: &[u32]) -> Option<u32> {
        let services: Vec<u32> =
            holders.iter().copied().filter(|&id| !self.opens_for_others(id)).collect();
        let heirs = if services.is_empty() { holders } else { &services };
        let is_eldest = |&id: &u32| {
            heirs.iter().all(|&other| other == id || self.generations(id, other).is_none())
        };
        heirs.iter().copied().find(is_eldest).or_else(|| heirs.first().copied())
    }

    /// How many generations `process` is below `ancestor`: 0 if it is the same,
    /// `None` if it does not descend from it.
    pub fn generations(&self, process: u32, ancestor: u32) -> Option<usize> {
        let parent = |&id: &u32| self.get(id)?.parent;
        std::iter::successors(Some(process), parent).take(DEEPEST).position(|id| id == ancestor)
    }

    fn opens_for_others(&self, id: u32) -> bool {
        let executable = self.get(id).and_then(|row| row.executable.as_deref());
        id == 1 || executable.and_then(process::program).as_deref() == Some(OPENS_FOR_OTHERS)
    }
}
