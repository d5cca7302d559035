//! What a process has cost so far, as the kernel counts it.

use std::fs;
use std::time::Duration;

/// What the kernel has counted so far.
pub struct Costs {
    /// Processor time of all threads.
    pub cpu: Duration,
    /// Processor time of all threads, ended ones as well, to a hundredth second.
    pub used: Duration,
    /// How often a thread waited and was woken.
    pub switches: u32,
    /// KiB of memory, shared pages divided among those who share them.
    pub pss: u64,
    /// KiB of it that are no file.
    pub anonymous: u64,
    /// Processes and threads the machine has started.
    pub forks: u32,
}

impl Costs {
    /// The costs of a process and its threads so far.
    pub fn of(process: u32) -> anyhow::Result<Self> {
        let mut costs = Self {
            cpu: Duration::ZERO,
            used: used(process)?,
            switches: 0,
            pss: 0,
            anonymous: 0,
            forks: forks()?,
        };
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

/// User and system time (`man 5 proc_pid_stat`), in the ticks of Linux.
fn used(process: u32) -> anyhow::Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).filter_map(|word| word.parse::<u64>().ok()).sum();
    Ok(Duration::from_millis(ticks * 10))
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
