//! The package on Wine, from the first installation until nothing is left.

use crate::machine::agent;
use crate::packing::files;
use crate::packing::pack;
use crate::wine::Windows;
use crate::wine::drive;
use crate::wine::windows;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use tests::program::wait_for;
use tests::site::PATIENCE;
use tests::site::Site;

#[test]
fn a_package_is_installed_updated_mended_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let mut site = Site::start(folder.path(), "").unwrap();
    let first = pack(folder.path(), "first.msi", None);
    let newer = pack(folder.path(), "newer.msi", Some("20.1.2"));
    let laptop = Packaged::start(folder.path());

    enrolls_once_the_collector_is_there(&laptop, &mut site, &first);
    let ours = identity();
    is_updated(&laptop, &newer);
    is_mended(&laptop, &newer);
    is_installed_again(&laptop, &site, &newer);
    goes_back_with_a_broken_configuration(&laptop, &first);
    assert_eq!(identity(), ours);
    is_removed_but_for_its_state(&laptop, &first);
    assert_eq!(identity(), ours);

    laptop.installs(&first, &[]);
    laptop.windows.is_service("RUNNING");
    assert_eq!(identity(), ours);
    assert_eq!(site.ask_json(&["laptops"]).unwrap().as_array().unwrap().len(), 1);
    assert_eq!(laptop.msiexec("/x", &first, &["PURGE=1"]), 0);
    laptop.is_gone();
    assert!(!state().exists());
}

#[test]
fn a_package_that_cannot_be_installed_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let package = pack(folder.path(), "moored.msi", None);
    let laptop = Packaged::start(folder.path());
    let half = laptop.msiexec("/i", &package, &["COLLECTOR=https://127.0.0.1:9"]);
    assert_ne!(half, 0, "an address without a token");
    laptop.is_gone();
    let told = ["COLLECTOR=https://127.0.0.1:9", "TOKEN=mistyped"];
    assert_ne!(laptop.msiexec("/i", &package, &told), 0, "no token");
    laptop.is_gone();
    // What is half removed already.
    laptop.installs(&package, &[]);
    fs::remove_file(place().join("moored.exe")).unwrap();
    assert_eq!(laptop.msiexec("/x", &package, &[]), 0);
    laptop.has_no_service();
    assert!(files(&place(), Path::new("")).is_empty());
}

fn enrolls_once_the_collector_is_there(laptop: &Packaged, site: &mut Site, package: &Path) {
    let collector = format!("COLLECTOR=https://{}", site.agents);
    let token = format!("TOKEN={}", site.token().unwrap());
    site.kill_collector();
    laptop.installs(package, &[&collector, &token]);
    laptop.windows.is_service("RUNNING");
    assert!(state().join("identity/enroll.json").exists(), "it waits for the collector");
    let came = fs::read(place().join("agent.toml")).unwrap();
    assert_eq!(fs::read(state().join("agent.toml")).unwrap(), came);
    site.start_collector().unwrap();
    laptop.reports();
    assert_eq!(site.ask_json(&["laptops"]).unwrap().as_array().unwrap().len(), 1);
    assert!(!state().join("identity/enroll.json").exists());
    assert_eq!(laptop.versions(), [env!("CARGO_PKG_VERSION")]);
}

/// What an administrator has set stays.
fn is_updated(laptop: &Packaged, newer: &Path) {
    let file = state().join("agent.toml");
    let set = fs::read_to_string(&file).unwrap().replace("look = \"10m\"", "look = \"9m\"");
    fs::write(&file, &set).unwrap();
    laptop.installs(newer, &[]);
    laptop.windows.is_service("RUNNING");
    assert_eq!(fs::read_to_string(&file).unwrap(), set);
    assert_eq!(laptop.versions(), ["20.1.2"]);
    laptop.reports();
}

fn is_mended(laptop: &Packaged, package: &Path) {
    let set = fs::read(state().join("agent.toml")).unwrap();
    let all = files(&place(), Path::new(""));
    fs::remove_file(place().join("signatures/kvm/pikvm.toml")).unwrap();
    fs::remove_file(place().join("agent.toml")).unwrap();
    // What `/fa` is short for; Wine cannot read that.
    laptop.installs(package, &["REINSTALL=ALL", "REINSTALLMODE=a"]);
    assert_eq!(files(&place(), Path::new("")), all);
    laptop.windows.is_service("RUNNING");
    assert_eq!(fs::read(state().join("agent.toml")).unwrap(), set);
}

/// With the properties of the first time, as an MDM does it.
fn is_installed_again(laptop: &Packaged, site: &Site, package: &Path) {
    let before = identity();
    let collector = format!("COLLECTOR=https://{}", site.agents);
    let token = format!("TOKEN={}", site.token().unwrap());
    laptop.installs(package, &[&collector, &token]);
    laptop.windows.is_service("RUNNING");
    assert_eq!(identity(), before);
    assert!(!state().join("identity/enroll.json").exists(), "it is enrolled there");
    assert_eq!(laptop.versions(), ["20.1.2"]);
}

