//! Tools as LOLRMM describes them, made into drafts of signatures.
//!
//! A draft says no more than the list: names, paths, services. It is a lead, in
//! the family `lolrmm`, and is for a person to read before it ships. What would
//! match by accident is left out, and told.

mod draft;
mod entry;
mod place;
mod yaml;

use super::Unreadable;
use entry::Entry;

pub use draft::Draft;

/// A description is some kilobytes long; with its certificates, some hundred.
const LARGEST: usize = 4 << 20;

/// Makes a draft of a file, and says what could not be taken.
pub fn import(file: &str, text: &str) -> Result<(Draft, Vec<String>), Unreadable> {
    if text.len() > LARGEST {
        return Err(Unreadable("it is larger than 4 MiB, which no description is".to_owned()));
    }
    let tree = yaml::read(text).map_err(Unreadable)?;
    let entry = Entry::read(&tree).map_err(Unreadable)?;
    draft::draft(file, &entry)
}
