//! A stage that is a whole machine: this one's own Debian, booted a second time
//! (`systemd-nspawn`), with packages, services and files of its own.

use super::stage::Place;
use super::stage::Stage;
use super::stage::dpkg;
use super::stage::go;
use super::stage::name_space;
use rustix::thread::LinkNameSpaceType;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use tests::program;
use tests::program::Running;
use tests::program::wait_for;
use tests::root;
use tests::site::PATIENCE;

impl Stage {
    /// A stage for the thread that makes it and for what that starts from then
    /// on. These packages of this machine are not there, nor are their files and
    /// these folders, in which a package's scripts have left something.
    ///
    /// It has a network of its own, so the agent looks each second.
    pub fn booted(packages: &[&str], folders: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let machine = boot(folder.path());
        let inside = child(child(machine.id()));
        let root = PathBuf::from(format!("/proc/{inside}/root"));
        for package in packages {
            dpkg(&root, &["--force-depends", "--purge", package]);
        }
        for one in folders {
            fs::remove_dir_all(root.join(one)).unwrap();
        }
        let (network, processes) = (name_space(inside, "net"), name_space(inside, "pid"));
        go(&network, LinkNameSpaceType::Network);
        go(&processes, LinkNameSpaceType::ProcessID);
        let stage = Self::begin(Place::new(folder, machine, inside, root), "", "1s");
        stage.laptop.complains("cannot hear processes start").unwrap();
        stage
    }
}

/// Boots. All that runs there ends with what is returned.
fn boot(folder: &Path) -> Running {
    let mut unshare = Command::new("unshare");
    unshare.args(["--mount", "--propagation", "private"]);
    unshare.args(["--pid", "--fork", "--kill-child", "--mount-proc", "sh"]);
    let files = root().join("target").canonicalize().unwrap();
    unshare.arg(root().join("tests/boot.sh")).arg(folder);
    unshare.arg(root().join("tests/tools/booted.service"));
    unshare.arg(format!("--bind={}", folder.display()));
    unshare.arg(format!("--bind-ro={}", files.display()));
    let mut machine = Running::start(&mut unshare, &folder.join("machine.log")).unwrap();
    let mut is_there = false;
    wait_for(PATIENCE, || {
        is_there = folder.join("booted").exists();
        is_there || !machine.is_running()
    });
    assert!(is_there, "{}", machine.printed());
    machine
}

/// The one process this process has started.
fn child(of: u32) -> u32 {
    let asked = program::run(Command::new("pgrep").args(["--parent", &of.to_string()])).unwrap();
    let said = String::from_utf8(asked.stdout).unwrap();
    said.trim().parse().unwrap_or_else(|_| panic!("{of} has started {said:?}"))
}
