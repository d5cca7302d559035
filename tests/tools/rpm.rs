//! The real rpm, and packages made for it: what it tells is told, and what it
//! has installed is not taken for somebody's own program.
//!
//! Real are rpm, its database, the agent and the collector. Not real: the
//! packages are empty but for their names, or have one file in a test's folder.

use super::stage::Stage;
use super::stage::alone;
use super::told::Told;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use tests::program;

/// An rpm database in a folder.
pub struct Rpm {
    folder: PathBuf,
}

impl Rpm {
    /// Makes an empty one.
    pub fn begin(folder: &Path) -> Self {
        let rpm = Self { folder: folder.to_owned() };
        rpm.run(&["--initdb"]);
        rpm
    }

    /// Lets rpm install a package that has this file, made of another one, or none.
    pub fn install(&self, name: &str, file: Option<(&Path, &Path)>) {
        let folder = tempfile::tempdir().unwrap();
        let (spec, top) = (folder.path().join("it.spec"), folder.path().display());
        fs::write(&spec, described(name, file)).unwrap();
        let mut build = Command::new("rpmbuild");
        build.args(["-bb", "--quiet", "--define", &format!("_topdir {top}")]);
        // Programs stay as they are, and may be in a package for all machines.
        build.args(["--define", "__os_install_post %{nil}"]);
        build.args(["--define", "_binaries_in_noarch_packages_terminate_build 0"]);
        // It makes a database there.
        build.env("HOME", folder.path());
        succeeds(build.arg(spec));
        let package = format!("{top}/RPMS/noarch/{name}-1-1.noarch.rpm");
        self.run(&["--install", "--nodeps", &package]);
    }

    /// Lets rpm remove a package.
    pub fn remove(&self, name: &str) {
        self.run(&["--erase", name]);
    }

    fn command(&self) -> Command {
        let mut command = Command::new("rpm");
        command.arg("--dbpath").arg(&self.folder);
        command
    }

    fn run(&self, arguments: &[&str]) {
        succeeds(self.command().args(arguments));
    }
}

/// What rpmbuild makes a package of.
fn described(name: &str, file: Option<(&Path, &Path)>) -> String {
    let (mut made, mut listed) = (String::new(), String::new());
    if let Some((from, to)) = file {
        let (from, to) = (from.display(), to.display());
        made = format!("install -D '{from}' '%{{buildroot}}{to}'");
        listed = to.to_string();
    }
    format!(
        "Name: {name}\nVersion: 1\nRelease: 1\nSummary: t\nLicense: t\nBuildArch: noarch\n\
         AutoReqProv: no\n%description\nt\n%install\n{made}\n%files\n{listed}\n"
    )
}

fn succeeds(command: &mut Command) {
    let output = program::run(command).unwrap();
    assert!(output.status.success(), "{command:?}: {output:?}");
}

#[test]
fn events_alone_tell_of_a_package_of_rpm_from_its_coming_to_its_going() {
    alone(|| {
        let stage = Stage::with_events(&["tigervnc-scraping-server", "x11vnc"], "");
        let (tigervnc, x11vnc) = (Told::of("tigervnc", &stage), Told::of("x11vnc", &stage));
        Told::of("xrdp", &stage).comes_to("present");
        let rpm = Rpm::begin(&stage.folder().join("root/var/lib/rpm"));
        rpm.install("tigervnc-server", None);
        tigervnc.comes_to("present");
        assert_eq!(x11vnc.path(), [""; 0]);
        rpm.install("x11vnc", None);
        x11vnc.comes_to("present");
        rpm.remove("tigervnc-server");
        tigervnc.ends();
        rpm.remove("x11vnc");
        x11vnc.ends();
        for tool in [tigervnc, x11vnc] {
            assert_eq!(tool.path(), ["present", "closed"]);
        }
    });
}
