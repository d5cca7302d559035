//! Windows' event log.
#![expect(unsafe_code, reason = "three calls that no safe crate offers")]

use super::Entry;
use super::SOURCE;
use super::Urgency;
use super::windows::wide;
use std::io;
use std::ptr::null;
use std::ptr::null_mut;
use windows_registry::LOCAL_MACHINE;
use windows_sys::Win32::Foundation::ERROR_FILE_NOT_FOUND;
use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::System::EventLog::DeregisterEventSource;
use windows_sys::Win32::System::EventLog::EVENTLOG_ERROR_TYPE;
use windows_sys::Win32::System::EventLog::EVENTLOG_WARNING_TYPE;
use windows_sys::Win32::System::EventLog::RegisterEventSourceW;
use windows_sys::Win32::System::EventLog::ReportEventW;

/// Writes entries into Windows' event log, in order. The text of each is its
/// only string, which may have 31,839 characters.
pub fn write(entries: &[Entry]) -> io::Result<()> {
    let source = Source::open()?;
    entries.iter().try_for_each(|entry| source.report(entry))
}

/// Where Windows looks for the sources of its log *Application*.
const SOURCES: &str = r"SYSTEM\CurrentControlSet\Services\EventLog\Application";

/// Says that entries of ours are their own text: Windows comes with a program whose
/// messages are that. Numbers 1 to 1,000 are known to it.
pub fn register() -> io::Result<()> {
    let key = LOCAL_MACHINE.create(format!(r"{SOURCES}\{SOURCE}"))?;
    key.set_expand_string("EventMessageFile", r"%SystemRoot%\System32\EventCreate.exe")?;
    Ok(key.set_u32("TypesSupported", EVERY_TYPE)?)
}

/// Takes that back.
pub fn unregister() -> io::Result<()> {
    let sources = LOCAL_MACHINE.options().read().write().open(SOURCES)?;
    match sources.remove_tree(SOURCE).map_err(io::Error::from) {
        Err(error) if error.raw_os_error().is_some_and(is_missing) => Ok(()),
        other => other,
    }
}

/// The registry's errors are of 32 bits, and the number is in their lower half.
fn is_missing(error: i32) -> bool {
    error.cast_unsigned() & 0xffff == ERROR_FILE_NOT_FOUND
}

/// Errors, warnings and information.
const EVERY_TYPE: u32 = 7;

/// Our source, while it is open.
struct Source(HANDLE);

impl Source {
    fn open() -> io::Result<Self> {
        let name = wide(SOURCE);
        // SAFETY: the name ends with a zero and outlives the call; no server is this machine.
        let handle = unsafe { RegisterEventSourceW(null(), name.as_ptr()) };
        if handle.is_null() { Err(io::Error::last_os_error()) } else { Ok(Self(handle)) }
    }

    fn report(&self, entry: &Entry) -> io::Result<()> {
        let urgency = match entry.urgency {
            Urgency::Warning => EVENTLOG_WARNING_TYPE,
            Urgency::Error => EVENTLOG_ERROR_TYPE,
        };
        let text = wide(&entry.text);
        let strings = [text.as_ptr()];
        // SAFETY: the handle is open; one string is promised and given, it ends with a zero
        // and outlives the call; there is no user and no data.
        let is_taken = unsafe {
            ReportEventW(self.0, urgency, 0, entry.id, null_mut(), 1, 0, strings.as_ptr(), null())
        };
        if is_taken == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        // SAFETY: the handle is open and not used again.
        unsafe { DeregisterEventSource(self.0) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wine takes entries and keeps none; how what it was handed begins is seen by `make test-windows`,
    /// in what Wine prints.
    #[test]
    fn an_entry_is_taken() {
        let entry = |urgency| Entry { id: 1, urgency, text: "{\"a\":\"\u{e9}\"}".to_owned() };
        write(&[entry(Urgency::Warning), entry(Urgency::Error)]).unwrap();
    }
}
