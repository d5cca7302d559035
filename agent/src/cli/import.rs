//! `moored import`
#![expect(clippy::disallowed_methods, reason = "the verb reads the files it is given")]

use super::CANNOT;
use super::paper;
use crate::import::Draft;
use crate::import::Imported;
use crate::import::Kind;
use crate::import::Made;
use crate::import::import;
use anyhow::Context;
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
    /// Write each draft of a signature into this folder, as NAME.toml, instead of printing it
    #[arg(long, value_name = "FOLDER")]
    into: Option<PathBuf>,
    /// With --into: replace drafts that are there
    #[arg(long, requires = "into")]
    force: bool,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    if let Some(folder) = &arguments.into {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let mut press =
        Press { arguments, out: io::BufWriter::new(io::stdout().lock()), unreadable: false };
    let taken = arguments.files.iter().try_for_each(|path| press.take(path));
    paper::quiet(taken.and_then(|()| Ok(press.out.flush()?)))?;
    Ok(if press.unreadable { CANNOT } else { 0 })
}

/// Writes a line for each machine and a text for each draft. One bad file does
/// not keep the others from being imported.
struct Press<'a, W> {
    arguments: &'a Arguments,
    out: W,
    unreadable: bool,
}

impl<W: Write> Press<'_, W> {
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
            Ok(_) => import(self.arguments.kind, name, &content).map_err(|error| error.to_string()),
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
        match &imported.made {
            Made::Recording(recording) => {
                serde_json::to_writer(&mut self.out, recording)?;
                Ok(writeln!(self.out)?)
            }
            Made::Draft(draft) => self.draft(name, draft),
        }
    }

    /// Puts a draft into the folder; without one, it is printed under its name.
    fn draft(&mut self, name: &str, draft: &Draft) -> anyhow::Result<()> {
        let Some(folder) = &self.arguments.into else {
            return Ok(writeln!(self.out, "# {}.toml\n{}", draft.name, draft.text)?);
        };
        let path = folder.join(&draft.name).with_extension("toml");
        let mut options = fs::OpenOptions::new();
        let force = self.arguments.force;
        options.write(true).create(force).truncate(force).create_new(!force);
        let file = options.open(&path);
        let written = file.and_then(|mut file| file.write_all(draft.text.as_bytes()));
        if let Err(error) = written {
            let path = path.display();
            let reason = match error.kind() {
                io::ErrorKind::AlreadyExists => format!("{path} is there; --force replaces it"),
                kind => format!("cannot write {path}: {kind}"),
            };
            self.complain(name, &reason);
        }
        Ok(())
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
