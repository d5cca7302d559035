//! Which programs a package manager has put where they are.

use std::collections::BTreeSet;
use std::fs;
use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;

/// Where dpkg lists the files of each package, one a line.
const LISTS: &str = "/var/lib/dpkg/info";

/// Bytes of a list that are read. The longest we know of has a third of it.
const LONGEST: u64 = 16 << 20;

/// Where snaps and flatpaks are, which only their managers can write to.
const MANAGED: [&str; 3] = ["/snap/", "/var/lib/snapd/snap/", "/var/lib/flatpak/"];

/// Where packages put programs.
const PACKAGED: [&str; 6] =
    ["/usr/bin/", "/usr/sbin/", "/usr/lib/", "/usr/lib64/", "/usr/libexec/", "/usr/share/"];

/// Of these paths, those that a package manager has put there. Each list is
/// read once for all of them.
///
/// Where there is no dpkg, as with rpm, whose data base is not read, all that
/// belongs to root where packages put programs counts.
pub(super) fn packaged(paths: &BTreeSet<&str>) -> BTreeSet<String> {
    let (managed, others): (BTreeSet<&str>, BTreeSet<&str>) =
        paths.iter().partition(|path| MANAGED.iter().any(|folder| path.starts_with(folder)));
    let listed = match fs::read_dir(LISTS) {
        _ if others.is_empty() => BTreeSet::new(),
        Ok(lists) => listed(lists, &others),
        Err(_) => others.into_iter().filter(|path| is_roots(path)).map(str::to_owned).collect(),
    };
    managed.into_iter().map(str::to_owned).chain(listed).collect()
}

fn is_roots(path: &str) -> bool {
    PACKAGED.iter().any(|folder| path.starts_with(folder))
        && fs::metadata(path).is_ok_and(|file| file.uid() == 0)
}

fn listed(lists: fs::ReadDir, paths: &BTreeSet<&str>) -> BTreeSet<String> {
    let (mut found, mut list) = (BTreeSet::new(), Vec::new());
    for path in lists.flatten().map(|entry| entry.path()) {
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
    found
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
}
