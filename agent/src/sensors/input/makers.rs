//! Which programs may have made the devices that are no hardware.
//!
//! A program makes them through one file, and each lasts until it closes it
//! (`drivers/input/misc/uinput.c`). What the X server makes for XTEST is no
//! device of the kernel's: who uses it, only the server knows.

use super::Input;
use crate::host::Host;
use crate::host::Recording;
use crate::sensors::Sensor;
use crate::sensors::process;
use model::Observation;
use model::Value;
use std::collections::BTreeSet;

/// Through what programs make input devices.
const UINPUT: &str = "/dev/uinput";

/// The programs that have it open, sorted, each once; `None` where that could
/// not be looked into.
pub(super) fn makers(host: &dyn Host) -> Option<Vec<String>> {
    let holders = host.holders(UINPUT).ok()?;
    if holders.is_empty() {
        return Some(Vec::new());
    }
    let rows = host.processes().ok()?;
    let holding = rows.iter().filter(|row| holders.contains(&row.id));
    let programs: BTreeSet<String> = holding.map(process::called).collect();
    Some(programs.into_iter().collect())
}

/// Keeps in a recording who may have made a device only if that device is
/// wanted. Gives the ids of those processes.
pub fn keep(recording: &mut Recording, wanted: impl Fn(&Observation) -> bool) -> BTreeSet<u32> {
    let seen = Input.look(&*recording).unwrap_or_default();
    let is_made = |it: &&Observation| {
        it.fields.get("makers").is_some_and(|makers| *makers != Value::List(Vec::new()))
    };
    let is_wanted = seen.iter().filter(is_made).any(wanted);
    if !is_wanted {
        recording.holders.retain(|_, holders| holders.is_empty());
    }
    recording.holders.values().flatten().copied().collect()
}
