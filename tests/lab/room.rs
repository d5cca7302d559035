//! The lab: a real kernel in QEMU, the agent inside, and whatever is described
//! plugged in: real enumeration, real sysfs, no hardware.
//!
//! On the host [`machine`] boots the guest and orders it about; in the guest
//! [`guest`] plays the described device over the USB/IP protocol, so that the
//! kernel's own USB stack asks it everything it asks a real one.

pub mod description;
pub mod descriptors;
pub mod storage;
pub mod hub;
pub mod peripheral;
pub mod usbip;
pub mod port;
pub mod orders;
pub mod guest;
pub mod archive;
pub mod modules;
pub mod image;
pub mod machine;
pub mod edid;
pub mod verdict;

use crate::root;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// Where the devices are described.
pub fn devices() -> PathBuf {
    root().join("tests/lab/devices")
}

/// Where `packaging/tools.sh lab` unpacks Debian's kernel.
pub fn kernel() -> PathBuf {
    root().join("target/lab/kernel")
}

/// The files of all described devices, sorted.
pub fn files() -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    below(&devices(), &mut files)?;
    files.sort();
    Ok(files)
}

fn below(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            below(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    Ok(())
}
