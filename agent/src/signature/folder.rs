//! Loads a folder of signature files.
#![expect(clippy::disallowed_methods, reason = "the signature folder is ours to read")]

use super::Family;
use super::Signature;
use super::family;
use super::file;
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
    load_each(folder, |signature| signature)
}

/// The same without what only people and tests read, of which no more than one
/// file's is held at a time; texts that are the same are held once.
pub fn load_light(folder: &Path) -> Result<Vec<Signature>, Vec<Problem>> {
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
) -> Result<Vec<Signature>, Vec<Problem>> {
    let mut signatures = Vec::new();
    let mut problems = Vec::new();
    match files(folder) {
        Ok(files) if files.is_empty() => {
            problems.push(Problem::whole(&folder.display().to_string(), "holds no signatures"));
        }
        Ok(files) => {
            let mut families = Families::new();
            for path in files {
                match one(folder, &path, &mut families) {
                    Ok(signature) => signatures.push(keep(signature)),
                    Err(wrong) => problems.extend(wrong),
                }
            }
        }
        Err((path, error)) => problems.push(unreadable(&path, &error)),
    }
    if problems.is_empty() { Ok(signatures) } else { Err(problems) }
}

/// Loads one file, wherever its family lies.
pub fn load_file(path: &Path) -> Result<Signature, Vec<Problem>> {
    let folder = path.parent().and_then(Path::parent).unwrap_or(Path::new(""));
    one(folder, path, &mut Families::new())
}

/// What the families of a folder say, each read once: what their signatures
/// have in common is then kept once as well.
type Families = BTreeMap<PathBuf, Result<Family, Vec<Problem>>>;

/// Loads one file of the folder.
fn one(folder: &Path, path: &Path, families: &mut Families) -> Result<Signature, Vec<Problem>> {
    let name = path.display().to_string();
    let text = settings::text(path).map_err(|problem| vec![problem])?;
    let Some(id) = id(folder, path) else {
        let wrong = "must lie in a family, such as kvm/pikvm.toml, and be named in a-z, 0-9 and -";
        return Err(vec![Problem::whole(&name, wrong)]);
    };
    let family = path.parent().unwrap_or(folder).join(family::FILE);
    let family = families.entry(family).or_insert_with_key(|file| family::read(file));
    file::read(&id, &name, &text, family.as_ref().map_err(Vec::clone)?)
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
