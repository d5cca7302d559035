//! What a program is made of: what its makers left in it, whatever it is
//! called and wherever it stands.

mod elf;
mod golang;
mod pe;
mod search;
#[cfg(test)]
mod tests;

use object::read::ReadCache;
use object::read::ReadCacheOps;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeSet;
use std::io;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;

/// Bytes of a program that are looked at; what follows is not.
pub const MOST: u64 = 64 << 20;

/// Items of a list that are kept, and bytes of one of them.
const ITEMS: usize = 256;
const LONGEST: usize = 256;

/// What is in a program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Content {
    /// The build id in its notes, in hexadecimal (`NT_GNU_BUILD_ID`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build_id: Option<String>,
    /// The libraries it needs by name (`DT_NEEDED`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub libraries: Vec<String>,
    /// The main module it was built from (Go 1.18 and later).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
    /// What its version resource calls its file, its product and its company (PE).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub version_names: Vec<String>,
    /// The texts that were looked for and are in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub markers: Vec<String>,
}

/// Reads a program: its first 64 MiB, and which of `markers`, in lower case,
/// stand there in whatever case. A program that is none of a known kind has
/// only markers. Fails only if it cannot be read at all.
pub fn read(mut file: impl Read + Seek, markers: &BTreeSet<String>) -> io::Result<Content> {
    let found = search::search(&mut file, markers)?;
    let mut content = Content { markers: found.markers, ..Content::default() };
    if let Some(place) = found.build_information {
        content.module = golang::module(&mut file, place);
    }
    let data = ReadCache::new(Bounded(file));
    if found.start.starts_with(b"\x7fELF") {
        elf::read(&data, &mut content);
    } else if found.start.starts_with(b"MZ") {
        content.version_names = pe::version_names(&data);
    }
    Ok(content)
}

/// Text as it may be stated: short, printable, not nothing.
fn plain(bytes: &[u8]) -> Option<String> {
    let text = str::from_utf8(bytes).ok()?;
    let is_plain = !text.is_empty() && text.len() <= LONGEST && !text.contains(char::is_control);
    is_plain.then(|| text.to_owned())
}

/// A file of which there is no more than its first bytes: whatever it says of
/// its own sizes, no more than these can be asked for.
struct Bounded<R>(R);

impl<R: Read + Seek> ReadCacheOps for Bounded<R> {
    fn len(&mut self) -> Result<u64, ()> {
        self.0.seek(SeekFrom::End(0)).map(|len| len.min(MOST)).map_err(|_| ())
    }

    fn seek(&mut self, place: u64) -> Result<u64, ()> {
        self.0.seek(SeekFrom::Start(place)).map_err(|_| ())
    }

    fn read(&mut self, into: &mut [u8]) -> Result<usize, ()> {
        self.0.read(into).map_err(|_| ())
    }

    fn read_exact(&mut self, into: &mut [u8]) -> Result<(), ()> {
        self.0.read_exact(into).map_err(|_| ())
    }
}
