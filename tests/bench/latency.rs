//! From the event to the finding on the collector's disk.

use crate::laptop::Bench;
use crate::laptop::write_tree;
use crate::sample::Sample;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;
use tests::program::Running;
use tests::site::copy;

const ROUNDS: usize = 200;

/// The port of the PiKVM in its recording.
const PORT: &str = "1-4";

/// A process that a signature of the bench names.
const PROBE: &str = "bench-probe";

pub fn run() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let bench = Bench::start(folder.path(), "clean-yubikey-two-monitors")?;
    bench.laptop.watch_for(PROBE)?;
    bench.until_quiet();
    let parts = folder.path().join("pikvm");
    write_tree("pikvm", &parts)?;
    let plug = Sample::take(ROUNDS, || plug(&bench, &parts.join("sys/bus/usb/devices")))?;
    println!("  kernel uevent → finding stored and acknowledged: {plug}");
    let program = folder.path().join(PROBE);
    fs::copy("/bin/sleep", &program)?;
    let start = Sample::take(ROUNDS, || start(&bench, &program))?;
    println!("  process start → finding stored and acknowledged: {start}");
    Ok(())
}

/// Plugs a PiKVM in and pulls it out again; the time of the first half.
fn plug(bench: &Bench, parts: &Path) -> anyhow::Result<std::time::Duration> {
    let is_part = |name: &str| name == PORT || name.starts_with(&format!("{PORT}:"));
    for entry in fs::read_dir(parts)? {
        let entry = entry?;
        if is_part(&entry.file_name().to_string_lossy()) {
            copy(&entry.path(), &bench.devices().join(entry.file_name()))?;
        }
    }
    let before = bench.acknowledged();
    let begun = Instant::now();
    bench.uevent("add")?;
    bench.until_more_than(before)?;
    let took = begun.elapsed();
    for entry in fs::read_dir(bench.devices())? {
        let entry = entry?;
        if is_part(&entry.file_name().to_string_lossy()) {
            fs::remove_dir_all(entry.path())?;
        }
    }
    let before = bench.acknowledged();
    bench.uevent("remove")?;
    bench.until_more_than(before)?;
    bench.until_quiet();
    Ok(took)
}

/// Starts a process and ends it again; the time of the first half.
fn start(bench: &Bench, program: &Path) -> anyhow::Result<std::time::Duration> {
    let log = program.with_extension("log");
    let before = bench.acknowledged();
    let begun = Instant::now();
    let mut running = Running::start(Command::new(program).arg("60"), &log)?;
    bench.until_more_than(before)?;
    let took = begun.elapsed();
    let before = bench.acknowledged();
    running.kill();
    bench.until_more_than(before)?;
    bench.until_quiet();
    Ok(took)
}
