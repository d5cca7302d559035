//! A database that may be written to while it is read.

use super::Database;
use quantydb_sqlite::Source;
use quantydb_sqlite::SqliteError;
use std::cell::Cell;
use std::fs;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::os::unix::fs::MetadataExt as _;

/// Bytes that are read of a database or its log at one look. The whole data
/// base of a full desktop, of which a small part is read, has a third of it.
const MOST: u64 = 512 << 20;

/// How often it is read again if it changed meanwhile.
const TRIES: usize = 3;

/// What `take` takes of the database at this path, all of it as of one
/// moment: what changed meanwhile is read again, and given up as `ResourceBusy`
/// if it changes each time.
pub(super) fn read<T>(
    path: &str,
    take: impl Fn(&Database<Bounded>) -> io::Result<T>,
) -> io::Result<T> {
    for _ in 0..TRIES {
        let before = State::of(path)?;
        let taken = open(path).and_then(|database| take(&database));
        if State::of(path)? == before {
            return taken;
        }
    }
    Err(io::ErrorKind::ResourceBusy.into())
}

fn open(path: &str) -> io::Result<Database<Bounded>> {
    let log = match Bounded::open(&format!("{path}-wal")) {
        Ok(log) => Some(log),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    Database::open(Bounded::open(path)?, log)
}

/// What differs after a write: file, time and size, of the database and its
/// log.
#[derive(PartialEq, Eq)]
struct State([Option<(u64, i64, i64, u64)>; 2]);

impl State {
    /// Fails if a change has been begun that rpm makes without a log: pages
    /// of it may be there, and what they replaced lies in a journal.
    fn of(path: &str) -> io::Result<Self> {
        if state(&format!("{path}-journal"))?.is_some_and(|(.., size)| size > 0) {
            return Err(io::ErrorKind::ResourceBusy.into());
        }
        Ok(Self([state(path)?, state(&format!("{path}-wal"))?]))
    }
}

fn state(path: &str) -> io::Result<Option<(u64, i64, i64, u64)>> {
    match fs::metadata(path) {
        Ok(file) => Ok(Some((file.ino(), file.mtime(), file.mtime_nsec(), file.size()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// A file of which only so much is read.
pub struct Bounded {
    file: File,
    left: Cell<u64>,
}

impl Bounded {
    fn open(path: &str) -> io::Result<Self> {
        // Opening a pipe would wait for somebody to write to it.
        if !fs::metadata(path)?.is_file() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        Ok(Self { file: File::open(path)?, left: Cell::new(MOST) })
    }
}

impl Source for Bounded {
    fn read_at(&self, offset: u64, bytes: &mut [u8]) -> Result<(), SqliteError> {
        let left = self.left.get().checked_sub(bytes.len() as u64);
        self.left.set(left.ok_or_else(|| io::Error::from(io::ErrorKind::FileTooLarge))?);
        Ok(self.file.read_exact_at(bytes, offset)?)
    }

    fn len(&self) -> Result<u64, SqliteError> {
        Ok(self.file.metadata()?.len())
    }
}
