//! `moored import`
#![expect(clippy::disallowed_methods, reason = "the verb reads the files it is given")]

use super::CANNOT;
use super::paper;
use crate::import::Imported;
use crate::import::Kind;
use crate::import::import;
use std::ffi::OsString;
use std::fmt::Display;
use std::fs;
use std::io;
use std::io::Read;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

/// The largest file that is read.
const LARGEST: u64 = 64 << 20;

#[derive(clap::Args)]
pub struct Arguments {
    /// What the files are
    kind: Kind,
    /// Files, or folders with all that is below them; `-`: standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let mut press = Press {
        kind: arguments.kind,
        out: io::BufWriter::new(io::stdout().lock()),
        unreadable: false,
    };
    let taken = arguments.files.iter().try_for_each(|path| press.take(path));
    paper::quiet(taken.and_then(|()| Ok(press.out.flush()?)))?;
    Ok(if press.unreadable { CANNOT } else { 0 })
}

/// Writes a line for each file. One bad file does not keep the others from
/// being imported.
struct Press<W> {
    kind: Kind,
    out: W,
    unreadable: bool,
}

impl<W: Write> Press<W> {
    fn take(&mut self, path: &Path) -> anyhow::Result<()> {
        let name = path.display().to_string();
        if path.as_os_str() == "-" {
            return self.file("standard input", io::stdin().lock());
        }
        if path.is_dir() {
            return match names(path) {
                Ok(names) => names.iter().try_for_each(|name| self.below(&path.join(name))),
                Err(error) => {
                    self.complain(&name, &error);
                    Ok(())
                }
            };
        }
        match fs::File::open(path) {
            Ok(file) => self.file(&name, file),
            Err(error) => {
                self.complain(&name, &error);
                Ok(())
            }
        }
    }

    /// A link to a folder is not followed: it could lead round in a circle.
    fn below(&mut self, path: &Path) -> anyhow::Result<()> {
        if path.is_symlink() && path.is_dir() {
            return Ok(());
        }
        self.take(path)
    }

    fn file(&mut self, name: &str, file: impl Read) -> anyhow::Result<()> {
        let mut content = Vec::new();
        let read = file.take(LARGEST + 1).read_to_end(&mut content);
        let outcome = match read {
            Ok(length) if length as u64 > LARGEST => Err("it is larger than 64 MiB".to_owned()),
            Ok(_) => import(self.kind, name, &content).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        match outcome {
            Ok(imported) => self.write(name, &imported),
            Err(reason) => {
                self.complain(name, &reason);
                Ok(())
            }
        }
    }

    fn write(&mut self, name: &str, imported: &Imported) -> anyhow::Result<()> {
        for part in &imported.passed_over {
            paper::complain(&format!("{name}: {part}"));
        }
        serde_json::to_writer(&mut self.out, &imported.recording)?;
        Ok(writeln!(self.out)?)
    }

    fn complain(&mut self, name: &str, reason: &dyn Display) {
        paper::complain(&format!("{name}: {reason}"));
        self.unreadable = true;
    }
}

/// What is in a folder, sorted.
fn names(folder: &Path) -> io::Result<Vec<OsString>> {
    let mut names = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.file_name()))
        .collect::<io::Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}
