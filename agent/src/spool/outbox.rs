//! The reading end of the spool.
#![expect(clippy::disallowed_methods, reason = "the spool folder is ours")]

use super::entry;
use super::entry::Entry;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

/// Bytes of acknowledged reports kept to be shown to the employee.
const SHOWN: u64 = 1 << 20;

/// Takes reports out of the spool and marks what became of them.
pub struct Outbox {
    folder: PathBuf,
}

/// Waiting reports, oldest first, as they go onto the wire.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// The entries, one zstd frame after the other.
    pub body: Vec<u8>,
    entries: Vec<Entry>,
}

impl Batch {
    /// How many reports it holds.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True if it holds none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl Outbox {
    /// Reads the spool in `folder`, which must have been made.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// The oldest waiting reports: at most `most`, and beyond the first only
    /// as many as stay below `bytes` together. Damaged ones are set aside.
    pub fn batch(&self, most: usize, bytes: usize) -> io::Result<Batch> {
        let mut batch = Batch::default();
        for (entry, _) in entry::list(&self.folder, "waiting")? {
            let packed = match fs::read(entry::waiting(&self.folder, entry)) {
                Ok(packed) => packed,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            if let Err(error) = entry::unpack(&packed) {
                tracing::warn!(sequence = entry.sequence, %error, "set a damaged report aside");
                entry::shift(&self.folder, entry, "aside")?;
                continue;
            }
            let full = batch.len() == most || batch.body.len() + packed.len() > bytes;
            if full && !batch.is_empty() {
                break;
            }
            batch.body.extend_from_slice(&packed);
            batch.entries.push(entry);
        }
        Ok(batch)
    }

    /// Marks the reports of a batch up to number `through` as sent.
    pub fn acknowledge(&self, batch: &Batch, through: u64) -> io::Result<()> {
        for &entry in batch.entries.iter().filter(|entry| entry.sequence <= through) {
            entry::shift(&self.folder, entry, "sent")?;
        }
        self.forget_old()
    }

    /// Sets the reports of a batch aside: the collector will never take them.
    pub fn set_aside(&self, batch: &Batch) -> io::Result<()> {
        batch.entries.iter().try_for_each(|&entry| entry::shift(&self.folder, entry, "aside"))
    }

    /// How many reports wait.
    pub fn waiting(&self) -> io::Result<usize> {
        Ok(entry::list(&self.folder, "waiting")?.len())
    }

    /// The newest entry stays: it holds the numbering.
    fn forget_old(&self) -> io::Result<()> {
        let mut kept = 0;
        for (entry, bytes) in entry::list(&self.folder, "sent")?.into_iter().rev() {
            if kept > 0 && kept + bytes > SHOWN {
                fs::remove_file(self.folder.join("sent").join(entry.file()))?;
            }
            kept += bytes;
        }
        Ok(())
    }
}

/// The reports that were sent and are still kept, oldest first, each as the
/// text that was sent.
pub fn sent(folder: &Path) -> io::Result<Vec<Vec<u8>>> {
    let entries = entry::list(folder, "sent")?;
    let path = |entry: Entry| folder.join("sent").join(entry.file());
    entries.into_iter().map(|(entry, _)| entry::read(&path(entry))).collect()
}
