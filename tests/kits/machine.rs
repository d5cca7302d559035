//! A machine to try a kit on: a Debian where Moored has never been.

use crate::packed::Packed;
use crate::program;
use crate::root;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

/// What a script of ours has left in its folder.
pub struct Machine {
    folder: TempDir,
    lower: PathBuf,
}

impl Machine {
    /// The Debian in `lower`, which is this machine's own at `/`, and a folder with a
    /// package of the agent.
    pub fn new(lower: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let packed = Packed { name: "moored", version: "0.1.0", folder: folder.path() };
        packed.deb(&packed.tree(), "moored.deb");
        Self { folder, lower: lower.to_owned() }
    }

    /// The folder, which is `/moored` inside.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Boots, runs the script of this name, and waits until the machine has switched
    /// itself off. `arguments` are systemd-nspawn's.
    pub fn run(&self, script: &str, arguments: &[String]) {
        let folder = self.folder();
        fs::copy(root().join("tests/kits").join(script), folder.join("inside.sh")).unwrap();
        let mut machine = Command::new("timeout");
        machine.args(["--kill-after=10", "300", "unshare", "--mount", "--propagation", "private"]);
        machine.arg("sh").arg(root().join("tests/boot.sh")).arg(folder);
        machine.arg(root().join("tests/kits/booted.service"));
        machine
            .arg(format!("--bind={}:/moored", folder.display()))
            .args(arguments)
            .env("LOWER", &self.lower);
        let output = program::run(&mut machine).unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(folder.join("after").exists(), "{said}\n{}", self.said("inside.log"));
    }

    /// What a file there says; nothing if it is not there.
    pub fn said(&self, file: &str) -> String {
        fs::read_to_string(self.folder().join(file)).unwrap_or_default()
    }
}
