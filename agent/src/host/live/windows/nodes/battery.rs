//! Whether the laptop is plugged in, told with the adapter it is plugged in by.
#![expect(unsafe_code, reason = "one call that no safe crate offers")]

use crate::host::Node;
use crate::host::Property;
use windows_sys::Win32::System::Power::GetSystemPowerStatus;
use windows_sys::Win32::System::Power::SYSTEM_POWER_STATUS;

/// Adds `Online` to AC adapters (ACPI 6.5 §10.3): true if the laptop is plugged in.
pub fn describe(nodes: &mut [Node]) {
    let mut status = SYSTEM_POWER_STATUS::default();
    // SAFETY: the structure outlives the call.
    let is_told = unsafe { GetSystemPowerStatus(&raw mut status) } != 0;
    // 255 stands for unknown.
    if !is_told || status.ACLineStatus > 1 {
        return;
    }
    for node in nodes.iter_mut().filter(|node| node.id.starts_with("ACPI\\ACPI0003\\")) {
        let online = Property::Flag(status.ACLineStatus == 1);
        node.properties.insert("Online".to_owned(), online);
    }
}
