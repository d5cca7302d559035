//! All of the state folder as one file, made while the collector runs; and back.
//!
//! A backup is a tar archive under zstd: the database as it was at one moment,
//! then every other file of the folder, and at the end what it holds, with a
//! checksum of each. What has no end is not whole.

mod make;
mod restore;
#[cfg(test)]
mod tests;

use crate::secret;
use crate::store::StoreError;
use jiff::Timestamp;
use ring::digest;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io;
use std::io::Read;
use std::path::PathBuf;

pub use make::Made;
pub use make::make;
pub use restore::BROKEN_OFF;
pub use restore::restore;

/// The file that says where the collector really listens, in the state folder:
/// written anew at each start, and so in no backup.
pub const ADDRESSES: &str = "addresses.json";
/// The last entry: what the backup holds.
const CONTENTS: &str = "backup.json";
/// What this collector writes and can read.
const FORMAT: u32 = 1;

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// How it is written: [`FORMAT`].
    pub format: u32,
    /// When it was made.
    pub made_at: Timestamp,
    /// The collector that made it.
    pub collector: String,
    /// The version of the database's tables.
    pub database: usize,
    /// Its files, by their names in the state folder.
    pub files: BTreeMap<String, Packed>,
}

/// One file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packed {
    /// How long it is.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

/// Why there is no backup, or none is put back.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file or folder.
    #[error("cannot use {0}: {1}")]
    File(PathBuf, io::Error),
    /// A backup of that name is there already.
    #[error("{0} is there already; with --force it is replaced")]
    There(PathBuf),
    /// The backup would be lost with what it is of.
    #[error("{0} is in the state folder itself: a backup belongs elsewhere")]
    Inside(PathBuf),
    /// There is something where the backup is to go.
    #[error("{0} is not empty: move what is there away, then restore into the empty folder")]
    Occupied(PathBuf),
    /// A collector works there.
    #[error("a collector runs on {0}: stop it first")]
    Runs(PathBuf),
    /// It is none, or not whole.
    #[error("{0} is no whole backup: {1}")]
    Broken(PathBuf, String),
}

/// Reads through, and reckons length and checksum of what was read.
struct Hashed<R> {
    inner: R,
    sum: digest::Context,
    bytes: u64,
}

impl<R: Read> Hashed<R> {
    fn new(inner: R) -> Self {
        Self { inner, sum: digest::Context::new(&digest::SHA256), bytes: 0 }
    }

    fn packed(self) -> Packed {
        let sha256 = secret::hexadecimal(self.sum.finish().as_ref());
        Packed { bytes: self.bytes, sha256 }
    }
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.sum.update(buffer.get(..read).unwrap_or_default());
        self.bytes += read as u64;
        Ok(read)
    }
}

/// Tells of work that takes long, now and then.
struct Progress<'a> {
    tell: &'a (dyn Fn(&str) + Sync),
    what: &'static str,
    told: u64,
}

impl<'a> Progress<'a> {
    /// So many bytes are worth a line.
    const STEP: u64 = 256 << 20;

    fn new(what: &'static str, tell: &'a (dyn Fn(&str) + Sync)) -> Self {
        Self { tell, what, told: 0 }
    }

    fn at(&mut self, bytes: u64, of: Option<u64>) {
        if bytes < self.told + Self::STEP {
            return;
        }
        self.told = bytes;
        let of = of.map_or_else(String::new, |of| format!(" of {}", mebibytes(of)));
        (self.tell)(&format!("{} {}{of} …", self.what, mebibytes(bytes)));
    }
}

/// Bytes as people read them.
pub fn mebibytes(bytes: u64) -> String {
    let tenths = bytes.saturating_mul(10) >> 20;
    format!("{}.{} MiB", tenths / 10, tenths % 10)
}
