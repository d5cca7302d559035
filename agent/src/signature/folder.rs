//! Loads a folder of signature files.
#![expect(clippy::disallowed_methods, reason = "the signature folder is ours to read")]

#[cfg(test)]
mod tests;

use super::Family;
use super::Signature;
use super::family;
use super::file;
use ring::digest;
use ring::digest::SHA256;
use settings::Problem;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

/// Loads every `<family>/<name>.toml` below `folder`, in order of ids; or tells
/// all that is wrong in any of them.
pub fn load(folder: &Path) -> Result<Vec<Signature>, Vec<Problem>> {
    load_each(folder, |signature| signature).map(|loaded| loaded.signatures)
}

/// Signatures, and what tells their files from others.
pub struct Loaded {
    /// The signatures, in order of ids.
    pub signatures: Vec<Signature>,
    /// SHA-256 over the names and contents of all files that were read, in hex:
    /// the same wherever the same files lie.
    pub files: String,
}

/// The same without what only people and tests read, of which no more than one
/// file's is held at a time; texts that are the same are held once.
pub fn load_light(folder: &Path) -> Result<Loaded, Vec<Problem>> {
    let mut texts = BTreeSet::new();
    load_each(folder, |signature| {
        let mut light = signature.without_examples();
        for text in [&mut light.why, &mut light.innocent] {
            match texts.get(text) {
                Some(known) => *text = Arc::clone(known),
                None => texts.extend([Arc::clone(text)]),
            }
        }
        light
    })
}

fn load_each(
    folder: &Path,
    mut keep: impl FnMut(Signature) -> Signature,
) -> Result<Loaded, Vec<Problem>> {
    let mut signatures = Vec::new();
    let mut problems = Vec::new();
    let mut texts = Texts::new(folder);
    match files(folder) {
        Ok(files) if files.is_empty() => {
            problems.push(Problem::whole(&folder.display().to_string(), "holds no signatures"));
        }
        Ok(files) => {
            for path in files {
                match texts.one(&path) {
                    Ok(signature) => signatures.push(keep(signature)),
                    Err(wrong) => problems.extend(wrong),
                }
            }
        }
        Err((path, error)) => problems.push(unreadable(&path, &error)),
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Loaded { signatures, files: texts.fingerprint() })
}

/// Loads one file, wherever its family lies.
pub fn load_file(path: &Path) -> Result<Signature, Vec<Problem>> {
    let folder = path.parent().and_then(Path::parent).unwrap_or(Path::new(""));
    Texts::new(folder).one(path)
}

/// What is read of a folder, and what has been: the families each once, so that
/// what their signatures have in common is kept once as well.
struct Texts<'a> {
    folder: &'a Path,
    families: BTreeMap<PathBuf, Result<Family, Vec<Problem>>>,
    /// Of each file the name below the folder, and the SHA-256 of its contents.
    read: BTreeMap<String, digest::Digest>,
}

impl<'a> Texts<'a> {
    fn new(folder: &'a Path) -> Self {
        Self { folder, families: BTreeMap::new(), read: BTreeMap::new() }
    }

    /// Loads one file of the folder.
    fn one(&mut self, path: &Path) -> Result<Signature, Vec<Problem>> {
        let text = self.text(path)?;
        let name = path.display().to_string();
        let Some(id) = id(self.folder, path) else {
            let wrong =
                "must lie in a family, such as kvm/pikvm.toml, and be named in a-z, 0-9 and -";
            return Err(vec![Problem::whole(&name, wrong)]);
        };
        let family = path.parent().unwrap_or(self.folder).join(family::FILE);
        let known = self.families.remove(&family).unwrap_or_else(|| self.family(&family));
        let known = self.families.entry(family).or_insert(known);
        file::read(&id, &name, &text, known.as_ref().map_err(Vec::clone)?)
    }

    /// A family's file; without one, the family judges every machine.
    fn family(&mut self, path: &Path) -> Result<Family, Vec<Problem>> {
        if !path.exists() {
            return Ok(Family::default());
        }
        let text = self.text(path)?;
        family::parse(&path.display().to_string(), &text)
    }

    /// A file's text, of which the fingerprint is kept.
    fn text(&mut self, path: &Path) -> Result<String, Vec<Problem>> {
        let text = settings::text(path).map_err(|problem| vec![problem])?;
        let below = path.strip_prefix(self.folder).unwrap_or(path);
        let name: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
        self.read.insert(name.join("/"), digest::digest(&SHA256, text.as_bytes()));
        Ok(text)
    }

    /// Over all that has been read, in order of names, each with its length.
    fn fingerprint(&self) -> String {
        let mut whole = digest::Context::new(&SHA256);
        for (name, contents) in &self.read {
            whole.update(&(name.len() as u64).to_be_bytes());
            whole.update(name.as_bytes());
            whole.update(contents.as_ref());
        }
        hex::encode(whole.finish())
    }
}

/// The path is the id, so that the two cannot disagree: `kvm/pikvm.toml` is
/// `kvm.pikvm`. `None` where the path is not of that form.
fn id(folder: &Path, path: &Path) -> Option<String> {
    let relative = path.strip_prefix(folder).ok()?.with_extension("");
    let parts: Vec<&str> = relative.iter().map(|part| part.to_str()).collect::<Option<_>>()?;
    let is_word = |part: &&str| {
        part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    (parts.len() == 2 && parts.iter().all(is_word)).then(|| parts.join("."))
}

/// Every `.toml` file below a folder, sorted; hidden ones are an editor's.
fn files(folder: &Path) -> Result<Vec<PathBuf>, (PathBuf, io::Error)> {
    let at = |error| (folder.to_owned(), error);
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(at)? {
        let entry = entry.map_err(at)?;
        let path = entry.path();
        let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if entry.file_name() != family::FILE
            && !hidden
            && path.extension().is_some_and(|extension| extension == "toml")
        {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn unreadable(path: &Path, error: &io::Error) -> Problem {
    Problem::whole(&path.display().to_string(), format!("cannot read: {}", error.kind()))
}
