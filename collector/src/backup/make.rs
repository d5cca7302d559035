//! Makes a backup.

use super::ADDRESSES;
use super::CONTENTS;
use super::Contents;
use super::FORMAT;
use super::Failed;
use super::Hashed;
use super::Packed;
use super::Progress;
use super::restore::BROKEN_OFF;
use crate::private;
use crate::store;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::io::Read;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use tar::Builder;
use tar::Header;

/// How often the growing copy of a database is looked at.
const LOOK: Duration = Duration::from_secs(2);
/// How strongly it is pressed.
const LEVEL: i32 = 3;

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// What it holds.
    pub contents: Contents,
    /// How long the file is.
    pub bytes: u64,
}

/// Makes a backup of the state folder, on disk when this returns; whoever
/// writes there is not held up. `tell` is told of work that takes long.
pub fn make(
    state: &Path,
    file: &Path,
    force: bool,
    tell: &(dyn Fn(&str) + Sync),
    now: Timestamp,
) -> Result<Made, Failed> {
    if !force && file.exists() {
        return Err(Failed::There(file.to_owned()));
    }
    if is_inside(state, file) {
        return Err(Failed::Inside(file.to_owned()));
    }
    let database = Half(file.with_added_extension("database"));
    let whole = Half(file.with_added_extension("half"));
    let at = |half: &Half| {
        let path = half.0.clone();
        move |error| Failed::File(path, error)
    };
    private::create(&database.0).map_err(at(&database))?;
    let copied = copy(state, &database.0, tell)?;
    let mut out = private::create(&whole.0).map_err(at(&whole))?;
    let mut pack = Pack::new(&mut out, tell, now).map_err(at(&whole))?;
    pack.take(store::FILE, &database.0).map_err(at(&database))?;
    drop(database);
    for name in names(state).map_err(|error| Failed::File(state.to_owned(), error))? {
        let path = state.join(&name);
        pack.take(&name, &path).map_err(|error| Failed::File(path, error))?;
    }
    let contents = pack.finish(copied.version).map_err(at(&whole))?;
    let written = out.sync_all().and_then(|()| out.metadata()).map_err(at(&whole))?;
    fs::rename(&whole.0, file).map_err(at(&whole))?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    private::sync(folder.unwrap_or(Path::new("."))).map_err(at(&whole))?;
    Ok(Made { contents, bytes: written.len() })
}

fn is_inside(state: &Path, file: &Path) -> bool {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let real = |path: &Path| fs::canonicalize(path).ok();
    let both = real(folder.unwrap_or(Path::new("."))).zip(real(state));
    both.is_some_and(|(folder, state)| folder.starts_with(state))
}

/// Copies the database, and tells how far it is.
fn copy(state: &Path, to: &Path, tell: &(dyn Fn(&str) + Sync)) -> Result<store::Copied, Failed> {
    let whole = store::measure(state)?.bytes;
    let (done, wait) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut progress = Progress::new("copied", tell);
            while wait.recv_timeout(LOOK) == Err(mpsc::RecvTimeoutError::Timeout) {
                let bytes = fs::metadata(to).map_or(0, |is| is.len());
                progress.at(bytes, Some(whole));
            }
        });
        let copied = store::copy(state, to);
        drop(done);
        Ok(copied?)
    })
}

/// The files of the state folder that are kept: not what belongs to the
/// database, for a copy is taken of that, and not what is made at each start.
fn names(state: &Path) -> io::Result<Vec<String>> {
    let passing = |name: &str| {
        let is_half = Path::new(name).extension().is_some_and(|end| end == "half");
        let is_known = [ADDRESSES, private::LOCK].contains(&name);
        is_half || is_known || name.starts_with(store::FILE) || name.starts_with(BROKEN_OFF)
    };
    let names = private::files(state)?.into_iter().map(|name| {
        let parts: Vec<_> = name.iter().map(|part| part.to_string_lossy()).collect();
        parts.join("/")
    });
    Ok(names.filter(|name| !passing(name)).collect())
}

/// A backup while it is written.
struct Pack<'a, W: Write> {
    archive: Builder<zstd::Encoder<'static, W>>,
    files: BTreeMap<String, Packed>,
    progress: Progress<'a>,
    now: Timestamp,
}

impl<'a, W: Write> Pack<'a, W> {
    fn new(out: W, tell: &'a (dyn Fn(&str) + Sync), now: Timestamp) -> io::Result<Self> {
        let mut press = zstd::Encoder::new(out, LEVEL)?;
        press.include_checksum(true)?;
        let progress = Progress::new("packed", tell);
        Ok(Self { archive: Builder::new(press), files: BTreeMap::new(), progress, now })
    }

    /// Takes a file in, as long as it is now.
    fn take(&mut self, name: &str, path: &Path) -> io::Result<()> {
        let file = private::open(path)?;
        let bytes = file.metadata()?.len();
        let progress = &mut self.progress;
        let mut read = Hashed::new(Told { inner: file.take(bytes), progress, bytes: 0 });
        self.archive.append_data(&mut header(bytes, self.now), name, &mut read)?;
        self.files.insert(name.to_owned(), read.packed());
        Ok(())
    }

    /// Writes what it holds, and the end.
    fn finish(mut self, database: usize) -> io::Result<Contents> {
        let contents = Contents {
            format: FORMAT,
            made_at: self.now,
            collector: env!("CARGO_PKG_VERSION").to_owned(),
            database,
            files: self.files,
        };
        let text = serde_json::to_vec_pretty(&contents)?;
        let mut header = header(text.len() as u64, self.now);
        self.archive.append_data(&mut header, CONTENTS, text.as_slice())?;
        self.archive.into_inner()?.finish()?.flush()?;
        Ok(contents)
    }
}

fn header(bytes: u64, now: Timestamp) -> Header {
    let mut header = Header::new_gnu();
    header.set_size(bytes);
    header.set_mode(0o600);
    header.set_mtime(u64::try_from(now.as_second()).unwrap_or_default());
    header
}

/// Reads through, and tells how far it is.
struct Told<'a, 'b, R> {
    inner: R,
    progress: &'a mut Progress<'b>,
    bytes: u64,
}

impl<R: Read> Read for Told<'_, '_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.bytes += read as u64;
        self.progress.at(self.bytes, None);
        Ok(read)
    }
}

/// A file on its way, which goes if it does not become whole.
struct Half(PathBuf);

impl Drop for Half {
    fn drop(&mut self) {
        // After the rename it is not there any more.
        let _ = fs::remove_file(&self.0);
    }
}
