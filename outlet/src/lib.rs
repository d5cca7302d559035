//! Writes lines where something else reads them: into a file, or as syslog.
//!
//! The collector's sinks and an agent without a collector write the same way.
#![forbid(unsafe_code)]

mod file;
mod syslog;
#[cfg(test)]
mod tests;

pub use file::Lines;
pub use syslog::Level;
pub use syslog::Message;
