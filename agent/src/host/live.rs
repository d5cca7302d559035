//! This machine.
#![expect(clippy::disallowed_methods, reason = "the live host is read here and nowhere else")]

mod processes;
#[cfg(target_os = "linux")]
pub mod neighbors;
#[cfg(target_os = "linux")]
pub mod netlink;
#[cfg(target_os = "linux")]
pub mod resolved;

use super::Host;
use super::NeighborRow;
use super::Platform;
use super::ProcessRow;
use super::each_line;
use processes::Processes;
use std::fs;
use std::io;
use std::io::BufReader;
use sysinfo::System;

/// The machine we run on.
#[derive(Default)]
pub struct Live {
    processes: Processes,
}

impl Live {
    /// This machine.
    pub fn new() -> Self {
        Self::default()
    }

    /// Hears that a process started, changed its program or ended: the next
    /// look at processes reads that one again, and all only after [`Host::forget`].
    pub fn process_changed(&self, id: u32) {
        self.processes.changed(id);
    }
}

impl Host for Live {
    fn platform(&self) -> Platform {
        if cfg!(target_os = "windows") {
            Platform::Windows
        } else if cfg!(target_os = "macos") {
            Platform::Macos
        } else {
            Platform::Linux
        }
    }

    fn hostname(&self) -> String {
        System::host_name().unwrap_or_default()
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn lines(&self, path: &str, each: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        // Opening a pipe would wait for somebody to write to it.
        if !fs::metadata(path)?.is_file() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        each_line(BufReader::new(fs::File::open(path)?), each)
    }

    fn names(&self, path: &str) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(path)? {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        Ok(names)
    }

    fn processes(&self) -> io::Result<Vec<ProcessRow>> {
        self.processes.rows()
    }

    #[cfg(target_os = "linux")]
    fn neighbors(&self) -> io::Result<Vec<NeighborRow>> {
        neighbors::rows()
    }

    #[cfg(not(target_os = "linux"))]
    fn neighbors(&self) -> io::Result<Vec<NeighborRow>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn forget(&self) {
        self.processes.forget();
    }
}
