//! What a package manager has put where it is.

use super::programs::Origin;
use super::rpm;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::fs::File;
use std::io;
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// Where dpkg lists the files of each package, one a line.
const LISTS: &str = "/var/lib/dpkg/info";

/// Bytes of a list that are read. The longest we know of has a third of it.
const LONGEST: u64 = 16 << 20;

/// Where snaps and flatpaks are, which only their managers can write to.
const MANAGED: [&str; 3] = ["/snap/", "/var/lib/snapd/snap/", "/var/lib/flatpak/"];

/// Where packages put programs.
const PACKAGED: [&str; 6] =
    ["/usr/bin/", "/usr/sbin/", "/usr/lib/", "/usr/lib64/", "/usr/libexec/", "/usr/share/"];

/// Where each of these paths comes from. Each list is read once for all of them.
pub(super) fn origins<'a>(paths: &BTreeSet<&'a str>) -> BTreeMap<&'a str, Origin> {
    let (managed, others): (BTreeSet<&str>, BTreeSet<&str>) =
        paths.iter().partition(|path| MANAGED.iter().any(|folder| path.starts_with(folder)));
    let mut origins: BTreeMap<&str, Origin> =
        managed.into_iter().map(|path| (path, Origin::Package)).collect();
    if !others.is_empty() {
        let lists = [dpkg(&others), rpm::owned(&others, &is_same_folder)];
        origins.extend(others.into_iter().map(|path| (path, origin(path, &lists))));
    }
    origins
}

/// Where a path comes from that is in one of these lists, in none of them, or
/// of which one that could not be read would have told.
fn origin(path: &str, lists: &[io::Result<BTreeSet<String>>]) -> Origin {
    let is_absent = |error: &io::Error| error.kind() == io::ErrorKind::NotFound;
    let mut read = lists.iter().filter_map(|list| list.as_ref().ok()).peekable();
    let has_list = read.peek().is_some();
    if read.any(|list| list.contains(path)) {
        Origin::Package
    } else if has_list && lists.iter().all(|list| list.as_ref().err().is_none_or(is_absent)) {
        Origin::Other
    } else {
        presumed(path)
    }
}

/// Without a list, all that belongs to root where packages put programs counts
/// as theirs; what belongs to root elsewhere may be.
fn presumed(path: &str) -> Origin {
    if fs::metadata(path).is_ok_and(|file| file.uid() != 0) {
        Origin::Other
    } else if PACKAGED.iter().any(|folder| path.starts_with(folder)) {
        Origin::Package
    } else {
        Origin::Unknown
    }
}

/// Folders have several names where one is a link to the other, as `/bin` is.
fn is_same_folder(listed: &str, folder: &str) -> bool {
    listed == folder || fs::canonicalize(listed).is_ok_and(|real| real == Path::new(folder))
}

/// Of these paths, those in dpkg's lists.
fn dpkg(paths: &BTreeSet<&str>) -> io::Result<BTreeSet<String>> {
    let (mut found, mut list) = (BTreeSet::new(), Vec::new());
    for path in fs::read_dir(LISTS)?.flatten().map(|entry| entry.path()) {
        if path.extension().is_none_or(|ending| ending != "list") {
            continue;
        }
        list.clear();
        // A list that cannot be read names nothing: then what it would name
        // is looked at once too often.
        if File::open(path).and_then(|file| file.take(LONGEST).read_to_end(&mut list)).is_ok() {
            found.extend(named(&list, paths));
        }
    }
    Ok(found)
}

/// The paths that a list names. Since `/bin` is a link to `/usr/bin`, both
/// names are one; lists have either.
fn named<'a>(list: &'a [u8], paths: &'a BTreeSet<&str>) -> impl Iterator<Item = String> + 'a {
    let lines = list.split(|&byte| byte == b'\n').filter_map(|line| str::from_utf8(line).ok());
    lines.filter_map(|line| {
        let merged = || Some(format!("/usr{line}")).filter(|path| paths.contains(path.as_str()));
        paths.contains(line).then(|| line.to_owned()).or_else(merged)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_whole_lines_under_either_of_two_names() {
        let paths = BTreeSet::from(["/usr/bin/ls", "/usr/bin/cat", "/opt/x", "/usr/bin/l"]);
        let list = b"/.\n/bin\n/bin/ls\n/usr/bin/cat\n/opt/x/y\n";
        let found: Vec<String> = named(list, &paths).collect();
        assert_eq!(found, ["/usr/bin/ls", "/usr/bin/cat"]);
    }

    #[test]
    fn what_no_readable_list_tells_is_not_called_unpackaged() {
        let has = |path: &str| Ok(BTreeSet::from([path.to_owned()]));
        let fails = |kind: io::ErrorKind| Err(kind.into());
        let absent = || fails(io::ErrorKind::NotFound);
        let closed = || fails(io::ErrorKind::Unsupported);
        for (path, lists, expected) in [
            ("/opt/x", [has("/opt/x"), absent()], Origin::Package),
            ("/opt/x", [absent(), has("/opt/x")], Origin::Package),
            ("/opt/x", [has("/opt/x"), closed()], Origin::Package),
            ("/opt/x", [has("/opt/y"), absent()], Origin::Other),
            ("/usr/bin/x", [has("/opt/y"), has("/opt/z")], Origin::Other),
            ("/opt/x", [has("/opt/y"), closed()], Origin::Unknown),
            ("/opt/x", [absent(), closed()], Origin::Unknown),
            ("/opt/x", [absent(), absent()], Origin::Unknown),
            ("/usr/bin/x", [absent(), closed()], Origin::Package),
        ] {
            assert_eq!(origin(path, &lists), expected, "{path} {lists:?}");
        }
    }
}
