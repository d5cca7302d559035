//! Packages of the programs that are built beside the tests, and machines to install
//! them on.

use crate::program;
use crate::root;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

/// A package of ours in some version, made in `folder` as `make packages` makes it.
pub struct Packed<'a> {
    /// `moored` or `moored-collector`.
    pub name: &'a str,
    /// The version, which the program in it does not know.
    pub version: &'a str,
    /// Where it is made.
    pub folder: &'a Path,
}

impl Packed<'_> {
    /// What it brings, laid out.
    pub fn tree(&self) -> PathBuf {
        let tree = self.folder.join(format!("{}-tree", self.name));
        let program = self.folder.join(format!("{}-stripped", self.name));
        done(Command::new("strip").arg(program::ours(self.name)).arg("-o").arg(&program));
        self.script("linux/tree.sh", &[self.name.as_ref(), &program, &tree]);
        tree
    }

    /// The Debian package of a tree.
    pub fn deb(&self, tree: &Path, file: &str) -> PathBuf {
        let out = self.folder.join(file);
        self.script("linux/deb.sh", &[self.name.as_ref(), tree, "amd64".as_ref(), &out]);
        out
    }

    /// The rpm package of a tree.
    pub fn rpm(&self, tree: &Path, file: &str) -> PathBuf {
        let out = self.folder.join(file);
        self.script("linux/rpm.sh", &[self.name.as_ref(), tree, "x86_64".as_ref(), &out]);
        out
    }

    /// The archive of a tree.
    pub fn tar(&self, tree: &Path, file: &str) -> PathBuf {
        let out = self.folder.join(file);
        self.script("linux/tar.sh", &[tree, &out]);
        out
    }

    /// The image of a tree.
    pub fn oci(&self, tree: &Path, file: &str) -> PathBuf {
        let out = self.folder.join(file);
        let given = format!("amd64={}", tree.display());
        self.script("linux/oci.py", &[&out, given.as_ref()]);
        out
    }

    /// Runs a script of packaging/ for this version.
    fn script(&self, script: &str, arguments: &[&Path]) {
        let mut command = Command::new(root().join("packaging").join(script));
        command.args(arguments).env("VERSION", self.version);
        command.env("SOURCE_DATE_EPOCH", "1700000000").env("EFFORT", "0");
        done(&mut command);
    }
}

/// Runs a command that has to end well; gives what it printed.
pub fn done(command: &mut Command) -> String {
    let output = program::run(command).unwrap_or_else(|error| panic!("{command:?}: {error:#}"));
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, error) = (said(&output.stdout), said(&output.stderr));
    assert!(output.status.success(), "{command:?}\n{out}\n{error}");
    out
}

/// Installs, upgrades, breaks and removes packages on a booted machine: the Debian in
/// `lower`, or this machine's own (tests/packages/inside.sh).
pub fn come_and_go(lower: &Path) {
    let folder = tempfile::tempdir().unwrap();
    let stage = folder.path().join("stage");
    fs::create_dir(&stage).unwrap();
    for (name, version, file) in [
        ("moored", "0.1.0", "1.deb"),
        ("moored", "0.2.0", "2.deb"),
        ("moored-collector", "0.1.0", "collector.deb"),
    ] {
        let packed = Packed { name, version, folder: folder.path() };
        fs::rename(packed.deb(&packed.tree(), file), stage.join(file)).unwrap();
    }
    let scripts = root().join("tests/packages");
    fs::copy(scripts.join("inside.sh"), stage.join("inside.sh")).unwrap();
    let mut machine = Command::new("timeout");
    machine.args(["--kill-after=10", "400", "unshare", "--mount", "--propagation", "private"]);
    machine.arg("sh").arg(root().join("tests/boot.sh")).arg(folder.path());
    machine.arg(scripts.join("booted.service"));
    machine.arg(format!("--bind={}:/stage", stage.display())).env("LOWER", lower);
    let output = program::run(&mut machine).unwrap();
    let log = fs::read_to_string(stage.join("inside.log")).unwrap_or_default();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(stage.join("passed").exists(), "{said}\n{log}");
}
