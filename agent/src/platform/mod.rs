//! What we use of the system we run on: its logs, its store of secrets, being
//! its service, and being asked to stop.
//!
//! What is looked at is `host`; nothing here tells what is on the machine. Each
//! part is there on every platform, and is an error where the system has none.

mod access;
pub mod account;
#[cfg(target_os = "windows")]
mod dpapi;
#[cfg(not(target_os = "windows"))]
mod elsewhere;
#[cfg(target_os = "windows")]
mod event_log;
#[cfg(target_os = "macos")]
mod keychain;
pub mod key;
#[cfg(target_os = "windows")]
mod owner;
#[cfg(target_os = "linux")]
mod plain;
#[cfg(target_os = "windows")]
mod privileges;
#[cfg(target_os = "windows")]
mod rights;
#[cfg(target_os = "windows")]
mod service;
#[cfg(target_os = "windows")]
mod setup;
mod stop;
#[cfg(target_os = "macos")]
mod unified_log;
#[cfg(target_os = "windows")]
mod windows;

#[cfg(target_os = "windows")]
use dpapi as store;
#[cfg(target_os = "macos")]
use keychain as store;
#[cfg(target_os = "linux")]
use plain as store;

pub use access::Access;
pub use access::access;
#[cfg(not(target_os = "windows"))]
pub use elsewhere::*;
#[cfg(target_os = "windows")]
pub use event_log::write as write_event_log;
#[cfg(target_os = "windows")]
pub use owner::leads_elsewhere;
#[cfg(target_os = "windows")]
pub use owner::stranger;
#[cfg(target_os = "windows")]
pub use rights::make_folder;
#[cfg(target_os = "windows")]
pub use service::live;
#[cfg(target_os = "windows")]
#[cfg(target_os = "windows")]
pub use service::tell_ready;
#[cfg(target_os = "windows")]
pub use setup::install;
#[cfg(target_os = "windows")]
pub use setup::remove;
#[cfg(target_os = "windows")]
pub use setup::start;
pub use stop::asked_to_stop;
#[cfg(target_os = "macos")]
pub use unified_log::write as write_unified_log;

/// How a program lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// Windows' service control manager started it, and nobody reads what it prints.
    Service,
    /// Anybody else did.
    Program,
}

/// What became of a service that was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It runs, or is still about to.
    Runs,
    /// It has ended already.
    Ended,
}

/// An entry for the system's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What kind of entry it is, by the number that Windows shows.
    pub id: u32,
    /// How urgent it is.
    pub urgency: Urgency,
    /// What it says.
    pub text: String,
}

/// How urgent an entry is, as both systems know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// It is a warning; macOS has no such word and takes it as it takes most.
    Warning,
    /// It is an error.
    Error,
}

/// The source under which Windows shows our entries.
pub const SOURCE: &str = "Moored";

/// The subsystem and the category under which macOS shows our entries.
pub const SUBSYSTEM: (&str, &str) = ("org.moored.agent", "events");

/// Writes entries into macOS' unified log, in order.
#[cfg(not(target_os = "macos"))]
pub fn write_unified_log(_entries: &[Entry]) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}
