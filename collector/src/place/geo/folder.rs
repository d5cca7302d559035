//! The databases of a folder, and those a company brings.
#![expect(clippy::disallowed_methods, reason = "databases are files")]

use super::Database;
use super::Databases;
use super::Ranges;
use settings::Problem;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::time::SystemTime;

/// Files of our own end so.
pub const ENDING: &str = "ranges";

/// Where packages put databases.
pub const SHIPPED: &str = "/usr/share/moored-collector/geo";

/// A file, and when it was written: what tells that it has changed.
pub type Stamp = (PathBuf, Option<SystemTime>);

/// The files to read: those of the folders, later ones in the place of earlier
/// ones of the same name, and the company's own.
pub fn files(folders: &[PathBuf], own: &[PathBuf]) -> Vec<Stamp> {
    let listed =
        folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flat_map(|entries| {
            let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
            paths.retain(|path| is_database(path));
            paths.sort();
            paths
        });
    let all = listed.chain(own.iter().cloned());
    all.map(|path| (path.clone(), fs::metadata(&path).and_then(|file| file.modified()).ok()))
        .collect()
}

fn is_database(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == ENDING || ending == "mmdb")
}

/// The databases in these files, and what is wrong with those that cannot be read.
pub fn open(files: &[Stamp]) -> (Databases, Vec<Problem>) {
    let mut problems = Vec::new();
    let read = files.iter().filter_map(|(path, _)| match database(path) {
        Ok(database) => Some(database),
        Err(text) => {
            problems.push(Problem::whole(&path.display().to_string(), text));
            None
        }
    });
    let databases = Databases::new(read.collect::<Vec<_>>());
    (databases, problems)
}

fn database(path: &Path) -> Result<Database, String> {
    let bytes = fs::read(path).map_err(|error| format!("cannot be read: {}", error.kind()))?;
    if path.extension().is_some_and(|ending| ending == "mmdb") {
        let stem = path.file_stem().map(|stem| stem.to_string_lossy()).unwrap_or_default();
        return Database::of_mmdb(&stem, bytes);
    }
    let (about, ranges) = Ranges::from_file(&bytes)?;
    Ok(Database::of_ranges(about, ranges))
}

/// Puts a database of ours into a folder, made if need be; readable by all, for
/// there is nothing in it that is not public. It is there whole or not at all.
pub fn put(folder: &Path, id: &str, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let file = folder.join(format!("{id}.{ENDING}"));
    let half = file.with_added_extension("half");
    fs::write(&half, bytes)?;
    fs::rename(half, file)
}
