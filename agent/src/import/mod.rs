//! What others wrote down: of a machine, made into recordings; of tools, made
//! into drafts of signatures.
//!
//! Only what the text states, or what follows from it, becomes a file of the
//! recording: a fact that is absent stays absent.

mod lsusb;
mod edid;
mod lolrmm;
#[cfg(test)]
mod tests;

use crate::host::Recording;

pub use lolrmm::Draft;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// What `lsusb -v` prints, of any number of devices
    Lsusb,
    /// An EDID, as bytes or as hexadecimal digits
    Edid,
    /// What `edid-decode` prints, with the digits of the EDID in it
    EdidDecode,
    /// A tool as LOLRMM describes it, in YAML: made into a draft of a signature
    Lolrmm,
}

/// What a file became.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Made {
    /// A machine.
    Recording(Box<Recording>),
    /// A signature for a person to read.
    Draft(Draft),
}

/// What a file became, and what could not be taken into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// What it became, as far as the file tells of it.
    pub made: Made,
    /// The parts that were passed over, and why, a sentence each.
    pub passed_over: Vec<String>,
}

/// Why nothing of a file could be taken.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(String);

impl Imported {
    fn machine(recording: Recording, passed_over: Vec<String>) -> Self {
        Self { made: Made::Recording(Box::new(recording)), passed_over }
    }
}

/// Makes a recording or a draft of a file. Its name becomes the name of the
/// host; of a tool, it names the page the draft refers to.
pub fn import(kind: Kind, name: &str, content: &[u8]) -> Result<Imported, Unreadable> {
    match kind {
        Kind::Lsusb => lsusb::import(name, &String::from_utf8_lossy(content)),
        Kind::Edid => edid::import(name, content),
        Kind::EdidDecode => edid::import_decoded(name, &String::from_utf8_lossy(content)),
        Kind::Lolrmm => {
            let (draft, passed_over) = lolrmm::import(name, &String::from_utf8_lossy(content))?;
            Ok(Imported { made: Made::Draft(draft), passed_over })
        }
    }
}
