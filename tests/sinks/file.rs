//! A file: the collector dies while it writes, and the disk is full for a while.

use super::load;
use super::load::EVENTS;
use super::load::Promise;
use collector::store;
use collector::store::deliveries;
use collector::store::deliveries::Figures;
use rusqlite::Connection;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;
use tests::program;
use tests::site::PATIENCE;
use tests::site::Site;

const SETTINGS: &str = "[sinks.file]\nkind = \"file\"\npath = \"FOLDER/out.jsonl\"\n\
    limit = \"1 MiB\"\nkeep = 100\n";

fn settings(folder: &Path) -> String {
    SETTINGS.replace("FOLDER", &folder.display().to_string())
}

fn figures(store: &Connection) -> Figures {
    deliveries::figures(store).unwrap().remove(0)
}

/// The file and those that were put aside, oldest first.
fn files(folder: &Path) -> Vec<PathBuf> {
    let numbered = (1..=100).rev().map(|number| folder.join(format!("out.jsonl.{number}")));
    let all = numbered.chain([folder.join("out.jsonl")]);
    all.filter(|path| path.exists()).collect()
}

/// What is on disk. What a death left half written is a line of its own: the
/// beginning of a line that is there in full.
fn written(folder: &Path) -> (Vec<Value>, usize) {
    let texts: Vec<String> =
        files(folder).iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    assert!(texts.len() > 3, "{} files", texts.len());
    let (mut events, mut whole, mut halves) = (Vec::new(), Vec::new(), Vec::new());
    for line in texts.iter().flat_map(|text| text.lines()) {
        match serde_json::from_str(line) {
            Ok(event) => {
                events.push(event);
                whole.push(line);
            }
            Err(_) => halves.push(line),
        }
    }
    for half in &halves {
        let is_begun = whole.iter().any(|line| line.starts_with(half));
        assert!(is_begun, "this is no beginning of a line: {half}");
    }
    (events, halves.len())
}

#[test]
fn a_collector_that_dies_twice_while_it_writes_leaves_all_in_order_and_whole_lines() {
    let folder = tempfile::tempdir().unwrap();
    let mut site = Site::start(folder.path(), &settings(folder.path())).unwrap();
    let store = store::open(&site.state()).unwrap();
    let length = || -> u64 {
        let files = files(folder.path()).into_iter();
        files.filter_map(|path| Some(fs::metadata(path).ok()?.len())).sum()
    };
    for part in 1..=2 {
        site.kill_collector();
        load::add(&store, (part - 1) * EVENTS / 4 + 1..=part * EVENTS / 4);
        site.start_collector().unwrap();
        // As soon as the file grows: some of a batch is written, or all of it
        // and nobody knows.
        assert!(grows(length), "nothing comes: {:?}", figures(&store));
    }
    site.kill_collector();
    load::add(&store, EVENTS / 2 + 1..=3 * EVENTS / 4);
    site.start_collector().unwrap();
    load::add(&store, 3 * EVENTS / 4 + 1..=EVENTS);
    let is_done = || figures(&store).waiting == 0;
    assert!(program::wait_for(PATIENCE, is_done), "{:?}", figures(&store));
    let (events, halves) = written(folder.path());
    println!("{halves} half lines");
    load::judge(&events, Promise::AtLeastOnce);
    assert!(halves <= 2);
}

/// Waits without a pause: a batch is written within a millisecond.
fn grows(length: impl Fn() -> u64) -> bool {
    let (begun, before) = (Instant::now(), length());
    while begun.elapsed() < PATIENCE {
        if length() > before {
            return true;
        }
    }
    false
}

#[test]
fn while_the_disk_is_full_or_may_not_be_written_events_wait_and_none_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::mount(&folder.path().join("disk"));
    let mut site = Site::start(folder.path(), &settings(&disk.0)).unwrap();
    let store = store::open(&site.state()).unwrap();
    let errs = |text: &str| {
        let told = || figures(&store).error.is_some_and(|error| error.contains(text));
        assert!(program::wait_for(PATIENCE, told), "{text}: {:?}", figures(&store));
    };
    load::add(&store, 1..=EVENTS / 2);
    errs("No space left on device");
    assert!(figures(&store).waiting > 0);
    // What was half written stays so over the collector's death.
    site.kill_collector();
    disk.remount("rw,size=64m");
    disk.remount("ro");
    site.start_collector().unwrap();
    errs("Read-only file system");
    load::add(&store, EVENTS / 2 + 1..=EVENTS);
    disk.remount("rw");
    let is_done = || figures(&store).waiting == 0;
    assert!(program::wait_for(3 * PATIENCE, is_done), "{:?}", figures(&store));
    let Figures { lost, refused, error, .. } = figures(&store);
    assert_eq!((lost, refused, error), (0, 0, None));
    let (events, halves) = written(&disk.0);
    load::judge(&events, Promise::AtLeastOnce);
    assert!(halves > 0, "the disk was never full in the middle of a line");
}

/// A small disk; gone when dropped.
struct Disk(PathBuf);

impl Disk {
    fn mount(folder: &Path) -> Self {
        fs::create_dir_all(folder).unwrap();
        let disk = Self(folder.to_owned());
        mount(
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=1500k", "moored-test"]),
            folder,
        );
        disk
    }

    fn remount(&self, options: &str) {
        mount(Command::new("mount").args(["-o", &format!("remount,{options}")]), &self.0);
    }
}

fn mount(command: &mut Command, folder: &Path) {
    let done = program::run(command.arg(folder)).unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(program::run(Command::new("umount").arg("-l").arg(&self.0)));
    }
}
