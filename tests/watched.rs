//! A laptop that is watched while real programs run on it, and what its
//! collector tells of them.

use crate::program;
use crate::program::Running;
use crate::site::Laptop;
use crate::site::PATIENCE;
use crate::site::Site;
use serde_json::Value;
use std::fs;
use std::process::Command;
use tempfile::TempDir;

/// A site whose one laptop is at work. It looks by itself every ten minutes:
/// what is told sooner, the system has told of.
pub struct Watched {
    /// The collector.
    pub site: Site,
    /// The laptop.
    pub laptop: Laptop,
    /// Where the test's programs keep what they need. Last, so that it goes
    /// when all that runs in it has ended.
    pub folder: TempDir,
}

/// One step of a finding: its title, its rung if it is about a tool, whether
/// it alerts, and whether it held.
pub type Step = (String, Option<String>, String, bool);

impl Watched {
    /// A laptop that knows these of the signatures that ship.
    pub fn begin(signatures: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let site = Site::start(folder.path(), "").unwrap();
        let mut laptop = site.laptop("laptop").unwrap();
        laptop.use_signatures(signatures).unwrap();
        let configuration = fs::read_to_string(laptop.configuration()).unwrap();
        fs::write(laptop.configuration(), format!("look = \"10m\"\n{configuration}")).unwrap();
        laptop.start().unwrap();
        laptop.is_well().unwrap();
        Self { site, laptop, folder }
    }

    /// Starts a program that ends with all it has started, whatever becomes of
    /// the test: it has a table of processes of its own. It finds its home in
    /// the test's folder, and what it prints goes there.
    pub fn run(&self, name: &str, command: &str, environment: &[(&str, &str)]) -> Running {
        let mut program = Command::new("unshare");
        program.args(["--pid", "--fork", "--kill-child", "sh", "-c", &format!("exec {command}")]);
        program.current_dir(self.folder.path()).env("HOME", self.folder.path());
        program.env_remove("DISPLAY").env_remove("SSH_AUTH_SOCK").envs(environment.iter().copied());
        Running::start(&mut program, &self.folder.path().join(format!("{name}.log"))).unwrap()
    }

    /// Starts a screen nobody sees. It has no table of processes of its own:
    /// the lock it leaves when it is killed names its process, and one that
    /// names the first would never seem to be left over.
    pub fn screen(&self, number: u16) -> Running {
        let log = self.folder.path().join(format!("screen-{number}.log"));
        let mut command = Command::new("Xvfb");
        command.args([&format!(":{number}"), "-screen", "0", "640x480x24", "-nolisten", "tcp"]);
        command.args(["-displayfd", "1"]);
        let mut screen = Running::start(&mut command, &log).unwrap();
        wait(&mut screen, |screen| screen.printed().lines().any(|line| line == number.to_string()));
        screen
    }

    /// Waits until the steps of a signature's finding are as wanted; all its findings.
    pub fn until(&self, signature: &str, wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let mut last = Vec::new();
        let so = program::wait_for(PATIENCE, || {
            last = self.findings(signature);
            wanted(&last)
        });
        assert!(so, "the collector has only {last:#?}\n{}", self.laptop.printed());
        last
    }

    /// Waits until the one finding of a signature is open and has this title.
    pub fn until_open(&self, signature: &str, title: &str) -> Value {
        let is_so = |all: &[Value]| all.iter().any(|one| is_open(one) && one["title"] == title);
        let found = self.until(signature, is_so);
        found.into_iter().find(|one| is_open(one) && one["title"] == title).unwrap()
    }

    /// The findings of a signature as the collector has them, in full.
    pub fn findings(&self, signature: &str) -> Vec<Value> {
        let all = self.site.findings().unwrap_or_default();
        let own = all.iter().filter(|one| one["signature"] == signature);
        let in_full = |one: &Value| {
            let mut all = self.site.ask_json(&["findings", &one["id"].to_string()]).ok()?;
            let row = all["row"].as_object().cloned()?;
            all.as_object_mut()?.extend(row);
            Some(all)
        };
        own.filter_map(in_full).collect()
    }
}

/// True if it holds now.
pub fn is_open(finding: &Value) -> bool {
    finding["closed_at"].is_null()
}

/// The steps of a finding, as they came.
pub fn steps(finding: &Value) -> Vec<Step> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let steps = finding["steps"].as_array().into_iter().flatten();
    let each = steps.map(|step| {
        let title = text(&step["title"]).unwrap_or_default();
        let standing = text(&step["standing"]).unwrap_or_default();
        (title, text(&step["rung"]), standing, step["open"] == true)
    });
    each.collect()
}

/// A step to compare with.
pub fn step(title: &str, rung: &str, standing: &str, open: bool) -> Step {
    let rung = Some(rung).filter(|rung| !rung.is_empty());
    (title.to_owned(), rung.map(str::to_owned), standing.to_owned(), open)
}

/// The fields a finding quotes of what a sensor saw.
pub fn quoted(finding: &Value, sensor: &str) -> Vec<Value> {
    let evidence = finding["body"]["evidence"].as_array().into_iter().flatten();
    let own = evidence.filter(|seen| seen["sensor"] == sensor);
    own.map(|seen| seen["fields"].clone()).collect()
}

/// Waits for a program to get so far; fails if it ends before.
pub fn wait(running: &mut Running, mut is_so: impl FnMut(&Running) -> bool) {
    let mut ended = false;
    let so = program::wait_for(PATIENCE, || {
        ended = !running.is_running();
        ended || is_so(running)
    });
    assert!(so && !ended, "{}", running.printed());
}

/// True if somebody waits at this port of this machine; asks without connecting.
pub fn is_awaited(port: u16) -> bool {
    let table = fs::read_to_string("/proc/net/tcp").unwrap_or_default();
    let local = format!("0100007F:{port:04X}");
    table.lines().any(|line| {
        let mut words = line.split_whitespace().skip(1);
        words.next() == Some(&local) && words.nth(1) == Some("0A")
    })
}
