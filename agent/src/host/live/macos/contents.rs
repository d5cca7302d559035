//! macOS: where programs come from.

use super::super::programs::Origin;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

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
