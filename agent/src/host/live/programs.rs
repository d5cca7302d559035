//! The running programs that came with no package we know of, read once each.

use super::identity::Identity;
use super::identity::Owner;
use super::system::origins;
use crate::host::Content;
use crate::host::ContentRow;
use crate::host::Platform;
use crate::host::ProcessRow;
use crate::host::content;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::sync::Mutex;
use std::sync::PoisonError;

/// Programs that are read at one look, and bytes after which no further one
/// is begun; the rest is read at the next. A look has ten seconds.
const FILES: usize = 32;
const BYTES: u64 = 512 << 20;

/// Who has put a file where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// A package manager, or the system itself where nobody else can.
    Package,
    /// Somebody else.
    Other,
    /// One or the other.
    Unknown,
}

/// What is known of the programs that ran at the last look.
#[derive(Default)]
pub(super) struct Programs {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// What was looked for within them.
    markers: BTreeSet<String>,
    origins: BTreeMap<Place, Origin>,
    contents: BTreeMap<Identity, Read>,
}

/// What was read of a file, and why not all, if not.
#[derive(Clone)]
struct Read {
    content: Content,
    unread: Option<String>,
}

/// A file under one of its names.
type Place = (String, Identity);

/// A process and the file it runs.
struct Running {
    process: u32,
    place: Place,
    /// True for a file of root's that is no longer there, as after an update.
    is_replaced: bool,
}

impl Programs {
    /// The programs of these processes that came with no package we know of.
    pub(super) fn rows(&self, rows: &[ProcessRow], markers: &BTreeSet<String>) -> Vec<ContentRow> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let running: Vec<Running> = rows.iter().filter_map(Running::of).collect();
        known.ask(markers, &running);
        known.ask_packages(&running);
        let mut budget = Budget { files: FILES, bytes: BYTES };
        let is_foreign =
            |one: &&Running| known.origins.get(&one.place).is_some_and(|it| *it != Origin::Package);
        let foreign: Vec<&Running> = running.iter().filter(is_foreign).collect();
        // Those that began last first: the others wait better.
        let mut rows: Vec<ContentRow> =
            foreign.into_iter().rev().filter_map(|one| known.row(one, &mut budget)).collect();
        rows.reverse();
        rows
    }
}

impl Running {
    /// `None` for the kernel's own threads, for processes that have ended, and
    /// for those of others that may not be looked at.
    fn of(row: &ProcessRow) -> Option<Self> {
        let executable = row.executable.clone()?;
        let (identity, owner) = Identity::at(&link(row.id, &executable)).ok()?;
        let is_replaced = owner == Owner::GoneOfRoot;
        Some(Self { process: row.id, place: (executable, identity), is_replaced })
    }

    /// The path at which a package must have put it; `None` if what is there
    /// is another file, as for a process that sees other files than we do.
    fn path(&self) -> Option<&str> {
        let (path, identity) = &self.place;
        let path = path.strip_suffix(" (deleted)").unwrap_or(path);
        let is_same = || Identity::at(path).is_ok_and(|(file, _)| file == *identity);
        (self.is_replaced || is_same()).then_some(path)
    }
}

/// What a process runs: on Linux also if it has been deleted (proc(5));
/// elsewhere what is at its path now.
fn link(process: u32, executable: &str) -> String {
    if Platform::OURS == Platform::Linux {
        format!("/proc/{process}/exe")
    } else {
        executable.to_owned()
    }
}

impl Known {
    /// Forgets what no longer runs, and all contents if other markers are
    /// looked for.
    fn ask(&mut self, markers: &BTreeSet<String>, running: &[Running]) {
        if self.markers != *markers {
            self.markers.clone_from(markers);
            self.contents.clear();
        }
        let places: BTreeSet<&str> = running.iter().map(|one| one.place.0.as_str()).collect();
        self.origins.retain(|(path, _), _| places.contains(path.as_str()));
        self.contents.retain(|identity, _| running.iter().any(|one| one.place.1 == *identity));
    }

    /// Asks the package managers for the programs whose origin is not known.
    fn ask_packages(&mut self, running: &[Running]) {
        let is_known =
            |place: &Place| self.origins.get(place).is_some_and(|it| *it != Origin::Unknown);
        let new = running.iter().filter(|one| !is_known(&one.place));
        let paths: BTreeMap<&Place, Option<&str>> =
            new.map(|one| (&one.place, one.path())).collect();
        let origins = origins(&paths.values().flatten().copied().collect());
        for (place, path) in paths {
            let origin = path.and_then(|path| origins.get(path));
            self.origins.insert(place.clone(), origin.copied().unwrap_or(Origin::Other));
        }
    }

    /// `None` for a process that has ended meanwhile.
    fn row(&mut self, running: &Running, budget: &mut Budget) -> Option<ContentRow> {
        let (executable, identity) = running.place.clone();
        let read = match self.contents.get(&identity) {
            Some(read) => read.clone(),
            None if budget.takes(identity.size) => {
                let read = Read::of(&link(running.process, &executable), identity, &self.markers)?;
                self.contents.insert(identity, read.clone());
                read
            }
            None => Read { content: Content::default(), unread: Some("not yet".to_owned()) },
        };
        let Read { content, unread } = read;
        let is_unsure = self.origins.get(&running.place) == Some(&Origin::Unknown);
        Some(ContentRow { process: running.process, executable, is_unsure, unread, content })
    }
}

impl Read {
    fn of(path: &str, identity: Identity, markers: &BTreeSet<String>) -> Option<Self> {
        let read = match read(path, identity, markers) {
            Ok(content) => {
                let is_long = identity.size > content::MOST;
                Self { content, unread: is_long.then(|| "beyond 64 MiB".to_owned()) }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => {
                Self { content: Content::default(), unread: Some(error.kind().to_string()) }
            }
        };
        Some(read)
    }
}

/// An error if the process runs another program meanwhile.
fn read(path: &str, identity: Identity, markers: &BTreeSet<String>) -> io::Result<Content> {
    let file = File::open(path)?;
    if Identity::of(&file)?.0 != identity {
        return Err(io::ErrorKind::NotFound.into());
    }
    content::read(file, markers)
}

/// What may still be read at this look.
struct Budget {
    files: usize,
    bytes: u64,
}

impl Budget {
    fn takes(&mut self, size: u64) -> bool {
        let is_left = self.files > 0 && self.bytes > 0;
        if is_left {
            self.files -= 1;
            self.bytes = self.bytes.saturating_sub(size.min(content::MOST));
        }
        is_left
    }
}
