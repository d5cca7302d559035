//! What the agent costs while nothing happens.

use crate::laptop::Bench;
use std::fs;
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

/// What the kernel has counted so far.
struct Costs {
    cpu: Duration,
    switches: u32,
    pss: u64,
    anonymous: u64,
    forks: u32,
}

impl Costs {
    fn of(process: u32) -> anyhow::Result<Self> {
        let mut costs =
            Self { cpu: Duration::ZERO, switches: 0, pss: 0, anonymous: 0, forks: forks()? };
        for task in fs::read_dir(format!("/proc/{process}/task"))? {
            let task = task?.path();
            let schedule = fs::read_to_string(task.join("schedstat"))?;
            let ran = schedule.split_whitespace().next().and_then(|word| word.parse().ok());
            costs.cpu += Duration::from_nanos(ran.unwrap_or_default());
            let status = fs::read_to_string(task.join("status"))?;
            costs.switches += u32::try_from(field(&status, "voluntary_ctxt_switches:"))?;
        }
        let memory = fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?;
        costs.pss = field(&memory, "Pss:");
        costs.anonymous = field(&memory, "Anonymous:");
        Ok(costs)
    }
}

/// The number behind a name at the start of a line.
fn field(text: &str, name: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

fn forks() -> anyhow::Result<u32> {
    let stat = fs::read_to_string("/proc/stat")?;
    Ok(u32::try_from(field(&stat, "processes "))?)
}
