//! Changes of our own files and of where software is installed, through `notify`.

use super::Hint;
use super::software;
use super::software::Place;
use crate::config::Config;
use crate::config::managed;
use crate::host::Platform;
use crate::identity;
use notify::Event;
use notify::EventKind;
use notify::RecommendedWatcher;
use notify::RecursiveMode;
use notify::Watcher as _;
use std::path::Path;
use std::path::PathBuf;
use tokio::sync::mpsc::Sender;

/// Watches while it is kept.
pub type Watcher = RecommendedWatcher;

/// Watches the configuration file, what whoever manages the machine has set in a
/// file, the signature folder and the identity, and tells as well of changes in `places`, once these are watched.
///
/// Folders are watched and not files: editors and package managers replace a
/// file by another, and a watched file would be the one that is gone.
pub fn watch(
    config: &Config,
    file: &Path,
    places: Vec<Place>,
    to: &Sender<Hint>,
) -> notify::Result<Watcher> {
    let (signatures, private) = (config.signatures.clone(), identity::folder(&config.state));
    let (file, to) = (file.to_owned(), to.clone());
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new(".")).to_owned();
    let set = managed::file(Platform::OURS, &file);
    let names = [Some(&file), set.as_ref()].into_iter().flatten();
    let names: Vec<PathBuf> = names.filter_map(|one| one.file_name().map(PathBuf::from)).collect();
    let ours = (names, signatures.clone(), private.clone());
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        let installed = software::is_changed(&event, &places).then_some(Hint::Look("software"));
        for hint in hints(&event, &ours).into_iter().chain(installed) {
            // A full channel already holds enough to make us read the files anew.
            let _ = to.try_send(hint);
        }
    })?;
    watcher.watch(&folder, RecursiveMode::NonRecursive)?;
    // It is there only where somebody manages the machine.
    if let Some(set) =
        set.as_deref().and_then(Path::parent).filter(|set| *set != folder && set.is_dir())
    {
        watcher.watch(set, RecursiveMode::NonRecursive)?;
    }
    watcher.watch(&signatures, RecursiveMode::Recursive)?;
    watcher.watch(&private, RecursiveMode::NonRecursive)?;
    Ok(watcher)
}

/// An event without a path says that events were lost: anything may have changed.
fn hints(
    event: &notify::Result<Event>,
    (files, signatures, private): &(Vec<PathBuf>, PathBuf, PathBuf),
) -> Vec<Hint> {
    let Ok(event) = event else {
        return vec![Hint::Settings, Hint::Identity];
    };
    if matches!(event.kind, EventKind::Access(_)) {
        return Vec::new();
    }
    if event.need_rescan() || event.paths.is_empty() {
        return vec![Hint::Settings, Hint::Identity];
    }
    let named = |path: &&PathBuf, name: &Path| path.file_name() == Some(name.as_os_str());
    let mut hints = Vec::new();
    let is_setting = |path: &&PathBuf| {
        path.starts_with(signatures) || files.iter().any(|file| named(path, file))
    };
    if event.paths.iter().any(|path| is_setting(&path)) {
        hints.push(Hint::Settings);
    }
    let is_identity = |path: &&PathBuf| {
        path.starts_with(private)
            && [identity::FILE, identity::REQUEST].iter().any(|name| named(path, Path::new(name)))
    };
    if event.paths.iter().any(|path| is_identity(&path)) {
        hints.push(Hint::Identity);
    }
    hints
}
