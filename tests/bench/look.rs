//! What a full look costs against a bare read of the same files.

use crate::laptop::with_hardware;
use crate::laptop::write_tree;
use crate::sample::Sample;
use agent::host::Change;
use agent::host::Host;
use agent::host::Live;
use agent::host::Recorder;
use agent::sensors;
use anyhow::bail;
use std::fs;
use std::path::PathBuf;
use std::time::Instant;
use tests::program;

/// The argument by which this program is started again where the hardware is.
pub const INSIDE: &str = "--look-inside";

const ROUNDS: usize = 500;

pub fn run() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    write_tree("clean-docked-gaming-keyboard", folder.path())?;
    let this = std::env::current_exe()?;
    let output = program::run(with_hardware(folder.path(), &this).arg(INSIDE))?;
    print!("{}", String::from_utf8_lossy(&output.stdout));
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

/// The measurement itself.
pub fn inside() -> anyhow::Result<()> {
    let live = Live::new();
    for name in ["usb", "display"] {
        let Some(sensor) = sensors::find(name) else { bail!("there is no sensor {name}") };
        let recorder = Recorder::new(&live);
        let seen = sensor.look(&recorder).map_or(0, |seen| seen.len());
        let recording = recorder.finish();
        let paths: Vec<PathBuf> =
            recording.text.keys().chain(recording.bytes.keys()).map(PathBuf::from).collect();
        let look = timed(|| drop(sensor.look(&live)))?;
        let read = timed(|| paths.iter().for_each(|path| drop(fs::read(path))))?;
        let ratio = look.median().as_secs_f64() / read.median().as_secs_f64();
        println!("  {name}: {seen} seen, {} files; look {look}", paths.len());
        println!("    bare read of the same files: {read}; look / read = {ratio:.2}");
    }
    let count = live.processes()?.len();
    let all = timed(|| {
        live.forget();
        drop(live.processes());
    })?;
    let this = std::process::id();
    live.listen_to(Box::new(move || Some(vec![Change::Started(this)])));
    let one = timed(|| drop(live.processes()))?;
    println!("  process: {count} running; reading all {all}; reading one that changed {one}");
    Ok(())
}

fn timed(mut work: impl FnMut()) -> anyhow::Result<Sample> {
    Sample::take(ROUNDS, || {
        let begun = Instant::now();
        work();
        Ok(begun.elapsed())
    })
}
