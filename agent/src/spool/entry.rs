//! The files of the spool.
#![expect(clippy::disallowed_methods, reason = "the spool folder is ours")]

use model::Report;
use std::fs;
use std::fs::File;
use std::io;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

/// The folders an entry passes through.
const FOLDERS: [&str; 3] = ["waiting", "sent", "aside"];

/// The most bytes one entry may unpack to: far more than any report.
const UNPACKED: u64 = 4 << 20;

/// What an entry holds; heartbeats are dropped first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Nothing but how well we see, and what is soon of no use: the ways to
    /// landmarks.
    Heartbeat,
    /// Findings, what is told in any case, or a complete report.
    Findings,
}

/// The name of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The report's number.
    pub sequence: u64,
    /// What it holds.
    pub kind: Kind,
}

impl Entry {
    pub(super) fn file(self) -> String {
        let kind = if self.kind == Kind::Findings { 'f' } else { 'h' };
        format!("{:012}.{kind}.zst", self.sequence)
    }

    /// `None` for files that are not entries: half-written ones, `.told` ones.
    fn parse(name: &str) -> Option<Self> {
        let (sequence, kind) = name.strip_suffix(".zst")?.split_once('.')?;
        let kind = match kind {
            "f" => Kind::Findings,
            "h" => Kind::Heartbeat,
            _ => return None,
        };
        Some(Self { sequence: sequence.parse().ok()?, kind })
    }
}

/// Makes the spool's folders, for the owner only, and removes what a crash
/// left half-written.
pub fn make_folders(folder: &Path) -> io::Result<()> {
    for name in FOLDERS {
        make_private(&folder.join(name))?;
    }
    for found in fs::read_dir(folder.join("waiting"))? {
        let path = found?.path();
        if path.extension().is_some_and(|extension| extension == "half") {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// The entries of one folder and their sizes in bytes, in order of numbers.
pub fn list(folder: &Path, name: &str) -> io::Result<Vec<(Entry, u64)>> {
    let mut entries = Vec::new();
    for found in fs::read_dir(folder.join(name))? {
        let found = found?;
        if let Some(entry) = found.file_name().to_str().and_then(Entry::parse) {
            entries.push((entry, found.metadata()?.len()));
        }
    }
    entries.sort();
    Ok(entries)
}

/// The highest number given so far; 0 if none was.
pub fn last_number(folder: &Path) -> io::Result<u64> {
    let mut last = 0;
    for name in FOLDERS {
        for found in fs::read_dir(folder.join(name))? {
            let file = found?.file_name();
            let digits = file.to_str().and_then(|name| name.split('.').next());
            last = last.max(digits.and_then(|digits| digits.parse().ok()).unwrap_or(0));
        }
    }
    Ok(last)
}

/// The bytes of an entry: one zstd frame with a checksum.
pub fn pack(report: &Report) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(report)?;
    line.push(b'\n');
    let mut encoder = zstd::Encoder::new(Vec::new(), 3)?;
    encoder.include_checksum(true)?;
    encoder.set_pledged_src_size(Some(line.len() as u64))?;
    encoder.write_all(&line)?;
    encoder.finish()
}

/// The text in the bytes of an entry; an error if they are cut off or damaged.
pub fn unpack(packed: &[u8]) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    let decoder = zstd::Decoder::with_buffer(packed)?.single_frame();
    io::Read::read_to_end(&mut io::Read::take(decoder, UNPACKED), &mut line)?;
    if line.last() != Some(&b'\n') {
        return Err(io::ErrorKind::InvalidData.into());
    }
    Ok(line)
}

/// The text in the file of an entry.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    unpack(&fs::read(path)?)
}

/// Writes a report beside, and renames it into place once it is on disk.
pub fn write(folder: &Path, entry: Entry, report: &Report) -> io::Result<()> {
    let waiting = folder.join("waiting");
    replace(&waiting.join(entry.file()), &pack(report)?)
}

/// Writes a file beside its place, and renames it once it is on disk.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let half = path.with_extension("half");
    let mut file = File::create(&half)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_data());
    if let Err(error) = written {
        drop(fs::remove_file(&half));
        return Err(error);
    }
    fs::rename(&half, path)?;
    sync_folder(path.parent().unwrap_or(path))
}

/// A rename is on disk once its folder is; Windows keeps it in the journal.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(windows) {
        return Ok(());
    }
    File::open(folder)?.sync_data()
}

/// The path of a waiting entry.
pub fn waiting(folder: &Path, entry: Entry) -> PathBuf {
    folder.join("waiting").join(entry.file())
}

/// Removes a waiting entry for good.
pub fn remove(folder: &Path, entry: Entry) -> io::Result<()> {
    gone(fs::remove_file(waiting(folder, entry)))
}

/// Moves a waiting entry to another of the spool's folders.
pub fn shift(folder: &Path, entry: Entry, to: &str) -> io::Result<()> {
    gone(fs::rename(waiting(folder, entry), folder.join(to).join(entry.file())))
}

/// The other end of the spool may have been quicker.
fn gone(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Entries set aside that no report has told of.
pub fn untold(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let aside = folder.join("aside");
    let entries = list(folder, "aside")?;
    Ok(entries.into_iter().map(|(entry, _)| aside.join(entry.file())).collect())
}

/// Notes that a report has told of these. A failure only tells of them twice.
pub fn mark_told(untold: &[PathBuf]) {
    for path in untold {
        drop(fs::rename(path, path.with_extension("zst.told")));
    }
}

/// The numbering's name, if one was given.
pub fn read_run(folder: &Path) -> Option<String> {
    let run = fs::read_to_string(folder.join("run")).ok()?;
    Some(run.trim().to_owned()).filter(|run| !run.is_empty())
}

/// Names the numbering.
pub fn write_run(folder: &Path, run: &str) -> io::Result<()> {
    replace(&folder.join("run"), run.as_bytes())
}
