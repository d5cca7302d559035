//! This machine.
#![expect(clippy::disallowed_methods, reason = "the live host is read here and nowhere else")]

mod processes;
#[cfg(unix)]
mod unix;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "windows")]
mod windows;
#[cfg(target_os = "macos")]
mod macos;
mod identity;
mod programs;
mod signers;
#[cfg(target_os = "linux")]
mod packages;
#[cfg(target_os = "linux")]
pub mod rpm;
#[cfg(target_os = "linux")]
mod open;
#[cfg(target_os = "linux")]
pub mod neighbors;
#[cfg(target_os = "linux")]
pub mod netlink;
#[cfg(target_os = "linux")]
pub mod resolved;
#[cfg(target_os = "linux")]
pub mod routes;
#[cfg(target_os = "linux")]
pub mod sockets;
// What Windows and macOS tell in bytes is read there, and parsed here.
pub mod tables;
pub mod brief;
#[cfg(target_os = "linux")]
mod procfs;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests;

use super::ContentRow;
use super::Host;
use super::LinkRow;
use super::LoginRow;
use super::NeighborRow;
use super::Node;
use super::Platform;
use super::ProcessRow;
use super::RegistryKey;
use super::RouteRow;
use super::SignerRow;
use super::SocketRow;
use super::Unseen;
use super::WakeRow;
use super::each_line;
use brief::Brief;
use brief::Started;
#[cfg(target_os = "linux")]
use linux as system;
#[cfg(target_os = "macos")]
use macos as system;
use processes::Processes;
#[cfg(target_os = "linux")]
use procfs::Procfs;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::io::BufReader;
use std::io::Read as _;
#[cfg(target_os = "linux")]
use std::sync::Arc;
#[cfg(target_os = "linux")]
use std::sync::OnceLock;
use sysinfo::System;
#[cfg(target_os = "windows")]
use windows as system;

pub use processes::Change;
pub use processes::Changes;

/// The machine we run on.
#[derive(Default)]
pub struct Live {
    processes: Processes,
    brief: Brief,
    #[cfg(target_os = "linux")]
    procfs: OnceLock<Option<Procfs>>,
    #[cfg(target_os = "linux")]
    sockets: Arc<sockets::Sockets>,
    programs: programs::Programs,
    signers: signers::Signers,
}

impl Live {
    /// This machine.
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on asks `changes` at each look which processes to read again,
    /// and reads all only where it does not know, or after [`Host::forget`].
    /// Who holds which socket is read again of the same processes.
    pub fn listen_to(&self, changes: Changes) {
        #[cfg(target_os = "linux")]
        let changes = {
            let sockets = Arc::clone(&self.sockets);
            Box::new(move || sockets.told(changes()))
        };
        self.processes.listen_to(changes);
    }

    /// Hears that a process started a program: reads it now if it is one that is
    /// looked out for, for it may end before the next look. True if it is.
    #[cfg(target_os = "linux")]
    pub fn program_started(&self, id: u32) -> bool {
        let Some(procfs) = self.procfs.get_or_init(|| Procfs::open().ok()) else { return false };
        let mut path = [0; procfs::PATH];
        match procfs.executable(id, &mut path) {
            Ok(executable) if self.brief.wants(executable) => {
                let started = procfs.started(id, executable);
                self.brief.keep(started);
                true
            }
            Ok(_) => false,
            Err(_) => {
                self.brief.is_gone();
                false
            }
        }
    }

    /// Hears that a process started this program, from a system that tells which:
    /// keeps it if it is one that is looked out for. True if it is.
    pub fn program_told(&self, started: Started) -> bool {
        let executable = started.row.executable.as_ref().unwrap_or(&started.row.name);
        let is_wanted = self.brief.wants(executable.as_bytes());
        if is_wanted {
            self.brief.keep(started);
        }
        is_wanted
    }

    /// Hears that starts of programs were lost before we heard of them.
    pub fn starts_lost(&self) {
        self.brief.is_overrun();
    }

    /// True if the last look showed programs that have been read when they
    /// started: another look is due, that shows them only if they still run.
    pub fn showed_starts(&self) -> bool {
        self.brief.was_shown()
    }
}

