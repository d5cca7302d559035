//! The archive a Linux kernel unpacks into its first file system (`newc`
//! cpio, see `Documentation/driver-api/early-userspace/buffer-format.rst`).

use std::path::Path;

const FOLDER: u32 = 0o040_755;
const PROGRAM: u32 = 0o100_755;
const LINK: u32 = 0o120_777;

/// An archive that is being filled.
#[derive(Default)]
pub struct Archive {
    bytes: Vec<u8>,
    folders: std::collections::BTreeSet<String>,
}

impl Archive {
    /// Adds a file anyone may run, and the folders it is in.
    pub fn file(&mut self, path: &str, bytes: &[u8]) {
        self.folders_of(path);
        self.entry(path, PROGRAM, bytes);
    }

    /// Adds an empty folder, and the folders it is in.
    pub fn folder(&mut self, path: &str) {
        self.folders_of(&format!("{path}/inside"));
    }

    /// Adds a symbolic link, and the folders it is in.
    pub fn link(&mut self, path: &str, target: &str) {
        self.folders_of(path);
        self.entry(path, LINK, target.as_bytes());
    }

    /// The finished archive; several after each other are one.
    pub fn finish(mut self) -> Vec<u8> {
        self.entry("TRAILER!!!", 0, &[]);
        self.bytes
    }

    fn folders_of(&mut self, path: &str) {
        let above: Vec<&Path> = Path::new(path).ancestors().skip(1).collect();
        for folder in above.iter().rev().filter_map(|folder| folder.to_str()) {
            if !matches!(folder, "" | "/") && self.folders.insert(folder.to_owned()) {
                self.entry(folder, FOLDER, &[]);
            }
        }
    }

    fn entry(&mut self, path: &str, mode: u32, bytes: &[u8]) {
        let name = path.trim_start_matches('/');
        let size = bytes.len();
        let length = name.len() + 1;
        // inode, mode, owner, group, links, time, size, device and its own
        // device (two numbers each), length of the name, checksum
        let numbers = [0, mode as usize, 0, 0, 1, 0, size, 0, 0, 0, 0, length, 0]
            .map(|it| format!("{it:08X}"));
        self.bytes.extend(b"070701");
        self.bytes.extend(numbers.concat().bytes());
        self.bytes.extend(name.bytes());
        self.bytes.push(0);
        self.align();
        self.bytes.extend(bytes);
        self.align();
    }

    fn align(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }
}
