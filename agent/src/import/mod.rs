//! What other programs wrote down of a machine, made into recordings.
//!
//! Only what the text states, or what follows from it, becomes a file of the
//! recording: a fact that is absent stays absent.

mod lsusb;
mod edid;
#[cfg(test)]
mod tests;

use crate::host::Recording;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// What `lsusb -v` prints, of any number of devices
    Lsusb,
    /// An EDID, as bytes or as hexadecimal digits
    Edid,
    /// What `edid-decode` prints, with the digits of the EDID in it
    EdidDecode,
}

/// A recording, and what could not be taken into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The machine, as far as the file tells of it.
    pub recording: Recording,
    /// The parts that were passed over, and why, a sentence each.
    pub passed_over: Vec<String>,
}

/// Why nothing of a file could be taken.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(String);

/// Makes a recording of a file. Its name becomes the name of the host.
pub fn import(kind: Kind, name: &str, content: &[u8]) -> Result<Imported, Unreadable> {
    match kind {
        Kind::Lsusb => lsusb::import(name, &String::from_utf8_lossy(content)),
        Kind::Edid => edid::import(name, content),
        Kind::EdidDecode => edid::import_decoded(name, &String::from_utf8_lossy(content)),
    }
}
