//! Puts a backup back.

use super::CONTENTS;
use super::Contents;
use super::FORMAT;
use super::Failed;
use super::Hashed;
use super::Packed;
use super::Progress;
use crate::private;
use crate::store;
use std::collections::BTreeMap;
use std::fs;
use std::fs::File;
use std::io;
use std::io::Read;
use std::path::Component;
use std::path::Path;
use tar::Archive;
use tar::Entry;

/// Where a backup is put until all of it has been checked, in the state folder.
/// It goes last: while it is there, the folder is not whole.
pub const BROKEN_OFF: &str = "restore.half";

/// The most that may be read of the list of what a backup holds, in bytes.
const LONGEST_LIST: u64 = 16 << 20;

/// Puts a backup into an empty state folder, made if need be, after all of it
/// has been checked; on disk when this returns.
pub fn restore(
    state: &Path,
    file: &Path,
    tell: &(dyn Fn(&str) + Sync),
) -> Result<Contents, Failed> {
    let in_state = |error| Failed::File(state.to_owned(), error);
    let is_new = !state.exists();
    private::folder(state, store::FILE).map_err(in_state)?;
    let put = claimed(state).and_then(|claim| {
        let contents = put(state, file, tell);
        drop(claim);
        contents
    });
    if put.is_err() && is_new {
        // What we made for this goes again; only if nothing is in it.
        let _ = fs::remove_dir(state);
    }
    put
}

/// The folder, empty and ours alone.
fn claimed(state: &Path) -> Result<File, Failed> {
    let in_state = |error| Failed::File(state.to_owned(), error);
    let claim = private::claim(state).map_err(|error| match error.kind() {
        io::ErrorKind::ResourceBusy => Failed::Runs(state.to_owned()),
        _ => in_state(error),
    })?;
    let names = private::names(state).map_err(in_state)?;
    if names.iter().any(|name| name != BROKEN_OFF && name != private::LOCK) {
        return Err(Failed::Occupied(state.to_owned()));
    }
    Ok(claim)
}

fn put(state: &Path, file: &Path, tell: &(dyn Fn(&str) + Sync)) -> Result<Contents, Failed> {
    let half = state.join(BROKEN_OFF);
    let in_half = |error| Failed::File(half.clone(), error);
    if half.exists() {
        fs::remove_dir_all(&half).map_err(in_half)?;
    }
    private::folder(&half, store::FILE).map_err(in_half)?;
    let contents = unpack(&half, file, tell).and_then(|contents| {
        tell("checking the database …");
        store::examine(&half.join(store::FILE))?;
        Ok(contents)
    });
    match contents {
        Ok(contents) => settle(state, &half).map(|()| contents).map_err(in_half),
        Err(failed) => {
            // It is of no use to anybody, and holds secrets.
            let _ = fs::remove_dir_all(&half);
            Err(failed)
        }
    }
}

/// Everything of the backup below `half`, as the backup says it should be.
fn unpack(half: &Path, file: &Path, tell: &(dyn Fn(&str) + Sync)) -> Result<Contents, Failed> {
    let opened = private::open(file).map_err(|error| Failed::File(file.to_owned(), error))?;
    let broken = |error: io::Error| Failed::Broken(file.to_owned(), error.to_string());
    let wrong = |why: &str| Failed::Broken(file.to_owned(), why.to_owned());
    let mut archive = Archive::new(zstd::Decoder::new(opened).map_err(broken)?);
    let mut progress = Progress::new("unpacked", tell);
    let (mut found, mut listed, mut bytes) = (BTreeMap::new(), None, 0);
    for entry in archive.entries().map_err(broken)? {
        let entry = entry.map_err(broken)?;
        let name = name(&entry).ok_or_else(|| wrong("it holds a file with a strange name"))?;
        if name == CONTENTS {
            listed = Some(contents(entry).map_err(broken)?);
            continue;
        }
        let packed = write(half, &name, entry).map_err(broken)?;
        bytes += packed.bytes;
        progress.at(bytes, None);
        found.insert(name, packed);
    }
    // The checksum of the whole stands at its very end.
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(broken)?;
    let contents = listed.ok_or_else(|| wrong("its end is missing"))?;
    if contents.format != FORMAT {
        return Err(wrong("a newer collector made it: install that one"));
    }
    if let Some(name) = different(&contents.files, &found) {
        return Err(wrong(&format!("{name} is not what it was")));
    }
    if !found.contains_key(store::FILE) {
        return Err(wrong("it holds no database"));
    }
    Ok(contents)
}

/// The first file that is missing, too much or not the same.
fn different(one: &BTreeMap<String, Packed>, other: &BTreeMap<String, Packed>) -> Option<String> {
    let mut names = one.keys().chain(other.keys());
    names.find(|name| one.get(*name) != other.get(*name)).cloned()
}

/// The name of a plain file that lies below the folder and nowhere else.
fn name(entry: &Entry<'_, impl Read>) -> Option<String> {
    let path = entry.path().ok()?;
    let is_below = path.components().all(|part| matches!(part, Component::Normal(_)));
    let is_plain = entry.header().entry_type().is_file();
    (is_below && is_plain).then(|| path.to_str().map(str::to_owned)).flatten()
}

fn contents(entry: Entry<'_, impl Read>) -> io::Result<Contents> {
    let mut text = Vec::new();
    entry.take(LONGEST_LIST).read_to_end(&mut text)?;
    Ok(serde_json::from_slice(&text)?)
}

fn write(half: &Path, name: &str, entry: Entry<'_, impl Read>) -> io::Result<Packed> {
    let path = half.join(name);
    if let Some(folder) = path.parent().filter(|folder| *folder != half) {
        private::folder(folder, name)?;
    }
    let mut file = private::create(&path)?;
    let mut read = Hashed::new(entry);
    io::copy(&mut read, &mut file)?;
    file.sync_all()?;
    Ok(read.packed())
}

/// Moves all of `half` to where it belongs, the database last, and gives it to
/// the owner of the folder.
fn settle(state: &Path, half: &Path) -> io::Result<()> {
    give(half, state)?;
    let mut names = private::names(half)?;
    names.sort_by_key(|name| name == store::FILE);
    for name in names {
        fs::rename(half.join(&name), state.join(&name))?;
    }
    private::sync(state)?;
    fs::remove_dir(half)?;
    private::sync(state)
}

fn give(folder: &Path, like: &Path) -> io::Result<()> {
    for name in private::names(folder)? {
        let path = folder.join(name);
        private::give(&path, like)?;
        if path.is_dir() {
            give(&path, like)?;
            private::sync(&path)?;
        }
    }
    Ok(())
}