impl Platform {
    /// The one we were built for.
    pub const OURS: Self = if cfg!(target_os = "windows") {
        Self::Windows
    } else if cfg!(target_os = "macos") {
        Self::Macos
    } else {
        Self::Linux
    };
}

impl Host for Live {
    fn platform(&self) -> Platform {
        Platform::OURS
    }

    fn hostname(&self) -> String {
        System::host_name().unwrap_or_default()
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        system::open(path)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn lines(&self, path: &str, each: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        // Opening a pipe would wait for somebody to write to it.
        if !fs::metadata(path)?.is_file() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        each_line(BufReader::new(system::open(path)?), each)
    }

    fn names(&self, path: &str) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(path)? {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        Ok(names)
    }

    fn target(&self, path: &str) -> io::Result<String> {
        Ok(fs::read_link(path)?.to_string_lossy().into_owned())
    }

    fn processes(&self) -> io::Result<Vec<ProcessRow>> {
        self.processes.rows()
    }

    fn ended(&self) -> io::Result<Vec<ProcessRow>> {
        self.processes.ended(&self.brief)
    }

    #[cfg(target_os = "linux")]
    fn neighbors(&self) -> io::Result<Vec<NeighborRow>> {
        neighbors::rows()
    }

    #[cfg(not(target_os = "linux"))]
    fn neighbors(&self) -> io::Result<Vec<NeighborRow>> {
        system::neighbors()
    }

    #[cfg(target_os = "linux")]
    fn sockets(&self) -> io::Result<Vec<SocketRow>> {
        self.sockets.rows()
    }

    #[cfg(not(target_os = "linux"))]
    fn sockets(&self) -> io::Result<Vec<SocketRow>> {
        system::sockets()
    }

    #[cfg(target_os = "linux")]
    fn holders(&self, path: &str) -> io::Result<Vec<u32>> {
        open::holders(path)
    }

    #[cfg(not(target_os = "linux"))]
    fn holders(&self, _path: &str) -> io::Result<Vec<u32>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    #[cfg(target_os = "linux")]
    fn links(&self) -> io::Result<Vec<LinkRow>> {
        routes::links()
    }

    #[cfg(not(target_os = "linux"))]
    fn links(&self) -> io::Result<Vec<LinkRow>> {
        system::links()
    }

    #[cfg(target_os = "linux")]
    fn routes(&self) -> io::Result<Vec<RouteRow>> {
        routes::rows()
    }

    #[cfg(not(target_os = "linux"))]
    fn routes(&self) -> io::Result<Vec<RouteRow>> {
        system::routes()
    }

    #[cfg(target_os = "linux")]
    fn rpms(&self) -> io::Result<BTreeSet<String>> {
        rpm::packages()
    }

    #[cfg(not(target_os = "linux"))]
    fn rpms(&self) -> io::Result<BTreeSet<String>> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn contents(&self, markers: &BTreeSet<String>) -> io::Result<Vec<ContentRow>> {
        Ok(self.programs.rows(&self.processes.rows()?, markers))
    }

    fn registry(&self, key: &str) -> io::Result<RegistryKey> {
        system::registry(key)
    }

    fn nodes(&self, kind: &str) -> io::Result<Vec<Node>> {
        system::nodes(kind)
    }

    fn logins(&self) -> io::Result<Vec<LoginRow>> {
        system::logins()
    }

    fn wakers(&self) -> io::Result<Vec<WakeRow>> {
        system::wakers()
    }

    fn signer(&self, path: &str) -> io::Result<SignerRow> {
        self.signers.of(path)
    }

    fn file(&self, path: &str, most: usize) -> io::Result<Vec<u8>> {
        // Opening a pipe would wait for somebody to write to it.
        if !fs::metadata(path)?.is_file() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let mut bytes = Vec::new();
        system::open(path)?.take(most as u64 + 1).read_to_end(&mut bytes)?;
        if bytes.len() > most { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
    }

    fn forget(&self) {
        self.processes.forget();
        #[cfg(target_os = "linux")]
        self.sockets.forget();
    }

    fn look_out_for(&self, programs: &BTreeSet<String>) {
        self.brief.look_out_for(programs);
    }

    fn unseen(&self) -> Unseen {
        self.brief.unseen()
    }
}
