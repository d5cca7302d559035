//! macOS: which file a file is, and where programs come from.

use super::super::identity::Identity;
use super::super::identity::Owner;
use super::super::programs::Origin;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::fs::File;
use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt as _;

/// The sealed volume of the system and what it keeps under Apple's signature
/// beside it: nobody else can write there.
const SEALED: [&str; 6] =
    ["/System/", "/bin/", "/sbin/", "/usr/bin/", "/usr/libexec/", "/usr/sbin/"];

/// What is not the system's own may be anybody's, receipts or not: nobody is
/// kept from writing into `/Applications`.
pub fn origins<'a>(paths: &BTreeSet<&'a str>) -> BTreeMap<&'a str, Origin> {
    let origin = |path: &str| {
        let is_sealed = SEALED.iter().any(|folder| path.starts_with(folder));
        if is_sealed { Origin::Package } else { Origin::Unknown }
    };
    paths.iter().map(|&path| (path, origin(path))).collect()
}

/// Which file this is, when it was last written, and whose it is.
pub fn identity(file: &File) -> io::Result<(Identity, Owner)> {
    file.metadata().map(|file| said(&file))
}

/// The same of what is at a path now.
pub fn identity_at(path: &str) -> io::Result<(Identity, Owner)> {
    fs::metadata(path).map(|file| said(&file))
}

fn said(file: &Metadata) -> (Identity, Owner) {
    let identity = Identity {
        device: file.dev(),
        inode: file.ino(),
        modified: (file.mtime(), file.mtime_nsec()),
        size: file.size(),
    };
    (identity, Owner::Anybody)
}
