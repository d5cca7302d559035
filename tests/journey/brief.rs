//! A program that lives for a millisecond is found, and its end is told.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use tests::program::wait_for;
use tests::site::Laptop;
use tests::site::PATIENCE;
use tests::site::Site;

const BRIEF: usize = 50;
const OTHERS: usize = 500;

/// Runs a program to its end; its process id.
fn run(program: &Path) -> u32 {
    let mut child = None;
    // The copy must be closed for writing in every process before it can run.
    wait_for(PATIENCE, || {
        child = Command::new(program).spawn().ok();
        child.is_some()
    });
    let mut child = child.expect("a copy of true can be started");
    child.wait().unwrap();
    child.id()
}

/// Asks for `x11vnc` in this folder only: other tests run the real one.
fn watch_for_x11vnc(laptop: &Laptop, folder: &Path) {
    laptop.watch_for("x11vnc").unwrap();
    let file = laptop.signatures().join("test/probe.toml");
    let text = fs::read_to_string(&file).unwrap();
    let path = folder.join("x11vnc").display().to_string();
    let fields = format!("{{ program = \"x11vnc\", executable = \"{path}\" }}");
    let text = text.replace("{ name = \"x11vnc\" }", &fields);
    fs::write(file, text).unwrap();
}

/// What the spool's reports say.
#[derive(Debug, Default)]
struct Told {
    /// The processes findings quote.
    quoted: BTreeSet<String>,
    /// Finding → whether it is closed now.
    closed: BTreeMap<String, bool>,
    /// Programs that were not looked at.
    unseen: u64,
}

fn told(laptop: &Laptop) -> Told {
    let shown = laptop.run(&["show", "--raw"]).unwrap();
    let mut told = Told::default();
    for line in String::from_utf8(shown.stdout).unwrap().lines() {
        let report: model::Report = serde_json::from_str(line).unwrap();
        told.unseen += report.unseen;
        for finding in report.findings {
            assert_eq!(finding.signature, "test.probe");
            told.quoted.extend(finding.evidence.into_iter().map(|seen| seen.subject));
            told.closed.insert(finding.signature, finding.closed.is_some());
        }
    }
    told
}

#[test]
fn programs_that_live_a_millisecond_are_found_and_their_end_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(folder.path(), "").unwrap();
    let mut laptop = site.laptop("laptop").unwrap();
    watch_for_x11vnc(&laptop, folder.path());
    laptop.start().unwrap();
    laptop.is_well().unwrap();
    let [brief, other] = ["x11vnc", "something-else"].map(|name| folder.path().join(name));
    fs::copy("/bin/true", &brief).unwrap();
    fs::copy("/bin/true", &other).unwrap();
    let others = thread::spawn(move || (0..OTHERS).for_each(|_| _ = run(&other)));
    let started: BTreeSet<String> = (0..BRIEF).map(|_| run(&brief).to_string()).collect();
    others.join().unwrap();
    let missed = |told: &Told| started.difference(&told.quoted).count();
    let mut last = Told::default();
    let all = wait_for(PATIENCE, || {
        last = told(&laptop);
        let is_accounted_for = u64::try_from(missed(&last)).is_ok_and(|count| count <= last.unseen);
        is_accounted_for && last.closed.get("test.probe") == Some(&true)
    });
    assert!(all, "{last:?} of {started:?}\n{}", laptop.printed());
    // On a machine that is far too busy one may be gone before it has a name.
    assert!(missed(&last) <= BRIEF / 10, "{last:?} of {started:?}");
    assert!(last.quoted.is_subset(&started), "{last:?} of {started:?}");
}
