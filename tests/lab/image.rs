//! What the guest boots from: Debian's kernel, and a first file system with
//! the kernel's modules, a shell, the agent and this program.

use super::archive::Archive;
use super::modules;
use crate::program;
use crate::root;
use anyhow::Context;
use anyhow::bail;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

/// What the guest boots from.
pub struct Image {
    /// The kernel.
    pub kernel: PathBuf,
    /// The first file system.
    pub files: PathBuf,
}

impl Image {
    /// Makes the image in `folder`, with that agent.
    pub fn make(folder: &Path, agent: &Path) -> anyhow::Result<Self> {
        let debian = super::kernel();
        let kernel = only(&debian.join("boot"), "vmlinuz-")
            .context("there is no kernel: run packaging/tools.sh lab")?;
        let kernel = unpacked(&kernel)?;
        let mut archive = Archive::default();
        base(&mut archive)?;
        modules::add(&mut archive, &debian)?;
        programs(&mut archive, folder, agent)?;
        signatures(&mut archive, &root().join("config/signatures"), "/etc/moored/signatures")?;
        let files = folder.join("files.cpio");
        fs::write(&files, archive.finish())?;
        Ok(Self { kernel, files })
    }
}

/// The kernel as it lies in memory. The emulator is slow at unpacking it: this
/// saves a third of the time to boot. Kept from one boot to the next.
fn unpacked(kernel: &Path) -> anyhow::Result<PathBuf> {
    let kept = kernel.with_extension("unpacked");
    if kept.exists() {
        return Ok(kept);
    }
    let bytes = read(kernel)?;
    let magic = b"\xfd7zXZ\0";
    let Some(begin) = bytes.windows(magic.len()).position(|window| window == magic) else {
        return Ok(kernel.to_owned());
    };
    let mut xz = Command::new("xz");
    let output = program::run_with(xz.args(["-dc", "--single-stream"]), &bytes[begin..])?;
    if !output.stdout.starts_with(b"\x7fELF") {
        return Ok(kernel.to_owned());
    }
    // Several guests may be started at once: each writes a file of its own.
    let folder = kept.parent().unwrap_or(Path::new("."));
    let mut unfinished = tempfile::NamedTempFile::new_in(folder)?;
    unfinished.write_all(&output.stdout)?;
    unfinished.persist(&kept)?;
    Ok(kept)
}

fn base(archive: &mut Archive) -> anyhow::Result<()> {
    for folder in ["/dev", "/proc", "/sys", "/tmp", "/run", "/root", "/var/lib/moored"] {
        archive.folder(folder);
    }
    archive.file("/bin/busybox", &read(Path::new("/bin/busybox"))?);
    archive.link("/bin/sh", "busybox");
    archive.file("/init", include_bytes!("init.sh"));
    let configuration = b"signatures = \"/etc/moored/signatures\"\nstate = \"/var/lib/moored\"\n";
    archive.file("/etc/moored/agent.toml", configuration);
    Ok(())
}

fn programs(archive: &mut Archive, folder: &Path, agent: &Path) -> anyhow::Result<()> {
    let mut libraries = BTreeSet::new();
    let lab = program::ours("lab");
    for (name, program) in [("moored", agent), ("lab", &lab), ("ydotool", Path::new(YDOTOOL))] {
        archive.file(&format!("/bin/{name}"), &stripped(program, &folder.join(name))?);
        libraries.extend(needed(program)?);
    }
    for library in libraries {
        archive.file(&library, &read(Path::new(&library))?);
    }
    Ok(())
}

/// Makes input devices that are no hardware.
const YDOTOOL: &str = "/usr/bin/ydotool";

/// The program without what only a debugger reads: most of its size.
fn stripped(program: &Path, to: &Path) -> anyhow::Result<Vec<u8>> {
    output(Command::new("strip").arg("-o").arg(to).arg(program))?;
    read(to)
}

/// The libraries a program is linked with, and its loader; of a static one none.
fn needed(program: &Path) -> anyhow::Result<Vec<String>> {
    let listed = program::run(Command::new("ldd").arg(program))?;
    if String::from_utf8_lossy(&listed.stderr).contains("not a dynamic executable") {
        return Ok(Vec::new());
    }
    let listed = String::from_utf8(listed.stdout)?;
    let paths = listed.split_whitespace().filter(|word| word.starts_with('/'));
    Ok(paths.map(str::to_owned).collect())
}

fn signatures(archive: &mut Archive, from: &Path, to: &str) -> anyhow::Result<()> {
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            signatures(archive, &path, &format!("{to}/{name}"))?;
        } else {
            archive.file(&format!("{to}/{name}"), &read(&path)?);
        }
    }
    Ok(())
}

/// The first entry of a folder with that beginning.
pub(super) fn only(folder: &Path, prefix: &str) -> Option<PathBuf> {
    let mut entries = fs::read_dir(folder).ok()?.filter_map(Result::ok);
    let entry = entries.find(|entry| entry.file_name().to_string_lossy().starts_with(prefix))?;
    Some(entry.path())
}

pub(super) fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

pub(super) fn output(command: &mut Command) -> anyhow::Result<Vec<u8>> {
    let output = program::run(command)?;
    if !output.status.success() {
        bail!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(output.stdout)
}
