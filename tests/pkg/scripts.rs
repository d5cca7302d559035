//! What the package runs, on a volume that no system was started from: there launchd is
//! not asked, and everything else happens.

use crate::package::HOME;
use crate::package::package;
use crate::package::run;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;
use tests::root;

const JOB: &str = "Library/LaunchDaemons/org.moored.agent.plist";
const LOGS: &str = "Library/Logs/Moored";

/// A volume of a Mac.
struct Volume {
    folder: TempDir,
}

impl Volume {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("Library/Logs")).unwrap();
        Self { folder }
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn home(&self, path: &str) -> PathBuf {
        self.at(HOME).join(path)
    }

    /// What the Installer does, in its order.
    fn install(&self) {
        self.script("preinstall");
        package().unpack(self.folder.path());
        self.script("postinstall");
    }

    /// Runs a script of the package with the arguments that the Installer gives.
    fn script(&self, name: &str) {
        let unpacked = tempfile::tempdir().unwrap();
        let scripts = package().part("moored.pkg/Scripts");
        run(Command::new("bsdtar").arg("-xpf").arg(scripts).arg("-C").arg(unpacked.path()));
        let arguments = [Path::new("moored.pkg"), Path::new("/"), self.folder.path()];
        let said = run(Command::new(unpacked.path().join(name)).args(arguments));
        assert_eq!(said, "");
    }

    fn uninstall(&self, keep: Option<&str>) {
        let script = self.home("uninstall.sh");
        let said = run(Command::new(script).args(keep).arg(self.folder.path()));
        assert_eq!(said, "");
    }
}

#[test]
fn scripts_are_written_for_every_shell() {
    let scripts = ["scripts/preinstall", "scripts/postinstall", "uninstall.sh", "pkg.sh"];
    for script in scripts {
        let path = root().join("packaging/macos").join(script);
        for shell in [&["dash", "-n"][..], &["bash", "--posix", "-n"]] {
            run(Command::new(shell[0]).args(&shell[1..]).arg(&path));
        }
        assert_eq!(mode(&path) & 0o111, 0o111, "{script}");
    }
}

#[test]
fn the_first_installation_leaves_a_configuration_that_only_root_reads() {
    let volume = Volume::new();
    fs::create_dir_all(volume.at(HOME)).unwrap();
    volume.install();
    let config = volume.home("agent.toml");
    let default = volume.home("agent.toml.default");
    assert_eq!(fs::read(&config).unwrap(), fs::read(default).unwrap());
    assert_eq!(mode(&config), 0o600);
    assert_eq!(mode(&volume.at(HOME)), 0o700);
    assert_eq!(mode(&volume.at(LOGS)), 0o755);
}

#[test]
fn an_update_keeps_what_is_the_companys_and_takes_what_was_the_packages() {
    let volume = Volume::new();
    volume.install();
    fs::write(volume.home("agent.toml"), "broken = [\n").unwrap();
    fs::write(volume.at(LOGS).join("agent.log"), "started\n").unwrap();
    let own = volume.home("signatures/own/box.toml");
    fs::create_dir(own.parent().unwrap()).unwrap();
    fs::write(&own, "").unwrap();
    // Brought by the older version; this one knows it under another name.
    let renamed = volume.home("signatures/kvm/older-name.toml");
    fs::write(&renamed, "").unwrap();
    let packaged = volume.home("packaged");
    let list = fs::read_to_string(&packaged).unwrap();
    fs::write(&packaged, format!("{list}signatures/kvm/older-name.toml\n")).unwrap();

    volume.install();
    assert!(!renamed.exists() && own.exists());
    assert!(list.lines().all(|file| volume.home(file).exists()));
    assert_eq!(fs::read_to_string(&packaged).unwrap(), list);
    assert_eq!(fs::read_to_string(volume.home("agent.toml")).unwrap(), "broken = [\n");
    assert_eq!(fs::read_to_string(volume.at(LOGS).join("agent.log")).unwrap(), "started\n");
}

#[test]
fn half_an_installation_is_made_whole() {
    let volume = Volume::new();
    volume.install();
    fs::remove_file(volume.home("packaged")).unwrap();
    fs::remove_file(volume.home("agent.toml")).unwrap();
    fs::remove_file(volume.at(JOB)).unwrap();
    fs::remove_dir_all(volume.at(LOGS)).unwrap();
    volume.install();
    for path in [volume.home("packaged"), volume.home("agent.toml"), volume.at(JOB)] {
        assert!(path.is_file(), "{}", path.display());
    }
    assert!(volume.at(LOGS).is_dir());
}

#[test]
fn a_log_that_somebody_has_led_elsewhere_is_not_followed() {
    let volume = Volume::new();
    let elsewhere = volume.at("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::write(elsewhere.join("precious"), "").unwrap();
    symlink(&elsewhere, volume.at(LOGS)).unwrap();
    volume.install();
    assert!(!volume.at(LOGS).is_symlink() && volume.at(LOGS).is_dir());
    assert!(elsewhere.join("precious").exists());
}

#[test]
fn nothing_is_left_behind() {
    let volume = Volume::new();
    volume.install();
    fs::create_dir(volume.home("spool")).unwrap();
    fs::write(volume.at(LOGS).join("agent.log"), "started\n").unwrap();
    volume.uninstall(None);
    let left = run(Command::new("find").arg(volume.folder.path()).args(["-mindepth", "1"]));
    let folders = ["Library", "Library/Application Support", "Library/LaunchDaemons"];
    let mut there: Vec<PathBuf> = left.lines().map(PathBuf::from).collect();
    there.sort();
    let mut macs: Vec<PathBuf> = folders.map(|path| volume.at(path)).to_vec();
    macs.push(volume.at("Library/Logs"));
    assert_eq!(there, macs);
}

#[test]
fn what_the_next_installation_goes_on_with_can_be_kept() {
    let volume = Volume::new();
    volume.install();
    let own = volume.home("signatures/own/box.toml");
    fs::create_dir(own.parent().unwrap()).unwrap();
    fs::write(&own, "").unwrap();
    fs::create_dir(volume.home("spool")).unwrap();
    volume.uninstall(Some("--keep"));
    assert!(own.exists());
    let names = fs::read_dir(volume.at(HOME)).unwrap();
    let mut names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["agent.toml", "signatures", "spool"]);
    let families = fs::read_dir(volume.home("signatures")).unwrap();
    assert_eq!(families.count(), 1, "families without a signature are left");
    assert!(!volume.at(JOB).exists() && !volume.at(LOGS).exists());
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}
