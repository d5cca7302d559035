//! The kernel modules that come with the guest: those it begins with, and the
//! HID drivers it may need for what is plugged in.

use super::archive::Archive;
use super::image::only;
use super::image::output;
use super::image::read;
use anyhow::Context;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

/// What `init.sh` loads; what these depend on comes with them.
const FIRST: [&str; 11] = [
    "vhci-hcd",
    "usbhid",
    "hid-generic",
    "usb-storage",
    "sd_mod",
    "sr_mod",
    "bochs",
    "e1000",
    "tcp_diag",
    "udp_diag",
    "uinput",
];

/// Adds the modules of an unpacked kernel package.
pub fn add(archive: &mut Archive, debian: &Path) -> anyhow::Result<()> {
    let folder = only(&debian.join("lib/modules"), "").context("the kernel has no modules")?;
    let version = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let list = fs::read_to_string(folder.join("modules.dep"))
        .context("the kernel's modules are not listed: run packaging/tools.sh lab")?;
    let needs: BTreeMap<&str, &str> =
        list.lines().filter_map(|line| line.split_once(':')).collect();
    let is_wanted = |path: &str| {
        path.starts_with("kernel/drivers/hid/hid-") || FIRST.contains(&module_name(path))
    };
    let mut wanted = BTreeSet::new();
    for (path, needed) in needs.iter().filter(|(path, _)| is_wanted(path)) {
        wanted.extend(needed.split_whitespace().chain([*path]));
    }
    let mut dependencies = String::new();
    for path in &wanted {
        // Newer Debian kernels have their modules compressed.
        let plain = |path: &str| path.trim_end_matches(".xz").to_owned();
        let needed: Vec<String> = needs[path].split_whitespace().map(plain).collect();
        writeln!(dependencies, "{}: {}", plain(path), needed.join(" "))?;
        let bytes = module(&folder.join(path))?;
        archive.file(&format!("/lib/modules/{version}/{}", plain(path)), &bytes);
    }
    archive.file(&format!("/lib/modules/{version}/modules.dep"), dependencies.as_bytes());
    let aliases = aliases(&folder)?;
    archive.file(&format!("/lib/modules/{version}/modules.alias"), aliases.as_bytes());
    archive.file("/etc/modules", FIRST.join("\n").as_bytes());
    Ok(())
}

/// Which driver is for which HID device.
fn aliases(folder: &Path) -> anyhow::Result<String> {
    let all = fs::read_to_string(folder.join("modules.alias"))?;
    let kept = all.lines().filter(|line| line.starts_with("alias hid:"));
    Ok(kept.flat_map(|line| [line, "\n"]).collect())
}

fn module(path: &Path) -> anyhow::Result<Vec<u8>> {
    if path.extension().is_none_or(|extension| extension != "xz") {
        return read(path);
    }
    output(Command::new("xz").arg("-dc").arg(path))
}

fn module_name(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or_default();
    file.split('.').next().unwrap_or_default()
}
