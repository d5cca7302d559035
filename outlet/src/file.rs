//! A file of lines that is put aside when it is large.

use std::fs;
use std::fs::File;
use std::io;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

/// A file of lines, and the older ones beside it: `x.jsonl.1` is the youngest.
///
/// It is opened anew for each batch, so another program may put it aside, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lines {
    /// The file.
    pub path: PathBuf,
    /// How many bytes it may have before it is put aside.
    pub limit: u64,
    /// How many are kept beside it.
    pub keep: u32,
}

impl Lines {
    /// Writes lines at the end; they are on disk once this returns.
    ///
    /// What a crash left half written becomes a line of its own, and is written
    /// again by whoever was not told that it is on disk.
    pub fn append<'a>(&self, lines: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
        let mut text = Vec::new();
        for line in lines {
            text.extend_from_slice(line.as_bytes());
            text.push(b'\n');
        }
        let mut file = self.open()?;
        let length = file.metadata()?.len();
        if length > 0 && length.saturating_add(text.len() as u64) > self.limit {
            drop(file);
            self.put_aside()?;
            file = self.open()?;
        } else if length > 0 && !ends_a_line(&mut file)? {
            file.write_all(b"\n")?;
        }
        file.write_all(&text)?;
        file.sync_data()
    }

    fn open(&self) -> io::Result<File> {
        let mut options = File::options();
        options.create(true).append(true).read(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o640);
        options.open(&self.path)
    }

    /// The oldest goes, the others move up by one.
    fn put_aside(&self) -> io::Result<()> {
        if self.keep == 0 {
            return fs::remove_file(&self.path);
        }
        for number in (1..self.keep).rev() {
            move_if_there(&self.numbered(number), &self.numbered(number + 1))?;
        }
        move_if_there(&self.path, &self.numbered(1))
    }

    fn numbered(&self, number: u32) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(format!(".{number}"));
        name.into()
    }
}

fn ends_a_line(file: &mut File) -> io::Result<bool> {
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == [b'\n'])
}

fn move_if_there(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