fn goes_back_with_a_broken_configuration(laptop: &Packaged, older: &Path) {
    let file = state().join("agent.toml");
    let set = fs::read_to_string(&file).unwrap();
    fs::write(&file, set.replace("look = \"9m\"", "look = \"often\"")).unwrap();
    let said = laptop.installs(older, &[]);
    assert!(said.contains("agent.toml") && said.contains("often"), "{said}");
    laptop.windows.is_service("STOPPED");
    assert_eq!(laptop.versions(), [env!("CARGO_PKG_VERSION")]);
    fs::write(&file, &set).unwrap();
    let (code, said) = laptop.moored(&["service", "start"]);
    assert_eq!(code, 0, "{said}");
    laptop.reports();
}

fn is_removed_but_for_its_state(laptop: &Packaged, package: &Path) {
    assert_eq!(laptop.msiexec("/x", package, &[]), 0);
    laptop.is_gone();
    assert!(state().join("agent.toml").exists());
}

/// A laptop that gets the agent by its package.
struct Packaged {
    windows: Windows,
    folder: PathBuf,
}

impl Packaged {
    /// On a Windows where the agent never was.
    fn start(folder: &Path) -> Self {
        let laptop = Self { windows: Windows::start(folder).unwrap(), folder: folder.to_owned() };
        // What an earlier, broken run has left.
        for code in laptop.products() {
            laptop.windows.wine(&["msiexec", "/x", &code, "/qn"]).unwrap();
        }
        let agent = windows(&agent().unwrap());
        laptop.windows.wine(&[&agent, "service", "remove", "--purge"]).unwrap();
        drop(fs::remove_dir_all(place()));
        laptop.is_gone();
        laptop
    }

    /// Has Windows' installer do something with a package, silently; its exit code.
    fn msiexec(&self, what: &str, package: &Path, properties: &[&str]) -> i32 {
        self.installer(what, package, properties).0
    }

    fn installer(&self, what: &str, package: &Path, properties: &[&str]) -> (i32, String) {
        let package = windows(package);
        let all = [&["msiexec", what, &package, "/qn"], properties].concat();
        self.windows.wine(&all).unwrap()
    }

    /// Installs a package; what the program said meanwhile.
    fn installs(&self, package: &Path, properties: &[&str]) -> String {
        let (code, said) = self.installer("/i", package, properties);
        assert_eq!(code, 0, "{}: {said}", self.folder.display());
        said
    }

    /// Runs the program that is installed.
    fn moored(&self, arguments: &[&str]) -> (i32, String) {
        let all = [&[r"C:\Program Files\Moored\moored.exe"], arguments].concat();
        self.windows.wine(&all).unwrap()
    }

    /// Waits until the collector has acknowledged a report since the agent has started.
    fn reports(&self) {
        let mut last = String::new();
        let is_heard = wait_for(PATIENCE, || {
            last = self.moored(&["status", "--json"]).1;
            let status: Value = serde_json::from_str(&last).unwrap_or_default();
            status["uplink"]["acknowledged"].is_string()
        });
        assert!(is_heard, "nothing was acknowledged: {last}");
    }

    /// What Windows lists among its programs.
    fn products(&self) -> Vec<String> {
        let listed = self.windows.registry_below(PROGRAMS);
        let ours = listed.split("\n\n").filter(|one| one.contains("The Moored project"));
        let code = |one: &str| Some(one.split_once('{')?.1.split_once('}')?.0.to_owned());
        ours.filter_map(code).map(|code| format!("{{{code}}}")).collect()
    }

    /// The versions of us that it lists.
    fn versions(&self) -> Vec<String> {
        let listed = self.windows.registry_below(PROGRAMS);
        let words = listed.lines().filter_map(|line| line.trim().strip_prefix("DisplayVersion"));
        words.filter_map(|rest| rest.split_whitespace().last()).map(str::to_owned).collect()
    }

    /// Waits until there is no such service.
    fn has_no_service(&self) {
        let is_gone = || self.windows.registry(SERVICE).is_empty();
        assert!(wait_for(PATIENCE, is_gone), "{}", self.windows.registry(SERVICE));
    }

    /// Holds of a Windows that knows nothing of us any more.
    fn is_gone(&self) {
        self.has_no_service();
        assert_eq!(files(&place(), Path::new("")), [].into());
        assert!(!place().exists());
        assert_eq!(self.products(), Vec::<String>::new());
        for key in [SOURCE, INSTALLER] {
            let left = self.windows.registry_below(key);
            assert!(!left.contains("Moored"), "{left}");
        }
    }
}

const PROGRAMS: &str = r"HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall";
const INSTALLER: &str = r"HKLM\Software\Classes\Installer";
const SERVICE: &str = r"HKLM\System\CurrentControlSet\Services\Moored";
const SOURCE: &str = r"HKLM\System\CurrentControlSet\Services\EventLog\Application";

fn place() -> PathBuf {
    drive().join("Program Files/Moored")
}

fn state() -> PathBuf {
    drive().join("ProgramData/Moored")
}

/// The certificate, and the key as it is sealed.
fn identity() -> Value {
    let file = state().join("identity/identity.json");
    serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
}
