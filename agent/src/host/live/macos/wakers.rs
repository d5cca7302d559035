//! macOS: what keeps the machine awake, its power assertions.
#![expect(unsafe_code, reason = "one call that no safe crate offers")]

use super::property::entries;
use super::property::items;
use super::property::property;
use crate::host::Property;
use crate::host::WakeRow;
use objc2_core_foundation::CFArray;
use objc2_core_foundation::CFDictionary;
use objc2_core_foundation::CFNumber;
use objc2_core_foundation::CFRetained;
use objc2_core_foundation::CFType;
use objc2_io_kit::IOPMCopyAssertionsByProcess;
use std::io;
use std::ptr::NonNull;
use std::ptr::null;

/// The most assertions that are told.
const MOST: usize = 1024;

/// What keeps the machine awake.
pub fn wakers() -> io::Result<Vec<WakeRow>> {
    let mut found: *const CFDictionary = null();
    // SAFETY: the pointer outlives the call.
    let status = unsafe { IOPMCopyAssertionsByProcess(&raw mut found) };
    if status != 0 {
        return Err(io::Error::other(format!("the power manager says {status:#x}")));
    }
    let Some(found) = NonNull::new(found.cast_mut()) else { return Ok(Vec::new()) };
    // SAFETY: what was copied is ours.
    let found = unsafe { CFRetained::from_raw(found) };
    // SAFETY: what is given is only asked for its type.
    let found = unsafe { found.cast_unchecked::<CFType, CFType>() };
    let (processes, assertions) = found.to_vecs();
    let of_process = |(process, assertions): (CFRetained<CFType>, CFRetained<CFType>)| {
        let process = process.downcast_ref::<CFNumber>().and_then(CFNumber::as_i64);
        let process = process.and_then(|process| u32::try_from(process).ok());
        let assertions = assertions.downcast_ref::<CFArray>().map(items).unwrap_or_default();
        assertions.into_iter().filter_map(move |one| row(process, one.downcast_ref()?))
    };
    let mut rows: Vec<WakeRow> =
        processes.into_iter().zip(assertions).flat_map(of_process).take(MOST).collect();
    rows.sort();
    Ok(rows)
}

/// `None` for an assertion that is switched off.
fn row(process: Option<u32>, assertion: &CFDictionary) -> Option<WakeRow> {
    let told = entries(assertion);
    let told = |name: &str| {
        let (_, value) = told.iter().find(|(key, _)| key == name)?;
        property(value)
    };
    let text = |name: &str| told(name).and_then(|value| value.text().map(str::to_owned));
    if told("AssertLevel").as_ref().and_then(Property::number) == Some(0) {
        return None;
    }
    Some(WakeRow {
        what: text("AssertType")?,
        process,
        program: text("Process Name"),
        why: text("AssertName"),
    })
}
