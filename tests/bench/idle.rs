//! What the agent costs while nothing happens.

use crate::costs::Costs;
use crate::laptop::Bench;
use std::time::Duration;

/// How long it is watched; `BENCH_IDLE` in seconds shortens it for a try.
const WATCHED: Duration = Duration::from_mins(10);

pub fn run() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut bench = Bench::start(folder.path(), "clean-yubikey-two-monitors")?;
    let shorter = std::env::var("BENCH_IDLE").ok().and_then(|text| text.parse().ok());
    let watched = shorter.map_or(WATCHED, Duration::from_secs);
    // The first minute belongs to the start.
    std::thread::sleep(Duration::from_secs(20).min(watched));
    let agent = bench.laptop.agent().map(|agent| agent.id()).unwrap_or_default();
    let before = Costs::of(agent)?;
    std::thread::sleep(watched);
    let after = Costs::of(agent)?;
    let seconds = watched.as_secs_f64();
    let cpu = after.cpu.saturating_sub(before.cpu).as_secs_f64();
    println!("  watched for {} s with the sensors usb, display and process", watched.as_secs());
    println!("  PSS {} KiB, of it anonymous {} KiB", after.pss, after.anonymous);
    println!("  CPU {cpu:.3} s, which is {:.2} s an hour", cpu * 3600.0 / seconds);
    let wakes = after.switches - before.switches;
    let processes = after.forks - before.forks;
    println!("  {wakes} wake-ups, {:.2} a second", f64::from(wakes) / seconds);
    println!("  the machine started {processes} processes or threads meanwhile; each may wake it");
    Ok(())
}
