//! Data bases the real rpm writes, whole and mutated. Needs rpm (`make tools`).
#![expect(clippy::disallowed_methods, reason = "the tests let rpm write what is read")]

use super::*;
use proptest::prelude::Strategy;
use proptest::prop_assert;
use proptest::test_runner::TestRunner;
use quantydb_sqlite::SliceSource;
use std::fs;
use std::io::Read as _;
use std::process::Command;
use std::process::Stdio;
use tempfile::TempDir;

/// A folder with a database.
struct Rpm(TempDir);

impl Rpm {
    fn new() -> Self {
        let rpm = Self(tempfile::tempdir().unwrap());
        rpm.run(&["--initdb"]);
        rpm
    }

    fn at(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn command(&self) -> Command {
        let mut command = Command::new("rpm");
        command.args(["--dbpath", &self.at("db")]).env("HOME", self.0.path());
        command
    }

    fn run(&self, arguments: &[&str]) {
        let output = self.command().args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    }

    /// Installs a package that has these files, as far as the database goes.
    fn install(&self, name: &str, files: &[&str]) {
        let step = |file: &&str| format!("install -D /dev/null '%{{buildroot}}{file}'\n");
        let (made, listed) = (files.iter().map(step).collect::<String>(), files.join("\n"));
        let spec = format!(
            "Name: {name}\nVersion: 1\nRelease: 1\nSummary: t\nLicense: t\nBuildArch: noarch\n\
             %description\nt\n%install\n{made}\n%files\n{listed}\n"
        );
        fs::write(self.at("it.spec"), spec).unwrap();
        let mut build = Command::new("rpmbuild");
        build.args(["-bb", "--quiet", "--define", &format!("_topdir {}", self.at("made"))]);
        build.args(["--define", "__os_install_post %{nil}", &self.at("it.spec")]);
        assert!(build.env("HOME", self.0.path()).output().unwrap().status.success(), "{name}");
        let package = self.at(&format!("made/RPMS/noarch/{name}-1-1.noarch.rpm"));
        self.run(&["-i", "--justdb", "--nodeps", &package]);
    }

    fn file(&self) -> String {
        self.at("db/rpmdb.sqlite")
    }

    fn packages(&self) -> Vec<String> {
        file::read(&self.file(), Database::packages).unwrap().into_iter().collect()
    }
}

#[test]
fn packages_come_and_go() {
    let rpm = Rpm::new();
    assert_eq!(rpm.packages(), [""; 0]);
    rpm.install("xrdp", &[]);
    rpm.install("tigervnc-server", &["/usr/bin/x0vncserver"]);
    assert_eq!(rpm.packages(), ["tigervnc-server", "xrdp"]);
    rpm.run(&["-e", "--justdb", "xrdp"]);
    assert_eq!(rpm.packages(), ["tigervnc-server"]);
}

#[test]
fn what_is_only_in_the_log_is_told() {
    let rpm = Rpm::new();
    rpm.install("x11vnc", &[]);
    // As long as somebody reads, rpm leaves in the log what it writes, and
    // waits some seconds for them to end.
    let mut query = rpm.command();
    query.args(["-qa", "--queryformat", "%1000000{name}"]).stdout(Stdio::piped());
    let mut query = query.spawn().unwrap();
    query.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
    let before = fs::read(rpm.file()).unwrap();
    let mut remove = rpm.command().args(["-e", "--justdb", "x11vnc"]).spawn().unwrap();
    let is_told = || file::read(&rpm.file(), Database::packages).is_ok_and(|it| it.is_empty());
    while !is_told() {
        std::thread::yield_now();
    }
    assert_eq!(fs::read(rpm.file()).unwrap(), before);
    for process in [&mut query, &mut remove] {
        process.kill().unwrap();
        process.wait().unwrap();
    }
}

#[test]
fn tables_of_many_pages_are_read_whole() {
    let rpm = Rpm::new();
    let file = |number: usize| format!("/opt/{}/{number:03}/run-{number:03}", "x".repeat(120));
    let files: Vec<String> = (0..300).map(file).collect();
    rpm.install("many", &files.iter().map(String::as_str).collect::<Vec<_>>());
    let asked = files.iter().map(String::as_str).collect();
    let is_same = |one: &str, other: &str| one == other;
    let owned = file::read(&rpm.file(), |database| database.owned(&asked, &is_same));
    assert_eq!(owned.unwrap(), files.into_iter().collect());
}

#[test]
fn a_path_is_owned_if_one_package_has_its_name_and_its_folder() {
    let rpm = Rpm::new();
    rpm.install("one", &["/opt/one/run", "/bin/one"]);
    rpm.install("two", &["/opt/two/walk"]);
    let asked = ["/opt/one/run", "/opt/two/run", "/opt/one/walk", "/usr/bin/one", "/opt", "run"];
    let is_same =
        |listed: &str, folder: &str| listed == folder || format!("/usr{listed}") == folder;
    let owned = file::read(&rpm.file(), |database| database.owned(&asked.into(), &is_same));
    let expected = ["/opt/one/run", "/usr/bin/one"].map(str::to_owned);
    assert_eq!(owned.unwrap(), expected.into());
}

#[test]
fn a_change_that_has_been_begun_without_a_log_is_not_read() {
    let rpm = Rpm::new();
    fs::write(rpm.at("db/rpmdb.sqlite-journal"), "pages").unwrap();
    let busy = file::read(&rpm.file(), Database::packages).unwrap_err();
    assert_eq!(busy.kind(), io::ErrorKind::ResourceBusy);
    fs::write(rpm.at("db/rpmdb.sqlite-journal"), "").unwrap();
    assert_eq!(rpm.packages(), [""; 0]);
}

#[test]
fn what_is_no_data_base_of_rpm_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rpmdb.sqlite").display().to_string();
    let kind = || file::read(&path, Database::packages).unwrap_err().kind();
    assert_eq!(kind(), io::ErrorKind::NotFound);
    for bytes in [&b""[..], b"SQLite format 3\0", &[0; 4096]] {
        fs::write(&path, bytes).unwrap();
        assert_eq!(kind(), io::ErrorKind::InvalidData);
    }
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert_eq!(kind(), io::ErrorKind::InvalidInput);
}

#[test]
fn mutated_data_bases_are_read_or_refused() {
    let rpm = Rpm::new();
    rpm.install("xrdp", &["/usr/bin/xrdp"]);
    let whole = fs::read(rpm.file()).unwrap();
    // Most pages hold what is not read: changes are where it hurts.
    let place = proptest::prop_oneof![0..200usize, 0..6 * 4096usize, 0..whole.len()];
    let changes = proptest::collection::vec((place, proptest::num::u8::ANY), 1..8);
    let mutated = changes.prop_map(|changes| {
        let mut bytes = whole.clone();
        for (place, byte) in changes {
            bytes[place] = byte;
        }
        bytes
    });
    let is_bounded = |bytes: Vec<u8>| {
        let main = SliceSource::new(&bytes);
        let names = Database::open(main, None).and_then(|database| database.packages());
        prop_assert!(names.map_or(0, |names| names.len()) < bytes.len());
        Ok(())
    };
    TestRunner::default().run(&mutated, is_bounded).unwrap();
}
