//! rpm's packages, and where their database is if it was not read.

use super::Names;
use super::places::Places;
use crate::host::Host;
use std::io;

/// What is asked, for people to read.
pub(super) const SOURCE: &str = "rpm's database";

/// Where databases are; some of these may be links to others.
const FOLDERS: [&str; 3] = ["/usr/lib/sysimage/rpm", "/usr/share/rpm", "/var/lib/rpm"];

/// What a database is called: in SQLite, in ndb (openSUSE), and in Berkeley DB
/// (older systems). Only the first kind is read.
const FILES: [&str; 3] = ["rpmdb.sqlite", "Packages.db", "Packages"];

/// The installed packages; `NotFound` if there is no database of the kind that
/// is read.
pub(super) fn packages(host: &dyn Host) -> io::Result<Names> {
    let names = host.rpms().map_err(|error| match error.kind() {
        io::ErrorKind::Unsupported => io::ErrorKind::NotFound.into(),
        _ => error,
    })?;
    Ok(names.into_iter().filter(|name| is_name(name)).collect())
}

/// True if there is a database, of whatever kind.
pub(super) fn has_some(places: &mut Places) -> bool {
    let mut files = FOLDERS.iter().flat_map(|folder| places.names(folder));
    files.any(|name| FILES.contains(&name.as_str()))
}

/// False for what is too long to be a package's name, and for what is not shown
/// as it is.
fn is_name(name: &str) -> bool {
    (1..=255).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic())
}
