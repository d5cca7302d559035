//! Whether our folders are ours: on Windows anybody may make a folder where they
//! are to be, before we do, and so decide what is in it.
#![expect(clippy::disallowed_methods, reason = "these are our own folders")]

use crate::platform;
use anyhow::Context;
use anyhow::bail;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

/// Fails if any of these belongs to somebody who may not decide for the machine, or
/// leads elsewhere.
pub fn refuse(paths: &[&Path]) -> anyhow::Result<()> {
    paths.iter().try_for_each(|path| refuse_one(path))
}

/// The same, with all that is in a folder.
pub fn refuse_in(folder: &Path) -> anyhow::Result<()> {
    let mut left: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(path) = left.pop() {
        refuse_one(&path)?;
        if path.is_dir() {
            let entries =
                fs::read_dir(&path).with_context(|| format!("cannot list {}", path.display()))?;
            for entry in entries {
                left.push(entry?.path());
            }
        }
    }
    Ok(())
}

fn refuse_one(path: &Path) -> anyhow::Result<()> {
    // What is not there is nobody's; who may make it, its folder says.
    if fs::symlink_metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        return Ok(());
    }
    let shown = path.display();
    let unknown = || format!("cannot tell whose {shown} is");
    if platform::leads_elsewhere(path).with_context(unknown)? {
        bail!("{shown} leads elsewhere, where others may decide what we read; remove it");
    }
    match platform::stranger(path).with_context(unknown)? {
        None => Ok(()),
        Some(owner) => bail!(
            "{shown} belongs to {owner}, and neither to the system nor to its administrators, so what is \
             in it may be anybody's: look at it, remove it, and try again"
        ),
    }
}
